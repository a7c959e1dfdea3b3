#include "assist/scaffold/names.h"
#include "tests/unit/test.h"

static void test_names__splits_keys_into_words(void **state)
{
    (void)state;
    static const char *const examples[][2] = {
        {"userName", "user name"},
        {"user_name-2", "user name 2"},
        {"HTTPServer", "http server"},
        {"ID", "id"},
        {"", "empty"},
        {"1st", "n1st"},
        {"\xC3\xA9t\xC3\xA9", "ete"},
        {"\xF0\x9F\x98\x80", "u1f600"},
        {"@type", "type"},
        {"$$", "sign"},
        {"\xE6\x97\xA5\xE6\x9C\xAC", "u65e5 u672c"},
        {"Stra\xC3\x9F"
         "e",
         "strasse"},
    };
    arena a;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        assert_view(scaf__words(&a, str_of(examples[i][0])), examples[i][1]);
    arena_release(&a);
}

static void test_names__singular_and_plural(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"user", "users"},      {"category", "categories"}, {"box", "boxes"},
        {"status", "statuses"}, {"address", "addresses"},   {"person", "people"},
        {"movie", "movies"},    {"analysis", "analyses"},   {"order item", "order items"},
        {"news", "news"},       {"bus", "buses"},           {"branch", "branches"},
        {"day", "days"},        {"house", "houses"},        {"series", "series"},
    };
    arena a;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_view(scaf__singular(&a, str_of(pairs[i][1])), pairs[i][0]);
        assert_view(scaf__plural(&a, str_of(pairs[i][0])), pairs[i][1]);
        assert_view(scaf__singular(&a, str_of(pairs[i][0])), pairs[i][0]);
    }
    arena_release(&a);
}

static void test_names__styles(void **state)
{
    (void)state;
    arena a;
    arena_init(&a, 1 << 20);
    str_view w = STR("user api id");
    assert_view(scaf__case(&a, w, CASE_CAMEL), "userApiId");
    assert_view(scaf__case(&a, w, CASE_PASCAL), "UserApiId");
    assert_view(scaf__case(&a, w, CASE_SNAKE), "user_api_id");
    assert_view(scaf__case(&a, w, CASE_SCREAMING), "USER_API_ID");
    assert_view(scaf__case(&a, w, CASE_KEBAB), "user-api-id");
    assert_view(scaf__case(&a, w, CASE_GO), "UserAPIID");
    assert_view(scaf__case(&a, STR("v1 2"), CASE_PASCAL), "V1_2");
    arena_release(&a);
}

static void test_names__scope_keeps_names_apart(void **state)
{
    (void)state;
    arena a;
    name_scope s;
    arena_init(&a, 1 << 20);
    scaf__scope_init(&s, &a, "class end", true);
    assert_view(scaf__scope_claim(&s, STR("name")), "name");
    assert_view(scaf__scope_claim(&s, STR("Name")), "Name2");
    assert_view(scaf__scope_claim(&s, STR("NAME")), "NAME3");
    assert_view(scaf__scope_claim(&s, STR("class")), "class_");
    assert_view(scaf__scope_claim(&s, STR("a1")), "a1");
    assert_view(scaf__scope_claim(&s, STR("a1")), "a1_2");
    for (int i = 0; i < 100; i++)
        scaf__scope_claim(&s, arena_format(&a, "x%d", i));
    assert_view(scaf__scope_claim(&s, STR("x77")), "x77_2");
    arena_release(&a);
}

TEST_MAIN(cmocka_unit_test(test_names__splits_keys_into_words),
          cmocka_unit_test(test_names__singular_and_plural), cmocka_unit_test(test_names__styles),
          cmocka_unit_test(test_names__scope_keeps_names_apart))
