/* model/simd.h: vectors of f32 under one set of names, chosen by the flags of the file that
 * includes this: AVX-512, AVX2 with FMA and F16C, NEON, or single floats (the oracle). Included by
 * the ops_*.c files only; everything here is static, so that code of one instruction set never
 * leaks into another file. NaN: vf_max and vf_min return their second operand when either is NaN;
 * callers order them so that damage in the weights stays visible in the logits. */
#ifndef ARTEL_MODEL_SIMD_H
#define ARTEL_MODEL_SIMD_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/compiler.h"

#if defined(__AVX512F__)

#include <immintrin.h>

typedef __m512 vf;
/* Lanes; rows and vectors of a register block of the matrix kernels: 6 * 4 accumulators, 4 columns
 * of B and a broadcast fit the 32 registers. */
enum { VF_LANES = 16, VF_BLOCK_ROWS = 6, VF_BLOCK_VECTORS = 4 };

static inline vf vf_load(const float *p)
{
    return _mm512_loadu_ps(p);
}
static inline void vf_store(float *p, vf v)
{
    _mm512_storeu_ps(p, v);
}
static inline __mmask16 vf_mask(size_t n)
{
    return (__mmask16)((1u << n) - 1);
}
/* The first n lanes, 1 <= n < VF_LANES; the others are zero. */
static inline vf vf_load_part(const float *p, size_t n)
{
    return _mm512_maskz_loadu_ps(vf_mask(n), p);
}
static inline void vf_store_part(float *p, vf v, size_t n)
{
    _mm512_mask_storeu_ps(p, vf_mask(n), v);
}
static inline vf vf_load_f16(const uint16_t *p)
{
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}
static inline vf vf_load_i8(const int8_t *p)
{
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)p)));
}
static inline void vf_store_f16(uint16_t *p, vf v)
{
    _mm256_storeu_si256((__m256i *)p, _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
}
static inline vf vf_set1(float x)
{
    return _mm512_set1_ps(x);
}
static inline vf vf_add(vf a, vf b)
{
    return _mm512_add_ps(a, b);
}
static inline vf vf_sub(vf a, vf b)
{
    return _mm512_sub_ps(a, b);
}
static inline vf vf_mul(vf a, vf b)
{
    return _mm512_mul_ps(a, b);
}
static inline vf vf_div(vf a, vf b)
{
    return _mm512_div_ps(a, b);
}
/* a * b + c */
static inline vf vf_fma(vf a, vf b, vf c)
{
    return _mm512_fmadd_ps(a, b, c);
}
static inline vf vf_max(vf a, vf b)
{
    return _mm512_max_ps(a, b);
}
static inline vf vf_min(vf a, vf b)
{
    return _mm512_min_ps(a, b);
}
static inline vf vf_round(vf a)
{
    return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
/* 2^n for whole n in [-126, 127]. */
static inline vf vf_pow2(vf n)
{
    __m512i e = _mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127));
    return _mm512_castsi512_ps(_mm512_slli_epi32(e, 23));
}
/* v where x >= limit or x is NaN, else 0. */
static inline vf vf_keep_from(vf v, vf x, vf limit)
{
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, limit, _CMP_NLT_UQ), v);
}
static inline float vf_sum(vf v)
{
    return _mm512_reduce_add_ps(v);
}
static inline float vf_max_lane(vf v)
{
    return _mm512_reduce_max_ps(v);
}
/* Lanes 2i and 2i+1 exchanged. */
static inline vf vf_swap_pairs(vf v)
{
    return _mm512_permute_ps(v, 0xB1);
}

#elif defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)

#include <immintrin.h>

typedef __m256 vf;
/* 12 accumulators, 2 columns of B and a broadcast fit the 16 registers. */
enum { VF_LANES = 8, VF_BLOCK_ROWS = 6, VF_BLOCK_VECTORS = 2 };

static inline vf vf_load(const float *p)
{
    return _mm256_loadu_ps(p);
}
static inline void vf_store(float *p, vf v)
{
    _mm256_storeu_ps(p, v);
}
static inline __m256i vf_mask(size_t n)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), lane);
}
static inline vf vf_load_part(const float *p, size_t n)
{
    return _mm256_maskload_ps(p, vf_mask(n));
}
static inline void vf_store_part(float *p, vf v, size_t n)
{
    _mm256_maskstore_ps(p, vf_mask(n), v);
}
static inline vf vf_load_f16(const uint16_t *p)
{
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
}
static inline vf vf_load_i8(const int8_t *p)
{
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)p)));
}
static inline void vf_store_f16(uint16_t *p, vf v)
{
    _mm_storeu_si128((__m128i *)p, _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
}
static inline vf vf_set1(float x)
{
    return _mm256_set1_ps(x);
}
static inline vf vf_add(vf a, vf b)
{
    return _mm256_add_ps(a, b);
}
static inline vf vf_sub(vf a, vf b)
{
    return _mm256_sub_ps(a, b);
}
static inline vf vf_mul(vf a, vf b)
{
    return _mm256_mul_ps(a, b);
}
static inline vf vf_div(vf a, vf b)
{
    return _mm256_div_ps(a, b);
}
static inline vf vf_fma(vf a, vf b, vf c)
{
    return _mm256_fmadd_ps(a, b, c);
}
static inline vf vf_max(vf a, vf b)
{
    return _mm256_max_ps(a, b);
}
static inline vf vf_min(vf a, vf b)
{
    return _mm256_min_ps(a, b);
}
static inline vf vf_round(vf a)
{
    return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
static inline vf vf_pow2(vf n)
{
    __m256i e = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
    return _mm256_castsi256_ps(_mm256_slli_epi32(e, 23));
}
static inline vf vf_keep_from(vf v, vf x, vf limit)
{
    return _mm256_and_ps(v, _mm256_cmp_ps(x, limit, _CMP_NLT_UQ));
}
static inline float vf_sum(vf v)
{
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}
static inline float vf_max_lane(vf v)
{
    __m128 s = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    s = _mm_max_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
}
static inline vf vf_swap_pairs(vf v)
{
    return _mm256_permute_ps(v, 0xB1);
}

#elif defined(__ARM_NEON) && defined(__aarch64__)

#include <arm_neon.h>

typedef float32x4_t vf;
enum { VF_LANES = 4, VF_BLOCK_ROWS = 6, VF_BLOCK_VECTORS = 4 };

static inline vf vf_load(const float *p)
{
    return vld1q_f32(p);
}
static inline void vf_store(float *p, vf v)
{
    vst1q_f32(p, v);
}
static inline vf vf_load_part(const float *p, size_t n)
{
    float t[4] = {0};
    memcpy(t, p, n * sizeof *p);
    return vld1q_f32(t);
}
static inline void vf_store_part(float *p, vf v, size_t n)
{
    float t[4];
    vst1q_f32(t, v);
    memcpy(p, t, n * sizeof *p);
}
static inline vf vf_load_f16(const uint16_t *p)
{
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p)));
}
static inline vf vf_load_i8(const int8_t *p)
{
    int32_t four = 0;
    memcpy(&four, p, sizeof four);
    int16x8_t wide = vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(four)));
    return vcvtq_f32_s32(vmovl_s16(vget_low_s16(wide)));
}
static inline void vf_store_f16(uint16_t *p, vf v)
{
    vst1_u16(p, vreinterpret_u16_f16(vcvt_f16_f32(v)));
}
static inline vf vf_set1(float x)
{
    return vdupq_n_f32(x);
}
static inline vf vf_add(vf a, vf b)
{
    return vaddq_f32(a, b);
}
static inline vf vf_sub(vf a, vf b)
{
    return vsubq_f32(a, b);
}
static inline vf vf_mul(vf a, vf b)
{
    return vmulq_f32(a, b);
}
static inline vf vf_div(vf a, vf b)
{
    return vdivq_f32(a, b);
}
static inline vf vf_fma(vf a, vf b, vf c)
{
    return vfmaq_f32(c, a, b);
}
/* These two return NaN when either operand is: stricter than the promise above. */
static inline vf vf_max(vf a, vf b)
{
    return vmaxq_f32(a, b);
}
static inline vf vf_min(vf a, vf b)
{
    return vminq_f32(a, b);
}
static inline vf vf_round(vf a)
{
    return vrndnq_f32(a);
}
static inline vf vf_pow2(vf n)
{
    int32x4_t e = vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127));
    return vreinterpretq_f32_s32(vshlq_n_s32(e, 23));
}
static inline vf vf_keep_from(vf v, vf x, vf limit)
{
    uint32x4_t below = vcltq_f32(x, limit);
    return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(v), below));
}
static inline float vf_sum(vf v)
{
    return vaddvq_f32(v);
}
static inline float vf_max_lane(vf v)
{
    return vmaxvq_f32(v);
}
static inline vf vf_swap_pairs(vf v)
{
    return vrev64q_f32(v);
}

#else

typedef float vf;
enum { VF_LANES = 1, VF_BLOCK_ROWS = 4, VF_BLOCK_VECTORS = 4 };

static inline vf vf_load(const float *p)
{
    return *p;
}
static inline void vf_store(float *p, vf v)
{
    *p = v;
}
static inline vf vf_load_part(const float *p, size_t n)
{
    return n ? *p : 0;
}
static inline void vf_store_part(float *p, vf v, size_t n)
{
    if (n)
        *p = v;
}
/* IEEE half to single, exact: the exponent is rebased by a multiplication, which also handles
 * subnormals; infinity and NaN get the largest exponent back. */
static inline vf vf_load_f16(const uint16_t *p)
{
    uint32_t h = *p;
    uint32_t bits = (h & 0x7fffu) << 13;
    float x;
    memcpy(&x, &bits, sizeof x);
    x *= 0x1p112f;
    memcpy(&bits, &x, sizeof bits);
    if ((h & 0x7c00u) == 0x7c00u)
        bits |= 0x7f800000u;
    bits |= (h & 0x8000u) << 16;
    memcpy(&x, &bits, sizeof x);
    return x;
}
static inline vf vf_load_i8(const int8_t *p)
{
    return (float)*p;
}
/* Single to half, round to nearest even; too large becomes infinity. */
static inline void vf_store_f16(uint16_t *p, vf v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    uint32_t sign = bits >> 16 & 0x8000u, mag = bits & 0x7fffffffu;
    if (mag > 0x7f800000u) {
        *p = (uint16_t)(sign | 0x7e00u);
    } else if (mag >= 0x477ff000u) { /* 65520 and more */
        *p = (uint16_t)(sign | 0x7c00u);
    } else if (mag < 0x38800000u) { /* subnormal half: the sum rounds at its last bit, 2^-24 */
        float x;
        memcpy(&x, &mag, sizeof x);
        x += 0.5f;
        memcpy(&mag, &x, sizeof mag);
        *p = (uint16_t)(sign | (mag - 0x3f000000u));
    } else {
        mag += 0xfffu + (mag >> 13 & 1u);
        *p = (uint16_t)(sign | ((mag - 0x38000000u) >> 13));
    }
}
static inline vf vf_set1(float x)
{
    return x;
}
static inline vf vf_add(vf a, vf b)
{
    return a + b;
}
static inline vf vf_sub(vf a, vf b)
{
    return a - b;
}
static inline vf vf_mul(vf a, vf b)
{
    return a * b;
}
static inline vf vf_div(vf a, vf b)
{
    return a / b;
}
static inline vf vf_fma(vf a, vf b, vf c)
{
    return a * b + c;
}
static inline vf vf_max(vf a, vf b)
{
    return a > b ? a : b;
}
static inline vf vf_min(vf a, vf b)
{
    return a < b ? a : b;
}
static inline float vf_sum(vf v)
{
    return v;
}
static inline float vf_max_lane(vf v)
{
    return v;
}

#endif

/* Relative error below 3e-7; 0 below -87.3, where the result would leave the normal range;
 * above 88.3 the value at 88.3. The oracle takes the library's. exp(x) = 2^n * exp(r), |r| <=
 * ln(2)/2; Taylor's series to r^6 leaves 1.2e-7. ln(2) is split in two so that r is exact. */
static inline vf vf_exp(vf x)
{
#if !defined(__AVX512F__) && !(defined(__AVX2__) && defined(__FMA__)) && !defined(__ARM_NEON)
    return x < -87.3f ? 0 : expf(x > 88.3f ? 88.3f : x);
#else
    vf c = vf_min(vf_set1(88.3f), vf_max(vf_set1(-87.3f), x));
    vf n = vf_round(vf_mul(c, vf_set1(1.44269504f)));
    vf r = vf_fma(n, vf_set1(-0.693359375f), c);
    r = vf_fma(n, vf_set1(2.12194440e-4f), r);
    vf p = vf_fma(r, vf_set1(1.0f / 720), vf_set1(1.0f / 120));
    p = vf_fma(p, r, vf_set1(1.0f / 24));
    p = vf_fma(p, r, vf_set1(1.0f / 6));
    p = vf_fma(p, r, vf_set1(0.5f));
    p = vf_fma(p, r, vf_set1(1));
    p = vf_fma(p, r, vf_set1(1));
    return vf_keep_from(vf_mul(p, vf_pow2(n)), x, vf_set1(-87.3f));
#endif
}

#endif
