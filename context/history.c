#include "context/history.h"

#include <math.h>
#include <string.h>

#include <git2.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "context/repo.h"

enum {
    WAY_MS = 250,
    DEFAULT_COMMITS = 1000,
    DEFAULT_FILES = 50,
    DEFAULT_SECONDS = 10,
    MAX_ARENA = 64 << 20,
    HALF_WEIGHT = 200, /* commits after which one counts half */
    HALF_RECENCY = 50,
    NO_FILE = -1,
};

struct commit {
    int32_t *files;
    size_t n_files;
    float weight;
    uint32_t age;
};

struct file {
    str_view path;
    int32_t now;     /* the file that it was renamed to, or itself */
    uint32_t newest; /* age of its newest commit */
};

struct ctx_history {
    arena mem;
    str_view folder;        /* of the root in the work tree */
    struct commit *commits; /* newest first; only those that count */
    size_t n_commits, cap_commits;
    struct file *files;
    int32_t n_files, cap_files;
    int32_t *table; /* path to file, open addressing */
    uint32_t table_mask;
    uint32_t n_seen; /* commits, counted or not */
    bool complete;
};

void ctx_history_destroy(ctx_history *h)
{
    if (!h)
        return;
    arena_release(&h->mem);
    mem_free(h->commits);
    mem_free(h->files);
    mem_free(h->table);
    mem_free(h);
}

/* ---- files ---- */

static int32_t *slot_of(const ctx_history *h, str_view path)
{
    for (uint64_t i = hash_str(path);; i++) {
        int32_t *slot = &h->table[i & h->table_mask];
        if (*slot == NO_FILE || str_eq(h->files[*slot].path, path))
            return slot;
    }
}

static err_code grow_files(ctx_history *h)
{
    int32_t cap = h->cap_files ? h->cap_files * 2 : 256;
    struct file *files = mem_resize(h->files, (size_t)cap * sizeof *files);
    if (!files)
        return ERR_NOMEM;
    h->files = files;
    int32_t *table = mem_alloc((size_t)cap * 2 * sizeof *table);
    if (!table)
        return ERR_NOMEM;
    memset(table, 0xFF, (size_t)cap * 2 * sizeof *table);
    mem_free(h->table);
    h->table = table;
    h->table_mask = (uint32_t)cap * 2 - 1;
    h->cap_files = cap;
    for (int32_t i = 0; i < h->n_files; i++)
        *slot_of(h, h->files[i].path) = i;
    return ERR_OK;
}

static err_code file_of(ctx_history *h, str_view path, int32_t *file)
{
    if (h->n_files == h->cap_files && grow_files(h) != ERR_OK)
        return ERR_NOMEM;
    int32_t *slot = slot_of(h, path);
    if (*slot == NO_FILE) {
        path = arena_copy(&h->mem, path);
        if (arena_failed(&h->mem))
            return ERR_NOMEM;
        h->files[h->n_files] = (struct file){path, h->n_files, UINT32_MAX};
        *slot = h->n_files++;
    }
    *file = *slot;
    return ERR_OK;
}

/* The path below the root, or one of no length: the file is elsewhere. */
static str_view below(const ctx_history *h, const char *path)
{
    str_view all = str_of(path);
    return str_starts(all, h->folder) ? str_slice(all, h->folder.len, all.len) : STR("");
}

/* The name that the file has today. Renames are met newest first, so that one step is enough. */
static err_code file_today(ctx_history *h, str_view path, int32_t *file)
{
    err_code rc = file_of(h, path, file);
    if (rc == ERR_OK)
        *file = h->files[*file].now;
    return rc;
}

/* ---- commits ---- */

static err_code add_commit(ctx_history *h, git_diff *diff, size_t n)
{
    if (h->n_commits == h->cap_commits) {
        size_t cap = h->cap_commits ? h->cap_commits * 2 : 64;
        struct commit *commits = mem_resize(h->commits, cap * sizeof *commits);
        if (!commits)
            return ERR_NOMEM;
        h->commits = commits;
        h->cap_commits = cap;
    }
    struct commit c = {.age = h->n_seen, .files = ARENA_ARRAY(&h->mem, int32_t, n)};
    if (!c.files)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const git_diff_delta *delta = git_diff_get_delta(diff, i);
        int32_t file, before;
        str_view path = below(h, delta->new_file.path), old = below(h, delta->old_file.path);
        if (path.len == 0)
            continue;
        err_code rc = file_today(h, path, &file);
        if (rc == ERR_OK && delta->status == GIT_DELTA_RENAMED && old.len) {
            rc = file_of(h, old, &before);
            /* A name that is in use today is another file's. */
            if (rc == ERR_OK && h->files[before].newest == UINT32_MAX)
                h->files[before].now = file;
        }
        if (rc != ERR_OK)
            return rc;
        if (h->files[file].newest == UINT32_MAX)
            h->files[file].newest = c.age;
        c.files[c.n_files++] = file;
    }
    c.weight = exp2f(-(float)c.age / HALF_WEIGHT) / log2f(1 + (float)n);
    h->commits[h->n_commits++] = c;
    return ERR_OK;
}

/* ERR_FORMAT: the commit's data cannot be read. */
static err_code read_commit(ctx_history *h, git_repository *repo, const git_oid *id,
                            size_t max_files)
{
    git_commit *commit = NULL, *parent = NULL;
    git_tree *tree = NULL, *parent_tree = NULL;
    git_diff *diff = NULL;
    err_code rc = ERR_FORMAT;
    if (git_commit_lookup(&commit, repo, id) != 0)
        goto done;
    rc = ERR_OK;
    if (git_commit_parentcount(commit) > 1)
        goto done;
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags = GIT_DIFF_SKIP_BINARY_CHECK | GIT_DIFF_IGNORE_SUBMODULES;
    rc = ERR_FORMAT;
    if (git_commit_tree(&tree, commit) != 0)
        goto done;
    /* The first commit, and the last one of a shallow clone, have nothing to be compared with: what
     * they add was not changed together. */
    if (git_commit_parentcount(commit) == 0) {
        rc = ERR_OK;
        goto done;
    }
    if (git_commit_parent(&parent, commit, 0) != 0) {
        rc = git_error_last() && git_repository_is_shallow(repo) ? ERR_OK : ERR_FORMAT;
        goto done;
    }
    if (git_commit_tree(&parent_tree, parent) != 0 ||
        git_diff_tree_to_tree(&diff, repo, parent_tree, tree, &options) != 0)
        goto done;
    rc = ERR_OK;
    if (git_diff_num_deltas(diff) > 2 * max_files)
        goto done; /* too many even if all were renames */
    git_diff_find_options find;
    git_diff_find_options_init(&find, GIT_DIFF_FIND_OPTIONS_VERSION);
    find.flags = GIT_DIFF_FIND_RENAMES | GIT_DIFF_FIND_EXACT_MATCH_ONLY;
    if (git_diff_find_similar(diff, &find) != 0) {
        rc = ERR_FORMAT;
        goto done;
    }
    size_t n = git_diff_num_deltas(diff);
    if (n > 0 && n <= max_files)
        rc = add_commit(h, diff, n);
done:
    git_diff_free(diff);
    git_tree_free(parent_tree);
    git_tree_free(tree);
    git_commit_free(parent);
    git_commit_free(commit);
    return rc;
}

static err_code read_commits(ctx_history *h, git_repository *repo, git_revwalk *walk,
                             const struct ctx_history_options *options)
{
    size_t max_commits = options->max_commits ? options->max_commits : DEFAULT_COMMITS;
    size_t max_files =
        options->max_files_per_commit ? options->max_files_per_commit : DEFAULT_FILES;
    uint64_t max_ns = options->max_ns ? options->max_ns : DEFAULT_SECONDS * UINT64_C(1000000000);
    uint64_t start = clock_now_ns();
    git_oid id;
    int code = 0;
    while (h->n_seen < max_commits && (code = git_revwalk_next(&id, walk)) == 0) {
        if (cancel_requested(options->cancel))
            return ERR_CANCELLED;
        way_give(options->way, WAY_MS);
        if (clock_now_ns() - start > max_ns)
            return ERR_OK;
        err_code rc = read_commit(h, repo, &id, max_files);
        if (rc == ERR_FORMAT)
            return ERR_OK; /* older commits would be read with a hole before them */
        if (rc != ERR_OK)
            return rc;
        h->n_seen++;
    }
    h->complete = code == 0 || code == GIT_ITEROVER;
    return ERR_OK;
}

err_code ctx_history_read(ctx_history **out, const char *root,
                          const struct ctx_history_options *options, err *e)
{
    static const struct ctx_history_options defaults = {0};
    git_repository *repo = NULL;
    git_revwalk *walk = NULL;
    err_code rc = ERR_NOMEM;
    ctx_history *h = mem_zero(1, sizeof *h);
    git_libgit2_init();
    if (!h)
        goto done;
    arena_init(&h->mem, MAX_ARENA);
    rc = grow_files(h);
    if (rc != ERR_OK)
        goto done;
    rc = ctx__repo_open(&repo, root);
    if (rc != ERR_OK)
        goto done;
    rc = ERR_NOT_FOUND;
    if (git_revwalk_new(&walk, repo) != 0 || git_revwalk_push_head(walk) != 0)
        goto done;
    git_revwalk_sorting(walk, GIT_SORT_NONE); /* newest first, without reading all of them */
    git_revwalk_simplify_first_parent(walk);
    h->folder = ctx__repo_folder(repo, root, &h->mem);
    rc = read_commits(h, repo, walk, options ? options : &defaults);
done:
    git_revwalk_free(walk);
    git_repository_free(repo);
    git_libgit2_shutdown();
    if (rc == ERR_OK)
        *out = h;
    else
        ctx_history_destroy(h);
    return rc == ERR_OK
               ? rc
               : err_set(e, rc, "the history of %s cannot be read: %s", root, err_name(rc));
}

size_t ctx_history_commits(const ctx_history *h)
{
    return h->n_seen;
}

bool ctx_history_complete(const ctx_history *h)
{
    return h->complete;
}

/* ---- questions ---- */

static bool has_file(const struct commit *c, int32_t file)
{
    for (size_t i = 0; i < c->n_files; i++)
        if (c->files[i] == file)
            return true;
    return false;
}

size_t ctx_history_partners(const ctx_history *h, str_view path,
                            struct ctx_history_partner *partners, size_t cap)
{
    int32_t file = *slot_of(h, path);
    float *sums = file == NO_FILE ? NULL : mem_zero((size_t)h->n_files, sizeof *sums);
    if (!sums)
        return 0; /* unknown, or no memory: as good as unknown for a hint */
    float total = 1;
    for (size_t i = 0; i < h->n_commits; i++) {
        const struct commit *c = &h->commits[i];
        if (!has_file(c, file))
            continue;
        total += c->weight;
        for (size_t k = 0; k < c->n_files; k++)
            sums[c->files[k]] += c->weight;
    }
    sums[file] = 0;
    size_t n = 0;
    for (; n < cap; n++) {
        int32_t best = NO_FILE;
        for (int32_t i = 0; i < h->n_files; i++)
            if (sums[i] > 0 &&
                (best == NO_FILE || sums[i] > sums[best] ||
                 (sums[i] >= sums[best] && str_cmp(h->files[i].path, h->files[best].path) < 0)))
                best = i;
        if (best == NO_FILE)
            break;
        partners[n] = (struct ctx_history_partner){h->files[best].path, sums[best] / total};
        sums[best] = 0;
    }
    mem_free(sums);
    return n;
}

float ctx_history_recency(const ctx_history *h, str_view path)
{
    int32_t file = *slot_of(h, path);
    if (file == NO_FILE || h->files[file].newest == UINT32_MAX)
        return 0;
    return exp2f(-(float)h->files[file].newest / HALF_RECENCY);
}
