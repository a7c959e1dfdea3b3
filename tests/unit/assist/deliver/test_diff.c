#include "assist/deliver/diff.h"
#include "tests/unit/test.h"

static str_view unified(buf *out, const char *a, const char *b)
{
    buf_init(out, 1 << 20);
    assert_int_equal(diff_unified(out, STR("old"), str_of(a), STR("new"), str_of(b)), ERR_OK);
    return buf_view(out);
}

static void test_diff__unified_as_patch_reads_it(void **state)
{
    (void)state;
    buf b;
    assert_view(unified(&b, "a\nb\n", "a\nb\n"), "");
    buf_release(&b);
    assert_view(unified(&b, "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
                "--- old\n+++ new\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
    buf_release(&b);
    assert_view(unified(&b, "", "a\n"), "--- old\n+++ new\n@@ -0,0 +1 @@\n+a\n");
    buf_release(&b);
    assert_view(unified(&b, "a", "a\n"), "--- old\n+++ new\n@@ -1 +1 @@\n-a\n\\ No newline at end "
                                         "of file\n+a\n");
    buf_release(&b);
}

/* Random texts over few different lines: the hunks turn one into the other, nothing common is
 * inside a hunk's edge, and merging one side's change gives that side. */
static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static str_view random_text(char *at, uint32_t *seed)
{
    size_t n = next(seed) % 12, len = 0;
    for (size_t i = 0; i < n; i++) {
        at[len++] = (char)('a' + next(seed) % 4);
        if (i + 1 < n || next(seed) % 2)
            at[len++] = '\n';
    }
    return (str_view){at, len};
}

static void test_diff__hunks_and_merges_add_up(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (int round = 0; round < 3000; round++) {
        char text_a[64], text_b[64];
        arena mem;
        diff d;
        buf got;
        diff_merged m;
        arena_init(&mem, 1 << 20);
        buf_init(&got, 1 << 12);
        str_view a = random_text(text_a, &seed), b = random_text(text_b, &seed);
        assert_int_equal(diff_make(&d, &mem, a, b), ERR_OK);
        size_t at = 0;
        for (size_t i = 0; i < d.n_hunks; i++) {
            const diff_hunk *h = &d.hunks[i];
            assert_true(h->a_begin < h->a_end || h->b_begin < h->b_end);
            assert_true(i == 0 || h->a_begin > d.hunks[i - 1].a_end);
            while (at < h->a_begin)
                buf_append(&got, d.a.items[at++]);
            for (size_t k = h->b_begin; k < h->b_end; k++)
                buf_append(&got, d.b.items[k]);
            at = h->a_end;
        }
        while (at < d.a.n)
            buf_append(&got, d.a.items[at++]);
        assert_true(str_eq(buf_view(&got), b));
        assert_int_equal(diff_merge(&m, &mem, a, b, a, STR("x"), STR("y")), ERR_OK);
        assert_int_equal(m.n_conflicts, 0);
        assert_true(str_eq(m.text, b));
        assert_int_equal(diff_merge(&m, &mem, a, a, b, STR("x"), STR("y")), ERR_OK);
        assert_true(str_eq(m.text, b));
        assert_int_equal(diff_merge(&m, &mem, a, b, b, STR("x"), STR("y")), ERR_OK);
        assert_true(str_eq(m.text, b));
        buf_release(&got);
        arena_release(&mem);
    }
}

static void test_diff__merges_changes_apart_and_marks_those_that_meet(void **state)
{
    (void)state;
    arena mem;
    diff_merged m;
    arena_init(&mem, 1 << 20);
    assert_int_equal(diff_merge(&m, &mem, STR("1\n2\n3\n4\n5\n"), STR("1\n2\n// mine\n3\n4\n5\n"),
                                STR("1\n2\n3\n4\n5\n6\n"), STR("yours"), STR("new")),
                     ERR_OK);
    assert_int_equal(m.n_conflicts, 0);
    assert_view(m.text, "1\n2\n// mine\n3\n4\n5\n6\n");
    assert_int_equal(diff_merge(&m, &mem, STR("1\n2\n3\n"), STR("0\n1\nmine\n3\n"),
                                STR("1\nnew\n3\n"), STR("yours"), STR("new")),
                     ERR_OK);
    assert_int_equal(m.n_conflicts, 1);
    assert_int_equal(m.first_conflict, 3);
    assert_view(m.text, "0\n1\n<<<<<<< yours\nmine\n=======\nnew\n>>>>>>> new\n3\n");
    arena_release(&mem);
}

static void test_diff__texts_with_nothing_in_common_stay_cheap(void **state)
{
    (void)state;
    buf a, b;
    arena mem;
    diff d;
    buf_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    arena_init(&mem, 64 << 20);
    for (int i = 0; i < 20000; i++) {
        buf_append_format(&a, "a%d\n", i);
        buf_append_format(&b, "b%d\n", i);
    }
    assert_int_equal(diff_make(&d, &mem, buf_view(&a), buf_view(&b)), ERR_OK);
    assert_int_equal(d.n_hunks, 1);
    assert_int_equal(d.hunks[0].a_end, 20000);
    buf_release(&a);
    buf_release(&b);
    arena_release(&mem);
}

static void test_diff__survives_failing_allocations(void **state)
{
    (void)state;
    FOR_EACH_FAILING_ALLOCATION({
        arena mem;
        diff_merged m;
        m.text = STR("untouched");
        arena_init(&mem, 1 << 20);
        err_code rc = diff_merge(&m, &mem, STR("1\n2\n3\n"), STR("0\n1\nmine\n3\n"),
                                 STR("1\nnew\n3\n"), STR("x"), STR("y"));
        assert_true(rc == ERR_OK || rc == ERR_NOMEM);
        if (rc != ERR_OK)
            assert_view(m.text, "untouched");
        arena_release(&mem);
    });
}

TEST_MAIN(cmocka_unit_test(test_diff__unified_as_patch_reads_it),
          cmocka_unit_test(test_diff__hunks_and_merges_add_up),
          cmocka_unit_test(test_diff__merges_changes_apart_and_marks_those_that_meet),
          cmocka_unit_test(test_diff__texts_with_nothing_in_common_stay_cheap),
          cmocka_unit_test(test_diff__survives_failing_allocations))
