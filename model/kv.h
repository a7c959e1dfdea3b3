/* model/kv.h: how the cache stores the keys and values of one KV head. Pure functions over the
 * caller's memory.
 *
 * Keys stand in tiles of MODEL__TILE positions, so that the scores of a tile are vectors over
 * positions; values in rows, one a position:
 *   f16   key tile: [head_dim][MODEL__TILE] halves. Value row: head_dim halves, then zeros up to a
 *         multiple of MODEL__VALUE_ALIGN.
 *   Q8_0  the same with signed bytes for halves. Behind a tile stand the scales, halves
 *         [groups][MODEL__TILE], behind a row halves [groups]; a group is up to 32 neighbouring
 *         elements of one position, and a number is its byte times its group's scale. */
#ifndef ARTEL_MODEL_KV_H
#define ARTEL_MODEL_KV_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    MODEL_KV_F16,
    MODEL_KV_Q8_0, /* about half of the memory */
    MODEL_KV_TYPES
} model_kv_type;

enum {
    MODEL__TILE = 64,
    MODEL__VALUE_ALIGN = 16,
    MODEL__KV_GROUP = 32,
    MODEL__KV_MAX_DIM = 512 /* of a head; the loader refuses more */
};

static inline size_t model__value_stride(size_t head_dim)
{
    return (head_dim + MODEL__VALUE_ALIGN - 1) / MODEL__VALUE_ALIGN * MODEL__VALUE_ALIGN;
}

static inline size_t model__kv_groups(size_t head_dim)
{
    return (head_dim + MODEL__KV_GROUP - 1) / MODEL__KV_GROUP;
}

static inline size_t model__key_tile_bytes(model_kv_type type, size_t head_dim)
{
    return MODEL__TILE *
           (type == MODEL_KV_Q8_0 ? head_dim + 2 * model__kv_groups(head_dim) : 2 * head_dim);
}

static inline size_t model__value_row_bytes(model_kv_type type, size_t head_dim)
{
    size_t stride = model__value_stride(head_dim);
    return type == MODEL_KV_Q8_0 ? stride + 2 * model__kv_groups(head_dim) : 2 * stride;
}

/* "f16", "q8_0"; static text. */
const char *model_kv_name(model_kv_type type);

/* x: f32[head_dim], head_dim <= MODEL__KV_MAX_DIM, to position `pos` of the tiles or rows. f16
 * rounds to nearest even. Q8_0 errs by at most half of the group's scale, which is the largest
 * magnitude of the group over 127, rounded to f16; where x is not finite, neither is what is
 * stored. */
void model__key_store(model_kv_type type, uint8_t *tiles, size_t pos, const float *x,
                      size_t head_dim);
void model__value_store(model_kv_type type, uint8_t *rows, size_t pos, const float *x,
                        size_t head_dim);
/* The key at `pos` as f32[head_dim]. */
void model__key_load(model_kv_type type, float *out, const uint8_t *tiles, size_t pos,
                     size_t head_dim);

#endif
