/* Protocol Buffers, proto3. Each field keeps its JSON key as json_name, so that the canonical JSON
 * mapping reads the sample: what proto3 cannot say (tuples, lists of lists, unions) is
 * google.protobuf.Value, which holds any JSON. */
#include "assist/scaffold/api.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/template.h"

static const char reserved[] = "Value Struct ListValue";

typedef struct {
    emit_out *o;
    type_names names;
    bool value, empty;
} pb;

static const char *base_type(pb *p, const schema_type *t)
{
    switch (t->kind) {
    case KIND_BOOL: return "bool";
    case KIND_INT:
        /* int64 is a text in the JSON mapping, but numbers are read too. */
        if (t->width == INT_32)
            return "int32";
        if (t->width == INT_64)
            return "int64";
        if (t->width == INT_U64)
            return "uint64";
        break;
    case KIND_NUMBER: return "double";
    case KIND_STRING:
    case KIND_ENUM: return "string";
    case KIND_RECORD: return scaf__type_name(&p->names, t);
    default: break;
    }
    p->value = true;
    return "google.protobuf.Value";
}

static bool is_list(const schema_type *t)
{
    return t->kind == KIND_ARRAY && !t->items[0].nullable && t->items[0].type->kind != KIND_ARRAY;
}

/* A repeated field or a map cannot tell null or absent from empty. */
static const char *field_type(pb *p, schema_ref ref, bool optional)
{
    const schema_type *t = ref.type;
    bool maybe = optional || ref.nullable;
    str_view v = {NULL, 0};
    if (is_list(t) && !ref.nullable)
        v = arena_format(p->o->a, "repeated %s", base_type(p, t->items[0].type));
    else if (t->kind == KIND_MAP && !ref.nullable && t->items[0].type->kind != KIND_ARRAY)
        v = arena_format(p->o->a, "map<string, %s>", base_type(p, t->items[0].type));
    else if (maybe && base_type(p, t)[0] != 'g')
        v = arena_format(p->o->a, "optional %s", base_type(p, t));
    return v.ptr ? v.ptr : base_type(p, t);
}

/* protoc refuses names that differ by underscores only, whatever their json_name. */
static const char *apart(pb *p, name_scope *seen, const char *name, uint32_t i)
{
    buf b;
    buf_init(&b, 1 << 16);
    for (const char *c = name; *c; c++) {
        if (*c != '_')
            buf_append_byte(&b, *c);
    }
    str_view plain = arena_copy(p->o->a, buf_view(&b));
    bool same = str_eq(scaf__scope_claim(seen, plain), plain);
    str_view other = same ? str_of(name) : arena_format(p->o->a, "%s_field%u", name, i + 1);
    buf_release(&b);
    return other.ptr ? other.ptr : "";
}

static void message(pb *p, const schema_type *t, const char *name)
{
    emit_out *o = p->o;
    const char **names = scaf__field_names(o, t, CASE_SNAKE, "");
    uint32_t number = 0;
    name_scope scope;
    scaf__scope_init(&scope, o->a, "", true);
    scaf__open(o, "message %s {", name);
    for (uint32_t i = 0; names && i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        const char *seen = scaf__evidence(o, f);
        if (*seen)
            scaf__line(o, "// %s", seen);
        /* 19000 to 19999 are the implementation's own. */
        number += number == 18999 ? 1001 : 1;
        const char *type = field_type(p, f->ref, f->optional);
        scaf__line(o, "%s %s = %u [json_name = %s];", type, apart(p, &scope, names[i], i), number,
                   scaf__quote(o, f->key, QUOTE_C));
    }
    scaf__close(o, "}");
    scaf__blank(o);
}

static void service(pb *p)
{
    emit_out *o = p->o;
    api_info api = scaf__api(o);
    const char *item = api.item_class, *many = api.class_name;
    bool record = api.rows.type.type->kind == KIND_RECORD;
    if (!record || api.rows.shape == ROWS_ONE)
        return;
    const char *row = scaf__type_name(&p->names, api.rows.type.type);
    name_scope scope;
    scaf__scope_init(&scope, o->a, reserved, true);
    for (uint32_t i = 0; i < o->s->n_named; i++)
        scaf__scope_claim(&scope, str_of(p->names.names[i]));
    const char *const kinds[] = {"Get%sRequest", "List%sRequest",   "List%sResponse",
                                 "Put%sRequest", "Delete%sRequest", "%sService"};
    str_view n[6];
    for (size_t i = 0; i < 6; i++) {
        const char *of = i == 1 || i == 2 ? many : item;
        str_view percent = str_of(kinds[i]);
        size_t at = str_find_byte(percent, '%');
        str_view name = arena_format(o->a, "%.*s%s%s", (int)at, kinds[i], of, kinds[i] + at + 2);
        n[i] = scaf__scope_claim(&scope, name);
    }
    scaf__open(o, "service %.*s {", STR_ARG(n[5]));
    scaf__line(o, "rpc List(%.*s) returns (%.*s);", STR_ARG(n[1]), STR_ARG(n[2]));
    scaf__line(o, "rpc Get(%.*s) returns (%s);", STR_ARG(n[0]), row);
    scaf__line(o, "rpc Put(%.*s) returns (%s);", STR_ARG(n[3]), row);
    scaf__line(o, "rpc Delete(%.*s) returns (google.protobuf.Empty);", STR_ARG(n[4]));
    scaf__close(o, "}");
    p->empty = true;
    const char *key =
        api.key && api.key->ref.type->kind == KIND_INT ? base_type(p, api.key->ref.type) : "string";
    if (key[0] == 'g')
        key = "string";
    scaf__blank(o);
    scaf__line(o, "message %.*s {\n  int32 page_size = 1;\n  string page_token = 2;\n}\n",
               STR_ARG(n[1]));
    scaf__line(o, "message %.*s {\n  repeated %s rows = 1;\n  string next_page_token = 2;\n}\n",
               STR_ARG(n[2]), row);
    scaf__line(o, "message %.*s {\n  %s key = 1;\n}\n", STR_ARG(n[0]), key);
    scaf__line(o, "message %.*s {\n  %s key = 1;\n  %s value = 2;\n}\n", STR_ARG(n[3]), key, row);
    scaf__line(o, "message %.*s {\n  %s key = 1;\n}", STR_ARG(n[4]), key);
}

static void messages(emit_out *o, void *user)
{
    pb *p = user;
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind == KIND_RECORD)
            message(p, o->s->named[i], p->names.names[i]);
    }
    if (o->s->root.type->kind != KIND_RECORD) {
        str_view name = o->root_name;
        name_scope scope;
        scaf__scope_init(&scope, o->a, reserved, true);
        for (uint32_t i = 0; i < o->s->n_named; i++)
            scaf__scope_claim(&scope, str_of(p->names.names[i]));
        name = scaf__scope_claim(&scope, name);
        scaf__line(o, "// The sample itself, which is no object.");
        scaf__open(o, "message %.*s {", STR_ARG(name));
        scaf__line(o, "%s value = 1;", field_type(p, o->s->root, false));
        scaf__close(o, "}");
        scaf__blank(o);
    }
    service(p);
}

void scaf__emit_protobuf(emit_out *o)
{
    pb p = {.o = o, .names = scaf__type_names(o, CASE_PASCAL, reserved)};
    if (!p.names.names)
        return;
    str_view body = scaf__captured(o, messages, &p);
    scaf__line(o, "// From %s.", scaf__comment(o, o->sample_name));
    scaf__line(o, "syntax = \"proto3\";");
    scaf__blank(o);
    scaf__line(o, "package %s.v1;", scaf__file_name(o, CASE_SNAKE));
    scaf__blank(o);
    if (p.empty)
        scaf__line(o, "import \"google/protobuf/empty.proto\";");
    if (p.value)
        scaf__line(o, "import \"google/protobuf/struct.proto\";");
    if (p.empty || p.value)
        scaf__blank(o);
    buf_append(o->b, body);
}
