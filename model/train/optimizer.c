#include "model/train/optimizer.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "model/train/net_internal.h"

/* Room to make one matrix orthogonal. */
struct bench {
    float *x, *y, *square, *mixed; /* [largest matrix] */
    bf16 *x16;                     /* the same */
    bf16 *square16;
    void *operand;
    void *scratch;
};

struct train_optimizer {
    train_net *net;
    uint64_t n_steps;
    float *first, *second;
    struct bench *benches; /* [n_threads] */
    unsigned n_benches;
    double norm_parts[256];
    /* Of the step that is running. */
    float rate, g_scale;
};

static void release_bench(struct bench *b)
{
    mem_free(b->x);
    mem_free(b->y);
    mem_free(b->square);
    mem_free(b->mixed);
    mem_free(b->x16);
    mem_free(b->square16);
    mem_free(b->operand);
    mem_free(b->scratch);
}

static bool make_bench(struct bench *b, const struct train_net *n)
{
    size_t largest = 0;
    size_t side = 0;
    for (int part = 0; part < TRAIN_PARTS; part++) {
        struct train_matrix m = train_net_matrix(n, 0, (enum train_part)part);
        size_t size = (size_t)m.n_rows * m.n_cols;
        size_t shorter = m.n_rows < m.n_cols ? m.n_rows : m.n_cols;
        largest = size > largest ? size : largest;
        side = shorter > side ? shorter : side;
    }
    b->x = mem_alloc_large(largest * sizeof *b->x);
    b->y = mem_alloc_large(largest * sizeof *b->y);
    b->square = mem_alloc_large(side * side * sizeof *b->square);
    b->mixed = mem_alloc_large(side * side * sizeof *b->mixed);
    b->x16 = mem_alloc_large(largest * sizeof *b->x16);
    b->square16 = mem_alloc_large(side * side * sizeof *b->square16);
    b->operand = mem_alloc_large(largest * n->ops->operand_bytes);
    b->scratch = mem_alloc_large(TRAIN__PRODUCT_SCRATCH);
    return b->x && b->y && b->square && b->mixed && b->x16 && b->square16 && b->operand &&
           b->scratch;
}

err_code train_optimizer_create(train_optimizer **out, train_net *net, err *e)
{
    train_optimizer *o = mem_zero(1, sizeof *o);
    if (o) {
        o->net = net;
        o->first = mem_alloc_large(net->n_params * sizeof *o->first);
        o->second = mem_alloc_large(net->n_params * sizeof *o->second);
        o->n_benches = net->n_threads;
        o->benches = mem_zero(o->n_benches, sizeof *o->benches);
    }
    bool made = o && o->first && o->second && o->benches;
    for (unsigned i = 0; made && i < o->n_benches; i++)
        made = make_bench(&o->benches[i], net);
    if (!made) {
        train_optimizer_destroy(o);
        return err_set(e, ERR_NOMEM, "not enough memory to train this model");
    }
    memset(o->first, 0, net->n_params * sizeof *o->first);
    memset(o->second, 0, net->n_params * sizeof *o->second);
    *out = o;
    return ERR_OK;
}

void train_optimizer_destroy(train_optimizer *o)
{
    if (!o)
        return;
    for (unsigned i = 0; o->benches && i < o->n_benches; i++)
        release_bench(&o->benches[i]);
    mem_free(o->benches);
    mem_free(o->first);
    mem_free(o->second);
    mem_free(o);
}

struct train_optimizer_state train_optimizer_state(train_optimizer *o)
{
    return (struct train_optimizer_state){&o->n_steps, o->first, o->second};
}

/* ---- the norm ---- */

enum { NORM_PARTS = sizeof((train_optimizer *)0)->norm_parts / sizeof(double) };

/* A fixed number of partial sums, so that their sum does not depend on the threads. */
static void norm_part(void *arg, unsigned index, unsigned n_parts)
{
    train_optimizer *o = arg;
    const struct train_net *n = o->net;
    for (size_t i = index; i < NORM_PARTS; i += n_parts) {
        size_t begin = n->n_params / 64 * i / NORM_PARTS * 64;
        size_t end =
            i + 1 == NORM_PARTS ? n->n_params : n->n_params / 64 * (i + 1) / NORM_PARTS * 64;
        o->norm_parts[i] = n->rows->square_sum(n->workers[0].gradient + begin, end - begin);
    }
}

/* ---- Muon ---- */

/* b->x [r][c], r <= c, becomes nearly orthogonal: the polynomial a x + b x^3 + c x^5 on its
 * singular values, five times, with the coefficients of Jordan. */
static void orthogonalise(const struct train_net *n, struct bench *b, size_t r, size_t c)
{
    const struct train__products *ops = n->ops;
    for (int step = 0; step < 5; step++) {
        n->rows->narrow(b->x16, b->x, r * c);
        ops->pack_rows16(b->operand, b->x16, c, r, c);
        ops->multiply(b->square, r, false, b->x16, c, r, b->operand, c, r, c, b->scratch);
        n->rows->narrow(b->square16, b->square, r * r);
        ops->pack_rows16(b->operand, b->square16, r, r, r);
        ops->multiply(b->mixed, r, false, b->square16, r, r, b->operand, r, r, r, b->scratch);
        n->rows->mix(b->mixed, -4.7750F, b->square, 2.0315F, b->mixed, r * r);
        n->rows->narrow(b->square16, b->mixed, r * r);
        ops->pack_cols16(b->operand, b->x16, c, c, r);
        ops->multiply(b->y, c, false, b->square16, r, r, b->operand, r, c, r, b->scratch);
        n->rows->mix(b->x, 3.4445F, b->x, 1, b->y, r * c);
    }
}

static void muon(train_optimizer *o, struct bench *b, struct train_matrix m)
{
    const struct train_net *n = o->net;
    const size_t size = (size_t)m.n_rows * m.n_cols;
    const bool tall = m.n_rows > m.n_cols;
    float *y = tall ? b->y : b->x;
    double sum = n->rows->momentum(y, o->first + m.at, n->workers[0].gradient + m.at, o->g_scale,
                                   0.95F, size);
    n->rows->mix(y, 1.0F / ((float)sqrt(sum) + 1e-12F), y, 0, y, size);
    if (tall)
        n->ops->transpose(b->x, b->y, m.n_rows, m.n_cols);
    orthogonalise(n, b, tall ? m.n_cols : m.n_rows, tall ? m.n_rows : m.n_cols);
    if (tall)
        n->ops->transpose(b->y, b->x, m.n_cols, m.n_rows);
    const float longer = (float)(tall ? m.n_rows : m.n_cols);
    n->rows->mix(n->params + m.at, 1.0F - o->rate * 0.1F, n->params + m.at,
                 -o->rate * 0.2F * sqrtf(longer), y, size);
}

/* ---- a step ---- */

static void adam(train_optimizer *o, size_t begin, size_t end, float decay)
{
    const struct train_net *n = o->net;
    const float steps = (float)o->n_steps;
    n->rows->adam(n->params + begin, o->first + begin, o->second + begin,
                  n->workers[0].gradient + begin, o->g_scale, o->rate, decay,
                  1.0F / (1.0F - powf(0.9F, steps)), 1.0F / (1.0F - powf(0.95F, steps)),
                  end - begin);
}

static void step_part(void *arg, unsigned index, unsigned n_parts)
{
    train_optimizer *o = arg;
    const struct train_net *n = o->net;
    for (uint32_t i = index; i < n->shape.n_layer * TRAIN_PARTS; i += n_parts)
        muon(o, &o->benches[index], train_net_matrix(n, i / TRAIN_PARTS, i % TRAIN_PARTS));
    const size_t rows = n->shape.n_vocab;
    const size_t d = n->shape.n_embd;
    adam(o, n->at_embedding + rows * index / n_parts * d,
         n->at_embedding + rows * (index + 1) / n_parts * d, 0.01F);
    if (index == 0)
        adam(o, n->at_gains, n->n_params, 0);
}

double train_optimizer_step(train_optimizer *o, float rate)
{
    struct train_net *n = o->net;
    model__pool_run(n->pool, norm_part, o);
    double sum = 0;
    for (size_t i = 0; i < NORM_PARTS; i++)
        sum += o->norm_parts[i];
    double norm = sqrt(sum);
    if (!isfinite(norm))
        return norm;
    o->n_steps++;
    o->rate = rate;
    o->g_scale = norm > 1 ? (float)(1.0 / norm) : 1.0F;
    model__pool_run(n->pool, step_part, o);
    train_net_changed(n);
    return norm;
}
