/* tests/tools/make_gguf.h: GGUF files with random weights, for tests and benchmarks: any supported
 * architecture, shape and weight type, and the faults that a loader must survive. The same options
 * give the same bytes on every machine. The blocks of quantised types are random bits under
 * sensible scales, so that no quantiser is needed and every bit pattern occurs. */
#ifndef ARTEL_TESTS_TOOLS_MAKE_GGUF_H
#define ARTEL_TESTS_TOOLS_MAKE_GGUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/gguf.h"

/* A key given another value, or added. kind: 'u' u32, 'f' f32, 's' text, 'a' array of u32, 'b'
 * bool. */
struct make_gguf_key {
    const char *key; /* NULL ends the list */
    char kind;
    uint32_t u;
    float f;
    const char *s;
    uint32_t n_array; /* 'a': this many elements, all u */
};

struct make_gguf_options {
    const char *arch;
    uint32_t type;      /* of the matrices; falls back as llama.cpp does where rows do not fit it */
    uint32_t embd_type; /* of token_embd and output; 0: `type` */
    uint32_t more_type; /* of attn_v and ffn_down in the layers that llama.cpp's mixtures ("_M")
                           give more bits; 0: `type` */
    uint32_t n_vocab, n_ctx, n_embd, n_layer, n_head, n_head_kv, n_ff;
    uint32_t head_dim; /* 0: n_embd / n_head */
    bool fused_qkv, separate_output;
    bool optional_biases; /* llama and granite: all of them */
    bool rope_freqs;
    uint32_t vector_type; /* of norms and biases: F32 (0), F16 or BF16 */
    uint64_t seed;
    /* Faults and extras; NULL or zero: none. */
    const struct make_gguf_key *keys;
    const char *drop;   /* a key or tensor that is left out */
    const char *narrow; /* a tensor whose last dimension becomes one smaller */
    const char *poison; /* a tensor whose first scale or number becomes infinite */
};

/* Small shapes that exercise odd sizes: grouped heads, rows of several blocks. */
#define MAKE_GGUF_SMALL                                                                            \
    ((struct make_gguf_options){.arch = "llama",                                                   \
                                .type = MODEL_TYPE_F32,                                            \
                                .n_vocab = 300,                                                    \
                                .n_ctx = 512,                                                      \
                                .n_embd = 256,                                                     \
                                .n_layer = 3,                                                      \
                                .n_head = 4,                                                       \
                                .n_head_kv = 2,                                                    \
                                .n_ff = 512,                                                       \
                                .seed = 1})

/* The file, in pieces in order, to `emit`; stops and returns false when that does. */
bool make_gguf(const struct make_gguf_options *o, bool (*emit)(void *to, const void *p, size_t n),
               void *to);
/* The same in memory, aligned to 64; free() it. NULL when memory is short. */
uint8_t *make_gguf_memory(const struct make_gguf_options *o, size_t *n_bytes);
/* The same to a file; false when it cannot be written. */
bool make_gguf_file(const struct make_gguf_options *o, const char *path);

#endif
