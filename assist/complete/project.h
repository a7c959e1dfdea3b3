/* assist/complete/project.h: the folders whose files the engine learns from while nobody waits.
 * Inside this folder only; the public half stands in complete.h. */
#ifndef ARTEL_ASSIST_COMPLETE_PROJECT_H
#define ARTEL_ASSIST_COMPLETE_PROJECT_H

#include "assist/complete/engine.h"

/* The document is open: what is on disk under its name does not count. */
void project_opened(assist_engine *a, const struct assist_document *doc);

/* Closes all folders. */
void project_release(assist_engine *a);

#endif
