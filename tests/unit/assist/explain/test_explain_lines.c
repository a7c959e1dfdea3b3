/* Ten programs in ten languages, tests/data/explain/lines, explained line by line as `artel explain
 * FILE:LINE` does: each line has an explanation, of bounded length, in which a name of that line
 * occurs; and what is said is what people have read and found right, PROGRAM.said. UPDATE=1 in the
 * environment rewrites these files: read what changed. */
#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "assist/explain/explain.h"
#include "assist/explain/render.h"
#include "base/file.h"
#include "tests/unit/test.h"

enum {
    MAX_BYTES = 4 << 20,
    ARENA_BYTES = 16 << 20,
    LINE_MAX_BYTES = 6000, /* of what is said of one line: some forty sentences */
    MIN_WORD = 3,
};

static const char folder[] = ARTEL_SOURCE_DIR "/tests/data/explain/lines";
static const char *const programs[] = {"ledger.py", "limiter.rs", "crawl.go",     "store.ts",
                                       "table.c",   "deploy.sh",  "Library.java", "shop.sql",
                                       "pool.cpp",  "orders.rb"};

struct world {
    gram_knowledge *knowledge;
    gram_queries *queries;
};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Whether a word of the line occurs in the text, or there is none. */
static bool names_a_word(str_view text, str_view line)
{
    bool any = false;
    for (size_t at = 0; at < line.len;) {
        size_t begin = at;
        while (at < line.len && is_word(line.ptr[at]))
            at++;
        str_view word = str_slice(line, begin, at);
        at += at == begin;
        if (word.len < MIN_WORD)
            continue;
        any = true;
        for (size_t i = 0; i + word.len <= text.len; i++)
            if (strncasecmp(text.ptr + i, word.ptr, word.len) == 0)
                return true;
    }
    return !any;
}

/* What is said, without the code that stands before it. */
static void append_sentences(buf *out, const struct explain_answer *a)
{
    for (size_t i = 0; i < a->n_cards; i++) {
        buf_append(out, a->cards[i].construct->name);
        explain_render_marked(out, a->cards[i].meaning, EXPLAIN_TEXT);
        for (size_t k = 0; k < a->cards[i].n_pieces; k++)
            buf_append(out, a->cards[i].pieces[k].code);
    }
}

/* Appends the line and what is said of it. */
static int check_line(buf *got, const struct explain_request *r, const char *program, size_t number)
{
    err e = {{0}};
    arena mem;
    buf said, sentences;
    int faults = 0;
    struct explain_answer a;
    str_view line = str_slice(r->text, r->begin, r->end);
    arena_init(&mem, ARENA_BYTES);
    buf_init(&said, MAX_BYTES);
    buf_init(&sentences, MAX_BYTES);
    if (explain(&a, r, &mem, &e) == ERR_OK) {
        struct explain_render how = {.format = EXPLAIN_TEXT,
                                     .level = EXPLAIN_CARD,
                                     .width = 100,
                                     .each = !a.nested,
                                     .text = r->text};
        explain_render(&said, &a, &how);
        append_sentences(&sentences, &a);
    }
    bool empty = said.len == 0, long_ = said.len > LINE_MAX_BYTES;
    bool hole = str_find(buf_view(&said), STR("{?")) < said.len;
    /* What ends here is named by the line in which it began. */
    bool exempt = !empty && (str_eq(a.cards[0].construct->key, STR("comment")) ||
                             str_eq(a.cards[0].construct->name, STR("end")));
    bool strange = !empty && !exempt && !names_a_word(buf_view(&sentences), line);
    if (empty || long_ || hole || strange) {
        print_error("%s:%zu: %s: %.*s\n", program, number,
                    empty   ? e.text
                    : long_ ? "too much is said"
                    : hole  ? "a hole is not filled"
                            : "no name of the line is said",
                    STR_ARG(line));
        faults++;
    }
    buf_append_format(got, "%zu| %.*s\n%.*s\n", number, STR_ARG(line), STR_ARG(buf_view(&said)));
    buf_release(&said);
    buf_release(&sentences);
    arena_release(&mem);
    return faults;
}

static int check_program(const struct world *w, const char *program)
{
    err e = {{0}};
    buf text, got, want;
    ctx_tree *tree = NULL;
    char path[512];
    int faults = 0;
    buf_init(&text, MAX_BYTES);
    buf_init(&got, MAX_BYTES);
    buf_init(&want, MAX_BYTES);
    snprintf(path, sizeof path, "%s/%s", folder, program);
    assert_ok(file_read(&text, path, &e), &e);
    struct explain_request r = {.knowledge = w->knowledge,
                                .queries = w->queries,
                                .text = buf_view(&text),
                                .scope = EXPLAIN_RANGE};
    r.lang = gram_language_find((str_view){NULL, 0}, str_of(path), r.text);
    assert_ok(ctx_tree_create(&tree, r.lang, &e), &e);
    assert_ok(ctx_tree_parse(tree, r.text, 0, &e), &e);
    r.tree = tree;
    size_t number = 0;
    for (str_view rest = r.text; rest.len > 0;) {
        str_view line = str_take_line(&rest);
        r.begin = (size_t)(line.ptr - r.text.ptr);
        r.end = r.begin + line.len;
        faults += check_line(&got, &r, program, ++number);
    }
    snprintf(path, sizeof path, "%s/%s.said", folder, program);
    if (getenv("UPDATE")) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        assert_int_equal(fwrite(got.ptr, 1, got.len, f), got.len);
        fclose(f);
    }
    assert_ok(file_read(&want, path, &e), &e);
    str_view a = buf_view(&got), b = buf_view(&want);
    for (size_t line = 1; a.len > 0 || b.len > 0; line++) {
        str_view is = str_take_line(&a), should = str_take_line(&b);
        if (str_eq(is, should))
            continue;
        print_error("%s:%zu:\n got  %.*s\n want %.*s\n", path, line, STR_ARG(is), STR_ARG(should));
        faults++;
        break;
    }
    ctx_tree_destroy(tree);
    buf_release(&text);
    buf_release(&got);
    buf_release(&want);
    return faults;
}

static void test_explain_lines__each_line_of_ten_programs_is_explained(void **state)
{
    (void)state;
    struct world w;
    int faults = 0;
    assert_int_equal(gram_knowledge_create(&w.knowledge), ERR_OK);
    assert_int_equal(gram_queries_create(&w.queries), ERR_OK);
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        faults += check_program(&w, programs[i]);
    gram_queries_destroy(w.queries);
    gram_knowledge_destroy(w.knowledge);
    assert_int_equal(faults, 0);
}

TEST_MAIN(cmocka_unit_test(test_explain_lines__each_line_of_ten_programs_is_explained))
