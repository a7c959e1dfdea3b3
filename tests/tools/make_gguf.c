#include "tests/tools/make_gguf.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { ALIGNMENT = 32, MAX_TENSORS = 8192 };

struct tensor {
    char name[64];
    uint32_t n_dims;
    uint64_t dims[2];
    uint32_t type;
    float mean, sigma;
    uint64_t offset, n_bytes;
};

/* Bytes of the head, growing. */
struct text {
    uint8_t *p;
    size_t n, cap;
    bool failed;
};

struct maker {
    const struct make_gguf_options *o;
    struct text kv, infos;
    uint64_t n_kv;
    struct tensor *tensors;
    size_t n_tensors;
    uint64_t data_bytes;
    uint64_t random;
};

static void put(struct text *t, const void *p, size_t n)
{
    if (t->n + n > t->cap) {
        size_t cap = (t->n + n) * 2;
        uint8_t *grown = realloc(t->p, cap);
        if (!grown) {
            t->failed = true;
            return;
        }
        t->p = grown;
        t->cap = cap;
    }
    memcpy(t->p + t->n, p, n);
    t->n += n;
}

static void put_u32(struct text *t, uint32_t v)
{
    uint8_t b[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24)};
    put(t, b, sizeof b);
}

static void put_u64(struct text *t, uint64_t v)
{
    put_u32(t, (uint32_t)v);
    put_u32(t, (uint32_t)(v >> 32));
}

static void put_text(struct text *t, const char *s)
{
    put_u64(t, strlen(s));
    put(t, s, strlen(s));
}

static void put_f32(struct text *t, float f)
{
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    put_u32(t, bits);
}

static void put_value(struct maker *m, const struct make_gguf_key *k)
{
    m->n_kv++;
    put_text(&m->kv, k->key);
    switch (k->kind) {
    case 'u':
        put_u32(&m->kv, GGUF_U32);
        put_u32(&m->kv, k->u);
        break;
    case 'f':
        put_u32(&m->kv, GGUF_F32);
        put_f32(&m->kv, k->f);
        break;
    case 's':
        put_u32(&m->kv, GGUF_STRING);
        put_text(&m->kv, k->s);
        break;
    case 'b':
        put_u32(&m->kv, GGUF_BOOL);
        put(&m->kv, &(uint8_t){k->u != 0}, 1);
        break;
    case 'a':
        put_u32(&m->kv, GGUF_ARRAY);
        put_u32(&m->kv, GGUF_U32);
        put_u64(&m->kv, k->n_array);
        for (uint32_t i = 0; i < k->n_array; i++)
            put_u32(&m->kv, k->u);
        break;
    default: assert(0 && "kind of key");
    }
}

/* A key of the model unless the options drop or replace it. */
static void add_key(struct maker *m, struct make_gguf_key k)
{
    if (m->o->drop && strcmp(m->o->drop, k.key) == 0)
        return;
    for (const struct make_gguf_key *own = m->o->keys; own && own->key; own++)
        if (strcmp(own->key, k.key) == 0)
            return;
    put_value(m, &k);
}

static void add_u32(struct maker *m, const char *suffix, uint32_t v)
{
    char key[128];
    snprintf(key, sizeof key, "%s.%s", m->o->arch, suffix);
    add_key(m, (struct make_gguf_key){.key = key, .kind = 'u', .u = v});
}

static void add_f32(struct maker *m, const char *suffix, float v)
{
    char key[128];
    snprintf(key, sizeof key, "%s.%s", m->o->arch, suffix);
    add_key(m, (struct make_gguf_key){.key = key, .kind = 'f', .f = v});
}

static bool is_arch(const struct maker *m, const char *name)
{
    return strcmp(m->o->arch, name) == 0;
}

static void add_keys(struct maker *m)
{
    const struct make_gguf_options *o = m->o;
    add_key(m, (struct make_gguf_key){.key = "general.architecture", .kind = 's', .s = o->arch});
    add_key(m, (struct make_gguf_key){.key = "general.quantization_version", .kind = 'u', .u = 2});
    add_u32(m, "context_length", o->n_ctx);
    add_u32(m, "embedding_length", o->n_embd);
    add_u32(m, "block_count", o->n_layer);
    add_u32(m, "feed_forward_length", o->n_ff);
    add_u32(m, "attention.head_count", o->n_head);
    add_u32(m, "attention.head_count_kv", o->n_head_kv);
    if (o->head_dim) {
        add_u32(m, "attention.key_length", o->head_dim);
        add_u32(m, "attention.value_length", o->head_dim);
    }
    add_f32(m,
            is_arch(m, "starcoder2") ? "attention.layer_norm_epsilon"
                                     : "attention.layer_norm_rms_epsilon",
            1e-5f);
    add_u32(m, "vocab_size", o->n_vocab);
    if (is_arch(m, "granite")) {
        add_f32(m, "logit_scale", 8);
        add_f32(m, "residual_scale", 0.22f);
        add_f32(m, "embedding_scale", 12);
        add_f32(m, "attention.scale", 0.03f);
    }
    add_key(m, (struct make_gguf_key){.key = "tokenizer.ggml.model", .kind = 's', .s = "none"});
    for (const struct make_gguf_key *k = o->keys; k && k->key; k++)
        put_value(m, k);
}

/* What llama.cpp's quantiser does where a row is no multiple of the block. */
static uint32_t fitting_type(uint32_t type, uint64_t n_in)
{
    size_t elements, bytes;
    if (!model_type_layout(type, &elements, &bytes) || n_in % elements == 0)
        return type;
    if (n_in % 32 != 0)
        return MODEL_TYPE_F16;
    switch (type) {
    case MODEL_TYPE_Q4_K: return MODEL_TYPE_Q5_0;
    case MODEL_TYPE_Q5_K: return MODEL_TYPE_Q5_1;
    case MODEL_TYPE_Q6_K: return MODEL_TYPE_Q8_0;
    default: return MODEL_TYPE_IQ4_NL;
    }
}

static void add_tensor(struct maker *m, const char *name, uint64_t n_in, uint64_t n_out,
                       uint32_t type, float mean, float sigma)
{
    const struct make_gguf_options *o = m->o;
    if (o->drop && strcmp(o->drop, name) == 0)
        return;
    assert(m->n_tensors < MAX_TENSORS);
    struct tensor *t = &m->tensors[m->n_tensors++];
    snprintf(t->name, sizeof t->name, "%s", name);
    t->n_dims = n_out ? 2 : 1;
    t->dims[0] = n_in;
    t->dims[1] = n_out ? n_out : 1;
    if (o->narrow && strcmp(o->narrow, name) == 0)
        t->dims[t->n_dims - 1]--;
    t->type = n_out ? fitting_type(type, t->dims[0]) : type;
    t->mean = mean;
    t->sigma = sigma;
    size_t elements = 1, bytes = 4;
    bool known = model_type_layout(t->type, &elements, &bytes);
    assert(known);
    t->n_bytes = t->dims[0] / elements * bytes * t->dims[1];
    t->offset = m->data_bytes;
    m->data_bytes += (t->n_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    put_text(&m->infos, t->name);
    put_u32(&m->infos, t->n_dims);
    for (uint32_t i = 0; i < t->n_dims; i++)
        put_u64(&m->infos, t->dims[i]);
    put_u32(&m->infos, t->type);
    put_u64(&m->infos, t->offset);
}

/* The first and last eighth of the layers, and every third between. */
static bool gets_more_bits(const struct make_gguf_options *o, uint32_t layer, const char *what)
{
    uint32_t n = o->n_layer;
    if (!o->more_type || (strcmp(what, "attn_v") != 0 && strcmp(what, "ffn_down") != 0))
        return false;
    return layer < n / 8 || layer >= 7 * n / 8 || (layer - n / 8) % 3 == 2;
}

/* A matrix of a block, and its bias if there is one. */
static void add_block(struct maker *m, uint32_t layer, const char *what, uint64_t n_in,
                      uint64_t n_out, bool bias)
{
    char name[64];
    snprintf(name, sizeof name, "blk.%u.%s.weight", layer, what);
    add_tensor(m, name, n_in, n_out,
               gets_more_bits(m->o, layer, what) ? m->o->more_type : m->o->type, 0,
               1 / sqrtf((float)n_in));
    snprintf(name, sizeof name, "blk.%u.%s.bias", layer, what);
    if (bias)
        add_tensor(m, name, n_out, 0, m->o->vector_type, 0, 0.1f);
}

static void add_norm(struct maker *m, const char *stem, uint64_t n, bool bias)
{
    char name[64];
    snprintf(name, sizeof name, "%s.weight", stem);
    add_tensor(m, name, n, 0, m->o->vector_type, 1, 0.2f);
    snprintf(name, sizeof name, "%s.bias", stem);
    if (bias)
        add_tensor(m, name, n, 0, m->o->vector_type, 0, 0.1f);
}

static void add_layer(struct maker *m, uint32_t i)
{
    const struct make_gguf_options *o = m->o;
    uint64_t d = o->n_embd, dim = o->head_dim ? o->head_dim : o->n_embd / o->n_head;
    uint64_t q = o->n_head * dim, kv = o->n_head_kv * dim;
    bool starcoder = is_arch(m, "starcoder2"), all = starcoder || o->optional_biases;
    bool qkv_bias = all || is_arch(m, "qwen2");
    char name[64];
    snprintf(name, sizeof name, "blk.%u.attn_norm", i);
    add_norm(m, name, d, starcoder);
    if (o->fused_qkv) {
        add_block(m, i, "attn_qkv", d, q + 2 * kv, qkv_bias);
    } else {
        add_block(m, i, "attn_q", d, q, qkv_bias);
        add_block(m, i, "attn_k", d, kv, qkv_bias);
        add_block(m, i, "attn_v", d, kv, qkv_bias);
    }
    if (is_arch(m, "qwen3")) {
        snprintf(name, sizeof name, "blk.%u.attn_q_norm", i);
        add_norm(m, name, dim, false);
        snprintf(name, sizeof name, "blk.%u.attn_k_norm", i);
        add_norm(m, name, dim, false);
    }
    add_block(m, i, "attn_output", q, d, all);
    snprintf(name, sizeof name, "blk.%u.ffn_norm", i);
    add_norm(m, name, d, starcoder);
    if (!starcoder)
        add_block(m, i, "ffn_gate", d, o->n_ff, all);
    add_block(m, i, "ffn_up", d, o->n_ff, all);
    add_block(m, i, "ffn_down", o->n_ff, d, all);
}

static void add_tensors(struct maker *m)
{
    const struct make_gguf_options *o = m->o;
    uint32_t embd_type = o->embd_type ? o->embd_type : o->type;
    uint64_t dim = o->head_dim ? o->head_dim : o->n_embd / o->n_head;
    float sigma = 1 / sqrtf((float)o->n_embd);
    add_tensor(m, "token_embd.weight", o->n_embd, o->n_vocab, embd_type, 0, sigma);
    if (o->separate_output)
        add_tensor(m, "output.weight", o->n_embd, o->n_vocab, embd_type, 0, sigma);
    add_norm(m, "output_norm", o->n_embd, is_arch(m, "starcoder2"));
    if (o->rope_freqs)
        add_tensor(m, "rope_freqs.weight", dim / 2, 0, MODEL_TYPE_F32, 4, 1);
    for (uint32_t i = 0; i < o->n_layer; i++)
        add_layer(m, i);
}

/* ---- data ---- */

static uint64_t next_random(struct maker *m)
{
    m->random += 0x9E3779B97F4A7C15u;
    return hash_u64(m->random);
}

/* Near enough to normal: the sum of four uniform numbers, variance 1. */
static float next_normal(struct maker *m)
{
    uint64_t r = next_random(m);
    int32_t sum = (int32_t)(r & 0xffff) + (int32_t)(r >> 16 & 0xffff) +
                  (int32_t)(r >> 32 & 0xffff) + (int32_t)(r >> 48) - 2 * 65535;
    return (float)sum * (1.0f / 37837.0f);
}

/* Truncates: exact for the values that tests compare, since both engines read the same bits. */
static uint16_t half_of(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    uint32_t sign = bits >> 16 & 0x8000u;
    int32_t exponent = (int32_t)(bits >> 23 & 0xff) - 127 + 15;
    if (exponent <= 0) /* subnormal: lose the low bits */
        return (uint16_t)(sign | (exponent < -10 ? 0
                                                 : ((bits & 0x7fffffu) | 0x800000u) >>
                                                       (uint32_t)(14 - exponent)));
    if (exponent >= 31)
        return (uint16_t)(sign | 0x7c00u);
    return (uint16_t)(sign | (uint32_t)exponent << 10 | (bits >> 13 & 0x3ffu));
}

static void put_half(uint8_t *p, float f)
{
    uint16_t h = half_of(f);
    p[0] = (uint8_t)h;
    p[1] = (uint8_t)(h >> 8);
}

/* Where a block keeps its scale and minimum, and the standard deviation of a block of random bits
 * under scale 1 (minimum as given, in scales). From the layouts in model/quant.c. */
struct random_block {
    uint32_t type;
    size_t scale_at;
    size_t min_at; /* 0: none */
    float min, spread;
};
static const struct random_block random_blocks[] = {
    {MODEL_TYPE_Q4_0, 0, 0, 0, 4.6f},    {MODEL_TYPE_Q4_1, 0, 2, -7.5f, 4.6f},
    {MODEL_TYPE_Q5_0, 0, 0, 0, 9.2f},    {MODEL_TYPE_Q5_1, 0, 2, -15.5f, 9.2f},
    {MODEL_TYPE_Q8_0, 0, 0, 0, 73.9f},   {MODEL_TYPE_Q2_K, 80, 82, 1.5f, 14},
    {MODEL_TYPE_Q3_K, 108, 0, 0, 43},    {MODEL_TYPE_Q4_K, 0, 2, 7.5f, 280},
    {MODEL_TYPE_Q5_K, 0, 2, 15.5f, 560}, {MODEL_TYPE_Q6_K, 208, 0, 0, 1370},
    {MODEL_TYPE_IQ4_NL, 0, 0, 0, 69},    {MODEL_TYPE_IQ4_XS, 0, 0, 0, 1270},
};

/* NULL for types that are just bits. */
static const struct random_block *block_of(uint32_t type)
{
    for (size_t i = 0; i < sizeof random_blocks / sizeof *random_blocks; i++)
        if (random_blocks[i].type == type)
            return &random_blocks[i];
    return NULL;
}

static void fill_quantised(struct maker *m, const struct tensor *t, uint8_t *out, size_t n_bytes)
{
    size_t elements = 1, bytes = 4;
    model_type_layout(t->type, &elements, &bytes);
    const struct random_block *b = block_of(t->type);
    for (size_t i = 0; i + 8 <= n_bytes; i += 8) {
        uint64_t r = next_random(m);
        memcpy(out + i, &r, 8);
    }
    for (size_t i = n_bytes / 8 * 8; i < n_bytes; i++)
        out[i] = (uint8_t)next_random(m);
    for (size_t i = 0; b && i + bytes <= n_bytes; i += bytes) {
        float scale = t->sigma / b->spread * (1 + 0.1f * next_normal(m));
        put_half(out + i + b->scale_at, scale);
        if (b->min_at)
            put_half(out + i + b->min_at, scale * b->min);
    }
}

static void fill_row(struct maker *m, const struct tensor *t, uint8_t *out, size_t n_bytes)
{
    if (t->type != MODEL_TYPE_F32 && t->type != MODEL_TYPE_F16 && t->type != MODEL_TYPE_BF16) {
        fill_quantised(m, t, out, n_bytes);
        return;
    }
    size_t width = t->type == MODEL_TYPE_F32 ? 4 : 2;
    for (size_t i = 0; i < n_bytes; i += width) {
        float v = t->mean + t->sigma * next_normal(m);
        uint32_t bits;
        memcpy(&bits, &v, sizeof bits);
        if (t->type == MODEL_TYPE_F16) {
            put_half(out + i, v);
        } else if (t->type == MODEL_TYPE_BF16) {
            out[i] = (uint8_t)(bits >> 16);
            out[i + 1] = (uint8_t)(bits >> 24);
        } else {
            for (size_t j = 0; j < 4; j++)
                out[i + j] = (uint8_t)(bits >> 8 * j);
        }
    }
}

static void poison(const struct tensor *t, uint8_t *row)
{
    const struct random_block *b = block_of(t->type);
    if (t->type == MODEL_TYPE_F32 || t->type == MODEL_TYPE_BF16) {
        size_t at = t->type == MODEL_TYPE_F32 ? 2 : 0;
        row[at] = 0x80;
        row[at + 1] = 0x7f;
    } else {
        put_half(row + (b ? b->scale_at : 0), INFINITY);
    }
}

static bool emit_data(struct maker *m, bool (*emit)(void *, const void *, size_t), void *to)
{
    static const uint8_t zeros[ALIGNMENT];
    bool ok = true;
    for (size_t i = 0; i < m->n_tensors && ok; i++) {
        const struct tensor *t = &m->tensors[i];
        size_t row_bytes = (size_t)(t->n_bytes / t->dims[1]);
        uint8_t *row = malloc(row_bytes + 1);
        if (!row)
            return false;
        for (uint64_t r = 0; r < t->dims[1] && ok; r++) {
            fill_row(m, t, row, row_bytes);
            if (r == 0 && m->o->poison && strcmp(m->o->poison, t->name) == 0)
                poison(t, row);
            ok = emit(to, row, row_bytes);
        }
        free(row);
        size_t rest = (size_t)(t->n_bytes % ALIGNMENT);
        if (ok && rest)
            ok = emit(to, zeros, ALIGNMENT - rest);
    }
    return ok;
}

bool make_gguf(const struct make_gguf_options *o, bool (*emit)(void *to, const void *p, size_t n),
               void *to)
{
    struct maker m = {.o = o, .random = o->seed};
    struct text head = {0};
    bool ok = false;
    m.tensors = calloc(MAX_TENSORS, sizeof *m.tensors);
    if (!m.tensors)
        goto done;
    add_keys(&m);
    add_tensors(&m);
    put(&head, "GGUF", 4);
    put_u32(&head, 3);
    put_u64(&head, m.n_tensors);
    put_u64(&head, m.n_kv);
    if (m.kv.failed || m.infos.failed)
        goto done;
    put(&head, m.kv.p, m.kv.n);
    put(&head, m.infos.p, m.infos.n);
    while (!head.failed && head.n % ALIGNMENT)
        put(&head, "", 1);
    ok = !head.failed && emit(to, head.p, head.n) && emit_data(&m, emit, to);
done:
    free(m.tensors);
    free(m.kv.p);
    free(m.infos.p);
    free(head.p);
    return ok;
}

static bool emit_memory(void *to, const void *p, size_t n)
{
    struct text *t = to;
    put(t, p, n);
    return !t->failed;
}

uint8_t *make_gguf_memory(const struct make_gguf_options *o, size_t *n_bytes)
{
    struct text t = {0};
    uint8_t *aligned = NULL;
    if (make_gguf(o, emit_memory, &t)) {
        aligned = aligned_alloc(64, (t.n + 63) / 64 * 64);
        if (aligned)
            memcpy(aligned, t.p, t.n);
        *n_bytes = t.n;
    }
    free(t.p);
    return aligned;
}

static bool emit_file(void *to, const void *p, size_t n)
{
    return fwrite(p, 1, n, to) == n;
}

bool make_gguf_file(const struct make_gguf_options *o, const char *path)
{
    FILE *f = fopen(path, "wb");
    if (!f)
        return false;
    bool ok = make_gguf(o, emit_file, f);
    return fclose(f) == 0 && ok;
}
