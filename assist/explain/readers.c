#include "assist/explain/explain_internal.h"

void explain__piece(struct explain__pieces *out, unsigned depth, str_view code, str_view text)
{
    enum { MAX_PIECES = 200, CODE_CHARS = 48 };
    if (out->n == out->cap) {
        size_t cap = out->cap ? out->cap * 2 : 16;
        struct explain_piece *items =
            out->n < MAX_PIECES ? arena_push_array(out->mem, cap, sizeof *items) : NULL;
        if (!items)
            return;
        for (size_t i = 0; i < out->n; i++)
            items[i] = out->items[i];
        out->items = items;
        out->cap = cap;
    }
    out->items[out->n++] = (struct explain_piece){explain__clean(out->mem, code, CODE_CHARS, NULL),
                                                  arena_copy(out->mem, text), depth};
}

explain__reader *explain__find_reader(str_view name)
{
    static const struct {
        const char *name;
        explain__reader *read;
    } readers[] = {{"", NULL}};
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
        if (readers[i].read && str_eq(name, str_of(readers[i].name)))
            return readers[i].read;
    return NULL;
}
