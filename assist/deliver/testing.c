#include "assist/deliver/testing.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "assist/deliver/module.h"
#include "base/buf.h"
#include "base/path.h"
#include "context/files.h"
#include "context/place.h"

enum { MAX_LISTED = 50000, MAX_FOLDERS = 64, PATH_BYTES = 4096 };

typedef enum { BESIDE, INNER, ROOTED } habit;

/* A folder that tests are in. */
typedef struct {
    str_view path;   /* below the root, ends in '/' */
    str_view common; /* the part of it up to `tests/`; ROOTED only */
    size_t n;
} home;

typedef struct {
    arena *a;
    str_view root, below; /* the code's folder is root/below; below is empty or ends in '/' */
    bool python;
    size_t n[ROOTED + 1];
    str_view inner; /* "__tests__/" */
    home homes[MAX_FOLDERS];
    size_t n_homes;
    size_t spec, test;     /* files x.spec.ts, x.test.ts */
    size_t before, behind; /* files test_x.py, x_test.py */
} census;

static bool is_script(const gram_language *lang)
{
    return lang && (strcmp(lang->id, "typescript") == 0 || strcmp(lang->id, "javascript") == 0 ||
                    strcmp(lang->id, "typescriptreact") == 0);
}

static bool is_python(const gram_language *lang)
{
    return lang && strcmp(lang->id, "python") == 0;
}

static bool has(str_view v, const char *what)
{
    return str_find(v, str_of(what)) < v.len;
}

/* A test by its name; its way of being called counts. */
static bool count_name(census *c, str_view name)
{
    bool spec = has(name, ".spec."), test = has(name, ".test.");
    bool before = str_starts(name, STR("test_")), behind = str_ends(name, STR("_test.py"));
    if (c->python) {
        c->before += before;
        c->behind += behind && !before;
        return before || behind;
    }
    c->spec += spec;
    c->test += test && !spec;
    return spec || test;
}

/* The end of the first part of a folder that says that tests are below; 0: there is none. */
static size_t tests_part(str_view folder, size_t *begin)
{
    static const char *const names[] = {"tests", "test", "spec", "specs", "__tests__"};
    for (size_t at = 0; at < folder.len;) {
        size_t n = str_find_byte(str_slice(folder, at, folder.len), '/');
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            if (str_eq(str_slice(folder, at, at + n), str_of(names[i]))) {
                *begin = at;
                return at + n + 1;
            }
        }
        at += n + 1;
    }
    return 0;
}

static void count_home(census *c, str_view folder, str_view common)
{
    size_t i = 0;
    while (i < c->n_homes && !str_eq(c->homes[i].path, folder))
        i++;
    if (i == MAX_FOLDERS)
        return;
    if (i == c->n_homes)
        c->homes[c->n_homes++] = (home){folder, common, 0};
    c->homes[i].n++;
}

static void count_file(census *c, str_view path)
{
    const gram_language *lang = gram_language_by_path(path);
    str_view folder = path_folder(path);
    size_t begin = 0;
    if (c->python ? !is_python(lang) : !is_script(lang))
        return;
    if (!count_name(c, path_name(path)))
        return;
    size_t end = tests_part(folder, &begin);
    str_view above = str_slice(folder, 0, begin), name = str_slice(folder, begin, end);
    if (!end) {
        c->n[BESIDE]++;
    } else if (begin && (str_eq(name, STR("__tests__/")) || !str_starts(c->below, above))) {
        c->n[INNER]++;
        c->inner = name;
    } else {
        c->n[ROOTED]++;
        count_home(c, folder, str_slice(folder, 0, end));
    }
}

static bool is_folder(const census *c, str_view path)
{
    char name[PATH_BYTES];
    int n = snprintf(name, sizeof name, "%.*s/%.*s.", STR_ARG(c->root), STR_ARG(path));
    return n > 0 && (size_t)n < sizeof name && access(name, F_OK) == 0;
}

/* In the folder for all tests, the one that is called as the code's, or the one that has the most.
 */
static str_view rooted_folder(census *c)
{
    const home *best = &c->homes[0], *most = best;
    for (size_t i = 1; i < c->n_homes; i++) { /* the nearest to the code */
        if (c->homes[i].common.len > best->common.len)
            best = &c->homes[i];
    }
    bool direct = false;
    for (size_t i = 0; i < c->n_homes; i++) {
        direct = direct || str_eq(c->homes[i].path, best->common);
        if (str_eq(c->homes[i].common, best->common) &&
            (!str_eq(most->common, best->common) || c->homes[i].n > most->n))
            most = &c->homes[i];
    }
    str_view parent = path_folder(str_slice(best->common, 0, best->common.len - 1));
    str_view sub = str_slice(c->below, parent.len, c->below.len);
    for (int cut = 0; cut < 2 && sub.len; cut++) { /* src/api/ is api/ there */
        str_view like = arena_format(c->a, "%.*s%.*s", STR_ARG(best->common), STR_ARG(sub));
        if (is_folder(c, like))
            return like;
        sub = str_slice(sub, str_find_byte(sub, '/') + 1, sub.len);
    }
    return direct ? best->common : most->path;
}

/* The folder for tests of code in c->below. */
static str_view test_folder(census *c)
{
    size_t begin;
    if (tests_part(c->below, &begin)) /* that is where they are wanted */
        return c->below;
    if (c->n[ROOTED] && c->n[ROOTED] >= c->n[BESIDE] && c->n[ROOTED] >= c->n[INNER])
        return rooted_folder(c);
    if (c->n[INNER] && c->n[INNER] >= c->n[BESIDE])
        return arena_format(c->a, "%.*s%.*s", STR_ARG(c->below), STR_ARG(c->inner));
    return c->below;
}

/* --- moving --- */

static bool is_of_tests(str_view target)
{
    const assist_scaffold_target *t;
    for (size_t i = 0; (t = assist_scaffold_target_at(i)) != NULL; i++) {
        if (str_eq(str_of(t->name), target))
            return strcmp(t->group, "tests") == 0;
    }
    return false;
}

/* "x.test.ts" as "x.spec.ts", "test_x.py" as "x_test.py", where the project does. */
static str_view fitted_name(census *c, str_view name)
{
    size_t at = str_find(name, STR(".test."));
    if (!c->python && c->spec > c->test && at < name.len)
        return arena_format(c->a, "%.*s.spec%.*s", STR_ARG(str_slice(name, 0, at)),
                            STR_ARG(str_slice(name, at + 5, name.len)));
    if (c->python && c->behind > c->before && str_starts(name, STR("test_")))
        return arena_format(c->a, "%.*s_test.py", STR_ARG(str_slice(name, 5, name.len - 3)));
    return name;
}

static str_view replaced(arena *a, str_view text, str_view from, str_view to)
{
    buf b;
    buf_init(&b, SIZE_MAX);
    for (size_t at; (at = str_find(text, from)) < text.len;
         text = str_slice(text, at + from.len, text.len)) {
        buf_append(&b, str_slice(text, 0, at));
        buf_append(&b, to);
    }
    buf_append(&b, text);
    str_view out = buf_failed(&b) == ERR_OK ? arena_copy(a, buf_view(&b)) : text;
    if (buf_failed(&b) != ERR_OK)
        a->failed = true;
    buf_release(&b);
    return out;
}

/* Where a file of r is, below the root. */
static str_view place_of(census *c, const assist_scaffold_file *f, str_view tests)
{
    str_view folder = is_of_tests(f->target) ? tests : c->below;
    return arena_format(c->a, "%.*s%.*s", STR_ARG(folder), STR_ARG(f->path));
}

/* Imports of the other file as they must be from the folder of tests. */
static str_view with_imports(census *c, str_view text, const assist_scaffold_file *other,
                             str_view tests)
{
    const gram_language *lang = gram_language_by_path(other->path);
    arena *a = c->a;
    str_view stem = str_slice(other->path, 0, other->path.len - path_ending(other->path).len - 1);
    if (c->python ? !is_python(lang) : !is_script(lang))
        return text;
    str_view module = module_of(a, c->root, tests, place_of(c, other, tests), lang);
    if (!c->python)
        return replaced(a, text, arena_format(a, "\"./%.*s.js\"", STR_ARG(stem)),
                        arena_format(a, "\"%.*s\"", STR_ARG(module)));
    text = replaced(a, text, arena_format(a, "\nfrom %.*s import ", STR_ARG(stem)),
                    arena_format(a, "\nfrom %.*s import ", STR_ARG(module)));
    return replaced(a, text, arena_format(a, "\nimport %.*s as ", STR_ARG(stem)),
                    arena_format(a, "\nimport %.*s as ", STR_ARG(module)));
}

/* `to` as seen from `from`, both below the root: "../tests/". */
static str_view way(arena *a, str_view from, str_view to)
{
    size_t same = 0;
    for (size_t i = 0; i < from.len && i < to.len && from.ptr[i] == to.ptr[i]; i++)
        same = to.ptr[i] == '/' ? i + 1 : same;
    str_view out = str_slice(to, same, to.len);
    for (size_t i = same; i < from.len; i++) {
        if (from.ptr[i] == '/')
            out = arena_format(a, "../%.*s", STR_ARG(out));
    }
    return out;
}

static void move_target(census *c, assist_scaffold_result *r, str_view target)
{
    str_view tests = test_folder(c), to = way(c->a, c->below, tests);
    for (size_t i = 0; i < r->n_files; i++) {
        assist_scaffold_file *f = &r->files[i];
        for (size_t k = 0; str_eq(f->target, target) && k < r->n_files; k++) {
            if (k != i)
                f->text = with_imports(c, f->text, &r->files[k], tests);
        }
    }
    for (size_t i = 0; i < r->n_files; i++) {
        assist_scaffold_file *f = &r->files[i];
        if (str_eq(f->target, target))
            f->path = arena_format(c->a, "%.*s%.*s", STR_ARG(to), STR_ARG(fitted_name(c, f->path)));
    }
}

static bool is_kept(const assist_scaffold_result *r, arena *a, const char *folder, str_view target,
                    bool (*keep)(const char *path))
{
    for (size_t i = 0; i < r->n_files; i++) {
        const assist_scaffold_file *f = &r->files[i];
        const char *path = arena_format(a, "%s/%.*s", folder, STR_ARG(f->path)).ptr;
        if (str_eq(f->target, target) && path && keep(path))
            return true;
    }
    return false;
}

err_code testing_place(assist_scaffold_result *r, arena *a, const char *folder,
                       bool (*keep)(const char *path))
{
    struct ctx_files listed = {0};
    struct ctx_files_options options = {.max_files = MAX_LISTED, .walk = true};
    err_code rc = ERR_OK;
    str_view done = {NULL, 0};
    for (size_t i = 0; i < r->n_files && rc == ERR_OK; i++) {
        const gram_language *lang = gram_language_by_path(r->files[i].path);
        str_view target = r->files[i].target;
        bool code = is_script(lang) || is_python(lang);
        if (!code || !is_of_tests(target) || str_eq(target, done) ||
            is_kept(r, a, folder, target, keep))
            continue;
        done = target;
        struct ctx_place place = ctx_place_find(a, arena_format(a, "%s/x", folder));
        census c = {.a = a,
                    .root = place.root,
                    .below = path_folder(place.relative),
                    .python = is_python(lang)};
        const char *root = arena_copy_z(a, c.root);
        if (!listed.items && root)
            rc = ctx_files_list(&listed, a, root, &options, NULL);
        rc = rc == ERR_NOMEM ? rc : ERR_OK; /* a folder that is not there has no tests */
        for (size_t k = 0; k < listed.n; k++)
            count_file(&c, listed.items[k].path);
        if (rc == ERR_OK)
            move_target(&c, r, target);
    }
    return rc == ERR_OK && arena_failed(a) ? ERR_NOMEM : rc;
}
