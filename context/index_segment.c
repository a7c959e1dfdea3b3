#include <string.h>

#include "base/hash.h"
#include "base/path.h"
#include "context/index_internal.h"

/* A segment is, in the byte order of the machine that wrote it:
 *
 *     0   8  "artelSEG"
 *     8   8  hash_bytes of everything from byte 16 on
 *    16   4  0x01020304
 *    20   4  bytes of the whole, a multiple of 8
 *    24      for each of CTX__PARTS: 4 bytes offset (a multiple of 8), 4 bytes number of items
 *
 * and the parts, each an array of the structs in index_internal.h, in their order. It is valid when
 * the sum is right and every part lies inside. That it was written by this build is for the file
 * around it to say (index_store.c). Numbers inside the parts are checked when they are used. */

static const uint32_t item_bytes[CTX__PARTS] = {
    [CTX__FILES] = sizeof(struct ctx__seg_file),
    [CTX__NAMES] = sizeof(struct ctx__seg_name),
    [CTX__SLOTS] = sizeof(uint32_t),
    [CTX__DEFS] = sizeof(struct ctx__seg_def),
    [CTX__DEF_IDS] = sizeof(uint32_t),
    [CTX__REFS] = sizeof(struct ctx__seg_ref),
    [CTX__IMPORTS] = sizeof(struct ctx__seg_import),
    [CTX__CHUNKS] = sizeof(struct ctx__seg_chunk),
    [CTX__POSTINGS] = sizeof(uint32_t),
    [CTX__BASES] = sizeof(uint32_t),
    [CTX__TEXT] = 1,
};

size_t ctx__segment_item_bytes(enum ctx__array part)
{
    return item_bytes[part];
}

static uint32_t load_u32(const unsigned char *p)
{
    uint32_t x;
    memcpy(&x, p, sizeof x);
    return x;
}

static bool load(const struct ctx__segment *s, enum ctx__array part, uint32_t i, void *out)
{
    if (i >= s->n[part])
        return false;
    memcpy(out, s->part[part] + (size_t)i * item_bytes[part], item_bytes[part]);
    return true;
}

/* What says "up to that of the next one" never goes back, so that no item belongs to many. */
static bool in_order(const struct ctx__segment *s)
{
    struct ctx__seg_file f = {0}, next_f;
    for (uint32_t i = 0; ctx__segment_file(s, i, &next_f); i++, f = next_f)
        if (next_f.first_def < f.first_def || next_f.first_import < f.first_import ||
            next_f.first_chunk < f.first_chunk)
            return false;
    struct ctx__seg_name n = {0}, next_n;
    for (uint32_t i = 0; load(s, CTX__NAMES, i, &next_n); i++, n = next_n)
        if (next_n.text_at < n.text_at || next_n.first_def < n.first_def ||
            next_n.first_ref < n.first_ref || next_n.first_posting < n.first_posting)
            return false;
    return true;
}

err_code ctx__segment_open(struct ctx__segment *out, const void *bytes, size_t n_bytes)
{
    const unsigned char *p = bytes;
    uint64_t sum;
    if (n_bytes < CTX__SEGMENT_HEAD || memcmp(p, CTX__SEGMENT_MAGIC, 8) != 0 ||
        load_u32(p + 16) != CTX__BYTE_ORDER || load_u32(p + 20) != n_bytes)
        return ERR_FORMAT;
    memcpy(&sum, p + 8, sizeof sum);
    if (sum != hash_bytes(p + 16, n_bytes - 16, 0))
        return ERR_FORMAT;
    struct ctx__segment s = {.bytes = p, .n_bytes = n_bytes};
    for (int i = 0; i < CTX__PARTS; i++) {
        uint64_t at = load_u32(p + 24 + 8 * i), n = load_u32(p + 28 + 8 * i);
        if (at % 8 || at < CTX__SEGMENT_HEAD || at + n * item_bytes[i] > n_bytes)
            return ERR_FORMAT;
        s.part[i] = p + at;
        s.n[i] = (uint32_t)n;
    }
    uint32_t n_slots = s.n[CTX__SLOTS];
    if (n_slots & (n_slots - 1))
        return ERR_FORMAT;
    if (!in_order(&s))
        return ERR_FORMAT;
    *out = s;
    return ERR_OK;
}

bool ctx__segment_file(const struct ctx__segment *s, uint32_t file, struct ctx__seg_file *out)
{
    return load(s, CTX__FILES, file, out);
}

bool ctx__segment_def(const struct ctx__segment *s, uint32_t def, struct ctx__seg_def *out)
{
    return load(s, CTX__DEFS, def, out);
}

bool ctx__segment_ref(const struct ctx__segment *s, uint32_t ref, struct ctx__seg_ref *out)
{
    return load(s, CTX__REFS, ref, out);
}

bool ctx__segment_import(const struct ctx__segment *s, uint32_t i, struct ctx__seg_import *out)
{
    return load(s, CTX__IMPORTS, i, out);
}

bool ctx__segment_chunk(const struct ctx__segment *s, uint32_t chunk, struct ctx__seg_chunk *out)
{
    return load(s, CTX__CHUNKS, chunk, out);
}

static uint32_t load_id(const struct ctx__segment *s, enum ctx__array part, uint32_t at)
{
    uint32_t id = CTX__NONE;
    (void)load(s, part, at, &id);
    return id;
}

uint32_t ctx__segment_def_id(const struct ctx__segment *s, uint32_t at)
{
    return load_id(s, CTX__DEF_IDS, at);
}

uint32_t ctx__segment_posting(const struct ctx__segment *s, uint32_t at)
{
    return load_id(s, CTX__POSTINGS, at);
}

uint32_t ctx__segment_base(const struct ctx__segment *s, uint32_t at)
{
    return load_id(s, CTX__BASES, at);
}

str_view ctx__segment_text(const struct ctx__segment *s, uint32_t at, uint32_t len)
{
    if (at > s->n[CTX__TEXT] || len > s->n[CTX__TEXT] - at)
        return STR("");
    return (str_view){(const char *)s->part[CTX__TEXT] + at, len};
}

str_view ctx__segment_path(const struct ctx__segment *s, uint32_t file)
{
    struct ctx__seg_file f;
    return load(s, CTX__FILES, file, &f) ? ctx__segment_text(s, f.path_at, f.path_len) : STR("");
}

str_view ctx__segment_name(const struct ctx__segment *s, uint32_t name)
{
    struct ctx__seg_name n, next;
    if (!load(s, CTX__NAMES, name, &n))
        return STR("");
    /* Names stand at the end of the text. */
    uint32_t end = load(s, CTX__NAMES, name + 1, &next) ? next.text_at : s->n[CTX__TEXT];
    return end < n.text_at ? STR("") : ctx__segment_text(s, n.text_at, end - n.text_at);
}

static struct ctx__span span(uint32_t begin, bool has_end, uint32_t end, uint32_t n)
{
    if (!has_end || end > n)
        end = n;
    return (struct ctx__span){begin < end ? begin : end, end};
}

#define FILE_SPAN(s, file, field, what)                                                            \
    struct ctx__seg_file f = {0}, next = {0};                                                      \
    if (!load(s, CTX__FILES, file, &f))                                                            \
        return (struct ctx__span){0, 0};                                                           \
    bool has_next = load(s, CTX__FILES, (file) + 1, &next);                                        \
    return span(f.field, has_next, next.field, (s)->n[what])

struct ctx__span ctx__segment_file_defs(const struct ctx__segment *s, uint32_t file)
{
    FILE_SPAN(s, file, first_def, CTX__DEFS);
}

struct ctx__span ctx__segment_file_imports(const struct ctx__segment *s, uint32_t file)
{
    FILE_SPAN(s, file, first_import, CTX__IMPORTS);
}

struct ctx__span ctx__segment_file_chunks(const struct ctx__segment *s, uint32_t file)
{
    FILE_SPAN(s, file, first_chunk, CTX__CHUNKS);
}

#define NAME_SPAN(s, name, field, what)                                                            \
    struct ctx__seg_name x = {0}, next = {0};                                                      \
    if (!load(s, CTX__NAMES, name, &x))                                                            \
        return (struct ctx__span){0, 0};                                                           \
    bool has_next = load(s, CTX__NAMES, (name) + 1, &next);                                        \
    return span(x.field, has_next, next.field, (s)->n[what])

struct ctx__span ctx__segment_name_defs(const struct ctx__segment *s, uint32_t name)
{
    NAME_SPAN(s, name, first_def, CTX__DEF_IDS);
}

struct ctx__span ctx__segment_name_refs(const struct ctx__segment *s, uint32_t name)
{
    NAME_SPAN(s, name, first_ref, CTX__REFS);
}

struct ctx__span ctx__segment_name_postings(const struct ctx__segment *s, uint32_t name)
{
    NAME_SPAN(s, name, first_posting, CTX__POSTINGS);
}

uint32_t ctx__name_hash(str_view name)
{
    return (uint32_t)(hash_str(name) >> 32);
}

uint32_t ctx__segment_find_name(const struct ctx__segment *s, str_view name, uint32_t hash)
{
    uint32_t n_slots = s->n[CTX__SLOTS];
    /* A damaged table may have no empty slot. */
    for (uint32_t i = 0; i < n_slots; i++) {
        struct ctx__seg_name x;
        uint32_t id = load_id(s, CTX__SLOTS, (hash + i) & (n_slots - 1));
        if (!load(s, CTX__NAMES, id, &x))
            break;
        if (x.hash == hash && str_eq(ctx__segment_name(s, id), name))
            return id;
    }
    return CTX__NONE;
}

uint32_t ctx__segment_lower_name(const struct ctx__segment *s, str_view prefix)
{
    uint32_t low = 0, high = s->n[CTX__NAMES];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (str_cmp(ctx__segment_name(s, middle), prefix) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t ctx__segment_lower_file(const struct ctx__segment *s, str_view path)
{
    uint32_t low = 0, high = s->n[CTX__FILES];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (str_cmp(ctx__segment_path(s, middle), path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t ctx__segment_find_file(const struct ctx__segment *s, str_view path)
{
    uint32_t at = ctx__segment_lower_file(s, path);
    bool same = at < s->n[CTX__FILES] && str_eq(ctx__segment_path(s, at), path);
    return same ? at : CTX__NONE;
}

uint32_t ctx__segment_lower_base(const struct ctx__segment *s, str_view base)
{
    uint32_t low = 0, high = s->n[CTX__BASES];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        str_view path = ctx__segment_path(s, ctx__segment_base(s, middle));
        if (str_cmp(path_name(path), base) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void ctx__segment_restamp(void *bytes, size_t n_bytes, const int64_t *times)
{
    unsigned char *p = bytes;
    size_t at = load_u32(p + 24 + 8 * CTX__FILES), n = load_u32(p + 28 + 8 * CTX__FILES);
    for (size_t i = 0; i < n; i++)
        memcpy(p + at + i * sizeof(struct ctx__seg_file) +
                   offsetof(struct ctx__seg_file, changed_ns),
               &times[i], sizeof times[i]);
    uint64_t sum = hash_bytes(p + 16, n_bytes - 16, 0);
    memcpy(p + 8, &sum, sizeof sum);
}
