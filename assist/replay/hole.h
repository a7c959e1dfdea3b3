/* assist/replay/hole.h: which part of a text is hidden. Pure functions; the same dice give the
 * same holes. */
#ifndef ARTEL_ASSIST_REPLAY_HOLE_H
#define ARTEL_ASSIST_REPLAY_HOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* A source of numbers: any start gives one sequence. */
struct assist_dice {
    uint64_t state;
};
/* In [0, n), n >= 1, near enough evenly. */
size_t assist_dice_below(struct assist_dice *d, size_t n);

enum assist_cursor {
    ASSIST_AT_START, /* behind the indentation */
    ASSIST_INSIDE,   /* before a later word or sign of the line */
    ASSIST_IN_WORD,  /* behind the first characters of a word */
};

/* Bytes [begin, end) are what the person wrote; the cursor is at `begin`. Never empty. The end has
 * no white space before it; the line break stays. */
struct assist_hole {
    size_t begin, end;
    enum assist_cursor cursor;
};

/* Is the line worth hiding? UTF-8 with at least one word character, and not longer than what people
 * write by hand (200 bytes). */
bool assist_hole_in(str_view line);
/* A hole from somewhere in the line that starts at `line` to its end, each kind of cursor equally
 * likely where the line has a place for it. assist_hole_in holds for the line. */
struct assist_hole assist_hole_line(str_view text, size_t line, struct assist_dice *d);
/* A hole over the whole block whose first line starts at `line`: that line is indented further than
 * the one with text before it, and 2 to 12 lines with text follow each other without going back.
 * False when there is no such block. */
bool assist_hole_block(struct assist_hole *out, str_view text, size_t line);

#endif
