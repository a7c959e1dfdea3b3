/* tests/bench/engine/ids.h: the token ids that both engines get. */
#ifndef ARTEL_TESTS_BENCH_ENGINE_IDS_H
#define ARTEL_TESTS_BENCH_ENGINE_IDS_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* n ids below n_vocab, the same at every call; free() them. NULL when memory is short. */
static inline int32_t *bench_ids(size_t n, size_t n_vocab)
{
    int32_t *ids = malloc((n ? n : 1) * sizeof *ids);
    uint32_t x = 12345;
    for (size_t i = 0; ids && i < n; i++) {
        x = x * 1664525u + 1013904223u;
        ids[i] = (int32_t)((x >> 8) % n_vocab);
    }
    return ids;
}

#endif
