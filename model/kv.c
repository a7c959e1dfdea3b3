#include "model/kv.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "model/ops.h"

enum { MAX_GROUPS = MODEL__KV_MAX_DIM / MODEL__KV_GROUP };

const char *model_kv_name(model_kv_type type)
{
    return type == MODEL_KV_Q8_0 ? "q8_0" : "f16";
}

/* The groups' scales, and x in units of them. */
static void quantise(int8_t *q, uint16_t *scales, const float *x, size_t n)
{
    const struct model__ops *ops = model__ops();
    float scale[MAX_GROUPS], factor[MAX_GROUPS];
    for (size_t g = 0; g < model__kv_groups(n); g++) {
        size_t end = (g + 1) * MODEL__KV_GROUP < n ? (g + 1) * MODEL__KV_GROUP : n;
        float most = 0, nan = 0;
        for (size_t i = g * MODEL__KV_GROUP; i < end; i++) {
            most = fabsf(x[i]) > most ? fabsf(x[i]) : most;
            nan += x[i] - x[i]; /* 0, or NaN for infinity and NaN */
        }
        scale[g] = most / 127 + nan;
    }
    ops->to_f16(scales, scale, model__kv_groups(n));
    ops->from_f16(scale, scales, model__kv_groups(n));
    for (size_t g = 0; g < model__kv_groups(n); g++)
        factor[g] = scale[g] > 0 && scale[g] < INFINITY ? 1 / scale[g] : 0;
    for (size_t i = 0; i < n; i++) {
        float f = factor[i / MODEL__KV_GROUP];
        float y = f > 0 ? x[i] * f : 0;
        y = y > 127 ? 127 : y < -127 ? -127 : y;
        q[i] = (int8_t)lrintf(y);
    }
}

void model__key_store(model_kv_type type, uint8_t *tiles, size_t pos, const float *x,
                      size_t head_dim)
{
    assert(head_dim <= MODEL__KV_MAX_DIM);
    uint8_t *tile = tiles + pos / MODEL__TILE * model__key_tile_bytes(type, head_dim);
    size_t column = pos % MODEL__TILE;
    if (type == MODEL_KV_F16) {
        uint16_t half[MODEL__KV_MAX_DIM];
        model__ops()->to_f16(half, x, head_dim);
        for (size_t i = 0; i < head_dim; i++)
            memcpy(tile + 2 * (i * MODEL__TILE + column), &half[i], 2);
        return;
    }
    int8_t q[MODEL__KV_MAX_DIM];
    uint16_t scales[MAX_GROUPS];
    quantise(q, scales, x, head_dim);
    for (size_t i = 0; i < head_dim; i++)
        memcpy(tile + i * MODEL__TILE + column, &q[i], 1);
    tile += head_dim * MODEL__TILE;
    for (size_t g = 0; g < model__kv_groups(head_dim); g++)
        memcpy(tile + 2 * (g * MODEL__TILE + column), &scales[g], 2);
}

void model__value_store(model_kv_type type, uint8_t *rows, size_t pos, const float *x,
                        size_t head_dim)
{
    uint8_t *row = rows + pos * model__value_row_bytes(type, head_dim);
    if (type == MODEL_KV_F16) {
        uint16_t half[MODEL__KV_MAX_DIM];
        model__ops()->to_f16(half, x, head_dim);
        memcpy(row, half, 2 * head_dim);
        return;
    }
    int8_t q[MODEL__KV_MAX_DIM];
    uint16_t scales[MAX_GROUPS];
    quantise(q, scales, x, head_dim);
    memcpy(row, q, head_dim);
    memcpy(row + model__value_stride(head_dim), scales, 2 * model__kv_groups(head_dim));
}

void model__key_load(model_kv_type type, float *out, const uint8_t *tiles, size_t pos,
                     size_t head_dim)
{
    const uint8_t *tile = tiles + pos / MODEL__TILE * model__key_tile_bytes(type, head_dim);
    size_t column = pos % MODEL__TILE;
    if (type == MODEL_KV_F16) {
        uint16_t half[MODEL__KV_MAX_DIM];
        for (size_t i = 0; i < head_dim; i++)
            memcpy(&half[i], tile + 2 * (i * MODEL__TILE + column), 2);
        model__ops()->from_f16(out, half, head_dim);
        return;
    }
    float scale[MAX_GROUPS];
    uint16_t halves[MAX_GROUPS];
    for (size_t g = 0; g < model__kv_groups(head_dim); g++)
        memcpy(&halves[g], tile + head_dim * MODEL__TILE + 2 * (g * MODEL__TILE + column), 2);
    model__ops()->from_f16(scale, halves, model__kv_groups(head_dim));
    for (size_t i = 0; i < head_dim; i++)
        out[i] = (float)(int8_t)tile[i * MODEL__TILE + column] * scale[i / MODEL__KV_GROUP];
}
