/* base/thread.h: what we need beyond pthreads itself: a cancel flag and a bounded queue of values.
 */
#ifndef ARTEL_BASE_THREAD_H
#define ARTEL_BASE_THREAD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"

/* Set by one thread, polled by another between chunks of work. Zero-initialised means "go on". */
typedef struct cancel_flag {
    atomic_bool set;
} cancel_flag;

static inline void cancel_request(cancel_flag *c)
{
    atomic_store_explicit(&c->set, true, memory_order_release);
}

/* c may be NULL: never cancelled. */
static inline bool cancel_requested(const cancel_flag *c)
{
    return c && atomic_load_explicit(&c->set, memory_order_acquire);
}

/* Set while somebody waits for an answer, so that work nobody waits for lets the processors go: a
 * low priority alone does not, for threads that meet at barriers all wait for the one that lost its
 * processor. Zero-initialised: nobody waits. */
typedef struct way_flag {
    atomic_uint n_waiting;
} way_flag;

static inline void way_ask(way_flag *w)
{
    atomic_fetch_add_explicit(&w->n_waiting, 1, memory_order_relaxed);
}

static inline void way_leave(way_flag *w)
{
    atomic_fetch_sub_explicit(&w->n_waiting, 1, memory_order_relaxed);
}

/* Sleeps while somebody waits, at most max_ms. w may be NULL: nobody ever does. For threads that
 * hold no lock. Cost where nobody waits: one load. */
void way_give(const way_flag *w, unsigned max_ms);

/* A first-in first-out queue of pointers between threads. Each pointer is owned by the queue from a
 * successful put until take. */
typedef struct queue queue;

MUST_USE err_code queue_create(queue **out, size_t cap_items);
/* Items still inside are given to drop (may be NULL). No thread may be waiting any more. Accepts
 * NULL. */
void queue_destroy(queue *q, void (*drop)(void *item));
/* false, the item still the caller's, when the queue is full or closed. Never blocks. */
MUST_USE bool queue_put(queue *q, void *item);
/* The oldest item; blocks while there is none; NULL once the queue is closed and empty. */
void *queue_take(queue *q);
/* The same, waiting at most wait_ns; NULL also when the time is up. */
void *queue_take_within(queue *q, uint64_t wait_ns);
/* Removes and returns the oldest item for which match(item, user) holds, or NULL. Never blocks. */
void *queue_remove(queue *q, bool (*match)(const void *item, void *user), void *user);
/* No puts from now on; takers get what is left, then NULL. */
void queue_close(queue *q);
size_t queue_length(queue *q);

/* Processors this process may run on, at least 1. */
unsigned thread_cpu_count(void);

#endif
