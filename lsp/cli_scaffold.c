#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "assist/deliver/deliver.h"
#include "assist/deliver/diff.h"
#include "assist/deliver/samples.h"
#include "base/clock.h"
#include "lsp/cli.h"

enum {
    MAX_TARGETS = 256,
    SHOWN_BYTES = 4000, /* of a sample in a terminal */
};

struct options {
    const char *targets[MAX_TARGETS];
    size_t n_targets;
    const char *folder, *hints;
    assist_scaffold_options scaffold;
    bool explain, diff, conflicts, no_fit, one_thing;
};

/* --- progress, only where a person sees it --- */

enum { QUIET_MS = 500, EVERY_MS = 200 };

struct progress {
    uint64_t start_ns, shown_ns;
    bool wanted, shown;
};

static bool show_progress(void *user, uint64_t done, uint64_t all)
{
    struct progress *p = user;
    uint64_t now = clock_now_ns();
    if (!p->wanted || now - p->start_ns < QUIET_MS * UINT64_C(1000000) ||
        now - p->shown_ns < EVERY_MS * UINT64_C(1000000))
        return true;
    p->shown_ns = now;
    p->shown = true;
    fprintf(stderr, "\rreading: %3.0f %% of %.1f MB, %.0f MB/s ",
            all ? 100.0 * (double)done / (double)all : 100.0, (double)all / 1e6,
            (double)done / 1e3 / clock_ms(now - p->start_ns));
    fflush(stderr);
    return true;
}

static void end_progress(struct progress *p)
{
    if (p->shown)
        fputs("\r\x1b[K", stderr);
    p->shown = false;
}

/* --- output --- */

static int list_targets(void)
{
    const assist_scaffold_target *t;
    const char *group = "";
    for (size_t i = 0; (t = assist_scaffold_target_at(i)) != NULL; i++) {
        if (strcmp(group, t->group) != 0)
            printf("%s%s%s%s\n", i ? "\n" : "", cli_style(CLI_BOLD), t->group,
                   cli_style(CLI_PLAIN));
        group = t->group;
        printf("  %-22s %s\n", t->name, t->title);
    }
    return CLI_OK;
}

/* Text from samples goes to a terminal: control characters could drive it. */
static void put_clean(FILE *to, str_view v)
{
    for (size_t i = 0; i < v.len; i++) {
        unsigned char c = (unsigned char)v.ptr[i];
        fputc((c < 0x20 && c != '\t' && c != '\n') || c == 0x7F ? '?' : c, to);
    }
}

static void print_notes(const assist_scaffold_note *notes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        fputs("artel scaffold: ", stderr);
        put_clean(stderr, notes[i].input);
        if (notes[i].line)
            fprintf(stderr, ":%zu:%zu", notes[i].line, notes[i].column);
        fputs(": ", stderr);
        put_clean(stderr, notes[i].text);
        fputc('\n', stderr);
    }
}

static int print_bug(const assist_deliver_bug *bug)
{
    fprintf(stderr,
            "artel scaffold: this is a fault of artel, please report it: what it wrote for the "
            "target %.*s\ndoes not parse (%.*s, line %zu, column %zu), so nothing was written:\n  ",
            STR_ARG(bug->target), STR_ARG(bug->path), bug->line, bug->column);
    put_clean(stderr, str_slice(bug->near, 0, 200));
    if (bug->sample.len > SHOWN_BYTES)
        fputs("\nThe sample could not be made small enough to be shown.", stderr);
    else if (bug->sample.len) {
        fputs("\nA small sample that shows it:\n", stderr);
        put_clean(stderr, bug->sample);
    }
    fputc('\n', stderr);
    return CLI_FAILED;
}

static int print_diff(const assist_delivery *d)
{
    buf b;
    buf_init(&b, SIZE_MAX);
    err_code rc = ERR_OK;
    for (size_t i = 0; i < d->n_files && rc == ERR_OK; i++) {
        const assist_deliver_file *f = &d->files[i];
        bool is_new = f->state == ASSIST_FILE_NEW;
        bool refused = f->state == ASSIST_FILE_CONFLICT || f->state == ASSIST_FILE_FOREIGN;
        rc = diff_unified(&b, is_new ? STR("/dev/null") : f->path, is_new ? STR("") : f->before,
                          f->path, refused ? f->merged : f->after);
    }
    if (rc == ERR_OK && b.len)
        fwrite(b.ptr, 1, b.len, stdout);
    buf_release(&b);
    return rc == ERR_OK ? CLI_OK : cli_fail(CLI_FAILED, "scaffold", "%s", err_name(rc));
}

static void print_refused(const assist_delivery *d)
{
    for (size_t i = 0; i < d->n_files; i++) {
        const assist_deliver_file *f = &d->files[i];
        if (f->state == ASSIST_FILE_FOREIGN)
            cli_fail(CLI_FAILED, "scaffold",
                     "%s: is there already and was not written by artel; it was left alone",
                     f->absolute);
        else if (f->state == ASSIST_FILE_CONFLICT)
            cli_fail(CLI_FAILED, "scaffold",
                     "%s:%zu: your changes and the new version touch the same lines in %zu "
                     "place%s; it was left alone",
                     f->absolute, f->first_conflict, f->n_conflicts,
                     f->n_conflicts == 1 ? "" : "s");
    }
    cli_fail(CLI_FAILED, "scaffold",
             "nothing was written; --diff shows what would change, --conflicts writes both sides "
             "between markers");
}

static int write_files(const assist_delivery *d, const struct options *o)
{
    err e = {{0}};
    if (o->diff) {
        int code = print_diff(d);
        if (d->n_refused)
            print_refused(d);
        return code == CLI_OK && d->n_refused ? CLI_FAILED : code;
    }
    if (d->n_refused) {
        print_refused(d);
        return CLI_FAILED;
    }
    err_code rc = assist_deliver_write(d, &e);
    if (rc != ERR_OK)
        return cli_fail(CLI_FAILED, "scaffold", "%s", e.text[0] ? e.text : err_name(rc));
    for (size_t i = 0; i < d->n_files; i++) {
        const assist_deliver_file *f = &d->files[i];
        printf("%-9s  %s", assist_file_state_name(f->state), f->absolute);
        if (f->n_conflicts)
            printf(":%zu  %zu conflict%s between markers", f->first_conflict, f->n_conflicts,
                   f->n_conflicts == 1 ? "" : "s");
        putchar('\n');
    }
    return CLI_OK;
}

/* One run: all samples, those of one thing, or all things together. */
typedef struct {
    assist_deliver_request request;
    assist_delivery plan;
} job;

typedef struct {
    const struct options *o;
    const assist_samples *samples;
    arena *mem;
    struct progress *progress;
    assist_scaffold_things things;
    job *items;
    size_t n;
} jobs;

static int failed(const jobs *j, err_code rc, const err *e)
{
    end_progress(j->progress);
    bool usage = rc == ERR_NOT_FOUND && strncmp(e->text, "no target", 9) == 0;
    return cli_fail(usage ? CLI_USAGE : CLI_FAILED, "scaffold", "%s",
                    e->text[0] ? e->text : err_name(rc));
}

/* The hints of a thing stand beside its own first file. */
static err_code find_hints(jobs *j, assist_scaffold_options *options,
                           const assist_scaffold_thing *thing, err *e)
{
    const char *path = arena_copy_z(j->mem, thing->inputs[0].name);
    if (j->o->hints)
        return ERR_OK;
    return path ? assist_samples_find_hints(&options->hints, j->mem, path, e) : ERR_NOMEM;
}

static err_code make_jobs(jobs *j, err *e)
{
    const struct options *o = j->o;
    assist_deliver_request all = {.targets = o->targets,
                                  .n_targets = o->n_targets,
                                  .conflicts = o->conflicts,
                                  .options = o->scaffold,
                                  .fit = !o->no_fit};
    err_code rc = ERR_OK;
    all.inputs = assist_samples_inputs(j->samples, &all.n_inputs);
    if (o->folder)
        all.folder = cli_absolute_path(j->mem, o->folder);
    if (!o->scaffold.name.len && !o->one_thing)
        rc = assist_scaffold_apart(&j->things, j->mem, all.inputs, all.n_inputs, &o->scaffold, e);
    const assist_scaffold_things *t = &j->things;
    j->items = ARENA_ARRAY(j->mem, job, t->n + 2);
    if (rc == ERR_OK && !j->items)
        rc = ERR_NOMEM;
    for (size_t i = 0; i < t->n && rc == ERR_OK; i++) {
        job *one = &j->items[j->n++];
        *one = (job){.request = all};
        one->request.inputs = t->items[i].inputs;
        one->request.n_inputs = t->items[i].n_inputs;
        one->request.options.links = t->items[i].links;
        one->request.options.n_links = t->items[i].n_links;
        if (t->together.text.len)
            one->request.options.part = ASSIST_SCAFFOLD_APART;
        rc = find_hints(j, &one->request.options, &t->items[i], e);
    }
    if (rc == ERR_OK && (!t->n || t->together.text.len)) {
        job *whole = &j->items[j->n++];
        *whole = (job){.request = all};
        if (t->n) {
            whole->request.inputs = &t->together;
            whole->request.n_inputs = 1;
            whole->request.options.name = t->name;
            whole->request.options.part = ASSIST_SCAFFOLD_DATABASE;
            whole->request.options.at = whole->request.options.hints = STR("");
        } else if (!o->scaffold.name.len) {
            whole->request.options.name = assist_samples_name(j->samples);
        }
    }
    return rc;
}

static void print_things(const jobs *j)
{
    const assist_scaffold_things *t = &j->things;
    if (t->n)
        fprintf(stderr,
                "artel scaffold: %.*s are samples of different things: each gets its own "
                "files%s (--one takes them as samples of one thing)\n",
                STR_ARG(t->together.name), t->together.text.len ? ", a database has all" : "");
}

static err_code plan(const jobs *j, job *one, err *e)
{
    err_code rc = assist_deliver_plan(&one->plan, j->mem, &one->request, e);
    return rc == ERR_OK ? assist_samples_check(j->samples, e) : rc;
}

/* Each in its turn: what the one before wrote is part of the project then. */
static int write_jobs(jobs *j, err *e)
{
    bool refused = false;
    for (size_t i = 0; i < j->n; i++)
        refused = refused || j->items[i].plan.n_refused;
    for (size_t i = 0; i < j->n; i++) {
        job *one = &j->items[i];
        err_code rc = i && !refused && !j->o->diff ? plan(j, one, e) : ERR_OK;
        if (rc != ERR_OK)
            return failed(j, rc, e);
        print_notes(one->plan.notes, one->plan.n_notes);
        bool quiet = refused && !one->plan.n_refused && !j->o->diff;
        int code = quiet ? CLI_OK : write_files(&one->plan, j->o);
        if (code != CLI_OK && !j->o->diff && !refused)
            return code;
    }
    return refused ? CLI_FAILED : CLI_OK;
}

static int deliver(const struct options *o, const assist_samples *samples, arena *mem,
                   struct progress *progress)
{
    jobs j = {.o = o, .samples = samples, .mem = mem, .progress = progress};
    err e = {{0}};
    const assist_deliver_file *only = NULL;
    size_t n_files = 0;
    err_code rc = make_jobs(&j, &e);
    for (size_t i = 0; i < j.n && rc == ERR_OK; i++) {
        rc = plan(&j, &j.items[i], &e);
        n_files += rc == ERR_OK ? j.items[i].plan.n_files : 0;
        if (rc == ERR_OK && j.items[i].plan.n_files)
            only = &j.items[i].plan.files[0];
    }
    if (rc != ERR_OK)
        return failed(&j, rc, &e);
    end_progress(progress);
    print_things(&j);
    for (size_t i = 0; i < j.n; i++) {
        if (j.items[i].plan.bug.target.len)
            return print_bug(&j.items[i].plan.bug);
    }
    if (o->folder)
        return write_jobs(&j, &e);
    for (size_t i = 0; i < j.n; i++)
        print_notes(j.items[i].plan.notes, j.items[i].plan.n_notes);
    if (n_files > 1)
        return cli_fail(CLI_USAGE, "scaffold",
                        "that makes %zu files; say where they go with -o FOLDER", n_files);
    if (only)
        fwrite(only->after.ptr, 1, only->after.len, stdout);
    return CLI_OK;
}

static int explain(const struct options *o, const assist_samples *samples, arena *mem,
                   struct progress *progress)
{
    jobs j = {.o = o, .samples = samples, .mem = mem, .progress = progress};
    err e = {{0}};
    err_code rc = make_jobs(&j, &e);
    size_t n = j.things.n ? j.things.n : j.n; /* together they show nothing else */
    str_view *tables = rc == ERR_OK ? ARENA_ARRAY(mem, str_view, n) : NULL;
    for (size_t i = 0; i < n && rc == ERR_OK; i++) {
        const assist_deliver_request *r = &j.items[i].request;
        rc = tables
                 ? assist_scaffold_explain(&tables[i], mem, r->inputs, r->n_inputs, &r->options, &e)
                 : ERR_NOMEM;
    }
    if (rc == ERR_OK)
        rc = assist_samples_check(samples, &e);
    if (rc != ERR_OK)
        return failed(&j, rc, &e);
    end_progress(progress);
    print_things(&j);
    for (size_t i = 0; i < n; i++) {
        fputs(i ? "\n" : "", stdout);
        fwrite(tables[i].ptr, 1, tables[i].len, stdout);
    }
    return CLI_OK;
}

/* --- the words of the command --- */

static bool add_targets(struct options *o, char *list)
{
    for (char *t = list; t;) {
        char *comma = strchr(t, ',');
        if (comma)
            *comma++ = '\0';
        if (*t && o->n_targets == MAX_TARGETS)
            return false;
        if (*t)
            o->targets[o->n_targets++] = t;
        t = comma;
    }
    return true;
}

enum {
    AT = 256,
    HINTS,
    STRICT,
    MERGE,
    NO_ENUMS,
    NO_MAPS,
    NO_UNIONS,
    NO_FIT,
    DIFF,
    CONFLICTS,
    NAMES,
    UNKNOWN,
    ONE
};

static bool unknown_keys(assist_scaffold_unknown *to, const char *word)
{
    static const char *const words[] = {NULL, "ignore", "keep", "reject"};
    for (size_t i = 1; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], word) == 0) {
            *to = (assist_scaffold_unknown)i;
            return true;
        }
    }
    return false;
}

static int parse(struct options *o, bool *list, int argc, char **argv)
{
    static const struct option longs[] = {
        {"at", required_argument, NULL, AT},
        {"conflicts", no_argument, NULL, CONFLICTS},
        {"diff", no_argument, NULL, DIFF},
        {"explain", no_argument, NULL, 'e'},
        {"hints", required_argument, NULL, HINTS},
        {"list", no_argument, NULL, 'l'},
        {"merge", required_argument, NULL, MERGE},
        {"name", required_argument, NULL, 'n'},
        {"names", required_argument, NULL, NAMES},
        {"no-fit", no_argument, NULL, NO_FIT},
        {"no-enums", no_argument, NULL, NO_ENUMS},
        {"no-maps", no_argument, NULL, NO_MAPS},
        {"no-unions", no_argument, NULL, NO_UNIONS},
        {"one", no_argument, NULL, ONE},
        {"output", required_argument, NULL, 'o'},
        {"strict", no_argument, NULL, STRICT},
        {"to", required_argument, NULL, 't'},
        {"unknown", required_argument, NULL, UNKNOWN},
        {NULL, 0, NULL, 0},
    };
    for (int c; (c = getopt_long(argc, argv, "eln:o:t:", longs, NULL)) != -1;) {
        switch (c) {
        case 'e': o->explain = true; break;
        case 'l': *list = true; break;
        case 'n': o->scaffold.name = str_of(optarg); break;
        case 'o': o->folder = optarg; break;
        case 't':
            if (!add_targets(o, optarg))
                return cli_fail(CLI_USAGE, "scaffold", "more than %d targets", MAX_TARGETS);
            break;
        case AT: o->scaffold.at = str_of(optarg); break;
        case HINTS: o->hints = optarg; break;
        case STRICT: o->scaffold.strict = true; break;
        case MERGE:
            if (strcmp(optarg, "similar") == 0)
                o->scaffold.merge = ASSIST_SCAFFOLD_MERGE_SIMILAR;
            else if (strcmp(optarg, "never") == 0)
                o->scaffold.merge = ASSIST_SCAFFOLD_MERGE_NEVER;
            else if (strcmp(optarg, "identical") != 0)
                return cli_fail(CLI_USAGE, "scaffold",
                                "--merge is never, identical or similar, not %s", optarg);
            break;
        case NO_ENUMS: o->scaffold.no_enums = true; break;
        case NO_MAPS: o->scaffold.no_maps = true; break;
        case NO_UNIONS: o->scaffold.no_unions = true; break;
        case NAMES:
            o->scaffold.original_names = strcmp(optarg, "original") == 0;
            if (!o->scaffold.original_names && strcmp(optarg, "custom") != 0)
                return cli_fail(CLI_USAGE, "scaffold",
                                "--names is `original`, as the keys are, or `custom`, as the "
                                "language and the project are used to");
            break;
        case UNKNOWN:
            if (!unknown_keys(&o->scaffold.unknown, optarg))
                return cli_fail(CLI_USAGE, "scaffold",
                                "--unknown is ignore, keep or reject, not %s", optarg);
            break;
        case NO_FIT: o->no_fit = true; break;
        case ONE: o->one_thing = true; break;
        case DIFF: o->diff = true; break;
        case CONFLICTS: o->conflicts = true; break;
        default: return cli_bad_option("scaffold");
        }
    }
    if (*list)
        return CLI_OK;
    if (!o->n_targets && !o->explain)
        return cli_fail(CLI_USAGE, "scaffold",
                        "say what to write with --to, or --explain; --list shows what there is");
    if (o->diff && !o->folder)
        return cli_fail(CLI_USAGE, "scaffold", "--diff compares with the files in -o FOLDER");
    if (optind == argc && isatty(STDIN_FILENO))
        return cli_fail(CLI_USAGE, "scaffold", "give a sample: a file, a folder or '-'");
    return CLI_OK;
}

int cli_scaffold(int argc, char **argv)
{
    static const char *const from_stdin[] = {"-"};
    struct options o = {.n_targets = 0};
    bool list = false;
    int code = parse(&o, &list, argc, argv);
    if (code != CLI_OK)
        return code;
    if (list)
        return list_targets();
    err e = {{0}};
    arena mem;
    assist_samples *samples = NULL;
    struct progress progress = {.start_ns = clock_now_ns(), .wanted = isatty(STDERR_FILENO)};
    assist_samples_options opening = {
        .progress = show_progress, .user = &progress, .hints = o.hints};
    bool given = optind < argc;
    arena_init(&mem, SIZE_MAX);
    err_code rc =
        assist_samples_open(&samples, given ? (const char *const *)argv + optind : from_stdin,
                            given ? (size_t)(argc - optind) : 1, &opening, &e);
    if (rc == ERR_OK) {
        o.scaffold.hints = assist_samples_hints(samples);
        code = o.explain ? explain(&o, samples, &mem, &progress)
                         : deliver(&o, samples, &mem, &progress);
    } else {
        code = cli_fail(CLI_FAILED, "scaffold", "%s", e.text[0] ? e.text : err_name(rc));
    }
    assist_samples_close(samples);
    arena_release(&mem);
    return code;
}
