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

/* Asks the client for a method, or asks no more. What initialize has said stays. */
static void offer(lsp_server *s, lsp_registered *is, bool wanted, bool can, const char *id,
                  const char *method)
{
    if (wanted && can && *is == LSP_UNREGISTERED) {
        lsp__register(s, id, method, "{\"documentSelector\":null}");
        *is = LSP_REGISTERED;
    } else if (!wanted && *is == LSP_REGISTERED) {
        lsp__unregister(s, id, method);
        *is = LSP_UNREGISTERED;
    }
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
    offer(s, &s->items_registered, lsp__items_wanted(s), s->caps.register_items, "artel/completion",
          "textDocument/completion");
    offer(s, &s->hover_registered, lsp__hover_wanted(s), s->caps.register_hover, "artel/hover",
          "textDocument/hover");
    offer(s, &s->hints_registered, now->inlay_hints, s->caps.register_hints, "artel/inlayHint",
          "textDocument/inlayHint");
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
