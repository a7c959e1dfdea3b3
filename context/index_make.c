#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/size.h"
#include "context/index_internal.h"

enum {
    NAME_LONGEST = 255, /* bytes; longer "names" are expressions that a query took for one */
    IMPORT_LONGEST = 1024,
    MAX_WORDS = 1023, /* that a chunk is counted to have */
    MAX_LINE = (1 << 22) - 1,
};

struct name {
    uint32_t text_at, len, hash;
    uint32_t last_chunk; /* the last one that it was found in */
};

/* Items of all files in the order in which they came; `file` and `chunk` count in that order. */
struct pair {
    uint32_t name, chunk;
};

struct ref {
    uint32_t name, file, line_kind;
};

struct ctx__maker {
    struct name *names;
    uint32_t *slots; /* of names, open addressing */
    struct ctx__seg_file *files;
    struct ctx__seg_def *defs; /* outer counts from the file's first */
    struct ref *refs;
    struct ctx__seg_import *imports;
    struct ctx__seg_chunk *chunks;
    struct pair *pairs;
    size_t n_names, n_files, n_defs, n_refs, n_imports, n_chunks, n_pairs;
    size_t cap_names, cap_files, cap_defs, cap_refs, cap_imports, cap_chunks, cap_pairs;
    size_t n_slots;
    buf text; /* of names, paths and imports */
};

err_code ctx__maker_create(ctx__maker **out)
{
    ctx__maker *m = mem_zero(1, sizeof *m);
    if (!m)
        return ERR_NOMEM;
    buf_init(&m->text, UINT32_MAX / 2);
    *out = m;
    return ERR_OK;
}

void ctx__maker_destroy(ctx__maker *m)
{
    if (!m)
        return;
    mem_free(m->names);
    mem_free(m->slots);
    mem_free(m->files);
    mem_free(m->defs);
    mem_free(m->refs);
    mem_free(m->imports);
    mem_free(m->chunks);
    mem_free(m->pairs);
    buf_release(&m->text);
    mem_free(m);
}

static void empty(ctx__maker *m)
{
    m->n_names = m->n_files = m->n_defs = m->n_refs = m->n_imports = m->n_chunks = m->n_pairs = 0;
    if (m->slots)
        memset(m->slots, 0xFF, m->n_slots * sizeof *m->slots);
    buf_clear(&m->text);
}

size_t ctx__maker_files(const ctx__maker *m)
{
    return m->n_files;
}

size_t ctx__maker_bytes(const ctx__maker *m)
{
    return m->cap_names * sizeof *m->names + m->n_slots * sizeof *m->slots +
           m->cap_files * sizeof *m->files + m->cap_defs * sizeof *m->defs +
           m->cap_refs * sizeof *m->refs + m->cap_imports * sizeof *m->imports +
           m->cap_chunks * sizeof *m->chunks + m->cap_pairs * sizeof *m->pairs + m->text.cap;
}

static bool grow(void **items, size_t *cap, size_t n, size_t item_bytes)
{
    size_t bytes, more = *cap ? *cap * 2 : 256;
    if (n < *cap)
        return true;
    if (n >= UINT32_MAX / 2 || !size_mul(&bytes, more, item_bytes))
        return false;
    void *bigger = mem_resize(*items, bytes);
    if (!bigger)
        return false;
    *items = bigger;
    *cap = more;
    return true;
}

#define GROW(m, what) grow((void **)&(m)->what, &(m)->cap_##what, (m)->n_##what, sizeof *(m)->what)

/* ---- names ---- */

static bool grow_slots(ctx__maker *m)
{
    if ((m->n_names + 1) * 3 <= m->n_slots * 2)
        return true;
    size_t n = m->n_slots ? m->n_slots * 2 : 1024;
    uint32_t *slots = mem_alloc(n * sizeof *slots);
    if (!slots)
        return false;
    memset(slots, 0xFF, n * sizeof *slots);
    for (uint32_t i = 0; i < m->n_names; i++) {
        size_t at = m->names[i].hash & (n - 1);
        while (slots[at] != CTX__NONE)
            at = (at + 1) & (n - 1);
        slots[at] = i;
    }
    mem_free(m->slots);
    m->slots = slots;
    m->n_slots = n;
    return true;
}

static str_view name_text(const ctx__maker *m, uint32_t name)
{
    return (str_view){m->text.ptr + m->names[name].text_at, m->names[name].len};
}

/* CTX__NONE: no memory. */
static uint32_t intern(ctx__maker *m, str_view text)
{
    if (!GROW(m, names) || !grow_slots(m))
        return CTX__NONE;
    uint32_t hash = ctx__name_hash(text);
    size_t at = hash & (m->n_slots - 1);
    for (; m->slots[at] != CTX__NONE; at = (at + 1) & (m->n_slots - 1)) {
        uint32_t id = m->slots[at];
        if (m->names[id].hash == hash && str_eq(name_text(m, id), text))
            return id;
    }
    uint32_t id = (uint32_t)m->n_names;
    m->names[id] = (struct name){(uint32_t)m->text.len, (uint32_t)text.len, hash, CTX__NONE};
    buf_append(&m->text, text);
    if (buf_failed(&m->text))
        return CTX__NONE;
    m->slots[at] = id;
    m->n_names++;
    return id;
}

/* ---- a unit ---- */

static bool add_file(ctx__maker *m, const struct ctx__seg_file *like, str_view path)
{
    if (!GROW(m, files))
        return false;
    struct ctx__seg_file f = *like;
    f.path_at = (uint32_t)m->text.len;
    f.path_len = (uint32_t)path.len;
    f.first_def = (uint32_t)m->n_defs;
    f.first_import = (uint32_t)m->n_imports;
    f.first_chunk = (uint32_t)m->n_chunks;
    buf_append(&m->text, path);
    m->files[m->n_files++] = f;
    return buf_failed(&m->text) == ERR_OK;
}

static bool add_import(ctx__maker *m, str_view text, uint32_t line)
{
    if (!GROW(m, imports))
        return false;
    m->imports[m->n_imports++] = (struct ctx__seg_import){
        (uint32_t)m->n_files - 1, line, (uint32_t)m->text.len, (uint32_t)text.len};
    buf_append(&m->text, text);
    return buf_failed(&m->text) == ERR_OK;
}

static bool add_defs(ctx__maker *m, const struct ctx__unit *u)
{
    uint32_t file = (uint32_t)m->n_files - 1;
    for (size_t i = 0; i < u->n_defs; i++) {
        const struct ctx__unit_def *d = &u->defs[i];
        str_view name = str_slice(u->text, d->name.begin, d->name.end);
        if (!GROW(m, defs))
            return false;
        /* Over-long names stay, cut, so that the numbers of outer definitions stay right. */
        uint32_t id = intern(m, str_slice(name, 0, NAME_LONGEST));
        if (id == CTX__NONE)
            return false;
        uint32_t lines = d->n_lines < MAX_LINE ? d->n_lines : MAX_LINE;
        m->defs[m->n_defs++] = (struct ctx__seg_def){
            .name = id,
            .file = file,
            .outer = d->outer,
            .begin = d->whole.begin,
            .end = d->whole.end,
            .sig_end = d->sig_end,
            .doc_begin = d->doc.begin,
            .doc_end = d->doc.end,
            .line = d->line,
            .n_lines_kind = lines << 8 | (uint32_t)d->kind,
        };
    }
    return true;
}

static bool add_refs(ctx__maker *m, const struct ctx__unit *u)
{
    uint32_t file = (uint32_t)m->n_files - 1;
    for (size_t i = 0; i < u->n_refs; i++) {
        const struct ctx__unit_ref *r = &u->refs[i];
        str_view name = str_slice(u->text, r->name.begin, r->name.end);
        if (name.len > NAME_LONGEST)
            continue;
        uint32_t id = GROW(m, refs) ? intern(m, name) : CTX__NONE;
        if (id == CTX__NONE)
            return false;
        uint32_t line = r->line < MAX_LINE ? r->line : MAX_LINE;
        m->refs[m->n_refs++] = (struct ref){id, file, line << 8 | (uint32_t)r->kind};
    }
    return true;
}

/* The chunk, with each of its words once. */
static bool add_chunk(ctx__maker *m, const struct ctx__unit_chunk *c, str_view text)
{
    if (!GROW(m, chunks))
        return false;
    uint32_t chunk = (uint32_t)m->n_chunks, n_words = 0;
    str_view rest = str_slice(text, c->begin, c->end), word;
    while (ctx__word_next(&rest, &word)) {
        uint32_t id = GROW(m, pairs) ? intern(m, word) : CTX__NONE;
        if (id == CTX__NONE)
            return false;
        if (m->names[id].last_chunk == chunk)
            continue;
        m->names[id].last_chunk = chunk;
        m->pairs[m->n_pairs++] = (struct pair){id, chunk};
        n_words += n_words < MAX_WORDS;
    }
    uint32_t line = c->line < MAX_LINE ? c->line : MAX_LINE;
    m->chunks[m->n_chunks++] =
        (struct ctx__seg_chunk){(uint32_t)m->n_files - 1, c->begin, c->end, line << 10 | n_words};
    return true;
}

err_code ctx__maker_add(ctx__maker *m, const struct ctx__file_facts *facts,
                        const struct ctx__unit *u)
{
    size_t n_rows;
    struct ctx__seg_file f = {
        .n_bytes = facts->n_bytes,
        .changed_ns = facts->changed_ns,
        .hash = facts->hash,
        .language = (uint16_t)(u->lang - gram_language_all(&n_rows)),
        .flags = (uint16_t)((u->has_secret ? CTX__FILE_SECRET : 0) |
                            (u->parsed ? CTX__FILE_PARSED : 0) | (u->slow ? CTX__FILE_SLOW : 0)),
    };
    if (!add_file(m, &f, facts->path) || !add_defs(m, u) || !add_refs(m, u))
        return ERR_NOMEM;
    for (size_t i = 0; i < u->n_imports; i++) {
        const struct ctx__unit_import *x = &u->imports[i];
        str_view text = str_slice(u->text, x->name.begin, x->name.end);
        if (text.len <= IMPORT_LONGEST && !add_import(m, text, x->line))
            return ERR_NOMEM;
    }
    for (size_t i = 0; i < u->n_chunks; i++)
        if (!add_chunk(m, &u->chunks[i], u->text))
            return ERR_NOMEM;
    return ERR_OK;
}

/* ---- a segment ---- */

/* Of the segment's files and chunks, which numbers they got here. */
struct merge {
    const struct ctx__segment *s;
    uint32_t *files, *chunks, *names; /* CTX__NONE: not here */
};

static uint32_t merge_name(ctx__maker *m, const struct merge *g, uint32_t name)
{
    if (name >= g->s->n[CTX__NAMES])
        return intern(m, STR(""));
    if (g->names[name] == CTX__NONE)
        g->names[name] = intern(m, ctx__segment_name(g->s, name));
    return g->names[name];
}

static bool merge_file(ctx__maker *m, const struct merge *g, uint32_t file)
{
    const struct ctx__segment *s = g->s;
    struct ctx__seg_file f = {0};
    if (!ctx__segment_file(s, file, &f) || !add_file(m, &f, ctx__segment_path(s, file)))
        return false;
    g->files[file] = (uint32_t)m->n_files - 1;
    struct ctx__span defs = ctx__segment_file_defs(s, file);
    for (uint32_t i = defs.begin; i < defs.end; i++) {
        struct ctx__seg_def d = {0};
        if (!GROW(m, defs) || !ctx__segment_def(s, i, &d))
            return false;
        d.name = merge_name(m, g, d.name);
        d.file = g->files[file];
        d.outer = d.outer >= defs.begin && d.outer < i ? d.outer - defs.begin : CTX__NONE;
        if (d.name == CTX__NONE)
            return false;
        m->defs[m->n_defs++] = d;
    }
    struct ctx__span imports = ctx__segment_file_imports(s, file);
    for (uint32_t i = imports.begin; i < imports.end; i++) {
        struct ctx__seg_import x = {0};
        if (!ctx__segment_import(s, i, &x) ||
            !add_import(m, ctx__segment_text(s, x.text_at, x.text_len), x.line))
            return false;
    }
    struct ctx__span chunks = ctx__segment_file_chunks(s, file);
    for (uint32_t i = chunks.begin; i < chunks.end; i++) {
        struct ctx__seg_chunk c = {0};
        if (!GROW(m, chunks) || !ctx__segment_chunk(s, i, &c))
            return false;
        g->chunks[i] = (uint32_t)m->n_chunks;
        c.file = g->files[file];
        m->chunks[m->n_chunks++] = c;
    }
    return true;
}

/* What the segment keeps by name. */
static bool merge_by_name(ctx__maker *m, const struct merge *g)
{
    const struct ctx__segment *s = g->s;
    for (uint32_t name = 0; name < s->n[CTX__NAMES]; name++) {
        struct ctx__span refs = ctx__segment_name_refs(s, name);
        for (uint32_t i = refs.begin; i < refs.end; i++) {
            struct ctx__seg_ref r;
            if (!ctx__segment_ref(s, i, &r) || r.file >= s->n[CTX__FILES] ||
                g->files[r.file] == CTX__NONE)
                continue;
            uint32_t id = GROW(m, refs) ? merge_name(m, g, name) : CTX__NONE;
            if (id == CTX__NONE)
                return false;
            m->refs[m->n_refs++] = (struct ref){id, g->files[r.file], r.line_kind};
        }
        struct ctx__span postings = ctx__segment_name_postings(s, name);
        for (uint32_t i = postings.begin; i < postings.end; i++) {
            uint32_t chunk = ctx__segment_posting(s, i);
            if (chunk >= s->n[CTX__CHUNKS] || g->chunks[chunk] == CTX__NONE)
                continue;
            uint32_t id = GROW(m, pairs) ? merge_name(m, g, name) : CTX__NONE;
            if (id == CTX__NONE)
                return false;
            m->pairs[m->n_pairs++] = (struct pair){id, g->chunks[chunk]};
        }
    }
    return true;
}

static uint32_t *all_none(size_t n)
{
    uint32_t *ids = mem_alloc((n + 1) * sizeof *ids);
    if (ids)
        memset(ids, 0xFF, (n + 1) * sizeof *ids);
    return ids;
}

err_code ctx__maker_merge(ctx__maker *m, const struct ctx__segment *s, const uint64_t *dead)
{
    struct merge g = {s, all_none(s->n[CTX__FILES]), all_none(s->n[CTX__CHUNKS]),
                      all_none(s->n[CTX__NAMES])};
    bool ok = g.files && g.chunks && g.names;
    for (uint32_t i = 0; ok && i < s->n[CTX__FILES]; i++)
        if (!ctx__bit(dead, i))
            ok = merge_file(m, &g, i);
    ok = ok && merge_by_name(m, &g);
    mem_free(g.files);
    mem_free(g.chunks);
    mem_free(g.names);
    return ok ? ERR_OK : ERR_NOMEM;
}

/* ---- writing ---- */

/* What is sorted, with the first bytes of its text as a number, which settles most comparisons. */
struct key {
    uint64_t head;
    uint32_t id;
    str_view text;
};

static struct key key_of(str_view text, uint32_t id)
{
    uint64_t head = 0;
    for (size_t i = 0; i < 8; i++)
        head = head << 8 | (i < text.len ? (unsigned char)text.ptr[i] : 0);
    return (struct key){head, id, text};
}

static int by_text(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->head != y->head)
        return x->head < y->head ? -1 : 1;
    int order = str_cmp(x->text, y->text);
    return order ? order : (x->id > y->id) - (x->id < y->id);
}

struct writing {
    ctx__maker *m;
    unsigned char *out;
    uint64_t at[CTX__PARTS], n[CTX__PARTS], end;
    struct key *keys;     /* names in order, then files, then files by base name */
    uint32_t *name_ids;   /* new number by old */
    uint32_t *file_ids;   /* the same */
    uint32_t *chunk_ids;  /* the same */
    uint32_t *first_defs; /* new number of the first, by old file */
    uint32_t *counts;     /* for sorting */
    void *sorted;         /* refs or pairs, half sorted */
};

static bool allocate(struct writing *w)
{
    const ctx__maker *m = w->m;
    size_t most = m->n_names > m->n_files ? m->n_names : m->n_files;
    size_t largest = most > m->n_chunks ? most : m->n_chunks;
    size_t refs = m->n_refs * sizeof(struct ref), pairs = m->n_pairs * sizeof(struct pair);
    w->keys = mem_alloc((most + 1) * sizeof *w->keys);
    w->name_ids = mem_alloc((m->n_names + 1) * sizeof(uint32_t));
    w->file_ids = mem_alloc((m->n_files + 1) * sizeof(uint32_t));
    w->chunk_ids = mem_alloc((m->n_chunks + 1) * sizeof(uint32_t));
    w->first_defs = mem_alloc((m->n_files + 1) * sizeof(uint32_t));
    w->counts = mem_alloc((largest + 2) * sizeof(uint32_t));
    w->sorted = mem_alloc((refs > pairs ? refs : pairs) + 1);
    return w->keys && w->name_ids && w->file_ids && w->chunk_ids && w->first_defs && w->counts &&
           w->sorted;
}

static void release(struct writing *w)
{
    mem_free(w->keys);
    mem_free(w->name_ids);
    mem_free(w->file_ids);
    mem_free(w->chunk_ids);
    mem_free(w->first_defs);
    mem_free(w->counts);
    mem_free(w->sorted);
}

static size_t slots_for(size_t n_names)
{
    size_t n = 1;
    while (n_names * 3 > n * 2)
        n *= 2;
    return n;
}

static void lay_out(struct writing *w)
{
    const ctx__maker *m = w->m;
    uint64_t n[CTX__PARTS] = {
        [CTX__FILES] = m->n_files,
        [CTX__NAMES] = m->n_names,
        [CTX__DEFS] = m->n_defs,
        [CTX__DEF_IDS] = m->n_defs,
        [CTX__REFS] = m->n_refs,
        [CTX__IMPORTS] = m->n_imports,
        [CTX__CHUNKS] = m->n_chunks,
        [CTX__POSTINGS] = m->n_pairs,
        [CTX__BASES] = m->n_files,
        [CTX__TEXT] = m->text.len,
        [CTX__SLOTS] = slots_for(m->n_names),
    };
    w->end = CTX__SEGMENT_HEAD;
    for (int i = 0; i < CTX__PARTS; i++) {
        w->at[i] = w->end;
        w->n[i] = n[i];
        w->end = (w->end + n[i] * ctx__segment_item_bytes((enum ctx__array)i) + 7) & ~(uint64_t)7;
    }
}

static void *part(const struct writing *w, enum ctx__array p)
{
    return w->out + w->at[p];
}

/* Files by path; their definitions, imports and chunks follow them. */
static void write_files(struct writing *w)
{
    ctx__maker *m = w->m;
    struct ctx__seg_file *files = part(w, CTX__FILES);
    struct ctx__seg_def *defs = part(w, CTX__DEFS);
    struct ctx__seg_import *imports = part(w, CTX__IMPORTS);
    struct ctx__seg_chunk *chunks = part(w, CTX__CHUNKS);
    char *text = part(w, CTX__TEXT);
    uint32_t n_defs = 0, n_imports = 0, n_chunks = 0, n_text = 0;
    for (uint32_t i = 0; i < m->n_files; i++)
        w->keys[i] = key_of(str_slice(buf_view(&m->text), m->files[i].path_at,
                                      (size_t)m->files[i].path_at + m->files[i].path_len),
                            i);
    qsort(w->keys, m->n_files, sizeof *w->keys, by_text);
    for (uint32_t i = 0; i < m->n_files; i++) {
        uint32_t old = w->keys[i].id;
        bool last = old + 1 == m->n_files;
        const struct ctx__seg_file *f = &m->files[old];
        uint32_t end_def = last ? (uint32_t)m->n_defs : f[1].first_def;
        uint32_t end_import = last ? (uint32_t)m->n_imports : f[1].first_import;
        uint32_t end_chunk = last ? (uint32_t)m->n_chunks : f[1].first_chunk;
        w->file_ids[old] = i;
        w->first_defs[old] = n_defs;
        files[i] = *f;
        files[i].path_at = n_text;
        files[i].first_def = n_defs;
        files[i].first_import = n_imports;
        files[i].first_chunk = n_chunks;
        memcpy(text + n_text, w->keys[i].text.ptr, f->path_len);
        n_text += f->path_len;
        for (uint32_t k = f->first_def; k < end_def; k++) {
            struct ctx__seg_def *d = &defs[n_defs++];
            *d = m->defs[k];
            d->name = w->name_ids[d->name];
            d->file = i;
            if (d->outer != CTX__NONE)
                d->outer += w->first_defs[old];
        }
        for (uint32_t k = f->first_import; k < end_import; k++) {
            struct ctx__seg_import *x = &imports[n_imports++];
            *x = m->imports[k];
            x->file = i;
            x->text_at = n_text;
            memcpy(text + n_text, m->text.ptr + m->imports[k].text_at, x->text_len);
            n_text += x->text_len;
        }
        for (uint32_t k = f->first_chunk; k < end_chunk; k++) {
            w->chunk_ids[k] = n_chunks;
            chunks[n_chunks] = m->chunks[k];
            chunks[n_chunks++].file = i;
        }
    }
    /* Names come after this text. */
    struct ctx__seg_name *names = part(w, CTX__NAMES);
    for (uint32_t i = 0; i < m->n_names; i++)
        names[i].text_at += n_text;
    for (uint32_t old = 0; old < m->n_names; old++)
        memcpy(text + names[w->name_ids[old]].text_at, name_text(m, old).ptr, m->names[old].len);
}

static void write_names(struct writing *w)
{
    ctx__maker *m = w->m;
    struct ctx__seg_name *names = part(w, CTX__NAMES);
    uint32_t *slots = part(w, CTX__SLOTS);
    size_t mask = (size_t)w->n[CTX__SLOTS] - 1;
    for (uint32_t i = 0; i < m->n_names; i++)
        w->keys[i] = key_of(name_text(m, i), i);
    qsort(w->keys, m->n_names, sizeof *w->keys, by_text);
    memset(slots, 0xFF, (size_t)w->n[CTX__SLOTS] * sizeof *slots);
    uint32_t n_text = 0;
    for (uint32_t i = 0; i < m->n_names; i++) {
        const struct name *x = &m->names[w->keys[i].id];
        w->name_ids[w->keys[i].id] = i;
        names[i] = (struct ctx__seg_name){.text_at = n_text, .hash = x->hash};
        n_text += x->len;
        size_t at = x->hash & mask;
        while (slots[at] != CTX__NONE)
            at = (at + 1) & mask;
        slots[at] = i;
    }
}

/* counts[i + 1] holds how many there are of i; afterwards counts[i] is where those of i begin. */
static void sum_up(uint32_t *counts, size_t n)
{
    counts[0] = 0;
    for (size_t i = 0; i < n; i++)
        counts[i + 1] += counts[i];
}

static void write_def_ids(struct writing *w)
{
    struct ctx__seg_name *names = part(w, CTX__NAMES);
    const struct ctx__seg_def *defs = part(w, CTX__DEFS);
    uint32_t *ids = part(w, CTX__DEF_IDS);
    size_t n = w->m->n_names;
    memset(w->counts, 0, (n + 1) * sizeof *w->counts);
    for (size_t i = 0; i < w->m->n_defs; i++)
        w->counts[defs[i].name + 1]++;
    sum_up(w->counts, n);
    for (size_t i = 0; i < n; i++)
        names[i].first_def = w->counts[i];
    for (uint32_t i = 0; i < w->m->n_defs; i++)
        ids[w->counts[defs[i].name]++] = i;
}

/* By file, then, keeping that order, by name. Within both the order in which they came is that of
 * lines. */
static void write_refs(struct writing *w)
{
    const ctx__maker *m = w->m;
    struct ctx__seg_name *names = part(w, CTX__NAMES);
    struct ctx__seg_ref *out = part(w, CTX__REFS);
    struct ref *half = w->sorted;
    memset(w->counts, 0, (m->n_files + 1) * sizeof *w->counts);
    for (size_t i = 0; i < m->n_refs; i++)
        w->counts[w->file_ids[m->refs[i].file] + 1]++;
    sum_up(w->counts, m->n_files);
    for (size_t i = 0; i < m->n_refs; i++)
        half[w->counts[w->file_ids[m->refs[i].file]]++] = m->refs[i];
    memset(w->counts, 0, (m->n_names + 1) * sizeof *w->counts);
    for (size_t i = 0; i < m->n_refs; i++)
        w->counts[w->name_ids[half[i].name] + 1]++;
    sum_up(w->counts, m->n_names);
    for (size_t i = 0; i < m->n_names; i++)
        names[i].first_ref = w->counts[i];
    for (size_t i = 0; i < m->n_refs; i++)
        out[w->counts[w->name_ids[half[i].name]]++] =
            (struct ctx__seg_ref){w->file_ids[half[i].file], half[i].line_kind};
}

static void write_postings(struct writing *w)
{
    const ctx__maker *m = w->m;
    struct ctx__seg_name *names = part(w, CTX__NAMES);
    uint32_t *out = part(w, CTX__POSTINGS);
    struct pair *half = w->sorted;
    memset(w->counts, 0, (m->n_chunks + 1) * sizeof *w->counts);
    for (size_t i = 0; i < m->n_pairs; i++)
        w->counts[w->chunk_ids[m->pairs[i].chunk] + 1]++;
    sum_up(w->counts, m->n_chunks);
    for (size_t i = 0; i < m->n_pairs; i++)
        half[w->counts[w->chunk_ids[m->pairs[i].chunk]]++] = m->pairs[i];
    memset(w->counts, 0, (m->n_names + 1) * sizeof *w->counts);
    for (size_t i = 0; i < m->n_pairs; i++)
        w->counts[w->name_ids[half[i].name] + 1]++;
    sum_up(w->counts, m->n_names);
    for (size_t i = 0; i < m->n_names; i++)
        names[i].first_posting = w->counts[i];
    for (size_t i = 0; i < m->n_pairs; i++)
        out[w->counts[w->name_ids[half[i].name]]++] = w->chunk_ids[half[i].chunk];
}

static void write_bases(struct writing *w)
{
    const ctx__maker *m = w->m;
    uint32_t *bases = part(w, CTX__BASES);
    for (uint32_t i = 0; i < m->n_files; i++) {
        str_view path = str_slice(buf_view(&m->text), m->files[i].path_at,
                                  (size_t)m->files[i].path_at + m->files[i].path_len);
        w->keys[i] = key_of(path_name(path), w->file_ids[i]);
    }
    qsort(w->keys, m->n_files, sizeof *w->keys, by_text);
    for (uint32_t i = 0; i < m->n_files; i++)
        bases[i] = w->keys[i].id;
}

static void write_head(struct writing *w)
{
    uint32_t words[2] = {CTX__BYTE_ORDER, (uint32_t)w->end};
    memcpy(w->out, CTX__SEGMENT_MAGIC, 8);
    memcpy(w->out + 16, words, sizeof words);
    for (int i = 0; i < CTX__PARTS; i++) {
        uint32_t place[2] = {(uint32_t)w->at[i], (uint32_t)w->n[i]};
        memcpy(w->out + 24 + 8 * i, place, sizeof place);
    }
    uint64_t sum = hash_bytes(w->out + 16, (size_t)w->end - 16, 0);
    memcpy(w->out + 8, &sum, sizeof sum);
}

err_code ctx__maker_finish(ctx__maker *m, buf *out)
{
    struct writing w = {.m = m};
    err_code rc = ERR_NOMEM;
    lay_out(&w);
    if (w.end > UINT32_MAX) {
        rc = ERR_RANGE;
        goto done;
    }
    char *to = buf_reserve(out, (size_t)w.end);
    if (!to || !allocate(&w)) {
        rc = buf_failed(out) ? buf_failed(out) : ERR_NOMEM;
        goto done;
    }
    w.out = (unsigned char *)to;
    memset(to, 0, (size_t)w.end); /* what lies between the parts is part of the sum */
    write_names(&w);
    write_files(&w);
    write_def_ids(&w);
    write_refs(&w);
    write_postings(&w);
    write_bases(&w);
    write_head(&w);
    buf_commit(out, (size_t)w.end);
    empty(m);
    rc = ERR_OK;
done:
    release(&w);
    return rc;
}
