/* grammars/pattern.h: patterns over syntax nodes, written as tree-sitter queries, tried against one
 * node at a time.
 *
 * ts_query answers "where in this file?"; whoever points at a node asks "is this one of those?",
 * for a few hundred patterns. Compiling those as queries takes 0.2 to 0.7 s per language, since
 * each is tried against every state of the parser; these are ready in microseconds and find the
 * same.
 *
 * The subset: (kind …), "token", (_), _, field: …, !field, [alternatives], the anchor ".",
 * captures, and #eq?, #not-eq?, #any-of?, #match? (a POSIX extended regular expression) and
 * #not-match? of a capture against texts. The capture @x is the node that the pattern is about;
 * without it, that is the outermost one. Quantifiers are not part of it.
 *
 * A parsed pattern is constant and may be used from any thread. */
#ifndef ARTEL_GRAMMARS_PATTERN_H
#define ARTEL_GRAMMARS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include <tree_sitter/api.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef struct gram_pattern gram_pattern;

enum { GRAM_PATTERN_CAPTURES = 6 };

struct gram_captured {
    str_view name; /* without '@' */
    TSNode node;
};

struct gram_pattern_match {
    struct gram_captured items[GRAM_PATTERN_CAPTURES];
    size_t n;
};

/* *out lives in `mem` and refers to `source`. ERR_FORMAT: not a pattern of the subset; e says what
 * and where. ERR_NOMEM. */
MUST_USE err_code gram_pattern_parse(const gram_pattern **out, arena *mem, str_view source, err *e);

/* Whether the pattern holds with `target` as its @x; captures go to *out then. `text` is the text
 * of the tree. `scratch` takes lists of children, some tens of bytes each. */
bool gram_pattern_match(const gram_pattern *p, TSNode target, str_view text, arena *scratch,
                        struct gram_pattern_match *out);

/* Whether POSIX extended expression `expression` occurs in `text`; false too when it is no
 * expression, or `text` holds a NUL. Cost: compiles the expression, some microseconds. */
bool gram_regex_holds(str_view expression, str_view text);

#endif
