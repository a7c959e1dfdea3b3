#include "assist/adapt/samples.h"

#include <string.h>

#include "assist/replay/hole.h"
#include "base/mem.h"

enum {
    /* As much text as a prompt shows, a little less: what stands before and behind the hole. */
    CHUNK_BYTES = 3000,
    SUFFIX_BYTES = 800,
    MAX_STREAM = 1 << 26,
};

struct stream {
    const model_vocab *vocab;
    struct model_tokens tokens;
    buf counts; /* a byte for each token */
    struct assist_dice dice;
    bool held;
};

static void flag(struct stream *s, bool counts)
{
    while (s->counts.len < s->tokens.n && buf_failed(&s->counts) == ERR_OK)
        buf_append_byte(&s->counts, counts || !s->held ? 1 : 0);
}

static void push_role(struct stream *s, enum model_role role)
{
    model_token id = model_vocab_role(s->vocab, role);
    if (id != MODEL_TOKEN_NONE)
        model_tokens_push(&s->tokens, id);
}

static void push_text(struct stream *s, str_view text)
{
    model_vocab_encode(s->vocab, text, &s->tokens);
}

static void push_header(struct stream *s, const struct adapt_corpus *c, str_view path)
{
    push_role(s, MODEL_ROLE_REPO);
    push_text(s, c->name);
    push_text(s, STR("\n"));
    push_role(s, MODEL_ROLE_FILE_SEP);
    push_text(s, path);
    push_text(s, STR("\n"));
}

/* Suffix first, as completion asks where typing is to append only; now and then the other order,
 * which the model knows too and should not forget. */
static void push_hole(struct stream *s, str_view chunk, const struct assist_hole *hole)
{
    str_view prefix = str_slice(chunk, 0, hole->begin);
    str_view suffix = str_slice(chunk, hole->end, chunk.len);
    suffix = str_slice(suffix, 0, SUFFIX_BYTES / 4 + assist_dice_below(&s->dice, SUFFIX_BYTES));
    push_role(s, MODEL_ROLE_FIM_PREFIX);
    if (s->held || assist_dice_below(&s->dice, 5) > 0) {
        push_role(s, MODEL_ROLE_FIM_SUFFIX);
        push_text(s, suffix);
        push_role(s, MODEL_ROLE_FIM_MIDDLE);
        push_text(s, prefix);
    } else {
        push_text(s, prefix);
        push_role(s, MODEL_ROLE_FIM_SUFFIX);
        push_text(s, suffix);
        push_role(s, MODEL_ROLE_FIM_MIDDLE);
    }
    flag(s, false);
    push_text(s, str_slice(chunk, hole->begin, hole->end));
    push_role(s, MODEL_ROLE_EOS);
    flag(s, true);
}

/* A line of the chunk that is worth hiding, or chunk.len. */
static size_t choose_line(struct stream *s, str_view chunk)
{
    for (int tries = 0; tries < 8; tries++) {
        size_t at = assist_dice_below(&s->dice, chunk.len);
        while (at > 0 && chunk.ptr[at - 1] != '\n')
            at--;
        str_view line = str_slice(chunk, at, chunk.len);
        line = str_slice(line, 0, str_find_byte(line, '\n'));
        if (assist_hole_in(line))
            return at;
    }
    return chunk.len;
}

static void push_chunk(struct stream *s, const struct adapt_corpus *c, str_view path,
                       str_view chunk)
{
    push_header(s, c, path);
    const size_t kind = s->held ? 0 : assist_dice_below(&s->dice, 10);
    const size_t line = kind < 8 ? choose_line(s, chunk) : chunk.len;
    struct assist_hole hole;
    if (line == chunk.len) {
        push_text(s, chunk);
        push_role(s, MODEL_ROLE_EOS);
        flag(s, false);
        return;
    }
    if (kind < 6 || !assist_hole_block(&hole, chunk, line))
        hole = assist_hole_line(chunk, line, &s->dice);
    push_hole(s, chunk, &hole);
}

static void push_file(struct stream *s, const struct adapt_corpus *c, const struct adapt_text *t)
{
    str_view rest = t->text;
    while (rest.len > 0) {
        size_t end = CHUNK_BYTES / 2 + assist_dice_below(&s->dice, CHUNK_BYTES);
        end = end < rest.len ? end : rest.len;
        while (end < rest.len && rest.ptr[end - 1] != '\n')
            end++;
        push_chunk(s, c, t->path, str_slice(rest, 0, end));
        rest = str_slice(rest, end, rest.len);
    }
}

/* Files in an order of the dice's, each once. */
static err_code push_files(struct stream *s, const struct adapt_corpus *c, size_t max_tokens)
{
    size_t *order = mem_alloc((c->n + 1) * sizeof *order);
    if (!order)
        return ERR_NOMEM;
    for (size_t i = 0; i < c->n; i++) {
        size_t j = assist_dice_below(&s->dice, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    for (size_t i = 0; i < c->n && (max_tokens == 0 || s->tokens.n < max_tokens); i++)
        if (c->items[order[i]].held == s->held)
            push_file(s, c, &c->items[order[i]]);
    mem_free(order);
    err_code rc = s->tokens.failed ? s->tokens.failed : buf_failed(&s->counts);
    return rc == ERR_RANGE ? ERR_OK : rc; /* as much as there is room for */
}

static err_code cut(struct adapt_samples *out, const struct stream *s,
                    const struct adapt_sample_options *o, err *e)
{
    size_t n = s->tokens.n < s->counts.len ? s->tokens.n : s->counts.len;
    n = n == 0 ? 0 : (n - 1) / o->n_tok;
    if (n == 0)
        return err_set(e, ERR_NOT_FOUND, "too little code to learn from");
    out->n = n;
    out->tokens = mem_alloc((n * o->n_tok + 1) * sizeof *out->tokens);
    out->counts = mem_alloc(n * o->n_tok);
    out->sequences = mem_alloc(n * sizeof *out->sequences);
    if (!out->tokens || !out->counts || !out->sequences)
        return err_set(e, ERR_NOMEM, "out of memory");
    for (size_t i = 0; i <= n * o->n_tok; i++)
        out->tokens[i] = (uint16_t)s->tokens.ids[i];
    memcpy(out->counts, s->counts.ptr + 1, n * o->n_tok);
    for (size_t i = 0; i < n; i++)
        out->sequences[i] =
            (struct train_sequence){out->tokens + i * o->n_tok, out->counts + i * o->n_tok};
    return ERR_OK;
}

err_code adapt_samples_make(struct adapt_samples *out, const model_vocab *v,
                            const struct adapt_corpus *c, const struct adapt_sample_options *o,
                            err *e)
{
    static const enum model_role needed[] = {MODEL_ROLE_EOS, MODEL_ROLE_FIM_PREFIX,
                                             MODEL_ROLE_FIM_SUFFIX, MODEL_ROLE_FIM_MIDDLE};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (model_vocab_role(v, needed[i]) == MODEL_TOKEN_NONE)
            return err_set(e, ERR_UNSUPPORTED, "this model was not taught to fill in the middle");
    if (model_vocab_size(v) > UINT16_MAX + 1)
        return err_set(e, ERR_UNSUPPORTED, "this model has too many tokens to be adapted");
    struct stream s = {.vocab = v, .dice = {o->seed}, .held = o->held};
    struct adapt_samples made = {0};
    model_tokens_init(&s.tokens, MAX_STREAM);
    buf_init(&s.counts, MAX_STREAM);
    err_code rc = push_files(&s, c, o->max_tokens);
    rc = rc == ERR_OK ? cut(&made, &s, o, e) : err_set(e, rc, "out of memory");
    model_tokens_release(&s.tokens);
    buf_release(&s.counts);
    if (rc != ERR_OK)
        adapt_samples_release(&made);
    else
        *out = made;
    return rc;
}

void adapt_samples_release(struct adapt_samples *s)
{
    mem_free(s->tokens);
    mem_free(s->counts);
    mem_free(s->sequences);
    *s = (struct adapt_samples){0};
}
