#include "assist/deliver/module.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"

enum { MAX_PATH_BYTES = 4096 };

static str_view without_ending(str_view path)
{
    static const char *const ends[] = {".d.ts", ".ts", ".tsx", ".js", ".py", ".rs"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (str_ends(path, str_of(ends[i])))
            return str_slice(path, 0, path.len - strlen(ends[i]));
    }
    return path;
}

/* "../models/user.js", as seen from the folder. */
static str_view script_module(arena *a, str_view from, str_view path)
{
    str_view out = STR("");
    size_t same = 0;
    for (size_t i = 0; i < from.len && i < path.len && from.ptr[i] == path.ptr[i]; i++)
        same = path.ptr[i] == '/' ? i + 1 : same;
    for (size_t i = same; i < from.len; i++) {
        if (from.ptr[i] == '/')
            out = arena_format(a, "../%.*s", STR_ARG(out));
    }
    str_view rest = without_ending(str_slice(path, same, path.len));
    return arena_format(a, "%s%.*s%.*s.js", out.len ? "" : "./", STR_ARG(out), STR_ARG(rest));
}

static bool exists(str_view root, str_view folder, const char *name)
{
    char path[MAX_PATH_BYTES];
    int n = snprintf(path, sizeof path, "%.*s/%.*s%s", STR_ARG(root), STR_ARG(folder), name);
    return n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0;
}

static str_view dotted(arena *a, str_view path, const char *between)
{
    str_view out = {NULL, 0};
    while (path.len) {
        str_view part = str_slice(path, 0, str_find_byte(path, '/'));
        out = arena_format(a, "%.*s%s%.*s", STR_ARG(out), out.len ? between : "", STR_ARG(part));
        path = str_slice(path, part.len + 1, path.len);
    }
    return out;
}

static str_view upper_folder(str_view folder)
{
    return path_folder(str_slice(folder, 0, folder.len - 1));
}

/* From the folder that packages are looked for in: above the outermost package, else the folder of
 * both files, else the root or its src. */
static str_view python_module(arena *a, str_view root, str_view from, str_view path)
{
    str_view top = path_folder(path), module = without_ending(path);
    while (top.len && exists(root, top, "__init__.py"))
        top = upper_folder(top);
    bool packaged = top.len < path_folder(path).len;
    if (!packaged)
        top = str_starts(path, from) ? from : str_starts(path, STR("src/")) ? STR("src/") : STR("");
    if (str_ends(module, STR("/__init__")))
        module = str_slice(module, 0, module.len - 9);
    return dotted(a, str_slice(module, top.len, module.len), ".");
}

/* "crate::models::user"; empty when the file is of another crate. */
static str_view rust_module(arena *a, str_view root, str_view from, str_view path)
{
    str_view crate = path_folder(path), module = without_ending(path);
    while (crate.len && !exists(root, crate, "Cargo.toml"))
        crate = upper_folder(crate);
    str_view src = arena_format(a, "%.*ssrc/", STR_ARG(crate));
    if (!exists(root, crate, "Cargo.toml") || !str_starts(path, src) || !str_starts(from, crate))
        return STR("");
    str_view name = path_name(module);
    module = str_slice(module, src.len, module.len);
    bool is_root = str_eq(module, STR("lib")) || str_eq(module, STR("main"));
    if (is_root || str_eq(name, STR("mod")))
        module = str_slice(module, 0, module.len > name.len ? module.len - name.len - 1 : 0);
    str_view inner = dotted(a, module, "::");
    return arena_format(a, "crate%s%.*s", inner.len ? "::" : "", STR_ARG(inner));
}

str_view module_of(arena *a, str_view root, str_view from, str_view path, const gram_language *lang)
{
    return strcmp(lang->id, "go") == 0       ? STR("")
           : strcmp(lang->id, "python") == 0 ? python_module(a, root, from, path)
           : strcmp(lang->id, "rust") == 0   ? rust_module(a, root, from, path)
                                             : script_module(a, from, path);
}
