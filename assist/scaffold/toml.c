#include "assist/scaffold/convert.h"

#include <stdint.h>

#include "assist/scaffold/tape.h"
#include "assist/scaffold/value.h"
#include "base/utf.h"

typedef struct {
    str_view text;
    size_t at;
    arena *a;
    err *e;
} reader;

/* How a map or list came to be, which decides who may add to it. */
enum {
    BY_PATH,  /* on the way to `[a.b]` */
    BY_HEAD,  /* `[a]` */
    BY_KEY,   /* on the way to `a.b = 1` */
    BY_VALUE, /* `a = {…}`, `a = […]`: nobody */
    BY_HEADS, /* a list, `[[a]]` */
};

static err_code fail(const reader *r, size_t at, const char *expected, const char *fix)
{
    tape_reader t = {.text = r->text};
    return scaf__tape_fail(&t, at, r->e, expected, fix);
}

/* 0 at the end of the text, where no byte of TOML is 0. */
static char peek(const reader *r)
{
    return r->at < r->text.len ? r->text.ptr[r->at] : '\0';
}

static bool take(reader *r, char c)
{
    bool is = r->at < r->text.len && r->text.ptr[r->at] == c;
    r->at += is;
    return is;
}

static bool take_text(reader *r, str_view v)
{
    bool is = str_starts(str_slice(r->text, r->at, r->text.len), v);
    r->at += is ? v.len : 0;
    return is;
}

static bool is_control(char c)
{
    unsigned char b = (unsigned char)c;
    return (b < 0x20 && b != '\t') || b == 0x7f;
}

static bool at_line_end(const reader *r)
{
    str_view rest = str_slice(r->text, r->at, r->text.len);
    return !rest.len || rest.ptr[0] == '\n' || str_starts(rest, STR("\r\n"));
}

static void skip_blanks(reader *r)
{
    while (peek(r) == ' ' || peek(r) == '\t')
        r->at++;
}

/* Blanks, and a comment. */
static err_code skip_rest(reader *r)
{
    skip_blanks(r);
    if (peek(r) != '#')
        return ERR_OK;
    for (; !at_line_end(r); r->at++) {
        if (is_control(peek(r)))
            return fail(r, r->at, "no control character in a comment", NULL);
    }
    return ERR_OK;
}

/* Blanks, comments and ends of lines. */
static err_code skip_lines(reader *r)
{
    err_code rc = skip_rest(r);
    while (rc == ERR_OK && r->at < r->text.len && at_line_end(r)) {
        r->at += peek(r) == '\r' ? 2 : 1;
        rc = skip_rest(r);
    }
    return rc;
}

/* --- strings --- */

static bool read_hex(reader *r, size_t n, uint32_t *out)
{
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        char c = peek(r), small = (char)(c | 0x20);
        bool digit = c >= '0' && c <= '9';
        if (!digit && !(small >= 'a' && small <= 'f'))
            return false;
        *out = *out * 16 + (uint32_t)(digit ? c - '0' : small - 'a' + 10);
        r->at++;
    }
    return *out < 0xD800 || (*out > 0xDFFF && *out <= 0x10FFFF);
}

/* What stands behind a backslash. */
static err_code escape(reader *r, bool many_lines, buf *to)
{
    static const char from[] = "btnfr\"\\", is[] = "\b\t\n\f\r\"\\";
    size_t begin = r->at - 1;
    char c = peek(r);
    const char *known = c ? strchr(from, c) : NULL;
    if (known) {
        buf_append_byte(to, is[known - from]);
        r->at++;
        return ERR_OK;
    }
    if (c == 'u' || c == 'U') {
        char bytes[UTF_MAX_BYTES];
        uint32_t point;
        r->at++;
        if (!read_hex(r, c == 'u' ? 4 : 8, &point))
            return fail(r, r->at, c == 'u' ? "four hexadecimal digits" : "eight of a character",
                        "write \\u00E9 or \\U0001F600");
        buf_append(to, (str_view){bytes, utf8_encode(bytes, point)});
        return ERR_OK;
    }
    size_t here = r->at;
    skip_blanks(r);
    if (many_lines && at_line_end(r) && r->at < r->text.len) { /* goes on where text begins */
        while (peek(r) == ' ' || peek(r) == '\t' || peek(r) == '\n' || peek(r) == '\r')
            r->at++;
        return ERR_OK;
    }
    r->at = here;
    return fail(r, begin, "an escape like \\n, \\\" or \\u00E9",
                "write a backslash as \\\\, or the text in '…'");
}

static err_code read_string(reader *r, str_view *out)
{
    char quote = peek(r);
    size_t begin = r->at;
    bool basic = quote == '"';
    str_view mark = basic ? STR("\"\"\"") : STR("'''");
    bool many = take_text(r, mark);
    if (!many)
        r->at++;
    if (many && at_line_end(r))
        r->at += peek(r) == '\r' ? 2 : peek(r) == '\n';
    buf to;
    err_code rc = ERR_OK;
    buf_init(&to, SIZE_MAX);
    for (bool ended = false; rc == ERR_OK && !ended;) {
        if (r->at >= r->text.len || (!many && at_line_end(r))) {
            rc = fail(r, begin, "quotes that are closed",
                      many ? "close it by three quotes"
                           : "close it on its line, or write three quotes at both ends");
        } else if (many ? take_text(r, mark) : take(r, quote)) {
            /* Up to two quotes may stand before the closing three. */
            for (int i = 0; many && i < 2 && take(r, quote); i++)
                buf_append_byte(&to, quote);
            ended = true;
        } else if (basic && take(r, '\\')) {
            rc = escape(r, many, &to);
        } else if (is_control(peek(r)) && !(many && at_line_end(r))) {
            rc = fail(r, r->at, "no control character in a text",
                      basic ? "write it as \\u00…" : "write it as \\u00… in \"…\"");
        } else {
            buf_append_byte(&to, peek(r));
            r->at++;
        }
    }
    if (rc == ERR_OK)
        *out = arena_copy(r->a, buf_view(&to));
    if (rc == ERR_OK && (buf_failed(&to) != ERR_OK || arena_failed(r->a)))
        rc = ERR_NOMEM;
    buf_release(&to);
    return rc;
}

/* --- numbers, dates, words --- */

static size_t digits_at(str_view v, size_t at)
{
    size_t n = 0;
    while (at + n < v.len && v.ptr[at + n] >= '0' && v.ptr[at + n] <= '9')
        n++;
    return n;
}

/* 07:32, with seconds and their fraction: where it ends, or `at`. */
static size_t skip_time(str_view v, size_t at)
{
    if (digits_at(v, at) != 2 || at + 2 >= v.len || v.ptr[at + 2] != ':' ||
        digits_at(v, at + 3) != 2 || at + 5 >= v.len || v.ptr[at + 5] != ':' ||
        digits_at(v, at + 6) != 2)
        return at;
    size_t end = at + 8, fraction = end < v.len && v.ptr[end] == '.' ? digits_at(v, end + 1) : 0;
    return fraction ? end + 1 + fraction : end;
}

/* The date, the time or both that `v` begins with: how long, 0 for neither. */
static size_t date_length(str_view v)
{
    if (digits_at(v, 0) != 4 || v.len < 10 || v.ptr[4] != '-' || digits_at(v, 5) != 2 ||
        v.ptr[7] != '-' || digits_at(v, 8) != 2)
        return skip_time(v, 0);
    if (v.len < 11 || !strchr("Tt ", v.ptr[10]))
        return 10;
    size_t end = skip_time(v, 11);
    if (end == 11)
        return 10;
    if (end < v.len && (v.ptr[end] == 'Z' || v.ptr[end] == 'z'))
        return end + 1;
    if (end + 6 <= v.len && (v.ptr[end] == '+' || v.ptr[end] == '-') &&
        digits_at(v, end + 1) == 2 && v.ptr[end + 3] == ':' && digits_at(v, end + 4) == 2)
        return end + 6;
    return end;
}

/* Underscores stand between digits only. */
static bool underscores_fit(str_view v)
{
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] != '_')
            continue;
        bool before = i > 0 && v.ptr[i - 1] != '_' && strchr("+-.", v.ptr[i - 1]) == NULL;
        bool behind = i + 1 < v.len && v.ptr[i + 1] != '_' && strchr("+-.", v.ptr[i + 1]) == NULL;
        if (!before || !behind)
            return false;
    }
    return true;
}

static str_view without_underscores(arena *a, str_view v)
{
    char *to = arena_push(a, v.len + 1);
    size_t n = 0;
    for (size_t i = 0; to && i < v.len; i++) {
        if (v.ptr[i] != '_')
            to[n++] = v.ptr[i];
    }
    return (str_view){to, n};
}

/* The word as JSON spells that number, empty when it is none. */
static str_view number_text(arena *a, str_view word)
{
    static const struct {
        const char *head, *digits;
        unsigned base;
    } bases[] = {{"0x", "0123456789abcdefABCDEF_", 16}, {"0o", "01234567_", 8}, {"0b", "01_", 2}};
    str_view none = {NULL, 0};
    if (!underscores_fit(word))
        return none;
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        if (!str_starts(word, str_of(bases[i].head)))
            continue;
        str_view digits = str_slice(word, 2, word.len);
        for (size_t k = 0; k < digits.len; k++) {
            if (!strchr(bases[i].digits, digits.ptr[k]))
                return none;
        }
        return digits.len && digits.ptr[0] != '_'
                   ? scaf__integer_text(a, false, digits, bases[i].base)
                   : none;
    }
    if (word.len > 1 && word.ptr[0] == '+')
        word = str_slice(word, 1, word.len);
    word = without_underscores(a, word);
    return scaf__is_number(word) ? word : none;
}

static err_code read_word(reader *r, scaf_value **out)
{
    static const struct {
        const char *word, *is, *fix;
    } words[] = {
        {"true", "true", NULL},
        {"false", "false", NULL},
        {"inf", "null", NULL},
        {"+inf", "null", NULL},
        {"-inf", "null", NULL},
        {"nan", "null", NULL},
        {"+nan", "null", NULL},
        {"-nan", "null", NULL},
        {"True", NULL, "write true"},
        {"False", NULL, "write false"},
        {"null", NULL, "TOML has no null; leave the key out"},
        {"None", NULL, "TOML has no null; leave the key out"},
    };
    str_view rest = str_slice(r->text, r->at, r->text.len);
    size_t n = date_length(rest);
    if (n) {
        r->at += n;
        *out = scaf__value_new(r->a, VALUE_STRING, str_slice(rest, 0, n));
        return ERR_OK;
    }
    while (n < rest.len && !strchr(" \t\r\n,]}#=", rest.ptr[n]))
        n++;
    str_view word = str_slice(rest, 0, n);
    const char *fix = "put a text in quotes";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!str_eq(word, str_of(words[i].word)))
            continue;
        if (words[i].is) {
            r->at += n;
            *out = scaf__value_new(r->a, VALUE_LITERAL, str_of(words[i].is));
            return ERR_OK;
        }
        fix = words[i].fix;
    }
    str_view number = number_text(r->a, word);
    if (number.len) {
        r->at += n;
        *out = scaf__value_new(r->a, VALUE_LITERAL, number);
        return ERR_OK;
    }
    if (digits_at(word, 0) > 1 && word.ptr[0] == '0')
        fix = "a number has no leading zeros; put it in quotes if they count";
    return fail(r, r->at, "a value", word.len ? fix : "write `key = value`");
}

/* --- tables --- */

static err_code read_key(reader *r, str_view *out)
{
    if (peek(r) == '"' || peek(r) == '\'')
        return read_string(r, out);
    size_t begin = r->at;
    for (char c = peek(r); (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
         c = peek(r))
        r->at++;
    *out = str_slice(r->text, begin, r->at);
    return out->len ? ERR_OK : fail(r, begin, "a key", "put a key with other characters in quotes");
}

static err_code twice(const reader *r, size_t at, str_view key)
{
    size_t line, column;
    scaf__text_position(r->text, at, &line, &column);
    return err_set(r->e, ERR_FORMAT,
                   "line %zu, column %zu: `%.*s` is defined already; a key stands once in a table",
                   line, column, STR_ARG(str_slice(key, 0, 80)));
}

/* Walks a dotted key up to its last part, which is *key; *map is where that part belongs. Maps made
 * on the way are `made`. */
static err_code walk_key(reader *r, scaf_value **map, str_view *key, unsigned made)
{
    for (unsigned depth = 0;; depth++) {
        size_t at = r->at;
        err_code rc = read_key(r, key);
        if (rc != ERR_OK)
            return rc;
        skip_blanks(r);
        if (!take(r, '.'))
            return ERR_OK;
        skip_blanks(r);
        if (depth == TAPE_MAX_DEPTH)
            return err_set(r->e, ERR_RANGE, "deeper than %d levels", TAPE_MAX_DEPTH);
        scaf_value *v = scaf__value_get(*map, *key);
        if (!v) {
            v = scaf__value_new(r->a, VALUE_MAP, STR(""));
            if (!v)
                return ERR_NOMEM;
            v->mark = made;
            scaf__value_add(*map, *key, v);
        } else if (v->kind == VALUE_LIST && v->mark == BY_HEADS && made == BY_PATH) {
            v = v->last;
        } else if (v->kind != VALUE_MAP || v->mark == BY_VALUE ||
                   (made == BY_KEY && v->mark != BY_KEY)) {
            return twice(r, at, *key);
        }
        *map = v;
    }
}

static err_code read_value(reader *r, unsigned depth, scaf_value **out);

static err_code read_pair(reader *r, scaf_value *map, unsigned depth)
{
    str_view key;
    size_t at = r->at;
    scaf_value *item = NULL;
    err_code rc = walk_key(r, &map, &key, BY_KEY);
    if (rc != ERR_OK)
        return rc;
    if (!take(r, '='))
        return fail(r, r->at, "`=`",
                    peek(r) == ':' ? "TOML writes `key = value`"
                                   : "write `key = value`, and a key with blanks in quotes");
    skip_blanks(r);
    if (scaf__value_get(map, key))
        return twice(r, at, key);
    rc = read_value(r, depth, &item);
    scaf__value_add(map, key, item);
    return rc;
}

static err_code read_list(reader *r, unsigned depth, scaf_value *list)
{
    size_t begin = r->at++;
    for (;;) {
        scaf_value *item = NULL;
        err_code rc = skip_lines(r);
        if (rc != ERR_OK || take(r, ']'))
            return rc;
        if (r->at >= r->text.len)
            return fail(r, begin, "a list that is closed", "write `]` at its end");
        rc = read_value(r, depth, &item);
        scaf__value_add(list, STR(""), item);
        if (rc == ERR_OK)
            rc = skip_lines(r);
        if (rc != ERR_OK)
            return rc;
        if (!take(r, ',') && peek(r) != ']')
            return fail(r, r->at, "`,` or `]`", NULL);
    }
}

static err_code read_inline(reader *r, unsigned depth, scaf_value *map)
{
    r->at++;
    skip_blanks(r);
    if (take(r, '}'))
        return ERR_OK;
    for (;;) {
        skip_blanks(r);
        err_code rc = read_pair(r, map, depth);
        if (rc != ERR_OK)
            return rc;
        skip_blanks(r);
        if (take(r, '}'))
            return ERR_OK;
        if (!take(r, ','))
            return fail(r, r->at, "`,` or `}`", "a table in braces stands on one line");
    }
}

/* Nobody adds to what was written as a value. */
static void close_maps(scaf_value *v)
{
    v->mark = BY_VALUE;
    for (scaf_value *item = v->first; item; item = item->next) {
        if (item->mark != BY_VALUE)
            close_maps(item);
    }
}

static err_code read_value(reader *r, unsigned depth, scaf_value **out)
{
    char c = peek(r);
    err_code rc = ERR_OK;
    if (depth == TAPE_MAX_DEPTH)
        return err_set(r->e, ERR_RANGE, "deeper than %d levels", TAPE_MAX_DEPTH);
    if (c == '"' || c == '\'') {
        str_view text;
        rc = read_string(r, &text);
        if (rc == ERR_OK)
            *out = scaf__value_new(r->a, VALUE_STRING, text);
    } else if (c == '[' || c == '{') {
        *out = scaf__value_new(r->a, c == '[' ? VALUE_LIST : VALUE_MAP, STR(""));
        if (!*out)
            return ERR_NOMEM;
        rc = c == '[' ? read_list(r, depth + 1, *out) : read_inline(r, depth + 1, *out);
        close_maps(*out);
    } else {
        rc = read_word(r, out);
    }
    return rc == ERR_OK && arena_failed(r->a) ? ERR_NOMEM : rc;
}

/* `[a.b]` or `[[a.b]]`: *table is where what follows belongs. */
static err_code read_head(reader *r, scaf_value *root, scaf_value **table)
{
    bool list = take_text(r, STR("[["));
    str_view key;
    scaf_value *map = root;
    if (!list)
        r->at++;
    skip_blanks(r);
    size_t at = r->at;
    err_code rc = walk_key(r, &map, &key, BY_PATH);
    if (rc != ERR_OK)
        return rc;
    if (list ? !take_text(r, STR("]]")) : !take(r, ']'))
        return fail(r, r->at, list ? "`]]`" : "`]`", NULL);
    scaf_value *v = scaf__value_get(map, key), *item = v;
    bool may = !v || (list ? v->kind == VALUE_LIST && v->mark == BY_HEADS
                           : v->kind == VALUE_MAP && v->mark == BY_PATH);
    if (!may)
        return twice(r, at, key);
    if (!v) {
        v = item = scaf__value_new(r->a, list ? VALUE_LIST : VALUE_MAP, STR(""));
        scaf__value_add(map, key, v);
    }
    if (list) {
        item = scaf__value_new(r->a, VALUE_MAP, STR(""));
        scaf__value_add(v, STR(""), item);
    }
    if (!v || !item)
        return ERR_NOMEM;
    item->mark = BY_HEAD;
    if (list)
        v->mark = BY_HEADS;
    *table = item;
    return ERR_OK;
}

err_code scaf__toml_to_json(buf *out, str_view text, err *e)
{
    arena own;
    reader r = {.text = text, .a = &own, .e = e};
    arena_init(&own, SIZE_MAX);
    scaf_value *root = scaf__value_new(&own, VALUE_MAP, STR("")), *table = root;
    err_code rc = root ? skip_lines(&r) : ERR_NOMEM;
    while (rc == ERR_OK && r.at < text.len) {
        rc = peek(&r) == '[' ? read_head(&r, root, &table) : read_pair(&r, table, 0);
        if (rc == ERR_OK)
            rc = skip_rest(&r);
        if (rc == ERR_OK && !at_line_end(&r))
            rc = fail(&r, r.at, "the end of the line", "each `key = value` has a line of its own");
        if (rc == ERR_OK)
            rc = skip_lines(&r);
    }
    if (arena_failed(&own)) /* whatever that made of a number */
        rc = ERR_NOMEM;
    if (rc == ERR_OK && root->first)
        rc = scaf__value_write(out, root, e);
    arena_release(&own);
    return rc;
}
