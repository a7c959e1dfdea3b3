/* Drafts change how fast a line is written, never which; giving up lines that nobody asked for and
 * that would not be shown changes how much is written, never what is shown. */
#include "tests/unit/test.h"

#include "assist/complete/engine.h"
#include "base/file.h"
#include "base/mem.h"

#ifdef ARTEL_ARENA_DEBUG /* built with sanitizers, five times slower */
enum { PROMPTS = 600 };
#else
enum { PROMPTS = 4000 };
#endif
enum { CONTEXT = 80, SECOND = 16, UNASKED = 32, BEFORE = 2000, AFTER = 600 };

/* Half of the places stand in text that repeats itself, where drafts are long and right; the others
 * are spread over source files, where they often are wrong. */
static const char *const files[] = {"/context/recall.c", "/model/gguf.c", "/lsp/suggest.c",
                                    "/tests/e2e/transcript.py", "/README.md"};

struct fixture {
    assist_engine *engine;
    arena mem;
};

static int setup(void **state)
{
    struct fixture *f = mem_zero(1, sizeof *f);
    err e = {{0}};
    arena_init(&f->mem, (size_t)64 << 20);
    *state = f;
    return assist_engine_create(&f->engine,
                                &(struct assist_engine_options){.n_ctx = CONTEXT, .n_threads = 1},
                                &e) == ERR_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    assist_engine_destroy(f->engine);
    arena_release(&f->mem);
    mem_free(f);
    return 0;
}

static struct assist_completion complete(struct fixture *f, str_view text, size_t cursor,
                                         unsigned without, uint32_t n_items, bool invoked,
                                         bool as_code)
{
    struct assist_completion c = {0};
    /* As text, so that no time goes into the lines of a block behind the first; as code where it
     * matters what is shown. */
    struct assist_document doc = {.path = as_code ? STR("a.c") : STR("a.txt"), .text = text};
    struct assist_complete_options options = {.without = ASSIST_WRITTEN | without,
                                              .invoked = invoked,
                                              .max_tokens = 10,
                                              .n_items = n_items};
    err e = {{0}};
    /* The prompt read in the same way both times: other batches round differently. */
    model_session_truncate(f->engine->session, 0);
    f->engine->holds_asked = false;
    /* Always worth it: as if a step took a second. */
    f->engine->pace = (struct decode_pace){.step_ns = 1e9, .length = 8};
    assert_int_equal(assist_complete(f->engine, &c, &f->mem, &doc, cursor, &options, NULL, &e),
                     ERR_OK);
    return c;
}

/* Compares at `cursor`; returns how many tokens were read as drafts. */
static size_t compare(struct fixture *f, str_view text, size_t cursor, uint32_t n_items)
{
    struct assist_completion plain = complete(f, text, cursor, ASSIST_DRAFTS, n_items, true, false);
    struct assist_completion drafted = complete(f, text, cursor, 0, n_items, true, false);
    assert_int_equal(drafted.n_items, plain.n_items);
    for (size_t i = 0; i < plain.n_items; i++) {
        assert_int_equal(drafted.items[i].text.len, plain.items[i].text.len);
        assert_memory_equal(drafted.items[i].text.ptr, plain.items[i].text.ptr,
                            plain.items[i].text.len);
        assert_true(drafted.items[i].confidence == plain.items[i].confidence);
    }
    return drafted.timings.n_drafted;
}

struct written {
    size_t asked, unasked; /* tokens */
};

static str_view first_line(str_view text)
{
    return str_slice(text, 0, str_find_byte(text, '\n'));
}

/* Nothing or what comes where somebody asks, in no more tokens. */
static void compare_unasked(struct fixture *f, str_view text, size_t cursor, struct written *w)
{
    struct assist_completion asked = complete(f, text, cursor, 0, 1, true, true);
    struct assist_completion unasked = complete(f, text, cursor, 0, 1, false, true);
    assert_true(unasked.n_items <= asked.n_items);
    assert_true(unasked.timings.n_decoded <= asked.timings.n_decoded);
    if (unasked.n_items > 0)
        assert_true(str_eq(first_line(unasked.items[0].text), first_line(asked.items[0].text)));
    w->asked += asked.timings.n_decoded;
    w->unasked += unasked.timings.n_decoded;
}

static void test_drafts__never_change_a_line(void **state)
{
    struct fixture *f = *state;
    struct written written = {0};
    size_t n = 0, n_drafted = 0, n_files = sizeof files / sizeof *files;
    for (size_t i = 0; i < n_files; i++) {
        buf text;
        err e = {{0}};
        char path[512];
        buf_init(&text, 1 << 20);
        snprintf(path, sizeof path, "%s%s", ARTEL_SOURCE_DIR, files[i]);
        assert_int_equal(file_read(&text, path, &e), ERR_OK);
        size_t per_file = PROMPTS / 2 / n_files, step = text.len / (per_file + 1);
        for (size_t k = 1; k <= per_file; k++, n++) {
            /* What follows the cursor on its line is not written yet. */
            size_t cursor = k * step;
            while (cursor < text.len && (text.ptr[cursor] & 0xC0) == 0x80)
                cursor++;
            str_view rest = str_slice(buf_view(&text), cursor, text.len);
            size_t tail = cursor + str_find_byte(rest, '\n');
            arena one;
            arena_init(&one, (size_t)4 << 20);
            size_t from = cursor > BEFORE ? cursor - BEFORE : 0;
            str_view cut = arena_format(&one, "%.*s%.*s", (int)(cursor - from), text.ptr + from,
                                        STR_ARG(str_slice(buf_view(&text), tail, tail + AFTER)));
            n_drafted += compare(f, cut, cursor - from, k % SECOND == 0 ? 3 : 1);
            if (k % UNASKED == 0)
                compare_unasked(f, cut, cursor - from, &written);
            arena_release(&one);
        }
        buf_release(&text);
    }
    for (size_t k = 0; n < PROMPTS; k++, n++) {
        buf text;
        buf_init(&text, 1 << 16);
        for (size_t line = 0; line < 6 + k % 7; line++)
            buf_append_format(&text, "    set_value(&table[%zu], name_%zu, %zu);\n", line % 4,
                              k % 13, line * (k % 5));
        buf_append_format(&text, "    set_value(&%.*s", (int)(k % 6), "table[");
        n_drafted += compare(f, buf_view(&text), text.len, k % SECOND == 0 ? 3 : 1);
        buf_release(&text);
    }
    assert_true(written.unasked < written.asked);
    assert_int_equal(n, PROMPTS);
    /* It was put to the test: more than one drafted token a prompt. */
    assert_true(n_drafted > (size_t)PROMPTS);
}

TEST_MAIN(cmocka_unit_test_setup_teardown(test_drafts__never_change_a_line, setup, teardown))
