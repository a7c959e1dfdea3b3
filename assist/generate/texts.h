/* assist/generate/texts.h: the files of text/, compiled in. */
#ifndef ARTEL_ASSIST_GENERATE_TEXTS_H
#define ARTEL_ASSIST_GENERATE_TEXTS_H

#include <stddef.h>

struct gen_embedded {
    const char *name; /* ids of the languages, one blank between; NULL ends the table */
    const char *text;
    size_t len;
};
extern const struct gen_embedded gen_embedded_texts[];

#endif
