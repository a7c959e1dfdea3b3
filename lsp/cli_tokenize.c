#include <getopt.h>
#include <stdio.h>

#include "base/buf.h"
#include "lsp/cli.h"
#include "model/default.h"
#include "model/vocab.h"

enum { TEXT_MAX_BYTES = 256 << 20, MAX_TOKENS = 256 << 20 };

static void print_ids(const struct model_tokens *t)
{
    for (size_t i = 0; i < t->n; i++)
        printf(i ? " %d" : "%d", (int)t->ids[i]);
    putchar('\n');
}

static void print_pieces(const model_vocab *v, const struct model_tokens *t)
{
    for (size_t i = 0; i < t->n; i++)
        printf("%d\t%.*s\n", (int)t->ids[i], STR_ARG(model_vocab_raw(v, t->ids[i])));
}

int cli_tokenize(int argc, char **argv)
{
    static const struct option longs[] = {
        {"ids", no_argument, NULL, 'i'},
        {"pieces", no_argument, NULL, 'p'},
        {NULL, 0, NULL, 0},
    };
    bool pieces = false;
    for (int c; (c = getopt_long(argc, argv, "ip", longs, NULL)) != -1;) {
        switch (c) {
        case 'i': pieces = false; break;
        case 'p': pieces = true; break;
        default: return cli_bad_option("tokenize");
        }
    }
    if (argc - optind > 1)
        return cli_fail(CLI_USAGE, "tokenize", "give at most one model file");

    err e = {{0}};
    model_gguf *file = NULL;
    model_vocab *vocab = NULL;
    buf text;
    struct model_tokens tokens;
    buf_init(&text, TEXT_MAX_BYTES);
    model_tokens_init(&tokens, MAX_TOKENS);
    err_code rc =
        optind < argc ? model_gguf_open(&file, argv[optind], &e) : model_default_open(&file, &e);
    if (rc == ERR_OK)
        rc = model_vocab_create(&vocab, file, &e);
    if (rc == ERR_OK)
        rc = cli_read_stdin(&text, &e);
    if (rc == ERR_OK) {
        model_vocab_encode(vocab, buf_view(&text), &tokens);
        if (tokens.failed != ERR_OK)
            rc = err_set(&e, tokens.failed, "standard input: %s", err_name(tokens.failed));
    }
    int code = CLI_OK;
    if (rc != ERR_OK)
        code = cli_fail(CLI_FAILED, "tokenize", "%s", e.text[0] ? e.text : err_name(rc));
    else if (pieces)
        print_pieces(vocab, &tokens);
    else
        print_ids(&tokens);
    model_tokens_release(&tokens);
    buf_release(&text);
    model_vocab_destroy(vocab);
    model_gguf_close(file);
    return code;
}
