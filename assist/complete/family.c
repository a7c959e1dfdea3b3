#include "assist/complete/family.h"

static bool is_called(const model_vocab *v, enum model_role role, str_view name)
{
    model_token id = model_vocab_role(v, role);
    return id != MODEL_TOKEN_NONE && str_eq(model_vocab_raw(v, id), name);
}

static bool can_fill(const model_vocab *v)
{
    return model_vocab_role(v, MODEL_ROLE_FIM_PREFIX) != MODEL_TOKEN_NONE &&
           model_vocab_role(v, MODEL_ROLE_FIM_SUFFIX) != MODEL_TOKEN_NONE &&
           model_vocab_role(v, MODEL_ROLE_FIM_MIDDLE) != MODEL_TOKEN_NONE;
}

static fim_order order_of(const model_vocab *v, const model_gguf *g)
{
    str_view name = {NULL, 0}, pre = {NULL, 0};
    model_gguf_str(g, "general.name", &name);
    model_gguf_str(g, "tokenizer.ggml.pre", &pre);
    if (!can_fill(v))
        return FIM_NONE;
    /* CodeLlama was taught both orders. */
    if (str_starts(name, STR("artel")) || is_called(v, MODEL_ROLE_FIM_PREFIX, STR("▁<PRE>")))
        return FIM_SUFFIX_FIRST;
    /* Seed-Coder; Mellum, whose marks are StarCoder's. */
    if (is_called(v, MODEL_ROLE_FIM_PREFIX, STR("<[fim-prefix]>")) || str_eq(pre, STR("mellum")) ||
        str_find(name, STR("ellum-4b")) < name.len)
        return FIM_SUFFIX_BEFORE_PREFIX;
    return FIM_PREFIX_FIRST;
}

struct fim_family fim_family_of(const model_vocab *v, const model_gguf *g)
{
    return (struct fim_family){
        .order = order_of(v, g),
        /* StarCoder2: <repo_name>R<file_sep>path ... <file_sep><fim_prefix>path ... */
        .path_inside = is_called(v, MODEL_ROLE_FILE_SEP, STR("<file_sep>")),
        .bare_repo = is_called(v, MODEL_ROLE_REPO, STR("<repo_name>")),
        /* DeepSeek-Coder. */
        .comments = model_vocab_role(v, MODEL_ROLE_FILE_SEP) == MODEL_TOKEN_NONE,
    };
}
