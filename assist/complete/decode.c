#include "assist/complete/decode.h"

#include <math.h>

#include "base/clock.h"
#include "context/lexicon.h"
#include "model/sample.h"

enum {
    MAX_CHOICES = 4, /* tokens looked at in each place */
    RECENT_TOKENS = 2 * CTX_RECALL_MAX_MATCH,
};

/* Another token is worth going after when it is at least this likely. */
static const float PLAUSIBLE = 0.02f;

err_code decode_begin(assist_engine *a, const struct prompt *p, const cancel_flag *cancel,
                      struct model_feed_stats *stats, err *e)
{
    err_code rc = model_session_feed(a->session, p->tokens->ids, p->tokens->n, cancel, stats, e);
    if (rc == ERR_OK)
        memcpy(a->first_logits, model_session_logits(a->session), a->n_vocab * sizeof(float));
    return rc;
}

/* While healed bytes are pending, a token must agree with them as far as both go. */
static const uint8_t *allowed_now(assist_engine *a, str_view pending)
{
    if (pending.len == 0)
        return a->allowed;
    for (size_t id = 0; id < a->n_vocab; id++) {
        str_view piece = model_vocab_piece(a->vocab, (model_token)id);
        a->healing[id] = a->allowed[id] && piece.len > 0 &&
                         (str_starts(piece, pending) || str_starts(pending, piece));
    }
    return a->healing;
}

/* The text before the first token of the line, as far as recall looks. */
static void begin_recent(assist_engine *a, const struct prompt *p)
{
    size_t n = p->prefix_end - p->prefix_begin;
    model_tokens_clear(&a->recent);
    for (size_t i = n > RECENT_TOKENS ? n - RECENT_TOKENS : 0; i < n; i++)
        model_tokens_push(&a->recent, p->tokens->ids[p->prefix_begin + i]);
}

static void add_fork(struct decoded *out, const struct decode_fork *f)
{
    size_t i = out->n_forks < DECODE_MAX_FORKS ? out->n_forks++ : DECODE_MAX_FORKS;
    for (; i > 0 && out->forks[i - 1].prob < f->prob; i--)
        if (i < DECODE_MAX_FORKS)
            out->forks[i] = out->forks[i - 1];
    if (i < DECODE_MAX_FORKS)
        out->forks[i] = *f;
}

/* Lines may part wherever another token is plausible, except in what is healed: that is the same
 * for all of them. */
static void find_forks(assist_engine *a, struct decoded *out, const struct model_candidate *top,
                       size_t n_top, size_t pending, double log_prob)
{
    for (size_t i = 1; i < n_top && top[i].prob >= PLAUSIBLE; i++)
        if (model_vocab_piece(a->vocab, top[i].id).len > pending)
            add_fork(out, &(struct decode_fork){out->n_tokens, top[i].id, top[i].prob, log_prob});
}

/* Prompt, the line up to the fork, and the other token. */
static err_code feed_fork(assist_engine *a, const struct prompt *p, const struct decode_fork *fork,
                          const cancel_flag *cancel, err *e)
{
    size_t n_prompt = p->tokens->n;
    for (size_t i = 0; i < fork->at; i++)
        model_tokens_push(&a->prompt, a->line.ids[i]);
    model_tokens_push(&a->prompt, fork->id);
    err_code rc = a->prompt.failed;
    if (rc == ERR_OK)
        rc = model_session_feed(a->session, a->prompt.ids, a->prompt.n, cancel, NULL, e);
    a->prompt.n = n_prompt;
    return rc;
}

/* The token at the line's place out->n_tokens, or MODEL_TOKEN_NONE: no token continues the healed
 * bytes, so there is nothing to offer. */
static model_token choose(assist_engine *a, const struct prompt *p, struct decoded *out,
                          const struct decode_fork *fork, const struct decode_limits *limits,
                          str_view pending, double *log_prob)
{
    if (fork && out->n_tokens < fork->at)
        return a->line.ids[out->n_tokens];
    if (fork && out->n_tokens == fork->at) {
        *log_prob = fork->log_prob + log((double)fork->prob);
        return fork->id;
    }
    struct model_candidate top[MAX_CHOICES];
    const float *logits = out->n_tokens ? model_session_logits(a->session) : a->first_logits;
    const uint8_t *allowed = allowed_now(a, pending);
    size_t n = model_sample_top(logits, a->n_vocab, allowed, top, MAX_CHOICES);
    if (n == 0)
        return MODEL_TOKEN_NONE;
    struct ctx_recall_query q = p->place;
    q.context = a->recent.ids;
    q.n_context = a->recent.n;
    if (!limits->alone)
        n = habit_mix(&a->habit, &q, logits, allowed, top, n, MAX_CHOICES);
    if (!fork) {
        find_forks(a, out, top, n, pending.len, *log_prob);
        model_tokens_push(&a->line, top[0].id);
    }
    *log_prob += log(top[0].prob > 1e-9f ? (double)top[0].prob : 1e-9);
    return top[0].id;
}

err_code decode_line(assist_engine *a, const struct prompt *p, const struct decode_fork *fork,
                     const struct decode_limits *limits, struct decoded *out, err *e)
{
    str_view pending = p->heal;
    double log_prob = 0;
    err_code rc = ERR_OK;
    out->ended = false;
    begin_recent(a, p);
    if (fork) {
        rc = feed_fork(a, p, fork, limits->cancel, e);
    } else {
        model_session_truncate(a->session, p->tokens->n);
        model_tokens_clear(&a->line);
        out->n_forks = 0;
    }
    for (out->n_tokens = 0; rc == ERR_OK && out->n_tokens < limits->max_tokens; out->n_tokens++) {
        if (cancel_requested(limits->cancel))
            return err_set(e, ERR_CANCELLED, "cancelled");
        if (limits->until_ns && out->n_tokens > 0 && clock_now_ns() >= limits->until_ns)
            break;
        model_token id = choose(a, p, out, fork, limits, pending, &log_prob);
        if (id == MODEL_TOKEN_NONE)
            break;
        model_tokens_push(&a->recent, id);
        if (model_vocab_is_end(a->vocab, id)) {
            out->ended = true;
            out->n_tokens++;
            break;
        }
        str_view piece = model_vocab_piece(a->vocab, id);
        size_t healed = piece.len < pending.len ? piece.len : pending.len;
        pending = str_slice(pending, healed, pending.len);
        piece = str_slice(piece, healed, piece.len);
        size_t newline = str_find_byte(piece, '\n');
        buf_append(&out->text, str_slice(piece, 0, newline));
        if (newline < piece.len) {
            out->ended = true;
            out->n_tokens++;
            break;
        }
        if (fork && out->n_tokens <= fork->at)
            continue; /* read already */
        if (model_session_length(a->session) == model_session_n_ctx(a->session)) {
            out->n_tokens++; /* the context is full: show what there is */
            break;
        }
        rc = model_session_step(a->session, id, e);
    }
    if (rc != ERR_OK)
        return rc;
    if (pending.len > 0)
        buf_clear(&out->text);
    else if (!out->ended) /* half a word is no suggestion */
        while (out->text.len > 0 && ctx_lexicon_is_word_byte(out->text.ptr[out->text.len - 1]))
            out->text.len--;
    out->confidence = out->n_tokens ? (float)exp(log_prob / (double)out->n_tokens) : 0;
    return buf_failed(&out->text);
}
