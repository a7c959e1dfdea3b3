#include "assist/generate/entries.h"

#include "assist/generate/template.h"
#include "assist/generate/texts.h"
#include "grammars/language.h"

str_view gen_entries_of(str_view id)
{
    for (const struct gen_embedded *t = gen_embedded_texts; t->name; t++) {
        if (gram_list_has(t->name, id))
            return (str_view){t->text, t->len};
    }
    return STR("");
}

static bool is_header(str_view line)
{
    return str_starts(line, STR("== "));
}

static void set_line(gen_entry *e, str_view line)
{
    struct {
        const char *key;
        str_view *to;
    } keys[] = {{"on:", &e->on},  {"if:", &e->condition}, {"unless:", &e->unless},
                {"at:", &e->at},  {"path:", &e->path},    {"says:", &e->says},
                {"import:", NULL}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        str_view key = str_of(keys[i].key);
        if (!str_starts(line, key))
            continue;
        str_view value = str_trim(str_slice(line, key.len, line.len));
        if (keys[i].to)
            *keys[i].to = value;
        else if (e->n_imports < GEN_MAX_IMPORTS)
            e->imports[e->n_imports++] = value;
        return;
    }
}

bool gen_entry_next(str_view *rest, gen_entry *out)
{
    *out = (gen_entry){0};
    while (rest->len && !is_header(*rest))
        str_take_line(rest);
    if (!rest->len)
        return false;
    str_view head = str_take_line(rest);
    head = str_trim(str_slice(head, 3, head.len));
    size_t colon = str_find_byte(head, ':');
    out->kind = str_trim(str_slice(head, 0, colon));
    out->title = str_trim(str_slice(head, colon + 1, head.len));
    bool types = str_eq(out->kind, STR("types"));
    while (!types && rest->len && !is_header(*rest)) {
        str_view line = str_trim_right(str_take_line(rest));
        if (str_eq(line, STR("--"))) {
            types = true;
            break;
        }
        set_line(out, line);
    }
    if (!types)
        return true;
    const char *begin = rest->ptr;
    while (rest->len && !is_header(*rest))
        str_take_line(rest);
    out->body = (str_view){begin, (size_t)(rest->ptr - begin)};
    /* The blank line before the next entry is not of this one. */
    while (out->body.len > 1 && str_ends(out->body, STR("\n\n")))
        out->body = str_slice(out->body, 0, out->body.len - 1);
    return true;
}

/* --- types --- */

static str_view column(str_view *line)
{
    size_t bar = str_find(*line, STR(" :: "));
    str_view v = str_trim(str_slice(*line, 0, bar));
    *line = str_slice(*line, bar + 4, line->len);
    return v;
}

static str_view take_semicolon(str_view *rest)
{
    size_t end = str_find(*rest, STR("; "));
    str_view v = str_trim(str_slice(*rest, 0, end));
    *rest = str_slice(*rest, end + 2, rest->len);
    return v;
}

struct row {
    str_view class, typical, cases, item;
};

/* By a type, or by the class when `type` is empty. */
static bool find_row(struct row *out, str_view type, str_view class, str_view texts)
{
    gen_entry e;
    while (gen_entry_next(&texts, &e)) {
        if (!str_eq(e.kind, STR("types")))
            continue;
        str_view lines = e.body;
        while (lines.len) {
            str_view line = str_take_line(&lines);
            if (str_starts(line, STR("#!")) || str_is_blank(line))
                continue;
            *out = (struct row){0};
            out->class = column(&line);
            str_view patterns = column(&line);
            out->typical = column(&line);
            out->cases = str_trim(line);
            if (class.len && str_eq(class, out->class))
                return true;
            while (patterns.len && !class.len) {
                str_view hit = STR(""), pattern = take_semicolon(&patterns);
                if (gen_match(pattern, type, &hit)) {
                    out->item = str_trim(hit);
                    return true;
                }
            }
        }
    }
    return false;
}

static bool is_enum(const gen_value *enums, str_view type, const gen_value **found)
{
    if (str_starts(type, STR("enum "))) /* C */
        type = str_slice(type, 5, type.len);
    for (const gen_value *e = enums ? enums->first : NULL; e; e = e->next) {
        if (str_eq(gen_text(e, "name"), type)) {
            *found = e;
            return true;
        }
    }
    return false;
}

/* "[*]" with the items' typical value. */
static str_view with_part(arena *a, str_view value, char mark, str_view item)
{
    size_t star = str_find_byte(value, mark);
    if (star == value.len)
        return value;
    return arena_format(a, "%.*s%.*s%.*s", STR_ARG(str_slice(value, 0, star)), STR_ARG(item),
                        STR_ARG(str_slice(value, star + 1, value.len)));
}

static struct row row_of(arena *a, str_view type, const gen_value *enums, const str_view *texts,
                         size_t n_texts, int depth)
{
    struct row row = {0};
    const gen_value *e = NULL;
    bool found = false;
    bool of_enum = is_enum(enums, type, &e);
    for (size_t i = 0; i < n_texts && !found; i++)
        found = find_row(&row, type, of_enum ? STR("enum") : STR(""), texts[i]);
    if (of_enum) { /* "@.*": the type and its first member */
        const gen_value *first = gen_get(e, STR("members"));
        first = first ? first->first : NULL;
        row.class = gen_text(e, "union").len ? STR("choice") : STR("enum");
        row.cases = STR("");
        if (gen_text(e, "union").len)
            row.typical = STR("*");
        row.typical = with_part(a, row.typical, '@', type);
        row.typical = with_part(a, row.typical, '*',
                                gen_text(first, gen_text(e, "union").len ? "value" : "name"));
        return row;
    }
    if (!found)
        row = (struct row){.class = STR("other")};
    if (row.item.len && depth < 4) {
        struct row item = row_of(a, row.item, enums, texts, n_texts, depth + 1);
        row.typical = with_part(a, row.typical, '*', item.typical);
    }
    return row;
}

/* What a literal says of a variable without a type. */
static str_view class_of_value(str_view v)
{
    static const struct {
        const char *head, *class;
    } heads[] = {{"[", "list"},    {"{", "map"},       {"\"", "string"},   {"'", "string"},
                 {"`", "string"},  {"true", "bool"},   {"false", "bool"},  {"new Set", "set"},
                 {"Set", "set"},   {"new Map", "map"}, {"array(", "list"}, {"True", "bool"},
                 {"False", "bool"}};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        if (str_starts(v, str_of(heads[i].head)))
            return str_of(heads[i].class);
    }
    str_view digits = str_starts(v, STR("-")) ? str_slice(v, 1, v.len) : v;
    if (!digits.len || digits.ptr[0] < '0' || digits.ptr[0] > '9')
        return STR("");
    return str_find_byte(v, '.') < v.len ? STR("float") : STR("int");
}

void gen_classify(arena *a, gen_value *part, const gen_value *enums, const str_view *texts,
                  size_t n_texts)
{
    str_view type = gen_text(part, "type");
    struct row row = row_of(a, type, enums, texts, n_texts, 0);
    str_view given = gen_text(part, "value"), init = gen_text(part, "init");
    str_view class = type.len ? STR("") : class_of_value(given.len ? given : init);
    for (size_t i = 0; class.len && i < n_texts; i++) {
        if (find_row(&row, STR(""), class, texts[i]))
            break;
    }
    row.class = class.len ? class : row.class;
    gen_set(a, part, "class", row.class);
    gen_set(a, part, "typical", row.typical);
    gen_set(a, part, "item", row.item);
    if (row.item.len) {
        struct row item = row_of(a, row.item, enums, texts, n_texts, 1);
        gen_set(a, part, "item_class", item.class);
        gen_set(a, part, "item_typical", item.typical);
    }
    gen_value *cases = gen_part(a, part, "cases");
    if (cases && !cases->first) {
        while (row.cases.len) {
            str_view one = take_semicolon(&row.cases);
            size_t eq = str_find_byte(one, '=');
            str_view value = str_trim(str_slice(one, eq + 1, one.len));
            gen_value *c = gen_add(a, cases);
            gen_set(a, c, "name", str_trim(str_slice(one, 0, eq)));
            gen_set(a, c, "value", row.item.len ? with_part(a, value, '*', row.item) : value);
        }
    }
}
