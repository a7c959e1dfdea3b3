/* C11, a header and a source: structs, and tables that describe them to one reader, one writer and
 * one release. Lists and maps are structs of a pointer and a count; records stand behind pointers;
 * what may be null or absent is a pointer. Without a library, or with cJSON. */
#include "assist/scaffold/sample.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

static const char reserved_fields[] =
    "alignas alignof and asm auto bool break case catch char class const const_cast constexpr "
    "continue decltype default delete do double dynamic_cast else enum explicit export extern "
    "false "
    "float for friend goto if inline int long mutable namespace new noexcept not nullptr operator "
    "or "
    "private protected public register reinterpret_cast requires restrict return short signed "
    "sizeof static static_assert static_cast struct switch template this thread_local throw true "
    "try "
    "typedef typeid typename typeof union unsigned using virtual void volatile wchar_t while xor "
    "linux unix errno stdin stdout stderr assert major minor null offsetof i";

typedef struct {
    emit_out *o;
    bool cjson; /* read and written with cJSON */
    type_names names;
    expr_style name;           /* of a type, as part of other names: Int64_list */
    const schema_type **parts; /* lists, maps and tuples, once for each name */
    const char **part_names;
    size_t n_parts, max_parts;
} c_out;

static const expr_style name_style = {
    .any = "Json",
    .boolean = "Bool",
    .string = "Text",
    .numbers = {"Int64", "Uint64", "Whole", "Double", "Number", "Lexeme", "Lexeme"},
    .record = "%",
    .choice = "Text",
    .either = "%",
    .list = "%_list",
    .map = "%_map",
    .nullable = "%_or_null",
};

static const expr_style value_style = {
    .any = "char *",
    .boolean = "bool ",
    .string = "char *",
    .numbers = {"int64_t ", "uint64_t ", "char *", "double ", "double ", "char *", "char *"},
    .choice = "char *",
};

static const expr_style kind_style = {
    .any = "ANY",
    .boolean = "BOOL",
    .string = "TEXT",
    .numbers = {"INT64", "UINT64", "WHOLE", "DOUBLE", "NUMBER", "LEXEME", "LEXEME"},
    .choice = "TEXT",
};

static bool is_leaf(const schema_type *t)
{
    return t->kind <= KIND_ENUM;
}

static bool is_text(c_out *c, const schema_type *t)
{
    return is_leaf(t) && strcmp(scaf__expr_base(c->o, &value_style, t), "char *") == 0;
}

static const char *type_name(c_out *c, const schema_type *t)
{
    return scaf__expr_base(c->o, &c->name, t);
}

/* Where a value stands: items of lists and maps hold records themselves, all else points to them.
 */
static bool is_boxed(c_out *c, const schema_type *t, bool nullable, bool item)
{
    bool part = t->kind == KIND_ARRAY || t->kind == KIND_MAP;
    if (is_text(c, t))
        return false;
    return nullable || !(item || is_leaf(t) || part);
}

/* Int64_Text_tuple2: with their number behind them, as in any name here, no two types share one. */
static const char *tuple_name(void *ctx, const schema_type *t)
{
    c_out *c = ctx;
    buf b;
    if (t->kind != KIND_TUPLE)
        return NULL;
    buf_init(&b, 1 << 20);
    for (uint32_t i = 0; i < t->n_items; i++)
        buf_append_format(&b, "%s_", scaf__expr(c->o, &c->name, t->items[i]));
    buf_append_format(&b, "tuple%u", t->n_items);
    const char *out = arena_copy_z(c->o->a, buf_view(&b));
    buf_release(&b);
    return out ? out : "";
}

/* "int64_t ", "User *": the type as it stands before a name. */
static const char *slot(c_out *c, const schema_type *t, bool boxed)
{
    const char *text = is_leaf(t) ? scaf__expr_base(c->o, &value_style, t)
                                  : scaf__around(c->o, "% ", type_name(c, t));
    return boxed ? scaf__around(c->o, "%*", text) : text;
}

static const char *descriptor(c_out *c, const schema_type *t)
{
    if (is_leaf(t))
        return scaf__around(c->o, "&scalars[%]", scaf__expr_base(c->o, &kind_style, t));
    return scaf__around(c->o, "&%_type", type_name(c, t));
}

/* Notes the lists, maps and tuples that a reference is made of, inner ones first. */
static void note_parts(c_out *c, const schema_type *t)
{
    if (t->kind != KIND_ARRAY && t->kind != KIND_MAP && t->kind != KIND_TUPLE)
        return;
    for (uint32_t i = 0; i < t->n_items; i++)
        note_parts(c, t->items[i].type);
    const char *name = type_name(c, t);
    for (size_t i = 0; i < c->n_parts; i++) {
        if (strcmp(c->part_names[i], name) == 0)
            return;
    }
    if (c->n_parts == c->max_parts) {
        size_t more = c->max_parts ? c->max_parts * 2 : 64;
        const schema_type **parts = ARENA_ARRAY(c->o->a, const schema_type *, more);
        const char **part_names = ARENA_ARRAY(c->o->a, const char *, more);
        if (!parts || !part_names)
            return;
        if (c->n_parts) {
            memcpy(parts, c->parts, c->n_parts * sizeof *parts);
            memcpy(part_names, c->part_names, c->n_parts * sizeof *part_names);
        }
        c->parts = parts;
        c->part_names = part_names;
        c->max_parts = more;
    }
    c->parts[c->n_parts] = t;
    c->part_names[c->n_parts++] = name;
}

/* A string literal; NUL becomes C0 80, as in what the reader makes of "\u0000". */
static const char *literal(emit_out *o, str_view v)
{
    const char *quoted = scaf__quote(o, v, QUOTE_C);
    buf b;
    buf_init(&b, 1 << 22);
    for (const char *p = quoted; *p; p++) {
        bool null = p[0] == '\\' && strncmp(p, "\\000", 4) == 0;
        buf_append(&b, null ? STR("\\300\\200") : (str_view){p, p[0] == '\\' ? 2 : 1});
        p += null ? 3 : p[0] == '\\';
    }
    const char *out = arena_copy_z(o->a, buf_view(&b));
    buf_release(&b);
    return out ? out : "\"\"";
}

typedef struct {
    const char **fields;
    const char **has; /* NULL where the pointer alone tells */
} member_names;

static member_names members(c_out *c, const schema_type *t)
{
    emit_out *o = c->o;
    member_names m = {scaf__field_names(o, t, CASE_SNAKE, reserved_fields),
                      ARENA_ARRAY(o->a, const char *, t->n_fields + 1)};
    name_scope scope;
    scaf__scope_init(&scope, o->a, reserved_fields, true);
    for (uint32_t i = 0; m.fields && i < t->n_fields; i++)
        scaf__scope_claim(&scope, str_of(m.fields[i]));
    for (uint32_t i = 0; m.fields && m.has && i < t->n_fields; i++) {
        if (scaf__field_kind(&t->fields[i]) != FIELD_EITHER)
            continue;
        str_view name = scaf__scope_claim(&scope, arena_format(o->a, "has_%s", m.fields[i]));
        m.has[i] = arena_copy_z(o->a, name);
    }
    return m;
}

static void emit_record(c_out *c, const schema_type *t, const char *name)
{
    emit_out *o = c->o;
    member_names m = members(c, t);
    if (!m.fields || !m.has)
        return;
    scaf__open(o, "struct %s {", name);
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        const char *seen = scaf__evidence(o, f);
        bool boxed = is_boxed(c, f->ref.type, f->ref.nullable || f->optional, false);
        if (*seen)
            scaf__line(o, "/* %s */", seen);
        scaf__line(o, "%s%s;", slot(c, f->ref.type, boxed), m.fields[i]);
        if (m.has[i])
            scaf__line(o, "bool %s;", m.has[i]);
    }
    if (!t->n_fields)
        scaf__line(o, "char unused; /* C has no empty struct */");
    scaf__close(o, "};");
    scaf__blank(o);
}

/* Names of the arms of a union, in its enum and in its `as`; one more for what no arm takes. */
static const char **arm_names(c_out *c, const schema_type *t)
{
    emit_out *o = c->o;
    const char **names = ARENA_ARRAY(o->a, const char *, t->n_items + 2);
    name_scope scope;
    scaf__scope_init(&scope, o->a, reserved_fields, true);
    for (uint32_t i = 0; names && i <= t->n_items; i++) {
        const char *base = "other";
        if (i < t->n_items)
            base = t->tag_key.len
                       ? scaf__name(o, t->items[i].type->words, CASE_SNAKE)
                       : scaf__name(o, str_of(scaf__lower(o, scaf__arm_name(t->items[i].type))),
                                    CASE_SNAKE);
        names[i] = arena_copy_z(o->a, scaf__scope_claim(&scope, str_slice(str_of(base), 0, 80)));
        if (!names[i])
            return NULL;
    }
    return names;
}

static void emit_union(c_out *c, const schema_type *t, const char *name)
{
    emit_out *o = c->o;
    const char **arms = arm_names(c, t);
    if (!arms)
        return;
    uint32_t n = t->n_items + (t->tag_key.len ? 1 : 0);
    scaf__open(o, "enum {");
    for (uint32_t i = 0; i < n; i++)
        scaf__line(o, "%s_is_%s%s,%s", name, arms[i], i ? "" : " = 1",
                   i == t->n_items ? " /* a tag that was not in the sample */" : "");
    scaf__close(o, "};");
    scaf__blank(o);
    scaf__open(o, "struct %s {", name);
    scaf__line(o, "int arm; /* which member of `as` holds: %s_is_%s, ... */", name, arms[0]);
    scaf__open(o, "union {");
    for (uint32_t i = 0; i < n; i++) {
        const schema_type *arm = i < t->n_items ? t->items[i].type : NULL;
        scaf__line(o, "%s%s;%s", arm ? slot(c, arm, is_boxed(c, arm, false, false)) : "char *",
                   arms[i], arm ? "" : " /* JSON */");
    }
    scaf__close(o, "} as;");
    scaf__close(o, "};");
    scaf__blank(o);
}

static void emit_enum(c_out *c, const schema_type *t, const char *name)
{
    emit_out *o = c->o;
    const char **values = scaf__value_names(o, t, CASE_SCREAMING, "");
    const char *prefix = scaf__name(o, scaf__words(o->a, str_of(name)), CASE_SCREAMING);
    if (!values)
        return;
    scaf__line(o, "/* The values of %s that were in the sample; others are legal too. */", name);
    for (uint32_t i = 0; i < t->n_values; i++)
        scaf__line(o, "#define %s_%s_%s %s", scaf__root(o, CASE_SCREAMING), prefix, values[i],
                   literal(o, t->values[i]));
    scaf__blank(o);
}

static const char *row_prefix(emit_out *o)
{
    return scaf__around(o, "%_row", scaf__root(o, CASE_SNAKE));
}

/* "UserPage ": what a pointer to a whole value points to. */
static const char *whole_slot(c_out *c, schema_ref ref)
{
    return slot(c, ref.type, is_boxed(c, ref.type, ref.nullable, true));
}

/* The same, not to be changed through that pointer. */
static const char *constant(emit_out *o, const char *slot_text)
{
    return scaf__around(o, strchr(slot_text, '*') ? "%const " : "const %", slot_text);
}

/* The functions of one type. */
static void declare(c_out *c, const char *name, schema_ref ref, const char *what)
{
    emit_out *o = c->o;
    const char *type = whole_slot(c, ref);
    scaf__line(o,
               "/* Reads and checks n bytes%s. NULL when they do not fit: error, which may be "
               "NULL, then says",
               what);
    scaf__line(o, " * where and why. Strings are UTF-8; U+0000 in them is the two bytes C0 80. */");
    scaf__line(o, "%s*%s_parse(const char *text, size_t n, char error[160]);", type, name);
    scaf__line(o, "/* To be freed with free(); NULL when there is no memory. */");
    scaf__line(o, "char *%s_serialize(%s*value);", name, constant(o, type));
    if (c->cjson) {
        scaf__line(
            o, "/* The same from and to a tree of cJSON, which stays or becomes the caller's. */");
        scaf__line(o, "%s*%s_from_cjson(const cJSON *tree, char error[160]);", type, name);
        scaf__line(o, "cJSON *%s_to_cjson(%s*value);", name, constant(o, type));
    }
    scaf__line(o, "/* Frees what parse returned, with all that it points to. */");
    scaf__line(o, "void %s_free(%s*value);", name, type);
}

static void define(c_out *c, const char *name, schema_ref ref, const char *field)
{
    emit_out *o = c->o;
    const char *type = whole_slot(c, ref);
    scaf__line(o, "%s*%s_parse(const char *text, size_t n, char error[160])", type, name);
    scaf__line(o, "{\n    return parse(&%s, text, n, error);\n}\n", field);
    scaf__line(o, "char *%s_serialize(%s*value)", name, constant(o, type));
    scaf__line(o, "{\n    return serialize(&%s, value);\n}\n", field);
    if (c->cjson) {
        scaf__line(o, "%s*%s_from_cjson(const cJSON *tree, char error[160])", type, name);
        scaf__line(o, "{\n    return parse_tree(&%s, tree, error);\n}\n", field);
        scaf__line(o, "cJSON *%s_to_cjson(%s*value)", name, constant(o, type));
        scaf__line(o, "{\n    return make_tree(&%s, value);\n}\n", field);
    }
    scaf__line(o, "void %s_free(%s*value)", name, type);
    scaf__line(o,
               "{\n    if (value)\n        release_field(&%s, (char *)value);\n    free(value);\n}",
               field);
}

static void emit_header(c_out *c)
{
    emit_out *o = c->o;
    const char *guard = scaf__root(o, CASE_SCREAMING);
    scaf__line(o, "/* From %s. */", scaf__comment(o, o->sample_name));
    scaf__line(o, "#ifndef %s_JSON_H", guard);
    scaf__line(o, "#define %s_JSON_H", guard);
    scaf__block(o, "\n#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n"
                   "\n");
    if (c->cjson)
        scaf__block(o, "#include <cjson/cJSON.h>\n\n");
    scaf__block(o, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind != KIND_ENUM)
            scaf__line(o, "typedef struct %s %s;", c->names.names[i], c->names.names[i]);
    }
    for (size_t i = 0; i < c->n_parts; i++)
        scaf__line(o, "typedef struct %s %s;", c->part_names[i], c->part_names[i]);
    scaf__blank(o);
    for (size_t i = 0; i < c->n_parts; i++) {
        const schema_type *t = c->parts[i];
        if (t->kind == KIND_TUPLE)
            continue;
        const schema_ref *item = &t->items[0];
        scaf__open(o, "struct %s {", c->part_names[i]);
        scaf__line(o, "%s*%s;", slot(c, item->type, is_boxed(c, item->type, item->nullable, true)),
                   t->kind == KIND_MAP ? "values" : "items");
        scaf__line(o, "size_t n;");
        if (t->kind == KIND_MAP)
            scaf__line(o, "char **keys;");
        scaf__close(o, "};");
        scaf__blank(o);
    }
    for (size_t i = 0; i < c->n_parts; i++) {
        const schema_type *t = c->parts[i];
        if (t->kind != KIND_TUPLE)
            continue;
        scaf__open(o, "struct %s {", c->part_names[i]);
        for (uint32_t k = 0; k < t->n_items; k++)
            scaf__line(o, "%sat%u;",
                       slot(c, t->items[k].type,
                            is_boxed(c, t->items[k].type, t->items[k].nullable, false)),
                       k);
        scaf__close(o, "};");
        scaf__blank(o);
    }
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        const schema_type *t = o->s->named[i];
        if (t->kind == KIND_RECORD)
            emit_record(c, t, c->names.names[i]);
        else if (t->kind == KIND_ENUM)
            emit_enum(c, t, c->names.names[i]);
        else
            emit_union(c, t, c->names.names[i]);
    }
    declare(c, scaf__root(o, CASE_SNAKE), o->s->root, "");
    schema_ref row = scaf__rows(o).type;
    if (row.type != o->s->root.type) {
        scaf__blank(o);
        declare(c, row_prefix(o), row, " one row");
    }
    scaf__block(o, "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
}

static const char *yes(bool b)
{
    return b ? "true" : "false";
}

static void emit_table(c_out *c, const schema_type *t, const char *name)
{
    static const char *const kinds[] = {[KIND_ARRAY] = "LIST",
                                        [KIND_TUPLE] = "TUPLE",
                                        [KIND_MAP] = "MAP",
                                        [KIND_RECORD] = "RECORD",
                                        [KIND_UNION] = "UNION"};
    emit_out *o = c->o;
    uint32_t n = t->kind == KIND_RECORD ? t->n_fields : t->n_items;
    member_names m = {NULL, NULL};
    bool tagged = t->kind == KIND_UNION && t->tag_key.len;
    const char *kind = tagged ? "TAGGED" : kinds[t->kind];
    if (t->kind == KIND_RECORD) {
        m = members(c, t);
        if (!m.fields || !m.has)
            return;
    }
    const char **arms = t->kind == KIND_UNION ? arm_names(c, t) : NULL;
    if (t->kind == KIND_UNION && !arms)
        return;
    if (n)
        scaf__open(o, "static const json_field %s_fields[] = {", name);
    uint32_t n_rows = 0;
    for (uint32_t i = 0; i < n; i++) {
        const schema_field *f = t->kind == KIND_RECORD ? &t->fields[i] : NULL;
        schema_ref ref = f ? f->ref : t->items[i];
        bool item = t->kind == KIND_ARRAY || t->kind == KIND_MAP;
        bool boxed = is_boxed(c, ref.type, ref.nullable || (f && f->optional), item);
        const char *type = descriptor(c, ref.type);
        if (t->kind == KIND_UNION) {
            uint32_t rows = tagged ? ref.type->n_values : 1;
            for (uint32_t v = 0; v < rows; v++, n_rows++)
                scaf__line(o, "{%s, offsetof(%s, as), %s, %s, false, false, %s_is_%s},",
                           tagged ? literal(o, ref.type->values[v]) : "NULL", name, type,
                           yes(is_boxed(c, ref.type, false, false)), name, arms[i]);
            continue;
        }
        const char *offset = "0";
        if (f)
            offset = arena_format(o->a, "offsetof(%s, %s)", name, m.fields[i]).ptr;
        else if (t->kind == KIND_TUPLE)
            offset = arena_format(o->a, "offsetof(%s, at%u)", name, i).ptr;
        scaf__line(o, "{%s, %s, %s, %s, %s, %s, %s%s%s%s%s},", f ? literal(o, f->key) : "NULL",
                   offset ? offset : "0", type, yes(boxed), yes(f && f->optional),
                   yes(ref.nullable), f && m.has[i] ? "offsetof(" : "", f && m.has[i] ? name : "0",
                   f && m.has[i] ? ", " : "", f && m.has[i] ? m.has[i] : "",
                   f && m.has[i] ? ")" : "");
        n_rows++;
    }
    if (tagged) {
        scaf__line(o, "{NULL, offsetof(%s, as), &scalars[ANY], false, false, false, %s_is_%s},",
                   name, name, arms[t->n_items]);
        n_rows++;
    }
    if (n)
        scaf__close(o, "};");
    scaf__line(o, "static const json_type %s_type = {%s, sizeof(%s), %s%s, %u, %s};", name, kind,
               name, n ? name : "NULL", n ? "_fields" : "", n_rows,
               tagged ? literal(o, t->tag_key) : "NULL");
    scaf__blank(o);
}

static const char tree_code[] =
    "\n"
    "static void *parse_tree(const json_field *whole, const cJSON *tree, char *error)\n"
    "{\n"
    "    char unread[ERROR_SIZE];\n"
    "    source s = {NULL, error ? error : unread};\n"
    "    s.error[0] = '\\0';\n"
    "    return tree ? read_root(&s, tree, whole) : NULL;\n"
    "}\n"
    "\n"
    "static cJSON *make_tree(const json_field *whole, const void *value)\n"
    "{\n"
    "    sink w = {.failed = !value};\n"
    "    if (value)\n"
    "        write_field(&w, whole, value);\n"
    "    if (w.failed)\n"
    "        cJSON_Delete(w.tree);\n"
    "    return w.failed ? NULL : w.tree;\n"
    "}\n";

/* How a whole value is read and written. */
static void emit_root(c_out *c, const char *name, schema_ref ref)
{
    scaf__line(c->o, "static const json_field %s = {NULL, 0, %s, %s, false, %s, 0};", name,
               descriptor(c, ref.type), yes(is_boxed(c, ref.type, ref.nullable, true)),
               yes(ref.nullable));
}

static const char known_code[] =
    "    node item = node_first(s, v);\n"
    "    for (size_t i = 0, n = node_count(s, v); i < n; i++, item = node_next(s, v, item)) {\n"
    "        char *name = node_key(s, item);\n"
    "        bool known = false;\n"
    "        for (size_t k = 0; name && k < t->n_fields; k++)\n"
    "            known = known || strcmp(name, t->fields[k].key) == 0;\n"
    "        if (!known)\n"
    "            snprintf(s->error, ERROR_SIZE, \"unknown key %.100s\", name ? name : \"\");\n"
    "        free(name);\n"
    "        if (!known)\n"
    "            return false;\n"
    "    }\n";

static void emit_source(c_out *c, const char *header)
{
    emit_out *o = c->o;
    scaf__line(o, "/* Reads and writes what %s declares. */", header);
    scaf__line(o, "#include \"%s\"", header);
    scaf__block(o, "\n#include <errno.h>\n#include <inttypes.h>\n#include <stdio.h>\n"
                   "#include <stdlib.h>\n#include <string.h>\n\nenum { ERROR_SIZE = 160 };\n\n");
    scaf__block(o, scaf__text_c_table_c);
    for (size_t i = 0; i < c->n_parts; i++)
        scaf__line(o, "static const json_type %s_type;", c->part_names[i]);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind != KIND_ENUM)
            scaf__line(o, "static const json_type %s_type;", c->names.names[i]);
    }
    scaf__blank(o);
    for (size_t i = 0; i < c->n_parts; i++)
        emit_table(c, c->parts[i], c->part_names[i]);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind != KIND_ENUM)
            emit_table(c, o->s->named[i], c->names.names[i]);
    }
    emit_root(c, "root", o->s->root);
    if (scaf__rows(o).type.type != o->s->root.type)
        emit_root(c, "row", scaf__rows(o).type);
    scaf__blank(o);
    scaf__block(o, c->cjson ? scaf__text_c_cjson_c : scaf__text_c_json_c);
    scaf__block_with(o, scaf__text_c_walk_c,
                     o->unknown == ASSIST_UNKNOWN_REJECT ? known_code : NULL);
    scaf__block(o, scaf__text_c_api_c);
    if (c->cjson)
        scaf__block(o, tree_code);
    scaf__blank(o);
    define(c, scaf__root(o, CASE_SNAKE), o->s->root, "root");
    schema_ref row = scaf__rows(o).type;
    if (row.type != o->s->root.type) {
        scaf__blank(o);
        define(c, row_prefix(o), row, "row");
    }
}

static bool init(c_out *c, emit_out *o, bool cjson)
{
    *c = (c_out){.o = o, .cjson = cjson, .name = name_style};
    c->names = scaf__type_names(o, CASE_PASCAL, "json cjson curl");
    c->name.names = &c->names;
    c->name.leaf = tuple_name;
    c->name.ctx = c;
    return c->names.names != NULL;
}

static void emit(emit_out *o, bool cjson)
{
    c_out c;
    if (!init(&c, o, cjson))
        return;
    note_parts(&c, o->s->root.type);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        const schema_type *t = o->s->named[i];
        for (uint32_t k = 0; k < t->n_fields; k++)
            note_parts(&c, t->fields[k].ref.type);
        for (uint32_t k = 0; k < t->n_items; k++)
            note_parts(&c, t->items[k].type);
    }
    emit_header(&c);
    const char *stem = scaf__file_name(o, CASE_SNAKE);
    if (cjson)
        stem = scaf__around(o, "%_cjson", stem);
    scaf__file(o, "%s.c", stem);
    emit_source(&c, scaf__around(o, "%.h", stem));
}

/* `page` as what it points to, when the root itself may be null. */
static const char *page_base(c_out *c)
{
    schema_ref root = c->o->s->root;
    return is_boxed(c, root.type, root.nullable, true) ? "(*page)" : "page";
}

static const char *field_name(c_out *c, const schema_type *record, str_view key,
                              const schema_field **field)
{
    member_names m = members(c, record);
    for (uint32_t i = 0; m.fields && i < record->n_fields; i++) {
        if (str_eq(record->fields[i].key, key)) {
            *field = &record->fields[i];
            return m.fields[i];
        }
    }
    return NULL;
}

/* Where the rows are and how many: "items" and "n" behind what leads to the list. */
static void find_rows(c_out *c, c_names *n)
{
    emit_out *o = c->o;
    const schema_type *root = o->s->root.type;
    const schema_field *f = NULL;
    const char *base = page_base(c), *guard = base[0] == '(' ? "*page" : NULL;
    str_view list = arena_format(o->a, "%s->", base);
    const char *name = root->kind == KIND_RECORD ? field_name(c, root, o->s->row_key, &f) : NULL;
    const schema_type *type = f ? f->ref.type : root;
    if (name && is_boxed(c, type, f->ref.nullable || f->optional, false)) {
        guard = arena_format(o->a, "%s->%s", base, name).ptr;
        list = arena_format(o->a, "%s->%s->", base, name);
    } else if (name) {
        list = arena_format(o->a, "%s->%s.", base, name);
    }
    const char *items = type->kind == KIND_MAP ? "values" : "items";
    n->rows = arena_format(o->a, "%.*s%s", STR_ARG(list), items).ptr;
    n->count = arena_format(o->a, "%.*sn", STR_ARG(list)).ptr;
    if (guard) {
        n->rows = arena_format(o->a, "%s ? %s : NULL", guard, n->rows).ptr;
        n->count = arena_format(o->a, "%s ? %s : 0", guard, n->count).ptr;
    }
}

c_names scaf__c_names(emit_out *o, schema_ref row)
{
    c_out c;
    name_scope scope;
    c_names n = {"", "", "", "", "", "", "", ""};
    if (!init(&c, o, false))
        return n;
    scaf__scope_init(&scope, o->a, "json cjson curl answer asked", false);
    for (uint32_t i = 0; i < o->s->n_named; i++)
        scaf__scope_claim(&scope, str_of(c.names.names[i]));
    str_view root = o->root_name;
    n.page = whole_slot(&c, o->s->root);
    n.row = whole_slot(&c, row);
    n.const_page = constant(o, n.page);
    n.const_row = constant(o, n.row);
    n.client = arena_copy_z(
        o->a, scaf__scope_claim(&scope, arena_format(o->a, "%.*sClient", STR_ARG(root))));
    n.error = arena_copy_z(
        o->a, scaf__scope_claim(&scope, arena_format(o->a, "%.*sError", STR_ARG(root))));
    find_rows(&c, &n);
    return n;
}

c_member scaf__c_member(emit_out *o, str_view key)
{
    c_out c;
    const schema_field *f = NULL;
    c_member m = {"NULL", false};
    const schema_type *root = o->s->root.type;
    const char *name =
        root->kind == KIND_RECORD && init(&c, o, false) ? field_name(&c, root, key, &f) : NULL;
    if (!name)
        return m;
    const char *whole = arena_format(o->a, "%s->%s", page_base(&c), name).ptr;
    m.is_json = f->ref.type->kind == KIND_ANY;
    m.expr = whole;
    if (!is_text(&c, f->ref.type) &&
        is_boxed(&c, f->ref.type, f->ref.nullable || f->optional, false))
        m.expr = arena_format(o->a, "(%s ? *%s : 0)", whole, whole).ptr;
    else if (is_text(&c, f->ref.type) && f->ref.type->kind == KIND_INT)
        m.expr = arena_format(o->a, "strtoll(%s ? %s : \"0\", NULL, 10)", whole, whole).ptr;
    return m;
}

void scaf__emit_c(emit_out *o)
{
    emit(o, false);
}

void scaf__emit_c_cjson(emit_out *o)
{
    emit(o, true);
}
