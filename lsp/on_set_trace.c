#include "lsp/lsp_internal.h"

lsp_trace_level lsp__trace_level(const cJSON *v)
{
    str_view text;
    if (!lsp_json_as_str(v, &text))
        return LSP_TRACE_OFF;
    return str_eq(text, STR("verbose"))    ? LSP_TRACE_VERBOSE
           : str_eq(text, STR("messages")) ? LSP_TRACE_MESSAGES
                                           : LSP_TRACE_OFF;
}

void lsp__on_set_trace(lsp_server *s, const struct lsp_message *m)
{
    s->trace = lsp__trace_level(lsp_json_get(m->params, "value"));
}
