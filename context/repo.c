#define _XOPEN_SOURCE 700 /* realpath */

#include "context/repo.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <git2/sys/odb_backend.h>
#include <zlib.h>

#include "base/mem.h"

/* ---- a guard before the loose objects ---- */

enum { GUARD_PRIORITY = 100 /* libgit2's own: 1 and 2 */ };

/* Asked first for each object, and has none: it only stops what would not end. */
struct guard {
    git_odb_backend base;
    char objects[]; /* the folder */
};

/* Whether the bytes of the file are one whole deflated stream, or no such stream from the start. */
static bool inflates(FILE *f)
{
    unsigned char in[4096], out[4096];
    z_stream z = {0};
    int code = inflateInit(&z);
    if (code != Z_OK)
        return false;
    while (code == Z_OK && (z.avail_in = (uInt)fread(in, 1, sizeof in, f)) > 0) {
        z.next_in = in;
        while (code == Z_OK && (z.avail_in || z.avail_out == 0)) {
            z.next_out = out;
            z.avail_out = sizeof out;
            code = inflate(&z, Z_NO_FLUSH);
        }
        if (code == Z_BUF_ERROR) /* it only wants more */
            code = Z_OK;
    }
    inflateEnd(&z);
    return code != Z_OK;
}

static int check_object(const struct guard *g, const git_oid *id)
{
    char hex[GIT_OID_HEXSZ + 1], path[PATH_MAX];
    git_oid_tostr(hex, sizeof hex, id);
    int n = snprintf(path, sizeof path, "%s/%.2s/%s", g->objects, hex, hex + 2);
    FILE *f = n > 0 && (size_t)n < sizeof path ? fopen(path, "rb") : NULL;
    if (!f)
        return GIT_PASSTHROUGH;
    bool whole = inflates(f);
    fclose(f);
    return whole ? GIT_PASSTHROUGH : GIT_ERROR;
}

static int guard_read(void **data, size_t *n, git_object_t *type, git_odb_backend *b,
                      const git_oid *id)
{
    (void)data;
    (void)n;
    (void)type;
    return check_object((const struct guard *)b, id);
}

static int guard_header(size_t *n, git_object_t *type, git_odb_backend *b, const git_oid *id)
{
    (void)n;
    (void)type;
    return check_object((const struct guard *)b, id);
}

static void guard_free(git_odb_backend *b)
{
    mem_free(b);
}

static err_code add_guard(git_repository *repo)
{
    const char *folder = git_repository_commondir(repo);
    git_odb *odb = NULL;
    size_t n = strlen(folder) + sizeof "objects";
    struct guard *g = mem_zero(1, sizeof *g + n);
    if (!g)
        return ERR_NOMEM;
    snprintf(g->objects, n, "%sobjects", folder); /* it ends in '/' */
    git_odb_init_backend(&g->base, GIT_ODB_BACKEND_VERSION);
    g->base.read = guard_read;
    g->base.read_header = guard_header;
    g->base.free = guard_free;
    if (git_repository_odb(&odb, repo) != 0 ||
        git_odb_add_backend(odb, &g->base, GUARD_PRIORITY) != 0) {
        mem_free(g);
        git_odb_free(odb);
        return ERR_FORMAT;
    }
    git_odb_free(odb);
    return ERR_OK;
}

err_code ctx__repo_open(git_repository **out, const char *root)
{
    git_repository *repo = NULL;
    int code = git_repository_open_ext(&repo, root, 0, NULL);
    if (code != 0)
        return code == GIT_ENOTFOUND ? ERR_NOT_FOUND : ERR_FORMAT;
    err_code rc = add_guard(repo);
    if (rc == ERR_OK)
        *out = repo;
    else
        git_repository_free(repo);
    return rc;
}

/* ---- places ---- */

str_view ctx__repo_folder(git_repository *repo, const char *root, arena *mem)
{
    char real[PATH_MAX], top[PATH_MAX];
    const char *work = git_repository_workdir(repo);
    if (!work || !realpath(root, real) || !realpath(work, top))
        return STR("");
    size_t n = strlen(top);
    if (strncmp(real, top, n) != 0 || real[n] != '/')
        return STR("");
    return arena_format(mem, "%s/", real + n + 1);
}
