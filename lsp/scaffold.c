/* Code from samples, as code actions and as a command.
 *
 * A code action names a place and a target. Resolving it (or the command `artel.scaffold`, for
 * clients that cannot resolve) makes a job for the helper thread, whose result becomes a workspace
 * edit: new files, merges of files that artel wrote before. Where the client cannot create files,
 * the server writes them itself. The base of the next merge is kept only when the client says that
 * the edit was made: by the command that follows an action, or by its answer to
 * workspace/applyEdit. */
#include "lsp/lsp_internal.h"

#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>

#include "assist/deliver/deliver.h"
#include "assist/deliver/diff.h"
#include "assist/deliver/samples.h"
#include "assist/deliver/spot.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "grammars/language.h"
#include "lsp/uri.h"

enum {
    MAX_KEPT = 8,    /* edits offered and not yet known to be made */
    MAX_NOTES = 4,   /* shown; the command prints all */
    MAX_NEARBY = 64, /* open documents that a run may merge with */
    /* A sample of this size takes long enough to show how far it is read. */
    LONG_BYTES = 16 << 20,
    PROGRESS_MS = 200,
};

/* A document that is open in the client. */
struct nearby {
    const char *path, *uri;
    str_view text;
    int64_t version;
};

/* What a job is about: the question, copied, and the answer. In job->mem, as all it points to. */
struct matter {
    assist_spot spot;
    const char *target;
    str_view sample_name;             /* of the document */
    str_view doc_uri, doc_path, text; /* the document itself; path empty when it has no file */
    str_view folder, folder_uri;      /* where files go */
    assist_scaffold_options options;
    bool same_language; /* as the target's: a comment's own document may take the code */
    bool write;         /* the client cannot create files */
    struct nearby *nearby;
    size_t n_nearby;
    assist_delivery plan;
    assist_deliver_file inside; /* the code behind the comment */
    const char *inside_key;     /* NULL: it goes to files */
    lsp_server *server;         /* for notifications, which any thread may send */
    char token[32];             /* of the progress, as JSON */
    atomic_bool shown;          /* the client has made a display for the token */
    bool begun;                 /* the helper has written to it */
    uint64_t told_ns;
};

struct lsp_scaffold {
    lsp_scaffold *next;
    uint32_t number;  /* names it for artel.scaffold.applied */
    uint32_t call;    /* our workspace/applyEdit; 0: none */
    uint32_t display; /* our window/workDoneProgress/create; 0: none */
    char *id;         /* of the request; NULL once answered */
    char *action;     /* JSON of the code action to resolve; NULL for the command */
    lsp_job *job;
};

/* --- on the helper thread --- */

static bool open_text(void *user, const char *path, str_view *text)
{
    const struct matter *m = user;
    for (size_t i = 0; i < m->n_nearby; i++) {
        if (strcmp(m->nearby[i].path, path) == 0) {
            *text = m->nearby[i].text;
            return true;
        }
    }
    return false;
}

static void tell_progress(struct matter *m, const char *kind, int64_t percent)
{
    lsp_writer w;
    lsp__notify_begin(&w, "$/progress");
    lsp_write_object_begin(&w);
    lsp_write_key(&w, "token");
    lsp_write_raw(&w, str_of(m->token));
    lsp_write_key(&w, "value");
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "kind", str_of(kind));
    if (strcmp(kind, "begin") == 0)
        lsp_write_member_str(&w, "title", STR("artel: reading the sample"));
    if (strcmp(kind, "begin") == 0)
        lsp_write_member_bool(&w, "cancellable", true);
    if (percent >= 0)
        lsp_write_member_int(&w, "percentage", percent);
    lsp_write_object_end(&w);
    lsp_write_object_end(&w);
    lsp__notify_end(m->server, &w);
}

static bool go_on(void *user, uint64_t done, uint64_t all)
{
    lsp_job *job = user;
    struct matter *m = job->matter;
    uint64_t now = clock_now_ns();
    if (atomic_load(&m->shown) && all && now - m->told_ns >= PROGRESS_MS * UINT64_C(1000000)) {
        tell_progress(m, m->begun ? "report" : "begin", (int64_t)(done * 100 / all));
        m->begun = true;
        m->told_ns = now;
    }
    return !cancel_requested(&job->cancel);
}

/* Whether nothing but comments and blank lines stands before the line of the comment. */
static bool only_comments(const struct matter *m)
{
    const gram_language *lang = gram_language_by_path(m->doc_path);
    str_view rest = str_slice(m->text, 0, m->spot.end);
    while (lang && rest.len) {
        str_view line = str_trim(str_take_line(&rest)), list = str_of(lang->line_comments), mark;
        bool comment = line.len == 0;
        while (!comment && gram_list_next(&list, &mark))
            comment = str_starts(line, mark);
        list = str_of(lang->block_comments);
        if (!comment && gram_list_next(&list, &mark))
            comment = str_starts(line, mark);
        if (!comment)
            return false;
    }
    return lang != NULL;
}

/* A file that holds nothing but the comment (and what was put behind it before) takes the code
 * itself. */
static err_code put_inside(struct matter *m, arena *a, err *e)
{
    if (m->spot.kind != ASSIST_SPOT_COMMENT || !m->same_language || m->plan.n_files != 1 ||
        !m->doc_path.len || m->write || !only_comments(m))
        return ERR_OK;
    str_view key = arena_format(a, "%.*s#%.*s", STR_ARG(m->doc_path), STR_ARG(m->spot.file));
    if (!key.ptr)
        return ERR_NOMEM;
    err_code rc = assist_deliver_inside(
        &m->inside, a, key.ptr, m->doc_path, str_slice(m->text, 0, m->spot.end),
        str_slice(m->text, m->spot.end, m->text.len), m->plan.files[0].generated, e);
    if (rc == ERR_OK && m->inside.state != ASSIST_FILE_FOREIGN)
        m->inside_key = key.ptr;
    return rc;
}

static void work(lsp_job *job)
{
    struct matter *m = job->matter;
    assist_samples *samples = NULL;
    assist_scaffold_input one = {.name = m->sample_name, .text = m->spot.sample};
    assist_deliver_request request = {.inputs = &one,
                                      .n_inputs = 1,
                                      .targets = &m->target,
                                      .n_targets = 1,
                                      .options = m->options,
                                      .folder = m->folder,
                                      .fit = true,
                                      .open_text = open_text,
                                      .user = m};
    err_code rc = ERR_OK;
    if (m->spot.kind == ASSIST_SPOT_COMMENT) {
        bool rooted = m->spot.file.ptr[0] == '/';
        str_view path = arena_format(&job->mem, "%.*s%s%.*s", rooted ? 0 : (int)m->folder.len,
                                     m->folder.ptr, rooted ? "" : "/", STR_ARG(m->spot.file));
        assist_samples_options options = {.progress = go_on, .user = job};
        rc = path.ptr ? assist_samples_open(&samples, &path.ptr, 1, &options, &job->error)
                      : ERR_NOMEM;
        if (rc == ERR_OK) {
            request.inputs = assist_samples_inputs(samples, &request.n_inputs);
            request.options.hints = assist_samples_hints(samples);
        }
    } else if (m->spot.kind == ASSIST_SPOT_DOCUMENT && m->doc_path.len) {
        rc = assist_samples_find_hints(&request.options.hints, &job->mem, m->doc_path.ptr,
                                       &job->error);
    }
    if (rc == ERR_OK)
        rc = assist_deliver_plan(&m->plan, &job->mem, &request, &job->error);
    if (rc == ERR_OK && samples)
        rc = assist_samples_check(samples, &job->error);
    if (rc == ERR_OK && !m->plan.bug.target.len)
        rc = put_inside(m, &job->mem, &job->error);
    if (rc == ERR_OK && m->write && !m->plan.bug.target.len && !m->plan.n_refused)
        rc = assist_deliver_write(&m->plan, &job->error);
    assist_samples_close(samples);
    if (m->begun)
        tell_progress(m, "end", -1);
    job->rc = rc;
}

/* --- the edit --- */

static void write_pos(lsp_writer *w, const char *key, size_t line)
{
    lsp_write_key(w, key);
    lsp_write_object_begin(w);
    lsp_write_member_int(w, "line", (int64_t)line);
    lsp_write_member_int(w, "character", 0);
    lsp_write_object_end(w);
}

/* One TextEdit: lines [begin, end) become the text. A line past the last one means the end. */
static void write_edit(lsp_writer *w, size_t begin, size_t end, str_view text,
                       const char *annotation)
{
    lsp_write_object_begin(w);
    lsp_write_key(w, "range");
    lsp_write_object_begin(w);
    write_pos(w, "start", begin);
    write_pos(w, "end", end);
    lsp_write_object_end(w);
    lsp_write_member_str(w, "newText", text);
    if (annotation)
        lsp_write_member_str(w, "annotationId", str_of(annotation));
    lsp_write_object_end(w);
}

/* A TextDocumentEdit that turns `before` into `after`; only the lines that differ. */
static err_code write_document_edit(lsp_writer *w, arena *a, str_view uri, const int64_t *version,
                                    str_view before, str_view after, const char *annotation)
{
    diff d;
    err_code rc = diff_make(&d, a, before, after);
    if (rc != ERR_OK)
        return rc;
    lsp_write_object_begin(w);
    lsp_write_key(w, "textDocument");
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "uri", uri);
    lsp_write_key(w, "version");
    if (version)
        lsp_write_int(w, *version);
    else
        lsp_write_null(w);
    lsp_write_object_end(w);
    lsp_write_key(w, "edits");
    lsp_write_array_begin(w);
    for (size_t i = 0; i < d.n_hunks; i++) {
        const diff_hunk *h = &d.hunks[i];
        str_view with = {NULL, 0};
        if (h->b_end > h->b_begin) {
            const char *begin = d.b.items[h->b_begin].ptr;
            str_view last = d.b.items[h->b_end - 1];
            with = (str_view){begin, (size_t)(last.ptr + last.len - begin)};
        }
        write_edit(w, h->a_begin, h->a_end, with, annotation);
    }
    lsp_write_array_end(w);
    lsp_write_object_end(w);
    return ERR_OK;
}

static str_view file_uri(arena *a, const struct matter *m, const char *absolute, str_view path)
{
    for (size_t i = 0; i < m->n_nearby; i++) {
        if (strcmp(m->nearby[i].path, absolute) == 0)
            return str_of(m->nearby[i].uri);
    }
    /* Paths of targets are made of letters, digits, `-`, `_`, `.` and `/`: nothing to escape. */
    return assist_deliver_join(a, m->folder_uri, path);
}

static const int64_t *version_of(const struct matter *m, str_view uri)
{
    for (size_t i = 0; i < m->n_nearby; i++) {
        if (str_eq(str_of(m->nearby[i].uri), uri))
            return &m->nearby[i].version;
    }
    return NULL;
}

static void write_annotations(lsp_writer *w, const struct matter *m)
{
    lsp_write_key(w, "changeAnnotations");
    lsp_write_object_begin(w);
    lsp_write_key(w, "new");
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "label", STR("New, from the sample"));
    lsp_write_object_end(w);
    lsp_write_key(w, "changed");
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "label", STR("Changed with the sample"));
    lsp_write_member_bool(w, "needsConfirmation", true);
    lsp_write_member_str(w, "description", m->sample_name);
    lsp_write_object_end(w);
    lsp_write_object_end(w);
}

/* The WorkspaceEdit. */
static err_code write_workspace_edit(lsp_server *s, lsp_writer *w, struct matter *m, arena *a)
{
    bool annotate = s->caps.annotations;
    const char *is_new = annotate ? "new" : NULL, *changed = annotate ? "changed" : NULL;
    err_code rc = ERR_OK;
    lsp_write_object_begin(w);
    lsp_write_key(w, "documentChanges");
    lsp_write_array_begin(w);
    if (m->inside_key) {
        str_view head = str_slice(m->text, 0, m->spot.end);
        str_view after = arena_format(a, "%.*s%.*s", STR_ARG(head), STR_ARG(m->inside.after));
        bool fresh = m->inside.state == ASSIST_FILE_NEW;
        rc = write_document_edit(w, a, m->doc_uri, version_of(m, m->doc_uri), m->text, after,
                                 fresh ? is_new : changed);
    }
    for (size_t i = 0; !m->inside_key && i < m->plan.n_files && rc == ERR_OK; i++) {
        const assist_deliver_file *f = &m->plan.files[i];
        str_view uri = file_uri(a, m, f->absolute, f->path);
        if (f->state == ASSIST_FILE_SAME)
            continue;
        if (f->state == ASSIST_FILE_NEW) {
            lsp_write_object_begin(w);
            lsp_write_member_str(w, "kind", STR("create"));
            lsp_write_member_str(w, "uri", uri);
            lsp_write_key(w, "options");
            lsp_write_raw(w, STR("{\"ignoreIfExists\":true}"));
            if (is_new)
                lsp_write_member_str(w, "annotationId", str_of(is_new));
            lsp_write_object_end(w);
        }
        rc = write_document_edit(w, a, uri, version_of(m, uri), f->before, f->after,
                                 f->state == ASSIST_FILE_NEW ? is_new : changed);
    }
    lsp_write_array_end(w);
    if (annotate)
        write_annotations(w, m);
    lsp_write_object_end(w);
    return rc == ERR_OK && arena_failed(a) ? ERR_NOMEM : rc;
}

/* --- the end of a run --- */

static void scaffold_destroy(lsp_scaffold *x)
{
    if (!x)
        return;
    lsp_job_destroy(x->job);
    mem_free(x->id);
    mem_free(x->action);
    mem_free(x);
}

static void forget(lsp_server *s, lsp_scaffold *x)
{
    for (lsp_scaffold **at = &s->scaffolds; *at; at = &(*at)->next) {
        if (*at == x) {
            *at = x->next;
            break;
        }
    }
    scaffold_destroy(x);
}

void lsp__scaffolds_end(lsp_server *s)
{
    while (s->scaffolds) {
        lsp_scaffold *x = s->scaffolds;
        s->scaffolds = x->next;
        scaffold_destroy(x);
    }
}

void lsp__scaffolds_cancel_all(lsp_server *s)
{
    for (lsp_scaffold *x = s->scaffolds; x; x = x->next) {
        if (x->job)
            cancel_request(&x->job->cancel);
        if (x->id) /* the helper has it, and destroys it */
            x->job = NULL;
    }
}

/* The client made the edit: what was generated is the base of the next merge. */
static void remember(lsp_server *s, lsp_scaffold *x)
{
    struct matter *m = x->job->matter;
    err e = {{0}};
    err_code rc = ERR_OK;
    if (m->inside_key)
        rc = assist_deliver_remember(m->inside_key, m->inside.generated, &e);
    for (size_t i = 0; !m->inside_key && i < m->plan.n_files && rc == ERR_OK; i++)
        rc = assist_deliver_remember(m->plan.files[i].absolute, m->plan.files[i].generated, &e);
    if (rc != ERR_OK)
        log_write(LOG_WARNING, "the next run cannot merge with these files: %s", e.text);
    forget(s, x);
}

void lsp__scaffold_applied(lsp_server *s, uint32_t number)
{
    for (lsp_scaffold *x = s->scaffolds; x; x = x->next) {
        if (x->number == number && !x->id) {
            remember(s, x);
            return;
        }
    }
}

static void on_applied(lsp_server *s, const struct lsp_message *reply)
{
    bool applied = false;
    for (lsp_scaffold *x = s->scaffolds; x; x = x->next) {
        char id[16];
        snprintf(id, sizeof id, "%u", x->call);
        if (!x->call || !reply->id || strcmp(id, reply->id) != 0)
            continue;
        if (lsp_json_as_bool(lsp_json_get(reply->result, "applied"), &applied) && applied) {
            remember(s, x);
        } else {
            log_write(LOG_INFO, "the editor did not take the files");
            forget(s, x);
        }
        return;
    }
}

/* One sentence for what cannot be done, or NULL. */
static const char *obstacle(const struct matter *m, arena *a)
{
    const assist_deliver_bug *bug = &m->plan.bug;
    if (bug->target.len)
        return arena_format(a,
                            "this is a fault of artel, please report it: what it wrote for %.*s "
                            "does not parse (line %zu: %.*s)%s%.*s",
                            STR_ARG(bug->target), bug->line, STR_ARG(str_slice(bug->near, 0, 100)),
                            bug->sample.len ? "; a sample that shows it: " : "",
                            STR_ARG(str_slice(bug->sample, 0, 200)))
            .ptr;
    if (m->inside_key && m->inside.state == ASSIST_FILE_CONFLICT)
        return arena_format(a, "your changes and the new version touch the same lines; nothing was "
                               "changed")
            .ptr;
    for (size_t i = 0; !m->inside_key && i < m->plan.n_files; i++) {
        const assist_deliver_file *f = &m->plan.files[i];
        if (f->state == ASSIST_FILE_FOREIGN)
            return arena_format(a,
                                "%.*s is there already and was not written by artel; nothing was "
                                "changed",
                                STR_ARG(f->path))
                .ptr;
        if (f->state == ASSIST_FILE_CONFLICT)
            return arena_format(a,
                                "%.*s:%zu: your changes and the new version touch the same lines; "
                                "nothing was changed",
                                STR_ARG(f->path), f->first_conflict)
                .ptr;
    }
    return NULL;
}

static bool changes_nothing(const struct matter *m)
{
    if (m->inside_key)
        return m->inside.state == ASSIST_FILE_SAME;
    for (size_t i = 0; i < m->plan.n_files; i++) {
        if (m->plan.files[i].state != ASSIST_FILE_SAME)
            return false;
    }
    return true;
}

/* The code action with its edit, and the command that tells us that it was made. */
static err_code answer_action(lsp_server *s, lsp_scaffold *x, bool nothing)
{
    struct matter *m = x->job->matter;
    lsp_writer w;
    err_code rc = ERR_OK;
    lsp__answer_begin(&w, x->id);
    lsp_write_object_begin(&w);
    /* Its own members as the client sent them, without the braces. */
    str_view own = str_of(x->action);
    if (own.len > 2)
        lsp_write_raw(&w, str_slice(own, 1, own.len - 1));
    if (!nothing) {
        lsp_write_key(&w, "edit");
        rc = write_workspace_edit(s, &w, m, &x->job->mem);
        lsp_write_key(&w, "command");
        lsp_write_object_begin(&w);
        lsp_write_member_str(&w, "title", STR("artel"));
        lsp_write_member_str(&w, "command", STR(LSP_APPLIED_COMMAND));
        lsp_write_key(&w, "arguments");
        lsp_write_array_begin(&w);
        lsp_write_int(&w, x->number);
        lsp_write_array_end(&w);
        lsp_write_object_end(&w);
    }
    lsp_write_object_end(&w);
    if (rc == ERR_OK)
        lsp__answer_end(s, &w, x->id);
    else
        lsp_write_release(&w);
    return rc;
}

static err_code apply_edit(lsp_server *s, lsp_scaffold *x)
{
    lsp_writer w;
    x->call = lsp__call_begin(s, &w, "workspace/applyEdit");
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "label", STR("artel: code from a sample"));
    lsp_write_key(&w, "edit");
    err_code rc = write_workspace_edit(s, &w, x->job->matter, &x->job->mem);
    lsp_write_object_end(&w);
    if (rc == ERR_OK)
        lsp__call_end(s, &w, x->call, on_applied);
    else
        lsp_write_release(&w);
    return rc;
}

/* Which types of the project are used, and which differ. */
static void tell_notes(lsp_server *s, const struct matter *m)
{
    char text[512 * MAX_NOTES]; /* each is shorter */
    size_t n = 0, n_told = 0;
    for (size_t i = 0; i < m->plan.n_notes && n_told < MAX_NOTES; i++) {
        const assist_scaffold_note *note = &m->plan.notes[i];
        if (!note->of_project)
            continue;
        int k = snprintf(text + n, sizeof text - n, "%s%.*s:%zu: %.*s",
                         n_told++ ? "\n" : "artel: ", STR_ARG(str_slice(note->input, 0, 120)),
                         note->line, STR_ARG(str_slice(note->text, 0, 120)));
        n += k > 0 ? (size_t)k : 0;
    }
    if (n)
        lsp__show_message(s, 3, text);
}

static void tell_written(lsp_server *s, const struct matter *m)
{
    char line[512];
    size_t n = 0;
    for (size_t i = 0; i < m->plan.n_files && n < sizeof line; i++) {
        const assist_deliver_file *f = &m->plan.files[i];
        int k = snprintf(line + n, sizeof line - n, "%s%.*s (%s)",
                         i ? ", " : "artel: ", STR_ARG(f->path), assist_file_state_name(f->state));
        n += k > 0 ? (size_t)k : 0;
    }
    lsp__show_message(s, 3, line);
}

void lsp__scaffold_done(lsp_server *s, lsp_job *job)
{
    lsp_scaffold *x = s->scaffolds;
    while (x && x->job != job)
        x = x->next;
    if (!x) {
        lsp_job_destroy(job);
        return;
    }
    struct matter *m = job->matter;
    const char *why = job->rc == ERR_OK ? obstacle(m, &job->mem) : NULL;
    bool keep = false;
    err_code rc = job->rc;
    if (rc != ERR_OK || why) {
        bool cancelled = rc == ERR_CANCELLED;
        const char *text = why ? why : job->error.text[0] ? job->error.text : err_name(rc);
        lsp__answer_error(s, x->id, cancelled ? LSP_REQUEST_CANCELLED : LSP_REQUEST_FAILED, "%s",
                          text);
    } else if (x->action) {
        bool nothing = changes_nothing(m);
        rc = answer_action(s, x, nothing);
        keep = rc == ERR_OK && !nothing;
        if (nothing)
            lsp__show_message(s, 3, "artel: the files say just that already.");
    } else {
        if (m->write || changes_nothing(m))
            tell_written(s, m);
        else {
            rc = apply_edit(s, x);
            keep = rc == ERR_OK;
        }
        if (rc == ERR_OK)
            lsp__answer_null(s, x->id);
    }
    if (rc != ERR_OK && rc != job->rc)
        lsp__answer_error(s, x->id, LSP_INTERNAL_ERROR, "%s", err_name(rc));
    if (rc == ERR_OK && !why)
        tell_notes(s, m);
    mem_free(x->id);
    x->id = NULL;
    if (!keep) {
        forget(s, x);
        return;
    }
    /* Clients need not make an edit that they asked for: only the latest are kept. */
    size_t n = 0;
    for (lsp_scaffold *k = s->scaffolds, *next; k; k = next) {
        next = k->next;
        if (!k->id && ++n > MAX_KEPT)
            forget(s, k);
    }
}

void lsp__scaffold_cancel(lsp_server *s, const char *id)
{
    for (lsp_scaffold *x = s->scaffolds; x; x = x->next) {
        if (x->id && strcmp(x->id, id) == 0)
            cancel_request(&x->job->cancel);
    }
}

void lsp__scaffold_cancel_progress(lsp_server *s, str_view token)
{
    for (lsp_scaffold *x = s->scaffolds; x; x = x->next) {
        const struct matter *of = x->id ? x->job->matter : NULL;
        str_view own = of ? str_of(of->token) : STR("");
        if (own.len && str_eq(str_slice(own, 1, own.len - 1), token))
            cancel_request(&x->job->cancel);
    }
}

/* --- the beginning of a run --- */

static str_view dir_of(str_view path)
{
    while (path.len > 1 && path.ptr[path.len - 1] != '/')
        path.len--;
    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

/* Where files from this document go: beside it, or into the first folder of the workspace. False
 * when there is no such place. */
static bool find_folder(lsp_server *s, const lsp_doc *doc, arena *a, struct matter *m)
{
    str_view uri = str_of(doc->uri), path;
    if (str_starts(uri, STR("file:")) && lsp_uri_to_path(&path, a, uri) == ERR_OK) {
        m->doc_path = arena_copy(a, path);
        m->folder = arena_copy(a, dir_of(path));
        m->folder_uri = arena_copy(a, dir_of(uri));
        return true;
    }
    if (!s->folders || !s->folders->uri[0])
        return false;
    m->folder = arena_copy(a, str_of(s->folders->path));
    m->folder_uri = arena_copy(a, str_of(s->folders->uri));
    while (m->folder_uri.len && m->folder_uri.ptr[m->folder_uri.len - 1] == '/')
        m->folder_uri.len--;
    return true;
}

static void copy_nearby(lsp_server *s, arena *a, struct matter *m)
{
    m->nearby = ARENA_ARRAY(a, struct nearby, MAX_NEARBY);
    for (const lsp_doc *d = s->docs; m->nearby && d && m->n_nearby < MAX_NEARBY; d = d->next) {
        str_view path;
        if (d->unusable || !str_starts(str_of(d->uri), STR("file:")) ||
            lsp_uri_to_path(&path, a, str_of(d->uri)) != ERR_OK ||
            !lsp_path_below(path, m->folder).len)
            continue;
        m->nearby[m->n_nearby++] =
            (struct nearby){arena_copy_z(a, path), arena_copy_z(a, str_of(d->uri)),
                            arena_copy(a, lsp_text_view(&d->text)), d->version};
    }
}

static const gram_language *language_of(const lsp_doc *doc)
{
    return gram_language_find(str_of(doc->language), path_name(str_of(doc->uri)),
                              lsp_text_view(&doc->text));
}

bool lsp__scaffold_is_same_language(const lsp_doc *doc, size_t target)
{
    const gram_language *lang = language_of(doc);
    char name[64];
    snprintf(name, sizeof name, "x%s", assist_scaffold_target_suffix(target));
    const gram_language *other = gram_language_by_path(str_of(name));
    bool tsx = strcmp(lang->id, "typescriptreact") == 0,
         jsx = strcmp(lang->id, "javascriptreact") == 0;
    if (strncmp(lang->id, "json", 4) == 0) /* its own document is the sample */
        return false;
    return other && (other == lang || (tsx && strcmp(other->id, "typescript") == 0) ||
                     (jsx && strcmp(other->id, "javascript") == 0));
}

assist_spot lsp__scaffold_spot(const lsp_doc *doc, arena *a, size_t begin, size_t end, bool invoked)
{
    assist_spot_question q = {.language = str_of(doc->language),
                              .path = path_name(str_of(doc->uri)),
                              .text = lsp_text_view(&doc->text),
                              .begin = begin,
                              .end = end,
                              .invoked = invoked};
    return assist_spot_find(a, &q);
}

static void on_display(lsp_server *s, const struct lsp_message *reply)
{
    for (lsp_scaffold *x = s->scaffolds; x; x = x->next) {
        char id[16];
        snprintf(id, sizeof id, "%u", x->display);
        if (!x->display || !reply->id || strcmp(id, reply->id) != 0)
            continue;
        if (x->job && (!reply->error || cJSON_IsNull(reply->error)))
            atomic_store(&((struct matter *)x->job->matter)->shown, true);
        return;
    }
}

/* Asks for a display of how far a long file is read. The answer may come too late. */
static void ask_display(lsp_server *s, lsp_scaffold *x, struct matter *m)
{
    char path[4096];
    struct stat st;
    bool rooted = str_starts(m->spot.file, STR("/"));
    int n = snprintf(path, sizeof path, "%.*s%s%.*s", rooted ? 0 : (int)m->folder.len,
                     m->folder.ptr, rooted ? "" : "/", STR_ARG(m->spot.file));
    if (!s->caps.progress || m->spot.kind != ASSIST_SPOT_COMMENT || n < 0 ||
        (size_t)n >= sizeof path || stat(path, &st) != 0 || st.st_size < LONG_BYTES)
        return;
    lsp_writer w;
    snprintf(m->token, sizeof m->token, "\"artel/sample/%u\"", x->number);
    x->display = lsp__call_begin(s, &w, "window/workDoneProgress/create");
    lsp_write_object_begin(&w);
    lsp_write_key(&w, "token");
    lsp_write_raw(&w, str_of(m->token));
    lsp_write_object_end(&w);
    lsp__call_end(s, &w, x->display, on_display);
}

/* Hands the question to the helper. False after answering what is wrong. */
static bool start(lsp_server *s, lsp_doc *doc, const char *id, const cJSON *action, str_view target,
                  size_t begin, size_t end, str_view at, str_view name)
{
    lsp_job *job = lsp_job_create(LSP_JOB_WORK, SIZE_MAX);
    lsp_scaffold *x = mem_zero(1, sizeof *x);
    struct matter *m = job ? ARENA_NEW(&job->mem, struct matter) : NULL;
    const assist_scaffold_target *t;
    size_t which = 0;
    if (!m || !x)
        goto no_memory;
    arena *a = &job->mem;
    while ((t = assist_scaffold_target_at(which)) != NULL && !str_eq(str_of(t->name), target))
        which++;
    if (!t) {
        lsp__answer_error(s, id, LSP_INVALID_PARAMS, "artel has no target %.*s",
                          STR_ARG(str_slice(target, 0, 60)));
        goto failed;
    }
    if (!find_folder(s, doc, a, m)) {
        lsp__answer_error(s, id, LSP_REQUEST_FAILED,
                          "there is no folder to write to: save the document or open a folder");
        goto failed;
    }
    assist_spot spot = lsp__scaffold_spot(doc, a, begin, end, true);
    if (spot.kind == ASSIST_SPOT_NONE) {
        lsp__answer_error(s, id, LSP_REQUEST_FAILED, "there is no sample at this place");
        goto failed;
    }
    m->spot = spot;
    m->spot.sample = arena_copy(a, spot.sample);
    m->spot.file = arena_copy(a, spot.file);
    m->target = t->name;
    m->same_language = lsp__scaffold_is_same_language(doc, which);
    m->write = !s->caps.edit_files || (!action && !s->caps.apply_edit);
    m->doc_uri = arena_copy(a, str_of(doc->uri));
    m->text = arena_copy(a, lsp_text_view(&doc->text));
    str_view base = path_name(m->doc_path.len ? m->doc_path : str_of(doc->uri));
    m->sample_name = arena_copy(a, m->doc_path.len ? base : STR("untitled"));
    m->options.at = arena_copy(a, at.len ? at : spot.at);
    m->options.name = arena_copy(a, name.len ? name : spot.name);
    copy_nearby(s, a, m);
    x->id = mem_alloc(strlen(id) + 1);
    if (x->id)
        memcpy(x->id, id, strlen(id) + 1);
    if (action)
        x->action = cJSON_PrintUnformatted(action);
    if (arena_failed(a) || !x->id || (action && !x->action))
        goto no_memory;
    job->work = work;
    job->matter = m;
    x->job = job;
    x->number = ++s->last_scaffold;
    m->server = s;
    atomic_init(&m->shown, false);
    ask_display(s, x, m);
    err e = {{0}};
    if (!lsp__helper_start(s, &e))
        goto no_memory;
    if (!lsp_worker_submit(s->helper, job)) {
        lsp__answer_error(s, id, LSP_REQUEST_FAILED, "too many requests wait");
        goto failed;
    }
    x->next = s->scaffolds;
    s->scaffolds = x;
    return true;
no_memory:
    lsp__answer_error(s, id, LSP_INTERNAL_ERROR, "out of memory");
failed:
    if (x) {
        x->job = NULL;
        scaffold_destroy(x);
    }
    lsp_job_destroy(job);
    return false;
}

void lsp__scaffold_start(lsp_server *s, const char *id, const cJSON *action, const cJSON *where)
{
    str_view uri, target, at = {NULL, 0}, name = {NULL, 0};
    lsp_range range = {{0, 0}, {0, 0}};
    const cJSON *given = lsp_json_get(where, "range");
    if (!lsp_json_as_str(lsp_json_get(where, "uri"), &uri) ||
        !lsp_json_as_str(lsp_json_get(where, "target"), &target) ||
        (given && !lsp__param_range(given, &range))) {
        lsp__answer_error(s, id, LSP_INVALID_PARAMS, "give {uri, target} and perhaps a range");
        return;
    }
    lsp_json_as_str(lsp_json_get(where, "at"), &at);
    lsp_json_as_str(lsp_json_get(where, "name"), &name);
    lsp_doc *doc = lsp__doc_find(s, uri);
    if (!doc || doc->unusable) {
        lsp__answer_error(s, id, LSP_INVALID_PARAMS, "the document %.200s is not open", uri.ptr);
        return;
    }
    size_t begin = lsp_text_offset(&doc->text, range.start, s->encoding);
    size_t end = lsp_text_offset(&doc->text, range.end, s->encoding);
    (void)start(s, doc, id, action, target, begin, end < begin ? begin : end, at, name);
}

void lsp__scaffold_command(lsp_server *s, const struct lsp_message *m)
{
    lsp__scaffold_start(s, m->id, NULL,
                        cJSON_GetArrayItem(lsp_json_get(m->params, "arguments"), 0));
}
