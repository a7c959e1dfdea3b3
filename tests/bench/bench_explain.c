/* How long an explanation takes, in processor time, so that a busy machine does not count:
 * bench_explain FILE. Every place of the file in turn, the tree
 * parsed once, as a hover finds it; and the first question in a language, which reads its file. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "assist/explain/explain.h"
#include "assist/explain/render.h"
#include "base/file.h"

enum { FILE_MAX_BYTES = 16 << 20, ARENA_BYTES = 32 << 20, MAX_PLACES = 20000 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double processor_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double ask(const struct explain_request *r, size_t at)
{
    arena mem;
    buf out;
    err e = {{0}};
    struct explain_answer a;
    struct explain_request q = *r;
    double begin = processor_ms();
    arena_init(&mem, ARENA_BYTES);
    buf_init(&out, ARENA_BYTES);
    q.begin = q.end = at;
    if (explain(&a, &q, &mem, &e) == ERR_OK)
        explain_render(&out, &a,
                       &(struct explain_render){.format = EXPLAIN_MARKDOWN, .level = EXPLAIN_CARD});
    buf_release(&out);
    arena_release(&mem);
    return processor_ms() - begin;
}

int main(int argc, char **argv)
{
    err e = {{0}};
    buf text;
    gram_knowledge *k = NULL;
    ctx_tree *tree = NULL;
    buf_init(&text, FILE_MAX_BYTES);
    double *ms = malloc(MAX_PLACES * sizeof *ms);
    if (argc != 2 || !ms || file_read(&text, argv[1], &e) != ERR_OK ||
        gram_knowledge_create(&k) != ERR_OK) {
        fprintf(stderr, "usage: bench_explain FILE\n%s\n", e.text);
        return 1;
    }
    struct explain_request r = {.knowledge = k, .text = buf_view(&text)};
    r.lang = gram_language_find((str_view){NULL, 0}, str_of(argv[1]), r.text);
    double begin = processor_ms();
    if (ctx_tree_create(&tree, r.lang, &e) != ERR_OK ||
        ctx_tree_parse(tree, r.text, 0, &e) != ERR_OK) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    printf("parse        %8.3f ms, %zu bytes\n", processor_ms() - begin, r.text.len);
    r.tree = tree;
    printf("first answer %8.3f ms\n", ask(&r, 0));
    size_t step = r.text.len / MAX_PLACES + 1, n = 0;
    for (size_t at = 0; at < r.text.len && n < MAX_PLACES; at += step)
        ms[n++] = ask(&r, at);
    if (n > 0) {
        qsort(ms, n, sizeof *ms, by_value);
        printf("answers      median %.3f ms, 99 %% in %.3f ms, slowest %.3f ms (%zu places)\n",
               ms[n / 2], ms[n * 99 / 100], ms[n - 1], n);
    }
    ctx_tree_destroy(tree);
    gram_knowledge_destroy(k);
    buf_release(&text);
    free(ms);
    return 0;
}
