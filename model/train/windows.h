/* model/train/windows.h: a file of token ids (u16, little endian) as sequences of equal length, in
 * an order that a seed decides. Immutable after open. */
#ifndef ARTEL_MODEL_TRAIN_WINDOWS_H
#define ARTEL_MODEL_TRAIN_WINDOWS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct train_windows train_windows;

/* Sequences of n_tok + 1 ids, the last of one being the first of the next. ERR_NOT_FOUND, ERR_IO,
 * ERR_NOMEM, ERR_FORMAT: shorter than one sequence, or an id is not below n_vocab. Cost: O(file).
 */
MUST_USE err_code train_windows_open(train_windows **out, const char *path, size_t n_tok,
                                     uint32_t n_vocab, uint64_t seed, err *e);
/* Accepts NULL. */
void train_windows_close(train_windows *w);
size_t train_windows_count(const train_windows *w);
/* The i-th in order, over and over: any i. Borrowed until close. */
const uint16_t *train_windows_at(const train_windows *w, uint64_t i);

#endif
