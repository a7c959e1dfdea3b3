/* model/default.h: the model that is compiled into the program (model/default/). */
#ifndef ARTEL_MODEL_DEFAULT_H
#define ARTEL_MODEL_DEFAULT_H

#include "base/err.h"
#include "model/gguf.h"

/* The embedded file, used in place; close it with model_gguf_close. Its name in messages is "the
 * embedded model". Cost: that of checking its metadata, no copy of the weights. ERR_NOMEM. */
MUST_USE err_code model_default_open(model_gguf **out, err *e);

#endif
