#include "grammars/query.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "grammars/grammars_internal.h"

/* What a capture's name means, looked up once per compiled query. */
enum capture_role {
    CAPTURE_OTHER,
    CAPTURE_NAME,       /* @name */
    CAPTURE_DEFINITION, /* @def.<kind> */
    CAPTURE_REFERENCE,  /* @ref.<kind> */
    CAPTURE_BODY,       /* @body */
    CAPTURE_DOC,        /* @doc */
    CAPTURE_IMPORT,     /* @import */
    CAPTURE_SCOPE,      /* @scope */
    CAPTURE_LOCAL,      /* @local */
    CAPTURE_CONTENT,    /* @content, or @content.<language id> */
    CAPTURE_LANGUAGE,   /* @language: its text names the language */
};

struct capture {
    enum capture_role role;
    enum gram_kind kind;
    const gram_language *lang; /* of @content.<id> */
};

struct compiled {
    bool tried;
    TSQuery *query;           /* NULL: none */
    struct capture *captures; /* one per capture id */
    bool *roots; /* one per symbol: a pattern begins at such a node; NULL: that is not known */
    uint32_t n_roots;
};

struct gram_queries {
    pthread_mutex_t mu;
    size_t n_rows;
    struct compiled *items; /* guarded by mu until tried; [row * GRAM_QUERY_KINDS + kind] */
};

enum {
    QUERY_MAX_BYTES = 1 << 18, /* far above the longest file: a promise between us and the build */
    MAX_PIECES = 8,            /* languages in a chain of "inherits" */
    /* States that a cursor may keep at once. Unlimited, a file of a million siblings costs
       quadratic time. */
    MATCH_LIMIT = 256,
    MAX_SYMBOLS = 1 << 20, /* per call: a bound on memory, met by generated files only */
};

static const char *const kind_names[GRAM_KINDS] = {
    [GRAM_KIND_NONE] = "none",    [GRAM_CLASS] = "class",
    [GRAM_CONSTANT] = "constant", [GRAM_CONSTRUCTOR] = "constructor",
    [GRAM_ENUM] = "enum",         [GRAM_FIELD] = "field",
    [GRAM_FUNCTION] = "function", [GRAM_INTERFACE] = "interface",
    [GRAM_MACRO] = "macro",       [GRAM_MEMBER] = "member",
    [GRAM_METHOD] = "method",     [GRAM_MODULE] = "module",
    [GRAM_PROPERTY] = "property", [GRAM_STRUCT] = "struct",
    [GRAM_TYPE] = "type",         [GRAM_VARIABLE] = "variable",
    [GRAM_CALL] = "call",
};

const char *gram_kind_name(enum gram_kind kind)
{
    return (unsigned)kind < GRAM_KINDS ? kind_names[kind] : "none";
}

err_code gram_queries_create(gram_queries **out)
{
    gram_queries *q = mem_zero(1, sizeof *q);
    if (!q)
        return ERR_NOMEM;
    (void)gram_language_all(&q->n_rows);
    q->items = mem_zero(q->n_rows * GRAM_QUERY_KINDS, sizeof *q->items);
    if (!q->items || pthread_mutex_init(&q->mu, NULL) != 0) {
        mem_free(q->items);
        mem_free(q);
        return ERR_NOMEM;
    }
    *out = q;
    return ERR_OK;
}

void gram_queries_destroy(gram_queries *q)
{
    if (!q)
        return;
    for (size_t i = 0; i < q->n_rows * GRAM_QUERY_KINDS; i++) {
        if (q->items[i].query)
            ts_query_delete(q->items[i].query);
        mem_free(q->items[i].captures);
        mem_free(q->items[i].roots);
    }
    pthread_mutex_destroy(&q->mu);
    mem_free(q->items);
    mem_free(q);
}

static const struct gram__query_text *find_text(str_view folder, const char *kind)
{
    for (size_t i = 0; i < gram__query_text_count; i++) {
        const struct gram__query_text *t = &gram__query_texts[i];
        if (str_eq(str_of(t->folder), folder) && strcmp(t->kind, kind) == 0)
            return t;
    }
    return NULL;
}

size_t gram_query_texts(const gram_language *lang, const char *kind, str_view *out, size_t cap)
{
    if (!lang->folder)
        return 0;
    size_t n = 0;
    str_view folder = str_of(lang->folder);
    while (n < MAX_PIECES) {
        const struct gram__query_text *t = find_text(folder, kind);
        if (!t)
            break;
        str_view text = {t->text, t->len};
        if (n < cap)
            out[n] = text;
        n++;
        str_view rest = text;
        str_view line = rest.len ? str_take_line(&rest) : rest;
        if (!str_starts(line, STR("; inherits: ")))
            break;
        folder = str_trim(str_slice(line, 12, line.len));
    }
    /* Own patterns last: base first reads better and makes no difference to matching. */
    for (size_t i = 0, kept = n < cap ? n : cap; i < kept / 2; i++) {
        str_view swap = out[i];
        out[i] = out[kept - 1 - i];
        out[kept - 1 - i] = swap;
    }
    return n;
}

/* Whether a line of the list, which is in byte order behind a first line that may say what it
 * inherits, is `word`. */
static bool list_has(str_view list, str_view word)
{
    size_t low = 0, high = list.len;
    while (low < high) {
        size_t begin = low + (high - low) / 2;
        while (begin > low && list.ptr[begin - 1] != '\n')
            begin--;
        str_view rest = str_slice(list, begin, list.len);
        str_view line = str_take_line(&rest);
        int order = line.len > 0 && line.ptr[0] == ';' ? -1 : str_cmp(line, word);
        if (order == 0)
            return true;
        if (order < 0)
            low = list.len - rest.len;
        else
            high = begin;
    }
    return false;
}

bool gram_library_known(const gram_language *lang)
{
    str_view pieces[MAX_PIECES];
    return gram_query_texts(lang, "names", pieces, MAX_PIECES) > 0;
}

bool gram_library_has(const gram_language *lang, str_view word)
{
    str_view pieces[MAX_PIECES];
    const TSLanguage *parser = gram_language_parser(lang);
    if (parser && ts_language_symbol_for_name(parser, word.ptr, (uint32_t)word.len, false) != 0)
        return true;
    size_t n = gram_query_texts(lang, "names", pieces, MAX_PIECES);
    for (size_t i = 0; i < n; i++)
        if (list_has(pieces[i], word))
            return true;
    return false;
}

static struct capture classify(str_view name)
{
    static const struct {
        const char *name;
        enum capture_role role;
    } plain[] = {{"name", CAPTURE_NAME},       {"body", CAPTURE_BODY},
                 {"doc", CAPTURE_DOC},         {"import", CAPTURE_IMPORT},
                 {"scope", CAPTURE_SCOPE},     {"local", CAPTURE_LOCAL},
                 {"content", CAPTURE_CONTENT}, {"language", CAPTURE_LANGUAGE}};
    struct capture c = {CAPTURE_OTHER, GRAM_KIND_NONE, NULL};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (str_eq(name, str_of(plain[i].name)))
            c.role = plain[i].role;
    if (str_starts(name, STR("content."))) {
        c.role = CAPTURE_CONTENT;
        c.lang = gram_language_by_id(str_slice(name, 8, name.len));
    }
    bool def = str_starts(name, STR("def.")), ref = str_starts(name, STR("ref."));
    for (int k = GRAM_KIND_NONE + 1; (def || ref) && k < GRAM_KINDS; k++) {
        if (str_eq(str_slice(name, 4, name.len), str_of(kind_names[k]))) {
            c.role = def ? CAPTURE_DEFINITION : CAPTURE_REFERENCE;
            c.kind = (enum gram_kind)k;
        }
    }
    return c;
}

/* Marks the symbols of this name; false when there is none, e.g. for a wildcard or a supertype. */
static bool mark_root(bool *roots, uint32_t n_roots, const TSLanguage *parser, str_view name)
{
    bool found = false;
    for (uint32_t i = 0; i < n_roots; i++) {
        if (ts_language_symbol_type(parser, (TSSymbol)i) == TSSymbolTypeRegular &&
            str_eq(str_of(ts_language_symbol_name(parser, (TSSymbol)i)), name)) {
            roots[i] = true;
            found = true;
        }
    }
    return found;
}

/* Notes at which nodes patterns begin: "(name ...". Where one begins otherwise, with siblings or a
 * wildcard, nothing is noted, and the whole tree is searched. */
static void find_roots(struct compiled *c, const TSLanguage *parser, str_view text)
{
    uint32_t n_roots = ts_language_symbol_count(parser);
    bool *roots = mem_zero(n_roots ? n_roots : 1, sizeof *roots);
    bool known = roots != NULL;
    for (uint32_t i = 0; i < ts_query_pattern_count(c->query) && known; i++) {
        str_view pattern = str_slice(text, ts_query_start_byte_for_pattern(c->query, i), text.len);
        size_t end = 1;
        while (end < pattern.len && pattern.ptr[end] != ')' && pattern.ptr[end] != '(' &&
               pattern.ptr[end] != ' ' && pattern.ptr[end] != '\n')
            end++;
        known = pattern.len > 1 && pattern.ptr[0] == '(' &&
                mark_root(roots, n_roots, parser, str_slice(pattern, 1, end));
    }
    if (!known) {
        mem_free(roots);
        return;
    }
    c->roots = roots;
    c->n_roots = n_roots;
}

static void compile(struct compiled *c, const gram_language *lang, enum gram_query_kind kind)
{
    static const char *const files[GRAM_QUERY_KINDS][2] = {
        [GRAM_QUERY_SYMBOLS] = {"tags", "imports"},
        [GRAM_QUERY_SCOPES] = {"scopes", NULL},
        [GRAM_QUERY_INJECTIONS] = {"injections", NULL},
    };
    const TSLanguage *parser = gram_language_parser(lang);
    if (!parser)
        return;
    buf text;
    buf_init(&text, QUERY_MAX_BYTES);
    for (int f = 0; f < 2 && files[kind][f]; f++) {
        str_view pieces[MAX_PIECES];
        size_t n = gram_query_texts(lang, files[kind][f], pieces, MAX_PIECES);
        for (size_t i = 0; i < n; i++) {
            buf_append(&text, pieces[i]);
            buf_append_byte(&text, '\n');
        }
    }
    if (buf_failed(&text) || text.len == 0)
        goto done;
    uint32_t at = 0;
    TSQueryError error = TSQueryErrorNone;
    TSQuery *query = ts_query_new(parser, text.ptr, (uint32_t)text.len, &at, &error);
    if (!query) {
        /* A test compiles every query, so that users meet this only with a foreign tree-sitter. */
        log_write(LOG_WARNING, "the %s query of %s does not fit its grammar near \"%.40s\"",
                  files[kind][0], lang->name, text.ptr + at);
        goto done;
    }
    uint32_t n_captures = ts_query_capture_count(query);
    c->captures = mem_zero(n_captures ? n_captures : 1, sizeof *c->captures);
    if (!c->captures) {
        ts_query_delete(query);
        goto done;
    }
    for (uint32_t i = 0; i < n_captures; i++) {
        uint32_t len = 0;
        const char *name = ts_query_capture_name_for_id(query, i, &len);
        c->captures[i] = classify((str_view){name, len});
    }
    c->query = query;
    if (kind == GRAM_QUERY_SYMBOLS)
        find_roots(c, parser, buf_view(&text));
done:
    buf_release(&text);
}

static const struct compiled *get(gram_queries *q, const gram_language *lang,
                                  enum gram_query_kind kind)
{
    size_t n_rows = 0;
    size_t row = (size_t)(lang - gram_language_all(&n_rows));
    struct compiled *c = &q->items[row * GRAM_QUERY_KINDS + kind];
    pthread_mutex_lock(&q->mu);
    if (!c->tried) {
        compile(c, lang, kind);
        c->tried = true;
    }
    pthread_mutex_unlock(&q->mu);
    return c;
}

const TSQuery *gram_queries_get(gram_queries *q, const gram_language *lang,
                                enum gram_query_kind kind)
{
    return get(q, lang, kind)->query;
}

static str_view node_text(TSNode node, str_view text)
{
    return str_slice(text, ts_node_start_byte(node), ts_node_end_byte(node));
}

static str_view step_value(const TSQuery *query, const TSQueryMatch *match, str_view text,
                           const TSQueryPredicateStep *step)
{
    if (step->type == TSQueryPredicateStepTypeString) {
        uint32_t len = 0;
        const char *value = ts_query_string_value_for_id(query, step->value_id, &len);
        return (str_view){value, len};
    }
    for (uint16_t i = 0; i < match->capture_count; i++)
        if (match->captures[i].index == step->value_id)
            return node_text(match->captures[i].node, text);
    return (str_view){"", 0};
}

bool gram_query_holds(const TSQuery *query, const TSQueryMatch *match, str_view text)
{
    uint32_t n = 0;
    const TSQueryPredicateStep *steps =
        ts_query_predicates_for_pattern(query, match->pattern_index, &n);
    for (uint32_t begin = 0, end; begin < n; begin = end + 1) {
        end = begin;
        while (end < n && steps[end].type != TSQueryPredicateStepTypeDone)
            end++;
        if (end - begin < 3)
            continue;
        str_view op = step_value(query, match, text, &steps[begin]);
        str_view left = step_value(query, match, text, &steps[begin + 1]);
        bool equal = false;
        for (uint32_t i = begin + 2; i < end && !equal; i++)
            equal = str_eq(left, step_value(query, match, text, &steps[i]));
        if ((str_eq(op, STR("eq?")) || str_eq(op, STR("any-of?"))) && !equal)
            return false;
        if (str_eq(op, STR("not-eq?")) && equal)
            return false;
        if (str_eq(op, STR("starts-with?")) &&
            !str_starts(left, step_value(query, match, text, &steps[begin + 2])))
            return false;
    }
    return true;
}

static struct gram_range range_of(TSNode node)
{
    return (struct gram_range){ts_node_start_byte(node), ts_node_end_byte(node)};
}

static struct gram_range trim_range(struct gram_range r, str_view text)
{
    str_view v = str_slice(text, r.begin, r.end);
    size_t left = v.len - str_trim_left(v).len;
    size_t len = str_trim(v).len;
    return (struct gram_range){r.begin + (uint32_t)left, r.begin + (uint32_t)(left + len)};
}

/* The line before byte `at`, which is the start of a line; *begin is its start. */
static str_view line_above(str_view text, size_t at, size_t *begin)
{
    size_t end = at - 1;
    size_t start = end;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    *begin = start;
    return str_trim(str_slice(text, start, end));
}

static bool starts_with_any(str_view line, const char *list)
{
    str_view rest = str_of(list), word;
    while (gram_list_next(&rest, &word))
        if (str_starts(line, word))
            return true;
    return false;
}

/* Attributes and annotations stand between a comment and what it describes. */
static bool is_decoration(str_view line)
{
    return str_starts(line, STR("@")) || str_starts(line, STR("#[")) ||
           (str_starts(line, STR("[")) && str_ends(line, STR("]"))) ||
           str_starts(line, STR("template"));
}

/* The comment that ends on the line above the one that holds byte `at`, with the line comments
 * above it. Read from the text, not the tree: asking a node for its previous sibling walks there
 * from the root, which makes a file of many definitions quadratic. Bounded, because a block comment
 * is searched backwards. */
static struct gram_range comments_above(const gram_language *lang, str_view text, size_t at)
{
    enum { MAX_LINES = 200, MAX_BYTES = 1 << 14 };
    struct gram_range doc = {0, 0};
    size_t floor = at > MAX_BYTES ? at - MAX_BYTES : 0;
    while (at > floor && text.ptr[at - 1] != '\n')
        at--;
    str_view blocks = str_of(lang->block_comments), opener = {NULL, 0}, closer = {NULL, 0};
    bool has_blocks = gram_list_next(&blocks, &opener) && gram_list_next(&blocks, &closer);
    for (int i = 0; i < MAX_LINES && at > floor; i++) {
        size_t begin = 0;
        str_view line = line_above(text, at, &begin);
        if (line.len == 0)
            break;
        if (starts_with_any(line, lang->line_comments) && !is_decoration(line)) {
            if (doc.end == 0)
                doc.end = (uint32_t)(line.ptr + line.len - text.ptr);
            doc.begin = (uint32_t)(line.ptr - text.ptr);
        } else if (doc.end == 0 && has_blocks && str_ends(line, closer)) {
            size_t end = (size_t)(line.ptr + line.len - text.ptr);
            if (end < opener.len + closer.len)
                break;
            size_t open = end - closer.len - opener.len;
            while (open > floor && !str_starts(str_slice(text, open, end), opener))
                open--;
            if (!str_starts(str_slice(text, open, end), opener))
                break;
            size_t line_begin = open;
            while (line_begin > floor && text.ptr[line_begin - 1] != '\n')
                line_begin--;
            /* A comment after code belongs to that code. */
            if (str_is_blank(str_slice(text, line_begin, open)))
                doc = (struct gram_range){(uint32_t)open, (uint32_t)end};
            break;
        } else if (doc.end != 0 || !is_decoration(line)) {
            break;
        }
        at = begin;
    }
    return doc;
}

static TSQueryCursor *begin_query(const TSQuery *query, TSNode root)
{
    TSQueryCursor *cursor = ts_query_cursor_new();
    ts_query_cursor_set_match_limit(cursor, MATCH_LIMIT);
    ts_query_cursor_exec(cursor, query, root);
    return cursor;
}

struct symbol_list {
    struct gram_symbol *items;
    size_t n, cap;
};

static bool push_symbol(struct symbol_list *l, const struct gram_symbol *s)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 64;
        struct gram_symbol *items = mem_resize(l->items, cap * sizeof *items);
        if (!items)
            return false;
        l->items = items;
        l->cap = cap;
    }
    l->items[l->n++] = *s;
    return true;
}

/* "x" and 'x' and <x> without the marks, :x of Ruby and Elixir without the colon, "import x"
 * without the word where the grammar has no node for all of x. */
static struct gram_range bare_name(const struct gram_symbol *s, str_view text)
{
    struct gram_range r = trim_range(s->name, text);
    if (r.end > text.len || r.end - r.begin < 2)
        return r;
    if (s->role == GRAM_IMPORT && s->name.begin == s->whole.begin && s->name.end == s->whole.end) {
        r.begin += (uint32_t)str_find_byte(str_slice(text, r.begin, r.end), ' ');
        return trim_range(r, text);
    }
    char first = text.ptr[r.begin], last = text.ptr[r.end - 1];
    bool quoted =
        ((first == '"' || first == '\'') && last == first) || (first == '<' && last == '>');
    bool symbol = first == ':' && s->role == GRAM_DEFINITION &&
                  (s->kind == GRAM_PROPERTY || s->kind == GRAM_METHOD || s->kind == GRAM_FIELD);
    r.begin += quoted || symbol;
    r.end -= quoted;
    return r;
}

/* For what has no body of its own in the tree: up to the first line break outside brackets,
 * annotations skipped. Types, macros and members are short and say more as a whole. */
static struct gram_range first_line(const struct gram_symbol *s, str_view text)
{
    enum { MAX_BYTES = 2048 };
    struct gram_range r = s->signature;
    if (s->kind == GRAM_TYPE || s->kind == GRAM_MACRO || s->kind == GRAM_MEMBER)
        return r;
    str_view v = str_slice(text, r.begin, r.end);
    size_t line = 0;
    int depth = 0;
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        depth += c == '(' || c == '[';
        depth -= c == ')' || c == ']';
        if (i < MAX_BYTES && (c != '\n' || depth > 0))
            continue;
        if (i >= MAX_BYTES || !is_decoration(str_trim(str_slice(v, line, i)))) {
            r.end = r.begin + (uint32_t)i;
            break;
        }
        line = i + 1;
    }
    return r;
}

/* Kinds whose field "body" is what they do or hold, not a part of how they are called. */
static bool has_body_field(enum gram_kind kind)
{
    return kind == GRAM_FUNCTION || kind == GRAM_METHOD || kind == GRAM_CONSTRUCTOR ||
           kind == GRAM_CLASS || kind == GRAM_STRUCT || kind == GRAM_INTERFACE ||
           kind == GRAM_ENUM || kind == GRAM_MODULE;
}

/* Where there are no braces, comments in front of the body are outside of it. */
static struct gram_range without_comments(const gram_language *lang, struct gram_range r,
                                          str_view text)
{
    str_view rest = str_slice(text, r.begin, r.end);
    const char *begin = rest.ptr;
    if (rest.len > 0)
        (void)str_take_line(&rest);
    while (rest.len > 0) {
        const char *at = rest.ptr;
        str_view line = str_trim(str_take_line(&rest));
        if (starts_with_any(line, lang->line_comments) && !is_decoration(line)) {
            r.end = r.begin + (uint32_t)(at - begin);
            break;
        }
    }
    return r;
}

static bool read_match(const gram_language *lang, const struct compiled *c,
                       const TSQueryMatch *match, str_view text, struct gram_symbol *out)
{
    struct gram_symbol s = {0};
    struct gram_range body = {0, 0};
    TSNode whole = {0};
    bool known = false, named = false;
    for (uint16_t i = 0; i < match->capture_count; i++) {
        struct gram_range r = range_of(match->captures[i].node);
        const struct capture *cap = &c->captures[match->captures[i].index];
        switch (cap->role) {
        case CAPTURE_DEFINITION:
        case CAPTURE_IMPORT:
            s.role = cap->role == CAPTURE_IMPORT ? GRAM_IMPORT : GRAM_DEFINITION;
            s.kind = cap->kind;
            s.whole = r;
            whole = match->captures[i].node;
            known = true;
            break;
        case CAPTURE_REFERENCE:
            s.role = GRAM_REFERENCE;
            s.kind = cap->kind;
            s.name = s.whole = r;
            known = named = true;
            break;
        case CAPTURE_NAME:
            s.name = r;
            named = true;
            break;
        case CAPTURE_BODY: body = r; break;
        case CAPTURE_DOC: s.doc = r; break;
        default: break;
        }
    }
    if (!known || !named || s.name.end <= s.name.begin || !gram_query_holds(c->query, match, text))
        return false;
    if (s.role == GRAM_DEFINITION) {
        s.signature = s.whole;
        if (body.end == 0 && has_body_field(s.kind)) {
            TSNode node = ts_node_child_by_field_name(whole, "body", 4);
            if (!ts_node_is_null(node))
                body = range_of(node);
        }
        if (body.end != 0 && body.begin >= s.whole.begin)
            s.signature.end = body.begin;
        else
            s.signature = first_line(&s, text);
        s.signature = trim_range(without_comments(lang, s.signature, text), text);
    }
    s.name = bare_name(&s, text);
    *out = s;
    return true;
}

/* By where they start, outer before inner; of several readings of one name, the one said last in
 * the file of patterns first (the queries list the special after the general). */
static int by_start(const void *a, const void *b)
{
    const struct gram_symbol *x = a, *y = b;
    if (x->whole.begin != y->whole.begin)
        return x->whole.begin < y->whole.begin ? -1 : 1;
    if (x->whole.end != y->whole.end)
        return x->whole.end > y->whole.end ? -1 : 1;
    if (x->name.begin != y->name.begin)
        return x->name.begin < y->name.begin ? -1 : 1;
    if (x->role != y->role)
        return x->role < y->role ? -1 : 1;
    return (int)y->pattern - (int)x->pattern;
}

static bool holds_methods(enum gram_kind kind)
{
    return kind == GRAM_CLASS || kind == GRAM_STRUCT || kind == GRAM_INTERFACE || kind == GRAM_ENUM;
}

static bool same_line(str_view text, size_t begin, size_t end)
{
    enum { MAX_BYTES = 512 }; /* a bound for files that are one line */
    str_view between = str_slice(text, begin, end < begin + MAX_BYTES ? end : begin + MAX_BYTES);
    return str_find_byte(between, '\n') == between.len;
}

/* Whether `next` is one more equation of `s`, or the equations after its type: f :: Int, f 0 = 1, f
 * n = 2. */
static bool continues(const struct gram_symbol *s, const struct gram_symbol *next, str_view text)
{
    bool values =
        (s->kind == GRAM_FUNCTION || s->kind == GRAM_VARIABLE || s->kind == GRAM_METHOD) &&
        (next->kind == GRAM_FUNCTION || next->kind == GRAM_VARIABLE || next->kind == GRAM_METHOD);
    return values && s->container.begin == next->container.begin &&
           str_eq(str_slice(text, s->name.begin, s->name.end),
                  str_slice(text, next->name.begin, next->name.end));
}

/* Drops second readings and tells each symbol what it is inside of. */
static void settle(const gram_language *lang, str_view text, struct symbol_list *l)
{
    enum { MAX_OPEN = 128 };
    size_t open[MAX_OPEN], n_open = 0, kept = 0, last_def = SIZE_MAX;
    bool equations =
        lang->folder && (strcmp(lang->folder, "haskell") == 0 || strcmp(lang->folder, "elm") == 0);
    for (size_t i = 0; i < l->n; i++) {
        struct gram_symbol s = l->items[i];
        bool again = false;
        for (size_t k = kept; k > 0 && !again && l->items[k - 1].whole.begin == s.whole.begin; k--)
            again = l->items[k - 1].role == s.role && l->items[k - 1].name.begin == s.name.begin;
        while (n_open > 0 && l->items[open[n_open - 1]].whole.end <= s.whole.begin)
            n_open--;
        /* Nor does a definition refer to itself, or name itself twice. */
        for (size_t k = n_open; k > 0 && !again && s.role != GRAM_IMPORT; k--)
            again = l->items[open[k - 1]].name.begin == s.name.begin;
        if (again)
            continue;
        bool on_first_line = false;
        /* Several names of one declaration are beside each other, not one in the other. */
        size_t around = n_open;
        while (around > 0 && l->items[open[around - 1]].whole.begin == s.whole.begin &&
               l->items[open[around - 1]].whole.end == s.whole.end)
            around--;
        if (around > 0) {
            const struct gram_symbol *outer = &l->items[open[around - 1]];
            /* What stands above the outer one describes that one. */
            on_first_line = s.whole.begin <= outer->signature.end ||
                            same_line(text, outer->signature.end, s.whole.begin);
            s.container = outer->name;
            if (s.role == GRAM_DEFINITION && s.kind == GRAM_FUNCTION && holds_methods(outer->kind))
                s.kind = GRAM_METHOD;
        }
        if (s.role == GRAM_DEFINITION && s.doc.end == 0 && !on_first_line)
            s.doc = comments_above(lang, text, s.whole.begin);
        if (s.role == GRAM_DEFINITION && last_def < kept && equations &&
            continues(&l->items[last_def], &s, text)) {
            l->items[last_def].whole.end = s.whole.end;
            continue;
        }
        if (s.role == GRAM_DEFINITION)
            last_def = kept;
        if (s.role == GRAM_DEFINITION && n_open < MAX_OPEN)
            open[n_open++] = kept;
        l->items[kept++] = s;
    }
    l->n = kept;
}

/* Takes the matches that the cursor finds. */
static err_code read_matches(struct symbol_list *list, const gram_language *lang,
                             const struct compiled *c, TSQueryCursor *cursor, str_view text)
{
    TSQueryMatch match;
    while (list->n < MAX_SYMBOLS && ts_query_cursor_next_match(cursor, &match)) {
        struct gram_symbol s;
        if (!read_match(lang, c, &match, text, &s))
            continue;
        s.pattern = match.pattern_index;
        if (!push_symbol(list, &s))
            return ERR_NOMEM;
    }
    return ERR_OK;
}

/* Runs the query at the nodes where a pattern can begin, and only there: a query cursor that visits
 * every node of the tree takes four times as long. */
static err_code match_at_roots(struct symbol_list *list, const gram_language *lang,
                               const struct compiled *c, TSNode root, str_view text)
{
    err_code rc = ERR_OK;
    TSTreeCursor walk = ts_tree_cursor_new(root);
    TSQueryCursor *cursor = ts_query_cursor_new();
    ts_query_cursor_set_match_limit(cursor, MATCH_LIMIT);
    ts_query_cursor_set_max_start_depth(cursor, 0);
    for (bool more = true; more && rc == ERR_OK && list->n < MAX_SYMBOLS;) {
        TSNode node = ts_tree_cursor_current_node(&walk);
        TSSymbol symbol = ts_node_symbol(node);
        if (symbol < c->n_roots && c->roots[symbol]) {
            ts_query_cursor_exec(cursor, c->query, node);
            rc = read_matches(list, lang, c, cursor, text);
        }
        if (ts_tree_cursor_goto_first_child(&walk))
            continue;
        while (more && !ts_tree_cursor_goto_next_sibling(&walk))
            more = ts_tree_cursor_goto_parent(&walk);
    }
    ts_query_cursor_delete(cursor);
    ts_tree_cursor_delete(&walk);
    return rc;
}

static err_code match_everywhere(struct symbol_list *list, const gram_language *lang,
                                 const struct compiled *c, TSNode root, str_view text)
{
    TSQueryCursor *cursor = begin_query(c->query, root);
    err_code rc = read_matches(list, lang, c, cursor, text);
    ts_query_cursor_delete(cursor);
    return rc;
}

err_code gram_symbols(gram_queries *q, const gram_language *lang, TSNode root, str_view text,
                      gram_symbol_fn *visit, void *user)
{
    const struct compiled *c = get(q, lang, GRAM_QUERY_SYMBOLS);
    if (!c->query)
        return ERR_UNSUPPORTED;
    struct symbol_list list = {NULL, 0, 0};
    err_code rc = c->roots ? match_at_roots(&list, lang, c, root, text)
                           : match_everywhere(&list, lang, c, root, text);
    if (list.n > 0) {
        qsort(list.items, list.n, sizeof *list.items, by_start);
        settle(lang, text, &list);
    }
    for (size_t i = 0; i < list.n && rc == ERR_OK; i++)
        if (!visit(user, &list.items[i]))
            rc = ERR_CANCELLED;
    mem_free(list.items);
    return rc;
}

err_code gram_locals_at(gram_queries *q, const gram_language *lang, TSNode root, str_view text,
                        uint32_t offset, gram_local_fn *visit, void *user)
{
    const struct compiled *c = get(q, lang, GRAM_QUERY_SCOPES);
    if (!c->query)
        return ERR_UNSUPPORTED;
    err_code rc = ERR_OK;
    /* Scopes that contain the offset are met outermost first, before what they hold, so a local
     * belongs to the last of them that contains it: names inside other scopes are not visible here.
     */
    enum { MAX_SCOPES = 128 };
    struct gram_range open[MAX_SCOPES];
    size_t n_open = 0;
    struct gram_range other = {
        0, 0}; /* the outermost scope met last that does not contain the offset */
    open[n_open++] = range_of(root);
    TSQueryCursor *cursor = begin_query(c->query, root);
    TSQueryMatch match;
    uint32_t which = 0;
    while (ts_query_cursor_next_capture(cursor, &match, &which)) {
        const struct capture *cap = &c->captures[match.captures[which].index];
        struct gram_range r = range_of(match.captures[which].node);
        if (cap->role != CAPTURE_SCOPE && cap->role != CAPTURE_LOCAL)
            continue;
        if (!gram_query_holds(c->query, &match, text))
            continue;
        if (cap->role == CAPTURE_SCOPE) {
            if (r.begin <= offset && offset <= r.end) {
                if (n_open < MAX_SCOPES)
                    open[n_open++] = r;
            } else if (r.begin >= other.end) {
                other = r;
            }
        } else {
            bool hidden = r.begin >= other.begin && r.end <= other.end && other.end != 0;
            if (hidden)
                continue;
            size_t s = n_open;
            while (s > 1 && !(open[s - 1].begin <= r.begin && r.end <= open[s - 1].end))
                s--;
            struct gram_local local = {r, open[s - 1]};
            if (!visit(user, &local)) {
                rc = ERR_CANCELLED;
                break;
            }
        }
    }
    ts_query_cursor_delete(cursor);
    return rc;
}

/* YAML counts the "|" and its line break as part of the text. */
static struct gram_range without_block_header(struct gram_range r, const gram_language *lang,
                                              str_view text)
{
    str_view v = str_slice(text, r.begin, r.end);
    if (v.len > 0 && (v.ptr[0] == '|' || v.ptr[0] == '>') && strcmp(lang->folder, "yaml") == 0) {
        size_t line = str_find_byte(v, '\n');
        r.begin += (uint32_t)(line < v.len ? line + 1 : v.len);
    }
    return r;
}

err_code gram_injections(gram_queries *q, const gram_language *lang, TSNode root, str_view text,
                         struct gram_range within, gram_injection_fn *visit, void *user)
{
    const struct compiled *c = get(q, lang, GRAM_QUERY_INJECTIONS);
    if (!c->query)
        return ERR_OK;
    err_code rc = ERR_OK;
    TSQueryCursor *cursor = ts_query_cursor_new();
    ts_query_cursor_set_match_limit(cursor, MATCH_LIMIT);
    /* The range is half-open there; one more byte on either side lets an empty range touch. */
    ts_query_cursor_set_byte_range(cursor, within.begin ? within.begin - 1 : 0,
                                   within.end < UINT32_MAX ? within.end + 1 : within.end);
    ts_query_cursor_exec(cursor, c->query, root);
    TSQueryMatch match;
    while (ts_query_cursor_next_match(cursor, &match)) {
        struct gram_injection found = {{0, 0}, NULL};
        str_view named = {NULL, 0};
        for (uint16_t i = 0; i < match.capture_count; i++) {
            const struct capture *cap = &c->captures[match.captures[i].index];
            if (cap->role == CAPTURE_CONTENT) {
                found.range = without_block_header(range_of(match.captures[i].node), lang, text);
                found.lang = cap->lang;
            } else if (cap->role == CAPTURE_LANGUAGE) {
                named = node_text(match.captures[i].node, text);
            }
        }
        if (named.len > 0)
            found.lang = gram_language_by_id(named);
        bool touches = found.range.begin <= within.end && within.begin <= found.range.end;
        if (!found.lang || found.range.end <= found.range.begin || !touches ||
            !gram_query_holds(c->query, &match, text))
            continue;
        if (!visit(user, &found)) {
            rc = ERR_CANCELLED;
            break;
        }
    }
    ts_query_cursor_delete(cursor);
    return rc;
}
