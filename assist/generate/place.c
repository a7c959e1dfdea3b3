#include "assist/generate/generate_internal.h"

#include "context/import_place.h"

static size_t line_begin(str_view text, size_t at)
{
    while (at > 0 && text.ptr[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_end(str_view text, size_t at)
{
    while (at < text.len && text.ptr[at] != '\n')
        at++;
    bool crlf = at < text.len && at > 0 && text.ptr[at - 1] == '\r';
    return crlf ? at - 1 : at;
}

static str_view indent_at(str_view text, size_t at)
{
    size_t begin = line_begin(text, at), end = begin;
    while (end < text.len && (text.ptr[end] == ' ' || text.ptr[end] == '\t'))
        end++;
    return str_slice(text, begin, end);
}

str_view gen__unit(const gen_request *q)
{
    static const char blanks[] = "        ";
    enum { WIDEST = 8 };
    /* Steps to the right, which continued lines and drawings in strings seldom agree in. */
    size_t steps[WIDEST + 1] = {0}, tabs = 0, before = 0, best = 0;
    for (str_view rest = q->text; rest.len;) {
        str_view line = str_take_line(&rest);
        size_t n = 0;
        while (n < line.len && line.ptr[n] == ' ')
            n++;
        str_view body = str_trim(line);
        bool label = str_eq(body, STR("public:")) || str_eq(body, STR("private:")) ||
                     str_eq(body, STR("protected:"));
        if (!body.len || body.ptr[0] == '*' || label)
            continue;
        tabs += line.ptr[0] == '\t';
        if (n > before + 1 && n - before <= WIDEST)
            steps[n - before]++;
        before = n;
    }
    for (size_t i = 2; i <= WIDEST; i++) {
        if (steps[i] > steps[best])
            best = i;
    }
    if (tabs > steps[best] || (!best && q->lang->indent_tabs))
        return STR("\t");
    if (!best)
        best = q->lang->indent_cols ? q->lang->indent_cols : 4;
    return (str_view){blanks, best < WIDEST ? best : WIDEST};
}

/* Each line behind `indent`, its own levels of four blanks as levels of the file. */
static str_view indented(arena *a, str_view text, str_view indent, str_view unit)
{
    buf b;
    buf_init(&b, 16 << 20);
    while (text.len) {
        str_view line = str_trim_right(str_take_line(&text));
        if (line.len) {
            buf_append(&b, indent);
            while (str_starts(line, STR("    "))) {
                buf_append(&b, unit);
                line = str_slice(line, 4, line.len);
            }
            buf_append(&b, line);
        }
        buf_append_byte(&b, '\n');
    }
    return gen_take(a, &b);
}

static bool is_python(const gen_request *q)
{
    return str_eq(str_of(q->lang->id), STR("python"));
}

static str_view blank_lines(const gen_request *q, bool top)
{
    return top && is_python(q) ? STR("\n\n") : STR("\n");
}

/* Behind the line of `at`. */
static gen_edit behind_line(arena *a, const gen_request *q, size_t at, str_view text, bool top)
{
    size_t end = line_end(q->text, at);
    str_view rest = str_slice(q->text, end, q->text.len), gap = blank_lines(q, top);
    str_take_line(&rest);
    str_view next = rest.len ? str_take_line(&rest) : STR("");
    bool more = end < q->text.len && !str_is_blank(next) && !str_starts(str_trim(next), STR("}")) &&
                !str_starts(str_trim(next), STR("end"));
    str_view newline = end < q->text.len ? STR("") : STR("\n");
    str_view with = arena_format(a, "%s%.*s%.*s%s", end < q->text.len ? "\n" : "\n", STR_ARG(gap),
                                 STR_ARG(str_trim_right(text)), more ? gap.ptr : newline.ptr);
    return (gen_edit){.begin = end, .end = end, .text = with};
}

/* Before the closing brace or `end` at `at`. */
static gen_edit before_closer(arena *a, const gen_request *q, size_t at, str_view outer,
                              str_view text)
{
    size_t begin = line_begin(q->text, at);
    str_view before = str_trim_right(str_slice(q->text, 0, at));
    bool opens = str_ends(before, STR("{"));
    bool own_line = str_is_blank(str_slice(q->text, begin, at));
    if (!own_line) {
        size_t from = before.len;
        str_view with =
            arena_format(a, "\n%s%.*s%.*s", opens ? "" : "\n", STR_ARG(text), STR_ARG(outer));
        return (gen_edit){.begin = from, .end = at, .text = with};
    }
    bool gap = !opens && before.len && !str_ends(str_slice(q->text, 0, begin), STR("\n\n"));
    str_view with = arena_format(a, "%s%.*s", gap ? "\n" : "", STR_ARG(text));
    return (gen_edit){.begin = begin, .end = begin, .text = with};
}

static gen_edit at_cursor(arena *a, const gen_request *q, const gen_spots *s, str_view text,
                          str_view unit)
{
    size_t begin = line_begin(q->text, q->offset), end = line_end(q->text, q->offset);
    size_t body = s->function_body;
    bool python = is_python(q);
    if (body != SIZE_MAX && begin <= line_begin(q->text, body) && (!python || end < body)) {
        /* On the line that opens the function: it becomes the first statement. */
        str_view outer = indent_at(q->text, s->function_begin);
        str_view indent = arena_format(a, "%.*s%.*s", STR_ARG(outer), STR_ARG(unit));
        str_view with = indented(a, text, indent, unit);
        if (python) {
            size_t at = line_begin(q->text, body);
            return (gen_edit){.begin = at, .end = at, .text = with};
        }
        size_t after = line_end(q->text, body);
        bool closes = str_find_byte(str_slice(q->text, body, after), '}') < after - body;
        if (closes)
            return before_closer(a, q, body + str_find_byte(str_slice(q->text, body, after), '}'),
                                 outer, with);
        with = arena_format(a, "\n%.*s", STR_ARG(str_trim_right(with)));
        return (gen_edit){.begin = after, .end = after, .text = with};
    }
    str_view line = str_slice(q->text, begin, end), indent = indent_at(q->text, q->offset);
    str_view with = indented(a, text, indent, unit);
    if (str_is_blank(line))
        return (gen_edit){.begin = begin, .end = end, .text = str_trim_right(with)};
    with = arena_format(a, "\n%.*s", STR_ARG(str_trim_right(with)));
    return (gen_edit){.begin = end, .end = end, .text = with};
}

/* `#[derive(A)]` goes into the derive that the type has. */
static bool join_derive(gen_edit *out, arena *a, const gen_spots *s, str_view text)
{
    str_view list = str_trim(text);
    if (s->derive_end == SIZE_MAX || !str_starts(list, STR("#[derive(")) ||
        !str_ends(list, STR(")]")))
        return false;
    list = str_slice(list, 9, list.len - 2);
    *out = (gen_edit){.begin = s->derive_end,
                      .end = s->derive_end,
                      .text = arena_format(a, ", %.*s", STR_ARG(list))};
    return true;
}

bool gen__is_closed(const gen_request *q, const gen_spots *s)
{
    if (is_python(q) || s->body_end == SIZE_MAX || s->type_begin == SIZE_MAX)
        return true;
    size_t begin = line_begin(q->text, s->body_end);
    return begin <= s->type_begin ||
           str_eq(indent_at(q->text, s->body_end), indent_at(q->text, s->type_begin));
}

static gen_edit place(arena *a, const gen_request *q, const gen_spots *s, str_view at,
                      str_view text)
{
    str_view unit = gen__unit(q), doc = q->text;
    bool on_type = s->type_begin != SIZE_MAX;
    size_t anchor = on_type ? s->type_begin : s->function_begin;
    str_view outer = anchor != SIZE_MAX ? indent_at(doc, anchor) : STR("");
    str_view inner = arena_format(a, "%.*s%.*s", STR_ARG(outer), STR_ARG(unit));
    if (on_type && s->fields_end != SIZE_MAX && s->fields_end > 0) { /* as its fields stand */
        str_view field = indent_at(doc, s->fields_end - 1);
        if (field.len > outer.len && str_starts(field, outer))
            inner = field;
    }
    bool top = outer.len == 0;
    if (str_eq(at, STR("cursor")))
        return at_cursor(a, q, s, text, unit);
    if (str_eq(at, STR("fields")) && s->fields_end != SIZE_MAX && s->body_end != SIZE_MAX &&
        line_end(doc, s->fields_end) < s->body_end)
        return behind_line(a, q, s->fields_end, indented(a, text, inner, unit), false);
    if ((str_eq(at, STR("body")) || str_eq(at, STR("fields"))) && s->body_end != SIZE_MAX) {
        str_view with = indented(a, text, inner, unit);
        if (is_python(q))
            return behind_line(a, q, s->body_end, with, false);
        return before_closer(a, q, s->body_end, outer, with);
    }
    if ((str_eq(at, STR("body")) || str_eq(at, STR("fields"))) && on_type) {
        /* `class A : B` and `record P(int x);` get a body. */
        bool semicolon = s->type_end > 0 && doc.ptr[s->type_end - 1] == ';';
        str_view with = arena_format(a, " {\n%.*s%.*s}", STR_ARG(indented(a, text, inner, unit)),
                                     STR_ARG(outer));
        return (gen_edit){.begin = s->type_end - semicolon, .end = s->type_end, .text = with};
    }
    if (str_eq(at, STR("doc")) && is_python(q) && s->function_body != SIZE_MAX) {
        size_t body = s->function_body, begin = line_begin(doc, body);
        str_view deep =
            arena_format(a, "%.*s%.*s", STR_ARG(indent_at(doc, s->function_begin)), STR_ARG(unit));
        if (str_is_blank(str_slice(doc, begin, body))) {
            str_view with = indented(a, text, deep, unit);
            return (gen_edit){.begin = begin, .end = begin, .text = with};
        }
        str_view with =
            arena_format(a, "\n%.*s%.*s", STR_ARG(indented(a, text, deep, unit)), STR_ARG(deep));
        return (gen_edit){.begin = body, .end = body, .text = with};
    }
    gen_edit joined;
    if (str_eq(at, STR("before")) && join_derive(&joined, a, s, text))
        return joined;
    if (str_eq(at, STR("doc")) || str_eq(at, STR("before"))) {
        size_t spot = s->function_begin != SIZE_MAX ? s->function_begin : s->type_begin;
        str_view with = indented(a, text, indent_at(doc, spot), unit);
        size_t begin = line_begin(doc, spot);
        return (gen_edit){.begin = begin, .end = begin, .text = with};
    }
    str_view with = indented(a, text, outer, unit);
    if ((str_eq(at, STR("after")) || str_eq(at, STR("type"))) && anchor != SIZE_MAX) {
        size_t end = on_type ? s->type_end : s->function_end;
        bool methods = str_eq(at, STR("after"));
        if (methods && on_type && s->impl_end != SIZE_MAX && s->impl_end > end &&
            str_eq(str_of(q->lang->id), STR("go")))
            end = s->impl_end;
        return behind_line(a, q, end ? end - 1 : 0, with, top);
    }
    with = indented(a, text, STR(""), unit);
    str_view trimmed = str_trim_right(doc);
    str_view all = arena_format(a, "%s%s%.*s", trimmed.len ? "\n" : "",
                                !trimmed.len ? "" : blank_lines(q, true).ptr, STR_ARG(with));
    return (gen_edit){.begin = trimmed.len, .end = doc.len, .text = all};
}

gen_edit gen__place(arena *a, const gen_request *q, const gen_spots *s, str_view at, str_view text)
{
    gen_edit e = place(a, q, s, at, text);
    size_t anchor = s->type_begin != SIZE_MAX ? s->type_begin : s->function_begin;
    e.text = gen__laid_out(a, q, &e, anchor != SIZE_MAX ? indent_at(q->text, anchor) : STR(""));
    return e;
}

void gen__fit_line_ends(gen_result *r, arena *a, const gen_request *q)
{
    size_t first = str_find_byte(q->text, '\n');
    if (first == 0 || first == q->text.len || q->text.ptr[first - 1] != '\r')
        return;
    for (size_t i = 0; i < r->n_edits; i++) {
        if (r->edits[i].is_new)
            continue;
        buf b;
        buf_init(&b, 32 << 20);
        for (size_t k = 0; k < r->edits[i].text.len; k++) {
            char c = r->edits[i].text.ptr[k];
            if (c == '\n' && (k == 0 || r->edits[i].text.ptr[k - 1] != '\r'))
                buf_append_byte(&b, '\r');
            buf_append_byte(&b, c);
        }
        r->edits[i].text = gen_take(a, &b);
    }
}

/* As ctx_import_place takes it: of Go only what stands behind the word. */
static str_view statement_of(const gen_request *q, str_view line)
{
    bool go = str_eq(str_of(q->lang->id), STR("go")) && str_starts(line, STR("import "));
    return go ? str_trim(str_slice(line, 7, line.len)) : line;
}

/* The text with one import more; the text itself when it has that. *limit, which none may pass,
 * moves along. */
static str_view with_import(arena *a, const gen_request *q, str_view text, size_t *limit,
                            str_view line)
{
    ctx_import_edit e;
    enum ctx_import_family family = ctx_import_family_of(q->lang);
    if (str_find(text, line) < text.len ||
        !ctx_import_place(&e, family, NULL, text, *limit, statement_of(q, line), a))
        return text;
    *limit += e.text.len;
    buf b; /* not arena_format, which ends at a NUL */
    buf_init(&b, SIZE_MAX);
    buf_append(&b, str_slice(text, 0, e.begin));
    buf_append(&b, e.text);
    buf_append(&b, str_slice(text, e.end, text.len));
    return gen_take(a, &b);
}

void gen__place_imports(gen_result *r, arena *a, const gen_request *q, const str_view *lines,
                        size_t n)
{
    str_view text = q->text, old = q->text;
    size_t limit = r->n_edits ? line_begin(old, r->edits[0].begin) : old.len;
    if (r->n_edits && r->edits[0].begin == old.len)
        limit = old.len;
    for (size_t i = 0; i < n; i++) {
        for (str_view rest = lines[i]; rest.len;) {
            str_view line = str_trim(str_take_line(&rest));
            if (line.len)
                text = with_import(a, q, text, &limit, line);
        }
    }
    if (text.len == old.len || arena_failed(a))
        return;
    /* One edit: from the first byte that differs to the last. */
    size_t head = 0, tail = 0;
    while (head < old.len && old.ptr[head] == text.ptr[head])
        head++;
    while (tail < old.len - head && old.ptr[old.len - 1 - tail] == text.ptr[text.len - 1 - tail])
        tail++;
    for (size_t i = r->n_edits; i > 0; i--)
        r->edits[i] = r->edits[i - 1];
    r->edits[0] = (gen_edit){
        .begin = head, .end = old.len - tail, .text = str_slice(text, head, text.len - tail)};
    r->n_edits++;
}
