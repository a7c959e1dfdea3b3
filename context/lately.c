#define _DEFAULT_SOURCE /* setpriority */

#include "context/lately.h"

#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "context/repo.h"

enum {
    NEWEST_COMMITS = 10, /* whose lines count as changed lately */
    MAX_FILES = 64,      /* of each kind; a change of more is no one's work of today */
    MAX_REGIONS = 256,
    MAX_FILE_BYTES = 512 << 10,
    APART_LINES = 3, /* hunks that are nearer are one */
    PAUSE_MS = 1000, /* between readings */
    NICENESS = 10,
    WAY_MS = 250,
    REGION_BYTES = 4 << 20,
};

struct past {
    arena mem; /* of the regions and their paths */
    struct ctx_lately_region *regions;
    size_t n;
};

struct ctx_lately {
    char *root;
    pthread_t thread;
    cancel_flag stop;
    const way_flag *way;
    pthread_mutex_t mu;
    pthread_cond_t wake;
    bool again, busy; /* guarded by mu, as what follows */
    ctx_history *history;
    struct past past;
    /* The thread's own. */
    git_oid head; /* that the history is of */
    bool has_head;
};

/* ---- lines ---- */

static int go_on(const git_diff *diff, const char *old_path, const char *new_path, void *user)
{
    (void)diff;
    (void)old_path;
    (void)new_path;
    way_give(((struct ctx_lately *)user)->way, WAY_MS);
    return cancel_requested(&((struct ctx_lately *)user)->stop);
}

static git_diff_options options_of(ctx_lately *l)
{
    git_diff_options o;
    git_diff_options_init(&o, GIT_DIFF_OPTIONS_VERSION);
    o.flags = GIT_DIFF_IGNORE_SUBMODULES;
    o.context_lines = 0;
    o.interhunk_lines = APART_LINES;
    o.max_size = MAX_FILE_BYTES;
    o.progress_cb = go_on;
    o.payload = l;
    return o;
}

static bool has_path(const struct past *p, str_view path)
{
    for (size_t i = 0; i < p->n; i++)
        if (str_eq(p->regions[i].path, path))
            return true;
    return false;
}

/* The lines of one file that are new. */
static void add_file(struct past *p, git_patch *patch, str_view path, bool committed)
{
    path = arena_copy(&p->mem, path);
    for (size_t i = 0; i < git_patch_num_hunks(patch) && p->n < MAX_REGIONS; i++) {
        const git_diff_hunk *hunk;
        size_t n_lines;
        if (git_patch_get_hunk(&hunk, &n_lines, patch, i) != 0 || arena_failed(&p->mem))
            return;
        p->regions[p->n++] = (struct ctx_lately_region){
            .path = path,
            .line = hunk->new_start > 0 ? (uint32_t)hunk->new_start - 1 : 0,
            .n_lines = hunk->new_lines > 0 ? (uint32_t)hunk->new_lines : 1,
            .committed = committed,
        };
    }
}

/* Lines of committed changes are counted in the committed file: they hold where the file has no
 * other changes. */
static void add_diff(ctx_lately *l, struct past *p, git_diff *diff, str_view folder, bool committed)
{
    size_t n = git_diff_num_deltas(diff), n_known = p->n;
    for (size_t i = 0; i < n && n <= MAX_FILES && !cancel_requested(&l->stop); i++) {
        const git_diff_delta *delta = git_diff_get_delta(diff, i);
        str_view path = str_of(delta->new_file.path);
        if (delta->status == GIT_DELTA_DELETED || !str_starts(path, folder))
            continue;
        path = str_slice(path, folder.len, path.len);
        struct past known = {.regions = p->regions, .n = n_known};
        git_patch *patch = NULL;
        if (!has_path(&known, path) && git_patch_from_diff(&patch, diff, i) == 0 && patch)
            add_file(p, patch, path, committed);
        git_patch_free(patch);
    }
}

/* The commit so many before, or the oldest that is there. */
static git_commit *go_back(git_commit *from, int n_commits)
{
    git_commit *at = NULL;
    if (git_commit_dup(&at, from) != 0)
        return NULL;
    for (int i = 0; i < n_commits; i++) {
        git_commit *parent = NULL;
        if (git_commit_parentcount(at) == 0 || git_commit_parent(&parent, at, 0) != 0)
            break;
        git_commit_free(at);
        at = parent;
    }
    return at;
}

/* What the newest commits changed, fewer of them where they changed many files. */
static void add_commits(ctx_lately *l, struct past *p, git_repository *repo, git_commit *now,
                        git_tree *now_tree, str_view folder)
{
    const git_diff_options options = options_of(l);
    bool fits = false;
    for (int n = NEWEST_COMMITS; n > 0 && !fits && !cancel_requested(&l->stop); n /= 3) {
        git_commit *before = go_back(now, n);
        git_tree *tree = NULL;
        git_diff *diff = NULL;
        if (before && git_commit_tree(&tree, before) == 0 &&
            git_diff_tree_to_tree(&diff, repo, tree, now_tree, &options) == 0) {
            fits = git_diff_num_deltas(diff) <= MAX_FILES;
            add_diff(l, p, diff, folder, true);
        }
        git_diff_free(diff);
        git_tree_free(tree);
        git_commit_free(before);
    }
}

static void read_regions(ctx_lately *l, struct past *p, git_repository *repo, const git_oid *head)
{
    git_commit *now = NULL;
    git_tree *tree = NULL;
    git_diff *diff = NULL;
    const git_diff_options options = options_of(l);
    p->regions = ARENA_ARRAY(&p->mem, struct ctx_lately_region, MAX_REGIONS);
    str_view folder = ctx__repo_folder(repo, l->root, &p->mem);
    if (!p->regions || git_commit_lookup(&now, repo, head) != 0 || git_commit_tree(&tree, now) != 0)
        goto done;
    if (git_diff_tree_to_workdir_with_index(&diff, repo, tree, &options) == 0)
        add_diff(l, p, diff, folder, false);
    add_commits(l, p, repo, now, tree, folder);
done:
    git_diff_free(diff);
    git_tree_free(tree);
    git_commit_free(now);
}

/* ---- the thread ---- */

static void take_over(ctx_lately *l, ctx_history *history, const struct past *past)
{
    pthread_mutex_lock(&l->mu);
    struct past old = l->past;
    ctx_history *old_history = history ? l->history : NULL;
    l->past = *past;
    l->history = history ? history : l->history;
    pthread_mutex_unlock(&l->mu);
    arena_release(&old.mem);
    ctx_history_destroy(old_history);
}

static void read_all(ctx_lately *l)
{
    git_repository *repo = NULL;
    git_oid head;
    ctx_history *history = NULL;
    struct past past = {.n = 0};
    arena_init(&past.mem, REGION_BYTES);
    if (ctx__repo_open(&repo, l->root) == ERR_OK &&
        git_reference_name_to_id(&head, repo, "HEAD") == 0) {
        read_regions(l, &past, repo, &head);
        const struct ctx_history_options options = {.cancel = &l->stop, .way = l->way};
        err e = {{0}};
        if (!l->has_head || git_oid_cmp(&head, &l->head) != 0) {
            err_code rc = ctx_history_read(&history, l->root, &options, &e);
            if (rc == ERR_FORMAT)
                log_write(LOG_WARNING, "%s", e.text);
            l->head = head;
            l->has_head = true;
        }
    }
    git_repository_free(repo);
    take_over(l, history, &past);
}

/* False: the thread ends. */
static bool take_work(ctx_lately *l)
{
    pthread_mutex_lock(&l->mu);
    l->busy = false;
    while (!l->again && !cancel_requested(&l->stop))
        pthread_cond_wait(&l->wake, &l->mu);
    l->again = false;
    l->busy = true;
    pthread_mutex_unlock(&l->mu);
    return !cancel_requested(&l->stop);
}

static void pause_between(ctx_lately *l)
{
    enum { STEP_MS = 20 };
    for (int ms = 0; ms < PAUSE_MS && !cancel_requested(&l->stop); ms += STEP_MS)
        nanosleep(&(struct timespec){.tv_nsec = STEP_MS * 1000000L}, NULL);
}

static void *follow(void *user)
{
    ctx_lately *l = user;
    setpriority(PRIO_PROCESS, 0, NICENESS); /* on Linux, of this thread */
    git_libgit2_init();
    for (bool first = true; take_work(l); first = false) {
        if (!first)
            pause_between(l); /* changes come in crowds */
        read_all(l);
    }
    git_libgit2_shutdown();
    return NULL;
}

err_code ctx_lately_create(ctx_lately **out, const char *root, const way_flag *way, err *e)
{
    size_t n = strlen(root) + 1;
    ctx_lately *l = mem_zero(1, sizeof *l);
    char *copy = mem_alloc(n);
    if (!l || !copy) {
        mem_free(l);
        mem_free(copy);
        return err_set(e, ERR_NOMEM, "out of memory");
    }
    memcpy(copy, root, n);
    l->root = copy;
    l->way = way;
    l->again = true;
    arena_init(&l->past.mem, REGION_BYTES);
    pthread_mutex_init(&l->mu, NULL);
    pthread_cond_init(&l->wake, NULL);
    if (pthread_create(&l->thread, NULL, follow, l) != 0) {
        pthread_mutex_destroy(&l->mu);
        pthread_cond_destroy(&l->wake);
        mem_free(copy);
        mem_free(l);
        return err_set(e, ERR_IO, "the thread that reads the history could not be started");
    }
    *out = l;
    return ERR_OK;
}

void ctx_lately_destroy(ctx_lately *l)
{
    if (!l)
        return;
    cancel_request(&l->stop);
    pthread_mutex_lock(&l->mu);
    pthread_cond_signal(&l->wake);
    pthread_mutex_unlock(&l->mu);
    pthread_join(l->thread, NULL);
    ctx_history_destroy(l->history);
    arena_release(&l->past.mem);
    pthread_mutex_destroy(&l->mu);
    pthread_cond_destroy(&l->wake);
    mem_free(l->root);
    mem_free(l);
}

void ctx_lately_again(ctx_lately *l)
{
    pthread_mutex_lock(&l->mu);
    l->again = true;
    pthread_cond_signal(&l->wake);
    pthread_mutex_unlock(&l->mu);
}

bool ctx_lately_ready(ctx_lately *l)
{
    pthread_mutex_lock(&l->mu);
    bool ready = !l->again && !l->busy;
    pthread_mutex_unlock(&l->mu);
    return ready;
}

struct ctx_lately_view ctx_lately_begin(ctx_lately *l)
{
    pthread_mutex_lock(&l->mu);
    return (struct ctx_lately_view){l->history, l->past.regions, l->past.n};
}

void ctx_lately_end(ctx_lately *l)
{
    pthread_mutex_unlock(&l->mu);
}
