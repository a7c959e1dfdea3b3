#include "model/default.h"

/* model/default/default_model.S */
extern const char model__default_begin[], model__default_end[];

err_code model_default_open(model_gguf **out, err *e)
{
    size_t n = (size_t)(model__default_end - model__default_begin);
    return model_gguf_open_memory(out, model__default_begin, n, "the embedded model", e);
}
