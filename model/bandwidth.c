#include "model/bandwidth.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/compiler.h"

enum { LINE = 64, STREAMS = 4 };

struct reading {
    const unsigned char *p;
    size_t n_bytes;
    atomic_uint_fast64_t sum; /* so that the reads are not optimised away */
};

static void read_part(void *arg, unsigned index, unsigned n_parts)
{
    struct reading *r = arg;
    size_t share = r->n_bytes / n_parts;
    size_t stream = share / STREAMS / LINE * LINE;
    const unsigned char *p = r->p + share * index;
    uint64_t sum = 0;
    for (size_t at = 0; at < stream; at += LINE) {
        for (size_t s = 0; s < STREAMS; s++) {
            const unsigned char *line = p + s * stream + at;
            PREFETCH((uintptr_t)line + 2048);
            uint64_t word;
            memcpy(&word, line, sizeof word);
            sum += word;
        }
    }
    atomic_fetch_add(&r->sum, sum);
}

double model__bandwidth(model__pool *pool, const void *p, size_t n_bytes)
{
    struct reading r = {.p = p, .n_bytes = n_bytes};
    uint64_t begin = clock_now_ns();
    model__pool_run(pool, read_part, &r);
    uint64_t ns = clock_now_ns() - begin;
    return (double)n_bytes * 1e9 / (double)(ns ? ns : 1);
}
