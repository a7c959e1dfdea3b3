#include "lsp/lsp_internal.h"

/* Many alternatives for a list beside the text; Copilot's textDocument/copilotPanelCompletion. */
void lsp__on_panel_completion(lsp_server *s, const struct lsp_message *m)
{
    lsp__ask(s, m, LSP_ASK_PANEL);
}
