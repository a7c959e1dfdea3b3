#include "tests/unit/test.h"

#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"

enum { BLOCKS = 20000, BLOCK_BYTES = 1000 };

#if defined(__GLIBC__) && !defined(ARTEL_ARENA_DEBUG) /* sanitizers have a heap of their own */
static size_t resident_bytes(void)
{
    unsigned long all = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%lu %lu", &all, &resident), 2);
    fclose(f);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}
#else
static size_t resident_bytes(void)
{
    return 0;
}
#endif

/* What is in use stays as it is; what is free, also between it, goes. */
static void test_mem__gives_back_what_is_free(void **state)
{
    (void)state;
    static unsigned char *blocks[BLOCKS];
    for (size_t i = 0; i < BLOCKS; i++) {
        blocks[i] = mem_alloc(BLOCK_BYTES);
        assert_non_null(blocks[i]);
        memset(blocks[i], (int)(i % 251), BLOCK_BYTES);
    }
    for (size_t i = 0; i < BLOCKS; i++)
        if (i % 64 != 0) {
            mem_free(blocks[i]);
            blocks[i] = NULL;
        }
    size_t before = resident_bytes();
    mem_give_back();
    size_t after = resident_bytes();
    if (before > 0 && after + (size_t)BLOCKS * BLOCK_BYTES / 2 > before)
        fail_msg("%zu bytes before, %zu after", before, after);
    for (size_t i = 0; i < BLOCKS; i += 64) {
        assert_int_equal(blocks[i][0], i % 251);
        assert_int_equal(blocks[i][BLOCK_BYTES - 1], i % 251);
        mem_free(blocks[i]);
    }
}

TEST_MAIN(cmocka_unit_test(test_mem__gives_back_what_is_free))
