/* context/lately.h: what git knows of a project's near past, read by a thread of its own and kept
 * up to date: which files change together (context/history), and which lines were changed lately,
 * without being committed or by the newest commits. Bounded: 1,000 commits, and the lines of 64
 * files. A folder without git has no past.
 *
 * Any thread may ask. */
#ifndef ARTEL_CONTEXT_LATELY_H
#define ARTEL_CONTEXT_LATELY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "context/history.h"

typedef struct ctx_lately ctx_lately;

/* Starts the thread, at low priority. `root` as in context/history. `way` is given while it reads,
 * and outlives it; NULL: no need. ERR_NOMEM, ERR_IO (no thread). */
MUST_USE err_code ctx_lately_create(ctx_lately **out, const char *root, const way_flag *way,
                                    err *e);
/* Ends the thread; blocks for at most some 100 ms. Nothing may be asked any more. Accepts NULL. */
void ctx_lately_destroy(ctx_lately *l);

/* Something changed on disk: it is read again, some seconds later at most. */
void ctx_lately_again(ctx_lately *l);
/* Whether nothing is left to be read. */
bool ctx_lately_ready(ctx_lately *l);

struct ctx_lately_region {
    str_view path;          /* below the root */
    uint32_t line, n_lines; /* as the file is now, or was committed; from 0, at least 1 */
    bool committed;
};

struct ctx_lately_view {
    const ctx_history *history;              /* NULL: none */
    const struct ctx_lately_region *regions; /* those that are not committed first */
    size_t n_regions;
};
/* What is known now, valid until the end, which is to be soon: the thread may wait for it. */
struct ctx_lately_view ctx_lately_begin(ctx_lately *l);
void ctx_lately_end(ctx_lately *l);

#endif
