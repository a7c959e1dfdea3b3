#include "lsp/lsp_internal.h"

#include <stdio.h>

#include "assist/scaffold/scaffold.h"

static void write_where(lsp_writer *w, const lsp_doc *doc, const char *target, lsp_range range)
{
    lsp_write_member_str(w, "uri", str_of(doc->uri));
    lsp_write_member_str(w, "target", str_of(target));
    lsp_write_key(w, "range");
    lsp_write_range(w, range);
}

static void write_action(lsp_server *s, lsp_writer *w, const lsp_doc *doc,
                         const assist_scaffold_target *t, lsp_range range)
{
    char title[160];
    snprintf(title, sizeof title, "artel: %s", t->title);
    if (s->caps.action_literals && s->caps.action_resolve && s->caps.edit_files) {
        lsp_write_object_begin(w);
        lsp_write_member_str(w, "title", str_of(title));
        lsp_write_member_str(w, "kind", STR(LSP_SCAFFOLD_KIND));
        lsp_write_key(w, "data");
        lsp_write_object_begin(w);
        write_where(w, doc, t->name, range);
        lsp_write_object_end(w);
        lsp_write_object_end(w);
    } else {
        lsp__action_begin(s, w, title, LSP_SCAFFOLD_KIND, LSP_SCAFFOLD_COMMAND);
        write_where(w, doc, t->name, range);
        lsp__action_end(s, w);
    }
}

void lsp__action_begin(const lsp_server *s, lsp_writer *w, const char *title, const char *kind,
                       const char *command)
{
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "title", str_of(title));
    if (s->caps.action_literals) {
        lsp_write_member_str(w, "kind", str_of(kind));
        lsp_write_key(w, "command");
        lsp_write_object_begin(w);
        lsp_write_member_str(w, "title", str_of(title));
    }
    lsp_write_member_str(w, "command", str_of(command));
    lsp_write_key(w, "arguments");
    lsp_write_array_begin(w);
    lsp_write_object_begin(w);
}

void lsp__action_end(const lsp_server *s, lsp_writer *w)
{
    lsp_write_object_end(w);
    lsp_write_array_end(w);
    if (s->caps.action_literals)
        lsp_write_object_end(w);
    lsp_write_object_end(w);
}

/* Whether the client wants actions of this kind: kinds are named from the general to the special.
 */
static bool kind_wanted(const cJSON *only, str_view ours)
{
    const cJSON *item;
    str_view kind;
    if (!cJSON_IsArray(only))
        return true;
    cJSON_ArrayForEach(item, only)
    {
        if (!lsp_json_as_str(item, &kind))
            continue;
        if (kind.len == 0 || str_eq(kind, ours) ||
            (str_starts(ours, kind) && kind.len < ours.len && ours.ptr[kind.len] == '.'))
            return true;
    }
    return false;
}

void lsp__on_code_action(lsp_server *s, const struct lsp_message *m)
{
    lsp_doc *doc;
    lsp_range range;
    uint32_t trigger = 1;
    if (!lsp__param_doc(&doc, s, m))
        return;
    if (!lsp__param_range(lsp_json_get(m->params, "range"), &range)) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS, "codeAction needs a range");
        return;
    }
    const cJSON *context = lsp_json_get(m->params, "context");
    const cJSON *only = lsp_json_get(context, "only");
    lsp_json_as_uint(lsp_json_get(context, "triggerKind"), &trigger);
    size_t begin = lsp_text_offset(&doc->text, range.start, s->encoding);
    size_t end = lsp_text_offset(&doc->text, range.end, s->encoding);
    assist_spot spot = {.kind = ASSIST_SPOT_NONE};
    arena a;
    arena_init(&a, SIZE_MAX);
    bool has_place =
        str_starts(str_of(doc->uri), STR("file:")) || (s->folders && s->folders->uri[0]);
    if (!doc->unusable && has_place && kind_wanted(only, STR(LSP_SCAFFOLD_KIND)))
        spot = lsp__scaffold_spot(doc, &a, begin, end < begin ? begin : end, trigger == 1);
    lsp_writer w;
    lsp__answer_begin(&w, m->id);
    lsp_write_array_begin(&w);
    /* In code, first what is of its language; and nothing else, unless JSON was selected. */
    bool all = spot.kind == ASSIST_SPOT_DOCUMENT || spot.kind == ASSIST_SPOT_SELECTION;
    const assist_scaffold_target *t;
    for (int same = 1; same >= 0 && spot.kind != ASSIST_SPOT_NONE; same--) {
        for (size_t i = 0; (t = assist_scaffold_target_at(i)) != NULL; i++) {
            bool is_same = lsp__scaffold_is_same_language(doc, i);
            if (is_same == (same == 1) && (is_same || all))
                write_action(s, &w, doc, t, range);
        }
    }
    if (!doc->unusable && trigger == 1 && s->caps.action_literals &&
        kind_wanted(only, STR(LSP_NEXT_EDIT_KIND)))
        lsp__next_edit_actions(s, &w, doc, begin);
    /* Only for who opens the menu: a lamp on every line would tell nobody anything. */
    if (!doc->unusable && trigger == 1 && kind_wanted(only, STR(LSP_EXPLAIN_KIND)))
        lsp__explain_actions(s, &w, doc, range);
    if (!doc->unusable && trigger == 1 && kind_wanted(only, STR(LSP_SCRIPT_KIND)))
        lsp__script_actions(s, &w, doc, range);
    if (!doc->unusable && trigger == 1 && kind_wanted(only, STR(LSP_GENERATE_KIND)))
        lsp__generate_actions(s, &w, doc, range);
    lsp_write_array_end(&w);
    lsp__answer_end(s, &w, m->id);
    arena_release(&a);
}

void lsp__on_code_action_resolve(lsp_server *s, const struct lsp_message *m)
{
    const cJSON *data = lsp_json_get(m->params, "data");
    if (!data && cJSON_IsObject(lsp_json_get(m->params, "command"))) {
        /* There is nothing to add: but Neovim asks before it runs any command. */
        char *action = cJSON_PrintUnformatted(m->params);
        lsp_writer w;
        lsp__answer_begin(&w, m->id);
        lsp_write_raw(&w, action ? str_of(action) : STR("null"));
        lsp__answer_end(s, &w, m->id);
        cJSON_free(action);
        return;
    }
    if (!cJSON_IsObject(data)) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS, "this is no code action of artel's");
        return;
    }
    if (!lsp__generate_resolve(s, m, data))
        lsp__scaffold_start(s, m->id, m->params, data);
}
