/* lsp/familiar.h: which languages the user knows, learned from the commits of a folder's repository
 * (context/versed.h) on a thread of its own. */
#ifndef ARTEL_LSP_FAMILIAR_H
#define ARTEL_LSP_FAMILIAR_H

#include "context/versed.h"

typedef struct lsp_familiar lsp_familiar;

/* Begins to read the repository that the folder lies in, if it lies in one. NULL: no memory, no
 * thread. */
lsp_familiar *lsp_familiar_start(const char *root);
/* What was learned; empty until reading is done. Never blocks for longer than a copy takes. */
struct ctx_versed lsp_familiar_get(lsp_familiar *f);
/* Ends the reading and waits for its end, some milliseconds. Accepts NULL. */
void lsp_familiar_stop(lsp_familiar *f);

#endif
