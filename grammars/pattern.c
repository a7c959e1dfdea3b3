#include "grammars/pattern.h"

#include <regex.h>
#include <string.h>

enum {
    MAX_DEPTH = 24,      /* of a pattern; ours have at most six levels */
    MAX_CHILDREN = 1024, /* of a node that are looked at; generated tables have more */
    MAX_REGEX_BYTES = 512,
};

enum kind { NODE, TOKEN, ANY_NAMED, ANY, CHOICE };

struct predicate {
    str_view verb; /* without '#' and '?' */
    str_view capture;
    struct argument {
        str_view text;
        struct argument *next;
    } * arguments;
    struct predicate *next;
};

struct part {
    enum kind kind;
    str_view type;   /* NODE: its kind; TOKEN: its text */
    str_view field;  /* that it must be in, or empty */
    str_view absent; /* "!field" of this node, or empty */
    str_view capture;
    bool immediate;            /* no named sibling between the one before and this */
    bool ends;                 /* no named child after the last part */
    bool holds_target;         /* @x is in here */
    struct part *first, *next; /* parts of a NODE, or alternatives of a CHOICE */
};

struct gram_pattern {
    struct part *top;
    struct predicate *predicates;
    size_t up; /* levels from the target to the outermost node */
    /* The next of several alternatives, each with @x at a depth of its own; or NULL. */
    struct gram_pattern *other;
};

/* --- reading --- */

struct reader {
    str_view source;
    size_t at;
    size_t depth;
    arena *mem;
    gram_pattern *pattern;
    err *e;
    err_code rc;
};

static char peek(struct reader *r)
{
    while (r->at < r->source.len) {
        char c = r->source.ptr[r->at];
        if (c != ' ' && c != '\n' && c != '\t')
            return c;
        r->at++;
    }
    return '\0';
}

static void *refuse(struct reader *r, const char *why)
{
    if (r->rc == ERR_OK)
        r->rc = err_set(r->e, ERR_FORMAT, "pattern, byte %zu: %s", r->at + 1, why);
    return NULL;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

static str_view word(struct reader *r)
{
    size_t begin = r->at;
    while (r->at < r->source.len && is_word(r->source.ptr[r->at]))
        r->at++;
    return str_slice(r->source, begin, r->at);
}

/* A quoted text, with \" and \\ undone. */
static str_view quoted(struct reader *r)
{
    size_t begin = ++r->at;
    while (r->at < r->source.len && r->source.ptr[r->at] != '"')
        r->at += r->source.ptr[r->at] == '\\' ? 2 : 1;
    if (r->at >= r->source.len) {
        refuse(r, "a text has no closing quote");
        return (str_view){NULL, 0};
    }
    str_view raw = str_slice(r->source, begin, r->at++);
    if (str_find_byte(raw, '\\') == raw.len)
        return raw;
    char *copy = arena_push(r->mem, raw.len);
    size_t n = 0;
    for (size_t i = 0; copy && i < raw.len; i++) {
        i += raw.ptr[i] == '\\' && i + 1 < raw.len;
        copy[n++] = raw.ptr[i];
    }
    return (str_view){copy, copy ? n : 0};
}

static void read_predicate(struct reader *r)
{
    r->at++; /* '#' */
    str_view verb = word(r);
    if (r->at < r->source.len && r->source.ptr[r->at] == '?')
        r->at++;
    struct predicate *p = arena_push(r->mem, sizeof *p);
    if (peek(r) != '@') {
        refuse(r, "a predicate is about a capture");
        return;
    }
    r->at++;
    str_view capture = word(r);
    struct argument **tail = p ? &p->arguments : NULL;
    while (peek(r) == '"') {
        struct argument *a = arena_push(r->mem, sizeof *a);
        str_view text = quoted(r);
        if (!a || !tail)
            continue;
        a->text = text;
        *tail = a;
        tail = &a->next;
    }
    if (peek(r) != ')') {
        refuse(r, "a predicate takes texts in quotes and ends with ')'");
        return;
    }
    r->at++;
    static const char verbs[] = " eq not-eq any-of match not-match ";
    if (verb.len == 0 || str_find(str_of(verbs), verb) == sizeof verbs - 1) {
        refuse(r, "an unknown predicate");
        return;
    }
    if (!p)
        return;
    p->verb = verb;
    p->capture = capture;
    p->next = r->pattern->predicates;
    r->pattern->predicates = p;
}

static struct part *read_part(struct reader *r);

/* The parts up to `close`, which is consumed. */
static void read_parts(struct reader *r, struct part *into, char close)
{
    struct part **tail = &into->first;
    bool immediate = false;
    for (char c; r->rc == ERR_OK && (c = peek(r)) != close;) {
        if (c == '\0') {
            refuse(r, "a bracket is not closed");
            return;
        }
        if (c == '.') {
            r->at++;
            immediate = true;
        } else if (c == '!') {
            r->at++;
            into->absent = word(r);
        } else if (c == '(' && r->at + 1 < r->source.len && r->source.ptr[r->at + 1] == '#') {
            r->at++;
            read_predicate(r);
        } else {
            struct part *p = read_part(r);
            if (!p)
                return;
            p->immediate = immediate;
            immediate = false;
            *tail = p;
            tail = &p->next;
        }
    }
    into->ends = immediate;
    r->at++;
}

static void read_captures(struct reader *r, struct part *p)
{
    while (peek(r) == '@') {
        r->at++;
        str_view name = word(r);
        if (p->capture.len > 0) {
            refuse(r, "one capture a node is enough");
            return;
        }
        p->capture = name;
    }
    if (peek(r) == '*' || peek(r) == '+' || peek(r) == '?')
        refuse(r, "quantifiers are not part of these patterns");
}

static struct part *read_part(struct reader *r)
{
    struct part *p = arena_push(r->mem, sizeof *p);
    if (!p) {
        r->rc = ERR_NOMEM;
        return NULL;
    }
    if (++r->depth > MAX_DEPTH)
        return refuse(r, "too many levels");
    char c = peek(r);
    if (is_word(c) && c != '_' && c != '.') {
        str_view field = word(r);
        if (peek(r) != ':')
            return refuse(r, "a name outside of brackets is a field and takes ':'");
        r->at++;
        r->depth--;
        p = read_part(r);
        if (p)
            p->field = field;
        return p;
    }
    r->at++;
    if (c == '"') {
        r->at--;
        p->kind = TOKEN;
        p->type = quoted(r);
    } else if (c == '_') {
        p->kind = ANY;
    } else if (c == '[') {
        p->kind = CHOICE;
        read_parts(r, p, ']');
    } else if (c == '(' && peek(r) == '(') {
        /* A group: one node with predicates beside it. */
        p->kind = CHOICE;
        read_parts(r, p, ')');
    } else if (c == '(') {
        p->type = word(r);
        p->kind = str_eq(p->type, STR("_")) ? ANY_NAMED : NODE;
        if (p->type.len == 0)
            return refuse(r, "a node needs a kind");
        read_parts(r, p, ')');
    } else {
        return refuse(r, "expected a node, a token or a field");
    }
    read_captures(r, p);
    r->depth--;
    return r->rc == ERR_OK ? p : NULL;
}

/* Levels from `p` down to @x, SIZE_MAX when it is not in there. */
static size_t mark_target(struct part *p)
{
    if (str_eq(p->capture, STR("x"))) {
        p->holds_target = true;
        return 0;
    }
    size_t depth = SIZE_MAX;
    for (struct part *q = p->first; q; q = q->next) {
        size_t below = mark_target(q);
        if (below != SIZE_MAX)
            depth = below + (p->kind == CHOICE ? 0 : 1);
    }
    p->holds_target = depth != SIZE_MAX;
    return depth;
}

static void find_target(gram_pattern *p)
{
    p->up = mark_target(p->top);
    if (p->up == SIZE_MAX) {
        p->up = 0;
        p->top->holds_target = true;
    }
}

err_code gram_pattern_parse(const gram_pattern **out, arena *mem, str_view source, err *e)
{
    gram_pattern *p = arena_push(mem, sizeof *p);
    if (!p)
        return ERR_NOMEM;
    struct reader r = {source, 0, 0, mem, p, e, ERR_OK};
    p->top = read_part(&r);
    while (r.rc == ERR_OK && peek(&r) == '(') {
        r.at++;
        if (peek(&r) != '#')
            refuse(&r, "one node at the top is enough; '[ ]' takes alternatives");
        else
            read_predicate(&r);
    }
    if (r.rc == ERR_OK && peek(&r) != '\0')
        refuse(&r, "something follows the pattern");
    if (arena_failed(mem))
        return ERR_NOMEM;
    if (r.rc != ERR_OK)
        return r.rc;
    if (p->top->kind == CHOICE && p->top->capture.len == 0) {
        struct part *first = p->top->first;
        for (struct part *q = first ? first->next : NULL; q; q = q->next) {
            gram_pattern *other = arena_push(mem, sizeof *other);
            if (!other)
                return ERR_NOMEM;
            *other = (gram_pattern){.top = q, .predicates = p->predicates, .other = p->other};
            find_target(other);
            p->other = other;
        }
        p->top = first ? first : p->top;
    }
    find_target(p);
    *out = p;
    return ERR_OK;
}

/* --- matching --- */

struct matcher {
    const gram_pattern *pattern;
    str_view text;
    arena *scratch;
    TSNode chain[MAX_DEPTH]; /* from the outermost node of the pattern to the target */
    struct gram_pattern_match *out;
};

static str_view text_of(const struct matcher *m, TSNode node)
{
    return str_slice(m->text, ts_node_start_byte(node), ts_node_end_byte(node));
}

bool gram_regex_holds(str_view expression, str_view text)
{
    char pattern[MAX_REGEX_BYTES], subject[MAX_REGEX_BYTES];
    /* Long values are judged by their beginning. */
    size_t n = text.len < sizeof subject - 1 ? text.len : sizeof subject - 1;
    if (expression.len >= sizeof pattern || (n > 0 && memchr(text.ptr, '\0', n)))
        return false;
    if (expression.len)
        memcpy(pattern, expression.ptr, expression.len);
    pattern[expression.len] = '\0';
    if (n)
        memcpy(subject, text.ptr, n);
    subject[n] = '\0';
    regex_t compiled;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    bool holds = regexec(&compiled, subject, 0, NULL, 0) == 0;
    regfree(&compiled);
    return holds;
}

static bool predicates_hold(const struct matcher *m, str_view capture, TSNode node)
{
    for (const struct predicate *p = m->pattern->predicates; p; p = p->next) {
        if (!str_eq(p->capture, capture))
            continue;
        bool negated = str_starts(p->verb, STR("not-"));
        bool regex = str_ends(p->verb, STR("match"));
        bool holds = false;
        for (const struct argument *a = p->arguments; a && !holds; a = a->next)
            holds = regex ? gram_regex_holds(a->text, text_of(m, node))
                          : str_eq(a->text, text_of(m, node));
        if (holds == negated)
            return false;
    }
    return true;
}

struct child {
    TSNode node;
    const char *field;
};

static size_t list_children(struct matcher *m, TSNode node, struct child **out)
{
    size_t n = ts_node_child_count(node);
    n = n < MAX_CHILDREN ? n : MAX_CHILDREN;
    struct child *list = arena_push_array(m->scratch, n, sizeof *list);
    if (!list || n == 0)
        return 0;
    TSTreeCursor cursor = ts_tree_cursor_new(node);
    size_t k = 0;
    if (ts_tree_cursor_goto_first_child(&cursor)) {
        do {
            list[k++] = (struct child){ts_tree_cursor_current_node(&cursor),
                                       ts_tree_cursor_current_field_name(&cursor)};
        } while (k < n && ts_tree_cursor_goto_next_sibling(&cursor));
    }
    ts_tree_cursor_delete(&cursor);
    *out = list;
    return k;
}

static bool match_part(struct matcher *m, const struct part *p, TSNode node, size_t level);

static bool match_parts(struct matcher *m, const struct part *p, bool ends,
                        const struct child *list, size_t n, size_t level)
{
    if (!p) {
        for (size_t i = 0; ends && i < n; i++)
            if (ts_node_is_named(list[i].node) && !ts_node_is_extra(list[i].node))
                return false;
        return true;
    }
    for (size_t i = 0; i < n; i++) {
        bool in_field =
            p->field.len == 0 || (list[i].field && str_eq(p->field, str_of(list[i].field)));
        size_t kept = m->out->n;
        if (in_field && match_part(m, p, list[i].node, level) &&
            match_parts(m, p->next, ends, list + i + 1, n - i - 1, level))
            return true;
        m->out->n = kept;
        if (p->immediate && ts_node_is_named(list[i].node) && !ts_node_is_extra(list[i].node))
            return false;
    }
    return false;
}

static bool match_kind(const struct part *p, TSNode node)
{
    switch (p->kind) {
    case NODE: return ts_node_is_named(node) && str_eq(p->type, str_of(ts_node_type(node)));
    case TOKEN: return !ts_node_is_named(node) && str_eq(p->type, str_of(ts_node_type(node)));
    case ANY_NAMED: return ts_node_is_named(node);
    default: return true;
    }
}

static bool match_part(struct matcher *m, const struct part *p, TSNode node, size_t level)
{
    if (p->holds_target && !ts_node_eq(node, m->chain[level]))
        return false;
    size_t kept = m->out->n;
    bool holds = false;
    if (p->kind == CHOICE) {
        for (const struct part *q = p->first; q && !holds; q = q->next) {
            m->out->n = kept;
            holds = match_part(m, q, node, level);
        }
    } else if (match_kind(p, node)) {
        holds = true;
        if (p->absent.len > 0)
            holds = ts_node_is_null(
                ts_node_child_by_field_name(node, p->absent.ptr, (uint32_t)p->absent.len));
        if (holds && (p->first || p->ends)) {
            struct child *list = NULL;
            size_t n = list_children(m, node, &list);
            holds = match_parts(m, p->first, p->ends, list, n, level + 1);
        }
    }
    if (holds && p->capture.len > 0) {
        holds = predicates_hold(m, p->capture, node) && m->out->n < GRAM_PATTERN_CAPTURES;
        if (holds)
            m->out->items[m->out->n++] = (struct gram_captured){p->capture, node};
    }
    if (!holds)
        m->out->n = kept;
    return holds;
}

static bool match_one(const gram_pattern *p, TSNode target, str_view text, arena *scratch,
                      struct gram_pattern_match *out)
{
    struct matcher m = {.pattern = p, .text = text, .scratch = scratch, .out = out};
    out->n = 0;
    TSNode node = target;
    for (size_t i = p->up + 1; i > 0; i--) {
        if (ts_node_is_null(node) || i > MAX_DEPTH)
            return false;
        m.chain[i - 1] = node;
        if (i > 1)
            node = ts_node_parent(node);
    }
    return match_part(&m, p->top, m.chain[0], 0);
}

bool gram_pattern_match(const gram_pattern *p, TSNode target, str_view text, arena *scratch,
                        struct gram_pattern_match *out)
{
    for (; p; p = p->other)
        if (match_one(p, target, text, scratch, out))
            return true;
    return false;
}
