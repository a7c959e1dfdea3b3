#include "tests/unit/test.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/thread.h"

static void test_thread__queue_keeps_order_and_bound(void **state)
{
    (void)state;
    queue *q;
    int items[4];
    assert_int_equal(queue_create(&q, 3), ERR_OK);
    for (int round = 0; round < 5; round++) { /* wraps around the ring */
        assert_true(queue_put(q, &items[0]));
        assert_true(queue_put(q, &items[1]));
        assert_true(queue_put(q, &items[2]));
        assert_false(queue_put(q, &items[3]));
        assert_int_equal(queue_length(q), 3);
        assert_ptr_equal(queue_take(q), &items[0]);
        assert_ptr_equal(queue_take(q), &items[1]);
        assert_true(queue_put(q, &items[3]));
        assert_ptr_equal(queue_take(q), &items[2]);
        assert_ptr_equal(queue_take(q), &items[3]);
    }
    assert_null(queue_take_within(q, 1000000));
    queue_close(q);
    assert_false(queue_put(q, &items[0]));
    assert_null(queue_take(q));
    queue_destroy(q, NULL);
}

static bool is_same(const void *item, void *user)
{
    return item == user;
}

static void test_thread__queue_removes_from_the_middle(void **state)
{
    (void)state;
    queue *q;
    int items[5];
    assert_int_equal(queue_create(&q, 5), ERR_OK);
    for (int i = 0; i < 5; i++)
        assert_true(queue_put(q, &items[i]));
    assert_ptr_equal(queue_remove(q, is_same, &items[2]), &items[2]);
    assert_null(queue_remove(q, is_same, &items[2]));
    static const int want[] = {0, 1, 3, 4};
    for (int i = 0; i < 4; i++)
        assert_ptr_equal(queue_take(q), &items[want[i]]);
    queue_destroy(q, NULL);
}

static int dropped;
static void count_drop(void *item)
{
    (void)item;
    dropped++;
}

static void test_thread__queue_drops_what_is_left(void **state)
{
    (void)state;
    queue *q;
    int item;
    assert_int_equal(queue_create(&q, 5), ERR_OK);
    assert_true(queue_put(q, &item) && queue_put(q, &item));
    queue_destroy(q, count_drop);
    assert_int_equal(dropped, 2);
    queue_destroy(NULL, NULL);
}

enum { N_ITEMS = 20000 };
static int values[N_ITEMS];

static void *produce(void *arg)
{
    queue *q = arg;
    for (int i = 0; i < N_ITEMS; i++) {
        values[i] = i;
        while (!queue_put(q, &values[i]))
            ;
    }
    queue_close(q);
    return NULL;
}

static void test_thread__queue_passes_everything_between_threads(void **state)
{
    (void)state;
    queue *q;
    pthread_t t;
    assert_int_equal(queue_create(&q, 16), ERR_OK);
    assert_int_equal(pthread_create(&t, NULL, produce, q), 0);
    int n = 0;
    for (int *item; (item = queue_take(q)); n++)
        assert_int_equal(*item, n);
    assert_int_equal(n, N_ITEMS);
    pthread_join(t, NULL);
    queue_destroy(q, NULL);
}

static void test_thread__cancel_flag(void **state)
{
    (void)state;
    cancel_flag c = {0};
    assert_false(cancel_requested(&c));
    assert_false(cancel_requested(NULL));
    cancel_request(&c);
    assert_true(cancel_requested(&c));
    assert_true(thread_cpu_count() >= 1);
}

static void *leave(void *way)
{
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    way_leave(way);
    return NULL;
}

static void test_thread__way_is_given_while_somebody_waits(void **state)
{
    (void)state;
    way_flag w = {0};
    pthread_t t;
    way_give(NULL, 60000);
    way_give(&w, 60000); /* nobody: neither may last a minute */
    way_ask(&w);
    way_ask(&w);
    uint64_t begin = clock_now_ns();
    way_give(&w, 3); /* no longer than it may */
    assert_true(clock_now_ns() - begin >= 3000000);
    way_leave(&w);
    assert_int_equal(pthread_create(&t, NULL, leave, &w), 0);
    way_give(&w, 60000); /* until the last one left */
    pthread_join(t, NULL);
    assert_int_equal(atomic_load(&w.n_waiting), 0);
}

static void test_thread__clock_goes_forward(void **state)
{
    (void)state;
    uint64_t last = clock_now_ns();
    for (int i = 0; i < 1000; i++) {
        uint64_t now = clock_now_ns();
        assert_true(now >= last);
        last = now;
    }
    assert_true(clock_cpu_ns() > 0);
}

TEST_MAIN(cmocka_unit_test(test_thread__queue_keeps_order_and_bound),
          cmocka_unit_test(test_thread__queue_removes_from_the_middle),
          cmocka_unit_test(test_thread__queue_drops_what_is_left),
          cmocka_unit_test(test_thread__queue_passes_everything_between_threads),
          cmocka_unit_test(test_thread__cancel_flag),
          cmocka_unit_test(test_thread__way_is_given_while_somebody_waits),
          cmocka_unit_test(test_thread__clock_goes_forward))
