#include "model/unicode.h"

#include "base/utf.h"

/* First code point * 8 + class number, ascending. */
static const uint32_t runs[] = {
#include "model/unicode/categories.inc"
};

/* 16 KB of source and 8 KB of data; a direct table would save some 10 ns a character outside ASCII,
 * where a token costs ten times that. */
unsigned model__class(uint32_t code_point)
{
    size_t low = 0, high = sizeof runs / sizeof runs[0]; /* runs[low] starts at or before it */
    if (code_point > 0x10FFFF)
        return MODEL_CLASS_OTHER;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (runs[middle] >> 3 <= code_point)
            low = middle;
        else
            high = middle;
    }
    return 1u << (runs[low] & 7);
}

unsigned model__class_at(str_view text, size_t at, size_t *n_bytes)
{
    enum { O = MODEL_CLASS_OTHER, L = MODEL_CLASS_LETTER, N = MODEL_CLASS_NUMBER };
    enum { P = MODEL_CLASS_PUNCT, S = MODEL_CLASS_SPACE };
    static const uint8_t ascii[128] = {
        O, O, O, O, O, O, O, O, O, S, S, S, S, S, O, O, /* 00 */
        O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, /* 10 */
        S, P, P, P, O, P, P, P, P, P, P, O, P, P, P, P, /* 20 */
        N, N, N, N, N, N, N, N, N, N, P, P, O, O, O, P, /* 30 */
        P, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* 40 */
        L, L, L, L, L, L, L, L, L, L, L, P, P, P, O, P, /* 50 */
        O, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* 60 */
        L, L, L, L, L, L, L, L, L, L, L, P, O, P, O, O, /* 70 */
    };
    if (at >= text.len) {
        *n_bytes = 0;
        return 0;
    }
    unsigned char c = (unsigned char)text.ptr[at];
    if (c < 0x80) {
        *n_bytes = 1;
        return ascii[c];
    }
    return model__class(utf8_decode(str_slice(text, at, text.len), n_bytes, NULL));
}
