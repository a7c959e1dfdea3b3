/* Plain C: the oracle that every other instruction set is tested against, and what runs where there
 * is nothing better. */
#include <math.h>
#include <string.h>

#include "model/gguf.h"
#include "model/kernels/kernels.h"

static int32_t dot16(const int8_t *w, const int8_t *q)
{
    int32_t sum = 0;
    for (size_t i = 0; i < 16; i++)
        sum += w[i] * q[i];
    return sum;
}

/* One group for one token; the order of operations is the contract in kernels.h. */
static float add_group(float acc, const struct model__format *f, const struct model__group *w,
                       const struct model__act *x)
{
    int32_t sum0 = dot16(w->w, x->q);
    int32_t sum1 = dot16(w->w + 16, x->q + 16);
    if (f->fine) {
        acc = fmaf((float)sum0, w->scale[0] * x->scale, acc);
        acc = fmaf((float)sum1, w->scale[1] * x->scale, acc);
        if (f->has_min) {
            acc = fmaf(-w->min[0], x->sum16[0], acc);
            acc = fmaf(-w->min[1], x->sum16[1], acc);
        }
        return acc;
    }
    acc = fmaf((float)(sum0 + sum1), w->scale[0] * x->scale, acc);
    if (f->has_min)
        acc = fmaf(-w->min[0], x->sum, acc);
    return acc;
}

static void row_quantised(const struct model__rows_job *job, size_t r)
{
    const struct model__format *f = job->format;
    size_t n_groups = job->n_in / MODEL__GROUP;
    size_t groups_per_block = f->n_elements / MODEL__GROUP;
    const uint8_t *row = job->rows + r * job->row_bytes;
    for (size_t t0 = 0; t0 < job->n_tok; t0 += job->tile) {
        size_t n = job->n_tok - t0 < job->tile ? job->n_tok - t0 : job->tile;
        const struct model__act *x = job->acts + t0 * n_groups;
        float acc[MODEL__TILE_TOKENS] = {0};
        for (size_t g = 0; g < n_groups; g++, x += job->tile) {
            struct model__group w;
            f->group(&w, row + g / groups_per_block * f->n_bytes, g % groups_per_block);
            for (size_t t = 0; t < n; t++)
                acc[t] = add_group(acc[t], f, &w, x + t);
        }
        for (size_t t = 0; t < n; t++)
            job->y[(t0 + t) * job->y_stride + r] = acc[t];
    }
}

static float load(uint32_t type, const uint8_t *row, size_t i)
{
    if (type == MODEL_TYPE_F32) {
        float f;
        memcpy(&f, row + 4 * i, sizeof f);
        return f;
    }
    uint16_t h;
    memcpy(&h, row + 2 * i, sizeof h);
    return type == MODEL_TYPE_F16 ? model__f16_to_f32(h) : model__bf16_to_f32(h);
}

static void row_float(const struct model__rows_job *job, size_t r)
{
    const uint8_t *row = job->rows + r * job->row_bytes;
    for (size_t t0 = 0; t0 < job->n_tok; t0 += MODEL__TILE_TOKENS) {
        size_t n = job->n_tok - t0 < MODEL__TILE_TOKENS ? job->n_tok - t0 : MODEL__TILE_TOKENS;
        const float *x = job->x + t0 * job->x_stride;
        float acc[MODEL__TILE_TOKENS][4] = {{0}};
        for (size_t i = 0; i < job->n_in; i++) {
            float w = load(job->format->type, row, i);
            for (size_t t = 0; t < n; t++)
                acc[t][i % 4] = fmaf(w, x[t * job->x_stride + i], acc[t][i % 4]);
        }
        for (size_t t = 0; t < n; t++)
            job->y[(t0 + t) * job->y_stride + r] =
                (acc[t][0] + acc[t][1]) + (acc[t][2] + acc[t][3]);
    }
}

static void rows(const struct model__rows_job *job, size_t begin, size_t end, void *scratch)
{
    (void)scratch;
    size_t last = end * MODEL__PANEL_ROWS < job->n_out ? end * MODEL__PANEL_ROWS : job->n_out;
    for (size_t r = begin * MODEL__PANEL_ROWS; r < last; r++) {
        if (job->format->quantised)
            row_quantised(job, r);
        else
            row_float(job, r);
    }
}

static void quantise(struct model__act *out, size_t tile, const float *x, size_t n_groups)
{
    for (size_t g = 0; g < n_groups; g++)
        model__act_quantise(out + g * tile, x + g * MODEL__GROUP);
}

const struct model__kernels model__kernels_scalar = {.rows = rows, .quantise = quantise};
