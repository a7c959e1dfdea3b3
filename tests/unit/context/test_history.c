#include <sys/stat.h>

#include "tests/unit/context/git_tree.h"

#include "context/history.h"

static ctx_history *read_history(const struct tree *t, const struct ctx_history_options *options)
{
    ctx_history *h = NULL;
    err e = {0};
    assert_ok(ctx_history_read(&h, t->root, options, &e), &e);
    return h;
}

static void test_history__a_folder_has_its_own_paths(void **state)
{
    struct tree *t = *state;
    char folder[128];
    snprintf(folder, sizeof folder, "%s/sub", t->root);
    assert_int_equal(mkdir(folder, 0700), 0);
    change(t, "a.c sub/a.c");
    change(t, "a.c sub/a.c sub/b.c");
    change(t, "sub/a.c sub/b.c");
    err e = {0};
    ctx_history *h = NULL;
    assert_ok(ctx_history_read(&h, folder, NULL, &e), &e);
    struct ctx_history_partner p[4];
    assert_int_equal(ctx_history_partners(h, STR("a.c"), p, 4), 1);
    assert_view(p[0].path, "b.c");
    assert_true(ctx_history_recency(h, STR("b.c")) == 1);
    assert_int_equal(ctx_history_partners(h, STR("sub/a.c"), p, 4), 0);
    ctx_history_destroy(h);
}

static void test_history__finds_files_that_change_together(void **state)
{
    struct tree *t = *state;
    change(t, "a.c a.h b.c c.c");
    for (int i = 0; i < 4; i++) {
        change(t, "a.c a.h");
        change(t, "b.c");
    }
    change(t, "a.c b.c");
    ctx_history *h = read_history(t, NULL);
    struct ctx_history_partner p[4];
    assert_int_equal(ctx_history_partners(h, STR("a.c"), p, 4), 2);
    assert_view(p[0].path, "a.h");
    assert_view(p[1].path, "b.c");
    assert_true(p[0].share > p[1].share && p[0].share < 1 && p[1].share > 0);
    /* b.c changes mostly alone. */
    struct ctx_history_partner q[1];
    assert_int_equal(ctx_history_partners(h, STR("b.c"), q, 1), 1);
    assert_true(q[0].share < p[0].share);
    assert_int_equal(ctx_history_partners(h, STR("c.c"), p, 4), 0);
    assert_int_equal(ctx_history_partners(h, STR("none"), p, 4), 0);
    assert_int_equal(ctx_history_commits(h), 10);
    assert_true(ctx_history_complete(h));
    ctx_history_destroy(h);
}

static void test_history__knows_what_changed_lately(void **state)
{
    struct tree *t = *state;
    change(t, "a b c");
    change(t, "b");
    change(t, "a");
    ctx_history *h = read_history(t, NULL);
    assert_true(ctx_history_recency(h, STR("a")) == 1);
    assert_true(ctx_history_recency(h, STR("b")) < 1);
    assert_true(ctx_history_recency(h, STR("b")) > 0.9f);
    assert_true(ctx_history_recency(h, STR("c")) == 0);
    ctx_history_destroy(h);
}

static void test_history__follows_renames(void **state)
{
    struct tree *t = *state;
    change(t, "old.c x.h");
    change(t, "old.c x.h");
    char from[128], to[128];
    snprintf(from, sizeof from, "%s/old.c", t->root);
    snprintf(to, sizeof to, "%s/new.c", t->root);
    assert_int_equal(rename(from, to), 0);
    assert_int_equal(git_index_remove_bypath(t->index, "old.c"), 0);
    assert_int_equal(git_index_add_bypath(t->index, "new.c"), 0);
    commit(t);
    change(t, "new.c");
    ctx_history *h = read_history(t, NULL);
    struct ctx_history_partner p[2];
    assert_int_equal(ctx_history_partners(h, STR("new.c"), p, 2), 1);
    assert_view(p[0].path, "x.h");
    assert_int_equal(ctx_history_partners(h, STR("x.h"), p, 2), 1);
    assert_view(p[0].path, "new.c");
    ctx_history_destroy(h);
}

static void test_history__passes_over_sweeping_commits(void **state)
{
    struct tree *t = *state;
    change(t, "a b c d e f");
    change(t, "a b c d e f");
    struct ctx_history_options options = {.max_files_per_commit = 4};
    ctx_history *h = read_history(t, &options);
    struct ctx_history_partner p[8];
    assert_int_equal(ctx_history_partners(h, STR("a"), p, 8), 0);
    ctx_history_destroy(h);
    options = (struct ctx_history_options){.max_commits = 1};
    h = read_history(t, &options);
    assert_int_equal(ctx_history_commits(h), 1);
    assert_int_equal(ctx_history_partners(h, STR("a"), p, 8), 5);
    assert_view(p[0].path, "b"); /* equal shares by path */
    ctx_history_destroy(h);
}

static void test_history__reads_up_to_the_damage(void **state)
{
    struct tree *t = *state;
    change(t, "a b");
    change(t, "a b");
    git_oid id;
    git_commit *damaged = NULL;
    assert_int_equal(git_reference_name_to_id(&id, t->repo, "HEAD"), 0);
    assert_int_equal(git_commit_lookup(&damaged, t->repo, &id), 0);
    char hex[GIT_OID_HEXSZ + 1], path[256];
    git_oid_tostr(hex, sizeof hex, git_commit_tree_id(damaged));
    git_commit_free(damaged);
    change(t, "a c");
    snprintf(path, sizeof path, "%s/.git/objects/%.2s/%s", t->root, hex, hex + 2);
    assert_int_equal(remove(path), 0);
    ctx_history *h = read_history(t, NULL);
    assert_false(ctx_history_complete(h));
    assert_int_equal(ctx_history_commits(h), 0);
    ctx_history_destroy(h);
}

static void test_history__needs_commits(void **state)
{
    struct tree *t = *state;
    ctx_history *h = NULL;
    err e = {0};
    assert_int_equal(ctx_history_read(&h, t->root, NULL, &e), ERR_NOT_FOUND);
    assert_int_equal(ctx_history_read(&h, "/", NULL, &e), ERR_NOT_FOUND);
    assert_true(e.text[0]);
    change(t, "a");
    cancel_flag cancel = {0};
    struct ctx_history_options options = {.cancel = &cancel};
    cancel_request(&cancel);
    assert_int_equal(ctx_history_read(&h, t->root, &options, &e), ERR_CANCELLED);
    assert_null(h);
}

static void read_once(const struct tree *t)
{
    ctx_history *h = NULL;
    err e = {0};
    err_code rc = ctx_history_read(&h, t->root, NULL, &e);
    assert_true(rc == ERR_OK || rc == ERR_NOMEM);
    ctx_history_destroy(h);
}

static void test_history__failed_allocations_are_errors(void **state)
{
    struct tree *t = *state;
    change(t, "a b");
    change(t, "a b");
    FOR_EACH_FAILING_ALLOCATION(read_once(t));
}

TEST_MAIN(TREE_TEST(test_history__a_folder_has_its_own_paths),
          TREE_TEST(test_history__finds_files_that_change_together),
          TREE_TEST(test_history__knows_what_changed_lately),
          TREE_TEST(test_history__follows_renames),
          TREE_TEST(test_history__passes_over_sweeping_commits),
          TREE_TEST(test_history__reads_up_to_the_damage), TREE_TEST(test_history__needs_commits),
          TREE_TEST(test_history__failed_allocations_are_errors))
