#include "assist/scaffold/own.h"

/* "int zip" of the list of members, which loses it. */
static bool take_member(str_view *members, str_view *type, str_view *name)
{
    size_t end = 0, blank = 0;
    int depth = 0;
    for (; end < members->len && (depth || members->ptr[end] != ','); end++) {
        char c = members->ptr[end];
        depth += (c == '<') - (c == '>');
        blank = c == ' ' && !depth ? end : blank;
    }
    if (!blank)
        return false;
    *type = str_slice(*members, 0, blank);
    *name = str_slice(*members, blank + 1, end);
    *members = str_slice(*members, end + 1, members->len);
    return true;
}

static bool is_int(str_view type)
{
    if (str_ends(type, STR("?")))
        type.len--;
    return str_eq(type, STR("int")) || str_eq(type, STR("Integer")) || str_eq(type, STR("Int"));
}

static const schema_field *field_called(const schema_type *t, const char **fields, str_view name)
{
    for (uint32_t i = 0; i < t->n_fields; i++) {
        if (str_eq(str_of(fields[i]), name))
            return &t->fields[i];
    }
    return NULL;
}

/* Whether each member has a field, each field a member, and fits into it. */
static bool takes(own_types *own, const schema_type *t, str_view members)
{
    const char **fields = own->fields(own->ctx, t);
    str_view type, name;
    uint32_t n = 0;
    for (; fields && take_member(&members, &type, &name); n++) {
        const schema_field *f = field_called(t, fields, name);
        bool narrow = f && f->ref.type->kind == KIND_INT && f->ref.type->width == INT_32;
        if (!f || (is_int(type) && !narrow))
            return false;
    }
    return fields && n == t->n_fields;
}

/* "kotlin org.x.Home(String street)": false when it is of another language. */
static bool read_line(own_type *out, str_view line, const char *language)
{
    size_t blank = str_find_byte(line, ' '), open = 0;
    while (open < line.len && line.ptr[open] != '(' && line.ptr[open] != '{')
        open++;
    if (!str_eq(str_slice(line, 0, blank), str_of(language)) || open >= line.len)
        return false;
    *out = (own_type){.full = str_slice(line, blank + 1, open),
                      .members = str_slice(line, open + 1, line.len - 1),
                      .is_set = line.ptr[open] == '{'};
    return true;
}

/* All that is named from t on; own types hold their enumerations as text. */
static void mark_used(own_types *own, const schema_type *t, bool is_text)
{
    bool named = t->kind == KIND_RECORD || t->kind == KIND_ENUM || t->kind == KIND_UNION;
    bool of_own = scaf__own_of(own, t) != NULL;
    if (named && (own->is_used[t->emitted] || (t->kind == KIND_ENUM && is_text)))
        return;
    if (named)
        own->is_used[t->emitted] = true;
    for (uint32_t i = 0; i < t->n_fields; i++)
        mark_used(own, t->fields[i].ref.type, of_own);
    for (uint32_t i = 0; i < t->n_items; i++)
        mark_used(own, t->items[i].type, is_text);
}

bool scaf__own_find(own_types *own, const char *language)
{
    const schema *s = own->o->s;
    own->items = ARENA_ARRAY(own->o->a, own_type, s->n_named + 1);
    own->is_used = ARENA_ARRAY(own->o->a, bool, s->n_named + 1);
    if (!own->items || !own->is_used)
        return false;
    for (uint32_t i = 0; i < s->n_named; i++) {
        own->items[i] = (own_type){.is_set = false};
        own->is_used[i] = false;
    }
    for (str_view rest = own->o->own_types; rest.len;) {
        own_type found;
        if (!read_line(&found, str_take_line(&rest), language))
            continue;
        str_view name = found.full;
        for (size_t dot; (dot = str_find_byte(name, '.')) < name.len;)
            name = str_slice(name, dot + 1, name.len);
        for (uint32_t i = 0; i < s->n_named; i++) {
            const schema_type *t = s->named[i];
            if (t->kind == KIND_RECORD && str_eq(str_of(own->names->names[i]), name) &&
                takes(own, t, found.members))
                own->items[i] = found;
        }
    }
    mark_used(own, s->root.type, false);
    return true;
}

bool scaf__own_omits(const own_types *own, const schema_type *t)
{
    return t->kind == KIND_ENUM && t->emitted < own->o->s->n_named && !own->is_used[t->emitted];
}

const own_type *scaf__own_of(const own_types *own, const schema_type *t)
{
    bool named = t->kind == KIND_RECORD && t->emitted < own->o->s->n_named;
    return named && own->items[t->emitted].full.len ? &own->items[t->emitted] : NULL;
}

bool scaf__own_next(own_types *own, const schema_type *t, const char **fields, str_view *members,
                    own_member *out)
{
    expr_style read = *own->read, types;
    if (!fields || !take_member(members, &out->type, &out->name))
        return false;
    out->field = field_called(t, fields, out->name);
    bool narrow = is_int(out->type);
    own->narrow = own->narrow || narrow;
    read.choice = own->read_text;
    if (narrow)
        read.numbers[NUMBER_INT64] = own->read_int;
    if (read.types) {
        types = *read.types;
        types.choice = own->text_type;
        if (narrow)
            types.numbers[NUMBER_INT64] = own->int_type;
        read.types = &types;
    }
    out->read = scaf__expr(own->o, &read, out->field->ref);
    return true;
}

void scaf__own_import(const own_types *own,
                      void (*write)(emit_out *o, const char *name, str_view full))
{
    str_view last = {NULL, 0};
    for (;;) {
        const own_type *next = NULL;
        for (uint32_t i = 0; i < own->o->s->n_named; i++) {
            const own_type *t = &own->items[i];
            if (str_find_byte(t->full, '.') < t->full.len && str_cmp(t->full, last) > 0 &&
                (!next || str_cmp(t->full, next->full) < 0))
                next = t;
        }
        if (!next)
            return;
        write(own->o, own->names->names[next - own->items], next->full);
        last = next->full;
    }
}

str_view scaf__own_each(const own_types *own, const char *format)
{
    str_view out = STR("");
    for (uint32_t i = 0; i < own->o->s->n_named; i++) {
        if (own->items[i].full.len)
            out = arena_format(own->o->a, "%.*s%s", STR_ARG(out),
                               scaf__around(own->o, format, own->names->names[i]));
    }
    return out;
}
