/* The loss: cross entropy of the logits, which are products of the last norm's output and the
 * embedding. The logits are never kept: exp(logit - shift), narrow, is all that the gradient
 * needs, because what it is divided by belongs to the row and can be applied to the other side of
 * both products. */
#include "model/train/net_internal.h"

#include <math.h>
#include <string.h>

static void take_logits(struct worker *w, const void *arg, struct panel rows, size_t col,
                        size_t n_cols, const float *block)
{
    const struct train_net *n = w->net;
    const uint16_t *targets = arg; /* the token behind each position */
    for (size_t i = 0; i < rows.n; i++) {
        const float *logits = block + i * STRIPE;
        const size_t t = rows.first + i;
        if (col == 0) {
            w->shift[t] = n->rows->largest(logits, n_cols);
            w->sum[t] = 0;
        }
        w->sum[t] +=
            n->rows->exponents(w->e + t * n->shape.n_vocab + col, logits, w->shift[t], n_cols);
        if (targets[t] >= col && targets[t] < col + n_cols)
            w->wanted[t] = logits[targets[t] - col];
    }
}

/* w->dh = weight * (softmax - target) times the embedding. */
static void input_gradient(struct worker *w, const struct train_sequence *s, size_t n_tok,
                           float weight)
{
    enum { ROWS = 256 }; /* fewer, and the embedding would come from memory more often */
    const struct train_net *n = w->net;
    const size_t d = n->shape.n_embd;
    const size_t v = n->shape.n_vocab;
    for (size_t row = 0; row < n_tok; row += ROWS) {
        size_t n_rows = n_tok - row < ROWS ? n_tok - row : ROWS;
        n->ops->multiply(w->dh + row * d, d, false, w->e + row * v, v, n_rows,
                         train__back(n, n->at_embedding), v, d, v, w->scratch);
    }
    for (size_t t = 0; t < n_tok; t++) {
        float *dh = w->dh + t * d;
        bool counts = !s->counts || s->counts[t];
        const float *target = n->params + n->at_embedding + s->tokens[t + 1] * d;
        n->rows->mix(dh, counts ? weight / w->sum[t] : 0, dh, counts ? -weight : 0, target, d);
    }
}

static void embedding_gradient(struct worker *w, const struct train_sequence *s, size_t n_tok,
                               float weight)
{
    const struct train_net *n = w->net;
    const size_t d = n->shape.n_embd;
    float *gradient = w->gradient + n->at_embedding;
    for (size_t t = 0; t < n_tok; t++) {
        bool counts = !s->counts || s->counts[t];
        n->rows->scale(w->h_scaled + t * d, w->h_end + t * d, counts ? weight / w->sum[t] : 0, d);
        float *of_target = gradient + s->tokens[t + 1] * d;
        for (size_t i = 0; counts && i < d; i++)
            of_target[i] -= weight * model__bf16_to_f32(w->h_end[t * d + i]);
    }
    n->ops->gradient(gradient, w->e, n->shape.n_vocab, n->shape.n_vocab, w->h_scaled, d, d, n_tok,
                     w->operand, w->scratch);
}

void train__head(struct worker *w, const struct train_sequence *s, size_t n_tok, float weight)
{
    const struct train_net *n = w->net;
    const size_t d = n->shape.n_embd;
    for (size_t row = 0; row < n_tok; row += PANEL)
        train__multiply(w, train__panel(row, n_tok), w->h_end, d, train__forth(n, n->at_embedding),
                        d, n->shape.n_vocab, take_logits, s->tokens + 1);
    for (size_t t = 0; t < n_tok; t++)
        if (!s->counts || s->counts[t])
            w->loss += (double)(logf(w->sum[t]) + w->shift[t] - w->wanted[t]);
    if (weight > 0) {
        input_gradient(w, s, n_tok, weight);
        embedding_gradient(w, s, n_tok, weight);
    }
}
