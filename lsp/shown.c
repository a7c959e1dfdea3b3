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

void lsp_shown_edit(lsp_shown *s, size_t begin, size_t end, str_view with)
{
    if (!s->valid)
        return;
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

bool lsp_shown_get(const lsp_shown *s, size_t cursor, bool invoked, struct assist_suggestion *items,
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
            str_view rest = str_slice(it.text, typed.len, it.text.len);
            if (it.begin_bytes != s->anchor || !str_starts(it.text, typed) || str_is_blank(rest) ||
                !brings_back(rest, closers))
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
