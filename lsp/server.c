#include "lsp/server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "lsp/lsp_internal.h"

enum {
    READ_BYTES = 65536, /* what a pipe holds */
    DRAIN_MS = 1000,    /* for the client to read our last answers */
};

/* --- one message --- */

static const char lost_edit[] =
    "an edit from the editor could not be read; close and open the file again";

/* A message that never became a tree: whom it concerned is salvaged from its bytes. */
static void unreadable(lsp_server *s, const lsp_salvage *found, const char *why, int code)
{
    bool notification = found->method[0] && !found->id[0];
    if (!notification)
        lsp__answer_error(s, found->id[0] ? found->id : NULL, code, "%s", why);
    else
        log_write(LOG_ERROR, "%s was ignored: %s", found->method, why);
    if (strcmp(found->method, "textDocument/didOpen") == 0 && found->uri[0])
        lsp__doc_open_unread(s, str_of(found->uri), "the document is too large, or broken");
    if (strcmp(found->method, "textDocument/didChange") == 0)
        lsp__doc_lost_edit(
            s, str_of(found->uri),
            "an edit from the editor could not be read; close and open the file again");
}

static void on_message(lsp_server *s, char *body, size_t n_bytes)
{
    cJSON *tree = NULL;
    err e = {{0}};
    err_code rc = lsp_json_parse(&tree, body, n_bytes, &e);
    if (rc != ERR_OK) {
        lsp_salvage found = {.depth = 0};
        lsp_salvage_feed(&found, (str_view){body, n_bytes});
        unreadable(s, &found, e.text, LSP_PARSE_ERROR);
        return;
    }
    struct lsp_message m;
    int code = lsp_message_read(&m, tree, &e);
    if (code == 0) {
        lsp__dispatch(s, &m);
    } else if (m.method && !lsp_json_get(tree, "id")) {
        /* Errors in notifications have no answer. */
        log_write(LOG_WARNING, "%.100s was ignored: %s", m.method, e.text);
        if (strcmp(m.method, "textDocument/didChange") == 0)
            lsp__doc_lost_edit(s, (str_view){NULL, 0}, lost_edit);
    } else {
        lsp__answer_error(s, m.id, code, "%s", e.text);
    }
    lsp_message_release(&m);
    cJSON_Delete(tree);
}

static void on_frames(lsp_server *s)
{
    struct lsp_frame f;
    lsp_frame_kind kind;
    while (!s->stop && (kind = lsp_frame_next(&s->in, &f)) != LSP_FRAME_MORE) {
        if (f.n_junk)
            log_write(LOG_WARNING, "%zu bytes that belong to no message were skipped", f.n_junk);
        if (kind == LSP_FRAME_MESSAGE) {
            on_message(s, f.body, f.len);
        } else if (kind == LSP_FRAME_TOO_LARGE) {
            char why[120];
            snprintf(why, sizeof why,
                     "the message has %zu bytes, more than the %zu that are accepted", f.len,
                     s->options->max_message_bytes);
            unreadable(s, f.salvage, why, LSP_INVALID_REQUEST);
        } else {
            lsp__answer_error(s, NULL, LSP_PARSE_ERROR, "a header without a usable Content-Length");
        }
    }
}

/* --- the loop --- */

/* False at the end of input. */
static bool read_some(lsp_server *s, err_code *rc, err *e)
{
    char bytes[READ_BYTES];
    ssize_t n = read(s->options->in_fd, bytes, sizeof bytes);
    if (n < 0) {
        if (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)
            return true;
        *rc = err_set(e, ERR_IO, "reading from the client failed: %s", strerror(errno));
        return false;
    }
    if (n == 0)
        return false;
    *rc = lsp_frame_feed(&s->in, (str_view){bytes, (size_t)n});
    if (*rc != ERR_OK) {
        err_set(e, *rc, "out of memory while reading a message");
        return false;
    }
    on_frames(s);
    return true;
}

static void take_results(lsp_server *s)
{
    char bytes[256];
    while (read(s->wake_fd[0], bytes, sizeof bytes) > 0)
        continue;
    lsp__reading_news(s);
    for (lsp_job *job; (job = lsp_worker_collect(s->worker)) != NULL;)
        lsp__job_done(s, job);
    for (lsp_job *job; s->helper && (job = lsp_worker_collect(s->helper)) != NULL;)
        if (!lsp__guess_done(s, job))
            lsp__scaffold_done(s, job);
}

bool lsp__helper_start(lsp_server *s, err *e)
{
    return s->helper || lsp_worker_create(&s->helper, NULL, s->wake_fd[1], e) == ERR_OK;
}

static int poll_timeout(uint64_t due)
{
    uint64_t now = clock_now_ns();
    if (due == 0)
        return -1; /* nothing to do: sleep until something happens */
    if (due <= now)
        return 0;
    uint64_t ms = (due - now + 999999) / 1000000;
    return ms > 60000 ? 60000 : (int)ms;
}

static err_code serve(lsp_server *s, err *e)
{
    err_code rc = ERR_OK;
    while (!s->stop) {
        uint64_t now = clock_now_ns();
        uint64_t due = lsp__timers(s, now);
        uint64_t look_again = lsp__status_tell(s, now);
        if (look_again && (due == 0 || look_again < due))
            due = look_again;
        struct pollfd p[4] = {
            {.fd = s->options->in_fd, .events = POLLIN},
            {.fd = s->wake_fd[0], .events = POLLIN},
            {.fd = s->parent_fd, .events = POLLIN}, /* a negative fd is skipped */
            {.fd = lsp_out_is_pending(s->out) ? s->options->out_fd : -1, .events = POLLOUT},
        };
        if (poll(p, 4, poll_timeout(due)) < 0) {
            if (errno == EINTR)
                continue;
            return err_set(e, ERR_IO, "waiting for the client failed: %s", strerror(errno));
        }
        if (p[3].revents)
            lsp_out_write_some(s->out);
        if (p[1].revents)
            take_results(s);
        if (p[0].revents && !read_some(s, &rc, e))
            break;
        if (p[2].revents || lsp_out_is_broken(s->out))
            break; /* nobody is there any more */
    }
    return rc;
}

/* --- set-up and end --- */

static err_code open_wake(lsp_server *s, err *e)
{
    if (pipe(s->wake_fd) != 0) {
        s->wake_fd[0] = s->wake_fd[1] = -1;
        return err_set(e, ERR_IO, "no pipe: %s", strerror(errno));
    }
    for (int i = 0; i < 2; i++) {
        if (fcntl(s->wake_fd[i], F_SETFL, O_NONBLOCK) != 0 ||
            fcntl(s->wake_fd[i], F_SETFD, FD_CLOEXEC) != 0)
            return err_set(e, ERR_IO, "no pipe: %s", strerror(errno));
    }
    return ERR_OK;
}

static void base_settings(lsp_server *s)
{
    const char *path = s->options->engine_options.model_path;
    lsp_settings_init(&s->base);
    s->base.level = s->options->level;
    if (path)
        snprintf(s->base.model_path, sizeof s->base.model_path, "%s", path);
    s->settings = s->base;
    log_set_level(s->base.level);
}

static void close_fd(int fd)
{
    if (fd >= 0)
        close(fd);
}

static void stop_workers(lsp_server *s)
{
    lsp__scaffolds_cancel_all(s);
    lsp__guess_cancel(s, NULL);
    lsp_worker_destroy(s->helper, lsp_job_destroy);
    s->helper = NULL;
    lsp__scaffolds_end(s);
    lsp__guesses_end(s);
    for (lsp_job *job = s->jobs; job; job = job->next)
        cancel_request(&job->cancel);
    lsp_worker_destroy(s->worker, lsp_job_destroy);
    s->worker = NULL;
    s->jobs = NULL; /* dropped with it */
}

static void release(lsp_server *s)
{
    stop_workers(s);
    while (s->asks) {
        lsp_ask *ask = s->asks;
        s->asks = ask->next;
        mem_free(ask->id);
        mem_free(ask->entry);
        mem_free(ask->token);
        mem_free(ask);
    }
    while (s->own) {
        lsp_own *own = s->own;
        s->own = own->next;
        mem_free(own);
    }
    lsp__explain_release(s);
    lsp__docs_release(s);
    lsp_frame_release(&s->in);
    lsp__progress_release(s);
    mem_free(s->reported);
    log_set_sink(NULL, NULL);
    lsp_out_destroy(s->out);
    close_fd(s->wake_fd[0]);
    close_fd(s->wake_fd[1]);
    close_fd(s->parent_fd);
    mem_free(s);
}

err_code lsp_server_run(int *exit_code, const struct lsp_server_options *options, err *e)
{
    lsp_server *s = mem_zero(1, sizeof *s);
    if (!s)
        return err_set(e, ERR_NOMEM, "out of memory");
    s->options = options;
    s->encoding = LSP_UTF16;
    s->wake_fd[0] = s->wake_fd[1] = s->parent_fd = -1;
    lsp_frame_init(&s->in, options->max_message_bytes);
    base_settings(s);

    cJSON_Hooks hooks = {mem_alloc, mem_free};
    cJSON_InitHooks(&hooks);
    struct sigaction ignore, before;
    memset(&ignore, 0, sizeof ignore);
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, &before);

    err_code rc = open_wake(s, e);
    if (rc == ERR_OK)
        rc = lsp_out_create(&s->out, options->out_fd, s->wake_fd[1]);
    if (rc == ERR_OK)
        rc = lsp__progress_open(s);
    if (rc == ERR_OK)
        rc = lsp_worker_create(&s->worker, options->engine, s->wake_fd[1], e);
    if (rc == ERR_OK) {
        lsp__log_to_client(s);
        rc = serve(s, e);
        /* First the workers: what they log belongs to the client as long as there is one. */
        stop_workers(s);
        log_set_sink(NULL, NULL);
        lsp_out_drain(s->out, DRAIN_MS);
    }
    *exit_code = rc == ERR_OK && s->phase == LSP_SHUT_DOWN ? 0 : 1;
    release(s);
    sigaction(SIGPIPE, &before, NULL);
    return rc;
}
