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

/* Number d of row i is a[i * row + d * step]. */
static void multiply_any(float *c, size_t c_stride, bool add, const bf16 *a, size_t row,
                         size_t step, size_t m, const void *b, size_t b_depth, size_t n, size_t k,
                         void *scratch)
{
    enum { DEEP = TRAIN__PRODUCT_SCRATCH / sizeof(float) / TRAIN__BLOCK };
    float *wide = scratch;
    for (size_t i = 0; i < m; i += TRAIN__BLOCK) {
        for (size_t from = 0; from < k; from += DEEP) {
            size_t deep = k - from < DEEP ? k - from : DEEP;
            for (size_t r = 0; r < TRAIN__BLOCK; r++)
                for (size_t d = 0; d < deep; d++)
                    wide[r * deep + d] = model__bf16_to_f32(a[(i + r) * row + (from + d) * step]);
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

static void multiply(float *c, size_t c_stride, bool add, const bf16 *a, size_t a_stride, size_t m,
                     const void *b, size_t b_depth, size_t n, size_t k, void *scratch)
{
    multiply_any(c, c_stride, add, a, a_stride, 1, m, b, b_depth, n, k, scratch);
}

static void multiply_turned(float *c, size_t c_stride, bool add, const bf16 *a, size_t a_stride,
                            size_t m, const void *b, size_t b_depth, size_t n, size_t k,
                            void *scratch)
{
    multiply_any(c, c_stride, add, a, 1, a_stride, m, b, b_depth, n, k, scratch);
}

static void gradient(float *d, const bf16 *dy, size_t dy_stride, size_t n_out, const bf16 *x,
                     size_t x_stride, size_t n_in, size_t n_tok, void *operand, void *scratch)
{
    const size_t step = n_in < n_out ? n_in : n_out;
    for (size_t j = 0; j < n_in; j += step) {
        size_t n = n_in - j < step ? n_in - j : step;
        pack_cols16(operand, x + j, x_stride, n, n_tok);
        multiply_any(d + j, n_in, true, dy, 1, dy_stride, n_out, operand, n_tok, n, n_tok, scratch);
    }
}

static void transpose(float *out, const float *x, size_t n_rows, size_t n_cols)
{
    for (size_t i = 0; i < n_rows; i++)
        for (size_t j = 0; j < n_cols; j++)
            out[j * n_rows + i] = x[i * n_cols + j];
}

const struct train__products train__products_plain = {
    .operand_bytes = sizeof(float),
    .pack_rows = pack_rows,
    .pack_rows16 = pack_rows16,
    .pack_cols = pack_cols,
    .pack_cols16 = pack_cols16,
    .multiply = multiply,
    .multiply_turned = multiply_turned,
    .gradient = gradient,
    .transpose = transpose,
};
