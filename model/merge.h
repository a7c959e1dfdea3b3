/* model/merge.h: the loop that BPE and SPM share: of all adjacent pairs of symbols that may become
 * one, join the best, the leftmost among equals, until none is left. */
#ifndef ARTEL_MODEL_MERGE_H
#define ARTEL_MODEL_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { MODEL__MERGE_NONE = UINT32_MAX };

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

/* Joins among m->symbols[0..n), whose begin, end and id the caller has set; n >= 1. Afterwards
 * follow `next` from index 0 for what is left. Cost: O(n log n) and at most 3n calls of pair. */
void model__merge(struct model__merger *m, size_t n, model__pair *pair, const void *user);

#endif
