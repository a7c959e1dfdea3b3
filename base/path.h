/* base/path.h: the parts of a path with '/' between them, as text; the disk is not asked. Any
 * bytes. Pure functions, safe on any thread. */
#ifndef ARTEL_BASE_PATH_H
#define ARTEL_BASE_PATH_H

#include "base/str.h"

/* What stands behind the last '/': the whole of a path without one, empty for a folder's "a/". */
static inline str_view path_name(str_view path)
{
    size_t begin = path.len;
    while (begin > 0 && path.ptr[begin - 1] != '/')
        begin--;
    return str_slice(path, begin, path.len);
}

/* What stands before the name, with its '/'; empty when there is none. */
static inline str_view path_folder(str_view path)
{
    return str_slice(path, 0, path.len - path_name(path).len);
}

/* What stands behind the name's last '.', or the whole name without one: "c", "Makefile". */
static inline str_view path_ending(str_view path)
{
    str_view name = path_name(path);
    size_t begin = name.len;
    while (begin > 0 && name.ptr[begin - 1] != '.')
        begin--;
    return str_slice(name, begin, name.len);
}

#endif
