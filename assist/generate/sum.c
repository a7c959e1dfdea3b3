#include <string.h>

#include "assist/generate/generate_internal.h"
#include "assist/generate/template.h"

str_view gen__bare_type(str_view v)
{
    static const char *const heads[] = {"const ", "struct ", "enum ", "&", "*", "?"};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        if (str_starts(v, str_of(heads[i])))
            v = str_trim(str_slice(v, strlen(heads[i]), v.len));
    }
    v = str_ends(v, STR(" const &")) ? str_slice(v, 0, v.len - 8) : v;
    while (v.len && (v.ptr[v.len - 1] == '&' || v.ptr[v.len - 1] == '*' || v.ptr[v.len - 1] == ' '))
        v = str_slice(v, 0, v.len - 1);
    return v;
}

static str_view formed(struct gen_work *w, str_view text, const char *form)
{
    buf b;
    buf_init(&b, 4096);
    (void)gen_form(&b, text, str_of(form));
    return gen_take(w->a, &b);
}

static void add_once(struct gen_work *w, gen_value *list, str_view text)
{
    if (text.len && !gen_has(list, text))
        gen_add_text(w->a, list, text);
}

/* Whether no variable can be called so. */
static bool is_keyword(const gram_language *lang, str_view word)
{
    /* The grammar has more keywords than the language: type, from, get are good names. */
    static const char ecma[] =
        "arguments await break case catch class const continue debugger default delete do else "
        "enum "
        "eval export extends false finally for function if implements import in instanceof "
        "interface let new null package private protected public return static super switch this "
        "throw true try typeof var void while with yield";
    if (gram_list_has("javascript javascriptreact typescript typescriptreact", str_of(lang->id)))
        return gram_list_has(ecma, word);
    const TSLanguage *parser = gram_language_parser(lang);
    return ts_language_symbol_for_name(parser, word.ptr, (uint32_t)word.len, false) != 0;
}

/* A mutex is no part of a value: it is neither copied nor compared. */
static void drop_locks(gen_value *fields)
{
    gen_value *last = NULL, *next;
    for (gen_value *f = fields ? fields->first : NULL; f; f = next) {
        next = f->next;
        if (!str_eq(gen_text(f, "class"), STR("lock"))) {
            last = f;
            continue;
        }
        if (last)
            last->next = next;
        else
            fields->first = next;
    }
    if (fields)
        fields->last = last;
}

static void sum_fields(struct gen_work *w, gen_value *type)
{
    drop_locks(gen_part(w->a, type, "fields"));
    const gen_value *fields = gen_get(type, STR("fields"));
    gen_value *classes = gen_part(w->a, type, "classes");
    for (gen_value *f = fields ? fields->first : NULL; f; f = f->next) {
        str_view name = gen_text(f, "name"), open = gen_text(f, "public");
        bool hidden = !str_eq(name, open);
        str_view get = arena_format(w->a, "get%.*s", STR_ARG(formed(w, open, "pascal")));
        gen_set(w->a, f, "getter", hidden ? open : get);
        str_view param = formed(w, open, "low");
        if (is_keyword(w->q->lang, param))
            param = arena_format(w->a, "%.*s_", STR_ARG(param));
        gen_set(w->a, f, "param", param);
        bool taken = is_keyword(w->q->lang, open);
        gen_set(w->a, f, "safe", taken ? arena_format(w->a, "%.*s_", STR_ARG(open)) : open);
        str_view value = gen_text(f, "value");
        gen_flag(w->a, f, "constant",
                 value.len &&
                     (gen_text(f, "readonly").len || str_find_byte(value, '\n') < value.len));
        if (gen_text(f, "static").len)
            continue;
        gen_flag(w->a, type, "has_fields", true);
        gen_flag(w->a, type, "settable", !gen_text(f, "constant").len);
        gen_flag(w->a, type, "open", !gen_text(f, "private").len);
        gen_flag(w->a, type, "has_required", gen_text(f, "value").len == 0);
        gen_flag(w->a, type, "hidden", gen_text(f, "private").len > 0);
        add_once(w, classes, gen_text(f, "class"));
        add_once(w, classes, gen_text(f, "item_class"));
    }
}

/* The field that a parameter of the constructor is for: "age" is for age, _age, Age. */
static str_view field_of(struct gen_work *w, const gen_value *type, str_view name)
{
    const gen_value *fields = gen_get(type, STR("fields"));
    for (const gen_value *f = fields ? fields->first : NULL; f; f = f->next) {
        str_view field = gen_text(f, "name"), open = gen_text(f, "public");
        if (str_eq(field, name) || str_eq(open, name) || str_eq(formed(w, open, "low"), name))
            return field;
    }
    return STR("");
}

/* type.made_of: what a call of its constructor gives, in order, where each part is a field. */
static void sum_constructor(struct gen_work *w, gen_value *type)
{
    const gen_value *methods = gen_get(type, STR("methods"));
    const gen_value *fields = gen_get(type, STR("fields"));
    gen_value *params = gen_part(w->a, type, "constructor_params");
    gen_value *made_of = gen_part(w->a, type, "made_of");
    for (const gen_value *m = methods ? methods->first : NULL; params && m; m = m->next) {
        const gen_value *list = gen_get(m, STR("params"));
        const gen_value *first = list ? list->first : NULL;
        bool copies = first && !first->next && /* C++: A(const A &) */
                      str_eq(gen__bare_type(gen_text(first, "type")), gen_text(type, "name"));
        if (gen_text(m, "constructor").len && list && !copies && !params->first)
            gen_share(params, list);
    }
    /* type.parts: what a call of the constructor takes, fields where they are its parameters. */
    gen_value *parts = gen_part(w->a, type, "parts");
    for (gen_value *p = params ? params->first : NULL; p; p = p->next) {
        gen_set(w->a, p, "public", gen_text(p, "name"));
        gen_set(w->a, p, "from_param", gen_text(p, "name"));
        bool plain = !gen_text(p, "rest").len && !gen_text(p, "keywords").len;
        gen_share(plain ? gen_add(w->a, parts) : NULL, p);
    }
    if (!gen_text(type, "constructor").len)
        gen_share(parts, fields);
    bool primary = gen_text(type, "ctor_of_params").len > 0, all = true;
    for (const gen_value *f = fields ? fields->first : NULL; primary && f; f = f->next) {
        gen_value *copy = gen_text(f, "in_constructor").len ? gen_add(w->a, made_of) : NULL;
        gen_share(copy, f);
    }
    for (gen_value *p = params ? params->first : NULL; !primary && p; p = p->next) {
        gen_set(w->a, p, "field", field_of(w, type, gen_text(p, "name")));
        all = all &&
              (gen_text(p, "field").len || gen_text(p, "rest").len || gen_text(p, "keywords").len);
    }
    if (!primary && all)
        gen_share(made_of, params);
    /* Whether what the constructor takes can be read from the fields again. */
    gen_flag(w->a, type, "rebuilt", primary || all);
}

/* --- C and C++: types stand around names --- */

/* "const char *" and "name" -> "const char *name", "int[3]" -> "int name[3]". */
static str_view declared(struct gen_work *w, str_view type, str_view name)
{
    size_t open = str_find_byte(type, '[');
    str_view head = str_trim(str_slice(type, 0, open)), tail = str_slice(type, open, type.len);
    bool tight = str_ends(head, STR("*")) || str_ends(head, STR("&"));
    return arena_format(w->a, "%.*s%s%.*s%.*s", STR_ARG(head), tight ? "" : " ", STR_ARG(name),
                        STR_ARG(tail));
}

static str_view without(str_view v, str_view head, str_view tail)
{
    if (str_starts(v, head))
        v = str_slice(v, head.len, v.len);
    if (str_ends(v, tail))
        v = str_slice(v, 0, v.len - tail.len);
    return str_trim(v);
}

/* "const int" -> "int"; what a pointer points to keeps its const. */
static str_view unconst(str_view type)
{
    return str_ends(type, STR("*")) ? type : without(type, STR("const "), STR(" const"));
}

/* `of` is the function. */
static void sum_c_params(struct gen_work *w, str_view of, const gen_value *list)
{
    for (gen_value *p = list ? list->first : NULL; p; p = p->next) {
        str_view type = gen_text(p, "type");
        str_view value = without(type, STR(""), STR("&"));
        gen_set(w->a, p, "as_param", declared(w, type, gen_text(p, "name")));
        str_view kept =
            arena_format(w->a, "mock_%.*s_%.*s", STR_ARG(of), STR_ARG(gen_text(p, "name")));
        gen_set(w->a, p, "mock_as", declared(w, unconst(type), kept));
        gen_set(w->a, p, "value_type", unconst(value));
        str_view open = gen_text(p, "name");
        while (open.len > 1 && open.ptr[0] == '_')
            open = str_slice(open, 1, open.len);
        while (open.len > 1 && open.ptr[open.len - 1] == '_')
            open = str_slice(open, 0, open.len - 1);
        gen_set(w->a, p, "public", open);
    }
}

static str_view printf_of(str_view class)
{
    static const char *const rows[][2] = {{"string", "%s"}, {"bool", "%s"},   {"int", "%lld"},
                                          {"enum", "%lld"}, {"uint", "%llu"}, {"float", "%g"},
                                          {"pointer", "%p"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (str_eq(class, str_of(rows[i][0])))
            return str_of(rows[i][1]);
    }
    return STR("");
}

static void sum_c_field(struct gen_work *w, gen_value *f)
{
    str_view type = gen_text(f, "type"), name = gen_text(f, "name"), open = gen_text(f, "public");
    bool lone = str_eq(type, STR("char *")), array = str_eq(gen_text(f, "class"), STR("array"));
    bool borrowed = lone || (array && !str_starts(type, STR("const ")));
    gen_set(w->a, f, "as_field", declared(w, type, name));
    gen_set(
        w->a, f, "as_param",
        arena_format(w->a, "%s%.*s", borrowed ? "const " : "", STR_ARG(declared(w, type, name))));
    str_view value = unconst(type);
    gen_set(w->a, f, "value_type", value);
    gen_flag(w->a, f, "fixed", value.len < type.len);
    gen_set(w->a, f, "getter_type", declared(w, type, STR("")));
    gen_set(w->a, f, "bare_type", gen__bare_type(type));
    gen_set(w->a, f, "printf", printf_of(gen_text(f, "class")));
    gen_set(w->a, f, "accessor",
            str_eq(name, open) ? arena_format(w->a, "get_%.*s", STR_ARG(name)) : open);
    bool small = str_eq(formed(w, open, "snake"), open);
    gen_set(w->a, f, "setter",
            small ? arena_format(w->a, "set_%.*s", STR_ARG(open))
                  : arena_format(w->a, "set%.*s", STR_ARG(formed(w, open, "cap"))));
}

static void sum_c(struct gen_work *w, gen_value *type, gen_value *function)
{
    const gen_value *fields = gen_get(type, STR("fields")),
                    *methods = gen_get(type, STR("methods"));
    str_view name = gen_text(type, "name");
    const char *tag = str_eq(gen_text(type, "kind"), STR("enum")) ? "enum" : "struct";
    bool bare = gen_text(type, "typedef").len > 0;
    gen_set(w->a, type, "snake", formed(w, without(name, STR(""), STR("_t")), "snake"));
    bool small = str_eq(formed(w, name, "snake"), name);
    gen_set(w->a, type, "builder",
            arena_format(w->a, "%.*s%s", STR_ARG(name), small ? "_builder" : "Builder"));
    gen_set(w->a, type, "spelled", bare ? name : arena_format(w->a, "%s %.*s", tag, STR_ARG(name)));
    for (gen_value *f = fields ? fields->first : NULL; f; f = f->next)
        sum_c_field(w, f);
    for (const gen_value *m = methods ? methods->first : NULL; m; m = m->next) {
        sum_c_params(w, gen_text(m, "name"), gen_get(m, STR("params")));
        gen_flag(w->a, type, "virtuals", gen_text(m, "abstract").len > 0);
    }
    sum_c_params(w, gen_text(function, "name"), gen_get(function, STR("params")));
    const gen_value *missing = gen_get(gen_get(w->model, STR("implement")), STR("methods"));
    for (const gen_value *m = missing ? missing->first : NULL; m; m = m->next)
        sum_c_params(w, gen_text(m, "name"), gen_get(m, STR("params")));
}

/* What is made for a type is exported as the type is. */
static void sum_go(struct gen_work *w, gen_value *type)
{
    static const char *const heads[][3] = {
        {"new", "New", "new"}, {"parse", "Parse", "parse"}, {"mock", "Mock", "mock"}};
    str_view name = gen_text(type, "name");
    bool small = name.len && name.ptr[0] >= 'a' && name.ptr[0] <= 'z';
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        gen_set(w->a, type, heads[i][0],
                arena_format(w->a, "%s%.*s", heads[i][1 + small], STR_ARG(formed(w, name, "cap"))));
}

void gen__sum_up(struct gen_work *w)
{
    gen_value *type = gen_part(w->a, w->model, "type"), *f = gen_part(w->a, w->model, "function");
    str_view name = gen_text(type, "name"), args = gen_text(type, "args");
    sum_fields(w, type);
    sum_constructor(w, type);
    gen_set(w->a, type, "letter", formed(w, str_slice(name, 0, 1), "lower"));
    gen_value *generics = gen_part(w->a, type, "generic_types");
    gen_value *more = gen_part(w->a, type, "more_generics");
    str_view rest = str_slice(args, 1, args.len ? args.len - 1 : 0);
    while (rest.len) {
        size_t comma = str_find_byte(rest, ',');
        str_view one = str_trim(str_slice(rest, 0, comma));
        if (more && generics->first)
            gen_add_text(w->a, more, one);
        if (!str_starts(one, STR("'")) && !gen_has(gen_get(type, STR("consts")), one))
            gen_add_text(w->a, generics, one);
        rest = str_slice(rest, comma + 1, rest.len);
    }
    if (gram_list_has("c cpp", str_of(w->q->lang->id)))
        sum_c(w, type, f);
    if (str_eq(str_of(w->q->lang->id), STR("go")))
        sum_go(w, type);
}
