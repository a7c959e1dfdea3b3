#include "tests/unit/test.h"

#include "lsp/json.h"

/* Parses a heap copy of exactly n bytes, so that the sanitizer sees a read past the end. */
static err_code parse(cJSON **out, const char *text, size_t n, err *e)
{
    char *copy = malloc(n ? n : 1);
    memcpy(copy, text, n);
    err_code rc = lsp_json_parse(out, copy, n, e);
    free(copy);
    return rc;
}

static void check_string(const char *json, const char *want)
{
    cJSON *tree = NULL;
    err e = {0};
    assert_ok(parse(&tree, json, strlen(json), &e), &e);
    str_view got = {NULL, 0};
    assert_true(lsp_json_as_str(tree, &got));
    assert_view(got, want);
    cJSON_Delete(tree);
}

static void test_json__reads_strings(void **state)
{
    (void)state;
    check_string("\"a\\n\\u00e9\\ud83d\\ude00\"", "a\n\xC3\xA9\xF0\x9F\x98\x80");
    check_string(" \"\xF0\x9F\x98\x80\" ", "\xF0\x9F\x98\x80");
}

static void test_json__lone_surrogates_become_replacement(void **state)
{
    (void)state;
    check_string("\"a\\ud83dz\"", "a\xEF\xBF\xBDz");
    check_string("\"a\\ude00\"", "a\xEF\xBF\xBD");
    check_string("\"\\ud83d\\ud83d\\ude00\"", "\xEF\xBF\xBD\xF0\x9F\x98\x80");
    check_string("\"\\uD83D\\n\"", "\xEF\xBF\xBD\n");
    check_string("\"\\\\ud83d\"", "\\ud83d");
}

static void test_json__nul_keeps_its_place(void **state)
{
    (void)state;
    check_string("\"a\\u0000b\"", "a\x01"
                                  "b");
}

static void check_refused(const char *json, size_t n, const char *part)
{
    cJSON *tree = NULL;
    err e = {0};
    assert_int_not_equal(parse(&tree, json, n, &e), ERR_OK);
    assert_null(tree);
    if (!strstr(e.text, part))
        fail_msg("for %s: \"%s\" lacks \"%s\"", json, e.text, part);
}
#define REFUSED(json, part) check_refused(json, sizeof(json) - 1, part)

static void test_json__refuses(void **state)
{
    (void)state;
    REFUSED("", "empty");
    REFUSED(" \n", "empty");
    REFUSED("{", "not JSON");
    REFUSED("{} {}", "after the end");
    REFUSED("{}x", "after the end");
    REFUSED("\"a", "not JSON");
    REFUSED("\"\\u12\"", "not JSON");
    REFUSED("\"\\u12", "not JSON");
    REFUSED("\"\\", "not JSON");
    REFUSED("\"\\x\"", "not JSON");
    REFUSED("\"\\ud83d", "not JSON");
    REFUSED("[1,]", "not JSON");
    REFUSED("\"\xff\"", "UTF-8");
    REFUSED("\"\xed\xa0\x80\"", "UTF-8");
    REFUSED("\"a\0b\"", "NUL");
    REFUSED("{}\0", "NUL");
    REFUSED("\"a\nb\"", "control");
}

static void test_json__limits_nesting(void **state)
{
    (void)state;
    char json[2 * (LSP_JSON_MAX_DEPTH + 1)];
    for (size_t depth = LSP_JSON_MAX_DEPTH; depth <= LSP_JSON_MAX_DEPTH + 1; depth++) {
        memset(json, '[', depth);
        memset(json + depth, ']', depth);
        cJSON *tree = NULL;
        err e = {0};
        err_code rc = parse(&tree, json, 2 * depth, &e);
        assert_int_equal(rc, depth > LSP_JSON_MAX_DEPTH ? ERR_RANGE : ERR_OK);
        cJSON_Delete(tree);
    }
}

static void test_json__types_are_exact(void **state)
{
    (void)state;
    const char *json = "{\"n\":3,\"neg\":-1,\"f\":1.5,\"big\":4294967296,\"s\":\"x\",\"b\":true,"
                       "\"o\":{\"Key\":1},\"id\":9007199254740991}";
    cJSON *t = NULL;
    err e = {0};
    assert_ok(parse(&t, json, strlen(json), &e), &e);
    uint32_t u = 77;
    int32_t i = 77;
    uint64_t u64 = 77;
    bool b = false;
    str_view s = {NULL, 0};
    assert_true(lsp_json_as_uint(lsp_json_get(t, "n"), &u));
    assert_int_equal(u, 3);
    assert_false(lsp_json_as_uint(lsp_json_get(t, "neg"), &u));
    assert_false(lsp_json_as_uint(lsp_json_get(t, "f"), &u));
    assert_false(lsp_json_as_uint(lsp_json_get(t, "big"), &u));
    assert_false(lsp_json_as_uint(lsp_json_get(t, "s"), &u));
    assert_false(lsp_json_as_uint(lsp_json_get(t, "none"), &u));
    assert_int_equal(u, 3);
    assert_true(lsp_json_as_int(lsp_json_get(t, "neg"), &i));
    assert_int_equal(i, -1);
    assert_true(lsp_json_as_u64(lsp_json_get(t, "id"), &u64));
    assert_true(u64 == 9007199254740991u);
    assert_true(lsp_json_as_bool(lsp_json_get(t, "b"), &b) && b);
    assert_false(lsp_json_as_bool(lsp_json_get(t, "n"), &b));
    assert_false(lsp_json_as_str(lsp_json_get(t, "n"), &s));
    assert_null(lsp_json_path(t, "o", "key", NULL));
    assert_non_null(lsp_json_path(t, "o", "Key", NULL));
    assert_null(lsp_json_path(t, "n", "Key", NULL));
    assert_null(lsp_json_get(NULL, "x"));
    cJSON_Delete(t);
}

TEST_MAIN(cmocka_unit_test(test_json__reads_strings),
          cmocka_unit_test(test_json__lone_surrogates_become_replacement),
          cmocka_unit_test(test_json__nul_keeps_its_place), cmocka_unit_test(test_json__refuses),
          cmocka_unit_test(test_json__limits_nesting), cmocka_unit_test(test_json__types_are_exact))
