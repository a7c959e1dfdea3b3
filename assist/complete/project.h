/* assist/complete/project.h: the folders whose files the engine learns from while nobody waits.
 * Inside this folder only; the public half stands in complete.h. */
#ifndef ARTEL_ASSIST_COMPLETE_PROJECT_H
#define ARTEL_ASSIST_COMPLETE_PROJECT_H

#include "assist/complete/engine.h"

/* The document is open: what is on disk under its name does not count. */
void project_opened(assist_engine *a, const struct assist_document *doc);

/* The index of the folder with this name, or NULL. */
ctx_index *project_index(const assist_engine *a, str_view repo);

/* Closes all folders. */
void project_release(assist_engine *a);

#endif
