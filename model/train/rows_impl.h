/* The rows of training in plain loops that the compiler turns into vectors. Included once per
 * instruction set, with ROWS the name of the table. */
#include <math.h>

#include "model/train/rows.h"

/* exp(x) for x within [-87, 88], relative error below 3e-7: 2^n times a polynomial on [-0.5, 0.5]
 * that meets 2^x at the zeros of a Chebyshev polynomial. */
static inline float power(float x)
{
    x = x < -87.0F ? -87.0F : x;
    float y = x * 1.44269504F;
#if defined(__AVX2__)
    float whole = rintf(y); /* one instruction */
    unsigned n = (unsigned)(int)whole;
#else
    /* To the nearest, without a branch; unsigned, as what is not a number may become anything. */
    unsigned n = (unsigned)(int)(y + 200.5F) - 200u;
    float whole = (float)(int)n;
#endif
    float r = y - whole;
    float p = 1.339086336e-3F;
    p = p * r + 9.676031918e-3F;
    p = p * r + 5.550357114e-2F;
    p = p * r + 2.402210749e-1F;
    p = p * r + 6.931471880e-1F;
    p = p * r + 1.000000075F;
    union {
        float number;
        unsigned bits;
    } result = {p};
    result.bits += n << 23;
    return result.number;
}

static inline float sigmoid(float x)
{
    return 1.0F / (1.0F + power(-(x < -80.0F ? -80.0F : x)));
}

static void narrow(bf16 *restrict out, const float *restrict x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = train__narrow(x[i]);
}

static void narrow_scaled(bf16 *restrict out, const float *restrict x, float factor, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = train__narrow(x[i] * factor);
}

static void add(float *restrict x, const float *restrict y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] += y[i];
}

static float norm(bf16 *restrict h, const float *restrict x, const float *restrict gain, float eps,
                  size_t n)
{
    float sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    float r = 1.0F / sqrtf(sum / (float)n + eps);
    for (size_t i = 0; i < n; i++)
        h[i] = train__narrow(x[i] * r * gain[i]);
    return r;
}

static void norm_back(float *restrict dx, float *restrict d_gain, const float *restrict dh,
                      const float *restrict x, const float *restrict gain, float r, size_t n)
{
    float sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += dh[i] * gain[i] * x[i];
    sum *= r * r * r / (float)n;
    for (size_t i = 0; i < n; i++) {
        dx[i] += dh[i] * gain[i] * r - x[i] * sum;
        d_gain[i] += dh[i] * x[i] * r;
    }
}

static void rotate(bf16 *restrict out, const float *restrict x, const float *restrict cosines,
                   const float *restrict sines, float sign, size_t n_rotated, size_t n_all)
{
    enum { PAIRS = TRAIN__HEAD / 2 };
    for (size_t h = 0; h < n_rotated; h += TRAIN__HEAD) {
        for (size_t j = 0; j < PAIRS; j++) {
            float a = x[h + 2 * j];
            float b = x[h + 2 * j + 1];
            float s = sign * sines[j];
            out[h + 2 * j] = train__narrow(a * cosines[j] - b * s);
            out[h + 2 * j + 1] = train__narrow(a * s + b * cosines[j]);
        }
    }
    for (size_t i = n_rotated; i < n_all; i++)
        out[i] = train__narrow(x[i]);
}

static void gate(bf16 *restrict a, bf16 *restrict g16, bf16 *restrict u16, const float *restrict g,
                 const float *restrict u, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g16[i] = train__narrow(g[i]);
        u16[i] = train__narrow(u[i]);
        a[i] = train__narrow(g[i] * sigmoid(g[i]) * u[i]);
    }
}

static void gate_back(bf16 *restrict dg, bf16 *restrict du, bf16 *restrict a,
                      const float *restrict da, const bf16 *restrict g, const bf16 *restrict u,
                      size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float gi = model__bf16_to_f32(g[i]);
        float ui = model__bf16_to_f32(u[i]);
        float s = sigmoid(gi);
        dg[i] = train__narrow(da[i] * s * ui * (1.0F + gi * (1.0F - s)));
        du[i] = train__narrow(da[i] * s * gi);
        a[i] = train__narrow(gi * s * ui);
    }
}

static float largest(const float *restrict x, size_t n)
{
    float m = x[0];
    for (size_t i = 1; i < n; i++)
        m = x[i] > m ? x[i] : m;
    return m;
}

/* Hides the keys behind each query. */
static void hide(float *s, float by, size_t n_keys, size_t n)
{
    for (size_t i = 1; i < n_keys; i++)
        for (size_t j = 0; j < i && j < n; j++)
            s[i * n + j] = by;
}

static void attend(bf16 *restrict p, float *restrict top, float *restrict sum,
                   float *restrict factor, float *restrict s, float scale, size_t n_keys, size_t n,
                   bool diagonal)
{
    if (diagonal)
        hide(s, -1e30F, n_keys, n);
    for (size_t j = 0; j < n; j++)
        factor[j] = s[j];
    for (size_t i = 1; i < n_keys; i++)
        for (size_t j = 0; j < n; j++)
            factor[j] = s[i * n + j] > factor[j] ? s[i * n + j] : factor[j];
    for (size_t j = 0; j < n; j++) {
        float most = scale * factor[j] > top[j] ? scale * factor[j] : top[j];
        factor[j] = power(top[j] - most);
        sum[j] *= factor[j];
        top[j] = most;
    }
    for (size_t i = 0; i < n_keys; i++) {
        for (size_t j = 0; j < n; j++) {
            float q = power(scale * s[i * n + j] - top[j]);
            sum[j] += q;
            p[i * n + j] = train__narrow(q);
        }
    }
}

static void attend_back(bf16 *restrict p, bf16 *restrict ds, const float *restrict s,
                        const float *restrict dp, const float *restrict log_sum,
                        const float *restrict share, float scale, size_t n_keys, size_t n,
                        bool diagonal)
{
    for (size_t i = 0; i < n_keys; i++) {
        for (size_t j = 0; j < n; j++) {
            float x = scale * s[i * n + j] - log_sum[j];
            float q = power(x > 0 ? 0 : x);
            p[i * n + j] = train__narrow(q);
            ds[i * n + j] = train__narrow(q * scale * (dp[i * n + j] - share[j]));
        }
    }
    for (size_t i = 1; diagonal && i < n_keys; i++)
        for (size_t j = 0; j < i && j < n; j++)
            p[i * n + j] = ds[i * n + j] = 0;
}

static void scale_columns(float *restrict x, const float *restrict factor, size_t n_rows, size_t n)
{
    for (size_t i = 0; i < n_rows; i++)
        for (size_t j = 0; j < n; j++)
            x[i * n + j] *= factor[j];
}

static float dot16(const float *restrict x, const bf16 *restrict y, size_t n)
{
    float sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * model__bf16_to_f32(y[i]);
    return sum;
}

static float exponents(bf16 *restrict e, const float *restrict x, float shift, size_t n)
{
    float sum = 0;
    for (size_t i = 0; i < n; i++) {
        float y = x[i] - shift;
        float q = power(y > 60.0F ? 60.0F : y);
        e[i] = train__narrow(q);
        sum += q;
    }
    return sum;
}

static void scale(bf16 *restrict out, const bf16 *restrict x, float factor, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = train__narrow(model__bf16_to_f32(x[i]) * factor);
}

static double square_sum(const float *restrict x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    return sum;
}

static void adam(float *restrict p, float *restrict m, float *restrict v, const float *restrict g,
                 float g_scale, float rate, float decay, float c1, float c2, size_t n)
{
    const float b1 = 0.9F;
    const float b2 = 0.95F;
    for (size_t i = 0; i < n; i++) {
        float gi = g[i] * g_scale;
        m[i] = b1 * m[i] + (1.0F - b1) * gi;
        v[i] = b2 * v[i] + (1.0F - b2) * gi * gi;
        p[i] -= rate * (m[i] * c1 / (sqrtf(v[i] * c2) + 1e-8F) + decay * p[i]);
    }
}

static double momentum(float *restrict out, float *restrict m, const float *restrict g,
                       float g_scale, float beta, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        float gi = (1.0F - beta) * g_scale * g[i];
        m[i] = beta * m[i] + gi;
        out[i] = gi + beta * m[i];
        sum += (double)out[i] * (double)out[i];
    }
    return sum;
}

static void mix(float *out, float a, const float *x, float b, const float *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = a * x[i] + b * y[i];
}

const struct train__rows ROWS = {
    .narrow = narrow,
    .narrow_scaled = narrow_scaled,
    .add = add,
    .norm = norm,
    .norm_back = norm_back,
    .rotate = rotate,
    .gate = gate,
    .gate_back = gate_back,
    .attend = attend,
    .attend_back = attend_back,
    .scale_columns = scale_columns,
    .dot16 = dot16,
    .exponents = exponents,
    .largest = largest,
    .scale = scale,
    .square_sum = square_sum,
    .adam = adam,
    .momentum = momentum,
    .mix = mix,
};
