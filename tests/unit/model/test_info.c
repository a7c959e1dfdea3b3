#include "tests/unit/model/model_under_test.h"

#include "base/energy.h"
#include "model/info.h"
#include "model/isa.h"

static void test_info__describes_the_default_model(void **state)
{
    (void)state;
    struct under_test m = default_model();
    struct model_info info;
    model_info_read(&info, m.g, m.w);
    /* The figures of model/default/CARD.md. */
    assert_view(info.name, "artel-v1");
    assert_view(info.license, "mit");
    assert_int_equal(info.n_params, 17725824);
    assert_int_equal(info.n_file_bytes, model_gguf_n_bytes(m.g));
    /* 8 layers, 3 KV heads of 64, keys and values, 2 bytes. */
    assert_int_equal(info.kv_bytes_per_token, 8 * 3 * 64 * 2 * 2);
    /* One byte instead of two, and a scale of two bytes for 32 of them. */
    assert_int_equal(model_info_kv_bytes(m.w, MODEL_KV_Q8_0), 8 * 3 * (64 + 2 * 2) * 2);
    /* Tied: everything is read. */
    assert_int_equal(info.step_bytes, info.n_bytes);
    assert_int_equal(info.n_types, 2);
    assert_int_equal(info.types[0].type, MODEL_TYPE_Q8_0);
    assert_int_equal(info.types[1].type, MODEL_TYPE_F32);
    assert_int_equal(info.types[0].n_tensors, 8 * 7 + 1);
    assert_int_equal(info.types[1].n_params, 17 * 384);
    assert_int_equal(info.types[0].n_bytes + info.types[1].n_bytes, info.n_bytes);
    release_model(&m);
}

static void test_info__an_embedding_beside_an_output_is_read_by_rows(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.separate_output = true;
    struct under_test m = make_model(&o);
    struct model_info info;
    model_info_read(&info, m.g, m.w);
    uint64_t embedding = (uint64_t)o.n_vocab * o.n_embd * 4;
    assert_int_equal(info.step_bytes, info.n_bytes - embedding + o.n_embd * 4);
    assert_int_equal(info.name.len, 0);
    release_model(&m);
}

static void test_info__measures_every_point(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.type = MODEL_TYPE_Q8_0;
    o.n_ctx = 200;
    struct under_test m = make_model(&o);
    struct model_bench b;
    err e = {0};
    struct model_bench_options options = {
        .n_threads = 2, .kv_type = MODEL_KV_Q8_0, .budget_ms = 20};
    assert_ok(model_bench_run(&b, m.g, m.w, &options, NULL, &e), &e);
    assert_int_equal(b.kv_type, MODEL_KV_Q8_0);
    assert_int_equal(b.n_threads, 2);
    assert_true(b.read_bytes_per_s > 0);
    /* Of a context of 200: prompts of 1, 8, 32, 128 and decoding after 16. */
    static const size_t want[] = {1, 8, 32, 128, 16};
    assert_int_equal(b.n_points, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(b.points[i].n_tok, want[i]);
        assert_int_equal(b.points[i].decode, i == 4);
        assert_true(b.points[i].tok_per_s > 0 && b.points[i].cpu_s_per_1000 > 0);
    }
    /* A prompt of 128: more than nothing of the matrix unit, and not all of it. */
    assert_int_equal(b.peak_macs_per_s > 0, model_isa_current() == MODEL_ISA_AMX);
    assert_int_equal(b.points[3].limit_share > 0, b.peak_macs_per_s > 0);
    assert_true(b.points[3].limit_share < 1);
    assert_true(b.points[4].limit_share > 0);
    struct energy now;
    bool has_energy = energy_read(&now, NULL);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(b.points[i].joules_per_1000 >= 0, has_energy);
    cancel_flag cancel = {0};
    cancel_request(&cancel);
    assert_int_equal(model_bench_run(&b, m.g, m.w, &options, &cancel, &e), ERR_CANCELLED);
    release_model(&m);
}

TEST_MAIN(cmocka_unit_test(test_info__describes_the_default_model),
          cmocka_unit_test(test_info__an_embedding_beside_an_output_is_read_by_rows),
          cmocka_unit_test(test_info__measures_every_point))
