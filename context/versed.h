/* context/versed.h: which languages somebody writes, by the commits that are theirs: those whose
 * author has the address that git would use here (user.email). What others wrote says nothing.
 *
 * Reading blocks and belongs on a background thread. */
#ifndef ARTEL_CONTEXT_VERSED_H
#define ARTEL_CONTEXT_VERSED_H

#include <stddef.h>

#include "base/err.h"
#include "base/thread.h"
#include "grammars/language.h"

enum { CTX_VERSED_MAX = 8 };

struct ctx_versed {
    const gram_language *items[CTX_VERSED_MAX]; /* most commits first */
    size_t n;
};

/* Looks at the newest 2,000 commits of the repository that `root` lies in, for at most two seconds.
 * A language counts from three commits on that changed a file of it; data and text formats (JSON,
 * Markdown, …) never do. None is no error. ERR_NOT_FOUND: no repository, no commits, or git knows
 * no address; ERR_FORMAT: git cannot open it; ERR_CANCELLED; ERR_NOMEM. */
MUST_USE err_code ctx_versed_read(struct ctx_versed *out, const char *root,
                                  const cancel_flag *cancel, err *e);

#endif
