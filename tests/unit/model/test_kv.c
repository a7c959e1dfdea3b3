#include "tests/unit/test.h"

#include <math.h>

#include "model/kv.h"
#include "model/ops.h"

enum { POSITIONS = 3 * MODEL__TILE };

static const size_t dims[] = {8, 10, 32, 64, 80, 96, 128, 256, 512};

static uint8_t memory[POSITIONS * MODEL__KV_MAX_DIM * 2];

static float number(size_t pos, size_t i)
{
    uint32_t x = (uint32_t)(pos * 7919 + i * 104729 + 12345);
    x = (x ^ x >> 15) * 0x2c1b3c6du;
    x ^= x >> 12;
    /* Groups of very different size. */
    return ((float)(x & 0xffff) / 32768 - 1) * (i / MODEL__KV_GROUP % 2 ? 0.01f : 30);
}

/* Half a step of the group's scale, or at its largest what rounding the scale to f16 takes off. */
static float bound(model_kv_type type, const float *x, size_t i, size_t dim)
{
    if (type == MODEL_KV_F16)
        return fabsf(x[i]) / 2048 + 1e-7f;
    float most = 0;
    size_t first = i / MODEL__KV_GROUP * MODEL__KV_GROUP;
    for (size_t k = first; k < first + MODEL__KV_GROUP && k < dim; k++)
        most = fmaxf(most, fabsf(x[k]));
    return most / 127 * 0.57f;
}

static void test_kv__keys_come_back_within_the_bound(void **state)
{
    (void)state;
    for (size_t t = 0; t < 2 * (sizeof dims / sizeof *dims); t++) {
        model_kv_type type = t % 2 ? MODEL_KV_Q8_0 : MODEL_KV_F16;
        size_t dim = dims[t / 2];
        float x[MODEL__KV_MAX_DIM], got[MODEL__KV_MAX_DIM];
        memset(memory, 0xff, sizeof memory);
        for (size_t p = 0; p < POSITIONS; p++) {
            for (size_t i = 0; i < dim; i++)
                x[i] = number(p, i);
            model__key_store(type, memory, p, x, dim);
        }
        assert_true(POSITIONS / MODEL__TILE * model__key_tile_bytes(type, dim) <= sizeof memory);
        for (size_t p = 0; p < POSITIONS; p++) {
            for (size_t i = 0; i < dim; i++)
                x[i] = number(p, i);
            model__key_load(type, got, memory, p, dim);
            for (size_t i = 0; i < dim; i++)
                if (!(fabsf(got[i] - x[i]) <= bound(type, x, i, dim)))
                    fail_msg("%s, size %zu, element %zu: %g for %g", model_kv_name(type), dim, i,
                             (double)got[i], (double)x[i]);
        }
    }
}

static void test_kv__extremes(void **state)
{
    (void)state;
    float x[64] = {0}, got[64];
    model__key_store(MODEL_KV_Q8_0, memory, 5, x, 64);
    model__key_load(MODEL_KV_Q8_0, got, memory, 5, 64);
    assert_memory_equal(got, x, sizeof x);
    /* Below what a scale can express: nothing, not garbage. */
    for (size_t i = 0; i < 64; i++)
        x[i] = 1e-30f;
    model__key_store(MODEL_KV_Q8_0, memory, 5, x, 64);
    model__key_load(MODEL_KV_Q8_0, got, memory, 5, 64);
    for (size_t i = 0; i < 64; i++)
        assert_true(got[i] == 0);
    /* Damage must stay visible, in its own group. */
    static const float bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t k = 0; k < 2 * (sizeof bad / sizeof *bad); k++) {
        model_kv_type type = k % 2 ? MODEL_KV_Q8_0 : MODEL_KV_F16;
        for (size_t i = 0; i < 64; i++)
            x[i] = 1;
        x[3] = bad[k / 2];
        model__key_store(type, memory, 5, x, 64);
        model__key_load(type, got, memory, 5, 64);
        assert_true(isfinite(got[3]) == 0);
        assert_true(fabsf(got[40] - 1) < 0.01f);
    }
}

static void test_kv__q8_takes_about_half(void **state)
{
    (void)state;
    assert_int_equal(model__key_tile_bytes(MODEL_KV_F16, 128), 64 * 128 * 2);
    assert_int_equal(model__key_tile_bytes(MODEL_KV_Q8_0, 128), 64 * (128 + 4 * 2));
    assert_int_equal(model__value_row_bytes(MODEL_KV_F16, 80), 160);
    assert_int_equal(model__value_row_bytes(MODEL_KV_Q8_0, 80), 80 + 3 * 2);
}

TEST_MAIN(cmocka_unit_test(test_kv__keys_come_back_within_the_bound),
          cmocka_unit_test(test_kv__extremes), cmocka_unit_test(test_kv__q8_takes_about_half))
