#include "tests/unit/test.h"

#include "context/window.h"

/* A token is a byte here: budgets can be read off the text. */
static size_t count_bytes(void *user, str_view text)
{
    (void)user;
    return text.len;
}

static struct ctx_window around(str_view text, size_t cursor, size_t prefix, size_t suffix)
{
    struct ctx_window_budget b = {prefix, suffix, count_bytes, NULL};
    return ctx_window_around(text, cursor, &b);
}

static void test_window__small_documents_are_whole(void **state)
{
    (void)state;
    str_view text = STR("one\ntwo\nthree\n");
    for (size_t cursor = 0; cursor <= text.len; cursor++) {
        struct ctx_window w = around(text, cursor, 100, 100);
        assert_int_equal(w.begin_bytes, 0);
        assert_int_equal(w.end_bytes, text.len);
    }
    assert_int_equal(around(STR(""), 0, 10, 10).end_bytes, 0);
}

static void fill(char *text, size_t n_lines)
{
    for (size_t i = 0; i < n_lines; i++)
        memcpy(text + 10 * i, "123456789\n", 10);
}

/* Typing along must not move the start of the window, except by whole steps now and then. */
static void test_window__start_is_anchored(void **state)
{
    (void)state;
    static char text[10 * 500];
    fill(text, 500);
    size_t last = 0, moves = 0;
    for (size_t cursor = 0; cursor <= sizeof text; cursor++) {
        size_t begin = around((str_view){text, sizeof text}, cursor, 400, 100).begin_bytes;
        assert_true(begin <= cursor && cursor - begin <= 400);
        assert_true(begin >= last);
        if (begin != last) {
            assert_int_equal(begin % (10 * CTX_WINDOW_STEP_LINES), 0);
            moves++;
        }
        if (cursor > 400)
            assert_true(cursor - begin >
                        400 - 10 * CTX_WINDOW_STEP_LINES); /* most of the budget is used */
        last = begin;
    }
    assert_true(moves <= sizeof text / (10 * CTX_WINDOW_STEP_LINES));
}

static void test_window__suffix_ends_at_a_line(void **state)
{
    (void)state;
    static char text[10 * 100];
    fill(text, 100);
    for (size_t cursor = 0; cursor <= sizeof text; cursor++) {
        size_t end = around((str_view){text, sizeof text}, cursor, 100, 55).end_bytes;
        assert_true(end >= cursor && end - cursor <= 55);
        assert_true(end == sizeof text || end % 10 == 0);
    }
}

static void test_window__long_lines_are_cut_at_characters(void **state)
{
    (void)state;
    static char text[9000];
    for (size_t i = 0; i + 3 <= sizeof text; i += 3)
        memcpy(text + i, "\xE2\x82\xAC", 3); /* € */
    str_view v = {text, sizeof text};
    for (size_t cursor = 0; cursor <= sizeof text; cursor += 3) {
        struct ctx_window w = around(v, cursor, 700, 600);
        assert_true(w.begin_bytes % 3 == 0 && w.end_bytes % 3 == 0);
        assert_true(cursor - w.begin_bytes <= 700 && w.end_bytes - cursor <= 600);
        if (cursor >= 700)
            assert_true(cursor - w.begin_bytes > 400);
        if (sizeof text - cursor >= 600)
            assert_true(w.end_bytes - cursor > 300);
    }
}

static void test_window__no_budget_no_text(void **state)
{
    (void)state;
    struct ctx_window w = around(STR("abc\ndef"), 5, 0, 0);
    assert_int_equal(w.begin_bytes, 5);
    assert_int_equal(w.end_bytes, 5);
}

static void test_window__one_line_of_five_megabytes(void **state)
{
    (void)state;
    size_t n = 5 << 20;
    char *text = malloc(n);
    assert_non_null(text);
    memset(text, 'x', n);
    struct ctx_window w = around((str_view){text, n}, n / 2, 1000, 300);
    assert_true(n / 2 - w.begin_bytes <= 1000 && w.begin_bytes < n / 2);
    assert_true(w.end_bytes - n / 2 <= 300 && w.end_bytes > n / 2);
    free(text);
}

TEST_MAIN(cmocka_unit_test(test_window__small_documents_are_whole),
          cmocka_unit_test(test_window__start_is_anchored),
          cmocka_unit_test(test_window__suffix_ends_at_a_line),
          cmocka_unit_test(test_window__long_lines_are_cut_at_characters),
          cmocka_unit_test(test_window__no_budget_no_text),
          cmocka_unit_test(test_window__one_line_of_five_megabytes))
