#include "lsp/lsp_internal.h"

static lsp_folder *find(lsp_server *s, str_view uri)
{
    lsp_folder *f = s->folders;
    while (f && !str_eq(str_of(f->uri), uri))
        f = f->next;
    return f;
}

static void removed(lsp_server *s, lsp_folder *f)
{
    lsp__reading_end(s, f, NULL);
    lsp__note_path(s, LSP_NOTE_CLOSE_FOLDER, str_of(f->path));
    lsp__folder_remove(s, str_of(f->uri));
}

void lsp__on_did_change_workspace_folders(lsp_server *s, const struct lsp_message *m)
{
    const cJSON *folder;
    str_view uri;
    cJSON_ArrayForEach(folder, lsp_json_path(m->params, "event", "removed", NULL))
    {
        if (lsp_json_as_str(lsp_json_get(folder, "uri"), &uri) && uri.len && find(s, uri))
            removed(s, find(s, uri));
    }
    cJSON_ArrayForEach(folder, lsp_json_path(m->params, "event", "added", NULL))
    {
        bool named = lsp_json_as_str(lsp_json_get(folder, "uri"), &uri) && uri.len;
        if (named && find(s, uri))
            continue;
        lsp_folder *f = lsp__folder_add(s, named ? uri : STR(""));
        if (f)
            lsp__folder_read(s, f);
    }
}
