/* model/train/records.h: texts one after another through a pipe, whatever bytes they hold: the
 * number of bytes in decimal, a line feed, the bytes. How the steps of the pipeline hand texts to
 * the programs here. */
#ifndef ARTEL_MODEL_TRAIN_RECORDS_H
#define ARTEL_MODEL_TRAIN_RECORDS_H

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"

/* The next text in `out`, whose maximum bounds it. ERR_NOT_FOUND: there is none any more;
 * ERR_FORMAT: what arrives is no record, or ends in the middle of one; ERR_RANGE, ERR_NOMEM. */
MUST_USE err_code train_records_next(buf *out, FILE *f, err *e);

#endif
