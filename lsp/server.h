/* lsp/server.h: the language server: reads LSP messages from one descriptor, answers on another,
 * until the client says exit, closes its end or dies. The engine is plugged in as functions, so
 * that this layer needs no model to be tested. */
#ifndef ARTEL_LSP_SERVER_H
#define ARTEL_LSP_SERVER_H

#include <stddef.h>

#include "assist/complete/complete.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/log.h"

/* The completion engine; see assist/complete/complete.h for each contract. All are called on one
 * thread. */
struct lsp_engine_api {
    err_code (*create)(assist_engine **out, const struct assist_engine_options *options, err *e);
    void (*destroy)(assist_engine *a);
    const char *(*describe)(const assist_engine *a);
    err_code (*complete)(assist_engine *a, struct assist_completion *out, arena *arena,
                         const struct assist_document *doc, size_t cursor,
                         const struct assist_complete_options *options, const cancel_flag *cancel,
                         err *e);
    err_code (*prepare)(assist_engine *a, const struct assist_document *doc, size_t cursor,
                        const cancel_flag *cancel, err *e);
    /* NULL: nothing is ever out of date. */
    err_code (*refresh)(assist_engine *a, const struct assist_document *doc, size_t cursor,
                        const cancel_flag *cancel, err *e);
    /* assist_ahead; NULL: nothing is prepared ahead. */
    err_code (*ahead)(assist_engine *a, struct assist_completion *out, struct assist_next *next,
                      arena *arena, const struct assist_document *doc,
                      const struct assist_suggestion *accepted,
                      const struct assist_complete_options *options, const cancel_flag *cancel,
                      err *e);
    /* assist_files_with; NULL: no files are known. */
    size_t (*files_with)(assist_engine *a, str_view repo, str_view name, arena *arena,
                         str_view *paths, size_t cap);
    /* assist_told; NULL: it does not matter. */
    void (*told)(assist_engine *a, float confidence, bool accepted);
    /* What is known of the project. All five, or NULL for an engine that knows documents only. */
    err_code (*open_folder)(assist_engine *a, const char *root,
                            const struct assist_folder_options *options, err *e);
    void (*close_folder)(assist_engine *a, const char *root);
    void (*close_document)(assist_engine *a, str_view repo, str_view path);
    void (*file_changed)(assist_engine *a, const char *path);
    enum assist_work (*idle)(assist_engine *a);
};

struct lsp_server_options {
    int in_fd;
    int out_fd;
    const struct lsp_engine_api *engine;         /* borrowed for the call */
    struct assist_engine_options engine_options; /* the client's settings override what they name */
    const char *version;                         /* for serverInfo; NULL leaves it out */
    log_level level;                             /* of the log, until the client's settings say */
    size_t max_message_bytes; /* longer ones are skipped and answered with an error */
};
#define LSP_SERVER_OPTIONS_DEFAULT                                                                 \
    ((struct lsp_server_options){                                                                  \
        .in_fd = 0, .out_fd = 1, .level = LOG_INFO, .max_message_bytes = (size_t)64 << 20})

/* Serves one client. *exit_code is what the process should exit with: 0 after shutdown and then
 * exit or the end of input, 1 otherwise (LSP 3.18, "Exit Notification"). While it runs, SIGPIPE is
 * ignored, the log goes to the client, and cJSON allocates through base/mem.h; one server per
 * process at a time. Failed requests are answered with errors and do not end it. ERR_NOMEM, ERR_IO:
 * it could not start; or reading failed. Blocks. */
MUST_USE err_code lsp_server_run(int *exit_code, const struct lsp_server_options *options, err *e);

#endif
