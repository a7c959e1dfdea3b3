/* How written code looks beside the code of the file: the width of its lines, what gofmt would
 * align, where C and C++ put braces, stars and access labels. Text in, text out; what a line means
 * is guessed from its signs, so that a line in doubt stays as it is. */
#include <string.h>

#include "assist/generate/generate_internal.h"
#include "context/lexicon.h"

enum {
    WIDTH_LEAST = 80, /* a file of short lines says nothing about long ones */
    WIDTH_MOST = 120,
    WIDTH_NEW = 100, /* of a file that is new */
    WIDTH_PYTHON = 88,
    TAB_COLS = 4,
    MAX_GROUPS = 256,    /* brackets in one line */
    MAX_NESTING = 12,    /* of lines broken again */
    SHORTEST_GROUP = 16, /* breaking less than this gains nothing */
    MAX_LAID_OUT = 16 << 20,
};

struct page {
    const gram_language *lang;
    str_view unit;
    size_t width;
    buf out;
};

static bool is_lang(const gram_language *lang, const char *ids)
{
    return gram_list_has(ids, str_of(lang->id));
}

static size_t columns(str_view line)
{
    size_t n = 0;
    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        n += c == '\t' ? TAB_COLS : (c & 0xC0) != 0x80;
    }
    return n;
}

static str_view indent_of(str_view line)
{
    size_t n = 0;
    while (n < line.len && (line.ptr[n] == ' ' || line.ptr[n] == '\t'))
        n++;
    return str_slice(line, 0, n);
}

static size_t width_of(const gen_request *q, bool is_new)
{
    if (is_new || !q->text.len)
        return is_lang(q->lang, "python") ? WIDTH_PYTHON : WIDTH_NEW;
    size_t most = WIDTH_LEAST;
    for (str_view rest = q->text; rest.len;) {
        size_t n = columns(str_take_line(&rest));
        if (n > most && n <= WIDTH_MOST)
            most = n;
    }
    return most;
}

/* --- comments --- */

/* The mark that each line of the comment begins with; empty when the line is none. */
static str_view comment_mark(const struct page *p, str_view body)
{
    static const char *const marks[] = {"/// ", "//! ", "// ", " * ", "* ", "# "};
    bool hash = is_lang(p->lang, "python ruby");
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (str_starts(body, str_of(marks[i])) && (marks[i][0] != '#' || hash))
            return str_of(marks[i]);
    }
    return STR("");
}

static void put_words(struct page *p, str_view first, str_view next, str_view text)
{
    size_t used = columns(first);
    buf_append(&p->out, first);
    for (size_t n = 0; text.len; n++) {
        size_t end = str_find_byte(text, ' ');
        str_view word = str_slice(text, 0, end);
        text = str_trim_left(str_slice(text, end, text.len));
        if (n && used + 1 + columns(word) > p->width) {
            buf_append_byte(&p->out, '\n');
            buf_append(&p->out, next);
            used = columns(next);
        } else if (n) {
            buf_append_byte(&p->out, ' ');
            used++;
        }
        buf_append(&p->out, word);
        used += columns(word);
    }
}

static bool put_comment(struct page *p, str_view indent, str_view body, arena *a)
{
    str_view mark = comment_mark(p, body);
    if (mark.len) {
        str_view head = arena_format(a, "%.*s%.*s", STR_ARG(indent), STR_ARG(mark));
        put_words(p, head, head, str_slice(body, mark.len, body.len));
        return true;
    }
    bool doc = str_starts(body, STR("/** "));
    if ((!doc && !str_starts(body, STR("/* "))) || !str_ends(body, STR("*/")) ||
        str_find(body, STR("*/")) != body.len - 2)
        return false;
    str_view words = str_trim(str_slice(body, doc ? 4 : 3, body.len - 2));
    str_view next = arena_format(a, "%.*s * ", STR_ARG(indent));
    if (doc) {
        str_view first = arena_format(a, "%.*s/**\n%.*s", STR_ARG(indent), STR_ARG(next));
        buf_append(&p->out, str_slice(first, 0, first.len - next.len));
        put_words(p, next, next, words);
        buf_append_byte(&p->out, '\n');
        buf_append(&p->out, indent);
        buf_append(&p->out, STR(" */"));
    } else {
        put_words(p, arena_format(a, "%.*s/* ", STR_ARG(indent)), next,
                  arena_format(a, "%.*s */", STR_ARG(words)));
    }
    return true;
}

/* --- long lines --- */

struct group {
    size_t open, close; /* of the brackets; close is 0 while it is open */
    size_t n_commas;
    int depth;
    bool statements; /* a body: it has ';' */
};

/* Past the string that begins at `i`; `i` where none does, or it has no end on the line. */
static size_t past_string(const struct page *p, str_view line, size_t i)
{
    char quote = line.ptr[i];
    if (quote != '"' && quote != '\'' && quote != '`')
        return i;
    size_t k = i + 1;
    while (k < line.len && line.ptr[k] != quote)
        k += line.ptr[k] == '\\' ? 2 : 1;
    /* 'a of Rust is a lifetime. */
    if (k >= line.len || (quote == '\'' && is_lang(p->lang, "rust") && k - i > 3))
        return i;
    return k + 1;
}

static size_t find_groups(const struct page *p, str_view line, struct group *out)
{
    size_t n = 0, stack[MAX_NESTING * 2];
    int depth = 0;
    for (size_t i = 0; i < line.len; i++) {
        size_t past = past_string(p, line, i);
        if (past > i) {
            i = past - 1;
            continue;
        }
        char c = line.ptr[i];
        if (strchr("([{", c)) {
            if (n == MAX_GROUPS || depth == MAX_NESTING * 2)
                return 0;
            out[n] = (struct group){.open = i, .depth = depth};
            stack[depth++] = n++;
        } else if (strchr(")]}", c)) {
            if (depth > 0)
                out[stack[--depth]].close = i;
        } else if (depth > 0 && c == ',') {
            out[stack[depth - 1]].n_commas++;
        } else if (depth > 0 && c == ';') {
            out[stack[depth - 1]].statements = true;
        }
    }
    return n;
}

static bool follows_word(str_view line, size_t at, const char *words)
{
    str_view before = str_trim_right(str_slice(line, 0, at));
    size_t begin = before.len;
    while (begin > 0 && before.ptr[begin - 1] >= 'a' && before.ptr[begin - 1] <= 'z')
        begin--;
    return gram_list_has(words, str_slice(before, begin, before.len));
}

/* The brackets to break at: the outermost with commas; the longest of them. */
static bool best_group(const struct page *p, str_view line, struct group *out)
{
    struct group all[MAX_GROUPS];
    size_t n = find_groups(p, line, all), best = n;
    bool packs = is_lang(p->lang, "java csharp");
    for (size_t i = 0; i < n; i++) {
        const struct group *g = &all[i];
        bool fits = g->close > g->open + SHORTEST_GROUP && !g->statements && g->n_commas > 0 &&
                    !(packs && line.ptr[g->open] == '{');
        if (g->depth == 0 && follows_word(line, g->open, "if while for switch catch with"))
            return false;
        if (fits && (best == n || g->depth < all[best].depth ||
                     (g->depth == all[best].depth &&
                      g->close - g->open > all[best].close - all[best].open)))
            best = i;
    }
    if (best < n)
        *out = all[best];
    return best < n;
}

/* Takes the next item of a list off *rest, without its comma. */
static str_view take_item(const struct page *p, str_view *rest)
{
    int depth = 0;
    size_t i = 0;
    for (; i < rest->len; i++) {
        size_t past = past_string(p, *rest, i);
        if (past > i) {
            i = past - 1;
            continue;
        }
        char c = rest->ptr[i];
        depth += strchr("([{", c) ? 1 : strchr(")]}", c) ? -1 : 0;
        if (c == ',' && depth == 0)
            break;
    }
    str_view item = str_trim(str_slice(*rest, 0, i));
    *rest = str_slice(*rest, i + 1, rest->len);
    return item;
}

static void put_line(struct page *p, str_view line, arena *a, int nesting);

/* One item on each line, the closing bracket on its own. */
static void put_listed(struct page *p, str_view line, const struct group *g, arena *a, int nesting)
{
    str_view indent = indent_of(line), rest = str_slice(line, g->open + 1, g->close);
    bool comma = is_lang(p->lang, "python javascript typescript javascriptreact typescriptreact "
                                  "rust php kotlin");
    put_line(p, str_slice(line, 0, g->open + 1), a, nesting);
    while (rest.len) {
        str_view item = take_item(p, &rest);
        bool last = str_is_blank(rest), open = str_starts(item, STR("..."));
        put_line(p,
                 arena_format(a, "%.*s%.*s%.*s%s", STR_ARG(indent), STR_ARG(p->unit), STR_ARG(item),
                              !last || (comma && !open) ? "," : ""),
                 a, nesting);
        if (last)
            break;
    }
    put_line(
        p,
        arena_format(a, "%.*s%.*s", STR_ARG(indent), STR_ARG(str_slice(line, g->close, line.len))),
        a, nesting);
}

/* As many items on a line as fit: behind the bracket, or two levels deep. */
static void put_packed(struct page *p, str_view line, const struct group *g, arena *a)
{
    static const char blanks[] = "                                                            ";
    str_view head = str_slice(line, 0, g->open + 1), tail = str_slice(line, g->close, line.len);
    str_view rest = str_slice(line, g->open + 1, g->close);
    size_t at = columns(head);
    bool aligned = is_lang(p->lang, "c cpp") && at < p->width / 2 && at < sizeof blanks;
    str_view deep = aligned ? (str_view){blanks, at}
                            : arena_format(a, "%.*s%.*s%.*s", STR_ARG(indent_of(line)),
                                           STR_ARG(p->unit), STR_ARG(p->unit));
    buf_append(&p->out, head);
    if (!aligned) {
        buf_append_byte(&p->out, '\n');
        buf_append(&p->out, deep);
        at = columns(deep);
    }
    for (size_t n = 0; rest.len; n++) {
        str_view item = take_item(p, &rest);
        size_t len = columns(item) + (rest.len ? 1 : columns(tail));
        if (n && at + 1 + len > p->width) {
            buf_append_byte(&p->out, '\n');
            buf_append(&p->out, deep);
            at = columns(deep);
        } else if (n) {
            buf_append_byte(&p->out, ' ');
            at++;
        }
        buf_append(&p->out, item);
        if (rest.len)
            buf_append_byte(&p->out, ',');
        at += len;
    }
    buf_append(&p->out, tail);
    buf_append_byte(&p->out, '\n');
}

static void put_line(struct page *p, str_view line, arena *a, int nesting)
{
    struct group g;
    str_view indent = indent_of(line), body = str_slice(line, indent.len, line.len);
    bool fits = columns(line) <= p->width || nesting > MAX_NESTING || is_lang(p->lang, "go");
    if (!fits && put_comment(p, indent, body, a)) {
        buf_append_byte(&p->out, '\n');
    } else if (!fits && !str_starts(body, STR("//")) && !str_starts(body, STR("#")) &&
               best_group(p, line, &g)) {
        if (is_lang(p->lang, "c cpp java csharp"))
            put_packed(p, line, &g, a);
        else
            put_listed(p, line, &g, a, nesting + 1);
    } else {
        buf_append(&p->out, line);
        buf_append_byte(&p->out, '\n');
    }
}

/* --- Go: what gofmt aligns --- */

/* Where the second column begins in "key: value," or, in a struct, "name type"; 0: in none. */
static size_t second_column(str_view line, bool in_struct)
{
    size_t begin = indent_of(line).len, i = begin;
    while (i < line.len && ctx_lexicon_is_word_byte(line.ptr[i]))
        i++;
    bool key = !in_struct && i + 1 < line.len && line.ptr[i] == ':' && line.ptr[i + 1] == ' ' &&
               str_ends(line, STR(","));
    bool name = in_struct && i < line.len && line.ptr[i] == ' ';
    return i == begin ? 0 : key ? i + 2 : name ? i + 1 : 0;
}

static str_view aligned_go(arena *a, str_view text)
{
    buf b;
    buf_init(&b, MAX_LAID_OUT);
    bool in_struct = false;
    while (text.len) {
        /* A run of lines that have a second column. */
        size_t most = 0, n = 0;
        for (str_view rest = text; rest.len; n++) {
            size_t at = second_column(str_take_line(&rest), in_struct);
            if (!at)
                break;
            most = at > most ? at : most;
        }
        for (size_t i = 0; i < n; i++) {
            str_view line = str_take_line(&text);
            size_t at = second_column(line, in_struct);
            buf_append(&b, str_slice(line, 0, at));
            for (size_t k = at; k < most; k++)
                buf_append_byte(&b, ' ');
            buf_append(&b, str_slice(line, at, line.len));
            buf_append_byte(&b, '\n');
        }
        if (!text.len)
            break;
        str_view line = str_take_line(&text);
        buf_append(&b, line);
        buf_append_byte(&b, '\n');
        in_struct = str_ends(line, STR("struct {")) || (in_struct && str_is_blank(line));
    }
    return gen_take(a, &b);
}

/* --- C and C++ --- */

static bool is_control(str_view line)
{
    line = str_trim(line);
    size_t end = 0;
    while (end < line.len && line.ptr[end] >= 'a' && line.ptr[end] <= 'z')
        end++;
    return gram_list_has("if for while switch else do catch namespace class struct enum union",
                         str_slice(line, 0, end));
}

static bool ends_head(str_view line)
{
    return str_ends(line, STR(")")) || str_ends(line, STR(") const")) ||
           str_ends(line, STR(" override")) || str_ends(line, STR(" noexcept"));
}

struct habits {
    bool brace_joins; /* functions open on the line of their head */
    bool star_left;   /* "char* p" */
    str_view label;   /* what stands before "public:" */
    bool has_label;
};

/* "a *b" and "a &b" where a may be a type; the blank stands at `i`. */
static bool is_star(str_view line, size_t i)
{
    if (i == 0 || i + 2 >= line.len || (line.ptr[i + 1] != '*' && line.ptr[i + 1] != '&') ||
        !(ctx_lexicon_is_word_byte(line.ptr[i - 1]) || line.ptr[i - 1] == '>'))
        return false;
    return ctx_lexicon_is_word_byte(line.ptr[i + 2]) &&
           !follows_word(line, i, "return case sizeof throw else delete and or not");
}

static struct habits habits_of(str_view text, size_t at)
{
    struct habits h = {0};
    size_t joined = 0, apart = 0, left = 0, right = 0, offset = 0;
    str_view before = STR("");
    while (text.len) {
        str_view line = str_trim_right(str_take_line(&text)), body = str_trim(line);
        if (str_eq(body, STR("{")) && ends_head(before) && !is_control(before))
            apart++;
        if (str_ends(line, STR(" {")) && !is_control(line) &&
            ends_head(str_slice(line, 0, line.len - 2)))
            joined++;
        for (size_t i = 1; i + 2 < line.len; i++) {
            right += line.ptr[i] == ' ' && is_star(line, i);
            left += (line.ptr[i] == '*' || line.ptr[i] == '&') && line.ptr[i + 1] == ' ' &&
                    ctx_lexicon_is_word_byte(line.ptr[i - 1]) &&
                    ctx_lexicon_is_word_byte(line.ptr[i + 2]);
        }
        if (offset < at && (str_eq(body, STR("public:")) || str_eq(body, STR("private:")) ||
                            str_eq(body, STR("protected:")))) {
            h.label = indent_of(line);
            h.has_label = true;
        }
        offset += line.len + 1;
        before = line;
    }
    h.brace_joins = joined > apart;
    h.star_left = left > right;
    return h;
}

static void put_starred(buf *b, str_view line, bool left)
{
    bool comment = str_starts(str_trim(line), STR("//")) || str_starts(str_trim(line), STR("/*")) ||
                   str_starts(str_trim(line), STR("*"));
    for (size_t i = 0; i < line.len; i++) {
        bool star = left && !comment && line.ptr[i] == ' ' && is_star(line, i);
        buf_append_byte(b, star ? line.ptr[i + 1] : line.ptr[i]);
        if (star) {
            buf_append_byte(b, ' ');
            i++;
        }
    }
}

static str_view in_habit(arena *a, const gen_request *q, str_view text, str_view outer, size_t at)
{
    struct habits h = habits_of(q->text, at);
    buf b;
    buf_init(&b, MAX_LAID_OUT);
    str_view member = STR("");
    while (text.len) {
        str_view line = str_take_line(&text), rest = text, body = str_trim(line);
        str_view next = rest.len ? str_take_line(&rest) : STR("");
        if (!member.len)
            member = indent_of(line);
        bool label = str_eq(body, STR("public:")) && indent_of(line).len > outer.len &&
                     indent_of(line).len == member.len;
        if (label) {
            buf_append(&b, h.has_label ? h.label : outer);
            buf_append(&b, body);
        } else {
            put_starred(&b, line, h.star_left);
        }
        if (h.brace_joins && str_eq(str_trim(next), STR("{")) && ends_head(line) &&
            !is_control(line)) {
            buf_append(&b, STR(" {"));
            text = rest;
        }
        buf_append_byte(&b, '\n');
    }
    return gen_take(a, &b);
}

str_view gen__laid_out(arena *a, const gen_request *q, const gen_edit *e, str_view outer)
{
    struct page p = {.lang = q->lang, .unit = gen__unit(q), .width = width_of(q, e->is_new)};
    bool ends = str_ends(e->text, STR("\n"));
    str_view text = e->text;
    if (e->is_new) {
        const gram_language *lang = gram_language_by_path(e->path);
        if (!lang || !gen_entries_of(str_of(lang->id)).len)
            return text;
    }
    if (is_lang(q->lang, "c cpp"))
        text = in_habit(a, q, text, outer, e->begin);
    buf_init(&p.out, MAX_LAID_OUT);
    for (str_view rest = text; rest.len;)
        put_line(&p, str_take_line(&rest), a, 0);
    text = gen_take(a, &p.out);
    if (is_lang(q->lang, "go"))
        text = aligned_go(a, text);
    return !ends && str_ends(text, STR("\n")) ? str_slice(text, 0, text.len - 1) : text;
}
