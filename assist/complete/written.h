/* assist/complete/written.h: the tier before the model: what the documents seen so far say
 * (context/instant.h). Inside this folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_WRITTEN_H
#define ARTEL_ASSIST_COMPLETE_WRITTEN_H

#include "assist/complete/engine.h"

/* Fills items with at most `cap` ends of the cursor's line that are likely enough, best first,
 * shaped for their place; texts live in `mem`. Returns how many. Cost: a millisecond. */
size_t written_offer(const assist_engine *a, const struct assist_document *doc, size_t cursor,
                     struct assist_suggestion *items, size_t cap, arena *mem);

#endif
