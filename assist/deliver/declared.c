#include "assist/deliver/declared.h"

#include <stdlib.h>
#include <string.h>

#include "assist/deliver/declared_internal.h"
#include "base/buf.h"

enum { MAX_PARTS = 32, MAX_DEPTH = 12, TYPE_BYTES = 1 << 16 };

declared_family declared__family(const gram_language *lang)
{
    static const struct {
        const char *id;
        declared_family f;
    } rows[] = {{"typescript", SCRIPT}, {"typescriptreact", SCRIPT},
                {"python", PYTHON},     {"go", GO},
                {"rust", RUST},         {"java", JAVA},
                {"kotlin", KOTLIN},     {"csharp", CSHARP}};
    for (size_t i = 0; lang && i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(lang->id, rows[i].id) == 0)
            return rows[i].f;
    }
    return NOTHING;
}

bool declared__outside(declared_family f)
{
    return f == JAVA || f == KOTLIN || f == CSHARP;
}

bool declared_knows(const gram_language *lang)
{
    return declared__family(lang) != NOTHING;
}

const declared_type *declared_get(const declared *d, str_view name)
{
    for (size_t i = 0; d && i < d->n; i++) {
        if (str_eq(d->items[i].name, name))
            return &d->items[i];
    }
    return NULL;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

bool declared__mentions(str_view v, str_view name)
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
        if (declared__mentions(t->members[i].type, name))
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

static str_view normal(arena *a, str_view v, declared_family f, int depth);

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

/* A language's own packages need not be named. */
static str_view without_package(str_view name)
{
    static const char *const packages[] = {
        "java.lang.", "java.util.",   "java.math.",           "kotlin.",
        "System.",    "collections.", "Collections.Generic.", "Numerics."};
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++) {
        if (str_starts(name, str_of(packages[i])))
            name = str_slice(name, strlen(packages[i]), name.len);
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

static str_view normal_union(arena *a, str_view *parts, size_t n, declared_family f, int depth)
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

static str_view normal(arena *a, str_view v, declared_family f, int depth)
{
    str_view parts[MAX_PARTS];
    v = str_trim(v);
    if ((f != SCRIPT && f != PYTHON && !declared__outside(f)) || depth > MAX_DEPTH)
        return without_blanks(a, v);
    if (declared__outside(f))
        v = without_package(v);
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
static str_view widened(arena *a, str_view type, const declared *among, declared_family f)
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
            buf_append(&b, f == PYTHON                ? STR("str")
                           : f == JAVA || f == KOTLIN ? STR("String")
                                                      : STR("string"));
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

const declared_member *declared_member_of(const declared_type *t, str_view name)
{
    for (size_t i = 0; i < t->n_members; i++) {
        if (str_eq(t->members[i].name, name))
            return &t->members[i];
    }
    return NULL;
}

/* C#: an interface of lists or dictionaries takes the list or dictionary that is made. */
static str_view made_for(arena *a, str_view v)
{
    static const struct {
        const char *interface, *type;
    } rows[] = {{"IReadOnlyList<", "List<"},
                {"IList<", "List<"},
                {"IReadOnlyCollection<", "List<"},
                {"ICollection<", "List<"},
                {"IEnumerable<", "List<"},
                {"IDictionary<", "Dictionary<"},
                {"IReadOnlyDictionary<", "Dictionary<"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        str_view head = str_of(rows[i].interface);
        if (str_starts(v, head))
            return arena_format(a, "%s%.*s", rows[i].type, STR_ARG(str_slice(v, head.len, v.len)));
    }
    return v;
}

/* What may be null takes more, a box what it is named after, and an int what is read as one. */
static bool outside_fits(str_view have, str_view wanted, declared_family f)
{
    static const struct {
        const char *wanted, *have;
    } rows[] = {{"long", "Long"},    {"long", "int"},      {"long", "Integer"},
                {"Long", "Integer"}, {"double", "Double"}, {"boolean", "Boolean"},
                {"Long", "Int"},     {"Long?", "Int?"},    {"long?", "int?"}};
    if (f != JAVA && str_ends(have, STR("?")) && !str_ends(wanted, STR("?")))
        have.len--;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (str_eq(wanted, str_of(rows[i].wanted)) && str_eq(have, str_of(rows[i].have)))
            return true;
    }
    return str_eq(have, wanted);
}

static bool type_fits(str_view have, str_view wanted, const declared *among, declared_family f,
                      arena *a)
{
    if (f == CSHARP)
        have = made_for(a, str_trim(have));
    str_view wide = normal(a, have, f, 0), narrow = normal(a, wanted, f, 0);
    str_view text = normal(a, widened(a, wanted, among, f), f, 0);
    if (declared__outside(f))
        return outside_fits(wide, narrow, f) || outside_fits(wide, text, f);
    return covers(wide, narrow) || covers(wide, text);
}

static bool has(str_view v, const char *what)
{
    return str_find(v, str_of(what)) < v.len;
}

/* Python has three kinds of classes for one JSON object; a file of Java, Kotlin or C# has helpers,
 * arms of unions and what stands for an enumeration beside its records. */
static bool same_kind(const declared_type *have, const declared_type *wanted, declared_family f)
{
    if (declared__outside(f))
        return !wanted->open_enum && str_eq(wanted->base, f == JAVA     ? STR("implements Json")
                                                          : f == KOTLIN ? STR(" Json ")
                                                                        : STR(": IJson"));
    static const char *const kinds[] = {"TypedDict", "Model", "@dataclass"};
    for (size_t i = 0; f == PYTHON && i < sizeof kinds / sizeof *kinds; i++) {
        if (has(have->base, kinds[i]) != has(wanted->base, kinds[i]))
            return false;
    }
    return true;
}

/* What is asked of a class besides its members. */
static bool base_fits(const declared_type *have, const declared_type *wanted, declared_family f,
                      arena *a, str_view *why)
{
    if (declared__outside(f))
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
    declared_family f = declared__family(lang);
    *why = STR("");
    if (!wanted->n_members || !wanted->comparable || !same_kind(have, wanted, f))
        return false;
    *why = f == JAVA     ? STR("is not a plain record")
           : f == KOTLIN ? STR("is not a class whose constructor says it all")
           : f == CSHARP ? STR("is not a class that can be filled from outside")
                         : STR("is of another kind, or made of other types");
    bool alias = have->n_members && !have->members[0].name.len;
    if (!have->comparable || (alias && wanted->members[0].name.len))
        return false;
    for (size_t i = 0; i < wanted->n_members; i++) {
        const declared_member *w = &wanted->members[i], *h = declared_member_of(have, w->name);
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
        if (w->may_lack && !h->may_lack && !declared__outside(f)) {
            *why = arena_format(a, "needs `%.*s`, which may be absent", STR_ARG(w->name));
            return false;
        }
    }
    for (size_t i = 0; i < have->n_members; i++) {
        const declared_member *h = &have->members[i];
        if (!h->may_lack && !declared_member_of(wanted, h->name)) {
            *why =
                arena_format(a, "needs `%.*s`, which the sample does not have", STR_ARG(h->name));
            return false;
        }
    }
    return base_fits(have, wanted, f, a, why);
}
