#include <git2.h>
#include <unistd.h>

#include "tests/unit/test.h"

#include "context/ignore.h"

static const struct {
    const char *rules, *path;
    bool excluded;
} cases[] = {
    {"*.o", "a.o", true},
    {"*.o", "deep/er/a.o", true},
    {"*.o", "a.oo", false},
    {"/a.txt", "a.txt", true},
    {"/a.txt", "b/a.txt", false},
    {"build/", "build/x.c", true},
    {"build/", "src/build/x.c", true},
    {"build/", "build", false},
    {"doc/*.txt", "doc/a.txt", true},
    {"doc/*.txt", "doc/sub/a.txt", false},
    {"doc/*.txt", "x/doc/a.txt", false},
    {"**/gen", "a/b/gen/c", true},
    {"a/**", "a/b/c", true},
    {"a/**", "a", false},
    {"a/**/z", "a/z", true},
    {"a/**/z", "a/b/c/z", true},
    {"a/**/z", "b/z", false},
    {"*.log\n!keep.log", "keep.log", false},
    {"*.log\n!keep.log", "other.log", true},
    {"logs/\n!logs/keep.log", "logs/keep.log", true},
    {"# c\n\\#a", "#a", true},
    {"\\!b", "!b", true},
    {"a?c", "abc", true},
    {"a?c", "a/c", false},
    {"[a-c]x", "bx", true},
    {"[!a-c]x", "bx", false},
    {"[!a-c]x", "dx", true},
    {"[]]x", "]x", true},
    {"[x", "[x", true},
    {"a\\*b", "a*b", true},
    {"a\\*b", "axb", false},
    {"trailing  ", "trailing", true},
    {"kept\\ ", "kept ", true},
    {"crlf\r\nx", "crlf", true},
    {"", "a", false},
    {"/", "a", false},
    {"!", "a", false},
    {"*a*b*c*", "xxaxxbxxc", true},
    {"*a*b*c*", "xxaxxbxx", false},
};

static bool excludes(const char *folder, const char *rules, const char *path)
{
    arena mem;
    arena_init(&mem, 1 << 20);
    struct ctx_ignore g = {.mem = &mem};
    ctx_ignore_add(&g, str_of(folder), str_of(rules));
    bool result = ctx_ignore_file(&g, str_of(path));
    arena_release(&mem);
    return result;
}

static void test_ignore__follows_the_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (excludes("", cases[i].rules, cases[i].path) != cases[i].excluded)
            fail_msg("rules \"%s\", path \"%s\": want %d", cases[i].rules, cases[i].path,
                     cases[i].excluded);
}

static void test_ignore__rules_belong_to_their_folder(void **state)
{
    (void)state;
    assert_true(excludes("sub/", "*.o", "sub/a.o"));
    assert_true(excludes("sub/", "/x/y", "sub/x/y"));
    assert_false(excludes("sub/", "*.o", "a.o"));
    assert_false(excludes("sub/", "/x", "sub/b/x"));
}

/* The same rules and paths given to git's own library. */
static void test_ignore__agrees_with_git(void **state)
{
    (void)state;
    char folder[] = "/tmp/artel-ignore-XXXXXX";
    git_repository *repo = NULL;
    assert_non_null(mkdtemp(folder));
    git_libgit2_init();
    assert_int_equal(git_repository_init(&repo, folder, 0), 0);
    static const char *const parts[] = {"a",  "b",    "*",  "?", "**", "/",
                                        "ab", "[ab]", "a*", "/", "*b"};
    static const char *const names[] = {"a", "b", "ab", "ba", "aab"};
    uint32_t seed = 11;
    for (int round = 0; round < 4000; round++) {
        char rule[64] = "", path[64] = "";
        seed = seed * 1664525u + 1013904223u;
        for (uint32_t i = 0, n = 1 + (seed >> 9) % 5; i < n; i++) {
            seed = seed * 1664525u + 1013904223u;
            size_t end = strlen(rule);
            snprintf(rule + end, sizeof rule - end, "%s",
                     parts[(seed >> 9) % (sizeof parts / sizeof parts[0])]);
        }
        seed = seed * 1664525u + 1013904223u;
        for (uint32_t i = 0, n = 1 + (seed >> 9) % 4; i < n; i++) {
            seed = seed * 1664525u + 1013904223u;
            size_t end = strlen(path);
            snprintf(path + end, sizeof path - end, "%s%s", i ? "/" : "",
                     names[(seed >> 9) % (sizeof names / sizeof names[0])]);
        }
        if (strstr(rule, "//") || strstr(rule, "***") || rule[0] == '\0')
            continue;
        int ignored = 0;
        git_ignore_clear_internal_rules(repo);
        assert_int_equal(git_ignore_add_rule(repo, rule), 0);
        assert_int_equal(git_ignore_path_is_ignored(&ignored, repo, path), 0);
        if (excludes("", rule, path) != (ignored != 0))
            fail_msg("rule \"%s\", path \"%s\": git says %d", rule, path, ignored);
    }
    git_repository_free(repo);
    git_libgit2_shutdown();
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

static void test_ignore__bounds_hostile_patterns(void **state)
{
    (void)state;
    char rule[CTX_IGNORE_MAX_PATTERN + 2] = "", path[4000];
    for (size_t i = 0; i + 2 < CTX_IGNORE_MAX_PATTERN; i += 2)
        memcpy(rule + i, "*a", 3);
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    path[sizeof path - 2] = 'b';
    assert_false(excludes("", rule, path)); /* ends within the test's time limit */
    memset(rule, 'a', sizeof rule - 1);
    rule[sizeof rule - 1] = '\0';
    assert_false(excludes("", rule, rule));
}

TEST_MAIN(cmocka_unit_test(test_ignore__follows_the_rules),
          cmocka_unit_test(test_ignore__rules_belong_to_their_folder),
          cmocka_unit_test(test_ignore__agrees_with_git),
          cmocka_unit_test(test_ignore__bounds_hostile_patterns))
