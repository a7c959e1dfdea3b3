/* model/weights_internal.h: the parts of a loaded model, for the forward pass. Immutable. */
#ifndef ARTEL_MODEL_WEIGHTS_INTERNAL_H
#define ARTEL_MODEL_WEIGHTS_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/linear.h"
#include "model/weights.h"

/* One transformer block. Vectors are f32; NULL where the architecture or the file has none. Each
 * points into the file when it is f32 there and aligned, else into model_weights.converted. */
struct model__layer {
    uint32_t n_head, n_head_kv, n_ff;
    const float *attn_norm, *attn_norm_bias; /* [n_embd] */
    const float *ffn_norm, *ffn_norm_bias;   /* [n_embd] */
    const float *q_norm, *k_norm;            /* [head_dim], per head before the rotation */
    const float *qkv_bias;                   /* [(n_head + 2 n_head_kv) head_dim]: q, k, v */
    const float *o_bias;                     /* [n_embd] */
    const float *gate_bias, *up_bias;        /* [n_ff] */
    const float *down_bias;                  /* [n_embd] */
    model__linear *qkv[3];                   /* q, k, v; or one fused matrix and two NULLs */
    size_t n_qkv;                            /* matrices in qkv: 1 or 3 */
    model__linear *o, *gate, *up, *down;     /* gate is NULL for a plain two-layer FFN */
};

struct model_weights {
    const model_gguf *file;
    struct model_hparams hp;
    bool layer_norm;      /* else RMS norm */
    bool gelu;            /* else SiLU */
    bool rope_halves;     /* pairs (i, i + n_rot/2), else (2i, 2i + 1) */
    float embd_scale;     /* of the token embeddings */
    float residual_scale; /* of what each half of a block adds */
    float attn_scale;     /* of the attention scores */
    float logit_factor;   /* of the logits */
    /* [n_rot / 2] radians per position, scaling included, and the factor of the sines and cosines.
     */
    double *rope_step;
    float rope_gain;
    struct model__layer *layers;      /* [hp.n_layer] */
    model__linear *tok_embd, *output; /* the same object when the embedding is tied */
    const float *output_norm, *output_norm_bias, *output_bias;
    uint64_t n_params, n_bytes;
    /* Owned, for the packed form of all matrices of a mapped file; NULL where there is none. The
     * system hands out its pages as they are written. */
    void *packed_room;
    /* Owned vectors, linked by their first word. */
    void *converted;
};

/* The largest model__linear_scratch of any matrix for n_tok tokens. */
size_t model__weights_scratch(const model_weights *w, size_t n_tok);

#endif
