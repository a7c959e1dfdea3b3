#include "model/train/bpe.h"

#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "model/pretokenize.h"

enum {
    MAX_PIECE_BYTES = 64, /* longer ones are data */
    MAX_TOKEN_BYTES = 24,
    MIN_COUNT = 2, /* what stands once teaches nothing about other text */
    N_BYTES = 256,
};

/* ---- arrays that grow, tables that find ---- */

struct array {
    void *items;
    size_t n, cap, item_bytes;
};

static void *push(struct array *a)
{
    if (a->n == a->cap) {
        size_t cap = a->cap ? 2 * a->cap : 4;
        void *items = mem_resize(a->items, cap * a->item_bytes);
        if (!items)
            return NULL;
        a->items = items;
        a->cap = cap;
    }
    return (unsigned char *)a->items + a->n++ * a->item_bytes;
}

/* Open addressing: where in an array the thing with this hash may be. */
struct table {
    uint32_t *slots; /* index + 1; 0: free */
    size_t cap, n;   /* cap: a power of two */
};

static bool grow(struct table *t, const struct array *a, uint64_t (*hash_of)(const void *item))
{
    if (2 * t->n < t->cap)
        return true;
    size_t cap = t->cap ? 2 * t->cap : 1024;
    uint32_t *slots = mem_zero(cap, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        size_t at = hash_of((const unsigned char *)a->items + i * a->item_bytes) & (cap - 1);
        while (slots[at])
            at = (at + 1) & (cap - 1);
        slots[at] = (uint32_t)i + 1;
    }
    mem_free(t->slots);
    *t = (struct table){slots, cap, a->n};
    return true;
}

/* ---- what is counted ---- */

struct word {
    uint64_t hash;
    size_t at; /* of its bytes, later of its tokens */
    uint32_t len;
    uint64_t count;
};

struct pair {
    uint64_t key; /* left << 32 | right */
    int64_t count;
    struct array words; /* u32; some may not have it any more */
};

struct candidate {
    int64_t count;
    uint64_t key;
};

struct train_bpe {
    const struct model__pre *pre;
    buf bytes; /* of all words */
    struct array words;
    struct table word_table;
    uint32_t *tokens;
    struct array pairs;
    struct table pair_table;
    struct array heap;    /* of candidates, the best first; some out of date */
    struct array lengths; /* u8, of every token, in bytes */
};

static uint64_t word_hash(const void *item)
{
    return ((const struct word *)item)->hash;
}

static uint64_t pair_hash(const void *item)
{
    return hash_u64(((const struct pair *)item)->key);
}

err_code train_bpe_create(train_bpe **out, str_view pre, err *e)
{
    const struct model__pre *found = model__pre_find(pre);
    if (!found)
        return err_set(e, ERR_UNSUPPORTED, "no way to cut text is called %.*s", (int)pre.len,
                       pre.ptr);
    train_bpe *b = mem_zero(1, sizeof *b);
    if (!b)
        return err_set(e, ERR_NOMEM, "out of memory");
    b->pre = found;
    buf_init(&b->bytes, (size_t)1 << 32);
    b->words.item_bytes = sizeof(struct word);
    b->pairs.item_bytes = sizeof(struct pair);
    b->heap.item_bytes = sizeof(struct candidate);
    b->lengths.item_bytes = sizeof(uint8_t);
    *out = b;
    return ERR_OK;
}

void train_bpe_destroy(train_bpe *b)
{
    if (!b)
        return;
    for (size_t i = 0; i < b->pairs.n; i++)
        mem_free(((struct pair *)b->pairs.items)[i].words.items);
    buf_release(&b->bytes);
    mem_free(b->words.items);
    mem_free(b->word_table.slots);
    mem_free(b->tokens);
    mem_free(b->pairs.items);
    mem_free(b->pair_table.slots);
    mem_free(b->heap.items);
    mem_free(b->lengths.items);
    mem_free(b);
}

static bool count_piece(train_bpe *b, str_view piece)
{
    if (!grow(&b->word_table, &b->words, word_hash))
        return false;
    const uint64_t hash = hash_str(piece);
    const size_t mask = b->word_table.cap - 1;
    size_t at = hash & mask;
    struct word *all = b->words.items;
    for (; b->word_table.slots[at]; at = (at + 1) & mask) {
        struct word *w = &all[b->word_table.slots[at] - 1];
        if (w->hash == hash && str_eq(piece, (str_view){b->bytes.ptr + w->at, w->len})) {
            w->count++;
            return true;
        }
    }
    struct word *w = push(&b->words);
    if (!w)
        return false;
    *w = (struct word){hash, b->bytes.len, (uint32_t)piece.len, 1};
    buf_append(&b->bytes, piece);
    b->word_table.slots[at] = (uint32_t)b->words.n;
    b->word_table.n++;
    return buf_failed(&b->bytes) == ERR_OK;
}

err_code train_bpe_count(train_bpe *b, str_view text, err *e)
{
    struct model__pre_cursor cursor = model__pre_begin(b->pre, text);
    str_view piece;
    while (model__pre_next(&cursor, &piece))
        if (piece.len > 1 && piece.len <= MAX_PIECE_BYTES && !count_piece(b, piece))
            return err_set(e, ERR_NOMEM, "out of memory");
    return ERR_OK;
}

/* ---- the heap ---- */

/* More often first; then the older tokens, so that nothing depends on the order of the text. */
static bool before(const struct candidate *a, const struct candidate *b)
{
    return a->count != b->count ? a->count > b->count : a->key < b->key;
}

static bool offer(train_bpe *b, const struct pair *p)
{
    if (!push(&b->heap))
        return false;
    struct candidate *h = b->heap.items;
    const struct candidate c = {p->count, p->key};
    size_t at = b->heap.n - 1;
    for (; at > 0 && before(&c, &h[(at - 1) / 2]); at = (at - 1) / 2)
        h[at] = h[(at - 1) / 2];
    h[at] = c;
    return true;
}

static struct candidate take(train_bpe *b)
{
    struct candidate *h = b->heap.items;
    const struct candidate best = h[0];
    const struct candidate last = h[--b->heap.n];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < b->heap.n; at = child) {
        if (child + 1 < b->heap.n && before(&h[child + 1], &h[child]))
            child++;
        if (!before(&h[child], &last))
            break;
        h[at] = h[child];
    }
    h[at] = last;
    return best;
}

/* ---- pairs ---- */

static struct pair *find_pair(train_bpe *b, uint64_t key, bool make)
{
    if (make && !grow(&b->pair_table, &b->pairs, pair_hash))
        return NULL;
    const size_t mask = b->pair_table.cap - 1;
    size_t at = hash_u64(key) & mask;
    for (; b->pair_table.slots[at]; at = (at + 1) & mask) {
        struct pair *p = &((struct pair *)b->pairs.items)[b->pair_table.slots[at] - 1];
        if (p->key == key)
            return p;
    }
    struct pair *p = make ? push(&b->pairs) : NULL;
    if (!p)
        return NULL;
    *p = (struct pair){.key = key, .words = {.item_bytes = sizeof(uint32_t)}};
    b->pair_table.slots[at] = (uint32_t)b->pairs.n;
    b->pair_table.n++;
    return p;
}

/* All pairs of a word count `times` as often as it stands there. `fresh`: a token; pairs with it
 * are offered, and all that are new remember the word. */
static bool count_pairs(train_bpe *b, size_t index, int64_t times, uint32_t fresh)
{
    const struct word *w = &((const struct word *)b->words.items)[index];
    const uint32_t *t = b->tokens + w->at;
    for (uint32_t i = 0; i + 1 < w->len; i++) {
        struct pair *p = find_pair(b, (uint64_t)t[i] << 32 | t[i + 1], true);
        if (!p)
            return false;
        p->count += times * (int64_t)w->count;
        if (times < 0 || (fresh && t[i] != fresh && t[i + 1] != fresh))
            continue;
        const uint32_t *known = p->words.items;
        if (p->words.n == 0 || known[p->words.n - 1] != index) {
            uint32_t *place = push(&p->words);
            if (!place)
                return false;
            *place = (uint32_t)index;
        }
        if (fresh && !offer(b, p))
            return false;
    }
    return true;
}

/* Puts `fresh` in the pair's place. Returns whether it stood there. */
static bool merge_word(train_bpe *b, struct word *w, uint64_t key, uint32_t fresh)
{
    uint32_t *t = b->tokens + w->at;
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->len; n++) {
        bool here = i + 1 < w->len && ((uint64_t)t[i] << 32 | t[i + 1]) == key;
        t[n] = here ? fresh : t[i];
        i += here ? 2 : 1;
    }
    bool found = n != w->len;
    w->len = n;
    return found;
}

static bool stands_in(const train_bpe *b, const struct word *w, uint64_t key)
{
    const uint32_t *t = b->tokens + w->at;
    for (uint32_t i = 0; i + 1 < w->len; i++)
        if (((uint64_t)t[i] << 32 | t[i + 1]) == key)
            return true;
    return false;
}

static bool merge_pair(train_bpe *b, uint64_t key, uint32_t fresh)
{
    /* The words move to here: the pair's own place may move while others are made. */
    struct pair *p = find_pair(b, key, false);
    struct array words = p->words;
    p->words = (struct array){.item_bytes = sizeof(uint32_t)};
    bool ok = true;
    for (size_t i = 0; ok && i < words.n; i++) {
        uint32_t index = ((const uint32_t *)words.items)[i];
        struct word *w = &((struct word *)b->words.items)[index];
        if (!stands_in(b, w, key))
            continue;
        ok = count_pairs(b, index, -1, 0);
        (void)merge_word(b, w, key, fresh);
        ok = ok && count_pairs(b, index, 1, fresh);
    }
    mem_free(words.items);
    return ok;
}

/* ---- learning ---- */

/* Bytes become tokens; words that stand too rarely have none. */
static bool begin(train_bpe *b)
{
    b->tokens = mem_alloc((b->bytes.len + 1) * sizeof *b->tokens);
    if (!b->tokens)
        return false;
    struct word *w = b->words.items;
    for (size_t i = 0; i < b->words.n; i++) {
        for (size_t k = 0; k < w[i].len; k++)
            b->tokens[w[i].at + k] = (unsigned char)b->bytes.ptr[w[i].at + k];
        if (w[i].count < MIN_COUNT)
            w[i].len = 0;
        if (!count_pairs(b, i, 1, 0))
            return false;
    }
    for (size_t i = 0; i < b->pairs.n; i++)
        if (!offer(b, &((const struct pair *)b->pairs.items)[i]))
            return false;
    for (size_t i = 0; i < N_BYTES; i++) {
        uint8_t *length = push(&b->lengths);
        if (!length)
            return false;
        *length = 1;
    }
    return true;
}

static bool learn(train_bpe *b, struct train_merge *out, size_t n, size_t *n_made)
{
    if (!begin(b))
        return false;
    while (*n_made < n && b->heap.n > 0) {
        struct candidate c = take(b);
        struct pair *p = find_pair(b, c.key, false);
        if (p->count != c.count) {
            /* Out of date: its count fell since it was offered, or it was offered again. */
            if (p->count > 0 && p->count < c.count && !offer(b, p))
                return false;
            continue;
        }
        if (c.count < MIN_COUNT)
            break;
        const struct train_merge m = {(uint32_t)(c.key >> 32), (uint32_t)c.key};
        const uint8_t *lengths = b->lengths.items;
        const unsigned length = (unsigned)lengths[m.left] + lengths[m.right];
        if (length > MAX_TOKEN_BYTES) {
            p->count = 0;
            continue;
        }
        const uint32_t fresh = (uint32_t)b->lengths.n;
        uint8_t *place = push(&b->lengths);
        if (!place || !merge_pair(b, c.key, fresh))
            return false;
        *place = (uint8_t)length;
        out[(*n_made)++] = m;
    }
    return true;
}

err_code train_bpe_learn(train_bpe *b, struct train_merge *out, size_t n, size_t *n_made, err *e)
{
    *n_made = 0;
    return learn(b, out, n, n_made) ? ERR_OK : err_set(e, ERR_NOMEM, "out of memory");
}
