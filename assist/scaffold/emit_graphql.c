/* GraphQL SDL: types, inputs for the mutations, queries. What GraphQL cannot say (maps, tuples,
 * unions of scalars, integers past 32 bits) is a scalar of its own. */
#include "assist/scaffold/api.h"
#include "assist/scaffold/targets.h"

static const char reserved[] =
    "Query Mutation Subscription Int Float String Boolean ID JSON BigInt "
    "DateTime Date";

enum { USES_JSON = 1, USES_BIG = 2, USES_DATE = 4, USES_TIME = 8 };

typedef struct {
    emit_out *o;
    type_names names;
    unsigned used;
    bool *sent; /* by index: records that a mutation takes */
} gql;

static bool is_name(str_view v)
{
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return v.len > 0 && !str_starts(v, STR("__"));
}

static bool is_enum(const schema_type *t)
{
    for (uint32_t i = 0; i < t->n_values; i++) {
        str_view v = t->values[i];
        if (!is_name(v) || str_eq(v, STR("true")) || str_eq(v, STR("false")) ||
            str_eq(v, STR("null")))
            return false;
    }
    return t->n_values > 0;
}

/* Only unions of objects are unions. */
static bool is_union(const schema_type *t)
{
    for (uint32_t i = 0; i < t->n_items; i++) {
        const schema_type *arm = t->items[i].type;
        if (arm->kind != KIND_RECORD || !arm->n_fields || t->items[i].nullable)
            return false;
    }
    return t->n_items > 0;
}

static const char *scalar(gql *g, unsigned use, const char *name)
{
    g->used |= use;
    return name;
}

static const char *base_type(gql *g, const schema_type *t, bool input)
{
    str_view v = {NULL, 0};
    switch (t->kind) {
    case KIND_BOOL: return "Boolean";
    case KIND_INT: return t->width == INT_32 ? "Int" : scalar(g, USES_BIG, "BigInt");
    case KIND_NUMBER: return "Float";
    case KIND_STRING:
        if (t->format == FORMAT_DATE)
            return scalar(g, USES_DATE, "Date");
        if (t->format == FORMAT_DATE_TIME)
            return scalar(g, USES_TIME, "DateTime");
        return "String";
    case KIND_ENUM: return is_enum(t) ? scaf__type_name(&g->names, t) : "String";
    case KIND_ARRAY: {
        const schema_ref item = t->items[0];
        v = arena_format(g->o->a, "[%s%s]", base_type(g, item.type, input),
                         item.nullable || item.type->kind == KIND_ANY ? "" : "!");
        return v.ptr ? v.ptr : "";
    }
    case KIND_RECORD:
        if (!t->n_fields)
            break;
        v = arena_format(g->o->a, "%s%s", scaf__type_name(&g->names, t), input ? "Input" : "");
        return v.ptr ? v.ptr : "";
    case KIND_UNION:
        /* An input cannot be one of several types. */
        if (is_union(t) && !input)
            return scaf__type_name(&g->names, t);
        break;
    default: break;
    }
    return scalar(g, USES_JSON, "JSON");
}

static void mark_sent(gql *g, const schema_type *t)
{
    if (t->kind == KIND_RECORD) {
        if (g->sent[t->emitted])
            return;
        g->sent[t->emitted] = true;
        for (uint32_t i = 0; i < t->n_fields; i++)
            mark_sent(g, t->fields[i].ref.type);
    } else if (t->kind == KIND_ARRAY) {
        mark_sent(g, t->items[0].type);
    }
}

static void fields(gql *g, const schema_type *t, const char *name, bool input)
{
    emit_out *o = g->o;
    const char **names = scaf__field_names(o, t, CASE_CAMEL, "");
    name_scope scope;
    if (!names)
        return;
    scaf__scope_init(&scope, o->a, "", false);
    for (uint32_t i = 0; i < t->n_fields; i++) {
        if (is_name(t->fields[i].key))
            scaf__scope_claim(&scope, t->fields[i].key);
    }
    scaf__open(o, "%s %s%s {", input ? "input" : "type", name, input ? "Input" : "");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        const char *seen = scaf__evidence(o, f);
        bool same = is_name(f->key);
        str_view field = same ? f->key : scaf__scope_claim(&scope, str_of(names[i]));
        if (*seen && !input)
            scaf__line(o, "# %s", seen);
        if (!same)
            scaf__line(o, "# in JSON: %s", scaf__comment(o, f->key));
        bool maybe = f->optional || f->ref.nullable || f->ref.type->kind == KIND_ANY;
        scaf__line(o, "%.*s: %s%s", STR_ARG(field), base_type(g, f->ref.type, input),
                   maybe ? "" : "!");
    }
    scaf__close(o, "}");
    scaf__blank(o);
}

static void named(gql *g, const schema_type *t, const char *name)
{
    emit_out *o = g->o;
    if (t->kind == KIND_RECORD && t->n_fields) {
        fields(g, t, name, false);
        if (g->sent[t->emitted])
            fields(g, t, name, true);
    } else if (t->kind == KIND_ENUM && is_enum(t)) {
        scaf__line(o, "# Values that the sample had; add those that it did not.");
        scaf__open(o, "enum %s {", name);
        for (uint32_t i = 0; i < t->n_values; i++)
            scaf__line(o, "%.*s", STR_ARG(t->values[i]));
        scaf__close(o, "}");
        scaf__blank(o);
    } else if (t->kind == KIND_UNION && is_union(t)) {
        scaf__open(o, "union %s =", name);
        for (uint32_t i = 0; i < t->n_items; i++)
            scaf__line(o, "| %s", scaf__type_name(&g->names, t->items[i].type));
        o->depth--;
        scaf__blank(o);
    }
}

static void operations(gql *g)
{
    emit_out *o = g->o;
    api_info api = scaf__api(o);
    const char *one = scaf__name(o, api.rows.words, CASE_CAMEL);
    const char *row = base_type(g, api.rows.type.type, false),
               *input = base_type(g, api.rows.type.type, true);
    const char *key = api.key ? scaf__name(o, api.key->words, CASE_CAMEL) : "key";
    bool list = api.rows.shape != ROWS_ONE;
    bool items = list && (api.key || api.rows.shape == ROWS_MAP);
    scaf__open(o, "type Query {");
    if (list) {
        str_view many = scaf__plural(o->a, api.rows.words);
        str_view name = scaf__case(o->a, many, CASE_CAMEL);
        scaf__line(o, "%.*s(first: Int, after: String): %s!",
                   STR_ARG(str_eq(name, str_of(one)) ? STR("all") : name),
                   base_type(g, o->s->root.type, false));
    }
    if (items || !list)
        scaf__line(o, items ? "%s(%s: ID!): %s" : "%s%.0s: %s", one, key, row);
    scaf__close(o, "}");
    scaf__blank(o);
    if (!items)
        return;
    mark_sent(g, api.rows.type.type);
    scaf__open(o, "type Mutation {");
    scaf__line(o, "create%s(value: %s!): %s!", api.item_class, input, row);
    scaf__line(o, "update%s(%s: ID!, value: %s!): %s!", api.item_class, key, input, row);
    scaf__line(o, "delete%s(%s: ID!): Boolean!", api.item_class, key);
    scaf__close(o, "}");
    scaf__blank(o);
}

void scaf__emit_graphql(emit_out *o)
{
    gql g = {.o = o, .names = scaf__type_names(o, CASE_PASCAL, reserved)};
    g.sent = ARENA_ARRAY(o->a, bool, o->s->n_named + 1);
    if (!g.names.names || !g.sent)
        return;
    scaf__line(o, "# From %s.", scaf__comment(o, o->sample_name));
    scaf__blank(o);
    operations(&g);
    for (uint32_t i = 0; i < o->s->n_named; i++)
        named(&g, o->s->named[i], g.names.names[i]);
    if (g.used & USES_JSON)
        scaf__line(o, "# Any JSON value.\nscalar JSON");
    if (g.used & USES_BIG)
        scaf__line(o, "# An integer past 32 bits.\nscalar BigInt");
    if (g.used & USES_DATE)
        scaf__line(o, "# 2024-02-29\nscalar Date");
    if (g.used & USES_TIME)
        scaf__line(o, "# 2024-02-29T08:30:00Z\nscalar DateTime");
}
