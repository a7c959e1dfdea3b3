#include "tests/unit/test.h"

#include "assist/complete/shape.h"

/* Each case: a document with the cursor as $0, what the model wrote, and what becomes of it: the
 * document after accepting, or "-" and the reason. */
static const struct {
    const char *document, *generated, *want;
} cases[] = {
    {"x = $0\n", "f(1)", "x = f(1)\n"},
    {"x = $0\n", "f(1)   ", "x = f(1)\n"},
    {"x = f($0)\n", "a, b)", "x = f(a, b)\n"},
    {"x = f($0)\n", "a, b", "x = f(a, b)\n"},
    {"x = f(g($0))\n", "a))", "x = f(g(a))\n"},
    {"x = f(g($0))\n", "a)", "x = f(g(a))\n"},
    {"for (int i$0)\n", " = 0; i < n; i++) {", "for (int i = 0; i < n; i++) {\n"},
    {"if (f($0))\n", "a[i])) return;", "if (f(a[i])) return;\n"},
    {"if (f($0))\n", "g(a), \")\") + 1", "if (f(g(a), \")\") + 1)\n"},
    /* also where the line begins in a string */
    {"f([\"l$0])\n", "ess\", \"x\"], None)", "f([\"less\", \"x\"], None)\n"},
    {"f([\"l$0])\n", "(]\", x], y", "f([\"l(]\", x], y)\n"},
    {"f(['l$0'])\n", "ess', 'x'], y", "f(['less', 'x'], y)\n"},
    {"fn f(x: &'a$0)\n", " str) {", "fn f(x: &'a str) {\n"},
    {"if (f[$0])\n", "a) {", "if (f[a) {])\n"}, /* broken anyway: nothing is taken away */
    {"x = \"$0\";\r\n", "text\";", "x = \"text\";\r\n"},
    {"if (a) {$0}\n", " return; }", "if (a) { return; }\n"},
    {"x = $0\n", "   ", "- nothing to add here"},
    {"x = f($0)\n", ")", "- nothing to add here"},
    {"$0\n    return x\n", "return x", "- it would repeat the line below"},
    {"    ret$0\n    return x\n", "urn x", "- it would repeat the line below"},
    {"    $0\n\n    return x\n", "return x", "- it would repeat the line below"},
    {"call(argument)\n$0\n", "call(argument)", "- it would repeat the line above"},
    {"    call(argument)\n\n    call($0\n", "argument)", "- it would repeat the line above"},
    {"    }\n$0\n", "}", "    }\n}\n"},
    {"call(argument)\ncall($0)\n", "argument", "call(argument)\ncall(argument)\n"}, /* between */
    {"    $0\n    }\n", "}", "    }\n    }\n"}, /* two closing lines in a row are code */
    {"a$0", "\xC3", "- the model produced broken text"},
    {"$0", "int main(void)", "int main(void)"},
    {"f($0)", "a, b, b, b, b, b", "- the model only repeated itself"},
    {"x = $0", "[[1, 2], [1, 2], [1, 2], [1, 2]]", "x = [[1, 2], [1, 2], [1, 2], [1, 2]]"},
    {"/* $0", "======", "/* ======"},
    {"x = $0", "a + b + a", "x = a + b + a"},
};

static void test_shape__lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str_view doc = str_of(cases[i].document);
        size_t cursor = str_find(doc, STR("$0"));
        arena a;
        arena_init(&a, 1 << 16);
        str_view text = arena_format(&a, "%.*s%s", (int)cursor, doc.ptr, doc.ptr + cursor + 2);
        struct assist_suggestion s = {0};
        const char *why = shape_line(&s, &a, text, cursor, str_of(cases[i].generated));
        str_view got = why ? arena_format(&a, "- %s", why)
                           : arena_format(&a, "%.*s%.*s%s", (int)s.begin_bytes, text.ptr,
                                          STR_ARG(s.text), text.ptr + s.end_bytes);
        if (!str_eq(got, str_of(cases[i].want)))
            fail_msg("case %zu: got \"%.*s\", want \"%s\"", i, STR_ARG(got), cases[i].want);
        arena_release(&a);
    }
}

static void test_shape__lines_go_round(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        bool round;
    } lines[] = {
        {"n, 0, 0, 0, 0, 0", true},
        {"int a[] = {b[0], b[0], b[0], b[0], b[0]", true},
        {"the same the same the same the same ", true},
        {"f(0, 0, 0, 0", false},   /* may have an end */
        {"f(0, 0, 0, 0)", false},  /* has it */
        {"/* ========", false},    /* a ruler */
        {"0, 0, 0, 0, 0}", false}, /* it found out */
        {"a + b + a + b", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (shape_goes_round(str_of(lines[i].line)) != lines[i].round)
            fail_msg("%s", lines[i].line);
}

static void test_shape__silence(void **state)
{
    (void)state;
    static const struct {
        const char *document;
        bool automatic, invoked; /* speaks */
    } places[] = {
        {"foo$0bar", false, false},
        {"f$0()", false, true},
        {"f($0)", true, true},
        {"f($0);", true, true},
        {"$0", true, true},
        {"a = $0 + b", false, true},
        {"x$0\n", true, true},
        {"x $0\r\ny", true, true},
        {"f($0, x)", false, true},
        {"[$0],", true, true},
        {"caf$0\xC3\xA9", false, false},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        str_view doc = str_of(places[i].document);
        size_t cursor = str_find(doc, STR("$0"));
        char text[64];
        snprintf(text, sizeof text, "%.*s%s", (int)cursor, doc.ptr, doc.ptr + cursor + 2);
        if ((shape_silence(str_of(text), cursor, false) == NULL) != places[i].automatic ||
            (shape_silence(str_of(text), cursor, true) == NULL) != places[i].invoked)
            fail_msg("%s", places[i].document);
    }
}

TEST_MAIN(cmocka_unit_test(test_shape__lines), cmocka_unit_test(test_shape__lines_go_round),
          cmocka_unit_test(test_shape__silence))
