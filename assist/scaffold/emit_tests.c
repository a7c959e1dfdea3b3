/* Tests of the typescript and python targets: the sample as a fixture, the round trip, values that
 * must be refused, and a factory that makes values for other tests. */
#include "assist/scaffold/api.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/template.h"

typedef struct {
    emit_out *o;
    const schema_type *row;
    bool python;
    const char *text;
    const template_slot *slots;
    size_t n;
} part;

static bool is_any(const schema_field *f)
{
    return f->ref.type->kind == KIND_ANY;
}

/* A value that no reader of this type takes, as JSON; NULL where any may do. */
static const char *wrong_for(const schema_type *t)
{
    switch (t->kind) {
    case KIND_BOOL: return "\"yes\"";
    case KIND_INT:
    case KIND_NUMBER: return "\"12\"";
    case KIND_STRING:
    case KIND_ENUM: return "12";
    case KIND_ARRAY:
    case KIND_TUPLE: return "{}";
    case KIND_MAP:
    case KIND_RECORD: return "[]";
    case KIND_UNION: return t->tag_key.len ? "12" : NULL;
    case KIND_ANY: break;
    }
    return NULL;
}

typedef enum { LIST_REQUIRED, LIST_OPTIONAL, LIST_NOT_NULL, LIST_WRONG } list_kind;

static str_view keys(part *p, list_kind kind)
{
    buf b;
    bool more = false;
    quote_style style = p->python ? QUOTE_LONG : QUOTE_JSON;
    buf_init(&b, 1 << 22);
    buf_append_byte(&b, '[');
    for (uint32_t i = 0; i < p->row->n_fields; i++) {
        const schema_field *f = &p->row->fields[i];
        const char *bad = wrong_for(f->ref.type);
        bool in = kind == LIST_REQUIRED   ? !f->optional
                  : kind == LIST_OPTIONAL ? f->optional
                  : kind == LIST_NOT_NULL ? !f->ref.nullable && !is_any(f)
                                          : bad != NULL;
        /* `__proto__` in a literal of JavaScript is no key. */
        if (!in || (!p->python && str_eq(f->key, STR("__proto__"))))
            continue;
        const char *key = scaf__quote(p->o, f->key, style);
        buf_append(&b, more ? STR(", ") : STR(""));
        if (kind == LIST_WRONG && p->python)
            buf_append_format(&b, "(%s, %s)", key, scaf__quote(p->o, str_of(bad), style));
        else if (kind == LIST_WRONG)
            buf_append_format(&b, "[%s, %s]", key, bad);
        else
            buf_append(&b, str_of(key));
        more = true;
    }
    if (kind == LIST_WRONG && !p->python)
        buf_append(&b, STR("] as [string, unknown][]"));
    else if (!p->python)
        buf_append(&b, STR("] as string[]"));
    else
        buf_append_byte(&b, ']');
    str_view out = arena_copy(p->o->a, buf_view(&b));
    buf_release(&b);
    return out;
}

static void write_part(emit_out *o, void *user)
{
    const part *p = user;
    scaf__fill(o, p->text, p->slots, p->n, true);
}

static str_view module_of(emit_out *o, const char *target, const char *suffix)
{
    str_view v = str_of(scaf__target_file(o, target));
    return str_ends(v, str_of(suffix)) ? str_slice(v, 0, v.len - strlen(suffix)) : v;
}

/* The first row as a literal, and what else both languages need; false when there is no sample. */
static bool begin(part *p, emit_out *o, api_info *api, str_view *row)
{
    size_t n;
    *api = scaf__api(o);
    str_view *texts = scaf__sample_rows(o, 1, &n, NULL);
    *p = (part){.o = o};
    if (api->rows.shape == ROWS_ONE && o->s->n_samples <= 1)
        *row = scaf__sample_whole(o);
    else
        *row = texts && n ? texts[0] : STR("");
    if (api->rows.type.type->kind == KIND_RECORD && !api->rows.type.nullable && row->len &&
        row->ptr[0] == '{')
        p->row = api->rows.type.type;
    return row->len > 0;
}

static str_view pretty_fixture(emit_out *o)
{
    str_view whole = scaf__sample_whole(o);
    str_view out = arena_format(o->a, "%.*s\n", STR_ARG(whole));
    return o->s->n_samples > 1 && scaf__api(o).rows.shape == ROWS_ONE
               ? str_slice(o->s->sample, 0, str_find_byte(o->s->sample, '\n') + 1)
               : out;
}

static bool rejects(const emit_out *o)
{
    return o->unknown == ASSIST_UNKNOWN_REJECT;
}

void scaf__emit_tests_ts(emit_out *o)
{
    api_info api;
    part p;
    str_view row;
    if (!begin(&p, o, &api, &row)) {
        scaf__line(o, "// The sample was too long to keep, so there is nothing to test with.");
        return;
    }
    bool vitest = scaf__uses(o, "vitest"), one = api.rows.shape == ROWS_ONE;
    const char *name = scaf__file_name(o, CASE_KEBAB);
    str_view rows_fn = arena_format(o->a, one ? "%s" : "%sRow", o->root_name.ptr);
    name_scope scope;
    scaf__scope_init(&scope, o->a, "Object Partial ReturnType", false);
    template_slot slots[24] = {
        {"sample", str_of(scaf__comment(o, o->sample_name))},
        {"Root", o->root_name},
        {"Row", rows_fn},
        {"Item", scaf__scope_claim(&scope, str_of(api.item_class))},
        {"types", module_of(o, "typescript", ".ts")},
        {"factory", arena_format(o->a, "%s-factory", name)},
        {"fixture", arena_format(o->a, "%s.fixture.json", name)},
        {"runner", vitest ? STR("vitest") : STR("`node --test` once compiled")},
        {"import", vitest ? STR("vitest") : STR("node:test")},
        {"row", str_of(scaf__quote(o, row, QUOTE_JSON))},
    };
    size_t n = 10;
    scaf__also(o, "typescript");
    str_view import_row = STR(""), item = slots[3].text, make;
    str_view parse_row =
        p.row && !one ? arena_format(o->a, ", parse%.*s", STR_ARG(rows_fn)) : STR("");
    if (p.row)
        import_row =
            arena_format(o->a, "import { rowText } from \"./%.*s.js\";\n", STR_ARG(slots[5].text));
    if (p.row)
        make = arena_format(o->a,
                            "/** A new value each time, as in the sample but for `changes`. */\n"
                            "export function make%.*s(changes: Partial<%.*s> = {}): %.*s {\n"
                            "  return Object.assign(parse%.*s(rowText), changes);\n}",
                            STR_ARG(item), STR_ARG(item), STR_ARG(item), STR_ARG(rows_fn));
    else
        make = arena_format(o->a,
                            "/** A new value each time, as in the sample. */\n"
                            "export function make%.*s(): %.*s {\n"
                            "  return parse%.*s(rowText);\n}",
                            STR_ARG(item), STR_ARG(item), STR_ARG(rows_fn));
    slots[n++] = (template_slot){"make", make};
    slots[n++] = (template_slot){"importRow", import_row};
    slots[n++] = (template_slot){"parseRow", parse_row};
    str_view many = STR("");
    if (p.row && api.key && api.key->ref.type->kind == KIND_INT &&
        api.key->ref.type->width == INT_32)
        many =
            arena_format(o->a,
                         "\n/** `count` values whose %s differ. */\n"
                         "export function makeMany%s(count: number): %.*s[] {\n"
                         "  return Array.from({ length: count }, (_, i) => make%.*s({ [%s]: i + 1 "
                         "} as Partial<%.*s>));\n}\n",
                         scaf__comment(o, api.key->key), api.class_name, STR_ARG(item),
                         STR_ARG(item), scaf__quote(o, api.key->key, QUOTE_JSON), STR_ARG(item));
    slots[n++] = (template_slot){"many", many};
    str_view rows = STR("");
    if (p.row) {
        slots[n++] = (template_slot){"taken", rejects(o) ? STR("refused") : STR("let through")};
        slots[n++] = (template_slot){"takes", rejects(o) ? STR("throws") : STR("doesNotThrow")};
        slots[n++] = (template_slot){"required", keys(&p, LIST_REQUIRED)};
        slots[n++] = (template_slot){"optional", keys(&p, LIST_OPTIONAL)};
        slots[n++] = (template_slot){"notNull", keys(&p, LIST_NOT_NULL)};
        slots[n++] = (template_slot){"wrong", keys(&p, LIST_WRONG)};
        p.text = scaf__text_tests_rows_ts;
        p.slots = slots;
        p.n = n;
        rows = scaf__captured(o, write_part, &p);
    }
    slots[n++] = (template_slot){"rows", rows};
    scaf__fill(o, scaf__text_tests_ts, slots, n, true);
    scaf__file(o, "%s-factory.ts", name);
    scaf__fill(o, scaf__text_factory_ts, slots, n, true);
    scaf__file(o, "%s.fixture.json", name);
    buf_append(o->b, pretty_fixture(o));
}

void scaf__emit_tests_py(emit_out *o)
{
    api_info api;
    part p;
    str_view row;
    if (!begin(&p, o, &api, &row)) {
        scaf__line(o, "# The sample was too long to keep, so there is nothing to test with.");
        return;
    }
    p.python = true;
    bool one = api.rows.shape == ROWS_ONE;
    const char *name = scaf__file_name(o, CASE_SNAKE);
    const char *root = scaf__name(o, scaf__words(o->a, o->root_name), CASE_SNAKE);
    str_view row_name = arena_format(o->a, one ? "%s" : "%s_row", root);
    str_view imports = arena_format(o->a, "parse_%s, serialize_%s", root, root);
    if (!one && p.row)
        imports = arena_format(o->a, "parse_%s, parse_%s_row, serialize_%s", root, root, root);
    template_slot slots[24] = {
        {"sample", str_of(scaf__comment(o, o->sample_name))},
        {"root", str_of(root)},
        {"rowName", row_name},
        {"imports", imports},
        {"Class", arena_format(o->a, "%sTest", api.class_name)},
        {"item", str_of(scaf__name(o, api.rows.words, CASE_SNAKE))},
        {"Type", str_of(scaf__python_type(o, api.rows.type, "types."))},
        {"types", module_of(o, "python", ".py")},
        {"factory", arena_format(o->a, "%s_factory", name)},
        {"fixture", arena_format(o->a, "%s_fixture.json", name)},
        {"row", str_of(scaf__quote(o, row, QUOTE_LONG))},
    };
    size_t n = 11;
    scaf__also(o, "python");
    str_view many = STR("");
    if (p.row && api.key && api.key->ref.type->kind == KIND_INT) {
        const char **names = scaf__python_fields(o, p.row);
        if (names)
            many = arena_format(o->a,
                                "\n\ndef make_many_%s(count: int) -> list[%.*s]:\n"
                                "    \"\"\"`count` values whose keys differ.\"\"\"\n"
                                "    return [make_%s(%s=i + 1) for i in range(count)]\n",
                                scaf__name(o, scaf__plural(o->a, api.rows.words), CASE_SNAKE),
                                STR_ARG(slots[6].text), slots[5].text.ptr,
                                names[api.key - p.row->fields]);
    }
    slots[n++] = (template_slot){"many", many};
    str_view rows = STR("");
    if (p.row) {
        slots[n++] = (template_slot){"taken", rejects(o) ? STR("refused") : STR("let_through")};
        slots[n++] = (template_slot){
            "takes",
            rejects(o) ? STR("with self.assertRaises(TypeError):\n            ") : STR("")};
        slots[n++] = (template_slot){"required", keys(&p, LIST_REQUIRED)};
        slots[n++] = (template_slot){"optional", keys(&p, LIST_OPTIONAL)};
        slots[n++] = (template_slot){"notNull", keys(&p, LIST_NOT_NULL)};
        slots[n++] = (template_slot){"wrong", keys(&p, LIST_WRONG)};
        p.text = scaf__text_tests_rows_py;
        p.slots = slots;
        p.n = n;
        rows = scaf__captured(o, write_part, &p);
    }
    slots[n++] = (template_slot){"rows", rows};
    scaf__file(o, "test_%s.py", name);
    scaf__fill(o, scaf__text_tests_py, slots, n, false);
    scaf__file(o, "%s_factory.py", name);
    scaf__fill(o, scaf__text_factory_py, slots, n, false);
    scaf__file(o, "%s_fixture.json", name);
    buf_append(o->b, pretty_fixture(o));
}
