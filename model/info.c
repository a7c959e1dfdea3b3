#include "model/info.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/energy.h"
#include "base/mem.h"
#include "model/bandwidth.h"
#include "model/isa.h"
#include "model/ops.h"
#include "model/pool.h"
#include "model/session.h"
#include "model/weights_internal.h"

static uint64_t n_values(const struct gguf_tensor *t)
{
    return t->dims[0] * t->dims[1] * t->dims[2] * t->dims[3];
}

/* Takes a tensor into account; types beyond the table's end are left out (a file cannot have that
 * many). */
static void count_tensor(struct model_info *info, const struct gguf_tensor *t)
{
    size_t i = 0;
    while (i < info->n_types && info->types[i].type != t->type)
        i++;
    if (i == MODEL_INFO_TYPES)
        return;
    if (i == info->n_types)
        info->types[info->n_types++] = (struct model_info_type){.type = t->type};
    info->types[i].n_tensors++;
    info->types[i].n_params += n_values(t);
    info->types[i].n_bytes += t->n_bytes;
}

static int by_bytes(const void *a, const void *b)
{
    const struct model_info_type *x = a, *y = b;
    return (x->n_bytes < y->n_bytes) - (x->n_bytes > y->n_bytes);
}

uint64_t model_info_kv_bytes(const model_weights *w, model_kv_type type)
{
    uint64_t per_head = model__key_tile_bytes(type, w->hp.head_dim) / MODEL__TILE +
                        model__value_row_bytes(type, w->hp.head_dim);
    uint64_t n_heads = 0;
    for (uint32_t l = 0; l < w->hp.n_layer; l++)
        n_heads += w->layers[l].n_head_kv;
    return n_heads * per_head;
}

void model_info_read(struct model_info *out, const model_gguf *g, const model_weights *w)
{
    struct model_info info = {
        .hp = *model_weights_hparams(w),
        .n_params = model_weights_n_params(w),
        .n_bytes = model_weights_n_bytes(w),
        .n_file_bytes = model_gguf_n_bytes(g),
        .isa = model_isa_name(model_isa_current()),
    };
    model_gguf_str(g, "general.name", &info.name);
    model_gguf_str(g, "general.license", &info.license);
    for (size_t i = 0; i < model_gguf_n_tensors(g); i++) {
        const struct gguf_tensor *t = model_gguf_tensor(g, i);
        count_tensor(&info, t);
        bool row_only = w->output != w->tok_embd && str_eq(t->name, STR("token_embd.weight"));
        info.step_bytes += row_only ? t->n_bytes / t->dims[1] : t->n_bytes;
    }
    qsort(info.types, info.n_types, sizeof *info.types, by_bytes);
    info.kv_bytes_per_token = model_info_kv_bytes(w, MODEL_KV_F16);
    *out = info;
}

/* ---- speed ---- */

enum {
    MAX_REPETITIONS = 64,
    MIN_REPETITIONS = 3,
    STEPS = 16,
    READ_PASSES = 5,
    READ_NS = 50000000,
    READ_BYTES = 512 << 20,
};

/* Memory of the size of what a token reads, so that it comes from the same caches; beyond what any
 * cache holds, size makes no difference. */
static err_code measure_limits(struct model_bench *b, uint64_t step_bytes, err *e)
{
    size_t n = step_bytes < READ_BYTES ? (size_t)step_bytes : READ_BYTES;
    model__pool *pool = NULL;
    uint8_t *p = mem_alloc_large(n);
    err_code rc = p ? model__pool_create(&pool, b->n_threads, e)
                    : err_set(e, ERR_NOMEM, "model: no memory to measure with");
    if (rc != ERR_OK)
        goto done;
    memset(p, 1, n);
    uint64_t start = clock_now_ns();
    for (int i = 0; i < READ_PASSES || clock_now_ns() - start < READ_NS; i++) {
        double rate = model__bandwidth(pool, p, n);
        b->read_bytes_per_s = rate > b->read_bytes_per_s ? rate : b->read_bytes_per_s;
    }
    b->peak_macs_per_s = model__linear_peak(pool);
done:
    model__pool_destroy(pool);
    mem_free(p);
    return rc;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Multiplications that a prompt of n tokens takes: the matrices of the layers, the head once, and
 * attention, where each token sees half of the others in the mean. */
static double prompt_macs(const model_weights *w, size_t n)
{
    double macs = 0;
    for (uint32_t l = 0; l < w->hp.n_layer; l++) {
        const struct model__layer *layer = &w->layers[l];
        const model__linear *const m[] = {layer->qkv[0], layer->qkv[1], layer->qkv[2], layer->o,
                                          layer->gate,   layer->up,     layer->down};
        for (size_t i = 0; i < sizeof m / sizeof *m; i++)
            if (m[i])
                macs += (double)model__linear_n_in(m[i]) * (double)model__linear_n_out(m[i]);
        macs += (double)layer->n_head * w->hp.head_dim * (double)n;
    }
    return macs * (double)n +
           (double)model__linear_n_in(w->output) * (double)model__linear_n_out(w->output);
}

static double share_of_limit(const struct model_bench *b, const struct model_bench_point *p,
                             const struct model_info *info, const model_weights *w)
{
    if (p->decode)
        return p->tok_per_s *
               ((double)info->step_bytes +
                (double)model_info_kv_bytes(w, b->kv_type) * (double)(p->n_tok + STEPS / 2)) /
               b->read_bytes_per_s;
    if (b->peak_macs_per_s == 0)
        return -1;
    return p->tok_per_s / (double)p->n_tok * prompt_macs(w, p->n_tok) / b->peak_macs_per_s;
}

/* What one repetition evaluates: the whole prompt anew, or STEPS tokens after the context. */
static err_code repeat_once(model_session *s, const struct model_bench_point *p,
                            const model_token *ids, uint64_t *ns, err *e)
{
    model_session_truncate(s, p->decode ? p->n_tok : 0);
    uint64_t begin = clock_now_ns();
    err_code rc = ERR_OK;
    if (!p->decode)
        rc = model_session_feed(s, ids, p->n_tok, NULL, NULL, e);
    for (size_t i = 0; p->decode && i < STEPS && rc == ERR_OK; i++)
        rc = model_session_step(s, ids[p->n_tok + i], e);
    *ns = clock_now_ns() - begin;
    return rc;
}

static err_code measure_point(struct model_bench_point *p, model_session *s, const model_token *ids,
                              uint64_t budget_ns, const cancel_flag *cancel, err *e)
{
    double rates[MAX_REPETITIONS];
    size_t n = 0, n_tok = p->decode ? STEPS : p->n_tok;
    uint64_t ns;
    err_code rc = ERR_OK;
    if (p->decode)
        rc = model_session_feed(s, ids, p->n_tok, cancel, NULL, e);
    if (rc == ERR_OK)
        rc = repeat_once(s, p, ids, &ns, e); /* to warm up */
    struct energy energy, energy_after;
    bool has_energy = energy_read(&energy, NULL);
    uint64_t begin = clock_now_ns(), cpu = clock_cpu_ns();
    while (rc == ERR_OK && n < MAX_REPETITIONS &&
           (n < MIN_REPETITIONS || clock_now_ns() - begin < budget_ns)) {
        if (cancel_requested(cancel))
            return ERR_CANCELLED;
        rc = repeat_once(s, p, ids, &ns, e);
        rates[n++] = (double)n_tok * 1e9 / (double)(ns ? ns : 1);
    }
    if (rc != ERR_OK)
        return rc;
    has_energy = has_energy && energy_read(&energy_after, NULL);
    p->joules_per_1000 =
        has_energy ? energy_joules(&energy, &energy_after) * 1000 / (double)(n * n_tok) : -1;
    p->cpu_s_per_1000 = (double)(clock_cpu_ns() - cpu) / 1e6 / (double)(n * n_tok);
    qsort(rates, n, sizeof *rates, ascending);
    p->tok_per_s = n % 2 ? rates[n / 2] : (rates[n / 2 - 1] + rates[n / 2]) / 2;
    return ERR_OK;
}

static void plan(struct model_bench *b, size_t n_ctx)
{
    static const size_t prompts[] = {1, 8, 32, 128, 512, 2048};
    static const size_t contexts[] = {16, 512, 2048, 8192};
    b->n_points = 0;
    for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++)
        if (prompts[i] <= n_ctx)
            b->points[b->n_points++] = (struct model_bench_point){.n_tok = prompts[i]};
    for (size_t i = 0; i < sizeof contexts / sizeof *contexts; i++)
        if (contexts[i] + STEPS <= n_ctx)
            b->points[b->n_points++] =
                (struct model_bench_point){.decode = true, .n_tok = contexts[i]};
}

static size_t longest_point(const struct model_bench *b)
{
    size_t longest = 0;
    for (size_t i = 0; i < b->n_points; i++) {
        size_t n = b->points[i].n_tok + (b->points[i].decode ? STEPS : 0);
        longest = n > longest ? n : longest;
    }
    return longest;
}

err_code model_bench_run(struct model_bench *out, const model_gguf *g, const model_weights *w,
                         const struct model_bench_options *options, const cancel_flag *cancel,
                         err *e)
{
    struct model_bench b = {.n_threads =
                                options->n_threads ? options->n_threads : thread_cpu_count(),
                            .kv_type = options->kv_type};
    if (!options->n_threads && b.n_threads > MODEL_SESSION_MAX_DEFAULT_THREADS)
        b.n_threads = MODEL_SESSION_MAX_DEFAULT_THREADS;
    struct model_info info;
    model_info_read(&info, g, w);
    plan(&b, info.hp.n_ctx_train);
    size_t n_ids = longest_point(&b);
    model_session *s = NULL;
    model_token *ids = mem_zero(n_ids, sizeof *ids);
    if (!ids)
        return err_set(e, ERR_NOMEM, "model: no memory to measure with");
    /* Which tokens does not matter to the speed; the same every time. */
    for (size_t i = 0; i < n_ids; i++)
        ids[i] = (model_token)(i * 7919 % info.hp.n_vocab);
    const struct model_session_options session = {
        .n_ctx = (uint32_t)n_ids, .n_threads = b.n_threads, .kv_type = b.kv_type};
    err_code rc = measure_limits(&b, info.step_bytes, e);
    if (rc == ERR_OK)
        rc = model_session_create(&s, w, &session, e);
    for (size_t i = 0; i < b.n_points && rc == ERR_OK; i++) {
        struct model_bench_point *p = &b.points[i];
        rc = measure_point(p, s, ids, (uint64_t)options->budget_ms * 1000000 / b.n_points, cancel,
                           e);
        p->limit_share = share_of_limit(&b, p, &info, w);
    }
    if (rc == ERR_OK)
        *out = b;
    model_session_destroy(s);
    mem_free(ids);
    return rc;
}
