#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "assist/replay/report.h"
#include "assist/replay/run.h"
#include "base/file.h"
#include "lsp/cli.h"

#define SEED_MAX (1L << 53) /* what JSON keeps exactly */

enum { TASKS_MAX_BYTES = 512 << 20, PAGE_MAX_BYTES = 64 << 20, MAX_NAMES = 64, BAR_COLS = 30 };

struct options {
    const char *subject, *model, *repos, *html;
    unsigned without;
    long limit, commits, seed;
    bool json, verbose, controls, evidence, is_folder;
};

/* The first one is what runs without --controls. */
static const struct control {
    const char *name, *about;
    unsigned without;
    bool alone;
} controls[] = {
    {"everything", "as it is in an editor", 0, false},
    {"recall alone", "no model", ASSIST_MODEL, false},
    {"one file", "everything, with nothing but the file itself", 0, true},
    {"model alone", "nothing but the model and the file itself",
     ASSIST_WRITTEN | ASSIST_HABIT | ASSIST_OTHERS | ASSIST_PATTERNS, true},
};
enum { N_CONTROLS = sizeof controls / sizeof *controls };
_Static_assert(sizeof controls / sizeof *controls <= ASSIST_MAX_RUNS, "the report has room");

/* ---- the command's words ---- */

static bool read_parts(const char *list, unsigned *out)
{
    static const char *const names[] = {"written", "habit",  "others",
                                        "model",   "drafts", "patterns"};
    str_view rest = str_of(list);
    while (rest.len > 0) {
        size_t end = str_find_byte(rest, ','), i = 0;
        while (i < 6 && !str_eq(str_slice(rest, 0, end), str_of(names[i])))
            i++;
        if (i == 6)
            return false;
        *out |= 1u << i;
        rest = str_slice(rest, end + (end < rest.len), rest.len);
    }
    return true;
}

/* What only makes sense for one kind of subject. */
static int check(struct options *o)
{
    struct stat st;
    if (strcmp(o->subject, "-") != 0 && stat(o->subject, &st) != 0)
        return cli_fail(CLI_FAILED, "replay", "%s: no such file or folder", o->subject);
    o->is_folder = strcmp(o->subject, "-") != 0 && S_ISDIR(st.st_mode);
    if (o->is_folder && o->repos)
        return cli_fail(CLI_USAGE, "replay", "--repos is for files of tasks, not for a folder");
    if (!o->is_folder && o->commits)
        return cli_fail(CLI_USAGE, "replay", "--commits is for folders, not for files of tasks");
    if (o->controls && o->without)
        return cli_fail(CLI_USAGE, "replay", "give --controls or --without, not both");
    if (o->controls && strcmp(o->subject, "-") == 0)
        return cli_fail(CLI_USAGE, "replay",
                        "--controls reads the tasks several times: give a file");
    return CLI_OK;
}

static int parse(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {
        {"commits", required_argument, NULL, 'c'}, {"controls", no_argument, NULL, 'C'},
        {"evidence", no_argument, NULL, 'E'},      {"html", required_argument, NULL, 'H'},
        {"json", no_argument, NULL, 'j'},          {"limit", required_argument, NULL, 'n'},
        {"model", required_argument, NULL, 'm'},   {"repos", required_argument, NULL, 'r'},
        {"seed", required_argument, NULL, 's'},    {"without", required_argument, NULL, 'w'},
        {"verbose", no_argument, NULL, 'v'},       {NULL, 0, NULL, 0},
    };
    for (int c; (c = getopt_long(argc, argv, "c:jm:n:r:s:vw:", longs, NULL)) != -1;) {
        switch (c) {
        case 'C': o->controls = true; break;
        case 'E': o->evidence = true; break;
        case 'H': o->html = optarg; break;
        case 'j': o->json = true; break;
        case 'm': o->model = optarg; break;
        case 'r': o->repos = optarg; break;
        case 'v': o->verbose = true; break;
        case 'w':
            if (!read_parts(optarg, &o->without))
                return cli_fail(
                    CLI_USAGE, "replay",
                    "--without takes some of written,habit,others,model,drafts,patterns, not '%s'",
                    optarg);
            break;
        case 'c':
            if (!cli_number(optarg, 1, 1000000, &o->commits))
                return cli_fail(CLI_USAGE, "replay", "--commits takes 1 to 1000000, not '%s'",
                                optarg);
            break;
        case 'n':
            if (!cli_number(optarg, 1, 1000000, &o->limit))
                return cli_fail(CLI_USAGE, "replay", "--limit takes 1 to 1000000, not '%s'",
                                optarg);
            break;
        case 's':
            if (!cli_number(optarg, 0, SEED_MAX, &o->seed))
                return cli_fail(CLI_USAGE, "replay", "--seed takes a number, not '%s'", optarg);
            break;
        default: return cli_bad_option("replay");
        }
    }
    if (argc - optind > 1)
        return cli_fail(CLI_USAGE, "replay",
                        "give one folder or file of tasks; see 'artel help replay'");
    o->subject = argc > optind ? argv[optind] : ".";
    return check(o);
}

/* ---- while it runs ---- */

static void draw(void *user, size_t n_done, size_t n_tasks)
{
    const char *name = user;
    int full = (int)(n_done * BAR_COLS / (n_tasks ? n_tasks : 1));
    fprintf(stderr, "\r[%.*s%.*s] %zu of %zu, %s\x1b[K", full, "##############################",
            BAR_COLS - full, "                              ", n_done, n_tasks, name);
}

static void show(void *user, const struct assist_replay_task *task, const struct assist_outcome *o,
                 str_view got)
{
    (void)user;
    fprintf(stderr, "%s%s %.2f %.*s\n  want %.*s\n  got  %.*s\n", o->exact ? "=" : " ",
            o->parse_known && !o->parses ? "!" : " ", (double)o->confidence,
            STR_ARG(task->doc.path), STR_ARG(task->target), STR_ARG(got));
}

/* ---- files of tasks ---- */

static str_view text_of(const cJSON *task, const char *key)
{
    const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(task, key));
    return str_of(s ? s : "");
}

struct task_file {
    const struct assist_subject *subject;
    const struct assist_replay_options *options;
    const char *repos;
    str_view package; /* that is learned now */
    arena mem;
};

static err_code run_task(struct assist_outcomes *out, struct task_file *f, const cJSON *json,
                         err *e)
{
    str_view prefix = text_of(json, "prefix"), target = text_of(json, "target");
    struct assist_replay_task task = {
        .doc = {.path = text_of(json, "path"),
                .repo = text_of(json, "package"),
                .language = text_of(json, "language")},
        .cursor = prefix.len,
        .target = target,
        .block = str_eq(text_of(json, "kind"), STR("block")),
    };
    buf text;
    buf_init(&text, TASKS_MAX_BYTES);
    buf_append(&text, prefix);
    buf_append(&text, text_of(json, "suffix"));
    task.doc.text = buf_view(&text);
    err_code rc = buf_failed(&text);
    bool learn = f->repos && !f->options->alone;
    /* Another task may come from the same file and hold this answer. */
    if (rc == ERR_OK && (!learn || !str_eq(task.doc.repo, f->package))) {
        f->subject->forget(f->subject->user);
        arena_reset(&f->mem);
        f->package = arena_copy(&f->mem, task.doc.repo);
        if (learn)
            rc = assist_replay_learn(
                f->subject, arena_format(&f->mem, "%s/%.*s", f->repos, STR_ARG(task.doc.repo)).ptr,
                task.doc.repo, e);
    }
    if (rc == ERR_OK)
        rc = assist_replay_one(out, f->subject, &task, f->options, e);
    if (rc == ERR_OK && learn) {
        str_view root = arena_format(&f->mem, "%s/%.*s", f->repos, STR_ARG(task.doc.repo));
        rc = assist_replay_put_back(f->subject, root.ptr, task.doc.repo, task.doc.path, e);
    }
    buf_release(&text);
    return rc;
}

static size_t count_tasks(str_view text, size_t limit)
{
    size_t n = 0;
    while (text.len > 0 && (limit == 0 || n < limit))
        n += !str_is_blank(str_take_line(&text));
    return n;
}

static err_code run_tasks(struct assist_outcomes *out, struct task_file *f, str_view tasks, err *e)
{
    err_code rc = ERR_OK;
    size_t line = 0, n = count_tasks(tasks, f->options->limit), n_done = 0;
    if (n == 0)
        return err_set(e, ERR_FORMAT, "there are no tasks in it");
    while (rc == ERR_OK && n_done < n) {
        str_view text = str_take_line(&tasks);
        line++;
        if (str_is_blank(text))
            continue;
        cJSON *task = cJSON_ParseWithLength(text.ptr, text.len);
        if (!task || !cJSON_IsObject(task))
            rc = err_set(e, ERR_FORMAT, "line %zu is not a JSON object", line);
        else if (text_of(task, "target").len == 0)
            rc = err_set(e, ERR_FORMAT, "line %zu has no text called \"target\"", line);
        else
            rc = run_task(out, f, task, e);
        cJSON_Delete(task);
        n_done++;
        if (rc == ERR_OK && f->options->progress)
            f->options->progress(f->options->user, n_done, n);
    }
    return rc;
}

/* ---- JSON ---- */

/* NAN has no JSON; the key is left out. */
static void add_share(cJSON *o, const char *key, double value)
{
    if (!isnan(value))
        cJSON_AddNumberToObject(o, key, value);
}

static cJSON *figures_json(const struct assist_outcomes *outcomes, const struct assist_filter *f,
                           const char *name)
{
    struct assist_figures t;
    cJSON *o = cJSON_CreateObject();
    if (assist_tally(&t, outcomes, f) != ERR_OK)
        return o;
    cJSON_AddStringToObject(o, "name", name);
    cJSON_AddNumberToObject(o, "tasks", (double)t.n);
    add_share(o, "shown", t.shown);
    add_share(o, "exact", t.exact);
    add_share(o, "firstLine", t.first_line);
    add_share(o, "firstToken", t.first_token);
    add_share(o, "parses", t.parses);
    add_share(o, "names", t.names);
    add_share(o, "repeats", t.repeats);
    add_share(o, "useful", t.useful);
    add_share(o, "similarity", t.similarity);
    add_share(o, "keptCharacters", t.kept_chars);
    cJSON *ms = cJSON_AddObjectToObject(o, "latencyMs");
    cJSON_AddNumberToObject(ms, "p50", t.ms_p50);
    cJSON_AddNumberToObject(ms, "p90", t.ms_p90);
    cJSON_AddNumberToObject(ms, "p95", t.ms_p95);
    cJSON_AddNumberToObject(ms, "p99", t.ms_p99);
    cJSON_AddNumberToObject(ms, "max", t.ms_max);
    return o;
}

static void add_kind(cJSON *run, const char *key, const struct assist_outcomes *o, bool block)
{
    const char *names[MAX_NAMES];
    struct assist_point curve[ASSIST_MAX_POINTS];
    struct assist_filter all = {block, NULL, NULL};
    size_t n = assist_tally_languages(o, block, names, MAX_NAMES);
    if (n == 0)
        return;
    cJSON *kind = cJSON_AddObjectToObject(run, key);
    cJSON_AddItemToObject(kind, "all", figures_json(o, &all, "all"));
    cJSON *languages = cJSON_AddArrayToObject(kind, "languages");
    for (size_t i = 0; i < n; i++)
        cJSON_AddItemToArray(
            languages, figures_json(o, &(struct assist_filter){block, names[i], NULL}, names[i]));
    cJSON *tiers = cJSON_AddArrayToObject(kind, "tiers");
    n = assist_tally_tiers(o, block, names, MAX_NAMES);
    for (size_t i = 0; i < n; i++)
        cJSON_AddItemToArray(
            tiers, figures_json(o, &(struct assist_filter){block, NULL, names[i]}, names[i]));
    cJSON *points = cJSON_AddArrayToObject(kind, "precision");
    n = assist_tally_curve(curve, o, &all);
    for (size_t i = 0; i < n; i++) {
        cJSON *p = cJSON_CreateObject();
        cJSON_AddItemToArray(points, p);
        cJSON_AddNumberToObject(p, "coverage", curve[i].coverage);
        cJSON_AddNumberToObject(p, "precision", curve[i].precision);
        cJSON_AddNumberToObject(p, "confidence", curve[i].confidence);
    }
}

static int print_json(const struct assist_report *r)
{
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "subject", r->subject.ptr);
    cJSON_AddStringToObject(root, "model", r->model);
    cJSON_AddNumberToObject(root, "seed", (double)r->seed);
    cJSON_AddNumberToObject(root, "peakBytes", (double)r->peak_bytes);
    cJSON *runs = cJSON_AddArrayToObject(root, "runs");
    for (size_t i = 0; i < r->n_runs; i++) {
        cJSON *run = cJSON_CreateObject();
        cJSON_AddItemToArray(runs, run);
        cJSON_AddStringToObject(run, "name", r->runs[i].name);
        add_kind(run, "lines", &r->runs[i].outcomes, false);
        add_kind(run, "blocks", &r->runs[i].outcomes, true);
    }
    return cli_print_json(root, "replay");
}

/* ---- what the confidence is fitted to ---- */

/* A line for each suggestion; see tests/bench/fit_confidence.py. */
static int print_evidence(const struct assist_outcomes *o)
{
    for (size_t i = 0; i < o->n; i++) {
        const struct assist_outcome *x = &o->items[i];
        printf("%s\t%g\t%g\t%zu\t%d\t%d\t%g\n", x->tier ? x->tier : "-", (double)x->own,
               (double)x->own_first, x->n_bytes, x->exact, x->exact || x->first_token,
               (double)x->confidence);
    }
    return fflush(stdout) == 0 ? CLI_OK : CLI_FAILED;
}

/* ---- the command ---- */

static err_code run_control(struct assist_run *run, const struct options *o,
                            const struct control *control, assist_engine *engine, str_view tasks,
                            err *e)
{
    struct assist_subject subject = assist_replay_subject(engine);
    struct assist_replay_options options = {
        .without = control->without | o->without,
        .alone = control->alone,
        .seed = (uint64_t)o->seed,
        .limit = (size_t)o->limit,
        .progress = isatty(STDERR_FILENO) && !o->verbose ? draw : NULL,
        .each = o->verbose ? show : NULL,
        .user = (void *)control->name,
    };
    run->name = control->name;
    run->about = control->about;
    err_code rc;
    if (o->is_folder && o->commits) {
        rc = assist_replay_commits(&run->outcomes, &subject, o->subject, (size_t)o->commits,
                                   &options, e);
    } else if (o->is_folder) {
        rc = assist_replay_folder(&run->outcomes, &subject, o->subject, &options, e);
    } else {
        struct task_file f = {.subject = &subject, .options = &options, .repos = o->repos};
        arena_init(&f.mem, SIZE_MAX);
        rc = run_tasks(&run->outcomes, &f, tasks, e);
        arena_release(&f.mem);
    }
    if (options.progress)
        fputs("\r\x1b[K", stderr);
    return rc;
}

static int deliver(const struct assist_report *r, const struct options *o)
{
    buf text;
    err e = {{0}};
    buf_init(&text, PAGE_MAX_BYTES);
    int code = CLI_OK;
    if (o->html) {
        assist_report_page(&text, r);
        err_code rc = buf_failed(&text);
        if (rc == ERR_OK)
            rc = file_write_shared(o->html, buf_view(&text), &e);
        if (rc != ERR_OK)
            code = cli_fail(CLI_FAILED, "replay", "%s", e.text[0] ? e.text : err_name(rc));
        buf_clear(&text);
    }
    if (o->evidence) {
        int printed = print_evidence(&r->runs[0].outcomes);
        code = code == CLI_OK ? printed : code;
    } else if (o->json) {
        int printed = print_json(r);
        code = code == CLI_OK ? printed : code;
    } else {
        assist_report_text(&text, r);
        if (buf_failed(&text))
            code = cli_fail(CLI_FAILED, "replay", "out of memory");
        else
            printf("%.*s", STR_ARG(buf_view(&text)));
    }
    buf_release(&text);
    return code;
}

int cli_replay(int argc, char **argv)
{
    struct options o = {.seed = 1};
    int code = parse(&o, argc, argv);
    if (code != CLI_OK)
        return code;
    err e = {{0}};
    buf tasks;
    buf_init(&tasks, TASKS_MAX_BYTES);
    struct assist_report r = {.seed = (uint64_t)o.seed, .subject = str_of(o.subject)};
    assist_engine *engine = NULL;
    err_code rc = ERR_OK;
    if (!o.is_folder)
        rc = strcmp(o.subject, "-") == 0 ? cli_read_stdin(&tasks, &e)
                                         : file_read(&tasks, o.subject, &e);
    if (rc == ERR_OK)
        /* Of a model that has learned these very lines the figures would say nothing. */
        rc = assist_engine_create(
            &engine, &(struct assist_engine_options){.model_path = o.model, .not_adapted = true},
            &e);
    for (size_t i = 0; rc == ERR_OK && i < (o.controls ? N_CONTROLS : 1); i++)
        rc = run_control(&r.runs[r.n_runs++], &o, &controls[i], engine, buf_view(&tasks), &e);
    if (rc != ERR_OK) {
        bool named = str_starts(str_of(e.text), r.subject);
        code = cli_fail(CLI_FAILED, "replay", "%s%s%s", named ? "" : o.subject, named ? "" : ": ",
                        e.text[0] ? e.text : err_name(rc));
    } else {
        struct rusage use;
        if (getrusage(RUSAGE_SELF, &use) == 0)
            r.peak_bytes = (size_t)use.ru_maxrss * 1024;
        r.model = assist_engine_describe(engine);
        code = deliver(&r, &o);
    }
    for (size_t i = 0; i < r.n_runs; i++)
        assist_outcomes_release(&r.runs[i].outcomes);
    assist_engine_destroy(engine);
    buf_release(&tasks);
    return code;
}
