#include <string.h>

#include "base/path.h"
#include "context/index_internal.h"

/* What an import means. Names become paths by the rules of their language, and are looked for
 *   1. from the folder of the importing file,
 *   2. anywhere in the tree, as the end of a path: of several, the one that shares most folders
 * with the importing file, then the one with the shortest path, then the first by bytes,
 *   3. without their last parts, which may name something inside the file,
 *   4. without their first parts, which may name the project itself,
 *   5. as a folder, for languages whose packages are folders.
 * Which of these a language does is said in the table. Before that, Go's names are those below the
 * module of the nearest go.mod, and scripts' those that the nearest tsconfig.json maps. What else
 * build systems and package managers configure is not read: the tree alone decides. */

enum { MAX_SAME_BASE = 4096, MAX_FOLDER_FILES = 16 };

struct rule {
    const char *languages; /* ids */
    const char *separator; /* of the parts of a name; "" where names are paths */
    const char *endings;   /* to try, in this order; "-" stands for none */
    bool relative;         /* 1 */
    bool anywhere;         /* 2 */
    bool drop_tail;        /* 3 */
    bool drop_head;        /* 4 */
    bool folder;           /* 5 */
};

static const struct rule rules[] = {
    {"python", ".", ".py .pyi /__init__.py /__init__.pyi .pyx", true, true, true, false, false},
    {"javascript javascriptreact typescript typescriptreact svelte vue", "",
     "- .ts .tsx .d.ts .js .jsx .mjs .cjs .mts .cts .json .vue .svelte /index.ts /index.tsx "
     "/index.d.ts /index.js /index.jsx /index.mjs /src/index.ts /src/index.js",
     true, true, false, false, false},
    {"c cpp objective-c objective-cpp cuda", "", "-", true, true, false, true, false},
    {"go", "", "", false, false, false, true, true},
    {"rust", "::", ".rs /mod.rs /lib.rs /src/lib.rs", false, true, true, false, false},
    {"java kotlin scala groovy", ".", ".java .kt .scala .groovy", false, true, true, false, true},
    {"csharp", ".", ".cs", false, true, false, false, false},
    {"ruby", "", "- .rb", true, true, false, false, false},
    {"php", "\\", ".php -", true, true, false, true, false},
    {"lua", ".", ".lua /init.lua", true, true, false, false, false},
    {"shellscript bash zsh make makefile r awk powershell julia zig html css elixir", "",
     "- .sh .bash .jl .zig .R .css", true, true, false, false, false},
    {"scss sass less", "", "- .scss .sass .less .css /_index.scss /index.scss", true, true, false,
     false, false},
    {"haskell", ".", ".hs .lhs", false, true, false, false, false},
    {"elm", ".", ".elm", false, true, false, false, false},
    {"ocaml ocaml.interface", ".", ".ml .mli", true, true, true, false, false},
    {"dart", "", "-", true, true, false, true, false},
    {"hcl terraform", "", "-", true, false, false, false, true},
};

struct search {
    const ctx_index_view *v;
    const struct rule *rule;
    str_view from; /* path of the importing file */
    str_view folder;
    struct ctx__configured configured;
    bool is_configured; /* that was looked for */
    struct ctx_index_import import;
    ctx_index_import_fn *visit;
    void *user;
    bool stopped;
};

static const struct rule *rule_of(const gram_language *lang)
{
    for (size_t i = 0; lang && i < sizeof rules / sizeof rules[0]; i++)
        if (gram_list_has(rules[i].languages, str_of(lang->id)))
            return &rules[i];
    return NULL;
}

/* ---- looking ---- */

static bool report(struct search *s, ctx_index_file file)
{
    s->import.file = file;
    if (!s->visit(s->user, &s->import))
        s->stopped = true;
    return true;
}

static bool try_exact(struct search *s, const struct ctx__path *p)
{
    ctx_index_file file = ctx_index_find_file(s->v, ctx__path_view(p));
    return file != CTX_INDEX_NO_FILE && !str_eq(ctx__path_view(p), s->from) && report(s, file);
}

/* Bytes of folders that both paths begin with. */
static size_t shared_folders(str_view a, str_view b)
{
    size_t shared = 0;
    for (size_t i = 0; i < a.len && i < b.len && a.ptr[i] == b.ptr[i]; i++)
        if (a.ptr[i] == '/')
            shared = i + 1;
    return shared;
}

static bool ends_in(str_view path, str_view tail)
{
    return str_ends(path, tail) &&
           (path.len == tail.len || path.ptr[path.len - tail.len - 1] == '/');
}

struct best {
    str_view path;
    ctx_index_file file;
};

static void keep_better(const struct search *s, struct best *b, str_view path, ctx_index_file file)
{
    if (b->file != CTX_INDEX_NO_FILE) {
        size_t new_shared = shared_folders(path, s->from);
        size_t old_shared = shared_folders(b->path, s->from);
        if (new_shared < old_shared)
            return;
        if (new_shared == old_shared &&
            (path.len > b->path.len || (path.len == b->path.len && str_cmp(path, b->path) >= 0)))
            return;
    }
    *b = (struct best){path, file};
}

static bool try_anywhere(struct search *s, str_view tail)
{
    struct best best = {{NULL, 0}, CTX_INDEX_NO_FILE};
    str_view base = path_name(tail);
    for (size_t i = 0; i < s->v->n && base.len; i++) {
        const struct ctx__segment *g = &s->v->entries[i].part->segment;
        uint32_t at = ctx__segment_lower_base(g, base);
        for (uint32_t n = 0; n < MAX_SAME_BASE; n++, at++) {
            uint32_t file = ctx__segment_base(g, at);
            str_view path = ctx__segment_path(g, file);
            if (!str_eq(path_name(path), base))
                break;
            if (ends_in(path, tail) && !ctx__bit_at(&s->v->entries[i], file) &&
                !str_eq(path, s->from))
                keep_better(s, &best, path, (uint64_t)i << 32 | file);
        }
    }
    return best.file != CTX_INDEX_NO_FILE && report(s, best.file);
}

/* With each ending in turn. */
static bool try_endings(struct search *s, const struct ctx__path *bare, bool exact)
{
    str_view rest = str_of(s->rule->endings), ending;
    while (gram_list_next(&rest, &ending)) {
        struct ctx__path p = *bare;
        if (!str_eq(ending, STR("-")) && !ctx__path_append(&p, ending))
            continue;
        if (exact ? try_exact(s, &p) : try_anywhere(s, ctx__path_view(&p)))
            return true;
    }
    return false;
}

/* SCSS calls x what lies in _x.scss. */
static bool try_partial(struct search *s, const struct ctx__path *p)
{
    struct ctx__path partial = {.len = 0};
    str_view base = path_name(ctx__path_view(p));
    return strstr(s->rule->languages, "scss") &&
           ctx__path_append(&partial, str_slice(ctx__path_view(p), 0, p->len - base.len)) &&
           ctx__path_append(&partial, STR("_")) && ctx__path_append(&partial, base) &&
           try_endings(s, &partial, true);
}

static bool try_from(struct search *s, str_view folder, str_view rest)
{
    struct ctx__path p = {.len = 0};
    return ctx__path_join(&p, folder) && ctx__path_join(&p, rest) &&
           (try_endings(s, &p, true) || try_partial(s, &p));
}

/* The files directly in the folder that have the language of the importing one. */
static bool try_folder(struct search *s, str_view folder)
{
    const gram_language *lang = ctx_index_language(s->v, ctx_index_find_file(s->v, s->from));
    struct ctx__path prefix = {.len = 0};
    size_t n = 0;
    if (!ctx__path_append(&prefix, folder) || (folder.len && !ctx__path_append(&prefix, STR("/"))))
        return false;
    for (size_t i = 0; i < s->v->n; i++) {
        const struct ctx__segment *g = &s->v->entries[i].part->segment;
        uint32_t file = ctx__segment_lower_file(g, ctx__path_view(&prefix));
        for (uint32_t seen = 0; seen < MAX_SAME_BASE; seen++, file++) {
            str_view path = ctx__segment_path(g, file);
            if (path.len == 0 || !str_starts(path, ctx__path_view(&prefix)))
                break;
            str_view base = str_slice(path, prefix.len, path.len);
            ctx_index_file id = (uint64_t)i << 32 | file;
            if (str_find_byte(base, '/') < base.len || ctx__bit_at(&s->v->entries[i], file) ||
                ctx_index_language(s->v, id) != lang || str_ends(base, STR("_test.go")))
                continue;
            if (s->stopped || n == MAX_FOLDER_FILES)
                return true;
            (void)report(s, id);
            n++;
        }
    }
    return n > 0;
}

/* The name, which is a path now, by the rule. */
static bool try_all(struct search *s, str_view name)
{
    const struct rule *r = s->rule;
    struct ctx__path p = {.len = 0};
    if (!ctx__path_join(&p, name) || p.len == 0)
        return false;
    if (r->relative && try_from(s, s->folder, ctx__path_view(&p)))
        return true;
    if (r->anywhere && try_endings(s, &p, false))
        return true;
    for (struct ctx__path q = p; r->drop_tail && q.len;) {
        while (q.len > 0 && q.text[q.len - 1] != '/')
            q.len--;
        q.len -= q.len > 0;
        if (q.len && ((r->relative && try_from(s, s->folder, ctx__path_view(&q))) ||
                      (r->anywhere && try_endings(s, &q, false))))
            return true;
    }
    str_view rest = ctx__path_view(&p);
    for (bool whole = true; rest.len; whole = false) {
        if (r->folder && try_folder(s, rest))
            return true;
        struct ctx__path q = {.len = 0};
        if (!whole && r->drop_head && ctx__path_append(&q, rest) && try_endings(s, &q, false))
            return true;
        if (!r->drop_head)
            break;
        size_t n = str_find_byte(rest, '/');
        rest = str_slice(rest, n + 1, rest.len);
    }
    return false;
}

/* ---- what is special in a language ---- */

/* The name with '/' between its parts, up to what cannot be in one. */
static bool to_path(struct ctx__path *out, const struct rule *r, str_view name)
{
    str_view separator = str_of(r->separator);
    if (separator.len == 0)
        return ctx__path_append(out, name);
    while (name.len) {
        size_t at = str_find(name, separator);
        str_view part = str_trim(str_slice(name, 0, at));
        size_t end = 0;
        while (end < part.len && !strchr("{}*;, ()\t\n", part.ptr[end]))
            end++;
        if ((out->len && end && !ctx__path_append(out, STR("/"))) ||
            !ctx__path_append(out, str_slice(part, 0, end)))
            return false;
        if (end < part.len)
            break;
        name = str_slice(name, at + separator.len, name.len);
    }
    return true;
}

/* Leading dots count folders up. */
static bool python_relative(struct search *s, str_view name)
{
    size_t dots = 0;
    while (dots < name.len && name.ptr[dots] == '.')
        dots++;
    struct ctx__path p = {.len = 0};
    if (!ctx__path_join(&p, s->folder))
        return false;
    for (size_t i = 1; i < dots; i++)
        if (!ctx__path_join(&p, STR("..")))
            return false;
    struct ctx__path below = {.len = 0};
    if (!to_path(&below, s->rule, str_slice(name, dots, name.len)))
        return false;
    return try_from(s, ctx__path_view(&p), ctx__path_view(&below));
}

/* crate:: is the nearest folder "src", self:: this module, super:: the one around it; other first
 * parts may be crates of the same workspace, whose folders spell '_' as '-'. */
static bool rust_path(struct search *s, str_view name)
{
    struct ctx__path p = {.len = 0};
    if (!to_path(&p, s->rule, name) || p.len == 0)
        return false;
    size_t n = str_find_byte(ctx__path_view(&p), '/');
    str_view first = str_slice(ctx__path_view(&p), 0, n);
    str_view rest = str_slice(ctx__path_view(&p), n + 1, p.len);
    struct ctx__path base = {.len = 0};
    str_view file = path_name(s->from);
    bool is_root =
        str_eq(file, STR("mod.rs")) || str_eq(file, STR("lib.rs")) || str_eq(file, STR("main.rs"));
    if (str_eq(first, STR("crate"))) {
        str_view folder = s->folder;
        while (folder.len && !ends_in(str_slice(folder, 0, folder.len - 1), STR("src")))
            folder = str_slice(
                folder, 0, folder.len - 1 - path_name(str_slice(folder, 0, folder.len - 1)).len);
        if (!ctx__path_join(&base, folder))
            return false;
    } else if (str_eq(first, STR("self")) || str_eq(first, STR("super"))) {
        bool super = str_eq(first, STR("super"));
        if (!ctx__path_join(&base, s->folder))
            return false;
        if (!super && !is_root && !ctx__path_join(&base, str_slice(file, 0, file.len - 3)))
            return false;
        if (super && is_root && !ctx__path_join(&base, STR("..")))
            return false;
    } else {
        struct ctx__path crate = {.len = 0};
        if (!ctx__path_append(&crate, first) || !ctx__path_append(&crate, STR("/src/lib.rs")))
            return false;
        if (try_anywhere(s, ctx__path_view(&crate)))
            return true;
        for (size_t i = 0; i < n; i++)
            if (crate.text[i] == '_')
                crate.text[i] = '-';
        return try_anywhere(s, ctx__path_view(&crate));
    }
    /* The longest run of leading parts that is a file. */
    for (; rest.len; rest = str_slice(rest, 0, rest.len - path_name(rest).len)) {
        while (rest.len && rest.ptr[rest.len - 1] == '/')
            rest.len--;
        if (try_from(s, ctx__path_view(&base), rest))
            return true;
    }
    return false;
}

/* './x.js' may be written for x.ts; '@/x' and '~/x' mean what lies in src. Bare names are packages,
 * which are in the tree only when it holds several. */
static bool script_path(struct search *s, str_view name)
{
    if (str_starts(name, STR("."))) {
        if (try_from(s, s->folder, name))
            return true;
        size_t dot = name.len;
        while (dot > 0 && name.ptr[dot - 1] != '.' && name.ptr[dot - 1] != '/')
            dot--;
        str_view bare = dot > 1 && name.ptr[dot - 1] == '.' ? str_slice(name, 0, dot - 1) : name;
        return bare.len < name.len && try_from(s, s->folder, bare);
    }
    bool alias = str_starts(name, STR("@/")) || str_starts(name, STR("~/"));
    struct ctx__path p = {.len = 0};
    if (!ctx__path_append(&p, alias ? str_slice(name, 2, name.len) : name))
        return false;
    /* A bare word would find any file of that name. */
    if (!alias && str_find_byte(name, '/') == name.len) {
        struct ctx__path index = p;
        return (ctx__path_append(&index, STR("/src/index.ts")) &&
                try_anywhere(s, ctx__path_view(&index))) ||
               (index = p, ctx__path_append(&index, STR("/index.js")) &&
                               try_anywhere(s, ctx__path_view(&index)));
    }
    return try_endings(s, &p, false);
}

static const struct ctx__configured *configured(struct search *s, const char *const *names)
{
    if (!s->is_configured)
        ctx__configured_init(&s->configured, s->v, s->from, names);
    s->is_configured = true;
    return &s->configured;
}

/* A name that is not below the module is another module's. */
static bool go_path(struct search *s, str_view name)
{
    static const char *const files[] = {"go.mod", NULL};
    const struct ctx__configured *c = configured(s, files);
    str_view module = ctx__configured_module(c);
    if (module.len == 0)
        return try_all(s, name);
    if (!str_starts(name, module) || (name.len > module.len && name.ptr[module.len] != '/'))
        return false;
    struct ctx__path p = {.len = 0};
    return ctx__path_join(&p, c->folder) &&
           ctx__path_join(&p, str_slice(name, module.len, name.len)) &&
           try_folder(s, ctx__path_view(&p));
}

static bool try_configured(void *user, str_view path)
{
    struct ctx__path p = {.len = 0};
    return ctx__path_join(&p, path) && try_endings(user, &p, true);
}

static void resolve(struct search *s)
{
    str_view name = s->import.name;
    const char *languages = s->rule->languages;
    bool found;
    if (str_starts(name, STR("package:"))) /* Dart */
        name = str_slice(name, 8, name.len);
    while (name.len && (name.ptr[0] == '/' || name.ptr[0] == '\\'))
        name = str_slice(name, 1, name.len);
    if (strcmp(languages, "rust") == 0) {
        found = rust_path(s, name);
    } else if (str_starts(str_of(languages), STR("javascript"))) {
        static const char *const files[] = {"tsconfig.json", "jsconfig.json", NULL};
        found = (!str_starts(name, STR(".")) &&
                 ctx__configured_path(configured(s, files), name, try_configured, s)) ||
                script_path(s, name);
    } else if (strcmp(languages, "go") == 0) {
        found = go_path(s, name);
    } else if (strcmp(languages, "python") == 0 && str_starts(name, STR("."))) {
        found = python_relative(s, name);
    } else {
        struct ctx__path p = {.len = 0};
        found = to_path(&p, s->rule, name) && try_all(s, ctx__path_view(&p));
    }
    if (!found)
        (void)report(s, CTX_INDEX_NO_FILE);
}

void ctx_index_imports(const ctx_index_view *v, ctx_index_file file, ctx_index_import_fn *visit,
                       void *user)
{
    uint64_t entry = file >> 32;
    if (entry >= v->n || (uint32_t)file >= v->entries[entry].part->segment.n[CTX__FILES])
        return;
    const struct ctx__segment *g = &v->entries[entry].part->segment;
    struct ctx__span span = ctx__segment_file_imports(g, (uint32_t)file);
    struct search s = {.v = v,
                       .rule = rule_of(ctx_index_language(v, file)),
                       .from = ctx__segment_path(g, (uint32_t)file),
                       .visit = visit,
                       .user = user};
    s.folder = str_slice(s.from, 0, s.from.len - path_name(s.from).len);
    for (uint32_t i = span.begin; i < span.end && !s.stopped; i++) {
        struct ctx__seg_import x;
        if (!ctx__segment_import(g, i, &x))
            continue;
        s.import = (struct ctx_index_import){ctx__segment_text(g, x.text_at, x.text_len), x.line,
                                             CTX_INDEX_NO_FILE};
        if (s.rule)
            resolve(&s);
        else
            (void)report(&s, CTX_INDEX_NO_FILE);
    }
    if (s.is_configured)
        ctx__configured_release(&s.configured);
}
