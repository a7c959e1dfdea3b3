#include "assist/complete/prompt.h"

#include "assist/complete/learn.h"
#include "assist/complete/others.h"
#include "base/mem.h"
#include "context/lexicon.h"
#include "context/secret.h"
#include "context/window.h"

enum {
    HEADER_MAX_BYTES = 256, /* of repository name and path each: names, not novels */
    COUNT_MAX_TOKENS = 1 << 16,
    ROOMY_TOKENS = 2048,
    READ_MS = 300, /* once per place, not per key: the cache keeps it while the user types */
    /* Of the document itself. A place in a long file is read within seconds even by a model of
     * billions of parameters, and what is further away says little about it. */
    WINDOW_TOKENS = 4096,
};

struct counter {
    const model_vocab *vocab;
    struct model_tokens tokens; /* scratch */
};

static size_t count(void *user, str_view text)
{
    struct counter *c = user;
    model_tokens_clear(&c->tokens);
    model_vocab_encode(c->vocab, text, &c->tokens);
    /* A text beyond the scratch's maximum is beyond every budget too. */
    return c->tokens.failed != ERR_OK ? COUNT_MAX_TOKENS : c->tokens.n;
}

static void push_role(assist_engine *a, enum model_role role)
{
    model_token id = model_vocab_role(a->vocab, role);
    if (id != MODEL_TOKEN_NONE)
        model_tokens_push(&a->prompt, id);
}

static void push_text(assist_engine *a, str_view text)
{
    model_vocab_encode(a->vocab, text, &a->prompt);
}

static str_view end_of_name(str_view name)
{
    return str_slice(name, name.len > HEADER_MAX_BYTES ? name.len - HEADER_MAX_BYTES : 0, name.len);
}

/* "<repository>name\n" when both are there. */
static void push_repo(assist_engine *a, str_view name)
{
    if (name.len == 0 || model_vocab_role(a->vocab, MODEL_ROLE_REPO) == MODEL_TOKEN_NONE)
        return;
    push_role(a, MODEL_ROLE_REPO);
    push_text(a, end_of_name(name));
    if (!a->family.bare_repo)
        push_text(a, STR("\n"));
}

/* "<file>path\n", or what stands for the mark. */
static void push_path(assist_engine *a, str_view path)
{
    if (path.len == 0)
        return;
    if (a->family.comments)
        push_text(a, STR("#"));
    push_role(a, MODEL_ROLE_FILE_SEP);
    push_text(a, end_of_name(path));
    push_text(a, STR("\n"));
}

/* A sixth of the context, and no more than is read in READ_MS: that is known only by and large,
 * therefore in powers of two, so that the same place gives the same prompt again. Small contexts
 * have no room to spare: in one of 1,024 tokens the file's own lines were worth as much (25.4 and
 * 25.1 % of 339 held-out lines without and with pieces). */
static size_t others_budget(const assist_engine *a)
{
    size_t share = model_session_n_ctx(a->session) / 6, quick = 64;
    share = share < WINDOW_TOKENS / 4 ? share : WINDOW_TOKENS / 4;
    if (model_session_n_ctx(a->session) < ROOMY_TOKENS)
        return 0;
    if (a->token_ns == 0)
        return share;
    while (2 * (double)quick * a->token_ns < READ_MS * 1e6)
        quick *= 2;
    return quick < share ? quick : share;
}

/* What is seen of the document where so many positions are taken: three quarters of the rest are
 * for the text before the cursor. Measured on held-out packages, the suffix helps most with its
 * first lines. */
static struct ctx_window window_of(const assist_engine *a, const struct assist_document *doc,
                                   size_t cursor, size_t taken, struct counter *c)
{
    size_t n_ctx = model_session_n_ctx(a->session), room = n_ctx > taken ? n_ctx - taken : 0;
    room = room < WINDOW_TOKENS ? room : WINDOW_TOKENS;
    size_t suffix_tok = a->family.order != FIM_NONE ? room / 4 : 0;
    const struct ctx_window_budget budget = {room - suffix_tok, suffix_tok, count, c};
    return ctx_window_around(doc->text, cursor, &budget);
}

static void push_others(struct prompt *out, assist_engine *a, const struct assist_document *doc,
                        size_t cursor, struct counter *c)
{
    size_t budget = others_budget(a);
    struct ctx_window seen = {0};
    if (budget && !others_known(a, doc, cursor))
        seen = window_of(a, doc, cursor, a->prompt.n + budget, c);
    out->n_others = others_find(a, doc, cursor, &seen, count, c, budget, &out->others);
    for (size_t i = 0; i < out->n_others; i++) {
        const struct ctx_gather_piece *piece = &out->others[i];
        if (i == 0 || !str_eq(piece->path, piece[-1].path))
            push_path(a, piece->path);
        push_text(a, piece->text);
    }
}

static bool is_mark(char c)
{
    return (unsigned char)c > ' ' && (unsigned char)c < 0x7F && !ctx_lexicon_is_word_byte(c);
}

size_t prompt_heal_length(str_view prefix)
{
    size_t n = 0;
    char last = prefix.len ? prefix.ptr[prefix.len - 1] : '\n';
    if (is_mark(last)) {
        while (n < prefix.len && is_mark(prefix.ptr[prefix.len - 1 - n]))
            n++;
        if (n < prefix.len && prefix.ptr[prefix.len - 1 - n] == ' ')
            n++;
        return n <= 16 ? n : 0;
    }
    if (ctx_lexicon_is_word_byte(last)) {
        while (n < prefix.len && ctx_lexicon_is_word_byte(prefix.ptr[prefix.len - 1 - n]))
            n++;
        /* The space before a word is part of its token in every vocabulary we know. */
        if (n < prefix.len && prefix.ptr[prefix.len - 1 - n] == ' ')
            n++;
        return n <= 32 ? n : 0;
    }
    while (n < prefix.len &&
           (prefix.ptr[prefix.len - 1 - n] == ' ' || prefix.ptr[prefix.len - 1 - n] == '\t'))
        n++;
    return n <= 64 ? n : 0;
}

static void push_prefix(struct prompt *out, assist_engine *a, str_view prefix)
{
    out->prefix_begin = a->prompt.n;
    push_text(a, prefix);
    out->prefix_end = a->prompt.n;
}

static void find_place(struct prompt *out, const assist_engine *a,
                       const struct assist_document *doc, size_t off)
{
    struct ctx_recall_doc name = learn_name(doc, true);
    out->place =
        (struct ctx_recall_query){.doc = name.id, .language = name.language, .folder = name.folder};
    if (a->habit.recall)
        out->place.doc_pos = habit_place(&a->habit, name.id, off);
}

err_code prompt_build(struct prompt *out, assist_engine *a, const struct assist_document *doc,
                      size_t cursor, size_t max_tokens, unsigned without, err *e)
{
    struct counter c = {.vocab = a->vocab};
    *out = (struct prompt){.n = 0};
    model_tokens_init(&c.tokens, COUNT_MAX_TOKENS);
    model_tokens_clear(&a->prompt);
    /* Other families open with BOS where their files say so; ours has none. */
    if (model_vocab_adds_bos(a->vocab))
        push_role(a, MODEL_ROLE_BOS);
    push_repo(a, doc->repo);
    if (!(without & ASSIST_OTHERS))
        push_others(out, a, doc, cursor, &c);
    size_t inside = 0;
    if (a->family.path_inside) {
        push_role(a, MODEL_ROLE_FILE_SEP);
        inside = count(&c, end_of_name(doc->path)) + 1;
    } else if (!a->family.comments || out->n_others > 0) {
        push_path(a, doc->path);
    }

    /* The marks take four positions. */
    struct ctx_window w = window_of(a, doc, cursor, a->prompt.n + inside + max_tokens + 4, &c);
    model_tokens_release(&c.tokens);

    /* The model sees no secrets either; offsets stay the same. */
    size_t n_before = cursor - w.begin_bytes, n_all = w.end_bytes - w.begin_bytes;
    buf_clear(&a->seen);
    ctx_secret_mask(&a->seen, str_slice(doc->text, w.begin_bytes, w.end_bytes));
    if (buf_failed(&a->seen) != ERR_OK)
        return err_set(e, ERR_NOMEM, "out of memory");
    str_view suffix = str_slice(buf_view(&a->seen), n_before, n_all);
    size_t heal = prompt_heal_length(str_slice(doc->text, w.begin_bytes, cursor));
    out->heal = str_slice(doc->text, cursor - heal, cursor);
    str_view prefix = str_slice(buf_view(&a->seen), 0, n_before - heal);
    out->begin_bytes = w.begin_bytes;
    out->end_bytes = w.end_bytes;

    find_place(out, a, doc, cursor - heal);

    out->document_begin = a->prompt.n;
    str_view path = a->family.path_inside ? end_of_name(doc->path) : (str_view){NULL, 0};
    switch (a->family.order) {
    case FIM_SUFFIX_FIRST:
        push_role(a, MODEL_ROLE_FIM_PREFIX);
        push_role(a, MODEL_ROLE_FIM_SUFFIX);
        push_text(a, suffix);
        push_role(a, MODEL_ROLE_FIM_MIDDLE);
        push_prefix(out, a, prefix);
        break;
    case FIM_SUFFIX_BEFORE_PREFIX:
        push_role(a, MODEL_ROLE_FIM_SUFFIX);
        push_text(a, suffix);
        push_role(a, MODEL_ROLE_FIM_PREFIX);
        push_prefix(out, a, prefix);
        push_role(a, MODEL_ROLE_FIM_MIDDLE);
        break;
    case FIM_PREFIX_FIRST:
        push_role(a, MODEL_ROLE_FIM_PREFIX);
        if (path.len > 0) {
            push_text(a, path);
            push_text(a, STR("\n"));
        }
        push_prefix(out, a, prefix);
        push_role(a, MODEL_ROLE_FIM_SUFFIX);
        push_text(a, suffix);
        push_role(a, MODEL_ROLE_FIM_MIDDLE);
        break;
    case FIM_NONE: push_prefix(out, a, prefix); break;
    }
    if (a->prompt.n ==
        0) /* an empty document and a model without any mark: something must be read */
        push_role(a, MODEL_ROLE_EOS);
    out->n = a->prompt.n;
    size_t n_ctx = model_session_n_ctx(a->session);
    if (a->prompt.failed == ERR_OK && (a->prompt.n == 0 || a->prompt.n + 1 > n_ctx))
        return err_set(e, ERR_RANGE, "the model's context of %zu tokens is too small for a prompt",
                       n_ctx);
    return a->prompt.failed == ERR_OK
               ? ERR_OK
               : err_set(e, a->prompt.failed, "the prompt: %s", err_name(a->prompt.failed));
}
