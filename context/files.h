/* context/files.h: which files of a project are read. In a git work tree: what git tracks and what
 * is new and not ignored; elsewhere, or where git cannot read its own data, what a walk finds that
 * .gitignore files do not exclude. Left out everywhere: what .artelignore files exclude, files that
 * are there to hold secrets, links (so that no loop is followed and nothing outside is read),
 * submodules and nested repositories, files that are too large or binary by their name. Names may
 * hold any bytes. */
#ifndef ARTEL_CONTEXT_FILES_H
#define ARTEL_CONTEXT_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"

struct ctx_files_options {
    uint64_t max_file_bytes; /* 0: 1 MB */
    size_t max_files;        /* 0: 500,000 */
    const cancel_flag *cancel;
    bool walk; /* git is not asked: getting it ready takes some milliseconds */
};

struct ctx_file {
    str_view path; /* below the root, '/' between parts */
    uint64_t n_bytes;
    int64_t changed_ns; /* modification time since 1970 */
};

struct ctx_files {
    struct ctx_file *items; /* by path, in byte order, each once */
    size_t n;
    bool by_git;
    size_t n_secret, n_large, n_binary, n_excluded; /* left out; n_excluded by .artelignore */
    bool cut;                                       /* there were more than max_files */
    str_view
        note; /* a sentence for the user about what could not be read; empty if all went well */
};

/* Lists the files below `root`, an existing folder, which may lie inside a work tree. The result
 * lives in `mem`. Contents are not read. ERR_NOT_FOUND: no such folder; ERR_CANCELLED; ERR_NOMEM. A
 * damaged repository is not an error: its files are found by walking and `note` says so. Blocks on
 * the disk. Uses libgit2 on the calling thread only; any thread. */
MUST_USE err_code ctx_files_list(struct ctx_files *out, arena *mem, const char *root,
                                 const struct ctx_files_options *options, err *e);

/* Is the text not for reading? By its first bytes: a NUL among them. */
bool ctx_files_is_binary(str_view head);
/* By the ending of its name: pictures, archives, compiled code and the like. */
bool ctx_files_is_binary_name(str_view path);

#endif
