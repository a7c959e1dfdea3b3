#include "tests/unit/test.h"

#include "base/hash.h"
#include "base/size.h"

/* Flipping any one input bit must change about half of the output bits. */
static void test_hash__avalanche(void **state)
{
    (void)state;
    unsigned char data[24] = "the quick brown fox jum";
    for (size_t n = 1; n <= sizeof data; n++) {
        uint64_t base = hash_bytes(data, n, 1);
        int total = 0;
        for (size_t bit = 0; bit < n * 8; bit++) {
            data[bit / 8] ^= (unsigned char)(1u << bit % 8);
            int changed = __builtin_popcountll(base ^ hash_bytes(data, n, 1));
            data[bit / 8] ^= (unsigned char)(1u << bit % 8);
            assert_true(changed >= 8);
            total += changed;
        }
        int mean = total / (int)(n * 8);
        if (mean < 28 || mean > 36)
            fail_msg("%zu bytes: %d bits change on average", n, mean);
    }
}

static void test_hash__length_and_seed_count(void **state)
{
    (void)state;
    static const char zeros[64];
    for (size_t n = 0; n < 63; n++)
        assert_true(hash_bytes(zeros, n, 0) != hash_bytes(zeros, n + 1, 0));
    assert_true(hash_bytes(zeros, 8, 0) != hash_bytes(zeros, 8, 1));
}

static void test_hash__is_stable(void **state)
{
    (void)state;
    /* Stored files carry these values: changing the function needs a new file version. */
    assert_true(hash_str(STR("")) == hash_bytes(NULL, 0, 0));
    assert_true(hash_u64(0) == 0xE220A8397B1DCDAFu); /* first output of splitmix64 seeded with 0 */
}

static void test_size__reports_overflow(void **state)
{
    (void)state;
    size_t out = 7;
    assert_false(size_mul(&out, SIZE_MAX / 2 + 1, 2));
    assert_false(size_add(&out, SIZE_MAX, 1));
    assert_false(size_align_up(&out, SIZE_MAX - 2, 64));
    assert_int_equal(out, 7);
    assert_true(size_mul(&out, SIZE_MAX, 1) && out == SIZE_MAX);
    assert_true(size_align_up(&out, 65, 64) && out == 128);
    assert_true(size_align_up(&out, 64, 64) && out == 64);
}

TEST_MAIN(cmocka_unit_test(test_hash__avalanche),
          cmocka_unit_test(test_hash__length_and_seed_count),
          cmocka_unit_test(test_hash__is_stable), cmocka_unit_test(test_size__reports_overflow))
