#include "assist/explain/prose.h"

#include <string.h>

#include "assist/explain/explain_internal.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/utf.h"
#include "model/sample.h"
#include "model/session.h"
#include "model/vocab.h"
#include "model/weights.h"

enum {
    MAX_TOKENS = 96,
    BUDGET_MS = 20000,
    CODE_MAX_BYTES = 3000,
    PROMPT_MAX_TOKENS = 4096,
    FEED_TOKENS = 64, /* read between two looks at the clock */
    SAID_MAX_BYTES = 4096,
    SAID_MAX_CHARS = 600,
    NAME_MAX_CHARS = 60,
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

err_code explain_prose_check(const model_gguf *g, err *e)
{
    uint64_t n = count_parameters(g);
    if (model_gguf_has(g, "tokenizer.chat_template") || n >= MIN_PARAMETERS)
        return ERR_OK;
    return err_set(e, ERR_UNSUPPORTED,
                   "%s cannot explain code in words: that takes a model that was taught dialogues "
                   "or has a billion parameters, and this one has %llu million",
                   model_gguf_name(g), (unsigned long long)(n / 1000000));
}

/* What the model continues: the code, and behind it a comment that has been begun. */
struct question {
    str_view text;
    str_view mark; /* that begins a line of a comment */
};

static struct question ask(arena *mem, const gram_language *lang, str_view code)
{
    str_view list = str_of(lang->line_comments), mark = {NULL, 0};
    if (!lang->line_comments || !gram_list_next(&list, &mark))
        mark = STR("#");
    code = str_slice(code, 0, CODE_MAX_BYTES);
    code.len = utf8_whole_prefix(code);
    struct question q = {.mark = mark};
    q.text = arena_format(mem,
                          "%.*s\n\n%.*s In plain words, for somebody who does not know %s, the "
                          "code above",
                          STR_ARG(str_trim_right(code)), STR_ARG(mark), lang->name);
    return q;
}

/* Where the comment ends in what was written: before a line that is none; the length while that
 * is not known yet. */
static size_t end_of_comment(str_view said, str_view mark)
{
    for (size_t at = 0; at < said.len; at++) {
        if (said.ptr[at] != '\n')
            continue;
        size_t i = at + 1;
        while (i < said.len && (said.ptr[i] == ' ' || said.ptr[i] == '\t'))
            i++;
        size_t known = said.len - i < mark.len ? said.len - i : mark.len;
        if (memcmp(said.ptr + i, mark.ptr, known) != 0)
            return at;
    }
    return said.len;
}

struct writer {
    model_weights *weights;
    model_vocab *vocab;
    model_session *session;
    struct model_tokens tokens;
    buf said;
};

static err_code load(struct writer *w, const model_gguf *g, const struct question *q, size_t room,
                     err *e)
{
    err_code rc = model_vocab_create(&w->vocab, g, e);
    if (rc == ERR_OK)
        rc = model_weights_load(&w->weights, g, e);
    if (rc != ERR_OK)
        return rc;
    model_token bos = model_vocab_role(w->vocab, MODEL_ROLE_BOS);
    if (model_vocab_adds_bos(w->vocab) && bos != MODEL_TOKEN_NONE)
        model_tokens_push(&w->tokens, bos);
    model_vocab_encode(w->vocab, q->text, &w->tokens);
    uint32_t n_ctx = model_weights_hparams(w->weights)->n_ctx_train;
    size_t n = w->tokens.n + room;
    if (w->tokens.failed != ERR_OK || n > n_ctx)
        return err_set(e, ERR_NOT_FOUND, "this is too much code for the model to explain");
    return model_session_create(
        &w->session, w->weights,
        &(struct model_session_options){.n_ctx = (uint32_t)n, .n_batch = FEED_TOKENS}, e);
}

static bool is_late(uint64_t end_ns)
{
    return clock_now_ns() >= end_ns;
}

/* ERR_NOT_FOUND: the time is up before anything was written. */
static err_code write_words(struct writer *w, const struct question *q, size_t max_tokens,
                            uint64_t end_ns, const cancel_flag *cancel, err *e)
{
    static const struct model_sample_options greedy = {.temperature = 0, .top_p = 1};
    struct model_sampler sampler;
    size_t n_vocab = model_weights_hparams(w->weights)->n_vocab;
    model_sampler_init(&sampler, &greedy);
    for (size_t n = 0; n < w->tokens.n;) {
        n = w->tokens.n - n < FEED_TOKENS ? w->tokens.n : n + FEED_TOKENS;
        err_code rc = model_session_feed(w->session, w->tokens.ids, n, cancel, NULL, e);
        if (rc != ERR_OK)
            return rc;
        if (is_late(end_ns))
            return err_set(e, ERR_NOT_FOUND, "the model is too slow to explain this in time");
    }
    for (size_t n = 0; n < max_tokens && !is_late(end_ns); n++) {
        model_token id =
            model_sample(&sampler, model_session_logits(w->session), n_vocab, NULL, NULL, NULL);
        if (cancel_requested(cancel))
            return ERR_CANCELLED;
        if (id == MODEL_TOKEN_NONE || model_vocab_is_end(w->vocab, id))
            break;
        if (!model_vocab_is_special(w->vocab, id))
            buf_append(&w->said, model_vocab_piece(w->vocab, id));
        if (end_of_comment(buf_view(&w->said), q->mark) < w->said.len)
            break;
        err_code rc = model_session_step(w->session, id, e);
        if (rc != ERR_OK)
            return rc;
    }
    return buf_failed(&w->said) == ERR_NOMEM ? ERR_NOMEM : ERR_OK;
}

/* The comment's lines as one text, without their marks; a sentence that is not finished ends in an
 * ellipsis. */
static str_view as_sentences(arena *mem, str_view said, str_view mark)
{
    buf out;
    buf_init(&out, SAID_MAX_BYTES);
    buf_append(&out, STR("The code above"));
    said = str_slice(said, 0, end_of_comment(said, mark));
    said.len = utf8_whole_prefix(said);
    bool any = false;
    for (bool first = true; said.len > 0; first = false) {
        str_view line = str_take_line(&said);
        if (!first && str_starts(str_trim_left(line), mark))
            line = str_slice(str_trim_left(line), mark.len, line.len);
        any = any || str_trim(line).len > 0;
        buf_append(&out, first ? STR("") : STR(" "));
        buf_append(&out, first ? line : str_trim(line));
    }
    str_view text = explain__clean(mem, buf_view(&out), SAID_MAX_CHARS, NULL);
    buf_release(&out);
    bool ended = text.len > 0 && strchr(".!?", text.ptr[text.len - 1]);
    if (any && !ended && !str_ends(text, STR("…")))
        text = arena_format(mem, "%.*s …", STR_ARG(text));
    return any ? text : (str_view){NULL, 0};
}

err_code explain_prose(str_view *out, str_view *by, arena *mem, const model_gguf *g,
                       const gram_language *lang, str_view code,
                       const struct explain_prose_options *o, err *e)
{
    err_code rc = explain_prose_check(g, e);
    if (rc != ERR_OK)
        return rc;
    size_t max_tokens = o->max_tokens ? o->max_tokens : MAX_TOKENS;
    struct question q = ask(mem, lang, code);
    struct writer w = {.weights = NULL};
    buf_init(&w.said, SAID_MAX_BYTES);
    model_tokens_init(&w.tokens, PROMPT_MAX_TOKENS);
    rc = q.text.ptr ? load(&w, g, &q, max_tokens, e) : ERR_NOMEM;
    uint64_t end_ns =
        clock_now_ns() + (o->budget_ms ? o->budget_ms : BUDGET_MS) * UINT64_C(1000000);
    if (rc == ERR_OK)
        rc = write_words(&w, &q, max_tokens, end_ns, o->cancel, e);
    str_view text = {NULL, 0}, name = {NULL, 0};
    if (rc == ERR_OK)
        text = as_sentences(mem, buf_view(&w.said), q.mark);
    if (rc == ERR_OK && !text.ptr)
        rc = err_set(e, ERR_NOT_FOUND, "the model has nothing to say about this");
    if (!model_gguf_str(g, "general.name", &name) || name.len == 0)
        name = str_of(model_gguf_name(g));
    name = explain__clean(mem, name, NAME_MAX_CHARS, NULL);
    model_session_destroy(w.session);
    model_weights_destroy(w.weights);
    model_vocab_destroy(w.vocab);
    model_tokens_release(&w.tokens);
    buf_release(&w.said);
    if (arena_failed(mem))
        return ERR_NOMEM;
    if (rc == ERR_OK) {
        *out = text;
        *by = name;
    }
    return rc;
}
