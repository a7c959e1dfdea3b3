/* model/low_rank.h: what a low-rank adapter adds to a matrix: y += factor * b (a x), with a
 * [rank][n_in] and b [n_out][rank]. Immutable; many may be applied at once. Results do not depend
 * on the number of threads; up to MODEL__LINEAR_EXACT_TOKENS tokens not on each other either. */
#ifndef ARTEL_MODEL_LOW_RANK_H
#define ARTEL_MODEL_LOW_RANK_H

#include <stddef.h>

#include "base/err.h"
#include "model/gguf.h"
#include "model/pool.h"

struct model__low_rank;

/* The data of `a` is borrowed and must outlive it, that of `b` is copied as f32. ERR_FORMAT where
 * they do not fit together or an n_out by n_in matrix, ERR_UNSUPPORTED, ERR_NOMEM. */
MUST_USE err_code model__low_rank_create(struct model__low_rank **out, const struct gguf_tensor *a,
                                         const struct gguf_tensor *b, float factor, size_t n_in,
                                         size_t n_out, err *e);
/* Accepts NULL. */
void model__low_rank_destroy(struct model__low_rank *r);
size_t model__low_rank_rank(const struct model__low_rank *r);
/* Scratch bytes, aligned to 64, that apply needs. */
size_t model__low_rank_scratch(const struct model__low_rank *r, size_t n_tok);
/* As model__linear_apply, but adds. */
void model__low_rank_add(const struct model__low_rank *r, model__pool *pool, float *y,
                         size_t y_stride, const float *x, size_t x_stride, size_t n_tok,
                         void *scratch);

#endif
