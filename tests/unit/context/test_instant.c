#include "tests/unit/test.h"

#include "context/instant.h"

static ctx_instant *create(void)
{
    ctx_instant *t = NULL;
    err e = {0};
    assert_ok(ctx_instant_create(&t, 100000, &e), &e);
    return t;
}

static void put(ctx_instant *t, uint64_t id, const char *text)
{
    err e = {0};
    struct ctx_recall_doc doc = {.id = id, .live = id >= 100};
    assert_ok(ctx_instant_put(t, &doc, str_of(text), NULL, &e), &e);
}

/* Completes document 100, whose text is given with the cursor as "$0". An empty `want`: silence. */
static float check(ctx_instant *t, const char *marked, const char *want)
{
    const char *cursor = strstr(marked, "$0");
    char text[2048];
    size_t off = (size_t)(cursor - marked);
    snprintf(text, sizeof text, "%.*s%s", (int)off, marked, cursor + 2);
    put(t, 100, text);
    arena mem;
    arena_init(&mem, 1 << 24);
    struct ctx_instant_query q = {
        .before = {text, off}, .after = str_of(text + off), .doc = 100, .doc_off = off};
    struct ctx_instant_item items[4];
    size_t n = ctx_instant_complete(t, &q, &mem, items, 4);
    assert_view(n ? items[0].text : STR(""), want);
    for (size_t i = 0; i < n; i++) {
        assert_true(items[i].confidence >= 0 && items[i].confidence <= 1);
        assert_int_equal(str_find_byte(items[i].text, '\n'), items[i].text.len);
        for (size_t j = 0; j < i; j++)
            assert_false(str_eq(items[i].text, items[j].text));
    }
    float confidence = n ? items[0].confidence : 0;
    arena_release(&mem);
    return confidence;
}

static const char *library = "def load(path):\n"
                             "    with open(path, encoding=\"utf-8\") as stream:\n"
                             "        return json.load(stream)\n";

static void test_instant__completes_as_it_was_written(void **state)
{
    (void)state;
    ctx_instant *t = create();
    put(t, 1, library);
    check(t, "x\n    with open(path$0\n", ", encoding=\"utf-8\") as stream:");
    check(t, "x\n    with open(path, $0\n", "encoding=\"utf-8\") as stream:");
    check(t, "x\n    with open(path, enc$0\n", "oding=\"utf-8\") as stream:");
    ctx_instant_destroy(t);
}

static void test_instant__indentation_does_not_matter(void **state)
{
    (void)state;
    ctx_instant *t = create();
    put(t, 1, library);
    check(t, "if a:\n\t\twith open(path, encoding=\"utf-8\") as stream:\n\t\t\t$0\n",
          "return json.load(stream)");
    ctx_instant_destroy(t);
}

static void test_instant__leads_to_what_stands_behind_the_cursor(void **state)
{
    (void)state;
    ctx_instant *t = create();
    put(t, 1, library);
    check(t, "x\n    with open($0) as stream:\n", "path, encoding=\"utf-8\"");
    check(t, "x\n    with open($0) as file:\n", "");
    ctx_instant_destroy(t);
}

static void test_instant__the_lines_below_decide(void **state)
{
    (void)state;
    ctx_instant *t = create();
    put(t, 1, "begin();\nfirst(1);\nred(); green();\n");
    put(t, 2, "begin();\nsecond(2);\nblue(); white();\n");
    put(t, 3, "begin();\nsecond(2);\nblue(); black();\n");
    check(t, "begin();\n$0\nred(); green();\n", "first(1);");
    check(t, "begin();\n$0\nblue(); white();\n", "second(2);");
    ctx_instant_destroy(t);
}

static void test_instant__the_cursor_is_no_evidence_for_itself(void **state)
{
    (void)state;
    ctx_instant *t = create();
    check(t, "unique words $0here\n", "");
    check(t, "unique words $0\n", "");
    ctx_instant_destroy(t);
}

static void test_instant__follows_edits_and_removals(void **state)
{
    (void)state;
    ctx_instant *t = create();
    put(t, 1, "total = price * count\n");
    put(t, 101, "rest: a\nrest: b\nrest: c\n");
    check(t, "q\ntotal = $0\n", "price * count");
    put(t, 1, "total = price * number\n");
    check(t, "q\ntotal = $0\n", "price * number");
    put(t, 101, "rest: a\nrest: b\nrest: c\nsum = d + e\n");
    check(t, "q\nsum = $0\n", "d + e");
    ctx_instant_remove(t, 1);
    check(t, "q\ntotal = price * $0\n", "");
    ctx_instant_destroy(t);
}

static void test_instant__more_agreement_more_confidence(void **state)
{
    (void)state;
    ctx_instant *t = create();
    put(t, 1, library);
    put(t, 2, "a = open(name)\nb = open(path)\nc = open(file, mode)\n");
    float sure = check(t,
                       "def load(path):\n"
                       "    with open(path, encoding=\"utf-8\") as stream:\n        $0\n",
                       "return json.load(stream)");
    float unsure = check(t, "z = 3\nopen($0\n", "path)");
    assert_true(sure > unsure);
    ctx_instant_destroy(t);
}

static void test_instant__never_suggests_a_secret(void **state)
{
    (void)state;
    ctx_instant *t = create();
    char text[200]; /* made from parts, so that the source holds no such value */
    snprintf(text, sizeof text, "connect(host)\npass%s = \"%s%s\"\nclose(host)\n", "word",
             "Zq4xT8vL2m", "N7pR5wKd9s");
    put(t, 1, text);
    check(t, "connect(host)\npassword = $0\n", "");
    check(t, "connect(host)\npassword = \"Zq4$0\n", "");
    check(t, "\"\nclose$0\n", "(host)"); /* what stands behind it is still there */
    ctx_instant_destroy(t);
}

static void test_instant__survives_any_bytes(void **state)
{
    (void)state;
    ctx_instant *t = create();
    char text[600];
    uint32_t seed = 1;
    err e = {0};
    for (uint64_t round = 0; round < 200; round++) {
        for (size_t i = 0; i < sizeof text; i++) {
            seed = seed * 1664525u + 1013904223u;
            text[i] = (char)(seed >> (round % 2 ? 24 : 30));
        }
        struct ctx_recall_doc doc = {.id = round % 7, .live = round % 3 == 0};
        size_t len = seed >> 8 & 511, off = len ? (seed >> 3) % len : 0;
        assert_ok(ctx_instant_put(t, &doc, (str_view){text, len}, NULL, &e), &e);
        arena mem;
        arena_init(&mem, 1 << 24);
        struct ctx_instant_query q = {
            .before = {text, off}, .after = {text + off, len - off}, .doc = doc.id, .doc_off = off};
        struct ctx_instant_item item;
        assert_true(ctx_instant_complete(t, &q, &mem, &item, 1) <= 1);
        arena_release(&mem);
    }
    ctx_instant_destroy(t);
}

static void try_once(void)
{
    ctx_instant *t = NULL;
    err e = {0};
    if (ctx_instant_create(&t, 1000, &e) != ERR_OK)
        return;
    struct ctx_recall_doc doc = {.id = 1};
    err_code rc = ctx_instant_put(t, &doc, STR("a = b + c\n"), NULL, &e);
    arena mem;
    arena_init(&mem, 1 << 24);
    struct ctx_instant_query q = {.before = STR("q\na = b"), .doc = 2};
    struct ctx_instant_item item;
    size_t n = ctx_instant_complete(t, &q, &mem, &item, 1);
    assert_true(rc == ERR_OK || n == 0);
    if (n)
        assert_view(item.text, " + c");
    arena_release(&mem);
    ctx_instant_destroy(t);
}

static void test_instant__failed_allocations_are_errors(void **state)
{
    (void)state;
    FOR_EACH_FAILING_ALLOCATION(try_once());
}

/* The block behind the first line of document 100, with the cursor as "$0". */
static void check_block(ctx_instant *t, const char *marked, const char *first, bool opens,
                        const char *want)
{
    const char *cursor = strstr(marked, "$0");
    char text[2048];
    size_t off = (size_t)(cursor - marked);
    snprintf(text, sizeof text, "%.*s%s", (int)off, marked, cursor + 2);
    put(t, 100, text);
    arena mem;
    arena_init(&mem, 1 << 24);
    struct ctx_instant_query q = {
        .before = {text, off}, .after = str_of(text + off), .doc = 100, .doc_off = off};
    struct ctx_instant_block_query b = {
        .first = str_of(first), .opens = opens, .max_lines = 11, .eol = "\n"};
    assert_view(ctx_instant_block(t, &q, &b, &mem), want);
    arena_release(&mem);
}

static void test_instant__blocks_end_where_they_ended(void **state)
{
    (void)state;
    ctx_instant *t = create();
    put(t, 1,
        "def store(path, value):\n    text = dump(value)\n\n    if text:\n"
        "        path.write(text)\n    return text\n\n\ndef other():\n    pass\n");
    /* the body, as deep as the cursor's line is; not what follows it */
    check_block(t, "class A:\n    def store(path, value):\n        $0\n", "text = dump(value)",
                false, "\n\n        if text:\n            path.write(text)\n        return text");
    put(t, 2, "int f(int n)\n{\n    for (;;) {\n        step(n);\n    }\n    return n;\n}\n");
    /* a line that opens one: with the line that closes it */
    check_block(t, "int g(int n)\n{\n    for$0\n}\n", " (;;) {", true, "\n        step(n);\n    }");
    /* places that go on differently are no evidence */
    put(t, 3, "int h(int n)\n{\n    for (;;) {\n        leap(n);\n    }\n    return n;\n}\n");
    check_block(t, "int g(int n)\n{\n    for$0\n}\n", " (;;) {", true, "");
    /* nothing was found there */
    check_block(t, "int g(int n)\n{\n    for$0\n}\n", " (x;;) {", true, "");
    ctx_instant_destroy(t);
}

TEST_MAIN(cmocka_unit_test(test_instant__completes_as_it_was_written),
          cmocka_unit_test(test_instant__indentation_does_not_matter),
          cmocka_unit_test(test_instant__leads_to_what_stands_behind_the_cursor),
          cmocka_unit_test(test_instant__the_lines_below_decide),
          cmocka_unit_test(test_instant__the_cursor_is_no_evidence_for_itself),
          cmocka_unit_test(test_instant__follows_edits_and_removals),
          cmocka_unit_test(test_instant__more_agreement_more_confidence),
          cmocka_unit_test(test_instant__never_suggests_a_secret),
          cmocka_unit_test(test_instant__survives_any_bytes),
          cmocka_unit_test(test_instant__blocks_end_where_they_ended),
          cmocka_unit_test(test_instant__failed_allocations_are_errors))
