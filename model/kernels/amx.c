/* The matrix unit of x86 (AMX) in bf16: for many tokens. Weights are expanded to bf16 once per
 * call, 32 rows at a time, in the tile's own order, and stay in the second cache while all tokens
 * pass; sums are f32 over the whole depth. For few tokens the kernels are those of AVX-512.
 *
 * f32, f16 and bf16 weights must not lose what the file holds: their factors are split in two
 * (tiles_bf16.h). */
#include "model/kernels/avx512_impl.h"
#include "model/kernels/panel_block.h"
#include "model/kernels/tiles_bf16.h"
#include "model/pool.h"

static size_t n_tiles_deep(size_t n_in)
{
    return (n_in + TILE_DEPTH - 1) / TILE_DEPTH;
}

/* ---- activations ---- */

static void split_tail(uint8_t *high, uint8_t *low, const float *x, size_t n)
{
    __mmask16 first = (__mmask16)(n >= 16 ? 0xffffu : (1u << n) - 1);
    __mmask16 second = (__mmask16)(n <= 16 ? 0u : (1u << (n - 16)) - 1);
    tiles_split(high, low, _mm512_maskz_loadu_ps(first, x),
                second ? _mm512_maskz_loadu_ps(second, x + 16) : f_set1(0));
}

/* Order: block of 16 tokens, depth, then (exact) high and low part. */
static void prepare(void *out, bool exact, const float *x, size_t x_stride, size_t n_tok,
                    size_t n_in, size_t begin, size_t end)
{
    size_t n_deep = n_tiles_deep(n_in);
    size_t step = exact ? 2 * TILE_BYTES : TILE_BYTES;
    for (size_t row = begin * TILE_TOKENS; row < end * TILE_TOKENS; row++) {
        uint8_t *high = (uint8_t *)out + row / TILE_TOKENS * n_deep * step + row % TILE_TOKENS * 64;
        uint8_t *low = exact ? high + TILE_BYTES : NULL;
        /* Tokens that are not there repeat the last one; nobody reads their results. */
        const float *from = x + (row < n_tok ? row : n_tok - 1) * x_stride;
        size_t k = 0;
        for (; (k + 1) * TILE_DEPTH <= n_in; k++) {
            const float *at = from + k * TILE_DEPTH;
            tiles_split(high, low, f_load(at), f_load(at + 16));
            high += step;
            low = low ? low + step : NULL;
        }
        if (k < n_deep)
            split_tail(high, low, from + k * TILE_DEPTH, n_in % TILE_DEPTH);
    }
}

/* ---- weights ---- */

/* Two f32 per lane as bf16, `a` in the low half; to nearest, ties away from zero. */
static inline vi to_pairs(vf a, vf b)
{
    const vi half = v_set1(0x8000);
    const vi high = v_set1((int)0xffff0000u);
    vi low_part = _mm512_srli_epi32(_mm512_add_epi32(_mm512_castps_si512(a), half), 16);
    vi high_part = _mm512_add_epi32(_mm512_castps_si512(b), half);
    return _mm512_ternarylogic_epi32(low_part, high_part, high, 0xf8); /* a | (b & c) */
}

/* Byte e of each lane as the f32 256 + byte: its eight bits are the top of the mantissa. */
static inline vf byte_plus_256(vi a, int e)
{
    const vi exponent = v_set1(0x43800000);
    const vi mantissa = v_set1(0x007f8000);
    vi bits = e == 0   ? _mm512_slli_epi32(a, 15)
              : e == 1 ? _mm512_slli_epi32(a, 7)
              : e == 2 ? _mm512_srli_epi32(a, 1)
                       : _mm512_srli_epi32(a, 9);
    return _mm512_castsi512_ps(_mm512_ternarylogic_epi32(exponent, bits, mantissa, 0xf8));
}

/* Blocks of one packed panel to tiles, `stride` bytes apart, one per group. */
ALWAYS_INLINE void expand_quantised(int type, uint8_t *tiles, size_t stride, const uint8_t *block,
                                    size_t n_blocks)
{
    const int bias = bias_shift(type) == NO_BIAS ? 0 : 1 << bias_shift(type);
    const float too_large = (float)(256 + bias);
    for (size_t b = 0; b < n_blocks; b++) {
        struct head head;
        block_head(type, &head, block, block + 64 * n_words_of(type));
        UNROLL
        for (int g = 0; g < n_groups_of(type); g++) {
            vi q[8];
            block_group(type, q, block, g);
            UNROLL
            for (int j = 0; j < 8; j++) {
                int s = is_fine(type) ? 2 * g + j / 4 : g;
                vf scale = head.scale[s];
                vf base = f_mul(scale, f_set1(-too_large));
                if (has_min(type))
                    base = _mm512_sub_ps(base, head.min[s]);
                vf w0 = f_fma(byte_plus_256(q[j], 0), scale, base);
                vf w1 = f_fma(byte_plus_256(q[j], 1), scale, base);
                vf w2 = f_fma(byte_plus_256(q[j], 2), scale, base);
                vf w3 = f_fma(byte_plus_256(q[j], 3), scale, base);
                _mm512_store_si512(tiles + 128 * j, to_pairs(w0, w1));
                _mm512_store_si512(tiles + 128 * j + 64, to_pairs(w2, w3));
            }
            tiles += stride;
        }
        block += block_bytes_of(type);
    }
}

#define EXPAND(TYPE)                                                                               \
    static void expand_##TYPE(uint8_t *tiles, size_t stride, const uint8_t *block,                 \
                              size_t n_blocks)                                                     \
    {                                                                                              \
        expand_quantised(MODEL_TYPE_##TYPE, tiles, stride, block, n_blocks);                       \
    }
EACH_QUANTISED(EXPAND)

typedef void expand_fn(uint8_t *tiles, size_t stride, const uint8_t *block, size_t n_blocks);
#define EXPAND_ROW(TYPE) [MODEL_TYPE_##TYPE] = expand_##TYPE,
static expand_fn *const expand_fns[MODEL_TYPE_BF16 + 1] = {EACH_QUANTISED(EXPAND_ROW)};

static vf element(uint32_t type, const uint8_t *words, size_t i)
{
    if (type == MODEL_TYPE_F32)
        return f_cast(v_load(words + 64 * i));
    if (type == MODEL_TYPE_F16)
        return f_halves(words + 32 * i);
    vi pair = v_load(words + 64 * (i / 2));
    return f_cast(i % 2 ? _mm512_and_si512(pair, v_set1((int)0xffff0000u))
                        : _mm512_slli_epi32(pair, 16));
}

static vf top_bf16(vf a)
{
    vi bits = _mm512_add_epi32(_mm512_castps_si512(a), v_set1(0x8000));
    return f_cast(_mm512_and_si512(bits, v_set1((int)0xffff0000u)));
}

/* n elements; the low parts go to the tile after the high ones. */
static void expand_float(uint32_t type, uint8_t *tiles, size_t stride, const uint8_t *words,
                         size_t n)
{
    for (size_t i = 0; i < n; i += 2) {
        vf a = element(type, words, i);
        vf b = i + 1 < n ? element(type, words, i + 1) : f_set1(0);
        uint8_t *row = tiles + i / TILE_DEPTH * stride + i % TILE_DEPTH / 2 * 64;
        _mm512_store_si512(row, to_pairs(a, b));
        _mm512_store_si512(row + TILE_BYTES,
                           to_pairs(_mm512_sub_ps(a, top_bf16(a)), _mm512_sub_ps(b, top_bf16(b))));
    }
    for (size_t i = (n + 1) / 2 * 2; i % TILE_DEPTH != 0; i += 2) {
        uint8_t *row = tiles + i / TILE_DEPTH * stride + i % TILE_DEPTH / 2 * 64;
        memset(row, 0, 64);
        memset(row + TILE_BYTES, 0, 64);
    }
}

/* ---- the product ---- */

/* Scratch: expanded weights, then room for packing one panel. */
enum {
    PACK_BYTES = 128 * 1024,
    EXPANDED_BYTES = MODEL__POOL_SCRATCH_BYTES - PACK_BYTES,
    MAX_PAIRS = 4 /* pairs of panels that share one reading of the activations */
};

struct shape {
    size_t n_deep;     /* tiles over the whole depth */
    size_t chunk;      /* of which are expanded at a time */
    size_t tile_step;  /* bytes from one depth to the next: high and low part, or one */
    size_t panel_step; /* bytes from one expanded panel to the next */
    size_t n_pairs;
};

static struct shape shape_of(const struct model__matrix_job *job)
{
    struct shape s = {.n_deep = n_tiles_deep(job->n_in)};
    s.tile_step = job->format->quantised ? TILE_BYTES : 2 * TILE_BYTES;
    size_t unit = job->format->n_elements > TILE_DEPTH ? job->format->n_elements / TILE_DEPTH : 1;
    /* At least one pair must fit, and one panel's share of the chunk must fit the packing room
     * (f32: 4 bytes for each of 32 x 16 elements). */
    size_t fit = EXPANDED_BYTES / (2 * s.tile_step);
    size_t fit_pack = PACK_BYTES / (TILE_DEPTH * 16 * 4);
    s.chunk = fit < fit_pack ? fit : fit_pack;
    s.chunk = s.chunk / unit * unit;
    if (s.chunk > s.n_deep)
        s.chunk = s.n_deep;
    s.panel_step = s.chunk * s.tile_step;
    s.n_pairs = EXPANDED_BYTES / (2 * s.panel_step);
    s.n_pairs = s.n_pairs < MAX_PAIRS ? s.n_pairs : MAX_PAIRS;
    return s;
}

/* Depths begin <= k < end of one panel. */
static void expand_panel(const struct model__matrix_job *job, const struct shape *s, uint8_t *tiles,
                         uint8_t *room, size_t panel, size_t begin, size_t end)
{
    const struct model__format *f = job->format;
    struct model__panel_shape shape = model__panel_shape(f, job->n_in);
    size_t from = begin * TILE_DEPTH;
    size_t to = end * TILE_DEPTH < job->n_in ? end * TILE_DEPTH : job->n_in;
    if (f->quantised) {
        from /= f->n_elements;
        to /= f->n_elements;
    }
    const uint8_t *at = room;
    if (job->packed) {
        at = job->packed + panel * model__panel_bytes(f, job->n_in);
        at += f->quantised ? from * model__panel_block_bytes(shape) : from * f->n_bytes / 4 * 64;
    } else {
        size_t r0 = panel * MODEL__PANEL_ROWS;
        size_t n_rows = job->n_out - r0 < MODEL__PANEL_ROWS ? job->n_out - r0 : MODEL__PANEL_ROWS;
        model__kernels_avx512.pack(room, f, job->rows + r0 * job->row_bytes, job->row_bytes, n_rows,
                                   from, to);
    }
    if (f->quantised)
        expand_fns[f->type](tiles, s->tile_step, at, to - from);
    else
        expand_float(f->type, tiles, s->tile_step, at, to - from);
}

/* Tokens from t on times rows from r on, depths begin <= k < end, where y may end earlier than the
 * tiles do. */
static void product_at(const struct model__matrix_job *job, const struct shape *s, const uint8_t *b,
                       size_t t, size_t r, size_t begin, size_t end)
{
    const size_t a_step = job->exact ? 2 * TILE_BYTES : TILE_BYTES;
    const uint8_t *a0 =
        (const uint8_t *)job->prepared + (t / TILE_TOKENS * s->n_deep + begin) * a_step;
    /* Where there is no second block of tokens, the first is computed twice. */
    const uint8_t *a1 = t + TILE_TOKENS < job->n_tok ? a0 + s->n_deep * a_step : a0;
    float *y = job->y + t * job->y_stride + r;
    size_t n_tok = job->n_tok - t < 32 ? job->n_tok - t : 32;
    size_t n_rows = job->n_out - r < 32 ? job->n_out - r : 32;
    if (n_tok == 32 && n_rows == 32) {
        tiles_product(a0, a1, a_step, b, b + s->panel_step, s->tile_step, end - begin, y,
                      job->y_stride, begin > 0);
        return;
    }
    _Alignas(64) float edge[32][32];
    for (size_t i = 0; i < n_tok && begin > 0; i++)
        memcpy(edge[i], y + i * job->y_stride, n_rows * sizeof(float));
    tiles_product(a0, a1, a_step, b, b + s->panel_step, s->tile_step, end - begin, edge[0], 32,
                  begin > 0);
    for (size_t i = 0; i < n_tok; i++)
        memcpy(y + i * job->y_stride, edge[i], n_rows * sizeof(float));
}

static void matrix(const struct model__matrix_job *whole, size_t first, size_t last, void *scratch)
{
    /* What follows our last panel, if it exists, is another part's: without this copy a pair whose
     * second half it is would write there. */
    struct model__matrix_job ours = *whole;
    if (last * MODEL__PANEL_ROWS < ours.n_out)
        ours.n_out = last * MODEL__PANEL_ROWS;
    const struct model__matrix_job *job = &ours;
    struct shape s = shape_of(job);
    uint8_t *expanded = scratch;
    uint8_t *room = expanded + EXPANDED_BYTES;
    _tile_loadconfig(&model__tiles);
    for (size_t p = first; p < last; p += 2 * s.n_pairs) {
        size_t n_panels = last - p < 2 * s.n_pairs ? last - p : 2 * s.n_pairs;
        for (size_t begin = 0; begin < s.n_deep; begin += s.chunk) {
            size_t end = s.n_deep - begin < s.chunk ? s.n_deep : begin + s.chunk;
            for (size_t i = 0; i < n_panels; i++)
                expand_panel(job, &s, expanded + i * s.panel_step, room, p + i, begin, end);
            for (size_t t = 0; t < job->n_tok; t += 2 * TILE_TOKENS)
                for (size_t i = 0; i < n_panels; i += 2)
                    product_at(job, &s, expanded + i * s.panel_step, t, (p + i) * MODEL__PANEL_ROWS,
                               begin, end);
        }
    }
    /* Back to the initial state, so that switching threads does not save 8 KiB of tiles. */
    _tile_release();
}

static uint64_t exercise(void)
{
    enum { ROUNDS = 2000 };
    _tile_loadconfig(&model__tiles);
    /* Every tile zero: the unit takes no shortcut for zeros, and sums stay finite. */
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    _tile_zero(4);
    _tile_zero(5);
    _tile_zero(6);
    _tile_zero(7);
    for (int i = 0; i < ROUNDS; i++) {
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_release();
    return (uint64_t)ROUNDS * 4 * TILE_TOKENS * MODEL__PANEL_ROWS * TILE_DEPTH;
}

static void rows(const struct model__rows_job *job, size_t begin, size_t end, void *scratch)
{
    model__kernels_avx512.rows(job, begin, end, scratch);
}

static void quantise(struct model__act *out, size_t tile, const float *x, size_t n_groups)
{
    model__kernels_avx512.quantise(out, tile, x, n_groups);
}

static void pack(uint8_t *out, const struct model__format *f, const uint8_t *first_row,
                 size_t row_bytes, size_t n_rows, size_t begin, size_t end)
{
    model__kernels_avx512.pack(out, f, first_row, row_bytes, n_rows, begin, end);
}

const struct model__kernels model__kernels_amx = {.rows = rows,
                                                  .quantise = quantise,
                                                  .pack = pack,
                                                  .prepare = prepare,
                                                  .matrix = matrix,
                                                  .exercise = exercise};
