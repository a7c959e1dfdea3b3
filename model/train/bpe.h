/* model/train/bpe.h: learns the merges of a byte-level vocabulary from text: again and again the
 * two neighbouring tokens that stand side by side most often become one. Token ids: 0 to 255 are
 * the bytes, then the merges in order.
 *
 * Source: Sennrich, Haddow, Birch 2016. The same text in any order gives the same merges; one
 * thread at a time. */
#ifndef ARTEL_MODEL_TRAIN_BPE_H
#define ARTEL_MODEL_TRAIN_BPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct train_merge {
    uint32_t left, right; /* tokens */
};

typedef struct train_bpe train_bpe;

/* `pre`: how text is cut before merging, as in tokenizer.ggml.pre. ERR_UNSUPPORTED, ERR_NOMEM. */
MUST_USE err_code train_bpe_create(train_bpe **out, str_view pre, err *e);
/* Accepts NULL. */
void train_bpe_destroy(train_bpe *b);
/* Takes a text into account. Memory: some 100 bytes for each different piece. */
MUST_USE err_code train_bpe_count(train_bpe *b, str_view text, err *e);
/* At most `n` merges, fewer where no pair stands twice; *n_made tells. Uses up what was counted:
 * once. ERR_NOMEM. */
MUST_USE err_code train_bpe_learn(train_bpe *b, struct train_merge *out, size_t n, size_t *n_made,
                                  err *e);

#endif
