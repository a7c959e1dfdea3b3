/* What the names in it stand for: the schema's, where there is one. */
#include "assist/script/query_internal.h"

#include <string.h>

static const scr_relation *relation_of(const scr_query_reader *r)
{
    return scr__schema_table(r->schema, r->q->table);
}

/* As the table spells it; of JSON, as it was said. */
static void settle(scr_query_reader *r, const scr_relation *table, str_view *name, bool plural)
{
    if (!name->len)
        return;
    str_view one = scr__query_singular(r->a, *name);
    if (!table) {
        if (plural && !str_eq(one, *name)) {
            scr__query_assume(r, arena_format(r->a, "the %s of \"%.*s\" is called %.*s",
                                              r->json ? "key" : "column", STR_ARG(*name),
                                              STR_ARG(one)));
            *name = one;
        }
        return;
    }
    size_t dot = str_find_byte(*name, '.');
    str_view bare = dot < name->len ? str_slice(*name, dot + 1, name->len) : *name;
    const scr_column *c = scr__schema_column(table, bare);
    if (!c && dot == name->len)
        c = scr__schema_column(table, one);
    if (c && dot == name->len) {
        *name = c->name;
    } else if (!c) {
        str_view near = scr__schema_nearest(NULL, table, bare);
        buf all;
        buf_init(&all, SIZE_MAX);
        for (size_t i = 0; i < table->n_columns && i < 12; i++)
            buf_append_format(&all, "%s%.*s", i ? ", " : "", STR_ARG(table->columns[i].name));
        scr__query_ask(r, near.len
                              ? arena_format(r->a, "%.*s has no column %.*s: do you mean %.*s?",
                                             STR_ARG(table->name), STR_ARG(bare), STR_ARG(near))
                              : arena_format(r->a, "%.*s has no column %.*s: it has %.*s.",
                                             STR_ARG(table->name), STR_ARG(bare),
                                             STR_ARG(buf_view(&all))));
        buf_release(&all);
    }
}

static void settle_table(scr_query_reader *r, str_view *name)
{
    if (!r->schema || !name->len || r->json)
        return;
    const scr_relation *table = scr__schema_table(r->schema, *name);
    if (table) {
        *name = table->name;
        return;
    }
    str_view near = scr__schema_nearest(r->schema, NULL, *name);
    if (!near.len && !r->q->path.len) { /* files of a project need not tell of every table */
        scr__query_assume(
            r, arena_format(r->a, "there is a table %.*s, which the .sql files here do not tell of",
                            STR_ARG(*name)));
        return;
    }
    buf all;
    buf_init(&all, SIZE_MAX);
    size_t n = 0;
    for (const scr_relation *t = r->schema; t && n < 12; t = t->next)
        buf_append_format(&all, "%s%.*s", n++ ? ", " : "", STR_ARG(t->name));
    scr__query_ask(r, near.len ? arena_format(r->a, "There is no table %.*s: do you mean %.*s?",
                                              STR_ARG(*name), STR_ARG(near))
                               : arena_format(r->a, "There is no table %.*s: there are %.*s.",
                                              STR_ARG(*name), STR_ARG(buf_view(&all))));
    buf_release(&all);
}

/* The only column that holds times; asks where there is none, or a choice. */
static str_view time_column(scr_query_reader *r)
{
    const scr_relation *table = relation_of(r);
    str_view found = STR("");
    size_t n = 0;
    for (size_t i = 0; table && i < table->n_columns; i++) {
        if (scr__schema_is_time(&table->columns[i])) {
            found = n++ ? found : table->columns[i].name;
        }
    }
    if (n != 1)
        scr__query_ask(
            r, r->json ? STR("Which key holds the date? Say \"by KEY\", or \"where KEY is …\".")
                       : STR("Which column holds the date? Say \"by COLUMN\", or \"where COLUMN is "
                             "…\"."));
    return found;
}

void scr__query_settle_times(scr_query_reader *r)
{
    scr_query *q = r->q;
    for (size_t i = 0; i < q->n_where; i++) {
        if (!q->where[i].column.len)
            q->where[i].column = time_column(r);
    }
    for (size_t i = 0; i < q->n_by; i++) {
        if (q->by[i].period && !q->by[i].column.len)
            q->by[i].column = q->has_order && q->order.fn == SCR_F_NONE && q->order.column.len
                                  ? q->order.column
                                  : time_column(r);
    }
    bool wants = q->kind == SCR_Q_LATEST || q->kind == SCR_Q_RUNNING || q->order.period;
    if (wants && !q->has_order) {
        q->order = (scr_item){.column = time_column(r)};
        q->has_order = true;
    }
    q->order.period = SCR_P_NONE;
}

/* The columns that join two tables: as said, or one that both have, or other_id and id. */
static void settle_join(scr_query_reader *r)
{
    scr_query *q = r->q;
    const scr_relation *one = relation_of(r), *two = scr__schema_table(r->schema, q->other);
    if (q->on[0].len && q->on[1].len)
        return;
    if (q->on[0].len) {
        q->on[1] = q->on[0];
        /* "customer_id" is in one of them, and the id of the other. */
        if (one && two && !scr__schema_column(one, q->on[0]) && scr__schema_column(one, STR("id")))
            q->on[0] = STR("id");
        else if (one && two && !scr__schema_column(two, q->on[1]) &&
                 scr__schema_column(two, STR("id")))
            q->on[1] = STR("id");
        else if (!one || !two) {
            str_view thing = scr__query_singular(r->a, q->other);
            if (str_eq(q->on[0], arena_format(r->a, "%.*s_id", STR_ARG(thing)))) {
                q->on[1] = STR("id");
            } else if (str_eq(q->on[0],
                              arena_format(r->a, "%.*s_id",
                                           STR_ARG(scr__query_singular(r->a, q->table))))) {
                q->on[0] = STR("id");
            }
            if (!str_eq(q->on[0], q->on[1]))
                scr__query_assume(r, arena_format(r->a, "%.*s.%.*s is %.*s.%.*s", STR_ARG(q->table),
                                                  STR_ARG(q->on[0]), STR_ARG(q->other),
                                                  STR_ARG(q->on[1])));
        }
        return;
    }
    for (int i = 0; i < 2 && one && two; i++) {
        const scr_relation *from = i ? two : one, *to = i ? one : two;
        str_view key = arena_format(r->a, "%.*s_id", STR_ARG(scr__query_singular(r->a, to->name)));
        if (scr__schema_column(from, key) && scr__schema_column(to, STR("id"))) {
            q->on[i] = key;
            q->on[1 - i] = STR("id");
            return;
        }
    }
    scr__query_ask(r, arena_format(r->a, "By which columns? Say \"on %.*s.COLUMN = %.*s.COLUMN\".",
                                   STR_ARG(q->table), STR_ARG(q->other)));
}

void scr__query_settle_names(scr_query_reader *r)
{
    scr_query *q = r->q;
    settle_table(r, &q->table);
    settle_table(r, &q->other);
    const scr_relation *table = relation_of(r);
    if (q->kind == SCR_Q_NULLS && !q->n_items && table) {
        for (size_t i = 0; i < table->n_columns && q->n_items < SCR_MAX_ITEMS; i++)
            scr__query_add_item(r, (scr_item){.column = table->columns[i].name});
    }
    if (q->kind == SCR_Q_JOIN && !r->json)
        settle_join(r);
    if (q->kind == SCR_Q_JOIN && !q->unique)
        return;
    for (size_t i = 0; i < q->n_items; i++)
        settle(r, table, &q->items[i].column, q->items[i].plural);
    for (size_t i = 0; i < q->n_by; i++)
        settle(r, table, &q->by[i].column, q->by[i].plural);
    for (size_t i = 0; i < q->n_where; i++)
        settle(r, table, &q->where[i].column, false);
    for (size_t i = 0; i < q->n_sets; i++)
        settle(r, table, &q->sets[i].column, false);
    settle(r, table, &q->order.column, q->order.plural);
}

const char *scr__query_kind_name(const scr_query *q)
{
    switch (q->kind) {
    case SCR_Q_DUPLICATES: return "query-duplicates";
    case SCR_Q_LATEST: return "query-latest";
    case SCR_Q_RUNNING: return "query-running";
    case SCR_Q_NULLS: return "query-nulls";
    case SCR_Q_JOIN: return q->unique ? "query-without" : "query-join";
    case SCR_Q_DELETE: return "query-delete";
    case SCR_Q_UPDATE: return "query-update";
    case SCR_Q_INSERT: return "query-insert";
    case SCR_Q_INDEX: return "query-index";
    case SCR_Q_TABLES: return "query-tables";
    case SCR_Q_COLUMNS: return "query-columns";
    case SCR_Q_ROWS: break;
    }
    bool calculates = q->n_items && q->items[0].fn != SCR_F_NONE;
    return calculates && q->n_by                         ? "query-group"
           : calculates && q->items[0].fn == SCR_F_COUNT ? "query-count"
           : calculates                                  ? "query-sum"
           : q->distinct                                 ? "query-distinct"
           : q->limit || q->has_order                    ? "query-top"
           : q->n_where                                  ? "query-where"
                                                         : "query-rows";
}
