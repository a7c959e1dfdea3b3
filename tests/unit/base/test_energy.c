#include "tests/unit/test.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/energy.h"

static char root[64];

static int make_root(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/artel-energy-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

static void put(int package, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/intel-rapl:%d", root, package);
    if (mkdir(path, 0700) != 0)
        assert_int_equal(access(path, F_OK), 0);
    snprintf(path, sizeof path, "%s/intel-rapl:%d/%s", root, package, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void test_energy__absent_counters_are_said(void **state)
{
    (void)state;
    struct energy e = {.n = 3};
    assert_false(energy_read(&e, root));
    assert_int_equal(e.n, 0);
    put(0, "energy_uj", "not a number\n");
    put(0, "max_energy_range_uj", "100\n");
    assert_false(energy_read(&e, root));
}

static void test_energy__adds_packages_and_survives_the_wrap(void **state)
{
    (void)state;
    struct energy before, after;
    put(0, "energy_uj", "1000000\n");
    put(0, "max_energy_range_uj", "262143328850\n");
    put(1, "energy_uj", "9000000\n");
    put(1, "max_energy_range_uj", "10000000\n");
    assert_true(energy_read(&before, root));
    assert_int_equal(before.n, 2);
    put(0, "energy_uj", "3500000\n");
    put(1, "energy_uj", "2000000\n"); /* 1 J to the end of its range, 2 J after */
    assert_true(energy_read(&after, root));
    /* Sums of microjoules, so exact but for the last bit. */
    assert_true(fabs(energy_joules(&before, &after) - (2.5 + 3)) < 1e-9);
    assert_true(energy_joules(&after, &after) == 0);
}

#define IN_ROOT(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)
TEST_MAIN(IN_ROOT(test_energy__absent_counters_are_said),
          IN_ROOT(test_energy__adds_packages_and_survives_the_wrap))
