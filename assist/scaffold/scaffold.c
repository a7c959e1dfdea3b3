#include "assist/scaffold/scaffold.h"

#include <stdio.h>

#include "assist/scaffold/lists.h"
#include "assist/scaffold/model.h"
#include "assist/scaffold/sample.h"
#include "assist/scaffold/targets.h"

enum {
    DEFAULT_SHAPE_BYTES = 160 << 20,
    CONVERTED_BYTES = 64 << 20, /* of a sample in another syntax that goes into a database whole */
    MAX_FILE_BYTES = 256 << 20, /* of one target */
    MAX_HINTS = 256,
};

/* The target; NULL, with the list as message, when there is none. */
static const scaf_target *find_target(const char *name, err *e)
{
    char list[ERR_TEXT_BYTES] = "";
    size_t n = 0;
    const scaf_target *found = scaf__target_find(name), *t;
    for (size_t i = 0; !found && (t = scaf__target_at(i)) != NULL; i++) {
        int k = snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "", t->info.name);
        if (k > 0 && n + (size_t)k < sizeof list)
            n += (size_t)k;
    }
    if (!found)
        err_set(e, ERR_NOT_FOUND, "no target `%.40s`; there are: %s", name, list);
    return found;
}

static str_view base_name(str_view path)
{
    for (size_t i = path.len; i > 0; i--) {
        if (path.ptr[i - 1] == '/' || path.ptr[i - 1] == '\\')
            return str_slice(path, i, path.len);
    }
    return path;
}

/* "/tmp/api/users-2024.json" -> "users"; "index.json" and the like say nothing. */
str_view scaf__name_from_path(str_view path)
{
    path = base_name(path);
    path = str_slice(path, 0, str_find_byte(path, '.'));
    while (path.len && (strchr("-_0123456789", path.ptr[path.len - 1]) != NULL))
        path.len--;
    static const char *const empty[] = {"sample", "data",      "index",   "response",
                                        "stdin",  "clipboard", "untitled"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        if (str_eq(path, str_of(empty[i])))
            return STR("Root");
    }
    return path.len ? path : STR("Root");
}

static err_code read_hints(schema_options *so, str_view text, arena *a, err *e)
{
    tape_reader r;
    scaf__tape_init(&r, text, a);
    err inner = {{0}};
    err_code rc = scaf__tape_read(&r, &inner);
    if (rc != ERR_OK) {
        err_set(e, rc, "the hints: %s", inner.text);
        goto done;
    }
    schema_hint *hints = ARENA_ARRAY(a, schema_hint, MAX_HINTS);
    if (!hints) {
        rc = ERR_NOMEM;
        goto done;
    }
    if (r.values[0].kind != TAPE_OBJECT || r.values[0].n > MAX_HINTS) {
        rc =
            err_set(e, ERR_FORMAT, "the hints must be an object of at most %d pointers", MAX_HINTS);
        goto done;
    }
    uint32_t at = 1;
    for (uint32_t i = 0; i < r.values[0].n; i++) {
        str_view pointer = tape_text(&r.values[at]);
        const tape_value *use = &r.values[r.values[at].next];
        str_view word = tape_text(use);
        if ((pointer.len && pointer.ptr[0] != '/') || use->kind != TAPE_STRING ||
            !(str_eq(word, STR("map")) || str_eq(word, STR("record")) ||
              str_eq(word, STR("list")) || str_eq(word, STR("tuple")) ||
              str_eq(word, STR("enum")) || str_eq(word, STR("string")))) {
            rc = err_set(
                e, ERR_FORMAT,
                "the hint at `%.*s`: a pointer begins with `/`, its value is map, record, list, "
                "tuple, enum or string",
                STR_ARG(str_slice(pointer, 0, 80)));
            goto done;
        }
        hints[i] = (schema_hint){arena_copy(a, pointer), arena_copy(a, word)};
        at = use->next;
    }
    so->hints = hints;
    so->n_hints = r.values[0].n;
done:
    scaf__tape_release(&r);
    return rc;
}

/* What is known of which field refers to records elsewhere. */
static void link_fields(schema *model, arena *a, const assist_scaffold_options *opt)
{
    buf none;
    buf_init(&none, 1);
    emit_out o = {.b = &none, .a = a, .s = model};
    scaf__lists_link(&o);
    for (uint32_t i = 0; model->row && i < model->row->n_fields; i++) {
        schema_field *f = &model->row->fields[i];
        for (size_t k = 0; k < opt->n_links; k++) {
            if (str_eq(opt->links[k].key, f->key))
                f->refers = opt->links[k].refers;
        }
    }
    if (opt->part == ASSIST_SCAFFOLD_DATABASE)
        model->form = SAMPLE_OTHER; /* no file has it */
    buf_release(&none);
}

/* What both entry points share: samples read, model built. `seen` holds shapes and stays alive. */
err_code scaf__model_build(schema *model, scaf_notes *notes, arena *seen, arena *a,
                           const assist_scaffold_input *inputs, size_t n_inputs,
                           const assist_scaffold_options *opt, err *e)
{
    static const assist_scaffold_options defaults;
    if (!opt)
        opt = &defaults;
    if (!n_inputs)
        return err_set(e, ERR_NOT_FOUND, "there is no sample");
    if (opt->at.len && opt->at.ptr[0] != '/')
        return err_set(e, ERR_FORMAT, "a JSON pointer begins with `/`, as in /data/items");
    shape_set shapes;
    buf kept, converted;
    buf_init(&kept, 16 * (size_t)SAMPLE_BYTES);
    buf_init(&converted, CONVERTED_BYTES);
    schema_options so = {
        .merge = opt->merge == ASSIST_SCAFFOLD_MERGE_SIMILAR ? SCHEMA_MERGE_SIMILAR
                 : opt->merge == ASSIST_SCAFFOLD_MERGE_NEVER ? SCHEMA_MERGE_NEVER
                                                             : SCHEMA_MERGE_IDENTICAL,
        .no_enums = opt->no_enums,
        .no_maps = opt->no_maps,
        .no_unions = opt->no_unions,
    };
    err_code rc = opt->hints.len ? read_hints(&so, opt->hints, a, e) : ERR_OK;
    if (rc == ERR_OK)
        rc = scaf__shapes_init(&shapes, seen);
    if (rc == ERR_NOMEM)
        err_set(e, rc, "%s", err_name(rc));
    shapes.kept = &kept;
    shapes.converted = n_inputs == 1 && !opt->at.len ? &converted : NULL;
    for (size_t i = 0; i < n_inputs && rc == ERR_OK; i++) {
        arena scratch;
        arena_init(&scratch, SIZE_MAX);
        rc = scaf__input_add(&shapes, notes, &inputs[i], opt->at, opt->strict, &scratch, e);
        arena_release(&scratch);
    }
    if (rc == ERR_OK) {
        so.name = opt->name.len         ? opt->name
                  : shapes.resource.len ? shapes.resource
                                        : scaf__name_from_path(inputs[0].name);
        rc = scaf__schema_build(model, &shapes, &so, a, e);
        model->name = so.name;
    }
    if (rc == ERR_OK && buf_failed(&kept) == ERR_NOMEM)
        rc = err_set(e, ERR_NOMEM, "%s", err_name(ERR_NOMEM));
    else if (rc == ERR_OK && buf_failed(&kept) == ERR_OK)
        model->sample = arena_copy(a, buf_view(&kept));
    if (rc == ERR_OK && n_inputs == 1 && !opt->at.len)
        model->form = shapes.form;
    if (rc == ERR_OK && buf_failed(&converted) == ERR_OK && converted.len)
        model->converted = arena_copy(a, buf_view(&converted));
    buf_release(&converted);
    buf_release(&kept);
    if (rc == ERR_OK)
        link_fields(model, a, opt);
    return rc;
}

/* What the targets of one run share. */
typedef struct {
    arena *a;
    const schema *model;
    const assist_scaffold_options *opt;
    str_view sample, name;
    const scaf_target **todo; /* every target once; grows while they are written */
    size_t n_todo;
    assist_scaffold_file *files;
    size_t n_files, cap_files;
} run;

/* Of samples of several things, all have their own but for the database, which is one. */
static bool is_part(const run *r, const scaf_target *t)
{
    bool sql = strcmp(t->info.group, "sql") == 0, app = strcmp(t->info.group, "app") == 0;
    switch (r->opt ? r->opt->part : ASSIST_SCAFFOLD_WHOLE) {
    case ASSIST_SCAFFOLD_APART: return !sql;
    case ASSIST_SCAFFOLD_DATABASE: return sql || app;
    default: return true;
    }
}

static void want(run *r, const scaf_target *t)
{
    if (!is_part(r, t))
        return;
    for (size_t i = 0; i < r->n_todo; i++) {
        if (r->todo[i] == t)
            return;
    }
    r->todo[r->n_todo++] = t;
}

/* Two targets may agree on a file; they must not differ on one. */
static err_code add_file(run *r, assist_scaffold_file file, err *e)
{
    for (size_t i = 0; i < r->n_files; i++) {
        const assist_scaffold_file *f = &r->files[i];
        if (!str_eq(f->path, file.path))
            continue;
        if (str_eq(f->text, file.text))
            return ERR_OK;
        return err_set(e, ERR_RANGE, "the targets %.*s and %.*s both write %.*s",
                       STR_ARG(f->target), STR_ARG(file.target), STR_ARG(file.path));
    }
    if (r->n_files == r->cap_files) {
        size_t cap = r->cap_files ? r->cap_files * 2 : 16;
        assist_scaffold_file *p = ARENA_ARRAY(r->a, assist_scaffold_file, cap);
        if (!p)
            return ERR_NOMEM;
        if (r->n_files)
            memcpy(p, r->files, r->n_files * sizeof *p);
        r->files = p;
        r->cap_files = cap;
    }
    r->files[r->n_files++] = file;
    return ERR_OK;
}

static err_code emit_target(run *r, const scaf_target *t, err *e)
{
    buf b;
    arena scratch;
    buf_init(&b, MAX_FILE_BYTES);
    arena_init(&scratch, SIZE_MAX);
    emit_out o = {
        .b = &b, .a = &scratch, .s = r->model, .unit = t->indent, .sample_name = r->sample};
    o.name_words = scaf__words(&scratch, r->name);
    o.root_name = scaf__case(&scratch, o.name_words, CASE_PASCAL);
    o.files = ARENA_ARRAY(&scratch, emit_file, EMIT_MAX_FILES);
    if (r->opt && r->opt->indent.len)
        o.unit = arena_copy_z(&scratch, r->opt->indent);
    if (r->opt) {
        o.libraries = r->opt->libraries;
        o.taken = r->opt->taken;
        o.own_types = r->opt->own_types;
        o.snake_members = r->opt->snake_members;
        o.camel_members = r->opt->camel_members;
        o.original_names = r->opt->original_names;
        o.unknown = r->opt->unknown;
        o.script_case = r->opt->script_case;
    }
    if (o.root_name.ptr && o.unit && o.files) {
        scaf__file(&o, "%s", scaf__target_file(&o, t->info.name));
        t->emit(&o);
    }
    err_code rc = buf_failed(&b) != ERR_OK ? buf_failed(&b)
                  : arena_failed(&scratch) ? ERR_NOMEM
                                           : ERR_OK;
    for (size_t i = 0; i < o.n_files && rc == ERR_OK; i++) {
        size_t end = i + 1 < o.n_files ? o.files[i + 1].begin : b.len;
        if (end == o.files[i].begin)
            continue;
        assist_scaffold_file file = {
            .path = arena_copy(r->a, o.files[i].path),
            .text = arena_copy(r->a, str_slice(buf_view(&b), o.files[i].begin, end)),
            .target = str_of(t->info.name)};
        rc = arena_failed(r->a) ? ERR_NOMEM : add_file(r, file, e);
    }
    for (size_t i = 0; i < o.n_also; i++)
        want(r, scaf__target_find(o.also[i]));
    arena_release(&scratch);
    buf_release(&b);
    return rc;
}

/* Targets of types that can do what is wanted with unknown keys; the others ignore them. */
static bool can(const scaf_target *t, assist_scaffold_unknown unknown)
{
    static const char *const able[] = {
        [ASSIST_UNKNOWN_TARGET] = "",
        [ASSIST_UNKNOWN_IGNORE] = "",
        [ASSIST_UNKNOWN_KEEP] =
            " typescript javascript zod python pydantic json-schema openapi rust lua ",
        [ASSIST_UNKNOWN_REJECT] =
            " typescript javascript zod python pydantic json-schema openapi rust go java kotlin "
            "csharp swift php ruby lua cpp c c-cjson ",
    };
    char name[64];
    snprintf(name, sizeof name, " %s ", t->info.name);
    bool asked = unknown >= ASSIST_UNKNOWN_KEEP && strcmp(t->info.group, "types") == 0;
    return !asked || strstr(able[unknown], name) != NULL;
}

/* A page or a table of one row is seldom what was wanted. */
static void tell_rows_below(const run *r, scaf_notes *notes)
{
    static const char *const by_row[] = {"app", "ui", "client", "server", "sql"};
    uint64_t n;
    str_view below = scaf__lists_below(r->model, r->a, &n);
    bool any = false;
    for (size_t i = 0; i < r->n_todo; i++) {
        for (size_t k = 0; k < sizeof by_row / sizeof *by_row; k++)
            any = any || strcmp(r->todo[i]->info.group, by_row[k]) == 0;
    }
    if (any && below.len && !(r->opt && r->opt->at.len))
        scaf__note(
            notes, r->sample, NULL, SIZE_MAX,
            "this is taken as one value; with `--at %.*s` the %llu records there are the rows",
            STR_ARG(below), (unsigned long long)n);
}

err_code assist_scaffold_run(assist_scaffold_result *out, arena *a,
                             const assist_scaffold_input *inputs, size_t n_inputs,
                             const char *const *names, size_t n_targets,
                             const assist_scaffold_options *opt, err *e)
{
    schema model;
    arena seen;
    scaf_notes notes = {.a = a};
    run r = {.a = a, .model = &model, .opt = opt};
    size_t n_all = 0;
    arena_init(&seen, opt && opt->max_bytes ? opt->max_bytes : DEFAULT_SHAPE_BYTES);
    err_code rc = ERR_OK;
    while (scaf__target_at(n_all))
        n_all++;
    r.todo = ARENA_ARRAY(a, const scaf_target *, n_all);
    if (!r.todo)
        rc = err_set(e, ERR_NOMEM, "%s", err_name(ERR_NOMEM));
    for (size_t i = 0; i < n_targets && rc == ERR_OK; i++) {
        const scaf_target *t = find_target(names[i], e);
        if (t)
            want(&r, t);
        else
            rc = ERR_NOT_FOUND;
    }
    if (rc == ERR_OK)
        rc = scaf__model_build(&model, &notes, &seen, a, inputs, n_inputs, opt, e);
    if (rc != ERR_OK)
        goto done;
    r.sample = base_name(inputs[0].name);
    r.name = model.name;
    tell_rows_below(&r, &notes);
    for (size_t i = 0; i < r.n_todo && rc == ERR_OK; i++) {
        if (opt && !can(r.todo[i], opt->unknown))
            scaf__note(&notes, r.sample, NULL, SIZE_MAX,
                       "the target %s ignores unknown keys all the same", r.todo[i]->info.name);
        rc = emit_target(&r, r.todo[i], e);
    }
    if (rc == ERR_OK && arena_failed(a))
        rc = ERR_NOMEM;
    if (rc == ERR_OK)
        *out = (assist_scaffold_result){r.files, r.n_files, notes.notes, notes.n,
                                        (size_t)model.n_samples};
    else if (e && !e->text[0])
        err_set(e, rc, "%s while writing the files", err_name(rc));
done:
    arena_release(&seen);
    return rc;
}

err_code assist_scaffold_explain(str_view *out, arena *a, const assist_scaffold_input *inputs,
                                 size_t n_inputs, const assist_scaffold_options *opt, err *e)
{
    schema model;
    arena seen;
    scaf_notes notes = {.a = a};
    buf b;
    buf_init(&b, MAX_FILE_BYTES);
    arena_init(&seen, opt && opt->max_bytes ? opt->max_bytes : DEFAULT_SHAPE_BYTES);
    err_code rc = scaf__model_build(&model, &notes, &seen, a, inputs, n_inputs, opt, e);
    if (rc == ERR_OK) {
        emit_out o = {
            .b = &b, .a = a, .s = &model, .unit = "  ", .sample_name = base_name(inputs[0].name)};
        o.root_name = scaf__case(a, scaf__words(a, model.name), CASE_PASCAL);
        if (o.root_name.ptr)
            scaf__emit_explanation(&o);
        if (o.root_name.ptr)
            scaf__emit_holdout(&o);
        str_view text = arena_copy(a, buf_view(&b));
        rc = buf_failed(&b) != ERR_OK ? buf_failed(&b) : arena_failed(a) ? ERR_NOMEM : ERR_OK;
        if (rc != ERR_OK)
            err_set(e, rc, "%s while writing the explanation", err_name(rc));
        else
            *out = text;
    }
    arena_release(&seen);
    buf_release(&b);
    return rc;
}
