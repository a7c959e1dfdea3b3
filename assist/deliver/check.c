#include "assist/deliver/check.h"

#include <stdint.h>

#include "assist/scaffold/tape.h"
#include "base/buf.h"
#include "context/tree.h"

static void blank(buf *b, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        if (b->ptr[i] != '\n')
            b->ptr[i] = ' ';
    }
}

/* Whether a line of SQL is all of a dialect that the grammar does not know. */
static bool is_foreign_line(str_view line)
{
    static const char *const heads[] = {"PRAGMA ", ".", "SET ", "LOAD DATA ", "FIELDS TERMINATED "};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        if (str_starts(line, str_of(heads[i])))
            return true;
    }
    return false;
}

/* Parts of PostgreSQL's and MySQL's statements, wherever they stand. With their quotes MySQL's
 * cannot stand inside a text, where quotes are doubled. */
static void blank_phrases(buf *b, size_t begin, size_t end)
{
    static const char *const phrases[] = {" COLUMNS (position FOR ORDINALITY, value JSON PATH '$')",
                                          " SEPARATOR ','", " WITH ORDINALITY"};
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        size_t n = strlen(phrases[i]), at = begin;
        while ((at += str_find(str_slice(buf_view(b), at, end), str_of(phrases[i]))) < end)
            blank(b, at, at + n);
    }
}

/* What the grammar should see: the same text with parts blank that it does not know, all else in
 * its place. SQL: lines that begin with a backslash are for psql, as are the colons of its
 * variables (:'name'), lines that begin with a dot for SQLite's shell; PRAGMA and IMMEDIATE are
 * SQLite's, SET, LOAD DATA and some phrases MySQL's. C: what is between `#ifdef __cplusplus` and
 * its end is not C. JSON: its grammar does not know exponents with a plus sign, which becomes a
 * zero. C++: TEST_CASE("name") of Catch2 looks like a call, and becomes a function. */
static str_view for_grammar(buf *b, const gram_language *lang, str_view text)
{
    bool sql = strcmp(lang->id, "sql") == 0, c = strcmp(lang->id, "c") == 0;
    bool psql = sql && (str_find(text, STR("\n\\")) < text.len || str_starts(text, STR("\\")));
    bool skip = false;
    bool json = strcmp(lang->id, "json") == 0;
    bool cpp = strcmp(lang->id, "cpp") == 0 && str_find(text, STR("\nTEST_CASE(\"")) < text.len;
    if (!sql && !c && !json && !cpp)
        return text;
    buf_append(b, text);
    for (size_t i = 1; json && buf_failed(b) == ERR_OK && i < b->len; i++)
        if (b->ptr[i] == '+' && (b->ptr[i - 1] == 'e' || b->ptr[i - 1] == 'E'))
            b->ptr[i] = '0';
    if (json)
        return buf_failed(b) == ERR_OK ? buf_view(b) : text;
    for (size_t begin = 0, end; buf_failed(b) == ERR_OK && begin < b->len; begin = end + 1) {
        end = begin + str_find_byte(str_slice(text, begin, text.len), '\n');
        str_view line = str_trim(str_slice(text, begin, end));
        skip = skip || (c && str_eq(line, STR("#ifdef __cplusplus")));
        if (cpp && str_starts(line, STR("TEST_CASE(\""))) {
            size_t at = begin + str_find_byte(str_slice(text, begin, end), '"');
            size_t past = at + 1 + str_find_byte(str_slice(text, at + 1, end), '"');
            blank(b, at, past + (past < end));
        }
        if (skip || (sql && is_foreign_line(line)) || (psql && str_starts(line, STR("\\"))))
            blank(b, begin, end);
        if (sql)
            blank_phrases(b, begin, end);
        if (sql && str_starts(line, STR("BEGIN IMMEDIATE")))
            blank(b, begin + sizeof "BEGIN" - 1, begin + sizeof "BEGIN IMMEDIATE" - 1);
        skip = skip && !str_eq(line, STR("#endif"));
        for (size_t i = begin; psql && i + 1 < end; i++) {
            if (b->ptr[i] == ':' && b->ptr[i + 1] == '\'')
                b->ptr[i] = ' ';
        }
    }
    return buf_failed(b) == ERR_OK ? buf_view(b) : text;
}

err_code check_parse(check_result *out, str_view path, str_view text, err *e)
{
    *out = (check_result){.state = CHECK_UNKNOWN};
    const gram_language *lang = gram_language_find(STR(""), path, text);
    if (!gram_language_parser(lang) || text.len > CTX_TREE_MAX_BYTES)
        return ERR_OK;
    ctx_tree *t = NULL;
    struct ctx_syntax_error first;
    buf b;
    buf_init(&b, SIZE_MAX);
    str_view seen = for_grammar(&b, lang, text);
    err_code rc = buf_failed(&b);
    if (rc == ERR_OK)
        rc = ctx_tree_create(&t, lang, e);
    if (rc == ERR_OK)
        rc = ctx_tree_parse(t, seen, 0, e);
    if (rc == ERR_OK) {
        out->state = CHECK_CLEAN;
        size_t n = ctx_errors_in(ctx_tree_root(t), 0, text.len, &first, 1);
        if (n) {
            size_t begin = first.begin, end = first.begin;
            while (begin > 0 && text.ptr[begin - 1] != '\n')
                begin--;
            while (end < text.len && text.ptr[end] != '\n')
                end++;
            *out = (check_result){CHECK_BROKEN, n, 1, first.begin - begin + 1,
                                  str_slice(text, begin, end)};
            for (size_t i = 0; i < begin; i++)
                out->line += text.ptr[i] == '\n';
        }
    }
    ctx_tree_destroy(t);
    buf_release(&b);
    return rc;
}

/* --- reducing: delta debugging over the values (Zeller and Hildebrandt 2002) --- */

enum { NONE = UINT32_MAX };

/* Node 0 is the list of the samples; the others are their values in order. */
typedef struct {
    uint8_t kind;
    bool gone;
    str_view key; /* of a pair's value */
    bool has_key;
    str_view text;
    uint32_t first, next; /* child, sibling; NONE at the end */
    uint32_t n;
} node;

typedef struct {
    node *nodes;
    uint32_t n, cap;
    arena *a;
    buf *text;
    bool (*fails)(void *user, str_view sample);
    void *user;
    size_t tries;
    uint32_t root; /* what is printed; 0 prints one sample a line */
} reduction;

static uint32_t add_node(reduction *r, node value)
{
    if (r->n == r->cap) {
        uint32_t cap = r->cap ? r->cap * 2 : 256;
        node *p = cap < NONE ? ARENA_ARRAY(r->a, node, cap) : NULL;
        if (!p)
            return NONE;
        if (r->n)
            memcpy(p, r->nodes, r->n * sizeof *p);
        r->nodes = p;
        r->cap = cap;
    }
    r->nodes[r->n] = value;
    return r->n++;
}

/* The value at `at` of the tape as a child of `parent`, behind `last` (NONE: the first). */
static uint32_t add_value(reduction *r, const tape_value *v, uint32_t at, uint32_t parent,
                          uint32_t last, const tape_value *key)
{
    node value = {.kind = v[at].kind, .first = NONE, .next = NONE};
    value.text = arena_copy(r->a, tape_text(&v[at]));
    if (key) {
        value.key = arena_copy(r->a, tape_text(key));
        value.has_key = true;
    }
    uint32_t me = add_node(r, value);
    if (me == NONE)
        return NONE;
    *(last == NONE ? &r->nodes[parent].first : &r->nodes[last].next) = me;
    r->nodes[parent].n++;
    if (v[at].kind == TAPE_ARRAY || v[at].kind == TAPE_OBJECT) {
        uint32_t child = NONE, i = at + 1;
        for (uint32_t k = 0; k < v[at].n; k++) {
            bool pair = v[at].kind == TAPE_OBJECT;
            uint32_t value_at = pair ? v[i].next : i;
            child = add_value(r, v, value_at, me, child, pair ? &v[i] : NULL);
            if (child == NONE)
                return NONE;
            i = v[value_at].next;
        }
    }
    return me;
}

static void put_string(buf *b, str_view v)
{
    buf_append_byte(b, '"');
    for (size_t i = 0; i < v.len; i++) {
        unsigned char c = (unsigned char)v.ptr[i];
        if (c == '"' || c == '\\') {
            buf_append_byte(b, '\\');
            buf_append_byte(b, (char)c);
        } else if (c < 0x20) {
            buf_append_format(b, "\\u%04x", c);
        } else {
            buf_append_byte(b, (char)c);
        }
    }
    buf_append_byte(b, '"');
}

static void print(const reduction *r, uint32_t at)
{
    const node *v = &r->nodes[at];
    buf *b = r->text;
    if (v->kind == TAPE_NULL || v->kind == TAPE_TRUE || v->kind == TAPE_FALSE) {
        buf_append(b, v->kind == TAPE_NULL   ? STR("null")
                      : v->kind == TAPE_TRUE ? STR("true")
                                             : STR("false"));
    } else if (v->kind == TAPE_NUMBER) {
        buf_append(b, v->text);
    } else if (v->kind == TAPE_STRING) {
        put_string(b, v->text);
    } else {
        bool comma = false;
        if (at)
            buf_append_byte(b, v->kind == TAPE_ARRAY ? '[' : '{');
        for (uint32_t i = v->first; i != NONE; i = r->nodes[i].next) {
            if (r->nodes[i].gone)
                continue;
            if (comma)
                buf_append(b, at ? STR(", ") : STR("\n"));
            comma = true;
            if (r->nodes[i].has_key && v->kind == TAPE_OBJECT) {
                put_string(b, r->nodes[i].key);
                buf_append(b, STR(": "));
            }
            print(r, i);
        }
        if (at)
            buf_append_byte(b, v->kind == TAPE_ARRAY ? ']' : '}');
    }
}

static bool still_fails(reduction *r)
{
    if (!r->tries)
        return false;
    r->tries--;
    buf_clear(r->text);
    print(r, r->root);
    return buf_failed(r->text) == ERR_OK && r->fails(r->user, buf_view(r->text));
}

/* Takes away as many children as it can, in halves, quarters and so on. */
static bool drop_children(reduction *r, uint32_t at)
{
    bool any = false;
    uint32_t n = 0;
    for (uint32_t i = r->nodes[at].first; i != NONE; i = r->nodes[i].next)
        n += !r->nodes[i].gone;
    for (uint32_t step = n; step > 0; step /= 2) {
        uint32_t from = r->nodes[at].first;
        while (from != NONE) {
            uint32_t to = from, k = 0;
            for (; to != NONE && k < step; to = r->nodes[to].next) {
                if (!r->nodes[to].gone) {
                    r->nodes[to].gone = true;
                    r->nodes[to].n |= UINT32_C(1) << 31; /* by this attempt */
                    k++;
                }
            }
            bool kept = k && still_fails(r);
            for (uint32_t i = from; i != to; i = r->nodes[i].next) {
                if (r->nodes[i].n >> 31) {
                    r->nodes[i].gone = kept;
                    r->nodes[i].n &= ~(UINT32_C(1) << 31);
                }
            }
            any = any || kept;
            from = to;
        }
    }
    return any;
}

/* Takes bytes off either end of a text of a node, cut between characters; true when it is shorter.
 */
static bool shorten(reduction *r, str_view *text)
{
    bool any = false;
    for (size_t step = text->len; step > 0; step /= 2) {
        for (int back = 0; back < 2 && step <= text->len; back++) {
            str_view was = *text;
            size_t cut = back ? was.len - step : step;
            while (cut > 0 && cut < was.len && ((unsigned char)was.ptr[cut] & 0xC0) == 0x80)
                cut--;
            *text = back ? str_slice(was, 0, cut) : str_slice(was, cut, was.len);
            if (text->len < was.len && still_fails(r))
                any = true;
            else
                *text = was;
        }
    }
    return any;
}

/* Puts a simpler value in the place of one, if that still fails. */
static bool simplify(reduction *r, uint32_t at)
{
    node *v = &r->nodes[at];
    node was = *v;
    bool any = v->has_key && shorten(r, &v->key);
    if (v->kind == TAPE_NULL)
        return any;
    v->kind = TAPE_NULL;
    if (still_fails(r))
        return true;
    v->kind = was.kind;
    if (v->kind == TAPE_STRING)
        return shorten(r, &v->text) || any;
    if (v->kind == TAPE_NUMBER && !str_eq(v->text, STR("0"))) {
        v->text = STR("0");
        if (still_fails(r))
            return true;
        v->text = was.text;
    }
    return any;
}

/* One round over everything below `at`; true when something became smaller. */
static bool reduce_below(reduction *r, uint32_t at)
{
    bool any = drop_children(r, at);
    for (uint32_t i = r->nodes[at].first; i != NONE; i = r->nodes[i].next) {
        if (r->nodes[i].gone)
            continue;
        uint8_t kind = r->nodes[i].kind;
        any = simplify(r, i) || any;
        if (r->nodes[i].kind == kind && (kind == TAPE_ARRAY || kind == TAPE_OBJECT))
            any = reduce_below(r, i) || any;
    }
    return any;
}

/* Tries each value by itself, outermost first, as the whole sample. */
static bool hoist(reduction *r)
{
    uint32_t was = r->root;
    for (uint32_t i = was + 1; i < r->n; i++) {
        if (r->nodes[i].gone || (r->nodes[i].kind != TAPE_ARRAY && r->nodes[i].kind != TAPE_OBJECT))
            continue;
        r->root = i;
        if (still_fails(r))
            return true;
        r->root = was;
    }
    return false;
}

err_code check_reduce(str_view *out, arena *a, str_view text,
                      bool (*fails)(void *user, str_view sample), void *user, size_t max_tries,
                      err *e)
{
    buf b;
    arena strings;
    tape_reader reader;
    reduction r = {.a = a, .text = &b, .fails = fails, .user = user, .tries = max_tries};
    buf_init(&b, SIZE_MAX);
    arena_init(&strings, SIZE_MAX);
    scaf__tape_init(&reader, text, &strings);
    err_code rc = add_node(&r, (node){.kind = TAPE_ARRAY, .first = NONE, .next = NONE}) == NONE
                      ? ERR_NOMEM
                      : ERR_OK;
    uint32_t last = NONE;
    while (rc == ERR_OK && scaf__tape_more(&reader)) {
        rc = scaf__tape_read(&reader, e);
        if (rc == ERR_OK)
            last = add_value(&r, reader.values, 0, 0, last, NULL);
        if (rc == ERR_OK && last == NONE)
            rc = ERR_NOMEM;
    }
    str_view found = {NULL, 0};
    if (rc == ERR_OK && still_fails(&r)) {
        for (bool smaller = true; smaller;) {
            smaller = hoist(&r);
            smaller = reduce_below(&r, r.root) || smaller;
        }
        buf_clear(&b);
        print(&r, r.root);
        found = arena_copy(a, buf_view(&b));
    }
    if (rc == ERR_OK && (arena_failed(a) || buf_failed(&b) != ERR_OK))
        rc = ERR_NOMEM;
    if (rc == ERR_OK)
        *out = found;
    else if (e && !e->text[0])
        err_set(e, rc, "%s while reducing the sample", err_name(rc));
    scaf__tape_release(&reader);
    arena_release(&strings);
    buf_release(&b);
    return rc;
}
