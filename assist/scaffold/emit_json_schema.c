/* JSON Schema, draft 2020-12. Enums stay open, as everywhere: the values are listed, others are
 * strings still. `additionalProperties` is not forbidden: a sample cannot know what else an object
 * may have. */
#include "assist/scaffold/targets.h"

typedef struct {
    emit_out *o;
    type_names names;
    const char *base; /* where the definitions are: "#/$defs/" */
} js;

static void value(js *t, const char *head, schema_ref ref, const schema_field *f, const char *tail);

static const char *standard_format(scaf_format f)
{
    switch (f) {
    case FORMAT_DATE:
    case FORMAT_DATE_TIME:
    case FORMAT_DURATION:
    case FORMAT_UUID:
    case FORMAT_URI:
    case FORMAT_EMAIL:
    case FORMAT_IPV4:
    case FORMAT_IPV6: return scaf__format_name(f);
    case FORMAT_IMAGE: return "uri";
    default: return NULL;
    }
}

static void described(js *t, const schema_field *f, const char *tail)
{
    const char *seen = f ? scaf__evidence(t->o, f) : "";
    if (*seen)
        scaf__line(t->o, "\"description\": %s%s", scaf__quote(t->o, str_of(seen), QUOTE_JSON),
                   tail);
}

static void body(js *t, schema_ref ref, const schema_field *f)
{
    emit_out *o = t->o;
    const schema_type *type = ref.type;
    const char *simple = type->kind == KIND_BOOL     ? "boolean"
                         : type->kind == KIND_INT    ? "integer"
                         : type->kind == KIND_NUMBER ? "number"
                         : type->kind == KIND_STRING ? "string"
                                                     : NULL;
    if (simple) {
        described(t, f, ",");
        const char *format = type->kind == KIND_STRING ? standard_format(type->format) : NULL;
        if (format)
            scaf__line(o, "\"format\": \"%s\",", format);
        if (ref.nullable)
            scaf__line(o, "\"type\": [\"%s\", \"null\"]", simple);
        else
            scaf__line(o, "\"type\": \"%s\"", simple);
        return;
    }
    if (type->kind == KIND_ANY) {
        described(t, f, "");
        return;
    }
    if (type->kind == KIND_RECORD || type->kind == KIND_ENUM || type->kind == KIND_UNION) {
        const char *path = scaf__type_name(&t->names, type);
        described(t, f, ",");
        if (ref.nullable)
            scaf__line(o, "\"anyOf\": [{ \"$ref\": \"%s%s\" }, { \"type\": \"null\" }]", t->base,
                       path);
        else
            scaf__line(o, "\"$ref\": \"%s%s\"", t->base, path);
        return;
    }
    described(t, f, ",");
    const char *kind = type->kind == KIND_MAP ? "object" : "array";
    if (ref.nullable)
        scaf__line(o, "\"type\": [\"%s\", \"null\"],", kind);
    else
        scaf__line(o, "\"type\": \"%s\",", kind);
    if (type->kind == KIND_TUPLE) {
        scaf__open(o, "\"prefixItems\": [");
        for (uint32_t i = 0; i < type->n_items; i++)
            value(t, "", type->items[i], NULL, i + 1 < type->n_items ? "," : "");
        scaf__close(o, "],");
        scaf__line(o, "\"minItems\": %u,", type->n_items);
        scaf__line(o, "\"maxItems\": %u", type->n_items);
    } else {
        value(t,
              type->kind == KIND_MAP ? "\"additionalProperties\": " : "\"items\": ", type->items[0],
              NULL, "");
    }
}

static void value(js *t, const char *head, schema_ref ref, const schema_field *f, const char *tail)
{
    scaf__open(t->o, "%s{", head);
    body(t, ref, f);
    scaf__close(t->o, "}%s", tail);
}

static void list_values(js *t, const char *name, const schema_type *type, const char *tail)
{
    scaf__open(t->o, "\"%s\": [", name);
    for (uint32_t i = 0; i < type->n_values; i++)
        scaf__line(t->o, "%s%s", scaf__quote(t->o, type->values[i], QUOTE_JSON),
                   i + 1 < type->n_values ? "," : "");
    scaf__close(t->o, "]%s", tail);
}

static void definition(js *t, const schema_type *type)
{
    emit_out *o = t->o;
    if (type->kind == KIND_ENUM) {
        scaf__line(o, "\"type\": \"string\",");
        list_values(t, "examples", type, "");
        return;
    }
    if (type->kind == KIND_UNION) {
        bool tagged = type->tag_key.len > 0;
        scaf__open(o, "\"anyOf\": [");
        for (uint32_t i = 0; i < type->n_items; i++)
            value(t, "", type->items[i], NULL, i + 1 < type->n_items || tagged ? "," : "");
        if (tagged) {
            const char *key = scaf__quote(o, type->tag_key, QUOTE_JSON);
            scaf__open(o, "{");
            scaf__line(o, "\"description\": \"a tag that was not in the sample\",");
            scaf__line(o, "\"type\": \"object\",");
            scaf__line(o, "\"required\": [%s],", key);
            scaf__open(o, "\"properties\": {");
            scaf__open(o, "%s: {", key);
            scaf__line(o, "\"type\": \"string\",");
            scaf__open(o, "\"not\": {");
            scaf__open(o, "\"enum\": [");
            for (uint32_t i = 0; i < type->n_items; i++) {
                const schema_type *arm = type->items[i].type;
                for (uint32_t k = 0; k < arm->n_values; k++)
                    scaf__line(o, "%s%s", scaf__quote(o, arm->values[k], QUOTE_JSON),
                               i + 1 < type->n_items || k + 1 < arm->n_values ? "," : "");
            }
            scaf__close(o, "]");
            scaf__close(o, "}");
            scaf__close(o, "}");
            scaf__close(o, "}");
            scaf__close(o, "}");
        }
        scaf__close(o, "]");
        return;
    }
    scaf__line(o, "\"type\": \"object\",");
    uint32_t n_required = 0, n = 0;
    for (uint32_t i = 0; i < type->n_fields; i++)
        n_required += !type->fields[i].optional;
    scaf__open(o, "\"properties\": {");
    for (uint32_t i = 0; i < type->n_fields; i++) {
        const schema_field *f = &type->fields[i];
        const char *tail = i + 1 < type->n_fields ? "," : "";
        if (f->is_tag && type->n_values) {
            scaf__open(o, "%s: {", scaf__quote(o, f->key, QUOTE_JSON));
            list_values(t, "enum", type, "");
            scaf__close(o, "}%s", tail);
        } else {
            str_view head = arena_format(o->a, "%s: ", scaf__quote(o, f->key, QUOTE_JSON));
            value(t, head.ptr ? head.ptr : "", f->ref, f, tail);
        }
    }
    bool closed = o->unknown == ASSIST_UNKNOWN_REJECT;
    scaf__close(o, n_required || closed ? "}," : "}");
    if (closed)
        scaf__line(o, "\"additionalProperties\": false%s", n_required ? "," : "");
    if (!n_required)
        return;
    scaf__open(o, "\"required\": [");
    for (uint32_t i = 0; i < type->n_fields; i++) {
        if (!type->fields[i].optional)
            scaf__line(o, "%s%s", scaf__quote(o, type->fields[i].key, QUOTE_JSON),
                       ++n < n_required ? "," : "");
    }
    scaf__close(o, "]");
}

static void definitions(js *t)
{
    emit_out *o = t->o;
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        scaf__open(o, "\"%s\": {", t->names.names[i]);
        definition(t, o->s->named[i]);
        scaf__close(o, "}%s", i + 1 < o->s->n_named ? "," : "");
    }
}

void scaf__json_schema_value(emit_out *o, const char *head, schema_ref ref, const char *base,
                             const char *tail)
{
    js t = {.o = o, .names = scaf__type_names(o, CASE_PASCAL, ""), .base = base};
    if (t.names.names)
        value(&t, head, ref, NULL, tail);
}

void scaf__json_schema_definitions(emit_out *o, const char *base)
{
    js t = {.o = o, .names = scaf__type_names(o, CASE_PASCAL, ""), .base = base};
    if (t.names.names)
        definitions(&t);
}

void scaf__emit_json_schema(emit_out *o)
{
    js t = {.o = o, .names = scaf__type_names(o, CASE_PASCAL, ""), .base = "#/$defs/"};
    if (!t.names.names)
        return;
    scaf__open(o, "{");
    scaf__line(o, "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",");
    scaf__line(o, "\"title\": \"%s\"%s", o->root_name.ptr,
               o->s->n_named || o->s->root.type->kind != KIND_ANY ? "," : "");
    body(&t, o->s->root, NULL);
    if (o->s->n_named) {
        /* The body ended without a comma; it is added where the line was ended. */
        o->b->len--;
        buf_append(o->b, STR(",\n"));
        scaf__open(o, "\"$defs\": {");
        definitions(&t);
        scaf__close(o, "}");
    }
    scaf__close(o, "}");
}
