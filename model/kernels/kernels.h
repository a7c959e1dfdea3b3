/* model/kernels/kernels.h: what one instruction set provides. Everything here is internal to
 * model/. */
#ifndef ARTEL_MODEL_KERNELS_KERNELS_H
#define ARTEL_MODEL_KERNELS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/isa.h"
#include "model/quant.h"

/* Output rows are computed 16 at a time, a panel; the last panel of a matrix may have fewer. */
enum { MODEL__PANEL_ROWS = 16 };
/* Tokens computed in one pass over a panel, at most. */
enum { MODEL__TILE_TOKENS = 8 };

/* y = W x for a range of panels and some tokens.
 *
 * The result of a row and token depends on nothing but that row and token, and is the same for all
 * instruction sets. Quantised weights: acc = 0; for each group of 32, ascending, acc = fma(isum,
 * scale_w * scale_x, acc), then where the format has minima acc = fma(-min, sum_x, acc); formats
 * with scales per 16 elements do both halves of the first kind, then of the second. isum is the
 * exact integer dot product. f32, f16, bf16: four accumulators, element i goes to i % 4 by fma; the
 * result is (a0 + a1) + (a2 + a3). */
struct model__rows_job {
    const struct model__format *format;
    const uint8_t *rows; /* as in the file; row r at r * row_bytes */
    size_t row_bytes;
    size_t n_in;
    size_t n_out;
    const uint8_t *packed; /* all panels (kernels/panel.h), 64-aligned; or NULL: pack on the way */
    /* Activations of quantised formats: tiles of `tile` tokens (1, 2, 4 or 8), in each tile the
     * groups in ascending order, in each group one record per token. All records of the last tile
     * are initialised. */
    const struct model__act *acts;
    size_t tile;
    const float *x; /* activations of the other formats */
    size_t x_stride;
    float *y;
    size_t y_stride;
    size_t n_tok;
};

/* The same product by a matrix unit or a general matrix multiplication, for many tokens. Rounds
 * differently. */
struct model__matrix_job {
    const struct model__format *format;
    const uint8_t *rows; /* these as in model__rows_job */
    size_t row_bytes;
    size_t n_in;
    size_t n_out;
    const uint8_t *packed;
    const float *x;
    size_t x_stride;
    float *y;
    size_t y_stride;
    size_t n_tok;
    /* What `prepare` made of x; `exact` as given to it. */
    const void *prepared;
    bool exact;
};

struct model__kernels {
    /* Panels begin <= p < end. scratch: MODEL__POOL_SCRATCH_BYTES, aligned to 64. */
    void (*rows)(const struct model__rows_job *job, size_t begin, size_t end, void *scratch);
    /* Quantises one token: group g goes to out[g * tile]. Same result as model__act_quantise. */
    void (*quantise)(struct model__act *out, size_t tile, const float *x, size_t n_groups);
    /* Packs a panel (kernels/panel.h), or the part of it from block `begin` to `end` (of f32, f16,
     * bf16: elements, begin even): `n_rows` (1 to 16) rows from first_row on. NULL: these kernels
     * do not use panels. */
    void (*pack)(uint8_t *out, const struct model__format *f, const uint8_t *first_row,
                 size_t row_bytes, size_t n_rows, size_t begin, size_t end);
    /* f32, f16 and bf16 too are multiplied as fast as dequantising and sgemm would, for any number
     * of tokens; integer dot products always are. */
    bool beats_blas;
    /* Matrix unit; NULL where there is none. prepare: tokens 16 * begin <= t < 16 * end of x into
     * out, which is 64-aligned and has n_tok, rounded up to 16, times n_in, rounded up to 32, times
     * 2 bytes; twice that if `exact`, which keeps 16 bits of every factor instead of 8 and is what
     * f32, f16 and bf16 weights get. matrix: panels begin
     * <= p < end. */
    void (*prepare)(void *out, bool exact, const float *x, size_t x_stride, size_t n_tok,
                    size_t n_in, size_t begin, size_t end);
    void (*matrix)(const struct model__matrix_job *job, size_t begin, size_t end, void *scratch);
    /* Keeps the matrix unit as busy as it can be for some microseconds, with products of tiles that
     * are loaded already; returns how many multiplications (each with an addition) that were. */
    uint64_t (*exercise)(void);
};

extern const struct model__kernels model__kernels_scalar;
extern const struct model__kernels model__kernels_avx2;
extern const struct model__kernels model__kernels_avx_vnni;
extern const struct model__kernels model__kernels_avx512;
extern const struct model__kernels model__kernels_amx;
extern const struct model__kernels model__kernels_neon;

#endif
