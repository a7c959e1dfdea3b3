#include "tests/unit/test.h"

#include "model/unicode.h"

static void test_unicode__counts_of_each_class(void **state)
{
    (void)state;
    /* What generate.py counted in its source and wrote into the comment of the table. */
    static const struct {
        unsigned class;
        size_t n;
    } want[] = {{MODEL_CLASS_OTHER, 972238}, {MODEL_CLASS_LETTER, 136726},
                {MODEL_CLASS_NUMBER, 1831},  {MODEL_CLASS_PUNCT, 842},
                {MODEL_CLASS_MARK, 2450},    {MODEL_CLASS_SPACE, 25}};
    size_t got[64] = {0};
    for (uint32_t c = 0; c < 0x110000; c++)
        got[model__class(c)]++;
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++)
        assert_int_equal(got[want[i].class], want[i].n);
}

static void test_unicode__classes(void **state)
{
    (void)state;
    static const struct {
        uint32_t code_point;
        unsigned class;
    } cases[] = {{0x0000, MODEL_CLASS_OTHER},
                 {0x0009, MODEL_CLASS_SPACE},
                 {0x001C, MODEL_CLASS_OTHER},
                 {0x0024, MODEL_CLASS_OTHER}, /* $ is a symbol */
                 {0x005F, MODEL_CLASS_PUNCT},
                 {0x0085, MODEL_CLASS_SPACE},
                 {0x00A0, MODEL_CLASS_SPACE},
                 {0x00AA, MODEL_CLASS_LETTER},
                 {0x00B2, MODEL_CLASS_NUMBER}, /* superscript two */
                 {0x0300, MODEL_CLASS_MARK},
                 {0x03B1, MODEL_CLASS_LETTER},
                 {0x0660, MODEL_CLASS_NUMBER},
                 {0x200B, MODEL_CLASS_OTHER}, /* zero width space is no white space */
                 {0x3000, MODEL_CLASS_SPACE},
                 {0x4E00, MODEL_CLASS_LETTER},
                 {0x9FFF, MODEL_CLASS_LETTER},
                 {0xD800, MODEL_CLASS_OTHER},
                 {0xFFFD, MODEL_CLASS_OTHER},
                 {0x1F600, MODEL_CLASS_OTHER},
                 {0x2EBF0, MODEL_CLASS_LETTER}, /* new in 15.1 */
                 {0x10FFFF, MODEL_CLASS_OTHER},
                 {0x110000, MODEL_CLASS_OTHER},
                 {UINT32_MAX, MODEL_CLASS_OTHER}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (model__class(cases[i].code_point) != cases[i].class)
            fail_msg("U+%04X: got %u, want %u", (unsigned)cases[i].code_point,
                     model__class(cases[i].code_point), cases[i].class);
}

static void test_unicode__ascii_shortcut_agrees_with_the_table(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 128; c++) {
        char byte = (char)c;
        size_t n;
        if (model__class_at((str_view){&byte, 1}, 0, &n) != model__class(c) || n != 1)
            fail_msg("byte %u", c);
    }
}

static void test_unicode__class_at_handles_ends_and_bad_bytes(void **state)
{
    (void)state;
    size_t n;
    assert_int_equal(model__class_at(STR("a\xC3\xA9"), 1, &n), MODEL_CLASS_LETTER);
    assert_int_equal(n, 2);
    assert_int_equal(model__class_at(STR("a\xC3"), 1, &n), MODEL_CLASS_OTHER);
    assert_int_equal(n, 1);
    assert_int_equal(model__class_at(STR("a"), 1, &n), 0);
    assert_int_equal(n, 0);
}

TEST_MAIN(cmocka_unit_test(test_unicode__counts_of_each_class),
          cmocka_unit_test(test_unicode__classes),
          cmocka_unit_test(test_unicode__ascii_shortcut_agrees_with_the_table),
          cmocka_unit_test(test_unicode__class_at_handles_ends_and_bad_bytes))
