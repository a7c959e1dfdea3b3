#include "tests/unit/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/clock.h"
#include "model/pool.h"

enum { MAX_PARTS = 16 };

struct tally {
    unsigned calls[MAX_PARTS]; /* written by the part alone */
    unsigned n_parts[MAX_PARTS];
    pthread_t thread[MAX_PARTS];
};

static void count(void *arg, unsigned index, unsigned n_parts)
{
    struct tally *t = arg;
    t->calls[index]++;
    t->n_parts[index] = n_parts;
    t->thread[index] = pthread_self();
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

static void test_pool__calls_each_part_once_on_its_own_thread(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 5; n++) {
        model__pool *p = NULL;
        err e = {0};
        assert_ok(model__pool_create(&p, n, &e), &e);
        struct tally t = {0};
        enum { ROUNDS = 2000 };
        for (int i = 0; i < ROUNDS; i++)
            model__pool_run(p, count, &t);
        assert_int_equal(model__pool_n_threads(p), n);
        for (unsigned i = 0; i < n; i++) {
            assert_int_equal(t.calls[i], ROUNDS);
            assert_int_equal(t.n_parts[i], n);
            for (unsigned j = 0; j < i; j++)
                assert_false(pthread_equal(t.thread[i], t.thread[j]));
        }
        assert_true(pthread_equal(t.thread[0], pthread_self()));
        model__pool_destroy(p);
    }
}

static void test_pool__wakes_after_sleeping(void **state)
{
    (void)state;
    model__pool *p = NULL;
    assert_ok(model__pool_create(&p, 3, NULL), NULL);
    struct tally t = {0};
    for (unsigned i = 1; i <= 20; i++) {
        model__pool_run(p, count, &t);
        pause_ms(2); /* far longer than anyone spins */
        for (unsigned k = 0; k < 3; k++)
            assert_int_equal(t.calls[k], i);
    }
    model__pool_destroy(p);
}

static void slow_on_worker(void *arg, unsigned index, unsigned n_parts)
{
    (void)n_parts;
    if (index == 1)
        pause_ms(5);
    ((unsigned *)arg)[index] += 1;
}

static void test_pool__waits_for_a_slow_part(void **state)
{
    (void)state;
    model__pool *p = NULL;
    assert_ok(model__pool_create(&p, 2, NULL), NULL);
    unsigned done[2] = {0};
    for (unsigned i = 1; i <= 10; i++) {
        model__pool_run(p, slow_on_worker, done);
        assert_int_equal(done[0], i);
        assert_int_equal(done[1], i);
    }
    model__pool_destroy(p);
}

static void test_pool__costs_nothing_when_idle(void **state)
{
    (void)state;
    model__pool *p = NULL;
    assert_ok(model__pool_create(&p, 4, NULL), NULL);
    struct tally t = {0};
    model__pool_run(p, count, &t);
    pause_ms(20);
    uint64_t before_ns = clock_cpu_ns();
    pause_ms(200);
    uint64_t used_ns = clock_cpu_ns() - before_ns;
    /* Three spinning threads would have used hundreds of milliseconds; the measuring itself uses
     * some microseconds. */
    if (used_ns > 2000000)
        fail_msg("an idle pool used %.3f ms of processor in 200 ms", clock_ms(used_ns));
    model__pool_destroy(p);
}

static void fill_scratch(void *arg, unsigned index, unsigned n_parts)
{
    (void)n_parts;
    memset(model__pool_scratch(arg, index), (int)index + 1, MODEL__POOL_SCRATCH_BYTES);
}

static void test_pool__gives_each_part_its_own_scratch(void **state)
{
    (void)state;
    model__pool *p = NULL;
    assert_ok(model__pool_create(&p, 3, NULL), NULL);
    model__pool_run(p, fill_scratch, p);
    for (unsigned i = 0; i < 3; i++) {
        const unsigned char *s = model__pool_scratch(p, i);
        assert_int_equal((uintptr_t)s % 64, 0);
        for (size_t k = 0; k < MODEL__POOL_SCRATCH_BYTES; k++)
            if (s[k] != i + 1)
                fail_msg("part %u byte %zu is %u", i, k, s[k]);
    }
    model__pool_destroy(p);
}

static void test_pool__survives_failing_allocations(void **state)
{
    (void)state;
    FOR_EACH_FAILING_ALLOCATION({
        model__pool *p = NULL;
        err e = {0};
        err_code rc = model__pool_create(&p, 3, &e);
        assert_true(rc == ERR_OK || (rc == ERR_NOMEM && !p && e.text[0]));
        model__pool_destroy(p);
    })
    model__pool_destroy(NULL);
}

TEST_MAIN(cmocka_unit_test(test_pool__calls_each_part_once_on_its_own_thread),
          cmocka_unit_test(test_pool__wakes_after_sleeping),
          cmocka_unit_test(test_pool__waits_for_a_slow_part),
          cmocka_unit_test(test_pool__costs_nothing_when_idle),
          cmocka_unit_test(test_pool__gives_each_part_its_own_scratch),
          cmocka_unit_test(test_pool__survives_failing_allocations))
