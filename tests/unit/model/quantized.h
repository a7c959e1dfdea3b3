/* tests/unit/model/quantized.h: a model file quantised in memory, for tests. */
#ifndef ARTEL_TESTS_UNIT_MODEL_QUANTIZED_H
#define ARTEL_TESTS_UNIT_MODEL_QUANTIZED_H

#include "tests/unit/test.h"

#include "base/buf.h"
#include "base/file.h"
#include "model/gguf.h"
#include "model/quantize_file.h"

static inline err_code append_piece(void *user, str_view bytes, err *e)
{
    buf_append(user, bytes);
    return err_set(e, buf_failed(user), "the test's buffer");
}

/* The file that quantising `g` gives; release it with buf_release. */
static inline buf quantised(const model_gguf *g, uint32_t type, uint32_t n_threads)
{
    buf b;
    err e = {0};
    struct model_quantize_report r;
    buf_init(&b, 1 << 30);
    assert_ok(model_quantize_file(
                  &r, g, &(struct model_quantize_options){.type = type, .n_threads = n_threads},
                  append_piece, &b, &e),
              &e);
    return b;
}

static inline void quantise_to(const model_gguf *g, uint32_t type, const char *path)
{
    err e = {0};
    buf b = quantised(g, type, 2);
    assert_ok(file_write_atomic(path, buf_view(&b), &e), &e);
    buf_release(&b);
}

#endif
