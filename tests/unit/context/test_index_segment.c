#include "tests/unit/test.h"

#include "tests/unit/context/index_walk.h"

static const struct {
    const char *path, *text;
} files[] = {
    {"b/two.py", "from .one import alpha\n\ndef beta(x):\n    return alpha(x) + delta\n"},
    {"b/one.py", "# Doc.\nclass Gamma:\n    def alpha(self):\n        return beta(self)\n"},
    {"a.c", "#include \"a.h\"\nint epsilon(void)\n{\n    return beta(1);\n}\n"},
    {"words.txt", "nothing but words: alpha beta\n"},
};
enum { N_FILES = sizeof files / sizeof files[0] };

/* The files as one segment, or in two merged. */
static err_code make(buf *image, bool merged)
{
    gram_queries *q = NULL;
    struct ctx__reader reader = {0};
    struct ctx__unit unit = {0};
    ctx__maker *m = NULL, *second = NULL;
    buf part;
    buf_init(&part, 1 << 20);
    err_code rc = gram_queries_create(&q);
    if (rc == ERR_OK)
        rc = ctx__reader_init(&reader, q, NULL);
    if (rc == ERR_OK)
        rc = ctx__maker_create(&m);
    if (rc == ERR_OK)
        rc = ctx__maker_create(&second);
    for (size_t i = 0; i < N_FILES && rc == ERR_OK; i++) {
        str_view path = str_of(files[i].path), text = str_of(files[i].text);
        struct ctx__file_facts facts = {path, text.len, 77, hash_str(text)};
        rc = ctx__unit_read(&unit, &reader, gram_language_find(STR(""), path, text), text);
        if (rc == ERR_OK)
            rc = ctx__maker_add(merged && i % 2 ? second : m, &facts, &unit);
    }
    if (rc == ERR_OK && merged) {
        struct ctx__segment s;
        rc = ctx__maker_finish(second, &part);
        if (rc == ERR_OK)
            rc = ctx__segment_open(&s, part.ptr, part.len);
        if (rc == ERR_OK)
            rc = ctx__maker_merge(m, &s, NULL);
    }
    if (rc == ERR_OK)
        rc = ctx__maker_finish(m, image);
    ctx__maker_destroy(m);
    ctx__maker_destroy(second);
    ctx__unit_release(&unit);
    ctx__reader_release(&reader);
    gram_queries_destroy(q);
    buf_release(&part);
    return rc;
}

/* Which file comes first does not matter, nor whether they were merged: the bytes are the same. */
static void test_segment__merging_gives_the_same_bytes(void **state)
{
    (void)state;
    buf whole, merged;
    buf_init(&whole, 1 << 20);
    buf_init(&merged, 1 << 20);
    assert_ok(make(&whole, false), NULL);
    assert_ok(make(&merged, true), NULL);
    assert_int_equal(whole.len, merged.len);
    assert_memory_equal(whole.ptr, merged.ptr, whole.len);
    buf_release(&whole);
    buf_release(&merged);
}

static void test_segment__answers(void **state)
{
    (void)state;
    buf image;
    struct ctx__segment s;
    buf_init(&image, 1 << 20);
    assert_ok(make(&image, false), NULL);
    assert_ok(ctx__segment_open(&s, image.ptr, image.len), NULL);
    assert_int_equal(s.n[CTX__FILES], N_FILES);
    assert_view(ctx__segment_path(&s, 0), "a.c");
    assert_view(ctx__segment_path(&s, 3), "words.txt");
    assert_int_equal(ctx__segment_find_file(&s, STR("b/two.py")), 2);
    assert_int_equal(ctx__segment_find_file(&s, STR("b/tw")), CTX__NONE);
    uint32_t beta = ctx__segment_find_name(&s, STR("beta"), ctx__name_hash(STR("beta")));
    assert_view(ctx__segment_name(&s, beta), "beta");
    struct ctx__span refs = ctx__segment_name_refs(&s, beta);
    assert_int_equal(refs.end - refs.begin, 2);
    struct ctx__span words = ctx__segment_name_postings(&s, beta);
    assert_int_equal(words.end - words.begin, N_FILES); /* one chunk each */
    /* Names are in order, so that prefixes are runs. */
    for (uint32_t i = 1; i < s.n[CTX__NAMES]; i++)
        assert_true(str_cmp(ctx__segment_name(&s, i - 1), ctx__segment_name(&s, i)) < 0);
    assert_true(walk_index(&image) > 20);
    buf_release(&image);
}

static void test_segment__refuses_damage(void **state)
{
    (void)state;
    buf image;
    struct ctx__segment s;
    buf_init(&image, 1 << 20);
    assert_ok(make(&image, false), NULL);
    for (size_t i = 0; i < image.len; i++) {
        image.ptr[i] ^= 0x40;
        assert_int_equal(ctx__segment_open(&s, image.ptr, image.len), ERR_FORMAT);
        image.ptr[i] ^= 0x40;
    }
    for (size_t n = 0; n < image.len; n += 8)
        assert_int_equal(ctx__segment_open(&s, image.ptr, n), ERR_FORMAT);
    assert_int_equal(ctx__segment_open(&s, image.ptr, image.len), ERR_OK);
    buf_release(&image);
}

/* The sum is no proof against someone who computes it. */
static void test_segment__answers_whatever_the_bytes_are(void **state)
{
    (void)state;
    buf image;
    buf_init(&image, 1 << 20);
    assert_ok(make(&image, false), NULL);
    size_t answered = 0;
    static const unsigned char masks[] = {0xFF, 0x01, 0x80};
    for (size_t i = 24; i < image.len; i++) {
        for (size_t k = 0; k < sizeof masks; k++) {
            buf copy;
            buf_init(&copy, 1 << 20);
            buf_append(&copy, buf_view(&image));
            copy.ptr[i] = (char)(copy.ptr[i] ^ masks[k]);
            walk_seal(&copy);
            answered += walk_index(&copy) > 0;
            buf_release(&copy);
        }
    }
    assert_true(answered > image.len); /* most bytes are no reason to refuse */
    buf_release(&image);
}

static void test_segment__no_memory_is_an_error(void **state)
{
    (void)state;
    FOR_EACH_FAILING_ALLOCATION({
        buf image;
        buf_init(&image, 1 << 20);
        err_code rc = make(&image, true);
        assert_true(rc == ERR_OK || rc == ERR_NOMEM);
        buf_release(&image);
    })
}

TEST_MAIN(cmocka_unit_test(test_segment__merging_gives_the_same_bytes),
          cmocka_unit_test(test_segment__answers), cmocka_unit_test(test_segment__refuses_damage),
          cmocka_unit_test(test_segment__answers_whatever_the_bytes_are),
          cmocka_unit_test(test_segment__no_memory_is_an_error))
