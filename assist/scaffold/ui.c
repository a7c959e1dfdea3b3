#include "assist/scaffold/ui.h"

#include <stdio.h>

typedef struct {
    emit_out *o;
    type_names names;
} ui;

const char *scaf__label(emit_out *o, str_view words)
{
    static const char *const capitals[] = {"id",   "url", "uri",  "api", "http", "ip",  "uuid",
                                           "html", "css", "json", "sql", "utc",  "vat", "isbn"};
    buf b;
    buf_init(&b, 1 << 16);
    for (size_t i = 0; i < words.len;) {
        size_t end = i;
        while (end < words.len && words.ptr[end] != ' ')
            end++;
        str_view word = str_slice(words, i, end);
        bool capital = false;
        for (size_t k = 0; k < sizeof capitals / sizeof *capitals; k++)
            capital = capital || str_eq(word, str_of(capitals[k]));
        for (size_t k = 0; k < word.len; k++) {
            char c = word.ptr[k];
            bool up = (capital || (i == 0 && k == 0)) && c >= 'a' && c <= 'z';
            buf_append_byte(&b, up ? (char)(c - 'a' + 'A') : c);
        }
        if (end < words.len)
            buf_append_byte(&b, ' ');
        i = end + 1;
    }
    const char *out = arena_copy_z(o->a, buf_view(&b));
    buf_release(&b);
    return out ? out : "";
}

static const char *quoted(ui *u, str_view v)
{
    return scaf__quote(u->o, v, QUOTE_JSON);
}

static void write_type(ui *u, buf *b, schema_ref ref);

static void write_values(ui *u, buf *b, const schema_type *t)
{
    buf_append(b, STR(", values: ["));
    for (uint32_t i = 0; i < t->n_values; i++)
        buf_append_format(b, "%s%s", i ? ", " : "", quoted(u, t->values[i]));
    buf_append_byte(b, ']');
}

static void write_int(buf *b, const schema_type *t)
{
    buf_append(b, STR("{ kind: \"integer\""));
    if (t->epoch_s || t->epoch_ms)
        buf_append_format(b, ", format: \"epoch-%s\"", t->epoch_s ? "s" : "ms");
    else if (t->width == INT_32)
        buf_append(b, STR(", min: \"-2147483648\", max: \"2147483647\""));
    else if (t->width == INT_64)
        buf_append(b, STR(", min: \"-9223372036854775808\", max: \"9223372036854775807\""));
    else if (t->width == INT_U64)
        buf_append(b, STR(", min: \"0\", max: \"18446744073709551615\""));
}

/* The object literal of a type, in one line. */
static void write_type(ui *u, buf *b, schema_ref ref)
{
    enum { LONG_CHARS = 120 }; /* what does not fit on a line of a form */
    const schema_type *t = ref.type;
    switch (t->kind) {
    case KIND_ANY: buf_append(b, STR("{ kind: \"any\"")); break;
    case KIND_BOOL: buf_append(b, STR("{ kind: \"boolean\"")); break;
    case KIND_INT: write_int(b, t); break;
    case KIND_NUMBER: buf_append(b, STR("{ kind: \"number\"")); break;
    case KIND_STRING:
        buf_append(b, STR("{ kind: \"string\""));
        if (t->format != FORMAT_NONE)
            buf_append_format(b, ", format: \"%s\"", scaf__format_name(t->format));
        if (t->max_chars > LONG_CHARS && t->format != FORMAT_URI && t->format != FORMAT_IMAGE)
            buf_append(b, STR(", long: true"));
        if (t->may_be_empty)
            buf_append(b, STR(", mayBeEmpty: true"));
        break;
    case KIND_ENUM:
        buf_append(b, STR("{ kind: \"enum\""));
        write_values(u, b, t);
        break;
    case KIND_ARRAY:
    case KIND_MAP:
        buf_append_format(b, "{ kind: \"%s\", item: ", t->kind == KIND_MAP ? "map" : "array");
        write_type(u, b, t->items[0]);
        break;
    case KIND_TUPLE:
        buf_append(b, STR("{ kind: \"tuple\", items: ["));
        for (uint32_t i = 0; i < t->n_items; i++) {
            if (i)
                buf_append(b, STR(", "));
            write_type(u, b, t->items[i]);
        }
        buf_append_byte(b, ']');
        break;
    case KIND_RECORD:
    case KIND_UNION:
        buf_append_format(b, "{ kind: \"%s\", name: \"%s\"",
                          t->kind == KIND_RECORD ? "record" : "union",
                          scaf__type_name(&u->names, t));
        break;
    }
    if (ref.nullable || t->kind == KIND_ANY)
        buf_append(b, STR(", nullable: true"));
    buf_append(b, STR(" }"));
}

static const char *type_text(ui *u, schema_ref ref)
{
    buf b;
    buf_init(&b, 1 << 22);
    write_type(u, &b, ref);
    if (buf_failed(&b) != ERR_OK)
        u->o->a->failed = true;
    const char *out = arena_copy_z(u->o->a, buf_view(&b));
    buf_release(&b);
    return out ? out : "";
}

static const char *tag_type(ui *u, const schema_type *record)
{
    buf b;
    buf_init(&b, 1 << 20);
    buf_append(&b, STR("{ kind: \"enum\""));
    write_values(u, &b, record);
    buf_append(&b, STR(", closed: true }"));
    const char *out = arena_copy_z(u->o->a, buf_view(&b));
    buf_release(&b);
    return out ? out : "";
}

static const char *hint_of(ui *u, const schema_field *f)
{
    const schema_type *t = f->ref.type;
    bool scalar = t->kind == KIND_STRING || t->kind == KIND_INT || t->kind == KIND_NUMBER;
    if (!scalar || !f->seen.example.len || t->format == FORMAT_DATE ||
        t->format == FORMAT_DATE_TIME || t->format == FORMAT_LOCAL_DATE_TIME ||
        t->format == FORMAT_TIME)
        return "";
    str_view text = arena_format(u->o->a, "e.g. %s", scaf__comment(u->o, f->seen.example));
    return text.ptr ? scaf__quote(u->o, text, QUOTE_JSON) : "";
}

/* What an arm of a union is called in a list to choose from. */
static const char *arm_label(ui *u, const schema_type *t)
{
    static const char *const names[] = {
        [KIND_ANY] = "Anything",  [KIND_BOOL] = "Yes or no", [KIND_INT] = "Whole number",
        [KIND_NUMBER] = "Number", [KIND_STRING] = "Text",    [KIND_ENUM] = "Choice",
        [KIND_ARRAY] = "List",    [KIND_TUPLE] = "Tuple",    [KIND_MAP] = "Map",
        [KIND_RECORD] = NULL,     [KIND_UNION] = NULL,
    };
    const char *fixed = names[t->kind];
    return fixed ? fixed : scaf__label(u->o, t->words);
}

static void write_named(ui *u, const schema_type *t, const char *name)
{
    emit_out *o = u->o;
    const char *label = quoted(u, str_of(scaf__label(o, t->words)));
    scaf__open(o, "%s: {", name);
    scaf__line(o, "label: %s,", label);
    if (t->kind == KIND_UNION) {
        if (t->tag_key.len)
            scaf__line(o, "tag: %s,", quoted(u, t->tag_key));
        scaf__open(o, "arms: [");
        for (uint32_t i = 0; i < t->n_items; i++) {
            const schema_type *arm = t->items[i].type;
            buf b;
            buf_init(&b, 1 << 20);
            if (t->tag_key.len) {
                buf_append(&b, STR(", tags: ["));
                for (uint32_t k = 0; k < arm->n_values; k++)
                    buf_append_format(&b, "%s%s", k ? ", " : "", quoted(u, arm->values[k]));
                buf_append_byte(&b, ']');
            }
            scaf__line(o, "{ label: %s, type: %s%.*s },", quoted(u, str_of(arm_label(u, arm))),
                       type_text(u, t->items[i]), STR_ARG(buf_view(&b)));
            buf_release(&b);
        }
    } else {
        scaf__open(o, "fields: [");
        for (uint32_t i = 0; i < t->n_fields; i++) {
            const schema_field *f = &t->fields[i];
            bool tag = f->is_tag && t->n_values;
            const char *type = tag ? tag_type(u, t) : type_text(u, f->ref), *hint = hint_of(u, f);
            scaf__open(o, "{");
            scaf__line(o, "key: %s, label: %s,%s", quoted(u, f->key),
                       quoted(u, str_of(scaf__label(o, f->words))),
                       f->optional ? " optional: true," : "");
            scaf__line(o, "type: %s,", type);
            if (*hint && !tag)
                scaf__line(o, "hint: %s,", hint);
            scaf__close(o, "},");
        }
    }
    scaf__close(o, "],");
    scaf__close(o, "},");
}

static const char *key_field(const rows_info *rows, ui *u)
{
    const schema_type *t = rows->type.type;
    for (uint32_t i = 0; t->kind == KIND_RECORD && i < t->n_fields; i++) {
        if (t->fields[i].unique && !t->fields[i].optional)
            return quoted(u, t->fields[i].key);
    }
    return "\"\"";
}

/* The key of a text that says which row it is: not "Sen." of all senators. */
static const char *called_field(const rows_info *rows, ui *u)
{
    static const char *const names[] = {"display name", "full name",  "name",     "title",
                                        "label",        "login",      "username", "subject",
                                        "summary",      "description"};
    const schema_type *t = rows->type.type;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        for (uint32_t i = 0; t->kind == KIND_RECORD && i < t->n_fields; i++) {
            const schema_field *f = &t->fields[i];
            bool differ = !f->seen.n_distinct || 2 * (uint64_t)f->seen.n_distinct >= f->seen.n;
            if (f->ref.type->kind == KIND_STRING && str_eq(f->words, str_of(names[n])) && differ)
                return quoted(u, f->key);
        }
    }
    return "\"\"";
}

void scaf__ui_model(emit_out *o, bool typed)
{
    static const char *const shapes[] = {"one", "list", "map", "envelope"};
    ui u = {.o = o, .names = scaf__type_names(o, CASE_PASCAL, "constructor")};
    if (!u.names.names)
        return;
    scaf__line(o, "/* From %s. Change labels, their order and hints here. */",
               scaf__comment(o, o->sample_name));
    scaf__open(o, typed ? "export const types: Record<string, Named> = {" : "const types = {");
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind != KIND_ENUM)
            write_named(&u, o->s->named[i], u.names.names[i]);
    }
    scaf__close(o, "};");
    scaf__blank(o);
    rows_info rows = scaf__rows(o);
    str_view title = rows.shape == ROWS_ONE ? rows.words : scaf__plural(o->a, rows.words);
    scaf__open(o, typed ? "export const page: Page = {" : "const page = {");
    scaf__line(o, "title: %s,", quoted(&u, str_of(scaf__label(o, title))));
    scaf__line(o, "item: %s,", quoted(&u, rows.words));
    scaf__line(o, "shape: \"%s\",", shapes[rows.shape]);
    scaf__line(o, "rows: %s,", quoted(&u, o->s->row_key));
    scaf__line(o, "row: %s,", type_text(&u, rows.type));
    scaf__line(o, "key: %s,", key_field(&rows, &u));
    scaf__line(o, "called: %s,", called_field(&rows, &u));
    scaf__close(o, "};");
}
