/* engine_limits FILE THREADS: what the machine can do with as many bytes as the file has (at most
 * 1 GiB): reads the file once from the page cache (after once to bring it there), and reads memory
 * of that size again and again with all threads. Prints "read_ms R memory_gbs M", of the file the
 * shortest time and of memory the median, as the speeds beside it are medians. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "model/bandwidth.h"

enum { MAX_PASSES = 4096 };
static const size_t max_area = (size_t)1 << 30;

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

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
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
    size_t n = (size_t)st.st_size < max_area ? (size_t)st.st_size : max_area;
    char *p = mem_alloc_large(n);
    model__pool *pool = NULL;
    err e = {{0}};
    if (!p || model__pool_create(&pool, (unsigned)strtoul(argv[2], NULL, 10), &e) != ERR_OK)
        return 1;
    memset(p, 1, n);
    model__bandwidth(pool, p, n); /* starts the threads */
    static double rates[MAX_PASSES];
    size_t n_rates = 0;
    uint64_t start = clock_now_ns();
    while (n_rates < MAX_PASSES && (n_rates < 11 || clock_now_ns() - start < 300000000u))
        rates[n_rates++] = model__bandwidth(pool, p, n);
    qsort(rates, n_rates, sizeof *rates, ascending);
    printf("read_ms %.2f memory_gbs %.2f\n", read_ms, rates[n_rates / 2] * 1e-9);
    model__pool_destroy(pool);
    mem_free(p);
    return 0;
}
