#include "assist/deliver/layout.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/path.h"
#include "grammars/language.h"

enum { PATH_BYTES = 4096, ASK_FILES = 20, ASK_BYTES = 1 << 20, MAX_ENTRIES = 500 };

typedef struct {
    const char *id, *word; /* the language, and what its line begins with */
    const char *end;       /* of the line */
    const char *after;     /* where it belongs: behind the last line that begins so */
    const char *roots[2];  /* folders whose parts below are the package's */
} language;

static const language languages[] = {
    {"go", "package ", "", "", {NULL, NULL}},
    {"java", "package ", ";", "// ", {"/src/main/java/", "/src/test/java/"}},
    {"kotlin", "package ", "", "// ", {"/src/main/kotlin/", "/src/test/kotlin/"}},
    {"csharp", "namespace ", ";", "using ", {NULL, NULL}},
    {"php", "namespace ", ";", "// ", {NULL, NULL}},
};

static const language *language_of(str_view path)
{
    const gram_language *lang = gram_language_by_path(path);
    for (size_t i = 0; lang && i < sizeof languages / sizeof *languages; i++) {
        if (strcmp(languages[i].id, lang->id) == 0)
            return &languages[i];
    }
    return NULL;
}

static bool is_name(str_view v)
{
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '.' || c == '\\'))
            return false;
    }
    return v.len && !(v.ptr[0] >= '0' && v.ptr[0] <= '9');
}

/* The name in the first line that says one. *is_block (may be NULL): C#, what is in the namespace
 * stands between braces. */
static str_view name_in(const language *l, str_view text, bool *is_block)
{
    while (text.len) {
        str_view line = str_trim(str_take_line(&text));
        if (!str_starts(line, str_of(l->word)))
            continue;
        str_view name = str_trim(str_slice(line, strlen(l->word), line.len));
        name = str_slice(name, 0, str_find_byte(name, ' '));
        name = str_slice(name, 0, str_find_byte(name, '{'));
        if (is_block)
            *is_block = str_find_byte(line, ';') == line.len;
        if (str_ends(name, STR(";")))
            name.len--;
        return is_name(name) ? name : STR("");
    }
    return STR("");
}

/* Names that files say, and how many do. */
typedef struct {
    str_view names[ASK_FILES];
    size_t n[ASK_FILES], n_names;
} votes;

static void vote(votes *v, arena *a, str_view name)
{
    size_t i = 0;
    while (i < v->n_names && !str_eq(v->names[i], name))
        i++;
    if (i == v->n_names) {
        v->names[v->n_names] = arena_copy(a, name);
        v->n[v->n_names++] = 0;
    }
    v->n[i]++;
}

/* What most of the files beside it say; *blocks: most of them between braces. */
static str_view of_neighbours(const language *l, arena *a, const char *folder,
                              bool (*skip)(const char *path), bool *blocks)
{
    DIR *d = opendir(folder);
    votes v = {.n_names = 0};
    size_t n_asked = 0, n_entries = 0, n_blocks = 0, n_names = 0, best = 0;
    bool go = strcmp(l->id, "go") == 0;
    for (struct dirent *entry;
         d && n_asked < ASK_FILES && n_entries++ < MAX_ENTRIES && (entry = readdir(d)) != NULL;) {
        char path[PATH_BYTES];
        buf b;
        int n = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] == '.' || n < 0 || (size_t)n >= sizeof path ||
            language_of(str_of(entry->d_name)) != l || (skip && skip(path)))
            continue;
        n_asked++;
        buf_init(&b, ASK_BYTES);
        bool block = false;
        str_view name =
            file_read(&b, path, NULL) == ERR_OK ? name_in(l, buf_view(&b), &block) : STR("");
        if (name.len && !(go && str_ends(name, STR("_test"))))
            vote(&v, a, name);
        n_names += name.len > 0;
        n_blocks += name.len > 0 && block;
        buf_release(&b);
    }
    if (d)
        closedir(d);
    for (size_t i = 1; i < v.n_names; i++)
        best = v.n[i] > v.n[best] || (v.n[i] == v.n[best] && str_cmp(v.names[i], v.names[best]) < 0)
                   ? i
                   : best;
    *blocks = 2 * n_blocks > n_names;
    return v.n_names ? v.names[best] : STR("");
}

static str_view of_folders(const language *l, arena *a, const char *folder)
{
    str_view path = arena_format(a, "%s/", folder);
    for (size_t i = 0; i < 2 && l->roots[i]; i++) {
        size_t at = str_find(path, str_of(l->roots[i]));
        char *name = NULL;
        str_view below = str_slice(path, at + strlen(l->roots[i]), path.len);
        if (at < path.len && below.len > 1)
            name = arena_push(a, below.len);
        for (size_t k = 0; name && k + 1 < below.len; k++)
            name[k] = below.ptr[k] == '/' ? '.' : below.ptr[k];
        if (name && is_name((str_view){name, below.len - 1}))
            return (str_view){name, below.len - 1};
    }
    return STR("");
}

str_view layout_package(arena *a, const char *folder, str_view path, bool (*skip)(const char *path))
{
    const language *l = language_of(path);
    bool blocks = false;
    str_view name = l ? of_neighbours(l, a, folder, skip, &blocks) : STR("");
    if (l && !name.len)
        name = of_folders(l, a, folder);
    bool braces = blocks && strcmp(l->id, "csharp") == 0;
    return name.len ? arena_format(a, "%s%.*s%s\n", l->word, STR_ARG(name), braces ? "\n{" : l->end)
                    : STR("");
}

/* The code, a level deeper, and the end of the namespace. */
static str_view in_braces(arena *a, str_view code)
{
    buf b;
    buf_init(&b, SIZE_MAX);
    while (code.len && code.ptr[0] == '\n')
        code = str_slice(code, 1, code.len);
    while (code.len) {
        str_view line = str_take_line(&code);
        if (line.len)
            buf_append(&b, STR("    "));
        buf_append(&b, line);
        buf_append_byte(&b, '\n');
    }
    buf_append(&b, STR("}\n"));
    str_view out = buf_failed(&b) == ERR_OK ? arena_copy(a, buf_view(&b)) : (str_view){NULL, 0};
    buf_release(&b);
    return out;
}

str_view layout_apply(arena *a, str_view path, str_view text, str_view package)
{
    const language *l = language_of(path);
    size_t after = 0, own = text.len, own_end = text.len;
    if (!l || !package.len)
        return text;
    for (str_view rest = text; rest.len && own == text.len;) {
        size_t begin = (size_t)(rest.ptr - text.ptr);
        str_view line = str_take_line(&rest);
        size_t end = text.len - rest.len;
        if (str_starts(line, str_of(l->word))) {
            own = begin;
            own_end = end;
        } else if (l->after[0] && str_starts(line, str_of(l->after))) {
            after = end;
        } else if (line.len && !str_starts(line, STR("//")) && !str_starts(line, STR("<?")) &&
                   !str_starts(line, STR("declare")) && !str_starts(line, STR("using"))) {
            break; /* the code */
        }
    }
    str_view made, inner = name_in(l, text, NULL);
    if (strcmp(l->id, "php") == 0 && inner.len) /* its helpers must not meet those of others */
        package = arena_format(a, "%.*s\\%.*s;\n", STR_ARG(str_slice(package, 0, package.len - 2)),
                               STR_ARG(inner));
    if (own < text.len)
        made = arena_format(a, "%.*s%.*s%.*s", STR_ARG(str_slice(text, 0, own)), STR_ARG(package),
                            STR_ARG(str_slice(text, own_end, text.len)));
    else if (str_ends(package, STR("{\n")))
        made =
            arena_format(a, "%.*s\n%.*s%.*s", STR_ARG(str_slice(text, 0, after)), STR_ARG(package),
                         STR_ARG(in_braces(a, str_slice(text, after, text.len))));
    else
        made = arena_format(a, "%.*s%s%.*s%s%.*s", STR_ARG(str_slice(text, 0, after)),
                            strcmp(l->id, "csharp") == 0 ? "\n" : "", STR_ARG(package),
                            strcmp(l->id, "csharp") == 0 ? "" : "\n",
                            STR_ARG(str_slice(text, after, text.len)));
    return made.ptr ? made : text;
}

static str_view text_of(arena *a, const char *folder, const char *name)
{
    char path[PATH_BYTES];
    buf b;
    str_view text = {NULL, 0};
    int n = snprintf(path, sizeof path, "%s/%s", folder, name);
    buf_init(&b, ASK_BYTES);
    if (n > 0 && (size_t)n < sizeof path && file_read(&b, path, NULL) == ERR_OK)
        text = arena_copy(a, buf_view(&b));
    buf_release(&b);
    return text;
}

static bool is_project_file(const char *name)
{
    return str_ends(str_of(name), STR(".csproj")) || strcmp(name, "Directory.Build.props") == 0;
}

/* What the nearest project file that says anything of it says. */
static bool checks_null(arena *a, str_view folder)
{
    static const char mark[] = "<Nullable>";
    while (folder.len) {
        const char *path = arena_copy_z(a, folder);
        DIR *d = path ? opendir(path) : NULL;
        size_t n_entries = 0;
        str_view said = {NULL, 0};
        for (struct dirent *entry;
             d && !said.ptr && n_entries++ < MAX_ENTRIES && (entry = readdir(d)) != NULL;) {
            if (!is_project_file(entry->d_name))
                continue;
            str_view text = text_of(a, path, entry->d_name);
            size_t at = str_find(text, str_of(mark));
            if (at < text.len)
                said = str_slice(text, at + sizeof mark - 1, text.len);
        }
        if (d)
            closedir(d);
        if (said.ptr)
            return str_starts(said, STR("enable"));
        folder = str_slice(folder, 0, folder.len - path_name(folder).len);
        while (folder.len && folder.ptr[folder.len - 1] == '/')
            folder.len--;
    }
    return false;
}

str_view layout_directives(arena *a, const char *folder, str_view path, str_view text)
{
    const language *l = language_of(path);
    str_view rest = text, head = str_take_line(&rest);
    if (!l || strcmp(l->id, "csharp") != 0 || !str_starts(head, STR("//")) ||
        !checks_null(a, str_of(folder)))
        return text;
    str_view made = arena_format(a, "%.*s\n#nullable disable\n%.*s", STR_ARG(head), STR_ARG(rest));
    return made.ptr ? made : text;
}

str_view layout_parent(arena *a, const char *folder, str_view path, str_view *module)
{
    static const char *const names[] = {"lib.rs", "main.rs", "mod.rs"};
    str_view missing = STR("");
    if (!str_ends(path, STR(".rs")) || str_find_byte(path, '/') < path.len)
        return missing;
    *module = arena_format(a, "mod %.*s;", STR_ARG(str_slice(path, 0, path.len - 3)));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        str_view text = text_of(a, folder, names[i]);
        if (str_eq(path, str_of(names[i])) || (text.ptr && str_find(text, *module) < text.len))
            return STR("");
        if (text.ptr && !missing.len)
            missing = str_of(names[i]);
    }
    return missing;
}
