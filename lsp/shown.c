#include "lsp/shown.h"

#include "base/str.h"

enum {
    MAX_TYPED_BYTES = 8192, /* nobody types along further than a suggestion is long */
};
#define MAX_MEMORY ((size_t)4 << 20)

void lsp_shown_init(lsp_shown *s)
{
    *s = (lsp_shown){.valid = false};
    arena_init(&s->mem, MAX_MEMORY);
    buf_init(&s->typed, MAX_TYPED_BYTES);
}

void lsp_shown_release(lsp_shown *s)
{
    arena_release(&s->mem);
    buf_release(&s->typed);
    s->valid = false;
}

void lsp_shown_forget(lsp_shown *s)
{
    arena_reset(&s->mem);
    buf_clear(&s->typed);
    s->valid = false;
    s->items = NULL;
    s->n_items = 0;
}

static void copy_edits(arena *mem, struct assist_suggestion *it)
{
    struct assist_edit *edits = ARENA_ARRAY(mem, struct assist_edit, it->n_edits);
    for (size_t i = 0; edits && i < it->n_edits; i++) {
        edits[i] = it->edits[i];
        edits[i].text = arena_copy(mem, it->edits[i].text);
    }
    it->edits = edits;
}

void lsp_shown_set(lsp_shown *s, str_view text, size_t cursor, bool invoked,
                   const struct assist_suggestion *items, size_t n_items)
{
    lsp_shown_forget(s);
    s->items = ARENA_ARRAY(&s->mem, struct assist_suggestion, n_items);
    for (size_t i = 0; s->items && i < n_items; i++) {
        if (items[i].begin_bytes > cursor || items[i].end_bytes < cursor ||
            items[i].end_bytes > text.len)
            continue;
        s->items[s->n_items] = items[i];
        s->items[s->n_items].text = arena_copy(&s->mem, items[i].text);
        copy_edits(&s->mem, &s->items[s->n_items++]);
    }
    s->anchor = cursor;
    s->line_begin = cursor;
    while (s->line_begin > 0 && text.ptr[s->line_begin - 1] != '\n')
        s->line_begin--;
    str_view head = str_slice(text, s->line_begin, cursor);
    s->indent = arena_copy(&s->mem, str_slice(head, 0, head.len - str_trim_left(head).len));
    s->invoked = invoked;
    s->valid = !arena_failed(&s->mem) && s->n_items > 0;
    /* An item that rewrites the text before the cursor cannot be typed along; it is kept for the
     * same cursor. begin_bytes == anchor marks those that can. */
    for (size_t i = 0; s->valid && i < s->n_items; i++) {
        struct assist_suggestion *it = &s->items[i];
        str_view before = str_slice(text, it->begin_bytes, cursor);
        if (str_starts(it->text, before) && it->text.len > before.len) {
            it->text = str_slice(it->text, before.len, it->text.len);
            it->begin_bytes = cursor;
        }
    }
}

/* `text`, of several lines that are indented by `from` and more, indented by `to` instead. Text
 * that is not indented so stays. In `mem`. */
static str_view indented(arena *mem, str_view text, str_view from, str_view to)
{
    buf out;
    buf_init(&out, MAX_MEMORY);
    while (text.len > 0) {
        size_t end = str_find_byte(text, '\n') + 1;
        buf_append(&out, str_slice(text, 0, end));
        if (end > text.len)
            break;
        text = str_slice(text, end, text.len);
        if (str_starts(text, from)) {
            buf_append(&out, to);
            text = str_slice(text, from.len, text.len);
        }
    }
    str_view copy = buf_failed(&out) == ERR_OK ? arena_copy(mem, buf_view(&out)) : STR("");
    buf_release(&out);
    return copy;
}

static bool is_indent(str_view v)
{
    for (size_t i = 0; i < v.len; i++)
        if (v.ptr[i] != ' ' && v.ptr[i] != '\t')
            return false;
    return true;
}

/* The line of the items was indented differently: they move along, and so do their further lines.
 */
static void follow_indent(lsp_shown *s, size_t begin, size_t end, str_view with)
{
    size_t at = begin - s->line_begin, old_len = end - begin;
    str_view old = s->indent;
    s->indent = arena_format(&s->mem, "%.*s%.*s%.*s", (int)at, old.ptr, STR_ARG(with),
                             (int)(old.len - at - old_len), old.ptr + at + old_len);
    s->anchor = s->anchor - old_len + with.len;
    for (size_t i = 0; i < s->n_items; i++) {
        struct assist_suggestion *it = &s->items[i];
        it->begin_bytes = it->begin_bytes - old_len + with.len;
        it->end_bytes = it->end_bytes - old_len + with.len;
        it->text = indented(&s->mem, it->text, old, s->indent);
    }
    if (arena_failed(&s->mem))
        lsp_shown_forget(s);
}

void lsp_shown_edit(lsp_shown *s, size_t begin, size_t end, str_view with)
{
    if (!s->valid)
        return;
    bool in_indent = begin >= s->line_begin && end <= s->line_begin + s->indent.len &&
                     end <= s->anchor && begin < s->anchor;
    for (size_t i = 0; i < s->n_items; i++)
        in_indent = in_indent && s->items[i].begin_bytes >= s->line_begin + s->indent.len;
    if (in_indent && is_indent(with)) {
        follow_indent(s, begin, end, with);
        return;
    }
    if (begin < s->anchor || end > s->anchor + s->typed.len) {
        lsp_shown_forget(s);
        return;
    }
    buf_splice(&s->typed, begin - s->anchor, end - s->anchor, with);
    if (buf_failed(&s->typed) != ERR_OK)
        lsp_shown_forget(s);
}

static bool is_closer(char c)
{
    return c == ')' || c == ']' || c == '}' || c == '"' || c == '\'' || c == '`' || c == '>';
}

/* Are all bytes of `closers` closing characters, and does `rest` bring them back in this order?
 * Then they were put there by the editor on its own, and the item may replace them. */
static bool brings_back(str_view rest, str_view closers)
{
    size_t at = 0;
    for (size_t i = 0; i < closers.len; i++) {
        if (!is_closer(closers.ptr[i]))
            return false;
        at += str_find_byte(str_slice(rest, at, rest.len), closers.ptr[i]);
        if (at >= rest.len)
            return false;
        at++;
    }
    return true;
}

bool lsp_shown_was_typed(const lsp_shown *s)
{
    return s->valid && s->n_items > 0 && str_starts(buf_view(&s->typed), s->items[0].text);
}

static str_view blanks_at(str_view v, size_t at)
{
    size_t end = at;
    while (end < v.len && (v.ptr[end] == ' ' || v.ptr[end] == '\t'))
        end++;
    return str_slice(v, at, end);
}

/* Is `typed` the beginning of `text`, but for the indentation of lines that it begins? Then *rest
 * is what is left, whose further lines are indented as the last of these is. */
static bool typed_along(lsp_shown *s, str_view text, str_view typed, str_view *rest)
{
    size_t at = 0, i = 0;
    str_view from = STR(""), to = STR("");
    while (i < typed.len) {
        if (at >= text.len)
            return false;
        if (text.ptr[at] == '\r' && typed.ptr[i] == '\n')
            at++;
        if (at >= text.len || text.ptr[at++] != typed.ptr[i++])
            return false;
        if (typed.ptr[i - 1] != '\n')
            continue;
        from = blanks_at(text, at);
        to = blanks_at(typed, i);
        /* Where no more was typed than a part of it, the rest of it is still to come. */
        bool part = i + to.len == typed.len && str_starts(from, to);
        at += part ? to.len : from.len;
        i += to.len;
        if (part)
            from = to;
    }
    *rest = str_slice(text, at, text.len);
    if (!str_eq(from, to) && str_find_byte(*rest, '\n') < rest->len)
        *rest = indented(&s->mem, *rest, from, to);
    return !arena_failed(&s->mem);
}

bool lsp_shown_get(lsp_shown *s, size_t cursor, bool invoked, struct assist_suggestion *items,
                   size_t cap, size_t *n_items)
{
    if (!s->valid || cursor < s->anchor || cursor - s->anchor > s->typed.len ||
        (invoked && !s->invoked))
        return false;
    str_view typed = str_slice(buf_view(&s->typed), 0, cursor - s->anchor);
    str_view closers = str_slice(buf_view(&s->typed), typed.len, s->typed.len);
    size_t n = 0;
    for (size_t i = 0; i < s->n_items && n < cap; i++) {
        struct assist_suggestion it = s->items[i];
        size_t n_cover = it.end_bytes - s->anchor;
        if (s->typed.len) {
            str_view rest;
            if (it.begin_bytes != s->anchor || !typed_along(s, it.text, typed, &rest) ||
                str_is_blank(rest) || !brings_back(rest, closers))
                continue;
            it.text = rest;
            it.begin_bytes = cursor;
        }
        it.end_bytes = cursor + closers.len + n_cover;
        items[n++] = it;
    }
    *n_items = n;
    return n > 0;
}
