#include "model/linear.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/size.h"
#include "model/blas.h"
#include "model/kernels/kernels.h"
#include "model/kernels/panel.h"
#include "model/low_rank.h"
#include "model/quant.h"

/* The packed form of a matrix, made at its first use if the limit allows. */
struct cache {
    atomic_int state; /* enum cache_state; whoever moves it from NONE to BUSY owns the rest until it
                         moves on */
    uint8_t *panels;  /* readable once READY was seen; owned unless it is `room` */
    size_t n_bytes;
    uint8_t *room;          /* borrowed, where the panels will be; NULL: memory of their own */
    const model_gguf *file; /* with `room`: whose rows the panels replace */
};
enum cache_state { CACHE_NONE, CACHE_USED_ONCE, CACHE_BUSY, CACHE_READY, CACHE_REFUSED };

struct model__linear {
    const struct model__format *format;
    const uint8_t *rows; /* borrowed */
    size_t row_bytes;
    size_t n_in;
    size_t n_out;
    struct cache *cache;              /* the one mutable part */
    struct model__low_rank *low_rank; /* what an adapter adds; NULL: nothing */
};

struct whole {
    model__linear linear;
    struct cache cache;
};

/* Packed copies beside the rows, of all matrices of the process together. The default model, which
 * is part of the program, fits several times. What does not fit, and has no room of its own, is
 * packed on the way, panel by panel, which costs up to half of the speed but no memory. */
static atomic_size_t packed_bytes;
static atomic_size_t packed_limit = 32u << 20;

void model__linear_pack_limit(size_t n_bytes)
{
    atomic_store(&packed_limit, n_bytes);
}

/* A call of sgemm copies the activations, and the weights have to be dequantised for it. Measured
 * with 2048 x 512 weights: from about 64 tokens on that pays against our own f32 kernels, but for
 * those of AVX2, which are as fast; against the integer kernels never (AVX2, Q8_0, 256 tokens: 7.2
 * ms to 8.1 ms; Q4_K: 3.9 ms to 8.8 ms). */
enum { BLAS_MIN_TOKENS = 64 };

static atomic_int blas_use = MODEL__BLAS_WHERE_FASTER;

void model__linear_use_blas(enum model__blas_use use)
{
    atomic_store(&blas_use, (int)use);
}

static const struct model__kernels *kernels_now(void)
{
    switch (model_isa_current()) {
#if defined(ARTEL_KERNELS_AVX2)
    case MODEL_ISA_AVX2: return &model__kernels_avx2;
#endif
#if defined(ARTEL_KERNELS_AVX_VNNI)
    case MODEL_ISA_AVX_VNNI: return &model__kernels_avx_vnni;
#endif
#if defined(ARTEL_KERNELS_AVX512)
    case MODEL_ISA_AVX512_VNNI: return &model__kernels_avx512;
#endif
#if defined(ARTEL_KERNELS_AMX)
    case MODEL_ISA_AMX: return &model__kernels_amx;
#endif
#if defined(ARTEL_KERNELS_NEON)
    case MODEL_ISA_NEON: return &model__kernels_neon;
#endif
    default: return &model__kernels_scalar;
    }
}

static size_t n_panels_of(const model__linear *l)
{
    return (l->n_out + MODEL__PANEL_ROWS - 1) / MODEL__PANEL_ROWS;
}

err_code model__linear_create(model__linear **out, const struct gguf_tensor *t, err *e)
{
    const struct model__format *f = model__format_of(t->type);
    if (!f)
        return err_set(e, ERR_UNSUPPORTED, "tensor %.*s: no kernels for weights of type %u",
                       STR_ARG(t->name), t->type);
    size_t n_bytes = 0;
    bool fits = t->n_dims == 2 && t->dims[0] > 0 && t->dims[1] > 0 && t->dims[0] <= SIZE_MAX / 8 &&
                t->dims[0] % f->n_elements == 0 &&
                size_mul(&n_bytes, model__format_row_bytes(f, (size_t)t->dims[0]), t->dims[1]) &&
                n_bytes <= t->n_bytes;
    if (!fits)
        return err_set(e, ERR_FORMAT, "tensor %.*s is not a matrix that its data can fill",
                       STR_ARG(t->name));
    struct whole *whole = mem_zero(1, sizeof *whole);
    if (!whole)
        return err_set(e, ERR_NOMEM, "out of memory for tensor %.*s", STR_ARG(t->name));
    model__linear *l = &whole->linear;
    l->cache = &whole->cache;
    l->format = f;
    l->rows = t->data;
    l->n_in = (size_t)t->dims[0];
    l->n_out = (size_t)t->dims[1];
    l->row_bytes = model__format_row_bytes(f, l->n_in);
    *out = l;
    return ERR_OK;
}

void model__linear_destroy(model__linear *l)
{
    if (!l)
        return;
    if (l->cache->panels && !l->cache->room) {
        atomic_fetch_sub(&packed_bytes, l->cache->n_bytes);
        mem_free(l->cache->panels);
    }
    model__low_rank_destroy(l->low_rank);
    mem_free(l); /* the first member of what was allocated */
}

size_t model__linear_n_in(const model__linear *l)
{
    return l->n_in;
}

size_t model__linear_n_out(const model__linear *l)
{
    return l->n_out;
}

err_code model__linear_add_low_rank(model__linear *l, const struct gguf_tensor *a,
                                    const struct gguf_tensor *b, float factor, err *e)
{
    if (l->low_rank)
        return err_set(e, ERR_FORMAT, "adapter: %.*s adapts a matrix that is adapted already",
                       STR_ARG(a->name));
    return model__low_rank_create(&l->low_rank, a, b, factor, l->n_in, l->n_out, e);
}

size_t model__linear_packed_bytes(const model__linear *l)
{
    return model__panel_bytes(l->format, l->n_in) * n_panels_of(l);
}

void model__linear_pack_into(model__linear *l, void *room, const model_gguf *file)
{
    l->cache->room = room;
    l->cache->file = file;
}

static const uint8_t *packed_of(const model__linear *l)
{
    if (atomic_load_explicit(&l->cache->state, memory_order_acquire) != CACHE_READY)
        return NULL;
    return l->cache->panels;
}

/* Row r out of its panel, a block at a time: packing only moved the bits. */
static void packed_row(const model__linear *l, const uint8_t *panels, size_t r, float *out)
{
    enum { BLOCK_BYTES = 256 };
    const struct model__format *f = l->format;
    struct model__panel_shape s = model__panel_shape(f, l->n_in);
    const uint8_t *at = panels + r / MODEL__PANEL_ROWS * model__panel_bytes(f, l->n_in);
    const size_t lane = r % MODEL__PANEL_ROWS;
    if (!f->quantised) {
        size_t unit = model__panel_unit(f), n = unit / f->n_bytes;
        for (size_t i = 0; i < l->n_in; i += n, at += MODEL__PANEL_ROWS * unit)
            model__dequantise(f, out + i, at + lane * unit, l->n_in - i < n ? l->n_in - i : n);
        return;
    }
    uint8_t block[BLOCK_BYTES];
    assert(f->n_bytes <= BLOCK_BYTES);
    for (size_t b = 0; b < s.n_blocks; b++, at += model__panel_block_bytes(s)) {
        for (size_t k = 0; k < s.n_words; k++)
            memcpy(block + f->run_at + 4 * k, at + 64 * k + 4 * lane, 4);
        for (size_t k = 0; k < s.n_halves; k++)
            memcpy(block + f->half_at[k], at + 64 * s.n_words + 32 * k + 2 * lane, 2);
        if (f->type == MODEL_TYPE_Q8_0)
            for (size_t k = 0; k < s.n_words * 4; k++)
                block[f->run_at + k] ^= 0x80u;
        model__dequantise(f, out + b * f->n_elements, block, f->n_elements);
    }
}

void model__linear_row(const model__linear *l, size_t r, float *out)
{
    assert(r < l->n_out);
    const uint8_t *panels = packed_of(l);
    if (panels)
        packed_row(l, panels, r, out);
    else
        model__dequantise(l->format, out, l->rows + r * l->row_bytes, l->n_in);
}

static size_t round_up(size_t n, size_t to)
{
    return (n + to - 1) / to * to;
}

/* Tokens per tile of activation records: enough for all of them, or the most there can be. */
static size_t tile_for(size_t n_tok)
{
    size_t tile = 1;
    while (tile < n_tok && tile < MODEL__TILE_TOKENS)
        tile *= 2;
    return tile;
}

size_t model__linear_scratch(const model__linear *l, size_t n_tok)
{
    /* The activation records (64 bytes for 32 elements), or two bytes for an element in the matrix
     * unit's form; twice that where weights are not quantised (kernels.h, `exact`). */
    size_t n_elements = round_up(n_tok, MODEL__PANEL_ROWS) * round_up(l->n_in, MODEL__GROUP);
    size_t own = n_elements * (l->format->quantised ? 2 : 4);
    size_t added = l->low_rank ? model__low_rank_scratch(l->low_rank, n_tok) : 0;
    return own > added ? own : added;
}

/* One call of apply, as its parts see it. */
struct work {
    const struct model__kernels *kernels;
    model__pool *pool;
    const model__linear *const *l;
    size_t n_l;
    float *const *y;
    const size_t *y_stride;
    const float *x;
    size_t x_stride;
    size_t n_in;
    size_t n_tok;
    size_t tile;
    struct model__act *acts;
    void *prepared; /* for the matrix unit, in the same place */
    enum { BY_ROWS, BY_MATRIX, BY_BLAS } by;
    bool exact;
    bool claimed[MODEL__LINEAR_MANY]; /* matrices that this call packs */
};

/* ---- packing ---- */

enum {
    FORGET_BYTES = 4 << 20, /* of rows whose memory goes back at once */
    PACK_PANELS = 8,        /* packed at once; what the matrix unit computes at once */
};

/* Whether the caller is now the one who has to fill l->cache->panels. A few tokens at the very
 * first use read a mapped file in place: the first answer after a start comes sooner, as writing
 * the packed form costs more than reading the file. */
static bool cache_claim(const model__linear *l, size_t n_tok)
{
    struct cache *c = l->cache;
    int state = atomic_load_explicit(&c->state, memory_order_relaxed);
    if (state != CACHE_NONE && state != CACHE_USED_ONCE)
        return false;
    bool wait = c->room && state == CACHE_NONE && n_tok <= MODEL__LINEAR_EXACT_TOKENS;
    if (!atomic_compare_exchange_strong(&c->state, &state, wait ? CACHE_USED_ONCE : CACHE_BUSY) ||
        wait)
        return false;
    if (c->room) {
        c->panels = c->room;
        return true;
    }
    size_t n_bytes = model__linear_packed_bytes(l);
    size_t before = atomic_fetch_add(&packed_bytes, n_bytes);
    size_t limit = atomic_load(&packed_limit);
    if (n_bytes <= limit && before <= limit - n_bytes)
        c->panels = mem_alloc_large(n_bytes);
    if (!c->panels) {
        atomic_fetch_sub(&packed_bytes, n_bytes);
        atomic_store(&c->state, CACHE_REFUSED);
        return false;
    }
    c->n_bytes = n_bytes;
    return true;
}

/* The rows of panels begin <= p < end have been packed. Somebody who reads them just now reads on,
 * from the file. */
static void forget_rows(const model__linear *l, size_t begin, size_t end)
{
    size_t first = begin * MODEL__PANEL_ROWS, last = end * MODEL__PANEL_ROWS;
    last = last < l->n_out ? last : l->n_out;
    if (l->cache->file && first < last)
        model_gguf_forget(l->cache->file, l->rows + first * l->row_bytes,
                          (last - first) * l->row_bytes);
}

static void pack_panels(const struct work *w, const model__linear *l, size_t begin, size_t end)
{
    size_t panel_bytes = model__panel_bytes(l->format, l->n_in);
    struct model__panel_shape s = model__panel_shape(l->format, l->n_in);
    for (size_t p = begin; p < end; p++) {
        size_t r0 = p * MODEL__PANEL_ROWS;
        size_t n_rows = l->n_out - r0 < MODEL__PANEL_ROWS ? l->n_out - r0 : MODEL__PANEL_ROWS;
        w->kernels->pack(l->cache->panels + p * panel_bytes, l->format, l->rows + r0 * l->row_bytes,
                         l->row_bytes, n_rows, 0, l->format->quantised ? s.n_blocks : l->n_in);
    }
}

static void claim_what_is_new(struct work *w)
{
    for (size_t i = 0; i < w->n_l; i++)
        w->claimed[i] = cache_claim(w->l[i], w->n_tok);
}

static void publish_what_was_packed(struct work *w)
{
    for (size_t i = 0; i < w->n_l; i++)
        if (w->claimed[i])
            atomic_store_explicit(&w->l[i]->cache->state, CACHE_READY, memory_order_release);
}

/* ---- applying ---- */

static void quantise_tokens(const struct work *w, size_t begin, size_t end)
{
    size_t n_groups = w->n_in / MODEL__GROUP;
    for (size_t t = begin; t < end; t++)
        w->kernels->quantise(w->acts + t / w->tile * w->tile * n_groups + t % w->tile, w->tile,
                             w->x + t * w->x_stride, n_groups);
    /* Kernels compute whole tiles; what they read beyond the last token is zero. */
    for (size_t t = end; end == w->n_tok && t % w->tile != 0; t++)
        for (size_t g = 0; g < n_groups; g++)
            w->acts[t / w->tile * w->tile * n_groups + g * w->tile + t % w->tile] =
                (struct model__act){0};
}

static void quantise_part(void *arg, unsigned index, unsigned n_parts)
{
    const struct work *w = arg;
    quantise_tokens(w, w->n_tok * index / n_parts, w->n_tok * (index + 1) / n_parts);
}

static void prepare_part(void *arg, unsigned index, unsigned n_parts)
{
    const struct work *w = arg;
    size_t n_blocks = (w->n_tok + 15) / 16;
    w->kernels->prepare(w->prepared, w->exact, w->x, w->x_stride, w->n_tok, w->n_in,
                        n_blocks * index / n_parts, n_blocks * (index + 1) / n_parts);
}

static void panels_by_rows(const struct work *w, size_t i, size_t first, size_t last, void *scratch)
{
    const model__linear *l = w->l[i];
    struct model__rows_job job = {
        .format = l->format,
        .rows = l->rows,
        .row_bytes = l->row_bytes,
        .n_in = l->n_in,
        .n_out = l->n_out,
        .packed = w->claimed[i] ? l->cache->panels : packed_of(l),
        .acts = w->acts,
        .tile = w->tile,
        .x = w->x,
        .x_stride = w->x_stride,
        .y = w->y[i],
        .y_stride = w->y_stride[i],
        .n_tok = w->n_tok,
    };
    w->kernels->rows(&job, first, last, scratch);
}

static void panels_by_matrix(const struct work *w, size_t i, size_t first, size_t last,
                             void *scratch)
{
    const model__linear *l = w->l[i];
    struct model__matrix_job job = {
        .format = l->format,
        .rows = l->rows,
        .row_bytes = l->row_bytes,
        .n_in = l->n_in,
        .n_out = l->n_out,
        .packed = w->claimed[i] ? l->cache->panels : packed_of(l),
        .x = w->x,
        .x_stride = w->x_stride,
        .y = w->y[i],
        .y_stride = w->y_stride[i],
        .n_tok = w->n_tok,
        .prepared = w->prepared,
        .exact = w->exact,
    };
    w->kernels->matrix(&job, first, last, scratch);
}

/* As many rows at a time as fit the scratch in f32, at most so deep that a handful does. */
static void panels_by_blas(const struct work *w, size_t i, size_t first, size_t last, void *scratch)
{
    enum { DEPTH = 2048 };
    const model__linear *l = w->l[i];
    const struct model__format *f = l->format;
    size_t end = last * MODEL__PANEL_ROWS < l->n_out ? last * MODEL__PANEL_ROWS : l->n_out;
    size_t depth = l->n_in < DEPTH ? l->n_in : DEPTH;
    size_t height = MODEL__POOL_SCRATCH_BYTES / sizeof(float) / depth;
    float *rows = scratch;
    for (size_t r0 = first * MODEL__PANEL_ROWS; r0 < end; r0 += height) {
        size_t n_rows = end - r0 < height ? end - r0 : height;
        for (size_t at = 0; at < l->n_in; at += depth) {
            size_t n = l->n_in - at < depth ? l->n_in - at : depth;
            const uint8_t *from = l->rows + r0 * l->row_bytes + at / f->n_elements * f->n_bytes;
            for (size_t r = 0; r < n_rows; r++)
                model__dequantise(f, rows + r * n, from + r * l->row_bytes, n);
            model__blas_multiply(w->y[i] + r0, w->y_stride[i], at > 0, w->x + at, w->x_stride,
                                 w->n_tok, rows, n, n_rows, n);
        }
    }
}

static void panels_by_method(const struct work *w, size_t i, size_t first, size_t last,
                             void *scratch)
{
    if (w->by == BY_MATRIX)
        panels_by_matrix(w, i, first, last, scratch);
    else if (w->by == BY_BLAS)
        panels_by_blas(w, i, first, last, scratch);
    else
        panels_by_rows(w, i, first, last, scratch);
}

/* Piece by piece, so that a cancelled computation ends soon: about a millisecond's work each. What
 * the matrix unit expands at once, 8 panels or 6 where the matrix is deep, is not cut. */
static void multiply(const struct work *w, size_t i, size_t first, size_t last, void *scratch)
{
    enum { PIECE_PRODUCTS = 32 << 20, DEEP = 2048 };
    size_t one = MODEL__PANEL_ROWS * w->n_in * w->n_tok;
    size_t piece = one < PIECE_PRODUCTS ? PIECE_PRODUCTS / one : 1;
    if (w->by == BY_MATRIX)
        piece = round_up(piece, w->n_in > DEEP ? 6 : 24);
    if (w->by == BY_BLAS)
        piece = last - first;
    for (size_t p = first; p < last && !model__pool_stopped(w->pool); p += piece)
        panels_by_method(w, i, p, last - p < piece ? last : p + piece, scratch);
}

/* At the first use: a few panels are packed and, while they are near, multiplied. */
static void pack_and_multiply(const struct work *w, size_t i, size_t first, size_t last,
                              void *scratch)
{
    const model__linear *l = w->l[i];
    size_t panel_bytes = model__panel_bytes(l->format, l->n_in);
    size_t forgotten = first;
    for (size_t p = first; p < last; p += PACK_PANELS) {
        size_t end = last - p < PACK_PANELS ? last : p + PACK_PANELS;
        pack_panels(w, l, p, end);
        panels_by_method(w, i, p, end, scratch);
        /* Piece by piece, so that a large matrix is never in memory twice. */
        if ((end - forgotten) * panel_bytes >= FORGET_BYTES || end == last) {
            forget_rows(l, forgotten, end);
            forgotten = end;
        }
    }
}

static void product_part(void *arg, unsigned index, unsigned n_parts)
{
    const struct work *w = arg;
    /* All matrices in a row are cut into as many shares as there are parts, of equal length in
     * bytes; a part gets the panels (for the matrix unit: pairs of panels, which it computes at
     * once) that begin in its share. */
    size_t per_unit = w->by == BY_MATRIX ? 2 : 1;
    size_t total = 0;
    for (size_t i = 0; i < w->n_l; i++)
        total += round_up(n_panels_of(w->l[i]), per_unit) / per_unit * w->l[i]->row_bytes;
    size_t begin = total / n_parts * index + total % n_parts * index / n_parts;
    size_t end = total / n_parts * (index + 1) + total % n_parts * (index + 1) / n_parts;
    size_t at = 0;
    for (size_t i = 0; i < w->n_l; i++) {
        const model__linear *l = w->l[i];
        size_t n_panels = n_panels_of(l);
        size_t first =
            begin > at ? round_up(begin - at, l->row_bytes) / l->row_bytes * per_unit : 0;
        size_t last = end > at ? round_up(end - at, l->row_bytes) / l->row_bytes * per_unit : 0;
        at += round_up(n_panels, per_unit) / per_unit * l->row_bytes;
        last = last < n_panels ? last : n_panels;
        if (first >= last)
            continue;
        void *scratch = model__pool_scratch(w->pool, index);
        if (w->claimed[i])
            pack_and_multiply(w, i, first, last, scratch);
        else
            multiply(w, i, first, last, scratch);
    }
}

/* Sizes that a BLAS with 32-bit integers takes. */
static bool fits_blas(const struct work *w)
{
    bool fits = w->n_tok <= INT32_MAX && w->n_in <= INT32_MAX && w->x_stride <= INT32_MAX;
    for (size_t i = 0; i < w->n_l; i++)
        fits = fits && w->y_stride[i] <= INT32_MAX && w->l[i]->n_out <= INT32_MAX;
    return fits;
}

static bool prefer_blas(const struct work *w, bool all_quantised)
{
    int use = atomic_load_explicit(&blas_use, memory_order_relaxed);
    bool has_vectors = w->kernels->pack != NULL;
    if (use == MODEL__BLAS_NEVER || w->n_tok < BLAS_MIN_TOKENS || !fits_blas(w))
        return false;
    if (use == MODEL__BLAS_ALWAYS)
        return model__blas_available();
    if (w->kernels->matrix || w->kernels->beats_blas || (all_quantised && has_vectors))
        return false;
    return model__blas_available() && (!has_vectors || model__blas_knows_processor());
}

static void choose_method(struct work *w, bool all_quantised)
{
    if (w->n_tok <= MODEL__LINEAR_EXACT_TOKENS)
        w->by = BY_ROWS;
    else if (prefer_blas(w, all_quantised))
        w->by = BY_BLAS;
    else
        w->by = w->kernels->matrix ? BY_MATRIX : BY_ROWS;
}

void model__linear_apply_many(const model__linear *const *l, size_t n_l, model__pool *pool,
                              float *const *y, const size_t *y_stride, const float *x,
                              size_t x_stride, size_t n_tok, void *scratch)
{
    assert(n_l >= 1 && n_l <= MODEL__LINEAR_MANY);
    if (n_tok == 0)
        return;
    struct work w = {
        .kernels = kernels_now(),
        .pool = pool,
        .l = l,
        .n_l = n_l,
        .y = y,
        .y_stride = y_stride,
        .x = x,
        .x_stride = x_stride,
        .n_in = l[0]->n_in,
        .n_tok = n_tok,
        .tile = tile_for(n_tok),
        .acts = scratch,
        .prepared = scratch,
    };
    bool all_quantised = true;
    bool any_quantised = false;
    for (size_t i = 0; i < n_l; i++) {
        assert(l[i]->n_in == w.n_in);
        all_quantised = all_quantised && l[i]->format->quantised;
        any_quantised = any_quantised || l[i]->format->quantised;
    }
    w.exact = !all_quantised;
    choose_method(&w, all_quantised);
    if (w.kernels->pack && w.by != BY_BLAS)
        claim_what_is_new(&w);
    if (w.by == BY_MATRIX)
        model__pool_run(pool, prepare_part, &w);
    /* For a few tokens quantising takes less time than a barrier. */
    else if (w.by == BY_ROWS && any_quantised && n_tok <= MODEL__TILE_TOKENS)
        quantise_tokens(&w, 0, n_tok);
    else if (w.by == BY_ROWS && any_quantised)
        model__pool_run(pool, quantise_part, &w);
    model__pool_run(pool, product_part, &w);
    publish_what_was_packed(&w);
    for (size_t i = 0; i < n_l; i++)
        if (l[i]->low_rank)
            model__low_rank_add(l[i]->low_rank, pool, y[i], y_stride[i], x, x_stride, n_tok,
                                scratch);
}

void model__linear_apply(const model__linear *l, model__pool *pool, float *y, size_t y_stride,
                         const float *x, size_t x_stride, size_t n_tok, void *scratch)
{
    model__linear_apply_many(&l, 1, pool, &y, &y_stride, x, x_stride, n_tok, scratch);
}

static void exercise_part(void *arg, unsigned index, unsigned n_parts)
{
    (void)index;
    (void)n_parts;
    atomic_fetch_add((atomic_uint_fast64_t *)arg, kernels_now()->exercise());
}

double model__linear_peak(model__pool *pool)
{
    enum { RUNS_NS = 100000000 };
    double best = 0;
    if (!kernels_now()->exercise)
        return 0;
    for (uint64_t start = clock_now_ns(); clock_now_ns() - start < RUNS_NS;) {
        atomic_uint_fast64_t n = 0;
        uint64_t begin = clock_now_ns();
        model__pool_run(pool, exercise_part, &n);
        double rate = (double)atomic_load(&n) * 1e9 / (double)(clock_now_ns() - begin);
        best = rate > best ? rate : best;
    }
    return best;
}
