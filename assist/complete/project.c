#include "assist/complete/project.h"

#include <time.h>

#include "assist/complete/learn.h"
#include "assist/complete/others.h"
#include "base/log.h"
#include "base/mem.h"
#include "context/index.h"
#include "context/reader.h"

enum {
    /* Taking in a file cannot be interrupted: this much takes some 25 ms, and few are larger. */
    MAX_FILE_BYTES = 128 << 10,
    MERGE_STEPS = 4096, /* about a millisecond */
};

struct project {
    struct project *next;
    ctx_reader *reader;
    ctx_index *index;
    str_view root; /* in `text` */
    str_view name; /* the folder's own */
    char text[];
};

static struct project *find(const assist_engine *a, str_view root)
{
    for (struct project *p = a->projects; p; p = p->next)
        if (str_eq(p->root, root))
            return p;
    return NULL;
}

static struct project *home_of(const assist_engine *a, str_view repo)
{
    for (struct project *p = a->projects; p; p = p->next)
        if (str_eq(p->name, repo))
            return p;
    return NULL;
}

static void destroy(struct project *p)
{
    ctx_reader_destroy(p->reader);
    if (p->index)
        ctx_index_stop(p->index);
    ctx_index_destroy(p->index);
    mem_free(p);
}

static err_code start(assist_engine *a, struct project *p, err *e)
{
    err_code rc = a->queries ? ERR_OK : gram_queries_create(&a->queries);
    if (rc != ERR_OK)
        return err_set(e, rc, "out of memory");
    const struct ctx_index_options options = {.queries = a->queries};
    const struct ctx_index_refresh refresh = {.n_threads = 1, .background = true};
    rc = ctx_reader_create(&p->reader, p->text, MAX_FILE_BYTES, e);
    if (rc == ERR_OK)
        rc = ctx_index_create(&p->index, p->text, &options, e);
    if (rc == ERR_NOT_FOUND) /* no such folder, yet: the reader has said so */
        return ERR_OK;
    return rc == ERR_OK ? ctx_index_start(p->index, &refresh, e) : rc;
}

err_code assist_open_folder(assist_engine *a, const char *root, err *e)
{
    size_t n = strlen(root);
    while (n > 1 && root[n - 1] == '/')
        n--;
    if (find(a, (str_view){root, n}))
        return ERR_OK;
    struct project *p = mem_zero(1, sizeof *p + n + 1);
    if (!p)
        return err_set(e, ERR_NOMEM, "out of memory");
    memcpy(p->text, root, n);
    p->root = (str_view){p->text, n};
    p->name = p->root;
    for (size_t i = 0; i < n; i++)
        if (root[i] == '/')
            p->name = str_slice(p->root, i + 1, n);
    err_code rc = start(a, p, e);
    if (rc != ERR_OK) {
        destroy(p);
        return rc;
    }
    p->next = a->projects;
    a->projects = p;
    return ERR_OK;
}

void assist_close_folder(assist_engine *a, const char *root)
{
    for (struct project **at = &a->projects; *at; at = &(*at)->next) {
        struct project *p = *at;
        if (str_eq(p->root, str_of(root))) {
            *at = p->next;
            others_forget(a);
            destroy(p);
            return;
        }
    }
}

void project_release(assist_engine *a)
{
    others_forget(a);
    while (a->projects) {
        struct project *p = a->projects;
        a->projects = p->next;
        destroy(p);
    }
    gram_queries_destroy(a->queries);
    a->queries = NULL;
}

ctx_index *project_index(const assist_engine *a, str_view repo)
{
    const struct project *p = home_of(a, repo);
    return p ? p->index : NULL;
}

static size_t find_open(const assist_engine *a, uint64_t id)
{
    size_t i = 0;
    while (i < a->n_open && a->open[i] != id)
        i++;
    return i;
}

void project_opened(assist_engine *a, const struct assist_document *doc)
{
    uint64_t id = learn_name(doc, true).id;
    if (find_open(a, id) < a->n_open)
        return;
    if (a->n_open == ENGINE_MAX_OPEN)
        memmove(a->open, a->open + 1, --a->n_open * sizeof *a->open);
    a->open[a->n_open++] = id;
    struct project *home = home_of(a, doc->repo);
    if (home)
        ctx_reader_prefer(home->reader, doc->path);
}

static void note_change(struct project *p, str_view path)
{
    ctx_reader_again(p->reader, path);
    if (p->index)
        ctx_index_changed(p->index, &path, 1);
}

void assist_close_document(assist_engine *a, str_view repo, str_view path)
{
    struct assist_document doc = {.path = path, .repo = repo};
    size_t i = find_open(a, learn_name(&doc, false).id);
    if (i == a->n_open)
        return;
    memmove(a->open + i, a->open + i + 1, (--a->n_open - i) * sizeof *a->open);
    struct project *home = home_of(a, repo);
    if (home)
        note_change(home, path);
}

void assist_file_changed(assist_engine *a, const char *path)
{
    for (struct project *p = a->projects; p; p = p->next) {
        str_view full = str_of(path);
        if (str_starts(full, p->root) && full.len > p->root.len + 1 && full.ptr[p->root.len] == '/')
            note_change(p, str_slice(full, p->root.len + 1, full.len));
    }
}

/* A file that comes while memory for texts is full is read and left: what is open counts more. */
static bool take_file(assist_engine *a, struct project *p, enum assist_work *out)
{
    struct ctx_reader_file *f;
    enum ctx_reader_state state = ctx_reader_take(p->reader, &f);
    if (state == CTX_READER_BUSY)
        *out = ASSIST_WAITING;
    if (state != CTX_READER_FILE)
        return false;
    struct assist_document doc = {.path = f->path, .repo = p->name, .text = buf_view(&f->text)};
    err e;
    if (find_open(a, learn_name(&doc, false).id) == a->n_open &&
        learn_text(a, &doc, false, &e) != ERR_OK)
        log_write(LOG_WARNING, "%.*s is not known: memory is short", STR_ARG(f->path));
    ctx_reader_file_free(f);
    return true;
}

void assist_settle(assist_engine *a)
{
    bool busy = true;
    while (busy) {
        busy = assist_idle(a) != ASSIST_RESTING;
        for (struct project *p = a->projects; p; p = p->next)
            busy = busy || (p->index && !ctx_index_ready(p->index));
        if (busy)
            nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
}

enum assist_work assist_idle(assist_engine *a)
{
    enum assist_work work = ASSIST_RESTING;
    for (struct project *p = a->projects; p; p = p->next)
        if (take_file(a, p, &work))
            return ASSIST_WORKED;
    if ((a->written && ctx_instant_work(a->written, MERGE_STEPS)) ||
        (a->habit.recall && ctx_recall_work(a->habit.recall, MERGE_STEPS)))
        return ASSIST_WORKED;
    return work;
}
