/* YAML, TOML and XML as JSON. Each pair was compared with PyYAML, Python's tomllib and xml.etree;
 * what is refused, they refuse too. */
#include "assist/scaffold/convert.h"
#include "assist/scaffold/tape.h"
#include "tests/unit/test.h"

static const struct {
    scaf_syntax syntax;
    const char *text, *json;
} pairs[] = {
    {SYNTAX_YAML, "a: 1\nb: [x, 'it''s', \"t\\tb\"]\n",
     "{\"a\": 1,\n\"b\": [\"x\", \"it's\", \"t\\u0009b\"]}\n"},
    {SYNTAX_YAML, "- ~\n- null\n-\n- 0x1F\n- 0o17\n- 012\n- +1.\n- .5\n- -1e3\n- .inf\n- 1_0\n",
     "[null,\nnull,\nnull,\n31,\n15,\n\"012\",\n1.0,\n0.5,\n-1e3,\nnull,\n\"1_0\"]\n"},
    {SYNTAX_YAML, "- yes\n- True\n- 'true'\n- !!str 12\n- !!int 12\n- !Ref 12\n- 2001-01-01\n",
     "[\"yes\",\ntrue,\n\"true\",\n\"12\",\n12,\n\"12\",\n\"2001-01-01\"]\n"},
    {SYNTAX_YAML, "a: |\n  x\n   y\n\nb: >-\n  x\n  y\nc: two\n  lines\n",
     "{\"a\": \"x\\u000a y\\u000a\",\n\"b\": \"x y\",\n\"c\": \"two lines\"}\n"},
    {SYNTAX_YAML, "a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, y: 3}\nd:\n  <<: [*a, {z: 4}]\n",
     "{\"a\": {\"x\": 1, \"y\": 2},\n\"b\": {\"x\": 1, \"y\": 2},\n\"c\": {\"y\": 3, \"x\": 1},\n"
     "\"d\": {\"x\": 1, \"y\": 2, \"z\": 4}}\n"},
    {SYNTAX_YAML, "%YAML 1.2\n---\n1: a\n---\n? b\n: c\n...\n---\n",
     "{\"1\": \"a\"}\n{\"b\": \"c\"}\n"},
    {SYNTAX_YAML, "# nothing\n", ""},
    {SYNTAX_TOML, "a.b = 1_000 # c\n\"q r\" = 'l\\n'\n[t]\nx = [ 1, -0.5e-3, {a = 1, b.c = 2}, ]\n",
     "{\"a\": {\"b\": 1000},\n\"q r\": \"l\\\\n\",\n"
     "\"t\": {\"x\": [1, -0.5e-3, {\"a\": 1, \"b\": {\"c\": 2}}]}}\n"},
    {SYNTAX_TOML, "a = \"\"\"\nx \\\n   y\"\"\"\"\nb = '''\nr\\'''\nc = \"\\u00e9\\\\\"\n",
     "{\"a\": \"x y\\\"\",\n\"b\": \"r\\\\\",\n\"c\": \"\xc3\xa9\\\\\"}\n"},
    {SYNTAX_TOML, "[[a]]\nx = true\n[[a.b]]\n[a.c]\ny = 0xFF\n[[a]]\nz = -nan\r\n",
     "{\"a\": [{\"x\": true, \"b\": [{}], \"c\": {\"y\": 255}}, {\"z\": null}]}\n"},
    {SYNTAX_TOML, "d = [1979-05-27, 07:32:00.5, 1979-05-27 07:32:00Z, 1979-05-27T07:32:00-07:00]",
     "{\"d\": [\"1979-05-27\", \"07:32:00.5\", \"1979-05-27 07:32:00Z\", "
     "\"1979-05-27T07:32:00-07:00\"]}\n"},
    {SYNTAX_TOML, "[a.b]\n[a]\nc = 0b11\n", "{\"a\": {\"b\": {}, \"c\": 3}}\n"},
    {SYNTAX_XML,
     "<?xml version='1.0'?><!-- c --><r xmlns='u' xmlns:p='v'><p:i n='1'>a &lt; b&#33;</p:i>"
     "<p:i/><?pi?><x>1.50</x><y> true </y></r>",
     "{\"p:i\": [{\"@n\": 1, \"#text\": \"a < b!\"}, null],\n\"x\": 1.50,\n\"y\": true}\n"},
    {SYNTAX_XML, "<r><a><b>1</b><b>x</b></a><a><b/></a>some <![CDATA[<text>]]></r>",
     "{\"a\": [{\"b\": [\"1\", \"x\"]}, {\"b\": [null]}],\n\"#text\": \"some <text>\"}\n"},
    {SYNTAX_XML, "<!DOCTYPE r [<!ENTITY e 'E'>]><r><a>&e;</a></r>", "{\"a\": \"E\"}\n"},
    {SYNTAX_XML, "<r>7</r>", "7\n"},
    {SYNTAX_XML, "<r version='2.0'><modelVersion>4</modelVersion><n>4</n></r>",
     "{\"@version\": \"2.0\",\n\"modelVersion\": \"4\",\n\"n\": 4}\n"},
};

static void test_convert__gives_the_values_that_stand_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        buf out;
        err e = {{0}};
        buf_init(&out, 1 << 20);
        assert_ok(scaf__convert(&out, pairs[i].syntax, str_of(pairs[i].text), &e), &e);
        assert_view(buf_view(&out), pairs[i].json);
        buf_release(&out);
    }
}

static const struct {
    scaf_syntax syntax;
    const char *text, *error;
} refused[] = {
    {SYNTAX_YAML, "a: b: c\n",
     "line 1, column 5: a `:` that is not expected here; put a text with"},
    {SYNTAX_YAML, "a:\n\tb: 1\n", "line 2, column 1: a tab; YAML is indented with spaces"},
    {SYNTAX_YAML, "a: [1, 2\nb: 3\n",
     "line 2, column 2: expected `,` or `]`; the list is not closed"},
    {SYNTAX_YAML, "a: 1\nb: \"x\n\n", "line 2, column 4: the text ends inside quotes; close them"},
    {SYNTAX_YAML, "a: @b\n",
     "line 1, column 4: a text cannot begin with this character; put it in"},
    {SYNTAX_YAML, "a: *b\n", "line 1, column 4: `*b` without an `&b` before it"},
    {SYNTAX_YAML, "a: &a [*a]\n", "line 1, column 8: `*a` without an `&a` before it"},
    {SYNTAX_YAML, "? [1]\n: 2\n", "line 1, column 3: a key that is a list or a map; the keys of"},
    {SYNTAX_TOML, "a: 1\n", "line 1, column 2: expected `=`, found `:`; TOML writes `key = value`"},
    {SYNTAX_TOML, "a = b\n", "line 1, column 5: expected a value, found `b`; put a text in quotes"},
    {SYNTAX_TOML, "a = None", "line 1, column 5: expected a value, found `N`; TOML has no null"},
    {SYNTAX_TOML, "a = 007",
     "line 1, column 5: expected a value, found `0`; a number has no leading"},
    {SYNTAX_TOML, "a = \"x\nb = 1\n", "line 1, column 5: expected quotes that are closed, found"},
    {SYNTAX_TOML, "a = 'x' 'y'", "line 1, column 9: expected the end of the line, found `'`; each"},
    {SYNTAX_TOML, "a = \"C:\\q\"",
     "line 1, column 8: expected an escape like \\n, \\\" or \\u00E9"},
    {SYNTAX_TOML, "[a]\nb = 1\n[a]", "line 3, column 2: `a` is defined already; a key stands once"},
    {SYNTAX_TOML, "a = {}\n[a.b]", "line 2, column 2: `a` is defined already"},
    {SYNTAX_TOML, "a.b = 1\na.b.c = 2", "line 2, column 3: `b` is defined already"},
    {SYNTAX_TOML, "[a.b]\n[a]\nb.c = 1", "line 3, column 1: `b` is defined already"},
    {SYNTAX_TOML, "a = [1 2]", "line 1, column 8: expected `,` or `]`, found `2`"},
    {SYNTAX_TOML, "a = [1,", "line 1, column 5: expected a list that is closed, found `[`; write"},
    {SYNTAX_TOML, "a = {b = 1,\nc = 2}", "line 1, column 12: expected a key, found the end of the"},
    {SYNTAX_TOML, "a = 1__0", "line 1, column 5: expected a value"},
    {SYNTAX_TOML, "a = \"\\uD800\"", "line 1, column 12: expected four hexadecimal digits"},
    {SYNTAX_XML, "<a><b>x</a>",
     "line 1, column 10: expected `</b>`, since `<b>` of line 1 is still"},
    {SYNTAX_XML, "<a>\n<b>x\n",
     "line 3, column 1: expected `</b>`, since `<b>` of line 2 is still"},
    {SYNTAX_XML, "<a>x & y</a>", "line 1, column 7: not allowed here; in text write &lt; for `<`"},
    {SYNTAX_XML, "<a>&nbsp;</a>", "line 1, column 4: XML knows &amp; &lt; &gt;"},
    {SYNTAX_XML, "<a/><b/>", "line 1, column 5: something behind the end of the outermost element"},
};

static void test_convert__says_where_and_what_to_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        buf out;
        err e = {{0}};
        buf_init(&out, 1 << 20);
        assert_int_equal(scaf__convert(&out, refused[i].syntax, str_of(refused[i].text), &e),
                         ERR_FORMAT);
        if (strncmp(e.text, refused[i].error, strlen(refused[i].error)) != 0)
            fail_msg("%s\ngot:  %s\nwant: %s", refused[i].text, e.text, refused[i].error);
        buf_release(&out);
    }
}

static void repeat(buf *b, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_append(b, str_of(text));
}

static void test_convert__endless_things_end(void **state)
{
    (void)state;
    static const struct {
        scaf_syntax syntax;
        const char *open;
    } deep[] = {{SYNTAX_YAML, "["}, {SYNTAX_TOML, "["}, {SYNTAX_XML, "<a>"}};
    for (size_t i = 0; i < sizeof deep / sizeof *deep; i++) {
        buf text, out;
        err e = {{0}};
        buf_init(&text, 1 << 20);
        buf_init(&out, 1 << 20);
        if (deep[i].syntax == SYNTAX_TOML)
            buf_append(&text, STR("a = "));
        repeat(&text, deep[i].open, 10000);
        err_code rc = scaf__convert(&out, deep[i].syntax, buf_view(&text), &e);
        assert_true(rc == ERR_RANGE || rc == ERR_FORMAT); /* libyaml says it as any other problem */
        assert_true(e.text[0] != '\0');
        buf_release(&text);
        buf_release(&out);
    }
    /* Each line ten times the one before. */
    buf text, out;
    err e = {{0}};
    buf_init(&text, 1 << 20);
    buf_init(&out, 1 << 20);
    buf_append(&text, STR("a0: &a0 x\n"));
    for (int i = 1; i < 12; i++) {
        buf_append_format(&text, "a%d: &a%d [", i, i);
        for (int k = 0; k < 10; k++)
            buf_append_format(&text, "*a%d, ", i - 1);
        buf_append(&text, STR("]\n"));
    }
    assert_int_equal(scaf__convert(&out, SYNTAX_YAML, buf_view(&text), &e), ERR_RANGE);
    assert_true(e.text[0] != '\0');
    buf_release(&text);
    buf_release(&out);
}

static void test_convert__survives_each_failing_allocation(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        FOR_EACH_FAILING_ALLOCATION({
            buf out;
            err e = {{0}};
            buf_init(&out, 1 << 20);
            err_code rc = scaf__convert(&out, pairs[i].syntax, str_of(pairs[i].text), &e);
            if (rc != ERR_OK && rc != ERR_NOMEM)
                fail_msg("%s\n%s: %s", pairs[i].text, err_name(rc), e.text);
            buf_release(&out);
        });
    }
}

static void test_convert__knows_what_has_no_name(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
        scaf_syntax is;
    } texts[] = {
        {"stdin", "<a/>", SYNTAX_XML},
        {"stdin", "# c\na: 1\n", SYNTAX_YAML},
        {"stdin", "---\n- 1", SYNTAX_YAML},
        {"stdin", "[[a]]\nb = 1", SYNTAX_TOML},
        {"stdin", "[a.b]\nc = 1", SYNTAX_TOML},
        {"stdin", "a = \"b\"", SYNTAX_TOML},
        {"stdin", "a = {\"b\": 1}", SYNTAX_JSON},
        {"stdin", "{a: 1}", SYNTAX_JSON},
        {"stdin", "[1]", SYNTAX_JSON},
        {"stdin", "[\n1]", SYNTAX_JSON},
        {"stdin", "x = 1;", SYNTAX_JSON},
        {"d.e/f", "a: 1", SYNTAX_YAML},
        {"a.json", "a: 1", SYNTAX_JSON},
        {"a.http", "<a/>", SYNTAX_XML},
        {"d/a.yml", "{}", SYNTAX_YAML},
        {"stdin", "", SYNTAX_JSON},
        {"stdin", "\"a\": 1", SYNTAX_JSON},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(scaf__syntax_of(str_of(texts[i].name), str_of(texts[i].text)),
                         texts[i].is);
}

TEST_MAIN(cmocka_unit_test(test_convert__gives_the_values_that_stand_there),
          cmocka_unit_test(test_convert__says_where_and_what_to_do),
          cmocka_unit_test(test_convert__endless_things_end),
          cmocka_unit_test(test_convert__survives_each_failing_allocation),
          cmocka_unit_test(test_convert__knows_what_has_no_name))
