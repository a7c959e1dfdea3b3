/* base/str.h: borrowed text. A str_view never owns its bytes and need not end in NUL; it may hold
 * any bytes, NUL and invalid UTF-8 included. Pure functions, safe on any thread. */
#ifndef ARTEL_BASE_STR_H
#define ARTEL_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct {
    const char *ptr; /* may be NULL when len is 0 */
    size_t len;      /* bytes */
} str_view;

#define STR(literal) ((str_view){"" literal, sizeof(literal) - 1})
/* For printf("%.*s", STR_ARG(v)); views longer than INT_MAX must be cut first. */
#define STR_ARG(v) (int)(v).len, (v).len ? (v).ptr : ""

static inline str_view str_of(const char *z)
{
    return (str_view){z, z ? strlen(z) : 0};
}

static inline bool str_eq(str_view a, str_view b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Bytes [begin, end) of v, both clamped to v. */
static inline str_view str_slice(str_view v, size_t begin, size_t end)
{
    if (end > v.len)
        end = v.len;
    if (begin > end)
        begin = end;
    return (str_view){v.len ? v.ptr + begin : v.ptr, end - begin};
}

/* Byte order, shorter first when one is a prefix of the other: <0, 0, >0. */
int str_cmp(str_view a, str_view b);
bool str_starts(str_view v, str_view head);
bool str_ends(str_view v, str_view tail);

/* Offset of the first byte equal to `c`, or v.len. */
size_t str_find_byte(str_view v, char c);
/* Offset of the first occurrence of `needle`, or v.len; an empty needle is found at 0. */
size_t str_find(str_view v, str_view needle);

/* Without ASCII white space (space, \t, \r, \n, \v, \f) at both ends, or at one. */
str_view str_trim(str_view v);
str_view str_trim_left(str_view v);
str_view str_trim_right(str_view v);
bool str_is_blank(str_view v);

/* Takes the text up to the next '\n' off *rest and returns it without the '\n'. Call while
 * rest->len > 0; a last line without '\n' is a line too. */
str_view str_take_line(str_view *rest);

#endif
