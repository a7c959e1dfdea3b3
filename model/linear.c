#include "model/linear.h"

#include <assert.h>

#include "base/mem.h"
#include "base/size.h"
#include "model/kernels/kernels.h"
#include "model/quant.h"

struct model__linear {
    const struct model__format *format;
    const uint8_t *rows; /* borrowed */
    size_t row_bytes;
    size_t n_in;
    size_t n_out;
};

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
    model__linear *l = mem_zero(1, sizeof *l);
    if (!l)
        return err_set(e, ERR_NOMEM, "out of memory for tensor %.*s", STR_ARG(t->name));
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
    mem_free(l);
}

size_t model__linear_n_in(const model__linear *l)
{
    return l->n_in;
}

size_t model__linear_n_out(const model__linear *l)
{
    return l->n_out;
}

void model__linear_row(const model__linear *l, size_t r, float *out)
{
    assert(r < l->n_out);
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
    size_t n_groups = round_up(l->n_in, MODEL__GROUP) / MODEL__GROUP;
    return round_up(n_tok, MODEL__PANEL_ROWS) * n_groups * sizeof(struct model__act);
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
};

static void quantise_tokens(const struct work *w, size_t begin, size_t end)
{
    size_t n_groups = w->n_in / MODEL__GROUP;
    for (size_t t = begin; t < end; t++)
        w->kernels->quantise(w->acts + t / w->tile * w->tile * n_groups + t % w->tile, w->tile,
                             w->x + t * w->x_stride, n_groups);
}

static void quantise_part(void *arg, unsigned index, unsigned n_parts)
{
    const struct work *w = arg;
    quantise_tokens(w, w->n_tok * index / n_parts, w->n_tok * (index + 1) / n_parts);
}

static void rows_part(void *arg, unsigned index, unsigned n_parts)
{
    const struct work *w = arg;
    /* The panels of all matrices in a row, measured in bytes of one of their rows: a part gets
     * those that begin in its share. */
    size_t total = 0;
    for (size_t i = 0; i < w->n_l; i++)
        total +=
            round_up(w->l[i]->n_out, MODEL__PANEL_ROWS) / MODEL__PANEL_ROWS * w->l[i]->row_bytes;
    size_t begin = total / n_parts * index + total % n_parts * index / n_parts;
    size_t end = total / n_parts * (index + 1) + total % n_parts * (index + 1) / n_parts;
    size_t at = 0;
    for (size_t i = 0; i < w->n_l; i++) {
        const model__linear *l = w->l[i];
        size_t n_panels = round_up(l->n_out, MODEL__PANEL_ROWS) / MODEL__PANEL_ROWS;
        size_t first = begin > at ? round_up(begin - at, l->row_bytes) / l->row_bytes : 0;
        size_t last = end > at ? round_up(end - at, l->row_bytes) / l->row_bytes : 0;
        at += n_panels * l->row_bytes;
        struct model__rows_job job = {
            .format = l->format,
            .rows = l->rows,
            .row_bytes = l->row_bytes,
            .n_in = l->n_in,
            .n_out = l->n_out,
            .acts = w->acts,
            .tile = w->tile,
            .x = w->x,
            .x_stride = w->x_stride,
            .y = w->y[i],
            .y_stride = w->y_stride[i],
            .n_tok = w->n_tok,
        };
        last = last < n_panels ? last : n_panels;
        if (first < last)
            w->kernels->rows(&job, first, last, model__pool_scratch(w->pool, index));
    }
}

void model__linear_apply_many(const model__linear *const *l, size_t n_l, model__pool *pool,
                              float *const *y, const size_t *y_stride, const float *x,
                              size_t x_stride, size_t n_tok, void *scratch)
{
    assert(n_l >= 1 && n_l <= MODEL__LINEAR_MANY);
    if (n_tok == 0)
        return;
    struct work w = {
        .kernels = &model__kernels_scalar,
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
    };
    bool quantised = false;
    for (size_t i = 0; i < n_l; i++) {
        assert(l[i]->n_in == w.n_in);
        quantised = quantised || l[i]->format->quantised;
    }
    /* For a few tokens quantising takes less time than a barrier. */
    if (quantised && n_tok <= MODEL__TILE_TOKENS)
        quantise_tokens(&w, 0, n_tok);
    else if (quantised)
        model__pool_run(pool, quantise_part, &w);
    model__pool_run(pool, rows_part, &w);
}

void model__linear_apply(const model__linear *l, model__pool *pool, float *y, size_t y_stride,
                         const float *x, size_t x_stride, size_t n_tok, void *scratch)
{
    model__linear_apply_many(&l, 1, pool, &y, &y_stride, x, x_stride, n_tok, scratch);
}
