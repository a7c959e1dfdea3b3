#include <sys/stat.h>
#include <unistd.h>

#include "assist/deliver/samples.h"
#include "base/buf.h"
#include "base/file.h"
#include "tests/unit/test.h"

static char folder[] = "/tmp/artel-test-samples-XXXXXX";

static const char *in_folder(const char *name)
{
    static char paths[4][256];
    static unsigned n;
    char *p = paths[n++ % 4];
    snprintf(p, sizeof paths[0], "%s/%s", folder, name);
    return p;
}

static void put(const char *name, str_view text)
{
    err e = {{0}};
    assert_ok(file_write_atomic(in_folder(name), text, &e), &e);
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) ? mkdir(in_folder("users"), 0700) : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[300];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void test_samples__a_folder_stands_for_its_samples_in_order(void **state)
{
    (void)state;
    assist_samples *s;
    err e = {{0}};
    size_t n;
    put("users/2.json", STR("[2]"));
    put("users/1.ndjson", STR("[1]"));
    put("users/read.me", STR("no"));
    put("users/compose.yaml", STR("no: it"));
    put("users/.hidden.json", STR("no"));
    put("users/1.hints.json", STR("{}"));
    put("users.hints.json", STR("{\"/a\": \"map\"}"));
    const char *path = in_folder("users/");
    assert_ok(assist_samples_open(&s, &path, 1, NULL, &e), &e);
    const assist_scaffold_input *in = assist_samples_inputs(s, &n);
    assert_int_equal(n, 2);
    assert_view(in[0].text, "[1]");
    assert_view(in[1].text, "[2]");
    assert_view(assist_samples_name(s), "users");
    assert_view(assist_samples_hints(s), "{\"/a\": \"map\"}");
    assist_samples_close(s);
}

static void test_samples__hints_stand_beside_the_sample(void **state)
{
    (void)state;
    assist_samples *s;
    err e = {{0}};
    put("one.v2.json", STR("{}"));
    put("one.v2.hints.json", STR("{\"\": \"map\"}"));
    const char *path = in_folder("one.v2.json");
    assert_ok(assist_samples_open(&s, &path, 1, NULL, &e), &e);
    assert_view(assist_samples_hints(s), "{\"\": \"map\"}");
    assert_view(assist_samples_name(s), "");
    assist_samples_close(s);
    assist_samples_options missing = {.hints = in_folder("none.json")};
    assert_int_equal(assist_samples_open(&s, &path, 1, &missing, &e), ERR_NOT_FOUND);
}

static void test_samples__what_is_missing_is_a_sentence(void **state)
{
    (void)state;
    assist_samples *s = NULL;
    err e = {{0}};
    assert_int_equal(mkdir(in_folder("empty"), 0700), 0);
    const char *path = in_folder("empty");
    assert_int_equal(assist_samples_open(&s, &path, 1, NULL, &e), ERR_NOT_FOUND);
    assert_true(strstr(e.text, "there is no sample") != NULL);
    path = in_folder("nowhere.json");
    assert_int_equal(assist_samples_open(&s, &path, 1, NULL, &e), ERR_NOT_FOUND);
    assert_true(strstr(e.text, "nowhere.json") != NULL);
    assert_null(s);
}

static void test_samples__a_pipe_is_read_to_its_end(void **state)
{
    (void)state;
    assist_samples *s = NULL;
    err e = {{0}};
    int ends[2];
    char name[40];
    size_t n;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "[1]", 3), 3);
    close(ends[1]);
    snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
    const char *path = name;
    assert_ok(assist_samples_open(&s, &path, 1, NULL, &e), &e);
    const assist_scaffold_input *in = assist_samples_inputs(s, &n);
    assert_int_equal(n, 1);
    assert_view(in[0].text, "[1]");
    assert_view(in[0].name, "stdin"); /* it has none of its own */
    assist_samples_close(s);
    close(ends[0]);
}

struct heard {
    uint64_t done, all;
    size_t n, stop_after;
};

static bool hear(void *user, uint64_t done, uint64_t all)
{
    struct heard *h = user;
    assert_true(done <= all);
    h->done = done;
    h->all = all;
    return ++h->n != h->stop_after;
}

/* Memory that this process has in its own pages, in bytes. */
static size_t resident(void)
{
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f)
        return 0;
    if (fscanf(f, "%*u %lu", &pages) != 1)
        pages = 0;
    fclose(f);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void test_samples__long_ones_are_let_go_of_and_tell_how_far(void **state)
{
    (void)state;
    buf b;
    err e = {{0}};
    assist_samples *s;
    enum { BYTES = 40 << 20 };
    static const char target[] = "json-schema";
    const char *targets[] = {target};
    buf_init(&b, BYTES + 4096);
    while (b.len < BYTES)
        buf_append_format(&b, "{\"id\": %zu, \"text\": \"%0500d\"}\n", b.len, 7);
    put("long.ndjson", buf_view(&b));
    buf_release(&b);
    struct heard heard = {0};
    assist_samples_options options = {.progress = hear, .user = &heard};
    const char *path = in_folder("long.ndjson");
    assert_ok(assist_samples_open(&s, &path, 1, &options, &e), &e);
    size_t n, before = resident();
    const assist_scaffold_input *in = assist_samples_inputs(s, &n);
    arena a;
    assist_scaffold_result r;
    arena_init(&a, SIZE_MAX);
    assert_ok(assist_scaffold_run(&r, &a, in, n, targets, 1, NULL, &e), &e);
    assert_true(heard.n >= 4);
    assert_true(heard.done == heard.all && heard.all >= BYTES);
    /* Two steps of reading, and what the sanitizers keep. */
    assert_true(resident() < before + 32 * (size_t)(1 << 20));
    heard.stop_after = heard.n + 2;
    assert_int_equal(assist_scaffold_run(&r, &a, in, n, targets, 1, NULL, &e), ERR_CANCELLED);
    assert_ok(assist_samples_check(s, &e), &e);
    assert_int_equal(truncate(path, 1000), 0);
    assert_int_equal(assist_samples_check(s, &e), ERR_IO);
    assist_samples_close(s);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples__a_folder_stands_for_its_samples_in_order),
        cmocka_unit_test(test_samples__hints_stand_beside_the_sample),
        cmocka_unit_test(test_samples__what_is_missing_is_a_sentence),
        cmocka_unit_test(test_samples__a_pipe_is_read_to_its_end),
        cmocka_unit_test(test_samples__long_ones_are_let_go_of_and_tell_how_far),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
