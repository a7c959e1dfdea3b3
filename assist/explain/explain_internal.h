/* assist/explain/explain_internal.h: shared inside the folder. */
#ifndef ARTEL_ASSIST_EXPLAIN_INTERNAL_H
#define ARTEL_ASSIST_EXPLAIN_INTERNAL_H

#include <regex.h>

#include "assist/explain/explain.h"
#include "base/buf.h"

enum { EXPLAIN__GROUPS = 8 };

/* What the functions and classes are called that are put around a fragment so that it parses. */
#define EXPLAIN__AROUND "around_"


/* What the sentences of one entry are filled from: a node with captures, or the groups of a line
 * expression. */
struct explain__subject {
    arena *mem;
    str_view text;
    const gram_language *lang;
    bool is_line;
    TSNode node;
    const struct gram_pattern_match *match;
    str_view groups[EXPLAIN__GROUPS]; /* of a line; 0 is the whole */
    bool *odd;                        /* set when a value had to be cleaned */
};

/* `v` on one line of at most `max_chars` characters, nothing in it that moves a terminal's cursor,
 * reorders text or hides; what had to be written out sets *odd (may be NULL). */
str_view explain__clean(arena *mem, str_view v, size_t max_chars, bool *odd);

/* The same of code: of a block of several lines what stands before and after them. */
str_view explain__code(arena *mem, str_view v, size_t max_chars, bool *odd);

/* The buffer's text in the arena, the buffer released; when it lacked memory the arena fails too.
 */
str_view explain__keep(arena *mem, buf *out);

/* The sentence with its holes filled; *complete (may be NULL) tells whether all had something to be
 * filled with. */
str_view explain__fill(const struct explain__subject *s, str_view sentence, bool *complete);
bool explain__holds(const struct explain__subject *s, str_view condition);
/* The bytes of the document that a path names; ptr NULL when there is no such part. */
str_view explain__value(const struct explain__subject *s, str_view path);

struct explain_analogue explain__analogue(const struct explain__subject *s, gram_knowledge *k,
                                          const struct gram_construct *c,
                                          const gram_language *known);

/* --- instance readers: small languages inside of code --- */

struct explain__pieces {
    arena *mem;
    struct explain_piece *items;
    size_t n, cap;
};
void explain__piece(struct explain__pieces *out, unsigned depth, str_view code, str_view text);

/* Reads `source`, adds pieces; adds none when it is not of this kind. `dialect` is the folder of
 * the language around it. */
typedef void explain__reader(struct explain__pieces *out, str_view source, str_view dialect);

explain__reader explain__read_cron, explain__read_declaration, explain__read_f_string,
    explain__read_format_spec, explain__read_glob, explain__read_printf, explain__read_regex,
    explain__read_ignore, explain__read_revision, explain__read_selector, explain__read_shell,
    explain__read_strftime;

/* The reader with this name, or NULL. */
explain__reader *explain__find_reader(str_view name);

#endif
