#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/size.h"

struct arena_block {
    arena_block *next;
    size_t used;
    size_t cap;
    alignas(max_align_t) unsigned char data[];
};

#ifdef ARTEL_ARENA_DEBUG
enum { BLOCK_BYTES = 0 }; /* a block per push */
#else
enum { BLOCK_BYTES = 32 * 1024 }; /* most requests fit in one or two blocks */
#endif

void arena_init(arena *a, size_t max_bytes)
{
    *a = (arena){.max_bytes = max_bytes};
}

void arena_reset(arena *a)
{
    for (arena_block *b = a->blocks; b;) {
        arena_block *next = b->next;
        mem_free(b);
        b = next;
    }
    arena_init(a, a->max_bytes);
}

void arena_release(arena *a)
{
    if (a)
        arena_reset(a);
}

static void *fail(arena *a)
{
    a->failed = true;
    return NULL;
}

void *arena_push(arena *a, size_t n_bytes)
{
    size_t need, total;
    if (a->failed || !size_align_up(&need, n_bytes ? n_bytes : 1, alignof(max_align_t)) ||
        !size_add(&total, a->used_bytes, n_bytes) || total > a->max_bytes)
        return fail(a);
    arena_block *b = a->blocks;
    if (!b || b->cap - b->used < need) {
        /* The debug build asks for the exact size, so that the byte after it is poisoned. */
        size_t cap = need > BLOCK_BYTES ? (BLOCK_BYTES ? need : n_bytes) : BLOCK_BYTES;
        size_t bytes;
        if (!size_add(&bytes, sizeof *b, cap))
            return fail(a);
        b = mem_zero(1, bytes);
        if (!b)
            return fail(a);
        b->cap = cap;
        b->next = a->blocks;
        a->blocks = b;
    }
    void *p = b->data + b->used;
    b->used = b->cap - b->used < need ? b->cap : b->used + need;
    a->used_bytes = total;
    return p;
}

void *arena_push_array(arena *a, size_t count, size_t item_bytes)
{
    size_t n_bytes;
    return size_mul(&n_bytes, count, item_bytes) ? arena_push(a, n_bytes) : fail(a);
}

str_view arena_copy(arena *a, str_view v)
{
    char *p = v.len < SIZE_MAX ? arena_push(a, v.len + 1) : fail(a);
    if (!p)
        return (str_view){NULL, 0};
    if (v.len)
        memcpy(p, v.ptr, v.len);
    return (str_view){p, v.len};
}

const char *arena_copy_z(arena *a, str_view v)
{
    return arena_copy(a, v).ptr;
}

str_view arena_format(arena *a, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *p = n < 0 ? fail(a) : arena_push(a, (size_t)n + 1);
    if (p)
        vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return p ? (str_view){p, (size_t)n} : (str_view){NULL, 0};
}
