/* base/mem.h: the heap, with one door. Everything that lives outside an arena is allocated here, so
 * that the tests can make any single allocation fail (mem_fail_at) and can count what is still
 * held. */
#ifndef ARTEL_BASE_MEM_H
#define ARTEL_BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

/* Like malloc, calloc, realloc and free. Zero bytes give a pointer that may be freed. NULL when
 * memory is short or a test asked for a failure. */
MUST_USE void *mem_alloc(size_t n_bytes);
MUST_USE void *mem_zero(size_t count, size_t item_bytes);
MUST_USE void *mem_resize(void *old, size_t n_bytes);
void mem_free(void *p);

/* `align` is a power of two, at least sizeof(void *). Freed with mem_free. */
MUST_USE void *mem_alloc_aligned(size_t n_bytes, size_t align);
/* For what is large and read from end to end: aligned to 64, in large pages where the system has
 * them. Freed with mem_free. */
MUST_USE void *mem_alloc_large(size_t n_bytes);
/* Gives what is free in the heap back to the system, where the C library keeps it otherwise
 * (glibc); for when much was needed once. Blocks: milliseconds, other threads' allocations too. */
void mem_give_back(void);
/* Bytes of memory that this process may count on having: the machine's, or the limit of its control
 * group (version 2) if that is lower; 0 when the system does not say. Blocks: reads files. */
size_t mem_physical(void);

/* The n-th allocation from now on (1 = the next) fails, once; 0 turns it off. Returns true while
 * the failure has not happened yet, so that a test loops until a whole pass ran without failing.
 * Not for concurrent use with other threads that allocate. */
void mem_fail_at(uint64_t n);
int mem_fail_pending(void);

#endif
