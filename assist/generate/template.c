#include "assist/generate/template.h"

#include <stdio.h>
#include <string.h>

enum { MAX_DEPTH = 24 }; /* of directives inside one another; ours stay below 8 */

/* A name that a loop has bound. */
struct scope {
    const struct scope *up;
    str_view name;
    const gen_value *value;
    size_t index, n;
};

enum stop { STOP_END, STOP_ELSE, STOP_ELIF, STOP_TEXT };

struct run {
    buf *out;
    str_view text;
    size_t at, mark; /* where to go on; where the last directive begins */
    const gen_value *root;
    const struct scope *scope;
    str_view word; /* of the directive that stopped a block */
    err_code rc;
    err *e;
    int depth;
};

/* --- forms of names --- */

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static char low(char c)
{
    return is_upper(c) ? (char)(c + 32) : c;
}

static char up(char c)
{
    return is_lower(c) ? (char)(c - 32) : c;
}

static bool is_joint(char c)
{
    return c == '_' || c == '-' || c == ' ' || c == '.' || c == '$' || c == '#' || c == '@' ||
           c == ':';
}

/* Takes the next word of a name; letters of other scripts belong to the word that they stand in. */
static bool take_word(str_view *rest, str_view *word)
{
    while (rest->len && is_joint(rest->ptr[0]))
        *rest = str_slice(*rest, 1, rest->len);
    if (!rest->len)
        return false;
    size_t i = 1;
    const char *p = rest->ptr;
    for (; i < rest->len && !is_joint(p[i]); i++) {
        bool begins = is_upper(p[i]) && !is_upper(p[i - 1]);
        bool after_capitals =
            is_upper(p[i]) && is_upper(p[i - 1]) && i + 1 < rest->len && is_lower(p[i + 1]);
        if (begins || after_capitals)
            break;
    }
    *word = str_slice(*rest, 0, i);
    *rest = str_slice(*rest, i, rest->len);
    return true;
}

struct form {
    const char *name;
    char joint; /* 0: none */
    enum { AS_LOWER, AS_UPPER, AS_CAPITAL, AS_CAMEL, AS_SENTENCE } how;
};
static const struct form forms[] = {
    {"snake", '_', AS_LOWER},       {"kebab", '-', AS_LOWER},  {"words", ' ', AS_LOWER},
    {"upper", '_', AS_UPPER},       {"pascal", 0, AS_CAPITAL}, {"camel", 0, AS_CAMEL},
    {"sentence", ' ', AS_SENTENCE},
};

static void put_words(buf *out, str_view name, const struct form *f)
{
    str_view word;
    for (size_t n = 0; take_word(&name, &word); n++) {
        if (n && f->joint)
            buf_append_byte(out, f->joint);
        bool capital = f->how == AS_CAPITAL || (f->how == AS_CAMEL && n > 0) ||
                       (f->how == AS_SENTENCE && n == 0);
        for (size_t i = 0; i < word.len; i++) {
            char c = word.ptr[i];
            buf_append_byte(out, f->how == AS_UPPER || (capital && i == 0) ? up(c) : low(c));
        }
    }
}

static void put_quoted(buf *out, str_view v)
{
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] == '"' || v.ptr[i] == '\\')
            buf_append_byte(out, '\\');
        buf_append_byte(out, v.ptr[i]);
    }
}

static str_view singular(str_view v)
{
    if (v.len > 2 && str_ends(v, STR("s")) && !str_ends(v, STR("ss")) && !str_ends(v, STR("us")))
        return str_slice(v, 0, v.len - 1);
    return v;
}

/* "src/main.c" -> "main" or, with its folder, "src/main" */
static void put_stem(buf *out, str_view path, bool bare)
{
    size_t begin = path.len, end = path.len;
    while (begin > 0 && path.ptr[begin - 1] != '/')
        begin--;
    for (size_t i = begin + 1; i < path.len; i++) {
        if (path.ptr[i] == '.')
            end = i;
    }
    buf_append(out, str_slice(path, bare ? begin : 0, end));
}

/* Whether "an" stands before it: an Order, an update; a User, a unit. */
static bool takes_an(str_view name)
{
    while (name.len && is_joint(name.ptr[0]))
        name = str_slice(name, 1, name.len);
    char first = name.len ? low(name.ptr[0]) : 'x', second = name.len > 1 ? low(name.ptr[1]) : 'x';
    if (first == 'u')
        return second == 'n' ? name.len < 3 || low(name.ptr[2]) != 'i'
                             : strchr("plr", second) != NULL;
    return first == 'a' || first == 'e' || first == 'i' || first == 'o';
}

bool gen_form(buf *out, str_view name, str_view form)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (str_eq(form, str_of(forms[i].name))) {
            put_words(out, name, &forms[i]);
            return true;
        }
    }
    if (str_eq(form, STR("lower"))) {
        for (size_t i = 0; i < name.len; i++)
            buf_append_byte(out, low(name.ptr[i]));
    } else if (str_eq(form, STR("cap")) || str_eq(form, STR("low"))) {
        if (name.len)
            buf_append_byte(out, form.ptr[0] == 'c' ? up(name.ptr[0]) : low(name.ptr[0]));
        buf_append(out, str_slice(name, 1, name.len));
    } else if (str_eq(form, STR("tail"))) {
        size_t begin = name.len;
        while (begin > 0 && !is_joint(name.ptr[begin - 1]))
            begin--;
        buf_append(out, str_slice(name, begin, name.len));
    } else if (str_eq(form, STR("quote"))) {
        put_quoted(out, name);
    } else if (str_eq(form, STR("stem")) || str_eq(form, STR("trunk"))) {
        put_stem(out, name, form.ptr[0] == 's');
    } else if (str_eq(form, STR("singular"))) {
        buf_append(out, singular(name));
    } else if (str_eq(form, STR("a"))) {
        buf_append(out, takes_an(name) ? STR("an ") : STR("a "));
        buf_append(out, name);
    } else if (str_eq(form, STR("bare"))) {
        buf_append(out, str_trim(str_slice(name, 0, str_find_byte(name, '<'))));
    } else {
        return false;
    }
    return true;
}

/* --- looking up --- */

static void fail(struct run *r, const char *what, str_view near)
{
    size_t line = 1;
    for (size_t i = 0; i < r->mark && i < r->text.len; i++)
        line += r->text.ptr[i] == '\n';
    if (r->rc == ERR_OK)
        r->rc = err_set(r->e, ERR_FORMAT, "line %zu of the template: %s: %.*s", line, what,
                        STR_ARG(str_slice(near, 0, 80)));
}

static const gen_value *lookup(const struct run *r, str_view path)
{
    size_t dot = str_find_byte(path, '.');
    str_view head = str_slice(path, 0, dot), rest = str_slice(path, dot + 1, path.len);
    const gen_value *v = NULL;
    const struct scope *s = r->scope;
    while (s && !str_eq(s->name, head))
        s = s->up;
    v = s ? s->value : gen_get(r->root, head);
    while (v && rest.len) {
        dot = str_find_byte(rest, '.');
        v = gen_get(v, str_slice(rest, 0, dot));
        rest = str_slice(rest, dot + 1, rest.len);
    }
    return v;
}

/* What `loop.x` says; false when the path is none of these. */
static bool loop_text(const struct run *r, str_view path, char *out, size_t cap)
{
    if (!r->scope || !str_starts(path, STR("loop.")))
        return false;
    str_view what = str_slice(path, 5, path.len);
    out[0] = '\0';
    if (str_eq(what, STR("index")))
        snprintf(out, cap, "%zu", r->scope->index);
    else if (str_eq(what, STR("number")))
        snprintf(out, cap, "%zu", r->scope->index + 1);
    else if ((str_eq(what, STR("first")) && r->scope->index == 0) ||
             (str_eq(what, STR("last")) && r->scope->index + 1 == r->scope->n))
        snprintf(out, cap, "yes");
    return true;
}

/* --- conditions --- */

bool gen_match(str_view pattern, str_view text, str_view *hit)
{
    for (size_t i = 0; i < pattern.len; i++) {
        if (pattern.ptr[i] == '*') {
            str_view tail = str_slice(pattern, i + 1, pattern.len);
            for (size_t end = text.len + 1; end-- > 0;) {
                if (gen_match(tail, str_slice(text, end, text.len), NULL)) {
                    if (hit)
                        *hit = str_slice(text, 0, end);
                    return true;
                }
            }
            return false;
        }
        if (pattern.ptr[i] == '\\' && i + 1 < pattern.len)
            i++;
        if (!text.len || text.ptr[0] != pattern.ptr[i])
            return false;
        text = str_slice(text, 1, text.len);
    }
    return text.len == 0;
}

/* A word of a condition: itself, or with one hole, as `<p.name|snake>_of`. Appended to `out`. */
static void put_word(const struct run *r, buf *out, str_view word)
{
    size_t open = str_find_byte(word, '<'), close = str_find_byte(word, '>');
    str_view hole = str_slice(word, open + 1, close);
    if (close <= open + 1 || close == word.len || str_find_byte(hole, ' ') < hole.len) {
        buf_append(out, word);
        return;
    }
    size_t bar = str_find_byte(hole, '|');
    const gen_value *v = lookup(r, str_slice(hole, 0, bar));
    buf_append(out, str_slice(word, 0, open));
    if (v && (bar == hole.len || !gen_form(out, v->text, str_slice(hole, bar + 1, hole.len))))
        buf_append(out, v->text);
    buf_append(out, str_slice(word, close + 1, word.len));
}

static bool is_equal(const struct run *r, str_view value, str_view word)
{
    buf b;
    if (str_find_byte(word, '<') == word.len)
        return str_eq(value, word);
    buf_init(&b, 4096);
    put_word(r, &b, word);
    bool yes = str_eq(value, buf_view(&b));
    buf_release(&b);
    return yes;
}

static bool list_has(const struct run *r, const gen_value *list, str_view word)
{
    const gen_value *v = list ? list->first : NULL;
    while (v && !is_equal(r, v->text, word))
        v = v->next;
    return v != NULL;
}

static bool holds_one(const struct run *r, str_view c)
{
    c = str_trim(c);
    bool not = str_starts(c, STR("!"));
    if (not )
        c = str_trim(str_slice(c, 1, c.len));
    size_t end = str_find_byte(c, ' ');
    str_view path = str_slice(c, 0, end), rest = str_trim(str_slice(c, end, c.len));
    char text[32];
    const gen_value *v = NULL;
    str_view value = STR("");
    if (loop_text(r, path, text, sizeof text)) {
        value = str_of(text);
    } else {
        v = lookup(r, path);
        value = v ? v->text : STR("");
    }
    if (!rest.len)
        return (value.len || (v && v->first)) != not ;
    end = str_find_byte(rest, ' ');
    str_view op = str_slice(rest, 0, end), with = str_trim(str_slice(rest, end, rest.len));
    bool yes = false;
    if (str_eq(op, STR("=")))
        yes = is_equal(r, value, with);
    else if (str_eq(op, STR("!=")))
        yes = !is_equal(r, value, with);
    else if (str_eq(op, STR("~")))
        yes = gen_match(with, value, NULL);
    else if (str_eq(op, STR("has")))
        yes = list_has(r, v, with);
    else if (str_eq(op, STR("in"))) {
        while (with.len && !yes) {
            end = str_find_byte(with, ' ');
            yes = str_eq(value, str_slice(with, 0, end));
            with = str_trim(str_slice(with, end, with.len));
        }
    }
    return yes != not ;
}

static bool holds_all(const struct run *r, str_view c)
{
    while (c.len) {
        size_t end = str_find(c, STR(" & "));
        if (!holds_one(r, str_slice(c, 0, end)))
            return false;
        c = str_slice(c, end + 3, c.len);
    }
    return true;
}

static bool holds(const struct run *r, str_view c)
{
    if (str_is_blank(c))
        return true;
    while (c.len) {
        size_t end = str_find(c, STR(" or "));
        if (holds_all(r, str_slice(c, 0, end)))
            return true;
        c = str_slice(c, end + 4, c.len);
    }
    return false;
}

bool gen_holds(const gen_value *root, str_view condition)
{
    struct run r = {.root = root};
    return holds(&r, condition);
}

/* --- filling --- */

/* Takes the text before the next directive, and the directive. STOP_TEXT: there was none. */
static bool next(struct run *r, str_view *before, str_view *directive)
{
    str_view t = r->text;
    size_t begin = r->at;
    for (size_t i = r->at; i < t.len; i++) {
        bool line_start = i == 0 || t.ptr[i - 1] == '\n';
        str_view rest = str_slice(t, i, t.len);
        if (line_start) {
            str_view line = str_slice(rest, 0, str_find_byte(rest, '\n'));
            if (str_starts(str_trim_left(line), STR("% "))) {
                *before = str_slice(t, begin, i);
                r->mark = i;
                *directive = str_trim(str_slice(str_trim(line), 1, line.len));
                r->at = i + line.len + 1 > t.len ? t.len : i + line.len + 1;
                return true;
            }
        }
        if (str_starts(rest, STR("<%"))) {
            size_t end = str_find(rest, STR("%>"));
            *before = str_slice(t, begin, i);
            r->mark = i;
            *directive = str_trim(str_slice(rest, 2, end));
            if (end == rest.len)
                fail(r, "no '%>' follows", rest);
            r->at = i + end + 2 > t.len ? t.len : i + end + 2;
            return true;
        }
    }
    *before = str_slice(t, begin, t.len);
    *directive = STR("");
    r->at = t.len;
    return false;
}

static void put(struct run *r, str_view expression)
{
    size_t bar = str_find_byte(expression, '|');
    str_view path = str_trim(str_slice(expression, 0, bar));
    char number[32];
    str_view text = STR("");
    if (loop_text(r, path, number, sizeof number)) {
        text = str_of(number);
    } else {
        const gen_value *v = lookup(r, path);
        text = v ? v->text : STR("");
    }
    str_view filters = str_slice(expression, bar + 1, expression.len);
    if (!filters.len) {
        buf_append(r->out, text);
        return;
    }
    buf one, other;
    buf_init(&one, 1 << 20);
    buf_init(&other, 1 << 20);
    buf_append(&one, text);
    while (filters.len) {
        bar = str_find_byte(filters, '|');
        buf_clear(&other);
        if (!gen_form(&other, buf_view(&one), str_trim(str_slice(filters, 0, bar))))
            fail(r, "no such form", filters);
        buf swap = one;
        one = other;
        other = swap;
        filters = str_slice(filters, bar + 1, filters.len);
    }
    buf_append(r->out, buf_view(&one));
    if (buf_failed(&one) != ERR_OK && r->rc == ERR_OK)
        r->rc = buf_failed(&one);
    buf_release(&one);
    buf_release(&other);
}

static bool head(str_view *directive, const char *word)
{
    str_view w = str_of(word);
    if (!str_starts(*directive, w))
        return false;
    str_view rest = str_slice(*directive, w.len, directive->len);
    if (rest.len && rest.ptr[0] != ' ')
        return false;
    *directive = str_trim(rest);
    return true;
}

static enum stop block(struct run *r, bool live);

static void run_if(struct run *r, str_view condition, bool live)
{
    bool done = false;
    enum stop s = STOP_ELIF;
    while (s == STOP_ELIF) {
        bool yes = live && !done && holds(r, condition);
        s = block(r, yes);
        done = done || yes;
        condition = r->word;
    }
    if (s == STOP_ELSE)
        s = block(r, live && !done);
    if (s != STOP_END)
        fail(r, "'end' is missing", condition);
}

static void put_separator(struct run *r, str_view sep)
{
    for (size_t i = 0; i < sep.len; i++) {
        char next = sep.ptr[i] == '\\' && i + 1 < sep.len ? sep.ptr[i + 1] : 0;
        bool known = next == 'n' || next == 't' || next == '\\';
        buf_append_byte(r->out, next == 'n' ? '\n' : next == 't' ? '\t' : sep.ptr[i]);
        i += known;
    }
}

/* "f in type.fields where !f.static sep ", "" */
static void run_for(struct run *r, str_view what, bool live)
{
    size_t in = str_find(what, STR(" in ")), sep_at = str_find(what, STR(" sep \""));
    struct scope s = {.up = r->scope, .name = str_trim(str_slice(what, 0, in))};
    str_view rest = str_slice(what, in + 4, sep_at);
    str_view sep = str_slice(what, sep_at + 6, what.len > sep_at ? what.len - 1 : what.len);
    size_t where_at = str_find(rest, STR(" where "));
    str_view condition = str_slice(rest, where_at + 7, rest.len);
    const gen_value *list = lookup(r, str_trim(str_slice(rest, 0, where_at)));
    const gen_value *items = live && list ? list->first : NULL;
    size_t begin = r->at;
    bool ran = false;
    for (int count = 1; count >= 0; count--) { /* `last` needs to know how many there are */
        size_t n = 0;
        for (const gen_value *v = items; v && r->rc == ERR_OK; v = v->next) {
            s.value = v;
            r->scope = &s;
            bool yes = holds(r, condition);
            r->scope = s.up;
            if (!yes)
                continue;
            s.index = n++;
            if (count)
                continue;
            if (s.index)
                put_separator(r, sep);
            r->scope = &s;
            r->at = begin;
            if (block(r, true) != STOP_END)
                fail(r, "'end' is missing", what);
            r->scope = s.up;
            ran = true;
        }
        s.n = n;
    }
    if (!ran && r->rc == ERR_OK && block(r, false) != STOP_END)
        fail(r, "'end' is missing", what);
}

/* Runs (or only passes, when not live) up to the directive that ends this block. */
static enum stop block(struct run *r, bool live)
{
    if (++r->depth > MAX_DEPTH)
        fail(r, "directives stand too deep in one another", STR(""));
    enum stop stop = STOP_TEXT;
    while (r->rc == ERR_OK && stop == STOP_TEXT) {
        str_view before, d;
        bool more = next(r, &before, &d);
        if (live)
            buf_append(r->out, before);
        if (!more || r->rc != ERR_OK)
            break;
        if (head(&d, "end"))
            stop = STOP_END;
        else if (head(&d, "else"))
            stop = STOP_ELSE;
        else if (head(&d, "elif")) {
            stop = STOP_ELIF;
            r->word = d;
        } else if (head(&d, "if"))
            run_if(r, d, live);
        else if (head(&d, "for"))
            run_for(r, d, live);
        else if (live)
            put(r, d);
    }
    r->depth--;
    return stop;
}

err_code gen_fill(buf *out, str_view text, const gen_value *root, err *e)
{
    struct run r = {.out = out, .text = text, .root = root, .e = e};
    if (block(&r, true) != STOP_TEXT)
        fail(&r, "this ends nothing", r.word);
    return r.rc != ERR_OK ? r.rc : buf_failed(out);
}
