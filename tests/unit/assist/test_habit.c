/* Who is trusted follows what the user really writes. */
#include "tests/unit/test.h"

#include "assist/complete/engine.h"
#include "base/mem.h"

enum { LINES = 40, CONTEXT = 512 };

static assist_engine *engine;
static arena mem;

static int setup(void **state)
{
    (void)state;
    err e = {{0}};
    arena_init(&mem, (size_t)64 << 20);
    return assist_engine_create(&engine,
                                &(struct assist_engine_options){.n_ctx = CONTEXT, .n_threads = 1},
                                &e) == ERR_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    (void)state;
    assist_engine_destroy(engine);
    arena_release(&mem);
    return 0;
}

/* Types a document word by word, asking before each; returns what was learned from: how much, and
 * how much of it as "recall knew". */
static void type_words(str_view text, float *n_learned, float *trust)
{
    struct ctx_mix before;
    assist_engine_forget(engine);
    ctx_mix_init(&before);
    for (size_t at = 0; at <= text.len; at++) {
        if (at < text.len && text.ptr[at] != ' ' && text.ptr[at] != '\n')
            continue;
        struct assist_document doc = {.path = STR("a.txt"), .text = str_slice(text, 0, at)};
        err e = {{0}};
        assert_ok(assist_prepare(engine, &doc, at, NULL, &e), &e);
    }
    *n_learned = *trust = 0;
    const struct ctx_mix *now = &engine->habit.mix;
    for (size_t i = 0; i < CTX_MIX_MATCHES; i++) {
        for (size_t k = 0; k < CTX_MIX_SHARES; k++) {
            float n = now->n[i][k] - before.n[i][k];
            *n_learned += n;
            *trust += n * (now->weight[i][k] - before.weight[i][k]);
        }
    }
}

/* Words that no text has had before: to recall each is a surprise, although the document holds it
 * by the time it is learned from. */
static void test_habit__what_was_just_written_is_no_evidence(void **state)
{
    (void)state;
    buf text;
    float n, trust;
    uint32_t seed = 12345;
    buf_init(&text, 1 << 16);
    for (size_t i = 0; i < 4 * LINES; i++) {
        for (size_t k = 0; k < 6; k++) {
            seed = seed * 1664525u + 1013904223u;
            buf_append_byte(&text, (char)('a' + (seed >> 24) % 26));
        }
        buf_append_byte(&text, i % 4 == 3 ? '\n' : ' ');
    }
    type_words(buf_view(&text), &n, &trust);
    assert_true(n > LINES);
    assert_true(trust < 0);
    buf_release(&text);
}

static void test_habit__what_comes_again_earns_trust(void **state)
{
    (void)state;
    buf text;
    float n, trust;
    buf_init(&text, 1 << 16);
    for (size_t i = 0; i < LINES; i++)
        buf_append(&text, STR("qzx vbnk wqpl hjkd\n"));
    type_words(buf_view(&text), &n, &trust);
    assert_true(n > LINES);
    assert_true(trust > 0);
    buf_release(&text);
}

TEST_MAIN(cmocka_unit_test_setup_teardown(test_habit__what_was_just_written_is_no_evidence, setup,
                                          teardown),
          cmocka_unit_test_setup_teardown(test_habit__what_comes_again_earns_trust, setup,
                                          teardown))
