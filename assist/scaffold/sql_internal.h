/* assist/scaffold/sql_internal.h: what the parts of the SQL targets share: emit_sql.c (names,
 * tables, queries, scripts), sql_view.c (rows back to JSON), sql_load.c (JSON to rows). Texts live
 * in q->o->a and are "" after failure. */
#ifndef ARTEL_ASSIST_SCAFFOLD_SQL_INTERNAL_H
#define ARTEL_ASSIST_SCAFFOLD_SQL_INTERNAL_H

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
    const char *item;    /* the row while it is loaded: a name in FROM */
    str_view source_key; /* where the rows are in the sample; empty: they are the sample */
    const sql **refers;  /* by field: the table whose key its values are; NULL: none */
    /* A table of the items of a list in each row: */
    const sql *parent;        /* NULL for the rows themselves */
    const schema_field *list; /* of the parent */
    const char *parent_column;
    sql **children; /* by field; NULL: a column. NULL in children */
};

const char *scaf__sql_or_empty(const char *z);
/* A name, quoted. Names are made of letters, digits and `_`. */
const char *scaf__sql_quoted(const sql *q, str_view name);
/* The name without its quotes. */
str_view scaf__sql_bare(const char *name);
/* A text as a literal. */
const char *scaf__sql_literal(const sql *q, str_view v);

column_kind scaf__sql_kind_of(const sql *q, const schema_field *f);
bool scaf__sql_may_be_null(const schema_field *f);
/* The type of the field's column. */
const char *scaf__sql_type_of(const sql *q, const schema_field *f);
/* The table of the field's list; NULL: the field is a column. */
sql *scaf__sql_child_at(const sql *q, uint32_t i);

/* The view that gives each row back as JSON. */
const char *scaf__sql_view_name(const sql *q);
void scaf__sql_view(sql *q);

/* For each field of each table: whether all of its values in the sample are keys of another table
 * that its name speaks of, as user_id does of users. Sets their `refers`, and puts first what is
 * referred to. */
void scaf__sql_find_references(sql **tables, size_t n);

/* Puts the sample into "sample_json"."whole"; true when only its rows are there. */
bool scaf__sql_sample(sql *q);
/* The rows of "sample_json", for FROM. */
const char *scaf__sql_sample_source(sql *q, bool only_rows);
/* Fills the tables from `source`, a list of FROM that has q->item. */
void scaf__sql_loader(sql *q, const char *source);

#endif
