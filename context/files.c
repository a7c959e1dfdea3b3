#define _XOPEN_SOURCE 700 /* realpath */

#include "context/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <git2.h>

#include "base/file.h"
#include "base/mem.h"
#include "context/ignore.h"
#include "context/repo.h"
#include "context/secret.h"

enum {
    DEFAULT_FILE_BYTES = 1 << 20,
    DEFAULT_FILES = 500 * 1000,
    MAX_DEPTH = 128,             /* folders in folders; each holds a descriptor while it is read */
    MAX_RULE_BYTES = 256 * 1024, /* of one ignore file */
};

struct listing {
    struct ctx_files *out;
    arena *mem;
    int root_fd;
    struct ctx_files_options options;
    size_t cap;
    struct ctx_ignore artel, git; /* git: only where we read .gitignore files ourselves */
    bool walks_git_rules;
    str_view folder; /* the one that folders_are_plain was asked about last, and its answer */
    bool folder_is_plain;
};

bool ctx_files_is_binary(str_view head)
{
    head = str_slice(head, 0, 8000); /* as git looks */
    return str_find_byte(head, '\0') < head.len;
}

bool ctx_files_is_binary_name(str_view path)
{
    static const char *const endings[] = {
        "png", "jpg", "jpeg",   "gif",  "bmp",   "ico",  "webp",    "tif",        "tiff",
        "psd", "pdf", "zip",    "gz",   "tgz",   "bz2",  "xz",      "zst",        "7z",
        "rar", "tar", "jar",    "war",  "class", "o",    "a",       "so",         "dll",
        "exe", "bin", "obj",    "lib",  "pyc",   "wasm", "woff",    "woff2",      "ttf",
        "otf", "eot", "mp3",    "mp4",  "webm",  "wav",  "flac",    "ogg",        "avi",
        "mov", "db",  "sqlite", "gguf", "onnx",  "pt",   "npy",     "dylib",      "deb",
        "rpm", "iso", "dmg",    "docx", "xlsx",  "pptx", "parquet", "safetensors"};
    size_t dot = path.len;
    while (dot > 0 && path.ptr[dot - 1] != '.' && path.ptr[dot - 1] != '/')
        dot--;
    if (dot == 0 || path.ptr[dot - 1] != '.')
        return false;
    str_view ending = str_slice(path, dot, path.len);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t k = 0;
        while (k < ending.len && endings[i][k] && (ending.ptr[k] | 0x20) == (endings[i][k] | 0x20))
            k++;
        if (k == ending.len && !endings[i][k])
            return true;
    }
    return false;
}

/* ---- one file ---- */

static err_code append(struct listing *l, str_view path, const struct stat *st)
{
    struct ctx_files *out = l->out;
    if (out->n == l->options.max_files) {
        out->cut = true;
        return ERR_OK;
    }
    if (out->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 256;
        struct ctx_file *items = ARENA_ARRAY(l->mem, struct ctx_file, cap);
        if (!items)
            return ERR_NOMEM;
        if (out->n)
            memcpy(items, out->items, out->n * sizeof *items);
        out->items = items;
        l->cap = cap;
    }
    out->items[out->n++] = (struct ctx_file){
        .path = arena_copy(l->mem, path),
        .n_bytes = (uint64_t)st->st_size,
        .changed_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec};
    return arena_failed(l->mem) ? ERR_NOMEM : ERR_OK;
}

/* `at` is the folder that `name` is in; `path` the name from the root on. */
static err_code offer(struct listing *l, int at, const char *name, str_view path)
{
    struct stat st;
    if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
        return ERR_OK; /* gone meanwhile, a link, a device */
    if (ctx_secret_path(path))
        l->out->n_secret++;
    else if (ctx_files_is_binary_name(path))
        l->out->n_binary++;
    else if ((uint64_t)st.st_size > l->options.max_file_bytes)
        l->out->n_large++;
    else
        return append(l, path, &st);
    return ERR_OK;
}

/* Adds the rules of the file `name` in the folder `at`, if there is one. */
static void read_rules(struct ctx_ignore *g, int at, const char *name, str_view folder)
{
    int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat st;
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        char *text = mem_alloc(MAX_RULE_BYTES);
        size_t n = 0;
        ssize_t got = 0;
        while (text && n < MAX_RULE_BYTES && (got = read(fd, text + n, MAX_RULE_BYTES - n)) > 0)
            n += (size_t)got;
        if (text)
            ctx_ignore_add(g, folder, (str_view){text, n});
        mem_free(text);
    }
    close(fd);
}

/* ---- by walking ---- */

static err_code walk(struct listing *l, int fd, str_view folder, int depth);

static err_code walk_entry(struct listing *l, int fd, str_view folder, const char *name, int depth)
{
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, ".git") == 0)
        return ERR_OK;
    if (cancel_requested(l->options.cancel))
        return ERR_CANCELLED;
    struct stat st;
    if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return ERR_OK;
    bool is_folder = S_ISDIR(st.st_mode);
    str_view path = arena_format(l->mem, "%.*s%s%s", STR_ARG(folder), name, is_folder ? "/" : "");
    if (arena_failed(l->mem))
        return ERR_NOMEM;
    str_view bare = str_slice(path, 0, path.len - is_folder);
    if (l->walks_git_rules && ctx_ignore_entry(&l->git, bare, is_folder))
        return ERR_OK;
    if (ctx_ignore_entry(&l->artel, bare, is_folder)) {
        l->out->n_excluded++;
        return ERR_OK;
    }
    if (!is_folder)
        return offer(l, fd, name, path);
    if (depth == MAX_DEPTH)
        return ERR_OK;
    int below = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below < 0)
        return ERR_OK; /* no permission, or no longer a folder */
    struct stat nested;
    if (fstatat(below, ".git", &nested, AT_SYMLINK_NOFOLLOW) == 0) {
        close(below); /* another repository */
        return ERR_OK;
    }
    return walk(l, below, path, depth + 1);
}

/* Owns fd. `folder` is "" or ends in '/'. */
static err_code walk(struct listing *l, int fd, str_view folder, int depth)
{
    err_code rc = ERR_OK;
    DIR *d = fdopendir(fd);
    if (!d) {
        close(fd);
        return ERR_OK;
    }
    /* Rules of this folder end with it: the lists are put back afterwards. */
    struct ctx_ignore artel = l->artel, git = l->git;
    if (l->walks_git_rules)
        read_rules(&l->git, fd, ".gitignore", folder);
    read_rules(&l->artel, fd, ".artelignore", folder);
    for (struct dirent *entry; rc == ERR_OK && !l->out->cut && (entry = readdir(d));)
        rc = walk_entry(l, fd, folder, entry->d_name, depth);
    l->artel = artel;
    l->git = git;
    closedir(d);
    return rc;
}

static err_code list_by_walking(struct listing *l)
{
    /* What no one wants read, where no .gitignore says so. */
    ctx_ignore_add(&l->git, STR(""), STR("node_modules/\n.venv/\n__pycache__/\n.hg/\n.svn/\n"));
    l->walks_git_rules = true;
    int fd = fcntl(l->root_fd, F_DUPFD_CLOEXEC, 0);
    return fd < 0 ? ERR_IO : walk(l, fd, STR(""), 0);
}

/* ---- by git ---- */

/* Is every folder above the file a folder, and not a link that may lead out of the tree? Paths come
 * sorted, so that the answer is usually that of the path before. */
static bool folders_are_plain(struct listing *l, str_view path)
{
    size_t end = path.len;
    while (end > 0 && path.ptr[end - 1] != '/')
        end--;
    str_view folder = str_slice(path, 0, end);
    if (str_eq(folder, l->folder))
        return l->folder_is_plain;
    l->folder = arena_copy(l->mem, folder);
    l->folder_is_plain = !arena_failed(l->mem);
    char part[PATH_MAX];
    for (size_t i = 0; i < folder.len && l->folder_is_plain; i++) {
        struct stat st;
        if (folder.ptr[i] == '/') {
            part[i] = '\0';
            l->folder_is_plain =
                fstatat(l->root_fd, part, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
        }
        if (i + 1 == sizeof part)
            l->folder_is_plain = false;
        part[i] = folder.ptr[i];
    }
    return l->folder_is_plain;
}

/* Takes a path of the work tree; those below the root are offered. */
static err_code offer_from_git(struct listing *l, const char *path, str_view prefix)
{
    if (cancel_requested(l->options.cancel))
        return ERR_CANCELLED;
    if (!str_starts(str_of(path), prefix) || l->out->cut)
        return ERR_OK;
    const char *below = path + prefix.len;
    if (ctx_ignore_file(&l->artel, str_of(below))) {
        l->out->n_excluded++;
        return ERR_OK;
    }
    if (!folders_are_plain(l, str_of(below)))
        return ERR_OK;
    return offer(l, l->root_fd, below, str_of(below));
}

/* Rules are looked for among what git lists. */
static void read_artel_rules(struct listing *l, const char *path, str_view prefix)
{
    static const char name[] = ".artelignore";
    str_view v = str_of(path);
    if (!str_starts(v, prefix) || !str_ends(v, str_of(name)))
        return;
    str_view below = str_slice(v, prefix.len, v.len);
    str_view folder = str_slice(below, 0, below.len - strlen(name));
    if ((folder.len == 0 || folder.ptr[folder.len - 1] == '/') && folders_are_plain(l, below))
        read_rules(&l->artel, l->root_fd, path + prefix.len, folder);
}

static int by_path(const void *a, const void *b)
{
    return str_cmp(((const struct ctx_file *)a)->path, ((const struct ctx_file *)b)->path);
}

static err_code list_index(struct listing *l, git_index *index, git_status_list *status,
                           str_view prefix)
{
    size_t n_index = git_index_entrycount(index), n_status = git_status_list_entrycount(status);
    err_code rc = ERR_OK;
    for (size_t i = 0; i < n_index; i++)
        read_artel_rules(l, git_index_get_byindex(index, i)->path, prefix);
    for (size_t i = 0; i < n_status; i++)
        read_artel_rules(l, git_status_byindex(status, i)->index_to_workdir->new_file.path, prefix);
    for (size_t i = 0; i < n_index && rc == ERR_OK; i++) {
        const git_index_entry *entry = git_index_get_byindex(index, i);
        if ((entry->mode & 0170000) == 0100000) /* no link, no submodule */
            rc = offer_from_git(l, entry->path, prefix);
    }
    for (size_t i = 0; i < n_status && rc == ERR_OK; i++) {
        const git_status_entry *entry = git_status_byindex(status, i);
        if (entry->status & GIT_STATUS_WT_NEW)
            rc = offer_from_git(l, entry->index_to_workdir->new_file.path, prefix);
    }
    return rc;
}

/* What git says about itself, as the end of a sentence. */
static str_view git_reason(arena *mem)
{
    const git_error *error = git_error_last();
    return arena_format(mem, "git's data here cannot be read (%s); files are found by walking",
                        error && error->message ? error->message : "unknown reason");
}

/* ERR_NOT_FOUND: no work tree here. ERR_FORMAT: git cannot read it; note is set. */
static err_code list_by_git(struct listing *l, const char *root)
{
    git_repository *repo = NULL;
    git_index *index = NULL;
    git_status_list *status = NULL;
    char *real_root = realpath(root, NULL), *real_tree = NULL;
    err_code rc = ctx__repo_open(&repo, root);
    if (rc != ERR_OK)
        goto done;
    if (git_repository_is_bare(repo)) {
        l->out->note = arena_copy(l->mem, STR("a bare repository has no files to read"));
        rc = ERR_OK;
        goto done;
    }
    git_status_options options;
    git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
    options.show = GIT_STATUS_SHOW_WORKDIR_ONLY;
    options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS |
                    GIT_STATUS_OPT_EXCLUDE_SUBMODULES | GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH;
    rc = ERR_FORMAT;
    if (git_repository_index(&index, repo) != 0 ||
        git_status_list_new(&status, repo, &options) != 0)
        goto done;
    real_tree = realpath(git_repository_workdir(repo), NULL);
    if (!real_root || !real_tree) {
        rc = ERR_NOMEM;
        goto done;
    }
    /* The part of the root below the work tree, with a '/' behind it. */
    str_view tree = str_of(real_tree), below = str_of(real_root);
    if (!str_starts(below, tree)) {
        rc = ERR_NOT_FOUND;
        goto done;
    }
    below = str_slice(below, tree.len, below.len);
    while (below.len && below.ptr[0] == '/')
        below = str_slice(below, 1, below.len);
    str_view prefix = below.len ? arena_format(l->mem, "%.*s/", STR_ARG(below)) : below;
    rc = arena_failed(l->mem) ? ERR_NOMEM : list_index(l, index, status, prefix);
done:
    if (rc == ERR_FORMAT)
        l->out->note = git_reason(l->mem);
    free(real_root);
    free(real_tree);
    git_status_list_free(status);
    git_index_free(index);
    git_repository_free(repo);
    return rc;
}

static void sort_and_unite(struct ctx_files *f)
{
    if (f->n == 0)
        return;
    qsort(f->items, f->n, sizeof f->items[0], by_path);
    size_t kept = 1;
    for (size_t i = 1; i < f->n; i++)
        if (!str_eq(f->items[i].path, f->items[kept - 1].path)) /* conflicts have several entries */
            f->items[kept++] = f->items[i];
    f->n = kept;
}

err_code ctx_files_list(struct ctx_files *out, arena *mem, const char *root,
                        const struct ctx_files_options *options, err *e)
{
    struct ctx_files found = {0};
    struct listing l = {.out = &found,
                        .mem = mem,
                        .artel = {.mem = mem},
                        .git = {.mem = mem},
                        .folder_is_plain = true}; /* the root is */
    if (options)
        l.options = *options;
    if (!l.options.max_file_bytes)
        l.options.max_file_bytes = DEFAULT_FILE_BYTES;
    if (!l.options.max_files)
        l.options.max_files = DEFAULT_FILES;
    l.root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (l.root_fd < 0)
        return err_set(e, ERR_NOT_FOUND, "cannot open the folder %s: %s", root, strerror(errno));
    err_code rc = ERR_NOT_FOUND;
    if (!l.options.walk) {
        git_libgit2_init();
        rc = list_by_git(&l, root);
        git_libgit2_shutdown();
    }
    found.by_git = rc == ERR_OK;
    if (rc == ERR_NOT_FOUND || rc == ERR_FORMAT)
        rc = list_by_walking(&l);
    close(l.root_fd);
    if (rc == ERR_OK && arena_failed(mem))
        rc = ERR_NOMEM;
    if (rc != ERR_OK)
        return err_set(e, rc, "listing the files of %s: %s", root, err_name(rc));
    sort_and_unite(&found);
    *out = found;
    return ERR_OK;
}
