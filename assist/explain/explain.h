/* assist/explain/explain.h: what the code at a place means, computed from its syntax tree and the
 * written knowledge (grammars/knowledge.h). Nothing is guessed: where nothing is written, there is
 * no card.
 *
 * A range in which nothing begins (a closing brace, a continued line, an empty one) gets a card
 * that says so, and then what is around it.
 *
 * A card is about one construct in this very code: its sentences are filled with the code's own
 * names. Cards come innermost first, then what encloses it.
 *
 * Texts of a card are marked up: code stands between EXPLAIN_CODE and EXPLAIN_PLAIN bytes, and
 * holds no control characters; those of the document, and characters that hide or reorder text, are
 * written out as \u202e and named in a remark. explain_render (render.h) makes text for people of
 * it.
 *
 * Everything returned lives in the arena given. Pure functions over their arguments; a tree and an
 * arena belong to one thread. Cost: under a millisecond once a language's file has been read. */
#ifndef ARTEL_ASSIST_EXPLAIN_EXPLAIN_H
#define ARTEL_ASSIST_EXPLAIN_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "context/tree.h"
#include "grammars/knowledge.h"

enum { EXPLAIN_CODE = 1, EXPLAIN_PLAIN = 2 };

enum explain_scope {
    EXPLAIN_POINT, /* what is at `begin`: the innermost construct and those around it */
    EXPLAIN_RANGE, /* every construct that starts in [begin, end), outermost first */
    EXPLAIN_FILE,  /* an outline: what the file is made of */
};

/* A part of a regular expression, a format, a command line, read aloud. */
struct explain_piece {
    str_view code, text;
    unsigned depth; /* parts of parts are deeper */
};

/* The same idea in a language that the reader knows. */
struct explain_analogue {
    const gram_language *lang; /* NULL: none was asked for, or the idea has no key */
    str_view title;            /* of the idea */
    str_view code;             /* with this code's names; empty: it has no such thing */
    str_view differs;          /* what bites; may be empty */
};

struct explain_card {
    const struct gram_construct *construct;
    const gram_language *lang; /* of the text it stands in; may be embedded in another */
    struct gram_range range;   /* bytes of the document */
    str_view code;             /* its beginning, on one line */
    str_view meaning;
    const str_view *steps, *notes;
    size_t n_steps, n_notes;
    const struct explain_piece *pieces;
    size_t n_pieces;
    struct explain_analogue analogue;
};

struct explain_answer {
    const gram_language *lang; /* of the document */
    const struct explain_card *cards;
    size_t n_cards;
    bool nested; /* each card lies in the next; else they are of equal rank, in their order */
    const str_view *remarks; /* about the text: broken code, hidden characters */
    size_t n_remarks;
};

struct explain_request {
    gram_knowledge *knowledge;
    gram_queries *queries; /* for embedded languages; NULL: they are left alone */
    ctx_tree *tree;        /* fresh; NULL for a language without a grammar */
    const gram_language *lang;
    const gram_language *known; /* the language to compare with, or NULL */
    str_view text;
    enum explain_scope scope;
    size_t begin, end; /* bytes; begin <= end <= text.len */
};

/* ERR_NOT_FOUND: nothing is written about what stands there; e says so in a sentence.
 * ERR_UNSUPPORTED: nothing is written about this language; e names those that there are.
 * ERR_NOMEM, ERR_RANGE (begin or end). */
MUST_USE err_code explain(struct explain_answer *out, const struct explain_request *request,
                          arena *mem, err *e);

/* Explains a text in a small language that has no file of its own: "cron", "declaration" (of C),
 * "f-string", "format-spec", "glob", "ignore" (a line of .gitignore), "printf", "regex", "revision"
 * (of git), "selector", "shell", "strftime". `dialect` is the folder of the language around it, or
 * empty. The answer's one card has pieces. ERR_UNSUPPORTED: no such kind. ERR_NOT_FOUND: the text
 * is not of that kind. ERR_NOMEM. */
MUST_USE err_code explain_small(struct explain_answer *out, str_view kind, str_view dialect,
                                str_view text, arena *mem, err *e);

#endif
