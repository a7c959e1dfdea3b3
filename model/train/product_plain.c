/* The products in f32. */
#include "model/train/product.h"

#include "model/blas.h"

static void pack_rows(void *out, const float *x, size_t stride, size_t n, size_t k)
{
    float *o = out;
    for (size_t j = 0; j < n; j++)
        for (size_t d = 0; d < k; d++)
            o[j * k + d] = model__bf16_to_f32(train__narrow(x[j * stride + d]));
}

static void pack_rows16(void *out, const bf16 *x, size_t stride, size_t n, size_t k)
{
    float *o = out;
    for (size_t j = 0; j < n; j++)
        for (size_t d = 0; d < k; d++)
            o[j * k + d] = model__bf16_to_f32(x[j * stride + d]);
}

static void pack_cols(void *out, const float *x, size_t stride, size_t n, size_t k)
{
    float *o = out;
    for (size_t d = 0; d < k; d++)
        for (size_t j = 0; j < n; j++)
            o[j * k + d] = model__bf16_to_f32(train__narrow(x[d * stride + j]));
}

static void pack_cols16(void *out, const bf16 *x, size_t stride, size_t n, size_t k)
{
    float *o = out;
    for (size_t d = 0; d < k; d++)
        for (size_t j = 0; j < n; j++)
            o[j * k + d] = model__bf16_to_f32(x[d * stride + j]);
}

static void multiply_block(float *c, size_t c_stride, bool add, const float *a, size_t k, size_t m,
                           const float *b, size_t b_depth, size_t n)
{
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            float sum = 0;
            for (size_t d = 0; d < k; d++)
                sum += a[i * k + d] * b[j * b_depth + d];
            c[i * c_stride + j] = add ? c[i * c_stride + j] + sum : sum;
        }
    }
}

static void multiply(float *c, size_t c_stride, bool add, const bf16 *a, size_t a_stride, size_t m,
                     const void *b, size_t b_depth, size_t n, size_t k, void *scratch)
{
    enum { DEEP = TRAIN__PRODUCT_SCRATCH / sizeof(float) / TRAIN__BLOCK };
    float *wide = scratch;
    for (size_t i = 0; i < m; i += TRAIN__BLOCK) {
        for (size_t from = 0; from < k; from += DEEP) {
            size_t deep = k - from < DEEP ? k - from : DEEP;
            for (size_t r = 0; r < TRAIN__BLOCK; r++)
                for (size_t d = 0; d < deep; d++)
                    wide[r * deep + d] = model__bf16_to_f32(a[(i + r) * a_stride + from + d]);
            const float *right = (const float *)b + from;
            bool more = add || from > 0;
            if (model__blas_available())
                model__blas_multiply(c + i * c_stride, c_stride, more, wide, deep, TRAIN__BLOCK,
                                     right, b_depth, n, deep);
            else
                multiply_block(c + i * c_stride, c_stride, more, wide, deep, TRAIN__BLOCK, right,
                               b_depth, n);
        }
    }
}

static void transpose(bf16 *out, size_t out_stride, const bf16 *x, size_t stride, size_t rows,
                      size_t cols)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            out[j * out_stride + i] = x[i * stride + j];
}

const struct train__products train__products_plain = {
    .operand_bytes = sizeof(float),
    .pack_rows = pack_rows,
    .pack_rows16 = pack_rows16,
    .pack_cols = pack_cols,
    .pack_cols16 = pack_cols16,
    .multiply = multiply,
    .transpose = transpose,
};
