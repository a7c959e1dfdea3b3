#include "context/place.h"

#include <sys/stat.h>

/* Offset of the last '/' in v, or v.len. */
static size_t last_slash(str_view v)
{
    for (size_t i = v.len; i > 0; i--)
        if (v.ptr[i - 1] == '/')
            return i - 1;
    return v.len;
}

static bool holds_git(arena *mem, str_view folder)
{
    struct stat st; /* a folder, or in worktrees and submodules a file */
    str_view path = arena_format(mem, "%.*s/.git", STR_ARG(folder));
    return path.ptr && stat(path.ptr, &st) == 0;
}

struct ctx_place ctx_place_find(arena *mem, str_view absolute_path)
{
    size_t slash = last_slash(absolute_path);
    str_view folder = str_slice(absolute_path, 0, slash < absolute_path.len ? slash : 0);
    str_view root = folder;
    bool is_repo = false;
    for (str_view at = folder; at.len > 0; at = str_slice(at, 0, last_slash(at) % at.len)) {
        if (holds_git(mem, at)) {
            root = at;
            is_repo = true;
            break;
        }
    }
    size_t name_at = last_slash(root);
    size_t skip =
        root.len < absolute_path.len && absolute_path.ptr[root.len] == '/' ? root.len + 1 : 0;
    return (struct ctx_place){
        .root = arena_copy(mem, root),
        .name = arena_copy(mem, str_slice(root, name_at < root.len ? name_at + 1 : 0, root.len)),
        .relative = arena_copy(mem, str_slice(absolute_path, skip, absolute_path.len)),
        .is_repo = is_repo,
    };
}
