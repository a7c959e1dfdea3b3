/* Our quantised files against those that llama.cpp makes of the same model: the same type for every
 * tensor, and no larger error in any. Skipped (77) where tests/bench/peer/setup has not been run.
 *
 * The error of a matrix is the root of the mean square of what quantising changed; without an
 * importance matrix both search for scales with weights of their own choice, so equal errors would
 * be a coincidence and a hundredth more in one matrix of many no fault; over the whole file ours
 * must be smaller. */
#include "tests/unit/model/model_under_test.h"

#include <math.h>
#include <unistd.h>

#include "model/quant.h"
#include "model/quantize.h"
#include "tests/bench/peer/peer.h"
#include "tests/unit/model/quantized.h"

static const char lib[] = ARTEL_PEER_DIR "/lib";

static const struct {
    uint32_t type, file_type;
} targets[] = {
    {MODEL_TYPE_Q4_0, 2},  {MODEL_TYPE_Q8_0, 7},  {MODEL_TYPE_Q4_K, 15},
    {MODEL_TYPE_Q5_K, 17}, {MODEL_TYPE_Q6_K, 18},
};

struct paths {
    char in[40], ours[40], theirs[40];
};

static struct paths make_paths(void)
{
    struct paths p = {"/tmp/artel-peer-in-XXXXXX", "/tmp/artel-peer-our-XXXXXX",
                      "/tmp/artel-peer-their-XXXXXX"};
    char *all[] = {p.in, p.ours, p.theirs};
    for (size_t i = 0; i < 3; i++) {
        int fd = mkstemp(all[i]);
        assert_true(fd >= 0);
        close(fd);
    }
    return p;
}

static void remove_paths(const struct paths *p)
{
    unlink(p->in);
    unlink(p->ours);
    unlink(p->theirs);
}

/* Sum of squares of what differs between a tensor and its quantised self. */
static double squares_off(const struct gguf_tensor *source, const struct gguf_tensor *t)
{
    size_t n = (size_t)(t->dims[0] * t->dims[1]);
    const struct model__format *from = model__format_of(source->type);
    const struct model__format *to = model__format_of(t->type);
    float *x = malloc(n * sizeof *x), *y = malloc(n * sizeof *y);
    assert_true(x && y && from && to);
    model__dequantise(from, x, source->data, n);
    model__dequantise(to, y, t->data, n);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += ((double)x[i] - (double)y[i]) * ((double)x[i] - (double)y[i]);
    free(x);
    free(y);
    return sum;
}

static void compare(const char *name, const struct paths *p, uint32_t type)
{
    model_gguf *source, *ours, *theirs;
    err e = {0};
    assert_ok(model_gguf_open(&source, p->in, &e), &e);
    assert_ok(model_gguf_open(&ours, p->ours, &e), &e);
    assert_ok(model_gguf_open(&theirs, p->theirs, &e), &e);
    assert_int_equal(model_gguf_n_tensors(ours), model_gguf_n_tensors(theirs));
    double all_ours = 0, all_theirs = 0, worst = 0;
    for (size_t i = 0; i < model_gguf_n_tensors(ours); i++) {
        const struct gguf_tensor *a = model_gguf_tensor(ours, i);
        char z[64] = {0};
        memcpy(z, a->name.ptr, a->name.len);
        const struct gguf_tensor *b = model_gguf_find_tensor(theirs, z);
        assert_non_null(b);
        if (a->type != b->type)
            print_error("%s: %s is %s, theirs %s\n", name, z, model_type_name(a->type),
                        model_type_name(b->type));
        assert_int_equal(a->type, b->type);
        const struct gguf_tensor *x = model_gguf_find_tensor(source, z);
        double off = squares_off(x, a), their_off = squares_off(x, b);
        if (off > 0)
            worst = fmax(worst, sqrt(off / their_off));
        all_ours += off;
        all_theirs += their_off;
    }
    uint32_t file_type, their_file_type;
    assert_true(model_gguf_u32(ours, "general.file_type", &file_type));
    assert_true(model_gguf_u32(theirs, "general.file_type", &their_file_type));
    assert_int_equal(file_type, their_file_type);
    print_message("%-28s %-5s error / theirs %.4f, worst tensor %.4f\n", name,
                  model_type_name(type), sqrt(all_ours / all_theirs), worst);
    assert_true(all_ours <= all_theirs);
    assert_true(worst <= 1.01);
    model_gguf_close(source);
    model_gguf_close(ours);
    model_gguf_close(theirs);
}

/* With every type that we write, or only the mixture that most files are. */
static void check_source(const char *name, const struct paths *p, bool every_type)
{
    model_gguf *g;
    err e = {0};
    assert_ok(model_gguf_open(&g, p->in, &e), &e);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        if (!every_type && targets[i].type != MODEL_TYPE_Q4_K)
            continue;
        quantise_to(g, targets[i].type, p->ours);
        assert_true(peer_quantize_file(lib, p->in, p->theirs, targets[i].file_type));
        compare(name, p, targets[i].type);
    }
    model_gguf_close(g);
}

static void test_peer_quantize__default_model(void **state)
{
    (void)state;
    static const char f16[] = ARTEL_SHARED_DIR "/model/artel-v0-f16.gguf";
    if (access(f16, R_OK) != 0) {
        print_message("skipped: %s is absent\n", f16);
        skip();
    }
    struct paths p = make_paths();
    buf b;
    err e = {0};
    buf_init(&b, 1 << 28);
    assert_ok(file_read(&b, f16, &e), &e);
    assert_ok(file_write_atomic(p.in, buf_view(&b), &e), &e);
    buf_release(&b);
    check_source("default", &p, true);
    remove_paths(&p);
}

static void test_peer_quantize__architectures_and_shapes(void **state)
{
    (void)state;
    static const struct {
        const char *name, *arch;
        uint32_t n_layer, n_embd, n_ff, head_dim;
        bool output, fused;
        uint32_t type;
    } cases[] = {
        {.name = "llama tied", .arch = "llama", .n_layer = 11},
        {.name = "llama own output", .arch = "llama", .n_layer = 16, .output = true},
        {.name = "llama bf16", .arch = "llama", .type = MODEL_TYPE_BF16},
        {.name = "qwen2 f16", .arch = "qwen2", .type = MODEL_TYPE_F16},
        {.name = "qwen3", .arch = "qwen3"},
        {.name = "starcoder2", .arch = "starcoder2", .n_layer = 9},
        {.name = "starcoder2 fused", .arch = "starcoder2", .fused = true},
        {.name = "gemma", .arch = "gemma"},
        {.name = "granite", .arch = "granite", .n_layer = 4},
        {.name = "rows of 320 and 288",
         .arch = "llama",
         .n_embd = 320,
         .n_ff = 288,
         .head_dim = 80},
        {.name = "rows of 256 and 520", .arch = "llama", .n_ff = 520},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct make_gguf_options o = MAKE_GGUF_SMALL;
        o.arch = cases[i].arch;
        o.type = cases[i].type;
        o.n_layer = cases[i].n_layer ? cases[i].n_layer : o.n_layer;
        o.n_embd = cases[i].n_embd ? cases[i].n_embd : o.n_embd;
        o.n_ff = cases[i].n_ff ? cases[i].n_ff : o.n_ff;
        o.head_dim = cases[i].head_dim;
        o.n_ff = o.n_layer > 4 ? 256 : o.n_ff;
        o.separate_output = cases[i].output;
        o.fused_qkv = cases[i].fused;
        struct paths p = make_paths();
        assert_true(make_gguf_file(&o, p.in));
        check_source(cases[i].name, &p, strncmp(cases[i].name, "rows", 4) == 0);
        remove_paths(&p);
    }
}

TEST_MAIN(cmocka_unit_test(test_peer_quantize__default_model),
          cmocka_unit_test(test_peer_quantize__architectures_and_shapes))
