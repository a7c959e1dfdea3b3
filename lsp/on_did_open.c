#include "lsp/lsp_internal.h"

#include "base/log.h"

void lsp__doc_open_item(lsp_server *s, const cJSON *item)
{
    str_view uri, text, language = {NULL, 0};
    if (!lsp_json_as_str(lsp_json_get(item, "uri"), &uri) ||
        !lsp_json_as_str(lsp_json_get(item, "text"), &text)) {
        log_write(LOG_WARNING, "didOpen without a uri or a text was ignored");
        return;
    }
    if (!lsp_json_as_str(lsp_json_get(item, "languageId"), &language))
        log_write(LOG_WARNING, "didOpen without a languageId: the path will decide");
    lsp_doc *doc = lsp__doc_find(s, uri);
    if (doc) {
        log_write(LOG_WARNING, "didOpen for %.200s, which was open: its text is replaced", uri.ptr);
        lsp__doc_close(s, doc);
    }
    if (lsp__doc_open(&doc, s, uri, language, text) != ERR_OK) {
        log_write(LOG_ERROR, "no memory for %.200s", uri.ptr);
        return;
    }
    int32_t version;
    if (lsp_json_as_int(lsp_json_get(item, "version"), &version))
        doc->version = version;
    lsp__folder_of_doc(s, doc);
    lsp__prepare_later(s, doc);
}

void lsp__on_did_open(lsp_server *s, const struct lsp_message *m)
{
    lsp__doc_open_item(s, lsp_json_get(m->params, "textDocument"));
}
