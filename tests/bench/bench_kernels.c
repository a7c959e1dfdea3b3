/* Speed of the matrix kernels beside the physical limits and the naive way.
 *   bench_kernels [pool] [model] [decode] [prefill]     (nothing: all)
 * ARTEL_ISA= forces an instruction set, ARTEL_BENCH_THREADS= the number of threads (default:
 * processors). */
#if defined(__linux__)
#define _GNU_SOURCE /* sched_setaffinity */
#include <sched.h>
#endif
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/mem.h"
#include "base/thread.h"
#include "model/bandwidth.h"
#include "model/blas.h"
#include "model/linear.h"
#include "model/quant.h"
#include "tests/unit/model/random_weights.h"

/* Results nobody reads must still be computed. */
static volatile float sink;

static model__pool *pool;

static void *need(void *p)
{
    if (!p) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return p;
}

struct matrix {
    model__linear *l;
    uint8_t *data;
    size_t n_bytes;
};

static struct matrix matrix_create(uint32_t type, size_t n_in, size_t n_out)
{
    const struct model__format *f = model__format_of(type);
    struct matrix m = {.n_bytes = model__format_row_bytes(f, n_in) * n_out};
    m.data = need(mem_alloc_aligned(m.n_bytes, 64));
    /* One random row many times: the kernels do not look at values. */
    uint64_t seed = 1;
    size_t row = model__format_row_bytes(f, n_in);
    random_rows(f, m.data, row, &seed);
    for (size_t r = 1; r < n_out; r++)
        memcpy(m.data + r * row, m.data, row);
    struct gguf_tensor t = tensor_of(type, m.data, n_in, n_out, m.n_bytes);
    err e = {0};
    if (model__linear_create(&m.l, &t, &e) != ERR_OK) {
        fprintf(stderr, "%s\n", e.text);
        exit(1);
    }
    return m;
}

static void matrix_destroy(struct matrix *m)
{
    model__linear_destroy(m->l);
    mem_free(m->data);
}

/* The best of many runs of at least 0.3 ms each over 0.2 s: other work on the machine only ever
 * adds time, and its time slices are longer than a run. */
static double best_seconds(void (*once)(void *arg), void *arg)
{
    once(arg);
    double best = 1e30;
    uint64_t begin_ns = clock_now_ns();
    for (uint64_t now_ns = begin_ns; now_ns - begin_ns < 200000000u;) {
        uint64_t start_ns = now_ns;
        unsigned n = 0;
        while (now_ns - start_ns < 300000u) {
            once(arg);
            n++;
            now_ns = clock_now_ns();
        }
        double s = (double)(now_ns - start_ns) * 1e-9 / n;
        best = s < best ? s : best;
    }
    return best;
}

/* ---- limits ---- */

static double read_bytes_per_second(size_t n_bytes)
{
    enum { LEAST_NS = 200000000 };
    uint8_t *p = need(mem_alloc_large(n_bytes));
    memset(p, 1, n_bytes);
    double best = 0;
    for (uint64_t start = clock_now_ns(); clock_now_ns() - start < LEAST_NS;) {
        double rate = model__bandwidth(pool, p, n_bytes);
        best = rate > best ? rate : best;
    }
    mem_free(p);
    return best;
}

static void nothing(void *arg, unsigned index, unsigned n_parts)
{
    (void)arg;
    (void)index;
    (void)n_parts;
}

/* On a busy machine two threads often sit on one processor for seconds, which is not what we
 * measure here. */
static void stay_apart(void *arg, unsigned index, unsigned n_parts)
{
    (void)arg;
    (void)n_parts;
#if defined(__linux__)
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(index, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        fprintf(stderr, "thread %u is not pinned\n", index);
#else
    (void)index;
#endif
}

static void run_nothing(void *arg)
{
    (void)arg;
    model__pool_run(pool, nothing, NULL);
}

/* ---- applying matrices ---- */

struct call {
    const model__linear *l[MODEL__LINEAR_MANY];
    size_t n_l;
    size_t n_tok;
    size_t y_stride[MODEL__LINEAR_MANY];
};

/* Activations and results stand in the same places for every call, as they do in a session. */
static float *shared_x;
static float *shared_y[MODEL__LINEAR_MANY];
static void *shared_scratch;
static size_t shared_bytes;

static void share(size_t n_bytes)
{
    if (n_bytes <= shared_bytes)
        return;
    shared_bytes = n_bytes;
    mem_free(shared_x);
    mem_free(shared_scratch);
    shared_x = need(mem_alloc_aligned(n_bytes, 64));
    shared_scratch = need(mem_alloc_aligned(n_bytes, 64));
    uint64_t seed = 2;
    random_floats(shared_x, n_bytes / sizeof(float), &seed);
    for (size_t i = 0; i < MODEL__LINEAR_MANY; i++) {
        mem_free(shared_y[i]);
        shared_y[i] = need(mem_alloc_aligned(n_bytes, 64));
    }
}

static void apply_once(void *arg)
{
    struct call *c = arg;
    model__linear_apply_many(c->l, c->n_l, pool, shared_y, c->y_stride, shared_x,
                             model__linear_n_in(c->l[0]), c->n_tok, shared_scratch);
    sink = shared_y[0][0];
}

static struct call call_create(struct matrix *const *m, size_t n_l, size_t n_tok)
{
    struct call c = {.n_l = n_l, .n_tok = n_tok};
    share(n_tok * model__linear_n_in(m[0]->l) * sizeof(float));
    for (size_t i = 0; i < n_l; i++) {
        c.l[i] = m[i]->l;
        c.y_stride[i] = model__linear_n_out(m[i]->l);
        share(n_tok * c.y_stride[i] * sizeof(float));
        share(model__linear_scratch(m[i]->l, n_tok));
    }
    return c;
}

static double seconds_of(uint32_t type, size_t n_in, size_t n_out, size_t n_tok, size_t *n_bytes)
{
    struct matrix m = matrix_create(type, n_in, n_out);
    struct call c = call_create((struct matrix *[]){&m}, 1, n_tok);
    double s = best_seconds(apply_once, &c);
    *n_bytes = m.n_bytes;
    matrix_destroy(&m);
    return s;
}

/* ---- sections ---- */

static void bench_pool(void)
{
    printf("pool: %.2f us for an empty run on %u threads\n", best_seconds(run_nothing, NULL) * 1e6,
           model__pool_n_threads(pool));
}

/* The matrices of the embedded model's shape, as a token passes them: what a barrier and a call
 * cost shows here. */
enum { N_LAYER = 8, D = 256, KV = 128, FF = 768, VOCAB = 12352 };

struct token {
    struct matrix m[N_LAYER][7];
    struct matrix head;
    struct call c[N_LAYER][4];
    struct call last;
    bool with_head;
};

static void token_once(void *arg)
{
    struct token *t = arg;
    for (size_t i = 0; i < N_LAYER; i++)
        for (size_t k = 0; k < 4; k++)
            apply_once(&t->c[i][k]);
    if (t->with_head)
        apply_once(&t->last);
}

static void bench_model(void)
{
    static const size_t n_toks[] = {1, 2, 4, 8, 16, 32, 64, 256, 512};
    for (size_t k = 0; k < sizeof n_toks / sizeof *n_toks; k++) {
        size_t n_tok = n_toks[k];
        struct token t = {.with_head = n_tok <= 16};
        double n_weights = 0;
        for (size_t i = 0; i < N_LAYER; i++) {
            static const size_t shape[7][2] = {{D, D},  {D, KV}, {D, KV}, {D, D},
                                               {D, FF}, {D, FF}, {FF, D}};
            for (size_t j = 0; j < 7; j++) {
                t.m[i][j] = matrix_create(MODEL_TYPE_Q8_0, shape[j][0], shape[j][1]);
                n_weights += (double)(shape[j][0] * shape[j][1]);
            }
            struct matrix *m = t.m[i];
            t.c[i][0] = call_create((struct matrix *[]){m, m + 1, m + 2}, 3, n_tok);
            t.c[i][1] = call_create((struct matrix *[]){m + 3}, 1, n_tok);
            t.c[i][2] = call_create((struct matrix *[]){m + 4, m + 5}, 2, n_tok);
            t.c[i][3] = call_create((struct matrix *[]){m + 6}, 1, n_tok);
        }
        t.head = matrix_create(MODEL_TYPE_Q8_0, D, VOCAB);
        t.last = call_create((struct matrix *[]){&t.head}, 1, n_tok);
        n_weights += t.with_head ? (double)D * VOCAB : 0;
        double s = best_seconds(token_once, &t);
        printf("model: %3zu tokens%s: %8.1f us, %7.0f tokens/s, %6.1f GB/s, %6.3f TFLOP/s\n", n_tok,
               t.with_head ? " with head" : "          ", s * 1e6, (double)n_tok / s,
               n_weights * 34 / 32 / s * 1e-9, 2 * n_weights * (double)n_tok / s * 1e-12);
        for (size_t i = 0; i < N_LAYER; i++)
            for (size_t j = 0; j < 7; j++)
                matrix_destroy(&t.m[i][j]);
        matrix_destroy(&t.head);
    }
}

/* Calls section(isa) for each instruction set, or for the one that ARTEL_ISA names. */
static void each_isa(void (*section)(void))
{
    model_isa before = model_isa_current();
    for (int isa = 0; isa < MODEL_ISA_COUNT; isa++) {
        if (!model__isa_usable((model_isa)isa) || (getenv("ARTEL_ISA") && (int)before != isa))
            continue;
        model__isa_force((model_isa)isa);
        section();
    }
    model__isa_force(before);
}

static double near_rate;

static void decode_types(void)
{
    /* AMX decodes with the kernels of AVX-512. */
    if (model_isa_current() == MODEL_ISA_AMX)
        return;
    for (size_t i = 0; i < N_TYPES; i++) {
        size_t n_bytes;
        double s = seconds_of(all_types[i], 2048, 1024, 1, &n_bytes);
        double s4 = seconds_of(all_types[i], 2048, 1024, 4, &n_bytes);
        double s8 = seconds_of(all_types[i], 2048, 1024, 8, &n_bytes);
        double rate = (double)n_bytes / s;
        printf("decode: %-11s %-6s 2048 x 1024: %6.2f GB/s, %3.0f %% of reading, %6.1f GMAC/s; "
               "4 tokens take %.2f, 8 tokens %.2f times as long\n",
               model_isa_name(model_isa_current()), model_type_name(all_types[i]), rate * 1e-9,
               100 * rate / near_rate, 2048.0 * 1024 / s * 1e-9, s4 / s, s8 / s);
    }
}

static void bench_decode(void)
{
    near_rate = read_bytes_per_second(2u << 20);
    printf("decode: reading 2 MiB again and again: %.1f GB/s\n", near_rate * 1e-9);
    each_isa(decode_types);
}

/* Weights that no cache holds: packed, and packed on the way. */
static void bench_far(void)
{
    enum { FAR_BYTES = 512 << 20 };
    static const uint32_t types[] = {MODEL_TYPE_F16,  MODEL_TYPE_Q8_0, MODEL_TYPE_Q4_0,
                                     MODEL_TYPE_Q5_0, MODEL_TYPE_Q4_K, MODEL_TYPE_Q5_K,
                                     MODEL_TYPE_Q6_K};
    for (size_t i = 0; i < 2 * (sizeof types / sizeof *types); i++) {
        size_t n_bytes;
        uint32_t type = types[i / 2];
        bool packed = i % 2 == 0;
        model__linear_pack_limit(packed ? SIZE_MAX : 0);
        size_t n_out = FAR_BYTES / model__format_row_bytes(model__format_of(type), 2048) / 16 * 16;
        double s = seconds_of(type, 2048, n_out, 1, &n_bytes);
        double rate = (double)n_bytes / s;
        /* Beside each, since others may use the memory as well. */
        double limit = read_bytes_per_second(n_bytes);
        printf("far: %-6s %4zu MB, %-17s %6.1f GB/s, reading %6.1f (%3.0f %%)\n",
               model_type_name(type), n_bytes >> 20,
               packed ? "packed:" : "packed on the way:", rate * 1e-9, limit * 1e-9,
               100 * rate / limit);
    }
    model__linear_pack_limit(32u << 20);
}

enum { SIDE = 1024, PREFILL = 512 };
static const double prefill_flop = 2.0 * SIDE * SIDE * PREFILL;

static void sgemm_part(void *arg, unsigned index, unsigned n_parts)
{
    float *const *xwy = arg;
    size_t first = SIDE * index / n_parts;
    size_t last = SIDE * (index + 1) / n_parts;
    model__blas_multiply(xwy[2] + first, SIDE, false, xwy[0], SIDE, PREFILL, xwy[1] + first * SIDE,
                         SIDE, last - first, SIDE);
}

static void sgemm_once(void *arg)
{
    model__pool_run(pool, sgemm_part, arg);
}

/* What one writes first: three loops over f32. */
static void naive_part(void *arg, unsigned index, unsigned n_parts)
{
    float *const *xwy = arg;
    for (size_t t = 0; t < PREFILL; t++)
        for (size_t r = SIDE * index / n_parts; r < SIDE * (index + 1) / n_parts; r++) {
            float sum = 0;
            for (size_t k = 0; k < SIDE; k++)
                sum += xwy[0][t * SIDE + k] * xwy[1][r * SIDE + k];
            xwy[2][t * SIDE + r] = sum;
        }
}

static void naive_once(void *arg)
{
    model__pool_run(pool, naive_part, arg);
}

static double peak_rate;
static double sgemm_rate;

static void prefill_types(void)
{
    if (model_isa_current() == MODEL_ISA_SCALAR)
        return;
    for (size_t i = 0; i < N_TYPES; i++) {
        size_t n_bytes;
        double rate = prefill_flop / seconds_of(all_types[i], SIDE, SIDE, PREFILL, &n_bytes);
        printf("prefill: %-11s %-6s %.3f TFLOP/s", model_isa_name(model_isa_current()),
               model_type_name(all_types[i]), rate * 1e-12);
        if (model_isa_current() == MODEL_ISA_AMX && peak_rate > 0)
            printf(", %3.0f %% of the matrix unit's peak", 100 * rate / peak_rate);
        if (sgemm_rate > 0)
            printf(", %.2f times sgemm", rate / sgemm_rate);
        printf("\n");
    }
}

static void bench_prefill(void)
{
    printf("prefill: %d tokens, weights %d x %d\n", PREFILL, SIDE, SIDE);
    float *xwy[3];
    uint64_t seed = 3;
    for (size_t i = 0; i < 3; i++) {
        xwy[i] = need(mem_alloc_aligned((size_t)SIDE * SIDE * sizeof(float), 64));
        random_floats(xwy[i], (size_t)SIDE * SIDE, &seed);
    }
    double naive = prefill_flop / best_seconds(naive_once, xwy);
    printf("prefill: three loops: %.4f TFLOP/s\n", naive * 1e-12);
    /* Old releases do not know new processors; the comparison is with the best that it has. */
    const char *core = model__isa_usable(MODEL_ISA_AVX512_VNNI) ? "SkylakeX"
                       : model__isa_usable(MODEL_ISA_AVX2)      ? "Haswell"
                                                                : NULL;
    if (core && setenv("OPENBLAS_CORETYPE", core, 0) != 0)
        fprintf(stderr, "OpenBLAS chooses its kernels itself\n");
    if (model__blas_available()) {
        sgemm_rate = prefill_flop / best_seconds(sgemm_once, xwy);
        printf("prefill: OpenBLAS sgemm, f32 weights: %.3f TFLOP/s\n", sgemm_rate * 1e-12);
    }
    if (model__isa_usable(MODEL_ISA_AMX)) {
        model_isa before = model_isa_current();
        model__isa_force(MODEL_ISA_AMX);
        peak_rate = 2 * model__linear_peak(pool);
        model__isa_force(before);
        printf("prefill: matrix unit's peak: %.2f TFLOP/s\n", peak_rate * 1e-12);
    }
    for (size_t i = 0; i < 3; i++)
        mem_free(xwy[i]);
    each_isa(prefill_types);
}

static bool wanted(int argc, char **argv, const char *section)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], section) == 0)
            return true;
    return argc < 2;
}

int main(int argc, char **argv)
{
    const char *threads = getenv("ARTEL_BENCH_THREADS");
    unsigned n = threads ? (unsigned)strtoul(threads, NULL, 10) : thread_cpu_count();
    err e = {0};
    if (model__pool_create(&pool, n ? n : 1, &e) != ERR_OK) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    if (n <= thread_cpu_count())
        model__pool_run(pool, stay_apart, NULL);
    printf("kernels: %s, %u threads\n", model_isa_name(model_isa_current()), n);
    if (wanted(argc, argv, "pool"))
        bench_pool();
    if (wanted(argc, argv, "model"))
        bench_model();
    if (wanted(argc, argv, "decode"))
        bench_decode();
    if (wanted(argc, argv, "far"))
        bench_far();
    if (wanted(argc, argv, "prefill"))
        bench_prefill();
    model__pool_destroy(pool);
    return 0;
}
