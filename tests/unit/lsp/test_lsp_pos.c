#include "tests/unit/test.h"

#include "base/utf.h"
#include "lsp/pos.h"

/* The definition, one character at a time: the last boundary whose column is not past `col`. */
static size_t naive_offset(str_view line, uint32_t col, lsp_encoding encoding)
{
    size_t off = 0, at = 0;
    while (off < line.len) {
        size_t n_bytes;
        uint32_t c = utf8_decode(str_slice(line, off, line.len), &n_bytes, NULL);
        at += encoding == LSP_UTF8 ? n_bytes : encoding == LSP_UTF16 && c > 0xFFFF ? 2 : 1;
        if (at > col)
            return off;
        off += n_bytes;
    }
    return line.len;
}

/* xorshift64*, Vigna 2016. */
static uint64_t rnd(uint64_t *s)
{
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return *s * 2685821657736338717u;
}

static size_t random_line(char *line, size_t cap, uint64_t *seed)
{
    static const char *const pieces[] = {"a",
                                         "\xC3\xA9",
                                         "\xE2\x82\xAC",
                                         "\xF0\x9F\x98\x80",
                                         "\xF0",
                                         "\xE2\x82",
                                         "\x80",
                                         "\xFF",
                                         "\xED\xA0\x80",
                                         "\xEF\xBF\xBD",
                                         " ",
                                         "xyz",
                                         "ascii run over eight"};
    size_t n = 0;
    for (size_t n_pieces = rnd(seed) % 9; n_pieces > 0; n_pieces--) {
        const char *p = pieces[rnd(seed) % (sizeof pieces / sizeof *pieces)];
        size_t len = strlen(p);
        if (n + len > cap)
            break;
        memcpy(line + n, p, len);
        n += len;
    }
    return n;
}

static void test_pos__equals_the_naive_way(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char bytes[96];
        str_view line = {bytes, random_line(bytes, sizeof bytes, &seed)};
        for (int e = LSP_UTF8; e <= LSP_UTF32; e++) {
            for (uint32_t col = 0; col < line.len + 3; col++) {
                size_t got = lsp_pos_to_offset(line, col, (lsp_encoding)e);
                assert_int_equal(got, naive_offset(line, col, (lsp_encoding)e));
                /* A boundary goes there and back; col itself may lie inside a character. */
                uint32_t back = lsp_pos_from_offset(line, got, (lsp_encoding)e);
                assert_int_equal(lsp_pos_to_offset(line, back, (lsp_encoding)e), got);
                assert_true(back <= col);
            }
        }
    }
}

static void test_pos__clamps_inside_surrogate(void **state)
{
    (void)state;
    str_view line = STR("a\xF0\x9F\x98\x80"
                        "b");
    assert_int_equal(lsp_pos_to_offset(line, 1, LSP_UTF16), 1);
    assert_int_equal(lsp_pos_to_offset(line, 2, LSP_UTF16), 1);
    assert_int_equal(lsp_pos_to_offset(line, 3, LSP_UTF16), 5);
    assert_int_equal(lsp_pos_to_offset(line, 2, LSP_UTF32), 5);
    assert_int_equal(lsp_pos_to_offset(line, 4, LSP_UTF8), 1);
    assert_int_equal(lsp_pos_from_offset(line, 3, LSP_UTF16), 1);
    assert_int_equal(lsp_pos_from_offset(line, 6, LSP_UTF16), 4);
    assert_int_equal(lsp_pos_from_offset(line, 6, LSP_UTF32), 3);
    assert_int_equal(lsp_pos_from_offset(line, 6, LSP_UTF8), 6);
}

static void test_pos__clamps_past_the_end(void **state)
{
    (void)state;
    for (int e = LSP_UTF8; e <= LSP_UTF32; e++) {
        assert_int_equal(lsp_pos_to_offset(STR("abc"), UINT32_MAX, (lsp_encoding)e), 3);
        assert_int_equal(lsp_pos_from_offset(STR("abc"), SIZE_MAX, (lsp_encoding)e), 3);
        assert_int_equal(lsp_pos_to_offset((str_view){NULL, 0}, 5, (lsp_encoding)e), 0);
        assert_int_equal(lsp_pos_from_offset((str_view){NULL, 0}, 5, (lsp_encoding)e), 0);
    }
}

TEST_MAIN(cmocka_unit_test(test_pos__equals_the_naive_way),
          cmocka_unit_test(test_pos__clamps_inside_surrogate),
          cmocka_unit_test(test_pos__clamps_past_the_end))
