/* model/linear.h: y = W x for every weight type and instruction set. The scalar code is the oracle;
 * which kernels run is decided by model/isa.h. */
#ifndef ARTEL_MODEL_LINEAR_H
#define ARTEL_MODEL_LINEAR_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/gguf.h"
#include "model/isa.h"
#include "model/pool.h"

/* A weight matrix, rows = out-features, each row contiguous. Immutable; many may be applied at
 * once. */
typedef struct model__linear model__linear;

/* Up to this many tokens at once, each token's result is the same to the last bit whatever other
 * tokens are computed with it, how many threads compute it, and which instruction set does. Larger
 * batches may round differently. */
enum { MODEL__LINEAR_EXACT_TOKENS = 16 };

/* Over the tensor's own data (2-d, dims[0] = in-features), which is borrowed and must outlive it.
 * ERR_UNSUPPORTED for a type without kernels, ERR_FORMAT for a shape that is not a matrix or does
 * not fit the data, ERR_NOMEM. */
MUST_USE err_code model__linear_create(model__linear **out, const struct gguf_tensor *t, err *e);
/* Accepts NULL. */
void model__linear_destroy(model__linear *l);
size_t model__linear_n_in(const model__linear *l);
size_t model__linear_n_out(const model__linear *l);

/* Scratch bytes, aligned to 64, that model__linear_apply needs for this matrix; the caller takes
 * the maximum over its matrices once. Grows with n_tok. */
size_t model__linear_scratch(const model__linear *l, size_t n_tok);

/* While the pool watches a cancel flag (model__pool_watch), applying ends early once that is
 * requested, as a rule within a millisecond or two, with garbage in y.
 *
 * y[t * y_stride + r] = sum over c of W[r][c] * x[t * x_stride + c], for t < n_tok. f32. x and y do
 * not overlap. Weights stay quantised for small n_tok (integer dot products over activations
 * quantised in groups of 32); large n_tok use the matrix unit or OpenBLAS. NaN or infinity in a
 * token's x gives NaN or infinity in that token's y only. */
void model__linear_apply(const model__linear *l, model__pool *pool, float *y, size_t y_stride,
                         const float *x, size_t x_stride, size_t n_tok, void *scratch);
/* Several matrices with the same n_in over the same x in one go (QKV, gate and up): x is quantised
 * once, one barrier. n_l <= MODEL__LINEAR_MANY. */
enum { MODEL__LINEAR_MANY = 4 };
void model__linear_apply_many(const model__linear *const *l, size_t n_l, model__pool *pool,
                              float *const *y, const size_t *y_stride, const float *x,
                              size_t x_stride, size_t n_tok, void *scratch);

/* At its first use a matrix is copied into the form that kernels read fastest, as long as such
 * copies take no more than n_bytes in the whole process (32 MiB unless set). Results do not depend
 * on it. Counts from the next first use on. */
void model__linear_pack_limit(size_t n_bytes);

/* Bytes of that form, a multiple of 64. */
size_t model__linear_packed_bytes(const model__linear *l);
/* The copy goes to `room` (model__linear_packed_bytes, aligned to 64, borrowed, must outlive the
 * matrix), whatever the limit is, and replaces the rows, which are in the mapped `file`: their
 * memory goes back to the system. Before the first use. */
void model__linear_pack_into(model__linear *l, void *room, const model_gguf *file);

/* Multiplications (each with an addition) per second of all threads' matrix units, the best of a
 * tenth of a second: what no product can exceed. 0 where there is none. */
double model__linear_peak(model__pool *pool);

/* For tests and measurements: when batches of at least 64 tokens go through OpenBLAS, which
 * computes in f32 from dequantised weights. */
enum model__blas_use { MODEL__BLAS_WHERE_FASTER, MODEL__BLAS_NEVER, MODEL__BLAS_ALWAYS };
void model__linear_use_blas(enum model__blas_use use);

/* From now on the matrix is W + factor * b a, with a [rank][n_in], whose data must outlive it, and
 * b [n_out][rank]; W stays as it is. Before the first use. ERR_FORMAT where shapes do not fit or
 * this was done before, ERR_UNSUPPORTED, ERR_NOMEM. */
MUST_USE err_code model__linear_add_low_rank(model__linear *l, const struct gguf_tensor *a,
                                             const struct gguf_tensor *b, float factor, err *e);

/* Row r < n_out of W as f32[n_in]: embedding look-up. Exact. */
void model__linear_row(const model__linear *l, size_t r, float *out);

#endif
