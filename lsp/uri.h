/* lsp/uri.h: document URIs to paths, and paths to what the prompt calls them. Pure functions.
 * Source: RFC 3986 and RFC 8089. */
#ifndef ARTEL_LSP_URI_H
#define ARTEL_LSP_URI_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* The path that `uri` names, escapes undone, in `a`. file: URIs give an absolute path without a
 * trailing slash (except "/"), "file:///c%3A/x" gives "c:/x"; a host other than localhost gives
 * "//host/path". Other schemes give what follows the scheme, so that "untitled:Untitled-1" has a
 * name too. Broken escapes stay as they are. ERR_FORMAT: no scheme. ERR_NOMEM. */
MUST_USE err_code lsp_uri_to_path(str_view *path, arena *a, str_view uri);

/* The file: uri of an absolute path. ptr NULL: out of memory. */
str_view lsp_uri_from_path(arena *a, str_view path);

/* The file: URI of an absolute path, in `a`. */
str_view lsp_uri_of_path(arena *a, str_view path);

/* `path` relative to the folder `root`, or an empty view when it does not lie below it. Borrowed.
 */
str_view lsp_path_below(str_view path, str_view root);

#endif
