/* lsp/schema.h: what the tables of a project's database are. Any thread; blocks on the disk. */
#ifndef ARTEL_LSP_SCHEMA_H
#define ARTEL_LSP_SCHEMA_H

#include "base/buf.h"
#include "base/str.h"

/* Appends to `out` the statements that make the tables: of the database files that the comment
 * names, else of the .sql files of the project that `folder`, an absolute path, lies in. Files
 * that cannot be read, and what `out` has no room for, are passed over. Cost: a walk. */
void lsp_schema_read(buf *out, str_view folder, str_view comment);

#endif
