/* assist/complete/learn.h: takes texts into everything that the engine learns from. Inside this
 * folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_LEARN_H
#define ARTEL_ASSIST_COMPLETE_LEARN_H

#include "assist/complete/engine.h"

/* What a text is called there. */
struct ctx_recall_doc learn_name(const struct assist_document *doc, bool live);

/* Takes in the text, or replaces it; `live` when it is the one being written. Secrets are hidden
 * first. Files that hold secrets by their name and very large ones are left out. When memory for
 * texts is full, a live one makes everything else be forgotten, another is left out. Cost: O(what
 * changed), the first time about 4 MB/s. ERR_NOMEM. */
MUST_USE err_code learn_text(assist_engine *a, const struct assist_document *doc, bool live,
                             err *e);

/* learn_text of a live text in two steps, for who may not need the second: lines, which `written`
 * offers; then tokens, which the model is mixed with. *seen is for learn_tokens, with no other call
 * between. What was left out is made up for by the next learn_tokens. Same errors. */
MUST_USE err_code learn_lines(assist_engine *a, const struct assist_document *doc, str_view *seen,
                              err *e);
MUST_USE err_code learn_tokens(assist_engine *a, const struct assist_document *doc, str_view seen,
                               err *e);

/* Frees what was learned. */
void learn_release(assist_engine *a);

#endif
