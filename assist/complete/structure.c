#include "assist/complete/structure.h"

#include "assist/complete/confidence.h"
#include "assist/complete/parameters.h"
#include "assist/complete/project.h"
#include "context/index.h"
#include "context/lexicon.h"
#include "context/words.h"

enum {
    MAX_NAMES = 32,       /* parameters, fields, arms */
    MAX_LOOK_BACK = 2000, /* bytes before the cursor for the bracket that is open */
    SIGNATURE_BYTES = 4096,
    MAX_DEFS = 16,
    MAX_LINES = 400, /* of a block whose arms are looked at */
};

/* On the scale of confidence.h: they are rare, and right or nearly so. */
static const float SURE = 0.6F;

struct names {
    str_view items[MAX_NAMES];
    size_t n;
};

static bool has(const struct names *l, str_view name)
{
    for (size_t i = 0; i < l->n; i++)
        if (str_eq(l->items[i], name))
            return true;
    return false;
}

static void add(struct names *l, str_view name)
{
    if (l->n < MAX_NAMES)
        l->items[l->n++] = name;
}

static size_t line_begin(str_view text, size_t at)
{
    while (at > 0 && text.ptr[at - 1] != '\n')
        at--;
    return at;
}

static str_view word_before(str_view text)
{
    size_t at = text.len;
    while (at > 0 && ctx_lexicon_is_word_byte(text.ptr[at - 1]))
        at--;
    return str_slice(text, at, text.len);
}

static str_view indent_of(str_view line)
{
    return str_slice(line, 0, line.len - str_trim_left(line).len);
}

/* ---- what is around ---- */

/* From the last line before the cursor's that is not indented and no bracket; empty where the
 * cursor's is not indented itself. Where the code is broken, a function begins there. */
static str_view outermost_before(const struct gate *g)
{
    str_view text = g->doc->text;
    size_t here = line_begin(text, g->cursor), at = here;
    bool indented = here < text.len && (text.ptr[here] == ' ' || text.ptr[here] == '\t');
    while (indented && at > 0) {
        at = line_begin(text, at - 1);
        if (ctx_lexicon_is_word_byte(text.ptr[at]))
            return str_slice(text, at, here);
    }
    return STR("");
}

/* From the beginning of the innermost function around the cursor; empty outside of one. */
static str_view function_before(const struct gate *g)
{
    enum { MAX_NODES = 64 };
    TSNode nodes[MAX_NODES];
    size_t n = ctx_nodes_at(ctx_tree_root(g->tree), g->cursor, nodes, MAX_NODES);
    for (size_t i = n; i > 0; i--) {
        const char *type = ts_node_type(nodes[i - 1]);
        bool is_function =
            (strstr(type, "function") || strstr(type, "method") || strstr(type, "lambda") ||
             strstr(type, "closure") || strstr(type, "constructor")) &&
            !strstr(type, "type") && !strstr(type, "call") && !strstr(type, "declarator") &&
            !strstr(type, "invocation");
        size_t begin = ts_node_start_byte(nodes[i - 1]);
        if (is_function && begin < line_begin(g->doc->text, g->cursor))
            return str_slice(g->doc->text, begin, line_begin(g->doc->text, g->cursor));
    }
    return outermost_before(g);
}

/* The bracket that is open before the cursor; SIZE_MAX when there is none near. Quotes are not
 * looked into: where one is odd, nothing is found that fits. A ';' is no part of what is in
 * brackets in an expression. */
static size_t open_bracket(str_view before, bool of_expression)
{
    size_t depth = 0, end = before.len > MAX_LOOK_BACK ? before.len - MAX_LOOK_BACK : 0;
    for (size_t i = before.len; i > end; i--) {
        char c = before.ptr[i - 1];
        if (c == ')' || c == ']' || c == '}')
            depth++;
        else if ((c == '(' || c == '[' || c == '{') && depth-- == 0)
            return i - 1;
        else if (c == ';' && depth == 0 && of_expression)
            return SIZE_MAX;
    }
    return SIZE_MAX;
}

/* ---- arguments ---- */

struct callee {
    const ctx_index_view *view;
    const gram_language *lang;
    arena *mem;
    struct names parameters;
    size_t n_defs;
    bool clear; /* all that have the name have these parameters */
};

static bool read_callee(void *user, const struct ctx_index_def *d)
{
    struct callee *c = user;
    struct names found = {.n = 0};
    if (d->kind != GRAM_FUNCTION && d->kind != GRAM_METHOD && d->kind != GRAM_CONSTRUCTOR)
        return true;
    buf text;
    buf_init(&text, SIGNATURE_BYTES);
    bool read = d->lang == c->lang && d->signature.end - d->signature.begin < SIGNATURE_BYTES &&
                ctx_index_text(c->view, d->file, d->signature, &text) == ERR_OK;
    str_view signature = arena_copy(c->mem, buf_view(&text));
    buf_release(&text);
    found.n = read ? assist_parameters(c->lang, signature, found.items, MAX_NAMES) : SIZE_MAX;
    c->clear = c->clear && found.n != SIZE_MAX && (c->n_defs == 0 || found.n == c->parameters.n);
    for (size_t i = 0; c->clear && c->n_defs > 0 && i < found.n; i++)
        c->clear = str_eq(found.items[i], c->parameters.items[i]);
    c->parameters = found;
    return ++c->n_defs < MAX_DEFS && c->clear;
}

/* Commas outside of brackets. */
static size_t count_commas(str_view text)
{
    size_t n = 0, depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '(' || c == '[' || c == '{')
            depth++;
        else if (c == ')' || c == ']' || c == '}')
            depth -= depth > 0;
        n += c == ',' && depth == 0;
    }
    return n;
}

static bool is_declared_here(str_view before_name)
{
    static const char *const words[] = {"def", "func", "function", "fn", "fun", "new", NULL};
    str_view word = word_before(str_trim_right(before_name));
    for (size_t i = 0; words[i]; i++)
        if (str_eq(word, str_of(words[i])))
            return i < 5;
    return false;
}

static str_view arguments(const struct gate *g, const ctx_index_view *view)
{
    str_view before = str_slice(g->doc->text, 0, g->cursor), scope = function_before(g);
    size_t open = open_bracket(before, true);
    if (scope.len == 0 || open == SIZE_MAX || before.ptr[open] != '(')
        return STR("");
    str_view given = str_slice(before, open + 1, before.len),
             name = word_before(str_slice(before, 0, open));
    str_view half = word_before(given),
             ahead = str_trim_right(str_slice(given, 0, given.len - half.len));
    bool at_start = ahead.len == 0 || str_ends(ahead, STR(","));
    if (name.len < 2 || !at_start || is_declared_here(str_slice(before, 0, open - name.len)))
        return STR("");
    struct callee c = {.view = view, .lang = g->lang, .mem = g->mem, .clear = true};
    str_view out = STR("");
    ctx_index_defs(view, name, read_callee, &c);
    size_t first = count_commas(ahead);
    bool fits = c.n_defs > 0 && c.clear && first < c.parameters.n;
    for (size_t i = first; fits && i < c.parameters.n; i++) {
        str_view p = c.parameters.items[i], bare = p;
        while (bare.len > 0 && !ctx_lexicon_is_word_byte(bare.ptr[0]))
            bare = str_slice(bare, 1, bare.len);
        fits = bare.len > 1 && ctx_words_in(scope, bare) && !ctx_words_in(ahead, bare) &&
               (i > first || str_starts(p, half));
        bool close = i == first && str_ends(given, STR(",")); /* "f(a," wants a blank */
        out = arena_format(g->mem, "%.*s%s%.*s", STR_ARG(out),
                           i > first ? ", "
                           : close   ? " "
                                     : "",
                           STR_ARG(p));
    }
    if (fits) {
        size_t skip = str_starts(out, STR(" ")) ? 0 : half.len;
        out = arena_format(g->mem, "%.*s)", (int)(out.len - skip), out.ptr + skip);
    }
    return fits ? out : STR("");
}

/* ---- arms of an enumeration ---- */

struct arm {
    str_view label; /* up to its ':' or arrow, with it */
    str_view name;  /* the member's in it */
    str_view body;  /* what stands behind, on the line */
};

static bool read_arm(str_view line, struct arm *out)
{
    str_view s = str_trim(line);
    size_t arrow = str_find(s, STR("=>")), thin = str_find(s, STR("->")), end;
    if (str_starts(s, STR("case ")) && thin == s.len) {
        end = 5;
        while (end < s.len && (s.ptr[end] != ':' || (end + 1 < s.len && s.ptr[end + 1] == ':')))
            end += end + 1 < s.len && s.ptr[end] == ':' ? 2 : 1;
        end++;
    } else {
        end = (arrow < thin ? arrow : thin) + 2;
    }
    if (end > s.len)
        return false;
    out->label = str_slice(s, 0, end);
    str_view bare = out->label; /* what a pattern binds besides the name is not known of others */
    while (bare.len > 0 && strchr(" \t:=->", bare.ptr[bare.len - 1]))
        bare.len--;
    out->name = word_before(bare);
    out->body = str_trim(str_slice(s, end, s.len));
    return out->name.len > 1;
}

struct arms {
    struct arm last, previous; /* above the cursor; the last first */
    size_t n_above;
    struct names used;
};

/* The arms of the block around the cursor: lines as deep as the cursor's. */
static void read_arms(const struct gate *g, struct arms *out)
{
    str_view text = g->doc->text;
    size_t here = line_begin(text, g->cursor), at = here;
    str_view indent = indent_of(str_slice(text, here, g->cursor));
    struct arm arm;
    for (size_t n = 0; at > 0 && n < MAX_LINES; n++) {
        size_t begin = line_begin(text, at - 1);
        str_view line = str_slice(text, begin, at - 1), own = indent_of(line);
        at = begin;
        if (str_is_blank(line))
            continue;
        if (own.len < indent.len)
            break;
        if (own.len > indent.len || !str_eq(own, indent) || !read_arm(line, &arm))
            continue;
        if (out->n_above == 0)
            out->last = arm;
        else if (out->n_above == 1)
            out->previous = arm;
        out->n_above++;
        add(&out->used, arm.name);
    }
    str_view rest = str_slice(text, g->cursor, text.len);
    if (rest.len > 0)
        str_take_line(&rest);
    for (size_t n = 0; rest.len > 0 && n < MAX_LINES; n++) {
        str_view line = str_take_line(&rest);
        if (str_is_blank(line))
            continue;
        if (indent_of(line).len < indent.len)
            break;
        if (str_eq(indent_of(line), indent) && read_arm(line, &arm))
            add(&out->used, arm.name);
    }
}

struct members {
    str_view name;
    const gram_language *lang;
    ctx_index_file file;
    str_view scope;
    size_t n_defs;
    struct names all; /* in order */
};

static bool find_enum(void *user, const struct ctx_index_def *d)
{
    struct members *m = user;
    if (d->kind == GRAM_MEMBER && d->lang == m->lang) {
        m->n_defs++;
        m->file = d->file;
        m->scope = d->scope;
    }
    return true;
}

static bool list_member(void *user, const struct ctx_index_def *d)
{
    struct members *m = user;
    if (d->kind == GRAM_MEMBER && str_eq(d->scope, m->scope))
        add(&m->all, d->name);
    return m->all.n < MAX_NAMES;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* `text` with the name `from`, in its own case or in lower case, replaced by `to` likewise. */
static str_view renamed(arena *mem, str_view text, str_view from, str_view to, size_t *n_times)
{
    buf out;
    buf_init(&out, SIGNATURE_BYTES);
    for (size_t i = 0; i < text.len; i++) {
        str_view here = str_slice(text, i, i + from.len);
        bool same = str_eq(here, from), low = here.len == from.len;
        for (size_t k = 0; low && k < from.len; k++)
            low = here.ptr[k] == lower(from.ptr[k]);
        bool whole =
            (i == 0 || !ctx_lexicon_is_word_byte(text.ptr[i - 1])) &&
            (i + from.len >= text.len || !ctx_lexicon_is_word_byte(text.ptr[i + from.len]));
        if (!whole || !(same || low)) {
            buf_append_byte(&out, text.ptr[i]);
            continue;
        }
        for (size_t k = 0; k < to.len; k++)
            buf_append_byte(&out, same ? to.ptr[k] : lower(to.ptr[k]));
        ++*n_times;
        i += from.len - 1;
    }
    str_view copy = buf_failed(&out) == ERR_OK ? arena_copy(mem, buf_view(&out)) : STR("");
    buf_release(&out);
    return copy;
}

static str_view next_arm(const struct gate *g, const ctx_index_view *view)
{
    struct arms arms = {.n_above = 0};
    size_t line = line_begin(g->doc->text, g->cursor), n_label = 0, n_body = 0, n_before = 0;
    str_view typed = str_trim_left(str_slice(g->doc->text, line, g->cursor)), next = STR("");
    read_arms(g, &arms);
    if (arms.n_above == 0)
        return next;
    struct members m = {.name = arms.last.name, .lang = g->lang};
    ctx_index_defs(view, m.name, find_enum, &m);
    if (m.n_defs != 1)
        return next;
    ctx_index_defs_in(view, m.file, list_member, &m);
    size_t at = 0;
    while (at < m.all.n && !str_eq(m.all.items[at], m.name))
        at++;
    for (at++; at < m.all.n && next.len == 0; at++)
        if (!has(&arms.used, m.all.items[at]))
            next = m.all.items[at];
    if (next.len == 0 || m.all.n == MAX_NAMES)
        return STR("");
    str_view label = renamed(g->mem, arms.last.label, m.name, next, &n_label);
    str_view body = renamed(g->mem, arms.last.body, m.name, next, &n_body);
    /* What the last arm does is said of this one where it follows from the name, and did before. */
    bool follows = n_body > 0 && arms.n_above > 1 &&
                   str_eq(arms.last.body, renamed(g->mem, arms.previous.body, arms.previous.name,
                                                  m.name, &n_before));
    str_view all =
        follows ? arena_format(g->mem, "%.*s %.*s", STR_ARG(label), STR_ARG(body)) : label;
    return n_label == 1 && str_starts(all, typed) ? str_slice(all, typed.len, all.len) : STR("");
}

/* ---- fields of a record ---- */

struct fields {
    str_view type;
    const gram_language *lang;
    ctx_index_file file;
    size_t n_files;
    struct names all;
};

static bool find_type(void *user, const struct ctx_index_def *d)
{
    struct fields *f = user;
    if ((d->kind == GRAM_STRUCT || d->kind == GRAM_TYPE) && d->lang == f->lang &&
        (f->n_files == 0 || d->file != f->file)) {
        f->file = d->file;
        f->n_files++;
    }
    return true;
}

static bool list_field(void *user, const struct ctx_index_def *d)
{
    struct fields *f = user;
    if (d->kind == GRAM_FIELD && str_eq(d->scope, f->type))
        add(&f->all, d->name);
    return f->all.n < MAX_NAMES;
}

/* The word before the brace that is the literal's type; in C it stands in brackets. */
static str_view type_before(const gram_language *lang, str_view before)
{
    before = str_trim_right(before);
    if (strcmp(lang->id, "c") != 0 && strcmp(lang->id, "cpp") != 0)
        return word_before(before);
    if (!str_ends(before, STR(")")))
        return STR("");
    return word_before(str_slice(before, 0, before.len - 1));
}

/* Field and value where a variable has the field's name; empty where none has. */
static str_view initializer(const struct gate *g, str_view scope, str_view field)
{
    bool go = strcmp(g->lang->id, "go") == 0, rust = strcmp(g->lang->id, "rust") == 0;
    char first = field.ptr[0];
    str_view value =
        go ? arena_format(g->mem, "%c%.*s", lower(first), (int)field.len - 1, field.ptr + 1)
           : field;
    if (value.len < 2 || !ctx_words_in(scope, value))
        return STR("");
    if (rust)
        return field;
    return go ? arena_format(g->mem, "%.*s: %.*s", STR_ARG(field), STR_ARG(value))
              : arena_format(g->mem, ".%.*s = %.*s", STR_ARG(field), STR_ARG(value));
}

static str_view fields(const struct gate *g, const ctx_index_view *view)
{
    str_view before = str_slice(g->doc->text, 0, g->cursor), scope = function_before(g);
    size_t open = open_bracket(before, true);
    if (!gram_list_has("c cpp go rust", str_of(g->lang->id)) || scope.len == 0 ||
        open == SIZE_MAX || before.ptr[open] != '{')
        return STR("");
    str_view given = str_slice(before, open + 1, before.len), rest = given, word;
    struct fields f = {.type = type_before(g->lang, str_slice(before, 0, open)), .lang = g->lang};
    str_view trimmed = str_trim_right(given);
    if (f.type.len < 2 || (trimmed.len > 0 && !str_ends(trimmed, STR(","))))
        return STR("");
    ctx_index_defs(view, f.type, find_type, &f);
    if (f.n_files != 1)
        return STR("");
    ctx_index_defs_in(view, f.file, list_field, &f);
    struct names used = {.n = 0};
    while ((word = ctx_words_next(&rest)).len > 0)
        add(&used, word);
    str_view out = STR("");
    bool multi = str_find_byte(given, '\n') < given.len;
    size_t n = 0, n_left = 0;
    for (size_t i = 0; i < f.all.n && f.all.n < MAX_NAMES; i++) {
        if (has(&used, f.all.items[i]))
            continue;
        str_view one = initializer(g, scope, f.all.items[i]);
        n_left++;
        if (multi && n_left > 1)
            break; /* in their order, one by one */
        if (one.len == 0)
            continue;
        out = n ? arena_format(g->mem, "%.*s, %.*s", STR_ARG(out), STR_ARG(one)) : one;
        n++;
    }
    bool spaced = given.len > 0 && given.ptr[given.len - 1] != ',';
    if (n == 0 || (!multi && n < n_left))
        return STR("");
    /* On one line all of them and the brace, else one on each line. */
    if (multi)
        return arena_format(g->mem, "%.*s,", STR_ARG(out));
    bool inner = strcmp(g->lang->id, "rust") == 0;
    return arena_format(g->mem, "%s%.*s%s}", spaced || (given.len == 0 && !inner) ? "" : " ",
                        STR_ARG(out), inner ? " " : "");
}

/* ---- the end of a block ---- */

/* Arms of a switch may be as deep as the switch: then more of them may come. */
static bool has_arms(str_view block, str_view indent)
{
    while (block.len > 0) {
        str_view line = str_take_line(&block), trimmed = str_trim(line);
        if (indent_of(line).len == indent.len && trimmed.len > 0 &&
            (str_starts(trimmed, STR("case")) || str_starts(trimmed, STR("default"))))
            return true;
    }
    return false;
}

/* What closes the block whose first line is as deep as the cursor's, which is blank. */
static str_view closer(const struct gate *g)
{
    str_view text = g->doc->text, before = str_slice(text, 0, g->cursor);
    size_t line = line_begin(text, g->cursor), open = open_bracket(str_trim_right(before), false);
    if (!str_is_blank(str_slice(text, line, g->cursor)) || open == SIZE_MAX)
        return STR("");
    size_t begin = line_begin(text, open);
    bool behind = str_is_blank(str_slice(
        text, open + 1, open + 1 + str_find_byte(str_slice(text, open + 1, text.len), '\n')));
    if (!behind || begin == line ||
        !str_eq(indent_of(str_slice(text, begin, open + 1)), str_slice(text, line, g->cursor)))
        return STR("");
    str_view first = str_trim(str_slice(text, begin, open));
    if (str_starts(first, STR("switch")) || str_starts(first, STR("select")) ||
        has_arms(str_slice(text, open, line), str_slice(text, line, g->cursor)))
        return STR("");
    char c = before.ptr[open];
    return c == '{' ? STR("}") : c == '(' ? STR(")") : STR("]");
}

/* Whether a call that ends here ends a statement, in a language or a document where such end in
 * ';'. What opens the call's bracket is not in brackets itself, and nothing stands behind. */
static bool wants_semicolon(struct gate *g, str_view text)
{
    struct assist_suggestion here = {.begin_bytes = g->cursor, .end_bytes = g->cursor};
    str_view doc = g->doc->text, before = str_slice(doc, 0, g->cursor);
    str_view rest = str_slice(doc, g->cursor, doc.len);
    rest = str_trim(str_slice(rest, 0, str_find_byte(rest, '\n')));
    here.end_bytes += rest.len;
    if (!str_ends(text, STR(")")) || !(rest.len == 0 || str_eq(rest, STR(")"))))
        return false;
    size_t open = open_bracket(before, true);
    size_t outer = open == SIZE_MAX ? open : open_bracket(str_slice(before, 0, open), true);
    bool needed = gram_list_has("c cpp java csharp php", str_of(g->lang->id)) ||
                  str_ends(str_trim_right(str_slice(doc, 0, line_begin(doc, g->cursor))), STR(";"));
    return needed && (outer == SIZE_MAX || doc.ptr[outer] == '{') &&
           gate_parses(g, &here, arena_format(g->mem, "%.*s;", STR_ARG(text)));
}

static bool offer(struct gate *g, struct assist_suggestion *out, str_view text)
{
    if (text.len == 0)
        return false;
    if (wants_semicolon(g, text))
        text = arena_format(g->mem, "%.*s;", STR_ARG(text));
    if (gate_pass(g, out, "pattern", text) || !str_starts(out->text, text))
        return false;
    out->source = "pattern";
    out->confidence = SURE;
    return true;
}

/* The closer must mend what is open, not add one to a whole file. */
static bool mends(struct gate *g, str_view text)
{
    struct ctx_paste paste;
    return text.len > 0 &&
           ctx_tree_try_paste(g->tree, &paste, NULL, g->doc->text, g->cursor, g->cursor, text,
                              50) == ERR_OK &&
           paste.n_after < paste.n_before;
}

bool structure_offer(struct gate *g, struct assist_suggestion *out)
{
    ctx_index *index = project_index(g->engine, g->doc);
    if (!g->tree || g->kind != CTX_CODE)
        return false;
    str_view close = closer(g);
    if (mends(g, close) && offer(g, out, close))
        return true;
    if (!index)
        return false;
    ctx_index_view *view = ctx_index_begin(index);
    bool found = offer(g, out, arguments(g, view)) || offer(g, out, fields(g, view)) ||
                 offer(g, out, next_arm(g, view));
    ctx_index_end(view);
    return found;
}
