/* assist/explain/hints.h: short names for operators that search engines do not find, to be shown
 * beside them. Which constructs have one, and what it says, is written in the knowledge ("hint").
 * Pure functions over their arguments, as in explain.h. */
#ifndef ARTEL_ASSIST_EXPLAIN_HINTS_H
#define ARTEL_ASSIST_EXPLAIN_HINTS_H

#include "assist/explain/explain.h"

struct explain_hint {
    size_t at;     /* byte of the document that it stands in front of: behind the operator */
    str_view text; /* "if null" */
    const struct gram_construct *construct;
};

enum { EXPLAIN_MAX_HINTS = 500 };

/* The hints in [begin, end) of the request's text, in order, at most EXPLAIN_MAX_HINTS of them;
 * `scope` and `known` are not looked at, embedded languages left alone. *out lives in `mem`.
 * ERR_RANGE; ERR_NOMEM. Cost: O(nodes in the range times constructs with a hint). */
MUST_USE err_code explain_hints(const struct explain_hint **out, size_t *n,
                                const struct explain_request *r, arena *mem, err *e);

#endif
