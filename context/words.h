/* context/words.h: which words the texts of a project have, and in how many of them each stands. A
 * word is a run of letters, digits, underscores and bytes above 127 (context/lexicon.h) that begins
 * with no digit; longer ones than CTX_WORDS_MAX_BYTES are left out.
 *
 * A text that is replaced or removed takes its words with it, so that what nobody wrote any more is
 * not known any more. One thread at a time. */
#ifndef ARTEL_CONTEXT_WORDS_H
#define ARTEL_CONTEXT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum { CTX_WORDS_MAX_BYTES = 64 };

typedef struct ctx_words ctx_words;

/* ERR_NOMEM. */
MUST_USE err_code ctx_words_create(ctx_words **out, err *e);
/* Accepts NULL. */
void ctx_words_destroy(ctx_words *w);

/* Takes in the text called `id`, or replaces it; an empty one forgets it. ERR_NOMEM, ERR_RANGE (4
 * million different words): the text is not known afterwards. Cost: about 80 MB/s; 4 bytes for each
 * different word of the text. */
MUST_USE err_code ctx_words_put(ctx_words *w, uint64_t id, str_view text, err *e);
void ctx_words_remove(ctx_words *w, uint64_t id);

/* In how many texts the word stands. */
uint32_t ctx_words_count(const ctx_words *w, str_view word);

/* The word nearest to `word` that some text has: it begins with the same character and differs by
 * at most max_edits insertions, deletions and changes of one byte, letter case not counted. The
 * fewest edits win, then the more texts; empty when there is none. Valid until the next put. Cost:
 * O(words), a millisecond for 100,000. */
str_view ctx_words_nearest(const ctx_words *w, str_view word, size_t max_edits);

/* Takes the next word off *text; empty at its end. Pure. */
str_view ctx_words_next(str_view *text);
/* Is `word` a word of the text? Cost: O(text), some GB/s. */
bool ctx_words_in(str_view text, str_view word);
/* Edits between two words as above, more than `most` cut to most + 1. */
size_t ctx_words_edits(str_view a, str_view b, size_t most);

#endif
