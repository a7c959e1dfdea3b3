#include "assist/complete/gate.h"

#include <string.h>

#include "assist/complete/learn.h"
#include "assist/complete/shape.h"
#include "context/lexicon.h"
#include "context/names.h"
#include "context/words.h"

enum {
    /* Nets for what is monstrous; ordinary documents need a hundredth. */
    PARSE_MS = 1000,
    PASTE_MS = 400,
    MAX_TRIES = 48, /* pastes for one request, most of which take less than a millisecond */
    MIN_TRIES = 6,  /* in documents of TRIED_BYTES / MIN_TRIES and more */
    TRIED_BYTES = 4 << 20,
    MAX_STEPS = 32, /* remembered for the user; further ones are not */
    MAX_CUTS = 10,
    MAX_ROUNDS = 6, /* changes of one suggestion until it is given up */
    MAX_OPEN = 32,
    MAX_UNKNOWN = 8,
    MIN_REPAIR = 5, /* bytes: shorter names have neighbours that mean something else */
};

const char gate_opens_block[] = "it would open a block that nothing closes";

/* ---- the document's tree ---- */

static void follow_text(struct engine_syntax *x, str_view text)
{
    str_view old = buf_view(&x->text);
    size_t most = old.len < text.len ? old.len : text.len, head = 0, tail = 0;
    while (head < most && old.ptr[head] == text.ptr[head])
        head++;
    while (tail < most - head && old.ptr[old.len - 1 - tail] == text.ptr[text.len - 1 - tail])
        tail++;
    if (head == old.len && head == text.len)
        return;
    str_view with = str_slice(text, head, text.len - tail);
    ctx_tree_edit(x->tree, old, head, old.len - tail, with);
    buf_splice(&x->text, head, old.len - tail, with);
}

static ctx_tree *tree_of(assist_engine *a, const struct assist_document *doc,
                         const gram_language *lang)
{
    struct engine_syntax *x = &a->syntax;
    err e;
    uint64_t id = learn_name(doc, true).id;
    if (x->tree && (x->doc != id || ctx_tree_language(x->tree) != lang))
        gate_release(a);
    if (!x->tree) {
        if (ctx_tree_create(&x->tree, lang, &e) != ERR_OK)
            return NULL;
        x->doc = id;
        buf_init(&x->text, CTX_TREE_MAX_BYTES);
    }
    follow_text(x, doc->text);
    if (buf_failed(&x->text) ||
        (!ctx_tree_fresh(x->tree) &&
         ctx_tree_parse(x->tree, buf_view(&x->text), PARSE_MS, &e) != ERR_OK)) {
        gate_release(a);
        return NULL;
    }
    return x->tree;
}

void gate_release(assist_engine *a)
{
    if (a->syntax.tree)
        buf_release(&a->syntax.text);
    ctx_tree_destroy(a->syntax.tree);
    a->syntax = (struct engine_syntax){0};
}

void gate_open(struct gate *g, assist_engine *a, arena *mem, const struct assist_document *doc,
               size_t cursor)
{
    *g = (struct gate){.engine = a, .mem = mem, .doc = doc, .cursor = cursor};
    size_t tries = TRIED_BYTES / (doc->text.len + 1);
    g->n_tries_left = tries > MAX_TRIES ? MAX_TRIES : tries < MIN_TRIES ? MIN_TRIES : tries;
    g->lang = gram_language_find(doc->language, doc->path, doc->text);
    g->tree = tree_of(a, doc, g->lang);
    g->kind = g->tree ? ctx_text_kind_at(g->tree, doc->text, cursor) : CTX_CODE;
}

void gate_note(struct gate *g, const char *source, const char *name, const char *did, str_view text)
{
    if (!g->steps)
        g->steps = ARENA_ARRAY(g->mem, struct assist_step, MAX_STEPS);
    if (g->steps && g->n_steps < MAX_STEPS)
        g->steps[g->n_steps++] = (struct assist_step){source, name, did, arena_copy(g->mem, text)};
}

/* ---- names ---- */

struct unknown {
    str_view name;
    size_t begin;
};

struct names_check {
    const struct gate *g;
    str_view text; /* after pasting */
    size_t begin, end;
    struct unknown items[MAX_UNKNOWN];
    size_t n;
};

/* "$x" and "@x" are called x in other places. */
static str_view bare(str_view name)
{
    while (name.len > 0 && !ctx_lexicon_is_word_byte(name.ptr[0]))
        name = str_slice(name, 1, name.len);
    return name;
}

static bool exists(const struct gate *g, str_view name)
{
    return gram_library_has(g->lang, name) || ctx_words_in(g->doc->text, name) ||
           (g->engine->words && ctx_words_count(g->engine->words, name) > 0);
}

/* The name stands in the suggestion before as well: there it is judged, or it declared it. */
static bool stands_before(const struct names_check *c, str_view name, size_t at)
{
    return ctx_words_in(str_slice(c->text, c->begin, at), name);
}

static void check_name(void *user, str_view name, size_t begin)
{
    struct names_check *c = user;
    size_t skipped = name.len;
    name = bare(name);
    skipped -= name.len;
    if (name.len < 2 || c->n == MAX_UNKNOWN || stands_before(c, name, begin) || exists(c->g, name))
        return;
    c->items[c->n++] = (struct unknown){name, begin + skipped};
}

/* ---- the nearest name that exists ---- */

static str_view nearest(const struct gate *g, str_view name)
{
    size_t most = name.len >= 9 ? 2 : 1, least = most + 1;
    str_view best = {name.ptr, 0}, rest = g->doc->text;
    if (name.len < MIN_REPAIR)
        return best;
    for (str_view word; (word = ctx_words_next(&rest)).len > 0;) {
        if (word.ptr[0] != name.ptr[0])
            continue;
        size_t n = ctx_words_edits(word, name, least - 1);
        if (n < least) {
            best = word;
            least = n;
        }
    }
    if (best.len == 0 && g->engine->words)
        best = ctx_words_nearest(g->engine->words, name, most);
    return best;
}

/* ---- what a suggestion leaves open ---- */

static char closer_of(char c)
{
    return c == '(' ? ')' : c == '[' ? ']' : c == '{' ? '}' : 0;
}

/* The brackets that `line` opens and does not close, as closers in their order. It begins in the
 * string that `quote` is of, if any; what strings hold does not count. */
static str_view open_brackets(str_view line, char quote, char closers[MAX_OPEN])
{
    size_t n = 0;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        if (quote) {
            i += c == '\\';
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '`') {
            quote = c;
        } else if (closer_of(c) && n < MAX_OPEN) {
            closers[n++] = closer_of(c);
        } else if (n > 0 && c == closers[n - 1]) {
            n--;
        }
    }
    for (size_t i = 0; i < n / 2; i++) {
        char swap = closers[i];
        closers[i] = closers[n - 1 - i];
        closers[n - 1 - i] = swap;
    }
    return (str_view){closers, n};
}

/* ---- syntax ---- */

struct attempt {
    struct ctx_paste paste;
    TSTree *tree; /* NULL when it was not asked for */
};

/* How many errors the document has without the word that is being typed, where that begins the line
 * and makes one: what completes it is to be judged as a line of its own. `n_typed`: with it. */
static size_t n_errors_untyped(struct gate *g, size_t n_typed)
{
    str_view text = g->doc->text;
    size_t word = g->cursor, start;
    while (word > 0 && ctx_lexicon_is_word_byte(text.ptr[word - 1]))
        word--;
    for (start = word; start > 0 && text.ptr[start - 1] != '\n';)
        start--;
    if (!g->knows_untyped) {
        struct ctx_paste without;
        bool tried = word < g->cursor && str_is_blank(str_slice(text, start, word)) &&
                     ctx_tree_try_paste(g->tree, &without, NULL, text, word, g->cursor, STR(""),
                                        PASTE_MS) == ERR_OK;
        g->n_untyped = tried && without.n_after < n_typed ? without.n_after : n_typed;
        g->knows_untyped = true;
    }
    return g->n_untyped;
}

/* False: there was no time to tell. */
static bool try_text(struct gate *g, struct attempt *out, const struct assist_suggestion *s,
                     str_view text, bool keep)
{
    *out = (struct attempt){.tree = NULL};
    if (g->n_tries_left == 0)
        return false;
    g->n_tries_left--;
    struct ctx_paste *paste = &out->paste;
    if (ctx_tree_try_paste(g->tree, paste, keep ? &out->tree : NULL, g->doc->text, s->begin_bytes,
                           s->end_bytes, text, PASTE_MS) != ERR_OK)
        return false;
    if (paste->n_before > 0 && paste->n_after > 0)
        paste->adds = paste->n_after > n_errors_untyped(g, paste->n_before);
    return true;
}

bool gate_parses(struct gate *g, const struct assist_suggestion *s, str_view text)
{
    struct attempt t;
    return try_text(g, &t, s, text, false) && !t.paste.adds;
}

static str_view indent_of(const struct gate *g)
{
    size_t start = g->cursor;
    while (start > 0 && g->doc->text.ptr[start - 1] != '\n')
        start--;
    str_view line = str_slice(g->doc->text, start, g->cursor);
    return str_slice(line, 0, line.len - str_trim_left(line).len);
}

/* Is the error only that a block was opened whose end is still to be written? Its end is tried in
 * the ways that the language has. */
static bool only_opens(struct gate *g, const struct assist_suggestion *s, str_view closers)
{
    str_view indent = indent_of(g), word, rest = str_of(g->lang->close_with);
    str_view line = s->text;
    if (closers.len > 0) {
        str_view braces = arena_format(g->mem, "%.*s\n%.*s%.*s", STR_ARG(line), STR_ARG(indent),
                                       STR_ARG(closers));
        if (gate_parses(g, s, braces) ||
            gate_parses(g, s, arena_format(g->mem, "%.*s;", STR_ARG(braces))))
            return true;
    }
    if (g->lang->nests_by_indent && str_ends(line, STR(":")))
        return gate_parses(
            g, s, arena_format(g->mem, "%.*s\n%.*s    pass", STR_ARG(line), STR_ARG(indent)));
    while (gram_list_next(&rest, &word)) {
        if (!ctx_lexicon_is_word_byte(word.ptr[0]))
            continue;
        if (gate_parses(g, s,
                        arena_format(g->mem, "%.*s\n%.*s%.*s", STR_ARG(line), STR_ARG(indent),
                                     STR_ARG(word))))
            return true;
    }
    return false;
}

static bool has_word(str_view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (ctx_lexicon_is_word_byte(text.ptr[i]))
            return true;
    return false;
}

/* Would the text, cut behind n bytes, end in what only a name can follow, or in part of it? In a
 * document with errors that parses. */
static bool wants_name(str_view text, size_t n)
{
    static const char *const before_names[] = {".", "?.", "::", "->", "$", "@"};
    for (size_t i = 0; i < sizeof before_names / sizeof *before_names; i++) {
        str_view sign = str_of(before_names[i]);
        for (size_t part = 1; part <= sign.len; part++)
            if (part <= n && str_starts(str_slice(text, n - part, text.len), sign))
                return true;
    }
    return false;
}

/* The longest beginning of `text` shorter than `below` that adds no error; empty when there is
 * none. A cut leaves what stands after the cursor alone. */
static str_view cut(struct gate *g, const struct assist_suggestion *s, str_view text, size_t below)
{
    size_t ends[128], n = 0;
    str_view rest = text;
    while (rest.len > 0 && n < 128) {
        ctx_lexicon_take(&rest);
        ends[n++] = text.len - rest.len;
    }
    struct assist_suggestion here = *s;
    here.end_bytes = g->cursor;
    for (size_t tried = 0; n > 0 && tried < MAX_CUTS; n--) {
        str_view head = str_trim_right(str_slice(text, 0, ends[n - 1]));
        if (head.len >= below || wants_name(text, head.len))
            continue;
        if (!has_word(head))
            break;
        tried++;
        if (gate_parses(g, &here, head))
            return head;
    }
    return (str_view){text.ptr, 0};
}

/* Does the line end inside brackets where nobody would go on with the next line? Where indentation
 * is syntax people do. */
static bool breaks_off(const struct gate *g, const struct assist_suggestion *s, str_view closers)
{
    char last = s->text.ptr[s->text.len - 1];
    return closers.len > 0 && closers.ptr[0] != '}' && !g->lang->nests_by_indent &&
           s->end_bytes == g->cursor && (ctx_lexicon_is_word_byte(last) || last == ')');
}

/* In a document with errors one more does not count; while it is written from top to bottom there
 * are some all the time. The text is closed where that is no worse. */
static str_view closed_in_broken(struct gate *g, const struct assist_suggestion *s,
                                 const char *source, str_view closers, size_t n_errors)
{
    struct attempt t;
    str_view closed = arena_format(g->mem, "%.*s%.*s", STR_ARG(s->text), STR_ARG(closers));
    if (!try_text(g, &t, s, closed, false) || t.paste.n_after > n_errors)
        return s->text;
    gate_note(g, source, "syntax", "closed", closed);
    return closed;
}

/* Does the text hold an error that shows only once the brackets of its line are closed? As long as
 * they are open, that is one error whatever they hold. Where the text ends in the middle, or in a
 * block, it is not known. */
static bool hides_error(struct gate *g, const struct assist_suggestion *s)
{
    str_view text = g->doc->text;
    char last = s->text.ptr[s->text.len - 1], room[MAX_OPEN], head_room[MAX_OPEN];
    bool at_end = g->cursor == text.len || strchr("\r\n", text.ptr[g->cursor]);
    if (!at_end || !(ctx_lexicon_is_word_byte(last) || strchr(")]\"'", last)))
        return false;
    size_t start = g->cursor;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    str_view head = str_slice(text, start, g->cursor);
    str_view line = arena_format(g->mem, "%.*s%.*s", STR_ARG(head), STR_ARG(s->text));
    str_view closers = open_brackets(line, 0, room);
    if (closers.len == 0 || str_find_byte(closers, '}') < closers.len)
        return false;
    struct attempt without, with;
    return try_text(g, &without, s, open_brackets(head, 0, head_room), false) &&
           try_text(g, &with, s,
                    arena_format(g->mem, "%.*s%.*s", STR_ARG(s->text), STR_ARG(closers)), false) &&
           with.paste.n_after > without.paste.n_after;
}

/* What becomes of the suggestion: its text as it is, changed, or empty. *tree (may be NULL
 * afterwards) is that of the text as it is. */
static str_view check_syntax(struct gate *g, const struct assist_suggestion *s, const char *source,
                             TSTree **tree, bool *opens)
{
    struct attempt t;
    *tree = NULL;
    if (!try_text(g, &t, s, s->text, true)) {
        gate_note(g, source, "syntax", "not checked: tried often enough", s->text);
        return s->text;
    }
    *tree = t.tree;
    char room[MAX_OPEN];
    str_view closers =
        open_brackets(s->text, shape_open_quote(g->doc->text, g->cursor, s->text), room);
    bool broken = t.paste.n_before > 0;
    if (!t.paste.adds && broken && hides_error(g, s)) {
        gate_note(g, source, "syntax", "refused: it holds an error", s->text);
        return str_slice(s->text, 0, 0);
    }
    if (!t.paste.adds)
        return broken && breaks_off(g, s, closers)
                   ? closed_in_broken(g, s, source, closers, t.paste.n_after)
                   : s->text;
    if (only_opens(g, s, closers)) {
        str_view last = str_slice(s->text, s->text.len - 1, s->text.len);
        *opens = closers.len == 0 || gram_list_has(g->lang->open_last, last);
        if (*opens) {
            gate_note(g, source, "syntax", "put last: it opens a block that nothing closes",
                      s->text);
            return s->text;
        }
        str_view closed = arena_format(g->mem, "%.*s%.*s", STR_ARG(s->text), STR_ARG(closers));
        if (gate_parses(g, s, closed)) {
            gate_note(g, source, "syntax", "closed", closed);
            return closed;
        }
    }
    str_view head = cut(g, s, s->text, s->text.len);
    gate_note(g, source, "syntax", head.len ? "cut where it parses" : "refused: it adds an error",
              head.len ? head : s->text);
    return head;
}

/* What becomes of the suggestion for its first unknown name; empty: nothing is left. */
static str_view without_name(struct gate *g, const struct assist_suggestion *s, const char *source,
                             const struct unknown *u)
{
    size_t at = u->begin > s->begin_bytes ? u->begin - s->begin_bytes : 0;
    str_view better = u->begin >= s->begin_bytes ? nearest(g, u->name) : STR("");
    if (better.len > 0) {
        gate_note(g, source, "names", "replaced an unknown name", u->name);
        return arena_format(g->mem, "%.*s%.*s%.*s", (int)at, s->text.ptr, STR_ARG(better),
                            (int)(s->text.len - at - u->name.len), s->text.ptr + at + u->name.len);
    }
    str_view head = cut(g, s, s->text, at + 1);
    gate_note(g, source, "names", head.len ? "cut before an unknown name" : "refused: unknown name",
              u->name);
    return head;
}

/* The first unknown name of `text` in the suggestion's place; false: there is none. `tree` is that
 * of the document with it. */
static bool find_unknown(const struct gate *g, const struct assist_suggestion *s, str_view text,
                         TSTree *tree, struct unknown *out)
{
    if (!tree || !gram_library_known(g->lang))
        return false;
    struct names_check c = {.g = g, .begin = s->begin_bytes, .end = s->begin_bytes + text.len};
    buf pasted; /* not in g->mem, which has no room for a document at each try */
    buf_init(&pasted, 2 * CTX_TREE_MAX_BYTES);
    buf_append(&pasted, str_slice(g->doc->text, 0, s->begin_bytes));
    buf_append(&pasted, text);
    buf_append(&pasted, str_slice(g->doc->text, s->end_bytes, g->doc->text.len));
    if (buf_failed(&pasted) == ERR_OK) {
        c.text = buf_view(&pasted);
        ctx_names_in(ts_tree_root_node(tree), c.text, c.begin, c.end, check_name, &c);
        if (c.n > 0)
            *out = (struct unknown){arena_copy(g->mem, c.items[0].name), c.items[0].begin};
    }
    buf_release(&pasted);
    return c.n > 0;
}

bool gate_lines_pass(struct gate *g, const struct assist_suggestion *s, str_view text)
{
    struct attempt t;
    struct unknown unknown;
    bool passes = try_text(g, &t, s, text, true) && !t.paste.adds &&
                  !find_unknown(g, s, text, t.tree, &unknown);
    if (t.tree)
        ts_tree_delete(t.tree);
    return passes;
}

/* The same for names. */
static str_view check_names(struct gate *g, const struct assist_suggestion *s, const char *source,
                            TSTree *tree)
{
    struct unknown unknown;
    return find_unknown(g, s, s->text, tree, &unknown) ? without_name(g, s, source, &unknown)
                                                       : s->text;
}

const char *gate_pass(struct gate *g, struct assist_suggestion *out, const char *source,
                      str_view generated)
{
    str_view text = generated;
    for (int round = 0; round < MAX_ROUNDS; round++) {
        const char *why = shape_line(out, g->mem, g->doc->text, g->cursor, text);
        if (why) {
            gate_note(g, source, "shape", why, text);
            return why;
        }
        if (!g->tree || g->kind == CTX_COMMENT)
            return NULL;
        TSTree *tree;
        bool opens = false;
        str_view next = check_syntax(g, out, source, &tree, &opens);
        if (next.ptr == out->text.ptr && next.len == out->text.len) {
            next = check_names(g, out, source, tree);
            if (next.len == 0)
                why = "it names what does not exist";
        } else if (next.len == 0) {
            why = "it would not parse";
        }
        if (tree)
            ts_tree_delete(tree);
        if (why)
            return why;
        if (next.ptr == out->text.ptr && next.len == out->text.len)
            return opens ? gate_opens_block : NULL;
        text = next;
    }
    gate_note(g, source, "gates", "refused: nothing was left that passes", text);
    return "it would not parse";
}
