#include "model/merge.h"

#include "base/mem.h"
#include "base/size.h"

/* A heap entry is rank << 32 | index of the left symbol, so that the smallest is the next to join.
 * An entry whose rank is no longer that of the pair at its index is stale. Each of the n - 1 joins
 * makes at most two new pairs, beside the n - 1 that there are at first. */
enum { ENTRIES_PER_SYMBOL = 3 };

void model__merger_release(struct model__merger *m)
{
    mem_free(m->symbols);
    mem_free(m->heap);
    *m = (struct model__merger){0};
}

err_code model__merger_reserve(struct model__merger *m, size_t n_symbols)
{
    if (n_symbols <= m->cap)
        return ERR_OK;
    if (n_symbols > (size_t)1 << 31)
        return ERR_RANGE;
    size_t cap = m->cap ? m->cap : 64;
    while (cap < n_symbols)
        cap *= 2;
    size_t symbol_bytes, heap_bytes;
    if (!size_mul(&symbol_bytes, cap, sizeof *m->symbols) ||
        !size_mul(&heap_bytes, cap, ENTRIES_PER_SYMBOL * sizeof *m->heap))
        return ERR_RANGE;
    model__merger_release(m); /* nothing of the last piece is needed */
    m->symbols = mem_alloc(symbol_bytes);
    m->heap = mem_alloc(heap_bytes);
    if (!m->symbols || !m->heap) {
        model__merger_release(m);
        return ERR_NOMEM;
    }
    m->cap = cap;
    return ERR_OK;
}

static void sift_up(uint64_t *heap, size_t at)
{
    uint64_t entry = heap[at];
    while (at > 0 && heap[(at - 1) / 2] > entry) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = entry;
}

static void sift_down(uint64_t *heap, size_t n, size_t at)
{
    uint64_t entry = heap[at];
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && heap[child + 1] < heap[child])
            child++;
        if (heap[child] >= entry)
            break;
        heap[at] = heap[child];
    }
    heap[at] = entry;
}

/* Looks up the pair that begins at symbol i; true when there is one. */
static bool find_pair(struct model__symbol *symbols, uint32_t i, model__pair *pair,
                      const void *user)
{
    struct model__symbol *s = &symbols[i];
    s->pair_rank = MODEL__MERGE_NONE;
    return s->next != MODEL__MERGE_NONE &&
           pair(user, s, &symbols[s->next], &s->pair_rank, &s->pair_id);
}

void model__merge_many(struct model__merger *m, size_t n, model__pair *pair, const void *user)
{
    struct model__symbol *symbols = m->symbols;
    uint64_t *heap = m->heap;
    size_t n_heap = 0;
    for (size_t i = 0; i < n; i++) {
        symbols[i].previous = i > 0 ? (uint32_t)i - 1 : MODEL__MERGE_NONE;
        symbols[i].next = i + 1 < n ? (uint32_t)i + 1 : MODEL__MERGE_NONE;
    }
    for (size_t i = 0; i < n; i++)
        if (find_pair(symbols, (uint32_t)i, pair, user))
            heap[n_heap++] = (uint64_t)symbols[i].pair_rank << 32 | i;
    for (size_t i = n_heap / 2; i-- > 0;)
        sift_down(heap, n_heap, i);

    while (n_heap > 0) {
        uint32_t rank = (uint32_t)(heap[0] >> 32), at = (uint32_t)heap[0];
        heap[0] = heap[--n_heap];
        if (n_heap > 1)
            sift_down(heap, n_heap, 0);
        struct model__symbol *left = &symbols[at];
        if (left->pair_rank != rank)
            continue;
        struct model__symbol *right = &symbols[left->next];
        left->end = right->end;
        left->id = left->pair_id;
        left->next = right->next;
        right->pair_rank = MODEL__MERGE_NONE;
        if (left->next != MODEL__MERGE_NONE)
            symbols[left->next].previous = at;
        if (find_pair(symbols, at, pair, user)) {
            heap[n_heap] = (uint64_t)left->pair_rank << 32 | at;
            sift_up(heap, n_heap++);
        }
        if (left->previous != MODEL__MERGE_NONE && find_pair(symbols, left->previous, pair, user)) {
            heap[n_heap] = (uint64_t)symbols[left->previous].pair_rank << 32 | left->previous;
            sift_up(heap, n_heap++);
        }
    }
}
