#include "assist/generate/model.h"

#include <string.h>

#include "assist/generate/model_internal.h"
#include "context/tree.h"

enum { MAX_CHAIN = 64 };

/* What belongs to a declaration and stands around it. */
static TSNode whole_of(TSNode node)
{
    for (;;) {
        TSNode up = ts_node_parent(node);
        bool around = gen__is(up, "decorated_definition export_statement template_declaration "
                                  "type_declaration lexical_declaration") ||
                      (gen__is(up, "type_definition") && !gen__is(node, "type_definition"));
        if (ts_node_is_null(up) || !around)
            return node;
        node = up;
    }
}

/* Where it begins with the attributes that Rust has as siblings. */
static size_t begin_of(TSNode node)
{
    for (TSNode up = ts_node_prev_named_sibling(node); gen__is(up, "attribute_item");
         up = ts_node_prev_named_sibling(up))
        node = up;
    return ts_node_start_byte(node);
}

/* A cursor on `export`, a decorator or a comment means what is declared there. */
static TSNode inside_of(const struct gen_reader *r, TSNode node)
{
    for (int depth = 0; depth < 6; depth++) {
        if (gen__is_type(r, node) || gen__is_function(r, node))
            return node;
        TSNode kid = gen__kid(r, node,
                              "class_definition function_definition class_declaration "
                              "abstract_class_declaration interface_declaration enum_declaration "
                              "function_declaration lexical_declaration variable_declarator "
                              "type_alias_declaration type_spec class_specifier struct_specifier "
                              "enum_specifier decorated_definition generator_function_declaration");
        if (ts_node_is_null(kid) ||
            !gen__is(node, "decorated_definition export_statement template_declaration "
                           "type_declaration lexical_declaration type_definition"))
            break;
        node = kid;
    }
    return node;
}

static size_t first_of_line(str_view text, size_t offset)
{
    size_t begin = offset < text.len ? offset : text.len;
    while (begin > 0 && text.ptr[begin - 1] != '\n')
        begin--;
    size_t at = begin;
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
        at++;
    return offset < at ? at : offset;
}

/* C and C++ end a type with a semicolon that is not of its node. */
static size_t past_semicolon(str_view text, size_t end)
{
    size_t i = end;
    while (i < text.len && (text.ptr[i] == ' ' || text.ptr[i] == '\t'))
        i++;
    return i < text.len && text.ptr[i] == ';' ? i + 1 : end;
}

/* file.imports and file.package */
static void read_head(const struct gen_reader *r, TSNode root, gen_value *file)
{
    struct gen_kids top = gen__kids(r, root);
    for (size_t i = 0; i < top.n; i++) {
        TSNode node = top.items[i].node;
        bool open = gen__is(node, "namespace_definition") &&
                    ts_node_is_null(gen__field(node, "body")); /* PHP: for the whole file */
        if (gen__is(node, "import_statement import_from_statement import_declaration "
                          "preproc_include use_declaration using_directive import_list "
                          "namespace_use_declaration future_import_statement"))
            gen_add_text(r->a, gen_part(r->a, file, "imports"), str_trim(gen__text(r, node)));
        else if (open || gen__is(node, "package_clause package_declaration package_header"))
            gen_set(r->a, file, "package",
                    gen__text(r, gen__kid(r, node,
                                          "package_identifier scoped_identifier identifier "
                                          "namespace_name")));
    }
}

/* Functions of the file, and the names of types, which nothing new may be called. */
static void read_names(const struct gen_reader *r, TSNode root, gen_value *model)
{
    gen_value *names = gen_part(r->a, model, "names");
    gen_value *bodies = gen_part(r->a, model, "bodies");
    struct gen_kids top = gen__kids(r, root);
    for (size_t i = 0; i < top.n; i++) {
        TSNode node = inside_of(r, top.items[i].node);
        if (gen__is_function(r, node) && !gen__is(node, "method_declaration")) {
            gen_value f = {0};
            gen__read_function(r, node, &f);
            gen_add_text(r->a, names, gen_text(&f, "name"));
            if (gen_text(&f, "body").len)
                gen_add_text(r->a, bodies, gen_text(&f, "name"));
        } else if (gen__is_type(r, node)) {
            gen_add_text(r->a, names, gen__name(r, node));
        } else if (gen__is(node, "if_statement")) {
            str_view text = gen__text(r, node);
            if (str_find(text, STR("__name__")) < text.len)
                gen_add_text(r->a, names, STR("__name__"));
        } else if (gen__is(node, "namespace_definition namespace_declaration mod_item")) {
            gen_add_text(r->a, names, gen__name(r, node));
            TSNode body = gen__field(node, "body");
            struct gen_kids inner = {NULL, 0};
            if (!ts_node_is_null(body))
                inner = gen__kids(r, body);
            for (size_t k = 0; k < inner.n; k++) {
                TSNode one = inside_of(r, inner.items[k].node);
                if (gen__is_function(r, one) || gen__is_type(r, one)) {
                    str_view type, name = gen__name(r, one);
                    if (gen__lang(r, "cpp") && gen__is_function(r, one))
                        name = gen__declarator(r, gen__field(one, "declarator"), STR(""), &type);
                    gen_add_text(r->a, names, name);
                }
            }
        }
    }
    const gen_value *type = gen_get(model, STR("type"));
    const gen_value *methods = gen_get(type, STR("methods"));
    for (const gen_value *m = methods ? methods->first : NULL; m; m = m->next)
        gen_add_text(r->a, names, gen_text(m, "name"));
    const gen_value *fields = gen_get(type, STR("fields"));
    for (const gen_value *f = fields ? fields->first : NULL; f; f = f->next) {
        if (gen_text(f, "property").len)
            gen_add_text(r->a, names, gen_text(f, "name"));
    }
    static const char *const lists[] = {"attrs", "inner"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        const gen_value *list = gen_get(type, str_of(lists[i]));
        for (const gen_value *v = list ? list->first : NULL; v; v = v->next)
            gen_add_text(r->a, names, v->text);
    }
}

/* All declared types, wherever they stand at the top or in a namespace. */
static void each_type(const struct gen_reader *r, TSNode node, int depth,
                      void (*visit)(const struct gen_reader *r, TSNode type, void *user),
                      void *user)
{
    struct gen_kids top = gen__kids(r, node);
    for (size_t i = 0; i < top.n; i++) {
        TSNode one = inside_of(r, top.items[i].node);
        if (gen__is_type(r, one))
            visit(r, one, user);
        else if (depth < 4 && gen__is(one, "namespace_definition namespace_declaration mod_item "
                                           "declaration_list export_statement "
                                           "file_scoped_namespace_declaration"))
            each_type(r, one, depth + 1, visit, user);
    }
}

struct wanted {
    str_view name; /* empty: every enumeration */
    gen_value *found;
};

static void take_type(const struct gen_reader *r, TSNode type, void *user)
{
    struct wanted *w = user;
    gen_spots spots;
    gen_value read = {0};
    if (w->name.len && !str_eq(gen__name(r, type), w->name) && !gen__is(type, "type_definition"))
        return;
    if (!w->name.len && gen__is(type, "interface_declaration trait_item struct_item"))
        return;
    memset(&spots, 0xff, sizeof spots);
    gen__read_type(r, type, &read, &spots);
    bool is_enum = str_eq(gen_text(&read, "kind"), STR("enum"));
    if (w->name.len ? !str_eq(gen_text(&read, "name"), w->name) : !is_enum)
        return;
    gen_value *to = w->name.len ? w->found : gen_add(r->a, w->found);
    gen_share(to, &read);
}

gen_value *gen_model_type(arena *a, const gram_language *lang, TSNode root, str_view text,
                          str_view name)
{
    struct gen_reader r = {a, lang, text};
    struct wanted w = {name, gen_value_new(a)};
    if (!name.len || !w.found)
        return NULL;
    each_type(&r, root, 0, take_type, &w);
    return w.found->first ? w.found : NULL;
}

/* Rust says in another place which trait is meant. */
static void read_impl(const struct gen_reader *r, TSNode node, gen_value *model, gen_spots *spots)
{
    TSNode trait = gen__field(node, "trait"), body = gen__field(node, "body");
    if (ts_node_is_null(trait) || ts_node_is_null(body))
        return;
    gen_value *impl = gen_part(r->a, model, "impl");
    gen_set(r->a, impl, "trait", gen__text(r, trait));
    gen_set(r->a, impl, "type", gen__text(r, gen__field(node, "type")));
    struct gen_kids kids = gen__kids(r, body);
    gen_value *has = gen_part(r->a, impl, "has");
    for (size_t k = 0; k < kids.n; k++)
        gen_add_text(r->a, has, gen__name(r, kids.items[k].node));
    spots->type_begin = ts_node_start_byte(node);
    spots->type_end = ts_node_end_byte(node);
    spots->body_end = ts_node_end_byte(body) - 1;
}

gen_value *gen_model(arena *a, gen_spots *spots, const gram_language *lang, TSNode root,
                     str_view text, size_t offset)
{
    struct gen_reader r = {a, lang, text};
    gen_value *model = gen_value_new(a), *file = gen_part(a, model, "file");
    TSNode chain[MAX_CHAIN], function = {0}, type = {0};
    memset(spots, 0xff, sizeof *spots);
    spots->empty_body = false;
    gen_set(a, file, "language", str_of(lang->id));
    offset = first_of_line(text, offset);
    size_t n = ctx_nodes_at(root, offset, chain, MAX_CHAIN);
    for (size_t i = 0; i < n; i++) { /* outer before inner */
        if (!gen__is(chain[i], "namespace_definition namespace_declaration"))
            continue;
        str_view outer = gen_text(file, "namespace"),
                 name = gen__text(&r, gen__field(chain[i], "name"));
        gen_set(a, file, "namespace",
                outer.len ? arena_format(a, "%.*s::%.*s", STR_ARG(outer), STR_ARG(name)) : name);
    }
    for (size_t i = n; i-- > 0 && ts_node_is_null(type);) {
        TSNode node = chain[i];
        /* A comment belongs to what follows it. */
        if (gen__is(node, "comment line_comment block_comment multiline_comment") && i + 1 == n) {
            TSNode after = ts_node_next_named_sibling(node);
            if (!ts_node_is_null(after))
                node = after;
        }
        node = inside_of(&r, node);
        if (gen__is_type(&r, node))
            type = node;
        else if (gen__is(node, "impl_item"))
            read_impl(&r, node, model, spots);
        else if (ts_node_is_null(function) && gen__is_function(&r, node))
            function = node;
    }
    for (size_t i = 0; i < n && !ts_node_is_null(function); i++) {
        bool outer = !ts_node_eq(chain[i], function) && gen__is_function(&r, chain[i]) &&
                     ts_node_start_byte(chain[i]) < ts_node_start_byte(function);
        bool tests =
            gen__is(chain[i], "mod_item") && str_starts(gen__name(&r, chain[i]), STR("test"));
        gen_flag(a, gen_part(a, model, "function"), "nested", outer || tests);
    }
    if (!ts_node_is_null(type)) {
        TSNode whole = whole_of(type);
        gen__read_type(&r, type, gen_part(a, model, "type"), spots);
        gen_flag(a, gen_part(a, model, "type"), "broken", ts_node_has_error(type));
        spots->type_begin = begin_of(whole);
        spots->type_end = past_semicolon(text, ts_node_end_byte(whole));
    }
    if (!ts_node_is_null(function)) {
        gen_value *f = gen_part(a, model, "function");
        gen__read_function(&r, function, f);
        TSNode whole = whole_of(function), body = gen__field(function, "body");
        if (gen__is(function, "variable_declarator"))
            body = gen__field(gen__field(function, "value"), "body");
        spots->function_begin = begin_of(whole);
        str_view attributes = str_slice(text, begin_of(whole), ts_node_start_byte(whole));
        gen_flag(a, f, "nested", str_find(attributes, STR("test")) < attributes.len);
        spots->function_end = ts_node_end_byte(whole);
        if (!ts_node_is_null(body))
            spots->function_body = ts_node_start_byte(body);
        gen_flag(a, f, "method", !ts_node_is_null(type));
        gen_flag(a, f, "exported",
                 gen__is(ts_node_parent(function), "export_statement") ||
                     gen__is(whole, "export_statement"));
    }
    read_head(&r, root, file);
    read_names(&r, root, model);
    struct wanted enums = {STR(""), gen_part(a, model, "enums")};
    each_type(&r, root, 0, take_type, &enums);
    return model;
}
