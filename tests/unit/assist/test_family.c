/* The prompts that families of models were taught, as assist_context shows them. */
#include "tests/unit/test.h"

#include <unistd.h>

#include "assist/complete/complete.h"
#include "base/buf.h"
#include "base/file.h"

enum { MODEL_BYTES = 64 << 20, MAX_RENAMES = 8 };

/* Metadata comes before names. */
#define PRE_KEY  "tokenizer.ggml.fim_pre_token_id"
#define REPO_KEY "tokenizer.ggml.fim_rep_token_id"
#define SEP_KEY  "tokenizer.ggml.fim_sep_token_id"

struct rename {
    const char *from, *to;
};

/* A text of the file, its length before it. */
static void replace_text(buf *model, const char *from, str_view to)
{
    char old[128];
    uint64_t n_old = strlen(from), n_new = to.len;
    memcpy(old, &n_old, sizeof n_old);
    memcpy(old + sizeof n_old, from, n_old);
    size_t at = str_find(buf_view(model), (str_view){old, sizeof n_old + n_old});
    assert_true(at < model->len);
    size_t end = at + sizeof n_old + n_old;
    buf copy;
    buf_init(&copy, MODEL_BYTES);
    buf_append(&copy, str_slice(buf_view(model), 0, at));
    buf_append(&copy, (str_view){(const char *)&n_new, sizeof n_new});
    buf_append(&copy, to);
    buf_append(&copy, str_slice(buf_view(model), end, model->len));
    assert_int_equal(buf_failed(&copy), ERR_OK);
    buf_release(model);
    *model = copy;
}

/* The embedded model with other texts; `name` is filled up so that the weights stay where they are.
 */
static void write_model(char *path, const char *name, const struct rename *renames)
{
    buf model;
    err e = {0};
    buf_init(&model, MODEL_BYTES);
    assert_ok(file_read(&model, ARTEL_SOURCE_DIR "/model/default/artel.gguf", &e), &e);
    size_t n_bytes = model.len;
    for (size_t i = 0; i < MAX_RENAMES && renames[i].from; i++)
        replace_text(&model, renames[i].from, str_of(renames[i].to));
    char filled[64];
    int width = (int)(n_bytes - model.len + strlen("artel-v1"));
    assert_true(strlen(name) <= (size_t)width);
    snprintf(filled, sizeof filled, "%-*s", width, name);
    replace_text(&model, "artel-v1", str_of(filled));
    assert_int_equal(model.len, n_bytes);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, model.ptr, model.len), n_bytes);
    close(fd);
    buf_release(&model);
}

static void test_family__prompts(void **state)
{
    (void)state;
    static const struct {
        const char *name, *prompt;
        struct rename renames[MAX_RENAMES];
    } cases[] = {
        {"qwen",
         "<|repo_name|>R\n<|file_sep|>a/b.c\n<|fim_prefix|>int x;\n<|fim_suffix|>\n"
         "int y;\n<|fim_middle|>",
         {{0}}},
        {"starcoder2",
         "<repo_name>R<file_sep><fim_prefix>a/b.c\nint x;\n<fim_suffix>\nint y;\n<fim_middle>",
         {{"<|fim_prefix|>", "<fim_prefix>"},
          {"<|fim_suffix|>", "<fim_suffix>"},
          {"<|fim_middle|>", "<fim_middle>"},
          {"<|repo_name|>", "<repo_name>"},
          {"<|file_sep|>", "<file_sep>"}}},
        {"mellum-4b-base",
         "<reponame>R\n<filename>a/b.c\n<fim_suffix>\nint y;\n<fim_prefix>int x;\n<fim_middle>",
         {{"<|fim_prefix|>", "<fim_prefix>"},
          {"<|fim_suffix|>", "<fim_suffix>"},
          {"<|fim_middle|>", "<fim_middle>"},
          {"<|repo_name|>", "<reponame>"},
          {"<|file_sep|>", "<filename>"}}},
        {"seed",
         "<[fim-suffix]>\nint y;\n<[fim-prefix]>int x;\n<[fim-middle]>",
         {{"<|fim_prefix|>", "<[fim-prefix]>"},
          {"<|fim_suffix|>", "<[fim-suffix]>"},
          {"<|fim_middle|>", "<[fim-middle]>"},
          {REPO_KEY, "tokenizer.ggml.xim_rep_token_id"},
          {"<|repo_name|>", "<|xepo_name|>"},
          {SEP_KEY, "tokenizer.ggml.xim_sep_token_id"},
          {"<|file_sep|>", "<|xile_sep|>"}}},
        {"codellama",
         "▁<PRE>▁<SUF>\nint y;\n▁<MID>int x;\n",
         {{"<|fim_prefix|>", "▁<PRE>"},
          {"<|fim_suffix|>", "▁<SUF>"},
          {"<|fim_middle|>", "▁<MID>"},
          {REPO_KEY, "tokenizer.ggml.xim_rep_token_id"},
          {"<|repo_name|>", "<|xepo_name|>"},
          {SEP_KEY, "tokenizer.ggml.xim_sep_token_id"},
          {"<|file_sep|>", "<|xile_sep|>"}}},
        {"plain",
         "int x;\n",
         {{"<|fim_prefix|>", "<|xim_prefix|>"},
          {PRE_KEY, "tokenizer.ggml.xim_pre_token_id"},
          {REPO_KEY, "tokenizer.ggml.xim_rep_token_id"},
          {"<|repo_name|>", "<|xepo_name|>"},
          {SEP_KEY, "tokenizer.ggml.xim_sep_token_id"},
          {"<|file_sep|>", "<|xile_sep|>"}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[] = "/tmp/artel_family_XXXXXX";
        write_model(path, cases[i].name, cases[i].renames);
        assist_engine *engine = NULL;
        err e = {0};
        assert_ok(
            assist_engine_create(
                &engine, &(struct assist_engine_options){.model_path = path, .n_threads = 1}, &e),
            &e);
        struct assist_document doc = {
            .path = STR("a/b.c"), .repo = STR("R"), .text = STR("int x;\n\nint y;\n")};
        struct assist_context c = {0};
        arena mem;
        arena_init(&mem, 1 << 20);
        assert_ok(assist_context(engine, &c, &mem, &doc, strlen("int x;\n"), &e), &e);
        assert_view(c.prompt, cases[i].prompt);
        /* Said once, when it is loaded. */
        assert_int_equal(strstr(assist_engine_describe(engine), "only the text before") != NULL,
                         strcmp(cases[i].name, "plain") == 0);
        arena_release(&mem);
        assist_engine_destroy(engine);
        unlink(path);
    }
}

TEST_MAIN(cmocka_unit_test(test_family__prompts))
