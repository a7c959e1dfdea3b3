/* assist/adapt/samples.h: a project's texts as the token sequences that a model learns from: plain,
 * and with a hole that is to be filled in, in the form in which completion will ask. The same
 * corpus and seed give the same tokens. */
#ifndef ARTEL_ASSIST_ADAPT_SAMPLES_H
#define ARTEL_ASSIST_ADAPT_SAMPLES_H

#include <stdbool.h>
#include <stdint.h>

#include "assist/adapt/corpus.h"
#include "model/train/net.h"
#include "model/vocab.h"

struct adapt_samples {
    struct train_sequence *sequences; /* of n_tok tokens */
    size_t n;
    uint16_t *tokens;
    uint8_t *counts;
};

struct adapt_sample_options {
    size_t n_tok;
    size_t max_tokens; /* stop after so many; 0: all there is, once */
    uint64_t seed;
    /* Instead of what is learned: lines of the files that were held back, where only the hidden
     * text counts. */
    bool held;
};

/* Owned by *out until released. ERR_UNSUPPORTED: the vocabulary has no marks for filling in, or
 * more than 65,536 tokens; ERR_NOT_FOUND: not enough for one sequence; ERR_NOMEM. */
MUST_USE err_code adapt_samples_make(struct adapt_samples *out, const model_vocab *v,
                                     const struct adapt_corpus *c,
                                     const struct adapt_sample_options *o, err *e);
/* Accepts what was never made, zeroed. */
void adapt_samples_release(struct adapt_samples *s);

#endif
