/* model/kernels/avx2_float_impl.h: f32, f16 and bf16 for many tokens; part of avx2_impl.h.
 *
 * A piece of a panel becomes f32 once for all tokens. Each of an element's four accumulators
 * (kernels.h) then gets a pass of its own, so that those of one pass, 16 rows of MANY_COLS tokens,
 * fill the registers: weights are loaded once for all of these tokens, and no addition waits for
 * another. The sums are the same to the last bit. One core, 1024 x 512, 60 tokens: F32 17 to 47
 * GMAC/s, F16 and BF16 31 to 42, where two FMAs in every cycle would be 48 (OpenBLAS's for Haswell,
 * 512 tokens: 40, 37; here 39, 40). With 512 bits it gained nothing. */

enum {
    MANY_COLS = 6, /* tokens at once: with the halves of a panel, 12 sums */
    MANY_MIN_TOKENS = 16,
    MANY_MAX_TOKENS = 256, /* whose sums are kept from one piece to the next */
    MANY_ELEMENTS = 256,   /* a piece: half of a first cache */
};

struct many_room {
    float w[MANY_ELEMENTS][MODEL__PANEL_ROWS];
    float acc[MANY_MAX_TOKENS + MANY_COLS][4][MODEL__PANEL_ROWS];
    uint8_t packed[MANY_ELEMENTS * MODEL__PANEL_ROWS * sizeof(float)];
};
_Static_assert(sizeof(struct many_room) <= MODEL__POOL_SCRATCH_BYTES, "fits the scratch");

ALWAYS_INLINE void expand(int type, float out[][MODEL__PANEL_ROWS], const uint8_t *run, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (int sub = 0; sub < N_SUB; sub++)
            f_store(out[i] + sub * LANES, element_at(type, run, sub, i));
}

/* Elements begin <= i < end of a panel. */
static void expand_panel(struct many_room *room, const struct model__rows_job *job, size_t panel,
                         size_t begin, size_t end)
{
    const uint8_t *run = panel_part(job, panel, begin, end, room->packed);
    switch (job->format->type) {
    case MODEL_TYPE_F32: expand(MODEL_TYPE_F32, room->w, run, end - begin); break;
    case MODEL_TYPE_F16: expand(MODEL_TYPE_F16, room->w, run, end - begin); break;
    default: expand(MODEL_TYPE_BF16, room->w, run, end - begin); break;
    }
}

/* acc[t][k][row] += elements k, k + 4 and so on below n of the rows in hand times those of x[t]. */
static void multiply_many(float acc[][4][MODEL__PANEL_ROWS], const struct many_room *room, size_t n,
                          const float *const x[MANY_COLS])
{
    for (size_t k = 0; k < 4; k++) {
        vf sum[MANY_COLS][N_SUB];
        UNROLL
        for (int i = 0; i < MANY_COLS * N_SUB; i++)
            sum[i / N_SUB][i % N_SUB] = f_load(acc[i / N_SUB][k] + i % N_SUB * LANES);
        for (size_t e = k; e < n; e += 4) {
            vf rows[N_SUB];
            UNROLL
            for (int sub = 0; sub < N_SUB; sub++)
                rows[sub] = f_load(room->w[e] + sub * LANES);
            UNROLL
            for (int i = 0; i < MANY_COLS * N_SUB; i++)
                sum[i / N_SUB][i % N_SUB] =
                    f_fma(rows[i % N_SUB], f_set1(x[i / N_SUB][e]), sum[i / N_SUB][i % N_SUB]);
        }
        UNROLL
        for (int i = 0; i < MANY_COLS * N_SUB; i++)
            f_store(acc[i / N_SUB][k] + i % N_SUB * LANES, sum[i / N_SUB][i % N_SUB]);
    }
}

/* One panel, n <= MANY_MAX_TOKENS tokens from t0 on, a multiple of that. */
typedef void panel_fn(const struct model__rows_job *job, size_t panel, size_t t0, size_t n,
                      void *scratch);

static void panel_many(const struct model__rows_job *job, size_t panel, size_t t0, size_t n,
                       void *scratch)
{
    struct many_room *room = scratch;
    memset(room->acc, 0, (n + MANY_COLS) * sizeof *room->acc);
    for (size_t begin = 0; begin < job->n_in; begin += MANY_ELEMENTS) {
        size_t n_now = job->n_in - begin < MANY_ELEMENTS ? job->n_in - begin : MANY_ELEMENTS;
        expand_panel(room, job, panel, begin, begin + n_now);
        for (size_t t = 0; t < n; t += MANY_COLS) {
            /* Tokens that are not there repeat the last one; nobody reads their sums. */
            const float *x[MANY_COLS];
            for (size_t i = 0; i < MANY_COLS; i++)
                x[i] = job->x + (t0 + (t + i < n ? t + i : n - 1)) * job->x_stride + begin;
            multiply_many(room->acc + t, room, n_now, x);
        }
    }
    for (size_t t = 0; t < n; t++)
        store_sums(job, panel, t0 + t, room->acc[t]);
}

/* Panels begin <= p < end, piece by piece of the tokens. */
static void each_panel(panel_fn *multiply, const struct model__rows_job *job, size_t begin,
                       size_t end, void *scratch)
{
    for (size_t panel = begin; panel < end; panel++)
        for (size_t t = 0; t < job->n_tok; t += MANY_MAX_TOKENS) {
            size_t left = job->n_tok - t;
            multiply(job, panel, t, left < MANY_MAX_TOKENS ? left : MANY_MAX_TOKENS, scratch);
        }
}

static void rows_many_or_few(const struct model__rows_job *job, size_t begin, size_t end,
                             void *scratch)
{
    if (job->format->quantised || job->n_tok < MANY_MIN_TOKENS)
        rows(job, begin, end, scratch);
    else
        each_panel(panel_many, job, begin, end, scratch);
}
