/* assist/complete/habit.h: what the model's next tokens usually are here. A recall model
 * (context/recall.h) over the model's own vocabulary learns every text that the engine sees; its
 * distribution is mixed with the model's by weights that follow what the user really writes
 * (context/mix.h). Inside this folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_HABIT_H
#define ARTEL_ASSIST_COMPLETE_HABIT_H

#include "assist/complete/complete.h"
#include "context/mix.h"
#include "context/recall.h"
#include "model/sample.h"
#include "model/vocab.h"

struct habit {
    const model_vocab *vocab; /* borrowed */
    ctx_recall *recall;
    struct ctx_mix mix;
    struct model_tokens ids; /* scratch */
};

/* ERR_NOMEM. */
MUST_USE err_code habit_init(struct habit *h, const model_vocab *vocab, size_t max_tokens, err *e);
/* Accepts a zeroed one. */
void habit_release(struct habit *h);

/* Mixes the model's likeliest tokens with what recall expects: `top` gets the cap likeliest of the
 * mixture, likeliest first. logits: f32 over the vocabulary, n_top > 0 of whose softmax over
 * `allowed` is in `top` already. Returns how many. Cost: ctx_recall_predict. */
size_t habit_mix(const struct habit *h, const struct ctx_recall_query *q, const float *logits,
                 const uint8_t *allowed, struct model_candidate *top, size_t n_top, size_t cap);

/* The user wrote `id` where the model gave it p_model. */
void habit_learn(struct habit *h, const struct ctx_recall_query *q, model_token id, float p_model);

/* Takes in a text without secrets, or replaces it. ERR_RANGE: full. Cost: about 5 MB/s. */
MUST_USE err_code habit_put(struct habit *h, const struct ctx_recall_doc *doc, str_view text,
                            err *e);
void habit_remove(struct habit *h, uint64_t id);

/* Index of the token of a stored text that holds byte `off`: what the text's place is called in a
 * ctx_recall_query. Cost: O(tokens before it). */
size_t habit_place(const struct habit *h, uint64_t doc, size_t off);

#endif
