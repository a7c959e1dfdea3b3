/* The imports that an accepted inline item needs: its command brings the edits back, and the client
 * is asked to make them, if the lines above the item are still those that they were made for. */
#include "base/log.h"
#include "lsp/lsp_internal.h"

static void on_applied(lsp_server *s, const struct lsp_message *m)
{
    (void)s;
    if (!cJSON_IsTrue(lsp_json_get(m->result, "applied")))
        log_write(LOG_INFO, "the client did not add an import");
}

static void write_edits(lsp_writer *w, const lsp_doc *doc, const cJSON *edits)
{
    const cJSON *edit;
    lsp_write_changes_begin(w);
    lsp_write_key(w, doc->uri);
    lsp_write_array_begin(w);
    cJSON_ArrayForEach(edit, edits)
    {
        lsp_range range;
        str_view text;
        if (!lsp__param_range(lsp_json_get(edit, "range"), &range) ||
            !lsp_json_as_str(lsp_json_get(edit, "newText"), &text))
            continue;
        lsp_write_text_edit(w, range, text);
    }
    lsp_write_array_end(w);
    lsp_write_changes_end(w);
}

void lsp__apply_imports(lsp_server *s, const lsp_doc *doc, const cJSON *item)
{
    const cJSON *edits = lsp_json_get(item, "edits");
    uint32_t line, above;
    if (!s->caps.apply_edit || !cJSON_IsArray(edits) ||
        !lsp_json_as_uint(lsp_json_get(item, "line"), &line) ||
        !lsp_json_as_uint(lsp_json_get(item, "above"), &above))
        return;
    if (line >= doc->text.n_lines ||
        lsp_item_above(&doc->text, doc->text.starts[line]) != (int64_t)above) {
        log_write(LOG_INFO, "an import was not added: the lines above were changed meanwhile");
        return;
    }
    lsp_writer w;
    uint32_t number = lsp__call_begin(s, &w, "workspace/applyEdit");
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "label", STR("artel: import"));
    write_edits(&w, doc, edits);
    lsp_write_object_end(&w);
    lsp__call_end(s, &w, number, on_applied);
}
