/* lsp/worker.h: the thread that owns the engine. Jobs go in by value and come back whole; nothing
 * else is shared, except each job's cancel flag. While no job waits it lets the engine learn the
 * project, some milliseconds at a time. */
#ifndef ARTEL_LSP_WORKER_H
#define ARTEL_LSP_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "assist/complete/complete.h"
#include "base/arena.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/thread.h"
#include "lsp/server.h"

typedef enum {
    LSP_JOB_LOAD,
    LSP_JOB_PREPARE,
    LSP_JOB_COMPLETE,
    LSP_JOB_NOTE,
    LSP_JOB_WORK,
} lsp_job_kind;

/* What a note tells the engine; see the functions of those names in complete.h. */
typedef enum {
    LSP_NOTE_OPEN_FOLDER,
    LSP_NOTE_CLOSE_FOLDER,
    LSP_NOTE_CLOSE_DOCUMENT, /* doc.repo and doc.path */
    LSP_NOTE_FILE_CHANGED,
    LSP_NOTE_TOLD,       /* told, was_taken */
    LSP_NOTE_FILES_WITH, /* path: the name; doc.repo */
} lsp_note;

typedef struct lsp_job lsp_job;
struct lsp_job {
    lsp_job_kind kind;
    cancel_flag cancel; /* set by the main thread at any time */

    /* The question. Belongs to the worker from submit until collect, as does the answer. */
    arena mem; /* of all text below and of the answer */
    struct assist_document doc;
    size_t cursor;
    struct assist_complete_options complete;
    struct assist_engine_options load;
    void (*work)(lsp_job *job); /* WORK: needs no engine; sets rc and error */
    void *matter;               /* what it is about, in mem */
    bool anew;                  /* PREPARE: refresh what is out of date */
    bool ahead;                 /* PREPARE: what comes after `accepted`, whose text is in mem */
    struct assist_suggestion accepted;
    lsp_note note;
    const char *path; /* of a note about a folder or file; in mem */
    float told;       /* confidence of a suggestion that was seen */
    bool was_taken;
    str_view *files; /* the answer to FILES_WITH, with room for n_files */
    size_t n_files;
    const char *answer_to;               /* the request that it is for, in mem; NULL: none */
    struct assist_folder_options folder; /* of OPEN_FOLDER */

    /* The answer. */
    err_code rc;
    err error;
    struct assist_completion completion;
    struct assist_next then; /* PREPARE ahead: what the completion is for */
    const char *described;   /* after LOAD: the engine's own words, in mem */
    uint64_t took_ns;        /* from taking the job to its end */

    /* The main thread's own notes; the worker never looks. */
    lsp_job *next;
    uint64_t seq;    /* of the document's state that the question is about */
    size_t shift;    /* bytes of other cells that the text has before the document's own */
    bool is_virtual; /* the text holds a popup's entry that is not in the document */
};

typedef struct lsp_worker lsp_worker;

/* Starts the thread. Whenever a job is done, one byte is written to wake_fd (non-blocking).
 * `engine` is borrowed for the worker's life; NULL for a worker that does only WORK. ERR_NOMEM,
 * ERR_IO. */
MUST_USE err_code lsp_worker_create(lsp_worker **out, const struct lsp_engine_api *engine,
                                    int wake_fd, err *e);
/* Drops what waits, joins the thread, destroys the engine. Cancel the running job first. All jobs
 * still out are then to be had from lsp_worker_collect before this call returns: pass `drop`.
 * Blocks. */
void lsp_worker_destroy(lsp_worker *w, void (*drop)(lsp_job *job));

/* A zeroed job with a ready arena of at most max_bytes, or NULL. */
lsp_job *lsp_job_create(lsp_job_kind kind, size_t max_bytes);
void lsp_job_destroy(lsp_job *job);

/* Hands the job over. False, the job still the caller's, when too many wait. */
MUST_USE bool lsp_worker_submit(lsp_worker *w, lsp_job *job);
/* Takes a waiting PREPARE job back, so that work somebody waits for comes first; NULL when none. */
lsp_job *lsp_worker_recall_prepare(lsp_worker *w);
/* A job that is done, or NULL. Never blocks. */
lsp_job *lsp_worker_collect(lsp_worker *w);

#endif
