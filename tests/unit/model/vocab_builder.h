/* tests/unit/model/vocab_builder.h: small GGUF vocabularies.
 * A BPE vocabulary has one token for each byte (id = byte) and then the caller's; an SPM vocabulary
 * has <unk>, <s>, </s>, 256 byte tokens (id = 3 + byte) and then the caller's. */
#ifndef ARTEL_TESTS_UNIT_MODEL_VOCAB_BUILDER_H
#define ARTEL_TESTS_UNIT_MODEL_VOCAB_BUILDER_H

#include "base/utf.h"
#include "model/vocab.h"
#include "tests/unit/model/gguf_builder.h"

struct vocab_token {
    const char *text;
    int type; /* 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte */
    float score;
};

struct vocab_recipe {
    const char *model; /* "gpt2" or "llama" */
    const char *pre;   /* NULL: none */
    struct vocab_token tokens[24];
    const char *merges[24];
    struct {
        const char *key; /* after "tokenizer.ggml." */
        uint32_t id;
    } ids[8];
    bool no_merges;
};

/* The character that stands for a byte in BPE vocabularies. */
static inline void put_byte_character(buf *b, unsigned c)
{
    uint32_t n_shifted = 0; /* up to c */
    bool itself = false;
    for (unsigned i = 0; i <= c; i++) {
        itself = (i > 0x20 && i < 0x7F) || (i > 0xA0 && i != 0xAD);
        n_shifted += !itself;
    }
    char text[UTF_MAX_BYTES];
    put_str(b, (str_view){text, utf8_encode(text, itself ? c : 255 + n_shifted)});
}

static inline void put_vocab(buf *b, const struct vocab_recipe *r)
{
    bool is_bpe = strcmp(r->model, "gpt2") == 0;
    size_t n_own = 0, n_merges = 0, n_ids = 0;
    while (r->tokens[n_own].text)
        n_own++;
    while (r->merges[n_merges])
        n_merges++;
    while (r->ids[n_ids].key)
        n_ids++;
    size_t n_fixed = is_bpe ? 256 : 259, n = n_fixed + n_own;
    put_header(b, 3, 0, 4u + (r->pre != NULL) + !r->no_merges + n_ids);
    put_kv_str(b, "tokenizer.ggml.model", r->model);
    if (r->pre)
        put_kv_str(b, "tokenizer.ggml.pre", r->pre);
    put_kv_array(b, "tokenizer.ggml.tokens", GGUF_STRING, n);
    if (!is_bpe) {
        put_str(b, STR("<unk>"));
        put_str(b, STR("<s>"));
        put_str(b, STR("</s>"));
    }
    for (unsigned c = 0; c < 256; c++) {
        char name[8];
        snprintf(name, sizeof name, "<0x%02X>", c);
        if (is_bpe)
            put_byte_character(b, c);
        else
            put_str(b, str_of(name));
    }
    for (size_t i = 0; i < n_own; i++)
        put_str(b, str_of(r->tokens[i].text));
    put_kv_array(b, "tokenizer.ggml.token_type", GGUF_I32, n);
    for (size_t i = 0; i < n; i++)
        put_u32(b, i >= n_fixed ? (uint32_t)r->tokens[i - n_fixed].type
                   : is_bpe     ? 1u
                   : i == 0     ? 2u
                   : i < 3      ? 3u
                                : 6u);
    put_kv_array(b, "tokenizer.ggml.scores", GGUF_F32, n);
    for (size_t i = 0; i < n; i++)
        put_f32(b, i >= n_fixed ? r->tokens[i - n_fixed].score : 0.0f);
    if (!r->no_merges)
        put_kv_strs(b, "tokenizer.ggml.merges", r->merges, n_merges);
    for (size_t i = 0; i < n_ids; i++) {
        char key[64];
        snprintf(key, sizeof key, "tokenizer.ggml.%s", r->ids[i].key);
        put_kv_u32(b, key, r->ids[i].id);
    }
}

#endif
