#include "model/pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/mem.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* How long a thread waits awake. Within a token the gaps between kernels are a few microseconds,
 * between tokens (sampling, bookkeeping) some tens; waking a sleeper takes about as long. */
enum { SPIN_NS = 100000 };
/* From here on the waiter gives its processor away between looks: when it has not happened by now,
 * the thread that we wait for may be the one that has no processor. */
enum { SPIN_ALONE_NS = 5000 };

/* Workers and caller each write their own line, or they would slow each other down. */
enum { LINE_BYTES = 64 };

struct worker {
    model__pool *pool;
    pthread_t thread;
    unsigned index;
};

struct model__pool {
    /* The work in hand; written before `round` is raised, read after it was seen raised. */
    model__part_fn *fn;
    void *arg;
    unsigned n_parts;
    atomic_bool stop;
    unsigned char pad0[LINE_BYTES];
    atomic_uint round; /* raised once per run */
    unsigned char pad1[LINE_BYTES];
    atomic_uint n_busy; /* parts of this round still running on workers */
    unsigned char pad2[LINE_BYTES];
    /* Sleepers are counted before they look a last time, and the other side looks for sleepers
     * after it has changed what they wait for; both orders are sequentially consistent, so none is
     * missed. */
    atomic_uint n_asleep;
    atomic_bool caller_asleep;
    pthread_mutex_t mu;
    pthread_cond_t work;
    pthread_cond_t done;
    const cancel_flag *watched;
    unsigned n_threads;
    unsigned n_started; /* workers, 0 before the first run */
    bool tried_start;
    struct worker *workers; /* n_threads - 1 */
    unsigned char *scratch; /* n_threads * MODEL__POOL_SCRATCH_BYTES */
};

static void relax(void)
{
#if defined(__x86_64__)
    _mm_pause();
#endif
}

/* Spins until *value differs from `from` (until_zero: until it is 0). false when it took too long.
 */
static bool spin(const atomic_uint *value, unsigned from, bool until_zero)
{
    uint64_t start_ns = 0;
    for (unsigned i = 0;; i++) {
        unsigned v = atomic_load_explicit(value, memory_order_acquire);
        if (until_zero ? v == 0 : v != from)
            return true;
        relax();
        if (i % 64 != 63)
            continue;
        uint64_t now_ns = clock_now_ns();
        if (start_ns == 0)
            start_ns = now_ns;
        if (now_ns - start_ns > SPIN_NS)
            return false;
        if (now_ns - start_ns > SPIN_ALONE_NS)
            sched_yield();
    }
}

static void wait_for_round(model__pool *p, unsigned seen)
{
    if (spin(&p->round, seen, false))
        return;
    pthread_mutex_lock(&p->mu);
    atomic_fetch_add(&p->n_asleep, 1);
    while (atomic_load(&p->round) == seen)
        pthread_cond_wait(&p->work, &p->mu);
    atomic_fetch_sub(&p->n_asleep, 1);
    pthread_mutex_unlock(&p->mu);
}

static void *worker_main(void *arg)
{
    struct worker *w = arg;
    model__pool *p = w->pool;
    unsigned seen = 0;
    for (;;) {
        wait_for_round(p, seen);
        seen++;
        if (atomic_load_explicit(&p->stop, memory_order_relaxed))
            return NULL;
        if (w->index < p->n_parts)
            p->fn(p->arg, w->index, p->n_parts);
        if (atomic_fetch_sub(&p->n_busy, 1) == 1 && atomic_load(&p->caller_asleep)) {
            pthread_mutex_lock(&p->mu);
            pthread_cond_signal(&p->done);
            pthread_mutex_unlock(&p->mu);
        }
    }
}

/* Raises the round and wakes whoever sleeps. */
static void publish(model__pool *p)
{
    atomic_store(&p->n_busy, p->n_started);
    atomic_fetch_add(&p->round, 1);
    if (atomic_load(&p->n_asleep) > 0) {
        pthread_mutex_lock(&p->mu);
        pthread_cond_broadcast(&p->work);
        pthread_mutex_unlock(&p->mu);
    }
}

static void start_workers(model__pool *p)
{
    p->tried_start = true;
    /* Signals are the business of the threads that the program made itself. */
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return;
    for (unsigned i = 0; i + 1 < p->n_threads; i++) {
        p->workers[i] = (struct worker){.pool = p, .index = i + 1};
        if (pthread_create(&p->workers[i].thread, NULL, worker_main, &p->workers[i]) != 0)
            break;
        p->n_started++;
    }
    p->n_threads = p->n_started + 1;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

err_code model__pool_create(model__pool **out, unsigned n_threads, err *e)
{
    model__pool *p = mem_zero(1, sizeof *p);
    struct worker *workers = mem_zero(n_threads, sizeof *workers);
    unsigned char *scratch = mem_alloc_aligned((size_t)n_threads * MODEL__POOL_SCRATCH_BYTES, 64);
    if (!p || !workers || !scratch) {
        mem_free(p);
        mem_free(workers);
        mem_free(scratch);
        return err_set(e, ERR_NOMEM, "out of memory for %u computing threads", n_threads);
    }
    p->n_threads = n_threads;
    p->workers = workers;
    p->scratch = scratch;
    pthread_mutex_init(&p->mu, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->done, NULL);
    *out = p;
    return ERR_OK;
}

void model__pool_destroy(model__pool *p)
{
    if (!p)
        return;
    atomic_store_explicit(&p->stop, true, memory_order_relaxed);
    publish(p);
    for (unsigned i = 0; i < p->n_started; i++)
        pthread_join(p->workers[i].thread, NULL);
    pthread_cond_destroy(&p->done);
    pthread_cond_destroy(&p->work);
    pthread_mutex_destroy(&p->mu);
    mem_free(p->scratch);
    mem_free(p->workers);
    mem_free(p);
}

unsigned model__pool_n_threads(const model__pool *p)
{
    return p->n_threads;
}

void model__pool_watch(model__pool *p, const cancel_flag *cancel)
{
    p->watched = cancel;
}

bool model__pool_stopped(const model__pool *p)
{
    return cancel_requested(p->watched);
}

void *model__pool_scratch(model__pool *p, unsigned index)
{
    return p->scratch + (size_t)index * MODEL__POOL_SCRATCH_BYTES;
}

void model__pool_run(model__pool *p, model__part_fn *fn, void *arg)
{
    if (!p->tried_start)
        start_workers(p);
    if (p->n_started == 0) {
        fn(arg, 0, 1);
        return;
    }
    p->fn = fn;
    p->arg = arg;
    p->n_parts = p->n_threads;
    publish(p);
    fn(arg, 0, p->n_parts);
    if (spin(&p->n_busy, 0, true))
        return;
    pthread_mutex_lock(&p->mu);
    atomic_store(&p->caller_asleep, true);
    while (atomic_load(&p->n_busy) != 0)
        pthread_cond_wait(&p->done, &p->mu);
    atomic_store(&p->caller_asleep, false);
    pthread_mutex_unlock(&p->mu);
}
