/* assist/adapt/corpus.h: the texts of a project that a model may learn from: what context/files
 * lists, in languages that the program knows, written by hand as far as can be told, with secrets
 * masked. A tenth of the files, chosen by their names, is held back to judge by. */
#ifndef ARTEL_ASSIST_ADAPT_CORPUS_H
#define ARTEL_ASSIST_ADAPT_CORPUS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"

struct adapt_text {
    str_view path; /* below the root */
    str_view text;
    bool held; /* not learned from */
};

struct adapt_corpus {
    str_view name; /* the folder's own */
    struct adapt_text *items;
    size_t n, n_held;
    size_t n_bytes, n_held_bytes; /* learned from; held back */
};

enum {
    ADAPT_MAX_BYTES = 64 << 20, /* files beyond it are left out */
    ADAPT_MAX_FILE_BYTES = 256 << 10,
    ADAPT_MIN_BYTES = 20 << 10, /* less is no project to adapt to */
};

/* Reads the folder `root`. Texts live in `texts`, the rest in `mem`. ERR_NOT_FOUND: no such folder,
 * or too little in it (the sentence says how much); ERR_CANCELLED; ERR_NOMEM. Blocks. */
MUST_USE err_code adapt_corpus_read(struct adapt_corpus *out, arena *mem, buf *texts,
                                    const char *root, const cancel_flag *cancel, err *e);

/* Does the text look as if people wrote it? Not where lines are as long as in minified code, where
 * most of it is numbers and quotes, or where its head says that it was generated. */
bool adapt_is_written_by_hand(str_view text);

#endif
