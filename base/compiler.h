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
#else
#define MUST_USE
#define PRINTF_LIKE(fmt, args)
#define MAYBE_UNUSED
#define LIKELY(x)    (x)
#define UNLIKELY(x)  (x)
#define FALL_THROUGH ((void)0)
#endif

#endif
