#include "tests/unit/model/model_under_test.h"

#include <math.h>
#include <unistd.h>

#include "model/evaluate.h"
#include "tests/unit/model/quantized.h"
#include "tests/unit/model/vocab_builder.h"

/* A small model of random weights with a vocabulary beside it: byte tokens, and for SPM a BOS. */
struct pair_under_test {
    struct under_test m;
    buf vocab_bytes;
    model_gguf *vocab_file;
    model_vocab *v;
};

static struct pair_under_test make_pair(const char *tokenizer)
{
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.n_layer = 1;
    o.n_ctx = 64;
    struct pair_under_test p = {.m = make_model(&o)};
    err e = {0};
    buf_init(&p.vocab_bytes, 1 << 20);
    put_vocab(&p.vocab_bytes, &(struct vocab_recipe){.model = tokenizer, .pre = "qwen2"});
    assert_ok(
        model_gguf_open_memory(&p.vocab_file, p.vocab_bytes.ptr, p.vocab_bytes.len, "vocab", &e),
        &e);
    assert_ok(model_vocab_create(&p.v, p.vocab_file, &e), &e);
    return p;
}

static void release_pair(struct pair_under_test *p)
{
    model_vocab_destroy(p->v);
    model_gguf_close(p->vocab_file);
    buf_release(&p->vocab_bytes);
    release_model(&p->m);
}

/* -log p(ids[n - 1] | ids[0..n - 1)) from a session of its own. */
static double nats_of_last(const model_weights *w, const model_token *ids, size_t n)
{
    struct under_test m = {.w = (model_weights *)(uintptr_t)w};
    model_session *s = make_session(&m, (struct model_session_options){.n_threads = 1});
    err e = {0};
    assert_ok(model_session_feed(s, ids, n - 1, NULL, NULL, &e), &e);
    const float *logits = model_session_logits(s);
    size_t n_vocab = model_weights_hparams(w)->n_vocab;
    double sum = 0;
    for (size_t i = 0; i < n_vocab; i++)
        sum += exp((double)logits[i]);
    double nats = log(sum) - (double)logits[ids[n - 1]];
    model_session_destroy(s);
    return nats;
}

static void test_evaluate__log_sum_of_any_size(void **state)
{
    (void)state;
    const float logits[] = {1000, 1000, -1000};
    assert_true(fabs(model_log_sum(logits, 3) - 1000 - log(2)) < 1e-9);
    assert_true(fabs(model_log_sum(logits + 2, 1) + 1000) < 1e-9);
}

/* Every token once, each after the tokens that its window holds. */
static void test_evaluate__scores_each_token_once_in_its_window(void **state)
{
    (void)state;
    static const char *const tokenizers[] = {"gpt2", "llama"};
    enum { CTX = 16, STRIDE = 6, N = 41 };
    for (size_t k = 0; k < 2; k++) {
        struct pair_under_test p = make_pair(tokenizers[k]);
        size_t n_bos = model_vocab_adds_bos(p.v), n_text = CTX - n_bos;
        assert_int_equal(n_bos, k);
        model_token ids[N], window[CTX + 1];
        some_tokens(ids, N, 256);
        double sum = 0, squares = 0;
        size_t n_tok = 0, n_windows = 0;
        uint64_t n_bytes = 0;
        for (size_t done = 0; done < N; n_windows++) {
            size_t end = done == 0 ? n_text : done + STRIDE;
            end = end < N ? end : N;
            size_t begin = end > n_text ? end - n_text : 0;
            for (size_t i = done; i < end; i++) {
                if (i == 0 && n_bos == 0)
                    continue;
                window[0] = n_bos ? model_vocab_role(p.v, MODEL_ROLE_BOS) : 0;
                memcpy(window + n_bos, ids + begin, (i + 1 - begin) * sizeof *ids);
                double nats = nats_of_last(p.m.w, window, n_bos + i + 1 - begin);
                sum += nats;
                squares += nats * nats;
                n_tok++;
                n_bytes += model_vocab_piece(p.v, ids[i]).len;
            }
            done = end;
        }
        double mean = sum / (double)n_tok;
        double error = sqrt((squares / (double)n_tok - mean * mean) / (double)(n_tok - 1));
        struct model_perplexity got;
        err e = {0};
        assert_ok(model_perplexity_run(
                      &got, p.m.w, p.v, ids, N,
                      &(struct model_perplexity_options){.n_ctx = CTX, .n_stride = STRIDE}, &e),
                  &e);
        assert_int_equal(got.n_tok, n_tok);
        assert_int_equal(got.n_tok, N - 1 + n_bos);
        assert_int_equal(got.n_windows, n_windows);
        assert_int_equal(got.n_windows_done, n_windows);
        assert_int_equal(got.n_bytes, n_bytes);
        /* Batches of another size round differently. */
        assert_true(fabs(got.nats_per_token - mean) < 2e-3);
        assert_true(fabs(got.nats_error - error) < 2e-3);
        assert_true(fabs(got.perplexity - exp(got.nats_per_token)) < 1e-9 * got.perplexity);
        double bits = got.nats_per_token * (double)n_tok / (double)n_bytes / log(2);
        assert_true(fabs(got.bits_per_byte - bits) < 1e-9);
        release_pair(&p);
    }
}

static void count(void *user, const struct model_perplexity *so_far)
{
    size_t *n = user;
    assert_int_equal(so_far->n_windows_done, ++*n);
    assert_true(isfinite(so_far->perplexity));
}

static void test_evaluate__same_figures_every_time(void **state)
{
    (void)state;
    struct pair_under_test p = make_pair("gpt2");
    model_token ids[200];
    some_tokens(ids, 200, 256);
    struct model_perplexity a, b;
    size_t n_a = 0, n_b = 0;
    err e = {0};
    struct model_perplexity_options o = {.n_threads = 1, .progress = count, .user = &n_a};
    assert_ok(model_perplexity_run(&a, p.m.w, p.v, ids, 200, &o, &e), &e);
    o.n_threads = 3;
    o.user = &n_b;
    assert_ok(model_perplexity_run(&b, p.m.w, p.v, ids, 200, &o, &e), &e);
    assert_int_equal(a.n_windows, 1 + (200 - 64 + 31) / 32); /* as trained, half a window */
    assert_int_equal(n_a, a.n_windows);
    assert_int_equal(n_b, a.n_windows);
    assert_true(a.nats_per_token == b.nats_per_token && a.bits_error == b.bits_error);
    release_pair(&p);
}

static void test_evaluate__refuses_in_one_sentence(void **state)
{
    (void)state;
    struct pair_under_test p = make_pair("gpt2");
    model_token ids[50];
    some_tokens(ids, 50, 256);
    cancel_flag cancel = {true};
    const struct {
        size_t n;
        struct model_perplexity_options o;
        err_code code;
        const char *text;
    } cases[] = {
        {1, {0}, ERR_RANGE, "the text is too short: 1 token, and the first is given"},
        {0, {0}, ERR_RANGE, "the text is too short: 0 tokens, and the first is given"},
        {50, {.n_ctx = 65}, ERR_RANGE, "model: a context of 65 tokens; it was trained with 64"},
        {50,
         {.n_ctx = 16, .n_stride = 16},
         ERR_RANGE,
         "a stride of 16 tokens; windows of 16 allow 15 at most"},
        {50, {.n_ctx = 1}, ERR_RANGE, "a window of 1 tokens is too small to predict in"},
        {50, {.cancel = &cancel}, ERR_CANCELLED, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model_perplexity got;
        err e = {0};
        assert_int_equal(model_perplexity_run(&got, p.m.w, p.v, ids, cases[i].n, &cases[i].o, &e),
                         cases[i].code);
        if (cases[i].text)
            assert_string_equal(e.text, cases[i].text);
    }
    FOR_EACH_FAILING_ALLOCATION({
        struct model_perplexity got;
        err e = {0};
        err_code rc = model_perplexity_run(&got, p.m.w, p.v, ids, 20,
                                           &(struct model_perplexity_options){.n_threads = 1}, &e);
        assert_true(rc == ERR_OK || (rc == ERR_NOMEM && e.text[0]));
    });
    release_pair(&p);
}

/* What quantising costs, on code that the model has not seen. The bounds are about twice what was
 * measured on several files: up to 0.000, 0.007, 0.008, 0.02 and 0.05 nats a token. */
static void test_evaluate__quantising_costs_little(void **state)
{
    (void)state;
    static const char f16[] = ARTEL_SHARED_DIR "/model/artel-v0-f16.gguf";
    if (access(f16, R_OK) != 0) {
        print_message("skipped: %s is absent\n", f16);
        skip();
    }
    static const struct {
        uint32_t type;
        double most;
    } cases[] = {{MODEL_TYPE_Q8_0, 0.005},
                 {MODEL_TYPE_Q6_K, 0.02},
                 {MODEL_TYPE_Q5_K, 0.02},
                 {MODEL_TYPE_Q4_K, 0.05},
                 {MODEL_TYPE_Q4_0, 0.09}};
    struct under_test m = {0};
    model_vocab *v = NULL;
    err e = {0};
    assert_ok(model_gguf_open(&m.g, f16, &e), &e);
    assert_ok(model_weights_load(&m.w, m.g, &e), &e);
    assert_ok(model_vocab_create(&v, m.g, &e), &e);
    buf text;
    struct model_tokens ids;
    buf_init(&text, 1 << 20);
    model_tokens_init(&ids, 2000);
    assert_ok(file_read(&text, ARTEL_SOURCE_DIR "/model/vocab.c", &e), &e);
    model_vocab_encode(v, str_slice(buf_view(&text), 0, 5000), &ids);
    assert_int_equal(ids.failed, ERR_OK);
    struct model_perplexity whole, got;
    assert_ok(model_perplexity_run(&whole, m.w, v, ids.ids, ids.n,
                                   &(struct model_perplexity_options){0}, &e),
              &e);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf b = quantised(m.g, cases[i].type, 2);
        model_gguf *g = NULL;
        model_weights *w = NULL;
        assert_ok(model_gguf_open_memory(&g, b.ptr, b.len, "quantised", &e), &e);
        assert_ok(model_weights_load(&w, g, &e), &e);
        assert_ok(model_perplexity_run(&got, w, v, ids.ids, ids.n,
                                       &(struct model_perplexity_options){0}, &e),
                  &e);
        double cost = got.nats_per_token - whole.nats_per_token;
        print_message("%-5s %+.5f nats a token, at most %.3f\n", model_type_name(cases[i].type),
                      cost, cases[i].most);
        assert_true(cost <= cases[i].most);
        model_weights_destroy(w);
        model_gguf_close(g);
        buf_release(&b);
    }
    model_tokens_release(&ids);
    buf_release(&text);
    model_vocab_destroy(v);
    release_model(&m);
}

TEST_MAIN(cmocka_unit_test(test_evaluate__log_sum_of_any_size),
          cmocka_unit_test(test_evaluate__scores_each_token_once_in_its_window),
          cmocka_unit_test(test_evaluate__same_figures_every_time),
          cmocka_unit_test(test_evaluate__refuses_in_one_sentence),
          cmocka_unit_test(test_evaluate__quantising_costs_little))
