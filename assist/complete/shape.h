/* assist/complete/shape.h: from generated text to a suggestion that fits the place: what it
 * replaces, where it ends, whether it is worth showing. Pure functions, inside this folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_SHAPE_H
#define ARTEL_ASSIST_COMPLETE_SHAPE_H

#include "assist/complete/complete.h"

/* Why nothing should be offered at this cursor while typing, or NULL. Static text. */
const char *shape_silence(str_view text, size_t cursor, bool invoked);

/* Makes `generated` (one line, no newline) a suggestion at `cursor`. Closers and other text that
 * stand after the cursor and come again at the end of `generated` are covered by the range instead
 * of being doubled. Returns NULL and fills *out (text in `mem`), or says why the text is not
 * worth showing: blank, or what is there already. */
const char *shape_line(struct assist_suggestion *out, arena *mem, str_view text, size_t cursor,
                       str_view generated);

/* True when `line` at the cursor, or lines, would hold a key, token or password, copied from
 * wherever. The beginning of the cursor's line counts: often only the name before it says that a
 * random value is a secret. Scratch in `mem`. */
bool shape_writes_secret(arena *mem, str_view text, size_t cursor, str_view line);

#endif
