#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/file.h"
#include "lsp/cli.h"
#include "model/default.h"
#include "model/evaluate.h"

enum { TEXT_MAX_BYTES = 256 << 20, MAX_TOKENS = 256 << 20, MAX_CTX = 1 << 20 };

static void show_progress(void *user, const struct model_perplexity *p)
{
    (void)user;
    fprintf(stderr, "\rwindow %zu of %zu, perplexity %.3f\x1b[K", p->n_windows_done, p->n_windows,
            p->perplexity);
}

static int print_result(const struct model_perplexity *p, bool json)
{
    if (!json) {
        printf("%-12s%zu in %zu window%s, %llu bytes\n", "tokens", p->n_tok, p->n_windows,
               p->n_windows == 1 ? "" : "s", (unsigned long long)p->n_bytes);
        printf("%-12s%.4f +- %.4f\n", "perplexity", p->perplexity, p->perplexity * p->nats_error);
        printf("%-12s%.5f +- %.5f\n", "nats/token", p->nats_per_token, p->nats_error);
        printf("%-12s%.5f +- %.5f\n", "bits/byte", p->bits_per_byte, p->bits_error);
        return CLI_OK;
    }
    cJSON *root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "tokens", (double)p->n_tok);
    cJSON_AddNumberToObject(root, "windows", (double)p->n_windows);
    cJSON_AddNumberToObject(root, "bytes", (double)p->n_bytes);
    cJSON_AddNumberToObject(root, "perplexity", p->perplexity);
    cJSON_AddNumberToObject(root, "natsPerToken", p->nats_per_token);
    cJSON_AddNumberToObject(root, "natsError", p->nats_error);
    cJSON_AddNumberToObject(root, "bitsPerByte", p->bits_per_byte);
    cJSON_AddNumberToObject(root, "bitsError", p->bits_error);
    return cli_print_json(root, "model");
}

static err_code evaluate(struct model_perplexity *out, const char *model, const char *path,
                         const struct model_perplexity_options *options, err *e)
{
    model_gguf *file = NULL;
    model_vocab *vocab = NULL;
    model_weights *weights = NULL;
    buf text;
    struct model_tokens tokens;
    buf_init(&text, TEXT_MAX_BYTES);
    model_tokens_init(&tokens, MAX_TOKENS);
    err_code rc = model ? model_gguf_open(&file, model, e) : model_default_open(&file, e);
    if (rc == ERR_OK)
        rc = model_vocab_create(&vocab, file, e);
    if (rc == ERR_OK)
        rc = model_weights_load(&weights, file, e);
    if (rc == ERR_OK)
        rc = strcmp(path, "-") == 0 ? cli_read_stdin(&text, e) : file_read(&text, path, e);
    if (rc == ERR_OK) {
        model_vocab_encode(vocab, buf_view(&text), &tokens);
        if (tokens.failed != ERR_OK)
            rc = err_set(e, tokens.failed, "%s: %s", path, err_name(tokens.failed));
    }
    if (rc == ERR_OK)
        rc = model_perplexity_run(out, weights, vocab, tokens.ids, tokens.n, options, e);
    if (rc == ERR_OK)
        rc = model_gguf_check(file, e);
    model_tokens_release(&tokens);
    buf_release(&text);
    model_weights_destroy(weights);
    model_vocab_destroy(vocab);
    model_gguf_close(file);
    return rc;
}

int cli_perplexity(int argc, char **argv)
{
    static const struct option longs[] = {
        {"ctx", required_argument, NULL, 'c'},
        {"stride", required_argument, NULL, 's'},
        {"threads", required_argument, NULL, 'n'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };
    long n_ctx = 0, n_stride = 0, n_threads = 0;
    bool json = false;
    for (int c; (c = getopt_long(argc, argv, "c:s:n:j", longs, NULL)) != -1;) {
        switch (c) {
        case 'c':
            if (!cli_number(optarg, 2, MAX_CTX, &n_ctx))
                return cli_fail(CLI_USAGE, "model", "--ctx takes a number from 2 to %d, not '%s'",
                                MAX_CTX, optarg);
            break;
        case 's':
            if (!cli_number(optarg, 1, MAX_CTX, &n_stride))
                return cli_fail(CLI_USAGE, "model",
                                "--stride takes a number from 1 to %d, not '%s'", MAX_CTX, optarg);
            break;
        case 'n':
            if (!cli_number(optarg, 1, 256, &n_threads))
                return cli_fail(CLI_USAGE, "model",
                                "--threads takes a number from 1 to 256, not '%s'", optarg);
            break;
        case 'j': json = true; break;
        default: return cli_bad_option("model");
        }
    }
    int n_words = argc - optind;
    if (n_words < 1 || n_words > 2)
        return cli_fail(
            CLI_USAGE, "model",
            "perplexity takes a model (or none) and a text file; '-' is standard input");
    bool terminal = isatty(STDERR_FILENO) != 0;
    struct model_perplexity_options options = {.n_ctx = (uint32_t)n_ctx,
                                               .n_stride = (uint32_t)n_stride,
                                               .n_threads = (uint32_t)n_threads,
                                               .progress = terminal ? show_progress : NULL};
    struct model_perplexity result;
    err e = {{0}};
    err_code rc =
        evaluate(&result, n_words == 2 ? argv[optind] : NULL, argv[argc - 1], &options, &e);
    if (terminal)
        fputs("\r\x1b[K", stderr);
    if (rc != ERR_OK)
        return cli_fail(CLI_FAILED, "model", "%s", e.text[0] ? e.text : err_name(rc));
    return print_result(&result, json);
}
