#include "tests/unit/test.h"

#include "assist/replay/score.h"

static void test_score__similarity_is_edit_distance(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        double want;
    } cases[] = {
        {"", "", 1},
        {"abc", "abc", 1},
        {"abc", "", 0},
        {"", "ab", 0},
        {"kitten", "sitting", 1 - 3.0 / 7},
        {" abc ", "abc", 1},
        {"abcd", "abxd", 0.75},
        {"ab", "ba", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena a;
        arena_init(&a, 1 << 20);
        double there = assist_score_similarity(&a, str_of(cases[i].a), str_of(cases[i].b));
        double back = assist_score_similarity(&a, str_of(cases[i].b), str_of(cases[i].a));
        if (there < cases[i].want - 1e-9 || there > cases[i].want + 1e-9 || there != back)
            fail_msg("%s ~ %s: %f, want %f", cases[i].a, cases[i].b, there, cases[i].want);
        arena_release(&a);
    }
}

static void test_score__exact_forgives_trailing_space_only(void **state)
{
    (void)state;
    assert_true(assist_score_exact(STR("a b"), STR("a b  \t")));
    assert_false(assist_score_exact(STR(" a"), STR("a")));
    assert_false(assist_score_exact(STR(""), STR("a")));
    assert_int_equal(assist_score_common_prefix(STR("abcx"), STR("abdx")), 2);
    assert_int_equal(assist_score_common_prefix(STR("ab"), STR("abc")), 2);
}

TEST_MAIN(cmocka_unit_test(test_score__similarity_is_edit_distance),
          cmocka_unit_test(test_score__exact_forgives_trailing_space_only))
