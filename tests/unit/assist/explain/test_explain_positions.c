/* What is said at 300 places drawn at random from the programs of tests/data/explain/programs, each
 * answer read and found right by a person: tests/data/explain/positions.txt. An entry is
 * FILE:LINE:COLUMN with the line, a mark at the place, then the construct's name and what is said
 * of it. UPDATE=1 in the environment rewrites the answers: read what changed. */
#include <stdio.h>

#include "assist/explain/explain.h"
#include "assist/explain/render.h"
#include "base/file.h"
#include "tests/unit/test.h"

enum { MAX_BYTES = 4 << 20, ARENA_BYTES = 16 << 20, MIN_POSITIONS = 300 };

static const char folder[] = ARTEL_SOURCE_DIR "/tests/data/explain";

struct world {
    gram_knowledge *knowledge;
    gram_queries *queries;
};

static size_t offset_of(str_view text, size_t line, size_t col)
{
    size_t at = 0;
    for (size_t i = 1; i < line; i++)
        at += str_find_byte(str_slice(text, at, text.len), '\n') + 1;
    return at + col - 1;
}

/* The innermost card's name and sentence, appended. */
static void answer(buf *out, const struct world *w, const char *path, size_t line, size_t col)
{
    err e = {{0}};
    buf text;
    arena mem;
    ctx_tree *tree = NULL;
    struct explain_answer a;
    buf_init(&text, MAX_BYTES);
    arena_init(&mem, ARENA_BYTES);
    assert_ok(file_read(&text, path, &e), &e);
    struct explain_request r = {
        .knowledge = w->knowledge, .queries = w->queries, .text = buf_view(&text)};
    r.lang = gram_language_find((str_view){NULL, 0}, str_of(path), r.text);
    r.begin = r.end = offset_of(r.text, line, col);
    assert_ok(ctx_tree_create(&tree, r.lang, &e), &e);
    assert_ok(ctx_tree_parse(tree, r.text, 0, &e), &e);
    r.tree = tree;
    if (explain(&a, &r, &mem, &e) == ERR_OK) {
        buf_append_format(out, "= %.*s: ", STR_ARG(a.cards[0].construct->name));
        explain_render_marked(out, a.cards[0].meaning, EXPLAIN_TEXT);
        buf_append_byte(out, '\n');
    } else {
        buf_append_format(out, "= (%s)\n", e.text);
    }
    ctx_tree_destroy(tree);
    arena_release(&mem);
    buf_release(&text);
}

static void test_explain_positions__say_what_people_found_right(void **state)
{
    (void)state;
    err e = {{0}};
    struct world w;
    buf have, got;
    char path[512];
    size_t n = 0;
    int faults = 0;
    snprintf(path, sizeof path, "%s/positions.txt", folder);
    buf_init(&have, MAX_BYTES);
    buf_init(&got, MAX_BYTES);
    assert_ok(file_read(&have, path, &e), &e);
    assert_int_equal(gram_knowledge_create(&w.knowledge), ERR_OK);
    assert_int_equal(gram_queries_create(&w.queries), ERR_OK);
    for (str_view rest = buf_view(&have); rest.len > 0;) {
        char file[64], program[600];
        size_t line = 0, col = 0;
        str_view head = str_take_line(&rest);
        snprintf(program, sizeof program, "%.*s", STR_ARG(head));
        if (sscanf(program, "%63[^:]:%zu:%zu", file, &line, &col) != 3)
            continue;
        buf said;
        buf_init(&said, MAX_BYTES);
        snprintf(program, sizeof program, "%s/programs/%s", folder, file);
        answer(&said, &w, program, line, col);
        str_view want = str_take_line(&rest), is = str_trim(buf_view(&said));
        if (!str_eq(want, is)) {
            print_error("%.*s\n got  %.*s\n want %.*s\n", STR_ARG(head), STR_ARG(is),
                        STR_ARG(want));
            faults++;
        }
        buf_append_format(&got, "%.*s\n%.*s\n\n", STR_ARG(head), STR_ARG(is));
        buf_release(&said);
        n++;
    }
    if (getenv("UPDATE")) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        assert_int_equal(fwrite(got.ptr, 1, got.len, f), got.len);
        fclose(f);
        faults = 0;
    }
    gram_queries_destroy(w.queries);
    gram_knowledge_destroy(w.knowledge);
    buf_release(&have);
    buf_release(&got);
    assert_true(n >= MIN_POSITIONS);
    assert_int_equal(faults, 0);
}

TEST_MAIN(cmocka_unit_test(test_explain_positions__say_what_people_found_right))
