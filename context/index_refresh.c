#define _DEFAULT_SOURCE /* setpriority */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "context/files.h"
#include "context/index_internal.h"
#include "context/secret.h"

enum {
    /* Source bytes of a segment. The first ones are small, so that questions find something soon;
     * the last size bounds the memory that one takes while it is made. */
    FIRST_SEGMENT_BYTES = 1 << 20,
    SEGMENT_BYTES = 12 << 20,
    SMALL_IMAGE_BYTES = 2 << 20, /* segments of less are put together when the index is saved */
    MERGE_BYTES = 32 << 20,      /* of memory while they are */
    STORE_WORTH_BYTES = 4 << 20, /* to be read before the new file is begun at once */
    CHEAP_SAVE_BYTES = 8 << 20,  /* of index; more is saved when a 64th of the files is new */
    MAX_THREADS = 16,
    LISTING_BYTES = 1 << 30,
    NICENESS = 10,
    LOCK_WAIT_MS = 120 * 1000, /* a cold index of a large project takes less */
    POLL_MS = 50,
};

/* A file that is known, and where. */
struct known {
    str_view path; /* NULL ptr: empty */
    struct ctx__part *part;
    uint32_t file;
    bool seen;
};

struct job {
    const struct ctx_file *file;
    const struct known *old; /* NULL: new */
    uint32_t rank;           /* smaller first */
};

struct place {
    struct ctx__part *part;
    uint32_t file;
    int64_t changed_ns; /* of a file that has only another time */
};

struct places {
    struct place *items;
    size_t n, cap;
};

struct refresh {
    ctx_index *x;
    struct ctx_index_refresh options;
    struct ctx_index_report *report;
    arena *mem;
    const ctx_index_view *before;
    struct known *known; /* open addressing */
    size_t known_mask;
    struct job *jobs;
    size_t n_jobs;
    ctx__store *store;  /* begun, not committed; guarded by mu */
    pthread_mutex_t mu; /* guards what follows, and the report; before x->mu */
    size_t next;
    struct ctx_index_progress progress;
    uint64_t told_ns;
    bool telling;
    err_code rc;
};

static bool push_place(struct places *l, struct place p)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 64;
        struct place *items = mem_resize(l->items, cap * sizeof *items);
        if (!items)
            return false;
        l->items = items;
        l->cap = cap;
    }
    l->items[l->n++] = p;
    return true;
}

/* ---- notes ---- */

static void say(struct refresh *r, const char *what)
{
    if (r->report->note.len == 0)
        r->report->note = arena_format(r->mem, "%s", what);
}

/* The cache folder is of no use: once for each index. */
static void say_cache(struct refresh *r, const err *e)
{
    if (!r->x->said_cache)
        r->report->note = arena_format(r->mem, "the index is kept in memory only (%s)", e->text);
    r->x->said_cache = true;
}

/* ---- what is known ---- */

static struct known *known_slot(struct refresh *r, str_view path)
{
    size_t at = (size_t)hash_str(path) & r->known_mask;
    while (r->known[at].path.ptr && !str_eq(r->known[at].path, path))
        at = (at + 1) & r->known_mask;
    return &r->known[at];
}

static err_code list_known(struct refresh *r)
{
    size_t n = 0, n_slots = 64;
    for (size_t i = 0; i < r->before->n; i++)
        n += r->before->entries[i].part->segment.n[CTX__FILES];
    while (n_slots < n * 2)
        n_slots *= 2;
    r->known = mem_zero(n_slots, sizeof *r->known);
    if (!r->known)
        return ERR_NOMEM;
    r->known_mask = n_slots - 1;
    for (size_t i = 0; i < r->before->n; i++) {
        const struct ctx__entry *e = &r->before->entries[i];
        for (uint32_t k = 0; !e->part->is_open && k < e->part->segment.n[CTX__FILES]; k++) {
            str_view path = ctx__segment_path(&e->part->segment, k);
            if (!ctx__bit(e->gone, k) && path.len)
                *known_slot(r, path) = (struct known){path, e->part, k, false};
        }
    }
    return ERR_OK;
}

static const struct ctx__entry *entry_of(const ctx_index_view *v, const struct ctx__part *part)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->entries[i].part == part)
            return &v->entries[i];
    return NULL;
}

static bool is_unchanged(const struct refresh *r, const struct known *k, const struct ctx_file *f)
{
    struct ctx__seg_file old;
    const struct ctx__entry *e = entry_of(r->before, k->part);
    return e && ctx__segment_file(&k->part->segment, k->file, &old) && old.n_bytes == f->n_bytes &&
           ctx__entry_time(e, k->file, &old) == f->changed_ns;
}

/* ---- order of reading ---- */

static uint32_t rank_of(const struct refresh *r, str_view path)
{
    uint32_t rank = 2;
    for (size_t i = 0; i < r->options.n_first; i++) {
        if (str_eq(r->options.first[i], path))
            return 0;
        if (str_eq(path_folder(r->options.first[i]), path_folder(path)))
            rank = 1;
    }
    return rank;
}

static int by_rank(const void *a, const void *b)
{
    const struct job *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->file->changed_ns != y->file->changed_ns)
        return x->file->changed_ns > y->file->changed_ns ? -1 : 1;
    return str_cmp(x->file->path, y->file->path);
}

static err_code plan(struct refresh *r, const struct ctx_files *files)
{
    r->jobs = mem_alloc((files->n + 1) * sizeof *r->jobs);
    if (!r->jobs)
        return ERR_NOMEM;
    for (size_t i = 0; i < files->n; i++) {
        const struct ctx_file *f = &files->items[i];
        struct known *k = known_slot(r, f->path);
        if (k->path.ptr)
            k->seen = true;
        else
            k = NULL;
        if (k && !r->options.rebuild && is_unchanged(r, k, f)) {
            r->report->n_unchanged++;
            continue;
        }
        r->jobs[r->n_jobs++] = (struct job){f, k, rank_of(r, f->path)};
        r->progress.n_bytes += f->n_bytes;
    }
    r->progress.n_files = r->n_jobs;
    if (r->n_jobs)
        qsort(r->jobs, r->n_jobs, sizeof *r->jobs, by_rank);
    return ERR_OK;
}

/* ---- publishing ---- */

/* Marks what is superseded or gone, or gives it another time. */
static bool apply(ctx_index_view *v, const struct places *l, bool restamp)
{
    struct ctx__entry *e = NULL;
    for (size_t i = 0; i < l->n; i++) {
        const struct place *p = &l->items[i];
        if (!e || e->part != p->part)
            e = (struct ctx__entry *)(uintptr_t)entry_of(v, p->part);
        if (!e)
            continue;
        if (!restamp)
            ctx__bit_set(e->gone, p->file);
        else if (!ctx__view_restamp(e, p->file, p->changed_ns))
            return false;
    }
    return true;
}

/* Makes a new view, with the part (may be NULL) and without the places `gone`. */
static err_code publish(ctx_index *x, struct ctx__part *part, const struct places *gone,
                        const struct places *restamped)
{
    pthread_mutex_lock(&x->mu);
    ctx_index_view *v = ctx__view_edit(x);
    bool ok = v && (!part || ctx__view_add(v, part)) && apply(v, gone, false) &&
              apply(v, restamped, true);
    if (ok) {
        ctx__view_publish(x, v);
        x->saved = false;
        x->n_unsaved += (part ? part->segment.n[CTX__FILES] : 0) + gone->n;
    } else if (v) {
        ctx_index_end(v);
    }
    pthread_mutex_unlock(&x->mu);
    return ok ? ERR_OK : ERR_NOMEM;
}

/* The image as a part, in the new file if there is one and it can take it. */
static struct ctx__part *place_image(struct refresh *r, buf *image)
{
    struct ctx__segment segment;
    struct ctx__part *part = NULL;
    err e = {{0}};
    pthread_mutex_lock(&r->mu);
    if (r->store) {
        if (ctx__store_append(r->store, buf_view(image), &segment, &e) == ERR_OK) {
            part = ctx__part_of_store(r->store, &segment);
        } else {
            say_cache(r, &e);
            ctx__store_release(r->store);
            r->store = NULL;
        }
    }
    pthread_mutex_unlock(&r->mu);
    return part ? part : ctx__part_of_image(image);
}

/* ---- reading ---- */

struct worker {
    struct refresh *r;
    struct ctx__reader reader;
    struct ctx__unit unit;
    ctx__maker *maker;
    struct places superseded, restamped;
    uint64_t n_pending, flush_bytes; /* source in the maker, and when it is enough */
    buf text;
    err_code rc;
};

static err_code flush(struct worker *w)
{
    if (ctx__maker_files(w->maker) == 0 && w->restamped.n == 0)
        return ERR_OK;
    buf image;
    buf_init(&image, UINT32_MAX);
    struct ctx__part *part = NULL;
    err_code rc = ERR_OK;
    if (ctx__maker_files(w->maker)) {
        rc = ctx__maker_finish(w->maker, &image);
        part = rc == ERR_OK ? place_image(w->r, &image) : NULL;
        if (rc == ERR_OK && !part)
            rc = ERR_NOMEM;
    }
    if (rc == ERR_OK)
        rc = publish(w->r->x, part, &w->superseded, &w->restamped);
    ctx__part_release(part);
    buf_release(&image);
    w->superseded.n = w->restamped.n = 0;
    w->n_pending = 0;
    w->flush_bytes = w->flush_bytes * 4 < SEGMENT_BYTES ? w->flush_bytes * 4 : SEGMENT_BYTES;
    return rc;
}

static const gram_language *plain_text(void)
{
    return gram_language_find(STR(""), STR(""), STR(""));
}

static err_code add_file(struct worker *w, const struct job *j, int64_t changed_ns)
{
    str_view text = buf_view(&w->text);
    struct ctx__file_facts facts = {j->file->path, text.len, changed_ns, hash_str(text)};
    struct ctx__seg_file old;
    if (j->old && !w->r->options.rebuild &&
        ctx__segment_file(&j->old->part->segment, j->old->file, &old) &&
        old.n_bytes == facts.n_bytes && old.hash == facts.hash)
        return push_place(&w->restamped, (struct place){j->old->part, j->old->file, changed_ns})
                   ? ERR_OK
                   : ERR_NOMEM;
    bool binary = ctx_files_is_binary(text);
    const gram_language *lang =
        binary ? plain_text() : gram_language_find(STR(""), j->file->path, text);
    /* Binary files are remembered, empty, so that they are not read each time. */
    err_code rc = ctx__unit_read(&w->unit, &w->reader, lang, binary ? STR("") : text);
    if (rc == ERR_OK)
        rc = ctx__maker_add(w->maker, &facts, &w->unit);
    if (rc == ERR_OK && j->old &&
        !push_place(&w->superseded, (struct place){j->old->part, j->old->file, 0}))
        rc = ERR_NOMEM;
    w->n_pending += text.len;
    return rc;
}

static void count(struct worker *w, const struct job *j, err_code read)
{
    struct refresh *r = w->r;
    struct ctx_index_progress copy;
    pthread_mutex_lock(&r->mu);
    r->progress.n_done++;
    r->progress.n_bytes_done += j->file->n_bytes;
    r->report->n_slow += w->unit.slow;
    r->report->n_unreadable += read != ERR_OK;
    r->report->n_read += read == ERR_OK;
    r->report->n_bytes_read += read == ERR_OK ? j->file->n_bytes : 0;
    uint64_t now = clock_now_ns();
    bool tell = r->options.progress && !r->telling && now - r->told_ns > (uint64_t)50 * 1000000;
    if (tell) {
        r->telling = true;
        r->told_ns = now;
        copy = r->progress;
    }
    pthread_mutex_unlock(&r->mu);
    if (!tell)
        return;
    r->options.progress(r->options.user, &copy);
    pthread_mutex_lock(&r->mu);
    r->telling = false;
    pthread_mutex_unlock(&r->mu);
}

static const struct job *next_job(struct worker *w)
{
    struct refresh *r = w->r;
    const struct job *j = NULL;
    pthread_mutex_lock(&r->mu);
    if (r->rc == ERR_OK && cancel_requested(r->options.cancel))
        r->rc = ERR_CANCELLED;
    if (r->rc == ERR_OK && r->next < r->n_jobs)
        j = &r->jobs[r->next++];
    pthread_mutex_unlock(&r->mu);
    return j;
}

static err_code work_on(struct worker *w)
{
    err_code rc = ERR_OK;
    for (const struct job *j; rc == ERR_OK && (j = next_job(w));) {
        int64_t changed_ns = 0;
        err_code read = ERR_STALE;
        /* Once more when it changed while it was read; whoever writes will say so, too. */
        for (int attempt = 0; attempt < 2 && read == ERR_STALE; attempt++) {
            buf_clear(&w->text);
            read = ctx__file_slurp(&w->text, w->r->x->root_fd, j->file->path.ptr, &changed_ns);
        }
        if (read == ERR_NOMEM)
            return read;
        w->unit.slow = false;
        if (read == ERR_OK)
            rc = add_file(w, j, changed_ns);
        if (rc == ERR_OK)
            count(w, j, read);
        if (rc == ERR_OK && w->n_pending >= w->flush_bytes)
            rc = flush(w);
    }
    return rc;
}

static void *work(void *user)
{
    struct worker *w = user;
    struct refresh *r = w->r;
    if (r->options.background)
        setpriority(PRIO_PROCESS, 0, NICENESS); /* on Linux, of this thread */
    err_code rc = ctx__reader_init(&w->reader, r->x->queries, r->options.cancel);
    w->reader.way = r->options.way;
    buf_init(&w->text, CTX__FILE_MAX_BYTES + 1);
    w->flush_bytes = FIRST_SEGMENT_BYTES;
    if (rc == ERR_OK)
        rc = ctx__maker_create(&w->maker);
    if (rc == ERR_OK)
        rc = work_on(w);
    /* What was read before it was cancelled is good. */
    if (w->maker && (rc == ERR_OK || rc == ERR_CANCELLED)) {
        err_code last = flush(w);
        rc = last != ERR_OK ? last : rc;
    }
    ctx__reader_release(&w->reader);
    ctx__unit_release(&w->unit);
    ctx__maker_destroy(w->maker);
    mem_free(w->superseded.items);
    mem_free(w->restamped.items);
    buf_release(&w->text);
    pthread_mutex_lock(&r->mu);
    if (r->rc == ERR_OK)
        r->rc = rc;
    pthread_mutex_unlock(&r->mu);
    return NULL;
}

static err_code read_all(struct refresh *r)
{
    unsigned n = r->options.n_threads ? r->options.n_threads : thread_cpu_count();
    if (!r->options.n_threads && n > 4)
        n = 4;
    if (n > MAX_THREADS)
        n = MAX_THREADS;
    if (n > r->n_jobs)
        n = (unsigned)r->n_jobs;
    struct worker workers[MAX_THREADS] = {{0}};
    pthread_t threads[MAX_THREADS];
    unsigned started = 0;
    for (unsigned i = 0; i < n; i++)
        workers[i].r = r;
    /* The last one is this thread, so that a system without room for more still works. */
    while (started + 1 < n && pthread_create(&threads[started], NULL, work, &workers[started]) == 0)
        started++;
    if (n)
        work(&workers[n - 1]);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    if (r->options.progress && r->rc == ERR_OK)
        r->options.progress(r->options.user, &r->progress);
    return r->rc;
}

static err_code forget_gone(struct refresh *r)
{
    struct places gone = {0}, none = {0};
    err_code rc = ERR_OK;
    for (size_t i = 0; i <= r->known_mask && rc == ERR_OK; i++) {
        const struct known *k = &r->known[i];
        if (k->path.ptr && !k->seen && !push_place(&gone, (struct place){k->part, k->file, 0}))
            rc = ERR_NOMEM;
    }
    if (rc == ERR_OK && gone.n)
        rc = publish(r->x, NULL, &gone, &none);
    r->report->n_gone = gone.n;
    mem_free(gone.items);
    return rc;
}

/* ---- saving ---- */

/* What is to be written, being collected. */
struct saving {
    ctx_index *x;
    ctx__store *store;
    ctx__maker *maker;
    const ctx_index_view *v;
    ctx_index_view *result;
    size_t n_merged; /* parts in the maker */
};

static uint32_t count_gone(const struct ctx__entry *e)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < e->part->segment.n[CTX__FILES]; i++)
        n += ctx__bit(e->gone, i);
    return n;
}

static err_code add_part(struct saving *s, const struct ctx__segment *segment,
                         const struct ctx__entry *like)
{
    struct ctx__part *p = ctx__part_of_store(s->store, segment);
    struct ctx__entry *e = p ? ctx__view_add(s->result, p) : NULL;
    ctx__part_release(p);
    if (!e)
        return ERR_NOMEM;
    uint32_t n = segment->n[CTX__FILES];
    if (like)
        memcpy(e->gone, like->gone, ((size_t)n + 63) / 64 * sizeof(uint64_t));
    return ERR_OK;
}

static err_code finish_merge(struct saving *s, err *e)
{
    buf image;
    struct ctx__segment segment;
    buf_init(&image, UINT32_MAX);
    s->n_merged = 0;
    if (ctx__maker_files(s->maker) == 0)
        return ERR_OK;
    err_code rc = ctx__maker_finish(s->maker, &image);
    if (rc == ERR_OK)
        rc = ctx__store_append(s->store, buf_view(&image), &segment, e);
    buf_release(&image);
    return rc == ERR_OK ? add_part(s, &segment, NULL) : rc;
}

static err_code merge_entry(struct saving *s, const struct ctx__entry *entry, err *e)
{
    err_code rc = ERR_OK;
    if (ctx__maker_bytes(s->maker) > MERGE_BYTES)
        rc = finish_merge(s, e);
    s->n_merged++;
    return rc == ERR_OK ? ctx__maker_merge(s->maker, &entry->part->segment, entry->gone) : rc;
}

/* The bytes as they are, but for times that changed. */
static err_code copy_entry(struct saving *s, const struct ctx__entry *entry, err *e)
{
    struct ctx__segment segment;
    const struct ctx__segment *old = &entry->part->segment;
    if (entry->part->store == s->store && !entry->times)
        return add_part(s, old, entry);
    buf image;
    buf_init(&image, UINT32_MAX);
    err_code rc = ERR_OK;
    str_view bytes = {(const char *)old->bytes, old->n_bytes};
    if (entry->times) {
        buf_append(&image, bytes);
        rc = buf_failed(&image);
        if (rc == ERR_OK) {
            ctx__segment_restamp(image.ptr, image.len, entry->times);
            bytes = buf_view(&image);
        }
    }
    if (rc == ERR_OK)
        rc = ctx__store_append(s->store, bytes, &segment, e);
    if (rc == ERR_OK)
        rc = add_part(s, &segment, entry);
    buf_release(&image);
    return rc;
}

static bool is_small(const struct ctx__entry *e)
{
    return e->part->segment.n_bytes < SMALL_IMAGE_BYTES;
}

static err_code collect(struct saving *s, err *e)
{
    err_code rc = ERR_OK;
    size_t n_small = 0;
    for (size_t i = 0; i < s->v->n; i++)
        n_small += !s->v->entries[i].part->is_open && is_small(&s->v->entries[i]);
    for (size_t i = 0; i < s->v->n && rc == ERR_OK; i++) {
        const struct ctx__entry *entry = &s->v->entries[i];
        uint32_t n = entry->part->segment.n[CTX__FILES], gone = count_gone(entry);
        if (entry->part->is_open || gone == n)
            continue;
        /* Times that changed are not in the bytes that a merge reads. */
        bool merge = !entry->times && ((is_small(entry) && n_small > 1) || gone > n / 4);
        rc = merge ? merge_entry(s, entry, e) : copy_entry(s, entry, e);
    }
    return rc == ERR_OK && s->n_merged ? finish_merge(s, e) : rc;
}

static err_code commit(struct saving *s, err *e)
{
    size_t n = s->result->n;
    struct ctx__stored *stored = mem_zero(n + 1, sizeof *stored);
    if (!stored)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        stored[i].segment = s->result->entries[i].part->segment;
        if (count_gone(&s->result->entries[i]))
            stored[i].dead = s->result->entries[i].gone;
    }
    err_code rc = ctx__store_commit(s->store, str_of(s->x->root), stored, n, e);
    mem_free(stored);
    return rc;
}

/* Puts the saved parts in the place of those that they were made from; buffers may have been opened
 * and closed meanwhile. */
static err_code take_over(struct saving *s)
{
    ctx_index *x = s->x;
    err_code rc = ERR_OK;
    pthread_mutex_lock(&x->mu);
    for (size_t i = 0; i < x->current->n && rc == ERR_OK; i++) {
        struct ctx__part *p = x->current->entries[i].part;
        if (p->is_open && !ctx__view_add(s->result, p))
            rc = ERR_NOMEM;
    }
    if (rc == ERR_OK) {
        ctx__view_publish(x, s->result);
        s->result = NULL;
        x->saved = true;
        x->n_unsaved = 0;
    }
    pthread_mutex_unlock(&x->mu);
    return rc;
}

/* Consumes `store`, which may be NULL. */
static err_code save(ctx_index *x, ctx__store *store, err *e)
{
    ctx_index_view *v = ctx_index_begin(x);
    struct saving s = {.x = x, .store = store, .v = v, .result = ctx__view_empty(x)};
    err_code rc = s.result ? ctx__maker_create(&s.maker) : ERR_NOMEM;
    if (rc == ERR_OK && !s.store)
        rc = ctx__store_begin(&s.store, x->path, e);
    if (rc == ERR_OK)
        rc = collect(&s, e);
    if (rc == ERR_OK)
        rc = commit(&s, e);
    if (rc == ERR_OK)
        rc = take_over(&s);
    ctx__store_release(s.store);
    ctx__maker_destroy(s.maker);
    if (s.result)
        ctx_index_end(s.result);
    ctx_index_end(v);
    return rc;
}

err_code ctx__index_save(ctx_index *x, err *e)
{
    int lock = -1;
    err_code rc = ctx__store_lock(&lock, x->path, e);
    if (rc != ERR_OK)
        return rc;
    rc = save(x, NULL, e);
    close(lock);
    return rc;
}

static bool worth_saving(ctx_index *x, size_t n_files)
{
    uint64_t n_bytes = 0;
    ctx_index_view *v = ctx_index_begin(x);
    for (size_t i = 0; i < v->n; i++)
        n_bytes += v->entries[i].part->segment.n_bytes;
    ctx_index_end(v);
    pthread_mutex_lock(&x->mu);
    bool worth = !x->saved && (n_bytes < CHEAP_SAVE_BYTES || x->n_unsaved > n_files / 64);
    pthread_mutex_unlock(&x->mu);
    return worth;
}

/* ---- all of it ---- */

static void sleep_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* The lock, or -1: then the index is not saved. */
static err_code lock(struct refresh *r, int *fd)
{
    err e = {{0}};
    *fd = -1;
    if (!r->x->path) {
        return ERR_OK;
    }
    err_code rc = ERR_STALE;
    for (int waited = 0; rc == ERR_STALE && waited < LOCK_WAIT_MS; waited += POLL_MS) {
        rc = ctx__store_lock(fd, r->x->path, &e);
        if (rc == ERR_STALE && cancel_requested(r->options.cancel))
            return ERR_CANCELLED;
        if (rc == ERR_STALE)
            sleep_ms(POLL_MS);
    }
    if (rc == ERR_STALE)
        (void)err_set(&e, rc, "another process has been writing it for minutes");
    if (rc != ERR_OK && rc != ERR_NOMEM)
        say_cache(r, &e);
    return rc == ERR_NOMEM ? rc : ERR_OK;
}

static void report_listing(struct refresh *r, const struct ctx_files *files)
{
    r->report->n_secret = files->n_secret;
    r->report->n_large = files->n_large;
    r->report->n_binary = files->n_binary;
    r->report->n_excluded = files->n_excluded;
    if (files->note.len && r->report->note.len == 0)
        r->report->note = arena_copy(r->mem, files->note);
    if (files->cut)
        say(r, "there are more files than the index takes; the rest is left out");
}

static err_code run(struct refresh *r, const struct ctx_files *files, bool complete, int lock_fd,
                    err *e)
{
    ctx_index *x = r->x;
    err_code rc = list_known(r);
    if (rc == ERR_OK)
        rc = plan(r, files);
    /* Straight into the new file, which costs no memory. */
    if (rc == ERR_OK && lock_fd >= 0 && r->progress.n_bytes > STORE_WORTH_BYTES) {
        err why = {{0}};
        if (ctx__store_begin(&r->store, x->path, &why) != ERR_OK)
            say_cache(r, &why);
    }
    if (rc == ERR_OK)
        rc = read_all(r);
    if (rc == ERR_OK && complete)
        rc = forget_gone(r);
    /* Who was stopped goes on from there next time. */
    if ((rc == ERR_OK || rc == ERR_CANCELLED) && lock_fd >= 0 && worth_saving(x, files->n)) {
        err why = {{0}};
        ctx__store *store = r->store;
        r->store = NULL;
        err_code saved = save(x, store, &why);
        r->report->saved = saved == ERR_OK;
        if (saved != ERR_OK && saved != ERR_NOMEM)
            say_cache(r, &why);
    }
    ctx__store_release(r->store);
    if (rc != ERR_OK)
        return err_set(e, rc, "reading %s: %s", x->root, err_name(rc));
    return ERR_OK;
}

/* Of these paths alone, those that are known; false: some are not, and all has to be listed. */
static bool list_named(struct refresh *r, struct ctx_files *out, const str_view *paths, size_t n)
{
    out->items = ARENA_ARRAY(r->mem, struct ctx_file, n);
    for (size_t i = 0; i < n && out->items; i++) {
        struct stat st;
        const char *name = arena_copy_z(r->mem, paths[i]);
        bool known = false;
        for (size_t k = 0; k < r->before->n && !known; k++)
            known =
                !r->before->entries[k].part->is_open &&
                ctx__segment_find_file(&r->before->entries[k].part->segment, paths[i]) != CTX__NONE;
        if (!name || !known || fstatat(r->x->root_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(st.st_mode) || (uint64_t)st.st_size > CTX__FILE_MAX_BYTES)
            return false;
        out->items[out->n++] = (struct ctx_file){
            .path = (str_view){name, paths[i].len},
            .n_bytes = (uint64_t)st.st_size,
            .changed_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec};
    }
    return out->items != NULL;
}

err_code ctx__index_refresh(ctx_index *x, const struct ctx_index_refresh *options,
                            const str_view *paths, size_t n_paths, struct ctx_index_report *report,
                            arena *mem, err *e)
{
    *report = (struct ctx_index_report){0};
    struct refresh r = {.x = x, .options = *options, .report = report, .mem = mem};
    arena listing;
    arena_init(&listing, LISTING_BYTES);
    pthread_mutex_init(&r.mu, NULL);
    pthread_mutex_lock(&x->refreshing);
    int lock_fd = -1;
    struct ctx_files files = {0};
    err_code rc = lock(&r, &lock_fd);
    if (rc == ERR_OK)
        rc = ctx__index_reload(x);
    r.before = ctx_index_begin(x);
    bool named = rc == ERR_OK && n_paths && list_named(&r, &files, paths, n_paths);
    if (rc == ERR_OK && !named) {
        struct ctx_files_options list = {.max_file_bytes = CTX__FILE_MAX_BYTES,
                                         .cancel = options->cancel};
        rc = ctx_files_list(&files, &listing, x->root, &list, e);
        if (rc == ERR_OK)
            report_listing(&r, &files);
    }
    if (rc == ERR_OK)
        rc = run(&r, &files, !named, lock_fd, e);
    ctx_index_end((ctx_index_view *)(uintptr_t)r.before);
    if (lock_fd >= 0)
        close(lock_fd);
    pthread_mutex_unlock(&x->refreshing);
    mem_free(r.known);
    mem_free(r.jobs);
    pthread_mutex_destroy(&r.mu);
    arena_release(&listing);
    report->n_files = rc == ERR_OK && !named ? files.n - report->n_unreadable : 0;
    return rc;
}

err_code ctx_index_refresh(ctx_index *x, const struct ctx_index_refresh *options,
                           struct ctx_index_report *report, arena *mem, err *e)
{
    return ctx__index_refresh(x, options, NULL, 0, report, mem, e);
}
