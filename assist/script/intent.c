#include <string.h>

#include "assist/script/script_internal.h"

const scr_value *scr__slot(const scr_slot *slots, const char *name)
{
    for (; slots; slots = slots->next) {
        if (str_eq(slots->name, str_of(name)))
            return &slots->value;
    }
    return NULL;
}

void scr__slot_set(arena *a, scr_slot **slots, str_view name, scr_value value)
{
    scr_slot *slot = ARENA_NEW(a, scr_slot);
    if (!slot)
        return;
    *slot = (scr_slot){.next = *slots, .name = name, .value = value};
    *slots = slot;
}

/* `more` before what is there, so that it counts. */
static void add_slots(arena *a, scr_slot **slots, const scr_slot *more)
{
    if (!more)
        return;
    add_slots(a, slots, more->next);
    scr__slot_set(a, slots, more->name, more->value);
}

/* What hole `i` took: a number where one is meant, an ending where that is, else what was written.
 */
static scr_value value_of(arena *a, const scr_form *form, size_t i, const scr_token *t,
                          str_view slot)
{
    scr_value v = t->v;
    if (v.kind == SCR_EXT && str_eq(slot, STR("folder"))) /* .git */
        v.text = t->written;
    if (v.kind != SCR_WORD)
        return v;
    if (form->sign[i] && t->sign.len)
        v.text = t->sign;
    else if (form->numeric[i] && t->has_number)
        v.text = arena_format(a, "%lld", (long long)v.n);
    else if (t->ext.len && str_ends(slot, STR("ext")))
        v.text = t->ext;
    else
        v.text = t->written;
    return v;
}

static str_view take_word(str_view *rest)
{
    *rest = str_trim_left(*rest);
    size_t n = str_find_byte(*rest, ' ');
    str_view word = str_slice(*rest, 0, n);
    *rest = str_slice(*rest, n, rest->len);
    return word;
}

void scr__put_path(arena *a, scr_slot **slots, str_view path)
{
    size_t slash = path.len;
    while (slash && path.ptr[slash - 1] != '/')
        slash--;
    scr_value name = {SCR_PATH, str_slice(path, slash, path.len), 0};
    scr_value dir = {SCR_PATH, str_slice(path, 0, slash), 0};
    scr__slot_set(a, slots, STR("glob"), name);
    scr__slot_set(a, slots, STR("flat"), (scr_value){SCR_WORD, STR("1"), 1});
    if (memchr(dir.text.ptr, '*', dir.text.len)) /* which nothing can do: it becomes a question */
        scr__slot_set(a, slots, STR("folders with wild cards"), dir);
    else if (slash)
        scr__slot_set(a, slots, STR("dir"), dir);
}

static void rename_slot(scr_slot *slots, str_view from, str_view to)
{
    for (; slots; slots = slots->next) {
        if (str_eq(slots->name, from))
            slots->name = to;
    }
}

/* photo_001.jpg: what stands before the number, how wide it is, what stands behind. */
static void put_numbered(arena *a, scr_slot **slots, str_view name)
{
    size_t from = 0, to;
    while (from < name.len && !(name.ptr[from] >= '0' && name.ptr[from] <= '9'))
        from++;
    for (to = from; to < name.len && name.ptr[to] >= '0' && name.ptr[to] <= '9';)
        to++;
    str_view width = arena_format(a, "%zu", to - from);
    scr__slot_set(a, slots, STR("head"), (scr_value){SCR_TEXT, str_slice(name, 0, from), 0});
    scr__slot_set(a, slots, STR("tail"), (scr_value){SCR_TEXT, str_slice(name, to, name.len), 0});
    if (to > from)
        scr__slot_set(a, slots, STR("width"), (scr_value){SCR_NUMBER, width, (int64_t)(to - from)});
}

/* "slot=$1 other=value flag" */
static void apply_sets(arena *a, scr_slot **slots, str_view sets, const scr_form *form,
                       const scr_match *m, const scr_tokens *tokens)
{
    for (str_view word; (word = take_word(&sets)).len;) {
        size_t equal = str_find_byte(word, '=');
        str_view name = str_slice(word, 0, equal), value = str_slice(word, equal + 1, word.len);
        if (value.len > 1 &&
            value.ptr[0] == '%') { /* dir=%folder: the slot has another name here */
            rename_slot(*slots, str_slice(value, 1, value.len), name);
            continue;
        }
        scr_value v = {SCR_WORD, equal < word.len ? value : STR("1"), 1};
        for (size_t i = 0; i < value.len && value.ptr[i] >= '0' && value.ptr[i] <= '9'; i++)
            v.n = (i ? v.n * 10 : 0) + (value.ptr[i] - '0');
        if (str_eq(value, STR("\\s"))) /* words end at spaces */
            v.text = STR(" ");
        if (str_eq(value, STR("\\t")))
            v.text = STR("\t");
        if (value.len == 2 && value.ptr[0] == '$') {
            size_t hole = (size_t)(value.ptr[1] - '1');
            if (hole >= form->n_holes || m->holes[hole] == SCR_NO_TOKEN)
                continue;
            v = value_of(a, form, hole, &tokens->at[m->holes[hole]], name);
        }
        if (v.kind == SCR_TIME && v.n % 86400 && str_ends(name, STR("aged")))
            name = str_eq(name, STR("aged")) ? STR("aged_minutes") : STR("used_aged_minutes");
        if ((v.kind == SCR_PATH || (v.kind == SCR_GLOB && memchr(v.text.ptr, '/', v.text.len))) &&
            str_eq(name, STR("glob")))
            scr__put_path(a, slots, v.text);
        else if (str_eq(name, STR("named")) && memchr(v.text.ptr, '/', v.text.len))
            scr__put_path(a, slots, v.text);
        else if (str_eq(name, STR("numbered")))
            put_numbered(a, slots, v.text);
        else if (str_eq(name, STR("named"))) /* wherever it lies */
            scr__slot_set(a, slots, STR("glob"), v);
        else
            scr__slot_set(a, slots, name, v);
    }
}

/* --- phrases --- */

static void mark_words(const scr_table *t, scr_token *token)
{
    scr_tokens one = {token, 1, NULL};
    scr__table_mark(t, &one);
}

/* "jpg and png files": one list. An ending beside a glob becomes one. */
static void join_names(arena *a, scr_slot **slots)
{
    bool globs = scr__slot(*slots, "glob") != NULL;
    str_view all = STR("");
    for (scr_slot *s = *slots; s; s = s->next) {
        bool ext = str_eq(s->name, STR("ext"));
        if (!ext && !str_eq(s->name, STR("glob")))
            continue;
        for (str_view rest = s->value.text; rest.len;) {
            size_t comma = str_find_byte(rest, ',');
            all = arena_format(a, "%.*s%s%s%.*s", STR_ARG(all), all.len ? "," : "",
                               ext && globs ? "*." : "", STR_ARG(str_slice(rest, 0, comma)));
            rest = str_slice(rest, comma + 1, rest.len);
        }
        s->name = STR("joined");
    }
    if (all.len)
        scr__slot_set(a, slots, globs ? STR("glob") : STR("ext"), (scr_value){SCR_WORD, all, 0});
}

/* "except pdf files": what names them names those that stay out. */
static void turn_names(scr_slot *slots)
{
    for (; slots; slots = slots->next) {
        if (str_eq(slots->name, STR("ext")))
            slots->name = STR("not_ext");
        else if (str_eq(slots->name, STR("glob")))
            slots->name = STR("not_glob");
        else if (str_eq(slots->name, STR("excluded")))
            slots->name = STR("turned");
        else if (str_eq(slots->name, STR("empty")))
            slots->name = STR("not_empty");
        else if (str_eq(slots->name, STR("hidden")))
            slots->name = STR("no_hidden");
        else if (!str_eq(slots->name, STR("both")) && !str_eq(slots->name, STR("joined")))
            slots->name = STR("all but these"); /* which nothing can do: it becomes a question */
    }
}

/* "between 50 and 30 days ago": the smaller first. */
static void order_span(scr_slot *slots)
{
    static const char *const ends[][2] = {{"older", "newer"}, {"min_size", "max_size"}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        scr_slot *low = slots, *high = slots;
        while (low && !str_eq(low->name, str_of(ends[i][0])))
            low = low->next;
        while (high && !str_eq(high->name, str_of(ends[i][1])))
            high = high->next;
        if (low && high && low->value.n > high->value.n) {
            scr_value v = low->value;
            low->value = high->value;
            high->value = v;
        }
    }
}

/* "csv files called data.zip": that is the name of something else. */
static bool contradicts(const scr_slot *slots)
{
    const scr_value *ext = scr__slot(slots, "ext"), *glob = scr__slot(slots, "glob");
    size_t dot = glob ? glob->text.len : 0;
    if (!ext || !glob || scr__slot(slots, "both") || scr__slot(slots, "joined") ||
        memchr(glob->text.ptr, '*', glob->text.len) ||
        str_find_byte(ext->text, ',') < ext->text.len)
        return false;
    while (dot && glob->text.ptr[dot - 1] != '.')
        dot--;
    return dot && !str_ends(glob->text, ext->text);
}

/* Tokens [begin, end) become what the phrase says. */
static void rewrite(arena *a, const scr_table *t, scr_tokens *tokens, size_t begin,
                    const scr_pattern *p, const scr_match *m)
{
    scr_slot *slots = NULL;
    for (size_t i = begin; i < m->end; i++)
        add_slots(a, &slots, tokens->at[i].slots);
    apply_sets(a, &slots, p->sets, &p->form, m, tokens);
    if (contradicts(slots))
        return;
    if (scr__slot(slots, "span"))
        order_span(slots);
    if (scr__slot(slots, "both"))
        join_names(a, &slots);
    if (scr__slot(slots, "excluded") && !slots->next)
        scr__slot_set(a, &slots, STR("all but these"), (scr_value){SCR_WORD, STR("1"), 1});
    else if (scr__slot(slots, "excluded"))
        turn_names(slots);
    str_view rest = p->replacement;
    str_view first = tokens->at[begin].written, last = tokens->at[m->end - 1].written;
    if (str_eq(rest, STR("FILES")) && str_ends(last, STR("file")))
        scr__slot_set(a, &slots, STR("one"), (scr_value){SCR_WORD, STR("1"), 1});
    scr_token base = {.written = {first.ptr, (size_t)(last.ptr + last.len - first.ptr)},
                      .slots = slots,
                      .v = {SCR_NOTE, STR(""), 0}};
    size_t n = 0;
    scr_token made[4];
    for (str_view word; n < 4 && (word = take_word(&rest)).len; n++) {
        bool mark = word.ptr[0] >= 'A' && word.ptr[0] <= 'Z';
        made[n] = base;
        made[n].v = (scr_value){mark ? SCR_MARK : SCR_WORD, word, 0};
        if (n)
            made[n].slots = NULL;
        if (!mark)
            mark_words(t, &made[n]);
    }
    if (!n)
        made[n++] = base;
    size_t room = m->end - begin;
    if (n > room)
        n = room; /* a phrase never grows: the tables' test says so */
    for (size_t i = 0; i < n; i++)
        tokens->at[begin + i] = made[i];
    memmove(tokens->at + begin + n, tokens->at + m->end, (tokens->n - m->end) * sizeof *tokens->at);
    tokens->n -= room - n;
}

static void rewrite_pass(scr_intent *out, arena *a, const scr_table *t, scr_tokens *tokens,
                         unsigned pass)
{
    for (size_t i = 0; i < tokens->n && !out->refused.len; i++) {
        const scr_pattern *best = NULL;
        scr_match m, found;
        for (const scr_pattern *p = t->phrases; p; p = p->next) {
            if (p->pass == pass && scr__match(&m, &p->form, tokens, i, false) &&
                (!best || m.score > found.score)) {
                best = p;
                found = m;
            }
        }
        if (best && best->refuses)
            out->refused = best->replacement;
        else if (best) {
            bool shrinks = found.end - i > 1;
            rewrite(a, t, tokens, i, best, &found);
            if (shrinks && tokens->at[i].v.kind == SCR_MARK)
                i--; /* a list has more than two members */
        }
    }
}

/* "the csv file people.csv" is people.csv. */
static void join_appositions(scr_tokens *tokens)
{
    for (size_t i = 0; i + 1 < tokens->n; i++) {
        scr_token *t = &tokens->at[i];
        const scr_value *ext = scr__slot(t->slots, "ext"), *next = &t[1].v;
        bool plain = t->slots && (!t->slots->next || !t->slots->next->next);
        if (t->v.kind == SCR_MARK && str_eq(t->v.text, STR("FILES")) && plain && ext &&
            scr__slot(t->slots, "one") && next->kind == SCR_PATH && str_ends(next->text, ext->text))
            *t = (scr_token){.written = t->written, .v = {SCR_NOTE, STR(""), 0}};
    }
}

/* "…, larger than 1 MB and modified today": what sets slots only continues what it stands in. */
static void join_notes(scr_tokens *tokens)
{
    for (size_t i = 0; i < tokens->n; i++) {
        if (!scr__separates(&tokens->at[i]))
            continue;
        size_t k = i + 1;
        while (k < tokens->n && (tokens->at[k].noise || scr__separates(&tokens->at[k])))
            k++;
        if (k == tokens->n || tokens->at[k].v.kind == SCR_NOTE)
            tokens->at[i].noise = true;
    }
}

/* --- clauses --- */

struct choice {
    bool known, possible;
    int score;
    const scr_pattern *say;
    scr_match m;
    const scr_step *rival; /* of a loose reading: the next best */
    int rival_score;
};

struct search {
    const scr_table *t;
    bool loose;
    const scr_tokens *tokens;
    struct choice (*best)[4]; /* by token and by what was there before */
};

static bool fits(scr_type before, scr_type in)
{
    if (before == SCR_T_NONE)
        return true;
    if (before == SCR_T_FILES)
        return in == SCR_T_FILES || in == SCR_T_LINES;
    return before == SCR_T_LINES && in == SCR_T_LINES;
}

static bool passes(const scr_token *t)
{
    return scr__skippable(t) || scr__separates(t);
}

enum { CLAUSE_COSTS = 6, MISFIT_COSTS = 3, ONLY_GAINS = 4, LOOSE_COSTS = 4, MARGIN = 3 };

static bool ends_so(str_view path, str_view endings)
{
    for (str_view end; (end = take_word(&endings)).len;) {
        if (str_ends(path, end))
            return true;
    }
    return false;
}

/* Whether the one ending that files are named by is among these. */
static bool ext_is(const scr_slot *slots, str_view endings)
{
    const scr_value *ext = scr__slot(slots, "ext"), *glob = scr__slot(slots, "glob");
    for (str_view end; (end = take_word(&endings)).len;) {
        if ((ext && str_eq(ext->text, str_slice(end, 1, end.len))) ||
            (glob && str_ends(glob->text, end)))
            return true;
    }
    return false;
}

/* Whether the comment names a file with one of these endings, or none is asked for. */
static bool names_kind(const scr_tokens *tokens, str_view endings)
{
    for (size_t i = 0; i < tokens->n && endings.len; i++) {
        const scr_value *file = scr__slot(tokens->at[i].slots, "file");
        if ((tokens->at[i].v.kind == SCR_PATH && ends_so(tokens->at[i].v.text, endings)) ||
            (file && ends_so(file->text, endings)) || ext_is(tokens->at[i].slots, endings))
            return true;
    }
    return !endings.len;
}

static bool is_each(const scr_token *t)
{
    return str_eq(t->v.text, STR("each")) || str_eq(t->v.text, STR("every"));
}

/* Whether the step does what the tokens say besides: "compress them into a.zip" is nothing for one
 * that knows no file to write, files of some size are nothing for one that takes none. */
static bool heeds_all(const scr_pattern *p, const scr_tokens *tokens, size_t begin, size_t end)
{
    const scr_step *step = p->step;
    for (size_t i = begin; i < end; i++) {
        bool lines = tokens->at[i].v.kind == SCR_MARK && str_eq(tokens->at[i].v.text, STR("LINES"));
        if (step->whole && lines && i && is_each(&tokens->at[i - 1]))
            return false;
        for (const scr_slot *s = tokens->at[i].slots; s; s = s->next) {
            bool asked = str_eq(s->name, STR("out")) || step->in == SCR_T_NONE;
            if (asked && !scr__heeds(step, s->name) && str_find(p->sets, s->name) == p->sets.len)
                return false;
        }
    }
    return true;
}

static const struct choice *read_from(struct search *s, size_t i, scr_type before);

/* Whether the step, which the match is of, and what can follow it is the best so far for `c`. */
static void consider(struct search *s, struct choice *c, scr_type before, const scr_pattern *p,
                     const scr_match *m, int costs)
{
    const struct choice *rest = read_from(s, m->end, p->step->out);
    int score = m->score + rest->score - CLAUSE_COSTS - costs +
                (p->step->only.len ? ONLY_GAINS : 0) -
                (before == SCR_T_FILES && p->step->in == SCR_T_LINES ? MISFIT_COSTS : 0);
    if (!rest->possible)
        return;
    bool other = c->possible && c->say->step != p->step;
    if (c->possible && score <= c->score) {
        if (other && (!c->rival || score > c->rival_score)) {
            c->rival = p->step;
            c->rival_score = score;
        }
        return;
    }
    struct choice better = {.known = true, .possible = true, .score = score, .say = p, .m = *m};
    better.rival = other ? c->say->step : c->rival;
    better.rival_score = other ? c->score : c->rival_score;
    *c = better;
}

/* The best reading of tokens [i, n) behind something of type `before`. */
static const struct choice *read_from(struct search *s, size_t i, scr_type before)
{
    struct choice *c = &s->best[i][before];
    size_t n = s->tokens->n, begin = i;
    if (c->known)
        return c;
    c->known = true;
    while (begin < n && passes(&s->tokens->at[begin]))
        begin++;
    if (begin == n) {
        c->possible = before != SCR_T_NONE;
        return c;
    }
    for (const scr_pattern *p = s->t->says; p; p = p->next) {
        scr_match m;
        if (!fits(before, p->step->in) || !names_kind(s->tokens, p->step->only))
            continue;
        if (scr__match(&m, &p->form, s->tokens, begin, true) && m.end != i &&
            heeds_all(p, s->tokens, begin, m.end))
            consider(s, c, before, p, &m, 0);
        for (size_t end = begin + 1; s->loose && end <= n; end++) {
            if ((end == n || scr__ends_before(&s->tokens->at[end])) &&
                scr__match_loose(&m, p, s->tokens, begin, end) &&
                heeds_all(p, s->tokens, begin, end))
                consider(s, c, before, p, &m, LOOSE_COSTS);
        }
    }
    return c;
}

static void put_clause(scr_intent *out, arena *a, const scr_tokens *tokens, size_t begin,
                       const struct choice *c)
{
    scr_clause *clause = &out->clauses[out->n++];
    *clause = (scr_clause){.step = c->say->step};
    for (const scr_need *d = c->say->step->defaults; d; d = d->next) {
        scr_value v = {SCR_WORD, d->text, 0};
        for (size_t i = 0; i < d->text.len && d->text.ptr[i] >= '0' && d->text.ptr[i] <= '9'; i++)
            v.n = v.n * 10 + (d->text.ptr[i] - '0');
        scr__slot_set(a, &clause->slots, d->name, v);
    }
    for (size_t i = begin; i < c->m.end; i++)
        add_slots(a, &clause->slots, tokens->at[i].slots);
    /* "the newest file" is one, "the newest files" are as many as the step says. */
    if (scr__slot(clause->slots, "one") && scr__slot(clause->slots, "n"))
        scr__slot_set(a, &clause->slots, STR("n"), (scr_value){SCR_WORD, STR("1"), 1});
    for (size_t h = 0; h < c->say->form.n_holes; h++) {
        if (c->m.holes[h] == SCR_NO_TOKEN)
            continue;
        str_view name = c->say->form.holes[h];
        scr__slot_set(a, &clause->slots, name,
                      value_of(a, &c->say->form, h, &tokens->at[c->m.holes[h]], name));
    }
    if (c->m.named != SCR_NO_TOKEN)
        scr__put_path(a, &clause->slots, tokens->at[c->m.named].v.text);
    if (c->m.text != SCR_NO_TOKEN)
        scr__slot_set(a, &clause->slots, STR("file"), tokens->at[c->m.text].v);
    apply_sets(a, &clause->slots, c->say->sets, &c->say->form, &c->m, tokens);
}

/* --- questions --- */

enum { N_NEAR = 3 };

/* The steps whose sayings have most words in common with the comment, best first. */
struct nearest {
    const scr_step *steps[N_NEAR];
    int scores[N_NEAR];
};

static void put_near(struct nearest *near, const scr_step *step, int score)
{
    size_t i = 0;
    while (i < N_NEAR && score <= near->scores[i])
        i++;
    if (i == N_NEAR)
        return;
    for (size_t k = N_NEAR - 1; k > i; k--) {
        near->steps[k] = near->steps[k - 1];
        near->scores[k] = near->scores[k - 1];
    }
    near->steps[i] = step;
    near->scores[i] = score;
}

static struct nearest find_nearest(const scr_table *t, const scr_tokens *tokens)
{
    struct nearest near = {{NULL}, {0}};
    for (const scr_pattern *p = t->says; p;) { /* those of one step stand together */
        const scr_step *step = p->step;
        bool fits_files = names_kind(tokens, step->only);
        int best = 0;
        for (; p && p->step == step; p = p->next) {
            for (size_t i = 0; fits_files && i < tokens->n; i++) {
                scr_match m;
                if (scr__match(&m, &p->form, tokens, i, false) && m.score > best)
                    best = m.score;
            }
        }
        put_near(&near, step, best);
    }
    return near;
}

static str_view unknown_word(const scr_tokens *tokens)
{
    for (size_t i = 0; i < tokens->n; i++) {
        const scr_token *t = &tokens->at[i];
        if (t->v.kind == SCR_WORD && !t->n_ids && !t->noise && !t->has_number && !scr__separates(t))
            return t->written;
    }
    return STR("");
}

static void ask(scr_intent *out, arena *a, const scr_table *t, const scr_tokens *tokens)
{
    struct nearest found = find_nearest(t, tokens);
    const scr_step **near = found.steps;
    str_view word = unknown_word(tokens);
    str_view what =
        word.len ? arena_format(a, "What does \"%.*s\" mean here?", STR_ARG(str_slice(word, 0, 60)))
                 : STR("Which of its words say what is to be done?");
    if (!near[0])
        out->question =
            arena_format(a,
                         "%.*s Begin with what is to be done, then to which files or lines, as "
                         "in: delete *.tmp files older than 7 days in build/",
                         STR_ARG(what));
    else
        out->question =
            arena_format(a, "%.*s Nearest to it I can: %.*s%s%.*s%s%.*s.", STR_ARG(what),
                         STR_ARG(near[0]->title), near[1] ? "; " : "",
                         STR_ARG(near[1] ? near[1]->title : STR("")), near[2] ? "; " : "",
                         STR_ARG(near[2] ? near[2]->title : STR("")));
}

/* "the links of page.html": what is only named is to be shown. False: no room. */
static bool put_show(const scr_table *t, scr_tokens *tokens)
{
    if (!tokens->n || tokens->n == SCR_MAX_TOKENS)
        return false;
    memmove(tokens->at + 1, tokens->at, tokens->n * sizeof *tokens->at);
    tokens->n++;
    str_view first = tokens->at[1].written;
    tokens->at[0] = (scr_token){.v = {SCR_WORD, STR("show"), 0}, .written = {first.ptr, 0}};
    tokens->at[0].n_ids = 0; /* shown, but not searched for */
    for (size_t i = 0; i < t->n_words; i++) {
        if (t->words[i].own && str_eq(t->words[i].text, STR("show")))
            tokens->at[0].ids[tokens->at[0].n_ids++] = t->words[i].id;
    }
    return true;
}

static void take_back_show(scr_tokens *tokens)
{
    tokens->n--;
    memmove(tokens->at, tokens->at + 1, tokens->n * sizeof *tokens->at);
}

/* "write the names of all files to list.txt": they are shown, and what is shown is kept there. */
static bool turn_write_to_show(const scr_table *t, arena *a, scr_tokens *tokens)
{
    static const char *const verbs[] = {"write", "save", "store", "put", "export", "dump"};
    static const char *const words[] = {"to", "into", "in", "as"};
    size_t n = tokens->n, to = n, first = 0;
    bool writes = false, aims = false;
    while (first < n && scr__skippable(&tokens->at[first]))
        first++;
    for (size_t i = 0; first < n && i < sizeof verbs / sizeof *verbs; i++)
        writes = writes || str_eq(tokens->at[first].v.text, str_of(verbs[i]));
    if (!writes || n < first + 4 || tokens->at[n - 1].v.kind != SCR_PATH)
        return false;
    for (to = n - 2; to > first + 1 && scr__skippable(&tokens->at[to]);)
        to--;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        aims = aims || str_eq(tokens->at[to].v.text, str_of(words[i]));
    if (!aims)
        return false;
    scr_token note = {.written = tokens->at[n - 1].written, .v = {SCR_NOTE, STR(""), 0}};
    scr__slot_set(a, &note.slots, STR("out"), tokens->at[n - 1].v);
    tokens->at[to] = note;
    tokens->n = to + 1;
    tokens->at[first].v.text = STR("show");
    tokens->at[first].n_ids = 0;
    mark_words(t, &tokens->at[first]);
    return true;
}

static const struct choice *read_all(struct search *s, arena *a, scr_tokens *tokens)
{
    s->best = arena_push_array(a, tokens->n + 1, sizeof *s->best);
    return s->best ? read_from(s, 0, SCR_T_NONE) : NULL;
}

/* The part of a path that says what is in the file: "names" of lists/names.txt. */
static str_view stem_of(str_view path)
{
    for (size_t slash; (slash = str_find_byte(path, '/')) < path.len;)
        path = str_slice(path, slash + 1, path.len);
    return str_slice(path, 0, str_find_byte(path, '.'));
}

/* "to names.txt", "called names.txt" */
static bool is_written_to(const scr_tokens *tokens, size_t i)
{
    static const char *const words[] = {"to", "into", "as", "called", "named"};
    while (i && (tokens->at[i - 1].noise || str_eq(tokens->at[i - 1].v.text, STR("file"))))
        i--;
    for (size_t k = 0; i && k < sizeof words / sizeof *words; k++) {
        if (str_eq(tokens->at[i - 1].v.text, str_of(words[k])))
            return true;
    }
    return false;
}

/* "each name in names.txt", "the users of users.json": a line of it each. False: none is said. */
static bool name_lines(const scr_table *t, scr_tokens *tokens)
{
    bool found = false;
    for (size_t i = 0; i < tokens->n; i++) {
        bool read = tokens->at[i].v.kind == SCR_PATH && !is_written_to(tokens, i);
        str_view stem = read ? stem_of(tokens->at[i].v.text) : STR("");
        for (size_t k = 0; k < tokens->n && stem.len > 2; k++) {
            scr_token *word = &tokens->at[k];
            if (word->v.kind != SCR_WORD || word->glue || word->noise ||
                !(scr__inflects(stem, word->v.text) || scr__inflects(word->v.text, stem)))
                continue;
            scr_token line = {.written = word->written, .v = {SCR_WORD, STR("lines"), 0}};
            *word = line;
            mark_words(t, word);
            found = true;
        }
    }
    return found;
}

static void ask_which(scr_intent *out, arena *a, const struct choice *c)
{
    out->question = arena_format(a, "Which of these do you mean: %.*s, or %.*s?",
                                 STR_ARG(c->say->step->title), STR_ARG(c->rival->title));
}

err_code scr__intent(scr_intent *out, arena *a, const scr_table *t, scr_tokens *tokens,
                     scr_reading how)
{
    bool named = how == SCR_READ_NAMED || how == SCR_READ_NAMED_LOOSELY;
    bool loose = how >= SCR_READ_LOOSELY;
    *out = (scr_intent){.n = 0};
    if ((named && !name_lines(t, tokens)) ||
        (how == SCR_READ_SAVED && !turn_write_to_show(t, a, tokens))) {
        out->unread = true;
        return ERR_OK;
    }
    for (unsigned pass = 0; pass <= t->n_passes; pass++) {
        rewrite_pass(out, a, t, tokens, pass);
        join_appositions(tokens);
    }
    if (out->refused.len)
        return arena_failed(a) ? ERR_NOMEM : ERR_OK;
    join_notes(tokens);
    struct search s = {.t = t, .tokens = tokens, .loose = loose};
    size_t i = 0;
    scr_type before = SCR_T_NONE;
    const struct choice *c = read_all(&s, a, tokens);
    if (c && !loose && (!c->possible || !c->say) && put_show(t, tokens)) {
        c = read_all(&s, a, tokens);
        if (c && (!c->possible || !c->say))
            take_back_show(tokens);
    }
    if (!c)
        return ERR_NOMEM;
    out->unread = !c->possible || !c->say;
    if (out->unread && how == SCR_READ_STRICTLY)
        ask(out, a, t, tokens);
    for (; c->possible && c->say && out->n < SCR_MAX_CLAUSES; c = read_from(&s, i, before)) {
        put_clause(out, a, tokens, i, c);
        if (loose && c->rival && c->score - c->rival_score <= MARGIN && !out->question.len)
            ask_which(out, a, c);
        i = c->m.end;
        before = c->say->step->out;
    }
    if (out->n == SCR_MAX_CLAUSES)
        out->question = STR("That is more than I can do at once: can you split it?");
    /* Slots behind the last clause, as in "…, recursively". */
    for (; out->n && i < tokens->n; i++)
        add_slots(a, &out->clauses[out->n - 1].slots, tokens->at[i].slots);
    return arena_failed(a) ? ERR_NOMEM : ERR_OK;
}
