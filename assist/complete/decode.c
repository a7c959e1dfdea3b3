#include "assist/complete/decode.h"

#include <math.h>

#include "base/clock.h"
#include "base/utf.h"
#include "model/sample.h"

/* A second beginning is worth showing when it is at least this likely. */
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

static model_token pick(assist_engine *a, const float *logits, const uint8_t *allowed, float *prob)
{
    struct model_sampler greedy;
    model_sampler_init(&greedy, &MODEL_SAMPLE_GREEDY);
    return model_sample(&greedy, logits, a->n_vocab, allowed, NULL, prob);
}

/* The token of the given rank among the allowed ones; those before it are taken out of a->healing.
 */
static model_token pick_ranked(assist_engine *a, const float *logits, const uint8_t *allowed,
                               size_t rank, float *prob)
{
    model_token id = pick(a, logits, allowed, prob);
    if (rank == 0 || id == MODEL_TOKEN_NONE)
        return id;
    if (allowed != a->healing)
        memcpy(a->healing, allowed, a->n_vocab);
    float left = 1;
    for (size_t i = 0; i < rank && id != MODEL_TOKEN_NONE; i++) {
        left -= *prob * left; /* prob is relative to what is still allowed */
        a->healing[id] = 0;
        id = pick(a, logits, a->healing, prob);
    }
    *prob *= left;
    return *prob >= PLAUSIBLE ? id : MODEL_TOKEN_NONE;
}

err_code decode_line(assist_engine *a, const struct prompt *p, size_t rank,
                     const struct decode_limits *limits, struct decoded *out, err *e)
{
    str_view pending = p->heal;
    double log_prob = 0;
    bool parted = rank == 0;
    out->ended = false;
    out->n_tokens = 0;
    model_session_truncate(a->session, p->tokens->n);
    for (; out->n_tokens < limits->max_tokens; out->n_tokens++) {
        bool first = out->n_tokens == 0;
        const float *logits = first ? a->first_logits : model_session_logits(a->session);
        if (cancel_requested(limits->cancel))
            return err_set(e, ERR_CANCELLED, "cancelled");
        if (limits->until_ns && !first && clock_now_ns() >= limits->until_ns)
            break;
        const uint8_t *allowed = allowed_now(a, pending);
        float prob = 0;
        model_token id = pick(a, logits, allowed, &prob);
        /* Suggestions part at the first new token that has another plausible choice: what is
         * healed, and what can only go on in one way, is the same for all of them. */
        if (!parted && id != MODEL_TOKEN_NONE &&
            model_vocab_piece(a->vocab, id).len > pending.len) {
            float other_prob;
            model_token other = pick_ranked(a, logits, allowed, rank, &other_prob);
            parted = other != MODEL_TOKEN_NONE;
            if (parted) {
                id = other;
                prob = other_prob;
            }
        }
        if (id == MODEL_TOKEN_NONE)
            break; /* no token continues the healed bytes: nothing to offer */
        log_prob += log(prob > 1e-9f ? prob : 1e-9f);
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
        err_code rc = model_session_length(a->session) < model_session_n_ctx(a->session)
                          ? model_session_step(a->session, id, e)
                          : ERR_RANGE;
        if (rc == ERR_RANGE) { /* the context is full: show what there is */
            out->n_tokens++;
            break;
        }
        if (rc != ERR_OK)
            return rc;
    }
    if (!parted)
        return ERR_NOT_FOUND;
    if (pending.len > 0)
        buf_clear(&out->text);
    else if (out->text.len > 0 && !out->ended)
        out->text.len = utf8_whole_prefix(buf_view(&out->text));
    out->confidence = out->n_tokens ? (float)exp(log_prob / (double)out->n_tokens) : 0;
    return buf_failed(&out->text);
}
