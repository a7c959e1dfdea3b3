#include "tests/unit/test.h"

#include <math.h>

#include "model/isa.h"
#include "model/ops.h"

/* Odd lengths: below, at and above the vectors' 1, 4, 8 and 16 lanes, and sizes of real models. */
static const size_t lengths[] = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 64, 172, 256, 1000};
enum { MAX_LENGTH = 1000, N_LENGTHS = sizeof lengths / sizeof *lengths };

static uint32_t seed;

static float random_float(float size)
{
    seed = seed * 1664525u + 1013904223u;
    return ((float)(seed >> 8) / (float)(1 << 23) - 1) * size;
}

static void fill(float *x, size_t n, float size)
{
    for (size_t i = 0; i < n; i++)
        x[i] = random_float(size);
}

static void assert_near(const float *got, const float *want, size_t n, float tolerance,
                        const char *what)
{
    for (size_t i = 0; i < n; i++) {
        if (fabsf(got[i] - want[i]) <= tolerance * (1 + fabsf(want[i])))
            continue;
        print_error("%s, n %zu: [%zu] is %.9g, want %.9g\n", what, n, i, (double)got[i],
                    (double)want[i]);
        _fail(__FILE__, __LINE__);
    }
}

/* The operations of each instruction set that can run here. */
static size_t usable_ops(const struct model__ops **out, const char **names)
{
    size_t n = 0;
    out[n] = model__ops_scalar();
    names[n++] = "scalar";
    model_isa before = model_isa_current();
    for (model_isa isa = MODEL_ISA_SCALAR + 1; isa < MODEL_ISA_COUNT; isa++) {
        if (!model__isa_usable(isa))
            continue;
        model__isa_force(isa);
        if (model__ops() != out[n - 1]) {
            out[n] = model__ops();
            names[n++] = model_isa_name(isa);
        }
    }
    model__isa_force(before);
    return n;
}

#define FOR_EACH_OPS                                                                               \
    const struct model__ops *all_ops[MODEL_ISA_COUNT];                                             \
    const char *names[MODEL_ISA_COUNT];                                                            \
    size_t n_ops = usable_ops(all_ops, names);                                                     \
    for (size_t o = 0; o < n_ops; o++)

/* Against the definitions, in double precision. Sums of 1000 floats err by at most some 1000 *
 * 2^-24 of their size; 2e-5 covers that, exp's 3e-7 and the libraries' rounding. */
enum { PER_MILLION = 20 };
static const float tolerance = PER_MILLION * 1e-6f;
/* 16 bits of every factor, scores of up to 30. */
static const float tolerance_of_many = 1e-4f;

static void test_ops__norms(void **state)
{
    (void)state;
    static float x[MAX_LENGTH], gain[MAX_LENGTH], bias[MAX_LENGTH], want[MAX_LENGTH],
        got[MAX_LENGTH];
    FOR_EACH_OPS
    {
        for (size_t l = 0; l < N_LENGTHS; l++) {
            size_t n = lengths[l];
            fill(x, n, 3);
            fill(gain, n, 2);
            fill(bias, n, 1);
            double square = 0, mean = 0, variance = 0;
            for (size_t i = 0; i < n; i++) {
                square += (double)x[i] * (double)x[i];
                mean += (double)x[i] / (double)n;
            }
            for (size_t i = 0; i < n; i++)
                variance += ((double)x[i] - mean) * ((double)x[i] - mean) / (double)n;
            for (size_t i = 0; i < n; i++)
                want[i] = (float)((double)gain[i] * (double)x[i] / sqrt(square / (double)n + 1e-5));
            all_ops[o]->rmsnorm(got, x, gain, n, 1e-5f);
            assert_near(got, want, n, tolerance, names[o]);
            for (size_t i = 0; i < n; i++)
                want[i] = (float)((double)gain[i] * ((double)x[i] - mean) / sqrt(variance + 1e-5) +
                                  (double)bias[i]);
            all_ops[o]->layernorm(got, x, gain, bias, n, 1e-5f);
            assert_near(got, want, n, 10 * tolerance, names[o]);
            all_ops[o]->layernorm(x, x, gain, bias, n, 1e-5f);
            assert_near(x, got, n, 0, names[o]);
        }
    }
}

static void test_ops__activations(void **state)
{
    (void)state;
    static float x[MAX_LENGTH], up[MAX_LENGTH], want[MAX_LENGTH], got[MAX_LENGTH];
    FOR_EACH_OPS
    {
        for (size_t l = 0; l < N_LENGTHS; l++) {
            size_t n = lengths[l];
            fill(x, n, l % 2 ? 4 : 100);
            fill(up, n, 2);
            for (size_t i = 0; i < n; i++)
                want[i] = (float)((double)x[i] / (1 + exp(-(double)x[i])) * (double)up[i]);
            memcpy(got, x, sizeof x);
            all_ops[o]->silu_mul(got, up, n);
            assert_near(got, want, n, tolerance, names[o]);
            for (int plain = 0; plain < 2; plain++) {
                for (size_t i = 0; i < n; i++) {
                    double v = (double)x[i], u = 0.7978845608028654 * (v + 0.044715 * v * v * v);
                    want[i] = (float)(0.5 * v * (1 + tanh(u)) * (plain ? 1 : (double)up[i]));
                }
                memcpy(got, x, sizeof x);
                all_ops[o]->gelu_mul(got, plain ? NULL : up, n);
                assert_near(got, want, n, tolerance, names[o]);
            }
            for (size_t i = 0; i < n; i++)
                want[i] = x[i] + 0.22f * up[i];
            memcpy(got, x, sizeof x);
            all_ops[o]->add_scaled(got, up, 0.22f, n);
            assert_near(got, want, n, 1e-6f, names[o]);
        }
    }
}

static void test_ops__rotations(void **state)
{
    (void)state;
    static const size_t sizes[] = {2, 8, 18, 64, 80, 128};
    float x[128], c[128], s[128], want[128], got[128];
    FOR_EACH_OPS
    {
        for (size_t l = 0; l < sizeof sizes / sizeof *sizes; l++) {
            size_t n = sizes[l], half = n / 2;
            fill(x, n, 2);
            for (int halves = 0; halves < 2; halves++) {
                for (size_t i = 0; i < half; i++) {
                    size_t a = halves ? i : 2 * i, b = halves ? i + half : 2 * i + 1;
                    double angle = 0.37 * (double)(i + 1);
                    c[a] = c[b] = (float)cos(angle);
                    s[b] = (float)sin(angle);
                    s[a] = -s[b];
                    want[a] = (float)((double)x[a] * cos(angle) - (double)x[b] * sin(angle));
                    want[b] = (float)((double)x[b] * cos(angle) + (double)x[a] * sin(angle));
                }
                memcpy(got, x, sizeof x);
                (halves ? all_ops[o]->rope_halves : all_ops[o]->rope_pairs)(got, c, s, n);
                assert_near(got, want, n, 1e-6f, names[o]);
            }
        }
    }
}

/* Every half, and the halfway points between neighbours, which go to the even one. */
static void test_ops__halves_are_exact(void **state)
{
    (void)state;
    static float wide[65536];
    static uint16_t half[65536], back[65536];
    for (uint32_t i = 0; i < 65536; i++)
        half[i] = (uint16_t)i;
    FOR_EACH_OPS
    {
        all_ops[o]->from_f16(wide, half, 65536);
        for (uint32_t i = 0; i < 65536; i++) {
            uint32_t exponent = i >> 10 & 31;
            double fraction = (double)(i & 1023);
            double want =
                exponent ? ldexp(1024 + fraction, (int)exponent - 25) : ldexp(fraction, -24);
            if (exponent == 31)
                want = i & 1023 ? NAN : INFINITY;
            want = i & 0x8000 ? -want : want;
            bool same = isnan(want) ? isnan(wide[i]) : (double)wide[i] == want;
            if (!same)
                print_error("%s: %04x is %g\n", names[o], i, (double)wide[i]);
            assert_true(same);
        }
        all_ops[o]->to_f16(back, wide, 65536);
        for (uint32_t i = 0; i < 65536; i++) {
            bool is_nan = (i & 0x7c00) == 0x7c00 && (i & 1023);
            assert_true(is_nan ? (back[i] & 0x7c00) == 0x7c00 && (back[i] & 1023) : back[i] == i);
        }
        for (uint32_t i = 0; i + 1 < 0x7c00; i++) {
            float middle = (wide[i] + wide[i + 1]) / 2;
            const float points[3] = {nextafterf(middle, 0), middle, nextafterf(middle, 1e9f)};
            all_ops[o]->to_f16(back, points, 3);
            assert_int_equal(back[0], i);
            assert_int_equal(back[1], i % 2 ? i + 1 : i);
            assert_int_equal(back[2], i + 1);
        }
    }
}

static void test_ops__sums_and_finiteness(void **state)
{
    (void)state;
    static float x[MAX_LENGTH];
    uint8_t allowed[MAX_LENGTH];
    FOR_EACH_OPS
    {
        for (size_t l = 0; l < N_LENGTHS; l++) {
            size_t n = lengths[l];
            fill(x, n, 20);
            double all = 0, some = 0;
            for (size_t i = 0; i < n; i++) {
                allowed[i] = i % 3 == 0 ? (uint8_t)(i + 1) | 1 : 0;
                all += exp((double)(x[i] - 20));
                some += allowed[i] ? exp((double)(x[i] - 20)) : 0;
            }
            const float want[2] = {(float)all, (float)some};
            const float got[2] = {all_ops[o]->sum_exp(x, NULL, 20, n),
                                  all_ops[o]->sum_exp(x, allowed, 20, n)};
            assert_true(fabsf(got[0] - want[0]) <= 1e-5f * want[0]);
            assert_true(fabsf(got[1] - want[1]) <= 1e-5f * want[1]);
            assert_true(all_ops[o]->all_finite(x, n));
            static const float bad[] = {NAN, INFINITY, -INFINITY};
            for (size_t b = 0; b < 3; b++) {
                float keep = x[n * b / 3];
                x[n * b / 3] = bad[b];
                assert_false(all_ops[o]->all_finite(x, n));
                x[n * b / 3] = keep;
            }
        }
    }
}

/* ---- attention ---- */

struct attention {
    size_t n_keys, n_tok, group, dim;
    float *q, *out, *want, *k, *v; /* k, v: [n_keys][dim], what the cache holds */
    uint8_t *k_tiles, *v_rows;
    void *scratch;
};

static void *aligned(size_t n_bytes)
{
    void *p = mem_alloc_aligned((n_bytes + 63) / 64 * 64, 64);
    assert_non_null(p);
    memset(p, 0, n_bytes);
    return p;
}

/* A stored value as numbers. */
static void load_value(model_kv_type type, float *out, const uint8_t *rows, size_t pos, size_t dim)
{
    const struct model__ops *oracle = model__ops_scalar();
    const uint8_t *row = rows + pos * model__value_row_bytes(type, dim);
    if (type == MODEL_KV_F16) {
        oracle->from_f16(out, (const uint16_t *)row, dim);
        return;
    }
    float scales[16];
    oracle->from_f16(scales, (const uint16_t *)(row + model__value_stride(dim)),
                     model__kv_groups(dim));
    for (size_t d = 0; d < dim; d++)
        out[d] = (float)(int8_t)row[d] * scales[d / MODEL__KV_GROUP];
}

static struct attention make_attention(model_kv_type type, size_t n_keys, size_t n_tok,
                                       size_t group, size_t dim)
{
    struct attention a = {.n_keys = n_keys, .n_tok = n_tok, .group = group, .dim = dim};
    size_t n_tiles = (n_keys + MODEL__TILE - 1) / MODEL__TILE;
    size_t k_bytes = n_tiles * model__key_tile_bytes(type, dim);
    size_t row_bytes = model__value_row_bytes(type, dim);
    size_t v_bytes = n_tiles * MODEL__TILE * row_bytes;
    a.q = aligned(n_tok * group * dim * sizeof(float));
    a.out = aligned(n_tok * group * dim * sizeof(float));
    a.want = aligned(n_tok * group * dim * sizeof(float));
    a.k = aligned(n_keys * dim * sizeof(float));
    a.v = aligned(n_keys * dim * sizeof(float));
    a.k_tiles = aligned(k_bytes);
    a.v_rows = aligned(v_bytes);
    a.scratch = aligned(model__attend_scratch(dim));
    fill(a.q, n_tok * group * dim, 3);
    /* What lies past the last key must not matter: NaN there. */
    memset(a.k_tiles, 0xff, k_bytes);
    memset(a.v_rows, 0xff, v_bytes);
    for (size_t p = 0; p < n_keys; p++) {
        memset(a.v_rows + p * row_bytes, 0, row_bytes);
        fill(a.k + p * dim, dim, 2);
        fill(a.v + p * dim, dim, 2);
        model__key_store(type, a.k_tiles, p, a.k + p * dim, dim);
        model__value_store(type, a.v_rows, p, a.v + p * dim, dim);
        model__key_load(type, a.k + p * dim, a.k_tiles, p, dim);
        load_value(type, a.v + p * dim, a.v_rows, p, dim);
    }
    return a;
}

static void define_attention(struct attention *a, double scale)
{
    double *score = malloc(a->n_keys * sizeof *score);
    assert_non_null(score);
    for (size_t t = 0; t < a->n_tok; t++) {
        for (size_t g = 0; g < a->group; g++) {
            const float *q = a->q + (t * a->group + g) * a->dim;
            size_t n = a->n_keys - a->n_tok + t + 1;
            double top = -INFINITY, sum = 0;
            for (size_t p = 0; p < n; p++) {
                score[p] = 0;
                for (size_t d = 0; d < a->dim; d++)
                    score[p] += (double)q[d] * (double)a->k[p * a->dim + d] * scale;
                top = fmax(top, score[p]);
            }
            for (size_t p = 0; p < n; p++)
                sum += score[p] = exp(score[p] - top);
            for (size_t d = 0; d < a->dim; d++) {
                double v = 0;
                for (size_t p = 0; p < n; p++)
                    v += score[p] / sum * (double)a->v[p * a->dim + d];
                a->want[(t * a->group + g) * a->dim + d] = (float)v;
            }
        }
    }
    free(score);
}

static void release_attention(struct attention *a)
{
    void *all[] = {a->q, a->out, a->want, a->k, a->v, a->k_tiles, a->v_rows, a->scratch};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mem_free(all[i]);
}

static void test_ops__attention(void **state)
{
    (void)state;
    static const struct {
        size_t n_keys, n_tok, group, dim;
    } cases[] = {
        {1, 1, 1, 8},    {2, 2, 1, 64},     {63, 1, 4, 64},   {64, 1, 2, 64},
        {65, 1, 2, 64},  {200, 1, 7, 128},  {130, 3, 2, 80},  {70, 48, 2, 64},
        {96, 96, 1, 96}, {140, 12, 8, 256}, {300, 1, 8, 256}, {129, 2, 4, 10},
        {190, 7, 1, 8},  {333, 24, 4, 64},  {513, 13, 7, 64}, {200, 33, 2, 112},
    };
    FOR_EACH_OPS
    {
        for (size_t i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
            model_kv_type type = i % 2 ? MODEL_KV_Q8_0 : MODEL_KV_F16;
            struct attention a = make_attention(type, cases[i / 2].n_keys, cases[i / 2].n_tok,
                                                cases[i / 2].group, cases[i / 2].dim);
            float scale = 1 / sqrtf((float)a.dim);
            struct model__attend_args args = {
                .q = a.q,
                .q_stride = a.group * a.dim,
                .out = a.out,
                .out_stride = a.group * a.dim,
                .type = type,
                .k = a.k_tiles,
                .v = a.v_rows,
                .n_tok = a.n_tok,
                .group = a.group,
                .head_dim = a.dim,
                .first_pos = a.n_keys - a.n_tok,
                .scale = scale,
                .scratch = a.scratch,
            };
            all_ops[o]->attend(&args);
            define_attention(&a, (double)scale);
            assert_near(a.out, a.want, a.n_tok * a.group * a.dim, tolerance, names[o]);
            /* As one of many: near to the definition, in bits of its own. */
            float *alike = a.out;
            a.out = args.out = aligned(a.n_tok * a.group * a.dim * sizeof(float));
            args.many = true;
            all_ops[o]->attend(&args);
            assert_near(a.out, a.want, a.n_tok * a.group * a.dim, tolerance_of_many, names[o]);
            args.many = false;
            mem_free(a.out);
            a.out = alike;
            /* Row by row: the same bits as in the batch. */
            float *batch = a.out, *q = a.q;
            a.out = aligned(a.n_tok * a.group * a.dim * sizeof(float));
            for (size_t t = 0; t < a.n_tok; t++) {
                args.q = q + t * args.q_stride;
                args.out = a.out + t * args.out_stride;
                args.n_tok = 1;
                args.first_pos = a.n_keys - a.n_tok + t;
                all_ops[o]->attend(&args);
            }
            assert_memory_equal(a.out, batch, a.n_tok * a.group * a.dim * sizeof(float));
            mem_free(batch);
            release_attention(&a);
        }
    }
}

TEST_MAIN(cmocka_unit_test(test_ops__norms), cmocka_unit_test(test_ops__activations),
          cmocka_unit_test(test_ops__rotations), cmocka_unit_test(test_ops__halves_are_exact),
          cmocka_unit_test(test_ops__sums_and_finiteness), cmocka_unit_test(test_ops__attention))
