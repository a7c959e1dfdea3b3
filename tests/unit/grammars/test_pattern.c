#include "grammars/pattern.h"

#include "base/buf.h"
#include "base/file.h"
#include "grammars/knowledge.h"
#include "grammars/query.h"
#include "tests/unit/test.h"

enum { FILE_MAX_BYTES = 1 << 20, ARENA_BYTES = 16 << 20, MAX_NODES = 1 << 16 };

/* The node `path` levels down the first named children of what `source` parses to. */
static bool matches(const char *language, const char *source, const char *pattern,
                    const char *x_text)
{
    arena mem;
    err e = {{0}};
    const gram_pattern *p = NULL;
    arena_init(&mem, ARENA_BYTES);
    assert_ok(gram_pattern_parse(&p, &mem, str_of(pattern), &e), &e);
    TSParser *parser = ts_parser_new();
    ts_parser_set_language(parser, gram_language_parser(gram_language_by_id(str_of(language))));
    TSTree *tree = ts_parser_parse_string(parser, NULL, source, (uint32_t)strlen(source));
    bool found = false;
    TSTreeCursor c = ts_tree_cursor_new(ts_tree_root_node(tree));
    for (bool going = true; going;) {
        struct gram_pattern_match m;
        TSNode node = ts_tree_cursor_current_node(&c);
        str_view text = str_slice(str_of(source), ts_node_start_byte(node), ts_node_end_byte(node));
        if (gram_pattern_match(p, node, str_of(source), &mem, &m) && str_eq(text, str_of(x_text)))
            found = true;
        if (ts_tree_cursor_goto_first_child(&c))
            continue;
        while (!ts_tree_cursor_goto_next_sibling(&c))
            if (!ts_tree_cursor_goto_parent(&c)) {
                going = false;
                break;
            }
    }
    ts_tree_cursor_delete(&c);
    ts_tree_delete(tree);
    ts_parser_delete(parser);
    arena_release(&mem);
    return found;
}

static void test_pattern__matches_by_shape_field_token_and_text(void **state)
{
    (void)state;
    static const struct {
        const char *language, *source, *pattern, *x;
        bool want;
    } cases[] = {
        {"c", "int a = b + 1;", "(binary_expression) @x", "b + 1", true},
        {"c", "int a = b + 1;", "(binary_expression operator: \"+\") @x", "b + 1", true},
        {"c", "int a = b + 1;", "(binary_expression operator: [\"-\" \"*\"]) @x", "b + 1", false},
        {"c", "int a = b + 1;", "(binary_expression left: (_) @x)", "b", true},
        {"c", "int a = b + 1;", "(binary_expression left: (_) @x)", "1", false},
        {"c", "int a[];", "(array_declarator !size) @x", "a[]", true},
        {"c", "int a[3];", "(array_declarator !size) @x", "a[3]", false},
        {"python", "def f(a, b): pass", "(parameters . (identifier) @x)", "a", true},
        {"python", "def f(a, b): pass", "(parameters . (identifier) @x)", "b", false},
        {"python", "def f(a, b): pass", "(parameters (identifier) @x .)", "b", true},
        {"python", "def f(a, b): pass", "(parameters (identifier) @x .)", "a", false},
        {"python", "a.b", "((identifier) @x (#eq? @x \"a\"))", "a", true},
        {"python", "a.b", "((identifier) @x (#eq? @x \"a\"))", "b", false},
        {"python", "a.b", "((identifier) @x (#not-eq? @x \"a\"))", "b", true},
        {"python", "a.b", "((identifier) @x (#any-of? @x \"c\" \"b\"))", "b", true},
        {"python", "abc", "((identifier) @x (#match? @x \"^a.c$\"))", "abc", true},
        {"python", "abc", "((identifier) @x (#not-match? @x \"b\"))", "abc", false},
        {"python", "abc", "((identifier) @x (#match? @x \"(\"))", "abc", false},
        {"python", "f(a)(b)", "(call function: (call) @x)", "f(a)", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool got = matches(cases[i].language, cases[i].source, cases[i].pattern, cases[i].x);
        if (got != cases[i].want)
            fail_msg("%s in %s: %d", cases[i].pattern, cases[i].source, got);
    }
}

static void test_pattern__refuses_with_a_reason(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",          "(",         "(a",
                                        "(a))",      "(a)*",      "(a (b)?)",
                                        "a",         "(a) (b)",   "[",
                                        "\"open",    "(#eq? @x)", "(a (#is? @x \"b\"))",
                                        "(a) @b @c", "()",        "(a (#eq? \"b\" @x))"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        arena mem;
        err e = {{0}};
        const gram_pattern *p = NULL;
        arena_init(&mem, ARENA_BYTES);
        if (gram_pattern_parse(&p, &mem, str_of(wrong[i]), &e) != ERR_FORMAT || !e.text[0] || p)
            fail_msg("\"%s\": %s", wrong[i], e.text);
        arena_release(&mem);
    }
}

/* What ts_query captures as @x, by node id. */
static size_t captured_by_query(const void **out, const TSLanguage *parser, TSNode root,
                                str_view text, str_view pattern)
{
    uint32_t at;
    TSQueryError error;
    TSQuery *query = ts_query_new(parser, pattern.ptr, (uint32_t)pattern.len, &at, &error);
    assert_non_null(query);
    TSQueryCursor *cursor = ts_query_cursor_new();
    ts_query_cursor_exec(cursor, query, root);
    TSQueryMatch match;
    size_t n = 0;
    while (ts_query_cursor_next_match(cursor, &match)) {
        if (!gram_query_holds(query, &match, text))
            continue;
        for (uint16_t i = 0; i < match.capture_count && n < MAX_NODES; i++) {
            uint32_t len;
            const char *name = ts_query_capture_name_for_id(query, match.captures[i].index, &len);
            if (len == 1 && *name == 'x')
                out[n++] = match.captures[i].node.id;
        }
    }
    ts_query_cursor_delete(cursor);
    ts_query_delete(query);
    return n;
}

static bool has(const void *const *list, size_t n, const void *item)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == item)
            return true;
    return false;
}

/* Compares the two for every node of the sample; returns how many nodes matched. */
static size_t compare(const struct gram_construct *c, const TSLanguage *parser, TSNode root,
                      str_view text)
{
    static const void *wanted[MAX_NODES];
    size_t n_wanted = captured_by_query(wanted, parser, root, text, c->pattern_text);
    size_t n_found = 0;
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    for (bool going = true; going;) {
        arena scratch;
        struct gram_pattern_match m;
        TSNode node = ts_tree_cursor_current_node(&cursor);
        arena_init(&scratch, ARENA_BYTES);
        bool got = gram_pattern_match(c->pattern, node, text, &scratch, &m);
        arena_release(&scratch);
        n_found += got;
        if (got != has(wanted, n_wanted, node.id) && (got || ts_node_is_named(node)))
            fail_msg("%.*s [%.*s] at byte %u: %d here, %d by the query", STR_ARG(c->folder),
                     STR_ARG(c->key), ts_node_start_byte(node), got, !got);
        if (ts_tree_cursor_goto_first_child(&cursor))
            continue;
        while (!ts_tree_cursor_goto_next_sibling(&cursor))
            if (!ts_tree_cursor_goto_parent(&cursor)) {
                going = false;
                break;
            }
    }
    ts_tree_cursor_delete(&cursor);
    return n_found;
}

/* On the samples of the queries, every pattern of the knowledge finds what tree-sitter's own query
 * engine finds. Patterns with regular expressions are left out: that engine does not evaluate them.
 */
static void test_pattern__agrees_with_tree_sitter(void **state)
{
    (void)state;
    gram_knowledge *k = NULL;
    assert_int_equal(gram_knowledge_create(&k), ERR_OK);
    size_t n_rows = 0, n_patterns = 0, n_found = 0;
    const gram_language *all = gram_language_all(&n_rows);
    for (size_t i = 0; i < n_rows; i++) {
        char path[512];
        buf sample;
        err e = {{0}};
        const TSLanguage *grammar = gram_language_parser(&all[i]);
        snprintf(path, sizeof path, ARTEL_SOURCE_DIR "/tests/data/grammars/%s.txt", all[i].id);
        buf_init(&sample, FILE_MAX_BYTES);
        if (grammar && gram_knowledge_of(k, &all[i]) && file_read(&sample, path, &e) == ERR_OK) {
            str_view text = buf_view(&sample);
            text = str_slice(text, 0, str_find(text, STR("\n---\n")) + 1);
            TSParser *parser = ts_parser_new();
            ts_parser_set_language(parser, grammar);
            TSTree *tree = ts_parser_parse_string(parser, NULL, text.ptr, (uint32_t)text.len);
            for (const struct gram_construct *c = gram_knowledge_of(k, &all[i]); c; c = c->next) {
                bool regex = str_find(c->pattern_text, STR("match?")) < c->pattern_text.len;
                if (!c->pattern || regex || !str_eq(c->folder, str_of(all[i].folder)))
                    continue;
                n_found += compare(c, grammar, ts_tree_root_node(tree), text);
                n_patterns++;
            }
            ts_tree_delete(tree);
            ts_parser_delete(parser);
        }
        buf_release(&sample);
    }
    gram_knowledge_destroy(k);
    print_message("%zu patterns, %zu nodes\n", n_patterns, n_found);
    assert_true(n_patterns > 400 && n_found > 400);
}

TEST_MAIN(cmocka_unit_test(test_pattern__matches_by_shape_field_token_and_text),
          cmocka_unit_test(test_pattern__refuses_with_a_reason),
          cmocka_unit_test(test_pattern__agrees_with_tree_sitter))
