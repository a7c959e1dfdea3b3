#include "lsp/lsp_internal.h"

#include "lsp/uri.h"

void lsp__on_did_change_watched_files(lsp_server *s, const struct lsp_message *m)
{
    const cJSON *change;
    cJSON_ArrayForEach(change, lsp_json_get(m->params, "changes"))
    {
        arena a;
        str_view uri, path;
        arena_init(&a, (size_t)1 << 20);
        /* What has no path, such as a notebook's cell, is no file of the project. */
        if (lsp_json_as_str(lsp_json_get(change, "uri"), &uri) &&
            lsp_uri_to_path(&path, &a, uri) == ERR_OK)
            lsp__note_path(s, LSP_NOTE_FILE_CHANGED, path);
        arena_release(&a);
    }
}
