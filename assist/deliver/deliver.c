#include "assist/deliver/deliver.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "assist/deliver/check.h"
#include "assist/deliver/diff.h"
#include "assist/deliver/existing.h"
#include "assist/deliver/layout.h"
#include "assist/deliver/style.h"
#include "assist/deliver/testing.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/path.h"

enum {
    FILE_BYTES = 256 << 20,  /* of a file that is merged with */
    REDUCE_BYTES = 16 << 20, /* larger samples are not reduced */
    REDUCE_TRIES = 4000,
};
/* How long somebody waits for a smaller sample. */
#define REDUCE_NS UINT64_C(3000000000)

#define BASE_HEAD "artel scaffold base 1\n"

const char *assist_file_state_name(assist_file_state state)
{
    static const char *const names[] = {"new",    "unchanged", "updated",
                                        "merged", "conflict",  "not ours"};
    return names[state];
}

/* --- bases --- */

/* Path of the base of a file, appended to `out`. */
static err_code base_path(buf *out, const char *absolute, err *e)
{
    err_code rc = file_cache_dir(out, e);
    if (rc == ERR_OK)
        buf_append_format(out, "/scaffold/%016llx.base",
                          (unsigned long long)hash_str(str_of(absolute)));
    return rc != ERR_OK ? rc : buf_failed(out);
}

/* The base, in `a`; false when there is none. */
static bool read_base(str_view *out, arena *a, const char *absolute)
{
    buf path, text;
    bool found = false;
    buf_init(&path, 1 << 16);
    buf_init(&text, (size_t)FILE_BYTES);
    if (base_path(&path, absolute, NULL) == ERR_OK && file_read(&text, path.ptr, NULL) == ERR_OK) {
        str_view rest = buf_view(&text);
        found = str_starts(rest, STR(BASE_HEAD));
        rest = str_slice(rest, sizeof BASE_HEAD - 1, rest.len);
        /* A name may hold a newline, so its length decides. */
        str_view name = str_of(absolute);
        found =
            found && str_starts(rest, name) && rest.len > name.len && rest.ptr[name.len] == '\n';
        if (found)
            *out = arena_copy(a, str_slice(rest, name.len + 1, rest.len));
    }
    buf_release(&path);
    buf_release(&text);
    return found;
}

err_code assist_deliver_remember(const char *absolute, str_view generated, err *e)
{
    buf path, text;
    buf_init(&path, 1 << 16);
    buf_init(&text, SIZE_MAX);
    err_code rc = base_path(&path, absolute, e);
    buf_append(&text, STR(BASE_HEAD));
    buf_append(&text, str_of(absolute));
    buf_append_byte(&text, '\n');
    buf_append(&text, generated);
    if (rc == ERR_OK)
        rc = buf_failed(&text);
    if (rc == ERR_OK) {
        char *slash = strrchr(path.ptr, '/');
        *slash = '\0';
        rc = file_make_dirs(path.ptr, e);
        *slash = '/';
    }
    if (rc == ERR_OK)
        rc = file_write_atomic(path.ptr, buf_view(&text), e);
    else if (e && !e->text[0])
        err_set(e, rc, "%s: %s", absolute, err_name(rc));
    buf_release(&path);
    buf_release(&text);
    return rc;
}

/* --- checking --- */

typedef struct {
    const assist_deliver_request *request;
    uint64_t until_ns;
} reducer;

/* Whether any file from this sample fails to parse. */
static bool sample_fails(void *user, str_view sample)
{
    const reducer *r = user;
    assist_scaffold_input in = {.name = r->request->inputs[0].name, .text = sample};
    assist_scaffold_result result;
    arena a;
    bool broken = false;
    if (clock_now_ns() > r->until_ns)
        return false;
    arena_init(&a, SIZE_MAX);
    if (assist_scaffold_run(&result, &a, &in, 1, r->request->targets, r->request->n_targets,
                            &r->request->options, NULL) == ERR_OK) {
        for (size_t i = 0; i < result.n_files && !broken; i++) {
            check_result c;
            broken = check_parse(&c, result.files[i].path, result.files[i].text, NULL) == ERR_OK &&
                     c.state == CHECK_BROKEN;
        }
    }
    arena_release(&a);
    return broken;
}

/* All samples as one text, reduced; empty when that did not work. */
static str_view reduce(arena *a, const assist_deliver_request *request)
{
    reducer r = {request, clock_now_ns() + REDUCE_NS};
    str_view small = {NULL, 0};
    buf b;
    buf_init(&b, REDUCE_BYTES);
    for (size_t i = 0; i < request->n_inputs; i++) {
        buf_append(&b, request->inputs[i].text);
        buf_append_byte(&b, '\n');
    }
    if (buf_failed(&b) == ERR_OK &&
        check_reduce(&small, a, buf_view(&b), sample_fails, &r, REDUCE_TRIES, NULL) != ERR_OK)
        small = (str_view){NULL, 0};
    buf_release(&b);
    return small;
}

static err_code check_files(assist_delivery *out, arena *a, const assist_deliver_request *request,
                            const assist_scaffold_result *r, err *e)
{
    for (size_t i = 0; i < r->n_files; i++) {
        check_result c;
        err_code rc = check_parse(&c, r->files[i].path, r->files[i].text, e);
        if (rc != ERR_OK)
            return rc;
        if (c.state != CHECK_BROKEN)
            continue;
        out->bug = (assist_deliver_bug){r->files[i].target, r->files[i].path, c.line,
                                        c.column,           c.near,           reduce(a, request)};
        break;
    }
    return ERR_OK;
}

/* --- fitting --- */

static bool is_ours(const char *path)
{
    buf b;
    buf_init(&b, 1 << 16);
    bool found = base_path(&b, path, NULL) == ERR_OK && access(b.ptr, F_OK) == 0;
    buf_release(&b);
    return found;
}

/* Written by an earlier run, and still there. */
static bool is_kept(const char *path)
{
    return is_ours(path) && access(path, F_OK) == 0;
}

static bool is_script(str_view path)
{
    const gram_language *lang = gram_language_by_path(path);
    return lang && (strcmp(lang->id, "typescript") == 0 || strcmp(lang->id, "javascript") == 0 ||
                    strcmp(lang->id, "typescriptreact") == 0);
}

/* Notes the ending of a target's files where the project calls members in one way. */
static void fit_members(assist_scaffold_options *options, arena *a, const char *ending,
                        assist_scaffold_case members)
{
    str_view *list = members == ASSIST_CASE_SNAKE   ? &options->snake_members
                     : members == ASSIST_CASE_CAMEL ? &options->camel_members
                                                    : NULL;
    if (list)
        *list = arena_format(a, "%.*s%s.%s", STR_ARG(*list), list->len ? " " : "", ending);
}

/* What must be known before anything is written. */
static void fit_options(assist_scaffold_options *options, arena *a, const char *folder,
                        const assist_deliver_request *request)
{
    const assist_scaffold_target *t;
    options->libraries = style_libraries(a, folder);
    for (size_t i = 0; (t = assist_scaffold_target_at(i)) != NULL; i++) {
        bool wanted = false;
        for (size_t k = 0; k < request->n_targets; k++)
            wanted = wanted || strcmp(request->targets[k], t->name) == 0;
        str_view name = arena_format(a, "x%s", assist_scaffold_target_suffix(i));
        if (!wanted || !gram_language_by_path(name))
            continue;
        style s = style_measure(folder, name, is_ours);
        if (is_script(name) && options->script_case == ASSIST_CASE_TARGET)
            options->script_case = s.file_case;
        fit_members(options, a, path_ending(name).ptr, s.members);
    }
}

static str_view unit_of(str_view target)
{
    const assist_scaffold_target *t;
    for (size_t i = 0; (t = assist_scaffold_target_at(i)) != NULL; i++) {
        if (str_eq(str_of(t->name), target))
            return str_of(assist_scaffold_target_indent(i));
    }
    return STR("");
}

/* The files in the style of those around; one that would not parse then stays as it was. */
static void fit_files(assist_scaffold_result *r, arena *a, const char *folder)
{
    style known[8];
    size_t n_known = 0;
    for (size_t i = 0; i < r->n_files; i++) {
        assist_scaffold_file *f = &r->files[i];
        const gram_language *lang = gram_language_by_path(f->path);
        size_t k = 0;
        if (!lang)
            continue;
        while (k < n_known && known[k].lang != lang)
            k++;
        if (k == sizeof known / sizeof *known)
            k = n_known = 0;
        if (k == n_known)
            known[n_known++] = style_measure(folder, f->path, is_ours);
        check_result c;
        str_view package =
            layout_package(a, folder, f->path, strcmp(lang->id, "go") == 0 ? NULL : is_ours);
        str_view text = layout_apply(a, f->path, f->text, package);
        text = layout_directives(a, folder, f->path, text);
        text = style_apply(&known[k], a, f->path, text, unit_of(f->target));
        if (text.ptr != f->text.ptr && check_parse(&c, f->path, text, NULL) == ERR_OK &&
            c.state == CHECK_CLEAN)
            f->text = text;
    }
}

/* Rust compiles no file that another does not name. */
static err_code note_modules(assist_scaffold_result *r, arena *a, const char *folder)
{
    assist_scaffold_note *notes = ARENA_ARRAY(a, assist_scaffold_note, r->n_notes + r->n_files + 1);
    size_t n = 0;
    for (; notes && n < r->n_notes; n++)
        notes[n] = r->notes[n];
    for (size_t i = 0; notes && i < r->n_files; i++) {
        str_view module = STR(""), parent = layout_parent(a, folder, r->files[i].path, &module);
        str_view text =
            arena_format(a, "there is no `%.*s` in it yet, so that %.*s is not compiled",
                         STR_ARG(module), STR_ARG(r->files[i].path));
        if (parent.len)
            notes[n++] = (assist_scaffold_note){.input = parent, .text = text, .of_project = true};
    }
    r->notes = notes;
    r->n_notes = n;
    return notes ? ERR_OK : ERR_NOMEM;
}

/* What the project has already is not defined again; what a Go package has for something else gets
 * another name here. */
static err_code use_existing(assist_delivery *d, assist_scaffold_result *r, arena *a,
                             const char *folder, const assist_deliver_request *request,
                             assist_scaffold_options *options, err *e)
{
    assist_scaffold_result again = *r;
    existing_found found, none;
    err_code rc = existing_use(&found, r, a, folder);
    if (rc != ERR_OK || !(found.clashes.len || found.own_types.len))
        return rc;
    options->taken = found.clashes;
    options->own_types = found.own_types;
    rc = assist_scaffold_run(&again, a, request->inputs, request->n_inputs, request->targets,
                             request->n_targets, options, e);
    if (rc == ERR_OK)
        rc = check_files(d, a, request, &again, e);
    if (rc == ERR_OK)
        rc = existing_use(&none, &again, a, folder);
    again.notes = r->notes; /* the second run would tell half of it */
    again.n_notes = r->n_notes;
    if (rc == ERR_OK)
        *r = again;
    return rc;
}

/* --- merging --- */

static bool has_crlf(str_view text)
{
    size_t at = str_find_byte(text, '\n');
    return at > 0 && at < text.len && text.ptr[at - 1] == '\r';
}

/* The text with the line ends of the file that it is compared with. */
static str_view with_crlf(arena *a, str_view text)
{
    buf b;
    buf_init(&b, SIZE_MAX);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n' && (i == 0 || text.ptr[i - 1] != '\r'))
            buf_append_byte(&b, '\r');
        buf_append_byte(&b, text.ptr[i]);
    }
    str_view out = arena_copy(a, buf_view(&b));
    buf_release(&b);
    return out;
}

static err_code merge_file(assist_deliver_file *f, arena *a, const char *key, bool conflicts,
                           err *e)
{
    str_view base = {NULL, 0}, theirs = f->generated;
    bool ours = read_base(&base, a, key);
    if (has_crlf(f->before)) {
        theirs = with_crlf(a, theirs);
        base = with_crlf(a, base);
    }
    f->after = f->before;
    if (str_eq(f->before, theirs)) {
        f->state = ASSIST_FILE_SAME;
        return ERR_OK;
    }
    if (ours && str_eq(f->before, base)) {
        f->state = ASSIST_FILE_UPDATED;
        f->after = theirs;
        return ERR_OK;
    }
    f->state = ASSIST_FILE_FOREIGN;
    /* Without a base whatever differs is a conflict, except what only one side has at all. */
    diff_merged m;
    err_code rc = diff_merge(&m, a, base, f->before, theirs, STR("yours"), STR("generated"));
    if (rc != ERR_OK)
        return err_set(e, rc, "%s: %s while merging", key, err_name(rc));
    f->merged = m.text;
    f->n_conflicts = m.n_conflicts;
    f->first_conflict = m.first_conflict;
    f->state = !ours                       ? ASSIST_FILE_FOREIGN
               : m.n_conflicts             ? ASSIST_FILE_CONFLICT
               : str_eq(m.text, f->before) ? ASSIST_FILE_SAME
                                           : ASSIST_FILE_MERGED;
    if (conflicts || (ours && !m.n_conflicts))
        f->after = m.text;
    return ERR_OK;
}

static size_t count_errors(arena *a, str_view path, str_view head, str_view rest)
{
    check_result c;
    str_view whole = arena_format(a, "%.*s%.*s", STR_ARG(head), STR_ARG(rest));
    if (!whole.ptr || check_parse(&c, path, whole, NULL) != ERR_OK)
        return SIZE_MAX;
    return c.n_errors;
}

err_code assist_deliver_inside(assist_deliver_file *f, arena *a, const char *key, str_view path,
                               str_view head, str_view ours, str_view generated, err *e)
{
    assist_deliver_file got = {.path = path,
                               .state = ASSIST_FILE_NEW,
                               .generated = generated,
                               .before = ours,
                               .after = generated};
    err_code rc = ERR_OK;
    if (!str_is_blank(ours))
        rc = merge_file(&got, a, key, false, e);
    else if (has_crlf(head))
        got.after = with_crlf(a, generated);
    if (rc != ERR_OK)
        return rc;
    if (head.len && !str_ends(head, STR("\n")) && got.state == ASSIST_FILE_NEW)
        got.after = arena_format(a, "\n%.*s", STR_ARG(got.after));
    if (arena_failed(a))
        return err_set(e, ERR_NOMEM, "%s: out of memory", key);
    if (!str_eq(got.after, ours) &&
        count_errors(a, path, head, got.after) > count_errors(a, path, head, ours))
        got = (assist_deliver_file){
            .path = path, .state = ASSIST_FILE_FOREIGN, .before = ours, .after = ours};
    *f = got;
    return ERR_OK;
}

/* What stands at f->absolute now: in the editor, else on the disk. */
static err_code read_before(assist_deliver_file *f, bool *exists, arena *a,
                            const assist_deliver_request *request, err *e)
{
    *exists = true;
    if (request->open_text && request->open_text(request->user, f->absolute, &f->before))
        return ERR_OK;
    buf b;
    err inner = {{0}};
    buf_init(&b, (size_t)FILE_BYTES);
    err_code rc = file_read(&b, f->absolute, &inner);
    *exists = rc == ERR_OK;
    if (rc == ERR_OK)
        f->before = arena_copy(a, buf_view(&b));
    else if (rc == ERR_NOT_FOUND)
        rc = ERR_OK;
    else
        err_set(e, rc, "%s", inner.text);
    buf_release(&b);
    return rc;
}

str_view assist_deliver_join(arena *a, str_view folder, str_view path)
{
    while (str_ends(folder, STR("/")))
        folder.len--;
    for (; str_starts(path, STR("../")); path = str_slice(path, 3, path.len)) {
        folder = path_folder(folder);
        folder.len -= folder.len > 0;
    }
    return arena_format(a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(path));
}

static err_code plan_file(assist_deliver_file *f, arena *a, const assist_scaffold_file *from,
                          const assist_deliver_request *request, err *e)
{
    *f = (assist_deliver_file){
        .path = from->path, .target = from->target, .generated = from->text, .after = from->text};
    if (!request->folder.len)
        return ERR_OK;
    f->absolute = assist_deliver_join(a, request->folder, from->path).ptr;
    bool exists = false;
    err_code rc = f->absolute ? read_before(f, &exists, a, request, e) : ERR_NOMEM;
    if (rc == ERR_OK && exists)
        rc = merge_file(f, a, f->absolute, request->conflicts, e);
    return rc;
}

err_code assist_deliver_plan(assist_delivery *out, arena *a, const assist_deliver_request *request,
                             err *e)
{
    assist_scaffold_result r;
    assist_delivery d = {0};
    assist_scaffold_options options = request->options;
    const char *folder = request->folder.len ? arena_copy_z(a, request->folder) : NULL;
    bool fit = request->fit && folder;
    if (fit)
        fit_options(&options, a, folder, request);
    err_code rc = assist_scaffold_run(&r, a, request->inputs, request->n_inputs, request->targets,
                                      request->n_targets, &options, e);
    if (rc == ERR_OK)
        rc = check_files(&d, a, request, &r, e);
    if (rc == ERR_OK && fit && !d.bug.target.len)
        rc = use_existing(&d, &r, a, folder, request, &options, e);
    if (rc == ERR_OK && fit && !d.bug.target.len)
        rc = testing_place(&r, a, folder, is_kept);
    if (rc == ERR_OK && fit && !d.bug.target.len)
        rc = note_modules(&r, a, folder);
    if (rc == ERR_OK && fit && !d.bug.target.len)
        fit_files(&r, a, folder);
    if (rc != ERR_OK)
        return rc;
    d.notes = r.notes;
    d.n_notes = r.n_notes;
    d.n_samples = r.n_samples;
    if (!d.bug.target.len) {
        d.files = ARENA_ARRAY(a, assist_deliver_file, r.n_files + 1);
        for (size_t i = 0; d.files && rc == ERR_OK && i < r.n_files; i++) {
            assist_deliver_file *f = &d.files[d.n_files++];
            rc = plan_file(f, a, &r.files[i], request, e);
            bool refused = f->state == ASSIST_FILE_CONFLICT || f->state == ASSIST_FILE_FOREIGN;
            d.n_refused += refused && !request->conflicts;
        }
    }
    if (rc == ERR_OK && arena_failed(a))
        rc = ERR_NOMEM;
    if (rc == ERR_OK)
        *out = d;
    else if (e && !e->text[0])
        err_set(e, rc, "%s while planning the files", err_name(rc));
    return rc;
}

/* --- writing --- */

/* ERR_STALE when the file does not say what the plan was made for. */
static err_code unchanged(const assist_deliver_file *f, err *e)
{
    buf b;
    err inner = {{0}};
    buf_init(&b, (size_t)FILE_BYTES);
    err_code rc = file_read(&b, f->absolute, &inner);
    bool same = rc == ERR_NOT_FOUND ? f->state == ASSIST_FILE_NEW
                                    : rc == ERR_OK && f->state != ASSIST_FILE_NEW &&
                                          str_eq(buf_view(&b), f->before);
    buf_release(&b);
    if (same)
        return ERR_OK;
    return err_set(e, ERR_STALE, "%s changed meanwhile; nothing was written", f->absolute);
}

err_code assist_deliver_write(const assist_delivery *d, err *e)
{
    if (d->n_refused)
        return err_set(e, ERR_UNSUPPORTED, "%zu files would lose changes", d->n_refused);
    err_code rc = ERR_OK;
    for (size_t i = 0; i < d->n_files && rc == ERR_OK; i++)
        rc = unchanged(&d->files[i], e);
    for (size_t i = 0; i < d->n_files && rc == ERR_OK; i++) {
        const assist_deliver_file *f = &d->files[i];
        arena scratch;
        arena_init(&scratch, 1 << 20);
        str_view folder = str_of(f->absolute);
        while (folder.len && folder.ptr[folder.len - 1] != '/')
            folder.len--;
        const char *made = arena_copy_z(&scratch, folder);
        if (!made)
            rc = err_set(e, ERR_NOMEM, "out of memory");
        else if (!str_eq(f->after, f->before) || f->state == ASSIST_FILE_NEW)
            rc = file_make_shared_dirs(made, e);
        if (rc == ERR_OK && (!str_eq(f->after, f->before) || f->state == ASSIST_FILE_NEW))
            rc = file_write_shared(f->absolute, f->after, e);
        /* Without a base the next run only refuses to touch the file: no reason to fail now. */
        if (rc == ERR_OK)
            (void)!assist_deliver_remember(f->absolute, f->generated, NULL);
        arena_release(&scratch);
    }
    return rc;
}
