#include "assist/complete/heard.h"

#include <stdbool.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

/* Of all rows: 40 lines' worth of a small vocabulary. Of large ones a line's worth is kept anyway,
 * since a token of such a model costs a hundred times the copy. */
enum { ROWS_BYTES = 2 << 20, LEAST_ROWS = 12 };

uint64_t heard_behind(uint64_t path, int32_t id)
{
    if (path == HEARD_NOWHERE)
        return path;
    uint64_t behind = hash_u64(path ^ hash_u64((uint64_t)(uint32_t)id + 1));
    return behind > HEARD_PROMPT ? behind : HEARD_PROMPT + 1;
}

const float *heard_find(const struct heard *h, size_t n_vocab, uint64_t path)
{
    for (size_t i = 0; path != HEARD_NOWHERE && i < h->n_used; i++)
        if (h->path[i] == path)
            return h->rows + i * n_vocab;
    return NULL;
}

static bool make_room(struct heard *h, size_t n_vocab)
{
    size_t n = ROWS_BYTES / sizeof *h->rows / n_vocab;
    n = n > HEARD_ROWS ? HEARD_ROWS : n < LEAST_ROWS ? LEAST_ROWS : n;
    h->rows = mem_alloc(n * n_vocab * sizeof *h->rows);
    h->n_rows = h->rows ? n : 0;
    return h->rows != NULL;
}

void heard_put(struct heard *h, size_t n_vocab, uint64_t path, const float *logits)
{
    if (path == HEARD_NOWHERE || heard_find(h, n_vocab, path) ||
        (!h->rows && !make_room(h, n_vocab)))
        return;
    /* When all are in use, a path's number says which goes: in turn, the rows of a line that is
     * longer than there are rows would all be gone when it is written again. */
    size_t at = h->n_used < h->n_rows ? h->n_used++ : path % h->n_rows;
    memcpy(h->rows + at * n_vocab, logits, n_vocab * sizeof *logits);
    h->path[at] = path;
}

void heard_forget(struct heard *h)
{
    h->n_used = 0;
}

void heard_release(struct heard *h)
{
    mem_free(h->rows);
    *h = (struct heard){0};
}
