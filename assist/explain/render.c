#include "assist/explain/render.h"

#include <stdio.h>
#include <string.h>

#include "base/utf.h"

enum {
    LINE_MAX_BYTES = 1 << 16,
    LIST_DEPTH = 8, /* parts of parts that are set further in */
    MAX_AROUND = 3, /* of what is around a construct, on its card */
};

static const char bold[] = "\x1b[1m", dim[] = "\x1b[2m", cyan[] = "\x1b[36m", plain[] = "\x1b[0m";

struct page {
    buf *out;
    const struct explain_render *how;
    size_t last_line;            /* number that was printed last; 0: none */
    uint32_t around[LIST_DEPTH]; /* where the cards of this line end that lie around the next */
    unsigned depth;              /* how many these are */
    bool one_line;               /* all cards begin in the same line: its number need not be said */
};

/* Code in Markdown: a fence of one more back quote than any run inside. */
static void put_markdown_code(buf *out, str_view code)
{
    size_t run = 0, longest = 0;
    for (size_t i = 0; i < code.len; i++) {
        run = code.ptr[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    bool pad = longest > 0;
    for (size_t i = 0; i <= longest; i++)
        buf_append_byte(out, '`');
    if (pad)
        buf_append_byte(out, ' ');
    buf_append(out, code);
    if (pad)
        buf_append_byte(out, ' ');
    for (size_t i = 0; i <= longest; i++)
        buf_append_byte(out, '`');
}

static void put_code(buf *out, str_view code, enum explain_format format)
{
    if (format == EXPLAIN_MARKDOWN) {
        put_markdown_code(out, code);
    } else if (format == EXPLAIN_TERMINAL) {
        buf_append(out, str_of(cyan));
        buf_append(out, code);
        buf_append(out, str_of(plain));
    } else {
        buf_append_byte(out, '`');
        buf_append(out, code);
        buf_append_byte(out, '`');
    }
}

/* Outside of code, what Markdown would read as markup is ours alone: it is escaped all the same, so
 * that no text of the knowledge can become a link or a heading by accident. */
static void put_prose(buf *out, str_view v, enum explain_format format)
{
    for (size_t i = 0; i < v.len; i++) {
        if (format == EXPLAIN_MARKDOWN && memchr("\\`*_[]<>#|", v.ptr[i], 10))
            buf_append_byte(out, '\\');
        buf_append_byte(out, v.ptr[i]);
    }
}

void explain_render_marked(buf *out, str_view v, enum explain_format format)
{
    while (v.len > 0) {
        size_t begin = str_find_byte(v, EXPLAIN_CODE);
        put_prose(out, str_slice(v, 0, begin), format);
        if (begin == v.len)
            return;
        v = str_slice(v, begin + 1, v.len);
        size_t end = str_find_byte(v, EXPLAIN_PLAIN);
        put_code(out, str_slice(v, 0, end), format);
        v = str_slice(v, end + 1, v.len);
    }
}

/* Columns of a rendered word; escape sequences take none. */
static size_t columns(str_view v)
{
    size_t n = 0;
    while (v.len > 0) {
        if (v.ptr[0] == '\x1b') {
            v = str_slice(v, str_find_byte(v, 'm') + 1, v.len);
            continue;
        }
        size_t bytes = 0;
        (void)utf8_decode(v, &bytes, NULL);
        n++;
        v = str_slice(v, bytes, v.len);
    }
    return n;
}

/* Appends a paragraph: `first` in front of its first line, as many spaces in front of the others,
 * broken at spaces to the page's width. */
static void put_paragraph(struct page *p, const char *first, str_view rendered)
{
    size_t indent = columns(str_of(first)), at = indent;
    buf_append(p->out, str_of(first));
    bool line_start = true;
    if (p->how->width == 0 || p->how->format == EXPLAIN_MARKDOWN) {
        buf_append(p->out, rendered);
        buf_append_byte(p->out, '\n');
        return;
    }
    while (rendered.len > 0) {
        size_t end = str_find_byte(rendered, ' ');
        str_view word = str_slice(rendered, 0, end);
        rendered = str_slice(rendered, end + 1, rendered.len);
        size_t n = columns(word);
        if (!line_start && at + 1 + n > p->how->width) {
            buf_append_byte(p->out, '\n');
            for (size_t i = 0; i < indent; i++)
                buf_append_byte(p->out, ' ');
            at = indent;
            line_start = true;
        }
        if (!line_start) {
            buf_append_byte(p->out, ' ');
            at++;
        }
        buf_append(p->out, word);
        at += n;
        line_start = false;
    }
    buf_append_byte(p->out, '\n');
}

/* A line that lacked memory makes the page lack it. */
static void end_line(struct page *p, buf *line)
{
    if (buf_failed(line) != ERR_OK && p->out->failed == ERR_OK)
        p->out->failed = buf_failed(line);
    buf_release(line);
}

static void put_marked(struct page *p, const char *first, str_view marked)
{
    buf line;
    buf_init(&line, LINE_MAX_BYTES);
    explain_render_marked(&line, marked, p->how->format);
    put_paragraph(p, first, buf_view(&line));
    end_line(p, &line);
}

static bool markdown(const struct page *p)
{
    return p->how->format == EXPLAIN_MARKDOWN;
}

static void put_style(struct page *p, const char *style)
{
    if (p->how->format == EXPLAIN_TERMINAL)
        buf_append(p->out, str_of(style));
}

static void put_label(struct page *p, const char *label)
{
    if (markdown(p))
        buf_append_byte(p->out, '\n');
    put_style(p, dim);
    buf_append(p->out, str_of(label));
    put_style(p, plain);
    buf_append_byte(p->out, '\n');
}

/* "Label: value". */
static void put_fact(struct page *p, const char *label, str_view value)
{
    if (value.len == 0)
        return;
    buf line;
    buf_init(&line, LINE_MAX_BYTES);
    if (p->how->format == EXPLAIN_TERMINAL)
        buf_append(&line, str_of(dim));
    buf_append(&line, str_of(label));
    if (p->how->format == EXPLAIN_TERMINAL)
        buf_append(&line, str_of(plain));
    buf_append_byte(&line, ' ');
    /* Facts of the knowledge keep their back quotes as they are: code in either format. */
    bool code = false;
    for (str_view rest = value; rest.len > 0;) {
        size_t end = str_find_byte(rest, '`');
        str_view part = str_slice(rest, 0, end);
        if (code)
            put_code(&line, part, p->how->format);
        else
            put_prose(&line, part, p->how->format);
        code = !code;
        rest = str_slice(rest, end + 1, rest.len);
    }
    if (markdown(p))
        buf_append_byte(p->out, '\n');
    put_paragraph(p, "", buf_view(&line));
    end_line(p, &line);
}

static void put_block(struct page *p, str_view code, const char *fence)
{
    if (markdown(p)) {
        buf_append_format(p->out, "\n```%s\n", fence);
        buf_append(p->out, code);
        buf_append(p->out, STR("\n```\n"));
        return;
    }
    while (code.len > 0) {
        str_view line = str_take_line(&code);
        buf_append(p->out, STR("    "));
        put_style(p, cyan);
        buf_append(p->out, line);
        put_style(p, plain);
        buf_append_byte(p->out, '\n');
    }
}

static void put_example(struct page *p, const struct explain_card *c)
{
    const struct gram_construct *k = c->construct;
    /* Without a result an example only repeats what the code at the cursor shows. */
    bool tells = k->prints.len > 0 || k->gives.len > 0;
    if (k->code.len == 0 || (!tells && p->how->level < EXPLAIN_FULL))
        return;
    put_label(p, "For example:");
    put_block(p, k->code, c->lang->id);
    if (k->prints.len > 0) {
        put_label(p, "prints:");
        put_block(p, k->prints, "");
    } else if (k->gives.len > 0) {
        put_fact(p, "which gives:", k->gives);
    }
}

static void put_analogue(struct page *p, const struct explain_card *c, const char *first)
{
    const struct explain_analogue *a = &c->analogue;
    if (!a->lang)
        return;
    buf line;
    buf_init(&line, LINE_MAX_BYTES);
    if (p->how->format == EXPLAIN_TERMINAL)
        buf_append(&line, str_of(bold));
    buf_append_format(&line, markdown(p) ? "**In %s**" : "In %s", a->lang->name);
    if (p->how->format == EXPLAIN_TERMINAL)
        buf_append(&line, str_of(plain));
    buf_append_format(&line, " (%.*s): ", STR_ARG(a->title));
    if (a->code.len > 0)
        put_code(&line, a->code, p->how->format);
    else
        buf_append(&line, STR("there is nothing like it"));
    if (a->differs.len > 0) {
        buf_append(&line, STR("; "));
        explain_render_marked(&line, a->differs, p->how->format);
    }
    if (markdown(p) && first[0] == '\0')
        buf_append_byte(p->out, '\n');
    put_paragraph(p, first, buf_view(&line));
    end_line(p, &line);
}

static size_t line_of(str_view text, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset && i < text.len; i++)
        line += text.ptr[i] == '\n';
    return line;
}

/* Below the card that stands last in a list. */
static unsigned list_indent(const struct page *p)
{
    return p->depth * 2 + (markdown(p) || p->one_line ? 0 : 6);
}

static void put_pieces(struct page *p, const struct explain_card *c)
{
    if (c->n_pieces > 0 && markdown(p))
        buf_append_byte(p->out, '\n');
    for (size_t i = 0; i < c->n_pieces; i++) {
        const struct explain_piece *piece = &c->pieces[i];
        char first[64];
        unsigned depth = piece->depth < 12 ? piece->depth : 12;
        unsigned indent = depth * 2 + (markdown(p) ? 0 : 2);
        if (p->how->each)
            indent = depth * 2 + list_indent(p);
        snprintf(first, sizeof first, "%*s- ", (int)indent, "");
        buf line;
        buf_init(&line, LINE_MAX_BYTES);
        if (piece->code.len > 0) {
            put_code(&line, piece->code, p->how->format);
            buf_append(&line, STR(" "));
        }
        explain_render_marked(&line, piece->text, p->how->format);
        put_paragraph(p, first, buf_view(&line));
        end_line(p, &line);
    }
}

static void put_title(struct page *p, const struct explain_card *c)
{
    if (markdown(p)) {
        buf_append(p->out, STR("**"));
        put_prose(p->out, c->construct->name, EXPLAIN_MARKDOWN);
        buf_append(p->out, c->code.len > 0 ? STR("** · ") : STR("**"));
        if (c->code.len > 0)
            put_code(p->out, c->code, EXPLAIN_MARKDOWN);
        buf_append(p->out, STR("\n\n"));
        return;
    }
    put_style(p, bold);
    buf_append(p->out, c->construct->name);
    put_style(p, plain);
    if (c->code.len > 0) {
        buf_append(p->out, STR("  "));
        put_code(p->out, c->code, p->how->format);
    }
    buf_append_byte(p->out, '\n');
}

static void put_card(struct page *p, const struct explain_card *c)
{
    put_title(p, c);
    if (c->meaning.len > 0)
        put_marked(p, "", c->meaning);
    put_pieces(p, c);
    if (c->n_steps > 0 && markdown(p))
        buf_append_byte(p->out, '\n');
    for (size_t i = 0; i < c->n_steps; i++) {
        char first[24];
        snprintf(first, sizeof first, markdown(p) ? "%zu. " : "  %zu. ", i + 1);
        put_marked(p, first, c->steps[i]);
    }
    if (c->n_notes > 0 && markdown(p))
        buf_append_byte(p->out, '\n');
    for (size_t i = 0; i < c->n_notes; i++)
        put_marked(p, markdown(p) ? "- ⚠ " : "  ! ", c->notes[i]);
    put_analogue(p, c, "");
    if (p->how->level >= EXPLAIN_CARD)
        put_example(p, c);
    put_fact(p, "Binds:", c->construct->precedence);
    put_fact(p, "Since:", c->construct->since);
    if (p->how->level >= EXPLAIN_FULL)
        put_fact(p, "Documented in:", c->construct->where);
}

/* In front of a card of a list: the number of its line, where that is another than the last, else
 * a dash below the card of which it is a part. */
static void put_list_head(struct page *p, char *first, size_t cap, struct gram_range range)
{
    size_t line = p->one_line || p->how->text.len == 0 ? 0 : line_of(p->how->text, range.begin);
    bool new_line = line != p->last_line;
    p->last_line = line;
    p->depth = new_line ? 0 : p->depth;
    while (p->depth > 0 && p->around[p->depth - 1] <= range.begin)
        p->depth--;
    int indent = (int)(p->depth * 2);
    if (markdown(p)) {
        if (new_line)
            buf_append_format(p->out, "%s**Line %zu**\n\n", p->out->len > 0 ? "\n" : "", line);
        snprintf(first, cap, "%*s- ", indent, "");
    } else if (new_line) {
        snprintf(first, cap, "%4zu  ", line);
    } else {
        snprintf(first, cap, "%s%*s%s", p->one_line ? "" : "      ", indent, "",
                 p->depth > 0 ? "- " : "");
    }
    if (p->depth < LIST_DEPTH)
        p->around[p->depth++] = range.end;
}

static void put_line(struct page *p, const struct explain_card *c, bool says_again)
{
    char first[64] = "";
    if (p->how->each)
        put_list_head(p, first, sizeof first, c->range);
    else if (p->how->level > EXPLAIN_LINE)
        snprintf(first, sizeof first, markdown(p) ? "- " : "  ");
    buf line;
    buf_init(&line, LINE_MAX_BYTES);
    if (p->how->each) {
        put_code(&line, c->code, p->how->format);
        buf_append(&line, STR("  "));
    }
    explain_render_marked(&line, c->meaning, p->how->format);
    put_paragraph(p, first, buf_view(&line));
    end_line(p, &line);
    /* In a list, what is read from around a construct stands there already. */
    if (p->how->each && !says_again &&
        str_find(c->construct->reads, STR("{^")) == c->construct->reads.len)
        put_pieces(p, c);
    if (p->how->each && p->how->compare && c->analogue.code.len > 0) {
        char indent[64];
        snprintf(indent, sizeof indent, "%*s- ", (int)list_indent(p), "");
        put_analogue(p, c, indent);
    }
}

/* Whether no card begins in another line than the first does. */
static bool is_one_line(const struct explain_answer *a, str_view text)
{
    if (text.len == 0)
        return true;
    size_t begin = a->n_cards > 0 ? a->cards[0].range.begin : 0;
    size_t end = begin + str_find_byte(str_slice(text, begin, text.len), '\n');
    for (size_t i = 0; i < a->n_cards; i++)
        if (a->cards[i].range.begin > end)
            return false;
    return true;
}

/* Whether a part of card i has pieces of the same kind: those of the whole would be said twice. */
static bool pieces_come(const struct explain_answer *a, size_t i)
{
    const struct explain_card *c = &a->cards[i];
    for (size_t k = i + 1; k < a->n_cards && a->cards[k].range.begin < c->range.end; k++)
        if (a->cards[k].n_pieces > 0 && a->cards[k].range.end <= c->range.end &&
            str_eq(a->cards[k].construct->name, STR("command")) &&
            str_starts(c->construct->reads, STR("shell")))
            return true;
    return false;
}

void explain_render(buf *out, const struct explain_answer *a, const struct explain_render *how)
{
    struct page p = {.out = out, .how = how, .one_line = is_one_line(a, how->text)};
    for (size_t i = 0; i < a->n_cards; i++) {
        const struct explain_card *c = &a->cards[i];
        if (how->level == EXPLAIN_LINE || (how->each && how->level < EXPLAIN_FULL)) {
            put_line(&p, c, pieces_come(a, i));
            if (!how->each)
                break;
            continue;
        }
        if (i > 0 && how->level == EXPLAIN_CARD) {
            if (i == 1)
                put_label(&p, "Inside:");
            if (i <= MAX_AROUND)
                put_line(&p, c, false);
            continue;
        }
        if (i > 0)
            buf_append(out, markdown(&p) ? STR("\n---\n\n") : STR("\n"));
        put_card(&p, c);
    }
    for (size_t i = 0; i < a->n_remarks; i++)
        put_fact(&p, "Note:", a->remarks[i]);
}

void explain_render_prose(buf *out, str_view text, str_view by, const struct explain_render *how)
{
    struct page p = {.out = out, .how = how};
    buf line;
    buf_append(out, markdown(&p) ? STR("\n---\n\n*") : STR("\n"));
    put_style(&p, dim);
    buf_append(out, STR("A guess of the model "));
    put_code(out, by, how->format == EXPLAIN_TERMINAL ? EXPLAIN_TEXT : how->format);
    buf_append(out, STR(", not checked:"));
    put_style(&p, plain);
    buf_append(out, markdown(&p) ? STR("*\n\n") : STR("\n"));
    buf_init(&line, LINE_MAX_BYTES);
    put_prose(&line, text, how->format);
    put_paragraph(&p, markdown(&p) ? "> " : "  ", buf_view(&line));
    end_line(&p, &line);
}

void explain_render_remark(buf *out, str_view text, const struct explain_render *how)
{
    struct page p = {.out = out, .how = how};
    put_fact(&p, "Note:", text);
}
