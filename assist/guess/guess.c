#include "assist/guess/guess.h"

#include "base/clock.h"
#include "model/sample.h"
#include "model/session.h"
#include "model/vocab.h"
#include "model/weights.h"

enum {
    PROMPT_MAX_TOKENS = 4096,
    FEED_TOKENS = 64, /* read between two looks at the clock */
    MIN_PARAMETERS = 1000000000,
};

static uint64_t n_elements(const struct gguf_tensor *t)
{
    return t->dims[0] * t->dims[1] * t->dims[2] * t->dims[3]; /* checked by the reader */
}

static uint64_t count_parameters(const model_gguf *g)
{
    uint64_t n = 0;
    for (size_t i = 0; i < model_gguf_n_tensors(g); i++)
        n += n_elements(model_gguf_tensor(g, i));
    return n;
}

err_code guess_check(const model_gguf *g, const char *task, err *e)
{
    uint64_t n = count_parameters(g);
    if (model_gguf_has(g, "tokenizer.chat_template") || n >= MIN_PARAMETERS)
        return ERR_OK;
    return err_set(e, ERR_UNSUPPORTED,
                   "%s cannot %s: that takes a model that was taught dialogues or has a billion "
                   "parameters, and this one has %llu million",
                   model_gguf_name(g), task, (unsigned long long)(n / 1000000));
}

str_view guess_model_name(const model_gguf *g)
{
    str_view name;
    bool named = model_gguf_str(g, "general.name", &name) && name.len > 0;
    return named ? name : str_of(model_gguf_name(g));
}

struct writer {
    model_weights *weights;
    model_vocab *vocab;
    model_session *session;
    struct model_tokens tokens;
};

static err_code load(struct writer *w, const model_gguf *g, str_view prompt, size_t room, err *e)
{
    err_code rc = model_vocab_create(&w->vocab, g, e);
    if (rc == ERR_OK)
        rc = model_weights_load(&w->weights, g, e);
    if (rc != ERR_OK)
        return rc;
    model_token bos = model_vocab_role(w->vocab, MODEL_ROLE_BOS);
    if (model_vocab_adds_bos(w->vocab) && bos != MODEL_TOKEN_NONE)
        model_tokens_push(&w->tokens, bos);
    model_vocab_encode(w->vocab, prompt, &w->tokens);
    uint32_t n_ctx = model_weights_hparams(w->weights)->n_ctx_train;
    size_t n = w->tokens.n + room;
    if (w->tokens.failed != ERR_OK || n > n_ctx)
        return err_set(e, ERR_NOT_FOUND, "this is more than the model can read and answer at once");
    return model_session_create(
        &w->session, w->weights,
        &(struct model_session_options){.n_ctx = (uint32_t)n, .n_batch = FEED_TOKENS}, e);
}

static err_code read_prompt(struct writer *w, uint64_t end_ns, const cancel_flag *cancel, err *e)
{
    for (size_t n = 0; n < w->tokens.n;) {
        n = w->tokens.n - n < FEED_TOKENS ? w->tokens.n : n + FEED_TOKENS;
        err_code rc = model_session_feed(w->session, w->tokens.ids, n, cancel, NULL, e);
        if (rc != ERR_OK)
            return rc;
        if (clock_now_ns() >= end_ns)
            return err_set(e, ERR_NOT_FOUND, "the model is too slow to answer in time");
    }
    return ERR_OK;
}

static err_code write_words(struct writer *w, buf *said, bool *ended, uint64_t end_ns,
                            const struct guess_options *o, err *e)
{
    static const struct model_sample_options greedy = {.temperature = 0, .top_p = 1};
    struct model_sampler sampler;
    size_t n_vocab = model_weights_hparams(w->weights)->n_vocab;
    model_sampler_init(&sampler, &greedy);
    for (size_t n = 0; n < o->max_tokens && clock_now_ns() < end_ns; n++) {
        model_token id =
            model_sample(&sampler, model_session_logits(w->session), n_vocab, NULL, NULL, NULL);
        if (cancel_requested(o->cancel))
            return ERR_CANCELLED;
        *ended = id == MODEL_TOKEN_NONE || model_vocab_is_end(w->vocab, id);
        if (*ended)
            break;
        if (!model_vocab_is_special(w->vocab, id))
            buf_append(said, model_vocab_piece(w->vocab, id));
        if (buf_failed(said) != ERR_OK)
            break;
        *ended = o->enough && o->enough(o->user, buf_view(said));
        if (*ended)
            break;
        err_code rc = model_session_step(w->session, id, e);
        if (rc != ERR_OK)
            return rc;
    }
    return buf_failed(said) == ERR_NOMEM ? ERR_NOMEM : ERR_OK;
}

err_code guess_continue(buf *said, bool *ended, const model_gguf *g, str_view prompt,
                        const struct guess_options *o, err *e)
{
    struct writer w = {.weights = NULL};
    *ended = false;
    model_tokens_init(&w.tokens, PROMPT_MAX_TOKENS);
    err_code rc = load(&w, g, prompt, o->max_tokens, e);
    uint64_t end_ns = clock_now_ns() + o->budget_ms * UINT64_C(1000000);
    if (rc == ERR_OK)
        rc = read_prompt(&w, end_ns, o->cancel, e);
    if (rc == ERR_OK)
        rc = write_words(&w, said, ended, end_ns, o, e);
    model_session_destroy(w.session);
    model_weights_destroy(w.weights);
    model_vocab_destroy(w.vocab);
    model_tokens_release(&w.tokens);
    return rc;
}
