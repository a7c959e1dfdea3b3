/* SQL that SQLite and PostgreSQL both take; where they differ, that of the dialect. What deletes or
 * changes rows shows their number and takes itself back, until its last line is changed. */
#include <string.h>

#include "assist/script/query.h"

static void put(buf *o, const char *text)
{
    buf_append(o, str_of(text));
}

/* --- names and values --- */

static bool is_reserved(str_view name)
{
    static const char *const words[] = {
        "all",         "and",    "any",      "as",     "asc",    "between",      "by",
        "case",        "check",  "column",   "create", "cross",  "current_date", "default",
        "delete",      "desc",   "distinct", "drop",   "else",   "end",          "except",
        "exists",      "for",    "foreign",  "from",   "full",   "grant",        "group",
        "having",      "in",     "index",    "inner",  "insert", "intersect",    "into",
        "is",          "join",   "left",     "like",   "limit",  "natural",      "not",
        "null",        "offset", "on",       "or",     "order",  "outer",        "primary",
        "references",  "right",  "select",   "set",    "table",  "then",         "to",
        "transaction", "union",  "unique",   "update", "user",   "using",        "values",
        "when",        "where",  "with"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        bool same = name.len == strlen(words[i]);
        for (size_t k = 0; same && k < name.len; k++)
            same = (name.ptr[k] | 0x20) == words[i][k] || name.ptr[k] == words[i][k];
        if (same)
            return true;
    }
    return false;
}

/* In quotes where it must be: capitals matter to PostgreSQL only then, so they alone are no reason.
 */
static void put_one_name(buf *o, str_view name)
{
    bool plain = name.len > 0 && !is_reserved(name) && !(name.ptr[0] >= '0' && name.ptr[0] <= '9');
    for (size_t i = 0; plain && i < name.len; i++) {
        char c = name.ptr[i];
        plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
    if (plain) {
        buf_append(o, name);
        return;
    }
    buf_append_byte(o, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '"')
            buf_append_byte(o, '"');
        buf_append_byte(o, name.ptr[i]);
    }
    buf_append_byte(o, '"');
}

/* "orders.id" is a column of a table. */
static void put_name(buf *o, str_view name)
{
    size_t dot = str_find_byte(name, '.');
    if (dot && dot + 1 < name.len) {
        put_one_name(o, str_slice(name, 0, dot));
        buf_append_byte(o, '.');
        name = str_slice(name, dot + 1, name.len);
    }
    put_one_name(o, name);
}

static void put_text(buf *o, str_view text)
{
    buf_append_byte(o, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'')
            buf_append_byte(o, '\'');
        buf_append_byte(o, text.ptr[i]);
    }
    buf_append_byte(o, '\'');
}

static void put_value(buf *o, const scr_value *v)
{
    if (v->kind == SCR_NUMBER)
        buf_append(o, v->text);
    else if (v->kind == SCR_WORD && str_eq(v->text, STR("today")))
        put(o, "CURRENT_DATE");
    else if (v->kind == SCR_WORD)
        buf_append(o, str_eq(v->text, STR("true"))    ? STR("TRUE")
                      : str_eq(v->text, STR("false")) ? STR("FALSE")
                                                      : STR("NULL"));
    else
        put_text(o, v->text);
}

/* --- conditions --- */

/* So long ago, as a date or a time. */
static void put_ago(buf *o, int64_t seconds, assist_script_dialect dialect)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{365 * 86400, "year"}, {30 * 86400, "month"}, {86400, "day"},
                 {3600, "hour"},        {60, "minute"},        {1, "second"}};
    size_t i = 0;
    while (seconds % units[i].seconds)
        i++;
    long long n = (long long)(seconds / units[i].seconds);
    bool days = units[i].seconds >= 86400;
    if (dialect == ASSIST_SCRIPT_POSTGRESQL)
        buf_append_format(o, "%s - INTERVAL '%lld %s%s'",
                          days ? "CURRENT_DATE" : "CURRENT_TIMESTAMP", n, units[i].name,
                          n == 1 ? "" : "s");
    else
        buf_append_format(o, "%s('now', '-%lld %s%s')", days ? "date" : "datetime", n,
                          units[i].name, n == 1 ? "" : "s");
}

static void put_lower(buf *o, const char *before, str_view text, const char *after)
{
    buf b;
    buf_init(&b, SIZE_MAX);
    put(&b, before);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        buf_append_byte(&b, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    put(&b, after);
    put_text(o, buf_view(&b));
    if (buf_failed(&b) != ERR_OK)
        o->failed = buf_failed(&b);
    buf_release(&b);
}

static size_t letters_of(str_view text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    return n;
}

/* Text that a column holds, begins or ends with. The signs of LIKE in it would need ESCAPE, which
 * the databases read differently: functions that both have take its place. */
static void put_text_test(buf *o, const scr_condition *c)
{
    str_view text = c->values[0].text;
    bool signs = str_find_byte(text, '%') < text.len || str_find_byte(text, '_') < text.len;
    put(o, !signs ? "LOWER(" : c->test == SCR_C_HOLDS ? "REPLACE(LOWER(" : "SUBSTR(LOWER(");
    put_name(o, c->column);
    put(o, ")");
    if (!signs) {
        put(o, c->not ? " NOT LIKE " : " LIKE ");
        put_lower(o, c->test == SCR_C_STARTS ? "" : "%", text, c->test == SCR_C_ENDS ? "" : "%");
    } else if (c->test == SCR_C_HOLDS) {
        put(o, ", ");
        put_lower(o, "", text, "");
        put(o, c->not ? ", '') = LOWER(" : ", '') <> LOWER(");
        put_name(o, c->column);
        put(o, ")");
    } else {
        if (c->test == SCR_C_STARTS) {
            buf_append_format(o, ", 1, %zu)", letters_of(text));
        } else {
            put(o, ", LENGTH(");
            put_name(o, c->column);
            buf_append_format(o, ") - %zu)", letters_of(text) - 1);
        }
        put(o, c->not ? " <> " : " = ");
        put_lower(o, "", text, "");
    }
}

static void put_day_test(buf *o, const scr_condition *c, const char *sign, str_view day)
{
    put_name(o, c->column);
    put(o, sign);
    put_text(o, day);
}

/* A day lasts until the next: right for dates and for times. */
static bool put_days(buf *o, const scr_condition *c)
{
    arena a;
    bool done = true;
    if (c->values[0].kind != SCR_DATE || (c->n_values > 1 && c->values[1].kind != SCR_DATE))
        return false;
    arena_init(&a, 1 << 12);
    str_view first = c->values[0].text, last = c->n_values > 1 ? c->values[1].text : first;
    str_view behind = scr__next_day(&a, last);
    if (!behind.len) {
        done = false;
    } else if (c->test == SCR_C_BETWEEN || (c->test == SCR_C_IS && !c->not )) {
        put_day_test(o, c, " >= ", first);
        put(o, " AND ");
        put_day_test(o, c, " < ", behind);
    } else if (c->test == SCR_C_OVER || c->test == SCR_C_MOST) {
        put_day_test(o, c, c->test == SCR_C_OVER ? " >= " : " < ", behind);
    } else {
        done = false;
    }
    arena_release(&a);
    return done;
}

static void put_condition(buf *o, const scr_condition *c, assist_script_dialect dialect)
{
    static const char *const signs[] = {[SCR_C_IS] = " = ",
                                        [SCR_C_OVER] = " > ",
                                        [SCR_C_UNDER] = " < ",
                                        [SCR_C_LEAST] = " >= ",
                                        [SCR_C_MOST] = " <= "};
    if (put_days(o, c))
        return;
    if (c->test == SCR_C_HOLDS || c->test == SCR_C_STARTS || c->test == SCR_C_ENDS) {
        put_text_test(o, c);
        return;
    }
    put_name(o, c->column);
    bool null = c->test == SCR_C_IS && c->values[0].kind == SCR_WORD &&
                str_eq(c->values[0].text, STR("null"));
    if (c->test == SCR_C_NULL || null) {
        put(o, c->not ? " IS NOT NULL" : " IS NULL");
    } else if (c->test == SCR_C_ONE_OF) {
        put(o, c->not ? " NOT IN (" : " IN (");
        for (size_t i = 0; i < c->n_values; i++) {
            put(o, i ? ", " : "");
            put_value(o, &c->values[i]);
        }
        put(o, ")");
    } else if (c->test == SCR_C_BETWEEN) {
        put(o, " BETWEEN ");
        put_value(o, &c->values[0]);
        put(o, " AND ");
        put_value(o, &c->values[1]);
    } else if (c->test == SCR_C_LATELY || c->test == SCR_C_LONGER_AGO) {
        put(o, c->test == SCR_C_LATELY ? " >= " : " < ");
        put_ago(o, c->values[0].n, dialect);
    } else {
        put(o, c->test == SCR_C_IS && c->not ? " <> " : signs[c->test]);
        put_value(o, &c->values[0]);
    }
}

static void put_where(buf *o, const scr_query *q)
{
    for (size_t i = 0; i < q->n_where; i++) {
        const scr_condition *c = &q->where[i];
        bool days = q->any && c->values[0].kind == SCR_DATE &&
                    (c->test == SCR_C_BETWEEN || c->test == SCR_C_IS);
        put(o, !i ? "\nWHERE " : q->any ? "\n   OR " : "\n  AND ");
        put(o, days ? "(" : "");
        put_condition(o, c, q->dialect);
        put(o, days ? ")" : "");
    }
}

/* --- what is shown --- */

static void put_period(buf *o, const scr_item *item, assist_script_dialect dialect)
{
    static const char *const sqlite[] = {
        [SCR_P_DAY] = "%Y-%m-%d", [SCR_P_MONTH] = "%Y-%m", [SCR_P_YEAR] = "%Y"};
    static const char *const postgresql[] = {
        [SCR_P_DAY] = "YYYY-MM-DD", [SCR_P_MONTH] = "YYYY-MM", [SCR_P_YEAR] = "YYYY"};
    if (dialect == ASSIST_SCRIPT_POSTGRESQL) {
        put(o, "to_char(");
        put_name(o, item->column);
        buf_append_format(o, ", '%s')", postgresql[item->period]);
    } else {
        buf_append_format(o, "strftime('%s', ", sqlite[item->period]);
        put_name(o, item->column);
        put(o, ")");
    }
}

static const char *period_name(scr_period p)
{
    return p == SCR_P_DAY ? "day" : p == SCR_P_MONTH ? "month" : "year";
}

/* In the list behind SELECT, in GROUP BY, or by its new name. */
static void put_by(buf *o, const scr_query *q, bool named)
{
    for (size_t i = 0; i < q->n_by; i++) {
        put(o, i ? ", " : "");
        if (!q->by[i].period) {
            put_name(o, q->by[i].column);
            continue;
        }
        put_period(o, &q->by[i], q->dialect);
        if (named)
            buf_append_format(o, " AS %s", period_name(q->by[i].period));
    }
}

static const char *fn_name(scr_fn fn)
{
    static const char *const names[] = {[SCR_F_COUNT] = "COUNT",
                                        [SCR_F_SUM] = "SUM",
                                        [SCR_F_AVERAGE] = "AVG",
                                        [SCR_F_LEAST] = "MIN",
                                        [SCR_F_MOST] = "MAX"};
    return names[fn];
}

/* The name that a calculated column gets. */
static void put_alias(buf *o, const scr_item *item)
{
    static const char *const names[] = {[SCR_F_SUM] = "total",
                                        [SCR_F_AVERAGE] = "average",
                                        [SCR_F_LEAST] = "least",
                                        [SCR_F_MOST] = "greatest"};
    if (item->fn == SCR_F_COUNT) {
        put(o, "n");
        return;
    }
    buf b;
    buf_init(&b, SIZE_MAX);
    size_t dot = str_find_byte(item->column, '.');
    buf_append_format(&b, "%s_%.*s", names[item->fn],
                      STR_ARG(dot < item->column.len
                                  ? str_slice(item->column, dot + 1, item->column.len)
                                  : item->column));
    put_one_name(o, buf_view(&b));
    buf_release(&b);
}

static void put_item(buf *o, const scr_item *item)
{
    if (item->fn == SCR_F_NONE) {
        put_name(o, item->column);
        return;
    }
    buf_append_format(o, "%s(", fn_name(item->fn));
    put(o, item->fn == SCR_F_COUNT && item->column.len ? "DISTINCT " : "");
    if (item->column.len)
        put_name(o, item->column);
    else
        put(o, "*");
    put(o, ") AS ");
    put_alias(o, item);
}

static bool same_item(const scr_item *a, const scr_item *b)
{
    return a->fn == b->fn && str_eq(a->column, b->column);
}

static void put_order(buf *o, const scr_query *q)
{
    const scr_item *first = q->n_items ? &q->items[0] : NULL;
    bool counts = first && first->fn == SCR_F_COUNT && q->n_by;
    if (q->has_order) {
        put(o, "\nORDER BY ");
        if (q->order.fn == SCR_F_NONE) {
            put_name(o, q->order.column);
        } else {
            bool shown = false;
            for (size_t i = 0; i < q->n_items && !shown; i++)
                shown = same_item(&q->items[i], &q->order);
            if (shown || q->order.fn == SCR_F_COUNT)
                put_alias(o, &q->order);
            else
                buf_append_format(o, "%s(%.*s)", fn_name(q->order.fn), STR_ARG(q->order.column));
        }
        put(o, q->descending ? " DESC" : "");
    } else if (counts) { /* the most frequent first */
        put(o, "\nORDER BY n DESC");
    }
    if (q->n_by && !q->by[0].period) {
        put(o, q->has_order || counts ? ", " : "\nORDER BY ");
        put_by(o, q, false);
    } else if (q->n_by && !q->has_order && !counts) {
        buf_append_format(o, "\nORDER BY %s", period_name(q->by[0].period));
    }
    if (q->limit)
        buf_append_format(o, "\nLIMIT %lld", (long long)q->limit);
}

static void put_rows(buf *o, const scr_query *q)
{
    bool calculates = q->n_items && q->items[0].fn != SCR_F_NONE;
    put(o, q->distinct ? "SELECT DISTINCT " : "SELECT ");
    if (q->n_by)
        put_by(o, q, true);
    for (size_t i = 0; i < q->n_items; i++) {
        put(o, i || q->n_by ? ", " : "");
        put_item(o, &q->items[i]);
    }
    if (!q->n_items)
        put(o, "*");
    put(o, "\nFROM ");
    put_name(o, q->table);
    put_where(o, q);
    if (q->n_by && calculates) {
        put(o, "\nGROUP BY ");
        put_by(o, q, false);
    }
    if (q->distinct && !q->has_order) {
        put(o, "\nORDER BY ");
        for (size_t i = 0; i < q->n_items; i++) {
            put(o, i ? ", " : "");
            put_name(o, q->items[i].column);
        }
        if (q->limit)
            buf_append_format(o, "\nLIMIT %lld", (long long)q->limit);
    } else {
        put_order(o, q);
    }
    put(o, ";\n");
}

static void put_duplicates(buf *o, const scr_query *q)
{
    put(o, "SELECT ");
    put_by(o, q, true);
    put(o, ", COUNT(*) AS n\nFROM ");
    put_name(o, q->table);
    put_where(o, q);
    put(o, "\nGROUP BY ");
    put_by(o, q, false);
    put(o, "\nHAVING COUNT(*) > 1\nORDER BY n DESC, ");
    put_by(o, q, false);
    put(o, ";\n");
}

static void put_columns_of(buf *o, const scr_query *q, const char *table)
{
    for (size_t i = 0; i < q->n_items; i++) {
        put(o, i ? ", " : "");
        put(o, table);
        put_name(o, q->items[i].column);
    }
    if (!q->n_items)
        buf_append_format(o, "%s*", table);
}

/* One row of each group: the rows are numbered, and the first are kept. */
static void put_latest(buf *o, const scr_query *q)
{
    put(o, "SELECT *\nFROM (\n    SELECT ");
    put_name(o, q->table);
    put(o, ".*, ROW_NUMBER() OVER (PARTITION BY ");
    put_by(o, q, false);
    put(o, " ORDER BY ");
    put_name(o, q->order.column);
    put(o, q->descending ? " DESC" : "");
    put(o, ") AS place\n    FROM ");
    put_name(o, q->table);
    for (size_t i = 0; i < q->n_where; i++) {
        put(o, !i ? "\n    WHERE " : q->any ? "\n       OR " : "\n      AND ");
        put_condition(o, &q->where[i], q->dialect);
    }
    put(o, "\n) AS numbered\nWHERE place = 1\nORDER BY ");
    put_by(o, q, false);
    put(o, ";\n");
}

static void put_running(buf *o, const scr_query *q)
{
    put(o, "SELECT ");
    if (q->n_by) {
        put_by(o, q, true);
        put(o, ", ");
    }
    put_name(o, q->order.column);
    put(o, ", ");
    put_name(o, q->items[0].column);
    put(o, ",\n       SUM(");
    put_name(o, q->items[0].column);
    put(o, ") OVER (");
    if (q->n_by) {
        put(o, "PARTITION BY ");
        put_by(o, q, false);
        put(o, " ");
    }
    put(o, "ORDER BY ");
    put_name(o, q->order.column);
    put(o, " ROWS UNBOUNDED PRECEDING) AS running_total\nFROM ");
    put_name(o, q->table);
    put_where(o, q);
    put(o, "\nORDER BY ");
    if (q->n_by) {
        put_by(o, q, false);
        put(o, ", ");
    }
    put_name(o, q->order.column);
    put(o, ";\n");
}

/* COUNT of a column leaves its nulls out. */
static void put_nulls(buf *o, const scr_query *q)
{
    put(o, "SELECT ");
    for (size_t i = 0; i < q->n_items; i++) {
        put(o, i ? ",\n       COUNT(*) - COUNT(" : "COUNT(*) - COUNT(");
        put_name(o, q->items[i].column);
        put(o, ") AS ");
        put_name(o, q->items[i].column);
    }
    put(o, "\nFROM ");
    put_name(o, q->table);
    put_where(o, q);
    put(o, ";\n");
}

static void put_on(buf *o, const scr_query *q)
{
    const str_view tables[] = {q->table, q->other};
    for (size_t i = 0; i < 2; i++) {
        put(o, i ? " = " : "");
        if (str_find_byte(q->on[i], '.') == q->on[i].len) {
            put_one_name(o, tables[i]);
            put(o, ".");
        }
        put_name(o, q->on[i]);
    }
}

static void put_join(buf *o, const scr_query *q)
{
    put(o, q->unique ? "SELECT " : "SELECT *");
    if (q->unique) {
        buf table;
        buf_init(&table, SIZE_MAX);
        put_one_name(&table, q->table);
        put(&table, ".");
        buf_append_byte(&table, '\0');
        put_columns_of(o, q, buf_failed(&table) == ERR_OK ? table.ptr : "");
        buf_release(&table);
    }
    put(o, "\nFROM ");
    put_name(o, q->table);
    put(o, q->unique ? "\nWHERE NOT EXISTS (SELECT 1 FROM " : q->left ? "\nLEFT JOIN " : "\nJOIN ");
    put_name(o, q->other);
    put(o, q->unique ? " WHERE " : " ON ");
    put_on(o, q);
    put(o, q->unique ? ")" : "");
    if (!q->unique)
        put_where(o, q);
    for (size_t i = 0; q->unique && i < q->n_where; i++) {
        put(o, "\n  AND ");
        put_condition(o, &q->where[i], q->dialect);
    }
    if (q->has_order || q->limit)
        put_order(o, q);
    put(o, ";\n");
}

/* --- what changes rows --- */

/* The number of rows first; nothing stays changed before ROLLBACK has become COMMIT. */
static void put_guarded(buf *o, const scr_query *q)
{
    bool deletes = q->kind == SCR_Q_DELETE;
    put(o, "BEGIN;\n\nSELECT COUNT(*) AS ");
    put(o, deletes ? "rows_to_delete" : "rows_to_change");
    put(o, "\nFROM ");
    put_name(o, q->table);
    put_where(o, q);
    put(o, deletes ? ";\n\nDELETE FROM " : ";\n\nUPDATE ");
    put_name(o, q->table);
    for (size_t i = 0; i < q->n_sets; i++) {
        put(o, i ? ",\n    " : " SET ");
        put_name(o, q->sets[i].column);
        put(o, " = ");
        put_value(o, &q->values[i]);
    }
    put_where(o, q);
    put(o, ";\n\n-- When the number is right, make this COMMIT.\nROLLBACK;\n");
}

static void put_insert(buf *o, const scr_query *q)
{
    put(o, "INSERT INTO ");
    put_name(o, q->table);
    put(o, " (");
    for (size_t i = 0; i < q->n_sets; i++) {
        put(o, i ? ", " : "");
        put_name(o, q->sets[i].column);
    }
    put(o, ")\nVALUES (");
    for (size_t i = 0; i < q->n_sets; i++) {
        put(o, i ? ", " : "");
        put_value(o, &q->values[i]);
    }
    put(o, ");\n");
}

static void put_index(buf *o, const scr_query *q)
{
    buf name;
    buf_init(&name, SIZE_MAX);
    buf_append(&name, q->table);
    for (size_t i = 0; i < q->n_by; i++)
        buf_append_format(&name, "_%.*s", STR_ARG(q->by[i].column));
    put(&name, "_index");
    put(o, q->unique ? "CREATE UNIQUE INDEX IF NOT EXISTS " : "CREATE INDEX IF NOT EXISTS ");
    put_one_name(o, buf_view(&name));
    put(o, " ON ");
    put_name(o, q->table);
    put(o, " (");
    put_by(o, q, false);
    put(o, ");\n");
    buf_release(&name);
}

static void put_catalogue(buf *o, const scr_query *q)
{
    bool postgresql = q->dialect == ASSIST_SCRIPT_POSTGRESQL;
    if (q->kind == SCR_Q_TABLES) {
        put(o, postgresql
                   ? "SELECT table_name\nFROM information_schema.tables\nWHERE table_schema = "
                     "current_schema()\nORDER BY table_name;\n"
                   : "SELECT name\nFROM sqlite_master\nWHERE type = 'table' AND name NOT LIKE "
                     "'sqlite_%'\nORDER BY name;\n");
        return;
    }
    put(o, postgresql ? "SELECT column_name, data_type, is_nullable\nFROM "
                        "information_schema.columns\nWHERE table_schema = current_schema() AND "
                        "table_name = "
                      : "SELECT name, type, \"notnull\"\nFROM pragma_table_info(");
    put_text(o, q->table);
    put(o, postgresql ? "\nORDER BY ordinal_position;\n" : ")\nORDER BY cid;\n");
}

/* --- the whole --- */

static bool needs_dialect(const scr_query *q)
{
    bool needs = q->kind == SCR_Q_TABLES || q->kind == SCR_Q_COLUMNS;
    for (size_t i = 0; i < q->n_by; i++)
        needs = needs || q->by[i].period;
    for (size_t i = 0; i < q->n_where; i++)
        needs = needs || q->where[i].test == SCR_C_LATELY || q->where[i].test == SCR_C_LONGER_AGO;
    return needs;
}

static void put_head(buf *o, const scr_query *q, str_view comment)
{
    size_t n = 0;
    scr__sentence(o, "--", "", comment);
    put(o, "--\n");
    for (size_t i = 0; i < q->n_assumptions; i++)
        scr__sentence(o, "--", n++ ? "        -" : "Assumed:", q->assumptions[i]);
    bool folds = false;
    for (size_t i = 0; i < q->n_where; i++)
        folds = folds || q->where[i].test == SCR_C_HOLDS || q->where[i].test == SCR_C_STARTS ||
                q->where[i].test == SCR_C_ENDS;
    if (folds)
        scr__sentence(o, "--", n++ ? "        -" : "Assumed:", STR("capitals do not matter"));
    if (needs_dialect(q) && q->dialect == ASSIST_SCRIPT_ANY_SQL)
        scr__sentence(o, "--", n++ ? "        -" : "Assumed:",
                      STR("the database is SQLite (\"in PostgreSQL\" behind the comment asks for "
                          "the other)"));
    else if (needs_dialect(q))
        put(o, q->dialect == ASSIST_SCRIPT_SQLITE ? "-- For SQLite.\n" : "-- For PostgreSQL.\n");
    if (q->kind == SCR_Q_DELETE || q->kind == SCR_Q_UPDATE)
        scr__sentence(o, "--", q->kind == SCR_Q_DELETE ? "DELETES rows:" : "CHANGES rows:",
                      STR("only shows how many, until ROLLBACK at its end is made COMMIT."));
}

void scr__sql(buf *o, const scr_query *q, str_view comment)
{
    put_head(o, q, comment);
    switch (q->kind) {
    case SCR_Q_ROWS: put_rows(o, q); break;
    case SCR_Q_DUPLICATES: put_duplicates(o, q); break;
    case SCR_Q_LATEST: put_latest(o, q); break;
    case SCR_Q_RUNNING: put_running(o, q); break;
    case SCR_Q_NULLS: put_nulls(o, q); break;
    case SCR_Q_JOIN: put_join(o, q); break;
    case SCR_Q_DELETE:
    case SCR_Q_UPDATE: put_guarded(o, q); break;
    case SCR_Q_INSERT: put_insert(o, q); break;
    case SCR_Q_INDEX: put_index(o, q); break;
    case SCR_Q_TABLES:
    case SCR_Q_COLUMNS: put_catalogue(o, q); break;
    }
}
