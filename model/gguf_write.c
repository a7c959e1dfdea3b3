/* The layout of the file is described in gguf.c. */
#include "model/gguf_write.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/size.h"
#include "model/gguf.h"

enum { VERSION = 3, MAX_ALIGNMENT = 1 << 16, METADATA_MAX_BYTES = 1 << 30 };

struct model_gguf_writer {
    size_t alignment;
    uint64_t n_pairs, n_tensors;
    buf pairs, tensors; /* their records */
    buf sizes;          /* size_t[n_tensors]: bytes of data */
    size_t end;         /* of the last announced tensor's data, padded */
    model_sink *sink;
    void *user;
    /* Whose turn it is, and how much of it is written. */
    size_t now, now_bytes;
};

static void put(buf *b, uint64_t v, size_t n_bytes)
{
    char bytes[8];
    for (size_t i = 0; i < n_bytes; i++)
        bytes[i] = (char)(unsigned char)(v >> 8 * i);
    buf_append(b, (str_view){bytes, n_bytes});
}

static void put_text(buf *b, str_view v)
{
    put(b, v.len, 8);
    buf_append(b, v);
}

err_code model_gguf_writer_create(model_gguf_writer **out, size_t alignment)
{
    assert(alignment > 0 && alignment <= MAX_ALIGNMENT && (alignment & (alignment - 1)) == 0);
    model_gguf_writer *w = mem_zero(1, sizeof *w);
    if (!w)
        return ERR_NOMEM;
    w->alignment = alignment;
    buf_init(&w->pairs, METADATA_MAX_BYTES);
    buf_init(&w->tensors, METADATA_MAX_BYTES);
    buf_init(&w->sizes, METADATA_MAX_BYTES);
    *out = w;
    return ERR_OK;
}

void model_gguf_writer_destroy(model_gguf_writer *w)
{
    if (!w)
        return;
    buf_release(&w->pairs);
    buf_release(&w->tensors);
    buf_release(&w->sizes);
    mem_free(w);
}

void model_gguf_writer_u32(model_gguf_writer *w, const char *key, uint32_t v)
{
    put_text(&w->pairs, str_of(key));
    put(&w->pairs, GGUF_U32, 4);
    put(&w->pairs, v, 4);
    w->n_pairs++;
}

void model_gguf_writer_record(model_gguf_writer *w, str_view record)
{
    buf_append(&w->pairs, record);
    w->n_pairs++;
}

void model_gguf_writer_tensor(model_gguf_writer *w, str_view name, uint32_t n_dims,
                              const uint64_t *dims, uint32_t type)
{
    size_t block = 1, bytes = 0, size = 0;
    bool known = model_type_layout(type, &block, &bytes);
    assert(known && n_dims <= 4 && name.len <= 63);
    uint64_t n_blocks = 1;
    put_text(&w->tensors, name);
    put(&w->tensors, n_dims, 4);
    for (uint32_t i = 0; i < n_dims; i++) {
        put(&w->tensors, dims[i], 8);
        n_blocks *= i == 0 ? dims[i] / block : dims[i];
    }
    put(&w->tensors, type, 4);
    put(&w->tensors, w->end, 8);
    bool fits = size_mul(&size, (size_t)n_blocks, bytes) && size_add(&w->end, w->end, size) &&
                size_align_up(&w->end, w->end, w->alignment);
    assert(fits);
    buf_append(&w->sizes, (str_view){(const char *)&size, sizeof size});
    w->n_tensors++;
    (void)known;
    (void)fits;
}

static size_t size_of(const model_gguf_writer *w, size_t i)
{
    size_t size;
    memcpy(&size, w->sizes.ptr + i * sizeof size, sizeof size);
    return size;
}

/* Zero bytes behind n_bytes, up to the alignment. */
static err_code pad(model_gguf_writer *w, size_t n_bytes, err *e)
{
    static const char zeros[4096];
    size_t left = (w->alignment - n_bytes % w->alignment) % w->alignment;
    err_code rc = ERR_OK;
    while (left > 0 && rc == ERR_OK) {
        size_t n = left < sizeof zeros ? left : sizeof zeros;
        rc = w->sink(w->user, (str_view){zeros, n}, e);
        left -= n;
    }
    return rc;
}

/* Passes over tensors without data. */
static void skip_empty(model_gguf_writer *w)
{
    while (w->now < w->n_tensors && size_of(w, w->now) == 0)
        w->now++;
}

err_code model_gguf_writer_begin(model_gguf_writer *w, model_sink *sink, void *user, err *e)
{
    w->sink = sink;
    w->user = user;
    buf header;
    buf_init(&header, 64);
    buf_append(&header, STR("GGUF"));
    put(&header, VERSION, 4);
    put(&header, w->n_tensors, 8);
    put(&header, w->n_pairs, 8);
    const buf *parts[] = {&header, &w->pairs, &w->tensors};
    size_t n_bytes = 0;
    err_code rc = buf_failed(&w->sizes);
    for (size_t i = 0; i < 3 && rc == ERR_OK; i++)
        rc = buf_failed(parts[i]);
    if (rc != ERR_OK)
        err_set(e, rc, "the new file's description: %s", err_name(rc));
    for (size_t i = 0; i < 3 && rc == ERR_OK; i++) {
        if (parts[i]->len > 0)
            rc = sink(user, buf_view(parts[i]), e);
        n_bytes += parts[i]->len;
    }
    if (rc == ERR_OK)
        rc = pad(w, n_bytes, e);
    if (rc == ERR_OK)
        skip_empty(w);
    buf_release(&header);
    return rc;
}

err_code model_gguf_writer_data(model_gguf_writer *w, const void *data, size_t n_bytes, err *e)
{
    if (n_bytes == 0)
        return ERR_OK;
    assert(w->sink && w->now < w->n_tensors && n_bytes <= size_of(w, w->now) - w->now_bytes);
    err_code rc = w->sink(w->user, (str_view){data, n_bytes}, e);
    w->now_bytes += n_bytes;
    if (rc == ERR_OK && w->now_bytes == size_of(w, w->now)) {
        rc = pad(w, w->now_bytes, e);
        w->now_bytes = 0;
        w->now++;
        skip_empty(w);
    }
    return rc;
}

bool model_gguf_writer_is_complete(const model_gguf_writer *w)
{
    return w->sink && w->now == w->n_tensors;
}
