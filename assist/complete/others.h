/* assist/complete/others.h: the pieces of other files that the prompt begins with. Inside this
 * folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_OTHERS_H
#define ARTEL_ASSIST_COMPLETE_OTHERS_H

#include "assist/complete/engine.h"
#include "context/gather.h"
#include "context/window.h"

/* Whether others_find would answer with what it found before: then it does not look at `seen`. */
bool others_known(const assist_engine *a, const struct assist_document *doc, size_t cursor);
/* The pieces for the cursor, which add to what is seen of the document, of at most budget_tok
 * tokens together; none where the document's project is not open. They stay the same while the
 * cursor stays within some lines, so that the cache of what the model read survives typing.
 * Borrowed until the next call. Cost: milliseconds when they are asked for anew. */
size_t others_find(assist_engine *a, const struct assist_document *doc, size_t cursor,
                   const struct ctx_window *seen, ctx_count_fn *count, void *user,
                   size_t budget_tok, const struct ctx_gather_piece **pieces);
/* They are asked for anew next time. */
void others_forget(assist_engine *a);

#endif
