/* model/kernels/panel.h: the packed form of weights that the vector kernels read.
 *
 * A panel is 16 rows of a matrix. Each block's run of 4-byte words is interleaved: word k of rows 0
 * to 15 stands in 64 consecutive bytes, so that one vector lane works for one row and no sum ever
 * crosses lanes. The block's 2-byte fields follow, interleaved the same way:
 *   n_blocks times (n_words * 64 bytes, n_halves * 32 bytes), padding to 64.
 * A panel is thus read as one ascending stream, which the processor fetches ahead; two streams, all
 * words and then all fields, made decoding from memory up to a third slower.
 * Packing moves bits without changing them (Q8_0 alone is stored with its sign bits flipped, as
 * unsigned numbers), so a panel takes as much memory as the rows it stands for. f32, f16 and bf16
 * rows are one run; of f16 element k of rows 0 to 15 stands in 32 consecutive bytes instead, which
 * one instruction loads and converts (taking them out of words made decoding half as fast in
 * cache). */
#ifndef ARTEL_MODEL_KERNELS_PANEL_H
#define ARTEL_MODEL_KERNELS_PANEL_H

#include "model/gguf.h"
#include "model/kernels/kernels.h"

/* Bytes that stay together when a run is interleaved. */
static inline size_t model__panel_unit(const struct model__format *f)
{
    return f->type == MODEL_TYPE_F16 ? 2 : 4;
}

/* What packing regards as a block. */
struct model__panel_shape {
    size_t n_blocks;
    size_t n_words;  /* per block */
    size_t n_halves; /* per block */
};

static inline struct model__panel_shape model__panel_shape(const struct model__format *f,
                                                           size_t n_in)
{
    if (f->quantised)
        return (struct model__panel_shape){n_in / f->n_elements, f->n_words, f->n_halves};
    return (struct model__panel_shape){1, (n_in * f->n_bytes + 3) / 4, 0};
}

static inline size_t model__panel_block_bytes(struct model__panel_shape s)
{
    return s.n_words * 64 + s.n_halves * 32;
}

static inline size_t model__panel_bytes(const struct model__format *f, size_t n_in)
{
    struct model__panel_shape s = model__panel_shape(f, n_in);
    return (s.n_blocks * model__panel_block_bytes(s) + 63) / 64 * 64;
}

#endif
