/* The list of constructs that the knowledge must cover, tests/data/explain/constructs.tsv: per line
 * the language's folder, what it is, an example and a query that finds it there in the capture @x
 * (\n, \t and \\ are escapes). At such a place the language's own file must speak, not the common
 * one: about that node, or one directly above or below it. For languages without a grammar the
 * query is not used: the example's last line counts. */
#include <regex.h>
#include <stdio.h>

#include "assist/explain/explain.h"
#include "base/file.h"
#include "tests/unit/test.h"

enum { ARENA_BYTES = 16 << 20, FILE_BYTES = 1 << 20 };

struct row {
    str_view folder, title, query;
    str_view code; /* escapes resolved */
};

static const gram_language *language_in(str_view folder)
{
    size_t n = 0;
    const gram_language *all = gram_language_all(&n);
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_of(all[i].folder ? all[i].folder : all[i].id), folder))
            return &all[i];
    return NULL;
}

static str_view unescape(arena *mem, str_view v)
{
    char *out = arena_push(mem, v.len + 2);
    assert_non_null(out);
    size_t n = 0;
    for (size_t i = 0; i < v.len; i++) {
        bool escape = v.ptr[i] == '\\' && i + 1 < v.len;
        i += escape;
        char c = v.ptr[i];
        out[n++] = !escape ? c : c == 'n' ? '\n' : c == 't' ? '\t' : c;
    }
    /* Files end in a line break; some grammars insist. */
    if (n > 0 && out[n - 1] != '\n')
        out[n++] = '\n';
    return (str_view){out, n};
}

static str_view cell(str_view *line)
{
    size_t end = str_find_byte(*line, '\t');
    str_view v = str_slice(*line, 0, end);
    *line = str_slice(*line, end + 1, line->len);
    return v;
}

static bool predicates_hold(const TSQuery *q, const TSQueryMatch *m, str_view text)
{
    uint32_t n = 0;
    const TSQueryPredicateStep *s = ts_query_predicates_for_pattern(q, m->pattern_index, &n);
    for (uint32_t i = 0; i + 3 < n; i += 4) {
        uint32_t len = 0;
        const char *verb = ts_query_string_value_for_id(q, s[i].value_id, &len);
        const char *want = ts_query_string_value_for_id(q, s[i + 2].value_id, &len);
        for (uint32_t c = 0; c < m->capture_count; c++) {
            if (m->captures[c].index != s[i + 1].value_id)
                continue;
            TSNode node = m->captures[c].node;
            str_view have = str_slice(text, ts_node_start_byte(node), ts_node_end_byte(node));
            bool holds = strcmp(verb, "eq?") == 0 ? str_eq(have, (str_view){want, len})
                                                  : gram_regex_holds((str_view){want, len}, have);
            if (!holds)
                return false;
        }
    }
    return true;
}

static bool is_own(const struct explain_card *c)
{
    return !str_eq(c->construct->folder, STR("common"));
}

static bool same_range(const struct explain_card *c, TSNode node)
{
    return !ts_node_is_null(node) && c->range.begin == ts_node_start_byte(node) &&
           c->range.end == ts_node_end_byte(node);
}

static bool is_about(const struct explain_card *c, TSNode node)
{
    bool about = same_range(c, node) || same_range(c, ts_node_parent(node));
    for (uint32_t i = 0; i < ts_node_named_child_count(node); i++)
        about = about || same_range(c, ts_node_named_child(node, i));
    return about && is_own(c) && !str_eq(c->construct->minor, STR("yes"));
}

/* Whether there is a place in `node` at which something is said about it. */
static bool said_of(gram_knowledge *k, ctx_tree *tree, const gram_language *lang, str_view text,
                    TSNode node, arena *mem)
{
    for (uint32_t at = ts_node_start_byte(node); at < ts_node_end_byte(node); at++) {
        err e = {{0}};
        struct explain_answer a;
        struct explain_request r = {
            .knowledge = k, .tree = tree, .lang = lang, .text = text, .begin = at, .end = at};
        if (explain(&a, &r, mem, &e) != ERR_OK)
            continue;
        for (size_t i = 0; i < a.n_cards; i++)
            if (is_about(&a.cards[i], node))
                return true;
    }
    return false;
}

static int check_tree(gram_knowledge *k, const struct row *row, const gram_language *lang,
                      arena *mem)
{
    err e = {{0}};
    ctx_tree *tree = NULL;
    uint32_t at = 0;
    TSQueryError error = TSQueryErrorNone;
    assert_ok(ctx_tree_create(&tree, lang, &e), &e);
    assert_ok(ctx_tree_parse(tree, row->code, 0, &e), &e);
    TSQuery *q = ts_query_new(gram_language_parser(lang), row->query.ptr, (uint32_t)row->query.len,
                              &at, &error);
    TSQueryCursor *cursor = ts_query_cursor_new();
    TSQueryMatch m;
    size_t n = 0, n_said = 0;
    if (q)
        ts_query_cursor_exec(cursor, q, ctx_tree_root(tree));
    while (q && ts_query_cursor_next_match(cursor, &m)) {
        if (!predicates_hold(q, &m, row->code))
            continue;
        for (uint32_t c = 0; c < m.capture_count; c++) {
            uint32_t len = 0;
            const char *name = ts_query_capture_name_for_id(q, m.captures[c].index, &len);
            if (strcmp(name, "x") != 0)
                continue;
            n++;
            n_said += said_of(k, tree, lang, row->code, m.captures[c].node, mem);
        }
    }
    ts_query_cursor_delete(cursor);
    ts_query_delete(q);
    ctx_tree_destroy(tree);
    if (n > 0 && n_said > 0)
        return 0;
    print_error("%.*s: %.*s: %s\n", STR_ARG(row->folder), STR_ARG(row->title),
                n == 0 ? "the query finds nothing" : "nothing is said about it");
    return 1;
}

static int check_lines(gram_knowledge *k, const struct row *row, const gram_language *lang,
                       arena *mem)
{
    str_view code = str_trim_right(row->code);
    size_t begin = code.len;
    while (begin > 0 && code.ptr[begin - 1] != '\n')
        begin--;
    if (str_find(row->code, STR("end")) < row->code.len)
        begin = 0;
    for (size_t at = begin; at < code.len; at++) {
        err e = {{0}};
        struct explain_answer a;
        struct explain_request r = {
            .knowledge = k, .lang = lang, .text = row->code, .begin = at, .end = at};
        if (explain(&a, &r, mem, &e) == ERR_OK && is_own(&a.cards[0]))
            return 0;
    }
    print_error("%.*s: %.*s: nothing is said about it\n", STR_ARG(row->folder),
                STR_ARG(row->title));
    return 1;
}

static void test_explain_constructs__each_is_explained(void **state)
{
    (void)state;
    static const char path[] = ARTEL_SOURCE_DIR "/tests/data/explain/constructs.tsv";
    err e = {{0}};
    buf file;
    gram_knowledge *k = NULL;
    size_t n = 0;
    int faults = 0;
    buf_init(&file, FILE_BYTES);
    assert_ok(file_read(&file, path, &e), &e);
    assert_int_equal(gram_knowledge_create(&k), ERR_OK);
    for (str_view rest = buf_view(&file); rest.len > 0; n++) {
        arena mem;
        arena_init(&mem, ARENA_BYTES);
        str_view line = str_take_line(&rest);
        struct row row = {.folder = cell(&line)};
        row.title = cell(&line);
        row.code = unescape(&mem, cell(&line));
        row.query = unescape(&mem, cell(&line));
        const gram_language *lang = language_in(row.folder);
        assert_non_null(lang);
        faults += lang->parser ? check_tree(k, &row, lang, &mem) : check_lines(k, &row, lang, &mem);
        arena_release(&mem);
    }
    buf_release(&file);
    gram_knowledge_destroy(k);
    print_message("%zu constructs\n", n);
    assert_int_equal(faults, 0);
}

TEST_MAIN(cmocka_unit_test(test_explain_constructs__each_is_explained))
