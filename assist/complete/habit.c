#include "assist/complete/habit.h"

#include <math.h>

enum { TEXT_MAX_TOKENS = 1 << 20 };

static str_view piece_of(const void *user, int32_t id)
{
    return model_vocab_piece(user, id);
}

err_code habit_init(struct habit *h, const model_vocab *vocab, size_t max_tokens, err *e)
{
    h->vocab = vocab;
    ctx_mix_init(&h->mix);
    model_tokens_init(&h->ids, TEXT_MAX_TOKENS);
    return ctx_recall_create(&h->recall, &(struct ctx_recall_vocab){piece_of, vocab}, max_tokens,
                             e);
}

void habit_release(struct habit *h)
{
    ctx_recall_destroy(h->recall);
    h->recall = NULL;
    model_tokens_release(&h->ids);
}

err_code habit_put(struct habit *h, const struct ctx_recall_doc *doc, str_view text, err *e)
{
    model_tokens_clear(&h->ids);
    model_vocab_encode(h->vocab, text, &h->ids);
    if (h->ids.failed != ERR_OK)
        return err_set(e, h->ids.failed, "the text is too long to learn from");
    return ctx_recall_update(h->recall, doc, h->ids.ids, h->ids.n, e);
}

void habit_remove(struct habit *h, uint64_t id)
{
    ctx_recall_remove(h->recall, id);
}

size_t habit_place(const struct habit *h, uint64_t doc, size_t off)
{
    size_t n = 0, at = 0, i = 0;
    const int32_t *ids = ctx_recall_text(h->recall, doc, &n);
    for (; i < n && at < off; i++)
        at += model_vocab_piece(h->vocab, ids[i]).len;
    return i;
}

static void add(struct model_candidate *top, size_t *n, size_t cap, model_token id, float prob)
{
    size_t at = *n < cap ? (*n)++ : cap;
    for (; at > 0 && (top[at - 1].prob < prob || (top[at - 1].prob == prob && top[at - 1].id > id));
         at--)
        if (at < cap)
            top[at] = top[at - 1];
    if (at < cap)
        top[at] = (struct model_candidate){id, prob};
}

size_t habit_mix(const struct habit *h, const struct ctx_recall_query *q, const float *logits,
                 const uint8_t *allowed, struct model_candidate *top, size_t n_top, size_t cap)
{
    enum { MAX_RECALLED = 16, MAX_MODEL = 8 };
    struct ctx_recall_prediction seen;
    struct model_candidate model[MAX_MODEL];
    float p[MAX_RECALLED], sum = 0, share = 0;
    if (!h->recall)
        return n_top;
    ctx_recall_predict(h->recall, q, &seen);
    for (size_t i = 0; i < seen.n_top; i++) {
        p[i] = allowed[seen.top[i].id] ? seen.top[i].p : 0;
        sum += p[i];
        share = p[i] > share ? p[i] : share;
    }
    if (!(sum > 0))
        return n_top;
    float w = ctx_mix_weight(&h->mix, seen.match, share / sum);
    float best_logit = logits[top[0].id], best_prob = top[0].prob;
    size_t n_model = n_top < MAX_MODEL ? n_top : MAX_MODEL, n = 0;
    memcpy(model, top, n_model * sizeof *model);
    for (size_t i = 0; i < seen.n_top; i++) {
        model_token id = seen.top[i].id;
        if (p[i] > 0)
            add(top, &n, cap, id,
                w * p[i] / sum + (1 - w) * best_prob * expf(logits[id] - best_logit));
    }
    for (size_t i = 0; i < n_model; i++) {
        bool is_in = false;
        for (size_t k = 0; k < seen.n_top; k++)
            is_in = is_in || (p[k] > 0 && seen.top[k].id == model[i].id);
        if (!is_in)
            add(top, &n, cap, model[i].id, (1 - w) * model[i].prob);
    }
    return n;
}

void habit_learn(struct habit *h, const struct ctx_recall_query *q, model_token id, float p_model)
{
    struct ctx_recall_prediction seen;
    float p = 0;
    if (!h->recall)
        return;
    ctx_recall_predict(h->recall, q, &seen);
    for (size_t i = 0; i < seen.n_top; i++)
        if (seen.top[i].id == id)
            p = seen.top[i].p;
    if (seen.n_top)
        ctx_mix_learn(&h->mix, seen.match, seen.top[0].p, p, p_model);
}
