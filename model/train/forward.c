/* From tokens to what the last norm gives, for one sequence. */
#include "model/train/net_internal.h"

#include <math.h>
#include <string.h>

static void take_rotated(struct worker *w, const void *arg, struct panel rows, size_t col,
                         size_t n_cols, const float *block)
{
    const struct train_net *n = w->net;
    const size_t end = n->q + n->kv;
    const size_t n_rotated = col >= end ? 0 : end - col < n_cols ? end - col : n_cols;
    bf16 *out = *(bf16 *const *)arg;
    for (size_t i = 0; i < rows.n; i++) {
        const size_t t = rows.first + i;
        n->rows->rotate(out + t * n->qkv + col, block + i * STRIPE,
                        n->cosines + t * TRAIN__HEAD / 2, n->sines + t * TRAIN__HEAD / 2, 1,
                        n_rotated, n_cols);
    }
}

/* Some queries of one head and all keys that they see. */
static void attend_block(struct worker *w, const struct layer_memory *l, size_t head, size_t first,
                         size_t n_tok)
{
    const struct train_net *n = w->net;
    const size_t group = n->shape.n_head / n->shape.n_head_kv;
    const size_t n_queries = n_tok - first < ATTENDED ? n_tok - first : ATTENDED;
    const bf16 *keys = l->qkv + n->q + head / group * TRAIN__HEAD;
    float *top = l->log_sums + head * n->shape.n_ctx + first;
    float sum[ATTENDED] = {0};
    float factor[ATTENDED];
    for (size_t i = 0; i < n_queries; i++)
        top[i] = -1e30F;
    n->ops->pack_rows16(w->q_rows, l->qkv + first * n->qkv + head * TRAIN__HEAD, n->qkv, n_queries,
                        TRAIN__HEAD);
    for (size_t key = 0; key <= first; key += ATTENDED, keys += ATTENDED * n->qkv) {
        const size_t n_keys = n_tok - key < ATTENDED ? n_tok - key : ATTENDED;
        n->ops->multiply(w->scores, n_queries, false, keys, n->qkv, n_keys, w->q_rows, TRAIN__HEAD,
                         n_queries, TRAIN__HEAD, w->scratch);
        n->rows->attend(w->p, top, sum, factor, w->scores, 1.0F / sqrtf((float)TRAIN__HEAD), n_keys,
                        n_queries, key == first);
        n->ops->pack_cols16(w->tile, w->p, n_queries, n_queries, n_keys);
        if (key > 0)
            n->rows->scale_columns(w->block, factor, TRAIN__HEAD, n_queries);
        n->ops->multiply_turned(w->block, n_queries, key > 0, keys + n->kv, n->qkv, TRAIN__HEAD,
                                w->tile, n_keys, n_queries, n_keys, w->scratch);
    }
    n->ops->transpose(w->of_queries, w->block, TRAIN__HEAD, n_queries);
    for (size_t i = 0; i < n_queries; i++) {
        n->rows->narrow_scaled(l->attended + (first + i) * n->q + head * TRAIN__HEAD,
                               w->of_queries + i * TRAIN__HEAD, 1.0F / sum[i], TRAIN__HEAD);
        top[i] += logf(sum[i]);
    }
}

static void attend(struct worker *w, const struct layer_memory *l, size_t n_tok)
{
    for (size_t head = 0; head < w->net->shape.n_head; head++)
        for (size_t first = 0; first < n_tok; first += ATTENDED)
            attend_block(w, l, head, first, n_tok);
}

struct sum_of {
    const float *x;
    float *out;
};

static void take_sum(struct worker *w, const void *arg, struct panel rows, size_t col,
                     size_t n_cols, const float *block)
{
    const struct sum_of *s = arg;
    const size_t d = w->net->shape.n_embd;
    for (size_t i = 0; i < rows.n; i++) {
        size_t at = (rows.first + i) * d + col;
        w->net->rows->mix(s->out + at, 1, s->x + at, 1, block + i * STRIPE, n_cols);
    }
}

static void take_gates(struct worker *w, const void *arg, struct panel rows, size_t col,
                       size_t n_cols, const float *block)
{
    const struct layer_memory *l = arg;
    const struct train_shape *s = &w->net->shape;
    const size_t group = train__gate_group(s);
    for (size_t c = 0; c < n_cols; c += 2 * group) {
        size_t stride;
        bf16 *kept = l->gates + train__gates_at(s, rows, col + c, &stride);
        bf16 *out = w->activated + rows.first * s->n_ff + (col + c) / 2;
        for (size_t i = 0; i < rows.n; i++)
            w->net->rows->gate(out + i * s->n_ff, kept + i * stride, kept + i * stride + group,
                               block + i * STRIPE + c, block + i * STRIPE + c + group, group);
    }
}

static void norm_rows(struct worker *w, struct panel rows, bf16 *h, float *r, const float *x,
                      size_t at_gain)
{
    const struct train_net *n = w->net;
    const size_t d = n->shape.n_embd;
    for (size_t i = rows.first; i < rows.first + rows.n; i++)
        r[i] = n->rows->norm(h + i * d, x + i * d, n->params + at_gain, n->shape.norm_eps, d);
}

static void into_attention(struct worker *w, uint32_t layer, struct panel rows)
{
    const struct train_net *n = w->net;
    const struct layer_memory *l = &w->layers[layer];
    const size_t d = n->shape.n_embd;
    norm_rows(w, rows, l->h_attn, l->r_attn, l->x, train_net_gain(n, layer, false));
    train__multiply(w, rows, l->h_attn, d,
                    train__forth(n, layer * n->layer_params + n->at[TRAIN_Q]), d, n->qkv,
                    take_rotated, &l->qkv);
}

static void out_of_attention(struct worker *w, uint32_t layer, struct panel rows)
{
    const struct train_net *n = w->net;
    const struct layer_memory *l = &w->layers[layer];
    const size_t at = layer * n->layer_params;
    const size_t d = n->shape.n_embd;
    const size_t f = n->shape.n_ff;
    float *next = layer + 1 < n->shape.n_layer ? w->layers[layer + 1].x : w->x_end;
    train__multiply(w, rows, l->attended, n->q, train__forth(n, at + n->at[TRAIN_O]), n->q, d,
                    take_sum, &(struct sum_of){l->x, l->middle});
    norm_rows(w, rows, l->h_ffn, l->r_ffn, l->middle, train_net_gain(n, layer, true));
    train__multiply(w, rows, l->h_ffn, d, train__forth(n, at + n->at[TRAIN_GATE]), d, 2 * f,
                    take_gates, w->layers + layer);
    train__multiply(w, rows, w->activated, f, train__forth(n, at + n->at[TRAIN_DOWN]), f, d,
                    take_sum, &(struct sum_of){l->middle, next});
}

void train__forward(struct worker *w, const uint16_t *tokens, size_t n_tok)
{
    const struct train_net *n = w->net;
    const size_t d = n->shape.n_embd;
    float *x = w->layers[0].x;
    for (size_t i = 0; i < n_tok; i++)
        memcpy(x + i * d, n->params + n->at_embedding + tokens[i] * d, d * sizeof *x);
    for (uint32_t i = 0; i < n->shape.n_layer; i++) {
        for (size_t row = 0; row < n_tok; row += PANEL)
            into_attention(w, i, train__panel(row, n_tok));
        attend(w, &w->layers[i], n_tok);
        for (size_t row = 0; row < n_tok; row += PANEL)
            out_of_attention(w, i, train__panel(row, n_tok));
    }
    norm_rows(w, (struct panel){0, n_tok}, w->h_end, w->r_end, w->x_end,
              train_net_gain(n, n->shape.n_layer, false));
}
