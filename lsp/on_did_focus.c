#include "lsp/lsp_internal.h"

/* The status is about the document that the user looks at: none, when none is named or known. */
void lsp__on_did_focus(lsp_server *s, const struct lsp_message *m)
{
    str_view uri;
    s->tells_focus = true;
    s->focus = lsp_json_as_str(lsp_json_path(m->params, "textDocument", "uri", NULL), &uri)
                   ? lsp__doc_find(s, uri)
                   : NULL;
    if (s->focus)
        lsp__prepare_later(s, s->focus);
}
