/* assist/complete/block.h: the lines behind the first, where the syntax opens a block. A block is
 * open where the cursor's line is its first, behind a line that is indented less, and nothing of it
 * stands below; or where the line that is suggested opens one. Inside this folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_BLOCK_H
#define ARTEL_ASSIST_COMPLETE_BLOCK_H

#include "assist/complete/gate.h"

enum block_kind { BLOCK_NONE, BLOCK_BODY, BLOCK_OPENED };

/* What the suggestion would begin. Pure; `lang` is the document's. */
enum block_kind block_at(str_view text, size_t cursor, const struct assist_suggestion *s,
                         const gram_language *lang);

/* Adds to the suggestion, which passed the gate, the lines that stood behind it elsewhere, as far
 * as those places agree and the text parses. */
void block_extend(struct gate *g, struct assist_suggestion *s);

#endif
