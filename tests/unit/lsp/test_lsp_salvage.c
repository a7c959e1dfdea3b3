#include "tests/unit/test.h"

#include "lsp/salvage.h"

static void check(const char *json, const char *id, const char *method, const char *uri)
{
    for (size_t cut = 0; cut <= strlen(json); cut++) {
        lsp_salvage s = {0};
        lsp_salvage_feed(&s, str_slice(str_of(json), 0, cut));
        lsp_salvage_feed(&s, str_slice(str_of(json), cut, strlen(json)));
        assert_string_equal(s.id, id);
        assert_string_equal(s.method, method);
        assert_string_equal(s.uri, uri);
    }
}

static void test_salvage__finds_outer_members(void **state)
{
    (void)state;
    check("{\"jsonrpc\":\"2.0\",\"id\":12,\"method\":\"m\"}", "12", "m", "");
    check("{\"method\" : \"a\\/b\" , \"id\" : \"q-1\"}", "\"q-1\"", "a/b", "");
    check("{\"id\":-5}", "-5", "", "");
    check("{\"method\":\"textDocument/didChange\",\"params\":{\"textDocument\":{\"version\":2,"
          "\"uri\":\"file:///a\"},\"contentChanges\":[{\"text\":\"\\\"id\\\":3",
          "", "textDocument/didChange", "file:///a");
}

static void test_salvage__ignores_what_looks_alike(void **state)
{
    (void)state;
    check("{\"params\":{\"id\":3,\"method\":\"x\"}}", "", "", "");
    check("[{\"id\":3}]", "", "", "");
    check("{\"a\":\"\\\"id\\\":3\",\"b\":[\"id\",3]}", "", "", "");
    check("{\"params\":{\"other\":{\"uri\":\"u\"}}}", "", "", "");
    check("{\"id\":1.5}", "", "", "");
    check("{\"id\":null,\"method\":3}", "", "", "");
    check("{\"id\":\"a\\u0022b\"}", "", "", "");
    check("{\"id\":\"\xff\"}", "", "", "");
    check("}}}]]\"\\", "", "", "");
}

TEST_MAIN(cmocka_unit_test(test_salvage__finds_outer_members),
          cmocka_unit_test(test_salvage__ignores_what_looks_alike))
