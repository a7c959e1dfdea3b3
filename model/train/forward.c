/* From tokens to what the last norm gives, for one sequence. */
#include "model/train/net_internal.h"

#include <math.h>
#include <string.h>

static void take_rotated(struct worker *w, void *arg, size_t row, size_t col, size_t n_rows,
                         size_t n_cols, const float *block, size_t stride)
{
    const struct train_net *n = w->net;
    const size_t end = n->q + n->kv;
    const size_t n_rotated = col >= end ? 0 : end - col < n_cols ? end - col : n_cols;
    bf16 *out = arg;
    for (size_t i = 0; i < n_rows; i++)
        n->rows->rotate(out + (row + i) * n->qkv + col, block + i * stride,
                        n->cosines + (row + i) * TRAIN__HEAD / 2,
                        n->sines + (row + i) * TRAIN__HEAD / 2, 1, n_rotated, n_cols);
}

/* One block of 64 queries sees the keys up to its own end. */
static void attend_block(struct worker *w, const struct layer_memory *l, size_t head, size_t query,
                         const void *keys, const void *values, size_t n_tok)
{
    const struct train_net *n = w->net;
    const size_t n_keys = query + 64;
    n->ops->multiply(w->scores, n_tok, false, l->qkv + query * n->qkv + head * TRAIN__HEAD, n->qkv,
                     64, keys, TRAIN__HEAD, n_keys, TRAIN__HEAD, w->scratch);
    float sums[64];
    for (size_t i = 0; i < 64; i++)
        l->log_sums[head * n->shape.n_ctx + query + i] =
            n->rows->attend(w->p + i * n_tok, &sums[i], w->scores + i * n_tok,
                            1.0F / sqrtf((float)TRAIN__HEAD), query + i + 1, n_keys);
    n->ops->multiply(w->block, TRAIN__HEAD, false, w->p, n_tok, 64, values, n_tok, TRAIN__HEAD,
                     n_keys, w->scratch);
    for (size_t i = 0; i < 64; i++)
        n->rows->narrow_scaled(l->attended + (query + i) * n->q + head * TRAIN__HEAD,
                               w->block + i * TRAIN__HEAD, 1.0F / sums[i], TRAIN__HEAD);
}

static void attend(struct worker *w, const struct layer_memory *l, size_t n_tok)
{
    const struct train_net *n = w->net;
    const size_t group = n->shape.n_head / n->shape.n_head_kv;
    for (size_t head = 0; head < n->shape.n_head; head++) {
        const bf16 *keys = l->qkv + n->q + head / group * TRAIN__HEAD;
        if (head % group == 0) {
            n->ops->pack_rows16(w->k_rows, keys, n->qkv, n_tok, TRAIN__HEAD);
            n->ops->pack_cols16(w->v_cols, keys + n->kv, n->qkv, TRAIN__HEAD, n_tok);
        }
        for (size_t query = 0; query < n_tok; query += 64)
            attend_block(w, l, head, query, w->k_rows, w->v_cols, n_tok);
    }
}

struct sum_of {
    const float *x;
    float *out;
};

static void take_sum(struct worker *w, void *arg, size_t row, size_t col, size_t n_rows,
                     size_t n_cols, const float *block, size_t stride)
{
    const struct sum_of *s = arg;
    const size_t d = w->net->shape.n_embd;
    for (size_t i = 0; i < n_rows; i++) {
        size_t at = (row + i) * d + col;
        w->net->rows->mix(s->out + at, 1, s->x + at, 1, block + i * stride, n_cols);
    }
}

static void feed(struct worker *w, const struct layer_memory *l, size_t at_gate, size_t n_tok)
{
    const struct train_net *n = w->net;
    const size_t d = n->shape.n_embd;
    const size_t f = n->shape.n_ff;
    const void *weights = train__forth(n, at_gate);
    float *gates = w->block;
    float *ups = w->block + (size_t)STRIPE * STRIPE;
    for (size_t row = 0; row < n_tok; row += STRIPE) {
        size_t n_rows = n_tok - row < STRIPE ? n_tok - row : STRIPE;
        const bf16 *h = l->h_ffn + row * d;
        for (size_t col = 0; col < f; col += STRIPE) {
            size_t n_cols = f - col < STRIPE ? f - col : STRIPE;
            n->ops->multiply(gates, STRIPE, false, h, d, n_rows,
                             train__operand_at(n->ops, weights, d, col, 0), d, n_cols, d,
                             w->scratch);
            n->ops->multiply(ups, STRIPE, false, h, d, n_rows,
                             train__operand_at(n->ops, weights, d, f + col, 0), d, n_cols, d,
                             w->scratch);
            for (size_t i = 0; i < n_rows; i++) {
                size_t at = (row + i) * f + col;
                n->rows->gate(l->activated + at, l->gate + at, l->up + at, gates + i * STRIPE,
                              ups + i * STRIPE, n_cols);
            }
        }
    }
}

static void norm_rows(struct worker *w, bf16 *h, float *r, const float *x, size_t at_gain,
                      size_t n_tok)
{
    const struct train_net *n = w->net;
    const size_t d = n->shape.n_embd;
    for (size_t i = 0; i < n_tok; i++)
        r[i] = n->rows->norm(h + i * d, x + i * d, n->params + at_gain, n->shape.norm_eps, d);
}

void train__forward(struct worker *w, const uint16_t *tokens, size_t n_tok)
{
    const struct train_net *n = w->net;
    const size_t d = n->shape.n_embd;
    float *x = w->layers[0].x;
    for (size_t i = 0; i < n_tok; i++)
        memcpy(x + i * d, n->params + n->at_embedding + tokens[i] * d, d * sizeof *x);
    for (uint32_t i = 0; i < n->shape.n_layer; i++) {
        const struct layer_memory *l = &w->layers[i];
        const size_t at = i * n->layer_params;
        float *next = i + 1 < n->shape.n_layer ? w->layers[i + 1].x : w->x_end;
        norm_rows(w, l->h_attn, l->r_attn, l->x, train_net_gain(n, i, false), n_tok);
        train__multiply(w, l->h_attn, d, n_tok, train__forth(n, at + n->at[TRAIN_Q]), d, n->qkv,
                        false, take_rotated, l->qkv);
        attend(w, l, n_tok);
        train__multiply(w, l->attended, n->q, n_tok, train__forth(n, at + n->at[TRAIN_O]), n->q, d,
                        false, take_sum, &(struct sum_of){l->x, l->middle});
        norm_rows(w, l->h_ffn, l->r_ffn, l->middle, train_net_gain(n, i, true), n_tok);
        feed(w, l, at + n->at[TRAIN_GATE], n_tok);
        train__multiply(w, l->activated, n->shape.n_ff, n_tok,
                        train__forth(n, at + n->at[TRAIN_DOWN]), n->shape.n_ff, d, false, take_sum,
                        &(struct sum_of){l->middle, next});
    }
    norm_rows(w, w->h_end, w->r_end, w->x_end, train_net_gain(n, n->shape.n_layer, false), n_tok);
}
