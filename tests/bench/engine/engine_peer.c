/* engine_peer LIB_DIR MODEL THREADS N_PREFILL N_DECODE REPS [N_BATCH]: engine_artel's measurements
 * with llama.cpp's library. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "tests/bench/engine/ids.h"
#include "tests/bench/peer/peer.h"

int main(int argc, char **argv)
{
    if (argc < 7) {
        fprintf(stderr,
                "usage: engine_peer LIB_DIR MODEL THREADS N_PREFILL N_DECODE REPS [N_BATCH]\n");
        return 2;
    }
    size_t n_prefill = strtoul(argv[4], NULL, 10), n_decode = strtoul(argv[5], NULL, 10);
    int reps = (int)strtol(argv[6], NULL, 10);
    uint32_t n_batch = argc > 7 ? (uint32_t)strtoul(argv[7], NULL, 10) : 512;
    peer *p = peer_open(argv[1], argv[2], (int)strtol(argv[3], NULL, 10),
                        (uint32_t)(n_prefill + n_decode), n_batch);
    if (!p)
        return 1;
    int status = 1;
    int32_t *ids = bench_ids(n_prefill + n_decode, peer_n_vocab(p));
    for (int r = -1; ids && r < reps; r++) {
        peer_clear(p);
        uint64_t begin = clock_now_ns();
        if (!peer_read(p, ids, n_prefill, false) || !peer_logits(p, -1))
            goto done;
        uint64_t middle = clock_now_ns();
        for (size_t i = 0; i < n_decode; i++)
            if (!peer_read(p, ids + n_prefill + i, 1, false) || !peer_logits(p, -1))
                goto done;
        uint64_t end = clock_now_ns();
        if (r >= 0)
            printf("%.1f %.1f\n", (double)n_prefill * 1e9 / (double)(middle - begin),
                   (double)n_decode * 1e9 / (double)(end - middle));
    }
    status = ids ? 0 : 1;
done:
    free(ids);
    peer_close(p);
    return status;
}
