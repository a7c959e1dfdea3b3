#include "assist/complete/confidence.h"

#include <math.h>

/* Fitted to 339 held-out lines of which no near copy stands elsewhere: of the half with the highest
 * value 50 % were exactly right and 80 % in their first word, against 27 % and 62 % of all (weights
 * of three quarters on the fourth). The more the model writes, the likelier one token is wrong; the
 * longer a text that was found, the rarer that it stands there by chance. */
static const float weights[][3] = {
    [CONFIDENCE_MODEL] = {-0.30f, 0.62f, -0.49f},
    [CONFIDENCE_WRITTEN] = {-0.37f, 0.94f, 0.57f},
};
static const float SPEAKS = 0.345f; /* what half of those lines were above */
static const float BYTES = 4;       /* of a token, by and large */

float confidence_of(enum confidence_tier tier, float own, size_t n_bytes)
{
    const float *w = weights[tier];
    float p = own < 1e-3f ? 1e-3f : own > 1 - 1e-3f ? 1 - 1e-3f : own;
    float z = w[0] + w[1] * logf(p / (1 - p)) + w[2] * logf(1 + (float)n_bytes / BYTES);
    return 1 / (1 + expf(-z));
}

bool confidence_speaks(float confidence)
{
    return confidence >= SPEAKS;
}
