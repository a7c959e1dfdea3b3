#include "lsp/lsp_internal.h"

#include "base/log.h"

struct method {
    const char *name;
    lsp_message_kind kind;
    lsp_handler *handler; /* NULL: understood, and nothing to do */
};

static const struct method methods[] = {
    {"textDocument/didChange", LSP_NOTIFICATION, lsp__on_did_change},
    {"textDocument/inlineCompletion", LSP_REQUEST, lsp__on_inline_completion},
    {"textDocument/completion", LSP_REQUEST, lsp__on_completion},
    {"$/cancelRequest", LSP_NOTIFICATION, lsp__on_cancel},
    {"textDocument/didOpen", LSP_NOTIFICATION, lsp__on_did_open},
    {"textDocument/didClose", LSP_NOTIFICATION, lsp__on_did_close},
    {"textDocument/didSave", LSP_NOTIFICATION, lsp__on_did_save},
    {"textDocument/codeAction", LSP_REQUEST, lsp__on_code_action},
    {"textDocument/hover", LSP_REQUEST, lsp__on_hover},
    {"textDocument/inlayHint", LSP_REQUEST, lsp__on_inlay_hint},
    {"workspace/textDocumentContent", LSP_REQUEST, lsp__on_text_document_content},
    {"codeAction/resolve", LSP_REQUEST, lsp__on_code_action_resolve},
    {"workspace/executeCommand", LSP_REQUEST, lsp__on_execute_command},
    {"workspace/didChangeConfiguration", LSP_NOTIFICATION, lsp__on_did_change_configuration},
    {"workspace/didChangeWatchedFiles", LSP_NOTIFICATION, lsp__on_did_change_watched_files},
    {"workspace/didChangeWorkspaceFolders", LSP_NOTIFICATION, lsp__on_did_change_workspace_folders},
    {"window/workDoneProgress/cancel", LSP_NOTIFICATION, lsp__on_progress_cancel},
    {"notebookDocument/didOpen", LSP_NOTIFICATION, lsp__on_notebook_open},
    {"notebookDocument/didChange", LSP_NOTIFICATION, lsp__on_notebook_change},
    {"notebookDocument/didSave", LSP_NOTIFICATION, NULL},
    {"notebookDocument/didClose", LSP_NOTIFICATION, lsp__on_notebook_close},
    /* What GitHub Copilot's clients say on top of LSP. */
    {"textDocument/didFocus", LSP_NOTIFICATION, lsp__on_did_focus},
    {"textDocument/didShowCompletion", LSP_NOTIFICATION, lsp__on_did_show},
    {"textDocument/didPartiallyAcceptCompletion", LSP_NOTIFICATION, lsp__on_did_partially_accept},
    {"textDocument/copilotInlineEdit", LSP_REQUEST, lsp__on_inline_edit},
    {"textDocument/didShowInlineEdit", LSP_NOTIFICATION, NULL},
    {"textDocument/copilotPanelCompletion", LSP_REQUEST, lsp__on_panel_completion},
    {"$/setTrace", LSP_NOTIFICATION, lsp__on_set_trace},
    {"initialize", LSP_REQUEST, lsp__on_initialize},
    {"initialized", LSP_NOTIFICATION, lsp__on_initialized},
    {"shutdown", LSP_REQUEST, lsp__on_shutdown},
    {"exit", LSP_NOTIFICATION, lsp__on_exit},
};

static const struct method *find(const char *name)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(methods[i].name, name) == 0)
            return &methods[i];
    return NULL;
}

/* False when the phase forbids the message; a request is then answered. */
static bool phase_allows(lsp_server *s, const struct lsp_message *m, const struct method *method)
{
    lsp_handler *handler = method ? method->handler : NULL;
    if (handler == lsp__on_exit)
        return true;
    if (s->phase == LSP_NEW && handler != lsp__on_initialize) {
        if (m->kind == LSP_REQUEST)
            lsp__answer_error(s, m->id, LSP_SERVER_NOT_INITIALIZED,
                              "the first request must be initialize");
        return false;
    }
    if (s->phase == LSP_SHUT_DOWN) {
        if (m->kind == LSP_REQUEST)
            lsp__answer_error(s, m->id, LSP_INVALID_REQUEST,
                              "the server was shut down and waits for exit");
        return false;
    }
    return true;
}

void lsp__dispatch(lsp_server *s, const struct lsp_message *m)
{
    if (m->kind == LSP_RESPONSE) {
        lsp__on_response(s, m);
        return;
    }
    const struct method *method = find(m->method);
    if (!phase_allows(s, m, method))
        return;
    if (!method) {
        if (m->kind == LSP_REQUEST)
            lsp__answer_error(s, m->id, LSP_METHOD_NOT_FOUND, "artel has no method %.100s",
                              m->method);
        else if (m->method[0] != '$') /* those may be ignored silently */
            log_write(LOG_DEBUG, "the notification %.100s was ignored", m->method);
        return;
    }
    if (method->kind != m->kind) {
        if (m->kind == LSP_REQUEST)
            lsp__answer_error(s, m->id, LSP_INVALID_REQUEST, "%s is a notification", method->name);
        else
            log_write(LOG_WARNING, "%s came without an id and was ignored", method->name);
        return;
    }
    if (method->handler)
        method->handler(s, m);
}
