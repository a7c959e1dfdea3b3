/* model/sample.h: from logits to a token. Deterministic: same logits, options and state, same
 * token. */
#ifndef ARTEL_MODEL_SAMPLE_H
#define ARTEL_MODEL_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "model/vocab.h"

struct model_sample_options {
    float temperature; /* 0 (or less, or NaN): greedy, ties to the lowest id */
    float top_p; /* 1: off. Smallest set whose probability reaches it (Holtzman et al. 2020) */
    float min_p; /* 0: off. Drops tokens below min_p times the largest probability */
    uint64_t seed;
};
#define MODEL_SAMPLE_GREEDY ((struct model_sample_options){.temperature = 0, .top_p = 1})

/* Zero-initialise .state with the seed by model_sampler_init. */
struct model_sampler {
    struct model_sample_options options;
    uint64_t state; /* splitmix64 */
};
void model_sampler_init(struct model_sampler *s, const struct model_sample_options *options);

/* Chooses among ids for which allowed[id] is non-zero (NULL: all); NaN logits are never chosen.
 * logits: f32[n]. scratch: at least n * 8 bytes, aligned to 4, unused when greedy. min_p and top_p,
 * in this order, both act on the distribution at the options' temperature; the likeliest token
 * always remains. *prob (may be NULL) gets the softmax probability, at temperature 1 over the
 * allowed ids, of the chosen token. MODEL_TOKEN_NONE when nothing is allowed or all logits are NaN.
 * Cost: O(n), and O(log n) per token kept by top_p. */
model_token model_sample(struct model_sampler *s, const float *logits, size_t n,
                         const uint8_t *allowed, void *scratch, float *prob);

struct model_candidate {
    model_token id;
    float prob; /* softmax at temperature 1 over the allowed ids */
};
/* The k likeliest allowed tokens, likeliest first, equal ones by id; NaN is left out. Returns how
 * many. With infinite logits the probabilities say nothing. Cost: O(n) while k is small. */
size_t model_sample_top(const float *logits, size_t n, const uint8_t *allowed,
                        struct model_candidate *top, size_t k);

#endif
