#define _DEFAULT_SOURCE    /* madvise and its DONTNEED, which POSIX has only as advice that may do \
                              nothing */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/mem.h"

struct file_map {
    int fd;
    size_t size;
    void *data;
    guard *guard;
    char path[]; /* for messages */
};

static err_code io_error(err *e, const char *path, const char *what)
{
    int saved = errno;
    char reason[128];
    /* The XSI form: returns int, fills the buffer. */
    if (strerror_r(saved, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", saved);
    return err_set(e, saved == ENOENT || saved == ENOTDIR ? ERR_NOT_FOUND : ERR_IO, "%s: %s: %s",
                   path, what, reason);
}

/* Opens a regular file for reading. O_NONBLOCK keeps a FIFO without writer from blocking us before
 * fstat can refuse it; it has no effect on regular files. */
static err_code open_regular(int *out, size_t *size, const char *path, err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return io_error(e, path, "cannot open");
    struct stat st;
    if (fstat(fd, &st) != 0) {
        err_code rc = io_error(e, path, "cannot examine");
        close(fd);
        return rc;
    }
    if (!S_ISREG(st.st_mode)) {
        close(fd);
        return err_set(e, ERR_FORMAT, "%s: %s, not a regular file", path,
                       S_ISDIR(st.st_mode)    ? "a directory"
                       : S_ISFIFO(st.st_mode) ? "a pipe"
                                              : "a device or socket");
    }
    *size = (size_t)st.st_size;
    *out = fd;
    return ERR_OK;
}

err_code file_map_open(file_map **out, const char *path, err *e)
{
    size_t path_bytes = strlen(path) + 1;
    file_map *m = mem_zero(1, sizeof *m + path_bytes);
    if (!m)
        return err_set(e, ERR_NOMEM, "%s: out of memory", path);
    memcpy(m->path, path, path_bytes);
    m->fd = -1;
    err_code rc = open_regular(&m->fd, &m->size, path, e);
    if (rc == ERR_OK && m->size == 0)
        rc = err_set(e, ERR_FORMAT, "%s: the file is empty", path);
    if (rc == ERR_OK) {
        m->data = mmap(NULL, m->size, PROT_READ, MAP_SHARED, m->fd, 0);
        if (m->data == MAP_FAILED) {
            m->data = NULL;
            rc = io_error(e, path, "cannot map");
        }
    }
    if (rc == ERR_OK) {
        m->guard = guard_add(m->data, m->size);
        if (!m->guard)
            rc = err_set(e, ERR_RANGE, "%s: too many files are mapped already", path);
    }
    if (rc != ERR_OK) {
        file_map_close(m);
        return rc;
    }
    *out = m;
    return ERR_OK;
}

void file_map_close(file_map *m)
{
    if (!m)
        return;
    guard_remove(m->guard);
    if (m->data)
        munmap(m->data, m->size);
    if (m->fd >= 0)
        close(m->fd);
    mem_free(m);
}

const void *file_map_data(const file_map *m)
{
    return m->data;
}

size_t file_map_size(const file_map *m)
{
    return m->size;
}

void file_map_forget(const file_map *m, size_t begin, size_t end)
{
    enum { TOGETHER = 2 << 20 };
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    /* The system may map that many bytes at once, so that what was forgotten before came back with
     * its neighbours. What is dropped too much is mapped again when it is read. */
    begin = begin / TOGETHER * TOGETHER;
    end = (end < m->size ? end : m->size) / page * page;
    /* Advice: when it is not taken, only memory is lost. */
    if (begin < end)
        (void)madvise((char *)m->data + begin, end - begin, MADV_DONTNEED);
}

err_code file_map_check(const file_map *m, err *e)
{
    struct stat st;
    if (fstat(m->fd, &st) != 0)
        return io_error(e, m->path, "cannot examine");
    if ((size_t)st.st_size < m->size)
        return err_set(e, ERR_IO,
                       "%s: the file became shorter while in use; restore it or load another",
                       m->path);
    if (guard_lost(m->guard))
        return err_set(e, ERR_IO,
                       "%s: a part of the file became unreadable while in use; load it again",
                       m->path);
    return ERR_OK;
}

err_code file_read(buf *out, const char *path, err *e)
{
    int fd;
    size_t size;
    err_code rc = open_regular(&fd, &size, path, e);
    if (rc != ERR_OK)
        return rc;
    size_t old_len = out->len;
    for (;;) {
        /* One byte more than fstat said, so that a file that did not grow ends after one more read.
         */
        size_t want = size > out->len - old_len ? size - (out->len - old_len) + 1 : 4096;
        if (out->len < out->max_bytes && want > out->max_bytes - out->len)
            want = out->max_bytes - out->len;
        char *p = buf_reserve(out, want);
        if (!p || want == 0) {
            rc = err_set(e, out->failed == ERR_NOMEM ? ERR_NOMEM : ERR_RANGE,
                         "%s: larger than %zu bytes", path, out->max_bytes - old_len);
            break;
        }
        ssize_t got = read(fd, p, want);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            rc = io_error(e, path, "cannot read");
            break;
        }
        buf_commit(out, (size_t)got);
        if (got == 0)
            break;
    }
    close(fd);
    if (rc != ERR_OK && out->ptr)
        out->ptr[out->len = old_len] = '\0';
    return rc;
}

static err_code write_all(int fd, str_view bytes, const char *path, err *e)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return io_error(e, path, "cannot write");
        bytes = str_slice(bytes, (size_t)n, bytes.len);
    }
    return ERR_OK;
}

struct file_out {
    int fd;
    bool placed; /* renamed: nothing to remove */
    char *path;  /* owned, behind the struct */
    char *beside;
};

/* A new file beside `path`, mode as for open. */
static err_code create_beside(file_out **out, const char *path, mode_t mode, err *e)
{
    size_t n = strlen(path) + 1, n_beside = n + 32;
    file_out *f = mem_zero(1, sizeof *f + n + n_beside);
    if (!f)
        return err_set(e, ERR_NOMEM, "%s: out of memory", path);
    f->path = (char *)(f + 1);
    f->beside = f->path + n;
    memcpy(f->path, path, n);
    /* Names left behind by a process that was killed, or taken by someone else, are passed over. */
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(f->beside, n_beside, "%s.%ld-%u", path, (long)getpid(), i);
        f->fd = open(f->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (f->fd >= 0 || errno != EEXIST)
            break;
    }
    if (f->fd < 0) {
        err_code rc = io_error(e, path, "cannot write");
        mem_free(f);
        return rc;
    }
    *out = f;
    return ERR_OK;
}

err_code file_out_open(file_out **out, const char *path, err *e)
{
    struct stat st;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return err_set(e, ERR_FORMAT, "%s: exists and is not a regular file", path);
    return create_beside(out, path, 0666, e);
}

err_code file_out_write(file_out *f, str_view bytes, err *e)
{
    return write_all(f->fd, bytes, f->path, e);
}

err_code file_out_commit(file_out *f, err *e)
{
    err_code rc = ERR_OK;
    if (fsync(f->fd) != 0)
        rc = io_error(e, f->path, "cannot write");
    if (close(f->fd) != 0 && rc == ERR_OK)
        rc = io_error(e, f->path, "cannot write");
    f->fd = -1;
    if (rc == ERR_OK && rename(f->beside, f->path) != 0)
        rc = io_error(e, f->path, "cannot replace");
    f->placed = rc == ERR_OK;
    return rc;
}

void file_out_close(file_out *f)
{
    if (!f)
        return;
    if (f->fd >= 0)
        close(f->fd);
    if (!f->placed)
        unlink(f->beside);
    mem_free(f);
}

err_code file_write_atomic(const char *path, str_view bytes, err *e)
{
    file_out *f = NULL;
    err_code rc = create_beside(&f, path, 0600, e);
    if (rc == ERR_OK)
        rc = file_out_write(f, bytes, e);
    if (rc == ERR_OK)
        rc = file_out_commit(f, e);
    file_out_close(f);
    return rc;
}

err_code file_write_shared(const char *path, str_view bytes, err *e)
{
    char real[PATH_MAX];
    /* Fails too where there is no such file yet. */
    if (realpath(path, real))
        path = real;
    file_out *f = NULL;
    struct stat st;
    err_code rc = create_beside(&f, path, 0666, e);
    if (rc == ERR_OK)
        rc = file_out_write(f, bytes, e);
    if (rc == ERR_OK && stat(path, &st) == 0 && fchmod(f->fd, st.st_mode & 0777) != 0)
        rc = io_error(e, path, "cannot keep the permissions");
    if (rc == ERR_OK)
        rc = file_out_commit(f, e);
    file_out_close(f);
    return rc;
}

static err_code make_dirs(const char *path, mode_t mode, err *e)
{
    size_t n = strlen(path);
    char *part = mem_alloc(n + 1);
    if (!part)
        return err_set(e, ERR_NOMEM, "%s: out of memory", path);
    memcpy(part, path, n + 1);
    err_code rc = ERR_OK;
    for (size_t i = 1; i <= n && rc == ERR_OK; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        part[i] = '\0';
        struct stat st;
        if (mkdir(part, mode) != 0 &&
            (errno != EEXIST || stat(part, &st) != 0 || !S_ISDIR(st.st_mode)))
            rc = io_error(e, part, "cannot create the folder");
        if (i < n)
            part[i] = '/';
    }
    mem_free(part);
    return rc;
}

err_code file_make_dirs(const char *path, err *e)
{
    return make_dirs(path, 0700, e);
}

err_code file_make_shared_dirs(const char *path, err *e)
{
    return make_dirs(path, 0777, e);
}

err_code file_cache_dir(buf *out, err *e)
{
    const char *base = getenv("XDG_CACHE_HOME");
    const char *tail = "/artel";
    if (!base || base[0] != '/') {
        base = getenv("HOME");
        tail = "/.cache/artel";
    }
    if (!base || base[0] != '/')
        return err_set(e, ERR_NOT_FOUND, "no cache folder: neither XDG_CACHE_HOME nor HOME is set");
    buf_append(out, str_of(base));
    buf_append(out, str_of(tail));
    return buf_failed(out);
}
