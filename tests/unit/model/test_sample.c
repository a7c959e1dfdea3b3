#include "tests/unit/test.h"

#include <math.h>

#include "model/sample.h"

enum { N = 1000 };

/* Probabilities proportional to 1 / (1 + rank), shuffled by id * 7 mod N. */
static void zipf(float *logits, float *prob)
{
    double total = 0;
    for (size_t i = 0; i < N; i++)
        total += 1 / (1.0 + (double)i);
    for (size_t i = 0; i < N; i++) {
        size_t id = i * 7 % N;
        prob[id] = (float)(1 / (1.0 + (double)i) / total);
        logits[id] = logf(prob[id]) + 3;
    }
}

static model_token pick(const struct model_sample_options *o, const float *logits,
                        const uint8_t *allowed, float *prob)
{
    static uint64_t scratch[N];
    struct model_sampler s;
    model_sampler_init(&s, o);
    return model_sample(&s, logits, N, allowed, scratch, prob);
}

static void test_sample__greedy_takes_the_first_of_the_largest(void **state)
{
    (void)state;
    float logits[N] = {0};
    uint8_t allowed[N];
    memset(allowed, 1, sizeof allowed);
    logits[40] = logits[41] = 5;
    logits[3] = NAN;
    float p;
    assert_int_equal(pick(&MODEL_SAMPLE_GREEDY, logits, NULL, NULL), 40);
    allowed[40] = 0;
    allowed[3] = 0;
    assert_int_equal(pick(&MODEL_SAMPLE_GREEDY, logits, allowed, &p), 41);
    assert_float_equal(p, expf(5) / (expf(5) + N - 3), 1e-6);
    struct model_sample_options odd = MODEL_SAMPLE_GREEDY;
    odd.temperature = NAN;
    assert_int_equal(pick(&odd, logits, allowed, NULL), 41);
    memset(allowed, 0, sizeof allowed);
    assert_int_equal(pick(&MODEL_SAMPLE_GREEDY, logits, allowed, &p), MODEL_TOKEN_NONE);
    allowed[3] = 1;
    assert_int_equal(pick(&MODEL_SAMPLE_GREEDY, logits, allowed, &p), MODEL_TOKEN_NONE);
    for (size_t i = 0; i < N; i++)
        logits[i] = -INFINITY;
    assert_int_equal(pick(&MODEL_SAMPLE_GREEDY, logits, NULL, NULL), 0);
}

static void test_sample__same_seed_same_tokens(void **state)
{
    (void)state;
    static float logits[N], prob[N];
    static uint64_t scratch[N];
    zipf(logits, prob);
    const struct model_sample_options o = {.temperature = 0.8f, .top_p = 0.95f, .seed = 42};
    struct model_sampler a, b;
    model_sampler_init(&a, &o);
    model_sampler_init(&b, &o);
    int differ = 0;
    model_token first = model_sample(&a, logits, N, NULL, scratch, NULL);
    assert_int_equal(model_sample(&b, logits, N, NULL, scratch, NULL), first);
    for (int i = 0; i < 200; i++) {
        model_token id = model_sample(&a, logits, N, NULL, scratch, NULL);
        assert_int_equal(model_sample(&b, logits, N, NULL, scratch, NULL), id);
        differ += id != first;
    }
    assert_true(differ > 100);
}

/* Pearson's statistic against `want` over 40,000 draws, tokens with few expected draws put
 * together; its mean is the number of cells less one, its deviation sqrt(2 cells). */
static void check_distribution(const struct model_sample_options *o, const float *logits,
                               const double *want)
{
    enum { DRAWS = 40000 };
    static uint64_t scratch[N];
    static int count[N];
    memset(count, 0, sizeof count);
    struct model_sampler s;
    model_sampler_init(&s, o);
    for (int i = 0; i < DRAWS; i++) {
        float p;
        model_token id = model_sample(&s, logits, N, NULL, scratch, &p);
        assert_in_range(id, 0, N - 1);
        assert_true(p > 0 && p <= 1);
        count[id]++;
    }
    double statistic = 0, rest_want = 0, rest_got = 0;
    int cells = 1;
    for (int i = 0; i < N; i++) {
        double expected = want[i] * DRAWS;
        if (want[i] == 0)
            assert_int_equal(count[i], 0);
        if (expected < 20) {
            rest_want += expected;
            rest_got += count[i];
            continue;
        }
        statistic += (count[i] - expected) * (count[i] - expected) / expected;
        cells++;
    }
    if (rest_want > 5)
        statistic += (rest_got - rest_want) * (rest_got - rest_want) / rest_want;
    double limit = cells + 4 * sqrt(2.0 * cells);
    if (statistic > limit)
        print_error("statistic %g over %d cells\n", statistic, cells);
    assert_true(statistic <= limit);
}

static void test_sample__follows_the_distribution(void **state)
{
    (void)state;
    static float logits[N], prob[N];
    static double want[N];
    zipf(logits, prob);

    for (size_t i = 0; i < N; i++)
        want[i] = (double)prob[i];
    check_distribution(&(struct model_sample_options){.temperature = 1, .top_p = 1, .seed = 1},
                       logits, want);

    /* Temperature 0.5 squares the weights. */
    double total = 0;
    for (size_t i = 0; i < N; i++)
        total += (double)(prob[i] * prob[i]);
    for (size_t i = 0; i < N; i++)
        want[i] = (double)(prob[i] * prob[i]) / total;
    check_distribution(&(struct model_sample_options){.temperature = 0.5f, .top_p = 1, .seed = 2},
                       logits, want);

    /* min_p 0.1: ranks 0 to 9, of weights 1 to 1/10. A little less, since 1/10 is not exact. */
    total = 0;
    memset(want, 0, sizeof want);
    for (size_t i = 0; i < 10; i++)
        total += 1 / (1.0 + (double)i);
    for (size_t i = 0; i < 10; i++)
        want[i * 7 % N] = 1 / (1.0 + (double)i) / total;
    check_distribution(
        &(struct model_sample_options){.temperature = 1, .top_p = 1, .min_p = 0.0999f, .seed = 3},
        logits, want);
}

static void test_sample__top_p_keeps_the_smallest_set(void **state)
{
    (void)state;
    static float logits[N], prob[N];
    static double want[N];
    zipf(logits, prob);
    static const float limits[] = {0.01f, 0.3f, 0.5f, 0.77f, 0.999f};
    for (size_t l = 0; l < sizeof limits / sizeof *limits; l++) {
        memset(want, 0, sizeof want);
        double sum = 0;
        size_t kept = 0;
        while (sum < (double)limits[l]) {
            want[kept * 7 % N] = (double)prob[kept * 7 % N];
            sum += (double)prob[kept * 7 % N];
            kept++;
        }
        for (size_t i = 0; i < N; i++)
            want[i] /= sum;
        check_distribution(
            &(struct model_sample_options){.temperature = 1, .top_p = limits[l], .seed = 4 + l},
            logits, want);
    }
    /* Nothing that top_p could leave: still the likeliest. */
    const struct model_sample_options none = {.temperature = 1, .top_p = 0, .min_p = 2};
    assert_int_equal(pick(&none, logits, NULL, NULL), 0);
}

static void test_sample__top_is_what_sorting_gives(void **state)
{
    (void)state;
    static float logits[N], prob[N];
    static uint8_t allowed[N];
    struct model_candidate top[6];
    zipf(logits, prob); /* ids by likelihood: 0, 7, 14, … */
    assert_int_equal(model_sample_top(logits, N, NULL, top, 6), 6);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(top[i].id, i * 7 % N);
        assert_float_equal(top[i].prob, prob[i * 7 % N], 1e-5f);
    }
    /* Of two that are allowed the probabilities are shares of each other; NaN is no choice. */
    allowed[7] = allowed[21] = allowed[35] = 1;
    logits[35] = NAN;
    assert_int_equal(model_sample_top(logits, N, allowed, top, 6), 2);
    assert_int_equal(top[0].id, 7);
    assert_int_equal(top[1].id, 21);
    assert_float_equal(top[0].prob, prob[7] / (prob[7] + prob[21]), 1e-5f);
    /* Equal ones by id, and no more than asked for. */
    for (size_t i = 0; i < N; i++)
        logits[i] = 1;
    assert_int_equal(model_sample_top(logits, N, NULL, top, 2), 2);
    assert_int_equal(top[0].id, 0);
    assert_int_equal(top[1].id, 1);
    assert_int_equal(model_sample_top(logits, N, NULL, top, 0), 0);
}

TEST_MAIN(cmocka_unit_test(test_sample__top_is_what_sorting_gives),
          cmocka_unit_test(test_sample__greedy_takes_the_first_of_the_largest),
          cmocka_unit_test(test_sample__same_seed_same_tokens),
          cmocka_unit_test(test_sample__follows_the_distribution),
          cmocka_unit_test(test_sample__top_p_keeps_the_smallest_set))
