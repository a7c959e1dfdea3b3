/* lsp/json.h: strict JSON in, typed values out. cJSON does the parsing; what it would misread is
 * checked or rewritten first: invalid UTF-8, NUL, lone surrogates, control characters, nesting. */
#ifndef ARTEL_LSP_JSON_H
#define ARTEL_LSP_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* Deeper messages are refused: no LSP message comes near it, and cJSON recurses. */
enum { LSP_JSON_MAX_DEPTH = 128 };

/* Parses exactly one value. `text` is modified: escapes of lone surrogates become U+FFFD, escapes
 * of NUL become U+0001. Both keep their length in every position encoding that can express them,
 * which NUL inside a C string and a lone surrogate in UTF-8 would not. *out is the caller's, to be
 * freed with cJSON_Delete. ERR_FORMAT, ERR_RANGE (nesting), ERR_NOMEM. */
MUST_USE err_code lsp_json_parse(cJSON **out, char *text, size_t n_bytes, err *e);

/* The member called `key`, exact case, or NULL; obj may be NULL or no object. Borrowed. */
const cJSON *lsp_json_get(const cJSON *obj, const char *key);
/* The same, several levels down: lsp_json_path(p, "textDocument", "uri", NULL). */
const cJSON *lsp_json_path(const cJSON *obj, ...);

/* Each is true and sets *out when the value has that type and range, else leaves *out alone. v may
 * be NULL. The view is borrowed from the tree. */
bool lsp_json_as_str(const cJSON *v, str_view *out);
bool lsp_json_as_bool(const cJSON *v, bool *out);
/* An integer of LSP's type uinteger: 0 to 2^31 - 1. */
bool lsp_json_as_uint(const cJSON *v, uint32_t *out);
/* An integer of LSP's type integer: -2^31 to 2^31 - 1. */
bool lsp_json_as_int(const cJSON *v, int32_t *out);
/* A non-negative whole number that a double holds exactly (below 2^53). */
bool lsp_json_as_u64(const cJSON *v, uint64_t *out);

#endif
