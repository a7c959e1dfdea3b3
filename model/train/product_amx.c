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

/* 32 columns of two rows, each column's two numbers side by side: columns 0 to 3 of each eight in
 * *low, 4 to 7 in *high. */
static inline void pair(__m512i *low, __m512i *high, const bf16 *row, size_t stride)
{
    __m512i first = _mm512_loadu_si512(row);
    __m512i second = _mm512_loadu_si512(row + stride);
    *low = _mm512_unpacklo_epi16(first, second);
    *high = _mm512_unpackhi_epi16(first, second);
}

/* Row by row, as it lies there, for two tiles at once: their columns share lines of the cache. */
static void pack_cols16(void *out, const bf16 *x, size_t stride, size_t n, size_t k)
{
    const __m512i left = _mm512_set_epi64(11, 10, 3, 2, 9, 8, 1, 0);
    const __m512i right = _mm512_set_epi64(15, 14, 7, 6, 13, 12, 5, 4);
    for (size_t d = 0; d < k; d += DEPTH) {
        for (size_t j = 0; j < n; j += 2 * COLUMNS) {
            bf16 *o = (bf16 *)out + j * k + d * COLUMNS;
            for (size_t i = 0; i < 16; i++) {
                __m512i low, high;
                pair(&low, &high, x + (d + 2 * i) * stride + j, stride);
                _mm512_store_si512(o + i * 32, _mm512_permutex2var_epi64(low, left, high));
                _mm512_store_si512(o + COLUMNS * k + i * 32,
                                   _mm512_permutex2var_epi64(low, right, high));
            }
        }
    }
}

/* Where the 16 rows of tile (half, d) of 32 rows of the left side begin, and how far apart they
 * are: in memory as it is, or brought into tiles. */
struct left {
    const bf16 *at;
    size_t half, deeper, row_bytes;
};

/* What to bring into the second-level cache while tiles are multiplied: `n_lines` lines of 64 bytes
 * from `at` on with every tile of depth. Reading beyond the end is harmless. */
struct ahead {
    const char *at;
    size_t n_lines;
};

static inline void fetch_ahead(struct ahead *f)
{
    for (size_t i = 0; i < f->n_lines; i++, f->at += 64)
        _mm_prefetch(f->at, _MM_HINT_T1);
}

/* 32 by 32 results from `n_deep` tiles of depth: tiles 0 to 3 sum, 4 and 5 read the left side, 6
 * and 7 the right one. */
static inline void multiply_block(float *c, size_t c_stride, bool add, const struct left *a,
                                  const bf16 *b0, const bf16 *b1, size_t n_deep,
                                  struct ahead *ahead)
{
    const size_t c_bytes = c_stride * sizeof *c;
    float *c1 = c + 16 * c_stride;
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
        const bf16 *left = a->at + d * a->deeper;
        _tile_loadd(4, left, a->row_bytes);
        _tile_loadd(6, b0 + d * TILE, 64);
        _tile_dpbf16ps(0, 4, 6);
        fetch_ahead(ahead);
        _tile_loadd(7, b1 + d * TILE, 64);
        _tile_dpbf16ps(1, 4, 7);
        _tile_loadd(5, left + a->half, a->row_bytes);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_stored(0, c, c_bytes);
    _tile_stored(1, c + 16, c_bytes);
    _tile_stored(2, c1, c_bytes);
    _tile_stored(3, c1 + 16, c_bytes);
}

/* As deep as 32 rows of the left side stay in the first-level cache. */
enum { DEEP = 32 };

/* Columns of an operand are multiplied in turn by at least this many rows where they come from
 * beyond the second-level cache: then the next ones arrive while these are multiplied. */
enum { ROWS_TO_FETCH = 256, DEEP_TO_FETCH = 8 };

static void multiply(float *c, size_t c_stride, bool add, const bf16 *a, size_t a_stride, size_t m,
                     const void *b, size_t b_depth, size_t n, size_t k, void *scratch)
{
    (void)scratch;
    _tile_loadconfig(&model__tiles);
    const size_t n_deep = k / DEPTH;
    struct ahead ahead = {(const char *)b + n * b_depth * sizeof(bf16), 0};
    /* As many lines in all as n columns have. */
    if (m >= ROWS_TO_FETCH && n_deep >= DEEP_TO_FETCH && k == b_depth)
        ahead.n_lines = (1024 + m - 1) / m;
    for (size_t from = 0; from < n_deep; from += DEEP) {
        size_t deep = n_deep - from < DEEP ? n_deep - from : DEEP;
        const bf16 *right = (const bf16 *)b + from * TILE;
        for (size_t i = 0; i < m; i += 32) {
            struct left left = {a + i * a_stride + from * DEPTH, 16 * a_stride, DEPTH,
                                a_stride * sizeof *a};
            for (size_t j = 0; j < n; j += 32)
                multiply_block(c + i * c_stride + j, c_stride, add || from > 0, &left,
                               right + j * b_depth, right + (j + COLUMNS) * b_depth, deep, &ahead);
        }
    }
    _tile_release();
}

/* Rows of a turned left side that are kept in tiles at once, and how deep: half of the second-level
 * cache, so that an operand passes through the other half once for all of them. */
enum { PANEL_ROWS = 256, PANEL_DEEP = TRAIN__PRODUCT_SCRATCH / 2 / PANEL_ROWS / DEPTH };

/* `n_rows` rows of the left side, `n_deep` tiles deep, from columns of x. Tiles (half, d) of 32
 * rows lie side by side, all their depth before the next 32 rows. */
static void turn(bf16 *panel, const bf16 *x, size_t stride, size_t n_rows, size_t n_deep)
{
    for (size_t d = 0; d < n_deep; d++) {
        for (size_t j = 0; j < n_rows; j += 32) {
            bf16 *out = panel + (j / 32 * n_deep + d) * 2 * TILE;
            __m512i low[16], high[16];
            for (size_t i = 0; i < 16; i++)
                pair(&low[i], &high[i], x + (d * DEPTH + 2 * i) * stride + j, stride);
            transpose_words(low);
            transpose_words(high);
            for (size_t i = 0; i < 16; i++) {
                bf16 *four = out + (i / 4 * 8 + i % 4) * 32;
                _mm512_store_si512(four, low[i]);
                _mm512_store_si512(four + 4 * 32, high[i]);
            }
        }
    }
}

static void multiply_turned(float *c, size_t c_stride, bool add, const bf16 *a, size_t a_stride,
                            size_t m, const void *b, size_t b_depth, size_t n, size_t k,
                            void *scratch)
{
    bf16 *panel = scratch;
    _tile_loadconfig(&model__tiles);
    const size_t n_deep = k / DEPTH;
    for (size_t from = 0; from < n_deep; from += PANEL_DEEP) {
        size_t deep = n_deep - from < PANEL_DEEP ? n_deep - from : PANEL_DEEP;
        for (size_t first = 0; first < m; first += PANEL_ROWS) {
            size_t n_rows = m - first < PANEL_ROWS ? m - first : PANEL_ROWS;
            turn(panel, a + from * DEPTH * a_stride + first, a_stride, n_rows, deep);
            for (size_t j = 0; j < n; j += 32) {
                const bf16 *right = (const bf16 *)b + j * b_depth + from * TILE;
                for (size_t i = 0; i < n_rows; i += 32) {
                    struct left left = {panel + i / 32 * deep * 2 * TILE, TILE, (size_t)2 * TILE,
                                        64};
                    multiply_block(c + (first + i) * c_stride + j, c_stride, add || from > 0, &left,
                                   right, right + COLUMNS * b_depth, deep, &(struct ahead){0});
                }
            }
        }
    }
    _tile_release();
}

/* ---- gradients of weights ---- */

/* Rows or columns of the gradient that are summed at a time, and over how many tokens: a panel of
 * the one side stays in the second-level cache while all of the other, which is brought into tiles
 * once, passes by. */
enum { GRADIENT_PANEL = 128, GRADIENT_TOKENS = 1024 };

/* d [m][n] += the turned panel of m rows times n columns of an operand, both `n_deep` tiles deep.
 */
static void add_products(float *d, size_t stride, const bf16 *panel, size_t m, const bf16 *b,
                         size_t n, size_t n_deep)
{
    for (size_t j = 0; j < n; j += 32) {
        const bf16 *right = b + j * n_deep * DEPTH;
        for (size_t i = 0; i < m; i += 32) {
            const struct left left = {panel + i * n_deep * DEPTH, TILE, (size_t)2 * TILE, 64};
            multiply_block(d + i * stride + j, stride, true, &left, right, right + n_deep * TILE,
                           n_deep, &(struct ahead){0});
        }
    }
}

/* The smaller side is brought into tiles once, of the other one a panel at a time. */
static void add_gradient(float *d, const bf16 *dy, size_t dy_stride, size_t n_out, const bf16 *x,
                         size_t x_stride, size_t n_in, size_t n_tok, void *operand, void *panel)
{
    const size_t n_deep = n_tok / DEPTH;
    if (n_in <= n_out) {
        pack_cols16(operand, x, x_stride, n_in, n_tok);
        for (size_t i = 0; i < n_out; i += GRADIENT_PANEL) {
            const size_t m = n_out - i < GRADIENT_PANEL ? n_out - i : GRADIENT_PANEL;
            turn(panel, dy + i, dy_stride, m, n_deep);
            add_products(d + i * n_in, n_in, panel, m, operand, n_in, n_deep);
        }
    } else {
        turn(operand, dy, dy_stride, n_out, n_deep);
        for (size_t j = 0; j < n_in; j += GRADIENT_PANEL) {
            const size_t n = n_in - j < GRADIENT_PANEL ? n_in - j : GRADIENT_PANEL;
            pack_cols16(panel, x + j, x_stride, n, n_tok);
            add_products(d + j, n_in, operand, n_out, panel, n, n_deep);
        }
    }
}

static void gradient(float *d, const bf16 *dy, size_t dy_stride, size_t n_out, const bf16 *x,
                     size_t x_stride, size_t n_in, size_t n_tok, void *operand, void *scratch)
{
    _tile_loadconfig(&model__tiles);
    for (size_t t = 0; t < n_tok; t += GRADIENT_TOKENS)
        add_gradient(d, dy + t * dy_stride, dy_stride, n_out, x + t * x_stride, x_stride, n_in,
                     n_tok - t < GRADIENT_TOKENS ? n_tok - t : GRADIENT_TOKENS, operand, scratch);
    _tile_release();
}

static void transpose(float *out, const float *x, size_t n_rows, size_t n_cols)
{
    for (size_t i = 0; i < n_rows; i += 16) {
        for (size_t j = 0; j < n_cols; j += 16) {
            __m512i r[16];
            for (size_t k = 0; k < 16; k++)
                r[k] = _mm512_loadu_si512(x + (i + k) * n_cols + j);
            transpose_words(r);
            for (size_t k = 0; k < 16; k++)
                _mm512_storeu_si512(out + (j + k) * n_rows + i, r[k]);
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
    .multiply_turned = multiply_turned,
    .gradient = gradient,
    .transpose = transpose,
};
