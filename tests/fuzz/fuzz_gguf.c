/* Any bytes as a model file: open it, read all of it, make the vocabulary, use that. */
#include <string.h>

#include "base/log.h"
#include "model/gguf.h"
#include "model/vocab.h"
#include "tests/fuzz/fuzz.h"

static unsigned sum; /* keeps the reads */

static void touch(const void *data, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++)
        sum += ((const unsigned char *)data)[i];
}

static void read_value(const model_gguf *g, str_view key)
{
    char z[256];
    if (key.len >= sizeof z || memchr(key.ptr, 0, key.len))
        return;
    memcpy(z, key.ptr, key.len);
    z[key.len] = '\0';
    PROMISE(model_gguf_has(g, z));
    uint32_t u;
    int64_t l;
    float f;
    bool flag;
    str_view text;
    struct gguf_array a;
    if (model_gguf_u32(g, z, &u))
        PROMISE(model_gguf_i64(g, z, &l) && l == (int64_t)u);
    (void)model_gguf_f32(g, z, &f);
    (void)model_gguf_bool(g, z, &flag);
    if (model_gguf_str(g, z, &text))
        touch(text.ptr, text.len);
    if (!model_gguf_array(g, z, &a))
        return;
    if (a.type == GGUF_STRING)
        while (a.n > 0) {
            text = gguf_array_next_str(&a);
            touch(text.ptr, text.len);
        }
    else
        for (uint64_t i = 0; i < a.n; i++) {
            (void)gguf_array_u32(&a, i, &u);
            (void)gguf_array_f32(&a, i, &f);
        }
}

static void use_vocab(const model_vocab *v)
{
    /* Text that vocabularies know, among other things: their own tokens. */
    struct model_tokens t;
    model_tokens_init(&t, 1 << 16);
    model_vocab_encode(
        v, STR("int main(void)\n{\n    return 0x1F; /* \xC3\xA9\xE4\xB8\xAD\xFF */\n}\n"), &t);
    size_t n = model_vocab_size(v);
    for (size_t id = 0; id < n && id < 300; id++) {
        touch(model_vocab_raw(v, (model_token)id).ptr, model_vocab_raw(v, (model_token)id).len);
        model_vocab_encode(v, model_vocab_raw(v, (model_token)id), &t);
    }
    for (size_t i = 0; i < t.n; i++) {
        PROMISE(t.ids[i] >= 0 && (size_t)t.ids[i] < n);
        touch(model_vocab_piece(v, t.ids[i]).ptr, model_vocab_piece(v, t.ids[i]).len);
    }
    for (int role = 0; role < MODEL_ROLE_COUNT; role++) {
        model_token id = model_vocab_role(v, (enum model_role)role);
        PROMISE(id == MODEL_TOKEN_NONE || model_vocab_is_special(v, id));
    }
    model_tokens_release(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
    log_set_level(LOG_ERROR);
    model_gguf *g = NULL;
    err e = {0};
    if (model_gguf_open_memory(&g, data, n_bytes, "input", &e) != ERR_OK) {
        PROMISE(!g && e.text[0]);
        return 0;
    }
    for (size_t i = 0; i < model_gguf_n_tensors(g); i++) {
        const struct gguf_tensor *t = model_gguf_tensor(g, i);
        touch(t->name.ptr, t->name.len);
        touch(t->data, t->n_bytes);
    }
    for (size_t i = 0; i < model_gguf_n_kv(g); i++) {
        gguf_value_type type;
        read_value(g, model_gguf_kv(g, i, &type));
    }
    model_vocab *v = NULL;
    if (model_vocab_create(&v, g, &e) == ERR_OK)
        use_vocab(v);
    else
        PROMISE(!v && e.text[0]);
    model_vocab_destroy(v);
    model_gguf_close(g);
    return 0;
}
