/* assist/scaffold/tape.h: JSON as people paste it, read into one flat array of values.
 *
 * Why not cJSON: it turns every number into a double, so `12345678901234567890`, `1.50` and `1e5`
 * are lost before anyone can look at them, and it reports errors by a global. Here numbers stay
 * lexemes.
 *
 * Strict JSON (RFC 8259) is the fast path. What people paste besides is read too and noted once per
 * kind: comments, trailing commas, single quotes, bare keys, hexadecimal and signed numbers
 * (JSON5), True/False/None (Python), undefined (JavaScript), and `...` where somebody cut an array
 * short. NaN and Infinity are refused, as no JSON text can give them back. Duplicate keys: the last
 * one wins and a note says so. Lone surrogates become U+FFFD, also noted.
 *
 * Not thread-safe; one reader per thread. */
#ifndef ARTEL_ASSIST_SCAFFOLD_TAPE_H
#define ARTEL_ASSIST_SCAFFOLD_TAPE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef enum {
    TAPE_NULL,
    TAPE_FALSE,
    TAPE_TRUE,
    TAPE_NUMBER, /* text is the lexeme, always legal JSON */
    TAPE_STRING, /* text is decoded UTF-8 */
    TAPE_ARRAY,  /* n values follow */
    TAPE_OBJECT, /* n pairs follow: a TAPE_STRING key, then its value */
} tape_kind;

typedef struct {
    const char *ptr; /* into the input or the reader's arena; NULL for containers and literals */
    uint32_t len;    /* bytes at ptr */
    uint32_t n;      /* values of an array, pairs of an object */
    uint32_t next;   /* index of the value after this one and its children */
    uint8_t kind;    /* tape_kind */
} tape_value;

enum {
    TAPE_MAX_DEPTH = 1000,     /* deeper input is refused; consumers may recurse this deep */
    TAPE_PASS_BYTES = 8 << 20, /* between two reports of what is behind */
};

/* Things that were accepted although strict JSON forbids or discourages them. */
typedef enum {
    TAPE_NOTE_COMMENT,
    TAPE_NOTE_TRAILING_COMMA,
    TAPE_NOTE_SINGLE_QUOTE,
    TAPE_NOTE_BARE_KEY,
    TAPE_NOTE_NUMBER,
    TAPE_NOTE_LITERAL,
    TAPE_NOTE_ELLIPSIS,
    TAPE_NOTE_DUPLICATE_KEY,
    TAPE_NOTE_SURROGATE,
    TAPE_NOTE_STRING,
    TAPE_N_NOTES,
} tape_note;

typedef struct {
    str_view text;      /* borrowed: the whole input, UTF-8, no byte order mark */
    size_t pos;         /* next byte to read */
    arena *strings;     /* borrowed: decoded strings and repaired numbers; caller resets it */
    tape_value *values; /* owned; the value read last */
    size_t n_values;
    size_t cap_values;
    size_t note_at[TAPE_N_NOTES]; /* offset + 1 of the first of its kind, 0 when none */
    uint32_t n_notes[TAPE_N_NOTES];
    size_t array_at; /* where the array of scaf__tape_enter_array opened */
    size_t error_at; /* offset of the problem, valid after ERR_FORMAT and ERR_RANGE */
    /* See scaf__tape_pass; NULL: nobody wants to know. */
    bool (*passed)(void *user, size_t begin, size_t end);
    void *passed_user;
    size_t passed_base; /* where `text` begins in what `passed` counts from */
    size_t passed_at;   /* what lies before was reported */
    bool strict;        /* refuse what RFC 8259 refuses */
} tape_reader;

/* `text` and `strings` must outlive the reader's use of them. */
void scaf__tape_init(tape_reader *r, str_view text, arena *strings);
void scaf__tape_release(tape_reader *r);

/* Skips white space, comments, separating commas and semicolons. False at the end of the input. */
bool scaf__tape_more(tape_reader *r);
/* Reads one value at r->pos into r->values, replacing the one before.
 * ERR_FORMAT: not JSON; *e says line, column, what was expected and the likely fix. ERR_RANGE: too
 * deep or over 4 GiB. ERR_NOMEM. Cost: O(bytes). */
MUST_USE err_code scaf__tape_read(tape_reader *r, err *e);

/* For streaming a top-level array: if the next value is an array, steps inside and returns true;
 * then scaf__tape_element reads one element at a time; *done after the closing bracket. */
bool scaf__tape_enter_array(tape_reader *r);
MUST_USE err_code scaf__tape_element(tape_reader *r, bool *done, err *e);

/* Between two values: tells r->passed what was read since the last call, once that is
 * TAPE_PASS_BYTES or the end. False when it wants no more. */
bool scaf__tape_pass(tape_reader *r);

/* 1-based line and column (in characters) of a byte offset. Cost: O(offset); r->passed hears of
 * what was looked at. */
void scaf__tape_position(const tape_reader *r, size_t off_bytes, size_t *line, size_t *column);
/* ERR_FORMAT, and *e says that at this offset `what` was expected, what was found, and `fix`, which
 * may be NULL. Other readers of text use it too: all but r->text may be zero. */
err_code scaf__tape_fail(tape_reader *r, size_t at, err *e, const char *what, const char *fix);
/* "trailing comma", …: what the note means, for a message. */
const char *scaf__tape_note_text(tape_note note);

/* UTF-8 for whatever Unicode form `bytes` is in: strips a byte order mark, converts UTF-16 and
 * UTF-32 found by mark or by the place of their zero bytes. The result is `bytes` itself or in `a`.
 * ERR_NOMEM. */
MUST_USE err_code scaf__tape_to_utf8(str_view *out, str_view bytes, arena *a, err *e);

static inline str_view tape_text(const tape_value *v)
{
    return (str_view){v->ptr, v->len};
}

/* The value of `key` in the object at index `obj`, or NULL. Cost: O(pairs). */
const tape_value *scaf__tape_get(const tape_value *values, uint32_t obj, str_view key);

#endif
