#define _DEFAULT_SOURCE /* flock */

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/guard.h"
#include "base/hash.h"
#include "base/mem.h"
#include "context/index_internal.h"

/* The file, in the byte order of the machine that wrote it:
 *
 *     0   8  "artelIDX"
 *     8   4  0x01020304
 *    12   4  FORMAT
 *    16   8  maker(): what the program that wrote it would read out of texts
 *    24   8  bytes of the file
 *    32   8  offset of the directory, a multiple of 8
 *    40   8  bytes of the directory, up to the end of the file
 *    48   8  hash_bytes of the directory
 *    56   8  hash_bytes of bytes 0 to 55
 *
 * then segments, each on a page of its own, then the directory:
 *
 *     0   4  bytes of the root's path
 *     4   4  segments
 *     8      the path, padded to 8
 *            for each segment: 8 bytes offset, 8 bytes size, 8 bytes number of words (8 bytes each)
 *            of its dead files, 0 or enough for all of its files
 *            the words of each segment in turn
 *
 * A new file is written as NAME.new, whole, and renamed. Readers of the old one keep it. */

enum { FORMAT = 1, HEAD_BYTES = 64, PAGE = 4096, MAX_SEGMENTS = 1 << 16 };

/* Address space for a file that grows while it is read. */
static const size_t RESERVED_BYTES = (size_t)1 << 33;

struct ctx__store {
    atomic_int refs;
    int fd;
    unsigned char *data;
    size_t n_mapped; /* address space */
    size_t n_bytes;  /* written */
    guard *guard;
    bool unfinished; /* new_path is there and ours */
    char *path, *new_path;
};

struct head {
    char magic[8];
    uint32_t order, format;
    uint64_t maker, n_bytes, directory, n_directory, directory_sum, sum;
};
_Static_assert(sizeof(struct head) == HEAD_BYTES, "the head has no holes");

/* Another program, or other queries, would read other things out of the same text. */
static uint64_t maker(void)
{
    static const char *const kinds[] = {"tags", "imports"};
    size_t n_rows = 0;
    const gram_language *rows = gram_language_all(&n_rows);
    uint64_t sum = hash_u64(n_rows);
    for (size_t i = 0; i < n_rows; i++) {
        sum = hash_bytes(rows[i].id, strlen(rows[i].id), sum);
        for (size_t k = 0; k < 2; k++) {
            str_view texts[8];
            size_t n = gram_query_texts(&rows[i], kinds[k], texts, 8);
            for (size_t t = 0; t < n && t < 8; t++)
                sum = hash_bytes(texts[t].ptr, texts[t].len, sum);
        }
    }
    for (int i = 0; i < CTX__PARTS; i++)
        sum = hash_u64(sum ^ ctx__segment_item_bytes((enum ctx__array)i));
    return sum;
}

static err_code io_error(err *e, const char *path, const char *what)
{
    char reason[128];
    if (strerror_r(errno, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "unknown error");
    return err_set(e, ERR_IO, "%s: %s: %s", path, what, reason);
}

static char *copy_path(const char *path, const char *tail)
{
    size_t n = strlen(path), n_tail = strlen(tail) + 1;
    char *copy = mem_alloc(n + n_tail);
    if (copy) {
        memcpy(copy, path, n);
        memcpy(copy + n, tail, n_tail);
    }
    return copy;
}

ctx__store *ctx__store_keep(ctx__store *s)
{
    if (s)
        atomic_fetch_add(&s->refs, 1);
    return s;
}

void ctx__store_release(ctx__store *s)
{
    if (!s || atomic_fetch_sub(&s->refs, 1) != 1)
        return;
    if (s->unfinished)
        unlink(s->new_path);
    guard_remove(s->guard);
    if (s->data)
        munmap(s->data, s->n_mapped);
    if (s->fd >= 0)
        close(s->fd);
    mem_free(s->path);
    mem_free(s->new_path);
    mem_free(s);
}

static ctx__store *create(const char *path)
{
    ctx__store *s = mem_zero(1, sizeof *s);
    if (!s)
        return NULL;
    atomic_init(&s->refs, 1);
    s->fd = -1;
    s->path = copy_path(path, "");
    s->new_path = copy_path(path, ".new");
    if (s->path && s->new_path)
        return s;
    ctx__store_release(s);
    return NULL;
}

static err_code map(ctx__store *s, size_t n_bytes, err *e)
{
    void *data = mmap(NULL, n_bytes, PROT_READ, MAP_SHARED, s->fd, 0);
    if (data == MAP_FAILED)
        return io_error(e, s->path, "cannot map");
    s->data = data;
    s->n_mapped = n_bytes;
    s->guard = guard_add(data, n_bytes);
    return s->guard ? ERR_OK : err_set(e, ERR_IO, "%s: too many files are mapped already", s->path);
}

/* ---- reading ---- */

static bool head_is_right(const struct head *h, size_t n_bytes)
{
    return memcmp(h->magic, "artelIDX", 8) == 0 && h->order == CTX__BYTE_ORDER &&
           h->format == FORMAT && h->sum == hash_bytes(h, HEAD_BYTES - 8, 0) &&
           h->maker == maker() && h->n_bytes == n_bytes && h->directory % 8 == 0 &&
           h->directory >= HEAD_BYTES && h->directory <= n_bytes &&
           h->n_directory == n_bytes - h->directory;
}

/* Takes n bytes off the directory; NULL when it has fewer. */
static const unsigned char *take(str_view *rest, uint64_t n)
{
    if (n > rest->len)
        return NULL;
    const unsigned char *p = (const unsigned char *)rest->ptr;
    *rest = str_slice(*rest, (size_t)n, rest->len);
    return p;
}

static err_code read_segments(const ctx__store *s, struct ctx__stored *stored, size_t n,
                              str_view places, str_view words)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t place[3];
        memcpy(place, take(&places, sizeof place), sizeof place);
        if (place[0] % 8 || place[0] > s->n_bytes || place[1] > s->n_bytes - place[0] ||
            ctx__segment_open(&stored[i].segment, s->data + place[0], (size_t)place[1]) != ERR_OK)
            return ERR_FORMAT;
        if (place[2] == 0)
            continue;
        uint64_t want = ((uint64_t)stored[i].segment.n[CTX__FILES] + 63) / 64;
        const unsigned char *dead = place[2] == want ? take(&words, want * 8) : NULL;
        if (!dead)
            return ERR_FORMAT;
        stored[i].dead = (const uint64_t *)(const void *)dead;
    }
    return ERR_OK;
}

static err_code read_directory(const ctx__store *s, struct ctx__stored **stored, size_t *n,
                               str_view root)
{
    struct head h;
    uint32_t counts[2];
    memcpy(&h, s->data, sizeof h);
    if (!head_is_right(&h, s->n_bytes))
        return ERR_FORMAT;
    str_view rest = {(const char *)s->data + h.directory, (size_t)h.n_directory};
    if (hash_bytes(rest.ptr, rest.len, 0) != h.directory_sum || rest.len < sizeof counts)
        return ERR_FORMAT;
    memcpy(counts, take(&rest, sizeof counts), sizeof counts);
    uint64_t n_root = counts[0];
    const unsigned char *name = take(&rest, (n_root + 7) & ~(uint64_t)7);
    if (!name || !str_eq((str_view){(const char *)name, counts[0]}, root) ||
        counts[1] > MAX_SEGMENTS)
        return ERR_FORMAT;
    str_view places = rest;
    if (!take(&rest, (uint64_t)counts[1] * 24))
        return ERR_FORMAT;
    struct ctx__stored *found = mem_zero(counts[1] + 1, sizeof *found);
    if (!found)
        return ERR_NOMEM;
    err_code rc = read_segments(s, found, counts[1], places, rest);
    if (rc != ERR_OK) {
        mem_free(found);
        return rc;
    }
    *stored = found;
    *n = counts[1];
    return ERR_OK;
}

err_code ctx__store_open(ctx__store **out, struct ctx__stored **stored, size_t *n, const char *path,
                         str_view root)
{
    ctx__store *s = create(path);
    if (!s)
        return ERR_NOMEM;
    err_code rc = ERR_FORMAT;
    struct stat st;
    s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (s->fd < 0)
        rc = errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
    else if (fstat(s->fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= HEAD_BYTES) {
        s->n_bytes = (size_t)st.st_size;
        rc = map(s, s->n_bytes, NULL);
        if (rc == ERR_OK)
            rc = read_directory(s, stored, n, root);
    }
    if (rc == ERR_OK && guard_lost(s->guard)) {
        mem_free(*stored);
        rc = ERR_FORMAT;
    }
    if (rc != ERR_OK) {
        ctx__store_release(s);
        return rc;
    }
    *out = s;
    return ERR_OK;
}

bool ctx__store_is_current(const ctx__store *s, const char *path)
{
    struct stat ours, theirs;
    return fstat(s->fd, &ours) == 0 && stat(path, &theirs) == 0 && ours.st_ino == theirs.st_ino &&
           ours.st_dev == theirs.st_dev;
}

bool ctx__store_is_whole(const ctx__store *s)
{
    struct stat st;
    return !guard_lost(s->guard) && fstat(s->fd, &st) == 0 && (size_t)st.st_size >= s->n_bytes;
}

/* ---- writing ---- */

err_code ctx__store_lock(int *fd, const char *path, err *e)
{
    char *name = copy_path(path, ".lock"), *folder = copy_path(path, "");
    err_code rc = ERR_NOMEM;
    int lock = -1;
    if (!name || !folder)
        goto done;
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
    rc = file_make_dirs(folder, e);
    if (rc != ERR_OK)
        goto done;
    lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (lock < 0)
        rc = io_error(e, name, "cannot open");
    else if (flock(lock, LOCK_EX | LOCK_NB) != 0)
        rc = errno == EWOULDBLOCK ? ERR_STALE : io_error(e, name, "cannot lock");
    if (rc == ERR_OK) {
        *fd = lock;
        lock = -1;
    }
done:
    if (lock >= 0)
        close(lock);
    mem_free(name);
    mem_free(folder);
    return rc;
}

/* Whole, at the end, or not at all. */
static err_code append(ctx__store *s, str_view bytes, err *e)
{
    size_t at = s->n_bytes;
    while (bytes.len) {
        ssize_t n = pwrite(s->fd, bytes.ptr, bytes.len, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            err_code rc = io_error(e, s->new_path, "cannot write");
            (void)!ftruncate(s->fd, (off_t)s->n_bytes); /* gives the space back, if it can */
            return rc;
        }
        at += (size_t)n;
        bytes = str_slice(bytes, (size_t)n, bytes.len);
    }
    s->n_bytes = at;
    return ERR_OK;
}

static err_code pad(ctx__store *s, size_t to, err *e)
{
    static const char zeros[PAGE];
    size_t over = s->n_bytes % to;
    return over ? append(s, (str_view){zeros, to - over}, e) : ERR_OK;
}

err_code ctx__store_begin(ctx__store **out, const char *path, err *e)
{
    static const char no_head[HEAD_BYTES];
    ctx__store *s = create(path);
    if (!s)
        return err_set(e, ERR_NOMEM, "no memory for the index");
    err_code rc = ERR_OK;
    unlink(s->new_path); /* of a process that was killed */
    s->fd = open(s->new_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    s->unfinished = s->fd >= 0;
    if (s->fd < 0)
        rc = io_error(e, s->new_path, "cannot create");
    if (rc == ERR_OK)
        rc = append(s, (str_view){no_head, HEAD_BYTES}, e);
    if (rc == ERR_OK)
        rc = map(s, RESERVED_BYTES, e);
    if (rc != ERR_OK) {
        ctx__store_release(s);
        return rc;
    }
    *out = s;
    return ERR_OK;
}

err_code ctx__store_append(ctx__store *s, str_view image, struct ctx__segment *segment, err *e)
{
    if (image.len > s->n_mapped - s->n_bytes - PAGE)
        return err_set(e, ERR_IO, "%s: the index is too large", s->path);
    err_code rc = pad(s, PAGE, e);
    size_t at = s->n_bytes;
    if (rc == ERR_OK)
        rc = append(s, image, e);
    if (rc != ERR_OK)
        return rc;
    if (ctx__segment_open(segment, s->data + at, image.len) != ERR_OK)
        return err_set(e, ERR_IO, "%s: what was written reads differently", s->new_path);
    return ERR_OK;
}

static void add_bytes(buf *b, const void *p, size_t n)
{
    buf_append(b, (str_view){p, n});
}

err_code ctx__store_commit(ctx__store *s, str_view root, const struct ctx__stored *stored, size_t n,
                           err *e)
{
    buf b;
    buf_init(&b, SIZE_MAX / 2);
    uint32_t counts[2] = {(uint32_t)root.len, (uint32_t)n};
    add_bytes(&b, counts, sizeof counts);
    buf_append(&b, root);
    while (b.len % 8)
        buf_append_byte(&b, '\0');
    for (size_t i = 0; i < n; i++) {
        const struct ctx__segment *g = &stored[i].segment;
        uint64_t words = stored[i].dead ? ((uint64_t)g->n[CTX__FILES] + 63) / 64 : 0;
        uint64_t place[3] = {(uint64_t)(g->bytes - s->data), g->n_bytes, words};
        add_bytes(&b, place, sizeof place);
    }
    for (size_t i = 0; i < n; i++)
        if (stored[i].dead)
            add_bytes(&b, stored[i].dead, ((size_t)stored[i].segment.n[CTX__FILES] + 63) / 64 * 8);
    err_code rc = buf_failed(&b);
    if (rc == ERR_OK)
        rc = pad(s, 8, e);
    size_t at = s->n_bytes;
    if (rc == ERR_OK)
        rc = append(s, buf_view(&b), e);
    struct head h = {.magic = "artelID",
                     .order = CTX__BYTE_ORDER,
                     .format = FORMAT,
                     .maker = maker(),
                     .n_bytes = s->n_bytes,
                     .directory = at,
                     .n_directory = b.len,
                     .directory_sum = b.ptr ? hash_bytes(b.ptr, b.len, 0) : 0};
    h.magic[7] = 'X';
    h.sum = hash_bytes(&h, HEAD_BYTES - 8, 0);
    buf_release(&b);
    if (rc != ERR_OK)
        return rc;
    if (pwrite(s->fd, &h, sizeof h, 0) != (ssize_t)sizeof h)
        return io_error(e, s->new_path, "cannot write");
    if (rename(s->new_path, s->path) != 0)
        return io_error(e, s->path, "cannot replace");
    s->unfinished = false;
    return ERR_OK;
}
