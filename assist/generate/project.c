/* What a project is, from the names of its files and its manifests. */
#include <dirent.h>
#include <sys/stat.h>

#include "assist/generate/generate_internal.h"
#include "base/file.h"
#include "context/tree.h"

enum { MAX_FILES = 200, MAX_FILE_BYTES = 256 << 10 };

static str_view folder_of(str_view path)
{
    size_t cut = path.len;
    while (cut > 0 && path.ptr[cut - 1] != '/')
        cut--;
    return str_slice(path, 0, cut);
}

bool gen__exists(arena *a, const gen_request *q, str_view path)
{
    struct stat st;
    if (!q->folder.len || !path.len)
        return false;
    bool rooted = str_starts(path, STR("/"));
    str_view base = rooted ? q->folder : folder_of(q->path);
    str_view full = arena_format(a, "%.*s%.*s", STR_ARG(base), STR_ARG(path));
    return full.ptr && stat(full.ptr, &st) == 0;
}

gen_value *gen__type_elsewhere(arena *a, const gen_request *q, str_view name)
{
    str_view folder = folder_of(q->path);
    const char *z = arena_copy_z(a, folder);
    DIR *dir = z && folder.len ? opendir(z) : NULL;
    gen_value *found = NULL;
    size_t n = 0;
    for (struct dirent *d; dir && !found && n < MAX_FILES && (d = readdir(dir)) != NULL;) {
        str_view path = arena_format(a, "%.*s%s", STR_ARG(folder), d->d_name);
        if (d->d_name[0] == '.' || !path.ptr || str_eq(path, q->path) ||
            gram_language_by_path(path) != q->lang)
            continue;
        n++;
        buf b;
        buf_init(&b, MAX_FILE_BYTES);
        if (file_read(&b, path.ptr, NULL) == ERR_OK && str_find(buf_view(&b), name) < b.len) {
            str_view text = arena_copy(a, buf_view(&b));
            ctx_tree *tree = NULL;
            if (ctx_tree_create(&tree, q->lang, NULL) == ERR_OK &&
                ctx_tree_parse(tree, text, 0, NULL) == ERR_OK)
                found = gen_model_type(a, q->lang, ctx_tree_root(tree), text, name);
            ctx_tree_destroy(tree);
        }
        buf_release(&b);
    }
    if (dir)
        closedir(dir);
    return found;
}

/* As `import` calls it: "pkg.shop" for pkg/shop.py or src/pkg/shop.py. */
static str_view module_of(arena *a, const gen_request *q, str_view stem)
{
    str_view folder = folder_of(q->path);
    struct stat st;
    str_view init = arena_format(a, "%.*s__init__.py", STR_ARG(folder));
    size_t root = q->folder.len + 1;
    if (!q->folder.len || !init.ptr || stat(init.ptr, &st) != 0 || folder.len <= root)
        return stem;
    str_view inside = str_slice(folder, root, folder.len);
    if (str_starts(inside, STR("src/")))
        inside = str_slice(inside, 4, inside.len);
    str_view all = arena_format(a, "%.*s%.*s", STR_ARG(inside), STR_ARG(stem));
    char *text = arena_push(a, all.len + 1);
    for (size_t i = 0; text && i < all.len; i++)
        text[i] = all.ptr[i] == '/' ? '.' : all.ptr[i];
    return text ? (str_view){text, all.len} : stem;
}

void gen__read_project(gen_value *model, arena *a, const gen_request *q)
{
    gen_value *p = gen_part(a, model, "project");
    str_view root = q->folder;
    size_t cut = root.len;
    while (cut > 0 && root.ptr[cut - 1] != '/')
        cut--;
    gen_set(a, p, "name", str_slice(root, cut, root.len));
    gen_value *file = gen_part(a, model, "file");
    gen_set(a, file, "module", module_of(a, q, gen_text(file, "stem")));
}
