/* assist/complete/confidence.h: how much a suggestion is worth, on one scale for all tiers. What a
 * tier says of itself (a mean probability of tokens; how often such a choice was right) and the
 * length go through a logistic function, whose weights were fitted to what people wrote in held-out
 * packages. Pure. Inside this folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_CONFIDENCE_H
#define ARTEL_ASSIST_COMPLETE_CONFIDENCE_H

#include <stdbool.h>
#include <stddef.h>

enum confidence_tier { CONFIDENCE_MODEL, CONFIDENCE_WRITTEN };

/* `own`, `first`: the tier's word for all of it and for its first word, 0 to 1; n_bytes: of the
 * text. In 0 to 1: how often such a suggestion is right for at least its first word, and a quarter
 * of it how often it is exactly what the person writes. */
float confidence_of(enum confidence_tier tier, float own, float first, size_t n_bytes);

/* Is it worth being shown to somebody who did not ask? About half of all suggestions are, and of
 * those shown nearly twice as many are right as of all. In comments and strings (`in_text`), where
 * anything may follow, it takes more. */
bool confidence_speaks(float confidence, bool in_text);

#endif
