#include "lsp/lsp_internal.h"

void lsp__on_did_change_configuration(lsp_server *s, const struct lsp_message *m)
{
    /* Clients that can be asked send a notice, whose content is then not what counts. */
    if (s->caps.configuration)
        lsp__configuration_pull(s);
    else
        lsp__configure(s, lsp_json_get(m->params, "settings"));
}
