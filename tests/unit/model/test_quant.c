#include "tests/unit/test.h"

#include <math.h>

#include "model/quant.h"
#include "tests/unit/model/random_weights.h"

static float f16(const uint8_t *p)
{
    unsigned h = p[0] | (unsigned)p[1] << 8;
    int exponent = h >> 10 & 31;
    int mantissa = h & 1023;
    float magnitude = exponent == 31 ? (mantissa ? NAN : INFINITY)
                      : exponent     ? ldexpf((float)(1024 + mantissa), exponent - 25)
                                     : ldexpf((float)mantissa, -24);
    return h >> 15 ? -magnitude : magnitude;
}

static const int iq4[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                            1,    13,   25,  38,  53,  69,  89,  113};

/* Each format once more, as its description walks through the block, and nothing shared with
 * quant.c. One block at b to y; returns how many elements. */
static size_t reference(uint32_t type, const uint8_t *b, float *y)
{
    float d = f16(b);
    float m = f16(b + 2);
    switch (type) {
    case MODEL_TYPE_F32: memcpy(y, b, 4); return 1;
    case MODEL_TYPE_F16: y[0] = d; return 1;
    case MODEL_TYPE_BF16: {
        uint8_t f[4] = {0, 0, b[0], b[1]};
        memcpy(y, f, 4);
        return 1;
    }
    case MODEL_TYPE_Q4_0:
    case MODEL_TYPE_IQ4_NL:
        for (int j = 0; j < 16; j++) {
            int low = b[2 + j] & 15;
            int high = b[2 + j] >> 4;
            y[j] = (float)(type == MODEL_TYPE_Q4_0 ? low - 8 : iq4[low]) * d;
            y[j + 16] = (float)(type == MODEL_TYPE_Q4_0 ? high - 8 : iq4[high]) * d;
        }
        return 32;
    case MODEL_TYPE_Q4_1:
        for (int j = 0; j < 16; j++) {
            y[j] = (float)(b[4 + j] & 15) * d + m;
            y[j + 16] = (float)(b[4 + j] >> 4) * d + m;
        }
        return 32;
    case MODEL_TYPE_Q5_0:
        for (int j = 0; j < 32; j++) {
            int nibble = j < 16 ? b[6 + j] & 15 : b[6 + j - 16] >> 4;
            int fifth = b[2 + j / 8] >> j % 8 & 1;
            y[j] = (float)(nibble + 16 * fifth - 16) * d;
        }
        return 32;
    case MODEL_TYPE_Q5_1:
        for (int j = 0; j < 32; j++) {
            int nibble = j < 16 ? b[8 + j] & 15 : b[8 + j - 16] >> 4;
            int fifth = b[4 + j / 8] >> j % 8 & 1;
            y[j] = (float)(nibble + 16 * fifth) * d + m;
        }
        return 32;
    case MODEL_TYPE_Q8_0:
        for (int j = 0; j < 32; j++)
            y[j] = (float)(int8_t)b[2 + j] * d;
        return 32;
    case MODEL_TYPE_Q2_K:
    case MODEL_TYPE_Q3_K: {
        bool three = type == MODEL_TYPE_Q3_K;
        const uint8_t *q = three ? b + 32 : b + 16;
        float scale = f16(b + (three ? 108 : 80));
        float dmin = three ? 0 : f16(b + 82);
        int s = 0;
        int mask = 1;
        float *out = y;
        for (int half = 0; half < 2; half++, q += 32)
            for (int shift = 0; shift < 8; shift += 2, mask *= 2)
                for (int part = 0; part < 2; part++, s++)
                    for (int l = 16 * part; l < 16 * part + 16; l++) {
                        int v = q[l] >> shift & 3;
                        if (three) {
                            const uint8_t *k = b + 96;
                            int low = s < 8 ? k[s] & 15 : k[s - 8] >> 4;
                            int high = k[8 + s % 4] >> 2 * (s / 4) & 3;
                            float dl = scale * (float)(low + 16 * high - 32);
                            *out++ = dl * (float)(v - (b[l] & mask ? 0 : 4));
                        } else {
                            float dl = scale * (float)(b[s] & 15);
                            *out++ = dl * (float)v - dmin * (float)(b[s] >> 4);
                        }
                    }
        return 256;
    }
    case MODEL_TYPE_Q4_K:
    case MODEL_TYPE_Q5_K: {
        bool five = type == MODEL_TYPE_Q5_K;
        const uint8_t *s = b + 4;
        const uint8_t *qh = b + 16;
        const uint8_t *q = five ? b + 48 : b + 16;
        for (int j = 0; j < 8; j++) {
            int scale = j < 4 ? s[j] & 63 : (s[j + 4] & 15) | (s[j - 4] >> 6) << 4;
            int min = j < 4 ? s[j + 4] & 63 : s[j + 4] >> 4 | (s[j] >> 6) << 4;
            for (int l = 0; l < 32; l++) {
                int v = j % 2 ? q[32 * (j / 2) + l] >> 4 : q[32 * (j / 2) + l] & 15;
                if (five && (qh[l] & 1 << j))
                    v += 16;
                y[32 * j + l] = d * (float)scale * (float)v - m * (float)min;
            }
        }
        return 256;
    }
    case MODEL_TYPE_Q6_K: {
        float scale = f16(b + 208);
        for (int h = 0; h < 2; h++) {
            const uint8_t *ql = b + 64 * h;
            const uint8_t *qh = b + 128 + 32 * h;
            const int8_t *sc = (const int8_t *)b + 192 + 8 * h;
            for (int l = 0; l < 32; l++) {
                int v[4] = {
                    (ql[l] & 15) | (qh[l] >> 0 & 3) << 4, (ql[l + 32] & 15) | (qh[l] >> 2 & 3) << 4,
                    ql[l] >> 4 | (qh[l] >> 4 & 3) << 4, ql[l + 32] >> 4 | (qh[l] >> 6 & 3) << 4};
                for (int k = 0; k < 4; k++)
                    y[128 * h + 32 * k + l] =
                        scale * (float)sc[l / 16 + 2 * k] * (float)(v[k] - 32);
            }
        }
        return 256;
    }
    case MODEL_TYPE_IQ4_XS: {
        unsigned high = b[2] | (unsigned)b[3] << 8;
        for (unsigned ib = 0; ib < 8; ib++) {
            int ls = (b[4 + ib / 2] >> 4 * (ib % 2) & 15) | (int)(high >> 2 * ib & 3) << 4;
            float dl = d * (float)(ls - 32);
            for (int j = 0; j < 16; j++) {
                y[32 * ib + (unsigned)j] = dl * (float)iq4[b[8 + 16 * ib + (unsigned)j] & 15];
                y[32 * ib + 16 + (unsigned)j] = dl * (float)iq4[b[8 + 16 * ib + (unsigned)j] >> 4];
            }
        }
        return 256;
    }
    default: fail_msg("type %u", type); return 0;
    }
}

static void test_quant__dequantises_exactly(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (size_t i = 0; i < N_TYPES; i++) {
        const struct model__format *f = model__format_of(all_types[i]);
        for (int round = 0; round < 500; round++) {
            uint8_t blocks[2 * 256];
            random_rows(f, blocks, 2 * (size_t)f->n_bytes, &seed);
            float got[512];
            float want[512];
            size_t n = 2 * (size_t)f->n_elements;
            model__dequantise(f, got, blocks, n);
            size_t half = reference(f->type, blocks, want);
            assert_int_equal(half, f->n_elements);
            reference(f->type, blocks + f->n_bytes, want + half);
            for (size_t k = 0; k < n; k++)
                if (got[k] != want[k])
                    fail_msg("%s element %zu: got %.9g want %.9g", model_type_name(f->type), k,
                             got[k], want[k]);
        }
    }
}

static void test_quant__knows_the_sizes_of_the_file_format(void **state)
{
    (void)state;
    for (uint32_t type = 0; type < 64; type++) {
        const struct model__format *f = model__format_of(type);
        size_t elements;
        size_t bytes;
        if (!f)
            continue;
        assert_true(model_type_layout(type, &elements, &bytes));
        assert_int_equal(f->n_elements, elements);
        assert_int_equal(f->n_bytes, bytes);
        if (f->quantised)
            assert_int_equal(4 * f->n_words + 2 * f->n_halves, bytes);
    }
    assert_null(model__format_of(MODEL_TYPE_Q8_1));
    assert_null(model__format_of(MODEL_TYPE_Q8_K));
    assert_null(model__format_of(4));
    assert_null(model__format_of(UINT32_MAX));
}

static void test_quant__converts_every_half(void **state)
{
    (void)state;
    for (uint32_t h = 0; h < 65536; h++) {
        uint8_t bytes[2] = {(uint8_t)h, (uint8_t)(h >> 8)};
        float want = f16(bytes);
        float got = model__f16_to_f32((uint16_t)h);
        if (want != want) {
            assert_true(got != got);
            uint16_t back = model__f32_to_f16(got);
            assert_true((back & 0x7c00) == 0x7c00 && (back & 0x3ff));
            continue;
        }
        assert_memory_equal(&got, &want, sizeof got);
        assert_int_equal(model__f32_to_f16(got), h);
        /* Half way to the next one rounds to even, a little less and a little more to the nearer.
         */
        if ((h & 0x7fff) >= 0x7bff)
            continue;
        bytes[0] = (uint8_t)(h + 1);
        bytes[1] = (uint8_t)((h + 1) >> 8);
        float next = f16(bytes);
        float middle = want + (next - want) / 2;
        assert_int_equal(model__f32_to_f16(middle), h % 2 ? h + 1 : h);
        assert_int_equal(model__f32_to_f16(nextafterf(middle, want)), h);
        assert_int_equal(model__f32_to_f16(nextafterf(middle, next)), h + 1);
    }
    assert_int_equal(model__f32_to_f16(65519.996f), 0x7bff);
    assert_int_equal(model__f32_to_f16(65520.0f), 0x7c00);
    assert_int_equal(model__f32_to_f16(-1e30f), 0xfc00);
    assert_int_equal(model__f32_to_f16(0x1p-26f), 0);
}

static void test_quant__activations_keep_their_sums_and_steps(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int round = 0; round < 2000; round++) {
        float x[32];
        random_floats(x, 32, &seed);
        float size = ldexpf(1, (int)(random_next(&seed) % 60) - 30);
        float max = 0;
        for (size_t i = 0; i < 32; i++) {
            x[i] *= size;
            max = fmaxf(max, fabsf(x[i]));
        }
        struct model__act a;
        model__act_quantise(&a, x);
        int sum[2] = {0, 0};
        for (size_t i = 0; i < 32; i++) {
            sum[i / 16] += a.q[i];
            assert_true(a.q[i] >= -127);
            /* Half a step, and 2^-11 for the f16 step times up to 127 of them. */
            double error = fabs((double)a.scale * a.q[i] - (double)x[i]);
            if (error > (double)max * (0.5001 / 127 + 0x1p-11))
                fail_msg("%.9g became %d times %.9g, largest %.9g", x[i], a.q[i], a.scale, max);
        }
        assert_int_equal(a.neg_sum16[0], -sum[0]);
        assert_int_equal(a.neg_sum16[1], -sum[1]);
        assert_int_equal(a.neg_sum, -sum[0] - sum[1]);
        assert_true(a.sum == a.scale * (float)(sum[0] + sum[1]));
        assert_true(a.sum16[0] == a.scale * (float)sum[0]);
        assert_true(a.sum16[1] == a.scale * (float)sum[1]);
    }
}

static void test_quant__activations_at_the_ends_of_f32(void **state)
{
    (void)state;
    float x[32] = {0};
    struct model__act a;
    model__act_quantise(&a, x);
    assert_true(a.scale == 0 && a.sum == 0 && a.neg_sum == 0 && a.q[0] == 0);
    x[7] = 1e-42f; /* too small for a step */
    model__act_quantise(&a, x);
    assert_true(a.scale == 0 && a.q[7] == 0);
    x[7] = -3e38f; /* the step is beyond f16 and stays f32 */
    model__act_quantise(&a, x);
    assert_int_equal(a.q[7], -127);
    assert_true(fabsf(a.scale * -127.0f / x[7] - 1) < 1e-6f);
    static const float bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < 3; i++) {
        x[7] = bad[i];
        model__act_quantise(&a, x);
        assert_true(a.scale != a.scale && a.sum != a.sum && a.q[7] == 0);
    }
}

TEST_MAIN(cmocka_unit_test(test_quant__dequantises_exactly),
          cmocka_unit_test(test_quant__knows_the_sizes_of_the_file_format),
          cmocka_unit_test(test_quant__converts_every_half),
          cmocka_unit_test(test_quant__activations_keep_their_sums_and_steps),
          cmocka_unit_test(test_quant__activations_at_the_ends_of_f32))
