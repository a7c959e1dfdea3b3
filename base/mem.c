#define _DEFAULT_SOURCE /* madvise, _SC_PHYS_PAGES */
#include "base/mem.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

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

void *mem_alloc_large(size_t n_bytes)
{
    enum { LARGE_PAGE = 2u << 20 };
    void *p = mem_alloc_aligned(n_bytes, n_bytes >= LARGE_PAGE ? LARGE_PAGE : 64);
#if defined(MADV_HUGEPAGE)
    /* Whole pages only: what a page holds beyond the end would be wasted. Without the advice it
     * works as well. */
    if (p && n_bytes >= LARGE_PAGE &&
        madvise(p, n_bytes / LARGE_PAGE * LARGE_PAGE, MADV_HUGEPAGE) != 0)
        return p;
#endif
    return p;
}

void mem_give_back(void)
{
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}

/* The lowest memory.max from this process's control group up to the root; SIZE_MAX: none. */
static size_t control_group_limit(void)
{
    char path[1024] = "", line[1024];
    FILE *f = fopen("/proc/self/cgroup", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "0::", 3) == 0)
            snprintf(path, sizeof path, "/sys/fs/cgroup%.*s", (int)strcspn(line + 3, "\n"),
                     line + 3);
    if (f)
        fclose(f);
    size_t limit = SIZE_MAX;
    while (strlen(path) >= strlen("/sys/fs/cgroup")) {
        char file[1100];
        snprintf(file, sizeof file, "%s/memory.max", path);
        unsigned long long n;
        f = fopen(file, "r");
        if (f && fscanf(f, "%llu", &n) == 1 && n < limit)
            limit = (size_t)n;
        if (f)
            fclose(f);
        *strrchr(path, '/') = '\0';
    }
    return limit;
}

size_t mem_physical(void)
{
    size_t all = SIZE_MAX;
#if defined(_SC_PHYS_PAGES)
    long n_pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    size_t n;
    if (n_pages > 0 && page_bytes > 0 && size_mul(&n, (size_t)n_pages, (size_t)page_bytes))
        all = n;
#endif
    size_t limit = control_group_limit();
    limit = limit < all ? limit : all;
    return limit == SIZE_MAX ? 0 : limit;
}

void mem_free(void *p)
{
    free(p);
}
