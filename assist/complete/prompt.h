/* assist/complete/prompt.h: the tokens the model reads for one cursor. Inside this folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_PROMPT_H
#define ARTEL_ASSIST_COMPLETE_PROMPT_H

#include "assist/complete/engine.h"

struct prompt {
    size_t n; /* of the tokens in engine->prompt */
    str_view
        heal; /* the end of the prefix that was left out: what is generated must start with it */
    size_t prefix_begin, prefix_end;       /* the tokens of the text before the cursor */
    size_t document_begin;                 /* what stands before it is about other files */
    const struct ctx_gather_piece *others; /* pieces of other files; borrowed likewise */
    size_t n_others;
    size_t begin_bytes, end_bytes; /* of the document, what is seen of it */
    struct ctx_recall_query place; /* where that is; without context */
};

/* Builds the prompt for `cursor` into a->prompt, leaving max_tokens positions free for the answer.
 *
 * `without`: of enum assist_part.
 *
 * Token healing: a prefix that ends inside a word or in indentation is cut back to the token
 * boundary before it, and the bytes cut off must be generated again. So the model may choose the
 * token that a reader of the finished text would see, instead of being held to a split that only
 * the cursor made. */
MUST_USE err_code prompt_build(struct prompt *out, assist_engine *a,
                               const struct assist_document *doc, size_t cursor, size_t max_tokens,
                               unsigned without, err *e);

/* How many bytes at the end of a prefix are to be generated again. Pure. */
size_t prompt_heal_length(str_view prefix);

#endif
