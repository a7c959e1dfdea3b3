/* model/quantize_file.h: a model file in F32, F16 or BF16, written again with quantised matrices.
 *
 * Which tensor gets which type follows llama.cpp's mixtures, so that files are as large and as good
 * as people expect (and a test compares):
 * - Matrices named *.weight are quantised; norms, biases and everything with one dimension become
 *   or stay F32; other tensors are copied.
 * - The matrix that makes the logits (output.weight, or the token embedding where there is none)
 *   gets Q6_K, with Q8_0 asked for Q8_0.
 * - Q4_K and Q5_K are the mixtures called Q4_K_M and Q5_K_M: attn_v (or a fused attn_qkv) and
 *   ffn_down of half of the layers get Q6_K.
 * - Rows that are no whole blocks of a type: Q4_K becomes Q5_0, Q5_K Q5_1, Q6_K Q8_0, and where
 *   rows are no multiple of 32 either, F16. */
#ifndef ARTEL_MODEL_QUANTIZE_FILE_H
#define ARTEL_MODEL_QUANTIZE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"
#include "model/gguf.h"
#include "model/gguf_write.h"

/* Told before each tensor, and once at the end with index == n_tensors. */
struct model_quantize_step {
    size_t index, n_tensors;
    const struct gguf_tensor *tensor; /* of the source; NULL at the end */
    uint32_t wanted;                  /* type by the mixture */
    uint32_t to;                      /* type that fits the rows */
    uint64_t done_bytes, all_bytes;   /* of the source's tensors */
};

struct model_quantize_options {
    uint32_t type;      /* Q8_0, Q4_0, Q4_K, Q5_K or Q6_K */
    uint32_t n_threads; /* 0: one per processor, at most 8 */
    /* May be NULL. Called on the caller's thread. */
    void (*progress)(void *user, const struct model_quantize_step *step);
    void *user;
    const cancel_flag *cancel; /* polled every few megabytes; may be NULL */
};

struct model_quantize_report {
    size_t n_tensors, n_quantised; /* written, and of these with a quantised type */
    uint64_t bytes_in, bytes_out;  /* of tensor data */
};

/* Whether `type` may be asked for. */
bool model_quantize_is_target(uint32_t type);

/* Writes the new file to `sink`. All of the metadata is kept; general.file_type and
 * general.quantization_version become what the new file is. The result does not depend on the
 * number of threads. ERR_UNSUPPORTED: a matrix is quantised already; ERR_FORMAT: a number is NaN or
 * infinite; ERR_RANGE: a number is beyond half precision; ERR_IO: the source was truncated
 * meanwhile; ERR_CANCELLED; ERR_NOMEM; and what the sink returns. After an error what was written
 * is useless. Memory: about 16 MB beside the mapped source. Blocks: minutes for a large model. */
MUST_USE err_code model_quantize_file(struct model_quantize_report *out, const model_gguf *g,
                                      const struct model_quantize_options *options,
                                      model_sink *sink, void *user, err *e);

#endif
