#include "base/utf.h"

uint32_t utf8_decode(str_view v, size_t *n_bytes, bool *valid)
{
    const unsigned char *p = (const unsigned char *)v.ptr;
    /* Smallest value each length may encode: anything below is overlong. */
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = p[0] < 0x80   ? 1
               : p[0] < 0xC0 ? 0
               : p[0] < 0xE0 ? 2
               : p[0] < 0xF0 ? 3
               : p[0] < 0xF8 ? 4
                             : 0;
    *n_bytes = 1;
    if (valid)
        *valid = n == 1;
    if (n == 1)
        return p[0];
    if (n == 0 || n > v.len)
        return UTF_REPLACEMENT;
    uint32_t c = p[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return UTF_REPLACEMENT;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    if (c < smallest[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return UTF_REPLACEMENT;
    *n_bytes = n;
    if (valid)
        *valid = true;
    return c;
}

size_t utf8_encode(char out[UTF_MAX_BYTES], uint32_t c)
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = UTF_REPLACEMENT;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    out[0] = (char)((0xF00u >> n & 0xFFu) | c);
    return n;
}

bool utf8_is_valid(str_view v)
{
    for (size_t i = 0, n; i < v.len; i += n) {
        bool valid;
        utf8_decode(str_slice(v, i, v.len), &n, &valid);
        if (!valid)
            return false;
    }
    return true;
}

size_t utf8_whole_prefix(str_view v)
{
    /* Only the last three bytes can belong to an unfinished character. */
    for (size_t back = 1; back <= 3 && back <= v.len; back++) {
        unsigned char c = (unsigned char)v.ptr[v.len - back];
        if (c < 0x80)
            break;
        if (c >= 0xC0) {
            size_t need = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
            return need > back ? v.len - back : v.len;
        }
    }
    return v.len;
}

size_t utf16_length(str_view v)
{
    size_t units = 0;
    for (size_t i = 0, n; i < v.len; i += n)
        units += utf8_decode(str_slice(v, i, v.len), &n, NULL) > 0xFFFF ? 2 : 1;
    return units;
}

size_t utf32_length(str_view v)
{
    size_t points = 0;
    for (size_t i = 0, n; i < v.len; i += n, points++)
        utf8_decode(str_slice(v, i, v.len), &n, NULL);
    return points;
}

size_t utf16_to_offset(str_view v, size_t n_units)
{
    size_t i = 0;
    for (size_t n; i < v.len && n_units > 0; i += n) {
        size_t width = utf8_decode(str_slice(v, i, v.len), &n, NULL) > 0xFFFF ? 2 : 1;
        if (width > n_units)
            break;
        n_units -= width;
    }
    return i;
}

size_t utf32_to_offset(str_view v, size_t n_points)
{
    size_t i = 0;
    for (size_t n; i < v.len && n_points > 0; i += n, n_points--)
        utf8_decode(str_slice(v, i, v.len), &n, NULL);
    return i;
}
