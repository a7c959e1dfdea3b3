/* assist/complete/why.h: a completion explained to whoever wonders where it came from, or why there
 * was none: which tier answered, what each gate did, what the model was shown, how long it took.
 * Pure. */
#ifndef ARTEL_ASSIST_COMPLETE_WHY_H
#define ARTEL_ASSIST_COMPLETE_WHY_H

#include "assist/complete/complete.h"
#include "base/buf.h"

/* Appends some lines of plain text, each with its line break. Failure is the buffer's. */
void assist_why(buf *out, const struct assist_completion *c);

#endif
