#include "tests/unit/test.h"

#include "context/lexicon.h"

/* The pieces of `text`, separated by '|'. */
static void check_pieces(const char *text, const char *want)
{
    char got[512];
    size_t n = 0;
    str_view rest = str_of(text);
    while (rest.len) {
        str_view piece = ctx_lexicon_take(&rest);
        assert_true(piece.len > 0);
        if (n)
            got[n++] = '|';
        memcpy(got + n, piece.ptr, piece.len);
        n += piece.len;
    }
    assert_view(((str_view){got, n}), want);
}

static void test_lexicon__cuts_source(void **state)
{
    (void)state;
    check_pieces("if (a_1==b)\n\n    return x;", "if| (|a_1|=|=|b|)|\n\n    |return| x|;");
    check_pieces("  x \t\r\n\ty", "  x| \t\r\n\t|y");
    check_pieces("\xC3\xA9t\xC3\xA9+\xFF", "\xC3\xA9t\xC3\xA9|+|\xFF");
    check_pieces("   ", "   ");
    check_pieces("", "");
}

static void test_lexicon__pieces_are_bounded_and_lossless(void **state)
{
    (void)state;
    enum { N = 10000 };
    char *text = malloc(N);
    for (int kind = 0; kind < 4; kind++) {
        for (int i = 0; i < N; i++)
            text[i] = "x \n-"[kind == 3 ? i % 4 : kind];
        str_view rest = {text, N};
        const char *at = text;
        while (rest.len) {
            str_view piece = ctx_lexicon_take(&rest);
            assert_ptr_equal(piece.ptr, at);
            assert_true(piece.len > 0 && piece.len <= 3 * CTX_LEXICON_WORD_BYTES);
            at += piece.len;
        }
        assert_ptr_equal(at, text + N);
    }
    free(text);
}

static void test_lexicon__numbers_pieces(void **state)
{
    (void)state;
    ctx_lexicon *x = NULL;
    err e = {0};
    int32_t foo, spaced, again;
    assert_ok(ctx_lexicon_create(&x, &e), &e);
    assert_ok(ctx_lexicon_add(x, STR("foo"), &foo), &e);
    assert_ok(ctx_lexicon_add(x, STR("  foo"), &spaced), &e);
    assert_ok(ctx_lexicon_add(x, STR("foo"), &again), &e);
    assert_int_equal(foo, again);
    assert_int_not_equal(foo, spaced);
    assert_view(ctx_lexicon_piece(x, spaced), "  foo");
    assert_view(ctx_lexicon_word(x, spaced), "foo");
    assert_int_equal(ctx_lexicon_find(x, STR("bar")), CTX_LEXICON_NONE);
    assert_int_equal(ctx_lexicon_find(x, STR("\n \n")), CTX_LEXICON_LINE);
    assert_true(ctx_lexicon_is_line(x, CTX_LEXICON_LINE));
    for (int32_t i = 0; i < 5000; i++) {
        char word[16];
        int32_t id;
        snprintf(word, sizeof word, "w%d", (int)i);
        assert_ok(ctx_lexicon_add(x, str_of(word), &id), &e);
        assert_int_equal(ctx_lexicon_find(x, str_of(word)), id);
        assert_view(ctx_lexicon_piece(x, id), word);
    }
    assert_int_equal(ctx_lexicon_size(x), 5003);
    ctx_lexicon_destroy(x);
}

TEST_MAIN(cmocka_unit_test(test_lexicon__cuts_source),
          cmocka_unit_test(test_lexicon__pieces_are_bounded_and_lossless),
          cmocka_unit_test(test_lexicon__numbers_pieces))
