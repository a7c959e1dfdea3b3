/* assist/complete/family.h: how a family of models was taught to fill in the middle, and to tell
 * files of a repository apart. Inside this folder only. Sources: the families' own examples. */
#ifndef ARTEL_ASSIST_COMPLETE_FAMILY_H
#define ARTEL_ASSIST_COMPLETE_FAMILY_H

#include <stdbool.h>

#include "model/gguf.h"
#include "model/vocab.h"

typedef enum {
    FIM_NONE,         /* never: only the text before the cursor is shown to it */
    FIM_PREFIX_FIRST, /* PRE prefix SUF suffix MID */
    FIM_SUFFIX_FIRST, /* PRE SUF suffix MID prefix: typing appends, so the cache stays valid */
    FIM_SUFFIX_BEFORE_PREFIX /* SUF suffix PRE prefix MID: the same but for one mark */
} fim_order;

struct fim_family {
    fim_order order;
    bool path_inside; /* the document's path stands behind its first mark, not behind that for files
                       */
    bool bare_repo;   /* no line break after the repository's name */
    bool comments;    /* no mark for files: a line "#path" comes before each */
};

/* From the names of the marks, else from the model's. Families that are not known read the prefix
 * first. */
struct fim_family fim_family_of(const model_vocab *v, const model_gguf *g);

#endif
