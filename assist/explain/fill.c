/* Sentences with holes. The language is described in grammars/README.md, "Knowledge". */
#include <string.h>

#include "assist/explain/explain_internal.h"
#include "base/buf.h"
#include "base/utf.h"

enum {
    VALUE_MAX_CHARS = 56,  /* of code inside a sentence: longer ones hide the sentence */
    TEXT_MAX_BYTES = 8192, /* of one filled sentence */
    MAX_NESTING = 8,
    LIST_MAX = 8, /* items that are named before "and more" */
};

/* Characters that are invisible or reorder what is shown (Unicode 15: Bidi_Control, zero width,
 * tags), and those that a terminal obeys. */
static bool is_hidden(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x061C ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F);
}

str_view explain__keep(arena *mem, buf *out)
{
    str_view v = arena_copy(mem, str_trim(buf_view(out)));
    mem->failed = mem->failed || buf_failed(out) == ERR_NOMEM;
    buf_release(out);
    return v;
}

str_view explain__clean(arena *mem, str_view v, size_t max_chars, bool *odd)
{
    buf out;
    buf_init(&out, max_chars * 12 + 64);
    v = str_trim(v);
    size_t n_chars = 0;
    bool blank = false;
    while (v.len > 0 && n_chars < max_chars) {
        size_t n = 0;
        bool valid = true;
        uint32_t c = utf8_decode(v, &n, &valid);
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            blank = true;
        } else {
            if (blank)
                buf_append_byte(&out, ' ');
            n_chars += blank ? 2 : 1;
            blank = false;
            if (!valid) {
                buf_append_format(&out, "\\x%02x", (unsigned)(unsigned char)v.ptr[0]);
            } else if (is_hidden(c)) {
                buf_append_format(&out, c > 0xFFFF ? "\\U%06x" : "\\u%04x", (unsigned)c);
                if (odd)
                    *odd = true;
            } else {
                buf_append(&out, str_slice(v, 0, n));
            }
        }
        v = str_slice(v, n, v.len);
    }
    if (v.len > 0)
        buf_append(&out, STR("…"));
    return explain__keep(mem, &out);
}

/* What a block of several lines ends with, when that is short: a bracket, `end`, `done`. */
static str_view closer_of(str_view v)
{
    enum { MAX_BYTES = 12 };
    size_t begin = v.len;
    while (begin > 0 && v.ptr[begin - 1] != '\n')
        begin--;
    str_view last = str_trim(str_slice(v, begin, v.len));
    bool closes = last.len > 0 && last.len <= MAX_BYTES && memchr(")]}", last.ptr[0], 3);
    return closes || str_eq(last, STR("end")) || str_eq(last, STR("fi")) ||
                   str_eq(last, STR("done")) || str_eq(last, STR("esac"))
               ? last
               : (str_view){NULL, 0};
}

str_view explain__code(arena *mem, str_view v, size_t max_chars, bool *odd)
{
    enum { HEAD_MIN_BYTES = 24 }; /* a shorter first line that opens nothing stands for little */
    v = str_trim(v);
    str_view head = str_trim(str_slice(v, 0, str_find_byte(v, '\n')));
    bool opens = head.len > 1 && memchr("{([:", head.ptr[head.len - 1], 4);
    str_view closer = head.len < v.len ? closer_of(v) : (str_view){NULL, 0};
    bool bracket = closer.len > 0 && memchr(")]}", closer.ptr[0], 3);
    if (head.len == v.len || !(closer.len > 0 || opens || head.len >= HEAD_MIN_BYTES))
        return explain__clean(mem, v, max_chars, odd);
    str_view shown = explain__clean(mem, head, max_chars, odd);
    bool cut = str_ends(shown, STR("…"));
    if (cut || (bracket && !opens))
        closer.len = 0;
    return arena_format(mem, "%.*s%s%s%.*s", STR_ARG(shown), cut ? "" : " …",
                        closer.len > 0 ? " " : "", STR_ARG(closer));
}

/* --- paths --- */

static str_view node_text(const struct explain__subject *s, TSNode node)
{
    if (ts_node_is_null(node))
        return (str_view){NULL, 0};
    return str_slice(s->text, ts_node_start_byte(node), ts_node_end_byte(node));
}

static bool type_has(TSNode node, const char *part)
{
    return strstr(ts_node_type(node), part) != NULL;
}

/* The node that names a definition: field "name", or in C down the declarators. */
static TSNode child_of_type(TSNode node, str_view type);

static TSNode name_of(TSNode node)
{
    TSNode name = ts_node_child_by_field_name(node, "name", 4);
    if (ts_node_is_null(name)) /* Kotlin's grammar has no fields */
        name = child_of_type(node, STR("simple_identifier"));
    if (!ts_node_is_null(name))
        return name;
    TSNode down = ts_node_child_by_field_name(node, "declarator", 10);
    while (!ts_node_is_null(down)) {
        name = down;
        down = ts_node_child_by_field_name(down, "declarator", 10);
        /* C++ gives what a reference, or brackets, hold no field. */
        if (ts_node_is_null(down) &&
            (type_has(name, "reference_declarator") || type_has(name, "parenthesized_declarator")))
            down = ts_node_named_child(name, 0);
    }
    return name;
}

static bool is_function(TSNode n)
{
    return (type_has(n, "function") || type_has(n, "method") || type_has(n, "constructor")) &&
           (type_has(n, "definition") || type_has(n, "declaration") || type_has(n, "_item") ||
            strcmp(ts_node_type(n), "method") == 0);
}

static bool is_closure(TSNode n)
{
    return ts_node_is_named(n) &&
           (type_has(n, "lambda") || type_has(n, "closure") || type_has(n, "arrow_function") ||
            strcmp(ts_node_type(n), "function_expression") == 0 || type_has(n, "func_literal"));
}

static bool is_type(TSNode n)
{
    if (type_has(n, "_expression") || type_has(n, "_pattern"))
        return false;
    return type_has(n, "class_d") || type_has(n, "struct_") || type_has(n, "impl_item") ||
           type_has(n, "interface_d") || type_has(n, "trait_") || type_has(n, "enum_") ||
           type_has(n, "record_d") || type_has(n, "class_specifier") ||
           strcmp(ts_node_type(n), "class") == 0;
}

static TSNode child_of_type(TSNode node, str_view type)
{
    uint32_t n = ts_node_child_count(node);
    for (uint32_t i = 0; i < n && i < 256; i++) {
        TSNode c = ts_node_child(node, i);
        if (str_eq(str_of(ts_node_type(c)), type))
            return c;
    }
    return (TSNode){0};
}

static TSNode ancestor_of_type(TSNode node, str_view type)
{
    for (node = ts_node_parent(node); !ts_node_is_null(node); node = ts_node_parent(node))
        if (str_eq(str_of(ts_node_type(node)), type))
            return node;
    return node;
}

static TSNode step(TSNode node, str_view name)
{
    if (ts_node_is_null(node) || name.len == 0)
        return node;
    str_view tail = str_slice(name, 1, name.len);
    if (name.ptr[0] == '^')
        return tail.len ? ancestor_of_type(node, tail) : ts_node_parent(node);
    if (name.ptr[0] == '%')
        return child_of_type(node, tail);
    if (name.ptr[0] == '#') {
        bool back = tail.len > 0 && tail.ptr[0] == '-';
        uint32_t k = (uint32_t)(tail.len > (size_t)back ? tail.ptr[back] - '0' : 1);
        uint32_t n = ts_node_named_child_count(node);
        if (k == 0 || k > n)
            return (TSNode){0};
        return ts_node_named_child(node, back ? n - k : k - 1);
    }
    return ts_node_child_by_field_name(node, name.ptr, (uint32_t)name.len);
}

/* "a or b or c": one of several paths, up to the next word that is no such. */
static str_view take_paths(str_view *rest)
{
    size_t end = str_find_byte(*rest, ' ');
    while (str_starts(str_slice(*rest, end, rest->len), STR(" or ")))
        end += 4 + str_find_byte(str_slice(*rest, end + 4, rest->len), ' ');
    str_view paths = str_slice(*rest, 0, end);
    *rest = str_trim(str_slice(*rest, end, rest->len));
    return paths;
}

static TSNode find_node(const struct explain__subject *s, str_view path)
{
    TSNode node = s->node;
    size_t cut = str_find(path, STR(" or "));
    if (cut < path.len) {
        node = find_node(s, str_slice(path, 0, cut));
        return ts_node_is_null(node) ? find_node(s, str_slice(path, cut + 4, path.len)) : node;
    }
    if (path.len > 0 && path.ptr[0] == '@') {
        size_t end = str_find_byte(path, '.');
        str_view name = str_slice(path, 1, end);
        node = (TSNode){0};
        for (size_t i = 0; s->match && i < s->match->n; i++)
            if (str_eq(s->match->items[i].name, name))
                node = s->match->items[i].node;
        path = str_slice(path, end + 1, path.len);
    }
    while (path.len > 0) {
        size_t end = str_find_byte(path, '.');
        node = step(node, str_slice(path, 0, end));
        path = str_slice(path, end + 1, path.len);
    }
    return node;
}

/* The sign between two operands: a field in most grammars, a bare token in others. */
static str_view operator_of(const struct explain__subject *s)
{
    TSNode sign = ts_node_child_by_field_name(s->node, "operator", 8);
    if (ts_node_is_null(sign))
        sign = ts_node_child_by_field_name(s->node, "op", 2);
    for (uint32_t i = 1; ts_node_is_null(sign) && i < ts_node_child_count(s->node) && i < 8; i++)
        if (!ts_node_is_named(ts_node_child(s->node, i)))
            sign = ts_node_child(s->node, i);
    return node_text(s, sign);
}

/* $fn and $type: the name of what encloses the node; $op: its operator; $name: what it
 * defines. */
static str_view named_value(const struct explain__subject *s, str_view what, bool *is_code)
{
    bool fn = str_eq(what, STR("$fn"));
    *is_code = true;
    if (str_eq(what, STR("$op")))
        return operator_of(s);
    if (str_eq(what, STR("$name")))
        return node_text(s, name_of(s->node));
    for (TSNode n = ts_node_parent(s->node); !ts_node_is_null(n); n = ts_node_parent(n)) {
        if (fn && is_closure(n)) {
            *is_code = false;
            return STR("this closure");
        }
        if (fn ? is_function(n) : is_type(n)) {
            TSNode name = name_of(n);
            if (ts_node_is_null(name))
                name = ts_node_child_by_field_name(n, "type", 4);
            str_view text = node_text(s, name);
            *is_code = !str_eq(text, STR(EXPLAIN__AROUND));
            return *is_code ? text
                   : fn     ? STR("the function around it")
                            : STR("the class around it");
        }
    }
    return (str_view){NULL, 0};
}

str_view explain__value(const struct explain__subject *s, str_view path)
{
    bool is_code;
    if (s->is_line) {
        size_t k = path.len == 1 && path.ptr[0] >= '0' && path.ptr[0] <= '9'
                       ? (size_t)(path.ptr[0] - '0')
                       : EXPLAIN__GROUPS;
        return k < EXPLAIN__GROUPS ? s->groups[k] : (str_view){NULL, 0};
    }
    if (path.len > 0 && path.ptr[0] == '$')
        return named_value(s, path, &is_code);
    return node_text(s, find_node(s, path));
}

/* --- conditions --- */

static bool holds_one(const struct explain__subject *s, str_view c)
{
    bool negated = c.len > 0 && c.ptr[0] == '!';
    c = str_slice(c, negated, c.len);
    str_view rest = c, path = take_paths(&rest);
    str_view value = explain__value(s, path);
    bool holds = value.ptr != NULL && value.len > 0;
    value = str_trim(value);
    size_t verb_end = str_find_byte(rest, ' ');
    str_view verb = str_slice(rest, 0, verb_end);
    str_view right = str_trim(str_slice(rest, verb_end, rest.len));
    if (str_eq(verb, STR("="))) {
        holds = holds && str_eq(value, right);
    } else if (str_eq(verb, STR("~"))) {
        holds = holds && gram_regex_holds(right, value);
    } else if (str_eq(verb, STR("in"))) {
        bool found = false;
        str_view word;
        while (holds && gram_list_next(&right, &word))
            found = found || str_eq(word, value);
        holds = holds && found;
    } else if (str_eq(verb, STR("is"))) {
        /* The kind of the node, one of several. */
        TSNode node = s->is_line ? (TSNode){0} : find_node(s, path);
        bool found = false;
        str_view word;
        while (!ts_node_is_null(node) && gram_list_next(&right, &word))
            found = found || str_eq(word, str_of(ts_node_type(node)));
        holds = found;
    }
    return holds != negated;
}

bool explain__holds(const struct explain__subject *s, str_view condition)
{
    while (condition.len > 0) {
        size_t end = str_find(condition, STR(" & "));
        if (!holds_one(s, str_trim(str_slice(condition, 0, end))))
            return false;
        condition = end < condition.len ? str_slice(condition, end + 3, condition.len)
                                        : (str_view){NULL, 0};
    }
    return true;
}

/* --- filling --- */

struct filler {
    const struct explain__subject *s;
    buf *out;
    bool in_code;
    bool missing; /* something that should have been filled in is not there */
    int depth;
};

/* "a" before a vowel is "an". Not before a `u`: it may be "a user". */
static void fit_article(buf *out, str_view word)
{
    str_view said = buf_view(out);
    bool article = str_ends(said, STR(" a ")) || str_eq(said, STR("A ")) || str_eq(said, STR("a "));
    if (article && word.len > 0 && memchr("aeioAEIO", word.ptr[0], 8)) {
        out->len--;
        buf_append(out, STR("n "));
    }
}

static void put_value(struct filler *f, str_view v, bool plain)
{
    str_view clean = explain__code(f->s->mem, v, VALUE_MAX_CHARS, f->s->odd);
    f->missing = f->missing || (clean.len == 0 && !plain); /* plain ones may be empty */
    bool mark = !f->in_code && !plain;
    if (mark) {
        fit_article(f->out, clean);
        buf_append_byte(f->out, EXPLAIN_CODE);
    }
    buf_append(f->out, clean);
    if (mark)
        buf_append_byte(f->out, EXPLAIN_PLAIN);
}

static bool is_item(TSNode n)
{
    return !ts_node_is_extra(n) && strcmp(ts_node_type(n), "comma") != 0;
}

/* "a, b and c": the named children, but for the first `skipped`. */
static void put_list(struct filler *f, TSNode node, uint32_t skipped)
{
    if (ts_node_is_null(node)) {
        f->missing = true;
        return;
    }
    uint32_t n = ts_node_named_child_count(node), shown = 0, total = 0;
    for (uint32_t i = skipped; i < n && i < 256; i++)
        total += is_item(ts_node_named_child(node, i));
    f->missing = f->missing || total == 0;
    for (uint32_t i = skipped; i < n && shown < LIST_MAX; i++) {
        TSNode c = ts_node_named_child(node, i);
        if (!is_item(c))
            continue;
        if (shown > 0)
            buf_append(f->out, shown + 1 == total ? STR(" and ") : STR(", "));
        put_value(f, node_text(f->s, c), false);
        shown++;
    }
    if (shown < total)
        buf_append(f->out, STR(" and more"));
}

static str_view without_quotes(str_view v)
{
    if (v.len >= 2 && (v.ptr[0] == '"' || v.ptr[0] == '\'' || v.ptr[0] == '`') &&
        v.ptr[v.len - 1] == v.ptr[0])
        return str_slice(v, 1, v.len - 1);
    return v;
}

/* Brackets around all of a part say nothing to a reader. */
static TSNode without_parentheses(TSNode node, TSNode whole)
{
    while (!ts_node_is_null(node) && !ts_node_eq(node, whole) &&
           (strncmp(ts_node_type(node), "parenthesized", 13) == 0 ||
            strcmp(ts_node_type(node), "condition_clause") == 0) &&
           ts_node_named_child_count(node) == 1)
        node = ts_node_named_child(node, 0);
    return node;
}

static void fill(struct filler *f, str_view t);

/* The position of the first `stop` outside nested braces. */
static size_t find_outside(str_view t, char stop)
{
    int depth = 0;
    for (size_t i = 0; i < t.len; i++) {
        if (depth == 0 && t.ptr[i] == stop)
            return i;
        depth += t.ptr[i] == '{';
        depth -= t.ptr[i] == '}';
    }
    return t.len;
}

static void fill_hole(struct filler *f, str_view hole)
{
    if (hole.len > 0 && (hole.ptr[0] == '?' || hole.ptr[0] == '!')) {
        bool negated = hole.ptr[0] == '!';
        /* A condition may hold ':' only inside the text that is said. */
        size_t colon = str_find_byte(hole, ':');
        str_view body = str_slice(hole, colon + 1, hole.len);
        size_t bar = find_outside(body, '|');
        bool holds = explain__holds(f->s, str_slice(hole, 1, colon)) != negated;
        fill(f, holds ? str_slice(body, 0, bar) : str_slice(body, bar + 1, body.len));
        return;
    }
    size_t colon = str_find_byte(hole, ':');
    str_view path = str_slice(hole, 0, colon);
    str_view filter = str_slice(hole, colon + 1, hole.len);
    if (str_eq(path, STR(".")))
        path = (str_view){"", 0};
    if (str_eq(filter, STR("list"))) {
        put_list(f, find_node(f->s, path), 0);
    } else if (str_eq(filter, STR("rest"))) {
        put_list(f, find_node(f->s, path), 1);
    } else if (str_eq(filter, STR("n"))) {
        TSNode node = find_node(f->s, path);
        buf_append_format(f->out, "%u",
                          ts_node_is_null(node) ? 0 : (unsigned)ts_node_named_child_count(node));
    } else if (str_eq(filter, STR("q"))) {
        put_value(f, without_quotes(str_trim(explain__value(f->s, path))), false);
    } else {
        bool is_code = true;
        str_view v;
        if (f->s->is_line)
            v = explain__value(f->s, path);
        else if (path.len > 0 && path.ptr[0] == '$')
            v = named_value(f->s, path, &is_code);
        else
            v = node_text(f->s, without_parentheses(find_node(f->s, path), f->s->node));
        put_value(f, v, str_eq(filter, STR("plain")) || !is_code);
    }
}

static void fill(struct filler *f, str_view t)
{
    if (f->depth >= MAX_NESTING)
        return;
    f->depth++;
    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i];
        bool twice = i + 1 < t.len && t.ptr[i + 1] == c;
        if (c == '`') {
            f->in_code = !f->in_code;
            buf_append_byte(f->out, f->in_code ? EXPLAIN_CODE : EXPLAIN_PLAIN);
        } else if ((c == '{' || c == '}') && twice) {
            buf_append_byte(f->out, c);
            i++;
        } else if (c == '{') {
            str_view rest = str_slice(t, i + 1, t.len);
            size_t end = find_outside(rest, '}');
            fill_hole(f, str_slice(rest, 0, end));
            i += end + 1;
        } else {
            buf_append_byte(f->out, c);
        }
    }
    f->depth--;
}

str_view explain__fill(const struct explain__subject *s, str_view sentence, bool *complete)
{
    buf out;
    buf_init(&out, TEXT_MAX_BYTES);
    struct filler f = {.s = s, .out = &out};
    fill(&f, sentence);
    if (complete)
        *complete = !f.missing;
    return explain__keep(s->mem, &out);
}

/* --- the pivot --- */

/* Takes "name={path}" off *rest. */
static bool next_binding(str_view *rest, str_view *name, str_view *path)
{
    *rest = str_trim_left(*rest);
    size_t equals = str_find(*rest, STR("={"));
    if (equals == rest->len)
        return false;
    *name = str_slice(*rest, 0, equals);
    str_view after = str_slice(*rest, equals + 2, rest->len);
    size_t end = find_outside(after, '}');
    *path = str_slice(after, 0, end);
    *rest = str_slice(after, end + 1, after.len);
    return true;
}

static str_view without_brackets(str_view v)
{
    bool round = v.len >= 2 && v.ptr[0] == '(' && v.ptr[v.len - 1] == ')';
    bool bars = v.len >= 2 && v.ptr[0] == '|' && v.ptr[v.len - 1] == '|';
    return round || bars ? str_trim(str_slice(v, 1, v.len - 1)) : v;
}

/* {a} in the concept's text becomes what `a` is bound to, and stays `a` where it is bound to
 * nothing here. In a sentence, back quotes stand around code. */
static str_view fill_concept(const struct explain__subject *s, str_view code, str_view bindings,
                             bool sentence)
{
    buf out;
    bool in_code = false;
    buf_init(&out, TEXT_MAX_BYTES);
    for (size_t i = 0; i < code.len; i++) {
        char c = code.ptr[i];
        bool twice = i + 1 < code.len && code.ptr[i + 1] == c;
        if ((c == '{' || c == '}') && twice) {
            buf_append_byte(&out, c);
            i++;
            continue;
        }
        if (c == '`' && sentence) {
            in_code = !in_code;
            c = in_code ? EXPLAIN_CODE : EXPLAIN_PLAIN;
        }
        if (c != '{') {
            buf_append_byte(&out, c);
            continue;
        }
        size_t end = i + 1 + str_find_byte(str_slice(code, i + 1, code.len), '}');
        str_view want = str_slice(code, i + 1, end), rest = bindings, name, path, value = {NULL, 0};
        while (next_binding(&rest, &name, &path)) {
            if (!str_eq(name, want))
                continue;
            value = explain__value(s, str_eq(path, STR(".")) ? (str_view){"", 0} : path);
            /* Each language puts its own brackets around parameters. */
            if (str_ends(path, STR("parameters")))
                value = without_brackets(value);
        }
        buf_append(&out, value.len ? explain__clean(s->mem, value, VALUE_MAX_CHARS, s->odd) : want);
        i = end;
    }
    return explain__keep(s->mem, &out);
}

struct explain_analogue explain__analogue(const struct explain__subject *s, gram_knowledge *k,
                                          const struct gram_construct *c,
                                          const gram_language *known)
{
    struct explain_analogue a = {0};
    if (!known || c->like.len == 0)
        return a;
    size_t end = str_find_byte(c->like, ' ');
    const struct gram_concept *concept = gram_knowledge_concept(k, str_slice(c->like, 0, end));
    if (!concept)
        return a;
    str_view folder = str_of(known->folder ? known->folder : known->id);
    for (const struct gram_saying *in = concept->in; in; in = in->next) {
        str_view names = in->condition, name;
        bool fits = false;
        while (gram_list_next(&names, &name))
            fits = fits || str_eq(name, folder);
        if (!fits)
            continue;
        size_t cut = str_find(in->text, STR(" -- "));
        str_view code = str_trim(str_slice(in->text, 0, cut));
        a.lang = known;
        a.title = concept->title;
        if (!str_eq(code, STR("-")))
            a.code = fill_concept(s, code, str_slice(c->like, end, c->like.len), false);
        if (cut < in->text.len)
            a.differs = fill_concept(s, str_slice(in->text, cut + 4, in->text.len),
                                     str_slice(c->like, end, c->like.len), true);
        return a;
    }
    return a;
}
