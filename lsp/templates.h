/* lsp/templates.h: the steps for scripts that a project brings along, in .artel/templates/.
 * Any thread; blocks on the disk. */
#ifndef ARTEL_LSP_TEMPLATES_H
#define ARTEL_LSP_TEMPLATES_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* Appends to `out` the files .artel/templates/X.txt of `folder`, an absolute path, or of the
 * nearest folder above that has such. Only files that begin with "step" are meant: the same folder
 * holds what `artel generate` reads. None is no error. ERR_RANGE: more than `out` may hold. */
MUST_USE err_code lsp_templates_read(buf *out, str_view folder, err *e);

#endif
