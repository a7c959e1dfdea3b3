/* How much of the user's patience the server itself costs: the round trip of "one key typed, what
 * now?" over pipes, with an engine that answers at once. Two ways to the same answer are timed side
 * by side: from what was shown (the remainder as the user types along), and through the worker to
 * the engine.
 *
 * usage: bench_lsp [KEYS]     (default 2000 per row) */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "lsp/frame.h"
#include "lsp/server.h"
#include "lsp/write.h"

enum { N_SUGGESTED = 4000 };

struct assist_engine {
    int unused;
};

static err_code create(assist_engine **out, const struct assist_engine_options *options, err *e)
{
    (void)options;
    (void)e;
    *out = calloc(1, sizeof **out);
    return *out ? ERR_OK : ERR_NOMEM;
}

static void destroy(assist_engine *a)
{
    free(a);
}

static const char *describe(const assist_engine *a)
{
    return a ? "an engine that answers at once" : "";
}

static err_code complete(assist_engine *a, struct assist_completion *out, arena *mem,
                         const struct assist_document *doc, size_t cursor,
                         const struct assist_complete_options *options, const cancel_flag *cancel,
                         err *e)
{
    (void)a;
    (void)doc;
    (void)options;
    (void)cancel;
    (void)e;
    struct assist_suggestion *item = ARENA_NEW(mem, struct assist_suggestion);
    char *text = arena_push(mem, N_SUGGESTED);
    if (!item || !text)
        return ERR_NOMEM;
    memset(text, 'a', N_SUGGESTED);
    *item =
        (struct assist_suggestion){{text, N_SUGGESTED}, cursor, cursor, 1, "model", NULL, 0, 0, 0};
    *out = (struct assist_completion){.items = item, .n_items = 1};
    return ERR_OK;
}

static err_code prepare(assist_engine *a, const struct assist_document *doc, size_t cursor,
                        const cancel_flag *cancel, err *e)
{
    (void)a;
    (void)doc;
    (void)cursor;
    (void)cancel;
    (void)e;
    return ERR_OK;
}

struct session {
    int to_server[2], from_server[2];
    lsp_frame_reader reader;
    pthread_t thread;
};

static void *serve(void *user)
{
    static const struct lsp_engine_api api = {.create = create,
                                              .destroy = destroy,
                                              .describe = describe,
                                              .complete = complete,
                                              .prepare = prepare};
    struct session *s = user;
    struct lsp_server_options options = LSP_SERVER_OPTIONS_DEFAULT;
    options.in_fd = s->to_server[0];
    options.out_fd = s->from_server[1];
    options.engine = &api;
    int code;
    err e = {{0}};
    if (lsp_server_run(&code, &options, &e) != ERR_OK)
        fprintf(stderr, "bench_lsp: %s\n", e.text);
    return NULL;
}

static void send_text(struct session *s, str_view body)
{
    char head[64];
    int n = snprintf(head, sizeof head, "Content-Length: %zu\r\n\r\n", body.len);
    str_view parts[2] = {{head, (size_t)n}, body};
    for (int i = 0; i < 2; i++)
        for (size_t at = 0; at < parts[i].len;) {
            ssize_t wrote = write(s->to_server[1], parts[i].ptr + at, parts[i].len - at);
            if (wrote <= 0)
                exit(1);
            at += (size_t)wrote;
        }
}

/* Waits for the answer to request `id`; true when it carries items. */
static bool wait_answer(struct session *s, unsigned id)
{
    char want[32];
    int n_want = snprintf(want, sizeof want, "{\"jsonrpc\":\"2.0\",\"id\":%u,", id);
    for (;;) {
        struct lsp_frame f;
        while (lsp_frame_next(&s->reader, &f) == LSP_FRAME_MESSAGE) {
            str_view body = {f.body, f.len};
            if (str_starts(body, (str_view){want, (size_t)n_want}))
                return str_find(body, STR("insertText")) < body.len;
        }
        char bytes[65536];
        ssize_t n = read(s->from_server[0], bytes, sizeof bytes);
        if (n <= 0 || lsp_frame_feed(&s->reader, (str_view){bytes, (size_t)n}) != ERR_OK)
            exit(1);
    }
}

static void open_document(struct session *s, str_view text)
{
    lsp_writer w;
    lsp_write_init(&w);
    lsp_write_raw(&w,
                  STR("{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":"
                      "{\"textDocument\":{\"uri\":\"file:///d\",\"languageId\":\"c\",\"version\":1,"
                      "\"text\":"));
    w.comma = false;
    lsp_write_str(&w, text);
    w.comma = false;
    lsp_write_raw(&w, STR("}}}"));
    send_text(s, buf_view(&w.out));
    lsp_write_release(&w);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Types `n_keys` times at (line, col); `along` types what is suggested. Prints one row. */
static void row(struct session *s, const char *name, unsigned line, unsigned col, unsigned n_keys,
                bool along)
{
    static unsigned id = 100, version = 2;
    double *ms = calloc(n_keys, sizeof *ms);
    unsigned n_items = 0;
    if (!ms)
        exit(1);
    for (unsigned i = 0; i < n_keys; i++) {
        char change[512], ask[512];
        int n_change = snprintf(
            change, sizeof change,
            "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/"
            "didChange\",\"params\":{\"textDocument\":"
            "{\"uri\":\"file:///"
            "d\",\"version\":%u},\"contentChanges\":[{\"range\":{\"start\":{\"line\":"
            "%u,\"character\":%u},\"end\":{\"line\":%u,\"character\":%u}},\"text\":\"%s\"}]}}",
            version++, line, col, line, col, along ? "a" : "z");
        col++;
        int n_ask = snprintf(
            ask, sizeof ask,
            "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"textDocument/"
            "inlineCompletion\",\"params\":"
            "{\"textDocument\":{\"uri\":\"file:///d\"},\"position\":{\"line\":%u,\"character\":%u},"
            "\"context\":{\"triggerKind\":2}}}",
            ++id, line, col);
        uint64_t begin = clock_now_ns();
        send_text(s, (str_view){change, (size_t)n_change});
        send_text(s, (str_view){ask, (size_t)n_ask});
        n_items += wait_answer(s, id);
        ms[i] = clock_ms(clock_now_ns() - begin);
    }
    qsort(ms, n_keys, sizeof *ms, by_value);
    printf("%-44s %8.3f %8.3f %8.3f   %u/%u\n", name, ms[n_keys / 2], ms[n_keys * 95 / 100],
           ms[n_keys * 99 / 100], n_items, n_keys);
    free(ms);
}

static void fill(buf *b, size_t n_lines, const char *line)
{
    buf_clear(b);
    for (size_t i = 0; i < n_lines; i++)
        buf_append(b, str_of(line));
}

static void both(struct session *s, const char *what, str_view text, unsigned line, unsigned col,
                 unsigned n_keys)
{
    char name[80];
    open_document(s, text);
    snprintf(name, sizeof name, "%s, through the worker", what);
    row(s, name, line, col, n_keys, false);
    snprintf(name, sizeof name, "%s, from what was shown", what);
    row(s, name, line, col + n_keys, n_keys < N_SUGGESTED - 1 ? n_keys : N_SUGGESTED - 1, true);
}

int main(int argc, char **argv)
{
    unsigned n_keys = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 2000;
    struct session s;
    buf text;
    buf_init(&text, (size_t)64 << 20);
    if (n_keys == 0 || pipe(s.to_server) != 0 || pipe(s.from_server) != 0)
        return 1;
    lsp_frame_init(&s.reader, (size_t)64 << 20);
    if (pthread_create(&s.thread, NULL, serve, &s) != 0)
        return 1;
    send_text(
        &s, STR("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"processId\":"
                "null,\"capabilities\":{}}}"));
    (void)wait_answer(&s, 1);
    printf("%-44s %8s %8s %8s   items\n", "one key, then a request: ms", "median", "p95", "p99");
    fill(&text, 800, "    int total = count_lines(path, &options) + 1; /* \xC3\xA9 */\n");
    both(&s, "800 lines", buf_view(&text), 400, 20, n_keys);
    fill(&text, 100000, "    int total = count_lines(path, &options) + 1; /* \xC3\xA9 */\n");
    both(&s, "100,000 lines", buf_view(&text), 50000, 20, n_keys / 10 + 1);
    fill(&text, 100000, "function(a,b){return a+b*(c-d)};var x_yz=longer_name;");
    both(&s, "5 MB in one line", buf_view(&text), 0, 4000000, n_keys / 10 + 1);
    send_text(&s, STR("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"shutdown\"}"));
    send_text(&s, STR("{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}"));
    pthread_join(s.thread, NULL);
    lsp_frame_release(&s.reader);
    buf_release(&text);
    return 0;
}
