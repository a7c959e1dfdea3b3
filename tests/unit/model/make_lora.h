/* tests/unit/model/make_lora.h: low-rank adapters for the matrices of a model, with random numbers.
 */
#ifndef ARTEL_TESTS_UNIT_MODEL_MAKE_LORA_H
#define ARTEL_TESTS_UNIT_MODEL_MAKE_LORA_H

#include "base/buf.h"
#include "model/quant.h"
#include "tests/unit/model/gguf_builder.h"
#include "tests/unit/model/random_weights.h"

struct make_lora {
    const char *arch;
    uint64_t rank;
    uint32_t type; /* F32 or F16 */
    float alpha;
    /* Faults; NULL or zero: none. */
    const char *kind, *adapter_type; /* instead of "adapter", "lora" */
    const char *skip;                /* a tensor that is left out */
    const char *wide;                /* a tensor whose first dimension becomes twice as long */
    const char *renamed;             /* what the first tensor is called */
    bool empty;
};

/* The beginning of a struct make_lora. */
#define LORA(arch_, rank_, type_, alpha_)                                                          \
    .arch = (arch_), .rank = (rank_), .type = (type_), .alpha = (alpha_)

static inline bool lora_takes(const struct gguf_tensor *t)
{
    return t->n_dims == 2 && !str_eq(t->name, STR("token_embd.weight"));
}

/* Number of pairs. */
static inline size_t lora_pairs(const model_gguf *base)
{
    size_t n = 0;
    for (size_t i = 0; i < model_gguf_n_tensors(base); i++)
        n += lora_takes(model_gguf_tensor(base, i));
    return n;
}

struct lora_tensor {
    char name[80];
    uint64_t dims[2];
};

static inline void lora_tensors(struct lora_tensor *out, const model_gguf *base,
                                const struct make_lora *o)
{
    for (size_t i = 0; i < model_gguf_n_tensors(base); i++) {
        const struct gguf_tensor *t = model_gguf_tensor(base, i);
        if (!lora_takes(t))
            continue;
        for (int half = 0; half < 2; half++, out++) {
            snprintf(out->name, sizeof out->name, "%.*s.lora_%c", STR_ARG(t->name), 'a' + half);
            out->dims[0] = half ? o->rank : t->dims[0];
            out->dims[1] = half ? t->dims[1] : o->rank;
            if (o->wide && strcmp(out->name, o->wide) == 0)
                out->dims[0] *= 2;
        }
    }
}

/* The file's bytes. Numbers of a pair: so small that some tens of its products change the matrix
 * by about as much as it has. */
static inline void put_lora(buf *b, const model_gguf *base, const struct make_lora *o)
{
    struct lora_tensor all[128];
    size_t n = o->empty ? 0 : 2 * lora_pairs(base), n_there = 0;
    uint64_t at = 0, state = 5;
    const size_t bytes = o->type == MODEL_TYPE_F16 ? 2 : 4;
    if (n > 0)
        lora_tensors(all, base, o);
    for (size_t i = 0; i < n; i++)
        n_there += !o->skip || strcmp(all[i].name, o->skip) != 0;
    put_header(b, 3, n_there, 4);
    put_kv_str(b, "general.type", o->kind ? o->kind : "adapter");
    put_kv_str(b, "general.architecture", o->arch);
    put_kv_str(b, "adapter.type", o->adapter_type ? o->adapter_type : "lora");
    put_key(b, "adapter.lora.alpha", GGUF_F32);
    put_f32(b, o->alpha);
    for (size_t i = 0; i < n; i++) {
        if (o->skip && strcmp(all[i].name, o->skip) == 0)
            continue;
        put_tensor(b, i == 0 && o->renamed ? o->renamed : all[i].name, 2, all[i].dims, o->type, at);
        at += (all[i].dims[0] * all[i].dims[1] * bytes + 31) / 32 * 32;
    }
    put_padding(b, 32);
    for (size_t i = 0; i < n; i++) {
        if (o->skip && strcmp(all[i].name, o->skip) == 0)
            continue;
        for (uint64_t k = 0; k < all[i].dims[0] * all[i].dims[1]; k++) {
            float v = random_float(&state) * 0.1F;
            if (o->type == MODEL_TYPE_F16)
                put_int(b, model__f32_to_f16(v), 2);
            else
                put_f32(b, v);
        }
        put_padding(b, 32);
    }
}

#endif
