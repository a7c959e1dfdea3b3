/* assist/explain/prose.h: what a language model says of code, in words of its own: a guess, shown
 * beside what is written down and computed (explain.h), never in its place.
 *
 * The model is shown the code, and behind it the beginning of a comment, which it continues: the
 * likeliest words, so that the same model says the same. Asked are only models that were taught
 * dialogues, or have a billion parameters: what smaller ones write merely looks like an
 * explanation. */
#ifndef ARTEL_ASSIST_EXPLAIN_PROSE_H
#define ARTEL_ASSIST_EXPLAIN_PROSE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"
#include "grammars/language.h"
#include "model/gguf.h"

struct explain_prose_options {
    size_t max_tokens;         /* that are written; 0: 96 */
    uint32_t budget_ms;        /* for reading and writing, without loading; 0: 20 s */
    const cancel_flag *cancel; /* may be NULL */
};
#define EXPLAIN_PROSE_DEFAULT ((struct explain_prose_options){0})

/* Whether the model may be asked. ERR_UNSUPPORTED: e says in a sentence why not. Cost: none. */
MUST_USE err_code explain_prose_check(const model_gguf *model, err *e);

/* One to three sentences about `code`, of which at most 3 KB are shown to the model, in `mem`;
 * control, hidden and reordering characters are written out in them. *by is the model's name, as
 * harmless. ERR_UNSUPPORTED as above; ERR_NOT_FOUND: it had nothing to say, in this time;
 * ERR_CANCELLED, ERR_FORMAT (damaged weights), ERR_NOMEM. Cost: loads the weights; blocks. */
MUST_USE err_code explain_prose(str_view *out, str_view *by, arena *mem, const model_gguf *model,
                                const gram_language *lang, str_view code,
                                const struct explain_prose_options *options, err *e);

#endif
