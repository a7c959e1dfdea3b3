#include <git2.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "context/index_internal.h"
#include "context/secret.h"

enum {
    MAX_CHANGED = 256,       /* named files that are kept apart; more: all are listed */
    GATHER_MS = 20,          /* changes come in crowds */
    LISTING_PAUSE_MS = 2000, /* between listings: build tools change files without end */
    REPORT_BYTES = 1 << 26,
};

/* ---- open buffers ---- */

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

void ctx_index_forget(ctx_index *x, str_view path)
{
    /* Without memory the buffer's text counts a while longer. */
    (void)!replace_open(x, path, NULL);
    ctx_index_changed(x, &path, 1);
}

/* ---- the thread ---- */

struct ctx__updater {
    ctx_index *x;
    pthread_t thread;
    cancel_flag stop;
    struct ctx_index_refresh options;
    arena strings; /* of options.first */
    pthread_mutex_t mu;
    pthread_cond_t wake;
    arena changed_mem;             /* guarded by mu, as what follows */
    str_view changed[MAX_CHANGED]; /* to be read again */
    size_t n_changed;
    bool all, busy, closing;
};

static void nap(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* Takes what is to be done; the strings live in `mem`. False: the thread ends. */
static bool take_work(struct ctx__updater *u, arena *mem, str_view *paths, size_t *n)
{
    pthread_mutex_lock(&u->mu);
    u->busy = false;
    while (!u->closing && !u->all && u->n_changed == 0)
        pthread_cond_wait(&u->wake, &u->mu);
    u->busy = true;
    pthread_mutex_unlock(&u->mu);
    nap(GATHER_MS);
    pthread_mutex_lock(&u->mu);
    bool go_on = !u->closing;
    *n = 0;
    for (size_t i = 0; i < u->n_changed && !u->all; i++)
        paths[(*n)++] = arena_copy(mem, u->changed[i]);
    u->all = false;
    u->n_changed = 0;
    arena_reset(&u->changed_mem);
    pthread_mutex_unlock(&u->mu);
    if (arena_failed(mem))
        *n = 0;
    return go_on;
}

static void *update(void *user)
{
    struct ctx__updater *u = user;
    static const uint64_t pause_ns = (uint64_t)LISTING_PAUSE_MS * 1000000;
    arena mem;
    git_libgit2_init(); /* what it keeps per thread is freed only while it is in use */
    arena_init(&mem, REPORT_BYTES);
    str_view *paths = mem_zero(MAX_CHANGED, sizeof *paths);
    size_t n = 0;
    uint64_t listed_ns = 0;
    while (paths && take_work(u, &mem, paths, &n)) {
        struct ctx_index_report report;
        err e = {{0}};
        while (n == 0 && listed_ns && clock_now_ns() - listed_ns < pause_ns &&
               !cancel_requested(&u->stop))
            nap(GATHER_MS);
        err_code rc = ctx__index_refresh(u->x, &u->options, paths, n, &report, &mem, &e);
        if (n == 0)
            listed_ns = clock_now_ns();
        if (rc == ERR_OK && report.note.len)
            log_write(LOG_WARNING, "%.*s", STR_ARG(report.note));
        else if (rc != ERR_OK && rc != ERR_CANCELLED)
            log_write(LOG_WARNING, "the index is not up to date: %s", e.text);
        arena_reset(&mem);
    }
    mem_free(paths);
    arena_release(&mem);
    git_libgit2_shutdown();
    return NULL;
}

static void updater_destroy(struct ctx__updater *u)
{
    pthread_mutex_destroy(&u->mu);
    pthread_cond_destroy(&u->wake);
    arena_release(&u->strings);
    arena_release(&u->changed_mem);
    mem_free(u);
}

err_code ctx_index_start(ctx_index *x, const struct ctx_index_refresh *options, err *e)
{
    pthread_mutex_lock(&x->starting);
    err_code rc = ERR_OK;
    struct ctx__updater *u = x->updater ? NULL : mem_zero(1, sizeof *u);
    if (x->updater)
        goto done;
    rc = ERR_NOMEM;
    if (!u)
        goto done;
    u->x = x;
    u->options = *options;
    u->options.background = true;
    u->options.cancel = &u->stop;
    u->all = true;
    arena_init(&u->strings, 1 << 20);
    arena_init(&u->changed_mem, 1 << 20);
    pthread_mutex_init(&u->mu, NULL);
    pthread_cond_init(&u->wake, NULL);
    str_view *first = ARENA_ARRAY(&u->strings, str_view, options->n_first);
    for (size_t i = 0; i < options->n_first && first; i++)
        first[i] = arena_copy(&u->strings, options->first[i]);
    u->options.first = first;
    if (arena_failed(&u->strings) || pthread_create(&u->thread, NULL, update, u) != 0) {
        updater_destroy(u);
        goto done;
    }
    x->updater = u;
    rc = ERR_OK;
done:
    pthread_mutex_unlock(&x->starting);
    return rc == ERR_OK ? rc : err_set(e, rc, "cannot start the thread that keeps the index");
}

void ctx_index_stop(ctx_index *x)
{
    pthread_mutex_lock(&x->starting);
    struct ctx__updater *u = x->updater;
    x->updater = NULL;
    pthread_mutex_unlock(&x->starting);
    if (!u)
        return;
    cancel_request(&u->stop);
    pthread_mutex_lock(&u->mu);
    u->closing = true;
    pthread_cond_signal(&u->wake);
    pthread_mutex_unlock(&u->mu);
    pthread_join(u->thread, NULL);
    updater_destroy(u);
}

void ctx_index_changed(ctx_index *x, const str_view *paths, size_t n)
{
    pthread_mutex_lock(&x->starting);
    struct ctx__updater *u = x->updater;
    if (u) {
        pthread_mutex_lock(&u->mu);
        if (n == 0 || n > MAX_CHANGED - u->n_changed)
            u->all = true;
        for (size_t i = 0; i < n && !u->all; i++)
            u->changed[u->n_changed++] = arena_copy(&u->changed_mem, paths[i]);
        if (arena_failed(&u->changed_mem))
            u->all = true;
        pthread_cond_signal(&u->wake);
        pthread_mutex_unlock(&u->mu);
    }
    pthread_mutex_unlock(&x->starting);
}

bool ctx_index_ready(ctx_index *x)
{
    pthread_mutex_lock(&x->starting);
    struct ctx__updater *u = x->updater;
    bool ready = u != NULL;
    if (u) {
        pthread_mutex_lock(&u->mu);
        ready = !u->busy && !u->all && u->n_changed == 0;
        pthread_mutex_unlock(&u->mu);
    }
    pthread_mutex_unlock(&x->starting);
    return ready;
}
