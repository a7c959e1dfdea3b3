/* SQL for SQLite, PostgreSQL, MySQL and DuckDB: a table for the rows of the sample, one more for
 * each list of records in them, a loader that reads the sample, a view that gives each row back as
 * the JSON it came from, and the usual queries.
 *
 * What else is nested stays JSON in one column, as does what may be both null and absent (SQL NULL
 * is then absent) and numbers that no column type gives back as they were spelled. A key is primary
 * only where the sample proves that its values differ; else the table numbers its rows, and lists
 * stay JSON, for want of something to refer to.
 *
 * The migration brings a database from any earlier sample to this one: rows leave through the view
 * as JSON and are loaded again, so it needs to know nothing of the earlier tables. */
#include "assist/scaffold/lists.h"
#include "assist/scaffold/sql_internal.h"
#include "assist/scaffold/walk.h"

static const struct {
    const char *title;
    const char *quote; /* of names */
    const char *types[N_COLUMN_KINDS];
} dialects[] = {
    [DIALECT_SQLITE] = {"SQLite 3.38 and later",
                        "\"",
                        {"INTEGER", "INTEGER", "INTEGER", "", "REAL", "TEXT", "", "", "TEXT"}},
    [DIALECT_POSTGRES] = {"PostgreSQL 12 and later (psql)",
                          "\"",
                          {"boolean", "integer", "bigint", "numeric", "numeric", "text", "date",
                           "uuid", "json"}},
    /* MySQL's own JSON type sorts keys and rounds numbers; text with a check keeps them. */
    [DIALECT_MYSQL] = {"MariaDB 10.6, MySQL 8.0.19 and later",
                       "`",
                       {"BOOLEAN", "INT", "BIGINT", "", "DOUBLE", "LONGTEXT", "DATE", "CHAR(36)",
                        "LONGTEXT"}},
    [DIALECT_DUCKDB] = {"DuckDB 1.3 and later",
                        "\"",
                        {"BOOLEAN", "INTEGER", "BIGINT", "HUGEINT", "DOUBLE", "VARCHAR", "DATE",
                         "UUID", "JSON"}},
};

const char *scaf__sql_or_empty(const char *z)
{
    return z ? z : "";
}

const char *scaf__sql_quoted(const sql *q, str_view name)
{
    const char *mark = dialects[q->d].quote;
    return scaf__sql_or_empty(arena_format(q->o->a, "%s%.*s%s", mark, STR_ARG(name), mark).ptr);
}

str_view scaf__sql_bare(const char *name)
{
    str_view v = str_of(name);
    return v.len > 2 ? str_slice(v, 1, v.len - 1) : v;
}

/* A text as a literal: MySQL has escapes in it. */
const char *scaf__sql_literal(const sql *q, str_view v)
{
    const char *z = scaf__quote(q->o, v, QUOTE_SQL);
    if (q->d != DIALECT_MYSQL || !strchr(z, '\\'))
        return z;
    buf b;
    buf_init(&b, SIZE_MAX);
    for (; *z; z++) {
        buf_append_byte(&b, *z);
        if (*z == '\\')
            buf_append_byte(&b, '\\');
    }
    const char *out = arena_copy_z(q->o->a, buf_view(&b));
    buf_release(&b);
    return scaf__sql_or_empty(out);
}

/* Whether whole numbers are small enough for a double, of which both print all digits. */
static bool fits_double(const schema_type *t)
{
    return t->min_int > -1000000000000000 && t->max_int < 1000000000000000;
}

static column_kind number_kind_of(const sql *q, const schema_type *t)
{
    const uint32_t fraction = NUM_FRACTION | NUM_LONG_FRACTION;
    uint32_t n = t->num_flags;
    switch (q->d) {
    case DIALECT_POSTGRES: return n & NUM_LEXEME ? COL_JSON : COL_NUMBER;
    case DIALECT_MYSQL: /* prints whole numbers bare */
        return n & NUM_FRACTION && !(n & ~(fraction | NUM_INT64)) && fits_double(t) ? COL_NUMBER
                                                                                    : COL_JSON;
    case DIALECT_DUCKDB: /* prints them with .0 */
        return n & (NUM_FRACTION | NUM_POINT_ZERO) && !(n & ~(fraction | NUM_POINT_ZERO))
                   ? COL_NUMBER
                   : COL_JSON;
    case DIALECT_SQLITE: break;
    }
    /* SQLite prints 15 digits; one affinity keeps 1 apart from 2.5, another 1.0, none both. */
    return n == NUM_FRACTION || n == (NUM_FRACTION | NUM_INT64) || n == NUM_POINT_ZERO ||
                   n == (NUM_FRACTION | NUM_POINT_ZERO)
               ? COL_NUMBER
               : COL_JSON;
}

column_kind scaf__sql_kind_of(const sql *q, const schema_field *f)
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
            return t->width == INT_32 ? COL_INT32 : COL_INT;
        if (q->d == DIALECT_POSTGRES)
            return n & NUM_LEXEME ? COL_JSON : COL_WIDE;
        return q->d == DIALECT_DUCKDB && !(n & ~(uint32_t)(NUM_INT64 | NUM_UINT64)) ? COL_WIDE
                                                                                    : COL_JSON;
    case KIND_NUMBER: return number_kind_of(q, t);
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

static bool wants_index(const schema_field *f)
{
    return scaf__is_id(f->words) || str_ends(f->words, STR(" id")) ||
           str_ends(f->words, STR(" at")) || f->ref.type->format == FORMAT_DATE_TIME ||
           f->ref.type->format == FORMAT_DATE;
}

/* MySQL's keys and indexes are of 3072 bytes, 4 for each character. */
enum { SHORT_CHARS = 255, KEY_CHARS = 768 };

/* Whether a key or an index can be made of the column. */
static bool can_be_key(const sql *q, const schema_field *f)
{
    column_kind k = scaf__sql_kind_of(q, f);
    return k != COL_JSON &&
           (k != COL_TEXT || q->d != DIALECT_MYSQL || f->ref.type->max_chars <= KEY_CHARS);
}

const char *scaf__sql_type_of(const sql *q, const schema_field *f)
{
    const schema_type *t = f->ref.type;
    column_kind k = scaf__sql_kind_of(q, f);
    if (q->d == DIALECT_SQLITE && k == COL_NUMBER && t->num_flags & NUM_INT64)
        return "NUMERIC";
    if (q->d == DIALECT_MYSQL && k == COL_TEXT && wants_index(f) && can_be_key(q, f))
        return t->max_chars <= SHORT_CHARS ? "VARCHAR(255)" : "VARCHAR(768)";
    return dialects[q->d].types[k];
}

sql *scaf__sql_child_at(const sql *q, uint32_t i)
{
    return q->children ? q->children[i] : NULL;
}

/* PostgreSQL cuts names at 63 bytes; ours end before, so that what tells them apart is not cut. */
enum { MAX_NAME = 50, MAX_INDEX_NAME = 60 };

/* --- tables --- */

bool scaf__sql_may_be_null(const schema_field *f)
{
    return f->optional || f->ref.nullable || f->ref.type->kind == KIND_ANY;
}

/* " CHECK (...)" of a column whose type alone takes too much, else "". */
static const char *check_of(const sql *q, const schema_field *f, const char *c)
{
    arena *a = q->o->a;
    column_kind k = scaf__sql_kind_of(q, f);
    bool sqlite = q->d == DIALECT_SQLITE;
    if (!sqlite && q->d != DIALECT_MYSQL)
        return "";
    if (k == COL_BOOL)
        return scaf__sql_or_empty(arena_format(a, " CHECK (%s IN (0, 1))", c).ptr);
    if (k == COL_JSON) /* json_valid(NULL) was false once; the grammar wants a comparison */
        return scaf__sql_or_empty(arena_format(a,
                                               scaf__sql_may_be_null(f)
                                                   ? " CHECK (%s IS NULL OR json_valid(%s))"
                                                   : " CHECK (json_valid(%s) = 1)",
                                               c, c)
                                      .ptr);
    return "";
}

static void emit_columns(sql *q)
{
    emit_out *o = q->o;
    uint32_t n_left = 0, n_refers = 0;
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        n_left += scaf__sql_child_at(q, i) == NULL;
        n_refers += q->refers && q->refers[i];
    }
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const schema_field *f = &q->row->fields[i];
        const char *seen = scaf__evidence(o, f), *c = q->columns[i];
        if (scaf__sql_child_at(q, i)) {
            scaf__line(o, "-- %s: the table %s", scaf__comment(o, f->key),
                       scaf__sql_child_at(q, i)->table);
            continue;
        }
        if (*seen)
            scaf__line(o, "-- %s", seen);
        bool last = --n_left == 0 && !q->parent && !n_refers;
        scaf__line(o, "%s %s%s%s%s%s", c, scaf__sql_type_of(q, f),
                   q->key == f ? " PRIMARY KEY" : "", scaf__sql_may_be_null(f) ? "" : " NOT NULL",
                   check_of(q, f, c), last ? "" : ",");
    }
}

/* Behind the columns. */
static void emit_references(const sql *q)
{
    uint32_t n = 0;
    for (uint32_t i = 0; q->refers && i < q->row->n_fields; i++)
        n += q->refers[i] != NULL;
    for (uint32_t i = 0; n && i < q->row->n_fields; i++) {
        if (q->refers[i])
            scaf__line(q->o, "FOREIGN KEY (%s) REFERENCES %s (%s)%s", q->columns[i],
                       q->refers[i]->table, q->refers[i]->key_column, --n ? "," : "");
    }
}

static void emit_table(sql *q)
{
    static const char *const numbers[] = {
        [DIALECT_SQLITE] = "INTEGER PRIMARY KEY",
        [DIALECT_POSTGRES] = "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        [DIALECT_MYSQL] = "BIGINT AUTO_INCREMENT PRIMARY KEY",
    };
    emit_out *o = q->o;
    const char *position = scaf__sql_quoted(q, STR("position"));
    if (q->d == DIALECT_DUCKDB && !q->parent && !q->key) {
        scaf__line(o, "CREATE SEQUENCE \"%s_row\";", q->name);
        scaf__open(o, "CREATE TABLE %s (", q->table);
        scaf__line(o, "%s BIGINT PRIMARY KEY DEFAULT nextval('%s_row'),", q->key_column, q->name);
    } else {
        scaf__open(o, "CREATE TABLE %s (", q->table);
        if (q->parent) {
            scaf__line(o, "%s %s NOT NULL,", q->parent_column,
                       scaf__sql_type_of(q->parent, q->parent->key));
            scaf__line(o, "%s integer NOT NULL,", position);
        } else if (!q->key) {
            scaf__line(o, "%s %s,", q->key_column, numbers[q->d]);
        }
    }
    emit_columns(q);
    if (q->parent) {
        scaf__line(o, "PRIMARY KEY (%s, %s),", q->parent_column, position);
        scaf__line(o, "FOREIGN KEY (%s) REFERENCES %s (%s)%s", q->parent_column, q->parent->table,
                   q->parent->key_column, q->d == DIALECT_DUCKDB ? "" : " ON DELETE CASCADE");
    }
    emit_references(q);
    scaf__close(o, q->d == DIALECT_MYSQL ? ") DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;"
                                         : ");");
    scaf__blank(o);
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const schema_field *f = &q->row->fields[i];
        if (f == q->key || scaf__sql_child_at(q, i) || !wants_index(f) || !can_be_key(q, f))
            continue;
        str_view name =
            arena_format(o->a, "%s_%.*s", q->name, STR_ARG(scaf__sql_bare(q->columns[i])));
        name = scaf__scope_claim(q->names, str_slice(name, 0, MAX_INDEX_NAME));
        scaf__line(o, "CREATE INDEX %s ON %s (%s);", scaf__sql_quoted(q, name), q->table,
                   q->columns[i]);
    }
}

/* --- the queries --- */

static void emit_queries(sql *q)
{
    emit_out *o = q->o;
    bool sqlite = q->d == DIALECT_SQLITE, mysql = q->d == DIALECT_MYSQL;
    buf names, params, updates;
    buf_init(&names, 1 << 20);
    buf_init(&params, 1 << 20);
    buf_init(&updates, 1 << 20);
    uint32_t n = 0;
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const char *c = q->columns[i], *comma = n ? ", " : "";
        if (scaf__sql_child_at(q, i))
            continue;
        buf_append_format(&names, "%s%s", comma, c);
        n++;
        if (sqlite)
            buf_append_format(&params, "%s:%.*s", comma, STR_ARG(scaf__sql_bare(c)));
        else if (mysql)
            buf_append_format(&params, "%s?", comma);
        else
            buf_append_format(&params, "%s$%u", comma, n);
        if (&q->row->fields[i] != q->key)
            buf_append_format(&updates, mysql ? "%s%s = values(%s)" : "%s%s = excluded.%s",
                              updates.len ? ", " : "", c, c);
    }
    const char *first = sqlite  ? ":key"
                        : mysql ? "?"
                                : "$1",
               *second = sqlite  ? ":limit"
                         : mysql ? "?"
                                 : "$2";
    scaf__line(o, "-- The usual queries, with parameters:");
    scaf__line(o, "-- get:    SELECT * FROM %s WHERE %s = %s;", q->table, q->key_column, first);
    scaf__line(o, "-- page:   SELECT * FROM %s WHERE %s > %s ORDER BY %s LIMIT %s;", q->table,
               q->key_column, first, q->key_column, second);
    scaf__line(o, "-- insert: INSERT INTO %s (%.*s) VALUES (%.*s);", q->table,
               STR_ARG(buf_view(&names)), STR_ARG(buf_view(&params)));
    if (q->key && updates.len) {
        str_view clash = mysql
                             ? STR("ON DUPLICATE KEY UPDATE")
                             : arena_format(o->a, "ON CONFLICT (%s) DO UPDATE SET", q->key_column);
        scaf__line(o, "-- upsert: INSERT INTO %s (%.*s) VALUES (%.*s) %.*s %.*s;", q->table,
                   STR_ARG(buf_view(&names)), STR_ARG(buf_view(&params)), STR_ARG(clash),
                   STR_ARG(buf_view(&updates)));
    }
    scaf__line(o, "-- delete: DELETE FROM %s WHERE %s = %s;", q->table, q->key_column, first);
    buf_release(&names);
    buf_release(&params);
    buf_release(&updates);
}

/* --- names and keys --- */

static const char **column_names(sql *q, const schema_type *row, name_scope *scope)
{
    emit_out *o = q->o;
    const char **names = ARENA_ARRAY(o->a, const char *, row->n_fields + 1);
    for (uint32_t i = 0; names && i < row->n_fields; i++) {
        const schema_field *f = &row->fields[i];
        str_view name = o->original_names && scaf__is_plain(f->key)
                            ? f->key
                            : scaf__case(o->a, f->words, CASE_SNAKE);
        name = str_slice(name, 0, MAX_NAME);
        names[i] = scaf__sql_quoted(q, scaf__scope_claim(scope, name));
    }
    return names;
}

/* A table of its own for a list of records, where every row has the list, so that no rows means an
 * empty list. Null and absent lists, and lists in lists, stay JSON. */
static sql *child_of(sql *q, const schema_field *f)
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
    *child = (sql){
        .o = o, .d = q->d, .names = q->names, .row = item, .item = "child", .parent = q, .list = f};
    str_view name =
        arena_format(o->a, "%s_%.*s", q->name, STR_ARG(scaf__case(o->a, f->words, CASE_SNAKE)));
    name = scaf__scope_claim(q->names, str_slice(name, 0, MAX_NAME));
    child->name = scaf__sql_or_empty(arena_copy_z(o->a, name));
    child->table = scaf__sql_quoted(q, name);
    str_view one = scaf__case(o->a, scaf__singular(o->a, q->row->words), CASE_SNAKE);
    name_scope columns;
    scaf__scope_init(&columns, o->a, "position", true);
    str_view up = arena_format(o->a, "%.*s_%.*s", STR_ARG(str_slice(one, 0, 40)),
                               STR_ARG(scaf__sql_bare(q->key_column)));
    child->parent_column = scaf__sql_quoted(q, scaf__scope_claim(&columns, up));
    child->columns = column_names(q, item, &columns);
    return child->columns ? child : NULL;
}

static bool list_differs(emit_out *o, const schema_field *list, const schema_field *f)
{
    lists_sample s;
    scaf__lists_open(&s, o);
    bool differs = scaf__list_differs(&s, list->key, f);
    scaf__lists_close(&s);
    return differs;
}

/* The table of rows of that type, and those below it. */
static bool init_table(sql *q, const schema_field *list)
{
    emit_out *o = q->o;
    name_scope *names = q->names, columns;
    scaf__scope_init(&columns, o->a, "row_number row_key", true);
    str_view words = list ? list->words : scaf__plural(o->a, q->row->words);
    str_view table = str_slice(words, 0, MAX_NAME);
    table = scaf__scope_claim(names, scaf__case(o->a, table, CASE_SNAKE));
    q->name = scaf__sql_or_empty(arena_copy_z(o->a, table));
    q->table = scaf__sql_quoted(q, table);
    scaf__scope_claim(names, scaf__sql_bare(scaf__sql_view_name(q)));
    q->key_column = scaf__sql_quoted(q, STR("row_number"));
    q->columns = column_names(q, q->row, &columns);
    if (!q->columns)
        return false;
    for (uint32_t i = 0; i < q->row->n_fields && !q->key; i++) {
        const schema_field *f = &q->row->fields[i];
        bool scalar = f->ref.type->kind == KIND_INT || f->ref.type->kind == KIND_STRING;
        if (scalar && scaf__is_id(f->words) && can_be_key(q, f) &&
            (list ? list_differs(o, list, f) : scaf__rows_differ(o, f))) {
            q->key = f;
            q->key_column = q->columns[i];
        }
    }
    q->children = ARENA_ARRAY(o->a, sql *, q->row->n_fields + 1);
    for (uint32_t i = 0; q->children && i < q->row->n_fields; i++)
        q->children[i] = child_of(q, &q->row->fields[i]);
    return q->children != NULL;
}

/* What one script is about. */
typedef struct {
    sql *tables[LISTS_MAX]; /* those that others refer to first */
    size_t n;
    name_scope names;
} script;

/* The tables of the sample; NULL when there are none. */
static script *init(emit_out *o, dialect d)
{
    const schema_field *lists[LISTS_MAX];
    script *s = ARENA_NEW(o->a, script);
    if (!s)
        return NULL;
    size_t n = scaf__lists(o->s, lists);
    scaf__line(o, "-- From %s, for %s.", scaf__comment(o, o->sample_name), dialects[d].title);
    if (!o->s->row) {
        scaf__line(o, "-- The sample has no records, so there is no table.");
        return NULL;
    }
    scaf__scope_init(&s->names, o->a, "sample_json old_rows", true);
    s->n = n ? n : 1;
    for (size_t i = 0; i < s->n; i++) {
        sql *q = s->tables[i] = ARENA_NEW(o->a, sql);
        if (!q)
            return NULL;
        *q = (sql){.o = o, .d = d, .item = "item", .names = &s->names};
        q->row = n ? lists[i]->ref.type->items[0].type : o->s->row;
        q->source_key = n ? lists[i]->key : o->s->row_key;
        if (!init_table(q, n ? lists[i] : NULL))
            return NULL;
    }
    if (n)
        scaf__sql_find_references(s->tables, s->n);
    return s;
}

/* --- the scripts --- */

static void emit_tables(sql *q)
{
    emit_table(q);
    scaf__blank(q->o);
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        if (scaf__sql_child_at(q, i)) {
            emit_table(scaf__sql_child_at(q, i));
            scaf__blank(q->o);
        }
    }
    scaf__sql_view(q);
}

static void emit_head(const sql *q)
{
    emit_out *o = q->o;
    if (q->d == DIALECT_MYSQL)
        scaf__line(o, "SET NAMES utf8mb4;");
    if (q->d == DIALECT_DUCKDB && o->s->num_flags & (NUM_LEXEME | NUM_DECIMAL))
        scaf__line(o,
                   "-- DuckDB reads numbers inside JSON as doubles: 1.50 and 1e3 come back as 1.5 "
                   "and 1000.0.");
}

static void emit(emit_out *o, dialect d)
{
    script *s = init(o, d);
    if (!s)
        return;
    emit_head(s->tables[0]);
    if (d == DIALECT_SQLITE)
        scaf__line(o, "PRAGMA foreign_keys = ON; -- of each connection");
    for (size_t i = 0; i < s->n; i++)
        emit_tables(s->tables[i]);
    scaf__line(o, "-- Loads the sample.");
    bool only_rows = scaf__sql_sample(s->tables[0]);
    for (size_t i = 0; i < s->n; i++)
        scaf__sql_loader(s->tables[i], scaf__sql_sample_source(s->tables[i], only_rows));
    scaf__line(o, "DROP TABLE sample_json;");
    scaf__blank(o);
    for (size_t i = 0; i < s->n; i++) {
        if (i)
            scaf__blank(o);
        emit_queries(s->tables[i]);
    }
}

/* Where the rows of a table wait while it is made anew. */
static const char *old_rows(const script *s, const sql *q)
{
    return s->n == 1 ? "old_rows" : scaf__sql_quoted(q, arena_format(q->o->a, "old_%s", q->name));
}

/* Keeps the rows of a table as JSON. */
static void emit_leave(const script *s, const sql *q)
{
    bool mysql = q->d == DIALECT_MYSQL;
    scaf__line(q->o, "CREATE %s %s AS SELECT %s%s AS value FROM %s ORDER BY %s;",
               mysql ? "TEMPORARY TABLE" : "TEMP TABLE", old_rows(s, q),
               scaf__sql_quoted(q, STR("json")),
               q->d == DIALECT_POSTGRES ? "::json"
               : q->d == DIALECT_DUCKDB ? "::JSON"
                                        : "",
               scaf__sql_view_name(q), scaf__sql_quoted(q, STR("row_key")));
    scaf__line(q->o, "DROP VIEW %s;", scaf__sql_view_name(q));
}

static void emit_drop(const sql *q)
{
    emit_out *o = q->o;
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        if (scaf__sql_child_at(q, i))
            scaf__line(o, "DROP TABLE IF EXISTS %s;", scaf__sql_child_at(q, i)->table);
    }
    scaf__line(o, "DROP TABLE %s%s;", q->table, q->d == DIALECT_POSTGRES ? " CASCADE" : "");
    if (q->d == DIALECT_DUCKDB && !q->key)
        scaf__line(o, "DROP SEQUENCE IF EXISTS \"%s_row\";", q->name);
}

static void migrate(emit_out *o, dialect d)
{
    static const char *const begins[] = {
        [DIALECT_SQLITE] = ".bail on\nPRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;",
        [DIALECT_POSTGRES] = "\\set ON_ERROR_STOP on\nBEGIN;",
        [DIALECT_MYSQL] = "SET SESSION group_concat_max_len = 4294967295;",
        [DIALECT_DUCKDB] = "BEGIN;"};
    bool mysql = d == DIALECT_MYSQL;
    script *s = init(o, d);
    if (!s)
        return;
    scaf__line(o, "-- Brings a database that was made from an earlier sample to this one: the rows "
                  "leave as JSON");
    scaf__line(o, "-- and are loaded again. What was added to these tables by hand (columns, "
                  "indexes, references from");
    scaf__line(o, mysql
                      ? "-- other tables) is not kept. MySQL cannot take back what changes tables: "
                        "make a backup before."
                      : "-- other tables) is not kept. All of it happens or nothing.");
    emit_head(s->tables[0]);
    scaf__line(o, "%s", begins[d]);
    for (size_t i = 0; i < s->n; i++)
        emit_leave(s, s->tables[i]);
    for (size_t i = s->n; i > 0; i--)
        emit_drop(s->tables[i - 1]);
    scaf__blank(o);
    for (size_t i = 0; i < s->n; i++)
        emit_tables(s->tables[i]);
    for (size_t i = 0; i < s->n; i++) {
        const char *from =
            d == DIALECT_POSTGRES ? "(SELECT value AS item FROM %) AS old" : "% AS item";
        scaf__sql_loader(s->tables[i], scaf__around(o, from, old_rows(s, s->tables[i])));
        scaf__line(o, "DROP TABLE %s;", old_rows(s, s->tables[i]));
    }
    if (!mysql)
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

void scaf__emit_mysql(emit_out *o)
{
    emit(o, DIALECT_MYSQL);
}

void scaf__emit_duckdb(emit_out *o)
{
    emit(o, DIALECT_DUCKDB);
}

void scaf__emit_sqlite_migration(emit_out *o)
{
    migrate(o, DIALECT_SQLITE);
}

void scaf__emit_postgres_migration(emit_out *o)
{
    migrate(o, DIALECT_POSTGRES);
}

void scaf__emit_mysql_migration(emit_out *o)
{
    migrate(o, DIALECT_MYSQL);
}

void scaf__emit_duckdb_migration(emit_out *o)
{
    migrate(o, DIALECT_DUCKDB);
}
