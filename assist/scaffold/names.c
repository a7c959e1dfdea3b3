#include "assist/scaffold/names.h"

#include <stdio.h>

#include "base/hash.h"
#include "base/utf.h"

static bool lower(uint32_t c)
{
    return c >= 'a' && c <= 'z';
}

static bool upper(uint32_t c)
{
    return c >= 'A' && c <= 'Z';
}

static bool digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* Plain letters for U+00C0 to U+017F, two bytes each (the second may be a blank). */
static const char latin[] = "a a a a a a aec e e e e i i i i d n o o o o o x o u u u u y thssa a a "
                            "a a a aec e e e e i i i i "
                            "d n o o o o o   o u u u u y thy a a a a a a c c c c c c c c d d d d e "
                            "e e e e e e e e e g g g g "
                            "g g g g h h h h i i i i i i i i i i ijijj j k k k l l l l l l l l l l "
                            "n n n n n n n n n o o o o "
                            "o o oeoer r r r r r s s s s s s s s t t t t t t u u u u u u u u u u u "
                            "u w w y y y z z z z z z s ";

str_view scaf__words(arena *a, str_view key)
{
    if (key.len > 120)
        key = str_slice(key, 0, utf8_whole_prefix(str_slice(key, 0, 120)));
    char *out = arena_push(a, key.len * 8 + 8);
    size_t n = 0;
    if (!out)
        return (str_view){NULL, 0};
    uint32_t before = 0;
    for (size_t i = 0, step; i < key.len; i += step) {
        uint32_t c = utf8_decode(str_slice(key, i, key.len), &step, NULL);
        uint32_t after = 0;
        size_t unused;
        if (i + step < key.len)
            after = utf8_decode(str_slice(key, i + step, key.len), &unused, NULL);
        bool boundary = false;
        char text[16] = "";
        if (c < 0x80) {
            if (upper(c)) {
                boundary = lower(before) || digit(before) || (upper(before) && lower(after));
                text[0] = (char)(c - 'A' + 'a');
            } else if (lower(c) || digit(c)) {
                text[0] = (char)c;
            }
        } else if (c >= 0xC0 && c < 0x180 && latin[(c - 0xC0) * 2] != ' ') {
            text[0] = latin[(c - 0xC0) * 2];
            text[1] = latin[(c - 0xC0) * 2 + 1] == ' ' ? '\0' : latin[(c - 0xC0) * 2 + 1];
        } else if (c == 0xFE0F || c == 0x200D) {
            continue; /* parts of an emoji */
        } else {
            snprintf(text, sizeof text, "u%x", (unsigned)c);
            boundary = true;
        }
        if (!text[0]) {
            if (n && out[n - 1] != ' ')
                out[n++] = ' ';
        } else {
            if (boundary && n && out[n - 1] != ' ')
                out[n++] = ' ';
            for (const char *t = text; *t; t++)
                out[n++] = *t;
            if (c >= 0x180)
                out[n++] = ' ';
        }
        before = c;
    }
    while (n && out[n - 1] == ' ')
        n--;
    if (!n)
        return key.len == 0 ? STR("empty") : STR("sign");
    if (digit((unsigned char)out[0])) {
        memmove(out + 1, out, n++);
        out[0] = 'n';
    }
    return (str_view){out, n};
}

static size_t last_word(str_view words)
{
    size_t i = words.len;
    while (i && words.ptr[i - 1] != ' ')
        i--;
    return i;
}

static bool one_of(str_view w, const char *list)
{
    str_view rest = str_of(list);
    while (rest.len) {
        size_t n = str_find_byte(rest, ' ');
        if (str_eq(str_slice(rest, 0, n), w))
            return true;
        rest = str_slice(rest, n + 1, rest.len);
    }
    return false;
}

/* Irregular pairs, singular then plural. */
static const char *const irregular[][2] = {
    {"person", "people"},
    {"child", "children"},
    {"man", "men"},
    {"woman", "women"},
    {"foot", "feet"},
    {"tooth", "teeth"},
    {"mouse", "mice"},
    {"index", "indices"},
    {"vertex", "vertices"},
    {"matrix", "matrices"},
    {"criterion", "criteria"},
    {"datum", "data"},
    {"medium", "media"},
    {"analysis", "analyses"},
    {"axis", "axes"},
    {"basis", "bases"},
    {"leaf", "leaves"},
    {"life", "lives"},
    {"half", "halves"},
    {"shelf", "shelves"},
    {"wolf", "wolves"},
    {"hero", "heroes"},
    {"potato", "potatoes"},
    {"tomato", "tomatoes"},
    {"quiz", "quizzes"},
    {"movie", "movies"},
    {"cookie", "cookies"},
    {"goose", "geese"},
    {"crisis", "crises"},
    {"thesis", "theses"},
    {"diagnosis", "diagnoses"},
    {"alias", "aliases"},
    {"status", "statuses"},
    {"bus", "buses"},
    {"virus", "viruses"},
    {"cache", "caches"},
    {"release", "releases"},
    {"response", "responses"},
    {"house", "houses"},
    {"course", "courses"},
    {"phase", "phases"},
    {"case", "cases"},
    {"database", "databases"},
    {"license", "licenses"},
    {"expense", "expenses"},
    {"purchase", "purchases"},
    {"image", "images"},
    {"size", "sizes"},
    {"series", "series"},
    {"species", "species"},
    {"news", "news"},
    {"lens", "lenses"},
    {"zombie", "zombies"},
    {"tie", "ties"},
    {"pie", "pies"},
    {"shoe", "shoes"},
};

static const char unchanged[] =
    "data media news series species sheep fish address status bus gas lens canvas bonus virus "
    "alias focus "
    "access process progress business class pass glass success address express less always this "
    "has was is "
    "its plus us analysis basis axis crisis https os ios dns sms gps css js aws tls statistics "
    "metrics "
    "physics economics settings details info metadata equipment information";

static str_view with_last(arena *a, str_view words, size_t at, str_view last)
{
    return arena_format(a, "%.*s%.*s", (int)at, words.ptr ? words.ptr : "", STR_ARG(last));
}

str_view scaf__singular(arena *a, str_view words)
{
    size_t at = last_word(words);
    str_view w = str_slice(words, at, words.len);
    if (w.len < 3 || one_of(w, unchanged)) {
        if (str_eq(w, STR("statistics")) || str_eq(w, STR("metrics")))
            return with_last(a, words, at, str_slice(w, 0, w.len - 1));
        return words;
    }
    for (size_t i = 0; i < sizeof irregular / sizeof *irregular; i++) {
        if (str_eq(w, str_of(irregular[i][1])))
            return with_last(a, words, at, str_of(irregular[i][0]));
    }
    if (str_ends(w, STR("ies")) && w.len > 4)
        return with_last(a, words, at, arena_format(a, "%.*sy", (int)(w.len - 3), w.ptr));
    if (str_ends(w, STR("sses")) || str_ends(w, STR("xes")) || str_ends(w, STR("ches")) ||
        str_ends(w, STR("shes")))
        return with_last(a, words, at, str_slice(w, 0, w.len - 2));
    if (str_ends(w, STR("s")) && !str_ends(w, STR("ss")) && !str_ends(w, STR("us")) &&
        !str_ends(w, STR("is")))
        return with_last(a, words, at, str_slice(w, 0, w.len - 1));
    return words;
}

str_view scaf__plural(arena *a, str_view words)
{
    size_t at = last_word(words);
    str_view w = str_slice(words, at, words.len);
    if (!w.len)
        return words;
    for (size_t i = 0; i < sizeof irregular / sizeof *irregular; i++) {
        if (str_eq(w, str_of(irregular[i][0])))
            return with_last(a, words, at, str_of(irregular[i][1]));
        if (str_eq(w, str_of(irregular[i][1])))
            return words;
    }
    if (!str_eq(scaf__singular(a, words), words))
        return words; /* plural already */
    char last = w.ptr[w.len - 1], before = w.len > 1 ? w.ptr[w.len - 2] : 'a';
    if (last == 'y' && !memchr("aeiou", before, 5))
        return with_last(a, words, at, arena_format(a, "%.*sies", (int)(w.len - 1), w.ptr));
    if (last == 's' || last == 'x' || last == 'z' || str_ends(w, STR("ch")) ||
        str_ends(w, STR("sh")))
        return with_last(a, words, at, arena_format(a, "%.*ses", STR_ARG(w)));
    return with_last(a, words, at, arena_format(a, "%.*ss", STR_ARG(w)));
}

str_view scaf__case(arena *a, str_view words, name_case c)
{
    char *out = arena_push(a, words.len + 1);
    size_t n = 0;
    if (!out)
        return (str_view){NULL, 0};
    for (size_t i = 0; i < words.len;) {
        size_t end = i + str_find_byte(str_slice(words, i, words.len), ' ');
        str_view w = str_slice(words, i, end);
        bool capital = c == CASE_PASCAL || c == CASE_GO || (c == CASE_CAMEL && i);
        bool all = c == CASE_SCREAMING ||
                   (c == CASE_GO &&
                    one_of(w, "id api url uri http https json xml html css sql ip uuid uid "
                              "cpu ttl tls ssl ssh dns rpc ascii utf8 os"));
        if (i && (c == CASE_SNAKE || c == CASE_SCREAMING))
            out[n++] = '_';
        else if (i && c == CASE_KEBAB)
            out[n++] = '-';
        else if (i && n && digit((unsigned char)out[n - 1]) && digit((unsigned char)w.ptr[0]))
            out[n++] = '_'; /* "1 23" and "12 3" stay apart */
        for (size_t k = 0; k < w.len; k++) {
            char ch = w.ptr[k];
            bool up = all || (capital && k == 0);
            out[n++] = up && lower((unsigned char)ch) ? (char)(ch - 'a' + 'A') : ch;
        }
        i = end + 1;
    }
    return (str_view){out, n};
}

void scaf__scope_init(name_scope *s, arena *a, const char *reserved, bool fold)
{
    *s = (name_scope){.a = a, .reserved = reserved ? reserved : "", .fold = fold};
}

static str_view folded(name_scope *s, str_view name)
{
    str_view copy = arena_copy(s->a, name);
    if (s->fold && copy.ptr) {
        char *p = arena_push(s->a, name.len + 1);
        if (!p)
            return copy;
        for (size_t i = 0; i < name.len; i++)
            p[i] =
                upper((unsigned char)name.ptr[i]) ? (char)(name.ptr[i] - 'A' + 'a') : name.ptr[i];
        copy.ptr = p;
    }
    return copy;
}

static bool used(const name_scope *s, str_view name)
{
    if (one_of(name, s->reserved))
        return true;
    if (!s->n_slots)
        return false;
    for (size_t i = hash_str(name) & (s->n_slots - 1); s->slots[i];
         i = (i + 1) & (s->n_slots - 1)) {
        if (str_eq(s->names[s->slots[i] - 1], name))
            return true;
    }
    return false;
}

static void use(name_scope *s, str_view name)
{
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 16;
        str_view *names = ARENA_ARRAY(s->a, str_view, cap);
        uint32_t *slots = ARENA_ARRAY(s->a, uint32_t, cap * 2);
        if (!names || !slots)
            return;
        if (s->n)
            memcpy(names, s->names, s->n * sizeof *names);
        s->names = names;
        s->cap = cap;
        s->slots = slots;
        s->n_slots = cap * 2;
        for (size_t k = 0; k < s->n; k++) {
            size_t i = hash_str(names[k]) & (s->n_slots - 1);
            while (slots[i])
                i = (i + 1) & (s->n_slots - 1);
            slots[i] = (uint32_t)k + 1;
        }
    }
    size_t i = hash_str(name) & (s->n_slots - 1);
    while (s->slots[i])
        i = (i + 1) & (s->n_slots - 1);
    s->names[s->n++] = name;
    s->slots[i] = (uint32_t)s->n;
}

str_view scaf__scope_claim(name_scope *s, str_view name)
{
    str_view want = folded(s, name), chosen = name;
    bool reserved = one_of(want, s->reserved);
    if (reserved) {
        chosen = arena_format(s->a, "%.*s_", STR_ARG(name));
        want = folded(s, chosen);
    }
    for (unsigned n = 2; used(s, want) && !arena_failed(s->a); n++) {
        chosen =
            arena_format(s->a, "%.*s%s%u", STR_ARG(name),
                         name.len && digit((unsigned char)name.ptr[name.len - 1]) ? "_" : "", n);
        want = folded(s, chosen);
    }
    if (!arena_failed(s->a))
        use(s, want);
    return chosen;
}
