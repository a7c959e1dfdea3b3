#include "context/index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "context/index_internal.h"
#include "context/secret.h"

/* ---- parts ---- */

static struct ctx__part *part_create(void)
{
    struct ctx__part *p = mem_zero(1, sizeof *p);
    if (p)
        atomic_init(&p->refs, 1);
    return p;
}

struct ctx__part *ctx__part_of_image(buf *image)
{
    struct ctx__part *p = part_create();
    if (!p || ctx__segment_open(&p->segment, image->ptr, image->len) != ERR_OK) {
        mem_free(p);
        return NULL;
    }
    p->image = *image;
    buf_init(image, image->max_bytes);
    return p;
}

struct ctx__part *ctx__part_of_store(ctx__store *store, const struct ctx__segment *segment)
{
    struct ctx__part *p = part_create();
    if (!p)
        return NULL;
    p->segment = *segment;
    p->store = ctx__store_keep(store);
    return p;
}

static struct ctx__part *part_keep(struct ctx__part *p)
{
    atomic_fetch_add(&p->refs, 1);
    return p;
}

void ctx__part_release(struct ctx__part *p)
{
    if (!p || atomic_fetch_sub(&p->refs, 1) != 1)
        return;
    buf_release(&p->image);
    buf_release(&p->text);
    ctx__store_release(p->store);
    mem_free(p);
}

/* ---- views ---- */

static size_t n_words(const struct ctx__part *p)
{
    return ((size_t)p->segment.n[CTX__FILES] + 63) / 64;
}

static void entry_release(struct ctx__entry *e)
{
    ctx__part_release(e->part);
    mem_free(e->gone);
    mem_free(e->dead);
    mem_free(e->times);
}

static bool entry_init(struct ctx__entry *e, struct ctx__part *p, const struct ctx__entry *like)
{
    size_t n = n_words(p), n_times = p->segment.n[CTX__FILES];
    *e = (struct ctx__entry){.part = part_keep(p),
                             .gone = mem_zero(n + 1, sizeof(uint64_t)),
                             .dead = mem_zero(n + 1, sizeof(uint64_t))};
    bool times = like && like->times;
    if (times)
        e->times = mem_alloc((n_times + 1) * sizeof *e->times);
    if (!e->gone || !e->dead || (times && !e->times)) {
        entry_release(e);
        return false;
    }
    if (like)
        memcpy(e->gone, like->gone, n * sizeof(uint64_t));
    if (times)
        memcpy(e->times, like->times, n_times * sizeof *e->times);
    return true;
}

static ctx_index_view *view_create(ctx_index *x, size_t n_entries)
{
    ctx_index_view *v = mem_zero(1, sizeof *v);
    if (!v)
        return NULL;
    atomic_init(&v->refs, 1);
    v->x = x;
    v->entries = mem_zero(n_entries + 1, sizeof *v->entries);
    if (v->entries)
        return v;
    mem_free(v);
    return NULL;
}

static void view_release(ctx_index_view *v)
{
    if (!v || atomic_fetch_sub(&v->refs, 1) != 1)
        return;
    for (size_t i = 0; i < v->n; i++)
        entry_release(&v->entries[i]);
    mem_free(v->entries);
    mem_free(v);
}

ctx_index_view *ctx__view_empty(ctx_index *x)
{
    return view_create(x, 0);
}

ctx_index_view *ctx__view_edit(ctx_index *x)
{
    const ctx_index_view *old = x->current;
    ctx_index_view *v = view_create(x, old->n);
    if (!v)
        return NULL;
    for (size_t i = 0; i < old->n; i++, v->n++) {
        if (!entry_init(&v->entries[i], old->entries[i].part, &old->entries[i])) {
            view_release(v);
            return NULL;
        }
    }
    return v;
}

struct ctx__entry *ctx__view_add(ctx_index_view *v, struct ctx__part *p)
{
    struct ctx__entry entry, *entries;
    entries = mem_resize(v->entries, (v->n + 1) * sizeof *entries);
    if (!entries)
        return NULL;
    v->entries = entries;
    if (!entry_init(&entry, p, NULL))
        return NULL;
    size_t at = v->n++;
    for (; at > 0 && !p->is_open && entries[at - 1].part->is_open; at--)
        entries[at] = entries[at - 1];
    entries[at] = entry;
    return &entries[at];
}

void ctx__view_drop(ctx_index_view *v, size_t entry)
{
    entry_release(&v->entries[entry]);
    v->n--;
    memmove(v->entries + entry, v->entries + entry + 1, (v->n - entry) * sizeof *v->entries);
}

bool ctx__view_restamp(struct ctx__entry *e, uint32_t file, int64_t changed_ns)
{
    uint32_t n = e->part->segment.n[CTX__FILES];
    if (!e->times) {
        e->times = mem_alloc(((size_t)n + 1) * sizeof *e->times);
        if (!e->times)
            return false;
        for (uint32_t i = 0; i < n; i++) {
            struct ctx__seg_file f = {0};
            (void)ctx__segment_file(&e->part->segment, i, &f);
            e->times[i] = f.changed_ns;
        }
    }
    if (file < n)
        e->times[file] = changed_ns;
    return true;
}

int64_t ctx__entry_time(const struct ctx__entry *e, uint32_t file, const struct ctx__seg_file *f)
{
    return e->times && file < e->part->segment.n[CTX__FILES] ? e->times[file] : f->changed_ns;
}

/* What is open hides what is on disk. */
static void hide(ctx_index_view *v)
{
    for (size_t i = 0; i < v->n; i++)
        memcpy(v->entries[i].dead, v->entries[i].gone,
               n_words(v->entries[i].part) * sizeof(uint64_t));
    for (size_t i = v->n; i > 0 && v->entries[i - 1].part->is_open; i--) {
        str_view path = ctx__segment_path(&v->entries[i - 1].part->segment, 0);
        for (size_t k = 0; k < v->n && !v->entries[k].part->is_open; k++) {
            uint32_t file = ctx__segment_find_file(&v->entries[k].part->segment, path);
            if (file != CTX__NONE)
                ctx__bit_set(v->entries[k].dead, file);
        }
    }
}

void ctx__view_publish(ctx_index *x, ctx_index_view *v)
{
    hide(v);
    ctx_index_view *old = x->current;
    x->current = v;
    view_release(old);
}

ctx_index_view *ctx_index_begin(ctx_index *x)
{
    pthread_mutex_lock(&x->mu);
    ctx_index_view *v = x->current;
    atomic_fetch_add(&v->refs, 1);
    pthread_mutex_unlock(&x->mu);
    return v;
}

void ctx_index_end(ctx_index_view *v)
{
    view_release(v);
}

/* ---- the handle ---- */

/* What the file in the cache has, if it is of use. */
static err_code load(ctx_index *x)
{
    ctx__store *store = NULL;
    struct ctx__stored *stored = NULL;
    size_t n = 0;
    if (ctx__store_open(&store, &stored, &n, x->path, str_of(x->root)) != ERR_OK)
        return ERR_OK;
    err_code rc = ERR_OK;
    ctx_index_view *v = view_create(x, n);
    for (size_t i = 0; i < n && v && rc == ERR_OK; i++) {
        struct ctx__part *p = ctx__part_of_store(store, &stored[i].segment);
        struct ctx__entry *entry = p ? ctx__view_add(v, p) : NULL;
        ctx__part_release(p);
        if (!entry)
            rc = ERR_NOMEM;
        else if (stored[i].dead)
            memcpy(entry->gone, stored[i].dead, n_words(p) * sizeof(uint64_t));
    }
    mem_free(stored);
    ctx__store_release(store);
    if (!v || rc != ERR_OK) {
        view_release(v);
        return ERR_NOMEM;
    }
    /* Buffers stay open. */
    pthread_mutex_lock(&x->mu);
    for (size_t i = 0; i < x->current->n && rc == ERR_OK; i++) {
        struct ctx__part *p = x->current->entries[i].part;
        if (p->is_open && !ctx__view_add(v, p))
            rc = ERR_NOMEM;
    }
    if (rc == ERR_OK) {
        ctx__view_publish(x, v);
        x->saved = true;
        x->n_unsaved = 0;
    } else {
        view_release(v);
    }
    pthread_mutex_unlock(&x->mu);
    return rc;
}

/* Forgets what lay in a file that lost bytes while it was mapped. */
static err_code drop_damaged(ctx_index *x)
{
    err_code rc = ERR_OK;
    pthread_mutex_lock(&x->mu);
    ctx_index_view *v = ctx__view_edit(x);
    size_t before = v ? v->n : 0;
    for (size_t i = before; i > 0; i--) {
        const ctx__store *store = v->entries[i - 1].part->store;
        if (store && !ctx__store_is_whole(store))
            ctx__view_drop(v, i - 1);
    }
    if (!v) {
        rc = ERR_NOMEM;
    } else if (v->n == before) {
        view_release(v);
    } else {
        ctx__view_publish(x, v);
        x->saved = false;
    }
    pthread_mutex_unlock(&x->mu);
    return rc;
}

err_code ctx__index_reload(ctx_index *x)
{
    err_code rc = drop_damaged(x);
    if (rc != ERR_OK || !x->path || access(x->path, F_OK) != 0)
        return rc;
    ctx_index_view *v = ctx_index_begin(x);
    bool current = false;
    for (size_t i = 0; i < v->n && !current; i++)
        current =
            v->entries[i].part->store && ctx__store_is_current(v->entries[i].part->store, x->path);
    ctx_index_end(v);
    return current ? ERR_OK : load(x);
}

/* <cache>/index/<hash of the root>/index, or NULL where there is no cache folder. */
static err_code choose_path(ctx_index *x, const struct ctx_index_options *options)
{
    buf b;
    buf_init(&b, 1 << 16);
    err_code rc = ERR_OK;
    if (options->cache)
        buf_append(&b, str_of(options->cache));
    else
        rc = file_cache_dir(&b, NULL);
    if (rc == ERR_NOT_FOUND || options->in_memory) {
        buf_release(&b);
        return ERR_OK;
    }
    buf_append_format(&b, "/index/%016llx/index",
                      (unsigned long long)hash_bytes(x->root, strlen(x->root), 0));
    if (buf_failed(&b) == ERR_OK)
        x->path = b.ptr; /* allocated by base/mem, as we free it */
    else
        buf_release(&b);
    return x->path ? ERR_OK : ERR_NOMEM;
}

err_code ctx_index_create(ctx_index **out, const char *root,
                          const struct ctx_index_options *options, err *e)
{
    ctx_index *x = mem_zero(1, sizeof *x);
    if (!x)
        return err_set(e, ERR_NOMEM, "no memory for the index");
    x->queries = options->queries;
    x->root_fd = -1;
    pthread_mutex_init(&x->mu, NULL);
    pthread_mutex_init(&x->refreshing, NULL);
    pthread_mutex_init(&x->starting, NULL);
    err_code rc = ERR_OK;
    char *real = realpath(root, NULL);
    x->root_fd = real ? open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (x->root_fd < 0) {
        rc = err_set(e, ERR_NOT_FOUND, "cannot open the folder %s: %s", root, strerror(errno));
        goto done;
    }
    size_t n = strlen(real) + 1;
    x->root = mem_alloc(n);
    x->current = view_create(x, 0);
    if (!x->root || !x->current) {
        rc = err_set(e, ERR_NOMEM, "no memory for the index");
        goto done;
    }
    memcpy(x->root, real, n);
    rc = choose_path(x, options);
    if (rc == ERR_OK && x->path)
        rc = load(x);
    if (rc != ERR_OK)
        goto done;
    *out = x;
    x = NULL;
done:
    free(real);
    ctx_index_destroy(x);
    return rc;
}

void ctx_index_destroy(ctx_index *x)
{
    if (!x)
        return;
    ctx_index_stop(x);
    if (x->path && x->current && !x->saved && x->n_unsaved)
        (void)!ctx__index_save(x, NULL); /* it can be made again */
    view_release(x->current);
    if (x->root_fd >= 0)
        close(x->root_fd);
    pthread_mutex_destroy(&x->mu);
    pthread_mutex_destroy(&x->refreshing);
    pthread_mutex_destroy(&x->starting);
    mem_free(x->root);
    mem_free(x->path);
    mem_free(x);
}

static void count_language(struct ctx_index_stats *out, const struct ctx__seg_file *f)
{
    size_t n_rows, i = 0, cap = sizeof out->languages / sizeof out->languages[0];
    const gram_language *rows = gram_language_all(&n_rows);
    if (f->language >= n_rows)
        return;
    while (i < out->n_languages && out->languages[i].lang != &rows[f->language])
        i++;
    if (i == cap)
        return;
    if (i == out->n_languages)
        out->languages[out->n_languages++].lang = &rows[f->language];
    out->languages[i].n_files++;
    out->languages[i].n_bytes += f->n_bytes;
}

void ctx_index_stats(ctx_index *x, struct ctx_index_stats *out)
{
    *out = (struct ctx_index_stats){0};
    ctx_index_view *v = ctx_index_begin(x);
    for (size_t i = 0; i < v->n; i++) {
        const struct ctx__segment *s = &v->entries[i].part->segment;
        out->n_segments++;
        out->n_open += v->entries[i].part->is_open;
        out->n_index_bytes += s->n_bytes;
        out->n_heap_bytes += v->entries[i].part->image.cap + v->entries[i].part->text.cap;
        out->n_names += s->n[CTX__NAMES];
        out->n_refs += s->n[CTX__REFS];
        for (uint32_t file = 0; file < s->n[CTX__FILES]; file++) {
            struct ctx__seg_file f;
            if (ctx__bit_at(&v->entries[i], file) || !ctx__segment_file(s, file, &f))
                continue;
            struct ctx__span defs = ctx__segment_file_defs(s, file),
                             imports = ctx__segment_file_imports(s, file),
                             chunks = ctx__segment_file_chunks(s, file);
            out->n_files++;
            out->n_source_bytes += f.n_bytes;
            out->n_defs += defs.end - defs.begin;
            out->n_imports += imports.end - imports.begin;
            out->n_chunks += chunks.end - chunks.begin;
            count_language(out, &f);
        }
    }
    for (size_t i = 1; i < out->n_languages; i++)
        for (size_t k = i; k > 0 && out->languages[k].n_bytes > out->languages[k - 1].n_bytes;
             k--) {
            struct ctx_index_language swap = out->languages[k];
            out->languages[k] = out->languages[k - 1];
            out->languages[k - 1] = swap;
        }
    ctx_index_end(v);
    pthread_mutex_lock(&x->mu);
    out->is_saved = x->path && x->saved;
    out->path = str_of(x->path);
    pthread_mutex_unlock(&x->mu);
}

/* ---- questions ---- */

struct place {
    const struct ctx__entry *entry;
    const struct ctx__segment *s;
    uint32_t file;
};

static bool place_of(const ctx_index_view *v, ctx_index_file file, struct place *out)
{
    uint64_t entry = file >> 32;
    if (entry >= v->n || (uint32_t)file >= v->entries[entry].part->segment.n[CTX__FILES])
        return false;
    *out = (struct place){&v->entries[entry], &v->entries[entry].part->segment, (uint32_t)file};
    return true;
}

static ctx_index_file file_id(size_t entry, uint32_t file)
{
    return (uint64_t)entry << 32 | file;
}

ctx_index_file ctx_index_find_file(const ctx_index_view *v, str_view path)
{
    for (size_t i = 0; i < v->n; i++) {
        uint32_t file = ctx__segment_find_file(&v->entries[i].part->segment, path);
        if (file != CTX__NONE && !ctx__bit(v->entries[i].dead, file))
            return file_id(i, file);
    }
    return CTX_INDEX_NO_FILE;
}

str_view ctx_index_path(const ctx_index_view *v, ctx_index_file file)
{
    struct place p;
    return place_of(v, file, &p) ? ctx__segment_path(p.s, p.file) : STR("");
}

uint64_t ctx_index_size(const ctx_index_view *v, ctx_index_file file)
{
    struct place p;
    struct ctx__seg_file f;
    return place_of(v, file, &p) && ctx__segment_file(p.s, p.file, &f) ? f.n_bytes : 0;
}

static const gram_language *language_of(const struct ctx__segment *s, uint32_t file)
{
    size_t n_rows;
    struct ctx__seg_file f;
    const gram_language *rows = gram_language_all(&n_rows);
    return ctx__segment_file(s, file, &f) && f.language < n_rows ? &rows[f.language] : NULL;
}

const gram_language *ctx_index_language(const ctx_index_view *v, ctx_index_file file)
{
    struct place p;
    return place_of(v, file, &p) ? language_of(p.s, p.file) : NULL;
}

/* False where the definition is damaged or its file is dead. */
static bool read_def(const ctx_index_view *v, size_t entry, uint32_t id, struct ctx_index_def *out)
{
    const struct ctx__segment *s = &v->entries[entry].part->segment;
    struct ctx__seg_def d, outer;
    struct ctx__seg_file f;
    if (!ctx__segment_def(s, id, &d) || !ctx__segment_file(s, d.file, &f) ||
        ctx__bit_at(&v->entries[entry], d.file))
        return false;
    bool inside = d.begin <= d.sig_end && d.sig_end <= d.end && d.end <= f.n_bytes &&
                  d.doc_begin <= d.doc_end && d.doc_end <= f.n_bytes;
    if (!inside || (d.n_lines_kind & 0xFF) >= GRAM_KINDS)
        return false;
    bool scoped = d.outer != CTX__NONE && ctx__segment_def(s, d.outer, &outer);
    *out = (struct ctx_index_def){
        .name = ctx__segment_name(s, d.name),
        .path = ctx__segment_path(s, d.file),
        .scope = scoped ? ctx__segment_name(s, outer.name) : STR(""),
        .lang = language_of(s, d.file),
        .file = file_id(entry, d.file),
        .kind = (enum gram_kind)(d.n_lines_kind & 0xFF),
        .line = d.line,
        .n_lines = d.n_lines_kind >> 8,
        .whole = {d.begin, d.end},
        .signature = {d.begin, d.sig_end},
        .doc = {d.doc_begin, d.doc_end},
        .id = (uint64_t)entry << 32 | id,
    };
    return true;
}

void ctx_index_defs(const ctx_index_view *v, str_view name, ctx_index_def_fn *visit, void *user)
{
    uint32_t hash = ctx__name_hash(name);
    for (size_t i = 0; i < v->n; i++) {
        const struct ctx__segment *s = &v->entries[i].part->segment;
        struct ctx__span ids = ctx__segment_name_defs(s, ctx__segment_find_name(s, name, hash));
        for (uint32_t k = ids.begin; k < ids.end; k++) {
            struct ctx_index_def d;
            if (read_def(v, i, ctx__segment_def_id(s, k), &d) && !visit(user, &d))
                return;
        }
    }
}

void ctx_index_defs_prefix(const ctx_index_view *v, str_view prefix, ctx_index_def_fn *visit,
                           void *user)
{
    for (size_t i = 0; i < v->n; i++) {
        const struct ctx__segment *s = &v->entries[i].part->segment;
        for (uint32_t name = ctx__segment_lower_name(s, prefix);
             name < s->n[CTX__NAMES] && str_starts(ctx__segment_name(s, name), prefix); name++) {
            struct ctx__span ids = ctx__segment_name_defs(s, name);
            for (uint32_t k = ids.begin; k < ids.end; k++) {
                struct ctx_index_def d;
                if (read_def(v, i, ctx__segment_def_id(s, k), &d) && !visit(user, &d))
                    return;
            }
        }
    }
}

void ctx_index_defs_in(const ctx_index_view *v, ctx_index_file file, ctx_index_def_fn *visit,
                       void *user)
{
    struct place p;
    if (!place_of(v, file, &p))
        return;
    struct ctx__span defs = ctx__segment_file_defs(p.s, p.file);
    for (uint32_t k = defs.begin; k < defs.end; k++) {
        struct ctx_index_def d;
        if (read_def(v, (size_t)(file >> 32), k, &d) && !visit(user, &d))
            return;
    }
}

void ctx_index_refs(const ctx_index_view *v, str_view name, ctx_index_ref_fn *visit, void *user)
{
    uint32_t hash = ctx__name_hash(name);
    for (size_t i = 0; i < v->n; i++) {
        const struct ctx__segment *s = &v->entries[i].part->segment;
        struct ctx__span refs = ctx__segment_name_refs(s, ctx__segment_find_name(s, name, hash));
        for (uint32_t k = refs.begin; k < refs.end; k++) {
            struct ctx__seg_ref r;
            if (!ctx__segment_ref(s, k, &r) || ctx__bit_at(&v->entries[i], r.file) ||
                (r.line_kind & 0xFF) >= GRAM_KINDS)
                continue;
            struct ctx_index_ref ref = {file_id(i, r.file), ctx__segment_path(s, r.file),
                                        r.line_kind >> 8, (enum gram_kind)(r.line_kind & 0xFF)};
            if (!visit(user, &ref))
                return;
        }
    }
}

struct ctx_index_frequency ctx_index_frequency(const ctx_index_view *v, str_view word)
{
    struct ctx_index_frequency f = {0};
    uint32_t hash = ctx__name_hash(word);
    for (size_t i = 0; i < v->n; i++) {
        const struct ctx__segment *s = &v->entries[i].part->segment;
        struct ctx__span at = ctx__segment_name_postings(s, ctx__segment_find_name(s, word, hash));
        uint32_t last = CTX__NONE;
        for (uint32_t k = at.begin; k < at.end; k++) {
            struct ctx__seg_chunk c;
            if (!ctx__segment_chunk(s, ctx__segment_posting(s, k), &c))
                continue;
            f.n_files += c.file != last;
            f.n_chunks++;
            last = c.file;
        }
    }
    return f;
}

struct ctx_index_frequency ctx_index_totals(const ctx_index_view *v)
{
    struct ctx_index_frequency f = {0};
    for (size_t i = 0; i < v->n; i++) {
        f.n_files += v->entries[i].part->segment.n[CTX__FILES];
        f.n_chunks += v->entries[i].part->segment.n[CTX__CHUNKS];
    }
    return f;
}

/* ---- text ---- */

err_code ctx__file_slurp(buf *out, int root_fd, const char *path, int64_t *changed_ns)
{
    int fd = openat(root_fd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
    struct stat st, after;
    err_code rc = ERR_IO;
    size_t before = out->len;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        goto done;
    if ((uint64_t)st.st_size > out->max_bytes - before) {
        rc = ERR_RANGE;
        goto done;
    }
    for (;;) {
        size_t read_so_far = out->len - before;
        /* One byte more, so that a file that did not grow ends after one more read. */
        size_t want = (size_t)st.st_size >= read_so_far ? (size_t)st.st_size - read_so_far + 1 : 1;
        if (want > out->max_bytes - out->len)
            want = out->max_bytes - out->len;
        char *p = want ? buf_reserve(out, want) : NULL;
        ssize_t got = p ? read(fd, p, want) : want ? -1 : 0;
        if (got < 0 && p && errno == EINTR)
            continue;
        if (got < 0) {
            rc = p ? ERR_IO : ERR_NOMEM;
            goto done;
        }
        if (got == 0)
            break;
        buf_commit(out, (size_t)got);
    }
    bool same = fstat(fd, &after) == 0 && after.st_size == st.st_size &&
                (uint64_t)after.st_size == out->len - before &&
                after.st_mtim.tv_sec == st.st_mtim.tv_sec &&
                after.st_mtim.tv_nsec == st.st_mtim.tv_nsec;
    rc = same ? ERR_OK : ERR_STALE;
    *changed_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
done:
    if (rc != ERR_OK)
        out->len = before;
    close(fd);
    return rc;
}

/* A damaged index must not lead out of the folder. */
static bool stays_inside(str_view path)
{
    if (path.len && path.ptr[0] == '/')
        return false;
    for (size_t begin = 0; begin < path.len;) {
        size_t n = str_find_byte(str_slice(path, begin, path.len), '/');
        if (str_eq(str_slice(path, begin, begin + n), STR("..")))
            return false;
        begin += n + 1;
    }
    return true;
}

/* The bytes [range) of the file, or, where it has secrets, those of its masked text. */
static err_code read_range(const struct place *p, int fd, const struct ctx__seg_file *f,
                           struct gram_range range, buf *out)
{
    struct gram_range read =
        f->flags & CTX__FILE_SECRET ? (struct gram_range){0, (uint32_t)f->n_bytes} : range;
    buf text;
    buf_init(&text, CTX__FILE_MAX_BYTES + 1);
    char *to = buf_reserve(&text, read.end - read.begin);
    err_code rc = to ? ERR_OK : ERR_NOMEM;
    for (size_t n = 0; rc == ERR_OK && n < read.end - read.begin;) {
        ssize_t got = pread(fd, to + n, read.end - read.begin - n, (off_t)(read.begin + n));
        if (got > 0)
            n += (size_t)got;
        else if (got == 0 || errno != EINTR)
            rc = ERR_STALE;
    }
    /* Still the file that was indexed? Asked last, when all has been read. */
    struct stat st;
    if (rc == ERR_OK && (fstat(fd, &st) != 0 || (uint64_t)st.st_size != f->n_bytes ||
                         (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec !=
                             ctx__entry_time(p->entry, p->file, f)))
        rc = ERR_STALE;
    if (rc == ERR_OK)
        buf_commit(&text, read.end - read.begin);
    if (rc == ERR_OK && (f->flags & CTX__FILE_SECRET)) {
        /* All of it: a secret that the range cuts would not be recognised. */
        buf masked;
        buf_init(&masked, text.len + 1);
        ctx_secret_mask(&masked, buf_view(&text));
        buf_append(out, str_slice(buf_view(&masked), range.begin, range.end));
        rc = buf_failed(&masked);
        buf_release(&masked);
    } else if (rc == ERR_OK) {
        buf_append(out, buf_view(&text));
    }
    buf_release(&text);
    return rc != ERR_OK ? rc : buf_failed(out);
}

err_code ctx_index_text(const ctx_index_view *v, ctx_index_file file, struct gram_range range,
                        buf *out)
{
    struct place p;
    struct ctx__seg_file f;
    if (!place_of(v, file, &p) || !ctx__segment_file(p.s, p.file, &f) || range.begin > range.end ||
        range.end > f.n_bytes || f.n_bytes > CTX__FILE_MAX_BYTES)
        return ERR_RANGE;
    const struct ctx__part *part = p.entry->part;
    if (part->is_open) {
        buf_append(out, str_slice(buf_view(&part->text), range.begin, range.end));
        return buf_failed(out);
    }
    str_view path = ctx__segment_path(p.s, p.file);
    char name[4096];
    if (path.len >= sizeof name || path.len == 0 || !stays_inside(path) || ctx_secret_path(path))
        return ERR_RANGE;
    memcpy(name, path.ptr, path.len);
    name[path.len] = '\0';
    int fd = openat(v->x->root_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return ERR_STALE;
    err_code rc = read_range(&p, fd, &f, range, out);
    close(fd);
    return rc;
}
