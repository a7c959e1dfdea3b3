/* model/kernels/tiles_bf16.h: products of the matrix unit of x86 (AMX) in bf16, for the kernels
 * that use it. A factor that must not lose anything is split into two bf16, 16 bits: three of the
 * four products are summed; the fourth is below 2^-16 of the first. Source: Intel, Architecture
 * Instruction Set Extensions Programming Reference, chapter 3 (TDPBF16PS). */
#ifndef ARTEL_MODEL_KERNELS_TILES_BF16_H
#define ARTEL_MODEL_KERNELS_TILES_BF16_H

#include <immintrin.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/kernels/tiles.h"

/* A tile: 16 rows of 64 bytes. Of left factors: 16 tokens, each 32 elements. Of right factors: 16
 * pairs of consecutive elements, each pair of 16 columns. Of sums: 16 tokens times 16 columns. */
enum { TILE_BYTES = 1024, TILE_DEPTH = 32, TILE_TOKENS = 16 };

/* One row of a left tile: 32 elements, `a` and then `b`, to bf16; what that loses to another row,
 * unless NULL. */
static inline void tiles_split(uint8_t *high, uint8_t *low, __m512 a, __m512 b)
{
    __m512i both = (__m512i)_mm512_cvtne2ps_pbh(b, a);
    _mm512_store_si512(high, both);
    if (!low)
        return;
    __m512i a_high = _mm512_cvtepu16_epi32(_mm512_castsi512_si256(both));
    __m512i b_high = _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(both, 1));
    a = _mm512_sub_ps(a, _mm512_castsi512_ps(_mm512_slli_epi32(a_high, 16)));
    b = _mm512_sub_ps(b, _mm512_castsi512_ps(_mm512_slli_epi32(b_high, 16)));
    _mm512_store_si512(low, (__m512i)_mm512_cvtne2ps_pbh(b, a));
}

/* The tile instructions do not tell the compiler which memory they touch. */
static inline void tiles_settle_memory(void)
{
    atomic_signal_fence(memory_order_seq_cst);
}

/* Two blocks of tokens (tiles 4, 5) times two blocks of columns (6, 7) into four tiles of sums (0
 * to 3), which are at y, `stride` floats from token to token. Steps are bytes from one depth to the
 * next; where b_step is more than a tile, low parts follow the high ones on both sides. `again`: go
 * on from the sums that are there. */
static inline void tiles_product(const uint8_t *a0, const uint8_t *a1, size_t a_step,
                                 const uint8_t *b0, const uint8_t *b1, size_t b_step, size_t n_deep,
                                 float *y, size_t stride, bool again)
{
    const size_t y_bytes = stride * sizeof *y;
    float *y1 = y + TILE_TOKENS * stride;
    tiles_settle_memory();
    if (again) {
        _tile_loadd(0, y, y_bytes);
        _tile_loadd(1, y + 16, y_bytes);
        _tile_loadd(2, y1, y_bytes);
        _tile_loadd(3, y1 + 16, y_bytes);
    } else {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    }
    for (size_t k = 0; k < n_deep; k++) {
        _tile_loadd(4, a0, 64);
        _tile_loadd(6, b0, 64);
        _tile_loadd(7, b1, 64);
        _tile_loadd(5, a1, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
        if (b_step > TILE_BYTES) {
            _tile_loadd(6, b0 + TILE_BYTES, 64);
            _tile_loadd(7, b1 + TILE_BYTES, 64);
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(2, 5, 6);
            _tile_dpbf16ps(3, 5, 7);
            _tile_loadd(4, a0 + TILE_BYTES, 64);
            _tile_loadd(5, a1 + TILE_BYTES, 64);
            _tile_loadd(6, b0, 64);
            _tile_loadd(7, b1, 64);
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(2, 5, 6);
            _tile_dpbf16ps(3, 5, 7);
        }
        a0 += a_step;
        a1 += a_step;
        b0 += b_step;
        b1 += b_step;
    }
    _tile_stored(0, y, y_bytes);
    _tile_stored(1, y + 16, y_bytes);
    _tile_stored(2, y1, y_bytes);
    _tile_stored(3, y1 + 16, y_bytes);
    tiles_settle_memory();
}

#endif
