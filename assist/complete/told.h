/* assist/complete/told.h: what became of suggestions that the user saw, by how confident they were:
 * where more or fewer are taken than confidence promised, it is moved by half as much at most. Kept
 * on disk only, in the user's cache folder: eight pairs of numbers, no text. A file that cannot be
 * read counts as none. Not thread-safe. Inside this folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_TOLD_H
#define ARTEL_ASSIST_COMPLETE_TOLD_H

#include <stdbool.h>

#include "base/buf.h"

enum { TOLD_BUCKETS = 8 };

struct told {
    bool open;
    buf path;                                              /* empty: nothing is kept */
    double expected[TOLD_BUCKETS], accepted[TOLD_BUCKETS]; /* by confidence */
};

/* Reads `path`; NULL: the cache folder's file. */
void told_open(struct told *t, const char *path);
void told_release(struct told *t);

/* The confidence, in 0 to 1, for this user. As it is when `t` is not open. Keeps the order within a
 * bucket. */
float told_adjusted(const struct told *t, float confidence);

/* The suggestion with this confidence, not adjusted, was seen, and accepted or not. Writes the
 * file; what fails there is logged and does no harm. */
void told_note(struct told *t, float confidence, bool accepted);

#endif
