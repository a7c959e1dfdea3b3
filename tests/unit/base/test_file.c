#include "tests/unit/test.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static char dir[64];

static int make_dir(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/artel-test-XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    return system(command);
}

static const char *in_dir(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static void test_file__writes_reads_and_replaces(void **state)
{
    (void)state;
    err e = {{0}};
    buf b;
    buf_init(&b, 1 << 20);
    assert_ok(file_write_atomic(in_dir("f"), STR("one"), &e), &e);
    assert_ok(file_write_atomic(in_dir("f"), STR("two\0!"), &e), &e);
    assert_ok(file_read(&b, in_dir("f"), &e), &e);
    assert_int_equal(b.len, 5);
    assert_memory_equal(b.ptr, "two\0!", 5);
    buf_release(&b);
    char command[128];
    snprintf(command, sizeof command, "test \"$(ls %s)\" = f", dir);
    assert_int_equal(system(command), 0); /* nothing left beside it */
}

static void test_file__read_stops_at_the_maximum(void **state)
{
    (void)state;
    err e = {{0}};
    buf b;
    buf_init(&b, 4);
    assert_ok(file_write_atomic(in_dir("g"), STR("12345"), &e), &e);
    assert_int_equal(file_read(&b, in_dir("g"), &e), ERR_RANGE);
    assert_int_equal(b.len, 0);
    assert_ok(file_write_atomic(in_dir("g"), STR("1234"), &e), &e);
    buf_release(&b);
    buf_init(&b, 5);
    assert_ok(file_read(&b, in_dir("g"), &e), &e);
    assert_view(buf_view(&b), "1234");
    buf_release(&b);
}

static void test_file__only_regular_files(void **state)
{
    (void)state;
    err e = {{0}};
    file_map *m = NULL;
    assert_int_equal(file_map_open(&m, dir, &e), ERR_FORMAT);
    assert_non_null(strstr(e.text, "directory"));
    assert_int_equal(mkfifo(in_dir("fifo"), 0600), 0);
    assert_int_equal(file_map_open(&m, in_dir("fifo"), &e), ERR_FORMAT); /* must not block */
    assert_non_null(strstr(e.text, "pipe"));
    assert_int_equal(file_map_open(&m, "/dev/zero", &e), ERR_FORMAT);
    assert_int_equal(file_map_open(&m, in_dir("nothing"), &e), ERR_NOT_FOUND);
    assert_ok(file_write_atomic(in_dir("empty"), STR(""), &e), &e);
    assert_int_equal(file_map_open(&m, in_dir("empty"), &e), ERR_FORMAT);
    assert_null(m);
}

static void test_file__map_notices_shrinking(void **state)
{
    (void)state;
    err e = {{0}};
    file_map *m = NULL;
    assert_ok(file_write_atomic(in_dir("h"), STR("some bytes"), &e), &e);
    assert_ok(file_map_open(&m, in_dir("h"), &e), &e);
    assert_int_equal(file_map_size(m), 10);
    assert_memory_equal(file_map_data(m), "some bytes", 10);
    assert_ok(file_map_check(m, &e), &e);
    assert_int_equal(truncate(in_dir("h"), 3), 0);
    assert_int_equal(file_map_check(m, &e), ERR_IO);
    file_map_close(m);
}

static void test_file__forgotten_pages_come_back(void **state)
{
    (void)state;
    err e = {{0}};
    enum { SIZE = 300000 };
    char *bytes = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (char)(i * 7 + i / 4096);
    assert_ok(file_write_atomic(in_dir("f"), (str_view){bytes, SIZE}, &e), &e);
    file_map *m = NULL;
    assert_ok(file_map_open(&m, in_dir("f"), &e), &e);
    const char *data = file_map_data(m);
    /* Within one page, over several, to the end. */
    const size_t ranges[][2] = {{10, 20}, {100, 200000}, {4096, 8192}, {0, SIZE}, {SIZE, SIZE}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        assert_memory_equal(data, bytes, SIZE);
        file_map_forget(m, ranges[i][0], ranges[i][1]);
    }
    assert_memory_equal(data, bytes, SIZE);
    assert_ok(file_map_check(m, &e), &e);
    file_map_close(m);
    free(bytes);
}

static void test_file__makes_folders(void **state)
{
    (void)state;
    err e = {{0}};
    assert_ok(file_make_dirs(in_dir("a/b/c"), &e), &e);
    assert_ok(file_make_dirs(in_dir("a/b/c"), &e), &e);
    assert_ok(file_write_atomic(in_dir("a/b/file"), STR("x"), &e), &e);
    assert_int_equal(file_make_dirs(in_dir("a/b/file/d"), &e), ERR_IO);
}

static void test_file__failed_write_keeps_the_old(void **state)
{
    (void)state;
    err e = {{0}};
    assert_int_equal(file_write_atomic(in_dir("no/such/folder"), STR("x"), &e), ERR_NOT_FOUND);
    assert_int_equal(mkdir(in_dir("target"), 0700), 0);
    assert_int_equal(file_write_atomic(in_dir("target"), STR("x"), &e), ERR_IO);
    struct stat st;
    assert_int_equal(stat(in_dir("target"), &st), 0);
    assert_true(S_ISDIR(st.st_mode));
}

static void test_file__pieces_appear_at_once_or_never(void **state)
{
    (void)state;
    err e = {{0}};
    buf b;
    buf_init(&b, 1 << 20);
    file_out *f = NULL;
    assert_ok(file_write_atomic(in_dir("p"), STR("old"), &e), &e);
    /* Given up: the old file is there, and nothing beside it. */
    assert_ok(file_out_open(&f, in_dir("p"), &e), &e);
    assert_ok(file_out_write(f, STR("half"), &e), &e);
    file_out_close(f);
    assert_ok(file_read(&b, in_dir("p"), &e), &e);
    assert_view(buf_view(&b), "old");
    /* Finished: not before the commit. */
    assert_ok(file_out_open(&f, in_dir("p"), &e), &e);
    assert_ok(file_out_write(f, STR("new "), &e), &e);
    assert_ok(file_out_write(f, STR("text"), &e), &e);
    buf_clear(&b);
    assert_ok(file_read(&b, in_dir("p"), &e), &e);
    assert_view(buf_view(&b), "old");
    assert_ok(file_out_commit(f, &e), &e);
    file_out_close(f);
    buf_clear(&b);
    assert_ok(file_read(&b, in_dir("p"), &e), &e);
    assert_view(buf_view(&b), "new text");
    char command[128];
    snprintf(command, sizeof command, "test \"$(ls %s)\" = p", dir);
    assert_int_equal(system(command), 0);
    assert_int_equal(file_out_open(&f, dir, &e), ERR_FORMAT);
    assert_int_equal(file_out_open(&f, "/dev/null", &e), ERR_FORMAT);
    assert_int_equal(file_out_open(&f, in_dir("no/such"), &e), ERR_NOT_FOUND);
    buf_release(&b);
}

/* As when the disk is full: one sentence, the old file, nothing left. */
static void test_file__pieces_that_do_not_fit(void **state)
{
    (void)state;
    err e = {{0}};
    file_out *f = NULL;
    assert_ok(file_write_atomic(in_dir("q"), STR("old"), &e), &e);
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1000;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    static const char piece[4096];
    assert_ok(file_out_open(&f, in_dir("q"), &e), &e);
    assert_int_equal(file_out_write(f, (str_view){piece, sizeof piece}, &e), ERR_IO);
    file_out_close(f);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    assert_non_null(strstr(e.text, "/q: cannot write: "));
    char command[128];
    snprintf(command, sizeof command, "test \"$(ls %s)\" = q", dir);
    assert_int_equal(system(command), 0);
}

static void test_file__cache_dir_follows_the_environment(void **state)
{
    (void)state;
    err e = {{0}};
    buf b;
    buf_init(&b, 1000);
    setenv("XDG_CACHE_HOME", "/x", 1);
    assert_ok(file_cache_dir(&b, &e), &e);
    assert_view(buf_view(&b), "/x/artel");
    buf_clear(&b);
    setenv("XDG_CACHE_HOME", "relative", 1);
    setenv("HOME", "/h", 1);
    assert_ok(file_cache_dir(&b, &e), &e);
    assert_view(buf_view(&b), "/h/.cache/artel");
    buf_clear(&b);
    unsetenv("XDG_CACHE_HOME");
    unsetenv("HOME");
    assert_int_equal(file_cache_dir(&b, &e), ERR_NOT_FOUND);
    buf_release(&b);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, make_dir, remove_dir)
TEST_MAIN(IN_DIR(test_file__writes_reads_and_replaces),
          IN_DIR(test_file__read_stops_at_the_maximum), IN_DIR(test_file__only_regular_files),
          IN_DIR(test_file__map_notices_shrinking), IN_DIR(test_file__forgotten_pages_come_back),
          IN_DIR(test_file__makes_folders), IN_DIR(test_file__failed_write_keeps_the_old),
          IN_DIR(test_file__pieces_appear_at_once_or_never),
          IN_DIR(test_file__pieces_that_do_not_fit),
          cmocka_unit_test(test_file__cache_dir_follows_the_environment))
