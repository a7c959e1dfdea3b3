#include "model/lora.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/weights_internal.h"

static const char tail_a[] = ".lora_a";
static const char tail_b[] = ".lora_b";

/* Names come from the file and may be of any length. */
static int shown(str_view v)
{
    return (int)(v.len < 64 ? v.len : 64);
}

static err_code check_kind(const model_weights *w, const model_gguf *g, err *e)
{
    str_view kind = STR("");
    str_view type = STR("");
    str_view arch = STR("");
    if (!model_gguf_str(g, "general.type", &kind) || !str_eq(kind, STR("adapter")))
        return err_set(e, ERR_FORMAT, "adapter: %s is none: its general.type is not 'adapter'",
                       model_gguf_name(g));
    if (!model_gguf_str(g, "adapter.type", &type) || !str_eq(type, STR("lora")))
        return err_set(e, ERR_UNSUPPORTED, "adapter: the type '%.*s' is not supported; 'lora' is",
                       shown(type), type.ptr);
    if (!model_gguf_str(g, "general.architecture", &arch) || !str_eq(arch, str_of(w->hp.arch)))
        return err_set(e, ERR_FORMAT, "adapter: it was made for a model of type '%.*s', this is %s",
                       shown(arch), arch.ptr, w->hp.arch);
    return ERR_OK;
}

/* The matrix whose tensor in the model's file has that name; NULL: none that is multiplied. */
static model__linear *find_matrix(const model_weights *w, str_view name)
{
    char text[64];
    unsigned layer = 0;
    int end = 0;
    if (str_eq(name, STR("output.weight")))
        return w->output != w->tok_embd ? w->output : NULL;
    if (name.len >= sizeof text || memchr(name.ptr, '\0', name.len))
        return NULL;
    snprintf(text, sizeof text, "%.*s", STR_ARG(name));
    if (sscanf(text, "blk.%9u.%n", &layer, &end) != 1 || end == 0 || layer >= w->hp.n_layer)
        return NULL;
    const struct model__layer *b = &w->layers[layer];
    const bool apart = b->n_qkv == 3;
    const struct {
        const char *name;
        model__linear *matrix;
    } all[] = {{"attn_qkv.weight", apart ? NULL : b->qkv[0]},
               {"attn_q.weight", apart ? b->qkv[0] : NULL},
               {"attn_k.weight", apart ? b->qkv[1] : NULL},
               {"attn_v.weight", apart ? b->qkv[2] : NULL},
               {"attn_output.weight", b->o},
               {"ffn_gate.weight", b->gate},
               {"ffn_up.weight", b->up},
               {"ffn_down.weight", b->down}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(text + end, all[i].name) == 0)
            return all[i].matrix;
    return NULL;
}

/* The tensor beside `t`, whose name ends with `tail` where its own does otherwise. */
static const struct gguf_tensor *partner(const model_gguf *g, const struct gguf_tensor *t,
                                         const char *tail)
{
    char name[128];
    int n =
        snprintf(name, sizeof name, "%.*s%s", (int)(t->name.len - strlen(tail)), t->name.ptr, tail);
    return n > 0 && (size_t)n < sizeof name ? model_gguf_find_tensor(g, name) : NULL;
}

static err_code apply_pair(const model_weights *w, const model_gguf *g, const struct gguf_tensor *a,
                           float alpha, err *e)
{
    str_view name = str_slice(a->name, 0, a->name.len - strlen(tail_a));
    model__linear *matrix = find_matrix(w, name);
    const struct gguf_tensor *b = partner(g, a, tail_b);
    if (!b)
        return err_set(e, ERR_FORMAT, "adapter: %.*s has no partner that ends with %s",
                       shown(a->name), a->name.ptr, tail_b);
    if (!matrix)
        return err_set(e, ERR_UNSUPPORTED,
                       "adapter: the model has no matrix %.*s that could be adapted", shown(name),
                       name.ptr);
    float factor = alpha > 0 && b->dims[0] > 0 ? alpha / (float)b->dims[0] : 1;
    return model__linear_add_low_rank(matrix, a, b, factor, e);
}

err_code model_lora_apply(model_weights *w, const model_gguf *g, err *e)
{
    float alpha = 0;
    err_code rc = check_kind(w, g, e);
    if (rc != ERR_OK)
        return rc;
    if (model_gguf_has(g, "adapter.lora.alpha") &&
        (!model_gguf_f32(g, "adapter.lora.alpha", &alpha) || !isfinite(alpha) || alpha < 0))
        return err_set(e, ERR_FORMAT, "adapter: adapter.lora.alpha is no number that can be used");
    size_t n = model_gguf_n_tensors(g);
    if (n == 0)
        return err_set(e, ERR_FORMAT, "adapter: %s has no tensors", model_gguf_name(g));
    for (size_t i = 0; rc == ERR_OK && i < n; i++) {
        const struct gguf_tensor *t = model_gguf_tensor(g, i);
        if (str_ends(t->name, str_of(tail_a)))
            rc = apply_pair(w, g, t, alpha, e);
        else if (!str_ends(t->name, str_of(tail_b)) || !partner(g, t, tail_a))
            rc = err_set(e, ERR_UNSUPPORTED, "adapter: the tensor %.*s is no half of a pair",
                         shown(t->name), t->name.ptr);
    }
    return rc == ERR_OK ? model_gguf_check(g, e) : rc;
}
