#include "lsp/item.h"

#include <stdio.h>

#include "base/hash.h"

enum { MAX_LABEL_BYTES = 120 };

static bool is_boundary(str_view text, size_t off)
{
    return off >= text.len || ((unsigned char)text.ptr[off] & 0xC0) != 0x80;
}

bool lsp_item_is_sound(const struct lsp_item_place *place, const struct assist_suggestion *s)
{
    size_t line = lsp_text_line_of(place->text, place->cursor);
    size_t begin = place->text->starts[line];
    size_t end = begin + lsp_text_line(place->text, line).len;
    return s->begin_bytes >= begin && s->begin_bytes <= place->cursor &&
           s->end_bytes >= place->cursor && s->end_bytes <= end && !str_is_blank(s->text) &&
           is_boundary(lsp_text_view(place->text), s->begin_bytes) &&
           is_boundary(lsp_text_view(place->text), s->end_bytes);
}

static lsp_range range_of(const struct lsp_item_place *place, size_t begin, size_t end)
{
    return (lsp_range){lsp_text_pos(place->text, begin, place->encoding),
                       lsp_text_pos(place->text, end, place->encoding)};
}

static void write_edits(lsp_writer *w, const struct lsp_item_place *place,
                        const struct assist_suggestion *s)
{
    lsp_write_array_begin(w);
    for (size_t i = 0; i < s->n_edits; i++) {
        const struct assist_edit *e = &s->edits[i];
        lsp_write_text_edit(w, range_of(place, e->begin_bytes, e->end_bytes), e->text);
    }
    lsp_write_array_end(w);
}

int64_t lsp_item_above(const lsp_text *text, size_t cursor)
{
    size_t begin = text->starts[lsp_text_line_of(text, cursor)];
    /* As much of it as numbers of any client hold exactly. */
    return (int64_t)(hash_str(str_slice(lsp_text_view(text), 0, begin)) >> 33);
}

void lsp_item_accept_begin(lsp_writer *w, str_view uri, size_t n_bytes)
{
    lsp_write_key(w, "command");
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "title", STR("Suggestion accepted"));
    lsp_write_member_str(w, "command", STR(LSP_ACCEPT_COMMAND));
    lsp_write_key(w, "arguments");
    lsp_write_array_begin(w);
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "uri", uri);
    lsp_write_member_int(w, "bytes", (int64_t)n_bytes);
}

void lsp_item_accept_end(lsp_writer *w)
{
    lsp_write_object_end(w);
    lsp_write_array_end(w);
    lsp_write_object_end(w);
}

void lsp_item_write_inline(lsp_writer *w, const struct lsp_item_place *place,
                           const struct assist_suggestion *s)
{
    str_view typed = str_slice(lsp_text_view(place->text), s->begin_bytes, place->cursor);
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "insertText", s->text);
    /* Without it clients compare insertText with the text before the cursor, and would hide an item
     * that rewrites that text. */
    if (!str_starts(s->text, typed))
        lsp_write_member_str(w, "filterText", typed);
    lsp_write_key(w, "range");
    lsp_write_range(w, range_of(place, s->begin_bytes, s->end_bytes));
    lsp_item_accept_begin(w, place->uri, s->text.len);
    if (s->n_edits > 0 && place->takes_edits) {
        lsp_write_member_int(w, "line", (int64_t)lsp_text_line_of(place->text, place->cursor));
        lsp_write_member_int(w, "above", lsp_item_above(place->text, place->cursor));
        lsp_write_key(w, "edits");
        write_edits(w, place, s);
    }
    lsp_item_accept_end(w);
    lsp_write_object_end(w);
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* The first line of what would stand there, short enough for a popup. */
static str_view label_of(str_view text)
{
    text = str_trim_left(text);
    str_view line = str_trim_right(str_take_line(&text));
    if (line.len > MAX_LABEL_BYTES) {
        line.len = MAX_LABEL_BYTES;
        while (line.len && ((unsigned char)line.ptr[line.len] & 0xC0) == 0x80)
            line.len--;
    }
    return line;
}

static void write_preview(lsp_writer *w, const struct lsp_item_place *place, bool markdown,
                          str_view text)
{
    buf b;
    buf_init(&b, (size_t)1 << 20);
    /* A fence longer than any in the text keeps the text inside. */
    bool fenced = str_find(text, STR("```")) < text.len;
    const char *fence = fenced ? "````````" : "```";
    if (markdown)
        buf_append_format(&b, "%s%.*s\n", fence, STR_ARG(place->language));
    buf_append(&b, text);
    if (markdown)
        buf_append_format(&b, "\n%s", fence);
    if (buf_failed(&b) == ERR_OK) {
        lsp_write_key(w, "documentation");
        lsp_write_object_begin(w);
        lsp_write_member_str(w, "kind", markdown ? STR("markdown") : STR("plaintext"));
        lsp_write_member_str(w, "value", buf_view(&b));
        lsp_write_object_end(w);
    }
    buf_release(&b);
}

/* Where the word begins that stands before the item's own range, on the cursor's line. */
static size_t word_begin(const struct lsp_item_place *place, const struct assist_suggestion *s)
{
    str_view all = lsp_text_view(place->text);
    size_t line_begin = place->text->starts[lsp_text_line_of(place->text, place->cursor)];
    size_t begin = s->begin_bytes;
    while (begin > line_begin && is_word(all.ptr[begin - 1]))
        begin--;
    return begin;
}

void lsp_item_write_defaults(lsp_writer *w, const struct lsp_item_place *place,
                             struct lsp_item_caps *caps, const struct assist_suggestion *items,
                             size_t n_items)
{
    caps->default_mode = caps->default_mode && caps->insert_text_mode;
    for (size_t i = 0; i < n_items; i++)
        if (items[i].end_bytes != items[0].end_bytes ||
            word_begin(place, &items[i]) != word_begin(place, &items[0]))
            caps->default_range = false;
    if (n_items == 0 || !(caps->default_range || caps->default_format || caps->default_mode))
        return;
    lsp_write_key(w, "itemDefaults");
    lsp_write_object_begin(w);
    if (caps->default_range) {
        lsp_write_key(w, "editRange");
        lsp_write_range(w, range_of(place, word_begin(place, &items[0]), items[0].end_bytes));
    }
    if (caps->default_format)
        lsp_write_member_int(w, "insertTextFormat", 1);
    if (caps->default_mode)
        lsp_write_member_int(w, "insertTextMode", 1);
    lsp_write_object_end(w);
}

void lsp_item_write_completion(lsp_writer *w, const struct lsp_item_place *place,
                               const struct lsp_item_caps *caps, const struct assist_suggestion *s,
                               size_t rank)
{
    str_view all = lsp_text_view(place->text);
    size_t begin = word_begin(place, s);
    buf text;
    buf_init(&text, (size_t)1 << 20);
    buf_append(&text, str_slice(all, begin, s->begin_bytes));
    buf_append(&text, s->text);
    if (buf_failed(&text) != ERR_OK) {
        w->out.failed = buf_failed(&text);
        buf_release(&text);
        return;
    }
    str_view new_text = buf_view(&text);
    str_view label = label_of(new_text);
    bool more_lines = str_find_byte(str_trim(new_text), '\n') < str_trim(new_text).len;
    char sort[24];
    snprintf(sort, sizeof sort, "~%03zu", rank); /* after the language server's own items */

    lsp_write_object_begin(w);
    lsp_write_member_str(w, "label", label);
    if (caps->label_details) {
        lsp_write_key(w, "labelDetails");
        lsp_write_object_begin(w);
        lsp_write_member_str(w, "description",
                             more_lines ? STR("artel \xE2\x80\xA6") : STR("artel"));
        lsp_write_object_end(w);
    } else {
        lsp_write_member_str(w, "detail", STR("artel"));
    }
    lsp_write_member_int(w, "kind", 1); /* Text */
    lsp_write_member_str(w, "sortText", str_of(sort));
    /* Filters compare with what stands from the range's start to the cursor. */
    str_view typed = str_slice(all, begin, place->cursor);
    lsp_write_member_str(w, "filterText", str_starts(new_text, typed) && label.len ? label : typed);
    if (!caps->default_format)
        lsp_write_member_int(w, "insertTextFormat", 1); /* PlainText */
    if (caps->insert_text_mode && !caps->default_mode)
        lsp_write_member_int(w, "insertTextMode", 1); /* asIs: the indentation is ours already */
    if (more_lines)
        write_preview(w, place, caps->markdown, new_text);
    if (caps->default_range) {
        lsp_write_member_str(w, "textEditText", new_text);
    } else {
        lsp_write_key(w, "textEdit");
        lsp_write_text_edit(w, range_of(place, begin, s->end_bytes), new_text);
    }
    if (s->n_edits > 0) {
        lsp_write_key(w, "additionalTextEdits");
        write_edits(w, place, s);
    }
    lsp_write_object_end(w);
    buf_release(&text);
}

bool lsp_item_extend_entry(buf *out, str_view entry, size_t begin, str_view after,
                           const struct assist_suggestion *s)
{
    size_t cursor = begin + entry.len;
    if (s->begin_bytes < begin || s->begin_bytes > cursor || s->end_bytes < cursor)
        return false;
    str_view typed = str_slice(entry, s->begin_bytes - begin, entry.len);
    str_view covered = str_slice(after, 0, s->end_bytes - cursor);
    str_view text = s->text;
    if (!str_starts(text, typed) || s->end_bytes - cursor > after.len || !str_ends(text, covered))
        return false;
    text = str_slice(text, typed.len, text.len - covered.len);
    if (str_is_blank(text))
        return false;
    buf_append(out, entry);
    buf_append(out, text);
    return buf_failed(out) == ERR_OK;
}
