#include "assist/deliver/check.h"
#include "tests/unit/test.h"

static void test_check__finds_the_first_syntax_error(void **state)
{
    (void)state;
    check_result c;
    err e = {{0}};
    assert_ok(check_parse(&c, STR("a.ts"), STR("type A = 1;\n"), &e), &e);
    assert_int_equal(c.state, CHECK_CLEAN);
    assert_ok(check_parse(&c, STR("a.ts"), STR("type A = 1;\ntype = = 2;\n"), &e), &e);
    assert_int_equal(c.state, CHECK_BROKEN);
    assert_int_equal(c.line, 2);
    assert_view(c.near, "type = = 2;");
    assert_ok(check_parse(&c, STR("a.unheard-of"), STR("type = = 2;\n"), &e), &e);
    assert_int_equal(c.state, CHECK_UNKNOWN);
}

static void test_check__knows_what_is_not_the_languages_own(void **state)
{
    (void)state;
    static const struct {
        const char *path, *text;
        check_state want;
    } cases[] = {
        {"a.sql", "\\set x `cat y`\nSELECT :'x'::json;\n", CHECK_CLEAN},
        {"a.sql", ".bail on\nPRAGMA foreign_keys = ON;\nBEGIN IMMEDIATE;\nSELECT 1;\nCOMMIT;\n",
         CHECK_CLEAN},
        {"a.sql", ".bail on\nSELECT FROM FROM;\n", CHECK_BROKEN},
        {"a.sql", "\\set x\nSELECT (1;\n", CHECK_BROKEN},
        {"a.h",
         "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void);\n"
         "#ifdef __cplusplus\n}\n#endif\n",
         CHECK_CLEAN},
        {"a.h", "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(;\n", CHECK_BROKEN},
        {"a.json", "[1.0e+28, 1E+2, \"e+\"]", CHECK_CLEAN},
        {"a.json", "[1.0e+28, +]", CHECK_BROKEN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_result c;
        err e = {{0}};
        assert_ok(check_parse(&c, str_of(cases[i].path), str_of(cases[i].text), &e), &e);
        if (c.state != cases[i].want)
            print_error("%s\n", cases[i].text);
        assert_int_equal(c.state, cases[i].want);
    }
}

static bool has_bad(void *user, str_view sample)
{
    ++*(size_t *)user;
    return str_find(sample, STR("bad")) < sample.len;
}

static void test_check__reduces_to_what_matters(void **state)
{
    (void)state;
    static const struct {
        const char *sample, *small;
    } cases[] = {
        {"{\"a\": [1, 2, {\"b\": \"x bad y\", \"c\": 3}], \"d\": null}", "{\"\": \"bad\"}"},
        {"{\"a\": 1}\n{\"a bad key\": {\"k\": [1, 2, 3]}}\n[5]", "{\"bad\": null}"},
        {"[\"good\"]", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena a;
        err e = {{0}};
        str_view small;
        size_t tries = 0;
        arena_init(&a, 1 << 24);
        assert_ok(check_reduce(&small, &a, str_of(cases[i].sample), has_bad, &tries, 1000, &e), &e);
        assert_view(small, cases[i].small);
        arena_release(&a);
    }
}

static void test_check__keeps_to_its_number_of_tries(void **state)
{
    (void)state;
    arena a;
    err e = {{0}};
    str_view small;
    size_t tries = 0;
    arena_init(&a, 1 << 24);
    assert_ok(
        check_reduce(&small, &a, STR("[1, 2, 3, 4, 5, \"bad\", 6, 7, 8]"), has_bad, &tries, 4, &e),
        &e);
    assert_int_equal(tries, 4);
    assert_true(has_bad(&tries, small));
    assert_int_equal(check_reduce(&small, &a, STR("[1,"), has_bad, &tries, 4, &e), ERR_FORMAT);
    arena_release(&a);
}

static void test_check__survives_failing_allocations(void **state)
{
    (void)state;
    FOR_EACH_FAILING_ALLOCATION({
        arena a;
        err e = {{0}};
        str_view small = STR("untouched");
        size_t tries = 0;
        arena_init(&a, 1 << 24);
        err_code rc =
            check_reduce(&small, &a, STR("[1, {\"bad\": \"x\"}]"), has_bad, &tries, 20, &e);
        assert_true(rc == ERR_OK || rc == ERR_NOMEM);
        if (rc != ERR_OK)
            assert_view(small, "untouched");
        arena_release(&a);
    });
}

TEST_MAIN(cmocka_unit_test(test_check__finds_the_first_syntax_error),
          cmocka_unit_test(test_check__knows_what_is_not_the_languages_own),
          cmocka_unit_test(test_check__reduces_to_what_matters),
          cmocka_unit_test(test_check__keeps_to_its_number_of_tries),
          cmocka_unit_test(test_check__survives_failing_allocations))
