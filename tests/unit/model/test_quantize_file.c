#include "tests/unit/model/model_under_test.h"

#include <unistd.h>

#include "model/quant.h"
#include "model/quantize.h"
#include "tests/unit/model/quantized.h"

static const uint32_t targets[] = {MODEL_TYPE_Q8_0, MODEL_TYPE_Q6_K, MODEL_TYPE_Q5_K,
                                   MODEL_TYPE_Q4_K, MODEL_TYPE_Q4_0};
enum { N_TARGETS = sizeof targets / sizeof *targets };

static model_gguf *open_bytes(const buf *b)
{
    model_gguf *g = NULL;
    err e = {0};
    assert_ok(model_gguf_open_memory(&g, b->ptr, b->len, "quantised", &e), &e);
    return g;
}

static uint32_t type_of(const model_gguf *g, const char *name)
{
    const struct gguf_tensor *t = model_gguf_find_tensor(g, name);
    assert_non_null(t);
    return t->type;
}

/* Every pair but the two that say what the file is, in the same order. */
static void check_metadata(const model_gguf *a, const model_gguf *b)
{
    size_t k = 0;
    for (size_t i = 0; i < model_gguf_n_kv(a); i++) {
        gguf_value_type type;
        str_view key = model_gguf_kv(a, i, &type);
        assert_true(k < model_gguf_n_kv(b));
        str_view other = model_gguf_kv(b, k, &type);
        assert_true(str_eq(key, other));
        str_view x = model_gguf_kv_record(a, i), y = model_gguf_kv_record(b, k);
        if (!str_eq(key, STR("general.file_type")) &&
            !str_eq(key, STR("general.quantization_version")))
            assert_true(str_eq(x, y));
        k++;
    }
    uint32_t version;
    assert_true(model_gguf_u32(b, "general.quantization_version", &version));
    assert_int_equal(version, 2);
}

/* Each tensor holds what quantising the source's numbers gives. */
static void check_tensors(const model_gguf *a, const model_gguf *b)
{
    assert_int_equal(model_gguf_n_tensors(a), model_gguf_n_tensors(b));
    for (size_t i = 0; i < model_gguf_n_tensors(a); i++) {
        const struct gguf_tensor *s = model_gguf_tensor(a, i), *t = model_gguf_tensor(b, i);
        assert_true(str_eq(s->name, t->name));
        assert_int_equal(s->n_dims, t->n_dims);
        assert_memory_equal(s->dims, t->dims, sizeof s->dims);
        size_t n = (size_t)(s->dims[0] * s->dims[1]), bad;
        float *x = malloc(n * sizeof *x);
        uint8_t *want = malloc(t->n_bytes);
        assert_true(x && want);
        model__dequantise(model__format_of(s->type), x, s->data, n);
        assert_int_equal(model_quantize_row(t->type, want, x, n, &bad), ERR_OK);
        assert_memory_equal(want, t->data, t->n_bytes);
        free(want);
        free(x);
    }
}

static void test_quantize_file__keeps_everything_but_the_numbers(void **state)
{
    (void)state;
    static const uint32_t sources[] = {MODEL_TYPE_F32, MODEL_TYPE_F16, MODEL_TYPE_BF16};
    static const uint32_t file_types[N_TARGETS] = {7, 18, 17, 15, 2};
    for (size_t s = 0; s < 3; s++) {
        struct make_gguf_options o = MAKE_GGUF_SMALL;
        o.n_layer = 1;
        o.n_ff = 256;
        o.type = o.vector_type = sources[s];
        struct under_test m = make_model(&o);
        for (size_t i = 0; i < N_TARGETS; i++) {
            buf b = quantised(m.g, targets[i], 2);
            model_gguf *g = open_bytes(&b);
            check_metadata(m.g, g);
            check_tensors(m.g, g);
            uint32_t file_type;
            assert_true(model_gguf_u32(g, "general.file_type", &file_type));
            assert_int_equal(file_type, file_types[i]);
            model_weights *w = NULL;
            err e = {0};
            assert_ok(model_weights_load(&w, g, &e), &e);
            model_weights_destroy(w);
            model_gguf_close(g);
            buf_release(&b);
        }
        release_model(&m);
    }
}

static void test_quantize_file__mixes_types_as_people_expect(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.n_layer = 8;
    o.n_ff = 256;
    struct under_test m = make_model(&o);
    buf b = quantised(m.g, MODEL_TYPE_Q4_K, 2);
    model_gguf *g = open_bytes(&b);
    assert_int_equal(type_of(g, "token_embd.weight"), MODEL_TYPE_Q6_K); /* it makes the logits */
    assert_int_equal(type_of(g, "blk.0.attn_norm.weight"), MODEL_TYPE_F32);
    assert_int_equal(type_of(g, "blk.1.attn_q.weight"), MODEL_TYPE_Q4_K);
    /* The first, the last, and every third between. */
    static const bool more[8] = {true, false, false, true, false, false, true, true};
    for (size_t i = 0; i < 8; i++) {
        char name[64];
        snprintf(name, sizeof name, "blk.%zu.ffn_down.weight", i);
        assert_int_equal(type_of(g, name), more[i] ? MODEL_TYPE_Q6_K : MODEL_TYPE_Q4_K);
        snprintf(name, sizeof name, "blk.%zu.attn_v.weight", i);
        assert_int_equal(type_of(g, name), more[i] ? MODEL_TYPE_Q6_K : MODEL_TYPE_Q4_K);
    }
    model_gguf_close(g);
    buf_release(&b);
    release_model(&m);

    o = MAKE_GGUF_SMALL;
    o.separate_output = true;
    m = make_model(&o);
    b = quantised(m.g, MODEL_TYPE_Q4_0, 2);
    g = open_bytes(&b);
    assert_int_equal(type_of(g, "output.weight"), MODEL_TYPE_Q6_K);
    assert_int_equal(type_of(g, "token_embd.weight"), MODEL_TYPE_Q4_0);
    model_gguf_close(g);
    buf_release(&b);
    release_model(&m);
}

struct told {
    size_t n_steps, n_changed;
};

static void tell(void *user, const struct model_quantize_step *step)
{
    struct told *t = user;
    assert_int_equal(step->index, t->n_steps);
    assert_int_equal(step->tensor == NULL, step->index == step->n_tensors);
    assert_true(step->done_bytes <= step->all_bytes);
    if (!step->tensor)
        assert_int_equal(step->done_bytes, step->all_bytes);
    t->n_steps++;
    t->n_changed += step->tensor && step->wanted != step->to;
}

static void test_quantize_file__says_what_rows_do_not_fit(void **state)
{
    (void)state;
    static const struct {
        uint32_t type, of_320, of_520;
    } cases[] = {{MODEL_TYPE_Q4_K, MODEL_TYPE_Q5_0, MODEL_TYPE_F16},
                 {MODEL_TYPE_Q5_K, MODEL_TYPE_Q5_1, MODEL_TYPE_F16},
                 {MODEL_TYPE_Q6_K, MODEL_TYPE_Q8_0, MODEL_TYPE_F16},
                 {MODEL_TYPE_Q4_0, MODEL_TYPE_Q4_0, MODEL_TYPE_F16},
                 {MODEL_TYPE_Q8_0, MODEL_TYPE_Q8_0, MODEL_TYPE_F16}};
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.n_embd = 320;
    o.head_dim = 80;
    o.n_ff = 520;
    struct under_test m = make_model(&o);
    for (size_t i = 0; i < 5; i++) {
        struct told told = {0};
        struct model_quantize_report r;
        err e = {0};
        buf b;
        buf_init(&b, 1 << 30);
        assert_ok(model_quantize_file(&r, m.g,
                                      &(struct model_quantize_options){
                                          .type = cases[i].type, .progress = tell, .user = &told},
                                      append_piece, &b, &e),
                  &e);
        model_gguf *g = open_bytes(&b);
        assert_int_equal(type_of(g, "blk.0.attn_q.weight"), cases[i].of_320);
        assert_int_equal(type_of(g, "blk.0.ffn_down.weight"), cases[i].of_520);
        assert_int_equal(told.n_steps, model_gguf_n_tensors(g) + 1);
        assert_int_equal(r.n_tensors, model_gguf_n_tensors(g));
        /* Six matrices a layer have rows of 320, ffn_down has 520; the embedding is Q8_0 by rule.
         */
        assert_int_equal(told.n_changed, cases[i].of_320 == cases[i].type ? 3 : 3 * 7);
        uint64_t n_bytes = 0;
        for (size_t k = 0; k < model_gguf_n_tensors(g); k++)
            n_bytes += model_gguf_tensor(g, k)->n_bytes;
        assert_int_equal(r.bytes_out, n_bytes);
        model_gguf_close(g);
        buf_release(&b);
    }
    release_model(&m);
}

static void test_quantize_file__does_not_depend_on_threads(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    struct under_test m = make_model(&o);
    buf one = quantised(m.g, MODEL_TYPE_Q4_K, 1), five = quantised(m.g, MODEL_TYPE_Q4_K, 5);
    assert_int_equal(one.len, five.len);
    assert_memory_equal(one.ptr, five.ptr, one.len);
    buf_release(&one);
    buf_release(&five);
    release_model(&m);
}

static err_code try_quantise(const model_gguf *g, const cancel_flag *cancel, buf *b, err *e)
{
    struct model_quantize_report r;
    return model_quantize_file(
        &r, g,
        &(struct model_quantize_options){.type = MODEL_TYPE_Q4_K, .cancel = cancel, .n_threads = 2},
        append_piece, b, e);
}

static void test_quantize_file__refuses_in_one_sentence(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 1 << 30);
    err e = {0};
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.poison = "blk.1.ffn_up.weight";
    struct under_test m = make_model(&o);
    assert_int_equal(try_quantise(m.g, NULL, &b, &e), ERR_FORMAT);
    assert_string_equal(e.text, "made: the tensor blk.1.ffn_up.weight has a NaN or infinity in row "
                                "0, column 0: the file is damaged");
    release_model(&m);

    o = MAKE_GGUF_SMALL;
    o.poison = "blk.1.ffn_norm.weight";
    m = make_model(&o);
    assert_int_equal(try_quantise(m.g, NULL, &b, &e), ERR_FORMAT);
    assert_non_null(strstr(e.text, "blk.1.ffn_norm.weight has a NaN"));
    release_model(&m);

    o = MAKE_GGUF_SMALL;
    o.type = MODEL_TYPE_Q8_0;
    m = make_model(&o);
    buf_clear(&b);
    assert_int_equal(try_quantise(m.g, NULL, &b, &e), ERR_UNSUPPORTED);
    assert_string_equal(e.text, "made: the tensor token_embd.weight is Q8_0; quantising needs the "
                                "F32, F16 or BF16 file");
    assert_int_equal(b.len, 0); /* known before anything was written */
    release_model(&m);

    o = MAKE_GGUF_SMALL;
    m = make_model(&o);
    cancel_flag cancel = {true};
    assert_int_equal(try_quantise(m.g, &cancel, &b, &e), ERR_CANCELLED);
    buf_release(&b);
    buf_init(&b, 100000);
    assert_int_equal(try_quantise(m.g, NULL, &b, &e), ERR_RANGE);
    assert_string_equal(e.text, "the test's buffer");
    release_model(&m);
    buf_release(&b);
}

static void test_quantize_file__survives_failing_allocations(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.n_layer = 1;
    o.n_ff = 32;
    struct under_test m = make_model(&o);
    buf b;
    buf_init(&b, 1 << 24);
    assert_non_null(buf_reserve(&b, 1 << 22));
    FOR_EACH_FAILING_ALLOCATION({
        err e = {0};
        buf_clear(&b);
        err_code rc = try_quantise(m.g, NULL, &b, &e);
        assert_true(rc == ERR_OK || (rc == ERR_NOMEM && e.text[0]));
    });
    buf_release(&b);
    release_model(&m);
}

TEST_MAIN(cmocka_unit_test(test_quantize_file__keeps_everything_but_the_numbers),
          cmocka_unit_test(test_quantize_file__mixes_types_as_people_expect),
          cmocka_unit_test(test_quantize_file__says_what_rows_do_not_fit),
          cmocka_unit_test(test_quantize_file__does_not_depend_on_threads),
          cmocka_unit_test(test_quantize_file__refuses_in_one_sentence),
          cmocka_unit_test(test_quantize_file__survives_failing_allocations))
