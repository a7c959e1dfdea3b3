/* Texts that are nearly the same are found, others are not; records give back what was sent. */
#include "tests/unit/test.h"

#include "base/buf.h"
#include "base/hash.h"
#include "model/train/minhash.h"
#include "model/train/records.h"

enum { N_WORDS = 600 };

/* Words that depend on the seed; each `every`-th one on `other` instead. */
static void write_text(buf *out, uint64_t seed, size_t every, uint64_t other)
{
    buf_init(out, 1 << 20);
    for (size_t i = 0; i < N_WORDS; i++) {
        uint64_t from = every && i % every == every - 1 ? other : seed;
        buf_append_format(out, "w%x%s", (unsigned)(hash_u64(from * 1000 + i) % 1000),
                          i % 9 == 8 ? ";\n" : " + ");
    }
    assert_int_equal(buf_failed(out), ERR_OK);
}

static double similarity(const buf *a, const buf *b)
{
    struct train_minhash x;
    struct train_minhash y;
    assert_true(train_minhash_of(&x, buf_view(a)));
    assert_true(train_minhash_of(&y, buf_view(b)));
    return train_minhash_similarity(&x, &y);
}

/* Runs of five words and signs, one word in 120 replaced: five runs in 240 differ. */
static void test_minhash__tells_how_much_is_shared(void **state)
{
    (void)state;
    buf a;
    buf same;
    buf near;
    buf other;
    write_text(&a, 1, 0, 0);
    write_text(&same, 1, 0, 0);
    write_text(&near, 1, 120, 2);
    write_text(&other, 3, 0, 0);
    assert_true(similarity(&a, &same) == 1);
    assert_true(similarity(&a, &near) > 0.85 && similarity(&a, &near) < 1);
    assert_true(similarity(&a, &other) < 0.1);
    buf_release(&a);
    buf_release(&same);
    buf_release(&near);
    buf_release(&other);
}

static void test_minhash__space_does_not_count(void **state)
{
    (void)state;
    struct train_minhash a;
    struct train_minhash b;
    assert_true(train_minhash_of(&a, STR("if (a) { b(c, d, e); f = g[h] + i; j.k = l; m(); }")));
    assert_true(
        train_minhash_of(&b, STR("if(a){\n\tb(c,d,e);\n\tf=g[h]+i;\n\tj.k=l;\n\tm();\n}\n")));
    assert_true(train_minhash_similarity(&a, &b) == 1);
    assert_false(train_minhash_of(&a, STR("too short to judge")));
    assert_false(train_minhash_of(&a, STR("")));
}

/* Of many texts, each with a near copy far behind: the copies are found, and their originals. */
static void test_near__finds_copies_among_many(void **state)
{
    (void)state;
    enum { MANY = 1500 };
    train_near *n = NULL;
    err e = {0};
    assert_ok(train_near_create(&n, &e), &e);
    size_t found = 0;
    for (size_t i = 0; i < 2 * (size_t)MANY; i++) {
        buf text;
        size_t like;
        if (i < MANY)
            write_text(&text, i + 10, 0, 0);
        else
            write_text(&text, i - MANY + 10, 150, i);
        assert_ok(train_near_add(n, &like, buf_view(&text), 0.8, &e), &e);
        if (i < MANY)
            assert_true(like == SIZE_MAX);
        else if (like != SIZE_MAX)
            found += like == i - MANY;
        buf_release(&text);
    }
    /* Some of the copies are estimated below 0.8. */
    if (found < MANY * 95 / 100)
        fail_msg("%zu of %d copies found", found, MANY);
    train_near_destroy(n);
}

static void add_some(void)
{
    train_near *n = NULL;
    size_t like;
    if (train_near_create(&n, NULL) != ERR_OK)
        return;
    for (uint64_t i = 0; i < 3; i++) {
        buf text;
        buf_init(&text, 4096);
        for (uint64_t k = 0; k < 200; k++)
            buf_append_format(&text, "%x ", (unsigned)hash_u64(i * 1000 + k) & 0xff);
        if (buf_failed(&text) == ERR_OK)
            (void)!train_near_add(n, &like, buf_view(&text), 0.8, NULL);
        buf_release(&text);
    }
    train_near_destroy(n);
}

static void test_near__survives_every_failing_allocation(void **state)
{
    (void)state;
    FOR_EACH_FAILING_ALLOCATION(add_some());
}

static err_code read_from(const char *bytes, size_t n, buf *out, size_t calls)
{
    FILE *f = tmpfile();
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    rewind(f);
    err_code rc = ERR_OK;
    for (size_t i = 0; i < calls; i++)
        rc = train_records_next(out, f, NULL);
    fclose(f);
    return rc;
}

static void test_records__any_bytes_or_an_error(void **state)
{
    (void)state;
    static const char two[] = "3\na\nb0\n2\n\0\xff";
    buf out;
    buf_init(&out, 100);
    assert_int_equal(read_from(two, sizeof two - 1, &out, 1), ERR_OK);
    assert_view(buf_view(&out), "a\nb");
    assert_int_equal(read_from(two, sizeof two - 1, &out, 2), ERR_OK);
    assert_int_equal(out.len, 0);
    assert_int_equal(read_from(two, sizeof two - 1, &out, 3), ERR_OK);
    assert_int_equal(out.len, 2);
    assert_int_equal(read_from(two, sizeof two - 1, &out, 4), ERR_NOT_FOUND);
    assert_int_equal(read_from("5\nabc", 5, &out, 1), ERR_FORMAT);
    assert_int_equal(read_from("x\n", 2, &out, 1), ERR_FORMAT);
    assert_int_equal(read_from("12", 2, &out, 1), ERR_FORMAT);
    assert_int_equal(read_from("99999999999999999999999\n", 24, &out, 1), ERR_FORMAT);
    buf_release(&out);
    buf_init(&out, 100);
    assert_int_equal(read_from("101\n", 4, &out, 1), ERR_RANGE);
    buf_release(&out);
}

TEST_MAIN(cmocka_unit_test(test_minhash__tells_how_much_is_shared),
          cmocka_unit_test(test_minhash__space_does_not_count),
          cmocka_unit_test(test_near__finds_copies_among_many),
          cmocka_unit_test(test_near__survives_every_failing_allocation),
          cmocka_unit_test(test_records__any_bytes_or_an_error))
