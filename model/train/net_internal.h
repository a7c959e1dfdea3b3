/* model/train/net_internal.h: a network's memory, for the passes over it. */
#ifndef ARTEL_MODEL_TRAIN_NET_INTERNAL_H
#define ARTEL_MODEL_TRAIN_NET_INTERNAL_H

#include "model/train/net.h"
#include "model/train/product.h"
#include "model/train/rows.h"

/* Results of a product are taken in blocks of this many rows and columns, which stay in the
 * second-level cache until what follows has read them. */
enum { STRIPE = 128 };

/* Queries and keys of attention whose scores are taken at once on the way back; a multiple of 64.
 */
enum { ATTENDED = 128 };

/* What one layer leaves behind for the way back; [n_tok] rows each. */
struct layer_memory {
    float *x, *middle;           /* [n_embd]: before attention, before the feed-forward */
    bf16 *h_attn, *h_ffn;        /* [n_embd]: the same, normed */
    bf16 *qkv, *attended;        /* rotated */
    bf16 *gate, *up, *activated; /* [n_ff] */
    float *r_attn, *r_ffn;       /* [1]: factors of the norms */
    float *log_sums;             /* [n_head][n_ctx] */
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
    float *block;                            /* [2][STRIPE][STRIPE], or rows of dh */
    float *dx, *dh;                          /* [n_ctx][n_embd] */
    bf16 *dx16;                              /* [n_ctx][n_embd] */
    bf16 *wide16;                            /* [n_ctx][max(2 n_ff, qkv)] */
    bf16 *d_attended;                        /* [n_ctx][q] */
    void *operand;                           /* of n_ctx by the widest activation */
    void *k_rows, *k_cols, *v_rows, *v_cols; /* operands of one head */
    void *q_cols, *d_cols;                   /* of ATTENDED of its queries */
    float *scores, *d_scores;                /* [64][n_ctx], [ATTENDED][ATTENDED] */
    bf16 *p, *ds;                            /* the same */
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

/* Takes n_rows by n_cols results at (row, col) of a product. */
typedef void train__take(struct worker *w, void *arg, size_t row, size_t col, size_t n_rows,
                         size_t n_cols, const float *block, size_t stride);
/* a [m][depth] (rows `stride` apart) times columns [0, n) of the operand b, block by block.
 * columns_first: all rows of a block of columns before the next one, for an operand that is larger
 * than the left side. */
void train__multiply(struct worker *w, const bf16 *a, size_t stride, size_t m, const void *b,
                     size_t depth, size_t n, bool columns_first, train__take *take, void *arg);
/* d[n_out][n_in] += dy^T x over n_tok rows: dy [n_tok][n_out], x [n_tok][n_in]. */
void train__add_gradient(struct worker *w, float *d, const bf16 *dy, size_t dy_stride, size_t n_out,
                         const bf16 *x, size_t x_stride, size_t n_in, size_t n_tok);

static inline const void *train__forth(const struct train_net *n, size_t at)
{
    return n->forth + at * n->ops->operand_bytes;
}

static inline const void *train__back(const struct train_net *n, size_t at)
{
    return n->back + at * n->ops->operand_bytes;
}

#endif
