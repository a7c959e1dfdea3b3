/* model/quant.h: the block formats of weights, and how activations are quantised.
 *
 * Every quantised format is read as groups of 32 elements with one or two scales and minima;
 * kernels of all instruction sets compute with exactly these integers and scales, in the same
 * order, so that their results are equal to the last bit. Source: the block layouts of ggml
 * (ggml-common.h), as facts. */
#ifndef ARTEL_MODEL_QUANT_H
#define ARTEL_MODEL_QUANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

enum { MODEL__GROUP = 32 }; /* elements per group, of weights and of activations */

/* Element i of the group is scale[i / 16] * w[i] - min[i / 16]. */
struct model__group {
    int8_t w[MODEL__GROUP];
    float scale[2];
    float min[2];
};

/* A block, and where its parts are. All integers of a block stand in one run, its f16 and u16
 * fields beside it; panels (kernels/panel.h) interleave rows at that granularity. */
struct model__format {
    uint32_t type;       /* model_type */
    uint16_t n_elements; /* per block */
    uint16_t n_bytes;    /* per block */
    uint16_t run_at;     /* byte offset of the run of integers */
    uint16_t n_words;    /* 4-byte words in the run */
    uint16_t half_at[2]; /* byte offsets of the 2-byte fields */
    uint16_t n_halves;   /* how many of those there are */
    bool quantised;      /* false: F32, F16, BF16, whose dot products stay in f32 */
    bool fine;           /* scales (and minima) per 16 elements, not per 32 */
    bool has_min;
    /* Group g (< n_elements / 32) of the block; NULL unless quantised. */
    void (*group)(struct model__group *out, const uint8_t *block, size_t g);
};

/* NULL for types without kernels. */
const struct model__format *model__format_of(uint32_t type);

/* Bytes of a row of n_in elements; n_in is a multiple of f->n_elements. */
static inline size_t model__format_row_bytes(const struct model__format *f, size_t n_in)
{
    return n_in / f->n_elements * f->n_bytes;
}

/* out[i] = element i of `row`, i < n, exactly as the format defines it (one f32 rounding per
 * operation, in the order of the reference). n is a multiple of f->n_elements; row has any
 * alignment. */
void model__dequantise(const struct model__format *f, float *out, const void *row, size_t n);

/* 32 activations of one token, and the sums that the kernels need beside them. A cache line. */
struct model__act {
    int8_t q[MODEL__GROUP]; /* -127 to 127 */
    float scale;            /* element i stands for scale * q[i] */
    int32_t neg_sum;        /* minus the sum of q */
    int32_t neg_sum16[2];   /* minus the sum of each half */
    float sum;              /* scale times the sum of q */
    float sum16[2];
    uint32_t unused;
};

/* Fills in all but q, whose halves have these sums. */
static inline void model__act_finish(struct model__act *out, float scale, int32_t sum0,
                                     int32_t sum1)
{
    out->scale = scale;
    out->neg_sum = -(sum0 + sum1);
    out->neg_sum16[0] = -sum0;
    out->neg_sum16[1] = -sum1;
    out->sum = scale * (float)(sum0 + sum1);
    out->sum16[0] = scale * (float)sum0;
    out->sum16[1] = scale * (float)sum1;
    out->unused = 0;
}

/* Quantises x[0..32): scale = max|x| / 127, rounded to f16 where f16 has its full precision, q = x
 * / scale before that rounding, to nearest, ties to even. Anything infinite or NaN makes scale NaN
 * and q 0, so that what is computed from it is NaN too. */
void model__act_quantise(struct model__act *out, const float *x);

float model__f16_to_f32(uint16_t h);
/* To nearest, ties to even; overflow gives infinity. */
uint16_t model__f32_to_f16(float f);
static inline float model__bf16_to_f32(uint16_t h)
{
    union {
        uint32_t u;
        float f;
    } bits = {.u = (uint32_t)h << 16};
    return bits.f;
}

#endif
