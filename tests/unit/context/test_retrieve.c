#include "tests/unit/test.h"

#include "base/buf.h"
#include "context/retrieve.h"

static size_t count_words(void *user, str_view text)
{
    (void)user;
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += text.ptr[i] == ' ' || text.ptr[i] == '\n';
    return n;
}

static float boost_two(void *user, uint64_t doc)
{
    (void)user;
    return doc == 2 ? 1.0f : 0;
}

static void put(ctx_retrieve *r, uint64_t id, const char *path, const char *text)
{
    err e = {0};
    struct ctx_retrieve_doc doc = {.id = id, .path = str_of(path)};
    assert_ok(ctx_retrieve_put(r, &doc, str_of(text), &e), &e);
}

static ctx_retrieve *create(void)
{
    ctx_retrieve *r = NULL;
    err e = {0};
    assert_ok(ctx_retrieve_create(&r, 1 << 20, &e), &e);
    return r;
}

static const char *parser = "#include \"parse.h\"\n"
                            "\n"
                            "/* Reads the head of a request. */\n"
                            "int parse_head(struct request *req)\n"
                            "{\n"
                            "    return req->head;\n"
                            "}\n"
                            "\n"
                            "int parse_body(struct request *req, size_t limit)\n"
                            "{\n"
                            "    return req->body_limit;\n"
                            "}\n";

/* The pieces' paths and first lines, in order. */
static void check(ctx_retrieve *r, struct ctx_retrieve_query q, const char *want)
{
    arena mem;
    buf got;
    struct ctx_retrieve_piece p[8];
    arena_init(&mem, 1 << 24);
    buf_init(&got, 1 << 16);
    q.count = count_words;
    size_t n = ctx_retrieve_find(r, &q, &mem, p, 8), used = 0;
    for (size_t i = 0; i < n; i++) {
        buf_append_format(&got, "%.*s:%u ", STR_ARG(p[i].path), p[i].first_line);
        used += p[i].n_tok;
        assert_true(str_starts(p[i].reason, STR("shares ")));
    }
    assert_true(used <= q.budget_tok);
    assert_view(buf_view(&got), want);
    buf_release(&got);
    arena_release(&mem);
}

static void test_retrieve__finds_the_definition(void **state)
{
    (void)state;
    ctx_retrieve *r = create();
    put(r, 1, "parse.c", parser);
    put(r, 2, "other.c", "int unrelated(void)\n{\n    return 1;\n}\n");
    struct ctx_retrieve_query q = {
        .before = STR("f()\n{\n    x = parse_head("), .doc = 9, .budget_tok = 1000};
    check(r, q, "parse.c:2 ");
    q.before = STR("    y = parse_body(");
    check(r, q, "parse.c:8 ");
    q.doc = 1;
    check(r, q, "");
    ctx_retrieve_remove(r, 1);
    q.doc = 9;
    check(r, q, "");
    ctx_retrieve_destroy(r);
}

static void test_retrieve__keeps_to_the_budget(void **state)
{
    (void)state;
    ctx_retrieve *r = create();
    put(r, 1, "parse.c", parser);
    put(r, 2, "z.c", "parse_head\n");
    struct ctx_retrieve_query q = {.before = STR("x = parse_head"), .doc = 9, .budget_tok = 1000};
    check(r, q, "parse.c:2 z.c:0 ");
    q.budget_tok = 3;
    check(r, q, "z.c:0 ");
    q.budget_tok = 0;
    check(r, q, "");
    ctx_retrieve_destroy(r);
}

static void test_retrieve__leaves_out_what_is_there_already(void **state)
{
    (void)state;
    ctx_retrieve *r = create();
    put(r, 1, "parse.c", parser);
    put(r, 2, "copy.c", parser);
    struct ctx_retrieve_query q = {.before = STR("call(parse_body"), .doc = 9, .budget_tok = 1000};
    check(r, q, "copy.c:8 "); /* one of two equal chunks, the first by path */
    q.before = STR(
        "int parse_body(struct request *req, size_t limit)\n{\n    return req->body_limit;\n}\n\n"
        "parse_body");
    check(r, q, "copy.c:2 "); /* shares req; its own text is not repeated */
    ctx_retrieve_destroy(r);
}

static void test_retrieve__prefers_what_the_caller_prefers(void **state)
{
    (void)state;
    ctx_retrieve *r = create();
    put(r, 1, "a.c", "alpha_name one\n");
    put(r, 2, "b.c", "alpha_name two\n");
    struct ctx_retrieve_query q = {.before = STR("alpha_name"), .doc = 9, .budget_tok = 2};
    check(r, q, "a.c:0 ");
    q.boost = boost_two;
    check(r, q, "b.c:0 ");
    ctx_retrieve_destroy(r);
}

static void test_retrieve__hides_secrets(void **state)
{
    (void)state;
    ctx_retrieve *r = create();
    static const char value[] = "Zq4xT8vL2mN7pR5w";
    char text[128];
    snprintf(text, sizeof text, "client_config = load()\npass%s = \"%s\"\n", "word", value);
    put(r, 1, "a.py", text);
    struct ctx_retrieve_query q = {
        .before = STR("client_config"), .doc = 9, .budget_tok = 100, .count = count_words};
    struct ctx_retrieve_piece p[2];
    arena mem;
    arena_init(&mem, 1 << 24);
    assert_int_equal(ctx_retrieve_find(r, &q, &mem, p, 2), 1);
    assert_int_equal(str_find(p[0].text, str_of(value)), p[0].text.len);
    assert_true(str_find(p[0].text, STR("********")) < p[0].text.len);
    arena_release(&mem);
    ctx_retrieve_destroy(r);
}

static void test_retrieve__survives_many_changes(void **state)
{
    (void)state;
    ctx_retrieve *r = create();
    char text[64];
    for (int i = 0; i < 3000; i++) {
        snprintf(text, sizeof text, "common word%d\n\nother%d\n", i, i % 7);
        put(r, (uint64_t)(i % 5), "f.c", text);
    }
    struct ctx_retrieve_query q = {.before = STR("word2999"), .doc = 9, .budget_tok = 100};
    check(r, q, "f.c:0 ");
    q.before = STR("word17");
    check(r, q, "");
    assert_true(ctx_retrieve_bytes(r) < 1 << 20);
    err e = {0};
    struct ctx_retrieve_doc doc = {.id = 1};
    char *large = calloc(1, 2 << 20);
    assert_int_equal(ctx_retrieve_put(r, &doc, (str_view){large, 2 << 20}, &e), ERR_RANGE);
    free(large);
    ctx_retrieve_destroy(r);
}

static void try_once(void)
{
    ctx_retrieve *r = NULL;
    err e = {0};
    if (ctx_retrieve_create(&r, 1 << 20, &e) != ERR_OK)
        return;
    struct ctx_retrieve_doc doc = {.id = 1, .path = STR("a.c")};
    err_code rc = ctx_retrieve_put(r, &doc, str_of(parser), &e);
    struct ctx_retrieve_query q = {
        .before = STR("parse_head"), .doc = 9, .budget_tok = 100, .count = count_words};
    struct ctx_retrieve_piece p[2];
    arena mem;
    arena_init(&mem, 1 << 24);
    size_t n = ctx_retrieve_find(r, &q, &mem, p, 2);
    assert_true(rc == ERR_OK || n == 0);
    arena_release(&mem);
    ctx_retrieve_destroy(r);
}

static void test_retrieve__failed_allocations_are_errors(void **state)
{
    (void)state;
    FOR_EACH_FAILING_ALLOCATION(try_once());
}

TEST_MAIN(cmocka_unit_test(test_retrieve__finds_the_definition),
          cmocka_unit_test(test_retrieve__keeps_to_the_budget),
          cmocka_unit_test(test_retrieve__leaves_out_what_is_there_already),
          cmocka_unit_test(test_retrieve__prefers_what_the_caller_prefers),
          cmocka_unit_test(test_retrieve__hides_secrets),
          cmocka_unit_test(test_retrieve__survives_many_changes),
          cmocka_unit_test(test_retrieve__failed_allocations_are_errors))
