#include <string.h>

#include "assist/script/script_internal.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(char c)
{
    return is_letter(c) || is_digit(c) || c == '_' || (unsigned char)c >= 0x80;
}

/* --- the comment as one line --- */

static str_view without_mark(str_view line)
{
    static const char *const marks[] = {"#!", "///", "//!", "//", "--", "/**", "/*", "<!--", ";;"};
    line = str_trim(line);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (str_starts(line, str_of(marks[i])))
            return str_trim(str_slice(line, strlen(marks[i]), line.len));
    }
    while (line.len && (line.ptr[0] == '#' || line.ptr[0] == '%'))
        line = str_slice(line, 1, line.len);
    if (line.len > 1 && line.ptr[0] == '*' && line.ptr[1] == ' ')
        line = str_slice(line, 1, line.len);
    return str_trim(line);
}

static str_view without_end(str_view line)
{
    if (str_ends(line, STR("*/")))
        line = str_slice(line, 0, line.len - 2);
    if (str_ends(line, STR("-->")))
        line = str_slice(line, 0, line.len - 3);
    return str_trim(line);
}

str_view scr__plain(arena *a, str_view comment)
{
    char *out = arena_push(a, comment.len + 1);
    size_t n = 0;
    while (out && comment.len) {
        str_view line = without_end(without_mark(str_take_line(&comment)));
        if (!line.len)
            continue;
        if (n)
            out[n++] = ' ';
        for (size_t i = 0; i < line.len; i++) {
            unsigned char c = (unsigned char)line.ptr[i];
            out[n++] = c < 0x20 || c == 0x7F ? ' ' : line.ptr[i];
        }
    }
    return str_trim((str_view){out, n});
}

/* --- what a word is --- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static str_view lowered(arena *a, str_view v)
{
    str_view copy = arena_copy(a, v);
    for (size_t i = 0; copy.ptr && i < copy.len; i++)
        ((char *)(uintptr_t)copy.ptr)[i] = lower(copy.ptr[i]);
    return copy;
}

static bool same_word(str_view a, const char *b)
{
    size_t n = strlen(b);
    bool same = a.len == n;
    for (size_t i = 0; same && i < n; i++)
        same = lower(a.ptr[i]) == b[i];
    return same;
}

bool scr__inflects(str_view w, str_view base)
{
    if (str_eq(w, base))
        return true;
    if (base.len < 3 || w.len <= base.len - 1)
        return false;
    char last = base.ptr[base.len - 1];
    str_view tail = str_slice(w, base.len, w.len);
    if (str_starts(w, base)) {
        if (str_eq(tail, STR("s")) || str_eq(tail, STR("es")) || str_eq(tail, STR("ed")) ||
            str_eq(tail, STR("ing")) || (last == 'e' && str_eq(tail, STR("d"))))
            return true;
        /* stripped, stripping */
        return tail.len > 2 && tail.ptr[0] == last &&
               (str_eq(str_slice(tail, 1, 9), STR("ed")) ||
                str_eq(str_slice(tail, 1, 9), STR("ing")));
    }
    str_view stem = str_slice(base, 0, base.len - 1);
    tail = str_slice(w, stem.len, w.len);
    return str_starts(w, stem) &&
           ((last == 'e' && str_eq(tail, STR("ing"))) ||
            (last == 'y' && (str_eq(tail, STR("ies")) || str_eq(tail, STR("ied")))));
}

static bool small_number(str_view w, int64_t *n)
{
    static const char *const names[] = {"zero",  "one",   "two",  "three", "four",   "five",  "six",
                                        "seven", "eight", "nine", "ten",   "eleven", "twelve"};
    static const char *const orders[] = {"first", "second",  "third",  "fourth", "fifth",
                                         "sixth", "seventh", "eighth", "ninth",  "tenth"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (same_word(w, names[i])) {
            *n = (int64_t)i;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        if (same_word(w, orders[i])) {
            *n = (int64_t)i + 1;
            return true;
        }
    }
    if (same_word(w, "hundred") || same_word(w, "thousand")) {
        *n = same_word(w, "hundred") ? 100 : 1000;
        return true;
    }
    return false;
}

/* Units by their usual names: bytes, or seconds. */
static bool unit_of(str_view w, scr_kind *kind, int64_t *factor)
{
    static const struct {
        const char *names; /* separated by spaces */
        scr_kind kind;
        int64_t factor;
    } units[] = {
        {"b byte bytes", SCR_SIZE, 1},
        {"k kb kib kilobyte kilobytes", SCR_SIZE, INT64_C(1) << 10},
        {"m mb mib meg megs megabyte megabytes", SCR_SIZE, INT64_C(1) << 20},
        {"g gb gib gig gigs gigabyte gigabytes", SCR_SIZE, INT64_C(1) << 30},
        {"t tb tib terabyte terabytes", SCR_SIZE, INT64_C(1) << 40},
        {"s sec secs second seconds", SCR_TIME, 1},
        {"min mins minute minutes", SCR_TIME, 60},
        {"h hr hrs hour hours", SCR_TIME, 3600},
        {"d day days", SCR_TIME, 86400},
        {"w week weeks", SCR_TIME, 7 * 86400},
        {"month months", SCR_TIME, 30 * 86400},
        {"y year years", SCR_TIME, 365 * 86400},
    };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const char *p = units[i].names;
        while (*p) {
            size_t n = strcspn(p, " ");
            bool same = w.len == n;
            for (size_t k = 0; same && k < n; k++)
                same = lower(w.ptr[k]) == p[k];
            if (same) {
                *kind = units[i].kind;
                *factor = units[i].factor;
                return true;
            }
            p += n + (p[n] == ' ');
        }
    }
    return false;
}

static const char *encoding_of(str_view w)
{
    static const struct {
        const char *names, *value;
    } encodings[] = {
        {"utf-8 utf8", "UTF-8"},
        {"utf-16 utf16 utf-16le", "UTF-16"},
        {"latin-1 latin1 iso-8859-1 iso8859-1", "ISO-8859-1"},
        {"cp1251 windows-1251 win1251 win-1251", "CP1251"},
        {"cp1252 windows-1252 win1252", "CP1252"},
        {"cp1250 windows-1250", "CP1250"},
        {"koi8-r koi8r", "KOI8-R"},
        {"cp866 ibm866", "CP866"},
        {"cp437 ibm437", "CP437"},
        {"shift-jis sjis shift_jis", "SHIFT_JIS"},
        {"euc-jp", "EUC-JP"},
        {"gbk gb2312", "GBK"},
        {"big5", "BIG5"},
        {"us-ascii", "ASCII"},
    };
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        const char *p = encodings[i].names;
        while (*p) {
            size_t n = strcspn(p, " ");
            bool same = w.len == n;
            for (size_t k = 0; same && k < n; k++)
                same = lower(w.ptr[k]) == p[k];
            if (same)
                return encodings[i].value;
            p += n + (p[n] == ' ');
        }
    }
    return NULL;
}

/* A number with its fraction and a unit behind it if there is one: 10, 1.5GB, 2h, 1,000. */
static bool read_number(arena *a, str_view w, scr_value *out)
{
    int64_t whole = 0, fraction = 0, scale = 1;
    size_t i = 0;
    bool negative = w.len > 1 && (w.ptr[0] == '-' || w.ptr[0] == '+') && is_digit(w.ptr[1]);
    if (negative)
        i = 1;
    size_t begin = i;
    for (; i < w.len && (is_digit(w.ptr[i]) ||
                         (w.ptr[i] == ',' && i > begin && i + 3 < w.len && is_digit(w.ptr[i + 1]) &&
                          is_digit(w.ptr[i + 2]) && is_digit(w.ptr[i + 3])));
         i++) {
        if (w.ptr[i] == ',')
            continue;
        if (whole > INT64_C(1000000000000000))
            return false;
        whole = whole * 10 + (w.ptr[i] - '0');
    }
    if (i == begin)
        return false;
    if (i + 1 < w.len && w.ptr[i] == '.' && is_digit(w.ptr[i + 1])) {
        for (i++; i < w.len && is_digit(w.ptr[i]); i++) {
            if (scale < 1000) {
                fraction = fraction * 10 + (w.ptr[i] - '0');
                scale *= 10;
            }
        }
    }
    str_view unit = str_slice(w, i, w.len);
    scr_kind kind = SCR_NUMBER;
    int64_t factor = 1;
    if (unit.len && (same_word(unit, "st") || same_word(unit, "nd") || same_word(unit, "rd") ||
                     same_word(unit, "th")))
        unit.len = 0;
    if (unit.len && !same_word(unit, "%") && !unit_of(unit, &kind, &factor))
        return false;
    if (whole > INT64_MAX / factor / 2)
        return false;
    int64_t n = whole * factor + fraction * factor / scale;
    out->kind = kind;
    out->n = negative && w.ptr[0] == '-' ? -n : n;
    out->text = kind == SCR_NUMBER && !unit.len ? arena_copy(a, str_slice(w, w.ptr[0] == '+', i))
                                                : arena_format(a, "%lld", (long long)out->n);
    return true;
}

static bool is_date(str_view w)
{
    if (w.len != 10 || w.ptr[4] != '-' || w.ptr[7] != '-')
        return false;
    for (size_t i = 0; i < w.len; i++) {
        if (i != 4 && i != 7 && !is_digit(w.ptr[i]))
            return false;
    }
    return true;
}

/* report.csv, .gitignore, archive.tar.gz; not "e.g.", not a sentence's end. */
static bool is_file_name(str_view w)
{
    size_t dot = w.len;
    for (size_t i = 0; i < w.len; i++) {
        char c = w.ptr[i];
        if (!is_word(c) && c != '.' && c != '-' && c != '+' && c != '@')
            return false;
        if (c == '.')
            dot = i;
    }
    if (dot >= w.len || w.len - dot < 2 || w.len - dot > 13 || w.len < 3)
        return false;
    return !same_word(w, "e.g") && !same_word(w, "i.e");
}

static scr_value word_value(arena *a, str_view w)
{
    scr_value v = {.kind = SCR_WORD, .text = w, .n = 0};
    const char *encoding = encoding_of(w);
    bool wild = memchr(w.ptr, '*', w.len) || memchr(w.ptr, '[', w.len) ||
                (memchr(w.ptr, '?', w.len) != NULL);
    bool slash = memchr(w.ptr, '/', w.len) != NULL;
    if (str_find(w, STR("://")) < w.len && is_letter(w.ptr[0]))
        v.kind = SCR_URL;
    else if (encoding)
        v = (scr_value){SCR_ENCODING, str_of(encoding), 0};
    else if (same_word(w, "tar.gz") || same_word(w, "tar.xz") || same_word(w, "tar.bz2"))
        v = (scr_value){SCR_EXT, lowered(a, w), 0};
    else if (is_date(w))
        v.kind = SCR_DATE;
    else if (wild && w.len > 1)
        v.kind = SCR_GLOB;
    else if ((slash || w.ptr[0] == '~') && w.len && !same_word(w, "and/or") && !same_word(w, "i/o"))
        v.kind = SCR_PATH;
    else if (read_number(a, w, &v))
        return v;
    else if (w.len == 1 && w.ptr[0] == '.')
        v.kind = SCR_PATH;
    else if (w.ptr[0] == '.' && w.len > 1 && w.len <= 9 && is_letter(w.ptr[1]) &&
             !memchr(w.ptr + 1, '.', w.len - 1) && !memchr(w.ptr, '_', w.len))
        v = (scr_value){SCR_EXT, str_slice(w, 1, w.len), 0};
    else if (is_file_name(w) || same_word(w, "makefile") || same_word(w, "dockerfile"))
        v.kind = SCR_PATH;
    else
        v.text = lowered(a, w);
    return v;
}

/* --- cutting --- */

/* Where the quotation ends: a single quote inside a word does not end it. */
static size_t quote_end(str_view s, size_t from, str_view closer)
{
    for (size_t i = from; i + closer.len <= s.len; i++) {
        if (!str_starts(str_slice(s, i, s.len), closer))
            continue;
        size_t after = i + closer.len;
        if (closer.len > 1 || s.ptr[i] != '\'' || after == s.len || !is_word(s.ptr[after]))
            return i;
    }
    return s.len;
}

/* Length of the opening quote at `at` and its closer; 0 when there is none. An apostrophe opens
 * only where a word cannot go on. */
static size_t opens_quote(str_view s, size_t at, str_view *closer)
{
    static const char *const pairs[][2] = {{"\"", "\""}, {"`", "`"}, {"'", "'"},
                                           {"“", "”"},   {"‘", "’"}, {"«", "»"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        str_view open = str_of(pairs[i][0]);
        if (!str_starts(str_slice(s, at, s.len), open))
            continue;
        if (at && is_word(s.ptr[at - 1]))
            return 0;
        *closer = str_of(pairs[i][1]);
        if (s.ptr[at] == '`' && quote_end(s, at + 1, STR("'")) < quote_end(s, at + 1, *closer))
            *closer = STR("'"); /* `so' */
        return open.len;
    }
    return 0;
}

static scr_token *push(scr_tokens *t, scr_value v, str_view written)
{
    if (t->n == SCR_MAX_TOKENS)
        return NULL;
    scr_token *token = &t->at[t->n++];
    *token = (scr_token){.v = v, .written = written};
    return token;
}

/* Inside quotation marks: a path or a glob stays what it is when it cannot be anything else. */
static scr_value quoted_value(str_view inside)
{
    size_t dot = inside.len;
    for (size_t i = 0; i < inside.len; i++) {
        if (is_space(inside.ptr[i]) || strchr("*?[$\\", inside.ptr[i]))
            return (scr_value){SCR_TEXT, inside, 0};
        if (inside.ptr[i] == '.')
            dot = i;
    }
    bool letters = inside.len > 1 && inside.len <= 6 && inside.ptr[0] == '.';
    for (size_t i = 1; i < inside.len && letters; i++)
        letters = is_letter(inside.ptr[i]) || is_digit(inside.ptr[i]);
    if (letters && is_letter(inside.ptr[1])) /* ".php" files */
        return (scr_value){SCR_EXT, str_slice(inside, 1, inside.len), 0};
    bool path =
        inside.len > 1 && strchr("/.~", inside.ptr[0]) && memchr(inside.ptr, '/', inside.len);
    bool ending = dot + 1 < inside.len && inside.len - dot <= 6 && is_letter(inside.ptr[dot + 1]);
    return (scr_value){path || (ending && is_file_name(inside)) ? SCR_PATH : SCR_TEXT, inside, 0};
}

/* "2-5" is "2 to 5". */
static bool push_range(scr_tokens *t, arena *a, str_view w, bool *pushed)
{
    size_t hyphen = str_find_byte(w, '-');
    bool range = hyphen > 0 && hyphen < 7 && w.len - hyphen > 1 && w.len - hyphen < 8;
    for (size_t i = 0; range && i < w.len; i++)
        range = i == hyphen || is_digit(w.ptr[i]);
    *pushed = range;
    for (int i = 0; range && i < 3; i++) {
        str_view part = i == 1 ? STR("to")
                        : i    ? str_slice(w, hyphen + 1, w.len)
                               : str_slice(w, 0, hyphen);
        scr_token *token = push(t, word_value(a, part), w);
        if (!token)
            return false;
        token->has_number = i != 1;
    }
    return true;
}

static bool push_word(scr_tokens *t, arena *a, str_view w)
{
    bool range;
    if (!push_range(t, a, w, &range))
        return false;
    if (range)
        return true;
    size_t tail = w.len;
    while (tail > 1 && strchr(",;:.!?)", w.ptr[tail - 1]))
        tail--;
    size_t head = 0;
    while (head + 1 < tail && w.ptr[head] == '(')
        head++;
    if (tail == 1 && strchr(",;:!?()|&-", w.ptr[0]))
        return push(t, (scr_value){SCR_STOP, w, 0}, w) != NULL;
    str_view word = str_slice(w, head, tail);
    /* "?" ends a question, unless the word is a pattern without it too. */
    if (tail < w.len && w.ptr[tail] == '?' && memchr(word.ptr, '*', word.len))
        word = str_slice(w, head, ++tail);
    scr_token *token = push(t, word_value(a, word), word);
    if (!token)
        return false;
    if (token->v.kind == SCR_WORD)
        token->has_number = small_number(token->v.text, &token->v.n);
    if (token->v.kind == SCR_NUMBER)
        token->has_number = true;
    bool stops = false;
    for (size_t i = tail; i < w.len; i++)
        stops = stops || strchr(",;.!?", w.ptr[i]);
    return !stops || push(t, (scr_value){SCR_STOP, str_slice(w, tail, w.len), 0},
                          str_slice(w, tail, w.len)) != NULL;
}

static bool is_article(const scr_token *t)
{
    return t->v.kind == SCR_WORD && (same_word(t->v.text, "a") || same_word(t->v.text, "an"));
}

static bool is_between(const scr_token *t)
{
    return t->v.kind == SCR_WORD &&
           (same_word(t->v.text, "between") || same_word(t->v.text, "from"));
}

/* "between 30 and 50 days": the unit is of both; `t` ends with the second. */
static void share_unit(scr_tokens *t, arena *a, scr_kind kind, int64_t factor)
{
    scr_token *first = t->n > 3 ? &t->at[t->n - 3] : NULL;
    if (!first || !is_between(first - 1) || first->v.kind != SCR_NUMBER || first->v.n < 0 ||
        first->v.n >= INT64_C(1) << 20)
        return;
    int64_t value = first->v.n * factor;
    first->v = (scr_value){kind, arena_format(a, "%lld", (long long)value), value};
}

/* "30 days", "two weeks", "10 MB": one token. */
static void join_units(scr_tokens *t, arena *a)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        scr_token *token = &t->at[i];
        scr_kind kind;
        int64_t factor;
        if (i + 1 < t->n && token->has_number && token->v.n >= 0 &&
            (token->v.kind == SCR_NUMBER || token->v.kind == SCR_WORD) &&
            t->at[i + 1].v.kind == SCR_WORD && t->at[i + 1].v.text.len > 1 &&
            unit_of(t->at[i + 1].v.text, &kind, &factor) &&
            !(token->v.kind == SCR_WORD && str_ends(token->v.text, STR("st"))) &&
            token->v.n < INT64_C(1) << 20) {
            int64_t value = token->v.n * factor;
            str_view written = {token->written.ptr,
                                (size_t)(t->at[i + 1].written.ptr - token->written.ptr) +
                                    t->at[i + 1].written.len};
            t->at[n++] = (scr_token){.v = {kind, arena_format(a, "%lld", (long long)value), value},
                                     .written = written};
            scr_tokens so_far = {t->at, n, NULL};
            share_unit(&so_far, a, kind, factor);
            i++;
        } else if (i && i + 1 < t->n && is_article(token) && t->at[i + 1].v.kind == SCR_WORD &&
                   t->at[i + 1].v.text.len > 2 && !same_word(t->at[i + 1].v.text, "second") &&
                   unit_of(t->at[i + 1].v.text, &kind, &factor) && kind == SCR_TIME) {
            /* "a week" */
            t->at[n++] =
                (scr_token){.v = {kind, arena_format(a, "%lld", (long long)factor), factor},
                            .written = t->at[i + 1].written};
            i++;
        } else {
            t->at[n++] = *token;
        }
    }
    t->n = n;
}

err_code scr__words(scr_tokens *out, arena *a, str_view s, err *e)
{
    out->n = 0;
    out->tries = ARENA_NEW(a, unsigned);
    out->at = ARENA_ARRAY(a, scr_token, SCR_MAX_TOKENS);
    if (!out->at || !out->tries)
        return ERR_NOMEM;
    for (size_t i = 0; i < s.len;) {
        str_view closer;
        size_t open = opens_quote(s, i, &closer);
        size_t end = open ? quote_end(s, i + open, closer) : s.len;
        bool room = true;
        if (is_space(s.ptr[i])) {
            i++;
        } else if (open && end < s.len && end > i + open) {
            room = push(out, quoted_value(str_slice(s, i + open, end)),
                        str_slice(s, i, end + closer.len)) != NULL;
            i = end + closer.len;
        } else {
            size_t from = i;
            while (
                i < s.len && !is_space(s.ptr[i]) &&
                (i == from || !opens_quote(s, i, &closer) || quote_end(s, i + 1, closer) == s.len))
                i++;
            room = push_word(out, a, str_slice(s, from, i));
        }
        if (!room)
            return err_set(e, ERR_RANGE, "more than %d words: say it in several comments",
                           SCR_MAX_TOKENS);
    }
    join_units(out, a);
    return arena_failed(a) ? ERR_NOMEM : ERR_OK;
}
