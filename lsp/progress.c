/* What the client's progress display shows: the model being loaded, folders being read, which can
 * be cancelled. */
#include "lsp/lsp_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum {
    MAX_NEWS = 32,    /* not yet taken; the main thread takes them within milliseconds */
    SHOW_MS = 300,    /* what takes less is no news */
    REPORT_MS = 250,  /* more often nobody reads it */
    TOKEN_BYTES = 32, /* "artel/read/4294967295" */
};

/* How far a folder was read, on the way to the main thread. */
struct news {
    size_t n_files, n_done;
    char root[];
};

/* --- talking --- */

static lsp_folder *folder_of(lsp_server *s, const struct lsp_progress *p)
{
    for (lsp_folder *f = s->folders; f; f = f->next)
        if (p == &f->reading)
            return f;
    return NULL;
}

static void token_of(lsp_server *s, const struct lsp_progress *p, char token[TOKEN_BYTES])
{
    if (p == &s->load_progress)
        snprintf(token, TOKEN_BYTES, "artel/load");
    else
        snprintf(token, TOKEN_BYTES, "artel/read/%u", p->number);
}

static void tell(lsp_server *s, struct lsp_progress *p, const char *kind, const char *message)
{
    lsp_writer w;
    char token[TOKEN_BYTES], title[200] = "artel: loading the model";
    const lsp_folder *f = folder_of(s, p);
    bool begins = strcmp(kind, "begin") == 0;
    token_of(s, p, token);
    if (f)
        snprintf(title, sizeof title, "artel: reading %.100s", f->name);
    lsp__notify_begin(&w, "$/progress");
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "token", str_of(token));
    lsp_write_key(&w, "value");
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "kind", str_of(kind));
    if (begins)
        lsp_write_member_str(&w, "title", str_of(title));
    if (begins && f)
        lsp_write_member_bool(&w, "cancellable", true);
    if (message)
        lsp_write_member_str(&w, "message", str_of(message));
    if (f && f->n_done < f->n_files)
        lsp_write_member_int(&w, "percentage", (int64_t)(f->n_done * 100 / f->n_files));
    lsp_write_object_end(&w);
    lsp_write_object_end(&w);
    lsp__notify_end(s, &w);
    p->told_ns = clock_now_ns();
}

static bool is_wanted(lsp_server *s, const struct lsp_progress *p)
{
    const lsp_folder *f = folder_of(s, p);
    return f ? f->n_done < f->n_files && !f->stopped : s->loading;
}

static void begin_if(lsp_server *s, struct lsp_progress *p, const struct lsp_message *reply)
{
    if (p->state != LSP_PROGRESS_ASKED || !reply->id || strtoul(reply->id, NULL, 10) != p->request)
        return;
    bool refused = reply->error && !cJSON_IsNull(reply->error);
    bool wanted = is_wanted(s, p);
    p->state = wanted ? refused ? LSP_PROGRESS_REFUSED : LSP_PROGRESS_SHOWN : LSP_PROGRESS_NONE;
    if (!refused)
        tell(s, p, "begin", NULL);
    /* What was over before the client has answered ends at once: Helix turns its wheel from the
     * request on until the end. */
    if (!refused && !wanted)
        tell(s, p, "end", NULL);
}

static void created(lsp_server *s, const struct lsp_message *reply)
{
    begin_if(s, &s->load_progress, reply);
    for (lsp_folder *f = s->folders; f; f = f->next)
        begin_if(s, &f->reading, reply);
}

static void begin(lsp_server *s, struct lsp_progress *p)
{
    char token[TOKEN_BYTES];
    lsp_writer w;
    if (!s->caps.progress || p->state != LSP_PROGRESS_NONE)
        return;
    p->number = ++s->last_progress;
    token_of(s, p, token);
    p->request = lsp__call_begin(s, &w, "window/workDoneProgress/create");
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "token", str_of(token));
    lsp_write_object_end(&w);
    p->state = LSP_PROGRESS_ASKED;
    lsp__call_end(s, &w, p->request, created);
}

/* ASKED goes on until the client has answered. */
static void end(lsp_server *s, struct lsp_progress *p, const char *message)
{
    if (p->state == LSP_PROGRESS_SHOWN)
        tell(s, p, "end", message);
    if (p->state != LSP_PROGRESS_ASKED)
        p->state = LSP_PROGRESS_NONE;
}

void lsp__progress_load(lsp_server *s)
{
    if (s->loading)
        begin(s, &s->load_progress);
    else
        end(s, &s->load_progress, NULL);
}

/* --- folders --- */

static bool any(const void *item, void *user)
{
    (void)item;
    (void)user;
    return true;
}

void lsp__reading_tell(void *user, const char *root, size_t n_files, size_t n_done)
{
    lsp_server *s = user;
    size_t n = strlen(root) + 1;
    struct news *news = mem_alloc(sizeof *news + n);
    if (!news)
        return;
    *news = (struct news){.n_files = n_files, .n_done = n_done};
    memcpy(news->root, root, n);
    bool sent = queue_put(s->news, news);
    if (!sent) { /* the newest counts, or nobody takes any more */
        mem_free(queue_remove(s->news, any, NULL));
        sent = queue_put(s->news, news);
    }
    if (!sent)
        mem_free(news);
    ssize_t ignored = write(s->wake_fd[1], "r", 1);
    (void)ignored;
}

err_code lsp__progress_open(lsp_server *s)
{
    return queue_create(&s->news, MAX_NEWS);
}

void lsp__progress_release(lsp_server *s)
{
    queue_destroy(s->news, mem_free);
}

static void take(lsp_server *s, lsp_folder *f, const struct news *news)
{
    char line[80];
    uint64_t now = clock_now_ns();
    if (f->n_done >= f->n_files)
        f->reading_ns = now;
    f->n_files = news->n_files;
    f->n_done = news->n_done;
    if (f->n_done >= f->n_files) {
        snprintf(line, sizeof line, "%zu files", f->n_files);
        end(s, &f->reading, line);
    } else if (f->reading.state == LSP_PROGRESS_NONE) {
        if (now - f->reading_ns >= (uint64_t)SHOW_MS * 1000000)
            begin(s, &f->reading);
    } else if (f->reading.state == LSP_PROGRESS_SHOWN &&
               now - f->reading.told_ns >= (uint64_t)REPORT_MS * 1000000) {
        snprintf(line, sizeof line, "%zu of %zu files", f->n_done, f->n_files);
        tell(s, &f->reading, "report", line);
    }
}

void lsp__reading_news(lsp_server *s)
{
    for (struct news *news; (news = queue_remove(s->news, any, NULL)) != NULL; mem_free(news))
        for (lsp_folder *f = s->folders; f; f = f->next)
            if (!f->stopped && strcmp(f->path, news->root) == 0)
                take(s, f, news);
}

void lsp__reading_end(lsp_server *s, lsp_folder *f, const char *why)
{
    f->n_done = f->n_files = 0;
    end(s, &f->reading, why);
}

void lsp__reading_cancel(lsp_server *s, str_view named)
{
    for (lsp_folder *f = s->folders; f; f = f->next) {
        char token[TOKEN_BYTES], line[400];
        token_of(s, &f->reading, token);
        if (!str_eq(named, str_of(token)) || f->reading.state != LSP_PROGRESS_SHOWN)
            continue;
        f->stopped = true;
        lsp__note_path(s, LSP_NOTE_CLOSE_FOLDER, str_of(f->path));
        snprintf(
            line, sizeof line,
            "artel reads no more of %.200s. Suggestions there know the open files and what was "
            "read so far; to read on, switch learnProject off and on, or restart the server.",
            f->name);
        lsp__reading_end(s, f, "stopped");
        lsp__show_message(s, 3, line);
    }
}
