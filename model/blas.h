/* model/blas.h: general matrix multiplication by OpenBLAS, loaded when it is first wanted, so that
 * a process that does not want it neither waits for it nor holds its memory, and a machine that
 * lacks it does without. */
#ifndef ARTEL_MODEL_BLAS_H
#define ARTEL_MODEL_BLAS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether products can be computed. The first call loads the library and sets it to one thread, for
 * good: our pool splits the work. Any thread; blocks while another one loads. */
bool model__blas_available(void);
/* Whether the library uses what this processor can do. A release that is older than the processor
 * may not know it and then computes with the oldest instructions (0.3.21 on Intel family 6 model
 * 207: 17 instead of 59 GMAC/s a thread), slower than our own f32 kernels. Available only. */
bool model__blas_knows_processor(void);
/* Threads that the library would use for one call: 1. Available only. */
int model__blas_n_threads(void);

/* c[t][r] = (add ? c[t][r] : 0) + sum over k of x[t][k] * w[r][k], t < n_tok, r < n_rows, k < n_in;
 * rows of x, w, c are x_stride, w_stride, c_stride floats apart. Sizes below 2^31. Available only;
 * any threads at once. */
void model__blas_multiply(float *c, size_t c_stride, bool add, const float *x, size_t x_stride,
                          size_t n_tok, const float *w, size_t w_stride, size_t n_rows,
                          size_t n_in);

#endif
