/* model/train/minhash.h: finds texts that are nearly the same as an earlier one: copies with other
 * names, other versions of a file, vendored code.
 *
 * A text's runs of five words or signs are hashed; what is kept of it are the smallest hashes of 64
 * groups. Two texts agree in about as many of them as they share runs. Sources: Broder 1997; one
 * permutation, Li, Owen, Zhang 2012; bands, Indyk and Motwani 1998. One thread at a time. */
#ifndef ARTEL_MODEL_TRAIN_MINHASH_H
#define ARTEL_MODEL_TRAIN_MINHASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum { TRAIN_MINHASHES = 64 };

struct train_minhash {
    uint32_t mins[TRAIN_MINHASHES];
};

/* False: fewer than 20 runs, too few to judge by. Cost: O(text). Any bytes. */
bool train_minhash_of(struct train_minhash *out, str_view text);
/* 0 to 1: the share of runs in either that are in both, give or take 0.05. */
double train_minhash_similarity(const struct train_minhash *a, const struct train_minhash *b);

typedef struct train_near train_near;

/* ERR_NOMEM. */
MUST_USE err_code train_near_create(train_near **out, err *e);
/* Accepts NULL. */
void train_near_destroy(train_near *n);
/* *like: the number (from 0, in order of the calls) of the earlier text that this one is most like,
 * with at least `similarity`, or SIZE_MAX; then it is remembered, else not. Pairs of 0.8 are missed
 * one time in 4,600, of 0.7 one in 81. ERR_NOMEM. */
MUST_USE err_code train_near_add(train_near *n, size_t *like, str_view text, double similarity,
                                 err *e);

#endif
