/* model/lora.h: low-rank adapters in the form of llama.cpp: a GGUF file with two thin matrices,
 * NAME.lora_a [rank][in] and NAME.lora_b [out][rank], for some matrices W of a model. W x becomes
 * W x + alpha / rank * b (a x), computed like that: nothing is copied but the thin ones.
 * Source: Hu et al. 2021, arXiv:2106.09685. */
#ifndef ARTEL_MODEL_LORA_H
#define ARTEL_MODEL_LORA_H

#include "model/weights.h"

/* Once, before the first session over w. `g` must outlive w. Adapters of all matrices of the layers
 * and of the output; not of the embedding. ERR_FORMAT, ERR_UNSUPPORTED (one sentence), ERR_NOMEM;
 * then w is not to be used any more. */
MUST_USE err_code model_lora_apply(model_weights *w, const model_gguf *g, err *e);

#endif
