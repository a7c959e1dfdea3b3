/* lsp/es_module.h: which of its two kinds of modules Node takes a .js file for. Any thread; blocks
 * on the disk. */
#ifndef ARTEL_LSP_ES_MODULE_H
#define ARTEL_LSP_ES_MODULE_H

#include <stdbool.h>

#include "base/str.h"

/* Whether .js files of `folder`, an absolute path, import: the nearest package.json at or above it
 * says "type": "module". Without one, or where it cannot be read, they require. */
bool lsp_es_module(str_view folder);

#endif
