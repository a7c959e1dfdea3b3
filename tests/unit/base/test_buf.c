#include "tests/unit/test.h"

#include "base/buf.h"

static void test_buf__appends_and_terminates(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 1000);
    buf_append(&b, STR("ab"));
    buf_append_byte(&b, 'c');
    buf_append_format(&b, "%d", 42);
    assert_view(buf_view(&b), "abc42");
    assert_int_equal(b.ptr[b.len], '\0');
    buf_release(&b);
    buf_append(&b, (str_view){NULL, 0});
    assert_int_equal(buf_failed(&b), ERR_OK);
    buf_release(&b);
}

static void test_buf__maximum_is_exact(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 5);
    buf_append(&b, STR("12345"));
    assert_int_equal(buf_failed(&b), ERR_OK);
    buf_append_byte(&b, '6');
    assert_int_equal(buf_failed(&b), ERR_RANGE);
    assert_view(buf_view(&b), "12345");
    buf_clear(&b);
    buf_append(&b, STR("x"));
    assert_view(buf_view(&b), "x");
    buf_release(&b);
}

/* Splices at every place against a naive copy. */
static void test_buf__splice_equals_naive(void **state)
{
    (void)state;
    static const char *const inserts[] = {"", "X", "YYYYYYYYYYYYYYYY"};
    for (size_t begin = 0; begin <= 6; begin++)
        for (size_t end = begin; end <= 6; end++)
            for (size_t k = 0; k < 3; k++) {
                buf b;
                buf_init(&b, 100);
                buf_append(&b, STR("abcdef"));
                buf_splice(&b, begin, end, str_of(inserts[k]));
                char want[64];
                snprintf(want, sizeof want, "%.*s%s%s", (int)begin, "abcdef", inserts[k],
                         &"abcdef"[end]);
                assert_view(buf_view(&b), want);
                buf_release(&b);
            }
}

static void test_buf__splice_past_the_maximum_changes_nothing(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 6);
    buf_append(&b, STR("abcdef"));
    buf_splice(&b, 1, 2, STR("123"));
    assert_int_equal(buf_failed(&b), ERR_RANGE);
    assert_view(buf_view(&b), "abcdef");
    buf_release(&b);
}

static void test_buf__survives_allocation_failure(void **state)
{
    (void)state;
    int failures = 0;
    FOR_EACH_FAILING_ALLOCATION({
        buf b;
        buf_init(&b, 10000);
        for (int i = 0; i < 1000; i++)
            buf_append(&b, STR("0123456"));
        failures += buf_failed(&b) == ERR_NOMEM;
        buf_release(&b);
    });
    assert_true(failures > 3);
}

TEST_MAIN(cmocka_unit_test(test_buf__appends_and_terminates),
          cmocka_unit_test(test_buf__maximum_is_exact),
          cmocka_unit_test(test_buf__splice_equals_naive),
          cmocka_unit_test(test_buf__splice_past_the_maximum_changes_nothing),
          cmocka_unit_test(test_buf__survives_allocation_failure))
