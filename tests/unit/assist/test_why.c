#include "tests/unit/test.h"

#include "assist/complete/why.h"

static void check(const struct assist_completion *c, const char *want)
{
    buf out;
    buf_init(&out, 1 << 16);
    assist_why(&out, c);
    assert_view(buf_view(&out), want);
    buf_release(&out);
}

static void test_why__names_tier_gates_context_and_times(void **state)
{
    (void)state;
    struct assist_suggestion shown = {.text = STR("f(x)"), .confidence = 0.5f, .source = "model"};
    const struct assist_step steps[] = {
        {"model", "syntax", "cut where it parses", STR("f(x)\n}")},
    };
    struct assist_completion c = {
        .items = &shown,
        .n_items = 1,
        .steps = steps,
        .n_steps = 1,
        .timings = {.written_ns = 1500000,
                    .feed_ns = 2000000,
                    .n_prompt = 90,
                    .n_reused = 80,
                    .n_decoded = 4},
    };
    check(&c, "shown: \"f(x)\", model, confidence 50 %\n"
              "gate syntax, model: cut where it parses: \"f(x)\\n}\"\n"
              "context: 90 tokens, 80 of them read before; 4 written ('artel context' shows them)\n"
              "time: written before and gates 1.5 ms, prompt 0.0 ms, reading 2.0 ms, writing 0.0 "
              "ms with its gates\n");
}

static void test_why__says_why_nothing_is_shown(void **state)
{
    (void)state;
    check(&(struct assist_completion){.silent_because = "the cursor is inside a word"},
          "nothing is shown: the cursor is inside a word\n"
          "time: written before and gates 0.0 ms\n");
}

TEST_MAIN(cmocka_unit_test(test_why__names_tier_gates_context_and_times),
          cmocka_unit_test(test_why__says_why_nothing_is_shown))
