/* assist/complete/written.h: the tier before the model: what the documents seen so far say
 * (context/instant.h). Inside this folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_WRITTEN_H
#define ARTEL_ASSIST_COMPLETE_WRITTEN_H

#include "assist/complete/gate.h"

/* What `written` is asked at the gate's cursor. */
struct ctx_instant_query written_query(const struct gate *g);

/* Fills items with at most `cap` ends of the cursor's line that are likely enough to need no model,
 * best first, that pass the gate; texts live in its arena. Returns how many. *maybe, unless its
 * source is NULL, is the best of the others, where there is room. Cost: a millisecond. */
size_t written_offer(struct gate *g, struct assist_suggestion *items, size_t cap,
                     struct assist_suggestion *maybe);

#endif
