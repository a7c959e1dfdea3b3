#include "model/evaluate.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "model/session.h"

enum {
    DEFAULT_WINDOW = 512,
    /* Positions whose logits are held at once: enough for fast products, and at 150,000 tokens of
     * vocabulary no more than 40 MB. */
    PIECE = 64,
};

double model_log_sum(const float *logits, size_t n)
{
    float most = logits[0];
    for (size_t i = 1; i < n; i++)
        most = logits[i] > most ? logits[i] : most;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += exp((double)(logits[i] - most));
    return (double)most + log(sum);
}

struct run {
    const model_vocab *v;
    model_session *s;
    size_t n_vocab;
    const cancel_flag *cancel;
    err *e;
    double sum, sum_squares;
    struct model_perplexity p;
};

static void update(struct run *r)
{
    struct model_perplexity *p = &r->p;
    double n = (double)p->n_tok, mean = r->sum / n;
    double variance = p->n_tok > 1 ? (r->sum_squares - n * mean * mean) / (n - 1) : 0;
    p->nats_per_token = mean;
    p->nats_error = sqrt(fmax(0, variance) / n);
    double bits = p->n_bytes > 0 ? n / (double)p->n_bytes / log(2) : 0;
    p->bits_per_byte = mean * bits;
    p->bits_error = p->nats_error * bits;
    p->perplexity = exp(mean);
}

/* Scores window[first..n); first >= 1. */
static err_code score(struct run *r, const model_token *window, size_t n, size_t first)
{
    for (size_t begin = first; begin < n;) {
        size_t end = n - begin < PIECE ? n : begin + PIECE;
        /* Token i is predicted after token i - 1. */
        err_code rc =
            model_session_feed_logits(r->s, window, end - 1, end - begin, r->cancel, NULL, r->e);
        if (rc != ERR_OK)
            return rc;
        for (size_t i = begin; i < end; i++) {
            const float *logits = model_session_logits_at(r->s, end - 1 - i);
            double nats = model_log_sum(logits, r->n_vocab) - (double)logits[window[i]];
            r->sum += nats;
            r->sum_squares += nats * nats;
            r->p.n_tok++;
            r->p.n_bytes += (size_t)window[i] < model_vocab_size(r->v)
                                ? model_vocab_piece(r->v, window[i]).len
                                : 0;
        }
        begin = end;
    }
    return ERR_OK;
}

err_code model_perplexity_run(struct model_perplexity *out, const model_weights *w,
                              const model_vocab *v, const model_token *ids, size_t n,
                              const struct model_perplexity_options *options, err *e)
{
    const struct model_hparams *hp = model_weights_hparams(w);
    size_t n_ctx = options->n_ctx ? options->n_ctx : DEFAULT_WINDOW;
    if (!options->n_ctx && n_ctx > hp->n_ctx_train)
        n_ctx = hp->n_ctx_train;
    size_t n_bos = model_vocab_adds_bos(v);
    if (n_ctx < 2 + n_bos)
        return err_set(e, ERR_RANGE, "a window of %zu tokens is too small to predict in", n_ctx);
    size_t n_text = n_ctx - n_bos; /* tokens of the text in a window */
    size_t n_stride = options->n_stride ? options->n_stride : n_text / 2;
    if (n_stride >= n_ctx)
        return err_set(e, ERR_RANGE, "a stride of %zu tokens; windows of %zu allow %zu at most",
                       n_stride, n_ctx, n_ctx - 1);
    if (n + n_bos < 2)
        return err_set(e, ERR_RANGE, "the text is too short: %zu token%s, and the first is given",
                       n, n == 1 ? "" : "s");
    struct run r = {.v = v, .n_vocab = hp->n_vocab, .cancel = options->cancel, .e = e};
    r.p.n_windows = n <= n_text ? 1 : 1 + (n - n_text + n_stride - 1) / n_stride;
    model_token *window = mem_alloc(n_ctx * sizeof *window);
    err_code rc = ERR_NOMEM;
    if (!window)
        goto done;
    uint32_t n_logits = n_ctx < PIECE ? (uint32_t)n_ctx : PIECE;
    rc = model_session_create(&r.s, w,
                              &(struct model_session_options){.n_ctx = (uint32_t)n_ctx,
                                                              .n_threads = options->n_threads,
                                                              .n_logits = n_logits},
                              e);
    if (rc != ERR_OK)
        goto done;
    if (n_bos)
        window[0] = model_vocab_role(v, MODEL_ROLE_BOS);
    for (size_t scored = 0; scored < n;) {
        size_t end = scored == 0 ? n_text : scored + n_stride;
        end = end < n ? end : n;
        size_t begin = end > n_text ? end - n_text : 0;
        memcpy(window + n_bos, ids + begin, (end - begin) * sizeof *ids);
        size_t first = n_bos + scored - begin;
        rc = score(&r, window, n_bos + end - begin, first > 0 ? first : 1);
        if (rc != ERR_OK)
            goto done;
        scored = end;
        r.p.n_windows_done++;
        update(&r);
        if (options->progress)
            options->progress(options->user, &r.p);
    }
    *out = r.p;
done:
    if (rc == ERR_NOMEM && e && !e->text[0])
        err_set(e, rc, "out of memory");
    model_session_destroy(r.s);
    mem_free(window);
    return rc;
}
