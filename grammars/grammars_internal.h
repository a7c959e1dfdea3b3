/* grammars/grammars_internal.h: shared inside the folder. */
#ifndef ARTEL_GRAMMARS_INTERNAL_H
#define ARTEL_GRAMMARS_INTERNAL_H

#include <stddef.h>

/* One query file, compiled in. Sorted by folder, then kind. */
struct gram__query_text {
    const char *folder;
    const char *kind; /* file name without ".scm" */
    const char *text;
    size_t len;
};
extern const struct gram__query_text gram__query_texts[];
extern const size_t gram__query_text_count;

/* The same for explain.txt and concepts.txt; `kind` is the file's name without ".txt". */
extern const struct gram__query_text gram__knowledge_texts[];
extern const size_t gram__knowledge_text_count;

#endif
