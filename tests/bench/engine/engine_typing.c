/* engine_typing LIB_DIR [MODEL [FILE [KEYS [ROUNDS [THREADS [OTHER]]]]]]: somebody types KEYS
 * characters into the middle of FILE and waits after each for the suggestion of a line. artel
 * answers as it does in an editor; a suggestion that is typed along with stays, except for its
 * model alone. llama.cpp, in turn with it, gets the very prompts that artel builds, keeps of its
 * cache what is the same from the start, moves what is the same further on (as its server does with
 * --cache-reuse, here from 32 tokens on), and writes to the end of the line. Its time does not
 * include making tokens of text.
 *
 * OTHER: a model of another size, whose weights may be random and which needs no vocabulary. Both
 * engines then do with it what they did with MODEL: the same prompts for the same keys, as many
 * tokens written, artel's in as many passes (what was said at the key before is not asked again).
 * What artel does besides its model takes as long as with MODEL. What it answers without its model
 * is not asked of OTHER either.
 *
 * Prints, per round, the milliseconds of both for all keys, by the clock and of processor time,
 * what they read and wrote, and the ratios. With one thread (THREADS, 2 by default) processor time
 * says the same on a busy machine. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assist/complete/engine.h"
#include "assist/complete/prompt.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/path.h"
#include "model/sample.h"
#include "tests/bench/peer/peer.h"

enum { MAX_KEYS = 1000, MAX_LINE = 64, MIN_REUSE = 32, PEER_BATCH = 512, CHOICES = 4 };

struct spent {
    double ms, cpu_ms;
};

/* What was done for a key. */
struct key {
    bool by_model; /* by artel's: what follows says how */
    size_t n_read; /* tokens of the prompt */
    size_t n_written, n_passes, n_passed;
    size_t n_by_peer;     /* tokens that llama.cpp wrote */
    struct spent besides; /* by artel, without its model */
};

/* Milliseconds that parts of artel's answers took. */
struct parts {
    double written, prompt, feed, passes, rest;
};

struct session {
    str_view name; /* of the file */
    buf file;
    char *text; /* the document as it is after the key */
    size_t middle, n_keys;
    assist_engine *engine;
    peer *peer;
    model_token *cached; /* what the peer's cache holds */
    size_t n_cached;
    struct key keys[MAX_KEYS + 1];
};

struct total {
    struct spent spent;
    size_t n_read, n_written, n_by_model, n_along, n_passes;
    struct parts parts;
};

/* Now; spent_since it. */
static struct spent now(void)
{
    return (struct spent){clock_ms(clock_now_ns()), clock_ms(clock_cpu_ns())};
}

static struct spent spent_since(struct spent start)
{
    struct spent end = now();
    return (struct spent){end.ms - start.ms, end.cpu_ms - start.cpu_ms};
}

static void add_spent(struct spent *to, struct spent s)
{
    to->ms += s.ms;
    to->cpu_ms += s.cpu_ms;
}

/* What is going to be typed, and the rest of its last line, is not there yet. */
static struct assist_document typed(struct session *s, size_t cursor)
{
    size_t last = s->middle + s->n_keys;
    str_view rest = str_slice(buf_view(&s->file), last, s->file.len);
    size_t tail = last + str_find_byte(rest, '\n');
    memcpy(s->text, s->file.ptr, cursor);
    memcpy(s->text + cursor, s->file.ptr + tail, s->file.len - tail);
    return (struct assist_document){
        .path = s->name, .repo = STR("artel"), .text = {s->text, cursor + s->file.len - tail}};
}

static struct parts parts_of(const struct assist_timings *t, double ms)
{
    struct parts p = {.written = clock_ms(t->written_ns),
                      .prompt = clock_ms(t->prompt_ns),
                      .feed = clock_ms(t->feed_ns),
                      .passes = clock_ms(t->pass_ns)};
    p.rest = ms - p.written - p.prompt - p.feed - p.passes;
    return p;
}

static void add(struct total *to, const struct total *t)
{
    add_spent(&to->spent, t->spent);
    to->n_read += t->n_read;
    to->n_written += t->n_written;
    to->n_by_model += t->n_by_model;
    to->n_along += t->n_along;
    to->n_passes += t->n_passes;
    to->parts.written += t->parts.written;
    to->parts.prompt += t->parts.prompt;
    to->parts.feed += t->parts.feed;
    to->parts.passes += t->parts.passes;
    to->parts.rest += t->parts.rest;
}

/* What the completion of a key cost. */
static void note_key(struct key *key, struct total *one, const struct assist_timings *t,
                     struct spent spent)
{
    double besides = 1 - clock_ms(t->feed_ns + t->pass_ns) / spent.ms;
    *key = (struct key){.by_model = t->n_decoded > 0,
                        .n_read = t->n_prompt - t->n_reused,
                        .n_written = t->n_decoded,
                        .n_passes = t->n_passes,
                        .n_passed = t->n_passed,
                        .besides = {spent.ms * besides, spent.cpu_ms * besides}};
    *one = (struct total){.spent = spent,
                          .n_read = key->n_read,
                          .n_written = t->n_decoded,
                          .n_by_model = t->n_decoded > 0,
                          .n_passes = t->n_passes + (key->n_read > 0),
                          .parts = parts_of(t, spent.ms)};
}

static bool type_for_artel(struct session *s, unsigned without, struct total *t, err *e)
{
    char shown[256];
    size_t n_shown = 0;
    struct assist_complete_options options = ASSIST_COMPLETE_OPTIONS_DEFAULT;
    options.without = without;
    for (size_t k = 0; k <= s->n_keys; k++) {
        arena memory;
        arena_init(&memory, 16 << 20);
        struct assist_document doc = typed(s, s->middle + k);
        struct assist_completion c = {0};
        /* The server goes on showing what is typed along with. */
        bool along = k > 0 && n_shown > 0 && shown[0] == s->file.ptr[s->middle + k - 1];
        if (without == 0)
            s->keys[k] = (struct key){0};
        if (along) {
            memmove(shown, shown + 1, --n_shown);
            if (n_shown > 0 && !(without & ASSIST_WRITTEN)) {
                t->n_along++;
                arena_release(&memory);
                continue;
            }
        }
        struct spent start = now();
        err_code rc =
            assist_complete(s->engine, &c, &memory, &doc, s->middle + k, &options, NULL, e);
        struct spent spent = spent_since(start);
        n_shown = 0;
        if (rc == ERR_OK && c.n_items > 0 && c.items[0].text.len <= sizeof shown) {
            n_shown = c.items[0].text.len;
            memcpy(shown, c.items[0].text.ptr, n_shown);
        }
        arena_release(&memory);
        if (rc != ERR_OK)
            return false;
        struct key key;
        struct total one;
        note_key(&key, &one, &c.timings, spent);
        if (without == 0)
            s->keys[k] = key;
        if (k > 0) /* before that the file is opened: both read it for the first time */
            add(t, &one);
    }
    return true;
}

/* As llama.cpp's server goes through cache and prompt after their common beginning. */
static size_t reuse(struct session *s, const model_token *ids, size_t n)
{
    size_t same = 0;
    while (same + 1 < n && same < s->n_cached && ids[same] == s->cached[same])
        same++;
    size_t in_cache = same, in_prompt = same;
    while (in_cache < s->n_cached && in_prompt + 1 < n) {
        size_t run = 0;
        while (in_cache + run < s->n_cached && in_prompt + run + 1 < n &&
               s->cached[in_cache + run] == ids[in_prompt + run])
            run++;
        if (run < MIN_REUSE || !peer_move(s->peer, in_cache, in_prompt, run)) {
            in_cache++;
            continue;
        }
        in_cache += run;
        in_prompt += run;
    }
    peer_keep(s->peer, in_prompt);
    return in_prompt;
}

static model_token best_of(const float *logits, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        best = logits[i] > logits[best] ? i : best;
    return (model_token)best;
}

static bool ends_line(const struct session *s, model_token id)
{
    str_view piece = model_vocab_piece(s->engine->vocab, id);
    return model_vocab_is_end(s->engine->vocab, id) || str_find_byte(piece, '\n') < piece.len;
}

/* To the end of the line, or `n_write` tokens unless that is 0. */
static bool answer(struct session *s, const model_token *ids, size_t n, size_t n_write,
                   struct total *t)
{
    struct spent start = now();
    size_t kept = reuse(s, ids, n), n_vocab = peer_n_vocab(s->peer);
    bool ok = peer_read(s->peer, ids + kept, n - kept, false);
    memcpy(s->cached, ids, n * sizeof *ids);
    s->n_cached = n;
    for (size_t i = 0; ok && i < (n_write ? n_write : MAX_LINE); i++) {
        model_token id = best_of(peer_logits(s->peer, -1), n_vocab);
        t->n_written++;
        if (n_write ? i + 1 == n_write : ends_line(s, id))
            break;
        s->cached[s->n_cached++] = id;
        ok = peer_read(s->peer, &id, 1, false);
    }
    t->spent = spent_since(start);
    t->n_read += n - kept;
    t->n_passes = t->n_written; /* the last token is only shown */
    t->n_by_model++;
    return ok;
}

static bool type_for_peer(struct session *s, bool as_before, struct total *t, err *e)
{
    peer_clear(s->peer);
    s->n_cached = 0;
    for (size_t k = 0; k <= s->n_keys; k++) {
        struct assist_document doc = typed(s, s->middle + k);
        struct prompt p;
        if (prompt_build(&p, s->engine, &doc, s->middle + k, MAX_LINE, 0, e) != ERR_OK)
            return false;
        struct total one = {0};
        if (!answer(s, s->engine->prompt.ids, p.n, as_before ? s->keys[k].n_by_peer : 0, &one))
            return false;
        s->keys[k].n_by_peer = one.n_written;
        if (k > 0)
            add(t, &one);
    }
    return true;
}

static void print_total(const char *name, const struct total *t, size_t n_keys)
{
    printf("  %-34s %8.1f ms (%.1f of processor); %zu of %zu keys by the model, %zu typed along, "
           "%zu tokens read, %zu written, %zu passes\n",
           name, t->spent.ms, t->spent.cpu_ms, t->n_by_model, n_keys, t->n_along, t->n_read,
           t->n_written, t->n_passes);
}

static void print_parts(const struct parts *p)
{
    printf(
        "    ms of that: %.1f looking for what was written before, %.1f the prompt, %.1f reading "
        "it, %.1f in the model behind it, %.1f choosing and checking\n",
        p->written, p->prompt, p->feed, p->passes, p->rest);
}

static void print_ratio(const char *name, const struct total *ours, const struct total *theirs)
{
    printf("  artel / llama.cpp%s: %.3f (processor %.3f)\n", name,
           ours->spent.ms / theirs->spent.ms, ours->spent.cpu_ms / theirs->spent.cpu_ms);
}

struct peer_round {
    struct session *s;
    bool as_before;
    struct total total;
    err *e;
    bool ok;
};

static void *run_peer(void *arg)
{
    struct peer_round *r = arg;
    r->ok = type_for_peer(r->s, r->as_before, &r->total, r->e);
    return NULL;
}

/* On a thread of its own: both set up the matrix unit's tiles, and llama.cpp does so once for each
 * thread. */
static bool type_for_peer_apart(struct session *s, bool as_before, struct total *t, err *e)
{
    struct peer_round r = {.s = s, .as_before = as_before, .e = e};
    pthread_t thread;
    if (pthread_create(&thread, NULL, run_peer, &r) != 0)
        return false;
    pthread_join(thread, NULL);
    *t = r.total;
    return r.ok;
}

static bool play(struct session *s, int round, err *e)
{
    struct total all = {0}, model = {0}, peer_total = {0};
    assist_engine_forget(s->engine);
    bool ok = type_for_artel(s, 0, &all, e);
    assist_engine_forget(s->engine);
    ok = ok && type_for_artel(s, ASSIST_WRITTEN | ASSIST_HABIT | ASSIST_DRAFTS, &model, e) &&
         type_for_peer_apart(s, false, &peer_total, e);
    if (!ok)
        return false;
    printf("round %d\n", round);
    print_total("artel", &all, s->n_keys);
    print_parts(&all.parts);
    print_total("artel, its model alone", &model, s->n_keys);
    print_total("llama.cpp, cache reuse on", &peer_total, s->n_keys);
    print_ratio("", &all, &peer_total);
    print_ratio(", its model alone", &model, &peer_total);
    return true;
}

/* ---- with the weights of another model ---- */

struct other {
    model_gguf *file;
    model_weights *weights;
    model_session *session;
    peer *peer;
};

static bool other_open(struct other *o, const char *lib, const char *path, size_t n_ctx,
                       unsigned n_threads, err *e)
{
    const struct model_session_options options = {.n_ctx = (uint32_t)n_ctx, .n_threads = n_threads};
    return model_gguf_open(&o->file, path, e) == ERR_OK &&
           model_weights_load(&o->weights, o->file, e) == ERR_OK &&
           model_session_create(&o->session, o->weights, &options, e) == ERR_OK &&
           (o->peer = peer_open(lib, path, (int)n_threads, (uint32_t)n_ctx, PEER_BATCH)) != NULL;
}

static void other_close(struct other *o)
{
    peer_close(o->peer);
    model_session_destroy(o->session);
    model_weights_destroy(o->weights);
    model_gguf_close(o->file);
}

/* One key of artel's, its model's part done by the other: the prompt, unless that was read, then
 * what was written in as many passes. Which tokens they are says nothing about the time. */
static bool key_again(struct session *s, model_session *other, const struct key *key,
                      const struct prompt *p, struct total *one, err *e)
{
    struct model_feed_stats stats = {0};
    struct model_candidate top[CHOICES];
    model_token *ids = s->engine->prompt.ids;
    size_t n_vocab = peer_n_vocab(s->peer);
    err_code rc = ERR_OK;
    struct spent start = now();
    if (key->n_read > 0)
        rc = model_session_feed(other, ids, p->n, NULL, &stats, e);
    memcpy(s->cached, ids, p->n * sizeof *ids);
    for (size_t pass = 0, n = p->n, done = 0; rc == ERR_OK && pass < key->n_passes; pass++) {
        size_t width = key->n_passed * (pass + 1) / key->n_passes - done;
        if (n + width > p->n + MAX_LINE)
            n = p->n; /* another line */
        done += width;
        for (; width > 0; width--, n++)
            s->cached[n] = ids[(n + pass) % p->n];
        rc = model_session_feed(other, s->cached, n, NULL, NULL, e);
    }
    for (size_t i = 0; rc == ERR_OK && i < key->n_written; i++)
        (void)model_sample_top(model_session_logits(other), n_vocab, NULL, top, CHOICES);
    *one = (struct total){.spent = spent_since(start),
                          .n_read = stats.n_read,
                          .n_written = key->n_written,
                          .n_passes = key->n_passes + (key->n_read > 0),
                          .n_by_model = 1};
    return rc == ERR_OK;
}

/* What artel's model did for the keys, done by the other. */
static bool again_for_artel(struct session *s, model_session *other, struct total *t, err *e)
{
    model_session_truncate(other, 0);
    for (size_t k = 0; k <= s->n_keys; k++) {
        struct assist_document doc = typed(s, s->middle + k);
        const struct key *key = &s->keys[k];
        struct total one = {0};
        struct prompt p;
        if (key->by_model &&
            (prompt_build(&p, s->engine, &doc, s->middle + k, MAX_LINE, 0, e) != ERR_OK ||
             !key_again(s, other, key, &p, &one, e)))
            return false;
        add_spent(&one.spent, key->besides);
        if (k > 0)
            add(t, &one);
    }
    return true;
}

static bool play_again(struct session *s, struct other *o, err *e)
{
    struct total ours = {0}, theirs = {0};
    peer *own = s->peer;
    s->peer = o->peer;
    bool ok = again_for_artel(s, o->session, &ours, e) && type_for_peer_apart(s, true, &theirs, e);
    s->peer = own;
    if (!ok)
        return false;
    print_total("artel, the other model", &ours, s->n_keys);
    print_total("llama.cpp, the other model", &theirs, s->n_keys);
    print_ratio(", the other model", &ours, &theirs);
    return true;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr,
                "usage: engine_typing LIB_DIR [MODEL [FILE [KEYS [ROUNDS [THREADS [OTHER]]]]]]\n");
        return 2;
    }
    const char *model = argc > 2 ? argv[2] : ARTEL_SOURCE_DIR "/model/default/artel.gguf";
    const char *path = argc > 3 ? argv[3] : ARTEL_SOURCE_DIR "/model/pretokenize.c";
    struct session s = {.name = path_name(str_of(path)),
                        .n_keys = argc > 4 ? strtoul(argv[4], NULL, 10) : 60};
    int n_rounds = argc > 5 ? (int)strtol(argv[5], NULL, 10) : 3;
    unsigned n_threads = argc > 6 ? (unsigned)strtoul(argv[6], NULL, 10) : 2;
    struct other other = {0};
    err e = {{0}};
    buf_init(&s.file, 64 << 20);
    bool ok =
        file_read(&s.file, path, &e) == ERR_OK &&
        assist_engine_create(
            &s.engine, &(struct assist_engine_options){.model_path = model, .n_threads = n_threads},
            &e) == ERR_OK;
    if (ok) {
        size_t n_ctx = model_session_n_ctx(s.engine->session);
        n_ctx = n_ctx < 8192 ? n_ctx : 8192; /* longer prompts are not built */
        s.peer = peer_open(argv[1], model, (int)n_threads, (uint32_t)n_ctx + MAX_LINE, PEER_BATCH);
        s.cached = malloc((n_ctx + MAX_LINE) * sizeof *s.cached);
        s.text = malloc(s.file.len + 1);
        if (argc > 7)
            ok = other_open(&other, argv[1], argv[7], n_ctx + MAX_LINE, n_threads, &e);
    }
    s.middle = s.file.len / 2;
    while (ok && s.middle > 0 && s.file.ptr[s.middle - 1] != '\n')
        s.middle--;
    s.n_keys = s.n_keys < s.file.len - s.middle ? s.n_keys : s.file.len - s.middle;
    s.n_keys = s.n_keys < MAX_KEYS ? s.n_keys : MAX_KEYS;
    ok = ok && s.peer && s.cached && s.text;
    for (int r = 0; ok && r < n_rounds; r++)
        ok = play(&s, r + 1, &e) && (argc <= 7 || play_again(&s, &other, &e));
    if (!ok)
        fprintf(stderr, "engine_typing: %s\n", e.text[0] ? e.text : "failed");
    other_close(&other);
    assist_engine_destroy(s.engine);
    peer_close(s.peer);
    free(s.cached);
    free(s.text);
    buf_release(&s.file);
    return ok ? 0 : 1;
}
