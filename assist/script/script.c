#include "assist/script/script.h"

#include <string.h>

#include "assist/script/query.h"
#include "base/mem.h"
#include "base/utf.h"

enum { MAX_COMMENT_BYTES = 10000, MAX_SCRIPT_BYTES = 1 << 20 };

static const assist_script_language languages[] = {
    {"bash", ".sh", "#"}, {"python", ".py", "#"}, {"javascript", ".js", "//"},
    {"awk", ".awk", "#"}, {"ruby", ".rb", "#"},   {"perl", ".pl", "#"},
    {"jq", ".jq", "#"},   {"go", ".go", "//"},    {"sql", ".sql", "--"},
};
static scr_render *const renderers[] = {scr__bash, scr__python, scr__javascript, scr__awk,
                                        scr__ruby, scr__perl,   scr__jq,         scr__go};

const assist_script_language *assist_script_language_at(size_t i)
{
    return i < sizeof languages / sizeof *languages ? &languages[i] : NULL;
}

const assist_script_language *assist_script_language_find(str_view name)
{
    static const struct {
        const char *name;
        size_t i;
    } names[] = {{"bash", 0},   {"sh", 0},         {"shell", 0},   {"shellscript", 0},
                 {"python", 1}, {"py", 1},         {"python3", 1}, {"javascript", 2},
                 {"js", 2},     {"node", 2},       {"nodejs", 2},  {"mjs", 2},
                 {"cjs", 2},    {"awk", 3},        {"gawk", 3},    {"mawk", 3},
                 {"ruby", 4},   {"rb", 4},         {"perl", 5},    {"pl", 5},
                 {"jq", 6},     {"go", 7},         {"golang", 7},  {"sql", 8},
                 {"sqlite", 8}, {"postgresql", 8}, {"postgres", 8}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_eq(name, str_of(names[i].name)))
            return &languages[names[i].i];
    }
    return NULL;
}

static void say(assist_script *out, arena *a, assist_script_state state, str_view said,
                const assist_script_language *language)
{
    out->state = state;
    out->said = said;
    out->text = arena_format(a, "%s artel: %.*s\n", language->mark, STR_ARG(said));
}

static err_code render(assist_script *out, arena *a, const scr_plan *plan,
                       const assist_script_options *options)
{
    buf text;
    buf_init(&text, MAX_SCRIPT_BYTES);
    if (options->one_line)
        scr__bash_line(&text, plan, options->act);
    else
        renderers[options->language - languages](&text, plan);
    err_code rc = buf_failed(&text);
    if (rc == ERR_OK && !text.len)
        say(out, a, ASSIST_SCRIPT_ASKS,
            !options->act && (plan->effect & (SCR_DELETES | SCR_OVERWRITES | SCR_SYSTEM))
                ? STR("One line has no dry run: ask for the script, or with --yes for the line "
                      "that does it.")
                : STR("This does not fit on one safe line; ask for the script instead."),
            options->language);
    else if (rc == ERR_OK)
        out->text = arena_copy(a, buf_view(&text));
    buf_release(&text);
    return rc;
}

static err_code describe(assist_script *out, arena *a, const scr_plan *plan)
{
    out->assumptions = plan->assumptions;
    out->n_assumptions = plan->n_assumptions;
    const scr_value *file = scr__slot(plan->block.slots, "file");
    out->reads = file ? file->text : STR("");
    out->changes = plan->effect & (SCR_CREATES | SCR_OVERWRITES | SCR_DELETES | SCR_SYSTEM);
    out->deletes = plan->effect & (SCR_OVERWRITES | SCR_DELETES);
    out->network = plan->effect & SCR_NETWORK;
    out->has_dry_run = plan->dry_run;
    out->steps = ARENA_ARRAY(a, str_view, plan->block.n + 1);
    for (size_t i = 0; out->steps && i < plan->block.n; i++)
        out->steps[out->n_steps++] = plan->block.parts[i].step->title;
    return out->steps ? ERR_OK : ERR_NOMEM;
}

/* The languages that a step can be written in, with all that these slots ask for. */
static str_view languages_of(arena *a, const scr_step *s, const scr_slot *slots,
                             const char *between)
{
    str_view all = STR("");
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        str_view id = str_of(languages[i].id);
        if (scr__can(s, id) && !scr__deaf_to(s, slots, id))
            all =
                arena_format(a, "%.*s%s%s", STR_ARG(all), all.len ? between : "", languages[i].id);
    }
    return all;
}

static const scr_clause *impossible(const scr_plan *plan, str_view language)
{
    for (size_t i = 0; i < plan->block.n; i++) {
        const scr_clause *c = &plan->block.parts[i];
        if (!scr__can(c->step, language) || scr__deaf_to(c->step, c->slots, language))
            return c;
    }
    return NULL;
}

/* The first reading that leaves nothing to ask; where there is none, the first question. */
static err_code read_it(scr_plan *out, arena *a, const scr_table *table, const scr_tokens *tokens,
                        str_view comment)
{
    err_code rc = ERR_OK;
    bool unread = false;
    for (int how = 0; how < SCR_N_READINGS && rc == ERR_OK; how++) {
        scr_token *at = ARENA_ARRAY(a, scr_token, SCR_MAX_TOKENS);
        if (!at)
            return ERR_NOMEM;
        memcpy(at, tokens->at, tokens->n * sizeof *at);
        scr_tokens copy = {at, tokens->n, tokens->tries};
        scr_intent intent;
        scr_plan plan = {.table = NULL};
        *tokens->tries = 0;
        rc = scr__intent(&intent, a, table, &copy, (scr_reading)how);
        if (rc == ERR_OK)
            rc = scr__plan(&plan, a, table, &intent, comment);
        if (how == 0)
            unread = intent.unread;
        bool asks = plan.question.len > 0;
        if (rc == ERR_OK && (how == 0 || (!plan.reread && (!asks || unread)))) {
            *out = plan;
            out->reread = plan.reread || (how && asks);
        }
        if (rc == ERR_OK && !out->reread)
            break;
    }
    return rc;
}

/* Why the language is not for this, though each step is; empty when it is. */
static str_view cannot(const scr_plan *plan, const assist_script_language *language)
{
    scr_render *with = renderers[language - languages];
    return with == scr__awk  ? scr__awk_cannot(plan)
           : with == scr__jq ? scr__jq_step_cannot(plan)
           : with == scr__go ? scr__go_cannot(plan)
                             : STR("");
}

static bool is_language(const assist_script_language *language, const char *id)
{
    return strcmp(language->id, id) == 0;
}

/* As a question about records; ERR_NOT_FOUND: it is none. */
static err_code answer(assist_script *out, arena *a, str_view comment,
                       const assist_script_options *options, const scr_table *table)
{
    scr_query q;
    bool json = is_language(options->language, "jq");
    scr_relation *schema = json ? NULL : scr__schema_read(a, options->schema);
    if (!scr__query_read(&q, a, table, comment, json, schema)) {
        if (arena_failed(a))
            return ERR_NOMEM;
        if (json)
            return ERR_NOT_FOUND;
    }
    *out = (assist_script){.state = ASSIST_SCRIPT_WRITTEN};
    q.dialect = q.dialect ? q.dialect : options->dialect;
    str_view no = json ? scr__jq_cannot(&q) : STR("");
    if (q.question.len || no.len) {
        say(out, a, q.question.len ? ASSIST_SCRIPT_ASKS : ASSIST_SCRIPT_REFUSES,
            q.question.len ? q.question
                           : arena_format(a, "I cannot do this in jq: %.*s.", STR_ARG(no)),
            options->language);
        return arena_failed(a) ? ERR_NOMEM : ERR_OK;
    }
    buf text;
    buf_init(&text, MAX_SCRIPT_BYTES);
    if (json)
        scr__jq_query(&text, &q, table, comment);
    else
        scr__sql(&text, &q, comment);
    err_code rc = buf_failed(&text);
    out->text = arena_copy(a, buf_view(&text));
    buf_release(&text);
    out->steps = ARENA_ARRAY(a, str_view, 1);
    out->assumptions = ARENA_ARRAY(a, str_view, SCR_MAX_ITEMS);
    if (rc != ERR_OK || !out->steps || !out->assumptions)
        return ERR_NOMEM;
    out->steps[out->n_steps++] = q.title;
    memcpy(out->assumptions, q.assumptions, sizeof q.assumptions);
    out->n_assumptions = q.n_assumptions;
    out->reads = q.path;
    out->deletes = !json && (q.kind == SCR_Q_DELETE || q.kind == SCR_Q_UPDATE);
    out->changes = out->deletes || q.kind == SCR_Q_INSERT || q.kind == SCR_Q_INDEX;
    return ERR_OK;
}

static err_code understand(assist_script *out, arena *a, str_view comment,
                           const assist_script_options *options, const scr_table *table, err *e)
{
    const assist_script_language *language = options->language;
    scr_tokens tokens;
    scr_plan plan;
    *out = (assist_script){.state = ASSIST_SCRIPT_WRITTEN};
    err_code rc = ERR_NOT_FOUND;
    if (is_language(language, "sql") || is_language(language, "jq"))
        rc = answer(out, a, comment, options, table);
    if (rc != ERR_NOT_FOUND)
        return rc;
    rc = scr__words(&tokens, a, comment, e);
    if (rc != ERR_OK)
        return rc;
    scr__table_mark(table, &tokens);
    rc = read_it(&plan, a, table, &tokens, comment);
    if (rc != ERR_OK)
        return rc;
    plan.es_module = options->es_module;
    const scr_clause *no = impossible(&plan, str_of(language->id));
    if (plan.refused.len)
        say(out, a, ASSIST_SCRIPT_REFUSES, plan.refused, language);
    else if (plan.question.len)
        say(out, a, ASSIST_SCRIPT_ASKS, plan.question, language);
    else if (no)
        say(out, a, ASSIST_SCRIPT_REFUSES,
            arena_format(a, "I cannot do this in %s, only in %.*s: %.*s.", language->id,
                         STR_ARG(languages_of(a, no->step, no->slots, ", ")),
                         STR_ARG(no->step->title)),
            language);
    else if (cannot(&plan, language).len)
        say(out, a, ASSIST_SCRIPT_REFUSES,
            arena_format(a, "I cannot do this in %s: %.*s.", language->id,
                         STR_ARG(cannot(&plan, language))),
            language);
    else
        rc = render(out, a, &plan, options);
    if (rc == ERR_OK && out->state == ASSIST_SCRIPT_WRITTEN)
        rc = describe(out, a, &plan);
    return rc == ERR_OK && arena_failed(a) ? ERR_NOMEM : rc;
}

struct assist_script_tables {
    arena mem;
    scr_table table;
};

err_code assist_script_tables_create(assist_script_tables **out, err *e)
{
    assist_script_tables *t = mem_zero(1, sizeof *t);
    if (!t)
        return ERR_NOMEM;
    arena_init(&t->mem, SIZE_MAX);
    err_code rc = scr__table_load(&t->table, &t->mem, e);
    if (rc == ERR_OK)
        *out = t;
    else
        assist_script_tables_destroy(t);
    return rc;
}

void assist_script_tables_destroy(assist_script_tables *t)
{
    if (t)
        arena_release(&t->mem);
    mem_free(t);
}

/* With the steps of the project too, which are not kept. */
static err_code understand_own(assist_script *out, arena *a, str_view comment,
                               const assist_script_options *options, err *e)
{
    scr_table own;
    err_code rc = scr__table_load(&own, a, e);
    if (rc == ERR_OK)
        rc = scr__table_add(&own, a, options->templates, e);
    return rc == ERR_OK ? understand(out, a, comment, options, &own, e) : rc;
}

err_code assist_script_write(assist_script *out, arena *a, str_view comment,
                             const assist_script_options *options, err *e)
{
    const assist_script_language *language = options->language;
    *out = (assist_script){.state = ASSIST_SCRIPT_WRITTEN};
    if (comment.len > MAX_COMMENT_BYTES)
        return err_set(e, ERR_RANGE, "the comment is longer than %d bytes", MAX_COMMENT_BYTES);
    comment = scr__plain(a, comment);
    if (arena_failed(a))
        return ERR_NOMEM;
    if (!comment.len || !utf8_is_valid(comment)) {
        say(out, a, ASSIST_SCRIPT_ASKS,
            comment.len ? STR("The comment is not UTF-8 text.") : STR("What is to be done?"),
            language);
        return arena_failed(a) ? ERR_NOMEM : ERR_OK;
    }
    assist_script_tables *read = NULL;
    err_code rc = options->tables ? ERR_OK : assist_script_tables_create(&read, e);
    if (rc == ERR_OK)
        rc = understand(out, a, comment, options, read ? &read->table : &options->tables->table, e);
    assist_script_tables_destroy(read); /* the titles are compiled in */
    if (rc == ERR_OK && out->state == ASSIST_SCRIPT_ASKS && options->templates.len) {
        assist_script own;
        rc = understand_own(&own, a, comment, options, e);
        if (rc == ERR_OK && own.state == ASSIST_SCRIPT_WRITTEN)
            *out = own;
    }
    return rc;
}

err_code assist_script_list(assist_script_step **out, size_t *n, arena *a, str_view templates,
                            err *e)
{
    scr_table table;
    err_code rc = scr__table_load(&table, a, e);
    if (rc == ERR_OK)
        rc = scr__table_add(&table, a, templates, e);
    if (rc != ERR_OK)
        return rc;
    size_t count = 0;
    for (const scr_step *s = table.steps; s; s = s->next)
        count++;
    for (size_t i = 0; scr__query_title(i); i++)
        count++;
    *out = ARENA_ARRAY(a, assist_script_step, count + 1);
    *n = 0;
    for (const scr_step *s = table.steps; s && *out; s = s->next)
        (*out)[(*n)++] = (assist_script_step){s->name, s->title, languages_of(a, s, NULL, " ")};
    for (size_t i = 0; scr__query_title(i) && *out; i++) {
        const scr_query_title *q = scr__query_title(i);
        (*out)[(*n)++] = (assist_script_step){str_of(q->name), str_of(q->title),
                                              q->jq ? STR("jq sql") : STR("sql")};
    }
    return arena_failed(a) ? ERR_NOMEM : ERR_OK;
}
