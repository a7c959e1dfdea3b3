/* What a model is asked besides suggestions: a job of the helper thread, which reads the model's
 * file itself, since the engine's is busy with suggestions. The request is answered when the job is
 * done. */
#include "lsp/lsp_internal.h"

#include <string.h>

#include "assist/guess/guess.h"
#include "base/mem.h"
#include "model/default.h"

enum { ARENA_MAX_BYTES = 8 << 20 };

/* In job->mem, as all it points to. */
struct question {
    const struct lsp_guess_kind *kind;
    void *matter;
    const char *model_path; /* empty: the built-in model */
};

struct lsp_guess {
    lsp_guess *next;
    lsp_job *job;
    char *id; /* of the request */
};

lsp_job *lsp__guess_job(void)
{
    return lsp_job_create(LSP_JOB_WORK, ARENA_MAX_BYTES);
}

static void work(lsp_job *job)
{
    struct question *q = job->matter;
    model_gguf *model = NULL;
    job->rc = q->model_path[0] ? model_gguf_open(&model, q->model_path, &job->error)
                               : model_default_open(&model, &job->error);
    if (job->rc == ERR_OK)
        job->rc = q->kind->ask(q->matter, &job->mem, model, &job->cancel, &job->error);
    model_gguf_close(model);
}

static void destroy(lsp_guess *g)
{
    lsp_job_destroy(g->job);
    mem_free(g->id);
    mem_free(g);
}

bool lsp__guess_start(lsp_server *s, const char *id, lsp_job *job,
                      const struct lsp_guess_kind *kind, void *matter)
{
    err e = {{0}};
    lsp_guess *g = mem_zero(1, sizeof *g);
    struct question *q = g ? ARENA_NEW(&job->mem, struct question) : NULL;
    if (!q) {
        lsp_job_destroy(job);
        mem_free(g);
        return false;
    }
    *q = (struct question){kind, matter, arena_copy_z(&job->mem, str_of(s->settings.model_path))};
    job->work = work;
    job->matter = q;
    g->job = job;
    g->id = lsp__copy_z(str_of(id));
    if (!g->id || !matter || arena_failed(&job->mem) || !lsp__helper_start(s, &e) ||
        !lsp_worker_submit(s->helper, job)) {
        destroy(g);
        return false;
    }
    g->next = s->guesses;
    s->guesses = g;
    return true;
}

bool lsp__guess_model_can(lsp_server *s)
{
    const char *path = s->settings.model_path;
    if (!path[0])
        return false; /* the built-in model is small */
    if (!s->guess_path || strcmp(s->guess_path, path) != 0) {
        model_gguf *model = NULL;
        mem_free(s->guess_path);
        s->guess_path = lsp__copy_z(str_of(path));
        s->guess_can =
            model_gguf_open(&model, path, NULL) == ERR_OK && guess_check(model, "", NULL) == ERR_OK;
        model_gguf_close(model);
    }
    return s->guess_can;
}

bool lsp__guess_done(lsp_server *s, lsp_job *job)
{
    lsp_guess **at = &s->guesses;
    while (*at && (*at)->job != job)
        at = &(*at)->next;
    lsp_guess *g = *at;
    if (!g)
        return false;
    *at = g->next;
    const struct question *q = job->matter;
    if (job->rc == ERR_CANCELLED)
        lsp__answer_error(s, g->id, LSP_REQUEST_CANCELLED, "cancelled");
    else
        q->kind->answer(s, g->id, q->matter,
                        job->rc == ERR_OK    ? NULL
                        : job->error.text[0] ? job->error.text
                                             : err_name(job->rc));
    destroy(g);
    return true;
}

void lsp__guess_cancel(lsp_server *s, const char *id)
{
    for (lsp_guess *g = s->guesses; g; g = g->next)
        if (!id || strcmp(g->id, id) == 0)
            cancel_request(&g->job->cancel);
}

void lsp__guesses_end(lsp_server *s)
{
    while (s->guesses) {
        lsp_guess *g = s->guesses;
        s->guesses = g->next;
        g->job = NULL; /* dropped with the helper */
        destroy(g);
    }
    mem_free(s->guess_path);
    s->guess_path = NULL;
}
