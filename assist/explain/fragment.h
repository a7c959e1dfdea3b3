/* assist/explain/fragment.h: explains a piece of code that comes alone, out of any file. */
#ifndef ARTEL_ASSIST_EXPLAIN_FRAGMENT_H
#define ARTEL_ASSIST_EXPLAIN_FRAGMENT_H

#include "assist/explain/explain.h"

/* Every construct in `code`, outermost first. A fragment that does not parse by itself is tried
 * inside of what usually stands around (a function, a class) and is then explained without that.
 * `r` gives knowledge, lang and known; its text, scope and range are set to what was explained, its
 * tree is not used. Errors as explain(). */
MUST_USE err_code explain_fragment(struct explain_answer *out, struct explain_request *r,
                                   str_view code, arena *mem, err *e);

#endif
