/* assist/scaffold/ui.h: what the user-interface targets share: the model as data (types, fields,
 * labels) that text/ui_core.js works on. */
#ifndef ARTEL_ASSIST_SCAFFOLD_UI_H
#define ARTEL_ASSIST_SCAFFOLD_UI_H

#include "assist/scaffold/emit.h"
#include "assist/scaffold/sample.h"

/* "created at" -> "Created at", "user id" -> "User ID". In o->a. */
const char *scaf__label(emit_out *o, str_view words);
/* Writes `const types = {...};` and `const page = {...};`; exported and with TypeScript's
 * annotations if `typed`. */
void scaf__ui_model(emit_out *o, bool typed);

#endif
