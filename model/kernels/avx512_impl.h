/* model/kernels/avx512_impl.h: the vector primitives of panel_block.h and panel_impl.h in AVX-512
 * with VNNI: 16 rows to a vector, four products to a lane and instruction. */
#include <immintrin.h>
#include <string.h>

#include "model/kernels/kernels.h"

#define LANES      16
#define COLS       8
#define COLS_FLOAT 4
#define WIDE_SHIFT 7

typedef __m512i vi;
typedef __m512 vf;

#define INLINE static inline

INLINE vi v_load(const uint8_t *p)
{
    return _mm512_loadu_si512(p);
}
INLINE vi v_set1(int32_t x)
{
    return _mm512_set1_epi32(x);
}
INLINE vi v_and(vi a, vi b)
{
    return _mm512_and_si512(a, b);
}
INLINE vi v_or(vi a, vi b)
{
    return _mm512_or_si512(a, b);
}
INLINE vi v_sub(vi a, vi b)
{
    return _mm512_sub_epi32(a, b);
}
/* Counts are constants after inlining; this form does not insist on it in builds that do not
 * inline. */
INLINE vi v_shl(vi a, int n)
{
    return _mm512_sll_epi32(a, _mm_cvtsi32_si128(n));
}
INLINE vi v_shr(vi a, int n)
{
    return _mm512_srl_epi32(a, _mm_cvtsi32_si128(n));
}
INLINE vi v_sra(vi a, int n)
{
    return _mm512_sra_epi32(a, _mm_cvtsi32_si128(n));
}
INLINE vi v_wide(vi a)
{
    return a;
}
INLINE vi v_lut(vi a)
{
    /* model__iq4_values + 128. */
    const __m128i table =
        _mm_setr_epi8(1, 24, 45, 63, 79, 93, 106, 118, (char)129, (char)141, (char)153, (char)166,
                      (char)181, (char)197, (char)217, (char)241);
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(table), a);
}
INLINE vi v_bit4(vi w, vi h, int i)
{
    const vi byte = _mm512_add_epi8(
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12)),
        _mm512_set1_epi8((char)(i / 2)));
    const vi bit = _mm512_set1_epi32(i % 2 ? (int)0x80402010u : 0x08040201);
    __mmask64 set = _mm512_test_epi8_mask(_mm512_shuffle_epi8(h, byte), bit);
    return _mm512_mask_add_epi8(w, set, w, _mm512_set1_epi8(16));
}
INLINE vi words_of(const int8_t *x)
{
    int32_t four;
    memcpy(&four, x, sizeof four);
    return _mm512_set1_epi32(four);
}
INLINE vi v_dot16(vi acc, const vi *w, const int8_t *x, int bits)
{
    (void)bits;
    acc = _mm512_dpbusd_epi32(acc, w[0], words_of(x));
    acc = _mm512_dpbusd_epi32(acc, w[1], words_of(x + 4));
    acc = _mm512_dpbusd_epi32(acc, w[2], words_of(x + 8));
    return _mm512_dpbusd_epi32(acc, w[3], words_of(x + 12));
}
INLINE vf f_load(const float *p)
{
    return _mm512_loadu_ps(p);
}
INLINE void f_store(float *p, vf a)
{
    _mm512_storeu_ps(p, a);
}
INLINE vf f_set1(float x)
{
    return _mm512_set1_ps(x);
}
INLINE vf f_mul(vf a, vf b)
{
    return _mm512_mul_ps(a, b);
}
INLINE vf f_fma(vf a, vf b, vf c)
{
    return _mm512_fmadd_ps(a, b, c);
}
INLINE vf f_fnma(vf a, vf b, vf c)
{
    return _mm512_fnmadd_ps(a, b, c);
}
INLINE vf f_of_int(vi a)
{
    return _mm512_cvtepi32_ps(a);
}
INLINE vf f_halves(const uint8_t *p)
{
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)p));
}
INLINE vi v_halves(const uint8_t *p)
{
    return _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(const void *)p));
}
INLINE void store_low_halves(uint8_t *p, vi a)
{
    _mm256_storeu_si256((__m256i *)(void *)p, _mm512_cvtepi32_epi16(a));
}
INLINE vf f_cast(vi a)
{
    return _mm512_castsi512_ps(a);
}
