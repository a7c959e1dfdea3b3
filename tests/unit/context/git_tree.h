/* A repository in a temporary folder, for tests of what git knows. */
#ifndef ARTEL_TESTS_UNIT_CONTEXT_GIT_TREE_H
#define ARTEL_TESTS_UNIT_CONTEXT_GIT_TREE_H

#include <git2.h>
#include <unistd.h>

#include "tests/unit/test.h"

#include "base/file.h"

struct tree {
    char root[64];
    git_repository *repo;
    git_index *index;
    git_time_t now;
};

static inline int setup(void **state)
{
    struct tree *t = calloc(1, sizeof *t);
    snprintf(t->root, sizeof t->root, "%s", "/tmp/artel-git-XXXXXX");
    git_libgit2_init();
    *state = t;
    return mkdtemp(t->root) && git_repository_init(&t->repo, t->root, 0) == 0 &&
                   git_repository_index(&t->index, t->repo) == 0
               ? 0
               : -1;
}

static inline int teardown(void **state)
{
    struct tree *t = *state;
    char command[128];
    git_index_free(t->index);
    git_repository_free(t->repo);
    git_libgit2_shutdown();
    snprintf(command, sizeof command, "rm -rf %s", t->root);
    int rc = system(command);
    free(t);
    return rc;
}

/* Each file gets a text of its own, which `text` changes. */
static inline void write_file(struct tree *t, const char *name, const char *text)
{
    char path[256], body[256];
    err e = {0};
    snprintf(path, sizeof path, "%s/%s", t->root, name);
    snprintf(body, sizeof body, "%s\n%s\n", name, text);
    assert_ok(file_write_atomic(path, str_of(body), &e), &e);
    assert_int_equal(git_index_add_bypath(t->index, name), 0);
}

static inline void commit(struct tree *t)
{
    git_oid tree_id, id, head_id;
    git_tree *tree = NULL;
    git_commit *head = NULL;
    git_signature *who = NULL;
    assert_int_equal(git_index_write_tree(&tree_id, t->index), 0);
    assert_int_equal(git_index_write(t->index), 0);
    assert_int_equal(git_tree_lookup(&tree, t->repo, &tree_id), 0);
    assert_int_equal(git_signature_new(&who, "a", "a@b", 1000000 + t->now++, 0), 0);
    bool first = git_reference_name_to_id(&head_id, t->repo, "HEAD") != 0;
    if (!first)
        assert_int_equal(git_commit_lookup(&head, t->repo, &head_id), 0);
    const git_commit *parents[] = {head};
    assert_int_equal(
        git_commit_create(&id, t->repo, "HEAD", who, who, NULL, "m", tree, first ? 0 : 1, parents),
        0);
    git_signature_free(who);
    git_commit_free(head);
    git_tree_free(tree);
}

/* Commits a change of the files, given in one text with spaces between. */
static inline void change(struct tree *t, const char *names)
{
    char copy[256], text[16];
    snprintf(copy, sizeof copy, "%s", names);
    snprintf(text, sizeof text, "%d", (int)t->now);
    for (char *rest = copy, *name; (name = strtok_r(rest, " ", &rest));)
        write_file(t, name, text);
    commit(t);
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
