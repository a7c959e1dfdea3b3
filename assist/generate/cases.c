/* What templates of tests and of plain data need to know: the calls that a test should make, and
 * whether a type is made of values that text can stand for. */
#include "assist/generate/generate_internal.h"
#include "context/words.h"

/* Whether a value of the part can be written as text and read back. A part without a type is
 * trusted where the constructor takes it. */
static bool is_plain(const gen_value *part)
{
    static const char plain[] = "int uint bigint float bool string boxed bytes list array set map "
                                "enum choice date time path";
    str_view class = gen_text(part, "class"), item = gen_text(part, "item_class");
    if (str_eq(class, STR("option")))
        return gram_list_has(plain, item);
    if (gram_list_has("list array set", class) && item.len)
        return gram_list_has(plain, item);
    if (gram_list_has(plain, class))
        return true;
    return !gen_text(part, "type").len && gen_text(part, "from_param").len > 0;
}

static bool all_plain(arena *a, const gen_value *list)
{
    bool all = list && list->first;
    for (gen_value *v = list ? list->first : NULL; v; v = v->next) {
        if (gen_text(v, "static").len)
            continue;
        bool plain = is_plain(v);
        gen_flag(a, v, "plain", plain);
        all = all && plain;
    }
    return all;
}

/* Adds a call: its name, and what it gives for each parameter; `odd` gets `value`. */
static void add_case(struct gen_work *w, gen_value *cases, const gen_value *params, str_view name,
                     const gen_value *odd, str_view value)
{
    gen_value *c = gen_add(w->a, cases), *args = gen_part(w->a, c, "args");
    bool ruby = str_eq(str_of(w->q->lang->id), STR("ruby"));
    gen_set(w->a, c, "name", name);
    for (const gen_value *p = params ? params->first : NULL; p; p = p->next) {
        if (gen_text(p, "rest").len || gen_text(p, "keywords").len || gen_text(p, "block").len)
            continue;
        gen_value *arg = gen_add(w->a, args);
        static const char *const kept[] = {"name", "type", "class", "keyword"};
        for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
            gen_set(w->a, arg, kept[i], gen_text(p, kept[i]));
        str_view given = gen_text(p, "typical");
        if (ruby && gen_text(p, "value").len)
            given = gen_text(p, "value");
        gen_set(w->a, arg, "given", p == odd ? value : given);
    }
}

/* JavaScript: `export { name }`, `exports.name =`, `module.exports = { name }`. */
static bool is_exported(str_view text, str_view name)
{
    while (text.len) {
        size_t at = str_find(text, STR("export"));
        text = str_slice(text, at, text.len);
        size_t line = str_find_byte(text, '\n'), open = str_find_byte(text, '{');
        size_t end = open < line ? str_find_byte(text, '}') : line;
        if (ctx_words_in(str_slice(text, 0, end), name))
            return true;
        text = str_slice(text, 6, text.len);
    }
    return false;
}

void gen__find_cases(struct gen_work *w)
{
    gen_value *f = gen_part(w->a, w->model, "function"), *type = gen_part(w->a, w->model, "type");
    const gen_value *params = gen_get(f, STR("params"));
    gen_value *cases = gen_part(w->a, f, "cases");
    if (gen_text(f, "name").len)
        add_case(w, cases, params, STR("usual"), NULL, STR(""));
    for (const gen_value *p = params ? params->first : NULL; p; p = p->next) {
        const gen_value *own = gen_get(p, STR("cases"));
        if (gen_text(p, "rest").len || gen_text(p, "keywords").len)
            continue;
        for (const gen_value *c = own ? own->first : NULL; c; c = c->next) {
            str_view value = gen_text(c, "value");
            if (!str_eq(value, gen_text(p, "typical")))
                add_case(w, cases, params,
                         arena_format(w->a, "%.*s %.*s", STR_ARG(gen_text(p, "name")),
                                      STR_ARG(gen_text(c, "name"))),
                         p, value);
        }
    }
    const gen_value *usual = cases ? gen_get(cases->first, STR("args")) : NULL;
    gen_flag(w->a, f, "takes", usual && usual->first);
    str_view returns = gen_text(f, "returns"), name = gen_text(f, "name");
    gen_set(w->a, gen_part(w->a, f, "result"), "value",
            gram_list_has("void Task ValueTask", returns) ? STR("") : returns);
    gen_flag(w->a, f, "reachable",
             gen_text(f, "exported").len || (name.len && is_exported(w->q->text, name)));
    gen_flag(w->a, type, "plain",
             gen_text(type, "has_fields").len && all_plain(w->a, gen_get(type, STR("fields"))));
    const gen_value *fields = gen_get(type, STR("fields"));
    for (const gen_value *v = fields ? fields->first : NULL; v; v = v->next)
        gen_flag(w->a, type, "some_plain", gen_text(v, "plain").len > 0);
    const gen_value *parts = gen_get(type, STR("parts"));
    if (!parts || !parts->first)
        parts = gen_get(type, STR("made_of"));
    gen_flag(w->a, type, "plain_parts", all_plain(w->a, parts));
}
