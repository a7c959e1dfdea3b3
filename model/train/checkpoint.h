/* model/train/checkpoint.h: a training that can go on where it was. A checkpoint holds everything
 * that the next step depends on: with the same data, options and number of threads a training that
 * was resumed gives the same bytes as one that was not interrupted. */
#ifndef ARTEL_MODEL_TRAIN_CHECKPOINT_H
#define ARTEL_MODEL_TRAIN_CHECKPOINT_H

#include "model/train/net.h"
#include "model/train/optimizer.h"

struct train_progress {
    uint64_t n_tokens; /* learned from so far */
    uint64_t cursor;   /* the next sequence, in the order of the data */
};

/* Replaces `path` in one step: after a failure (a full disk, say) the old file is untouched. Cost:
 * 12 bytes per parameter. */
MUST_USE err_code train_checkpoint_write(const char *path, train_net *n, train_optimizer *o,
                                         const struct train_progress *p, err *e);
/* The shape that the checkpoint was made with; n_ctx is that of the training. ERR_NOT_FOUND,
 * ERR_IO, ERR_FORMAT. */
MUST_USE err_code train_checkpoint_shape(struct train_shape *out, const char *path, err *e);
/* ERR_FORMAT, nothing changed: cut, damaged (a checksum covers all), or of another shape. */
MUST_USE err_code train_checkpoint_read(struct train_progress *out, const char *path, train_net *n,
                                        train_optimizer *o, err *e);

#endif
