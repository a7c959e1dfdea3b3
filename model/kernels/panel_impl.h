/* model/kernels/panel_impl.h: the kernels over packed panels, written once for all vector
 * instruction sets. The including file, compiled with the flags of its set, defines what
 * panel_block.h wants, and
 *
 * - COLS, COLS_FLOAT: tokens computed at once, for quantised and other weights (fits the registers)
 *
 * - v_dot16(acc, w, x, bits): acc + dot product of w[0..4) with 16 activations; bytes of w are
 *   below 2^bits for bits < 8, full bytes for 8
 *
 * - f_load, f_store, f_fma(a, b, c) = ab + c, f_fnma(a, b, c) = c - ab, f_cast(a): the bits as f32
 *
 * - store_low_halves(p, a): the low 16 bits of each lane, side by side
 *
 * - pack_quad(out, rows, at): 4 words of 16 rows, rows[r] + at, to out + 64 * word */
#include <string.h>

#include "model/kernels/panel_block.h"
#include "model/pool.h"

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

/* The processor's own fetching stays too close behind the reader: with it alone, weights from
 * memory took as long as reading and computing in turn (two threads, 512 MB: Q4_0 19 GB/s, F16 15);
 * asking this far ahead hides the computing (27, 27; of 28 that reading has). 1.5 to 12 KB do about
 * as well. Into the second cache, and a few lines at a time instead of a whole block at once: Q4_K
 * 20 to 23 GB/s, Q6_K 20 to 24, Q8_0 22 to 23. Beyond the end of the weights it costs nothing. */
enum { FETCH_AHEAD_BYTES = 4096 };

/* Lines first <= i < last from `at` on. */
ALWAYS_INLINE void fetch_ahead(const uint8_t *at, int first, int last)
{
    UNROLL
    for (int i = first; i < last; i++)
        PREFETCH((uintptr_t)at + FETCH_AHEAD_BYTES + 64 * (uintptr_t)i);
}

/* acc[t][row] += blocks of one panel times token t, t < n_cols. `block`: the first of these blocks;
 * x: the records of the first token, `tile` apart from group to group. */
ALWAYS_INLINE void panel_quantised(int type, int n_cols, float *acc, const uint8_t *block,
                                   size_t n_blocks, const struct model__act *x, size_t tile)
{
    const int per_group = is_fine(type) ? 2 : 1;
    const int n_lines = (block_bytes_of(type) + 63) / 64;
    for (int sub = 0; sub < N_SUB; sub++) {
        vf sum[COLS];
        UNROLL
        for (int t = 0; t < n_cols; t++)
            sum[t] = f_load(acc + t * MODEL__PANEL_ROWS + sub * LANES);
        const uint8_t *w = block + sub * LANES * 4;
        const uint8_t *h = block + 64 * n_words_of(type) + sub * LANES * 2;
        const struct model__act *a = x;
        for (size_t b = 0; b < n_blocks; b++) {
            struct head head;
            block_head(type, &head, w, h);
            UNROLL
            for (int g = 0; g < n_groups_of(type); g++) {
                if (sub == 0)
                    fetch_ahead(w, n_lines * g / n_groups_of(type),
                                n_lines * (g + 1) / n_groups_of(type));
                vi q[8];
                block_group(type, q, w, g);
                UNROLL
                for (int t = 0; t < n_cols; t++)
                    sum[t] = add_group(type, sum[t], q, &head, g * per_group, a + t);
                a += tile;
            }
            w += block_bytes_of(type);
            h += block_bytes_of(type);
        }
        UNROLL
        for (int t = 0; t < n_cols; t++)
            f_store(acc + t * MODEL__PANEL_ROWS + sub * LANES, sum[t]);
    }
}

/* Element i of f32, f16 or bf16, of the rows that `sub` stands for. */
ALWAYS_INLINE vf element_at(int type, const uint8_t *run, int sub, size_t i)
{
    if (type == MODEL_TYPE_F16)
        return f_halves(run + 32 * i + sub * LANES * 2);
    const uint8_t *w = run + sub * LANES * 4;
    if (type == MODEL_TYPE_F32)
        return f_cast(v_load(w + 64 * i));
    vi pair = v_load(w + 64 * (i / 2));
    return f_cast(i % 2 ? v_and(pair, v_set1((int)0xffff0000u)) : v_shl(pair, 16));
}

/* Element k of 16 rows times k-th of each token's. */
ALWAYS_INLINE void add_element(vf sum[][4], int type, int n_cols, const uint8_t *run, int sub,
                               size_t k, const float *x, size_t x_stride)
{
    vf e = element_at(type, run, sub, k);
    UNROLL
    for (int t = 0; t < n_cols; t++)
        sum[t][k] = f_fma(e, f_set1(x[(size_t)t * x_stride + k]), sum[t][k]);
}

/* f32, f16, bf16: elements [0, n) from the first of this run on; acc[t][i % 4][row]. */
ALWAYS_INLINE void panel_float(int type, int n_cols, float *acc, const uint8_t *run, size_t n,
                               const float *x, size_t x_stride)
{
    const size_t n_bytes = type == MODEL_TYPE_F32 ? 64 : 32; /* of an element of 16 rows */
    for (int sub = 0; sub < N_SUB; sub++) {
        vf sum[COLS_FLOAT][4];
        float *at = acc + sub * LANES;
        UNROLL
        for (int k = 0; k < n_cols * 4; k++)
            sum[k / 4][k % 4] = f_load(at + k * MODEL__PANEL_ROWS);
        const uint8_t *at_run = run;
        const float *at_x = x;
        size_t left = n;
        for (; left >= 4; left -= 4, at_run += 4 * n_bytes, at_x += 4) {
            if (sub == 0)
                fetch_ahead(at_run, 0, 4 * (int)n_bytes / 64);
            UNROLL
            for (size_t k = 0; k < 4; k++)
                add_element(sum, type, n_cols, at_run, sub, k, at_x, x_stride);
        }
        UNROLL
        for (size_t k = 0; k < 3; k++)
            if (k < left)
                add_element(sum, type, n_cols, at_run, sub, k, at_x, x_stride);
        UNROLL
        for (int k = 0; k < n_cols * 4; k++)
            f_store(at + k * MODEL__PANEL_ROWS, sum[k / 4][k % 4]);
    }
}

/* ---- one function per format and number of tokens ---- */

typedef void quantised_fn(float *acc, const uint8_t *block, size_t n_blocks,
                          const struct model__act *x, size_t tile);
typedef void float_fn(float *acc, const uint8_t *words, size_t n, const float *x, size_t x_stride);

#define QUANTISED_COLS(TYPE, N)                                                                    \
    static void TYPE##_##N(float *acc, const uint8_t *block, size_t n_blocks,                      \
                           const struct model__act *x, size_t tile)                                \
    {                                                                                              \
        panel_quantised(MODEL_TYPE_##TYPE, N, acc, block, n_blocks, x, tile);                      \
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

/* Words of 16 rows, `at`, to two rows of halves in the same place. */
static void split_words(uint8_t *at)
{
    vi words[N_SUB];
    for (int sub = 0; sub < N_SUB; sub++)
        words[sub] = v_load(at + sub * LANES * 4);
    for (int sub = 0; sub < N_SUB; sub++) {
        store_low_halves(at + sub * LANES * 2, words[sub]);
        store_low_halves(at + 32 + sub * LANES * 2, v_shr(words[sub], 16));
    }
}

/* Sixteen rows are sixteen streams, too many for the processor to foresee: asks for the same bytes
 * of the panel after this one. Weights from memory, 2048 wide, two threads: Q8_0 15 to 22 GB/s,
 * Q4_0 12 to 18, where reading has 23. */
static void fetch_next_panel(const uint8_t *const rows[MODEL__PANEL_ROWS], size_t row_bytes,
                             size_t at, size_t n_bytes)
{
    for (size_t r = 0; r < MODEL__PANEL_ROWS; r++)
        for (size_t i = 0; i < n_bytes; i += 64)
            PREFETCH((uintptr_t)rows[r] + MODEL__PANEL_ROWS * row_bytes + at + i);
}

static void pack_blocks(uint8_t *out, const struct model__format *f,
                        const uint8_t *const rows[MODEL__PANEL_ROWS], size_t row_bytes,
                        size_t begin, size_t end)
{
    for (size_t b = begin; b < end; b++) {
        size_t at = b * f->n_bytes;
        fetch_next_panel(rows, row_bytes, at, f->n_bytes);
        pack_run(out, rows, at + f->run_at, (size_t)f->n_words * 4);
        if (f->type == MODEL_TYPE_Q8_0)
            for (size_t i = 0; i < 64 * 8; i++)
                out[i] ^= 0x80u;
        out += 64 * (size_t)f->n_words;
        for (size_t k = 0; k < f->n_halves; k++, out += 32)
            for (size_t r = 0; r < MODEL__PANEL_ROWS; r++)
                memcpy(out + 2 * r, rows[r] + at + f->half_at[k], 2);
    }
}

/* See kernels.h. */
static void pack(uint8_t *out, const struct model__format *f, const uint8_t *first_row,
                 size_t row_bytes, size_t n_rows, size_t begin, size_t end)
{
    const uint8_t *rows[MODEL__PANEL_ROWS];
    /* Rows that are not there repeat the last one; nobody reads their results. */
    for (size_t r = 0; r < MODEL__PANEL_ROWS; r++)
        rows[r] = first_row + (r < n_rows ? r : n_rows - 1) * row_bytes;
    if (f->quantised) {
        pack_blocks(out, f, rows, row_bytes, begin, end);
        return;
    }
    enum { PIECE = 512 }; /* bytes of a row */
    size_t last = end * f->n_bytes;
    for (size_t at = begin * f->n_bytes; at < last; at += PIECE, out += 16 * PIECE) {
        size_t n = last - at < PIECE ? last - at : PIECE;
        fetch_next_panel(rows, row_bytes, at, n);
        pack_run(out, rows, at, n);
        for (size_t w = 0; f->type == MODEL_TYPE_F16 && w < n; w += 4)
            split_words(out + 16 * w);
    }
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

static void store_sums(const struct model__rows_job *job, size_t panel, size_t t,
                       float acc[4][MODEL__PANEL_ROWS])
{
    for (size_t r = 0; r < MODEL__PANEL_ROWS; r++)
        acc[0][r] = (acc[0][r] + acc[1][r]) + (acc[2][r] + acc[3][r]);
    store_rows(job, panel, t, acc[0]);
}

/* Blocks (f32, f16, bf16: elements) begin <= i < end of a panel: in the packed form, or packed now
 * into `room`. */
static const uint8_t *panel_part(const struct model__rows_job *job, size_t panel, size_t begin,
                                 size_t end, void *room)
{
    const struct model__format *f = job->format;
    if (job->packed) {
        size_t unit = f->quantised ? model__panel_block_bytes(model__panel_shape(f, job->n_in))
                                   : f->n_bytes * (size_t)MODEL__PANEL_ROWS;
        return job->packed + panel * model__panel_bytes(f, job->n_in) + begin * unit;
    }
    size_t r0 = panel * MODEL__PANEL_ROWS;
    size_t n_rows = job->n_out - r0 < MODEL__PANEL_ROWS ? job->n_out - r0 : MODEL__PANEL_ROWS;
    pack(room, f, job->rows + r0 * job->row_bytes, job->row_bytes, n_rows, begin, end);
    return room;
}

/* Where a panel, or the part of it in hand, is. */
struct view {
    const uint8_t *at;
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
    if (job->packed)
        return (struct view){panel_part(job, panel, 0, n, NULL), 0, n};
    size_t unit = f->quantised ? model__panel_block_bytes(s) : f->n_bytes * 16u;
    size_t room = job->n_tok <= MODEL__TILE_TOKENS ? NEAR_BYTES : MODEL__POOL_SCRATCH_BYTES;
    /* Elements are cut at multiples of 4, so that they keep their accumulators. */
    size_t step = f->quantised ? room / unit : room / unit / 4 * 4;
    size_t end = n - begin < step ? n : begin + step;
    /* The part may be there still from the tile before. */
    if (old.at && old.begin == begin && old.end == end)
        return old;
    return (struct view){panel_part(job, panel, begin, end, scratch), begin, end};
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
            quantised_fns[f->type][log2_of(cols)](acc[t], v->at, v->end - v->begin, a + t,
                                                  job->tile);
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
            float_fns[f->type][log2_of(cols)](acc[t][0], v->at, v->end - v->begin,
                                              job->x + (t0 + t) * job->x_stride + at,
                                              job->x_stride);
            t += cols;
        }
    }
    for (size_t t = 0; t < n; t++)
        store_sums(job, panel, t0 + t, acc[t]);
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

/* As model__act_quantise, which says why; by vectors, in the including file. */
static void quantise_group(struct model__act *out, const float *x);

static void quantise(struct model__act *out, size_t tile, const float *x, size_t n_groups)
{
    for (size_t g = 0; g < n_groups; g++)
        quantise_group(out + g * tile, x + g * MODEL__GROUP);
}
