/* context/gather.h: pieces of the project that the model should see at the cursor, from the index.
 *
 * Words are the names of three or more characters within 60 lines above and 20 below the cursor,
 * near(w) = 1 / (1 + lines up to the cursor / 8), 0.25 for those that stand only below, and
 * rare(w) = log(1 + chunks / chunks with w) over the chunks of the index (at most 40 lines each).
 * Five kinds of pieces compete, whole definitions where they fit, else their signatures:
 *
 *     defines w     1.2 * near(w) * rare(w) / sqrt(definitions of w) / 4
 *     similar code  sum over words w in both of near(w) * rare(w) / sqrt(8 + words of the chunk)
 *     imported      the signatures of a file that the document imports: 0.4
 *     scope         the signatures beside the cursor in the definitions around it, where they are
 *                   outside of what the model sees anyway: 1.5
 *     edited        the chunks in which the user was, or that were changed, lately: 1.5 * weight
 *
 * each times 1.5 in the same language and times
 *
 *     1 + imported + 0.5 * (changes together, 0 to 1) + 0.3 * (recent, 0 to 1)
 *       + 0.5 * (same name but for the ending) + 0.2 * (same folder)
 *
 * Left out are pieces most of whose lines stand around the cursor or in a better piece, and those
 * with less than a fifth of the best score. What is on disk of the document itself is never read.
 *
 * The weights are those with which bench_gather found most names of hidden lines.
 *
 * Any thread; deterministic for a view; the results live in the arena. */
#ifndef ARTEL_CONTEXT_GATHER_H
#define ARTEL_CONTEXT_GATHER_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "context/history.h"
#include "context/index.h"
#include "context/lately.h"
#include "context/window.h"

enum ctx_gather_source {
    CTX_GATHER_DEFINES,
    CTX_GATHER_SIMILAR,
    CTX_GATHER_IMPORTED,
    CTX_GATHER_SCOPE,
    CTX_GATHER_EDITED,
    CTX_GATHER_N_SOURCES
};
/* "definition", "similar", "import", "scope", "edited"; static. */
const char *ctx_gather_source_name(enum ctx_gather_source source);

/* Lines of a file that the user, or someone lately, was at. */
struct ctx_gather_region {
    str_view path;
    uint32_t line, n_lines; /* from 0 */
    float weight;           /* 0 to 1 */
    const char *reason;     /* for people: "not committed"; static */
};

struct ctx_gather_query {
    str_view path;               /* of the document, below the root of the index */
    str_view text;               /* the whole document */
    size_t cursor;               /* <= text.len */
    size_t seen_begin, seen_end; /* bytes of text that the model sees anyway; equal: all */
    const gram_language *lang;   /* of the document; NULL: unknown */
    const ctx_history *history;  /* may be NULL */
    const str_view *recent;      /* paths visited or edited lately, newest first */
    size_t n_recent;
    const struct ctx_gather_region *regions; /* best first */
    size_t n_regions;
    ctx_count_fn *count; /* tokens that a text takes */
    void *user;
    size_t budget_tok; /* for all pieces together */
};

struct ctx_gather_piece {
    str_view text; /* whole lines, secrets masked; ends in a line break */
    str_view path;
    str_view reason; /* for people: "defines parse_head" */
    enum ctx_gather_source source;
    uint32_t first_line; /* from 0 */
    float score;
    size_t n_tok;
};

/* What was changed lately as regions, at most cap of them. Returns how many. Paths are borrowed. */
size_t ctx_gather_past(struct ctx_gather_region *out, size_t cap,
                       const struct ctx_lately_view *past);

/* The best pieces that fit into the budget, at most cap, by path and line, so that a cache of what
 * the model read stays valid while the cursor moves. Test arena_failed. Cost: milliseconds, see
 * bench_gather; reads the chosen lines from disk. */
size_t ctx_gather(const ctx_index_view *v, const struct ctx_gather_query *q, arena *mem,
                  struct ctx_gather_piece *pieces, size_t cap);

#endif
