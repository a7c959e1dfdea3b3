/* model/train/convert.h: between a model file and a network that learns. */
#ifndef ARTEL_MODEL_TRAIN_CONVERT_H
#define ARTEL_MODEL_TRAIN_CONVERT_H

#include "model/gguf.h"
#include "model/gguf_write.h"
#include "model/train/net.h"

/* A network with the weights of `g`, for sequences of up to n_ctx tokens. ERR_UNSUPPORTED, with one
 * sentence: another architecture than llama with heads of 64 and a shared embedding; ERR_FORMAT: a
 * tensor is missing or has another shape; ERR_NOMEM. */
MUST_USE err_code train_net_read_gguf(train_net **out, const model_gguf *g, uint32_t n_ctx,
                                      unsigned n_threads, err *e);

/* The network as a model file: metadata of `like`, which it was read from or agrees with, matrices
 * in `type` (F32, F16 or Q8_0), gains in F32. ERR_FORMAT: a parameter is not finite; and what the
 * sink returns. */
MUST_USE err_code train_net_write_gguf(train_net *n, const model_gguf *like, uint32_t type,
                                       model_sink *sink, void *user, err *e);
/* The same to the file `path`, in one step: after an error what was there is untouched. ERR_IO. */
MUST_USE err_code train_net_write_file(train_net *n, const model_gguf *like, uint32_t type,
                                       const char *path, err *e);

#endif
