#include "assist/scaffold/table.h"

#include <stdint.h>

#include "assist/scaffold/value.h"

typedef struct {
    str_view text;
    size_t at;
    char separator;
    size_t line;
} cursor;

typedef struct {
    str_view text; /* decoded */
    bool quoted;
    bool last; /* of its row */
} cell;

typedef enum { COLUMN_EMPTY, COLUMN_NUMBER, COLUMN_BOOL, COLUMN_TEXT } column_kind;

static char separator_of(str_view text)
{
    static const char marks[] = {',', ';', '\t'};
    str_view line = str_slice(text, 0, str_find_byte(text, '\n'));
    size_t best = 0, n[sizeof marks] = {0};
    for (size_t i = 0; i < line.len; i++) {
        for (size_t k = 0; k < sizeof marks; k++)
            n[k] += line.ptr[i] == marks[k];
    }
    for (size_t k = 1; k < sizeof marks; k++)
        best = n[k] > n[best] ? k : best;
    return marks[best];
}

/* The text between the quotes, into `out` where quotes are doubled in it. */
static err_code read_quoted(cursor *c, cell *out, buf *decoded, err *e)
{
    size_t begin = ++c->at, line = c->line;
    bool doubled = false;
    for (; c->at < c->text.len; c->at++) {
        c->line += c->text.ptr[c->at] == '\n';
        if (c->text.ptr[c->at] != '"')
            continue;
        if (c->at + 1 >= c->text.len || c->text.ptr[c->at + 1] != '"')
            break;
        doubled = true;
        c->at++;
    }
    if (c->at >= c->text.len)
        return err_set(e, ERR_FORMAT, "line %zu: the quote that opens here is never closed", line);
    out->text = str_slice(c->text, begin, c->at++);
    if (doubled) {
        buf_clear(decoded);
        for (size_t i = 0; i < out->text.len; i++) {
            buf_append_byte(decoded, out->text.ptr[i]);
            i += out->text.ptr[i] == '"';
        }
        out->text = buf_view(decoded);
    }
    return buf_failed(decoded);
}

static bool ends_cell(const cursor *c)
{
    char b = c->at < c->text.len ? c->text.ptr[c->at] : '\n';
    return b == c->separator || b == '\n' || b == '\r';
}

/* The next cell; there is one. What follows a closing quote is passed over. */
static err_code read_cell(cursor *c, cell *out, buf *decoded, err *e)
{
    *out = (cell){STR(""), false, false};
    if (c->at < c->text.len && c->text.ptr[c->at] == '"') {
        out->quoted = true;
        err_code rc = read_quoted(c, out, decoded, e);
        if (rc != ERR_OK)
            return rc;
    }
    size_t begin = c->at;
    while (!ends_cell(c))
        c->at++;
    if (!out->quoted)
        out->text = str_trim(str_slice(c->text, begin, c->at));
    if (c->at < c->text.len && c->text.ptr[c->at] == c->separator) {
        c->at++;
        return ERR_OK;
    }
    out->last = true;
    c->at += c->at < c->text.len && c->text.ptr[c->at] == '\r';
    c->at += c->at < c->text.len && c->text.ptr[c->at] == '\n';
    c->line++;
    return ERR_OK;
}

static column_kind kind_of(const cell *c)
{
    bool word = str_eq(c->text, STR("true")) || str_eq(c->text, STR("false"));
    return !c->text.len && !c->quoted ? COLUMN_EMPTY
           : c->quoted                ? COLUMN_TEXT
           : word                     ? COLUMN_BOOL
           : scaf__is_number(c->text) ? COLUMN_NUMBER
                                      : COLUMN_TEXT;
}

typedef struct {
    arena a;
    buf decoded;
    str_view names[TABLE_COLUMNS];
    column_kind kinds[TABLE_COLUMNS];
    size_t n;
} table;

/* No two columns have one name; those without have a number. */
static err_code add_name(table *t, str_view name, err *e)
{
    if (t->n == TABLE_COLUMNS)
        return err_set(e, ERR_RANGE, "more than %d columns", TABLE_COLUMNS);
    name = name.len ? arena_copy(&t->a, name) : arena_format(&t->a, "column %zu", t->n + 1);
    for (size_t i = 0; i < t->n; i++) {
        if (str_eq(t->names[i], name)) {
            name = arena_format(&t->a, "%.*s %zu", STR_ARG(name), t->n + 1);
            i = SIZE_MAX; /* again from the first */
        }
    }
    t->names[t->n++] = name;
    return arena_failed(&t->a) ? ERR_NOMEM : ERR_OK;
}

/* Reads all rows behind the first line: to learn what the columns hold (`out` NULL), or to write
 * them. */
static err_code pass_rows(table *t, cursor c, buf *out, size_t *n_rows, err *e)
{
    *n_rows = 0;
    /* A separator at the end of the text has an empty cell behind it. */
    for (size_t column = 0; c.at < c.text.len || column;) {
        cell v;
        err_code rc = read_cell(&c, &v, &t->decoded, e);
        while (rc == ERR_OK && column >= t->n && (v.text.len || v.quoted))
            rc = add_name(t, STR(""), e);
        if (rc != ERR_OK)
            return rc;
        bool blank = column == 0 && v.last && !v.text.len && !v.quoted;
        column_kind kind = kind_of(&v);
        if (!out && column < t->n && kind != COLUMN_EMPTY)
            t->kinds[column] =
                t->kinds[column] == COLUMN_EMPTY || t->kinds[column] == kind ? kind : COLUMN_TEXT;
        if (out && !blank && column < t->n) {
            buf_append(out, column ? STR(", ") : *n_rows ? STR(",\n{") : STR("{"));
            scaf__put_string(out, t->names[column]);
            buf_append(out, STR(": "));
            if (kind == COLUMN_EMPTY)
                buf_append(out, STR("null"));
            else if (t->kinds[column] == COLUMN_TEXT)
                scaf__put_string(out, v.text);
            else
                buf_append(out, v.text);
        }
        if (out && v.last && !blank)
            buf_append_byte(out, '}');
        *n_rows += v.last && !blank;
        column = v.last ? 0 : column + 1;
    }
    return ERR_OK;
}

err_code scaf__table_to_json(buf *out, str_view text, err *e)
{
    table *t;
    arena own;
    size_t n_rows = 0;
    arena_init(&own, SIZE_MAX);
    t = ARENA_NEW(&own, table);
    if (!t) {
        arena_release(&own);
        return ERR_NOMEM;
    }
    arena_init(&t->a, SIZE_MAX);
    buf_init(&t->decoded, SIZE_MAX);
    cursor c = {.text = text, .separator = separator_of(text), .line = 1};
    cell v = {.last = false};
    err_code rc = ERR_OK;
    while (rc == ERR_OK && !v.last && c.at <= text.len) {
        rc = read_cell(&c, &v, &t->decoded, e);
        if (rc == ERR_OK)
            rc = add_name(t, v.text, e);
    }
    if (rc == ERR_OK)
        rc = pass_rows(t, c, NULL, &n_rows, e);
    if (rc == ERR_OK && !n_rows)
        rc = err_set(e, ERR_FORMAT, "there are no rows under the names of the columns");
    buf_append_byte(out, '[');
    if (rc == ERR_OK)
        rc = pass_rows(t, c, out, &n_rows, e);
    buf_append(out, STR("]\n"));
    if (rc == ERR_OK)
        rc = buf_failed(out);
    buf_release(&t->decoded);
    arena_release(&t->a);
    arena_release(&own);
    return rc;
}
