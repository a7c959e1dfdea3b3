/* assist/script/by_model.h: a script for what no step covers, written by a language model: a guess.
 * It says so, names what it seems to do to the world, and does nothing until it is run with --yes:
 * nobody has tried it, and words that are looked for are no proof. */
#ifndef ARTEL_ASSIST_SCRIPT_BY_MODEL_H
#define ARTEL_ASSIST_SCRIPT_BY_MODEL_H

#include "assist/script/script.h"
#include "base/thread.h"
#include "model/gguf.h"

struct script_by_model_options {
    size_t max_tokens;         /* that are written; 0: 1024 */
    uint32_t budget_ms;        /* for reading and writing, without loading; 0: two minutes */
    const cancel_flag *cancel; /* may be NULL */
};

/* `how->language`: one of those that can be guarded, else ERR_UNSUPPORTED, as for models that
 * cannot do it (guess.h); ERR_NOT_FOUND: the model came to no end, or wrote no plain text; `e` says
 * it in a sentence. ERR_CANCELLED, ERR_FORMAT (damaged weights), ERR_NOMEM. All texts live in `a`.
 * What it wrote has not been parsed. Cost: loads the weights; blocks. */
MUST_USE err_code assist_script_by_model(assist_script *out, arena *a, const model_gguf *model,
                                         str_view comment, const assist_script_options *how,
                                         const struct script_by_model_options *options, err *e);

#endif
