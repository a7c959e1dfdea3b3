/* base/compiler.h: the only place where compiler extensions are named. */
#ifndef ARTEL_BASE_COMPILER_H
#define ARTEL_BASE_COMPILER_H

#if defined(__GNUC__) || defined(__clang__)
#define MUST_USE               __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define MAYBE_UNUSED           __attribute__((unused))
#define LIKELY(x)              __builtin_expect(!!(x), 1)
#define UNLIKELY(x)            __builtin_expect(!!(x), 0)
#define FALL_THROUGH           __attribute__((fallthrough))
/* For functions whose arguments select code at compile time. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))
/* Asks for the cache line at an address, which need not exist, into the second cache: it stays
 * there until it is read, and the few requests that the first cache may have open stay free. */
#define PREFETCH(address) __builtin_prefetch((const void *)(address), 0, 2)
#else
#define MUST_USE
#define PRINTF_LIKE(fmt, args)
#define MAYBE_UNUSED
#define LIKELY(x)         (x)
#define UNLIKELY(x)       (x)
#define FALL_THROUGH      ((void)0)
#define ALWAYS_INLINE     static inline
#define PREFETCH(address) ((void)(address))
#endif

/* Before a loop whose (small, constant) count should be unrolled wholly. */
#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#elif defined(__GNUC__)
#define UNROLL _Pragma("GCC unroll 16")
#else
#define UNROLL
#endif

#endif
