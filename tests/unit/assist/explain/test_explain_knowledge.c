/* Every entry of the knowledge on its own example: there is a place in the example where it is the
 * innermost construct, its sentences have no unfilled hole, and what is said is what
 * tests/data/explain/<language>.txt holds. UPDATE=1 in the environment rewrites those files: the
 * diff is what a reviewer reads. */
#include <stdio.h>

#include "assist/explain/explain.h"
#include "assist/explain/render.h"
#include "base/file.h"
#include "tests/unit/test.h"

enum { ARENA_BYTES = 64 << 20, GOLDEN_BYTES = 4 << 20 };

static const char folder[] = ARTEL_SOURCE_DIR "/tests/data/explain";

struct example {
    gram_knowledge *knowledge;
    ctx_tree *tree;
    const gram_language *lang;
    str_view code;
};

static bool explain_at(struct explain_answer *a, const struct example *x, size_t at, arena *mem)
{
    err e = {{0}};
    struct explain_request r = {.knowledge = x->knowledge,
                                .tree = x->tree,
                                .lang = x->lang,
                                .text = x->code,
                                .begin = at,
                                .end = at};
    return explain(a, &r, mem, &e) == ERR_OK;
}

/* The first place where entry `c` is innermost, or SIZE_MAX. */
static size_t find_place(struct explain_answer *a, const struct example *x,
                         const struct gram_construct *c, arena *mem)
{
    for (size_t at = 0; at < x->code.len; at++) {
        arena_reset(mem);
        if (explain_at(a, x, at, mem) && a->cards[0].construct == c)
            return at;
    }
    return SIZE_MAX;
}

static bool has_empty_hole(str_view v)
{
    const char empty[] = {EXPLAIN_CODE, EXPLAIN_PLAIN, '\0'};
    return str_find(v, str_of(empty)) < v.len;
}

static void write_entry(buf *out, const struct gram_construct *c, const struct explain_card *card,
                        str_view code, size_t at)
{
    buf_append_format(out, "[%.*s]\n", STR_ARG(c->key));
    buf_append(out, str_slice(code, 0, at));
    buf_append(out, STR("‸"));
    buf_append(out, str_slice(code, at, code.len));
    buf_append(out, STR("\n= "));
    explain_render_marked(out, card->meaning, EXPLAIN_TEXT);
    for (size_t i = 0; i < card->n_pieces; i++) {
        buf_append_format(out, "\n%*s- `%.*s` ", (int)(2 + 2 * card->pieces[i].depth), "",
                          STR_ARG(card->pieces[i].code));
        explain_render_marked(out, card->pieces[i].text, EXPLAIN_TEXT);
    }
    for (size_t i = 0; i < card->n_steps; i++) {
        buf_append_format(out, "\n  %zu. ", i + 1);
        explain_render_marked(out, card->steps[i], EXPLAIN_TEXT);
    }
    for (size_t i = 0; i < card->n_notes; i++) {
        buf_append(out, STR("\n  ! "));
        explain_render_marked(out, card->notes[i], EXPLAIN_TEXT);
    }
    buf_append(out, STR("\n\n"));
}

static int check_entry(buf *golden, struct example *x, const struct gram_construct *c, arena *mem)
{
    err e = {{0}};
    int faults = 0;
    /* Files end in a line break; some grammars insist. */
    arena text;
    arena_init(&text, ARENA_BYTES);
    x->code = arena_format(&text, "%.*s\n", STR_ARG(c->code));
    if (x->lang->parser) {
        assert_ok(ctx_tree_create(&x->tree, x->lang, &e), &e);
        assert_ok(ctx_tree_parse(x->tree, x->code, 0, &e), &e);
    }
    struct explain_answer a = {0};
    size_t at = find_place(&a, x, c, mem);
    if (at == SIZE_MAX) {
        print_error("%.*s [%.*s]: nowhere in its example is it what is explained\n",
                    STR_ARG(c->folder), STR_ARG(c->key));
        faults++;
    } else {
        const struct explain_card *card = &a.cards[0];
        bool empty = has_empty_hole(card->meaning);
        for (size_t i = 0; i < card->n_steps; i++)
            empty = empty || has_empty_hole(card->steps[i]);
        for (size_t i = 0; i < card->n_notes; i++)
            empty = empty || has_empty_hole(card->notes[i]);
        if (empty) {
            print_error("%.*s [%.*s]: a hole is empty: %.*s\n", STR_ARG(c->folder), STR_ARG(c->key),
                        STR_ARG(card->meaning));
            faults++;
        }
        write_entry(golden, c, card, str_trim_right(x->code), at);
    }
    ctx_tree_destroy(x->tree);
    x->tree = NULL;
    arena_release(&text);
    return faults;
}

static int compare(const char *name, str_view got)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.txt", folder, name);
    if (getenv("UPDATE")) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        assert_int_equal(fwrite(got.ptr, 1, got.len, f), got.len);
        return fclose(f);
    }
    buf want;
    err e = {{0}};
    buf_init(&want, GOLDEN_BYTES);
    assert_ok(file_read(&want, path, &e), &e);
    str_view w = buf_view(&want), g = got;
    int faults = 0;
    while ((w.len > 0 || g.len > 0) && faults == 0) {
        str_view lw = w.len ? str_take_line(&w) : (str_view){"", 0};
        str_view lg = g.len ? str_take_line(&g) : (str_view){"", 0};
        if (!str_eq(lw, lg)) {
            print_error("%s:\n got  %.*s\n want %.*s\n", path, STR_ARG(lg), STR_ARG(lw));
            faults++;
        }
    }
    buf_release(&want);
    return faults;
}

static void test_explain_knowledge__every_entry_explains_its_example(void **state)
{
    (void)state;
    gram_knowledge *k = NULL;
    assert_int_equal(gram_knowledge_create(&k), ERR_OK);
    size_t n_rows = 0, n_entries = 0;
    int faults = 0;
    const gram_language *all = gram_language_all(&n_rows);
    for (size_t i = 0; i < n_rows; i++) {
        str_view own = str_of(all[i].folder ? all[i].folder : all[i].id);
        struct example x = {k, NULL, &all[i], {NULL, 0}};
        arena mem;
        buf golden;
        size_t n = 0;
        arena_init(&mem, ARENA_BYTES);
        buf_init(&golden, GOLDEN_BYTES);
        for (const struct gram_construct *c = gram_knowledge_of(k, &all[i]); c; c = c->next) {
            if (!str_eq(c->folder, own))
                continue;
            /* What is around a minor construct is shown instead: it may be innermost nowhere. */
            if (c->minor.len > 0 && c->code.len == 0)
                continue;
            if (c->code.len == 0) {
                print_error("%s [%.*s]: no example\n", all[i].id, STR_ARG(c->key));
                faults++;
                continue;
            }
            faults += check_entry(&golden, &x, c, &mem);
            n++;
        }
        if (n > 0)
            faults += compare(all[i].id, buf_view(&golden));
        n_entries += n;
        buf_release(&golden);
        arena_release(&mem);
    }
    print_message("%zu entries\n", n_entries);
    gram_knowledge_destroy(k);
    assert_int_equal(faults, 0);
}

/* Each pattern is a tree-sitter query of its grammar too: kinds and fields exist. */
static void test_explain_knowledge__patterns_fit_their_grammars(void **state)
{
    (void)state;
    gram_knowledge *k = NULL;
    assert_int_equal(gram_knowledge_create(&k), ERR_OK);
    size_t n_rows = 0;
    int faults = 0;
    const gram_language *all = gram_language_all(&n_rows);
    for (size_t i = 0; i < n_rows; i++) {
        const TSLanguage *parser = gram_language_parser(&all[i]);
        for (const struct gram_construct *c = gram_knowledge_of(k, &all[i]); c; c = c->next) {
            uint32_t at = 0;
            TSQueryError error = TSQueryErrorNone;
            if (!c->pattern || !str_eq(c->folder, str_of(all[i].folder)))
                continue;
            TSQuery *q = ts_query_new(parser, c->pattern_text.ptr, (uint32_t)c->pattern_text.len,
                                      &at, &error);
            if (!q) {
                print_error("%s [%.*s]: no query near %.30s\n", all[i].id, STR_ARG(c->key),
                            c->pattern_text.ptr + at);
                faults++;
                continue;
            }
            ts_query_delete(q);
        }
    }
    gram_knowledge_destroy(k);
    assert_int_equal(faults, 0);
}

static err_code explain_once(gram_knowledge *k, ctx_tree *tree, str_view text)
{
    arena mem;
    buf out;
    err e = {{0}};
    struct explain_answer a;
    struct explain_request r = {.knowledge = k,
                                .tree = tree,
                                .lang = gram_language_by_id(STR("python")),
                                .known = gram_language_by_id(STR("go")),
                                .text = text,
                                .begin = 8,
                                .end = 8};
    arena_init(&mem, ARENA_BYTES);
    buf_init(&out, GOLDEN_BYTES);
    err_code rc = explain(&a, &r, &mem, &e);
    if (rc == ERR_OK) {
        explain_render(&out, &a,
                       &(struct explain_render){.format = EXPLAIN_TEXT, .level = EXPLAIN_FULL});
        rc = buf_failed(&out);
    }
    if (rc == ERR_OK)
        assert_true(str_find(buf_view(&out), STR("fmt.Sprintf(\"%v\", name)")) < out.len);
    buf_release(&out);
    arena_release(&mem);
    return rc;
}

/* Every allocation may fail: then the answer is ERR_NOMEM, never half an explanation. */
static void test_explain_knowledge__says_all_or_that_memory_is_short(void **state)
{
    (void)state;
    gram_knowledge *k = NULL;
    ctx_tree *tree = NULL;
    err e = {{0}};
    str_view text = STR("print(f\"{name:>5}\")\n");
    assert_int_equal(gram_knowledge_create(&k), ERR_OK);
    assert_ok(ctx_tree_create(&tree, gram_language_by_id(STR("python")), &e), &e);
    assert_ok(ctx_tree_parse(tree, text, 0, &e), &e);
    /* The knowledge itself is read before: when that fails, a language has nothing written. */
    assert_int_equal(explain_once(k, tree, text), ERR_OK);
    FOR_EACH_FAILING_ALLOCATION({
        err_code rc = explain_once(k, tree, text);
        assert_true(rc == ERR_OK || rc == ERR_NOMEM);
    });
    ctx_tree_destroy(tree);
    gram_knowledge_destroy(k);
}

/* A node of many children is looked at for each of them: the memory for that is given back. */
static void test_explain_knowledge__large_files_fit_in_memory(void **state)
{
    (void)state;
    buf text;
    arena mem;
    err e = {{0}};
    gram_knowledge *k = NULL;
    ctx_tree *tree = NULL;
    struct explain_answer a;
    buf_init(&text, GOLDEN_BYTES);
    for (int i = 0; i < 1500; i++)
        buf_append(&text, STR("'a';\n"));
    const gram_language *lang = gram_language_by_id(STR("javascript"));
    assert_int_equal(gram_knowledge_create(&k), ERR_OK);
    assert_ok(ctx_tree_create(&tree, lang, &e), &e);
    assert_ok(ctx_tree_parse(tree, buf_view(&text), 0, &e), &e);
    arena_init(&mem, 1 << 20);
    struct explain_request r = {.knowledge = k,
                                .tree = tree,
                                .lang = lang,
                                .text = buf_view(&text),
                                .scope = EXPLAIN_RANGE,
                                .end = text.len};
    err_code rc = explain(&a, &r, &mem, &e);
    assert_true(rc == ERR_NOT_FOUND || rc == ERR_OK);
    arena_release(&mem);
    ctx_tree_destroy(tree);
    gram_knowledge_destroy(k);
    buf_release(&text);
}

TEST_MAIN(cmocka_unit_test(test_explain_knowledge__every_entry_explains_its_example),
          cmocka_unit_test(test_explain_knowledge__says_all_or_that_memory_is_short),
          cmocka_unit_test(test_explain_knowledge__large_files_fit_in_memory),
          cmocka_unit_test(test_explain_knowledge__patterns_fit_their_grammars))
