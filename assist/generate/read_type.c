#include <string.h>

#include "assist/generate/model_internal.h"

static const char type_kinds[] =
    "class_definition class_declaration abstract_class_declaration class_specifier "
    "struct_specifier union_specifier struct_item struct_declaration record_declaration "
    "record_struct_declaration class interface_declaration trait_item enum_declaration "
    "enum_specifier enum_item type_spec type_alias_declaration object_declaration module "
    "type_definition variable_declarator";
static const char body_kinds[] =
    "class_body enum_class_body interface_body object_type interface_type "
    "field_declaration_list enumerator_list declaration_list enum_body body_statement";

/* const Color = Object.freeze({ RED: "red" }): the object, or a null node. */
static TSNode frozen_object(const struct gen_reader *r, TSNode node)
{
    TSNode none = {0}, call = gen__field(node, "value");
    if (!gen__is(node, "variable_declarator") || !gen__is(call, "call_expression") ||
        !str_eq(gen__text(r, gen__field(call, "function")), STR("Object.freeze")))
        return none;
    return gen__kid(r, gen__field(call, "arguments"), "object");
}

static TSNode body_of(const struct gen_reader *r, TSNode node)
{
    if (gen__is(node, "variable_declarator"))
        return frozen_object(r, node);
    TSNode body = gen__field(node, "body");
    if (ts_node_is_null(body))
        body = gen__kid(r, node, body_kinds);
    if (ts_node_is_null(body) && gen__is(node, "type_spec type_alias_declaration")) {
        TSNode type = gen__field(node, gen__is(node, "type_spec") ? "type" : "value");
        if (gen__is(type, "struct_type"))
            body = gen__kid(r, type, "field_declaration_list");
        else if (gen__is(type, "interface_type object_type"))
            body = type;
    }
    return body;
}

/* typedef struct { ... } name; */
static TSNode inner_of(TSNode node)
{
    TSNode type = gen__is(node, "type_definition") ? gen__field(node, "type") : node;
    return type;
}

static bool is_union_of_words(TSNode node)
{
    return gen__is(gen__field(node, "value"), "union_type");
}

bool gen__is_type(const struct gen_reader *r, TSNode node)
{
    if (!gen__is(node, type_kinds))
        return false;
    TSNode inner = inner_of(node);
    if (gen__is(node, "type_definition") &&
        !gen__is(inner, "struct_specifier enum_specifier union_specifier"))
        return false;
    if (gen__is(inner, "struct_specifier enum_specifier union_specifier class_specifier"))
        return !ts_node_is_null(gen__field(inner, "body"));
    if (gen__is(node, "type_alias_declaration"))
        return gen__is(gen__field(node, "value"), "object_type union_type");
    if (gen__is(node, "variable_declarator"))
        return !ts_node_is_null(frozen_object(r, node));
    if (gen__is(node, "class module")) /* also the root of Python, and a keyword */
        return ts_node_is_named(node) && !ts_node_is_null(gen__field(node, "name"));
    return gen__name(r, node).len > 0;
}

/* --- what it is --- */

static bool is_test_word(str_view text, const char *words)
{
    str_view rest = str_of(words), word;
    while (gram_list_next(&rest, &word)) {
        if (str_eq(text, word))
            return true;
    }
    return false;
}

static void read_bases(const struct gen_reader *r, TSNode node, gen_value *bases, int depth)
{
    static const char lists[] =
        "argument_list class_heritage extends_clause implements_clause superclass super_interfaces "
        "type_list base_list base_class_clause delegation_specifier base_clause "
        "class_interface_clause constructor_invocation extends_type_clause extends_interfaces";
    struct gen_kids kids = gen__kids(r, node);
    for (size_t i = 0; i < kids.n; i++) {
        TSNode kid = kids.items[i].node;
        if (gram_list_has(lists, str_of(kids.items[i].type))) {
            if (depth < 4)
                read_bases(r, kid, bases, depth + 1);
        } else if (depth > 0 && ts_node_is_named(kid) &&
                   !gen__is(kid, "access_specifier keyword_argument value_arguments arguments "
                                 "type_arguments comment")) {
            gen_add_text(r->a, bases, gen__text(r, kid));
        }
    }
}

static bool has_base(const gen_value *bases, const char *words)
{
    for (const gen_value *b = bases ? bases->first : NULL; b; b = b->next) {
        if (is_test_word(b->text, words))
            return true;
    }
    return false;
}

static const char *kind_of(const struct gen_reader *r, TSNode node, const gen_value *bases)
{
    const char *type = ts_node_type(node);
    str_view whole = gen__text(r, node), head = str_slice(whole, 0, str_find_byte(whole, '{'));
    if (gen__lang(r, "kotlin")) {
        if (gen__modified(r, node, "enum") ||
            !ts_node_is_null(gen__kid(r, node, "enum_class_body")))
            return "enum";
        if (str_starts(head, STR("interface")) || str_find(head, STR(" interface ")) < head.len)
            return "interface";
        TSNode modifiers = gen__kid(r, node, "modifiers");
        str_view m = gen__text(r, modifiers);
        return str_find(m, STR("data")) < m.len ? "record" : "class";
    }
    if (gen__lang(r, "python")) {
        if (has_base(bases,
                     "Enum IntEnum StrEnum Flag IntFlag enum.Enum enum.IntEnum enum.StrEnum"))
            return "enum";
        if (has_base(bases, "TypedDict typing.TypedDict t.TypedDict"))
            return "dictionary"; /* nothing is written for it */
        if (has_base(bases, "Protocol ABC abc.ABC typing.Protocol"))
            return "interface";
        TSNode up = ts_node_parent(node);
        str_view decorators =
            gen__is(up, "decorated_definition")
                ? str_slice(r->text, ts_node_start_byte(up), ts_node_start_byte(node))
                : STR("");
        bool data = str_find(decorators, STR("dataclass")) < decorators.len ||
                    has_base(bases, "NamedTuple BaseModel pydantic.BaseModel");
        return data ? "dataclass" : "class";
    }
    if (strcmp(type, "type_spec") == 0) {
        TSNode t = gen__field(node, "type");
        return gen__is(t, "struct_type")      ? "struct"
               : gen__is(t, "interface_type") ? "interface"
                                              : "enum";
    }
    if (strcmp(type, "type_alias_declaration") == 0)
        return is_union_of_words(node) ? "enum" : "object";
    if (strstr(type, "enum") || strcmp(type, "variable_declarator") == 0)
        return "enum";
    if (strstr(type, "interface") || strcmp(type, "trait_item") == 0)
        return "interface";
    if (strstr(type, "record"))
        return "record";
    if (strstr(type, "struct"))
        return "struct";
    if (strcmp(type, "module") == 0)
        return "enum"; /* of constants, or it is nothing for us */
    return "class";
}

/* "<T: A, 'b>" -> "<T, 'b>" */
static str_view arguments_of(const struct gen_reader *r, TSNode params)
{
    struct gen_kids kids = gen__kids(r, params);
    buf b;
    buf_init(&b, 4096);
    str_view whole = gen__text(r, params);
    for (size_t i = 0; i < kids.n; i++) {
        str_view name = gen__text(r, gen__field(kids.items[i].node, "name"));
        if (!name.len)
            name = gen__text(r, gen__kid(r, kids.items[i].node, "type_identifier identifier"));
        if (!name.len)
            name = gen__text(r, kids.items[i].node);
        if (b.len)
            buf_append(&b, STR(", "));
        buf_append(&b, name);
    }
    str_view v = b.len ? arena_format(r->a, "%c%.*s%c", whole.ptr[0], STR_ARG(buf_view(&b)),
                                      whole.ptr[0] == '[' ? ']' : '>')
                       : STR("");
    buf_release(&b);
    return v;
}

/* --- fields --- */

/* Without the marks of privacy: "_name", "name_", "m_name", "#name", "@name". */
static str_view public_name(str_view v)
{
    if (v.len && (v.ptr[0] == '#' || v.ptr[0] == '@'))
        v = str_slice(v, 1, v.len);
    if (str_starts(v, STR("m_")))
        v = str_slice(v, 2, v.len);
    while (v.len > 1 && v.ptr[0] == '_')
        v = str_slice(v, 1, v.len);
    while (v.len > 1 && v.ptr[v.len - 1] == '_')
        v = str_slice(v, 0, v.len - 1);
    return v;
}

static gen_value *field_called(const gen_value *fields, str_view name)
{
    gen_value *f = fields ? fields->first : NULL;
    while (f && !str_eq(gen_text(f, "name"), name))
        f = f->next;
    return f;
}

static bool has_field(const gen_value *fields, str_view name)
{
    return field_called(fields, name) != NULL;
}

static gen_value *add_field(const struct gen_reader *r, gen_value *fields, str_view name,
                            str_view type, str_view value)
{
    if (!name.len || has_field(fields, name))
        return NULL;
    gen_value *f = gen_add(r->a, fields);
    gen_set(r->a, f, "name", name);
    gen_set(r->a, f, "public", public_name(name));
    gen_set(r->a, f, "type", type);
    gen_set(r->a, f, "value", value);
    return f;
}

static void add_modifiers(const struct gen_reader *r, gen_value *f, TSNode node)
{
    if (!f)
        return;
    str_view name = gen_text(f, "name");
    bool open = gen__modified(r, node, "public") || gen__modified(r, node, "pub");
    bool hidden = gen__modified(r, node, "private") || str_starts(name, STR("#")) ||
                  (gen__lang(r, "python javascript typescript") && str_starts(name, STR("_")));
    gen_flag(r->a, f, "private", hidden);
    gen_flag(r->a, f, "open", open);
    str_view head = gen__text(r, node);
    head = str_slice(head, 0, str_find(head, name));
    gen_flag(r->a, f, "static",
             str_find(head, STR("static ")) < head.len ||
                 str_find(head, STR("const ")) < (gen__lang(r, "csharp php") ? head.len : 0));
    gen_flag(r->a, f, "readonly",
             str_find(head, STR("readonly ")) < head.len ||
                 str_find(head, STR("final ")) < head.len ||
                 str_find(head, STR("val ")) < head.len);
    str_view rest = gen__text(r, node);
    rest = str_trim_left(str_slice(rest, head.len + name.len, rest.len));
    gen_flag(r->a, f, "optional",
             str_starts(rest, STR("?")) && gen__lang(r, "typescript typescriptreact"));
    gen_set(r->a, f, "doc", gen__doc(r, node));
}

/* A value is in a field of the node, or (C#) its last child. */
static str_view value_of(const struct gen_reader *r, TSNode node)
{
    static const char *const fields[] = {"value", "default_value", "right"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        TSNode v = gen__field(node, fields[i]);
        if (!ts_node_is_null(v))
            return gen__text(r, v);
    }
    return STR("");
}

static void read_c_fields(const struct gen_reader *r, TSNode node, gen_value *fields)
{
    str_view base = gen__base_type(r, node), type;
    struct gen_kids kids = gen__kids(r, node);
    gen_value *f = NULL;
    TSNode of = gen__field(node, "type"); /* struct { ... } name; */
    bool nameless = gen__is(of, "struct_specifier union_specifier enum_specifier") &&
                    !ts_node_is_null(gen__field(of, "body"));
    for (size_t i = 0; i < kids.n; i++) {
        if (strcmp(kids.items[i].field, "default_value") == 0 && f)
            gen_set(r->a, f, "value", gen__text(r, kids.items[i].node));
        if (strcmp(kids.items[i].field, "declarator") != 0)
            continue;
        str_view name = gen__declarator(r, kids.items[i].node, base, &type);
        f = add_field(r, fields, name, type, STR(""));
        add_modifiers(r, f, node);
        gen_flag(r->a, f, "anonymous", nameless);
        gen_flag(r->a, f, "bits", !ts_node_is_null(gen__kid(r, node, "bitfield_clause")));
    }
}

/* `self.x = ...` and its like in a constructor. */
static void read_assigned(const struct gen_reader *r, TSNode body, gen_value *fields,
                          const gen_value *params)
{
    struct gen_kids kids = gen__kids(r, body);
    for (size_t i = 0; i < kids.n; i++) {
        TSNode a = kids.items[i].node;
        if (gen__is(a, "expression_statement"))
            a = gen__kid(r, a, "assignment assignment_expression");
        if (!gen__is(a, "assignment assignment_expression"))
            continue;
        TSNode left = gen__field(a, "left");
        str_view name = STR(""), object = gen__text(r, gen__field(left, "object"));
        if (gen__is(left, "instance_variable"))
            name = str_slice(gen__text(r, left), 1, SIZE_MAX);
        else if (str_eq(object, STR("self")))
            name = gen__text(r, gen__field(left, "attribute"));
        else if (str_eq(object, STR("this")))
            name = gen__text(r, gen__field(left, "property"));
        str_view type = gen__type(r, a), right = gen__text(r, gen__field(a, "right"));
        bool had = has_field(fields, name);
        gen_value *f = had ? field_called(fields, name) : add_field(r, fields, name, type, STR(""));
        for (const gen_value *p = params ? params->first : NULL; f && p; p = p->next) {
            if (str_eq(gen_text(p, "name"), right)) {
                gen_set(r->a, f, "from_param", right);
                if (had)
                    continue;
                gen_set(r->a, f, "value", gen_text(p, "value"));
                if (!type.len)
                    gen_set(r->a, f, "type", gen_text(p, "type"));
            }
        }
        if (had)
            continue;
        gen_set(r->a, f, "init", right);
        gen_flag(r->a, f, "assigned", true);
        gen_flag(r->a, f, "private", str_starts(name, STR("_")) || str_starts(name, STR("#")));
    }
}

/* Parameters that are fields: records, promoted and primary constructors. */
static void read_param_fields(const struct gen_reader *r, TSNode list, gen_value *fields, bool all)
{
    if (ts_node_is_null(list))
        return;
    struct gen_kids kids = gen__kids(r, list);
    for (size_t i = 0; i < kids.n; i++) {
        TSNode p = kids.items[i].node;
        bool field =
            all || gen__is(p, "property_promotion_parameter") ||
            !ts_node_is_null(gen__kid(r, p, "binding_pattern_kind accessibility_modifier"));
        if (!field || !strstr(kids.items[i].type, "param"))
            continue;
        str_view value = value_of(r, p);
        if (!value.len && gen__lang(r, "kotlin csharp")) {
            struct gen_kids inner = gen__kids(r, p);
            const struct gen_kid *last = inner.n ? &inner.items[inner.n - 1] : NULL;
            if (last && !last->field[0] && !strstr(last->type, "modifier") &&
                !gen__is(last->node, "user_type nullable_type function_type simple_identifier"))
                value = gen__text(r, last->node);
        }
        gen_value *f = add_field(r, fields, gen__name(r, p), gen__type(r, p), value);
        add_modifiers(r, f, p);
        gen_flag(r->a, f, "in_constructor", true);
    }
}

static void read_field(const struct gen_reader *r, TSNode node, gen_value *fields)
{
    if (gen__lang(r, "c cpp")) {
        read_c_fields(r, node, fields);
    } else if (gen__lang(r, "go")) {
        struct gen_kids kids = gen__kids(r, node);
        bool any = false;
        for (size_t i = 0; i < kids.n; i++) {
            if (strcmp(kids.items[i].field, "name") == 0) {
                gen_value *f = add_field(r, fields, gen__text(r, kids.items[i].node),
                                         gen__type(r, node), STR(""));
                gen_set(r->a, f, "doc", gen__doc(r, node));
                gen_set(r->a, f, "tag", gen__text(r, gen__field(node, "tag")));
                str_view name = gen_text(f, "name");
                gen_flag(r->a, f, "private", name.len && name.ptr[0] >= 'a' && name.ptr[0] <= 'z');
                any = true;
            }
        }
        if (!any) { /* embedded: its name is its type's */
            str_view whole = gen__text(r, node), type = gen__type(r, node);
            size_t dot = str_find_byte(type, '.');
            gen_value *f =
                add_field(r, fields, str_slice(type, dot < type.len ? dot + 1 : 0, type.len),
                          str_starts(whole, STR("*")) ? whole : type, STR(""));
            gen_flag(r->a, f, "embedded", true);
        }
    } else if (gen__lang(r, "java csharp")) {
        TSNode holder = gen__kid(r, node, "variable_declaration"); /* C# */
        TSNode from = ts_node_is_null(holder) ? node : holder;
        struct gen_kids kids = gen__kids(r, from);
        for (size_t i = 0; i < kids.n; i++) {
            TSNode d = kids.items[i].node;
            if (!gen__is(d, "variable_declarator"))
                continue;
            str_view dims = gen__text(r, gen__field(d, "dimensions")), type = gen__type(r, from);
            if (dims.len)
                type = arena_format(r->a, "%.*s%.*s", STR_ARG(type), STR_ARG(dims));
            str_view whole = gen__text(r, d);
            size_t eq = str_find_byte(whole, '=');
            str_view value = str_trim(str_slice(whole, eq + 1, whole.len));
            add_modifiers(r, add_field(r, fields, gen__name(r, d), type, value), node);
        }
        if (gen__is(node, "property_declaration")) {
            TSNode accessors = gen__field(node, "accessors");
            str_view how = gen__text(r, accessors);
            gen_value *f =
                add_field(r, fields, gen__name(r, node), gen__type(r, node), value_of(r, node));
            add_modifiers(r, f, node);
            gen_flag(r->a, f, "property", true);
            if (str_find(how, STR("set")) == how.len && str_find(how, STR("init")) == how.len)
                gen_flag(r->a, f, "readonly", true);
            /* Computed: not part of the state. */
            gen_flag(r->a, f, "static",
                     ts_node_is_null(accessors) || str_find_byte(how, '=') < how.len ||
                         str_find(how, STR("return")) < how.len);
        }
    } else if (gen__lang(r, "kotlin")) {
        TSNode d = gen__kid(r, node, "variable_declaration");
        TSNode kind = gen__kid(r, node, "binding_pattern_kind");
        gen_value *f = add_field(r, fields, gen__name(r, d), gen__type(r, d), STR(""));
        struct gen_kids kids = gen__kids(r, node);
        const struct gen_kid *last = kids.n ? &kids.items[kids.n - 1] : NULL;
        if (last && !gen__is(last->node, "variable_declaration getter setter"))
            gen_set(r->a, f, "value", gen__text(r, last->node));
        add_modifiers(r, f, node);
        gen_flag(r->a, f, "readonly", str_eq(gen__text(r, kind), STR("val")));
        if (!ts_node_is_null(gen__kid(r, node, "getter")))
            gen_flag(r->a, f, "static", true);
    } else if (gen__lang(r, "php")) {
        struct gen_kids kids = gen__kids(r, node);
        for (size_t i = 0; i < kids.n; i++) {
            if (gen__is(kids.items[i].node, "property_element"))
                add_modifiers(r,
                              add_field(r, fields, gen__name(r, kids.items[i].node),
                                        gen__type(r, node), value_of(r, kids.items[i].node)),
                              node);
        }
    } else {
        add_modifiers(
            r, add_field(r, fields, gen__name(r, node), gen__type(r, node), value_of(r, node)),
            node);
    }
}

/* Python: `name: type = value`. Ruby: attr_accessor :a, :b. */
static bool read_statement_field(const struct gen_reader *r, TSNode node, gen_value *out,
                                 bool members)
{
    TSNode a = gen__is(node, "expression_statement") ? gen__kid(r, node, "assignment") : node;
    if (gen__is(a, "assignment")) {
        str_view name = gen__text(r, gen__field(a, "left"));
        bool typed = gen__type(r, a).len > 0;
        if (str_find_byte(name, '.') < name.len || str_find_byte(name, ',') < name.len)
            return false;
        if (members && !typed) {
            if (str_starts(name, STR("_")))
                return false;
            gen_value *m = gen_add(r->a, gen_part(r->a, out, "members"));
            gen_set(r->a, m, "name", name);
            gen_set(r->a, m, "value", gen__text(r, gen__field(a, "right")));
            return true;
        }
        if (!typed || str_find(gen__type(r, a), STR("ClassVar")) < gen__type(r, a).len)
            return false;
        add_modifiers(r,
                      add_field(r, gen_part(r->a, out, "fields"), name, gen__type(r, a),
                                gen__text(r, gen__field(a, "right"))),
                      node);
        return true;
    }
    if (gen__is(node, "call") &&
        str_starts(gen__text(r, gen__field(node, "method")), STR("attr_"))) {
        struct gen_kids kids = gen__kids(r, gen__field(node, "arguments"));
        bool reader = str_eq(gen__text(r, gen__field(node, "method")), STR("attr_reader"));
        for (size_t i = 0; i < kids.n; i++) {
            str_view name = gen__text(r, kids.items[i].node);
            if (!str_starts(name, STR(":")))
                continue;
            name = str_slice(name, 1, name.len);
            gen_value *f = add_field(r, gen_part(r->a, out, "fields"), name, STR(""), STR(""));
            gen_flag(r->a, f, "readonly", reader);
            gen_add_text(r->a, gen_part(r->a, out, "attrs"), name);
        }
        return true;
    }
    return false;
}

/* --- members of enumerations --- */

static bool read_member(const struct gen_reader *r, TSNode node, gen_value *out)
{
    if (!gen__is(node, "enum_constant enum_variant enumerator enum_member_declaration enum_entry "
                       "enum_case enum_assignment property_identifier pair"))
        return false;
    gen_value *m = gen_add(r->a, gen_part(r->a, out, "members"));
    str_view name = gen__is(node, "property_identifier") ? gen__text(r, node) : gen__name(r, node);
    TSNode value = gen__field(node, "value"), body = gen__field(node, "body");
    if (gen__is(node, "pair"))
        name = gen__text(r, gen__field(node, "key"));
    gen_set(r->a, m, "name", name);
    gen_set(r->a, m, "value", gen__text(r, value));
    gen_flag(r->a, m, "text", gen__is(value, "string"));
    bool tuple = gen__is(body, "ordered_field_declaration_list");
    bool named = gen__is(body, "field_declaration_list");
    if (tuple || named) {
        gen_set(r->a, m, "payload", tuple ? STR("tuple") : STR("named"));
        gen_flag(r->a, out, "has_payload", true);
    }
    return true;
}

/* `type Level = "low" | "high"` */
static void read_union(const struct gen_reader *r, TSNode node, gen_value *out, int depth)
{
    struct gen_kids kids = gen__kids(r, node);
    for (size_t i = 0; i < kids.n; i++) {
        TSNode kid = kids.items[i].node;
        if (gen__is(kid, "union_type") && depth < 256) {
            read_union(r, kid, out, depth + 1);
        } else if (gen__is(kid, "literal_type")) {
            str_view text = gen__text(r, kid);
            bool string = text.len > 1 && (text.ptr[0] == '"' || text.ptr[0] == '\'');
            if (!string) {
                gen_flag(r->a, out, "odd", true);
                continue;
            }
            gen_value *m = gen_add(r->a, gen_part(r->a, out, "members"));
            gen_set(r->a, m, "name", str_slice(text, 1, text.len - 1));
            gen_set(r->a, m, "value", text);
            gen_flag(r->a, m, "text", true);
        } else {
            gen_flag(r->a, out, "odd", true);
        }
    }
    gen_flag(r->a, out, "union", true);
}

/* Go: constants of a type stand beside it. */
static void read_go_members(const struct gen_reader *r, TSNode root, str_view type, gen_value *out)
{
    struct gen_kids top = gen__kids(r, root);
    for (size_t i = 0; i < top.n; i++) {
        if (!gen__is(top.items[i].node, "const_declaration"))
            continue;
        struct gen_kids specs = gen__kids(r, top.items[i].node);
        bool ours = false;
        for (size_t k = 0; k < specs.n; k++) {
            TSNode spec = specs.items[k].node;
            if (!gen__is(spec, "const_spec"))
                continue;
            str_view t = gen__type(r, spec), value = gen__text(r, gen__field(spec, "value"));
            if (t.len || value.len)
                ours = str_eq(t, type);
            str_view name = gen__name(r, spec);
            if (!ours || str_eq(name, STR("_")))
                continue;
            gen_value *m = gen_add(r->a, gen_part(r->a, out, "members"));
            gen_set(r->a, m, "name", name);
            bool text = value.len && (value.ptr[0] == '"' || value.ptr[0] == '`');
            gen_flag(r->a, m, "text", text);
            gen_flag(r->a, out, "of_text", text);
            /* In the text it is called without what all of them begin with. */
            str_view label = name;
            if (str_starts(name, type) && name.len > type.len)
                label = str_slice(name, type.len, name.len);
            gen_set(r->a, m, "label", label);
            gen_set(r->a, m, "value", value);
        }
    }
}

/* --- the body --- */

static bool is_field(TSNode node)
{
    return gen__is(node, "field_declaration public_field_definition field_definition "
                         "property_signature property_declaration");
}

struct sections {
    size_t last_field; /* its end */
    bool hidden;       /* C++: private or protected from here on */
};

static void read_inside(const struct gen_reader *r, TSNode body, gen_value *out, str_view name,
                        bool is_enum, struct sections *s, int depth)
{
    struct gen_kids kids = gen__kids(r, body);
    gen_value *fields = gen_part(r->a, out, "fields"), *methods = gen_part(r->a, out, "methods");
    for (size_t i = 0; i < kids.n; i++) {
        TSNode kid = kids.items[i].node, whole = kid;
        if (gen__is(kid, "access_specifier"))
            s->hidden = !str_starts(gen__text(r, kid), STR("public"));
        if (gen__is(kid, "enum_body_declarations declaration_list") && depth < 2) {
            read_inside(r, kid, out, name, is_enum, s, depth + 1);
            continue;
        }
        if (gen__is(kid, "decorated_definition")) /* its own doc and modifiers are inside */
            kid = gen__field(kid, "definition");
        if (gen__is_type(r, kid))
            gen_add_text(r->a, gen_part(r->a, out, "inner"), gen__name(r, kid));
        if (gen__is_function(r, kid)) {
            gen_value *m = gen_add(r->a, methods);
            gen__read_function(r, kid, m);
            str_view called = gen_text(m, "name");
            bool makes = gen_text(m, "constructor").len > 0 || str_eq(called, name);
            gen_flag(r->a, m, "constructor", makes);
            if (s->hidden)
                gen_flag(r->a, m, "private", true);
            gen_flag(r->a, out, "needs_statics",
                     gen__lang(r, "rust") && gen_text(m, "static").len && !gen_text(m, "body").len);
            /* A body of its own, but an interface's otherwise: the first is inherited. */
            gen_set(r->a, m, "begin", arena_format(r->a, "%zu", (size_t)ts_node_start_byte(whole)));
            TSNode inside = gen__field(kid, "body"), list = gen__field(kid, "parameters");
            if (makes) {
                gen_flag(r->a, out, "constructor", true);
                read_param_fields(r, list, fields, false);
                if (!ts_node_is_null(inside))
                    read_assigned(r, inside, fields, gen_get(m, STR("params")));
            }
        } else if (is_enum && read_member(r, kid, out)) {
            s->last_field = ts_node_end_byte(whole);
        } else if (is_field(kid)) {
            gen_value *before = fields ? fields->last : NULL;
            read_field(r, kid, fields);
            for (gen_value *f = before   ? before->next
                                : fields ? fields->first
                                         : NULL;
                 f; f = f->next)
                gen_flag(r->a, f, "private", s->hidden);
            s->last_field = ts_node_end_byte(whole);
        } else if (read_statement_field(r, kid, out, is_enum)) {
            s->last_field = ts_node_end_byte(whole);
        }
    }
}

/* Rust's impl blocks, Go's methods: what belongs to the type and stands outside. */
static void read_outside(const struct gen_reader *r, TSNode root, str_view name, gen_value *out,
                         gen_spots *spots)
{
    struct gen_kids top = gen__kids(r, root);
    gen_value *methods = gen_part(r->a, out, "methods"), *impls = gen_part(r->a, out, "impls");
    for (size_t i = 0; i < top.n; i++) {
        TSNode node = top.items[i].node;
        if (gen__is(node, "method_declaration") && gen__lang(r, "go")) {
            gen_value m = {0};
            gen__read_function(r, node, &m);
            if (!str_eq(gen_text(&m, "receiver"), name))
                continue;
            gen_value *item = gen_add(r->a, methods);
            gen_share(item, &m);
            spots->impl_end = ts_node_end_byte(node);
        } else if (gen__is(node, "impl_item")) {
            TSNode type = gen__field(node, "type"), trait = gen__field(node, "trait");
            str_view of = gen__text(r, type);
            if (!str_eq(str_trim(str_slice(of, 0, str_find_byte(of, '<'))), name))
                continue;
            TSNode body = gen__field(node, "body");
            struct gen_kids kids = gen__kids(r, body);
            for (size_t k = 0; k < kids.n; k++) {
                if (gen__is_function(r, kids.items[k].node))
                    gen__read_function(r, kids.items[k].node, gen_add(r->a, methods));
            }
            if (!ts_node_is_null(trait)) {
                gen_add_text(r->a, impls, gen__text(r, trait));
                str_view whole = gen__text(r, trait);
                size_t colon = whole.len;
                while (colon > 0 && whole.ptr[colon - 1] != ':')
                    colon--;
                if (colon > 0) /* std::fmt::Display is Display */
                    gen_add_text(r->a, impls, str_slice(whole, colon, whole.len));
            } else if (spots->impl_end == SIZE_MAX && !ts_node_is_null(body)) {
                spots->impl_end = ts_node_end_byte(body) - 1;
            }
        }
    }
}

static void read_derives(const struct gen_reader *r, TSNode node, gen_value *out, gen_spots *spots)
{
    gen_value *list = gen_part(r->a, out, "derives");
    for (TSNode p = ts_node_prev_sibling(node);
         gen__is(p, "attribute_item line_comment block_comment"); p = ts_node_prev_sibling(p)) {
        str_view text = gen__text(r, p);
        size_t at = str_find(text, STR("derive("));
        str_view rest = str_slice(text, at + 7, str_find_byte(text, ')'));
        if (at < text.len && str_starts(text, STR("#[derive(")))
            spots->derive_end = ts_node_start_byte(p) + str_find_byte(text, ')');
        while (at < text.len && rest.len) {
            size_t comma = str_find_byte(rest, ',');
            gen_add_text(r->a, list, str_trim(str_slice(rest, 0, comma)));
            rest = str_slice(rest, comma + 1, rest.len);
        }
    }
}

static TSNode root_of(TSNode node)
{
    for (TSNode up = ts_node_parent(node); !ts_node_is_null(up); up = ts_node_parent(up))
        node = up;
    return node;
}

static void read_spots(const struct gen_reader *r, TSNode body, gen_spots *spots)
{
    size_t begin = ts_node_start_byte(body), end = ts_node_end_byte(body);
    str_view text = str_slice(r->text, begin, end);
    bool braces = text.len > 1 && text.ptr[0] == '{' && text.ptr[text.len - 1] == '}';
    if (braces) {
        spots->body_end = end - 1;
        spots->empty_body = str_is_blank(str_slice(text, 1, text.len - 1));
        if (spots->fields_end == SIZE_MAX)
            spots->fields_end = begin + 1;
    } else {
        spots->body_end = end;
        spots->empty_body =
            str_eq(str_trim(text), STR("pass")) || str_eq(str_trim(text), STR("..."));
    }
}

void gen__read_type(const struct gen_reader *r, TSNode node, gen_value *out, gen_spots *spots)
{
    TSNode inner = inner_of(node), body = body_of(r, inner);
    gen_value *bases = gen_part(r->a, out, "bases");
    bool typedefed = gen__is(node, "type_definition");
    str_view name = gen__name(r, inner), doc = gen__doc(r, node);
    if (typedefed)
        name = gen__text(r, gen__field(node, "declarator"));
    read_bases(r, inner, bases, 0);
    const char *kind = kind_of(r, inner, bases);
    bool is_enum = strcmp(kind, "enum") == 0;
    gen_set(r->a, out, "name", name);
    gen_set(r->a, out, "kind", str_of(kind));
    gen_set(r->a, out, "doc", doc);
    gen_flag(r->a, out, "typedef", typedefed);
    gen_flag(r->a, out, "scoped",
             gen__is(inner, "enum_specifier") &&
                 str_starts(gen__text(r, inner), STR("enum class")));
    gen_flag(r->a, out, "public",
             gen__modified(r, inner, "public") || gen__modified(r, inner, "pub"));
    str_view open = gen__text(r, gen__kid(r, inner, "visibility_modifier")); /* Rust */
    gen_set(r->a, out, "vis", open.len ? arena_format(r->a, "%.*s ", STR_ARG(open)) : STR(""));
    gen_flag(r->a, out, "abstract", gen__modified(r, inner, "abstract"));
    gen_flag(r->a, out, "union_type", gen__is(inner, "union_specifier"));
    TSNode generics = gen__kid(r, inner, "type_parameters type_parameter_list");
    if (!ts_node_is_null(generics)) {
        gen_set(r->a, out, "generics", gen__text(r, generics));
        gen_set(r->a, out, "args", arguments_of(r, generics));
        struct gen_kids kids = gen__kids(r, generics);
        for (size_t i = 0; i < kids.n; i++) {
            if (gen__is(kids.items[i].node, "const_parameter"))
                gen_add_text(r->a, gen_part(r->a, out, "consts"), gen__name(r, kids.items[i].node));
        }
    }
    str_view where = gen__text(r, gen__kid(r, inner, "where_clause"));
    where = str_trim(str_slice(where, 5, where.len));
    gen_set(r->a, out, "where",
            str_ends(where, STR(",")) ? str_slice(where, 0, where.len - 1) : where);
    TSNode up = ts_node_parent(inner);
    TSNode outer = gen__is(up, "lexical_declaration") ? ts_node_parent(up) : up;
    gen_flag(r->a, out, "exported", gen__is(outer, "export_statement"));
    if (gen__is(up, "decorated_definition")) {
        str_view d = str_slice(r->text, ts_node_start_byte(up), ts_node_start_byte(inner));
        gen_flag(r->a, out, "frozen", str_find(d, STR("frozen=True")) < d.len);
    }
    TSNode heritage = gen__kid(r, inner, "class_heritage superclass extends_clause");
    gen_flag(
        r->a, out, "super",
        gen__is(heritage, "superclass") ||
            !ts_node_is_null(gen__kid(r, heritage, "extends_clause identifier member_expression")));
    for (const gen_value *b = bases ? bases->first : NULL; b && gen__lang(r, "python"); b = b->next)
        gen_flag(r->a, out, "super",
                 !str_eq(b->text, STR("object")) &&
                     str_find(b->text, STR("Generic[")) == b->text.len);
    gen_flag(r->a, out, "template", gen__is(up, "template_declaration"));
    struct sections s = {SIZE_MAX, gen__is(inner, "class_specifier")};
    gen_value *fields = gen_part(r->a, out, "fields");
    if (gen__lang(r, "java csharp") && strcmp(kind, "record") == 0) {
        TSNode list = gen__field(inner, "parameters");
        if (ts_node_is_null(list))
            list = gen__kid(r, inner, "parameter_list");
        read_param_fields(r, list, fields, true);
        gen_flag(r->a, out, "ctor_of_params", fields && fields->first);
    }
    TSNode primary = gen__kid(r, inner, "primary_constructor");
    if (!ts_node_is_null(primary)) {
        read_param_fields(r, primary, fields, false);
        gen_flag(r->a, out, "constructor", true);
        gen_flag(r->a, out, "ctor_of_params", true);
    }
    if (gen__is(inner, "type_alias_declaration") && is_union_of_words(inner))
        read_union(r, gen__field(inner, "value"), out, 0);
    else if (!ts_node_is_null(body))
        read_inside(r, body, out, name, is_enum, &s, 0);
    TSNode ordered = gen__kid(r, inner, "ordered_field_declaration_list");
    gen_flag(r->a, out, "tuple",
             gen__is(body, "ordered_field_declaration_list") || !ts_node_is_null(ordered));
    gen_flag(r->a, out, "ends_hidden", s.hidden);
    spots->fields_end = s.last_field;
    if (is_enum && gen__lang(r, "java kotlin") && s.last_field != SIZE_MAX) {
        str_view tail = str_slice(r->text, s.last_field, ts_node_end_byte(body));
        bool ended = gen__lang(r, "java")
                         ? !ts_node_is_null(gen__kid(r, body, "enum_body_declarations"))
                         : str_find_byte(tail, ';') < tail.len;
        bool comma = str_starts(str_trim_left(tail), STR(","));
        if (!ended)
            spots->members_end = s.last_field + (comma ? str_find_byte(tail, ',') + 1 : 0);
    }
    if (!ts_node_is_null(body))
        read_spots(r, body, spots);
    if (gen__lang(r, "ruby"))
        spots->body_end = ts_node_end_byte(inner) - 3; /* `end` */
    if (gen__lang(r, "rust")) {
        read_derives(r, inner, out, spots);
        read_outside(r, ts_node_parent(inner), name, out, spots);
    } else if (gen__lang(r, "go")) {
        TSNode root = root_of(inner);
        read_outside(r, root, name, out, spots);
        gen_set(r->a, out, "base", gen__text(r, gen__field(inner, "type")));
        if (is_enum)
            read_go_members(r, root, name, out);
    }
}
