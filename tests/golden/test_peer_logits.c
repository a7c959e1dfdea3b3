/* Our logits against llama.cpp's on the same file and token ids, for every architecture and weight
 * type. Skipped (77) where tests/bench/peer/setup has not been run.
 *
 * Tolerance. Both engines read the same weight bits; what differs is rounding. Ours: keys, values
 * in f16, activations of quantised products as int8 in groups of 32, of large batches as bf16 where
 * tiles do them. Theirs: queries, keys, values, probabilities in f16; activations as int8 in groups
 * of 32, for K-quants 256, and as bf16 for bf16 weights. The error of a position is |ours - theirs|
 * / |theirs| over all its logits (Euclidean); the worst of 48 positions counts. Both engines are
 * about equally far from exact arithmetic, so their distance is of the size of that rounding: int8
 * moves each product by some 0.8 % of the vector's length, and three layers of random weights,
 * where nothing dominates, add that up to 2 to 5 %; bf16 (2^-9) gives 1 %; f16 (2^-12) 0.2 %. A
 * wrong rotation, scale, bias or head mapping moves the logits by 20 % and more, and float weights,
 * whose limit is 0.5 %, see every architecture and variant. */
#include "tests/unit/model/model_under_test.h"

#include <math.h>
#include <pthread.h>
#include <unistd.h>

#include "base/file.h"
#include "model/isa.h"
#include "model/lora.h"
#include "model/vocab.h"
#include "tests/bench/peer/peer.h"
#include "tests/unit/model/make_lora.h"
#include "tests/unit/model/quantized.h"

enum { N_TOKENS = 48 };

static const double float_limit = 0.005, bf16_limit = 0.02, int8_limit = 0.08;

struct difference {
    double worst; /* over the positions */
    size_t n_same_best;
};

static struct difference compare(const model_session *s, const peer *p, size_t n_vocab)
{
    struct difference d = {0};
    for (size_t t = 0; t < N_TOKENS; t++) {
        const float *a = model_session_logits_at(s, N_TOKENS - 1 - t);
        const float *b = peer_logits(p, (int)t);
        double apart = 0, size = 0;
        size_t best_a = 0, best_b = 0;
        for (size_t i = 0; i < n_vocab; i++) {
            apart += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
            size += (double)b[i] * (double)b[i];
            best_a = a[i] > a[best_a] ? i : best_a;
            best_b = b[i] > b[best_b] ? i : best_b;
        }
        d.worst = fmax(d.worst, sqrt(apart / size));
        d.n_same_best += best_a == best_b;
    }
    return d;
}

struct reading {
    peer *p;
    const model_token *ids;
    bool ok;
};

static void *read_tokens(void *arg)
{
    struct reading *r = arg;
    r->ok = peer_read(r->p, r->ids, N_TOKENS, true);
    return NULL;
}

/* On a thread of its own: the library configures the tile registers of a thread once and would not
 * notice that our kernels have released them since. */
static void read_with_peer(peer *p, const model_token *ids)
{
    struct reading r = {p, ids, false};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, read_tokens, &r), 0);
    pthread_join(thread, NULL);
    assert_true(r.ok);
}

typedef void fill_tokens(model_token *ids, const struct under_test *m);

static void fill_by_chance(model_token *ids, const struct under_test *m)
{
    some_tokens(ids, N_TOKENS, (uint32_t)model_weights_hparams(m->w)->n_vocab);
}

/* Code, as the trained models have learned it: what they make of tokens by chance hangs on the last
 * bit of every product. */
static void fill_with_code(model_token *ids, const struct under_test *m)
{
    err e = {0};
    buf code;
    model_vocab *v = NULL;
    struct model_tokens tokens;
    buf_init(&code, 1 << 20);
    model_tokens_init(&tokens, 1 << 20);
    assert_ok(file_read(&code, ARTEL_SOURCE_DIR "/base/arena.c", &e), &e);
    assert_ok(model_vocab_create(&v, m->g, &e), &e);
    model_vocab_encode(v, buf_view(&code), &tokens);
    assert_true(tokens.n >= N_TOKENS);
    memcpy(ids, tokens.ids, N_TOKENS * sizeof *ids);
    model_tokens_release(&tokens);
    model_vocab_destroy(v);
    buf_release(&code);
}

/* Evaluates the same tokens with both, with every instruction set that can run here. lora: an
 * adapter's file, or NULL. */
static void check_files(const char *path, const char *lora_path, const char *name, double limit,
                        fill_tokens *fill)
{
    struct under_test m = {0};
    err e = {0};
    assert_ok(model_gguf_open(&m.g, path, &e), &e);
    assert_ok(model_weights_load(&m.w, m.g, &e), &e);
    model_gguf *lora = NULL;
    if (lora_path) {
        assert_ok(model_gguf_open(&lora, lora_path, &e), &e);
        assert_ok(model_lora_apply(m.w, lora, &e), &e);
    }
    peer *p = peer_open(ARTEL_PEER_DIR "/lib", path, 2, 256, 256);
    assert_non_null(p);
    assert_true(!lora_path || peer_adapt(p, lora_path));
    size_t n_vocab = model_weights_hparams(m.w)->n_vocab;
    assert_int_equal(peer_n_vocab(p), n_vocab);
    model_token ids[N_TOKENS];
    fill(ids, &m);
    read_with_peer(p, ids);
    model_isa before = model_isa_current();
    for (model_isa isa = 0; isa < MODEL_ISA_COUNT; isa++) {
        if (!model__isa_usable(isa))
            continue;
        model__isa_force(isa);
        model_session *s = make_session(
            &m, (struct model_session_options){.n_ctx = 64, .n_threads = 2, .n_logits = N_TOKENS});
        assert_ok(model_session_feed_logits(s, ids, N_TOKENS, N_TOKENS, NULL, NULL, &e), &e);
        struct difference d = compare(s, p, n_vocab);
        print_message("%-30s %-12s error %.5f, limit %.3f, same best %zu of %d\n", name,
                      model_isa_name(isa), d.worst, limit, d.n_same_best, N_TOKENS);
        assert_true(d.worst <= limit);
        model_session_destroy(s);
    }
    model__isa_force(before);
    peer_close(p);
    release_model(&m);
    model_gguf_close(lora);
}

static void check_file(const char *path, const char *name, double limit)
{
    check_files(path, NULL, name, limit, fill_by_chance);
}

static void check_trained(const char *path, const char *name, double limit)
{
    check_files(path, NULL, name, limit, fill_with_code);
}

/* A file that our quantiser wrote. */
static void check_quantised(const model_gguf *g, const char *name, uint32_t type)
{
    char path[] = "/tmp/artel-peer-XXXXXX", label[64];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    quantise_to(g, type, path);
    snprintf(label, sizeof label, "%s as %s", name, model_type_name(type));
    check_file(path, label, int8_limit);
    unlink(path);
}

static void check_made(struct make_gguf_options o, const char *name, double limit)
{
    char path[] = "/tmp/artel-peer-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_true(make_gguf_file(&o, path));
    check_file(path, name, limit);
    unlink(path);
}

static double limit_of(uint32_t type)
{
    if (type == MODEL_TYPE_F32 || type == MODEL_TYPE_F16)
        return float_limit;
    return type == MODEL_TYPE_BF16 ? bf16_limit : int8_limit;
}

static void test_peer_logits__default_model(void **state)
{
    (void)state;
    check_trained(ARTEL_SOURCE_DIR "/model/default/artel.gguf", "default Q8_0", int8_limit);
    static const char f16[] = ARTEL_SHARED_DIR "/model/artel-v0-f16.gguf";
    if (access(f16, R_OK) == 0)
        check_trained(f16, "default F16", float_limit);
    static const char story[] = ARTEL_SHARED_DIR "/vectors/stories260K.gguf";
    if (access(story, R_OK) == 0)
        check_trained(story, "stories260K F32", float_limit);
}

static void test_peer_logits__every_type(void **state)
{
    (void)state;
    static const uint32_t types[] = {
        MODEL_TYPE_F32,  MODEL_TYPE_F16,  MODEL_TYPE_BF16, MODEL_TYPE_Q4_0,   MODEL_TYPE_Q4_1,
        MODEL_TYPE_Q5_0, MODEL_TYPE_Q5_1, MODEL_TYPE_Q8_0, MODEL_TYPE_Q2_K,   MODEL_TYPE_Q3_K,
        MODEL_TYPE_Q4_K, MODEL_TYPE_Q5_K, MODEL_TYPE_Q6_K, MODEL_TYPE_IQ4_NL, MODEL_TYPE_IQ4_XS,
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct make_gguf_options o = MAKE_GGUF_SMALL;
        o.type = types[i];
        check_made(o, model_type_name(types[i]), limit_of(types[i]));
    }
}

static void test_peer_logits__every_architecture(void **state)
{
    (void)state;
    static const char *const archs[] = {"llama",      "qwen2", "qwen3",
                                        "starcoder2", "gemma", "granite"};
    static const uint32_t types[] = {MODEL_TYPE_F32, MODEL_TYPE_Q8_0, MODEL_TYPE_Q4_K};
    for (size_t i = 0; i < sizeof archs / sizeof *archs; i++) {
        for (size_t j = 0; j < sizeof types / sizeof *types; j++) {
            struct make_gguf_options o = MAKE_GGUF_SMALL;
            o.arch = archs[i];
            o.type = types[j];
            char name[64];
            snprintf(name, sizeof name, "%s %s", archs[i], model_type_name(types[j]));
            check_made(o, name, limit_of(types[j]));
        }
    }
}

static void test_peer_logits__variants(void **state)
{
    (void)state;
    static const struct make_gguf_key linear[] = {
        {.key = "llama.rope.scaling.type", .kind = 's', .s = "linear"},
        {.key = "llama.rope.scaling.factor", .kind = 'f', .f = 4},
        {0}};
    static const struct make_gguf_key old_linear[] = {
        {.key = "llama.rope.scale_linear", .kind = 'f', .f = 2}, {0}};
    static const struct make_gguf_key base[] = {
        {.key = "llama.rope.freq_base", .kind = 'f', .f = 500000}, {0}};
    static const struct make_gguf_key yarn[] = {
        {.key = "qwen2.rope.scaling.type", .kind = 's', .s = "yarn"},
        {.key = "qwen2.rope.scaling.factor", .kind = 'f', .f = 4},
        {.key = "qwen2.rope.scaling.original_context_length", .kind = 'u', .u = 128},
        {.key = "qwen2.rope.freq_base", .kind = 'f', .f = 1000000},
        {0}};
    static const struct make_gguf_key no_scale[] = {
        {.key = "granite.attention.scale", .kind = 'f', .f = 0}, {0}};
    const struct {
        const char *name;
        const char *arch;
        const struct make_gguf_key *keys;
        bool fused, output, biases, freqs;
        uint32_t head_dim, n_head_kv;
    } cases[] = {
        {.name = "llama all biases", .arch = "llama", .biases = true},
        {.name = "llama fused qkv", .arch = "llama", .fused = true},
        {.name = "starcoder2 fused qkv", .arch = "starcoder2", .fused = true},
        {.name = "llama own output", .arch = "llama", .output = true},
        {.name = "llama linear scaling", .arch = "llama", .keys = linear},
        {.name = "llama old linear scaling", .arch = "llama", .keys = old_linear},
        {.name = "llama rope base", .arch = "llama", .keys = base},
        {.name = "llama rope_freqs", .arch = "llama", .freqs = true},
        {.name = "qwen2 yarn", .arch = "qwen2", .keys = yarn},
        {.name = "granite default scale", .arch = "granite", .keys = no_scale, .biases = true},
        {.name = "llama heads of 80", .arch = "llama", .head_dim = 80},
        {.name = "llama heads of 96", .arch = "llama", .head_dim = 96},
        {.name = "qwen3 heads of 128", .arch = "qwen3", .head_dim = 128},
        {.name = "gemma heads of 256, one KV", .arch = "gemma", .head_dim = 256, .n_head_kv = 1},
        {.name = "llama no grouping", .arch = "llama", .n_head_kv = 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct make_gguf_options o = MAKE_GGUF_SMALL;
        o.arch = cases[i].arch;
        o.keys = cases[i].keys;
        o.fused_qkv = cases[i].fused;
        o.separate_output = cases[i].output;
        o.optional_biases = cases[i].biases;
        o.rope_freqs = cases[i].freqs;
        o.head_dim = cases[i].head_dim;
        o.n_head_kv = cases[i].n_head_kv ? cases[i].n_head_kv : o.n_head_kv;
        check_made(o, cases[i].name, float_limit);
    }
}

static void test_peer_logits__files_that_we_quantised(void **state)
{
    (void)state;
    static const uint32_t types[] = {MODEL_TYPE_Q8_0, MODEL_TYPE_Q6_K, MODEL_TYPE_Q5_K,
                                     MODEL_TYPE_Q4_K, MODEL_TYPE_Q4_0};
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    struct under_test m = make_model(&o);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        check_quantised(m.g, "llama", types[i]);
    release_model(&m);
    /* Rows that are whole blocks of 32 only, and of nothing. */
    struct make_gguf_options odd = MAKE_GGUF_SMALL;
    odd.n_embd = 320;
    odd.head_dim = 80;
    odd.n_ff = 520;
    m = make_model(&odd);
    check_quantised(m.g, "llama 320 x 520", MODEL_TYPE_Q4_K);
    check_quantised(m.g, "llama 320 x 520", MODEL_TYPE_Q5_K);
    release_model(&m);
    static const char f16[] = ARTEL_SHARED_DIR "/model/artel-v0-f16.gguf";
    model_gguf *g = NULL;
    err e = {0};
    if (access(f16, R_OK) != 0)
        return;
    assert_ok(model_gguf_open(&g, f16, &e), &e);
    check_quantised(g, "default", MODEL_TYPE_Q8_0);
    check_quantised(g, "default", MODEL_TYPE_Q4_K);
    model_gguf_close(g);
}

/* A made model and an adapter of all its matrices, alpha twice the rank. */
static void check_adapted(struct make_gguf_options o, uint64_t rank, uint32_t type, double limit)
{
    char model_path[] = "/tmp/artel-peer-XXXXXX", lora_path[] = "/tmp/artel-peer-XXXXXX";
    int model_fd = mkstemp(model_path), lora_fd = mkstemp(lora_path);
    assert_true(model_fd >= 0 && lora_fd >= 0);
    assert_true(make_gguf_file(&o, model_path));
    struct under_test m = make_model(&o);
    buf b;
    buf_init(&b, 8 << 20);
    put_lora(&b, m.g, &(struct make_lora){LORA(o.arch, rank, type, 2 * (float)rank)});
    assert_int_equal(write(lora_fd, b.ptr, b.len), (ssize_t)b.len);
    char name[64];
    snprintf(name, sizeof name, "%s %s, rank %d", o.arch, model_type_name(o.type), (int)rank);
    check_files(model_path, lora_path, name, limit, fill_by_chance);
    release_model(&m);
    buf_release(&b);
    close(model_fd);
    close(lora_fd);
    unlink(model_path);
    unlink(lora_path);
}

static void test_peer_logits__adapters(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    check_adapted(o, 8, MODEL_TYPE_F32, float_limit);
    o.separate_output = true;
    o.type = MODEL_TYPE_Q8_0;
    check_adapted(o, 16, MODEL_TYPE_F16, int8_limit);
    o.arch = "qwen2";
    o.type = MODEL_TYPE_Q4_K;
    check_adapted(o, 4, MODEL_TYPE_F32, int8_limit);
}

TEST_MAIN(cmocka_unit_test(test_peer_logits__files_that_we_quantised),
          cmocka_unit_test(test_peer_logits__adapters),
          cmocka_unit_test(test_peer_logits__default_model),
          cmocka_unit_test(test_peer_logits__every_type),
          cmocka_unit_test(test_peer_logits__every_architecture),
          cmocka_unit_test(test_peer_logits__variants))
