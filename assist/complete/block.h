/* assist/complete/block.h: the lines behind the first, where the syntax opens a block. A block is
 * open where the cursor's line is its first, behind a line that is indented less, and nothing of it
 * stands below; or where the line that is suggested opens one. Inside this folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_BLOCK_H
#define ARTEL_ASSIST_COMPLETE_BLOCK_H

#include "assist/complete/decode.h"
#include "assist/complete/gate.h"

enum block_kind { BLOCK_NONE, BLOCK_BODY, BLOCK_OPENED };

/* Whether the cursor's line, blank so far, is not as deep as the block that the line above it
 * opens: what is written there brings the indentation that is missing. Pure. */
bool block_misses_indentation(str_view text, size_t cursor, const gram_language *lang);

/* What the suggestion would begin. Pure; `lang` is the document's. */
enum block_kind block_at(str_view text, size_t cursor, const struct assist_suggestion *s,
                         const gram_language *lang);

/* Adds to the suggestion, which passed the gate and begins or opens a block, the lines that stood
 * behind it elsewhere, as far as those places agree and the text passes. True when there were some.
 */
bool block_extend(struct gate *g, struct assist_suggestion *s, enum block_kind kind);

/* Adds those that the model is sure of, up to the end of the block, in little time (more where the
 * user asked for it). `p` is what the model has read for the suggestion; what is written is counted
 * in *t. Errors of the model; ERR_CANCELLED. */
MUST_USE err_code block_go_on(struct gate *g, struct assist_suggestion *s, enum block_kind kind,
                              const struct prompt *p, const struct decode_limits *limits,
                              struct assist_timings *t, err *e);

#endif
