/* didChangeStatus: what an editor shows in its status line. Sent when it changes, to clients that
 * introduce themselves as Copilot's do. */
#include "lsp/lsp_internal.h"

#include <stdio.h>

/* Work that takes less is no news: most suggestions are made before anybody could look. */
#define BUSY_AFTER_NS ((uint64_t)150 * 1000000)

static bool is_busy(const lsp_server *s, uint64_t now, uint64_t *look_again)
{
    if (s->loading)
        return true;
    for (const lsp_ask *a = s->asks; a; a = a->next) {
        uint64_t due = a->received_ns + BUSY_AFTER_NS;
        if (due <= now)
            return true;
        if (*look_again == 0 || due < *look_again)
            *look_again = due;
    }
    return false;
}

static void describe(lsp_server *s, struct lsp_status *out)
{
    const char *why = s->focus             ? lsp__why_silent(s, s->focus)
                      : s->settings.enable ? NULL
                                           : "switched off";
    out->kind = "Normal";
    if (s->load_failed) {
        out->kind = "Error";
        snprintf(out->message, sizeof out->message, "The model could not be loaded: %s",
                 s->last_failure.text);
    } else if (why) {
        out->kind = "Inactive";
        snprintf(out->message, sizeof out->message, "No suggestions here: %s.", why);
    } else if (s->loading) {
        snprintf(out->message, sizeof out->message, "The model is being loaded.");
    }
}

void lsp__status_touched(lsp_server *s, lsp_doc *doc)
{
    if (!s->tells_focus)
        s->focus = doc;
}

uint64_t lsp__status_tell(lsp_server *s, uint64_t now)
{
    struct lsp_status status = {0};
    uint64_t look_again = 0;
    if (!s->caps.status || s->phase != LSP_RUNNING)
        return 0;
    status.busy = is_busy(s, now, &look_again);
    describe(s, &status);
    if (s->told.kind && strcmp(s->told.kind, status.kind) == 0 && s->told.busy == status.busy &&
        strcmp(s->told.message, status.message) == 0)
        return look_again;
    s->told = status;
    lsp_writer w;
    lsp__notify_begin(&w, "didChangeStatus");
    lsp_write_object_begin(&w);
    lsp_write_member_bool(&w, "busy", status.busy);
    lsp_write_member_str(&w, "kind", str_of(status.kind));
    lsp_write_member_str(&w, "message", str_of(status.message));
    lsp_write_object_end(&w);
    lsp__notify_end(s, &w);
    return look_again;
}
