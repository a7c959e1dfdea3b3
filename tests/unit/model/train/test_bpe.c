/* Merges against the definition: count all pairs anew, take the most frequent, put a token in its
 * place. */
#include "tests/unit/test.h"

#include "base/hash.h"
#include "model/train/bpe.h"

enum { N_WORDS = 120, WORD = 8, N_MERGES = 120 };

struct word {
    uint32_t tokens[WORD + 1];
    size_t n;
};

static struct word words[N_WORDS];

/* Words of a few letters, " abac" and the like, so that many pairs are equally frequent. */
static str_view make_text(char *text)
{
    size_t len = 0;
    for (size_t i = 0; i < N_WORDS; i++) {
        words[i].n = 2 + hash_u64(i) % (WORD - 1);
        for (size_t k = 0; k < words[i].n; k++) {
            char c = k == 0 ? ' ' : (char)('a' + hash_u64(1000 + i * 16 + k) % 3);
            words[i].tokens[k] = (unsigned char)c;
            text[len++] = c;
        }
    }
    return (str_view){text, len};
}

static size_t times(struct train_merge m)
{
    size_t n = 0;
    for (size_t i = 0; i < N_WORDS; i++)
        for (size_t k = 0; k + 1 < words[i].n; k++)
            n += words[i].tokens[k] == m.left && words[i].tokens[k + 1] == m.right;
    return n;
}

static struct train_merge most_frequent(uint32_t n_tokens, size_t *n_best)
{
    struct train_merge best = {0, 0};
    *n_best = 0;
    for (uint32_t left = ' '; left < n_tokens; left++) {
        for (uint32_t right = ' '; right < n_tokens; right++) {
            size_t n = times((struct train_merge){left, right});
            if (n > *n_best) {
                *n_best = n;
                best = (struct train_merge){left, right};
            }
            if (right == 'c')
                right = 255;
        }
        if (left == ' ')
            left = 'a' - 1;
        if (left == 'c')
            left = 255;
    }
    return best;
}

static void merge(struct train_merge m, uint32_t fresh)
{
    for (size_t i = 0; i < N_WORDS; i++) {
        struct word *w = &words[i];
        size_t n = 0;
        for (size_t k = 0; k < w->n; n++) {
            bool here = k + 1 < w->n && w->tokens[k] == m.left && w->tokens[k + 1] == m.right;
            w->tokens[n] = here ? fresh : w->tokens[k];
            k += here ? 2 : 1;
        }
        w->n = n;
    }
}

static size_t learn(struct train_merge *out, str_view text, size_t n)
{
    train_bpe *b = NULL;
    err e = {0};
    size_t made = 0;
    assert_ok(train_bpe_create(&b, STR("qwen2"), &e), &e);
    assert_ok(train_bpe_count(b, text, &e), &e);
    assert_ok(train_bpe_learn(b, out, n, &made, &e), &e);
    train_bpe_destroy(b);
    return made;
}

static void test_bpe__is_what_its_definition_says(void **state)
{
    (void)state;
    static char text[2 * N_WORDS * (WORD + 1)];
    static struct train_merge got[N_MERGES];
    str_view once = make_text(text);
    /* Words that stand once would not count. */
    memcpy(text + once.len, text, once.len);
    size_t made = learn(got, (str_view){text, 2 * once.len}, N_MERGES);
    assert_true(made > 50);
    for (size_t i = 0; i < made; i++) {
        size_t n;
        struct train_merge want = most_frequent((uint32_t)(256 + i), &n);
        assert_true(n >= 1);
        assert_int_equal(got[i].left, want.left);
        assert_int_equal(got[i].right, want.right);
        merge(got[i], (uint32_t)(256 + i));
    }
}

static void test_bpe__golden(void **state)
{
    (void)state;
    struct train_merge got[8];
    /* " low" four times, " lower" twice: the pieces are cut before spaces. */
    assert_int_equal(learn(got, STR(" low low low low lower lower"), 8), 5);
    const struct train_merge want[] = {{' ', 'l'}, {'o', 'w'}, {256, 257}, {'e', 'r'}, {258, 259}};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(got[i].left, want[i].left);
        assert_int_equal(got[i].right, want[i].right);
    }
}

static void test_bpe__order_of_the_text_does_not_matter(void **state)
{
    (void)state;
    struct train_merge a[16];
    struct train_merge b[16];
    size_t n = learn(a, STR(" one two two three three three one two"), 16);
    assert_int_equal(learn(b, STR(" three two one three two two one three"), 16), n);
    assert_true(n > 3);
    assert_memory_equal(a, b, n * sizeof a[0]);
}

static void test_bpe__refuses_an_unknown_way_to_cut(void **state)
{
    (void)state;
    train_bpe *b = NULL;
    err e = {0};
    assert_int_equal(train_bpe_create(&b, STR("no such"), &e), ERR_UNSUPPORTED);
    assert_non_null(strstr(e.text, "no such"));
}

static void run_once(void)
{
    struct train_merge out[8];
    size_t made;
    train_bpe *b = NULL;
    if (train_bpe_create(&b, STR("qwen2"), NULL) == ERR_OK &&
        train_bpe_count(b, STR(" some words, some of them some times"), NULL) == ERR_OK) {
        err_code rc = train_bpe_learn(b, out, 8, &made, NULL);
        assert_true(rc == ERR_OK || rc == ERR_NOMEM);
    }
    train_bpe_destroy(b);
}

static void test_bpe__survives_every_failing_allocation(void **state)
{
    (void)state;
    FOR_EACH_FAILING_ALLOCATION(run_once());
}

TEST_MAIN(cmocka_unit_test(test_bpe__is_what_its_definition_says),
          cmocka_unit_test(test_bpe__golden),
          cmocka_unit_test(test_bpe__order_of_the_text_does_not_matter),
          cmocka_unit_test(test_bpe__refuses_an_unknown_way_to_cut),
          cmocka_unit_test(test_bpe__survives_every_failing_allocation))
