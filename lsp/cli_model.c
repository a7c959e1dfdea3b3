#include <getopt.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "lsp/cli.h"
#include "model/default.h"
#include "model/info.h"
#include "model/vocab.h"
#include "model/weights.h"

struct facts {
    model_gguf *file;
    model_vocab *vocab;
    model_weights *weights;
    bool built_in;
    struct model_info info;
};

static const struct {
    enum model_role role;
    const char *name;
} roles[] = {
    {MODEL_ROLE_FIM_PREFIX, "prefix"}, {MODEL_ROLE_FIM_SUFFIX, "suffix"},
    {MODEL_ROLE_FIM_MIDDLE, "middle"}, {MODEL_ROLE_REPO, "repository"},
    {MODEL_ROLE_FILE_SEP, "file"},
};

static err_code gather(struct facts *f, const char *path, err *e)
{
    f->built_in = path == NULL;
    err_code rc = path ? model_gguf_open(&f->file, path, e) : model_default_open(&f->file, e);
    if (rc == ERR_OK)
        rc = model_vocab_create(&f->vocab, f->file, e);
    if (rc == ERR_OK)
        rc = model_weights_load(&f->weights, f->file, e);
    if (rc != ERR_OK)
        return rc;
    model_info_read(&f->info, f->file, f->weights);
    return ERR_OK;
}

static void release(struct facts *f)
{
    model_weights_destroy(f->weights);
    model_vocab_destroy(f->vocab);
    model_gguf_close(f->file);
}

static str_view text_of(const struct facts *f, const char *key)
{
    str_view v = {NULL, 0};
    return model_gguf_str(f->file, key, &v) ? str_slice(v, 0, 200) : STR("not stated");
}

/* The file's texts are a stranger's: nothing of them may drive the terminal. */
static void print_text(const char *label, str_view v)
{
    printf("%-15s", label);
    for (size_t i = 0; i < v.len; i++)
        putchar((unsigned char)v.ptr[i] < 0x20 || v.ptr[i] == 0x7F ? '?' : v.ptr[i]);
    putchar('\n');
}

static void print_facts(const struct facts *f)
{
    const struct model_hparams *h = model_weights_hparams(f->weights);
    print_text("name", text_of(f, "general.name"));
    print_text("licence", text_of(f, "general.license"));
    print_text("architecture", text_of(f, "general.architecture"));
    printf("%-15s%.2f M in %zu tensors, %.1f MB%s\n", "parameters",
           (double)model_weights_n_params(f->weights) / 1e6, model_gguf_n_tensors(f->file),
           (double)model_gguf_n_bytes(f->file) / 1e6, f->built_in ? ", built in" : "");
    printf("%-15s%u layers, %u wide, %u heads of %u, %u KV heads, feed-forward %u\n", "shape",
           h->n_layer, h->n_embd, h->n_head, h->head_dim, h->n_head_kv, h->n_ff);
    printf("%-15s%u tokens\n", "context", h->n_ctx_train);
    printf("%-15s%zu tokens, %s\n", "vocabulary", model_vocab_size(f->vocab),
           model_vocab_scheme(f->vocab));
    printf("%-15s", "weights");
    for (size_t i = 0; i < f->info.n_types; i++)
        printf("%s x %zu (%.1f MB)  ", model_type_name(f->info.types[i].type),
               f->info.types[i].n_tensors, (double)f->info.types[i].n_bytes / 1e6);
    printf("\n%-15s%llu bytes a token, %.1f MB for all of the context\n", "KV cache",
           (unsigned long long)f->info.kv_bytes_per_token,
           (double)f->info.kv_bytes_per_token * h->n_ctx_train / 1e6);
    printf("%-15s%s\n", "kernels", f->info.isa);
    printf("%-15s", "fill-in-middle");
    size_t missing = 0;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        model_token id = model_vocab_role(f->vocab, roles[i].role);
        if (id == MODEL_TOKEN_NONE)
            missing += i < 3;
        else
            printf("%s %d  ", roles[i].name, (int)id);
    }
    puts(missing ? "no: only the text before the cursor will be read" : "");
}

static int print_json(const struct facts *f)
{
    const struct model_hparams *h = model_weights_hparams(f->weights);
    cJSON *root = cJSON_CreateObject();
    cli_json_str(root, "name", text_of(f, "general.name"));
    cli_json_str(root, "licence", text_of(f, "general.license"));
    cli_json_str(root, "architecture", text_of(f, "general.architecture"));
    cJSON_AddBoolToObject(root, "builtIn", f->built_in);
    const struct {
        const char *key;
        double value;
    } numbers[] = {
        {"parameters", (double)model_weights_n_params(f->weights)},
        {"fileBytes", (double)model_gguf_n_bytes(f->file)},
        {"tensors", (double)model_gguf_n_tensors(f->file)},
        {"layers", h->n_layer},
        {"width", h->n_embd},
        {"heads", h->n_head},
        {"kvHeads", h->n_head_kv},
        {"headSize", h->head_dim},
        {"feedForward", h->n_ff},
        {"context", h->n_ctx_train},
        {"vocabulary", (double)model_vocab_size(f->vocab)},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        cJSON_AddNumberToObject(root, numbers[i].key, numbers[i].value);
    cJSON *types = cJSON_AddObjectToObject(root, "typeBytes");
    for (size_t i = 0; i < f->info.n_types; i++)
        cJSON_AddNumberToObject(types, model_type_name(f->info.types[i].type),
                                (double)f->info.types[i].n_bytes);
    cJSON *fim = cJSON_AddObjectToObject(root, "tokens");
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (model_vocab_role(f->vocab, roles[i].role) != MODEL_TOKEN_NONE)
            cJSON_AddNumberToObject(fim, roles[i].name, model_vocab_role(f->vocab, roles[i].role));
    return cli_print_json(root, "model");
}

static const struct {
    const char *name;
    cli_command *run;
} tools[] = {
    {"bench", cli_bench},       {"logits", cli_logits},     {"perplexity", cli_perplexity},
    {"quantize", cli_quantize}, {"tokenize", cli_tokenize},
};

int cli_model(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof tools / sizeof *tools; i++)
        if (strcmp(argv[1], tools[i].name) == 0)
            return tools[i].run(argc - 1, argv + 1);
    static const struct option longs[] = {{"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
    bool json = false;
    for (int c; (c = getopt_long(argc, argv, "j", longs, NULL)) != -1;) {
        if (c != 'j')
            return cli_bad_option("model");
        json = true;
    }
    if (optind >= argc || strcmp(argv[optind], "info") != 0)
        return cli_fail(CLI_USAGE, "model",
                        "the word after 'model' is info, quantize, perplexity, logits, bench or "
                        "tokenize; see 'artel help model'");
    if (argc - optind > 2)
        return cli_fail(CLI_USAGE, "model", "give at most one file");
    struct facts f = {0};
    err e = {{0}};
    int code = CLI_OK;
    err_code rc = gather(&f, argc - optind == 2 ? argv[optind + 1] : NULL, &e);
    if (rc != ERR_OK)
        code = cli_fail(CLI_FAILED, "model", "%s", e.text[0] ? e.text : err_name(rc));
    else if (json)
        code = print_json(&f);
    else
        print_facts(&f);
    release(&f);
    return code;
}
