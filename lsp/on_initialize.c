#include "lsp/lsp_internal.h"

#include "base/log.h"

static bool caps_bool(const cJSON *v)
{
    bool b = false;
    return lsp_json_as_bool(v, &b) && b;
}

static bool list_has(const cJSON *list, const char *want)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        str_view text;
        if (lsp_json_as_str(item, &text) && str_eq(text, str_of(want)))
            return true;
    }
    return false;
}

/* UTF-8 costs nothing to map; UTF-16 is what every client must know. */
static lsp_encoding choose_encoding(const cJSON *offered)
{
    if (!cJSON_IsArray(offered))
        return LSP_UTF16;
    if (list_has(offered, "utf-8"))
        return LSP_UTF8;
    if (!list_has(offered, "utf-16") && list_has(offered, "utf-32"))
        return LSP_UTF32;
    return LSP_UTF16;
}

static void read_caps(lsp_server *s, const cJSON *caps)
{
    const cJSON *doc = lsp_json_get(caps, "textDocument");
    const cJSON *completion = lsp_json_get(doc, "completion");
    const cJSON *item = lsp_json_get(completion, "completionItem");
    const cJSON *work = lsp_json_get(caps, "workspace");
    const cJSON *mode;
    s->encoding = choose_encoding(lsp_json_path(caps, "general", "positionEncodings", NULL));
    s->caps.inline_completion = cJSON_IsObject(lsp_json_get(doc, "inlineCompletion"));
    s->caps.configuration = caps_bool(lsp_json_get(work, "configuration"));
    s->caps.register_config =
        caps_bool(lsp_json_path(work, "didChangeConfiguration", "dynamicRegistration", NULL));
    s->caps.register_files =
        caps_bool(lsp_json_path(work, "didChangeWatchedFiles", "dynamicRegistration", NULL));
    s->caps.relative_patterns =
        s->caps.register_files &&
        caps_bool(lsp_json_path(work, "didChangeWatchedFiles", "relativePatternSupport", NULL));
    s->caps.register_items = caps_bool(lsp_json_get(completion, "dynamicRegistration"));
    s->caps.progress = caps_bool(lsp_json_path(caps, "window", "workDoneProgress", NULL));
    const cJSON *action = lsp_json_get(doc, "codeAction");
    s->caps.code_action = cJSON_IsObject(action);
    s->caps.action_literals = cJSON_IsObject(lsp_json_get(action, "codeActionLiteralSupport"));
    s->caps.action_resolve =
        caps_bool(lsp_json_get(action, "dataSupport")) &&
        list_has(lsp_json_path(action, "resolveSupport", "properties", NULL), "edit");
    const cJSON *edit = lsp_json_get(work, "workspaceEdit");
    s->caps.edit_files = list_has(lsp_json_get(edit, "resourceOperations"), "create");
    s->caps.annotations = cJSON_IsObject(lsp_json_get(edit, "changeAnnotationSupport"));
    s->caps.apply_edit = caps_bool(lsp_json_get(work, "applyEdit"));
    const cJSON *hover = lsp_json_get(doc, "hover");
    s->caps.hover_markdown = list_has(lsp_json_get(hover, "contentFormat"), "markdown");
    s->caps.register_hover = caps_bool(lsp_json_get(hover, "dynamicRegistration"));
    s->caps.register_hints =
        caps_bool(lsp_json_path(doc, "inlayHint", "dynamicRegistration", NULL));
    s->caps.text_content = cJSON_IsObject(lsp_json_get(work, "textDocumentContent"));
    s->caps.show_document =
        caps_bool(lsp_json_path(caps, "window", "showDocument", "support", NULL));
    const cJSON *defaults = lsp_json_path(completion, "completionList", "itemDefaults", NULL);
    s->caps.items.default_range = list_has(defaults, "editRange");
    s->caps.items.default_format = list_has(defaults, "insertTextFormat");
    s->caps.items.default_mode = list_has(defaults, "insertTextMode");
    s->caps.items.label_details = caps_bool(lsp_json_get(item, "labelDetailsSupport"));
    s->caps.items.markdown = list_has(lsp_json_get(item, "documentationFormat"), "markdown");
    cJSON_ArrayForEach(mode, lsp_json_path(item, "insertTextModeSupport", "valueSet", NULL))
    {
        uint32_t n;
        if (lsp_json_as_uint(mode, &n) && n == 1)
            s->caps.items.insert_text_mode = true;
    }
}

static void read_folders(lsp_server *s, const cJSON *params)
{
    const cJSON *folders = lsp_json_get(params, "workspaceFolders");
    const cJSON *folder;
    str_view uri;
    cJSON_ArrayForEach(folder, folders)
    {
        bool named = lsp_json_as_str(lsp_json_get(folder, "uri"), &uri);
        lsp__folder_add(s, named ? uri : STR(""));
    }
    if (cJSON_GetArraySize(folders) == 0 && lsp_json_as_str(lsp_json_get(params, "rootUri"), &uri))
        lsp__folder_add(s, uri);
}

static void write_capabilities(lsp_server *s, lsp_writer *w)
{
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "positionEncoding", str_of(lsp_encoding_name(s->encoding)));
    lsp_write_key(w, "textDocumentSync");
    lsp_write_raw(w, STR("{\"openClose\":true,\"change\":2,\"save\":true}"));
    lsp_write_key(w, "notebookDocumentSync");
    lsp_write_raw(w, STR("{\"notebookSelector\":[{\"notebook\":\"*\"}],\"save\":false}"));
    lsp_write_key(w, "inlineCompletionProvider");
    lsp_write_raw(w, STR("{}"));
    if (s->items_registered) {
        lsp_write_key(w, "completionProvider");
        /* No blank among them: a popup after each space would be in the way. */
        lsp_write_raw(w,
                      STR("{\"triggerCharacters\":[\".\",\":\",\"(\",\"[\",\"{\",\"=\",\",\"]}"));
    }
    lsp_write_key(w, "executeCommandProvider");
    bool scaffolds = s->caps.code_action || s->caps.apply_edit;
    lsp_write_raw(w, scaffolds
                         ? STR("{\"commands\":[\"" LSP_ACCEPT_COMMAND "\",\"" LSP_WHY_COMMAND
                               "\",\"" LSP_NEXT_EDIT_COMMAND "\",\"" LSP_EXPLAIN_COMMAND
                               "\",\"" LSP_GENERATE_COMMAND "\",\"" LSP_SCRIPT_COMMAND
                               "\",\"" LSP_SCAFFOLD_COMMAND "\",\"" LSP_APPLIED_COMMAND "\"]}")
                         : STR("{\"commands\":[\"" LSP_ACCEPT_COMMAND "\",\"" LSP_WHY_COMMAND
                               "\",\"" LSP_NEXT_EDIT_COMMAND "\",\"" LSP_EXPLAIN_COMMAND "\"]}"));
    if (s->hover_registered)
        lsp_write_member_bool(w, "hoverProvider", true);
    if (s->hints_registered)
        lsp_write_member_bool(w, "inlayHintProvider", true);
    if (s->caps.code_action) {
        bool resolve = s->caps.action_literals && s->caps.action_resolve && s->caps.edit_files;
        lsp_write_key(w, "codeActionProvider");
        lsp_write_raw(w, resolve ? STR("{\"codeActionKinds\":[\"" LSP_SCAFFOLD_KIND
                                       "\",\"" LSP_EXPLAIN_KIND "\",\"" LSP_SCRIPT_KIND
                                       "\"],\"resolveProvider\":true}")
                                 : STR("{\"codeActionKinds\":[\"" LSP_SCAFFOLD_KIND
                                       "\",\"" LSP_EXPLAIN_KIND "\",\"" LSP_SCRIPT_KIND "\"]}"));
    }
    lsp_write_key(w, "workspace");
    lsp_write_object_begin(w);
    lsp_write_key(w, "workspaceFolders");
    lsp_write_raw(w, STR("{\"supported\":true,\"changeNotifications\":true}"));
    if (s->caps.text_content) {
        lsp_write_key(w, "textDocumentContent");
        lsp_write_raw(w, STR("{\"schemes\":[\"" LSP_EXPLAIN_SCHEME "\"]}"));
    }
    lsp_write_object_end(w);
    lsp_write_object_end(w);
}

void lsp__on_initialize(lsp_server *s, const struct lsp_message *m)
{
    if (s->phase != LSP_NEW) {
        lsp__answer_error(s, m->id, LSP_INVALID_REQUEST, "initialize came a second time");
        return;
    }
    const cJSON *caps = lsp_json_get(m->params, "capabilities");
    if (!cJSON_IsObject(caps)) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS, "initialize needs capabilities");
        return;
    }
    uint32_t pid;
    const cJSON *process = lsp_json_get(m->params, "processId");
    if (process && !cJSON_IsNull(process) && (!lsp_json_as_uint(process, &pid) || pid == 0)) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS, "processId must be a number or null");
        return;
    }
    read_caps(s, caps);
    read_folders(s, m->params);
    s->trace = lsp__trace_level(lsp_json_get(m->params, "trace"));
    lsp__settings_from(s, &s->base, lsp_json_get(m->params, "initializationOptions"));
    s->settings = s->base;
    if (process && !cJSON_IsNull(process))
        s->parent_fd = lsp__parent_watch(pid);
    if (lsp__items_wanted(s))
        s->items_registered = LSP_REGISTERED_FOR_GOOD;
    if (lsp__hover_wanted(s))
        s->hover_registered = LSP_REGISTERED_FOR_GOOD;
    if (s->settings.inlay_hints)
        s->hints_registered = LSP_REGISTERED_FOR_GOOD;
    /* Copilot's clients name themselves so; others would log a notification that they do not know.
     */
    s->caps.status =
        cJSON_IsObject(lsp_json_path(m->params, "initializationOptions", "editorPluginInfo", NULL));
    s->phase = LSP_RUNNING;

    lsp_writer w;
    lsp__answer_begin(&w, m->id);
    lsp_write_object_begin(&w);
    lsp_write_key(&w, "capabilities");
    write_capabilities(s, &w);
    lsp_write_key(&w, "serverInfo");
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "name", STR("artel"));
    if (s->options->version)
        lsp_write_member_str(&w, "version", str_of(s->options->version));
    lsp_write_object_end(&w);
    lsp_write_object_end(&w);
    lsp__answer_end(s, &w, m->id);
    lsp__load(s);
}
