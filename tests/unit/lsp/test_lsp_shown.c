#include "tests/unit/test.h"

#include "lsp/shown.h"

/* A document as a string, and what was shown for it, edited together. */
struct fixture {
    char text[1024];
    lsp_shown shown;
};

static void init(struct fixture *f, const char *text)
{
    snprintf(f->text, sizeof f->text, "%s", text);
    lsp_shown_init(&f->shown);
}

static void edit(struct fixture *f, size_t begin, size_t end, const char *with)
{
    char tail[1024];
    lsp_shown_edit(&f->shown, begin, end, str_of(with));
    snprintf(tail, sizeof tail, "%s", f->text + end);
    snprintf(f->text + begin, sizeof f->text - begin, "%s%s", with, tail);
}

static void show(struct fixture *f, size_t begin, size_t cursor, size_t end, const char *text)
{
    struct assist_suggestion s = {str_of(text), begin, end, 1, "model", NULL, 0, 0, 0};
    lsp_shown_set(&f->shown, str_of(f->text), cursor, false, &s, 1);
}

/* NULL: the engine must be asked. Else the document as it would be after accepting the first item.
 */
static const char *accepted(struct fixture *f, size_t cursor)
{
    static char out[1024];
    struct assist_suggestion it;
    size_t n;
    if (!lsp_shown_get(&f->shown, cursor, false, &it, 1, &n))
        return NULL;
    assert_int_equal(n, 1);
    assert_true(it.begin_bytes <= cursor && it.end_bytes >= cursor &&
                it.end_bytes <= strlen(f->text));
    snprintf(out, sizeof out, "%.*s%.*s%s", (int)it.begin_bytes, f->text, STR_ARG(it.text),
             f->text + it.end_bytes);
    return out;
}

/* Whatever part is typed, accepting the rest gives the same document. */
static void test_shown__every_prefix_leads_to_the_same_text(void **state)
{
    (void)state;
    const char *suggestion = "turn foo(x, y);\n    done();";
    struct fixture f;
    init(&f, "  re\nend\n");
    show(&f, 2, 4, 4, "return foo(x, y);\n    done();");
    assert_string_equal(accepted(&f, 4), "  return foo(x, y);\n    done();\nend\n");
    for (size_t i = 0; i + 1 < strlen(suggestion); i++) {
        char key[2] = {suggestion[i], '\0'};
        edit(&f, 4 + i, 4 + i, key);
        assert_string_equal(accepted(&f, 5 + i), "  return foo(x, y);\n    done();\nend\n");
        /* The cursor moved back: nothing, or before a closer still the same text. */
        const char *back = accepted(&f, 4 + i);
        assert_true(!back || strcmp(back, "  return foo(x, y);\n    done();\nend\n") == 0);
    }
    /* All typed: nothing is left. */
    edit(&f, 4 + strlen(suggestion) - 1, 4 + strlen(suggestion) - 1, ";");
    assert_null(accepted(&f, 4 + strlen(suggestion)));
    lsp_shown_release(&f.shown);
}

static void test_shown__covered_text_stays_covered(void **state)
{
    (void)state;
    struct fixture f;
    init(&f, "f(x)");
    show(&f, 3, 3, 4, ", y)");
    assert_string_equal(accepted(&f, 3), "f(x, y)");
    edit(&f, 3, 3, ", ");
    assert_string_equal(accepted(&f, 5), "f(x, y)");
    lsp_shown_release(&f.shown);
}

static void test_shown__closers_put_by_the_editor_are_covered(void **state)
{
    (void)state;
    struct fixture f;
    init(&f, "f;");
    show(&f, 1, 1, 1, "(a[1], \"s\")");
    edit(&f, 1, 1, "()");
    assert_string_equal(accepted(&f, 2), "f(a[1], \"s\");");
    edit(&f, 2, 2, "a[]");
    assert_string_equal(accepted(&f, 4), "f(a[1], \"s\");");
    lsp_shown_release(&f.shown);
    /* A closer that the item does not bring back must not be eaten. */
    init(&f, "f;");
    show(&f, 1, 1, 1, "(\n  a");
    edit(&f, 1, 1, "()");
    assert_null(accepted(&f, 2));
    lsp_shown_release(&f.shown);
}

static void test_shown__backspace_and_other_keys(void **state)
{
    (void)state;
    struct fixture f;
    init(&f, "a");
    show(&f, 1, 1, 1, "bcd");
    edit(&f, 1, 1, "b");
    edit(&f, 2, 2, "X");
    assert_null(accepted(&f, 3)); /* not what was suggested */
    edit(&f, 2, 3, "");
    assert_string_equal(accepted(&f, 2), "abcd"); /* taken back */
    edit(&f, 1, 2, "bc");                         /* replaced by more of it */
    assert_string_equal(accepted(&f, 3), "abcd");
    edit(&f, 0, 1, "z"); /* before the place */
    assert_null(accepted(&f, 3));
    lsp_shown_release(&f.shown);
}

static void test_shown__changes_elsewhere_forget(void **state)
{
    (void)state;
    struct fixture f;
    for (int at = 0; at < 2; at++) {
        init(&f, "ab\ncd");
        show(&f, 2, 2, 2, "xyz");
        edit(&f, at ? 4 : 0, at ? 5 : 0, "q");
        assert_null(accepted(&f, at ? 2 : 3));
        lsp_shown_release(&f.shown);
    }
}

static void test_shown__rewriting_items_are_for_their_place_only(void **state)
{
    (void)state;
    struct fixture f;
    init(&f, "FOO");
    show(&f, 0, 3, 3, "foobar");
    assert_string_equal(accepted(&f, 3), "foobar");
    edit(&f, 3, 3, "b");
    assert_null(accepted(&f, 4));
    lsp_shown_release(&f.shown);
}

static void test_shown__another_indentation_is_followed(void **state)
{
    (void)state;
    struct fixture f;
    init(&f, "x\n  fo");
    show(&f, 6, 6, 6, "r (;;) {\n    y();\n  }");
    edit(&f, 2, 2, "  "); /* the line is moved to the right */
    assert_string_equal(accepted(&f, 8), "x\n    for (;;) {\n      y();\n    }");
    edit(&f, 2, 6, "\t");
    assert_string_equal(accepted(&f, 5), "x\n\tfor (;;) {\n\t  y();\n\t}");
    edit(&f, 3, 4, ""); /* text of the line is none */
    assert_null(accepted(&f, 4));
    lsp_shown_release(&f.shown);
}

/* What editors put there when a line is begun. */
static void test_shown__lines_typed_along_may_be_indented_otherwise(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *want;
    } cases[] = {
        {"{\n", "f(){\n  a;\n  b;\n}"},          {"{\n ", "f(){\n  a;\n  b;\n}"},
        {"{\n  ", "f(){\n  a;\n  b;\n}"},        {"{\n\t", "f(){\n\ta;\n\tb;\n}"},
        {"{\n    a", "f(){\n    a;\n    b;\n}"}, {"{\n  x", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        init(&f, "f()");
        show(&f, 3, 3, 3, "{\n  a;\n  b;\n}");
        edit(&f, 3, 3, cases[i].typed);
        const char *got = accepted(&f, 3 + strlen(cases[i].typed));
        if (!cases[i].want)
            assert_null(got);
        else
            assert_string_equal(got ? got : "nothing", cases[i].want);
        lsp_shown_release(&f.shown);
    }
}

static void test_shown__alternatives(void **state)
{
    (void)state;
    lsp_shown s;
    struct assist_suggestion in[3] = {{STR("abc"), 0, 0, 1, "model", NULL, 0, 0, 0},
                                      {STR("abd"), 0, 0, 1, "model", NULL, 0, 0, 0},
                                      {STR("x"), 0, 0, 1, "model", NULL, 0, 0, 0}};
    struct assist_suggestion out[3];
    size_t n;
    lsp_shown_init(&s);
    lsp_shown_set(&s, STR(""), 0, false, in, 1);
    assert_false(lsp_shown_get(&s, 0, true, out, 3, &n)); /* one was made, several are wanted */
    lsp_shown_set(&s, STR(""), 0, true, in, 3);
    assert_true(lsp_shown_get(&s, 0, true, out, 3, &n) && n == 3);
    lsp_shown_edit(&s, 0, 0, STR("ab"));
    assert_true(lsp_shown_get(&s, 2, true, out, 3, &n) && n == 2);
    assert_view(out[0].text, "c");
    assert_view(out[1].text, "d");
    assert_true(lsp_shown_get(&s, 2, false, out, 1, &n) && n == 1);
    lsp_shown_release(&s);
}

static void test_shown__out_of_memory_asks_the_engine(void **state)
{
    (void)state;
    FOR_EACH_FAILING_ALLOCATION({
        struct fixture f;
        init(&f, "a");
        show(&f, 1, 1, 1, "bcd");
        edit(&f, 1, 1, "b");
        const char *got = accepted(&f, 2);
        assert_true(!got || strcmp(got, "abcd") == 0);
        lsp_shown_release(&f.shown);
    });
}

TEST_MAIN(cmocka_unit_test(test_shown__every_prefix_leads_to_the_same_text),
          cmocka_unit_test(test_shown__covered_text_stays_covered),
          cmocka_unit_test(test_shown__closers_put_by_the_editor_are_covered),
          cmocka_unit_test(test_shown__backspace_and_other_keys),
          cmocka_unit_test(test_shown__changes_elsewhere_forget),
          cmocka_unit_test(test_shown__rewriting_items_are_for_their_place_only),
          cmocka_unit_test(test_shown__another_indentation_is_followed),
          cmocka_unit_test(test_shown__lines_typed_along_may_be_indented_otherwise),
          cmocka_unit_test(test_shown__alternatives),
          cmocka_unit_test(test_shown__out_of_memory_asks_the_engine))
