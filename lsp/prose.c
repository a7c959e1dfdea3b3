/* The model's guess behind an explanation, where the setting or the question asks for one: a job of
 * the helper thread, which reads the model's file itself, since the engine's is busy with
 * suggestions. The answer waits for it. */
#include "lsp/lsp_internal.h"

#include <string.h>

#include "assist/explain/prose.h"
#include "base/mem.h"
#include "model/default.h"

enum { ARENA_MAX_BYTES = 8 << 20 };

/* In job->mem, as all it points to. */
struct matter {
    const gram_language *lang;
    str_view code;
    const char *model_path; /* empty: the built-in model */
    str_view text, by;      /* the answer */
};

struct lsp_prose {
    lsp_prose *next;
    lsp_job *job;
    char *id; /* of the request */
    bool show;
    enum explain_format format;
    buf text; /* the explanation; the guess is put behind it */
};

static void work(lsp_job *job)
{
    struct matter *m = job->matter;
    model_gguf *model = NULL;
    job->rc = m->model_path[0] ? model_gguf_open(&model, m->model_path, &job->error)
                               : model_default_open(&model, &job->error);
    struct explain_prose_options options = {.cancel = &job->cancel};
    if (job->rc == ERR_OK)
        job->rc = explain_prose(&m->text, &m->by, &job->mem, model, m->lang, m->code, &options,
                                &job->error);
    model_gguf_close(model);
}

static void prose_destroy(lsp_prose *p)
{
    if (!p)
        return;
    lsp_job_destroy(p->job);
    mem_free(p->id);
    buf_release(&p->text);
    mem_free(p);
}

bool lsp__prose_start(lsp_server *s, const char *id, const struct lsp_prose_question *q)
{
    err e = {{0}};
    lsp_prose *p = mem_zero(1, sizeof *p);
    lsp_job *job = p ? lsp_job_create(LSP_JOB_WORK, ARENA_MAX_BYTES) : NULL;
    struct matter *m = job ? ARENA_NEW(&job->mem, struct matter) : NULL;
    if (!m) {
        lsp_job_destroy(job);
        mem_free(p);
        return false;
    }
    m->lang = q->lang;
    m->code = arena_copy(&job->mem, q->code);
    m->model_path = arena_copy_z(&job->mem, str_of(s->settings.model_path));
    job->work = work;
    job->matter = m;
    p->job = job;
    p->show = q->show;
    p->format = q->format;
    buf_init(&p->text, q->text.len + ARENA_MAX_BYTES);
    buf_append(&p->text, q->text);
    p->id = mem_alloc(strlen(id) + 1);
    if (p->id)
        memcpy(p->id, id, strlen(id) + 1);
    if (!p->id || arena_failed(&job->mem) || !lsp__helper_start(s, &e) ||
        !lsp_worker_submit(s->helper, job)) {
        prose_destroy(p);
        return false;
    }
    p->next = s->proses;
    s->proses = p;
    return true;
}

bool lsp__prose_done(lsp_server *s, lsp_job *job)
{
    lsp_prose **at = &s->proses;
    while (*at && (*at)->job != job)
        at = &(*at)->next;
    lsp_prose *p = *at;
    if (!p)
        return false;
    *at = p->next;
    const struct matter *m = job->matter;
    struct explain_render how = {.format = p->format};
    if (job->rc == ERR_CANCELLED) {
        lsp__answer_error(s, p->id, LSP_REQUEST_CANCELLED, "cancelled");
    } else {
        if (job->rc == ERR_OK)
            explain_render_prose(&p->text, m->text, m->by, &how);
        else
            explain_render_remark(
                &p->text, str_of(job->error.text[0] ? job->error.text : err_name(job->rc)), &how);
        lsp__explain_answer(s, p->id, buf_view(&p->text), p->show);
    }
    prose_destroy(p);
    return true;
}

void lsp__prose_cancel(lsp_server *s, const char *id)
{
    for (lsp_prose *p = s->proses; p; p = p->next)
        if (!id || strcmp(p->id, id) == 0)
            cancel_request(&p->job->cancel);
}

void lsp__proses_end(lsp_server *s)
{
    while (s->proses) {
        lsp_prose *p = s->proses;
        s->proses = p->next;
        p->job = NULL; /* dropped with the helper */
        prose_destroy(p);
    }
}
