/* tests/unit/test.h: cmocka with our conventions. A test file lists its tests and ends in
 * TEST_MAIN. `test_x -s name` runs those whose name contains `name`. */
#ifndef ARTEL_TESTS_UNIT_TEST_H
#define ARTEL_TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

static inline void assert_view_at(str_view got, const char *want, const char *file, int line)
{
    if (str_eq(got, str_of(want)))
        return;
    print_error("got  \"%.*s\"\nwant \"%s\"\n", STR_ARG(got), want);
    _fail(file, line);
}
/* Both texts are printed on failure. */
#define assert_view(got, want) assert_view_at((got), (want), __FILE__, __LINE__)

static inline void assert_ok_at(err_code rc, const err *e, const char *file, int line)
{
    if (rc == ERR_OK)
        return;
    print_error("%s: %s\n", err_name(rc), e ? e->text : "");
    _fail(file, line);
}
#define assert_ok(rc, e) assert_ok_at((rc), (e), __FILE__, __LINE__)

/* Runs the statement with every allocation failing once in turn, until a pass saw no failure. */
#define FOR_EACH_FAILING_ALLOCATION(statement)                                                     \
    for (uint64_t fail_n_ = 1;; fail_n_++) {                                                       \
        mem_fail_at(fail_n_);                                                                      \
        statement;                                                                                 \
        int clean_ = mem_fail_pending();                                                           \
        mem_fail_at(0);                                                                            \
        if (clean_)                                                                                \
            break;                                                                                 \
    }

#define TEST_MAIN(...)                                                                             \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        static char pattern[256];                                                                  \
        if (argc == 3 && strcmp(argv[1], "-s") == 0) {                                             \
            snprintf(pattern, sizeof pattern, "*%s*", argv[2]);                                    \
            cmocka_set_test_filter(pattern);                                                       \
        }                                                                                          \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                           \
        return cmocka_run_group_tests(tests, NULL, NULL);                                          \
    }

#endif
