#include "lsp/lsp_internal.h"

void lsp__on_shutdown(lsp_server *s, const struct lsp_message *m)
{
    lsp__asks_end(s);
    s->phase = LSP_SHUT_DOWN;
    lsp__answer_null(s, m->id);
}
