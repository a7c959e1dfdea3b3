#include "model/train/convert.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "model/quant.h"
#include "model/quantize.h"
#include "model/train/product.h"
#include "model/train/rows.h"

/* ---- names ---- */

enum { LAYER_TENSORS = TRAIN_PARTS + 2 };

static const char *const part_names[TRAIN_PARTS] = {
    [TRAIN_Q] = "attn_q",      [TRAIN_K] = "attn_k",      [TRAIN_V] = "attn_v",
    [TRAIN_O] = "attn_output", [TRAIN_GATE] = "ffn_gate", [TRAIN_UP] = "ffn_up",
    [TRAIN_DOWN] = "ffn_down",
};

struct tensor_place {
    char name[64];
    struct train_matrix matrix; /* a gain is one row */
    bool is_gain;
};

static size_t n_places(const train_net *n)
{
    return (size_t)train_net_shape(n)->n_layer * LAYER_TENSORS + 2;
}

static void name_place(struct tensor_place *p, size_t layer, const char *part)
{
    snprintf(p->name, sizeof p->name, "blk.%zu.%s.weight", layer, part);
}

/* The i-th tensor of the file. */
static struct tensor_place place(const train_net *n, size_t i)
{
    const struct train_shape *s = train_net_shape(n);
    struct tensor_place p = {.matrix = {0, 1, s->n_embd}, .is_gain = true};
    uint32_t layer = (uint32_t)(i / LAYER_TENSORS);
    size_t in_layer = i % LAYER_TENSORS;
    if (layer == s->n_layer && in_layer == 0) {
        snprintf(p.name, sizeof p.name, "output_norm.weight");
        p.matrix.at = train_net_gain(n, layer, false);
    } else if (layer == s->n_layer) {
        snprintf(p.name, sizeof p.name, "token_embd.weight");
        p.matrix = train_net_embedding(n);
        p.is_gain = false;
    } else if (in_layer < TRAIN_PARTS) {
        name_place(&p, layer, part_names[in_layer]);
        p.matrix = train_net_matrix(n, layer, (enum train_part)in_layer);
        p.is_gain = false;
    } else {
        bool before_ffn = in_layer == TRAIN_PARTS + 1;
        name_place(&p, layer, before_ffn ? "ffn_norm" : "attn_norm");
        p.matrix.at = train_net_gain(n, layer, before_ffn);
    }
    return p;
}

/* ---- reading ---- */

static err_code read_shape(struct train_shape *s, const model_gguf *g, err *e)
{
    str_view arch;
    if (!model_gguf_str(g, "general.architecture", &arch) || !str_eq(arch, STR("llama")))
        return err_set(e, ERR_UNSUPPORTED, "only models of the architecture llama can be trained");
    uint32_t width = 0;
    const struct gguf_tensor *embedding = model_gguf_find_tensor(g, "token_embd.weight");
    if (!model_gguf_u32(g, "llama.embedding_length", &s->n_embd) ||
        !model_gguf_u32(g, "llama.block_count", &s->n_layer) ||
        !model_gguf_u32(g, "llama.feed_forward_length", &s->n_ff) ||
        !model_gguf_u32(g, "llama.attention.head_count", &s->n_head) || !embedding ||
        embedding->dims[1] == 0 || embedding->dims[1] > UINT16_MAX + 1)
        return err_set(e, ERR_FORMAT, "%s: its sizes are missing", model_gguf_name(g));
    s->n_vocab = (uint32_t)embedding->dims[1];
    s->n_head_kv = s->n_head;
    s->rope_base = 10000;
    s->norm_eps = 1e-5F;
    (void)model_gguf_u32(g, "llama.attention.head_count_kv", &s->n_head_kv);
    (void)model_gguf_f32(g, "llama.rope.freq_base", &s->rope_base);
    (void)model_gguf_f32(g, "llama.attention.layer_norm_rms_epsilon", &s->norm_eps);
    bool other_heads = model_gguf_u32(g, "llama.attention.key_length", &width)
                           ? width != TRAIN__HEAD
                           : s->n_embd != s->n_head * TRAIN__HEAD;
    if (other_heads || model_gguf_has(g, "llama.rope.scaling.type") ||
        model_gguf_n_tensors(g) != (size_t)s->n_layer * LAYER_TENSORS + 2)
        return err_set(
            e, ERR_UNSUPPORTED,
            "only models with heads of 64, a shared embedding and no biases can be trained");
    return ERR_OK;
}

static err_code read_tensor(train_net *n, const struct tensor_place *p, const model_gguf *g, err *e)
{
    const struct gguf_tensor *t = model_gguf_find_tensor(g, p->name);
    const struct model__format *f = t ? model__format_of(t->type) : NULL;
    if (!f || t->dims[0] != p->matrix.n_cols || t->dims[1] != p->matrix.n_rows ||
        t->dims[2] * t->dims[3] != 1 || p->matrix.n_cols % f->n_elements != 0)
        return err_set(e, ERR_FORMAT, "%s: %s is missing or has another shape", model_gguf_name(g),
                       p->name);
    const size_t row_bytes = model__format_row_bytes(f, p->matrix.n_cols);
    for (size_t i = 0; i < p->matrix.n_rows; i++)
        model__dequantise(f, train_net_params(n) + p->matrix.at + i * p->matrix.n_cols,
                          (const unsigned char *)t->data + i * row_bytes, p->matrix.n_cols);
    return ERR_OK;
}

err_code train_net_read_gguf(train_net **out, const model_gguf *g, uint32_t n_ctx,
                             unsigned n_threads, err *e)
{
    struct train_shape shape = {.n_ctx = n_ctx};
    err_code rc = read_shape(&shape, g, e);
    if (rc != ERR_OK)
        return rc;
    train_net *n = NULL;
    rc = train_net_create(&n, &shape, n_threads, e);
    for (size_t i = 0; rc == ERR_OK && i < n_places(n); i++) {
        struct tensor_place p = place(n, i);
        rc = read_tensor(n, &p, g, e);
    }
    if (rc != ERR_OK) {
        train_net_destroy(n);
        return rc;
    }
    train_net_changed(n);
    *out = n;
    return ERR_OK;
}

/* ---- writing ---- */

static uint32_t type_of(const struct tensor_place *p, uint32_t type)
{
    return p->is_gain ? MODEL_TYPE_F32 : type;
}

static void announce(model_gguf_writer *w, const train_net *n, const model_gguf *like,
                     uint32_t type)
{
    static const char file_type_key[] = "general.file_type";
    /* Of the format: 0 F32, 1 mostly F16, 7 mostly Q8_0. */
    uint32_t file_type = type == MODEL_TYPE_F32 ? 0 : type == MODEL_TYPE_F16 ? 1 : 7;
    for (size_t i = 0; i < model_gguf_n_kv(like); i++) {
        gguf_value_type ignored;
        if (!str_eq(model_gguf_kv(like, i, &ignored), str_of(file_type_key)))
            model_gguf_writer_record(w, model_gguf_kv_record(like, i));
    }
    model_gguf_writer_u32(w, file_type_key, file_type);
    for (size_t i = 0; i < n_places(n); i++) {
        struct tensor_place p = place(n, i);
        const uint64_t dims[2] = {p.matrix.n_cols, p.matrix.n_rows};
        model_gguf_writer_tensor(w, str_of(p.name), p.is_gain ? 1 : 2, dims, type_of(&p, type));
    }
}

static err_code write_tensor(model_gguf_writer *w, const float *x, const struct tensor_place *p,
                             uint32_t type, void *row, err *e)
{
    const struct model__format *f = model__format_of(type_of(p, type));
    for (size_t i = 0; i < p->matrix.n_rows; i++) {
        size_t bad = 0;
        err_code rc = model_quantize_row(type_of(p, type), row, x + i * p->matrix.n_cols,
                                         p->matrix.n_cols, &bad);
        if (rc != ERR_OK)
            return err_set(e, rc, "training ended in numbers that are not finite (%s)", p->name);
        rc = model_gguf_writer_data(w, row, model__format_row_bytes(f, p->matrix.n_cols), e);
        if (rc != ERR_OK)
            return rc;
    }
    return ERR_OK;
}

err_code train_net_write_gguf(train_net *n, const model_gguf *like, uint32_t type, model_sink *sink,
                              void *user, err *e)
{
    const struct train_shape *s = train_net_shape(n);
    size_t widest = s->n_ff > s->n_embd ? s->n_ff : s->n_embd;
    model_gguf_writer *w = NULL;
    void *row = mem_alloc(widest * sizeof(float) + 64);
    err_code rc = row ? model_gguf_writer_create(&w, model_gguf_alignment(like)) : ERR_NOMEM;
    if (rc != ERR_OK)
        goto done;
    announce(w, n, like, type);
    rc = model_gguf_writer_begin(w, sink, user, e);
    for (size_t i = 0; rc == ERR_OK && i < n_places(n); i++) {
        struct tensor_place p = place(n, i);
        rc = write_tensor(w, train_net_params(n) + p.matrix.at, &p, type, row, e);
    }
done:
    model_gguf_writer_destroy(w);
    mem_free(row);
    return rc;
}

static err_code to_file(void *user, str_view bytes, err *e)
{
    return file_out_write(user, bytes, e);
}

err_code train_net_write_file(train_net *n, const model_gguf *like, uint32_t type, const char *path,
                              err *e)
{
    file_out *f = NULL;
    err_code rc = file_out_open(&f, path, e);
    if (rc == ERR_OK)
        rc = train_net_write_gguf(n, like, type, to_file, f, e);
    if (rc == ERR_OK)
        rc = file_out_commit(f, e);
    file_out_close(f);
    return rc;
}
