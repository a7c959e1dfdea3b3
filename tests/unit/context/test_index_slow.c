/* Inputs of a size that takes seconds: the index says what it left out, and goes on. */
#define _DEFAULT_SOURCE /* ftruncate */

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/test.h"

#include "base/clock.h"
#include "context/index.h"

struct fixture {
    char root[64];
    gram_queries *queries;
    ctx_index *x;
    arena mem;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    err e = {0};
    snprintf(f->root, sizeof f->root, "%s", "/tmp/artel-slow-XXXXXX");
    if (!mkdtemp(f->root) || gram_queries_create(&f->queries) != ERR_OK)
        return -1;
    arena_init(&f->mem, (size_t)1 << 30);
    struct ctx_index_options options = {.queries = f->queries, .in_memory = true};
    assert_ok(ctx_index_create(&f->x, f->root, &options, &e), &e);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char command[128];
    ctx_index_destroy(f->x);
    gram_queries_destroy(f->queries);
    arena_release(&f->mem);
    snprintf(command, sizeof command, "rm -rf %s", f->root);
    int rc = system(command);
    free(f);
    return rc;
}

static void make(const struct fixture *f, const char *name, str_view text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->root, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.ptr, text.len), (ssize_t)text.len);
    close(fd);
}

static struct ctx_index_report refresh(struct fixture *f)
{
    err e = {0};
    struct ctx_index_report report;
    struct ctx_index_refresh options = {.n_threads = 2};
    assert_ok(ctx_index_refresh(f->x, &options, &report, &f->mem, &e), &e);
    return report;
}

static bool count_def(void *user, const struct ctx_index_def *d)
{
    (void)d;
    ++*(size_t *)user;
    return true;
}

static size_t count_defs(struct fixture *f, const char *name)
{
    size_t n = 0;
    ctx_index_view *v = ctx_index_begin(f->x);
    ctx_index_defs(v, str_of(name), count_def, &n);
    ctx_index_end(v);
    return n;
}

/* n times the text, of which the caller frees ptr. */
static str_view repeat(const char *text, size_t n)
{
    size_t len = strlen(text);
    char *all = malloc(n * len + 1);
    for (size_t i = 0; i < n; i++)
        memcpy(all + i * len, text, len);
    return (str_view){all, n * len};
}

static void test_slow__a_line_of_200_mb(void **state)
{
    struct fixture *f = *state;
    char path[256];
    err e = {0};
    make(f, "good.c", STR("int good(void) { return 0; }\n"));
    snprintf(path, sizeof path, "%s/line.js", f->root);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(ftruncate(fd, 200 << 20), 0);
    close(fd);
    struct ctx_index_report report = refresh(f);
    assert_int_equal(report.n_large, 1);
    assert_int_equal(count_defs(f, "good"), 1);
    /* Opened in an editor it costs nothing. */
    str_view text = repeat("f(1,22);", (200 << 20) / 8);
    uint64_t start = clock_now_ns();
    assert_ok(ctx_index_put(f->x, STR("line.js"), text, &e), &e);
    assert_true(clock_now_ns() - start < (uint64_t)1000000000);
    assert_int_equal(count_defs(f, "good"), 1);
    free((char *)(uintptr_t)text.ptr);
}

static void test_slow__a_line_of_almost_1_mb(void **state)
{
    struct fixture *f = *state;
    str_view text = repeat("function minified(a){return a+one};", 29000);
    make(f, "line.js", text);
    make(f, "good.c", STR("int good(void) { return 0; }\n"));
    struct ctx_index_report report = refresh(f);
    assert_int_equal(report.n_read, 2);
    assert_int_equal(count_defs(f, "minified"), 0); /* nobody wrote that */
    assert_int_equal(count_defs(f, "good"), 1);
    ctx_index_view *v = ctx_index_begin(f->x);
    assert_int_equal(ctx_index_frequency(v, STR("minified")).n_files, 1);
    ctx_index_end(v);
    free((char *)(uintptr_t)text.ptr);
}

static void test_slow__brackets_100_000_deep(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"a.js",   "a.py",   "a.c",    "a.rs", "a.go",
                                        "a.java", "a.html", "a.json", "a.rb", "a.ml"};
    static const char *const texts[] = {"[", "(", "{", "[{\n"};
    make(f, "good.c", STR("int good(void) { return 0; }\n"));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        str_view text = repeat(texts[i], 100000);
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
            make(f, names[k], text);
        struct ctx_index_report report = refresh(f);
        assert_int_equal(report.n_unreadable, 0);
        assert_int_equal(count_defs(f, "good"), 1);
        free((char *)(uintptr_t)text.ptr);
    }
}

static void test_slow__50_000_files_in_a_folder(void **state)
{
    struct fixture *f = *state;
    enum { N = 50000 };
    for (int i = 0; i < N; i++) {
        char name[32], text[64];
        snprintf(name, sizeof name, "f%d.c", i);
        int n = snprintf(text, sizeof text, "int same(void);\nint f%d;\n", i);
        make(f, name, (str_view){text, (size_t)n});
    }
    struct ctx_index_report report = refresh(f);
    assert_int_equal(report.n_read, N);
    assert_int_equal(count_defs(f, "same"), N);
    assert_int_equal(count_defs(f, "f49999"), 1);
    report = refresh(f);
    assert_int_equal(report.n_read, 0);
    assert_int_equal(report.n_unchanged, N);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_slow__##name, setup, teardown)

TEST_MAIN(TEST(a_line_of_200_mb), TEST(a_line_of_almost_1_mb), TEST(brackets_100_000_deep),
          TEST(50_000_files_in_a_folder))
