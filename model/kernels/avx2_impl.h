/* model/kernels/avx2_impl.h: the vector primitives and kernels for 256 bits, 8 rows to a vector.
 * With ARTEL_AVX_VNNI defined (and -mavxvnni) four products to a lane are one instruction; without
 * it three. */
#include <immintrin.h>
#include <string.h>

#include "model/kernels/kernels.h"

#define LANES      8
#define COLS       4
#define COLS_FLOAT 2
#if defined(ARTEL_AVX_VNNI)
#define WIDE_SHIFT 7
#else
#define WIDE_SHIFT NO_BIAS
#endif

typedef __m256i vi;
typedef __m256 vf;

#define INLINE static inline

INLINE vi v_load(const uint8_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}
INLINE vi v_set1(int32_t x)
{
    return _mm256_set1_epi32(x);
}
INLINE vi v_and(vi a, vi b)
{
    return _mm256_and_si256(a, b);
}
INLINE vi v_or(vi a, vi b)
{
    return _mm256_or_si256(a, b);
}
INLINE vi v_sub(vi a, vi b)
{
    return _mm256_sub_epi32(a, b);
}
INLINE vi v_shl(vi a, int n)
{
    return _mm256_sll_epi32(a, _mm_cvtsi32_si128(n));
}
INLINE vi v_shr(vi a, int n)
{
    return _mm256_srl_epi32(a, _mm_cvtsi32_si128(n));
}
INLINE vi v_sra(vi a, int n)
{
    return _mm256_sra_epi32(a, _mm_cvtsi32_si128(n));
}
INLINE vi v_wide(vi a)
{
#if defined(ARTEL_AVX_VNNI)
    return a;
#else
    return _mm256_xor_si256(a, _mm256_set1_epi8((char)0x80));
#endif
}
INLINE vi v_lut(vi a)
{
    /* model__iq4_values. */
    const __m128i table =
        _mm_setr_epi8(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
    vi value = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table), a);
#if defined(ARTEL_AVX_VNNI)
    return _mm256_xor_si256(value, _mm256_set1_epi8((char)0x80));
#else
    return value;
#endif
}
INLINE vi v_bit4(vi w, vi h, int i)
{
    const vi lane = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12));
    const vi byte = _mm256_add_epi8(lane, _mm256_set1_epi8((char)(i / 2)));
    const vi bit = _mm256_set1_epi32(i % 2 ? (int)0x80402010u : 0x08040201);
    vi is_set = _mm256_cmpeq_epi8(_mm256_and_si256(_mm256_shuffle_epi8(h, byte), bit), bit);
    return _mm256_or_si256(w, _mm256_and_si256(is_set, _mm256_set1_epi8(16)));
}
INLINE vi words_of(const int8_t *x)
{
    int32_t four;
    memcpy(&four, x, sizeof four);
    return _mm256_set1_epi32(four);
}
#if defined(ARTEL_AVX_VNNI)
INLINE vi v_dot16(vi acc, const vi *w, const int8_t *x, int bits)
{
    (void)bits;
    acc = _mm256_dpbusd_avx_epi32(acc, w[0], words_of(x));
    acc = _mm256_dpbusd_avx_epi32(acc, w[1], words_of(x + 4));
    acc = _mm256_dpbusd_avx_epi32(acc, w[2], words_of(x + 8));
    return _mm256_dpbusd_avx_epi32(acc, w[3], words_of(x + 12));
}
#else
INLINE vi pairs(vi w, const int8_t *x)
{
    return _mm256_maddubs_epi16(w, words_of(x));
}
/* Signed times signed: |w| times x with the sign of w. |w| <= 128 and |x| <= 127 keep the sum of
 * two within 16 bits. */
INLINE vi pairs_signed(vi w, const int8_t *x)
{
    return _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(words_of(x), w));
}
/* Sums of two products have 16 bits and saturate there. With |x| <= 127, four such sums fit while w
 * < 32 (4 * 2 * 31 * 127 = 31496), two while w < 64 (32004). */
INLINE vi v_dot16(vi acc, const vi *w, const int8_t *x, int bits)
{
    const vi ones = _mm256_set1_epi16(1);
    if (bits == 8) {
        for (int j = 0; j < 4; j++)
            acc = _mm256_add_epi32(acc, _mm256_madd_epi16(pairs_signed(w[j], x + 4 * j), ones));
        return acc;
    }
    vi a = _mm256_add_epi16(pairs(w[0], x), pairs(w[1], x + 4));
    vi b = _mm256_add_epi16(pairs(w[2], x + 8), pairs(w[3], x + 12));
    if (bits == 6)
        return _mm256_add_epi32(
            acc, _mm256_add_epi32(_mm256_madd_epi16(a, ones), _mm256_madd_epi16(b, ones)));
    return _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_add_epi16(a, b), ones));
}
#endif
INLINE vf f_load(const float *p)
{
    return _mm256_loadu_ps(p);
}
INLINE void f_store(float *p, vf a)
{
    _mm256_storeu_ps(p, a);
}
INLINE vf f_set1(float x)
{
    return _mm256_set1_ps(x);
}
INLINE vf f_mul(vf a, vf b)
{
    return _mm256_mul_ps(a, b);
}
INLINE vf f_fma(vf a, vf b, vf c)
{
    return _mm256_fmadd_ps(a, b, c);
}
INLINE vf f_fnma(vf a, vf b, vf c)
{
    return _mm256_fnmadd_ps(a, b, c);
}
INLINE vf f_of_int(vi a)
{
    return _mm256_cvtepi32_ps(a);
}
INLINE vf f_halves(const uint8_t *p)
{
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)p));
}
INLINE vi v_halves(const uint8_t *p)
{
    return _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)p));
}
INLINE void store_low_halves(uint8_t *p, vi a)
{
    const vi low = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1));
    a = _mm256_permute4x64_epi64(_mm256_shuffle_epi8(a, low), 0x08);
    _mm_storeu_si128((__m128i *)(void *)p, _mm256_castsi256_si128(a));
}
INLINE vf f_cast(vi a)
{
    return _mm256_castsi256_ps(a);
}
INLINE void pack_quad(uint8_t *out, const uint8_t *const rows[16], size_t at)
{
    for (size_t r = 0; r < 16; r += 4) {
        __m128i a = _mm_loadu_si128((const __m128i *)(const void *)(rows[r] + at));
        __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(rows[r + 1] + at));
        __m128i c = _mm_loadu_si128((const __m128i *)(const void *)(rows[r + 2] + at));
        __m128i d = _mm_loadu_si128((const __m128i *)(const void *)(rows[r + 3] + at));
        __m128i ab_low = _mm_unpacklo_epi32(a, b);
        __m128i ab_high = _mm_unpackhi_epi32(a, b);
        __m128i cd_low = _mm_unpacklo_epi32(c, d);
        __m128i cd_high = _mm_unpackhi_epi32(c, d);
        __m128i *to = (__m128i *)(void *)(out + 4 * r);
        _mm_storeu_si128(to, _mm_unpacklo_epi64(ab_low, cd_low));
        _mm_storeu_si128(to + 4, _mm_unpackhi_epi64(ab_low, cd_low));
        _mm_storeu_si128(to + 8, _mm_unpacklo_epi64(ab_high, cd_high));
        _mm_storeu_si128(to + 12, _mm_unpackhi_epi64(ab_high, cd_high));
    }
}

#include "model/kernels/panel_impl.h"

#include "model/kernels/avx2_float_impl.h"

static int32_t sum_of(vi a)
{
    __m128i s = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1)));
}

static void quantise_group(struct model__act *out, const float *x)
{
    const vi magnitude = _mm256_set1_epi32(0x7fffffff);
    vi most = _mm256_setzero_si256();
    for (int i = 0; i < 4; i++)
        most = _mm256_max_epi32(
            most, _mm256_and_si256(_mm256_castps_si256(_mm256_loadu_ps(x + 8 * i)), magnitude));
    __m128i m = _mm_max_epi32(_mm256_castsi256_si128(most), _mm256_extracti128_si256(most, 1));
    m = _mm_max_epi32(m, _mm_shuffle_epi32(m, 0x4e));
    m = _mm_max_epi32(m, _mm_shuffle_epi32(m, 0xb1));
    int32_t max_bits = _mm_cvtsi128_si32(m);
    float max;
    memcpy(&max, &max_bits, sizeof max);
    float inverse = 127.0f / max;
    if (UNLIKELY(max_bits >= 0x7f800000 || !(inverse <= 0x1p120f))) {
        model__act_quantise(out, x);
        return;
    }
    float scale = max / 127.0f;
    if (LIKELY(scale >= 0x1p-14f && scale <= 65504.0f))
        scale = _cvtsh_ss(_cvtss_sh(scale, _MM_FROUND_TO_NEAREST_INT));
    vi q[4];
    for (int i = 0; i < 4; i++)
        q[i] =
            _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + 8 * i), _mm256_set1_ps(inverse)));
    int32_t sum0 = sum_of(_mm256_add_epi32(q[0], q[1]));
    int32_t sum1 = sum_of(_mm256_add_epi32(q[2], q[3]));
    /* Packing works in each half of a vector; the permutation puts the eight quarters back in
     * order. */
    vi bytes = _mm256_packs_epi16(_mm256_packs_epi32(q[0], q[1]), _mm256_packs_epi32(q[2], q[3]));
    bytes = _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    _mm256_storeu_si256((__m256i *)(void *)out->q, bytes);
    model__act_finish(out, scale, sum0, sum1);
}
