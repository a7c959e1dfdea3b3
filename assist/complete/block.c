#include "assist/complete/block.h"

#include "assist/complete/confidence.h"
#include "assist/complete/shape.h"
#include "assist/complete/written.h"
#include "base/clock.h"

enum {
    MAX_LINES = 12,
    BLOCK_BYTES = 4096,
    BLOCK_TOKENS = 192,
    /* The first line waits for the others. */
    BLOCK_MS = 40,
    BLOCK_INVOKED_MS = 150,
};

/* The least confidence of a line that the model adds. Of 26 lines that the embedded one put behind
 * a right first line in held-out packages three were right, all below this: it must be a better one
 * to be shown. */
static const float LINE_SURE = 0.7F;

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

bool block_misses_indentation(str_view text, size_t cursor, const gram_language *lang)
{
    size_t begin = cursor;
    while (begin > 0 && text.ptr[begin - 1] != '\n')
        begin--;
    str_view head = str_slice(text, begin, cursor), above = line_above(text, cursor);
    str_view last = str_slice(above, above.len - (above.len > 0), above.len);
    bool bracket = last.len == 1 && strchr("([{", last.ptr[0]); /* its end may be as deep */
    return str_is_blank(head) && gram_list_has(lang->open_last, last) &&
           !(lang->nests_by_indent && bracket) && depth(head) <= depth(above);
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

static const char *line_end(str_view text)
{
    size_t eol = str_find_byte(text, '\n');
    return eol > 0 && eol < text.len && text.ptr[eol - 1] == '\r' ? "\r\n" : "\n";
}

bool block_extend(struct gate *g, struct assist_suggestion *s, enum block_kind kind)
{
    if (kind == BLOCK_NONE || !g->tree || g->kind != CTX_CODE || !g->engine->written)
        return false;
    const struct ctx_instant_query q = written_query(g);
    const struct ctx_instant_block_query b = {
        .first = str_slice(s->text, g->cursor - s->begin_bytes, s->text.len),
        .opens = kind == BLOCK_OPENED,
        .max_lines = MAX_LINES - 1,
        .eol = line_end(g->doc->text),
    };
    str_view lines = ctx_instant_block(g->engine->written, &q, &b, g->mem);
    for (; lines.len > 0; lines = shorter(lines)) {
        str_view whole = arena_format(g->mem, "%.*s%.*s", STR_ARG(s->text), STR_ARG(lines));
        if (!gate_lines_pass(g, s, whole))
            continue;
        gate_note(g, s->source, "block", "added the lines behind", lines);
        s->text = whole;
        return true;
    }
    return false;
}

/* ---- by the model ---- */

struct going_on {
    struct gate *g;
    const struct assist_suggestion *s;
    bool opens;
    size_t depth; /* of the first line */
    const char *eol;
    str_view below, last; /* the line that stands below; the one written last */
    buf text;
    size_t good; /* bytes of it that pass */
    size_t n_lines;
};

static bool take_line(void *user, str_view line, float all, float first)
{
    struct going_on *b = user;
    line = str_trim_right(line);
    if (line.len == 0) { /* one blank line at most, and none at the end */
        bool doubled = str_ends(buf_view(&b->text), STR("\n"));
        buf_append(&b->text, str_of(b->eol));
        return !doubled;
    }
    size_t deep = depth(line);
    str_view bare = str_trim(line);
    bool closes = b->opens && deep == b->depth;
    if (deep < b->depth || (closes && !ctx_instant_only_closes(line)) ||
        confidence_of(CONFIDENCE_MODEL, all, first, bare.len) < LINE_SURE ||
        (bare.len > 2 && (str_eq(bare, b->below) || str_eq(bare, b->last))))
        return false;
    buf_append(&b->text, str_of(b->eol));
    buf_append(&b->text, line);
    b->last = arena_copy(b->g->mem, bare);
    str_view whole = buf_view(&b->text);
    if (buf_failed(&b->text) ||
        shape_writes_secret(b->g->mem, b->g->doc->text, b->g->cursor, whole))
        return false;
    if (gate_lines_pass(b->g, b->s, whole))
        b->good = whole.len;
    return !closes && ++b->n_lines < MAX_LINES - 1;
}

err_code block_go_on(struct gate *g, struct assist_suggestion *s, enum block_kind kind,
                     const struct prompt *p, const struct decode_limits *limits,
                     struct assist_timings *t, err *e)
{
    if (kind == BLOCK_NONE || !g->tree || g->kind != CTX_CODE || s->begin_bytes != g->cursor)
        return ERR_OK;
    struct decode_limits more = *limits;
    uint64_t ms = limits->unasked ? BLOCK_MS : BLOCK_INVOKED_MS;
    uint64_t until = clock_now_ns() + ms * UINT64_C(1000000);
    more.least = LINE_SURE;
    more.max_tokens = BLOCK_TOKENS;
    more.until_ns = more.until_ns && more.until_ns < until ? more.until_ns : until;
    size_t begin = g->cursor;
    while (begin > 0 && g->doc->text.ptr[begin - 1] != '\n')
        begin--;
    str_view head = str_slice(g->doc->text, begin, g->cursor);
    struct going_on b = {
        .g = g,
        .s = s,
        .opens = kind == BLOCK_OPENED,
        .depth = depth(str_is_blank(head)
                           ? arena_format(g->mem, "%.*s%.*s", STR_ARG(head), STR_ARG(s->text))
                           : head),
        .eol = line_end(g->doc->text),
        .below = str_trim(line_below(g->doc->text, g->cursor)),
        .last = str_trim(line_at(s->text, s->text.len)),
    };
    buf_init(&b.text, BLOCK_BYTES);
    buf_append(&b.text, s->text);
    struct decode_lines lines = {.take = take_line, .user = &b};
    err_code rc = decode_further(g->engine, p, s->text, &more, &lines, e);
    t->n_decoded += lines.n_tokens;
    t->n_passes += lines.n_passes;
    t->n_passed += lines.n_passed;
    t->pass_ns += lines.pass_ns;
    t->n_drafted += lines.n_drafted;
    t->n_draft_right += lines.n_draft_right;
    if (rc == ERR_OK && b.good > 0) {
        str_view whole = arena_copy(g->mem, str_slice(buf_view(&b.text), 0, b.good));
        gate_note(g, s->source, "block", "went on with the lines behind",
                  str_slice(whole, s->text.len, whole.len));
        s->text = whole;
    }
    buf_release(&b.text);
    return rc == ERR_RANGE ? ERR_OK : rc; /* no room for more: the line alone, then */
}
