/* assist/complete/shape.h: from generated text to a suggestion that fits the place: what it
 * replaces, where it ends, whether it is worth showing. Pure functions, inside this folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_SHAPE_H
#define ARTEL_ASSIST_COMPLETE_SHAPE_H

#include "assist/complete/complete.h"

/* Why a line that ends in the same thing again and again is not worth showing. */
extern const char shape_repeats[];

/* Does `line`, as far as it is written, end in the same thing four times over? Small models do not
 * find out of that again; what has an end, as the arguments (0, 0, 0, 0), gets there before. Cost:
 * O(line). */
bool shape_goes_round(str_view line);

/* Why nothing should be offered at this cursor while typing, or NULL. Static text. */
const char *shape_silence(str_view text, size_t cursor, bool invoked);

/* Makes `generated` (one line, no newline) a suggestion at `cursor`. Closers and other text that
 * stand after the cursor and come again at the end of `generated` are covered by the range instead
 * of being doubled. Returns NULL and fills *out (text in `mem`), or says why the text is not
 * worth showing: blank, or what is there already. */
const char *shape_line(struct assist_suggestion *out, arena *mem, str_view text, size_t cursor,
                       str_view generated);

/* The quote of the string that `line`, put at the cursor, would begin in; 0: in none. Only the
 * cursor's line is looked at, and both ends of the string must be there. */
char shape_open_quote(str_view text, size_t cursor, str_view line);

/* True when `line` at the cursor, or lines, would hold a key, token or password, copied from
 * wherever. The beginning of the cursor's line counts: often only the name before it says that a
 * random value is a secret. Scratch in `mem`. */
bool shape_writes_secret(arena *mem, str_view text, size_t cursor, str_view line);

#endif
