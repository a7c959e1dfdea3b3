#include "lsp/lsp_internal.h"

#include "base/log.h"

static void note(lsp_server *s, lsp_note what, str_view uri)
{
    for (const lsp_folder *f = s->folders; f; f = f->next)
        if (str_eq(str_of(f->uri), uri))
            lsp__note_path(s, what, str_of(f->path));
}

void lsp__on_did_change_workspace_folders(lsp_server *s, const struct lsp_message *m)
{
    const cJSON *folder;
    str_view uri;
    cJSON_ArrayForEach(folder, lsp_json_path(m->params, "event", "removed", NULL))
    {
        if (lsp_json_as_str(lsp_json_get(folder, "uri"), &uri)) {
            note(s, LSP_NOTE_CLOSE_FOLDER, uri);
            lsp__folder_remove(s, uri);
        }
    }
    cJSON_ArrayForEach(folder, lsp_json_path(m->params, "event", "added", NULL))
    {
        if (!lsp_json_as_str(lsp_json_get(folder, "uri"), &uri) ||
            lsp__folder_add(s, uri) != ERR_OK)
            log_write(LOG_WARNING, "a workspace folder without a usable uri was ignored");
        else if (s->settings.learn_project)
            note(s, LSP_NOTE_OPEN_FOLDER, uri);
    }
}
