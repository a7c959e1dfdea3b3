#include <string.h>

#include "assist/deliver/declared_internal.h"

enum { MAX_TYPES = 400, MAX_MEMBERS = 200 };

static bool has_child(TSNode n, const char *type)
{
    for (uint32_t i = 0, k = ts_node_child_count(n); i < k; i++) {
        if (is(ts_node_child(n, i), type))
            return true;
    }
    return false;
}

static size_t line_after(str_view text, size_t at)
{
    at += str_find_byte(str_slice(text, at, text.len), '\n');
    return at < text.len ? at + 1 : text.len;
}

/* All lines of a declaration, with what belongs to it above. */
static struct declared_range range_of(const declared_reader *r, TSNode whole)
{
    return (struct declared_range){ts_node_start_byte(r->has_above ? r->above : whole),
                                   line_after(r->text, ts_node_end_byte(whole) - 1)};
}

declared_type *declared__add(declared_reader *r, TSNode whole, TSNode name)
{
    declared *d = r->out;
    if (d->n == MAX_TYPES || ts_node_is_null(name))
        return NULL;
    declared_type *t = &d->items[d->n++];
    struct declared_range range = range_of(r, whole);
    *t = (declared_type){.name = text_of(r, name), .comparable = true};
    t->methods = t->base = STR(" ");
    t->begin = range.begin;
    t->end = range.end;
    t->line = ts_node_start_point(whole).row + 1;
    t->members = ARENA_ARRAY(r->a, declared_member, MAX_MEMBERS);
    return t->members ? t : NULL;
}

void declared__add_member(declared_type *t, str_view name, str_view type, bool may_lack)
{
    if (t->n_members < MAX_MEMBERS)
        t->members[t->n_members++] = (declared_member){name, type, may_lack};
    else
        t->comparable = false;
}

void declared__add_word(declared_reader *r, str_view *list, str_view word)
{
    *list = arena_format(r->a, "%.*s%.*s ", STR_ARG(*list), STR_ARG(word));
}

static void script_members(declared_reader *r, declared_type *t, TSNode body)
{
    for (uint32_t i = 0, n = ts_node_named_child_count(body); i < n; i++) {
        TSNode m = ts_node_named_child(body, i);
        if (is(m, "comment"))
            continue;
        if (!is(m, "property_signature")) {
            t->comparable = false;
            continue;
        }
        str_view type = text_of(r, field(m, "type"));
        declared__add_member(t, unquoted(text_of(r, field(m, "name"))),
                             str_slice(type, 1, type.len), has_child(m, "?"));
    }
}

static void script_type(declared_reader *r, TSNode whole)
{
    TSNode d = field(whole, "declaration");
    if (!is(whole, "export_statement") || ts_node_is_null(d))
        return;
    bool interface = is(d, "interface_declaration"), alias = is(d, "type_alias_declaration");
    bool other = is(d, "class_declaration") || is(d, "enum_declaration") ||
                 is(d, "abstract_class_declaration");
    if (str_starts(text_of(r, field(d, "value")), STR("ReturnType<")))
        return; /* another name for what is declared elsewhere */
    declared_type *t =
        interface || alias || other ? declared__add(r, whole, field(d, "name")) : NULL;
    if (!t)
        return;
    t->comparable = !other && ts_node_is_null(field(d, "type_parameters")) &&
                    !has_child(d, "extends_type_clause") && !has_child(whole, "default");
    TSNode value = interface ? field(d, "body") : field(d, "value");
    if (interface || is(value, "object_type")) {
        script_members(r, t, value);
    } else if (alias) {
        str_view text = text_of(r, value);
        declared__add_member(t, STR(""), text, false);
        t->open_enum = str_find(text, STR("(string & {})")) < text.len;
    }
}

static void python_field(declared_reader *r, declared_type *t, TSNode m)
{
    str_view type = text_of(r, field(m, "type"));
    bool may_lack = !ts_node_is_null(field(m, "right"));
    if (str_starts(type, STR("NotRequired["))) {
        type = str_slice(type, sizeof "NotRequired[" - 1, type.len - 1);
        may_lack = true;
    }
    str_view right = text_of(r, field(m, "right"));
    if (str_starts(right, STR("Field(...")) || str_starts(right, STR("Field(alias")))
        may_lack = false;
    declared__add_member(t, text_of(r, field(m, "left")), type, may_lack);
}

static void python_class(declared_reader *r, TSNode whole, TSNode d)
{
    declared_type *t = declared__add(r, whole, field(d, "name"));
    if (!t)
        return;
    TSNode body = field(d, "body");
    declared__add_word(r, &t->base, text_of(r, field(d, "superclasses")));
    for (uint32_t i = 0, n = ts_node_named_child_count(whole);
         i < n && is(whole, "decorated_definition"); i++) {
        if (is(ts_node_named_child(whole, i), "decorator"))
            declared__add_word(r, &t->base, text_of(r, ts_node_named_child(whole, i)));
    }
    for (uint32_t i = 0, n = ts_node_named_child_count(body); i < n; i++) {
        TSNode m = ts_node_named_child(body, i);
        TSNode inner = is(m, "expression_statement")   ? ts_node_named_child(m, 0)
                       : is(m, "decorated_definition") ? field(m, "definition")
                                                       : m;
        if (is(inner, "assignment") && !ts_node_is_null(field(inner, "type")))
            python_field(r, t, inner);
        else if (is(inner, "function_definition"))
            declared__add_word(r, &t->methods, text_of(r, field(inner, "name")));
    }
}

/* Name = TypedDict("Name", {"key": "type"}) and Name: TypeAlias = ... */
static void python_assignment(declared_reader *r, TSNode whole)
{
    TSNode d = ts_node_named_child(whole, 0), value = field(d, "right"), name = field(d, "left");
    if (!is(d, "assignment") || !is(name, "identifier"))
        return;
    if (str_eq(text_of(r, field(d, "type")), STR("TypeAlias"))) {
        declared_type *t = declared__add(r, whole, name);
        if (t) {
            str_view text = unquoted(text_of(r, value));
            declared__add_member(t, STR(""), text, false);
            t->open_enum = str_starts(text, STR("Union[Literal[")) && str_ends(text, STR("str]"));
        }
        return;
    }
    if (!is(value, "call") || !str_ends(text_of(r, field(value, "function")), STR("TypedDict")))
        return;
    TSNode args = field(value, "arguments"), keys = {{0}, NULL, NULL};
    for (uint32_t i = 0, n = ts_node_named_child_count(args); i < n; i++) {
        if (is(ts_node_named_child(args, i), "dictionary"))
            keys = ts_node_named_child(args, i);
    }
    declared_type *t = ts_node_is_null(keys) ? NULL : declared__add(r, whole, name);
    for (uint32_t i = 0, n = t ? ts_node_named_child_count(keys) : 0; i < n; i++) {
        TSNode pair = ts_node_named_child(keys, i);
        if (!is(pair, "pair"))
            continue;
        str_view type = text_of(r, field(pair, "value"));
        bool may_lack = str_starts(type, STR("NotRequired["));
        if (may_lack)
            type = str_slice(type, sizeof "NotRequired[" - 1, type.len - 1);
        declared__add_member(t, unquoted(text_of(r, field(pair, "key"))), unquoted(type), may_lack);
    }
    if (t)
        declared__add_word(r, &t->base, STR("TypedDict"));
}

static void python_type(declared_reader *r, TSNode whole)
{
    TSNode d = is(whole, "decorated_definition") ? field(whole, "definition") : whole;
    if (is(d, "class_definition"))
        python_class(r, whole, d);
    else if (is(whole, "expression_statement"))
        python_assignment(r, whole);
}

static void go_method(declared_reader *r, TSNode whole)
{
    str_view receiver = text_of(r, field(whole, "receiver"));
    for (size_t i = 0; i < r->out->n; i++) {
        declared_type *t = &r->out->items[i];
        if (!declared__mentions(receiver, t->name))
            continue;
        declared__add_word(r, &t->methods, text_of(r, field(whole, "name")));
        if (t->n_outside < DECLARED_METHODS)
            t->outside[t->n_outside++] = range_of(r, whole);
        else
            t->comparable = false;
    }
}

static void go_type(declared_reader *r, TSNode whole)
{
    TSNode spec = ts_node_named_child(whole, 0);
    if (is(whole, "method_declaration"))
        go_method(r, whole);
    if (!is(whole, "type_declaration") || ts_node_named_child_count(whole) != 1 ||
        !is(spec, "type_spec"))
        return;
    declared_type *t = declared__add(r, whole, field(spec, "name"));
    TSNode type = field(spec, "type");
    if (!t)
        return;
    if (!is(type, "struct_type")) { /* with its parameters */
        str_view all = text_of(r, spec);
        declared__add_member(t, STR(""), str_slice(all, t->name.len, all.len), false);
        return;
    }
    t->comparable = ts_node_is_null(field(spec, "type_parameters"));
    TSNode body = ts_node_named_child(type, 0);
    for (uint32_t i = 0, n = ts_node_named_child_count(body); i < n; i++) {
        TSNode m = ts_node_named_child(body, i), name = field(m, "name");
        if (is(m, "comment"))
            continue;
        if (ts_node_is_null(name)) { /* embedded */
            t->comparable = false;
            continue;
        }
        str_view end = text_of(r, m);
        end = str_slice(end, text_of(r, name).len, end.len);
        declared__add_member(t, text_of(r, name), str_trim(end),
                             str_find(end, STR(",omitempty")) < end.len);
    }
}

static void rust_type(declared_reader *r, TSNode whole)
{
    TSNode body = field(whole, "body");
    bool other = is(whole, "enum_item") || is(whole, "type_item");
    if ((!is(whole, "struct_item") && !other) || !has_child(whole, "visibility_modifier"))
        return;
    declared_type *t = declared__add(r, whole, field(whole, "name"));
    if (!t)
        return;
    t->base = str_slice(r->text, t->begin, ts_node_start_byte(whole));
    t->comparable = !other && is(body, "field_declaration_list") &&
                    ts_node_is_null(field(whole, "type_parameters"));
    str_view attributes = {NULL, 0};
    for (uint32_t i = 0, n = t->comparable ? ts_node_named_child_count(body) : 0; i < n; i++) {
        TSNode m = ts_node_named_child(body, i);
        if (is(m, "attribute_item"))
            attributes =
                arena_format(r->a, "%.*s%.*s", STR_ARG(attributes), STR_ARG(text_of(r, m)));
        if (!is(m, "field_declaration"))
            continue;
        str_view type = arena_format(r->a, "%.*s%.*s", STR_ARG(attributes),
                                     STR_ARG(text_of(r, field(m, "type"))));
        bool may_lack = str_find(attributes, STR("default")) < attributes.len;
        declared__add_member(t, text_of(r, field(m, "name")), type, may_lack);
        t->comparable = t->comparable && has_child(m, "visibility_modifier");
        attributes = STR("");
    }
}

static bool is_import(TSNode n)
{
    static const char *const types[] = {"import_statement",         "import_from_statement",
                                        "future_import_statement",  "import_declaration",
                                        "use_declaration",          "package_clause",
                                        "extern_crate_declaration", "mod_item"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (is(n, types[i]))
            return true;
    }
    return false;
}

static void read_root(declared_reader *r, TSNode root)
{
    for (uint32_t i = 0, n = ts_node_named_child_count(root); i < n; i++) {
        TSNode c = ts_node_named_child(root, i);
        bool comment = strstr(ts_node_type(c), "comment") != NULL;
        bool first = i == 0 && comment; /* of the file */
        if (is_import(c) || first) {
            r->out->has_imports = r->out->has_imports || !first;
            r->out->after_imports = line_after(r->text, ts_node_end_byte(c) - 1);
            r->has_above = false;
            continue;
        }
        if (comment || is(c, "attribute_item") || is(c, "inner_attribute_item")) {
            bool gap = r->has_above && ts_node_start_point(c).row >
                                           ts_node_end_point(ts_node_prev_named_sibling(c)).row + 1;
            if (!r->has_above || gap)
                r->above = c;
            r->has_above = true;
            continue;
        }
        if (r->has_above &&
            ts_node_start_point(c).row > ts_node_end_point(ts_node_prev_named_sibling(c)).row + 1)
            r->has_above = false;
        switch (r->f) {
        case SCRIPT: script_type(r, c); break;
        case PYTHON: python_type(r, c); break;
        case GO: go_type(r, c); break;
        case RUST: rust_type(r, c); break;
        case JAVA:
        case KOTLIN:
        case CSHARP: declared__read_classes(r, c); break;
        case NOTHING: break;
        }
        r->has_above = false;
    }
}

err_code declared_find(declared *out, arena *a, const gram_language *lang, str_view text)
{
    ctx_tree *t = NULL;
    declared d = {.items = ARENA_ARRAY(a, declared_type, MAX_TYPES)};
    declared_reader r = {.out = &d, .a = a, .text = text, .f = declared__family(lang)};
    err_code rc = d.items ? ctx_tree_create(&t, lang, NULL) : ERR_NOMEM;
    if (rc == ERR_OK)
        rc = ctx_tree_parse(t, text, 0, NULL);
    if (rc == ERR_OK) {
        read_root(&r, ctx_tree_root(t));
        rc = arena_failed(a) ? ERR_NOMEM : ERR_OK;
    }
    if (rc == ERR_OK)
        *out = d;
    ctx_tree_destroy(t);
    return rc;
}
