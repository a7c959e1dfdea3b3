/* lsp/write.h: JSON out. Appends to a buffer; commas are put where they belong; failure is sticky,
 * as in base/buf.h. Any bytes may be written as a string: what is not UTF-8 becomes U+FFFD. Not
 * thread-safe. */
#ifndef ARTEL_LSP_WRITE_H
#define ARTEL_LSP_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "lsp/pos.h"

typedef struct lsp_writer {
    buf out;
    bool comma; /* the next value of this level follows another one */
} lsp_writer;

void lsp_write_init(lsp_writer *w);
void lsp_write_release(lsp_writer *w);

void lsp_write_object_begin(lsp_writer *w);
void lsp_write_object_end(lsp_writer *w);
void lsp_write_array_begin(lsp_writer *w);
void lsp_write_array_end(lsp_writer *w);
/* Names the value that is written next; `key` is plain ASCII. */
void lsp_write_key(lsp_writer *w, const char *key);

void lsp_write_str(lsp_writer *w, str_view v);
void lsp_write_int(lsp_writer *w, int64_t v);
void lsp_write_bool(lsp_writer *w, bool v);
void lsp_write_null(lsp_writer *w);
/* `json` must be one whole value. */
void lsp_write_raw(lsp_writer *w, str_view json);
void lsp_write_range(lsp_writer *w, lsp_range range);

/* A TextEdit: what takes the range's place. */
void lsp_write_text_edit(lsp_writer *w, lsp_range range, str_view text);

/* The member "edit", a WorkspaceEdit, up to its documents: each is a key, the uri, and an array of
 * TextEdits. */
void lsp_write_changes_begin(lsp_writer *w);
void lsp_write_changes_end(lsp_writer *w);

/* key and value in one. */
void lsp_write_member_str(lsp_writer *w, const char *key, str_view v);
void lsp_write_member_int(lsp_writer *w, const char *key, int64_t v);
void lsp_write_member_bool(lsp_writer *w, const char *key, bool v);

#endif
