#include "assist/scaffold/walk.h"

/* `type`, when not NULL, goes where `$` is. */
static const char *fill(emit_out *o, const char *text, const char *inner, const char *type)
{
    buf b;
    buf_init(&b, 1 << 22);
    for (; *text; text++) {
        if (*text == '%')
            buf_append(&b, str_of(inner));
        else if (*text == '$' && type)
            buf_append(&b, str_of(type));
        else
            buf_append_byte(&b, *text);
    }
    const char *out = buf_failed(&b) == ERR_OK ? arena_copy_z(o->a, buf_view(&b)) : NULL;
    if (!out)
        o->a->failed = true;
    buf_release(&b);
    return out ? out : "";
}

const char *scaf__around(emit_out *o, const char *text, const char *inner)
{
    return fill(o, text, inner, NULL);
}

/* The type that goes with an expression of `style`. */
static const char *type_of(emit_out *o, const expr_style *style, schema_ref ref)
{
    return style->types ? scaf__expr(o, style->types, ref) : NULL;
}

static const char *tuple_expr(emit_out *o, const expr_style *style, const schema_type *t)
{
    buf b;
    buf_init(&b, 1 << 22);
    buf_append(&b, str_of(style->tuple_open));
    for (uint32_t i = 0; i < t->n_items; i++) {
        const char *item = scaf__expr(o, style, t->items[i]);
        buf_append_format(&b, "%s%s", i ? style->between : "",
                          style->inner ? scaf__around(o, style->inner, item) : item);
    }
    buf_append(&b, str_of(style->tuple_close));
    const char *out = buf_failed(&b) == ERR_OK ? arena_copy_z(o->a, buf_view(&b)) : NULL;
    if (!out)
        o->a->failed = true;
    buf_release(&b);
    return out ? out : "";
}

const char *scaf__expr_base(emit_out *o, const expr_style *style, const schema_type *t)
{
    const char *leaf = style->leaf ? style->leaf(style->ctx, t) : NULL;
    if (leaf)
        return leaf;
    const char *named = style->record;
    switch (t->kind) {
    case KIND_ANY: return style->any;
    case KIND_BOOL: return style->boolean;
    case KIND_STRING: return style->string;
    case KIND_INT:
    case KIND_NUMBER: return style->numbers[scaf__number_kind(t)];
    case KIND_ARRAY: {
        const char *item = scaf__expr(o, style, t->items[0]);
        bool compound = style->list_compound && strchr(item, ' ');
        return fill(o, compound ? style->list_compound : style->list, item,
                    type_of(o, style, t->items[0]));
    }
    case KIND_MAP:
        return fill(o, style->map, scaf__expr(o, style, t->items[0]),
                    type_of(o, style, t->items[0]));
    case KIND_TUPLE: return style->between ? tuple_expr(o, style, t) : style->tuple_open;
    case KIND_ENUM: named = style->choice; break;
    case KIND_UNION: named = style->either; break;
    case KIND_RECORD: break;
    }
    return style->names ? scaf__around(o, named, scaf__type_name(style->names, t)) : named;
}

const char *scaf__expr(emit_out *o, const expr_style *style, schema_ref ref)
{
    const char *base = scaf__expr_base(o, style, ref.type), *null = style->nullable;
    schema_kind kind = ref.type->kind;
    if (!ref.nullable || kind == KIND_ANY)
        return base;
    if (style->nullable_scalar && (kind == KIND_BOOL || kind == KIND_INT || kind == KIND_NUMBER))
        null = style->nullable_scalar;
    return fill(o, null, base, type_of(o, style, (schema_ref){ref.type, false}));
}

number_kind scaf__number_kind(const schema_type *t)
{
    static const int64_t limit = INT64_C(9007199254740991); /* a double keeps integers up to it */
    if (t->kind == KIND_INT)
        return t->width == INT_BIG   ? NUMBER_BIG
               : t->width == INT_U64 ? NUMBER_UINT64
                                     : NUMBER_INT64;
    uint32_t rest = t->num_flags & ~(uint32_t)(NUM_FRACTION | NUM_LONG_FRACTION);
    if (!(rest & ~(uint32_t)NUM_POINT_ZERO))
        return NUMBER_POINT;
    if (rest == NUM_INT64 && t->min_int >= -limit && t->max_int <= limit)
        return NUMBER_BARE;
    return rest & NUM_LEXEME ? NUMBER_TEXT : NUMBER_DECIMAL;
}

bool scaf__has_exact(const schema *s)
{
    return (s->num_flags & (NUM_UINT64 | NUM_BIG_INT | NUM_LEXEME | NUM_DECIMAL)) != 0;
}

json_kind scaf__json_kind(const schema_type *t)
{
    switch (t->kind) {
    case KIND_BOOL: return JSON_BOOL;
    case KIND_INT:
    case KIND_NUMBER: return JSON_NUMBER;
    case KIND_STRING:
    case KIND_ENUM: return JSON_STRING;
    case KIND_ARRAY:
    case KIND_TUPLE: return JSON_ARRAY;
    default: return JSON_OBJECT;
    }
}

const char *scaf__arm_name(const schema_type *t)
{
    static const char *const names[] = {"Bool", "Number", "Text", "List", "Object"};
    return names[scaf__json_kind(t)];
}

field_kind scaf__field_kind(const schema_field *f)
{
    return !f->optional ? FIELD_REQUIRED : scaf__may_be_null(f) ? FIELD_EITHER : FIELD_OPTIONAL;
}

bool scaf__may_be_null(const schema_field *f)
{
    return f->ref.nullable || f->ref.type->kind == KIND_ANY;
}

bool scaf__is_arm(const schema_type *t, const schema_type *record)
{
    for (uint32_t i = 0; t->kind == KIND_UNION && t->tag_key.len && i < t->n_items; i++) {
        if (t->items[i].type == record)
            return true;
    }
    return false;
}

const char *scaf__interfaces(emit_out *o, const type_names *names, const schema_type *record,
                             const char *base)
{
    buf b;
    buf_init(&b, 1 << 20);
    buf_append(&b, str_of(base));
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (scaf__is_arm(o->s->named[i], record))
            buf_append_format(&b, ", %s", names->names[i]);
    }
    const char *out = arena_copy_z(o->a, buf_view(&b));
    buf_release(&b);
    return out ? out : base;
}

const char **scaf__value_names(emit_out *o, const schema_type *t, name_case c, const char *reserved)
{
    name_scope scope;
    const char **names = ARENA_ARRAY(o->a, const char *, t->n_values + 1);
    scaf__scope_init(&scope, o->a, reserved, true);
    for (uint32_t i = 0; names && i < t->n_values; i++) {
        str_view name =
            scaf__scope_claim(&scope, scaf__case(o->a, scaf__words(o->a, t->values[i]), c));
        names[i] = name.ptr ? arena_copy_z(o->a, name) : NULL;
        if (!names[i])
            return NULL;
    }
    return names;
}

const char *scaf__lower(emit_out *o, const char *name)
{
    char *out = arena_push(o->a, strlen(name) + 1);
    for (size_t i = 0; out && i <= strlen(name); i++)
        out[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
    return out ? out : "";
}

const char *scaf__root(emit_out *o, name_case c)
{
    return scaf__name(o, scaf__words(o->a, o->root_name), c);
}

void scaf__body_begin(emit_out *o, emit_body *body)
{
    buf_init(&body->body, o->b->max_bytes);
    body->real = o->b;
    o->b = &body->body;
}

void scaf__body_end(emit_out *o, emit_body *body)
{
    o->b = body->real;
}

void scaf__body_put(emit_out *o, emit_body *body)
{
    buf_append(o->b, buf_view(&body->body));
    if (buf_failed(&body->body) != ERR_OK)
        o->a->failed = true;
    buf_release(&body->body);
}

const char scaf__js_reserved[] =
    "any array arraybuffer bigint boolean buffer check console date error exactnumber function "
    "infinity intl iterator json map math module nan never node null number object partial pick "
    "promise proxy readonly record reflect regexp required set string symbol this undefined "
    "unknown url void weakmap weakset document window element event global globalthis process "
    "require exports module import export class default enum extends super true false new null "
    "return throw typeof with static private public";

bool scaf__js_exact(const schema_type *t)
{
    static const int64_t limit = INT64_C(9007199254740991);
    if (t->num_flags & (NUM_UINT64 | NUM_BIG_INT | NUM_POINT_ZERO | NUM_LEXEME | NUM_DECIMAL))
        return true;
    return (t->num_flags & NUM_INT64) && (t->max_int > limit || t->min_int < -limit);
}

static bool ref_exact(schema_ref ref, uint32_t depth)
{
    const schema_type *t = ref.type;
    if (depth > 64)
        return true;
    if (t->kind == KIND_INT || t->kind == KIND_NUMBER)
        return scaf__js_exact(t);
    if (t->kind == KIND_RECORD || t->kind == KIND_ENUM)
        return false; /* records are asked one by one */
    for (uint32_t i = 0; i < t->n_items; i++) {
        if (ref_exact(t->items[i], depth + 1))
            return true;
    }
    return false;
}

bool scaf__js_any_exact(const schema *s)
{
    if (ref_exact(s->root, 0))
        return true;
    for (uint32_t i = 0; i < s->n_named; i++) {
        for (uint32_t k = 0; k < s->named[i]->n_fields; k++) {
            if (ref_exact(s->named[i]->fields[k].ref, 0))
                return true;
        }
        for (uint32_t k = 0; k < s->named[i]->n_items; k++) {
            if (ref_exact(s->named[i]->items[k], 0))
                return true;
        }
    }
    return false;
}
