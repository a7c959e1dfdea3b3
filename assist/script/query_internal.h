/* assist/script/query_internal.h: what the units that read a question about records share. The
 * words are read from left to right: each take_... passes what it understands, or nothing. */
#ifndef ARTEL_ASSIST_SCRIPT_QUERY_INTERNAL_H
#define ARTEL_ASSIST_SCRIPT_QUERY_INTERNAL_H

#include "assist/script/query.h"

typedef struct {
    const scr_table *t;
    arena *a;
    const scr_relation *schema;
    bool json;
    scr_token *at;
    size_t n, i;
    bool ranked; /* "top 5", "the 3 largest": by some column */
    scr_query *q;
} scr_query_reader;

/* --- query_words.c --- */

/* The token behind the longest way to say `name` (of the tables' "queries") at `i`; 0: it is not
 * said there. */
size_t scr__query_match_at(const scr_query_reader *r, size_t i, const char *name);
/* Past words that say nothing. */
void scr__query_skip(scr_query_reader *r);
/* Past `name`, and what says nothing before it; false: it does not come next, nothing is passed. */
bool scr__query_take(scr_query_reader *r, const char *name);
/* Whether nothing is left, but for what ends a sentence. */
bool scr__query_at_end(scr_query_reader *r);
/* Noted once, for the head of what is written. */
void scr__query_assume(scr_query_reader *r, str_view sentence);
/* The first question counts. */
void scr__query_ask(scr_query_reader *r, str_view question);
/* Whether a table that is known has a column of that name. */
bool scr__query_in_schema(const scr_query_reader *r, str_view column);
/* The name of a table, a column or a file. */
bool scr__query_take_name(scr_query_reader *r, str_view *out);
/* The name of a column, whatever stands around it. */
bool scr__query_take_column(scr_query_reader *r, str_view *out);
bool scr__query_starts_upper(str_view w);
/* What a column is compared with, or set to. */
bool scr__query_take_value(scr_query_reader *r, scr_value *out);
/* A comma or "and". */
bool scr__query_take_comma(scr_query_reader *r);

/* --- query_where.c --- */

/* Whether the token names a file of records. */
bool scr__query_is_path_of_data(const scr_query_reader *r, const scr_token *t);
/* One condition; `before`: the one whose column it may leave out, or NULL. */
bool scr__query_take_condition(scr_query_reader *r, scr_condition *c, const scr_condition *before);
/* "where ..." with all its conditions, or those that follow without the word; false: none. */
bool scr__query_take_where(scr_query_reader *r);
/* "orders" to "order", in the arena. */
str_view scr__query_singular(arena *a, str_view w);

/* --- query_request.c --- */

void scr__query_add_item(scr_query_reader *r, scr_item item);
/* All that is asked for; false: it is no query, the reader stands where it was not understood. */
bool scr__query_read_request(scr_query_reader *r);

/* --- query_names.c --- */

/* "last 7 days" gets the column it is about. */
void scr__query_settle_times(scr_query_reader *r);
/* Names of tables and columns become those of the schema, or a question. */
void scr__query_settle_names(scr_query_reader *r);
/* The title's name, of titles[] in query.c. */
const char *scr__query_kind_name(const scr_query *q);

#endif
