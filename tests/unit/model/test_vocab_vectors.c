/* Token ids of the vocabularies in shared/vectors, and of any folder named on the command line,
 * against the ids that come with them: X.gguf, X.gguf.inp (texts separated by a line
 * __ggml_vocab_test__) and X.gguf.out (a line of ids for each). Not a cmocka program: what there is
 * to test is found at run time. Exit status 77 where there is nothing. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "model/gguf.h"
#include "model/vocab.h"

enum { MAX_FILE = 1 << 24 };

static int n_failed;

#define FAIL(...) (n_failed++, printf("FAILED: " __VA_ARGS__), putchar('\n'))

static bool read_beside(buf *out, const char *path, const char *suffix)
{
    char name[1024];
    int n = snprintf(name, sizeof name, "%s%s", path, suffix);
    buf_init(out, MAX_FILE);
    return n < (int)sizeof name && file_read(out, name, NULL) == ERR_OK;
}

/* Ids as they stand in .out, for comparison and for messages. */
static void write_ids(buf *out, const struct model_tokens *t)
{
    for (size_t i = 0; i < t->n; i++)
        buf_append_format(out, "%s%d", i ? " " : "", (int)t->ids[i]);
}

static void check_round_trip(const model_vocab *v, str_view text, const struct model_tokens *t,
                             const char *path)
{
    buf back;
    buf_init(&back, MAX_FILE);
    for (size_t i = 0; i < t->n; i++)
        buf_append(&back, model_vocab_piece(v, t->ids[i]));
    str_view got = buf_view(&back);
    bool is_spm = strcmp(model_vocab_scheme(v), "spm") == 0;
    if (is_spm && text.len > 0 && str_starts(got, STR(" ")) && got.len == text.len + 1)
        got = str_slice(got, 1, got.len);
    if (!str_eq(got, text))
        FAIL("%s: \"%.*s\" came back as \"%.*s\"", path, STR_ARG(text), STR_ARG(got));
    buf_release(&back);
}

static size_t check_cases(const model_vocab *v, str_view texts, str_view ids, const char *path)
{
    static const str_view separator = {"\n__ggml_vocab_test__\n", 21};
    size_t n_cases = 0;
    while (texts.len > 0) {
        size_t at = str_find(texts, separator);
        str_view text = str_slice(texts, 0, at);
        if (at == texts.len) /* the last text is followed by nothing */
            break;
        texts = str_slice(texts, at + separator.len, texts.len);
        if (ids.len == 0) {
            FAIL("%s: fewer lines of ids than texts", path);
            break;
        }
        str_view want = str_trim(str_take_line(&ids));
        struct model_tokens t;
        model_tokens_init(&t, 1 << 16);
        model_vocab_encode(v, text, &t);
        buf got;
        buf_init(&got, MAX_FILE);
        write_ids(&got, &t);
        if (t.failed != ERR_OK || !str_eq(buf_view(&got), want))
            FAIL("%s, case %zu \"%.*s\"\n  got  %.*s\n  want %.*s", path, n_cases, STR_ARG(text),
                 STR_ARG(buf_view(&got)), STR_ARG(want));
        check_round_trip(v, text, &t, path);
        buf_release(&got);
        model_tokens_release(&t);
        n_cases++;
    }
    return n_cases;
}

/* Every token that stands for text must come back from its own text or from equal bytes. */
static void check_tokens(const model_vocab *v, const char *path)
{
    struct model_tokens t;
    model_tokens_init(&t, 1 << 16);
    for (size_t id = 0; id < model_vocab_size(v); id++) {
        str_view piece = model_vocab_piece(v, (model_token)id);
        model_tokens_clear(&t);
        model_vocab_encode(v, piece, &t);
        if (t.failed != ERR_OK)
            FAIL("%s: token %zu cannot be encoded", path, id);
        for (size_t i = 0; i < t.n; i++)
            if (model_vocab_is_special(v, t.ids[i]))
                FAIL("%s: text of token %zu became the special token %d", path, id, (int)t.ids[i]);
        check_round_trip(v, piece, &t, path);
    }
    model_tokens_release(&t);
}

static bool check_file(const char *path)
{
    buf texts = {0}, ids = {0};
    bool ran = read_beside(&texts, path, ".inp") && read_beside(&ids, path, ".out");
    if (ran) {
        model_gguf *g = NULL;
        model_vocab *v = NULL;
        err e = {0};
        err_code rc = model_gguf_open(&g, path, &e);
        if (rc == ERR_OK)
            rc = model_vocab_create(&v, g, &e);
        if (rc == ERR_UNSUPPORTED) {
            printf("not supported: %s\n", e.text);
            ran = false;
        } else if (rc != ERR_OK) {
            FAIL("%s", e.text);
        } else {
            size_t n = check_cases(v, buf_view(&texts), buf_view(&ids), path);
            check_tokens(v, path);
            printf("%s: %zu cases, %zu tokens, scheme %s\n", path, n, model_vocab_size(v),
                   model_vocab_scheme(v));
        }
        model_vocab_destroy(v);
        model_gguf_close(g);
    }
    buf_release(&texts);
    buf_release(&ids);
    return ran;
}

static int check_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return 0;
    int n_files = 0;
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        if (!str_ends(str_of(d->d_name), STR(".gguf")))
            continue;
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
        n_files += check_file(path);
    }
    closedir(dir);
    return n_files;
}

int main(int argc, char **argv)
{
    int n_files = argc > 1 ? 0 : check_folder(ARTEL_SHARED_DIR "/vectors");
    for (int i = 1; i < argc; i++)
        n_files += check_folder(argv[i]);
    if (n_files == 0) {
        printf("skipped: no vocabularies with expected ids are here\n");
        return 77;
    }
    return n_failed ? 1 : 0;
}
