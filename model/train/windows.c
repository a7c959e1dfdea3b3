#include "model/train/windows.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"

struct train_windows {
    file_map *file;
    size_t n_tok, n;
    uint32_t *order;
};

/* Fisher and Yates. */
static void shuffle(uint32_t *order, size_t n, uint64_t seed)
{
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    for (size_t i = n; i > 1; i--) {
        size_t j = hash_u64(seed + i) % i;
        uint32_t x = order[i - 1];
        order[i - 1] = order[j];
        order[j] = x;
    }
}

err_code train_windows_open(train_windows **out, const char *path, size_t n_tok, uint32_t n_vocab,
                            uint64_t seed, err *e)
{
    train_windows *w = mem_zero(1, sizeof *w);
    if (!w)
        return ERR_NOMEM;
    err_code rc = file_map_open(&w->file, path, e);
    if (rc != ERR_OK)
        goto done;
    const uint16_t *ids = file_map_data(w->file);
    const size_t n_ids = file_map_size(w->file) / sizeof *ids;
    w->n_tok = n_tok;
    w->n = n_ids == 0 ? 0 : (n_ids - 1) / n_tok;
    if (w->n == 0 || w->n > UINT32_MAX) {
        rc = err_set(e, ERR_FORMAT, "%s has no %zu tokens", path, n_tok + 1);
        goto done;
    }
    for (size_t i = 0; i < n_ids; i++) {
        if (ids[i] >= n_vocab) {
            rc = err_set(e, ERR_FORMAT, "%s: id %u at %zu is none of %u tokens", path, ids[i], i,
                         n_vocab);
            goto done;
        }
    }
    rc = ERR_NOMEM;
    w->order = mem_alloc(w->n * sizeof *w->order);
    if (!w->order)
        goto done;
    shuffle(w->order, w->n, seed);
    *out = w;
    w = NULL;
    rc = ERR_OK;
done:
    train_windows_close(w);
    return rc;
}

void train_windows_close(train_windows *w)
{
    if (!w)
        return;
    file_map_close(w->file);
    mem_free(w->order);
    mem_free(w);
}

size_t train_windows_count(const train_windows *w)
{
    return w->n;
}

const uint16_t *train_windows_at(const train_windows *w, uint64_t i)
{
    const uint16_t *ids = file_map_data(w->file);
    return ids + w->order[i % w->n] * w->n_tok;
}
