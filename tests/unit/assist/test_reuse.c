/* What typing costs: tokens that a model reads for each key, in both orders of the prompt. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <unistd.h>

#include "assist/complete/complete.h"
#include "base/buf.h"
#include "base/file.h"

enum { KEYS = 60, MODEL_BYTES = 64 << 20 };

static const char source[] = ARTEL_SOURCE_DIR "/model/pretokenize.c";
static const char embedded[] = ARTEL_SOURCE_DIR "/model/default/artel.gguf";

struct typing {
    assist_engine *engine;
    buf file;
    char *text;
    size_t middle;
};

/* The embedded model under a name that does not say that it reads the suffix first. */
static void write_renamed(char *path)
{
    buf model;
    err e = {0};
    buf_init(&model, MODEL_BYTES);
    assert_ok(file_read(&model, embedded, &e), &e);
    size_t at = str_find(buf_view(&model), STR("artel-v"));
    assert_true(at < model.len);
    memcpy(model.ptr + at, "other", 5);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, model.ptr, model.len), model.len);
    close(fd);
    buf_release(&model);
}

static void begin_typing(struct typing *t, const char *model_path)
{
    err e = {0};
    assert_ok(assist_engine_create(
                  &t->engine,
                  &(struct assist_engine_options){.model_path = model_path, .n_threads = 1}, &e),
              &e);
    buf_init(&t->file, 1 << 20);
    assert_ok(file_read(&t->file, source, &e), &e);
    t->text = malloc(t->file.len + 1);
    assert_non_null(t->text);
    t->middle = t->file.len / 2;
    while (t->file.ptr[t->middle - 1] != '\n')
        t->middle--;
}

static void end_typing(struct typing *t)
{
    assist_engine_destroy(t->engine);
    buf_release(&t->file);
    free(t->text);
}

/* The file after k keys, without what follows them on their line. As text, so that no lines of
 * blocks follow the first: how many do is a matter of time. */
static struct assist_document typed(const struct typing *t, size_t k)
{
    size_t cursor = t->middle + k, end = t->middle + KEYS;
    end += str_find_byte(str_slice(buf_view(&t->file), end, t->file.len), '\n');
    memcpy(t->text, t->file.ptr, cursor);
    memcpy(t->text + cursor, t->file.ptr + end, t->file.len - end);
    return (struct assist_document){.path = STR("file.txt"),
                                    .text = {t->text, cursor + t->file.len - end}};
}

static struct assist_completion complete_without(const struct typing *t, size_t k, unsigned without,
                                                 bool invoked, arena *mem)
{
    struct assist_document doc = typed(t, k);
    struct assist_completion c = {0};
    struct assist_complete_options options = ASSIST_COMPLETE_OPTIONS_DEFAULT;
    options.without = ASSIST_WRITTEN | without;
    options.invoked = invoked;
    err e = {0};
    assert_ok(assist_complete(t->engine, &c, mem, &doc, t->middle + k, &options, NULL, &e), &e);
    return c;
}

static struct assist_completion complete(const struct typing *t, size_t k, arena *mem)
{
    return complete_without(t, k, ASSIST_HABIT | ASSIST_DRAFTS, false, mem);
}

static bool same_answer(const struct assist_completion *a, const struct assist_completion *b)
{
    return a->n_items == b->n_items &&
           (a->n_items == 0 || str_eq(a->items[0].text, b->items[0].text));
}

static void test_reuse__typing_reads_what_was_typed(void **state)
{
    (void)state;
    char path[] = "/tmp/artel_reuse_XXXXXX";
    write_renamed(path);
    for (int renamed = 0; renamed < 2; renamed++) {
        struct typing t;
        begin_typing(&t, renamed ? path : NULL);
        size_t n_read = 0, n_same = 0, n_loose = 0;
        for (size_t k = 0; k <= KEYS; k++) {
            arena mem;
            arena_init(&mem, 16 << 20);
            struct assist_completion c = complete(&t, k, &mem);
            if (k > 0)
                n_read += c.timings.n_prompt - c.timings.n_reused;
            n_loose += c.timings.n_loose > 0;
            /* Now and then the user pauses. */
            if (k % 12 == 6) {
                struct assist_document doc = typed(&t, k);
                err e = {0};
                assert_ok(assist_refresh(t.engine, &doc, t.middle + k, NULL, &e), &e);
                struct assist_completion exact = complete(&t, k, &mem);
                assert_int_equal(exact.timings.n_loose, 0);
                n_same += same_answer(&c, &exact);
            }
            arena_release(&mem);
        }
        print_message("%s: %zu tokens read for %d keys, %zu of 5 answers the same when read anew\n",
                      renamed ? "prefix first" : "suffix first", n_read, KEYS, n_same);
        /* Some twenty tokens were typed; within a word nothing is read. */
        assert_true(n_read < KEYS * 2 / 3);
        assert_int_equal(n_loose > 0, renamed);
        assert_true(renamed || n_same == 5);
        end_typing(&t);
    }
    unlink(path);
}

struct asked {
    size_t n_written, n_passes, n_passed; /* tokens, but for the passes */
};

static void note(struct asked *to, const struct assist_completion *c)
{
    to->n_written += c->timings.n_decoded;
    to->n_passes += c->timings.n_passes;
    to->n_passed += c->timings.n_passed;
}

/* What the model said at the key before is not asked again, and nothing else changes; what it reads
 * behind the prompt are the words that it writes, not the text after the cursor. */
static void test_reuse__a_word_is_written_once(void **state)
{
    (void)state;
    enum { WORD_KEYS = 30 };
    char path[] = "/tmp/artel_reuse_XXXXXX";
    write_renamed(path);
    for (int renamed = 0; renamed < 2; renamed++) {
        struct typing with, without;
        struct asked model = {0}, plain = {0};
        size_t n_shown = 0;
        begin_typing(&with, renamed ? path : NULL);
        begin_typing(&without, renamed ? path : NULL);
        for (size_t k = 0; k <= WORD_KEYS; k++) {
            arena mem;
            arena_init(&mem, 16 << 20);
            bool asked = k % 3 == 0; /* then the line is written to its end */
            struct assist_completion a = complete_without(&with, k, ASSIST_HABIT, asked, &mem);
            struct assist_completion b =
                complete_without(&without, k, ASSIST_HABIT | ASSIST_DRAFTS, asked, &mem);
            assert_true(same_answer(&a, &b));
            if (a.n_items > 0)
                assert_true(a.items[0].confidence == b.items[0].confidence);
            n_shown += a.n_items;
            note(&model, &a);
            note(&plain, &b);
            arena_release(&mem);
        }
        print_message("%zu shown, %zu tokens in %zu passes of %zu instead of %zu of %zu\n", n_shown,
                      model.n_written, model.n_passes, model.n_passed, plain.n_passes,
                      plain.n_passed);
        assert_true(n_shown > 0);
        assert_int_equal(model.n_written, plain.n_written);
        assert_true(5 * model.n_passes < 4 * plain.n_passes);
        assert_true(model.n_passed < plain.n_written && plain.n_passed < 2 * plain.n_written);
        end_typing(&with);
        end_typing(&without);
    }
    unlink(path);
}

TEST_MAIN(cmocka_unit_test(test_reuse__typing_reads_what_was_typed),
          cmocka_unit_test(test_reuse__a_word_is_written_once))
