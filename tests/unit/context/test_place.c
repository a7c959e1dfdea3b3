#include "tests/unit/test.h"

#include <sys/stat.h>
#include <unistd.h>

#include "context/place.h"

static void test_place__finds_the_nearest_git_folder(void **state)
{
    (void)state;
    char dir[64];
    snprintf(dir, sizeof dir, "/tmp/artel-place-XXXXXX");
    assert_non_null(mkdtemp(dir));
    char command[256];
    snprintf(command, sizeof command, "mkdir -p %s/proj/.git %s/proj/src/deep %s/plain", dir, dir,
             dir);
    assert_int_equal(system(command), 0);

    arena a;
    arena_init(&a, 1 << 16);
    struct ctx_place p = ctx_place_find(&a, arena_format(&a, "%s/proj/src/deep/a b.c", dir));
    assert_view(p.name, "proj");
    assert_view(p.relative, "src/deep/a b.c");
    assert_true(p.is_repo);
    p = ctx_place_find(&a, arena_format(&a, "%s/plain/x.py", dir));
    assert_view(p.name, "plain");
    assert_false(p.is_repo);
    assert_view(p.relative, "x.py");
    p = ctx_place_find(&a, STR("/x.py"));
    assert_view(p.relative, "x.py");
    assert_view(p.name, "");
    p = ctx_place_find(&a, STR("x.py"));
    assert_view(p.relative, "x.py");
    p = ctx_place_find(&a, STR(""));
    assert_view(p.relative, "");
    arena_release(&a);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    assert_int_equal(system(command), 0);
}

TEST_MAIN(cmocka_unit_test(test_place__finds_the_nearest_git_folder))
