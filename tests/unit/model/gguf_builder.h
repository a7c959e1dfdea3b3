/* tests/unit/model/gguf_builder.h: writes small GGUF files into a buffer, right ones and wrong
 * ones. Call the parts in file order; lengths, counts, types and offsets are written as given,
 * unchecked. */
#ifndef ARTEL_TESTS_UNIT_MODEL_GGUF_BUILDER_H
#define ARTEL_TESTS_UNIT_MODEL_GGUF_BUILDER_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "model/gguf.h"

static inline void put_int(buf *b, uint64_t v, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++)
        buf_append_byte(b, (char)(unsigned char)(v >> (8 * i)));
}

static inline void put_u32(buf *b, uint32_t v)
{
    put_int(b, v, 4);
}

static inline void put_u64(buf *b, uint64_t v)
{
    put_int(b, v, 8);
}

static inline void put_f32(buf *b, float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    put_u32(b, bits);
}

static inline void put_str(buf *b, str_view v)
{
    put_u64(b, v.len);
    buf_append(b, v);
}

static inline void put_header(buf *b, uint32_t version, uint64_t n_tensors, uint64_t n_pairs)
{
    buf_append(b, STR("GGUF"));
    put_u32(b, version);
    put_u64(b, n_tensors);
    put_u64(b, n_pairs);
}

static inline void put_key(buf *b, const char *key, uint32_t type)
{
    put_str(b, str_of(key));
    put_u32(b, type);
}

static inline void put_kv_u32(buf *b, const char *key, uint32_t v)
{
    put_key(b, key, GGUF_U32);
    put_u32(b, v);
}

static inline void put_kv_bool(buf *b, const char *key, bool v)
{
    put_key(b, key, GGUF_BOOL);
    put_int(b, v, 1);
}

static inline void put_kv_str(buf *b, const char *key, const char *v)
{
    put_key(b, key, GGUF_STRING);
    put_str(b, str_of(v));
}

/* Followed by n elements from the caller. */
static inline void put_kv_array(buf *b, const char *key, uint32_t type, uint64_t n)
{
    put_key(b, key, GGUF_ARRAY);
    put_u32(b, type);
    put_u64(b, n);
}

static inline void put_kv_strs(buf *b, const char *key, const char *const *items, size_t n)
{
    put_kv_array(b, key, GGUF_STRING, n);
    for (size_t i = 0; i < n; i++)
        put_str(b, str_of(items[i]));
}

static inline void put_tensor(buf *b, const char *name, uint32_t n_dims, const uint64_t *dims,
                              uint32_t type, uint64_t offset)
{
    put_str(b, str_of(name));
    put_u32(b, n_dims);
    for (uint32_t i = 0; i < n_dims; i++)
        put_u64(b, dims[i]);
    put_u32(b, type);
    put_u64(b, offset);
}

/* Zero bytes up to a multiple of `alignment`. */
static inline void put_padding(buf *b, size_t alignment)
{
    while (b->len % alignment != 0)
        buf_append_byte(b, 0);
}

static inline void put_zeros(buf *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_append_byte(b, 0);
}

#endif
