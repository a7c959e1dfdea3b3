#include "tests/unit/test.h"

#include "base/buf.h"
#include "base/hash.h"
#include "base/utf.h"
#include "model/pretokenize.h"

static const char *const all_schemes[] = {
    "default",   "qwen2",          "qwen35", "seed-coder", "llama-bpe",       "gpt-2",
    "starcoder", "deepseek-coder", "refact", "stablelm2",  "deepseek-r1-qwen"};

/* Pieces joined by '|'. */
static void split(buf *out, const char *scheme, str_view text)
{
    const struct model__pre *pre = model__pre_find(str_of(scheme));
    assert_non_null(pre);
    struct model__pre_cursor c = model__pre_begin(pre, text);
    str_view piece;
    for (size_t i = 0; model__pre_next(&c, &piece); i++) {
        if (i > 0)
            buf_append_byte(out, '|');
        buf_append(out, piece);
    }
}

static void test_pretokenize__pieces(void **state)
{
    (void)state;
    /* Worked out by hand from the regular expressions of each scheme. */
    static const struct {
        const char *scheme, *text, *want;
    } cases[] = {
        {"qwen2", "int main(void)", "int| main|(void|)"},
        {"qwen2", "x = 123;", "x| =| |1|2|3|;"},
        {"qwen2", "    return 0;\n}\n", "   | return| |0|;\n|}\n"},
        {"qwen2", "a  \n  b", "a|  \n| | b"},
        {"qwen2", "a \n\n", "a| \n\n"},
        {"qwen2", "a   ", "a|   "},
        {"qwen2", "a \t", "a| \t"},
        {"qwen2", "if\tx", "if|\tx"},
        {"qwen2", "it's IT'S it'x 'll 'lx", "it|'s| IT|'S| it|'x| '|ll| '|lx"},
        {"qwen2", "'lle 'Re", "'ll|e| '|Re"},
        {"qwen2", "foo_bar.baz()", "foo|_bar|.baz|()"},
        {"qwen2", "a//b\r\n\r\nc", "a|//|b|\r\n\r\n|c"},
        {"qwen2", "*/\n\n  x", "*/\n\n| | x"},
        {"qwen2", "\xC3\xA9t\xC3\xA9 \xE4\xB8\xAD", "\xC3\xA9t\xC3\xA9| \xE4\xB8\xAD"},
        {"qwen2", "e\xCC\x81z", "e|\xCC\x81z"}, /* a combining accent is no letter */
        {"qwen35", "e\xCC\x81z", "e\xCC\x81z"},
        {"qwen2", "\xC2\xA0x\xE3\x80\x80\xE3\x80\x80y", "\xC2\xA0x|\xE3\x80\x80|\xE3\x80\x80y"},
        {"qwen2", "\xC2\xB2\xC2\xB3", "\xC2\xB2|\xC2\xB3"},
        {"qwen2", "\xFF\xFE", "\xFF\xFE"},
        {"qwen2", "", ""},
        {"llama-bpe", "1234567 12", "123|456|7| |12"},
        {"llama-bpe", "a1b", "a|1|b"},
        {"seed-coder", "x;\n\ny", "x|;|\n\n|y"},
        {"seed-coder", ";\n", ";|\n"},
        {"gpt-2", "x = 123;", "x| =| 123|;"},
        {"gpt-2", "IT'S it's", "IT|'|S| it|'s"},
        {"gpt-2", "a  \n  b", "a|  \n | b"},
        {"gpt-2", "foo_bar", "foo|_|bar"},
        {"gpt-2", "\tx", "\t|x"},
        {"gpt-2", "a ", "a| "},
        {"starcoder", "x = 123;", "x| =| |1|2|3|;"},
        {"starcoder", "a1 b", "a|1| b"},
        {"deepseek-coder", "x = (1)\n y", "x| =| (|1|)|\n| y"},
        {"deepseek-coder", "\n\n\tfoo", "\n|\n|\tfoo"},
        {"deepseek-coder", "if (a<b)", "if| (|a|<|b|)"},
        {"deepseek-coder", "12ab", "1|2|ab"},
        {"default", "a+=1234;", "a|+=|123|4|;"},
        {"default", "1234567 x", "123|456|7| x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf got;
        buf_init(&got, 4096);
        split(&got, cases[i].scheme, str_of(cases[i].text));
        if (!str_eq(buf_view(&got), str_of(cases[i].want)))
            fail_msg("%s \"%s\"\ngot  %.*s\nwant %s", cases[i].scheme, cases[i].text,
                     STR_ARG(buf_view(&got)), cases[i].want);
        buf_release(&got);
    }
}

/* Characters that the schemes treat differently, invalid bytes among them. */
static const char *const alphabet[] = {
    "a",        "Z",
    "s",        "'",
    "l",        "1",
    "9",        " ",
    "  ",       "\n",
    "\r\n",     "\t",
    ".",        "_",
    "$",        "+",
    "\xC3\xA9", "\xCC\x81",
    "\xC2\xA0", "\xC2",
    "\xE4\xB8", "\xE4\xB8\xAD",
    "\xFF",     "\x80",
    "{",        "\xE3\x80\x80",
};

static void test_pretokenize__pieces_are_the_text(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof all_schemes / sizeof all_schemes[0]; k++)
        for (uint64_t seed = 0; seed < 2000; seed++) {
            buf text;
            buf_init(&text, 4096);
            for (uint64_t i = 0; i < seed % 40; i++)
                buf_append(&text, str_of(alphabet[hash_u64(seed << 8 | i) %
                                                  (sizeof alphabet / sizeof alphabet[0])]));
            struct model__pre_cursor c =
                model__pre_begin(model__pre_find(str_of(all_schemes[k])), buf_view(&text));
            str_view piece;
            size_t at = 0;
            while (model__pre_next(&c, &piece)) {
                assert_true(piece.len > 0);
                assert_ptr_equal(piece.ptr, text.ptr + at);
                at += piece.len;
                assert_true(at <= text.len);
            }
            assert_int_equal(at, text.len);
            buf_release(&text);
        }
}

/* Cutting is linear: the runs on which a careless scanner looks ahead to the end at each step. */
static void test_pretokenize__long_runs_end(void **state)
{
    (void)state;
    enum { N = 1 << 20 };
    static const char *const units[] = {" ", "\n", "a", "1", "' ", ".", "\xCC\x81", "\xFF", " \n"};
    char *text = malloc(N);
    assert_non_null(text);
    for (size_t k = 0; k < sizeof all_schemes / sizeof all_schemes[0]; k++)
        for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
            size_t n_unit = strlen(units[u]);
            for (size_t i = 0; i < N; i++)
                text[i] = units[u][i % n_unit];
            struct model__pre_cursor c =
                model__pre_begin(model__pre_find(str_of(all_schemes[k])), (str_view){text, N});
            str_view piece;
            size_t n = 0;
            while (model__pre_next(&c, &piece))
                n += piece.len;
            assert_int_equal(n, N);
        }
    free(text);
}

static void test_pretokenize__unknown_names(void **state)
{
    (void)state;
    assert_null(model__pre_find(STR("")));
    assert_null(model__pre_find(STR("qwen")));
    assert_null(model__pre_find(STR("qwen22")));
}

TEST_MAIN(cmocka_unit_test(test_pretokenize__pieces),
          cmocka_unit_test(test_pretokenize__pieces_are_the_text),
          cmocka_unit_test(test_pretokenize__long_runs_end),
          cmocka_unit_test(test_pretokenize__unknown_names))
