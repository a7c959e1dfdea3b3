/* The products on the matrix unit. A tile of an operand is 16 columns by 32 of depth: 16 rows of 64
 * bytes, row r holding depths 2r and 2r + 1 of each column side by side, as TDPBF16PS reads them.
 */
#include "model/train/product.h"

#include <immintrin.h>

#include "model/kernels/tiles.h"

enum { TILE = 16 * 32, COLUMNS = 16, DEPTH = 32 };

static inline __m512i narrow32(const float *x)
{
    return (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(x + 16), _mm512_loadu_ps(x));
}

static inline __m256i narrow16(const float *x)
{
    return (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(x));
}

/* 16 rows of 16 words become 16 columns. */
static inline void transpose_words(__m512i r[16])
{
    __m512i t[16], u[16];
    for (int i = 0; i < 8; i++) {
        t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
    }
    for (int i = 0; i < 4; i++) {
        u[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
        u[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
        u[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
        u[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
    }
    for (int j = 0; j < 4; j++) {
        __m512i a = _mm512_shuffle_i32x4(u[j], u[4 + j], 0x88);
        __m512i b = _mm512_shuffle_i32x4(u[j], u[4 + j], 0xdd);
        __m512i c = _mm512_shuffle_i32x4(u[8 + j], u[12 + j], 0x88);
        __m512i d = _mm512_shuffle_i32x4(u[8 + j], u[12 + j], 0xdd);
        r[j] = _mm512_shuffle_i32x4(a, c, 0x88);
        r[8 + j] = _mm512_shuffle_i32x4(a, c, 0xdd);
        r[4 + j] = _mm512_shuffle_i32x4(b, d, 0x88);
        r[12 + j] = _mm512_shuffle_i32x4(b, d, 0xdd);
    }
}

static void pack_rows(void *out, const float *x, size_t stride, size_t n, size_t k)
{
    bf16 *o = out;
    for (size_t j = 0; j < n; j += COLUMNS) {
        for (size_t d = 0; d < k; d += DEPTH, o += TILE) {
            __m512i r[16];
            for (size_t i = 0; i < 16; i++)
                r[i] = narrow32(x + (j + i) * stride + d);
            transpose_words(r);
            for (size_t i = 0; i < 16; i++)
                _mm512_store_si512(o + i * 32, r[i]);
        }
    }
}

static void pack_rows16(void *out, const bf16 *x, size_t stride, size_t n, size_t k)
{
    bf16 *o = out;
    for (size_t j = 0; j < n; j += COLUMNS) {
        for (size_t d = 0; d < k; d += DEPTH, o += TILE) {
            __m512i r[16];
            for (size_t i = 0; i < 16; i++)
                r[i] = _mm512_loadu_si512(x + (j + i) * stride + d);
            transpose_words(r);
            for (size_t i = 0; i < 16; i++)
                _mm512_store_si512(o + i * 32, r[i]);
        }
    }
}

static inline __m512i side_by_side(__m256i low, __m256i high)
{
    return _mm512_or_si512(_mm512_cvtepu16_epi32(low),
                           _mm512_slli_epi32(_mm512_cvtepu16_epi32(high), 16));
}

static inline __m256i load16(const bf16 *x)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)x);
}

static void pack_cols(void *out, const float *x, size_t stride, size_t n, size_t k)
{
    bf16 *o = out;
    for (size_t j = 0; j < n; j += COLUMNS) {
        for (size_t d = 0; d < k; d += DEPTH, o += TILE) {
            for (size_t i = 0; i < 16; i++) {
                const float *row = x + (d + 2 * i) * stride + j;
                _mm512_store_si512(o + i * 32, side_by_side(narrow16(row), narrow16(row + stride)));
            }
        }
    }
}

static void pack_cols16(void *out, const bf16 *x, size_t stride, size_t n, size_t k)
{
    bf16 *o = out;
    for (size_t j = 0; j < n; j += COLUMNS) {
        for (size_t d = 0; d < k; d += DEPTH, o += TILE) {
            for (size_t i = 0; i < 16; i++) {
                const bf16 *row = x + (d + 2 * i) * stride + j;
                _mm512_store_si512(o + i * 32, side_by_side(load16(row), load16(row + stride)));
            }
        }
    }
}

/* 32 by 32 results from `n_deep` tiles of depth: tiles 0 to 3 sum, 4 and 5 read the left side, 6
 * and 7 the right one. */
static inline void multiply_block(float *c, size_t c_stride, bool add, const bf16 *a,
                                  size_t a_stride, const bf16 *b0, const bf16 *b1, size_t n_deep)
{
    const size_t c_bytes = c_stride * sizeof *c;
    const size_t a_bytes = a_stride * sizeof *a;
    float *c1 = c + 16 * c_stride;
    const bf16 *a1 = a + 16 * a_stride;
    if (add) {
        _tile_loadd(0, c, c_bytes);
        _tile_loadd(1, c + 16, c_bytes);
        _tile_loadd(2, c1, c_bytes);
        _tile_loadd(3, c1 + 16, c_bytes);
    } else {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    }
    for (size_t d = 0; d < n_deep; d++) {
        _tile_loadd(4, a + d * DEPTH, a_bytes);
        _tile_loadd(6, b0 + d * TILE, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_loadd(7, b1 + d * TILE, 64);
        _tile_dpbf16ps(1, 4, 7);
        _tile_loadd(5, a1 + d * DEPTH, a_bytes);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_stored(0, c, c_bytes);
    _tile_stored(1, c + 16, c_bytes);
    _tile_stored(2, c1, c_bytes);
    _tile_stored(3, c1 + 16, c_bytes);
}

static void multiply(float *c, size_t c_stride, bool add, const bf16 *a, size_t a_stride, size_t m,
                     const void *b, size_t b_depth, size_t n, size_t k, void *scratch)
{
    /* As deep as 32 rows of the left side stay in the first-level cache. */
    enum { DEEP = 16 };
    (void)scratch;
    _tile_loadconfig(&model__tiles);
    const size_t n_deep = k / DEPTH;
    for (size_t from = 0; from < n_deep; from += DEEP) {
        size_t deep = n_deep - from < DEEP ? n_deep - from : DEEP;
        for (size_t i = 0; i < m; i += 32) {
            for (size_t j = 0; j < n; j += 32) {
                const bf16 *right = (const bf16 *)b + j * b_depth + from * TILE;
                multiply_block(c + i * c_stride + j, c_stride, add || from > 0,
                               a + i * a_stride + from * DEPTH, a_stride, right,
                               right + COLUMNS * b_depth, deep);
            }
        }
    }
    _tile_release();
}

static void transpose(bf16 *out, size_t out_stride, const bf16 *x, size_t stride, size_t rows,
                      size_t cols)
{
    for (size_t d = 0; d < rows; d += DEPTH) {
        for (size_t j = 0; j < cols; j += 16) {
            __m512i r[16];
            for (size_t i = 0; i < 16; i++) {
                const bf16 *row = x + (d + 2 * i) * stride + j;
                r[i] = side_by_side(load16(row), load16(row + stride));
            }
            transpose_words(r);
            for (size_t i = 0; i < 16; i++)
                _mm512_storeu_si512(out + (j + i) * out_stride + d, r[i]);
        }
    }
}

const struct train__products train__products_amx = {
    .operand_bytes = sizeof(bf16),
    .pack_rows = pack_rows,
    .pack_rows16 = pack_rows16,
    .pack_cols = pack_cols,
    .pack_cols16 = pack_cols16,
    .multiply = multiply,
    .transpose = transpose,
};
