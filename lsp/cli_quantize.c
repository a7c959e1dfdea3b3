#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "lsp/cli.h"
#include "model/quant.h"
#include "model/quantize_file.h"
#include "model/weights.h"

enum { MAX_NOTES = 8 };

/* Tensors whose rows did not fit the type that they should have got. */
struct note {
    uint32_t wanted, got;
    size_t n;
};

struct watch {
    bool terminal;
    struct note notes[MAX_NOTES];
    size_t n_notes;
};

/* Ctrl-C: the half-written file must not stay behind. */
static cancel_flag interrupted;

static void interrupt(int number)
{
    (void)number;
    cancel_request(&interrupted);
}

static const struct {
    const char *name;
    uint32_t type;
} names[] = {
    {"Q8_0", MODEL_TYPE_Q8_0},   {"Q4_0", MODEL_TYPE_Q4_0}, {"Q4_K", MODEL_TYPE_Q4_K},
    {"Q5_K", MODEL_TYPE_Q5_K},   {"Q6_K", MODEL_TYPE_Q6_K}, {"Q4_K_M", MODEL_TYPE_Q4_K},
    {"Q5_K_M", MODEL_TYPE_Q5_K},
};

static bool find_type(const char *name, uint32_t *out)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i].name) == 0) {
            *out = names[i].type;
            return true;
        }
    return false;
}

static void take_note(struct watch *w, uint32_t wanted, uint32_t got)
{
    size_t i = 0;
    while (i < w->n_notes && (w->notes[i].wanted != wanted || w->notes[i].got != got))
        i++;
    if (i == MAX_NOTES)
        return;
    if (i == w->n_notes)
        w->notes[w->n_notes++] = (struct note){wanted, got, 0};
    w->notes[i].n++;
}

static void watch_step(void *user, const struct model_quantize_step *step)
{
    struct watch *w = user;
    if (step->tensor && step->wanted != step->to)
        take_note(w, step->wanted, step->to);
    if (!w->terminal)
        return;
    if (step->tensor)
        fprintf(stderr, "\r%3.0f %%  tensor %zu of %zu\x1b[K",
                100 * (double)step->done_bytes / (double)(step->all_bytes + 1), step->index + 1,
                step->n_tensors);
    else
        fputs("\r\x1b[K", stderr);
}

static err_code write_piece(void *user, str_view bytes, err *e)
{
    return file_out_write(user, bytes, e);
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat sa, sb;
    return stat(a, &sa) == 0 && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev &&
           sa.st_ino == sb.st_ino;
}

static err_code quantise(struct model_quantize_report *report, const char *in, const char *out,
                         const struct model_quantize_options *options, err *e)
{
    model_gguf *file = NULL;
    model_weights *weights = NULL;
    file_out *to = NULL;
    err_code rc = model_gguf_open(&file, in, e);
    /* Loading finds everything that would make the result useless. */
    if (rc == ERR_OK)
        rc = model_weights_load(&weights, file, e);
    if (rc == ERR_OK)
        rc = file_out_open(&to, out, e);
    if (rc == ERR_OK)
        rc = model_quantize_file(report, file, options, write_piece, to, e);
    if (rc == ERR_OK)
        rc = file_out_commit(to, e);
    file_out_close(to);
    model_weights_destroy(weights);
    model_gguf_close(file);
    return rc;
}

static void print_report(const char *path, const struct model_quantize_report *r,
                         const struct watch *w, double seconds)
{
    for (size_t i = 0; i < w->n_notes; i++)
        fprintf(stderr,
                "artel model: %zu tensor%s written as %s: rows that are no whole blocks of %s\n",
                w->notes[i].n, w->notes[i].n == 1 ? "" : "s", model_type_name(w->notes[i].got),
                model_type_name(w->notes[i].wanted));
    printf("%s: %zu of %zu tensors quantised, %.1f MB from %.1f MB, in %.1f s\n", path,
           r->n_quantised, r->n_tensors, (double)r->bytes_out / 1e6, (double)r->bytes_in / 1e6,
           seconds);
}

int cli_quantize(int argc, char **argv)
{
    static const struct option longs[] = {
        {"type", required_argument, NULL, 't'},
        {"threads", required_argument, NULL, 'n'},
        {NULL, 0, NULL, 0},
    };
    struct model_quantize_options options = {.progress = watch_step, .cancel = &interrupted};
    const char *type = NULL;
    long n_threads = 0;
    for (int c; (c = getopt_long(argc, argv, "t:n:", longs, NULL)) != -1;) {
        switch (c) {
        case 't': type = optarg; break;
        case 'n':
            if (!cli_number(optarg, 1, 8, &n_threads))
                return cli_fail(CLI_USAGE, "model",
                                "--threads takes a number from 1 to 8, not '%s'", optarg);
            break;
        default: return cli_bad_option("model");
        }
    }
    if (argc - optind != 2)
        return cli_fail(CLI_USAGE, "model",
                        "quantize takes two files, the one to read and the one to write");
    if (!type || !find_type(type, &options.type))
        return cli_fail(CLI_USAGE, "model",
                        "quantize needs --type with Q8_0, Q6_K, Q5_K, Q4_K or Q4_0%s%s%s",
                        type ? ", not '" : "", type ? type : "", type ? "'" : "");
    const char *in = argv[optind], *out = argv[optind + 1];
    if (is_same_file(in, out))
        return cli_fail(CLI_FAILED, "model", "%s: is the file to read; give another to write", out);
    struct watch watch = {.terminal = isatty(STDERR_FILENO) != 0};
    options.user = &watch;
    options.n_threads = (uint32_t)n_threads;
    struct sigaction action = {.sa_handler = interrupt};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);

    err e = {{0}};
    struct model_quantize_report report;
    uint64_t start = clock_now_ns();
    err_code rc = quantise(&report, in, out, &options, &e);
    if (rc != ERR_OK && watch.terminal)
        fputs("\r\x1b[K", stderr);
    if (rc != ERR_OK)
        return cli_fail(CLI_FAILED, "model", "%s", e.text[0] ? e.text : err_name(rc));
    print_report(out, &report, &watch, clock_ms(clock_now_ns() - start) / 1000);
    return CLI_OK;
}
