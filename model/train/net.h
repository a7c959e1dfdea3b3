/* model/train/net.h: a model that learns: the layout that GGUF calls `llama` (RMS norm, rotary
 * positions over neighbouring pairs, grouped-query attention with heads of 64, gated feed-forward,
 * embedding shared by input and output), its loss and the gradient of it.
 *
 * Parameters are f32; products take them and the activations as bfloat16 and sum in f32. Sequences
 * are dealt to the threads in turn, each with its own gradient, which are summed in the order of
 * the threads: the same parameters, sequences and number of threads give the same bytes.
 *
 * One thread at a time. Memory: 4 bytes per parameter for each thread's gradient, 8 to 12 for the
 * parameters themselves, and what a sequence leaves behind for the way back (100 MB for 8 layers of
 * 384 and 1,024 tokens), per thread. */
#ifndef ARTEL_MODEL_TRAIN_NET_H
#define ARTEL_MODEL_TRAIN_NET_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/pool.h"

struct train_shape {
    uint32_t n_embd, n_layer, n_head, n_head_kv, n_ff, n_vocab; /* multiples of 32 but for heads */
    uint32_t n_ctx; /* the longest sequence, a multiple of 64 */
    float rope_base, norm_eps;
};

/* Where a matrix lies in the parameters: rows (out-features) by columns, rows contiguous. */
struct train_matrix {
    size_t at;
    uint32_t n_rows, n_cols;
};

/* Matrices of one layer, in the order in which they lie there. */
enum train_part {
    TRAIN_Q,
    TRAIN_K,
    TRAIN_V,
    TRAIN_O,
    TRAIN_GATE,
    TRAIN_UP,
    TRAIN_DOWN,
    TRAIN_PARTS
};

typedef struct train_net train_net;

/* All parameters are 0. ERR_UNSUPPORTED for a shape that breaks the rules above, ERR_NOMEM. */
MUST_USE err_code train_net_create(train_net **out, const struct train_shape *shape,
                                   unsigned n_threads, err *e);
/* Accepts NULL. */
void train_net_destroy(train_net *n);
const struct train_shape *train_net_shape(const train_net *n);
/* Shared with whoever works between two calls (the optimiser). */
model__pool *train_net_pool(train_net *n);

/* All layers' matrices, then the embedding, then the gains of the norms: of each layer before
 * attention, of each layer before the feed-forward, of the end. Borrowed. */
size_t train_net_n_params(const train_net *n);
float *train_net_params(train_net *n);
struct train_matrix train_net_matrix(const train_net *n, uint32_t layer, enum train_part part);
struct train_matrix train_net_embedding(const train_net *n);
size_t train_net_gain(const train_net *n, uint32_t layer,
                      bool before_ffn); /* layer == n_layer: end */
/* Small random matrices, gains of 1: where training from scratch begins. */
void train_net_randomise(train_net *n, uint64_t seed);
/* To be called after parameters were written, before the next loss. */
void train_net_changed(train_net *n);

/* n_tok + 1 tokens below n_vocab: each is to be predicted from those before it. */
struct train_sequence {
    const uint16_t *tokens;
    /* Whether the token behind position i counts, [n_tok]; NULL: all do. */
    const uint8_t *counts;
};

/* Mean loss in nats over the tokens that count (0 if none does). n_tok: a multiple of 64, at most
 * n_ctx. Blocks: about 6 operations per parameter and token; a third of that for the loss alone. */
double train_net_loss(train_net *n, const struct train_sequence *s, size_t n_seq, size_t n_tok);
/* The same with the gradient of it. */
double train_net_learn(train_net *n, const struct train_sequence *s, size_t n_seq, size_t n_tok);
/* Of the last train_net_learn, in the order of the parameters. Borrowed until the next one. */
const float *train_net_gradient(const train_net *n);

#endif
