/* TypeScript and JavaScript. Interfaces keep the JSON keys, so that a parsed value is the value:
 * parsing checks, it does not copy. One writer serves both languages: JavaScript gets the same code
 * with its types in JSDoc comments. */
#include "assist/scaffold/sample.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

typedef struct {
    emit_out *o;
    type_names names;
    expr_style type;
    bool js;       /* JavaScript with JSDoc */
    bool exact;    /* numbers occur that a double would change */
    uint32_t used; /* helpers that the checks call, 1 << helper */
} ts;

typedef enum {
    HELP_OBJECT,
    HELP_KNOWN,
    HELP_REQUIRED,
    HELP_OPTIONAL,
    HELP_ANYTHING,
    HELP_BOOLEAN,
    HELP_STRING,
    HELP_NULL_OR,
    HELP_ARRAY,
    HELP_TUPLE,
    HELP_MAP,
    HELP_ANY_OF,
    HELP_NUMBER,
    HELP_INTEGER,
    N_HELPERS
} helper;

static void use(ts *t, helper h)
{
    t->used |= 1u << h;
}

static const expr_style types = {
    .any = "unknown",
    .boolean = "boolean",
    .string = "string",
    .record = "%",
    .choice = "%",
    .either = "%",
    .list = "%[]",
    .list_compound = "Array<%>",
    .map = "Record<string, %>",
    .tuple_open = "[",
    .between = ", ",
    .tuple_close = "]",
    .nullable = "% | null",
};

static const char *type_leaf(void *ctx, const schema_type *t)
{
    (void)ctx;
    if (t->kind != KIND_INT && t->kind != KIND_NUMBER)
        return NULL;
    return scaf__js_exact(t) ? "number | bigint | ExactNumber" : "number";
}

static const char *type_expr(ts *t, schema_ref ref)
{
    return scaf__expr(t->o, &t->type, ref);
}

static const char *check_expr(ts *t, schema_ref ref);

static const char *base_check(ts *t, const schema_type *type)
{
    emit_out *o = t->o;
    str_view v = {NULL, 0};
    switch (type->kind) {
    case KIND_ANY: use(t, HELP_ANYTHING); return "anything";
    case KIND_BOOL: use(t, HELP_BOOLEAN); return "boolean";
    case KIND_INT: use(t, HELP_INTEGER); return "integer";
    case KIND_NUMBER: use(t, HELP_NUMBER); return "number";
    case KIND_STRING:
    case KIND_ENUM: use(t, HELP_STRING); return "string";
    case KIND_ARRAY:
        use(t, HELP_ARRAY);
        v = arena_format(o->a, "arrayOf(%s)", check_expr(t, type->items[0]));
        break;
    case KIND_MAP:
        use(t, HELP_MAP);
        use(t, HELP_OBJECT);
        v = arena_format(o->a, "mapOf(%s)", check_expr(t, type->items[0]));
        break;
    case KIND_TUPLE: {
        use(t, HELP_TUPLE);
        buf b;
        buf_init(&b, 1 << 20);
        for (uint32_t i = 0; i < type->n_items; i++)
            buf_append_format(&b, "%s%s", i ? ", " : "tupleOf(", check_expr(t, type->items[i]));
        buf_append_byte(&b, ')');
        v = arena_copy(o->a, buf_view(&b));
        buf_release(&b);
        break;
    }
    case KIND_RECORD:
    case KIND_UNION: v = arena_format(o->a, "check%s", scaf__type_name(&t->names, type)); break;
    }
    return v.ptr ? v.ptr : "anything";
}

static const char *check_expr(ts *t, schema_ref ref)
{
    const char *base = base_check(t, ref.type);
    if (!ref.nullable || ref.type->kind == KIND_ANY)
        return base;
    use(t, HELP_NULL_OR);
    str_view v = arena_format(t->o->a, "nullOr(%s)", base);
    return v.ptr ? v.ptr : base;
}

static const char *enum_text(ts *t, const schema_type *type)
{
    buf b;
    buf_init(&b, 1 << 20);
    for (uint32_t i = 0; i < type->n_values; i++)
        buf_append_format(&b, "%s | ", scaf__quote(t->o, type->values[i], QUOTE_JSON));
    buf_append(&b, t->js ? STR("string") : STR("(string & {})"));
    const char *v = arena_copy_z(t->o->a, buf_view(&b));
    buf_release(&b);
    return v ? v : "string";
}

static const char *field_type(ts *t, const schema_type *record, const schema_field *f)
{
    if (!f->is_tag || !record->n_values)
        return type_expr(t, f->ref);
    buf b;
    buf_init(&b, 1 << 16);
    for (uint32_t i = 0; i < record->n_values; i++)
        buf_append_format(&b, "%s%s", i ? " | " : "",
                          scaf__quote(t->o, record->values[i], QUOTE_JSON));
    const char *v = arena_copy_z(t->o->a, buf_view(&b));
    buf_release(&b);
    return v ? v : "string";
}

static const char *arms_text(ts *t, const schema_type *type)
{
    buf b;
    buf_init(&b, 1 << 20);
    for (uint32_t i = 0; i < type->n_items; i++)
        buf_append_format(&b, "%s%s", i ? " | " : "", type_expr(t, type->items[i]));
    if (type->tag_key.len || type->n_items == 0)
        buf_append_format(&b, "%sUnknown%s", type->n_items ? " | " : "",
                          scaf__type_name(&t->names, type));
    const char *v = arena_copy_z(t->o->a, buf_view(&b));
    buf_release(&b);
    return v ? v : "unknown";
}

static void emit_types(ts *t)
{
    emit_out *o = t->o;
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        const schema_type *type = o->s->named[i];
        const char *name = t->names.names[i];
        if (type->kind == KIND_ENUM) {
            if (t->js)
                scaf__line(o, "/** @typedef {%s} %s */", enum_text(t, type), name);
            else
                scaf__line(o, "export type %s = %s;", name, enum_text(t, type));
        } else if (type->kind == KIND_UNION) {
            if (t->js)
                scaf__line(o, "/** @typedef {%s} %s */", arms_text(t, type), name);
            else
                scaf__line(o, "export type %s = %s;", name, arms_text(t, type));
            if (type->tag_key.len) {
                const char *key = scaf__script_key(o, type->tag_key);
                scaf__blank(o);
                if (t->js) {
                    scaf__line(o, "/** A %s whose tag was not in the sample.", name);
                    scaf__line(
                        o, " * @typedef {{ %s: string } & Record<string, unknown>} Unknown%s */",
                        key, name);
                } else {
                    scaf__line(o, "/** A %s whose tag was not in the sample. */", name);
                    scaf__line(o, "export interface Unknown%s {", name);
                    scaf__line(o, "  %s: string;", key);
                    scaf__line(o, "  [key: string]: unknown;");
                    scaf__line(o, "}");
                }
            }
        } else if (t->js) {
            scaf__line(o, "/**");
            for (uint32_t k = 0; k < type->n_fields; k++) {
                const char *seen = scaf__evidence(o, &type->fields[k]);
                if (*seen)
                    scaf__line(o, " * - %s: %s", scaf__comment(o, type->fields[k].key), seen);
            }
            scaf__line(o, " *");
            scaf__line(o, " * @typedef {{");
            for (uint32_t k = 0; k < type->n_fields; k++) {
                const schema_field *f = &type->fields[k];
                scaf__line(o, " *   %s%s: %s,", scaf__script_key(o, f->key), f->optional ? "?" : "",
                           field_type(t, type, f));
            }
            scaf__line(o, " * }} %s", name);
            scaf__line(o, " */");
        } else {
            scaf__open(o, "export interface %s {", name);
            for (uint32_t k = 0; k < type->n_fields; k++) {
                const schema_field *f = &type->fields[k];
                const char *seen = scaf__evidence(o, f);
                if (*seen)
                    scaf__line(o, "/** %s */", seen);
                scaf__line(o, "%s%s: %s;", scaf__script_key(o, f->key), f->optional ? "?" : "",
                           field_type(t, type, f));
            }
            scaf__close(o, "}");
        }
        scaf__blank(o);
    }
}

/* Code of both languages is written once: the text between `<:` and `:>` is for TypeScript only. */
static void emit_code(ts *t, const char *text)
{
    buf b;
    buf_init(&b, 1 << 16);
    for (const char *p = text; *p;) {
        if (p[0] == '<' && p[1] == ':') {
            const char *end = strstr(p, ":>");
            if (!end)
                break;
            if (!t->js)
                buf_append(&b, (str_view){p + 2, (size_t)(end - p - 2)});
            p = end + 2;
        } else {
            buf_append_byte(&b, *p++);
        }
    }
    buf_append_byte(&b, '\0');
    if (buf_failed(&b) != ERR_OK)
        t->o->a->failed = true;
    else
        scaf__block(t->o, b.ptr);
    buf_release(&b);
}

static const char check_code[] =
    "<:type Check = (value: unknown, path: string) => void;\n\n:>"
    "function fail(path<:: string:>, expected<:: string:>, value<:: unknown:>)<:: never:> {\n"
    "  const got = value === null ? \"null\" : Array.isArray(value) ? \"array\" : typeof value;\n"
    "  throw new TypeError(`${path}: expected ${expected}, got ${got}`);\n"
    "}\n"
    "\n";

/* By helper; the exact variants of the last two follow. */
static const char *const helpers[N_HELPERS + 2] = {
    [HELP_OBJECT] =
        "function object(value<:: unknown:>, path<:: string:>)<:: Record<string, unknown>:> {\n"
        "  if (typeof value !== \"object\" || value === null || Array.isArray(value)) {\n"
        "    return fail(path, \"object\", value);\n"
        "  }\n"
        "  return value<: as Record<string, unknown>:>;\n"
        "}\n",
    [HELP_KNOWN] = "",
    [HELP_REQUIRED] =
        "function required(value<:: Record<string, unknown>:>, key<:: string:>, path<:: string:>, "
        "check<:: Check:>)<:: void:> {\n"
        "  if (!Object.hasOwn(value, key)) fail(path, `the key ${JSON.stringify(key)}`, value);\n"
        "  check(value[key], `${path}.${key}`);\n"
        "}\n",
    [HELP_OPTIONAL] =
        "function optional(value<:: Record<string, unknown>:>, key<:: string:>, path<:: string:>, "
        "check<:: Check:>)<:: void:> {\n"
        "  if (Object.hasOwn(value, key) && value[key] !== undefined) check(value[key], "
        "`${path}.${key}`);\n"
        "}\n",
    [HELP_ANYTHING] = "const anything<:: Check:> = (_value, _path) => {};\n",
    [HELP_BOOLEAN] = "const boolean<:: Check:> = (value, path) => {\n"
                     "  if (typeof value !== \"boolean\") fail(path, \"boolean\", value);\n"
                     "};\n",
    [HELP_STRING] = "const string<:: Check:> = (value, path) => {\n"
                    "  if (typeof value !== \"string\") fail(path, \"string\", value);\n"
                    "};\n",
    [HELP_NULL_OR] = "const nullOr = (check<:: Check:>)<:: Check:> => (value, path) => {\n"
                     "  if (value !== null) check(value, path);\n"
                     "};\n",
    [HELP_ARRAY] =
        "const arrayOf = (check<:: Check:>)<:: Check:> => (value, path) => {\n"
        "  if (!Array.isArray(value)) fail(path, \"array\", value);\n"
        "  <:(:>value<: as unknown[]):>.forEach((item, i) => check(item, `${path}[${i}]`));\n"
        "};\n",
    [HELP_TUPLE] =
        "const tupleOf = (...checks<:: Check[]:>)<:: Check:> => (value, path) => {\n"
        "  if (!Array.isArray(value) || value.length !== checks.length) {\n"
        "    fail(path, `array of ${checks.length}`, value);\n"
        "  }\n"
        "  checks.forEach((check, i) => check((value<: as unknown[]:>)[i], `${path}[${i}]`));\n"
        "};\n",
    [HELP_MAP] = "const mapOf = (check<:: Check:>)<:: Check:> => (value, path) => {\n"
                 "  for (const [key, item] of Object.entries(object(value, path))) check(item, "
                 "`${path}.${key}`);\n"
                 "};\n",
    [HELP_ANY_OF] = "const anyOf = (expected<:: string:>, ...checks<:: Check[]:>)<:: Check:> => "
                    "(value, path) => {\n"
                    "  for (const check of checks) {\n"
                    "    try {\n"
                    "      check(value, path);\n"
                    "      return;\n"
                    "    } catch {\n"
                    "      /* the next one may take it */\n"
                    "    }\n"
                    "  }\n"
                    "  fail(path, expected, value);\n"
                    "};\n",
    [HELP_NUMBER] = "const number<:: Check:> = (value, path) => {\n"
                    "  if (typeof value !== \"number\") fail(path, \"number\", value);\n"
                    "};\n",
    [HELP_INTEGER] = "const integer<:: Check:> = (value, path) => {\n"
                     "  if (!Number.isInteger(value)) fail(path, \"integer\", value);\n"
                     "};\n",
    [N_HELPERS] = "const number<:: Check:> = (value, path) => {\n"
                  "  if (typeof value !== \"number\" && typeof value !== \"bigint\" && !(value "
                  "instanceof ExactNumber)) {\n"
                  "    fail(path, \"number\", value);\n"
                  "  }\n"
                  "};\n",
    [N_HELPERS + 1] = "const integer<:: Check:> = (value, path) => {\n"
                      "  if (!Number.isInteger(value) && typeof value !== \"bigint\" && !(value "
                      "instanceof ExactNumber)) {\n"
                      "    fail(path, \"integer\", value);\n"
                      "  }\n"
                      "};\n",
};

/* By what is done with unknown keys. */
static const char *const known_code[] = {
    [ASSIST_UNKNOWN_IGNORE] =
        "function known(value<:: Record<string, unknown>:>, keys<:: string[]:>)<:: void:> {\n"
        "  for (const key of Object.keys(value)) if (!keys.includes(key)) delete value[key];\n"
        "}\n",
    [ASSIST_UNKNOWN_REJECT] =
        "function known(value<:: Record<string, unknown>:>, keys<:: string[]:>, path<:: "
        "string:>)<:: void:> {\n"
        "  for (const key of Object.keys(value)) {\n"
        "    if (!keys.includes(key)) fail(`${path}.${key}`, \"nothing under an unknown key\", "
        "value[key]);\n"
        "  }\n"
        "}\n",
};

/* Nothing where unknown keys stay. */
static void emit_known(ts *t, const schema_type *record)
{
    emit_out *o = t->o;
    if (o->unknown != ASSIST_UNKNOWN_IGNORE && o->unknown != ASSIST_UNKNOWN_REJECT)
        return;
    use(t, HELP_KNOWN);
    scaf__line(o, o->unknown == ASSIST_UNKNOWN_REJECT ? "known(o, [%s], path);" : "known(o, [%s]);",
               scaf__keys(o, record, QUOTE_JSON));
}

static void emit_check(ts *t, const schema_type *type, const char *name)
{
    emit_out *o = t->o;
    if (type->kind == KIND_RECORD) {
        scaf__open(o,
                   t->js ? "function check%s(value, path) {"
                         : "function check%s(value: unknown, path: string): void {",
                   name);
        use(t, HELP_OBJECT);
        bool named = type->n_fields || o->unknown == ASSIST_UNKNOWN_IGNORE ||
                     o->unknown == ASSIST_UNKNOWN_REJECT;
        scaf__line(o, named ? "const o = object(value, path);" : "object(value, path);");
        emit_known(t, type);
        for (uint32_t k = 0; k < type->n_fields; k++) {
            const schema_field *f = &type->fields[k];
            use(t, f->optional ? HELP_OPTIONAL : HELP_REQUIRED);
            scaf__line(o, "%s(o, %s, path, %s);", f->optional ? "optional" : "required",
                       scaf__quote(o, f->key, QUOTE_JSON), check_expr(t, f->ref));
        }
        scaf__close(o, "}");
        scaf__blank(o);
    } else if (type->kind == KIND_UNION && type->tag_key.len) {
        const char *key = scaf__quote(o, type->tag_key, QUOTE_JSON);
        scaf__open(o,
                   t->js ? "function check%s(value, path) {"
                         : "function check%s(value: unknown, path: string): void {",
                   name);
        scaf__line(o, "const o = object(value, path);");
        use(t, HELP_OBJECT);
        use(t, HELP_REQUIRED);
        use(t, HELP_STRING);
        scaf__line(o, "required(o, %s, path, string);", key);
        scaf__open(o, "switch (o[%s]) {", key);
        for (uint32_t i = 0; i < type->n_items; i++) {
            const schema_type *arm = type->items[i].type;
            for (uint32_t k = 0; k < arm->n_values; k++)
                scaf__line(o, "case %s:", scaf__quote(o, arm->values[k], QUOTE_JSON));
            scaf__line(o, "  check%s(value, path);", scaf__type_name(&t->names, arm));
            scaf__line(o, "  break;");
        }
        scaf__close(o, "}");
        scaf__close(o, "}");
        scaf__blank(o);
    } else if (type->kind == KIND_UNION) {
        buf b;
        buf_init(&b, 1 << 20);
        use(t, HELP_ANY_OF);
        for (uint32_t i = 0; i < type->n_items; i++)
            buf_append_format(&b, ", %s", check_expr(t, type->items[i]));
        scaf__open(o,
                   t->js ? "function check%s(value, path) {"
                         : "function check%s(value: unknown, path: string): void {",
                   name);
        scaf__line(o, "anyOf(%s%.*s)(value, path);",
                   scaf__quote(o, str_of(arms_text(t, type)), QUOTE_JSON), STR_ARG(buf_view(&b)));
        scaf__close(o, "}");
        scaf__blank(o);
        buf_release(&b);
    }
}

/* parseX and serializeX of one type. */
static void emit_pair(ts *t, str_view name, schema_ref ref, const char *suffix)
{
    emit_out *o = t->o;
    const char *type = type_expr(t, ref), *check = check_expr(t, ref);
    const char *read = t->exact ? "readJson" : "JSON.parse",
               *write = t->exact ? "writeJson" : "JSON.stringify";
    scaf__line(o, "/**");
    scaf__line(o,
               " * Reads and checks%s; throws a SyntaxError, or a TypeError that names the path.",
               *suffix ? " one row" : "");
    if (t->js) {
        scaf__line(o, " * @param {string} text");
        scaf__line(o, " * @returns {%s}", type);
    }
    scaf__line(o, " */");
    if (t->js)
        scaf__open(o, "export function parse%.*s%s(text) {", STR_ARG(name), suffix);
    else
        scaf__open(o, "export function parse%.*s%s(text: string): %s {", STR_ARG(name), suffix,
                   type);
    scaf__line(o, "const value%s = %s(text);", t->js ? "" : ": unknown", read);
    scaf__line(o, "%s(value, \"$\");", check);
    scaf__line(o, t->js ? "return value;" : "return value as %s;", type);
    scaf__close(o, "}");
    scaf__blank(o);
    if (t->js) {
        scaf__line(o, "/**");
        scaf__line(o, " * @param {%s} value", type);
        scaf__line(o, " * @returns {string}");
        scaf__line(o, " */");
        scaf__open(o, "export function serialize%.*s%s(value) {", STR_ARG(name), suffix);
    } else {
        scaf__open(o, "export function serialize%.*s%s(value: %s): string {", STR_ARG(name), suffix,
                   type);
    }
    scaf__line(o, "return %s(value);", write);
    scaf__close(o, "}");
}

static void emit_checks(ts *t)
{
    emit_out *o = t->o;
    buf *real = o->b, body;
    buf_init(&body, real->max_bytes);
    o->b = &body;
    for (uint32_t i = 0; i < o->s->n_named; i++)
        emit_check(t, o->s->named[i], t->names.names[i]);
    emit_pair(t, o->root_name, o->s->root, "");
    /* Clients and servers send rows one by one. */
    rows_info rows = scaf__rows(o);
    if (rows.type.type != o->s->root.type) {
        scaf__blank(o);
        emit_pair(t, o->root_name, rows.type, "Row");
    }
    o->b = real;
    str_view code = buf_view(&body);
    if (t->exact)
        scaf__fill(o, scaf__text_exact_number_ts, NULL, 0, !t->js);
    if (t->used & ~(1u << HELP_ANYTHING | 1u << HELP_NULL_OR))
        emit_code(t, check_code);
    else
        emit_code(t, "<:type Check = (value: unknown, path: string) => void;\n\n:>");
    for (uint32_t h = 0; h < N_HELPERS; h++) {
        if (!(t->used >> h & 1))
            continue;
        emit_code(t, h == HELP_KNOWN
                         ? known_code[o->unknown]
                         : helpers[t->exact && h >= HELP_NUMBER ? N_HELPERS + h - HELP_NUMBER : h]);
        scaf__blank(o);
    }
    buf_append(o->b, code);
    if (buf_failed(&body) != ERR_OK)
        o->a->failed = true;
    buf_release(&body);
}

static void emit(emit_out *o, bool js)
{
    ts t = {.o = o, .js = js, .exact = scaf__js_any_exact(o->s)};
    t.names = scaf__type_names(o, CASE_PASCAL, scaf__js_reserved);
    if (!t.names.names)
        return;
    t.type = types;
    t.type.names = &t.names;
    t.type.leaf = type_leaf;
    scaf__line(o, "// From %s. Parse and serialise with parse%s and serialize%s.",
               scaf__comment(o, o->sample_name), o->root_name.ptr, o->root_name.ptr);
    scaf__blank(o);
    emit_types(&t);
    emit_checks(&t);
}

void scaf__emit_typescript(emit_out *o)
{
    emit(o, false);
}

void scaf__emit_javascript(emit_out *o)
{
    emit(o, true);
}
