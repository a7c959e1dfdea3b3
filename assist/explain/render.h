/* assist/explain/render.h: an answer of explain() as text for people. Pure functions. */
#ifndef ARTEL_ASSIST_EXPLAIN_RENDER_H
#define ARTEL_ASSIST_EXPLAIN_RENDER_H

#include "assist/explain/explain.h"
#include "base/buf.h"

enum explain_format {
    EXPLAIN_TEXT,     /* plain lines, code between back quotes */
    EXPLAIN_TERMINAL, /* the same with colours */
    EXPLAIN_MARKDOWN, /* what the code says cannot become markup */
};

enum explain_level {
    EXPLAIN_LINE, /* one sentence */
    EXPLAIN_CARD, /* the innermost construct, with what is around it in one line each */
    EXPLAIN_FULL, /* everything about each */
};

struct explain_render {
    enum explain_format format;
    enum explain_level level;
    size_t width;  /* columns of plain text and terminals; 0: lines are not broken */
    bool compare;  /* in a list too, how each is in the language asked for */
    bool each;     /* the cards are of equal rank (a range, an outline), not one inside the other */
    str_view text; /* the document, for line numbers of `each`; may be empty */
};

/* Appends to `out`, whose maximum bounds it. */
void explain_render(buf *out, const struct explain_answer *a, const struct explain_render *how);

/* Appends what the model called `by` guesses (prose.h), marked as such. Neither can become markup.
 */
void explain_render_prose(buf *out, str_view text, str_view by, const struct explain_render *how);

/* Appends a sentence behind an explanation: "Note: …". */
void explain_render_remark(buf *out, str_view text, const struct explain_render *how);

/* Appends marked text alone (a meaning, a step) in the format. */
void explain_render_marked(buf *out, str_view marked, enum explain_format format);

#endif
