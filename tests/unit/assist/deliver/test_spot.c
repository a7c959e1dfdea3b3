/* Places as data: the text with the cursor as `$0` (a selection from one to the next), then what is
 * found there. */
#include "assist/deliver/spot.h"
#include "base/buf.h"
#include "tests/unit/test.h"

static const struct {
    const char *language, *path, *text;
    assist_spot_kind kind;
    const char *sample, *name, *file, *at;
} places[] = {
    {"json", "a.json", "{\"a\":\n $01}", ASSIST_SPOT_DOCUMENT, "{\"a\":\n 1}", "", "", ""},
    {"json", "a.json", "$0 \n", ASSIST_SPOT_NONE, "", "", "", ""},
    {"json", "a.json", "[$0{\"id\": 1}$0, 2]", ASSIST_SPOT_SELECTION, "{\"id\": 1}", "", "", ""},
    {"json", "a.json", "[$0{\"id\": 1$0}]", ASSIST_SPOT_DOCUMENT, "[{\"id\": 1}]", "", "", ""},
    {"", "b.ndjson", "{}$0\n{\"a\": 1}", ASSIST_SPOT_DOCUMENT, "{}\n{\"a\": 1}", "", "", ""},
    {"yaml", "a.yml", "a:\n  $0b: 1\n", ASSIST_SPOT_DOCUMENT, "a:\n  b: 1\n", "", "", ""},
    {"", "a.xml", "<a>$01</a>", ASSIST_SPOT_DOCUMENT, "<a>1</a>", "", "", ""},
    {"go", "a.go", "// from a.toml$0", ASSIST_SPOT_COMMENT, "", "", "a.toml", ""},
    {"plaintext", "", "$0[{id: 1}]", ASSIST_SPOT_DOCUMENT, "[{id: 1}]", "", "", ""},
    {"plaintext", "", "$0some words", ASSIST_SPOT_NONE, "", "", "", ""},
    {"typescript", "a.ts", "const users = [{a: $01}, {a: 2}];", ASSIST_SPOT_LITERAL,
     "[{a: 1}, {a: 2}]", "users", "", ""},
    {"typescript", "a.ts", "f({a: g($01)});", ASSIST_SPOT_NONE, "", "", "", ""},
    {"typescript", "a.ts", "const x = f({a: 1, bc: $0[1, 2]});", ASSIST_SPOT_LITERAL,
     "{a: 1, bc: [1, 2]}", "x", "", ""},
    {"python", "a.py", "config = {'a': True,$0 'b': None}\n", ASSIST_SPOT_LITERAL,
     "{'a': True, 'b': None}", "config", "", ""},
    {"python", "a.py", "self.body = '''{\"a\": $01}'''\n", ASSIST_SPOT_STRING, "{\"a\": 1}", "body",
     "", ""},
    {"java", "A.java", "class A { String s = \"{\\\"a\\\": $0[1, 2]}\"; }", ASSIST_SPOT_STRING,
     "{\"a\": [1, 2]}", "s", "", ""},
    {"go", "a.go", "package a\nvar body = `{\"a\": $01}`\n", ASSIST_SPOT_STRING, "{\"a\": 1}",
     "body", "", ""},
    {"rust", "a.rs", "const S: &str = r#\"{\"a\": $01}\"#;", ASSIST_SPOT_STRING, "{\"a\": 1}", "S",
     "", ""},
    {"c", "a.c", "int main(void) { return $00; }", ASSIST_SPOT_NONE, "", "", "", ""},
    {"rust", "a.rs", "// types $0from api/users.json at /data/- as Person\n", ASSIST_SPOT_COMMENT,
     "", "Person", "api/users.json", "/data/-"},
    {"python", "a.py", "x = 1\n  # From 'u.ndjson'.$0", ASSIST_SPOT_COMMENT, "", "", "u.ndjson",
     ""},
    {"c", "a.c", "/* from u.har */$0", ASSIST_SPOT_COMMENT, "", "", "u.har", ""},
    {"c", "a.c", "/* taken from the manual */$0", ASSIST_SPOT_NONE, "", "", "", ""},
    {"c", "a.c", "$0// from .secret.json", ASSIST_SPOT_NONE, "", "", "", ""},
};

static void test_spot__finds_what_a_place_means(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        arena a;
        buf text;
        arena_init(&a, SIZE_MAX);
        buf_init(&text, 1 << 16);
        str_view rest = str_of(places[i].text);
        size_t at = str_find(rest, STR("$0"));
        buf_append(&text, str_slice(rest, 0, at));
        size_t begin = text.len;
        rest = str_slice(rest, at + 2, rest.len);
        at = str_find(rest, STR("$0"));
        buf_append(&text, str_slice(rest, 0, at));
        size_t end = at < rest.len ? text.len : begin;
        buf_append(&text, str_slice(rest, at + 2, rest.len));
        assist_spot_question q = {.language = str_of(places[i].language),
                                  .path = str_of(places[i].path),
                                  .text = buf_view(&text),
                                  .begin = begin,
                                  .end = end,
                                  .invoked = true};
        assist_spot s = assist_spot_find(&a, &q);
        if (s.kind != places[i].kind)
            print_error("%s\n", places[i].text);
        assert_int_equal(s.kind, places[i].kind);
        assert_view(s.sample, places[i].sample);
        assert_view(s.name, places[i].name);
        assert_view(s.file, places[i].file);
        assert_view(s.at, places[i].at);
        if (s.kind == ASSIST_SPOT_COMMENT)
            assert_true(s.end == text.len || text.ptr[s.end - 1] == '\n');
        buf_release(&text);
        arena_release(&a);
    }
}

TEST_MAIN(cmocka_unit_test(test_spot__finds_what_a_place_means))
