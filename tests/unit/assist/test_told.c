/* Confidence follows what the user takes. */
#include "tests/unit/test.h"

#include <math.h>
#include <unistd.h>

#include "assist/complete/told.h"
#include "base/file.h"

static const char *path_of(const char *dir)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/deep/told", dir);
    return path;
}

static void test_told__follows_and_is_kept(void **state)
{
    (void)state;
    char dir[] = "/tmp/artel-told-XXXXXX", command[64];
    struct told t;
    assert_non_null(mkdtemp(dir));
    told_open(&t, path_of(dir));
    assert_true(told_adjusted(&t, 0.4F) == 0.4F); /* nothing is known */
    for (int i = 0; i < 60; i++) {
        told_note(&t, 0.4F, true);
        told_note(&t, 0.9F, false);
    }
    float more = told_adjusted(&t, 0.4F), less = told_adjusted(&t, 0.9F);
    assert_true(more > 0.5F && more <= 0.6F);
    assert_true(less < 0.8F && less >= 0.45F);
    assert_true(told_adjusted(&t, 0.7F) == 0.7F); /* another bucket */
    told_release(&t);
    assert_true(told_adjusted(&t, 0.4F) == 0.4F); /* not open: as it is */
    told_open(&t, path_of(dir));
    assert_true(fabsf(told_adjusted(&t, 0.4F) - more) < 0.001F);
    assert_true(fabsf(told_adjusted(&t, 0.9F) - less) < 0.001F);
    told_release(&t);
    /* Damaged: it starts anew. */
    static const char *const damaged[] = {"", "artel told 1\n", "artel told 1\n1 2 nan", "{}",
                                          "artel told 1\n-1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"};
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        err e = {{0}};
        assert_ok(file_write_atomic(path_of(dir), str_of(damaged[i]), &e), &e);
        told_open(&t, path_of(dir));
        assert_true(told_adjusted(&t, 0.9F) == 0.9F);
        told_note(&t, 0.9F, true);
        told_release(&t);
    }
    snprintf(command, sizeof command, "rm -rf %s", dir);
    assert_int_equal(system(command), 0);
}

static void test_told__needs_no_disk(void **state)
{
    (void)state;
    struct told t;
    told_open(&t, "/proc/no/such/place");
    told_note(&t, 0.5F, true);
    assert_true(told_adjusted(&t, 0.5F) > 0.5F);
    told_release(&t);
}

TEST_MAIN(cmocka_unit_test(test_told__follows_and_is_kept),
          cmocka_unit_test(test_told__needs_no_disk))
