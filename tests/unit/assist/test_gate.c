/* What a suggestion becomes before it is shown, and why others are not. */
#include "tests/unit/test.h"

#include "assist/complete/block.h"
#include "assist/complete/gate.h"
#include "context/words.h"

/* A document with the cursor as $0, what was generated there, and the document after accepting it,
 * or "-" and the reason. `project` are words of other files. */
static const struct {
    const char *path, *document, *generated, *want;
} cases[] = {
    /* what fits stays as it is */
    {"a.c", "int f(int x)\n{\n    $0\n}\n", "return x + 1;",
     "int f(int x)\n{\n    return x + 1;\n}\n"},
    {"a.py", "def f(x):\n    $0\n", "return x", "def f(x):\n    return x\n"},
    /* closers that are there are covered, one too many is cut, a missing one is added */
    {"a.py", "def f(x):\n    print($0)\n", "x)", "def f(x):\n    print(x)\n"},
    {"a.py", "def f(x):\n    $0\n", "print(x))", "def f(x):\n    print(x)\n"},
    {"a.js", "function f(x) {\n  $0\n}\n", "console.log(x",
     "function f(x) {\n  console.log(x)\n}\n"},
    /* also where the rest of the document is still to be written, unless the next line goes on */
    {"a.c", "int f(int x)\n{\n    $0", "return f(x", "int f(int x)\n{\n    return f(x)"},
    {"a.c", "int f(int x)\n{\n    $0", "return f(x +", "int f(int x)\n{\n    return f(x +"},
    {"a.c", "int f(int x)\n{\n    $0", "if (x) {", "int f(int x)\n{\n    if (x) {"},
    /* or where it is wrong, which open brackets hide */
    {"a.c", "int f(int x)\n{\n    return f$0", "(int x", "- it would not parse"},
    {"a.c", "int f(int x)\n{\n    return f($0\n}\n", "int x", "- it would not parse"},
    {"a.c", "int f(int x)\n{\n    return f($0\n}\n", "x + x",
     "int f(int x)\n{\n    return f(x + x\n}\n"},
    {"a.c", "int f(int x)\n{\n    return f($0\n}\n", "x +",
     "int f(int x)\n{\n    return f(x +\n}\n"},
    /* what does not parse at all */
    {"a.c", "int f(int x)\n{\n    $0\n}\n", "* ) [ ;", "- it would not parse"},
    /* also as the rest of a word that is an error as long as it is not whole */
    {"a.kt", "package p\n\nimp$0\nimport java.nio.File\n", "ort (", "- it would not parse"},
    {"a.kt", "package p\n\nimp$0\nimport java.nio.File\n", "ort java.io.*",
     "package p\n\nimport java.io.*\nimport java.nio.File\n"},
    /* a block that nothing closes; one whose rest stands below is an ordinary line */
    {"a.c", "int f(int x)\n{\n    $0\n}\n", "if (x) {",
     "- it would open a block that nothing closes"},
    {"a.c", "int f(int x)\n{\n    $0\n        x++;\n    }\n    return x;\n}\n", "if (x) {",
     "int f(int x)\n{\n    if (x) {\n        x++;\n    }\n    return x;\n}\n"},
    /* names: of the document, the project, the library, the suggestion itself */
    {"a.c", "int f(int x)\n{\n    $0\n}\n", "return project_word(x);",
     "int f(int x)\n{\n    return project_word(x);\n}\n"},
    {"a.c", "int f(int x)\n{\n    $0\n}\n", "return isdigit(x);",
     "int f(int x)\n{\n    return isdigit(x);\n}\n"},
    {"a.py", "def f(x):\n    $0\n", "brandnew = x", "def f(x):\n    brandnew = x\n"},
    {"a.go", "package p\n\nfunc f(x int) {\n\t$0\n}\n", "fresh, other := x, x",
     "package p\n\nfunc f(x int) {\n\tfresh, other := x, x\n}\n"},
    /* a made-up name is replaced by its neighbour, or the suggestion ends before it */
    {"a.c", "int counter;\nint f(void)\n{\n    $0\n}\n", "return countr;",
     "int counter;\nint f(void)\n{\n    return counter;\n}\n"},
    {"a.c", "int f(int x)\n{\n    $0\n}\n", "return project_wrod(x);",
     "int f(int x)\n{\n    return project_word(x);\n}\n"},
    {"a.c", "int f(int x)\n{\n    return $0;\n}\n", "x + nobodyknows",
     "int f(int x)\n{\n    return x;\n}\n"},
    {"a.c", "int f(int x)\n{\n    return $0;\n}\n", "nobodyknows",
     "- it names what does not exist"},
    {"a.c", "int f(struct s *x)\n{\n    return $0", "x->nobodyknows;",
     "int f(struct s *x)\n{\n    return x"},
    /* words of comments and strings are no names; languages without a grammar are let alone */
    {"a.c", "int f(int x)\n{\n    // $0\n}\n", "anything goes (",
     "int f(int x)\n{\n    // anything goes (\n}\n"},
    {"a.c", "int f(int x)\n{\n    $0\n}\n", "puts(\"some unheard word\");",
     "int f(int x)\n{\n    puts(\"some unheard word\");\n}\n"},
    {"notes.txt", "$0\n", "free text (", "free text (\n"},
    /* shape.h still holds for what was changed */
    {"a.py", "def f(x):\n    $0\n    return x\n", "return x)", "- it would repeat the line below"},
};

static void run(assist_engine *a, size_t i)
{
    arena mem;
    arena_init(&mem, 1 << 20);
    str_view doc = str_of(cases[i].document);
    size_t cursor = str_find(doc, STR("$0"));
    str_view text = arena_format(&mem, "%.*s%s", (int)cursor, doc.ptr, doc.ptr + cursor + 2);
    struct assist_document document = {.path = str_of(cases[i].path), .text = text};
    struct gate g;
    struct assist_suggestion s = {0};
    gate_open(&g, a, &mem, &document, cursor);
    const char *why = gate_pass(&g, &s, "test", str_of(cases[i].generated));
    str_view got = why ? arena_format(&mem, "- %s", why)
                       : arena_format(&mem, "%.*s%.*s%s", (int)s.begin_bytes, text.ptr,
                                      STR_ARG(s.text), text.ptr + s.end_bytes);
    if (!str_eq(got, str_of(cases[i].want)))
        fail_msg("case %zu: got \"%.*s\", want \"%s\"", i, STR_ARG(got), cases[i].want);
    if (why && g.n_steps == 0)
        fail_msg("case %zu: nothing says why", i);
    arena_release(&mem);
}

static void learn(assist_engine *a)
{
    err e;
    assert_ok(ctx_words_create(&a->words, &e), &e);
    assert_ok(ctx_words_put(a->words, 1, STR("project_word"), &e), &e);
}

static void test_gate__cases(void **state)
{
    (void)state;
    assist_engine a = {0};
    learn(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        run(&a, i);
    gate_release(&a);
    ctx_words_destroy(a.words);
}

/* The tree follows the document: after any edits the verdict is that of a fresh engine. */
static void test_gate__follows_edits(void **state)
{
    (void)state;
    assist_engine a = {0};
    learn(&a);
    arena mem;
    arena_init(&mem, 1 << 20);
    static const char *const texts[] = {
        "int f(void)\n{\n    ",
        "int f(void)\n{\n    return ",
        "int f(int b)\n{\n    return ",
        "int f(int b)\n{\n    x = ",
        "",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct assist_document doc = {.path = STR("a.c"), .text = str_of(texts[i])};
        struct gate warm, cold;
        assist_engine fresh = {.words = a.words};
        gate_open(&warm, &a, &mem, &doc, doc.text.len);
        gate_open(&cold, &fresh, &mem, &doc, doc.text.len);
        struct assist_suggestion s, t;
        const char *x = gate_pass(&warm, &s, "test", STR("project_word;"));
        const char *y = gate_pass(&cold, &t, "test", STR("project_word;"));
        assert_true(x == y || strcmp(x, y) == 0);
        if (!x)
            assert_true(str_eq(s.text, t.text));
        gate_release(&fresh);
    }
    gate_release(&a);
    ctx_words_destroy(a.words);
    arena_release(&mem);
}

static void test_gate__blocks_begin_where_the_syntax_opens_them(void **state)
{
    (void)state;
    static const struct {
        const char *path, *document, *text;
        enum block_kind want;
    } places[] = {
        {"a.c", "int f(void)\n{\n    $0\n}\n", "return 1;", BLOCK_BODY},
        {"a.py", "def f():\n    $0\n\nx = 1\n", "return 1", BLOCK_BODY},
        {"a.py", "def f():\n    $0", "return 1", BLOCK_BODY},
        {"a.py", "def f():\n    x = 1\n    $0\n", "return 1", BLOCK_NONE}, /* not the first */
        {"a.py", "def f():\n    $0\n    return x\n", "x = 1", BLOCK_NONE}, /* it has a body */
        {"a.py", "def f():\n    x = $0\n", "1", BLOCK_NONE},               /* inside a line */
        {"a.c", "int f(void)\n{\n    int x;\n    $0\n}\n", "if (x) {", BLOCK_OPENED},
        {"a.c", "int f(void)\n{\n    $0\n        x++;\n    }\n}\n", "if (x) {", BLOCK_NONE},
        {"a.py", "x = 1\n$0\n", "def f():", BLOCK_OPENED},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        arena mem;
        arena_init(&mem, 1 << 16);
        str_view doc = str_of(places[i].document);
        size_t cursor = str_find(doc, STR("$0"));
        str_view text = arena_format(&mem, "%.*s%s", (int)cursor, doc.ptr, doc.ptr + cursor + 2);
        const struct assist_suggestion s = {
            .text = str_of(places[i].text), .begin_bytes = cursor, .end_bytes = cursor};
        enum block_kind got =
            block_at(text, cursor, &s, gram_language_by_path(str_of(places[i].path)));
        if (got != places[i].want)
            fail_msg("case %zu: got %d, want %d", i, (int)got, (int)places[i].want);
        arena_release(&mem);
    }
}

static void test_gate__several_lines_pass_or_do_not(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool passes;
    } texts[] = {
        {"x++;\n    return x;", true},
        {"if (x) {\n        x++;\n    }", true},
        {"if (x) {\n        x++;", false},              /* not closed */
        {"x++;\n    return nobodyknows;", false},       /* an unknown name */
        {"int y = 0;\n    return project_word;", true}, /* another file's */
    };
    assist_engine a = {0};
    learn(&a);
    arena mem;
    arena_init(&mem, 1 << 20);
    str_view text = STR("int f(int x)\n{\n    \n}\n");
    struct assist_document doc = {.path = STR("a.c"), .text = text};
    struct assist_suggestion s = {.begin_bytes = 19, .end_bytes = 19};
    struct gate g;
    gate_open(&g, &a, &mem, &doc, 19);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (gate_lines_pass(&g, &s, str_of(texts[i].text)) != texts[i].passes)
            fail_msg("case %zu: passes: %d", i, !texts[i].passes);
    gate_release(&a);
    ctx_words_destroy(a.words);
    arena_release(&mem);
}

static void test_gate__indentation_may_be_missing(void **state)
{
    (void)state;
    static const struct {
        const char *path, *document;
        bool misses;
    } places[] = {
        {"a.py", "def f():\n$0", true},      {"a.py", "def f():\n    $0", false},
        {"a.py", "x = f(\n$0", false},       {"a.c", "int f(void) {\n$0\n}\n", true},
        {"a.c", "int x;\n$0\n", false},      {"a.c", "int f(void) {\n    $0\n}\n", false},
        {"a.py", "if x:\n    y$0\n", false},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        str_view doc = str_of(places[i].document);
        size_t cursor = str_find(doc, STR("$0"));
        const gram_language *lang = gram_language_by_path(str_of(places[i].path));
        if (block_misses_indentation(str_slice(doc, 0, cursor), cursor, lang) != places[i].misses)
            fail_msg("case %zu: misses: %d", i, !places[i].misses);
    }
}

TEST_MAIN(cmocka_unit_test(test_gate__several_lines_pass_or_do_not),
          cmocka_unit_test(test_gate__indentation_may_be_missing),
          cmocka_unit_test(test_gate__cases),
          cmocka_unit_test(test_gate__blocks_begin_where_the_syntax_opens_them),
          cmocka_unit_test(test_gate__follows_edits))
