/* base/size.h: size arithmetic that reports overflow instead of wrapping. */
#ifndef ARTEL_BASE_SIZE_H
#define ARTEL_BASE_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

/* *out = a * b and true; false, *out untouched, when that overflows. */
MUST_USE static inline bool size_mul(size_t *out, size_t a, size_t b)
{
    if (b != 0 && a > SIZE_MAX / b)
        return false;
    *out = a * b;
    return true;
}

/* *out = a + b and true; false, *out untouched, when that overflows. */
MUST_USE static inline bool size_add(size_t *out, size_t a, size_t b)
{
    if (a > SIZE_MAX - b)
        return false;
    *out = a + b;
    return true;
}

/* Smallest multiple of `to` (a power of two) that is >= n; false on overflow. */
MUST_USE static inline bool size_align_up(size_t *out, size_t n, size_t to)
{
    size_t sum;
    if (!size_add(&sum, n, to - 1))
        return false;
    *out = sum & ~(to - 1);
    return true;
}

#endif
