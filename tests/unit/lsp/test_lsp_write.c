#include "tests/unit/test.h"

#include "lsp/json.h"
#include "lsp/write.h"

static void test_write__nests(void **state)
{
    (void)state;
    lsp_writer w;
    lsp_write_init(&w);
    lsp_write_object_begin(&w);
    lsp_write_member_int(&w, "a", -7);
    lsp_write_key(&w, "b");
    lsp_write_array_begin(&w);
    lsp_write_null(&w);
    lsp_write_bool(&w, true);
    lsp_write_object_begin(&w);
    lsp_write_object_end(&w);
    lsp_write_array_end(&w);
    lsp_write_key(&w, "r");
    lsp_write_range(&w, (lsp_range){{1, 2}, {3, 4}});
    lsp_write_member_str(&w, "s", STR("x"));
    lsp_write_object_end(&w);
    assert_view(buf_view(&w.out),
                "{\"a\":-7,\"b\":[null,true,{}],\"r\":{\"start\":{\"line\":1,"
                "\"character\":2},\"end\":{\"line\":3,\"character\":4}},\"s\":\"x\"}");
    lsp_write_release(&w);
}

static void test_write__escapes(void **state)
{
    (void)state;
    lsp_writer w;
    lsp_write_init(&w);
    lsp_write_str(&w, (str_view){"q\" b\\ n\n t\t z\0 e\xC3\xA9 bad\xff.\xE2\x82", 26});
    assert_view(buf_view(&w.out),
                "\"q\\\" b\\\\ n\\n t\\u0009 z\\u0000 e\xC3\xA9 bad\\ufffd.\\ufffd"
                "\\ufffd\"");
    lsp_write_release(&w);
}

static void test_write__round_trips_all_bytes(void **state)
{
    (void)state;
    for (int c = 1; c < 128; c++) {
        char one = (char)c;
        lsp_writer w;
        lsp_write_init(&w);
        lsp_write_str(&w, (str_view){&one, 1});
        cJSON *t = NULL;
        err e = {0};
        assert_ok(lsp_json_parse(&t, w.out.ptr, w.out.len, &e), &e);
        str_view back = {NULL, 0};
        assert_true(lsp_json_as_str(t, &back) && back.len == 1 && back.ptr[0] == one);
        cJSON_Delete(t);
        lsp_write_release(&w);
    }
}

TEST_MAIN(cmocka_unit_test(test_write__nests), cmocka_unit_test(test_write__escapes),
          cmocka_unit_test(test_write__round_trips_all_bytes))
