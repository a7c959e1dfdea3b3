#include "base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"

/* Test hook, the one mutable global beside the log sink: 0 = off, otherwise allocations left until
 * the failing one. Relaxed is enough: tests set it before starting work. */
static _Atomic uint64_t fail_countdown;

static int fails_now(void)
{
    if (LIKELY(atomic_load_explicit(&fail_countdown, memory_order_relaxed) == 0))
        return 0;
    return atomic_fetch_sub_explicit(&fail_countdown, 1, memory_order_relaxed) == 1;
}

void mem_fail_at(uint64_t n)
{
    atomic_store_explicit(&fail_countdown, n, memory_order_relaxed);
}

int mem_fail_pending(void)
{
    return atomic_load_explicit(&fail_countdown, memory_order_relaxed) != 0;
}

void *mem_alloc(size_t n_bytes)
{
    return fails_now() ? NULL : malloc(n_bytes ? n_bytes : 1);
}

void *mem_zero(size_t count, size_t item_bytes)
{
    if (fails_now())
        return NULL;
    return calloc(count ? count : 1, item_bytes ? item_bytes : 1);
}

void *mem_resize(void *old, size_t n_bytes)
{
    return fails_now() ? NULL : realloc(old, n_bytes ? n_bytes : 1);
}

void *mem_alloc_aligned(size_t n_bytes, size_t align)
{
    void *p = NULL;
    if (fails_now() || posix_memalign(&p, align, n_bytes ? n_bytes : align) != 0)
        return NULL;
    return p;
}

void mem_free(void *p)
{
    free(p);
}
