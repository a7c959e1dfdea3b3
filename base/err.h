/* base/err.h: errors as values. A fallible function returns an err_code and may describe the
 * failure in one line of text for a person: what is wrong, where, and what to do about it. */
#ifndef ARTEL_BASE_ERR_H
#define ARTEL_BASE_ERR_H

#include "base/compiler.h"

typedef enum {
    ERR_OK = 0,
    ERR_NOMEM,       /* an allocation failed */
    ERR_RANGE,       /* a limit or bound was passed */
    ERR_FORMAT,      /* the input is not what it claims to be */
    ERR_UNSUPPORTED, /* well-formed, but we cannot do it */
    ERR_NOT_FOUND,   /* the named thing does not exist */
    ERR_IO,          /* the operating system refused */
    ERR_CANCELLED,   /* the caller no longer wants the result */
    ERR_STALE,       /* the result would describe text that has changed meanwhile */
} err_code;

enum { ERR_TEXT_BYTES = 320 };

/* One line of text, NUL-terminated, no newline. Callers zero-initialise it. */
typedef struct err {
    char text[ERR_TEXT_BYTES];
} err;

/* Writes the line into *e, cut at its size on a UTF-8 boundary, control characters replaced by '?',
 * and returns `code`, so that `return err_set(e, ERR_IO, ...)` reads well. e may be NULL. */
err_code err_set(err *e, err_code code, const char *format, ...) PRINTF_LIKE(3, 4);

/* "out of memory", "not found", …; static text, never NULL. */
const char *err_name(err_code code);

#endif
