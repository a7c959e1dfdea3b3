#include "tests/unit/test.h"

static void test_str__takes_lines(void **state)
{
    (void)state;
    str_view rest = STR("one\n\nthree");
    assert_view(str_take_line(&rest), "one");
    assert_view(str_take_line(&rest), "");
    assert_view(str_take_line(&rest), "three");
    assert_int_equal(rest.len, 0);
}

static void test_str__finds(void **state)
{
    (void)state;
    assert_int_equal(str_find(STR("aaab"), STR("aab")), 1);
    assert_int_equal(str_find(STR("aaab"), STR("c")), 4);
    assert_int_equal(str_find(STR("ab"), STR("abc")), 2);
    assert_int_equal(str_find(STR(""), STR("")), 0);
    assert_int_equal(str_find_byte(STR("xyz"), 'z'), 2);
}

static void test_str__trims(void **state)
{
    (void)state;
    assert_view(str_trim(STR(" \t a b \r\n")), "a b");
    assert_view(str_trim_left(STR("  a ")), "a ");
    assert_view(str_trim_right(STR("  a ")), "  a");
    assert_true(str_is_blank(STR(" \n\t")));
    assert_false(str_is_blank(STR(" x")));
}

static void test_str__slices_are_clamped(void **state)
{
    (void)state;
    assert_view(str_slice(STR("abc"), 1, 99), "bc");
    assert_view(str_slice(STR("abc"), 5, 2), "");
    str_view nothing = {NULL, 0};
    assert_int_equal(str_slice(nothing, 0, 3).len, 0);
}

static void test_str__orders(void **state)
{
    (void)state;
    assert_true(str_cmp(STR("a"), STR("ab")) < 0);
    assert_true(str_cmp(STR("b"), STR("ab")) > 0);
    assert_int_equal(str_cmp(STR("ab"), STR("ab")), 0);
    assert_true(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("a"), STR("ab")));
    assert_true(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("c"), STR("bc")));
}

TEST_MAIN(cmocka_unit_test(test_str__takes_lines), cmocka_unit_test(test_str__finds),
          cmocka_unit_test(test_str__trims), cmocka_unit_test(test_str__slices_are_clamped),
          cmocka_unit_test(test_str__orders))
