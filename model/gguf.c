/* The file, all little endian:
 *   0  4  "GGUF"
 *   4  4  version, 2 or 3
 *   8  8  number of tensors
 *  16  8  number of key/value pairs
 *  24     the pairs: key (string), u32 value type, value
 *         the tensor records: name (string), u32 number of dimensions (0 to 4), u64 each dimension
 * (the contiguous one first), u32 tensor type, u64 offset of its data from the start of the data
 *         zero bytes up to the alignment
 *         the data: each tensor at the next multiple of the alignment after the one before it
 * A string is a u64 length and that many bytes. An array is a u32 element type, a u64 count and the
 * elements without padding. A bool is one byte. */
#include "model/gguf.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/size.h"
#include "base/utf.h"

enum {
    HEADER_BYTES = 24,
    MIN_PAIR_BYTES = 8 + 1 + 4 + 1,       /* one-letter key, one-byte value */
    MIN_TENSOR_BYTES = 8 + 0 + 4 + 4 + 8, /* no name, no dimensions */
    MAX_KEY_BYTES = 65535,
    MAX_NAME_BYTES = 63,
    MAX_DIMS = 4,
    DEFAULT_ALIGNMENT = 32,
    MAX_ALIGNMENT =
        1 << 16, /* a page on every machine we know; more only wastes space or overflows */
    MAX_STRING_BYTES = 1 << 30,
    MAX_ARRAY_ITEMS = 1 << 30,
};

struct pair {
    str_view key;
    gguf_value_type type;
    struct gguf_array value; /* of a scalar: type and data, n = 1; of a string: its record */
};

/* Open addressing with linear probing; a slot holds index + 1, 0 is empty. */
struct name_table {
    uint32_t *slots; /* owned */
    size_t mask;
};

struct model_gguf {
    file_map *map; /* owned; NULL for bytes in memory */
    const unsigned char *data;
    size_t n_bytes;
    uint32_t version;
    size_t alignment;
    size_t n_pairs;
    struct pair *pairs; /* owned */
    struct name_table keys;
    size_t n_tensors;
    struct gguf_tensor *tensors; /* owned */
    struct name_table names;
    char name[];
};

/* ---- Tensor types -------------------------------------------------------------------- */

/* By number. Without a name: never assigned or removed. With a name and no size: we cannot read it.
 */
static const struct {
    const char *name;
    uint16_t block_elements, block_bytes;
} types[] = {
    [MODEL_TYPE_F32] = {"F32", 1, 4},
    [MODEL_TYPE_F16] = {"F16", 1, 2},
    [MODEL_TYPE_Q4_0] = {"Q4_0", 32, 18},
    [MODEL_TYPE_Q4_1] = {"Q4_1", 32, 20},
    [MODEL_TYPE_Q5_0] = {"Q5_0", 32, 22},
    [MODEL_TYPE_Q5_1] = {"Q5_1", 32, 24},
    [MODEL_TYPE_Q8_0] = {"Q8_0", 32, 34},
    [MODEL_TYPE_Q8_1] = {"Q8_1", 32, 36},
    [MODEL_TYPE_Q2_K] = {"Q2_K", 256, 84},
    [MODEL_TYPE_Q3_K] = {"Q3_K", 256, 110},
    [MODEL_TYPE_Q4_K] = {"Q4_K", 256, 144},
    [MODEL_TYPE_Q5_K] = {"Q5_K", 256, 176},
    [MODEL_TYPE_Q6_K] = {"Q6_K", 256, 210},
    [MODEL_TYPE_Q8_K] = {"Q8_K", 256, 292},
    [16] = {"IQ2_XXS", 0, 0},
    [17] = {"IQ2_XS", 0, 0},
    [18] = {"IQ3_XXS", 0, 0},
    [19] = {"IQ1_S", 0, 0},
    [MODEL_TYPE_IQ4_NL] = {"IQ4_NL", 32, 18},
    [21] = {"IQ3_S", 0, 0},
    [22] = {"IQ2_S", 0, 0},
    [MODEL_TYPE_IQ4_XS] = {"IQ4_XS", 256, 136},
    [MODEL_TYPE_I8] = {"I8", 1, 1},
    [MODEL_TYPE_I16] = {"I16", 1, 2},
    [MODEL_TYPE_I32] = {"I32", 1, 4},
    [MODEL_TYPE_I64] = {"I64", 1, 8},
    [MODEL_TYPE_F64] = {"F64", 1, 8},
    [29] = {"IQ1_M", 0, 0},
    [MODEL_TYPE_BF16] = {"BF16", 1, 2},
    [34] = {"TQ1_0", 0, 0},
    [35] = {"TQ2_0", 0, 0},
    [39] = {"MXFP4", 0, 0},
    [40] = {"NVFP4", 0, 0},
    [41] = {"Q1_0", 0, 0},
    [42] = {"Q2_0", 0, 0},
};

static bool type_is_defined(uint32_t type)
{
    return type < sizeof types / sizeof types[0] && types[type].name;
}

const char *model_type_name(uint32_t type)
{
    return type_is_defined(type) ? types[type].name : "?";
}

bool model_type_layout(uint32_t type, size_t *block_elements, size_t *block_bytes)
{
    if (!type_is_defined(type) || types[type].block_bytes == 0)
        return false;
    *block_elements = types[type].block_elements;
    *block_bytes = types[type].block_bytes;
    return true;
}

/* ---- Little-endian numbers ----------------------------------------------------------- */

static uint64_t load(const unsigned char *p, size_t n_bytes)
{
    uint64_t v = 0;
    for (size_t i = n_bytes; i-- > 0;)
        v = v << 8 | p[i];
    return v;
}

/* Bytes of one value; 0 for strings, arrays and numbers that are no type. */
static size_t value_bytes(uint32_t type)
{
    switch (type) {
    case GGUF_U8:
    case GGUF_I8:
    case GGUF_BOOL: return 1;
    case GGUF_U16:
    case GGUF_I16: return 2;
    case GGUF_U32:
    case GGUF_I32:
    case GGUF_F32: return 4;
    case GGUF_U64:
    case GGUF_I64:
    case GGUF_F64: return 8;
    default: return 0;
    }
}

/* An integer of any type as sign and value; false for other types. */
static bool load_integer(gguf_value_type type, const unsigned char *p, int64_t *out)
{
    switch (type) {
    case GGUF_U8:
    case GGUF_U16:
    case GGUF_U32:
    case GGUF_U64: {
        uint64_t v = load(p, value_bytes(type));
        if (v > INT64_MAX)
            return false;
        *out = (int64_t)v;
        return true;
    }
    case GGUF_I8: *out = (int8_t)p[0]; return true;
    case GGUF_I16: *out = (int16_t)(uint16_t)load(p, 2); return true;
    case GGUF_I32: *out = (int32_t)(uint32_t)load(p, 4); return true;
    case GGUF_I64: *out = (int64_t)load(p, 8); return true;
    default: return false;
    }
}

static bool load_u32(gguf_value_type type, const unsigned char *p, uint32_t *out)
{
    int64_t v;
    if (!load_integer(type, p, &v) || v < 0 || v > UINT32_MAX)
        return false;
    *out = (uint32_t)v;
    return true;
}

static bool load_f32(gguf_value_type type, const unsigned char *p, float *out)
{
    if (type == GGUF_F32) {
        uint32_t bits = (uint32_t)load(p, 4);
        memcpy(out, &bits, sizeof *out);
        return true;
    }
    if (type != GGUF_F64)
        return false;
    uint64_t bits = load(p, 8);
    double v;
    memcpy(&v, &bits, sizeof v);
    if (isfinite(v) && fabs(v) > (double)FLT_MAX)
        return false;
    *out = (float)v;
    return true;
}

/* ---- Names to indices ---------------------------------------------------------------- */

static err_code table_init(struct name_table *t, size_t n)
{
    size_t n_slots = 8;
    while (n_slots < 2 * n)
        n_slots *= 2;
    t->slots = mem_zero(n_slots, sizeof *t->slots);
    t->mask = n_slots - 1;
    return t->slots ? ERR_OK : ERR_NOMEM;
}

static str_view key_at(const model_gguf *g, size_t i)
{
    return g->pairs[i].key;
}

static str_view name_at(const model_gguf *g, size_t i)
{
    return g->tensors[i].name;
}

/* The slot where `name` is, or the empty one where it belongs. */
static uint32_t *table_slot(const struct name_table *t, const model_gguf *g,
                            str_view (*text_at)(const model_gguf *g, size_t i), str_view name)
{
    for (size_t at = hash_str(name) & t->mask;; at = (at + 1) & t->mask) {
        uint32_t *slot = &t->slots[at];
        if (*slot == 0 || str_eq(text_at(g, *slot - 1), name))
            return slot;
    }
}

/* ---- Opening ------------------------------------------------------------------------- */

struct reader {
    model_gguf *g;
    size_t at; /* <= g->n_bytes */
    err *e;
};

/* For messages: what can be shown of a name that a stranger chose. */
static str_view shown(str_view name)
{
    if (name.len > 64)
        name.len = 64;
    name.len = utf8_whole_prefix(name);
    return utf8_is_valid(name) ? name : STR("(not text)");
}

#define FAULT(r, at, ...) fault((r), (at), ERR_FORMAT, __VA_ARGS__)

static err_code fault(const struct reader *r, size_t at, err_code code, const char *format, ...)
    PRINTF_LIKE(4, 5);

static err_code fault(const struct reader *r, size_t at, err_code code, const char *format, ...)
{
    char what[160];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return err_set(r->e, code, "%s: %s (at byte %zu)", r->g->name, what, at);
}

static size_t remaining(const struct reader *r)
{
    return r->g->n_bytes - r->at;
}

static err_code take(struct reader *r, size_t n_bytes, const unsigned char **out)
{
    if (n_bytes > remaining(r))
        return FAULT(r, r->at, "the file ends too early: it is truncated or damaged");
    *out = r->g->data + r->at;
    r->at += n_bytes;
    return ERR_OK;
}

static err_code take_u32(struct reader *r, uint32_t *out)
{
    const unsigned char *p = NULL;
    err_code rc = take(r, 4, &p);
    if (rc == ERR_OK)
        *out = (uint32_t)load(p, 4);
    return rc;
}

static err_code take_u64(struct reader *r, uint64_t *out)
{
    const unsigned char *p = NULL;
    err_code rc = take(r, 8, &p);
    if (rc == ERR_OK)
        *out = load(p, 8);
    return rc;
}

static err_code take_string(struct reader *r, str_view *out)
{
    size_t at = r->at;
    uint64_t len;
    err_code rc = take_u64(r, &len);
    if (rc != ERR_OK)
        return rc;
    if (len > MAX_STRING_BYTES || len > remaining(r))
        return FAULT(r, at, "a text claims %llu bytes, more than the file has",
                     (unsigned long long)len);
    *out = (str_view){(const char *)r->g->data + r->at, (size_t)len};
    r->at += (size_t)len;
    return ERR_OK;
}

static err_code take_array(struct reader *r, struct gguf_array *out)
{
    size_t at = r->at;
    uint32_t type;
    uint64_t n;
    err_code rc = take_u32(r, &type);
    if (rc != ERR_OK)
        return rc;
    if (type == GGUF_ARRAY)
        return FAULT(r, at, "an array of arrays");
    size_t item_bytes = type == GGUF_STRING ? 8 : value_bytes(type);
    if (item_bytes == 0)
        return FAULT(r, at, "an array of unknown type %u", (unsigned)type);
    rc = take_u64(r, &n);
    if (rc != ERR_OK)
        return rc;
    if (n > MAX_ARRAY_ITEMS || n > remaining(r) / item_bytes)
        return FAULT(r, at, "an array claims %llu items, more than the file has",
                     (unsigned long long)n);
    *out = (struct gguf_array){.type = (gguf_value_type)type, .n = n, .data = r->g->data + r->at};
    if (type != GGUF_STRING)
        r->at += (size_t)n * item_bytes;
    else
        for (uint64_t i = 0; i < n; i++) {
            str_view ignored;
            rc = take_string(r, &ignored);
            if (rc != ERR_OK)
                return rc;
        }
    out->end = r->g->data + r->at;
    return ERR_OK;
}

static err_code take_pair(struct reader *r, struct pair *out)
{
    size_t at = r->at;
    err_code rc = take_string(r, &out->key);
    if (rc != ERR_OK)
        return rc;
    if (out->key.len == 0)
        return FAULT(r, at, "an empty key");
    if (out->key.len > MAX_KEY_BYTES)
        return FAULT(r, at, "a key of %zu bytes", out->key.len);
    at = r->at;
    uint32_t type;
    rc = take_u32(r, &type);
    if (rc != ERR_OK)
        return rc;
    out->type = (gguf_value_type)type;
    if (type == GGUF_ARRAY)
        return take_array(r, &out->value);
    out->value = (struct gguf_array){.type = out->type, .n = 1, .data = r->g->data + r->at};
    if (type == GGUF_STRING) {
        str_view ignored;
        rc = take_string(r, &ignored);
    } else if (value_bytes(type) == 0) {
        rc = FAULT(r, at, "key %.*s has the unknown type %u", STR_ARG(shown(out->key)),
                   (unsigned)type);
    } else {
        const unsigned char *ignored;
        rc = take(r, value_bytes(type), &ignored);
    }
    out->value.end = r->g->data + r->at;
    return rc;
}

static err_code take_pairs(struct reader *r)
{
    model_gguf *g = r->g;
    g->pairs = mem_zero(g->n_pairs, sizeof *g->pairs);
    if (!g->pairs || table_init(&g->keys, g->n_pairs) != ERR_OK)
        return err_set(r->e, ERR_NOMEM, "%s: out of memory", g->name);
    for (size_t i = 0; i < g->n_pairs; i++) {
        size_t at = r->at;
        err_code rc = take_pair(r, &g->pairs[i]);
        if (rc != ERR_OK)
            return rc;
        uint32_t *slot = table_slot(&g->keys, g, key_at, g->pairs[i].key);
        if (*slot != 0)
            return FAULT(r, at, "the key %.*s occurs twice", STR_ARG(shown(g->pairs[i].key)));
        *slot = (uint32_t)i + 1;
    }
    return ERR_OK;
}

static err_code take_shape(struct reader *r, struct gguf_tensor *t)
{
    size_t at = r->at;
    err_code rc = take_u32(r, &t->n_dims);
    if (rc != ERR_OK)
        return rc;
    if (t->n_dims > MAX_DIMS)
        return FAULT(r, at, "tensor %.*s has %u dimensions", STR_ARG(shown(t->name)),
                     (unsigned)t->n_dims);
    /* Both the product of all dimensions and of those that are not 0 must fit, so that no later
     * product of some of them can overflow. */
    uint64_t product = 1;
    for (size_t d = 0; d < MAX_DIMS; d++) {
        t->dims[d] = 1;
        if (d >= t->n_dims)
            continue;
        at = r->at;
        rc = take_u64(r, &t->dims[d]);
        if (rc != ERR_OK)
            return rc;
        uint64_t n = t->dims[d];
        if (n > INT64_MAX || (n != 0 && product > INT64_MAX / n))
            return FAULT(r, at, "tensor %.*s is impossibly large", STR_ARG(shown(t->name)));
        product *= n != 0 ? n : 1;
    }
    return ERR_OK;
}

static err_code take_type(struct reader *r, struct gguf_tensor *t)
{
    size_t at = r->at;
    err_code rc = take_u32(r, &t->type);
    if (rc != ERR_OK)
        return rc;
    if (!type_is_defined(t->type))
        return FAULT(r, at, "tensor %.*s has the unknown type %u", STR_ARG(shown(t->name)),
                     (unsigned)t->type);
    size_t block, bytes;
    if (!model_type_layout(t->type, &block, &bytes))
        return fault(r, at, ERR_UNSUPPORTED, "tensor %.*s has the type %s, which is not supported",
                     STR_ARG(shown(t->name)), model_type_name(t->type));
    if (t->dims[0] % block != 0)
        return FAULT(r, at, "rows of tensor %.*s are no whole blocks of %s",
                     STR_ARG(shown(t->name)), model_type_name(t->type));
    uint64_t n_blocks = t->dims[0] / block * t->dims[1] * t->dims[2] * t->dims[3];
    if (n_blocks > SIZE_MAX || !size_mul(&t->n_bytes, (size_t)n_blocks, bytes))
        return FAULT(r, at, "tensor %.*s is impossibly large", STR_ARG(shown(t->name)));
    return ERR_OK;
}

/* data_end: where the data of the tensor before this one ended, padded; relative to the data. */
static err_code take_tensor(struct reader *r, size_t i, size_t *data_end, size_t alignment)
{
    model_gguf *g = r->g;
    struct gguf_tensor *t = &g->tensors[i];
    size_t at = r->at;
    err_code rc = take_string(r, &t->name);
    if (rc != ERR_OK)
        return rc;
    if (t->name.len > MAX_NAME_BYTES)
        return FAULT(r, at, "a tensor name of %zu bytes", t->name.len);
    uint32_t *slot = table_slot(&g->names, g, name_at, t->name);
    if (*slot != 0)
        return FAULT(r, at, "the tensor %.*s occurs twice", STR_ARG(shown(t->name)));
    *slot = (uint32_t)i + 1;
    rc = take_shape(r, t);
    if (rc == ERR_OK)
        rc = take_type(r, t);
    at = r->at;
    uint64_t offset;
    if (rc == ERR_OK)
        rc = take_u64(r, &offset);
    if (rc != ERR_OK)
        return rc;
    if (offset != *data_end)
        return FAULT(r, at, "tensor %.*s is at offset %llu where %zu was expected",
                     STR_ARG(shown(t->name)), (unsigned long long)offset, *data_end);
    size_t end;
    if (!size_add(&end, *data_end, t->n_bytes) || !size_align_up(&end, end, alignment))
        return FAULT(r, at, "tensor %.*s is impossibly large", STR_ARG(shown(t->name)));
    *data_end = end;
    return ERR_OK;
}

static err_code find_alignment(struct reader *r, size_t *out)
{
    *out = DEFAULT_ALIGNMENT;
    uint32_t *slot = table_slot(&r->g->keys, r->g, key_at, STR("general.alignment"));
    if (*slot == 0)
        return ERR_OK;
    const struct pair *p = &r->g->pairs[*slot - 1];
    size_t at = (size_t)((const unsigned char *)p->value.data - r->g->data);
    if (p->type != GGUF_U32)
        return FAULT(r, at, "general.alignment is not a 32-bit number");
    uint64_t n = load(p->value.data, 4);
    if (n == 0 || n > MAX_ALIGNMENT || (n & (n - 1)) != 0)
        return FAULT(r, at, "general.alignment is %llu, not a power of two up to %d",
                     (unsigned long long)n, (int)MAX_ALIGNMENT);
    *out = (size_t)n;
    return ERR_OK;
}

static err_code take_tensors(struct reader *r)
{
    model_gguf *g = r->g;
    err_code rc = find_alignment(r, &g->alignment);
    if (rc != ERR_OK)
        return rc;
    size_t alignment = g->alignment;
    g->tensors = mem_zero(g->n_tensors, sizeof *g->tensors);
    if (!g->tensors || table_init(&g->names, g->n_tensors) != ERR_OK)
        return err_set(r->e, ERR_NOMEM, "%s: out of memory", g->name);
    size_t data_end = 0;
    for (size_t i = 0; i < g->n_tensors; i++) {
        rc = take_tensor(r, i, &data_end, alignment);
        if (rc != ERR_OK)
            return rc;
    }
    /* Files without tensors need no data, and then no padding before it. */
    size_t start;
    if (!size_align_up(&start, r->at, alignment))
        return FAULT(r, r->at, "the file is impossibly large");
    size_t left = start <= g->n_bytes ? g->n_bytes - start : 0;
    size_t offset = 0;
    for (size_t i = 0; i < g->n_tensors; i++) {
        struct gguf_tensor *t = &g->tensors[i];
        if (start > g->n_bytes || offset > left || t->n_bytes > left - offset)
            return FAULT(r, g->n_bytes, "the file ends inside tensor %.*s: it is truncated",
                         STR_ARG(shown(t->name)));
        t->data = g->data + start + offset;
        /* Cannot overflow: the same sum was checked in take_tensor. */
        offset = (offset + t->n_bytes + alignment - 1) & ~(alignment - 1);
    }
    return ERR_OK;
}

static err_code take_header(struct reader *r)
{
    model_gguf *g = r->g;
    if (g->n_bytes < 4 || memcmp(g->data, "GGUF", 4) != 0)
        return FAULT(r, 0, "not a GGUF model file");
    if (g->n_bytes < HEADER_BYTES)
        return FAULT(r, g->n_bytes, "the file ends inside its header: it is truncated");
    g->version = (uint32_t)load(g->data + 4, 4);
    /* A big-endian file has the same magic and its version in the other order. */
    if (g->version != 0 && (g->version & 0xFFFF) == 0)
        return fault(r, 4, ERR_UNSUPPORTED,
                     "a big-endian model file; only little endian is supported");
    if (g->version < 2 || g->version > 3)
        return fault(r, 4, ERR_UNSUPPORTED, "GGUF version %u; only 2 and 3 are supported",
                     (unsigned)g->version);
    uint64_t n_tensors = load(g->data + 8, 8);
    uint64_t n_pairs = load(g->data + 16, 8);
    size_t left = g->n_bytes - HEADER_BYTES;
    if (n_tensors > left / MIN_TENSOR_BYTES)
        return FAULT(r, 8, "the file claims %llu tensors, more than it can hold",
                     (unsigned long long)n_tensors);
    if (n_pairs > left / MIN_PAIR_BYTES)
        return FAULT(r, 16, "the file claims %llu keys, more than it can hold",
                     (unsigned long long)n_pairs);
    if (n_tensors > GGUF_MAX_ENTRIES || n_pairs > GGUF_MAX_ENTRIES)
        return fault(r, 8, ERR_UNSUPPORTED, "more than %d tensors or keys", (int)GGUF_MAX_ENTRIES);
    g->n_tensors = (size_t)n_tensors;
    g->n_pairs = (size_t)n_pairs;
    r->at = HEADER_BYTES;
    return ERR_OK;
}

static err_code read_all(model_gguf *g, err *e)
{
    struct reader r = {.g = g, .e = e};
    err_code rc = take_header(&r);
    if (rc == ERR_OK)
        rc = take_pairs(&r);
    uint32_t n_files;
    if (rc == ERR_OK && model_gguf_u32(g, "split.count", &n_files) && n_files > 1)
        rc = fault(&r, 0, ERR_UNSUPPORTED,
                   "one of %u parts of a split model; join them into one file first",
                   (unsigned)n_files);
    if (rc == ERR_OK)
        rc = take_tensors(&r);
    return rc;
}

static model_gguf *create(const char *name)
{
    size_t name_bytes = strlen(name) + 1;
    model_gguf *g = mem_zero(1, sizeof *g + name_bytes);
    if (g)
        memcpy(g->name, name, name_bytes);
    return g;
}

err_code model_gguf_open(model_gguf **out, const char *path, err *e)
{
    model_gguf *g = create(path);
    if (!g)
        return err_set(e, ERR_NOMEM, "%s: out of memory", path);
    err_code rc = file_map_open(&g->map, path, e);
    if (rc == ERR_OK) {
        g->data = file_map_data(g->map);
        g->n_bytes = file_map_size(g->map);
        rc = read_all(g, e);
    }
    /* A file that shrank while it was read was checked as the zeros that replaced it. */
    if (rc == ERR_OK)
        rc = file_map_check(g->map, e);
    if (rc != ERR_OK) {
        model_gguf_close(g);
        return rc;
    }
    *out = g;
    return ERR_OK;
}

err_code model_gguf_open_memory(model_gguf **out, const void *data, size_t n_bytes,
                                const char *name, err *e)
{
    model_gguf *g = create(name);
    if (!g)
        return err_set(e, ERR_NOMEM, "%s: out of memory", name);
    g->data = data;
    g->n_bytes = n_bytes;
    err_code rc = read_all(g, e);
    if (rc != ERR_OK) {
        model_gguf_close(g);
        return rc;
    }
    *out = g;
    return ERR_OK;
}

void model_gguf_close(model_gguf *g)
{
    if (!g)
        return;
    mem_free(g->names.slots);
    mem_free(g->tensors);
    mem_free(g->keys.slots);
    mem_free(g->pairs);
    file_map_close(g->map);
    mem_free(g);
}

err_code model_gguf_check(const model_gguf *g, err *e)
{
    return g->map ? file_map_check(g->map, e) : ERR_OK;
}

bool model_gguf_is_mapped(const model_gguf *g)
{
    return g->map != NULL;
}

void model_gguf_forget(const model_gguf *g, const void *p, size_t n_bytes)
{
    size_t begin = (size_t)((const uint8_t *)p - g->data);
    file_map_forget(g->map, begin, begin + n_bytes);
}

/* ---- Getters ------------------------------------------------------------------------- */

uint32_t model_gguf_version(const model_gguf *g)
{
    return g->version;
}

size_t model_gguf_n_bytes(const model_gguf *g)
{
    return g->n_bytes;
}

const char *model_gguf_name(const model_gguf *g)
{
    return g->name;
}

size_t model_gguf_n_kv(const model_gguf *g)
{
    return g->n_pairs;
}

str_view model_gguf_kv(const model_gguf *g, size_t i, gguf_value_type *type)
{
    assert(i < g->n_pairs);
    *type = g->pairs[i].type;
    return g->pairs[i].key;
}

str_view model_gguf_kv_record(const model_gguf *g, size_t i)
{
    assert(i < g->n_pairs);
    const char *begin = g->pairs[i].key.ptr - 8; /* its length */
    return (str_view){begin, (size_t)((const char *)g->pairs[i].value.end - begin)};
}

size_t model_gguf_alignment(const model_gguf *g)
{
    return g->alignment;
}

static const struct pair *find_pair(const model_gguf *g, const char *key)
{
    uint32_t slot = *table_slot(&g->keys, g, key_at, str_of(key));
    return slot ? &g->pairs[slot - 1] : NULL;
}

bool model_gguf_has(const model_gguf *g, const char *key)
{
    return find_pair(g, key) != NULL;
}

bool model_gguf_u32(const model_gguf *g, const char *key, uint32_t *out)
{
    const struct pair *p = find_pair(g, key);
    return p && load_u32(p->type, p->value.data, out);
}

bool model_gguf_i64(const model_gguf *g, const char *key, int64_t *out)
{
    const struct pair *p = find_pair(g, key);
    return p && load_integer(p->type, p->value.data, out);
}

bool model_gguf_f32(const model_gguf *g, const char *key, float *out)
{
    const struct pair *p = find_pair(g, key);
    return p && load_f32(p->type, p->value.data, out);
}

bool model_gguf_bool(const model_gguf *g, const char *key, bool *out)
{
    const struct pair *p = find_pair(g, key);
    if (!p || p->type != GGUF_BOOL)
        return false;
    *out = *(const unsigned char *)p->value.data != 0;
    return true;
}

bool model_gguf_str(const model_gguf *g, const char *key, str_view *out)
{
    const struct pair *p = find_pair(g, key);
    if (!p || p->type != GGUF_STRING)
        return false;
    struct gguf_array record = p->value;
    *out = gguf_array_next_str(&record);
    return true;
}

bool model_gguf_array(const model_gguf *g, const char *key, struct gguf_array *out)
{
    const struct pair *p = find_pair(g, key);
    if (!p || p->type != GGUF_ARRAY)
        return false;
    *out = p->value;
    return true;
}

static const unsigned char *element(const struct gguf_array *a, uint64_t i)
{
    assert(i < a->n);
    return (const unsigned char *)a->data + (size_t)i * value_bytes(a->type);
}

bool gguf_array_u32(const struct gguf_array *a, uint64_t i, uint32_t *out)
{
    return load_u32(a->type, element(a, i), out);
}

bool gguf_array_f32(const struct gguf_array *a, uint64_t i, float *out)
{
    return load_f32(a->type, element(a, i), out);
}

str_view gguf_array_next_str(struct gguf_array *a)
{
    assert(a->type == GGUF_STRING && a->n > 0);
    a->n--;
    const unsigned char *p = a->data;
    size_t left = (size_t)((const unsigned char *)a->end - p);
    /* The lengths were checked at open; the file may have changed under the mapping since. */
    if (left < 8)
        return (str_view){(const char *)a->end, 0};
    uint64_t len = load(p, 8);
    if (len > left - 8)
        len = left - 8;
    a->data = p + 8 + len;
    return (str_view){(const char *)p + 8, (size_t)len};
}

size_t model_gguf_n_tensors(const model_gguf *g)
{
    return g->n_tensors;
}

const struct gguf_tensor *model_gguf_tensor(const model_gguf *g, size_t i)
{
    assert(i < g->n_tensors);
    return &g->tensors[i];
}

const struct gguf_tensor *model_gguf_find_tensor(const model_gguf *g, const char *name)
{
    uint32_t slot = *table_slot(&g->names, g, name_at, str_of(name));
    return slot ? &g->tensors[slot - 1] : NULL;
}
