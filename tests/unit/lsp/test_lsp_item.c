#include "tests/unit/test.h"

#include "lsp/item.h"
#include "lsp/json.h"

struct fixture {
    lsp_text text;
    struct lsp_item_place place;
};

static void init(struct fixture *f, const char *text, size_t cursor)
{
    assert_int_equal(lsp_text_init(&f->text, 4096), ERR_OK);
    assert_int_equal(lsp_text_set(&f->text, str_of(text)), ERR_OK);
    f->place = (struct lsp_item_place){&f->text, LSP_UTF16, cursor, STR("a:b"), STR("c"), false};
}

static bool sound(const char *text, size_t cursor, size_t begin, size_t end, const char *insert)
{
    struct fixture f;
    init(&f, text, cursor);
    struct assist_suggestion s = {str_of(insert), begin, end, 1, "model", NULL, 0, 0, 0};
    bool ok = lsp_item_is_sound(&f.place, &s);
    lsp_text_release(&f.text);
    return ok;
}

static void test_item__range_is_whole_characters_of_one_line(void **state)
{
    (void)state;
    assert_true(sound("ab\ncd\nef", 4, 3, 5, "x"));
    assert_false(sound("ab\ncd\nef", 4, 2, 5, "x")); /* begins on the line before */
    assert_false(sound("ab\ncd\nef", 4, 3, 6, "x")); /* takes the line end with it */
    assert_false(sound("ab\ncd\nef", 4, 5, 5, "x")); /* behind the cursor */
    assert_false(sound("ab\ncd\nef", 4, 3, 3, "x")); /* before it */
    assert_false(sound("ab\ncd\nef", 4, 4, 4, " \n"));
    assert_false(sound("a\xC3\xA9", 1, 1, 2, "x"));
    assert_true(sound("a\xC3\xA9", 1, 1, 3, "x"));
    assert_true(sound("", 0, 0, 0, "x"));
}

/* The completion item's member `key`, for a suggestion at the cursor. */
static void check_item(const char *text, size_t cursor, const char *insert, const char *label,
                       const char *filter, const char *new_text, uint32_t want_begin)
{
    struct fixture f;
    init(&f, text, cursor);
    struct assist_suggestion s = {str_of(insert), cursor, cursor, 1, "model", NULL, 0, 0, 0};
    struct lsp_item_caps caps = {.markdown = false};
    lsp_writer w;
    lsp_write_init(&w);
    lsp_item_write_completion(&w, &f.place, &caps, &s, 0);
    cJSON *t = NULL;
    err e = {{0}};
    assert_ok(lsp_json_parse(&t, w.out.ptr, w.out.len, &e), &e);
    str_view got = {NULL, 0};
    assert_true(lsp_json_as_str(lsp_json_get(t, "label"), &got));
    assert_view(got, label);
    assert_true(lsp_json_as_str(lsp_json_get(t, "filterText"), &got));
    assert_view(got, filter);
    assert_true(lsp_json_as_str(lsp_json_path(t, "textEdit", "newText", NULL), &got));
    assert_view(got, new_text);
    uint32_t col = 99;
    assert_true(
        lsp_json_as_uint(lsp_json_path(t, "textEdit", "range", "start", "character", NULL), &col));
    assert_int_equal(col, want_begin);
    cJSON_Delete(t);
    lsp_write_release(&w);
    lsp_text_release(&f.text);
}

static void test_item__completion_begins_at_the_word(void **state)
{
    (void)state;
    check_item("x = ret", 7, "urn y;", "return y;", "return y;", "return y;", 4);
    check_item("x = ", 4, "y;", "y;", "y;", "y;", 4);
    check_item("a.", 2, "b()", "b()", "b()", "b()", 2);
    check_item("\xC3\xA9t", 3, "at", "\xC3\xA9tat", "\xC3\xA9tat", "\xC3\xA9tat", 0);
    check_item("if (x) {", 8, "\n    y;\n}", "y;", "y;", "\n    y;\n}", 8);
}

static void test_item__long_label_is_cut_between_characters(void **state)
{
    (void)state;
    char insert[400] = "ab", label[400] = "ab";
    for (size_t i = 0; i < 99; i++)
        memcpy(insert + 2 + 2 * i, "\xC3\xA9", 3);
    for (size_t i = 0; i < 59; i++)
        memcpy(label + 2 + 2 * i, "\xC3\xA9", 3);
    check_item("", 0, insert, label, label, insert, 0);
}

static void check_extend(const char *entry, const char *after, size_t begin, size_t end,
                         const char *text, const char *want)
{
    buf b;
    buf_init(&b, 1000);
    struct assist_suggestion s = {str_of(text), begin, end, 1, "model", NULL, 0, 0, 0};
    bool ok = lsp_item_extend_entry(&b, str_of(entry), 10, str_of(after), &s);
    assert_int_equal(ok, want != NULL);
    if (want)
        assert_view(buf_view(&b), want);
    buf_release(&b);
}

static void test_item__extends_the_selected_entry(void **state)
{
    (void)state;
    check_extend("print", "", 15, 15, "(x)", "print(x)");
    check_extend("print", ")", 15, 16, "(x))", "print(x)"); /* what it brings back is left out */
    check_extend("print", "", 12, 15, "int(x)", "print(x)");
    check_extend("print", "", 12, 15, "INT(x)", NULL); /* rewrites the entry */
    check_extend("print", ")", 15, 16, "(x", NULL);    /* removes text behind it */
    check_extend("print", "", 9, 15, "xprint(", NULL);
    check_extend("print", "", 15, 17, "(x)", NULL);
    check_extend("print", "", 15, 15, " ", NULL);
    check_extend("print", ")", 15, 16, ")", NULL); /* nothing new */
}

TEST_MAIN(cmocka_unit_test(test_item__range_is_whole_characters_of_one_line),
          cmocka_unit_test(test_item__completion_begins_at_the_word),
          cmocka_unit_test(test_item__long_label_is_cut_between_characters),
          cmocka_unit_test(test_item__extends_the_selected_entry))
