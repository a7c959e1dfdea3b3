#include "lsp/out.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

/* A client that leaves this much unread is not coming back. */
#define MAX_BACKLOG_BYTES ((size_t)256 << 20)

struct lsp_out {
    int fd;
    int wake_fd;
    pthread_mutex_t mu;
    buf pending;  /* guarded by mu; [begin, len) is not written yet */
    size_t begin; /* guarded by mu */
    bool broken;  /* guarded by mu */
};

err_code lsp_out_create(lsp_out **out, int fd, int wake_fd)
{
    lsp_out *o = mem_zero(1, sizeof *o);
    if (!o)
        return ERR_NOMEM;
    o->fd = fd;
    o->wake_fd = wake_fd;
    pthread_mutex_init(&o->mu, NULL);
    buf_init(&o->pending, MAX_BACKLOG_BYTES);
    *out = o;
    return ERR_OK;
}

void lsp_out_destroy(lsp_out *o)
{
    if (!o)
        return;
    pthread_mutex_destroy(&o->mu);
    buf_release(&o->pending);
    mem_free(o);
}

void lsp_out_send(lsp_out *o, str_view body)
{
    char head[48];
    int n_head = snprintf(head, sizeof head, "Content-Length: %zu\r\n\r\n", body.len);
    pthread_mutex_lock(&o->mu);
    if (!o->broken) {
        /* Both or nothing: half a message would spoil all that follow. */
        if (buf_reserve(&o->pending, (size_t)n_head + body.len)) {
            buf_append(&o->pending, (str_view){head, (size_t)n_head});
            buf_append(&o->pending, body);
        }
        o->broken = buf_failed(&o->pending) != ERR_OK;
    }
    pthread_mutex_unlock(&o->mu);
    /* A full pipe is as good as one more byte: the loop will wake. */
    ssize_t ignored = write(o->wake_fd, "o", 1);
    (void)ignored;
}

bool lsp_out_is_pending(lsp_out *o)
{
    pthread_mutex_lock(&o->mu);
    bool pending = !o->broken && o->begin < o->pending.len;
    pthread_mutex_unlock(&o->mu);
    return pending;
}

bool lsp_out_is_broken(lsp_out *o)
{
    pthread_mutex_lock(&o->mu);
    bool broken = o->broken;
    pthread_mutex_unlock(&o->mu);
    return broken;
}

void lsp_out_write_some(lsp_out *o)
{
    char chunk[PIPE_BUF];
    pthread_mutex_lock(&o->mu);
    str_view left = str_slice(buf_view(&o->pending), o->begin, o->pending.len);
    size_t n = left.len < sizeof chunk ? left.len : sizeof chunk;
    if (n)
        memcpy(chunk, left.ptr, n);
    bool broken = o->broken;
    pthread_mutex_unlock(&o->mu);
    if (n == 0 || broken)
        return;
    /* Not under the lock: another thread that only queues must never wait for the client. */
    ssize_t written = write(o->fd, chunk, n);
    bool failed = written < 0 && errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK;
    pthread_mutex_lock(&o->mu);
    if (failed)
        o->broken = true;
    if (written > 0)
        o->begin += (size_t)written;
    if (o->begin == o->pending.len) {
        o->begin = 0;
        if (o->pending.cap > (1u << 20))
            buf_release(&o->pending);
        else
            buf_clear(&o->pending);
    } else if (o->begin > o->pending.len / 2) {
        buf_drop_front(&o->pending, o->begin);
        o->begin = 0;
    }
    pthread_mutex_unlock(&o->mu);
}

void lsp_out_drain(lsp_out *o, uint32_t wait_ms)
{
    uint64_t until = clock_now_ns() + (uint64_t)wait_ms * 1000000u;
    while (lsp_out_is_pending(o)) {
        uint64_t now = clock_now_ns();
        struct pollfd p = {.fd = o->fd, .events = POLLOUT};
        if (now >= until)
            return;
        int rc = poll(&p, 1, (int)((until - now) / 1000000u) + 1);
        if (rc > 0)
            lsp_out_write_some(o);
        else if (rc < 0 && errno != EINTR)
            return;
    }
}
