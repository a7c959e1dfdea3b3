#include "model/session_internal.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/size.h"
#include "model/ops.h"
#include "model/pool.h"
#include "model/weights_internal.h"

enum {
    DEFAULT_BATCH =
        256, /* 128 costs 8 % of the prefill speed, 512 gains 2 % and doubles the scratch */
    MAX_BATCH = 4096,
    /* Fewer tokens than this are normalised, rotated and activated by the caller alone: waking the
     * other threads costs about as much. */
    PARALLEL_TOKENS = 8,
    /* The same for attention, in multiplications. */
    PARALLEL_ATTENTION = 1 << 15,
    ALIGN = 64,
    /* Blocks of the allocator that are larger than this come from the system, untouched. */
    LAZY_BYTES = 32 << 20,
};

/* ---- memory ---- */

static void *take(uint8_t *base, size_t *used, size_t count, size_t item_bytes)
{
    size_t off = *used;
    *used += (count * item_bytes + ALIGN - 1) / ALIGN * ALIGN;
    return base ? base + off : NULL;
}

/* Lays the scratch out from `base`; with NULL only counts. Returns the bytes. No overflow: every
 * factor is bounded by the loader and MAX_BATCH. */
static size_t lay_scratch(model_session *s, uint8_t *base)
{
    const struct model_hparams *hp = &s->w->hp;
    size_t n_qkv = 0, n_q = 0, used = 0, n = s->n_batch;
    for (uint32_t l = 0; l < hp->n_layer; l++) {
        const struct model__layer *layer = &s->w->layers[l];
        size_t q = (size_t)layer->n_head * hp->head_dim;
        size_t all = q + 2 * (size_t)layer->n_head_kv * hp->head_dim;
        n_q = q > n_q ? q : n_q;
        n_qkv = all > n_qkv ? all : n_qkv;
    }
    s->b.x = take(base, &used, n * hp->n_embd, sizeof(float));
    s->b.h = take(base, &used, n * hp->n_embd, sizeof(float));
    s->b.qkv = take(base, &used, n * n_qkv, sizeof(float));
    s->b.att = take(base, &used, n * n_q, sizeof(float));
    s->b.gate = take(base, &used, n * hp->n_ff, sizeof(float));
    s->b.up = take(base, &used, n * hp->n_ff, sizeof(float));
    s->b.rope = take(base, &used, n * 2 * hp->n_rot, sizeof(float));
    s->b.logits = take(base, &used, s->n_logits * hp->n_vocab, sizeof(float));
    s->b.linear = take(base, &used, model__weights_scratch(s->w, n), 1);
    s->attend_stride = (model__attend_scratch(hp->head_dim) + ALIGN - 1) / ALIGN * ALIGN;
    s->b.attend = take(base, &used, s->n_threads, s->attend_stride);
    return used;
}

size_t model__session_key_stride(const model_session *s)
{
    return model__session_key_bytes(s, s->n_pos);
}

size_t model__session_value_stride(const model_session *s)
{
    return model__session_value_bytes(s, s->n_pos);
}

size_t model__session_key_bytes(const model_session *s, size_t n)
{
    return (n + MODEL__TILE - 1) / MODEL__TILE *
           model__key_tile_bytes(s->kv_type, s->w->hp.head_dim);
}

size_t model__session_value_bytes(const model_session *s, size_t n)
{
    return n * model__value_row_bytes(s->kv_type, s->w->hp.head_dim);
}

uint8_t *model__session_keys(const model_session *s, const struct slot *slot, size_t layer,
                             size_t head)
{
    return slot->kv + s->kv_off[layer] + head * model__session_key_stride(s);
}

uint8_t *model__session_values(const model_session *s, const struct slot *slot, size_t layer,
                               size_t head)
{
    return model__session_keys(s, slot, layer, s->w->layers[layer].n_head_kv) +
           head * model__session_value_stride(s);
}

/* To be called before a slot gets shorter. */
static void note_high(struct slot *slot)
{
    if (slot->n > slot->n_high)
        slot->n_high = slot->n;
}

/* What is cut off is the slot's rest, together with a rest that follows it; of two that are apart,
 * the longer one. */
static void shorten(struct slot *slot, size_t n)
{
    size_t old = slot->n;
    note_high(slot);
    slot->n = n;
    if (slot->rest <= old && slot->rest_end > old) {
        slot->rest = n;
    } else if (old - n > slot->rest_end - slot->rest || slot->rest_end <= old) {
        slot->rest = n;
        slot->rest_end = old;
    }
}

/* Positions begin <= p < end are about to be written with `ids`. The same tokens again leave the
 * rest as good as it was. */
static void write_over(struct slot *slot, size_t begin, size_t end, const model_token *ids)
{
    bool same = slot->rest <= begin && end <= slot->rest_end &&
                memcmp(slot->ids + begin, ids, (end - begin) * sizeof *ids) == 0;
    if (!same && slot->rest < end)
        slot->rest = end < slot->rest_end ? end : slot->rest_end;
}

static void empty_slot(struct slot *slot)
{
    mem_free(slot->kv_memory);
    mem_free(slot->ids);
    *slot = (struct slot){0};
}

err_code model__session_fill_slot(const model_session *s, struct slot *slot)
{
    if (slot->kv_memory)
        return ERR_OK;
    slot->ids = mem_zero(s->n_ctx, sizeof *slot->ids);
    /* Zeroed, so that what lies beyond the last position is finite; the system hands out such pages
     * only when they are written. */
    slot->kv_memory = mem_zero(s->kv_bytes + ALIGN, 1);
    if (!slot->ids || !slot->kv_memory) {
        empty_slot(slot);
        return ERR_NOMEM;
    }
    uintptr_t at = ((uintptr_t)slot->kv_memory + ALIGN - 1) / ALIGN * ALIGN;
    slot->kv = (uint8_t *)at;
    return ERR_OK;
}

static err_code allocate_cache(model_session *s)
{
    const struct model_hparams *hp = &s->w->hp;
    s->n_pos = (s->n_ctx + MODEL__TILE - 1) / MODEL__TILE * MODEL__TILE;
    s->kv_off = mem_zero(hp->n_layer, sizeof *s->kv_off);
    s->slots = mem_zero(s->n_slots, sizeof *s->slots);
    if (!s->kv_off || !s->slots)
        return ERR_NOMEM;
    s->slot = s->slots;
    size_t total = 0, per_head = model__session_key_stride(s) + model__session_value_stride(s);
    for (uint32_t l = 0; l < hp->n_layer; l++) {
        size_t n;
        s->kv_off[l] = total;
        if (!size_mul(&n, per_head, s->w->layers[l].n_head_kv) || !size_add(&total, total, n))
            return ERR_NOMEM;
    }
    if (total > SIZE_MAX - ALIGN)
        return ERR_NOMEM;
    s->kv_bytes = total;
    /* The others get their memory when they are first used. */
    return model__session_fill_slot(s, s->slot);
}

static err_code make_turns(model_session *s)
{
    size_t half = s->w->hp.n_rot / 2;
    s->n_turns_high = s->n_ctx / MODEL__TILE + 1;
    s->turns = mem_zero((s->n_turns_high + MODEL__TILE) * half, 2 * sizeof *s->turns);
    if (!s->turns)
        return ERR_NOMEM;
    for (size_t a = 0; a < s->n_turns_high + MODEL__TILE; a++) {
        size_t pos = a < s->n_turns_high ? a * MODEL__TILE : a - s->n_turns_high;
        for (size_t i = 0; i < half; i++) {
            double angle = (double)pos * s->w->rope_step[i];
            s->turns[(a * half + i) * 2] = cos(angle);
            s->turns[(a * half + i) * 2 + 1] = sin(angle);
        }
    }
    return ERR_OK;
}

static err_code allocate_scratch(model_session *s)
{
    s->scratch_bytes = lay_scratch(s, NULL);
    s->scratch_memory = mem_alloc_aligned(s->scratch_bytes, ALIGN);
    if (!s->scratch_memory)
        return ERR_NOMEM;
    lay_scratch(s, s->scratch_memory);
    return ERR_OK;
}

err_code model_session_create(model_session **out, const model_weights *w,
                              const struct model_session_options *options, err *e)
{
    size_t n_ctx = options->n_ctx ? options->n_ctx : w->hp.n_ctx_train;
    size_t n_batch = options->n_batch ? options->n_batch : DEFAULT_BATCH;
    size_t n_logits = options->n_logits ? options->n_logits : 1;
    if (n_ctx > w->hp.n_ctx_train)
        return err_set(e, ERR_RANGE, "model: a context of %zu tokens; it was trained with %u",
                       n_ctx, w->hp.n_ctx_train);
    if (n_batch > MAX_BATCH || n_logits > n_batch)
        return err_set(e, ERR_RANGE,
                       "model: chunks of %zu tokens, logits for %zu; at most %d and "
                       "as many as the chunk",
                       n_batch, n_logits, MAX_BATCH);
    size_t n_slots = options->n_slots        ? options->n_slots
                     : options->kv_bytes_max ? MODEL_SESSION_MAX_SLOTS
                                             : 1;
    if (n_slots > MODEL_SESSION_MAX_SLOTS)
        return err_set(e, ERR_RANGE, "model: %zu slots; at most %d", n_slots,
                       MODEL_SESSION_MAX_SLOTS);
    model_session *s = mem_zero(1, sizeof *s);
    if (!s)
        return ERR_NOMEM;
    unsigned n_threads = options->n_threads ? options->n_threads : thread_cpu_count();
    if (!options->n_threads && n_threads > MODEL_SESSION_MAX_DEFAULT_THREADS)
        n_threads = MODEL_SESSION_MAX_DEFAULT_THREADS;
    s->w = w;
    s->ops = model__ops();
    s->n_ctx = n_ctx;
    s->n_batch = n_batch < n_ctx ? n_batch : n_ctx;
    s->n_logits = n_logits;
    s->n_threads = n_threads;
    s->n_slots = n_slots;
    s->kv_type = options->kv_type;
    s->kv_bytes_max = options->kv_bytes_max && options->kv_bytes_max < SIZE_MAX
                          ? (size_t)options->kv_bytes_max
                          : SIZE_MAX;
    err_code rc = model__pool_create(&s->pool, n_threads, e);
    if (rc == ERR_OK)
        rc = allocate_cache(s);
    if (rc == ERR_OK)
        rc = make_turns(s);
    if (rc == ERR_OK)
        rc = allocate_scratch(s);
    if (rc == ERR_OK) {
        *out = s;
        return ERR_OK;
    }
    if (rc == ERR_NOMEM)
        err_set(e, rc, "model: no memory for a context of %zu tokens", n_ctx);
    model_session_destroy(s);
    return rc;
}

void model_session_destroy(model_session *s)
{
    if (!s)
        return;
    model__pool_destroy(s->pool);
    mem_free(s->scratch_memory);
    mem_free(s->turns);
    for (size_t i = 0; s->slots && i < s->n_slots; i++)
        empty_slot(&s->slots[i]);
    mem_free(s->slots);
    mem_free(s->kv_off);
    mem_free(s);
}

/* ---- forward pass ---- */

/* One layer over one chunk: what the threads need. */
struct pass {
    model_session *s;
    const model_token *ids; /* of the chunk */
    const struct model__layer *layer;
    size_t layer_index;
    size_t n_tok; /* in the chunk */
    size_t pos;   /* of its first token */
    size_t first; /* tokens before this one are done: only their keys and values were needed */
    /* What over_tokens runs, for tokens [begin, end). */
    void (*work)(struct pass *p, size_t begin, size_t end);
    size_t work_begin;
    /* Norm to apply after a residual sum. */
    const float *norm, *norm_bias, *half_bias;
};

static void token_part(void *arg, unsigned index, unsigned n_parts)
{
    struct pass *p = arg;
    size_t n = p->n_tok - p->work_begin;
    p->work(p, p->work_begin + n * index / n_parts, p->work_begin + n * (index + 1) / n_parts);
}

/* Runs `work` over the tokens from `begin` on, on all threads if there are enough. */
static void over_tokens(struct pass *p, size_t begin, void (*work)(struct pass *, size_t, size_t))
{
    p->work = work;
    p->work_begin = begin;
    if (p->n_tok - begin < PARALLEL_TOKENS)
        work(p, begin, p->n_tok);
    else
        model__pool_run(p->s->pool, token_part, p);
}

static void normalise(const struct pass *p, float *out, const float *x)
{
    const model_weights *w = p->s->w;
    if (w->layer_norm)
        p->s->ops->layernorm(out, x, p->norm, p->norm_bias, w->hp.n_embd, w->hp.norm_eps);
    else
        p->s->ops->rmsnorm(out, x, p->norm, w->hp.n_embd, w->hp.norm_eps);
}

void model__session_turn(const model_session *s, size_t n, float gain, float *cosines, float *sines)
{
    size_t n_rot = s->w->hp.n_rot, half = n_rot / 2;
    const double *a = s->turns + n / MODEL__TILE * n_rot;
    const double *b = s->turns + (s->n_turns_high + n % MODEL__TILE) * n_rot;
    size_t first = s->w->rope_halves ? 1 : 2, second = s->w->rope_halves ? half : 1;
    for (size_t i = 0; i < half; i++) {
        double re = a[2 * i] * b[2 * i] - a[2 * i + 1] * b[2 * i + 1];
        double im = a[2 * i] * b[2 * i + 1] + a[2 * i + 1] * b[2 * i];
        float cf = (float)re * gain, sf = (float)im * gain;
        cosines[i * first] = cosines[i * first + second] = cf;
        sines[i * first] = -sf;
        sines[i * first + second] = sf;
    }
}

/* Embeddings, their norm, and the chunk's rotations. */
static void start_tokens(struct pass *p, size_t begin, size_t end)
{
    model_session *s = p->s;
    size_t d = s->w->hp.n_embd, n_rot = s->w->hp.n_rot;
    for (size_t t = begin; t < end; t++) {
        float *x = s->b.x + t * d;
        model__linear_row(s->w->tok_embd, (size_t)p->ids[t], x);
        if (s->w->embd_scale != 1)
            for (size_t i = 0; i < d; i++)
                x[i] *= s->w->embd_scale;
        normalise(p, s->b.h + t * d, x);

        float *cosines = s->b.rope + t * 2 * n_rot;
        model__session_turn(s, p->pos + t, s->w->rope_gain, cosines, cosines + n_rot);
    }
}

/* Biases, per-head norms and rotation of queries and keys; keys and values go to the cache. */
static void finish_qkv(struct pass *p, size_t begin, size_t end)
{
    model_session *s = p->s;
    const struct model__ops *ops = s->ops;
    const struct model_hparams *hp = &s->w->hp;
    const struct model__layer *layer = p->layer;
    size_t dim = hp->head_dim, n_q = layer->n_head, n_kv = layer->n_head_kv;
    size_t width = (n_q + 2 * n_kv) * dim;
    void (*rotate)(float *, const float *, const float *, size_t) =
        s->w->rope_halves ? ops->rope_halves : ops->rope_pairs;
    for (size_t t = begin; t < end; t++) {
        float *qkv = s->b.qkv + t * width;
        const float *c = s->b.rope + t * 2 * hp->n_rot, *sine = c + hp->n_rot;
        if (layer->qkv_bias)
            ops->add_scaled(qkv, layer->qkv_bias, 1, width);
        for (size_t head = t < p->first ? n_q : 0; head < n_q + n_kv; head++) {
            const float *gain = head < n_q ? layer->q_norm : layer->k_norm;
            if (gain)
                ops->rmsnorm(qkv + head * dim, qkv + head * dim, gain, dim, hp->norm_eps);
            rotate(qkv + head * dim, c, sine, hp->n_rot);
        }
        size_t pos = p->pos + t;
        for (size_t head = 0; head < n_kv; head++) {
            model__key_store(s->kv_type, model__session_keys(s, s->slot, p->layer_index, head), pos,
                             qkv + (n_q + head) * dim, dim);
            model__value_store(s->kv_type, model__session_values(s, s->slot, p->layer_index, head),
                               pos, qkv + (n_q + n_kv + head) * dim, dim);
        }
    }
}

static void attend_part(void *arg, unsigned index, unsigned n_parts)
{
    struct pass *p = arg;
    model_session *s = p->s;
    size_t dim = s->w->hp.head_dim, n_kv = p->layer->n_head_kv;
    size_t group = p->layer->n_head / n_kv;
    size_t width = (p->layer->n_head + 2 * n_kv) * dim, n_tok = p->n_tok - p->first;
    size_t per_block = model__attend_tokens(group);
    size_t n_blocks = (n_tok + per_block - 1) / per_block;
    /* Late tokens see more keys: dealing the blocks out in turn, the longest first, evens the
     * parts. */
    for (size_t unit = index; unit < n_blocks * n_kv; unit += n_parts) {
        if (model__pool_stopped(s->pool))
            return;
        size_t block = n_blocks - 1 - unit / n_kv, head = unit % n_kv;
        size_t t = p->first + block * per_block;
        size_t n = p->n_tok - t < per_block ? p->n_tok - t : per_block;
        struct model__attend_args a = {
            .q = s->b.qkv + t * width + head * group * dim,
            .q_stride = width,
            .out = s->b.att + t * p->layer->n_head * dim + head * group * dim,
            .out_stride = p->layer->n_head * dim,
            .type = s->kv_type,
            .k = model__session_keys(s, s->slot, p->layer_index, head),
            .v = model__session_values(s, s->slot, p->layer_index, head),
            .n_tok = n,
            .group = group,
            .head_dim = dim,
            .first_pos = p->pos + t,
            .many = p->n_tok > MODEL__LINEAR_EXACT_TOKENS,
            .scale = s->w->attn_scale,
            .scratch = s->b.attend + index * s->attend_stride,
        };
        s->ops->attend(&a);
    }
}

/* x += scale * (h + bias), then h = norm(x) if there is one. */
static void add_half(struct pass *p, size_t begin, size_t end)
{
    model_session *s = p->s;
    size_t d = s->w->hp.n_embd;
    for (size_t t = begin; t < end; t++) {
        float *x = s->b.x + t * d, *h = s->b.h + t * d;
        s->ops->add_scaled(x, h, s->w->residual_scale, d);
        if (p->half_bias)
            s->ops->add_scaled(x, p->half_bias, s->w->residual_scale, d);
        if (p->norm)
            normalise(p, h, x);
    }
}

static void activate(struct pass *p, size_t begin, size_t end)
{
    model_session *s = p->s;
    const struct model__layer *layer = p->layer;
    size_t n = layer->n_ff;
    for (size_t t = begin; t < end; t++) {
        float *gate = s->b.gate + t * n, *up = s->b.up + t * n;
        if (layer->up_bias)
            s->ops->add_scaled(up, layer->up_bias, 1, n);
        if (layer->gate_bias)
            s->ops->add_scaled(gate, layer->gate_bias, 1, n);
        if (!layer->gate)
            s->ops->gelu_mul(up, NULL, n);
        else if (s->w->gelu)
            s->ops->gelu_mul(gate, up, n);
        else
            s->ops->silu_mul(gate, up, n);
    }
}

/* Rows of h through the q, k, v matrices into qkv. For tokens whose queries nobody asks for, only
 * k, v. */
static void project_qkv(struct pass *p)
{
    model_session *s = p->s;
    const struct model__layer *layer = p->layer;
    size_t d = s->w->hp.n_embd, dim = s->w->hp.head_dim;
    size_t n_q = layer->n_head * dim, n_kv = layer->n_head_kv * dim, width = n_q + 2 * n_kv;
    const model__linear *const *m = (const model__linear *const *)layer->qkv;
    float *y[3] = {s->b.qkv, s->b.qkv + n_q, s->b.qkv + n_q + n_kv};
    const size_t strides[3] = {width, width, width};
    if (layer->n_qkv == 1 || p->first == 0) {
        model__linear_apply_many(m, layer->n_qkv, s->pool, y, strides, s->b.h, d, p->n_tok,
                                 s->b.linear);
        return;
    }
    model__linear_apply_many(m + 1, 2, s->pool, y + 1, strides, s->b.h, d, p->n_tok, s->b.linear);
    if (p->first < p->n_tok)
        model__linear_apply(m[0], s->pool, y[0] + p->first * width, width, s->b.h + p->first * d, d,
                            p->n_tok - p->first, s->b.linear);
}

static void run_attention(struct pass *p)
{
    model_session *s = p->s;
    const struct model__layer *layer = p->layer;
    size_t d = s->w->hp.n_embd, dim = s->w->hp.head_dim, n_q = layer->n_head * dim;
    size_t n_tok = p->n_tok - p->first;
    if (n_tok * n_q * (p->pos + p->n_tok) < PARALLEL_ATTENTION)
        attend_part(p, 0, 1);
    else
        model__pool_run(s->pool, attend_part, p);
    model__linear_apply(layer->o, s->pool, s->b.h + p->first * d, d, s->b.att + p->first * n_q, n_q,
                        n_tok, s->b.linear);
}

static void run_ffn(struct pass *p)
{
    model_session *s = p->s;
    const struct model__layer *layer = p->layer;
    size_t d = s->w->hp.n_embd, ff = layer->n_ff, first = p->first, n_tok = p->n_tok - first;
    const model__linear *const m[2] = {layer->up, layer->gate};
    float *const y[2] = {s->b.up + first * ff, s->b.gate + first * ff};
    const size_t strides[2] = {ff, ff};
    model__linear_apply_many(m, layer->gate ? 2 : 1, s->pool, y, strides, s->b.h + first * d, d,
                             n_tok, s->b.linear);
    over_tokens(p, first, activate);
    model__linear_apply(layer->down, s->pool, s->b.h + first * d, d, layer->gate ? y[1] : y[0], ff,
                        n_tok, s->b.linear);
}

static void run_head(struct pass *p)
{
    model_session *s = p->s;
    const model_weights *w = s->w;
    size_t d = w->hp.n_embd, n_vocab = w->hp.n_vocab, n = p->n_tok - p->first;
    model__linear_apply(w->output, s->pool, s->b.logits, n_vocab, s->b.h + p->first * d, d, n,
                        s->b.linear);
    for (size_t t = 0; t < n; t++) {
        float *y = s->b.logits + t * n_vocab;
        if (w->output_bias)
            s->ops->add_scaled(y, w->output_bias, 1, n_vocab);
        if (w->logit_factor != 1)
            for (size_t i = 0; i < n_vocab; i++)
                y[i] *= w->logit_factor;
    }
}

/* Norms and rotations of a chunk that goes on; h as it was before the half that was cancelled. */
static void normalise_again(struct pass *p, size_t begin, size_t end)
{
    size_t d = p->s->w->hp.n_embd;
    for (size_t t = begin; t < end; t++)
        normalise(p, p->s->b.h + t * d, p->s->b.x + t * d);
}

static bool goes_on(const model_session *s, const struct pass *p, size_t n_out)
{
    const struct paused *was = &s->paused;
    return was->slot == s->slot && was->pos == p->pos && was->n_tok == p->n_tok &&
           was->n_out == n_out &&
           memcmp(s->slot->ids + p->pos, p->ids, p->n_tok * sizeof *p->ids) == 0;
}

/* The first half of a layer, from h and to x and h; where nothing is wanted but the cache, only as
 * far as that. */
static void run_first_half(struct pass *p)
{
    project_qkv(p);
    over_tokens(p, 0, finish_qkv);
    if (p->first < p->n_tok)
        run_attention(p);
}

/* Adds what a half of the layer computed, and prepares the next half. */
static void end_half(struct pass *p, bool second)
{
    const model_weights *w = p->s->w;
    const struct model__layer *layer = p->layer;
    bool last = p->layer_index + 1 == w->hp.n_layer;
    p->half_bias = second ? layer->down_bias : layer->o_bias;
    p->norm = !second ? layer->ffn_norm : last ? w->output_norm : layer[1].attn_norm;
    p->norm_bias = !second ? layer->ffn_norm_bias
                   : last  ? w->output_norm_bias
                           : layer[1].attn_norm_bias;
    over_tokens(p, p->first, add_half);
}

/* Begins a chunk, or takes it up where it was cancelled. */
static void start_chunk(struct pass *p, size_t n_out)
{
    model_session *s = p->s;
    const model_weights *w = s->w;
    struct paused *at = &s->paused;
    if (!goes_on(s, p, n_out)) {
        *at = (struct paused){.slot = s->slot, .pos = p->pos, .n_tok = p->n_tok, .n_out = n_out};
        write_over(s->slot, p->pos, p->pos + p->n_tok, p->ids);
        memcpy(s->slot->ids + p->pos, p->ids, p->n_tok * sizeof *p->ids);
        p->norm = w->layers[0].attn_norm;
        p->norm_bias = w->layers[0].attn_norm_bias;
        over_tokens(p, 0, start_tokens);
        return;
    }
    bool done = at->layer == w->hp.n_layer;
    const struct model__layer *layer = &w->layers[done ? 0 : at->layer];
    p->norm = done ? w->output_norm : at->second_half ? layer->ffn_norm : layer->attn_norm;
    p->norm_bias = done              ? w->output_norm_bias
                   : at->second_half ? layer->ffn_norm_bias
                                     : layer->attn_norm_bias;
    over_tokens(p, 0, normalise_again);
}

/* The rest of a chunk. ERR_CANCELLED: s->paused says where. */
static err_code go_through(struct pass *p, size_t n_out, const cancel_flag *cancel)
{
    model_session *s = p->s;
    const model_weights *w = s->w;
    struct paused *at = &s->paused;
    for (; at->layer < w->hp.n_layer; at->layer++) {
        p->layer = &w->layers[at->layer];
        p->layer_index = at->layer;
        /* In the last layer only tokens whose logits are wanted go on past the cache. */
        p->first = at->layer + 1 == w->hp.n_layer ? p->n_tok - n_out : 0;
        if (!at->second_half) {
            run_first_half(p);
            if (cancel_requested(cancel))
                return ERR_CANCELLED;
            if (p->first == p->n_tok)
                return ERR_OK;
            end_half(p, false);
            at->second_half = true;
        }
        run_ffn(p);
        if (cancel_requested(cancel))
            return ERR_CANCELLED;
        end_half(p, true);
        at->second_half = false;
    }
    p->first = p->n_tok - n_out;
    run_head(p);
    return cancel_requested(cancel) ? ERR_CANCELLED : ERR_OK;
}

/* Evaluates n_tok tokens after the current stream; the logits of the last n_out of them (0: none,
 * only the cache grows). ERR_CANCELLED leaves the stream as it was. */
static err_code run_chunk(model_session *s, const model_token *ids, size_t n_tok, size_t n_out,
                          const cancel_flag *cancel)
{
    struct pass p = {.s = s, .ids = ids, .n_tok = n_tok, .pos = s->slot->n};
    if (s->slot->n <= s->slot->n_exact)
        s->slot->n_exact = SIZE_MAX;
    start_chunk(&p, n_out);
    model__pool_watch(s->pool, cancel);
    err_code rc = go_through(&p, n_out, cancel);
    model__pool_watch(s->pool, NULL);
    if (rc != ERR_OK)
        return rc;
    s->paused.slot = NULL;
    s->slot->n += n_tok;
    return ERR_OK;
}

/* ---- public calls ---- */

static err_code check_ids(const model_session *s, const model_token *ids, size_t n, err *e)
{
    for (size_t i = 0; i < n; i++)
        if (ids[i] < 0 || (uint32_t)ids[i] >= s->w->hp.n_vocab)
            return err_set(e, ERR_RANGE, "model: token %zu is %ld, outside the vocabulary of %u", i,
                           (long)ids[i], s->w->hp.n_vocab);
    return ERR_OK;
}

static err_code check_logits(model_session *s, size_t n_rows, err *e)
{
    if (!s->ops->all_finite(s->b.logits, n_rows * s->w->hp.n_vocab)) {
        s->slot->n = s->slot->rest_end = 0;
        return err_set(e, ERR_FORMAT,
                       "model: the result is not a finite number: the weights are damaged");
    }
    s->n_rows = n_rows;
    return ERR_OK;
}

/* Tokens that the slot shares with ids[0..n) from the start; of those out of date only if they may
 * be. */
static size_t common_prefix(const struct slot *slot, const model_token *ids, size_t n, size_t loose)
{
    if (slot->n_exact < n && slot->n_exact < loose)
        n = slot->n_exact;

    size_t common = 0;
    while (common < slot->n && common < n && slot->ids[common] == ids[common])
        common++;
    return common;
}

/* The first n tokens of `from`, with their keys and values. */
static void copy_prefix(const model_session *s, struct slot *to, const struct slot *from, size_t n)
{
    for (uint32_t l = 0; l < s->w->hp.n_layer; l++) {
        for (size_t head = 0; head < s->w->layers[l].n_head_kv; head++) {
            memcpy(model__session_keys(s, to, l, head), model__session_keys(s, from, l, head),
                   model__session_key_bytes(s, n));
            memcpy(model__session_values(s, to, l, head), model__session_values(s, from, l, head),
                   model__session_value_bytes(s, n));
        }
    }
    memcpy(to->ids, from->ids, n * sizeof *to->ids);
    to->n = n;
    to->n_exact = from->n_exact;
    to->rest_end = 0;
}

struct slot *model__session_oldest_slot(model_session *s, const struct slot *except)
{
    struct slot *oldest = NULL;
    for (size_t i = 0; i < s->n_slots; i++) {
        struct slot *other = &s->slots[i];
        if (other != except && (!oldest || other->last_used < oldest->last_used))
            oldest = other;
    }
    return oldest;
}

/* Memory that n positions of a slot take. The allocator may clear smaller blocks itself, so that
 * all of their pages are there from the start. */
static size_t bytes_of(const model_session *s, size_t n)
{
    size_t n_tiles = (n + MODEL__TILE - 1) / MODEL__TILE;
    return s->kv_bytes <= LAZY_BYTES ? s->kv_bytes
                                     : s->kv_bytes / (s->n_pos / MODEL__TILE) * n_tiles;
}

/* The same for what a slot holds, and held before it was shortened. */
static size_t slot_bytes(const model_session *s, const struct slot *slot)
{
    if (!slot->kv_memory)
        return 0;
    return bytes_of(s, slot->n > slot->n_high ? slot->n : slot->n_high);
}

size_t model_session_kv_bytes(const model_session *s)
{
    size_t all = 0;
    for (size_t i = 0; i < s->n_slots; i++)
        all += slot_bytes(s, &s->slots[i]);
    return all;
}

/* What `slot` takes once it has n positions. */
static size_t bytes_with(const model_session *s, const struct slot *slot, size_t n)
{
    size_t now = slot_bytes(s, slot), then = bytes_of(s, n);
    return now > then ? now : then;
}

void model__session_make_room(model_session *s, struct slot *keep, size_t n)
{
    size_t others = model_session_kv_bytes(s) - slot_bytes(s, keep);
    size_t wanted = bytes_with(s, keep, n);
    size_t room = wanted < s->kv_bytes_max ? s->kv_bytes_max - wanted : 0;
    while (others > room) {
        struct slot *oldest = NULL;
        for (size_t i = 0; i < s->n_slots; i++) {
            struct slot *other = &s->slots[i];
            if (other != keep && other->kv_memory &&
                (!oldest || other->last_used < oldest->last_used))
                oldest = other;
        }
        others -= slot_bytes(s, oldest);
        empty_slot(oldest);
    }
}

/* Another slot for n tokens beside `from`, whose first n_common it gets; NULL where there is none,
 * or no room for both. */
static struct slot *part_from(model_session *s, const struct slot *from, size_t n_common, size_t n)
{
    struct slot *to = model__session_oldest_slot(s, from);
    if (!to)
        return NULL;
    size_t both = slot_bytes(s, from) + bytes_with(s, to, n);
    if (both > s->kv_bytes_max || model__session_fill_slot(s, to) != ERR_OK)
        return NULL;
    note_high(to);
    copy_prefix(s, to, from, n_common);
    return to;
}

/* Makes the slot current that is to hold the ids, and cuts it to those that it has from the start.
 * `run`: what it has of the others, where they may be out of date. */
static void choose_slot(model_session *s, const struct model_feed *f, struct model__run *run)
{
    struct slot *best = s->slot;
    size_t n = f->n - f->n_last; /* at most so many may come from the cache */
    size_t common = common_prefix(best, f->ids, n, f->loose);
    for (size_t i = 0; i < s->n_slots; i++) {
        size_t c = common_prefix(&s->slots[i], f->ids, n, f->loose);
        if (c > common) {
            best = &s->slots[i];
            common = c;
        }
    }
    struct slot before = *best;
    size_t kept = common_prefix(best, f->ids, n, 0); /* up to date or not */
    shorten(best, common);
    *run = model__session_find_run(best, f->ids, common > f->loose ? common : f->loose, n);
    kept += run->n;
    if (2 * kept < before.n) {
        *best = before;
        struct slot *other = part_from(s, best, common, f->n);
        if (other) {
            best = other;
            run->n = 0;
        }
        s->paused.slot = NULL;
        shorten(best, common);
    }
    if (s->paused.slot != best)
        s->paused.slot = NULL; /* that slot may be emptied now */
    model__session_make_room(s, best, f->n);
    s->slot = best;
    best->last_used = ++s->n_feeds;
}

/* Evaluates up to `stop`, the end or a place before the tokens that want logits. */
static err_code read_until(model_session *s, const struct model_feed *f, size_t stop,
                           const cancel_flag *cancel)
{
    err_code rc = ERR_OK;
    struct slot *slot = s->slot;
    size_t last = stop < f->n ? 0 : f->n_last;
    while (rc == ERR_OK && slot->n < stop) {
        if (cancel_requested(cancel))
            return ERR_CANCELLED;
        size_t end = (slot->n / s->n_batch + 1) * s->n_batch;
        /* The tokens that want logits stay together. */
        if (end > stop - last)
            end = stop - slot->n <= s->n_batch ? stop : stop - last;
        rc = run_chunk(s, f->ids + slot->n, end - slot->n, end == stop ? last : 0, cancel);
    }
    return rc;
}

err_code model_session_feed_loose(model_session *s, const struct model_feed *f,
                                  const cancel_flag *cancel, struct model_feed_stats *stats, err *e)
{
    if (f->n == 0 || f->n > s->n_ctx)
        return err_set(e, ERR_RANGE, "model: %zu tokens; the context holds 1 to %zu", f->n,
                       s->n_ctx);
    if (f->n_last == 0 || f->n_last > f->n || f->n_last > s->n_logits)
        return err_set(e, ERR_RANGE, "model: logits of %zu tokens asked for; at most %zu",
                       f->n_last, f->n < s->n_logits ? f->n : s->n_logits);
    err_code rc = check_ids(s, f->ids, f->n, e);
    if (rc != ERR_OK)
        return rc;
    struct model__run run;
    choose_slot(s, f, &run);
    struct slot *slot = s->slot;
    size_t n_reused = slot->n + run.n;
    s->n_rows = 0;
    if (run.n > 0) {
        model__session_move(s, slot, &run);
        rc = read_until(s, f, run.to, cancel);
        if (rc != ERR_OK)
            return rc; /* the run is the slot's rest, for the next feed */
        slot->n_exact = slot->n < slot->n_exact ? slot->n : slot->n_exact;
        slot->n += run.n;
    }
    rc = read_until(s, f, f->n, cancel);
    if (rc != ERR_OK)
        return rc;
    if (stats)
        *stats = (struct model_feed_stats){
            .n_reused = n_reused,
            .n_read = f->n - n_reused,
            .n_loose = slot->n > slot->n_exact ? slot->n - slot->n_exact : 0};
    return check_logits(s, f->n_last, e);
}

err_code model_session_feed_logits(model_session *s, const model_token *ids, size_t n,
                                   size_t n_last, const cancel_flag *cancel,
                                   struct model_feed_stats *stats, err *e)
{
    return model_session_feed_loose(s, &(struct model_feed){ids, n, n_last, SIZE_MAX}, cancel,
                                    stats, e);
}

err_code model_session_feed(model_session *s, const model_token *ids, size_t n,
                            const cancel_flag *cancel, struct model_feed_stats *stats, err *e)
{
    return model_session_feed_logits(s, ids, n, 1, cancel, stats, e);
}

err_code model_session_step(model_session *s, model_token id, err *e)
{
    if (s->slot->n == s->n_ctx)
        return err_set(e, ERR_RANGE, "model: the context of %zu tokens is full", s->n_ctx);
    err_code rc = check_ids(s, &id, 1, e);
    if (rc != ERR_OK)
        return rc;
    s->n_rows = 0;
    rc = run_chunk(s, &id, 1, 1, NULL);
    return rc == ERR_OK ? check_logits(s, 1, e) : rc;
}

const float *model_session_logits(const model_session *s)
{
    return model_session_logits_at(s, 0);
}

const float *model_session_logits_at(const model_session *s, size_t back)
{
    return back < s->n_rows ? s->b.logits + (s->n_rows - 1 - back) * s->w->hp.n_vocab : NULL;
}

void model_session_truncate(model_session *s, size_t n)
{
    assert(n <= s->slot->n);
    shorten(s->slot, n);
}

size_t model_session_length(const model_session *s)
{
    return s->slot->n;
}

size_t model_session_n_ctx(const model_session *s)
{
    return s->n_ctx;
}

size_t model_session_n_bytes(const model_session *s)
{
    size_t turns = (s->n_turns_high + MODEL__TILE) * s->w->hp.n_rot * sizeof *s->turns;
    size_t n_filled = 0;
    for (size_t i = 0; i < s->n_slots; i++)
        n_filled += s->slots[i].kv_memory != NULL;
    return n_filled * (s->kv_bytes + s->n_ctx * sizeof *s->slot->ids) + s->scratch_bytes + turns;
}
