#include <string.h>

#include "assist/script/script_internal.h"

typedef enum { N_WORD, N_EXACT, N_MARK, N_HOLE, N_SPLIT, N_END } node_kind;

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
    N_HOLE_TYPES
} hole_type;

static const char *const hole_names[N_HOLE_TYPES] = {
    "text",    "quoted", "path",   "file",    "glob",     "ext",  "size",
    "time",    "date",   "number", "url",     "encoding", "name", "column",
    "unknown", "thing",  "folder", "archive", "literal"};

struct scr_node {
    node_kind kind;
    uint16_t word;
    hole_type hole;
    size_t index; /* of the hole */
    str_view mark;
    scr_node *next;
    scr_node *other; /* of a SPLIT */
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
        *n = (scr_node){.kind = kind, .next = next};
    else
        r->bad = true;
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
        r->form->numeric[n->index] = h == H_NUMBER || h == H_COLUMN;
        return n;
    }
    if (word.len > 2 && word.ptr[0] == '=' && word.ptr[1] != '=') { /* =file: not "files" */
        scr_node *exact = new_node(r, N_EXACT, next);
        if (exact)
            exact->mark = str_slice(word, 1, word.len);
        return exact ? exact : next;
    }
    bool mark = word.ptr[0] >= 'A' && word.ptr[0] <= 'Z';
    scr_node *n = new_node(r, mark ? N_MARK : N_WORD, next);
    if (n && mark)
        n->mark = word;
    else if (n)
        n->word = scr__table_word(r->t, r->a, word);
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
        bool numeric = out->numeric[i];
        out->holes[i] = out->holes[k];
        out->numeric[i] = out->numeric[k];
        out->holes[k] = name;
        out->numeric[k] = numeric;
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

/* Points for a hole that takes the token; 0: it does not. */
static int hole_takes(hole_type hole, const scr_token *t)
{
    scr_kind k = t->v.kind;
    bool literal = k == SCR_TEXT || k == SCR_PATH || k == SCR_GLOB || k == SCR_EXT ||
                   k == SCR_NUMBER || k == SCR_URL || k == SCR_ENCODING || k == SCR_DATE;
    bool unknown = k == SCR_WORD && t->n_ids == 0 && !t->noise && !t->glue && !scr__separates(t);
    switch (hole) {
    case H_TEXT:
        return k == SCR_TEXT                                      ? 8
               : literal                                          ? 5
               : k == SCR_WORD && !t->noise && !announces_text(t) ? 2
                                                                  : 0;
    case H_LITERAL: return k == SCR_TEXT ? 8 : literal ? 5 : unknown || is_shouted(t) ? 2 : 0;
    case H_QUOTED: return k == SCR_TEXT || (k == SCR_PATH && is_quoted(t)) ? 8 : 0;
    case H_PATH: return k == SCR_PATH || k == SCR_TEXT ? 8 : 0;
    case H_FILE: return k == SCR_PATH && names_file(t->v.text) ? 9 : 0;
    case H_GLOB: return k == SCR_GLOB ? 8 : 0;
    case H_EXT: return k == SCR_EXT ? 8 : t->ext.len && k == SCR_WORD && !t->noise ? 7 : 0;
    case H_SIZE: return k == SCR_SIZE ? 8 : 0;
    case H_TIME: return k == SCR_TIME ? 8 : 0;
    case H_DATE: return k == SCR_DATE ? 8 : 0;
    case H_NUMBER: return k == SCR_NUMBER ? 8 : k == SCR_WORD && t->has_number ? 7 : 0;
    case H_URL: return k == SCR_URL ? 8 : 0;
    case H_ENCODING: return k == SCR_ENCODING ? 8 : 0;
    case H_NAME:
        return k == SCR_TEXT || k == SCR_PATH                                 ? 8
               : unknown                                                      ? 5
               : k == SCR_WORD && !t->noise && !t->glue && !scr__separates(t) ? 3
                                                                              : 0;
    case H_COLUMN:
        return k == SCR_TEXT || k == SCR_NUMBER                               ? 8
               : k == SCR_WORD && t->has_number                               ? 7
               : k == SCR_WORD && !t->noise && !t->glue && !scr__separates(t) ? 3
                                                                              : 0;
    case H_UNKNOWN: return unknown ? 5 : 0;
    case H_THING: return k == SCR_WORD && !t->noise && !t->glue && !scr__separates(t) ? 3 : 0;
    case H_FOLDER: return k == SCR_PATH && str_ends(t->v.text, STR("/")) ? 9 : 0;
    case H_ARCHIVE: return k == SCR_PATH && names_archive(t->v.text) ? 10 : 0;
    default: return 0;
    }
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
        if (i < s->tokens->n && !scr__separates(&s->tokens->at[i]))
            return;
    }
    if (s->found && s->now.score <= s->best.score)
        return;
    s->found = true;
    s->best = s->now;
    s->best.end = i;
}

static void walk(struct state *s, const scr_node *n, size_t i, bool first)
{
    if (++s->tries > MAX_TRIES)
        return;
    if (s->tokens->tries && ++*s->tokens->tries > MAX_TRIES_IN_ALL)
        return;
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
        int before = s->now.score;
        size_t hole = n->kind == N_HOLE ? s->form->n_holes - 1 - n->index : 0;
        size_t named = s->now.named, text = s->now.text;
        s->now.score += points;
        if (n->kind == N_MARK && t->v.kind == SCR_PATH && str_eq(n->mark, STR("LINES")))
            s->now.text = i;
        else if (n->kind == N_MARK && t->v.kind == SCR_PATH)
            s->now.named = i;
        if (n->kind == N_HOLE)
            s->now.holes[hole] = i;
        /* "tree of this folder" is no folder named tree. */
        walk(s, n->next, i + 1, n->kind == N_HOLE && n->hole == H_NAME && !s->whole);
        if (n->kind == N_HOLE)
            s->now.holes[hole] = SCR_NO_TOKEN;
        s->now.named = named;
        s->now.text = text;
        s->now.score = before;
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
        can = form->firsts[i]->kind == N_END ||
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
