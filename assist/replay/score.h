/* assist/replay/score.h: how near a suggestion came to what the person wrote. Pure functions. */
#ifndef ARTEL_ASSIST_REPLAY_SCORE_H
#define ARTEL_ASSIST_REPLAY_SCORE_H

#include <stdbool.h>

#include "assist/complete/complete.h"
#include "base/arena.h"
#include "base/str.h"

/* Equal but for white space at the end. */
bool assist_score_exact(str_view got, str_view want);
/* 1 - (Levenshtein distance in bytes) / (length of the longer), white space at both ends left out;
 * 1 when both are empty. Texts beyond 4 KB are cut there. Scratch comes from `mem`. Cost: O(got *
 * want). */
double assist_score_similarity(arena *mem, str_view got, str_view want);
/* Bytes of `want` that the suggestion gave before the first difference. */
size_t assist_score_common_prefix(str_view got, str_view want);
/* Would the document, with the suggestion in it, have the cursor's line twice, one below the other
 * (blank lines do not count, nor lines of fewer than three characters), or the closing brackets and
 * quotes at the end of the suggestion twice in a row while it does not open them? */
bool assist_score_repeats(str_view text, const struct assist_suggestion *s);

#endif
