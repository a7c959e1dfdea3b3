/* assist/complete/imports.h: what a suggestion needs imported. Names that it uses and that nothing
 * else of the document has are looked up in the project (context/importing.h); where the other
 * files agree, the line is put among the document's own imports, in their order and style, or into
 * the statement that imports from there already. Inside this folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_IMPORTS_H
#define ARTEL_ASSIST_COMPLETE_IMPORTS_H

#include "assist/complete/gate.h"
#include "context/importing.h"

/* Fills in s->edits; leaves them empty where nothing is missing, or it is not certain what. Cost:
 * microseconds where no name is new, else milliseconds. */
void imports_add(struct gate *g, struct assist_suggestion *s);

/* The edit that makes the document import what `statement` does; false when it does so already, or
 * no place for it is found before `limit`, an offset at a line's beginning. `tree` is that of the
 * text, or NULL. Texts live in `mem`. */
bool imports_place(struct assist_edit *out, enum ctx_import_family family, const ctx_tree *tree,
                   str_view text, size_t limit, str_view statement, arena *mem);

#endif
