/* model/vocab.h: text to token ids and back. Immutable after creation; safe on any thread as long
 * as each thread brings its own output. User text is never parsed for special tokens: source that
 * contains "<|fim_middle|>" becomes ordinary tokens. Special ids are asked for by role. */
#ifndef ARTEL_MODEL_VOCAB_H
#define ARTEL_MODEL_VOCAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "model/gguf.h"

typedef int32_t
    model_token; /* an id, 0 <= id < n_vocab; MODEL_TOKEN_NONE where a vocabulary lacks one */
enum { MODEL_TOKEN_NONE = -1 };

/* A growable list of ids with a maximum. Zero-initialise, set max_tokens. Failure is sticky, as in
 * buf. */
struct model_tokens {
    model_token *ids; /* owned */
    size_t n;
    size_t cap;
    size_t max_tokens;
    err_code failed;
};
void model_tokens_init(struct model_tokens *t, size_t max_tokens);
void model_tokens_release(struct model_tokens *t);
void model_tokens_push(struct model_tokens *t, model_token id);

typedef struct model_vocab model_vocab;

/* Roles of special tokens. */
enum model_role {
    MODEL_ROLE_BOS,
    MODEL_ROLE_EOS,
    MODEL_ROLE_FIM_PREFIX,
    MODEL_ROLE_FIM_SUFFIX,
    MODEL_ROLE_FIM_MIDDLE,
    MODEL_ROLE_FIM_PAD,
    MODEL_ROLE_REPO,
    MODEL_ROLE_FILE_SEP,
    MODEL_ROLE_COUNT
};

/* Borrows the texts inside `g`, which must outlive the vocabulary. ERR_FORMAT, ERR_UNSUPPORTED
 * (names the tokenizer model or pre-tokenizer we do not know), ERR_NOMEM. */
MUST_USE err_code model_vocab_create(model_vocab **out, const model_gguf *g, err *e);
void model_vocab_destroy(model_vocab *v);

size_t model_vocab_size(const model_vocab *v);
model_token model_vocab_role(const model_vocab *v, enum model_role role);
bool model_vocab_adds_bos(const model_vocab *v);
/* Control, unknown and unused tokens: never text, never to be generated (except the end set). */
bool model_vocab_is_special(const model_vocab *v, model_token id);
/* True for every token that ends a generation: eos, eot, pad, separators, other FIM marks. */
bool model_vocab_is_end(const model_vocab *v, model_token id);

/* Appends the ids of `text` (any bytes). No BOS, no special tokens. Cost: O(n log n) in the longest
 * pre-token. Sets t->failed on ERR_NOMEM / ERR_RANGE. */
void model_vocab_encode(const model_vocab *v, str_view text, struct model_tokens *t);
/* The bytes that the token stands for; empty for special tokens. Borrowed from the vocabulary. The
 * concatenation of the pieces of encode(text) is `text` for BPE vocabularies (for SPM: after its
 * leading space, if the vocabulary adds one). */
str_view model_vocab_piece(const model_vocab *v, model_token id);
/* The text as stored in the file, for printing ("Ġdef", "<|fim_prefix|>"). */
str_view model_vocab_raw(const model_vocab *v, model_token id);

#endif
