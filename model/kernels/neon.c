/* NEON of 64-bit ARM with dot products (ARMv8.2): 4 rows to a vector. */
#include <arm_neon.h>
#include <string.h>

#include "model/kernels/kernels.h"

#define LANES      4
#define COLS       8
#define COLS_FLOAT 4
#define WIDE_SHIFT NO_BIAS

typedef int32x4_t vi;
typedef float32x4_t vf;

#define INLINE static inline

INLINE vi of_bytes(uint8x16_t a)
{
    return vreinterpretq_s32_u8(a);
}
INLINE uint8x16_t bytes_of(vi a)
{
    return vreinterpretq_u8_s32(a);
}
INLINE vi v_load(const uint8_t *p)
{
    return of_bytes(vld1q_u8(p));
}
INLINE vi v_set1(int32_t x)
{
    return vdupq_n_s32(x);
}
INLINE vi v_and(vi a, vi b)
{
    return vandq_s32(a, b);
}
INLINE vi v_or(vi a, vi b)
{
    return vorrq_s32(a, b);
}
INLINE vi v_sub(vi a, vi b)
{
    return vsubq_s32(a, b);
}
INLINE vi v_shl(vi a, int n)
{
    return vshlq_s32(a, vdupq_n_s32(n));
}
INLINE vi v_shr(vi a, int n)
{
    return vreinterpretq_s32_u32(vshlq_u32(vreinterpretq_u32_s32(a), vdupq_n_s32(-n)));
}
INLINE vi v_sra(vi a, int n)
{
    return vshlq_s32(a, vdupq_n_s32(-n));
}
INLINE vi v_wide(vi a)
{
    return of_bytes(veorq_u8(bytes_of(a), vdupq_n_u8(0x80)));
}
INLINE vi v_lut(vi a)
{
    /* model__iq4_values. */
    static const int8_t table[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                     1,    13,   25,  38,  53,  69,  89,  113};
    return vreinterpretq_s32_s8(vqtbl1q_s8(vld1q_s8(table), bytes_of(a)));
}
INLINE vi v_bit4(vi w, vi h, int i)
{
    static const uint8_t lane[16] = {0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12};
    const uint8x16_t byte = vaddq_u8(vld1q_u8(lane), vdupq_n_u8((uint8_t)(i / 2)));
    const uint8x16_t bit = vreinterpretq_u8_u32(vdupq_n_u32(i % 2 ? 0x80402010u : 0x08040201u));
    uint8x16_t is_set = vtstq_u8(vqtbl1q_u8(bytes_of(h), byte), bit);
    return of_bytes(vorrq_u8(bytes_of(w), vandq_u8(is_set, vdupq_n_u8(16))));
}
INLINE vi v_dot16(vi acc, const vi *w, const int8_t *x, int bits)
{
    (void)bits;
    const int8x16_t q = vld1q_s8(x);
    acc = vdotq_laneq_s32(acc, vreinterpretq_s8_s32(w[0]), q, 0);
    acc = vdotq_laneq_s32(acc, vreinterpretq_s8_s32(w[1]), q, 1);
    acc = vdotq_laneq_s32(acc, vreinterpretq_s8_s32(w[2]), q, 2);
    return vdotq_laneq_s32(acc, vreinterpretq_s8_s32(w[3]), q, 3);
}
INLINE vf f_load(const float *p)
{
    return vld1q_f32(p);
}
INLINE void f_store(float *p, vf a)
{
    vst1q_f32(p, a);
}
INLINE vf f_set1(float x)
{
    return vdupq_n_f32(x);
}
INLINE vf f_mul(vf a, vf b)
{
    return vmulq_f32(a, b);
}
INLINE vf f_fma(vf a, vf b, vf c)
{
    return vfmaq_f32(c, a, b);
}
INLINE vf f_fnma(vf a, vf b, vf c)
{
    return vfmsq_f32(c, a, b);
}
INLINE vf f_of_int(vi a)
{
    return vcvtq_f32_s32(a);
}
INLINE uint16x4_t four_halves(const uint8_t *p)
{
    return vreinterpret_u16_u8(vld1_u8(p));
}
INLINE vf f_halves(const uint8_t *p)
{
    return vcvt_f32_f16(vreinterpret_f16_u16(four_halves(p)));
}
INLINE vi v_halves(const uint8_t *p)
{
    return vreinterpretq_s32_u32(vmovl_u16(four_halves(p)));
}
INLINE void store_low_halves(uint8_t *p, vi a)
{
    vst1_u8(p, vreinterpret_u8_u16(vmovn_u32(vreinterpretq_u32_s32(a))));
}
INLINE vf f_cast(vi a)
{
    return vreinterpretq_f32_s32(a);
}
INLINE void pack_quad(uint8_t *out, const uint8_t *const rows[16], size_t at)
{
    for (size_t r = 0; r < 16; r += 4) {
        vi a = v_load(rows[r] + at);
        vi b = v_load(rows[r + 1] + at);
        vi c = v_load(rows[r + 2] + at);
        vi d = v_load(rows[r + 3] + at);
        int64x2_t ab_low = vreinterpretq_s64_s32(vzip1q_s32(a, b));
        int64x2_t ab_high = vreinterpretq_s64_s32(vzip2q_s32(a, b));
        int64x2_t cd_low = vreinterpretq_s64_s32(vzip1q_s32(c, d));
        int64x2_t cd_high = vreinterpretq_s64_s32(vzip2q_s32(c, d));
        vst1q_u8(out + 4 * r, vreinterpretq_u8_s64(vzip1q_s64(ab_low, cd_low)));
        vst1q_u8(out + 4 * r + 64, vreinterpretq_u8_s64(vzip2q_s64(ab_low, cd_low)));
        vst1q_u8(out + 4 * r + 128, vreinterpretq_u8_s64(vzip1q_s64(ab_high, cd_high)));
        vst1q_u8(out + 4 * r + 192, vreinterpretq_u8_s64(vzip2q_s64(ab_high, cd_high)));
    }
}

#include "model/kernels/panel_impl.h"

static void quantise_group(struct model__act *out, const float *x)
{
    uint32x4_t most = vdupq_n_u32(0);
    for (int i = 0; i < 8; i++)
        most = vmaxq_u32(
            most, vandq_u32(vreinterpretq_u32_f32(vld1q_f32(x + 4 * i)), vdupq_n_u32(0x7fffffffu)));
    uint32_t max_bits = vmaxvq_u32(most);
    float max;
    memcpy(&max, &max_bits, sizeof max);
    float inverse = 127.0f / max;
    if (UNLIKELY(max_bits >= 0x7f800000u || !(inverse <= 0x1p120f))) {
        model__act_quantise(out, x);
        return;
    }
    float scale = max / 127.0f;
    if (LIKELY(scale >= 0x1p-14f && scale <= 65504.0f))
        scale = model__f16_to_f32(model__f32_to_f16(scale));
    int32_t sum[2];
    for (int half = 0; half < 2; half++) {
        vi q[4];
        for (int i = 0; i < 4; i++)
            q[i] = vcvtnq_s32_f32(vmulq_f32(vld1q_f32(x + 16 * half + 4 * i), f_set1(inverse)));
        sum[half] = vaddvq_s32(vaddq_s32(vaddq_s32(q[0], q[1]), vaddq_s32(q[2], q[3])));
        int16x8_t low = vcombine_s16(vmovn_s32(q[0]), vmovn_s32(q[1]));
        int16x8_t high = vcombine_s16(vmovn_s32(q[2]), vmovn_s32(q[3]));
        vst1q_s8(out->q + 16 * half, vcombine_s8(vmovn_s16(low), vmovn_s16(high)));
    }
    model__act_finish(out, scale, sum[0], sum[1]);
}

const struct model__kernels model__kernels_neon = {
    .rows = rows, .quantise = quantise, .pack = pack};
