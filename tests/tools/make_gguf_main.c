/* make_gguf SHAPE TYPE FILE [LAYERS]: a file with random weights in the shape of a real model, with
 * fewer layers if asked, for benchmarks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tools/make_gguf.h"

/* Shapes from the models' published configurations; the context is cut to what benchmarks use. */
static const struct {
    const char *name;
    struct make_gguf_options o;
} shapes[] = {
    {"small",
     {.arch = "llama",
      .n_vocab = 512,
      .n_embd = 256,
      .n_layer = 3,
      .n_head = 4,
      .n_head_kv = 2,
      .n_ff = 512}},
    {"llama-135m",
     {.arch = "llama",
      .n_vocab = 49152,
      .n_embd = 576,
      .n_layer = 30,
      .n_head = 9,
      .n_head_kv = 3,
      .n_ff = 1536}},
    {"qwen2-0.5b",
     {.arch = "qwen2",
      .n_vocab = 151936,
      .n_embd = 896,
      .n_layer = 24,
      .n_head = 14,
      .n_head_kv = 2,
      .n_ff = 4864}},
    {"qwen2-1.5b",
     {.arch = "qwen2",
      .n_vocab = 151936,
      .n_embd = 1536,
      .n_layer = 28,
      .n_head = 12,
      .n_head_kv = 2,
      .n_ff = 8960}},
    {"starcoder2-3b",
     {.arch = "starcoder2",
      .n_vocab = 49152,
      .n_embd = 3072,
      .n_layer = 30,
      .n_head = 24,
      .n_head_kv = 2,
      .n_ff = 12288}},
    {"artel-v1",
     {.arch = "llama",
      .n_vocab = 12352,
      .n_embd = 384,
      .n_layer = 8,
      .n_head = 6,
      .n_head_kv = 3,
      .n_ff = 1024}},
};

static void usage(void)
{
    fprintf(stderr, "usage: make_gguf SHAPE TYPE FILE [LAYERS]\nshapes:");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        fprintf(stderr, " %s", shapes[i].name);
    fprintf(stderr, "\ntypes: F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K "
                    "IQ4_NL IQ4_XS Q4_K_M Q5_K_M\n");
}

/* "_M": the mixture of llama.cpp's quantiser, with more bits for some matrices. */
static bool find_type(uint32_t *type, bool *mixed, const char *name)
{
    char stem[16];
    size_t n = strlen(name);
    *mixed = n > 4 && n < sizeof stem && strcmp(name + n - 4, "_K_M") == 0;
    snprintf(stem, sizeof stem, "%.*s", (int)(*mixed ? n - 2 : n < 15 ? n : 15), name);
    for (*type = 0; *type < 32; ++*type) {
        size_t elements, bytes;
        if (model_type_layout(*type, &elements, &bytes) &&
            strcmp(model_type_name(*type), stem) == 0)
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    uint32_t type;
    bool mixed;
    long n_layer = argc == 5 ? strtol(argv[4], NULL, 10) : 0;
    if (argc < 4 || argc > 5 || n_layer < 0 || !find_type(&type, &mixed, argv[2])) {
        usage();
        return 2;
    }
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        if (strcmp(argv[1], shapes[i].name) != 0)
            continue;
        struct make_gguf_options o = shapes[i].o;
        o.type = type;
        o.more_type = mixed ? MODEL_TYPE_Q6_K : 0;
        if (n_layer > 0 && n_layer < (long)o.n_layer)
            o.n_layer = (uint32_t)n_layer;
        /* As llama.cpp's quantiser does: the head of a 4-bit model in 6 bits. */
        o.embd_type = type == MODEL_TYPE_Q4_K || mixed ? MODEL_TYPE_Q6_K : type;
        o.n_ctx = 4096;
        o.seed = 1;
        if (make_gguf_file(&o, argv[3]))
            return 0;
        fprintf(stderr, "make_gguf: cannot write %s\n", argv[3]);
        return 1;
    }
    usage();
    return 2;
}
