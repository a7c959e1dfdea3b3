/* make_seeds FOLDER: writes the first inputs of the targets gguf, index and tokenizer into folders
 * of these names in FOLDER. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "context/index_internal.h"
#include "tests/unit/model/vocab_builder.h"

static void save(const char *folder, const char *name, buf *b)
{
    char path[1024];
    err e = {0};
    snprintf(path, sizeof path, "%s/%.*s", folder, (int)str_find_byte(str_of(name), '/'), name);
    err_code rc = file_make_dirs(path, &e);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (rc == ERR_OK)
        rc = buf_failed(b) != ERR_OK ? buf_failed(b) : file_write_atomic(path, buf_view(b), &e);
    if (rc != ERR_OK) {
        fprintf(stderr, "make_seeds: %s: %s\n", err_name(rc), e.text);
        exit(1);
    }
    buf_release(b);
    buf_init(b, 1 << 20);
}

static void put_every_value_type(buf *b)
{
    put_header(b, 3, 0, 14);
    for (uint32_t type = 0; type <= GGUF_F64; type++) {
        char key[16];
        snprintf(key, sizeof key, "key.%u", (unsigned)type);
        if (type == GGUF_STRING)
            put_kv_str(b, key, "text");
        else if (type == GGUF_ARRAY)
            put_kv_strs(b, key, (const char *const[]){"a", "", "ccc"}, 3);
        else {
            put_key(b, key, type);
            put_int(b, 0x3F,
                    type >= GGUF_U64                                           ? 8
                    : type == GGUF_U32 || type == GGUF_I32 || type == GGUF_F32 ? 4
                    : type == GGUF_U16 || type == GGUF_I16                     ? 2
                                                                               : 1);
        }
    }
    put_kv_array(b, "array", GGUF_I16, 2);
    put_int(b, 0xFFFF0001u, 4);
}

static void put_tensors(buf *b)
{
    put_header(b, 3, 3, 1);
    put_kv_u32(b, "general.alignment", 64);
    put_tensor(b, "a.weight", 2, (uint64_t[]){32, 2}, MODEL_TYPE_Q8_0, 0);
    put_tensor(b, "none", 3, (uint64_t[]){8, 0, 2}, MODEL_TYPE_F32, 128);
    put_tensor(b, "b", 0, NULL, MODEL_TYPE_F16, 128);
    put_padding(b, 64);
    put_zeros(b, 130);
}

/* For the quantiser: type, kind, then numbers of every size. */
static void put_rows(buf *b, unsigned type)
{
    buf_append_byte(b, (char)type);
    buf_append_byte(b, 0);
    for (unsigned i = 0; i < 256; i++) {
        float size = i < 64 ? 1 : i < 128 ? 0 : i < 192 ? 1e-5f : 60000;
        put_f32(b, size * (float)(i * 37 % 101) / 50 - size);
    }
}

/* Matrices whose rows fit K blocks, blocks of 32 and neither, and what is not quantised. */
static void put_floats(buf *b, unsigned type)
{
    buf_append_byte(b, (char)type);
    buf_append_byte(b, 1);
    put_header(b, 3, 5, 2);
    put_kv_u32(b, "general.file_type", 0);
    put_kv_str(b, "general.architecture", "llama");
    put_tensor(b, "blk.0.ffn_down.weight", 2, (uint64_t[]){256, 2}, MODEL_TYPE_F16, 0);
    put_tensor(b, "output.weight", 2, (uint64_t[]){32, 2}, MODEL_TYPE_F32, 1024);
    put_tensor(b, "blk.0.attn_v.weight", 3, (uint64_t[]){5, 2, 2}, MODEL_TYPE_BF16, 1280);
    put_tensor(b, "x_norm.weight", 2, (uint64_t[]){2, 2}, MODEL_TYPE_F16, 1344);
    put_tensor(b, "b.bias", 1, (uint64_t[]){3}, MODEL_TYPE_F16, 1376);
    while ((b->len - 2) % 32 != 0)
        buf_append_byte(b, 0);
    for (unsigned i = 0; i < 1408; i++)
        buf_append_byte(b, (char)(i * 29 % 61));
}

/* A segment of the index about one file. */
static void put_segment(buf *b, const char *path, const char *text)
{
    gram_queries *q = NULL;
    struct ctx__reader reader = {0};
    struct ctx__unit unit = {0};
    ctx__maker *m = NULL;
    str_view name = str_of(path), all = str_of(text);
    struct ctx__file_facts facts = {name, all.len, 1, 2};
    if (gram_queries_create(&q) != ERR_OK || ctx__reader_init(&reader, q, NULL) != ERR_OK ||
        ctx__maker_create(&m) != ERR_OK ||
        ctx__unit_read(&unit, &reader, gram_language_find(STR(""), name, all), all) != ERR_OK ||
        ctx__maker_add(m, &facts, &unit) != ERR_OK || ctx__maker_finish(m, b) != ERR_OK)
        b->failed = ERR_NOMEM;
    ctx__maker_destroy(m);
    ctx__unit_release(&unit);
    ctx__reader_release(&reader);
    gram_queries_destroy(q);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: make_seeds FOLDER\n");
        return 1;
    }
    buf b;
    buf_init(&b, 1 << 20);
    put_header(&b, 2, 0, 0);
    save(argv[1], "gguf/empty", &b);
    put_every_value_type(&b);
    save(argv[1], "gguf/values", &b);
    put_tensors(&b);
    save(argv[1], "gguf/tensors", &b);
    put_vocab(&b,
              &(struct vocab_recipe){
                  .model = "gpt2",
                  .pre = "qwen2",
                  .tokens = {{"in", 1, 0}, {"int", 1, 0}, {"<|fim_middle|>", 3, 0}, {"<t>", 4, 0}},
                  .merges = {"i n", "in t", "x y"},
                  .ids = {{"eos_token_id", 258}}});
    save(argv[1], "gguf/bpe", &b);
    put_vocab(&b, &(struct vocab_recipe){.model = "llama",
                                         .tokens = {{"\xE2\x96\x81", 1, -2},
                                                    {"in", 1, -1},
                                                    {"int", 1, -3},
                                                    {"\xE2\x96\x81<MID>", 3, 0}}});
    save(argv[1], "gguf/spm", &b);

    for (unsigned type = 0; type < 9; type++) {
        char name[32];
        snprintf(name, sizeof name, "quantize/rows%u", type);
        put_rows(&b, type);
        save(argv[1], name, &b);
        if (type >= 5)
            continue;
        snprintf(name, sizeof name, "quantize/file%u", type);
        put_floats(&b, type);
        save(argv[1], name, &b);
    }

    put_segment(&b, "a/b.py",
                "from .c import beta\nclass Gamma:\n    def alpha(self):\n"
                "        # Doc.\n        return beta(alpha)\n");
    save(argv[1], "index/python", &b);
    put_segment(&b, "a.c", "#include \"a.h\"\nint epsilon(void)\n{\n    return beta(1);\n}\n");
    save(argv[1], "index/c", &b);
    put_segment(&b, "empty.txt", "");
    save(argv[1], "index/empty", &b);

    static const char *const texts[] = {
        "int main(void)\n{\n    return 0;\n}\n",
        "it's 12345 IT'LL  \t\r\n\r\n  x_y+=1; // \xC3\xA9t\xC3\xA9 \xE4\xB8\xAD\xE6\x96\x87\n",
        "<|fim_middle|><t><t><t> aaaaaaa\xFF\xC3 \xE2\x96\x81 \xCC\x81\xC2\xA0",
    };
    for (unsigned scheme = 0; scheme < 9; scheme++)
        for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++) {
            char name[32];
            snprintf(name, sizeof name, "tokenizer/scheme%u_text%u", scheme, i);
            buf_append_byte(&b, (char)scheme);
            buf_append(&b, str_of(texts[i]));
            save(argv[1], name, &b);
        }
    buf_release(&b);
    return 0;
}
