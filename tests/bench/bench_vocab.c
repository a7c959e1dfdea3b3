/* bench_vocab MODEL.gguf TEXT: time to open the file, to create the vocabulary, and to encode the
 * text; also a run of one letter and a run of spaces of the same length, which must not cost much
 * more a byte. Best of several runs, so that what else the machine does counts little. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "model/gguf.h"
#include "model/vocab.h"

enum { N_RUNS = 20, MAX_TEXT = 1 << 26 };

static void fatal(const char *what)
{
    fprintf(stderr, "bench_vocab: %s\n", what);
    exit(1);
}

static double best(double so_far, uint64_t begin)
{
    double ms = clock_ms(clock_now_ns() - begin);
    return so_far == 0 || ms < so_far ? ms : so_far;
}

static void encode(const model_vocab *v, const char *what, str_view text)
{
    struct model_tokens t;
    model_tokens_init(&t, MAX_TEXT);
    double ms = 0;
    for (int i = 0; i < N_RUNS; i++) {
        model_tokens_clear(&t);
        uint64_t begin = clock_now_ns();
        model_vocab_encode(v, text, &t);
        ms = best(ms, begin);
    }
    if (t.failed != ERR_OK)
        fatal(err_name(t.failed));
    printf("%-16s %9zu bytes %9zu tokens %9.3f ms %7.1f MB/s\n", what, text.len, t.n, ms,
           (double)text.len / 1e3 / ms);
    model_tokens_release(&t);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        fatal("usage: bench_vocab MODEL.gguf TEXT");
    err e = {0};
    buf text;
    buf_init(&text, MAX_TEXT);
    if (file_read(&text, argv[2], &e) != ERR_OK)
        fatal(e.text);
    double open_ms = 0, create_ms = 0;
    model_gguf *g = NULL;
    model_vocab *v = NULL;
    for (int i = 0; i < N_RUNS; i++) {
        model_vocab_destroy(v);
        model_gguf_close(g);
        uint64_t begin = clock_now_ns();
        if (model_gguf_open(&g, argv[1], &e) != ERR_OK)
            fatal(e.text);
        open_ms = best(open_ms, begin);
        begin = clock_now_ns();
        if (model_vocab_create(&v, g, &e) != ERR_OK)
            fatal(e.text);
        create_ms = best(create_ms, begin);
    }
    printf("open %.3f ms, vocabulary of %zu tokens (%s) %.3f ms\n", open_ms, model_vocab_size(v),
           model_vocab_scheme(v), create_ms);
    encode(v, "text", buf_view(&text));
    char *run = mem_alloc(text.len);
    if (!run)
        fatal("out of memory");
    memset(run, 'a', text.len);
    encode(v, "one letter", (str_view){run, text.len});
    memset(run, ' ', text.len);
    encode(v, "spaces", (str_view){run, text.len});
    for (size_t i = 0; i < text.len; i++)
        run[i] = "ab1 \n("[hash_u64(i) % 6];
    encode(v, "mixed", (str_view){run, text.len});
    mem_free(run);
    model_vocab_destroy(v);
    model_gguf_close(g);
    buf_release(&text);
    return 0;
}
