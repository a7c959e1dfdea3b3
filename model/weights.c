/* Tensor names and metadata keys: llama.cpp's src/llama-arch.cpp; which architecture has what:
 * its src/models. */
#include "model/weights_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/size.h"
#include "base/str.h"
#include "model/ops.h"

/* Bounds that keep arithmetic within 32 bits and allocations sane; far above any real model. */
enum {
    MAX_LAYERS = 512,
    MAX_HEADS = 1024,
    MAX_HEAD_DIM = 512,
    MAX_EMBD = 1 << 17,
    MAX_FF = 1 << 19,
    MAX_CTX = 1 << 24,
    MAX_VOCAB = 1 << 22,
};

struct arch {
    const char *name;
    bool layer_norm, gelu, gated, rope_halves;
    bool qkv_bias_required, all_biases_required;
    bool qk_norm;
    bool tied_always; /* an output matrix in the file is not used */
    bool embd_sqrt;   /* embeddings times sqrt(n_embd) */
    bool granite_scales;
};

static const struct arch archs[] = {
    {.name = "llama", .gated = true},
    {.name = "qwen2", .gated = true, .rope_halves = true, .qkv_bias_required = true},
    {.name = "qwen3", .gated = true, .rope_halves = true, .qk_norm = true},
    {.name = "starcoder2",
     .layer_norm = true,
     .gelu = true,
     .rope_halves = true,
     .qkv_bias_required = true,
     .all_biases_required = true},
    {.name = "gemma",
     .gelu = true,
     .gated = true,
     .rope_halves = true,
     .tied_always = true,
     .embd_sqrt = true},
    {.name = "granite", .gated = true, .granite_scales = true},
};

/* What is shared by all steps of one load. */
struct loader {
    const model_gguf *g;
    const struct arch *arch;
    model_weights *w;
    size_t n_used; /* tensors taken */
    err *e;
};

static const char *key_of(const struct loader *l, char buf[static 128], const char *suffix)
{
    snprintf(buf, 128, "%s.%s", l->arch->name, suffix);
    return buf;
}

static err_code missing_key(const struct loader *l, const char *key, const char *kind)
{
    if (model_gguf_has(l->g, key))
        return err_set(l->e, ERR_FORMAT, "model: the value of %s is not %s", key, kind);
    return err_set(l->e, ERR_FORMAT, "model: the key %s is missing", key);
}

/* A whole number within [min, max]. Absent: *out stays, an error only when `required`. */
static err_code read_u32(const struct loader *l, uint32_t *out, const char *suffix, uint32_t min,
                         uint32_t max, bool required)
{
    char buf[128];
    const char *key = key_of(l, buf, suffix);
    uint32_t v;
    if (!required && !model_gguf_has(l->g, key))
        return ERR_OK;
    if (!model_gguf_u32(l->g, key, &v))
        return missing_key(l, key, "a whole number");
    if (v < min || v > max)
        return err_set(l->e, ERR_FORMAT, "model: %s is %u, outside %u to %u", key, v, min, max);
    *out = v;
    return ERR_OK;
}

/* A finite number within [min, max]; `required` as above. */
static err_code read_f32(const struct loader *l, float *out, const char *suffix, float min,
                         float max, bool required)
{
    char buf[128];
    const char *key = key_of(l, buf, suffix);
    float v;
    if (!required && !model_gguf_has(l->g, key))
        return ERR_OK;
    if (!model_gguf_f32(l->g, key, &v))
        return missing_key(l, key, "a number");
    if (!(v >= min && v <= max))
        return err_set(l->e, ERR_FORMAT, "model: %s is %g, outside %g to %g", key, (double)v,
                       (double)min, (double)max);
    *out = v;
    return ERR_OK;
}

/* One number for all layers or an array with one per layer, into out + i * stride_bytes. */
static err_code read_per_layer(const struct loader *l, uint32_t *out, size_t stride_words,
                               const char *suffix, uint32_t max, bool required)
{
    char buf[128];
    const char *key = key_of(l, buf, suffix);
    uint32_t n_layer = l->w->hp.n_layer;
    struct gguf_array a;
    if (!model_gguf_array(l->g, key, &a)) {
        uint32_t v = 0;
        err_code rc = read_u32(l, &v, suffix, 1, max, required);
        if (rc != ERR_OK || v == 0)
            return rc;
        for (uint32_t i = 0; i < n_layer; i++)
            out[i * stride_words] = v;
        return ERR_OK;
    }
    if (a.n < n_layer)
        return err_set(l->e, ERR_FORMAT, "model: %s has %llu values for %u layers", key,
                       (unsigned long long)a.n, n_layer);
    for (uint32_t i = 0; i < n_layer; i++) {
        uint32_t v;
        if (!gguf_array_u32(&a, i, &v) || v < 1 || v > max)
            return err_set(l->e, ERR_FORMAT, "model: value %u of %s is not within 1 to %u", i, key,
                           max);
        out[i * stride_words] = v;
    }
    return ERR_OK;
}

/* ---- hyperparameters ---- */

static err_code find_arch(struct loader *l)
{
    str_view name;
    if (!model_gguf_str(l->g, "general.architecture", &name))
        return missing_key(l, "general.architecture", "text");
    for (size_t i = 0; i < sizeof archs / sizeof *archs; i++) {
        if (str_eq(name, str_of(archs[i].name))) {
            l->arch = &archs[i];
            return ERR_OK;
        }
    }
    return err_set(l->e, ERR_UNSUPPORTED,
                   "model: the architecture \"%.*s\" is not supported; llama, qwen2, qwen3, "
                   "starcoder2, gemma and granite are",
                   (int)(name.len < 40 ? name.len : 40), name.len ? name.ptr : "");
}

static err_code load_heads(struct loader *l)
{
    struct model_hparams *hp = &l->w->hp;
    struct model__layer *layers = l->w->layers;
    enum { WORDS = sizeof *layers / sizeof layers->n_head };
    err_code rc =
        read_per_layer(l, &layers->n_head, WORDS, "attention.head_count", MAX_HEADS, true);
    if (rc != ERR_OK)
        return rc;
    for (uint32_t i = 0; i < hp->n_layer; i++)
        layers[i].n_head_kv = layers[i].n_head;
    rc = read_per_layer(l, &layers->n_head_kv, WORDS, "attention.head_count_kv", MAX_HEADS, false);
    if (rc == ERR_OK)
        rc = read_per_layer(l, &layers->n_ff, WORDS, "feed_forward_length", MAX_FF, true);
    if (rc != ERR_OK)
        return rc;
    for (uint32_t i = 0; i < hp->n_layer; i++) {
        const struct model__layer *b = &layers[i];
        if (b->n_head % b->n_head_kv != 0)
            return err_set(l->e, ERR_FORMAT,
                           "model: layer %u has %u heads, not a multiple of its %u KV heads", i,
                           b->n_head, b->n_head_kv);
        if (b->n_head / b->n_head_kv > MODEL__ATTEND_ROWS)
            return err_set(l->e, ERR_UNSUPPORTED,
                           "model: %u heads for one KV head; more than %d are not supported",
                           b->n_head / b->n_head_kv, MODEL__ATTEND_ROWS);
        hp->n_head = b->n_head > hp->n_head ? b->n_head : hp->n_head;
        hp->n_head_kv = b->n_head_kv > hp->n_head_kv ? b->n_head_kv : hp->n_head_kv;
        hp->n_ff = b->n_ff > hp->n_ff ? b->n_ff : hp->n_ff;
    }
    return ERR_OK;
}

static err_code load_head_dim(struct loader *l)
{
    struct model_hparams *hp = &l->w->hp;
    uint32_t n_head = l->w->layers[0].n_head, value_dim;
    bool given = model_gguf_has(l->g, key_of(l, (char[128]){0}, "attention.key_length"));
    if (!given && hp->n_embd % n_head != 0)
        return err_set(l->e, ERR_FORMAT, "model: the width %u is not a multiple of the %u heads",
                       hp->n_embd, n_head);
    hp->head_dim = hp->n_embd / n_head;
    err_code rc = read_u32(l, &hp->head_dim, "attention.key_length", 2, MAX_HEAD_DIM, false);
    if (rc != ERR_OK)
        return rc;
    if (hp->head_dim < 2 || hp->head_dim > MAX_HEAD_DIM)
        return err_set(l->e, ERR_FORMAT, "model: heads of %u numbers are outside 2 to %d",
                       hp->head_dim, MAX_HEAD_DIM);
    value_dim = given ? hp->n_embd / n_head : hp->head_dim;
    rc = read_u32(l, &value_dim, "attention.value_length", 2, MAX_HEAD_DIM, false);
    if (rc != ERR_OK)
        return rc;
    if (value_dim != hp->head_dim)
        return err_set(l->e, ERR_UNSUPPORTED,
                       "model: keys of %u and values of %u numbers per head; different sizes are "
                       "not supported",
                       hp->head_dim, value_dim);
    hp->n_rot = hp->head_dim;
    rc = read_u32(l, &hp->n_rot, "rope.dimension_count", 2, hp->head_dim, false);
    if (rc != ERR_OK)
        return rc;
    if (hp->n_rot % 2 != 0 || (!l->arch->rope_halves && hp->n_rot != hp->head_dim))
        return err_set(l->e, ERR_FORMAT,
                       "model: rope.dimension_count is %u for heads of %u numbers", hp->n_rot,
                       hp->head_dim);
    return ERR_OK;
}

static err_code load_scales(struct loader *l)
{
    model_weights *w = l->w;
    w->embd_scale = l->arch->embd_sqrt ? sqrtf((float)w->hp.n_embd) : 1;
    w->residual_scale = 1;
    w->logit_factor = 1;
    w->attn_scale = 1 / sqrtf((float)w->hp.head_dim);
    if (!l->arch->granite_scales)
        return ERR_OK;
    float logit = 0, residual = 0, embd = 0, attn = 0;
    err_code rc = read_f32(l, &logit, "logit_scale", 1e-6f, 1e6f, true);
    if (rc == ERR_OK)
        rc = read_f32(l, &residual, "residual_scale", 0, 1e6f, false);
    if (rc == ERR_OK)
        rc = read_f32(l, &embd, "embedding_scale", 0, 1e6f, false);
    if (rc == ERR_OK)
        rc = read_f32(l, &attn, "attention.scale", 0, 1e6f, false);
    if (rc != ERR_OK)
        return rc;
    /* 0 stands for "not set" in all four. */
    w->logit_factor = 1 / logit;
    w->residual_scale = residual != 0 ? residual : 1;
    w->embd_scale = embd != 0 ? embd : 1;
    w->attn_scale = attn != 0 ? attn : w->attn_scale;
    return ERR_OK;
}

static err_code load_hparams(struct loader *l)
{
    model_weights *w = l->w;
    struct model_hparams *hp = &w->hp;
    hp->arch = l->arch->name;
    err_code rc = read_u32(l, &hp->n_ctx_train, "context_length", 1, MAX_CTX, true);
    if (rc == ERR_OK)
        rc = read_u32(l, &hp->n_embd, "embedding_length", 1, MAX_EMBD, true);
    if (rc == ERR_OK)
        rc = read_u32(l, &hp->n_layer, "block_count", 1, MAX_LAYERS, true);
    if (rc == ERR_OK)
        rc = read_f32(l, &hp->norm_eps,
                      l->arch->layer_norm ? "attention.layer_norm_epsilon"
                                          : "attention.layer_norm_rms_epsilon",
                      1e-20f, 1, true);
    if (rc != ERR_OK)
        return rc;
    uint32_t n_expert = 0;
    rc = read_u32(l, &n_expert, "expert_count", 0, UINT32_MAX, false);
    if (rc != ERR_OK)
        return rc;
    if (n_expert != 0)
        return err_set(l->e, ERR_UNSUPPORTED,
                       "model: a mixture of %u experts; only dense models are supported", n_expert);
    w->layers = mem_zero(hp->n_layer, sizeof *w->layers);
    if (!w->layers)
        return ERR_NOMEM;
    rc = load_heads(l);
    if (rc == ERR_OK)
        rc = load_head_dim(l);
    if (rc == ERR_OK)
        rc = load_scales(l);
    return rc;
}

/* ---- tensors ---- */

static void shape_text(char out[static 64], const struct gguf_tensor *t)
{
    int n = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < t->n_dims && n >= 0 && n < 64; i++)
        n += snprintf(out + n, 64 - (size_t)n, "%s%llu", i ? " x " : "",
                      (unsigned long long)t->dims[i]);
}

/* The tensor of that name, its shape checked (n_out = 1 for vectors); NULL in *out when it is
 * absent and not required. */
static err_code find_tensor(struct loader *l, const struct gguf_tensor **out, const char *name,
                            uint64_t n_in, uint64_t n_out, bool required)
{
    const struct gguf_tensor *t = model_gguf_find_tensor(l->g, name);
    *out = NULL;
    if (!t && required)
        return err_set(l->e, ERR_FORMAT, "model: the tensor %s is missing", name);
    if (!t)
        return ERR_OK;
    if (t->dims[0] != n_in || t->dims[1] != n_out || t->dims[2] != 1 || t->dims[3] != 1) {
        char shape[64];
        shape_text(shape, t);
        return err_set(l->e, ERR_FORMAT, "model: the tensor %s is %s, expected %llu x %llu", name,
                       shape, (unsigned long long)n_in, (unsigned long long)n_out);
    }
    l->n_used++;
    *out = t;
    return ERR_OK;
}

static err_code take_linear(struct loader *l, model__linear **out, const char *name, uint64_t n_in,
                            uint64_t n_out, bool required)
{
    const struct gguf_tensor *t;
    err_code rc = find_tensor(l, &t, name, n_in, n_out, required);
    if (rc != ERR_OK || !t)
        return rc;
    return model__linear_create(out, t, l->e);
}

/* n floats owned by the weights. */
static float *own_floats(struct loader *l, size_t n)
{
    size_t bytes;
    if (!size_mul(&bytes, n, sizeof(float)) || !size_add(&bytes, bytes, sizeof(void *) * 2))
        return NULL;
    void **node = mem_alloc(bytes);
    if (!node)
        return NULL;
    node[0] = l->w->converted;
    l->w->converted = node;
    return (float *)(void *)(node + 2);
}

/* Writes a vector tensor of any float type to out[n]. */
static err_code copy_vector(struct loader *l, float *out, const struct gguf_tensor *t, size_t n)
{
    const uint8_t *p = t->data;
    if (t->type == MODEL_TYPE_F32) {
        memcpy(out, p, n * sizeof *out);
        return ERR_OK;
    }
    if (t->type != MODEL_TYPE_F16 && t->type != MODEL_TYPE_BF16)
        return err_set(l->e, ERR_UNSUPPORTED,
                       "model: the tensor %.*s has type %s; vectors must be F32, F16 or BF16",
                       STR_ARG(t->name), model_type_name(t->type));
    for (size_t i = 0; i < n; i++) {
        uint16_t h = (uint16_t)(p[2 * i] | p[2 * i + 1] << 8);
        if (t->type == MODEL_TYPE_F16) {
            model__ops_scalar()->from_f16(out + i, &h, 1);
        } else {
            uint32_t bits = (uint32_t)h << 16;
            memcpy(out + i, &bits, sizeof bits);
        }
    }
    return ERR_OK;
}

static err_code take_vector(struct loader *l, const float **out, const char *name, size_t n,
                            bool required)
{
    const struct gguf_tensor *t;
    err_code rc = find_tensor(l, &t, name, n, 1, required);
    if (rc != ERR_OK || !t)
        return rc;
    /* Also of F32: read in place, each would keep up to 2 MB of the file in memory, since the
     * system maps what is around it as well; the matrices there have been packed elsewhere. */
    float *copy = own_floats(l, n);
    if (!copy)
        return ERR_NOMEM;
    *out = copy;
    return copy_vector(l, copy, t, n);
}

static const char *block_name(char buf[static 64], uint32_t layer, const char *suffix)
{
    snprintf(buf, 64, "blk.%u.%s", layer, suffix);
    return buf;
}

static err_code block_linear(struct loader *l, model__linear **out, uint32_t layer,
                             const char *suffix, uint64_t n_in, uint64_t n_out, bool required)
{
    char buf[64];
    return take_linear(l, out, block_name(buf, layer, suffix), n_in, n_out, required);
}

static err_code block_vector(struct loader *l, const float **out, uint32_t layer,
                             const char *suffix, size_t n, bool required)
{
    char buf[64];
    return take_vector(l, out, block_name(buf, layer, suffix), n, required);
}

/* The three biases side by side, as the products are; zero where one is absent. */
static err_code load_qkv_bias(struct loader *l, uint32_t i, size_t n_q, size_t n_kv)
{
    static const char *const suffixes[3] = {"attn_q.bias", "attn_k.bias", "attn_v.bias"};
    struct model__layer *b = &l->w->layers[i];
    const size_t n[3] = {n_q, n_kv, n_kv};
    const float *part[3] = {NULL, NULL, NULL};
    err_code rc = ERR_OK;
    for (size_t j = 0; j < 3 && rc == ERR_OK; j++)
        rc = block_vector(l, &part[j], i, suffixes[j], n[j], l->arch->qkv_bias_required);
    if (rc != ERR_OK || (!part[0] && !part[1] && !part[2]))
        return rc;
    float *all = own_floats(l, n_q + 2 * n_kv);
    if (!all)
        return ERR_NOMEM;
    b->qkv_bias = all;
    for (size_t j = 0; j < 3; j++) {
        if (part[j])
            memcpy(all, part[j], n[j] * sizeof *all);
        else
            memset(all, 0, n[j] * sizeof *all);
        all += n[j];
    }
    return ERR_OK;
}

static err_code load_attention(struct loader *l, uint32_t i)
{
    struct model__layer *b = &l->w->layers[i];
    size_t d = l->w->hp.n_embd, dim = l->w->hp.head_dim;
    size_t n_q = b->n_head * dim, n_kv = b->n_head_kv * dim;
    bool biases = l->arch->all_biases_required;
    err_code rc = block_vector(l, &b->attn_norm, i, "attn_norm.weight", d, true);
    if (rc == ERR_OK && l->arch->layer_norm)
        rc = block_vector(l, &b->attn_norm_bias, i, "attn_norm.bias", d, true);
    if (rc == ERR_OK)
        rc = block_linear(l, &b->qkv[0], i, "attn_qkv.weight", d, n_q + 2 * n_kv, false);
    if (rc != ERR_OK)
        return rc;
    b->n_qkv = b->qkv[0] ? 1 : 3;
    if (b->n_qkv == 1) {
        rc = block_vector(l, &b->qkv_bias, i, "attn_qkv.bias", n_q + 2 * n_kv, false);
    } else {
        rc = block_linear(l, &b->qkv[0], i, "attn_q.weight", d, n_q, true);
        if (rc == ERR_OK)
            rc = block_linear(l, &b->qkv[1], i, "attn_k.weight", d, n_kv, true);
        if (rc == ERR_OK)
            rc = block_linear(l, &b->qkv[2], i, "attn_v.weight", d, n_kv, true);
    }
    if (rc == ERR_OK && !b->qkv_bias)
        rc = load_qkv_bias(l, i, n_q, n_kv);
    if (rc == ERR_OK && l->arch->qk_norm)
        rc = block_vector(l, &b->q_norm, i, "attn_q_norm.weight", dim, true);
    if (rc == ERR_OK && l->arch->qk_norm)
        rc = block_vector(l, &b->k_norm, i, "attn_k_norm.weight", dim, true);
    if (rc == ERR_OK)
        rc = block_linear(l, &b->o, i, "attn_output.weight", n_q, d, true);
    if (rc == ERR_OK)
        rc = block_vector(l, &b->o_bias, i, "attn_output.bias", d, biases);
    return rc;
}

static err_code load_ffn(struct loader *l, uint32_t i)
{
    struct model__layer *b = &l->w->layers[i];
    size_t d = l->w->hp.n_embd, ff = b->n_ff;
    bool biases = l->arch->all_biases_required;
    err_code rc = block_vector(l, &b->ffn_norm, i, "ffn_norm.weight", d, true);
    if (rc == ERR_OK && l->arch->layer_norm)
        rc = block_vector(l, &b->ffn_norm_bias, i, "ffn_norm.bias", d, true);
    if (rc == ERR_OK && l->arch->gated)
        rc = block_linear(l, &b->gate, i, "ffn_gate.weight", d, ff, true);
    if (rc == ERR_OK && l->arch->gated)
        rc = block_vector(l, &b->gate_bias, i, "ffn_gate.bias", ff, false);
    if (rc == ERR_OK)
        rc = block_linear(l, &b->up, i, "ffn_up.weight", d, ff, true);
    if (rc == ERR_OK)
        rc = block_vector(l, &b->up_bias, i, "ffn_up.bias", ff, biases);
    if (rc == ERR_OK)
        rc = block_linear(l, &b->down, i, "ffn_down.weight", ff, d, true);
    if (rc == ERR_OK)
        rc = block_vector(l, &b->down_bias, i, "ffn_down.bias", d, biases);
    return rc;
}

/* The embedding says how many rows there are; the metadata may not claim more. */
static err_code load_vocab_size(struct loader *l)
{
    struct model_hparams *hp = &l->w->hp;
    const struct gguf_tensor *t = model_gguf_find_tensor(l->g, "token_embd.weight");
    if (!t)
        return err_set(l->e, ERR_FORMAT, "model: the tensor token_embd.weight is missing");
    if (t->dims[1] < 1 || t->dims[1] > MAX_VOCAB)
        return err_set(l->e, ERR_FORMAT, "model: token_embd.weight has %llu rows, outside 1 to %d",
                       (unsigned long long)t->dims[1], MAX_VOCAB);
    hp->n_vocab = (uint32_t)t->dims[1];
    struct gguf_array tokens;
    if (model_gguf_array(l->g, "tokenizer.ggml.tokens", &tokens) && tokens.n > hp->n_vocab)
        return err_set(l->e, ERR_FORMAT, "model: %llu tokens but only %u rows of token_embd.weight",
                       (unsigned long long)tokens.n, hp->n_vocab);
    uint32_t said = hp->n_vocab;
    return read_u32(l, &said, "vocab_size", 1, hp->n_vocab, false);
}

static err_code load_tensors(struct loader *l)
{
    model_weights *w = l->w;
    size_t d = w->hp.n_embd;
    err_code rc = load_vocab_size(l);
    if (rc == ERR_OK)
        rc = take_linear(l, &w->tok_embd, "token_embd.weight", d, w->hp.n_vocab, true);
    if (rc == ERR_OK && !l->arch->tied_always)
        rc = take_linear(l, &w->output, "output.weight", d, w->hp.n_vocab, false);
    if (rc == ERR_OK && !w->output)
        w->output = w->tok_embd;
    if (rc == ERR_OK)
        rc = take_vector(l, &w->output_bias, "output.bias", w->hp.n_vocab, false);
    if (rc == ERR_OK)
        rc = take_vector(l, &w->output_norm, "output_norm.weight", d, true);
    if (rc == ERR_OK && l->arch->layer_norm)
        rc = take_vector(l, &w->output_norm_bias, "output_norm.bias", d, true);
    for (uint32_t i = 0; i < w->hp.n_layer && rc == ERR_OK; i++) {
        rc = load_attention(l, i);
        if (rc == ERR_OK)
            rc = load_ffn(l, i);
    }
    return rc;
}

/* ---- rotary positions ---- */

enum rope_scaling { ROPE_NONE, ROPE_LINEAR, ROPE_YARN };

static err_code read_scaling(struct loader *l, enum rope_scaling *kind, float *factor)
{
    char buf[128];
    str_view name = STR("linear");
    const char *key = key_of(l, buf, "rope.scaling.type");
    if (model_gguf_has(l->g, key) && !model_gguf_str(l->g, key, &name))
        return missing_key(l, key, "text");
    if (str_eq(name, STR("none")))
        *kind = ROPE_NONE;
    else if (str_eq(name, STR("linear")))
        *kind = ROPE_LINEAR;
    else if (str_eq(name, STR("yarn")))
        *kind = ROPE_YARN;
    else
        return err_set(l->e, ERR_UNSUPPORTED,
                       "model: RoPE scaling \"%.*s\" is not supported; none, linear and yarn are",
                       (int)(name.len < 40 ? name.len : 40), name.len ? name.ptr : "");
    *factor = 0;
    err_code rc = read_f32(l, factor, "rope.scale_linear", 0, 1e6f, false);
    if (rc == ERR_OK)
        rc = read_f32(l, factor, "rope.scaling.factor", 0, 1e6f, false);
    if (rc == ERR_OK && (*factor == 0 || *kind == ROPE_NONE))
        *factor = 1;
    return rc;
}

/* Index of the frequency that turns `turns` times over the original context. */
static double yarn_index(double turns, uint32_t n_rot, double n_ctx, double base)
{
    return n_rot * log(n_ctx / (turns * 2 * 3.14159265358979323846)) / (2 * log(base));
}

/* Frequencies that turn often within the trained context stay, slow ones are stretched by `factor`,
 * with a ramp between. Source: Peng et al. 2023, arXiv:2309.00071. */
static err_code apply_yarn(struct loader *l, float factor)
{
    model_weights *w = l->w;
    uint32_t n_rot = w->hp.n_rot, n_ctx = w->hp.n_ctx_train;
    float fast = 32, slow = 1;
    err_code rc = read_u32(l, &n_ctx, "rope.scaling.original_context_length", 1, MAX_CTX, false);
    if (rc == ERR_OK)
        rc = read_f32(l, &fast, "rope.scaling.yarn_beta_fast", 1e-3f, 1e6f, false);
    if (rc == ERR_OK)
        rc = read_f32(l, &slow, "rope.scaling.yarn_beta_slow", 1e-3f, 1e6f, false);
    if (rc != ERR_OK)
        return rc;
    double base = (double)w->hp.rope_base;
    double low = floor(yarn_index((double)fast, n_rot, n_ctx, base));
    double high = ceil(yarn_index((double)slow, n_rot, n_ctx, base));
    low = fmax(0, low);
    high = fmin(n_rot - 1.0, high);
    for (uint32_t i = 0; i < n_rot / 2; i++) {
        double ramp = 1 - fmin(1, fmax(0, (i - low) / fmax(0.001, high - low)));
        w->rope_step[i] *= (1 - ramp) / (double)factor + ramp;
    }
    if (factor > 1)
        w->rope_gain *= 1 + 0.1f * logf(factor);
    return ERR_OK;
}

static err_code load_rope(struct loader *l)
{
    model_weights *w = l->w;
    struct model_hparams *hp = &w->hp;
    enum rope_scaling kind = ROPE_NONE;
    float factor = 1;
    hp->rope_base = 10000;
    w->rope_gain = 1;
    err_code rc = read_f32(l, &hp->rope_base, "rope.freq_base", 1.0001f, 1e12f, false);
    if (rc == ERR_OK)
        rc = read_scaling(l, &kind, &factor);
    if (rc == ERR_OK)
        rc = read_f32(l, &w->rope_gain, "rope.scaling.attn_factor", 1e-3f, 1e3f, false);
    if (rc != ERR_OK)
        return rc;
    hp->rope_scale = 1 / factor;
    const float *divisors = NULL;
    rc = take_vector(l, &divisors, "rope_freqs.weight", hp->n_rot / 2, false);
    if (rc != ERR_OK)
        return rc;
    w->rope_step = mem_zero(hp->n_rot / 2, sizeof *w->rope_step);
    if (!w->rope_step)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < hp->n_rot / 2; i++) {
        double divisor = divisors ? (double)divisors[i] : 1;
        if (!(divisor > 0) || !isfinite(divisor))
            return err_set(l->e, ERR_FORMAT, "model: value %u of rope_freqs.weight is %g", i,
                           divisor);
        w->rope_step[i] = pow((double)hp->rope_base, -2.0 * i / hp->n_rot) / divisor;
        if (kind == ROPE_LINEAR)
            w->rope_step[i] /= (double)factor;
    }
    if (kind == ROPE_YARN)
        return apply_yarn(l, factor);
    bool rotates = true;
    char buf[128];
    if (l->arch->granite_scales &&
        model_gguf_bool(l->g, key_of(l, buf, "rope.scaling.finetuned"), &rotates) && !rotates)
        memset(w->rope_step, 0, hp->n_rot / 2 * sizeof *w->rope_step);
    return ERR_OK;
}

/* ---- */

static void count_tensors(struct loader *l)
{
    size_t n = model_gguf_n_tensors(l->g);
    for (size_t i = 0; i < n; i++) {
        const struct gguf_tensor *t = model_gguf_tensor(l->g, i);
        uint64_t n_values = t->dims[0] * t->dims[1] * t->dims[2] * t->dims[3];
        l->w->n_params += n_values;
        l->w->n_bytes += t->n_bytes;
    }
    if (l->n_used < n)
        log_write(LOG_WARNING, "model: %zu of %zu tensors have no use in a %s model", n - l->n_used,
                  n, l->arch->name);
    size_t memory = mem_physical();
    if (memory > 0 && l->w->n_bytes > memory)
        log_write(
            LOG_WARNING,
            "model: %.1f GB of weights and %.1f GB of memory: much is read from disk again for "
            "each token; a smaller model would be faster",
            (double)l->w->n_bytes / 1e9, (double)memory / 1e9);
}

/* The matrices that tokens are multiplied with, in the order of a pass; some are NULL. The
 * embedding is among them only where it is the output too. */
enum { PER_LAYER = 7 };

static size_t n_applied(const model_weights *w)
{
    return (size_t)w->hp.n_layer * PER_LAYER + 1;
}

static model__linear *applied(const model_weights *w, size_t i)
{
    if (i + 1 == n_applied(w))
        return w->output;
    const struct model__layer *b = &w->layers[i / PER_LAYER];
    model__linear *const all[PER_LAYER] = {b->qkv[0], b->qkv[1], b->qkv[2], b->o,
                                           b->up,     b->gate,   b->down};
    return all[i % PER_LAYER];
}

/* Packed matrices of a mapped file replace its pages, as long as they take at most half of the
 * memory: they are our own, where the file's pages are the system's, to share between processes and
 * to drop when memory is short. Without room the file is read in place. */
static void make_packed_room(model_weights *w)
{
    if (!model_gguf_is_mapped(w->file))
        return;
    size_t total = 0, used = 0;
    for (size_t i = 0; i < n_applied(w); i++)
        if (applied(w, i) && !size_add(&total, total, model__linear_packed_bytes(applied(w, i))))
            return;
    if (total > mem_physical() / 2)
        return;
    w->packed_room = mem_alloc_large(total);
    for (size_t i = 0; w->packed_room && i < n_applied(w); i++) {
        model__linear *l = applied(w, i);
        if (!l)
            continue;
        model__linear_pack_into(l, (uint8_t *)w->packed_room + used, w->file);
        used += model__linear_packed_bytes(l);
    }
}

err_code model_weights_load(model_weights **out, const model_gguf *g, err *e)
{
    model_weights *w = mem_zero(1, sizeof *w);
    if (!w)
        return ERR_NOMEM;
    struct loader l = {.g = g, .w = w, .e = e};
    err_code rc = model_gguf_check(g, e);
    if (rc == ERR_OK)
        rc = find_arch(&l);
    if (rc != ERR_OK)
        goto done;
    w->file = g;
    w->layer_norm = l.arch->layer_norm;
    w->gelu = l.arch->gelu;
    w->rope_halves = l.arch->rope_halves;
    rc = load_hparams(&l);
    if (rc == ERR_OK)
        rc = load_rope(&l);
    if (rc == ERR_OK)
        rc = load_tensors(&l);
    if (rc != ERR_OK)
        goto done;
    count_tensors(&l);
    make_packed_room(w);
    *out = w;
    w = NULL;
done:
    if (rc == ERR_NOMEM)
        rc = err_set(e, ERR_NOMEM, "model: out of memory while loading");
    model_weights_destroy(w);
    return rc;
}

void model_weights_destroy(model_weights *w)
{
    if (!w)
        return;
    for (uint32_t i = 0; w->layers && i < w->hp.n_layer; i++) {
        struct model__layer *b = &w->layers[i];
        for (size_t j = 0; j < 3; j++)
            model__linear_destroy(b->qkv[j]);
        model__linear_destroy(b->o);
        model__linear_destroy(b->gate);
        model__linear_destroy(b->up);
        model__linear_destroy(b->down);
    }
    if (w->output != w->tok_embd)
        model__linear_destroy(w->output);
    model__linear_destroy(w->tok_embd);
    while (w->converted) {
        void *node = w->converted;
        w->converted = *(void **)node;
        mem_free(node);
    }
    mem_free(w->packed_room);
    mem_free(w->rope_step);
    mem_free(w->layers);
    mem_free(w);
}

size_t model__weights_scratch(const model_weights *w, size_t n_tok)
{
    size_t most = 0;
    for (size_t i = 0; i < n_applied(w); i++) {
        const model__linear *l = applied(w, i);
        size_t n = l ? model__linear_scratch(l, n_tok) : 0;
        most = n > most ? n : most;
    }
    return most;
}

const struct model_hparams *model_weights_hparams(const model_weights *w)
{
    return &w->hp;
}

uint64_t model_weights_n_params(const model_weights *w)
{
    return w->n_params;
}

uint64_t model_weights_n_bytes(const model_weights *w)
{
    return w->n_bytes;
}
