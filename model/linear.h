/* model/linear.h: y = W x for every weight type and instruction set. The scalar code is the oracle;
 * which kernels run is chosen once per process from what the processor can do (ARTEL_ISA= forces
 * one). */
#ifndef ARTEL_MODEL_LINEAR_H
#define ARTEL_MODEL_LINEAR_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/gguf.h"
#include "model/pool.h"

typedef enum {
    MODEL_ISA_SCALAR,
    MODEL_ISA_AVX2,
    MODEL_ISA_AVX_VNNI,
    MODEL_ISA_AVX512_VNNI,
    MODEL_ISA_AMX,
    MODEL_ISA_NEON,
    MODEL_ISA_COUNT
} model_isa;
/* The best this processor and this build can do, or what ARTEL_ISA names if that is possible here.
 */
model_isa model_isa_current(void);
const char *model_isa_name(model_isa isa);
/* For tests: whether the kernels of `isa` can run here; and to run with them from now on. */
int model__isa_usable(model_isa isa);
void model__isa_force(model_isa isa);

/* A weight matrix, rows = out-features, each row contiguous. Immutable; many may be applied at
 * once. */
typedef struct model__linear model__linear;

/* Over the tensor's own data (2-d, dims[0] = in-features), which is borrowed and must outlive it.
 * ERR_UNSUPPORTED for a type without kernels, ERR_NOMEM. */
MUST_USE err_code model__linear_create(model__linear **out, const struct gguf_tensor *t, err *e);
void model__linear_destroy(model__linear *l);
size_t model__linear_n_in(const model__linear *l);
size_t model__linear_n_out(const model__linear *l);

/* Scratch bytes, aligned to 64, that model__linear_apply needs for any of the caller's matrices:
 * the caller takes the maximum over its matrices once. */
size_t model__linear_scratch(const model__linear *l, size_t n_tok);

/* y[t * y_stride + r] = sum over c of W[r][c] * x[t * x_stride + c], for t < n_tok. f32. x and y do
 * not overlap. Weights stay quantised for small n_tok (integer dot products over activations
 * quantised in groups of 32); large n_tok use the matrix unit or OpenBLAS. */
void model__linear_apply(const model__linear *l, model__pool *pool, float *y, size_t y_stride,
                         const float *x, size_t x_stride, size_t n_tok, void *scratch);
/* Several matrices over the same x in one go (QKV, gate and up): x is quantised once, one barrier.
 */
void model__linear_apply_many(const model__linear *const *l, size_t n_l, model__pool *pool,
                              float *const *y, const size_t *y_stride, const float *x,
                              size_t x_stride, size_t n_tok, void *scratch);

/* Row r as f32[n_in]: embedding look-up. Exact. */
void model__linear_row(const model__linear *l, size_t r, float *out);

#endif
