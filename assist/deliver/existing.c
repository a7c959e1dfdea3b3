#include "assist/deliver/existing.h"

#include <string.h>

#include "assist/deliver/declared.h"
#include "assist/deliver/module.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/path.h"
#include "context/files.h"
#include "context/place.h"

enum { MAX_NOTES = 6, MAX_LISTED = 50000 };

/* A type of the project that has the name of one of ours. */
typedef struct {
    str_view path; /* below the root; NULL: there is none */
    const declared_type *type;
    bool fits;
    str_view why;
    size_t shared; /* bytes of the path that are those of the folder */
} found;

typedef struct {
    arena *a;
    str_view root, below; /* the folder is root/below; below is empty or ends in '/' */
    struct ctx_files listed;
    bool is_listed;
    assist_scaffold_result *r;
    existing_found told;
} search;

static bool is_go(const gram_language *lang)
{
    return strcmp(lang->id, "go") == 0;
}

static bool is_python(const gram_language *lang)
{
    return strcmp(lang->id, "python") == 0;
}

static bool is_rust(const gram_language *lang)
{
    return strcmp(lang->id, "rust") == 0;
}

static bool is_csharp(const gram_language *lang)
{
    return strcmp(lang->id, "csharp") == 0;
}

/* Told to the writers of code, which reads and writes such types from outside. */
static bool is_told(const gram_language *lang)
{
    return is_csharp(lang) || strcmp(lang->id, "java") == 0 || strcmp(lang->id, "kotlin") == 0;
}

/* --- finding --- */

static err_code list_files(search *s)
{
    struct ctx_files_options options = {
        .max_file_bytes = EXISTING_FILE_BYTES, .max_files = MAX_LISTED, .walk = true};
    if (s->is_listed)
        return ERR_OK;
    const char *root = arena_copy_z(s->a, s->root);
    err_code rc = root ? ctx_files_list(&s->listed, s->a, root, &options, NULL) : ERR_NOMEM;
    s->is_listed = rc != ERR_NOMEM;
    return rc == ERR_NOMEM ? rc : ERR_OK; /* a folder that is not there has no types */
}

static bool is_written(const search *s, str_view path)
{
    for (size_t i = 0; i < s->r->n_files; i++) {
        str_view own = s->r->files[i].path;
        if (path.len == s->below.len + own.len && str_starts(path, s->below) && str_ends(path, own))
            return true;
    }
    return false;
}

static size_t shared_bytes(str_view a, str_view b)
{
    size_t n = 0;
    while (n < a.len && n < b.len && a.ptr[n] == b.ptr[n])
        n++;
    return n;
}

static bool is_better(const found *old, const found *now)
{
    if (!old->path.ptr || old->fits != now->fits)
        return !old->path.ptr || now->fits;
    if (old->shared != now->shared)
        return now->shared > old->shared;
    return now->path.len < old->path.len;
}

/* Compares what one file declares with what is wanted. */
static err_code look_into(search *s, found *best, const declared *wanted, const gram_language *lang,
                          str_view path)
{
    buf b;
    declared d;
    buf_init(&b, EXISTING_FILE_BYTES);
    const char *absolute = arena_format(s->a, "%.*s/%.*s", STR_ARG(s->root), STR_ARG(path)).ptr;
    err_code rc = absolute ? file_read(&b, absolute, NULL) : ERR_NOMEM;
    bool any = false;
    for (size_t i = 0; rc == ERR_OK && i < wanted->n; i++)
        any = any || str_find(buf_view(&b), wanted->items[i].name) < b.len;
    str_view text = {NULL, 0};
    if (any) {
        text = arena_copy(s->a, buf_view(&b));
        rc = text.ptr ? declared_find(&d, s->a, gram_language_by_path(path), text) : ERR_NOMEM;
    }
    for (size_t i = 0; any && rc == ERR_OK && i < wanted->n; i++) {
        const declared_type *t = declared_get(&d, wanted->items[i].name);
        if (!t || (t->outer.len && !t->is_public))
            continue;
        found f = {.path = path, .type = t, .shared = shared_bytes(path, s->below)};
        f.fits = declared_fits(t, &wanted->items[i], wanted, lang, s->a, &f.why);
        if ((f.fits || f.why.len) && is_better(&best[i], &f))
            best[i] = f;
    }
    buf_release(&b);
    return rc == ERR_NOMEM ? rc : ERR_OK;
}

/* TypeScript's two languages are one here. */
static bool same_language(const gram_language *a, const gram_language *b)
{
    return a == b || (a && b && strncmp(a->id, "typescript", 10) == 0 &&
                      strncmp(b->id, "typescript", 10) == 0);
}

static err_code look_around(search *s, found *best, const declared *wanted,
                            const gram_language *lang)
{
    err_code rc = list_files(s);
    size_t n_read = 0;
    for (size_t i = 0; i < s->listed.n && rc == ERR_OK && n_read < EXISTING_FILES; i++) {
        str_view path = s->listed.items[i].path;
        bool here = path.len == s->below.len + path_name(path).len && str_starts(path, s->below);
        if (!same_language(gram_language_by_path(path), lang) || (is_go(lang) && !here) ||
            is_written(s, path))
            continue;
        n_read++;
        rc = look_into(s, best, wanted, lang, path);
    }
    return rc;
}

/* A type whose members are of types that do not fit does not fit either. */
static void check_mentioned(const search *s, found *best, const declared *wanted)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < wanted->n; i++) {
            for (size_t k = 0; best[i].fits && k < wanted->n; k++) {
                str_view name = wanted->items[k].name;
                if (k == i || best[k].fits || !declared_mentions(best[i].type, name))
                    continue;
                best[i].fits = false;
                best[i].why =
                    arena_format(s->a, "uses a %.*s that is not that of the sample", STR_ARG(name));
                again = true;
            }
        }
    }
}

/* --- how to import --- */

/* In order, as formatters want them. */
static str_view names_from(search *s, const found *best, const declared *wanted, str_view path)
{
    str_view names = {NULL, 0}, last = {NULL, 0};
    for (;;) {
        str_view next = {NULL, 0};
        for (size_t i = 0; i < wanted->n; i++) {
            str_view name = wanted->items[i].name;
            if (best[i].fits && str_eq(best[i].path, path) &&
                (!last.ptr || str_cmp(name, last) > 0) && (!next.ptr || str_cmp(name, next) < 0))
                next = name;
        }
        if (!next.ptr)
            return names;
        names =
            arena_format(s->a, "%.*s%s%.*s", STR_ARG(names), last.ptr ? ", " : "", STR_ARG(next));
        last = next;
    }
}

static void put_import(buf *b, search *s, const found *best, const declared *wanted, str_view path,
                       const gram_language *lang)
{
    str_view module = module_of(s->a, s->root, s->below, path, lang),
             names = names_from(s, best, wanted, path);
    if (is_go(lang))
        return;
    if (is_python(lang))
        buf_append_format(b, "from %.*s import %.*s\n", STR_ARG(module), STR_ARG(names));
    else if (is_rust(lang))
        buf_append_format(b, "pub use %.*s::{%.*s};\n", STR_ARG(module), STR_ARG(names));
    else /* who imported them from here may go on doing so */
        buf_append_format(b, "import type { %.*s } from \"%.*s\";\nexport type { %.*s };\n",
                          STR_ARG(names), STR_ARG(module), STR_ARG(names));
}

/* --- rewriting --- */

static bool first_of_its_file(const found *best, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (best[k].fits && str_eq(best[k].path, best[i].path))
            return false;
    }
    return best[i].fits;
}

typedef struct {
    struct declared_range *items;
    size_t n;
} cuts;

static void cut(cuts *c, struct declared_range range)
{
    size_t i = c->n++;
    for (; i > 0 && c->items[i - 1].begin > range.begin; i--)
        c->items[i] = c->items[i - 1];
    c->items[i] = range;
}

static err_code rewrite(search *s, assist_scaffold_file *f, const found *best,
                        const declared *wanted, const gram_language *lang)
{
    cuts c = {ARENA_ARRAY(s->a, struct declared_range, wanted->n * (DECLARED_METHODS + 1)), 0};
    buf b;
    if (!c.items)
        return ERR_NOMEM;
    for (size_t i = 0; i < wanted->n; i++) {
        const declared_type *t = &wanted->items[i];
        if (best[i].fits)
            cut(&c, (struct declared_range){t->begin, t->end});
        for (size_t k = 0; best[i].fits && k < t->n_outside; k++)
            cut(&c, t->outside[k]);
    }
    buf_init(&b, SIZE_MAX);
    buf_append(&b, str_slice(f->text, 0, wanted->after_imports));
    /* Formatters keep the project's own imports apart from those of libraries. */
    if (!is_go(lang) && (!wanted->has_imports || is_python(lang) || is_rust(lang)))
        buf_append_byte(&b, '\n');
    for (size_t i = 0; i < wanted->n; i++) {
        if (first_of_its_file(best, i))
            put_import(&b, s, best, wanted, best[i].path, lang);
    }
    size_t at = wanted->after_imports;
    for (size_t i = 0; i < c.n; i++) {
        buf_append(&b, str_slice(f->text, at, c.items[i].begin));
        at = c.items[i].end;
        while (at < f->text.len && f->text.ptr[at] == '\n') /* the gap behind it */
            at++;
    }
    buf_append(&b, str_slice(f->text, at, f->text.len));
    str_view made = arena_copy(s->a, buf_view(&b));
    err_code rc = buf_failed(&b) != ERR_OK ? buf_failed(&b) : made.ptr ? ERR_OK : ERR_NOMEM;
    if (rc == ERR_OK)
        f->text = made;
    buf_release(&b);
    return rc;
}

static err_code add_note(search *s, const found *f, str_view text)
{
    assist_scaffold_note *notes = ARENA_ARRAY(s->a, assist_scaffold_note, s->r->n_notes + 1);
    if (!notes)
        return ERR_NOMEM;
    if (s->r->n_notes)
        memcpy(notes, s->r->notes, s->r->n_notes * sizeof *notes);
    notes[s->r->n_notes++] = (assist_scaffold_note){f->path, f->type->line, 1, text, true};
    s->r->notes = notes;
    return ERR_OK;
}

static err_code tell(search *s, const found *best, const declared *wanted,
                     const assist_scaffold_file *f, const gram_language *lang)
{
    err_code rc = ERR_OK;
    size_t n = 0;
    for (size_t i = 0; i < wanted->n && rc == ERR_OK; i++) {
        str_view name = wanted->items[i].name;
        if (!best[i].path.ptr || n++ == MAX_NOTES)
            continue;
        str_view text = best[i].fits
                            ? arena_format(s->a, "%.*s is that of the sample: %.*s uses it",
                                           STR_ARG(name), STR_ARG(f->path))
                            : arena_format(s->a, "%.*s %.*s, so %.*s has one of its own",
                                           STR_ARG(name), STR_ARG(best[i].why), STR_ARG(f->path));
        rc = add_note(s, &best[i], text);
        if (!best[i].fits && is_go(lang))
            s->told.clashes = arena_format(s->a, "%.*s%s%.*s", STR_ARG(s->told.clashes),
                                           s->told.clashes.len ? " " : "", STR_ARG(name));
    }
    return rc;
}

/* In the same package, and in no other class. */
static bool is_neighbour(const search *s, const found *f)
{
    return str_eq(path_folder(f->path), s->below) && !f->type->outer.len;
}

/* Why code here cannot use a type that fits; empty when it can. */
static str_view hindrance(const search *s, const found *f, const gram_language *lang)
{
    if (is_rust(lang) && !module_of(s->a, s->root, s->below, f->path, lang).len)
        return STR("is of another crate");
    bool far = is_told(lang) && !is_neighbour(s, f);
    /* C# and Kotlin do not let public code give away what is not. */
    if (is_told(lang) && !f->type->is_public && (far || strcmp(lang->id, "java") != 0))
        return STR("is not public");
    if (far && !f->type->package.len && !is_csharp(lang))
        return STR("is in the unnamed package, from which nothing can be imported");
    return STR("");
}

/* "java org.x.Home(String street,int zip)"; without the package where it is that of the code.
 * Members that the sample does not have need not be given, or it would not fit. */
static void add_own(search *s, const found *f, const declared_type *wanted,
                    const gram_language *lang)
{
    const declared_type *t = f->type;
    str_view members = STR("");
    for (size_t i = 0; i < t->n_members; i++) {
        if (declared_member_of(wanted, t->members[i].name))
            members =
                arena_format(s->a, "%.*s%s%.*s %.*s", STR_ARG(members), members.len ? "," : "",
                             STR_ARG(t->members[i].type), STR_ARG(t->members[i].name));
    }
    str_view package = is_neighbour(s, f) ? STR("") : t->package;
    s->told.own_types =
        arena_format(s->a, "%.*s%s %.*s%.*s%.*s%c%.*s%c\n", STR_ARG(s->told.own_types), lang->id,
                     STR_ARG(package), STR_ARG(t->outer), STR_ARG(t->name), t->is_set ? '{' : '(',
                     STR_ARG(members), t->is_set ? '}' : ')');
}

static err_code use_in(search *s, assist_scaffold_file *f, const gram_language *lang)
{
    declared wanted;
    err_code rc = declared_find(&wanted, s->a, lang, f->text);
    if (rc != ERR_OK || !wanted.n)
        return rc == ERR_NOMEM ? rc : ERR_OK;
    found *best = ARENA_ARRAY(s->a, found, wanted.n);
    rc = best ? look_around(s, best, &wanted, lang) : ERR_NOMEM;
    if (rc != ERR_OK)
        return rc;
    bool any = false;
    for (size_t i = 0; i < wanted.n; i++) {
        str_view why = best[i].fits ? hindrance(s, &best[i], lang) : STR("");
        if (why.len) {
            best[i].fits = false;
            best[i].why = why;
        }
    }
    check_mentioned(s, best, &wanted);
    for (size_t i = 0; i < wanted.n; i++) {
        any = any || best[i].fits;
        if (best[i].fits && is_told(lang))
            add_own(s, &best[i], &wanted.items[i], lang);
    }
    if (any && !is_told(lang))
        rc = rewrite(s, f, best, &wanted, lang);
    return rc == ERR_OK ? tell(s, best, &wanted, f, lang) : rc;
}

/* Only types are: a server's classes live by what else is in their file. */
static bool is_of_types(str_view target)
{
    const assist_scaffold_target *t;
    for (size_t i = 0; (t = assist_scaffold_target_at(i)) != NULL; i++) {
        if (str_eq(str_of(t->name), target))
            return strcmp(t->group, "types") == 0;
    }
    return false;
}

err_code existing_use(existing_found *out, assist_scaffold_result *r, arena *a, const char *folder)
{
    search s = {.a = a, .r = r};
    err_code rc = ERR_OK;
    str_view probe = arena_format(a, "%s/x", folder);
    struct ctx_place place = ctx_place_find(a, probe);
    s.root = place.root;
    s.below = path_folder(place.relative);
    for (size_t i = 0; i < r->n_files && rc == ERR_OK; i++) {
        const gram_language *lang = gram_language_by_path(r->files[i].path);
        if (declared_knows(lang) && is_of_types(r->files[i].target))
            rc = use_in(&s, &r->files[i], lang);
    }
    *out = s.told;
    return rc == ERR_OK && arena_failed(a) ? ERR_NOMEM : rc;
}
