/* context/retrieve.h: pieces of other files that the model should see at the cursor.
 *
 * Files are cut into chunks of whole lines: a new one begins at a line without indentation that
 * follows a blank line or a line that is only a closing bracket, so that a definition stays
 * together with its comment, and long ones are cut. The words of a text are its names of three or
 * more characters. A chunk's score is
 *
 *     sum over the words w in both: near(w) * log(1 + chunks / chunks with w)
 *     / sqrt(8 + different words of the chunk)
 *     * (same language ? 1.5 : 1) * (1 + boost)
 *
 * where near(w) = 1 / (1 + lines from the cursor up to the nearest w / 8), 0.25 for words that only
 * stand below, and boost is what the caller knows of the file: it was changed lately, changes
 * together with this one, is imported. Words of more than one in 64 of many chunks say nothing and
 * are passed over. Left out are chunks most of whose lines already stand around the cursor or in a
 * better chunk, and those with less than a quarter of the best score.
 *
 * The texts are copied, with secrets masked. One thread at a time. Deterministic. */
#ifndef ARTEL_CONTEXT_RETRIEVE_H
#define ARTEL_CONTEXT_RETRIEVE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "context/window.h"

typedef struct ctx_retrieve ctx_retrieve;

/* max_bytes bounds the texts held. ERR_NOMEM. */
MUST_USE err_code ctx_retrieve_create(ctx_retrieve **out, size_t max_bytes, err *e);
void ctx_retrieve_destroy(ctx_retrieve *r);

struct ctx_retrieve_doc {
    uint64_t id; /* the caller's name for it */
    str_view path;
    uint32_t language; /* any number; equal means the same language */
};

/* Adds the file, or replaces its text. ERR_RANGE: full; ERR_NOMEM. On failure the file is absent.
 * Cost: O(text). */
MUST_USE err_code ctx_retrieve_put(ctx_retrieve *r, const struct ctx_retrieve_doc *doc,
                                   str_view text, err *e);
void ctx_retrieve_remove(ctx_retrieve *r, uint64_t id);
size_t ctx_retrieve_bytes(const ctx_retrieve *r);

struct ctx_retrieve_query {
    str_view before, after; /* the document around the cursor */
    uint64_t doc;           /* its own chunks are left out */
    uint32_t language;
    float (*boost)(void *user, uint64_t doc); /* 0 to 1; may be NULL */
    ctx_count_fn *count;                      /* tokens that a text takes */
    void *user;                               /* of both */
    size_t budget_tok;                        /* for all pieces together */
};

struct ctx_retrieve_piece {
    str_view text; /* whole lines; text, path and reason live in the arena */
    str_view path;
    str_view reason; /* for people: "shares parse_head, req" */
    uint64_t doc;
    uint32_t first_line; /* from 0 */
    float score;
    size_t n_tok;
};

/* The best pieces that fit into the budget, in a stable order: by path and line, so that a cache of
 * what the model read stays valid while the cursor moves. Returns how many, at most cap. Test
 * arena_failed. Cost: O(chunks that share a word with the cursor's surroundings). */
size_t ctx_retrieve_find(const ctx_retrieve *r, const struct ctx_retrieve_query *q, arena *mem,
                         struct ctx_retrieve_piece *pieces, size_t cap);

#endif
