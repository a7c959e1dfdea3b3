#include "context/versed.h"

#include <string.h>

#include <git2.h>

#include "base/clock.h"
#include "base/mem.h"
#include "context/repo.h"

enum {
    MAX_COMMITS = 2000,
    MAX_MS = 2000,
    MAX_FILES = 50, /* commits with more are moves and reformattings */
    MIN_COMMITS = 3,
    MAX_ADDRESS = 256,
};

struct reading {
    git_repository *repo;
    char address[MAX_ADDRESS];
    const gram_language *all;
    size_t n_rows;
    unsigned *counts; /* commits per row */
    bool *touched;    /* by the commit in work, per row */
};

static bool is_data(const gram_language *lang)
{
    static const char data[] =
        "json jsonc markdown yaml toml xml html css properties ini csv diff ignore plaintext";
    return gram_list_has(data, str_of(lang->id));
}

static err_code read_address(struct reading *r, err *e)
{
    git_config *config = NULL, *snapshot = NULL;
    const char *address = NULL;
    if (git_repository_config(&config, r->repo) == 0 &&
        git_config_snapshot(&snapshot, config) == 0 &&
        git_config_get_string(&address, snapshot, "user.email") == 0 &&
        strlen(address) < sizeof r->address)
        memcpy(r->address, address, strlen(address) + 1);
    git_config_free(snapshot);
    git_config_free(config);
    return r->address[0] ? ERR_OK : err_set(e, ERR_NOT_FOUND, "git knows no user.email");
}

static void count_files(struct reading *r, git_diff *diff)
{
    size_t n = git_diff_num_deltas(diff);
    if (n > MAX_FILES)
        return;
    memset(r->touched, 0, r->n_rows * sizeof *r->touched);
    for (size_t i = 0; i < n; i++) {
        const char *path = git_diff_get_delta(diff, i)->new_file.path;
        const gram_language *lang = path ? gram_language_by_path(str_of(path)) : NULL;
        if (lang && !is_data(lang))
            r->touched[lang - r->all] = true;
    }
    for (size_t i = 0; i < r->n_rows; i++)
        r->counts[i] += r->touched[i];
}

/* Unreadable commits say nothing. */
static void read_commit(struct reading *r, const git_oid *id)
{
    git_commit *commit = NULL, *parent = NULL;
    git_tree *tree = NULL, *parent_tree = NULL;
    git_diff *diff = NULL;
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags = GIT_DIFF_SKIP_BINARY_CHECK | GIT_DIFF_IGNORE_SUBMODULES;
    if (git_commit_lookup(&commit, r->repo, id) != 0)
        return;
    const git_signature *author = git_commit_author(commit);
    bool own = author && author->email && strcmp(author->email, r->address) == 0;
    if (own && git_commit_parentcount(commit) < 2 && git_commit_tree(&tree, commit) == 0 &&
        (git_commit_parentcount(commit) == 0 || (git_commit_parent(&parent, commit, 0) == 0 &&
                                                 git_commit_tree(&parent_tree, parent) == 0)) &&
        git_diff_tree_to_tree(&diff, r->repo, parent_tree, tree, &options) == 0)
        count_files(r, diff);
    git_diff_free(diff);
    git_tree_free(parent_tree);
    git_tree_free(tree);
    git_commit_free(parent);
    git_commit_free(commit);
}

static err_code read_commits(struct reading *r, const cancel_flag *cancel)
{
    git_revwalk *walk = NULL;
    git_oid id;
    uint64_t start = clock_now_ns();
    err_code rc = ERR_NOT_FOUND;
    if (git_revwalk_new(&walk, r->repo) == 0 && git_revwalk_push_head(walk) == 0) {
        rc = ERR_OK;
        git_revwalk_sorting(walk, GIT_SORT_NONE); /* newest first, without reading all of them */
        for (size_t n = 0; n < MAX_COMMITS && git_revwalk_next(&id, walk) == 0; n++) {
            if (cancel_requested(cancel)) {
                rc = ERR_CANCELLED;
                break;
            }
            if (clock_ms(clock_now_ns() - start) > MAX_MS)
                break;
            read_commit(r, &id);
        }
    }
    git_revwalk_free(walk);
    return rc;
}

static void choose(struct ctx_versed *out, struct reading *r)
{
    out->n = 0;
    while (out->n < CTX_VERSED_MAX) {
        size_t best = 0;
        for (size_t i = 1; i < r->n_rows; i++)
            if (r->counts[i] > r->counts[best])
                best = i;
        if (r->counts[best] < MIN_COMMITS)
            return;
        out->items[out->n++] = &r->all[best];
        r->counts[best] = 0;
    }
}

err_code ctx_versed_read(struct ctx_versed *out, const char *root, const cancel_flag *cancel,
                         err *e)
{
    struct reading r = {0};
    if (git_libgit2_init() < 0)
        return ERR_NOMEM;
    r.all = gram_language_all(&r.n_rows);
    r.counts = mem_zero(r.n_rows, sizeof *r.counts);
    r.touched = mem_zero(r.n_rows, sizeof *r.touched);
    err_code rc = r.counts && r.touched ? ctx__repo_open(&r.repo, root) : ERR_NOMEM;
    if (rc == ERR_OK)
        rc = read_address(&r, e);
    if (rc == ERR_OK)
        rc = read_commits(&r, cancel);
    if (rc == ERR_OK)
        choose(out, &r);
    git_repository_free(r.repo);
    mem_free(r.touched);
    mem_free(r.counts);
    git_libgit2_shutdown();
    return rc;
}
