/* base/utf.h: UTF-8 and UTF-16. Pure functions, safe on any thread. Invalid input is never an error
 * here: an undecodable byte counts as one character, U+FFFD, of length 1 (Unicode 15, section 3.9,
 * except that we do not join the bytes of a truncated sequence). */
#ifndef ARTEL_BASE_UTF_H
#define ARTEL_BASE_UTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { UTF_REPLACEMENT = 0xFFFD, UTF_MAX_BYTES = 4 };

/* The code point at the start of `v` and its length in *n_bytes (1 to 4). v.len >= 1. Overlong
 * forms, surrogates and values above U+10FFFF are invalid. *valid may be NULL. */
uint32_t utf8_decode(str_view v, size_t *n_bytes, bool *valid);
/* Writes 1 to 4 bytes and returns how many; values that are no scalar value give U+FFFD. */
size_t utf8_encode(char out[UTF_MAX_BYTES], uint32_t code_point);
bool utf8_is_valid(str_view v);
/* Length of the longest prefix of `v` that does not end inside a character. */
size_t utf8_whole_prefix(str_view v);

/* UTF-16 units and code points in `v`; an undecodable byte counts as one. */
size_t utf16_length(str_view v);
size_t utf32_length(str_view v);
/* Byte offset in `v` of the given UTF-16 unit or code point; past the end gives v.len, inside a
 * surrogate pair gives the start of the character. */
size_t utf16_to_offset(str_view v, size_t n_units);
size_t utf32_to_offset(str_view v, size_t n_points);

#endif
