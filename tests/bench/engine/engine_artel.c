/* engine_artel MODEL THREADS N_PREFILL N_DECODE REPS [N_BATCH]: prints, for each repetition,
 * prefill and decode speed in tokens per second. Same output as engine_peer;
 * tests/bench/engine/compare runs both in turn. Decoding follows the prefill; ids are fixed,
 * nothing is sampled. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "model/session.h"
#include "tests/bench/engine/ids.h"

int main(int argc, char **argv)
{
    if (argc < 6) {
        fprintf(stderr, "usage: engine_artel MODEL THREADS N_PREFILL N_DECODE REPS [N_BATCH]\n");
        return 2;
    }
    uint32_t n_threads = (uint32_t)strtoul(argv[2], NULL, 10);
    size_t n_prefill = strtoul(argv[3], NULL, 10), n_decode = strtoul(argv[4], NULL, 10);
    int reps = (int)strtol(argv[5], NULL, 10);
    err e = {0};
    model_gguf *g = NULL;
    model_weights *w = NULL;
    model_session *s = NULL;
    model_token *ids = NULL;
    int status = 1;
    const struct model_session_options options = {
        .n_ctx = (uint32_t)(n_prefill + n_decode),
        .n_threads = n_threads,
        .n_batch = argc > 6 ? (uint32_t)strtoul(argv[6], NULL, 10) : 0};
    if (model_gguf_open(&g, argv[1], &e) != ERR_OK || model_weights_load(&w, g, &e) != ERR_OK ||
        model_session_create(&s, w, &options, &e) != ERR_OK)
        goto done;
    ids = bench_ids(n_prefill + n_decode, model_weights_hparams(w)->n_vocab);
    if (!ids)
        goto done;
    for (int r = -1; r < reps; r++) { /* the first warms up */
        model_session_truncate(s, 0);
        uint64_t begin = clock_now_ns();
        if (model_session_feed(s, ids, n_prefill, NULL, NULL, &e) != ERR_OK)
            goto done;
        uint64_t middle = clock_now_ns();
        for (size_t i = 0; i < n_decode; i++)
            if (model_session_step(s, ids[n_prefill + i], &e) != ERR_OK)
                goto done;
        uint64_t end = clock_now_ns();
        if (r >= 0)
            printf("%.1f %.1f\n", (double)n_prefill * 1e9 / (double)(middle - begin),
                   (double)n_decode * 1e9 / (double)(end - middle));
    }
    status = 0;
done:
    if (status)
        fprintf(stderr, "engine_artel: %s\n", e.text);
    free(ids);
    model_session_destroy(s);
    model_weights_destroy(w);
    model_gguf_close(g);
    return status;
}
