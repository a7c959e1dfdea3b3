/* base/buf.h: a growable byte buffer with a maximum. Failure is sticky, as in the arena: append
 * freely, test buf_failed() once. Reaching the maximum is a failure, not growth. Not thread-safe.
 */
#ifndef ARTEL_BASE_BUF_H
#define ARTEL_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

typedef struct buf {
    char *ptr; /* owned; ptr[len] == '\0' once anything was appended */
    size_t len;
    size_t cap;
    size_t max_bytes;
    err_code failed; /* ERR_OK, ERR_NOMEM or ERR_RANGE */
} buf;

/* No memory is taken until the first append. */
void buf_init(buf *b, size_t max_bytes);
/* Frees the bytes. Accepts NULL. The buffer is empty and usable again. */
void buf_release(buf *b);
/* Forgets the bytes and the failure, keeps the memory. */
void buf_clear(buf *b);

void buf_append(buf *b, str_view v);
void buf_append_byte(buf *b, char c);
void buf_append_format(buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
/* Replaces bytes [begin, end) by `with`, which must not point into the buffer; begin <= end <= len.
 * Cost: O(len - end + with.len). */
void buf_splice(buf *b, size_t begin, size_t end, str_view with);
/* Makes room for n more bytes and returns where they go, or NULL (sticky); follow with buf_commit.
 */
char *buf_reserve(buf *b, size_t n_bytes);
void buf_commit(buf *b, size_t n_bytes);
/* Drops the first n bytes (n <= len). Cost: O(len). */
void buf_drop_front(buf *b, size_t n_bytes);

static inline str_view buf_view(const buf *b)
{
    return (str_view){b->ptr, b->len};
}

static inline err_code buf_failed(const buf *b)
{
    return b->failed;
}

#endif
