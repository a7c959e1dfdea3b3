#include <string.h>

#include "assist/script/script_internal.h"
#include "base/hash.h"
#include "base/utf.h"

/* The tables are lines; what belongs to a step stands behind its `step` line, bodies are indented
 * by four spaces. text/README tells the words. */

static str_view take_word(str_view *rest)
{
    *rest = str_trim_left(*rest);
    size_t n = 0;
    while (n < rest->len && rest->ptr[n] != ' ')
        n++;
    str_view word = str_slice(*rest, 0, n);
    *rest = str_trim_left(str_slice(*rest, n, rest->len));
    return word;
}

static void add_vocable(scr_table *t, arena *a, str_view word, uint16_t id)
{
    if (t->n_words == t->cap_words) {
        size_t cap = t->cap_words ? t->cap_words * 2 : 512;
        scr_vocable *grown = ARENA_ARRAY(a, scr_vocable, cap);
        if (!grown)
            return;
        if (t->n_words)
            memcpy(grown, t->words, t->n_words * sizeof *grown);
        t->words = grown;
        t->cap_words = cap;
    }
    t->words[t->n_words++] = (scr_vocable){word, id, false};
}

uint16_t scr__table_word(scr_table *t, arena *a, str_view word)
{
    size_t slot = (size_t)hash_str(word) % SCR_WORD_SLOTS;
    for (; t->own[slot]; slot = (slot + 1) % SCR_WORD_SLOTS) {
        if (str_eq(t->words[t->own[slot] - 1].text, word))
            return t->words[t->own[slot] - 1].id;
    }
    size_t before = t->n_words;
    add_vocable(t, a, word, t->n_ids);
    if (t->n_words > before && t->n_words < SCR_WORD_SLOTS / 2) {
        t->words[before].own = true;
        t->own[slot] = (uint16_t)t->n_words;
    }
    return t->n_ids++;
}

static void read_synonyms(scr_table *t, arena *a, str_view line)
{
    str_view word = take_word(&line);
    uint16_t id = scr__table_word(t, a, word);
    take_word(&line); /* = */
    while (line.len)
        add_vocable(t, a, take_word(&line), id);
}

static void add_need(arena *a, scr_need **list, str_view line)
{
    scr_need *need = ARENA_NEW(a, scr_need);
    if (!need)
        return;
    need->name = take_word(&line);
    need->text = line;
    while (*list)
        list = &(*list)->next;
    *list = need;
}

static err_code add_pattern(scr_table *t, arena *a, str_view line, scr_step *step, bool refuses,
                            err *e)
{
    scr_pattern *p = ARENA_NEW(a, scr_pattern);
    if (!p)
        return ERR_NOMEM;
    size_t arrow = str_find(line, STR("=>"));
    str_view rest = str_trim(str_slice(line, arrow + 2, line.len));
    size_t semicolon = refuses || arrow == line.len ? rest.len : str_find_byte(rest, ';');
    p->step = step;
    p->pass = t->n_passes;
    p->refuses = refuses;
    p->replacement = str_trim(str_slice(rest, 0, semicolon));
    p->sets = str_trim(str_slice(rest, semicolon + 1, rest.len));
    if (step) { /* what stands behind the arrow of a `say` are slots */
        p->sets = rest;
        p->replacement = STR("");
    }
    scr_pattern ***last = step ? &t->last_say : &t->last_phrase;
    **last = p;
    *last = &p->next;
    return scr__form_read(&p->form, t, a, str_trim(str_slice(line, 0, arrow)), e);
}

/* "kind jpg jpeg png = image picture": "images" and "image files" are files with these ends. */
static err_code add_kind(scr_table *t, arena *a, str_view line, err *e)
{
    size_t equal = str_find_byte(line, '=');
    str_view exts = str_trim(str_slice(line, 0, equal));
    str_view words = str_trim(str_slice(line, equal + 1, line.len));
    buf b;
    buf_init(&b, 4096);
    buf_append(&b, STR("("));
    while (words.len) {
        buf_append(&b, take_word(&words));
        buf_append(&b, words.len ? STR("|") : STR(") [file] => FILES ; ext="));
    }
    while (exts.len) {
        buf_append(&b, take_word(&exts));
        if (exts.len)
            buf_append(&b, STR(","));
    }
    str_view phrase = arena_copy(a, buf_view(&b));
    err_code rc = buf_failed(&b);
    buf_release(&b);
    return rc != ERR_OK ? rc : add_pattern(t, a, phrase, NULL, false, e);
}

static scr_type type_of(str_view v)
{
    if (str_eq(v, STR("files")))
        return SCR_T_FILES;
    if (str_eq(v, STR("lines")))
        return SCR_T_LINES;
    return str_eq(v, STR("done")) ? SCR_T_DONE : SCR_T_NONE;
}

static unsigned effects_of(str_view line)
{
    static const struct {
        const char *name;
        unsigned effect;
    } names[] = {{"creates", SCR_CREATES},
                 {"overwrites", SCR_OVERWRITES},
                 {"deletes", SCR_DELETES},
                 {"network", SCR_NETWORK},
                 {"system", SCR_SYSTEM}};
    unsigned all = 0;
    while (line.len) {
        str_view word = take_word(&line);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            if (str_eq(word, str_of(names[i].name)))
                all |= names[i].effect;
        }
    }
    return all;
}

static bool is_language(str_view key)
{
    return assist_script_language_find(key) != NULL;
}

/* Takes the indented lines that follow. */
static void add_body(arena *a, scr_step *step, str_view language, str_view role, str_view *rest)
{
    scr_body *body = ARENA_NEW(a, scr_body);
    if (!body)
        return;
    const char *begin = rest->ptr;
    size_t n = 0;
    while (rest->len && (str_starts(*rest, STR("    ")) || rest->ptr[0] == '\n')) {
        str_view line = str_take_line(rest);
        if (!str_is_blank(line))
            n = (size_t)(line.ptr + line.len - begin);
    }
    *body = (scr_body){step->bodies, language, role, {begin, n}};
    step->bodies = body;
}

static err_code read_step_line(scr_table *t, arena *a, scr_step *step, str_view key, str_view line,
                               str_view *rest, err *e)
{
    if (str_eq(key, STR("title")))
        step->title = line;
    else if (str_eq(key, STR("would")))
        step->would = line;
    else if (str_eq(key, STR("suffix")))
        step->suffix = line;
    else if (str_eq(key, STR("in")))
        step->in = type_of(line);
    else if (str_eq(key, STR("out")))
        step->out = type_of(line);
    else if (str_eq(key, STR("effect")))
        step->effect = effects_of(line);
    else if (str_eq(key, STR("deep")))
        step->deep = true;
    else if (str_eq(key, STR("contents")))
        step->contents = true;
    else if (str_eq(key, STR("whole")))
        step->whole = true;
    else if (str_eq(key, STR("all")))
        step->all = true;
    else if (str_eq(key, STR("ask")))
        add_need(a, &step->asks, line);
    else if (str_eq(key, STR("tool")))
        add_need(a, &step->tools, line);
    else if (str_eq(key, STR("default")))
        add_need(a, &step->defaults, line);
    else if (str_eq(key, STR("assume")))
        add_need(a, &step->assumes, line);
    else if (str_eq(key, STR("only")))
        step->only = line;
    else if (str_eq(key, STR("uses")))
        add_need(a, &step->uses, line);
    else if (str_eq(key, STR("bash")) && str_eq(line, STR("by python")))
        step->via_python = true;
    else if (str_eq(key, STR("say")))
        return add_pattern(t, a, line, step, false, e);
    else if (is_language(key))
        add_body(a, step, key, line, rest);
    else
        return err_set(e, ERR_FORMAT, "step %.*s: what is \"%.*s\"?", STR_ARG(step->name),
                       STR_ARG(key));
    return ERR_OK;
}

static bool is_among(str_view key, const char *const *names)
{
    for (; *names; names++) {
        if (str_eq(key, str_of(*names)))
            return true;
    }
    return false;
}

/* What a project's template says outside of its code must not become code, and its code must stand
 * where a dry run comes before it. */
static err_code check_foreign(str_view key, str_view line, err *e)
{
    static const char *const printed[] = {"title", "would", "suffix", "tool", NULL};
    static const char *const roles[] = {"run", "each", "edit", "pipe", "batch", "list", NULL};
    bool plain = !str_eq(line, STR("END"));
    for (size_t i = 0; plain && i < line.len; i++) {
        char c = line.ptr[i];
        plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                strchr(" ,.()/_+-", c);
    }
    if (is_among(key, printed) && !plain)
        return err_set(e, ERR_FORMAT, "a template's %.*s is letters, digits and ,.()/_+- only",
                       STR_ARG(key));
    if (is_language(key) && !is_among(line, roles))
        return err_set(e, ERR_FORMAT, "a template cannot have the role \"%.*s\"",
                       STR_ARG(str_slice(line, 0, 40)));
    return ERR_OK;
}

static scr_step *step_of(const scr_table *t, str_view name)
{
    scr_step *step = t->steps;
    while (step && !str_eq(step->name, name))
        step = step->next;
    return step;
}

static err_code read_text(scr_table *t, arena *a, str_view rest, bool foreign, err *e)
{
    err_code rc = ERR_OK;
    scr_step *step = NULL;
    while (rest.len && rc == ERR_OK) {
        str_view line = str_trim_right(str_take_line(&rest));
        if (!line.len || line.ptr[0] == '#')
            continue;
        str_view key = take_word(&line);
        if (!foreign && str_eq(key, STR("for"))) {
            step = step_of(t, line);
            if (!step)
                return err_set(e, ERR_FORMAT, "the tables of scripts: no step %.*s", STR_ARG(line));
            continue;
        }
        if (foreign && !step && !str_eq(key, STR("step")))
            return err_set(e, ERR_FORMAT, "a template begins with \"step NAME\", not with \"%.*s\"",
                           STR_ARG(str_slice(key, 0, 60)));
        if (str_eq(key, STR("step")) || (!foreign && str_eq(key, STR("part")))) {
            step = ARENA_NEW(a, scr_step);
            if (!step)
                return ERR_NOMEM;
            step->name = line;
            step->title = foreign ? STR("run the template") : line;
            step->foreign = foreign;
            if (str_eq(key, STR("part"))) {
                step->next = t->parts;
                t->parts = step;
                continue;
            }
            *t->last_step = step;
            t->last_step = &step->next;
        } else if (step) {
            rc = foreign ? check_foreign(key, line, e) : ERR_OK;
            if (rc == ERR_OK)
                rc = read_step_line(t, a, step, key, line, &rest, e);
        } else if (str_eq(key, STR("noise"))) {
            add_need(a, &t->noise, line);
        } else if (str_eq(key, STR("glue"))) {
            add_need(a, &t->glue, line);
        } else if (str_eq(key, STR("weak"))) {
            add_need(a, &t->weak, line);
        } else if (str_eq(key, STR("sign"))) {
            add_need(a, &t->signs, line);
        } else if (str_eq(key, STR("idle"))) {
            add_need(a, &t->idle, line);
        } else if (str_eq(key, STR("light"))) {
            add_need(a, &t->light, line);
        } else if (str_eq(key, STR("exts"))) {
            add_need(a, &t->exts, line);
        } else if (str_eq(key, STR("syn"))) {
            read_synonyms(t, a, line);
        } else if (str_eq(key, STR("query"))) {
            add_need(a, &t->queries, line);
        } else if (str_eq(key, STR("pass"))) {
            t->n_passes++;
        } else if (str_eq(key, STR("kind"))) {
            rc = add_kind(t, a, line, e);
        } else if (str_eq(key, STR("phrase")) || str_eq(key, STR("refuse"))) {
            rc = add_pattern(t, a, line, NULL, str_eq(key, STR("refuse")), e);
        } else {
            return err_set(e, ERR_FORMAT, "the tables of scripts: what is \"%.*s\"?", STR_ARG(key));
        }
    }
    return rc;
}

err_code scr__table_load(scr_table *t, arena *a, err *e)
{
    *t = (scr_table){.words = NULL};
    t->last_phrase = &t->phrases;
    t->last_say = &t->says;
    t->last_step = &t->steps;
    err_code rc = ERR_OK;
    for (size_t i = 0; scr__texts[i] && rc == ERR_OK; i++)
        rc = read_text(t, a, str_of(scr__texts[i]), false, e);
    return arena_failed(a) ? ERR_NOMEM : rc; /* what could not be kept reads like a mistake */
}

err_code scr__table_add(scr_table *t, arena *a, str_view text, err *e)
{
    if (!utf8_is_valid(text) || str_find_byte(text, '\0') < text.len)
        return err_set(e, ERR_FORMAT, "a template is not UTF-8 text");
    err_code rc = read_text(t, a, text, true, e);
    return arena_failed(a) ? ERR_NOMEM : rc;
}

static bool in_lists(const scr_need *list, str_view word)
{
    for (; list; list = list->next) {
        str_view rest = list->text;
        if (str_eq(list->name, word))
            return true;
        while (rest.len) {
            if (str_eq(take_word(&rest), word))
                return true;
        }
    }
    return false;
}

scr_weight scr__table_weight(const scr_table *t, str_view word)
{
    return in_lists(t->light, word)  ? SCR_LIGHT
           : in_lists(t->idle, word) ? SCR_IDLE
           : in_lists(t->weak, word) ? SCR_WEAK
                                     : SCR_HEAVY;
}

bool scr__table_is_ending(const scr_table *t, str_view word)
{
    return in_lists(t->exts, word);
}

/* The character that the word names; empty: none. */
static str_view sign_of(const scr_table *t, str_view word)
{
    for (const scr_need *sign = t->signs; sign; sign = sign->next) {
        for (str_view rest = sign->text; rest.len;) {
            if (scr__inflects(word, take_word(&rest)))
                return str_eq(sign->name, STR("\\t"))   ? STR("\t")
                       : str_eq(sign->name, STR("\\s")) ? STR(" ")
                                                        : sign->name;
        }
    }
    return STR("");
}

static void mark_token(const scr_table *t, scr_token *token)
{
    str_view word = token->v.text;
    token->noise = in_lists(t->noise, word);
    token->glue = in_lists(t->glue, word);
    token->weight = scr__table_weight(t, word);
    token->sign = sign_of(t, word);
    /* "as" and "os" are no plurals of endings. */
    str_view one =
        str_ends(word, STR("s")) && word.len > 2 ? str_slice(word, 0, word.len - 1) : word;
    token->ext = in_lists(t->exts, word) ? word : in_lists(t->exts, one) ? one : STR("");
    for (size_t i = 0; i < t->n_words && token->n_ids < SCR_MAX_IDS; i++) {
        const scr_vocable *v = &t->words[i];
        if (word.len && v->text.ptr[0] == word.ptr[0] && scr__inflects(word, v->text))
            token->ids[token->n_ids++] = v->id;
    }
}

void scr__table_mark(const scr_table *t, scr_tokens *tokens)
{
    for (size_t i = 0; i < tokens->n; i++) {
        if (tokens->at[i].v.kind == SCR_WORD)
            mark_token(t, &tokens->at[i]);
        /* "30 days old" names no ending. */
        if (i && tokens->at[i - 1].v.kind == SCR_TIME && str_eq(tokens->at[i].v.text, STR("old")))
            tokens->at[i].ext = STR("");
        /* "which files …" asks; "files which …" does not. */
        if (!i && str_eq(tokens->at[i].v.text, STR("which")))
            tokens->at[i].noise = false;
        if (!i && str_eq(tokens->at[i].v.text, STR("only")))
            tokens->at[i].noise = true;
    }
}

str_view scr__body(const scr_step *s, str_view language, const char *role)
{
    for (const scr_body *b = s->bodies; b; b = b->next) {
        if (str_eq(b->language, language) && str_eq(b->role, str_of(role)))
            return b->text;
    }
    return STR("");
}

bool scr__can(const scr_step *s, str_view language)
{
    for (const scr_body *b = s->bodies; b; b = b->next) {
        if (str_eq(b->language, language))
            return true;
    }
    return s->via_python && str_eq(language, STR("bash"));
}
