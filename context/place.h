/* context/place.h: where a file stands in its project, from the file system alone: no git is asked.
 */
#ifndef ARTEL_CONTEXT_PLACE_H
#define ARTEL_CONTEXT_PLACE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct ctx_place {
    str_view
        root; /* nearest folder at or above the file that holds ".git"; else the file's folder */
    str_view name;     /* last part of root */
    str_view relative; /* the file's path below root */
    bool is_repo;      /* root holds ".git" */
};

/* For an absolute path of a file that need not exist, without "." and ".." parts. Results live in
 * `mem`. Cost: one stat per folder above the file; blocks. */
struct ctx_place ctx_place_find(arena *mem, str_view absolute_path);

#endif
