#include "lsp/lsp_internal.h"

void lsp__on_progress_cancel(lsp_server *s, const struct lsp_message *m)
{
    str_view token;
    if (!lsp_json_as_str(lsp_json_get(m->params, "token"), &token))
        return;
    lsp__scaffold_cancel_progress(s, token);
    lsp__reading_cancel(s, token);
}
