/* assist/scaffold/value.h: values read from other formats than JSON, on their way to be JSON. The
 * tree and its texts live in an arena, or borrow from the input. Not thread-safe. */
#ifndef ARTEL_ASSIST_SCAFFOLD_VALUE_H
#define ARTEL_ASSIST_SCAFFOLD_VALUE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

typedef enum {
    VALUE_LITERAL, /* text is spelled as JSON spells it: a number, true, false, null */
    VALUE_STRING,
    VALUE_LIST,
    VALUE_MAP,
} value_kind;

typedef struct scaf_value {
    value_kind kind;
    str_view key;                    /* in a map */
    str_view text;                   /* of a literal or string */
    struct scaf_value *first, *last; /* of a list or map */
    struct scaf_value *next;         /* beside this one */
    unsigned mark;                   /* the reader's own */
} scaf_value;

enum { VALUE_MAX_BYTES = 256 << 20 }; /* of JSON: what repeats itself by reference may be endless */

/* NULL when the arena failed. */
scaf_value *scaf__value_new(arena *a, value_kind kind, str_view text);
/* Puts `item` behind the others; nothing if either is NULL. `key` is ignored by lists. */
void scaf__value_add(scaf_value *parent, str_view key, scaf_value *item);
/* NULL when there is none. Cost: O(items). */
scaf_value *scaf__value_get(const scaf_value *map, str_view key);
/* Appends the value as JSON, each item of the outermost list on a line of its own. ERR_RANGE:
 * deeper than the reader takes, or too long. ERR_NOMEM. */
MUST_USE err_code scaf__value_write(buf *out, const scaf_value *v, err *e);

/* Appends a JSON string. */
void scaf__put_string(buf *out, str_view v);
/* Whether v is spelled as RFC 8259 spells numbers. */
bool scaf__is_number(str_view v);
/* An integer as JSON spells it: without plus sign and leading zeros, from base 16, 8 or 2 into 10.
 * `digits` has no sign and nothing but digits of that base and `_`; more than 64 bits are an empty
 * text. In `a`. */
str_view scaf__integer_text(arena *a, bool negative, str_view digits, unsigned base);

/* The position of a byte offset, in lines and characters from 1. */
void scaf__text_position(str_view text, size_t off_bytes, size_t *line, size_t *column);

#endif
