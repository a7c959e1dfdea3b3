/* model/ops.h for AVX-512 with the matrix unit (AMX): attention of many tokens in bf16 tiles, all
 * factors split in two so that nothing is lost that f32 would keep; the rest as without it. */
#include "model/ops.h"

static void attend_many(const struct model__attend_args *a);
#define MODEL__OPS_NAME   model__ops_amx
#define MODEL__OPS_ATTEND attend_many
#include "model/kernels/tiles_bf16.h"
#include "model/ops_impl.h"

enum {
    PAIR = 2 * TILE_BYTES, /* a high tile and its low one */
    TILE_COLS = 16,
    KEY_COLS = MODEL__TILE / TILE_COLS,
    KEYS_DEEP = MODEL__TILE / TILE_DEPTH,
};

/* Pieces of the scratch in the units' own order, pairs of tiles. */
struct tiles {
    size_t n_deep;    /* of a head */
    size_t n_blocks;  /* of 16 rows, even */
    size_t wide;      /* floats of a row of sums: a multiple of two tiles */
    uint8_t *queries; /* [n_blocks][n_deep] */
    uint8_t *keys;    /* [KEY_COLS][n_deep] */
    uint8_t *shares;  /* [n_blocks][KEYS_DEEP], the softened scores */
    uint8_t *values;  /* [wide / TILE_COLS][KEYS_DEEP] */
};

static size_t round_up(size_t n, size_t to)
{
    return (n + to - 1) / to * to;
}

/* Two f32 vectors, of elements 2k and 2k + 1, as one row of a right tile, cut to bf16, and what
 * that loses as a row of the next. */
static inline void split_pair(uint8_t *high, __m512 even, __m512 odd)
{
    const __m512i top = _mm512_set1_epi32((int)0xffff0000u);
    __m512i a = _mm512_castps_si512(even), b = _mm512_castps_si512(odd);
    __m512i a_top = _mm512_and_si512(a, top), b_top = _mm512_and_si512(b, top);
    _mm512_store_si512(high, _mm512_or_si512(_mm512_srli_epi32(a, 16), b_top));
    a = _mm512_castps_si512(_mm512_sub_ps(even, _mm512_castsi512_ps(a_top)));
    b = _mm512_castps_si512(_mm512_sub_ps(odd, _mm512_castsi512_ps(b_top)));
    _mm512_store_si512(high + TILE_BYTES,
                       _mm512_or_si512(_mm512_srli_epi32(a, 16), _mm512_and_si512(b, top)));
}

static void clear_row(uint8_t *high)
{
    memset(high, 0, 64);
    memset(high + TILE_BYTES, 0, 64);
}

/* One row of queries or shares: n_deep pairs of tiles from n floats, zeros behind them. */
static void split_row(uint8_t *tiles, size_t row, size_t n_deep, const float *x)
{
    uint8_t *at = tiles + row / TILE_TOKENS * n_deep * PAIR + row % TILE_TOKENS * 64;
    for (size_t k = 0; k < n_deep; k++, at += PAIR) {
        if (x)
            tiles_split(at, at + TILE_BYTES, vf_load(x + k * TILE_DEPTH),
                        vf_load(x + k * TILE_DEPTH + VF_LANES));
        else
            clear_row(at);
    }
}

static void split_queries(struct tiles *t, const struct model__attend_args *a, size_t n_rows)
{
    _Alignas(64) float row[MODEL__KV_MAX_DIM] = {0};
    for (size_t r = 0; r < n_rows; r++) {
        const float *q = a->q + r / a->group * a->q_stride + r % a->group * a->head_dim;
        for (size_t d = 0; d < a->head_dim; d++)
            row[d] = q[d] * a->scale;
        split_row(t->queries, r, t->n_deep, row);
    }
    for (size_t r = n_rows; r < t->n_blocks * TILE_TOKENS; r++)
        split_row(t->queries, r, t->n_deep, NULL);
}

/* k: f32 [dim][MODEL__TILE]. */
static void split_keys(struct tiles *t, const float *k, size_t dim)
{
    const __m512 zero = _mm512_setzero_ps();
    for (size_t d = 0; d < t->n_deep * TILE_DEPTH; d += 2) {
        uint8_t *at = t->keys + d / TILE_DEPTH * PAIR + d % TILE_DEPTH / 2 * 64;
        for (size_t col = 0; col < KEY_COLS; col++, at += t->n_deep * PAIR) {
            const float *x = k + d * MODEL__TILE + col * TILE_COLS;
            split_pair(at, d < dim ? vf_load(x) : zero,
                       d + 1 < dim ? vf_load(x + MODEL__TILE) : zero);
        }
    }
}

/* v: f32 [n][stride]. */
static void split_values(struct tiles *t, const float *v, size_t stride, size_t n)
{
    const __m512 zero = _mm512_setzero_ps();
    for (size_t j = 0; j < MODEL__TILE; j += 2) {
        uint8_t *at = t->values + j / TILE_DEPTH * PAIR + j % TILE_DEPTH / 2 * 64;
        for (size_t d = 0; d < t->wide; d += TILE_COLS, at += KEYS_DEEP * PAIR) {
            const float *x = v + j * stride + d;
            bool there = d < stride;
            split_pair(at, there && j < n ? vf_load(x) : zero,
                       there && j + 1 < n ? vf_load(x + stride) : zero);
        }
    }
}

/* Row blocks from `block` on times `n_cols` columns, two by two. */
static void product_tiles(const struct tiles *t, size_t block, const uint8_t *a, const uint8_t *b,
                          size_t n_deep, float *y, size_t n_cols, bool again)
{
    size_t step = n_deep * PAIR;
    for (; block < t->n_blocks; block += 2)
        for (size_t col = 0; col < n_cols; col += 2 * TILE_COLS) {
            const uint8_t *a0 = a + block * step, *b0 = b + col / TILE_COLS * step;
            tiles_product(a0, a0 + step, PAIR, b0, b0 + step, PAIR, n_deep,
                          y + block * TILE_TOKENS * n_cols + col, n_cols, again);
        }
}

/* As attend, but for the order of the sums. */
static void attend_many(const struct model__attend_args *a)
{
    if (!a->many) {
        attend(a);
        return;
    }
    size_t dim = a->head_dim, stride = model__value_stride(dim);
    size_t n_rows = a->n_tok * a->group, n_keys = a->first_pos + a->n_tok;
    assert(n_rows <= MODEL__ATTEND_ROWS);
    struct tiles t = {.n_deep = (dim + TILE_DEPTH - 1) / TILE_DEPTH,
                      .n_blocks = round_up(n_rows, 2 * TILE_TOKENS) / TILE_TOKENS,
                      .wide = round_up(dim, 2 * TILE_COLS)};
    struct attend_scratch s = carve(a->scratch, dim, t.wide);
    t.queries = (uint8_t *)(s.sum + MODEL__ATTEND_ROWS);
    t.keys = t.queries + t.n_blocks * t.n_deep * PAIR;
    t.shares = t.keys + KEY_COLS * t.n_deep * PAIR;
    t.values = t.shares + t.n_blocks * KEYS_DEEP * PAIR;
    for (size_t r = 0; r < n_rows; r++) {
        s.max[r] = -INFINITY;
        s.sum[r] = 0;
    }
    memset(s.out, 0, t.n_blocks * TILE_TOKENS * t.wide * sizeof *s.out);
    split_queries(&t, a, n_rows);
    _tile_loadconfig(&model__tiles);
    for (size_t base = 0; base < n_keys; base += MODEL__TILE) {
        size_t in_tile = n_keys - base < MODEL__TILE ? n_keys - base : MODEL__TILE;
        /* Tokens before `base` see nothing of this tile. */
        size_t first = base > a->first_pos ? (base - a->first_pos) * a->group : 0;
        size_t block = first / (2 * TILE_TOKENS) * 2;
        unpack_keys(s.k, a->k + base / MODEL__TILE * model__key_tile_bytes(a->type, dim), a->type,
                    dim);
        unpack_values(s.v, a->v + base * model__value_row_bytes(a->type, dim), a->type, dim,
                      in_tile);
        split_keys(&t, s.k, dim);
        split_values(&t, s.v, stride, in_tile);
        product_tiles(&t, block, t.queries, t.keys, t.n_deep, s.scores, MODEL__TILE, false);
        for (size_t r = block * TILE_TOKENS; r < t.n_blocks * TILE_TOKENS; r++) {
            bool sees = r >= first && r < n_rows;
            size_t seen = a->first_pos + r / a->group + 1 - base;
            if (sees)
                soften(&s, r, seen < in_tile ? seen : in_tile, t.wide);
            split_row(t.shares, r, KEYS_DEEP, sees ? s.scores + r * MODEL__TILE : NULL);
        }
        product_tiles(&t, block, t.shares, t.values, KEYS_DEEP, s.out, t.wide, true);
    }
    /* Back to the initial state, so that switching threads does not save 8 KiB of tiles. */
    _tile_release();
    give(a, &s, n_rows, t.wide);
}
