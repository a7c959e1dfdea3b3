#include "context/changes.h"

#include <git2.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "context/files.h"
#include "context/ignore.h"
#include "context/repo.h"
#include "context/secret.h"

enum {
    MAX_FILE_BYTES = 1 << 20,
    MAX_RULE_BYTES = 1 << 20,
    MAX_ARENA = 64 << 20,
    NAME_BYTES = 72,
};

struct commit {
    git_oid id;
    str_view name;
};

struct ctx_changes {
    arena mem;
    git_repository *repo;
    struct commit *commits; /* oldest first */
    size_t n, cap;
    str_view folder; /* of root in the repository: "" or "a/b/" */
    struct ctx_ignore ignore;
};

void ctx_changes_close(ctx_changes *c)
{
    if (!c)
        return;
    git_repository_free(c->repo);
    git_libgit2_shutdown();
    arena_release(&c->mem);
    mem_free(c->commits);
    mem_free(c);
}

size_t ctx_changes_count(const ctx_changes *c)
{
    return c->n;
}

str_view ctx_changes_name(const ctx_changes *c, size_t commit)
{
    return c->commits[commit].name;
}

/* ---- finding the commits ---- */

static err_code add_commit(ctx_changes *c, const git_oid *id, git_commit *commit)
{
    if (c->n == c->cap) {
        size_t cap = c->cap ? 2 * c->cap : 64;
        struct commit *grown = mem_resize(c->commits, cap * sizeof *grown);
        if (!grown)
            return ERR_NOMEM;
        c->commits = grown;
        c->cap = cap;
    }
    char hex[9];
    git_oid_tostr(hex, sizeof hex, id);
    const char *summary = git_commit_summary(commit);
    str_view title = str_slice(str_of(summary ? summary : ""), 0, NAME_BYTES);
    struct commit added = {*id, arena_format(&c->mem, "%s %.*s", hex, STR_ARG(title))};
    if (arena_failed(&c->mem))
        return ERR_NOMEM;
    c->commits[c->n++] = added;
    return ERR_OK;
}

static err_code find_commits(ctx_changes *c, git_revwalk *walk, size_t n_commits)
{
    git_oid id;
    err_code rc = ERR_OK;
    while (rc == ERR_OK && c->n < n_commits && git_revwalk_next(&id, walk) == 0) {
        git_commit *commit = NULL, *parent = NULL;
        if (git_commit_lookup(&commit, c->repo, &id) != 0)
            break;
        unsigned n_parents = git_commit_parentcount(commit);
        bool known = n_parents == 0 || git_commit_parent(&parent, commit, 0) == 0;
        if (known && n_parents < 2)
            rc = add_commit(c, &id, commit);
        git_commit_free(parent);
        git_commit_free(commit);
        if (!known)
            break;
    }
    for (size_t i = 0; i < c->n / 2; i++) {
        struct commit swap = c->commits[i];
        c->commits[i] = c->commits[c->n - 1 - i];
        c->commits[c->n - 1 - i] = swap;
    }
    return rc;
}

static err_code read_ignore(ctx_changes *c, const char *root)
{
    buf rules;
    err unused;
    buf_init(&rules, MAX_RULE_BYTES);
    c->ignore.mem = &c->mem;
    str_view path = arena_format(&c->mem, "%s/.artelignore", root);
    if (!arena_failed(&c->mem) && file_read(&rules, path.ptr, &unused) == ERR_OK)
        ctx_ignore_add(&c->ignore, STR(""), arena_copy(&c->mem, buf_view(&rules)));
    buf_release(&rules);
    return arena_failed(&c->mem) ? ERR_NOMEM : ERR_OK;
}

err_code ctx_changes_open(ctx_changes **out, const char *root, size_t n_commits, err *e)
{
    git_revwalk *walk = NULL;
    err_code rc = ERR_OK;
    ctx_changes *c = mem_zero(1, sizeof *c);
    if (!c)
        return err_set(e, ERR_NOMEM, "out of memory");
    arena_init(&c->mem, MAX_ARENA);
    git_libgit2_init();
    rc = ctx__repo_open(&c->repo, root);
    if (rc != ERR_OK) {
        (void)err_set(e, rc, "%s: %s", root,
                      rc == ERR_NOT_FOUND ? "is in no git repository"
                      : rc == ERR_FORMAT  ? "git cannot open it"
                                          : "out of memory");
        goto done;
    }
    if (git_revwalk_new(&walk, c->repo) != 0 || git_revwalk_push_head(walk) != 0) {
        rc = err_set(e, ERR_NOT_FOUND, "%s: the repository has no commits", root);
        goto done;
    }
    git_revwalk_sorting(walk, GIT_SORT_NONE); /* newest first, without reading all of them */
    rc = find_commits(c, walk, n_commits);
    c->folder = ctx__repo_folder(c->repo, root, &c->mem);
    if (rc == ERR_OK)
        rc = read_ignore(c, root);
    if (rc != ERR_OK)
        (void)err_set(e, rc, "out of memory");
    else if (c->n == 0)
        rc = err_set(e, ERR_NOT_FOUND, "%s: no commit can be read", root);
done:
    git_revwalk_free(walk);
    if (rc == ERR_OK)
        *out = c;
    else
        ctx_changes_close(c);
    return rc;
}

/* ---- reading them ---- */

static bool is_file(const git_diff_file *f)
{
    return f->mode == GIT_FILEMODE_BLOB || f->mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

/* The path below the folder, or an empty view for what is left out. */
static str_view path_of(const ctx_changes *c, const git_diff_file *f)
{
    str_view path = str_of(f->path);
    if (!is_file(f) || !str_starts(path, c->folder))
        return STR("");
    path = str_slice(path, c->folder.len, path.len);
    bool left_out = ctx_secret_path(path) || ctx_files_is_binary_name(path) ||
                    ctx_ignore_file(&c->ignore, path);
    return left_out ? STR("") : path;
}

/* *out stays NULL and *text empty when there is no such file, or it is not for reading. */
static err_code read_blob(const ctx_changes *c, const git_diff_file *f, git_blob **out,
                          str_view *text)
{
    *text = STR("");
    if (!is_file(f) || git_oid_is_zero(&f->id))
        return ERR_OK;
    git_blob *blob;
    if (git_blob_lookup(&blob, c->repo, &f->id) != 0)
        return ERR_FORMAT;
    str_view all = {git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob)};
    if (all.len > MAX_FILE_BYTES || ctx_files_is_binary(all)) {
        git_blob_free(blob);
        return ERR_OK;
    }
    *out = blob;
    *text = all;
    return ERR_OK;
}

/* The offset behind `n` more lines. */
static size_t skip_lines(str_view text, size_t at, size_t n)
{
    for (; n > 0 && at < text.len; n--) {
        str_view rest = str_slice(text, at, text.len);
        size_t line = str_find_byte(rest, '\n');
        at += line + (line < rest.len);
    }
    return at;
}

/* The lines of `after` that are not in `before`. In `mem`. */
static err_code find_added(struct ctx_change *change, arena *mem)
{
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.context_lines = 0;
    options.interhunk_lines = 0;
    options.flags = GIT_DIFF_FORCE_TEXT;
    git_patch *patch = NULL;
    if (git_patch_from_buffers(&patch, change->before.ptr, change->before.len, NULL,
                               change->after.ptr, change->after.len, NULL, &options) != 0)
        return ERR_NOMEM;
    size_t n = git_patch_num_hunks(patch);
    struct ctx_added *added = ARENA_ARRAY(mem, struct ctx_added, n);
    size_t new_line = 1, old_line = 1, at = 0, old_at = 0;
    for (size_t i = 0; added && i < n; i++) {
        const git_diff_hunk *hunk;
        if (git_patch_get_hunk(&hunk, NULL, patch, i) != 0)
            break;
        if (hunk->new_lines == 0)
            continue;
        /* Where a hunk takes nothing away, its old start is the line before it. */
        size_t resume = (size_t)hunk->old_start + (hunk->old_lines ? (size_t)hunk->old_lines : 1);
        size_t begin = skip_lines(change->after, at, (size_t)hunk->new_start - new_line);
        at = skip_lines(change->after, begin, (size_t)hunk->new_lines);
        new_line = (size_t)hunk->new_start + (size_t)hunk->new_lines;
        old_at = skip_lines(change->before, old_at, resume - old_line);
        old_line = resume;
        added[change->n_added++] = (struct ctx_added){begin, at, old_at};
    }
    change->added = added;
    git_patch_free(patch);
    return added ? ERR_OK : ERR_NOMEM;
}

struct visit {
    ctx_change_visit *call;
    void *user;
    bool whole; /* no text before, no lines */
};

static err_code visit_delta(const ctx_changes *c, const git_diff_delta *delta,
                            const struct visit *v, err *e)
{
    arena mem;
    git_blob *old_blob = NULL, *new_blob = NULL;
    bool gone = delta->status == GIT_DELTA_DELETED;
    struct ctx_change change = {
        .path = path_of(c, gone ? &delta->old_file : &delta->new_file),
    };
    if (change.path.len == 0)
        return ERR_OK;
    arena_init(&mem, MAX_ARENA);
    err_code rc = read_blob(c, &delta->new_file, &new_blob, &change.after);
    if (rc == ERR_OK && !v->whole)
        rc = read_blob(c, &delta->old_file, &old_blob, &change.before);
    if (rc == ERR_OK && !v->whole && change.after.len > 0)
        rc = find_added(&change, &mem);
    if (rc == ERR_OK)
        rc = v->call(v->user, &change, e);
    else
        (void)err_set(e, rc, "a file of the repository cannot be read: %s", err_name(rc));
    git_blob_free(old_blob);
    git_blob_free(new_blob);
    arena_release(&mem);
    return rc;
}

/* The tree of the commit, or of what was there before it; NULL before the first one. */
static err_code tree_of(const ctx_changes *c, size_t i, bool before, git_tree **out)
{
    git_commit *commit = NULL, *parent = NULL;
    err_code rc = ERR_FORMAT;
    *out = NULL;
    if (git_commit_lookup(&commit, c->repo, &c->commits[i].id) != 0)
        goto done;
    rc = ERR_OK;
    if (before && git_commit_parentcount(commit) == 0)
        goto done;
    rc = ERR_FORMAT;
    if (before && git_commit_parent(&parent, commit, 0) != 0)
        goto done;
    rc = git_commit_tree(out, before ? parent : commit) == 0 ? ERR_OK : ERR_FORMAT;
done:
    git_commit_free(parent);
    git_commit_free(commit);
    return rc;
}

static err_code visit_diff(const ctx_changes *c, git_tree *from, git_tree *to,
                           const struct visit *v, err *e)
{
    git_diff *diff = NULL;
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags = GIT_DIFF_SKIP_BINARY_CHECK | GIT_DIFF_IGNORE_SUBMODULES;
    if (git_diff_tree_to_tree(&diff, c->repo, from, to, &options) != 0)
        return err_set(e, ERR_FORMAT, "the repository is damaged: its trees cannot be compared");
    if (!v->whole) {
        git_diff_find_options find;
        git_diff_find_options_init(&find, GIT_DIFF_FIND_OPTIONS_VERSION);
        find.flags = GIT_DIFF_FIND_RENAMES;
        /* When it fails a moved file counts as a new one. */
        (void)git_diff_find_similar(diff, &find);
    }
    err_code rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < git_diff_num_deltas(diff); i++)
        rc = visit_delta(c, git_diff_get_delta(diff, i), v, e);
    git_diff_free(diff);
    return rc;
}

static err_code visit_trees(const ctx_changes *c, size_t from, size_t to, bool after,
                            const struct visit *v, err *e)
{
    git_tree *a = NULL, *b = NULL;
    err_code rc = from == SIZE_MAX ? ERR_OK : tree_of(c, from, true, &a);
    if (rc == ERR_OK)
        rc = tree_of(c, to, !after, &b);
    if (rc != ERR_OK)
        (void)err_set(e, rc, "the repository is damaged: a commit cannot be read");
    else if (a || b)
        rc = visit_diff(c, a, b, v, e);
    git_tree_free(b);
    git_tree_free(a);
    return rc;
}

err_code ctx_changes_of(const ctx_changes *c, size_t commit, ctx_change_visit *visit, void *user,
                        err *e)
{
    struct visit v = {visit, user, false};
    return visit_trees(c, commit, commit, true, &v, e);
}

err_code ctx_changes_between(const ctx_changes *c, size_t from, size_t to, ctx_change_visit *visit,
                             void *user, err *e)
{
    struct visit v = {visit, user, true};
    return visit_trees(c, from, to, false, &v, e);
}
