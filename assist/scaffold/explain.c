#include <stdio.h>

#include "assist/scaffold/emit.h"

static const char *kind_name(emit_out *o, const type_names *names, schema_ref ref)
{
    const schema_type *t = ref.type;
    const char *base = "anything";
    str_view v = {NULL, 0};
    switch (t->kind) {
    case KIND_ANY: return "null so far";
    case KIND_BOOL: base = "boolean"; break;
    case KIND_INT:
        base = t->width == INT_32   ? "integer"
               : t->width == INT_64 ? "integer, 64 bits"
                                    : "integer, big";
        if (t->epoch_s || t->epoch_ms)
            base = t->epoch_s ? "seconds since 1970" : "milliseconds since 1970";
        break;
    case KIND_NUMBER:
        base = (t->num_flags & (NUM_LEXEME | NUM_DECIMAL)) ? "number, exact" : "number";
        break;
    case KIND_STRING:
        v = arena_format(o->a, "%s%s", scaf__format_name(t->format),
                         t->format == FORMAT_INTEGER || t->format == FORMAT_DECIMAL ? " in quotes"
                                                                                    : "");
        break;
    case KIND_ARRAY: v = arena_format(o->a, "list of %s", kind_name(o, names, t->items[0])); break;
    case KIND_MAP:
        v = arena_format(o->a, "map%s%s to %s", t->format ? " from " : "",
                         t->format ? scaf__format_name(t->format) : "",
                         kind_name(o, names, t->items[0]));
        break;
    case KIND_TUPLE: v = arena_format(o->a, "tuple of %u", t->n_items); break;
    case KIND_RECORD:
    case KIND_ENUM:
    case KIND_UNION: base = scaf__type_name(names, t); break;
    }
    if (v.ptr)
        base = v.ptr;
    if (!ref.nullable)
        return base;
    v = arena_format(o->a, "%s or null", base);
    return v.ptr ? v.ptr : base;
}

/* "; 3 different", "; 1 to 40": how much its values differ; "" when there is nothing to say. */
static const char *spread(emit_out *o, const schema_field *f)
{
    const schema_type *t = f->ref.type;
    str_view v = STR("");
    if (t->kind == KIND_INT && t->width <= INT_64 && t->min_int < t->max_int)
        v = arena_format(o->a, "; %lld to %lld", (long long)t->min_int, (long long)t->max_int);
    else if (t->kind == KIND_STRING && f->seen.n_distinct > 1)
        v = arena_format(o->a, "; %u different", f->seen.n_distinct);
    return v.ptr ? v.ptr : "";
}

void scaf__emit_explanation(emit_out *o)
{
    type_names names = scaf__type_names(o, CASE_PASCAL, "");
    if (!names.names)
        return;
    scaf__line(o, "%s: %s, from %llu sample%s", o->root_name.ptr, kind_name(o, &names, o->s->root),
               (unsigned long long)o->s->n_samples, o->s->n_samples == 1 ? "" : "s");
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        const schema_type *t = o->s->named[i];
        scaf__blank(o);
        if (t->kind == KIND_ENUM) {
            scaf__line(o, "%s: %u values (%s)", names.names[i], t->n_values, t->why);
            for (uint32_t k = 0; k < t->n_values; k++)
                scaf__line(o, "  %s", scaf__quote(o, t->values[k], QUOTE_JSON));
        } else if (t->kind == KIND_UNION) {
            scaf__line(o, "%s: one of %u (%s%s%s)", names.names[i], t->n_items, t->why,
                       t->tag_key.len ? ": " : "", scaf__comment(o, t->tag_key));
            for (uint32_t k = 0; k < t->n_items; k++)
                scaf__line(o, "  %s", kind_name(o, &names, t->items[k]));
        } else {
            scaf__line(o, "%s: seen %llu times (%s)", names.names[i],
                       (unsigned long long)t->n_objects, t->why);
            for (uint32_t k = 0; k < t->n_fields; k++) {
                const schema_field *f = &t->fields[k];
                scaf__line(o, "  %s%s: %s%s%s; %llu of %llu, null %llu%s%s%s",
                           scaf__quote(o, f->key, QUOTE_JSON), f->optional ? "?" : "",
                           kind_name(o, &names, f->ref), f->refers.len ? "; refers to " : "",
                           scaf__comment(o, f->refers), (unsigned long long)f->n,
                           (unsigned long long)f->n_objects, (unsigned long long)f->seen.n_null,
                           spread(o, f), f->seen.example.len ? "; e.g. " : "",
                           scaf__comment(o, f->seen.example));
            }
        }
    }
}
