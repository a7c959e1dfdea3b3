/* model/train/merge.h: one model out of several that went on learning from the same one, each from
 * texts of its own. What each learned is its difference from the common beginning; the mean of the
 * differences is added. Source: Wortsman et al. 2022; Ilharco et al. 2023. */
#ifndef ARTEL_MODEL_TRAIN_MERGE_H
#define ARTEL_MODEL_TRAIN_MERGE_H

#include <stddef.h>

#include "model/train/net.h"

/* base += factor * mean over the n >= 1 model files of (file - base). factor 1 is the mean of the
 * models; more, up to n, lets each keep more of what it learned. After an error base is as it was:
 * ERR_UNSUPPORTED, naming the file: of another shape; and what opening and reading return. */
MUST_USE err_code train_merge(train_net *base, const char *const *paths, size_t n, float factor,
                              err *e);

#endif
