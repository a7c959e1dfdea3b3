/* lsp/shown.h: the suggestions last given for a document, and what is left of them as the user
 * types along. Pure bookkeeping over byte offsets: no engine, so an answer costs nothing. Not
 * thread-safe. */
#ifndef ARTEL_LSP_SHOWN_H
#define ARTEL_LSP_SHOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "assist/complete/complete.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

typedef struct lsp_shown {
    arena mem; /* of items and their texts */
    struct assist_suggestion *items;
    size_t n_items;
    size_t anchor;     /* the cursor when they were made */
    size_t line_begin; /* of its line */
    str_view indent;   /* of that line; in mem */
    buf typed;         /* what stands behind anchor now that did not then */
    bool valid;
    bool invoked;
} lsp_shown;

void lsp_shown_init(lsp_shown *s);
void lsp_shown_release(lsp_shown *s);
void lsp_shown_forget(lsp_shown *s);

/* Remembers copies of `items` made for the cursor `cursor` of `text`. Items must lie around the
 * cursor, as the engine promises. `invoked` tells whether the user had asked for alternatives.
 * Forgets everything when memory is short. */
void lsp_shown_set(lsp_shown *s, str_view text, size_t cursor, bool invoked,
                   const struct assist_suggestion *items, size_t n_items);

/* Bytes [begin, end) are about to become `with`. Typing, deleting and replacing behind the anchor
 * is followed, and so is another indentation of its line; a change elsewhere forgets. */
void lsp_shown_edit(lsp_shown *s, size_t begin, size_t end, str_view with);

/* Whether all of the first item stands there by now. */
bool lsp_shown_was_typed(const lsp_shown *s);

/* Lines that were typed along may be indented in another way: what is left of them follows that.
 * Writes to items[0 .. *n_items) what may be shown at `cursor`, offsets being those of the present
 * text; borrowed until the next call that changes s. cap >= 1. False when this cannot tell and the
 * engine must be asked: another cursor, the items are used up or the user typed something else, or
 * alternatives are wanted that were not made. */
bool lsp_shown_get(lsp_shown *s, size_t cursor, bool invoked, struct assist_suggestion *items,
                   size_t cap, size_t *n_items);

#endif
