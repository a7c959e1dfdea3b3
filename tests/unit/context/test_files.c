#include <git2.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/test.h"

#include "base/file.h"
#include "context/files.h"

/* A folder for one test, removed at its end. */
struct tree {
    char root[64];
};

static int setup(void **state)
{
    struct tree *t = calloc(1, sizeof *t);
    snprintf(t->root, sizeof t->root, "%s", "/tmp/artel-files-XXXXXX");
    git_libgit2_init();
    *state = t;
    return mkdtemp(t->root) ? 0 : -1;
}

static int teardown(void **state)
{
    struct tree *t = *state;
    char command[256];
    snprintf(command, sizeof command, "chmod -R u+rwx %s && rm -rf %s", t->root, t->root);
    int rc = system(command);
    git_libgit2_shutdown();
    free(t);
    return rc;
}

static const char *path_in(const struct tree *t, const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", t->root, name);
    return path;
}

static void make(const struct tree *t, const char *name, const char *text)
{
    char folder[512];
    err e = {0};
    snprintf(folder, sizeof folder, "%s", path_in(t, name));
    *strrchr(folder, '/') = '\0';
    assert_ok(file_make_dirs(folder, &e), &e);
    assert_ok(file_write_atomic(path_in(t, name), str_of(text), &e), &e);
}

/* Makes the folder a work tree whose index holds the named files. */
static void init_git(const struct tree *t, const char *const *tracked)
{
    git_repository *repo = NULL;
    git_index *index = NULL;
    assert_int_equal(git_repository_init(&repo, t->root, 0), 0);
    assert_int_equal(git_repository_index(&index, repo), 0);
    for (; *tracked; tracked++)
        assert_int_equal(git_index_add_bypath(index, *tracked), 0);
    assert_int_equal(git_index_write(index), 0);
    git_index_free(index);
    git_repository_free(repo);
}

/* The list, one path per line. */
static struct ctx_files check_list(const char *root, const struct ctx_files_options *options,
                                   const char *want)
{
    arena mem;
    buf got;
    err e = {0};
    struct ctx_files files;
    arena_init(&mem, 1 << 24);
    buf_init(&got, 1 << 20);
    assert_ok(ctx_files_list(&files, &mem, root, options, &e), &e);
    for (size_t i = 0; i < files.n; i++)
        buf_append_format(&got, "%.*s\n", STR_ARG(files.items[i].path));
    assert_view(buf_view(&got), want);
    if (files.note.len)
        assert_true(str_find_byte(files.note, '\n') == files.note.len);
    files.note.ptr = NULL; /* it goes with the arena; its length may be looked at */
    files.items = NULL;
    buf_release(&got);
    arena_release(&mem);
    return files;
}

static void make_project(const struct tree *t)
{
    make(t, "src/main.c", "int main;");
    make(t, "src/new.c", "x");
    make(t, "src/\xFF odd\nname.c", "x");
    make(t, "out/main.o.txt", "x");
    make(t, "out/forced.txt", "x");
    make(t, "docs/secret-plan.md", "x");
    make(t, "docs/open.md", "x");
    make(t, ".gitignore", "out/\n");
    make(t, ".artelignore", "*-plan.md\n");
    make(t, ".env", "x");
    make(t, "logo.PNG", "x");
    make(t, "large.c", "0123456789012345678901234567890123456789");
    assert_int_equal(symlink("..", path_in(t, "src/loop")), 0);
    assert_int_equal(symlink("main.c", path_in(t, "src/link.c")), 0);
    assert_int_equal(mkfifo(path_in(t, "src/pipe"), 0600), 0);
}

static const struct ctx_files_options small = {.max_file_bytes = 32};

static void test_files__lists_a_work_tree(void **state)
{
    const struct tree *t = *state;
    make_project(t);
    /* Force-added files are tracked although ignored. */
    init_git(t, (const char *const[]){"src/main.c", ".gitignore", NULL});
    struct ctx_files f =
        check_list(t->root, &small,
                   ".artelignore\n.gitignore\ndocs/open.md\nsrc/main.c\nsrc/new.c\n"
                   "src/\xFF odd\nname.c\n");
    assert_true(f.by_git);
    assert_int_equal(f.note.len, 0);
    assert_int_equal(f.n_secret, 1);
    assert_int_equal(f.n_binary, 1);
    assert_int_equal(f.n_large, 1);
    assert_int_equal(f.n_excluded, 1);
    check_list(path_in(t, "src"), &small, "main.c\nnew.c\n\xFF odd\nname.c\n");
}

static void test_files__lists_a_folder_without_git(void **state)
{
    const struct tree *t = *state;
    make_project(t);
    make(t, "docs/.gitignore", "*.md\n!open.md\n");
    make(t, "docs/more.md", "x");
    make(t, "node_modules/a/index.js", "x");
    struct ctx_files f = check_list(
        t->root, &small,
        ".artelignore\n.gitignore\ndocs/.gitignore\ndocs/open.md\nsrc/main.c\nsrc/new.c\n"
        "src/\xFF odd\nname.c\n");
    assert_false(f.by_git);
    assert_int_equal(f.note.len, 0);
}

static void test_files__leaves_other_repositories_out(void **state)
{
    const struct tree *t = *state;
    make(t, "a.c", "x");
    make(t, "vendor/b.c", "x");
    struct tree vendor;
    assert_true(snprintf(vendor.root, sizeof vendor.root, "%s", path_in(t, "vendor")) <
                (int)sizeof vendor.root);
    init_git(&vendor, (const char *const[]){"b.c", NULL});
    check_list(t->root, NULL, "a.c\n");
    init_git(t, (const char *const[]){"a.c", NULL});
    check_list(t->root, NULL, "a.c\n");
}

static void test_files__walks_where_git_is_damaged(void **state)
{
    const struct tree *t = *state;
    make(t, "src/a.c", "x");
    make(t, "gen/b.c", "x");
    make(t, ".gitignore", "gen/\n");
    init_git(t, (const char *const[]){"src/a.c", NULL});
    make(t, ".git/index", "DIRC this is no index");
    struct ctx_files f = check_list(t->root, NULL, ".gitignore\nsrc/a.c\n");
    assert_false(f.by_git);
    assert_true(f.note.len > 0);
}

static void test_files__reads_nothing_in_a_bare_repository(void **state)
{
    const struct tree *t = *state;
    git_repository *repo = NULL;
    assert_int_equal(git_repository_init(&repo, t->root, 1), 0);
    git_repository_free(repo);
    struct ctx_files f = check_list(t->root, NULL, "");
    assert_true(f.note.len > 0);
}

static void test_files__does_not_follow_a_folder_that_became_a_link(void **state)
{
    const struct tree *t = *state;
    make(t, "in/src/a.c", "x");
    make(t, "out/a.c", "x");
    struct tree in;
    assert_true(snprintf(in.root, sizeof in.root, "%s", path_in(t, "in")) < (int)sizeof in.root);
    init_git(&in, (const char *const[]){"src/a.c", NULL});
    assert_int_equal(remove(path_in(t, "in/src/a.c")), 0);
    assert_int_equal(remove(path_in(t, "in/src")), 0);
    assert_int_equal(symlink("../out", path_in(t, "in/src")), 0);
    check_list(in.root, NULL, "");
}

static void test_files__bounds_and_cancels(void **state)
{
    const struct tree *t = *state;
    char name[32];
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "f%02d.c", i);
        make(t, name, "x");
    }
    arena mem;
    err e = {0};
    struct ctx_files files;
    cancel_flag cancel = {0};
    struct ctx_files_options options = {.max_files = 10, .cancel = &cancel};
    arena_init(&mem, 1 << 24);
    assert_ok(ctx_files_list(&files, &mem, t->root, &options, &e), &e);
    assert_int_equal(files.n, 10);
    assert_true(files.cut);
    cancel_request(&cancel);
    assert_int_equal(ctx_files_list(&files, &mem, t->root, &options, &e), ERR_CANCELLED);
    assert_int_equal(ctx_files_list(&files, &mem, path_in(t, "none"), NULL, &e), ERR_NOT_FOUND);
    assert_true(e.text[0]);
    arena_release(&mem);
    arena_init(&mem, 100);
    assert_int_equal(ctx_files_list(&files, &mem, t->root, NULL, &e), ERR_NOMEM);
    arena_release(&mem);
}

static void test_files__knows_binary_files(void **state)
{
    (void)state;
    assert_true(ctx_files_is_binary_name(STR("a/b.Jpeg")));
    assert_true(ctx_files_is_binary_name(STR("lib.tar.gz")));
    assert_false(ctx_files_is_binary_name(STR("a.png/b")));
    assert_false(ctx_files_is_binary_name(STR("png")));
    assert_false(ctx_files_is_binary_name(STR("a.pngx")));
    assert_false(ctx_files_is_binary_name(STR("a.")));
    assert_true(ctx_files_is_binary(STR("ab\0c")));
    assert_false(ctx_files_is_binary(STR("ab\xFF")));
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

TEST_MAIN(TREE_TEST(test_files__lists_a_work_tree),
          TREE_TEST(test_files__lists_a_folder_without_git),
          TREE_TEST(test_files__leaves_other_repositories_out),
          TREE_TEST(test_files__walks_where_git_is_damaged),
          TREE_TEST(test_files__reads_nothing_in_a_bare_repository),
          TREE_TEST(test_files__does_not_follow_a_folder_that_became_a_link),
          TREE_TEST(test_files__bounds_and_cancels),
          cmocka_unit_test(test_files__knows_binary_files))
