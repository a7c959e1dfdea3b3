/* assist/guess/guess.h: what a language model goes on with after a text: its likeliest words, so
 * that the same model says the same. A guess: who shows it says so.
 *
 * Asked are only models that were taught dialogues, or have a billion parameters: what smaller ones
 * write of a task merely looks like an answer. Any thread; calls share nothing. */
#ifndef ARTEL_ASSIST_GUESS_H
#define ARTEL_ASSIST_GUESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"
#include "model/gguf.h"

struct guess_options {
    size_t max_tokens;         /* that are written */
    uint32_t budget_ms;        /* for reading and writing, without loading */
    const cancel_flag *cancel; /* may be NULL */
    /* Looked at after each token: true when what follows is not wanted. May be NULL. */
    bool (*enough)(void *user, str_view said);
    void *user;
};

/* Whether the model may be asked to `task` ("explain code in words"). ERR_UNSUPPORTED: e says in a
 * sentence why not. Cost: none. */
MUST_USE err_code guess_check(const model_gguf *model, const char *task, err *e);

/* Appends to `said` what follows `prompt`, as the model's tokens spell it: any bytes, cut anywhere.
 * *ended: the model, or `enough`, came to an end; else tokens, time or room did. ERR_NOT_FOUND: the
 * prompt is too long for the model, or the time was up before anything was written;
 * ERR_CANCELLED, ERR_FORMAT (damaged weights), ERR_NOMEM. Cost: loads the weights; blocks. */
MUST_USE err_code guess_continue(buf *said, bool *ended, const model_gguf *model, str_view prompt,
                                 const struct guess_options *options, err *e);

/* What the model calls itself, unchecked; the file's name where it has none. Borrowed. */
str_view guess_model_name(const model_gguf *model);

#endif
