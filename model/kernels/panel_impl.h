/* model/kernels/panel_impl.h: the kernels over packed panels, written once for all vector
 * instruction sets. The including file, compiled with the flags of its set, first defines: LANES
 * f32 per vector: 4, 8 or 16 COLS, COLS_FLOAT             tokens computed at once, for quantised
 * and other weights (fits the registers) WIDE_SHIFT                   7: dot16 takes full unsigned
 * bytes as they are stored, 128 too large; NO_BIAS: it takes them signed (v_wide converts) vi, vf
 * vectors of i32 and of f32 v_load v_set1 v_and v_or v_shl v_shr v_sra   on vi; shifts by an int
 *   v_wide(a)                    stored full bytes to what v_dot16 takes
 *   v_lut(a)                     each byte < 16 to its IQ4 value, in the form v_dot16 takes for
 * full bytes v_bit4(w, h, i)              w with bit 4 of byte e set where bit 4 * i + e of h is,
 * per lane v_dot16(acc, w, x, bits)     acc + dot product of w[0..4) with 16 activations; bytes of
 * w are below 2^bits for bits < 8, full bytes for 8 f_zero f_load f_store f_set1 f_mul f_add
 * f_fma(a, b, c) = ab + c, f_fnma(a, b, c) = c - ab, f_of_int f_halves(p)                  LANES
 * f16 at p f_low_f16(a), f_cast(a)      low 16 bits of each lane as f16; all bits as f32
 *   pack_quad(out, rows, at)     4 words of 16 rows, rows[r] + at, to out + 64 * word */
#include <assert.h>
#include <string.h>

#include "base/compiler.h"
#include "model/gguf.h"
#include "model/kernels/panel.h"
#include "model/pool.h"

enum { N_SUB = MODEL__PANEL_ROWS / LANES, NO_BIAS = -1 };

/* ---- properties of formats, constant once inlined ---- */

#define EACH_QUANTISED(DO)                                                                         \
    DO(Q4_0)                                                                                       \
    DO(Q4_1) DO(Q5_0) DO(Q5_1) DO(Q8_0) DO(Q2_K) DO(Q3_K) DO(Q4_K) DO(Q5_K) DO(Q6_K) DO(IQ4_NL)    \
        DO(IQ4_XS)
#define EACH_FLOAT(DO) DO(F32) DO(F16) DO(BF16)

ALWAYS_INLINE int n_groups_of(int type)
{
    return type >= MODEL_TYPE_Q2_K && type != MODEL_TYPE_IQ4_NL ? 8 : 1;
}

ALWAYS_INLINE int n_words_of(int type)
{
    switch (type) {
    case MODEL_TYPE_Q5_0:
    case MODEL_TYPE_Q5_1: return 5;
    case MODEL_TYPE_Q8_0: return 8;
    case MODEL_TYPE_Q2_K: return 20;
    case MODEL_TYPE_Q3_K: return 27;
    case MODEL_TYPE_Q4_K: return 35;
    case MODEL_TYPE_Q5_K: return 43;
    case MODEL_TYPE_Q6_K: return 52;
    case MODEL_TYPE_IQ4_XS: return 33;
    default: return 4;
    }
}

ALWAYS_INLINE bool has_min(int type)
{
    return type == MODEL_TYPE_Q4_1 || type == MODEL_TYPE_Q5_1 || type == MODEL_TYPE_Q2_K ||
           type == MODEL_TYPE_Q4_K || type == MODEL_TYPE_Q5_K;
}

ALWAYS_INLINE int n_halves_of(int type)
{
    return has_min(type) || type == MODEL_TYPE_IQ4_XS ? 2 : 1;
}

ALWAYS_INLINE bool is_fine(int type)
{
    return type == MODEL_TYPE_Q2_K || type == MODEL_TYPE_Q3_K || type == MODEL_TYPE_Q6_K;
}

/* Kernels see integers that are too large by 2 to this power, and start their sums lower by as
 * much. */
ALWAYS_INLINE int bias_shift(int type)
{
    switch (type) {
    case MODEL_TYPE_Q3_K: return 2;
    case MODEL_TYPE_Q4_0: return 3;
    case MODEL_TYPE_Q5_0: return 4;
    case MODEL_TYPE_Q6_K: return 5;
    case MODEL_TYPE_Q8_0:
    case MODEL_TYPE_IQ4_NL:
    case MODEL_TYPE_IQ4_XS: return WIDE_SHIFT;
    default: return NO_BIAS;
    }
}

ALWAYS_INLINE int bits_of(int type)
{
    switch (type) {
    case MODEL_TYPE_Q2_K: return 2;
    case MODEL_TYPE_Q3_K: return 3;
    case MODEL_TYPE_Q5_0:
    case MODEL_TYPE_Q5_1:
    case MODEL_TYPE_Q5_K: return 5;
    case MODEL_TYPE_Q6_K: return 6;
    case MODEL_TYPE_Q8_0:
    case MODEL_TYPE_IQ4_NL:
    case MODEL_TYPE_IQ4_XS: return 8;
    default: return 4;
    }
}

/* ---- blocks ---- */

/* Scales and minima of one block, per group or (fine formats) per half group. */
struct head {
    vf scale[16];
    vf min[16];
};

static const uint32_t nibble_mask = 0x0f0f0f0fu;

ALWAYS_INLINE vi word(const uint8_t *w, int k)
{
    return v_load(w + 64 * k);
}

/* Bits `at` to `at` + n of each lane, as a number. */
ALWAYS_INLINE vi field(vi a, int at, int n)
{
    return v_and(v_shr(a, at), v_set1((1 << n) - 1));
}

ALWAYS_INLINE vf scaled(vf d, vi n)
{
    return f_mul(d, f_of_int(n));
}

/* The six-bit pairs of Q4_K and Q5_K; see quant.c. */
ALWAYS_INLINE void head_pairs(struct head *h, const uint8_t *w, vf d, vf dmin)
{
    vi s0 = word(w, 0);
    vi s1 = word(w, 1);
    vi s2 = word(w, 2);
    UNROLL
    for (int j = 0; j < 4; j++) {
        h->scale[j] = scaled(d, field(s0, 8 * j, 6));
        h->min[j] = scaled(dmin, field(s1, 8 * j, 6));
        h->scale[j + 4] = scaled(d, v_or(field(s2, 8 * j, 4), v_shl(field(s0, 8 * j + 6, 2), 4)));
        h->min[j + 4] =
            scaled(dmin, v_or(field(s2, 8 * j + 4, 4), v_shl(field(s1, 8 * j + 6, 2), 4)));
    }
}

ALWAYS_INLINE void head_q3_k(struct head *h, const uint8_t *w, vf d)
{
    UNROLL
    for (int s = 0; s < 16; s++) {
        vi low = field(word(w, 24 + s % 8 / 4), 8 * (s % 4) + 4 * (s / 8), 4);
        vi high = field(word(w, 26), 8 * (s % 4) + 2 * (s / 4), 2);
        h->scale[s] = scaled(d, v_sub(v_or(low, v_shl(high, 4)), v_set1(32)));
    }
}

ALWAYS_INLINE void head_iq4_xs(struct head *h, const uint8_t *w, vf d, const uint8_t *halves)
{
    vi high_bits = v_halves(halves + 32);
    UNROLL
    for (int g = 0; g < 8; g++) {
        vi low = field(word(w, 0), 4 * g, 4);
        vi high = field(high_bits, 2 * g, 2);
        h->scale[g] = scaled(d, v_sub(v_or(low, v_shl(high, 4)), v_set1(32)));
    }
}

ALWAYS_INLINE void block_head(int type, struct head *h, const uint8_t *w, const uint8_t *halves)
{
    vf d = f_halves(halves);
    switch (type) {
    case MODEL_TYPE_Q4_1:
    case MODEL_TYPE_Q5_1:
        /* The format adds its minimum; kernels subtract. */
        h->scale[0] = d;
        h->min[0] = f_mul(f_halves(halves + 32), f_set1(-1));
        break;
    case MODEL_TYPE_Q2_K: {
        vf dmin = f_halves(halves + 32);
        UNROLL
        for (int s = 0; s < 16; s++) {
            h->scale[s] = scaled(d, field(word(w, s / 4), 8 * (s % 4), 4));
            h->min[s] = scaled(dmin, field(word(w, s / 4), 8 * (s % 4) + 4, 4));
        }
        break;
    }
    case MODEL_TYPE_Q3_K: head_q3_k(h, w, d); break;
    case MODEL_TYPE_Q4_K:
    case MODEL_TYPE_Q5_K: head_pairs(h, w, d, f_halves(halves + 32)); break;
    case MODEL_TYPE_Q6_K:
        UNROLL
        for (int s = 0; s < 16; s++)
            h->scale[s] = scaled(d, v_sra(v_shl(word(w, 48 + s / 4), 24 - 8 * (s % 4)), 24));
        break;
    case MODEL_TYPE_IQ4_XS: head_iq4_xs(h, w, d, halves); break;
    default: h->scale[0] = d; break;
    }
}

/* The integers of group g as 8 words, plus the bias; see the group functions of quant.c for the
 * layouts. */
ALWAYS_INLINE void block_group(int type, vi q[8], const uint8_t *w, int g)
{
    const vi nibble = v_set1((int)nibble_mask);
    UNROLL
    for (int j = 0; j < 8; j++) {
        switch (type) {
        case MODEL_TYPE_Q4_0:
        case MODEL_TYPE_Q4_1: q[j] = v_and(v_shr(word(w, j % 4), j / 4 * 4), nibble); break;
        case MODEL_TYPE_Q5_0:
        case MODEL_TYPE_Q5_1:
            q[j] = v_and(v_shr(word(w, 1 + j % 4), j / 4 * 4), nibble);
            q[j] = v_bit4(q[j], word(w, 0), j);
            break;
        case MODEL_TYPE_Q8_0: q[j] = v_wide(word(w, j)); break;
        case MODEL_TYPE_IQ4_NL:
            q[j] = v_lut(v_and(v_shr(word(w, j % 4), j / 4 * 4), nibble));
            break;
        case MODEL_TYPE_IQ4_XS:
            q[j] = v_lut(v_and(v_shr(word(w, 1 + 4 * g + j % 4), j / 4 * 4), nibble));
            break;
        case MODEL_TYPE_Q2_K:
            q[j] = v_and(v_shr(word(w, 4 + g / 4 * 8 + j), g % 4 * 2), v_set1(0x03030303));
            break;
        case MODEL_TYPE_Q3_K: {
            vi low = v_and(v_shr(word(w, 8 + g / 4 * 8 + j), g % 4 * 2), v_set1(0x03030303));
            vi high = v_and(v_shr(word(w, j), g), v_set1(0x01010101));
            q[j] = v_or(low, v_shl(high, 2));
            break;
        }
        case MODEL_TYPE_Q4_K:
            q[j] = v_and(v_shr(word(w, 3 + g / 2 * 8 + j), g % 2 * 4), nibble);
            break;
        case MODEL_TYPE_Q5_K: {
            vi low = v_and(v_shr(word(w, 11 + g / 2 * 8 + j), g % 2 * 4), nibble);
            vi high = v_and(v_shr(word(w, 3 + j), g), v_set1(0x01010101));
            q[j] = v_or(low, v_shl(high, 4));
            break;
        }
        case MODEL_TYPE_Q6_K: {
            vi low = word(w, g / 4 * 16 + g % 2 * 8 + j);
            vi high = v_shr(word(w, 32 + g / 4 * 8 + j), g % 4 * 2);
            low = v_and(v_shr(low, g % 4 / 2 * 4), nibble);
            q[j] = v_or(low, v_shl(v_and(high, v_set1(0x03030303)), 4));
            break;
        }
        default: break;
        }
    }
}

ALWAYS_INLINE vi start_sum(int type, int32_t neg_sum)
{
    int shift = bias_shift(type);
    return shift == NO_BIAS ? v_set1(0) : v_shl(v_set1(neg_sum), shift == NO_BIAS ? 0 : shift);
}

/* One group for one token. `s` is the index of its (first) scale. */
ALWAYS_INLINE vf add_group(int type, vf acc, const vi q[8], const struct head *h, int s,
                           const struct model__act *x)
{
    const int bits = bits_of(type);
    const vf scale_x = f_set1(x->scale);
    if (is_fine(type)) {
        vi sum0 = v_dot16(start_sum(type, x->neg_sum16[0]), q, x->q, bits);
        vi sum1 = v_dot16(start_sum(type, x->neg_sum16[1]), q + 4, x->q + 16, bits);
        acc = f_fma(f_of_int(sum0), f_mul(h->scale[s], scale_x), acc);
        acc = f_fma(f_of_int(sum1), f_mul(h->scale[s + 1], scale_x), acc);
        if (has_min(type)) {
            acc = f_fnma(h->min[s], f_set1(x->sum16[0]), acc);
            acc = f_fnma(h->min[s + 1], f_set1(x->sum16[1]), acc);
        }
        return acc;
    }
    vi sum = v_dot16(start_sum(type, x->neg_sum), q, x->q, bits);
    sum = v_dot16(sum, q + 4, x->q + 16, bits);
    acc = f_fma(f_of_int(sum), f_mul(h->scale[s], scale_x), acc);
    if (has_min(type))
        acc = f_fnma(h->min[s], f_set1(x->sum), acc);
    return acc;
}

/* acc[t][row] += blocks of one panel times token t, t < n_cols. `words`, `halves`: the panel's
 * parts from the first of these blocks on; x: the records of the first token, `tile` apart from
 * group to group. */
ALWAYS_INLINE void panel_quantised(int type, int n_cols, float *acc, const uint8_t *words,
                                   const uint8_t *halves, size_t n_blocks,
                                   const struct model__act *x, size_t tile)
{
    const int per_group = is_fine(type) ? 2 : 1;
    for (int sub = 0; sub < N_SUB; sub++) {
        vf sum[COLS];
        UNROLL
        for (int t = 0; t < n_cols; t++)
            sum[t] = f_load(acc + t * MODEL__PANEL_ROWS + sub * LANES);
        const uint8_t *w = words + sub * LANES * 4;
        const uint8_t *h = halves + sub * LANES * 2;
        const struct model__act *a = x;
        for (size_t b = 0; b < n_blocks; b++) {
            struct head head;
            block_head(type, &head, w, h);
            UNROLL
            for (int g = 0; g < n_groups_of(type); g++) {
                vi q[8];
                block_group(type, q, w, g);
                UNROLL
                for (int t = 0; t < n_cols; t++)
                    sum[t] = add_group(type, sum[t], q, &head, g * per_group, a + t);
                a += tile;
            }
            w += 64 * n_words_of(type);
            h += 32 * n_halves_of(type);
        }
        UNROLL
        for (int t = 0; t < n_cols; t++)
            f_store(acc + t * MODEL__PANEL_ROWS + sub * LANES, sum[t]);
    }
}

/* f32, f16, bf16: elements [0, n) from the first of these words on; acc[t][i % 4][row]. */
ALWAYS_INLINE void panel_float(int type, int n_cols, float *acc, const uint8_t *words, size_t n,
                               const float *x, size_t x_stride)
{
    const size_t per_word = type == MODEL_TYPE_F32 ? 1 : 2;
    for (int sub = 0; sub < N_SUB; sub++) {
        vf sum[COLS_FLOAT][4];
        float *at = acc + sub * LANES;
        UNROLL
        for (int k = 0; k < n_cols * 4; k++)
            sum[k / 4][k % 4] = f_load(at + k * MODEL__PANEL_ROWS);
        const uint8_t *w = words + sub * LANES * 4;
        for (size_t i = 0; i < n; i += 4) {
            UNROLL
            for (size_t k = 0; k < 4; k++) {
                if (i + k >= n)
                    break;
                vi v = v_load(w + 64 * ((i + k) / per_word));
                vf e;
                if (type == MODEL_TYPE_F32)
                    e = f_cast(v);
                else if (type == MODEL_TYPE_F16)
                    e = f_low_f16(k % 2 ? v_shr(v, 16) : v);
                else
                    e = f_cast(k % 2 ? v_and(v, v_set1((int)0xffff0000u)) : v_shl(v, 16));
                UNROLL
                for (int t = 0; t < n_cols; t++)
                    sum[t][k] = f_fma(e, f_set1(x[(size_t)t * x_stride + i + k]), sum[t][k]);
            }
        }
        UNROLL
        for (int k = 0; k < n_cols * 4; k++)
            f_store(at + k * MODEL__PANEL_ROWS, sum[k / 4][k % 4]);
    }
}

/* ---- one function per format and number of tokens ---- */

typedef void quantised_fn(float *acc, const uint8_t *words, const uint8_t *halves, size_t n_blocks,
                          const struct model__act *x, size_t tile);
typedef void float_fn(float *acc, const uint8_t *words, size_t n, const float *x, size_t x_stride);

#define QUANTISED_COLS(TYPE, N)                                                                    \
    static void TYPE##_##N(float *acc, const uint8_t *words, const uint8_t *halves,                \
                           size_t n_blocks, const struct model__act *x, size_t tile)               \
    {                                                                                              \
        panel_quantised(MODEL_TYPE_##TYPE, N, acc, words, halves, n_blocks, x, tile);              \
    }
#define FLOAT_COLS(TYPE, N)                                                                        \
    static void TYPE##_##N(float *acc, const uint8_t *words, size_t n, const float *x,             \
                           size_t x_stride)                                                        \
    {                                                                                              \
        panel_float(MODEL_TYPE_##TYPE, N, acc, words, n, x, x_stride);                             \
    }

#if COLS == 8
#define QUANTISED_ALL(TYPE)                                                                        \
    QUANTISED_COLS(TYPE, 1)                                                                        \
    QUANTISED_COLS(TYPE, 2) QUANTISED_COLS(TYPE, 4) QUANTISED_COLS(TYPE, 8)
#define QUANTISED_ROW(TYPE) [MODEL_TYPE_##TYPE] = {TYPE##_1, TYPE##_2, TYPE##_4, TYPE##_8},
#else
#define QUANTISED_ALL(TYPE) QUANTISED_COLS(TYPE, 1) QUANTISED_COLS(TYPE, 2) QUANTISED_COLS(TYPE, 4)
#define QUANTISED_ROW(TYPE) [MODEL_TYPE_##TYPE] = {TYPE##_1, TYPE##_2, TYPE##_4},
#endif
#if COLS_FLOAT == 4
#define FLOAT_ALL(TYPE) FLOAT_COLS(TYPE, 1) FLOAT_COLS(TYPE, 2) FLOAT_COLS(TYPE, 4)
#define FLOAT_ROW(TYPE) [MODEL_TYPE_##TYPE] = {TYPE##_1, TYPE##_2, TYPE##_4},
#else
#define FLOAT_ALL(TYPE) FLOAT_COLS(TYPE, 1) FLOAT_COLS(TYPE, 2)
#define FLOAT_ROW(TYPE) [MODEL_TYPE_##TYPE] = {TYPE##_1, TYPE##_2},
#endif

EACH_QUANTISED(QUANTISED_ALL)
EACH_FLOAT(FLOAT_ALL)

enum { N_TYPE_IDS = MODEL_TYPE_BF16 + 1 };
/* By type and binary logarithm of the number of tokens. */
static quantised_fn *const quantised_fns[N_TYPE_IDS][4] = {EACH_QUANTISED(QUANTISED_ROW)};
static float_fn *const float_fns[N_TYPE_IDS][3] = {EACH_FLOAT(FLOAT_ROW)};

/* ---- packing ---- */

/* Words `at` bytes into each row, n_words of them, n_bytes bytes (the last word may be cut). */
static void pack_run(uint8_t *out, const uint8_t *const rows[MODEL__PANEL_ROWS], size_t at,
                     size_t n_bytes)
{
    size_t n_whole = n_bytes / 4;
    size_t k = 0;
    if (n_whole >= 4) {
        for (; k + 4 <= n_whole; k += 4)
            pack_quad(out + 64 * k, rows, at + 4 * k);
        if (k < n_whole)
            pack_quad(out + 64 * (n_whole - 4), rows, at + 4 * (n_whole - 4));
        k = n_whole;
    }
    for (; 4 * k < n_bytes; k++) {
        size_t n = n_bytes - 4 * k < 4 ? n_bytes - 4 * k : 4;
        for (size_t r = 0; r < MODEL__PANEL_ROWS; r++) {
            uint8_t bytes[4] = {0};
            memcpy(bytes, rows[r] + at + 4 * k, n);
            memcpy(out + 64 * k + 4 * r, bytes, 4);
        }
    }
}

/* Blocks begin <= b < end of n_rows rows. */
static void pack_blocks(uint8_t *words, uint8_t *halves, const struct model__format *f,
                        const uint8_t *first_row, size_t row_bytes, size_t n_rows, size_t begin,
                        size_t end)
{
    const uint8_t *rows[MODEL__PANEL_ROWS];
    /* Rows that are not there repeat the last one; nobody reads their results. */
    for (size_t r = 0; r < MODEL__PANEL_ROWS; r++)
        rows[r] = first_row + (r < n_rows ? r : n_rows - 1) * row_bytes;
    for (size_t b = begin; b < end; b++) {
        size_t at = b * f->n_bytes;
        pack_run(words, rows, at + f->run_at, (size_t)f->n_words * 4);
        if (f->type == MODEL_TYPE_Q8_0)
            for (size_t i = 0; i < 64 * 8; i++)
                words[i] ^= 0x80u;
        words += 64 * (size_t)f->n_words;
        for (size_t k = 0; k < f->n_halves; k++, halves += 32)
            for (size_t r = 0; r < MODEL__PANEL_ROWS; r++)
                memcpy(halves + 2 * r, rows[r] + at + f->half_at[k], 2);
    }
}

/* Elements begin <= i < end, begin even. */
static void pack_floats(uint8_t *words, const struct model__format *f, const uint8_t *first_row,
                        size_t row_bytes, size_t n_rows, size_t begin, size_t end)
{
    const uint8_t *rows[MODEL__PANEL_ROWS];
    for (size_t r = 0; r < MODEL__PANEL_ROWS; r++)
        rows[r] = first_row + (r < n_rows ? r : n_rows - 1) * row_bytes;
    pack_run(words, rows, begin * f->n_bytes, (end - begin) * f->n_bytes);
}

static void pack(uint8_t *out, const struct model__format *f, const uint8_t *rows, size_t row_bytes,
                 size_t n_rows, size_t n_in)
{
    struct model__panel_shape s = model__panel_shape(f, n_in);
    if (f->quantised)
        pack_blocks(out, out + s.n_blocks * s.n_words * 64, f, rows, row_bytes, n_rows, 0,
                    s.n_blocks);
    else
        pack_floats(out, f, rows, row_bytes, n_rows, 0, n_in);
}

/* ---- the job ---- */

static unsigned log2_of(size_t n)
{
    return n >= 8 ? 3 : n >= 4 ? 2 : n >= 2 ? 1 : 0;
}

static void store_rows(const struct model__rows_job *job, size_t panel, size_t t, const float *acc)
{
    size_t r0 = panel * MODEL__PANEL_ROWS;
    size_t n = job->n_out - r0 < MODEL__PANEL_ROWS ? job->n_out - r0 : MODEL__PANEL_ROWS;
    memcpy(job->y + t * job->y_stride + r0, acc, n * sizeof *acc);
}

/* Where a panel, or the part of it in hand, is. */
struct view {
    const uint8_t *words;
    const uint8_t *halves;
    size_t begin; /* blocks, or elements of f32, f16, bf16 */
    size_t end;
};

/* How a panel that is not packed is cut, so that what is packed on the way stays close to the core:
 * for one tile of tokens in the first cache, for several whole if it fits the scratch at all. */
enum { NEAR_BYTES = 16 * 1024 };

static struct view view_of(const struct model__rows_job *job, size_t panel, size_t begin,
                           void *scratch, struct view old)
{
    const struct model__format *f = job->format;
    struct model__panel_shape s = model__panel_shape(f, job->n_in);
    size_t n = f->quantised ? s.n_blocks : job->n_in;
    if (job->packed) {
        const uint8_t *p = job->packed + panel * model__panel_bytes(f, job->n_in);
        return (struct view){p, p + s.n_blocks * s.n_words * 64, 0, n};
    }
    size_t unit = f->quantised ? 64 * s.n_words + 32 * s.n_halves : f->n_bytes * 16u;
    size_t room = job->n_tok <= MODEL__TILE_TOKENS ? NEAR_BYTES : MODEL__POOL_SCRATCH_BYTES;
    /* Elements are cut at multiples of 4, so that they keep their accumulators. */
    size_t step = f->quantised ? room / unit : room / unit / 4 * 4;
    size_t end = n - begin < step ? n : begin + step;
    /* The part may be there still from the tile before. */
    if (old.words && old.begin == begin && old.end == end)
        return old;
    size_t r0 = panel * MODEL__PANEL_ROWS;
    size_t n_rows = job->n_out - r0 < MODEL__PANEL_ROWS ? job->n_out - r0 : MODEL__PANEL_ROWS;
    const uint8_t *rows = job->rows + r0 * job->row_bytes;
    uint8_t *words = scratch;
    uint8_t *halves = words + (end - begin) * 64 * s.n_words;
    if (f->quantised)
        pack_blocks(words, halves, f, rows, job->row_bytes, n_rows, begin, end);
    else
        pack_floats(words, f, rows, job->row_bytes, n_rows, begin, end);
    return (struct view){words, halves, begin, end};
}

static void tile_quantised(const struct model__rows_job *job, size_t panel, size_t t0,
                           void *scratch, struct view *v)
{
    const struct model__format *f = job->format;
    size_t n_groups = job->n_in / MODEL__GROUP;
    size_t n = job->n_tok - t0 < job->tile ? job->n_tok - t0 : job->tile;
    const struct model__act *x = job->acts + t0 * n_groups;
    float acc[MODEL__TILE_TOKENS][MODEL__PANEL_ROWS] = {{0}};
    for (size_t at = 0; at < job->n_in / f->n_elements; at = v->end) {
        *v = view_of(job, panel, at, scratch, *v);
        const struct model__act *a = x + at * (f->n_elements / MODEL__GROUP) * job->tile;
        for (size_t t = 0; t < n;) {
            size_t cols = 1;
            while (cols < n - t && cols < COLS && t + 2 * cols <= job->tile)
                cols *= 2;
            quantised_fns[f->type][log2_of(cols)](acc[t], v->words, v->halves, v->end - v->begin,
                                                  a + t, job->tile);
            t += cols;
        }
    }
    for (size_t t = 0; t < n; t++)
        store_rows(job, panel, t0 + t, acc[t]);
}

static void tile_float(const struct model__rows_job *job, size_t panel, size_t t0, size_t n,
                       void *scratch, struct view *v)
{
    const struct model__format *f = job->format;
    float acc[COLS_FLOAT][4][MODEL__PANEL_ROWS] = {{{0}}};
    for (size_t at = 0; at < job->n_in; at = v->end) {
        *v = view_of(job, panel, at, scratch, *v);
        for (size_t t = 0; t < n;) {
            size_t cols = 1;
            while (2 * cols <= n - t)
                cols *= 2;
            float_fns[f->type][log2_of(cols)](acc[t][0], v->words, v->end - v->begin,
                                              job->x + (t0 + t) * job->x_stride + at,
                                              job->x_stride);
            t += cols;
        }
    }
    for (size_t t = 0; t < n; t++) {
        for (size_t r = 0; r < MODEL__PANEL_ROWS; r++)
            acc[t][0][r] = (acc[t][0][r] + acc[t][1][r]) + (acc[t][2][r] + acc[t][3][r]);
        store_rows(job, panel, t0 + t, acc[t][0]);
    }
}

static void rows(const struct model__rows_job *job, size_t begin, size_t end, void *scratch)
{
    for (size_t panel = begin; panel < end; panel++) {
        struct view v = {0};
        if (job->format->quantised) {
            for (size_t t = 0; t < job->n_tok; t += job->tile)
                tile_quantised(job, panel, t, scratch, &v);
            continue;
        }
        for (size_t t = 0; t < job->n_tok; t += COLS_FLOAT) {
            size_t n = job->n_tok - t < COLS_FLOAT ? job->n_tok - t : COLS_FLOAT;
            tile_float(job, panel, t, n, scratch, &v);
        }
    }
}
