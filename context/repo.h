/* context/repo.h: what the units that ask git share. Inside context/ only. */
#ifndef ARTEL_CONTEXT_REPO_H
#define ARTEL_CONTEXT_REPO_H

#include <git2.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Opens the repository that the folder `root` lies in, so that no damage of it can keep a reader
 * busy for ever: libgit2 1.5 never returns from a loose object that is cut short. Freed with
 * git_repository_free. ERR_NOT_FOUND: there is none; ERR_FORMAT: git cannot open it; ERR_NOMEM. */
MUST_USE err_code ctx__repo_open(git_repository **out, const char *root);
/* Where `root` lies in the work tree: "a/b/", or "" at its top and in a bare repository. Lives in
 * `mem`; test arena_failed. */
str_view ctx__repo_folder(git_repository *repo, const char *root, arena *mem);

#endif
