/* engine_peer LIB_DIR MODEL THREADS N_PREFILL N_DECODE REPS [N_BATCH [LOGITS_FILE]]: engine_artel's
 * measurements with llama.cpp's library. */
#include "tests/bench/engine/engine.h"
#include "tests/bench/peer/peer.h"

static peer *self;

static bool open_peer(const struct engine_args *a)
{
    self =
        peer_open(a->lib_dir, a->model, (int)a->n_threads, (uint32_t)(a->n_prefill + a->n_decode),
                  a->n_batch ? (uint32_t)a->n_batch : 512);
    return self != NULL;
}

static size_t n_vocab(void)
{
    return peer_n_vocab(self);
}

static void clear(void)
{
    peer_clear(self);
}

static const float *read_ids(const int32_t *ids, size_t n)
{
    return peer_read(self, ids, n, false) ? peer_logits(self, -1) : NULL;
}

static double token_bytes(size_t n)
{
    (void)n;
    return 0;
}

static void close_peer(void)
{
    peer_close(self);
}

int main(int argc, char **argv)
{
    const struct engine g = {open_peer, n_vocab, clear, read_ids, close_peer, token_bytes};
    return engine_main(&g, argc, argv, true);
}
