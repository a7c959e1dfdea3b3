#if defined(__linux__)
#define _GNU_SOURCE    /* sched_getaffinity: nproc honours the mask of the container, sysconf does \
                          not */
#endif
#include "base/thread.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sched.h>
#endif

#include "base/mem.h"

void way_give(const way_flag *w, unsigned max_ms)
{
    const struct timespec ms = {.tv_nsec = 1000000};
    while (w && max_ms-- > 0 && atomic_load_explicit(&w->n_waiting, memory_order_relaxed) > 0)
        nanosleep(&ms, NULL);
}

struct queue {
    pthread_mutex_t mu;
    pthread_cond_t not_empty;
    size_t cap;
    size_t head;   /* guarded by mu */
    size_t n;      /* guarded by mu */
    bool closed;   /* guarded by mu */
    void *items[]; /* ring, guarded by mu */
};

err_code queue_create(queue **out, size_t cap_items)
{
    queue *q = mem_zero(1, sizeof *q + cap_items * sizeof(void *));
    if (!q)
        return ERR_NOMEM;
    q->cap = cap_items;
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
#if defined(__linux__)
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
#endif
    pthread_mutex_init(&q->mu, NULL);
    pthread_cond_init(&q->not_empty, &attr);
    pthread_condattr_destroy(&attr);
    *out = q;
    return ERR_OK;
}

void queue_destroy(queue *q, void (*drop)(void *item))
{
    if (!q)
        return;
    for (size_t i = 0; i < q->n && drop; i++)
        drop(q->items[(q->head + i) % q->cap]);
    pthread_cond_destroy(&q->not_empty);
    pthread_mutex_destroy(&q->mu);
    mem_free(q);
}

bool queue_put(queue *q, void *item)
{
    pthread_mutex_lock(&q->mu);
    bool ok = !q->closed && q->n < q->cap;
    if (ok) {
        q->items[(q->head + q->n++) % q->cap] = item;
        pthread_cond_signal(&q->not_empty);
    }
    pthread_mutex_unlock(&q->mu);
    return ok;
}

/* Under mu. */
static void *pop(queue *q)
{
    if (q->n == 0)
        return NULL;
    void *item = q->items[q->head];
    q->head = (q->head + 1) % q->cap;
    q->n--;
    return item;
}

void *queue_take(queue *q)
{
    pthread_mutex_lock(&q->mu);
    while (q->n == 0 && !q->closed)
        pthread_cond_wait(&q->not_empty, &q->mu);
    void *item = pop(q);
    pthread_mutex_unlock(&q->mu);
    return item;
}

void *queue_take_within(queue *q, uint64_t wait_ns)
{
    struct timespec until;
#if defined(__linux__)
    clock_gettime(CLOCK_MONOTONIC, &until);
#else
    clock_gettime(CLOCK_REALTIME, &until);
#endif
    until.tv_sec += (time_t)(wait_ns / 1000000000u);
    until.tv_nsec += (long)(wait_ns % 1000000000u);
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_mutex_lock(&q->mu);
    int rc = 0;
    while (q->n == 0 && !q->closed && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&q->not_empty, &q->mu, &until);
    void *item = pop(q);
    pthread_mutex_unlock(&q->mu);
    return item;
}

void *queue_remove(queue *q, bool (*match)(const void *item, void *user), void *user)
{
    void *found = NULL;
    pthread_mutex_lock(&q->mu);
    for (size_t i = 0; i < q->n; i++) {
        void *item = q->items[(q->head + i) % q->cap];
        if (!found && match(item, user))
            found = item;
        else if (found)
            q->items[(q->head + i - 1) % q->cap] = item;
    }
    if (found)
        q->n--;
    pthread_mutex_unlock(&q->mu);
    return found;
}

void queue_close(queue *q)
{
    pthread_mutex_lock(&q->mu);
    q->closed = true;
    pthread_cond_broadcast(&q->not_empty);
    pthread_mutex_unlock(&q->mu);
}

size_t queue_length(queue *q)
{
    pthread_mutex_lock(&q->mu);
    size_t n = q->n;
    pthread_mutex_unlock(&q->mu);
    return n;
}

unsigned thread_cpu_count(void)
{
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return (unsigned)CPU_COUNT(&set);
#endif
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (unsigned)n : 1;
}
