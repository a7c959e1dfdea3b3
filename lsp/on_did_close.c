#include "lsp/lsp_internal.h"

void lsp__on_did_close(lsp_server *s, const struct lsp_message *m)
{
    lsp_doc *doc;
    if (!lsp__param_doc(&doc, s, m))
        return;
    lsp__note_closed(s, doc);
    lsp__doc_close(s, doc);
}
