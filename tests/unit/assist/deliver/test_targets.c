/* What every target writes from every sample is a text of its language: the samples of the
 * repository, and ../shared/json where it is. */
#include <dirent.h>

#include "assist/deliver/check.h"
#include "assist/scaffold/scaffold.h"
#include "base/buf.h"
#include "base/file.h"
#include "tests/unit/test.h"

enum { MAX_SHOWN = 20, MAX_TARGETS = 256 };

static size_t n_broken, n_samples;

static void check_text(const char *path, str_view text)
{
    err e = {{0}};
    assist_scaffold_input in = {.name = str_of(path), .text = text};
    const assist_scaffold_target *target;
    const char *all[MAX_TARGETS];
    size_t n = 0;
    for (; (target = assist_scaffold_target_at(n)) != NULL && n < MAX_TARGETS; n++)
        all[n] = target->name;
    arena a;
    assist_scaffold_result r;
    arena_init(&a, SIZE_MAX);
    assert_ok(assist_scaffold_run(&r, &a, &in, 1, all, n, NULL, &e), &e);
    assert_true(r.n_files >= n - 1); /* "app" writes none of its own */
    for (size_t k = 0; k < r.n_files; k++) {
        check_result c;
        assert_ok(check_parse(&c, r.files[k].path, r.files[k].text, &e), &e);
        if (c.state == CHECK_BROKEN && n_broken++ < MAX_SHOWN)
            print_error("%s: %.*s: %.*s:%zu:%zu: %.*s\n", path, STR_ARG(r.files[k].target),
                        STR_ARG(r.files[k].path), c.line, c.column,
                        STR_ARG(str_slice(c.near, 0, 120)));
    }
    arena_release(&a);
    n_samples++;
}

static void check_sample(const char *path)
{
    buf text;
    err e = {{0}};
    buf_init(&text, 64 << 20);
    assert_ok(file_read(&text, path, &e), &e);
    check_text(path, buf_view(&text));
    buf_release(&text);
}

static void check_folder(const char *folder)
{
    DIR *d = opendir(folder);
    if (!d) {
        print_message("skipped: there is no %s\n", folder);
        return;
    }
    for (struct dirent *entry; (entry = readdir(d)) != NULL;) {
        char path[1024];
        if (!str_ends(str_of(entry->d_name), STR(".json")))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        check_sample(path);
    }
    closedir(d);
}

static void test_targets__write_what_their_grammar_takes(void **state)
{
    (void)state;
    check_folder(ARTEL_SOURCE_DIR "/tests/data/scaffold/samples");
    assert_true(n_samples >= 6);
    check_folder(ARTEL_SHARED_DIR "/json/priority");
    /* A table below a table. */
    check_text("orders.json", STR("[{\"id\": 1, \"lines\": [{\"sku\": \"a\", \"n\": 2}]}, "
                                  "{\"id\": 2, \"lines\": []}]"));
    assert_int_equal(n_broken, 0);
}

TEST_MAIN(cmocka_unit_test(test_targets__write_what_their_grammar_takes))
