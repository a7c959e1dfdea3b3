/* assist/complete/heard.h: what the model said behind the prompt it read last. While somebody types
 * a word the prompt stays the same, since the word is generated again (token healing), and most of
 * the lines written behind it are those of the key before: what was heard then is not computed
 * again. Rows are the model's own, so that nothing changes but the time. Inside this folder only.
 */
#ifndef ARTEL_ASSIST_COMPLETE_HEARD_H
#define ARTEL_ASSIST_COMPLETE_HEARD_H

#include <stddef.h>
#include <stdint.h>

enum { HEARD_ROWS = 48 };

/* Which tokens stand behind the prompt: HEARD_PROMPT for none, else heard_behind. HEARD_NOWHERE is
 * for what is not remembered, and nothing behind it is either. */
enum { HEARD_NOWHERE = 0, HEARD_PROMPT = 1 };

struct heard {
    float *rows;               /* [n_rows][n_vocab]; NULL before the first */
    uint64_t path[HEARD_ROWS]; /* that a row is behind */
    size_t n_rows, n_used;
};

uint64_t heard_behind(uint64_t path, int32_t id);
/* The logits behind `path`, valid until the next heard_put; NULL where they are not known. */
const float *heard_find(const struct heard *h, size_t n_vocab, uint64_t path);
/* Copies them in. Where memory is short, nothing is remembered. */
void heard_put(struct heard *h, size_t n_vocab, uint64_t path, const float *logits);
/* To be called before another prompt, or another model. */
void heard_forget(struct heard *h);
void heard_release(struct heard *h);

#endif
