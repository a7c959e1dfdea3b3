#include "assist/scaffold/tape.h"

#include <stdio.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/utf.h"

void scaf__tape_init(tape_reader *r, str_view text, arena *strings)
{
    *r = (tape_reader){.text = text, .strings = strings};
}

void scaf__tape_release(tape_reader *r)
{
    if (!r)
        return;
    mem_free(r->values);
    r->values = NULL;
    r->n_values = r->cap_values = 0;
}

bool scaf__tape_pass(tape_reader *r)
{
    size_t n = r->pos - r->passed_at;
    if (!r->passed || (n < TAPE_PASS_BYTES && r->pos < r->text.len))
        return true;
    size_t begin = r->passed_base + r->passed_at;
    r->passed_at = r->pos;
    return r->passed(r->passed_user, begin, begin + n);
}

void scaf__tape_position(const tape_reader *r, size_t off_bytes, size_t *line, size_t *column)
{
    size_t start = 0, n = 1;
    str_view text = str_slice(r->text, 0, off_bytes);
    for (size_t from = 0, to; from < text.len; from = to) {
        to = text.len - from > TAPE_PASS_BYTES ? from + TAPE_PASS_BYTES : text.len;
        for (size_t i = from; i < to; i++) {
            if (text.ptr[i] == '\n') {
                n++;
                start = i + 1;
            }
        }
        if (r->passed)
            r->passed(r->passed_user, r->passed_base + from, r->passed_base + to);
    }
    *line = n;
    *column = utf32_length(str_slice(text, start, text.len)) + 1;
}

const char *scaf__tape_note_text(tape_note note)
{
    static const char *const texts[TAPE_N_NOTES] = {
        [TAPE_NOTE_COMMENT] = "comment skipped",
        [TAPE_NOTE_TRAILING_COMMA] = "trailing or missing comma tolerated",
        [TAPE_NOTE_SINGLE_QUOTE] = "single-quoted string read",
        [TAPE_NOTE_BARE_KEY] = "key without quotes read",
        [TAPE_NOTE_NUMBER] = "number rewritten as JSON spells it",
        [TAPE_NOTE_LITERAL] = "True, False, None or undefined read as JSON",
        [TAPE_NOTE_ELLIPSIS] = "`...` skipped: the sample is cut short here",
        [TAPE_NOTE_DUPLICATE_KEY] = "duplicate key: its last value counts",
        [TAPE_NOTE_SURROGATE] = "lone surrogate replaced by U+FFFD",
        [TAPE_NOTE_STRING] = "string with a raw control character or a non-JSON escape read",
    };
    return texts[note];
}

static void note(tape_reader *r, tape_note kind, size_t at)
{
    if (!r->note_at[kind])
        r->note_at[kind] = at + 1;
    r->n_notes[kind]++;
}

err_code scaf__tape_fail(tape_reader *r, size_t at, err *e, const char *what, const char *fix)
{
    size_t line, column;
    scaf__tape_position(r, at, &line, &column);
    r->error_at = at;
    char found[40];
    if (at >= r->text.len) {
        snprintf(found, sizeof found, "the end of the text");
    } else {
        unsigned char c = (unsigned char)r->text.ptr[at];
        if (c > 0x20 && c < 0x7f)
            snprintf(found, sizeof found, "`%c`", c);
        else if (c == '\n' || c == '\r')
            snprintf(found, sizeof found, "the end of the line");
        else
            snprintf(found, sizeof found, "byte 0x%02X", c);
    }
    return err_set(e, ERR_FORMAT, "line %zu, column %zu: expected %s, found %s%s%s", line, column,
                   what, found, fix ? "; " : "", fix ? fix : "");
}

static tape_value *push(tape_reader *r, tape_kind kind, const char *ptr, size_t len)
{
    if (r->n_values == r->cap_values) {
        size_t cap = r->cap_values ? r->cap_values * 2 : 256;
        tape_value *p = cap < UINT32_MAX ? mem_resize(r->values, cap * sizeof *p) : NULL;
        if (!p)
            return NULL;
        r->values = p;
        r->cap_values = cap;
    }
    tape_value *v = &r->values[r->n_values++];
    *v = (tape_value){
        .ptr = ptr, .len = (uint32_t)len, .next = (uint32_t)r->n_values, .kind = (uint8_t)kind};
    return v;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$';
}

/* White space and, outside strict mode, comments. False when a block comment never ends. */
static bool skip_space(tape_reader *r)
{
    const char *p = r->text.ptr;
    size_t n = r->text.len, i = r->pos;
    for (;;) {
        while (i < n && (p[i] == ' ' || p[i] == '\n' || p[i] == '\r' || p[i] == '\t'))
            i++;
        if (i >= n || r->strict)
            break;
        unsigned char c = (unsigned char)p[i];
        if (c == '\v' || c == '\f') {
            i++;
        } else if (c == 0xC2 && i + 1 < n && (unsigned char)p[i + 1] == 0xA0) {
            i += 2; /* no-break space: pasted from a web page */
        } else if (c == 0xEF && i + 2 < n && memcmp(p + i, "\xEF\xBB\xBF", 3) == 0) {
            i += 3; /* concatenated files each bring their mark */
        } else if ((c == '/' && i + 1 < n && p[i + 1] == '/') || c == '#') {
            note(r, TAPE_NOTE_COMMENT, i);
            while (i < n && p[i] != '\n')
                i++;
        } else if (c == '/' && i + 1 < n && p[i + 1] == '*') {
            size_t end = str_find(str_slice(r->text, i + 2, n), STR("*/"));
            note(r, TAPE_NOTE_COMMENT, i);
            if (i + 2 + end + 2 > n) {
                r->pos = i;
                return false;
            }
            i += 2 + end + 2;
        } else {
            break;
        }
    }
    r->pos = i;
    return true;
}

/* `...` or U+2026, alone or with words after it up to the end of the line or a closing bracket, as
 * in
 * `... 97 more items`. */
static bool skip_ellipsis(tape_reader *r)
{
    str_view rest = str_slice(r->text, r->pos, r->text.len);
    bool quoted = false;
    if (r->strict)
        return false;
    if (str_starts(rest, STR("...")) || str_starts(rest, STR("\xE2\x80\xA6"))) {
        r->pos += 3;
    } else if (str_starts(rest, STR("\"...\"")) || str_starts(rest, STR("'...'"))) {
        quoted = true;
    } else {
        return false;
    }
    if (quoted)
        return false; /* a string: it may be data */
    note(r, TAPE_NOTE_ELLIPSIS, r->pos - 3);
    while (r->pos < r->text.len && !strchr("\n,]}", r->text.ptr[r->pos]))
        r->pos++;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The code unit of `n` hex digits at `i`, or -1. */
static int32_t hex_at(str_view text, size_t i, size_t n)
{
    int32_t v = 0;
    if (i + n > text.len)
        return -1;
    for (size_t k = 0; k < n; k++) {
        int d = hex_digit(text.ptr[i + k]);
        if (d < 0)
            return -1;
        v = v * 16 + d;
    }
    return v;
}

/* Decodes the escape at the backslash text[i]; returns the index after it, 0 for a bad escape. */
static size_t decode_escape(tape_reader *r, size_t i, char *out, size_t *n_out)
{
    str_view t = r->text;
    size_t at = i++;
    if (i >= t.len)
        return 0;
    char c = t.ptr[i++];
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *plain = memchr(from, c, sizeof from - 1);
    if (plain) {
        out[(*n_out)++] = to[plain - from];
        return i;
    }
    uint32_t cp;
    if (c == 'u') {
        int32_t hi = hex_at(t, i, 4);
        if (hi < 0)
            return 0;
        i += 4;
        cp = (uint32_t)hi;
        if (cp >= 0xD800 && cp < 0xDC00 && i + 6 <= t.len && t.ptr[i] == '\\' &&
            t.ptr[i + 1] == 'u') {
            int32_t lo = hex_at(t, i + 2, 4);
            if (lo >= 0xDC00 && lo < 0xE000) {
                cp = 0x10000 + ((cp - 0xD800) << 10) + ((uint32_t)lo - 0xDC00);
                i += 6;
            }
        }
        if (cp >= 0xD800 && cp < 0xE000)
            note(r, TAPE_NOTE_SURROGATE, at);
    } else if (r->strict) {
        return 0;
    } else if (c == 'x') {
        int32_t v = hex_at(t, i, 2);
        if (v < 0)
            return 0;
        i += 2;
        cp = (uint32_t)v;
        note(r, TAPE_NOTE_STRING, at);
    } else if (c == '\n') {
        note(r, TAPE_NOTE_STRING, at);
        return i; /* line continuation */
    } else if (strchr("'`v0", c)) {
        note(r, TAPE_NOTE_STRING, at);
        cp = c == 'v' ? 0x0B : c == '0' ? 0 : (uint32_t)c;
    } else {
        return 0;
    }
    *n_out += utf8_encode(out + *n_out, cp);
    return i;
}

/* The string whose opening quote is at r->pos. */
static err_code read_string(tape_reader *r, err *e)
{
    const char *p = r->text.ptr;
    size_t n = r->text.len, start = r->pos + 1, i = start;
    char quote = p[r->pos];
    unsigned char seen = 0;
    bool escaped = false;
    if (quote != '"')
        note(r, TAPE_NOTE_SINGLE_QUOTE, r->pos);
    for (; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c == (unsigned char)quote)
            break;
        seen |= c;
        if (c == '\\') {
            escaped = true;
            i++;
        } else if (UNLIKELY(c < 0x20)) {
            if (r->strict || (c == '\n' && quote != '`'))
                return scaf__tape_fail(
                    r, i, e, "the closing quote of the string",
                    "close the string, or write the control character as an escape");
            note(r, TAPE_NOTE_STRING, i);
        }
    }
    if (i >= n) {
        size_t line, column;
        scaf__tape_position(r, r->pos, &line, &column);
        r->error_at = r->pos;
        return err_set(
            e, ERR_FORMAT,
            "line %zu, column %zu: this string is never closed; the text may be cut short", line,
            column);
    }
    size_t len = i - start;
    if (len >= UINT32_MAX)
        return err_set(e, ERR_RANGE, "a string is longer than 4 GiB");
    if ((seen & 0x80) && !utf8_is_valid((str_view){p + start, len})) {
        size_t at = start, step;
        bool valid = true;
        while (valid && at < i) {
            utf8_decode((str_view){p + at, i - at}, &step, &valid);
            at += valid ? step : 0;
        }
        return scaf__tape_fail(r, at, e, "UTF-8", "save the file as UTF-8 (is it Latin-1?)");
    }
    const char *text = p + start;
    if (escaped) {
        char *out = arena_push(r->strings, len + UTF_MAX_BYTES);
        size_t n_out = 0;
        if (!out)
            return ERR_NOMEM;
        for (size_t k = start; k < i;) {
            if (p[k] != '\\') {
                out[n_out++] = p[k++];
                continue;
            }
            size_t after = decode_escape(r, k, out, &n_out);
            if (!after)
                return scaf__tape_fail(r, k, e,
                                       "a JSON escape (\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX)",
                                       "write a backslash as \\\\");
            k = after;
        }
        text = out;
        len = n_out;
    }
    r->pos = i + 1;
    return push(r, TAPE_STRING, text, len) ? ERR_OK : ERR_NOMEM;
}

/* Length of the longest legal JSON number at `i`, 0 when none. */
static size_t number_length(str_view t, size_t i)
{
    size_t start = i;
    if (i < t.len && t.ptr[i] == '-')
        i++;
    size_t digits = i;
    while (i < t.len && t.ptr[i] >= '0' && t.ptr[i] <= '9')
        i++;
    if (i == digits || (i - digits > 1 && t.ptr[digits] == '0'))
        return 0;
    if (i + 1 < t.len && t.ptr[i] == '.' && t.ptr[i + 1] >= '0' && t.ptr[i + 1] <= '9') {
        i++;
        while (i < t.len && t.ptr[i] >= '0' && t.ptr[i] <= '9')
            i++;
    }
    if (i < t.len && (t.ptr[i] == 'e' || t.ptr[i] == 'E')) {
        size_t k = i + 1;
        if (k < t.len && (t.ptr[k] == '+' || t.ptr[k] == '-'))
            k++;
        size_t exp = k;
        while (k < t.len && t.ptr[k] >= '0' && t.ptr[k] <= '9')
            k++;
        if (k > exp)
            i = k;
    }
    return i - start;
}

/* JSON5, JavaScript and Python spellings: +1, .5, 5., 0x1F, 1_000, 10n. */
static err_code read_odd_number(tape_reader *r, err *e)
{
    str_view t = r->text;
    size_t at = r->pos, end = at;
    char digits[64];
    size_t n = 0;
    bool negative = false;
    while (end < t.len && (is_word(t.ptr[end]) || strchr("+-.", t.ptr[end])))
        end++;
    str_view word = str_slice(t, at, end);
    if (word.len && (word.ptr[0] == '+' || word.ptr[0] == '-')) {
        negative = word.ptr[0] == '-';
        word = str_slice(word, 1, word.len);
    }
    if (str_eq(word, STR("NaN")) || str_eq(word, STR("Infinity")) || str_eq(word, STR("nan")))
        return scaf__tape_fail(r, at, e, "a number that JSON can hold",
                               "write null, or the string \"NaN\", instead of NaN or Infinity");
    if (!r->strict && str_starts(word, STR("0x")) && word.len > 2 && word.len <= 18) {
        uint64_t v = 0;
        for (size_t i = 2; i < word.len; i++) {
            int d = hex_digit(word.ptr[i]);
            if (d < 0)
                return scaf__tape_fail(r, at, e, "a hexadecimal number", NULL);
            v = v * 16 + (uint64_t)d;
        }
        n = (size_t)snprintf(digits, sizeof digits, "%s%llu", negative && v ? "-" : "",
                             (unsigned long long)v);
    } else if (!r->strict) {
        if (word.len && word.ptr[word.len - 1] == 'n')
            word.len--;
        if (negative)
            digits[n++] = '-';
        if (word.len && word.ptr[0] == '.')
            digits[n++] = '0';
        for (size_t i = 0; i < word.len && n < sizeof digits - 2; i++) {
            if (word.ptr[i] != '_')
                digits[n++] = word.ptr[i];
        }
        if (word.len && word.ptr[word.len - 1] == '.')
            digits[n++] = '0';
        if (word.len > sizeof digits - 8 || number_length((str_view){digits, n}, 0) != n || !n)
            n = 0;
    }
    if (!n) {
        bool leading_zero =
            word.len > 1 && word.ptr[0] == '0' && word.ptr[1] >= '0' && word.ptr[1] <= '9';
        return scaf__tape_fail(r, at, e, "a number",
                               leading_zero
                                   ? "numbers have no leading zeros: quote it to keep them"
                                   : "digits, one point and an exponent are all that a number has");
    }
    note(r, TAPE_NOTE_NUMBER, at);
    str_view kept = arena_copy(r->strings, (str_view){digits, n});
    if (!kept.ptr)
        return ERR_NOMEM;
    r->pos = end;
    return push(r, TAPE_NUMBER, kept.ptr, kept.len) ? ERR_OK : ERR_NOMEM;
}

static err_code read_word(tape_reader *r, err *e)
{
    static const struct {
        str_view word;
        tape_kind kind;
        bool foreign;
    } words[] = {
        {{"null", 4}, TAPE_NULL, false},     {{"true", 4}, TAPE_TRUE, false},
        {{"false", 5}, TAPE_FALSE, false},   {{"None", 4}, TAPE_NULL, true},
        {{"True", 4}, TAPE_TRUE, true},      {{"False", 5}, TAPE_FALSE, true},
        {{"undefined", 9}, TAPE_NULL, true}, {{"nil", 3}, TAPE_NULL, true},
    };
    size_t end = r->pos;
    while (end < r->text.len && is_word(r->text.ptr[end]))
        end++;
    str_view word = str_slice(r->text, r->pos, end);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!str_eq(word, words[i].word))
            continue;
        if (words[i].foreign) {
            if (r->strict)
                break;
            note(r, TAPE_NOTE_LITERAL, r->pos);
        }
        r->pos = end;
        return push(r, words[i].kind, NULL, 0) ? ERR_OK : ERR_NOMEM;
    }
    if (str_eq(word, STR("NaN")) || str_eq(word, STR("Infinity")))
        return read_odd_number(r, e);
    return scaf__tape_fail(
        r, r->pos, e, "a value",
        word.len ? "put quotes around a word that is a string"
        : r->pos < r->text.len && r->text.ptr[r->pos] == '<'
            ? "this looks like a web page: was the request answered with an error?"
            : "a value is an object, array, string, number, true, false or null");
}

static err_code read_scalar(tape_reader *r, err *e)
{
    str_view t = r->text;
    if (r->pos >= t.len)
        return scaf__tape_fail(r, r->pos, e, "a value", "the text may be cut short");
    char c = t.ptr[r->pos];
    if (c == '"' || (!r->strict && (c == '\'' || c == '`')))
        return read_string(r, e);
    if (c == '-' || (c >= '0' && c <= '9') || c == '+' || c == '.') {
        size_t n = number_length(t, r->pos);
        size_t end = r->pos + n;
        if (n && !(end < t.len && (is_word(t.ptr[end]) || t.ptr[end] == '.'))) {
            tape_value *v = push(r, TAPE_NUMBER, t.ptr + r->pos, n);
            r->pos = end;
            return v ? ERR_OK : ERR_NOMEM;
        }
        return read_odd_number(r, e);
    }
    return read_word(r, e);
}

static err_code read_key(tape_reader *r, err *e)
{
    str_view t = r->text;
    char c = r->pos < t.len ? t.ptr[r->pos] : '\0';
    if (c == '"' || (c == '\'' && !r->strict))
        return read_string(r, e);
    size_t end = r->pos;
    while (end < t.len && (is_word(t.ptr[end]) || (unsigned char)t.ptr[end] >= 0x80))
        end++;
    if (end == r->pos || r->strict || !utf8_is_valid(str_slice(t, r->pos, end)))
        return scaf__tape_fail(r, r->pos, e, "a key in double quotes",
                               c == '}' ? "remove the comma before the bracket" : "quote the key");
    note(r, TAPE_NOTE_BARE_KEY, r->pos);
    tape_value *v = push(r, TAPE_STRING, t.ptr + r->pos, end - r->pos);
    r->pos = end;
    return v ? ERR_OK : ERR_NOMEM;
}

/* Drops all but the last value of each key from the object at `obj`, which ends the tape. Objects
 * are small, so pairs are compared one with another, by length first; big ones go through a table.
 */
static err_code drop_duplicates(tape_reader *r, uint32_t obj, size_t at)
{
    tape_value *v = r->values;
    uint32_t n = v[obj].n;
    uint32_t end = (uint32_t)r->n_values;
    uint32_t *keys = NULL, small[64], *slots = NULL;
    size_t cap = 1, n_dup = 0;
    err_code rc = ERR_NOMEM;
    if (n < 2)
        return ERR_OK;
    if (n <= 64) {
        keys = small;
    } else {
        keys = mem_alloc(n * sizeof *keys);
        while (cap < (size_t)n * 2)
            cap *= 2;
        slots = mem_zero(cap, sizeof *slots);
        if (!keys || !slots)
            goto done;
    }
    uint32_t i = obj + 1;
    for (uint32_t k = 0; k < n; k++) {
        keys[k] = i;
        str_view key = tape_text(&v[i]);
        i = v[v[i].next].next;
        if (slots) {
            size_t slot = hash_str(key) & (cap - 1);
            while (slots[slot] && !str_eq(tape_text(&v[keys[slots[slot] - 1]]), key))
                slot = (slot + 1) & (cap - 1);
            if (slots[slot]) {
                keys[slots[slot] - 1] |= UINT32_C(1) << 31;
                n_dup++;
                /* The marked one is dropped below; its text is still found through the new owner.
                 */
            }
            slots[slot] = k + 1;
        } else {
            for (uint32_t m = 0; m < k; m++) {
                uint32_t other = keys[m] & ~(UINT32_C(1) << 31);
                if (v[other].len == key.len && !(keys[m] >> 31) &&
                    str_eq(tape_text(&v[other]), key)) {
                    keys[m] |= UINT32_C(1) << 31;
                    n_dup++;
                }
            }
        }
    }
    rc = ERR_OK;
    if (!n_dup)
        goto done;
    for (size_t k = 0; k < n_dup; k++)
        note(r, TAPE_NOTE_DUPLICATE_KEY, at);
    uint32_t to = obj + 1;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t from = keys[k] & ~(UINT32_C(1) << 31);
        uint32_t stop = k + 1 < n ? keys[k + 1] & ~(UINT32_C(1) << 31) : end;
        if (keys[k] >> 31)
            continue;
        uint32_t shift = from - to;
        for (uint32_t m = from; m < stop; m++) {
            v[to] = v[m];
            v[to++].next -= shift;
        }
    }
    r->n_values = to;
    v[obj].n = n - (uint32_t)n_dup;
done:
    if (keys != small)
        mem_free(keys);
    mem_free(slots);
    return rc;
}

typedef struct {
    uint32_t index; /* of the container on the tape */
    size_t at;      /* where it was opened */
} level;

/* After a value inside a container: the comma or the closing bracket. *closed says which. */
static err_code read_separator(tape_reader *r, char close, bool *closed, size_t opened, err *e)
{
    if (!skip_space(r))
        return scaf__tape_fail(r, r->pos, e, "the end of the comment (*/)", NULL);
    char c = r->pos < r->text.len ? r->text.ptr[r->pos] : '\0';
    if (c == close) {
        r->pos++;
        *closed = true;
        return ERR_OK;
    }
    *closed = false;
    if (c == ',') {
        r->pos++;
        return ERR_OK;
    }
    str_view rest = str_slice(r->text, r->pos, r->text.len);
    if (!r->strict && (str_starts(rest, STR("...")) || str_starts(rest, STR("\xE2\x80\xA6"))))
        return ERR_OK;
    if (r->pos >= r->text.len) {
        size_t line, column;
        scaf__tape_position(r, opened, &line, &column);
        r->error_at = r->text.len;
        return err_set(
            e, ERR_FORMAT,
            "the text ends inside the %s opened at line %zu, column %zu; add `%c` or paste "
            "the rest",
            close == '}' ? "object" : "array", line, column, close);
    }
    return scaf__tape_fail(r, r->pos, e, close == '}' ? "`,` or `}`" : "`,` or `]`",
                           c == '"' || c == '\'' || c == '{' || c == '['
                               ? "a comma is missing before it"
                           : c == ']' || c == '}' ? "the brackets do not match"
                                                  : "a string here needs quotes");
}

err_code scaf__tape_read(tape_reader *r, err *e)
{
    level stack[TAPE_MAX_DEPTH];
    size_t depth = 0;
    err_code rc = ERR_OK;
    r->n_values = 0;
    for (;;) {
        /* A value is due, or the bracket of a container that is still empty. */
        bool value_done = false;
        if (!skip_space(r))
            return scaf__tape_fail(r, r->pos, e, "the end of the comment (*/)", NULL);
        char c = r->pos < r->text.len ? r->text.ptr[r->pos] : '\0';
        level *top = depth ? &stack[depth - 1] : NULL;
        bool in_object = top && r->values[top->index].kind == TAPE_OBJECT;
        char close = in_object ? '}' : ']';
        if (top && c == close) {
            if (r->values[top->index].n) {
                if (r->strict)
                    return scaf__tape_fail(r, r->pos, e, in_object ? "a key" : "a value",
                                           "remove the comma before the bracket");
                note(r, TAPE_NOTE_TRAILING_COMMA, r->pos);
            }
            r->pos++;
            value_done = true;
        } else if (top && skip_ellipsis(r)) {
            bool closed;
            rc = read_separator(r, close, &closed, top->at, e);
            if (rc != ERR_OK)
                return rc;
            if (!closed)
                continue;
            value_done = true;
        } else {
            top = NULL;
        }
        if (!value_done) {
            if (in_object) {
                size_t key_at = r->pos;
                rc = read_key(r, e);
                if (rc != ERR_OK)
                    return rc;
                if (!skip_space(r) || r->pos >= r->text.len || r->text.ptr[r->pos] != ':')
                    return scaf__tape_fail(r, r->pos, e, "`:` after the key",
                                           r->text.ptr[key_at] == '"' ? NULL : "quote the key");
                r->pos++;
                if (!skip_space(r))
                    return scaf__tape_fail(r, r->pos, e, "the end of the comment (*/)", NULL);
                c = r->pos < r->text.len ? r->text.ptr[r->pos] : '\0';
            }
            if (depth)
                r->values[stack[depth - 1].index].n++;
            if (c == '{' || c == '[') {
                if (depth == TAPE_MAX_DEPTH) {
                    size_t line, column;
                    scaf__tape_position(r, r->pos, &line, &column);
                    r->error_at = r->pos;
                    return err_set(e, ERR_RANGE,
                                   "line %zu, column %zu: nested deeper than %d levels", line,
                                   column, TAPE_MAX_DEPTH);
                }
                stack[depth++] = (level){(uint32_t)r->n_values, r->pos};
                if (!push(r, c == '{' ? TAPE_OBJECT : TAPE_ARRAY, NULL, 0))
                    return ERR_NOMEM;
                r->pos++;
                continue;
            }
            rc = read_scalar(r, e);
            if (rc != ERR_OK)
                return rc;
            if (!depth)
                return ERR_OK;
        }
        /* A value ended; containers may end after it. */
        for (;;) {
            if (value_done) {
                level *l = &stack[depth - 1];
                if (r->values[l->index].kind == TAPE_OBJECT) {
                    rc = drop_duplicates(r, l->index, l->at);
                    if (rc != ERR_OK)
                        return rc;
                }
                r->values[l->index].next = (uint32_t)r->n_values;
                if (--depth == 0)
                    return ERR_OK;
            }
            level *l = &stack[depth - 1];
            bool object = r->values[l->index].kind == TAPE_OBJECT;
            rc = read_separator(r, object ? '}' : ']', &value_done, l->at, e);
            if (rc != ERR_OK)
                return rc;
            if (!value_done)
                break;
        }
    }
}

bool scaf__tape_more(tape_reader *r)
{
    for (;;) {
        if (!skip_space(r) || r->pos >= r->text.len)
            return r->pos < r->text.len;
        char c = r->text.ptr[r->pos];
        if (r->strict || (c != ',' && c != ';' && c != 0x1E)) /* 0x1E: RFC 7464 record separator */
            return true;
        r->pos++;
    }
}

bool scaf__tape_enter_array(tape_reader *r)
{
    if (!scaf__tape_more(r) || r->text.ptr[r->pos] != '[')
        return false;
    r->array_at = r->pos++;
    return true;
}

err_code scaf__tape_element(tape_reader *r, bool *done, err *e)
{
    *done = false;
    for (;;) {
        if (!skip_space(r))
            return scaf__tape_fail(r, r->pos, e, "the end of the comment (*/)", NULL);
        if (r->pos < r->text.len && r->text.ptr[r->pos] == ']') {
            r->pos++;
            *done = true;
            return ERR_OK;
        }
        if (!skip_ellipsis(r))
            break;
        if (r->pos < r->text.len && r->text.ptr[r->pos] == ',')
            r->pos++;
    }
    err_code rc = scaf__tape_read(r, e);
    if (rc != ERR_OK)
        return rc;
    bool closed;
    rc = read_separator(r, ']', &closed, r->array_at, e);
    if (rc == ERR_OK && closed)
        r->pos--; /* the next call meets the bracket */
    return rc;
}

const tape_value *scaf__tape_get(const tape_value *values, uint32_t obj, str_view key)
{
    uint32_t i = obj + 1;
    for (uint32_t k = 0; k < values[obj].n; k++) {
        uint32_t at = values[i].next;
        if (str_eq(tape_text(&values[i]), key))
            return &values[at];
        i = values[at].next;
    }
    return NULL;
}

static err_code from_units(str_view *out, str_view bytes, size_t unit, bool big, arena *a, err *e)
{
    size_t n = bytes.len / unit, n_out = 0;
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    char *to = arena_push_array(a, n + 1, UTF_MAX_BYTES);
    if (!to)
        return err_set(e, ERR_NOMEM, "out of memory while converting to UTF-8");
    for (size_t i = 0; i < n; i++) {
        uint32_t cp = 0;
        for (size_t k = 0; k < unit; k++)
            cp |= (uint32_t)p[i * unit + k] << (8 * (big ? unit - 1 - k : k));
        if (unit == 2 && cp >= 0xD800 && cp < 0xDC00 && i + 1 < n) {
            const unsigned char *q = p + (i + 1) * 2;
            uint32_t lo = big ? (uint32_t)(q[0] << 8 | q[1]) : (uint32_t)(q[1] << 8 | q[0]);
            if (lo >= 0xDC00 && lo < 0xE000) {
                cp = 0x10000 + ((cp - 0xD800) << 10) + (lo - 0xDC00);
                i++;
            }
        }
        n_out += utf8_encode(to + n_out, cp);
    }
    *out = (str_view){to, n_out};
    return ERR_OK;
}

err_code scaf__tape_to_utf8(str_view *out, str_view bytes, arena *a, err *e)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    size_t n = bytes.len;
    if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
        *out = str_slice(bytes, 3, n);
        return ERR_OK;
    }
    if (n >= 4 && memcmp(p, "\xFF\xFE\0\0", 4) == 0)
        return from_units(out, str_slice(bytes, 4, n), 4, false, a, e);
    if (n >= 4 && memcmp(p, "\0\0\xFE\xFF", 4) == 0)
        return from_units(out, str_slice(bytes, 4, n), 4, true, a, e);
    if (n >= 2 && p[0] == 0xFF && p[1] == 0xFE)
        return from_units(out, str_slice(bytes, 2, n), 2, false, a, e);
    if (n >= 2 && p[0] == 0xFE && p[1] == 0xFF)
        return from_units(out, str_slice(bytes, 2, n), 2, true, a, e);
    /* No mark: JSON begins with two ASCII characters, so the zeros tell (RFC 4627, section 3). */
    if (n >= 4 && p[0] && !p[1] && p[2] && !p[3])
        return from_units(out, bytes, 2, false, a, e);
    if (n >= 4 && !p[0] && p[1] && !p[2] && p[3])
        return from_units(out, bytes, 2, true, a, e);
    *out = bytes;
    return ERR_OK;
}
