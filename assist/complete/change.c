#include "assist/complete/change.h"

#include <string.h>

#include "assist/complete/parameters.h"
#include "context/lexicon.h"
#include "context/tree.h"

enum { MAX_ARGUMENTS = 32, PARSE_MS = 200 };

static bool is_name(str_view v)
{
    if (v.len < 2 || (v.ptr[0] >= '0' && v.ptr[0] <= '9'))
        return false;
    for (size_t i = 0; i < v.len; i++)
        if (!ctx_lexicon_is_word_byte(v.ptr[i]))
            return false;
    return true;
}

static bool is_member(str_view text, size_t at)
{
    str_view before = str_trim_right(str_slice(text, 0, at));
    return (str_ends(before, STR(".")) && !str_ends(before, STR(".."))) ||
           str_ends(before, STR("->")) || str_ends(before, STR("::"));
}

struct arguments {
    str_view name; /* of what is called or defined */
    str_view items[MAX_ARGUMENTS];
    size_t n;
    size_t begin, end; /* inside the brackets */
};

/* The arguments between the bracket at `open` and its closing one. */
static bool read_arguments(str_view text, size_t open, struct arguments *out)
{
    size_t depth = 0, begin = open + 1, word = open;
    char quote = 0;
    while (word > 0 && ctx_lexicon_is_word_byte(text.ptr[word - 1]))
        word--;
    *out = (struct arguments){.name = str_slice(text, word, open), .begin = open + 1};
    if (!is_name(out->name))
        return false;
    for (size_t i = begin; i < text.len; i++) {
        char c = text.ptr[i];
        bool ends = !quote && depth == 0 && c == ')';
        if (quote) {
            i += c == '\\';
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'' || c == '`') {
            quote = c;
        } else if (c == '(' || c == '[' || c == '{') {
            depth++;
        } else if (!ends && (c == ')' || c == ']' || c == '}')) {
            if (depth-- == 0)
                return false;
        }
        if (!ends && !(c == ',' && depth == 0 && !quote))
            continue;
        str_view item = str_trim(str_slice(text, begin, i));
        begin = i + 1;
        if (out->n == MAX_ARGUMENTS)
            return false;
        if (item.len > 0 || !ends)
            out->items[out->n++] = item;
        if (ends) {
            out->end = i;
            return true;
        }
    }
    return false;
}

/* The bracket that is open at `at`. */
static bool open_at(str_view text, size_t at, size_t *open)
{
    size_t depth = 0;
    for (size_t i = at; i > 0; i--) {
        char c = text.ptr[i - 1];
        if (c == ')')
            depth++;
        else if (c == '(' && depth-- == 0) {
            *open = i - 1;
            return true;
        }
    }
    return false;
}

/* The one item that `more` has and `less` has not, else SIZE_MAX. */
static size_t extra(const struct arguments *more, const struct arguments *less)
{
    size_t k = 0;
    while (k < less->n && str_eq(more->items[k], less->items[k]))
        k++;
    for (size_t i = k; i < less->n; i++)
        if (!str_eq(more->items[i + 1], less->items[i]))
            return SIZE_MAX;
    return k;
}

static bool defines(str_view line, const struct arguments *a)
{
    static const char *const words[] = {"def", "func", "function", "fn", "fun", NULL};
    size_t at = a->begin - 1 - a->name.len;
    str_view before = str_trim_right(str_slice(line, 0, at));
    for (size_t i = 0; words[i]; i++)
        if (str_ends(before, str_of(words[i])))
            return true;
    return false;
}

/* What callers have to pass for the parameter; empty: nothing, or it is not understood. */
static str_view argument_for(const gram_language *lang, str_view parameter, arena *mem)
{
    str_view names[2];
    str_view signature = arena_format(mem, "f(%.*s)", STR_ARG(parameter));
    if (str_find_byte(parameter, '=') < parameter.len)
        return STR("");
    return assist_parameters(lang, signature, names, 2) == 1 ? names[0] : STR("");
}

static bool changed_arguments(struct assist_change *out, const gram_language *lang, str_view before,
                              str_view after, size_t at, arena *mem)
{
    struct arguments old, new;
    size_t open;
    if (!open_at(before, at, &open) || open >= after.len || after.ptr[open] != '(' ||
        !read_arguments(before, open, &old) || !read_arguments(after, open, &new) ||
        !str_eq(old.name, new.name))
        return false;
    bool added = new.n == old.n + 1;
    size_t k = added ? extra(&new, &old) : old.n == new.n + 1 ? extra(&old, &new) : SIZE_MAX;
    if (k == SIZE_MAX)
        return false;
    str_view text = added ? new.items[k] : STR("");
    if (added && defines(after, &new))
        text = argument_for(lang, text, mem);
    if (added && text.len == 0)
        return false;
    *out = (struct assist_change){
        .kind = added ? ASSIST_ARGUMENT_ADDED : ASSIST_ARGUMENT_REMOVED,
        .name = arena_copy(mem, old.name),
        .text = arena_copy(mem, text),
        .index = k,
        .n_old = old.n,
    };
    return !arena_failed(mem);
}

bool assist_change_of(struct assist_change *out, const gram_language *lang, str_view before,
                      str_view after, arena *mem)
{
    size_t head = 0, tail = 0, most = before.len < after.len ? before.len : after.len;
    while (head < most && before.ptr[head] == after.ptr[head])
        head++;
    while (tail < most - head &&
           before.ptr[before.len - 1 - tail] == after.ptr[after.len - 1 - tail])
        tail++;
    if (head == before.len && head == after.len)
        return false;
    size_t at = head;
    while (head > 0 && ctx_lexicon_is_word_byte(before.ptr[head - 1]))
        head--;
    while (tail > 0 && ctx_lexicon_is_word_byte(before.ptr[before.len - tail]))
        tail--;
    str_view old = str_slice(before, head, before.len - tail);
    str_view new = str_slice(after, head, after.len - tail);
    if (!is_name(old) || !is_name(new))
        return changed_arguments(out, lang, before, after, at, mem);
    *out = (struct assist_change){.kind = ASSIST_RENAMED,
                                  .name = arena_copy(mem, old),
                                  .text = arena_copy(mem, new),
                                  .is_member = is_member(before, head)};
    return !arena_failed(mem);
}

/* ---- where else ---- */

/* The edit at the name that stands at `at`; false where there is nothing to do. */
static bool edit_at(const struct assist_change *c, str_view text, size_t at,
                    struct assist_edit *out, arena *mem)
{
    size_t end = at + c->name.len;
    struct arguments a;
    if (c->kind == ASSIST_RENAMED) {
        *out = (struct assist_edit){at, end, c->text};
        return is_member(text, at) == c->is_member;
    }
    if (end >= text.len || text.ptr[end] != '(' || !read_arguments(text, end, &a) ||
        a.n != c->n_old || defines(text, &a))
        return false;
    if (c->kind == ASSIST_ARGUMENT_REMOVED) {
        size_t begin = (size_t)(a.items[c->index].ptr - text.ptr);
        size_t stop = begin + a.items[c->index].len;
        if (c->index + 1 < a.n) /* with the comma behind it, or before the last */
            stop = (size_t)(a.items[c->index + 1].ptr - text.ptr);
        else if (c->index > 0)
            begin = (size_t)(a.items[c->index - 1].ptr - text.ptr) + a.items[c->index - 1].len;
        *out = (struct assist_edit){begin, stop, STR("")};
        return true;
    }
    if (c->index < a.n) {
        size_t begin = (size_t)(a.items[c->index].ptr - text.ptr);
        *out = (struct assist_edit){begin, begin, arena_format(mem, "%.*s, ", STR_ARG(c->text))};
    } else {
        size_t begin =
            a.n ? (size_t)(a.items[a.n - 1].ptr - text.ptr) + a.items[a.n - 1].len : a.begin;
        *out = (struct assist_edit){begin, begin,
                                    arena_format(mem, "%s%.*s", a.n ? ", " : "", STR_ARG(c->text))};
    }
    return true;
}

static size_t next_word(str_view text, str_view name, size_t from)
{
    while (from < text.len) {
        size_t at = from + str_find(str_slice(text, from, text.len), name), end = at + name.len;
        if (at >= text.len)
            return text.len;
        if ((at == 0 || !ctx_lexicon_is_word_byte(text.ptr[at - 1])) &&
            (end >= text.len || !ctx_lexicon_is_word_byte(text.ptr[end])))
            return at;
        from = at + 1;
    }
    return text.len;
}

size_t assist_change_places(const struct assist_change *c, const gram_language *lang, str_view text,
                            struct assist_edit *edits, size_t cap, arena *mem)
{
    size_t n = 0, at = next_word(text, c->name, 0);
    ctx_tree *tree = NULL;
    err e;
    if (at == text.len || ctx_tree_create(&tree, lang, &e) != ERR_OK)
        return 0;
    if (ctx_tree_parse(tree, text, PARSE_MS, &e) == ERR_OK)
        for (; at < text.len && n < cap; at = next_word(text, c->name, at + c->name.len))
            if (ctx_text_kind_at(tree, text, at) == CTX_CODE &&
                edit_at(c, text, at, &edits[n], mem))
                n++;
    ctx_tree_destroy(tree);
    return arena_failed(mem) ? 0 : n;
}
