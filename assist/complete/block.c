#include "assist/complete/block.h"

#include "assist/complete/written.h"

enum { MAX_LINES = 12 };

static str_view line_at(str_view text, size_t at)
{
    size_t begin = at;
    while (begin > 0 && text.ptr[begin - 1] != '\n')
        begin--;
    str_view rest = str_slice(text, begin, text.len);
    return str_trim_right(str_slice(rest, 0, str_find_byte(rest, '\n')));
}

/* Columns, a tab counted as eight. */
static size_t depth(str_view line)
{
    size_t n = 0;
    for (size_t i = 0; i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t'); i++)
        n = line.ptr[i] == '\t' ? (n / 8 + 1) * 8 : n + 1;
    return n;
}

static str_view line_above(str_view text, size_t at)
{
    for (;;) {
        while (at > 0 && text.ptr[at - 1] != '\n')
            at--;
        if (at == 0)
            return STR("");
        at--;
        str_view line = line_at(text, at);
        if (line.len > 0)
            return line;
    }
}

static str_view line_below(str_view text, size_t at)
{
    str_view rest = str_slice(text, at, text.len);
    str_take_line(&rest);
    while (rest.len > 0) {
        str_view line = str_trim_right(str_take_line(&rest));
        if (line.len > 0)
            return line;
    }
    return STR("");
}

enum block_kind block_at(str_view text, size_t cursor, const struct assist_suggestion *s,
                         const gram_language *lang)
{
    str_view rest = str_slice(text, cursor, text.len), line = line_at(text, cursor);
    rest = str_slice(rest, 0, str_find_byte(rest, '\n'));
    str_view above = line_above(text, cursor), below = line_below(text, cursor);
    if (rest.len > 0 && (!str_is_blank(rest) || s->end_bytes > cursor))
        return BLOCK_NONE;
    size_t begin = cursor;
    while (begin > 0 && text.ptr[begin - 1] != '\n')
        begin--;
    str_view head = str_slice(text, begin, cursor), last = str_trim_right(s->text);
    size_t own = depth(head.len > 0 ? head : line);
    last = str_slice(last, last.len - (last.len > 0), last.len);
    if (gram_list_has(lang->open_last, last) && depth(below) <= own)
        return BLOCK_OPENED;
    return str_is_blank(head) && own > 0 && above.len > 0 && depth(above) < own &&
                   depth(below) < own
               ? BLOCK_BODY
               : BLOCK_NONE;
}

/* Without its last line. */
static str_view shorter(str_view lines)
{
    while (lines.len > 0 && lines.ptr[lines.len - 1] != '\n')
        lines.len--;
    lines.len -= lines.len > 0;
    return str_trim_right(lines);
}

void block_extend(struct gate *g, struct assist_suggestion *s)
{
    enum block_kind kind = block_at(g->doc->text, g->cursor, s, g->lang);
    if (kind == BLOCK_NONE || !g->tree || g->kind != CTX_CODE || !g->engine->written)
        return;
    size_t eol = str_find_byte(g->doc->text, '\n');
    const struct ctx_instant_query q = written_query(g);
    const struct ctx_instant_block_query b = {
        .first = str_slice(s->text, g->cursor - s->begin_bytes, s->text.len),
        .opens = kind == BLOCK_OPENED,
        .max_lines = MAX_LINES - 1,
        .eol =
            eol > 0 && eol < g->doc->text.len && g->doc->text.ptr[eol - 1] == '\r' ? "\r\n" : "\n",
    };
    str_view lines = ctx_instant_block(g->engine->written, &q, &b, g->mem);
    for (; lines.len > 0; lines = shorter(lines)) {
        str_view whole = arena_format(g->mem, "%.*s%.*s", STR_ARG(s->text), STR_ARG(lines));
        if (!gate_parses(g, s, whole))
            continue;
        gate_note(g, s->source, "block", "added the lines behind", lines);
        s->text = whole;
        return;
    }
}
