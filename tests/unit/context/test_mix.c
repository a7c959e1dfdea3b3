#include <math.h>

#include "tests/unit/test.h"

#include "context/mix.h"

static void test_mix__trusts_nothing_without_a_match(void **state)
{
    (void)state;
    struct ctx_mix m;
    ctx_mix_init(&m);
    assert_true(ctx_mix_weight(&m, 0, 1) == 0);
    assert_true(ctx_mix_weight(&m, 20, 0.95f) > ctx_mix_weight(&m, 1, 0.95f));
    assert_true(ctx_mix_weight(&m, 4, 0.95f) > ctx_mix_weight(&m, 4, 0.3f));
}

/* Recall gives the right token 0.9 in a share `right` of the cases, else nothing; the model always
 * 0.2. The likeliest mixture has its maximum where the derivative of the expected logarithm is
 * zero. */
static double best_weight(double right)
{
    double best = 0, best_at = 0;
    for (double w = 0.001; w < 1; w += 0.001) {
        double x = right * log(w * 0.9 + (1 - w) * 0.2) + (1 - right) * log((1 - w) * 0.2);
        if (w < 0.0015 || x > best) {
            best = x;
            best_at = w;
        }
    }
    return best_at;
}

static void test_mix__finds_the_likeliest_weight(void **state)
{
    (void)state;
    for (int tenths = 4; tenths <= 9; tenths++) {
        struct ctx_mix m;
        ctx_mix_init(&m);
        uint32_t seed = 1;
        double sum = 0;
        int n = 0;
        for (int i = 0; i < 20000; i++) {
            seed = seed * 1664525u + 1013904223u;
            bool hit = (seed >> 8) % 10 < (uint32_t)tenths;
            ctx_mix_learn(&m, 6, 0.7f, hit ? 0.9f : 0, 0.2f);
            if (i > 2000) {
                sum += (double)ctx_mix_weight(&m, 6, 0.7f);
                n++;
            }
        }
        double want = best_weight(tenths / 10.0), got = sum / n;
        if (fabs(got - want) > 0.03)
            fail_msg("right in %d of 10: weight %f, likeliest %f", tenths, got, want);
    }
}

static void test_mix__learns_each_situation_alone(void **state)
{
    (void)state;
    struct ctx_mix m, start;
    ctx_mix_init(&m);
    start = m;
    for (int i = 0; i < 1000; i++)
        ctx_mix_learn(&m, 30, 0.95f, 0, 0.5f);
    assert_true(ctx_mix_weight(&m, 30, 0.95f) < 0.01f);
    assert_true(ctx_mix_weight(&m, 10, 0.95f) == ctx_mix_weight(&start, 10, 0.95f));
    assert_true(ctx_mix_weight(&m, 30, 0.6f) == ctx_mix_weight(&start, 30, 0.6f));
    /* A habit that changes is unlearned within a few hundred tokens. */
    for (int i = 0; i < 1500; i++)
        ctx_mix_learn(&m, 30, 0.95f, 0.9f, 0.01f);
    assert_true(ctx_mix_weight(&m, 30, 0.95f) > 0.9f);
}

static void test_mix__nothing_odd_gets_in(void **state)
{
    (void)state;
    struct ctx_mix m, start;
    ctx_mix_init(&m);
    start = m;
    ctx_mix_learn(&m, 3, 0.5f, 0, 0);
    ctx_mix_learn(&m, 3, 0.5f, NAN, NAN);
    ctx_mix_learn(&m, 0, 0.5f, 1, 0);
    assert_memory_equal(&m, &start, sizeof m);
}

TEST_MAIN(cmocka_unit_test(test_mix__trusts_nothing_without_a_match),
          cmocka_unit_test(test_mix__finds_the_likeliest_weight),
          cmocka_unit_test(test_mix__learns_each_situation_alone),
          cmocka_unit_test(test_mix__nothing_odd_gets_in))
