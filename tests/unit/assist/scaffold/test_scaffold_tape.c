#include "assist/scaffold/tape.h"
#include "base/buf.h"
#include "tests/unit/test.h"

/* The value written back as compact JSON, so that one line of text is the expectation. */
static uint32_t write_value(buf *b, const tape_value *v, uint32_t i)
{
    uint32_t at = i + 1;
    switch ((tape_kind)v[i].kind) {
    case TAPE_NULL: buf_append(b, STR("null")); break;
    case TAPE_FALSE: buf_append(b, STR("false")); break;
    case TAPE_TRUE: buf_append(b, STR("true")); break;
    case TAPE_NUMBER: buf_append(b, tape_text(&v[i])); break;
    case TAPE_STRING: buf_append_format(b, "'%.*s'", STR_ARG(tape_text(&v[i]))); break;
    case TAPE_ARRAY:
    case TAPE_OBJECT:
        buf_append_byte(b, v[i].kind == TAPE_ARRAY ? '[' : '{');
        for (uint32_t k = 0; k < v[i].n; k++) {
            if (k)
                buf_append_byte(b, ',');
            at = write_value(b, v, at);
            if (v[i].kind == TAPE_OBJECT) {
                buf_append_byte(b, ':');
                at = write_value(b, v, at);
            }
        }
        buf_append_byte(b, v[i].kind == TAPE_ARRAY ? ']' : '}');
        break;
    }
    assert_int_equal(at, v[i].next);
    return at;
}

typedef struct {
    const char *text;
    const char *want; /* the value, or the error */
} example;

static void check(const example *x, bool strict)
{
    arena a;
    tape_reader r;
    buf b;
    err e = {{0}};
    arena_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    scaf__tape_init(&r, str_of(x->text), &a);
    r.strict = strict;
    if (scaf__tape_read(&r, &e) == ERR_OK)
        write_value(&b, r.values, 0);
    else
        buf_append(&b, str_of(e.text));
    if (!str_eq(buf_view(&b), str_of(x->want))) {
        print_error("text %s\ngot  %s\nwant %s\n", x->text, b.ptr, x->want);
        fail();
    }
    buf_release(&b);
    scaf__tape_release(&r);
    arena_release(&a);
}

static void test_tape__reads_json(void **state)
{
    (void)state;
    static const example examples[] = {
        {"{\"a\": [1, -2.50, 1e5, 12345678901234567890], \"b\": {}, \"c\": []}",
         "{'a':[1,-2.50,1e5,12345678901234567890],'b':{},'c':[]}"},
        {"\"a\\u0041\\n\\\"\\/\\ud83d\\ude00\"", "'aA\n\"/\xF0\x9F\x98\x80'"},
        {" [ true , false , null ] ", "[true,false,null]"},
        {"{\"a\":1,\"b\":2,\"a\":3}", "{'b':2,'a':3}"},
        {"\"\\ud800\"", "'\xEF\xBF\xBD'"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        check(&examples[i], true);
        check(&examples[i], false);
    }
}

static void test_tape__tolerates_what_people_paste(void **state)
{
    (void)state;
    static const example examples[] = {
        {"// head\n{a: 1, 'b': 'it\\'s', /* x */ c: [1, 2,], }", "{'a':1,'b':'it's','c':[1,2]}"},
        {"{'t': True, 'f': False, 'n': None}", "{'t':true,'f':false,'n':null}"},
        {"[+1, .5, 5., 0x1F, 1_000, 10n, -.25]", "[1,0.5,5.0,31,1000,10,-0.25]"},
        {"[1, 2, ...]", "[1,2]"},
        {"[1, ... 97 more items]", "[1]"},
        {"{\"a\": 1, ...}", "{'a':1}"},
        {"[1,\n...\n]", "[1]"},
        {"[...]", "[]"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        check(&examples[i], false);
}

static void test_tape__says_what_is_wrong(void **state)
{
    (void)state;
    static const example examples[] = {
        {"{\"a\" 1}", "line 1, column 6: expected `:` after the key, found `1`"},
        {"{\"a\": 1\n\"b\": 2}",
         "line 2, column 1: expected `,` or `}`, found `\"`; a comma is missing before it"},
        {"[1, 2",
         "the text ends inside the array opened at line 1, column 1; add `]` or paste the rest"},
        {"{\"a\": \"b", "line 1, column 7: this string is never closed; the text may be cut short"},
        {"[NaN]",
         "line 1, column 2: expected a number that JSON can hold, found `N`; write null, or the "
         "string \"NaN\", instead of NaN or Infinity"},
        {"{\"a\": hello}", "line 1, column 7: expected a value, found `h`; put quotes around a "
                           "word that is a string"},
        {"[007]",
         "line 1, column 2: expected a number, found `0`; numbers have no leading zeros: quote it "
         "to keep them"},
        {"[1}", "line 1, column 3: expected `,` or `]`, found `}`; the brackets do not match"},
        {"[\"\xE9\"]", "line 1, column 3: expected UTF-8, found byte 0xE9; save the file as UTF-8 "
                       "(is it Latin-1?)"},
        {"", "line 1, column 1: expected a value, found the end of the text; the text may be cut "
             "short"},
        {"[\"\\q\"]",
         "line 1, column 3: expected a JSON escape (\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX), "
         "found `\\`; write a backslash as \\\\"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        check(&examples[i], false);
}

static void test_tape__strict_refuses(void **state)
{
    (void)state;
    static const char *const texts[] = {"{a: 1}",   "[1,]",     "// x\n1",  "'x'",
                                        "[+1]",     "[.5]",     "True",     "{\"a\": 1,}",
                                        "[1, ...]", "\"a\tb\"", "\"\\x41\""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        arena a;
        tape_reader r;
        err e = {{0}};
        arena_init(&a, 1 << 20);
        scaf__tape_init(&r, str_of(texts[i]), &a);
        r.strict = true;
        assert_int_equal(scaf__tape_read(&r, &e), ERR_FORMAT);
        assert_true(strncmp(e.text, "line ", 5) == 0);
        scaf__tape_release(&r);
        arena_release(&a);
    }
}

static void test_tape__bounds_depth(void **state)
{
    (void)state;
    enum { DEEP = 10000 };
    static char text[DEEP];
    arena a;
    tape_reader r;
    err e = {{0}};
    memset(text, '[', sizeof text);
    arena_init(&a, 1 << 20);
    scaf__tape_init(&r, (str_view){text, sizeof text}, &a);
    assert_int_equal(scaf__tape_read(&r, &e), ERR_RANGE);
    assert_string_equal(e.text, "line 1, column 1001: nested deeper than 1000 levels");
    memset(text + TAPE_MAX_DEPTH, ']', TAPE_MAX_DEPTH);
    r.pos = 0;
    r.text.len = 2 * TAPE_MAX_DEPTH;
    assert_ok(scaf__tape_read(&r, &e), &e);
    assert_int_equal(r.n_values, TAPE_MAX_DEPTH);
    scaf__tape_release(&r);
    arena_release(&a);
}

static void test_tape__converts_other_unicode_forms(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
    } forms[] = {{"\xEF\xBB\xBF[1]", 6},     {"\xFF\xFE[\0001\0]\0", 8},
                 {"\xFE\xFF\0[\0001\0]", 8}, {"[\0001\0]\0", 6},
                 {"\0[\0001\0]", 6},         {"\xFF\xFE\0\0[\0\0\0001\0\0\0]\0\0\0", 16}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        arena a;
        str_view out;
        err e = {{0}};
        arena_init(&a, 1 << 20);
        assert_ok(scaf__tape_to_utf8(&out, (str_view){forms[i].bytes, forms[i].n}, &a, &e), &e);
        assert_view(out, "[1]");
        arena_release(&a);
    }
}

static void test_tape__many_duplicates(void **state)
{
    (void)state;
    arena a;
    tape_reader r;
    buf b;
    err e = {{0}};
    arena_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    buf_append_byte(&b, '{');
    for (int i = 0; i < 300; i++)
        buf_append_format(&b, "%s\"k%d\":%d", i ? "," : "", i % 100, i);
    buf_append_byte(&b, '}');
    scaf__tape_init(&r, buf_view(&b), &a);
    assert_ok(scaf__tape_read(&r, &e), &e);
    assert_int_equal(r.values[0].n, 100);
    assert_int_equal(r.n_notes[TAPE_NOTE_DUPLICATE_KEY], 200);
    assert_view(tape_text(scaf__tape_get(r.values, 0, STR("k0"))), "200");
    assert_view(tape_text(scaf__tape_get(r.values, 0, STR("k99"))), "299");
    scaf__tape_release(&r);
    buf_release(&b);
    arena_release(&a);
}

TEST_MAIN(cmocka_unit_test(test_tape__reads_json),
          cmocka_unit_test(test_tape__tolerates_what_people_paste),
          cmocka_unit_test(test_tape__says_what_is_wrong),
          cmocka_unit_test(test_tape__strict_refuses), cmocka_unit_test(test_tape__bounds_depth),
          cmocka_unit_test(test_tape__converts_other_unicode_forms),
          cmocka_unit_test(test_tape__many_duplicates))
