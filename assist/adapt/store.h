/* assist/adapt/store.h: where models adapted to a project are kept: a folder for each project in
 * the user's cache folder, holding the model, what it gained, and while one is being trained the
 * state to go on from. Nothing else is written, and removing the folder is always safe. Any thread;
 * blocks on the disk. */
#ifndef ARTEL_ASSIST_ADAPT_STORE_H
#define ARTEL_ASSIST_ADAPT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "model/gguf.h"

struct adapt_record {
    str_view root;                    /* of the project, absolute */
    str_view model;                   /* path of the model file */
    uint64_t base;                    /* adapt_base of the model that it began from */
    uint64_t version;                 /* from 1, one more for each training */
    uint64_t n_tokens;                /* learned from */
    double loss_before, loss_after;   /* nats per hidden token of files held back */
    double exact_before, exact_after; /* shares of n_tasks lines of them that came out exactly */
    uint64_t n_tasks;
    int64_t made_s; /* seconds since 1970 */
};

/* What tells one base model from another. Cost: 0.3 ns a byte. */
uint64_t adapt_base(const model_gguf *g);

/* The folder of the project `root` (absolute), in `mem`; created if `make`. ERR_NOT_FOUND: no cache
 * folder; ERR_IO. */
MUST_USE err_code adapt_store_folder(str_view *out, arena *mem, str_view root, bool make, err *e);
/* The model in use for the project; texts in `mem`. ERR_NOT_FOUND: none. ERR_FORMAT: its
 * description is damaged. */
MUST_USE err_code adapt_store_find(struct adapt_record *out, arena *mem, str_view root, err *e);
/* Puts the record in the place of the one before, whose model is then deleted. r->model is in the
 * project's folder already. */
MUST_USE err_code adapt_store_put(const struct adapt_record *r, err *e);
/* All of them, in `mem`, in the order of the disk. No cache folder: none. ERR_NOMEM. */
MUST_USE err_code adapt_store_list(struct adapt_record **out, size_t *n, arena *mem, err *e);
/* The model, its description and the state of an unfinished training. ERR_NOT_FOUND: nothing was
 * there. */
MUST_USE err_code adapt_store_remove(str_view root, err *e);

#endif
