#include "model/train/net_internal.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

/* ---- shape ---- */

static err_code check_shape(const struct train_shape *s, err *e)
{
    const uint32_t sizes[] = {s->n_embd, s->n_ff, s->n_vocab};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        if (sizes[i] == 0 || sizes[i] % TRAIN__BLOCK != 0 || sizes[i] > 1u << 20)
            return err_set(e, ERR_UNSUPPORTED,
                           "cannot train a model with a size of %u: sizes must be "
                           "multiples of 32",
                           sizes[i]);
    if (s->n_layer == 0 || s->n_head == 0 || s->n_head_kv == 0 || s->n_head % s->n_head_kv != 0 ||
        s->n_layer > 1024 || s->n_head > 1024)
        return err_set(e, ERR_UNSUPPORTED,
                       "cannot train a model of %u layers with %u heads over %u", s->n_layer,
                       s->n_head, s->n_head_kv);
    if (s->n_ctx == 0 || s->n_ctx % 64 != 0 || s->n_ctx > 1u << 16)
        return err_set(e, ERR_UNSUPPORTED,
                       "cannot train on sequences of %u tokens: a multiple of 64 "
                       "is needed",
                       s->n_ctx);
    if (s->n_vocab > 1u << 16)
        return err_set(e, ERR_UNSUPPORTED, "cannot train a vocabulary of %u tokens", s->n_vocab);
    return ERR_OK;
}

static void lay_out(struct train_net *n)
{
    const struct train_shape *s = &n->shape;
    n->q = (size_t)s->n_head * TRAIN__HEAD;
    n->kv = (size_t)s->n_head_kv * TRAIN__HEAD;
    n->qkv = n->q + 2 * n->kv;
    size_t at = 0;
    for (int part = 0; part < TRAIN_PARTS; part++) {
        n->at[part] = at;
        struct train_matrix m = train_net_matrix(n, 0, (enum train_part)part);
        at += (size_t)m.n_rows * m.n_cols;
    }
    n->layer_params = at;
    n->at_embedding = at * s->n_layer;
    n->at_gains = n->at_embedding + (size_t)s->n_vocab * s->n_embd;
    n->n_params = n->at_gains + (2 * (size_t)s->n_layer + 1) * s->n_embd;
}

struct train_matrix train_net_matrix(const train_net *n, uint32_t layer, enum train_part part)
{
    const struct train_shape *s = &n->shape;
    uint32_t q = (uint32_t)n->q;
    uint32_t kv = (uint32_t)n->kv;
    const uint32_t size[TRAIN_PARTS][2] = {
        [TRAIN_Q] = {q, s->n_embd},          [TRAIN_K] = {kv, s->n_embd},
        [TRAIN_V] = {kv, s->n_embd},         [TRAIN_O] = {s->n_embd, q},
        [TRAIN_GATE] = {s->n_ff, s->n_embd}, [TRAIN_UP] = {s->n_ff, s->n_embd},
        [TRAIN_DOWN] = {s->n_embd, s->n_ff}};
    return (struct train_matrix){layer * n->layer_params + n->at[part], size[part][0],
                                 size[part][1]};
}

struct train_matrix train_net_embedding(const train_net *n)
{
    return (struct train_matrix){n->at_embedding, n->shape.n_vocab, n->shape.n_embd};
}

size_t train_net_gain(const train_net *n, uint32_t layer, bool before_ffn)
{
    size_t i = layer + (before_ffn ? n->shape.n_layer : 0);
    if (layer == n->shape.n_layer)
        i = 2 * (size_t)n->shape.n_layer;
    return n->at_gains + i * n->shape.n_embd;
}

/* ---- memory ---- */

/* Zeroed, so that what was never written is at least defined; *failed is sticky. */
static void *room(size_t n_bytes, bool *failed)
{
    void *p = *failed ? NULL : mem_alloc_large(n_bytes);
    if (!p)
        *failed = true;
    else
        memset(p, 0, n_bytes);
    return p;
}

static void release_worker(struct worker *w, uint32_t n_layer)
{
    for (uint32_t i = 0; w->layers && i < n_layer; i++) {
        struct layer_memory *l = &w->layers[i];
        void *const all[] = {l->x,        l->middle, l->h_attn, l->h_ffn, l->qkv,
                             l->attended, l->gates,  l->r_attn, l->r_ffn, l->log_sums};
        for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
            mem_free(all[k]);
    }
    void *const all[] = {w->gradient,   w->layers,   w->x_end,      w->r_end,   w->h_end,
                         w->block,      w->dx,       w->dh,         w->dx16,    w->d_middle16,
                         w->activated,  w->wide16,   w->d_attended, w->operand, w->q_rows,
                         w->q_cols,     w->d_rows,   w->d_cols,     w->tile,    w->scores,
                         w->d_scores,   w->p,        w->ds,         w->dk,      w->dv,
                         w->of_queries, w->shares,   w->e,          w->shift,   w->sum,
                         w->wanted,     w->h_scaled, w->scratch};
    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
        mem_free(all[k]);
}

static size_t max_of(size_t a, size_t b)
{
    return a > b ? a : b;
}

static bool make_worker(struct worker *w, struct train_net *n)
{
    const struct train_shape *s = &n->shape;
    const size_t t = s->n_ctx;
    const size_t d = s->n_embd;
    const size_t f = s->n_ff;
    const size_t op = n->ops->operand_bytes;
    bool failed = false;
    w->net = n;
    w->gradient = room(n->n_params * sizeof(float), &failed);
    w->layers = mem_zero(s->n_layer, sizeof *w->layers);
    if (!w->layers)
        return false;
    for (uint32_t i = 0; i < s->n_layer; i++) {
        struct layer_memory *l = &w->layers[i];
        l->x = room(t * d * sizeof(float), &failed);
        l->middle = room(t * d * sizeof(float), &failed);
        l->h_attn = room(t * d * sizeof(bf16), &failed);
        l->h_ffn = room(t * d * sizeof(bf16), &failed);
        l->qkv = room(t * n->qkv * sizeof(bf16), &failed);
        l->attended = room(t * n->q * sizeof(bf16), &failed);
        l->gates = room(t * 2 * f * sizeof(bf16), &failed);
        l->r_attn = room(t * sizeof(float), &failed);
        l->r_ffn = room(t * sizeof(float), &failed);
        l->log_sums = room(t * s->n_head * sizeof(float), &failed);
    }
    w->x_end = room(t * d * sizeof(float), &failed);
    w->r_end = room(t * sizeof(float), &failed);
    w->h_end = room(t * d * sizeof(bf16), &failed);
    w->block = room(sizeof(float) * PANEL * STRIPE, &failed);
    w->dx = room(t * d * sizeof(float), &failed);
    w->dh = room(t * d * sizeof(float), &failed);
    w->dx16 = room(t * d * sizeof(bf16), &failed);
    w->d_middle16 = room(t * d * sizeof(bf16), &failed);
    w->activated = room(t * f * sizeof(bf16), &failed);
    w->wide16 = room(t * max_of(2 * f, n->qkv) * sizeof(bf16), &failed);
    w->d_attended = room(t * n->q * sizeof(bf16), &failed);
    w->operand = room(t * max_of(max_of(d, f), n->q) * op, &failed);
    void **heads[] = {&w->q_rows, &w->q_cols, &w->d_rows, &w->d_cols};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        *heads[i] = room((size_t)ATTENDED * TRAIN__HEAD * op, &failed);
    const size_t n_scores = (size_t)ATTENDED * ATTENDED;
    w->tile = room(n_scores * op, &failed);
    w->scores = room(n_scores * sizeof(float), &failed);
    w->d_scores = room(n_scores * sizeof(float), &failed);
    w->p = room(n_scores * sizeof(bf16), &failed);
    w->ds = room(n_scores * sizeof(bf16), &failed);
    w->of_queries = room((size_t)ATTENDED * TRAIN__HEAD * sizeof(float), &failed);
    w->dk = room(t * TRAIN__HEAD * sizeof(float), &failed);
    w->dv = room(t * TRAIN__HEAD * sizeof(float), &failed);
    w->shares = room(t * s->n_head * sizeof(float), &failed);
    w->e = room(t * s->n_vocab * sizeof(bf16), &failed);
    w->shift = room(t * sizeof(float), &failed);
    w->sum = room(t * sizeof(float), &failed);
    w->wanted = room(t * sizeof(float), &failed);
    w->h_scaled = room(t * d * sizeof(bf16), &failed);
    w->scratch = room(TRAIN__PRODUCT_SCRATCH, &failed);
    return !failed;
}

static void set_rotations(struct train_net *n)
{
    enum { PAIRS = TRAIN__HEAD / 2 };
    for (size_t i = 0; i < n->shape.n_ctx; i++) {
        for (size_t j = 0; j < PAIRS; j++) {
            double angle =
                (double)i * pow((double)n->shape.rope_base, -2.0 * (double)j / TRAIN__HEAD);
            n->cosines[i * PAIRS + j] = (float)cos(angle);
            n->sines[i * PAIRS + j] = (float)sin(angle);
        }
    }
}

err_code train_net_create(train_net **out, const struct train_shape *shape, unsigned n_threads,
                          err *e)
{
    err_code rc = check_shape(shape, e);
    if (rc != ERR_OK)
        return rc;
    rc = ERR_NOMEM;
    struct train_net *n = mem_zero(1, sizeof *n);
    if (!n)
        goto done;
    n->shape = *shape;
    n->ops = train__products_current();
    n->rows = train__rows_current();
    n->n_threads = n_threads;
    lay_out(n);
    bool failed = false;
    n->params = room(n->n_params * sizeof(float), &failed);
    n->forth = room(n->at_gains * n->ops->operand_bytes, &failed);
    n->back = room(n->at_gains * n->ops->operand_bytes, &failed);
    n->cosines = room(shape->n_ctx * sizeof(float) * TRAIN__HEAD / 2, &failed);
    n->sines = room(shape->n_ctx * sizeof(float) * TRAIN__HEAD / 2, &failed);
    n->workers = mem_zero(n_threads, sizeof *n->workers);
    for (unsigned i = 0; n->workers && i < n_threads && !failed; i++)
        failed = !make_worker(&n->workers[i], n);
    if (failed || !n->workers)
        goto done;
    rc = model__pool_create(&n->pool, n_threads, e);
    if (rc != ERR_OK)
        goto done;
    set_rotations(n);
    *out = n;
    n = NULL;
done:
    train_net_destroy(n);
    return rc == ERR_NOMEM ? err_set(e, rc, "not enough memory to train this model") : rc;
}

void train_net_destroy(train_net *n)
{
    if (!n)
        return;
    model__pool_destroy(n->pool);
    for (unsigned i = 0; n->workers && i < n->n_threads; i++)
        release_worker(&n->workers[i], n->shape.n_layer);
    mem_free(n->workers);
    mem_free(n->params);
    mem_free(n->forth);
    mem_free(n->back);
    mem_free(n->cosines);
    mem_free(n->sines);
    mem_free(n);
}

const struct train_shape *train_net_shape(const train_net *n)
{
    return &n->shape;
}

model__pool *train_net_pool(train_net *n)
{
    return n->pool;
}

size_t train_net_n_params(const train_net *n)
{
    return n->n_params;
}

float *train_net_params(train_net *n)
{
    return n->params;
}

const float *train_net_gradient(const train_net *n)
{
    return n->workers[0].gradient;
}

/* ---- parameters ---- */

/* xorshift64*, Marsaglia 2003 and Vigna 2016. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1dULL;
}

static float uniform(uint64_t *state)
{
    return (float)((double)(next_random(state) >> 40) / 16777216.0);
}

/* Box and Muller 1958. */
static float normal(uint64_t *state)
{
    float u = uniform(state) + 1e-9F;
    float v = uniform(state);
    return sqrtf(-2.0F * logf(u)) * cosf(6.2831853F * v);
}

void train_net_randomise(train_net *n, uint64_t seed)
{
    uint64_t state = seed * 2654435761u + 88172645463325252ULL;
    for (size_t i = 0; i < n->at_gains; i++)
        n->params[i] = 0.02F * normal(&state);
    for (size_t i = n->at_gains; i < n->n_params; i++)
        n->params[i] = 1;
    /* What adds to the residual begins smaller, so that its sum over the layers does not grow. */
    const float less = 1.0F / sqrtf(2.0F * (float)n->shape.n_layer);
    for (uint32_t layer = 0; layer < n->shape.n_layer; layer++) {
        const enum train_part parts[] = {TRAIN_O, TRAIN_DOWN};
        for (size_t k = 0; k < 2; k++) {
            struct train_matrix m = train_net_matrix(n, layer, parts[k]);
            for (size_t i = 0; i < (size_t)m.n_rows * m.n_cols; i++)
                n->params[m.at + i] *= less;
        }
    }
    train_net_changed(n);
}

/* Matrices that are multiplied in one go, side by side in the parameters: first and one past the
 * last part. */
static const enum train_part fused[][2] = {
    {TRAIN_Q, TRAIN_O}, {TRAIN_O, TRAIN_GATE}, {TRAIN_GATE, TRAIN_DOWN}, {TRAIN_DOWN, TRAIN_PARTS}};

/* The rows in groups of `group`, those of the first and of the second half in turn. */
static void pack_gates(struct train_net *n, size_t at, size_t n_rows, size_t n_cols, size_t group)
{
    unsigned char *out = n->forth + at * n->ops->operand_bytes;
    const size_t n_bytes = group * n_cols * n->ops->operand_bytes;
    for (size_t i = 0; i < n_rows; i += group, out += n_bytes) {
        size_t row = i / group % 2 * (n_rows / 2) + i / (2 * group) * group;
        n->ops->pack_rows(out, n->params + at + row * n_cols, n_cols, group, n_cols);
    }
}

static void pack_matrix(struct train_net *n, enum train_part part, size_t at, size_t n_rows,
                        size_t n_cols)
{
    const size_t op = n->ops->operand_bytes;
    if (part == TRAIN_GATE)
        pack_gates(n, at, n_rows, n_cols, train__gate_group(&n->shape));
    else
        n->ops->pack_rows(n->forth + at * op, n->params + at, n_cols, n_rows, n_cols);
    n->ops->pack_cols(n->back + at * op, n->params + at, n_cols, n_cols, n_rows);
}

static void pack_part(void *arg, unsigned index, unsigned n_parts)
{
    struct train_net *n = arg;
    for (uint32_t layer = index; layer < n->shape.n_layer; layer += n_parts) {
        for (size_t k = 0; k < sizeof fused / sizeof fused[0]; k++) {
            struct train_matrix first = train_net_matrix(n, layer, fused[k][0]);
            size_t end = fused[k][1] < TRAIN_PARTS ? n->at[fused[k][1]] : n->layer_params;
            size_t n_numbers = end - n->at[fused[k][0]];
            pack_matrix(n, fused[k][0], first.at, n_numbers / first.n_cols, first.n_cols);
        }
    }
    const size_t op = n->ops->operand_bytes;
    const float *embedding = n->params + n->at_embedding;
    const size_t d = n->shape.n_embd;
    if (index == 0)
        n->ops->pack_rows(n->forth + n->at_embedding * op, embedding, d, n->shape.n_vocab, d);
    if (index == n_parts - 1)
        n->ops->pack_cols(n->back + n->at_embedding * op, embedding, d, d, n->shape.n_vocab);
}

void train_net_changed(train_net *n)
{
    model__pool_run(n->pool, pack_part, n);
}

/* ---- products in blocks ---- */

void train__multiply(struct worker *w, struct panel rows, const bf16 *a, size_t stride,
                     const void *b, size_t depth, size_t n, train__take *take, const void *arg)
{
    const struct train__products *ops = w->net->ops;
    for (size_t col = 0; col < n; col += STRIPE) {
        size_t n_cols = n - col < STRIPE ? n - col : STRIPE;
        ops->multiply(w->block, STRIPE, false, a + rows.first * stride, stride, rows.n,
                      train__operand_at(ops, b, depth, col, 0), depth, n_cols, depth, w->scratch);
        take(w, arg, rows, col, n_cols, w->block);
    }
}

/* ---- a batch ---- */

struct batch {
    struct train_net *net;
    const struct train_sequence *sequences;
    size_t n_seq, n_tok, n_counted;
    bool learn;
};

static size_t counted(const struct train_sequence *s, size_t n_tok)
{
    size_t n = s->counts ? 0 : n_tok;
    for (size_t i = 0; s->counts && i < n_tok; i++)
        n += s->counts[i] != 0;
    return n;
}

static void run_part(void *arg, unsigned index, unsigned n_parts)
{
    const struct batch *b = arg;
    struct train_net *n = b->net;
    const float weight = b->learn ? 1.0F / (float)b->n_counted : 0.0F;
    const size_t d = n->shape.n_embd;
    /* The pool may have got fewer threads than workers; the sum must not depend on that. */
    for (unsigned i = index; i < n->n_threads; i += n_parts) {
        struct worker *w = &n->workers[i];
        w->loss = 0;
        if (b->learn)
            memset(w->gradient, 0, n->n_params * sizeof *w->gradient);
        for (size_t k = i; k < b->n_seq; k += n->n_threads) {
            train__forward(w, b->sequences[k].tokens, b->n_tok);
            train__head(w, &b->sequences[k], b->n_tok, weight);
            if (!b->learn)
                continue;
            const size_t gain = train_net_gain(n, n->shape.n_layer, false);
            memset(w->dx, 0, b->n_tok * d * sizeof *w->dx);
            for (size_t t = 0; t < b->n_tok; t++)
                n->rows->norm_back(w->dx + t * d, w->gradient + gain, w->dh + t * d,
                                   w->x_end + t * d, n->params + gain, w->r_end[t], d);
            train__backward(w, b->sequences[k].tokens, b->n_tok);
        }
    }
}

static void sum_part(void *arg, unsigned index, unsigned n_parts)
{
    struct train_net *n = arg;
    size_t begin = n->n_params / 64 * index / n_parts * 64;
    size_t end = index + 1 == n_parts ? n->n_params : n->n_params / 64 * (index + 1) / n_parts * 64;
    for (unsigned i = 1; i < n->n_threads; i++)
        n->rows->add(n->workers[0].gradient + begin, n->workers[i].gradient + begin, end - begin);
}

static double run_batch(struct batch *b)
{
    for (size_t i = 0; i < b->n_seq; i++)
        b->n_counted += counted(&b->sequences[i], b->n_tok);
    if (b->n_counted == 0) {
        if (b->learn)
            memset(b->net->workers[0].gradient, 0, b->net->n_params * sizeof(float));
        return 0;
    }
    model__pool_run(b->net->pool, run_part, b);
    if (b->learn)
        model__pool_run(b->net->pool, sum_part, b->net);
    double loss = 0;
    for (unsigned i = 0; i < b->net->n_threads; i++)
        loss += b->net->workers[i].loss;
    return loss / (double)b->n_counted;
}

double train_net_loss(train_net *n, const struct train_sequence *s, size_t n_seq, size_t n_tok)
{
    return run_batch(&(struct batch){.net = n, .sequences = s, .n_seq = n_seq, .n_tok = n_tok});
}

double train_net_learn(train_net *n, const struct train_sequence *s, size_t n_seq, size_t n_tok)
{
    return run_batch(
        &(struct batch){.net = n, .sequences = s, .n_seq = n_seq, .n_tok = n_tok, .learn = true});
}
