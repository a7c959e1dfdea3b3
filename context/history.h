/* context/history.h: which files change together, and which changed lately, by the newest commits
 * of the branch. Merges say nothing of their own and are passed over; commits that touch many files
 * (formatting, vendoring) count less, and beyond a bound not at all; older commits count less.
 * Renames of unchanged files are followed.
 *
 * With weight(c) = 2^(-age / 200) / log2(1 + files of c), age in commits, the share of a partner p
 * of f is sum of weight(c) over commits with both / (1 + sum of weight(c) over commits with f), an
 * estimate of how likely p changes when f does, pulled towards 0 where little is known.
 *
 * Reading blocks and belongs on a background thread; the result is immutable and may be shared. */
#ifndef ARTEL_CONTEXT_HISTORY_H
#define ARTEL_CONTEXT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"

typedef struct ctx_history ctx_history;

struct ctx_history_options {
    size_t max_commits;          /* 0: 1,000 */
    size_t max_files_per_commit; /* 0: 50; commits with more are passed over */
    uint64_t max_ns;             /* stop reading after so long; 0: 10 s */
    const cancel_flag *cancel;
    const way_flag *way; /* given between commits; NULL: no need */
};

/* Reads the history of the work tree that `root` lies in: of the files below `root`, by their paths
 * from there. Damaged data ends the reading early: what
 * was read until then is the result, and `complete` below is false. ERR_NOT_FOUND: no repository,
 * or no commits; ERR_FORMAT: git cannot open it; ERR_CANCELLED; ERR_NOMEM. */
MUST_USE err_code ctx_history_read(ctx_history **out, const char *root,
                                   const struct ctx_history_options *options, err *e);
void ctx_history_destroy(ctx_history *h);

size_t ctx_history_commits(const ctx_history *h);
/* False: data was damaged, or the time was up. */
bool ctx_history_complete(const ctx_history *h);

struct ctx_history_partner {
    str_view path; /* below the root; borrowed from the history */
    float share;   /* 0 to 1 */
};
/* The files that most often changed with `path`, best first, equal ones by path. Returns how many.
 * Cost: O(commits with the file * their files). */
size_t ctx_history_partners(const ctx_history *h, str_view path,
                            struct ctx_history_partner *partners, size_t cap);
/* 1 for a file of the newest commit, halved every 50 commits, 0 for one that was not seen. */
float ctx_history_recency(const ctx_history *h, str_view path);

#endif
