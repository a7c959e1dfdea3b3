#include "tests/unit/context/git_tree.h"

#include "context/versed.h"

static void set_address(struct tree *t, const char *address)
{
    git_config *config = NULL;
    assert_int_equal(git_repository_config(&config, t->repo), 0);
    assert_int_equal(git_config_set_string(config, "user.email", address), 0);
    git_config_free(config);
}

/* The commits of git_tree.h are those of a@b. */
static void make_history(struct tree *t)
{
    for (int i = 0; i < 5; i++)
        change(t, "a.py notes.md data.json");
    for (int i = 0; i < 3; i++)
        change(t, "b.go a.py");
    for (int i = 0; i < 2; i++)
        change(t, "c.rs");
}

static void test_versed__counts_commits_by_language(void **state)
{
    struct tree *t = *state;
    struct ctx_versed v;
    err e = {{0}};
    set_address(t, "a@b");
    make_history(t);
    assert_ok(ctx_versed_read(&v, t->root, NULL, &e), &e);
    assert_int_equal(v.n, 2);
    assert_string_equal(v.items[0]->id, "python");
    assert_string_equal(v.items[1]->id, "go");
}

static void test_versed__leaves_out_what_others_wrote(void **state)
{
    struct tree *t = *state;
    struct ctx_versed v;
    err e = {{0}};
    set_address(t, "somebody@else");
    make_history(t);
    assert_ok(ctx_versed_read(&v, t->root, NULL, &e), &e);
    assert_int_equal(v.n, 0);
}

static void test_versed__says_when_there_is_nothing_to_read(void **state)
{
    struct tree *t = *state;
    struct ctx_versed v;
    err e = {{0}};
    set_address(t, "a@b");
    assert_int_equal(ctx_versed_read(&v, t->root, NULL, &e), ERR_NOT_FOUND);
    make_history(t);
    cancel_flag stop = {0};
    cancel_request(&stop);
    assert_int_equal(ctx_versed_read(&v, t->root, &stop, &e), ERR_CANCELLED);
    assert_int_equal(ctx_versed_read(&v, "/no/such/folder", NULL, &e), ERR_NOT_FOUND);
}

TEST_MAIN(TREE_TEST(test_versed__counts_commits_by_language),
          TREE_TEST(test_versed__leaves_out_what_others_wrote),
          TREE_TEST(test_versed__says_when_there_is_nothing_to_read))
