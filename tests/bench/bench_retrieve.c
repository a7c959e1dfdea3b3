/* bench_retrieve FILE...: speed of retrieval: adds the files, then asks in the middle of every n-th
 * one. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "context/retrieve.h"

enum { N_QUERIES = 400, MAX_BYTES = 1 << 30 };

static size_t count(void *user, str_view text)
{
    (void)user;
    return text.len / 3;
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    ctx_retrieve *r = NULL;
    err e = {0};
    buf text;
    uint64_t put_ns = 0, ask_ns[N_QUERIES + 1];
    size_t n_bytes = 0, n_asked = 0, n_pieces = 0;
    buf_init(&text, 1 << 20);
    if (argc < 2 || ctx_retrieve_create(&r, MAX_BYTES, &e) != ERR_OK) {
        fprintf(stderr, "usage: bench_retrieve FILE...\n");
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        buf_clear(&text);
        if (file_read(&text, argv[i], NULL) != ERR_OK)
            continue;
        struct ctx_retrieve_doc doc = {.id = hash_str(str_of(argv[i])), .path = str_of(argv[i])};
        uint64_t start = clock_now_ns();
        if (ctx_retrieve_put(r, &doc, buf_view(&text), &e) != ERR_OK)
            fprintf(stderr, "%s: %s\n", argv[i], e.text);
        put_ns += clock_now_ns() - start;
        n_bytes += text.len;
    }
    for (int i = 1; i < argc; i += argc / N_QUERIES + 1) {
        buf_clear(&text);
        if (file_read(&text, argv[i], NULL) != ERR_OK)
            continue;
        arena mem;
        struct ctx_retrieve_piece pieces[8];
        arena_init(&mem, 1 << 28);
        struct ctx_retrieve_query q = {.before = str_slice(buf_view(&text), 0, text.len / 2),
                                       .after = str_slice(buf_view(&text), text.len / 2, text.len),
                                       .doc = hash_str(str_of(argv[i])),
                                       .count = count,
                                       .budget_tok = 500};
        uint64_t start = clock_now_ns();
        n_pieces += ctx_retrieve_find(r, &q, &mem, pieces, 8);
        ask_ns[n_asked++] = clock_now_ns() - start;
        arena_release(&mem);
    }
    if (n_asked) {
        qsort(ask_ns, n_asked, sizeof ask_ns[0], by_size);
        printf("%.1f MB at %.1f MB/s, %.1f MB held; %zu queries: median %.2f ms, p95 %.2f ms; "
               "%.1f pieces each\n",
               (double)n_bytes / 1e6, (double)n_bytes * 1e3 / (double)put_ns,
               (double)ctx_retrieve_bytes(r) / 1e6, n_asked, clock_ms(ask_ns[n_asked / 2]),
               clock_ms(ask_ns[n_asked * 95 / 100]), (double)n_pieces / (double)n_asked);
    }
    buf_release(&text);
    ctx_retrieve_destroy(r);
    return 0;
}
