/* model/unicode.h: what pre-tokenizers ask of Unicode: the general category, reduced to six
 * classes. The version is the one that the models' own tokenizers use, so a newer one would not be
 * better. Pure functions, safe on any thread. Source: the Unicode Character Database, through
 * generate.py. */
#ifndef ARTEL_MODEL_UNICODE_H
#define ARTEL_MODEL_UNICODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* One bit each, so that sets of classes are masks. Every code point has exactly one. */
enum {
    MODEL_CLASS_OTHER = 1 << 0,  /* symbols, controls, unassigned */
    MODEL_CLASS_LETTER = 1 << 1, /* L */
    MODEL_CLASS_NUMBER = 1 << 2, /* N */
    MODEL_CLASS_PUNCT = 1 << 3,  /* P */
    MODEL_CLASS_MARK = 1 << 4,   /* M */
    MODEL_CLASS_SPACE = 1 << 5,  /* White_Space, whatever the category */
};

/* The class of a code point; OTHER above U+10FFFF. Cost: O(log of 2,000) above U+007F. */
unsigned model__class(uint32_t code_point);
/* The class of the character at offset `at` of `text`, and its length in *n_bytes; an undecodable
 * byte is U+FFFD, of length 1. At the end of the text: 0 and 0. */
unsigned model__class_at(str_view text, size_t at, size_t *n_bytes);

#endif
