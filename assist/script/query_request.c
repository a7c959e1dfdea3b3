/* What is asked for. */
#include "assist/script/query_internal.h"

#include <string.h>

static bool take_number(scr_query_reader *r, int64_t *n)
{
    scr__query_skip(r);
    if (r->i == r->n || !r->at[r->i].has_number || r->at[r->i].v.n < 1)
        return false;
    static const char *const places[] = {"st", "nd", "rd", "th"}; /* "second" is not 2 */
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (str_ends(r->at[r->i].written, str_of(places[i])))
            return false;
    }
    *n = r->at[r->i++].v.n;
    return true;
}

static bool take_fn(scr_query_reader *r, scr_fn *fn)
{
    static const struct {
        const char *said;
        scr_fn fn;
    } fns[] = {{"sum", SCR_F_SUM},
               {"average", SCR_F_AVERAGE},
               {"least", SCR_F_LEAST},
               {"most", SCR_F_MOST}};
    for (size_t i = 0; i < sizeof fns / sizeof *fns; i++) {
        if (scr__query_take(r, fns[i].said)) {
            *fn = fns[i].fn;
            return true;
        }
    }
    return false;
}

void scr__query_add_item(scr_query_reader *r, scr_item item)
{
    if (r->q->n_items < SCR_MAX_ITEMS)
        r->q->items[r->q->n_items++] = item;
}

static scr_period take_period(scr_query_reader *r)
{
    return scr__query_take(r, "month")  ? SCR_P_MONTH
           : scr__query_take(r, "day")  ? SCR_P_DAY
           : scr__query_take(r, "year") ? SCR_P_YEAR
                                        : SCR_P_NONE;
}

static bool take_by_column(scr_query_reader *r, scr_item *item)
{
    *item = (scr_item){.fn = SCR_F_NONE};
    size_t before = r->i;
    item->period = take_period(r);
    if (item->period) { /* "per month of created_at"; a column may be called so, too */
        size_t behind = r->i;
        if (scr__query_in_schema(r, r->at[behind - 1].written)) {
            r->i = before;
            item->period = SCR_P_NONE;
        } else if (!(scr__query_take(r, "from") && scr__query_take_column(r, &item->column) &&
                     !scr__schema_table(r->schema, item->column))) {
            r->i = behind;
            item->column = STR("");
            return true;
        } else {
            return true;
        }
    }
    if (!scr__query_take_column(r, &item->column)) {
        r->i = before;
        return false;
    }
    return true;
}

static bool take_by_list(scr_query_reader *r, scr_item *list, size_t *n)
{
    scr_item item;
    if (!take_by_column(r, &item))
        return false;
    list[(*n)++] = item;
    for (;;) {
        size_t before = r->i;
        scr_item next;
        scr_condition c;
        if (!scr__query_take_comma(r) || *n == SCR_MAX_ITEMS || scr__query_take(r, "sort") ||
            scr__query_take(r, "show") || scr__query_take_condition(r, &c, NULL) ||
            !take_by_column(r, &next)) {
            r->i = before;
            return true;
        }
        list[(*n)++] = next;
    }
}

/* The table, as "orders", "the table orders", "orders table"; of JSON a file. */
static bool take_table(scr_query_reader *r, str_view *out)
{
    size_t before = r->i;
    bool said = scr__query_take(r, "table");
    scr__query_skip(r);
    if (r->i < r->n && scr__query_is_path_of_data(r, &r->at[r->i])) {
        r->q->path = r->at[r->i++].v.text;
        if (r->json)
            *out = r->q->path;
        return r->json;
    }
    if (!scr__query_take_name(r, out)) {
        r->i = before;
        return false;
    }
    if (r->json) { /* what the records are of says nothing more */
        *out = STR("");
        return true;
    }
    said = scr__query_take(r, "table") || said;
    if (!said && !r->schema && scr__query_starts_upper(*out))
        scr__query_ask(
            r, arena_format(r->a,
                            "Is \"%.*s\" a table? Say \"table %.*s\"; for a value, say which "
                            "column holds it: \"where country is %.*s\".",
                            STR_ARG(*out), STR_ARG(*out), STR_ARG(*out)));
    return true;
}

static bool take_from(scr_query_reader *r)
{
    size_t before = r->i;
    str_view table = STR("");
    bool path = r->q->path.len > 0;
    if (scr__query_match_at(r, r->i, "lately") || !scr__query_take(r, "from"))
        return false;
    if (r->q->table.len == 0 && take_table(r, &table)) {
        r->q->table = table;
        (void)(r->json && !table.len && take_from(r));
        return true;
    }
    if (!path && r->q->path.len) /* "in shop.db" beside the table */
        return true;
    scr__query_skip(r);
    if (r->q->table.len && !path && r->i < r->n && scr__query_is_path_of_data(r, &r->at[r->i])) {
        r->q->path = r->at[r->i++].v.text;
        return true;
    }
    r->i = before;
    return false;
}

static bool take_order_item(scr_query_reader *r)
{
    scr_query *q = r->q;
    scr_item item = {.fn = SCR_F_NONE};
    size_t before = r->i;
    if (scr__query_take(r, "count")) {
        item.fn = SCR_F_COUNT;
        (void)scr__query_take(r, "rows");
    } else if (take_fn(r, &item.fn)) {
        if (!scr__query_take_column(r, &item.column)) {
            r->i = before;
            item.fn = SCR_F_NONE;
        }
    }
    if (item.fn == SCR_F_NONE && !scr__query_take_column(r, &item.column)) {
        r->i = before;
        return false;
    }
    q->order = item;
    q->has_order = true;
    return true;
}

static void take_direction(scr_query_reader *r)
{
    if (scr__query_take(r, "descending"))
        r->q->descending = true;
    else if (scr__query_take(r, "ascending"))
        r->q->descending = false;
}

/* What may stand behind what is asked for, in any order. */
static bool take_more(scr_query_reader *r)
{
    scr_query *q = r->q;
    size_t before = r->i;
    (void)(scr__query_take(r, "and") || scr__query_take(r, "row_with"));
    if (scr__query_take(r, "sort") && take_order_item(r)) {
        take_direction(r);
        return true;
    }
    r->i = before;
    (void)scr__query_take(r, "and");
    if (!q->has_order && q->order.column.len == 0) {
        size_t here = r->i;
        (void)scr__query_take(r, "sorted");
        if (scr__query_take(r, "descending") ||
            (r->i == here && scr__query_take(r, "ascending") && (q->descending = false, true))) {
            /* "the highest first" of what is counted or summed */
            q->has_order = q->n_items && q->items[q->n_items - 1].fn;
            q->order = q->has_order ? q->items[q->n_items - 1] : (scr_item){.fn = SCR_F_NONE};
            q->descending = true;
            if (q->has_order)
                return true;
        }
    }
    r->i = before;
    if (q->n_by == 0 && scr__query_take(r, "per") && take_by_list(r, q->by, &q->n_by))
        return true;
    r->i = before;
    if (scr__query_take_where(r))
        return true;
    r->i = before;
    (void)scr__query_take(r, "and");
    if (!q->limit && (scr__query_take(r, "limit") || scr__query_take(r, "top")) &&
        take_number(r, &q->limit)) {
        (void)scr__query_take(r, "rows");
        return true;
    }
    r->i = before;
    if (scr__query_take(r, "by")) {
        bool calculates = q->n_items && q->items[0].fn != SCR_F_NONE && q->kind == SCR_Q_ROWS;
        if (calculates && !q->n_by && take_by_list(r, q->by, &q->n_by))
            return true;
        if (!calculates && !q->has_order &&
            (q->limit || q->kind == SCR_Q_RUNNING || q->kind == SCR_Q_LATEST) &&
            take_order_item(r)) {
            if (q->kind == SCR_Q_ROWS)
                take_direction(r);
            return true;
        }
    }
    r->i = before;
    return take_from(r);
}

/* What is left could not be read. */
static bool finish(scr_query_reader *r)
{
    while (!scr__query_at_end(r)) {
        if (!take_more(r))
            return false;
    }
    return true;
}

static bool same_thing(str_view a, str_view b)
{
    return scr__inflects(a, b) || scr__inflects(b, a);
}

/* Columns, "rows", "everything", or the table itself. */
static bool take_columns(scr_query_reader *r)
{
    scr_query *q = r->q;
    size_t before = r->i;
    scr__query_skip(r);
    if (r->json && r->i < r->n && scr__query_is_path_of_data(r, &r->at[r->i]))
        return take_table(r, &q->table);
    if (scr__query_take(r, "rows")) {
        (void)take_from(r);
        return true;
    }
    size_t first = q->n_items;
    for (;;) {
        scr_item item = {.fn = SCR_F_NONE, .plural = true};
        size_t here = r->i;
        if (!scr__query_take_column(r, &item.column)) {
            r->i = here;
            break;
        }
        scr__query_add_item(r, item);
        here = r->i;
        if (!scr__query_take_comma(r)) {
            r->i = here;
            break;
        }
    }
    if (q->n_items == first) {
        r->i = before;
        return false;
    }
    str_view table = q->items[first].column;
    bool one = q->n_items == first + 1;
    if (take_from(r)) {
        /* "customers of customers" are its rows */
        bool of_it =
            one && !q->distinct && same_thing(table, r->json ? scr__base_name(q->table) : q->table);
        if (r->json && one && !q->distinct)
            of_it = of_it || str_starts(scr__base_name(q->table), table);
        bool of_file = !r->json && !q->table.len && one; /* "users of shop.db" */
        if (of_it || of_file)
            q->n_items = first;
        if (of_file)
            q->table = table;
        return true;
    }
    if (one && !q->distinct && !q->table.len) {
        q->table = r->json ? q->table : table;
        q->n_items = first;
    }
    return true;
}

/* "sum, average of price", "min and max age". */
static bool take_calculations(scr_query_reader *r)
{
    scr_fn fns[SCR_MAX_ITEMS];
    size_t n = 0, before = r->i;
    scr_item item = {.fn = SCR_F_NONE};
    while (n < SCR_MAX_ITEMS && take_fn(r, &fns[n])) {
        size_t behind = r->i;
        scr_fn next;
        n++;
        bool more = scr__query_take_comma(r) && take_fn(r, &next);
        r->i = behind;
        if (!more)
            break;
        (void)scr__query_take_comma(r);
    }
    if (!n || !scr__query_take_column(r, &item.column)) {
        r->i = before;
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        item.fn = fns[i];
        scr__query_add_item(r, item);
    }
    return true;
}

static bool read_nulls(scr_query_reader *r)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_NULLS;
    size_t before = r->i;
    (void)scr__query_take(r, "from");
    if (scr__query_take(r, "each_column"))
        return take_from(r);
    r->i = before;
    (void)scr__query_take(r, "from");
    if (!take_columns(r))
        return false;
    (void)scr__query_take(r, "each_column");
    return true;
}

/* "users" of orders: those that its column of that name tells apart, or its rows. */
static void count_things(scr_query_reader *r, str_view thing)
{
    scr_query *q = r->q;
    const scr_relation *table = scr__schema_table(r->schema, q->table);
    str_view one = scr__query_singular(r->a, thing);
    const str_view names[] = {one, arena_format(r->a, "%.*s_id", STR_ARG(one))};
    for (size_t i = 0; i < 2; i++) {
        if (!scr__schema_column(table, names[i]))
            continue;
        q->items[q->n_items - 1].column = names[i];
        scr__query_assume(r, arena_format(r->a, "each %.*s counts once", STR_ARG(names[i])));
        return;
    }
    scr__query_assume(r, arena_format(r->a, "each row of %.*s is one of the %.*s",
                                      STR_ARG(q->table), STR_ARG(thing)));
}

static bool read_count(scr_query_reader *r)
{
    scr_query *q = r->q;
    scr_item item = {.fn = SCR_F_COUNT};
    if (scr__query_take(r, "distinct_values") || scr__query_take(r, "distinct")) {
        item.plural = true;
        if (!scr__query_take_column(r, &item.column))
            return false;
        scr__query_add_item(r, item);
        return true;
    }
    if (scr__query_take(r, "nulls"))
        return read_nulls(r);
    scr__query_add_item(r, item);
    if (scr__query_take(r, "rows")) {
        (void)scr__query_take(r, "exist");
        return true;
    }
    str_view thing = STR("");
    size_t before = r->i;
    if (!scr__query_take_name(r, &thing)) {
        r->i = before;
        return take_from(r);
    }
    (void)scr__query_take(r, "exist");
    while (!scr__query_at_end(r) && take_more(r)) /* the table may come late */
        ;
    if (!q->table.len)
        q->table = r->json ? STR("") : thing;
    else if (!r->json && !same_thing(thing, q->table))
        count_things(r, thing);
    return true;
}

static bool read_duplicates(scr_query_reader *r)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_DUPLICATES;
    size_t before = r->i;
    if (scr__query_take(r, "rows")) {
        (void)take_from(r);
        if (!(scr__query_take(r, "same") || scr__query_take(r, "by")) ||
            !take_by_list(r, q->by, &q->n_by))
            return false;
    } else {
        r->i = before;
        if (!take_by_list(r, q->by, &q->n_by))
            return false;
        for (size_t i = 0; i < q->n_by; i++)
            q->by[i].plural = true;
        (void)take_from(r);
        if (!q->table.len && !r->json)
            return false;
        /* "duplicate users by email" */
        before = r->i;
        if (q->n_by == 1 && same_thing(q->by[0].column, q->table) && scr__query_take(r, "same")) {
            q->n_by = 0;
            return take_by_list(r, q->by, &q->n_by);
        }
        r->i = before;
    }
    return true;
}

/* "order" is a row of the table orders. */
static str_view table_of_things(scr_query_reader *r, str_view thing)
{
    for (const scr_relation *t = r->schema; t; t = t->next) {
        if (str_eq(t->name, thing) || str_eq(scr__query_singular(r->a, t->name), thing))
            return t->name;
    }
    if (r->schema || str_ends(thing, STR("s")))
        return thing;
    str_view table = str_ends(thing, STR("y")) && thing.len > 2
                         ? arena_format(r->a, "%.*sies", (int)thing.len - 1, thing.ptr)
                         : arena_format(r->a, "%.*ss", STR_ARG(thing));
    scr__query_assume(r, arena_format(r->a, "the table is called %.*s", STR_ARG(table)));
    return table;
}

/* "latest order per customer in orders by created_at", "the latest 5 rows of orders by id" */
static bool read_latest(scr_query_reader *r, bool latest)
{
    scr_query *q = r->q;
    str_view thing = STR("");
    q->descending = latest;
    bool timeless = str_eq(r->at[r->i - 1].v.text, STR("first"));
    if (q->limit || take_number(r, &q->limit)) {
        if (!take_columns(r))
            return false;
        /* By its time, unless something else is said. */
        q->order.period = timeless ? SCR_P_NONE : SCR_P_DAY;
        return true;
    }
    if (!scr__query_take(r, "rows") && !scr__query_take_name(r, &thing))
        return false;
    (void)take_from(r);
    if (!scr__query_take(r, "per") || !take_by_list(r, q->by, &q->n_by))
        return false;
    q->kind = SCR_Q_LATEST;
    if (!q->table.len && !r->json) {
        size_t before = r->i;
        if (!take_from(r))
            r->i = before;
        if (!q->table.len && thing.len)
            q->table = table_of_things(r, thing);
    }
    return true;
}

static bool read_top(scr_query_reader *r, bool top)
{
    scr_query *q = r->q;
    if (!q->limit && !take_number(r, &q->limit))
        return false;
    q->descending = top;
    size_t before = r->i;
    if (scr__query_take(r, "latest") || scr__query_take(r, "earliest"))
        q->order.period = SCR_P_DAY;
    else
        r->i = before;
    r->ranked = true;
    return take_columns(r);
}

/* What has an order and is cut: "top 5 …", "the 5 newest …", "latest … per …". */
static bool read_first(scr_query_reader *r)
{
    static const struct {
        const char *said;
        bool (*read)(scr_query_reader *, bool);
        bool descending;
    } ways[] = {{"first", read_latest, false},
                {"latest", read_latest, true},
                {"earliest", read_latest, false},
                {"top", read_top, true},
                {"bottom", read_top, false}};
    scr_query kept = *r->q;
    size_t before = r->i;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        (void)take_number(r, &r->q->limit);
        if (scr__query_take(r, ways[i].said) && ways[i].read(r, ways[i].descending))
            return true;
        *r->q = kept;
        r->i = before;
    }
    return false;
}

static bool read_running(scr_query_reader *r)
{
    scr_item item = {.fn = SCR_F_SUM};
    r->q->kind = SCR_Q_RUNNING;
    (void)scr__query_take(r, "from");
    if (!scr__query_take_column(r, &item.column))
        return false;
    scr__query_add_item(r, item);
    return true;
}

static bool read_join(scr_query_reader *r, bool left)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_JOIN;
    q->left = left;
    if (!take_table(r, &q->table) || !scr__query_take(r, "other") || !take_table(r, &q->other))
        return false;
    if (scr__query_take(r, "on")) {
        if (!scr__query_take_name(r, &q->on[0]))
            return false;
        if (scr__query_take(r, "is") && !scr__query_take_name(r, &q->on[1]))
            return false;
    }
    return true;
}

/* "merge a.json and b.json" */
static bool read_merge(scr_query_reader *r)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_JOIN;
    scr__query_skip(r);
    if (r->i == r->n || !scr__query_is_path_of_data(r, &r->at[r->i]))
        return false;
    q->path = q->table = r->at[r->i++].v.text;
    if (!scr__query_take(r, "other") || r->i == r->n ||
        !scr__query_is_path_of_data(r, &r->at[r->i]))
        return false;
    q->other = r->at[r->i++].v.text;
    return true;
}

static bool read_delete(scr_query_reader *r)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_DELETE;
    str_view name;
    if (scr__query_take(r, "rows")) {
        (void)take_from(r);
    } else if (take_from(r)) {
    } else if (scr__query_take_name(r, &name)) {
        if (!take_from(r))
            q->table = name;
        else if (!same_thing(name, q->table))
            return false;
    }
    return finish(r) && (q->table.len || r->json);
}

static bool take_set(scr_query_reader *r)
{
    scr_query *q = r->q;
    size_t before = r->i;
    if (q->n_sets < SCR_MAX_ITEMS && scr__query_take_column(r, &q->sets[q->n_sets].column)) {
        (void)scr__query_take(r, "to");
        if (scr__query_take_value(r, &q->values[q->n_sets]) &&
            q->values[q->n_sets].kind != SCR_TIME) {
            q->n_sets++;
            return true;
        }
    }
    r->i = before;
    return false;
}

static bool take_sets(scr_query_reader *r)
{
    if (!take_set(r))
        return false;
    for (;;) {
        size_t before = r->i;
        if (!scr__query_take_comma(r) || !take_set(r)) {
            r->i = before;
            return true;
        }
    }
}

/* "set status to closed in orders where …", "update orders set status = closed where …" */
static bool read_update(scr_query_reader *r)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_UPDATE;
    size_t before = r->i;
    if (take_table(r, &q->table) && scr__query_take(r, "update") && take_sets(r))
        return finish(r);
    r->i = before;
    q->table = STR("");
    q->n_sets = 0;
    q->question = STR("");
    scr_item item = {.fn = SCR_F_NONE};
    if (!scr__query_take_column(r, &item.column))
        return false;
    if (take_from(r) && scr__query_take(r, "to") && scr__query_take_value(r, &q->values[0])) {
        q->sets[q->n_sets++] = item;
        return finish(r);
    }
    r->i = before;
    q->table = STR("");
    return take_sets(r) && finish(r) && (q->table.len || r->json);
}

static bool read_insert(scr_query_reader *r)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_INSERT;
    size_t before = r->i;
    (void)scr__query_take(r, "new_row");
    (void)scr__query_take(r, "into");
    if (take_table(r, &q->table)) {
        (void)scr__query_take(r, "values");
        if (take_sets(r))
            return true;
    }
    r->i = before;
    q->table = STR("");
    q->n_sets = 0;
    q->question = STR("");
    return take_sets(r) && scr__query_take(r, "into") && take_table(r, &q->table);
}

static bool read_index(scr_query_reader *r)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_INDEX;
    q->unique = scr__query_take(r, "unique");
    if (!scr__query_take(r, "index"))
        return false;
    size_t before = r->i;
    if (scr__query_take(r, "by") || scr__query_take(r, "per")) {
        if (!take_by_list(r, q->by, &q->n_by))
            return false;
        if (take_from(r))
            return true;
        if (q->n_by == 1 &&
            (scr__query_take(r, "by") || scr__query_take(r, "per") || scr__query_take(r, "from"))) {
            q->table = q->by[0].column; /* "on orders by date" */
            q->n_by = 0;
            return take_by_list(r, q->by, &q->n_by);
        }
        r->i = before;
        q->n_by = 0;
        return false;
    }
    return take_from(r) && (scr__query_take(r, "by") || scr__query_take(r, "per")) &&
           take_by_list(r, q->by, &q->n_by);
}

/* "customers without orders by customer_id" */
static bool read_without(scr_query_reader *r)
{
    scr_query *q = r->q;
    if (!q->table.len || r->json || !scr__query_take(r, "none") || !take_table(r, &q->other))
        return false;
    const scr_relation *table = scr__schema_table(r->schema, q->table);
    bool column =
        table ? scr__schema_column(table, q->other) != NULL : !str_ends(q->other, STR("s"));
    if (column && !(scr__query_take(r, "on") && scr__query_take_name(r, &q->on[0])))
        return false;
    if (!column && scr__query_take(r, "on") && !scr__query_take_name(r, &q->on[0]))
        return false;
    q->kind = SCR_Q_JOIN;
    q->left = q->unique = true; /* what has no partner */
    return true;
}

static bool read_rows(scr_query_reader *r)
{
    scr_query *q = r->q;
    size_t before = r->i;
    if (scr__query_take(r, "count") && read_count(r))
        return true;
    r->i = before;
    q->n_items = q->n_by = q->n_where = 0;
    q->table = STR("");
    if (scr__query_take(r, "running"))
        return read_running(r);
    if (scr__query_take(r, "duplicates"))
        return read_duplicates(r);
    if (scr__query_take(r, "nulls"))
        return read_nulls(r);
    if (scr__query_take(r, "tables") && !r->json) {
        q->kind = SCR_Q_TABLES;
        (void)take_from(r);
        return true;
    }
    r->i = before;
    if (!r->json && scr__query_take(r, "columns") && take_table(r, &q->table)) {
        q->kind = SCR_Q_COLUMNS;
        return true;
    }
    r->i = before;
    q->table = STR("");
    if (read_first(r))
        return true;
    if (take_calculations(r))
        return true;
    r->i = before;
    q->distinct = scr__query_take(r, "distinct_values") || scr__query_take(r, "distinct");
    if (!take_columns(r))
        return false;
    before = r->i;
    scr_query kept = *q;
    if (!read_without(r)) {
        *q = kept;
        r->i = before;
    }
    return true;
}

/* "sort people by age" */
static bool read_sort(scr_query_reader *r)
{
    if (!(take_table(r, &r->q->table) || take_columns(r)) || !scr__query_take(r, "by") ||
        !take_order_item(r))
        return false;
    take_direction(r);
    return true;
}

/* "group people by city and count them", "… and sum the price" */
static bool read_group(scr_query_reader *r)
{
    scr_query *q = r->q;
    if (!(take_table(r, &q->table) || take_columns(r)) || q->n_items ||
        !(scr__query_take(r, "by") || scr__query_take(r, "per")))
        return false;
    scr_item item;
    if (!take_by_column(r, &item))
        return false;
    q->by[q->n_by++] = item;
    (void)scr__query_take_comma(r);
    while (scr__query_take(r, "show"))
        ;
    if (!scr__query_take(r, "count"))
        return take_calculations(r);
    (void)(scr__query_take(r, "rows") || scr__query_take(r, "them"));
    scr__query_add_item(r, (scr_item){.fn = SCR_F_COUNT});
    return true;
}

bool scr__query_read_request(scr_query_reader *r)
{
    scr__query_skip(r);
    size_t before = r->i;
    if (!r->json && scr__query_take(r, "left") && read_join(r, true))
        return finish(r);
    r->i = before;
    if (!r->json && scr__query_take(r, "join"))
        return read_join(r, false) && finish(r);
    if (scr__query_take(r, "join") && read_merge(r))
        return scr__query_at_end(r);
    r->i = before;
    r->q->path = r->q->table = STR("");
    r->q->kind = SCR_Q_ROWS;
    if (scr__query_take(r, "delete"))
        return read_delete(r) && (!r->json || r->q->n_where);
    if (scr__query_take(r, "sort_by_verb") && read_sort(r))
        return finish(r);
    r->i = before;
    if (scr__query_take(r, "group") && read_group(r))
        return finish(r);
    r->i = before;
    r->q->n_items = r->q->n_by = 0;
    r->q->table = STR("");
    if (!r->json && (scr__query_take(r, "make"), true) && read_index(r))
        return finish(r);
    r->i = before;
    r->q->kind = SCR_Q_ROWS;
    r->q->unique = false;
    r->q->n_by = 0;
    if (!r->json && scr__query_take(r, "insert"))
        return read_insert(r) && finish(r);
    if (!r->json && scr__query_take(r, "update"))
        return read_update(r);
    while (scr__query_take(r, "show"))
        ;
    return read_rows(r) && finish(r);
}
