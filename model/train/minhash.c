#include "model/train/minhash.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum { RUN = 5, MIN_RUNS = 20, BANDS = 16, BAND = TRAIN_MINHASHES / BANDS };

/* ---- a text ---- */

static bool is_word(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c >= 0x80;
}

static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The end of the word or sign at `at`. */
static size_t end_of(str_view text, size_t at)
{
    size_t end = at + 1;
    if (is_word((unsigned char)text.ptr[at]))
        while (end < text.len && is_word((unsigned char)text.ptr[end]))
            end++;
    return end;
}

static uint64_t hash_of_run(const uint64_t *last, size_t n)
{
    uint64_t h = 0;
    for (size_t i = 0; i < RUN; i++)
        h = h * 0x9e3779b97f4a7c15ULL + last[(n + i) % RUN];
    return hash_u64(h);
}

bool train_minhash_of(struct train_minhash *out, str_view text)
{
    uint64_t last[RUN];
    bool filled[TRAIN_MINHASHES] = {false};
    size_t n = 0;
    for (size_t at = 0, end; at < text.len; at = end) {
        end = at + 1;
        if (is_space((unsigned char)text.ptr[at]))
            continue;
        end = end_of(text, at);
        last[n++ % RUN] = hash_bytes(text.ptr + at, end - at, 0);
        if (n < RUN)
            continue;
        uint64_t h = hash_of_run(last, n);
        size_t group = h >> 58;
        uint32_t value = (uint32_t)h;
        if (!filled[group] || value < out->mins[group])
            out->mins[group] = value;
        filled[group] = true;
    }
    if (n < MIN_RUNS + RUN - 1)
        return false;
    /* A group that nothing fell into takes the next one's, changed by how far that is. */
    uint32_t mins[TRAIN_MINHASHES];
    for (size_t i = 0; i < TRAIN_MINHASHES; i++) {
        uint32_t far = 0;
        while (!filled[(i + far) % TRAIN_MINHASHES])
            far++;
        mins[i] = out->mins[(i + far) % TRAIN_MINHASHES] + far * 0x85ebca6bu;
    }
    memcpy(out->mins, mins, sizeof mins);
    return true;
}

double train_minhash_similarity(const struct train_minhash *a, const struct train_minhash *b)
{
    size_t n = 0;
    for (size_t i = 0; i < TRAIN_MINHASHES; i++)
        n += a->mins[i] == b->mins[i];
    return (double)n / TRAIN_MINHASHES;
}

/* ---- many texts ---- */

struct known {
    struct train_minhash hash;
    size_t number;
    uint32_t next[BANDS]; /* index + 1 of an earlier one in the same place of the table */
};

struct train_near {
    struct known *known;
    size_t n, cap;
    size_t n_added;
    uint32_t *heads[BANDS]; /* index + 1 */
    size_t n_heads;         /* a power of two */
};

static size_t place_in(const struct train_near *n, const struct train_minhash *h, size_t band)
{
    return hash_bytes(h->mins + band * BAND, BAND * sizeof h->mins[0], band) & (n->n_heads - 1);
}

static void enter(struct train_near *n, size_t index, size_t band)
{
    uint32_t *head = &n->heads[band][place_in(n, &n->known[index].hash, band)];
    n->known[index].next[band] = *head;
    *head = (uint32_t)index + 1;
}

/* Room for one more. */
static bool make_room(struct train_near *n)
{
    if (n->n < n->cap)
        return true;
    const size_t cap = n->cap ? 2 * n->cap : 1024;
    struct known *known = mem_resize(n->known, cap * sizeof *known);
    if (!known)
        return false;
    n->known = known;
    for (size_t band = 0; band < BANDS; band++) {
        uint32_t *heads = mem_zero(cap, sizeof *heads);
        if (!heads)
            return false;
        mem_free(n->heads[band]);
        n->heads[band] = heads;
    }
    n->cap = cap;
    n->n_heads = cap;
    for (size_t i = 0; i < n->n; i++)
        for (size_t band = 0; band < BANDS; band++)
            enter(n, i, band);
    return true;
}

err_code train_near_create(train_near **out, err *e)
{
    train_near *n = mem_zero(1, sizeof *n);
    if (!n || !make_room(n)) {
        train_near_destroy(n);
        return err_set(e, ERR_NOMEM, "out of memory");
    }
    *out = n;
    return ERR_OK;
}

void train_near_destroy(train_near *n)
{
    if (!n)
        return;
    for (size_t band = 0; band < BANDS; band++)
        mem_free(n->heads[band]);
    mem_free(n->known);
    mem_free(n);
}

err_code train_near_add(train_near *n, size_t *like, str_view text, double similarity, err *e)
{
    struct train_minhash h;
    const size_t number = n->n_added++;
    *like = SIZE_MAX;
    if (!train_minhash_of(&h, text))
        return ERR_OK;
    double best = similarity;
    for (size_t band = 0; band < BANDS; band++) {
        uint32_t i = n->heads[band][place_in(n, &h, band)];
        for (; i > 0; i = n->known[i - 1].next[band]) {
            double s = train_minhash_similarity(&n->known[i - 1].hash, &h);
            if (s > best || (s == best && *like == SIZE_MAX)) {
                best = s;
                *like = n->known[i - 1].number;
            }
        }
    }
    if (*like != SIZE_MAX)
        return ERR_OK;
    if (!make_room(n))
        return err_set(e, ERR_NOMEM, "out of memory");
    n->known[n->n] = (struct known){.hash = h, .number = number};
    for (size_t band = 0; band < BANDS; band++)
        enter(n, n->n, band);
    n->n++;
    return ERR_OK;
}
