/* lsp/rpc.h: JSON-RPC 2.0 as LSP uses it: what a message is, and the numbers of its errors. */
#ifndef ARTEL_LSP_RPC_H
#define ARTEL_LSP_RPC_H

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "lsp/json.h"
#include "lsp/write.h"

enum lsp_error_code {
    LSP_PARSE_ERROR = -32700,
    LSP_INVALID_REQUEST = -32600,
    LSP_METHOD_NOT_FOUND = -32601,
    LSP_INVALID_PARAMS = -32602,
    LSP_INTERNAL_ERROR = -32603,
    LSP_SERVER_NOT_INITIALIZED = -32002,
    LSP_REQUEST_FAILED = -32803,
    LSP_CONTENT_MODIFIED = -32801,
    LSP_REQUEST_CANCELLED = -32800,
};

typedef enum { LSP_REQUEST, LSP_NOTIFICATION, LSP_RESPONSE } lsp_message_kind;

struct lsp_message {
    lsp_message_kind kind;
    const char *method;  /* NULL for a response; borrowed from the tree, as all that follow */
    const cJSON *params; /* object or array, or NULL */
    const cJSON *result; /* of a response; NULL when it carries an error */
    const cJSON *error;
    char *id; /* owned; JSON text of the id; NULL for a notification */
};

/* Finds out what `tree` is. 0, or the error_code to answer with and one line in *e; out->id is then
 * set when the message had a usable one, and must be released all the same. */
MUST_USE int lsp_message_read(struct lsp_message *out, const cJSON *tree, err *e);
void lsp_message_release(struct lsp_message *m);

/* The id as JSON text, the caller's, or NULL when `id` is neither string nor integer, is longer
 * than any client would send, or memory is short. */
char *lsp_id_text(const cJSON *id);

/* "jsonrpc" and "id" of an answer; id NULL gives null. Write the member "result" or "error", then
 * close the object. */
void lsp_write_answer_begin(lsp_writer *w, const char *id);
/* A whole error answer. */
void lsp_write_error(lsp_writer *w, const char *id, int code, const char *text);

#endif
