/* model/pretokenize.h: cuts text into the pieces inside which BPE merges happen. Each scheme does
 * by hand what the regular expressions of the model's own tokenizer do, in time linear in the text.
 * Pure functions, safe on any thread. */
#ifndef ARTEL_MODEL_PRETOKENIZE_H
#define ARTEL_MODEL_PRETOKENIZE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* The end of the piece that begins at `at` < text.len. */
typedef size_t model__pre_pass(str_view text, size_t at);

enum { MODEL__PRE_PASSES = 5 };

struct model__pre {
    const char *name; /* as in tokenizer.ggml.pre */
    model__pre_pass
        *passes[MODEL__PRE_PASSES]; /* each cuts the pieces of the one before; NULL ends */
    bool ignores_merges; /* a piece that is a token becomes that token, whatever the merges say */
    bool adds_bos;       /* unless the file says otherwise */
};

/* NULL for a name we do not know. Static. */
const struct model__pre *model__pre_find(str_view name);

struct model__pre_cursor {
    const struct model__pre *pre;
    str_view text;
    size_t at;
    size_t ends[MODEL__PRE_PASSES]; /* of the current piece of each pass */
};

/* text is borrowed while the cursor is used. */
struct model__pre_cursor model__pre_begin(const struct model__pre *pre, str_view text);
/* The next piece, never empty; false at the end. The pieces are the text, in order, without gaps.
 */
bool model__pre_next(struct model__pre_cursor *c, str_view *piece);

#endif
