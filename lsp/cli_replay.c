#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "assist/complete/complete.h"
#include "assist/replay/score.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "context/files.h"
#include "lsp/cli.h"

enum { TASKS_MAX_BYTES = 512 << 20, ARENA_MAX_BYTES = 64 << 20, MAX_LANGUAGES = 64 };

struct options {
    const char *model, *repos;
    unsigned without;
    long limit;
    bool json, verbose;
};

/* One row of the table: a language, or everything. */
struct row {
    char language[32];
    size_t n, shown, exact, first_word;
    double similarity, kept;
};

struct result {
    struct row rows[MAX_LANGUAGES]; /* rows[0] is everything */
    size_t n_rows;
    double *ms; /* one per task */
    size_t n_ms, cap_ms;
    char repo[128];
};

static bool read_parts(const char *list, unsigned *out)
{
    static const char *const names[] = {"written", "habit", "others", "model"};
    str_view rest = str_of(list);
    while (rest.len > 0) {
        size_t end = str_find_byte(rest, ','), i = 0;
        while (i < 4 && !str_eq(str_slice(rest, 0, end), str_of(names[i])))
            i++;
        if (i == 4)
            return false;
        *out |= 1u << i;
        rest = str_slice(rest, end + (end < rest.len), rest.len);
    }
    return true;
}

static int parse(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {
        {"json", no_argument, NULL, 'j'},
        {"limit", required_argument, NULL, 'n'},
        {"model", required_argument, NULL, 'm'},
        {"repos", required_argument, NULL, 'r'},
        {"without", required_argument, NULL, 'w'},
        {"verbose", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    for (int c; (c = getopt_long(argc, argv, "jm:n:r:vw:", longs, NULL)) != -1;) {
        switch (c) {
        case 'j': o->json = true; break;
        case 'm': o->model = optarg; break;
        case 'w':
            if (!read_parts(optarg, &o->without))
                return cli_fail(CLI_USAGE, "replay",
                                "--without takes some of written,habit,others,model, not '%s'",
                                optarg);
            break;
        case 'r': o->repos = optarg; break;
        case 'v': o->verbose = true; break;
        case 'n':
            if (!cli_number(optarg, 1, 1000000000, &o->limit))
                return cli_fail(CLI_USAGE, "replay", "--limit takes a number, not '%s'", optarg);
            break;
        default: return cli_bad_option("replay");
        }
    }
    if (argc - optind != 1)
        return cli_fail(CLI_USAGE, "replay", "give one file of tasks; see 'artel help replay'");
    return CLI_OK;
}

static struct row *find_row(struct result *r, const char *language)
{
    for (size_t i = 1; i < r->n_rows; i++)
        if (strcmp(r->rows[i].language, language) == 0)
            return &r->rows[i];
    if (r->n_rows == MAX_LANGUAGES)
        return &r->rows[MAX_LANGUAGES - 1];
    struct row *row = &r->rows[r->n_rows++];
    snprintf(row->language, sizeof row->language, "%s", language);
    return row;
}

static bool add_time(struct result *r, double ms)
{
    if (r->n_ms == r->cap_ms) {
        size_t cap = r->cap_ms ? 2 * r->cap_ms : 1024;
        double *grown = mem_resize(r->ms, cap * sizeof *grown);
        if (!grown)
            return false;
        r->ms = grown;
        r->cap_ms = cap;
    }
    r->ms[r->n_ms++] = ms;
    return true;
}

static str_view text_of(const cJSON *task, const char *key)
{
    const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(task, key));
    return str_of(s ? s : "");
}

static void score(struct row *row, arena *mem, str_view got, str_view want)
{
    row->n++;
    row->similarity += assist_score_similarity(mem, got, want);
    if (got.len == 0)
        return;
    row->shown++;
    row->exact += assist_score_exact(got, want);
    size_t same = assist_score_common_prefix(got, str_trim_right(want));
    row->kept += (double)same;
    /* At least one whole word of the answer is right: what accepting by word would have given. */
    size_t word = 0;
    while (word < want.len && want.ptr[word] == ' ')
        word++;
    while (word < want.len && want.ptr[word] != ' ' && want.ptr[word] != '(' &&
           want.ptr[word] != '.')
        word++;
    row->first_word += same >= word;
}

/* The other files of the task's repository, as the engine would find them. */
static err_code learn_repo(assist_engine *engine, const char *repos, str_view name, err *e)
{
    arena mem;
    buf text;
    arena_init(&mem, SIZE_MAX);
    buf_init(&text, TASKS_MAX_BYTES);
    struct ctx_files files;
    str_view root = arena_format(&mem, "%s/%.*s", repos, STR_ARG(name));
    err_code rc = ctx_files_list(&files, &mem, root.ptr, &(struct ctx_files_options){0}, e);
    for (size_t i = 0; rc == ERR_OK && i < files.n; i++) {
        buf_clear(&text);
        str_view path = arena_format(&mem, "%s/%.*s", root.ptr, STR_ARG(files.items[i].path));
        if (file_read(&text, path.ptr, e) != ERR_OK || ctx_files_is_binary(buf_view(&text)))
            continue;
        struct assist_document doc = {
            .path = files.items[i].path, .repo = name, .text = buf_view(&text)};
        rc = assist_learn(engine, &doc, e);
    }
    buf_release(&text);
    arena_release(&mem);
    return rc;
}

static err_code run_task(struct result *r, assist_engine *engine, const cJSON *task,
                         const struct options *o, err *e)
{
    bool verbose = o->verbose;
    str_view prefix = text_of(task, "prefix"), suffix = text_of(task, "suffix");
    str_view want = text_of(task, "target");
    arena mem;
    arena_init(&mem, ARENA_MAX_BYTES);
    str_view text = arena_format(&mem, "%.*s%.*s", STR_ARG(prefix), STR_ARG(suffix));
    struct assist_document doc = {.path = text_of(task, "path"),
                                  .repo = text_of(task, "package"),
                                  .language = text_of(task, "language"),
                                  .text = text};
    struct assist_complete_options options = ASSIST_COMPLETE_OPTIONS_DEFAULT;
    options.invoked = true;
    struct assist_completion c = {0};
    err_code rc = ERR_OK;
    /* another task may come from the same file and hold this answer */
    if (!o->repos || !str_eq(doc.repo, str_of(r->repo))) {
        assist_engine_forget(engine);
        snprintf(r->repo, sizeof r->repo, "%.*s", STR_ARG(doc.repo));
        if (o->repos)
            rc = learn_repo(engine, o->repos, doc.repo, e);
    }
    options.without = o->without;
    uint64_t start = clock_now_ns();
    if (rc == ERR_OK)
        rc = assist_complete(engine, &c, &mem, &doc, prefix.len, &options, NULL, e);
    if (rc == ERR_OK && !add_time(r, clock_ms(clock_now_ns() - start)))
        rc = err_set(e, ERR_NOMEM, "out of memory");
    if (rc == ERR_OK) {
        str_view got = c.n_items ? c.items[0].text : STR("");
        score(&r->rows[0], &mem, got, want);
        score(find_row(r, doc.language.len ? doc.language.ptr : "?"), &mem, got, want);
        if (verbose)
            fprintf(stderr, "%s %.2f\n  want %.*s\n  got  %.*s\n",
                    assist_score_exact(got, want) ? "=" : " ",
                    c.n_items ? (double)c.items[0].confidence : 0.0, STR_ARG(want), STR_ARG(got));
    }
    if (rc == ERR_OK && o->repos) { /* as it is on disk again */
        buf whole;
        buf_init(&whole, TASKS_MAX_BYTES);
        str_view path =
            arena_format(&mem, "%s/%.*s/%.*s", o->repos, STR_ARG(doc.repo), STR_ARG(doc.path));
        if (file_read(&whole, path.ptr, e) == ERR_OK) {
            doc.text = buf_view(&whole);
            rc = assist_learn(engine, &doc, e);
        }
        buf_release(&whole);
    }
    arena_release(&mem);
    return rc;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(const struct result *r, size_t p)
{
    return r->n_ms ? r->ms[(r->n_ms - 1) * p / 100] : 0;
}

static void print_table(const struct result *r)
{
    printf("%-12s %6s %7s %7s %8s %10s %9s\n", "language", "tasks", "shown", "exact", "1st word",
           "similarity", "kept/task");
    for (size_t k = 1; k <= r->n_rows; k++) {
        const struct row *row = &r->rows[k % r->n_rows]; /* everything comes last */
        double n = row->n ? (double)row->n : 1;
        printf("%-12s %6zu %6.1f%% %6.1f%% %7.1f%% %10.3f %9.1f\n", row->language, row->n,
               100 * (double)row->shown / n, 100 * (double)row->exact / n,
               100 * (double)row->first_word / n, row->similarity / n, row->kept / n);
    }
    printf("latency: median %.1f ms, p95 %.1f ms, max %.1f ms\n", percentile(r, 50),
           percentile(r, 95), percentile(r, 100));
}

static int print_json(const struct result *r)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *languages = cJSON_AddArrayToObject(root, "languages");
    for (size_t k = 0; k < r->n_rows; k++) {
        const struct row *row = &r->rows[k];
        double n = row->n ? (double)row->n : 1;
        cJSON *o = cJSON_CreateObject();
        cJSON_AddItemToArray(languages, o);
        cJSON_AddStringToObject(o, "language", row->language);
        cJSON_AddNumberToObject(o, "tasks", (double)row->n);
        cJSON_AddNumberToObject(o, "shown", (double)row->shown / n);
        cJSON_AddNumberToObject(o, "exact", (double)row->exact / n);
        cJSON_AddNumberToObject(o, "firstWord", (double)row->first_word / n);
        cJSON_AddNumberToObject(o, "similarity", row->similarity / n);
        cJSON_AddNumberToObject(o, "keptBytes", row->kept / n);
    }
    cJSON *t = cJSON_AddObjectToObject(root, "latencyMs");
    cJSON_AddNumberToObject(t, "p50", percentile(r, 50));
    cJSON_AddNumberToObject(t, "p95", percentile(r, 95));
    cJSON_AddNumberToObject(t, "max", percentile(r, 100));
    return cli_print_json(root, "replay");
}

static err_code run_all(struct result *r, const struct options *o, assist_engine *engine,
                        str_view tasks, err *e)
{
    err_code rc = ERR_OK;
    size_t line = 0;
    while (rc == ERR_OK && tasks.len > 0 && (o->limit == 0 || r->rows[0].n < (size_t)o->limit)) {
        str_view text = str_take_line(&tasks);
        line++;
        if (str_is_blank(text))
            continue;
        cJSON *task = cJSON_ParseWithLength(text.ptr, text.len);
        if (!task || !cJSON_IsObject(task))
            rc = err_set(e, ERR_FORMAT, "line %zu is not a JSON object", line);
        else
            rc = run_task(r, engine, task, o, e);
        cJSON_Delete(task);
    }
    return rc;
}

int cli_replay(int argc, char **argv)
{
    struct options o = {0};
    int code = parse(&o, argc, argv);
    if (code != CLI_OK)
        return code;
    err e = {{0}};
    buf tasks;
    buf_init(&tasks, TASKS_MAX_BYTES);
    struct result r = {.n_rows = 1};
    snprintf(r.rows[0].language, sizeof r.rows[0].language, "all");
    assist_engine *engine = NULL;
    const char *path = argv[optind];
    err_code rc = strcmp(path, "-") == 0 ? cli_read_stdin(&tasks, &e) : file_read(&tasks, path, &e);
    if (rc == ERR_OK)
        rc = assist_engine_create(&engine, &(struct assist_engine_options){.model_path = o.model},
                                  &e);
    if (rc == ERR_OK)
        rc = run_all(&r, &o, engine, buf_view(&tasks), &e);
    if (r.n_ms > 0)
        qsort(r.ms, r.n_ms, sizeof *r.ms, by_value);
    if (rc != ERR_OK)
        code = cli_fail(CLI_FAILED, "replay", "%s: %s", path, e.text[0] ? e.text : err_name(rc));
    else if (o.json)
        code = print_json(&r);
    else
        print_table(&r);
    mem_free(r.ms);
    assist_engine_destroy(engine);
    buf_release(&tasks);
    return code;
}
