#include "assist/scaffold/scaffold.h"

#include <stdio.h>

#include "assist/scaffold/emit.h"
#include "assist/scaffold/input.h"

enum {
    DEFAULT_SHAPE_BYTES = 160 << 20,
    MAX_FILE_BYTES = 256 << 20, /* of one target */
    MAX_HINTS = 256,
};

static const assist_scaffold_target infos[] = {
    {"typescript", "TypeScript types, parse and serialise"},
    {"javascript", "JavaScript with JSDoc types"},
    {"python", "Python dataclasses with from_json and to_json"},
    {"python-typeddict", "Python TypedDicts for parsed JSON"},
    {"rust", "Rust with serde"},
    {"go", "Go with encoding/json"},
    {"ruby", "Ruby classes with from_json and to_json"},
    {"lua", "Lua with annotations, no library"},
    {"sqlite", "SQLite table, loader and queries"},
    {"postgres", "PostgreSQL table, loader and queries"},
    {"json-schema", "JSON Schema 2020-12"},
};

enum { N_TARGETS = sizeof infos / sizeof *infos };

typedef struct {
    const char *suffix; /* of the file proposed */
    const char *indent;
    name_case file_case;
    void (*emit)(emit_out *o);
} writer;

/* By index as in infos. */
static const writer writers[] = {
    {".ts", "  ", CASE_KEBAB, scaf__emit_typescript},
    {".js", "  ", CASE_KEBAB, scaf__emit_javascript},
    {".py", "    ", CASE_SNAKE, scaf__emit_python},
    {"_types.py", "    ", CASE_SNAKE, scaf__emit_typed_dict},
    {".rs", "    ", CASE_SNAKE, scaf__emit_rust},
    {".go", "\t", CASE_SNAKE, scaf__emit_go},
    {".rb", "  ", CASE_SNAKE, scaf__emit_ruby},
    {".lua", "  ", CASE_SNAKE, scaf__emit_lua},
    {".sqlite.sql", "  ", CASE_KEBAB, scaf__emit_sqlite},
    {".postgres.sql", "  ", CASE_KEBAB, scaf__emit_postgres},
    {".schema.json", "  ", CASE_KEBAB, scaf__emit_json_schema},
};
_Static_assert(sizeof writers / sizeof *writers == N_TARGETS, "a writer for each target");

const assist_scaffold_target *assist_scaffold_targets(size_t *n)
{
    *n = N_TARGETS;
    return infos;
}

/* The index of a target; N_TARGETS, with the list as message, when there is none. */
static size_t find_target(const char *name, err *e)
{
    char list[ERR_TEXT_BYTES] = "";
    size_t n = 0;
    for (size_t i = 0; i < N_TARGETS; i++) {
        if (strcmp(infos[i].name, name) == 0)
            return i;
        int k = snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "", infos[i].name);
        if (k > 0 && n + (size_t)k < sizeof list)
            n += (size_t)k;
    }
    err_set(e, ERR_NOT_FOUND, "no target `%.40s`; there are: %s", name, list);
    return N_TARGETS;
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
static str_view name_from_path(str_view path)
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
              str_eq(word, STR("list")) || str_eq(word, STR("tuple")))) {
            rc = err_set(
                e, ERR_FORMAT,
                "the hint at `%.*s`: a pointer begins with `/`, its value is map, record, list or "
                "tuple",
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

/* What both entry points share: samples read, model built. `seen` holds shapes and stays alive. */
static err_code build_model(schema *model, scaf_notes *notes, arena *seen, arena *a,
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
    schema_options so = {
        .name = opt->name.len ? opt->name : name_from_path(inputs[0].name),
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
    for (size_t i = 0; i < n_inputs && rc == ERR_OK; i++) {
        arena scratch;
        arena_init(&scratch, SIZE_MAX);
        rc = scaf__input_add(&shapes, notes, &inputs[i], opt->at, opt->strict, &scratch, e);
        arena_release(&scratch);
    }
    if (rc == ERR_OK)
        rc = scaf__schema_build(model, &shapes, &so, a, e);
    return rc;
}

static void emit_file(assist_scaffold_file *file, arena *a, const schema *model, size_t target,
                      const assist_scaffold_options *opt, str_view sample, str_view name,
                      err_code *rc)
{
    buf b;
    arena scratch;
    buf_init(&b, MAX_FILE_BYTES);
    arena_init(&scratch, SIZE_MAX);
    emit_out o = {
        .b = &b, .a = &scratch, .s = model, .unit = writers[target].indent, .sample_name = sample};
    str_view words = scaf__words(&scratch, name);
    o.root_name = scaf__case(&scratch, words, CASE_PASCAL);
    const char *unit = opt && opt->indent.len ? arena_copy_z(&scratch, opt->indent) : NULL;
    if (unit)
        o.unit = unit;
    if (o.root_name.ptr)
        writers[target].emit(&o);
    file->path =
        arena_format(a, "%.*s%s", STR_ARG(scaf__case(&scratch, words, writers[target].file_case)),
                     writers[target].suffix);
    file->text = arena_copy(a, buf_view(&b));
    file->target = str_of(infos[target].name);
    if (buf_failed(&b) != ERR_OK)
        *rc = buf_failed(&b);
    else if (arena_failed(&scratch) || arena_failed(a))
        *rc = ERR_NOMEM;
    arena_release(&scratch);
    buf_release(&b);
}

err_code assist_scaffold_run(assist_scaffold_result *out, arena *a,
                             const assist_scaffold_input *inputs, size_t n_inputs,
                             const char *const *names, size_t n_targets,
                             const assist_scaffold_options *opt, err *e)
{
    schema model;
    arena seen;
    scaf_notes notes = {.a = a};
    assist_scaffold_result result = {0};
    arena_init(&seen, opt && opt->max_bytes ? opt->max_bytes : DEFAULT_SHAPE_BYTES);
    err_code rc = ERR_OK;
    for (size_t i = 0; i < n_targets && rc == ERR_OK; i++)
        rc = find_target(names[i], e) < N_TARGETS ? ERR_OK : ERR_NOT_FOUND;
    if (rc == ERR_OK)
        rc = build_model(&model, &notes, &seen, a, inputs, n_inputs, opt, e);
    if (rc != ERR_OK)
        goto done;
    result.files = ARENA_ARRAY(a, assist_scaffold_file, n_targets + 1);
    str_view name = opt && opt->name.len ? opt->name : name_from_path(inputs[0].name);
    for (size_t i = 0; i < n_targets && result.files && rc == ERR_OK; i++)
        emit_file(&result.files[result.n_files++], a, &model, find_target(names[i], NULL), opt,
                  base_name(inputs[0].name), name, &rc);
    result.notes = notes.notes;
    result.n_notes = notes.n;
    result.n_samples = (size_t)model.n_samples;
    if (rc == ERR_OK && arena_failed(a))
        rc = ERR_NOMEM;
    if (rc != ERR_OK)
        err_set(e, rc, "%s while writing the files", err_name(rc));
    else
        *out = result;
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
    err_code rc = build_model(&model, &notes, &seen, a, inputs, n_inputs, opt, e);
    if (rc == ERR_OK) {
        str_view name = opt && opt->name.len ? opt->name : name_from_path(inputs[0].name);
        emit_out o = {
            .b = &b, .a = a, .s = &model, .unit = "  ", .sample_name = base_name(inputs[0].name)};
        o.root_name = scaf__case(a, scaf__words(a, name), CASE_PASCAL);
        if (o.root_name.ptr)
            scaf__emit_explanation(&o);
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
