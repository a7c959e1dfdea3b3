#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/size.h"

void buf_init(buf *b, size_t max_bytes)
{
    *b = (buf){.max_bytes = max_bytes};
}

void buf_release(buf *b)
{
    if (!b)
        return;
    mem_free(b->ptr);
    buf_init(b, b->max_bytes);
}

void buf_clear(buf *b)
{
    b->len = 0;
    b->failed = ERR_OK;
    if (b->ptr)
        b->ptr[0] = '\0';
}

char *buf_reserve(buf *b, size_t n_bytes)
{
    size_t need;
    if (b->failed != ERR_OK)
        return NULL;
    if (!size_add(&need, b->len, n_bytes) || need > b->max_bytes || need > (size_t)-2) {
        b->failed = ERR_RANGE;
        return NULL;
    }
    if (!b->ptr || need > b->cap) {
        /* Doubling, so that appending n bytes one by one costs O(n). */
        size_t cap = b->cap < 32 ? 64 : b->cap * 2;
        if (cap < need || cap < b->cap)
            cap = need;
        char *p = mem_resize(b->ptr, cap + 1);
        if (!p) {
            b->failed = ERR_NOMEM;
            return NULL;
        }
        b->ptr = p;
        b->cap = cap;
    }
    return b->ptr + b->len;
}

void buf_commit(buf *b, size_t n_bytes)
{
    assert(b->ptr && n_bytes <= b->cap - b->len);
    b->len += n_bytes;
    b->ptr[b->len] = '\0';
}

void buf_append(buf *b, str_view v)
{
    char *p = buf_reserve(b, v.len);
    if (!p)
        return;
    if (v.len)
        memcpy(p, v.ptr, v.len);
    buf_commit(b, v.len);
}

void buf_append_byte(buf *b, char c)
{
    buf_append(b, (str_view){&c, 1});
}

void buf_append_format(buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *p = n < 0 ? NULL : buf_reserve(b, (size_t)n);
    if (p) {
        vsnprintf(p, (size_t)n + 1, format, again);
        buf_commit(b, (size_t)n);
    }
    va_end(again);
}

void buf_splice(buf *b, size_t begin, size_t end, str_view with)
{
    assert(begin <= end && end <= b->len);
    size_t tail = b->len - end;
    size_t removed = end - begin;
    if (!buf_reserve(b, with.len > removed ? with.len - removed : 0))
        return;
    memmove(b->ptr + begin + with.len, b->ptr + end, tail);
    if (with.len)
        memcpy(b->ptr + begin, with.ptr, with.len);
    b->len = begin + with.len + tail;
    b->ptr[b->len] = '\0';
}

void buf_drop_front(buf *b, size_t n_bytes)
{
    if (n_bytes)
        buf_splice(b, 0, n_bytes, (str_view){NULL, 0});
}
