#include "lsp/schema.h"

#include <string.h>

#include "assist/script/script.h"
#include "base/arena.h"
#include "base/file.h"
#include "context/files.h"
#include "context/place.h"

enum { MAX_FILES = 20000 };

static bool is_database(str_view name)
{
    return str_ends(name, STR(".db")) || str_ends(name, STR(".sqlite")) ||
           str_ends(name, STR(".sqlite3")) || str_ends(name, STR(".db3"));
}

/* False: there is no such database. */
static bool read_database(buf *out, arena *mem, str_view folder, str_view name)
{
    file_map *map = NULL;
    const char *path = name.ptr[0] == '/'
                           ? arena_copy_z(mem, name)
                           : arena_format(mem, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name)).ptr;
    if (!path || file_map_open(&map, path, NULL) != ERR_OK)
        return false;
    assist_script_database_schema(out, (str_view){file_map_data(map), file_map_size(map)});
    file_map_close(map);
    return true;
}

/* One file whole, or nothing of it. */
static void read_file(buf *out, arena *mem, str_view root, str_view name)
{
    buf text;
    buf_init(&text, (size_t)1 << 20);
    const char *path = arena_format(mem, "%.*s/%.*s", STR_ARG(root), STR_ARG(name)).ptr;
    if (path && file_read(&text, path, NULL) == ERR_OK && out->len + text.len < out->max_bytes)
        buf_append(out, buf_view(&text));
    buf_release(&text);
}

void lsp_schema_read(buf *out, str_view folder, str_view comment)
{
    arena mem;
    bool found = false;
    arena_init(&mem, (size_t)64 << 20);
    for (str_view rest = comment; rest.len;) {
        size_t n = 0;
        while (n < rest.len && !strchr(" \t\r\n\"'`,;", rest.ptr[n]))
            n++;
        str_view word = str_slice(rest, 0, n);
        if (is_database(word))
            found = read_database(out, &mem, folder, word) || found;
        rest = str_slice(rest, n + 1, rest.len);
    }
    struct ctx_files files;
    struct ctx_place place = ctx_place_find(&mem, arena_format(&mem, "%.*s/x", STR_ARG(folder)));
    struct ctx_files_options options = {.max_files = MAX_FILES, .walk = true};
    const char *root = arena_copy_z(&mem, place.root);
    if (!found && root && ctx_files_list(&files, &mem, root, &options, NULL) == ERR_OK) {
        for (size_t i = 0; i < files.n; i++) {
            if (str_ends(files.items[i].path, STR(".sql")))
                read_file(out, &mem, place.root, files.items[i].path);
        }
    }
    arena_release(&mem);
}
