/* The model's guess behind an explanation, where the setting or the question asks for one. */
#include "lsp/lsp_internal.h"

#include "assist/explain/prose.h"

enum { TEXT_MAX_BYTES = 8 << 20 };

/* In the job's memory, as all it points to. */
struct matter {
    const gram_language *lang;
    str_view code;
    str_view text; /* the explanation; the guess is put behind it */
    enum explain_format format;
    bool show;
    str_view said, by; /* the answer */
};

static err_code ask(void *matter, arena *mem, const model_gguf *model, const cancel_flag *cancel,
                    err *e)
{
    struct matter *m = matter;
    struct explain_prose_options options = {.cancel = cancel};
    return explain_prose(&m->said, &m->by, mem, model, m->lang, m->code, &options, e);
}

static void answer(lsp_server *s, const char *id, void *matter, const char *why_not)
{
    const struct matter *m = matter;
    struct explain_render how = {.format = m->format};
    buf text;
    buf_init(&text, TEXT_MAX_BYTES);
    buf_append(&text, m->text);
    if (why_not)
        explain_render_remark(&text, str_of(why_not), &how);
    else
        explain_render_prose(&text, m->said, m->by, &how);
    lsp__explain_answer(s, id, buf_view(&text), m->show);
    buf_release(&text);
}

bool lsp__prose_start(lsp_server *s, const char *id, const struct lsp_prose_question *q)
{
    static const struct lsp_guess_kind kind = {ask, answer};
    lsp_job *job = lsp__guess_job();
    struct matter *m = job ? ARENA_NEW(&job->mem, struct matter) : NULL;
    if (!m) {
        lsp_job_destroy(job);
        return false;
    }
    *m = (struct matter){.lang = q->lang,
                         .code = arena_copy(&job->mem, q->code),
                         .text = arena_copy(&job->mem, q->text),
                         .format = q->format,
                         .show = q->show};
    return lsp__guess_start(s, id, job, &kind, m);
}
