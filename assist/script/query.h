/* assist/script/query.h: questions about records, of a table or of JSON, read from a comment.
 *
 * "average age per city in people where age is over 30": read once, written in SQL (render_sql) or
 * as a jq filter (render_jq). Which words say what is in text/q_query.txt. Every word must have
 * been understood. Names are checked against a schema where one is known: what it does not know is
 * asked about. Everything lives in the arena of the call. */
#ifndef ARTEL_ASSIST_SCRIPT_QUERY_H
#define ARTEL_ASSIST_SCRIPT_QUERY_H

#include "assist/script/script_internal.h"

/* --- schema.c --- */

enum { SCR_MAX_COLUMNS = 64 };

typedef struct {
    str_view name, type;
} scr_column;

typedef struct scr_relation scr_relation;
struct scr_relation {
    scr_relation *next;
    str_view name;
    scr_column columns[SCR_MAX_COLUMNS];
    size_t n_columns;
};

/* The tables that CREATE TABLE statements in `text` make; anything else in it is passed over. */
scr_relation *scr__schema_read(arena *a, str_view text);
/* By its name, capitals or not; NULL. */
const scr_relation *scr__schema_table(const scr_relation *all, str_view name);
const scr_column *scr__schema_column(const scr_relation *table, str_view name);
/* The name that is written most like `name`; empty: none is near. Of `table`'s columns, or, without
 * one, of the tables. */
str_view scr__schema_nearest(const scr_relation *all, const scr_relation *table, str_view name);
/* Whether what the column holds are dates or times, by its type or its name. */
bool scr__schema_is_time(const scr_column *c);

/* --- query.c --- */

typedef enum {
    SCR_Q_ROWS, /* and everything that is counted, summed, grouped */
    SCR_Q_DUPLICATES,
    SCR_Q_LATEST,
    SCR_Q_RUNNING,
    SCR_Q_NULLS,
    SCR_Q_JOIN,
    SCR_Q_DELETE,
    SCR_Q_UPDATE,
    SCR_Q_INSERT,
    SCR_Q_INDEX,
    SCR_Q_TABLES,
    SCR_Q_COLUMNS,
} scr_query_kind;

typedef enum { SCR_F_NONE, SCR_F_COUNT, SCR_F_SUM, SCR_F_AVERAGE, SCR_F_LEAST, SCR_F_MOST } scr_fn;
typedef enum { SCR_P_NONE, SCR_P_DAY, SCR_P_MONTH, SCR_P_YEAR } scr_period;

typedef struct {
    str_view column; /* of a count: what is counted without repetition; empty: the rows */
    scr_fn fn;
    scr_period period;
    bool plural; /* as people say it, when it may be the plural of the column's name */
} scr_item;

typedef enum {
    SCR_C_IS,
    SCR_C_OVER,
    SCR_C_UNDER,
    SCR_C_LEAST,
    SCR_C_MOST,
    SCR_C_BETWEEN,
    SCR_C_ONE_OF,
    SCR_C_HOLDS,
    SCR_C_STARTS,
    SCR_C_ENDS,
    SCR_C_NULL,
    SCR_C_LATELY,     /* less than so long ago */
    SCR_C_LONGER_AGO, /* more */
} scr_test;

enum { SCR_MAX_VALUES = 8, SCR_MAX_ITEMS = 8 };

typedef struct {
    str_view column; /* empty: the one that holds a time */
    scr_test test;
    bool not ;
    scr_value values[SCR_MAX_VALUES]; /* TEXT, NUMBER, DATE, TIME; WORD: true, false or null */
    size_t n_values;
} scr_condition;

typedef struct {
    scr_query_kind kind;
    assist_script_dialect dialect;
    str_view table, other; /* `other` of a join */
    str_view path;         /* the file that is named: JSON, a database */
    scr_item items[SCR_MAX_ITEMS], by[SCR_MAX_ITEMS], order;
    size_t n_items, n_by;
    bool distinct, has_order, descending, left, unique;
    int64_t limit; /* 0: none */
    scr_condition where[SCR_MAX_ITEMS];
    size_t n_where;
    bool any; /* one of them suffices */
    str_view on[2];
    scr_item sets[SCR_MAX_ITEMS]; /* of an update or insertion, with their values */
    scr_value values[SCR_MAX_ITEMS];
    size_t n_sets;
    str_view assumptions[SCR_MAX_ITEMS];
    size_t n_assumptions;
    str_view question; /* not empty: it cannot be written yet */
    str_view title;
} scr_query;

typedef struct {
    const char *name, *title;
    bool jq; /* else of SQL alone */
} scr_query_title;

/* NULL past the last. */
const scr_query_title *scr__query_title(size_t i);

/* False: these words are no question that it can read, and `out->question` says why. `json`: the
 * records are those of JSON, which no table holds; `schema` may be NULL. */
bool scr__query_read(scr_query *out, arena *a, const scr_table *t, str_view comment, bool json,
                     const scr_relation *schema);

/* The day behind a date (YYYY-MM-DD), likewise; empty where it is no date of the calendar. */
str_view scr__next_day(arena *a, str_view date);

/* --- render_sql.c, render_jq.c --- */

void scr__sql(buf *out, const scr_query *q, str_view comment);
void scr__jq_query(buf *out, const scr_query *q, const scr_table *t, str_view comment);
/* Why jq is not for this; empty when it is. */
str_view scr__jq_cannot(const scr_query *q);

#endif
