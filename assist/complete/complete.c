#include "assist/complete/complete.h"

#include <stdio.h>
#include <string.h>

#include "assist/complete/adapted.h"
#include "assist/complete/block.h"
#include "assist/complete/confidence.h"
#include "assist/complete/decode.h"
#include "assist/complete/engine.h"
#include "assist/complete/gate.h"
#include "assist/complete/imports.h"
#include "assist/complete/learn.h"
#include "assist/complete/others.h"
#include "assist/complete/project.h"
#include "assist/complete/prompt.h"
#include "assist/complete/shape.h"
#include "assist/complete/structure.h"
#include "assist/complete/written.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/utf.h"
#include "context/secret.h"
#include "model/default.h"
#include "model/lora.h"

enum {
    DEFAULT_TOKENS = 64, /* a line of code has about 10 tokens; 64 also ends long calls */
    LINE_MAX_BYTES = 4096,
    PROMPT_MAX_TOKENS = 1 << 20,
    MAX_ITEMS = 8,
    PROMPT_TEXT_BYTES = 64 << 20,
    INDEX_WAIT_MS = 20, /* an edit is in the index by then */
    FRUITLESS_TOKENS = 48,
    MEASURED_TOKENS = 64, /* reading fewer says little about reading many */
};

/* No source text has them, and they stand for what is hidden in texts that were learned. */
static bool holds_control(const model_vocab *v, size_t id)
{
    str_view piece = model_vocab_piece(v, (model_token)id);
    for (size_t i = 0; i < piece.len; i++)
        if ((unsigned char)piece.ptr[i] < ' ' && !strchr("\t\n\r\f", piece.ptr[i]))
            return true;
    return false;
}

static err_code alloc_tables(assist_engine *a, err *e)
{
    a->n_vocab = model_vocab_size(a->vocab);
    a->allowed = mem_zero(a->n_vocab, 1);
    a->healing = mem_zero(a->n_vocab, 1);
    a->first_logits = mem_zero(a->n_vocab, sizeof(float));
    if (!a->allowed || !a->healing || !a->first_logits)
        return err_set(e, ERR_NOMEM, "out of memory");
    for (size_t id = 0; id < a->n_vocab; id++)
        a->allowed[id] =
            !model_vocab_is_special(a->vocab, (model_token)id) && !holds_control(a->vocab, id);
    /* Of the special tokens only the end of the text may be chosen: small models that meet a prefix
     * ending in indentation otherwise ask for FIM marks again. */
    model_token eos = model_vocab_role(a->vocab, MODEL_ROLE_EOS);
    if (eos != MODEL_TOKEN_NONE)
        a->allowed[eos] = 1;
    return ERR_OK;
}

static void describe(assist_engine *a, bool built_in)
{
    str_view name = STR("unnamed model");
    model_gguf_str(a->file, "general.name", &name);
    name = str_slice(name, 0, 64);
    snprintf(a->description, sizeof a->description, "%.*s, %.1f M parameters, %.1f MB%s%s%s",
             STR_ARG(name), (double)model_weights_n_params(a->weights) / 1e6,
             (double)model_weights_n_bytes(a->weights) / 1e6, built_in ? ", built in" : "",
             a->lora ? ", with an adapter" : "",
             a->family.order == FIM_NONE
                 ? ", cannot fill in the middle: only the text before the cursor counts"
                 : "");
}

err_code assist_engine_create(assist_engine **out, const struct assist_engine_options *options,
                              err *e)
{
    err_code rc = ERR_NOMEM;
    assist_engine *a = mem_zero(1, sizeof *a);
    if (!a) {
        (void)err_set(e, rc, "out of memory");
        goto done;
    }
    model_tokens_init(&a->prompt, PROMPT_MAX_TOKENS);
    model_tokens_init(&a->line, PROMPT_MAX_TOKENS);
    model_tokens_init(&a->recent, PROMPT_MAX_TOKENS);
    model_tokens_init(&a->asked, PROMPT_MAX_TOKENS);
    a->pace.length = DECODE_MAX_DRAFT / 2;
    buf_init(&a->seen, SIZE_MAX);
    buf_init(&a->at_cursor_text, SIZE_MAX);
    rc = options->model_path ? model_gguf_open(&a->file, options->model_path, e)
                             : model_default_open(&a->file, e);
    if (rc != ERR_OK)
        goto done;
    rc = model_vocab_create(&a->vocab, a->file, e);
    if (rc != ERR_OK)
        goto done;
    rc = model_weights_load(&a->weights, a->file, e);
    if (rc != ERR_OK)
        goto done;
    if (options->lora_path) {
        rc = model_gguf_open(&a->lora, options->lora_path, e);
        if (rc == ERR_OK)
            rc = model_lora_apply(a->weights, a->lora, e);
        if (rc != ERR_OK)
            goto done;
    }
    struct model_session_options session = MODEL_SESSION_OPTIONS_DEFAULT;
    a->built_in = options->model_path == NULL;
    a->follows = a->built_in && !options->not_adapted && !options->lora_path;
    session.n_ctx = options->n_ctx;
    session.n_threads = options->n_threads;
    session.kv_bytes_max = options->kv_bytes;
    session.kv_type = options->kv_type;
    session.n_logits = DECODE_MAX_DRAFT + 1;
    a->session_options = session;
    rc = model_session_create(&a->session, a->weights, &session, e);
    if (rc != ERR_OK)
        goto done;
    rc = alloc_tables(a, e);
    if (rc != ERR_OK)
        goto done;
    a->family = fim_family_of(a->vocab, a->file);
    a->patience_ms = INDEX_WAIT_MS;
    if (options->follows_user)
        told_open(&a->told, NULL);
    describe(a, a->built_in);
    *out = a;
    a = NULL; /* now the caller's */
done:
    assist_engine_destroy(a);
    return rc;
}

void assist_engine_destroy(assist_engine *a)
{
    if (!a)
        return;
    project_release(a);
    learn_release(a);
    gate_release(a);
    told_release(&a->told);
    model_session_destroy(a->session);
    model_weights_destroy(a->weights);
    model_vocab_destroy(a->vocab);
    model_gguf_close(a->adapted.file);
    model_gguf_close(a->lora);
    model_gguf_close(a->file);
    model_tokens_release(&a->prompt);
    model_tokens_release(&a->line);
    model_tokens_release(&a->recent);
    model_tokens_release(&a->asked);
    buf_release(&a->seen);
    mem_free(a->allowed);
    mem_free(a->healing);
    mem_free(a->first_logits);
    heard_release(&a->heard);
    mem_free(a);
}

void assist_engine_forget(assist_engine *a)
{
    project_release(a);
    learn_release(a);
    gate_release(a);
    model_tokens_clear(&a->asked);
    a->holds_asked = false;
    model_session_truncate(a->session, 0);
}

err_code assist_learn(assist_engine *a, const struct assist_document *file, err *e)
{
    project_closed(a, file);
    return learn_text(a, file, false, e);
}

void assist_told(assist_engine *a, float confidence, bool accepted)
{
    told_note(&a->told, confidence, accepted);
}

bool assist_knows_word(const assist_engine *a, str_view word)
{
    return a->words && ctx_words_count(a->words, word) > 0;
}

const char *assist_engine_describe(const assist_engine *a)
{
    return a->description;
}

static err_code check_cursor(const struct assist_document *doc, size_t cursor, err *e)
{
    if (cursor > doc->text.len)
        return err_set(e, ERR_RANGE, "the cursor is %zu bytes into a document of %zu", cursor,
                       doc->text.len);
    return ERR_OK;
}

struct reading {
    size_t max_tokens; /* room for the answer */
    unsigned without;
    enum decode_reading how;
};

/* Prompt and feed, the part that preparing and completing share. */
static err_code read_document(assist_engine *a, struct prompt *p, const struct assist_document *doc,
                              size_t cursor, const struct reading *r, const cancel_flag *cancel,
                              struct assist_timings *t, err *e)
{
    uint64_t start = clock_now_ns();
    adapted_follow(a, doc);
    err_code rc = model_gguf_check(a->adapted.file ? a->adapted.file : a->file, e);
    if (rc == ERR_OK)
        rc = prompt_build(p, a, doc, cursor, r->max_tokens, r->without, e);
    if (rc != ERR_OK)
        return rc;
    uint64_t built = clock_now_ns();
    struct model_feed_stats stats = {0};
    rc = decode_begin(a, p, r->how, cancel, &stats, e);
    t->prompt_ns = built - start;
    t->feed_ns = clock_now_ns() - built;
    t->n_prompt = p->n;
    t->n_reused = stats.n_reused;
    t->n_loose = stats.n_loose;
    if (rc == ERR_OK && stats.n_read >= MEASURED_TOKENS) {
        double now = (double)t->feed_ns / (double)stats.n_read;
        a->token_ns += (now - a->token_ns) * (a->token_ns > 0 ? 0.2 : 1);
    }
    return rc;
}

static err_code prepare(assist_engine *a, const struct assist_document *doc, size_t cursor,
                        enum decode_reading how, const cancel_flag *cancel, err *e)
{
    struct prompt p;
    struct assist_timings t = {0};
    err_code rc = check_cursor(doc, cursor, e);
    if (rc != ERR_OK || ctx_secret_path(doc->path))
        return rc;
    project_opened(a, doc, cursor);
    rc = learn_text(a, doc, true, e);
    /* The same room for the answer as completing takes, so that both build the same prompt. */
    const struct reading r = {.max_tokens = DEFAULT_TOKENS, .how = how};
    return rc == ERR_OK ? read_document(a, &p, doc, cursor, &r, cancel, &t, e) : rc;
}

err_code assist_prepare(assist_engine *a, const struct assist_document *doc, size_t cursor,
                        const cancel_flag *cancel, err *e)
{
    way_ask(&a->way);
    err_code rc = prepare(a, doc, cursor, DECODE_READ_LOOSELY, cancel, e);
    way_leave(&a->way);
    return rc;
}

err_code assist_refresh(assist_engine *a, const struct assist_document *doc, size_t cursor,
                        const cancel_flag *cancel, err *e)
{
    return prepare(a, doc, cursor, DECODE_READ_EXACTLY, cancel, e);
}

/* The prompt as text: special tokens by their names. */
static str_view prompt_text(const assist_engine *a, size_t n, arena *mem)
{
    buf text;
    buf_init(&text, PROMPT_TEXT_BYTES);
    for (size_t i = 0; i < n; i++) {
        model_token id = a->prompt.ids[i];
        buf_append(&text, model_vocab_is_special(a->vocab, id) ? model_vocab_raw(a->vocab, id)
                                                               : model_vocab_piece(a->vocab, id));
    }
    str_view copy = arena_copy(mem, buf_view(&text));
    buf_release(&text);
    return copy;
}

err_code assist_context(assist_engine *a, struct assist_context *out, arena *mem,
                        const struct assist_document *doc, size_t cursor, err *e)
{
    struct prompt p;
    err_code rc = check_cursor(doc, cursor, e);
    *out = (struct assist_context){.n_ctx = model_session_n_ctx(a->session)};
    if (rc == ERR_OK && ctx_secret_path(doc->path)) {
        out->silent_because = "files like this one hold secrets: nothing is read or suggested";
        return ERR_OK;
    }
    project_opened(a, doc, cursor);
    if (rc == ERR_OK)
        rc = learn_text(a, doc, true, e);
    if (rc == ERR_OK)
        rc = prompt_build(&p, a, doc, cursor, DEFAULT_TOKENS, 0, e);
    if (rc != ERR_OK)
        return rc;
    out->pieces = ARENA_ARRAY(mem, struct assist_piece, p.n_others);
    for (size_t i = 0; i < p.n_others && out->pieces; i++) {
        const struct ctx_gather_piece *from = &p.others[i];
        out->pieces[out->n_pieces++] = (struct assist_piece){
            .source = ctx_gather_source_name(from->source),
            .path = arena_copy(mem, from->path),
            .reason = arena_copy(mem, from->reason),
            .text = arena_copy(mem, from->text),
            .first_line = from->first_line,
            .score = from->score,
            .n_tokens = from->n_tok,
        };
    }
    out->begin_bytes = p.begin_bytes;
    out->end_bytes = p.end_bytes;
    out->n_tokens = p.n;
    out->n_prefix_tokens = p.prefix_end - p.prefix_begin;
    out->prompt = prompt_text(a, p.n, mem);
    return arena_failed(mem) ? err_set(e, ERR_NOMEM, "out of memory") : ERR_OK;
}

static bool is_new(const struct assist_completion *c, str_view text)
{
    for (size_t i = 0; i < c->n_items; i++)
        if (str_eq(c->items[i].text, text))
            return false;
    return true;
}

/* Puts `s` before the others, where it is new and more likely than the first of them. */
static void put_first(struct assist_completion *c, const struct assist_suggestion *s, size_t cap)
{
    if (!is_new(c, s->text) || (c->n_items > 0 && c->items[0].confidence >= s->confidence))
        return;
    c->n_items += c->n_items < cap;
    memmove(c->items + 1, c->items, (c->n_items - 1) * sizeof *c->items);
    c->items[0] = *s;
}

/* Whoever stands at a line's indentation means it. */
static str_view at_indentation(const struct gate *g, str_view line)
{
    size_t begin = g->cursor;
    while (begin > 0 && g->doc->text.ptr[begin - 1] != '\n')
        begin--;
    bool indented = begin < g->cursor && str_is_blank(str_slice(g->doc->text, begin, g->cursor));
    return indented && !block_misses_indentation(g->doc->text, g->cursor, g->lang)
               ? str_trim_left(line)
               : line;
}

/* A question, while it is answered. */
struct asking {
    struct assist_completion *c;
    struct gate gate;
    const struct assist_complete_options *options;
    struct decode_limits limits;
    str_view seen; /* see learn_tokens */
    struct prompt prompt;
    bool was_read;       /* by the model: the prompt */
    struct decoded line; /* that the model wrote last */
};

/* Has the model read the document. */
static err_code read_prompt(struct asking *q, err *e)
{
    const struct gate *g = &q->gate;
    const struct reading r = {.max_tokens = q->limits.max_tokens, .without = q->limits.without};
    err_code rc = learn_tokens(g->engine, g->doc, q->seen, e);
    if (rc == ERR_OK)
        rc = read_document(g->engine, &q->prompt, g->doc, g->cursor, &r, q->limits.cancel,
                           &q->c->timings, e);
    q->was_read = rc == ERR_OK;
    return rc;
}

static const char too_unsure[] = "it is too unsure to be shown unasked";

/* Whoever only types is not interrupted by guesses. */
static err_code finish(struct asking *q, err *e)
{
    struct assist_completion *c = q->c;
    struct gate *gate = &q->gate;
    bool invoked = q->options->invoked;
    size_t n = 0;
    err_code rc = ERR_OK;
    bool in_text = gate->kind != CTX_CODE;
    for (size_t i = 0; i < c->n_items; i++)
        if (invoked ||
            confidence_speaks(told_adjusted(&gate->engine->told, c->items[i].confidence), in_text))
            c->items[n++] = c->items[i];
    if (n > 0)
        c->silent_because = NULL;
    else if (c->n_items > 0)
        c->silent_because = too_unsure;
    c->n_items = n;
    for (size_t i = 0; i < n; i++) {
        enum block_kind kind = block_at(gate->doc->text, gate->cursor, &c->items[i], gate->lang);
        bool found = kind != BLOCK_NONE && block_extend(gate, &c->items[i], kind);
        if (i == 0 && !found && kind != BLOCK_NONE && q->was_read)
            rc = block_go_on(gate, &c->items[i], kind, &q->prompt, &q->limits, &c->timings, e);
        imports_add(gate, &c->items[i]);
    }
    c->steps = gate->steps;
    c->n_steps = gate->n_steps;
    return rc != ERR_OK || !arena_failed(gate->mem) ? rc : err_set(e, ERR_NOMEM, "out of memory");
}

/* ---- by the model ---- */

/* The line that takes `fork` (NULL: the likeliest at each step) as a suggestion; *why it is none.
 */
static err_code write_line(struct asking *q, const struct decode_fork *fork,
                           struct assist_suggestion *s, const char **why, err *e)
{
    struct decoded *line = &q->line;
    buf_clear(&line->text);
    err_code rc = decode_line(q->gate.engine, &q->prompt, fork, &q->limits, line, e);
    if (rc != ERR_OK)
        return rc;
    q->c->timings.n_decoded += line->n_tokens;
    q->c->timings.n_passes += line->n_passes;
    q->c->timings.n_passed += line->n_passed;
    q->c->timings.pass_ns += line->pass_ns;
    q->c->timings.n_drafted += line->n_drafted;
    q->c->timings.n_draft_right += line->n_draft_right;
    if (line->repeats)
        gate_note(&q->gate, "model", "shape", shape_repeats, buf_view(&line->text));
    *why = line->hopeless ? too_unsure
           : line->repeats
               ? shape_repeats
               : gate_pass(&q->gate, s, "model", at_indentation(&q->gate, buf_view(&line->text)));
    s->source = "model";
    s->own = line->confidence;
    s->own_first = line->first;
    s->confidence =
        *why && *why != gate_opens_block
            ? 0
            : confidence_of(CONFIDENCE_MODEL, line->confidence, line->first, s->text.len);
    return ERR_OK;
}

/* Fills the completion up to n_items. */
static err_code write_lines(struct asking *q, size_t n_items, err *e)
{
    struct assist_completion *c = q->c;
    struct assist_suggestion opener = {.source = NULL}; /* the first that only opens a block */
    err_code rc = ERR_OK;
    /* When the line that the model likes best is refused, others of it may pass. */
    for (size_t i = 0; i <= q->line.n_forks && c->n_items < n_items; i++) {
        struct assist_suggestion *s = &c->items[c->n_items];
        const char *why;
        /* Where one line is wanted, a few that cannot be shown are reason enough to be silent. */
        if (n_items == 1 && c->timings.n_decoded >= FRUITLESS_TOKENS)
            break;
        rc = write_line(q, i ? &q->line.forks[i - 1] : NULL, s, &why, e);
        if (rc != ERR_OK)
            return rc;
        if (why == gate_opens_block && !opener.source)
            opener = *s;
        if (!why && is_new(c, s->text))
            c->n_items++;
        else if (!c->silent_because)
            c->silent_because = why;
        /* So are those that the model likes less. Where it went round, they were wrong in 13 of 14
         * cases, many of them confident. */
        if (q->line.hopeless || (q->line.repeats && n_items == 1))
            break;
    }
    if (c->n_items == 0 && opener.source)
        c->items[c->n_items++] = opener;
    return rc;
}

static err_code complete(assist_engine *a, struct assist_completion *out, arena *mem,
                         const struct assist_document *doc, size_t cursor,
                         const struct assist_complete_options *options, const cancel_flag *cancel,
                         err *e)
{
    struct assist_completion c = {0};
    uint64_t start = clock_now_ns();
    size_t n_items = options->n_items ? options->n_items : 1;
    if (n_items > MAX_ITEMS)
        n_items = MAX_ITEMS;
    struct asking q = {
        .c = &c,
        .options = options,
        .limits = {.max_tokens = options->max_tokens ? options->max_tokens : DEFAULT_TOKENS,
                   .until_ns =
                       options->budget_ms ? start + options->budget_ms * UINT64_C(1000000) : 0,
                   .cancel = cancel,
                   .without = options->without},
    };
    err_code rc = check_cursor(doc, cursor, e);
    if (rc != ERR_OK)
        return rc;
    c.silent_because = ctx_secret_path(doc->path)
                           ? "files like this one hold secrets: nothing is read or suggested"
                           : shape_silence(doc->text, cursor, options->invoked);
    if (c.silent_because) {
        *out = c;
        return ERR_OK;
    }
    c.items = ARENA_ARRAY(mem, struct assist_suggestion, n_items);
    if (!c.items)
        return err_set(e, ERR_NOMEM, "out of memory");
    if (!a->is_ahead)
        project_opened(a, doc, cursor);
    rc = learn_lines(a, doc, &q.seen, e);
    if (rc != ERR_OK)
        return rc;
    gate_open(&q.gate, a, mem, doc, cursor);
    q.limits.unasked = !options->invoked;
    q.limits.in_text = q.gate.kind != CTX_CODE;
    struct assist_suggestion maybe = {.source = NULL}, pattern = {.source = NULL};
    if (!(options->without & ASSIST_WRITTEN))
        c.n_items = written_offer(&q.gate, c.items, n_items, &maybe);
    if (!(options->without & ASSIST_PATTERNS) && structure_offer(&q.gate, &pattern))
        put_first(&c, &pattern, n_items);
    c.timings.written_ns = clock_now_ns() - start;
    uint64_t decode_start = 0;
    if (c.n_items < n_items && !(options->without & ASSIST_MODEL)) {
        rc = read_prompt(&q, e);
        decode_start = clock_now_ns();
        buf_init(&q.line.text, LINE_MAX_BYTES);
        if (rc == ERR_OK)
            rc = write_lines(&q, n_items, e);
        if (maybe.source)
            put_first(&c, &maybe, n_items);
        buf_release(&q.line.text);
    }
    if (rc == ERR_OK)
        rc = finish(&q, e);
    c.timings.decode_ns = decode_start ? clock_now_ns() - decode_start : 0;
    /* Had the file become shorter meanwhile, the answer was computed from zeros. */
    if (rc == ERR_OK && q.was_read)
        rc = model_gguf_check(a->file, e);
    if (rc == ERR_OK)
        *out = c;
    return rc;
}

err_code assist_complete(assist_engine *a, struct assist_completion *out, arena *mem,
                         const struct assist_document *doc, size_t cursor,
                         const struct assist_complete_options *options, const cancel_flag *cancel,
                         err *e)
{
    way_ask(&a->way);
    err_code rc = complete(a, out, mem, doc, cursor, options, cancel, e);
    way_leave(&a->way);
    return rc;
}
