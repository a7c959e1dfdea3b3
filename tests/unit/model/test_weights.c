#include "tests/unit/model/model_under_test.h"

#include <unistd.h>

#include "base/file.h"
#include "model/gguf_write.h"
#include "model/isa.h"
#include "tests/unit/model/gguf_builder.h"

#include <math.h>

#include "base/log.h"

static void test_weights__load_every_architecture(void **state)
{
    (void)state;
    static const char *const archs[] = {"llama",      "qwen2", "qwen3",
                                        "starcoder2", "gemma", "granite"};
    for (size_t i = 0; i < sizeof archs / sizeof *archs; i++) {
        for (int variant = 0; variant < 8; variant++) {
            struct make_gguf_options o = MAKE_GGUF_SMALL;
            o.arch = archs[i];
            o.fused_qkv = variant & 1;
            o.separate_output = variant & 2;
            o.optional_biases = variant & 4;
            o.head_dim = variant & 1 ? 80 : 0;
            o.vector_type = variant & 2 ? MODEL_TYPE_F16 : 0;
            /* A file that offers an own head to gemma has one tensor too many. */
            struct under_test m = make_model(&o);
            const struct model_hparams *hp = model_weights_hparams(m.w);
            assert_string_equal(hp->arch, archs[i]);
            assert_int_equal(hp->n_vocab, o.n_vocab);
            assert_int_equal(hp->n_ctx_train, o.n_ctx);
            assert_int_equal(hp->n_embd, o.n_embd);
            assert_int_equal(hp->n_layer, o.n_layer);
            assert_int_equal(hp->n_head, o.n_head);
            assert_int_equal(hp->n_head_kv, o.n_head_kv);
            assert_int_equal(hp->n_ff, o.n_ff);
            assert_int_equal(hp->head_dim, o.head_dim ? o.head_dim : o.n_embd / o.n_head);
            model_session *s = make_session(&m, MODEL_SESSION_OPTIONS_DEFAULT);
            const model_token ids[3] = {5, 0, 299};
            err e = {0};
            assert_ok(model_session_feed(s, ids, 3, NULL, NULL, &e), &e);
            model_session_destroy(s);
            release_model(&m);
        }
    }
}

static void test_weights__default_model_is_used_in_place(void **state)
{
    (void)state;
    struct under_test m = default_model();
    const struct model_hparams *hp = model_weights_hparams(m.w);
    /* The figures of model/default/CARD.md. */
    assert_int_equal(hp->n_vocab, 12352);
    assert_int_equal(hp->n_layer, 8);
    assert_int_equal(hp->n_embd, 384);
    assert_int_equal(hp->n_ctx_train, 1024);
    assert_int_equal(model_weights_n_params(m.w), 17725824);
    assert_in_range(model_weights_n_bytes(m.w), 18500000, 19300000);
    const struct gguf_tensor *t = model_gguf_find_tensor(m.g, "token_embd.weight");
    assert_non_null(t);
    assert_int_equal((uintptr_t)t->data % 32, 0);
    release_model(&m);
}

/* ---- refusals: each fault, the code, and a word that must stand in the sentence ---- */

struct fault {
    const char *name;
    struct make_gguf_options o;
    err_code code;
    const char *word;
};

#define KEY(...)                                                                                   \
    (const struct make_gguf_key[])                                                                 \
    {                                                                                              \
        {__VA_ARGS__},                                                                             \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }
#define U32(k, v) KEY(.key = "llama." k, .kind = 'u', .u = (v))
#define F32(k, v) KEY(.key = "llama." k, .kind = 'f', .f = (v))

static void check_faults(const struct fault *faults, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct make_gguf_options o = MAKE_GGUF_SMALL;
        const struct make_gguf_options *f = &faults[i].o;
        o.arch = f->arch ? f->arch : o.arch;
        o.type = f->type ? f->type : o.type;
        o.n_embd = f->n_embd ? f->n_embd : o.n_embd;
        o.head_dim = f->head_dim;
        o.vector_type = f->vector_type;
        o.separate_output = f->separate_output;
        o.rope_freqs = f->rope_freqs;
        o.fused_qkv = f->fused_qkv;
        o.keys = f->keys;
        o.drop = f->drop;
        o.narrow = f->narrow;
        struct under_test m;
        err e = {0};
        err_code rc = try_model(&m, &o, &e);
        if (rc != faults[i].code || !strstr(e.text, faults[i].word)) {
            print_error("%s: %s \"%s\", want %s with \"%s\"\n", faults[i].name, err_name(rc),
                        e.text, err_name(faults[i].code), faults[i].word);
            release_model(&m);
            fail();
        }
        release_model(&m);
    }
}

static void test_weights__refuse_missing_keys(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "general.architecture",
        "llama.context_length",
        "llama.embedding_length",
        "llama.block_count",
        "llama.feed_forward_length",
        "llama.attention.head_count",
        "llama.attention.layer_norm_rms_epsilon",
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        check_faults(&(struct fault){keys[i], {.drop = keys[i]}, ERR_FORMAT, keys[i]}, 1);
    const struct fault other[] = {
        {"starcoder2 epsilon",
         {.arch = "starcoder2", .drop = "starcoder2.attention.layer_norm_epsilon"},
         ERR_FORMAT,
         "layer_norm_epsilon"},
        {"granite logit scale",
         {.arch = "granite", .drop = "granite.logit_scale"},
         ERR_FORMAT,
         "logit_scale"},
    };
    check_faults(other, sizeof other / sizeof *other);
}

static void test_weights__refuse_values_out_of_range(void **state)
{
    (void)state;
    const struct fault faults[] = {
        {"another architecture",
         {.keys = KEY(.key = "general.architecture", .kind = 's', .s = "mamba")},
         ERR_UNSUPPORTED,
         "\"mamba\""},
        {"architecture is a number",
         {.keys = KEY(.key = "general.architecture", .kind = 'u')},
         ERR_FORMAT,
         "general.architecture"},
        {"no layers", {.keys = U32("block_count", 0)}, ERR_FORMAT, "block_count"},
        {"too many layers", {.keys = U32("block_count", 513)}, ERR_FORMAT, "block_count"},
        {"layers as text",
         {.keys = KEY(.key = "llama.block_count", .kind = 's', .s = "3")},
         ERR_FORMAT,
         "whole number"},
        {"more layers than tensors", {.keys = U32("block_count", 4)}, ERR_FORMAT, "blk.3."},
        {"no context", {.keys = U32("context_length", 0)}, ERR_FORMAT, "context_length"},
        {"endless context",
         {.keys = U32("context_length", UINT32_MAX)},
         ERR_FORMAT,
         "context_length"},
        {"no width", {.keys = U32("embedding_length", 0)}, ERR_FORMAT, "embedding_length"},
        {"huge width", {.keys = U32("embedding_length", 1u << 31)}, ERR_FORMAT, "embedding_length"},
        {"no heads", {.keys = U32("attention.head_count", 0)}, ERR_FORMAT, "head_count"},
        {"heads do not divide the width",
         {.keys = U32("attention.head_count", 3)},
         ERR_FORMAT,
         "multiple"},
        {"KV heads do not divide the heads",
         {.keys = U32("attention.head_count_kv", 3)},
         ERR_FORMAT,
         "multiple"},
        {"no KV heads", {.keys = U32("attention.head_count_kv", 0)}, ERR_FORMAT, "head_count_kv"},
        {"heads per layer, too few",
         {.keys = KEY(.key = "llama.attention.head_count", .kind = 'a', .u = 4, .n_array = 2)},
         ERR_FORMAT,
         "2 values for 3 layers"},
        {"KV heads per layer, zero",
         {.keys = KEY(.key = "llama.attention.head_count_kv", .kind = 'a', .u = 0, .n_array = 3)},
         ERR_FORMAT,
         "head_count_kv"},
        {"ff per layer, too few",
         {.keys = KEY(.key = "llama.feed_forward_length", .kind = 'a', .u = 512, .n_array = 0)},
         ERR_FORMAT,
         "0 values"},
        {"heads too large", {.keys = U32("attention.key_length", 1024)}, ERR_FORMAT, "key_length"},
        {"values of another size",
         {.head_dim = 64, .keys = U32("attention.value_length", 32)},
         ERR_UNSUPPORTED,
         "different sizes"},
        {"odd rotation", {.keys = U32("rope.dimension_count", 63)}, ERR_FORMAT, "rope"},
        {"rotation of half a head", {.keys = U32("rope.dimension_count", 32)}, ERR_FORMAT, "rope"},
        {"rotation beyond the head",
         {.keys = U32("rope.dimension_count", 128)},
         ERR_FORMAT,
         "rope"},
        {"epsilon 0", {.keys = F32("attention.layer_norm_rms_epsilon", 0)}, ERR_FORMAT, "epsilon"},
        {"epsilon NaN",
         {.keys = F32("attention.layer_norm_rms_epsilon", NAN)},
         ERR_FORMAT,
         "epsilon"},
        {"epsilon negative",
         {.keys = F32("attention.layer_norm_rms_epsilon", -1)},
         ERR_FORMAT,
         "epsilon"},
        {"rope base 0", {.keys = F32("rope.freq_base", 0)}, ERR_FORMAT, "freq_base"},
        {"rope base infinite", {.keys = F32("rope.freq_base", INFINITY)}, ERR_FORMAT, "freq_base"},
        {"rope factor negative",
         {.keys = F32("rope.scaling.factor", -2)},
         ERR_FORMAT,
         "scaling.factor"},
        {"rope factor NaN",
         {.keys = F32("rope.scaling.factor", NAN)},
         ERR_FORMAT,
         "scaling.factor"},
        {"rope scaling unknown",
         {.keys = KEY(.key = "llama.rope.scaling.type", .kind = 's', .s = "longrope")},
         ERR_UNSUPPORTED,
         "\"longrope\""},
        {"experts", {.keys = U32("expert_count", 8)}, ERR_UNSUPPORTED, "8 experts"},
        {"more tokens than rows",
         {.keys = KEY(.key = "tokenizer.ggml.tokens", .kind = 'a', .u = 0, .n_array = 301)},
         ERR_FORMAT,
         "301 tokens"},
        {"vocabulary larger than its rows",
         {.keys = U32("vocab_size", 301)},
         ERR_FORMAT,
         "vocab_size"},
    };
    check_faults(faults, sizeof faults / sizeof *faults);
}

static void test_weights__refuse_missing_and_misshapen_tensors(void **state)
{
    (void)state;
    static const char *const required[] = {
        "token_embd.weight",        "output_norm.weight",    "blk.0.attn_norm.weight",
        "blk.1.attn_q.weight",      "blk.1.attn_k.weight",   "blk.1.attn_v.weight",
        "blk.2.attn_output.weight", "blk.0.ffn_norm.weight", "blk.0.ffn_gate.weight",
        "blk.0.ffn_up.weight",      "blk.2.ffn_down.weight",
    };
    for (size_t i = 0; i < sizeof required / sizeof *required; i++)
        check_faults(&(struct fault){required[i], {.drop = required[i]}, ERR_FORMAT, required[i]},
                     1);
    for (size_t i = 1; i < sizeof required / sizeof *required; i++)
        check_faults(&(struct fault){required[i], {.narrow = required[i]}, ERR_FORMAT, required[i]},
                     1);
    static const struct {
        const char *arch, *tensor;
    } biases[] = {
        {"qwen2", "blk.0.attn_q.bias"},           {"qwen2", "blk.0.attn_k.bias"},
        {"qwen2", "blk.0.attn_v.bias"},           {"qwen3", "blk.1.attn_q_norm.weight"},
        {"qwen3", "blk.1.attn_k_norm.weight"},    {"starcoder2", "blk.0.attn_q.bias"},
        {"starcoder2", "blk.0.attn_output.bias"}, {"starcoder2", "blk.0.attn_norm.bias"},
        {"starcoder2", "blk.0.ffn_norm.bias"},    {"starcoder2", "blk.0.ffn_up.bias"},
        {"starcoder2", "blk.0.ffn_down.bias"},    {"starcoder2", "output_norm.bias"},
    };
    for (size_t i = 0; i < sizeof biases / sizeof *biases; i++) {
        const struct fault f[] = {
            {biases[i].tensor,
             {.arch = biases[i].arch, .drop = biases[i].tensor},
             ERR_FORMAT,
             biases[i].tensor},
            {biases[i].tensor,
             {.arch = biases[i].arch, .narrow = biases[i].tensor},
             ERR_FORMAT,
             biases[i].tensor},
        };
        check_faults(f, 2);
    }
    const struct fault other[] = {
        {"output",
         {.separate_output = true, .narrow = "output.weight"},
         ERR_FORMAT,
         "output.weight"},
        {"fused", {.fused_qkv = true, .narrow = "blk.0.attn_qkv.weight"}, ERR_FORMAT, "attn_qkv"},
        {"rope", {.rope_freqs = true, .narrow = "rope_freqs.weight"}, ERR_FORMAT, "rope_freqs"},
        {"vector type", {.vector_type = MODEL_TYPE_I32}, ERR_UNSUPPORTED, "I32"},
        {"matrix type", {.type = MODEL_TYPE_I8}, ERR_UNSUPPORTED, "token_embd.weight"},
    };
    check_faults(other, sizeof other / sizeof *other);
}

static void test_weights__survive_failing_allocations(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.arch = "qwen2";
    o.vector_type = MODEL_TYPE_F16;
    size_t n;
    uint8_t *bytes = make_gguf_memory(&o, &n);
    model_gguf *g = NULL;
    err e = {0};
    assert_ok(model_gguf_open_memory(&g, bytes, n, "made", &e), &e);
    FOR_EACH_FAILING_ALLOCATION({
        model_weights *w = NULL;
        if (model_weights_load(&w, g, &e) == ERR_OK)
            assert_non_null(w);
        else
            assert_null(w);
        model_weights_destroy(w);
    });
    model_gguf_close(g);
    free(bytes);
}

static int quiet(void **state)
{
    (void)state;
    log_set_level(LOG_ERROR);
    return 0;
}

/* Bytes of the mapping of `path` that are in this process's memory; SIZE_MAX: the system does not
 * say. */
static size_t resident_bytes_of(const char *path)
{
    FILE *f = fopen("/proc/self/smaps", "r");
    char line[1024];
    size_t total = SIZE_MAX;
    bool inside = false;
    while (f && fgets(line, sizeof line, f)) {
        unsigned long kib;
        if (strchr(line, '-') && strchr(line, ' ') && line[0] != ' ' && !strchr(line, ':'))
            inside = false;
        if (strstr(line, path))
            inside = true;
        else if (inside && sscanf(line, "Rss: %lu kB", &kib) == 1) {
            total = (total == SIZE_MAX ? 0 : total) + kib * 1024;
            inside = false;
        }
    }
    if (f)
        fclose(f);
    return total;
}

/* Steps from the first use on, then feeds; the logits of both to `out`. */
static void run_tokens(const struct under_test *m, float *out)
{
    enum { N = 40 };
    err e = {0};
    const struct model_hparams *hp = model_weights_hparams(m->w);
    model_token ids[N];
    some_tokens(ids, N, hp->n_vocab);
    model_session *s =
        make_session(m, (struct model_session_options){.n_ctx = N + 1, .n_threads = 2});
    /* In place, packed at the second use, packed. */
    for (size_t i = 0; i < 3; i++)
        assert_ok(model_session_step(s, ids[i], &e), &e);
    memcpy(out, model_session_logits(s), hp->n_vocab * sizeof *out);
    model_session_truncate(s, 0);
    assert_ok(model_session_feed(s, ids, N, NULL, NULL, &e), &e);
    memcpy(out + hp->n_vocab, model_session_logits(s), hp->n_vocab * sizeof *out);
    model_session_destroy(s);
}

/* The packed form takes the place of a mapped file: same bits, and the file's pages go. */
static void test_weights__mapped_files_are_replaced(void **state)
{
    (void)state;
    static const uint32_t types[] = {MODEL_TYPE_Q4_K, MODEL_TYPE_Q8_0, MODEL_TYPE_F16};
    for (size_t i = 0; i < 3; i++) {
        struct make_gguf_options o = MAKE_GGUF_SMALL;
        o.type = types[i];
        o.n_vocab = 5000;
        o.n_embd = 512;
        o.n_ff = 2048;
        float *want = malloc(2 * o.n_vocab * sizeof *want),
              *got = malloc(2 * o.n_vocab * sizeof *got);
        struct under_test in_memory = make_model(&o);
        run_tokens(&in_memory, want);
        release_model(&in_memory);

        char path[] = "/tmp/artel-weights-XXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        close(fd);
        assert_true(make_gguf_file(&o, path));
        struct under_test m = {0};
        err e = {0};
        assert_ok(model_gguf_open(&m.g, path, &e), &e);
        assert_ok(model_weights_load(&m.w, m.g, &e), &e);
        run_tokens(&m, got);
        assert_memory_equal(got, want, 2 * o.n_vocab * sizeof *want);
        run_tokens(&m, got);
        assert_memory_equal(got, want, 2 * o.n_vocab * sizeof *want);
        size_t resident = resident_bytes_of(path);
        if (resident != SIZE_MAX && model_isa_current() != MODEL_ISA_SCALAR)
            assert_in_range(resident, 0, model_gguf_n_bytes(m.g) / 16);
        assert_ok(model_gguf_check(m.g, &e), &e);
        release_model(&m);
        unlink(path);
        free(want);
        free(got);
    }
}

/* ---- larger than memory ---- */

static err_code write_piece(void *user, str_view bytes, err *e)
{
    return file_out_write(user, bytes, e);
}

static void put_giant_keys(buf *b)
{
    put_kv_str(b, "general.architecture", "llama");
    put_kv_u32(b, "llama.context_length", 512);
    put_kv_u32(b, "llama.embedding_length", 65536);
    put_kv_u32(b, "llama.block_count", 1);
    put_kv_u32(b, "llama.feed_forward_length", 65536);
    put_kv_u32(b, "llama.attention.head_count", 512);
    put_key(b, "llama.attention.layer_norm_rms_epsilon", GGUF_F32);
    put_f32(b, 1e-5f);
}

/* 610 GB that are no blocks of the disk: everything after the description is a hole. False where
 * the file system cannot do that. */
static bool write_giant(const char *path)
{
    enum { D = 65536, VOCAB = 1 << 22 };
    static const struct {
        const char *name;
        uint64_t n_out; /* 0: a vector */
    } tensors[] = {
        {"token_embd.weight", VOCAB},    {"output_norm.weight", 0},
        {"blk.0.attn_norm.weight", 0},   {"blk.0.attn_q.weight", D},
        {"blk.0.attn_k.weight", D},      {"blk.0.attn_v.weight", D},
        {"blk.0.attn_output.weight", D}, {"blk.0.ffn_norm.weight", 0},
        {"blk.0.ffn_gate.weight", D},    {"blk.0.ffn_up.weight", D},
        {"blk.0.ffn_down.weight", D},
    };
    err e = {0};
    buf pairs, whole;
    file_out *f = NULL;
    model_gguf_writer *w = NULL;
    buf_init(&pairs, 10000);
    buf_init(&whole, 10000);
    put_giant_keys(&pairs);
    assert_int_equal(model_gguf_writer_create(&w, 32), ERR_OK);
    /* Taken apart by the reader: a file of pairs alone. */
    put_header(&whole, 3, 0, 7);
    buf_append(&whole, buf_view(&pairs));
    model_gguf *g = NULL;
    assert_ok(model_gguf_open_memory(&g, whole.ptr, whole.len, "pairs", &e), &e);
    for (size_t i = 0; i < model_gguf_n_kv(g); i++)
        model_gguf_writer_record(w, model_gguf_kv_record(g, i));
    off_t n_bytes = 1 << 20; /* no less than the description and all padding */
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++) {
        uint64_t n_out = tensors[i].n_out, dims[2] = {D, n_out ? n_out : 1};
        model_gguf_writer_tensor(w, str_of(tensors[i].name), n_out ? 2 : 1, dims,
                                 n_out ? MODEL_TYPE_F16 : MODEL_TYPE_F32);
        n_bytes += (off_t)(n_out ? D * n_out * 2 : D * 4);
    }
    assert_ok(file_out_open(&f, path, &e), &e);
    assert_ok(model_gguf_writer_begin(w, write_piece, f, &e), &e);
    assert_ok(file_out_commit(f, &e), &e);
    file_out_close(f);
    model_gguf_writer_destroy(w);
    model_gguf_close(g);
    buf_release(&whole);
    buf_release(&pairs);
    return truncate(path, n_bytes) == 0;
}

static void remember(void *user, log_level level, const char *line)
{
    char *last = user;
    if (level == LOG_WARNING && strstr(line, "of memory"))
        snprintf(last, 300, "%s", line);
}

static void test_weights__larger_than_memory_is_said(void **state)
{
    (void)state;
    char path[] = "/tmp/artel-giant-XXXXXX", said[300] = "";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    model_gguf *g = NULL;
    model_weights *w = NULL;
    err e = {0};
    bool written = write_giant(path);
    if (written && mem_physical() > 0 && mem_physical() < (size_t)600 * 1000 * 1000 * 1000) {
        assert_ok(model_gguf_open(&g, path, &e), &e);
        log_set_sink(remember, said);
        err_code rc = model_weights_load(&w, g, &e);
        log_set_sink(NULL, NULL);
        assert_ok(rc, &e);
        assert_non_null(strstr(said, "model: 609.9 GB of weights and "));
        assert_non_null(strstr(said, " GB of memory: much is read from disk again for each token"));
    } else {
        print_message("skipped: no file of 610 GB here\n");
    }
    model_weights_destroy(w);
    model_gguf_close(g);
    unlink(path);
}

TEST_MAIN(cmocka_unit_test(test_weights__larger_than_memory_is_said),
          cmocka_unit_test_setup(test_weights__load_every_architecture, quiet),
          cmocka_unit_test(test_weights__default_model_is_used_in_place),
          cmocka_unit_test(test_weights__refuse_missing_keys),
          cmocka_unit_test(test_weights__refuse_values_out_of_range),
          cmocka_unit_test(test_weights__refuse_missing_and_misshapen_tensors),
          cmocka_unit_test(test_weights__mapped_files_are_replaced),
          cmocka_unit_test(test_weights__survive_failing_allocations))
