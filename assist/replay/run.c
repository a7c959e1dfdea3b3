#include "assist/replay/run.h"

#include <limits.h>
#include <stdlib.h>

#include "assist/replay/hole.h"
#include "assist/replay/score.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "context/changes.h"
#include "context/files.h"
#include "context/lexicon.h"
#include "context/names.h"
#include "context/tree.h"
#include "context/words.h"

enum {
    MAX_FILE_BYTES = 1 << 20,
    TASK_BYTES = 64 << 20,
    PARSE_MS = 1000,
    DEFAULT_TASKS = 500,
    LINES_PER_BLOCK = 4,
};

/* ---- the engine as a subject ---- */

static err_code engine_learn(void *user, const struct assist_document *file, err *e)
{
    return assist_learn(user, file, e);
}

static err_code engine_open(void *user, const char *root, err *e)
{
    err_code rc = assist_open_folder(user, root, NULL, e);
    if (rc == ERR_OK)
        assist_settle(user);
    return rc;
}

static err_code engine_complete(void *user, struct assist_completion *out, arena *mem,
                                const struct assist_document *doc, size_t cursor,
                                const struct assist_complete_options *options, err *e)
{
    return assist_complete(user, out, mem, doc, cursor, options, NULL, e);
}

static void engine_forget(void *user)
{
    assist_engine_forget(user);
}

static bool engine_knows(void *user, str_view word)
{
    return assist_knows_word(user, word);
}

struct assist_subject assist_replay_subject(assist_engine *engine)
{
    return (struct assist_subject){engine,          engine_learn,  engine_open,
                                   engine_complete, engine_forget, engine_knows};
}

/* ---- one task ---- */

struct names_known {
    const struct assist_subject *subject;
    const struct assist_replay_task *task;
    const gram_language *lang;
    struct assist_outcome *outcome;
};

static void check_name(void *user, str_view name, size_t begin)
{
    struct names_known *k = user;
    (void)begin;
    while (name.len > 0 && !ctx_lexicon_is_word_byte(name.ptr[0]))
        name = str_slice(name, 1, name.len);
    k->outcome->n_names++;
    k->outcome->n_known += gram_library_has(k->lang, name) ||
                           ctx_words_in(k->task->doc.text, name) ||
                           ctx_words_in(k->task->target, name) ||
                           (k->subject->knows && k->subject->knows(k->subject->user, name));
}

/* Syntax errors when the person's own text stands there. */
static size_t errors_of_truth(ctx_tree *tree, const struct assist_replay_task *task)
{
    struct ctx_paste paste;
    err_code rc = ctx_tree_try_paste(tree, &paste, NULL, task->doc.text, task->cursor, task->cursor,
                                     task->target, PARSE_MS);
    return rc == ERR_OK ? paste.n_after : 0;
}

/* What the document would be with the suggestion in it, judged by its syntax. */
static void check_syntax(struct assist_outcome *o, arena *mem, const struct assist_subject *subject,
                         const struct assist_replay_task *task, const gram_language *lang,
                         const struct assist_suggestion *s)
{
    ctx_tree *tree = NULL;
    TSTree *pasted = NULL;
    struct ctx_paste paste;
    err unused;
    str_view doc = task->doc.text;
    if (ctx_tree_create(&tree, lang, &unused) == ERR_OK &&
        ctx_tree_parse(tree, doc, PARSE_MS, &unused) == ERR_OK &&
        ctx_tree_try_paste(tree, &paste, &pasted, doc, s->begin_bytes, s->end_bytes, s->text,
                           PARSE_MS) == ERR_OK) {
        o->parse_known = true;
        o->parses = !paste.adds || paste.n_after <= errors_of_truth(tree, task);
        if (gram_library_known(lang)) {
            struct names_known k = {subject, task, lang, o};
            str_view text =
                arena_format(mem, "%.*s%.*s%.*s", (int)s->begin_bytes, doc.ptr, STR_ARG(s->text),
                             (int)(doc.len - s->end_bytes), doc.ptr + s->end_bytes);
            if (!arena_failed(mem))
                ctx_names_in(ts_tree_root_node(pasted), text, s->begin_bytes,
                             s->begin_bytes + s->text.len, check_name, &k);
        }
        ts_tree_delete(pasted);
    }
    ctx_tree_destroy(tree);
}

/* The suggestion from the cursor on, where it begins with what stands before it. */
static str_view from_cursor(const struct assist_suggestion *s, str_view text, size_t cursor)
{
    str_view typed = str_slice(text, s->begin_bytes, cursor);
    return str_starts(s->text, typed) ? str_slice(s->text, typed.len, s->text.len) : s->text;
}

err_code assist_replay_one(struct assist_outcomes *out, const struct assist_subject *s,
                           const struct assist_replay_task *task,
                           const struct assist_replay_options *options, err *e)
{
    const struct assist_document *doc = &task->doc;
    const gram_language *lang = gram_language_find(doc->language, doc->path, doc->text);
    struct assist_outcome o = {.language = lang->id, .block = task->block};
    struct assist_complete_options wanted = ASSIST_COMPLETE_OPTIONS_DEFAULT;
    struct assist_completion c = {0};
    arena mem;
    arena_init(&mem, TASK_BYTES);
    wanted.invoked = true;
    wanted.without = options->without;
    uint64_t start = clock_now_ns();
    err_code rc = s->complete(s->user, &c, &mem, doc, task->cursor, &wanted, e);
    o.ms = clock_ms(clock_now_ns() - start);
    if (rc == ERR_RANGE) { /* it gave up on this place, and an editor would show nothing */
        c = (struct assist_completion){0};
        rc = ERR_OK;
    }
    if (rc == ERR_OK) {
        str_view got = STR("");
        if (c.n_items > 0) {
            got = from_cursor(&c.items[0], doc->text, task->cursor);
            o.tier = c.items[0].source;
            o.confidence = c.items[0].confidence;
            o.own = c.items[0].own;
            o.own_first = c.items[0].own_first;
            o.n_bytes = c.items[0].text.len;
            check_syntax(&o, &mem, s, task, lang, &c.items[0]);
            o.repeats_below = assist_score_repeats(doc->text, &c.items[0]);
        }
        assist_outcome_score(&o, &mem, got, task->target);
        rc = arena_failed(&mem) ? ERR_NOMEM : assist_outcomes_add(out, &o);
        if (rc != ERR_OK)
            (void)err_set(e, rc, "out of memory");
        else if (options->each)
            options->each(options->user, task, &o, got);
    }
    arena_release(&mem);
    return rc;
}

/* ---- files on disk ---- */

static err_code read_file(buf *text, arena *mem, const char *root, str_view path, err *e)
{
    str_view full = arena_format(mem, "%s/%.*s", root, STR_ARG(path));
    if (arena_failed(mem))
        return err_set(e, ERR_NOMEM, "out of memory");
    buf_clear(text);
    err_code rc = file_read(text, full.ptr, e);
    if (rc == ERR_OK && ctx_files_is_binary(buf_view(text)))
        rc = err_set(e, ERR_FORMAT, "%s: is binary", full.ptr);
    return rc;
}

err_code assist_replay_put_back(const struct assist_subject *s, const char *root, str_view repo,
                                str_view path, err *e)
{
    buf text;
    arena mem;
    err unreadable;
    buf_init(&text, MAX_FILE_BYTES);
    arena_init(&mem, TASK_BYTES);
    struct assist_document doc = {.path = path, .repo = repo};
    err_code rc = read_file(&text, &mem, root, path, &unreadable);
    if (rc == ERR_OK)
        doc.text = buf_view(&text);
    rc = rc == ERR_NOMEM ? err_set(e, rc, "out of memory") : s->learn(s->user, &doc, e);
    arena_release(&mem);
    buf_release(&text);
    return rc == ERR_RANGE ? ERR_OK : rc;
}

/* Called for each file of a folder that can be read. */
typedef err_code file_visit(void *user, str_view path, str_view text, err *e);

static err_code visit_files(const char *root, arena *mem, file_visit *visit, void *user, err *e)
{
    buf text;
    arena scratch;
    struct ctx_files files;
    buf_init(&text, MAX_FILE_BYTES);
    arena_init(&scratch, TASK_BYTES);
    err_code rc = ctx_files_list(&files, mem, root, &(struct ctx_files_options){0}, e);
    for (size_t i = 0; rc == ERR_OK && i < files.n; i++) {
        /* What vanished, or cannot be read, is left out as it would be in an editor. */
        err unreadable;
        rc = read_file(&text, &scratch, root, files.items[i].path, &unreadable);
        if (rc == ERR_OK)
            rc = visit(user, files.items[i].path, buf_view(&text), e);
        else if (rc != ERR_NOMEM)
            rc = ERR_OK;
        else
            (void)err_set(e, rc, "out of memory");
        arena_reset(&scratch);
    }
    arena_release(&scratch);
    buf_release(&text);
    return rc;
}

struct learning {
    const struct assist_subject *s;
    str_view repo;
};

static err_code learn_file(const struct learning *l, str_view path, str_view text, err *e)
{
    struct assist_document doc = {.path = path, .repo = l->repo, .text = text};
    err_code rc = l->s->learn(l->s->user, &doc, e);
    return rc == ERR_RANGE ? ERR_OK : rc; /* full: it does without, as in an editor */
}

static err_code learn_visit(void *user, str_view path, str_view text, err *e)
{
    return learn_file(user, path, text, e);
}

err_code assist_replay_learn(const struct assist_subject *s, const char *root, str_view repo,
                             err *e)
{
    arena mem;
    arena_init(&mem, SIZE_MAX);
    struct learning l = {s, repo};
    err_code rc = visit_files(root, &mem, learn_visit, &l, e);
    if (rc == ERR_OK && s->open)
        rc = s->open(s->user, root, e);
    arena_release(&mem);
    return rc;
}

/* ---- a folder, at sampled places ---- */

struct place {
    str_view path;
    size_t line;   /* offset */
    uint64_t hash; /* of the text, which may change meanwhile */
    bool block;
};

/* A sample of `cap` from places that come one by one, each equally likely (algorithm R: Vitter
 * 1985). */
struct sample {
    struct place *items;
    size_t cap, n, n_seen;
    struct assist_dice dice;
};

struct gathering {
    struct learning learning;
    bool learn;
    struct sample lines, blocks;
};

static void offer(struct sample *s, const struct place *p)
{
    s->n_seen++;
    if (s->n < s->cap) {
        s->items[s->n++] = *p;
        return;
    }
    size_t at = assist_dice_below(&s->dice, s->n_seen);
    if (at < s->cap)
        s->items[at] = *p;
}

/* Keeps n of them. Where a place stands in the sample says something of where it came from, so that
 * they are shuffled first. */
static void thin_out(struct sample *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t j = i + assist_dice_below(&s->dice, s->n - i);
        struct place swap = s->items[i];
        s->items[i] = s->items[j];
        s->items[j] = swap;
    }
    s->n = n;
}

/* Plain text is nobody's code; languages without a grammar are. */
static bool is_code(str_view path, str_view text)
{
    return strcmp(gram_language_find(STR(""), path, text)->id, "plaintext") != 0;
}

static err_code gather_visit(void *user, str_view path, str_view text, err *e)
{
    struct gathering *g = user;
    if (is_code(path, text)) {
        struct place p = {.path = path, .hash = hash_str(text)};
        str_view rest = text;
        while (rest.len > 0) {
            struct assist_hole hole;
            p.line = text.len - rest.len;
            if (!assist_hole_in(str_trim_right(str_take_line(&rest))))
                continue;
            p.block = false;
            offer(&g->lines, &p);
            p.block = true;
            if (assist_hole_block(&hole, text, p.line))
                offer(&g->blocks, &p);
        }
    }
    return g->learn ? learn_file(&g->learning, path, text, e) : ERR_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int order = str_cmp(x->path, y->path);
    if (order == 0)
        order = (x->line > y->line) - (x->line < y->line);
    return order ? order : x->block - y->block;
}

/* The line is worth hiding: gather_visit saw it. */
static void make_hole(struct assist_hole *hole, const struct place *p, str_view text, uint64_t seed)
{
    struct assist_dice dice = {hash_bytes(p->path.ptr, p->path.len, seed) ^ hash_u64(p->line)};
    if (!p->block || !assist_hole_block(hole, text, p->line))
        *hole = assist_hole_line(text, p->line, &dice);
}

static err_code run_place(struct assist_outcomes *out, const struct assist_subject *s,
                          const struct place *p, str_view repo, str_view text,
                          const struct assist_replay_options *options, err *e)
{
    struct assist_hole hole;
    buf with_hole;
    buf_init(&with_hole, MAX_FILE_BYTES);
    make_hole(&hole, p, text, options->seed);
    buf_append(&with_hole, str_slice(text, 0, hole.begin));
    buf_append(&with_hole, str_slice(text, hole.end, text.len));
    struct assist_replay_task task = {
        .doc = {.path = p->path, .repo = repo, .text = buf_view(&with_hole)},
        .cursor = hole.begin,
        .target = str_slice(text, hole.begin, hole.end),
        .block = p->block,
    };
    err_code rc = buf_failed(&with_hole) ? err_set(e, buf_failed(&with_hole), "out of memory")
                                         : assist_replay_one(out, s, &task, options, e);
    buf_release(&with_hole);
    return rc;
}

static err_code run_places(struct assist_outcomes *out, const struct assist_subject *s,
                           const char *root, str_view repo, const struct place *places, size_t n,
                           const struct assist_replay_options *options, err *e)
{
    buf text;
    arena mem;
    err unreadable;
    buf_init(&text, MAX_FILE_BYTES);
    arena_init(&mem, TASK_BYTES);
    err_code rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < n; i++) {
        bool first = i == 0 || !str_eq(places[i].path, places[i - 1].path);
        bool last = i + 1 == n || !str_eq(places[i].path, places[i + 1].path);
        if (first) {
            if (options->alone)
                s->forget(s->user);
            arena_reset(&mem);
            if (read_file(&text, &mem, root, places[i].path, &unreadable) != ERR_OK)
                buf_clear(&text);
        }
        /* Had the file changed since it was listed, the place would be another one. */
        if (hash_str(buf_view(&text)) == places[i].hash)
            rc = run_place(out, s, &places[i], repo, buf_view(&text), options, e);
        if (rc == ERR_OK && last && !options->alone)
            rc = learn_file(&(struct learning){s, repo}, places[i].path, buf_view(&text), e);
        if (options->progress)
            options->progress(options->user, i + 1, n);
    }
    arena_release(&mem);
    buf_release(&text);
    return rc;
}

/* The folder's own name, as editors call a project. In `real`. */
static str_view name_of(const char *root, char real[PATH_MAX])
{
    str_view path = str_of(realpath(root, real));
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return str_slice(path, at, path.len);
}

err_code assist_replay_folder(struct assist_outcomes *out, const struct assist_subject *s,
                              const char *root, const struct assist_replay_options *options, err *e)
{
    char real[PATH_MAX];
    arena mem;
    arena_init(&mem, SIZE_MAX);
    size_t limit = options->limit ? options->limit : DEFAULT_TASKS;
    struct gathering g = {
        .learning = {s, name_of(root, real)},
        .learn = !options->alone,
        .lines = {.cap = limit, .dice = {hash_u64(options->seed)}},
        .blocks = {.cap = limit / (LINES_PER_BLOCK + 1), .dice = {hash_u64(~options->seed)}},
    };
    g.lines.items = ARENA_ARRAY(&mem, struct place, g.lines.cap);
    g.blocks.items = ARENA_ARRAY(&mem, struct place, g.blocks.cap);
    s->forget(s->user);
    err_code rc = arena_failed(&mem) ? err_set(e, ERR_NOMEM, "out of memory")
                                     : visit_files(root, &mem, gather_visit, &g, e);
    if (rc == ERR_OK && g.lines.n == 0)
        rc = err_set(e, ERR_NOT_FOUND, "%s: there is no code to hide", root);
    if (rc == ERR_OK) {
        if (g.lines.n + g.blocks.n > limit)
            thin_out(&g.lines, limit - g.blocks.n);
        struct place *all = ARENA_ARRAY(&mem, struct place, g.lines.n + g.blocks.n);
        if (all) {
            memcpy(all, g.lines.items, g.lines.n * sizeof *all);
            if (g.blocks.n > 0)
                memcpy(all + g.lines.n, g.blocks.items, g.blocks.n * sizeof *all);
            qsort(all, g.lines.n + g.blocks.n, sizeof *all, by_place);
            rc = run_places(out, s, root, g.learning.repo, all, g.lines.n + g.blocks.n, options, e);
        } else {
            rc = err_set(e, ERR_NOMEM, "out of memory");
        }
    }
    arena_release(&mem);
    return rc;
}

/* ---- the lines that commits added ---- */

/* Draws `want` of `left` things that come one by one, each equally likely (selection sampling:
 * Knuth, TAOCP 2, 3.4.2 S). */
struct draw {
    size_t want, left;
    struct assist_dice dice;
};

static bool is_drawn(struct draw *d)
{
    bool yes = assist_dice_below(&d->dice, d->left--) < d->want;
    d->want -= yes;
    return yes;
}

struct replaying {
    struct assist_outcomes *out;
    const struct assist_subject *s;
    const struct assist_replay_options *options;
    str_view repo;
    struct draw draw;
    size_t n_tasks, n_done;
};

/* The next line worth hiding of the added ones from *at on; *at moves behind it. */
static bool next_line(str_view text, const struct ctx_added *added, size_t *at, size_t *line)
{
    while (*at < added->end) {
        str_view rest = str_slice(text, *at, added->end);
        *line = *at;
        str_view one = str_take_line(&rest);
        *at = added->end - rest.len;
        if (assist_hole_in(str_trim_right(one)))
            return true;
    }
    return false;
}

static err_code count_visit(void *user, const struct ctx_change *c, err *e)
{
    size_t *n = user, line;
    (void)e;
    for (size_t i = 0; is_code(c->path, c->after) && i < c->n_added; i++)
        for (size_t at = c->added[i].begin; next_line(c->after, &c->added[i], &at, &line);)
            ++*n;
    return ERR_OK;
}

static err_code run_added(struct replaying *r, const struct ctx_change *c,
                          const struct ctx_added *added, size_t line, err *e)
{
    struct assist_dice dice = {hash_bytes(c->path.ptr, c->path.len, r->options->seed) ^
                               hash_u64(r->n_done)};
    struct assist_hole hole = assist_hole_line(c->after, line, &dice);
    str_view rest = str_slice(c->after, hole.end, c->after.len);
    buf text;
    buf_init(&text, 2 * MAX_FILE_BYTES);
    buf_append(&text, str_slice(c->after, 0, hole.begin));
    buf_append(&text, str_take_line(&rest));
    buf_append_byte(&text, '\n');
    buf_append(&text, str_slice(c->before, added->resume, c->before.len));
    struct assist_replay_task task = {
        .doc = {.path = c->path, .repo = r->repo, .text = buf_view(&text)},
        .cursor = hole.begin,
        .target = str_slice(c->after, hole.begin, hole.end),
    };
    err_code rc = buf_failed(&text) ? err_set(e, buf_failed(&text), "out of memory")
                                    : assist_replay_one(r->out, r->s, &task, r->options, e);
    buf_release(&text);
    r->n_done++;
    if (r->options->progress)
        r->options->progress(r->options->user, r->n_done, r->n_tasks);
    return rc;
}

static err_code replay_visit(void *user, const struct ctx_change *c, err *e)
{
    struct replaying *r = user;
    err_code rc = ERR_OK;
    bool any = false;
    size_t line;
    for (size_t i = 0; is_code(c->path, c->after) && i < c->n_added; i++)
        for (size_t at = c->added[i].begin;
             rc == ERR_OK && next_line(c->after, &c->added[i], &at, &line);) {
            if (!is_drawn(&r->draw))
                continue;
            any = true;
            rc = run_added(r, c, &c->added[i], line, e);
        }
    if (rc != ERR_OK || !any)
        return rc;
    /* The rest of the commit sees this file as it was before, like all others. */
    if (!r->options->alone)
        return learn_file(&(struct learning){r->s, r->repo}, c->path, c->before, e);
    r->s->forget(r->s->user);
    return ERR_OK;
}

static err_code state_visit(void *user, const struct ctx_change *c, err *e)
{
    return learn_file(user, c->path, c->after, e);
}

err_code assist_replay_commits(struct assist_outcomes *out, const struct assist_subject *s,
                               const char *root, size_t n_commits,
                               const struct assist_replay_options *options, err *e)
{
    char real[PATH_MAX];
    ctx_changes *changes = NULL;
    struct replaying r = {.out = out, .s = s, .options = options, .repo = name_of(root, real)};
    struct learning learning = {s, r.repo};
    s->forget(s->user);
    err_code rc = ctx_changes_open(&changes, root, n_commits, e);
    size_t n = rc == ERR_OK ? ctx_changes_count(changes) : 0, n_lines = 0;
    for (size_t i = 0; rc == ERR_OK && i < n; i++)
        rc = ctx_changes_of(changes, i, count_visit, &n_lines, e);
    if (rc == ERR_OK && n_lines == 0)
        rc = err_set(e, ERR_NOT_FOUND, "%s: its newest commits added no line of code", root);
    r.n_tasks = options->limit && options->limit < n_lines ? options->limit : n_lines;
    r.draw = (struct draw){r.n_tasks, n_lines, {hash_u64(options->seed)}};
    for (size_t i = 0; rc == ERR_OK && i < n; i++) {
        if (!options->alone)
            rc = ctx_changes_between(changes, i ? i - 1 : SIZE_MAX, i, state_visit, &learning, e);
        if (rc == ERR_OK)
            rc = ctx_changes_of(changes, i, replay_visit, &r, e);
    }
    ctx_changes_close(changes);
    return rc;
}
