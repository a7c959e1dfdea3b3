/* model/gguf.h: GGUF v2 and v3 files, read as hostile input. Everything is checked at open: counts
 * and lengths against the bytes that remain, types, alignment, names, shapes, offsets. After that
 * the getters cannot fail except by absence. Immutable after open; safe to share between threads.
 * A file that is truncated while mapped does not end the process: the lost part reads as zeros, and
 * model_gguf_check says so from then on. Texts and arrays keep their bounds whatever becomes of the
 * file. Source: the format description in ggml's docs/gguf.md. */
#ifndef ARTEL_MODEL_GGUF_H
#define ARTEL_MODEL_GGUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

typedef struct model_gguf model_gguf;

/* Numbers of the file format. */
typedef enum {
    MODEL_TYPE_F32 = 0,
    MODEL_TYPE_F16 = 1,
    MODEL_TYPE_Q4_0 = 2,
    MODEL_TYPE_Q4_1 = 3,
    MODEL_TYPE_Q5_0 = 6,
    MODEL_TYPE_Q5_1 = 7,
    MODEL_TYPE_Q8_0 = 8,
    MODEL_TYPE_Q8_1 = 9,
    MODEL_TYPE_Q2_K = 10,
    MODEL_TYPE_Q3_K = 11,
    MODEL_TYPE_Q4_K = 12,
    MODEL_TYPE_Q5_K = 13,
    MODEL_TYPE_Q6_K = 14,
    MODEL_TYPE_Q8_K = 15,
    MODEL_TYPE_IQ4_NL = 20,
    MODEL_TYPE_IQ4_XS = 23,
    MODEL_TYPE_I8 = 24,
    MODEL_TYPE_I16 = 25,
    MODEL_TYPE_I32 = 26,
    MODEL_TYPE_I64 = 27,
    MODEL_TYPE_F64 = 28,
    MODEL_TYPE_BF16 = 30,
} model_type;

/* "Q8_0", also for types that the format defines and we cannot read; "?" for all other numbers.
 * Static text. */
const char *model_type_name(uint32_t type);
/* Elements and bytes of one block; false, nothing set, for types that this reader cannot read. */
bool model_type_layout(uint32_t type, size_t *block_elements, size_t *block_bytes);

typedef enum {
    GGUF_U8,
    GGUF_I8,
    GGUF_U16,
    GGUF_I16,
    GGUF_U32,
    GGUF_I32,
    GGUF_F32,
    GGUF_BOOL,
    GGUF_STRING,
    GGUF_ARRAY,
    GGUF_U64,
    GGUF_I64,
    GGUF_F64,
} gguf_value_type;

/* `data` is at a multiple of the file's alignment (32 unless it says otherwise, never assume more
 * than 1) from the start of the file, which is at a page in model_gguf_open and where the caller
 * put it in model_gguf_open_memory. */
struct gguf_tensor {
    str_view name;    /* borrowed from the file */
    uint32_t type;    /* model_type */
    uint32_t n_dims;  /* 0 to 4 */
    uint64_t dims[4]; /* dims[0] is contiguous; unused ones are 1 */
    const void *data; /* borrowed; n_bytes are readable */
    size_t n_bytes;   /* 0 when a dimension is 0 */
};

/* An array value. Strings are taken one by one with gguf_array_next_str, O(1) each. */
struct gguf_array {
    gguf_value_type type; /* of the elements; never GGUF_ARRAY */
    uint64_t n;
    const void *data; /* first element, unaligned, little endian; for strings the packed records */
    const void *end;  /* of the value */
};

/* More keys or tensors than this are refused: several times what any model has, and few enough that
 * a file made to collide in the name tables costs a second at most. */
enum { GGUF_MAX_ENTRIES = 1 << 16 };

/* Maps and checks `path`. ERR_NOT_FOUND, ERR_IO, ERR_NOMEM, ERR_FORMAT (the text names the first
 * fault and its byte offset), ERR_UNSUPPORTED (big endian, version, split file, a tensor type we
 * cannot read). Cost: O(bytes before the tensor data); the tensor data is not touched. */
MUST_USE err_code model_gguf_open(model_gguf **out, const char *path, err *e);
/* The same for bytes in memory, borrowed until close; `name` is for messages. */
MUST_USE err_code model_gguf_open_memory(model_gguf **out, const void *data, size_t n_bytes,
                                         const char *name, err *e);
void model_gguf_close(model_gguf *g);
/* ERR_IO when a mapped file has become shorter since it was opened, or a page of it was lost. Call
 * after computing and before showing a result: only ERR_OK says that every byte read was the
 * file's. Always ERR_OK for bytes in memory. Cost: one system call. */
MUST_USE err_code model_gguf_check(const model_gguf *g, err *e);

/* Whether the bytes are a mapped file, whose memory model_gguf_forget can give back. */
bool model_gguf_is_mapped(const model_gguf *g);
/* Gives the memory under n_bytes at p, part of a mapped file, back to the system: what is read
 * there again comes from the file again. Any thread. */
void model_gguf_forget(const model_gguf *g, const void *p, size_t n_bytes);

uint32_t model_gguf_version(const model_gguf *g);
/* Of the whole file. */
size_t model_gguf_n_bytes(const model_gguf *g);
/* As given to open, for messages. Borrowed until close. */
const char *model_gguf_name(const model_gguf *g);

size_t model_gguf_n_kv(const model_gguf *g);
/* i < n_kv: key and type of the i-th pair, in file order. */
str_view model_gguf_kv(const model_gguf *g, size_t i, gguf_value_type *type);

/* The i-th pair as it stands in the file: key, type and value. Borrowed until close. */
str_view model_gguf_kv_record(const model_gguf *g, size_t i);
/* What the tensor data is aligned to: a power of two, 32 unless the file says otherwise. */
size_t model_gguf_alignment(const model_gguf *g);

/* Each returns true and sets *out when `key` exists and its value fits: integers of any width and
 * sign that are in range, f32/f64 for floats, bool for bool. Otherwise false, *out untouched. */
bool model_gguf_u32(const model_gguf *g, const char *key, uint32_t *out);
bool model_gguf_i64(const model_gguf *g, const char *key, int64_t *out);
bool model_gguf_f32(const model_gguf *g, const char *key, float *out);
bool model_gguf_bool(const model_gguf *g, const char *key, bool *out);
bool model_gguf_str(const model_gguf *g, const char *key, str_view *out);
bool model_gguf_array(const model_gguf *g, const char *key, struct gguf_array *out);
bool model_gguf_has(const model_gguf *g, const char *key);
/* Element i of an integer array as u32 (in range), of a float array as f32; false, *out untouched,
 * when the element type or value does not fit. i < a->n. */
bool gguf_array_u32(const struct gguf_array *a, uint64_t i, uint32_t *out);
bool gguf_array_f32(const struct gguf_array *a, uint64_t i, float *out);
/* Takes the first string off a string array: *a is advanced, n lowered. a->n > 0. Borrowed from the
 * file. */
str_view gguf_array_next_str(struct gguf_array *a);

size_t model_gguf_n_tensors(const model_gguf *g);
const struct gguf_tensor *model_gguf_tensor(const model_gguf *g, size_t i);
/* NULL when absent. Cost: O(1) expected. */
const struct gguf_tensor *model_gguf_find_tensor(const model_gguf *g, const char *name);

#endif
