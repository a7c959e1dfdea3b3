#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "context/index_internal.h"
#include "context/secret.h"

enum { MAX_WAITING = 128 }; /* buffers whose text waits */

/* With mu held; the entry of an open buffer, or SIZE_MAX. */
static size_t find_open(const ctx_index_view *v, str_view path)
{
    for (size_t i = v->n; i > 0 && v->entries[i - 1].part->is_open; i--)
        if (str_eq(ctx__segment_path(&v->entries[i - 1].part->segment, 0), path))
            return i - 1;
    return SIZE_MAX;
}

/* Puts the part in the place of what was open under the path; NULL: of nothing. */
static err_code replace_open(ctx_index *x, str_view path, struct ctx__part *part)
{
    err_code rc = ERR_OK;
    pthread_mutex_lock(&x->mu);
    size_t old = find_open(x->current, path);
    if (part || old != SIZE_MAX) {
        ctx_index_view *v = ctx__view_edit(x);
        if (v && old != SIZE_MAX)
            ctx__view_drop(v, old);
        if (v && (!part || ctx__view_add(v, part))) {
            ctx__view_publish(x, v);
        } else {
            rc = ERR_NOMEM;
            ctx_index_end(v);
        }
    }
    pthread_mutex_unlock(&x->mu);
    return rc;
}

static err_code make_open(struct ctx__part **out, ctx_index *x, str_view path, str_view text)
{
    struct ctx__reader reader = {0};
    struct ctx__unit unit = {0};
    ctx__maker *maker = NULL;
    struct ctx__part *part = NULL;
    buf image;
    buf_init(&image, UINT32_MAX);
    struct ctx__file_facts facts = {path, text.len, 0, hash_str(text)};
    err_code rc = ctx__reader_init(&reader, x->queries, NULL);
    if (rc == ERR_OK)
        rc = ctx__unit_read(&unit, &reader, gram_language_find(STR(""), path, text), text);
    if (rc == ERR_OK)
        rc = ctx__maker_create(&maker);
    if (rc == ERR_OK)
        rc = ctx__maker_add(maker, &facts, &unit);
    if (rc == ERR_OK)
        rc = ctx__maker_finish(maker, &image);
    if (rc == ERR_OK) {
        part = ctx__part_of_image(&image);
        rc = part ? ERR_OK : ERR_NOMEM;
    }
    if (rc == ERR_OK) {
        part->is_open = true;
        buf_init(&part->text, text.len + 1);
        buf_append(&part->text, unit.text);
        rc = buf_failed(&part->text);
    }
    if (rc == ERR_OK) {
        *out = part;
        part = NULL;
    }
    ctx__part_release(part);
    ctx__maker_destroy(maker);
    ctx__unit_release(&unit);
    ctx__reader_release(&reader);
    buf_release(&image);
    return rc;
}

err_code ctx_index_put(ctx_index *x, str_view path, str_view text, err *e)
{
    if (ctx_secret_path(path))
        return err_set(e, ERR_UNSUPPORTED, "%.*s holds secrets; the index leaves it out",
                       STR_ARG(path));
    if (text.len > CTX__FILE_MAX_BYTES)
        text = STR("");
    struct ctx__part *part = NULL;
    err_code rc = make_open(&part, x, path, text);
    if (rc == ERR_OK)
        rc = replace_open(x, path, part);
    ctx__part_release(part);
    return rc == ERR_OK ? rc : err_set(e, rc, "%.*s: %s", STR_ARG(path), err_name(rc));
}

static void forget(ctx_index *x, str_view path)
{
    /* Without memory the buffer's text counts a while longer. */
    (void)!replace_open(x, path, NULL);
    ctx_index_changed(x, &path, 1);
}

/* ---- the thread ---- */

/* A buffer that has another text, or was closed. */
struct waiting {
    char *path;
    buf text;
    bool closed;
};

struct ctx__buffers {
    ctx_index *x;
    pthread_t thread;
    pthread_mutex_t mu;
    pthread_cond_t wake, done;
    struct waiting items[MAX_WAITING]; /* guarded by mu, as what follows; oldest first */
    size_t n;
    bool busy, closing;
};

static void waiting_release(struct waiting *w)
{
    mem_free(w->path);
    buf_release(&w->text);
}

static bool take(struct ctx__buffers *b, struct waiting *out)
{
    pthread_mutex_lock(&b->mu);
    b->busy = false;
    if (b->n == 0)
        pthread_cond_broadcast(&b->done);
    while (b->n == 0 && !b->closing)
        pthread_cond_wait(&b->wake, &b->mu);
    bool go_on = !b->closing;
    if (go_on) {
        *out = b->items[0];
        memmove(b->items, b->items + 1, --b->n * sizeof b->items[0]);
        b->busy = true;
    }
    pthread_mutex_unlock(&b->mu);
    return go_on;
}

static void *follow(void *user)
{
    struct ctx__buffers *b = user;
    struct waiting w;
    while (take(b, &w)) {
        err e = {{0}};
        str_view path = str_of(w.path);
        if (w.closed)
            forget(b->x, path);
        else if (ctx_index_put(b->x, path, buf_view(&w.text), &e) == ERR_NOMEM)
            log_write(LOG_WARNING, "the index does not follow an edit: %s", e.text);
        waiting_release(&w);
    }
    return NULL;
}

/* With x->starting held. */
static struct ctx__buffers *start(ctx_index *x)
{
    struct ctx__buffers *b = mem_zero(1, sizeof *b);
    pthread_condattr_t clock;
    if (!b)
        return NULL;
    b->x = x;
    pthread_mutex_init(&b->mu, NULL);
    pthread_cond_init(&b->wake, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&b->done, &clock);
    pthread_condattr_destroy(&clock);
    if (pthread_create(&b->thread, NULL, follow, b) == 0)
        return b;
    pthread_mutex_destroy(&b->mu);
    pthread_cond_destroy(&b->wake);
    pthread_cond_destroy(&b->done);
    mem_free(b);
    return NULL;
}

void ctx__buffers_destroy(struct ctx__buffers *b)
{
    if (!b)
        return;
    pthread_mutex_lock(&b->mu);
    b->closing = true;
    pthread_cond_signal(&b->wake);
    pthread_mutex_unlock(&b->mu);
    pthread_join(b->thread, NULL);
    for (size_t i = 0; i < b->n; i++)
        waiting_release(&b->items[i]);
    pthread_mutex_destroy(&b->mu);
    pthread_cond_destroy(&b->wake);
    pthread_cond_destroy(&b->done);
    mem_free(b);
}

bool ctx__buffers_await(struct ctx__buffers *b, unsigned wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&b->mu);
    int code = 0;
    while ((b->n || b->busy) && code == 0 && wait_ms)
        code = pthread_cond_timedwait(&b->done, &b->mu, &until);
    bool idle = b->n == 0 && !b->busy;
    pthread_mutex_unlock(&b->mu);
    return idle;
}

/* Takes `w` over, in the place of what waited under its path. */
static err_code hand_over(struct ctx__buffers *b, struct waiting *w)
{
    err_code rc = ERR_OK;
    pthread_mutex_lock(&b->mu);
    size_t i = 0;
    while (i < b->n && strcmp(b->items[i].path, w->path) != 0)
        i++;
    if (i == MAX_WAITING)
        rc = ERR_RANGE;
    else if (i < b->n)
        waiting_release(&b->items[i]);
    else
        b->n++;
    if (rc == ERR_OK) {
        b->items[i] = *w;
        *w = (struct waiting){0};
        pthread_cond_signal(&b->wake);
    }
    pthread_mutex_unlock(&b->mu);
    return rc;
}

static err_code later(ctx_index *x, str_view path, str_view text, bool closed)
{
    struct waiting w = {.path = mem_alloc(path.len + 1), .closed = closed};
    err_code rc = ERR_NOMEM;
    if (!w.path)
        return rc;
    memcpy(w.path, path.ptr, path.len);
    w.path[path.len] = '\0';
    buf_init(&w.text, CTX__FILE_MAX_BYTES + 1);
    buf_append(&w.text, text);
    pthread_mutex_lock(&x->starting);
    if (!x->buffers)
        x->buffers = start(x);
    if (x->buffers && buf_failed(&w.text) == ERR_OK)
        rc = hand_over(x->buffers, &w);
    pthread_mutex_unlock(&x->starting);
    waiting_release(&w);
    return rc;
}

err_code ctx_index_put_later(ctx_index *x, str_view path, str_view text)
{
    /* As ctx_index_put does with texts that are too long. */
    return later(x, path, text.len > CTX__FILE_MAX_BYTES ? STR("") : text, false);
}

bool ctx_index_await(ctx_index *x, unsigned wait_ms)
{
    pthread_mutex_lock(&x->starting);
    struct ctx__buffers *b = x->buffers;
    pthread_mutex_unlock(&x->starting);
    return !b || ctx__buffers_await(b, wait_ms);
}

void ctx_index_forget(ctx_index *x, str_view path)
{
    pthread_mutex_lock(&x->starting);
    bool waits = x->buffers != NULL;
    pthread_mutex_unlock(&x->starting);
    /* In order with the texts before it. */
    if (!waits || later(x, path, STR(""), true) != ERR_OK)
        forget(x, path);
}
