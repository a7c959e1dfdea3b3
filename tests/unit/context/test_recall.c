#include "tests/unit/test.h"

#include "context/recall.h"

/* A vocabulary where the id is the character: 'a' says "a"; upper case says the same with a space
 * before. */
static str_view piece(const void *user, int32_t id)
{
    static char text[2];
    (void)user;
    if (id >= 'A' && id <= 'Z') {
        text[0] = ' ';
        text[1] = (char)(id - 'A' + 'a');
        return (str_view){text, 2};
    }
    text[0] = (char)id;
    return (str_view){text, 1};
}

static ctx_recall *create(size_t max_tokens)
{
    ctx_recall *r = NULL;
    err e = {0};
    struct ctx_recall_vocab v = {.piece = piece};
    assert_ok(ctx_recall_create(&r, &v, max_tokens, &e), &e);
    return r;
}

static size_t to_ids(int32_t *ids, const char *text)
{
    size_t n = 0;
    for (; text[n]; n++)
        ids[n] = (unsigned char)text[n];
    return n;
}

static void put(ctx_recall *r, uint64_t id, const char *text)
{
    int32_t ids[512];
    err e = {0};
    struct ctx_recall_doc doc = {.id = id};
    assert_ok(ctx_recall_put(r, &doc, ids, to_ids(ids, text), &e), &e);
}

static struct ctx_recall_prediction predict(const ctx_recall *r, const char *context)
{
    int32_t ids[512];
    struct ctx_recall_query q = {.context = ids, .n_context = to_ids(ids, context)};
    struct ctx_recall_prediction p;
    ctx_recall_predict(r, &q, &p);
    return p;
}

static void test_recall__prefers_the_longest_match(void **state)
{
    (void)state;
    ctx_recall *r = create(1000);
    put(r, 1, "xabcQ");
    put(r, 2, "yabcdP");
    struct ctx_recall_prediction p = predict(r, "xabc");
    assert_int_equal(p.top[0].id, 'Q');
    assert_int_equal(p.match, 4);
    assert_int_equal(p.n_longest, 1);
    assert_int_equal(predict(r, "zbcd").top[0].id, 'P');
    assert_int_equal(predict(r, "#").n_top, 0);
    assert_int_equal(predict(r, "").n_top, 0);
    ctx_recall_destroy(r);
}

static void test_recall__majority_of_equal_matches_wins(void **state)
{
    (void)state;
    ctx_recall *r = create(1000);
    put(r, 1, "1abX");
    put(r, 2, "2abY");
    put(r, 3, "3abY");
    struct ctx_recall_prediction p = predict(r, "ab");
    assert_int_equal(p.n_top, 2);
    assert_int_equal(p.top[0].id, 'Y');
    assert_true(p.top[0].p > 0.66f && p.top[0].p < 0.67f);
    assert_int_equal(p.n_longest, 3);
    ctx_recall_destroy(r);
}

static void test_recall__ignores_spacing_but_returns_it(void **state)
{
    (void)state;
    ctx_recall *r = create(1000);
    put(r, 1, "x\n  f(A)");
    assert_int_equal(predict(r, "x\n      F(").top[0].id, 'A');
    assert_int_equal(predict(r, "x\n      F(").match, 4);
    /* After the line break and after the indentation are different places. */
    assert_int_equal(predict(r, "x\n").top[0].id, ' ');
    assert_int_equal(predict(r, "x\n ").top[0].id, ' ');
    assert_int_equal(predict(r, "x\n  ").n_top, 2);
    ctx_recall_destroy(r);
}

static void test_recall__replaces_and_forgets(void **state)
{
    (void)state;
    ctx_recall *r = create(1000);
    put(r, 1, "abX");
    put(r, 2, "abZ");
    put(r, 1, "abY");
    assert_int_equal(predict(r, "ab").n_top, 2);
    ctx_recall_remove(r, 2);
    ctx_recall_remove(r, 77);
    struct ctx_recall_prediction p = predict(r, "ab");
    assert_int_equal(p.n_top, 1);
    assert_int_equal(p.top[0].id, 'Y');
    ctx_recall_remove(r, 1);
    assert_int_equal(predict(r, "ab").n_top, 0);
    struct ctx_recall_stats s;
    ctx_recall_stats(r, &s);
    assert_int_equal(s.n_documents, 0);
    assert_int_equal(s.n_tokens, 0);
    ctx_recall_destroy(r);
}

static void test_recall__the_cursor_is_no_evidence_for_itself(void **state)
{
    (void)state;
    ctx_recall *r = create(1000);
    put(r, 1, "pabXpabY");
    int32_t ids[8];
    struct ctx_recall_query q = {
        .context = ids, .n_context = to_ids(ids, "pab"), .doc = 1, .doc_pos = 3};
    struct ctx_recall_prediction p;
    ctx_recall_predict(r, &q, &p);
    assert_int_equal(p.n_top, 1);
    assert_int_equal(p.top[0].id, 'Y');
    ctx_recall_destroy(r);
}

static void test_recall__drafts_what_followed(void **state)
{
    (void)state;
    ctx_recall *r = create(1000);
    put(r, 1, "if(a)return b;");
    put(r, 2, "if(a)return b;");
    put(r, 3, "if(a)return c;");
    int32_t ids[16], draft[32];
    float p[32];
    struct ctx_recall_query q = {.context = ids, .n_context = to_ids(ids, "if(a)")};
    size_t n = ctx_recall_draft(r, &q, 0.5f, draft, p, 32);
    const char *want = "return b;";
    assert_int_equal(n, strlen(want));
    for (size_t i = 0; i < n; i++)
        assert_int_equal(draft[i], want[i]);
    assert_true(p[7] < 0.7f && p[0] > 0.9f);
    assert_int_equal(ctx_recall_draft(r, &q, 0.9f, draft, NULL, 32), 7);
    assert_int_equal(ctx_recall_draft(r, &q, 0.5f, draft, NULL, 3), 3);
    ctx_recall_destroy(r);
}

static void test_recall__refuses_bad_ids_and_too_much(void **state)
{
    (void)state;
    ctx_recall *r = create(10);
    err e = {0};
    struct ctx_recall_doc doc = {.id = 1};
    int32_t bad[] = {1, CTX_RECALL_MAX_ID}, negative[] = {-1}, many[11] = {0};
    assert_int_equal(ctx_recall_put(r, &doc, bad, 2, &e), ERR_RANGE);
    assert_int_equal(ctx_recall_put(r, &doc, negative, 1, &e), ERR_RANGE);
    assert_int_equal(ctx_recall_put(r, &doc, many, 11, &e), ERR_RANGE);
    assert_int_equal(ctx_recall_edit(r, 1, 0, 0, many, 1, &e), ERR_NOT_FOUND);
    assert_ok(ctx_recall_put(r, &doc, many, 4, &e), &e);
    assert_int_equal(ctx_recall_edit(r, 1, 3, 2, NULL, 0, &e), ERR_RANGE);
    assert_int_equal(ctx_recall_edit(r, 1, 5, 0, NULL, 0, &e), ERR_RANGE);
    ctx_recall_destroy(r);
}

/* ---- against a plain search ---- */

enum { N_DOCS = 40, DOC_CAP = 400 };
struct model {
    int32_t text[N_DOCS][DOC_CAP];
    size_t n[N_DOCS];
    bool exists[N_DOCS];
};

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static size_t random_text(int32_t *ids, size_t n, uint32_t *seed)
{
    static const char letters[] = "aaabBb c\nD";
    for (size_t i = 0; i < n; i++)
        ids[i] = letters[next_random(seed) % (sizeof letters - 1)];
    return n;
}

static uint32_t key(int32_t id)
{
    return ctx_recall_key(piece(NULL, id));
}

/* Tokens of context that agree when the text's position `at` is next, by the header's definition.
 */
static uint32_t match_length(const int32_t *context, size_t n, const int32_t *text, size_t at)
{
    uint32_t match = 0;
    while (match < CTX_RECALL_MAX_MATCH && n > 0 && at > 0) {
        if (match > 0) {
            while (n > 0 && key(context[n - 1]) == 0)
                n--;
            while (at > 0 && key(text[at - 1]) == 0)
                at--;
            if (n == 0 || at == 0)
                break;
        }
        if (key(context[n - 1]) != key(text[at - 1]))
            break;
        match++, n--, at--;
    }
    return match;
}

static int descending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x < y) - (x > y);
}

static void check_find(const ctx_recall *r, const struct model *m, uint32_t *seed)
{
    int32_t context[48];
    size_t n = random_text(context, 1 + next_random(seed) % 40, seed);
    if (next_random(seed) % 2) { /* half of the time something that is there */
        uint32_t d = next_random(seed) % N_DOCS;
        if (m->exists[d] && m->n[d] > 48) {
            memcpy(context, m->text[d] + next_random(seed) % (m->n[d] - 48), sizeof context);
            n = 48;
        }
    }
    static uint32_t want[N_DOCS * DOC_CAP];
    size_t n_want = 0;
    for (uint32_t d = 0; d < N_DOCS; d++)
        for (size_t at = 0; m->exists[d] && at < m->n[d]; at++)
            if ((want[n_want] = match_length(context, n, m->text[d], at)) > 0)
                n_want++;
    qsort(want, n_want, sizeof want[0], descending);
    if (n_want > CTX_RECALL_MAX_HITS)
        n_want = CTX_RECALL_MAX_HITS;

    struct ctx_recall_hit hits[CTX_RECALL_MAX_HITS];
    struct ctx_recall_query q = {.context = context, .n_context = n, .doc = 1000};
    size_t n_hits = ctx_recall_find(r, &q, hits, CTX_RECALL_MAX_HITS);
    assert_int_equal(n_hits, n_want);
    for (size_t i = 0; i < n_hits; i++) {
        const struct ctx_recall_hit *h = &hits[i];
        assert_int_equal(h->match, want[i]);
        const int32_t *text = m->text[h->doc];
        assert_int_equal(h->n_before + h->n_after, m->n[h->doc]);
        assert_memory_equal(h->next - h->n_before, text, m->n[h->doc] * sizeof *text);
        assert_int_equal(match_length(context, n, text, h->n_before), h->match);
    }
}

static void random_change(ctx_recall *r, struct model *m, uint32_t *seed)
{
    uint32_t d = next_random(seed) % N_DOCS, what = next_random(seed) % 8;
    int32_t ids[DOC_CAP];
    err e = {0};
    if (what == 0) {
        ctx_recall_remove(r, d);
        m->exists[d] = false;
    } else if (what < 4 || !m->exists[d]) {
        struct ctx_recall_doc doc = {.id = d, .live = what == 3};
        size_t n = random_text(ids, next_random(seed) % (DOC_CAP / 2), seed);
        assert_ok(ctx_recall_put(r, &doc, ids, n, &e), &e);
        memcpy(m->text[d], ids, n * sizeof *ids);
        m->n[d] = n;
        m->exists[d] = true;
    } else {
        size_t begin = next_random(seed) % (m->n[d] + 1);
        size_t removed = next_random(seed) % 8;
        removed = removed < m->n[d] - begin ? removed : m->n[d] - begin;
        size_t inserted = m->n[d] < DOC_CAP - 8 ? random_text(ids, next_random(seed) % 8, seed) : 0;
        assert_ok(ctx_recall_edit(r, d, begin, removed, ids, inserted, &e), &e);
        memmove(m->text[d] + begin + inserted, m->text[d] + begin + removed,
                (m->n[d] - begin - removed) * sizeof *ids);
        memcpy(m->text[d] + begin, ids, inserted * sizeof *ids);
        m->n[d] += inserted - removed;
    }
}

static void test_recall__agrees_with_a_plain_search(void **state)
{
    (void)state;
    ctx_recall *r = create(1 << 20);
    static struct model m;
    uint32_t seed = 7;
    for (int i = 0; i < 600; i++) {
        random_change(r, &m, &seed);
        if (i % 3 == 0)
            check_find(r, &m, &seed);
        if (i % 100 == 0)
            while (ctx_recall_work(r, 50))
                check_find(r, &m, &seed);
        struct ctx_recall_stats s;
        ctx_recall_stats(r, &s);
        size_t n = 0;
        for (uint32_t d = 0; d < N_DOCS; d++)
            n += m.exists[d] ? m.n[d] : 0;
        assert_int_equal(s.n_tokens, n);
        assert_true(s.n_segments <= CTX_RECALL_MAX_LIVE + 12);
    }
    ctx_recall_destroy(r);
}

/* Merges that are spread over many calls, with changes in between. */
static void test_recall__large_merges_go_on_in_the_background(void **state)
{
    (void)state;
    enum { N = 30000 };
    ctx_recall *r = create(1 << 20);
    int32_t *ids = malloc(N * sizeof *ids);
    uint32_t seed = 3;
    err e = {0};
    for (uint64_t d = 0; d < 12; d++) {
        struct ctx_recall_doc doc = {.id = d};
        random_text(ids, N, &seed);
        assert_ok(ctx_recall_put(r, &doc, ids, N, &e), &e);
    }
    for (uint64_t d = 0; d < 8; d++) /* more than half of it is dead now */
        ctx_recall_remove(r, d);
    assert_true(ctx_recall_work(r, 1000));
    struct ctx_recall_doc doc = {.id = 11};
    assert_ok(ctx_recall_put(r, &doc, ids, 10, &e), &e);
    ctx_recall_remove(r, 10);
    struct ctx_recall_stats before, after;
    ctx_recall_stats(r, &before);
    while (ctx_recall_work(r, 5000)) {
    }
    ctx_recall_stats(r, &after);
    assert_int_equal(before.n_tokens, after.n_tokens);
    assert_int_equal(after.n_tokens, 2 * N + 10);
    assert_true(after.n_stored <= 2 * after.n_tokens);
    free(ids);
    ctx_recall_destroy(r);
}

static void test_recall__failed_allocations_change_nothing(void **state)
{
    (void)state;
    FOR_EACH_FAILING_ALLOCATION({
        struct ctx_recall_vocab v = {.piece = piece};
        ctx_recall *r = NULL;
        err e = {0};
        int32_t ids[64];
        struct ctx_recall_doc doc = {.id = 1};
        err_code made = ctx_recall_create(&r, &v, 1000, &e);
        if (made == ERR_OK) {
            err_code first = ctx_recall_put(r, &doc, ids, to_ids(ids, "abX"), &e);
            err_code second = ctx_recall_put(r, &doc, ids, to_ids(ids, "abY"), &e);
            err_code third = ctx_recall_edit(r, 1, 2, 1, ids, to_ids(ids, "Z"), &e);
            struct ctx_recall_prediction p = predict(r, "ab");
            int32_t want = third == ERR_OK    ? 'Z'
                           : second == ERR_OK ? 'Y'
                           : first == ERR_OK  ? 'X'
                                              : 0;
            /* An edit of a document that is not there cannot succeed. */
            assert_int_equal(p.n_top ? p.top[0].id : 0, want);
            assert_true(p.n_top <= 1);
        }
        ctx_recall_destroy(r);
    });
}

TEST_MAIN(cmocka_unit_test(test_recall__prefers_the_longest_match),
          cmocka_unit_test(test_recall__majority_of_equal_matches_wins),
          cmocka_unit_test(test_recall__ignores_spacing_but_returns_it),
          cmocka_unit_test(test_recall__replaces_and_forgets),
          cmocka_unit_test(test_recall__the_cursor_is_no_evidence_for_itself),
          cmocka_unit_test(test_recall__drafts_what_followed),
          cmocka_unit_test(test_recall__refuses_bad_ids_and_too_much),
          cmocka_unit_test(test_recall__agrees_with_a_plain_search),
          cmocka_unit_test(test_recall__large_merges_go_on_in_the_background),
          cmocka_unit_test(test_recall__failed_allocations_change_nothing))
