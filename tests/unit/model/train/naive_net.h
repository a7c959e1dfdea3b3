/* The loss of model/train/net.h in double precision, written down as plainly as its definition. */
#ifndef TESTS_NAIVE_NET_H
#define TESTS_NAIVE_NET_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/train/net.h"

static void naive_norm(double *h, const double *x, const double *gain, size_t n, double eps)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    for (size_t i = 0; i < n; i++)
        h[i] = x[i] / sqrt(sum / (double)n + eps) * gain[i];
}

static void naive_linear(double *y, const double *w, const double *x, struct train_matrix m)
{
    for (size_t i = 0; i < m.n_rows; i++) {
        y[i] = 0;
        for (size_t j = 0; j < m.n_cols; j++)
            y[i] += w[m.at + i * m.n_cols + j] * x[j];
    }
}

static void naive_rotate(double *x, size_t n, size_t position, double base)
{
    for (size_t i = 0; i < n; i += 2) {
        double angle = (double)position * pow(base, -(double)(i % 64) / 64.0);
        double a = x[i];
        double b = x[i + 1];
        x[i] = a * cos(angle) - b * sin(angle);
        x[i + 1] = a * sin(angle) + b * cos(angle);
    }
}

/* Adds to x [n_tok][d] what attention of one layer gives. */
static void naive_attention(double *x, const double *p, const train_net *net, uint32_t layer,
                            size_t n_tok)
{
    const struct train_shape *s = train_net_shape(net);
    const size_t d = s->n_embd;
    const size_t q = 64 * s->n_head;
    const size_t kv = 64 * s->n_head_kv;
    double *rows = calloc(n_tok * (q + 2 * kv), sizeof *rows);
    double h[1024], out[1024], y[1024], score[1024];
    for (size_t t = 0; t < n_tok; t++) {
        double *row = rows + t * (q + 2 * kv);
        naive_norm(h, x + t * d, p + train_net_gain(net, layer, false), d, (double)s->norm_eps);
        naive_linear(row, p, h, train_net_matrix(net, layer, TRAIN_Q));
        naive_linear(row + q, p, h, train_net_matrix(net, layer, TRAIN_K));
        naive_linear(row + q + kv, p, h, train_net_matrix(net, layer, TRAIN_V));
        naive_rotate(row, q + kv, t, (double)s->rope_base);
    }
    for (size_t t = 0; t < n_tok; t++) {
        memset(out, 0, sizeof out);
        for (size_t head = 0; head < s->n_head; head++) {
            size_t of = head * s->n_head_kv / s->n_head * 64;
            double sum = 0;
            for (size_t k = 0; k <= t; k++) {
                score[k] = 0;
                for (size_t i = 0; i < 64; i++)
                    score[k] += rows[t * (q + 2 * kv) + head * 64 + i] *
                                rows[k * (q + 2 * kv) + q + of + i] / 8;
                score[k] = exp(score[k]);
                sum += score[k];
            }
            for (size_t k = 0; k <= t; k++)
                for (size_t i = 0; i < 64; i++)
                    out[head * 64 + i] += score[k] / sum * rows[k * (q + 2 * kv) + q + kv + of + i];
        }
        naive_linear(y, p, out, train_net_matrix(net, layer, TRAIN_O));
        for (size_t i = 0; i < d; i++)
            x[t * d + i] += y[i];
    }
    free(rows);
}

static void naive_feed(double *x, const double *p, const train_net *net, uint32_t layer,
                       size_t n_tok)
{
    const struct train_shape *s = train_net_shape(net);
    const size_t d = s->n_embd;
    double h[1024], g[1024], u[1024];
    for (size_t t = 0; t < n_tok; t++) {
        naive_norm(h, x + t * d, p + train_net_gain(net, layer, true), d, (double)s->norm_eps);
        naive_linear(g, p, h, train_net_matrix(net, layer, TRAIN_GATE));
        naive_linear(u, p, h, train_net_matrix(net, layer, TRAIN_UP));
        for (size_t i = 0; i < s->n_ff; i++)
            g[i] = g[i] / (1 + exp(-g[i])) * u[i];
        naive_linear(h, p, g, train_net_matrix(net, layer, TRAIN_DOWN));
        for (size_t i = 0; i < d; i++)
            x[t * d + i] += h[i];
    }
}

/* The sum of the losses of the tokens that count. */
static double naive_loss(const double *p, const train_net *net, const struct train_sequence *seq,
                         size_t n_tok)
{
    const struct train_shape *s = train_net_shape(net);
    const size_t d = s->n_embd;
    const struct train_matrix embedding = train_net_embedding(net);
    double *x = calloc(n_tok * d, sizeof *x);
    double *logits = calloc(s->n_vocab, sizeof *logits);
    double h[1024];
    double loss = 0;
    for (size_t t = 0; t < n_tok; t++)
        for (size_t i = 0; i < d; i++)
            x[t * d + i] = p[embedding.at + seq->tokens[t] * d + i];
    for (uint32_t layer = 0; layer < s->n_layer; layer++) {
        naive_attention(x, p, net, layer, n_tok);
        naive_feed(x, p, net, layer, n_tok);
    }
    for (size_t t = 0; t < n_tok; t++) {
        if (seq->counts && !seq->counts[t])
            continue;
        naive_norm(h, x + t * d, p + train_net_gain(net, s->n_layer, false), d,
                   (double)s->norm_eps);
        naive_linear(logits, p, h, embedding);
        double sum = 0;
        for (size_t i = 0; i < s->n_vocab; i++)
            sum += exp(logits[i]);
        loss += log(sum) - logits[seq->tokens[t + 1]];
    }
    free(x);
    free(logits);
    return loss;
}

#endif
