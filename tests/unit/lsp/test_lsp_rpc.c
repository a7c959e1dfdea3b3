#include "tests/unit/test.h"

#include "lsp/rpc.h"

/* Reads `json`; want_code is what to answer with, want_id the id to answer to. */
static void check(const char *json, int want_code, const char *want_id, lsp_message_kind kind)
{
    err e = {{0}};
    cJSON *tree = NULL;
    char text[512];
    snprintf(text, sizeof text, "%s", json);
    assert_ok(lsp_json_parse(&tree, text, strlen(text), &e), &e);
    struct lsp_message m;
    int code = lsp_message_read(&m, tree, &e);
    if (code != want_code)
        fail_msg("%s: got %d (%s), want %d", json, code, e.text, want_code);
    if (want_id)
        assert_string_equal(m.id, want_id);
    else
        assert_null(m.id);
    if (code == 0)
        assert_int_equal(m.kind, kind);
    else
        assert_true(e.text[0] != '\0');
    lsp_message_release(&m);
    cJSON_Delete(tree);
}

static void test_rpc__tells_messages_apart(void **state)
{
    (void)state;
    check("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}", 0, "1", LSP_REQUEST);
    check("{\"jsonrpc\":\"2.0\",\"id\":-1,\"method\":\"m\",\"params\":[]}", 0, "-1", LSP_REQUEST);
    check("{\"jsonrpc\":\"2.0\",\"id\":\"a\\\"b\",\"method\":\"m\",\"params\":{}}", 0, "\"a\\\"b\"",
          LSP_REQUEST);
    check("{\"jsonrpc\":\"2.0\",\"id\":9007199254740991,\"method\":\"m\"}", 0, "9007199254740991",
          LSP_REQUEST);
    check("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":null}", 0, NULL, LSP_NOTIFICATION);
    check("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}", 0, "1", LSP_RESPONSE);
    check("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1}}", 0, "1", LSP_RESPONSE);
}

static void test_rpc__refuses_what_is_no_message(void **state)
{
    (void)state;
    check("[]", LSP_INVALID_REQUEST, NULL, LSP_REQUEST);
    check("\"x\"", LSP_INVALID_REQUEST, NULL, LSP_REQUEST);
    check("{}", LSP_INVALID_REQUEST, NULL, LSP_REQUEST);
    check("{\"id\":1,\"method\":\"m\"}", LSP_INVALID_REQUEST, "1", LSP_REQUEST);
    check("{\"jsonrpc\":\"2.0\",\"id\":1}", LSP_INVALID_REQUEST, "1", LSP_REQUEST);
    check("{\"jsonrpc\":\"2.0\",\"result\":1}", LSP_INVALID_REQUEST, NULL, LSP_REQUEST);
    check("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\"}", LSP_INVALID_REQUEST, "1", LSP_REQUEST);
    check("{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"m\"}", LSP_INVALID_REQUEST, NULL,
          LSP_REQUEST);
    check("{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"m\"}", LSP_INVALID_REQUEST, NULL,
          LSP_REQUEST);
    check("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":1}", LSP_INVALID_PARAMS, "1",
          LSP_REQUEST);
}

static void test_rpc__an_error_wins_over_a_result(void **state)
{
    (void)state;
    err e = {{0}};
    cJSON *tree = NULL;
    char text[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[1],\"error\":{\"code\":1}}";
    assert_ok(lsp_json_parse(&tree, text, strlen(text), &e), &e);
    struct lsp_message m;
    assert_int_equal(lsp_message_read(&m, tree, &e), 0);
    assert_null(m.result);
    assert_non_null(m.error);
    lsp_message_release(&m);
    cJSON_Delete(tree);
}

static void test_rpc__writes_errors(void **state)
{
    (void)state;
    lsp_writer w;
    lsp_write_init(&w);
    lsp_write_error(&w, "\"a\"", LSP_REQUEST_FAILED, "it \"broke\"");
    assert_view(buf_view(&w.out), "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":-32803,"
                                  "\"message\":\"it \\\"broke\\\"\"}}");
    lsp_write_release(&w);
    lsp_write_init(&w);
    lsp_write_error(&w, NULL, LSP_PARSE_ERROR, "x");
    assert_view(buf_view(&w.out),
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"x\"}}");
    lsp_write_release(&w);
}

TEST_MAIN(cmocka_unit_test(test_rpc__tells_messages_apart),
          cmocka_unit_test(test_rpc__refuses_what_is_no_message),
          cmocka_unit_test(test_rpc__an_error_wins_over_a_result),
          cmocka_unit_test(test_rpc__writes_errors))
