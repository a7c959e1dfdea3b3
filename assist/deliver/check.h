/* assist/deliver/check.h: is what a target wrote a text of its language? And when it is not: which
 * sample, as small as can be, shows it. Any thread; calls share nothing. */
#ifndef ARTEL_ASSIST_DELIVER_CHECK_H
#define ARTEL_ASSIST_DELIVER_CHECK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef enum {
    CHECK_CLEAN,
    CHECK_BROKEN,
    CHECK_UNKNOWN, /* there is no grammar for it, or it is too long for a tree */
} check_state;

typedef struct {
    check_state state;
    size_t n_errors;
    size_t line, column; /* of the first syntax error, from 1 */
    str_view near;       /* its line, borrowed from the text */
} check_result;

/* Parses `text` by the grammar that `path` names. ERR_NOMEM. Cost: about 10 MB/s. */
MUST_USE err_code check_parse(check_result *out, str_view path, str_view text, err *e);

/* A sample of as few and as short values as can be found for which fails(user, sample) still holds,
 * in `a`; *out is empty when it does not hold for `text` as read. `fails` is asked at most
 * max_tries times. ERR_FORMAT (not JSON), ERR_NOMEM. */
MUST_USE err_code check_reduce(str_view *out, arena *a, str_view text,
                               bool (*fails)(void *user, str_view sample), void *user,
                               size_t max_tries, err *e);

#endif
