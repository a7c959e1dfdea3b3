/* The file, little endian as the machine is (written and read on the same one):
 *   0  "artel-train-1\n", zeros to 16
 *  16  u32[8]  n_embd n_layer n_head n_head_kv n_ff n_vocab n_ctx, 0
 *  48  f32[2]  rope_base, norm_eps
 *  56  u64[4]  optimiser's steps, tokens, cursor, parameters
 *  88  f32[parameters] three times: parameters, first and second moments
 *  then u64    hash of all before */
#include "model/train/checkpoint.h"

#include <string.h>

#include "base/file.h"
#include "base/hash.h"

struct head {
    char magic[16];
    uint32_t sizes[8];
    float numbers[2];
    uint64_t counts[4];
};

static const char magic[16] = "artel-train-1\n";

static void describe(struct head *h, const train_net *n)
{
    const struct train_shape *s = train_net_shape(n);
    const uint32_t sizes[8] = {s->n_embd, s->n_layer, s->n_head, s->n_head_kv,
                               s->n_ff,   s->n_vocab, s->n_ctx,  0};
    memset(h, 0, sizeof *h);
    memcpy(h->magic, magic, sizeof magic);
    memcpy(h->sizes, sizes, sizeof sizes);
    h->numbers[0] = s->rope_base;
    h->numbers[1] = s->norm_eps;
    h->counts[3] = train_net_n_params(n);
}

static err_code put(file_out *f, const void *data, size_t n_bytes, uint64_t *sum, err *e)
{
    *sum = hash_bytes(data, n_bytes, *sum);
    return file_out_write(f, (str_view){data, n_bytes}, e);
}

err_code train_checkpoint_write(const char *path, train_net *n, train_optimizer *o,
                                const struct train_progress *p, err *e)
{
    struct train_optimizer_state state = train_optimizer_state(o);
    struct head h;
    describe(&h, n);
    h.counts[0] = *state.n_steps;
    h.counts[1] = p->n_tokens;
    h.counts[2] = p->cursor;
    const size_t n_bytes = train_net_n_params(n) * sizeof(float);
    uint64_t sum = 0;
    file_out *f = NULL;
    err_code rc = file_out_open(&f, path, e);
    if (rc != ERR_OK)
        return rc;
    rc = put(f, &h, sizeof h, &sum, e);
    const float *const parts[] = {train_net_params(n), state.first, state.second};
    for (size_t i = 0; rc == ERR_OK && i < 3; i++)
        rc = put(f, parts[i], n_bytes, &sum, e);
    if (rc == ERR_OK)
        rc = file_out_write(f, (str_view){(const char *)&sum, sizeof sum}, e);
    if (rc == ERR_OK)
        rc = file_out_commit(f, e);
    file_out_close(f);
    return rc;
}

/* Maps the file and checks its beginning. */
static err_code open_file(file_map **out, struct head *h, const char *path, err *e)
{
    file_map *m = NULL;
    err_code rc = file_map_open(&m, path, e);
    if (rc != ERR_OK)
        return rc;
    if (file_map_size(m) >= sizeof *h)
        memcpy(h, file_map_data(m), sizeof *h);
    if (file_map_size(m) < sizeof *h || memcmp(h->magic, magic, sizeof magic) != 0) {
        file_map_close(m);
        return err_set(e, ERR_FORMAT, "%s is no checkpoint of a training", path);
    }
    *out = m;
    return ERR_OK;
}

err_code train_checkpoint_shape(struct train_shape *out, const char *path, err *e)
{
    file_map *m = NULL;
    struct head h;
    err_code rc = open_file(&m, &h, path, e);
    if (rc != ERR_OK)
        return rc;
    *out = (struct train_shape){h.sizes[0], h.sizes[1], h.sizes[2],   h.sizes[3],  h.sizes[4],
                                h.sizes[5], h.sizes[6], h.numbers[0], h.numbers[1]};
    file_map_close(m);
    return ERR_OK;
}

err_code train_checkpoint_read(struct train_progress *out, const char *path, train_net *n,
                               train_optimizer *o, err *e)
{
    file_map *m = NULL;
    struct head h;
    struct head mine;
    err_code rc = open_file(&m, &h, path, e);
    if (rc != ERR_OK)
        return rc;
    describe(&mine, n);
    const size_t n_bytes = train_net_n_params(n) * sizeof(float);
    const size_t n_all = sizeof h + 3 * n_bytes;
    const unsigned char *data = file_map_data(m);
    uint64_t sum = 0;
    uint64_t stored;
    if (memcmp(h.sizes, mine.sizes, sizeof h.sizes) != 0 ||
        memcmp(h.numbers, mine.numbers, sizeof h.numbers) != 0 || h.counts[3] != mine.counts[3]) {
        rc = err_set(e, ERR_FORMAT, "%s is a checkpoint of a model of another shape", path);
        goto done;
    }
    if (file_map_size(m) != n_all + sizeof stored) {
        rc = err_set(e, ERR_FORMAT, "%s is not whole", path);
        goto done;
    }
    /* In the pieces in which it was written: the hash is of a chain. */
    sum = hash_bytes(data, sizeof h, sum);
    for (size_t i = 0; i < 3; i++)
        sum = hash_bytes(data + sizeof h + i * n_bytes, n_bytes, sum);
    memcpy(&stored, data + n_all, sizeof stored);
    if (sum != stored || file_map_check(m, NULL) != ERR_OK) {
        rc = err_set(e, ERR_FORMAT, "%s is damaged", path);
        goto done;
    }
    struct train_optimizer_state state = train_optimizer_state(o);
    float *const parts[] = {train_net_params(n), state.first, state.second};
    for (size_t i = 0; i < 3; i++)
        memcpy(parts[i], data + sizeof h + i * n_bytes, n_bytes);
    *state.n_steps = h.counts[0];
    *out = (struct train_progress){h.counts[1], h.counts[2]};
    train_net_changed(n);
done:
    file_map_close(m);
    return rc;
}
