#include "lsp/lsp_internal.h"

void lsp__on_did_save(lsp_server *s, const struct lsp_message *m)
{
    lsp_doc *doc;
    if (lsp__param_doc(&doc, s, m))
        lsp__folder_of_doc(s, doc);
}
