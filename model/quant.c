#include "model/quant.h"

#include <math.h>
#include <string.h>

#include "model/gguf.h"

/* ---- half precision ---- */

static float f32_of_bits(uint32_t u)
{
    float f;
    memcpy(&f, &u, sizeof f);
    return f;
}

static uint32_t bits_of_f32(float f)
{
    uint32_t u;
    memcpy(&u, &f, sizeof u);
    return u;
}

float model__f16_to_f32(uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000u) << 16;
    uint32_t exponent = (h >> 10) & 31u;
    uint32_t mantissa = h & 0x3ffu;
    if (exponent == 31)
        return f32_of_bits(sign | 0x7f800000u | mantissa << 13);
    if (exponent != 0)
        return f32_of_bits(sign | (exponent + 112) << 23 | mantissa << 13);
    /* Subnormal: mantissa * 2^-24, exact in f32. */
    float f = (float)mantissa * 0x1p-24f;
    return sign ? -f : f;
}

uint16_t model__f32_to_f16(float f)
{
    uint32_t u = bits_of_f32(f);
    uint16_t sign = (uint16_t)(u >> 16 & 0x8000u);
    uint32_t magnitude = u & 0x7fffffffu;
    if (magnitude > 0x7f800000u)
        return (uint16_t)(sign | 0x7e00u);
    if (magnitude >= 0x477ff000u) /* 65520 and above round to infinity */
        return (uint16_t)(sign | 0x7c00u);
    if (magnitude < 0x38800000u) {
        /* Below 2^-14. Adding 2^-1 * 2^0 ... puts the bits of weight 2^-24 at the end of the
         * mantissa of a number in [0.5, 1), and the addition itself rounds to nearest even. */
        float shifted = f32_of_bits(magnitude) + 0.5f;
        return (uint16_t)(sign | (bits_of_f32(shifted) - 0x3f000000u));
    }
    uint32_t odd = magnitude >> 13 & 1u;
    return (uint16_t)(sign | (magnitude - 0x38000000u + 0xfffu + odd) >> 13);
}

static uint16_t load_u16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t load_u32(const uint8_t *p)
{
    return (uint32_t)load_u16(p) | (uint32_t)load_u16(p + 2) << 16;
}

static float load_f16(const uint8_t *p)
{
    return model__f16_to_f32(load_u16(p));
}

/* ---- groups of 32 ---- */

static void set_scale(struct model__group *o, float scale, float min)
{
    o->scale[0] = o->scale[1] = scale;
    o->min[0] = o->min[1] = min;
}

/* 16 bytes: low nibbles are the first 16 elements, high nibbles the other 16. */
static void nibbles(struct model__group *o, const uint8_t *qs, int offset)
{
    for (size_t i = 0; i < 16; i++) {
        o->w[i] = (int8_t)((qs[i] & 15) - offset);
        o->w[i + 16] = (int8_t)((qs[i] >> 4) - offset);
    }
}

static void group_q4_0(struct model__group *o, const uint8_t *b, size_t g)
{
    (void)g;
    nibbles(o, b + 2, 8);
    set_scale(o, load_f16(b), 0);
}

/* The format adds its minimum, a group subtracts it. */
static void group_q4_1(struct model__group *o, const uint8_t *b, size_t g)
{
    (void)g;
    nibbles(o, b + 4, 0);
    set_scale(o, load_f16(b), -load_f16(b + 2));
}

/* The fifth bit of element i is bit i of `high`. */
static void fifth_bits(struct model__group *o, uint32_t high, int offset)
{
    for (size_t i = 0; i < 32; i++)
        o->w[i] = (int8_t)(o->w[i] + (int)(high >> i & 1u) * 16 - offset);
}

static void group_q5_0(struct model__group *o, const uint8_t *b, size_t g)
{
    (void)g;
    nibbles(o, b + 6, 0);
    fifth_bits(o, load_u32(b + 2), 16);
    set_scale(o, load_f16(b), 0);
}

static void group_q5_1(struct model__group *o, const uint8_t *b, size_t g)
{
    (void)g;
    nibbles(o, b + 8, 0);
    fifth_bits(o, load_u32(b + 4), 0);
    set_scale(o, load_f16(b), -load_f16(b + 2));
}

static void group_q8_0(struct model__group *o, const uint8_t *b, size_t g)
{
    (void)g;
    memcpy(o->w, b + 2, 32);
    set_scale(o, load_f16(b), 0);
}

/* u8 scales[16]; u8 qs[64]; f16 d; f16 dmin. Two halves of 128 elements share 32 bytes of qs each;
 * within a half the groups take bits 0-1, 2-3, 4-5, 6-7. */
static void group_q2_k(struct model__group *o, const uint8_t *b, size_t g)
{
    const uint8_t *qs = b + 16 + g / 4 * 32;
    for (size_t i = 0; i < 32; i++)
        o->w[i] = (int8_t)(qs[i] >> 2 * (g % 4) & 3);
    float d = load_f16(b + 80);
    float dmin = load_f16(b + 82);
    for (size_t k = 0; k < 2; k++) {
        o->scale[k] = d * (float)(b[2 * g + k] & 15);
        o->min[k] = dmin * (float)(b[2 * g + k] >> 4);
    }
}

/* u8 hmask[32]; u8 qs[64]; u8 scales[12]; f16 d. As Q2_K; bit g of hmask[i] clear takes 4 away. */
static void group_q3_k(struct model__group *o, const uint8_t *b, size_t g)
{
    const uint8_t *qs = b + 32 + g / 4 * 32;
    const uint8_t *scales = b + 96;
    for (size_t i = 0; i < 32; i++)
        o->w[i] = (int8_t)((qs[i] >> 2 * (g % 4) & 3) - (b[i] >> g & 1 ? 0 : 4));
    float d = load_f16(b + 108);
    for (size_t k = 0; k < 2; k++) {
        size_t s = 2 * g + k;
        int low = s < 8 ? scales[s] & 15 : scales[s - 8] >> 4;
        int high = scales[8 + s % 4] >> 2 * (s / 4) & 3;
        o->scale[k] = d * (float)((low | high << 4) - 32);
        o->min[k] = 0;
    }
}

/* Twelve bytes hold eight pairs of six-bit scale and minimum. */
static void scale_pair(const uint8_t *s, size_t g, int *scale, int *min)
{
    if (g < 4) {
        *scale = s[g] & 63;
        *min = s[g + 4] & 63;
    } else {
        *scale = (s[g + 4] & 15) | (s[g - 4] >> 6) << 4;
        *min = s[g + 4] >> 4 | (s[g] >> 6) << 4;
    }
}

static void k_scale(struct model__group *o, const uint8_t *b, size_t g)
{
    int scale;
    int min;
    scale_pair(b + 4, g, &scale, &min);
    set_scale(o, load_f16(b) * (float)scale, load_f16(b + 2) * (float)min);
}

/* f16 d; f16 dmin; u8 scales[12]; u8 qs[128]: 32 bytes hold two groups, low nibbles first. */
static void group_q4_k(struct model__group *o, const uint8_t *b, size_t g)
{
    const uint8_t *qs = b + 16 + g / 2 * 32;
    for (size_t i = 0; i < 32; i++)
        o->w[i] = (int8_t)(qs[i] >> 4 * (g % 2) & 15);
    k_scale(o, b, g);
}

/* f16 d; f16 dmin; u8 scales[12]; u8 qh[32]; u8 qs[128]: bit g of qh[i] is the fifth bit. */
static void group_q5_k(struct model__group *o, const uint8_t *b, size_t g)
{
    const uint8_t *qs = b + 48 + g / 2 * 32;
    for (size_t i = 0; i < 32; i++)
        o->w[i] = (int8_t)((qs[i] >> 4 * (g % 2) & 15) | (b[16 + i] >> g & 1) << 4);
    k_scale(o, b, g);
}

/* u8 ql[128]; u8 qh[64]; i8 scales[16]; f16 d. Two halves of 128 elements; within a half groups 0
 * and 1 are the low nibbles of ql[0..32) and ql[32..64), groups 2 and 3 the high ones; group g
 * takes bits 2g, 2g+1 of qh[0..32). */
static void group_q6_k(struct model__group *o, const uint8_t *b, size_t g)
{
    size_t half = g / 4;
    size_t quarter = g % 4;
    const uint8_t *ql = b + half * 64 + quarter % 2 * 32;
    const uint8_t *qh = b + 128 + half * 32;
    for (size_t i = 0; i < 32; i++) {
        int low = ql[i] >> 4 * (quarter / 2) & 15;
        int high = qh[i] >> 2 * quarter & 3;
        o->w[i] = (int8_t)((low | high << 4) - 32);
    }
    float d = load_f16(b + 208);
    for (size_t k = 0; k < 2; k++) {
        o->scale[k] = d * (float)(int8_t)b[192 + 2 * g + k];
        o->min[k] = 0;
    }
}

const int8_t model__iq4_values[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                      1,    13,   25,  38,  53,  69,  89,  113};

static void group_iq4_nl(struct model__group *o, const uint8_t *b, size_t g)
{
    (void)g;
    nibbles(o, b + 2, 0);
    for (size_t i = 0; i < 32; i++)
        o->w[i] = model__iq4_values[o->w[i]];
    set_scale(o, load_f16(b), 0);
}

/* f16 d; u16 scales_h; u8 scales_l[4]; u8 qs[128]: 16 bytes a group. */
static void group_iq4_xs(struct model__group *o, const uint8_t *b, size_t g)
{
    nibbles(o, b + 8 + 16 * g, 0);
    for (size_t i = 0; i < 32; i++)
        o->w[i] = model__iq4_values[o->w[i]];
    int low = b[4 + g / 2] >> 4 * (g % 2) & 15;
    int high = load_u16(b + 2) >> 2 * g & 3;
    set_scale(o, load_f16(b) * (float)((low | high << 4) - 32), 0);
}

/* ---- the table ---- */

static const struct model__format formats[] = {
    {.type = MODEL_TYPE_F32, .n_elements = 1, .n_bytes = 4, .n_words = 1},
    {.type = MODEL_TYPE_F16, .n_elements = 1, .n_bytes = 2},
    {.type = MODEL_TYPE_BF16, .n_elements = 1, .n_bytes = 2},
    {.type = MODEL_TYPE_Q4_0,
     .n_elements = 32,
     .n_bytes = 18,
     .run_at = 2,
     .n_words = 4,
     .half_at = {0},
     .n_halves = 1,
     .quantised = true,
     .group = group_q4_0},
    {.type = MODEL_TYPE_Q4_1,
     .n_elements = 32,
     .n_bytes = 20,
     .run_at = 4,
     .n_words = 4,
     .half_at = {0, 2},
     .n_halves = 2,
     .quantised = true,
     .has_min = true,
     .group = group_q4_1},
    {.type = MODEL_TYPE_Q5_0,
     .n_elements = 32,
     .n_bytes = 22,
     .run_at = 2,
     .n_words = 5,
     .half_at = {0},
     .n_halves = 1,
     .quantised = true,
     .group = group_q5_0},
    {.type = MODEL_TYPE_Q5_1,
     .n_elements = 32,
     .n_bytes = 24,
     .run_at = 4,
     .n_words = 5,
     .half_at = {0, 2},
     .n_halves = 2,
     .quantised = true,
     .has_min = true,
     .group = group_q5_1},
    {.type = MODEL_TYPE_Q8_0,
     .n_elements = 32,
     .n_bytes = 34,
     .run_at = 2,
     .n_words = 8,
     .half_at = {0},
     .n_halves = 1,
     .quantised = true,
     .group = group_q8_0},
    {.type = MODEL_TYPE_Q2_K,
     .n_elements = 256,
     .n_bytes = 84,
     .run_at = 0,
     .n_words = 20,
     .half_at = {80, 82},
     .n_halves = 2,
     .quantised = true,
     .fine = true,
     .has_min = true,
     .group = group_q2_k},
    {.type = MODEL_TYPE_Q3_K,
     .n_elements = 256,
     .n_bytes = 110,
     .run_at = 0,
     .n_words = 27,
     .half_at = {108},
     .n_halves = 1,
     .quantised = true,
     .fine = true,
     .group = group_q3_k},
    {.type = MODEL_TYPE_Q4_K,
     .n_elements = 256,
     .n_bytes = 144,
     .run_at = 4,
     .n_words = 35,
     .half_at = {0, 2},
     .n_halves = 2,
     .quantised = true,
     .has_min = true,
     .group = group_q4_k},
    {.type = MODEL_TYPE_Q5_K,
     .n_elements = 256,
     .n_bytes = 176,
     .run_at = 4,
     .n_words = 43,
     .half_at = {0, 2},
     .n_halves = 2,
     .quantised = true,
     .has_min = true,
     .group = group_q5_k},
    {.type = MODEL_TYPE_Q6_K,
     .n_elements = 256,
     .n_bytes = 210,
     .run_at = 0,
     .n_words = 52,
     .half_at = {208},
     .n_halves = 1,
     .quantised = true,
     .fine = true,
     .group = group_q6_k},
    {.type = MODEL_TYPE_IQ4_NL,
     .n_elements = 32,
     .n_bytes = 18,
     .run_at = 2,
     .n_words = 4,
     .half_at = {0},
     .n_halves = 1,
     .quantised = true,
     .group = group_iq4_nl},
    {.type = MODEL_TYPE_IQ4_XS,
     .n_elements = 256,
     .n_bytes = 136,
     .run_at = 4,
     .n_words = 33,
     .half_at = {0, 2},
     .n_halves = 2,
     .quantised = true,
     .group = group_iq4_xs},
};

const struct model__format *model__format_of(uint32_t type)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i].type == type)
            return &formats[i];
    return NULL;
}

void model__dequantise(const struct model__format *f, float *out, const void *row, size_t n)
{
    const uint8_t *p = row;
    if (f->type == MODEL_TYPE_F32) {
        memcpy(out, p, n * sizeof *out);
    } else if (f->type == MODEL_TYPE_F16) {
        for (size_t i = 0; i < n; i++)
            out[i] = load_f16(p + 2 * i);
    } else if (f->type == MODEL_TYPE_BF16) {
        for (size_t i = 0; i < n; i++)
            out[i] = model__bf16_to_f32(load_u16(p + 2 * i));
    }
    if (!f->quantised)
        return;
    struct model__group group;
    for (; n > 0; n -= f->n_elements, p += f->n_bytes) {
        for (size_t g = 0; g < f->n_elements / MODEL__GROUP; g++, out += MODEL__GROUP) {
            f->group(&group, p, g);
            for (size_t i = 0; i < MODEL__GROUP; i++)
                out[i] = group.scale[i / 16] * (float)group.w[i] - group.min[i / 16];
        }
    }
}

/* ---- activations ---- */

void model__act_quantise(struct model__act *out, const float *x)
{
    /* As integers, magnitudes compare like the numbers, with infinity and NaN above all of them. */
    uint32_t max_bits = 0;
    for (size_t i = 0; i < MODEL__GROUP; i++) {
        uint32_t magnitude = bits_of_f32(x[i]) & 0x7fffffffu;
        if (magnitude > max_bits)
            max_bits = magnitude;
    }
    memset(out, 0, sizeof *out);
    if (max_bits >= 0x7f800000u) {
        out->scale = out->sum = out->sum16[0] = out->sum16[1] = NAN;
        return;
    }
    float max = f32_of_bits(max_bits);
    float scale = max / 127.0f;
    float inverse = max > 0 ? 127.0f / max : 0;
    /* 127 / max is infinite below 2^-121; such a group is zero. */
    if (!(inverse <= 0x1p120f))
        return;
    int32_t sum[2] = {0, 0};
    for (size_t i = 0; i < MODEL__GROUP; i++) {
        out->q[i] = (int8_t)lrintf(x[i] * inverse);
        sum[i / 16] += out->q[i];
    }
    if (scale >= 0x1p-14f && scale <= 65504.0f)
        scale = model__f16_to_f32(model__f32_to_f16(scale));
    model__act_finish(out, scale, sum[0], sum[1]);
}
