/* model/pool.h: a fixed set of threads for kernels. Work is split statically; waiting threads spin
 * for a moment (kernels follow each other within microseconds), then sleep, so that an idle pool
 * costs nothing. One thread at a time may call model__pool_run. */
#ifndef ARTEL_MODEL_POOL_H
#define ARTEL_MODEL_POOL_H

#include <stddef.h>

#include "base/err.h"
#include "base/thread.h"

typedef struct model__pool model__pool;

/* Part `index` of `n_parts`; called once per part, each on its own thread, part 0 on the caller's.
 * A part must not call model__pool_run. */
typedef void model__part_fn(void *arg, unsigned index, unsigned n_parts);

/* Working memory that every part may use while it runs: room for one panel of unpacked weights. */
enum { MODEL__POOL_SCRATCH_BYTES = 512 * 1024 };

/* n_threads >= 1 counts the caller. Threads are started at the first run. ERR_NOMEM. */
MUST_USE err_code model__pool_create(model__pool **out, unsigned n_threads, err *e);
/* Ends the threads and waits for them. Accepts NULL. */
void model__pool_destroy(model__pool *p);
/* Parts that the next run is split into. Lower than asked for after the first run if the system
 * refused to start more threads. */
unsigned model__pool_n_threads(const model__pool *p);
/* Returns when every part has returned; their writes are visible to the caller. */
void model__pool_run(model__pool *p, model__part_fn *fn, void *arg);
/* From now on parts that ask model__pool_stopped may end early once `cancel` (borrowed; NULL: none)
 * is requested; whoever set it must then take their results for garbage. Between runs. */
void model__pool_watch(model__pool *p, const cancel_flag *cancel);
bool model__pool_stopped(const model__pool *p);
/* MODEL__POOL_SCRATCH_BYTES for part `index`, aligned to 64, uninitialised, owned by the pool. Only
 * that part may use it, only while it runs. */
void *model__pool_scratch(model__pool *p, unsigned index);

#endif
