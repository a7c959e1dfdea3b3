/* Formats: printf's conversions, strftime's, Python's format specifications. */
#include <stdio.h>
#include <string.h>

#include "assist/explain/explain_internal.h"
#include "base/buf.h"

enum { TEXT_MAX_BYTES = 512 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static str_view digits(str_view v, size_t *at)
{
    size_t begin = *at;
    while (*at < v.len && is_digit(v.ptr[*at]))
        (*at)++;
    return str_slice(v, begin, *at);
}

static const char *conversion(char c, str_view dialect)
{
    bool go = str_eq(dialect, STR("go"));
    switch (c) {
    case 'd': return "a whole number";
    case 'i': return "a whole number";
    case 'u': return "a whole number without sign";
    case 'f':
    case 'F': return "a number with decimal places";
    case 'e': return "a number with an exponent, as in 1.5e+03";
    case 'E': return "a number with an exponent, as in 1.5E+03";
    case 'g': return "a number in the shorter of both notations";
    case 'G': return "a number in the shorter of both notations, with a capital E";
    case 'x': return "a number to base 16, small letters";
    case 'X': return "a number to base 16, capital letters";
    case 'o': return "a number to base 8";
    case 'b': return go ? "a number to base 2" : NULL;
    case 'c': return "one character";
    case 's': return "a text";
    case 'p': return "an address";
    case 'n':
        return str_eq(dialect, STR("java")) ? "a line break"
                                            : "nothing; the number of characters so far is stored";
    case 'r': return str_eq(dialect, STR("python")) ? "the value as `repr` shows it" : NULL;
    case 'a': return "a number to base 16 with an exponent";
    case 'q': return go ? "a text in quotes" : NULL;
    case 'v': return go ? "the value in its usual form" : NULL;
    case 'T': return go ? "the type of the value" : NULL;
    case 't': return go ? "true or false" : NULL;
    case 'w': return go ? "an error, which is wrapped" : NULL;
    case 'U': return go ? "a Unicode code point, as in U+0041" : NULL;
    default: return NULL;
    }
}

/* What `#` adds to a conversion. */
static const char *other_form(char c)
{
    switch (c) {
    case 'o': return ", with a 0 in front";
    case 'x': return ", with 0x in front";
    case 'X': return ", with 0X in front";
    case 'e':
    case 'E':
    case 'f':
    case 'F': return ", with always a point";
    case 'g':
    case 'G': return ", with always a point, zeros at the end stay";
    default: return ", in the other form";
    }
}

/* `exact`: so many digits were asked for, which makes '0' void in C. */
static void say_flags(buf *said, str_view flags, char c, bool exact)
{
    static const struct {
        char flag;
        const char *text;
        const char *void_by; /* another flag, after which this one does nothing */
    } known[] = {{'-', ", flush left", ""},
                 {'0', ", filled up with zeros", "-"},
                 {'+', ", always with a sign", ""},
                 {' ', ", a blank where a plus would be", "+"},
                 {'#', NULL, ""},
                 {'\'', ", digits in groups", ""}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        char by = known[i].void_by[0];
        bool idle =
            (by != '\0' && str_find_byte(flags, by) < flags.len) || (known[i].flag == '0' && exact);
        if (!idle && str_find_byte(flags, known[i].flag) < flags.len)
            buf_append(said, str_of(known[i].text ? known[i].text : other_form(c)));
    }
}

/* One conversion that begins at v[at] == '%'; returns where it ends. */
static size_t read_conversion(struct explain__pieces *out, str_view v, size_t at, str_view dialect)
{
    size_t begin = at++;
    str_view key = {NULL, 0};
    if (str_eq(dialect, STR("python")) && at < v.len && v.ptr[at] == '(') {
        size_t n = str_find_byte(str_slice(v, at, v.len), ')');
        key = str_slice(v, at + 1, at + n);
        at = at + n < v.len ? at + n + 1 : v.len;
    }
    size_t flags_at = at;
    while (at < v.len && v.ptr[at] && strchr("-+ #0'", v.ptr[at]))
        at++;
    str_view flags = str_slice(v, flags_at, at);
    bool width_given = at < v.len && v.ptr[at] == '*';
    at += width_given;
    str_view width = digits(v, &at);
    str_view precision = {NULL, 0};
    bool has_precision = at < v.len && v.ptr[at] == '.', precision_given = false;
    if (has_precision) {
        at++;
        precision_given = at < v.len && v.ptr[at] == '*';
        at += precision_given;
        precision = digits(v, &at);
    }
    size_t length_at = at;
    while (at < v.len && v.ptr[at] && strchr("hlLzjt", v.ptr[at]) &&
           !(str_eq(dialect, STR("go")) && v.ptr[at] == 't'))
        at++;
    str_view length = str_slice(v, length_at, at);
    if (at >= v.len)
        return at;
    char c = v.ptr[at++];
    buf said;
    buf_init(&said, TEXT_MAX_BYTES);
    const char *text = conversion(c, dialect);
    if (c == '%')
        buf_append(&said, STR("a percent sign"));
    else if (text)
        buf_append(&said, str_of(text));
    else
        buf_append(&said, STR("not a conversion that is known here"));
    if (key.len)
        buf_append_format(&said, ", of the key %.*s", STR_ARG(key));
    if (str_eq(length, STR("ll")))
        buf_append(&said, STR(" (long long)"));
    else if (str_eq(length, STR("l")))
        buf_append(&said, str_of(c == 's' ? " (wide)" : " (long)"));
    else if (str_eq(length, STR("z")))
        buf_append(&said, STR(" (size_t)"));
    else if (str_eq(length, STR("hh")))
        buf_append(&said, STR(" (char)"));
    else if (str_eq(length, STR("h")))
        buf_append(&said, STR(" (short)"));
    else if (str_eq(length, STR("L")))
        buf_append(&said, STR(" (long double)"));
    if (width_given)
        buf_append(&said, STR(", at least as wide as the argument before says"));
    else if (width.len)
        buf_append_format(&said, ", at least %.*s wide", STR_ARG(width));
    if (precision_given)
        buf_append(&said, STR(", precision from the argument before"));
    else if (has_precision && c == 's')
        buf_append_format(&said, ", at most %.*s characters",
                          precision.len ? (int)precision.len : 1,
                          precision.len ? precision.ptr : "0");
    else if (has_precision && memchr("fFeE", c, 4))
        buf_append_format(&said, ", %.*s decimal places", precision.len ? (int)precision.len : 1,
                          precision.len ? precision.ptr : "0");
    else if (has_precision && memchr("gG", c, 2))
        buf_append_format(&said, ", %.*s digits", precision.len ? (int)precision.len : 1,
                          precision.len ? precision.ptr : "0");
    else if (has_precision)
        buf_append_format(&said, ", at least %.*s digits", precision.len ? (int)precision.len : 1,
                          precision.len ? precision.ptr : "0");
    if (c == 'v' && flags.len)
        buf_append(&said, str_of(flags.ptr[0] == '+'   ? ", with the names of fields"
                                 : flags.ptr[0] == '#' ? ", as Go code"
                                                       : ""));
    else if (flags.len)
        say_flags(&said, flags, c,
                  has_precision && strchr("diuoxX", c) && !str_eq(dialect, STR("python")));
    explain__piece(out, 0, str_slice(v, begin, at), buf_view(&said));
    buf_release(&said);
    return at;
}

void explain__read_printf(struct explain__pieces *out, str_view v, str_view dialect)
{
    for (size_t at = 0; at < v.len;) {
        if (v.ptr[at] == '%')
            at = read_conversion(out, v, at, dialect);
        else
            at++;
    }
}

void explain__read_strftime(struct explain__pieces *out, str_view v, str_view dialect)
{
    (void)dialect;
    static const struct {
        char c;
        const char *text;
    } known[] = {
        {'Y', "the year with its century"},
        {'y', "the year's last two digits"},
        {'m', "the month, 01 to 12"},
        {'d', "the day of the month, 01 to 31"},
        {'e', "the day of the month, with a blank instead of a zero"},
        {'k', "the hour, 0 to 23, with a blank instead of a zero"},
        {'l', "the hour, 1 to 12, with a blank instead of a zero"},
        {'P', "am or pm"},
        {'g', "the last two digits of the ISO week's year"},
        {'N', "the nanosecond, nine digits (date)"},
        {'j', "the day of the year, 001 to 366"},
        {'H', "the hour, 00 to 23"},
        {'I', "the hour, 01 to 12"},
        {'p', "AM or PM"},
        {'M', "the minute, 00 to 59"},
        {'S', "the second, 00 to 60"},
        {'f', "the microsecond, six digits (Python)"},
        {'a', "the weekday, short"},
        {'A', "the weekday"},
        {'b', "the month's name, short"},
        {'h', "the month's name, short"},
        {'B', "the month's name"},
        {'u', "the weekday as a number, Monday is 1"},
        {'w', "the weekday as a number, Sunday is 0"},
        {'U', "the week of the year, weeks beginning on Sunday"},
        {'W', "the week of the year, weeks beginning on Monday"},
        {'V', "the week of the year by ISO 8601, 01 to 53"},
        {'G', "the year that belongs to the ISO week"},
        {'z', "the difference from UTC, as in +0100"},
        {'Z', "the name of the time zone"},
        {'s', "seconds since 1970"},
        {'c', "date and time as usual here"},
        {'x', "the date as usual here"},
        {'X', "the time as usual here"},
        {'D', "month/day/year, two digits each"},
        {'F', "year-month-day"},
        {'T', "hour:minute:second"},
        {'R', "hour:minute"},
        {'r', "the time in 12 hours, with AM or PM"},
        {'C', "the century, two digits"},
        {'n', "a line break"},
        {'t', "a tab"},
        {'%', "a percent sign"},
    };
    for (size_t at = 0; at + 1 < v.len; at++) {
        if (v.ptr[at] != '%')
            continue;
        size_t begin = at++;
        bool no_padding = v.ptr[at] == '-' && at + 1 < v.len;
        at += no_padding;
        const char *text = NULL;
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            if (known[i].c == v.ptr[at])
                text = known[i].text;
        char said[120];
        snprintf(said, sizeof said, "%s%s", text ? text : "nothing that is known here",
                 no_padding ? ", not filled up" : "");
        explain__piece(out, 0, str_slice(v, begin, at + 1), str_of(said));
    }
}

/* [[fill]align][sign][#][0][width][,_][.precision][type] */
void explain__read_format_spec(struct explain__pieces *out, str_view v, str_view dialect)
{
    bool rust = str_eq(dialect, STR("rust"));
    str_view all = v;
    if (str_starts(v, STR(":")))
        v = str_slice(v, 1, v.len);
    if (v.len == 0 || str_find_byte(v, '%') + 1 < v.len || str_find_byte(v, '{') < v.len)
        return; /* a date format, or computed */
    size_t at = 0;
    buf said;
    buf_init(&said, TEXT_MAX_BYTES);
    static const char aligns[] = "<>^=";
    static const char *const sides[] = {"flush left", "flush right", "centred",
                                        "filled up behind the sign"};
    size_t align = v.len > 1 && strchr(aligns, v.ptr[1]) ? 1 : 0;
    const char *side = v.ptr[align] ? strchr(aligns, v.ptr[align]) : NULL;
    if (side) {
        buf_append(&said, str_of(sides[side - aligns]));
        if (align == 1)
            buf_append_format(&said, ", filled up with `%c`", v.ptr[0]);
        at = align + 1;
    }
    if (at < v.len && v.ptr[at] && strchr("+- ", v.ptr[at])) {
        if (v.ptr[at] == '+')
            buf_append(&said, STR(", always with a sign"));
        at++;
    }
    if (at < v.len && v.ptr[at] == '#') {
        bool debug = rust && v.ptr[v.len - 1] == '?';
        buf_append(&said,
                   debug ? STR(", over several lines") : STR(", with 0x, 0b or 0o in front"));
        at++;
    }
    if (at < v.len && v.ptr[at] == '0' && at + 1 < v.len) {
        buf_append(&said, STR(", filled up with zeros"));
        at++;
    }
    str_view width = digits(v, &at);
    if (width.len)
        buf_append_format(&said, ", at least %.*s wide", STR_ARG(width));
    if (at < v.len && (v.ptr[at] == ',' || v.ptr[at] == '_')) {
        buf_append_format(&said, ", thousands apart by `%c`", v.ptr[at]);
        at++;
    }
    str_view precision = {NULL, 0};
    if (at < v.len && v.ptr[at] == '.') {
        at++;
        precision = digits(v, &at);
    }
    char type = at < v.len ? v.ptr[at] : '\0';
    at += type != '\0';
    bool debug = rust && type == '?';
    if (debug)
        buf_append(&said, STR(", as `Debug` shows it, for people who look for errors"));
    static const char types[] = "dfFeEgGxXobcsn%";
    static const char *const texts[] = {"a whole number",
                                        "decimal places fixed",
                                        "decimal places fixed",
                                        "with an exponent",
                                        "with an exponent",
                                        "the shorter notation",
                                        "the shorter notation",
                                        "to base 16",
                                        "to base 16, capital letters",
                                        "to base 8",
                                        "to base 2",
                                        "the character of this number",
                                        "a text",
                                        "digits as usual here",
                                        "times 100, with a percent sign"};
    const char *t = type ? strchr(types, type) : NULL;
    if (t)
        buf_append_format(&said, ", %s", texts[t - types]);
    if (precision.len)
        buf_append_format(&said,
                          t && strchr("feFE%", type) ? ", %.*s decimal places"
                          : rust && !type            ? ", %.*s decimal places"
                          : type == 's' || !type     ? ", precision %.*s"
                                                     : ", %.*s digits",
                          STR_ARG(precision));
    str_view text = buf_view(&said);
    if (str_starts(text, STR(", ")))
        text = str_slice(text, 2, text.len);
    if (at == v.len && (t || !type || debug) && text.len > 0)
        explain__piece(out, 0, all, text);
    buf_release(&said);
}

/* What `!r` and its like make of a value. */
static str_view f_conversion(char letter)
{
    return letter == 'r'   ? STR("as `repr` writes it: a text stands in quotes")
           : letter == 'a' ? STR("as `ascii` writes it: what is not ASCII becomes an escape")
                           : STR("made a text by `str` first");
}

/* The replacement fields of an f-string: what stands behind '!' and ':' in each. */
void explain__read_f_string(struct explain__pieces *out, str_view v, str_view dialect)
{
    for (size_t at = 0; at < v.len; at++) {
        if (v.ptr[at] != '{')
            continue;
        if (at + 1 < v.len && v.ptr[at + 1] == '{') {
            at++;
            continue;
        }
        size_t begin = ++at, colon = 0, bang = 0;
        int depth = 0;
        for (; at < v.len && !(depth == 0 && v.ptr[at] == '}'); at++) {
            char c = v.ptr[at];
            depth += c == '(' || c == '[' || c == '{';
            depth -= c == ')' || c == ']' || c == '}';
            if (depth == 0 && c == ':' && !colon)
                colon = at;
            if (depth == 0 && c == '!' && !colon && at + 1 < v.len && v.ptr[at + 1] != '=')
                bang = at;
        }
        str_view field = str_slice(v, begin, at);
        size_t n = out->n;
        if (bang)
            explain__piece(out, 0, field, f_conversion(v.ptr[bang + 1]));
        if (colon && at < v.len)
            explain__read_format_spec(out, str_slice(v, colon, at), dialect);
        if (out->n > n + (bang > 0))
            out->items[out->n - 1].code =
                explain__clean(out->mem, bang ? str_slice(v, colon, at) : field, 48, NULL);
    }
}
