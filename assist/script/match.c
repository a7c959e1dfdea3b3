#include <string.h>

#include "assist/script/script_internal.h"

typedef enum {
    N_WORD,
    N_EXACT,
    N_MARK,
    N_HOLE,
    N_SPLIT,
    N_LAST, /* here a clause may end */
    N_NOT,  /* the next word is another */
    N_END
} node_kind;

static bool takes_nothing(node_kind k)
{
    return k == N_SPLIT || k == N_LAST || k == N_NOT || k == N_END;
}

typedef enum {
    H_TEXT, /* a quotation, or one word that stands for itself */
    H_QUOTED,
    H_PATH,
    H_FILE, /* a path that names a file */
    H_GLOB,
    H_EXT,
    H_SIZE,
    H_TIME,
    H_DATE,
    H_NUMBER,
    H_URL,
    H_ENCODING,
    H_NAME,    /* a word that the tables do not know, a path or a quotation */
    H_COLUMN,  /* a number or a name */
    H_UNKNOWN, /* a word that the tables do not know */
    H_THING,   /* any word that could name things */
    H_FOLDER,  /* a path that ends in a slash */
    H_ARCHIVE, /* a file whose ending says so */
    H_LITERAL, /* a text, but no bare word that means something here */
    H_SIGN,    /* a character by its name, or a text */
    H_CLOCK,   /* what begins with a digit: 10:30 */
    N_HOLE_TYPES
} hole_type;

static const char *const hole_names[N_HOLE_TYPES] = {
    "text",    "quoted", "path",   "file",    "glob",     "ext",  "size",
    "time",    "date",   "number", "url",     "encoding", "name", "column",
    "unknown", "thing",  "folder", "archive", "literal",  "sign", "clock"};

struct scr_node {
    node_kind kind;
    uint16_t word;
    hole_type hole;
    size_t index; /* of the hole */
    str_view mark;
    scr_weight weight; /* of a WORD */
    scr_node *next;
    scr_node *other; /* of a SPLIT */
    scr_node *all;   /* the form's next word, mark or hole */
};

/* --- reading --- */

/* Patterns are read from the end to the beginning, so that what follows is known. */
struct reader {
    scr_table *t;
    arena *a;
    scr_form *form;
    str_view text;
    size_t at; /* everything from here on is read */
    bool bad;
    unsigned depth;
};

static scr_node *new_node(struct reader *r, node_kind kind, scr_node *next)
{
    scr_node *n = ARENA_NEW(r->a, scr_node);
    if (n)
        *n = (scr_node){.kind = kind, .next = next, .all = r->form->all};
    else
        r->bad = true;
    if (n && !takes_nothing(kind))
        r->form->all = n;
    return n;
}

static scr_node *read_atom(struct reader *r, str_view word, scr_node *next)
{
    if (word.ptr[0] == '<' && word.ptr[word.len - 1] == '>') {
        str_view inside = str_slice(word, 1, word.len - 1);
        size_t colon = str_find_byte(inside, ':');
        str_view type = str_slice(inside, 0, colon);
        scr_node *n = new_node(r, N_HOLE, next);
        hole_type h = H_TEXT;
        while (h < N_HOLE_TYPES && !str_eq(type, str_of(hole_names[h])))
            h++;
        if (!n || h == N_HOLE_TYPES || r->form->n_holes == SCR_MAX_HOLES) {
            r->bad = true;
            return next;
        }
        n->hole = h;
        n->index = r->form->n_holes++;
        r->form->holes[n->index] =
            colon < inside.len ? str_slice(inside, colon + 1, inside.len) : type;
        r->form->sign[n->index] = h == H_SIGN;
        r->form->numeric[n->index] = h == H_NUMBER || h == H_COLUMN;
        return n;
    }
    if (word.len > 1 && word.ptr[0] == '=' && word.ptr[1] != '=') { /* =file: not "files" */
        scr_node *exact = new_node(r, N_EXACT, next);
        if (exact)
            exact->mark = str_slice(word, 1, word.len);
        return exact ? exact : next;
    }
    if (str_eq(word, STR("$")) || (word.ptr[0] == '!' && word.len > 1 && word.ptr[1] != '=')) {
        scr_node *around = new_node(r, word.ptr[0] == '$' ? N_LAST : N_NOT, next);
        if (around)
            around->mark = str_slice(word, 1, word.len);
        return around ? around : next;
    }
    bool mark = word.ptr[0] >= 'A' && word.ptr[0] <= 'Z';
    scr_node *n = new_node(r, mark ? N_MARK : N_WORD, next);
    if (n && mark)
        n->mark = word;
    else if (n) {
        n->word = scr__table_word(r->t, r->a, word);
        n->weight = scr__table_weight(r->t, word);
    }
    return n;
}

static scr_node *read_alternatives(struct reader *r, char opener, scr_node *next);

/* Elements up to an opener or a bar, right to left. */
static scr_node *read_sequence(struct reader *r, scr_node *next)
{
    while (r->at > 0 && !r->bad) {
        char c = r->text.ptr[r->at - 1];
        if (c == ' ') {
            r->at--;
        } else if (c == ')' || c == ']') {
            scr_node *after = next;
            r->at--;
            next = read_alternatives(r, c == ')' ? '(' : '[', after);
            if (c == ']') {
                scr_node *split = new_node(r, N_SPLIT, next);
                if (split)
                    split->other = after;
                next = split;
            }
        } else if (c == '(' || c == '[' || c == '|') {
            break;
        } else {
            size_t end = r->at;
            while (r->at > 0 && !strchr(" ()[]|", r->text.ptr[r->at - 1]))
                r->at--;
            next = read_atom(r, str_slice(r->text, r->at, end), next);
        }
    }
    return next;
}

static scr_node *read_alternatives(struct reader *r, char opener, scr_node *next)
{
    scr_node *all = NULL;
    if (++r->depth > 16)
        r->bad = true;
    while (!r->bad) {
        scr_node *one = read_sequence(r, next);
        if (all) {
            scr_node *split = new_node(r, N_SPLIT, one);
            if (split)
                split->other = all;
            one = split;
        }
        all = one;
        if (r->at == 0) {
            r->bad = r->bad || opener != '\0';
            break;
        }
        char c = r->text.ptr[--r->at];
        if (c == '|')
            continue;
        r->bad = r->bad || c != opener;
        break;
    }
    r->depth--;
    return all;
}

/* ERR_RANGE: there are too many. */
static err_code find_firsts(scr_form *form, const scr_node *n)
{
    if (n->kind == N_SPLIT)
        return find_firsts(form, n->next) == ERR_OK ? find_firsts(form, n->other) : ERR_RANGE;
    if (form->n_firsts == SCR_MAX_FIRSTS)
        return ERR_RANGE;
    form->firsts[form->n_firsts++] = n;
    return ERR_OK;
}

err_code scr__form_read(scr_form *out, scr_table *t, arena *a, str_view text, err *e)
{
    struct reader r = {.t = t, .a = a, .form = out, .text = text, .at = text.len};
    out->n_holes = 0;
    out->all = NULL;
    scr_node *end = new_node(&r, N_END, NULL);
    out->start = read_alternatives(&r, '\0', end);
    if (arena_failed(a))
        return ERR_NOMEM;
    if (r.bad || r.at != 0)
        return err_set(e, ERR_FORMAT, "a pattern of scripts is wrong: %.*s", STR_ARG(text));
    out->n_firsts = 0;
    if (find_firsts(out, out->start) != ERR_OK)
        out->n_firsts = 0;
    /* Holes were met from the right; $1 is the leftmost. */
    for (size_t i = 0; i < out->n_holes / 2; i++) {
        size_t k = out->n_holes - 1 - i;
        str_view name = out->holes[i];
        bool numeric = out->numeric[i], sign = out->sign[i];
        out->holes[i] = out->holes[k];
        out->numeric[i] = out->numeric[k];
        out->sign[i] = out->sign[k];
        out->holes[k] = name;
        out->numeric[k] = numeric;
        out->sign[k] = sign;
    }
    return ERR_OK;
}

/* --- matching --- */

/* Tries are bounded, so that no comment can take long; a real one takes some dozens per pattern. */
enum { MAX_TRIES = 4000, MAX_TRIES_IN_ALL = 60000 };

struct state {
    const scr_form *form;
    const scr_tokens *tokens;
    bool whole, found;
    unsigned tries;
    scr_match now, best;
    size_t begin, end; /* of a loose match */
    str_view title;    /* likewise: of its step */
    bool strict_order; /* likewise: it changes something */
    bool of_kind;      /* likewise: its FILES are a word for something else, as pictures */
    unsigned n_much;   /* likewise: nodes so far that say much */
};

bool scr__separates(const scr_token *t)
{
    static const char *const words[] = {"and", "then", "finally", "afterwards"};
    if (t->v.kind == SCR_STOP)
        return true;
    for (size_t i = 0; t->v.kind == SCR_WORD && i < sizeof words / sizeof *words; i++) {
        if (str_eq(t->v.text, str_of(words[i])))
            return true;
    }
    return false;
}

/* "…, sorted by size": it needs no word that separates. */
bool scr__ends_before(const scr_token *t)
{
    return scr__separates(t) || (t->v.kind == SCR_WORD && (str_eq(t->v.text, STR("sorted")) ||
                                                           str_eq(t->v.text, STR("ordered"))));
}

bool scr__skippable(const scr_token *t)
{
    return t->noise || t->v.kind == SCR_NOTE;
}

/* notes.txt, a/notes.txt and .profile, but neither a/ nor a/notes nor .. */
static bool names_file(str_view path)
{
    size_t n = path.len;
    while (n && path.ptr[n - 1] != '/' && path.ptr[n - 1] != '.')
        n--;
    return n > 0 && n < path.len && path.ptr[n - 1] == '.';
}

static bool names_archive(str_view path)
{
    static const char *const ends[] = {".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (str_ends(path, str_of(ends[i])))
            return true;
    }
    return false;
}

/* "the word foo": not itself the text that is meant. */
static bool announces_text(const scr_token *t)
{
    return str_eq(t->v.text, STR("word")) || str_eq(t->v.text, STR("text")) ||
           str_eq(t->v.text, STR("string")) || str_eq(t->v.text, STR("phrase"));
}

static bool is_quoted(const scr_token *t)
{
    return t->written.len > 2 && strchr("\"'`", t->written.ptr[0]);
}

/* ERROR, fooBar: written so on purpose. */
static bool is_shouted(const scr_token *t)
{
    size_t n = 0;
    for (size_t i = 1; t->v.kind == SCR_WORD && i < t->written.len; i++)
        n += t->written.ptr[i] >= 'A' && t->written.ptr[i] <= 'Z';
    return n > 0;
}

/* Three words and more are a text, no name of a folder. */
static bool is_sentence(str_view v)
{
    size_t space = str_find_byte(v, ' ');
    return space < v.len && str_find_byte(str_slice(v, space + 1, v.len), ' ') < v.len - space - 1;
}

/* 'my notes.txt': a quotation of two words that ends as files do. */
static bool is_spaced_name(const scr_token *t)
{
    str_view v = t->v.text;
    return t->v.kind == SCR_TEXT && str_find_byte(v, ' ') < v.len && !is_sentence(v) &&
           !memchr(v.ptr, '*', v.len) && v.ptr[v.len - 1] != ' ';
}

/* "folder sorted by size": none that is called "sorted". */
static bool is_participle(const scr_token *t)
{
    return t->n_ids && (str_ends(t->v.text, STR("ed")) || str_ends(t->v.text, STR("ing")));
}

/* "without comments": a kind of thing, not itself the text that is meant. */
static bool is_plural(const scr_token *t)
{
    static const char *const no_plurals[] = {"ss", "us", "is"};
    str_view w = t->v.text;
    bool plural = t->v.kind == SCR_WORD && w.len > 3 && str_ends(w, STR("s")) && !is_shouted(t) &&
                  !(t->written.ptr[0] >= 'A' && t->written.ptr[0] <= 'Z');
    for (size_t i = 0; i < sizeof no_plurals / sizeof *no_plurals; i++)
        plural = plural && !str_ends(w, str_of(no_plurals[i]));
    return plural;
}

/* Points for a hole that takes the token; 0: it does not. */
static int hole_takes(hole_type hole, const scr_token *t)
{
    scr_kind k = t->v.kind;
    bool literal = k == SCR_TEXT || k == SCR_PATH || k == SCR_GLOB || k == SCR_EXT ||
                   k == SCR_NUMBER || k == SCR_URL || k == SCR_ENCODING || k == SCR_DATE;
    bool thing = k == SCR_WORD && !t->noise && !t->glue && !scr__separates(t);
    bool unknown = thing && t->n_ids == 0;
    switch (hole) {
    case H_TEXT:
        return k == SCR_TEXT                                                       ? 8
               : literal                                                           ? 5
               : k == SCR_WORD && !t->noise && !announces_text(t) && !is_plural(t) ? 2
                                                                                   : 0;
    case H_LITERAL:
        return k == SCR_TEXT                                 ? 8
               : literal                                     ? 5
               : (unknown && !is_plural(t)) || is_shouted(t) ? 2
                                                             : 0;
    case H_SIGN: return k == SCR_TEXT ? 8 : k == SCR_WORD && t->sign.len ? 6 : 0;
    case H_CLOCK:
        return t->v.text.len && t->v.text.ptr[0] >= '0' && t->v.text.ptr[0] <= '9' ? 8 : 0;
    case H_QUOTED: return k == SCR_TEXT || (k == SCR_PATH && is_quoted(t)) ? 8 : 0;
    case H_PATH: return k == SCR_PATH || (k == SCR_TEXT && !is_sentence(t->v.text)) ? 8 : 0;
    case H_FILE: return names_file(t->v.text) && (k == SCR_PATH || is_spaced_name(t)) ? 9 : 0;
    case H_GLOB: return k == SCR_GLOB ? 8 : 0;
    case H_EXT: return k == SCR_EXT ? 8 : t->ext.len && k == SCR_WORD && !t->noise ? 7 : 0;
    case H_SIZE: return k == SCR_SIZE ? 8 : 0;
    case H_TIME: return k == SCR_TIME ? 8 : 0;
    case H_DATE: return k == SCR_DATE ? 8 : 0;
    case H_NUMBER: return k == SCR_NUMBER ? 8 : k == SCR_WORD && t->has_number ? 7 : 0;
    case H_URL: return k == SCR_URL ? 8 : 0;
    case H_ENCODING: return k == SCR_ENCODING ? 8 : 0;
    case H_NAME:
        return k == SCR_TEXT || k == SCR_PATH ? 8
               : unknown                      ? 5
               : thing && !is_participle(t)   ? 3
                                              : 0;
    case H_COLUMN:
        return k == SCR_TEXT || k == SCR_NUMBER ? 8
               : k == SCR_WORD && t->has_number ? 7
               : thing                          ? 3
                                                : 0;
    case H_UNKNOWN: return unknown ? 5 : 0;
    case H_THING: return thing ? 3 : 0;
    case H_FOLDER: return k == SCR_PATH && str_ends(t->v.text, STR("/")) ? 9 : 0;
    case H_ARCHIVE: return k == SCR_PATH && names_archive(t->v.text) ? 10 : 0;
    default: return 0;
    }
}

/* "each name": a kind of thing, not itself the text that is meant. */
static bool is_a_kind(const scr_tokens *tokens, size_t i)
{
    bool word = tokens->at[i].v.kind == SCR_WORD && !is_shouted(&tokens->at[i]);
    str_view before = i && word ? tokens->at[i - 1].v.text : STR("");
    return str_eq(before, STR("each")) || str_eq(before, STR("every"));
}

/* "the first line": no text either. */
static bool counts_lines(const scr_tokens *tokens, size_t i)
{
    const scr_token *t = &tokens->at[i], *next = i + 1 < tokens->n ? t + 1 : NULL;
    bool counts = t->v.kind == SCR_WORD && (t->has_number || str_eq(t->v.text, STR("last")));
    return counts && next && next->v.kind == SCR_MARK && str_eq(next->v.text, STR("LINES"));
}

static int word_is(const scr_token *t, uint16_t id)
{
    for (size_t i = 0; i < t->n_ids; i++) {
        if (t->ids[i] == id)
            return t->noise ? 2 : 10;
    }
    return 0;
}

static bool stands_for_them(str_view mark)
{
    return str_eq(mark, STR("FILES")) || str_eq(mark, STR("LINES")) || str_eq(mark, STR("NAMES"));
}

static int takes(const struct state *s, const scr_node *n, const scr_token *t)
{
    bool text = n->kind == N_HOLE && (n->hole == H_TEXT || n->hole == H_LITERAL);
    size_t at = (size_t)(t - s->tokens->at);
    if (text && (is_a_kind(s->tokens, at) || counts_lines(s->tokens, at)))
        return 0;
    if (n->kind == N_EXACT)
        return str_eq(t->written, n->mark) ? 12 : 0;
    if (n->kind == N_WORD)
        return t->v.kind == SCR_WORD ? word_is(t, n->word) : 0;
    /* "delete a.tmp": a file that is named is files too. */
    if (n->kind == N_MARK && t->v.kind == SCR_PATH &&
        (str_eq(n->mark, STR("FILES")) || str_eq(n->mark, STR("LINES"))))
        return s->whole && names_file(t->v.text) ? 6 : 0;
    if (n->kind == N_MARK)
        return t->v.kind != SCR_MARK                                        ? 0
               : str_eq(t->v.text, n->mark)                                 ? 10
               : stands_for_them(n->mark) && str_eq(t->v.text, STR("THEM")) ? 9
                                                                            : 0;
    return hole_takes(n->hole, t);
}

static void reached(struct state *s, size_t i)
{
    if (s->whole) {
        while (i < s->tokens->n && scr__skippable(&s->tokens->at[i]))
            i++;
        if (i < s->tokens->n && !scr__ends_before(&s->tokens->at[i]))
            return;
    }
    if (s->found && s->now.score <= s->best.score)
        return;
    s->found = true;
    s->best = s->now;
    s->best.end = i;
}

/* Token `i` is what the node is meant to find. */
static void take(struct state *s, const scr_node *n, size_t i, int points)
{
    bool path = n->kind == N_MARK && s->tokens->at[i].v.kind == SCR_PATH;
    s->now.score += points;
    if (path && str_eq(n->mark, STR("LINES")))
        s->now.text = i;
    else if (path)
        s->now.named = i;
    if (n->kind == N_HOLE)
        s->now.holes[s->form->n_holes - 1 - n->index] = i;
}

static bool spent(struct state *s)
{
    return ++s->tries > MAX_TRIES || (s->tokens->tries && ++*s->tokens->tries > MAX_TRIES_IN_ALL);
}

/* Whether what the node says of the tokens around is so. */
static bool is_so(const scr_tokens *tokens, const scr_node *n, size_t i)
{
    if (n->kind == N_NOT)
        return i >= tokens->n || !str_eq(tokens->at[i].v.text, n->mark);
    while (i < tokens->n && scr__skippable(&tokens->at[i]))
        i++;
    return i >= tokens->n || scr__ends_before(&tokens->at[i]);
}

static void walk(struct state *s, const scr_node *n, size_t i, bool first)
{
    if (spent(s))
        return;
    if (n->kind == N_LAST || n->kind == N_NOT) {
        if (is_so(s->tokens, n, i))
            walk(s, n->next, i, first);
        return;
    }
    if (n->kind == N_END) {
        reached(s, i);
        return;
    }
    if (n->kind == N_SPLIT) {
        walk(s, n->next, i, first);
        walk(s, n->other, i, first);
        return;
    }
    if (i >= s->tokens->n)
        return;
    const scr_token *t = &s->tokens->at[i];
    int points = takes(s, n, t);
    if (!points && n->kind == N_HOLE && n->hole == H_TEXT && t->v.kind == SCR_WORD && i &&
        announces_text(&s->tokens->at[i - 1]))
        points = 2; /* the word "the" */
    if (points) {
        scr_match before = s->now;
        take(s, n, i, points);
        /* "tree of this folder" is no folder named tree. */
        walk(s, n->next, i + 1, n->kind == N_HOLE && n->hole == H_NAME && !s->whole);
        s->now = before;
    }
    /* "the folder which was changed" is none that is called "changed". */
    if (n->kind == N_HOLE && (n->hole == H_NAME || n->hole == H_UNKNOWN) && !s->whole)
        return;
    bool comma = t->v.kind == SCR_STOP && str_eq(t->v.text, STR(","));
    if (!first && (scr__skippable(t) || comma))
        walk(s, n, i + 1, false);
}

bool scr__match(scr_match *out, const scr_form *form, const scr_tokens *tokens, size_t begin,
                bool whole)
{
    struct state s = {.form = form, .tokens = tokens, .whole = whole};
    bool can = form->n_firsts == 0;
    for (size_t i = 0; i < form->n_firsts && !can; i++)
        can = takes_nothing(form->firsts[i]->kind) ||
              (begin < tokens->n && takes(&s, form->firsts[i], &tokens->at[begin]));
    if (!can)
        return false;
    for (size_t i = 0; i < SCR_MAX_HOLES; i++)
        s.now.holes[i] = SCR_NO_TOKEN;
    s.now.named = s.now.text = SCR_NO_TOKEN;
    walk(&s, form->start, begin, true);
    if (s.found)
        *out = s.best;
    return s.found;
}

/* --- the words of a pattern in any order --- */

enum { LIGHT_COSTS = 1, WEAK_COSTS = 2, LINES_COST = 3, MAX_LOOSE_TOKENS = 64 };

static bool is_bare_mark(const scr_token *t, const char *mark)
{
    bool bare = !t->slots || (!t->slots->next && str_eq(t->slots->name, STR("one")));
    return t->v.kind == SCR_MARK && bare && str_eq(t->v.text, str_of(mark));
}

static bool names_one(const scr_tokens *tokens, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        if (tokens->at[i].v.kind == SCR_PATH && names_file(tokens->at[i].v.text))
            return true;
    }
    return false;
}

/* Whether it is said where the lines are. */
static bool names_text(const struct state *s)
{
    for (size_t i = s->begin; i < s->end; i++) {
        if (s->tokens->at[i].v.kind == SCR_PATH || s->tokens->at[i].slots)
            return true;
    }
    return false;
}

/* "duplicate files by content": what a step does may be said again. */
static bool says_again(str_view title, str_view word)
{
    while (title.len && !str_eq(word, STR("not"))) {
        size_t n = str_find_byte(title, ' ');
        str_view one = str_slice(title, 0, n);
        if (str_ends(one, STR(",")))
            one.len--;
        if (scr__inflects(word, one) || scr__inflects(one, word))
            return true;
        title = str_slice(title, n + 1, title.len);
    }
    return false;
}

/* What it costs that the pattern does not take the token; negative: it must. */
static int passing_costs(const struct state *s, const scr_token *t)
{
    bool each = str_eq(t->v.text, STR("each")) || str_eq(t->v.text, STR("every"));
    if (each && t->v.kind == SCR_WORD && str_find(s->title, STR("together")) < s->title.len)
        return -1; /* what is asked of each is no sum */
    if (scr__skippable(t))
        return 0;
    if (scr__separates(t) ||
        (t->v.kind == SCR_WORD && (t->weight == SCR_LIGHT || t->weight == SCR_IDLE)))
        return LIGHT_COSTS;
    if (t->v.kind == SCR_WORD && (t->weight == SCR_WEAK || says_again(s->title, t->v.text)))
        return WEAK_COSTS;
    /* "the file notes.txt" */
    return is_bare_mark(t, "FILES") && names_one(s->tokens, s->begin, s->end) ? WEAK_COSTS : -1;
}

/* What stands before a hole. */
struct before {
    const scr_node *node;
    size_t token; /* that it took */
};

/* What it takes cannot be anything else. */
static bool is_typed(hole_type h)
{
    return h == H_SIGN || h == H_NUMBER || h == H_SIZE || h == H_TIME || h == H_DATE ||
           h == H_URL || h == H_ENCODING || h == H_FILE || h == H_ARCHIVE;
}

static bool follows(const struct state *s, size_t i, size_t after)
{
    if (after == SCR_NO_TOKEN || i <= after)
        return false;
    while (++after < i && scr__skippable(&s->tokens->at[after])) {
    }
    return after == i;
}

/* Values that cannot be anything else are known by their kind wherever they stand; words, and the
 * values of a pattern with several holes, by what stands before them: a text by "containing", not
 * by "show". */
static bool may_be(const struct state *s, const scr_node *n, size_t i, struct before before)
{
    const scr_token *t = &s->tokens->at[i];
    if (n->kind != N_HOLE)
        return true;
    if (s->form->n_holes == 1 && t->v.kind != SCR_WORD &&
        (is_typed(n->hole) || t->v.kind == SCR_TEXT))
        return true;
    if (!follows(s, i, before.token))
        return false;
    scr_weight weight = before.node->kind == N_WORD ? before.node->weight : SCR_HEAVY;
    bool text = n->hole == H_TEXT || n->hole == H_LITERAL;
    if (text && t->v.kind == SCR_WORD && t->n_ids && !is_shouted(t))
        return false;
    return t->v.kind != SCR_WORD || weight == SCR_HEAVY || (weight == SCR_LIGHT && !text);
}

static void reached_loosely(struct state *s, uint64_t used)
{
    int score = s->now.score;
    for (size_t i = s->begin; i < s->end; i++) {
        int costs = used >> (i - s->begin) & 1 ? 0 : passing_costs(s, &s->tokens->at[i]);
        if (costs < 0)
            return;
        score -= costs;
    }
    if (!s->n_much || score <= 0 || (s->found && score <= s->best.score))
        return;
    s->found = true;
    s->best = s->now;
    s->best.score = score;
    s->best.end = s->end;
}

static bool has_slot(const struct state *s, const char *name)
{
    for (size_t i = s->begin; i < s->end; i++) {
        if (scr__slot(s->tokens->at[i].slots, name))
            return true;
    }
    return false;
}

/* Whether a word or a text may come next, which the word before gives its part: "by size". */
static bool announces(const scr_node *n)
{
    if (n->kind == N_SPLIT)
        return announces(n->next) || announces(n->other);
    return n->kind == N_WORD || n->kind == N_EXACT || (n->kind == N_HOLE && !is_typed(n->hole));
}

/* Whether more is said by it than that something is shown of files or lines. */
static bool says_much(const struct state *s, const scr_node *n, const scr_token *t)
{
    if (n->kind == N_MARK && stands_for_them(n->mark))
        return s->form->n_holes == 0 && t->slots && t->slots->next;
    return n->kind == N_MARK || n->kind == N_EXACT ||
           (n->kind == N_WORD && n->weight == SCR_HEAVY && !t->noise);
}

/* What it costs that the node takes nothing; 0: it must. */
static int missing_costs(const struct state *s, const scr_node *n, uint64_t used)
{
    if (n->kind == N_MARK && str_eq(n->mark, STR("FILES"))) /* "the size, of notes.txt" */
        return !s->strict_order && !s->of_kind && has_slot(s, "file") ? LINES_COST : 0;
    if (n->kind == N_MARK)
        return str_eq(n->mark, STR("LINES")) && names_text(s) ? LINES_COST : 0;
    if (n->kind != N_WORD)
        return 0;
    if (n->weight == SCR_WEAK) /* "show" at its begin */
        return used ? 0 : WEAK_COSTS;
    return n->weight == SCR_LIGHT && !s->strict_order && !announces(n->next) ? LIGHT_COSTS : 0;
}

static void walk_loosely(struct state *s, const scr_node *n, uint64_t used, struct before last)
{
    if (spent(s))
        return;
    if (n->kind == N_END) {
        reached_loosely(s, used);
        return;
    }
    if (n->kind == N_LAST || n->kind == N_NOT) {
        walk_loosely(s, n->next, used, last);
        return;
    }
    if (n->kind == N_SPLIT) {
        walk_loosely(s, n->next, used, last);
        walk_loosely(s, n->other, used, last);
        return;
    }
    for (size_t i = s->begin; i < s->end; i++) {
        uint64_t bit = UINT64_C(1) << (i - s->begin);
        bool free = s->strict_order ? used < bit : !(used & bit);
        int points = free ? takes(s, n, &s->tokens->at[i]) : 0;
        if (!points || !may_be(s, n, i, last))
            continue;
        scr_match before = s->now;
        bool much = says_much(s, n, &s->tokens->at[i]);
        take(s, n, i, points);
        s->n_much += much;
        /* "the" announces nothing. */
        walk_loosely(s, n->next, used | bit, s->tokens->at[i].noise ? last : (struct before){n, i});
        s->now = before;
        s->n_much -= much;
    }
    int costs = missing_costs(s, n, used);
    if (!costs)
        return;
    s->now.score -= costs;
    walk_loosely(s, n->next, used, (struct before){NULL, SCR_NO_TOKEN});
    s->now.score += costs;
}

/* Whether every word that must be understood is in the pattern at all: most patterns end here. */
static bool has_all(struct state *s)
{
    for (size_t i = s->begin; i < s->end; i++) {
        const scr_token *t = &s->tokens->at[i];
        const scr_node *n = passing_costs(s, t) < 0 ? s->form->all : NULL;
        bool must = n != NULL;
        while (n && !takes(s, n, t))
            n = n->all;
        if (must && !n)
            return false;
    }
    return true;
}

bool scr__match_loose(scr_match *out, const scr_pattern *p, const scr_tokens *tokens, size_t begin,
                      size_t end)
{
    const scr_form *form = &p->form;
    struct state s = {.form = form,
                      .tokens = tokens,
                      .whole = true,
                      .begin = begin,
                      .end = end,
                      .title = p->step->title,
                      .strict_order = p->step->effect & ~(unsigned)SCR_CREATES,
                      .of_kind = str_find(p->sets, STR("ext=")) < p->sets.len};
    if (end - begin > MAX_LOOSE_TOKENS || !has_all(&s))
        return false;
    for (size_t i = 0; i < SCR_MAX_HOLES; i++)
        s.now.holes[i] = SCR_NO_TOKEN;
    s.now.named = s.now.text = SCR_NO_TOKEN;
    walk_loosely(&s, form->start, 0, (struct before){NULL, SCR_NO_TOKEN});
    if (s.found)
        *out = s.best;
    return s.found;
}
