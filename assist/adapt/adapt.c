#include "assist/adapt/adapt.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "assist/adapt/corpus.h"
#include "assist/adapt/samples.h"
#include "assist/complete/complete.h"
#include "assist/replay/hole.h"
#include "assist/replay/run.h"
#include "base/clock.h"
#include "base/mem.h"
#include "model/default.h"
#include "model/train/checkpoint.h"
#include "model/train/convert.h"

enum {
    N_TOK = 1024,
    BATCH = 8,
    HELD_SEQUENCES =
        48, /* enough that the loss does not jump, 5 % of the time of a million tokens */
    STEPS_BETWEEN_LOOKS = 16,
    PASSES = 3,
    MAX_TOKENS = 3000000,
    MIN_TASKS = 20,
    MAX_TASKS = 300,
    TASK_BYTES = 1 << 20,
    /* Between two checkpoints, of which killing the process leaves the last one: 12 bytes for each
     * parameter. The first comes after seconds, as who kills it does so soon. */
    SAVE_SECONDS = 60,
    FIRST_SAVE_SECONDS = 4,
};

/* About what training from scratch uses. A million tokens of this project lower the loss on files
 * held back by 21 %, at 0.0012 by 17 %. */
#define RATE 0.003

struct run {
    const struct adapt_options *o;
    struct adapt_outcome outcome;
    arena mem;
    buf texts;
    struct adapt_corpus corpus;
    str_view folder, checkpoint;
    model_gguf *base;
    uint64_t base_id;
    model_vocab *vocab;
    train_net *net;
    train_optimizer *optimizer;
    struct adapt_samples held;
    float *best; /* parameters with the lowest loss so far */
    struct train_progress at;
    double next_save;
    struct adapt_progress progress;
};

static double seconds(void)
{
    return (double)clock_now_ns() * 1e-9;
}

static void tell(struct run *r)
{
    if (r->o->progress)
        r->o->progress(r->o->user, &r->progress);
}

/* ---- learning ---- */

static err_code prepare(struct run *r, const char *root, err *e)
{
    r->progress.stage = ADAPT_READING;
    tell(r);
    err_code rc = adapt_corpus_read(&r->corpus, &r->mem, &r->texts, root, r->o->cancel, e);
    if (rc == ERR_OK)
        rc = adapt_store_folder(&r->folder, &r->mem, str_of(root), true, e);
    if (rc == ERR_OK)
        rc = model_default_open(&r->base, e);
    if (rc == ERR_OK)
        rc = model_vocab_create(&r->vocab, r->base, e);
    const unsigned n_threads = r->o->n_threads ? r->o->n_threads : thread_cpu_count();
    if (rc == ERR_OK)
        rc = train_net_read_gguf(&r->net, r->base, N_TOK, n_threads, e);
    if (rc == ERR_OK)
        rc = train_optimizer_create(&r->optimizer, r->net, e);
    if (rc != ERR_OK)
        return rc;
    r->base_id = adapt_base(r->base);
    r->checkpoint =
        arena_format(&r->mem, "%.*s/checkpoint-%016" PRIx64, STR_ARG(r->folder), r->base_id);
    r->best = mem_alloc(train_net_n_params(r->net) * sizeof *r->best);
    if (arena_failed(&r->mem) || !r->best)
        return err_set(e, ERR_NOMEM, "out of memory");
    const struct adapt_sample_options o = {
        .n_tok = N_TOK, .max_tokens = HELD_SEQUENCES * N_TOK, .seed = 1, .held = true};
    return adapt_samples_make(&r->held, r->vocab, &r->corpus, &o, e);
}

static double look(struct run *r)
{
    size_t n = r->held.n < HELD_SEQUENCES ? r->held.n : HELD_SEQUENCES;
    r->progress.held_loss = train_net_loss(r->net, r->held.sequences, n, N_TOK);
    return r->progress.held_loss;
}

static void keep_if_better(struct run *r)
{
    double loss = look(r);
    if (loss < r->outcome.loss_after) {
        r->outcome.loss_after = loss;
        memcpy(r->best, train_net_params(r->net), train_net_n_params(r->net) * sizeof *r->best);
    }
}

/* A run that was interrupted goes on; a checkpoint that cannot be read is as if there were none. */
static void resume(struct run *r)
{
    struct train_progress at;
    if (train_checkpoint_read(&at, r->checkpoint.ptr, r->net, r->optimizer, NULL) == ERR_OK) {
        r->at = at;
        keep_if_better(r);
    }
    r->progress.resumed_tokens = r->at.n_tokens;
}

static err_code save(struct run *r, err *e)
{
    return train_checkpoint_write(r->checkpoint.ptr, r->net, r->optimizer, &r->at, e);
}

static double rate_at(double done)
{
    double warm = done < 0.05 ? 0.1 + done / 0.05 * 0.9 : 1;
    return RATE * warm * (1 - done) + 1e-6;
}

/* Steps over one making of the samples, or until `goal`. */
static err_code learn_pass(struct run *r, const struct adapt_samples *s, uint64_t goal,
                           double began, err *e)
{
    size_t n_steps = s->n < BATCH ? 1 : s->n / BATCH;
    for (size_t i = 0; i < n_steps && r->at.n_tokens < goal; i++) {
        if (cancel_requested(r->o->cancel))
            return ERR_CANCELLED;
        size_t n = s->n < BATCH ? s->n : BATCH;
        double loss = train_net_learn(r->net, s->sequences + i * BATCH, n, N_TOK);
        double done = (double)r->at.n_tokens / (double)goal;
        if (!isfinite(train_optimizer_step(r->optimizer, (float)rate_at(done))))
            return err_set(e, ERR_FORMAT, "training went astray; the model is left as it was");
        r->at.n_tokens += n * N_TOK;
        r->at.cursor++;
        struct adapt_progress *p = &r->progress;
        p->loss = p->loss > 0 ? 0.9 * p->loss + 0.1 * loss : loss;
        p->n_tokens = r->at.n_tokens < goal ? r->at.n_tokens : goal;
        double here = (double)(r->at.n_tokens - p->resumed_tokens);
        p->seconds_left = (seconds() - began) / here * (double)(goal - p->n_tokens);
        if (r->at.cursor % STEPS_BETWEEN_LOOKS == 0)
            keep_if_better(r);
        if (seconds() > r->next_save) {
            (void)!save(
                r, NULL); /* where that fails, only what was learned since the last is risked */
            r->next_save = seconds() + SAVE_SECONDS;
        }
        tell(r);
    }
    return ERR_OK;
}

static uint64_t goal_of(const struct run *r, size_t n_seq)
{
    uint64_t wanted = (uint64_t)n_seq * N_TOK * PASSES;
    uint64_t most = r->o->max_tokens ? r->o->max_tokens : MAX_TOKENS;
    return wanted < most ? wanted : most;
}

static err_code learn(struct run *r, err *e)
{
    r->progress.stage = ADAPT_LEARNING;
    r->outcome.loss_before = r->outcome.loss_after = look(r);
    resume(r);
    const double began = seconds();
    r->next_save = began + FIRST_SAVE_SECONDS;
    uint64_t goal = UINT64_MAX;
    err_code rc = ERR_OK;
    /* Each pass over the files hides other parts of them. */
    for (uint64_t pass = 1; rc == ERR_OK && r->at.n_tokens < goal; pass++) {
        struct adapt_samples s = {0};
        const struct adapt_sample_options o = {.n_tok = N_TOK, .seed = r->at.cursor + pass};
        rc = adapt_samples_make(&s, r->vocab, &r->corpus, &o, e);
        goal = goal == UINT64_MAX ? goal_of(r, s.n) : goal;
        r->progress.all_tokens = goal;
        if (rc == ERR_OK)
            rc = learn_pass(r, &s, goal, began, e);
        adapt_samples_release(&s);
    }
    if (rc == ERR_CANCELLED && r->at.n_tokens > r->progress.resumed_tokens) {
        err_code kept = save(r, e);
        rc = kept == ERR_OK ? rc : kept;
    }
    if (rc == ERR_OK)
        keep_if_better(r);
    r->outcome.n_tokens = r->at.n_tokens;
    return rc;
}

/* ---- judging ---- */

/* One line of each held-back file in turn, until there are enough or no more lines. */
static err_code judge(struct run *r, const char *model, uint64_t n_tries, double *exact, err *e)
{
    assist_engine *engine = NULL;
    struct assist_outcomes outcomes = {0};
    const struct assist_engine_options options = {.model_path = model, .not_adapted = true};
    err_code rc = assist_engine_create(&engine, &options, e);
    if (rc != ERR_OK)
        return rc;
    for (size_t i = 0; rc == ERR_OK && i < r->corpus.n; i++) {
        const struct adapt_text *t = &r->corpus.items[i];
        const struct assist_document doc = {t->path, r->corpus.name, STR(""), t->text};
        if (!t->held)
            rc = assist_learn(engine, &doc, NULL);
        rc = rc == ERR_RANGE ? ERR_OK : rc; /* full: the rest stays unknown to both */
    }
    struct assist_subject subject = assist_replay_subject(engine);
    struct assist_dice dice = {7};
    buf text;
    buf_init(&text, TASK_BYTES);
    for (size_t i = 0; rc == ERR_OK && i < n_tries; i++) {
        if (cancel_requested(r->o->cancel))
            rc = ERR_CANCELLED;
        size_t pick = assist_dice_below(&dice, r->corpus.n_held);
        const struct adapt_text *t = r->corpus.items;
        while (!t->held || pick-- > 0)
            t++;
        size_t line = assist_dice_below(&dice, t->text.len);
        while (line > 0 && t->text.ptr[line - 1] != '\n')
            line--;
        str_view rest = str_slice(t->text, line, t->text.len);
        r->progress.n_tokens++;
        tell(r);
        if (!assist_hole_in(str_slice(rest, 0, str_find_byte(rest, '\n'))))
            continue;
        struct assist_hole hole = assist_hole_line(t->text, line, &dice);
        buf_clear(&text);
        buf_append(&text, str_slice(t->text, 0, hole.begin));
        buf_append(&text, str_slice(t->text, hole.end, t->text.len));
        const struct assist_replay_task task = {
            .doc = {t->path, r->corpus.name, STR(""), buf_view(&text)},
            .cursor = hole.begin,
            .target = str_slice(t->text, hole.begin, hole.end)};
        if (rc == ERR_OK)
            rc = assist_replay_one(&outcomes, &subject, &task, &(struct assist_replay_options){0},
                                   e);
        r->progress.n_tokens++;
        tell(r);
    }
    size_t n_exact = 0;
    for (size_t i = 0; i < outcomes.n; i++)
        n_exact += outcomes.items[i].exact;
    r->outcome.n_tasks = outcomes.n;
    *exact = outcomes.n ? (double)n_exact / (double)outcomes.n : 0;
    buf_release(&text);
    assist_outcomes_release(&outcomes);
    assist_engine_destroy(engine);
    return rc;
}

/* The model is used where it predicts the files that were held back better and completes their
 * lines no worse. */
static err_code decide(struct run *r, const char *root, err *e)
{
    struct adapt_outcome *out = &r->outcome;
    if (out->loss_after >= out->loss_before)
        return ERR_OK;
    struct adapt_record record = {.root = str_of(root), .base = r->base_id};
    struct adapt_record old;
    if (adapt_store_find(&old, &r->mem, str_of(root), NULL) == ERR_OK)
        record.version = old.version;
    record.version++;
    record.model =
        arena_format(&r->mem, "%.*s/model-%" PRIu64 ".gguf", STR_ARG(r->folder), record.version);
    if (arena_failed(&r->mem))
        return err_set(e, ERR_NOMEM, "out of memory");
    memcpy(train_net_params(r->net), r->best, train_net_n_params(r->net) * sizeof *r->best);
    err_code rc = train_net_write_file(r->net, r->base, MODEL_TYPE_Q8_0, record.model.ptr, e);
    if (rc != ERR_OK)
        return rc;
    /* One for some ten lines. */
    uint64_t n_tasks = r->corpus.n_held_bytes / 300;
    n_tasks = n_tasks < MIN_TASKS ? MIN_TASKS : n_tasks > MAX_TASKS ? MAX_TASKS : n_tasks;
    r->progress = (struct adapt_progress){.stage = ADAPT_JUDGING, .all_tokens = 2 * n_tasks};
    rc = judge(r, NULL, n_tasks, &out->exact_before, e);
    if (rc == ERR_OK)
        rc = judge(r, record.model.ptr, n_tasks, &out->exact_after, e);
    out->used = rc == ERR_OK && out->exact_after >= out->exact_before;
    record.n_tokens = out->n_tokens;
    record.loss_before = out->loss_before;
    record.loss_after = out->loss_after;
    record.exact_before = out->exact_before;
    record.exact_after = out->exact_after;
    record.n_tasks = out->n_tasks;
    record.made_s = (int64_t)time(NULL);
    if (out->used)
        rc = adapt_store_put(&record, e);
    else
        (void)unlink(record.model.ptr);
    out->version = record.version;
    return rc;
}

err_code adapt_run(struct adapt_outcome *out, const char *root, const struct adapt_options *o,
                   err *e)
{
    const double began = seconds();
    struct run r = {.o = o};
    arena_init(&r.mem, 256 << 20);
    buf_init(&r.texts, ADAPT_MAX_BYTES + ADAPT_MAX_FILE_BYTES);
    err_code rc = prepare(&r, root, e);
    if (rc == ERR_OK)
        rc = learn(&r, e);
    if (rc == ERR_OK) {
        rc = decide(&r, root, e);
        /* Judging can be gone on with, too. */
        if (rc == ERR_CANCELLED && save(&r, e) != ERR_OK)
            rc = ERR_IO;
        if (rc == ERR_OK)
            (void)unlink(r.checkpoint.ptr);
    }
    r.outcome.n_files = r.corpus.n;
    r.outcome.n_held_files = r.corpus.n_held;
    r.outcome.n_bytes = r.corpus.n_bytes + r.corpus.n_held_bytes;
    r.outcome.seconds = seconds() - began;
    if (rc == ERR_OK)
        *out = r.outcome;
    adapt_samples_release(&r.held);
    train_optimizer_destroy(r.optimizer);
    train_net_destroy(r.net);
    model_vocab_destroy(r.vocab);
    model_gguf_close(r.base);
    mem_free(r.best);
    buf_release(&r.texts);
    arena_release(&r.mem);
    return rc;
}
