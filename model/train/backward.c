/* The way back through the layers, for one sequence whose way forth has just been gone. */
#include "model/train/net_internal.h"

#include <math.h>
#include <string.h>

static void take_gate(struct worker *w, void *arg, size_t row, size_t col, size_t n_rows,
                      size_t n_cols, const float *block, size_t stride)
{
    const struct layer_memory *l = arg;
    const size_t f = w->net->shape.n_ff;
    for (size_t i = 0; i < n_rows; i++) {
        size_t at = (row + i) * f + col;
        bf16 *out = w->wide16 + (row + i) * 2 * f + col;
        w->net->rows->gate_back(out, out + f, block + i * stride, l->gate + at, l->up + at, n_cols);
    }
}

static void take_plain(struct worker *w, void *arg, size_t row, size_t col, size_t n_rows,
                       size_t n_cols, const float *block, size_t stride)
{
    float *out = arg;
    for (size_t i = 0; i < n_rows; i++)
        memcpy(out + (row + i) * w->net->shape.n_embd + col, block + i * stride,
               n_cols * sizeof *out);
}

static void norm_back_rows(struct worker *w, const float *x, const float *r, size_t at_gain,
                           size_t n_tok)
{
    const struct train_net *n = w->net;
    const size_t d = n->shape.n_embd;
    for (size_t i = 0; i < n_tok; i++)
        n->rows->norm_back(w->dx + i * d, w->gradient + at_gain, w->dh + i * d, x + i * d,
                           n->params + at_gain, r[i], d);
    n->rows->narrow(w->dx16, w->dx, n_tok * d);
}

static void feed_back(struct worker *w, const struct layer_memory *l, uint32_t layer, size_t n_tok)
{
    const struct train_net *n = w->net;
    const size_t d = n->shape.n_embd;
    const size_t f = n->shape.n_ff;
    const size_t down = layer * n->layer_params + n->at[TRAIN_DOWN];
    const size_t gate = layer * n->layer_params + n->at[TRAIN_GATE];
    struct layer_memory memory = *l;
    train__multiply(w, w->dx16, d, n_tok, train__back(n, down), d, f, false, take_gate, &memory);
    train__add_gradient(w, w->gradient + down, w->dx16, d, d, l->activated, f, f, n_tok);
    train__multiply(w, w->wide16, 2 * f, n_tok, train__back(n, gate), 2 * f, d, false, take_plain,
                    w->dh);
    train__add_gradient(w, w->gradient + gate, w->wide16, 2 * f, 2 * f, l->h_ffn, d, d, n_tok);
    norm_back_rows(w, l->middle, l->r_ffn, train_net_gain(n, layer, true), n_tok);
}

/* ---- attention ---- */

/* Narrows, and remembers each head's product with what it gave: the part of the softmax's gradient
 * that all of its row shares. */
static void take_attended(struct worker *w, void *arg, size_t row, size_t col, size_t n_rows,
                          size_t n_cols, const float *block, size_t stride)
{
    const struct train_net *n = w->net;
    const bf16 *attended = arg;
    for (size_t i = 0; i < n_rows; i++) {
        const float *d = block + i * stride;
        size_t at = (row + i) * n->q + col;
        n->rows->narrow(w->d_attended + at, d, n_cols);
        for (size_t c = 0; c < n_cols; c += TRAIN__HEAD)
            w->shares[(col + c) / TRAIN__HEAD * n->shape.n_ctx + row + i] =
                n->rows->dot16(d + c, attended + at + c, TRAIN__HEAD);
    }
}

/* Some queries of one head, `n` of them from `first` on, and what they mean to the keys that they
 * see, a tile of keys at a time, so that its scores stay in the cache. */
struct queries {
    const struct layer_memory *l;
    size_t head, first, n, n_tok;
    const bf16 *q, *d; /* [n], rows of qkv and of d_attended */
    const void *q_cols, *d_cols;
};

static void attend_tile_back(struct worker *w, const struct queries *b, size_t key, size_t n_keys)
{
    const struct train_net *n = w->net;
    const struct train__products *ops = n->ops;
    const float scale = 1.0F / sqrtf((float)TRAIN__HEAD);
    ops->multiply(w->scores, n_keys, false, b->q, n->qkv, b->n,
                  train__operand_at(ops, w->k_rows, TRAIN__HEAD, key, 0), TRAIN__HEAD, n_keys,
                  TRAIN__HEAD, w->scratch);
    ops->multiply(w->d_scores, n_keys, false, b->d, n->q, b->n,
                  train__operand_at(ops, w->v_rows, TRAIN__HEAD, key, 0), TRAIN__HEAD, n_keys,
                  TRAIN__HEAD, w->scratch);
    for (size_t i = 0; i < b->n; i++) {
        const size_t query = b->first + i;
        const size_t at = b->head * n->shape.n_ctx + query;
        const size_t n_seen = query + 1 - key < n_keys ? query + 1 - key : n_keys;
        n->rows->attend_back(w->p + i * n_keys, w->ds + i * n_keys, w->scores + i * n_keys,
                             w->d_scores + i * n_keys, scale, b->l->log_sums[at], w->shares[at],
                             n_seen, n_keys);
    }
    ops->multiply(w->block, TRAIN__HEAD, key > 0, w->ds, n_keys, b->n,
                  train__operand_at(ops, w->k_cols, b->n_tok, 0, key), b->n_tok, TRAIN__HEAD,
                  n_keys, w->scratch);
    ops->multiply_turned(w->dv + key * TRAIN__HEAD, TRAIN__HEAD, true, w->p, n_keys, n_keys,
                         b->d_cols, b->n, TRAIN__HEAD, b->n, w->scratch);
    ops->multiply_turned(w->dk + key * TRAIN__HEAD, TRAIN__HEAD, true, w->ds, n_keys, n_keys,
                         b->q_cols, b->n, TRAIN__HEAD, b->n, w->scratch);
}

static void attend_block_back(struct worker *w, const struct layer_memory *l, size_t head,
                              size_t first, size_t n_tok)
{
    const struct train_net *n = w->net;
    const struct queries b = {
        .l = l,
        .head = head,
        .first = first,
        .n = n_tok - first < ATTENDED ? n_tok - first : ATTENDED,
        .n_tok = n_tok,
        .q = l->qkv + first * n->qkv + head * TRAIN__HEAD,
        .d = w->d_attended + first * n->q + head * TRAIN__HEAD,
        .q_cols = w->q_cols,
        .d_cols = w->d_cols,
    };
    n->ops->pack_cols16(w->q_cols, b.q, n->qkv, TRAIN__HEAD, b.n);
    n->ops->pack_cols16(w->d_cols, b.d, n->q, TRAIN__HEAD, b.n);
    for (size_t key = 0; key <= first; key += ATTENDED)
        attend_tile_back(w, &b, key, n_tok - key < ATTENDED ? n_tok - key : ATTENDED);
    /* The gradient is turned back as the query was turned. */
    for (size_t i = 0; i < b.n; i++)
        n->rows->rotate(w->wide16 + (first + i) * n->qkv + head * TRAIN__HEAD,
                        w->block + i * TRAIN__HEAD, n->cosines + (first + i) * TRAIN__HEAD / 2,
                        n->sines + (first + i) * TRAIN__HEAD / 2, -1, TRAIN__HEAD, TRAIN__HEAD);
}

static void attend_back(struct worker *w, const struct layer_memory *l, size_t n_tok)
{
    const struct train_net *n = w->net;
    const size_t group = n->shape.n_head / n->shape.n_head_kv;
    for (size_t head = 0; head < n->shape.n_head; head++) {
        const size_t at_k = n->q + head / group * TRAIN__HEAD;
        const bf16 *keys = l->qkv + at_k;
        if (head % group == 0) {
            n->ops->pack_rows16(w->k_rows, keys, n->qkv, n_tok, TRAIN__HEAD);
            n->ops->pack_cols16(w->k_cols, keys, n->qkv, TRAIN__HEAD, n_tok);
            n->ops->pack_rows16(w->v_rows, keys + n->kv, n->qkv, n_tok, TRAIN__HEAD);
            memset(w->dk, 0, n_tok * TRAIN__HEAD * sizeof *w->dk);
            memset(w->dv, 0, n_tok * TRAIN__HEAD * sizeof *w->dv);
        }
        for (size_t first = 0; first < n_tok; first += ATTENDED)
            attend_block_back(w, l, head, first, n_tok);
        if ((head + 1) % group != 0)
            continue;
        for (size_t i = 0; i < n_tok; i++) {
            bf16 *out = w->wide16 + i * n->qkv + at_k;
            n->rows->rotate(out, w->dk + i * TRAIN__HEAD, n->cosines + i * TRAIN__HEAD / 2,
                            n->sines + i * TRAIN__HEAD / 2, -1, TRAIN__HEAD, TRAIN__HEAD);
            n->rows->narrow(out + n->kv, w->dv + i * TRAIN__HEAD, TRAIN__HEAD);
        }
    }
}

void train__backward(struct worker *w, const uint16_t *tokens, size_t n_tok)
{
    const struct train_net *n = w->net;
    const size_t d = n->shape.n_embd;
    n->rows->narrow(w->dx16, w->dx, n_tok * d);
    for (uint32_t i = n->shape.n_layer; i-- > 0;) {
        const struct layer_memory *l = &w->layers[i];
        const size_t o = i * n->layer_params + n->at[TRAIN_O];
        const size_t qkv = i * n->layer_params + n->at[TRAIN_Q];
        feed_back(w, l, i, n_tok);
        train__multiply(w, w->dx16, d, n_tok, train__back(n, o), d, n->q, false, take_attended,
                        l->attended);
        train__add_gradient(w, w->gradient + o, w->dx16, d, d, l->attended, n->q, n->q, n_tok);
        attend_back(w, l, n_tok);
        train__multiply(w, w->wide16, n->qkv, n_tok, train__back(n, qkv), n->qkv, d, false,
                        take_plain, w->dh);
        train__add_gradient(w, w->gradient + qkv, w->wide16, n->qkv, n->qkv, l->h_attn, d, d,
                            n_tok);
        norm_back_rows(w, l->x, l->r_attn, train_net_gain(n, i, false), n_tok);
    }
    for (size_t i = 0; i < n_tok; i++)
        n->rows->add(w->gradient + n->at_embedding + tokens[i] * d, w->dx + i * d, d);
}
