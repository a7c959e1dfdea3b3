/* context/recall.h: what was written before in a context like this one. A suffix structure over the
 * token ids of many documents (repository, open buffers, recent edits). It predicts the next token
 * from the longest matching contexts, drafts continuations for speculative decoding, and finds the
 * places that the instant tier completes from. It learns by adding text; nothing is trained.
 *
 * Ids come from any vocabulary below CTX_RECALL_MAX_ID. Contexts are compared by what the tokens
 * say, not how they are spaced: pieces are trimmed, runs of blanks are skipped and every line break
 * counts as the same, so that code matches code at another indentation. The tokens returned are the
 * exact ones stored.
 *
 * Structure. Every position is kept in an array sorted by its context read backwards (the suffix
 * array of the reversed text, as in unbounded n-gram models: Liu et al. 2024, arXiv:2401.17377,
 * there forwards). A binary search gives the place of the current context; its neighbours are the
 * longest matches, in order. Documents being edited have an array of their own, patched per edit;
 * the others lie in immutable segments whose arrays are merged with geometrically growing sizes
 * (the logarithmic method, Bentley and Saxe 1980). Chosen over hashed n-gram chains because the
 * longest match is found whatever its length, common contexts cost no more than rare ones, and it
 * takes 8 bytes per token and some per document.
 *
 * What must not be predicted must not be put: the caller masks secrets (context/secret.h) first.
 *
 * Deterministic: the same calls give the same results. Belongs to one thread at a time. */
#ifndef ARTEL_CONTEXT_RECALL_H
#define ARTEL_CONTEXT_RECALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum {
    CTX_RECALL_MAX_ID = 1 << 22, /* ids are below this */
    CTX_RECALL_MAX_MATCH = 32,   /* contexts are compared over this many tokens, blanks left out */
    CTX_RECALL_MAX_HITS = 256,   /* places looked at per query; bounds its time */
    CTX_RECALL_MAX_LIVE = 16,    /* documents that keep an array of their own */
};

typedef struct ctx_recall ctx_recall;

/* What the ids say. `piece` is asked once per id and its answer need not outlive the call; `user`
 * is borrowed for the life of the structure. */
struct ctx_recall_vocab {
    str_view (*piece)(const void *user, int32_t id);
    const void *user;
};

/* max_tokens bounds what is stored, replaced text that is not yet merged away included. ERR_NOMEM.
 */
MUST_USE err_code ctx_recall_create(ctx_recall **out, const struct ctx_recall_vocab *vocab,
                                    size_t max_tokens, err *e);
void ctx_recall_destroy(ctx_recall *r);

struct ctx_recall_doc {
    uint64_t id;       /* the caller's name for it */
    uint32_t language; /* any number; equal means the same language */
    uint32_t folder;   /* any number; equal means the same folder */
    bool live;         /* open in an editor or just edited: weighs more */
};

/* Adds the document, or replaces the text that it had. ids are copied; all must be in
 * [0, CTX_RECALL_MAX_ID). ERR_RANGE: an id outside, or the maximum of tokens reached; ERR_NOMEM. On
 * failure the former text stays. Visible to the next query. Cost: O(n log n), and a share of the
 * merging that is proportional to n. */
MUST_USE err_code ctx_recall_put(ctx_recall *r, const struct ctx_recall_doc *doc,
                                 const int32_t *ids, size_t n, err *e);
/* Replaces tokens [begin, begin + n_removed) of the document and makes it live. ERR_NOT_FOUND: no
 * such document; ERR_RANGE: outside its text, or as in put. On failure the former text stays. Cost:
 * O(document) moves of 4 bytes and O(n_inserted + CTX_RECALL_MAX_MATCH) searches. */
MUST_USE err_code ctx_recall_edit(ctx_recall *r, uint64_t id, size_t begin, size_t n_removed,
                                  const int32_t *ids, size_t n_inserted, err *e);
/* As put, and as an edit where a live document changed only in part; nothing at all is done where
 * it did not. For callers that have the whole text again and not what changed in it. */
MUST_USE err_code ctx_recall_update(ctx_recall *r, const struct ctx_recall_doc *doc,
                                    const int32_t *ids, size_t n, err *e);
/* Forgets the document. Unknown ids are ignored. */
void ctx_recall_remove(ctx_recall *r, uint64_t id);
/* The document's tokens, borrowed until the next change; NULL when there is no such document. */
const int32_t *ctx_recall_text(const ctx_recall *r, uint64_t id, size_t *n);
/* Goes on merging for about n_steps tokens (some 0.3 us each). True while there is more to do. Not
 * needed for right results; queries are quicker after it. */
bool ctx_recall_work(ctx_recall *r, size_t n_steps);

struct ctx_recall_stats {
    size_t n_documents;
    size_t n_tokens;   /* that queries can find */
    size_t n_stored;   /* with those not yet merged away */
    size_t n_segments; /* arrays that a query searches */
    size_t n_bytes;    /* memory held */
};
void ctx_recall_stats(const ctx_recall *r, struct ctx_recall_stats *out);

struct ctx_recall_query {
    const int32_t *context; /* the tokens before; only the end of it is read */
    size_t n_context;
    uint64_t doc;      /* the document that is being written, if it is stored */
    size_t doc_pos;    /* where in it the next token goes; that place itself is no evidence */
    uint32_t language; /* as in ctx_recall_doc */
    uint32_t folder;
};

/* A place where the context, or the end of it, occurs. */
struct ctx_recall_hit {
    const int32_t *next; /* the token there and what follows it: borrowed until the next change */
    size_t n_before;     /* tokens of the document before next[0], readable as next[-1], … */
    size_t n_after;      /* tokens from next[0] on, at least 1 */
    uint64_t doc;
    uint32_t match; /* tokens of context that agree, 1 to CTX_RECALL_MAX_MATCH */
    float weight;   /* evidence, relative to the other hits */
    bool own_doc, same_folder, same_language, live;
};

/* Fills hits with the places of the longest matches, longest first; equal ones: own document, other
 * live ones, newer ones first. Returns how many, at most `cap` and CTX_RECALL_MAX_HITS. Cost:
 * O(segments * log tokens + hits) cache misses. */
size_t ctx_recall_find(const ctx_recall *r, const struct ctx_recall_query *q,
                       struct ctx_recall_hit *hits, size_t cap);

struct ctx_recall_candidate {
    int32_t id;
    float p; /* the candidates' sum is 1 before the list is cut */
};

struct ctx_recall_prediction {
    struct ctx_recall_candidate top[16]; /* most probable first; equal ones by id */
    size_t n_top;                        /* 0: nothing like it was seen */
    uint32_t match;                      /* longest */
    uint32_t n_hits;                     /* places looked at */
    uint32_t n_longest;                  /* of them with the longest match */
    float confidence; /* estimated probability that top[0] is what will be written, 0 to 1 */
};

/* The distribution of the next token. Cost: as ctx_recall_find. */
void ctx_recall_predict(const ctx_recall *r, const struct ctx_recall_query *q,
                        struct ctx_recall_prediction *out);
/* The likeliest continuation: at each step the token with the most weight among the hits that
 * agreed so far. Writes at most `cap` ids and, where p is not NULL, the share that each had; stops
 * below min_p. Returns how many. Cost: as ctx_recall_find and O(hits * cap). */
size_t ctx_recall_draft(const ctx_recall *r, const struct ctx_recall_query *q, float min_p,
                        int32_t *ids, float *p, size_t cap);

/* How tokens are compared: equal keys, equal sense. 0 for blanks. */
uint32_t ctx_recall_key(str_view piece);
/* The key of all pieces that are white space with a line break. */
enum { CTX_RECALL_KEY_LINE = 1 };

#endif
