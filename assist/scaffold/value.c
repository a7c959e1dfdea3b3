#include "assist/scaffold/value.h"

#include "assist/scaffold/tape.h"

scaf_value *scaf__value_new(arena *a, value_kind kind, str_view text)
{
    scaf_value *v = ARENA_NEW(a, scaf_value);
    if (v)
        *v = (scaf_value){.kind = kind, .text = text};
    return v;
}

void scaf__value_add(scaf_value *parent, str_view key, scaf_value *item)
{
    if (!parent || !item)
        return;
    item->key = key;
    item->next = NULL;
    if (parent->last)
        parent->last->next = item;
    else
        parent->first = item;
    parent->last = item;
}

scaf_value *scaf__value_get(const scaf_value *map, str_view key)
{
    scaf_value *v = map->first;
    while (v && !str_eq(v->key, key))
        v = v->next;
    return v;
}

void scaf__put_string(buf *out, str_view v)
{
    buf_append_byte(out, '"');
    for (size_t i = 0; i < v.len; i++) {
        unsigned char b = (unsigned char)v.ptr[i];
        if (b == '"' || b == '\\')
            buf_append_format(out, "\\%c", b);
        else if (b < 0x20)
            buf_append_format(out, "\\u%04x", b);
        else
            buf_append_byte(out, (char)b);
    }
    buf_append_byte(out, '"');
}

static err_code write(buf *out, const scaf_value *v, unsigned depth, err *e)
{
    if (v->kind == VALUE_LITERAL)
        buf_append(out, v->text);
    else if (v->kind == VALUE_STRING)
        scaf__put_string(out, v->text);
    if (v->kind == VALUE_LITERAL || v->kind == VALUE_STRING)
        return buf_failed(out);
    if (depth == TAPE_MAX_DEPTH)
        return err_set(e, ERR_RANGE, "deeper than %d levels", TAPE_MAX_DEPTH);
    bool map = v->kind == VALUE_MAP;
    err_code rc = ERR_OK;
    buf_append_byte(out, map ? '{' : '[');
    for (const scaf_value *item = v->first; item && rc == ERR_OK; item = item->next) {
        if (item != v->first)
            buf_append(out, depth ? STR(", ") : STR(",\n"));
        if (map) {
            scaf__put_string(out, item->key);
            buf_append(out, STR(": "));
        }
        rc = write(out, item, depth + 1, e);
    }
    buf_append_byte(out, map ? '}' : ']');
    return rc == ERR_OK ? buf_failed(out) : rc;
}

err_code scaf__value_write(buf *out, const scaf_value *v, err *e)
{
    err_code rc = write(out, v, 0, e);
    if (rc == ERR_RANGE && buf_failed(out) == ERR_RANGE)
        err_set(e, rc, "more than %d MB as JSON", VALUE_MAX_BYTES >> 20);
    buf_append_byte(out, '\n');
    return rc;
}

static size_t skip_digits(str_view v, size_t at)
{
    while (at < v.len && v.ptr[at] >= '0' && v.ptr[at] <= '9')
        at++;
    return at;
}

bool scaf__is_number(str_view v)
{
    size_t digits = v.len && v.ptr[0] == '-', i = skip_digits(v, digits);
    if (i == digits || (i - digits > 1 && v.ptr[digits] == '0'))
        return false;
    if (i < v.len && v.ptr[i] == '.') {
        digits = ++i;
        i = skip_digits(v, i);
        if (i == digits)
            return false;
    }
    if (i < v.len && (v.ptr[i] == 'e' || v.ptr[i] == 'E')) {
        i++;
        i += i < v.len && (v.ptr[i] == '+' || v.ptr[i] == '-');
        digits = i;
        i = skip_digits(v, i);
        if (i == digits)
            return false;
    }
    return i == v.len;
}

str_view scaf__integer_text(arena *a, bool negative, str_view digits, unsigned base)
{
    uint64_t n = 0;
    if (base == 10) { /* as long as it likes */
        char *to = arena_push(a, digits.len + 2);
        size_t len = 0;
        for (size_t i = 0; to && i < digits.len; i++) {
            if (digits.ptr[i] == '_' || (len == 0 && digits.ptr[i] == '0' && i + 1 < digits.len))
                continue;
            if (len == 0 && negative)
                to[len++] = '-';
            to[len++] = digits.ptr[i];
        }
        return (str_view){to, len};
    }
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        if (c == '_')
            continue;
        uint64_t digit = (uint64_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        if (n > (UINT64_MAX - digit) / base)
            return (str_view){NULL, 0};
        n = n * base + digit;
    }
    return arena_format(a, "%s%llu", negative ? "-" : "", (unsigned long long)n);
}

void scaf__text_position(str_view text, size_t off_bytes, size_t *line, size_t *column)
{
    tape_reader r = {.text = text};
    scaf__tape_position(&r, off_bytes, line, column);
}
