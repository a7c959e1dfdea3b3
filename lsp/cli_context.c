#include <getopt.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "assist/complete/complete.h"
#include "lsp/cli.h"

struct options {
    const char *model;
    bool json, prompt;
};

static int parse(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {
        {"json", no_argument, NULL, 'j'},
        {"model", required_argument, NULL, 'm'},
        {"prompt", no_argument, NULL, 'p'},
        {NULL, 0, NULL, 0},
    };
    for (int c; (c = getopt_long(argc, argv, "jm:p", longs, NULL)) != -1;) {
        switch (c) {
        case 'j': o->json = true; break;
        case 'm': o->model = optarg; break;
        case 'p': o->prompt = true; break;
        default: return cli_bad_option("context");
        }
    }
    if (argc - optind != 1)
        return cli_fail(CLI_USAGE, "context", "give one FILE:LINE:COL; see 'artel help context'");
    return CLI_OK;
}

static size_t line_at(str_view text, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset; i++)
        line += text.ptr[i] == '\n';
    return line;
}

static int print_json(const struct assist_context *c, const struct cli_spot *spot)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *pieces = cJSON_AddArrayToObject(root, "pieces");
    for (size_t i = 0; i < c->n_pieces; i++) {
        const struct assist_piece *p = &c->pieces[i];
        cJSON *o = cJSON_CreateObject();
        cJSON_AddItemToArray(pieces, o);
        cJSON_AddStringToObject(o, "source", p->source);
        cli_json_str(o, "path", p->path);
        cJSON_AddNumberToObject(o, "line", (double)p->first_line + 1);
        cJSON_AddNumberToObject(o, "score", (double)p->score);
        cJSON_AddNumberToObject(o, "tokens", (double)p->n_tokens);
        cli_json_str(o, "reason", p->reason);
        cli_json_str(o, "text", p->text);
    }
    cJSON *own = cJSON_AddObjectToObject(root, "document");
    cJSON_AddNumberToObject(own, "beginLine", (double)line_at(spot->text, c->begin_bytes));
    cJSON_AddNumberToObject(own, "endLine", (double)line_at(spot->text, c->end_bytes));
    cJSON_AddNumberToObject(root, "tokens", (double)c->n_tokens);
    cJSON_AddNumberToObject(root, "prefixTokens", (double)c->n_prefix_tokens);
    cJSON_AddNumberToObject(root, "contextTokens", (double)c->n_ctx);
    if (c->silent_because)
        cJSON_AddStringToObject(root, "silentBecause", c->silent_because);
    cli_json_str(root, "prompt", c->prompt);
    return cli_print_json(root, "context");
}

static void print_text(const struct assist_context *c, const struct cli_spot *spot, bool prompt)
{
    const char *dim = cli_style(CLI_DIM), *bold = cli_style(CLI_BOLD);
    const char *plain = cli_style(CLI_PLAIN);
    if (prompt) {
        cli_print_clean(c->prompt);
        putchar('\n');
        return;
    }
    for (size_t i = 0; i < c->n_pieces; i++) {
        const struct assist_piece *p = &c->pieces[i];
        printf("%s", bold);
        cli_print_clean(p->path);
        printf(":%u%s  %s%s, score %.2f, %zu tokens: ", p->first_line + 1, plain, dim, p->source,
               (double)p->score, p->n_tokens);
        cli_print_clean(p->reason);
        printf("%s\n", plain);
        cli_print_clean(p->text);
    }
    printf("%s", bold);
    cli_print_clean(str_of(spot->path));
    printf(":%zu-%zu%s  %sthis file, %zu tokens before the cursor%s\n",
           line_at(spot->text, c->begin_bytes), line_at(spot->text, c->end_bytes), plain, dim,
           c->n_prefix_tokens, plain);
    printf("%s%zu of %zu tokens%s%s\n", dim, c->n_tokens, c->n_ctx,
           c->n_pieces || c->n_ctx >= 2048
               ? ""
               : "; a context so small has no room for other files: they count in what is recalled",
           plain);
}

int cli_context(int argc, char **argv)
{
    struct options o = {0};
    int code = parse(&o, argc, argv);
    if (code != CLI_OK)
        return code;
    err e = {{0}};
    struct cli_question q;
    struct assist_document doc;
    struct assist_context c = {0};
    err_code rc = cli_question_open(&q, argv[optind], o.model, NULL, &e);
    if (rc == ERR_OK)
        rc = cli_question_document(&q, &doc, true, &e);
    if (rc == ERR_OK)
        rc = assist_context(q.engine, &c, &q.mem, &doc, q.spot.cursor, &e);
    if (rc != ERR_OK)
        code = cli_fail(CLI_FAILED, "context", "%s", e.text[0] ? e.text : err_name(rc));
    else if (o.json)
        code = print_json(&c, &q.spot);
    else if (c.silent_because)
        code = cli_fail(CLI_NOTHING, "context", "%s", c.silent_because);
    else
        print_text(&c, &q.spot, o.prompt);
    cli_question_close(&q);
    return code;
}
