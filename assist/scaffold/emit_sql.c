/* SQL for SQLite and PostgreSQL: a table for the rows of the sample, one more for each list of
 * records in them, a loader that reads the sample, a view that gives each row back as the JSON it
 * came from, and the usual queries.
 *
 * What else is nested stays JSON in one column, as does what may be both null and absent (SQL NULL
 * is then absent) and numbers that no column type gives back as they were spelled. A key is primary
 * only where the sample proves that its values differ; else the table numbers its rows, and lists
 * stay JSON, for want of something to refer to.
 *
 * The migration brings a database from any earlier sample to this one: rows leave through the view
 * as JSON and are loaded again, so it needs to know nothing of the earlier tables. */
#include "assist/scaffold/sample.h"
#include "assist/scaffold/targets.h"

typedef enum { DIALECT_SQLITE, DIALECT_POSTGRES } dialect;

typedef enum { COL_BOOL, COL_INT, COL_NUMBER, COL_TEXT, COL_DATE, COL_UUID, COL_JSON } column_kind;

typedef struct sql sql;
struct sql {
    emit_out *o;
    dialect d;
    const char *table;
    const char **columns; /* by field */
    const schema_type *row;
    const schema_field *key; /* primary, or NULL */
    const char *key_column;
    const char *item; /* the row while it is loaded: a name in FROM */
    /* A table of the items of a list in each row: */
    const sql *parent;        /* NULL for the rows themselves */
    const schema_field *list; /* of the parent */
    const char *parent_column;
    sql **children; /* by field; NULL: a column. NULL in children */
};

static column_kind kind_of(const sql *q, const schema_field *f)
{
    const schema_type *t = f->ref.type;
    uint32_t n = t->num_flags;
    bool sqlite = q->d == DIALECT_SQLITE;
    if (f->optional && (f->ref.nullable || t->kind == KIND_ANY))
        return COL_JSON;
    switch (t->kind) {
    case KIND_BOOL: return COL_BOOL;
    case KIND_INT:
        if (n == NUM_INT64)
            return COL_INT;
        return sqlite || (n & NUM_LEXEME) ? COL_JSON : COL_NUMBER;
    case KIND_NUMBER:
        if (!sqlite)
            return n & NUM_LEXEME ? COL_JSON : COL_NUMBER;
        /* SQLite prints 15 digits; one affinity keeps 1 apart from 2.5, another 1.0, none both. */
        return n == NUM_FRACTION || n == (NUM_FRACTION | NUM_INT64) || n == NUM_POINT_ZERO ||
                       n == (NUM_FRACTION | NUM_POINT_ZERO)
                   ? COL_NUMBER
                   : COL_JSON;
    case KIND_STRING:
        if (!sqlite && t->format == FORMAT_DATE)
            return COL_DATE;
        if (!sqlite && t->format == FORMAT_UUID)
            return COL_UUID;
        return COL_TEXT;
    case KIND_ENUM: return COL_TEXT;
    default: return COL_JSON;
    }
}

static const char *type_of(const sql *q, const schema_field *f)
{
    bool sqlite = q->d == DIALECT_SQLITE;
    const schema_type *t = f->ref.type;
    switch (kind_of(q, f)) {
    case COL_BOOL: return sqlite ? "INTEGER" : "boolean";
    case COL_INT: return sqlite ? "INTEGER" : t->width == INT_32 ? "integer" : "bigint";
    case COL_NUMBER: return !sqlite ? "numeric" : t->num_flags & NUM_INT64 ? "NUMERIC" : "REAL";
    case COL_DATE: return "date";
    case COL_UUID: return "uuid";
    case COL_JSON: return sqlite ? "TEXT" : "json";
    case COL_TEXT: break;
    }
    return sqlite ? "TEXT" : "text";
}

static bool is_id(str_view words)
{
    return str_eq(words, STR("id")) || str_eq(words, STR("uuid")) || str_eq(words, STR("guid")) ||
           str_eq(words, STR("key")) || str_eq(words, STR("slug"));
}

static bool wants_index(const schema_field *f)
{
    return is_id(f->words) || str_ends(f->words, STR(" id")) || str_ends(f->words, STR(" at")) ||
           f->ref.type->format == FORMAT_DATE_TIME || f->ref.type->format == FORMAT_DATE;
}

static sql *child_at(const sql *q, uint32_t i)
{
    return q->children ? q->children[i] : NULL;
}

static void emit_table(sql *q)
{
    emit_out *o = q->o;
    bool sqlite = q->d == DIALECT_SQLITE;
    scaf__open(o, "CREATE TABLE \"%s\" (", q->table);
    if (q->parent) {
        const char *cascade = "ON DELETE CASCADE";
        scaf__line(o, "\"%s\" %s NOT NULL REFERENCES \"%s\" (\"%s\") %s,", q->parent_column,
                   type_of(q->parent, q->parent->key), q->parent->table, q->parent->key_column,
                   cascade);
        scaf__line(o, "\"position\" integer NOT NULL,");
    } else if (!q->key) {
        scaf__line(o, sqlite ? "\"row_number\" INTEGER PRIMARY KEY,"
                             : "\"row_number\" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,");
    }
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const schema_field *f = &q->row->fields[i];
        const char *seen = scaf__evidence(o, f), *c = q->columns[i];
        column_kind k = kind_of(q, f);
        bool may_be_null = f->optional || f->ref.nullable || f->ref.type->kind == KIND_ANY;
        bool last = !q->parent;
        for (uint32_t j = i + 1; j < q->row->n_fields && last; j++)
            last = child_at(q, j) != NULL;
        if (child_at(q, i)) {
            scaf__line(o, "-- %s: the table \"%s\"", scaf__comment(o, f->key),
                       child_at(q, i)->table);
            continue;
        }
        if (*seen)
            scaf__line(o, "-- %s", seen);
        str_view check = {NULL, 0};
        if (k == COL_BOOL && sqlite)
            check = arena_format(o->a, " CHECK (\"%s\" IN (0, 1))", c);
        if (k == COL_JSON && sqlite)
            check = arena_format(o->a, " CHECK (\"%s\" IS NULL OR json_valid(\"%s\"))", c, c);
        scaf__line(o, "\"%s\" %s%s%s%.*s%s", c, type_of(q, f), q->key == f ? " PRIMARY KEY" : "",
                   may_be_null ? "" : " NOT NULL", STR_ARG(check), last ? "" : ",");
    }
    if (q->parent)
        scaf__line(o, "PRIMARY KEY (\"%s\", \"position\")", q->parent_column);
    scaf__close(o, ");");
    scaf__blank(o);
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const schema_field *f = &q->row->fields[i];
        if (f != q->key && !child_at(q, i) && kind_of(q, f) != COL_JSON && wants_index(f))
            scaf__line(o, "CREATE INDEX \"%s_%s\" ON \"%s\" (\"%s\");", q->table, q->columns[i],
                       q->table, q->columns[i]);
    }
}

enum { GROUP = 60 }; /* terms in one bracket: SQLite bounds the depth of an expression */

/* What gives the JSON text of a field of the row back, NULL where it is null or absent. */
static str_view value_text(sql *q, const schema_field *f, const char *c)
{
    arena *a = q->o->a;
    bool sqlite = q->d == DIALECT_SQLITE;
    column_kind k = kind_of(q, f);
    if (k == COL_JSON)
        return arena_format(a, sqlite ? "\"%s\"" : "\"%s\"::text", c);
    if (k == COL_BOOL && sqlite)
        return arena_format(a, "CASE \"%s\" WHEN 1 THEN 'true' WHEN 0 THEN 'false' END", c);
    return arena_format(a,
                        sqlite ? "CASE WHEN \"%s\" IS NOT NULL THEN json_quote(\"%s\") END"
                               : "to_json(\"%s\")::text",
                        c, c);
}

/* The terms of the JSON text of a row: absent keys left out, the rest in the order of the sample.
 */
static void emit_terms(sql *q)
{
    emit_out *o = q->o;
    o->depth++;
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const schema_field *f = &q->row->fields[i];
        sql *child = child_at(q, i);
        const char *plus = i + 1 == q->row->n_fields ? ""
                           : i % GROUP == GROUP - 1  ? ") || ("
                                                     : " ||";
        str_view head = arena_format(o->a, ",%s:", scaf__quote(o, f->key, QUOTE_JSON));
        const char *lead = scaf__quote(o, head, QUOTE_SQL);
        if (child) {
            bool sqlite = q->d == DIALECT_SQLITE;
            scaf__line(o, "%s || '[' || coalesce((SELECT %s FROM (SELECT '{' || substr((", lead,
                       sqlite ? "group_concat(\"json\", ',')"
                              : "string_agg(\"json\", ',' ORDER BY \"position\")");
            emit_terms(child);
            scaf__line(o,
                       "), 2) || '}' AS \"json\", \"position\" FROM \"%s\" WHERE \"%s\" = "
                       "\"%s\".\"%s\" ORDER BY \"position\") AS \"items\"), '') || ']'%s",
                       child->table, child->parent_column, q->table, q->key_column, plus);
            continue;
        }
        str_view value = value_text(q, f, q->columns[i]);
        if (f->optional)
            scaf__line(o, "coalesce(%s || %.*s, '')%s", lead, STR_ARG(value), plus);
        else
            scaf__line(o, "%s || coalesce(%.*s, 'null')%s", lead, STR_ARG(value), plus);
    }
    o->depth--;
}

static void emit_view(sql *q)
{
    emit_out *o = q->o;
    scaf__line(o, "-- Each row as the JSON that it came from.");
    scaf__line(o, "CREATE VIEW \"%s_json\" AS SELECT \"%s\" AS \"row_key\", '{' || substr((",
               q->table, q->key_column);
    emit_terms(q);
    scaf__line(o, "), 2) || '}' AS \"json\" FROM \"%s\";", q->table);
    scaf__blank(o);
}

/* Can the key stand in a path of SQLite's JSON functions? They compare labels as the text spells
 * them, so only characters that nobody escapes will do. */
static bool fits_path(str_view key)
{
    for (size_t i = 0; i < key.len; i++) {
        unsigned char c = (unsigned char)key.ptr[i];
        if (c < 0x20 || c >= 0x7f || strchr("\"\\/<>&'", c))
            return false;
    }
    return key.len > 0;
}

/* What reads a field from the row q->item; `raw`: as JSON. */
static const char *read_text(sql *q, const schema_field *f, bool raw)
{
    emit_out *o = q->o;
    const char *name = scaf__quote(o, f->key, QUOTE_SQL);
    str_view v;
    if (q->d == DIALECT_POSTGRES) {
        v = raw ? arena_format(o->a, "%s -> %s", q->item, name)
                : arena_format(o->a, "(%s ->> %s)::%s", q->item, name, type_of(q, f));
    } else if (fits_path(f->key)) {
        str_view path = arena_format(o->a, "$.\"%.*s\"", STR_ARG(f->key));
        v = arena_format(o->a, "%s.value %s %s", q->item, raw ? "->" : "->>",
                         scaf__quote(o, path, QUOTE_SQL));
    } else {
        v = arena_format(o->a, "(SELECT %s FROM json_each(%s.value) AS m WHERE m.key = %s)",
                         raw ? "CASE WHEN m.type IN ('array', 'object') THEN m.value ELSE "
                               "json_quote(m.value) END"
                             : "m.value",
                         q->item, name);
    }
    return v.ptr ? v.ptr : "";
}

/* INSERT ... SELECT from `source`, a list of FROM that has q->item, or the parent's item. */
static void emit_insert(sql *q, const char *source)
{
    emit_out *o = q->o;
    bool sqlite = q->d == DIALECT_SQLITE;
    buf columns;
    buf_init(&columns, 1 << 20);
    if (q->parent)
        buf_append_format(&columns, "\"%s\", \"position\"", q->parent_column);
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        if (!child_at(q, i))
            buf_append_format(&columns, "%s\"%s\"", columns.len ? ", " : "", q->columns[i]);
    }
    scaf__line(o, "INSERT INTO \"%s\" (%.*s)", q->table, STR_ARG(buf_view(&columns)));
    buf_release(&columns);
    scaf__open(o, "SELECT");
    if (q->parent) {
        sql up = *q->parent;
        scaf__line(o, "%s,", read_text(&up, up.key, false));
        scaf__line(o, sqlite ? "%s.key," : "%s_at.position - 1,", q->item);
    }
    bool more = false;
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const schema_field *f = &q->row->fields[i];
        if (child_at(q, i))
            continue;
        if (more)
            buf_splice(o->b, o->b->len - 1, o->b->len - 1, STR(","));
        scaf__line(o, "%s", read_text(q, f, kind_of(q, f) == COL_JSON));
        more = true;
    }
    o->depth--;
    if (!q->parent) {
        scaf__line(o, "FROM %s;", source);
    } else if (sqlite) {
        scaf__line(o, "FROM %s, json_each(%s) AS %s;", source,
                   read_text((sql *)q->parent, q->list, true), q->item);
    } else {
        scaf__line(o, "FROM %s, json_array_elements(%s) WITH ORDINALITY AS %s_at(%s, position);",
                   source, read_text((sql *)q->parent, q->list, true), q->item, q->item);
    }
    scaf__blank(o);
}

/* Where the rows of the sample come from, as `item`. */
static const char *sample_source(sql *q)
{
    emit_out *o = q->o;
    const schema *s = o->s;
    const char *key = scaf__quote(o, s->row_key, QUOTE_SQL);
    str_view v;
    if (q->d == DIALECT_SQLITE) {
        const char *file = scaf__quote(o, o->sample_name, QUOTE_SQL);
        str_view path = arena_format(o->a, "$.\"%.*s\"", STR_ARG(s->row_key));
        if (s->row_key.len && fits_path(s->row_key))
            v = arena_format(o->a, "json_each(readfile(%s), %s) AS item", file,
                             scaf__quote(o, path, QUOTE_SQL));
        else if (s->row_key.len)
            v = arena_format(o->a,
                             "json_each((SELECT value FROM json_each(readfile(%s)) WHERE key = "
                             "%s)) AS item",
                             file, key);
        else if (s->root_is_rows)
            v = arena_format(o->a, "json_each(readfile(%s)) AS item", file);
        else
            v = arena_format(o->a, "(SELECT readfile(%s) AS value) AS item", file);
    } else if (s->row_key.len) {
        v = arena_format(o->a, "json_array_elements(:'sample'::json -> %s) AS item", key);
    } else if (s->root_is_rows && s->root.type->kind == KIND_MAP) {
        v = STR("json_each(:'sample'::json) AS entry(name, item)");
    } else if (s->root_is_rows) {
        v = STR("json_array_elements(:'sample'::json) AS item");
    } else {
        v = STR("(SELECT :'sample'::json AS item) AS one");
    }
    return v.ptr ? v.ptr : "";
}

static void emit_loader(sql *q, const char *source)
{
    emit_insert(q, source);
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        if (child_at(q, i))
            emit_insert(child_at(q, i), source);
    }
}

static void emit_queries(sql *q)
{
    emit_out *o = q->o;
    bool sqlite = q->d == DIALECT_SQLITE;
    buf names, params, updates;
    buf_init(&names, 1 << 20);
    buf_init(&params, 1 << 20);
    buf_init(&updates, 1 << 20);
    uint32_t n = 0;
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const char *c = q->columns[i], *comma = n ? ", " : "";
        if (child_at(q, i))
            continue;
        buf_append_format(&names, "%s\"%s\"", comma, c);
        n++;
        if (sqlite)
            buf_append_format(&params, "%s:%s", comma, c);
        else
            buf_append_format(&params, "%s$%u", comma, n);
        if (&q->row->fields[i] != q->key)
            buf_append_format(&updates, "%s\"%s\" = excluded.\"%s\"", updates.len ? ", " : "", c,
                              c);
    }
    const char *first = sqlite ? ":key" : "$1", *second = sqlite ? ":limit" : "$2";
    scaf__line(o, "-- The usual queries, with parameters:");
    scaf__line(o, "-- get:    SELECT * FROM \"%s\" WHERE \"%s\" = %s;", q->table, q->key_column,
               first);
    scaf__line(o, "-- page:   SELECT * FROM \"%s\" WHERE \"%s\" > %s ORDER BY \"%s\" LIMIT %s;",
               q->table, q->key_column, first, q->key_column, second);
    scaf__line(o, "-- insert: INSERT INTO \"%s\" (%.*s) VALUES (%.*s);", q->table,
               STR_ARG(buf_view(&names)), STR_ARG(buf_view(&params)));
    if (q->key && updates.len)
        scaf__line(o,
                   "-- upsert: INSERT INTO \"%s\" (%.*s) VALUES (%.*s) ON CONFLICT (\"%s\") DO "
                   "UPDATE SET %.*s;",
                   q->table, STR_ARG(buf_view(&names)), STR_ARG(buf_view(&params)), q->key_column,
                   STR_ARG(buf_view(&updates)));
    scaf__line(o, "-- delete: DELETE FROM \"%s\" WHERE \"%s\" = %s;", q->table, q->key_column,
               first);
    buf_release(&names);
    buf_release(&params);
    buf_release(&updates);
}

/* PostgreSQL cuts names at 63 bytes; ours end before, so that what tells them apart is not cut. */
enum { MAX_NAME = 50 };

static const char **column_names(emit_out *o, const schema_type *row, name_scope *scope)
{
    const char **names = ARENA_ARRAY(o->a, const char *, row->n_fields + 1);
    for (uint32_t i = 0; names && i < row->n_fields; i++) {
        str_view name = str_slice(scaf__case(o->a, row->fields[i].words, CASE_SNAKE), 0, MAX_NAME);
        names[i] = arena_copy_z(o->a, scaf__scope_claim(scope, name));
        if (!names[i])
            names[i] = "";
    }
    return names;
}

/* A table of its own for a list of records, where every row has the list, so that no rows means an
 * empty list. Null and absent lists, and lists in lists, stay JSON. */
static sql *child_of(sql *q, const schema_field *f, name_scope *tables)
{
    emit_out *o = q->o;
    const schema_type *t = f->ref.type;
    if (!q->key || f->optional || f->ref.nullable || t->kind != KIND_ARRAY || t->items[0].nullable)
        return NULL;
    const schema_type *item = t->items[0].type;
    if (item->kind != KIND_RECORD || !item->n_fields || item == q->row)
        return NULL;
    sql *child = ARENA_NEW(o->a, sql);
    if (!child)
        return NULL;
    *child = (sql){.o = o, .d = q->d, .row = item, .item = "child", .parent = q, .list = f};
    str_view name =
        arena_format(o->a, "%s_%.*s", q->table, STR_ARG(scaf__case(o->a, f->words, CASE_SNAKE)));
    name = scaf__scope_claim(tables, str_slice(name, 0, MAX_NAME));
    child->table = arena_copy_z(o->a, name);
    str_view one = scaf__case(o->a, scaf__singular(o->a, q->row->words), CASE_SNAKE);
    name_scope columns;
    scaf__scope_init(&columns, o->a, "position", true);
    str_view up = arena_format(o->a, "%.*s_%s", STR_ARG(str_slice(one, 0, 40)), q->key_column);
    child->parent_column = arena_copy_z(o->a, scaf__scope_claim(&columns, up));
    child->columns = column_names(o, item, &columns);
    return child->table && child->parent_column && child->columns ? child : NULL;
}

/* The tables of the sample; false when there are none. */
static bool init(sql *q, emit_out *o, dialect d)
{
    *q = (sql){.o = o, .d = d, .row = o->s->row, .key_column = "row_number", .item = "item"};
    scaf__line(o, "-- From %s, for %s.", scaf__comment(o, o->sample_name),
               d == DIALECT_SQLITE ? "SQLite 3.38 and later" : "PostgreSQL 12 and later (psql)");
    if (!q->row) {
        scaf__line(o, "-- The sample has no records, so there is no table.");
        return false;
    }
    name_scope tables, columns;
    scaf__scope_init(&tables, o->a, "", true);
    scaf__scope_init(&columns, o->a, "row_number row_key", true);
    str_view table = str_slice(scaf__plural(o->a, q->row->words), 0, MAX_NAME);
    q->table = scaf__name(o, table, CASE_SNAKE);
    str_view view = arena_format(o->a, "%s_json", q->table);
    scaf__scope_claim(&tables, str_of(q->table));
    scaf__scope_claim(&tables, view);
    q->columns = column_names(o, q->row, &columns);
    if (!q->columns)
        return false;
    for (uint32_t i = 0; i < q->row->n_fields && !q->key; i++) {
        const schema_field *f = &q->row->fields[i];
        bool scalar = f->ref.type->kind == KIND_INT || f->ref.type->kind == KIND_STRING;
        if (scalar && is_id(f->words) && kind_of(q, f) != COL_JSON && scaf__rows_differ(o, f)) {
            q->key = f;
            q->key_column = q->columns[i];
        }
    }
    q->children = ARENA_ARRAY(o->a, sql *, q->row->n_fields + 1);
    for (uint32_t i = 0; q->children && i < q->row->n_fields; i++)
        q->children[i] = child_of(q, &q->row->fields[i], &tables);
    return q->children != NULL;
}

static void emit_tables(sql *q)
{
    emit_table(q);
    scaf__blank(q->o);
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        if (child_at(q, i)) {
            emit_table(child_at(q, i));
            scaf__blank(q->o);
        }
    }
    emit_view(q);
}

static void emit(emit_out *o, dialect d)
{
    sql q;
    if (!init(&q, o, d))
        return;
    if (d == DIALECT_SQLITE)
        scaf__line(o, "PRAGMA foreign_keys = ON; -- of each connection");
    emit_tables(&q);
    if (d == DIALECT_SQLITE) {
        scaf__line(o, "-- Loads the sample (sqlite3's readfile; run where the file is).");
    } else {
        scaf__line(o, "-- Loads the sample named by the environment variable SAMPLE.");
        scaf__line(o, "\\set sample `cat \"$SAMPLE\"`");
    }
    emit_loader(&q, sample_source(&q));
    emit_queries(&q);
}

static void migrate(emit_out *o, dialect d)
{
    sql q;
    if (!init(&q, o, d))
        return;
    bool sqlite = d == DIALECT_SQLITE;
    scaf__line(o, "-- Brings a database that was made from an earlier sample to this one: the rows "
                  "leave as JSON");
    scaf__line(o, "-- and are loaded again. What was added to these tables by hand (columns, "
                  "indexes, references from");
    scaf__line(o, "-- other tables) is not kept. All of it happens or nothing.");
    scaf__line(o, sqlite ? ".bail on\nPRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;"
                         : "\\set ON_ERROR_STOP on\nBEGIN;");
    scaf__line(o,
               "CREATE TEMP TABLE \"old_rows\" AS SELECT \"json\"%s AS \"value\" FROM "
               "\"%s_json\" ORDER BY \"row_key\";",
               sqlite ? "" : "::json", q.table);
    scaf__line(o, "DROP VIEW \"%s_json\";", q.table);
    for (uint32_t i = 0; i < q.row->n_fields; i++) {
        if (child_at(&q, i))
            scaf__line(o, "DROP TABLE IF EXISTS \"%s\";", child_at(&q, i)->table);
    }
    scaf__line(o, "DROP TABLE \"%s\"%s;", q.table, sqlite ? "" : " CASCADE");
    scaf__blank(o);
    emit_tables(&q);
    emit_loader(&q, sqlite ? "\"old_rows\" AS item"
                           : "(SELECT \"value\" AS item FROM \"old_rows\") AS old");
    scaf__line(o, "DROP TABLE \"old_rows\";");
    scaf__line(o, "COMMIT;");
}

void scaf__emit_sqlite(emit_out *o)
{
    emit(o, DIALECT_SQLITE);
}

void scaf__emit_postgres(emit_out *o)
{
    emit(o, DIALECT_POSTGRES);
}

void scaf__emit_sqlite_migration(emit_out *o)
{
    migrate(o, DIALECT_SQLITE);
}

void scaf__emit_postgres_migration(emit_out *o)
{
    migrate(o, DIALECT_POSTGRES);
}
