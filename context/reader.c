#include "context/reader.h"

#include <git2.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "context/files.h"

enum {
    LIST_SHARE = 20, /* listing takes at most one part in so many of the time */
    AHEAD = 4,       /* files read and not yet taken */
    MAX_AGAIN = 64,  /* more changes at once than that are a checkout: then all are read again */
};

/* A file that the project has. */
struct known {
    str_view path;
    int64_t changed_ns;
    bool handed_over; /* as it is now */
};

/* One to be handed over. */
struct entry {
    str_view path;
    struct known *file; /* NULL: it is gone */
    float worth;
};

struct ctx_reader {
    char *root;
    size_t max_file_bytes;
    pthread_t thread;
    cancel_flag stop;
    pthread_mutex_t lock;
    pthread_cond_t work; /* room ahead, or something asked for */
    /* Under the lock. */
    struct ctx_reader_file *ahead[AHEAD]; /* oldest first */
    size_t n_ahead;
    char *again[MAX_AGAIN];
    size_t n_again;
    char *preferred; /* path whose neighbours come next; NULL: none asked for since */
    bool list_again;
    bool idle;
    /* The thread's own. */
    char *near;          /* what was preferred last */
    uint64_t list_after; /* clock time before which the folder is not listed again */
    arena mem;           /* of the following */
    struct known *known; /* by path */
    size_t n_known;
    struct entry *entries; /* [next, n): not handed over yet, best first */
    size_t n, next;
};

/* ---- which comes next ---- */

static int by_worth(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->worth != y->worth)
        return x->worth > y->worth ? -1 : 1;
    int64_t tx = x->file ? x->file->changed_ns : 0, ty = y->file ? y->file->changed_ns : 0;
    if (tx != ty)
        return tx > ty ? -1 : 1;
    return str_cmp(x->path, y->path);
}

/* Beside the open file, then of its kind, then lately changed. */
static void order(ctx_reader *r, str_view preferred)
{
    str_view folder = path_folder(preferred), ending = path_ending(preferred);
    for (size_t i = r->next; i < r->n; i++) {
        struct entry *en = &r->entries[i];
        en->worth = en->file ? 0 : 4; /* what is gone, first */
        if (preferred.len == 0)
            continue;
        en->worth += str_eq(path_ending(en->path), ending) ? 2.0f : 0;
        en->worth += str_eq(path_folder(en->path), folder) ? 1.5f : 0;
    }
    if (r->next < r->n)
        qsort(r->entries + r->next, r->n - r->next, sizeof *r->entries, by_worth);
}

/* The files as they are now, in r->mem; what is to be handed over of them, and what is gone since
 * the last list, in r->entries. */
static void compare(ctx_reader *r, const struct ctx_files *now)
{
    struct known *old = r->known;
    size_t n_old = r->n_known, at = 0;
    r->known = ARENA_ARRAY(&r->mem, struct known, now->n);
    r->entries = ARENA_ARRAY(&r->mem, struct entry, now->n + n_old);
    r->n_known = r->n = r->next = 0;
    if (arena_failed(&r->mem))
        return;
    for (size_t i = 0; i < now->n; i++) {
        const struct ctx_file *f = &now->items[i];
        struct known *k = &r->known[r->n_known++];
        *k = (struct known){.path = f->path, .changed_ns = f->changed_ns};
        for (; at < n_old && str_cmp(old[at].path, f->path) < 0; at++)
            if (old[at].handed_over)
                r->entries[r->n++].path = arena_copy(&r->mem, old[at].path);
        if (at < n_old && str_eq(old[at].path, f->path)) {
            k->handed_over = old[at].handed_over && old[at].changed_ns == f->changed_ns;
            at++;
        }
        if (!k->handed_over)
            r->entries[r->n++] = (struct entry){.path = k->path, .file = k};
    }
    for (; at < n_old; at++)
        if (old[at].handed_over)
            r->entries[r->n++].path = arena_copy(&r->mem, old[at].path);
}

static void list(ctx_reader *r)
{
    err e = {{0}};
    struct ctx_files files = {0};
    arena before = r->mem;
    arena_init(&r->mem, SIZE_MAX);
    err_code rc = ctx_files_list(
        &files, &r->mem, r->root,
        &(struct ctx_files_options){.max_file_bytes = r->max_file_bytes, .cancel = &r->stop}, &e);
    if (rc == ERR_OK)
        compare(r, &files);
    if (rc == ERR_OK && !arena_failed(&r->mem)) {
        arena_release(&before);
        if (files.note.len)
            log_write(LOG_WARNING, "%.*s", STR_ARG(files.note));
        return;
    }
    if (rc != ERR_CANCELLED)
        log_write(LOG_WARNING, "the files of %s are not known: %s", r->root,
                  rc == ERR_OK ? "out of memory" : e.text);
    arena_release(&r->mem);
    arena_release(&before);
    arena_init(&r->mem, SIZE_MAX);
    r->n = r->next = r->n_known = 0;
}

static struct known *find_known(const ctx_reader *r, str_view path)
{
    size_t lo = 0, hi = r->n_known;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int c = str_cmp(r->known[mid].path, path);
        if (c == 0)
            return &r->known[mid];
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

/* ---- the thread ---- */

static struct ctx_reader_file *read_one(const ctx_reader *r, str_view path)
{
    struct ctx_reader_file *f = mem_zero(1, sizeof *f);
    char *copy = mem_alloc(path.len + 1);
    arena mem;
    err e;
    if (!f || !copy) {
        mem_free(f);
        mem_free(copy);
        return NULL;
    }
    memcpy(copy, path.ptr, path.len);
    copy[path.len] = '\0';
    f->path = (str_view){copy, path.len};
    buf_init(&f->text, r->max_file_bytes);
    arena_init(&mem, path.len + strlen(r->root) + 64);
    str_view full = arena_format(&mem, "%s/%.*s", r->root, STR_ARG(path));
    if (!full.ptr || file_read(&f->text, full.ptr, &e) != ERR_OK ||
        ctx_files_is_binary(buf_view(&f->text)))
        buf_clear(&f->text);
    arena_release(&mem);
    return f;
}

/* When the file changed last, 0 when it is gone. */
static int64_t changed_at(const ctx_reader *r, str_view path)
{
    arena mem;
    struct stat st;
    arena_init(&mem, path.len + strlen(r->root) + 64);
    str_view full = arena_format(&mem, "%s/%.*s", r->root, STR_ARG(path));
    int64_t at = full.ptr && lstat(full.ptr, &st) == 0
                     ? (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec
                     : 0;
    arena_release(&mem);
    return at;
}

static str_view hand_over(const struct entry *en)
{
    if (en->file)
        en->file->handed_over = true;
    return en->path;
}

/* Until the list may be made again, or something else is asked for. Under the lock. */
static void wait_a_little(ctx_reader *r)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until); /* what pthread_cond_timedwait goes by */
    until.tv_nsec += 10 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&r->work, &r->lock, &until);
}

/* Sleeps until there is something to do. Returns the path to read (in r->mem, or in *owned), or an
 * empty one to ask again. */
static str_view next_path(ctx_reader *r, char **owned)
{
    str_view path = {NULL, 0};
    char *preferred = NULL;
    bool list_again = false;
    pthread_mutex_lock(&r->lock);
    while (!cancel_requested(&r->stop)) {
        bool list_now = r->list_again && clock_now_ns() >= r->list_after;
        bool wanted = r->preferred || r->n_again || r->next < r->n;
        r->idle = !wanted && !r->list_again;
        if (list_now || r->preferred || (wanted && r->n_ahead < AHEAD))
            break;
        if (r->list_again)
            wait_a_little(r);
        else
            pthread_cond_wait(&r->work, &r->lock);
    }
    if (r->n_again > 0) {
        *owned = r->again[0];
        memmove(r->again, r->again + 1, --r->n_again * sizeof *r->again);
        path = str_of(*owned);
    } else {
        list_again = r->list_again && clock_now_ns() >= r->list_after;
        preferred = r->preferred;
        r->list_again = r->list_again && !list_again;
        r->preferred = NULL;
    }
    pthread_mutex_unlock(&r->lock);
    struct known *k = path.len > 0 ? find_known(r, path) : NULL;
    if (k) {
        k->handed_over = true;
        k->changed_ns = changed_at(r, path);
        return path;
    }
    if (path.len > 0) { /* a new file, or one that is none of ours */
        pthread_mutex_lock(&r->lock);
        r->list_again = true;
        pthread_mutex_unlock(&r->lock);
        return (str_view){NULL, 0};
    }
    if (list_again) {
        uint64_t begin = clock_now_ns();
        list(r);
        r->list_after = clock_now_ns() + LIST_SHARE * (clock_now_ns() - begin);
    }
    if (preferred) {
        mem_free(r->near);
        r->near = preferred;
    }
    if (list_again || preferred)
        order(r, str_of(r->near ? r->near : ""));
    else if (r->next < r->n)
        path = hand_over(&r->entries[r->next++]);
    return path;
}

static void *reader_main(void *user)
{
    ctx_reader *r = user;
    git_libgit2_init(); /* what it keeps per thread is freed only while it is in use */
    while (!cancel_requested(&r->stop)) {
        char *owned = NULL;
        str_view path = next_path(r, &owned);
        struct ctx_reader_file *f = path.len ? read_one(r, path) : NULL;
        mem_free(owned);
        pthread_mutex_lock(&r->lock);
        while (f && r->n_ahead == AHEAD && !cancel_requested(&r->stop))
            pthread_cond_wait(&r->work, &r->lock);
        if (f && r->n_ahead < AHEAD) {
            r->ahead[r->n_ahead++] = f;
            f = NULL;
        }
        pthread_mutex_unlock(&r->lock);
        ctx_reader_file_free(f);
    }
    git_libgit2_shutdown();
    return NULL;
}

err_code ctx_reader_create(ctx_reader **out, const char *root, size_t max_file_bytes, err *e)
{
    ctx_reader *r = mem_zero(1, sizeof *r);
    size_t n = strlen(root);
    char *copy = mem_alloc(n + 1);
    if (!r || !copy) {
        mem_free(r);
        mem_free(copy);
        return err_set(e, ERR_NOMEM, "out of memory");
    }
    memcpy(copy, root, n + 1);
    r->root = copy;
    r->max_file_bytes = max_file_bytes;
    r->list_again = true;
    arena_init(&r->mem, SIZE_MAX);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->work, NULL);
    if (pthread_create(&r->thread, NULL, reader_main, r) != 0) {
        pthread_cond_destroy(&r->work);
        pthread_mutex_destroy(&r->lock);
        mem_free(copy);
        mem_free(r);
        return err_set(e, ERR_IO, "the thread that reads the project could not be started");
    }
    *out = r;
    return ERR_OK;
}

void ctx_reader_destroy(ctx_reader *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    cancel_request(&r->stop);
    pthread_cond_signal(&r->work);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    while (r->n_ahead > 0)
        ctx_reader_file_free(r->ahead[--r->n_ahead]);
    while (r->n_again > 0)
        mem_free(r->again[--r->n_again]);
    mem_free(r->preferred);
    mem_free(r->near);
    pthread_cond_destroy(&r->work);
    pthread_mutex_destroy(&r->lock);
    arena_release(&r->mem);
    mem_free(r->root);
    mem_free(r);
}

/* ---- asking ---- */

static char *copy_of(str_view v)
{
    char *z = mem_alloc(v.len + 1);
    if (z) {
        memcpy(z, v.ptr, v.len);
        z[v.len] = '\0';
    }
    return z;
}

void ctx_reader_prefer(ctx_reader *r, str_view path)
{
    char *copy = copy_of(path);
    pthread_mutex_lock(&r->lock);
    if (copy) {
        mem_free(r->preferred);
        r->preferred = copy;
        r->idle = false;
        pthread_cond_signal(&r->work);
    }
    pthread_mutex_unlock(&r->lock);
}

void ctx_reader_again(ctx_reader *r, str_view path)
{
    char *copy = copy_of(path);
    pthread_mutex_lock(&r->lock);
    for (size_t i = 0; copy && i < r->n_again; i++) {
        if (strcmp(r->again[i], copy) == 0) {
            mem_free(copy);
            copy = NULL;
        }
    }
    if (copy && r->n_again < MAX_AGAIN) {
        r->again[r->n_again++] = copy;
    } else if (copy) {
        mem_free(copy);
        r->list_again = true;
    }
    r->idle = false;
    pthread_cond_signal(&r->work);
    pthread_mutex_unlock(&r->lock);
}

enum ctx_reader_state ctx_reader_take(ctx_reader *r, struct ctx_reader_file **out)
{
    enum ctx_reader_state state = CTX_READER_BUSY;
    pthread_mutex_lock(&r->lock);
    if (r->n_ahead > 0) {
        *out = r->ahead[0];
        memmove(r->ahead, r->ahead + 1, --r->n_ahead * sizeof(struct ctx_reader_file *));
        state = CTX_READER_FILE;
        pthread_cond_signal(&r->work);
    } else if (r->idle) {
        state = CTX_READER_DONE;
    }
    pthread_mutex_unlock(&r->lock);
    return state;
}

void ctx_reader_file_free(struct ctx_reader_file *f)
{
    if (!f)
        return;
    mem_free((char *)f->path.ptr);
    buf_release(&f->text);
    mem_free(f);
}
