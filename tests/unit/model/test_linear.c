#include "tests/unit/test.h"

#include <math.h>

#include "model/blas.h"
#include "model/linear.h"
#include "tests/unit/model/random_weights.h"

/* A matrix with everything needed to apply it. */
struct fixture {
    const struct model__format *format;
    size_t n_in;
    size_t n_out;
    uint8_t *base; /* what was allocated; the rows begin one byte in: tensors have any alignment */
    const uint8_t *rows;
    model__linear *l;
};

static struct fixture fixture_create(uint32_t type, size_t n_in, size_t n_out, uint64_t *seed)
{
    const struct model__format *f = model__format_of(type);
    assert_non_null(f);
    size_t n_bytes = model__format_row_bytes(f, n_in) * n_out;
    struct fixture x = {.format = f, .n_in = n_in, .n_out = n_out};
    x.base = malloc(n_bytes + 1);
    x.rows = x.base + 1;
    random_rows(f, x.base + 1, n_bytes, seed);
    struct gguf_tensor t = tensor_of(type, x.rows, n_in, n_out, n_bytes);
    err e = {0};
    assert_ok(model__linear_create(&x.l, &t, &e), &e);
    assert_int_equal(model__linear_n_in(x.l), n_in);
    assert_int_equal(model__linear_n_out(x.l), n_out);
    return x;
}

static void fixture_destroy(struct fixture *x)
{
    model__linear_destroy(x->l);
    free(x->base);
}

static void apply(const struct fixture *f, model__pool *pool, float *y, const float *x,
                  size_t n_tok)
{
    void *scratch = mem_alloc_aligned(model__linear_scratch(f->l, n_tok), 64);
    assert_non_null(scratch);
    model__linear_apply(f->l, pool, y, f->n_out, x, f->n_in, n_tok, scratch);
    mem_free(scratch);
}

/* What the product should be, in double precision from the dequantised row, and how far a right
 * answer may be away:
 * - integer dot products: quantising activations to 127 steps moves each by at most half a step
 * plus the rounding of the step to f16 (2^-11 of the value);
 * - bf16 tiles: both factors rounded to 8 bits, 2^-9 each, of 32-bit products; for weights that are
 * not quantised both are kept to 16 bits and one product of four is dropped, 3 * 2^-18;
 * - everywhere: f32 sums of n terms stay within n * 2^-24 of the sum of magnitudes, twice that as w
 * itself is rounded. Formats with minima sum scale * w and min apart, which may each be larger than
 * their difference. */
enum method { BY_INTEGERS, BY_TILES, BY_F32 };

static enum method method_of(const struct model__format *f, size_t n_tok)
{
    if (n_tok <= MODEL__LINEAR_EXACT_TOKENS)
        return BY_INTEGERS;
    if (model_isa_current() == MODEL_ISA_AMX)
        return BY_TILES;
    /* OpenBLAS if it is there; the bound of integers is the wider one. */
    return f->quantised ? BY_INTEGERS : BY_F32;
}

/* w: the row, dequantised; step[i]: the largest |x| in the group of i. */
static double expected(const struct fixture *f, const float *w, const float *x, const float *step,
                       enum method method, double *bound)
{
    bool by_integers = f->format->quantised && method == BY_INTEGERS;
    double sum = 0;
    double magnitude = 0;
    double stepped = 0;
    for (size_t i = 0; i < f->n_in; i++) {
        sum += (double)w[i] * x[i];
        magnitude += fabs((double)w[i] * x[i]);
        stepped += fabs((double)w[i] * step[i]);
    }
    *bound = by_integers ? stepped * (0.5 / 127 + 0x1p-11) : 0;
    if (method == BY_TILES)
        *bound += magnitude * (f->format->quantised ? 0x1.01p-8 : 3 * 0x1p-18);
    double slack = f->format->has_min ? 16 : 1;
    *bound += magnitude * slack * (double)f->n_in * 0x1p-23;
    return sum;
}

static void group_maxima(float *step, const float *x, size_t n)
{
    for (size_t g = 0; g < n; g += 32) {
        size_t end = n - g < 32 ? n : g + 32;
        float max = 0;
        for (size_t i = g; i < end; i++)
            max = fmaxf(max, fabsf(x[i]));
        for (size_t i = g; i < end; i++)
            step[i] = max;
    }
}

static void check_against_double(const struct fixture *f, model__pool *pool, size_t n_tok,
                                 enum method method, uint64_t *seed)
{
    /* Rows of x and y lie apart, and what is between those of y must stay as it is. */
    size_t x_stride = f->n_in + 3;
    size_t y_stride = f->n_out + 5;
    float *x = malloc(n_tok * x_stride * sizeof *x);
    float *y = calloc(n_tok * y_stride, sizeof *y);
    random_floats(x, n_tok * x_stride, seed);
    void *scratch = mem_alloc_aligned(model__linear_scratch(f->l, n_tok), 64);
    assert_non_null(scratch);
    model__linear_apply(f->l, pool, y, y_stride, x, x_stride, n_tok, scratch);
    mem_free(scratch);
    float *step = malloc(n_tok * x_stride * sizeof *step);
    float *w = malloc(f->n_in * sizeof *w), *row = malloc(f->n_in * sizeof *row);
    for (size_t t = 0; t < n_tok; t++)
        group_maxima(step + t * x_stride, x + t * x_stride, f->n_in);
    for (size_t r = 0; r < y_stride; r++) {
        if (r < f->n_out) {
            /* The matrix may be packed by now; its rows still say what the file says. */
            model__linear_row(f->l, r, row);
            model__dequantise(f->format, w,
                              f->rows + r * model__format_row_bytes(f->format, f->n_in), f->n_in);
            assert_memory_equal(row, w, f->n_in * sizeof *w);
        }
        for (size_t t = 0; t < n_tok; t++) {
            double bound = 0;
            double want = 0;
            if (r < f->n_out)
                want = expected(f, w, x + t * x_stride, step + t * x_stride, method, &bound);
            double got = y[t * y_stride + r];
            if (!(fabs(got - want) <= bound))
                fail_msg("%s, type %s, %zu x %zu, token %zu of %zu, row %zu: got %.9g want %.9g, "
                         "bound %.3g",
                         model_isa_name(model_isa_current()), model_type_name(f->format->type),
                         f->n_in, f->n_out, t, n_tok, r, got, want, bound);
        }
    }
    free(row);
    free(w);
    free(step);
    free(x);
    free(y);
}

static void test_linear__is_the_product(void **state)
{
    (void)state;
    model__pool *pool = NULL;
    assert_ok(model__pool_create(&pool, 2, NULL), NULL);
    uint64_t seed = 1;
    for (size_t i = 0; i < N_TYPES; i++) {
        size_t unit = model__format_of(all_types[i])->n_elements;
        size_t widths[] = {unit, 3 * unit, unit == 1 ? 37 : 8 * unit};
        for (size_t k = 0; k < 3; k++) {
            struct fixture f = fixture_create(all_types[i], widths[k], 19, &seed);
            check_against_double(&f, pool, 1, BY_INTEGERS, &seed);
            check_against_double(&f, pool, 5, BY_INTEGERS, &seed);
            fixture_destroy(&f);
        }
    }
    model__pool_destroy(pool);
}

/* Larger batches, where a matrix unit or a general multiplication takes over if there is one. */
static void test_linear__large_batches_are_the_product(void **state)
{
    (void)state;
    model_isa before = model_isa_current();
    model__pool *pool = NULL;
    assert_ok(model__pool_create(&pool, 2, NULL), NULL);
    uint64_t seed = 6;
    static const size_t batches[] = {17, 31, 32, 33, 64};
    static const size_t heights[] = {1, 15, 33, 130};
    for (int isa = 0; isa < MODEL_ISA_COUNT; isa++) {
        if (!model__isa_usable((model_isa)isa))
            continue;
        model__isa_force((model_isa)isa);
        for (size_t i = 0; i < N_TYPES * 4; i++) {
            const struct model__format *format = model__format_of(all_types[i % N_TYPES]);
            size_t unit = format->n_elements;
            size_t width = unit == 256 ? 512 : unit == 32 ? 96 : 77;
            model__linear_pack_limit(i / N_TYPES % 2 ? 0 : 32u << 20);
            struct fixture f = fixture_create(format->type, width, heights[i / N_TYPES], &seed);
            size_t n_tok = batches[i % 5];
            check_against_double(&f, pool, n_tok, method_of(format, n_tok), &seed);
            fixture_destroy(&f);
        }
    }
    model__linear_pack_limit(32u << 20);
    model__isa_force(before);
    model__pool_destroy(pool);
}

/* Deeper than what the matrix unit's kernels expand at once. */
static void test_linear__deep_matrices_are_the_product(void **state)
{
    (void)state;
    model__pool *pool = NULL;
    assert_ok(model__pool_create(&pool, 1, NULL), NULL);
    uint64_t seed = 7;
    static const uint32_t types[] = {MODEL_TYPE_F32, MODEL_TYPE_F16, MODEL_TYPE_Q8_0,
                                     MODEL_TYPE_Q4_K};
    for (size_t i = 0; i < 4; i++) {
        model__linear_pack_limit(i % 2 ? 0 : 32u << 20);
        struct fixture f = fixture_create(types[i], 4864, 37, &seed);
        check_against_double(&f, pool, 18, method_of(f.format, 18), &seed);
        fixture_destroy(&f);
    }
    model__linear_pack_limit(32u << 20);
    model__pool_destroy(pool);
}

/* OpenBLAS from dequantised weights rounds nothing but f32 sums. */
static void test_linear__blas_is_the_product(void **state)
{
    (void)state;
    if (!model__blas_available())
        skip();
    assert_int_equal(model__blas_n_threads(), 1);
    model__pool *pool = NULL;
    assert_ok(model__pool_create(&pool, 3, NULL), NULL);
    model__linear_use_blas(MODEL__BLAS_ALWAYS);
    uint64_t seed = 8;
    for (size_t i = 0; i < N_TYPES; i++) {
        size_t unit = model__format_of(all_types[i])->n_elements;
        size_t width = i == 0 ? 2309 : unit == 256 ? 512 : unit == 32 ? 2304 : 77;
        struct fixture f = fixture_create(all_types[i], width, i % 2 ? 130 : 17, &seed);
        check_against_double(&f, pool, i % 2 ? 65 : 64, BY_F32, &seed);
        fixture_destroy(&f);
    }
    model__linear_use_blas(MODEL__BLAS_WHERE_FASTER);
    model__pool_destroy(pool);
}

/* Where activations are nothing, tiny, huge or not numbers. */
static void test_linear__every_isa_agrees_at_the_ends_of_f32(void **state)
{
    (void)state;
    model_isa before = model_isa_current();
    model__pool *pool = NULL;
    assert_ok(model__pool_create(&pool, 1, NULL), NULL);
    uint64_t seed = 9;
    static const float sizes[] = {0,    1e-42f, 1e-36f, 1e-6f,    0.007f, 1,
                                  1e7f, 1e30f,  3e38f,  INFINITY, NAN};
    enum { N_SIZES = sizeof sizes / sizeof *sizes, N_IN = 256, N_OUT = 20 };
    for (size_t i = 0; i < N_TYPES; i++) {
        struct fixture f = fixture_create(all_types[i], N_IN, N_OUT, &seed);
        for (size_t k = 0; k < N_SIZES; k++) {
            float x[N_IN];
            float want[N_OUT];
            float got[N_OUT];
            for (size_t j = 0; j < N_IN; j++)
                x[j] = j % 37 == 0 ? sizes[k] : random_float(&seed) * fminf(sizes[k], 1);
            model__isa_force(MODEL_ISA_SCALAR);
            apply(&f, pool, want, x, 1);
            for (int isa = 1; isa < MODEL_ISA_COUNT; isa++) {
                if (!model__isa_usable((model_isa)isa))
                    continue;
                model__isa_force((model_isa)isa);
                apply(&f, pool, got, x, 1);
                for (size_t r = 0; r < N_OUT; r++)
                    if (got[r] != want[r] && !(got[r] != got[r] && want[r] != want[r]))
                        fail_msg("%s, %s, activations of %g, row %zu: got %.9g want %.9g",
                                 model_isa_name((model_isa)isa), model_type_name(all_types[i]),
                                 sizes[k], r, got[r], want[r]);
            }
        }
        fixture_destroy(&f);
    }
    model__isa_force(before);
    model__pool_destroy(pool);
}

/* The promise of MODEL__LINEAR_EXACT_TOKENS: alone or in a batch, with one thread or three. */
static void test_linear__small_batches_change_nothing(void **state)
{
    (void)state;
    model__pool *one = NULL;
    model__pool *three = NULL;
    assert_ok(model__pool_create(&one, 1, NULL), NULL);
    assert_ok(model__pool_create(&three, 3, NULL), NULL);
    uint64_t seed = 2;
    enum { N_TOK = MODEL__LINEAR_EXACT_TOKENS, N_OUT = 53 };
    for (size_t i = 0; i < N_TYPES; i++) {
        struct fixture f = fixture_create(all_types[i], 512, N_OUT, &seed);
        float *x = malloc(N_TOK * f.n_in * sizeof *x);
        random_floats(x, N_TOK * f.n_in, &seed);
        float alone[N_TOK][N_OUT];
        float batch[N_TOK][N_OUT];
        for (size_t t = 0; t < N_TOK; t++)
            apply(&f, one, alone[t], x + t * f.n_in, 1);
        for (size_t n = 1; n <= N_TOK; n += 1 + n / 4) {
            apply(&f, n % 3 ? three : one, batch[0], x, n);
            assert_memory_equal(batch, alone, n * sizeof alone[0]);
        }
        free(x);
        fixture_destroy(&f);
    }
    model__pool_destroy(one);
    model__pool_destroy(three);
}

/* Every instruction set that can run here against the oracle: the same bits, packed or not, at
 * widths of one to several blocks and heights around the 16 rows of a panel. */
static void test_linear__every_isa_gives_the_same_bits(void **state)
{
    (void)state;
    model_isa before = model_isa_current();
    model__pool *pool = NULL;
    assert_ok(model__pool_create(&pool, 2, NULL), NULL);
    uint64_t seed = 5;
    enum { N_TOK = MODEL__LINEAR_EXACT_TOKENS };
    static const size_t heights[] = {1, 35};
    for (size_t i = 0; i < N_TYPES * 3 * 2 * 2; i++) {
        uint32_t type = all_types[i % N_TYPES];
        size_t unit = model__format_of(type)->n_elements;
        size_t widths[] = {unit, 3 * unit, unit == 1 ? 601 : unit == 32 ? 31 * unit : 9 * unit};
        size_t n_out = heights[i / N_TYPES / 3 % 2];
        model__linear_pack_limit(i / N_TYPES / 6 ? 0 : 32u << 20);
        struct fixture f = fixture_create(type, widths[i / N_TYPES % 3], n_out, &seed);
        float *x = malloc(N_TOK * f.n_in * sizeof *x);
        float *want = malloc(N_TOK * n_out * sizeof *want);
        float *got = malloc(N_TOK * n_out * sizeof *got);
        random_floats(x, N_TOK * f.n_in, &seed);
        model__isa_force(MODEL_ISA_SCALAR);
        apply(&f, pool, want, x, N_TOK);
        for (int isa = 0; isa < MODEL_ISA_COUNT; isa++) {
            if (!model__isa_usable((model_isa)isa))
                continue;
            model__isa_force((model_isa)isa);
            static const size_t batches[] = {1, 2, 5, 11, N_TOK};
            for (size_t k = 0; k < sizeof batches / sizeof *batches; k++) {
                size_t n_tok = batches[k];
                apply(&f, pool, got, x, n_tok);
                if (memcmp(got, want, n_tok * n_out * sizeof *got) != 0)
                    fail_msg("%s, %s, %zu x %zu, %zu tokens, pass %zu: not the oracle's bits",
                             model_isa_name((model_isa)isa), model_type_name(type), f.n_in, n_out,
                             n_tok, i / N_TYPES / 6);
            }
        }
        free(x);
        free(want);
        free(got);
        fixture_destroy(&f);
    }
    model__linear_pack_limit(32u << 20);
    model__isa_force(before);
    model__pool_destroy(pool);
}

/* The same for more tokens than MODEL__LINEAR_EXACT_TOKENS, where neither a matrix unit nor
 * OpenBLAS takes over: numbers that fill no tile, and more than kernels keep sums of. */
static void test_linear__large_batches_without_a_matrix_unit_give_the_same_bits(void **state)
{
    (void)state;
    model_isa before = model_isa_current();
    model__pool *pool = NULL;
    assert_ok(model__pool_create(&pool, 2, NULL), NULL);
    model__linear_use_blas(MODEL__BLAS_NEVER);
    uint64_t seed = 10;
    enum { N_OUT = 19 };
    for (size_t i = 0; i < N_TYPES * 2; i++) {
        uint32_t type = all_types[i % N_TYPES];
        size_t unit = model__format_of(type)->n_elements;
        size_t n_in = i >= N_TYPES ? (unit == 1 ? 32 : unit) : unit == 256 ? 3 * unit : 21 * 32;
        size_t n_tok = i < N_TYPES ? 61 : 520;
        model__linear_pack_limit(i % 2 ? 0 : 32u << 20);
        struct fixture f = fixture_create(type, n_in, N_OUT, &seed);
        float *x = malloc(n_tok * n_in * sizeof *x);
        float *want = malloc(n_tok * N_OUT * sizeof *want);
        float *got = malloc(n_tok * N_OUT * sizeof *got);
        random_floats(x, n_tok * n_in, &seed);
        model__isa_force(MODEL_ISA_SCALAR);
        apply(&f, pool, want, x, n_tok);
        for (int isa = 1; isa < MODEL_ISA_COUNT; isa++) {
            if (!model__isa_usable((model_isa)isa) || isa == MODEL_ISA_AMX)
                continue;
            model__isa_force((model_isa)isa);
            apply(&f, pool, got, x, n_tok);
            if (memcmp(got, want, n_tok * N_OUT * sizeof *got) != 0)
                fail_msg("%s, %s, %zu x %d, %zu tokens: not the oracle's bits",
                         model_isa_name((model_isa)isa), model_type_name(type), n_in, (int)N_OUT,
                         n_tok);
        }
        free(x);
        free(want);
        free(got);
        fixture_destroy(&f);
    }
    model__linear_use_blas(MODEL__BLAS_WHERE_FASTER);
    model__linear_pack_limit(32u << 20);
    model__isa_force(before);
    model__pool_destroy(pool);
}

static void test_linear__many_equal_one_by_one(void **state)
{
    (void)state;
    model__pool *pool = NULL;
    assert_ok(model__pool_create(&pool, 3, NULL), NULL);
    uint64_t seed = 3;
    static const uint32_t types[3] = {MODEL_TYPE_Q8_0, MODEL_TYPE_F16, MODEL_TYPE_Q6_K};
    static const size_t n_out[3] = {40, 7, 129};
    struct fixture f[3];
    const model__linear *l[3];
    float *y[3];
    enum { N_TOK = 3, N_IN = 256, STRIDE = 200 };
    for (size_t i = 0; i < 3; i++) {
        f[i] = fixture_create(types[i], N_IN, n_out[i], &seed);
        l[i] = f[i].l;
        y[i] = calloc(N_TOK * STRIDE, sizeof(float));
    }
    float x[N_TOK][N_IN + 5];
    random_floats(x[0], N_TOK * (N_IN + 5), &seed);
    void *scratch = mem_alloc_aligned(model__linear_scratch(l[0], N_TOK), 64);
    model__linear_apply_many(l, 3, pool, y, (size_t[]){STRIDE, STRIDE, STRIDE}, x[0], N_IN + 5,
                             N_TOK, scratch);
    for (size_t i = 0; i < 3; i++) {
        float single[N_TOK * STRIDE] = {0};
        model__linear_apply(l[i], pool, single, STRIDE, x[0], N_IN + 5, N_TOK, scratch);
        /* Nothing between the rows of y is written. */
        assert_memory_equal(y[i], single, sizeof single);
        assert_true(single[n_out[i]] == 0 && single[0] != 0);
        free(y[i]);
        fixture_destroy(&f[i]);
    }
    mem_free(scratch);
    model__pool_destroy(pool);
}

static void test_linear__keeps_nan_to_its_token(void **state)
{
    (void)state;
    model__pool *pool = NULL;
    assert_ok(model__pool_create(&pool, 1, NULL), NULL);
    uint64_t seed = 4;
    struct fixture f = fixture_create(MODEL_TYPE_Q8_0, 64, 20, &seed);
    float x[3][64];
    float y[3][20];
    random_floats(x[0], 3 * 64, &seed);
    x[1][40] = NAN;
    x[2][3] = INFINITY;
    apply(&f, pool, y[0], x[0], 3);
    for (size_t r = 0; r < 20; r++) {
        assert_true(isfinite(y[0][r]) != 0);
        assert_true(!isfinite(y[1][r]));
        assert_true(!isfinite(y[2][r]));
    }
    fixture_destroy(&f);
    model__pool_destroy(pool);
}

static void test_linear__refuses_what_it_cannot_do(void **state)
{
    (void)state;
    uint8_t data[64] = {0};
    const struct {
        struct gguf_tensor t;
        err_code want;
    } cases[] = {
        {{.name = STR("w"),
          .type = MODEL_TYPE_I8,
          .n_dims = 2,
          .dims = {1, 1},
          .data = data,
          .n_bytes = 1},
         ERR_UNSUPPORTED},
        {{.name = STR("w"), .type = 77, .n_dims = 2, .dims = {1, 1}, .data = data, .n_bytes = 64},
         ERR_UNSUPPORTED},
        {{.name = STR("w"), .type = 0, .n_dims = 1, .dims = {4, 1}, .data = data, .n_bytes = 16},
         ERR_FORMAT},
        {{.name = STR("w"), .type = 0, .n_dims = 2, .dims = {0, 1}, .data = data, .n_bytes = 16},
         ERR_FORMAT},
        {{.name = STR("w"), .type = 0, .n_dims = 2, .dims = {4, 5}, .data = data, .n_bytes = 64},
         ERR_FORMAT},
        {{.name = STR("w"), .type = 8, .n_dims = 2, .dims = {33, 1}, .data = data, .n_bytes = 64},
         ERR_FORMAT},
        {{.name = STR("w"),
          .type = 0,
          .n_dims = 2,
          .dims = {UINT64_MAX, 4},
          .data = data,
          .n_bytes = 64},
         ERR_FORMAT},
        {{.name = STR("w"),
          .type = 0,
          .n_dims = 2,
          .dims = {4, UINT64_MAX / 4},
          .data = data,
          .n_bytes = 64},
         ERR_FORMAT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        model__linear *l = NULL;
        err e = {0};
        assert_int_equal(model__linear_create(&l, &cases[i].t, &e), cases[i].want);
        assert_null(l);
        assert_true(e.text[0] != 0);
    }
    model__linear_destroy(NULL);
}

static void test_linear__survives_failing_allocations(void **state)
{
    (void)state;
    float data[4] = {1, 2, 3, 4};
    struct gguf_tensor t = tensor_of(MODEL_TYPE_F32, data, 2, 2, sizeof data);
    FOR_EACH_FAILING_ALLOCATION({
        model__linear *l = NULL;
        err_code rc = model__linear_create(&l, &t, NULL);
        assert_true(rc == ERR_OK || (rc == ERR_NOMEM && !l));
        model__linear_destroy(l);
    })
}

TEST_MAIN(cmocka_unit_test(test_linear__is_the_product),
          cmocka_unit_test(test_linear__large_batches_are_the_product),
          cmocka_unit_test(test_linear__deep_matrices_are_the_product),
          cmocka_unit_test(test_linear__blas_is_the_product),
          cmocka_unit_test(test_linear__every_isa_agrees_at_the_ends_of_f32),
          cmocka_unit_test(test_linear__small_batches_change_nothing),
          cmocka_unit_test(test_linear__every_isa_gives_the_same_bits),
          cmocka_unit_test(test_linear__large_batches_without_a_matrix_unit_give_the_same_bits),
          cmocka_unit_test(test_linear__many_equal_one_by_one),
          cmocka_unit_test(test_linear__keeps_nan_to_its_token),
          cmocka_unit_test(test_linear__refuses_what_it_cannot_do),
          cmocka_unit_test(test_linear__survives_failing_allocations))
