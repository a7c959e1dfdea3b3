/* tests/unit/model/model_under_test.h: a model loaded for a test, from memory or a file. */
#ifndef ARTEL_TESTS_UNIT_MODEL_UNDER_TEST_H
#define ARTEL_TESTS_UNIT_MODEL_UNDER_TEST_H

#include "tests/unit/test.h"

#include "model/default.h"
#include "model/session.h"
#include "model/weights.h"
#include "tests/tools/make_gguf.h"

struct under_test {
    uint8_t *bytes; /* NULL for files */
    model_gguf *g;
    model_weights *w;
};

static inline void release_model(struct under_test *m)
{
    model_weights_destroy(m->w);
    model_gguf_close(m->g);
    free(m->bytes);
    *m = (struct under_test){0};
}

/* Result of loading a made model; on success it is in *m, otherwise *m is empty. */
static inline err_code try_model(struct under_test *m, const struct make_gguf_options *o, err *e)
{
    size_t n;
    *m = (struct under_test){.bytes = make_gguf_memory(o, &n)};
    assert_non_null(m->bytes);
    err_code rc = model_gguf_open_memory(&m->g, m->bytes, n, "made", e);
    if (rc == ERR_OK)
        rc = model_weights_load(&m->w, m->g, e);
    if (rc != ERR_OK)
        release_model(m);
    return rc;
}

static inline struct under_test make_model(const struct make_gguf_options *o)
{
    struct under_test m;
    err e = {0};
    assert_ok(try_model(&m, o, &e), &e);
    return m;
}

static inline struct under_test default_model(void)
{
    struct under_test m = {0};
    err e = {0};
    assert_ok(model_default_open(&m.g, &e), &e);
    assert_ok(model_weights_load(&m.w, m.g, &e), &e);
    return m;
}

static inline model_session *make_session(const struct under_test *m,
                                          struct model_session_options options)
{
    model_session *s = NULL;
    err e = {0};
    assert_ok(model_session_create(&s, m->w, &options, &e), &e);
    return s;
}

/* n token ids below n_vocab that look random and are the same everywhere. */
static inline void some_tokens(model_token *ids, size_t n, uint32_t n_vocab)
{
    uint32_t x = 12345;
    for (size_t i = 0; i < n; i++) {
        x = x * 1664525u + 1013904223u;
        ids[i] = (model_token)((x >> 8) % n_vocab);
    }
}

#endif
