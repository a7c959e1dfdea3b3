/* How fast training goes, and which share of what the matrix unit can do that is: tokens per
 * second of one step (way forth, way back, optimiser), by part, and the products alone.
 *
 * The peak is that of all threads at once: processors that are two halves of one core share its
 * matrix unit.
 *
 *   bench_train [LAYERS EMBD FF HEADS KV_HEADS]      default: the layout of 17.7 million parameters
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"
#include "model/isa.h"
#include "model/kernels/kernels.h"
#include "model/train/net.h"
#include "model/train/optimizer.h"
#include "model/train/product.h"

enum { N_TOK = 1024, N_SEQ = 16, ROUNDS = 4 };

/* Of processor time of all threads, divided by their number: what others take does not count. */
static double seconds(unsigned n_threads)
{
    return (double)clock_cpu_ns() * 1e-9 / n_threads;
}

/* Operations of one token, forth and back: 6 per parameter of a matrix, and the scores and values
 * of attention over half of the sequence on average, which are computed once more on the way back.
 */
static double operations(const struct train_shape *s)
{
    double d = s->n_embd;
    double q = 64.0 * s->n_head;
    double kv = 64.0 * s->n_head_kv;
    double matrices =
        s->n_layer * (d * (q + 2 * kv) + q * d + 3.0 * d * s->n_ff) + (double)s->n_vocab * d;
    return 6 * matrices + s->n_layer * 7 * 2 * q * N_TOK / 2;
}

/* ---- what the matrix unit can do, and what products get of it ---- */

enum { PEAK_ROUNDS = 10000 };

struct products {
    struct train_shape shape;
    double done[64]; /* operations of each part */
};

static void peak_part(void *arg, unsigned index, unsigned n_parts)
{
    struct products *p = arg;
    (void)n_parts;
    p->done[index] = 0;
#ifdef __x86_64__
    for (int round = 0; round < PEAK_ROUNDS; round++)
        p->done[index] += 2 * (double)model__kernels_amx.exercise();
#endif
}

static void *some_numbers(size_t n_bytes)
{
    unsigned char *x = mem_alloc_large(n_bytes);
    for (size_t i = 0; x && i < n_bytes; i++)
        x[i] = i % 2 ? 0x3c : (unsigned char)i; /* small numbers, in f32 and in bfloat16 */
    return x;
}

/* Both halves of a layer's feed-forward as training asks for them: panels of rows times blocks of
 * columns, and a gradient of weights. */
static void products_part(void *arg, unsigned index, unsigned n_parts)
{
    enum { PANEL = 256, STRIPE = 128 };
    struct products *p = arg;
    const struct train__products *ops = train__products_current();
    const size_t d = p->shape.n_embd;
    const size_t f = p->shape.n_ff;
    bf16 *x = some_numbers((size_t)N_TOK * d * sizeof *x);
    bf16 *dy = some_numbers((size_t)N_TOK * f * sizeof *dy);
    void *weights = some_numbers(d * f * ops->operand_bytes);
    void *operand = some_numbers(N_TOK * (d < f ? d : f) * ops->operand_bytes);
    float *block = some_numbers(sizeof(float) * PANEL * STRIPE);
    float *gradient = some_numbers(d * f * sizeof *gradient);
    void *scratch = some_numbers(TRAIN__PRODUCT_SCRATCH);
    (void)n_parts;
    p->done[index] = 0;
    if (x && dy && weights && operand && block && gradient && scratch) {
        for (int round = 0; round < 20; round++) {
            for (size_t row = 0; row < N_TOK; row += PANEL)
                for (size_t col = 0; col < f; col += STRIPE)
                    ops->multiply(block, STRIPE, false, x + row * d, d, PANEL,
                                  train__operand_at(ops, weights, d, col, 0), d,
                                  f - col < STRIPE ? f - col : STRIPE, d, scratch);
            ops->gradient(gradient, dy, f, f, x, d, d, N_TOK, operand, scratch);
            p->done[index] += 4.0 * N_TOK * (double)(d * f);
        }
    }
    mem_free(x);
    mem_free(dy);
    mem_free(weights);
    mem_free(operand);
    mem_free(block);
    mem_free(gradient);
    mem_free(scratch);
}

/* Operations a second of all threads together. */
static double rate_of(train_net *net, model__part_fn *part, unsigned n_threads)
{
    struct products p = {.shape = *train_net_shape(net)};
    double begin = seconds(n_threads);
    model__pool_run(train_net_pool(net), part, &p);
    double end = seconds(n_threads);
    double sum = 0;
    for (unsigned i = 0; i < n_threads; i++)
        sum += p.done[i];
    return sum / (end - begin);
}

int main(int argc, char **argv)
{
    struct train_shape s = {.n_embd = 384,
                            .n_layer = 8,
                            .n_head = 6,
                            .n_head_kv = 3,
                            .n_ff = 1024,
                            .n_vocab = 12352,
                            .n_ctx = N_TOK,
                            .rope_base = 10000,
                            .norm_eps = 1e-5F};
    if (argc == 6) {
        s.n_layer = (uint32_t)strtoul(argv[1], NULL, 10);
        s.n_embd = (uint32_t)strtoul(argv[2], NULL, 10);
        s.n_ff = (uint32_t)strtoul(argv[3], NULL, 10);
        s.n_head = (uint32_t)strtoul(argv[4], NULL, 10);
        s.n_head_kv = (uint32_t)strtoul(argv[5], NULL, 10);
    }
    unsigned n_threads = thread_cpu_count();
    n_threads = n_threads < 64 ? n_threads : 64;
    train_net *net = NULL;
    train_optimizer *o = NULL;
    err e = {0};
    if (train_net_create(&net, &s, n_threads, &e) != ERR_OK ||
        train_optimizer_create(&o, net, &e) != ERR_OK) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    train_net_randomise(net, 1);
    static uint16_t tokens[N_SEQ][N_TOK + 1];
    struct train_sequence sequences[N_SEQ];
    for (size_t i = 0; i < N_SEQ; i++) {
        for (size_t k = 0; k <= N_TOK; k++)
            tokens[i][k] = (uint16_t)((k * k * 7 + i * 31 + k / 5) % s.n_vocab);
        sequences[i] = (struct train_sequence){tokens[i], NULL};
    }
    const double work = operations(&s) * N_TOK * N_SEQ;
    printf("%.1f million parameters, %u threads, %s\n", (double)train_net_n_params(net) / 1e6,
           n_threads, model_isa_name(model_isa_current()));
    for (int i = 0; i < ROUNDS; i++) {
        double peak = model_isa_current() == MODEL_ISA_AMX ? rate_of(net, peak_part, n_threads) : 0;
        double products = rate_of(net, products_part, n_threads);
        double begin = seconds(n_threads);
        double loss = train_net_loss(net, sequences, N_SEQ, N_TOK);
        double forth = seconds(n_threads);
        (void)train_net_learn(net, sequences, N_SEQ, N_TOK);
        double back = seconds(n_threads);
        (void)train_optimizer_step(o, 0.003F);
        double step = seconds(n_threads);
        printf("loss %.3f: loss alone %.3f s, with gradient %.3f s (%.2f TFLOP/s), optimiser %.3f "
               "s: %.0f tokens/s\n",
               loss, forth - begin, back - forth, work / (back - forth) * 1e-12, step - back,
               N_TOK * N_SEQ / (step - forth));
        printf("  products alone %.2f TFLOP/s, the unit's peak %.2f TFLOP/s", products * 1e-12,
               peak * 1e-12);
        if (peak > 0)
            printf(": %.0f %% of it, training %.0f %%", 100 * products / peak,
                   100 * work / (step - forth) / peak);
        printf("\n");
    }
    train_optimizer_destroy(o);
    train_net_destroy(net);
    return 0;
}
