/* model/session_internal.h: what a session holds, for the units that make it up. */
#ifndef ARTEL_MODEL_SESSION_INTERNAL_H
#define ARTEL_MODEL_SESSION_INTERNAL_H

#include "model/ops.h"
#include "model/pool.h"
#include "model/session.h"
#include "model/weights_internal.h"

/* Everything the token loop writes besides the cache. B = n_batch; the widths are the largest of
 * any layer. */
struct scratch {
    float *x;        /* [B][n_embd] residual stream */
    float *h;        /* [B][n_embd] normalised input, then output of a half block */
    float *qkv;      /* [B][(n_head + 2 n_head_kv) head_dim] */
    float *att;      /* [B][n_head head_dim] */
    float *gate;     /* [B][n_ff] */
    float *up;       /* [B][n_ff] */
    float *rope;     /* [B][2][n_rot]: cosines, signed sines */
    float *logits;   /* [n_logits][n_vocab] */
    void *linear;    /* model__linear_apply's own */
    uint8_t *attend; /* [n_threads][attend_stride] */
};

/* One stream of tokens. kv: per layer, the keys of each KV head, then the values of each
 * (model/kv.h). */
struct slot {
    model_token *ids; /* [n_ctx]: what kv holds; NULL, as kv_memory, while the slot has no memory */
    size_t n;
    size_t n_high; /* the most positions it had since it got its memory, as last looked at */
    void *kv_memory;
    uint8_t *kv;        /* kv_memory, aligned */
    uint64_t last_used; /* n_feeds then */
    /* Positions from here on are out of date: computed after other tokens than those that stand
     * before them now, or moved. Says nothing where it is beyond n. */
    size_t n_exact;
    /* Positions [rest, rest_end) beyond n still hold what a stream before had there. */
    size_t rest, rest_end;
};

/* Tokens [from, from + n) of a slot's rest that are to stand at `to`. */
struct model__run {
    size_t from, to, n;
};

/* A chunk that was cancelled: scratch.x holds its residual stream before a half of a layer, the
 * slot's ids its tokens after the stream. Valid until anything else is evaluated or the slot
 * changes. */
struct paused {
    const struct slot *slot; /* NULL: none */
    size_t pos, n_tok, n_out;
    uint32_t layer;   /* n_layer: only the head is missing */
    bool second_half; /* goes on with the feed-forward */
};

struct model_session {
    const model_weights *w;
    const struct model__ops *ops;
    model__pool *pool;
    size_t n_ctx, n_batch, n_logits, n_threads;

    struct slot *slots; /* [n_slots] */
    struct slot *slot;  /* the current stream's */
    size_t n_slots;
    uint64_t n_feeds;
    struct paused paused;
    size_t n_rows; /* rows of scratch.logits that are valid; 0: none */

    model_kv_type kv_type;
    size_t *kv_off;      /* [n_layer], bytes from slot.kv */
    size_t n_pos;        /* n_ctx rounded up to whole tiles */
    size_t kv_bytes;     /* of one slot */
    size_t kv_bytes_max; /* of all; SIZE_MAX: no limit */

    /* Rotation by p = 64 a + b is the product of two table entries: [n_ctx / 64 + 1 + 64][n_rot /
     * 2] pairs (cos, sin); f64, so that every position is exact to f32. */
    double *turns;
    size_t n_turns_high;

    void *scratch_memory;
    size_t scratch_bytes, attend_stride;
    struct scratch b;
};

/* Bytes of one KV head's keys and values in a slot. */
size_t model__session_key_stride(const model_session *s);
size_t model__session_value_stride(const model_session *s);
/* Where they are. */
uint8_t *model__session_keys(const model_session *s, const struct slot *slot, size_t layer,
                             size_t head);
uint8_t *model__session_values(const model_session *s, const struct slot *slot, size_t layer,
                               size_t head);
/* Bytes of one KV head's keys that n positions touch: whole tiles. */
size_t model__session_key_bytes(const model_session *s, size_t n);
size_t model__session_value_bytes(const model_session *s, size_t n);
/* The slot that was not used for longest, other than `except` (may be NULL); NULL if there is none.
 */
struct slot *model__session_oldest_slot(model_session *s, const struct slot *except);
/* Memory for a slot, which then holds no tokens; ERR_OK if it has it already. ERR_NOMEM. */
MUST_USE err_code model__session_fill_slot(const model_session *s, struct slot *slot);
/* Cosines and signed sines that turn a vector by n positions, f32[n_rot] each, times `gain`. */
void model__session_turn(const model_session *s, size_t n, float gain, float *cosines,
                         float *sines);

/* The longest run in the slot's rest that is equal to a part of ids[begin..end), as seen from both
 * ends and the middle; n = 0 where none is worth moving. */
struct model__run model__session_find_run(const struct slot *slot, const model_token *ids,
                                          size_t begin, size_t end);
/* Moves the run's ids, keys (turned to their new positions) and values; the rest is the run
 * afterwards. On all threads; uses scratch.rope. */
void model__session_move(model_session *s, struct slot *slot, const struct model__run *run);

/* Forgets the slots used longest ago, other than `keep`, until n positions in `keep` are within
 * kv_bytes_max. */
void model__session_make_room(model_session *s, struct slot *keep, size_t n);

#endif
