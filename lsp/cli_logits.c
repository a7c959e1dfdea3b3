#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/utf.h"
#include "lsp/cli.h"
#include "model/default.h"
#include "model/evaluate.h"
#include "model/lora.h"
#include "model/sample.h"
#include "model/session.h"

enum {
    TEXT_MAX_BYTES = 64 << 20,
    MAX_TOKENS = 1 << 20,
    MAX_TOP = 1000,
    PIECE = 64, /* positions whose logits are held at once */
};

struct subject {
    model_gguf *file, *lora;
    model_vocab *vocab; /* NULL: the file has none and ids were given */
    model_weights *weights;
    model_session *session;
    struct model_tokens tokens;
    size_t n_vocab, n_top;
    struct model_candidate top[MAX_TOP];
};

/* What a token looks like: as stored in the file, fit for a terminal and for JSON. `out` has room
 * for 3 bytes for each of the text's, and a NUL. */
static const char *shown_piece(const struct subject *s, model_token id, char out[3 * 64 + 1])
{
    size_t n = 0;
    str_view raw = {NULL, 0};
    if (s->vocab && (size_t)id < model_vocab_size(s->vocab))
        raw = str_slice(model_vocab_raw(s->vocab, id), 0, 64);
    raw.len = utf8_whole_prefix(raw);
    while (raw.len > 0) {
        size_t n_bytes;
        uint32_t c = utf8_decode(raw, &n_bytes, NULL);
        n += utf8_encode(out + n, c < 0x20 || c == 0x7F ? '?' : c);
        raw = str_slice(raw, n_bytes, raw.len);
    }
    out[n] = '\0';
    return out;
}

/* Ids in any notation that is digits and something between them. */
static err_code parse_ids(struct model_tokens *out, str_view text, size_t n_vocab, err *e)
{
    size_t i = 0;
    while (i < text.len) {
        if (strchr(" \t\r\n,[]", text.ptr[i]) && text.ptr[i]) {
            i++;
            continue;
        }
        size_t id = 0, begin = i;
        for (; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9' && id < n_vocab; i++)
            id = id * 10 + (size_t)(text.ptr[i] - '0');
        if (i == begin || id >= n_vocab)
            return err_set(e, ERR_RANGE, "token %zu: '%.*s' is no id; the model's are 0 to %zu",
                           out->n + 1, STR_ARG(str_slice(text, begin, begin + 12)), n_vocab - 1);
        model_tokens_push(out, (model_token)id);
    }
    return ERR_OK;
}

static err_code read_tokens(struct subject *s, const char *ids_path, err *e)
{
    buf text;
    buf_init(&text, TEXT_MAX_BYTES);
    err_code rc = !ids_path || strcmp(ids_path, "-") == 0 ? cli_read_stdin(&text, e)
                                                          : file_read(&text, ids_path, e);
    if (rc == ERR_OK && ids_path)
        rc = parse_ids(&s->tokens, buf_view(&text), s->n_vocab, e);
    else if (rc == ERR_OK)
        model_vocab_encode(s->vocab, buf_view(&text), &s->tokens);
    buf_release(&text);
    if (rc == ERR_OK && s->tokens.failed != ERR_OK)
        rc = err_set(e, s->tokens.failed, "the text: %s", err_name(s->tokens.failed));
    uint32_t n_ctx = model_weights_hparams(s->weights)->n_ctx_train;
    if (rc == ERR_OK && s->tokens.n == 0)
        rc = err_set(e, ERR_RANGE, "there are no tokens to read");
    if (rc == ERR_OK && s->tokens.n > n_ctx)
        rc = err_set(e, ERR_RANGE, "%zu tokens; the model was trained with contexts of %u",
                     s->tokens.n, n_ctx);
    return rc;
}

static err_code load(struct subject *s, const char *path, const char *lora, const char *ids_path,
                     err *e)
{
    model_tokens_init(&s->tokens, MAX_TOKENS);
    err_code rc = path ? model_gguf_open(&s->file, path, e) : model_default_open(&s->file, e);
    if (rc == ERR_OK && (!ids_path || model_gguf_has(s->file, "tokenizer.ggml.tokens")))
        rc = model_vocab_create(&s->vocab, s->file, e);
    if (rc == ERR_OK)
        rc = model_weights_load(&s->weights, s->file, e);
    if (rc == ERR_OK && lora)
        rc = model_gguf_open(&s->lora, lora, e);
    if (rc == ERR_OK && lora)
        rc = model_lora_apply(s->weights, s->lora, e);
    if (rc != ERR_OK)
        return rc;
    s->n_vocab = model_weights_hparams(s->weights)->n_vocab;
    rc = read_tokens(s, ids_path, e);
    if (rc != ERR_OK)
        return rc;
    size_t n = s->tokens.n;
    return model_session_create(
        &s->session, s->weights,
        &(struct model_session_options){.n_ctx = (uint32_t)n,
                                        .n_logits = n < PIECE ? (uint32_t)n : PIECE},
        e);
}

struct position {
    const struct subject *s;
    size_t i;
    double log_p; /* of its token by what is before; NAN for the first */
    const float *logits;
    double log_sum;
    size_t n_top; /* of s->top */
};

typedef void show_position(void *user, const struct position *p);

static double log_of(const struct position *p, model_token id)
{
    return (double)p->logits[id] - p->log_sum;
}

static err_code evaluate(struct subject *s, show_position *show, void *user, err *e)
{
    const model_token *ids = s->tokens.ids;
    struct position p = {.s = s, .log_p = (double)NAN};
    for (size_t begin = 0; begin < s->tokens.n;) {
        size_t end = s->tokens.n - begin < PIECE ? s->tokens.n : begin + PIECE;
        err_code rc = model_session_feed_logits(s->session, ids, end, end - begin, NULL, NULL, e);
        if (rc == ERR_OK)
            rc = model_gguf_check(s->file, e);
        if (rc != ERR_OK)
            return rc;
        for (p.i = begin; p.i < end; p.i++) {
            p.logits = model_session_logits_at(s->session, end - 1 - p.i);
            p.log_sum = model_log_sum(p.logits, s->n_vocab);
            p.n_top = model_sample_top(p.logits, s->n_vocab, NULL, s->top, s->n_top);
            show(user, &p);
            if (p.i + 1 < s->tokens.n)
                p.log_p = log_of(&p, ids[p.i + 1]);
        }
        begin = end;
    }
    return ERR_OK;
}

static void print_position(void *user, const struct position *p)
{
    (void)user;
    char piece[3 * 64 + 1];
    model_token id = p->s->tokens.ids[p->i];
    printf("%zu\t%d\t%s\t", p->i, (int)id, shown_piece(p->s, id, piece));
    if (isnan(p->log_p))
        putchar('-');
    else
        printf("%.5f", p->log_p);
    for (size_t k = 0; k < p->n_top; k++) {
        id = p->s->top[k].id;
        printf("\t%d %s %.5f", (int)id, shown_piece(p->s, id, piece), log_of(p, id));
    }
    putchar('\n');
}

static void add_token(cJSON *o, const struct subject *s, model_token id, double log_p)
{
    char piece[3 * 64 + 1];
    cJSON_AddNumberToObject(o, "id", id);
    cJSON_AddStringToObject(o, "piece", shown_piece(s, id, piece));
    if (!isnan(log_p))
        cJSON_AddNumberToObject(o, "logProbability", log_p);
}

static void add_position(void *user, const struct position *p)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddItemToArray(user, o);
    add_token(o, p->s, p->s->tokens.ids[p->i], p->log_p);
    cJSON *next = cJSON_AddArrayToObject(o, "next");
    for (size_t k = 0; k < p->n_top; k++) {
        cJSON *c = cJSON_CreateObject();
        add_token(c, p->s, p->s->top[k].id, log_of(p, p->s->top[k].id));
        cJSON_AddItemToArray(next, c);
    }
}

int cli_logits(int argc, char **argv)
{
    static const struct option longs[] = {
        {"ids", required_argument, NULL, 'i'},
        {"lora", required_argument, NULL, 'a'},
        {"top", required_argument, NULL, 't'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };
    const char *ids_path = NULL;
    const char *lora = NULL;
    bool json = false;
    long n_top = 5;
    for (int c; (c = getopt_long(argc, argv, "i:t:j", longs, NULL)) != -1;) {
        switch (c) {
        case 'a': lora = optarg; break;
        case 'i': ids_path = optarg; break;
        case 't':
            if (!cli_number(optarg, 0, MAX_TOP, &n_top))
                return cli_fail(CLI_USAGE, "model", "--top takes a number from 0 to %d, not '%s'",
                                MAX_TOP, optarg);
            break;
        case 'j': json = true; break;
        default: return cli_bad_option("model");
        }
    }
    if (argc - optind > 1)
        return cli_fail(CLI_USAGE, "model", "logits takes at most one model file");
    err e = {{0}};
    int code = CLI_OK;
    struct subject *s = mem_zero(1, sizeof *s);
    if (!s)
        return cli_fail(CLI_FAILED, "model", "out of memory");
    s->n_top = (size_t)n_top;
    cJSON *root = json ? cJSON_CreateObject() : NULL;
    cJSON *list = json ? cJSON_AddArrayToObject(root, "tokens") : NULL;
    err_code rc = load(s, optind < argc ? argv[optind] : NULL, lora, ids_path, &e);
    if (rc == ERR_OK)
        rc = evaluate(s, json ? add_position : print_position, list, &e);
    if (rc != ERR_OK)
        code = cli_fail(CLI_FAILED, "model", "%s", e.text[0] ? e.text : err_name(rc));
    else if (json)
        code = cli_print_json(root, "model");
    if (rc != ERR_OK)
        cJSON_Delete(root);
    model_session_destroy(s->session);
    model_tokens_release(&s->tokens);
    model_weights_destroy(s->weights);
    model_vocab_destroy(s->vocab);
    model_gguf_close(s->lora);
    model_gguf_close(s->file);
    mem_free(s);
    return code;
}
