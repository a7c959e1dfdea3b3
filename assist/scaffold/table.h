/* assist/scaffold/table.h: CSV as JSON, so that a table is a sample too. Pure. */
#ifndef ARTEL_ASSIST_SCAFFOLD_TABLE_H
#define ARTEL_ASSIST_SCAFFOLD_TABLE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* Appends the table as a JSON array of objects, a row a line. The first line names the columns. The
 * separator is the one of comma, semicolon and tab that the first line has most of. A column whose
 * cells all are spelled as JSON spells numbers (or true and false) holds those, any other strings:
 * "007" stays what it is. An empty cell is null, one in quotes is ""; a row that ends early lacks
 * the rest. ERR_FORMAT (a quote without its end; no rows), ERR_NOMEM, ERR_RANGE (more than
 * TABLE_COLUMNS). Cost: O(text), read twice. Source: RFC 4180. */
enum { TABLE_COLUMNS = 1000 };
MUST_USE err_code scaf__table_to_json(buf *out, str_view text, err *e);

#endif
