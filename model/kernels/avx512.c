/* AVX-512 with VNNI. */
#include "model/kernels/avx512_impl.h"

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
    model__act_finish(out, scale, sum0, sum1);
}

const struct model__kernels model__kernels_avx512 = {
    .rows = rows, .quantise = quantise, .pack = pack};
