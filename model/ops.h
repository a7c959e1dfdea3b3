/* model/ops.h: everything between the matrix products: normalisation, rotary positions,
 * activations, attention over the cache (model/kv.h). One source (ops_impl.h) compiled once per
 * instruction set; model__ops() gives the set for the processor at hand. Pure functions over the
 * caller's memory. */
#ifndef ARTEL_MODEL_OPS_H
#define ARTEL_MODEL_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/kv.h"

/* Attention of n_tok neighbouring positions, for the `group` query heads that share one KV head.
 * Position first_pos + t sees the keys 0 to first_pos + t, causal. Unless `many`, each token's bits
 * are those of a call for it alone. Source: the online softmax of Milakov and Gimelshein 2018,
 * arXiv:1805.02867; tiles as in Dao et al. 2022, arXiv:2205.14135. */
struct model__attend_args {
    const float *q; /* token t, head g at q + t * q_stride + g * head_dim; already rotated */
    size_t q_stride;
    float *out; /* the same layout; does not overlap q */
    size_t out_stride;
    model_kv_type type;
    const uint8_t *k, *v; /* of this KV head: tiles and rows, aligned to 2 */
    size_t n_tok, group, head_dim, first_pos;
    bool many;     /* of a long text that is read at once: 16 bits of every factor will do */
    float scale;   /* of the scores, 1/sqrt(head_dim) as a rule */
    void *scratch; /* model__attend_scratch bytes, aligned to 64 */
};

struct model__ops {
    /* out[i] = gain[i] * x[i] / sqrt(mean(x^2) + eps). out may be x.
     * Source: Zhang and Sennrich 2019, arXiv:1910.07467. */
    void (*rmsnorm)(float *out, const float *x, const float *gain, size_t n, float eps);
    /* out[i] = gain[i] * (x[i] - mean(x)) / sqrt(var(x) + eps) + bias[i]. out may be x. */
    void (*layernorm)(float *out, const float *x, const float *gain, const float *bias, size_t n,
                      float eps);
    /* Rotates the first n_rot (even) elements: x[i]*c[i] + x[partner(i)]*s[i], where the partner is
     * i^1 for neighbouring pairs, i +- n_rot/2 for halves; s carries the sign. */
    void (*rope_pairs)(float *x, const float *c, const float *s, size_t n_rot);
    void (*rope_halves)(float *x, const float *c, const float *s, size_t n_rot);
    /* x[i] += scale * y[i] */
    void (*add_scaled)(float *x, const float *y, float scale, size_t n);
    /* gate[i] = silu(gate[i]) * up[i], silu(x) = x / (1 + exp(-x)) */
    void (*silu_mul)(float *gate, const float *up, size_t n);
    /* x[i] = gelu(x[i]) (* up[i] unless NULL), in the tanh form:
     * 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). */
    void (*gelu_mul)(float *x, const float *up, size_t n);
    /* Round to nearest even. */
    void (*to_f16)(uint16_t *out, const float *x, size_t n);
    void (*from_f16)(float *out, const uint16_t *x, size_t n);
    void (*attend)(const struct model__attend_args *a);
    /* sum of exp(x[i] - shift) over i with allowed[i] != 0 (NULL: all). */
    float (*sum_exp)(const float *x, const uint8_t *allowed, float shift, size_t n);
    /* Whether no element is infinite or NaN. */
    bool (*all_finite)(const float *x, size_t n);
};

/* Rows of q (tokens times group) that one call of attend takes at most. A multiple of the register
 * block's 6 rows; 96 rows of 64 floats and two unpacked tiles stay within a 2 MiB L2 at head size
 * 256. */
enum { MODEL__ATTEND_ROWS = 96 };
size_t model__attend_scratch(size_t head_dim);
/* Tokens per call for a group: at least 1. group <= MODEL__ATTEND_ROWS. */
size_t model__attend_tokens(size_t group);

/* The operations of model_isa_current(). */
const struct model__ops *model__ops(void);

/* Compiled per instruction set; NULL where this build lacks it. */
const struct model__ops *model__ops_scalar(void);
const struct model__ops *model__ops_avx2(void);
const struct model__ops *model__ops_avx512(void);
const struct model__ops *model__ops_amx(void);
const struct model__ops *model__ops_neon(void);

#endif
