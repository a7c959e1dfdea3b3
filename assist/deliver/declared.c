#include "assist/deliver/declared.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "context/tree.h"

enum { MAX_TYPES = 400, MAX_MEMBERS = 200, MAX_PARTS = 32, MAX_DEPTH = 12, TYPE_BYTES = 1 << 16 };

typedef enum { NOTHING, SCRIPT, PYTHON, GO, RUST, JAVA } family;

static family family_of(const gram_language *lang)
{
    static const struct {
        const char *id;
        family f;
    } rows[] = {{"typescript", SCRIPT}, {"typescriptreact", SCRIPT},
                {"python", PYTHON},     {"go", GO},
                {"rust", RUST},         {"java", JAVA}};
    for (size_t i = 0; lang && i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(lang->id, rows[i].id) == 0)
            return rows[i].f;
    }
    return NOTHING;
}

bool declared_knows(const gram_language *lang)
{
    return family_of(lang) != NOTHING;
}

/* --- reading --- */

typedef struct {
    declared *out;
    arena *a;
    str_view text;
    family f;
    TSNode above; /* the first comment or attribute in front of the next declaration */
    bool has_above;
    str_view package; /* Java: "org.x." */
} reader;

static bool is(TSNode n, const char *type)
{
    return !ts_node_is_null(n) && strcmp(ts_node_type(n), type) == 0;
}

static TSNode field(TSNode n, const char *name)
{
    return ts_node_child_by_field_name(n, name, (uint32_t)strlen(name));
}

static str_view text_of(const reader *r, TSNode n)
{
    if (ts_node_is_null(n))
        return STR("");
    return str_slice(r->text, ts_node_start_byte(n), ts_node_end_byte(n));
}

static bool has(str_view v, const char *what)
{
    return str_find(v, str_of(what)) < v.len;
}

static bool has_child(TSNode n, const char *type)
{
    for (uint32_t i = 0, k = ts_node_child_count(n); i < k; i++) {
        if (is(ts_node_child(n, i), type))
            return true;
    }
    return false;
}

static str_view unquoted(str_view v)
{
    bool quoted = v.len > 1 && (v.ptr[0] == '"' || v.ptr[0] == '\'' || v.ptr[0] == '`') &&
                  v.ptr[v.len - 1] == v.ptr[0];
    return quoted ? str_slice(v, 1, v.len - 1) : v;
}

static size_t line_after(str_view text, size_t at)
{
    at += str_find_byte(str_slice(text, at, text.len), '\n');
    return at < text.len ? at + 1 : text.len;
}

/* All lines of a declaration, with what belongs to it above. */
static struct declared_range range_of(const reader *r, TSNode whole)
{
    return (struct declared_range){ts_node_start_byte(r->has_above ? r->above : whole),
                                   line_after(r->text, ts_node_end_byte(whole) - 1)};
}

static declared_type *add_type(reader *r, TSNode whole, TSNode name)
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

static void add_member(declared_type *t, str_view name, str_view type, bool may_lack)
{
    if (t->n_members < MAX_MEMBERS)
        t->members[t->n_members++] = (declared_member){name, type, may_lack};
    else
        t->comparable = false;
}

static void add_word(reader *r, str_view *list, str_view word)
{
    *list = arena_format(r->a, "%.*s%.*s ", STR_ARG(*list), STR_ARG(word));
}

static void script_members(reader *r, declared_type *t, TSNode body)
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
        add_member(t, unquoted(text_of(r, field(m, "name"))), str_slice(type, 1, type.len),
                   has_child(m, "?"));
    }
}

static void script_type(reader *r, TSNode whole)
{
    TSNode d = field(whole, "declaration");
    if (!is(whole, "export_statement") || ts_node_is_null(d))
        return;
    bool interface = is(d, "interface_declaration"), alias = is(d, "type_alias_declaration");
    bool other = is(d, "class_declaration") || is(d, "enum_declaration") ||
                 is(d, "abstract_class_declaration");
    if (str_starts(text_of(r, field(d, "value")), STR("ReturnType<")))
        return; /* another name for what is declared elsewhere */
    declared_type *t = interface || alias || other ? add_type(r, whole, field(d, "name")) : NULL;
    if (!t)
        return;
    t->comparable = !other && ts_node_is_null(field(d, "type_parameters")) &&
                    !has_child(d, "extends_type_clause") && !has_child(whole, "default");
    TSNode value = interface ? field(d, "body") : field(d, "value");
    if (interface || is(value, "object_type")) {
        script_members(r, t, value);
    } else if (alias) {
        str_view text = text_of(r, value);
        add_member(t, STR(""), text, false);
        t->open_enum = str_find(text, STR("(string & {})")) < text.len;
    }
}

static void python_field(reader *r, declared_type *t, TSNode m)
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
    add_member(t, text_of(r, field(m, "left")), type, may_lack);
}

static void python_class(reader *r, TSNode whole, TSNode d)
{
    declared_type *t = add_type(r, whole, field(d, "name"));
    if (!t)
        return;
    TSNode body = field(d, "body");
    add_word(r, &t->base, text_of(r, field(d, "superclasses")));
    for (uint32_t i = 0, n = ts_node_named_child_count(whole);
         i < n && is(whole, "decorated_definition"); i++) {
        if (is(ts_node_named_child(whole, i), "decorator"))
            add_word(r, &t->base, text_of(r, ts_node_named_child(whole, i)));
    }
    for (uint32_t i = 0, n = ts_node_named_child_count(body); i < n; i++) {
        TSNode m = ts_node_named_child(body, i);
        TSNode inner = is(m, "expression_statement")   ? ts_node_named_child(m, 0)
                       : is(m, "decorated_definition") ? field(m, "definition")
                                                       : m;
        if (is(inner, "assignment") && !ts_node_is_null(field(inner, "type")))
            python_field(r, t, inner);
        else if (is(inner, "function_definition"))
            add_word(r, &t->methods, text_of(r, field(inner, "name")));
    }
}

/* Name = TypedDict("Name", {"key": "type"}) and Name: TypeAlias = ... */
static void python_assignment(reader *r, TSNode whole)
{
    TSNode d = ts_node_named_child(whole, 0), value = field(d, "right"), name = field(d, "left");
    if (!is(d, "assignment") || !is(name, "identifier"))
        return;
    if (str_eq(text_of(r, field(d, "type")), STR("TypeAlias"))) {
        declared_type *t = add_type(r, whole, name);
        if (t) {
            str_view text = unquoted(text_of(r, value));
            add_member(t, STR(""), text, false);
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
    declared_type *t = ts_node_is_null(keys) ? NULL : add_type(r, whole, name);
    for (uint32_t i = 0, n = t ? ts_node_named_child_count(keys) : 0; i < n; i++) {
        TSNode pair = ts_node_named_child(keys, i);
        if (!is(pair, "pair"))
            continue;
        str_view type = text_of(r, field(pair, "value"));
        bool may_lack = str_starts(type, STR("NotRequired["));
        if (may_lack)
            type = str_slice(type, sizeof "NotRequired[" - 1, type.len - 1);
        add_member(t, unquoted(text_of(r, field(pair, "key"))), unquoted(type), may_lack);
    }
    if (t)
        add_word(r, &t->base, STR("TypedDict"));
}

static void python_type(reader *r, TSNode whole)
{
    TSNode d = is(whole, "decorated_definition") ? field(whole, "definition") : whole;
    if (is(d, "class_definition"))
        python_class(r, whole, d);
    else if (is(whole, "expression_statement"))
        python_assignment(r, whole);
}

static bool mentions(str_view v, str_view name);

static void go_method(reader *r, TSNode whole)
{
    str_view receiver = text_of(r, field(whole, "receiver"));
    for (size_t i = 0; i < r->out->n; i++) {
        declared_type *t = &r->out->items[i];
        if (!mentions(receiver, t->name))
            continue;
        add_word(r, &t->methods, text_of(r, field(whole, "name")));
        if (t->n_outside < DECLARED_METHODS)
            t->outside[t->n_outside++] = range_of(r, whole);
        else
            t->comparable = false;
    }
}

static void go_type(reader *r, TSNode whole)
{
    TSNode spec = ts_node_named_child(whole, 0);
    if (is(whole, "method_declaration"))
        go_method(r, whole);
    if (!is(whole, "type_declaration") || ts_node_named_child_count(whole) != 1 ||
        !is(spec, "type_spec"))
        return;
    declared_type *t = add_type(r, whole, field(spec, "name"));
    TSNode type = field(spec, "type");
    if (!t)
        return;
    if (!is(type, "struct_type")) { /* with its parameters */
        str_view all = text_of(r, spec);
        add_member(t, STR(""), str_slice(all, t->name.len, all.len), false);
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
        add_member(t, text_of(r, name), str_trim(end), str_find(end, STR(",omitempty")) < end.len);
    }
}

static void rust_type(reader *r, TSNode whole)
{
    TSNode body = field(whole, "body");
    bool other = is(whole, "enum_item") || is(whole, "type_item");
    if ((!is(whole, "struct_item") && !other) || !has_child(whole, "visibility_modifier"))
        return;
    declared_type *t = add_type(r, whole, field(whole, "name"));
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
        add_member(t, text_of(r, field(m, "name")), type, may_lack);
        t->comparable = t->comparable && has_child(m, "visibility_modifier");
        attributes = STR("");
    }
}

/* Records and what stands beside them, inside the classes `outer`. */
static void java_type(reader *r, TSNode d, str_view outer, bool seen)
{
    TSNode name = field(d, "name"), body = field(d, "body"), members = field(d, "parameters");
    bool record = is(d, "record_declaration");
    if (!record && !is(d, "class_declaration") && !is(d, "interface_declaration") &&
        !is(d, "enum_declaration"))
        return;
    declared_type *t = add_type(r, d, name);
    if (!t)
        return;
    str_view modifiers = text_of(r, ts_node_named_child(d, 0));
    bool is_public = is(ts_node_named_child(d, 0), "modifiers") && has(modifiers, "public");
    t->package = r->package;
    t->outer = outer;
    t->is_public = seen && is_public;
    t->base = text_of(r, field(d, "interfaces"));
    t->comparable = record && ts_node_is_null(field(d, "type_parameters"));
    for (uint32_t i = 0, n = record ? ts_node_named_child_count(members) : 0; i < n; i++) {
        TSNode m = ts_node_named_child(members, i);
        if (is(m, "formal_parameter"))
            add_member(t, text_of(r, field(m, "name")), text_of(r, field(m, "type")), false);
        else if (is(m, "spread_parameter"))
            t->comparable = false;
    }
    str_view inside = arena_format(r->a, "%.*s%.*s.", STR_ARG(outer), STR_ARG(t->name));
    bool is_seen = t->is_public;
    for (uint32_t i = 0, n = ts_node_named_child_count(body); i < n; i++) {
        if (is(ts_node_named_child(body, i), "field_declaration"))
            add_word(r, &t->methods, STR("constants"));
        else if (is(d, "class_declaration"))
            java_type(r, ts_node_named_child(body, i), inside, is_seen);
    }
}

static void java_package(reader *r, TSNode d)
{
    str_view line = text_of(r, ts_node_named_child(d, 0));
    if (is(d, "package_declaration"))
        r->package = arena_format(r->a, "%.*s.", STR_ARG(line));
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

static void read_root(reader *r, TSNode root)
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
            java_package(r, c);
            java_type(r, c, STR(""), true);
            break;
        case NOTHING: break;
        }
        r->has_above = false;
    }
}

err_code declared_find(declared *out, arena *a, const gram_language *lang, str_view text)
{
    ctx_tree *t = NULL;
    declared d = {.items = ARENA_ARRAY(a, declared_type, MAX_TYPES)};
    reader r = {.out = &d, .a = a, .text = text, .f = family_of(lang)};
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

const declared_type *declared_get(const declared *d, str_view name)
{
    for (size_t i = 0; d && i < d->n; i++) {
        if (str_eq(d->items[i].name, name))
            return &d->items[i];
    }
    return NULL;
}

/* --- comparing --- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

static bool mentions(str_view v, str_view name)
{
    for (size_t at; name.len && (at = str_find(v, name)) < v.len;
         v = str_slice(v, at + name.len, v.len)) {
        bool starts = !at || !is_word(v.ptr[at - 1]);
        if (starts && (at + name.len == v.len || !is_word(v.ptr[at + name.len])))
            return true;
    }
    return false;
}

bool declared_mentions(const declared_type *t, str_view name)
{
    for (size_t i = 0; i < t->n_members; i++) {
        if (mentions(t->members[i].type, name))
            return true;
    }
    return false;
}

/* The parts between `sep`s that stand in no bracket and no quotes. */
static size_t split(str_view v, char sep, str_view *parts)
{
    size_t n = 0, begin = 0;
    int depth = 0;
    char quote = 0;
    for (size_t i = 0; i < v.len && n + 1 < MAX_PARTS; i++) {
        char c = v.ptr[i];
        if (quote || c == '"' || c == '\'')
            quote = quote == c ? 0 : quote ? quote : c;
        else if (strchr("([{<", c))
            depth++;
        else if (strchr(")]}>", c) && !(c == '>' && i && v.ptr[i - 1] == '='))
            depth--;
        else if (c == sep && depth == 0) {
            parts[n++] = str_trim(str_slice(v, begin, i));
            begin = i + 1;
        }
    }
    parts[n++] = str_trim(str_slice(v, begin, v.len));
    return n;
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const str_view *)a, *(const str_view *)b);
}

static str_view normal(arena *a, str_view v, family f, int depth);

/* The names that one language has for one thing. */
static str_view plain_name(str_view name)
{
    static const struct {
        const char *from, *to;
    } names[] = {{"ReadonlyArray", "Array"}, {"List", "list"},        {"Dict", "dict"},
                 {"Tuple", "tuple"},         {"StrictInt", "int"},    {"StrictStr", "str"},
                 {"StrictBool", "bool"},     {"StrictFloat", "float"}};
    if (str_starts(name, STR("typing.")))
        name = str_slice(name, 7, name.len);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_eq(name, str_of(names[i].from)))
            return str_of(names[i].to);
    }
    return name;
}

/* Java's own packages need not be named; a box holds what it is named after. */
static str_view java_name(str_view name)
{
    static const char *const packages[] = {"java.lang.", "java.util.", "java.math."};
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++) {
        if (str_starts(name, str_of(packages[i])))
            return str_slice(name, strlen(packages[i]), name.len);
    }
    return name;
}

static str_view joined(arena *a, str_view *parts, size_t n, const char *between)
{
    str_view out = n ? parts[0] : STR("");
    for (size_t i = 1; i < n; i++)
        out = arena_format(a, "%.*s%s%.*s", STR_ARG(out), between, STR_ARG(parts[i]));
    return out;
}

static str_view normal_union(arena *a, str_view *parts, size_t n, family f, int depth)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        if (parts[i].len) /* a bar may stand before the first */
            parts[k++] = normal(a, parts[i], f, depth);
    }
    qsort(parts, k, sizeof *parts, by_text);
    return joined(a, parts, k, "|");
}

static str_view without_blanks(arena *a, str_view v)
{
    char *out = arena_push(a, v.len + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < v.len; i++) {
        bool blank = v.ptr[i] == ' ' || v.ptr[i] == '\t' || v.ptr[i] == '\n' || v.ptr[i] == '\r';
        bool parts = blank && n && i + 1 < v.len && is_word(out[n - 1]) && is_word(v.ptr[i + 1]);
        if (!blank || parts)
            out[n++] = blank ? ' ' : v.ptr[i] == '\'' ? '"' : v.ptr[i];
    }
    return (str_view){out, out ? n : 0};
}

static str_view normal(arena *a, str_view v, family f, int depth)
{
    str_view parts[MAX_PARTS];
    v = str_trim(v);
    if ((f != SCRIPT && f != PYTHON && f != JAVA) || depth > MAX_DEPTH)
        return without_blanks(a, v);
    if (f == JAVA)
        v = java_name(v);
    if (f == PYTHON)
        v = str_trim(unquoted(v));
    size_t n = split(v, '|', parts);
    if (n > 1)
        return normal_union(a, parts, n, f, depth + 1);
    if (str_starts(v, STR("readonly ")))
        return normal(a, str_slice(v, 9, v.len), f, depth + 1);
    if (str_ends(v, STR("[]"))) {
        str_view inner = normal(a, str_slice(v, 0, v.len - 2), f, depth + 1);
        return arena_format(a, "Array<%.*s>", STR_ARG(inner));
    }
    if (v.len > 1 && v.ptr[0] == '(' && v.ptr[v.len - 1] == ')')
        return normal(a, str_slice(v, 1, v.len - 1), f, depth + 1);
    char open = f == PYTHON ? '[' : '<';
    size_t at = str_find_byte(v, open);
    if (!at || at >= v.len || v.ptr[v.len - 1] != (f == PYTHON ? ']' : '>') ||
        str_starts(v, STR("Literal")))
        return without_blanks(a, plain_name(v));
    str_view name = plain_name(str_slice(v, 0, at)), inner = str_slice(v, at + 1, v.len - 1);
    n = split(inner, ',', parts);
    if (str_eq(name, STR("Optional")) && n < MAX_PARTS)
        parts[n++] = STR("None");
    if (str_eq(name, STR("Optional")) || str_eq(name, STR("Union")))
        return normal_union(a, parts, n, f, depth + 1);
    for (size_t i = 0; i < n; i++)
        parts[i] = normal(a, parts[i], f, depth + 1);
    return arena_format(a, "%.*s%c%.*s%c", STR_ARG(name), open, STR_ARG(joined(a, parts, n, ",")),
                        v.ptr[v.len - 1]);
}

/* `type` with the names of open enums replaced by the name of any text. */
static str_view widened(arena *a, str_view type, const declared *among, family f)
{
    buf b;
    buf_init(&b, TYPE_BYTES);
    for (size_t i = 0, end; i < type.len; i = end) {
        for (end = i; end < type.len && is_word(type.ptr[end]);)
            end++;
        const declared_type *t = declared_get(among, str_slice(type, i, end));
        if (end == i)
            end++;
        if (t && t->open_enum)
            buf_append(&b, f == PYTHON ? STR("str") : STR("string"));
        else
            buf_append(&b, str_slice(type, i, end));
    }
    str_view out = arena_copy(a, buf_view(&b));
    buf_release(&b);
    return out;
}

/* Every part of the union `narrow` is one of `wide`, both in their normal forms. */
static bool covers(str_view wide, str_view narrow)
{
    str_view w[MAX_PARTS], n[MAX_PARTS];
    size_t n_wide = split(wide, '|', w), n_narrow = split(narrow, '|', n);
    for (size_t i = 0; i < n_narrow; i++) {
        bool found = false;
        for (size_t k = 0; k < n_wide; k++)
            found = found || str_eq(w[k], n[i]);
        if (!found)
            return false;
    }
    return true;
}

static const declared_member *member(const declared_type *t, str_view name)
{
    for (size_t i = 0; i < t->n_members; i++) {
        if (str_eq(t->members[i].name, name))
            return &t->members[i];
    }
    return NULL;
}

/* A box takes what it is named after, and an int what is read as one. */
static bool java_fits(str_view have, str_view wanted)
{
    static const struct {
        const char *wanted, *have;
    } rows[] = {{"long", "Long"},    {"long", "int"},      {"long", "Integer"},
                {"Long", "Integer"}, {"double", "Double"}, {"boolean", "Boolean"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (str_eq(wanted, str_of(rows[i].wanted)) && str_eq(have, str_of(rows[i].have)))
            return true;
    }
    return false;
}

static bool type_fits(str_view have, str_view wanted, const declared *among, family f, arena *a)
{
    str_view wide = normal(a, have, f, 0);
    if (f == JAVA)
        return str_eq(wide, normal(a, wanted, f, 0)) || java_fits(wide, wanted);
    return covers(wide, normal(a, wanted, f, 0)) ||
           covers(wide, normal(a, widened(a, wanted, among, f), f, 0));
}

/* Python has three kinds of classes for one JSON object, a file of Java helpers beside records. */
static bool same_kind(const declared_type *have, const declared_type *wanted, family f)
{
    if (f == JAVA) /* not an arm of a union, nor one that stands for an enumeration */
        return str_eq(wanted->base, STR("implements Json")) && !has(wanted->methods, "constants");
    static const char *const kinds[] = {"TypedDict", "Model", "@dataclass"};
    for (size_t i = 0; f == PYTHON && i < sizeof kinds / sizeof *kinds; i++) {
        if (has(have->base, kinds[i]) != has(wanted->base, kinds[i]))
            return false;
    }
    return true;
}

/* What is asked of a class besides its members. */
static bool base_fits(const declared_type *have, const declared_type *wanted, family f, arena *a,
                      str_view *why)
{
    if (f == JAVA) /* it is read and written from outside */
        return true;
    for (str_view rest = str_trim(wanted->methods); rest.len;) {
        str_view name = str_slice(rest, 0, str_find_byte(rest, ' '));
        str_view padded = arena_format(a, " %.*s ", STR_ARG(name));
        if (str_find(have->methods, padded) >= have->methods.len) {
            *why = arena_format(a, "has no method `%.*s`", STR_ARG(name));
            return false;
        }
        rest = str_trim(str_slice(rest, name.len, rest.len));
    }
    static const char *const derives[] = {"Serialize", "Deserialize"};
    for (size_t i = 0; f == RUST && i < sizeof derives / sizeof *derives; i++) {
        if (!has(have->base, derives[i])) {
            *why = arena_format(a, "does not derive %s", derives[i]);
            return false;
        }
    }
    return true;
}

bool declared_fits(const declared_type *have, const declared_type *wanted, const declared *among,
                   const gram_language *lang, arena *a, str_view *why)
{
    family f = family_of(lang);
    *why = STR("");
    if (!wanted->n_members || !wanted->comparable || !same_kind(have, wanted, f))
        return false;
    *why = f == JAVA ? STR("is not a plain record")
                     : STR("is of another kind, or made of other types");
    bool alias = have->n_members && !have->members[0].name.len;
    if (!have->comparable || (alias && wanted->members[0].name.len))
        return false;
    for (size_t i = 0; i < wanted->n_members; i++) {
        const declared_member *w = &wanted->members[i], *h = member(have, w->name);
        if (!h && !w->name.len) { /* an alias of what is declared elsewhere, as a rule */
            *why = STR("");
            return false;
        }
        if (!h) {
            *why = arena_format(a, "has no `%.*s`", STR_ARG(w->name));
            return false;
        }
        if (!type_fits(h->type, w->type, among, f, a)) {
            *why = arena_format(a, "has `%.*s` as %.*s, not %.*s", STR_ARG(w->name),
                                STR_ARG(str_slice(str_trim(h->type), 0, 60)),
                                STR_ARG(str_slice(str_trim(w->type), 0, 60)));
            return false;
        }
        if (w->may_lack && !h->may_lack) {
            *why = arena_format(a, "needs `%.*s`, which may be absent", STR_ARG(w->name));
            return false;
        }
    }
    for (size_t i = 0; i < have->n_members; i++) {
        const declared_member *h = &have->members[i];
        if (!h->may_lack && !member(wanted, h->name)) {
            *why =
                arena_format(a, "needs `%.*s`, which the sample does not have", STR_ARG(h->name));
            return false;
        }
    }
    return base_fits(have, wanted, f, a, why);
}
