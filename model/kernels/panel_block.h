/* model/kernels/panel_block.h: the integers and scales of packed blocks, written once for all
 * vector instruction sets. The including file first defines
 *
 * - vi, vf: vectors of i32 and of f32; LANES: how many, 4, 8 or 16
 *
 * - WIDE_SHIFT: 7, full bytes are taken unsigned as they are stored, 128 too large; or NO_BIAS,
 *   they are taken signed
 *
 * - v_load, v_set1, v_and, v_or, v_sub, v_shl, v_shr, v_sra on vi; shifts by an int
 *
 * - v_wide(a): stored full bytes to what is taken
 *
 * - v_lut(a): each byte < 16 to its IQ4 value, in the same form
 *
 * - v_bit4(w, h, i): w with bit 4 of byte e set where bit 4 * i + e of h is, per lane
 *
 * - f_set1, f_mul, f_of_int; f_halves(p), v_halves(p): LANES f16 at p, LANES u16 at p */
#include <string.h>

#include "base/compiler.h"
#include "model/gguf.h"
#include "model/kernels/panel.h"

enum { N_SUB = MODEL__PANEL_ROWS / LANES, NO_BIAS = -1 };

/* ---- properties of formats, constant once inlined ---- */

#define EACH_QUANTISED(DO)                                                                         \
    DO(Q4_0)                                                                                       \
    DO(Q4_1)                                                                                       \
    DO(Q5_0) DO(Q5_1) DO(Q8_0) DO(Q2_K) DO(Q3_K) DO(Q4_K) DO(Q5_K) DO(Q6_K) DO(IQ4_NL) DO(IQ4_XS)
#define EACH_FLOAT(DO) DO(F32) DO(F16) DO(BF16)

ALWAYS_INLINE int n_groups_of(int type)
{
    return type >= MODEL_TYPE_Q2_K && type != MODEL_TYPE_IQ4_NL ? 8 : 1;
}

ALWAYS_INLINE int n_words_of(int type)
{
    switch (type) {
    case MODEL_TYPE_Q5_0:
    case MODEL_TYPE_Q5_1: return 5;
    case MODEL_TYPE_Q8_0: return 8;
    case MODEL_TYPE_Q2_K: return 20;
    case MODEL_TYPE_Q3_K: return 27;
    case MODEL_TYPE_Q4_K: return 35;
    case MODEL_TYPE_Q5_K: return 43;
    case MODEL_TYPE_Q6_K: return 52;
    case MODEL_TYPE_IQ4_XS: return 33;
    default: return 4;
    }
}

ALWAYS_INLINE bool has_min(int type)
{
    return type == MODEL_TYPE_Q4_1 || type == MODEL_TYPE_Q5_1 || type == MODEL_TYPE_Q2_K ||
           type == MODEL_TYPE_Q4_K || type == MODEL_TYPE_Q5_K;
}

ALWAYS_INLINE int n_halves_of(int type)
{
    return has_min(type) || type == MODEL_TYPE_IQ4_XS ? 2 : 1;
}

ALWAYS_INLINE int block_bytes_of(int type)
{
    return 64 * n_words_of(type) + 32 * n_halves_of(type);
}

ALWAYS_INLINE bool is_fine(int type)
{
    return type == MODEL_TYPE_Q2_K || type == MODEL_TYPE_Q3_K || type == MODEL_TYPE_Q6_K;
}

/* Kernels see integers that are too large by 2 to this power, and start their sums lower by as
 * much. */
ALWAYS_INLINE int bias_shift(int type)
{
    switch (type) {
    case MODEL_TYPE_Q3_K: return 2;
    case MODEL_TYPE_Q4_0: return 3;
    case MODEL_TYPE_Q5_0: return 4;
    case MODEL_TYPE_Q6_K: return 5;
    case MODEL_TYPE_Q8_0:
    case MODEL_TYPE_IQ4_NL:
    case MODEL_TYPE_IQ4_XS: return WIDE_SHIFT;
    default: return NO_BIAS;
    }
}

ALWAYS_INLINE int bits_of(int type)
{
    switch (type) {
    case MODEL_TYPE_Q2_K: return 2;
    case MODEL_TYPE_Q3_K: return 3;
    case MODEL_TYPE_Q5_0:
    case MODEL_TYPE_Q5_1:
    case MODEL_TYPE_Q5_K: return 5;
    case MODEL_TYPE_Q6_K: return 6;
    case MODEL_TYPE_Q8_0:
    case MODEL_TYPE_IQ4_NL:
    case MODEL_TYPE_IQ4_XS: return 8;
    default: return 4;
    }
}

/* ---- blocks ---- */

/* Scales and minima of one block, per group or (fine formats) per half group. */
struct head {
    vf scale[16];
    vf min[16];
};

static const uint32_t nibble_mask = 0x0f0f0f0fu;

ALWAYS_INLINE vi word(const uint8_t *w, int k)
{
    return v_load(w + 64 * k);
}

/* Bits `at` to `at` + n of each lane, as a number. */
ALWAYS_INLINE vi field(vi a, int at, int n)
{
    return v_and(v_shr(a, at), v_set1((1 << n) - 1));
}

ALWAYS_INLINE vf scaled(vf d, vi n)
{
    return f_mul(d, f_of_int(n));
}

/* The six-bit pairs of Q4_K and Q5_K; see quant.c. */
ALWAYS_INLINE void head_pairs(struct head *h, const uint8_t *w, vf d, vf dmin)
{
    vi s0 = word(w, 0);
    vi s1 = word(w, 1);
    vi s2 = word(w, 2);
    UNROLL
    for (int j = 0; j < 4; j++) {
        h->scale[j] = scaled(d, field(s0, 8 * j, 6));
        h->min[j] = scaled(dmin, field(s1, 8 * j, 6));
        h->scale[j + 4] = scaled(d, v_or(field(s2, 8 * j, 4), v_shl(field(s0, 8 * j + 6, 2), 4)));
        h->min[j + 4] =
            scaled(dmin, v_or(field(s2, 8 * j + 4, 4), v_shl(field(s1, 8 * j + 6, 2), 4)));
    }
}

ALWAYS_INLINE void head_q3_k(struct head *h, const uint8_t *w, vf d)
{
    UNROLL
    for (int s = 0; s < 16; s++) {
        vi low = field(word(w, 24 + s % 8 / 4), 8 * (s % 4) + 4 * (s / 8), 4);
        vi high = field(word(w, 26), 8 * (s % 4) + 2 * (s / 4), 2);
        h->scale[s] = scaled(d, v_sub(v_or(low, v_shl(high, 4)), v_set1(32)));
    }
}

ALWAYS_INLINE void head_iq4_xs(struct head *h, const uint8_t *w, vf d, const uint8_t *halves)
{
    vi high_bits = v_halves(halves + 32);
    UNROLL
    for (int g = 0; g < 8; g++) {
        vi low = field(word(w, 0), 4 * g, 4);
        vi high = field(high_bits, 2 * g, 2);
        h->scale[g] = scaled(d, v_sub(v_or(low, v_shl(high, 4)), v_set1(32)));
    }
}

ALWAYS_INLINE void block_head(int type, struct head *h, const uint8_t *w, const uint8_t *halves)
{
    vf d = f_halves(halves);
    switch (type) {
    case MODEL_TYPE_Q4_1:
    case MODEL_TYPE_Q5_1:
        /* The format adds its minimum; kernels subtract. */
        h->scale[0] = d;
        h->min[0] = f_mul(f_halves(halves + 32), f_set1(-1));
        break;
    case MODEL_TYPE_Q2_K: {
        vf dmin = f_halves(halves + 32);
        UNROLL
        for (int s = 0; s < 16; s++) {
            h->scale[s] = scaled(d, field(word(w, s / 4), 8 * (s % 4), 4));
            h->min[s] = scaled(dmin, field(word(w, s / 4), 8 * (s % 4) + 4, 4));
        }
        break;
    }
    case MODEL_TYPE_Q3_K: head_q3_k(h, w, d); break;
    case MODEL_TYPE_Q4_K:
    case MODEL_TYPE_Q5_K: head_pairs(h, w, d, f_halves(halves + 32)); break;
    case MODEL_TYPE_Q6_K:
        UNROLL
        for (int s = 0; s < 16; s++)
            h->scale[s] = scaled(d, v_sra(v_shl(word(w, 48 + s / 4), 24 - 8 * (s % 4)), 24));
        break;
    case MODEL_TYPE_IQ4_XS: head_iq4_xs(h, w, d, halves); break;
    default: h->scale[0] = d; break;
    }
}

/* The integers of group g as 8 words, plus the bias; see the group functions of quant.c for the
 * layouts. */
ALWAYS_INLINE void block_group(int type, vi q[8], const uint8_t *w, int g)
{
    const vi nibble = v_set1((int)nibble_mask);
    UNROLL
    for (int j = 0; j < 8; j++) {
        switch (type) {
        case MODEL_TYPE_Q4_0:
        case MODEL_TYPE_Q4_1: q[j] = v_and(v_shr(word(w, j % 4), j / 4 * 4), nibble); break;
        case MODEL_TYPE_Q5_0:
        case MODEL_TYPE_Q5_1:
            q[j] = v_and(v_shr(word(w, 1 + j % 4), j / 4 * 4), nibble);
            q[j] = v_bit4(q[j], word(w, 0), j);
            break;
        case MODEL_TYPE_Q8_0: q[j] = v_wide(word(w, j)); break;
        case MODEL_TYPE_IQ4_NL:
            q[j] = v_lut(v_and(v_shr(word(w, j % 4), j / 4 * 4), nibble));
            break;
        case MODEL_TYPE_IQ4_XS:
            q[j] = v_lut(v_and(v_shr(word(w, 1 + 4 * g + j % 4), j / 4 * 4), nibble));
            break;
        case MODEL_TYPE_Q2_K:
            q[j] = v_and(v_shr(word(w, 4 + g / 4 * 8 + j), g % 4 * 2), v_set1(0x03030303));
            break;
        case MODEL_TYPE_Q3_K: {
            vi low = v_and(v_shr(word(w, 8 + g / 4 * 8 + j), g % 4 * 2), v_set1(0x03030303));
            vi high = v_and(v_shr(word(w, j), g), v_set1(0x01010101));
            q[j] = v_or(low, v_shl(high, 2));
            break;
        }
        case MODEL_TYPE_Q4_K:
            q[j] = v_and(v_shr(word(w, 3 + g / 2 * 8 + j), g % 2 * 4), nibble);
            break;
        case MODEL_TYPE_Q5_K: {
            vi low = v_and(v_shr(word(w, 11 + g / 2 * 8 + j), g % 2 * 4), nibble);
            vi high = v_and(v_shr(word(w, 3 + j), g), v_set1(0x01010101));
            q[j] = v_or(low, v_shl(high, 4));
            break;
        }
        case MODEL_TYPE_Q6_K: {
            vi low = word(w, g / 4 * 16 + g % 2 * 8 + j);
            vi high = v_shr(word(w, 32 + g / 4 * 8 + j), g % 4 * 2);
            low = v_and(v_shr(low, g % 4 / 2 * 4), nibble);
            q[j] = v_or(low, v_shl(v_and(high, v_set1(0x03030303)), 4));
            break;
        }
        default: break;
        }
    }
}
