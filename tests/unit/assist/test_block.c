/* Lines behind the first, as a model goes on. */
#include "tests/unit/test.h"

#include "assist/complete/block.h"
#include "assist/complete/learn.h"

/* Functions so much alike that even a small model goes on, and so different that none is copied. */
static const char document[] = "const handlers = {};\n\n"
                               "handlers.onOpen = function (event) {\n"
                               "  const target = event.target;\n"
                               "  log(\"open\", target);\n"
                               "  return target.open();\n"
                               "};\n\n"
                               "handlers.onClose = function (event) {\n"
                               "  const target = event.target;\n"
                               "  log(\"close\", target);\n"
                               "  return target.close();\n"
                               "};\n\n"
                               "$0";
static const char first[] = "handlers.onPause = function (event) {";

struct setting {
    assist_engine *engine;
    arena mem;
    struct assist_document doc;
    size_t cursor;
    struct prompt prompt;
    struct gate gate;
};

static void begin(struct setting *t)
{
    err e = {0};
    str_view text = str_of(document), seen;
    *t = (struct setting){.cursor = str_find(text, STR("$0"))};
    arena_init(&t->mem, 1 << 20);
    t->doc = (struct assist_document){.path = STR("handlers.js"),
                                      .text = arena_format(&t->mem, "%.*s%s", (int)t->cursor,
                                                           text.ptr, document + t->cursor + 2)};
    const struct assist_engine_options options = {.n_threads = 1, .not_adapted = true};
    assert_ok(assist_engine_create(&t->engine, &options, &e), &e);
    assert_ok(learn_lines(t->engine, &t->doc, &seen, &e), &e);
    assert_ok(learn_tokens(t->engine, &t->doc, seen, &e), &e);
    assert_ok(prompt_build(&t->prompt, t->engine, &t->doc, t->cursor, 64, 0, &e), &e);
    assert_ok(decode_begin(t->engine, &t->prompt, DECODE_READ_EXACTLY, NULL, NULL, &e), &e);
    gate_open(&t->gate, t->engine, &t->mem, &t->doc, t->cursor);
}

static void end(struct setting *t)
{
    assist_engine_destroy(t->engine);
    arena_release(&t->mem);
}

struct taken {
    size_t n, most;
    bool sound;
};

static bool take(void *user, str_view line, float all, float first_word)
{
    struct taken *t = user;
    t->sound = t->sound && str_find_byte(line, '\n') == line.len && all > 0 && all <= 1 &&
               first_word > 0 && first_word <= 1;
    return ++t->n < t->most;
}

static size_t go_on(struct setting *t, const char *text, const struct decode_limits *limits,
                    struct taken *taken)
{
    err e = {0};
    struct decode_lines lines = {.take = take, .user = taken};
    assert_ok(decode_further(t->engine, &t->prompt, str_of(text), limits, &lines, &e), &e);
    return lines.n_tokens;
}

static void test_block__the_model_goes_on_line_by_line(void **state)
{
    (void)state;
    struct setting t;
    err e = {0};
    begin(&t);
    struct decode_limits limits = {.max_tokens = 64};
    struct taken one = {.most = 1, .sound = true}, some = {.most = 3, .sound = true};
    size_t n_tokens = go_on(&t, first, &limits, &one);
    go_on(&t, first, &limits, &some);
    assert_int_equal(one.n, 1);
    assert_int_equal(some.n, 3);
    assert_true(one.sound && some.sound);
    /* A line that is not at its end is none to go on behind. */
    struct taken none = {.most = 3, .sound = true};
    go_on(&t, "handlers.onPause = func", &limits, &none);
    assert_int_equal(none.n, 0);
    /* What cannot become sure enough is not written to the end of its line. */
    struct taken unsure = {.most = 3, .sound = true};
    const struct decode_limits picky = {.max_tokens = 64, .least = 0.999F};
    assert_true(go_on(&t, first, &picky, &unsure) < n_tokens);
    assert_int_equal(unsure.n, 0);
    cancel_flag cancel = {0};
    cancel_request(&cancel);
    limits.cancel = &cancel;
    struct decode_lines lines = {.take = take, .user = &some};
    assert_int_equal(decode_further(t.engine, &t.prompt, str_of(first), &limits, &lines, &e),
                     ERR_CANCELLED);
    end(&t);
}

/* What is added comes behind the first line, on lines of its own, and passes the gate. */
static void test_block__adds_only_what_passes(void **state)
{
    (void)state;
    struct setting t;
    err e = {0};
    begin(&t);
    const struct decode_limits limits = {.max_tokens = 64};
    struct assist_suggestion s = {
        .text = str_of(first), .begin_bytes = t.cursor, .end_bytes = t.cursor, .source = "model"};
    assert_int_equal(block_at(t.doc.text, t.cursor, &s, t.gate.lang), BLOCK_OPENED);
    struct assist_timings times = {0};
    assert_ok(block_go_on(&t.gate, &s, BLOCK_OPENED, &t.prompt, &limits, &times, &e), &e);
    assert_true(str_starts(s.text, str_of(first)));
    if (s.text.len > strlen(first)) {
        assert_int_equal(s.text.ptr[strlen(first)], '\n');
        assert_true(gate_lines_pass(&t.gate, &s, s.text));
    }
    /* Without time there is the first line alone. */
    struct assist_suggestion late = s;
    const struct decode_limits over = {.max_tokens = 64, .until_ns = 1};
    late.text = str_of(first);
    size_t n_decoded = times.n_decoded;
    assert_true(n_decoded > 0 || s.text.len == strlen(first));
    assert_ok(block_go_on(&t.gate, &late, BLOCK_OPENED, &t.prompt, &over, &times, &e), &e);
    assert_true(str_eq(late.text, str_of(first)));
    assert_int_equal(times.n_decoded, n_decoded);
    end(&t);
}

TEST_MAIN(cmocka_unit_test(test_block__the_model_goes_on_line_by_line),
          cmocka_unit_test(test_block__adds_only_what_passes))
