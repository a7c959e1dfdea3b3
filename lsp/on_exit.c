#include "lsp/lsp_internal.h"

void lsp__on_exit(lsp_server *s, const struct lsp_message *m)
{
    (void)m;
    s->stop = true;
}
