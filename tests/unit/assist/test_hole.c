#include "tests/unit/test.h"

#include "assist/replay/hole.h"
#include "context/lexicon.h"

static const char code[] = "int f(int a)\n"
                           "{\n"
                           "    int sum = a + 1;  \n"
                           "\n"
                           "    return sum_of(a, sum);\r\n"
                           "}\n"
                           "\n"
                           "x = 1\n";

static size_t line_of(const char *start)
{
    return str_find(str_of(code), str_of(start));
}

static void test_hole__lines_with_words_are_worth_hiding(void **state)
{
    (void)state;
    char large[300];
    memset(large, 'a', sizeof large);
    assert_true(assist_hole_in(STR("x = 1")));
    assert_true(assist_hole_in(STR("} else {")));
    assert_false(assist_hole_in(STR("")));
    assert_false(assist_hole_in(STR("    });")));
    assert_false(assist_hole_in(STR("a\xff")));
    assert_false(assist_hole_in((str_view){large, sizeof large}));
    assert_true(assist_hole_in((str_view){large, 200}));
}

static void test_hole__a_hole_ends_where_its_line_does(void **state)
{
    (void)state;
    const size_t line = line_of("    return"), end = line_of(";\r\n}") + 1;
    size_t seen[3] = {0};
    struct assist_dice dice = {7};
    for (int i = 0; i < 600; i++) {
        struct assist_hole h = assist_hole_line(str_of(code), line, &dice);
        seen[h.cursor]++;
        assert_int_equal(h.end, end);
        assert_true(h.begin >= line + 4 && h.begin < h.end);
        bool inside =
            ctx_lexicon_is_word_byte(code[h.begin - 1]) && ctx_lexicon_is_word_byte(code[h.begin]);
        assert_int_equal(inside, h.cursor == ASSIST_IN_WORD);
        assert_int_equal(h.begin == line + 4, h.cursor == ASSIST_AT_START);
        assert_true(code[h.begin] != ' ');
    }
    for (int i = 0; i < 3; i++)
        assert_in_range(seen[i], 150, 250);
}

static void test_hole__the_same_dice_give_the_same_holes(void **state)
{
    (void)state;
    struct assist_dice a = {1}, b = {1}, c = {2};
    bool differs = false;
    for (int i = 0; i < 50; i++) {
        struct assist_hole x = assist_hole_line(str_of(code), line_of("    int sum"), &a);
        struct assist_hole y = assist_hole_line(str_of(code), line_of("    int sum"), &b);
        struct assist_hole z = assist_hole_line(str_of(code), line_of("    int sum"), &c);
        assert_memory_equal(&x.begin, &y.begin, sizeof x.begin);
        differs = differs || x.begin != z.begin;
    }
    assert_true(differs);
}

static void test_hole__a_character_is_never_split(void **state)
{
    (void)state;
    static const char text[] = "\xc3\xa4\xc3\xb6\xc3\xbc = \xe2\x82\xac";
    struct assist_dice dice = {3};
    for (int i = 0; i < 100; i++) {
        struct assist_hole h = assist_hole_line(str_of(text), 0, &dice);
        assert_true(((unsigned char)text[h.begin] & 0xC0) != 0x80);
    }
}

static void test_hole__a_block_is_hidden_whole(void **state)
{
    (void)state;
    struct assist_hole h;
    assert_true(assist_hole_block(&h, str_of(code), line_of("    int sum")));
    assert_view(str_slice(str_of(code), h.begin, h.end),
                "int sum = a + 1;  \n\n    return sum_of(a, sum);");
    /* Not from its second line, not where nothing opens it, not a single line. */
    assert_false(assist_hole_block(&h, str_of(code), line_of("    return")));
    assert_false(assist_hole_block(&h, str_of(code), 0));
    assert_false(assist_hole_block(&h, STR("if x:\n    y()\nz()\n"), 6));
    assert_true(assist_hole_block(&h, STR("if x:\n\n    y()\n    z()"), 7));
    assert_int_equal(h.end, 22);
}

TEST_MAIN(cmocka_unit_test(test_hole__lines_with_words_are_worth_hiding),
          cmocka_unit_test(test_hole__a_hole_ends_where_its_line_does),
          cmocka_unit_test(test_hole__the_same_dice_give_the_same_holes),
          cmocka_unit_test(test_hole__a_character_is_never_split),
          cmocka_unit_test(test_hole__a_block_is_hidden_whole))
