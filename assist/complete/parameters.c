#include "assist/complete/parameters.h"

#include <stdint.h>
#include <string.h>

#include "context/lexicon.h"

static str_view word_before(str_view text)
{
    size_t at = text.len;
    while (at > 0 && ctx_lexicon_is_word_byte(text.ptr[at - 1]))
        at--;
    return str_slice(text, at, text.len);
}

static str_view name_of_parameter(const gram_language *lang, str_view p)
{
    static const char *const last[] = {"c", "cpp", "java", "csharp", "objective-c", "dart", NULL};
    bool is_last = false;
    for (size_t i = 0; last[i]; i++)
        is_last = is_last || strcmp(lang->id, last[i]) == 0;
    p = str_trim(str_slice(p, 0, str_find_byte(p, '=')));
    if (is_last) {
        while (str_ends(p, STR("]")))
            p = str_trim_right(str_slice(p, 0, str_find_byte(p, '[')));
        str_view name = word_before(p);
        /* A type alone, as in declarations, names nothing. */
        return name.len < p.len ? name : STR("");
    }
    if (strcmp(lang->id, "php") == 0) {
        str_view name = word_before(p);
        bool typed = name.len < p.len && p.ptr[p.len - name.len - 1] == '$';
        return typed ? str_slice(p, p.len - name.len - 1, p.len) : STR("");
    }
    if (str_starts(p, STR("mut ")))
        p = str_trim_left(str_slice(p, 4, p.len));
    size_t n = 0;
    while (n < p.len && ctx_lexicon_is_word_byte(p.ptr[n]))
        n++;
    str_view after = str_trim_left(str_slice(p, n, p.len));
    bool go = strcmp(lang->id, "go") == 0;
    bool plain = after.len == 0 || after.ptr[0] == ':' || after.ptr[0] == '?' || go;
    return plain ? str_slice(p, 0, n) : STR("");
}

size_t assist_parameters(const gram_language *lang, str_view s, str_view *names, size_t cap)
{
    size_t open = str_find_byte(s, '('), n = 0, depth = 0, begin;
    if (strcmp(lang->id, "go") == 0 && str_starts(s, STR("func ("))) /* the receiver */
        open += 1 + str_find_byte(str_slice(s, open + 1, s.len), '(');
    begin = open + 1;
    for (size_t i = begin; i < s.len; i++) {
        char c = s.ptr[i];
        bool ends = depth == 0 && c == ')';
        if (c && strchr("([{<", c))
            depth++;
        else if (!ends && c && strchr(")]}>", c) && !(c == '>' && s.ptr[i - 1] == '-'))
            depth -= depth > 0;
        if (!ends && !(depth == 0 && c == ','))
            continue;
        str_view p = str_trim(str_slice(s, begin, i)), bare = p;
        begin = i + 1;
        while (bare.len > 0 && (bare.ptr[0] == '&' || bare.ptr[0] == '*'))
            bare = str_slice(bare, 1, bare.len);
        bool receiver = n == 0 && (str_starts(bare, STR("self")) || str_starts(bare, STR("cls")) ||
                                   str_starts(bare, STR("mut self")));
        if (ends && (p.len == 0 || str_eq(p, STR("void"))))
            return n;
        str_view name = receiver ? STR("") : name_of_parameter(lang, p);
        if (!receiver) {
            if (name.len == 0 || n == cap || str_find(p, STR("...")) < p.len ||
                str_find_byte(p, '*') == 0)
                return SIZE_MAX;
            names[n++] = name;
        }
        if (ends)
            return n;
    }
    return SIZE_MAX;
}
