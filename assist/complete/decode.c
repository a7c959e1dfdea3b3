#include "assist/complete/decode.h"

#include <math.h>

#include "assist/complete/confidence.h"
#include "assist/complete/shape.h"
#include "assist/complete/told.h"
#include "base/clock.h"
#include "context/lexicon.h"
#include "model/sample.h"

enum {
    MAX_CHOICES = 4, /* tokens looked at in each place */
    RECENT_TOKENS = 2 * CTX_RECALL_MAX_MATCH,
    DRAFT_REST = 32, /* tokens without drafts after they did not pay */
    MAX_WRITTEN = 4096,
};

/* A draft goes on while this share of the places that agree with it goes on so. */
static const float DRAFT_SHARE = 0.6f;

/* Another token is worth going after when it is at least this likely. */
static const float PLAUSIBLE = 0.02f;

/* Where the last prompt goes on in this one, the user wrote what the model was asked for then. */
static void learn_what_came(assist_engine *a, const struct prompt *p)
{
    size_t n = a->asked.n;
    if (n == 0 || p->prefix_end <= n || n < p->prefix_begin ||
        memcmp(a->asked.ids, a->prompt.ids, n * sizeof *a->asked.ids) != 0)
        return;
    model_token came = a->prompt.ids[n];
    struct model_candidate best;
    if (model_sample_top(a->first_logits, a->n_vocab, a->allowed, &best, 1) == 0)
        return;
    struct ctx_recall_query q = p->place;
    size_t begin = n - p->prefix_begin > RECENT_TOKENS ? n - RECENT_TOKENS : p->prefix_begin;
    q.context = a->prompt.ids + begin;
    q.n_context = n - begin;
    /* The document holds it by now, and that place is no evidence: recall would seem to have known.
     */
    size_t since = p->prefix_end - n;
    q.doc_pos -= since < q.doc_pos ? since : q.doc_pos;
    habit_learn(&a->habit, &q, came,
                best.prob * expf(a->first_logits[came] - a->first_logits[best.id]));
}

/* Has the prompt been read, and nothing since that does not stand behind it? */
static bool holds(const assist_engine *a, const struct prompt *p, enum decode_reading how)
{
    return a->holds_asked && (a->n_loose == 0 || how == DECODE_READ_LOOSELY) &&
           a->asked.n == p->n &&
           memcmp(a->asked.ids, a->prompt.ids, p->n * sizeof *a->asked.ids) == 0;
}

static err_code read_prompt(assist_engine *a, const struct prompt *p, enum decode_reading how,
                            const cancel_flag *cancel, struct model_feed_stats *stats, err *e)
{
    model_tokens_clear(&a->asked);
    a->holds_asked = false;
    heard_forget(&a->heard);
    /* From the document on: its window moves now and then, and what is shown of other files changes
     * with the place. Of a model that reads the suffix first typing changes nothing but the end. */
    bool loosely = how == DECODE_READ_LOOSELY && a->family.order == FIM_PREFIX_FIRST;
    a->loose = loosely ? p->document_begin : SIZE_MAX;
    const struct model_feed f = {.ids = a->prompt.ids, .n = p->n, .n_last = 1, .loose = a->loose};
    err_code rc = model_session_feed_loose(a->session, &f, cancel, stats, e);
    if (rc != ERR_OK)
        return rc;
    memcpy(a->first_logits, model_session_logits(a->session), a->n_vocab * sizeof(float));
    for (size_t i = 0; i < p->n; i++)
        model_tokens_push(&a->asked, a->prompt.ids[i]);
    a->n_loose = stats->n_loose;
    a->holds_asked = a->asked.failed == ERR_OK;
    if (!a->holds_asked)
        model_tokens_clear(&a->asked);
    return ERR_OK;
}

err_code decode_begin(assist_engine *a, const struct prompt *p, enum decode_reading how,
                      const cancel_flag *cancel, struct model_feed_stats *stats, err *e)
{
    struct model_feed_stats read = {.n_reused = p->n, .n_loose = a->n_loose};
    learn_what_came(a, p);
    err_code rc = holds(a, p, how) ? ERR_OK : read_prompt(a, p, how, cancel, &read, e);
    if (rc == ERR_OK && stats)
        *stats = read;
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
        model_tokens_push(&a->recent, a->prompt.ids[p->prefix_begin + i]);
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

/* Would the line, in which nothing stands yet, end with this token? */
static bool leaves_nothing(const assist_engine *a, const struct decoded *out, model_token id,
                           size_t pending)
{
    str_view piece = model_vocab_piece(a->vocab, id);
    piece = str_slice(piece, pending, piece.len);
    return str_is_blank(buf_view(&out->text)) &&
           (model_vocab_is_end(a->vocab, id) ||
            (piece.len > 0 && (piece.ptr[0] == '\n' || piece.ptr[0] == '\r')));
}

/* Lines may part wherever another token is plausible, except in what is healed: that is the same
 * for all of them. */
static void find_forks(assist_engine *a, struct decoded *out, const struct model_candidate *top,
                       size_t n_top, size_t pending, double log_prob)
{
    for (size_t i = 1; i < n_top && top[i].prob >= PLAUSIBLE; i++)
        if (model_vocab_piece(a->vocab, top[i].id).len > pending &&
            !leaves_nothing(a, out, top[i].id, pending))
            add_fork(out, &(struct decode_fork){out->n_tokens, top[i].id, top[i].prob, log_prob});
}

static struct ctx_recall_query query_here(const assist_engine *a, const struct prompt *p)
{
    struct ctx_recall_query q = p->place;
    q.context = a->recent.ids;
    q.n_context = a->recent.n;
    return q;
}

/* The likeliest tokens behind what `logits` are of, recall's opinion mixed in; how many. */
static size_t candidates(assist_engine *a, const struct prompt *p, const float *logits,
                         str_view pending, unsigned without,
                         struct model_candidate top[MAX_CHOICES])
{
    const uint8_t *allowed = allowed_now(a, pending);
    size_t n = model_sample_top(logits, a->n_vocab, allowed, top, MAX_CHOICES);
    struct ctx_recall_query q = query_here(a, p);
    if (n > 0 && !(without & ASSIST_HABIT))
        n = habit_mix(&a->habit, &q, logits, allowed, top, n, MAX_CHOICES);
    return n;
}

static double log_of(float prob)
{
    return log(prob > 1e-9f ? (double)prob : 1e-9);
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
    size_t n = candidates(a, p, a->logits, pending, limits->without, top);
    if (n == 0)
        return MODEL_TOKEN_NONE;
    if (!fork) {
        find_forks(a, out, top, n, pending.len, *log_prob);
        model_tokens_push(&a->line, top[0].id);
    }
    *log_prob += log_of(top[0].prob);
    return top[0].id;
}

/* ---- reading on, with drafts ---- */

static void follow(double *mean, double now)
{
    *mean += (now - *mean) * (*mean > 0 ? 0.1 : 1);
}

/* The draft read last was of use up to here. Lengths double while all of it is right and halve when
 * none is; drafts rest where a token costs more with them than without. */
static void judge_draft(assist_engine *a, struct decoded *out)
{
    struct decode_pace *pace = &a->pace;
    if (a->n_draft == 0)
        return;
    out->n_drafted += a->n_draft;
    out->n_draft_right += a->n_used;
    follow(&pace->drafted_ns, (double)pace->last_ns / (double)(a->n_used + 1));
    if (a->n_used == a->n_draft)
        pace->length = pace->length * 2 < DECODE_MAX_DRAFT ? pace->length * 2 : DECODE_MAX_DRAFT;
    else if (a->n_used == 0)
        pace->length = pace->length / 2 > 2 ? pace->length / 2 : 2;
    if (pace->step_ns > 0 && pace->drafted_ns > pace->step_ns) {
        pace->n_rest = DRAFT_REST;
        pace->drafted_ns = 0; /* judged anew after the rest */
    }
    a->n_draft = a->n_used = 0;
}

/* How much of a draft of n tokens may ever be read: the token that ends the line is not. */
static size_t before_line_end(const assist_engine *a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        str_view piece = model_vocab_piece(a->vocab, a->draft[i]);
        if (model_vocab_is_end(a->vocab, a->draft[i]) || str_find_byte(piece, '\n') < piece.len)
            return i;
    }
    return n;
}

static size_t propose(assist_engine *a, const struct prompt *p, const struct decode_limits *limits,
                      size_t n_left)
{
    struct decode_pace *pace = &a->pace;
    struct ctx_recall_query q = query_here(a, p);
    size_t room = model_session_n_ctx(a->session) - a->prompt.n;
    size_t cap = pace->length < room ? pace->length : room;
    if (!a->habit.recall || (limits->without & ASSIST_DRAFTS) || n_left < 2)
        return 0;
    /* What a token costs without drafts must be known first. */
    if (pace->n_rest > 0 || pace->step_ns == 0) {
        pace->n_rest -= pace->n_rest > 0;
        return 0;
    }
    if (cap > n_left - 1)
        cap = n_left - 1;
    size_t n = ctx_recall_draft(a->habit.recall, &q, DRAFT_SHARE, a->draft, NULL, cap);
    return before_line_end(a, n);
}

/* Feeds the session the first n tokens of the prompt and the line, in batches that give the bits of
 * single steps, with the logits of the last n_last. */
static err_code feed_up_to(assist_engine *a, size_t n, size_t n_last, const cancel_flag *cancel,
                           struct decoded *out, err *e)
{
    err_code rc = ERR_OK;
    uint64_t begin = clock_now_ns();
    while (rc == ERR_OK && a->n_read < n) {
        size_t to = n - a->n_read > DECODE_MAX_DRAFT + 1 ? a->n_read + DECODE_MAX_DRAFT + 1 : n;
        /* What is out of date of the prompt stays so. */
        const struct model_feed f = {
            .ids = a->prompt.ids, .n = to, .n_last = to == n ? n_last : 1, .loose = a->loose};
        struct model_feed_stats stats = {0};
        rc = model_session_feed_loose(a->session, &f, cancel, &stats, e);
        out->n_passes++;
        out->n_passed += stats.n_read;
        a->n_read = to;
    }
    out->pass_ns += clock_now_ns() - begin;
    return rc;
}

/* Reads what the session lacks of the prompt and the line, together with a draft of what may
 * follow: the model's own choices decide how much of that was right, so that the line is the one it
 * would have written alone. */
static err_code read_now(assist_engine *a, const struct prompt *p, struct decoded *out,
                         const struct decode_limits *limits, size_t n_left, err *e)
{
    size_t n = a->prompt.n;
    bool one = a->n_read + 1 == n && model_session_length(a->session) >= n - 1;
    size_t n_draft = one ? propose(a, p, limits, n_left) : 0;
    uint64_t begin = clock_now_ns();
    err_code rc;
    if (one && n_draft == 0) {
        model_session_truncate(a->session, n - 1); /* off with what was written otherwise */
        rc = model_session_step(a->session, a->prompt.ids[n - 1], e);
        uint64_t step_ns = clock_now_ns() - begin;
        if (rc == ERR_OK)
            follow(&a->pace.step_ns, (double)step_ns);
        out->pass_ns += step_ns;
        out->n_passes++;
        out->n_passed++;
    } else {
        for (size_t i = 0; i < n_draft; i++)
            model_tokens_push(&a->prompt, a->draft[i]);
        rc = a->prompt.failed;
        if (rc == ERR_OK)
            rc = feed_up_to(a, n + n_draft, n_draft + 1, limits->cancel, out, e);
        a->prompt.n = n;
        a->pace.last_ns = clock_now_ns() - begin;
        a->n_draft = rc == ERR_OK ? n_draft : 0;
        a->n_used = 0;
    }
    a->n_read = n;
    return rc;
}

/* Finds the logits behind the line, whose last token is `id`: in what was drafted, in what was said
 * at the key before, or from the model. */
static err_code read_on(assist_engine *a, const struct prompt *p, struct decoded *out,
                        model_token id, const struct decode_limits *limits, size_t n_left, err *e)
{
    err_code rc = ERR_OK;
    a->path = heard_behind(a->path, id);
    if (a->n_used < a->n_draft && a->draft[a->n_used] == id) {
        a->n_used++;
        a->n_read = a->prompt.n;
    } else {
        judge_draft(a, out);
        a->logits =
            limits->without & ASSIST_DRAFTS ? NULL : heard_find(&a->heard, a->n_vocab, a->path);
        if (a->logits)
            return ERR_OK;
        rc = read_now(a, p, out, limits, n_left, e);
    }
    if (rc != ERR_OK)
        return rc;
    a->logits = model_session_logits_at(a->session, a->n_draft - a->n_used);
    heard_put(&a->heard, a->n_vocab, a->path, a->logits);
    return ERR_OK;
}

/* Does `piece`, coming behind `text`, begin after the first word there? */
static bool ends_word(str_view text, str_view piece)
{
    bool goes_on = piece.len > 0 && ctx_lexicon_is_word_byte(piece.ptr[0]) && text.len > 0 &&
                   ctx_lexicon_is_word_byte(text.ptr[text.len - 1]);
    return !str_is_blank(text) && piece.len > 0 && !goes_on;
}

/* How sure a line of n tokens so far would be if twice as many followed, each of them certain. */
static float at_best(double log_prob, double log_first, size_t n_tokens, size_t n_bytes)
{
    return confidence_of(CONFIDENCE_MODEL, (float)exp(log_prob / (3.0 * (double)n_tokens)),
                         (float)exp(log_first), n_bytes);
}

/* Would the line be too unsure to be shown even at best? Of 5,256 lines while seven files were
 * typed, where every eighth was shown, that spared 46 % of all tokens; of what was shown it costs
 * 1.3 % (lines that the gate cuts short). */
static bool is_hopeless(const assist_engine *a, const struct decode_limits *limits,
                        const struct decoded *line, double log_prob, double log_first)
{
    float best = at_best(log_prob, log_first, line->n_tokens + 1, line->text.len);
    return !confidence_speaks(told_adjusted(&a->told, best), limits->in_text);
}

static err_code decode(assist_engine *a, const struct prompt *p, const struct decode_fork *fork,
                       const struct decode_limits *limits, struct decoded *out, err *e)
{
    str_view pending = p->heal;
    double log_prob = 0, first = 1; /* the logarithm for the first word, once that has ended */
    err_code rc = ERR_OK;
    out->ended = out->hopeless = out->repeats = false;
    out->n_drafted = out->n_draft_right = out->n_passes = out->n_passed = 0;
    out->pass_ns = 0;
    a->path = HEARD_PROMPT;
    a->logits = a->first_logits;
    a->n_read = p->n;
    for (out->n_tokens = 0; rc == ERR_OK && out->n_tokens < limits->max_tokens; out->n_tokens++) {
        if (cancel_requested(limits->cancel))
            return err_set(e, ERR_CANCELLED, "cancelled");
        if (limits->until_ns && out->n_tokens > 0 && clock_now_ns() >= limits->until_ns)
            break;
        double before = log_prob;
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
        if (first > 0 && ends_word(buf_view(&out->text), piece))
            first = before;
        size_t newline = str_find_byte(piece, '\n');
        buf_append(&out->text, str_slice(piece, 0, newline));
        if (newline < piece.len) {
            out->ended = true;
            out->n_tokens++;
            break;
        }
        if (limits->unasked && pending.len == 0 &&
            is_hopeless(a, limits, out, log_prob, first > 0 ? log_prob : first)) {
            out->hopeless = true;
            out->n_tokens++;
            break;
        }
        if (shape_goes_round(buf_view(&out->text))) {
            out->repeats = true;
            out->n_tokens++;
            break;
        }
        if (a->prompt.n == model_session_n_ctx(a->session)) {
            out->n_tokens++; /* the context is full: show what there is */
            break;
        }
        model_tokens_push(&a->prompt, id);
        rc = a->prompt.failed;
        if (fork && out->n_tokens < fork->at)
            a->path = heard_behind(a->path, id); /* what comes is known */
        else if (rc == ERR_OK)
            rc = read_on(a, p, out, id, limits, limits->max_tokens - out->n_tokens, e);
    }
    if (rc != ERR_OK)
        return rc;
    if (pending.len > 0)
        buf_clear(&out->text);
    else if (!out->ended) /* half a word is no suggestion */
        while (out->text.len > 0 && ctx_lexicon_is_word_byte(out->text.ptr[out->text.len - 1]))
            out->text.len--;
    out->confidence = out->n_tokens ? (float)exp(log_prob / (double)out->n_tokens) : 0;
    out->first = (float)exp(first > 0 ? log_prob : first);
    return buf_failed(&out->text);
}

err_code decode_line(assist_engine *a, const struct prompt *p, const struct decode_fork *fork,
                     const struct decode_limits *limits, struct decoded *out, err *e)
{
    begin_recent(a, p);
    if (!fork) {
        model_tokens_clear(&a->line);
        out->n_forks = 0;
    }
    err_code rc = decode(a, p, fork, limits, out, e);
    judge_draft(a, out);
    a->prompt.n = p->n;
    return rc;
}

/* ---- further lines ---- */

/* Prompt and what is taken for written behind it. Tokens may span its beginning, so that the bytes
 * healed there come along, and its end: *pending of it is left to be generated again. */
static err_code feed_written(assist_engine *a, const struct prompt *p, buf *whole,
                             str_view *pending, const cancel_flag *cancel, struct decoded *out,
                             err *e)
{
    str_view text = buf_view(whole);
    size_t n = text.len - prompt_heal_length(text);
    *pending = str_slice(text, n, text.len);
    model_tokens_clear(&a->line);
    model_vocab_encode(a->vocab, str_slice(text, 0, n), &a->line);
    bool ok = buf_failed(whole) == ERR_OK && a->line.failed == ERR_OK;
    a->prompt.n = p->n;
    for (size_t i = 0; ok && i < a->line.n; i++) {
        model_tokens_push(&a->prompt, a->line.ids[i]);
        model_tokens_push(&a->recent, a->line.ids[i]);
    }
    if (!ok || a->prompt.failed != ERR_OK || a->prompt.n >= model_session_n_ctx(a->session))
        return err_set(e, ERR_RANGE, "the line is too long to go on from");
    a->n_read = p->n;
    err_code rc = feed_up_to(a, a->prompt.n, 1, cancel, out, e);
    a->path = HEARD_NOWHERE;
    a->logits = model_session_logits(a->session);
    return rc;
}

/* A line that is being written. */
struct further {
    buf line;
    bool begun; /* its line break was written */
    double log_prob, first;
    size_t n;
    struct decode_lines *to;
};

/* False: enough. */
static bool end_line(struct further *f)
{
    float all = (float)exp(f->log_prob / (double)(f->n ? f->n : 1));
    float first = (float)exp(f->first > 0 ? f->log_prob : f->first);
    return !f->begun || f->to->take(f->to->user, buf_view(&f->line), all, first);
}

/* Its indentation says nothing. */
static bool may_be_sure(const struct further *f, float least)
{
    size_t n_bytes = str_trim_left(buf_view(&f->line)).len;
    return !f->begun ||
           at_best(f->log_prob, f->first > 0 ? f->log_prob : f->first, f->n, n_bytes) >= least;
}

/* Takes in a token; false: enough. The token of a line break counts for both lines, since it often
 * holds the indentation. */
static bool add_piece(struct further *f, str_view piece, double log_prob)
{
    double before = f->log_prob;
    f->log_prob += log_prob;
    f->n++;
    while (piece.len > 0) {
        size_t newline = str_find_byte(piece, '\n');
        str_view part = str_slice(piece, 0, newline);
        if (!f->begun && !str_is_blank(part))
            return false; /* the first line would go on */
        if (f->first > 0 && ends_word(buf_view(&f->line), part))
            f->first = before;
        buf_append(&f->line, part);
        if (newline == piece.len)
            break;
        if (!end_line(f))
            return false;
        buf_clear(&f->line);
        f->begun = true;
        f->log_prob = log_prob;
        f->n = 1;
        f->first = 1;
        piece = str_slice(piece, newline + 1, piece.len);
    }
    return buf_failed(&f->line) == ERR_OK;
}

err_code decode_further(assist_engine *a, const struct prompt *p, str_view text,
                        const struct decode_limits *limits, struct decode_lines *lines, err *e)
{
    struct further f = {.first = 1, .to = lines};
    struct decoded drafts = {0};
    str_view pending = STR("");
    buf whole;
    buf_init(&whole, MAX_WRITTEN);
    buf_append(&whole, p->heal);
    buf_append(&whole, text);
    buf_init(&f.line, MAX_WRITTEN);
    begin_recent(a, p);
    err_code rc = feed_written(a, p, &whole, &pending, limits->cancel, &drafts, e);
    size_t n = 0;
    for (; rc == ERR_OK && n < limits->max_tokens; n++) {
        struct model_candidate top[MAX_CHOICES];
        if (cancel_requested(limits->cancel)) {
            rc = err_set(e, ERR_CANCELLED, "cancelled");
            break;
        }
        if ((limits->until_ns && clock_now_ns() >= limits->until_ns) ||
            a->prompt.n == model_session_n_ctx(a->session) ||
            candidates(a, p, a->logits, pending, limits->without, top) == 0)
            break;
        if (model_vocab_is_end(a->vocab, top[0].id)) {
            f.log_prob += log_of(top[0].prob);
            f.n++;
            (void)end_line(&f);
            break;
        }
        str_view piece = model_vocab_piece(a->vocab, top[0].id);
        size_t healed = piece.len < pending.len ? piece.len : pending.len;
        pending = str_slice(pending, healed, pending.len);
        if (!add_piece(&f, str_slice(piece, healed, piece.len), log_of(top[0].prob)) ||
            !may_be_sure(&f, limits->least))
            break;
        model_tokens_push(&a->recent, top[0].id);
        model_tokens_push(&a->prompt, top[0].id);
        rc = a->prompt.failed;
        if (rc == ERR_OK)
            rc = read_on(a, p, &drafts, top[0].id, limits, limits->max_tokens - n, e);
    }
    judge_draft(a, &drafts);
    lines->n_tokens = n;
    lines->n_drafted = drafts.n_drafted;
    lines->n_draft_right = drafts.n_draft_right;
    lines->n_passes = drafts.n_passes;
    lines->n_passed = drafts.n_passed;
    lines->pass_ns = drafts.pass_ns;
    buf_release(&whole);
    buf_release(&f.line);
    a->prompt.n = p->n;
    return rc;
}
