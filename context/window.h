/* context/window.h: which part of the document around the cursor the model reads.
 *
 * The start of the window is anchored: it moves in steps of several lines, counted from the start
 * of the document, instead of sliding with every key. So the text before the cursor only grows at
 * its end while the user types, and what a KV cache holds of it stays valid. Stateless: the same
 * document, cursor and budget give the same window. Pure functions, safe on any thread. */
#ifndef ARTEL_CONTEXT_WINDOW_H
#define ARTEL_CONTEXT_WINDOW_H

#include <stddef.h>

#include "base/str.h"

/* Tokens that `text` takes; the only thing this folder knows of a vocabulary. */
typedef size_t ctx_count_fn(void *user, str_view text);

struct ctx_window_budget {
    size_t prefix_tok;
    size_t suffix_tok;
    ctx_count_fn *count;
    void *user;
};

struct ctx_window {
    size_t begin_bytes; /* a line start, except inside lines longer than the budget; <= cursor */
    size_t end_bytes;   /* a line end, likewise; >= cursor */
};

enum { CTX_WINDOW_STEP_LINES = 16 };

/* The window around `cursor` (a byte offset <= text.len). Text longer than 64 KB on either side is
 * not looked at. Cost: counting about the budget's text once, finding lines O(cursor). */
struct ctx_window ctx_window_around(str_view text, size_t cursor,
                                    const struct ctx_window_budget *budget);

#endif
