/* context/lexicon.h: source text as a sequence of numbered pieces, whatever the language. The
 * concatenation of the pieces is the text. A piece is a line break with all white space around it;
 *   a word: letters, digits, underscores and bytes above 127, with the blanks before it;
 *   any other character, with the blanks before it.
 * Long words are cut. Ids are given in order of first sight from 0; id 0 is a plain line break.
 * One thread at a time; lookups may run together as long as nothing is added. */
#ifndef ARTEL_CONTEXT_LEXICON_H
#define ARTEL_CONTEXT_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum { CTX_LEXICON_LINE = 0, CTX_LEXICON_NONE = -1, CTX_LEXICON_WORD_BYTES = 96 };

typedef struct ctx_lexicon ctx_lexicon;

MUST_USE err_code ctx_lexicon_create(ctx_lexicon **out, err *e);
void ctx_lexicon_destroy(ctx_lexicon *x);

/* Takes the first piece off *text, which is not empty. Pure. */
str_view ctx_lexicon_take(str_view *text);
static inline bool ctx_lexicon_is_word_byte(char c)
{
    unsigned char u = (unsigned char)c;
    return (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || (u >= '0' && u <= '9') || u == '_' ||
           u >= 0x80;
}

/* The id of a piece, added if it is new. ERR_NOMEM; ERR_RANGE past 2^22 pieces. */
MUST_USE err_code ctx_lexicon_add(ctx_lexicon *x, str_view piece, int32_t *id);
/* The id of a piece, CTX_LEXICON_LINE for an unknown piece with a line break, CTX_LEXICON_NONE for
 * any other that was never added. */
int32_t ctx_lexicon_find(const ctx_lexicon *x, str_view piece);
/* Valid until the next add. 0 <= id < size. */
str_view ctx_lexicon_piece(const ctx_lexicon *x, int32_t id);
/* The same without the blanks. */
str_view ctx_lexicon_word(const ctx_lexicon *x, int32_t id);
/* The piece holds a line break. */
bool ctx_lexicon_is_line(const ctx_lexicon *x, int32_t id);
int32_t ctx_lexicon_size(const ctx_lexicon *x);
size_t ctx_lexicon_bytes(const ctx_lexicon *x);

#endif
