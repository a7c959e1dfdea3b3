/* model/train/product.h: the matrix products of training: bfloat16 in, f32 out and summed in f32.
 *
 * The left side of a product is plain rows of bfloat16. The right side is brought into the form
 * that the kernels read, once for many products ("operand"). Every size (rows, columns, depth) is a
 * multiple of 32. Pure functions, any threads at once; pointers are aligned to 64 and do not
 * overlap.
 *
 * Two implementations: the matrix unit (AMX), about half of its peak while a product's result fits
 * the second-level cache, and f32 through OpenBLAS or plain loops for every other machine. */
#ifndef ARTEL_MODEL_TRAIN_PRODUCT_H
#define ARTEL_MODEL_TRAIN_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/quant.h" /* model__bf16_to_f32 */

/* The upper half of an f32. */
typedef uint16_t bf16;

enum {
    TRAIN__BLOCK = 32, /* every size is a multiple of it */
    /* Working memory that multiply may use. */
    TRAIN__PRODUCT_SCRATCH = 512 * 1024,
};

struct train__products {
    size_t operand_bytes; /* for one number of an operand */

    /* Right sides, written to `out` (n * k numbers), from f32 or bf16 rows `stride` numbers apart:
     * the rows of x are the operand's columns (x is [n][k], the product is a x^T) */
    void (*pack_rows)(void *out, const float *x, size_t stride, size_t n, size_t k);
    void (*pack_rows16)(void *out, const bf16 *x, size_t stride, size_t n, size_t k);
    /* or its rows (x is [k][n], the product is a x). */
    void (*pack_cols)(void *out, const float *x, size_t stride, size_t n, size_t k);
    void (*pack_cols16)(void *out, const bf16 *x, size_t stride, size_t n, size_t k);

    /* c[i][j] = (add ? c[i][j] : 0) + sum over d < k of a[i][d] * b[d][j], i < m, j < n. b is an
     * operand of depth b_depth >= k, from train__operand_at. */
    void (*multiply)(float *c, size_t c_stride, bool add, const bf16 *a, size_t a_stride, size_t m,
                     const void *b, size_t b_depth, size_t n, size_t k, void *scratch);

    /* The same with a left side that lies the other way round: a[d * a_stride + i]. */
    void (*multiply_turned)(float *c, size_t c_stride, bool add, const bf16 *a, size_t a_stride,
                            size_t m, const void *b, size_t b_depth, size_t n, size_t k,
                            void *scratch);

    /* d[i][j] += sum over t < n_tok of dy[t][i] * x[t][j], i < n_out, j < n_in; rows of d without
     * gaps. operand: room for an operand of n_tok by the smaller of the two. */
    void (*gradient)(float *d, const bf16 *dy, size_t dy_stride, size_t n_out, const bf16 *x,
                     size_t x_stride, size_t n_in, size_t n_tok, void *operand, void *scratch);

    /* out[j][i] = x[i][j] of n_rows by n_cols numbers without gaps. */
    void (*transpose)(float *out, const float *x, size_t n_rows, size_t n_cols);
};

/* Those of the instruction set that model/isa.h has chosen. */
const struct train__products *train__products_current(void);

/* Where column `n` (of n in all) and depth `k` begin in operand `b` of depth `depth`. */
const void *train__operand_at(const struct train__products *p, const void *b, size_t depth,
                              size_t n, size_t k);

extern const struct train__products train__products_plain;
#if defined(ARTEL_TRAIN_AMX)
extern const struct train__products train__products_amx;
#endif

/* To nearest, ties away from zero. Not for NaN. */
static inline bf16 train__narrow(float x)
{
    union {
        float number;
        uint32_t bits;
    } u = {x};
    return (bf16)((u.bits + 0x8000u) >> 16);
}

#endif
