/* assist/complete/adapted.h: a model that was adapted to a project (assist/adapt) takes the place
 * of the built-in one for documents of that project, and gives it back. Inside this folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_ADAPTED_H
#define ARTEL_ASSIST_COMPLETE_ADAPTED_H

#include "assist/complete/engine.h"

/* Before the model is asked about the document. Looks at the disk at most once in two seconds, so
 * that a model that was made or removed meanwhile counts without a restart; costs 20 ms when the
 * model changes, else nothing to speak of. What cannot be loaded is left, with a line in the log.
 */
void adapted_follow(assist_engine *a, const struct assist_document *doc);

#endif
