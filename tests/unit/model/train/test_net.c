/* The network against its definition in double precision, on every instruction set that runs here:
 * the loss, and the gradient of each group of parameters as the slope of that loss. */
#include "tests/unit/test.h"

#include "model/isa.h"
#include "model/train/net.h"
#include "model/train/optimizer.h"
#include "tests/unit/model/train/naive_net.h"

enum { N_TOK = 192, N_SEQ = 3 };

static const struct train_shape shape = {.n_embd = 96,
                                         .n_layer = 2,
                                         .n_head = 2,
                                         .n_head_kv = 1,
                                         .n_ff = 160,
                                         .n_vocab = 288,
                                         .n_ctx = 192,
                                         .rope_base = 10000,
                                         .norm_eps = 1e-5F};

static uint16_t tokens[N_SEQ][N_TOK + 1];
static uint8_t counts[N_TOK];
static struct train_sequence sequences[N_SEQ];

/* Text with a pattern, so that there is something to learn. The second sequence counts in part. */
static void make_sequences(void)
{
    for (size_t s = 0; s < N_SEQ; s++) {
        for (size_t i = 0; i <= N_TOK; i++)
            tokens[s][i] = (uint16_t)((i % 7 * 31 + s * 5 + i / 16 * (i % 3)) % shape.n_vocab);
        sequences[s] = (struct train_sequence){tokens[s], s == 1 ? counts : NULL};
    }
    for (size_t i = 0; i < N_TOK; i++)
        counts[i] = i % 3 == 1;
}

/* Larger than at the start of training, so that nothing is nearly linear. */
static train_net *make_net(unsigned n_threads)
{
    train_net *net = NULL;
    assert_int_equal(train_net_create(&net, &shape, n_threads, NULL), ERR_OK);
    train_net_randomise(net, 7);
    float *p = train_net_params(net);
    for (size_t i = 0; i < train_net_n_params(net); i++)
        p[i] *= 5.0F + (float)(i % 3);
    for (size_t i = train_net_gain(net, 0, false); i < train_net_n_params(net); i++)
        p[i] = 0.8F + (float)(i % 5) / 10;
    train_net_changed(net);
    make_sequences();
    return net;
}

static double *as_double(const train_net *net, const float *x)
{
    double *out = calloc(train_net_n_params(net), sizeof *out);
    for (size_t i = 0; i < train_net_n_params(net); i++)
        out[i] = (double)x[i];
    return out;
}

static double loss_by_definition(const train_net *net, const double *p)
{
    double sum = 0;
    for (size_t s = 0; s < N_SEQ; s++)
        sum += naive_loss(p, net, &sequences[s], N_TOK);
    size_t n = 2 * N_TOK;
    for (size_t i = 0; i < N_TOK; i++)
        n += counts[i];
    return sum / (double)n;
}

/* Parameters that are looked at together: the same part of every layer. */
struct group {
    const char *name;
    size_t n, at[4], size;
};

static struct group group_of(const train_net *net, size_t i)
{
    static const char *const names[] = {"q",  "k",    "v",         "o",       "gate",
                                        "up", "down", "attn norm", "ffn norm"};
    struct group g = {.name = names[i], .n = shape.n_layer, .size = shape.n_embd};
    for (uint32_t layer = 0; layer < shape.n_layer; layer++) {
        if (i < TRAIN_PARTS) {
            struct train_matrix m = train_net_matrix(net, layer, (enum train_part)i);
            g.at[layer] = m.at;
            g.size = (size_t)m.n_rows * m.n_cols;
        } else {
            g.at[layer] = train_net_gain(net, layer, i == TRAIN_PARTS + 1);
        }
    }
    return g;
}

static void move(double *p, const float *gradient, const struct group *g, double by)
{
    for (size_t k = 0; k < g->n; k++)
        for (size_t i = g->at[k]; i < g->at[k] + g->size; i++)
            p[i] += by * (double)gradient[i];
}

/* The slope of the loss along the gradient of some parameters is that gradient's length. */
static void check_slope(const train_net *net, double *p, const float *gradient,
                        const struct group *g)
{
    double length = 0;
    for (size_t k = 0; k < g->n; k++)
        for (size_t i = g->at[k]; i < g->at[k] + g->size; i++)
            length += (double)gradient[i] * (double)gradient[i];
    length = sqrt(length);
    assert_true(length > 0);
    const double step = 1e-4;
    move(p, gradient, g, step / length);
    double above = loss_by_definition(net, p);
    move(p, gradient, g, -2 * step / length);
    double below = loss_by_definition(net, p);
    move(p, gradient, g, step / length);
    double slope = (above - below) / (2 * step);
    /* bfloat16 has 8 bits; a direction that is wrong by an angle shows as a slope that is less than
     * the length. */
    if (fabs(slope / length - 1) > 0.02)
        fail_msg("%s: slope %g, length %g", g->name, slope, length);
}

static void check_by_definition(train_net *net)
{
    double *p = as_double(net, train_net_params(net));
    double expected = loss_by_definition(net, p);
    double loss = train_net_loss(net, sequences, N_SEQ, N_TOK);
    assert_true(loss == train_net_learn(net, sequences, N_SEQ, N_TOK));
    if (fabs(loss - expected) > 0.01 * expected)
        fail_msg("loss %g instead of %g", loss, expected);
    const float *gradient = train_net_gradient(net);
    for (size_t i = 0; i < TRAIN_PARTS + 2; i++) {
        struct group g = group_of(net, i);
        check_slope(net, p, gradient, &g);
    }
    const size_t embedding = train_net_embedding(net).at;
    check_slope(net, p, gradient,
                &(struct group){"embedding", 1, {embedding}, (size_t)shape.n_vocab * shape.n_embd});
    const size_t last = train_net_gain(net, shape.n_layer, false);
    check_slope(net, p, gradient, &(struct group){"last norm", 1, {last}, shape.n_embd});
    free(p);
}

/* How far two gradients are apart, as a share of their length. */
static double distance(const train_net *a, const train_net *b)
{
    double apart = 0;
    double length = 0;
    for (size_t i = 0; i < train_net_n_params(a); i++) {
        double x = (double)train_net_gradient(a)[i];
        double d = x - (double)train_net_gradient(b)[i];
        apart += d * d;
        length += x * x;
    }
    return sqrt(apart / length);
}

static void test_net__is_what_its_definition_says(void **state)
{
    (void)state;
    const model_isa before = model_isa_current();
    model__isa_force(MODEL_ISA_SCALAR);
    train_net *plain = make_net(2);
    check_by_definition(plain);
    for (int isa = MODEL_ISA_SCALAR + 1; isa < MODEL_ISA_COUNT; isa++) {
        if (!model__isa_usable((model_isa)isa))
            continue;
        model__isa_force((model_isa)isa);
        train_net *net = make_net(2);
        double loss = train_net_learn(net, sequences, N_SEQ, N_TOK);
        double expected = train_net_learn(plain, sequences, N_SEQ, N_TOK);
        double apart = distance(plain, net);
        print_message("%s: loss %g and %g, gradient off by %g\n", model_isa_name((model_isa)isa),
                      loss, expected, apart);
        assert_true(fabs(loss - expected) < 0.001 * expected && apart < 0.01);
        train_net_destroy(net);
    }
    train_net_destroy(plain);
    model__isa_force(before);
}

static void test_net__same_bytes_again_and_near_with_other_threads(void **state)
{
    (void)state;
    train_net *one = make_net(1);
    train_net *two = make_net(2);
    size_t n = train_net_n_params(two);
    float *first = malloc(n * sizeof *first);
    (void)train_net_learn(two, sequences, N_SEQ, N_TOK);
    memcpy(first, train_net_gradient(two), n * sizeof *first);
    (void)train_net_learn(two, sequences, 1, 64);
    (void)train_net_learn(two, sequences, N_SEQ, N_TOK);
    assert_memory_equal(first, train_net_gradient(two), n * sizeof *first);
    (void)train_net_learn(one, sequences, N_SEQ, N_TOK);
    assert_true(distance(one, two) < 3e-5);
    free(first);
    train_net_destroy(one);
    train_net_destroy(two);
}

static void test_net__nothing_that_counts_is_no_loss(void **state)
{
    (void)state;
    train_net *net = make_net(2);
    static const uint8_t none[N_TOK];
    struct train_sequence s = {tokens[0], none};
    assert_true(train_net_learn(net, &s, 1, N_TOK) == 0);
    for (size_t i = 0; i < train_net_n_params(net); i++)
        assert_true(train_net_gradient(net)[i] == 0);
    train_net_destroy(net);
}

static void test_net__refuses_what_it_cannot_train(void **state)
{
    (void)state;
    struct train_shape wrong[6];
    for (size_t i = 0; i < 6; i++)
        wrong[i] = shape;
    wrong[0].n_embd = 100;
    wrong[1].n_ff = 0;
    wrong[2].n_head_kv = 3;
    wrong[3].n_ctx = 100;
    wrong[4].n_vocab = 70000;
    wrong[5].n_layer = 0;
    for (size_t i = 0; i < 6; i++) {
        train_net *net = NULL;
        err e = {0};
        assert_int_equal(train_net_create(&net, &wrong[i], 1, &e), ERR_UNSUPPORTED);
        assert_null(net);
        assert_true(strlen(e.text) > 10);
    }
}

static void create_and_destroy(void)
{
    train_net *net = NULL;
    err_code rc = train_net_create(&net, &shape, 2, NULL);
    assert_true(rc == ERR_OK || (rc == ERR_NOMEM && !net));
    train_net_destroy(net);
}

static void test_net__survives_every_failing_allocation(void **state)
{
    (void)state;
    FOR_EACH_FAILING_ALLOCATION(create_and_destroy());
}

static void test_optimizer__learns_by_heart(void **state)
{
    (void)state;
    train_net *net = NULL;
    train_optimizer *o = NULL;
    assert_int_equal(train_net_create(&net, &shape, 2, NULL), ERR_OK);
    assert_int_equal(train_optimizer_create(&o, net, NULL), ERR_OK);
    make_sequences();
    train_net_randomise(net, 1);
    double first = train_net_loss(net, sequences, N_SEQ, N_TOK);
    assert_true(fabs(first - log(shape.n_vocab)) < 0.2);
    for (int i = 0; i < 60; i++) {
        (void)train_net_learn(net, sequences, N_SEQ, N_TOK);
        double norm = train_optimizer_step(o, 0.01F);
        assert_true(norm > 0 && norm < 1e6);
    }
    double last = train_net_loss(net, sequences, N_SEQ, N_TOK);
    print_message("loss %g, then %g\n", first, last);
    assert_true(last < 0.2 * first);
    train_optimizer_destroy(o);
    train_net_destroy(net);
}

/* The first step of Muon moves a matrix by a nearly orthogonal one times a known length. */
static void test_optimizer__steps_of_matrices_are_orthogonal(void **state)
{
    (void)state;
    train_net *net = make_net(2);
    train_optimizer *o = NULL;
    assert_int_equal(train_optimizer_create(&o, net, NULL), ERR_OK);
    const float rate = 0.01F;
    size_t n = train_net_n_params(net);
    float *before = malloc(n * sizeof *before);
    memcpy(before, train_net_params(net), n * sizeof *before);
    (void)train_net_learn(net, sequences, N_SEQ, N_TOK);
    (void)train_optimizer_step(o, rate);
    for (int part = 0; part < TRAIN_PARTS; part++) {
        struct train_matrix m = train_net_matrix(net, 0, (enum train_part)part);
        double longer = m.n_rows > m.n_cols ? m.n_rows : m.n_cols;
        double shorter = m.n_rows > m.n_cols ? m.n_cols : m.n_rows;
        double unit = (double)rate * 0.2 * sqrt(longer);
        double sum = 0;
        const size_t size = (size_t)m.n_rows * m.n_cols;
        for (size_t i = 0; i < size; i++) {
            double kept = (double)before[m.at + i] * (1 - (double)rate * 0.1);
            double by = (kept - (double)train_net_params(net)[m.at + i]) / unit;
            sum += by * by;
        }
        /* The mean square of the singular values, which five steps bring to about [0.7, 1.2];
         * directions in which the gradient is nearly nothing stay behind. */
        double mean = sum / shorter;
        if (mean < 0.3 || mean > 1.3)
            fail_msg("part %d: %g", part, mean);
    }
    free(before);
    train_optimizer_destroy(o);
    train_net_destroy(net);
}

static void test_optimizer__leaves_all_as_it_was_at_a_bad_gradient(void **state)
{
    (void)state;
    train_net *net = make_net(1);
    train_optimizer *o = NULL;
    assert_int_equal(train_optimizer_create(&o, net, NULL), ERR_OK);
    train_net_params(net)[5] = INFINITY;
    train_net_changed(net);
    (void)train_net_learn(net, sequences, N_SEQ, N_TOK);
    size_t n = train_net_n_params(net);
    float *before = malloc(n * sizeof *before);
    memcpy(before, train_net_params(net), n * sizeof *before);
    assert_true(!isfinite(train_optimizer_step(o, 0.01F)));
    assert_memory_equal(before, train_net_params(net), n * sizeof *before);
    assert_int_equal(*train_optimizer_state(o).n_steps, 0);
    free(before);
    train_optimizer_destroy(o);
    train_net_destroy(net);
}

TEST_MAIN(cmocka_unit_test(test_net__is_what_its_definition_says),
          cmocka_unit_test(test_net__same_bytes_again_and_near_with_other_threads),
          cmocka_unit_test(test_net__nothing_that_counts_is_no_loss),
          cmocka_unit_test(test_net__refuses_what_it_cannot_train),
          cmocka_unit_test(test_net__survives_every_failing_allocation),
          cmocka_unit_test(test_optimizer__learns_by_heart),
          cmocka_unit_test(test_optimizer__steps_of_matrices_are_orthogonal),
          cmocka_unit_test(test_optimizer__leaves_all_as_it_was_at_a_bad_gradient))
