#include "tests/unit/test.h"

#include "base/utf.h"

static void test_utf__every_scalar_value_round_trips(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        char bytes[UTF_MAX_BYTES];
        size_t n = utf8_encode(bytes, c);
        size_t got_n;
        bool valid;
        uint32_t got = utf8_decode((str_view){bytes, n}, &got_n, &valid);
        if (got != c || got_n != n || !valid ||
            n != (c < 0x80      ? 1
                  : c < 0x800   ? 2
                  : c < 0x10000 ? 3
                                : 4))
            fail_msg("U+%04X", c);
    }
}

static void test_utf__rejects_what_is_not_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
    } bad[] = {
        {"\x80", 1},
        {"\xC0\x80", 2},
        {"\xC1\xBF", 2},
        {"\xE0\x80\x80", 3},
        {"\xED\xA0\x80", 3},
        {"\xF0\x80\x80\x80", 4},
        {"\xF4\x90\x80\x80", 4},
        {"\xF8\x88\x80\x80", 4},
        {"\xFF", 1},
        {"\xE2\x82", 2},
        {"\xC3(", 2},
        {"\xF0\x9F\x98", 3},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t n;
        bool valid = true;
        assert_int_equal(utf8_decode((str_view){bad[i].bytes, bad[i].len}, &n, &valid),
                         UTF_REPLACEMENT);
        assert_int_equal(n, 1);
        assert_false(valid);
        assert_false(utf8_is_valid((str_view){bad[i].bytes, bad[i].len}));
    }
    char bytes[UTF_MAX_BYTES];
    assert_int_equal(utf8_encode(bytes, 0xD800), 3);
    assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
}

static void test_utf__lengths_and_offsets(void **state)
{
    (void)state;
    str_view v = STR("a\xC3\xA9\xF0\x9F\x98\x80z"); /* a é 😀 z */
    assert_int_equal(utf16_length(v), 5);
    assert_int_equal(utf32_length(v), 4);
    static const size_t want16[] = {0, 1, 3, 3, 7, 8, 8}; /* unit 3 is inside the pair */
    for (size_t i = 0; i < sizeof want16 / sizeof *want16; i++)
        assert_int_equal(utf16_to_offset(v, i), want16[i]);
    static const size_t want32[] = {0, 1, 3, 7, 8, 8};
    for (size_t i = 0; i < sizeof want32 / sizeof *want32; i++)
        assert_int_equal(utf32_to_offset(v, i), want32[i]);
}

static void test_utf__whole_prefix(void **state)
{
    (void)state;
    assert_int_equal(utf8_whole_prefix(STR("ab")), 2);
    assert_int_equal(utf8_whole_prefix(STR("ab\xF0\x9F\x98")), 2);
    assert_int_equal(utf8_whole_prefix(STR("ab\xF0\x9F\x98\x80")), 6);
    assert_int_equal(utf8_whole_prefix(STR("ab\xC3")), 2);
    assert_int_equal(utf8_whole_prefix(STR("")), 0);
    assert_int_equal(utf8_whole_prefix(STR("\x80\x80\x80\x80")), 4); /* garbage stays whole */
}

TEST_MAIN(cmocka_unit_test(test_utf__every_scalar_value_round_trips),
          cmocka_unit_test(test_utf__rejects_what_is_not_utf8),
          cmocka_unit_test(test_utf__lengths_and_offsets), cmocka_unit_test(test_utf__whole_prefix))
