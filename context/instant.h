/* context/instant.h: completes the line at the cursor from text that was written before, with no
 * model and in a few milliseconds. It knows the repository's files and the open buffers as pieces
 * of source text (context/lexicon.h), finds places like the cursor's (context/recall.h) and chooses
 * between what follows there by how much else agrees: the lines below, the words around, whose file
 * it is. The confidence says how often such a choice has been right.
 *
 * Secrets (context/secret.h) are hidden before a text is taken in, so that none is ever suggested.
 * Belongs to one thread at a time. Deterministic. */
#ifndef ARTEL_CONTEXT_INSTANT_H
#define ARTEL_CONTEXT_INSTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "context/recall.h"

typedef struct ctx_instant ctx_instant;

/* max_tokens as in ctx_recall_create; a token is about 3.5 bytes of source and takes 8. */
MUST_USE err_code ctx_instant_create(ctx_instant **out, size_t max_tokens, err *e);
void ctx_instant_destroy(ctx_instant *t);

/* Adds the document, or replaces its text; what did not change costs no more than a comparison.
 * `text` may be any bytes and is not kept. For the document at the cursor: its whole text, before
 * and after. *seen (may be NULL) gets the text without its secrets, of which each byte is 1: it
 * lives as long as `text` and until the next put. ERR_NOMEM, ERR_RANGE (full): the former text
 * stays. Cost: O(text), about 15 MB/s for new text. */
MUST_USE err_code ctx_instant_put(ctx_instant *t, const struct ctx_recall_doc *doc, str_view text,
                                  str_view *seen, err *e);
void ctx_instant_remove(ctx_instant *t, uint64_t id);
/* Background work, as ctx_recall_work. */
bool ctx_instant_work(ctx_instant *t, size_t n_steps);

struct ctx_instant_stats {
    struct ctx_recall_stats recall;
    size_t n_pieces; /* different ones */
    size_t n_bytes;  /* all memory held */
};
void ctx_instant_stats(const ctx_instant *t, struct ctx_instant_stats *out);

struct ctx_instant_query {
    str_view before; /* the document up to the cursor; the last few kilobytes are enough */
    str_view after;  /* from the cursor on; likewise */
    uint64_t doc;    /* the document, as put with before + after */
    size_t doc_off;  /* bytes of it before the cursor */
    uint32_t language, folder;
};

struct ctx_instant_item {
    str_view text;    /* goes in at the cursor; without line break */
    float confidence; /* 0 to 1 */
    uint32_t match;   /* pieces before the cursor that agree where it was found */
    uint32_t n_places;
    uint64_t doc; /* one that it was found in */
};

/* Fills items with the likeliest ends of the line, best first; different texts. Returns how many, 0
 * when nothing is known. Texts live in `mem` (test arena_failed). Cost: about 1 ms at 10 M tokens.
 */
size_t ctx_instant_complete(const ctx_instant *t, const struct ctx_instant_query *q, arena *mem,
                            struct ctx_instant_item *items, size_t cap);

/* The lines that follow where `first`, the end of the cursor's line, was found: as long as most of
 * these places go on alike and their lines belong to the block, at most `max_lines`.
 * Indented as the cursor's line is, each with its line break `eol` before it; empty when nothing is
 * sure. Lives in `mem`. The same cost. */
struct ctx_instant_block_query {
    str_view first;
    bool opens; /* the cursor's line opens the block: it ends where a line is indented as that, with
                   that line if it only closes; else the cursor's line is the block's first */
    size_t max_lines;
    const char *eol;
};
str_view ctx_instant_block(const ctx_instant *t, const struct ctx_instant_query *q,
                           const struct ctx_instant_block_query *b, arena *mem);

/* A line of closing signs: "}", "});", "end"; "} // x" is none. */
bool ctx_instant_only_closes(str_view line);

#endif
