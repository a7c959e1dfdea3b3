#include "context/tree.h"

#include "base/buf.h"
#include "tests/unit/test.h"

static ctx_tree *parsed(const char *id, str_view text)
{
    ctx_tree *t = NULL;
    err e = {{0}};
    assert_ok(ctx_tree_create(&t, gram_language_by_id(str_of(id)), &e), &e);
    assert_ok(ctx_tree_parse(t, text, 0, &e), &e);
    assert_true(ctx_tree_fresh(t));
    return t;
}

/* Deterministic; the seed is printed with every failure that depends on it. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* The same shape, kinds and positions. Walked with cursors: a recursion would not survive deep
 * trees. */
static bool same_tree(TSNode a, TSNode b)
{
    TSTreeCursor x = ts_tree_cursor_new(a), y = ts_tree_cursor_new(b);
    bool same = true, going = true;
    while (going && same) {
        TSNode m = ts_tree_cursor_current_node(&x), n = ts_tree_cursor_current_node(&y);
        TSPoint p = ts_node_start_point(m), q = ts_node_start_point(n);
        same = ts_node_symbol(m) == ts_node_symbol(n) &&
               ts_node_start_byte(m) == ts_node_start_byte(n) &&
               ts_node_end_byte(m) == ts_node_end_byte(n) && p.row == q.row &&
               p.column == q.column && ts_node_is_missing(m) == ts_node_is_missing(n);
        bool down = ts_tree_cursor_goto_first_child(&x);
        same = same && down == ts_tree_cursor_goto_first_child(&y);
        while (same && going && !down) {
            down = ts_tree_cursor_goto_next_sibling(&x);
            same = down == ts_tree_cursor_goto_next_sibling(&y);
            if (!down) {
                going = ts_tree_cursor_goto_parent(&x);
                same = same && going == ts_tree_cursor_goto_parent(&y);
            }
        }
    }
    ts_tree_cursor_delete(&x);
    ts_tree_cursor_delete(&y);
    return same;
}

static void test_tree__unknown_grammar_is_refused(void **state)
{
    (void)state;
    ctx_tree *t = NULL;
    err e = {{0}};
    assert_int_equal(ctx_tree_create(&t, gram_language_by_id(STR("plaintext")), &e),
                     ERR_UNSUPPORTED);
    assert_string_equal(e.text, "there is no grammar for plain text");
    assert_null(t);
    ctx_tree_destroy(NULL);
}

static void test_tree__edits_keep_what_a_fresh_parse_gives(void **state)
{
    (void)state;
    static const char *const samples[][2] = {
        {"json", "{\"a\": [1, 2, {\"b\": null}], \"c\": \"text\"}\n"},
        {"c", "int main(void)\n{\n    int a = 1;\n    if (a) {\n        f(a, \"x\");\n    }\n    "
              "return a;\n}\n"},
        {"go",
         "package a\n\nfunc f(x int) int {\n\tfor i := range x {\n\t\tg(i)\n\t}\n\treturn x\n}\n"},
        {"java", "class A {\n    int f(int x) {\n        return x + 1;\n    }\n    // end\n}\n"},
        {"python", "def f(a):\n    if a:\n        return [i for i in a]\n    return "
                   "None\n\n\nclass B:\n    x = 1\n"},
        {"javascript", "const f = (a) => {\n  return `x ${a}`;\n};\nclass A { b() { f(1); } }\n"},
    };
    static const char *const pieces[] = {"x",  "1",  "\n",  "    ",     "(",    ")",     "{",
                                         "}",  "\"", "if ", ";",        "\n\n", "a + b", "/*",
                                         "*/", "#",  "\t",  "\xC3\xA4", ":",    ""};
    for (size_t s = 0; s < sizeof samples / sizeof samples[0]; s++) {
        uint64_t seed = 88172645463325252u + s;
        buf text;
        buf_init(&text, 1 << 20);
        buf_append(&text, str_of(samples[s][1]));
        ctx_tree *t = parsed(samples[s][0], buf_view(&text));
        for (int step = 0; step < 200; step++) {
            size_t n_edits = 1 + next_random(&seed) % 3;
            for (size_t k = 0; k < n_edits; k++) {
                size_t begin = next_random(&seed) % (text.len + 1);
                size_t n_old = next_random(&seed) % 4 ? 0 : next_random(&seed) % 6;
                size_t end = begin + n_old < text.len ? begin + n_old : text.len;
                str_view with =
                    str_of(pieces[next_random(&seed) % (sizeof pieces / sizeof pieces[0])]);
                ctx_tree_edit(t, buf_view(&text), begin, end, with);
                assert_false(ctx_tree_fresh(t));
                buf_splice(&text, begin, end, with);
            }
            err e = {{0}};
            assert_ok(ctx_tree_parse(t, buf_view(&text), 0, &e), &e);
            ctx_tree *whole = parsed(samples[s][0], buf_view(&text));
            /* Error recovery may choose another of several repairs when it starts from old nodes;
             * where the text is right there is only one tree. */
            bool broken = ts_node_has_error(ctx_tree_root(whole));
            if (!broken && !same_tree(ctx_tree_root(t), ctx_tree_root(whole)))
                fail_msg("%s, step %d: the incremental tree differs:\n%.*s", samples[s][0], step,
                         STR_ARG(buf_view(&text)));
            assert_int_equal(ts_node_end_byte(ctx_tree_root(t)),
                             ts_node_end_byte(ctx_tree_root(whole)));
            ctx_tree_destroy(whole);
            if (text.len > 2000 || step % 20 == 19) { /* back to text that parses */
                ctx_tree_edit(t, buf_view(&text), 0, text.len, str_of(samples[s][1]));
                buf_splice(&text, 0, text.len, str_of(samples[s][1]));
                assert_ok(ctx_tree_parse(t, buf_view(&text), 0, &e), &e);
                whole = parsed(samples[s][0], buf_view(&text));
                assert_true(same_tree(ctx_tree_root(t), ctx_tree_root(whole)));
                ctx_tree_destroy(whole);
            }
        }
        ctx_tree_destroy(t);
        buf_release(&text);
    }
}

static void test_tree__edit_out_of_range_starts_over(void **state)
{
    (void)state;
    ctx_tree *t = parsed("json", STR("[1]"));
    ctx_tree_edit(t, STR("[1]"), 2, 9, STR("x"));
    assert_false(ctx_tree_exists(t));
    ctx_tree_destroy(t);
    t = parsed("json", STR("[1]"));
    ctx_tree_edit(t, STR("[1]"), 2, 1, STR("x"));
    assert_false(ctx_tree_exists(t));
    assert_int_equal(ctx_tree_parse(t, STR("[12]"), 0, NULL), ERR_OK);
    assert_true(ctx_tree_fresh(t));
    ctx_tree_destroy(t);
}

static void test_tree__time_out_keeps_the_old_tree_and_goes_on(void **state)
{
    (void)state;
    buf text;
    buf_init(&text, 64 << 20);
    buf_append(&text, STR("["));
    for (int i = 0; i < 400000; i++)
        buf_append(&text, STR("[1,2],"));
    buf_append(&text, STR("0]"));
    ctx_tree *t = parsed("json", STR("[1]"));
    ctx_tree_edit(t, STR("[1]"), 0, 3, buf_view(&text));
    err e = {{0}};
    assert_int_equal(ctx_tree_parse(t, buf_view(&text), 1, &e), ERR_STALE);
    assert_string_equal(e.text, "parsing took longer than 1 ms");
    assert_true(ctx_tree_exists(t));
    assert_false(ctx_tree_fresh(t));
    int n_calls = 1;
    while (ctx_tree_parse(t, buf_view(&text), 20, NULL) == ERR_STALE && n_calls < 10000)
        n_calls++;
    assert_true(ctx_tree_fresh(t));
    assert_int_equal(ts_node_end_byte(ctx_tree_root(t)), text.len);
    assert_false(ts_node_has_error(ctx_tree_root(t)));

    /* Another text after a time-out: nothing of the first is left. */
    ctx_tree_edit(t, buf_view(&text), 1, 2, STR("[3,"));
    assert_int_equal(ctx_tree_parse(t, str_slice(buf_view(&text), 0, text.len - 1), 1, NULL),
                     ERR_STALE);
    assert_int_equal(ctx_tree_parse(t, STR("[7]"), 0, NULL), ERR_OK);
    assert_int_equal(ts_node_end_byte(ctx_tree_root(t)), 3);
    ctx_tree_destroy(t);
    buf_release(&text);
}

static void test_tree__too_long_is_refused(void **state)
{
    (void)state;
    size_t n = CTX_TREE_MAX_BYTES + 1;
    char *text = malloc(n);
    assert_non_null(text);
    memset(text, ' ', n);
    ctx_tree *t = parsed("json", STR("[1]"));
    err e = {{0}};
    assert_int_equal(ctx_tree_parse(t, (str_view){text, n}, 0, &e), ERR_RANGE);
    assert_false(ctx_tree_exists(t));
    ctx_tree_destroy(t);
    free(text);
}

static void test_tree__nodes_at(void **state)
{
    (void)state;
    str_view text = STR("f(ab, 1)\n");
    ctx_tree *t = parsed("python", text);
    TSNode chain[16];
    size_t n = ctx_nodes_at(ctx_tree_root(t), 3, chain, 16);
    static const char *const want[] = {"module", "expression_statement", "call", "argument_list",
                                       "identifier"};
    assert_int_equal(n, 5);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(ts_node_type(chain[i]), want[i]);
    /* At the end of "ab", in front of the comma: the comma contains the offset. */
    assert_string_equal(ts_node_type(ctx_node_at(ctx_tree_root(t), 4)), ",");
    /* At the very end of the call nothing begins: what ended there counts. */
    assert_string_equal(ts_node_type(ctx_node_at(ctx_tree_root(t), 8)), ")");
    /* Only the innermost are kept. */
    n = ctx_nodes_at(ctx_tree_root(t), 3, chain, 2);
    assert_int_equal(n, 2);
    assert_string_equal(ts_node_type(chain[0]), "argument_list");
    assert_string_equal(ts_node_type(chain[1]), "identifier");
    ctx_tree_destroy(t);
}

static void test_tree__errors_in_range(void **state)
{
    (void)state;
    str_view text = STR("int a = ;\nint b = 1;\nint c = 2\n");
    ctx_tree *t = parsed("c", text);
    struct ctx_syntax_error found[8];
    size_t n = ctx_errors_in(ctx_tree_root(t), 0, text.len, found, 8);
    assert_int_equal(n, 2);
    assert_true(found[0].begin < 10);
    assert_true(found[1].missing);
    assert_int_equal(found[1].begin, 30);
    assert_int_equal(ctx_errors_in(ctx_tree_root(t), 11, 19, NULL, 0), 0);
    assert_int_equal(ctx_errors_in(ctx_tree_root(t), 0, 5, NULL, 0), 0);
    assert_int_equal(ctx_errors_in(ctx_tree_root(t), 25, 30, NULL, 0), 1);
    ctx_tree_destroy(t);
}

/* "$" is the cursor. */
static void check_kind(const char *id, const char *marked, enum ctx_text_kind want)
{
    buf text;
    buf_init(&text, 4096);
    buf_append(&text, str_of(marked));
    size_t at = str_find_byte(buf_view(&text), '$');
    assert_true(at < text.len);
    buf_splice(&text, at, at + 1, STR(""));
    ctx_tree *t = parsed(id, buf_view(&text));
    enum ctx_text_kind got = ctx_text_kind_at(t, buf_view(&text), at);
    if (got != want)
        fail_msg("%s: %s: got %d, want %d", id, marked, (int)got, (int)want);
    ctx_tree_destroy(t);
    buf_release(&text);
}

static void test_tree__comment_string_or_code(void **state)
{
    (void)state;
    static const struct {
        const char *id, *text;
        enum ctx_text_kind want;
    } cases[] = {
        {"python", "x = 1  # a no$te\n", CTX_COMMENT},
        {"python", "x = 1  # note$\n", CTX_COMMENT},
        {"python", "x = 1  # note$", CTX_COMMENT},
        {"python", "x = 1$  # note\n", CTX_CODE},
        {"python", "x = $1\n# note\n", CTX_CODE},
        {"python", "# note\n$x = 1\n", CTX_CODE},
        {"python", "x = \"a$b\"\n", CTX_STRING},
        {"python", "x = $\"ab\"\n", CTX_CODE},
        {"python", "x = \"ab\"$\n", CTX_CODE},
        {"python", "x = f\"a{b$}c\"\n", CTX_CODE},
        {"python", "x = f\"a{b}c$\"\n", CTX_STRING},
        {"python", "\"\"\"doc\nmore$\n\"\"\"\n", CTX_STRING},
        {"c", "int a; /* x$ */ int b;\n", CTX_COMMENT},
        {"c", "int a; /* x */$ int b;\n", CTX_CODE},
        {"c", "int a; // x$\nint b;\n", CTX_COMMENT},
        {"c", "char c = '$x';\n", CTX_STRING},
        {"c", "char *s = \"a\" $\"b\";\n", CTX_CODE},
        {"c", "#include \"a$.h\"\n", CTX_STRING},
        {"javascript", "let a = `x${ b$ }`;\n", CTX_CODE},
        {"javascript", "let a = `x$ y`;\n", CTX_STRING},
        {"javascript", "let a = /x$y/;\n", CTX_STRING},
        {"rust", "let a = \"x$\";\n", CTX_STRING},
        {"rust", "/// doc$\nfn f() {}\n", CTX_COMMENT},
        {"go", "var a = `x$`\n", CTX_STRING},
        {"html", "<a b=\"c$\">x</a>\n", CTX_STRING},
        {"html", "<!-- x$ --><p></p>\n", CTX_COMMENT},
        {"html", "<p>x$</p>\n", CTX_CODE},
        {"shellscript", "a=\"x $y\"\n", CTX_STRING},
        {"lua", "-- x$\nlocal a = 1\n", CTX_COMMENT},
        {"ruby", "x = \"a#{b$}\"\n", CTX_CODE},
        {"ruby", "x = \"a$#{b}\"\n", CTX_STRING},
        {"java", "String s = \"a$\";\n", CTX_STRING},
        {"sql", "SELECT 'a$' -- b\n", CTX_STRING},
        {"sql", "SELECT 'a' -- b$\n", CTX_COMMENT},
        {"yaml", "a: \"b$\" # c\n", CTX_STRING},
        {"yaml", "a: \"b\" # c$\n", CTX_COMMENT},
        {"toml", "a = 'b$'\n", CTX_STRING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (strstr(cases[i].text, "${") == NULL)
            check_kind(cases[i].id, cases[i].text, cases[i].want);
    /* Where "$" is part of the language the cursor is given by number. */
    str_view text = STR("let a = `x${ b }`;\n");
    ctx_tree *t = parsed("javascript", text);
    assert_int_equal(ctx_text_kind_at(t, text, 14), CTX_CODE);
    assert_int_equal(ctx_text_kind_at(t, text, 10), CTX_STRING);
    ctx_tree_destroy(t);
}

static void test_tree__block_around(void **state)
{
    (void)state;
    str_view text = STR("int f(void)\n{\n    if (a) {\n        b();\n    }\n    c();\n}\n");
    ctx_tree *t = parsed("c", text);
    struct gram_range r = ctx_block_at(t, str_find(text, STR("b();")));
    assert_view(str_slice(text, r.begin, r.end), "{\n        b();\n    }");
    r = ctx_block_at(t, str_find(text, STR("c();")));
    assert_int_equal(r.begin, 12);
    assert_int_equal(r.end, text.len - 1);
    r = ctx_block_at(t, 2);
    assert_int_equal(r.begin, 0);
    assert_int_equal(r.end, text.len);
    ctx_tree_destroy(t);
}

/* "<" "|" ">" stands where `with` is pasted. */
static struct ctx_paste try_paste(const char *id, const char *marked, const char *with)
{
    buf text;
    buf_init(&text, 1 << 16);
    buf_append(&text, str_of(marked));
    size_t at = str_find(buf_view(&text), STR("<|>"));
    assert_true(at < text.len);
    buf_splice(&text, at, at + 3, STR(""));
    ctx_tree *t = parsed(id, buf_view(&text));
    struct ctx_paste p;
    assert_int_equal(ctx_tree_try_paste(t, &p, NULL, buf_view(&text), at, at, str_of(with), 0),
                     ERR_OK);
    assert_true(ctx_tree_fresh(t));

    /* The count is that of a fresh parse. */
    buf_splice(&text, at, at, str_of(with));
    ctx_tree *whole = parsed(id, buf_view(&text));
    size_t n = ctx_errors_in(ctx_tree_root(whole), 0, SIZE_MAX, NULL, 0);
    assert_int_equal(n == 0, p.n_after == 0);
    ctx_tree_destroy(whole);
    ctx_tree_destroy(t);
    buf_release(&text);
    return p;
}

static void test_tree__paste_check(void **state)
{
    (void)state;
    static const struct {
        const char *id, *text, *with;
        bool adds;
    } cases[] = {
        {"python", "def f(a):\n    <|>\n", "return a + 1", false},
        {"python", "def f(a):\n    x = 1\n    <|>\n", "return (a + 1", true},
        {"python", "x = [<|>]\n", "i for i in y", false},
        {"python", "x = [<|>]\n", "i for i in", true},
        {"javascript", "function f() {\n  <|>\n}\n", "return a.map((x) => x * 2);", false},
        {"javascript", "function f() {\n  <|>\n}\n", "return a.map((x => x * 2);", true},
        {"typescript", "const a: <|> = 1;\n", "Map<string, number[]>", false},
        {"typescript", "const a = b(<|>);\n", "[1", true},
        {"c", "int f(void)\n{\n    <|>\n}\n", "return g(1)->x;", false},
        {"c", "int f(void)\n{\n    <|>\n}\n", "return g(1->x;", true},
        {"go", "package a\n\nfunc f() {\n\t<|>\n}\n", "for i := range x {\n\t}", false},
        {"go", "package a\n\nfunc f() {\n\t<|>\n}\n", "for i := range x {", true},
        {"rust", "fn f() {\n    <|>\n}\n", "let x = g()?;", false},
        {"rust", "fn f() {\n    <|>\n}\n", "let x = g(?;", true},
        {"java", "class A {\n    <|>\n}\n", "int f() { return 1; }", false},
        {"java", "class A {\n    <|>\n}\n", "int f() { return 1 }", true},
        {"json", "{\"a\": 1<|>}\n", ", \"b\": [2]", false},
        {"json", "{\"a\": 1<|>}\n", ", \"b\": [2", true},
        {"shellscript", "if a; then\n  <|>\nfi\n", "echo \"$x\"", false},
        {"shellscript", "if a; then\n  <|>\nfi\n", "for x in 1 2; do", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ctx_paste p = try_paste(cases[i].id, cases[i].text, cases[i].with);
        if (p.adds != cases[i].adds)
            fail_msg("%s: \"%s\": %zu errors before, %zu after", cases[i].id, cases[i].with,
                     p.n_before, p.n_after);
        assert_int_equal(p.first_new != SIZE_MAX, p.adds);
    }
    /* Code that was broken already and gets whole. */
    struct ctx_paste p = try_paste("c", "int f(void)\n{\n    g(1<|>;\n}\n", ")");
    assert_int_equal(p.n_after, 0);
    assert_true(p.n_before > 0);
    assert_false(p.adds);
    /* An old error elsewhere is not counted against the paste. */
    p = try_paste("c", "int a = ;\nint f(void)\n{\n    <|>\n}\n", "return 1;");
    assert_false(p.adds);
    assert_int_equal(p.first_new, SIZE_MAX);
}

static void test_tree__paste_needs_a_fresh_tree(void **state)
{
    (void)state;
    ctx_tree *t = parsed("json", STR("[1]"));
    struct ctx_paste p;
    assert_int_equal(ctx_tree_try_paste(t, &p, NULL, STR("[1]"), 2, 7, STR("2"), 0), ERR_RANGE);
    ctx_tree_edit(t, STR("[1]"), 1, 2, STR("2"));
    assert_int_equal(ctx_tree_try_paste(t, &p, NULL, STR("[2]"), 1, 1, STR("2"), 0), ERR_STALE);
    ctx_tree_destroy(t);
}

static void check_layer(const char *id, const char *marked, const char *want_id,
                        const char *want_node)
{
    gram_queries *q = NULL;
    assert_int_equal(gram_queries_create(&q), ERR_OK);
    buf text;
    buf_init(&text, 1 << 16);
    buf_append(&text, str_of(marked));
    size_t at = str_find(buf_view(&text), STR("<|>"));
    assert_true(at < text.len);
    buf_splice(&text, at, at + 3, STR(""));
    ctx_tree *t = parsed(id, buf_view(&text));
    struct ctx_layer layer;
    err_code rc = ctx_tree_layer_at(t, &layer, q, buf_view(&text), at, 0);
    if (want_id) {
        if (rc != ERR_OK)
            fail_msg("%s: nothing embedded in %s", id, marked);
        assert_string_equal(layer.lang->id, want_id);
        assert_true(layer.range.begin <= at && at <= layer.range.end);
        assert_string_equal(ts_node_type(ctx_node_at(layer.root, at - layer.range.begin)),
                            want_node);
        /* A second question is answered from what was kept. */
        struct ctx_layer again;
        assert_int_equal(ctx_tree_layer_at(t, &again, q, buf_view(&text), at, 0), ERR_OK);
        assert_true(ts_node_eq(again.root, layer.root));
    } else {
        assert_int_equal(rc, ERR_NOT_FOUND);
    }
    ctx_tree_edit(t, buf_view(&text), 0, 0, STR(" "));
    assert_int_equal(ctx_tree_layer_at(t, &layer, q, buf_view(&text), at, 0), ERR_STALE);
    ctx_tree_destroy(t);
    buf_release(&text);
    gram_queries_destroy(q);
}

static void test_tree__embedded_languages(void **state)
{
    (void)state;
    check_layer("html", "<p>a</p><script>let a = 1<|>2;</script>\n", "javascript", "number");
    check_layer("html", "<style>.a { color: r<|>ed; }</style>\n", "css", "plain_value");
    check_layer("html", "<style lang=\"scss\">$a: 1<|>2;</style>\n", "scss", "integer_value");
    check_layer("html", "<script type=\"application/json\">[1<|>2]</script>\n", "json", "number");
    check_layer("html", "<script>let a = /<|>x+/;</script>\n", "regex", "pattern_character");
    check_layer("html", "<p>a<|>b</p><script>1</script>\n", NULL, NULL);
    check_layer("markdown", "# a\n\n```py\nx = 1<|>2\n```\n", "python", "integer");
    check_layer("markdown", "# a\n\n```nonsense\nx = 1<|>2\n```\n", NULL, NULL);
    check_layer("markdown", "some *te<|>xt*\n", "markdown-inline", "emphasis");
    check_layer("javascript", "q = sql`SELECT a<|>b FROM t`;\n", "sql", "identifier");
    check_layer("python", "db.execute(\"SELECT a<|>b FROM t\")\n", "sql", "identifier");
    check_layer("php", "<p>x<|>y</p><?php echo 1;\n", "html", "text");
    check_layer("makefile", "all:\n\techo ab<|>c\n", "shellscript", "word");
    check_layer("yaml", "run: |\n  make al<|>l\n", "shellscript", "word");
}

/* More children under one node than 16 bits count: error recovery gathers all open brackets under
 * one. The core of tree-sitter 0.20 wrote outside its memory here. */
static void test_tree__node_of_a_hundred_thousand_children(void **state)
{
    (void)state;
    static const char *const ids[] = {"rust", "python", "csharp", "ruby"};
    buf text;
    buf_init(&text, 1 << 20);
    for (int i = 0; i < 100000; i++)
        buf_append_byte(&text, "([{"[i % 3]);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        ctx_tree *t = NULL;
        assert_int_equal(ctx_tree_create(&t, gram_language_by_id(str_of(ids[i])), NULL), ERR_OK);
        err_code rc = ctx_tree_parse(t, buf_view(&text), 10000, NULL);
        assert_true(rc == ERR_OK || rc == ERR_STALE);
        if (rc == ERR_OK)
            assert_true(ctx_errors_in(ctx_tree_root(t), 0, SIZE_MAX, NULL, 0) > 0);
        ctx_tree_destroy(t);
    }
    buf_release(&text);
}

/* Every grammar gets each of these: nothing may crash, hang or exceed its time by much. */
static void test_tree__hostile_text(void **state)
{
    (void)state;
    size_t n_rows = 0;
    const gram_language *rows = gram_language_all(&n_rows);
    buf text;
    buf_init(&text, 8 << 20);
    for (int kind = 0; kind < 8; kind++) {
        buf_clear(&text);
        uint64_t seed = 42;
        for (int i = 0; i < 20000 && kind == 0; i++)
            buf_append(&text, STR("(["));
        for (int i = 0; i < 20000 && kind == 1; i++)
            buf_append(&text, STR("{"));
        for (int i = 0; i < 4000 && kind == 2; i++)
            buf_append_byte(&text, (char)(next_random(&seed) & 0xFF));
        for (int i = 0; i < 4000 && kind == 3; i++)
            buf_append_byte(&text, '\0');
        for (int i = 0; i < 2000 && kind == 4; i++)
            buf_append(&text, STR("\"'`/*<!--"));
        for (int i = 0; i < 300 && kind == 5; i++) {
            for (int k = 0; k < i; k++)
                buf_append_byte(&text, ' ');
            buf_append(&text, STR("if x:\n"));
        }
        for (int i = 0; i < 3000 && kind == 6; i++)
            buf_append(&text, STR("<a><b x='1'>"));
        for (int i = 0; i < 3000 && kind == 7; i++)
            buf_append(&text, STR("> * 1. "));
        for (size_t i = 0; i < n_rows; i++) {
            if (!rows[i].parser)
                continue;
            ctx_tree *t = NULL;
            assert_int_equal(ctx_tree_create(&t, &rows[i], NULL), ERR_OK);
            err_code rc = ctx_tree_parse(t, buf_view(&text), 50, NULL);
            assert_true(rc == ERR_OK || rc == ERR_STALE);
            if (rc == ERR_OK) {
                TSNode chain[8];
                assert_true(ctx_nodes_at(ctx_tree_root(t), text.len / 2, chain, 8) > 0);
                (void)ctx_text_kind_at(t, buf_view(&text), text.len / 2);
                (void)ctx_errors_in(ctx_tree_root(t), 0, SIZE_MAX, NULL, 0);
                ctx_tree_edit(t, buf_view(&text), text.len / 2, text.len / 2, STR("x"));
                rc = ctx_tree_parse(t, buf_view(&text), 50, NULL);
                assert_true(rc == ERR_OK || rc == ERR_STALE);
            }
            ctx_tree_destroy(t);
        }
    }
    buf_release(&text);
}

TEST_MAIN(cmocka_unit_test(test_tree__unknown_grammar_is_refused),
          cmocka_unit_test(test_tree__edits_keep_what_a_fresh_parse_gives),
          cmocka_unit_test(test_tree__edit_out_of_range_starts_over),
          cmocka_unit_test(test_tree__time_out_keeps_the_old_tree_and_goes_on),
          cmocka_unit_test(test_tree__too_long_is_refused), cmocka_unit_test(test_tree__nodes_at),
          cmocka_unit_test(test_tree__errors_in_range),
          cmocka_unit_test(test_tree__comment_string_or_code),
          cmocka_unit_test(test_tree__block_around), cmocka_unit_test(test_tree__paste_check),
          cmocka_unit_test(test_tree__paste_needs_a_fresh_tree),
          cmocka_unit_test(test_tree__embedded_languages),
          cmocka_unit_test(test_tree__node_of_a_hundred_thousand_children),
          cmocka_unit_test(test_tree__hostile_text))
