/* What was done to a line, and where it is to be done as well. */
#include "tests/unit/test.h"

#include "assist/complete/change.h"

static const struct {
    const char *language, *before, *after; /* the line */
    const char *text,
        *want; /* another text, before and after all that follows; want NULL: no change */
} cases[] = {
    /* names: whole words, of code, members apart from others */
    {"c", "int count = 0;", "int total = 0;",
     "count++; counter = count; /* count */ puts(\"count\"); p->count = 1;\n",
     "total++; counter = total; /* count */ puts(\"count\"); p->count = 1;\n"},
    {"python", "        self.size = 1", "        self.width = 1", "x = self.size + size\n",
     "x = self.width + size\n"},
    {"python", "x = 1", "x = 2", "x = 1\n", NULL},
    {"python", "    return value", "    return value * 2", "value\n", NULL},
    /* parameters of a definition: callers get an argument of that name */
    {"python", "def load(path):", "def load(path, mode):", "a = load(b)\nload(b, c)\n",
     "a = load(b, mode)\nload(b, c)\n"},
    {"python", "def load(path):", "def load(path, mode=None):", "load(b)\n", NULL},
    {"go", "func Load(path string) error {", "func Load(ctx context.Context, path string) error {",
     "package p\n\nfunc f() { Load(\"x\") }\n", "package p\n\nfunc f() { Load(ctx, \"x\") }\n"},
    /* arguments of a call, with what they are; not of the definition; nested brackets and commas */
    {"python", "load(a)", "load(a, ctx)", "load(f(x, y))\nload()\ndef load(a):\n    pass\n",
     "load(f(x, y), ctx)\nload()\ndef load(a):\n    pass\n"},
    {"javascript", "load(a, b)", "load(b)", "load(x, \"a,b\");\n", "load(\"a,b\");\n"},
    {"javascript", "load(a, b)", "load(a)", "load(x, g(1));\n", "load(x);\n"},
};

static void test_change__follows_from_one_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena mem;
        struct assist_change c;
        struct assist_edit edits[16];
        const gram_language *lang = gram_language_by_id(str_of(cases[i].language));
        arena_init(&mem, 1 << 20);
        bool is_one =
            assist_change_of(&c, lang, str_of(cases[i].before), str_of(cases[i].after), &mem);
        assert_int_equal(is_one, cases[i].want != NULL);
        if (is_one) {
            str_view text = str_of(cases[i].text);
            size_t n = assist_change_places(&c, lang, text, edits, 16, &mem);
            for (size_t k = n; k > 0; k--)
                text = arena_format(&mem, "%.*s%.*s%.*s", (int)edits[k - 1].begin_bytes, text.ptr,
                                    STR_ARG(edits[k - 1].text),
                                    (int)(text.len - edits[k - 1].end_bytes),
                                    text.ptr + edits[k - 1].end_bytes);
            if (!str_eq(text, str_of(cases[i].want)))
                fail_msg("case %zu: got \"%.*s\", want \"%s\"", i, STR_ARG(text), cases[i].want);
            /* What has been done needs no doing. */
            n = assist_change_places(&c, lang, text, edits, 16, &mem);
            if (n > 0 && c.kind == ASSIST_RENAMED)
                fail_msg("case %zu: it is not done", i);
        }
        arena_release(&mem);
    }
}

TEST_MAIN(cmocka_unit_test(test_change__follows_from_one_line))
