/* assist/scaffold/sample.h: the sample itself, kept beside what was learnt from it, for targets
 * that show or send it: a page, a mock server, fixtures. Compact JSON, one value a line, numbers as
 * they were spelled, `<` and all characters that change how text is read as escapes: it may stand
 * in a script element or a comment. Arrays end early where the sample is longer than
 * SAMPLE_BYTES. Not thread-safe. */
#ifndef ARTEL_ASSIST_SCAFFOLD_SAMPLE_H
#define ARTEL_ASSIST_SCAFFOLD_SAMPLE_H

#include "assist/scaffold/emit.h"
#include "assist/scaffold/tape.h"

enum { SAMPLE_BYTES = 1 << 20 };

/* Adds the value as a line, nothing once the text is long enough. Failure is sticky in `text`. */
void scaf__sample_keep(buf *text, const tape_value *values, uint32_t index);
/* The same for a list that is read item by item: begin, items, end. */
void scaf__sample_begin_list(buf *text);
void scaf__sample_keep_item(buf *text, const tape_value *values, uint32_t index);
void scaf__sample_end_list(buf *text);

/* How the rows stand in the JSON. */
typedef enum {
    ROWS_ONE,      /* the sample is one value that is no list */
    ROWS_LIST,     /* an array of rows, or several samples */
    ROWS_MAP,      /* an object whose values are rows */
    ROWS_ENVELOPE, /* an array at schema.row_key */
} rows_shape;

typedef struct {
    rows_shape shape;
    schema_ref type; /* of one row */
    str_view words;  /* what one row is called: "user" */
} rows_info;

rows_info scaf__rows(const emit_out *o);

/* The whole sample as one JSON value; several samples that are rows become an array, of several
 * others it is the first. Empty when it was too long to keep. In o->a. */
str_view scaf__sample_whole(emit_out *o);
/* A text as the sample kept spells it, with its quotes. In o->a. */
const char *scaf__sample_text(emit_out *o, str_view v);
/* At most `max` rows as JSON texts; *n counts them. In o->a; NULL when there are none. `keys`,
 * which may be NULL, gets their keys in a map of rows, empty texts elsewhere. */
str_view *scaf__sample_rows(emit_out *o, size_t max, size_t *n, str_view **keys);
/* Proven: every row has this field and no two have the same there. Cost: O(sample) unless the
 * shapes know. */
bool scaf__rows_differ(emit_out *o, const schema_field *f);
/* The value at `key` of the whole as a JSON text, empty when there is none. In o->a. */
str_view scaf__sample_member(emit_out *o, str_view key);

#endif
