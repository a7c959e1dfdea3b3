/* model/train/rows.h: what training computes between the products, row by row. One source
 * (rows_impl.h), compiled once per instruction set. Any threads at once. Sizes are multiples of 32,
 * pointers aligned to 64; arrays do not overlap unless said. */
#ifndef ARTEL_MODEL_TRAIN_ROWS_H
#define ARTEL_MODEL_TRAIN_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/train/product.h"

enum { TRAIN__HEAD = 64 }; /* width of an attention head */

struct train__rows {
    void (*narrow)(bf16 *out, const float *x, size_t n);
    /* out = x * factor */
    void (*narrow_scaled)(bf16 *out, const float *x, float factor, size_t n);
    /* x += y */
    void (*add)(float *x, const float *y, size_t n);

    /* h = gain * x * r, r = 1 / sqrt(mean(x^2) + eps). Returns r. */
    float (*norm)(bf16 *h, const float *x, const float *gain, float eps, size_t n);
    /* dx += what dh means for x, d_gain += what it means for the gain. */
    void (*norm_back)(float *dx, float *d_gain, const float *dh, const float *x, const float *gain,
                      float r, size_t n);

    /* Rotates neighbouring pairs of every head of one position, narrowing: sign 1, or -1 to rotate
     * gradients back. cosines, sines: [TRAIN__HEAD / 2]. The rest (n_all - n_rotated) is narrowed
     * only. */
    void (*rotate)(bf16 *out, const float *x, const float *cosines, const float *sines, float sign,
                   size_t n_rotated, size_t n_all);

    /* The gate: a = g / (1 + exp(-g)) * u, and g and u kept narrow. */
    void (*gate)(bf16 *a, bf16 *g16, bf16 *u16, const float *g, const float *u, size_t n);
    /* Gradients of g and u from that of a, and a again. */
    void (*gate_back)(bf16 *dg, bf16 *du, bf16 *a, const float *da, const bf16 *g, const bf16 *u,
                      size_t n);

    /* A tile of attention: scores s, a row for each of n_keys keys, a column for each of n queries.
     * What queries know of the keys before these moves along: top (the largest score) and sum (of
     * exp(scale * s - top)); factor is what earlier such numbers are to be multiplied with.
     * p = exp(scale * s - top). diagonal: query j sees keys up to j only; changes s. */
    void (*attend)(bf16 *p, float *top, float *sum, float *factor, float *s, float scale,
                   size_t n_keys, size_t n, bool diagonal);
    /* p = exp(scale * s - log_sum) and ds = scale * p * (dp - share), of such a tile. */
    void (*attend_back)(bf16 *p, bf16 *ds, const float *s, const float *dp, const float *log_sum,
                        const float *share, float scale, size_t n_keys, size_t n, bool diagonal);
    /* Every row of x [n_rows][n] times factor, number by number. */
    void (*scale_columns)(float *x, const float *factor, size_t n_rows, size_t n);
    float (*dot16)(const float *x, const bf16 *y, size_t n);

    /* e = exp(x - shift), at most exp(60). Returns the sum of e. */
    float (*exponents)(bf16 *e, const float *x, float shift, size_t n);
    float (*largest)(const float *x, size_t n);
    /* out = x * factor */
    void (*scale)(bf16 *out, const bf16 *x, float factor, size_t n);

    double (*square_sum)(const float *x, size_t n);
    /* One step of Adam on n numbers. c1, c2: what corrects the averages at this step. */
    void (*adam)(float *p, float *m, float *v, const float *g, float g_scale, float rate,
                 float decay, float c1, float c2, size_t n);
    /* m = beta m + (1 - beta) g; out = (1 - beta) g + beta m. Returns the sum of out^2. */
    double (*momentum)(float *out, float *m, const float *g, float g_scale, float beta, size_t n);
    /* out = a x + b y; out may be x or y. */
    void (*mix)(float *out, float a, const float *x, float b, const float *y, size_t n);
};

/* Those of the instruction set that model/isa.h has chosen. */
const struct train__rows *train__rows_current(void);

extern const struct train__rows train__rows_plain;
#if defined(ARTEL_TRAIN_X86)
extern const struct train__rows train__rows_avx2;
extern const struct train__rows train__rows_avx512;
#endif

#endif
