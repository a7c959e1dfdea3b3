#include "lsp/lsp_internal.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"

enum { MAX_REPORTED = 256 };

/* Editors send their configuration again and again: each complaint is logged once. */
static void report(void *user, const char *sentence)
{
    lsp_server *s = user;
    uint64_t h = hash_str(str_of(sentence));
    for (size_t i = 0; i < s->n_reported; i++)
        if (s->reported[i] == h)
            return;
    if (!s->reported)
        s->reported = mem_zero(MAX_REPORTED, sizeof *s->reported);
    if (!s->reported || s->n_reported == MAX_REPORTED)
        return;
    s->reported[s->n_reported++] = h;
    log_write(LOG_WARNING, "%s", sentence);
}

void lsp__settings_from(lsp_server *s, struct lsp_settings *to, const cJSON *object)
{
    lsp_settings_read(to, object, report, s);
    log_set_level(to->level);
}

static void register_items(lsp_server *s)
{
    lsp__register(s, "artel/completion", "textDocument/completion", "{\"documentSelector\":null}");
    s->items_registered = true;
}

static void register_hover(lsp_server *s)
{
    lsp__register(s, "artel/hover", "textDocument/hover", "{\"documentSelector\":null}");
    s->hover_registered = true;
}

void lsp__configure(lsp_server *s, const cJSON *object)
{
    struct lsp_settings old = s->settings;
    s->settings = s->base;
    lsp__settings_from(s, &s->settings, object);
    const struct lsp_settings *now = &s->settings;
    if (strcmp(old.model_path, now->model_path) != 0 || old.n_threads != now->n_threads ||
        old.learn_project != now->learn_project || old.kv_megabytes != now->kv_megabytes ||
        old.kv_type != now->kv_type) {
        for (lsp_folder *f = s->folders; f; f = f->next)
            f->stopped = f->stopped && old.learn_project == now->learn_project;
        lsp__load(s);
    }
    lsp__watch(s);
    if (now->completion_items == LSP_ITEMS_ALWAYS && !s->items_registered && s->caps.register_items)
        register_items(s);
    if (lsp__hover_wanted(s) && !s->hover_registered && s->caps.register_hover)
        register_hover(s);
    if (now->inlay_hints && !s->hints_registered && s->caps.register_hints) {
        lsp__register(s, "artel/inlayHint", "textDocument/inlayHint",
                      "{\"documentSelector\":null}");
        s->hints_registered = true;
    }
    /* What was made under other settings is not shown under these. */
    for (lsp_doc *d = s->docs; d; d = d->next)
        lsp_shown_forget(&d->shown);
}

static void pulled(lsp_server *s, const struct lsp_message *reply)
{
    if (!cJSON_IsArray(reply->result)) {
        log_write(LOG_WARNING, "the client did not give its configuration; defaults are used");
        return;
    }
    lsp__configure(s, cJSON_GetArrayItem(reply->result, 0));
}

void lsp__configuration_pull(lsp_server *s)
{
    lsp_writer w;
    uint32_t number = lsp__call_begin(s, &w, "workspace/configuration");
    lsp_write_raw(&w, STR("{\"items\":[{\"section\":\"artel\"}]}"));
    lsp__call_end(s, &w, number, pulled);
}
