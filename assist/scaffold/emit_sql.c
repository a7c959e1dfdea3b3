/* SQL for SQLite and PostgreSQL: one table for the rows of the sample, a loader that reads the
 * sample, a view that gives each row back as the JSON it came from, and the usual queries.
 *
 * What is nested stays JSON in one column, as does what may be both null and absent (SQL NULL is
 * then absent) and numbers that no column type gives back as they were spelled. A key is primary
 * only where the sample proves that its values differ; else the table numbers its rows. */
#include "assist/scaffold/targets.h"

typedef enum { DIALECT_SQLITE, DIALECT_POSTGRES } dialect;

typedef enum { COL_BOOL, COL_INT, COL_NUMBER, COL_TEXT, COL_DATE, COL_UUID, COL_JSON } column_kind;

typedef struct {
    emit_out *o;
    dialect d;
    const char *table;
    const char **columns; /* by field */
    const schema_type *row;
    const schema_field *key; /* primary, or NULL */
    const char *key_column;
} sql;

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

static void emit_table(sql *q)
{
    emit_out *o = q->o;
    bool sqlite = q->d == DIALECT_SQLITE;
    scaf__open(o, "CREATE TABLE \"%s\" (", q->table);
    if (!q->key)
        scaf__line(o, sqlite ? "\"row_number\" INTEGER PRIMARY KEY,"
                             : "\"row_number\" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,");
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const schema_field *f = &q->row->fields[i];
        const char *seen = scaf__evidence(o, f), *c = q->columns[i];
        column_kind k = kind_of(q, f);
        bool may_be_null = f->optional || f->ref.nullable || f->ref.type->kind == KIND_ANY;
        if (*seen)
            scaf__line(o, "-- %s", seen);
        str_view check = {NULL, 0};
        if (k == COL_BOOL && sqlite)
            check = arena_format(o->a, " CHECK (\"%s\" IN (0, 1))", c);
        if (k == COL_JSON && sqlite)
            check = arena_format(o->a, " CHECK (\"%s\" IS NULL OR json_valid(\"%s\"))", c, c);
        scaf__line(o, "\"%s\" %s%s%s%.*s%s", c, type_of(q, f), q->key == f ? " PRIMARY KEY" : "",
                   may_be_null ? "" : " NOT NULL", STR_ARG(check),
                   i + 1 < q->row->n_fields ? "," : "");
    }
    scaf__close(o, ");");
    scaf__blank(o);
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const schema_field *f = &q->row->fields[i];
        if (f != q->key && kind_of(q, f) != COL_JSON && wants_index(f))
            scaf__line(o, "CREATE INDEX \"%s_%s\" ON \"%s\" (\"%s\");", q->table, q->columns[i],
                       q->table, q->columns[i]);
    }
}

enum { GROUP = 60 }; /* terms in one bracket: SQLite bounds the depth of an expression */

/* A view of one JSON text per row: absent keys left out, the rest in the order of the sample. */
static void emit_view(sql *q)
{
    emit_out *o = q->o;
    bool sqlite = q->d == DIALECT_SQLITE;
    scaf__line(o, "-- Each row as the JSON that it came from.");
    scaf__line(o, "CREATE VIEW \"%s_json\" AS SELECT \"%s\" AS \"row_key\", '{' || substr((",
               q->table, q->key_column);
    o->depth++;
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const schema_field *f = &q->row->fields[i];
        const char *c = q->columns[i], *plus = i + 1 == q->row->n_fields ? ""
                                               : i % GROUP == GROUP - 1  ? ") || ("
                                                                         : " ||";
        const char *label = scaf__quote(o, f->key, QUOTE_JSON);
        str_view head = arena_format(o->a, ",%s:", label);
        const char *lead = scaf__quote(o, head, QUOTE_SQL);
        str_view value = {NULL, 0};
        column_kind k = kind_of(q, f);
        if (k == COL_JSON)
            value = arena_format(o->a, sqlite ? "\"%s\"" : "\"%s\"::text", c);
        else if (k == COL_BOOL && sqlite)
            value = arena_format(o->a, "CASE \"%s\" WHEN 1 THEN 'true' WHEN 0 THEN 'false' END", c);
        else
            value = arena_format(o->a,
                                 sqlite ? "CASE WHEN \"%s\" IS NOT NULL THEN json_quote(\"%s\") END"
                                        : "to_json(\"%s\")::text",
                                 c, c);
        if (f->optional)
            scaf__line(o, "coalesce(%s || %.*s, '')%s", lead, STR_ARG(value), plus);
        else
            scaf__line(o, "%s || coalesce(%.*s, 'null')%s", lead, STR_ARG(value), plus);
    }
    o->depth--;
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

static void emit_loader(sql *q)
{
    emit_out *o = q->o;
    bool sqlite = q->d == DIALECT_SQLITE;
    const schema *s = o->s;
    buf columns;
    buf_init(&columns, 1 << 20);
    for (uint32_t i = 0; i < q->row->n_fields; i++)
        buf_append_format(&columns, "%s\"%s\"", i ? ", " : "", q->columns[i]);
    const char *key = scaf__quote(o, s->row_key, QUOTE_SQL);
    if (sqlite) {
        scaf__line(o, "-- Loads the sample (sqlite3's readfile; run where the file is).");
    } else {
        scaf__line(o, "-- Loads the sample named by the environment variable SAMPLE.");
        scaf__line(o, "\\set sample `cat \"$SAMPLE\"`");
    }
    scaf__line(o, "INSERT INTO \"%s\" (%.*s)", q->table, STR_ARG(buf_view(&columns)));
    scaf__open(o, "SELECT");
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const schema_field *f = &q->row->fields[i];
        const char *tail = i + 1 < q->row->n_fields ? "," : "";
        column_kind k = kind_of(q, f);
        if (!sqlite) {
            const char *name = scaf__quote(o, f->key, QUOTE_SQL);
            if (k == COL_JSON)
                scaf__line(o, "item -> %s%s", name, tail);
            else
                scaf__line(o, "(item ->> %s)::%s%s", name, type_of(q, f), tail);
            continue;
        }
        if (fits_path(f->key)) {
            str_view path = arena_format(o->a, "$.\"%.*s\"", STR_ARG(f->key));
            const char *at = scaf__quote(o, path, QUOTE_SQL);
            if (k == COL_JSON)
                scaf__line(o, "item.value -> %s%s", at, tail);
            else
                scaf__line(o, "item.value ->> %s%s", at, tail);
        } else {
            const char *name = scaf__quote(o, f->key, QUOTE_SQL);
            scaf__line(o, "(SELECT %s FROM json_each(item.value) AS m WHERE m.key = %s)%s",
                       k == COL_JSON ? "CASE WHEN m.type IN ('array', 'object') THEN m.value ELSE "
                                       "json_quote(m.value) END"
                                     : "m.value",
                       name, tail);
        }
    }
    o->depth--;
    if (sqlite) {
        const char *file = scaf__quote(o, o->sample_name, QUOTE_SQL);
        str_view path = arena_format(o->a, "$.\"%.*s\"", STR_ARG(s->row_key));
        if (s->row_key.len && fits_path(s->row_key))
            scaf__line(o, "FROM json_each(readfile(%s), %s) AS item;", file,
                       scaf__quote(o, path, QUOTE_SQL));
        else if (s->row_key.len)
            scaf__line(o,
                       "FROM json_each((SELECT value FROM json_each(readfile(%s)) WHERE key = %s)) "
                       "AS item;",
                       file, key);
        else if (s->root_is_rows)
            scaf__line(o, "FROM json_each(readfile(%s)) AS item;", file);
        else
            scaf__line(o, "FROM (SELECT readfile(%s) AS value) AS item;", file);
    } else if (s->row_key.len) {
        scaf__line(o, "FROM json_array_elements(:'sample'::json -> %s) AS item;", key);
    } else if (s->root_is_rows && s->root.type->kind == KIND_MAP) {
        scaf__line(o, "FROM json_each(:'sample'::json) AS entry(name, item);");
    } else if (s->root_is_rows) {
        scaf__line(o, "FROM json_array_elements(:'sample'::json) AS item;");
    } else {
        scaf__line(o, "FROM (SELECT :'sample'::json AS item) AS one;");
    }
    scaf__blank(o);
    buf_release(&columns);
}

static void emit_queries(sql *q)
{
    emit_out *o = q->o;
    bool sqlite = q->d == DIALECT_SQLITE;
    buf names, params, updates;
    buf_init(&names, 1 << 20);
    buf_init(&params, 1 << 20);
    buf_init(&updates, 1 << 20);
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const char *c = q->columns[i], *comma = i ? ", " : "";
        buf_append_format(&names, "%s\"%s\"", comma, c);
        if (sqlite)
            buf_append_format(&params, "%s:%s", comma, c);
        else
            buf_append_format(&params, "%s$%u", comma, i + 1);
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
static const char **column_names(emit_out *o, const schema_type *row)
{
    enum { MAX_NAME = 50 };
    const char **names = ARENA_ARRAY(o->a, const char *, row->n_fields + 1);
    name_scope scope;
    scaf__scope_init(&scope, o->a, "row_number row_key", true);
    for (uint32_t i = 0; names && i < row->n_fields; i++) {
        str_view name = str_slice(scaf__case(o->a, row->fields[i].words, CASE_SNAKE), 0, MAX_NAME);
        names[i] = arena_copy_z(o->a, scaf__scope_claim(&scope, name));
        if (!names[i])
            names[i] = "";
    }
    return names;
}

static void emit(emit_out *o, dialect d)
{
    sql q = {.o = o, .d = d, .row = o->s->row, .key_column = "row_number"};
    scaf__line(o, "-- From %s, for %s.", scaf__comment(o, o->sample_name),
               d == DIALECT_SQLITE ? "SQLite 3.38 and later" : "PostgreSQL 12 and later (psql)");
    if (!q.row) {
        scaf__line(o, "-- The sample has no records, so there is no table.");
        return;
    }
    q.table = scaf__name(o, str_slice(scaf__plural(o->a, q.row->words), 0, 50), CASE_SNAKE);
    q.columns = column_names(o, q.row);
    if (!q.columns)
        return;
    for (uint32_t i = 0; i < q.row->n_fields && !q.key; i++) {
        const schema_field *f = &q.row->fields[i];
        if (f->unique && is_id(f->words) && kind_of(&q, f) != COL_JSON) {
            q.key = f;
            q.key_column = q.columns[i];
        }
    }
    emit_table(&q);
    scaf__blank(o);
    emit_view(&q);
    emit_loader(&q);
    emit_queries(&q);
}

void scaf__emit_sqlite(emit_out *o)
{
    emit(o, DIALECT_SQLITE);
}

void scaf__emit_postgres(emit_out *o)
{
    emit(o, DIALECT_POSTGRES);
}
