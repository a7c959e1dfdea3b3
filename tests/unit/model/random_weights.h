/* Random but sane weights of any type, and random activations; the same for the same seed. */
#ifndef ARTEL_TESTS_UNIT_MODEL_RANDOM_WEIGHTS_H
#define ARTEL_TESTS_UNIT_MODEL_RANDOM_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"
#include "model/gguf.h"
#include "model/quant.h"

static const uint32_t all_types[] = {
    MODEL_TYPE_F32,  MODEL_TYPE_F16,  MODEL_TYPE_BF16, MODEL_TYPE_Q4_0,   MODEL_TYPE_Q4_1,
    MODEL_TYPE_Q5_0, MODEL_TYPE_Q5_1, MODEL_TYPE_Q8_0, MODEL_TYPE_Q2_K,   MODEL_TYPE_Q3_K,
    MODEL_TYPE_Q4_K, MODEL_TYPE_Q5_K, MODEL_TYPE_Q6_K, MODEL_TYPE_IQ4_NL, MODEL_TYPE_IQ4_XS,
};
enum { N_TYPES = sizeof all_types / sizeof *all_types };

/* splitmix64 */
static inline uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* In (-1, 1). */
static inline float random_float(uint64_t *state)
{
    return (float)(int64_t)random_next(state) * 0x1p-63f;
}

static inline void random_floats(float *out, size_t n, uint64_t *state)
{
    for (size_t i = 0; i < n; i++)
        out[i] = random_float(state);
}

/* n_bytes of whole blocks: every bit pattern of the integers, scales of ordinary size and both
 * signs. */
static inline void random_rows(const struct model__format *f, uint8_t *out, size_t n_bytes,
                               uint64_t *state)
{
    for (size_t at = 0; at < n_bytes; at += f->n_bytes) {
        uint8_t *block = out + at;
        for (size_t i = 0; i < f->n_bytes; i++)
            block[i] = (uint8_t)random_next(state);
        if (!f->quantised) {
            float v = random_float(state);
            uint32_t bits;
            memcpy(&bits, &v, sizeof bits);
            uint16_t half =
                f->type == MODEL_TYPE_F16 ? model__f32_to_f16(v) : (uint16_t)(bits >> 16);
            memcpy(block, f->n_bytes == 4 ? (void *)&v : (void *)&half, f->n_bytes);
        }
        for (size_t i = 0; i < f->n_halves; i++) {
            if (f->type == MODEL_TYPE_IQ4_XS && i == 1)
                continue; /* bits of scales, not a number */
            uint16_t half = model__f32_to_f16(random_float(state) * 0.01f);
            memcpy(block + f->half_at[i], &half, sizeof half);
        }
    }
}

static inline struct gguf_tensor tensor_of(uint32_t type, const void *data, size_t n_in,
                                           size_t n_out, size_t n_bytes)
{
    return (struct gguf_tensor){.name = STR("w"),
                                .type = type,
                                .n_dims = 2,
                                .dims = {n_in, n_out, 1, 1},
                                .data = data,
                                .n_bytes = n_bytes};
}

#endif
