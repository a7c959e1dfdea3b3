/* context/import_place.h: where an import goes in a document: among those that are there, in their
 * order, groups and style, into the statement that imports from there already, or behind what heads
 * the file. Pure functions; any thread. */
#ifndef ARTEL_CONTEXT_IMPORT_PLACE_H
#define ARTEL_CONTEXT_IMPORT_PLACE_H

#include "context/importing.h"
#include "context/tree.h"

/* Bytes [begin, end) of the document become `text`. */
typedef struct {
    size_t begin, end;
    str_view text;
} ctx_import_edit;

/* The edit that makes the document import what `statement` does; false when it does so already, or
 * no place for it is found before `limit`, an offset at a line's beginning. `tree` is that of the
 * text, or NULL. Texts live in `mem`. */
bool ctx_import_place(ctx_import_edit *out, enum ctx_import_family family, const ctx_tree *tree,
                      str_view text, size_t limit, str_view statement, arena *mem);

#endif
