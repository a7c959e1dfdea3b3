/* context/mix.h: how much to trust recall and how much the model, learned from what the user really
 * wrote.
 *
 * The mixed probability of a token is w * recall + (1 - w) * model. Each kind of situation, by
 * length of the match and by how one-sided recall is, has its own w. When the true token is known,
 * the share of its probability that recall gave, r = w * recall / (w * recall + (1 - w) * model),
 * moves w towards itself: w += (r - w) / (n + 1), n counting what was learned, at most
 * CTX_MIX_MEMORY so that old habits fade. That is deleted interpolation (Jelinek and Mercer 1980)
 * done online: w goes to the value under which the text written is likeliest. Pure values, no
 * allocation; copy and store it at will. */
#ifndef ARTEL_CONTEXT_MIX_H
#define ARTEL_CONTEXT_MIX_H

#include <stdint.h>

enum { CTX_MIX_MATCHES = 8, CTX_MIX_SHARES = 3, CTX_MIX_MEMORY = 400 };

struct ctx_mix {
    float weight[CTX_MIX_MATCHES][CTX_MIX_SHARES];
    float n[CTX_MIX_MATCHES][CTX_MIX_SHARES];
};

/* What was good on repositories that we looked at, held as lightly as a few tokens of evidence. */
void ctx_mix_init(struct ctx_mix *m);
/* w for a prediction with this longest match (0: recall has nothing, gives 0) whose first candidate
 * has probability `share`. */
float ctx_mix_weight(const struct ctx_mix *m, uint32_t match, float share);
/* The token that came had these probabilities, each 0 to 1. Both 0 teaches nothing. */
void ctx_mix_learn(struct ctx_mix *m, uint32_t match, float share, float p_recall, float p_model);

#endif
