#include "lsp/lsp_internal.h"

void lsp__on_initialized(lsp_server *s, const struct lsp_message *m)
{
    (void)m;
    if (s->caps.register_config)
        lsp__register(s, "artel/configuration", "workspace/didChangeConfiguration",
                      "{\"section\":\"artel\"}");
    lsp__watch(s);
    if (s->caps.configuration)
        lsp__configuration_pull(s);
}
