/* A model file becomes a network that computes what the engine computes, and comes back. */
#include "tests/unit/test.h"

#include <math.h>

#include "base/buf.h"
#include "model/default.h"
#include "model/evaluate.h"
#include "model/session.h"
#include "model/train/convert.h"
#include "model/vocab.h"
#include "model/weights.h"

enum { N_TOK = 256 };

static err_code append(void *user, str_view bytes, err *e)
{
    (void)e;
    buf_append(user, bytes);
    return ERR_OK;
}

static void write_net(buf *out, train_net *n, const model_gguf *like, uint32_t type)
{
    err e = {0};
    buf_init(out, 256u << 20);
    assert_ok(train_net_write_gguf(n, like, type, append, out, &e), &e);
}

static void fill(uint16_t *tokens, const model_gguf *g)
{
    const str_view text = STR(
        "static int compare(const void *a, const void *b)\n{\n    const int *x = a;\n    const int "
        "*y = b;\n    return (*x > *y) - (*x < *y);\n}\n\nvoid sort(int *numbers, size_t n)\n{\n   "
        " "
        "qsort(numbers, n, sizeof *numbers, compare);\n}\n");
    model_vocab *v = NULL;
    err e = {0};
    assert_ok(model_vocab_create(&v, g, &e), &e);
    static model_token ids[4096];
    struct model_tokens t = {.ids = ids, .cap = 4096};
    model_vocab_encode(v, text, &t);
    assert_true(t.n > 60);
    for (size_t i = 0; i <= N_TOK; i++)
        tokens[i] = (uint16_t)ids[i % t.n];
    model_vocab_destroy(v);
}

/* The engine's own loss over the same tokens. */
static double engine_loss(const model_gguf *g, const uint16_t *tokens)
{
    err e = {0};
    model_weights *w = NULL;
    model_session *s = NULL;
    assert_ok(model_weights_load(&w, g, &e), &e);
    struct model_session_options options = MODEL_SESSION_OPTIONS_DEFAULT;
    assert_ok(model_session_create(&s, w, &options, &e), &e);
    const size_t n_vocab = model_weights_hparams(w)->n_vocab;
    double loss = 0;
    for (size_t t = 0; t < N_TOK; t++) {
        model_token id = tokens[t];
        assert_ok(model_session_step(s, id, &e), &e);
        const float *logits = model_session_logits(s);
        double sum = 0;
        for (size_t i = 0; i < n_vocab; i++)
            sum += exp((double)logits[i]);
        loss += log(sum) - (double)logits[tokens[t + 1]];
    }
    model_session_destroy(s);
    model_weights_destroy(w);
    return loss / N_TOK;
}

static void test_convert__computes_what_the_engine_computes(void **state)
{
    (void)state;
    err e = {0};
    model_gguf *g = NULL;
    train_net *n = NULL;
    assert_ok(model_default_open(&g, &e), &e);
    assert_ok(train_net_read_gguf(&n, g, N_TOK, 2, &e), &e);
    uint16_t tokens[N_TOK + 1];
    fill(tokens, g);
    struct train_sequence s = {tokens, NULL};
    double trained = train_net_loss(n, &s, 1, N_TOK);
    double engine = engine_loss(g, tokens);
    print_message("network %g, engine %g\n", trained, engine);
    assert_true(fabs(trained - engine) < 0.01 * engine);
    train_net_destroy(n);
    model_gguf_close(g);
}

static void test_convert__comes_back_as_it_was(void **state)
{
    (void)state;
    err e = {0};
    model_gguf *g = NULL;
    train_net *n = NULL;
    assert_ok(model_default_open(&g, &e), &e);
    assert_ok(train_net_read_gguf(&n, g, 64, 1, &e), &e);
    const uint32_t types[] = {MODEL_TYPE_F32, MODEL_TYPE_Q8_0};
    for (size_t k = 0; k < 2; k++) {
        buf file;
        write_net(&file, n, g, types[k]);
        model_gguf *again = NULL;
        train_net *m = NULL;
        assert_ok(
            model_gguf_open_memory(&again, buf_view(&file).ptr, buf_view(&file).len, "again", &e),
            &e);
        assert_ok(train_net_read_gguf(&m, again, 64, 1, &e), &e);
        assert_int_equal(model_gguf_n_kv(again), model_gguf_n_kv(g));
        /* What Q8_0 held comes back from Q8_0 nearly, from F32 exactly. */
        for (size_t i = 0; i < train_net_n_params(n); i++) {
            float x = train_net_params(n)[i];
            float y = train_net_params(m)[i];
            if (k == 0 ? x != y : fabsf(x - y) > 0.01F * fabsf(x) + 0.002F)
                fail_msg("type %u: parameter %zu is %g instead of %g", types[k], i, (double)y,
                         (double)x);
        }
        train_net_destroy(m);
        model_gguf_close(again);
        buf_release(&file);
    }
    train_net_destroy(n);
    model_gguf_close(g);
}

static void test_convert__refuses_numbers_that_are_not_finite(void **state)
{
    (void)state;
    err e = {0};
    model_gguf *g = NULL;
    train_net *n = NULL;
    assert_ok(model_default_open(&g, &e), &e);
    assert_ok(train_net_read_gguf(&n, g, 64, 1, &e), &e);
    train_net_params(n)[1000] = NAN;
    buf file;
    buf_init(&file, 256u << 20);
    assert_int_equal(train_net_write_gguf(n, g, MODEL_TYPE_Q8_0, append, &file, &e), ERR_FORMAT);
    buf_release(&file);
    train_net_destroy(n);
    model_gguf_close(g);
}

TEST_MAIN(cmocka_unit_test(test_convert__computes_what_the_engine_computes),
          cmocka_unit_test(test_convert__comes_back_as_it_was),
          cmocka_unit_test(test_convert__refuses_numbers_that_are_not_finite))
