/* model/train/net_internal.h: a network's memory, for the passes over it. */
#ifndef ARTEL_MODEL_TRAIN_NET_INTERNAL_H
#define ARTEL_MODEL_TRAIN_NET_INTERNAL_H

#include "model/train/net.h"
#include "model/train/product.h"
#include "model/train/rows.h"

/* Rows go through a layer in panels, whose activations stay in the second-level cache from one
 * product to the next while the weights pass by; results of a product are taken in blocks of a
 * panel's rows and this many columns. */
enum { PANEL = 256, STRIPE = 128 };

/* Attention goes by tiles of this many queries and keys, whose scores stay in the first-level cache
 * or near it; a multiple of 64. Scores have a row for each key and a column for each query: so what
 * belongs to a query is a vector, and what the way back multiplies lies as its products read it. */
enum { ATTENDED = 128 };

/* What one layer leaves behind for the way back; [n_tok] rows each. */
struct layer_memory {
    float *x, *middle;    /* [n_embd]: before attention, before the feed-forward */
    bf16 *h_attn, *h_ffn; /* [n_embd]: the same, normed */
    bf16 *qkv, *attended; /* rotated */
    /* What enters the gate: blocks of a panel's rows by STRIPE columns in the order of the product
     * (train__gate_group), one after the other. */
    bf16 *gates;           /* [2 n_ff] */
    float *r_attn, *r_ffn; /* [1]: factors of the norms */
    float *log_sums;       /* [n_head][n_ctx] */
};

struct worker {
    struct train_net *net;
    float *gradient;
    struct layer_memory *layers;
    float *x_end, *r_end; /* what the last norm reads, its factors */
    bf16 *h_end;
    double loss;
    size_t n_counted;

    /* Scratch, reused by every layer. */
    float *block;            /* [PANEL][STRIPE] */
    float *dx, *dh;          /* [n_ctx][n_embd] */
    bf16 *dx16, *d_middle16; /* the same, of what enters and of layer_memory.middle */
    bf16 *activated;         /* [n_ctx][n_ff], of one layer; made again on the way back */
    bf16 *wide16;            /* [n_ctx][max(2 n_ff, qkv)] */
    bf16 *d_attended;        /* [n_ctx][q] */
    void *operand;           /* of n_ctx by the widest activation */
    void *q_rows, *q_cols, *d_rows, *d_cols; /* operands of ATTENDED queries of one head, */
    void *tile;                              /* of p or ds */
    float *scores, *d_scores;                /* [ATTENDED][ATTENDED], a row for each key */
    bf16 *p, *ds;                            /* the same */
    float *of_queries;                       /* [ATTENDED][64] */
    float *dk, *dv;                          /* [n_ctx][64] */
    float *shares;                           /* [n_head][n_ctx] */
    bf16 *e;                                 /* [n_ctx][n_vocab] */
    float *shift, *sum, *wanted;             /* [n_ctx] */
    bf16 *h_scaled;                          /* [n_ctx][n_embd] */
    void *scratch;
};

struct train_net {
    struct train_shape shape;
    size_t q, kv, qkv;   /* widths */
    size_t layer_params; /* of one layer's matrices */
    size_t at[TRAIN_PARTS];
    size_t n_params, at_embedding, at_gains;
    const struct train__products *ops;
    const struct train__rows *rows;
    model__pool *pool;
    unsigned n_threads;
    float *params;
    /* Operands of all matrices and the embedding, at the offsets of the parameters: as the way
     * forth reads them (x W^T) and as the way back does (dy W). */
    unsigned char *forth, *back;
    float *cosines, *sines; /* [n_ctx][TRAIN__HEAD / 2] */
    struct worker *workers; /* [n_threads] */
};

/* Everything up to the last norm for one sequence. */
void train__forward(struct worker *w, const uint16_t *tokens, size_t n_tok);
/* Adds the gradient of the layers and of the input embedding, from w->dx, the gradient of x_end. */
void train__backward(struct worker *w, const uint16_t *tokens, size_t n_tok);
/* The loss of the last norm's output, added to w->loss; with weight > 0 also the gradient of
 * weight * loss, added for the embedding and written to w->dh. */
void train__head(struct worker *w, const struct train_sequence *s, size_t n_tok, float weight);

/* Rows of a sequence. */
struct panel {
    size_t first, n;
};

/* Takes the panel's results of columns col and following, PANEL by n_cols at most, rows STRIPE
 * apart. */
typedef void train__take(struct worker *w, const void *arg, struct panel rows, size_t col,
                         size_t n_cols, const float *block);
/* Rows of a [n_tok][depth] (`stride` apart) times columns [0, n) of the operand b, block by block,
 * in the order of the columns. */
void train__multiply(struct worker *w, struct panel rows, const bf16 *a, size_t stride,
                     const void *b, size_t depth, size_t n, train__take *take, const void *arg);
static inline struct panel train__panel(size_t first, size_t n_tok)
{
    return (struct panel){first, n_tok - first < PANEL ? n_tok - first : PANEL};
}

/* Forth, columns of the gate and of what it lets through take turns in groups of this many, so that
 * one block holds both. */
static inline size_t train__gate_group(const struct train_shape *s)
{
    return s->n_ff % 64 == 0 ? 64 : 32;
}

/* Where column `col` (in that order) of a panel's first row lies in layer_memory.gates; *stride:
 * to the next row. */
static inline size_t train__gates_at(const struct train_shape *s, struct panel rows, size_t col,
                                     size_t *stride)
{
    const size_t all = 2 * (size_t)s->n_ff;
    const size_t begin = col / STRIPE * STRIPE;
    *stride = all - begin < STRIPE ? all - begin : STRIPE;
    return rows.first * all + begin * rows.n + col - begin;
}

static inline const void *train__forth(const struct train_net *n, size_t at)
{
    return n->forth + at * n->ops->operand_bytes;
}

static inline const void *train__back(const struct train_net *n, size_t at)
{
    return n->back + at * n->ops->operand_bytes;
}

#endif
