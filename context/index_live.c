#include <git2.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "context/index_internal.h"

enum {
    MAX_CHANGED = 256,       /* named files that are kept apart; more: all are listed */
    GATHER_MS = 20,          /* changes come in crowds */
    LISTING_PAUSE_MS = 2000, /* between listings: build tools change files without end */
    REPORT_BYTES = 1 << 26,
    MANY_FILES = 64, /* fewer leave little free in the heap */
};

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
        if (rc == ERR_OK && report.n_read >= MANY_FILES)
            mem_give_back();
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
    struct ctx__buffers *buffers = x->buffers;
    x->buffers = NULL;
    pthread_mutex_unlock(&x->starting);
    ctx__buffers_destroy(buffers);
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
    ready = ready && (!x->buffers || ctx__buffers_await(x->buffers, 0));
    pthread_mutex_unlock(&x->starting);
    return ready;
}
