/* base/guard.h: keeps the process alive when a mapped file loses pages (it was truncated, or the
 * disk fails). Touching such a page raises SIGBUS, which would end the program without a word. Here
 * the lost part of a guarded range is replaced by zeros, the range is marked, and the reader goes
 * on; whoever uses the data asks guard_lost() before trusting what came of it. A SIGBUS outside
 * guarded ranges goes to the handler that was there before. Thread-safe. */
#ifndef ARTEL_BASE_GUARD_H
#define ARTEL_BASE_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

typedef struct guard guard;

/* Guards a read-only mapping; data is aligned to a page, n_bytes >= 1. Installs the
 * signal handler, again if another took its place. NULL when GUARD_MAX ranges are guarded already.
 */
enum { GUARD_MAX = 64 };
MUST_USE guard *guard_add(const void *data, size_t n_bytes);
/* Before munmap, when no thread reads the range any more. Accepts NULL. */
void guard_remove(guard *g);
/* True once any page of the range was lost; stays so. */
bool guard_lost(const guard *g);

#endif
