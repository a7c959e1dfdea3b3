/* model/quantize.h: from numbers to the block formats of weights, the way back of
 * model__dequantise.
 *
 * Scales (and minima) are searched for: each block takes those that give the smallest squared
 * error, weighted by the size of a value plus the block's mean size, since large weights move the
 * result most. The result depends on the numbers only, not on threads or the instruction set. A
 * block that the type can hold exactly, and that uses the end of the type's range, is kept exactly.
 */
#ifndef ARTEL_MODEL_QUANTIZE_H
#define ARTEL_MODEL_QUANTIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Whether model_quantize_row writes the type (a model_type): F32, F16, Q4_0, Q5_0, Q5_1, Q8_0,
 * Q4_K, Q5_K, Q6_K. */
bool model_quantize_writes(uint32_t type);

/* Writes x[0..n) as whole blocks of `type`, which model_quantize_writes; n is a multiple of the
 * block. ERR_FORMAT: *bad is the index of the first NaN or infinity; ERR_RANGE: of the first value
 * beyond 65504, the largest half-precision number (F32 has no such limit). `out` is then undefined.
 * Numbers below 2^-25 may become zero. Cost: 4 ns a value for Q8_0, some 50 to 100 ns for types
 * with a search.
 */
MUST_USE err_code model_quantize_row(uint32_t type, void *out, const float *x, size_t n,
                                     size_t *bad);

#endif
