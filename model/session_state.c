/* A saved stream, little endian as the processors we run on:
 *   0  8 bytes  "artelkv1"
 *   8  u64      hash_bytes of everything from offset 16 on
 *  16  u64      fingerprint of the model, the cache's layout and the kernels
 *  24  u64      n: tokens
 *  32  i32[n]   their ids, then zeros up to a multiple of 8 bytes
 *      per layer, per KV head: the keys' tiles, as many as n tokens touch; then per KV head the
 *      values of n positions (model/kv.h)
 * It is valid when the length is exactly what n and our
 * own hyperparameters demand, and both numbers agree. Nothing in it is used as a size before that.
 */
#include "model/session_internal.h"

#include <string.h>

#include "base/hash.h"
#include "model/isa.h"

static const char magic[8] = {'a', 'r', 't', 'e', 'l', 'k', 'v', '1'};

struct header {
    char magic[8];
    uint64_t checksum;
    uint64_t fingerprint;
    uint64_t n_tok;
};

enum { CHECKED_FROM = 16, SAMPLE_BYTES = 4096 };

/* Differs between models with near certainty: names, shapes, types and the beginning of each
 * tensor. */
static uint64_t fingerprint(const model_session *s)
{
    const model_gguf *g = s->w->file;
    uint64_t h = hash_u64((uint64_t)model_isa_current() * MODEL_KV_TYPES + s->kv_type + 1);
    for (size_t i = 0; i < model_gguf_n_tensors(g); i++) {
        const struct gguf_tensor *t = model_gguf_tensor(g, i);
        h = hash_bytes(t->name.ptr, t->name.len, h);
        h = hash_bytes(t->dims, sizeof t->dims, h);
        h = hash_bytes(&t->type, sizeof t->type, h);
        h = hash_bytes(t->data, t->n_bytes < SAMPLE_BYTES ? t->n_bytes : SAMPLE_BYTES, h);
    }
    return h;
}

static size_t ids_bytes(size_t n)
{
    return (n * sizeof(model_token) + 7) / 8 * 8;
}

/* n <= n_ctx, so that no product overflows: the slot itself is larger. */
static size_t saved_bytes(const model_session *s, size_t n)
{
    size_t n_heads = 0;
    for (uint32_t l = 0; l < s->w->hp.n_layer; l++)
        n_heads += s->w->layers[l].n_head_kv;
    return sizeof(struct header) + ids_bytes(n) +
           n_heads * (model__session_key_bytes(s, n) + model__session_value_bytes(s, n));
}

/* Calls move(place in the saved bytes, place in the slot, bytes) for every run of keys and values.
 */
static void for_each_run(const model_session *s, const struct slot *slot, size_t n, char *saved,
                         void (*move)(char *saved, uint8_t *in_slot, size_t n_bytes))
{
    size_t n_keys = model__session_key_bytes(s, n), n_values = model__session_value_bytes(s, n);
    for (uint32_t l = 0; l < s->w->hp.n_layer; l++) {
        size_t n_heads = s->w->layers[l].n_head_kv;
        for (size_t head = 0; head < n_heads; head++, saved += n_keys)
            move(saved, model__session_keys(s, slot, l, head), n_keys);
        for (size_t head = 0; head < n_heads; head++, saved += n_values)
            move(saved, model__session_values(s, slot, l, head), n_values);
    }
}

static void save_run(char *saved, uint8_t *in_slot, size_t n_bytes)
{
    memcpy(saved, in_slot, n_bytes);
}

static void restore_run(char *saved, uint8_t *in_slot, size_t n_bytes)
{
    memcpy(in_slot, saved, n_bytes);
}

err_code model_session_save(const model_session *s, buf *out, err *e)
{
    size_t n = s->slot->n < s->slot->n_exact ? s->slot->n : s->slot->n_exact;
    size_t n_bytes = saved_bytes(s, n);
    char *p = buf_reserve(out, n_bytes);
    if (!p)
        return err_set(e, buf_failed(out), "model: no room for %zu bytes of session state",
                       n_bytes);
    struct header h = {.fingerprint = fingerprint(s), .n_tok = n};
    memcpy(h.magic, magic, sizeof magic);
    memcpy(p, &h, sizeof h);
    memset(p + sizeof h, 0, ids_bytes(n));
    memcpy(p + sizeof h, s->slot->ids, n * sizeof *s->slot->ids);
    for_each_run(s, s->slot, n, p + sizeof h + ids_bytes(n), save_run);
    h.checksum = hash_bytes(p + CHECKED_FROM, n_bytes - CHECKED_FROM, 0);
    memcpy(p, &h, sizeof h);
    buf_commit(out, n_bytes);
    return ERR_OK;
}

static err_code check_saved(const model_session *s, str_view saved, struct header *h, err *e)
{
    if (saved.len < sizeof *h || memcmp(saved.ptr, magic, sizeof magic) != 0)
        return err_set(e, ERR_FORMAT, "model: this is not a saved session");
    memcpy(h, saved.ptr, sizeof *h);
    if (h->checksum != hash_bytes(saved.ptr + CHECKED_FROM, saved.len - CHECKED_FROM, 0))
        return err_set(e, ERR_FORMAT, "model: the saved session is damaged");
    if (h->fingerprint != fingerprint(s))
        return err_set(e, ERR_FORMAT,
                       "model: the saved session belongs to another model or processor");
    if (h->n_tok > s->n_ctx)
        return err_set(e, ERR_RANGE, "model: the saved session has %llu tokens, this one holds %zu",
                       (unsigned long long)h->n_tok, s->n_ctx);
    if (saved.len != saved_bytes(s, (size_t)h->n_tok))
        return err_set(e, ERR_FORMAT, "model: the saved session has the wrong length");
    for (size_t i = 0; i < h->n_tok; i++) {
        model_token id;
        memcpy(&id, saved.ptr + sizeof *h + i * sizeof id, sizeof id);
        if (id < 0 || (uint32_t)id >= s->w->hp.n_vocab)
            return err_set(e, ERR_FORMAT, "model: the saved session names token %ld", (long)id);
    }
    return ERR_OK;
}

err_code model_session_restore(model_session *s, str_view saved, err *e)
{
    struct header h;
    err_code rc = check_saved(s, saved, &h, e);
    if (rc != ERR_OK)
        return rc;
    size_t n = (size_t)h.n_tok;
    struct slot *slot = model__session_oldest_slot(s, NULL);
    rc = model__session_fill_slot(s, slot);
    if (rc != ERR_OK)
        return err_set(e, rc, "model: no memory for the saved session");
    model__session_make_room(s, slot, n);
    s->paused.slot = NULL;
    memcpy(slot->ids, saved.ptr + sizeof h, n * sizeof *slot->ids);
    for_each_run(s, slot, n, (char *)(uintptr_t)saved.ptr + sizeof h + ids_bytes(n), restore_run);
    slot->n_high = n > slot->n_high ? n : slot->n_high;
    slot->n = n;
    slot->n_exact = SIZE_MAX;
    slot->rest_end = 0;
    slot->last_used = ++s->n_feeds;
    s->slot = slot;
    s->n_rows = 0;
    return ERR_OK;
}
