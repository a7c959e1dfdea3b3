/* assist/adapt/adapt.h: the built-in model learns a project. It goes on training on the project's
 * own files, and is used where files that were held back say that it got better. Everything stays
 * on this machine. */
#ifndef ARTEL_ASSIST_ADAPT_ADAPT_H
#define ARTEL_ASSIST_ADAPT_ADAPT_H

#include <stdbool.h>
#include <stdint.h>

#include "assist/adapt/store.h"
#include "base/err.h"
#include "base/thread.h"

struct adapt_progress {
    enum {
        ADAPT_READING,  /* the project's files */
        ADAPT_LEARNING, /* n_tokens of all_tokens */
        ADAPT_JUDGING,  /* n_tokens of all_tokens, here lines of files held back */
    } stage;
    uint64_t n_tokens, all_tokens;
    uint64_t resumed_tokens; /* of them learned in an earlier run */
    double loss;             /* lately, of what is learned; 0: not known yet */
    double held_loss;        /* of files held back, when last looked at */
    double seconds_left;     /* of the stage; 0: not known */
};

struct adapt_options {
    uint32_t n_threads;  /* 0: one per processor */
    uint64_t max_tokens; /* 0: three times what the project has, at most three millions */
    const cancel_flag *cancel;
    /* May be NULL. Called between steps, on the caller's thread; returning late pauses. */
    void (*progress)(void *user, const struct adapt_progress *p);
    void *user;
};

struct adapt_outcome {
    size_t n_files, n_held_files;
    size_t n_bytes;
    uint64_t n_tokens;
    double seconds;
    double loss_before, loss_after;
    double exact_before, exact_after; /* with everything else that completion knows */
    uint64_t n_tasks;
    bool used;
    uint64_t version; /* of the model that is now in use, if used */
};

/* Adapts to the project at `root` (absolute, no symbolic links). After ERR_CANCELLED what was
 * learned so far is kept, and the next call goes on there. ERR_NOT_FOUND: too little code; ERR_IO,
 * ERR_NOMEM, ERR_UNSUPPORTED. Whatever happens, the model that was in use stays in use unless the
 * outcome says otherwise. Blocks for minutes: about 6 operations per parameter and token. */
MUST_USE err_code adapt_run(struct adapt_outcome *out, const char *root,
                            const struct adapt_options *o, err *e);

#endif
