/* model/vocab.h: text to token ids and back, for byte-level BPE ("gpt2") and SentencePiece
 * ("llama") vocabularies. Immutable after creation; safe on any thread as long as each thread
 * brings its own output. Works on files that hold a vocabulary and no tensors. User text is never
 * parsed for special tokens: source that contains "<|fim_middle|>" becomes ordinary tokens. Special
 * ids are asked for by role. (Tokens that the file calls user-defined are ordinary text and found
 * before anything else, as the models' own tokenizers do; those with a role or that end a
 * generation count as special whatever the file calls them.) Ids equal llama.cpp's for valid UTF-8;
 * it replaces invalid bytes, we keep them. */
#ifndef ARTEL_MODEL_VOCAB_H
#define ARTEL_MODEL_VOCAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "model/gguf.h"

/* An id, 0 <= id < n_vocab; MODEL_TOKEN_NONE where a vocabulary lacks one. */
typedef int32_t model_token;
enum { MODEL_TOKEN_NONE = -1 };

/* A growable list of ids with a maximum. Failure is sticky, as in buf: push freely, test `failed`
 * once (ERR_OK, ERR_NOMEM or ERR_RANGE). */
struct model_tokens {
    model_token *ids; /* owned */
    size_t n;
    size_t cap;
    size_t max_tokens;
    err_code failed;
};
/* No memory is taken until the first push. */
void model_tokens_init(struct model_tokens *t, size_t max_tokens);
/* Frees the ids; the list is empty and usable again. Accepts NULL. */
void model_tokens_release(struct model_tokens *t);
/* Forgets the ids and the failure, keeps the memory. */
void model_tokens_clear(struct model_tokens *t);
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
    MODEL_ROLE_REPO,     /* before a repository's name */
    MODEL_ROLE_FILE_SEP, /* before a file's path */
    MODEL_ROLE_COUNT
};

/* Borrows the texts inside `g`, which must outlive the vocabulary. Special ids out of range are
 * ignored with a warning in the log, as is a missing pre-tokenizer name. ERR_FORMAT,
 * ERR_UNSUPPORTED (names the tokenizer model or pre-tokenizer we do not know), ERR_NOMEM. Cost:
 * O(bytes of vocabulary), about 0.3 us a token. */
MUST_USE err_code model_vocab_create(model_vocab **out, const model_gguf *g, err *e);
/* Accepts NULL. */
void model_vocab_destroy(model_vocab *v);

size_t model_vocab_size(const model_vocab *v);
/* For information: "spm", or the name of the pre-tokenizer of a BPE vocabulary, "qwen2". Static. */
const char *model_vocab_scheme(const model_vocab *v);
/* From the file's metadata, else from the token's name; MODEL_TOKEN_NONE. */
model_token model_vocab_role(const model_vocab *v, enum model_role role);
/* Whether prompts to this model begin with the BOS token; implies that there is one. */
bool model_vocab_adds_bos(const model_vocab *v);
/* Control, unknown and unused tokens: never text, never to be generated (except the end set).
 * Here and below: 0 <= id < model_vocab_size. */
bool model_vocab_is_special(const model_vocab *v, model_token id);
/* True for every token that ends a generation: eos, eot, pad, separators, other FIM marks. */
bool model_vocab_is_end(const model_vocab *v, model_token id);

/* Appends the ids of `text` (any bytes). No BOS, no special tokens; bytes that no token covers,
 * which some vocabularies have, are left out. Sets t->failed on ERR_NOMEM / ERR_RANGE (also: a
 * piece of 2 GiB). Cost: O(n log n) time and some 60 bytes for each byte of the longest piece that
 * the scheme cuts; SPM does not cut. */
void model_vocab_encode(const model_vocab *v, str_view text, struct model_tokens *t);
/* The bytes that the token stands for; empty for special tokens. Borrowed from the vocabulary.
 * The concatenation of the pieces of encode(text) is `text` for BPE vocabularies that have a token
 * for every byte. For SPM it begins with one more space if the vocabulary adds one, and U+2581
 * comes back as a space. */
str_view model_vocab_piece(const model_vocab *v, model_token id);
/* The text as stored in the file, for printing ("Ġdef", "<|fim_prefix|>"). */
str_view model_vocab_raw(const model_vocab *v, model_token id);
/* The token whose stored text this is, special ones included; MODEL_TOKEN_NONE. Not for user text.
 */
model_token model_vocab_find(const model_vocab *v, str_view raw);

#endif
