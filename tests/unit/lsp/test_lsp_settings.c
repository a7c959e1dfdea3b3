#include "tests/unit/test.h"

#include "lsp/settings.h"

static char said[2048];

static void say(void *user, const char *sentence)
{
    (void)user;
    size_t n = strlen(said);
    snprintf(said + n, sizeof said - n, "%s\n", sentence);
}

static void read(struct lsp_settings *s, const char *json)
{
    char text[2048];
    err e = {{0}};
    cJSON *tree = NULL;
    said[0] = '\0';
    snprintf(text, sizeof text, "%s", json);
    assert_ok(lsp_json_parse(&tree, text, strlen(text), &e), &e);
    lsp_settings_read(s, tree, say, NULL);
    cJSON_Delete(tree);
}

static void test_settings__reads_all(void **state)
{
    (void)state;
    struct lsp_settings s;
    lsp_settings_init(&s);
    assert_true(s.enable);
    assert_false(s.prose);
    assert_true(lsp_settings_language_is_on(&s, STR("c")));
    assert_int_equal(s.kv_megabytes, 256);
    assert_int_equal(s.kv_type, MODEL_KV_F16);
    read(&s,
         "{\"enable\":false,\"completionItems\":\"never\",\"logLevel\":\"debug\",\"maxTokens\":5,"
         "\"alternatives\":2,\"budgetMs\":0,\"debounceMs\":5000,\"threads\":3,\"kvMegabytes\":7,"
         "\"kvType\":\"q8_0\","
         "\"model\":\"/m.gguf\","
         "\"disabledPaths\":[\"docs/\",\"*.min.js\",\"!keep.min.js\"],"
         "\"disabledLanguages\":[\"c\",\"markdown\"],\"hover\":\"unfamiliar\",\"prose\":true,"
         "\"knownLanguages\":[\"python\"]}");
    assert_string_equal(said, "");
    assert_int_equal(s.hover, LSP_HOVER_UNFAMILIAR);
    assert_true(s.prose);
    assert_int_equal(s.n_languages_known, 1);
    assert_string_equal(s.languages_known[0], "python");
    assert_false(s.enable);
    assert_int_equal(s.completion_items, LSP_ITEMS_NEVER);
    assert_int_equal(s.level, LOG_DEBUG);
    assert_int_equal(s.max_tokens, 5);
    assert_int_equal(s.n_alternatives, 2);
    assert_int_equal(s.budget_ms, 0);
    assert_int_equal(s.debounce_ms, 5000);
    assert_int_equal(s.n_threads, 3);
    assert_int_equal(s.kv_megabytes, 7);
    assert_int_equal(s.kv_type, MODEL_KV_Q8_0);
    assert_string_equal(s.model_path, "/m.gguf");
    assert_false(lsp_settings_language_is_on(&s, STR("c")));
    assert_true(lsp_settings_language_is_on(&s, STR("cpp")));
    assert_false(lsp_settings_path_is_on(&s, STR("a/docs/b.md")));
    assert_false(lsp_settings_path_is_on(&s, STR("x.min.js")));
    assert_true(lsp_settings_path_is_on(&s, STR("keep.min.js")));
    assert_true(lsp_settings_path_is_on(&s, STR("a/b.c")));
    read(&s, "{\"artel\":{\"enable\":true,\"model\":null,\"disabledLanguages\":[]},\"other\":1}");
    assert_string_equal(said, "");
    assert_true(s.enable);
    assert_string_equal(s.model_path, "");
    assert_true(lsp_settings_language_is_on(&s, STR("c")));
}

static void test_settings__wrong_values_change_nothing(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "{\"enable\":1}",
        "{\"completionItems\":\"x\"}",
        "{\"completionItems\":true}",
        "{\"logLevel\":\"all\"}",
        "{\"maxTokens\":0}",
        "{\"maxTokens\":1025}",
        "{\"maxTokens\":-1}",
        "{\"maxTokens\":\"9\"}",
        "{\"maxTokens\":1.5}",
        "{\"alternatives\":11}",
        "{\"budgetMs\":60001}",
        "{\"debounceMs\":null}",
        "{\"threads\":257}",
        "{\"kvMegabytes\":1048577}",
        "{\"kvMegabytes\":\"1\"}",
        "{\"kvType\":\"q4_0\"}",
        "{\"kvType\":8}",
        "{\"model\":3}",
        "{\"disabledLanguages\":\"c\"}",
        "{\"disabledLanguages\":[\"c\",1]}",
        "{\"disabledLanguages\":[\"0123456789012345678901234567890123456789\"]}",
        "{\"hover\":true}",
        "{\"knownLanguages\":\"c\"}",
        "{\"colour\":1}",
        "[]",
        "3",
        "{\"artel\":[]}",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct lsp_settings s, before;
        memset(&s, 0, sizeof s);
        lsp_settings_init(&s);
        before = s;
        read(&s, wrong[i]);
        if (said[0] == '\0' || strchr(said, '\n') != said + strlen(said) - 1)
            fail_msg("%s: wanted one sentence, got \"%s\"", wrong[i], said);
        assert_memory_equal(&s, &before, sizeof s);
    }
}

static void test_settings__null_is_nothing(void **state)
{
    (void)state;
    struct lsp_settings s;
    lsp_settings_init(&s);
    said[0] = '\0';
    lsp_settings_read(&s, NULL, say, NULL);
    assert_string_equal(said, "");
    read(&s, "null");
    assert_string_equal(said, "");
    read(&s, "{\"artel\":null}");
    assert_string_equal(said, "");
}

TEST_MAIN(cmocka_unit_test(test_settings__reads_all),
          cmocka_unit_test(test_settings__wrong_values_change_nothing),
          cmocka_unit_test(test_settings__null_is_nothing))
