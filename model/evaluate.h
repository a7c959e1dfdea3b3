/* model/evaluate.h: how well a model predicts a given text. Returns values, prints nothing. */
#ifndef ARTEL_MODEL_EVALUATE_H
#define ARTEL_MODEL_EVALUATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/thread.h"
#include "model/vocab.h"
#include "model/weights.h"

/* log(sum(exp(logits))) of f32[n], n >= 1: what has to be taken from a logit to make it the natural
 * logarithm of a probability. Every row counts, as in other programs, whether a token belongs to it
 * or not. */
double model_log_sum(const float *logits, size_t n);

struct model_perplexity {
    size_t n_windows, n_windows_done;
    size_t n_tok;     /* scored */
    uint64_t n_bytes; /* of their pieces */
    /* Means over the scored tokens and their standard errors, as if tokens were independent. */
    double nats_per_token, nats_error;
    double bits_per_byte, bits_error;
    double perplexity; /* exp(nats_per_token) */
};

struct model_perplexity_options {
    uint32_t n_ctx;     /* window; 0: 512, or as trained where that is less */
    uint32_t n_stride;  /* tokens scored per window after the first, at most n_ctx - 1; 0: half */
    uint32_t n_threads; /* as for a session */
    /* After each window, with the figures so far. May be NULL. */
    void (*progress)(void *user, const struct model_perplexity *so_far);
    void *user;
    const cancel_flag *cancel;
};

/* Scores ids[0..n), each token once, after at least n_ctx - n_stride tokens of the text where there
 * are as many. Windows begin with the BOS token where the vocabulary wants one; without it the very
 * first token is not scored. The same input gives the same figures. ERR_RANGE: nothing to score, or
 * a window that the model or the stride does not allow; ERR_CANCELLED, and the errors of a session.
 * Blocks: about n * n_ctx / n_stride tokens of prefill. */
MUST_USE err_code model_perplexity_run(struct model_perplexity *out, const model_weights *w,
                                       const model_vocab *v, const model_token *ids, size_t n,
                                       const struct model_perplexity_options *options, err *e);

#endif
