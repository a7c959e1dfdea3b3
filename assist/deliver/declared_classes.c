#include "assist/deliver/declared_internal.h"

/* The null node when there is none of that type. */
static TSNode child(TSNode n, const char *type)
{
    TSNode none = {{0}, NULL, NULL};
    for (uint32_t i = 0, k = ts_node_is_null(n) ? 0 : ts_node_child_count(n); i < k; i++) {
        if (is(ts_node_child(n, i), type))
            return ts_node_child(n, i);
    }
    return none;
}

static bool has(TSNode n, const char *type)
{
    return !ts_node_is_null(child(n, type));
}

/* Whether one of its children is of the type and has that text. */
static bool has_word(const declared_reader *r, TSNode n, const char *type, const char *word)
{
    for (uint32_t i = 0, k = ts_node_is_null(n) ? 0 : ts_node_child_count(n); i < k; i++) {
        TSNode c = ts_node_child(n, i);
        if (is(c, type) && str_eq(text_of(r, c), str_of(word)))
            return true;
    }
    return false;
}

static declared_type *add(declared_reader *r, TSNode d, TSNode name, str_view outer, bool seen)
{
    declared_type *t = declared__add(r, d, name);
    if (t) {
        t->package = r->package;
        t->outer = outer;
        t->is_public = seen;
    }
    return t;
}

static str_view inside(const declared_reader *r, const declared_type *t)
{
    return arena_format(r->a, "%.*s%.*s.", STR_ARG(t->outer), STR_ARG(t->name));
}

/* Records and what stands beside them, inside the classes `outer`. */
static void java_type(declared_reader *r, TSNode d, str_view outer, bool seen)
{
    TSNode name = field(d, "name"), body = field(d, "body"), members = field(d, "parameters");
    bool record = is(d, "record_declaration"), constants = false;
    if (!record && !is(d, "class_declaration") && !is(d, "interface_declaration") &&
        !is(d, "enum_declaration"))
        return;
    declared_type *t = add(r, d, name, outer, seen && has(child(d, "modifiers"), "public"));
    if (!t)
        return;
    t->base = text_of(r, field(d, "interfaces"));
    t->comparable = record && ts_node_is_null(field(d, "type_parameters"));
    for (uint32_t i = 0, n = record ? ts_node_named_child_count(members) : 0; i < n; i++) {
        TSNode m = ts_node_named_child(members, i);
        if (is(m, "formal_parameter"))
            declared__add_member(t, text_of(r, field(m, "name")), text_of(r, field(m, "type")),
                                 false);
        else if (is(m, "spread_parameter"))
            t->comparable = false;
    }
    str_view within = inside(r, t);
    bool is_seen = t->is_public;
    for (uint32_t i = 0, n = ts_node_named_child_count(body); i < n; i++) {
        constants = constants || is(ts_node_named_child(body, i), "field_declaration");
        if (is(d, "class_declaration"))
            java_type(r, ts_node_named_child(body, i), within, is_seen);
    }
    t->open_enum = constants && str_eq(t->base, STR("implements Json"));
}

/* --- Kotlin --- */

static bool kotlin_is_public(const declared_reader *r, TSNode d)
{
    TSNode modifiers = child(d, "modifiers");
    return !has(modifiers, "visibility_modifier") ||
           has_word(r, modifiers, "visibility_modifier", "public");
}

/* Whether anybody may make one by its constructor. */
static bool kotlin_is_plain(const declared_reader *r, TSNode d)
{
    static const char *const others[] = {"abstract", "sealed", "inner", "annotation"};
    TSNode modifiers = child(d, "modifiers"), constructor = child(d, "primary_constructor");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (has_word(r, modifiers, "class_modifier", others[i]) ||
            has_word(r, modifiers, "inheritance_modifier", others[i]))
            return false;
    }
    return !ts_node_is_null(constructor) && !has(constructor, "modifiers") && !has(d, "enum") &&
           !has(d, "type_parameters");
}

static void kotlin_members(declared_reader *r, declared_type *t, TSNode constructor)
{
    for (uint32_t i = 0, n = ts_node_named_child_count(constructor); i < n; i++) {
        TSNode m = ts_node_named_child(constructor, i), type = child(m, ":");
        if (!is(m, "class_parameter"))
            continue;
        bool may_lack = has(m, "=");
        if (!ts_node_is_null(type))
            type = ts_node_next_named_sibling(type);
        if (has(m, "binding_pattern_kind") && kotlin_is_public(r, m))
            declared__add_member(t, text_of(r, child(m, "simple_identifier")), text_of(r, type),
                                 may_lack);
        else if (!may_lack) /* it must be given, and cannot be asked for */
            t->comparable = false;
    }
}

static void kotlin_type(declared_reader *r, TSNode d, str_view outer, bool seen)
{
    TSNode body = child(d, "class_body");
    bool object = is(d, "object_declaration"), constants = false;
    if (!object && !is(d, "class_declaration"))
        return;
    declared_type *t =
        add(r, d, child(d, "type_identifier"), outer, seen && kotlin_is_public(r, d));
    if (!t)
        return;
    t->comparable = !object && kotlin_is_plain(r, d);
    if (t->comparable)
        kotlin_members(r, t, child(d, "primary_constructor"));
    for (uint32_t i = 0, n = ts_node_named_child_count(d); i < n; i++) {
        if (is(ts_node_named_child(d, i), "delegation_specifier"))
            declared__add_word(r, &t->base, text_of(r, ts_node_named_child(d, i)));
    }
    str_view within = inside(r, t);
    bool is_seen = t->is_public;
    for (uint32_t i = 0, n = ts_node_is_null(body) ? 0 : ts_node_named_child_count(body); i < n;
         i++) {
        TSNode c = ts_node_named_child(body, i);
        constants = constants || (is(c, "companion_object") &&
                                  has(child(c, "class_body"), "property_declaration"));
        kotlin_type(r, c, within, is_seen);
    }
    t->open_enum = constants && str_eq(t->base, STR(" Json "));
}

/* --- C# --- */

static bool csharp_is(const declared_reader *r, TSNode d, const char *modifier)
{
    return has_word(r, d, "modifier", modifier);
}

/* A property or variable that whoever makes the object can set, and anybody read. */
static void csharp_member(declared_reader *r, declared_type *t, TSNode m)
{
    TSNode variable = child(m, "variable_declaration"), accessors = field(m, "accessors");
    bool is_read = is(m, "field_declaration"), is_set = is_read;
    if (!csharp_is(r, m, "public") || csharp_is(r, m, "static") || csharp_is(r, m, "const") ||
        csharp_is(r, m, "readonly"))
        return;
    for (uint32_t i = 0, n = ts_node_is_null(accessors) ? 0 : ts_node_named_child_count(accessors);
         i < n; i++) {
        TSNode c = ts_node_named_child(accessors, i);
        bool is_public = !has(c, "modifier");
        is_read = is_read || (is_public && has(c, "get"));
        is_set = is_set || (is_public && (has(c, "set") || has(c, "init")));
    }
    if (!is_read || !is_set)
        return;
    TSNode named = ts_node_is_null(variable) ? m : child(variable, "variable_declarator");
    declared__add_member(t, text_of(r, field(named, "name")),
                         text_of(r, field(ts_node_is_null(variable) ? m : variable, "type")),
                         !csharp_is(r, m, "required"));
}

static void csharp_type(declared_reader *r, TSNode d, str_view outer, bool seen)
{
    TSNode body = field(d, "body"), parameters = child(d, "parameter_list");
    bool record = is(d, "record_declaration"), positional = !ts_node_is_null(parameters);
    bool constants = false,
         filled = record || is(d, "class_declaration") || is(d, "struct_declaration");
    if (!filled && !is(d, "interface_declaration") && !is(d, "enum_declaration"))
        return;
    declared_type *t = add(r, d, field(d, "name"), outer, seen && csharp_is(r, d, "public"));
    if (!t)
        return;
    t->base = text_of(r, child(d, "base_list"));
    t->is_set = !positional;
    t->comparable = filled && (record || !positional) && !has(d, "type_parameter_list") &&
                    !csharp_is(r, d, "abstract") && !csharp_is(r, d, "static");
    for (uint32_t i = 0, n = positional ? ts_node_named_child_count(parameters) : 0; i < n; i++) {
        TSNode m = ts_node_named_child(parameters, i);
        declared__add_member(t, text_of(r, field(m, "name")), text_of(r, field(m, "type")),
                             has(m, "="));
    }
    str_view within = inside(r, t);
    bool is_seen = t->is_public;
    for (uint32_t i = 0, n = ts_node_is_null(body) ? 0 : ts_node_named_child_count(body); i < n;
         i++) {
        TSNode c = ts_node_named_child(body, i);
        TSNode needed = field(c, "parameters");
        if (is(c, "constructor_declaration") && !csharp_is(r, c, "static"))
            t->comparable = t->comparable && (positional || ts_node_named_child_count(needed) == 0);
        if (!positional && (is(c, "property_declaration") || is(c, "field_declaration")))
            csharp_member(r, t, c);
        constants = constants || (is(c, "field_declaration") && csharp_is(r, c, "static"));
        if (filled)
            csharp_type(r, c, within, is_seen);
    }
    t->open_enum = constants && str_eq(t->base, STR(": IJson"));
}

/* --- files --- */

static void add_package(declared_reader *r, TSNode name)
{
    r->package = arena_format(r->a, "%.*s%.*s.", STR_ARG(r->package), STR_ARG(text_of(r, name)));
}

static void csharp_part(declared_reader *r, TSNode part, int depth)
{
    enum { MAX_NAMESPACES = 20 };
    TSNode body = field(part, "body");
    if (is(part, "file_scoped_namespace_declaration"))
        add_package(r, field(part, "name"));
    if (!is(part, "namespace_declaration")) {
        csharp_type(r, part, STR(""), true);
        return;
    }
    str_view before = r->package;
    add_package(r, field(part, "name"));
    for (uint32_t i = 0, n = depth < MAX_NAMESPACES && !ts_node_is_null(body)
                                 ? ts_node_named_child_count(body)
                                 : 0;
         i < n; i++)
        csharp_part(r, ts_node_named_child(body, i), depth + 1);
    r->package = before;
}

void declared__read_classes(declared_reader *r, TSNode part)
{
    switch (r->f) {
    case JAVA:
        if (is(part, "package_declaration"))
            add_package(r, ts_node_named_child(part, 0));
        java_type(r, part, STR(""), true);
        break;
    case KOTLIN:
        if (is(part, "package_header"))
            add_package(r, ts_node_named_child(part, 0));
        kotlin_type(r, part, STR(""), true);
        break;
    default: csharp_part(r, part, 0); break;
    }
}
