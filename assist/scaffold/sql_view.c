/* The view that gives each row of the SQL targets back as the JSON it came from. */
#include "assist/scaffold/sql_internal.h"

/* --- the view --- */

enum { GROUP = 60 }; /* terms in one bracket: SQLite bounds the depth of an expression */

/* What gives the JSON text of a field of the row back, NULL where it is null or absent. */
static str_view value_text(sql *q, const schema_field *f, const char *c)
{
    arena *a = q->o->a;
    column_kind k = scaf__sql_kind_of(q, f);
    bool number = k == COL_INT32 || k == COL_INT || k == COL_WIDE || k == COL_NUMBER;
    if (k == COL_BOOL && (q->d == DIALECT_SQLITE || q->d == DIALECT_MYSQL))
        return arena_format(a, "CASE %s WHEN 1 THEN 'true' WHEN 0 THEN 'false' END", c);
    bool sure = !scaf__sql_may_be_null(f);
    switch (q->d) {
    case DIALECT_SQLITE:
        return arena_format(a,
                            k == COL_JSON ? "%s"
                            : sure        ? "json_quote(%s)"
                                          : "CASE WHEN %s IS NOT NULL THEN json_quote(%s) END",
                            c, c);
    case DIALECT_POSTGRES:
        return arena_format(a, k == COL_JSON ? "%s::text" : "to_json(%s)::text", c);
    case DIALECT_MYSQL:
        return arena_format(a,
                            k == COL_JSON ? "%s"
                            : number      ? "CAST(%s AS CHAR)"
                                          : "json_quote(%s)",
                            c);
    case DIALECT_DUCKDB: break;
    }
    return arena_format(a,
                        k == COL_JSON || number || k == COL_BOOL ? "%s::VARCHAR"
                        : sure                                   ? "to_json(%s)::VARCHAR"
                               : "CASE WHEN %s IS NOT NULL THEN to_json(%s)::VARCHAR END",
                        c, c);
}

static void emit_terms(sql *q);

/* The JSON text of a row, `tail` behind it. */
static void emit_object(sql *q, const char *tail)
{
    bool mysql = q->d == DIALECT_MYSQL;
    emit_terms(q);
    scaf__line(q->o, mysql ? "), 2), '}')%s" : "), 2) || '}'%s", tail);
}

static const char *object_head(const sql *q)
{
    return q->d == DIALECT_MYSQL ? "concat('{', substr(concat(" : "'{' || substr((";
}

/* A list that is a table, as JSON: `lead`, its items, `plus`. */
static void emit_list(sql *q, sql *child, const char *lead, const char *plus)
{
    emit_out *o = q->o;
    const char *position = scaf__sql_quoted(q, STR("position"));
    bool mysql = q->d == DIALECT_MYSQL, sqlite = q->d == DIALECT_SQLITE;
    const char *open =
        mysql ? "concat(%s, '[', coalesce((SELECT %s%s" : "%s || '[' || coalesce((SELECT %s%s";
    /* SQLite orders what it joins only by the order of what it reads. */
    scaf__line(o, open, lead,
               sqlite  ? "group_concat(\"json\", ',') FROM (SELECT "
               : mysql ? "group_concat("
                       : "string_agg(",
               object_head(child));
    emit_object(child, sqlite ? " AS \"json\"" : mysql ? "" : ", ','");
    if (!sqlite)
        scaf__line(o, "ORDER BY %s%s)", position, mysql ? " SEPARATOR ','" : "");
    scaf__line(o, "FROM %s WHERE %s = %s.%s%s%s%s), '')%s%s", child->table, child->parent_column,
               q->table, q->key_column, sqlite ? " ORDER BY " : "", sqlite ? position : "",
               sqlite ? ") AS \"items\"" : "", mysql ? ", ']')" : " || ']'", plus);
}

/* The terms of the JSON text of a row: absent keys left out, the rest in the order of the sample.
 */
static void emit_terms(sql *q)
{
    emit_out *o = q->o;
    bool mysql = q->d == DIALECT_MYSQL;
    o->depth++;
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const schema_field *f = &q->row->fields[i];
        bool more = i + 1 < q->row->n_fields;
        const char *plus = !more ? "" : mysql ? "," : i % GROUP == GROUP - 1 ? ") || (" : " ||";
        const char *join = mysql ? "," : " ||";
        str_view head = arena_format(o->a, ",%s:", scaf__quote(o, f->key, QUOTE_JSON));
        const char *lead = scaf__sql_literal(q, head);
        if (scaf__sql_child_at(q, i)) {
            emit_list(q, scaf__sql_child_at(q, i), lead, plus);
            continue;
        }
        str_view value = value_text(q, f, q->columns[i]);
        if (f->optional)
            scaf__line(o, mysql ? "coalesce(concat(%s%s %.*s), '')%s" : "coalesce(%s%s %.*s, '')%s",
                       lead, join, STR_ARG(value), plus);
        else if (scaf__sql_may_be_null(f))
            scaf__line(o, "%s%s coalesce(%.*s, 'null')%s", lead, join, STR_ARG(value), plus);
        else
            scaf__line(o, "%s%s %.*s%s", lead, join, STR_ARG(value), plus);
    }
    o->depth--;
}

const char *scaf__sql_view_name(const sql *q)
{
    return scaf__sql_quoted(q, arena_format(q->o->a, "%s_json", q->name));
}

void scaf__sql_view(sql *q)
{
    emit_out *o = q->o;
    bool lists = false;
    for (uint32_t i = 0; i < q->row->n_fields; i++)
        lists = lists || scaf__sql_child_at(q, i);
    scaf__line(o, "-- Each row as the JSON that it came from.");
    if (q->d == DIALECT_MYSQL && lists)
        scaf__line(o,
                   "-- Before reading long lists: SET SESSION group_concat_max_len = 4294967295;");
    scaf__line(o, "CREATE VIEW %s AS SELECT %s AS %s, %s", scaf__sql_view_name(q), q->key_column,
               scaf__sql_quoted(q, STR("row_key")), object_head(q));
    str_view tail =
        arena_format(o->a, " AS %s FROM %s;", scaf__sql_quoted(q, STR("json")), q->table);
    emit_object(q, scaf__sql_or_empty(tail.ptr));
    scaf__blank(o);
}
