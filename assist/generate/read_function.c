#include <string.h>

#include "assist/generate/model_internal.h"

static const char function_kinds[] =
    "function_definition function_declaration method_declaration method_definition function_item "
    "function_signature_item function_signature method_signature abstract_method_signature method "
    "singleton_method constructor_declaration method_elem generator_function_declaration "
    "local_function_statement secondary_constructor";

/* What a `const f = (x) => ...` holds. */
static TSNode held_function(TSNode node)
{
    TSNode none = {0};
    if (!gen__is(node, "variable_declarator"))
        return none;
    TSNode value = gen__field(node, "value");
    return gen__is(value, "arrow_function function_expression") ? value : none;
}

static bool is_c(const struct gen_reader *r)
{
    return gen__lang(r, "c cpp");
}

bool gen__is_function(const struct gen_reader *r, TSNode node)
{
    if (is_c(r))
        return gen__is(node, "function_definition declaration field_declaration") &&
               !ts_node_is_null(gen__function_declarator(node));
    return gen__is(node, function_kinds) || !ts_node_is_null(held_function(node));
}

/* --- parameters --- */

static void put_param(const struct gen_reader *r, gen_value *list, TSNode node, str_view name,
                      str_view type)
{
    gen_value *p = gen_add(r->a, list);
    TSNode value = gen__field(node, "value");
    if (ts_node_is_null(value))
        value = gen__field(node, "default_value");
    if (ts_node_is_null(value))
        value = gen__field(node, "right");
    gen_set(r->a, p, "name", name);
    gen_set(r->a, p, "type", type);
    gen_set(r->a, p, "value", gen__text(r, value));
    gen_flag(r->a, p, "optional",
             gen__is(node, "optional_parameter") && gen__lang(r, "typescript typescriptreact"));
    gen_flag(r->a, p, "rest",
             gen__is(node, "list_splat_pattern rest_pattern spread_parameter splat_parameter "
                           "variadic_parameter variadic_parameter_declaration") ||
                 gen__is(gen__field(node, "pattern"), "rest_pattern") ||
                 !ts_node_is_null(gen__kid(r, node, "list_splat_pattern")));
    gen_flag(r->a, p, "keywords",
             gen__is(node, "dictionary_splat_pattern hash_splat_parameter") ||
                 !ts_node_is_null(gen__kid(r, node, "dictionary_splat_pattern")));
    gen_flag(r->a, p, "keyword", gen__is(node, "keyword_parameter"));
    gen_flag(r->a, p, "block", gen__is(node, "block_parameter"));
}

/* C# and Kotlin have the default beside the type or behind the parameter, in no field. */
static void put_late_value(const struct gen_reader *r, gen_value *list, TSNode value)
{
    gen_value *last = list ? list->last : NULL;
    if (last && !gen_text(last, "value").len)
        gen_set(r->a, last, "value", gen__text(r, value));
}

static bool is_receiver(const struct gen_reader *r, TSNode node, str_view name)
{
    return gen__is(node, "self_parameter") ||
           (gen__lang(r, "python") && gen__is(node, "identifier") &&
            (str_eq(name, STR("self")) || str_eq(name, STR("cls"))));
}

void gen__read_params(const struct gen_reader *r, TSNode list, gen_value *out)
{
    if (ts_node_is_null(list))
        return;
    struct gen_kids kids = gen__kids(r, list);
    bool named_only = false;
    for (size_t i = 0; i < kids.n; i++) {
        TSNode kid = kids.items[i].node;
        bool plain = gen__is(kid, "identifier");
        bool param = plain || strstr(kids.items[i].type, "parameter") ||
                     strstr(kids.items[i].type, "pattern");
        if (!ts_node_is_named(kid) || strstr(kids.items[i].type, "comment"))
            continue;
        if (!param) {
            if (gen__lang(r, "kotlin") && !gen__is(kid, "parameter_modifiers"))
                put_late_value(r, out, kid);
            continue;
        }
        if (is_c(r)) {
            str_view type, base = gen__base_type(r, kid);
            str_view name = gen__declarator(r, gen__field(kid, "declarator"), base, &type);
            if (!name.len && str_eq(base, STR("void")))
                continue;
            put_param(r, out, kid, name, type);
        } else if (gen__lang(r, "go")) {
            struct gen_kids names = gen__kids(r, kid);
            for (size_t k = 0; k < names.n; k++) {
                if (strcmp(names.items[k].field, "name") == 0)
                    put_param(r, out, kid, gen__text(r, names.items[k].node), gen__type(r, kid));
            }
            if (ts_node_is_null(gen__field(kid, "name")))
                put_param(r, out, kid, STR(""), gen__type(r, kid));
        } else {
            str_view name = plain ? gen__text(r, kid) : gen__name(r, kid);
            str_view type = gen__type(r, kid);
            if (gen__is(kid, "spread_parameter")) {
                TSNode d = gen__kid(r, kid, "variable_declarator");
                name = gen__name(r, d);
                type = gen__text(r, gen__kid(r, kid,
                                             "type_identifier integral_type generic_type "
                                             "floating_point_type boolean_type array_type"));
            }
            /* Python: behind `*` and `*args` they are given by name. */
            named_only = named_only || gen__is(kid, "keyword_separator");
            if (is_receiver(r, kid, name) || gen__is(kid, "self_parameter") ||
                gen__is(kid, "positional_separator keyword_separator"))
                continue;
            put_param(r, out, kid, name, type);
            if (named_only && out)
                gen_flag(r->a, out->last, "keyword", true);
            if (gen__lang(r, "csharp")) {
                struct gen_kids inner = gen__kids(r, kid);
                struct gen_kid *last = inner.n ? &inner.items[inner.n - 1] : NULL;
                if (last && !last->field[0] && !strstr(last->type, "modifier"))
                    put_late_value(r, out, last->node);
            }
        }
    }
}

/* --- bodies --- */

static bool is_nested(TSNode node)
{
    return gen__is(node, "function_definition function_declaration function_item arrow_function "
                         "lambda lambda_expression closure_expression class_definition "
                         "class_declaration func_literal function_expression");
}

/* The class that a raise or throw names: `raise A(x)`, `throw new A(x)`, `raise A, x`. */
static str_view raised(const struct gen_reader *r, TSNode node)
{
    str_view text = str_trim(gen__text(r, node));
    static const char *const heads[] = {"raise", "throw", "new", "std::", "\\"};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        if (str_starts(text, str_of(heads[i])))
            text = str_trim(str_slice(text, strlen(heads[i]), text.len));
        if (i == 2 && str_starts(text, STR("std::")))
            break; /* the library's names keep their space in C++ */
    }
    size_t n = 0;
    while (n < text.len && (gram_is_word_byte(r->lang, (unsigned char)text.ptr[n]) ||
                            text.ptr[n] == '.' || text.ptr[n] == ':'))
        n++;
    text = str_slice(text, 0, n);
    bool named = text.len && text.ptr[0] >= 'A' && text.ptr[0] <= 'Z';
    return named || str_starts(text, STR("std::")) ? text : STR("");
}

static void read_body(const struct gen_reader *r, TSNode body, gen_value *out)
{
    gen_value *raises = gen_part(r->a, out, "raises");
    TSTreeCursor c = ts_tree_cursor_new(body);
    bool going = ts_tree_cursor_goto_first_child(&c);
    int depth = 1;
    while (going) {
        TSNode node = ts_tree_cursor_current_node(&c);
        str_view text = STR("");
        if (gen__is(node, "raise_statement throw_statement throw_expression"))
            text = raised(r, node);
        else if (gen__is(node, "jump_expression") && str_starts(gen__text(r, node), STR("throw")))
            text = raised(r, node);
        else if (gen__is(node, "call") &&
                 str_eq(gen__text(r, gen__field(node, "method")), STR("raise")))
            text = raised(r, node);
        if (text.len && !gen_has(raises, text))
            gen_add_text(r->a, raises, text);
        if (gen__is(node, "return_statement") && ts_node_named_child_count(node) > 0)
            gen_flag(r->a, out, "gives", true);
        if (gen__is(node, "macro_invocation") && str_starts(gen__text(r, node), STR("panic!")))
            gen_flag(r->a, out, "panics", true);
        if (gen__is(node, "yield yield_expression yield_statement"))
            gen_flag(r->a, out, "yields", true);
        if (!is_nested(node) && ts_tree_cursor_goto_first_child(&c)) {
            depth++;
            continue;
        }
        while (depth > 0 && !ts_tree_cursor_goto_next_sibling(&c)) {
            if (--depth > 0)
                ts_tree_cursor_goto_parent(&c);
        }
        going = depth > 0;
    }
    ts_tree_cursor_delete(&c);
}

/* --- the whole --- */

static str_view trim_arrow(str_view v)
{
    v = str_trim(v);
    while (v.len && (v.ptr[0] == ':' || str_starts(v, STR("->"))))
        v = str_trim(str_slice(v, v.ptr[0] == ':' ? 1 : 2, v.len));
    return v;
}

static str_view return_type(const struct gen_reader *r, TSNode node)
{
    static const char *const fields[] = {"return_type", "returns", "result", "type"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        TSNode type = gen__field(node, fields[i]);
        if (!ts_node_is_null(type))
            return trim_arrow(gen__text(r, type));
    }
    if (gen__lang(r, "kotlin"))
        return gen__text(r, gen__kid(r, node, "user_type nullable_type function_type"));
    return STR("");
}

static void read_results(const struct gen_reader *r, TSNode node, gen_value *out)
{
    gen_value *results = gen_part(r->a, out, "results");
    TSNode result = gen__field(node, "result");
    if (gen__is(result, "parameter_list")) {
        gen__read_params(r, result, results);
        gen_flag(r->a, out, "result_list", true);
    } else if (!ts_node_is_null(result)) {
        gen_value *one = gen_add(r->a, results);
        gen_set(r->a, one, "type", gen__text(r, result));
    }
}

static str_view receiver_type(const struct gen_reader *r, TSNode node)
{
    TSNode list = gen__field(node, "receiver");
    TSNode one = gen__kid(r, list, "parameter_declaration");
    str_view type = gen__type(r, one);
    while (type.len && (type.ptr[0] == '*' || type.ptr[0] == ' '))
        type = str_slice(type, 1, type.len);
    return str_slice(type, 0, str_find_byte(type, '['));
}

static void read_throws(const struct gen_reader *r, TSNode node, gen_value *out)
{
    TSNode throws = gen__kid(r, node, "throws");
    gen_value *raises = gen_part(r->a, out, "raises");
    if (ts_node_is_null(throws))
        return;
    struct gen_kids kids = gen__kids(r, throws);
    for (size_t i = 0; i < kids.n; i++)
        gen_add_text(r->a, raises, gen__text(r, kids.items[i].node));
}

/* `raise NotImplementedError`, `throw new Error("not implemented")`: a subclass is to write it. */
static bool is_left_open(const struct gen_reader *r, TSNode body)
{
    static const char *const words[] = {"NotImplementedError", "ot implemented",
                                        "must be implemented", "ust implement", "bstract method"};
    str_view text = ts_node_is_null(body) ? STR("") : gen__text(r, body);
    bool raises = gen__lang(r, "ruby") ? str_find(text, STR("raise ")) < text.len
                                       : gen__lang(r, "javascript javascriptreact") &&
                                             str_find(text, STR("throw new ")) < text.len;
    bool open = false;
    for (size_t i = 0; raises && i < sizeof words / sizeof words[0]; i++)
        open = open || str_find(text, str_of(words[i])) < text.len;
    return open && text.len < 200; /* it does little else */
}

void gen__read_function(const struct gen_reader *r, TSNode node, gen_value *out)
{
    TSNode held = held_function(node), what = ts_node_is_null(held) ? node : held;
    TSNode params = gen__field(what, "parameters"), body = gen__field(what, "body");
    str_view name = gen__name(r, node), returns = return_type(r, what);
    if (is_c(r)) {
        TSNode d = gen__function_declarator(node);
        params = gen__field(d, "parameters");
        name =
            gen__declarator(r, gen__field(node, "declarator"), gen__base_type(r, node), &returns);
        TSNode late = gen__kid(r, d, "trailing_return_type");
        if (!ts_node_is_null(late))
            returns = trim_arrow(gen__text(r, late));
        gen_flag(r->a, out, "const", !ts_node_is_null(gen__kid(r, d, "type_qualifier")));
        gen_flag(r->a, out, "abstract",
                 str_eq(gen__text(r, gen__field(node, "default_value")), STR("0")));
        gen_flag(r->a, out, "virtual", gen__modified(r, node, "virtual"));
    } else if (gen__lang(r, "kotlin")) {
        params = gen__kid(r, node, "function_value_parameters");
        body = gen__kid(r, node, "function_body");
    } else if (gen__lang(r, "go")) {
        read_results(r, node, out);
        gen_set(r->a, out, "receiver", receiver_type(r, node));
    }
    gen_set(r->a, out, "name", name);
    gen_set(r->a, out, "returns", returns);
    gen_set(r->a, out, "doc", gen__doc(r, node));
    gen__read_params(r, params, gen_part(r->a, out, "params"));
    if (gen__is(node, "arrow_function") || (!ts_node_is_null(held) && ts_node_is_null(params))) {
        TSNode one = gen__field(held, "parameter"); /* x => ... */
        if (!ts_node_is_null(one))
            put_param(r, gen_part(r->a, out, "params"), one, gen__text(r, one), STR(""));
    }
    read_throws(r, node, out);
    if (!ts_node_is_null(body))
        read_body(r, body, out);
    TSNode up = ts_node_parent(node);
    bool decorated = gen__is(up, "decorated_definition");
    str_view head =
        decorated ? str_slice(r->text, ts_node_start_byte(up), ts_node_start_byte(node)) : STR("");
    bool on_class = str_find(head, STR("@staticmethod")) < head.len ||
                    str_find(head, STR("@classmethod")) < head.len;
    gen_flag(r->a, out, "property", str_find(head, STR("@property")) < head.len);
    if (str_find(head, STR("@abstractmethod")) < head.len ||
        str_find(head, STR("@abc.abstractmethod")) < head.len)
        gen_flag(r->a, out, "abstract", true);
    bool rust_self = !ts_node_is_null(gen__kid(r, params, "self_parameter"));
    if (gen__lang(r, "rust"))
        gen_set(r->a, out, "self", gen__text(r, gen__kid(r, params, "self_parameter")));
    gen_flag(r->a, out, "static",
             on_class || gen__is(node, "singleton_method") || gen__modified(r, node, "static") ||
                 (gen__lang(r, "rust") && !rust_self));
    gen_flag(r->a, out, "async",
             gen__modified(r, node, "async") || str_starts(gen__text(r, what), STR("async")) ||
                 str_starts(returns, STR("Promise<")));
    gen_flag(r->a, out, "suspend", gen__modified(r, node, "suspend"));
    gen_flag(r->a, out, "private", gen__modified(r, node, "private") || str_starts(name, STR("#")));
    gen_flag(r->a, out, "public",
             gen__modified(r, node, "public") || gen__modified(r, node, "pub"));
    gen_flag(r->a, out, "override", gen__modified(r, node, "override"));
    gen_flag(r->a, out, "body", !ts_node_is_null(body));
    if (gen__modified(r, node, "abstract") || is_left_open(r, body))
        gen_flag(r->a, out, "abstract", true);
    gen_flag(r->a, out, "constructor",
             gen__is(node, "constructor_declaration secondary_constructor") ||
                 str_eq(name, STR("__init__")) || str_eq(name, STR("constructor")) ||
                 str_eq(name, STR("initialize")) || str_eq(name, STR("__construct")));
}
