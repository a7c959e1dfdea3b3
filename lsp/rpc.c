#include "lsp/rpc.h"

#include <string.h>

#include "base/mem.h"

enum { MAX_ID_BYTES = 1024 };

char *lsp_id_text(const cJSON *id)
{
    lsp_writer w;
    int32_t number;
    uint64_t large;
    str_view text;
    char *out = NULL;
    lsp_write_init(&w);
    if (lsp_json_as_int(id, &number))
        lsp_write_int(&w, number);
    else if (lsp_json_as_u64(id, &large))
        lsp_write_int(&w, (int64_t)large);
    else if (lsp_json_as_str(id, &text) && text.len <= MAX_ID_BYTES)
        lsp_write_str(&w, text);
    if (buf_failed(&w.out) == ERR_OK && w.out.len && (out = mem_alloc(w.out.len + 1)) != NULL)
        memcpy(out, w.out.ptr, w.out.len + 1);
    lsp_write_release(&w);
    return out;
}

int lsp_message_read(struct lsp_message *out, const cJSON *tree, err *e)
{
    *out = (struct lsp_message){.kind = LSP_NOTIFICATION};
    if (cJSON_IsArray(tree)) {
        err_set(e, ERR_FORMAT, "batches of messages are not part of LSP: send one at a time");
        return LSP_INVALID_REQUEST;
    }
    if (!cJSON_IsObject(tree)) {
        err_set(e, ERR_FORMAT, "a message must be a JSON object");
        return LSP_INVALID_REQUEST;
    }
    const cJSON *id = lsp_json_get(tree, "id");
    const cJSON *method = lsp_json_get(tree, "method");
    str_view name = {NULL, 0}, version = {NULL, 0};
    out->id = lsp_id_text(id);
    if (lsp_json_as_str(method, &name) && name.len)
        out->method = name.ptr;
    if (!lsp_json_as_str(lsp_json_get(tree, "jsonrpc"), &version) || !str_eq(version, STR("2.0"))) {
        err_set(e, ERR_FORMAT, "\"jsonrpc\" must be \"2.0\"");
        return LSP_INVALID_REQUEST;
    }
    if (!method) {
        out->kind = LSP_RESPONSE;
        out->result = lsp_json_get(tree, "result");
        out->error = lsp_json_get(tree, "error");
        if (out->error && !cJSON_IsNull(out->error))
            out->result = NULL;
        if (id && (out->result || out->error))
            return 0;
        err_set(e, ERR_FORMAT,
                "a message needs \"method\", or \"id\" with \"result\" or \"error\"");
        return LSP_INVALID_REQUEST;
    }
    if (!out->method) {
        err_set(e, ERR_FORMAT, "\"method\" must be a string");
        return LSP_INVALID_REQUEST;
    }
    if (id && !out->id) {
        err_set(e, ERR_FORMAT, "\"id\" must be an integer or a short string");
        return LSP_INVALID_REQUEST;
    }
    out->kind = id ? LSP_REQUEST : LSP_NOTIFICATION;
    out->params = lsp_json_get(tree, "params");
    if (cJSON_IsNull(out->params))
        out->params = NULL; /* not allowed, and harmless */
    if (out->params && !cJSON_IsObject(out->params) && !cJSON_IsArray(out->params)) {
        err_set(e, ERR_FORMAT, "\"params\" must be an object or an array");
        return LSP_INVALID_PARAMS;
    }
    return 0;
}

void lsp_message_release(struct lsp_message *m)
{
    mem_free(m->id);
    m->id = NULL;
}

void lsp_write_answer_begin(lsp_writer *w, const char *id)
{
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "jsonrpc", STR("2.0"));
    lsp_write_key(w, "id");
    lsp_write_raw(w, id ? str_of(id) : STR("null"));
}

void lsp_write_error(lsp_writer *w, const char *id, int code, const char *text)
{
    lsp_write_answer_begin(w, id);
    lsp_write_key(w, "error");
    lsp_write_object_begin(w);
    lsp_write_member_int(w, "code", code);
    lsp_write_member_str(w, "message", str_of(text));
    lsp_write_object_end(w);
    lsp_write_object_end(w);
}
