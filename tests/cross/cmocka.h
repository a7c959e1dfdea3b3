/* tests/cross/cmocka.h: as much of cmocka's interface as our tests of kernels use, for processors
 * that the machine runs by emulation and has no cmocka for. A failed assertion ends the process. */
#ifndef ARTEL_TESTS_CROSS_CMOCKA_H
#define ARTEL_TESTS_CROSS_CMOCKA_H

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*run)(void **state);
};
#define cmocka_unit_test(f)                                                                        \
    {                                                                                              \
#f, f                                                                                      \
    }

static const char *cross_filter;
static jmp_buf cross_skip;

static inline void _fail(const char *file, int line)
{
    fprintf(stderr, "%s:%d: failed\n", file, line);
    exit(1);
}
#define print_error(...)              fprintf(stderr, __VA_ARGS__)
#define fail_msg(...)                                                                              \
    (fprintf(stderr, __VA_ARGS__), _fail("\nhere: " __FILE__, __LINE__))
#define skip()                        longjmp(cross_skip, 1)
#define assert_true(c)                ((c) ? (void)0 : _fail(__FILE__, __LINE__))
#define assert_false(c)               assert_true(!(c))
#define assert_null(p)                assert_true((p) == NULL)
#define assert_non_null(p)            assert_true((p) != NULL)
#define assert_int_equal(a, b)        assert_true((uintmax_t)(a) == (uintmax_t)(b))
#define assert_memory_equal(a, b, n)  assert_true(memcmp((a), (b), (n)) == 0)
#define assert_string_not_equal(a, b) assert_true(strcmp((a), (b)) != 0)

static inline void cmocka_set_test_filter(const char *pattern)
{
    cross_filter = pattern; /* "*text*" */
}

static inline int cross_run(const struct CMUnitTest *tests, size_t n)
{
    char want[256] = "";
    if (cross_filter && strlen(cross_filter) >= 2)
        snprintf(want, sizeof want, "%.*s", (int)strlen(cross_filter) - 2, cross_filter + 1);
    for (size_t i = 0; i < n; i++) {
        if (!strstr(tests[i].name, want))
            continue;
        void *state = NULL;
        if (setjmp(cross_skip) == 0) {
            tests[i].run(&state);
            printf("ok %s\n", tests[i].name);
        } else {
            printf("skipped %s\n", tests[i].name);
        }
        fflush(stdout);
    }
    return 0;
}
#define cmocka_run_group_tests(tests, setup, teardown)                                             \
    cross_run((tests), sizeof(tests) / sizeof *(tests))

#endif
