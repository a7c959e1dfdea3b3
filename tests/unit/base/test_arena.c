#include "tests/unit/test.h"

#include "base/arena.h"

static void test_arena__gives_zeroed_aligned_memory(void **state)
{
    (void)state;
    arena a;
    arena_init(&a, 1 << 20);
    for (size_t n = 0; n < 200; n++) {
        unsigned char *p = arena_push(&a, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xFF, n); /* must not reach into the next push */
    }
    assert_false(arena_failed(&a));
    arena_release(&a);
}

static void test_arena__maximum_is_sticky_and_exact(void **state)
{
    (void)state;
    arena a;
    arena_init(&a, 100);
    assert_non_null(arena_push(&a, 60));
    assert_non_null(arena_push(&a, 40));
    assert_false(arena_failed(&a));
    assert_null(arena_push(&a, 1));
    assert_true(arena_failed(&a));
    assert_null(arena_push(&a, 0)); /* sticky */
    arena_reset(&a);
    assert_false(arena_failed(&a));
    assert_non_null(arena_push(&a, 100));
    arena_release(&a);
}

static void test_arena__array_overflow_fails(void **state)
{
    (void)state;
    arena a;
    arena_init(&a, SIZE_MAX);
    assert_null(arena_push_array(&a, SIZE_MAX / 2, 3));
    assert_true(arena_failed(&a));
    arena_reset(&a);
    assert_null(arena_push(&a, SIZE_MAX));
    assert_true(arena_failed(&a));
    arena_release(&a);
}

static void test_arena__copies_and_formats(void **state)
{
    (void)state;
    arena a;
    arena_init(&a, 1 << 20);
    str_view v = arena_copy(&a, STR("ab\0c"));
    assert_int_equal(v.len, 4);
    assert_int_equal(v.ptr[4], '\0');
    assert_view(arena_format(&a, "%d-%s", 7, "x"), "7-x");
    assert_string_equal(arena_copy_z(&a, STR("z")), "z");
    arena_release(&a);
}

static void test_arena__survives_allocation_failure(void **state)
{
    (void)state;
    int failures = 0;
    FOR_EACH_FAILING_ALLOCATION({
        arena a;
        arena_init(&a, 1 << 20);
        for (int i = 0; i < 4; i++)
            arena_push(&a, 40000);
        failures += arena_failed(&a);
        arena_release(&a);
    });
    assert_int_equal(failures, 4);
}

TEST_MAIN(cmocka_unit_test(test_arena__gives_zeroed_aligned_memory),
          cmocka_unit_test(test_arena__maximum_is_sticky_and_exact),
          cmocka_unit_test(test_arena__array_overflow_fails),
          cmocka_unit_test(test_arena__copies_and_formats),
          cmocka_unit_test(test_arena__survives_allocation_failure))
