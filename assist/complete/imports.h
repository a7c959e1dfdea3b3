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

#endif
