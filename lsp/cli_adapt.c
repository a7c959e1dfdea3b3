#define _DEFAULT_SOURCE /* getloadavg */
#if defined(__APPLE__)
#define _DARWIN_C_SOURCE
#endif
#include <dirent.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "assist/adapt/adapt.h"
#include "base/clock.h"
#include "base/energy.h"
#include "base/file.h"
#include "lsp/cli.h"

enum {
    RECORDS_BYTES = 64 << 20,
    BAR_COLS = 24,
    PAUSE_S = 2,
    /* What a core takes at work where nothing measures it; about that of a laptop's. */
    WATTS_PER_CORE = 8,
};

struct options {
    const char *root;
    long threads, tokens;
    bool list, remove, json, always;
};

struct screen {
    bool is_terminal, always;
    struct energy began; /* began.n == 0: nothing counts here */
    uint64_t cpu_ns;
    int tenth; /* that was told of last */
};

/* Set by ctrl-C: what was learned until then is kept. */
static cancel_flag interrupted;

static void on_interrupt(int number)
{
    (void)number;
    cancel_request(&interrupted);
}

static int parse(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {
        {"always", no_argument, NULL, 'a'},
        {"json", no_argument, NULL, 'j'},
        {"list", no_argument, NULL, 'l'},
        {"remove", no_argument, NULL, 'r'},
        {"threads", required_argument, NULL, 't'},
        {"tokens", required_argument, NULL, 'n'},
        {NULL, 0, NULL, 0},
    };
    for (int c; (c = getopt_long(argc, argv, "ajlrn:t:", longs, NULL)) != -1;) {
        switch (c) {
        case 'a': o->always = true; break;
        case 'j': o->json = true; break;
        case 'l': o->list = true; break;
        case 'r': o->remove = true; break;
        case 'n':
            if (!cli_number(optarg, 1024, 100000000, &o->tokens))
                return cli_fail(CLI_USAGE, "adapt", "--tokens takes 1024 to 100000000, not '%s'",
                                optarg);
            break;
        case 't':
            if (!cli_number(optarg, 1, 64, &o->threads))
                return cli_fail(CLI_USAGE, "adapt", "--threads takes 1 to 64, not '%s'", optarg);
            break;
        default: return cli_bad_option("adapt");
        }
    }
    if (argc - optind > 1 || (o->list && (o->remove || argc > optind)))
        return cli_fail(CLI_USAGE, "adapt",
                        o->list ? "--list takes nothing else"
                                : "give one folder; see 'artel help adapt'");
    o->root = argc > optind ? argv[optind] : ".";
    return CLI_OK;
}

/* ---- when to wait ---- */

/* A machine that runs on its battery says so in power_supply: some source is offline and none
 * online. */
static bool on_battery(void)
{
    static const char folder[] = "/sys/class/power_supply";
    bool known = false;
    bool online = false;
    DIR *d = opendir(folder);
    for (struct dirent *entry; d && (entry = readdir(d)) != NULL;) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s/online", folder, entry->d_name);
        FILE *f = fopen(path, "re");
        int value;
        if (f && fscanf(f, "%d", &value) == 1) {
            known = true;
            online = online || value > 0;
        }
        if (f)
            fclose(f);
    }
    if (d)
        closedir(d);
    return known && !online;
}

/* Others have at least as much to do as there are processors. Our own threads, at low priority,
 * count in the load, too. */
static bool is_loaded(long own_threads)
{
    double load[1];
    return getloadavg(load, 1) == 1 &&
           load[0] > (double)own_threads + (double)thread_cpu_count() + 0.5;
}

static void wait_while_busy(struct screen *s)
{
    const long own = (long)thread_cpu_count();
    bool told = false;
    while (!s->always && !cancel_requested(&interrupted) && (on_battery() || is_loaded(own))) {
        if (!told)
            fprintf(stderr, "%swaiting: %s (--always goes on)%s", s->is_terminal ? "\r\x1b[K" : "",
                    on_battery() ? "on battery" : "the machine is busy",
                    s->is_terminal ? "" : "\n");
        told = true;
        struct timespec pause = {.tv_sec = PAUSE_S};
        nanosleep(&pause, NULL);
    }
    if (told && s->is_terminal)
        fputs("\r\x1b[K", stderr);
}

/* ---- what is shown ---- */

/* Joules so far: measured where the machine counts them, else guessed from processor time. */
static double joules(const struct screen *s, bool *measured)
{
    struct energy now;
    *measured = s->began.n > 0 && energy_read(&now, NULL);
    return *measured ? energy_joules(&s->began, &now)
                     : (double)(clock_cpu_ns() - s->cpu_ns) * 1e-9 * WATTS_PER_CORE;
}

static void print_energy(FILE *f, const struct screen *s)
{
    bool measured;
    double j = joules(s, &measured);
    fprintf(f, "%s%.2f Wh", measured ? "" : "about ", j / 3600);
}

/* Where nobody watches: a line when learning begins and at each tenth of it. */
static void note(struct screen *s, const struct adapt_progress *p)
{
    int tenth = p->all_tokens ? (int)(10 * p->n_tokens / p->all_tokens) : 0;
    if (p->stage != ADAPT_LEARNING || p->n_tokens == 0 || tenth == s->tenth)
        return;
    s->tenth = tenth;
    fprintf(stderr, "%.2f of %.2f M tokens, loss %.3f, on other files %.3f, %.0f s left\n",
            (double)p->n_tokens / 1e6, (double)p->all_tokens / 1e6, p->loss, p->held_loss,
            p->seconds_left);
}

static void draw(void *user, const struct adapt_progress *p)
{
    struct screen *s = user;
    if (p->stage == ADAPT_LEARNING)
        wait_while_busy(s);
    if (!s->is_terminal) {
        note(s, p);
        return;
    }
    if (p->stage == ADAPT_READING) {
        fputs("\rreading the project ...", stderr);
        return;
    }
    int full = p->all_tokens ? (int)(p->n_tokens * BAR_COLS / p->all_tokens) : 0;
    fprintf(stderr, "\r\x1b[K[%.*s%.*s] ", full, "########################", BAR_COLS - full,
            "                        ");
    if (p->stage == ADAPT_JUDGING) {
        fprintf(stderr, "judging: %" PRIu64 " of %" PRIu64 " lines", p->n_tokens, p->all_tokens);
        return;
    }
    fprintf(stderr, "%.2f of %.2f M tokens, loss %.3f, on other files %.3f, %.0f s left, ",
            (double)p->n_tokens / 1e6, (double)p->all_tokens / 1e6, p->loss, p->held_loss,
            p->seconds_left);
    print_energy(stderr, s);
}

static double gain(double before, double after)
{
    return before > 0 ? 100 * (after / before - 1) : 0;
}

static void print_outcome(const struct adapt_outcome *r, const struct screen *s)
{
    printf("%zu files, %.1f MB; learned from %.2f M tokens in %.0f s, ", r->n_files,
           (double)r->n_bytes / 1e6, (double)r->n_tokens / 1e6, r->seconds);
    print_energy(stdout, s);
    printf("\n%zu files held back: loss %.3f before, %.3f after (%+.1f %%)\n", r->n_held_files,
           r->loss_before, r->loss_after, gain(r->loss_before, r->loss_after));
    if (r->n_tasks)
        printf("lines of them completed exactly: %.1f %% before, %.1f %% after (%+.0f %%)\n",
               100 * r->exact_before, 100 * r->exact_after, gain(r->exact_before, r->exact_after));
    puts(r->used ? "The adapted model is better and is used from now on."
                 : "The adapted model is no better; the built-in one stays in use.");
}

static cJSON *record_json(const struct adapt_record *r)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "root", r->root.ptr);
    cJSON_AddStringToObject(o, "model", r->model.ptr);
    cJSON_AddNumberToObject(o, "version", (double)r->version);
    cJSON_AddNumberToObject(o, "tokens", (double)r->n_tokens);
    cJSON_AddNumberToObject(o, "lossBefore", r->loss_before);
    cJSON_AddNumberToObject(o, "lossAfter", r->loss_after);
    cJSON_AddNumberToObject(o, "exactBefore", r->exact_before);
    cJSON_AddNumberToObject(o, "exactAfter", r->exact_after);
    cJSON_AddNumberToObject(o, "made", (double)r->made_s);
    return o;
}

static cJSON *outcome_json(const struct adapt_outcome *r, const struct screen *s)
{
    bool measured;
    double j = joules(s, &measured);
    cJSON *o = cJSON_CreateObject();
    cJSON_AddNumberToObject(o, "files", (double)r->n_files);
    cJSON_AddNumberToObject(o, "filesHeldBack", (double)r->n_held_files);
    cJSON_AddNumberToObject(o, "bytes", (double)r->n_bytes);
    cJSON_AddNumberToObject(o, "tokens", (double)r->n_tokens);
    cJSON_AddNumberToObject(o, "seconds", r->seconds);
    cJSON_AddNumberToObject(o, "joules", j);
    cJSON_AddBoolToObject(o, "joulesMeasured", measured);
    cJSON_AddNumberToObject(o, "lossBefore", r->loss_before);
    cJSON_AddNumberToObject(o, "lossAfter", r->loss_after);
    cJSON_AddNumberToObject(o, "exactBefore", r->exact_before);
    cJSON_AddNumberToObject(o, "exactAfter", r->exact_after);
    cJSON_AddNumberToObject(o, "tasks", (double)r->n_tasks);
    cJSON_AddBoolToObject(o, "used", r->used);
    return o;
}

/* ---- the command ---- */

static int list(const struct options *o, arena *mem)
{
    err e = {{0}};
    struct adapt_record *items = NULL;
    size_t n = 0;
    if (adapt_store_list(&items, &n, mem, &e) != ERR_OK)
        return cli_fail(CLI_FAILED, "adapt", "%s", e.text);
    if (o->json) {
        cJSON *all = cJSON_CreateArray();
        for (size_t i = 0; i < n; i++)
            cJSON_AddItemToArray(all, record_json(&items[i]));
        return cli_print_json(all, "adapt");
    }
    for (size_t i = 0; i < n; i++) {
        const struct adapt_record *r = &items[i];
        time_t made = (time_t)r->made_s;
        struct tm tm;
        char day[32] = "";
        if (localtime_r(&made, &tm))
            strftime(day, sizeof day, "%Y-%m-%d", &tm);
        cli_print_clean(r->root);
        printf("  version %" PRIu64
               ", %s, %.2f M tokens, loss %.3f to %.3f, exact %.1f to %.1f %%\n",
               r->version, day, (double)r->n_tokens / 1e6, r->loss_before, r->loss_after,
               100 * r->exact_before, 100 * r->exact_after);
    }
    return n ? CLI_OK : cli_fail(CLI_NOTHING, "adapt", "no project has an adapted model");
}

static int run(const struct options *o, const char *root)
{
    err e = {{0}};
    struct screen s = {
        .is_terminal = isatty(STDERR_FILENO), .always = o->always, .cpu_ns = clock_cpu_ns()};
    (void)energy_read(&s.began, NULL);
    struct sigaction action = {.sa_flags = (int)SA_RESETHAND};
    action.sa_handler = on_interrupt;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* Whatever else runs comes first. */
    int ignored = nice(10);
    (void)ignored;
    const struct adapt_options options = {.n_threads = (uint32_t)o->threads,
                                          .max_tokens = (uint64_t)o->tokens,
                                          .cancel = &interrupted,
                                          .progress = draw,
                                          .user = &s};
    struct adapt_outcome r = {0};
    err_code rc = adapt_run(&r, root, &options, &e);
    if (s.is_terminal)
        fputs("\r\x1b[K", stderr);
    int code = CLI_OK;
    if (rc == ERR_CANCELLED)
        code = cli_fail(CLI_FAILED, "adapt", "stopped; the next run goes on from here");
    else if (rc != ERR_OK)
        code = cli_fail(rc == ERR_NOT_FOUND ? CLI_NOTHING : CLI_FAILED, "adapt", "%s",
                        e.text[0] ? e.text : err_name(rc));
    else if (o->json)
        code = cli_print_json(outcome_json(&r, &s), "adapt");
    else
        print_outcome(&r, &s);
    return code;
}

int cli_adapt(int argc, char **argv)
{
    struct options o = {0};
    int code = parse(&o, argc, argv);
    if (code != CLI_OK)
        return code;
    err e = {{0}};
    arena mem;
    arena_init(&mem, RECORDS_BYTES);
    char resolved[PATH_MAX];
    const char *root = realpath(o.root, resolved);
    if (o.list)
        code = list(&o, &mem);
    else if (o.remove && adapt_store_remove(root ? str_of(root) : cli_absolute_path(&mem, o.root),
                                            &e) != ERR_OK)
        code = cli_fail(CLI_NOTHING, "adapt", "%s", e.text);
    else if (o.remove)
        puts("Removed; the built-in model is used again.");
    else if (!root)
        code = cli_fail(CLI_FAILED, "adapt", "%s: no such folder", o.root);
    else
        code = run(&o, root);
    arena_release(&mem);
    return code;
}
