/* lsp/item.h: suggestions as LSP items. Values in, JSON out; knows no server. */
#ifndef ARTEL_LSP_ITEM_H
#define ARTEL_LSP_ITEM_H

#include <stdbool.h>
#include <stddef.h>

#include "assist/complete/complete.h"
#include "base/str.h"
#include "lsp/text.h"
#include "lsp/write.h"

/* The command that an accepted inline item runs; its argument is {"uri": ..., "bytes": ...}, and
 * for an item that needs imports "edits", which hold while the lines above "line" are those whose
 * lsp_item_above is "above". */
#define LSP_ACCEPT_COMMAND "artel.accept"
/* Makes the next of the edits that follow from the last one; its argument is {"uri": ...}. */
#define LSP_NEXT_EDIT_COMMAND "artel.nextEdit"
#define LSP_NEXT_EDIT_KIND    "quickfix.artel"
/* Says why the last answer for a document was what it was: see lsp__why. */
#define LSP_WHY_COMMAND "artel.why"

struct lsp_item_place {
    const lsp_text *text;
    lsp_encoding encoding;
    size_t cursor; /* byte offset */
    str_view uri;
    str_view language; /* for the code block that previews several lines */
    bool takes_edits;  /* the client takes workspace/applyEdit */
};

/* What a suggestion would replace is on the cursor's line and covers the cursor; others must not be
 * sent, because inline items span one line. */
bool lsp_item_is_sound(const struct lsp_item_place *place, const struct assist_suggestion *s);

/* The member "command" that tells of acceptance; what more its argument says goes between the two.
 */
void lsp_item_accept_begin(lsp_writer *w, str_view uri, size_t n_bytes);
void lsp_item_accept_end(lsp_writer *w);

/* A number that stands for the lines above the cursor's. */
int64_t lsp_item_above(const lsp_text *text, size_t cursor);

/* An InlineCompletionItem of plain text. `s` must be sound. */
void lsp_item_write_inline(lsp_writer *w, const struct lsp_item_place *place,
                           const struct assist_suggestion *s);

struct lsp_item_caps {
    bool insert_text_mode; /* the client knows insertTextMode "asIs" */
    bool label_details;
    bool markdown; /* documentation may be markdown */
    /* What the client takes once for a list; lsp_item_write_defaults clears what it did not say. */
    bool default_range, default_format, default_mode;
};

/* The member "itemDefaults" of a list of `items`, written when the client takes any of it. Items
 * written with *caps afterwards leave out what it says. */
void lsp_item_write_defaults(lsp_writer *w, const struct lsp_item_place *place,
                             struct lsp_item_caps *caps, const struct assist_suggestion *items,
                             size_t n_items);

/* A CompletionItem for the same text. Its range begins at the start of the word before the cursor,
 * so that the editor's own filter, which matches what is typed against the item, keeps it. `rank`
 * orders items. */
void lsp_item_write_completion(lsp_writer *w, const struct lsp_item_place *place,
                               const struct lsp_item_caps *caps, const struct assist_suggestion *s,
                               size_t rank);

/* Turns a suggestion for a text in which a popup's entry had been put at [begin, begin + entry.len)
 * into the text that replaces [begin, end) of the real document, as selectedCompletionInfo wants
 * it: it begins with the entry and has exactly its range. Appends to `out`; false when it does not
 * extend the entry. `after` is the real text from `end` on, up to the line's end. */
bool lsp_item_extend_entry(buf *out, str_view entry, size_t begin, str_view after,
                           const struct assist_suggestion *s);

#endif
