#include "lsp/lsp_internal.h"

bool lsp__items_wanted(const lsp_server *s)
{
    return s->settings.completion_items == LSP_ITEMS_ALWAYS ||
           (s->settings.completion_items == LSP_ITEMS_AUTO && !s->caps.inline_completion);
}

void lsp__on_completion(lsp_server *s, const struct lsp_message *m)
{
    /* Some clients ask whatever was registered. */
    if (s->settings.completion_items == LSP_ITEMS_NEVER)
        lsp__answer_null(s, m->id);
    else
        lsp__ask(s, m, LSP_ASK_ITEMS);
}
