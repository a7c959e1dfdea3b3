/* lsp/lsp_internal.h: the server's state and what its methods share. Everything here belongs to the
 * main thread. One method is one file, on_<method>.c, with one handler. */
#ifndef ARTEL_LSP_INTERNAL_H
#define ARTEL_LSP_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "assist/complete/change.h"
#include "assist/deliver/spot.h"
#include "assist/explain/render.h"
#include "assist/script/script.h"
#include "base/compiler.h"
#include "lsp/explain.h"
#include "lsp/frame.h"
#include "lsp/item.h"
#include "lsp/out.h"
#include "lsp/rpc.h"
#include "lsp/server.h"
#include "lsp/settings.h"
#include "lsp/shown.h"
#include "lsp/text.h"
#include "lsp/worker.h"
#include "model/gguf.h"

typedef struct lsp_server lsp_server;

typedef struct lsp_doc lsp_doc;

/* What the user is doing to a line, and did to the one before: see next_edit.c. */
struct lsp_line_change {
    buf before;   /* the line, before it was edited */
    size_t begin; /* where it begins */
    bool valid;   /* a line is being edited */
    arena mem;    /* of `last` */
    struct assist_change last;
    bool has_last;
    bool done_elsewhere; /* no file that is not open has a place for it */
};
struct lsp_doc {
    lsp_doc *next;
    char *uri;      /* as the client spells it; identity is byte equality */
    char *language; /* LSP language id */
    lsp_text text;
    lsp_shown shown;
    float seen;          /* confidence of what was shown last; 0: nothing, or it was taken */
    uint64_t seen_ns;    /* since when */
    lsp_shown ahead;     /* what comes after it, made ahead of time for another text: see ahead.c */
    uint64_t ahead_text; /* hash of that */
    uint64_t ahead_of;   /* hash of the suggestion that was taken for accepted; 0: none yet */
    struct lsp_line_change line_change;
    buf why;         /* assist_why of the last answer; empty: there was none */
    uint64_t seq;    /* unique over all documents and states; changes with every edit */
    int64_t version; /* the client's; only for the log */
    /* Where the last edit took text of one line away and put none; SIZE_MAX: it did something else.
     */
    size_t deleted_at;
    size_t hint;          /* byte offset where the user last was, for preparing */
    const char *unusable; /* why no suggestions can be made, static text; NULL when they can */
};

typedef enum {
    LSP_PROGRESS_NONE,
    LSP_PROGRESS_ASKED, /* whether it may be shown */
    LSP_PROGRESS_REFUSED,
    LSP_PROGRESS_SHOWN,
} lsp_progress_state;

/* A line of the client's progress display. */
struct lsp_progress {
    lsp_progress_state state;
    uint32_t number;  /* in its token */
    uint32_t request; /* of ours, that asked */
    uint64_t told_ns; /* when something was told last; clock time */
};

typedef struct lsp_folder lsp_folder;
struct lsp_folder {
    lsp_folder *next;
    char *uri; /* "": not the client's; see lsp__folder_of_doc */
    char *path;
    const char *name;       /* the end of `path` that no other open folder is called by */
    uint64_t looked_ns;     /* when it was listed last; clock time */
    uint32_t watch;         /* in the id of its registration; 0: none, or the client's folder */
    bool stopped;           /* the user wants no more of it to be read */
    size_t n_files, n_done; /* of the reading that goes on; n_done reaches n_files at its end */
    uint64_t reading_ns;    /* when that began; clock time */
    struct lsp_progress reading;
};

/* A notebook: its cells are documents, and context of each other. */
typedef struct lsp_notebook lsp_notebook;

typedef enum { LSP_ASK_INLINE, LSP_ASK_ITEMS, LSP_ASK_PANEL } lsp_ask_kind;

/* A request that is not answered yet. */
typedef struct lsp_ask lsp_ask;
struct lsp_ask {
    lsp_ask *next;
    char *id;
    lsp_ask_kind kind;
    bool invoked;
    uint64_t seq; /* of the document when it arrived */
    size_t cursor;
    uint64_t start_at; /* clock time before which it is not started; 0: was started */
    uint64_t received_ns;
    lsp_job *job;       /* NULL until started */
    char *token;        /* of a panel: partialResultToken, owned; NULL without */
    char *entry;        /* selectedCompletionInfo.text, owned; NULL without */
    size_t entry_begin; /* bytes of the document that the entry replaces */
    size_t entry_end;
};

/* A run of the scaffold: asked for, or offered and not yet known to be applied. See scaffold.c. */
typedef struct lsp_scaffold lsp_scaffold;

typedef void lsp_on_reply(lsp_server *s, const struct lsp_message *reply);

/* A request of ours that the client has not answered. */
typedef struct lsp_own lsp_own;
struct lsp_own {
    lsp_own *next;
    uint32_t number;
    lsp_on_reply *on_reply; /* may be NULL */
};

typedef enum { LSP_NEW, LSP_RUNNING, LSP_SHUT_DOWN } lsp_phase;
typedef enum {
    LSP_UNREGISTERED,
    LSP_REGISTERED_FOR_GOOD, /* in the answer to initialize */
    LSP_REGISTERED,
} lsp_registered;
typedef enum { LSP_TRACE_OFF, LSP_TRACE_MESSAGES, LSP_TRACE_VERBOSE } lsp_trace_level;

struct lsp_client_caps {
    bool inline_completion;
    bool configuration;     /* answers workspace/configuration */
    bool register_config;   /* takes registrations of didChangeConfiguration */
    bool register_items;    /* takes registrations of textDocument/completion */
    bool register_files;    /* takes registrations of didChangeWatchedFiles */
    bool relative_patterns; /* of them, for folders that are not its own */
    bool progress;          /* takes window/workDoneProgress/create */
    bool code_action;       /* knows textDocument/codeAction */
    bool action_literals;   /* takes code actions, not only commands */
    bool action_resolve;    /* keeps `data` and asks for `edit` later */
    bool edit_files;        /* takes documentChanges that create files */
    bool annotations;       /* takes changeAnnotations */
    bool apply_edit;        /* takes workspace/applyEdit */
    bool hover_markdown;    /* shows Markdown in hovers */
    bool register_hover;    /* takes registrations of textDocument/hover */
    bool register_hints;    /* takes registrations of textDocument/inlayHint */
    bool text_content;      /* asks for workspace/textDocumentContent */
    bool show_document;     /* takes window/showDocument */
    bool status;            /* takes didChangeStatus */
    struct lsp_item_caps items;
};

/* What didChangeStatus says. */
struct lsp_status {
    bool busy;
    const char *kind; /* static: "Normal", "Error", "Warning", "Inactive"; NULL: never said */
    char message[400];
};

struct lsp_server {
    const struct lsp_server_options *options;
    lsp_out *out;
    lsp_worker *worker;
    lsp_worker *helper;        /* for work that needs no engine; NULL until there is some */
    struct lsp_guess *guesses; /* of the model, that are waited for */
    char *guess_path;          /* the model that was looked at, whether it may be asked; owned */
    bool guess_can;
    lsp_frame_reader in;
    int wake_fd[2]; /* read end, write end */
    int parent_fd;  /* readable when the client's process ended; -1: not watched */
    lsp_phase phase;
    bool stop;
    lsp_encoding encoding;
    struct lsp_client_caps caps;
    lsp_trace_level trace;
    struct lsp_settings base;        /* defaults, command line, initializationOptions */
    struct lsp_settings settings;    /* base plus the client's configuration */
    lsp_registered items_registered; /* textDocument/completion */
    lsp_registered hover_registered; /* textDocument/hover */
    lsp_registered hints_registered; /* textDocument/inlayHint */
    bool watches;                    /* workspace/didChangeWatchedFiles */
    uint32_t last_watch;
    struct lsp_progress load_progress;
    uint32_t last_progress;
    queue *news; /* from the threads that read folders; see progress.c */
    bool loading;
    bool load_failed;
    lsp_doc *docs;
    lsp_doc *prepare_doc; /* to be read ahead at prepare_at; NULL: none */
    uint64_t prepare_at;  /* clock time */
    bool prepare_anew;    /* what was read of it is out of date */
    bool prepare_ahead;   /* what comes after the suggestion that is shown */
    lsp_doc *focus;       /* the document that the user looks at; NULL: not known */
    bool tells_focus;     /* the client says which that is; edits say nothing about it */
    struct lsp_status told;
    lsp_notebook *notebooks;
    lsp_folder *folders;
    lsp_ask *asks; /* oldest first */
    lsp_job *jobs; /* all that the worker has */
    lsp_own *own;
    uint32_t last_own;
    uint64_t last_seq;
    uint64_t *reported; /* hashes of sentences about settings that were logged already */
    size_t n_reported;
    err last_failure; /* of the engine, so that each is told once */
    uint64_t n_accepted, n_accepted_in_part, n_shown;
    lsp_scaffold *scaffolds; /* newest first */
    uint32_t last_scaffold;
    lsp_explain *explain; /* NULL until something was to be explained */
};

/* LSP_WHY_COMMAND: answers with plain text, exactly once. */
void lsp__why(lsp_server *s, const struct lsp_message *m);

/* --- talking (talk.c) --- */

/* Answers a request. result_end takes a writer on which answer_begin, the key "result" and one
 * value were written; it closes, sends and releases. When memory is short an internal error is sent
 * instead. */
void lsp__answer_begin(lsp_writer *w, const char *id);
void lsp__answer_end(lsp_server *s, lsp_writer *w, const char *id);
void lsp__answer_null(lsp_server *s, const char *id);
void lsp__answer_error(lsp_server *s, const char *id, int code, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* A notification: begin, write the value of params, end. */
void lsp__notify_begin(lsp_writer *w, const char *method);
void lsp__notify_end(lsp_server *s, lsp_writer *w);
/* A request of ours: begin (gives its number), write the value of params, end. */
uint32_t lsp__call_begin(lsp_server *s, lsp_writer *w, const char *method);
void lsp__call_end(lsp_server *s, lsp_writer *w, uint32_t number, lsp_on_reply *on_reply);
void lsp__on_response(lsp_server *s, const struct lsp_message *m);
/* Asks the client to send `method` from now on; `options` is its registerOptions as JSON text. */
void lsp__register(lsp_server *s, const char *id, const char *method, const char *options);
/* And no more. */
void lsp__unregister(lsp_server *s, const char *id, const char *method);
/* window/showMessage; type 1 error, 2 warning. For what the user must act on. */
void lsp__show_message(lsp_server *s, int type, const char *text);
/* $/logTrace when the client wants it; `verbose` may be NULL. */
void lsp__trace(lsp_server *s, const char *message, const char *verbose);
/* A TraceValue; anything else is off. */
lsp_trace_level lsp__trace_level(const cJSON *v);
/* Sends the log to the client as window/logMessage, from any thread. */
void lsp__log_to_client(lsp_server *s);

/* --- progress (progress.c) --- */

MUST_USE err_code lsp__progress_open(lsp_server *s);
void lsp__progress_release(lsp_server *s);
/* s->loading changed. */
void lsp__progress_load(lsp_server *s);
/* How far the folder `root` was read, for assist_folder_options; from any thread. */
void lsp__reading_tell(void *user, const char *root, size_t n_files, size_t n_done);
/* Takes what lsp__reading_tell brought. */
void lsp__reading_news(lsp_server *s);
/* The folder is read no more; `why` may be NULL. */
void lsp__reading_end(lsp_server *s, lsp_folder *f, const char *why);
/* The user cancels the progress with this token, if it is one of a folder. */
void lsp__reading_cancel(lsp_server *s, str_view token);

/* --- documents (docs.c) --- */

/* A copy for C's functions, owned by the caller; NULL: out of memory. */
char *lsp__copy_z(str_view v);

lsp_doc *lsp__doc_find(lsp_server *s, str_view uri);
/* Opens or reopens. ERR_NOMEM; a text that is too large gives a document that is unusable. */
MUST_USE err_code lsp__doc_open(lsp_doc **out, lsp_server *s, str_view uri, str_view language,
                                str_view text);
void lsp__doc_close(lsp_server *s, lsp_doc *doc);
/* Replaces [begin, end), following the shown suggestions. On failure the document is unusable until
 * it is opened again or sent whole. */
void lsp__doc_edit(lsp_server *s, lsp_doc *doc, size_t begin, size_t end, str_view with);
/* Replaces everything, as the smallest edit that does it. Makes an unusable document usable. */
void lsp__doc_set(lsp_server *s, lsp_doc *doc, str_view text);
/* A document that came, but is too much to read: nothing is suggested in it, for `why` (static). */
void lsp__doc_open_unread(lsp_server *s, str_view uri, const char *why);
/* An edit was lost: the document (all, when uri is empty) is not what the user sees any more. */
void lsp__doc_lost_edit(lsp_server *s, str_view uri, const char *why);
/* Name of the document and of its repository for the prompt, in `a`. ERR_NOMEM. */
MUST_USE err_code lsp__doc_names(lsp_server *s, const lsp_doc *doc, arena *a, str_view *path,
                                 str_view *repo);
/* A folder of the client's. NULL, with a line in the log, for the user's home and what is around
 * it, which editors name that were started there, and for a uri that is not usable; without memory.
 */
lsp_folder *lsp__folder_add(lsp_server *s, str_view uri);
void lsp__folder_remove(lsp_server *s, str_view uri);
/* The user opens or saves the document. When it lies in no folder of the client's, its repository,
 * where it has one, is opened as a folder; not the user's home. Asks the disk. */
void lsp__folder_of_doc(lsp_server *s, const lsp_doc *doc);
void lsp__docs_release(lsp_server *s);

/* textDocument.uri of params, and its document. False after answering (or logging) what is wrong.
 */
bool lsp__param_doc(lsp_doc **out, lsp_server *s, const struct lsp_message *m);
bool lsp__param_range(const cJSON *v, lsp_range *out);
bool lsp__param_pos(const cJSON *v, lsp_pos *out);

/* A TextDocumentItem, as didOpen has it; what is wrong with it is logged. */
void lsp__doc_open_item(lsp_server *s, const cJSON *item);
/* TextDocumentContentChangeEvents for the document; all or none. `version` may be NULL. */
void lsp__doc_change(lsp_server *s, lsp_doc *doc, const cJSON *version, const cJSON *changes);

/* --- what comes after the suggestion that is shown (ahead.c) --- */

/* Work that nobody waits for will find it, soon, if there is such work to do. */
void lsp__ahead_later(lsp_server *s, lsp_doc *doc, size_t cursor);
/* Makes of a PREPARE job for the document the one that finds it. False: there is nothing to find.
 */
bool lsp__ahead_job(const lsp_server *s, lsp_doc *doc, lsp_job *job);
/* The job is done. */
void lsp__ahead_done(lsp_server *s, const lsp_job *job);
/* Whether the document has become what something was made for: that is shown then. */
bool lsp__ahead_take(lsp_doc *doc, size_t cursor);

/* What was shown in the document was taken, or is no longer shown: the engine is told, of what was
 * there long enough to be seen. */
void lsp__tell(lsp_server *s, lsp_doc *doc, bool was_taken);

/* --- what follows from the last edit (next_edit.c) --- */

void lsp__next_edit_init(lsp_doc *doc);
void lsp__next_edit_release(lsp_doc *doc);
/* Bytes [begin, end) of the document are about to become `with`. */
void lsp__next_edit_note(lsp_doc *doc, size_t begin, size_t end, str_view with);
/* What is still to be put in at the cursor, so that the last change is made in its line too: all of
 * it, or the rest of what the user began. False: nothing. In `a`. */
bool lsp__next_edit_here(str_view *out, arena *a, lsp_doc *doc, size_t cursor);
/* Copilot's textDocument/copilotInlineEdit: the next place for what the user did last. */
void lsp__on_inline_edit(lsp_server *s, const struct lsp_message *m);
/* Asks the worker for the files that have the name; lsp__next_edit_found gets them, and answers
 * request `id` of Copilot's or, where that is NULL, makes all edits. False: it cannot be asked now.
 */
bool lsp__ask_files_with(lsp_server *s, const lsp_doc *doc, str_view name, const char *id);
void lsp__next_edit_found(lsp_server *s, const lsp_job *job);
/* The command: makes that edit; with "project": true all of them, in all files of the project. */
void lsp__next_edit_command(lsp_server *s, const struct lsp_message *m);
/* Writes the code actions for it: the next place, and all of the open documents. */
void lsp__next_edit_actions(lsp_server *s, lsp_writer *w, lsp_doc *doc, size_t at);

/* --- imports (imports.c) --- */

/* The argument of an accepted item's command: asks the client for the edits that it names. */
void lsp__apply_imports(lsp_server *s, const lsp_doc *doc, const cJSON *item);

/* --- watching files (watch.c) --- */

/* Asks the client to tell of changed files, or not to, as the settings say. */
void lsp__watch(lsp_server *s);
/* And of those of a folder that is not its own; nothing else happens. */
void lsp__folder_watch(lsp_server *s, lsp_folder *f);
void lsp__folder_unwatch(lsp_server *s, lsp_folder *f);

/* --- notebooks (notebook.c) --- */

/* The code cells of the document's notebook before and behind it that are in its language, as one
 * text each, copied to `a`; empty for a document that is no code cell. */
void lsp__notebook_around(lsp_server *s, const lsp_doc *doc, arena *a, str_view *before,
                          str_view *after);
void lsp__notebooks_release(lsp_server *s);

/* --- status (status.c) --- */

/* The user does something in the document: a sign of focus, from clients that do not tell it. */
void lsp__status_touched(lsp_server *s, lsp_doc *doc);
/* Tells the client what changed of the status. Returns when to look again, or 0. */
uint64_t lsp__status_tell(lsp_server *s, uint64_t now);

/* --- suggestions (suggest.c) --- */

/* Why nothing is suggested in the document, part of a sentence; NULL when something is. */
const char *lsp__why_silent(lsp_server *s, const lsp_doc *doc);

/* Whether the list of completions is to have suggestions too. */
bool lsp__items_wanted(const lsp_server *s);
/* Takes over m->id's request: answers now or later, exactly once. */
void lsp__ask(lsp_server *s, const struct lsp_message *m, lsp_ask_kind kind);
/* $/cancelRequest for this id. */
void lsp__ask_cancel(lsp_server *s, const char *id);
/* The document with state `seq` is gone or changed: its jobs stop, its requests are answered. */
void lsp__asks_outdated(lsp_server *s, uint64_t seq, bool closed);
void lsp__asks_end(lsp_server *s);
/* The document is worth reading ahead around doc->hint, once it has been quiet. */
void lsp__prepare_later(lsp_server *s, lsp_doc *doc);
/* Starts what is due. Returns the time of the next, or 0. */
uint64_t lsp__timers(lsp_server *s, uint64_t now);
void lsp__job_done(lsp_server *s, lsp_job *job);
/* (Re)loads the engine as the settings say, and tells it the folders. */
void lsp__load(lsp_server *s);
/* Tells the engine to read the folder, once it is loaded and unless the user wants no such thing.
 */
void lsp__folder_read(lsp_server *s, const lsp_folder *f);
/* Tells the engine of a folder or a file, by its path, once it is loaded. */
void lsp__note_path(lsp_server *s, lsp_note note, str_view path);
/* The document is about to be closed. */
void lsp__note_closed(lsp_server *s, const lsp_doc *doc);

/* --- code from samples (scaffold.c) --- */

#define LSP_SCAFFOLD_COMMAND "artel.scaffold"         /* [{uri, target, range, at, name}] */
#define LSP_APPLIED_COMMAND  "artel.scaffold.applied" /* [number]; follows an action's edit */
#define LSP_SCAFFOLD_KIND    "refactor.extract.artel"

/* Which sample a place in the document means. */
assist_spot lsp__scaffold_spot(const lsp_doc *doc, arena *a, size_t begin, size_t end,
                               bool invoked);
/* Whether the target's files are in the document's language; `target` is its place in the menu. */
bool lsp__scaffold_is_same_language(const lsp_doc *doc, size_t target);
/* Begins what `where` ({uri, target, range, at, name}) asks for, and answers now or later, exactly
 * once: with `action` and its edit, or when that is NULL with null, the edit going by
 * workspace/applyEdit or by our own hand. */
void lsp__scaffold_start(lsp_server *s, const char *id, const cJSON *action, const cJSON *where);
/* LSP_SCAFFOLD_COMMAND: answers now or later, exactly once. */
void lsp__scaffold_command(lsp_server *s, const struct lsp_message *m);
/* LSP_APPLIED_COMMAND; an unknown number is ignored. */
void lsp__scaffold_applied(lsp_server *s, uint32_t number);
/* The helper is done with a job. */
void lsp__scaffold_done(lsp_server *s, lsp_job *job);
/* $/cancelRequest for this id. */
void lsp__scaffold_cancel(lsp_server *s, const char *id);
/* The user cancels the progress with this token of the client's, if it is one of a scaffold. */
void lsp__scaffold_cancel_progress(lsp_server *s, str_view token);
/* Before the helper is destroyed, with all its jobs; and after it. */
void lsp__scaffolds_cancel_all(lsp_server *s);
void lsp__scaffolds_end(lsp_server *s);

/* --- what a model is asked besides suggestions (guess.c) --- */

typedef struct lsp_guess lsp_guess;

struct lsp_guess_kind {
    /* On the helper's thread; what it answers lives in `mem`. */
    err_code (*ask)(void *matter, arena *mem, const model_gguf *model, const cancel_flag *cancel,
                    err *e);
    /* Answers the request, exactly once. why_not: the reason why there is no guess, or NULL. */
    void (*answer)(lsp_server *s, const char *id, void *matter, const char *why_not);
};

/* For the question, whose matter lives in its memory. NULL: out of memory. */
lsp_job *lsp__guess_job(void);
/* Takes the job; the request is answered later. False: not begun, nothing is answered. */
bool lsp__guess_start(lsp_server *s, const char *id, lsp_job *job,
                      const struct lsp_guess_kind *kind, void *matter);
/* Whether the model of the settings may be asked. Its file is looked at once. */
bool lsp__guess_model_can(lsp_server *s);
/* The helper is done with a job; false: it is none of these. */
bool lsp__guess_done(lsp_server *s, lsp_job *job);
/* $/cancelRequest for this id; NULL: all of them. */
void lsp__guess_cancel(lsp_server *s, const char *id);
/* After the helper was destroyed, with its jobs. */
void lsp__guesses_end(lsp_server *s);

/* --- the model's guess behind an explanation (prose.c) --- */

struct lsp_prose_question {
    const gram_language *lang;
    str_view code; /* copied, as is `text` */
    str_view text; /* the explanation */
    enum explain_format format;
    bool show;
};

/* Answers the request later with the explanation and the guess behind it, or why there is none.
 * False: not begun, nothing is answered. */
bool lsp__prose_start(lsp_server *s, const char *id, const struct lsp_prose_question *q);
/* Starts the helper if it does not run. */
bool lsp__helper_start(lsp_server *s, err *e);

/* --- code actions (on_code_action.c) --- */

/* An action that runs a command, or for clients without actions the command alone: between the two
 * calls the members of its only argument are written. */
void lsp__action_begin(const lsp_server *s, lsp_writer *w, const char *title, const char *kind,
                       const char *command);
void lsp__action_end(const lsp_server *s, lsp_writer *w);

/* --- scripts from comments (script.c) --- */

#define LSP_SCRIPT_KIND "refactor.rewrite.artel"

/* Writes the action for the comment on the range's first line, if it says what to do. */
void lsp__script_actions(lsp_server *s, lsp_writer *w, const lsp_doc *doc, lsp_range range);
/* The script for the comment above the cursor's empty line at the end of the document, without what
 * repeats the comment; in `a`. False: there is none. Cost: milliseconds below a comment. */
bool lsp__script_below(str_view *out, arena *a, const lsp_doc *doc, size_t cursor);

/* What the comment on this line comes to, and in which language; all in `a`. ERR_NOT_FOUND: it is
 * none, or in no language of scripts. */
err_code lsp__script_read(assist_script *out, str_view *comment, assist_script_options *how,
                          arena *a, const lsp_doc *doc, size_t line);
/* Whether it was written and parses. */
bool lsp__script_is_sound(const assist_script *script, arena *a,
                          const assist_script_language *language);
/* The script as it stands on that line. */
str_view lsp__script_for_line(str_view script, size_t line);
/* The edit, as a member, that puts the script in the place of the line. */
void lsp__script_write_edit(lsp_server *s, lsp_writer *w, const lsp_doc *doc, size_t line,
                            str_view text);
#define LSP_SCRIPT_COMMAND "artel.writeScript"
/* Answers workspace/executeCommand of that name, [{uri, line}]: the script for the comment there is
 * put in by workspace/applyEdit; what no step covers the model writes, if it can. */
void lsp__script_command(lsp_server *s, const struct lsp_message *m);
/* Writes the action for that, where there is a model that can. */
void lsp__script_guess_action(lsp_server *s, lsp_writer *w, const lsp_doc *doc, size_t line);

/* Whether the URI is spelled as its standard has it; only such a one can be the key of an edit. */
bool lsp__is_plain_uri(const char *uri);

/* --- code from code (generate.c) --- */

#define LSP_GENERATE_KIND LSP_SCRIPT_KIND

/* Writes the actions for what stands at the range's begin. */
void lsp__generate_actions(lsp_server *s, lsp_writer *w, const lsp_doc *doc, lsp_range range);
#define LSP_GENERATE_COMMAND "artel.generate"
/* Answers workspace/executeCommand of that name, [{uri, position, kind}]: the code is put in by
 * workspace/applyEdit, and the answer is null. Without a kind: what there is for the place, as
 * [{kind, title, says}], where `says` tells why there is nothing to write. */
void lsp__generate_command(lsp_server *s, const struct lsp_message *m);
/* Answers a codeAction/resolve whose data is ours; false when it is not. */
bool lsp__generate_resolve(lsp_server *s, const struct lsp_message *m, const cJSON *data);

/* --- configuration (configure.c) --- */

void lsp__settings_from(lsp_server *s, struct lsp_settings *to, const cJSON *object);
/* Takes new settings from the client (NULL or null: back to the base) and acts on what changed. */
void lsp__configure(lsp_server *s, const cJSON *object);
/* Asks the client for its configuration. */
void lsp__configuration_pull(lsp_server *s);

/* --- dispatch.c and the methods --- */

void lsp__dispatch(lsp_server *s, const struct lsp_message *m);

typedef void lsp_handler(lsp_server *s, const struct lsp_message *m);
lsp_handler lsp__on_initialize, lsp__on_initialized, lsp__on_shutdown, lsp__on_exit,
    lsp__on_set_trace, lsp__on_cancel, lsp__on_progress_cancel, lsp__on_did_open,
    lsp__on_did_change, lsp__on_did_close, lsp__on_did_save, lsp__on_did_change_configuration,
    lsp__on_did_change_workspace_folders, lsp__on_did_change_watched_files,
    lsp__on_inline_completion, lsp__on_completion, lsp__on_execute_command, lsp__on_code_action,
    lsp__on_code_action_resolve, lsp__on_hover, lsp__on_inlay_hint, lsp__on_text_document_content,
    lsp__on_did_focus, lsp__on_did_show, lsp__on_did_partially_accept, lsp__on_panel_completion,
    lsp__on_notebook_open, lsp__on_notebook_change, lsp__on_notebook_close;

/* A descriptor that becomes readable when process `pid` ends, or -1 where that cannot be had. */
int lsp__parent_watch(uint32_t pid);

#endif
