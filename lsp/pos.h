/* lsp/pos.h: columns of a line in the unit that client and server agreed on, to byte offsets and
 * back. With base/utf.h the only place that knows UTF-16. Pure functions, safe on any thread.
 * Source: LSP 3.18, "Position" and "PositionEncodingKind". */
#ifndef ARTEL_LSP_POS_H
#define ARTEL_LSP_POS_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

typedef enum { LSP_UTF8, LSP_UTF16, LSP_UTF32 } lsp_encoding;

/* Both count from 0. The unit of `col` is the session's encoding: bytes, UTF-16 units or code
 * points. */
typedef struct {
    uint32_t line;
    uint32_t col;
} lsp_pos;

/* `end` is exclusive. */
typedef struct {
    lsp_pos start;
    lsp_pos end;
} lsp_range;

/* Byte offset of column `col` in `line`, which is borrowed and holds no line end. A column past the
 * end gives line.len; one inside a character or a surrogate pair moves back to its start. O(line).
 */
size_t lsp_pos_to_offset(str_view line, uint32_t col, lsp_encoding encoding);

/* The column of a byte offset; past the end means the end, inside a character means its start.
 * Columns that do not fit 32 bits give UINT32_MAX. O(line). */
uint32_t lsp_pos_from_offset(str_view line, size_t off_bytes, lsp_encoding encoding);

/* "utf-8", "utf-16", "utf-32"; static text. */
const char *lsp_encoding_name(lsp_encoding encoding);

#endif
