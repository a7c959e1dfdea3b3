/* What loads the sample into the tables of the SQL targets. */
#include "assist/scaffold/lists.h"
#include "assist/scaffold/sql_internal.h"

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

static bool has_control(str_view v)
{
    for (size_t i = 0; i < v.len; i++) {
        if ((unsigned char)v.ptr[i] < 0x20)
            return true;
    }
    return false;
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
        return scaf__sql_or_empty(
            arena_format(a,
                         "json_table(%s, '%s' COLUMNS (position FOR ORDINALITY, value "
                         "JSON PATH '$')) AS %s",
                         list, path, q->item)
                .ptr);
    case DIALECT_POSTGRES:
        return scaf__sql_or_empty(
            arena_format(a,
                         "json_array_elements(%s) WITH ORDINALITY AS %s_at(%s, "
                         "position)",
                         list, q->item, q->item)
                .ptr);
    default: return scaf__sql_or_empty(arena_format(a, "json_each(%s) AS %s", list, q->item).ptr);
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
                         from, scaf__sql_literal(q, first), scaf__sql_literal(q, later));
        from = scaf__sql_or_empty(v.ptr);
        key = STR("the key");
    }
    return scaf__sql_or_empty(
        arena_format(o->a, "json_extract(%s, '$.\"%.*s\"')", from, STR_ARG(key)).ptr);
}

/* What reads a field from the row q->item. */
static const char *read_mysql(sql *q, const schema_field *f, bool raw)
{
    arena *a = q->o->a;
    column_kind k = scaf__sql_kind_of(q, f);
    bool may_be_null = f->ref.nullable || f->ref.type->kind == KIND_ANY;
    const char *from = scaf__sql_or_empty(arena_format(a, "%s.value", q->item).ptr);
    const char *json = mysql_member(q, from, f->key);
    str_view v = str_of(json);
    if (!raw)
        v = arena_format(a, "json_unquote(%s)", json);
    if (!raw && may_be_null)
        v = arena_format(a, "CASE WHEN json_type(%s) <> 'NULL' THEN %.*s END", json, STR_ARG(v));
    if (!raw && k == COL_BOOL)
        v = arena_format(a, "%.*s = 'true'", STR_ARG(v));
    return scaf__sql_or_empty(v.ptr);
}

/* The same in any dialect; `raw`: as JSON. */
static const char *read_text(sql *q, const schema_field *f, bool raw)
{
    emit_out *o = q->o;
    const char *name = scaf__sql_literal(q, f->key);
    str_view v;
    if (q->d == DIALECT_MYSQL)
        return read_mysql(q, f, raw);
    if (q->d == DIALECT_DUCKDB) {
        const char *path = scaf__sql_literal(q, pointer_to(o, f->key));
        v = raw ? arena_format(o->a, "(%s.value -> %s)", q->item, path)
                : arena_format(o->a, "(%s.value ->> %s)::%s", q->item, path,
                               scaf__sql_type_of(q, f));
    } else if (q->d == DIALECT_POSTGRES) {
        v = raw ? arena_format(o->a, "%s -> %s", q->item, name)
                : arena_format(o->a, "(%s ->> %s)::%s", q->item, name, scaf__sql_type_of(q, f));
    } else if (fits_path(f->key)) {
        str_view path = arena_format(o->a, "$.\"%.*s\"", STR_ARG(f->key));
        v = arena_format(o->a, "%s.value %s %s", q->item, raw ? "->" : "->>",
                         scaf__sql_literal(q, path));
    } else {
        if (has_control(f->key)) /* scripts lose NUL, and the shell CR at the end of a line */
            name = scaf__sql_or_empty(
                arena_format(o->a, "json_extract(%s, '$')",
                             scaf__sql_literal(q, str_of(scaf__quote(o, f->key, QUOTE_JSON))))
                    .ptr);
        v = arena_format(o->a, "(SELECT %s FROM json_each(%s.value) AS m WHERE m.key = %s)",
                         raw ? "CASE WHEN m.type IN ('array', 'object') THEN m.value ELSE "
                               "json_quote(m.value) END"
                             : "m.value",
                         q->item, name);
    }
    return scaf__sql_or_empty(v.ptr);
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
        buf_append_format(&columns, "%s, %s", q->parent_column,
                          scaf__sql_quoted(q, STR("position")));
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        if (!scaf__sql_child_at(q, i))
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
        if (scaf__sql_child_at(q, i))
            continue;
        if (more)
            buf_splice(o->b, o->b->len - 1, o->b->len - 1, STR(","));
        scaf__line(o, "%s", read_text(q, f, scaf__sql_kind_of(q, f) == COL_JSON));
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

void scaf__sql_loader(sql *q, const char *source)
{
    emit_insert(q, source);
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        if (scaf__sql_child_at(q, i))
            emit_insert(scaf__sql_child_at(q, i), source);
    }
}

/* Samples up to here stand in the script itself, which then needs no file and no right to read
 * one. */
enum { MAX_EMBEDDED_ROWS = 2000, MAX_EMBEDDED_BYTES = 64 << 10 };

/* Whether the file of the sample is lines that are rows each. */
static bool is_row_lines(const schema *s)
{
    return s->form == SAMPLE_LINES && !s->row_key.len && !s->root_is_rows;
}

/* The rows of the sample as an SQL text of a JSON list, a row a line; false when they are too long
 * and can be had otherwise. */
static bool embed_rows(sql *q, const char *head, const char *tail)
{
    emit_out *o = q->o;
    size_t n, bytes = 0;
    const schema_type *row = o->s->row;
    bool lists = scaf__lists(o->s, NULL) > 0;
    bool must = o->s->form != SAMPLE_JSON && !o->s->converted.len && !is_row_lines(o->s);
    str_view *rows = scaf__sample_rows(o, must ? SIZE_MAX : MAX_EMBEDDED_ROWS + 1, &n, NULL);
    for (size_t i = 0; i < n; i++)
        bytes += rows[i].len;
    if (!n || (!must && (n > MAX_EMBEDDED_ROWS || bytes > MAX_EMBEDDED_BYTES)))
        return false;
    if (must && row->kind == KIND_RECORD && n < row->n_objects)
        scaf__line(o, "-- (the first %zu rows: no database can read the rest from that file)", n);
    if (lists) { /* the one value is no row */
        scaf__line(o, "%s%.*s%s", head, STR_ARG(scaf__sql_bare(scaf__sql_literal(q, rows[0]))),
                   tail);
        return true;
    }
    scaf__line(o, "%s[", head);
    for (size_t i = 0; i < n; i++)
        scaf__line(o, "%.*s%s", STR_ARG(scaf__sql_bare(scaf__sql_literal(q, rows[i]))),
                   i + 1 < n ? "," : "");
    scaf__line(o, "]%s", tail);
    return true;
}

/* A file name that means nothing else to a shell, even in quotes. */
static bool is_shell_word(str_view v)
{
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '.' || (c == '-' && i)))
            return false;
    }
    return v.len > 0;
}

/* A sample of another syntax as an SQL text of JSON, a row a line. */
static void embed_converted(sql *q, const char *head, const char *tail)
{
    emit_out *o = q->o;
    str_view rest = str_trim(o->s->converted);
    bool first = true;
    while (rest.len) {
        str_view line = scaf__sql_bare(scaf__sql_literal(q, str_take_line(&rest)));
        scaf__line(o, "%s%.*s%s", first ? head : "", STR_ARG(line), rest.len ? "" : tail);
        first = false;
    }
}

/* A file with a row in each line, as a JSON list: an expression over the file's text. */
static const char *joined_lines(sql *q, const char *text)
{
    static const char *const joins[] = {
        [DIALECT_SQLITE] = "'[' || replace(rtrim(CAST(%s AS TEXT), char(13, 10)), char(10), ',') "
                           "|| ']'",
        [DIALECT_POSTGRES] = "('[' || replace(rtrim(%s, chr(13) || chr(10)), chr(10), ',') || "
                             "']')",
        [DIALECT_MYSQL] = "concat('[', replace(trim(TRAILING '\n' FROM %s), '\n', ','), ']')",
        [DIALECT_DUCKDB] = "('[' || replace(rtrim(%s, chr(13) || chr(10)), chr(10), ',') || ']')",
    };
    if (!is_row_lines(q->o->s))
        return text;
    buf b;
    str_view join = str_of(joins[q->d]);
    size_t at = str_find(join, STR("%s"));
    buf_init(&b, 1 << 16);
    buf_append(&b, str_slice(join, 0, at));
    buf_append(&b, str_of(text));
    buf_append(&b, str_slice(join, at + 2, join.len));
    const char *out = arena_copy_z(q->o->a, buf_view(&b));
    buf_release(&b);
    return scaf__sql_or_empty(out);
}

/* Puts the sample into "sample_json"."whole"; true when only its rows are there. */
bool scaf__sql_sample(sql *q)
{
    static const char *const casts[] = {[DIALECT_SQLITE] = "",
                                        [DIALECT_POSTGRES] = "::json",
                                        [DIALECT_MYSQL] = "",
                                        [DIALECT_DUCKDB] = "::JSON"};
    emit_out *o = q->o;
    const char *cast = casts[q->d], *file = scaf__sql_literal(q, o->sample_name);
    str_view tail = arena_format(o->a, "%s AS whole;", cast);
    if (q->d == DIALECT_MYSQL)
        scaf__line(
            o,
            "CREATE TEMPORARY TABLE sample_json (whole LONGTEXT) DEFAULT CHARACTER SET utf8mb4;");
    const char *head = q->d == DIALECT_MYSQL ? "INSERT INTO sample_json VALUES ('"
                                             : "CREATE TEMP TABLE sample_json AS SELECT '";
    tail = q->d == DIALECT_MYSQL ? STR("');") : arena_format(o->a, "'%.*s", STR_ARG(tail));
    const char *end = scaf__sql_or_empty(tail.ptr);
    if (embed_rows(q, head, end))
        return !scaf__lists(o->s, NULL);
    if (o->s->converted.len) {
        embed_converted(q, head, end);
        return false;
    }
    const char *text = NULL;
    switch (q->d) {
    case DIALECT_SQLITE:
        text = scaf__sql_or_empty(arena_format(o->a, "readfile(%s)", file).ptr);
        scaf__line(o, "-- (sqlite3's readfile; run where the sample is)");
        scaf__line(o, "CREATE TEMP TABLE sample_json AS SELECT %s AS whole;",
                   joined_lines(q, text));
        break;
    case DIALECT_POSTGRES:
        scaf__line(o, "-- (the file that the environment variable SAMPLE names%s)",
                   is_shell_word(o->sample_name) ? "; else run where the sample is" : "");
        if (is_shell_word(o->sample_name))
            scaf__line(o, "\\set sample `cat \"${SAMPLE:-%.*s}\"`", STR_ARG(o->sample_name));
        else
            scaf__line(o, "\\set sample `cat \"$SAMPLE\"`");
        scaf__line(o, "CREATE TEMP TABLE sample_json AS SELECT %s::json AS whole;",
                   joined_lines(q, ":'sample'"));
        break;
    case DIALECT_MYSQL:
        scaf__line(o, "-- (mysql --local-infile=1; run where the sample is)");
        scaf__line(o, "LOAD DATA LOCAL INFILE %s INTO TABLE sample_json CHARACTER SET utf8mb4",
                   file);
        scaf__line(o, "FIELDS TERMINATED BY '\\0' ESCAPED BY '' LINES TERMINATED BY '\\0\\0';");
        if (is_row_lines(o->s))
            scaf__line(o, "UPDATE sample_json SET whole = %s;", joined_lines(q, "whole"));
        break;
    case DIALECT_DUCKDB:
        scaf__line(o, "-- (run where the sample is)");
        scaf__line(o,
                   "CREATE TEMP TABLE sample_json AS SELECT %s::JSON AS whole FROM read_text(%s);",
                   joined_lines(q, "content"), file);
        break;
    }
    return is_row_lines(o->s);
}

/* The rows of "sample_json" as q->item, or as `item` in PostgreSQL. */
const char *scaf__sql_sample_source(sql *q, bool only_rows)
{
    emit_out *o = q->o;
    const schema *s = o->s;
    const char *whole = "sample_json.whole", *path = "$[*]", *list = whole;
    bool map = !only_rows && s->root_is_rows && s->root.type->kind == KIND_MAP;
    bool one = !only_rows && !q->source_key.len && !s->root_is_rows;
    str_view v = {NULL, 0};
    if (one)
        return q->d == DIALECT_POSTGRES ? "(SELECT whole AS item FROM sample_json) AS one"
                                        : "(SELECT whole AS value FROM sample_json) AS item";
    if (!only_rows && q->source_key.len) {
        const char *key = scaf__sql_literal(q, q->source_key);
        if (q->d == DIALECT_MYSQL)
            list = mysql_member(q, whole, q->source_key);
        else if (q->d == DIALECT_DUCKDB)
            v = arena_format(o->a, "%s -> %s", whole,
                             scaf__sql_literal(q, pointer_to(o, q->source_key)));
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
        return scaf__sql_or_empty(v.ptr);
    }
    if (map)
        path = "$.*";
    v = arena_format(o->a, "sample_json, %s", items_of(q, list, path));
    return scaf__sql_or_empty(v.ptr);
}
