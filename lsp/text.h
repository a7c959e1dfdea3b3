/* lsp/text.h: one open document: its text as the client sees it, with an index of lines. Line ends
 * are \n, \r\n and \r, as LSP has them. Not thread-safe; the main thread owns all documents. */
#ifndef ARTEL_LSP_TEXT_H
#define ARTEL_LSP_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "lsp/pos.h"

typedef struct lsp_text {
    buf bytes;
    size_t *starts; /* owned; starts[i] is the offset of line i, starts[0] == 0, ascending */
    size_t n_lines; /* at least 1 */
    size_t cap_lines;
} lsp_text;

/* An empty text of one line. max_bytes bounds it for ever. ERR_NOMEM. */
MUST_USE err_code lsp_text_init(lsp_text *t, size_t max_bytes);
void lsp_text_release(lsp_text *t);

/* Replaces everything. ERR_NOMEM, ERR_RANGE: the old text stays. */
MUST_USE err_code lsp_text_set(lsp_text *t, str_view text);
/* Replaces bytes [begin, end) by `with`; begin <= end <= length. Same errors, same promise.
 * Cost: O(bytes and lines after begin). */
MUST_USE err_code lsp_text_replace(lsp_text *t, size_t begin, size_t end, str_view with);

/* The whole text; borrowed until the next change. */
str_view lsp_text_view(const lsp_text *t);
/* Line `line` (< n_lines) without its end. Borrowed. */
str_view lsp_text_line(const lsp_text *t, size_t line);
/* The line that holds byte `off` (<= length). O(log lines). */
size_t lsp_text_line_of(const lsp_text *t, size_t off_bytes);

/* Byte offset of a position. A column past the line's end means the end of the line, a line past
 * the last one means the end of the text. */
size_t lsp_text_offset(const lsp_text *t, lsp_pos pos, lsp_encoding encoding);
/* The position of byte `off` (<= length). An offset between \r and \n gives the end of the line. */
lsp_pos lsp_text_pos(const lsp_text *t, size_t off_bytes, lsp_encoding encoding);

#endif
