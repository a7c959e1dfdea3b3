#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/test.h"

#include "base/clock.h"
#include "base/file.h"
#include "context/reader.h"

/* A folder for one test, removed at its end. */
struct tree {
    char root[64];
    char got[4096]; /* "path=text;" for each file handed over */
};

static int setup(void **state)
{
    struct tree *t = calloc(1, sizeof *t);
    snprintf(t->root, sizeof t->root, "%s", "/tmp/artel-reader-XXXXXX");
    *state = t;
    return mkdtemp(t->root) ? 0 : -1;
}

static int teardown(void **state)
{
    struct tree *t = *state;
    char command[256];
    snprintf(command, sizeof command, "rm -rf %s", t->root);
    int rc = system(command);
    free(t);
    return rc;
}

static void put(const struct tree *t, const char *name, const char *text)
{
    char path[256];
    err e;
    snprintf(path, sizeof path, "%s/%s", t->root, name);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    assert_int_equal(file_make_dirs(path, &e), ERR_OK);
    *slash = '/';
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void nap_us(int us)
{
    nanosleep(&(struct timespec){.tv_nsec = us * 1000L}, NULL);
}

/* Everything until the reader has nothing more. */
static const char *drain(struct tree *t, ctx_reader *r)
{
    uint64_t until = clock_now_ns() + UINT64_C(20000000000);
    t->got[0] = '\0';
    while (clock_now_ns() < until) {
        struct ctx_reader_file *f;
        enum ctx_reader_state state = ctx_reader_take(r, &f);
        if (state == CTX_READER_DONE)
            return t->got;
        if (state == CTX_READER_BUSY) {
            nap_us(1000);
            continue;
        }
        size_t n = strlen(t->got);
        snprintf(t->got + n, sizeof t->got - n, "%.*s=%.*s;", STR_ARG(f->path),
                 STR_ARG(buf_view(&f->text)));
        ctx_reader_file_free(f);
    }
    fail_msg("the reader never came to an end");
    return NULL;
}

static ctx_reader *open_reader(const struct tree *t, size_t max)
{
    ctx_reader *r = NULL;
    err e;
    assert_int_equal(ctx_reader_create(&r, t->root, max, &e), ERR_OK);
    return r;
}

static void test_reader__hands_over_each_file_once(void **state)
{
    struct tree *t = *state;
    put(t, "a.c", "A");
    put(t, "sub/b.c", "B");
    put(t, "sub/large.c", "0123456789");
    put(t, "ignored.c", "I");
    put(t, ".gitignore", "/ignored.c\n/.gitignore\n");
    put(t, ".env", "KEY=1");
    ctx_reader *r = open_reader(t, 8);
    const char *got = drain(t, r);
    assert_non_null(strstr(got, "a.c=A;"));
    assert_non_null(strstr(got, "sub/b.c=B;"));
    assert_int_equal(strlen(got), strlen("a.c=A;sub/b.c=B;"));
    assert_string_equal(drain(t, r), "");
    ctx_reader_destroy(r);
}

static void test_reader__neighbours_of_what_is_open_come_first(void **state)
{
    struct tree *t = *state;
    put(t, "a.c", "1");
    put(t, "x/far.py", "2");
    put(t, "y/near.txt", "3");
    put(t, "y/near.py", "4");
    ctx_reader *r = open_reader(t, 64);
    drain(t, r);
    /* All of them changed: they come in the order asked for. */
    struct timespec later[2] = {{.tv_sec = 2000000000}, {.tv_sec = 2000000000}};
    static const char *const names[] = {"a.c", "x/far.py", "y/near.txt", "y/near.py"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", t->root, names[i]);
        assert_int_equal(utimensat(AT_FDCWD, path, later, 0), 0);
    }
    put(t, "new.py", "5");
    ctx_reader_prefer(r, STR("y/open.py"));
    ctx_reader_again(r, STR("new.py"));
    ctx_reader_prefer(r, STR("y/open.py"));
    const char *got = drain(t, r);
    assert_non_null(strstr(got, "a.c=1;"));
    assert_true(strstr(got, "y/near.py") < strstr(got, "x/far.py"));
    assert_true(strstr(got, "x/far.py") < strstr(got, "y/near.txt"));
    assert_true(strstr(got, "y/near.txt") < strstr(got, "a.c"));
    ctx_reader_destroy(r);
}

static void test_reader__what_changes_comes_again(void **state)
{
    struct tree *t = *state;
    char path[256];
    put(t, "a.c", "A");
    put(t, "b.c", "B");
    put(t, ".gitignore", "*.log\n/.gitignore\n");
    ctx_reader *r = open_reader(t, 64);
    drain(t, r);
    put(t, "a.c", "A2");
    ctx_reader_again(r, STR("a.c"));
    assert_string_equal(drain(t, r), "a.c=A2;");
    /* New, gone, and none of ours. */
    put(t, "c.c", "C");
    ctx_reader_again(r, STR("c.c"));
    assert_string_equal(drain(t, r), "c.c=C;");
    snprintf(path, sizeof path, "%s/b.c", t->root);
    assert_int_equal(unlink(path), 0);
    ctx_reader_again(r, STR("b.c"));
    assert_string_equal(drain(t, r), "b.c=;");
    put(t, "trace.log", "L");
    ctx_reader_again(r, STR("trace.log"));
    assert_null(strstr(drain(t, r), "trace"));
    ctx_reader_destroy(r);
}

static void test_reader__ends_at_any_time(void **state)
{
    struct tree *t = *state;
    char name[32];
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "f%d.c", i);
        put(t, name, name);
    }
    for (int i = 0; i < 20; i++) {
        ctx_reader *r = open_reader(t, 64);
        struct ctx_reader_file *f;
        nap_us(i * 200);
        if (ctx_reader_take(r, &f) == CTX_READER_FILE)
            ctx_reader_file_free(f);
        ctx_reader_destroy(r);
    }
    ctx_reader_destroy(NULL);
    /* A folder that is not there: no files, no error. */
    struct tree gone;
    snprintf(gone.root, sizeof gone.root, "%s", "/tmp/artel-reader-gone/nowhere");
    ctx_reader *r = open_reader(&gone, 64);
    assert_string_equal(drain(&gone, r), "");
    ctx_reader_destroy(r);
}

#define IN_TREE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

TEST_MAIN(IN_TREE(test_reader__hands_over_each_file_once),
          IN_TREE(test_reader__neighbours_of_what_is_open_come_first),
          IN_TREE(test_reader__what_changes_comes_again), IN_TREE(test_reader__ends_at_any_time))
