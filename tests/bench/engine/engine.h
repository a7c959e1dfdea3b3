/* tests/bench/engine/engine.h: one measurement, the same for both engines. Each names its own
 * functions; what is fed, timed and printed stands here once. */
#ifndef ARTEL_TESTS_BENCH_ENGINE_ENGINE_H
#define ARTEL_TESTS_BENCH_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "tests/bench/engine/ids.h"

struct engine_args {
    const char *lib_dir; /* the peer's library; NULL for artel */
    const char *model;
    unsigned n_threads;
    size_t n_prefill, n_decode;
    int reps;
    size_t n_batch;     /* 0: the engine's default */
    const char *logits; /* the file that gets the logits after the prefill; NULL: none */
};

struct engine {
    /* Loads the model; the context holds n_prefill + n_decode tokens. */
    bool (*open)(const struct engine_args *a);
    size_t (*n_vocab)(void);
    void (*clear)(void);
    /* Evaluates n tokens after those already there; the logits after the last, or NULL. */
    const float *(*read)(const int32_t *ids, size_t n);
    void (*close)(void);
    /* Bytes of weights and cache that the next token reads, behind n tokens; 0: not known. */
    double (*token_bytes)(size_t n);
};

static inline bool engine_save(const char *path, const float *x, size_t n)
{
    FILE *f = path ? fopen(path, "wb") : NULL;
    bool ok = !path || (f && fwrite(x, sizeof *x, n, f) == n);
    return (!f || fclose(f) == 0) && ok;
}

static inline bool engine_measure(const struct engine *g, const struct engine_args *a)
{
    size_t n = a->n_prefill + a->n_decode;
    uint64_t begin = clock_now_ns();
    if (!g->open(a))
        return false;
    int32_t *ids = bench_ids(n, g->n_vocab());
    bool ok = ids && g->read(ids, 1);
    uint64_t loaded = clock_now_ns();
    if (ok)
        printf("load_ms %.2f token_bytes %.0f\n", (double)(loaded - begin) * 1e-6,
               g->token_bytes(a->n_prefill + a->n_decode / 2));
    for (int r = -1; ok && r < a->reps; r++) { /* the first warms up */
        g->clear();
        uint64_t start = clock_now_ns();
        const float *logits = g->read(ids, a->n_prefill);
        uint64_t middle = clock_now_ns();
        ok = logits && (r >= 0 || engine_save(a->logits, logits, g->n_vocab()));
        for (size_t i = a->n_prefill; ok && i < n; i++)
            ok = g->read(ids + i, 1) != NULL;
        uint64_t end = clock_now_ns();
        if (ok && r >= 0)
            printf("prefill %.2f decode %.2f\n",
                   (double)a->n_prefill * 1e9 / (double)(middle - start),
                   (double)a->n_decode * 1e9 / (double)(end - middle));
    }
    struct rusage usage;
    if (ok && getrusage(RUSAGE_SELF, &usage) == 0)
        printf("rss_mb %.1f\n", (double)usage.ru_maxrss * 1024 / 1e6);
    free(ids);
    g->close();
    return ok;
}

/* [LIB_DIR] MODEL THREADS N_PREFILL N_DECODE REPS [N_BATCH [LOGITS_FILE]] */
static inline int engine_main(const struct engine *g, int argc, char **argv, bool with_lib)
{
    int first = with_lib ? 2 : 1;
    if (argc < first + 5) {
        fprintf(stderr,
                "usage: %s %sMODEL THREADS N_PREFILL N_DECODE REPS [N_BATCH [LOGITS_FILE]]\n",
                argv[0], with_lib ? "LIB_DIR " : "");
        return 2;
    }
    char **v = argv + first;
    const struct engine_args a = {
        .lib_dir = with_lib ? argv[1] : NULL,
        .model = v[0],
        .n_threads = (unsigned)strtoul(v[1], NULL, 10),
        .n_prefill = strtoul(v[2], NULL, 10),
        .n_decode = strtoul(v[3], NULL, 10),
        .reps = (int)strtol(v[4], NULL, 10),
        .n_batch = argc > first + 5 ? strtoul(v[5], NULL, 10) : 0,
        .logits = argc > first + 6 ? v[6] : NULL,
    };
    return engine_measure(g, &a) ? 0 : 1;
}

#endif
