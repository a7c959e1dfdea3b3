/* Cron lines, file patterns, CSS selectors. */
#include <stdio.h>
#include <string.h>

#include "assist/explain/explain_internal.h"
#include "base/buf.h"

enum { TEXT_MAX_BYTES = 1024, MAX_FIELDS = 6 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' ||
           c == '_' || (unsigned char)c >= 0x80;
}

/* --- cron --- */

static const char *const month_names[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};
static const char *const day_names[] = {"Sunday",   "Monday", "Tuesday",  "Wednesday",
                                        "Thursday", "Friday", "Saturday", "Sunday"};

struct cron_field {
    const char *unit; /* "minute" */
    int low, high;
    const char *const *names; /* of the values from `low` on, or NULL */
    int n_names;
};

static const struct cron_field cron_fields[] = {{"minute", 0, 59, NULL, 0},
                                                {"hour", 0, 23, NULL, 0},
                                                {"day of the month", 1, 31, NULL, 0},
                                                {"month", 1, 12, month_names, 12},
                                                {"day of the week", 0, 7, day_names, 8}};

/* A number or a name of three letters; -1 for neither. */
static int cron_value(const struct cron_field *f, str_view v)
{
    int n = 0;
    if (v.len > 0 && v.len <= 2 && is_digit(v.ptr[0]) && is_digit(v.ptr[v.len - 1])) {
        for (size_t i = 0; i < v.len; i++)
            n = n * 10 + (v.ptr[i] - '0');
        return n >= f->low && n <= f->high ? n : -1;
    }
    for (int i = 0; v.len == 3 && i < f->n_names; i++) {
        bool same = true;
        for (size_t k = 0; k < 3; k++)
            same = same && (v.ptr[k] | 0x20) == (f->names[i][k] | 0x20);
        if (same)
            return i + f->low;
    }
    return -1;
}

static void say_cron_value(buf *said, const struct cron_field *f, int n)
{
    if (f->names)
        buf_append(said, str_of(f->names[n - f->low]));
    else
        buf_append_format(said, "%d", n);
}

/* One part of a list: *, n, a-b, each with /step. False: not of cron. */
static bool say_cron_part(buf *said, const struct cron_field *f, str_view part)
{
    size_t slash = str_find_byte(part, '/');
    str_view range = str_slice(part, 0, slash);
    str_view step = str_slice(part, slash + 1, part.len);
    struct cron_field any = {"", 1, 59, NULL, 0};
    int every = slash < part.len ? cron_value(&any, step) : 1;
    if (every < 1)
        return false;
    size_t dash = str_find_byte(range, '-');
    bool all = str_eq(range, STR("*"));
    int low = all ? f->low : cron_value(f, str_slice(range, 0, dash));
    int high = dash < range.len ? cron_value(f, str_slice(range, dash + 1, range.len)) : low;
    if (low < 0 || high < low)
        return false;
    if (every > 1)
        buf_append_format(said, "every %d from ", every);
    if (all && every == 1) {
        buf_append(said, STR("every one"));
        return true;
    }
    if (all) {
        buf_append_format(said, "%d on", f->low);
        return true;
    }
    say_cron_value(said, f, low);
    if (high > low) {
        buf_append(said, STR(" to "));
        say_cron_value(said, f, high);
    } else if (every > 1) {
        buf_append(said, STR(" on"));
    }
    return true;
}

static size_t split_fields(str_view v, str_view *fields, size_t cap)
{
    size_t n = 0;
    while (n < cap) {
        v = str_trim_left(v);
        if (v.len == 0)
            break;
        size_t end = 0;
        while (end < v.len && v.ptr[end] != ' ' && v.ptr[end] != '\t')
            end++;
        if (n + 1 == cap)
            end = v.len;
        fields[n++] = str_slice(v, 0, end);
        v = str_slice(v, end, v.len);
    }
    return n;
}

void explain__read_cron(struct explain__pieces *out, str_view v, str_view dialect)
{
    (void)dialect;
    static const struct {
        const char *name, *text;
    } nicknames[] = {{"@reboot", "once, when the machine starts"},
                     {"@yearly", "once a year, on 1 January at midnight"},
                     {"@annually", "once a year, on 1 January at midnight"},
                     {"@monthly", "on the first of each month at midnight"},
                     {"@weekly", "on Sundays at midnight"},
                     {"@daily", "each day at midnight"},
                     {"@midnight", "each day at midnight"},
                     {"@hourly", "at the beginning of each hour"}};
    str_view fields[MAX_FIELDS];
    v = str_trim(v);
    if (v.len > 1 && strchr("\"'", v.ptr[0]) && v.ptr[v.len - 1] == v.ptr[0])
        v = str_slice(v, 1, v.len - 1); /* as YAML files hold them */
    size_t n = split_fields(v, fields, MAX_FIELDS);
    for (size_t i = 0; n > 0 && i < sizeof nicknames / sizeof nicknames[0]; i++)
        if (str_eq(fields[0], str_of(nicknames[i].name)))
            explain__piece(out, 0, fields[0], str_of(nicknames[i].text));
    if (n < 5 || out->n > 0)
        return;
    for (size_t i = 0; i < 5; i++) {
        buf said;
        buf_init(&said, TEXT_MAX_BYTES);
        buf_append_format(&said, "%s: ", cron_fields[i].unit);
        str_view rest = fields[i];
        bool valid = true;
        for (bool first = true; rest.len > 0 && valid; first = false) {
            size_t comma = str_find_byte(rest, ',');
            if (!first)
                buf_append(&said, STR(", "));
            valid = say_cron_part(&said, &cron_fields[i], str_slice(rest, 0, comma));
            rest = str_slice(rest, comma + 1, rest.len);
        }
        if (!valid) {
            buf_clear(&said);
            buf_append_format(&said, "%s: not a value that cron knows", cron_fields[i].unit);
        }
        explain__piece(out, 0, fields[i], buf_view(&said));
        buf_release(&said);
    }
    if (fields[2].ptr[0] != '*' && fields[4].ptr[0] != '*')
        explain__piece(out, 0, (str_view){"", 0},
                       STR("both days are given: it runs when either of them fits"));
    if (n == 6)
        explain__piece(out, 0, fields[5], STR("is what runs"));
}

/* --- file patterns --- */

/* Where "[…]" ends, or `at` when it is not closed. A ']' right at its beginning is one of the
 * characters; "[:digit:]" inside is a class of them. */
static size_t end_of_set(str_view v, size_t at)
{
    size_t i = at + 1;
    i += i < v.len && (v.ptr[i] == '!' || v.ptr[i] == '^');
    for (bool first = true; i < v.len && (first || v.ptr[i] != ']'); first = false) {
        size_t close = str_find(str_slice(v, i, v.len), STR(":]"));
        bool class = str_starts(str_slice(v, i, v.len), STR("[:")) && i + close < v.len;
        i += class ? close + 2 : v.ptr[i] == '\\' && i + 1 < v.len ? 2 : 1;
    }
    return i < v.len ? i + 1 : at;
}

/* The stars at `at`, two or more: how many bytes they take, with the slash behind them. */
static size_t read_stars(str_view v, size_t at, const char **text)
{
    size_t end = at;
    while (end < v.len && v.ptr[end] == '*')
        end++;
    bool alone = (at == 0 || v.ptr[at - 1] == '/') && (end == v.len || v.ptr[end] == '/');
    if (!alone)
        *text = "any text without a slash, also none: more stars are as one here";
    else if (end == v.len)
        *text = "all that lies below, at any depth (where ** is known; else as *)";
    else
        *text = "any folders, one in the other, or none (where ** is known; else as */)";
    return end - at + (alone && end < v.len);
}

void explain__read_glob(struct explain__pieces *out, str_view v, str_view dialect)
{
    (void)dialect;
    bool hides = false;
    for (size_t at = 0; at < v.len;) {
        size_t begin = at;
        char c = v.ptr[at];
        const char *text;
        if (str_starts(str_slice(v, at, v.len), STR("**"))) {
            at += read_stars(v, at, &text);
        } else if (c == '*') {
            at++;
            text = "any text without a slash, also none";
        } else if (c == '?') {
            at++;
            text = "any one character but a slash";
        } else if (c == '[' && end_of_set(v, at) > at) {
            bool negated = v.ptr[at + 1] == '!' || v.ptr[at + 1] == '^';
            at = end_of_set(v, at);
            text = negated ? "one character that is none of these" : "one of these characters";
        } else if (c == '\\' && at + 1 < v.len) {
            text = v.ptr[at + 1] == ' ' ? "a blank" : "the character itself";
            at += 2;
        } else {
            do {
                at++;
            } while (at < v.len && !strchr("*?[\\", v.ptr[at]));
            text = "just that";
        }
        hides = hides || ((begin == 0 || v.ptr[begin - 1] == '/') && strchr("*?[", c));
        explain__piece(out, 0, str_slice(v, begin, at), str_of(text));
    }
    if (hides)
        explain__piece(out, 0, (str_view){"", 0},
                       STR("names that begin with a dot are left out in the shell"));
}

/* --- CSS selectors: specificity (Selectors Level 4, section 15) --- */

struct specificity {
    unsigned ids, classes, tags;
};

static void count(struct specificity *s, str_view v, int depth);

static struct specificity most_of_list(str_view v, int depth)
{
    struct specificity most = {0, 0, 0};
    size_t begin = 0;
    int level = 0;
    for (size_t i = 0; i <= v.len; i++) {
        char c = i < v.len ? v.ptr[i] : ',';
        level += (c == '(' || c == '[') - (c == ')' || c == ']');
        if (c != ',' || level > 0)
            continue;
        struct specificity one = {0, 0, 0};
        count(&one, str_slice(v, begin, i), depth + 1);
        bool more = one.ids != most.ids           ? one.ids > most.ids
                    : one.classes != most.classes ? one.classes > most.classes
                                                  : one.tags > most.tags;
        if (more)
            most = one;
        begin = i + 1;
    }
    return most;
}

static size_t close_of(str_view v, size_t at)
{
    char open = v.ptr[at], close = open == '(' ? ')' : ']';
    int level = 0;
    char quote = '\0';
    for (; at < v.len; at++) {
        char c = v.ptr[at];
        if (quote) {
            quote = c == quote ? '\0' : quote;
            continue;
        }
        if (c == '"' || c == '\'')
            quote = c;
        level += (c == open) - (c == close);
        if (level == 0)
            return at;
    }
    return v.len;
}

static size_t name_end(str_view v, size_t at)
{
    while (at < v.len && (is_name(v.ptr[at]) || v.ptr[at] == '\\'))
        at += v.ptr[at] == '\\' ? 2 : 1;
    return at < v.len ? at : v.len;
}

static void count_pseudo(struct specificity *s, str_view v, size_t *at, int depth)
{
    size_t begin = *at;
    bool element = str_starts(str_slice(v, begin, v.len), STR("::"));
    size_t end = name_end(v, begin + (element ? 2 : 1));
    str_view name = str_slice(v, begin, end), inside = {NULL, 0};
    if (end < v.len && v.ptr[end] == '(') {
        size_t close = close_of(v, end);
        inside = str_slice(v, end + 1, close);
        end = close < v.len ? close + 1 : v.len;
    }
    *at = end;
    static const char old_elements[] = ":before :after :first-line :first-letter";
    if (element || gram_list_has(old_elements, name)) {
        s->tags++;
    } else if (str_eq(name, STR(":where"))) {
        return;
    } else if (gram_list_has(":is :not :has :matches", name)) {
        struct specificity most = most_of_list(inside, depth);
        s->ids += most.ids;
        s->classes += most.classes;
        s->tags += most.tags;
    } else {
        s->classes++;
        size_t of = str_find(inside, STR(" of "));
        if (str_starts(name, STR(":nth-")) && of < inside.len) {
            struct specificity most = most_of_list(str_slice(inside, of + 4, inside.len), depth);
            s->ids += most.ids;
            s->classes += most.classes;
            s->tags += most.tags;
        }
    }
}

static void count(struct specificity *s, str_view v, int depth)
{
    enum { MAX_DEPTH = 16 };
    for (size_t at = 0; at < v.len && depth < MAX_DEPTH;) {
        char c = v.ptr[at];
        if (c == '#') {
            s->ids++;
            at = name_end(v, at + 1);
        } else if (c == '.') {
            s->classes++;
            at = name_end(v, at + 1);
        } else if (c == '[') {
            s->classes++;
            size_t close = close_of(v, at);
            at = close < v.len ? close + 1 : v.len;
        } else if (c == ':') {
            count_pseudo(s, v, &at, depth);
        } else if (is_name(c)) {
            size_t end = name_end(v, at);
            bool space = end < v.len && v.ptr[end] == '|'; /* a namespace is no element */
            s->tags += !space;
            at = space ? end + 1 : end;
        } else {
            at++;
        }
    }
}

void explain__read_selector(struct explain__pieces *out, str_view v, str_view dialect)
{
    (void)dialect;
    size_t begin = 0;
    int level = 0;
    for (size_t i = 0; i <= v.len; i++) {
        char c = i < v.len ? v.ptr[i] : ',';
        level += (c == '(' || c == '[') - (c == ')' || c == ']');
        if (c != ',' || level > 0)
            continue;
        str_view one = str_trim(str_slice(v, begin, i));
        struct specificity s = {0, 0, 0};
        count(&s, one, 0);
        char said[160];
        snprintf(said, sizeof said,
                 "has the specificity %u-%u-%u (ids - classes, attributes, states - elements)",
                 s.ids, s.classes, s.tags);
        if (one.len > 0)
            explain__piece(out, 0, one, str_of(said));
        begin = i + 1;
    }
}
