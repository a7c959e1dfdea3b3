#include "model/sample.h"

#include <math.h>
#include <stdbool.h>

#include "base/hash.h"
#include "model/ops.h"

struct candidate {
    float weight; /* exp((logit - largest) / temperature) */
    model_token id;
};

void model_sampler_init(struct model_sampler *s, const struct model_sample_options *options)
{
    s->options = *options;
    s->state = options->seed;
}

/* Uniform in [0, 1), 53 bits. */
static double next_uniform(struct model_sampler *s)
{
    s->state += 0x9E3779B97F4A7C15u;
    return (double)(hash_u64(s->state) >> 11) * 0x1p-53;
}

static model_token find_largest(const float *logits, size_t n, const uint8_t *allowed)
{
    model_token best = MODEL_TOKEN_NONE;
    float top = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        /* The first allowed number wins even at -infinity. */
        if (logits[i] > top || (best == MODEL_TOKEN_NONE && logits[i] == top)) {
            if (allowed && !allowed[i])
                continue;
            top = logits[i];
            best = (model_token)i;
        }
    }
    return best;
}

/* Likelier first; equal ones by id, so that the order is one. */
static bool comes_before(struct candidate a, struct candidate b)
{
    return a.weight > b.weight || (a.weight == b.weight && a.id < b.id);
}

static void sift_down(struct candidate *heap, size_t n, size_t i)
{
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= n)
            return;
        if (child + 1 < n && comes_before(heap[child + 1], heap[child]))
            child++;
        if (!comes_before(heap[child], heap[i]))
            return;
        struct candidate t = heap[i];
        heap[i] = heap[child];
        heap[child] = t;
        i = child;
    }
}

/* Those of the n candidates that top_p keeps are moved to the end, likeliest last; returns how many
 * and their weight. A heap gives them up in order without sorting the tail. */
static size_t keep_top(struct candidate *c, size_t n, double limit, double *weight)
{
    for (size_t i = n / 2; i-- > 0;)
        sift_down(c, n, i);
    size_t kept = 0;
    *weight = 0;
    while (kept < n) {
        struct candidate best = c[0];
        kept++;
        c[0] = c[n - kept];
        c[n - kept] = best;
        *weight += (double)best.weight;
        if (*weight >= limit)
            break;
        sift_down(c, n - kept, 0);
    }
    return kept;
}

static model_token draw(struct model_sampler *s, const float *logits, size_t n,
                        const uint8_t *allowed, float largest, struct candidate *c)
{
    const struct model_sample_options *o = &s->options;
    size_t n_c = 0;
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        if (allowed && !allowed[i])
            continue;
        float weight = expf((logits[i] - largest) / o->temperature);
        /* The likeliest has weight 1; NaN fails both. */
        if (!(weight > 0) || !(weight >= (o->min_p < 1 ? o->min_p : 1)))
            continue;
        c[n_c++] = (struct candidate){weight, (model_token)i};
        total += (double)weight;
    }
    if (o->top_p < 1) {
        size_t kept = keep_top(c, n_c, (double)o->top_p * total, &total);
        c += n_c - kept;
        n_c = kept;
    }
    double at = next_uniform(s) * total;
    for (size_t i = 0; i + 1 < n_c; i++) {
        at -= (double)c[i].weight;
        if (at < 0)
            return c[i].id;
    }
    return c[n_c - 1].id;
}

model_token model_sample(struct model_sampler *s, const float *logits, size_t n,
                         const uint8_t *allowed, void *scratch, float *prob)
{
    model_token best = find_largest(logits, n, allowed);
    if (best == MODEL_TOKEN_NONE)
        return best;
    float largest = logits[best];
    /* With infinite logits there is no distribution to draw from. */
    if (s->options.temperature > 0 && isfinite(largest))
        best = draw(s, logits, n, allowed, largest, scratch);
    if (prob)
        *prob = expf(logits[best] - largest) / model__ops()->sum_exp(logits, allowed, largest, n);
    return best;
}

size_t model_sample_top(const float *logits, size_t n, const uint8_t *allowed,
                        struct model_candidate *top, size_t k)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(logits[i]) || (found == k && (k == 0 || !(logits[i] > top[k - 1].prob))) ||
            (allowed && !allowed[i]))
            continue;
        size_t at = found < k ? found++ : k - 1;
        for (; at > 0 && top[at - 1].prob < logits[i]; at--)
            top[at] = top[at - 1];
        top[at] = (struct model_candidate){(model_token)i, logits[i]};
    }
    if (found == 0)
        return 0;
    float largest = top[0].prob;
    float sum = model__ops()->sum_exp(logits, allowed, largest, n);
    for (size_t i = 0; i < found; i++)
        top[i].prob = expf(top[i].prob - largest) / sum;
    return found;
}
