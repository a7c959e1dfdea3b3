/* assist/complete/gate.h: what a suggestion must pass before it is shown. It is pasted into the
 * syntax tree: where it would add an error, what is missing is closed, or it is cut where it still
 * parses. Names that nobody wrote are replaced by the nearest one that exists, or the suggestion
 * ends before them. What is changed passes shape.h again. Each gate says what it did.
 *
 * A gate belongs to one completion; the tree and the words it asks are the engine's. Inside this
 * folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_GATE_H
#define ARTEL_ASSIST_COMPLETE_GATE_H

#include "assist/complete/engine.h"
#include "context/tree.h"

struct gate {
    assist_engine *engine;
    arena *mem;
    const struct assist_document *doc;
    size_t cursor;
    const gram_language *lang;
    ctx_tree *tree;          /* of the document as it is, fresh; NULL: syntax is not known */
    enum ctx_text_kind kind; /* of the cursor's place */
    size_t n_tries_left;     /* counted, not timed: the same question gets the same answer */
    size_t n_untyped;        /* errors without the word at the cursor */
    bool knows_untyped;      /* n_untyped is known */
    struct assist_step *steps;
    size_t n_steps;
};

/* Brings the engine's tree up to date with the document, in a bounded time. All arguments outlive
 * the gate. */
void gate_open(struct gate *g, assist_engine *a, arena *mem, const struct assist_document *doc,
               size_t cursor);

/* Makes `generated` (from the cursor on) the suggestion *out, or says why it is none (static text).
 * `source` is the tier, for the steps. out->confidence is left to the caller. */
const char *gate_pass(struct gate *g, struct assist_suggestion *out, const char *source,
                      str_view generated);

/* What gate_pass says of a line whose only fault is that it opens a block that nothing closes yet;
 * *out is filled. In a file that is whole, such a line is mostly wrong, but where one is being
 * written from top to bottom it is what comes next: for when nothing else passes. */
extern const char gate_opens_block[];

/* Whether `text` in the suggestion's place adds no syntax error. False too when it was tried often
 * enough. */
bool gate_parses(struct gate *g, const struct assist_suggestion *s, str_view text);

/* Whether `text`, of any number of lines, adds no syntax error in the suggestion's place and has no
 * unknown name. False too when it was tried often enough. */
bool gate_lines_pass(struct gate *g, const struct assist_suggestion *s, str_view text);

/* Adds to what was done with `text`, for the user; `name` and `did` are static text. */
void gate_note(struct gate *g, const char *source, const char *name, const char *did,
               str_view text);

/* Frees the engine's tree. */
void gate_release(assist_engine *a);

#endif
