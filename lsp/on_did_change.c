#include "lsp/lsp_internal.h"

#include "base/log.h"

/* All or nothing: half a list of changes would leave a text that nobody has. */
static bool is_valid(const cJSON *changes)
{
    const cJSON *change;
    cJSON_ArrayForEach(change, changes)
    {
        const cJSON *range = lsp_json_get(change, "range");
        lsp_range r;
        str_view text;
        if (!lsp_json_as_str(lsp_json_get(change, "text"), &text) ||
            (range && !cJSON_IsNull(range) && !lsp__param_range(range, &r)))
            return false;
    }
    return cJSON_IsArray(changes);
}

static void apply(lsp_server *s, lsp_doc *doc, const cJSON *change)
{
    lsp_range r;
    str_view text = {NULL, 0};
    (void)lsp_json_as_str(lsp_json_get(change, "text"), &text);
    if (!lsp__param_range(lsp_json_get(change, "range"), &r)) {
        lsp__doc_set(s, doc, text);
        return;
    }
    if (doc->unusable)
        return; /* an edit of a text that we do not have */
    size_t begin = lsp_text_offset(&doc->text, r.start, s->encoding);
    size_t end = lsp_text_offset(&doc->text, r.end, s->encoding);
    if (begin <= end)
        lsp__doc_edit(s, doc, begin, end, text);
    else
        lsp__doc_edit(s, doc, end, begin, text);
}

static const char lost[] =
    "the editor sent an edit that cannot be understood; close and open the file again";

void lsp__doc_change(lsp_server *s, lsp_doc *doc, const cJSON *version_node, const cJSON *changes)
{
    if (!is_valid(changes)) {
        lsp__doc_lost_edit(s, str_of(doc->uri), lost);
        return;
    }
    int32_t version;
    if (lsp_json_as_int(version_node, &version)) {
        if (version <= doc->version)
            log_write(LOG_DEBUG, "version %d of %.200s follows version %d", version, doc->uri,
                      (int)doc->version);
        doc->version = version;
    }
    const cJSON *change;
    cJSON_ArrayForEach(change, changes)
    {
        apply(s, doc, change);
    }
    lsp__status_touched(s, doc);
    lsp__prepare_later(s, doc);
}

void lsp__on_did_change(lsp_server *s, const struct lsp_message *m)
{
    lsp_doc *doc;
    if (!cJSON_IsString(lsp_json_path(m->params, "textDocument", "uri", NULL)))
        lsp__doc_lost_edit(s, (str_view){NULL, 0}, lost);
    if (lsp__param_doc(&doc, s, m))
        lsp__doc_change(s, doc, lsp_json_path(m->params, "textDocument", "version", NULL),
                        lsp_json_get(m->params, "contentChanges"));
}
