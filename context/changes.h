/* context/changes.h: what the newest commits of the branch added to the files of a folder, oldest
 * first, and what the repository was like before each. Read from the object database alone; the
 * work tree is neither read nor changed, but for `.artelignore` in the folder.
 *
 * Merges are passed over. A commit whose parent is not there (shallow clones) ends the reading.
 * Left out are the files that context/files.h leaves out: secrets and binary data by name, links,
 * submodules, more than 1 MB, and binary content. Files are followed through renames.
 *
 * One thread at a time; everything blocks on the disk. */
#ifndef ARTEL_CONTEXT_CHANGES_H
#define ARTEL_CONTEXT_CHANGES_H

#include <stddef.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

typedef struct ctx_changes ctx_changes;

/* Looks for the newest `n_commits` that are no merges, fewer when there are fewer. `root` is a
 * folder in a work tree; only files below it count and paths start there. ERR_NOT_FOUND: no
 * repository, or no commits; ERR_FORMAT: git cannot read it; ERR_NOMEM. */
MUST_USE err_code ctx_changes_open(ctx_changes **out, const char *root, size_t n_commits, err *e);
/* Accepts NULL. */
void ctx_changes_close(ctx_changes *c);
size_t ctx_changes_count(const ctx_changes *c);
/* "3f2a91c0" and its first line; borrowed until close. */
str_view ctx_changes_name(const ctx_changes *c, size_t commit);

/* Whole lines that a commit put in: bytes [begin, end) of the text after it. What follows them in
 * the text before it starts at `resume`. */
struct ctx_added {
    size_t begin, end, resume;
};

struct ctx_change {
    str_view path;
    str_view before, after; /* empty where there was no such file */
    const struct ctx_added *added;
    size_t n_added;
};
/* What it is given is valid during the call. An error ends the visit and is passed on. */
typedef err_code ctx_change_visit(void *user, const struct ctx_change *change, err *e);

/* The files that a commit (0: the oldest) changed, by path. ERR_FORMAT: damaged; ERR_NOMEM. */
MUST_USE err_code ctx_changes_of(const ctx_changes *c, size_t commit, ctx_change_visit *visit,
                                 void *user, err *e);

/* The files that differ between the repository before commit `from` and before commit `to`, of
 * which path and `after` are set. SIZE_MAX for `from` is the empty repository: every file comes. */
MUST_USE err_code ctx_changes_between(const ctx_changes *c, size_t from, size_t to,
                                      ctx_change_visit *visit, void *user, err *e);

#endif
