/* Regular expressions, part by part. A recursive descent over what Perl, Python, JavaScript, Go,
 * Rust and POSIX share, with their differences named. */
#include <stdio.h>
#include <string.h>

#include "assist/explain/explain_internal.h"
#include "base/buf.h"
#include "base/utf.h"

enum { MAX_NESTING = 24, TEXT_MAX_BYTES = 1024 };

struct reader {
    struct explain__pieces *out;
    str_view v;
    size_t at;
    unsigned n_groups;
    bool ruby;   /* lines have anchors of their own */
    bool posix;  /* no \d, no lazy quantifiers, no lookaround */
    bool linear; /* RE2 and Rust: no lookaround, no backreferences */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char peek(const struct reader *r, size_t ahead)
{
    return r->at + ahead < r->v.len ? r->v.ptr[r->at + ahead] : '\0';
}

/* What a backslash and `c` stand for; NULL when it is the character itself. */
static const char *escape_meaning(const struct reader *r, char c)
{
    if (r->posix && strchr("dDsSwWbB", c))
        return "not part of POSIX expressions: write [0-9], [[:space:]], [[:alnum:]_]";
    switch (c) {
    case 'd': return "one digit";
    case 'D': return "one character that is no digit";
    case 'w': return "one letter, digit or underscore";
    case 'W': return "one character that is no letter, digit or underscore";
    case 's': return "one blank, tab, line break or the like";
    case 'S': return "one character that is no white space";
    case 'b': return "where a word begins or ends";
    case 'B': return "not where a word begins or ends";
    case 'A': return "the beginning of the text";
    case 'z':
    case 'Z': return "the end of the text";
    case 'n': return "a line break";
    case 't': return "a tab";
    case 'r': return "a carriage return";
    case 'f': return "a form feed";
    case 'v': return "a vertical tab";
    case '0': return "the character NUL";
    default: return NULL;
    }
}

/* Reads \x41, \u0041, \u{41}, \p{L}, \k<name>, \1, \n after the backslash at r->at. */
static void read_escape(struct reader *r, buf *said)
{
    r->at++;
    char c = peek(r, 0);
    if (c == '\0') {
        buf_append(said, STR("a backslash without anything after it"));
        return;
    }
    if (is_digit(c) && c != '0') {
        unsigned n = 0;
        while (is_digit(peek(r, 0)) && n < 100)
            n = n * 10 + (unsigned)(r->v.ptr[r->at++] - '0');
        buf_append_format(said, "the same text again that group %u matched%s", n,
                          r->linear ? " (not known here)" : "");
        return;
    }
    char close = '\0';
    if ((c == 'p' || c == 'P' || c == 'k' || c == 'x' || c == 'u' || c == 'g') &&
        (peek(r, 1) == '{' || peek(r, 1) == '<'))
        close = peek(r, 1) == '{' ? '}' : '>';
    if (close) {
        str_view rest = str_slice(r->v, r->at + 2, r->v.len);
        size_t n = str_find_byte(rest, close);
        str_view name = str_slice(rest, 0, n);
        r->at += 2 + n + 1;
        if (c == 'k' || c == 'g')
            buf_append_format(said, "the same text again that group %.*s matched", STR_ARG(name));
        else if (c == 'p')
            buf_append_format(said, "one character with the property %.*s", STR_ARG(name));
        else if (c == 'P')
            buf_append_format(said, "one character without the property %.*s", STR_ARG(name));
        else
            buf_append_format(said, "the character U+%.*s", STR_ARG(name));
        return;
    }
    if (c == 'x' || c == 'u') {
        size_t n = c == 'x' ? 2 : 4;
        str_view hex = str_slice(r->v, r->at + 1, r->at + 1 + n);
        r->at += 1 + hex.len;
        buf_append_format(said, "the character with the number %.*s (to base 16)", STR_ARG(hex));
        return;
    }
    const char *text = escape_meaning(r, c);
    size_t n = 0;
    (void)utf8_decode(str_slice(r->v, r->at, r->v.len), &n, NULL);
    if (text)
        buf_append(said, str_of(text));
    else
        buf_append_format(said, "the character %.*s itself", (int)n, r->v.ptr + r->at);
    r->at += n;
}

/* [...]: at the opening bracket. */
static void read_class(struct reader *r, buf *said)
{
    r->at++;
    bool negated = peek(r, 0) == '^';
    r->at += negated;
    buf_append(said, str_of(negated ? "one character that is none of: " : "one of: "));
    for (bool first = true;; first = false) {
        char c = peek(r, 0);
        if (r->at >= r->v.len || (c == ']' && !first))
            break;
        if (!first)
            buf_append(said, STR(", "));
        if (c == '[' && (peek(r, 1) == ':' || peek(r, 1) == '.' || peek(r, 1) == '=')) {
            str_view rest = str_slice(r->v, r->at, r->v.len);
            size_t end = str_find(rest, STR("]"));
            buf_append_format(said, "the class %.*s]", (int)end, rest.ptr);
            r->at += end + 1;
            continue;
        }
        size_t begin = r->at, n = 0;
        if (c == '\\' && !r->posix) {
            if (strchr("dDwWsS", peek(r, 1)) && peek(r, 1)) {
                read_escape(r, said);
                continue;
            }
            r->at++;
        }
        (void)utf8_decode(str_slice(r->v, r->at, r->v.len), &n, NULL);
        r->at += r->at < r->v.len ? n : 0;
        if (peek(r, 0) == '-' && peek(r, 1) != ']' && r->at + 1 < r->v.len) {
            str_view low = str_slice(r->v, begin, r->at);
            r->at++;
            size_t high = r->at;
            if (peek(r, 0) == '\\' && !r->posix)
                r->at++;
            (void)utf8_decode(str_slice(r->v, r->at, r->v.len), &n, NULL);
            r->at += r->at < r->v.len ? n : 0;
            buf_append_format(said, "%.*s to %.*s", STR_ARG(low),
                              STR_ARG(str_slice(r->v, high, r->at)));
        } else {
            str_view item = str_slice(r->v, begin, r->at);
            buf_append(said, str_eq(item, STR(" ")) ? STR("a blank") : item);
        }
    }
    r->at += r->at < r->v.len;
}

/* The quantifier at r->at, if there is one; appended to what is said. */
/* Whether "{2}", "{2,}", "{,3}" or "{2,3}" stands here; any other brace is a brace. */
static bool is_counter(const struct reader *r)
{
    size_t i = 1;
    while (is_digit(peek(r, i)) || peek(r, i) == ',')
        i++;
    return peek(r, 0) == '{' && i > 1 && peek(r, i) == '}';
}

static bool read_quantifier(struct reader *r, buf *said)
{
    char c = peek(r, 0);
    if (c == '*') {
        buf_append(said, STR(", any number of times, also not at all"));
    } else if (c == '+') {
        buf_append(said, STR(", once or more"));
    } else if (c == '?') {
        buf_append(said, STR(", once or not at all"));
    } else if (is_counter(r)) {
        str_view rest = str_slice(r->v, r->at + 1, r->v.len);
        size_t end = str_find_byte(rest, '}');
        str_view inside = str_slice(rest, 0, end);
        size_t comma = str_find_byte(inside, ',');
        str_view low = str_slice(inside, 0, comma);
        str_view high = str_slice(inside, comma + 1, inside.len);
        if (comma == inside.len)
            buf_append_format(said, ", exactly %.*s times", STR_ARG(low));
        else if (high.len == 0)
            buf_append_format(said, ", %.*s times or more", STR_ARG(low));
        else if (low.len == 0)
            buf_append_format(said, ", at most %.*s times", STR_ARG(high));
        else
            buf_append_format(said, ", %.*s to %.*s times", STR_ARG(low), STR_ARG(high));
        r->at += end + 2;
    } else {
        return false;
    }
    r->at += c != '{';
    if (!r->posix && peek(r, 0) == '?') {
        buf_append(said, STR(", as few as possible"));
        r->at++;
    } else if (!r->posix && !r->linear && peek(r, 0) == '+') {
        buf_append(said, STR(", never giving any back"));
        r->at++;
    }
    return true;
}

static void read_alternatives(struct reader *r, unsigned depth);

/* What the opening of a group says; moves behind it. */
static void read_group_head(struct reader *r, buf *said)
{
    static const struct {
        const char *head, *text;
    } kinds[] = {
        {"(?:", "a group that is not remembered"},
        {"(?=", "here must follow"},
        {"(?!", "here must not follow"},
        {"(?<=", "right before must stand"},
        {"(?<!", "right before must not stand"},
        {"(?>", "a group that gives nothing back"},
        {"(?#", "a comment"},
    };
    str_view rest = str_slice(r->v, r->at, r->v.len);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && !r->posix; i++) {
        if (str_starts(rest, str_of(kinds[i].head))) {
            buf_append(said, str_of(kinds[i].text));
            if (r->linear && strchr("=!<>", kinds[i].head[2]))
                buf_append(said, STR(" (not known here)"));
            r->at += kinds[i].head[2] == '#' ? str_find_byte(rest, ')') : strlen(kinds[i].head);
            return;
        }
    }
    bool named = str_starts(rest, STR("(?<")) || str_starts(rest, STR("(?P<"));
    if (named && !r->posix) {
        size_t open = str_find_byte(rest, '<'), close = str_find_byte(rest, '>');
        buf_append_format(said, "group %u, called %.*s", ++r->n_groups, (int)(close - open - 1),
                          rest.ptr + open + 1);
        r->at += close + 1 <= rest.len ? close + 1 : rest.len;
    } else if (str_starts(rest, STR("(?P=")) && !r->posix) {
        str_view name = str_slice(rest, 4, str_find_byte(rest, ')'));
        buf_append_format(said, "the same text again that group %.*s matched", STR_ARG(name));
        r->at += 4 + name.len;
    } else if (str_starts(rest, STR("(?")) && !r->posix) {
        size_t end = 2;
        while (end < rest.len && rest.ptr[end] != ':' && rest.ptr[end] != ')')
            end++;
        buf_append_format(said, "flags %.*s%s", (int)(end - 2), rest.ptr + 2,
                          end < rest.len && rest.ptr[end] == ':' ? ", for this group"
                                                                 : ", from here on");
        r->at += end + (end < rest.len && rest.ptr[end] == ':');
    } else {
        buf_append_format(said, "group %u, remembered", ++r->n_groups);
        r->at++;
    }
}

static void read_group(struct reader *r, unsigned depth)
{
    size_t begin = r->at, index = r->out->n;
    buf said;
    buf_init(&said, TEXT_MAX_BYTES);
    read_group_head(r, &said);
    explain__piece(r->out, depth, STR("("), STR(""));
    if (depth < MAX_NESTING)
        read_alternatives(r, depth + 1);
    if (peek(r, 0) == ')')
        r->at++;
    else
        buf_append(&said, STR(" (its bracket is not closed)"));
    (void)read_quantifier(r, &said);
    if (index < r->out->n) {
        r->out->items[index].code =
            explain__clean(r->out->mem, str_slice(r->v, begin, r->at), 48, NULL);
        r->out->items[index].text = arena_copy(r->out->mem, buf_view(&said));
    }
    buf_release(&said);
}

static bool is_special(char c)
{
    return c != '\0' && strchr("\\[(|)*+?{^$.", c) != NULL;
}

/* Characters that mean themselves, up to one that has a quantifier. */
static void read_literal(struct reader *r, unsigned depth)
{
    size_t begin = r->at, last = r->at;
    while (r->at < r->v.len && (r->at == begin || !is_special(peek(r, 0)))) {
        size_t n = 0;
        last = r->at;
        (void)utf8_decode(str_slice(r->v, r->at, r->v.len), &n, NULL);
        r->at += n;
    }
    char next = peek(r, 0);
    bool quantified = next == '*' || next == '+' || next == '?' || next == '{';
    if (quantified && last > begin)
        r->at = last; /* the quantifier is for the last character alone */
    str_view text = str_slice(r->v, begin, r->at);
    buf said;
    buf_init(&said, TEXT_MAX_BYTES);
    buf_append(&said, str_eq(text, STR(" ")) ? STR("a blank") : STR("just that"));
    (void)read_quantifier(r, &said);
    explain__piece(r->out, depth, str_slice(r->v, begin, r->at), buf_view(&said));
    buf_release(&said);
}

static void read_atom(struct reader *r, unsigned depth)
{
    size_t begin = r->at;
    char c = peek(r, 0);
    if (c == '(') {
        read_group(r, depth);
        return;
    }
    if (!is_special(c) || c == ')' || (c == '{' && !is_counter(r))) {
        read_literal(r, depth);
        return;
    }
    buf said;
    buf_init(&said, TEXT_MAX_BYTES);
    if (c == '[') {
        read_class(r, &said);
    } else if (c == '\\') {
        read_escape(r, &said);
    } else {
        r->at++;
        buf_append(&said,
                   str_of(c == '.' && r->ruby
                              ? "any one character (a line break only with the flag m)"
                          : c == '^' && r->ruby ? "the beginning of a line"
                          : c == '$' && r->ruby ? "the end of a line"
                          : c == '.' ? "any one character (a line break only with the flag s)"
                          : c == '^' ? "the beginning of the text (with the flag m, of a line)"
                          : c == '$' ? "the end of the text (with the flag m, of a line)"
                                     : "a quantifier with nothing before it"));
        if (r->posix && c != '*') {
            buf_clear(&said);
            buf_append(&said, str_of(c == '.'   ? "any one character"
                                     : c == '^' ? "the beginning of the text"
                                     : c == '$' ? "the end of the text"
                                                : "a quantifier with nothing before it"));
        }
    }
    (void)read_quantifier(r, &said);
    explain__piece(r->out, depth, str_slice(r->v, begin, r->at), buf_view(&said));
    buf_release(&said);
}

/* Whether a '|' stands between here and the end of this group. */
static bool has_alternatives(const struct reader *r)
{
    int depth = 0;
    bool class = false;
    for (size_t i = r->at; i < r->v.len && depth >= 0; i++) {
        char c = r->v.ptr[i];
        if (c == '\\')
            i++;
        else if (class)
            class = c != ']';
        else if (c == '[') {
            class = true;
            i += i + 1 < r->v.len && r->v.ptr[i + 1] == '^';
            i += i + 1 < r->v.len && r->v.ptr[i + 1] == ']';
        } else if (c == '|' && depth == 0)
            return true;
        else
            depth += (c == '(') - (c == ')');
    }
    return false;
}

static void read_alternatives(struct reader *r, unsigned depth)
{
    bool several = has_alternatives(r);
    unsigned number = 1;
    if (several)
        explain__piece(r->out, depth, STR("|"),
                       str_of(r->posix ? "one of these, the longest that fits; the first:"
                                       : "one of these, the first that fits; either"));
    while (r->at < r->v.len && peek(r, 0) != ')') {
        if (peek(r, 0) == '|') {
            r->at++;
            number++;
            explain__piece(r->out, depth, STR("|"), STR("or"));
            continue;
        }
        size_t before = r->at;
        read_atom(r, depth + (several ? 1 : 0));
        if (r->at == before)
            break;
    }
}

/* Without the slashes of a literal; flags are said by the entry. */
static str_view without_slashes(str_view v)
{
    if (v.len < 2 || v.ptr[0] != '/')
        return v;
    size_t end = v.len;
    while (end > 1 && v.ptr[end - 1] != '/')
        end--;
    return end > 1 ? str_slice(v, 1, end - 1) : v;
}

void explain__read_regex(struct explain__pieces *out, str_view v, str_view dialect)
{
    bool ecma = str_eq(dialect, STR("javascript")) || str_eq(dialect, STR("typescript")) ||
                str_eq(dialect, STR("tsx")) || str_eq(dialect, STR("ruby"));
    struct reader r = {.out = out,
                       .v = ecma ? without_slashes(v) : v,
                       .posix = str_eq(dialect, STR("bash")) || str_eq(dialect, STR("c")),
                       .ruby = str_eq(dialect, STR("ruby")),
                       .linear = str_eq(dialect, STR("go")) || str_eq(dialect, STR("rust"))};
    while (r.at < r.v.len) {
        read_alternatives(&r, 0);
        if (peek(&r, 0) == ')') {
            explain__piece(out, 0, STR(")"), STR("closes no bracket: an error in most languages"));
            r.at++;
        }
    }
}
