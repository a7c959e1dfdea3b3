#include "assist/scaffold/input.h"
#include "assist/scaffold/convert.h"

#include <stdarg.h>
#include <stdio.h>

#include "assist/scaffold/value.h"
#include "base/utf.h"

enum { STREAM_BYTES = 4 << 20 }; /* top-level arrays from here on are read item by item */

void scaf__note(scaf_notes *n, str_view input, const tape_reader *r, size_t at, const char *format,
                ...)
{
    if (n->n == n->cap) {
        size_t cap = n->cap ? n->cap * 2 : 16;
        assist_scaffold_note *p = ARENA_ARRAY(n->a, assist_scaffold_note, cap);
        if (!p)
            return;
        if (n->n)
            memcpy(p, n->notes, n->n * sizeof *p);
        n->notes = p;
        n->cap = cap;
    }
    err line;
    va_list args;
    va_start(args, format);
    vsnprintf(line.text, sizeof line.text, format, args);
    va_end(args);
    assist_scaffold_note *note = &n->notes[n->n++];
    *note = (assist_scaffold_note){.input = input, .text = arena_copy(n->a, str_of(line.text))};
    if (at != SIZE_MAX)
        scaf__tape_position(r, at, &note->line, &note->column);
}

/* The body of the last response in `curl -i` output or a saved message; the text itself when it is
 * none. */
static str_view skip_http(str_view text)
{
    str_view rest = text;
    while (str_starts(str_trim_left(rest), STR("HTTP/"))) {
        rest = str_trim_left(rest);
        bool body = false;
        while (rest.len && !body)
            body = str_trim(str_take_line(&rest)).len == 0;
        if (!body)
            return text;
    }
    return rest;
}

/* `const x = {...};`, `export default [...]`, `module.exports = ...`, `data = {...}`: the literal.
 * Only when what stands before the first bracket reads like code, so that errors keep their place.
 */
static size_t skip_assignment(str_view text)
{
    str_view t = str_trim_left(text);
    size_t skipped = text.len - t.len;
    static const char *const heads[] = {"const ",         "let ",    "var ",    "export ",
                                        "module.exports", "return ", "window.", "self."};
    bool code = false;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        code = code || str_starts(t, str_of(heads[i]));
    size_t i = 0;
    while (i < t.len && i < 400 && !strchr("{[\"'\n", t.ptr[i]))
        i++;
    if (i == 0 || i >= t.len || i >= 400 || (t.ptr[i] != '{' && t.ptr[i] != '['))
        return 0;
    str_view before = str_trim(str_slice(t, 0, i));
    if (!before.len)
        return 0;
    bool assigns = before.ptr[before.len - 1] == '=';
    if (!code && !assigns)
        return 0;
    if (!assigns && !str_ends(before, STR("default")) && !str_ends(before, STR("return")))
        return 0;
    return skipped + i;
}

typedef struct {
    shape_set *shapes;
    scaf_notes *notes;
    str_view name;
    str_view pointer;
    uint64_t n_found;
} sink;

static bool step_equal(str_view step, str_view key)
{
    /* ~1 is '/', ~0 is '~' (RFC 6901). */
    size_t k = 0;
    for (size_t i = 0; i < step.len; i++) {
        char c = step.ptr[i];
        if (c == '~' && i + 1 < step.len && (step.ptr[i + 1] == '0' || step.ptr[i + 1] == '1'))
            c = step.ptr[++i] == '0' ? '~' : '/';
        if (k >= key.len || key.ptr[k++] != c)
            return false;
    }
    return k == key.len;
}

/* Adds what `pointer` leads to from the value at `index`. */
static err_code add_at(sink *s, const tape_value *values, uint32_t index, str_view pointer)
{
    if (!pointer.len) {
        s->n_found++;
        return scaf__shapes_add(s->shapes, values, index);
    }
    str_view rest = str_slice(pointer, 1, pointer.len);
    size_t n = str_find_byte(rest, '/');
    str_view step = str_slice(rest, 0, n);
    rest = str_slice(rest, n, rest.len);
    const tape_value *v = &values[index];
    uint32_t at = index + 1;
    if (v->kind == TAPE_ARRAY) {
        bool all = str_eq(step, STR("-")) || str_eq(step, STR("*"));
        for (uint32_t i = 0; i < v->n; i++) {
            char number[16];
            int len = snprintf(number, sizeof number, "%u", i);
            if (all || str_eq(step, (str_view){number, (size_t)len})) {
                err_code rc = add_at(s, values, at, rest);
                if (rc != ERR_OK)
                    return rc;
            }
            at = values[at].next;
        }
    } else if (v->kind == TAPE_OBJECT) {
        bool all = str_eq(step, STR("*"));
        for (uint32_t i = 0; i < v->n; i++) {
            uint32_t value = values[at].next;
            if (all || step_equal(step, tape_text(&values[at]))) {
                err_code rc = add_at(s, values, value, rest);
                if (rc != ERR_OK)
                    return rc;
            }
            at = values[value].next;
        }
    }
    return ERR_OK;
}

static const tape_value *get_path(const tape_value *values, const tape_value *v,
                                  const char *const *keys, size_t n)
{
    for (size_t i = 0; i < n && v; i++)
        v = v->kind == TAPE_OBJECT ? scaf__tape_get(values, (uint32_t)(v - values), str_of(keys[i]))
                                   : NULL;
    return v;
}

/* The path of a URL: no host, query or fragment. */
static str_view url_path(str_view url)
{
    size_t host = str_find(url, STR("://"));
    if (host < url.len)
        url = str_slice(url, host + 3, url.len);
    size_t slash = str_find_byte(url, '/');
    url = str_slice(url, slash, url.len);
    size_t end = 0;
    while (end < url.len && url.ptr[end] != '?' && url.ptr[end] != '#')
        end++;
    return str_slice(url, 0, end);
}

str_view scaf__resource_of(str_view path)
{
    str_view found = STR("");
    while (path.len) {
        size_t end = str_find_byte(path, '/');
        str_view part = str_slice(path, 0, end);
        bool word = part.len > 1;
        for (size_t i = 0; i < part.len; i++) {
            char c = part.ptr[i];
            word =
                word && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_');
        }
        if (word)
            found = part;
        path = str_slice(path, end + 1, path.len);
    }
    return found;
}

scaf_response *scaf__har_responses(arena *a, const tape_value *v, size_t *n)
{
    static const char *const to_entries[] = {"log", "entries"};
    static const char *const to_text[] = {"response", "content", "text"};
    static const char *const to_mime[] = {"response", "content", "mimeType"};
    static const char *const to_url[] = {"request", "url"};
    const tape_value *entries = get_path(v, v, to_entries, 2);
    *n = 0;
    if (!entries || entries->kind != TAPE_ARRAY || !entries->n ||
        !get_path(v, entries + 1, to_url, 2))
        return NULL;
    scaf_response *out = ARENA_ARRAY(a, scaf_response, entries->n);
    uint32_t at = (uint32_t)(entries - v) + 1;
    for (uint32_t i = 0; out && i < entries->n; i++, at = v[at].next) {
        const tape_value *text = get_path(v, &v[at], to_text, 3),
                         *mime = get_path(v, &v[at], to_mime, 3);
        const tape_value *url = get_path(v, &v[at], to_url, 2);
        if (text && text->kind == TAPE_STRING && url && url->kind == TAPE_STRING && mime &&
            str_find(tape_text(mime), STR("json")) < mime->len)
            out[(*n)++] = (scaf_response){url_path(tape_text(url)), tape_text(text)};
    }
    return out;
}

/* A HAR file: the bodies of all JSON responses to the first path that has one. *is_har says whether
 * it was one. */
static err_code add_har(sink *s, const tape_reader *r, bool *is_har, arena *scratch, err *e)
{
    size_t n = 0, n_used = 0;
    scaf_response *responses = scaf__har_responses(scratch, r->values, &n);
    *is_har = responses != NULL;
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(responses[i].path, responses[0].path))
            continue;
        tape_reader inner;
        scaf__tape_init(&inner, responses[i].text, scratch);
        err_code rc = scaf__tape_read(&inner, e);
        if (rc == ERR_OK)
            rc = add_at(s, inner.values, 0, s->pointer);
        scaf__tape_release(&inner);
        if (rc != ERR_OK)
            return rc;
        n_used++;
    }
    if (!*is_har)
        return ERR_OK;
    str_view path = n ? responses[0].path : STR("");
    char left_out[80] = "";
    if (n > n_used)
        snprintf(left_out, sizeof left_out, "; %zu of other paths left out", n - n_used);
    scaf__note(s->notes, s->name, r, SIZE_MAX, "HAR: %zu JSON response%s of %.*s used%s", n_used,
               n_used == 1 ? "" : "s", STR_ARG(str_slice(path, 0, 100)), left_out);
    s->shapes->resource = arena_copy(s->notes->a, scaf__resource_of(path));
    return ERR_OK;
}

static bool is_line_end(str_view v)
{
    return str_eq(v, STR("\n")) || str_eq(v, STR("\r\n"));
}

err_code scaf__input_add(shape_set *shapes, scaf_notes *notes, const assist_scaffold_input *in,
                         str_view pointer, bool strict, arena *scratch, err *e)
{
    str_view text;
    err inner = {{0}};
    arena strings;
    tape_reader r;
    sink s = {shapes, notes, in->name, pointer, 0};
    arena_init(&strings, SIZE_MAX);
    scaf__tape_init(&r, STR(""), &strings);
    buf as_json;
    err_code rc = scaf__tape_to_utf8(&text, in->text, scratch, &inner);
    str_view body = skip_http(text);
    scaf_syntax syntax = strict ? SYNTAX_JSON : scaf__syntax_of(in->name, body);
    buf_init(&as_json, syntax == SYNTAX_TABLE ? SIZE_MAX : VALUE_MAX_BYTES);
    if (rc != ERR_OK)
        goto done;
    if (syntax != SYNTAX_JSON) {
        rc = scaf__convert(&as_json, syntax, body, &inner);
        if (rc != ERR_OK)
            goto done;
        text = buf_view(&as_json);
    }
    scaf__tape_init(&r, text, &strings);
    r.strict = strict;
    /* Offsets in a converted text mean nothing to the caller. */
    if (text.ptr >= in->text.ptr && text.ptr <= in->text.ptr + in->text.len) {
        r.passed = in->passed;
        r.passed_user = in->user;
        r.passed_base = in->text.len - text.len;
    }
    if (!strict) {
        body = skip_http(text);
        r.pos = text.len - body.len;
        r.pos += skip_assignment(body);
    }
    size_t begun = r.pos;
    uint64_t n_values = 0;
    bool har = false, lines = true;
    if (text.len >= STREAM_BYTES && !pointer.len && scaf__tape_enter_array(&r)) {
        uint32_t n_items = 0;
        rc = scaf__shapes_begin_list(shapes);
        for (bool ended = false; rc == ERR_OK && !ended;) {
            rc = scaf__tape_element(&r, &ended, &inner);
            if (rc == ERR_OK && !ended) {
                rc = scaf__shapes_add_item(shapes, r.values, 0);
                n_items += n_items < UINT32_MAX;
            }
            arena_reset(&strings);
            if (rc == ERR_OK && !scaf__tape_pass(&r))
                rc = ERR_CANCELLED;
        }
        scaf__shapes_end_list(shapes, n_items);
        s.n_found++;
        n_values++;
    }
    for (size_t end = r.pos; rc == ERR_OK && scaf__tape_more(&r); end = r.pos) {
        size_t begin = r.pos;
        if (n_values == 1 && strict) {
            size_t line, column;
            scaf__tape_position(&r, r.pos, &line, &column);
            rc = err_set(&inner, ERR_FORMAT, "line %zu, column %zu: text after the value", line,
                         column);
            break;
        }
        rc = scaf__tape_read(&r, &inner);
        if (rc != ERR_OK)
            break;
        if (!n_values && r.values[0].kind == TAPE_OBJECT)
            rc = add_har(&s, &r, &har, scratch, &inner);
        if (rc == ERR_OK && !har)
            rc = add_at(&s, r.values, 0, pointer);
        lines = lines && (!n_values || is_line_end(str_slice(text, end, begin))) &&
                !memchr(text.ptr + begin, '\n', r.pos - begin);
        n_values++;
        arena_reset(&strings);
        if (rc == ERR_OK && !scaf__tape_pass(&r))
            rc = ERR_CANCELLED;
    }
    bool plain = text.ptr == in->text.ptr && !begun && !har;
    if (rc == ERR_OK && !scaf__tape_pass(&r))
        rc = ERR_CANCELLED;
    if (rc == ERR_OK && !n_values)
        rc = err_set(&inner, ERR_FORMAT, "there is no JSON in it");
    if (rc == ERR_OK && !s.n_found)
        rc = err_set(&inner, ERR_FORMAT, "the pointer %.*s leads nowhere",
                     STR_ARG(str_slice(pointer, 0, 100)));
    for (int k = 0; rc == ERR_OK && k < TAPE_N_NOTES; k++) {
        plain = plain && (!r.note_at[k] || k == TAPE_NOTE_DUPLICATE_KEY);
        if (r.note_at[k])
            scaf__note(notes, in->name, &r, r.note_at[k] - 1,
                       r.n_notes[k] > 1 ? "%s (%u times)" : "%s",
                       scaf__tape_note_text((tape_note)k), r.n_notes[k]);
    }
    shapes->form = !plain              ? SAMPLE_OTHER
                   : n_values == 1     ? SAMPLE_JSON
                   : n_values && lines ? SAMPLE_LINES
                                       : SAMPLE_OTHER;
    if (as_json.len && n_values == 1 && shapes->converted)
        buf_append(shapes->converted, buf_view(&as_json));
done:
    if (rc == ERR_NOMEM && arena_failed(shapes->a))
        rc = err_set(&inner, ERR_RANGE,
                     "the samples differ in more places than the memory allowed holds");
    if (rc != ERR_OK)
        err_set(e, rc, "%.*s: %s", STR_ARG(str_slice(in->name, 0, 100)),
                inner.text[0] ? inner.text : err_name(rc));
    scaf__tape_release(&r);
    arena_release(&strings);
    buf_release(&as_json);
    return rc;
}
