#include "lsp/worker.h"

#include <pthread.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

/* Per document at most one request of each method and one preparation are out: this is never
 * reached by people, only by a flood, and then the newest is answered with nothing. */
enum {
    MAX_JOBS = 512,
    DISK_MS = 5, /* how often to ask whether the disk gave more */
};

struct lsp_worker {
    const struct lsp_engine_api *api;
    queue *todo;
    queue *done;
    int wake_fd;
    cancel_flag stop; /* no more background work */
    pthread_t thread;
    /* The thread's own. */
    assist_engine *engine;
    err_code load_rc; /* why there is no engine */
    err load_error;
};

lsp_job *lsp_job_create(lsp_job_kind kind, size_t max_bytes)
{
    lsp_job *job = mem_zero(1, sizeof *job);
    if (job) {
        job->kind = kind;
        arena_init(&job->mem, max_bytes);
    }
    return job;
}

void lsp_job_destroy(lsp_job *job)
{
    if (job)
        arena_release(&job->mem);
    mem_free(job);
}

static void load(lsp_worker *w, lsp_job *job)
{
    assist_engine *engine = NULL;
    job->rc = w->api->create(&engine, &job->load, &job->error);
    if (job->rc != ERR_OK) {
        /* An engine that already works goes on: a mistyped path must not end completions. */
        if (!w->engine) {
            w->load_rc = job->rc;
            w->load_error = job->error;
        }
        return;
    }
    if (w->engine)
        w->api->destroy(w->engine);
    w->engine = engine;
    const char *words = w->api->describe(engine);
    job->described = arena_copy_z(&job->mem, str_of(words));
}

static err_code take_note(lsp_worker *w, lsp_job *job)
{
    const struct lsp_engine_api *api = w->api;
    if (job->note == LSP_NOTE_FILES_WITH) {
        job->n_files = api->files_with(w->engine, job->doc.repo, str_of(job->path), &job->mem,
                                       job->files, job->n_files);
        return ERR_OK;
    }
    if (job->note == LSP_NOTE_TOLD) {
        api->told(w->engine, job->told, job->was_taken);
        return ERR_OK;
    }
    if (!api->idle)
        return ERR_OK;
    switch (job->note) {
    case LSP_NOTE_OPEN_FOLDER:
        return api->open_folder(w->engine, job->path, &job->folder, &job->error);
    case LSP_NOTE_CLOSE_FOLDER: api->close_folder(w->engine, job->path); break;
    case LSP_NOTE_CLOSE_DOCUMENT:
        api->close_document(w->engine, job->doc.repo, job->doc.path);
        break;
    case LSP_NOTE_FILE_CHANGED: api->file_changed(w->engine, job->path); break;
    case LSP_NOTE_TOLD:
    case LSP_NOTE_FILES_WITH: break;
    }
    return ERR_OK;
}

static void run(lsp_worker *w, lsp_job *job)
{
    uint64_t begin = clock_now_ns();
    if (cancel_requested(&job->cancel)) {
        job->rc = ERR_CANCELLED;
    } else if (job->kind == LSP_JOB_WORK) {
        job->work(job);
    } else if (job->kind == LSP_JOB_LOAD) {
        load(w, job);
    } else if (!w->engine) {
        job->rc = w->load_rc;
        job->error = w->load_error;
    } else if (job->kind == LSP_JOB_NOTE) {
        job->rc = take_note(w, job);
    } else if (job->kind == LSP_JOB_PREPARE && job->ahead) {
        job->rc = w->api->ahead(w->engine, &job->completion, &job->then, &job->mem, &job->doc,
                                &job->accepted, &job->complete, &job->cancel, &job->error);
    } else if (job->kind == LSP_JOB_PREPARE && job->anew) {
        job->rc = w->api->refresh(w->engine, &job->doc, job->cursor, &job->cancel, &job->error);
    } else if (job->kind == LSP_JOB_PREPARE) {
        job->rc = w->api->prepare(w->engine, &job->doc, job->cursor, &job->cancel, &job->error);
    } else {
        job->rc = w->api->complete(w->engine, &job->completion, &job->mem, &job->doc, job->cursor,
                                   &job->complete, &job->cancel, &job->error);
    }
    job->took_ns = clock_now_ns() - begin;
}

/* The next job; until it comes, background work. NULL at the end. */
static lsp_job *next_job(lsp_worker *w)
{
    enum assist_work work = ASSIST_WORKED;
    while (work != ASSIST_RESTING && w->engine && w->api->idle && !cancel_requested(&w->stop)) {
        uint64_t wait_ns = work == ASSIST_WAITING ? DISK_MS * UINT64_C(1000000) : 0;
        lsp_job *job = queue_take_within(w->todo, wait_ns);
        if (job)
            return job;
        work = w->api->idle(w->engine);
    }
    return queue_take(w->todo);
}

static void *worker_main(void *user)
{
    lsp_worker *w = user;
    lsp_job *job;
    while ((job = next_job(w)) != NULL) {
        run(w, job);
        /* `done` has room for every job that can be out; see lsp_worker_submit. */
        bool ok = queue_put(w->done, job);
        if (!ok)
            lsp_job_destroy(job);
        ssize_t ignored = write(w->wake_fd, "j", 1);
        (void)ignored;
    }
    if (w->engine)
        w->api->destroy(w->engine);
    return NULL;
}

err_code lsp_worker_create(lsp_worker **out, const struct lsp_engine_api *engine, int wake_fd,
                           err *e)
{
    err_code rc = ERR_NOMEM;
    lsp_worker *w = mem_zero(1, sizeof *w);
    if (!w)
        return err_set(e, ERR_NOMEM, "out of memory");
    w->api = engine;
    w->wake_fd = wake_fd;
    w->load_rc = ERR_NOT_FOUND;
    err_set(&w->load_error, ERR_NOT_FOUND, "no model is loaded");
    rc = queue_create(&w->todo, MAX_JOBS);
    if (rc == ERR_OK)
        rc = queue_create(&w->done, MAX_JOBS + 1);
    if (rc == ERR_OK && pthread_create(&w->thread, NULL, worker_main, w) != 0)
        rc = err_set(e, ERR_IO, "the model thread could not be started");
    if (rc != ERR_OK) {
        queue_destroy(w->todo, NULL);
        queue_destroy(w->done, NULL);
        mem_free(w);
        return rc;
    }
    *out = w;
    return ERR_OK;
}

void lsp_worker_destroy(lsp_worker *w, void (*drop)(lsp_job *job))
{
    if (!w)
        return;
    cancel_request(&w->stop);
    queue_close(w->todo);
    pthread_join(w->thread, NULL);
    for (lsp_job *job; (job = lsp_worker_collect(w)) != NULL;)
        drop(job);
    queue_destroy(w->todo, NULL);
    queue_destroy(w->done, NULL);
    mem_free(w);
}

bool lsp_worker_submit(lsp_worker *w, lsp_job *job)
{
    /* The main thread alone submits and collects, so that this bound holds for both queues
     * together: what waits, plus the one that runs, plus what is done. */
    if (queue_length(w->todo) + queue_length(w->done) + 1 >= MAX_JOBS)
        return false;
    return queue_put(w->todo, job);
}

static bool is_prepare(const void *item, void *user)
{
    (void)user;
    return ((const lsp_job *)item)->kind == LSP_JOB_PREPARE;
}

lsp_job *lsp_worker_recall_prepare(lsp_worker *w)
{
    return queue_remove(w->todo, is_prepare, NULL);
}

static bool any(const void *item, void *user)
{
    (void)item;
    (void)user;
    return true;
}

lsp_job *lsp_worker_collect(lsp_worker *w)
{
    return queue_remove(w->done, any, NULL);
}
