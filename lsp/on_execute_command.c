#include "lsp/lsp_internal.h"

#include <stdio.h>

void lsp__on_execute_command(lsp_server *s, const struct lsp_message *m)
{
    str_view command, uri;
    if (!lsp_json_as_str(lsp_json_get(m->params, "command"), &command)) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS, "command must be a string");
        return;
    }
    if (str_eq(command, STR(LSP_SCAFFOLD_COMMAND))) {
        lsp__scaffold_command(s, m);
        return;
    }
    if (str_eq(command, STR(LSP_EXPLAIN_COMMAND))) {
        lsp__explain_command(s, m);
        return;
    }
    if (str_eq(command, STR(LSP_GENERATE_COMMAND))) {
        lsp__generate_command(s, m);
        return;
    }
    if (str_eq(command, STR(LSP_SCRIPT_COMMAND))) {
        lsp__script_command(s, m);
        return;
    }
    if (str_eq(command, STR(LSP_NEXT_EDIT_COMMAND))) {
        lsp__next_edit_command(s, m);
        return;
    }
    if (str_eq(command, STR(LSP_WHY_COMMAND))) {
        lsp__why(s, m);
        return;
    }
    if (str_eq(command, STR(LSP_APPLIED_COMMAND))) {
        uint32_t number;
        if (lsp_json_as_uint(cJSON_GetArrayItem(lsp_json_get(m->params, "arguments"), 0), &number))
            lsp__scaffold_applied(s, number);
        lsp__answer_null(s, m->id);
        return;
    }
    if (!str_eq(command, STR(LSP_ACCEPT_COMMAND))) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS, "artel has no command %.100s", command.ptr);
        return;
    }
    const cJSON *first = cJSON_GetArrayItem(lsp_json_get(m->params, "arguments"), 0);
    lsp_doc *doc = lsp_json_as_str(lsp_json_get(first, "uri"), &uri) ? lsp__doc_find(s, uri) : NULL;
    if (doc) {
        lsp__tell(s, doc, true);
        lsp__apply_imports(s, doc, first);
        /* What follows is wanted next. */
        lsp_shown_forget(&doc->shown);
        lsp__prepare_later(s, doc);
    }
    char line[80];
    snprintf(line, sizeof line, "suggestions accepted so far: %llu",
             (unsigned long long)++s->n_accepted);
    lsp__trace(s, line, NULL);
    lsp__answer_null(s, m->id);
}
