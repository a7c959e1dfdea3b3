#include "tests/unit/test.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/guard.h"

/* Two mapped pages of a file that has only the first: reading the second raises SIGBUS. */
static unsigned char *map_past_the_end(size_t *page_bytes)
{
    *page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    FILE *f = tmpfile();
    assert_non_null(f);
    assert_int_equal(ftruncate(fileno(f), (off_t)*page_bytes), 0);
    void *p = mmap(NULL, 2 * *page_bytes, PROT_READ, MAP_SHARED, fileno(f), 0);
    assert_true(p != MAP_FAILED);
    fclose(f);
    return p;
}

static void test_guard__a_lost_page_reads_as_zero_and_is_reported(void **state)
{
    (void)state;
    size_t page;
    volatile unsigned char *p = map_past_the_end(&page);
    guard *g = guard_add((const void *)p, 2 * page);
    assert_non_null(g);
    assert_int_equal(p[page - 1], 0);
    assert_false(guard_lost(g));
    assert_int_equal(p[page + 17], 0);
    assert_true(guard_lost(g));
    guard_remove(g);
    munmap((void *)p, 2 * page);
}

static void test_guard__other_faults_still_end_the_process(void **state)
{
    (void)state;
    size_t page;
    volatile unsigned char *p = map_past_the_end(&page);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGBUS, SIG_DFL); /* cmocka and the sanitizer have their own */
        guard *g = guard_add((const void *)p, 2 * page);
        guard_remove(g); /* the handler stays, the range does not */
        unsigned char c = p[page];
        _exit(c);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGBUS);
    munmap((void *)p, 2 * page);
}

static void test_guard__has_a_limit_and_reuses_slots(void **state)
{
    (void)state;
    static const char byte;
    guard *all[GUARD_MAX];
    for (size_t i = 0; i < GUARD_MAX; i++) {
        all[i] = guard_add(&byte, 1);
        assert_non_null(all[i]);
    }
    assert_null(guard_add(&byte, 1));
    guard_remove(all[3]);
    all[3] = guard_add(&byte, 1);
    assert_non_null(all[3]);
    for (size_t i = 0; i < GUARD_MAX; i++)
        guard_remove(all[i]);
    guard_remove(NULL);
}

TEST_MAIN(cmocka_unit_test(test_guard__a_lost_page_reads_as_zero_and_is_reported),
          cmocka_unit_test(test_guard__other_faults_still_end_the_process),
          cmocka_unit_test(test_guard__has_a_limit_and_reuses_slots))
