/* model/gguf_write.h: GGUF v3 files, written in order to a function that takes the bytes: first
 * everything that describes the file, then the data of one tensor after the other, in pieces of any
 * size. What model/gguf.h reads. One thread at a time. */
#ifndef ARTEL_MODEL_GGUF_WRITE_H
#define ARTEL_MODEL_GGUF_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* Takes the next bytes of the file; they are borrowed for the call. What it returns other than
 * ERR_OK ends the writing and is passed up. */
typedef err_code model_sink(void *user, str_view bytes, err *e);

typedef struct model_gguf_writer model_gguf_writer;

/* `alignment` is a power of two, at most 64 KiB; one other than 32 must also be among the pairs, as
 * general.alignment. ERR_NOMEM. */
MUST_USE err_code model_gguf_writer_create(model_gguf_writer **out, size_t alignment);
/* Accepts NULL. */
void model_gguf_writer_destroy(model_gguf_writer *w);

/* Each key once. A failure to remember it is told by model_gguf_writer_begin. */
void model_gguf_writer_u32(model_gguf_writer *w, const char *key, uint32_t v);
/* A pair as it stood in another file (model_gguf_kv_record). */
void model_gguf_writer_record(model_gguf_writer *w, str_view record);
/* Announces the next tensor: a type that model_type_layout knows, n_dims <= 4 dimensions of whole
 * blocks whose bytes fit size_t, and a name of its own of at most 63 bytes. */
void model_gguf_writer_tensor(model_gguf_writer *w, str_view name, uint32_t n_dims,
                              const uint64_t *dims, uint32_t type);

/* Writes all that comes before the data, to `sink` from now on. ERR_NOMEM, and what the sink
 * returns. */
MUST_USE err_code model_gguf_writer_begin(model_gguf_writer *w, model_sink *sink, void *user,
                                          err *e);
/* The next bytes of the tensor whose turn it is, not beyond its end; padding follows by itself. */
MUST_USE err_code model_gguf_writer_data(model_gguf_writer *w, const void *data, size_t n_bytes,
                                         err *e);
/* True when every announced tensor has got all of its bytes. */
bool model_gguf_writer_is_complete(const model_gguf_writer *w);

#endif
