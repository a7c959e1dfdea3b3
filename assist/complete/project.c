#include "assist/complete/project.h"

#include <time.h>

#include "assist/complete/learn.h"
#include "assist/complete/others.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "context/index.h"
#include "context/lately.h"
#include "context/reader.h"

enum {
    /* Taking in a file cannot be interrupted: this much takes some 25 ms, and few are larger. */
    MAX_FILE_BYTES = 128 << 10,
    MERGE_STEPS = 4096, /* about a millisecond */
    MAX_VISITS = 16,
    SAME_PLACE_LINES = 16,
    SETTLING_MS = 60 * 1000,
    MAX_REGIONS = 64,
    MAX_PATH_BYTES = 1 << 16,
    MANY_FILES = 64, /* fewer leave little free in the heap */
};

/* Where the user was. */
struct visit {
    buf path;
    uint32_t line;
};

struct project {
    struct project *next;
    ctx_reader *reader;
    ctx_index *index;
    ctx_lately *lately;
    struct visit visits[MAX_VISITS]; /* newest first */
    size_t n_visits;
    str_view root; /* in `text` */
    str_view name; /* what documents have as `repo`; in `text` */
    struct assist_folder_options options;
    char text[];
};

static struct project *find(const assist_engine *a, str_view root)
{
    while (root.len > 1 && str_ends(root, STR("/")))
        root.len--;
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

str_view project_root(const assist_engine *a, str_view repo)
{
    const struct project *p = home_of(a, repo);
    return p ? p->root : STR("");
}

ctx_index *project_index(const assist_engine *a, const struct assist_document *doc)
{
    const struct project *p = home_of(a, doc->repo);
    return p ? p->index : NULL;
}

static void destroy(struct project *p)
{
    ctx_reader_destroy(p->reader);
    ctx_lately_destroy(p->lately);
    for (size_t i = 0; i < MAX_VISITS; i++)
        buf_release(&p->visits[i].path);
    if (p->index)
        ctx_index_stop(p->index);
    ctx_index_destroy(p->index);
    mem_free(p);
}

static void tell(void *user, const struct ctx_index_progress *progress)
{
    const struct project *p = user;
    p->options.on_reading(p->options.user, p->text, progress->n_files, progress->n_done);
}

static err_code start(assist_engine *a, struct project *p, err *e)
{
    err_code rc = a->queries ? ERR_OK : gram_queries_create(&a->queries);
    if (rc != ERR_OK)
        return err_set(e, rc, "out of memory");
    const struct ctx_index_options options = {.queries = a->queries};
    const struct ctx_index_refresh refresh = {.n_threads = 1,
                                              .background = true,
                                              .progress = p->options.on_reading ? tell : NULL,
                                              .user = p,
                                              .way = &a->way};
    rc = ctx_reader_create(&p->reader, p->text, MAX_FILE_BYTES, e);
    if (rc == ERR_OK)
        rc = ctx_lately_create(&p->lately, p->text, &a->way, e);
    if (rc == ERR_OK)
        rc = ctx_index_create(&p->index, p->text, &options, e);
    if (rc == ERR_NOT_FOUND) /* no such folder, yet: the reader has said so */
        return ERR_OK;
    return rc == ERR_OK ? ctx_index_start(p->index, &refresh, e) : rc;
}

err_code assist_open_folder(assist_engine *a, const char *root,
                            const struct assist_folder_options *options, err *e)
{
    size_t n = strlen(root);
    while (n > 1 && root[n - 1] == '/')
        n--;
    if (find(a, (str_view){root, n}))
        return ERR_OK;
    str_view name =
        options && options->name ? str_of(options->name) : path_name((str_view){root, n});
    struct project *p = mem_zero(1, sizeof *p + n + 1 + name.len);
    if (!p)
        return err_set(e, ERR_NOMEM, "out of memory");
    memcpy(p->text, root, n);
    p->root = (str_view){p->text, n};
    p->name = (str_view){p->text + n + 1, name.len};
    memcpy(p->text + n + 1, name.ptr, name.len);
    if (options)
        p->options = *options;
    for (size_t i = 0; i < MAX_VISITS; i++)
        buf_init(&p->visits[i].path, MAX_PATH_BYTES);
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
    struct project *p = find(a, str_of(root));
    for (struct project **at = &a->projects; p && *at; at = &(*at)->next) {
        if (*at == p) {
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

/* ---- what is open ---- */

static size_t find_open(const assist_engine *a, uint64_t id)
{
    size_t i = 0;
    while (i < a->n_open && a->open[i].id != id)
        i++;
    return i;
}

/* Moves the place to the front. One in the same region of the file is taken for the same. */
static void visit(struct project *p, str_view path, uint32_t line)
{
    size_t i = 0;
    while (i < p->n_visits) {
        const struct visit *v = &p->visits[i];
        uint32_t apart = v->line > line ? v->line - line : line - v->line;
        if (apart < SAME_PLACE_LINES && str_eq(buf_view(&v->path), path))
            break;
        i++;
    }
    if (i == MAX_VISITS)
        i--; /* the oldest */
    else if (i == p->n_visits)
        p->n_visits++;
    struct visit v = p->visits[i];
    memmove(p->visits + 1, p->visits, i * sizeof *p->visits);
    buf_clear(&v.path);
    buf_append(&v.path, path);
    v.line = line;
    p->visits[0] = v;
}

static void forget_visits(struct project *p, str_view path)
{
    for (size_t i = p->n_visits; i > 0; i--) {
        struct visit v = p->visits[i - 1];
        if (!str_eq(buf_view(&v.path), path))
            continue;
        memmove(p->visits + i - 1, p->visits + i, (p->n_visits - i) * sizeof *p->visits);
        p->visits[--p->n_visits] = v; /* whose memory is used again */
    }
}

static uint32_t line_at(str_view text, size_t at)
{
    uint32_t n = 0;
    str_view before = str_slice(text, 0, at);
    for (size_t end; (end = str_find_byte(before, '\n')) < before.len; n++)
        before = str_slice(before, end + 1, before.len);
    return n;
}

void project_opened(assist_engine *a, const struct assist_document *doc, size_t cursor)
{
    uint64_t id = learn_name(doc, true).id, text = hash_str(doc->text) | 1;
    struct project *home = home_of(a, doc->repo);
    size_t i = find_open(a, id);
    if (i == a->n_open) {
        if (a->n_open == ENGINE_MAX_OPEN)
            memmove(a->open, a->open + 1, --a->n_open * sizeof *a->open);
        i = a->n_open++;
        a->open[i] = (struct engine_open){.id = id};
        if (home)
            ctx_reader_prefer(home->reader, doc->path);
    }
    if (!home || !home->index)
        return;
    visit(home, doc->path, line_at(doc->text, cursor));
    if (a->open[i].text != text && ctx_index_put_later(home->index, doc->path, doc->text) == ERR_OK)
        a->open[i].text = text;
}

static void note_change(struct project *p, str_view path)
{
    ctx_reader_again(p->reader, path);
    ctx_lately_again(p->lately);
    if (p->index)
        ctx_index_changed(p->index, &path, 1);
}

void project_closed(assist_engine *a, const struct assist_document *doc)
{
    size_t i = find_open(a, learn_name(doc, false).id);
    struct project *home = home_of(a, doc->repo);
    if (i == a->n_open)
        return;
    memmove(a->open + i, a->open + i + 1, (--a->n_open - i) * sizeof *a->open);
    if (!home || !home->index)
        return;
    others_forget(a);
    forget_visits(home, doc->path);
    ctx_index_forget(home->index, doc->path);
}

void assist_close_document(assist_engine *a, str_view repo, str_view path)
{
    const struct assist_document doc = {.path = path, .repo = repo};
    if (find_open(a, learn_name(&doc, false).id) == a->n_open)
        return;
    project_closed(a, &doc);
    struct project *home = home_of(a, repo);
    if (home)
        note_change(home, path);
}

void assist_file_changed(assist_engine *a, const char *path)
{
    for (struct project *p = a->projects; p; p = p->next) {
        str_view full = str_of(path);
        if (str_eq(full, p->root)) {
            ctx_reader_again(p->reader, STR(".")); /* which is no file: all are listed anew */
            ctx_lately_again(p->lately);
            if (p->index)
                ctx_index_changed(p->index, NULL, 0);
        }
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

/* ---- who has a name ---- */

struct having {
    const struct project *project;
    arena *mem;
    str_view *paths;
    size_t n, cap;
};

static bool add_path(struct having *h, str_view path)
{
    str_view whole = arena_format(h->mem, "%.*s/%.*s", STR_ARG(h->project->root), STR_ARG(path));
    for (size_t i = 0; i < h->n; i++)
        if (str_eq(h->paths[i], whole))
            return true;
    if (h->n < h->cap)
        h->paths[h->n++] = whole;
    return h->n < h->cap;
}

static bool add_def(void *user, const struct ctx_index_def *d)
{
    return add_path(user, d->path);
}

static bool add_ref(void *user, const struct ctx_index_ref *r)
{
    return add_path(user, r->path);
}

size_t assist_files_with(assist_engine *a, str_view repo, str_view name, arena *mem,
                         str_view *paths, size_t cap)
{
    struct having h = {.project = home_of(a, repo), .mem = mem, .paths = paths, .cap = cap};
    if (!h.project || !h.project->index || cap == 0)
        return 0;
    ctx_index_view *v = ctx_index_begin(h.project->index);
    ctx_index_defs(v, name, add_def, &h);
    ctx_index_refs(v, name, add_ref, &h);
    ctx_index_end(v);
    return arena_failed(mem) ? 0 : h.n;
}

/* ---- what is asked ---- */

/* The lines that were changed lately, then those where the user was. */
static void add_past(struct project *p, const struct assist_document *doc,
                     const struct ctx_lately_view *past, struct ctx_gather_query *q, arena *mem)
{
    struct ctx_gather_region *regions = ARENA_ARRAY(mem, struct ctx_gather_region, MAX_REGIONS);
    str_view *recent = ARENA_ARRAY(mem, str_view, MAX_VISITS);
    size_t n = 0, n_recent = 0;
    if (!regions || !recent)
        return;
    for (size_t i = 0; i < p->n_visits; i++) {
        str_view path = arena_copy(mem, buf_view(&p->visits[i].path));
        uint32_t line = p->visits[i].line, first = line > 3 ? line - 3 : 0;
        if (str_eq(path, doc->path))
            continue;
        recent[n_recent++] = path;
        regions[n++] = (struct ctx_gather_region){path, first, line + 4 - first,
                                                  1 / (1 + (float)i / 4), "where you were"};
    }
    size_t n_visited = n;
    n += ctx_gather_past(regions + n, MAX_REGIONS - n, past);
    for (size_t i = n_visited; i < n; i++)
        regions[i].path = arena_copy(mem, regions[i].path);
    if (arena_failed(mem))
        return;
    q->recent = recent;
    q->n_recent = n_recent;
    q->regions = regions;
    q->n_regions = n;
}

ctx_index_view *project_begin(assist_engine *a, const struct assist_document *doc,
                              struct ctx_gather_query *q, arena *mem)
{
    struct project *p = home_of(a, doc->repo);
    if (!p || !p->index)
        return NULL;
    (void)ctx_index_await(p->index, a->patience_ms);
    struct ctx_lately_view past = ctx_lately_begin(p->lately);
    q->history = past.history;
    add_past(p, doc, &past, q, mem);
    return ctx_index_begin(p->index);
}

void project_end(assist_engine *a, const struct assist_document *doc, ctx_index_view *v)
{
    if (!v)
        return;
    ctx_index_end(v);
    ctx_lately_end(home_of(a, doc->repo)->lately);
}

void assist_settle(assist_engine *a)
{
    bool busy = true;
    a->patience_ms = SETTLING_MS;
    while (busy) {
        busy = assist_idle(a) != ASSIST_RESTING;
        for (struct project *p = a->projects; p; p = p->next)
            busy = busy || (p->index && !ctx_index_ready(p->index)) || !ctx_lately_ready(p->lately);
        if (busy)
            nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
}

enum assist_work assist_idle(assist_engine *a)
{
    enum assist_work work = ASSIST_RESTING;
    for (struct project *p = a->projects; p; p = p->next)
        if (take_file(a, p, &work)) {
            a->n_taken++;
            return ASSIST_WORKED;
        }
    if ((a->written && ctx_instant_work(a->written, MERGE_STEPS)) ||
        (a->habit.recall && ctx_recall_work(a->habit.recall, MERGE_STEPS)))
        return ASSIST_WORKED;
    if (work == ASSIST_RESTING && a->n_taken >= MANY_FILES) {
        a->n_taken = 0;
        mem_give_back();
    }
    return work;
}
