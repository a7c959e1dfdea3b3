#include "tests/unit/test.h"

#include <math.h>

#include "model/quant.h"
#include "model/quantize.h"
#include "tests/unit/model/random_weights.h"

enum { N = 256 * 32 };

static const uint32_t written[] = {
    MODEL_TYPE_F32,  MODEL_TYPE_F16,  MODEL_TYPE_Q4_0, MODEL_TYPE_Q5_0, MODEL_TYPE_Q5_1,
    MODEL_TYPE_Q8_0, MODEL_TYPE_Q4_K, MODEL_TYPE_Q5_K, MODEL_TYPE_Q6_K,
};
enum { N_WRITTEN = sizeof written / sizeof *written };

static void there_and_back(uint32_t type, float *y, const float *x, size_t n)
{
    static uint8_t blocks[N * 4];
    size_t bad;
    assert_int_equal(model_quantize_row(type, blocks, x, n, &bad), ERR_OK);
    model__dequantise(model__format_of(type), y, blocks, n);
}

/* Error of x's way through `type`, as a share of x. */
static double loss(uint32_t type, const float *x, size_t n)
{
    static float y[N];
    there_and_back(type, y, x, n);
    double off = 0, all = 0;
    for (size_t i = 0; i < n; i++) {
        off += ((double)y[i] - (double)x[i]) * ((double)y[i] - (double)x[i]);
        all += (double)x[i] * (double)x[i];
    }
    return sqrt(off / all);
}

/* Sum of four uniform numbers: bell-shaped as weights are, deviation 1.15. */
static float bell(uint64_t *state)
{
    return random_float(state) + random_float(state) + random_float(state) + random_float(state);
}

/* The bounds are a uniform quantiser's error over 32 such values, which lie within 2.25 deviations
 * or so: with 2^bits steps, 4.5 / 2^bits / sqrt(12) = 0.081, 0.041, 0.020 for 4, 5, 6 bits and
 * 0.0051 for 8. A minimum of its own or a searched scale gives some of it back, six-bit scales cost
 * a little. */
static void test_quantize__stays_within_the_error_of_its_type(void **state)
{
    (void)state;
    static const struct {
        uint32_t type;
        double most;
    } bounds[] = {{MODEL_TYPE_F32, 0},      {MODEL_TYPE_F16, 0x1p-11}, {MODEL_TYPE_Q4_0, 0.078},
                  {MODEL_TYPE_Q5_0, 0.039}, {MODEL_TYPE_Q5_1, 0.034},  {MODEL_TYPE_Q8_0, 0.0052},
                  {MODEL_TYPE_Q4_K, 0.072}, {MODEL_TYPE_Q5_K, 0.035},  {MODEL_TYPE_Q6_K, 0.017}};
    static float x[N];
    uint64_t seed = 7;
    for (size_t i = 0; i < N; i++)
        x[i] = 0.02f * bell(&seed);
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        double got = loss(bounds[i].type, x, N);
        print_message("%-5s %.5f, at most %.5f\n", model_type_name(bounds[i].type), got,
                      bounds[i].most);
        assert_true(got <= bounds[i].most);
    }
}

/* The data of ggml's own test of its formats and its limits there, as an error per value. */
static void test_quantize__passes_the_limits_of_ggml(void **state)
{
    (void)state;
    static float x[N];
    for (size_t i = 0; i < N; i++)
        x[i] = 0.1f + 2 * cosf((float)i);
    for (size_t i = 0; i < N_WRITTEN; i++) {
        static float y[N];
        there_and_back(written[i], y, x, N);
        double off = 0;
        for (size_t k = 0; k < N; k++)
            off += ((double)y[k] - (double)x[k]) * ((double)y[k] - (double)x[k]);
        double error = sqrt(off) / N;
        print_message("%-5s %.6f\n", model_type_name(written[i]), error);
        assert_true(error <= 0.002);
    }
}

/* What a type holds exactly comes back exactly, whatever part of the steps a block uses. */
static void test_quantize__keeps_what_the_type_can_hold(void **state)
{
    (void)state;
    static const uint32_t types[] = {MODEL_TYPE_Q4_0, MODEL_TYPE_Q5_0};
    uint64_t seed = 3;
    for (size_t t = 0; t < 2; t++) {
        int steps = types[t] == MODEL_TYPE_Q4_0 ? 8 : 16;
        for (int most = 1; most <= steps; most++) {
            float x[32], y[32];
            float d = model__f16_to_f32(model__f32_to_f16(random_float(&seed)));
            for (size_t i = 0; i < 32; i++)
                x[i] = d * (float)((int)(random_next(&seed) % (unsigned)(2 * most)) - most);
            x[5] = d * (float)-most;
            there_and_back(types[t], y, x, 32);
            assert_memory_equal(x, y, sizeof x);
        }
    }
    float x[32], y[32];
    for (size_t i = 0; i < 32; i++)
        x[i] = 0.25f * (float)((int)i * 8 - 127);
    there_and_back(MODEL_TYPE_Q8_0, y, x, 32);
    assert_memory_equal(x, y, sizeof x);
    for (size_t i = 0; i < 32; i++)
        x[i] = 0.25f * (float)i + 3;
    there_and_back(MODEL_TYPE_Q5_1, y, x, 32);
    assert_memory_equal(x, y, sizeof x);
}

/* Blocks of the K types whose groups use all of their steps: every scale, minimum and integer is
 * found again. */
static void test_quantize__finds_the_parts_of_a_k_block_again(void **state)
{
    (void)state;
    static const uint32_t types[] = {MODEL_TYPE_Q4_K, MODEL_TYPE_Q5_K, MODEL_TYPE_Q6_K};
    uint64_t seed = 11;
    for (size_t t = 0; t < 3; t++) {
        bool minima = types[t] != MODEL_TYPE_Q6_K;
        size_t group = minima ? 32 : 16;
        unsigned levels = types[t] == MODEL_TYPE_Q4_K ? 16 : types[t] == MODEL_TYPE_Q5_K ? 32 : 64;
        for (size_t round = 0; round < 50; round++) {
            float x[256], y[256], d = 0x1p-10f, dmin = 0x1.8p-9f, a = 0, m = 0;
            for (size_t i = 0; i < 256; i++) {
                if (i % group == 0) {
                    /* One group has the largest scale, so that the common step is known. */
                    unsigned s = (unsigned)random_next(&seed) % 62 + 1;
                    unsigned n = (unsigned)random_next(&seed) % 62 + 1;
                    a = minima ? d * (float)(i == 0 ? 63 : s) : d * (float)(i == 0 ? -128 : (int)s);
                    m = minima ? dmin * (float)(i == 0 ? 63 : n) : a * 32;
                }
                unsigned q = i % group == 0   ? 0
                             : i % group == 1 ? levels - 1
                                              : (unsigned)random_next(&seed) % levels;
                x[i] = a * (float)q - m;
            }
            there_and_back(types[t], y, x, 256);
            for (size_t i = 0; i < 256; i++)
                assert_true(x[i] == y[i]);
        }
    }
}

/* A second pass over what a first one wrote changes next to nothing; nothing at all where a block
 * has one scale. */
static void test_quantize__settles_at_once(void **state)
{
    (void)state;
    static float x[N], once[N], twice[N];
    uint64_t seed = 5;
    for (size_t i = 0; i < N; i++)
        x[i] = bell(&seed);
    for (size_t i = 0; i < N_WRITTEN; i++) {
        there_and_back(written[i], once, x, N);
        there_and_back(written[i], twice, once, N);
        double again = 0, first = 0;
        for (size_t k = 0; k < N; k++) {
            first += ((double)once[k] - (double)x[k]) * ((double)once[k] - (double)x[k]);
            again += ((double)once[k] - (double)twice[k]) * ((double)once[k] - (double)twice[k]);
        }
        print_message("%-5s first %.4f, again %.6f\n", model_type_name(written[i]), sqrt(first),
                      sqrt(again));
        const struct model__format *f = model__format_of(written[i]);
        if (f->n_elements <= 32 && !f->has_min)
            assert_true(again == 0);
        else
            assert_true(again <= first * 0.01);
    }
}

static void test_quantize__zeros_and_constants(void **state)
{
    (void)state;
    static const float values[] = {0, -0.0f, 1, -1, 0.3f, -0.3f, 1e-3f, 65504, -65504, 1e-30f};
    for (size_t i = 0; i < N_WRITTEN; i++)
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
            float x[256], y[256];
            float most_steps = model__format_of(written[i])->n_elements == 256 ? 63 * 31 : 127;
            for (size_t j = 0; j < 256; j++)
                x[j] = values[k];
            there_and_back(written[i], y, x, 256);
            for (size_t j = 0; j < 256; j++)
                /* Half precision has 11 bits, and steps of 2^-24, which the type multiplies. */
                assert_true(fabsf(y[j] - x[j]) <= fabsf(x[j]) * 0x1p-10f + most_steps * 0x1p-25f);
        }
}

/* One large value among small ones, one group of a K block alone, values near the smallest half. */
static void test_quantize__survives_extremes(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_WRITTEN; i++) {
        const struct model__format *f = model__format_of(written[i]);
        double limit = f->type == MODEL_TYPE_F16 || f->type == MODEL_TYPE_F32 ? 0x1p-10 : 0.12;
        float x[256] = {0};
        x[100] = 60000;
        x[101] = -1e-5f;

        assert_true(loss(written[i], x, 256) <= limit);
        x[100] = -60000;

        assert_true(loss(written[i], x, 256) <= limit);
        uint64_t seed = 1;
        for (size_t j = 0; j < 256; j++)
            x[j] = (j / 32 == 3) ? random_float(&seed) : 0;

        assert_true(loss(written[i], x, 256) <= limit);
        /* Steps of 2^-24 are all there is: the error is at most about one of them a value. */
        for (float size = 1e-3f; size > 1e-9f; size /= 4) {
            float y[256];
            for (size_t j = 0; j < 256; j++)
                x[j] = size * random_float(&seed);
            there_and_back(written[i], y, x, 256);
            for (size_t j = 0; j < 256; j++)
                assert_true(fabsf(x[j] - y[j]) <= size * 0.25f + 0x1p-23f);
        }
    }
}

static void test_quantize__refuses_what_is_no_number(void **state)
{
    (void)state;
    static const struct {
        float value;
        err_code code;
    } cases[] = {{NAN, ERR_FORMAT},
                 {INFINITY, ERR_FORMAT},
                 {-INFINITY, ERR_FORMAT},
                 {65536, ERR_RANGE},
                 {-1e30f, ERR_RANGE}};
    for (size_t i = 0; i < N_WRITTEN; i++)
        for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
            float x[256] = {1}, out[256];
            x[77] = cases[k].value;
            size_t bad = 0;
            bool fits = written[i] == MODEL_TYPE_F32 && cases[k].code == ERR_RANGE;
            assert_int_equal(model_quantize_row(written[i], out, x, 256, &bad),
                             fits ? ERR_OK : cases[k].code);
            assert_int_equal(bad, fits ? 0 : 77);
        }
    assert_false(model_quantize_writes(MODEL_TYPE_Q2_K));
    assert_false(model_quantize_writes(99));
}

TEST_MAIN(cmocka_unit_test(test_quantize__stays_within_the_error_of_its_type),
          cmocka_unit_test(test_quantize__passes_the_limits_of_ggml),
          cmocka_unit_test(test_quantize__keeps_what_the_type_can_hold),
          cmocka_unit_test(test_quantize__finds_the_parts_of_a_k_block_again),
          cmocka_unit_test(test_quantize__settles_at_once),
          cmocka_unit_test(test_quantize__zeros_and_constants),
          cmocka_unit_test(test_quantize__survives_extremes),
          cmocka_unit_test(test_quantize__refuses_what_is_no_number))
