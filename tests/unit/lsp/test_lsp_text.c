#include "tests/unit/test.h"

#include "lsp/text.h"

/* Every fact about the text, computed from scratch. */
static void check_index(const lsp_text *t)
{
    str_view v = lsp_text_view(t);
    size_t line = 0, begin = 0;
    for (size_t i = 0; i < v.len; i++) {
        bool end =
            v.ptr[i] == '\n' || (v.ptr[i] == '\r' && (i + 1 == v.len || v.ptr[i + 1] != '\n'));
        assert_int_equal(lsp_text_line_of(t, i), line);
        if (end) {
            size_t n = i - begin - (v.ptr[i] == '\n' && i > begin && v.ptr[i - 1] == '\r');
            assert_true(line < t->n_lines);
            assert_int_equal(t->starts[line], begin);
            assert_true(str_eq(lsp_text_line(t, line), str_slice(v, begin, begin + n)));
            begin = i + 1;
            line++;
        }
    }
    assert_int_equal(t->n_lines, line + 1);
    assert_int_equal(t->starts[line], begin);
    assert_true(str_eq(lsp_text_line(t, line), str_slice(v, begin, v.len)));
    assert_int_equal(lsp_text_line_of(t, v.len), line);
}

static uint64_t rnd(uint64_t *s)
{
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return *s * 2685821657736338717u;
}

static void test_text__random_edits_equal_a_plain_splice(void **state)
{
    (void)state;
    static const char alphabet[] = {'a', 'b', '\n', '\r', '\n', '\r', 'c', '\0'};
    uint64_t seed = 3;
    for (int round = 0; round < 300; round++) {
        lsp_text t;
        assert_int_equal(lsp_text_init(&t, 4096), ERR_OK);
        char mirror[4096];
        size_t n = 0;
        for (int edit = 0; edit < 60; edit++) {
            char with[12];
            size_t n_with = rnd(&seed) % sizeof with;
            for (size_t i = 0; i < n_with; i++)
                with[i] = alphabet[rnd(&seed) % sizeof alphabet];
            size_t begin = rnd(&seed) % (n + 1);
            size_t end = begin + rnd(&seed) % (n - begin + 1) % 9;
            assert_int_equal(lsp_text_replace(&t, begin, end, (str_view){with, n_with}), ERR_OK);
            memmove(mirror + begin + n_with, mirror + end, n - end);
            memcpy(mirror + begin, with, n_with);
            n = n - (end - begin) + n_with;
            assert_int_equal(t.bytes.len, n);
            assert_true(n == 0 || memcmp(t.bytes.ptr, mirror, n) == 0);
            check_index(&t);
        }
        lsp_text_release(&t);
    }
}

static void test_text__line_ends(void **state)
{
    (void)state;
    lsp_text t;
    assert_int_equal(lsp_text_init(&t, 100), ERR_OK);
    assert_int_equal(lsp_text_set(&t, STR("one\r\ntwo\rthree\n\nfive")), ERR_OK);
    assert_int_equal(t.n_lines, 5);
    assert_view(lsp_text_line(&t, 0), "one");
    assert_view(lsp_text_line(&t, 1), "two");
    assert_view(lsp_text_line(&t, 3), "");
    assert_view(lsp_text_line(&t, 4), "five");
    /* A column past the end stops before the line end, a line past the end at the end. */
    assert_int_equal(lsp_text_offset(&t, (lsp_pos){0, 99}, LSP_UTF16), 3);
    assert_int_equal(lsp_text_offset(&t, (lsp_pos){9, 0}, LSP_UTF16), t.bytes.len);
    lsp_pos p = lsp_text_pos(&t, 4, LSP_UTF16); /* between \r and \n */
    assert_int_equal(p.line, 0);
    assert_int_equal(p.col, 3);
    lsp_text_release(&t);
}

static void test_text__joins_and_splits_crlf(void **state)
{
    (void)state;
    lsp_text t;
    assert_int_equal(lsp_text_init(&t, 100), ERR_OK);
    assert_int_equal(lsp_text_set(&t, STR("a\rb")), ERR_OK);
    assert_int_equal(lsp_text_replace(&t, 2, 2, STR("\n")), ERR_OK); /* a\r\nb */
    check_index(&t);
    assert_int_equal(t.n_lines, 2);
    assert_int_equal(lsp_text_replace(&t, 2, 2, STR("x")), ERR_OK); /* a\rx\nb */
    check_index(&t);
    assert_int_equal(t.n_lines, 3);
    assert_int_equal(lsp_text_replace(&t, 0, 5, STR("")), ERR_OK);
    check_index(&t);
    lsp_text_release(&t);
}

static void test_text__limit_and_failure_keep_the_text(void **state)
{
    (void)state;
    lsp_text t;
    assert_int_equal(lsp_text_init(&t, 8), ERR_OK);
    assert_int_equal(lsp_text_set(&t, STR("a\nb")), ERR_OK);
    assert_int_equal(lsp_text_replace(&t, 1, 1, STR("\n\n\n\n\n\n")), ERR_RANGE);
    assert_view(lsp_text_view(&t), "a\nb");
    check_index(&t);
    assert_int_equal(lsp_text_replace(&t, 1, 1, STR("xyz\n")), ERR_OK);
    assert_view(lsp_text_view(&t), "axyz\n\nb");
    lsp_text_release(&t);

    FOR_EACH_FAILING_ALLOCATION({
        lsp_text u;
        if (lsp_text_init(&u, 1000) == ERR_OK) {
            static const char many[] =
                "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18";
            err_code rc = lsp_text_set(&u, str_of(many));
            assert_view(lsp_text_view(&u), rc == ERR_OK ? many : "");
            check_index(&u);
        }
        lsp_text_release(&u);
    });
}

TEST_MAIN(cmocka_unit_test(test_text__random_edits_equal_a_plain_splice),
          cmocka_unit_test(test_text__line_ends),
          cmocka_unit_test(test_text__joins_and_splits_crlf),
          cmocka_unit_test(test_text__limit_and_failure_keep_the_text))
