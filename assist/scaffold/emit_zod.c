/* TypeScript with Zod 4. The schemas check, they do not convert: what parse returns is the value
 * that was read, so that nothing of it is lost. */
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

enum { UNSEEN, IN_PROGRESS, WRITTEN };

typedef struct {
    emit_out *o;
    type_names names;
    expr_style schema;
    unsigned char *state; /* by index in s->named */
    bool forward;         /* the expression mentions a schema that is not defined yet */
} zod;

static const expr_style schemas = {
    .any = "z.unknown()",
    .boolean = "z.boolean()",
    .string = "z.string()",
    .record = "%",
    .choice = "%",
    .either = "%",
    .list = "z.array(%)",
    .map = "z.record(z.string(), %)",
    .tuple_open = "z.tuple([",
    .between = ", ",
    .tuple_close = "])",
    .nullable = "z.nullable(%)",
};

static const char *leaf(void *ctx, const schema_type *t)
{
    zod *z = ctx;
    if (t->kind == KIND_INT)
        return scaf__js_exact(t) ? "exactNumber" : "z.int()";
    if (t->kind == KIND_NUMBER)
        return scaf__js_exact(t) ? "exactNumber" : "z.number()";
    if ((t->kind == KIND_RECORD || t->kind == KIND_UNION) && z->state[t->emitted] != WRITTEN)
        z->forward = true;
    return NULL;
}

/* A schema that is used before it is defined stands behind a function. */
static const char *schema_expr(zod *z, schema_ref ref)
{
    z->forward = false;
    const char *text = scaf__expr(z->o, &z->schema, ref);
    return z->forward ? scaf__around(z->o, "z.lazy((): z.ZodType => %)", text) : text;
}

static void emit_type(zod *z, const schema_type *t);

static void emit_inner(zod *z, const schema_type *t)
{
    bool named = t->kind == KIND_RECORD || t->kind == KIND_UNION || t->kind == KIND_ENUM;
    if (named) {
        if (z->state[t->emitted] == UNSEEN)
            emit_type(z, t);
        return;
    }
    for (uint32_t i = 0; i < t->n_items; i++)
        emit_inner(z, t->items[i].type);
}

static const char *quoted_values(zod *z, const schema_type *t)
{
    buf b;
    buf_init(&b, 1 << 20);
    for (uint32_t i = 0; i < t->n_values; i++)
        buf_append_format(&b, "%s%s", i ? ", " : "", scaf__quote(z->o, t->values[i], QUOTE_JSON));
    const char *out = arena_copy_z(z->o->a, buf_view(&b));
    buf_release(&b);
    return out ? out : "";
}

/* A bare __proto__ would set the prototype. */
static const char *member_key(emit_out *o, str_view key)
{
    return str_eq(key, STR("__proto__")) ? "[\"__proto__\"]" : scaf__script_key(o, key);
}

static void emit_record(zod *z, const schema_type *t, const char *name)
{
    emit_out *o = z->o;
    static const char *const objects[] = {"object", "object", "looseObject", "strictObject"};
    scaf__open(o, "export const %s = z.%s({", name, objects[o->unknown]);
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        const char *seen = scaf__evidence(o, f), *key = member_key(o, f->key);
        z->forward = false;
        const char *value = f->is_tag && t->n_values
                                ? scaf__around(o, "z.literal([%])", quoted_values(z, t))
                                : scaf__expr(o, &z->schema, f->ref);
        if (f->optional)
            value = scaf__around(o, "z.optional(%)", value);
        if (*seen)
            scaf__line(o, "/** %s */", seen);
        /* A getter may mention what is defined further down. */
        if (z->forward)
            scaf__line(o, "get %s() { return %s; },", key, value);
        else
            scaf__line(o, "%s: %s,", key, value);
    }
    scaf__close(o, "});");
    scaf__line(o, "export type %s = z.infer<typeof %s>;", name, name);
    scaf__blank(o);
}

static void emit_union(zod *z, const schema_type *t, const char *name)
{
    emit_out *o = z->o;
    bool forward = false;
    buf b;
    buf_init(&b, 1 << 20);
    scaf__open(o, "export const %s = z.union([", name);
    for (uint32_t i = 0; i < t->n_items; i++) {
        scaf__line(o, "%s,", schema_expr(z, t->items[i]));
        forward = forward || z->forward;
        for (uint32_t v = 0; v < t->items[i].type->n_values && t->tag_key.len; v++)
            buf_append_format(&b, "%s%s", b.len ? ", " : "",
                              scaf__quote(o, t->items[i].type->values[v], QUOTE_JSON));
    }
    if (t->tag_key.len) {
        scaf__line(o, "// A tag that was not in the sample.");
        scaf__line(o, "z.looseObject({ %s: z.string().refine((tag) => ![%.*s].includes(tag)) }),",
                   member_key(o, t->tag_key), STR_ARG(buf_view(&b)));
    }
    scaf__close(o, "]);");
    scaf__line(o, "export type %s = z.infer<typeof %s>;", name, name);
    scaf__blank(o);
    buf_release(&b);
}

static void emit_type(zod *z, const schema_type *t)
{
    emit_out *o = z->o;
    const char *name = scaf__type_name(&z->names, t);
    z->state[t->emitted] = IN_PROGRESS;
    for (uint32_t i = 0; i < t->n_fields; i++)
        emit_inner(z, t->fields[i].ref.type);
    for (uint32_t i = 0; i < t->n_items; i++)
        emit_inner(z, t->items[i].type);
    if (t->kind == KIND_RECORD) {
        emit_record(z, t, name);
    } else if (t->kind == KIND_UNION) {
        emit_union(z, t, name);
    } else {
        scaf__line(o, "// Open: other values are legal too.");
        scaf__line(
            o, "export const %s = z.union([z.enum([%s]), z.string() as z.ZodType<string & {}>]);",
            name, quoted_values(z, t));
        scaf__line(o, "export type %s = z.infer<typeof %s>;", name, name);
        scaf__blank(o);
    }
    z->state[t->emitted] = WRITTEN;
}

void scaf__emit_zod(emit_out *o)
{
    bool exact = scaf__js_any_exact(o->s);
    const char *name = o->root_name.ptr;
    str_view reserved = arena_format(o->a, "%s z", scaf__js_reserved);
    if (!reserved.ptr)
        return;
    zod z = {.o = o, .names = scaf__type_names(o, CASE_PASCAL, reserved.ptr), .schema = schemas};
    z.state = ARENA_ARRAY(o->a, unsigned char, o->s->n_named + 1);
    if (!z.names.names || !z.state)
        return;
    z.schema.names = &z.names;
    z.schema.leaf = leaf;
    z.schema.ctx = &z;
    scaf__line(o, "// From %s. Needs zod 4. Parse and serialise with parse%s and serialize%s.",
               scaf__comment(o, o->sample_name), name, name);
    scaf__line(o, "import { z } from \"zod\";");
    scaf__blank(o);
    if (exact) {
        scaf__fill(o, scaf__text_exact_number_ts, NULL, 0, true);
        scaf__line(o, "const exactNumber = z.union([z.number(), z.bigint(), "
                      "z.instanceof(ExactNumber)]);");
        scaf__blank(o);
    }
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (z.state[i] == UNSEEN)
            emit_type(&z, o->s->named[i]);
    }
    scaf__line(o, "const root = %s;", schema_expr(&z, o->s->root));
    scaf__blank(o);
    scaf__line(o, "/** Reads and checks; throws a SyntaxError, or a ZodError with the paths. */");
    scaf__open(o, "export function parse%s(text: string): z.infer<typeof root> {", name);
    scaf__line(o, "const value: unknown = %s(text);", exact ? "readJson" : "JSON.parse");
    scaf__line(o, "root.parse(value);");
    scaf__line(o, "return value as z.infer<typeof root>;");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "export function serialize%s(value: z.infer<typeof root>): string {", name);
    scaf__line(o, "return %s(value);", exact ? "writeJson" : "JSON.stringify");
    scaf__close(o, "}");
}
