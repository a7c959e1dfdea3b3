/* engine_limits FILE THREADS: what the machine can do with as many bytes as the file has (at most
 * 1 GiB): reads the file once from the page cache (after once to bring it there), and reads memory
 * of that size again and again with all threads. Prints "read_ms R memory_gbs M". */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/mem.h"
#include "model/pool.h"

static const size_t max_area = (size_t)1 << 30;
static volatile uint64_t sink;

struct area {
    const char *p;
    size_t n;
};

/* Asks for the bytes ahead, which is faster than leaving that to the processor. */
static void read_part(void *arg, unsigned index, unsigned n_parts)
{
    const struct area *a = arg;
    size_t first = a->n / n_parts * index, last = a->n / n_parts * (index + 1);
    uint64_t sum[8] = {0};
    for (size_t at = first / 64 * 64; at + 64 <= last; at += 64) {
        PREFETCH((uintptr_t)a->p + at + 4096);
        uint64_t line[8];
        memcpy(line, a->p + at, sizeof line);
        for (size_t i = 0; i < 8; i++)
            sum[i] += line[i];
    }
    for (size_t i = 1; i < 8; i++)
        sum[0] += sum[i];
    sink = sum[0];
}

static double read_file_ms(const char *path)
{
    static char chunk[1 << 20];
    int fd = open(path, O_RDONLY);
    uint64_t begin = clock_now_ns();
    ssize_t n = 1;
    while (fd >= 0 && n > 0)
        n = read(fd, chunk, sizeof chunk);
    uint64_t end = clock_now_ns();
    if (fd < 0 || n < 0) {
        perror(path);
        exit(1);
    }
    close(fd);
    return (double)(end - begin) * 1e-6;
}

int main(int argc, char **argv)
{
    struct stat st;
    if (argc != 3 || stat(argv[1], &st) != 0) {
        fprintf(stderr, "usage: engine_limits FILE THREADS\n");
        return 2;
    }
    double read_ms = read_file_ms(argv[1]);
    for (int i = 0; i < 2; i++) {
        double ms = read_file_ms(argv[1]);
        read_ms = ms < read_ms ? ms : read_ms;
    }
    struct area a = {.n = (size_t)st.st_size < max_area ? (size_t)st.st_size : max_area};
    char *p = mem_alloc_large(a.n);
    model__pool *pool = NULL;
    err e = {{0}};
    if (!p || model__pool_create(&pool, (unsigned)strtoul(argv[2], NULL, 10), &e) != ERR_OK)
        return 1;
    memset(p, 1, a.n);
    a.p = p;
    double best = 1e30;
    uint64_t start = clock_now_ns();
    for (int i = 0; i < 12 || clock_now_ns() - start < 200000000u; i++) {
        uint64_t begin = clock_now_ns();
        model__pool_run(pool, read_part, &a);
        double s = (double)(clock_now_ns() - begin) * 1e-9;
        best = s < best ? s : best;
    }
    printf("read_ms %.2f memory_gbs %.2f\n", read_ms, (double)a.n / best * 1e-9);
    model__pool_destroy(pool);
    mem_free(p);
    return 0;
}
