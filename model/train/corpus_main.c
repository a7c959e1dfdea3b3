/* artel-corpus: the steps of the training pipeline that are slow elsewhere. Not part of the shipped
 * program. Texts come as records (records.h) on standard input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/train/bpe.h"
#include "model/train/minhash.h"
#include "model/train/records.h"
#include "model/vocab.h"

static const char usage[] =
    "usage: artel-corpus near SIMILARITY            numbers of texts that an earlier one is like,\n"
    "                                               and of that one, a pair a line\n"
    "       artel-corpus merges PRE N               learns N merges, a pair of tokens a line\n"
    "       artel-corpus encode VOCABULARY.gguf     token ids (u16); the bytes 0 to 5 stand for\n"
    "                                               end, prefix, middle, suffix, repository, "
    "file;\n"
    "                                               6 for the end of a token\n"
    "Texts come on standard input: length in bytes, line feed, bytes.\n";

enum { MAX_TEXT = 1 << 30, MAX_TOKENS = 1 << 26, MAX_MERGES = 1 << 16 };

/* ---- near duplicates ---- */

static err_code near(const char *similarity, err *e)
{
    train_near *n = NULL;
    buf text;
    buf_init(&text, MAX_TEXT);
    err_code rc = train_near_create(&n, e);
    for (size_t i = 0; rc == ERR_OK; i++) {
        size_t like;
        rc = train_records_next(&text, stdin, e);
        if (rc == ERR_OK)
            rc = train_near_add(n, &like, buf_view(&text), strtod(similarity, NULL), e);
        if (rc == ERR_OK && like != SIZE_MAX)
            printf("%zu %zu\n", i, like);
    }
    train_near_destroy(n);
    buf_release(&text);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

/* ---- merges ---- */

static err_code merges(const char *pre, const char *number, err *e)
{
    const size_t wanted = strtoul(number, NULL, 10);
    if (wanted == 0 || wanted > MAX_MERGES)
        return err_set(e, ERR_RANGE, "from 1 to %d merges can be learned, not %s", MAX_MERGES,
                       number);
    train_bpe *b = NULL;
    buf text;
    size_t n = 0;
    buf_init(&text, MAX_TEXT);
    struct train_merge *all = mem_alloc(wanted * sizeof *all);
    err_code rc = all ? train_bpe_create(&b, str_of(pre), e) : ERR_NOMEM;
    while (rc == ERR_OK) {
        rc = train_records_next(&text, stdin, e);
        if (rc == ERR_OK)
            rc = train_bpe_count(b, buf_view(&text), e);
    }
    if (rc == ERR_NOT_FOUND)
        rc = train_bpe_learn(b, all, wanted, &n, e);
    for (size_t i = 0; rc == ERR_OK && i < n; i++)
        printf("%u %u\n", all[i].left, all[i].right);
    train_bpe_destroy(b);
    buf_release(&text);
    mem_free(all);
    return rc;
}

/* ---- token ids ---- */

static const enum model_role marks[] = {MODEL_ROLE_EOS,        MODEL_ROLE_FIM_PREFIX,
                                        MODEL_ROLE_FIM_MIDDLE, MODEL_ROLE_FIM_SUFFIX,
                                        MODEL_ROLE_REPO,       MODEL_ROLE_FILE_SEP};
enum { N_MARKS = sizeof marks / sizeof marks[0] };

static err_code write_ids(const struct model_tokens *t, err *e)
{
    if (t->failed != ERR_OK)
        return err_set(e, t->failed, "a text has too many tokens");
    for (size_t i = 0; i < t->n; i++) {
        const unsigned char bytes[2] = {(unsigned char)(t->ids[i] & 0xff),
                                        (unsigned char)(t->ids[i] >> 8 & 0xff)};
        if (fwrite(bytes, 1, sizeof bytes, stdout) != sizeof bytes)
            return err_set(e, ERR_IO, "the token ids cannot be written");
    }
    return ERR_OK;
}

static void encode_text(const model_vocab *v, str_view text, struct model_tokens *t)
{
    size_t from = 0;
    for (size_t i = 0; i <= text.len; i++) {
        unsigned char c = i < text.len ? (unsigned char)text.ptr[i] : N_MARKS;
        if (c > N_MARKS)
            continue;
        model_vocab_encode(v, str_slice(text, from, i), t);
        if (c < N_MARKS)
            model_tokens_push(t, model_vocab_role(v, marks[c]));
        from = i + 1;
    }
}

static err_code check_marks(const model_vocab *v, err *e)
{
    for (size_t i = 0; i < N_MARKS; i++)
        if (model_vocab_role(v, marks[i]) == MODEL_TOKEN_NONE)
            return err_set(e, ERR_UNSUPPORTED, "the vocabulary has no marks for filling in");
    if (model_vocab_size(v) > UINT16_MAX + 1)
        return err_set(e, ERR_UNSUPPORTED, "the vocabulary has more than 65536 tokens");
    return ERR_OK;
}

static err_code encode(const char *path, err *e)
{
    model_gguf *g = NULL;
    model_vocab *v = NULL;
    struct model_tokens t;
    buf text;
    buf_init(&text, MAX_TEXT);
    model_tokens_init(&t, MAX_TOKENS);
    err_code rc = model_gguf_open(&g, path, e);
    if (rc == ERR_OK)
        rc = model_vocab_create(&v, g, e);
    if (rc == ERR_OK)
        rc = check_marks(v, e);
    while (rc == ERR_OK) {
        rc = train_records_next(&text, stdin, e);
        if (rc != ERR_OK)
            break;
        model_tokens_clear(&t);
        encode_text(v, buf_view(&text), &t);
        rc = write_ids(&t, e);
    }
    model_tokens_release(&t);
    model_vocab_destroy(v);
    model_gguf_close(g);
    buf_release(&text);
    return rc == ERR_NOT_FOUND && v ? ERR_OK : rc;
}

int main(int argc, char **argv)
{
    err e = {0};
    err_code rc;
    if (argc == 3 && strcmp(argv[1], "near") == 0) {
        rc = near(argv[2], &e);
    } else if (argc == 4 && strcmp(argv[1], "merges") == 0) {
        rc = merges(argv[2], argv[3], &e);
    } else if (argc == 3 && strcmp(argv[1], "encode") == 0) {
        rc = encode(argv[2], &e);
    } else {
        fputs(usage, stderr);
        return 2;
    }
    if (rc == ERR_OK && fflush(stdout) != 0)
        rc = err_set(&e, ERR_IO, "the result cannot be written");
    if (rc != ERR_OK)
        fprintf(stderr, "artel-corpus: %s\n", e.text[0] ? e.text : err_name(rc));
    return rc == ERR_OK ? 0 : 1;
}
