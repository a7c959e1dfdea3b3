/* AVX2 with FMA and F16C.
 *
 * Full bytes (Q8_0, IQ4_NL, IQ4_XS) cost most here: a product of signed bytes takes three
 * instructions, all of the two ports that multiply. So for many tokens weights and activations are
 * first widened to 16 bits; then one instruction makes two products to a lane and another one,
 * which has three ports, adds them. The sums are the same integers. One core, 1024 x 1024, 64
 * tokens: 36 to 50 GMAC/s; 12 tokens: a fifth faster; fewer than 8: slower. */
#include "model/kernels/avx2_impl.h"

enum {
    WIDE_COLS = 4,        /* tokens at once: with the two halves of a panel, 8 sums */
    WIDE_MIN_TOKENS = 12, /* below, tokens that are not there cost too much */
    WIDE_GROUPS = 16,     /* a piece: with its activations half of a first cache */
    WIDE_PAIRS = MODEL__GROUP / 2,
    MOST_GROUP_BYTES = 16 * 34, /* of a packed group: Q8_0 */
};

/* A group of a panel. Pair k < 8 of a row are its elements 4k and 4k + 2, pair 8 + k its elements
 * 4k + 1 and 4k + 3: what shifts make of words of four bytes. */
struct wide_group {
    int16_t pairs[WIDE_PAIRS][MODEL__PANEL_ROWS][2];
    float scale[MODEL__PANEL_ROWS];
};

/* A group of activations, its pairs in the same order. */
struct wide_act {
    int16_t pairs[WIDE_PAIRS][2];
};

struct wide_room {
    struct wide_group w[WIDE_GROUPS];
    struct wide_act x[WIDE_GROUPS][WIDE_COLS];
    int32_t sums[WIDE_GROUPS][WIDE_COLS][MODEL__PANEL_ROWS];
    float acc[MANY_MAX_TOKENS + WIDE_COLS][MODEL__PANEL_ROWS];
    uint8_t packed[WIDE_GROUPS * MOST_GROUP_BYTES];
};
_Static_assert(sizeof(struct wide_room) <= MODEL__POOL_SCRATCH_BYTES, "fits the scratch");

INLINE vi load(const void *p)
{
    return _mm256_load_si256(p);
}

INLINE void store(void *p, vi a)
{
    _mm256_store_si256(p, a);
}

INLINE vi even_bytes(vi a)
{
    return _mm256_srai_epi16(_mm256_slli_epi16(a, 8), 8);
}

INLINE vi odd_bytes(vi a)
{
    return _mm256_srai_epi16(a, 8);
}

ALWAYS_INLINE void widen_blocks(int type, struct wide_group *out, const uint8_t *block,
                                size_t n_blocks)
{
    for (size_t b = 0; b < n_blocks; b++) {
        for (int sub = 0; sub < N_SUB; sub++) {
            const uint8_t *w = block + sub * LANES * 4;
            struct head head;
            block_head(type, &head, w, block + 64 * n_words_of(type) + sub * LANES * 2);
            UNROLL
            for (int g = 0; g < n_groups_of(type); g++) {
                vi q[8];
                block_group(type, q, w, g);
                UNROLL
                for (int k = 0; k < 8; k++) {
                    store(out[g].pairs[k][sub * LANES], even_bytes(q[k]));
                    store(out[g].pairs[8 + k][sub * LANES], odd_bytes(q[k]));
                }
                f_store(out[g].scale + sub * LANES, head.scale[g]);
            }
        }
        block += block_bytes_of(type);
        out += n_groups_of(type);
    }
}

/* Blocks begin <= b < end of a panel. */
static void widen_panel(struct wide_room *room, const struct model__rows_job *job, size_t panel,
                        size_t begin, size_t end)
{
    const uint8_t *block = panel_part(job, panel, begin, end, room->packed);
    switch (job->format->type) {
    case MODEL_TYPE_Q8_0: widen_blocks(MODEL_TYPE_Q8_0, room->w, block, end - begin); break;
    case MODEL_TYPE_IQ4_NL: widen_blocks(MODEL_TYPE_IQ4_NL, room->w, block, end - begin); break;
    default: widen_blocks(MODEL_TYPE_IQ4_XS, room->w, block, end - begin); break;
    }
}

static void widen_acts(struct wide_act out[][WIDE_COLS], const struct model__act *x, size_t tile,
                       size_t n_groups)
{
    for (size_t g = 0; g < n_groups; g++)
        for (size_t t = 0; t < WIDE_COLS; t++) {
            vi bytes = load(x[g * tile + t].q);
            store(out[g][t].pairs[0], even_bytes(bytes));
            store(out[g][t].pairs[8], odd_bytes(bytes));
        }
}

/* Dot products of a group. Unrolled any further, the compiler gathers products before it adds
 * them, for which there are not enough registers. */
ALWAYS_INLINE void sum_pairs(int32_t out[][MODEL__PANEL_ROWS], const struct wide_group *w,
                             const struct wide_act *x)
{
    vi sum[WIDE_COLS][N_SUB];
    UNROLL
    for (int t = 0; t < WIDE_COLS; t++)
        sum[t][0] = sum[t][1] = v_set1(0);
    for (int k = 0; k < WIDE_PAIRS; k++) {
        vi w0 = load(w->pairs[k][0]);
        vi w1 = load(w->pairs[k][LANES]);
        UNROLL
        for (int t = 0; t < WIDE_COLS; t++) {
            int32_t pair;
            memcpy(&pair, x[t].pairs[k], sizeof pair);
            sum[t][0] = _mm256_add_epi32(sum[t][0], _mm256_madd_epi16(w0, v_set1(pair)));
            sum[t][1] = _mm256_add_epi32(sum[t][1], _mm256_madd_epi16(w1, v_set1(pair)));
        }
    }
    UNROLL
    for (int t = 0; t < WIDE_COLS; t++) {
        store(out[t], sum[t][0]);
        store(out[t] + LANES, sum[t][1]);
    }
}

/* acc[t][row] += the groups in hand times token t. First all integers: next to each other the
 * two would compete for the registers. */
static void multiply_wide(float acc[][MODEL__PANEL_ROWS], struct wide_room *room, size_t n_groups,
                          const struct model__act *x, size_t tile)
{
    for (size_t g = 0; g < n_groups; g++)
        sum_pairs(room->sums[g], &room->w[g], room->x[g]);
    vf sum[WIDE_COLS][N_SUB];
    UNROLL
    for (int i = 0; i < WIDE_COLS * N_SUB; i++)
        sum[i / N_SUB][i % N_SUB] = f_load(acc[i / N_SUB] + i % N_SUB * LANES);
    for (size_t g = 0; g < n_groups; g++)
        UNROLL
    for (int i = 0; i < WIDE_COLS * N_SUB; i++) {
        const int t = i / N_SUB, sub = i % N_SUB;
        vf scale =
            f_mul(f_load(room->w[g].scale + sub * LANES), f_set1(x[g * tile + (size_t)t].scale));
        vf integers = f_of_int(load(room->sums[g][t] + sub * LANES));
        sum[t][sub] = f_fma(integers, scale, sum[t][sub]);
    }
    UNROLL
    for (int i = 0; i < WIDE_COLS * N_SUB; i++)
        f_store(acc[i / N_SUB] + i % N_SUB * LANES, sum[i / N_SUB][i % N_SUB]);
}

static void panel_wide(const struct model__rows_job *job, size_t panel, size_t t0, size_t n,
                       void *scratch)
{
    struct wide_room *room = scratch;
    const size_t per_block = job->format->n_elements / MODEL__GROUP;
    const size_t n_groups = job->n_in / MODEL__GROUP;
    const struct model__act *x = job->acts + t0 * n_groups;
    memset(room->acc, 0, (n + WIDE_COLS) * sizeof *room->acc);
    for (size_t g = 0; g < n_groups; g += WIDE_GROUPS) {
        size_t n_now = n_groups - g < WIDE_GROUPS ? n_groups - g : WIDE_GROUPS;
        widen_panel(room, job, panel, g / per_block, (g + n_now) / per_block);
        for (size_t t = 0; t < n; t += WIDE_COLS) {
            const struct model__act *at =
                x + (t - t % job->tile) * n_groups + g * job->tile + t % job->tile;
            widen_acts(room->x, at, job->tile, n_now);
            multiply_wide(room->acc + t, room, n_now, at, job->tile);
        }
    }
    for (size_t t = 0; t < n; t++)
        store_rows(job, panel, t0 + t, room->acc[t]);
}

static void rows_wide_or_not(const struct model__rows_job *job, size_t begin, size_t end,
                             void *scratch)
{
    bool full_bytes = job->format->quantised && bits_of((int)job->format->type) == 8;
    if (full_bytes && job->n_tok >= WIDE_MIN_TOKENS)
        each_panel(panel_wide, job, begin, end, scratch);
    else
        rows_many_or_few(job, begin, end, scratch);
}

const struct model__kernels model__kernels_avx2 = {
    .rows = rows_wide_or_not, .quantise = quantise, .pack = pack, .beats_blas = true};
