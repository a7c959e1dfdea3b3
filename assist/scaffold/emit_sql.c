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
#include "assist/scaffold/sample.h"
#include "assist/scaffold/targets.h"

typedef enum { DIALECT_SQLITE, DIALECT_POSTGRES, DIALECT_MYSQL, DIALECT_DUCKDB } dialect;

typedef enum {
    COL_BOOL,
    COL_INT32,
    COL_INT,
    COL_WIDE, /* an integer beyond 64 bits */
    COL_NUMBER,
    COL_TEXT,
    COL_DATE,
    COL_UUID,
    COL_JSON,
    N_COLUMN_KINDS
} column_kind;

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

typedef struct sql sql;
struct sql {
    emit_out *o;
    dialect d;
    const char *name;     /* of the table */
    const char *table;    /* the same, quoted as the dialect does, as all names below */
    const char **columns; /* by field */
    name_scope *names;    /* of tables, views and indexes */
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

/* "" after failure. */
static const char *or_empty(const char *z)
{
    return z ? z : "";
}

/* A name, quoted. Names are made of letters, digits and `_`. */
static const char *quoted(const sql *q, str_view name)
{
    const char *mark = dialects[q->d].quote;
    return or_empty(arena_format(q->o->a, "%s%.*s%s", mark, STR_ARG(name), mark).ptr);
}

/* The name without its quotes. */
static str_view bare(const char *name)
{
    str_view v = str_of(name);
    return v.len > 2 ? str_slice(v, 1, v.len - 1) : v;
}

/* A text as a literal: MySQL has escapes in it. */
static const char *literal(const sql *q, str_view v)
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
    return or_empty(out);
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

/* MySQL's keys and indexes are of 3072 bytes, 4 for each character. */
enum { SHORT_CHARS = 255, KEY_CHARS = 768 };

/* Whether a key or an index can be made of the column. */
static bool can_be_key(const sql *q, const schema_field *f)
{
    column_kind k = kind_of(q, f);
    return k != COL_JSON &&
           (k != COL_TEXT || q->d != DIALECT_MYSQL || f->ref.type->max_chars <= KEY_CHARS);
}

static const char *type_of(const sql *q, const schema_field *f)
{
    const schema_type *t = f->ref.type;
    column_kind k = kind_of(q, f);
    if (q->d == DIALECT_SQLITE && k == COL_NUMBER && t->num_flags & NUM_INT64)
        return "NUMERIC";
    if (q->d == DIALECT_MYSQL && k == COL_TEXT && wants_index(f) && can_be_key(q, f))
        return t->max_chars <= SHORT_CHARS ? "VARCHAR(255)" : "VARCHAR(768)";
    return dialects[q->d].types[k];
}

static sql *child_at(const sql *q, uint32_t i)
{
    return q->children ? q->children[i] : NULL;
}

/* PostgreSQL cuts names at 63 bytes; ours end before, so that what tells them apart is not cut. */
enum { MAX_NAME = 50, MAX_INDEX_NAME = 60 };

/* --- tables --- */

/* " CHECK (...)" of a column whose type alone takes too much, else "". */
static const char *check_of(const sql *q, const schema_field *f, const char *c)
{
    arena *a = q->o->a;
    column_kind k = kind_of(q, f);
    bool sqlite = q->d == DIALECT_SQLITE;
    if (!sqlite && q->d != DIALECT_MYSQL)
        return "";
    if (k == COL_BOOL)
        return or_empty(arena_format(a, " CHECK (%s IN (0, 1))", c).ptr);
    if (k == COL_JSON)
        return or_empty(arena_format(a, " CHECK (%s IS NULL OR json_valid(%s))", c, c).ptr);
    return "";
}

static void emit_columns(sql *q)
{
    emit_out *o = q->o;
    uint32_t n_left = 0;
    for (uint32_t i = 0; i < q->row->n_fields; i++)
        n_left += child_at(q, i) == NULL;
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const schema_field *f = &q->row->fields[i];
        const char *seen = scaf__evidence(o, f), *c = q->columns[i];
        if (child_at(q, i)) {
            scaf__line(o, "-- %s: the table %s", scaf__comment(o, f->key), child_at(q, i)->table);
            continue;
        }
        if (*seen)
            scaf__line(o, "-- %s", seen);
        bool may_be_null = f->optional || f->ref.nullable || f->ref.type->kind == KIND_ANY;
        bool last = --n_left == 0 && !q->parent;
        scaf__line(o, "%s %s%s%s%s%s", c, type_of(q, f), q->key == f ? " PRIMARY KEY" : "",
                   may_be_null ? "" : " NOT NULL", check_of(q, f, c), last ? "" : ",");
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
    const char *position = quoted(q, STR("position"));
    if (q->d == DIALECT_DUCKDB && !q->parent && !q->key) {
        scaf__line(o, "CREATE SEQUENCE \"%s_row\";", q->name);
        scaf__open(o, "CREATE TABLE %s (", q->table);
        scaf__line(o, "%s BIGINT PRIMARY KEY DEFAULT nextval('%s_row'),", q->key_column, q->name);
    } else {
        scaf__open(o, "CREATE TABLE %s (", q->table);
        if (q->parent) {
            scaf__line(o, "%s %s NOT NULL,", q->parent_column, type_of(q->parent, q->parent->key));
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
    scaf__close(o, q->d == DIALECT_MYSQL ? ") DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;"
                                         : ");");
    scaf__blank(o);
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        const schema_field *f = &q->row->fields[i];
        if (f == q->key || child_at(q, i) || !wants_index(f) || !can_be_key(q, f))
            continue;
        str_view name = arena_format(o->a, "%s_%.*s", q->name, STR_ARG(bare(q->columns[i])));
        name = scaf__scope_claim(q->names, str_slice(name, 0, MAX_INDEX_NAME));
        scaf__line(o, "CREATE INDEX %s ON %s (%s);", quoted(q, name), q->table, q->columns[i]);
    }
}

/* --- the view --- */

enum { GROUP = 60 }; /* terms in one bracket: SQLite bounds the depth of an expression */

/* What gives the JSON text of a field of the row back, NULL where it is null or absent. */
static str_view value_text(sql *q, const schema_field *f, const char *c)
{
    arena *a = q->o->a;
    column_kind k = kind_of(q, f);
    bool number = k == COL_INT32 || k == COL_INT || k == COL_WIDE || k == COL_NUMBER;
    if (k == COL_BOOL && (q->d == DIALECT_SQLITE || q->d == DIALECT_MYSQL))
        return arena_format(a, "CASE %s WHEN 1 THEN 'true' WHEN 0 THEN 'false' END", c);
    switch (q->d) {
    case DIALECT_SQLITE:
        return arena_format(
            a, k == COL_JSON ? "%s" : "CASE WHEN %s IS NOT NULL THEN json_quote(%s) END", c, c);
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
                        k == COL_JSON || number || k == COL_BOOL
                            ? "%s::VARCHAR"
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
    const char *position = quoted(q, STR("position"));
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
        const char *lead = literal(q, head);
        if (child_at(q, i)) {
            emit_list(q, child_at(q, i), lead, plus);
            continue;
        }
        str_view value = value_text(q, f, q->columns[i]);
        if (f->optional)
            scaf__line(o, mysql ? "coalesce(concat(%s%s %.*s), '')%s" : "coalesce(%s%s %.*s, '')%s",
                       lead, join, STR_ARG(value), plus);
        else
            scaf__line(o, "%s%s coalesce(%.*s, 'null')%s", lead, join, STR_ARG(value), plus);
    }
    o->depth--;
}

static const char *view_name(const sql *q)
{
    return quoted(q, arena_format(q->o->a, "%s_json", q->name));
}

static void emit_view(sql *q)
{
    emit_out *o = q->o;
    bool lists = false;
    for (uint32_t i = 0; i < q->row->n_fields; i++)
        lists = lists || child_at(q, i);
    scaf__line(o, "-- Each row as the JSON that it came from.");
    if (q->d == DIALECT_MYSQL && lists)
        scaf__line(o,
                   "-- Before reading long lists: SET SESSION group_concat_max_len = 4294967295;");
    scaf__line(o, "CREATE VIEW %s AS SELECT %s AS %s, %s", view_name(q), q->key_column,
               quoted(q, STR("row_key")), object_head(q));
    str_view tail = arena_format(o->a, " AS %s FROM %s;", quoted(q, STR("json")), q->table);
    emit_object(q, or_empty(tail.ptr));
    scaf__blank(o);
}

/* --- the loader --- */

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

/* A JSON pointer to a member, which DuckDB takes. */
static str_view pointer_to(emit_out *o, str_view key)
{
    buf b;
    buf_init(&b, SIZE_MAX);
    buf_append_byte(&b, '/');
    for (size_t i = 0; i < key.len; i++) {
        if (key.ptr[i] == '~' || key.ptr[i] == '/')
            buf_append(&b, key.ptr[i] == '~' ? STR("~0") : STR("~1"));
        else
            buf_append_byte(&b, key.ptr[i]);
    }
    str_view out = arena_copy(o->a, buf_view(&b));
    buf_release(&b);
    return out;
}

/* The items of a JSON list (in MySQL, also the values of a map: `path`) as rows q->item. */
static const char *items_of(const sql *q, const char *list, const char *path)
{
    arena *a = q->o->a;
    switch (q->d) {
    case DIALECT_MYSQL:
        return or_empty(arena_format(a,
                                     "json_table(%s, '%s' COLUMNS (position FOR ORDINALITY, value "
                                     "JSON PATH '$')) AS %s",
                                     list, path, q->item)
                            .ptr);
    case DIALECT_POSTGRES:
        return or_empty(arena_format(a,
                                     "json_array_elements(%s) WITH ORDINALITY AS %s_at(%s, "
                                     "position)",
                                     list, q->item, q->item)
                            .ptr);
    default: return or_empty(arena_format(a, "json_each(%s) AS %s", list, q->item).ptr);
    }
}

/* What reads a member of the JSON value `from` as JSON, in MySQL. MariaDB's paths take few
 * characters and compare keys as they are spelled, so other keys get another name first. */
static const char *mysql_member(const sql *q, const char *from, str_view key)
{
    emit_out *o = q->o;
    if (!fits_path(key) || str_find_byte(key, '*') < key.len) {
        const char *spelled = scaf__sample_text(o, key);
        str_view first = arena_format(o->a, "{%s:", spelled);
        str_view later = arena_format(o->a, ",%s:", spelled);
        str_view v =
            arena_format(o->a, "replace(replace(%s, %s, '{\"the key\":'), %s, ',\"the key\":')",
                         from, literal(q, first), literal(q, later));
        from = or_empty(v.ptr);
        key = STR("the key");
    }
    return or_empty(arena_format(o->a, "json_extract(%s, '$.\"%.*s\"')", from, STR_ARG(key)).ptr);
}

/* What reads a field from the row q->item. */
static const char *read_mysql(sql *q, const schema_field *f, bool raw)
{
    arena *a = q->o->a;
    column_kind k = kind_of(q, f);
    bool may_be_null = f->ref.nullable || f->ref.type->kind == KIND_ANY;
    const char *from = or_empty(arena_format(a, "%s.value", q->item).ptr);
    const char *json = mysql_member(q, from, f->key);
    str_view v = str_of(json);
    if (!raw)
        v = arena_format(a, "json_unquote(%s)", json);
    if (!raw && may_be_null)
        v = arena_format(a, "CASE WHEN json_type(%s) <> 'NULL' THEN %.*s END", json, STR_ARG(v));
    if (!raw && k == COL_BOOL)
        v = arena_format(a, "%.*s = 'true'", STR_ARG(v));
    return or_empty(v.ptr);
}

/* The same in any dialect; `raw`: as JSON. */
static const char *read_text(sql *q, const schema_field *f, bool raw)
{
    emit_out *o = q->o;
    const char *name = literal(q, f->key);
    str_view v;
    if (q->d == DIALECT_MYSQL)
        return read_mysql(q, f, raw);
    if (q->d == DIALECT_DUCKDB) {
        const char *path = literal(q, pointer_to(o, f->key));
        v = raw ? arena_format(o->a, "(%s.value -> %s)", q->item, path)
                : arena_format(o->a, "(%s.value ->> %s)::%s", q->item, path, type_of(q, f));
    } else if (q->d == DIALECT_POSTGRES) {
        v = raw ? arena_format(o->a, "%s -> %s", q->item, name)
                : arena_format(o->a, "(%s ->> %s)::%s", q->item, name, type_of(q, f));
    } else if (fits_path(f->key)) {
        str_view path = arena_format(o->a, "$.\"%.*s\"", STR_ARG(f->key));
        v = arena_format(o->a, "%s.value %s %s", q->item, raw ? "->" : "->>", literal(q, path));
    } else {
        v = arena_format(o->a, "(SELECT %s FROM json_each(%s.value) AS m WHERE m.key = %s)",
                         raw ? "CASE WHEN m.type IN ('array', 'object') THEN m.value ELSE "
                               "json_quote(m.value) END"
                             : "m.value",
                         q->item, name);
    }
    return or_empty(v.ptr);
}

/* INSERT ... SELECT from `source`, a list of FROM that has q->item, or the parent's item. */
static void emit_insert(sql *q, const char *source)
{
    /* Where an item of a list stands in it, from 0: behind its name. */
    static const char *const positions[] = {[DIALECT_SQLITE] = ".key",
                                            [DIALECT_POSTGRES] = "_at.position - 1",
                                            [DIALECT_MYSQL] = ".position - 1",
                                            [DIALECT_DUCKDB] = ".key::integer"};
    emit_out *o = q->o;
    buf columns;
    buf_init(&columns, 1 << 20);
    if (q->parent)
        buf_append_format(&columns, "%s, %s", q->parent_column, quoted(q, STR("position")));
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        if (!child_at(q, i))
            buf_append_format(&columns, "%s%s", columns.len ? ", " : "", q->columns[i]);
    }
    scaf__line(o, "INSERT INTO %s (%.*s)", q->table, STR_ARG(buf_view(&columns)));
    buf_release(&columns);
    scaf__open(o, "SELECT");
    if (q->parent) {
        sql up = *q->parent;
        scaf__line(o, "%s,", read_text(&up, up.key, false));
        scaf__line(o, "%s%s,", q->item, positions[q->d]);
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
    if (q->parent) {
        sql up = *q->parent;
        scaf__line(o, "FROM %s, %s;", source, items_of(q, read_text(&up, q->list, true), "$[*]"));
    } else {
        scaf__line(o, "FROM %s;", source);
    }
    scaf__blank(o);
}

static void emit_loader(sql *q, const char *source)
{
    emit_insert(q, source);
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        if (child_at(q, i))
            emit_insert(child_at(q, i), source);
    }
}

/* Samples up to here stand in the script itself, which then needs no file and no right to read
 * one. */
enum { MAX_EMBEDDED_ROWS = 2000, MAX_EMBEDDED_BYTES = 64 << 10 };

/* The rows of the sample as an SQL text of a JSON list, a row a line; false when they are too long.
 */
static bool embed_rows(sql *q, const char *head, const char *tail)
{
    emit_out *o = q->o;
    size_t n, bytes = 0;
    str_view *rows = scaf__sample_rows(o, MAX_EMBEDDED_ROWS + 1, &n, NULL);
    for (size_t i = 0; i < n; i++)
        bytes += rows[i].len;
    if (!n || n > MAX_EMBEDDED_ROWS || bytes > MAX_EMBEDDED_BYTES)
        return false;
    scaf__line(o, "%s'[", head);
    for (size_t i = 0; i < n; i++)
        scaf__line(o, "%.*s%s", STR_ARG(bare(literal(q, rows[i]))), i + 1 < n ? "," : "");
    scaf__line(o, "]'%s", tail);
    return true;
}

/* Puts the sample into "sample_json"."whole"; true when only its rows are there. */
static bool emit_sample(sql *q)
{
    static const char *const casts[] = {[DIALECT_SQLITE] = "",
                                        [DIALECT_POSTGRES] = "::json",
                                        [DIALECT_MYSQL] = "",
                                        [DIALECT_DUCKDB] = "::JSON"};
    emit_out *o = q->o;
    const char *cast = casts[q->d], *file = literal(q, o->sample_name);
    str_view tail = arena_format(o->a, "%s AS whole;", cast);
    if (q->d == DIALECT_MYSQL)
        scaf__line(
            o,
            "CREATE TEMPORARY TABLE sample_json (whole LONGTEXT) DEFAULT CHARACTER SET utf8mb4;");
    if (embed_rows(q,
                   q->d == DIALECT_MYSQL ? "INSERT INTO sample_json VALUES ("
                                         : "CREATE TEMP TABLE sample_json AS SELECT ",
                   q->d == DIALECT_MYSQL ? ");" : or_empty(tail.ptr)))
        return true;
    switch (q->d) {
    case DIALECT_SQLITE:
        scaf__line(o, "-- (sqlite3's readfile; run where the sample is)");
        scaf__line(o, "CREATE TEMP TABLE sample_json AS SELECT readfile(%s) AS whole;", file);
        break;
    case DIALECT_POSTGRES:
        scaf__line(o, "-- (the file named by the environment variable SAMPLE)");
        scaf__line(o, "\\set sample `cat \"$SAMPLE\"`");
        scaf__line(o, "CREATE TEMP TABLE sample_json AS SELECT :'sample'::json AS whole;");
        break;
    case DIALECT_MYSQL:
        scaf__line(o, "-- (mysql --local-infile=1; run where the sample is)");
        scaf__line(o, "LOAD DATA LOCAL INFILE %s INTO TABLE sample_json CHARACTER SET utf8mb4",
                   file);
        scaf__line(o, "FIELDS TERMINATED BY '\\0' ESCAPED BY '' LINES TERMINATED BY '\\0\\0';");
        break;
    case DIALECT_DUCKDB:
        scaf__line(o, "-- (run where the sample is)");
        scaf__line(o,
                   "CREATE TEMP TABLE sample_json AS SELECT content::JSON AS whole FROM "
                   "read_text(%s);",
                   file);
        break;
    }
    return false;
}

/* The rows of "sample_json" as q->item, or as `item` in PostgreSQL. */
static const char *sample_source(sql *q, bool only_rows)
{
    emit_out *o = q->o;
    const schema *s = o->s;
    const char *whole = "sample_json.whole", *path = "$[*]", *list = whole;
    bool map = !only_rows && s->root_is_rows && s->root.type->kind == KIND_MAP;
    bool one = !only_rows && !s->row_key.len && !s->root_is_rows;
    str_view v = {NULL, 0};
    if (one)
        return q->d == DIALECT_POSTGRES ? "(SELECT whole AS item FROM sample_json) AS one"
                                        : "(SELECT whole AS value FROM sample_json) AS item";
    if (!only_rows && s->row_key.len) {
        const char *key = literal(q, s->row_key);
        if (q->d == DIALECT_MYSQL)
            list = mysql_member(q, whole, s->row_key);
        else if (q->d == DIALECT_DUCKDB)
            v = arena_format(o->a, "%s -> %s", whole, literal(q, pointer_to(o, s->row_key)));
        else if (q->d == DIALECT_POSTGRES)
            v = arena_format(o->a, "%s -> %s", whole, key);
        else
            v = arena_format(o->a, "(SELECT value FROM json_each(%s) WHERE key = %s)", whole, key);
        if (v.ptr)
            list = v.ptr;
    }
    if (map && q->d == DIALECT_POSTGRES)
        return "sample_json, json_each(sample_json.whole) AS entry(name, item)";
    if (q->d == DIALECT_POSTGRES) {
        v = arena_format(o->a, "sample_json, json_array_elements(%s) AS item", list);
        return or_empty(v.ptr);
    }
    if (map)
        path = "$.*";
    v = arena_format(o->a, "sample_json, %s", items_of(q, list, path));
    return or_empty(v.ptr);
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
        if (child_at(q, i))
            continue;
        buf_append_format(&names, "%s%s", comma, c);
        n++;
        if (sqlite)
            buf_append_format(&params, "%s:%.*s", comma, STR_ARG(bare(c)));
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
        str_view name = str_slice(scaf__case(o->a, row->fields[i].words, CASE_SNAKE), 0, MAX_NAME);
        names[i] = quoted(q, scaf__scope_claim(scope, name));
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
    child->name = or_empty(arena_copy_z(o->a, name));
    child->table = quoted(q, name);
    str_view one = scaf__case(o->a, scaf__singular(o->a, q->row->words), CASE_SNAKE);
    name_scope columns;
    scaf__scope_init(&columns, o->a, "position", true);
    str_view up = arena_format(o->a, "%.*s_%.*s", STR_ARG(str_slice(one, 0, 40)),
                               STR_ARG(bare(q->key_column)));
    child->parent_column = quoted(q, scaf__scope_claim(&columns, up));
    child->columns = column_names(q, item, &columns);
    return child->columns ? child : NULL;
}

/* The tables of the sample; false when there are none. `names` lives as long as q. */
static bool init(sql *q, name_scope *names, emit_out *o, dialect d)
{
    *q = (sql){.o = o, .d = d, .row = o->s->row, .item = "item", .names = names};
    scaf__line(o, "-- From %s, for %s.", scaf__comment(o, o->sample_name), dialects[d].title);
    if (!q->row) {
        scaf__line(o, "-- The sample has no records, so there is no table.");
        return false;
    }
    name_scope columns;
    scaf__scope_init(names, o->a, "sample_json old_rows", true);
    scaf__scope_init(&columns, o->a, "row_number row_key", true);
    str_view table = str_slice(scaf__plural(o->a, q->row->words), 0, MAX_NAME);
    table = scaf__scope_claim(names, scaf__case(o->a, table, CASE_SNAKE));
    q->name = or_empty(arena_copy_z(o->a, table));
    q->table = quoted(q, table);
    scaf__scope_claim(names, bare(view_name(q)));
    q->key_column = quoted(q, STR("row_number"));
    q->columns = column_names(q, q->row, &columns);
    if (!q->columns)
        return false;
    for (uint32_t i = 0; i < q->row->n_fields && !q->key; i++) {
        const schema_field *f = &q->row->fields[i];
        bool scalar = f->ref.type->kind == KIND_INT || f->ref.type->kind == KIND_STRING;
        if (scalar && is_id(f->words) && can_be_key(q, f) && scaf__rows_differ(o, f)) {
            q->key = f;
            q->key_column = q->columns[i];
        }
    }
    q->children = ARENA_ARRAY(o->a, sql *, q->row->n_fields + 1);
    for (uint32_t i = 0; q->children && i < q->row->n_fields; i++)
        q->children[i] = child_of(q, &q->row->fields[i]);
    return q->children != NULL;
}

/* --- the scripts --- */

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
    sql q;
    name_scope names;
    if (!init(&q, &names, o, d))
        return;
    emit_head(&q);
    if (d == DIALECT_SQLITE)
        scaf__line(o, "PRAGMA foreign_keys = ON; -- of each connection");
    emit_tables(&q);
    scaf__line(o, "-- Loads the sample.");
    emit_loader(&q, sample_source(&q, emit_sample(&q)));
    scaf__line(o, "DROP TABLE sample_json;");
    scaf__blank(o);
    emit_queries(&q);
}

static void migrate(emit_out *o, dialect d)
{
    sql q;
    name_scope names;
    if (!init(&q, &names, o, d))
        return;
    static const char *const begins[] = {
        [DIALECT_SQLITE] = ".bail on\nPRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;",
        [DIALECT_POSTGRES] = "\\set ON_ERROR_STOP on\nBEGIN;",
        [DIALECT_MYSQL] = "SET SESSION group_concat_max_len = 4294967295;",
        [DIALECT_DUCKDB] = "BEGIN;"};
    static const char *const sources[] = {[DIALECT_SQLITE] = "old_rows AS item",
                                          [DIALECT_POSTGRES] =
                                              "(SELECT value AS item FROM old_rows) AS old",
                                          [DIALECT_MYSQL] = "old_rows AS item",
                                          [DIALECT_DUCKDB] = "old_rows AS item"};
    bool mysql = d == DIALECT_MYSQL;
    scaf__line(o, "-- Brings a database that was made from an earlier sample to this one: the rows "
                  "leave as JSON");
    scaf__line(o, "-- and are loaded again. What was added to these tables by hand (columns, "
                  "indexes, references from");
    scaf__line(o, mysql
                      ? "-- other tables) is not kept. MySQL cannot take back what changes tables: "
                        "make a backup before."
                      : "-- other tables) is not kept. All of it happens or nothing.");
    emit_head(&q);
    scaf__line(o, "%s", begins[d]);
    scaf__line(o, "CREATE %s old_rows AS SELECT %s%s AS value FROM %s ORDER BY %s;",
               mysql ? "TEMPORARY TABLE" : "TEMP TABLE", quoted(&q, STR("json")),
               d == DIALECT_POSTGRES ? "::json"
               : d == DIALECT_DUCKDB ? "::JSON"
                                     : "",
               view_name(&q), quoted(&q, STR("row_key")));
    scaf__line(o, "DROP VIEW %s;", view_name(&q));
    for (uint32_t i = 0; i < q.row->n_fields; i++) {
        if (child_at(&q, i))
            scaf__line(o, "DROP TABLE IF EXISTS %s;", child_at(&q, i)->table);
    }
    scaf__line(o, "DROP TABLE %s%s;", q.table, d == DIALECT_POSTGRES ? " CASCADE" : "");
    if (d == DIALECT_DUCKDB && !q.key)
        scaf__line(o, "DROP SEQUENCE IF EXISTS \"%s_row\";", q.name);
    scaf__blank(o);
    emit_tables(&q);
    emit_loader(&q, sources[d]);
    scaf__line(o, "DROP TABLE old_rows;");
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
