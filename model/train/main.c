/* artel-train: trains the default model on the processor. Not part of the shipped program. */
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"
#include "model/train/checkpoint.h"
#include "model/train/convert.h"
#include "model/train/merge.h"
#include "model/train/windows.h"

static const char usage[] =
    "usage: artel-train TRAIN.bin VALID.bin --checkpoint FILE [options]\n"
    "       artel-train --export OUT.gguf --like LIKE.gguf --checkpoint FILE\n"
    "       artel-train --merge OUT.gguf --like BASE.gguf [--factor X] ADAPTED.gguf...\n"
    "\n"
    "Learns from token ids (u16). Goes on from the checkpoint where there is one; writes it every\n"
    "ten minutes and at the end. Ctrl-C ends after the running step, with everything kept.\n"
    "Merging adds to BASE the mean of what the others learned since they were it, X times.\n"
    "\n"
    "  --shape EMBD,LAYERS,HEADS,KV_HEADS,FF,VOCAB   of a new model (384,8,6,3,1024,12352)\n"
    "  --context N      tokens of a sequence (1024)\n"
    "  --batch N        sequences of a step (16)\n"
    "  --rate X         learning rate (0.0035)\n"
    "  --minutes X      how long (without end)\n"
    "  --steps N        how many steps (without end; 0 only validates)\n"
    "  --decay X        the part of that time over which the rate falls to nothing (0)\n"
    "  --seed N         of a new model and of the order (1)\n"
    "  --threads N      (one per processor)\n";

struct options {
    const char *train, *valid, *checkpoint, *export_to, *merge_to, *like;
    struct train_shape shape;
    uint32_t batch, threads;
    uint64_t seed, steps;
    double rate, minutes, decay;
    float factor;
    const char *const *rest;
    size_t n_rest;
};

struct training {
    const struct options *o;
    train_net *net;
    train_optimizer *optimizer;
    train_windows *train, *valid;
    struct train_sequence *sequences;
    struct train_progress progress;
};

/* What ends a run; signal handlers can reach nothing else. */
static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

static double now_s(void)
{
    return (double)clock_now_ns() * 1e-9;
}

static bool parse_shape(struct train_shape *s, const char *text)
{
    return sscanf(text, "%" SCNu32 ",%" SCNu32 ",%" SCNu32 ",%" SCNu32 ",%" SCNu32 ",%" SCNu32,
                  &s->n_embd, &s->n_layer, &s->n_head, &s->n_head_kv, &s->n_ff, &s->n_vocab) == 6;
}

static bool parse(struct options *o, int argc, char **argv)
{
    static const struct option names[] = {{"checkpoint", required_argument, NULL, 'c'},
                                          {"shape", required_argument, NULL, 's'},
                                          {"context", required_argument, NULL, 'x'},
                                          {"batch", required_argument, NULL, 'b'},
                                          {"rate", required_argument, NULL, 'r'},
                                          {"minutes", required_argument, NULL, 'm'},
                                          {"steps", required_argument, NULL, 'n'},
                                          {"decay", required_argument, NULL, 'd'},
                                          {"seed", required_argument, NULL, 'e'},
                                          {"threads", required_argument, NULL, 't'},
                                          {"export", required_argument, NULL, 'o'},
                                          {"like", required_argument, NULL, 'l'},
                                          {"merge", required_argument, NULL, 'g'},
                                          {"factor", required_argument, NULL, 'f'},
                                          {NULL, 0, NULL, 0}};
    int c;
    while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (c) {
        case 'c': o->checkpoint = optarg; break;
        case 's':
            if (!parse_shape(&o->shape, optarg))
                return false;
            break;
        case 'x': o->shape.n_ctx = (uint32_t)strtoul(optarg, NULL, 10); break;
        case 'b': o->batch = (uint32_t)strtoul(optarg, NULL, 10); break;
        case 'r': o->rate = strtod(optarg, NULL); break;
        case 'm': o->minutes = strtod(optarg, NULL); break;
        case 'n': o->steps = strtoull(optarg, NULL, 10); break;
        case 'd': o->decay = strtod(optarg, NULL); break;
        case 'e': o->seed = strtoull(optarg, NULL, 10); break;
        case 't': o->threads = (uint32_t)strtoul(optarg, NULL, 10); break;
        case 'o': o->export_to = optarg; break;
        case 'l': o->like = optarg; break;
        case 'g': o->merge_to = optarg; break;
        case 'f': o->factor = strtof(optarg, NULL); break;
        default: return false;
        }
    }
    if (argc - optind == 2) {
        o->train = argv[optind];
        o->valid = argv[optind + 1];
    }
    o->rest = (const char *const *)argv + optind;
    o->n_rest = (size_t)(argc - optind);
    if (o->merge_to)
        return o->like && o->n_rest > 0;
    bool exports = o->export_to && o->like;
    return o->checkpoint && o->batch > 0 && o->threads > 0 && (exports || o->valid);
}

/* The model that the checkpoint holds, or a new one. */
static err_code prepare(struct training *t, err *e)
{
    struct train_shape shape = t->o->shape;
    err_code found = train_checkpoint_shape(&shape, t->o->checkpoint, e);
    if (found != ERR_OK && (found != ERR_NOT_FOUND || t->o->export_to))
        return found;
    err_code rc = train_net_create(&t->net, &shape, t->o->threads, e);
    if (rc == ERR_OK)
        rc = train_optimizer_create(&t->optimizer, t->net, e);
    if (rc != ERR_OK)
        return rc;
    if (found == ERR_OK)
        return train_checkpoint_read(&t->progress, t->o->checkpoint, t->net, t->optimizer, e);
    train_net_randomise(t->net, t->o->seed);
    return ERR_OK;
}

static double validate(struct training *t)
{
    const size_t n_tok = train_net_shape(t->net)->n_ctx;
    size_t n = train_windows_count(t->valid);
    n = n < 128 ? n : 128;
    double loss = 0;
    for (size_t i = 0; i < n; i++) {
        struct train_sequence s = {train_windows_at(t->valid, i), NULL};
        t->sequences[i % t->o->batch] = s;
        if (i % t->o->batch + 1 == t->o->batch || i + 1 == n)
            loss += train_net_loss(t->net, t->sequences, i % t->o->batch + 1, n_tok) *
                    (double)(i % t->o->batch + 1);
    }
    return loss / (double)n;
}

/* How much of the rate is used after `done` of the time (0 to 1). */
static double schedule(const struct options *o, uint64_t n_steps, double done)
{
    double warm = n_steps < 60 ? (double)(n_steps + 1) / 60 : 1;
    double left = o->decay > 0 && done > 1 - o->decay ? (1 - done) / o->decay : 1;
    return warm * (left < 0.02 ? 0.02 : left);
}

static err_code save(struct training *t, err *e)
{
    printf("validation %.4f after %.1f M tokens\n", validate(t),
           (double)t->progress.n_tokens * 1e-6);
    fflush(stdout);
    return train_checkpoint_write(t->o->checkpoint, t->net, t->optimizer, &t->progress, e);
}

/* What a run has shown so far. */
struct course {
    double begin_s, mean;
    double done; /* of the time, 0 to 1 */
};

static err_code step(struct training *t, struct course *c, err *e)
{
    const struct options *o = t->o;
    const size_t n_tok = train_net_shape(t->net)->n_ctx;
    const double begin = now_s();
    for (uint32_t i = 0; i < o->batch; i++)
        t->sequences[i].tokens = train_windows_at(t->train, t->progress.cursor + i);
    double loss = train_net_learn(t->net, t->sequences, o->batch, n_tok);
    uint64_t n_steps = *train_optimizer_state(t->optimizer).n_steps;
    double norm =
        train_optimizer_step(t->optimizer, (float)(o->rate * schedule(o, n_steps, c->done)));
    if (!isfinite(norm))
        return err_set(e, ERR_FORMAT,
                       "the gradient is not finite after step %" PRIu64
                       "; the last checkpoint stays",
                       n_steps);
    t->progress.cursor += o->batch;
    t->progress.n_tokens += o->batch * n_tok;
    c->mean = c->mean == 0 ? loss : 0.95 * c->mean + 0.05 * loss;
    const double now = now_s();
    c->done = o->minutes > 0 ? (now - c->begin_s) / (o->minutes * 60) : 0;
    if ((n_steps + 1) % 10 == 0)
        printf("step %" PRIu64 "  %.1f M tokens  loss %.4f  mean %.4f  gradient %.2f  %.0f "
               "tokens/s  %.1f min\n",
               n_steps + 1, (double)t->progress.n_tokens * 1e-6, loss, c->mean, norm,
               (double)(o->batch * n_tok) / (now - begin), (now - c->begin_s) / 60);
    fflush(stdout);
    return ERR_OK;
}

static err_code run(struct training *t, err *e)
{
    struct course c = {.begin_s = now_s()};
    double saved = c.begin_s;
    err_code rc = ERR_OK;
    for (uint64_t n = 0; rc == ERR_OK && !stop && c.done < 1 && n < t->o->steps; n++) {
        if (now_s() - saved > 600) {
            /* A full disk may have room again the next time; the last checkpoint stays. */
            err why = {0};
            if (save(t, &why) != ERR_OK)
                fprintf(stderr, "artel-train: %s; training goes on\n", why.text);
            saved = now_s();
        }
        rc = step(t, &c, e);
    }
    return rc == ERR_OK ? save(t, e) : rc;
}

static err_code learn(struct training *t, err *e)
{
    const struct train_shape *s = train_net_shape(t->net);
    t->sequences = mem_zero(t->o->batch, sizeof *t->sequences);
    if (!t->sequences)
        return ERR_NOMEM;
    err_code rc = train_windows_open(&t->train, t->o->train, s->n_ctx, s->n_vocab, t->o->seed, e);
    if (rc == ERR_OK)
        rc = train_windows_open(&t->valid, t->o->valid, s->n_ctx, s->n_vocab, 1, e);
    return rc == ERR_OK ? run(t, e) : rc;
}

static err_code export_model(struct training *t, err *e)
{
    model_gguf *like = NULL;
    err_code rc = model_gguf_open(&like, t->o->like, e);
    if (rc == ERR_OK)
        rc = train_net_write_file(t->net, like, MODEL_TYPE_F32, t->o->export_to, e);
    model_gguf_close(like);
    return rc;
}

static err_code merge_models(struct training *t, err *e)
{
    const struct options *o = t->o;
    model_gguf *like = NULL;
    err_code rc = model_gguf_open(&like, o->like, e);
    if (rc == ERR_OK)
        rc = train_net_read_gguf(&t->net, like, 64, 1, e);
    if (rc == ERR_OK)
        rc = train_merge(t->net, o->rest, o->n_rest, o->factor, e);
    if (rc == ERR_OK)
        rc = train_net_write_file(t->net, like, MODEL_TYPE_F32, o->merge_to, e);
    model_gguf_close(like);
    return rc;
}

static err_code run_command(struct training *t, err *e)
{
    if (t->o->merge_to)
        return merge_models(t, e);
    err_code rc = prepare(t, e);
    if (rc != ERR_OK)
        return rc;
    return t->o->export_to ? export_model(t, e) : learn(t, e);
}

int main(int argc, char **argv)
{
    struct options o = {
        .shape = {384, 8, 6, 3, 1024, 12352, 1024, 10000, 1e-5F},
        .batch = 16,
        .threads = thread_cpu_count(),
        .seed = 1,
        .steps = UINT64_MAX,
        .rate = 0.0035,
        .factor = 1,
    };
    if (!parse(&o, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    struct training t = {.o = &o};
    err e = {0};
    err_code rc = run_command(&t, &e);
    if (rc != ERR_OK)
        fprintf(stderr, "artel-train: %s\n", e.text[0] ? e.text : err_name(rc));
    train_windows_close(t.train);
    train_windows_close(t.valid);
    train_optimizer_destroy(t.optimizer);
    train_net_destroy(t.net);
    mem_free(t.sequences);
    return rc == ERR_OK ? 0 : 1;
}
