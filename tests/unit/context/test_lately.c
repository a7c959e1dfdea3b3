#include <sys/stat.h>
#include <time.h>

#include "tests/unit/context/git_tree.h"

#include "context/lately.h"

static void wait_for(ctx_lately *l)
{
    for (int i = 0; i < 2000 && !ctx_lately_ready(l); i++)
        nanosleep(&(struct timespec){.tv_nsec = 10 * 1000000}, NULL);
    assert_true(ctx_lately_ready(l));
}

/* A file of `n` numbered lines, some of which end in "changed". */
static void numbers(struct tree *t, const char *name, int n, int from, int to)
{
    char path[256], text[4096] = "";
    size_t len = 0;
    err e = {0};
    for (int i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "line %d%s\n", i,
                                i >= from && i < to ? " changed" : "");
    snprintf(path, sizeof path, "%s/%s", t->root, name);
    assert_ok(file_write_atomic(path, str_of(text), &e), &e);
}

static void stage(struct tree *t, const char *name)
{
    assert_int_equal(git_index_add_bypath(t->index, name), 0);
}

/* "a.c:3+2 open" for each region, in one text. */
static const char *regions(ctx_lately *l)
{
    static char text[1024];
    size_t len = 0;
    text[0] = '\0';
    struct ctx_lately_view v = ctx_lately_begin(l);
    for (size_t i = 0; i < v.n_regions && len < sizeof text; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%.*s:%u+%u %s\n",
                                STR_ARG(v.regions[i].path), v.regions[i].line, v.regions[i].n_lines,
                                v.regions[i].committed ? "committed" : "open");
    ctx_lately_end(l);
    return text;
}

static void make_past(struct tree *t)
{
    numbers(t, "a.c", 40, 0, 0);
    numbers(t, "b.c", 40, 0, 0);
    stage(t, "a.c");
    stage(t, "b.c");
    commit(t);
    numbers(t, "a.c", 40, 10, 12);
    numbers(t, "b.c", 40, 30, 31);
    stage(t, "a.c");
    stage(t, "b.c");
    commit(t);
}

static void test_lately__knows_the_changed_lines(void **state)
{
    struct tree *t = *state;
    ctx_lately *l = NULL;
    err e = {0};
    make_past(t);
    numbers(t, "b.c", 40, 5, 8);
    assert_ok(ctx_lately_create(&l, t->root, NULL, &e), &e);
    wait_for(l);
    /* Of b.c the committed lines are not where they were counted: only the new ones. */
    assert_string_equal(regions(l), "b.c:5+3 open\nb.c:30+1 open\na.c:10+2 committed\n");
    struct ctx_lately_view v = ctx_lately_begin(l);
    assert_non_null(v.history);
    struct ctx_history_partner p[2];
    assert_int_equal(ctx_history_partners(v.history, STR("a.c"), p, 2), 1);
    assert_view(p[0].path, "b.c");
    ctx_lately_end(l);
    /* It follows what happens. */
    stage(t, "b.c");
    commit(t);
    numbers(t, "a.c", 40, 20, 21);
    ctx_lately_again(l);
    wait_for(l);
    assert_string_equal(regions(l), "a.c:10+2 open\na.c:20+1 open\nb.c:5+3 committed\n");
    ctx_lately_destroy(l);
}

static void test_lately__a_folder_has_its_own_paths(void **state)
{
    struct tree *t = *state;
    char folder[128];
    ctx_lately *l = NULL;
    err e = {0};
    snprintf(folder, sizeof folder, "%s/sub", t->root);
    assert_int_equal(mkdir(folder, 0700), 0);
    make_past(t);
    numbers(t, "sub/c.c", 10, 0, 0);
    stage(t, "sub/c.c");
    commit(t);
    numbers(t, "sub/c.c", 10, 4, 5);
    assert_ok(ctx_lately_create(&l, folder, NULL, &e), &e);
    wait_for(l);
    assert_string_equal(regions(l), "c.c:4+1 open\n");
    ctx_lately_destroy(l);
}

static void test_lately__a_folder_without_git_has_no_past(void **state)
{
    (void)state;
    char root[] = "/tmp/artel-lately-XXXXXX";
    ctx_lately *l = NULL;
    err e = {0};
    assert_non_null(mkdtemp(root));
    assert_ok(ctx_lately_create(&l, root, NULL, &e), &e);
    wait_for(l);
    assert_string_equal(regions(l), "");
    struct ctx_lately_view v = ctx_lately_begin(l);
    assert_null(v.history);
    ctx_lately_end(l);
    ctx_lately_destroy(l);
    assert_int_equal(rmdir(root), 0);
}

static void test_lately__a_damaged_repository_is_no_error(void **state)
{
    struct tree *t = *state;
    char command[256];
    ctx_lately *l = NULL;
    err e = {0};
    make_past(t);
    numbers(t, "b.c", 40, 5, 8);
    snprintf(command, sizeof command, "find %s/.git/objects -type f | xargs truncate -s 5",
             t->root);
    assert_int_equal(system(command), 0);
    assert_ok(ctx_lately_create(&l, t->root, NULL, &e), &e);
    wait_for(l);
    assert_string_equal(regions(l), "");
    ctx_lately_destroy(l);
}

TEST_MAIN(TREE_TEST(test_lately__knows_the_changed_lines),
          TREE_TEST(test_lately__a_folder_has_its_own_paths),
          TREE_TEST(test_lately__a_damaged_repository_is_no_error),
          cmocka_unit_test(test_lately__a_folder_without_git_has_no_past))
