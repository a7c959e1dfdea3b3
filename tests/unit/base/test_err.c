#include "tests/unit/test.h"

#include "base/log.h"
#include "base/utf.h"

static void test_err__text_is_one_clean_line(void **state)
{
    (void)state;
    err e = {{0}};
    assert_int_equal(err_set(&e, ERR_IO, "a\nb\x1b[31m%s", "c"), ERR_IO);
    assert_string_equal(e.text, "a?b?[31mc");
    assert_int_equal(err_set(NULL, ERR_IO, "x"), ERR_IO);
}

static void test_err__cut_on_a_character(void **state)
{
    (void)state;
    for (size_t lead = 0; lead < 4; lead++) {
        char text[2 * ERR_TEXT_BYTES];
        memset(text, 'x', lead);
        for (size_t i = lead; i + 4 < sizeof text; i += 4)
            memcpy(text + i, "\xF0\x9F\x98\x80", 5);
        err e = {{0}};
        (void)err_set(&e, ERR_FORMAT, "%s", text);
        assert_true(strlen(e.text) >= ERR_TEXT_BYTES - 5);
        assert_true(utf8_is_valid(str_of(e.text)));
    }
}

static void test_err__every_code_has_a_name(void **state)
{
    (void)state;
    for (int i = ERR_OK; i <= ERR_STALE; i++)
        assert_string_not_equal(err_name((err_code)i), "unknown error");
}

static char logged[64];
static void keep(void *user, log_level level, const char *line)
{
    (void)user;
    snprintf(logged, sizeof logged, "%d %s", (int)level, line);
}

static void test_err__log_goes_to_the_sink_by_level(void **state)
{
    (void)state;
    log_set_sink(keep, NULL);
    log_write(LOG_INFO, "hidden");
    assert_string_equal(logged, "");
    log_set_level(LOG_INFO);
    log_write(LOG_INFO, "shown %d", 1);
    assert_string_equal(logged, "3 shown 1");
    log_set_sink(NULL, NULL);
    log_set_level(LOG_WARNING);
}

TEST_MAIN(cmocka_unit_test(test_err__text_is_one_clean_line),
          cmocka_unit_test(test_err__cut_on_a_character),
          cmocka_unit_test(test_err__every_code_has_a_name),
          cmocka_unit_test(test_err__log_goes_to_the_sink_by_level))
