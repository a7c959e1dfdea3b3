#include "lsp/lsp_internal.h"

void lsp__on_inline_completion(lsp_server *s, const struct lsp_message *m)
{
    lsp__ask(s, m, LSP_ASK_INLINE);
}
