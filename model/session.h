/* model/session.h: one stream of tokens through a model: the KV cache and the scratch memory. The
 * only mutable model state. One thread at a time. The token loop does not allocate. */
#ifndef ARTEL_MODEL_SESSION_H
#define ARTEL_MODEL_SESSION_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/thread.h"
#include "model/kv.h"
#include "model/vocab.h"
#include "model/weights.h"

typedef struct model_session model_session;

enum { MODEL_SESSION_MAX_DEFAULT_THREADS = 8, MODEL_SESSION_MAX_SLOTS = 64 };

struct model_session_options {
    uint32_t n_ctx;     /* positions in the KV cache; 0: as trained */
    uint32_t n_threads; /* kernels' threads, the caller included; 0: one per processor, at most 8 */
    uint32_t n_batch;   /* tokens per prefill chunk, at most 4096; 0: 256 */
    uint32_t n_logits;  /* most positions whose logits one feed returns, at most n_batch; 0: 1 */
    /* Token streams kept in the cache at once, at most 64; 0: 1, or 64 if kv_bytes_max limits them.
     */
    uint32_t n_slots;
    /* Memory for all of their keys and values; 0: no limit. Before a feed goes beyond, the streams
     * that were not used for longest are forgotten. The current one always has its place. */
    uint64_t kv_bytes_max;
    /* How they are stored. */
    model_kv_type kv_type;
};
#define MODEL_SESSION_OPTIONS_DEFAULT ((struct model_session_options){0})

/* `w` must outlive the session. ERR_NOMEM, ERR_RANGE (n_ctx beyond what was trained, or another
 * option past its maximum). */
MUST_USE err_code model_session_create(model_session **out, const model_weights *w,
                                       const struct model_session_options *options, err *e);
void model_session_destroy(model_session *s);

struct model_feed_stats {
    size_t n_reused; /* tokens that were in the cache already */
    size_t n_read;   /* tokens evaluated now */
    size_t n_loose;  /* tokens of the stream that are out of date (model_session_feed_loose) */
};

/* Makes the current stream exactly ids[0..n) and computes the logits after ids[n-1]. The longest
 * common prefix with any stream in the cache is reused; at least the last token is evaluated.
 *
 * With several slots a stream that would lose more than half of its tokens is left alone (another
 * document, whose turn comes again): the common prefix is copied to the slot that was not used for
 * longest, and that one becomes the current stream. Where kv_bytes_max or memory has no room for
 * both, it is not left alone.
 *
 * Chunks end at multiples of n_batch, so that the same tokens in a fresh session and after a reuse
 * that ends at such a multiple give the same bits; elsewhere kernels for other batch sizes may
 * round differently.
 *
 * Polls `cancel` all the time: as a rule it returns within two milliseconds of the request. After
 * ERR_CANCELLED the stream holds the chunks that were finished, so that a later call goes on from
 * there; the unfinished one goes on too, half a layer back at most, if the next call asks for the
 * same tokens in it. ERR_RANGE: n is 0 or above n_ctx, or an id is
 * outside the vocabulary; nothing has changed. ERR_FORMAT: the weights are damaged, the logits were
 * not finite; the stream is empty. `stats` may be NULL. */
MUST_USE err_code model_session_feed(model_session *s, const model_token *ids, size_t n,
                                     const cancel_flag *cancel, struct model_feed_stats *stats,
                                     err *e);
/* The same with the logits after each of the last n_last tokens, 1 <= n_last <= min(n, n_logits):
 * all of these are evaluated, in one chunk if they fit. For checking drafted tokens. */
MUST_USE err_code model_session_feed_logits(model_session *s, const model_token *ids, size_t n,
                                            size_t n_last, const cancel_flag *cancel,
                                            struct model_feed_stats *stats, err *e);
struct model_feed {
    const model_token *ids;
    size_t n;
    size_t n_last; /* as in model_session_feed_logits */
    size_t loose;  /* tokens from here on may be out of date; SIZE_MAX: none */
};
/* The same for a prompt whose tokens from `loose` on come after text that is being typed: of these,
 * what is in the cache is taken even where other tokens stand before it now, and moved to its new
 * place by turning its keys. Such tokens and those after them are out of date: they have not seen
 * what was typed since. Every feed but this evaluates them anew. A text after the cursor thus costs
 * nothing to a model that was taught to read it last. */
MUST_USE err_code model_session_feed_loose(model_session *s, const struct model_feed *f,
                                           const cancel_flag *cancel,
                                           struct model_feed_stats *stats, err *e);
/* One more token after the current stream: the fast path of generation. Same errors. */
MUST_USE err_code model_session_step(model_session *s, model_token id, err *e);
/* Logits after the last token, f32[n_vocab], borrowed until the next feed or step. NULL before the
 * first and after one that failed. */
const float *model_session_logits(const model_session *s);
/* Logits after the token `back` positions before the last (0: the last), or NULL where the last
 * feed did not compute them. */
const float *model_session_logits_at(const model_session *s, size_t back);
/* Forgets the current stream's tokens from position n on; n <= length. The logits stay readable. */
void model_session_truncate(model_session *s, size_t n);
size_t model_session_length(const model_session *s);
size_t model_session_n_ctx(const model_session *s);
/* Bytes of KV cache, of the slots that hold a stream, and scratch. The system hands out cache
 * memory when it is first written. */
size_t model_session_n_bytes(const model_session *s);
/* Of these, what counts against kv_bytes_max. */
size_t model_session_kv_bytes(const model_session *s);

/* Appends the current stream, as far as it is not out of date, its keys and values to `out`: a
 * copy that this build can restore with
 * the same model and instruction set, so that a project opens warm. ERR_NOMEM, ERR_RANGE (the
 * buffer's maximum); the buffer has then failed. Cost: O(length). */
MUST_USE err_code model_session_save(const model_session *s, buf *out, err *e);
/* Makes a saved stream the current one, in the slot that was not used for longest. The bytes are
 * hostile: ERR_FORMAT (damaged, of another model), ERR_RANGE (longer than n_ctx), ERR_NOMEM;
 * nothing has changed then. The logits are not part of it: the next feed evaluates at least one
 * token. */
MUST_USE err_code model_session_restore(model_session *s, str_view saved, err *e);

#endif
