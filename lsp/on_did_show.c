/* What became of an inline item on the screen, from clients that tell: Copilot's didShowCompletion
 * and didPartiallyAcceptCompletion. Nothing is answered; what is unusable is logged. */
#include "lsp/lsp_internal.h"

#include <stdio.h>

#include "base/log.h"

/* The document that the item was made for, by the argument of its command. */
static lsp_doc *doc_of_item(lsp_server *s, const struct lsp_message *m)
{
    const cJSON *arguments = lsp_json_path(m->params, "item", "command", "arguments", NULL);
    str_view uri;
    lsp_doc *doc = lsp_json_as_str(lsp_json_get(cJSON_GetArrayItem(arguments, 0), "uri"), &uri)
                       ? lsp__doc_find(s, uri)
                       : NULL;
    if (!doc)
        log_write(LOG_DEBUG, "%s for no item of an open document was ignored", m->method);
    return doc;
}

void lsp__on_did_show(lsp_server *s, const struct lsp_message *m)
{
    char line[80];
    if (!doc_of_item(s, m))
        return;
    snprintf(line, sizeof line, "suggestions shown so far: %llu", (unsigned long long)++s->n_shown);
    lsp__trace(s, line, NULL);
}

void lsp__on_did_partially_accept(lsp_server *s, const struct lsp_message *m)
{
    char line[80];
    uint32_t n_u16;
    lsp_doc *doc = doc_of_item(s, m);
    if (!doc)
        return;
    if (!lsp_json_as_uint(lsp_json_get(m->params, "acceptedLength"), &n_u16)) {
        log_write(LOG_WARNING, "%s without an acceptedLength was ignored", m->method);
        return;
    }
    lsp__tell(s, doc, true);
    /* The rest stays shown: the edit that accepts a part is followed as if it had been typed. */
    snprintf(line, sizeof line, "suggestions accepted in part so far: %llu",
             (unsigned long long)++s->n_accepted_in_part);
    lsp__trace(s, line, NULL);
}
