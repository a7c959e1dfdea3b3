/* One symmetric block (Q4_0, Q5_0, 16 values of Q6_K) is x ~ d q; one with a minimum (Q5_1, 32
 * values of Q4_K and Q5_K) is x ~ a q + m. For given integers q the best d, or a and m, are a
 * least-squares solution; for given d the best q are the nearest ones. Each search tries a list of
 * ranges that the largest value might be given, solves, then alternates. The K types hold their
 * scales as small integers times one half-precision number per 256 values: given those, every group
 * looks again for its best integers, then the common numbers are solved for, and the best of the
 * rounds is kept. */
#include "model/quantize.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "model/gguf.h"
#include "model/quant.h"

enum {
    SMALL = 16,       /* values under one scale of Q6_K */
    GROUP = 32,       /* values under one scale of all others */
    SUPER = 256,      /* values in a block of the K types */
    REFINEMENTS = 2,  /* alternations after a search; a third changes less than one value in 1000 */
    SUPER_ROUNDS = 3, /* of solving for the numbers common to a K block */
};

/* Below this the smallest half-precision step rounds to zero. */
static const float tiny = 0x1p-26f;
static const float half_max = 65504;

/* ---- arithmetic: eight running sums, so that compilers may use vectors ---- */

ALWAYS_INLINE float dot(const float *a, const float *b, size_t n)
{
    float s[8] = {0};
    for (size_t i = 0; i < n; i += 8)
        for (size_t k = 0; k < 8; k++)
            s[k] += a[i + k] * b[i + k];
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

ALWAYS_INLINE float sum(const float *a, size_t n)
{
    float s[8] = {0};
    for (size_t i = 0; i < n; i += 8)
        for (size_t k = 0; k < 8; k++)
            s[k] += a[i + k];
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

/* To nearest, ties to even, for |v| < 2^22: the addition moves the fraction out of the mantissa. */
ALWAYS_INLINE float nearest(float v)
{
    return (v + 12582912.0f) - 12582912.0f;
}

ALWAYS_INLINE float clamp(float v, float low, float high)
{
    v = v < low ? low : v;
    return v > high ? high : v;
}

/* q = (x - m) * inverse, rounded and clamped. |x * inverse| < 2^22. */
ALWAYS_INLINE void round_all(float *q, const float *x, size_t n, float m, float inverse, float low,
                             float high)
{
    for (size_t i = 0; i < n; i++)
        q[i] = clamp(nearest((x[i] - m) * inverse), low, high);
}

/* Sum of w (a q + m - x)^2. */
ALWAYS_INLINE float error_of(const float *x, const float *w, const float *q, size_t n, float a,
                             float m)
{
    float s[8] = {0};
    for (size_t i = 0; i < n; i += 8)
        for (size_t k = 0; k < 8; k++) {
            float off = a * q[i + k] + m - x[i + k];
            s[k] += w[i + k] * off * off;
        }
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

static float largest(const float *x, size_t n)
{
    float most = 0;
    for (size_t i = 0; i < n; i++)
        most = fabsf(x[i]) > most ? fabsf(x[i]) : most;
    return most;
}

/* The weights of n values, none larger than most > 0: above 0, also where all values are 0, and at
 * most about 2. */
ALWAYS_INLINE void set_weights(float *w, const float *x, size_t n, float most)
{
    float inverse = 1 / most;
    for (size_t i = 0; i < n; i++)
        w[i] = x[i] * inverse;
    float mean = sqrtf(dot(w, w, n) / (float)n) + 1e-6f;
    for (size_t i = 0; i < n; i++)
        w[i] = mean + fabsf(w[i]);
}

static float to_half(float v)
{
    return model__f16_to_f32(model__f32_to_f16(v));
}

/* The same for a step: where half precision runs out of bits it is rounded up, since a step that is
 * too small cuts the largest values. */
static float to_half_step(float v)
{
    uint16_t half = model__f32_to_f16(v);
    if ((half & 0x7c00u) == 0 && fabsf(model__f16_to_f32(half)) < fabsf(v))
        half++;
    return model__f16_to_f32(half);
}

static void store_u16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v & 255);
    p[1] = (uint8_t)(v >> 8);
}

static void store_half(uint8_t *p, float v)
{
    store_u16(p, model__f32_to_f16(v));
}

/* ---- one group, x ~ d q ---- */

/* What the largest value is mapped to, in steps of the type. The upper half of the range in whole
 * steps finds every block that can be held exactly (one that uses less of the range is held with
 * half the step too, which is why numbers with more factors of two come first: their steps keep
 * within half precision). Beyond the range the largest value is cut for the sake of the others. */
static const float ranges_8[] = {8,    4,     6,     5,    7,     6.5f, 6.75f, 7.25f,
                                 7.5f, 7.75f, 8.25f, 8.5f, 8.75f, 9,    9.5f,  10};
static const float ranges_16[] = {16,    8,      12,    10,     14,     9,     11, 13,    15,
                                  14.5f, 15.25f, 15.5f, 15.75f, 16.25f, 16.5f, 17, 17.5f, 18};
static const float ranges_32[] = {
    32, 16, 24, 20,    28,    18,     22,    26,     30,     17,    19,     21, 23,    25,
    27, 29, 31, 29.5f, 30.5f, 31.25f, 31.5f, 31.75f, 32.25f, 32.5f, 32.75f, 33, 33.5f, 34};

struct ranges {
    const float *all;
    size_t n;
};
#define RANGES(array) ((struct ranges){(array), sizeof(array) / sizeof *(array)})

/* The best d for values whose largest magnitude is at least `tiny`. */
ALWAYS_INLINE float search_scale(const float *x, const float *w, size_t n, float low, float high,
                                 struct ranges ranges)
{
    float q[GROUP], wq[GROUP], best = 0, d = 0;
    /* The range has one step more below zero: it is for the value farthest out. */
    float far = 0;
    for (size_t i = 0; i < n; i++)
        far = fabsf(x[i]) > fabsf(far) ? x[i] : far;
    for (size_t i = 0; i < ranges.n; i++) {
        float inverse = ranges.all[i] / -far;
        round_all(q, x, n, 0, inverse, low, high);
        for (size_t k = 0; k < n; k++)
            wq[k] = w[k] * q[k];
        float xq = dot(wq, x, n), qq = dot(wq, q, n);
        /* The error is sum w x^2 - xq^2 / qq. Of ranges that are equal but for rounding the first
         * is kept: its step has the fewest bits. */
        if (qq > 0 && xq * xq > best * qq * (1 + 3e-6f)) {
            best = xq * xq / qq;
            d = xq / qq;
        }
    }
    for (size_t i = 0; i < REFINEMENTS && fabsf(d) >= tiny; i++) {
        round_all(q, x, n, 0, 1 / d, low, high);
        for (size_t k = 0; k < n; k++)
            wq[k] = w[k] * q[k];
        float xq = dot(wq, x, n), qq = dot(wq, q, n);
        if (qq > 0)
            d = xq / qq;
    }
    return d;
}

/* ---- one group, x ~ a q + m ---- */

static const float ranges_15[] = {8,     9,      10, 11,     12,    13,     13.5f, 14,    14.25f,
                                  14.5f, 14.75f, 15, 15.25f, 15.5f, 15.75f, 16,    16.5f, 17};
static const float ranges_31[] = {16,    17,     18, 19,     20,    21, 22,    23,
                                  24,    25,     26, 27,     28,    29, 30,    30.25f,
                                  30.5f, 30.75f, 31, 31.25f, 31.5f, 32, 32.5f, 33};

struct affine {
    float a, m;
};

/* Least squares for given q; a minimum above zero is refused where the format has none. False when
 * the q are all alike and do not determine both. */
ALWAYS_INLINE bool solve_affine(struct affine *out, float *gain, const float *x, const float *w,
                                const float *q, size_t n, float sum_w, float sum_wx,
                                bool any_minimum)
{
    float wq[GROUP];
    for (size_t k = 0; k < n; k++)
        wq[k] = w[k] * q[k];
    float s1 = sum(wq, n), s2 = dot(wq, q, n), sx = dot(wq, x, n);
    float determinant = sum_w * s2 - s1 * s1;
    bool determined = determinant > 1e-5f * sum_w * s2;
    if (determined) {
        out->a = (sum_w * sx - sum_wx * s1) / determinant;
        out->m = (s2 * sum_wx - s1 * sx) / determinant;
    }
    if (!any_minimum && s2 > 0 && (!determined || out->m > 0)) {
        determined = true;
        out->m = 0;
        out->a = sx / s2;
    }
    if (!determined || !(out->a > 0))
        return false;
    /* The error is sum w x^2 less this. */
    *gain = out->a * sx + out->m * sum_wx;
    return true;
}

/* The best a >= 0 and m (m <= 0 unless any_minimum). */
ALWAYS_INLINE struct affine search_affine(const float *x, const float *w, size_t n, float high,
                                          struct ranges ranges, bool any_minimum)
{
    float min = x[0], max = x[0], q[GROUP];
    for (size_t i = 1; i < n; i++) {
        min = x[i] < min ? x[i] : min;
        max = x[i] > max ? x[i] : max;
    }
    if (!any_minimum && min > 0)
        min = 0;
    struct affine best = {0, min}, now = {0, 0};
    if (!(max - min >= tiny))
        return best;
    float sum_w = sum(w, n), sum_wx = dot(w, x, n), best_gain = -INFINITY, gain;
    for (size_t i = 0; i < ranges.n; i++) {
        round_all(q, x, n, min, ranges.all[i] / (max - min), 0, high);
        if (solve_affine(&now, &gain, x, w, q, n, sum_w, sum_wx, any_minimum) && gain > best_gain) {
            best_gain = gain;
            best = now;
        }
    }
    for (size_t i = 0; i < REFINEMENTS && best.a >= tiny; i++) {
        round_all(q, x, n, best.m, 1 / best.a, 0, high);
        if (solve_affine(&now, &gain, x, w, q, n, sum_w, sum_wx, any_minimum))
            best = now;
    }
    return best;
}

/* ---- blocks of 32 ---- */

static void pack_nibbles(uint8_t *qs, const float *q, float offset)
{
    for (size_t i = 0; i < 16; i++)
        qs[i] = (uint8_t)((unsigned)(q[i] + offset) & 15u) |
                (uint8_t)(((unsigned)(q[i + 16] + offset) & 15u) << 4);
}

static void pack_fifth_bits(uint8_t *qh, const float *q, float offset)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < GROUP; i++)
        bits |= ((uint32_t)(q[i] + offset) >> 4 & 1u) << i;
    for (size_t i = 0; i < 4; i++)
        qh[i] = (uint8_t)(bits >> 8 * i);
}

/* The integers of a block under half-precision d (may be 0) and m. */
static void finish(float *q, const float *x, float d, float m, float low, float high)
{
    if (d == 0)
        memset(q, 0, GROUP * sizeof *q);
    else
        round_all(q, x, GROUP, m, 1 / d, low, high);
}

static void block_q4_0(uint8_t *out, const float *x)
{
    float w[GROUP], q[GROUP], most = largest(x, GROUP), d = 0;
    if (most >= tiny) {
        set_weights(w, x, GROUP, most);
        d = to_half_step(search_scale(x, w, GROUP, -8, 7, RANGES(ranges_8)));
    }
    finish(q, x, d, 0, -8, 7);
    store_half(out, d);
    pack_nibbles(out + 2, q, 8);
}

static void block_q5_0(uint8_t *out, const float *x)
{
    float w[GROUP], q[GROUP], most = largest(x, GROUP), d = 0;
    if (most >= tiny) {
        set_weights(w, x, GROUP, most);
        d = to_half_step(search_scale(x, w, GROUP, -16, 15, RANGES(ranges_16)));
    }
    finish(q, x, d, 0, -16, 15);
    store_half(out, d);
    pack_fifth_bits(out + 2, q, 16);
    pack_nibbles(out + 6, q, 16);
}

static void block_q5_1(uint8_t *out, const float *x)
{
    float w[GROUP], q[GROUP], most = largest(x, GROUP);
    struct affine fit = {0, 0};
    if (most >= tiny) {
        set_weights(w, x, GROUP, most);
        fit = search_affine(x, w, GROUP, 31, RANGES(ranges_31), true);
    }
    float d = to_half_step(fit.a), m = to_half(fit.m);
    finish(q, x, d, m, 0, 31);
    store_half(out, d);
    store_half(out + 2, m);
    pack_fifth_bits(out + 4, q, 0);
    pack_nibbles(out + 8, q, 0);
}

/* 8 bits leave nothing to gain by a search: the largest value gets 127. */
static void block_q8_0(uint8_t *out, const float *x)
{
    float most = largest(x, GROUP);
    float d = to_half_step(most / 127), q[GROUP];
    finish(q, x, d, 0, -127, 127);
    store_half(out, d);
    for (size_t i = 0; i < GROUP; i++)
        out[2 + i] = (uint8_t)(int8_t)q[i];
}

/* ---- blocks of 256 with minima: Q4_K and Q5_K ---- */

struct k_fit {
    float d, dmin;
    float scale[8], min[8]; /* 0 to 63 */
    float q[SUPER];
    float error;
};

/* Scale and minimum of group g under fit->d and fit->dmin: the best of those near what the group
 * wants, by the error they really give. Returns that error. */
static float fit_group(struct k_fit *fit, size_t g, const float *x, const float *w,
                       struct affine wish, float high)
{
    float wanted = fit->d > 0 ? clamp(nearest(wish.a / fit->d), 0, 63) : 0, best = INFINITY,
          sum_w = sum(w, GROUP);
    for (float s = wanted - 1; s <= wanted + 1; s++) {
        float a = fit->d * s, q[GROUP] = {0};
        if (s < 0 || s > 63)
            continue;
        /* The minimum that suits these steps, then the steps that suit that minimum. */
        float m = wish.m;
        for (size_t pass = 0; pass < 2; pass++) {
            if (a > 0)
                round_all(q, x, GROUP, m, 1 / a, 0, high);
            float want_m = (a * dot(w, q, GROUP) - dot(w, x, GROUP)) / sum_w;
            float min = fit->dmin > 0 ? clamp(nearest(want_m / fit->dmin), 0, 63) : 0;
            m = -fit->dmin * min;
            if (a > 0)
                round_all(q, x, GROUP, m, 1 / a, 0, high);
            float error = error_of(x, w, q, GROUP, a, m);
            if (error < best) {
                best = error;
                fit->scale[g] = s;
                fit->min[g] = min;
                memcpy(fit->q + g * GROUP, q, sizeof q);
            }
        }
    }
    return best;
}

/* The best d and dmin for the integers of `fit`; false when they are not determined. */
static bool solve_common(struct k_fit *fit, const float *x, const float *w)
{
    double uu = 0, uv = 0, vv = 0, xu = 0, xv = 0;
    for (size_t g = 0; g < 8; g++) {
        const float *xg = x + g * GROUP, *wg = w + g * GROUP, *q = fit->q + g * GROUP;
        double s = (double)fit->scale[g], m = (double)fit->min[g];
        float wq[GROUP];
        for (size_t i = 0; i < GROUP; i++)
            wq[i] = wg[i] * q[i];
        double q1 = (double)sum(wq, GROUP);
        uu += s * s * (double)dot(wq, q, GROUP);
        uv -= s * m * q1;
        vv += m * m * (double)sum(wg, GROUP);
        xu += s * (double)dot(wq, xg, GROUP);
        xv -= m * (double)dot(wg, xg, GROUP);
    }
    double determinant = uu * vv - uv * uv;
    double d, dmin = 0;
    if (vv == 0 && uu > 0) {
        d = xu / uu;
    } else if (determinant > 1e-9 * uu * vv) {
        d = (xu * vv - xv * uv) / determinant;
        dmin = (xv * uu - xu * uv) / determinant;
    } else {
        return false;
    }
    fit->d = to_half_step((float)d);
    fit->dmin = to_half_step((float)dmin);
    return fit->d > 0 && fit->dmin >= 0;
}

static void fit_k(struct k_fit *best, const float *x, float high, struct ranges ranges)
{
    float w[SUPER];
    struct affine wish[8];
    float most_a = 0, most_m = 0;
    memset(best, 0, sizeof *best);
    float most = largest(x, SUPER);
    if (!(most >= tiny))
        return;
    for (size_t g = 0; g < 8; g++) {
        const float *xg = x + g * GROUP;
        /* Weights of one block share a unit, or a group of small values would count as much as one
         * of large ones. */
        set_weights(w + g * GROUP, xg, GROUP, most);
        wish[g] = search_affine(xg, w + g * GROUP, GROUP, high, ranges, false);
        most_a = wish[g].a > most_a ? wish[g].a : most_a;
        most_m = -wish[g].m > most_m ? -wish[g].m : most_m;
    }
    struct k_fit now = {.d = to_half_step(most_a / 63), .dmin = to_half_step(most_m / 63)};
    best->error = INFINITY;
    for (size_t round = 0; round < SUPER_ROUNDS; round++) {
        now.error = 0;
        for (size_t g = 0; g < 8; g++)
            now.error += fit_group(&now, g, x + g * GROUP, w + g * GROUP, wish[g], high);
        if (!(now.error < best->error))
            break;
        *best = now;
        if (!solve_common(&now, x, w))
            break;
    }
}

/* Twelve bytes for eight pairs of six-bit numbers (model/quant.c reads them). */
static void pack_pairs(uint8_t *out, const struct k_fit *fit)
{
    memset(out, 0, 12);
    for (size_t g = 0; g < 8; g++) {
        unsigned scale = (unsigned)fit->scale[g], min = (unsigned)fit->min[g];
        if (g < 4) {
            out[g] |= (uint8_t)scale;
            out[g + 4] |= (uint8_t)min;
        } else {
            out[g + 4] = (uint8_t)((scale & 15) | (min & 15) << 4);
            out[g - 4] |= (uint8_t)((scale >> 4) << 6);
            out[g] |= (uint8_t)((min >> 4) << 6);
        }
    }
}

static void pack_k(uint8_t *out, uint8_t *qs, const struct k_fit *fit)
{
    store_half(out, fit->d);
    store_half(out + 2, fit->dmin);
    pack_pairs(out + 4, fit);
    for (size_t i = 0; i < SUPER / 2; i++) {
        const float *q = fit->q + i / 32 * 64 + i % 32;
        qs[i] = (uint8_t)((unsigned)q[0] & 15u) | (uint8_t)(((unsigned)q[32] & 15u) << 4);
    }
}

static void block_q4_k(uint8_t *out, const float *x)
{
    struct k_fit fit;
    fit_k(&fit, x, 15, RANGES(ranges_15));
    pack_k(out, out + 16, &fit);
}

static void block_q5_k(uint8_t *out, const float *x)
{
    struct k_fit fit;
    fit_k(&fit, x, 31, RANGES(ranges_31));
    pack_k(out, out + 48, &fit);
    memset(out + 16, 0, 32);
    for (size_t i = 0; i < SUPER; i++)
        out[16 + i % 32] |= (uint8_t)(((unsigned)fit.q[i] >> 4) << i / 32);
}

/* ---- blocks of 256 without minima: Q6_K ---- */

struct q6_fit {
    float d;
    float scale[16]; /* -128 to 127 */
    float q[SUPER];  /* -32 to 31 */
    float error;
};

static float fit_small(struct q6_fit *fit, size_t g, const float *x, const float *w, float wish)
{
    float wanted = fit->d != 0 ? clamp(nearest(wish / fit->d), -128, 127) : 0, best = INFINITY;
    for (float s = wanted - 1; s <= wanted + 1; s++) {
        float a = fit->d * s, q[SMALL] = {0};
        if (s < -128 || s > 127)
            continue;
        if (a != 0)
            round_all(q, x, SMALL, 0, 1 / a, -32, 31);
        float error = error_of(x, w, q, SMALL, a, 0);
        if (error < best) {
            best = error;
            fit->scale[g] = s;
            memcpy(fit->q + g * SMALL, q, sizeof q);
        }
    }
    return best;
}

static void fit_q6(struct q6_fit *best, const float *x)
{
    float w[SUPER], wish[16], most_scale = 0;
    memset(best, 0, sizeof *best);
    float most = largest(x, SUPER);
    if (!(most >= tiny))
        return;
    for (size_t g = 0; g < 16; g++) {
        const float *xg = x + g * SMALL;
        set_weights(w + g * SMALL, xg, SMALL, most);
        wish[g] = largest(xg, SMALL) >= tiny
                      ? search_scale(xg, w + g * SMALL, SMALL, -32, 31, RANGES(ranges_32))
                      : 0;
        if (fabsf(wish[g]) > fabsf(most_scale))
            most_scale = wish[g];
    }
    struct q6_fit now = {.d = to_half_step(most_scale / -128)};
    best->error = INFINITY;
    for (size_t round = 0; round < SUPER_ROUNDS; round++) {
        now.error = 0;
        for (size_t g = 0; g < 16; g++)
            now.error += fit_small(&now, g, x + g * SMALL, w + g * SMALL, wish[g]);
        if (!(now.error < best->error))
            break;
        *best = now;
        double uu = 0, xu = 0;
        for (size_t g = 0; g < 16; g++) {
            float wq[SMALL];
            for (size_t i = 0; i < SMALL; i++)
                wq[i] = w[g * SMALL + i] * now.q[g * SMALL + i] * now.scale[g];
            uu += (double)dot(wq, now.q + g * SMALL, SMALL) * (double)now.scale[g];
            xu += (double)dot(wq, x + g * SMALL, SMALL);
        }
        if (!(uu > 0))
            break;
        now.d = to_half_step((float)(xu / uu));
    }
}

static void block_q6_k(uint8_t *out, const float *x)
{
    struct q6_fit fit;
    fit_q6(&fit, x);
    memset(out, 0, 192);
    for (size_t i = 0; i < SUPER; i++) {
        unsigned v = (unsigned)(fit.q[i] + 32);
        size_t half = i / 128, quarter = i % 128 / 32, at = i % 32;
        out[half * 64 + quarter % 2 * 32 + at] |= (uint8_t)((v & 15) << quarter / 2 * 4);
        out[128 + half * 32 + at] |= (uint8_t)((v >> 4) << 2 * quarter);
    }
    for (size_t g = 0; g < 16; g++)
        out[192 + g] = (uint8_t)(int8_t)fit.scale[g];
    store_half(out + 208, fit.d);
}

/* ---- rows ---- */

static void block_f16(uint8_t *out, const float *x)
{
    store_half(out, *x);
}

static void block_f32(uint8_t *out, const float *x)
{
    memcpy(out, x, sizeof *x);
}

static const struct {
    uint32_t type;
    void (*block)(uint8_t *out, const float *x);
} writers[] = {
    {MODEL_TYPE_F32, block_f32},   {MODEL_TYPE_F16, block_f16},   {MODEL_TYPE_Q4_0, block_q4_0},
    {MODEL_TYPE_Q5_0, block_q5_0}, {MODEL_TYPE_Q5_1, block_q5_1}, {MODEL_TYPE_Q8_0, block_q8_0},
    {MODEL_TYPE_Q4_K, block_q4_k}, {MODEL_TYPE_Q5_K, block_q5_k}, {MODEL_TYPE_Q6_K, block_q6_k},
};
enum { N_WRITERS = sizeof writers / sizeof *writers };

static size_t writer_of(uint32_t type)
{
    size_t i = 0;
    while (i < N_WRITERS && writers[i].type != type)
        i++;
    return i;
}

bool model_quantize_writes(uint32_t type)
{
    return writer_of(type) < N_WRITERS;
}

err_code model_quantize_row(uint32_t type, void *out, const float *x, size_t n, size_t *bad)
{
    size_t writer = writer_of(type);
    assert(writer < N_WRITERS);
    for (size_t i = 0; i < n; i++) {
        bool finite = isfinite(x[i]);
        if (finite && (fabsf(x[i]) <= half_max || type == MODEL_TYPE_F32))
            continue;
        *bad = i;
        return finite ? ERR_RANGE : ERR_FORMAT;
    }
    const struct model__format *f = model__format_of(type);
    assert(n % f->n_elements == 0);
    uint8_t *p = out;
    for (size_t i = 0; i < n; i += f->n_elements, p += f->n_bytes)
        writers[writer].block(p, x + i);
    return ERR_OK;
}
