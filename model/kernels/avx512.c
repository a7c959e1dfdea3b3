/* AVX-512 with VNNI: 16 rows to a vector, four products to a lane and instruction. */
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
INLINE vf f_low_f16(vi a)
{
    return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(a));
}
INLINE vf f_cast(vi a)
{
    return _mm512_castsi512_ps(a);
}
INLINE vi four_rows(const uint8_t *const rows[16], size_t i, size_t at)
{
    vi a = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)(const void *)(rows[i] + at)));
    a = _mm512_inserti32x4(a, _mm_loadu_si128((const __m128i *)(const void *)(rows[i + 4] + at)),
                           1);
    a = _mm512_inserti32x4(a, _mm_loadu_si128((const __m128i *)(const void *)(rows[i + 8] + at)),
                           2);
    return _mm512_inserti32x4(
        a, _mm_loadu_si128((const __m128i *)(const void *)(rows[i + 12] + at)), 3);
}
/* Quarter q of a vector holds rows 4q to 4q + 3, so that a 4 by 4 transposition in each quarter
 * puts the rows in order. */
INLINE void pack_quad(uint8_t *out, const uint8_t *const rows[16], size_t at)
{
    vi a = four_rows(rows, 0, at);
    vi b = four_rows(rows, 1, at);
    vi c = four_rows(rows, 2, at);
    vi d = four_rows(rows, 3, at);
    vi ab_low = _mm512_unpacklo_epi32(a, b);
    vi ab_high = _mm512_unpackhi_epi32(a, b);
    vi cd_low = _mm512_unpacklo_epi32(c, d);
    vi cd_high = _mm512_unpackhi_epi32(c, d);
    _mm512_storeu_si512(out, _mm512_unpacklo_epi64(ab_low, cd_low));
    _mm512_storeu_si512(out + 64, _mm512_unpackhi_epi64(ab_low, cd_low));
    _mm512_storeu_si512(out + 128, _mm512_unpacklo_epi64(ab_high, cd_high));
    _mm512_storeu_si512(out + 192, _mm512_unpackhi_epi64(ab_high, cd_high));
}

#include "model/kernels/panel_impl.h"

/* As model__act_quantise, which says why. */
static void quantise_group(struct model__act *out, const float *x)
{
    const vf x0 = _mm512_loadu_ps(x);
    const vf x1 = _mm512_loadu_ps(x + 16);
    const vi magnitude = _mm512_set1_epi32(0x7fffffff);
    vi m0 = _mm512_and_si512(_mm512_castps_si512(x0), magnitude);
    vi m1 = _mm512_and_si512(_mm512_castps_si512(x1), magnitude);
    int32_t max_bits = _mm512_reduce_max_epi32(_mm512_max_epi32(m0, m1));
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
    vi q0 = _mm512_cvtps_epi32(_mm512_mul_ps(x0, _mm512_set1_ps(inverse)));
    vi q1 = _mm512_cvtps_epi32(_mm512_mul_ps(x1, _mm512_set1_ps(inverse)));
    _mm_storeu_si128((__m128i *)(void *)out->q, _mm512_cvtepi32_epi8(q0));
    _mm_storeu_si128((__m128i *)(void *)(out->q + 16), _mm512_cvtepi32_epi8(q1));
    int32_t sum0 = _mm512_reduce_add_epi32(q0);
    int32_t sum1 = _mm512_reduce_add_epi32(q1);
    out->scale = scale;
    out->neg_sum = -(sum0 + sum1);
    out->neg_sum16[0] = -sum0;
    out->neg_sum16[1] = -sum1;
    out->sum = scale * (float)(sum0 + sum1);
    out->sum16[0] = scale * (float)sum0;
    out->sum16[1] = scale * (float)sum1;
    out->unused = 0;
}

static void quantise(struct model__act *out, size_t tile, const float *x, size_t n_groups)
{
    for (size_t g = 0; g < n_groups; g++)
        quantise_group(out + g * tile, x + g * MODEL__GROUP);
}

const struct model__kernels model__kernels_avx512 = {
    .rows = rows, .quantise = quantise, .pack = pack};
