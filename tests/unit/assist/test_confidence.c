#include "tests/unit/test.h"

#include "assist/complete/confidence.h"

static void test_confidence__orders_suggestions(void **state)
{
    (void)state;
    const enum confidence_tier tiers[] = {CONFIDENCE_MODEL, CONFIDENCE_WRITTEN};
    for (size_t t = 0; t < 2; t++) {
        float before = 0;
        for (int i = 0; i <= 20; i++) {
            float now = confidence_of(tiers[t], (float)i / 20, (float)i / 20, 20);
            assert_true(now > 0 && now < 1 && now >= before);
            before = now;
        }
    }
    /* The same word of both says more of what was found, and the more so the longer it is. */
    assert_true(confidence_of(CONFIDENCE_WRITTEN, 0.7f, 0.7f, 20) >
                confidence_of(CONFIDENCE_MODEL, 0.7f, 0.7f, 20));
    assert_true(confidence_of(CONFIDENCE_MODEL, 0.7f, 0.7f, 80) <
                confidence_of(CONFIDENCE_MODEL, 0.7f, 0.7f, 8));
    assert_true(confidence_of(CONFIDENCE_WRITTEN, 0.7f, 0.7f, 80) >
                confidence_of(CONFIDENCE_WRITTEN, 0.7f, 0.7f, 8));
}

static void test_confidence__speaks_when_sure(void **state)
{
    (void)state;
    assert_true(confidence_speaks(confidence_of(CONFIDENCE_WRITTEN, 0.8f, 0.8f, 20), false));
    assert_true(confidence_speaks(confidence_of(CONFIDENCE_MODEL, 0.95f, 0.95f, 12), false));
    assert_false(confidence_speaks(confidence_of(CONFIDENCE_MODEL, 0.3f, 0.3f, 40), false));
    assert_true(confidence_speaks(0.5f, false) && !confidence_speaks(0.5f, true));
    assert_true(confidence_speaks(0.9f, true));
}

TEST_MAIN(cmocka_unit_test(test_confidence__orders_suggestions),
          cmocka_unit_test(test_confidence__speaks_when_sure))
