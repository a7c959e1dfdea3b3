/* context/recall_internal.h: the store behind context/recall.h, shared by the unit that changes it
 * (recall.c) and the one that asks it (recall_query.c). */
#ifndef ARTEL_CONTEXT_RECALL_INTERNAL_H
#define ARTEL_CONTEXT_RECALL_INTERNAL_H

#include "context/recall.h"

enum {
    CTX__TEXT_START = -1, /* stands before the first token of every text: contexts end there */
    CTX__BLOCK_BITS = 6,  /* part_of_block has an entry per 64 tokens */
    CTX__MAX_SEGMENTS = 256,
};

#define CTX__NO_DOC    UINT32_MAX
#define CTX__KEY_BLANK 0u
#define CTX__KEY_START UINT32_MAX

/* The text of a document inside a segment: CTX__TEXT_START at `begin`, its tokens after it. */
struct ctx__part {
    uint32_t begin;
    uint32_t doc;
};

struct ctx__segment {
    int32_t *ids;
    uint32_t *order; /* every position of a token, sorted by context, then by position */
    uint32_t n_ids, cap_ids;
    uint32_t n_order, cap_order;
    struct ctx__part *parts;
    uint32_t n_parts;
    uint32_t *part_of_block; /* the part that position (i << CTX__BLOCK_BITS) lies in */
    uint32_t n_dead;         /* tokens of documents that were replaced or removed */
};

struct ctx__doc {
    struct ctx_recall_doc info;
    struct ctx__segment *home; /* where its text is; NULL: the slot is dead or free */
    uint32_t begin;            /* of its part in home */
    uint32_t n;                /* tokens */
    uint32_t n_refs;           /* parts that name the slot */
    uint32_t next_free;        /* while it is on the list of free slots */
    uint64_t used;             /* when it was last put or edited */
};

struct ctx__merge {
    struct ctx__segment *from[2]; /* neighbours in the list, older first; [1] may be NULL */
    struct ctx__segment *to;      /* NULL: no merge is going on */
    uint32_t *moved_to[2];        /* per part of from[i]: its begin in `to`, or NOT_COPIED */
    uint32_t at[2];               /* next entry of from[i]->order */
};

struct ctx_recall {
    struct ctx_recall_vocab vocab;
    size_t max_tokens;
    uint32_t *keys; /* per id; valid below n_keys */
    uint32_t n_keys, cap_keys;
    struct ctx__doc *docs;
    uint32_t n_docs, cap_docs;
    uint32_t free_docs; /* head of a list, CTX__NO_DOC ends it */
    uint32_t *table;    /* document id to slot, open addressing, CTX__NO_DOC is empty */
    uint32_t table_mask;
    uint32_t n_alive;
    struct ctx__segment
        *live[CTX_RECALL_MAX_LIVE + 1]; /* one document each; room for one before freezing */
    uint32_t n_live;
    struct ctx__segment *segments[CTX__MAX_SEGMENTS]; /* oldest first */
    uint32_t n_segments;
    struct ctx__merge merge;
    size_t n_stored;
    uint64_t clock;
};

static inline uint32_t ctx__key_at(const ctx_recall *r, const int32_t *at)
{
    return *at == CTX__TEXT_START ? CTX__KEY_START : r->keys[*at];
}

/* The token before `at` that says something, or CTX__TEXT_START. */
static inline const int32_t *ctx__step_back(const ctx_recall *r, const int32_t *at)
{
    do
        at--;
    while (*at != CTX__TEXT_START && r->keys[*at] == CTX__KEY_BLANK);
    return at;
}

static inline uint32_t ctx__segment_part_of(const struct ctx__segment *s, uint32_t position)
{
    uint32_t part = s->part_of_block[position >> CTX__BLOCK_BITS];
    while (part + 1 < s->n_parts && s->parts[part + 1].begin <= position)
        part++;
    return part;
}

/* The slot of a document, or CTX__NO_DOC. */
uint32_t ctx__recall_doc(const ctx_recall *r, uint64_t id);

#endif
