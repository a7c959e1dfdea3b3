#include "base/str.h"

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

int str_cmp(str_view a, str_view b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.ptr, b.ptr, n) : 0;
    if (order != 0)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

bool str_starts(str_view v, str_view head)
{
    return v.len >= head.len && str_eq(str_slice(v, 0, head.len), head);
}

bool str_ends(str_view v, str_view tail)
{
    return v.len >= tail.len && str_eq(str_slice(v, v.len - tail.len, v.len), tail);
}

size_t str_find_byte(str_view v, char c)
{
    const char *hit = v.len ? memchr(v.ptr, c, v.len) : NULL;
    return hit ? (size_t)(hit - v.ptr) : v.len;
}

size_t str_find(str_view v, str_view needle)
{
    if (needle.len == 0)
        return 0;
    for (size_t at = 0; at + needle.len <= v.len; at++) {
        at += str_find_byte(str_slice(v, at, v.len), needle.ptr[0]);
        if (at + needle.len > v.len)
            break;
        if (memcmp(v.ptr + at, needle.ptr, needle.len) == 0)
            return at;
    }
    return v.len;
}

str_view str_trim_left(str_view v)
{
    size_t begin = 0;
    while (begin < v.len && is_space(v.ptr[begin]))
        begin++;
    return str_slice(v, begin, v.len);
}

str_view str_trim_right(str_view v)
{
    size_t end = v.len;
    while (end > 0 && is_space(v.ptr[end - 1]))
        end--;
    return str_slice(v, 0, end);
}

str_view str_trim(str_view v)
{
    return str_trim_left(str_trim_right(v));
}

bool str_is_blank(str_view v)
{
    return str_trim(v).len == 0;
}

str_view str_take_line(str_view *rest)
{
    size_t end = str_find_byte(*rest, '\n');
    str_view line = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end + 1, rest->len);
    return line;
}
