/* Any numbers through the row quantisers, and any bytes as a model file to write again. The first
 * byte chooses the type, the second rows (0) or a file. */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "model/quant.h"
#include "model/quantize.h"
#include "model/quantize_file.h"
#include "tests/fuzz/fuzz.h"

enum { MAX_VALUES = 1024 };

static void check_rows(uint32_t type, const uint8_t *data, size_t n_bytes)
{
    const struct model__format *f = model__format_of(type);
    float x[MAX_VALUES], y[MAX_VALUES];
    uint8_t blocks[MAX_VALUES * 4];
    size_t n = n_bytes / sizeof *x, bad = SIZE_MAX;
    n = (n < MAX_VALUES ? n : MAX_VALUES) / f->n_elements * f->n_elements;
    memcpy(x, data, n * sizeof *x);
    err_code rc = model_quantize_row(type, blocks, x, n, &bad);
    if (rc != ERR_OK) {
        PROMISE(bad < n);
        PROMISE(rc == ERR_FORMAT ? !isfinite(x[bad]) : fabsf(x[bad]) > 65504);
        return;
    }
    model__dequantise(f, y, blocks, n);
    for (size_t at = 0; at < n; at += f->n_elements) {
        float most = 0;
        for (size_t i = at; i < at + f->n_elements; i++)
            most = fabsf(x[i]) > most ? fabsf(x[i]) : most;
        /* Half of the largest value, and what steps of 2^-24 leave. */
        for (size_t i = at; i < at + f->n_elements; i++)
            PROMISE(fabsf(y[i] - x[i]) <= 0.5f * most + 63 * 31 * 0x1p-24f);
    }
}

static err_code append(void *user, str_view bytes, err *e)
{
    buf_append(user, bytes);
    return err_set(e, buf_failed(user), "full");
}

static void check_file(uint32_t type, const uint8_t *data, size_t n_bytes)
{
    model_gguf *g = NULL, *again = NULL;
    err e = {0};
    if (model_gguf_open_memory(&g, data, n_bytes, "input", &e) != ERR_OK)
        return;
    struct model_quantize_report r;
    buf b;
    buf_init(&b, 1 << 28);
    if (model_quantize_file(&r, g, &(struct model_quantize_options){.type = type, .n_threads = 1},
                            append, &b, &e) != ERR_OK) {
        PROMISE(e.text[0]);
    } else {
        err_code rc = model_gguf_open_memory(&again, b.ptr, b.len, "output", &e);
        PROMISE(rc == ERR_OK);
        PROMISE(model_gguf_n_tensors(again) == model_gguf_n_tensors(g));
        PROMISE(model_gguf_n_kv(again) >= model_gguf_n_kv(g));
        PROMISE(r.n_tensors == model_gguf_n_tensors(g));
        uint64_t n_out = 0;
        for (size_t i = 0; i < model_gguf_n_tensors(g); i++) {
            const struct gguf_tensor *from = model_gguf_tensor(g, i);
            const struct gguf_tensor *to = model_gguf_tensor(again, i);
            PROMISE(str_eq(from->name, to->name) && from->n_dims == to->n_dims);
            PROMISE(memcmp(from->dims, to->dims, sizeof from->dims) == 0);
            n_out += to->n_bytes;
        }
        PROMISE(n_out == r.bytes_out);
    }
    model_gguf_close(again);
    model_gguf_close(g);
    buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
    static const uint32_t row_types[] = {MODEL_TYPE_F32,  MODEL_TYPE_F16,  MODEL_TYPE_Q4_0,
                                         MODEL_TYPE_Q5_0, MODEL_TYPE_Q5_1, MODEL_TYPE_Q8_0,
                                         MODEL_TYPE_Q4_K, MODEL_TYPE_Q5_K, MODEL_TYPE_Q6_K};
    static const uint32_t file_types[] = {MODEL_TYPE_Q4_0, MODEL_TYPE_Q8_0, MODEL_TYPE_Q4_K,
                                          MODEL_TYPE_Q5_K, MODEL_TYPE_Q6_K};
    log_set_level(LOG_ERROR);
    if (n_bytes < 2)
        return 0;
    if (data[1] == 0)
        check_rows(row_types[data[0] % 9], data + 2, n_bytes - 2);
    else
        check_file(file_types[data[0] % 5], data + 2, n_bytes - 2);
    return 0;
}
