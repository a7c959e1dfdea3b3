/* The first byte chooses a vocabulary, the rest is text: it must come back from its tokens, none of
 * which may be special. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/unit/model/vocab_builder.h"

static const char *const schemes[] = {"default",    "qwen2",          "qwen35",
                                      "seed-coder", "llama-bpe",      "gpt-2",
                                      "starcoder",  "deepseek-coder", NULL /* SPM */};
enum { N_SCHEMES = sizeof schemes / sizeof schemes[0] };

static model_vocab *make(const char *scheme)
{
    struct vocab_recipe r = {
        .model = scheme ? "gpt2" : "llama",
        .pre = scheme,
        .tokens = {{"in", 1, -1},
                   {"int", 1, -2},
                   {"aa", 1, -3},
                   {"aaaa", 1, -4},
                   {scheme ? "\xC4\xA0i" : "\xE2\x96\x81i", 1, -5},
                   {scheme ? "\xC4\xA0\xC4\xA0" : "\xE2\x96\x81", 1, -6},
                   {"<|fim_middle|>", 3, 0},
                   {"<|endoftext|>", 4, 0},
                   {"<t>", 4, -7},
                   {"<t><t>", 4, -8},
                   {"\xC3\xA9", 1, -9}},
        .merges = {"i n", "a a", "in t", "aa aa", "\xC4\xA0 i", "\xC4\xA0 \xC4\xA0", "x y", "xy x"},
    };
    /* The file and its bytes live as long as the process, as the vocabulary that borrows them. */
    static buf files[N_SCHEMES];
    static model_gguf *opened[N_SCHEMES];
    static size_t n_files;
    buf *b = &files[n_files];
    buf_init(b, 1 << 16);
    put_vocab(b, &r);
    model_vocab *v = NULL;
    PROMISE(model_gguf_open_memory(&opened[n_files], b->ptr, b->len, "seed", NULL) == ERR_OK);
    PROMISE(model_vocab_create(&v, opened[n_files++], NULL) == ERR_OK);
    return v;
}

/* SPM cannot tell U+2581 from a space, and puts one before text at the start and after lone tokens:
 * both sides are compared without any of them. */
static void append_without_spaces(buf *out, str_view v)
{
    while (v.len > 0) {
        size_t n = str_starts(v, STR("\xE2\x96\x81")) ? 3 : v.ptr[0] == ' ' ? 1 : 0;
        if (n == 0)
            buf_append_byte(out, v.ptr[0]);
        v = str_slice(v, n ? n : 1, v.len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
    static model_vocab *vocabs[N_SCHEMES];
    if (!vocabs[0])
        for (size_t i = 0; i < N_SCHEMES; i++)
            vocabs[i] = make(schemes[i]);
    if (n_bytes == 0)
        return 0;
    size_t k = data[0] % N_SCHEMES;
    const model_vocab *v = vocabs[k];
    str_view text = {(const char *)data + 1, n_bytes - 1};
    struct model_tokens t;
    buf back;
    model_tokens_init(&t,
                      n_bytes + 8); /* never more tokens than bytes, but for the spaces of SPM */
    if (!schemes[k])
        t.max_tokens *= 4;
    buf_init(&back, 8 * n_bytes + 64);
    model_vocab_encode(v, text, &t);
    PROMISE(t.failed == ERR_OK);
    for (size_t i = 0; i < t.n; i++) {
        PROMISE(t.ids[i] >= 0 && (size_t)t.ids[i] < model_vocab_size(v));
        PROMISE(!model_vocab_is_special(v, t.ids[i]));
        buf_append(&back, model_vocab_piece(v, t.ids[i]));
    }
    if (schemes[k]) {
        PROMISE(str_eq(buf_view(&back), text));
    } else {
        buf a, b;
        buf_init(&a, 8 * n_bytes + 64);
        buf_init(&b, 8 * n_bytes + 64);
        append_without_spaces(&a, buf_view(&back));
        append_without_spaces(&b, text);
        PROMISE(str_eq(buf_view(&a), buf_view(&b)));
        buf_release(&a);
        buf_release(&b);
    }
    buf_release(&back);
    model_tokens_release(&t);
    return 0;
}
