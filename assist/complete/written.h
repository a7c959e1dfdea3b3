/* assist/complete/written.h: the tier before the model: what the documents seen so far say
 * (context/instant.h). Inside this folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_WRITTEN_H
#define ARTEL_ASSIST_COMPLETE_WRITTEN_H

#include "assist/complete/engine.h"

/* Takes in the document as it is now. Documents of earlier calls stay until memory for them is
 * full, then all but this one are forgotten. Files that hold secrets by their name and very large
 * ones are left out; inside others secrets are hidden. Cost: O(what changed), the first time about
 * 15 MB/s. ERR_NOMEM. */
MUST_USE err_code written_see(assist_engine *a, const struct assist_document *doc, err *e);

/* Fills items with at most `cap` ends of the cursor's line that are likely enough, best first,
 * shaped for their place; texts live in `mem`. Returns how many. Cost: a millisecond. */
size_t written_offer(const assist_engine *a, const struct assist_document *doc, size_t cursor,
                     struct assist_suggestion *items, size_t cap, arena *mem);

#endif
