/* artel doctor: looks at the machine and says in plain sentences what is wrong. */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "assist/complete/complete.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "lsp/cli.h"
#include "lsp/editors.h"
#include "model/isa.h"

enum { MAX_BYTES = 16 << 20 };

err_code cli_try_model(const char *model, double *ms, err *e)
{
    static const char text[] = "int add(int a, int b)\n{\n    return a";
    assist_engine *engine = NULL;
    struct assist_completion c = {0};
    arena a;
    uint64_t start = clock_now_ns();
    arena_init(&a, MAX_BYTES);
    err_code rc =
        assist_engine_create(&engine, &(struct assist_engine_options){.model_path = model}, e);
    if (rc == ERR_OK) {
        struct assist_document doc = {
            .path = STR("add.c"), .language = STR("c"), .text = str_of(text)};
        struct assist_complete_options options = ASSIST_COMPLETE_OPTIONS_DEFAULT;
        options.invoked = true;
        rc = assist_complete(engine, &c, &a, &doc, sizeof text - 1, &options, NULL, e);
    }
    *ms = clock_ms(clock_now_ns() - start);
    assist_engine_destroy(engine);
    arena_release(&a);
    return rc;
}

struct doctor {
    int n_wrong;
};

/* One finding; what is wrong is counted. */
static void PRINTF_LIKE(3, 4) say(struct doctor *d, bool well, const char *format, ...)
{
    va_list args;
    printf("%s%s%s  ", cli_style(well ? CLI_GREEN : CLI_BOLD), well ? "ok" : "!!",
           cli_style(CLI_PLAIN));
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    d->n_wrong += !well;
}

static void check_model(struct doctor *d, const char *model)
{
    err e = {{0}};
    double ms = 0;
    if (cli_try_model(model, &ms, &e) != ERR_OK)
        say(d, false, "%s cannot be used: %s", model ? model : "The built-in model", e.text);
    else
        say(d, true, "%s is loaded and completes a line in %.0f ms.",
            model ? model : "The built-in model", ms);
}

static void check_machine(struct doctor *d)
{
    model_isa isa = model_isa_current();
    long n_cpus = sysconf(_SC_NPROCESSORS_ONLN);
    say(d, true, "The processor's fastest instructions that are used: %s; %ld processors.",
        model_isa_name(isa), n_cpus);
    double mb = (double)mem_physical() / (1 << 20);
    if (mb > 0)
        say(d, mb >= 256, "%.0f MB of memory%s", mb,
            mb >= 256 ? "." : ": too little; 256 MB are needed.");
}

static void check_cache(struct doctor *d, arena *a)
{
    err e = {{0}};
    buf dir;
    buf_init(&dir, 8192);
    err_code rc = file_cache_dir(&dir, &e);
    const char *folder = rc == ERR_OK ? arena_copy_z(a, buf_view(&dir)) : NULL;
    if (folder)
        rc = file_make_dirs(folder, &e);
    const char *probe =
        folder ? arena_copy_z(a, arena_format(a, "%s/doctor.%ld", folder, (long)getpid())) : NULL;
    if (rc == ERR_OK && probe) {
        rc = file_write_atomic(probe, STR("x"), &e);
        unlink(probe);
    }
    if (rc == ERR_OK)
        say(d, true, "The cache folder %s can be written.", folder ? folder : "");
    else
        say(d, false,
            "The cache folder cannot be written (%s): projects are read anew at each start. Set "
            "$XDG_CACHE_HOME to a folder that can.",
            e.text);
    buf_release(&dir);
}

static void check_git(struct doctor *d)
{
    say(d, true, "%s",
        access(".git", F_OK) == 0
            ? "This folder is a git repository: what it ignores stays unread."
            : "This folder is no git repository's top: all its source files are read. (Git is "
              "built in.)");
}

static void check_editors(struct doctor *d, arena *a)
{
    size_t n_found = 0;
    str_view self = editor_self(a), clients = editor_clients(a, self);
    if (clients.len)
        say(d, true, "The editors' clients are in %.*s.", STR_ARG(clients));
    else
        say(d, false,
            "The folder of the editors' clients is not beside this program; install it, or run the "
            "program from the repository.");
    for (size_t i = 0; editor_at(i); i++) {
        const struct editor *e = editor_at(i);
        const char *program = editor_program(a, e);
        if (!program)
            continue;
        n_found++;
        if (clients.len && editor_is_set_up(e) &&
            !editor_is_current(e, editor_text(a, e->text, self, clients)))
            say(d, false,
                "%s (%s) is set up by %s, but not for this program where it is now; 'artel setup "
                "%s' corrects that.",
                e->title, program, editor_file(a, e), e->name);
        else if (editor_is_set_up(e))
            say(d, true, "%s (%s) is set up by %s.", e->title, program, editor_file(a, e));
        else
            say(d, true, "%s is %s; 'artel setup %s' sets it up, if nothing else has.", e->title,
                program, e->name);
    }
    if (n_found == 0)
        say(d, false, "No editor that artel knows is in $PATH; 'artel setup --list' names them.");
}

int cli_doctor(int argc, char **argv)
{
    static const struct option longs[] = {{"model", required_argument, NULL, 'm'},
                                          {NULL, 0, NULL, 0}};
    const char *model = NULL;
    for (int c; (c = getopt_long(argc, argv, "m:", longs, NULL)) != -1;) {
        if (c != 'm')
            return cli_bad_option("doctor");
        model = optarg;
    }
    if (optind < argc)
        return cli_fail(CLI_USAGE, "doctor", "takes no arguments, only options");
    struct doctor d = {0};
    arena a;
    arena_init(&a, MAX_BYTES);
    str_view self = editor_self(&a);
    say(&d, true, "artel %s is %.*s.", ARTEL_VERSION, STR_ARG(self));
    check_model(&d, model);
    check_machine(&d);
    check_cache(&d, &a);
    check_git(&d);
    check_editors(&d, &a);
    if (d.n_wrong == 0)
        puts("All is well.");
    else
        printf("%d thing%s wrong.\n", d.n_wrong, d.n_wrong == 1 ? " is" : "s are");
    arena_release(&a);
    return d.n_wrong == 0 ? CLI_OK : CLI_FAILED;
}
