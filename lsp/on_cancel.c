#include "lsp/lsp_internal.h"

#include "base/mem.h"

void lsp__on_cancel(lsp_server *s, const struct lsp_message *m)
{
    char *id = lsp_id_text(lsp_json_get(m->params, "id"));
    if (id) {
        lsp__ask_cancel(s, id);
        lsp__scaffold_cancel(s, id);
        lsp__guess_cancel(s, id);
    }
    mem_free(id);
}
