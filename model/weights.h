/* model/weights.h: hyperparameters and tensors of a loaded model. Immutable after load, shared by
 * every session and thread; data stays in the mapped file (or the embedded bytes) and is used in
 * place. Every shape and type is checked against the hyperparameters before anything is computed.
 * Architectures: llama, qwen2, qwen3, starcoder2, gemma, granite. */
#ifndef ARTEL_MODEL_WEIGHTS_H
#define ARTEL_MODEL_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/gguf.h"

typedef struct model_weights model_weights;

struct model_hparams {
    const char *arch; /* static text: "llama", ... */
    /* n_head, n_head_kv and n_ff are the largest of any layer where the file gives them per layer.
     */
    uint32_t n_vocab, n_ctx_train, n_embd, n_layer, n_head, n_head_kv, n_ff, head_dim, n_rot;
    float norm_eps, rope_base, rope_scale;
};

/* `g` must outlive the weights. ERR_FORMAT, ERR_UNSUPPORTED (one sentence naming what is missing),
 * ERR_NOMEM. A model larger than the machine's memory loads, with a warning in the log. */
MUST_USE err_code model_weights_load(model_weights **out, const model_gguf *g, err *e);
void model_weights_destroy(model_weights *w);
const struct model_hparams *model_weights_hparams(const model_weights *w);
/* Parameters in all tensors, and bytes they take in the file. */
uint64_t model_weights_n_params(const model_weights *w);
uint64_t model_weights_n_bytes(const model_weights *w);

#endif
