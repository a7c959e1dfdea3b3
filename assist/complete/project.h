/* assist/complete/project.h: the folders whose files the engine learns from while nobody waits.
 * Inside this folder only; the public half stands in complete.h. */
#ifndef ARTEL_ASSIST_COMPLETE_PROJECT_H
#define ARTEL_ASSIST_COMPLETE_PROJECT_H

#include "assist/complete/engine.h"

/* The document is open, and the user at `cursor`: what is on disk under its name does not count.
 * The index has its text some milliseconds later. */
void project_opened(assist_engine *a, const struct assist_document *doc, size_t cursor);
/* What is on disk counts again. Nothing happens if it was not open. */
void project_closed(assist_engine *a, const struct assist_document *doc);

/* What `q` can be asked of, and what it should know of the document's project besides: its past and
 * where the user was. NULL: the project is not open. The strings of the query live in `mem`, the
 * rest until project_end, which is to be soon. */
ctx_index_view *project_begin(assist_engine *a, const struct assist_document *doc,
                              struct ctx_gather_query *q, arena *mem);
void project_end(assist_engine *a, const struct assist_document *doc, ctx_index_view *v);

/* The index of the document's project, or NULL. Borrowed until the folder is closed. */
ctx_index *project_index(const assist_engine *a, const struct assist_document *doc);

/* The folder with this name, empty if none is open. Borrowed until it is closed. */
str_view project_root(const assist_engine *a, str_view repo);

/* Closes all folders. */
void project_release(assist_engine *a);

#endif
