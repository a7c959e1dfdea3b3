#include "tests/unit/test.h"

#include "lsp/frame.h"

/* Feeds `wire` in pieces of `step` bytes; writes what came out as one line per event. */
static const char *events(const char *wire, size_t n, size_t step, size_t max_bytes)
{
    static char log[4096];
    size_t len = 0;
    log[0] = '\0';
    lsp_frame_reader r;
    lsp_frame_init(&r, max_bytes);
    for (size_t at = 0; at < n; at += step) {
        size_t take = n - at < step ? n - at : step;
        assert_int_equal(lsp_frame_feed(&r, (str_view){wire + at, take}), ERR_OK);
        for (;;) {
            struct lsp_frame f;
            lsp_frame_kind kind = lsp_frame_next(&r, &f);
            if (kind == LSP_FRAME_MORE)
                break;
            len += (size_t)snprintf(log + len, sizeof log - len, "%s%s%.*s%s%s%s|",
                                    kind == LSP_FRAME_MESSAGE     ? ""
                                    : kind == LSP_FRAME_TOO_LARGE ? "large "
                                                                  : "bad",
                                    f.n_junk ? "junk " : "",
                                    kind == LSP_FRAME_MESSAGE ? (int)f.len : 0,
                                    f.body ? f.body : "", f.salvage ? f.salvage->id : "",
                                    f.salvage ? " " : "", f.salvage ? f.salvage->method : "");
            assert_true(len < sizeof log);
        }
    }
    if (!lsp_frame_is_idle(&r))
        snprintf(log + len, sizeof log - len, "inside");
    lsp_frame_release(&r);
    return log;
}

static void check(const char *wire, size_t max_bytes, const char *want)
{
    /* Whatever the pieces, the events are the same. */
    for (size_t step = 1; step <= strlen(wire) + 1; step++)
        assert_string_equal(events(wire, strlen(wire), step, max_bytes), want);
}

static void test_frame__cuts_messages(void **state)
{
    (void)state;
    check("Content-Length: 2\r\n\r\n{}", 99, "{}|");
    check("Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n[1]", 99, "{}|[1]|");
    check("Content-Length: 0\r\n\r\nContent-Length: 1\r\n\r\n1", 99, "|1|");
}

static void test_frame__takes_any_header(void **state)
{
    (void)state;
    check("content-length:2\r\n\r\n{}", 99, "{}|");
    check("CONTENT-LENGTH:   2   \r\nX-Any: thing\r\n\r\n{}", 99, "{}|");
    check("Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}",
          99, "{}|");
    check("Content-Length: 2\n\n{}", 99, "{}|");
    check("\r\n\r\nContent-Length: 2\r\n\r\n{}", 99, "{}|");
}

static void test_frame__survives_junk(void **state)
{
    (void)state;
    check("hello\r\nContent-Length: 2\r\n\r\n{}", 99, "junk {}|");
    check("hello Content-Length: 2\r\n\r\n{}Content-Length: 1\r\n\r\n1", 99, "junk {}|1|");
    check("X: y\r\n\r\nContent-Length: 2\r\n\r\n{}", 99, "bad|{}|");
    check("Content-Length: abc\r\n\r\nContent-Length: 2\r\n\r\n{}", 99, "bad|{}|");
    check("Content-Length: -1\r\n\r\nContent-Length: 2\r\n\r\n{}", 99, "bad|{}|");
    check("Content-Length: \r\n\r\nContent-Length: 2\r\n\r\n{}", 99, "bad|{}|");
    check("Content-Length: 99999999999999999999999\r\n\r\nContent-Length: 2\r\n\r\n{}", 99,
          "bad|{}|");
    /* The body of a message whose length was unreadable is skipped up to the next one. */
    check("Content-Length: x\r\n\r\n{\"a\":1}Content-Length: 2\r\n\r\n{}", 99, "bad|junk {}|");
}

static void test_frame__endless_line_does_not_grow(void **state)
{
    (void)state;
    lsp_frame_reader r;
    struct lsp_frame f;
    char junk[4096];
    memset(junk, 'x', sizeof junk);
    lsp_frame_init(&r, 100);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(lsp_frame_feed(&r, (str_view){junk, sizeof junk}), ERR_OK);
        assert_int_equal(lsp_frame_next(&r, &f), LSP_FRAME_MORE);
        assert_true(r.bytes.cap < 64 * 1024);
    }
    assert_int_equal(lsp_frame_feed(&r, STR("Content-Length: 2\r\n\r\n{}")), ERR_OK);
    assert_int_equal(lsp_frame_next(&r, &f), LSP_FRAME_MESSAGE);
    assert_true(f.n_junk >= 1000 * sizeof junk);
    lsp_frame_release(&r);
}

static void test_frame__skips_what_is_too_large(void **state)
{
    (void)state;
    check("Content-Length: 36\r\n\r\n{\"id\":7,\"method\":\"x\",\"p\":\"aaaaaaaa\"}"
          "Content-Length: 2\r\n\r\n{}",
          35, "large 7 x|{}|");
    check("Content-Length: 36\r\n\r\n{\"id\":7,\"method\":\"x\",\"p\":\"aaaaaaaa\"}"
          "Content-Length: 2\r\n\r\n{}",
          36, "{\"id\":7,\"method\":\"x\",\"p\":\"aaaaaaaa\"}|{}|");
}

static void test_frame__knows_when_cut_off(void **state)
{
    (void)state;
    check("Content-Length: 5\r\n\r\n{}", 99, "inside");
    check("Content-Length: 5\r\n", 99, "inside");
    check("Content-Le", 99, "inside");
    check("", 99, "");
}

static void test_frame__gives_large_buffers_back(void **state)
{
    (void)state;
    enum { BODY = 3 << 20 };
    lsp_frame_reader r;
    struct lsp_frame f;
    lsp_frame_init(&r, BODY);
    char *body = calloc(1, BODY);
    char head[64];
    snprintf(head, sizeof head, "Content-Length: %d\r\n\r\n", BODY);
    assert_int_equal(lsp_frame_feed(&r, str_of(head)), ERR_OK);
    assert_int_equal(lsp_frame_feed(&r, (str_view){body, BODY}), ERR_OK);
    free(body);
    assert_int_equal(lsp_frame_next(&r, &f), LSP_FRAME_MESSAGE);
    assert_int_equal(f.len, BODY);
    assert_int_equal(lsp_frame_feed(&r, STR("C")), ERR_OK);
    assert_true(r.bytes.cap < 1024);
    lsp_frame_release(&r);
}

TEST_MAIN(cmocka_unit_test(test_frame__cuts_messages),
          cmocka_unit_test(test_frame__takes_any_header),
          cmocka_unit_test(test_frame__survives_junk),
          cmocka_unit_test(test_frame__endless_line_does_not_grow),
          cmocka_unit_test(test_frame__skips_what_is_too_large),
          cmocka_unit_test(test_frame__knows_when_cut_off),
          cmocka_unit_test(test_frame__gives_large_buffers_back))
