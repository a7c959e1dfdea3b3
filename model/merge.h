/* model/merge.h: the loop that BPE and SPM share: of all adjacent pairs of symbols that may become
 * one, join the best, the leftmost among equals, until none is left. */
#ifndef ARTEL_MODEL_MERGE_H
#define ARTEL_MODEL_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define MODEL__MERGE_NONE UINT32_MAX /* no symbol, no pair */

/* A stretch [begin, end) of the text. */
struct model__symbol {
    uint32_t begin, end;
    uint32_t id; /* the caller's; MODEL__MERGE_NONE where it has none */
    /* The rest belongs to model__merge. Neighbours by index, MODEL__MERGE_NONE at the ends; a
     * symbol that was joined to the one before it has no `next` that anyone follows. */
    uint32_t previous, next;
    uint32_t pair_rank; /* of this symbol with the next; MODEL__MERGE_NONE: they do not join */
    uint32_t pair_id;
};

/* Working memory, kept from one piece to the next. Zero-initialise. */
struct model__merger {
    struct model__symbol *symbols; /* owned */
    uint64_t *heap;                /* owned */
    size_t cap;                    /* symbols */
};

void model__merger_release(struct model__merger *m);
/* Room for n_symbols. ERR_NOMEM; ERR_RANGE above 2^31. */
MUST_USE err_code model__merger_reserve(struct model__merger *m, size_t n_symbols);

/* Whether two symbols join: the smaller rank goes first (never MODEL__MERGE_NONE), *id is the
 * result's. */
typedef bool model__pair(const void *user, const struct model__symbol *left,
                         const struct model__symbol *right, uint32_t *rank, uint32_t *id);

/* model__merge for any n, through a heap. */
void model__merge_many(struct model__merger *m, size_t n, model__pair *pair, const void *user);

/* model__merge for a few: looks at every pair each time, which is quicker than a heap up to here.
 */
enum { MODEL__MERGE_FEW = 24 };
static inline void model__merge_few(struct model__symbol *symbols, size_t n, model__pair *pair,
                                    const void *user)
{
    for (size_t i = 0; i + 1 < n; i++)
        if (!pair(user, &symbols[i], &symbols[i + 1], &symbols[i].pair_rank, &symbols[i].pair_id))
            symbols[i].pair_rank = MODEL__MERGE_NONE;
    for (;;) {
        size_t best = n;
        uint32_t best_rank = MODEL__MERGE_NONE;
        for (size_t i = 0; i + 1 < n; i++)
            if (symbols[i].pair_rank < best_rank) {
                best_rank = symbols[i].pair_rank;
                best = i;
            }
        if (best == n)
            break;
        symbols[best].end = symbols[best + 1].end;
        symbols[best].id = symbols[best].pair_id;
        n--;
        for (size_t i = best + 1; i < n; i++)
            symbols[i] = symbols[i + 1];
        for (size_t i = best > 0 ? best - 1 : 0; i <= best && i + 1 < n; i++)
            if (!pair(user, &symbols[i], &symbols[i + 1], &symbols[i].pair_rank,
                      &symbols[i].pair_id))
                symbols[i].pair_rank = MODEL__MERGE_NONE;
    }
    for (size_t i = 0; i < n; i++)
        symbols[i].next = i + 1 < n ? (uint32_t)i + 1 : MODEL__MERGE_NONE;
}

/* Joins among m->symbols[0..n), whose begin, end and id the caller has set; n >= 1. Afterwards
 * follow `next` from index 0 for what is left. Inline, so that a pair function known at compile
 * time is too: most pieces are short. Cost: O(n log n) and at most 3n calls of pair. */
static inline void model__merge(struct model__merger *m, size_t n, model__pair *pair,
                                const void *user)
{
    if (n <= MODEL__MERGE_FEW)
        model__merge_few(m->symbols, n, pair, user);
    else
        model__merge_many(m, n, pair, user);
}

#endif
