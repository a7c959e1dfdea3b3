#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "base/thread.h"
#include "context/index.h"
#include "lsp/cli.h"

enum { REPORT_BYTES = 1 << 20, BAR_COLS = 30, MAX_LANGUAGES_SHOWN = 12 };

struct options {
    const char *root;
    long threads;
    bool stats, rebuild, json;
};

/* Set by ctrl-C: what was read until then is kept. */
static cancel_flag interrupted;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    cancel_request(&interrupted);
}

static int parse(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {
        {"json", no_argument, NULL, 'j'},
        {"rebuild", no_argument, NULL, 'r'},
        {"stats", no_argument, NULL, 's'},
        {"threads", required_argument, NULL, 't'},
        {NULL, 0, NULL, 0},
    };
    for (int c; (c = getopt_long(argc, argv, "jrst:", longs, NULL)) != -1;) {
        switch (c) {
        case 'j': o->json = true; break;
        case 'r': o->rebuild = true; break;
        case 's': o->stats = true; break;
        case 't':
            if (!cli_number(optarg, 1, 16, &o->threads))
                return cli_fail(CLI_USAGE, "index", "--threads takes 1 to 16, not '%s'", optarg);
            break;
        default: return cli_bad_option("index");
        }
    }
    if (argc - optind > 1 || (o->stats && o->rebuild))
        return cli_fail(CLI_USAGE, "index",
                        o->stats && o->rebuild ? "give --stats or --rebuild, not both"
                                               : "give one folder; see 'artel help index'");
    o->root = argc > optind ? argv[optind] : ".";
    return CLI_OK;
}

static void draw(void *user, const struct ctx_index_progress *p)
{
    (void)user;
    uint64_t all = p->n_bytes ? p->n_bytes : 1;
    int full = (int)(p->n_bytes_done * BAR_COLS / all);
    fprintf(stderr, "\r[%.*s%.*s] %zu of %zu files, %.1f of %.1f MB ", full,
            "##############################", BAR_COLS - full, "                              ",
            p->n_done, p->n_files, (double)p->n_bytes_done / 1e6, (double)p->n_bytes / 1e6);
}

static double ratio(uint64_t a, uint64_t b)
{
    return b ? (double)a / (double)b : 0;
}

/* ---- results ---- */

static void print_languages(const struct ctx_index_stats *s)
{
    printf("\n%-20s %8s %10s\n", "language", "files", "MB");
    for (size_t i = 0; i < s->n_languages && i < MAX_LANGUAGES_SHOWN; i++)
        printf("%-20s %8zu %10.2f\n", s->languages[i].lang->name, s->languages[i].n_files,
               (double)s->languages[i].n_bytes / 1e6);
    if (s->n_languages > MAX_LANGUAGES_SHOWN)
        printf("and %zu more\n", s->n_languages - MAX_LANGUAGES_SHOWN);
}

static void print_stats(const struct ctx_index_stats *s)
{
    printf("%zu files, %.1f MB; %zu definitions, %zu references, %zu imports, %zu pieces\n",
           s->n_files, (double)s->n_source_bytes / 1e6, s->n_defs, s->n_refs, s->n_imports,
           s->n_chunks);
    printf("index: %.1f MB in %zu parts, %.0f bytes for each KB of source\n",
           (double)s->n_index_bytes / 1e6, s->n_segments,
           1000 * ratio(s->n_index_bytes, s->n_source_bytes));
    if (s->is_saved)
        printf("in %.*s\n", STR_ARG(s->path));
}

static void print_report(const struct ctx_index_report *r, double seconds)
{
    printf("%zu files read (%.1f MB) in %.2f s, %zu unchanged, %zu gone\n", r->n_read,
           (double)r->n_bytes_read / 1e6, seconds, r->n_unchanged, r->n_gone);
    static const char *const why[] = {"hold secrets by their name", "are over 1 MB",
                                      "are binary by their name",   "are in .artelignore",
                                      "could not be read",          "were too hard to parse"};
    const size_t n[] = {r->n_secret,   r->n_large,      r->n_binary,
                        r->n_excluded, r->n_unreadable, r->n_slow};
    for (size_t i = 0; i < sizeof n / sizeof n[0]; i++)
        if (n[i])
            printf("  %zu %s%s\n", n[i], why[i], i == 5 ? ": words alone" : "");
}

static cJSON *stats_json(const struct ctx_index_stats *s)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddNumberToObject(o, "files", (double)s->n_files);
    cJSON_AddNumberToObject(o, "sourceBytes", (double)s->n_source_bytes);
    cJSON_AddNumberToObject(o, "indexBytes", (double)s->n_index_bytes);
    cJSON_AddNumberToObject(o, "parts", (double)s->n_segments);
    cJSON_AddNumberToObject(o, "definitions", (double)s->n_defs);
    cJSON_AddNumberToObject(o, "references", (double)s->n_refs);
    cJSON_AddNumberToObject(o, "imports", (double)s->n_imports);
    cJSON_AddNumberToObject(o, "pieces", (double)s->n_chunks);
    cJSON_AddBoolToObject(o, "saved", s->is_saved);
    if (s->path.len)
        cJSON_AddStringToObject(o, "path", s->path.ptr);
    cJSON *languages = cJSON_AddArrayToObject(o, "languages");
    for (size_t i = 0; i < s->n_languages; i++) {
        cJSON *l = cJSON_CreateObject();
        cJSON_AddItemToArray(languages, l);
        cJSON_AddStringToObject(l, "id", s->languages[i].lang->id);
        cJSON_AddNumberToObject(l, "files", (double)s->languages[i].n_files);
        cJSON_AddNumberToObject(l, "bytes", (double)s->languages[i].n_bytes);
    }
    return o;
}

static void add_report_json(cJSON *root, const struct ctx_index_report *r, double seconds)
{
    cJSON *o = cJSON_AddObjectToObject(root, "run");
    cJSON_AddNumberToObject(o, "seconds", seconds);
    cJSON_AddNumberToObject(o, "read", (double)r->n_read);
    cJSON_AddNumberToObject(o, "readBytes", (double)r->n_bytes_read);
    cJSON_AddNumberToObject(o, "unchanged", (double)r->n_unchanged);
    cJSON_AddNumberToObject(o, "gone", (double)r->n_gone);
    cJSON_AddNumberToObject(o, "secret", (double)r->n_secret);
    cJSON_AddNumberToObject(o, "large", (double)r->n_large);
    cJSON_AddNumberToObject(o, "binary", (double)r->n_binary);
    cJSON_AddNumberToObject(o, "excluded", (double)r->n_excluded);
    cJSON_AddNumberToObject(o, "unreadable", (double)r->n_unreadable);
    cJSON_AddNumberToObject(o, "slow", (double)r->n_slow);
}

/* ---- the command ---- */

static err_code refresh(struct ctx_index_report *r, double *seconds, ctx_index *x,
                        const struct options *o, arena *mem, err *e)
{
    bool bar = isatty(STDERR_FILENO);
    struct sigaction action = {.sa_flags = (int)SA_RESETHAND}, before;
    action.sa_handler = on_interrupt;
    sigaction(SIGINT, &action, &before);
    struct ctx_index_refresh options = {.n_threads = (unsigned)o->threads,
                                        .rebuild = o->rebuild,
                                        .cancel = &interrupted,
                                        .progress = bar ? draw : NULL};
    uint64_t start = clock_now_ns();
    err_code rc = ctx_index_refresh(x, &options, r, mem, e);
    *seconds = (double)(clock_now_ns() - start) / 1e9;
    sigaction(SIGINT, &before, NULL);
    if (bar)
        fputs("\r\x1b[K", stderr);
    return rc;
}

int cli_index(int argc, char **argv)
{
    struct options o = {0};
    int code = parse(&o, argc, argv);
    if (code != CLI_OK)
        return code;
    err e = {{0}};
    arena mem;
    arena_init(&mem, REPORT_BYTES);
    gram_queries *queries = NULL;
    ctx_index *x = NULL;
    struct ctx_index_report report = {0};
    double seconds = 0;
    err_code rc = gram_queries_create(&queries);
    struct ctx_index_options options = {.queries = queries};
    if (rc == ERR_OK)
        rc = ctx_index_create(&x, o.root, &options, &e);
    if (rc == ERR_OK && !o.stats)
        rc = refresh(&report, &seconds, x, &o, &mem, &e);
    if (report.note.len)
        fprintf(stderr, "artel index: %.*s\n", STR_ARG(report.note));
    if (rc != ERR_OK) {
        code = rc == ERR_CANCELLED
                   ? cli_fail(CLI_FAILED, "index", "stopped; the next run goes on from here")
                   : cli_fail(CLI_FAILED, "index", "%s", e.text[0] ? e.text : err_name(rc));
        goto done;
    }
    struct ctx_index_stats stats;
    ctx_index_stats(x, &stats);
    if (o.stats && stats.n_files == 0) {
        code = cli_fail(CLI_NOTHING, "index", "there is no index of %s; 'artel index' makes it",
                        o.root);
    } else if (o.json) {
        cJSON *root = stats_json(&stats);
        if (!o.stats)
            add_report_json(root, &report, seconds);
        code = cli_print_json(root, "index");
    } else {
        if (!o.stats)
            print_report(&report, seconds);
        print_stats(&stats);
        if (o.stats)
            print_languages(&stats);
    }
done:
    ctx_index_destroy(x);
    gram_queries_destroy(queries);
    arena_release(&mem);
    return code;
}
