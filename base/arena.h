/* base/arena.h: memory for one lifetime, freed at once.
 * Allocation failure is sticky: push freely, test arena_failed() once before using the results.
 * An arena in a signature means that the result lives as long as the arena. Not thread-safe.
 * In the dev build every push is its own heap block, so that sanitizers see each overrun. */
#ifndef ARTEL_BASE_ARENA_H
#define ARTEL_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/str.h"

typedef struct arena_block arena_block;

typedef struct arena {
    arena_block *blocks; /* newest first */
    size_t used_bytes;   /* pushed so far, padding left out */
    size_t max_bytes;    /* pushes past this fail */
    bool failed;
} arena;

/* max_bytes bounds the sum of all pushes. No memory is taken until the first push. */
void arena_init(arena *a, size_t max_bytes);
/* Frees everything; the arena is empty and usable again, its maximum kept, `failed` cleared. */
void arena_reset(arena *a);
/* arena_reset, for the end of the arena's life. Accepts NULL. */
void arena_release(arena *a);

/* n_bytes of zeroed memory aligned for any type, or NULL (sticky) when memory or the maximum is
 * reached. Zero bytes give a valid pointer. */
void *arena_push(arena *a, size_t n_bytes);
/* The same for `count` items, overflow checked. */
void *arena_push_array(arena *a, size_t count, size_t item_bytes);
/* Copies of `v`; ptr is NUL-terminated. An empty view with NULL ptr after failure. */
str_view arena_copy(arena *a, str_view v);
const char *arena_copy_z(arena *a, str_view v);
/* printf into the arena. */
str_view arena_format(arena *a, const char *format, ...) PRINTF_LIKE(2, 3);

static inline bool arena_failed(const arena *a)
{
    return a->failed;
}

#define ARENA_NEW(a, type)          ((type *)arena_push((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_push_array((a), (count), sizeof(type)))

#endif
