/* assist/scaffold/model.h: from inputs to the model that targets are written from. Not thread-safe.
 */
#ifndef ARTEL_ASSIST_SCAFFOLD_MODEL_H
#define ARTEL_ASSIST_SCAFFOLD_MODEL_H

#include "assist/scaffold/input.h"
#include "assist/scaffold/schema.h"

/* What the top-level type is called for a sample of that path: "users" for "/tmp/users-2024.json",
 * "Root" where it says nothing. Borrowed, or static. */
str_view scaf__name_from_path(str_view path);

/* Reads the inputs and decides. The model lives in `a` and `seen`, which holds the shapes. opt may
 * be NULL. Errors of assist_scaffold_run. */
MUST_USE err_code scaf__model_build(schema *out, scaf_notes *notes, arena *seen, arena *a,
                                    const assist_scaffold_input *inputs, size_t n_inputs,
                                    const assist_scaffold_options *opt, err *e);

#endif
