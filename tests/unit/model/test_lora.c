/* An adapter computed beside the weights against weights to which it was added. */
#include "tests/unit/model/model_under_test.h"

#include <math.h>

#include "model/isa.h"
#include "model/lora.h"
#include "tests/unit/model/make_lora.h"

enum { N_TOKENS = 40, FILE_BYTES = 8 << 20 };

struct adapted {
    buf bytes;
    model_gguf *lora;
    struct under_test m;
};

static err_code adapt(struct adapted *a, const struct make_gguf_options *base,
                      const struct make_lora *o, err *e)
{
    a->m = make_model(base);
    a->lora = NULL;
    buf_init(&a->bytes, FILE_BYTES);
    put_lora(&a->bytes, a->m.g, o);
    assert_int_equal(a->bytes.failed, ERR_OK);
    err_code rc = model_gguf_open_memory(&a->lora, a->bytes.ptr, a->bytes.len, "made", e);
    return rc == ERR_OK ? model_lora_apply(a->m.w, a->lora, e) : rc;
}

static void release(struct adapted *a)
{
    release_model(&a->m);
    model_gguf_close(a->lora);
    buf_release(&a->bytes);
}

static float number(const struct gguf_tensor *t, uint64_t i)
{
    float f;
    uint16_t h;
    if (t->type == MODEL_TYPE_F32) {
        memcpy(&f, (const char *)t->data + 4 * i, sizeof f);
        return f;
    }
    memcpy(&h, (const char *)t->data + 2 * i, sizeof h);
    return model__f16_to_f32(h);
}

/* Adds what the adapter says to the weights of a model in memory, whose type is F32. */
static void merge(struct under_test *m, const model_gguf *lora, float alpha)
{
    for (size_t i = 0; i < model_gguf_n_tensors(m->g); i++) {
        const struct gguf_tensor *t = model_gguf_tensor(m->g, i);
        if (!lora_takes(t))
            continue;
        char name[80];
        snprintf(name, sizeof name, "%.*s.lora_a", STR_ARG(t->name));
        const struct gguf_tensor *a = model_gguf_find_tensor(lora, name);
        name[strlen(name) - 1] = 'b';
        const struct gguf_tensor *b = model_gguf_find_tensor(lora, name);
        float *w = (float *)(void *)(m->bytes + ((const uint8_t *)t->data - m->bytes));
        const uint64_t rank = b->dims[0];
        for (uint64_t r = 0; r < t->dims[1]; r++)
            for (uint64_t c = 0; c < t->dims[0]; c++) {
                float sum = 0;
                for (uint64_t k = 0; k < rank; k++)
                    sum += number(b, r * rank + k) * number(a, k * t->dims[0] + c);
                w[r * t->dims[0] + c] += alpha / (float)rank * sum;
            }
    }
}

/* Logits of all tokens, fed `step` at a time. */
static float *logits_of(const struct under_test *m, unsigned n_threads, size_t step)
{
    const size_t n_vocab = model_weights_hparams(m->w)->n_vocab;
    float *out = malloc(N_TOKENS * n_vocab * sizeof *out);
    model_token ids[N_TOKENS];
    err e = {0};
    some_tokens(ids, N_TOKENS, (uint32_t)n_vocab);
    model_session *s = make_session(
        m, (struct model_session_options){
               .n_ctx = 64, .n_threads = n_threads, .n_logits = N_TOKENS, .n_batch = N_TOKENS});
    for (size_t end = step; end <= N_TOKENS; end += step) {
        assert_ok(model_session_feed_logits(s, ids, end, step, NULL, NULL, &e), &e);
        for (size_t i = 0; i < step; i++)
            memcpy(out + (end - step + i) * n_vocab, model_session_logits_at(s, step - 1 - i),
                   n_vocab * sizeof *out);
    }
    model_session_destroy(s);
    return out;
}

static double distance(const float *a, const float *b, size_t n)
{
    double apart = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        apart += pow((double)a[i] - (double)b[i], 2);
        size += pow((double)b[i], 2);
    }
    return sqrt(apart / size);
}

static void check_merged(struct make_gguf_options base, const struct make_lora *o)
{
    const size_t n = N_TOKENS * base.n_vocab;
    struct adapted a;
    err e = {0};
    assert_ok(adapt(&a, &base, o, &e), &e);
    struct under_test merged = make_model(&base);
    struct under_test plain = make_model(&base);
    merge(&merged, a.lora, o->alpha);
    float *expected = logits_of(&merged, 2, N_TOKENS);
    float *without = logits_of(&plain, 2, N_TOKENS);
    assert_true(distance(without, expected, n) > 0.1);
    const size_t steps[] = {1, 8, N_TOKENS};
    for (size_t i = 0; i < 3; i++) {
        float *got = logits_of(&a.m, 2, steps[i]);
        double apart = distance(got, expected, n);
        print_message("%s by %zu: %g\n", base.arch, steps[i], apart);
        assert_true(apart < 0.005);
        free(got);
    }
    free(expected);
    free(without);
    release_model(&merged);
    release_model(&plain);
    release(&a);
}

static void test_lora__is_what_weights_with_it_added_are(void **state)
{
    (void)state;
    const model_isa before = model_isa_current();
    for (model_isa isa = 0; isa < MODEL_ISA_COUNT; isa++) {
        if (!model__isa_usable(isa))
            continue;
        model__isa_force(isa);
        struct make_gguf_options o = MAKE_GGUF_SMALL;
        o.n_layer = 2;
        check_merged(o, &(struct make_lora){LORA("llama", 8, MODEL_TYPE_F32, 16)});
    }
    model__isa_force(before);
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.separate_output = true;
    o.fused_qkv = true;
    check_merged(o, &(struct make_lora){LORA("llama", 5, MODEL_TYPE_F16, 10)});
    o.arch = "qwen2";
    o.fused_qkv = false;
    check_merged(o, &(struct make_lora){LORA("qwen2", 1, MODEL_TYPE_F32, 3)});
}

static void test_lora__same_bits_token_by_token_and_on_more_threads(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.type = MODEL_TYPE_Q8_0;
    struct adapted a;
    err e = {0};
    assert_ok(adapt(&a, &o, &(struct make_lora){LORA("llama", 4, MODEL_TYPE_F32, 4)}, &e), &e);
    const size_t n_bytes = N_TOKENS * (size_t)o.n_vocab * sizeof(float);
    float *one = logits_of(&a.m, 1, 1);
    float *eight = logits_of(&a.m, 3, 8);
    assert_memory_equal(one, eight, n_bytes);
    free(one);
    free(eight);
    release(&a);
}

static void test_lora__refuses_what_does_not_fit_in_one_sentence(void **state)
{
    (void)state;
    const struct {
        struct make_lora o;
        const char *says;
    } cases[] = {
        {{LORA("llama", 8, MODEL_TYPE_F32, 8), .kind = "model"}, "general.type is not"},
        {{LORA("llama", 8, MODEL_TYPE_F32, 8), .adapter_type = "dora"}, "'dora' is not supported"},
        {{LORA("qwen2", 8, MODEL_TYPE_F32, 8)}, "made for a model of type 'qwen2'"},
        {{LORA("llama", 8, MODEL_TYPE_F32, NAN)}, "alpha"},
        {{LORA("llama", 8, MODEL_TYPE_F32, -1)}, "alpha"},
        {{LORA("llama", 8, MODEL_TYPE_F32, 8), .empty = true}, "no tensors"},
        {{LORA("llama", 8, MODEL_TYPE_F32, 8), .skip = "blk.1.attn_k.weight.lora_b"}, "no partner"},
        {{LORA("llama", 8, MODEL_TYPE_F32, 8), .skip = "blk.1.attn_k.weight.lora_a"},
         "half of a pair"},
        {{LORA("llama", 8, MODEL_TYPE_F32, 8), .wide = "blk.0.ffn_up.weight.lora_a"},
         "the matrix is"},
        {{LORA("llama", 8, MODEL_TYPE_F32, 8), .wide = "blk.0.ffn_up.weight.lora_b"},
         "the matrix is"},
        {{LORA("llama", 8, MODEL_TYPE_F32, 8), .renamed = "blk.0.attn_norm.weight"},
         "half of a pair"},
        {{LORA("llama", 8, MODEL_TYPE_F32, 8), .renamed = "blk.9.attn_q.weight.lora_a"},
         "no partner"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct make_gguf_options base = MAKE_GGUF_SMALL;
        struct adapted a;
        err e = {0};
        err_code rc = adapt(&a, &base, &cases[i].o, &e);
        if (rc == ERR_OK || !strstr(e.text, cases[i].says) || strchr(e.text, '\n'))
            fail_msg("case %zu: %s: %s", i, err_name(rc), e.text);
        release(&a);
    }
}

static void load_and_adapt(const uint8_t *model, size_t n_bytes, const buf *adapter)
{
    model_gguf *g = NULL, *lora = NULL;
    model_weights *w = NULL;
    if (model_gguf_open_memory(&g, model, n_bytes, "made", NULL) == ERR_OK &&
        model_weights_load(&w, g, NULL) == ERR_OK &&
        model_gguf_open_memory(&lora, adapter->ptr, adapter->len, "made", NULL) == ERR_OK) {
        err_code rc = model_lora_apply(w, lora, NULL);
        assert_true(rc == ERR_OK || rc == ERR_NOMEM);
    }
    model_weights_destroy(w);
    model_gguf_close(lora);
    model_gguf_close(g);
}

static void test_lora__survives_every_failing_allocation(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.n_layer = 1;
    o.n_embd = o.n_ff = 64;
    size_t n_bytes;
    uint8_t *model = make_gguf_memory(&o, &n_bytes);
    model_gguf *g = NULL;
    assert_int_equal(model_gguf_open_memory(&g, model, n_bytes, "made", NULL), ERR_OK);
    buf adapter;
    buf_init(&adapter, FILE_BYTES);
    put_lora(&adapter, g, &(struct make_lora){LORA("llama", 2, MODEL_TYPE_F32, 8)});
    model_gguf_close(g);
    FOR_EACH_FAILING_ALLOCATION(load_and_adapt(model, n_bytes, &adapter));
    buf_release(&adapter);
    free(model);
}

TEST_MAIN(cmocka_unit_test(test_lora__is_what_weights_with_it_added_are),
          cmocka_unit_test(test_lora__same_bits_token_by_token_and_on_more_threads),
          cmocka_unit_test(test_lora__refuses_what_does_not_fit_in_one_sentence),
          cmocka_unit_test(test_lora__survives_every_failing_allocation))
