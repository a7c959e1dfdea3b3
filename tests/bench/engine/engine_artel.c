/* engine_artel MODEL THREADS N_PREFILL N_DECODE REPS [N_BATCH [LOGITS_FILE]]: milliseconds from
 * nothing to the first token's logits, then for each repetition prefill and decode speed in tokens
 * per second, then the peak of resident memory. Same output as engine_peer;
 * tests/bench/engine/compare runs both in turn. Decoding follows the prefill; ids are fixed,
 * nothing is sampled. */
#include "model/info.h"
#include "model/session.h"
#include "tests/bench/engine/engine.h"

static struct {
    model_gguf *g;
    model_weights *w;
    model_session *s;
    struct model_info info;
    int32_t *ids; /* [n_ctx]: what has been read */
    size_t n;
} self;

static bool open_artel(const struct engine_args *a)
{
    err e = {{0}};
    const uint32_t n_ctx = (uint32_t)(a->n_prefill + a->n_decode);
    const struct model_session_options options = {
        .n_ctx = n_ctx, .n_threads = a->n_threads, .n_batch = (uint32_t)a->n_batch};
    self.ids = malloc(n_ctx * sizeof *self.ids);
    if (self.ids && model_gguf_open(&self.g, a->model, &e) == ERR_OK &&
        model_weights_load(&self.w, self.g, &e) == ERR_OK &&
        model_session_create(&self.s, self.w, &options, &e) == ERR_OK) {
        model_info_read(&self.info, self.g, self.w);
        printf("weights_mb %.1f kv_mb %.1f\n", (double)self.info.n_bytes / 1e6,
               (double)self.info.kv_bytes_per_token * n_ctx / 1e6);
        return true;
    }
    fprintf(stderr, "engine_artel: %s\n", e.text);
    return false;
}

static size_t n_vocab(void)
{
    return self.info.hp.n_vocab;
}

static void clear(void)
{
    model_session_truncate(self.s, 0);
    self.n = 0;
}

static const float *read_ids(const int32_t *ids, size_t n)
{
    err e = {{0}};
    for (size_t i = 0; i < n; i++)
        self.ids[self.n + i] = ids[i];
    self.n += n;
    err_code rc = n == 1 ? model_session_step(self.s, ids[0], &e)
                         : model_session_feed(self.s, self.ids, self.n, NULL, NULL, &e);
    if (rc != ERR_OK)
        fprintf(stderr, "engine_artel: %s\n", e.text);
    return rc == ERR_OK ? model_session_logits(self.s) : NULL;
}

static double token_bytes(size_t n)
{
    return (double)self.info.step_bytes + (double)self.info.kv_bytes_per_token * (double)n;
}

static void close_artel(void)
{
    free(self.ids);
    model_session_destroy(self.s);
    model_weights_destroy(self.w);
    model_gguf_close(self.g);
}

int main(int argc, char **argv)
{
    const struct engine g = {open_artel, n_vocab, clear, read_ids, close_artel, token_bytes};
    return engine_main(&g, argc, argv, false);
}
