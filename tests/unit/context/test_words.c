#include "tests/unit/test.h"

#include "context/words.h"

static ctx_words *make(void)
{
    ctx_words *w = NULL;
    err e;
    assert_int_equal(ctx_words_create(&w, &e), ERR_OK);
    return w;
}

static void put(ctx_words *w, uint64_t id, const char *text)
{
    err e;
    assert_int_equal(ctx_words_put(w, id, str_of(text), &e), ERR_OK);
}

static void test_words__counts_texts(void **state)
{
    (void)state;
    ctx_words *w = make();
    put(w, 1, "int count = 0; count++; 12abc");
    put(w, 2, "count(other)");
    assert_int_equal(ctx_words_count(w, STR("count")), 2);
    assert_int_equal(ctx_words_count(w, STR("int")), 1);
    assert_int_equal(ctx_words_count(w, STR("12abc")), 0);
    assert_int_equal(ctx_words_count(w, STR("coun")), 0);
    put(w, 2, "nothing of the kind");
    assert_int_equal(ctx_words_count(w, STR("count")), 1);
    assert_int_equal(ctx_words_count(w, STR("other")), 0);
    ctx_words_remove(w, 1);
    ctx_words_remove(w, 7);
    assert_int_equal(ctx_words_count(w, STR("count")), 0);
    ctx_words_destroy(w);
}

static void test_words__nearest(void **state)
{
    (void)state;
    ctx_words *w = make();
    put(w, 1, "buf_append buf_view begin_bytes");
    put(w, 2, "buf_apend");
    put(w, 3, "gone_words");
    ctx_words_remove(w, 3);
    static const struct {
        const char *word, *want;
        size_t max;
    } cases[] = {
        {"buf_appendd", "buf_append", 2},
        {"buf_veiw", "buf_view", 2},
        {"Buf_Append", "buf_append", 1},
        {"but_vie", "buf_view", 2},
        {"xuf_view", "", 2},
        {"gone_word", "", 2},
        {"begin", "", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str_view got = ctx_words_nearest(w, str_of(cases[i].word), cases[i].max);
        if (!str_eq(got, str_of(cases[i].want)))
            fail_msg("%s: got \"%.*s\", want \"%s\"", cases[i].word, STR_ARG(got), cases[i].want);
    }
    ctx_words_destroy(w);
}

static void test_words__in_text(void **state)
{
    (void)state;
    assert_true(ctx_words_in(STR("a = foo_bar + foo;"), STR("foo")));
    assert_false(ctx_words_in(STR("a = foo_bar + xfoo"), STR("foo")));
    assert_true(ctx_words_in(STR("foo"), STR("foo")));
    assert_false(ctx_words_in(STR(""), STR("foo")));
    assert_int_equal(ctx_words_edits(STR("kitten"), STR("sitting"), 9), 3);
    assert_int_equal(ctx_words_edits(STR("kitten"), STR("sitting"), 2), 3);
}

static void test_words__many(void **state)
{
    (void)state;
    ctx_words *w = make();
    char text[64];
    for (unsigned i = 0; i < 3000; i++) {
        snprintf(text, sizeof text, "w%u w%u shared", i, i + 1);
        put(w, i, text);
    }
    assert_int_equal(ctx_words_count(w, STR("shared")), 3000);
    assert_int_equal(ctx_words_count(w, STR("w0")), 1);
    assert_int_equal(ctx_words_count(w, STR("w1500")), 2);
    for (unsigned i = 0; i < 3000; i++)
        ctx_words_remove(w, i);
    assert_int_equal(ctx_words_count(w, STR("shared")), 0);
    ctx_words_destroy(w);
}

static void put_once(void)
{
    ctx_words *w = NULL;
    err e;
    err_code rc = ctx_words_create(&w, &e);
    if (rc == ERR_OK)
        rc = ctx_words_put(w, 1, STR("some words of a text"), &e);
    if (rc == ERR_OK)
        assert_int_equal(ctx_words_count(w, STR("text")), 1);
    else
        assert_int_equal(rc, ERR_NOMEM);
    ctx_words_destroy(w);
}

static void test_words__memory_may_run_out(void **state)
{
    (void)state;
    FOR_EACH_FAILING_ALLOCATION(put_once());
}

TEST_MAIN(cmocka_unit_test(test_words__counts_texts), cmocka_unit_test(test_words__nearest),
          cmocka_unit_test(test_words__in_text), cmocka_unit_test(test_words__many),
          cmocka_unit_test(test_words__memory_may_run_out))
