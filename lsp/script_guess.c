/* "Let the model write this script": for a comment that no step covers, where the user has set a
 * model that can. Two minutes at most; then the comment's line becomes what was written, if the
 * line is still there. */
#include "lsp/lsp_internal.h"

#include <string.h>

#include "assist/script/by_model.h"

/* In the job's memory, as all it points to. */
struct matter {
    const char *uri;
    size_t line;
    str_view line_text, comment;
    assist_script_options how;
    assist_script script; /* the answer */
};

static err_code ask(void *matter, arena *mem, const model_gguf *model, const cancel_flag *cancel,
                    err *e)
{
    struct matter *m = matter;
    struct script_by_model_options options = {.cancel = cancel};
    err_code rc = assist_script_by_model(&m->script, mem, model, m->comment, &m->how, &options, e);
    if (rc == ERR_OK && !lsp__script_is_sound(&m->script, mem, m->how.language))
        rc = err_set(e, ERR_NOT_FOUND, "what the model wrote does not parse");
    return rc;
}

static void put_in(lsp_server *s, const lsp_doc *doc, const struct matter *m)
{
    lsp_writer w;
    uint32_t number = lsp__call_begin(s, &w, "workspace/applyEdit");
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "label", STR("artel: Let the model write this script"));
    lsp__script_write_edit(s, &w, doc, m->line, m->script.text);
    lsp_write_object_end(&w);
    lsp__call_end(s, &w, number, NULL);
}

static void answer(lsp_server *s, const char *id, void *matter, const char *why_not)
{
    const struct matter *m = matter;
    lsp_doc *doc = lsp__doc_find(s, str_of(m->uri));
    if (why_not) {
        lsp__answer_error(s, id, LSP_REQUEST_FAILED, "%s", why_not);
    } else if (!doc || doc->unusable || m->line >= doc->text.n_lines ||
               !str_eq(lsp_text_line(&doc->text, m->line), m->line_text)) {
        lsp__answer_error(s, id, LSP_CONTENT_MODIFIED, "the comment was changed meanwhile");
    } else {
        put_in(s, doc, m);
        lsp__answer_null(s, id);
    }
}

/* NULL after answering with an error. */
static const lsp_doc *read_place(lsp_server *s, const struct lsp_message *m, uint32_t *line)
{
    const cJSON *first = cJSON_GetArrayItem(lsp_json_get(m->params, "arguments"), 0);
    str_view uri;
    lsp_doc *doc = lsp_json_as_str(lsp_json_get(first, "uri"), &uri) ? lsp__doc_find(s, uri) : NULL;
    if (doc && !doc->unusable && lsp__is_plain_uri(doc->uri) && s->caps.apply_edit &&
        lsp_json_as_uint(lsp_json_get(first, "line"), line) && *line < doc->text.n_lines)
        return doc;
    lsp__answer_error(s, m->id, LSP_INVALID_PARAMS,
                      "artel.writeScript takes an open document and the line of a comment in it: "
                      "[{\"uri\": \"file:///…\", \"line\": 0}]");
    return NULL;
}

void lsp__script_command(lsp_server *s, const struct lsp_message *m)
{
    static const struct lsp_guess_kind kind = {ask, answer};
    uint32_t line;
    const lsp_doc *doc = read_place(s, m, &line);
    if (!doc)
        return;
    lsp_job *job = lsp__guess_job();
    struct matter *x = job ? ARENA_NEW(&job->mem, struct matter) : NULL;
    err_code rc =
        x ? lsp__script_read(&x->script, &x->comment, &x->how, &job->mem, doc, line) : ERR_NOMEM;
    if (rc == ERR_OK && x->script.state == ASSIST_SCRIPT_ASKS) {
        x->uri = arena_copy_z(&job->mem, str_of(doc->uri));
        x->line = line;
        x->line_text = arena_copy(&job->mem, lsp_text_line(&doc->text, line));
        x->comment = arena_copy(&job->mem, x->comment);
        if (!lsp__guess_start(s, m->id, job, &kind, x))
            lsp__answer_error(s, m->id, LSP_REQUEST_FAILED, "the model cannot be asked now");
        return;
    }
    if (rc == ERR_OK && lsp__script_is_sound(&x->script, &job->mem, x->how.language)) {
        x->line = line;
        put_in(s, doc, x);
        lsp__answer_null(s, m->id);
    } else if (rc == ERR_OK) {
        lsp__answer_error(s, m->id, LSP_REQUEST_FAILED, "%.*s", STR_ARG(x->script.said));
    } else {
        lsp__answer_error(s, m->id, LSP_REQUEST_FAILED, "%s",
                          rc == ERR_NOT_FOUND ? "no comment there that says what a script should do"
                                              : err_name(rc));
    }
    lsp_job_destroy(job);
}

void lsp__script_guess_action(lsp_server *s, lsp_writer *w, const lsp_doc *doc, size_t line)
{
    if (!s->caps.apply_edit || !lsp__guess_model_can(s))
        return;
    lsp__action_begin(s, w, "artel: Let the model write this script", LSP_SCRIPT_KIND,
                      LSP_SCRIPT_COMMAND);
    lsp_write_member_str(w, "uri", str_of(doc->uri));
    lsp_write_member_int(w, "line", (int64_t)line);
    lsp__action_end(s, w);
}
