/* Samples of several things, as users.json and orders.json are: which inputs belong together, and
 * what the things say of each other. */
#include "assist/scaffold/lists.h"
#include "assist/scaffold/model.h"
#include "assist/scaffold/scaffold.h"
#include "base/path.h"

enum {
    MAX_THINGS = 12,                   /* more names are those of so many samples of one thing */
    MAX_BYTES = 64 << 20,              /* longer samples are not read twice */
    TOGETHER_BYTES = SAMPLE_BYTES / 2, /* so that nothing of what is kept of them is cut */
    SEEN_BYTES = 160 << 20,
};

/* The inputs of one name, or later of one thing. */
typedef struct {
    str_view name, words;
    assist_scaffold_input *inputs;
    size_t n_inputs;
    str_view *keys; /* of its rows */
    size_t n_keys;
    bool list, records;
} group;

static size_t group_by_name(group *groups, arena *a, const assist_scaffold_input *inputs, size_t n)
{
    size_t n_groups = 0;
    for (size_t i = 0; i < n; i++) {
        str_view name = scaf__name_from_path(inputs[i].name);
        str_view words = scaf__singular(a, scaf__words(a, name));
        size_t g = 0;
        while (g < n_groups && !str_eq(groups[g].words, words))
            g++;
        if (g == MAX_THINGS)
            return 0;
        if (g == n_groups) {
            groups[n_groups++] = (group){
                .name = name, .words = words, .inputs = ARENA_ARRAY(a, assist_scaffold_input, n)};
        }
        if (!groups[g].inputs)
            return 0;
        groups[g].inputs[groups[g].n_inputs++] = inputs[i];
    }
    return n_groups;
}

/* The answers in a HAR file as inputs named by what was asked for, each name's of the first URL
 * that has it; NULL when it is none, or has one name only. */
static const assist_scaffold_input *recorded(arena *a, const assist_scaffold_input *in, size_t *n)
{
    tape_reader r;
    size_t n_responses = 0, n_kept = 0, n_names = 0;
    assist_scaffold_input *kept = NULL;
    if (str_find(in->text, STR("\"entries\"")) >= in->text.len)
        return NULL;
    scaf__tape_init(&r, in->text, a);
    scaf_response *all =
        scaf__tape_read(&r, NULL) == ERR_OK ? scaf__har_responses(a, r.values, &n_responses) : NULL;
    if (n_responses)
        kept = ARENA_ARRAY(a, assist_scaffold_input, n_responses);
    for (size_t i = 0; kept && i < n_responses; i++) {
        str_view name = scaf__resource_of(all[i].path);
        size_t first = 0;
        while (!str_eq(scaf__resource_of(all[first].path), name))
            first++;
        n_names += first == i;
        if (name.len && str_eq(all[first].path, all[i].path))
            kept[n_kept++] = (assist_scaffold_input){
                .name = arena_format(a, "%.*s/%.*s", STR_ARG(path_name(in->name)), STR_ARG(name)),
                .text = arena_copy(a, all[i].text)};
    }
    scaf__tape_release(&r);
    if (n_names < 2 || n_kept < 2)
        return NULL;
    *n = n_kept;
    return kept;
}

/* What is read from the model of a group while it lives. */
typedef struct {
    arena *a; /* of what is kept */
    assist_scaffold_things *out;
    buf *text;
} reading;
typedef err_code reader(reading *r, group *g, emit_out *o);

static err_code with_model(group *g, const assist_scaffold_options *opt, reader *use, reading *r,
                           err *e)
{
    arena seen, a;
    buf none;
    schema model;
    arena_init(&seen, SEEN_BYTES);
    arena_init(&a, SIZE_MAX);
    buf_init(&none, 1);
    scaf_notes notes = {.a = &a};
    err_code rc = scaf__model_build(&model, &notes, &seen, &a, g->inputs, g->n_inputs, opt, e);
    emit_out o = {.b = &none, .a = &a, .s = &model, .name_words = g->words};
    if (rc == ERR_OK)
        rc = use(r, g, &o);
    if (rc == ERR_OK && (arena_failed(&a) || arena_failed(r->a)))
        rc = err_set(e, ERR_NOMEM, "%s", err_name(ERR_NOMEM));
    buf_release(&none);
    arena_release(&a);
    arena_release(&seen);
    return rc;
}

static err_code learn_keys(reading *r, group *g, emit_out *o)
{
    const schema_type *row = o->s->row;
    g->list = o->s->root_is_rows || o->s->row_key.len;
    g->records = row && row->kind == KIND_RECORD;
    if (g->records)
        g->keys = ARENA_ARRAY(r->a, str_view, row->n_fields + 1);
    for (uint32_t i = 0; g->keys && i < row->n_fields; i++)
        g->keys[g->n_keys++] = arena_copy(r->a, row->fields[i].key);
    return ERR_OK;
}

/* Single records may be samples of one thing although each lacks some keys; lists have seen them
 * all. */
static bool are_one(const group *a, const group *b)
{
    size_t shared = 0, few = a->n_keys < b->n_keys ? a->n_keys : b->n_keys;
    size_t many = a->n_keys + b->n_keys - few;
    if (a->records != b->records)
        return false;
    for (size_t i = 0; i < a->n_keys; i++) {
        for (size_t k = 0; k < b->n_keys; k++)
            shared += str_eq(a->keys[i], b->keys[k]);
    }
    return a->list || b->list ? 4 * shared >= 3 * many : 2 * shared >= few;
}

/* Those that are one thing as one group; their number, 0 when memory is short. */
static size_t unite(group *groups, size_t n, arena *a)
{
    size_t n_things = 0;
    for (size_t i = 0; i < n; i++) {
        size_t to = 0;
        while (to < n_things && !are_one(&groups[to], &groups[i]))
            to++;
        if (to == n_things) {
            groups[n_things++] = groups[i];
            continue;
        }
        group *g = &groups[to];
        size_t n_inputs = g->n_inputs + groups[i].n_inputs;
        assist_scaffold_input *all = ARENA_ARRAY(a, assist_scaffold_input, n_inputs);
        if (!all)
            return 0;
        memcpy(all, g->inputs, g->n_inputs * sizeof *all);
        memcpy(all + g->n_inputs, groups[i].inputs, groups[i].n_inputs * sizeof *all);
        g->inputs = all;
        g->n_inputs = n_inputs;
    }
    return n_things;
}

/* --- together --- */

/* Its rows as a member of the object that has those of all. */
static err_code put_rows(reading *r, group *g, emit_out *o)
{
    size_t n;
    str_view *rows = scaf__sample_rows(o, SIZE_MAX, &n, NULL);
    buf_append_format(r->text, "%s%s: [", r->text->len > 1 ? ",\n" : "",
                      scaf__quote(o, g->name, QUOTE_JSON));
    for (size_t i = 0; rows && i < n; i++) {
        buf_append(r->text, i ? STR(",\n") : STR("\n"));
        buf_append(r->text, rows[i]);
    }
    buf_append_byte(r->text, ']');
    return ERR_OK;
}

static err_code copy_links(reading *r, group *g, emit_out *o)
{
    const schema_field *lists[LISTS_MAX];
    size_t n = scaf__lists(o->s, lists);
    (void)g;
    for (size_t i = 0; i < n && i < r->out->n; i++) {
        assist_scaffold_thing *thing = &r->out->items[i];
        const schema_type *row = lists[i]->ref.type->items[0].type;
        assist_scaffold_link *links = ARENA_ARRAY(r->a, assist_scaffold_link, row->n_fields + 1);
        for (uint32_t k = 0; links && k < row->n_fields; k++) {
            const schema_field *f = &row->fields[k];
            if (f->refers.len)
                links[thing->n_links++] =
                    (assist_scaffold_link){arena_copy(r->a, f->key), arena_copy(r->a, f->refers)};
        }
        thing->links = links;
    }
    return ERR_OK;
}

/* "users.json and orders.json"; "users.json and 4 more". */
static str_view joined(arena *a, const assist_scaffold_things *t, bool of_files)
{
    enum { NAMED = 3 };
    str_view out = {NULL, 0};
    for (size_t i = 0; i < t->n && (t->n <= NAMED || !i); i++) {
        str_view name = of_files ? path_name(t->items[i].inputs[0].name) : t->items[i].name;
        const char *between = !i ? "" : i + 1 < t->n || !of_files ? ", " : " and ";
        out = arena_format(a, "%.*s%s%.*s", STR_ARG(out), between, STR_ARG(name));
    }
    if (t->n > NAMED)
        out = arena_format(a, "%.*s and %zu more", STR_ARG(out), t->n - 1);
    return out;
}

err_code assist_scaffold_apart(assist_scaffold_things *out, arena *a,
                               const assist_scaffold_input *inputs, size_t n_inputs,
                               const assist_scaffold_options *opt, err *e)
{
    group groups[MAX_THINGS];
    assist_scaffold_things t = {0};
    buf text;
    reading r = {.a = a, .out = &t, .text = &text};
    size_t bytes = 0;
    err_code rc = ERR_OK;
    for (size_t i = 0; i < n_inputs; i++)
        bytes += inputs[i].text.len;
    const assist_scaffold_input *parts =
        n_inputs == 1 && bytes <= MAX_BYTES ? recorded(a, inputs, &n_inputs) : NULL;
    if (parts)
        inputs = parts;
    size_t n = n_inputs > 1 && bytes <= MAX_BYTES ? group_by_name(groups, a, inputs, n_inputs) : 0;
    for (size_t i = 0; n > 1 && i < n && rc == ERR_OK; i++)
        rc = with_model(&groups[i], opt, learn_keys, &r, e);
    *out = t;
    if (rc != ERR_OK || n < 2 || (n = unite(groups, n, a)) < 2)
        return rc == ERR_OK && arena_failed(a) ? ERR_NOMEM : rc;
    t.items = ARENA_ARRAY(a, assist_scaffold_thing, n);
    buf_init(&text, SIZE_MAX);
    buf_append_byte(&text, '{');
    for (size_t i = 0; t.items && i < n && rc == ERR_OK; i++) {
        t.items[t.n++] = (assist_scaffold_thing){
            .name = groups[i].name, .inputs = groups[i].inputs, .n_inputs = groups[i].n_inputs};
        if (bytes <= TOGETHER_BYTES)
            rc = with_model(&groups[i], opt, put_rows, &r, e);
    }
    buf_append(&text, STR("}\n"));
    t.name = joined(a, &t, false);
    t.together = (assist_scaffold_input){.name = joined(a, &t, true)};
    if (rc == ERR_OK)
        rc = buf_failed(&text);
    if (rc == ERR_OK && bytes <= TOGETHER_BYTES) {
        t.together.text = arena_copy(a, buf_view(&text));
        group all = {.words = STR("all"), .inputs = &t.together, .n_inputs = 1};
        rc = with_model(&all, NULL, copy_links, &r, e);
    }
    buf_release(&text);
    if (rc == ERR_OK && arena_failed(a))
        rc = ERR_NOMEM;
    if (rc == ERR_OK)
        *out = t;
    return rc;
}
