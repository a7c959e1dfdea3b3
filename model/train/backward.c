/* The way back through the layers, for one sequence whose way forth has just been gone. */
#include "model/train/net_internal.h"

#include <math.h>
#include <string.h>

static void take_gates(struct worker *w, const void *arg, struct panel rows, size_t col,
                       size_t n_cols, const float *block)
{
    const struct layer_memory *l = arg;
    const struct train_shape *s = &w->net->shape;
    const size_t f = s->n_ff;
    const size_t group = train__gate_group(s);
    for (size_t c = 0; c < n_cols; c += group) {
        size_t stride;
        const bf16 *kept = l->gates + train__gates_at(s, rows, 2 * (col + c), &stride);
        bf16 *out = w->wide16 + rows.first * 2 * f + col + c;
        bf16 *activated = w->activated + rows.first * f + col + c;
        for (size_t i = 0; i < rows.n; i++)
            w->net->rows->gate_back(out + i * 2 * f, out + i * 2 * f + f, activated + i * f,
                                    block + i * STRIPE + c, kept + i * stride,
                                    kept + i * stride + group, group);
    }
}

static void take_plain(struct worker *w, const void *arg, struct panel rows, size_t col,
                       size_t n_cols, const float *block)
{
    float *out = *(float *const *)arg;
    for (size_t i = 0; i < rows.n; i++)
        memcpy(out + (rows.first + i) * w->net->shape.n_embd + col, block + i * STRIPE,
               n_cols * sizeof *out);
}

static void norm_back_rows(struct worker *w, struct panel rows, bf16 *dx16, const float *x,
                           const float *r, size_t at_gain)
{
    const struct train_net *n = w->net;
    const size_t d = n->shape.n_embd;
    for (size_t i = rows.first; i < rows.first + rows.n; i++) {
        n->rows->norm_back(w->dx + i * d, w->gradient + at_gain, w->dh + i * d, x + i * d,
                           n->params + at_gain, r[i], d);
        n->rows->narrow(dx16 + i * d, w->dx + i * d, d);
    }
}

static void feed_back(struct worker *w, const struct layer_memory *l, uint32_t layer, size_t n_tok)
{
    const struct train_net *n = w->net;
    const size_t d = n->shape.n_embd;
    const size_t f = n->shape.n_ff;
    const size_t down = layer * n->layer_params + n->at[TRAIN_DOWN];
    const size_t gate = layer * n->layer_params + n->at[TRAIN_GATE];
    for (size_t row = 0; row < n_tok; row += PANEL) {
        const struct panel rows = train__panel(row, n_tok);
        train__multiply(w, rows, w->dx16, d, train__back(n, down), d, f, take_gates, l);
        train__multiply(w, rows, w->wide16, 2 * f, train__back(n, gate), 2 * f, d, take_plain,
                        &w->dh);
        norm_back_rows(w, rows, w->d_middle16, l->middle, l->r_ffn, train_net_gain(n, layer, true));
    }
    n->ops->gradient(w->gradient + down, w->dx16, d, d, w->activated, f, f, n_tok, w->operand,
                     w->scratch);
    n->ops->gradient(w->gradient + gate, w->wide16, 2 * f, 2 * f, l->h_ffn, d, d, n_tok, w->operand,
                     w->scratch);
}

/* ---- attention ---- */

/* Narrows, and remembers each head's product with what it gave: the part of the softmax's gradient
 * that all of its row shares. */
static void take_attended(struct worker *w, const void *arg, struct panel rows, size_t col,
                          size_t n_cols, const float *block)
{
    const struct train_net *n = w->net;
    const bf16 *attended = arg;
    for (size_t i = 0; i < rows.n; i++) {
        const float *d = block + i * STRIPE;
        size_t at = (rows.first + i) * n->q + col;
        n->rows->narrow(w->d_attended + at, d, n_cols);
        for (size_t c = 0; c < n_cols; c += TRAIN__HEAD)
            w->shares[(col + c) / TRAIN__HEAD * n->shape.n_ctx + rows.first + i] =
                n->rows->dot16(d + c, attended + at + c, TRAIN__HEAD);
    }
}

/* Some queries of one head, `n` of them from `first` on. */
struct queries {
    size_t first, n;
    const float *log_sums, *shares;
};

/* What they mean to some keys that they see, and those to them. `keys`: rows of qkv. */
static void attend_tile_back(struct worker *w, const struct queries *b, const bf16 *keys,
                             size_t key, size_t n_keys)
{
    const struct train_net *n = w->net;
    const struct train__products *ops = n->ops;
    ops->multiply(w->scores, b->n, false, keys, n->qkv, n_keys, w->q_rows, TRAIN__HEAD, b->n,
                  TRAIN__HEAD, w->scratch);
    ops->multiply(w->d_scores, b->n, false, keys + n->kv, n->qkv, n_keys, w->d_rows, TRAIN__HEAD,
                  b->n, TRAIN__HEAD, w->scratch);
    n->rows->attend_back(w->p, w->ds, w->scores, w->d_scores, b->log_sums, b->shares,
                         1.0F / sqrtf((float)TRAIN__HEAD), n_keys, b->n, key == b->first);
    ops->multiply(w->dv + key * TRAIN__HEAD, TRAIN__HEAD, true, w->p, b->n, n_keys, w->d_cols, b->n,
                  TRAIN__HEAD, b->n, w->scratch);
    ops->multiply(w->dk + key * TRAIN__HEAD, TRAIN__HEAD, true, w->ds, b->n, n_keys, w->q_cols,
                  b->n, TRAIN__HEAD, b->n, w->scratch);
    ops->pack_cols16(w->tile, w->ds, b->n, b->n, n_keys);
    ops->multiply_turned(w->block, b->n, key > 0, keys, n->qkv, TRAIN__HEAD, w->tile, n_keys, b->n,
                         n_keys, w->scratch);
}

static void attend_block_back(struct worker *w, const struct layer_memory *l, const bf16 *keys,
                              size_t head, size_t first, size_t n_tok)
{
    const struct train_net *n = w->net;
    const size_t at = head * n->shape.n_ctx + first;
    const struct queries b = {.first = first,
                              .n = n_tok - first < ATTENDED ? n_tok - first : ATTENDED,
                              .log_sums = l->log_sums + at,
                              .shares = w->shares + at};
    const bf16 *q = l->qkv + first * n->qkv + head * TRAIN__HEAD;
    const bf16 *d = w->d_attended + first * n->q + head * TRAIN__HEAD;
    n->ops->pack_rows16(w->q_rows, q, n->qkv, b.n, TRAIN__HEAD);
    n->ops->pack_cols16(w->q_cols, q, n->qkv, TRAIN__HEAD, b.n);
    n->ops->pack_rows16(w->d_rows, d, n->q, b.n, TRAIN__HEAD);
    n->ops->pack_cols16(w->d_cols, d, n->q, TRAIN__HEAD, b.n);
    for (size_t key = 0; key <= first; key += ATTENDED)
        attend_tile_back(w, &b, keys + key * n->qkv, key,
                         n_tok - key < ATTENDED ? n_tok - key : ATTENDED);
    n->ops->transpose(w->of_queries, w->block, TRAIN__HEAD, b.n);
    /* The gradient is turned back as the query was turned. */
    for (size_t i = 0; i < b.n; i++)
        n->rows->rotate(w->wide16 + (first + i) * n->qkv + head * TRAIN__HEAD,
                        w->of_queries + i * TRAIN__HEAD, n->cosines + (first + i) * TRAIN__HEAD / 2,
                        n->sines + (first + i) * TRAIN__HEAD / 2, -1, TRAIN__HEAD, TRAIN__HEAD);
}

static void attend_back(struct worker *w, const struct layer_memory *l, size_t n_tok)
{
    const struct train_net *n = w->net;
    const size_t group = n->shape.n_head / n->shape.n_head_kv;
    for (size_t head = 0; head < n->shape.n_head; head++) {
        const size_t at_k = n->q + head / group * TRAIN__HEAD;
        if (head % group == 0) {
            memset(w->dk, 0, n_tok * TRAIN__HEAD * sizeof *w->dk);
            memset(w->dv, 0, n_tok * TRAIN__HEAD * sizeof *w->dv);
        }
        for (size_t first = 0; first < n_tok; first += ATTENDED)
            attend_block_back(w, l, l->qkv + at_k, head, first, n_tok);
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
        for (size_t row = 0; row < n_tok; row += PANEL)
            train__multiply(w, train__panel(row, n_tok), w->d_middle16, d, train__back(n, o), d,
                            n->q, take_attended, l->attended);
        n->ops->gradient(w->gradient + o, w->d_middle16, d, d, l->attended, n->q, n->q, n_tok,
                         w->operand, w->scratch);
        attend_back(w, l, n_tok);
        for (size_t row = 0; row < n_tok; row += PANEL) {
            const struct panel rows = train__panel(row, n_tok);
            train__multiply(w, rows, w->wide16, n->qkv, train__back(n, qkv), n->qkv, d, take_plain,
                            &w->dh);
            norm_back_rows(w, rows, w->dx16, l->x, l->r_attn, train_net_gain(n, i, false));
        }
        n->ops->gradient(w->gradient + qkv, w->wide16, n->qkv, n->qkv, l->h_attn, d, d, n_tok,
                         w->operand, w->scratch);
    }
    for (size_t i = 0; i < n_tok; i++)
        n->rows->add(w->gradient + n->at_embedding + tokens[i] * d, w->dx + i * d, d);
}
