/* The whole server: bodies of messages, one a line, are framed and sent after a proper initialize.
 * Whatever they say, it ends by itself when the input ends. */
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "lsp/server.h"
#include "tests/fuzz/fuzz.h"

struct assist_engine {
    size_t n_calls;
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
    return a ? "a fake" : "nothing";
}

/* Suggests twice the text behind the cursor, in place of it. */
static err_code complete(assist_engine *a, struct assist_completion *out, arena *mem,
                         const struct assist_document *doc, size_t cursor,
                         const struct assist_complete_options *options, const cancel_flag *cancel,
                         err *e)
{
    (void)options;
    PROMISE(cursor <= doc->text.len);
    if (cancel_requested(cancel))
        return ERR_CANCELLED;
    if (++a->n_calls % 7 == 0)
        return err_set(e, ERR_FORMAT, "the seventh call fails");
    str_view rest = str_slice(doc->text, cursor, doc->text.len);
    rest = str_slice(rest, 0, str_find_byte(rest, '\n'));
    struct assist_suggestion *item = ARENA_NEW(mem, struct assist_suggestion);
    if (!item)
        return ERR_NOMEM;
    *item = (struct assist_suggestion){
        .text = arena_format(mem, "x%.*s%.*s", STR_ARG(rest), STR_ARG(rest)),
        .begin_bytes = cursor,
        .end_bytes = cursor + rest.len,
    };
    *out = (struct assist_completion){.items = item, .n_items = 1};
    return ERR_OK;
}

static err_code prepare(assist_engine *a, const struct assist_document *doc, size_t cursor,
                        const cancel_flag *cancel, err *e)
{
    (void)a;
    (void)cancel;
    (void)e;
    PROMISE(cursor <= doc->text.len);
    return ERR_OK;
}

struct sender {
    int fd;
    buf bytes;
};

static void *send_all(void *user)
{
    struct sender *s = user;
    for (size_t at = 0; at < s->bytes.len;) {
        ssize_t n = write(s->fd, s->bytes.ptr + at, s->bytes.len - at);
        if (n <= 0)
            break;
        at += (size_t)n;
    }
    close(s->fd);
    return NULL;
}

static void frame(buf *b, str_view body)
{
    buf_append_format(b, "Content-Length: %zu\r\n\r\n", body.len);
    buf_append(b, body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct lsp_engine_api api = {.create = create,
                                              .destroy = destroy,
                                              .describe = describe,
                                              .complete = complete,
                                              .prepare = prepare};
    int fds[2], code = -1;
    pthread_t thread;
    struct sender sender;
    err e = {{0}};
    buf_init(&sender.bytes, (size_t)16 << 20);
    frame(&sender.bytes, STR("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":"
                             "{\"processId\":null,\"capabilities\":{}}}"));
    frame(
        &sender.bytes,
        STR("{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":"
            "{\"uri\":\"a:b\",\"languageId\":\"c\",\"version\":1,\"text\":\"int "
            "\xC3\xA9(x);\\n\"}}}"));
    str_view rest = {(const char *)data, size};
    while (rest.len)
        frame(&sender.bytes, str_take_line(&rest));
    PROMISE(pipe(fds) == 0);
    sender.fd = fds[1];
    PROMISE(pthread_create(&thread, NULL, send_all, &sender) == 0);
    struct lsp_server_options options = LSP_SERVER_OPTIONS_DEFAULT;
    options.in_fd = fds[0];
    options.out_fd = open("/dev/null", O_WRONLY);
    options.engine = &api;
    options.max_message_bytes = 4096;
    PROMISE(lsp_server_run(&code, &options, &e) == ERR_OK);
    PROMISE(code == 0 || code == 1);
    close(fds[0]);
    pthread_join(thread, NULL);
    close(options.out_fd);
    buf_release(&sender.bytes);
    return 0;
}
