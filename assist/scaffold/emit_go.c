/* Go 1.18 and later, encoding/json only. Numbers that an int64 or float64 would respell are
 * json.Number; a key that may be both null and absent is a Nullable. Laid out as gofmt leaves it.
 */
#include "assist/scaffold/targets.h"
#include "assist/scaffold/template.h"
#include "assist/scaffold/walk.h"

static const char reserved_types[] =
    "json nullable string bool int int64 uint64 float64 byte error any len nil true false fmt "
    "bytes rune "
    "map chan func type var const package import break case continue default defer else "
    "fallthrough for go "
    "goto if interface range return select struct switch make append errors io unmarshalknown";

typedef struct {
    emit_out *o;
    type_names names;
    bool uses_nullable, uses_errors;
} go;

static bool is_float(const schema_type *t)
{
    if (t->num_flags & ~(uint32_t)(NUM_FRACTION | NUM_LONG_FRACTION | NUM_INT64))
        return false;
    return !(t->num_flags & NUM_INT64) ||
           (t->min_int >= -INT64_C(9007199254740991) && t->max_int <= INT64_C(9007199254740991));
}

/* Types whose zero value is nil, and which write it as null. */
static bool has_nil(const schema_type *t)
{
    return t->kind == KIND_ARRAY || t->kind == KIND_MAP || t->kind == KIND_ANY;
}

static const char *type_expr(go *g, schema_ref ref);

static const char *base_expr(go *g, const schema_type *t)
{
    arena *a = g->o->a;
    str_view v = {NULL, 0};
    switch (t->kind) {
    case KIND_ANY: return "any";
    case KIND_BOOL: return "bool";
    case KIND_INT:
        return t->width == INT_BIG ? "json.Number" : t->width == INT_U64 ? "uint64" : "int64";
    case KIND_NUMBER: return is_float(t) ? "float64" : "json.Number";
    case KIND_STRING: return "string";
    case KIND_ARRAY: v = arena_format(a, "[]%s", type_expr(g, t->items[0])); break;
    case KIND_MAP: v = arena_format(a, "map[string]%s", type_expr(g, t->items[0])); break;
    case KIND_TUPLE: v = arena_format(a, "[%u]json.RawMessage", t->n_items); break;
    case KIND_RECORD:
    case KIND_ENUM:
    case KIND_UNION: return scaf__type_name(&g->names, t);
    }
    return v.ptr ? v.ptr : "any";
}

static const char *type_expr(go *g, schema_ref ref)
{
    const char *base = base_expr(g, ref.type);
    if (!ref.nullable || has_nil(ref.type))
        return base;
    str_view v = arena_format(g->o->a, "*%s", base);
    return v.ptr ? v.ptr : base;
}

/* Does encoding/json take the key in a struct tag? */
static bool fits_tag(str_view key)
{
    if (!key.len || str_eq(key, STR("-")))
        return false;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && !(c != '\0' && strchr("!#$%&()*+-./:;<=>?@[]^_{|}~", c)))
            return false;
    }
    return true;
}

/* Direct containment without slice, map or pointer makes a Go type infinite. */
static bool contains(const schema_type *from, const schema_type *to, uint32_t depth)
{
    if (from == to)
        return true;
    if (depth > 12)
        return true;
    if (from->kind == KIND_RECORD) {
        for (uint32_t i = 0; i < from->n_fields; i++) {
            const schema_field *f = &from->fields[i];
            if (!f->optional && !f->ref.nullable && contains(f->ref.type, to, depth + 1))
                return true;
        }
    }
    return false;
}

static const char *field_type(go *g, const schema_type *record, const schema_field *f, bool *omit)
{
    const char *base = base_expr(g, f->ref.type);
    bool nullable = f->ref.nullable || f->ref.type->kind == KIND_ANY;
    str_view v = {NULL, 0};
    *omit = f->optional;
    if (f->optional && nullable) {
        g->uses_nullable = true;
        v = arena_format(g->o->a, "Nullable[%s]", base);
    } else if (f->optional ||
               (f->ref.type->kind == KIND_RECORD && contains(f->ref.type, record, 0))) {
        v = arena_format(g->o->a, "*%s", base);
    } else {
        return type_expr(g, f->ref);
    }
    return v.ptr ? v.ptr : base;
}

/* What reads a value: unions and the like call it again for what they hold. */
static const char *unmarshal(const emit_out *o)
{
    return o->unknown == ASSIST_UNKNOWN_REJECT ? "unmarshalKnown" : "json.Unmarshal";
}

static const char known_code[] = "// unmarshalKnown takes no keys that were not in the sample.\n"
                                 "func unmarshalKnown(data []byte, to any) error {\n"
                                 "\tdecoder := json.NewDecoder(bytes.NewReader(data))\n"
                                 "\tdecoder.DisallowUnknownFields()\n"
                                 "\tif err := decoder.Decode(to); err != nil {\n"
                                 "\t\treturn err\n"
                                 "\t}\n"
                                 "\tif _, err := decoder.Token(); err != io.EOF {\n"
                                 "\t\treturn fmt.Errorf(\"something behind the value\")\n"
                                 "\t}\n"
                                 "\treturn nil\n"
                                 "}\n"
                                 "\n";

/* In columns, as gofmt has them: comments part them. */
static void emit_fields(go *g, const schema_type *t, const char **fields, bool tags)
{
    emit_out *o = g->o;
    struct {
        const char *seen, *type;
        bool omit;
    } *lines = arena_push_array(o->a, t->n_fields + 1, sizeof *lines);
    for (uint32_t i = 0; lines && i < t->n_fields; i++) {
        lines[i].seen = scaf__evidence(o, &t->fields[i]);
        lines[i].type = field_type(g, t, &t->fields[i], &lines[i].omit);
    }
    for (uint32_t i = 0, end; lines && i < t->n_fields; i = end) {
        int name_chars = 0, type_chars = 0;
        for (end = i; end < t->n_fields && (end == i || !*lines[end].seen); end++) {
            int n_name = (int)strlen(fields[end]), n_type = (int)strlen(lines[end].type);
            name_chars = n_name > name_chars ? n_name : name_chars;
            type_chars = n_type > type_chars ? n_type : type_chars;
        }
        if (*lines[i].seen)
            scaf__line(o, "// %s", lines[i].seen);
        for (uint32_t k = i; k < end; k++) {
            if (tags)
                scaf__line(o, "%-*s %-*s `json:\"%.*s%s\"`", name_chars, fields[k], type_chars,
                           lines[k].type, STR_ARG(t->fields[k].key),
                           lines[k].omit ? ",omitempty" : "");
            else
                scaf__line(o, "%-*s %s", name_chars, fields[k], lines[k].type);
        }
    }
}

static void emit_struct(go *g, const schema_type *t, const char *name)
{
    emit_out *o = g->o;
    const char **fields = scaf__field_names(o, t, CASE_GO, "marshaljson unmarshaljson");
    bool tags = true;
    if (!fields)
        return;
    for (uint32_t i = 0; i < t->n_fields; i++)
        tags = tags && fits_tag(t->fields[i].key);
    scaf__open(o, "type %s struct {", name);
    emit_fields(g, t, fields, tags);
    scaf__close(o, "}");
    scaf__blank(o);
    if (tags)
        return;
    g->uses_errors = true;
    scaf__line(o, "// Some keys do not fit into struct tags, so they are written out.");
    scaf__open(o, "func (v *%s) UnmarshalJSON(data []byte) error {", name);
    scaf__line(o, "var members map[string]json.RawMessage");
    scaf__open(o, "if err := json.Unmarshal(data, &members); err != nil {");
    scaf__line(o, "return err");
    scaf__close(o, "}");
    scaf__block(o, "for _, member := range []struct {\n"
                   "\tkey string\n"
                   "\tto  any\n"
                   "}{\n");
    o->depth++;
    for (uint32_t i = 0; i < t->n_fields; i++)
        scaf__line(o, "{%s, &v.%s},", scaf__quote(o, t->fields[i].key, QUOTE_LONG), fields[i]);
    scaf__close(o, "} {");
    o->depth++;
    scaf__open(o, "if raw, ok := members[member.key]; ok {");
    if (o->unknown == ASSIST_UNKNOWN_REJECT)
        scaf__line(o, "delete(members, member.key)");
    scaf__open(o, "if err := %s(raw, member.to); err != nil {", unmarshal(o));
    scaf__line(o, "return fmt.Errorf(\"%%s: %%w\", member.key, err)");
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__close(o, "}");
    if (o->unknown == ASSIST_UNKNOWN_REJECT) {
        scaf__open(o, "for key := range members {");
        scaf__line(o, "return fmt.Errorf(\"unknown field %%q\", key)");
        scaf__close(o, "}");
    }
    scaf__line(o, "return nil");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "func (v %s) MarshalJSON() ([]byte, error) {", name);
    scaf__line(o, "members := map[string]any{}");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        const char *key = scaf__quote(o, f->key, QUOTE_LONG);
        bool nullable = f->ref.nullable || f->ref.type->kind == KIND_ANY;
        if (f->optional) {
            scaf__open(o, nullable ? "if len(v.%s) > 0 {" : "if v.%s != nil {", fields[i]);
            scaf__line(o, "members[%s] = v.%s", key, fields[i]);
            scaf__close(o, "}");
        } else {
            scaf__line(o, "members[%s] = v.%s", key, fields[i]);
        }
    }
    scaf__line(o, "return json.Marshal(members)");
    scaf__close(o, "}");
    scaf__blank(o);
}

static void emit_enum(go *g, const schema_type *t, const char *name, name_scope *scope)
{
    emit_out *o = g->o;
    scaf__line(o, "// %s is open: other values are kept as they are.", name);
    scaf__line(o, "type %s string", name);
    scaf__blank(o);
    for (uint32_t i = 0; i < t->n_values; i++) {
        str_view words = scaf__words(o->a, t->values[i]);
        str_view constant = arena_format(o->a, "%s%s", name, scaf__name(o, words, CASE_GO));
        constant = scaf__scope_claim(scope, constant);
        scaf__line(o, "const %.*s %s = %s", STR_ARG(constant), name,
                   scaf__quote(o, t->values[i], QUOTE_LONG));
        scaf__blank(o);
    }
}

static const char *arm_name(go *g, const schema_type *union_type, const schema_type *t)
{
    return union_type->tag_key.len ? scaf__type_name(&g->names, t) : scaf__arm_name(t);
}

/* What a JSON text begins with; by json_kind. */
static const char *const first_bytes[] = {
    "'t', 'f'", "'-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'", "'\"'", "'['", "'{'"};

static void emit_union(go *g, const schema_type *t, const char *name)
{
    emit_out *o = g->o;
    bool tagged = t->tag_key.len > 0;
    scaf__line(o, "// %s holds one of its members; the others are nil.", name);
    scaf__open(o, "type %s struct {", name);
    for (uint32_t i = 0; i < t->n_items; i++) {
        scaf__line(o, "// %s.", tagged ? "Told by its tag" : "Told by its kind");
        scaf__line(o, "%s *%s", arm_name(g, t, t->items[i].type), base_expr(g, t->items[i].type));
    }
    if (tagged) {
        scaf__line(o, "// A tag that was not in the sample.");
        scaf__line(o, "Unknown%s json.RawMessage", name);
    }
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "func (v *%s) UnmarshalJSON(data []byte) error {", name);
    scaf__line(o, "*v = %s{}", name);
    if (tagged) {
        const char *key = scaf__quote(o, t->tag_key, QUOTE_LONG);
        scaf__line(o, "var members map[string]json.RawMessage");
        scaf__open(o, "if err := json.Unmarshal(data, &members); err != nil {");
        scaf__line(o, "return err");
        scaf__close(o, "}");
        scaf__line(o, "var tag string");
        scaf__open(o, "if err := json.Unmarshal(members[%s], &tag); err != nil {", key);
        scaf__line(o, "return fmt.Errorf(\"%s: the tag %%q: %%w\", %s, err)", name, key);
        scaf__close(o, "}");
        scaf__line(o, "switch tag {");
        for (uint32_t i = 0; i < t->n_items; i++) {
            const schema_type *arm = t->items[i].type;
            buf b;
            buf_init(&b, 1 << 20);
            for (uint32_t k = 0; k < arm->n_values; k++)
                buf_append_format(&b, "%s%s", k ? ", " : "",
                                  scaf__quote(o, arm->values[k], QUOTE_LONG));
            scaf__line(o, "case %.*s:", STR_ARG(buf_view(&b)));
            scaf__line(o, "\treturn %s(data, &v.%s)", unmarshal(o), arm_name(g, t, arm));
            buf_release(&b);
        }
        scaf__line(o, "}");
        scaf__line(o, "v.Unknown%s = append(json.RawMessage{}, data...)", name);
        scaf__line(o, "return nil");
    } else {
        scaf__line(o, "switch data[0] {");
        for (uint32_t i = 0; i < t->n_items; i++) {
            scaf__line(o, "case %s:", first_bytes[scaf__json_kind(t->items[i].type)]);
            scaf__line(o, "\treturn %s(data, &v.%s)", unmarshal(o),
                       arm_name(g, t, t->items[i].type));
        }
        scaf__line(o, "}");
        scaf__line(o, "return fmt.Errorf(\"%s: no member takes %%.20s\", data)", name);
    }
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "func (v %s) MarshalJSON() ([]byte, error) {", name);
    scaf__line(o, "switch {");
    for (uint32_t i = 0; i < t->n_items; i++) {
        scaf__line(o, "case v.%s != nil:", arm_name(g, t, t->items[i].type));
        scaf__line(o, "\treturn json.Marshal(v.%s)", arm_name(g, t, t->items[i].type));
    }
    scaf__line(o, "}");
    scaf__line(
        o, tagged ? "return json.Marshal(v.Unknown%s)" : "return nil, fmt.Errorf(\"%s: empty\")",
        name);
    scaf__close(o, "}");
    scaf__blank(o);
    g->uses_errors = true;
}

static const char nullable_code[] = "// Nullable tells a key that is null from one that is absent: "
                                    "it is empty when absent, and holds\n"
                                    "// a nil pointer for null.\n"
                                    "type Nullable[T any] []*T\n"
                                    "\n"
                                    "func (n *Nullable[T]) UnmarshalJSON(data []byte) error {\n"
                                    "\tvar value *T\n"
                                    "\tif err := @unmarshal@(data, &value); err != nil {\n"
                                    "\t\treturn err\n"
                                    "\t}\n"
                                    "\t*n = Nullable[T]{value}\n"
                                    "\treturn nil\n"
                                    "}\n"
                                    "\n"
                                    "func (n Nullable[T]) MarshalJSON() ([]byte, error) {\n"
                                    "\tif len(n) == 0 {\n"
                                    "\t\treturn []byte(\"null\"), nil\n"
                                    "\t}\n"
                                    "\treturn json.Marshal(n[0])\n"
                                    "}\n"
                                    "\n";

/* The names of all types, which `scope` then holds. False after failure. */
static bool init(go *g, name_scope *scope, emit_out *o, const char *root)
{
    *g = (go){.o = o};
    str_view reserved = arena_format(o->a, "%s parse%s serialize%s %.*s", reserved_types, root,
                                     root, STR_ARG(o->taken));
    const char *lower = scaf__lower(o, reserved.ptr ? reserved.ptr : "");
    g->names = scaf__type_names(o, CASE_GO, lower);
    if (!g->names.names)
        return false;
    scaf__scope_init(scope, o->a, lower, false);
    for (uint32_t i = 0; i < o->s->n_named; i++)
        scaf__scope_claim(scope, str_of(g->names.names[i]));
    return true;
}

static const char *package_name(emit_out *o)
{
    name_scope package;
    scaf__scope_init(&package, o->a, reserved_types, false);
    str_view name = scaf__case(o->a, scaf__words(o->a, o->root_name), CASE_SNAKE);
    const char *z = arena_copy_z(o->a, scaf__scope_claim(&package, name));
    return z ? z : "";
}

go_names scaf__go_names(emit_out *o, schema_ref row)
{
    go g;
    name_scope scope;
    const char *root = scaf__name(o, scaf__words(o->a, o->root_name), CASE_GO);
    go_names n = {"", "", "", "", ""};
    if (!init(&g, &scope, o, root))
        return n;
    n.package = package_name(o);
    n.page = type_expr(&g, o->s->root);
    n.row = type_expr(&g, row);
    str_view client = scaf__scope_claim(&scope, arena_format(o->a, "%sClient", root));
    str_view error = scaf__scope_claim(&scope, arena_format(o->a, "%sError", root));
    n.client = arena_copy_z(o->a, client);
    n.error = arena_copy_z(o->a, error);
    return n;
}

void scaf__emit_go(emit_out *o)
{
    go g;
    buf *real = o->b, body;
    const char *root = scaf__name(o, scaf__words(o->a, o->root_name), CASE_GO);
    name_scope scope;
    if (!init(&g, &scope, o, root))
        return;
    buf_init(&body, real->max_bytes);
    o->b = &body;
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        const schema_type *t = o->s->named[i];
        if (t->kind == KIND_RECORD)
            emit_struct(&g, t, g.names.names[i]);
        else if (t->kind == KIND_ENUM)
            emit_enum(&g, t, g.names.names[i], &scope);
        else
            emit_union(&g, t, g.names.names[i]);
    }
    bool reject = o->unknown == ASSIST_UNKNOWN_REJECT;
    template_slot reader = {"unmarshal", str_of(unmarshal(o))};
    if (g.uses_nullable)
        scaf__fill(o, nullable_code, &reader, 1, false);
    if (reject)
        scaf__block(o, known_code);
    const char *type = type_expr(&g, o->s->root);
    scaf__line(o, "func Parse%s(data []byte) (%s, error) {", root, type);
    scaf__line(o, "\tvar value %s", type);
    scaf__line(o, "\terr := %s(data, &value)", unmarshal(o));
    scaf__line(o, "\treturn value, err");
    scaf__line(o, "}");
    scaf__blank(o);
    scaf__line(o, "func Serialize%s(value %s) ([]byte, error) {", root, type);
    scaf__line(o, "\treturn json.Marshal(value)");
    scaf__line(o, "}");
    o->b = real;
    scaf__line(o, "// From %s. Parse and serialise with Parse%s and Serialize%s.",
               scaf__comment(o, o->sample_name), root, root);
    scaf__line(o, "package %s", package_name(o));
    scaf__blank(o);
    if (reject)
        scaf__block(o, "import (\n\t\"bytes\"\n\t\"encoding/json\"\n\t\"fmt\"\n\t\"io\"\n)\n");
    else if (g.uses_errors)
        scaf__block(o, "import (\n\t\"encoding/json\"\n\t\"fmt\"\n)\n");
    else
        scaf__line(o, "import \"encoding/json\"");
    scaf__blank(o);
    buf_append(o->b, buf_view(&body));
    if (buf_failed(&body) != ERR_OK)
        o->a->failed = true;
    buf_release(&body);
}
