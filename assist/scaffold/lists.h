/* assist/scaffold/lists.h: samples that are nothing but lists of records, as {"users": [...],
 * "posts": [...]}, and what is proven of them: which field tells the records of a list apart, and
 * which one holds such keys of another list. Not thread-safe. */
#ifndef ARTEL_ASSIST_SCAFFOLD_LISTS_H
#define ARTEL_ASSIST_SCAFFOLD_LISTS_H

#include "assist/scaffold/sample.h"

/* The fields of the root that are those lists, up to LISTS_MAX, into `out` (may be NULL); 0 where
 * the sample is something else. */
enum { LISTS_MAX = 40 };
size_t scaf__lists(const schema *s, const schema_field **out);

/* The JSON pointer of the longest list of records further inside a sample that is one small record,
 * as {"data": {"children": [...]}}, and how many there are; empty where there is none. In `a`. */
str_view scaf__lists_below(const schema *s, arena *a, uint64_t *n);

/* The sample read again. Open, ask, close; o outlives it. */
typedef struct {
    tape_reader r;
    arena a;
    bool whole; /* false: it was cut, and nothing is proven by a part */
} lists_sample;
void scaf__lists_open(lists_sample *s, emit_out *o);
void scaf__lists_close(lists_sample *s);

/* Whether records are called by a field of these words: "id", "slug". */
bool scaf__is_id(str_view words);
/* Proven: every record of the list has the field, and no two have the same there. */
bool scaf__list_differs(lists_sample *s, str_view list, const schema_field *f);
/* Proven: the name of the field speaks of the other list, as "user id" does of "users", and each of
 * its values is the key of a record there. */
bool scaf__list_refers(lists_sample *s, str_view list, const schema_field *f, str_view other,
                       const schema_field *key);

/* Sets `refers` of the fields of which that is proven. Does nothing where the sample is no lists.
 * Cost: O(sample). */
void scaf__lists_link(emit_out *o);

#endif
