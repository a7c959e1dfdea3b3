/* model/ops_impl.h: the code of model/ops.h over the vectors of model/simd.h. Included once by each
 * ops_*.c after it defined MODEL__OPS_NAME, the function that returns the table, and where it has
 * an attention of its own, MODEL__OPS_ATTEND. */
#include "model/ops.h"

#ifndef MODEL__OPS_ATTEND
#define MODEL__OPS_ATTEND attend
#endif

#include <assert.h>
#include <math.h>

#include "model/simd.h"

static void rmsnorm(float *out, const float *x, const float *gain, size_t n, float eps)
{
    vf sum = vf_set1(0);
    size_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES)
        sum = vf_fma(vf_load(x + i), vf_load(x + i), sum);
    if (i < n) {
        vf t = vf_load_part(x + i, n - i);
        sum = vf_fma(t, t, sum);
    }
    float factor = 1 / sqrtf(vf_sum(sum) / (float)n + eps);
    for (i = 0; i + VF_LANES <= n; i += VF_LANES)
        vf_store(out + i, vf_mul(vf_mul(vf_load(x + i), vf_set1(factor)), vf_load(gain + i)));
    for (; i < n; i++)
        out[i] = x[i] * factor * gain[i];
}

static void layernorm(float *out, const float *x, const float *gain, const float *bias, size_t n,
                      float eps)
{
    vf sum = vf_set1(0);
    size_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES)
        sum = vf_add(vf_load(x + i), sum);
    if (i < n)
        sum = vf_add(vf_load_part(x + i, n - i), sum);
    float mean = vf_sum(sum) / (float)n;
    vf square = vf_set1(0);
    for (i = 0; i + VF_LANES <= n; i += VF_LANES) {
        vf t = vf_sub(vf_load(x + i), vf_set1(mean));
        square = vf_fma(t, t, square);
    }
    float sum_square = vf_sum(square);
    for (; i < n; i++)
        sum_square += (x[i] - mean) * (x[i] - mean);
    float factor = 1 / sqrtf(sum_square / (float)n + eps);
    for (i = 0; i + VF_LANES <= n; i += VF_LANES) {
        vf t = vf_mul(vf_sub(vf_load(x + i), vf_set1(mean)), vf_set1(factor));
        vf_store(out + i, vf_fma(t, vf_load(gain + i), vf_load(bias + i)));
    }
    for (; i < n; i++)
        out[i] = (x[i] - mean) * factor * gain[i] + bias[i];
}

static void rope_pairs(float *x, const float *c, const float *s, size_t n_rot)
{
    size_t i = 0;
#if defined(__AVX512F__) || defined(__AVX2__) || defined(__ARM_NEON)
    for (; i + VF_LANES <= n_rot; i += VF_LANES) {
        vf v = vf_load(x + i);
        vf_store(x + i, vf_fma(v, vf_load(c + i), vf_mul(vf_swap_pairs(v), vf_load(s + i))));
    }
#endif
    for (; i < n_rot; i += 2) {
        float a = x[i], b = x[i + 1];
        x[i] = a * c[i] + b * s[i];
        x[i + 1] = b * c[i + 1] + a * s[i + 1];
    }
}

static void rope_halves(float *x, const float *c, const float *s, size_t n_rot)
{
    size_t half = n_rot / 2, i = 0;
    for (; i + VF_LANES <= half; i += VF_LANES) {
        vf a = vf_load(x + i), b = vf_load(x + half + i);
        vf_store(x + i, vf_fma(a, vf_load(c + i), vf_mul(b, vf_load(s + i))));
        vf_store(x + half + i, vf_fma(b, vf_load(c + half + i), vf_mul(a, vf_load(s + half + i))));
    }
    for (; i < half; i++) {
        float a = x[i], b = x[half + i];
        x[i] = a * c[i] + b * s[i];
        x[half + i] = b * c[half + i] + a * s[half + i];
    }
}

static void add_scaled(float *x, const float *y, float scale, size_t n)
{
    size_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES)
        vf_store(x + i, vf_fma(vf_load(y + i), vf_set1(scale), vf_load(x + i)));
    for (; i < n; i++)
        x[i] += y[i] * scale;
}

/* x / (1 + exp(-k)) * up */
static inline vf gate_by_sigmoid(vf x, vf k, vf up)
{
    vf denominator = vf_add(vf_set1(1), vf_exp(vf_sub(vf_set1(0), k)));
    return vf_mul(vf_div(x, denominator), up);
}

static void silu_mul(float *gate, const float *up, size_t n)
{
    size_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES) {
        vf x = vf_load(gate + i);
        vf_store(gate + i, gate_by_sigmoid(x, x, vf_load(up + i)));
    }
    if (i < n) {
        vf x = vf_load_part(gate + i, n - i);
        vf_store_part(gate + i, gate_by_sigmoid(x, x, vf_load_part(up + i, n - i)), n - i);
    }
}

/* 0.5 (1 + tanh(u)) = 1 / (1 + exp(-2u)) */
static inline vf gelu_times(vf x, vf up)
{
    vf cubic = vf_fma(vf_mul(vf_mul(x, x), vf_set1(0.044715f)), x, x);
    return gate_by_sigmoid(x, vf_mul(cubic, vf_set1(1.5957691216f)), up);
}

static void gelu_mul(float *x, const float *up, size_t n)
{
    size_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES)
        vf_store(x + i, gelu_times(vf_load(x + i), up ? vf_load(up + i) : vf_set1(1)));
    if (i < n) {
        vf u = up ? vf_load_part(up + i, n - i) : vf_set1(1);
        vf_store_part(x + i, gelu_times(vf_load_part(x + i, n - i), u), n - i);
    }
}

static void to_f16(uint16_t *out, const float *x, size_t n)
{
    size_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES)
        vf_store_f16(out + i, vf_load(x + i));
    if (i < n) {
        uint16_t t[VF_LANES];
        vf_store_f16(t, vf_load_part(x + i, n - i));
        memcpy(out + i, t, (n - i) * sizeof *t);
    }
}

static void from_f16(float *out, const uint16_t *x, size_t n)
{
    size_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES)
        vf_store(out + i, vf_load_f16(x + i));
    if (i < n) {
        uint16_t t[VF_LANES] = {0};
        memcpy(t, x + i, (n - i) * sizeof *t);
        vf_store_part(out + i, vf_load_f16(t), n - i);
    }
}

static float sum_exp(const float *x, const uint8_t *allowed, float shift, size_t n)
{
    vf sum = vf_set1(0);
    size_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES) {
        vf p = vf_exp(vf_sub(vf_load(x + i), vf_set1(shift)));
        if (allowed) {
            float mask[VF_LANES];
            for (size_t j = 0; j < VF_LANES; j++)
                mask[j] = allowed[i + j] ? 1 : 0;
            p = vf_mul(p, vf_load(mask));
        }
        sum = vf_add(sum, p);
    }
    float total = vf_sum(sum);
    for (; i < n; i++)
        if (!allowed || allowed[i])
            total += expf(x[i] - shift);
    return total;
}

static bool all_finite(const float *x, size_t n)
{
    /* x - x is 0 for finite x and NaN otherwise; NaN sticks. */
    vf sum = vf_set1(0);
    size_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES)
        sum = vf_add(sum, vf_sub(vf_load(x + i), vf_load(x + i)));
    float rest = vf_sum(sum);
    for (; i < n; i++)
        rest += x[i] - x[i];
    return rest == 0;
}

/* One register block of C (+)= A B: n_rows <= VF_BLOCK_ROWS rows, n_vec <= VF_BLOCK_VECTORS vectors
 * of columns, depth `depth`. A is f32, row-major; B is row-major f32 or, with b_f16, f16. All flags
 * are constants at each call, so that the loops unroll and the accumulators live in registers. Each
 * element is summed in ascending depth whatever the block, so that results do not depend on the
 * batch. */
ALWAYS_INLINE void block_product(float *c, size_t c_stride, const float *a, size_t a_stride,
                                 const void *b, size_t b_stride, size_t depth, size_t n_rows,
                                 size_t n_vec, bool b_f16, bool accumulate)
{
    vf acc[VF_BLOCK_ROWS][VF_BLOCK_VECTORS];
    for (size_t r = 0; r < n_rows; r++)
        for (size_t j = 0; j < n_vec; j++)
            acc[r][j] = accumulate ? vf_load(c + r * c_stride + j * VF_LANES) : vf_set1(0);
    for (size_t d = 0; d < depth; d++) {
        vf column[VF_BLOCK_VECTORS];
        for (size_t j = 0; j < n_vec; j++)
            column[j] = b_f16 ? vf_load_f16((const uint16_t *)b + d * b_stride + j * VF_LANES)
                              : vf_load((const float *)b + d * b_stride + j * VF_LANES);
        for (size_t r = 0; r < n_rows; r++) {
            vf factor = vf_set1(a[r * a_stride + d]);
            for (size_t j = 0; j < n_vec; j++)
                acc[r][j] = vf_fma(factor, column[j], acc[r][j]);
        }
    }
    for (size_t r = 0; r < n_rows; r++)
        for (size_t j = 0; j < n_vec; j++)
            vf_store(c + r * c_stride + j * VF_LANES, acc[r][j]);
}

#define BLOCK_ROWS_CASE(n)                                                                         \
    case n:                                                                                        \
        block_product(c, c_stride, a, a_stride, b, b_stride, depth, n, n_vec, b_f16, accumulate);  \
        break

ALWAYS_INLINE void block_rows(float *c, size_t c_stride, const float *a, size_t a_stride,
                              const void *b, size_t b_stride, size_t depth, size_t n_rows,
                              size_t n_vec, bool b_f16, bool accumulate)
{
    switch (n_rows) {
        BLOCK_ROWS_CASE(1);
        BLOCK_ROWS_CASE(2);
        BLOCK_ROWS_CASE(3);
        BLOCK_ROWS_CASE(4);
#if defined(__AVX512F__) || defined(__AVX2__) || defined(__ARM_NEON)
        BLOCK_ROWS_CASE(5);
        BLOCK_ROWS_CASE(6);
#endif
    default: assert(0 && "rows of a block");
    }
}

/* C (+)= A B for any number of rows and n_cols a multiple of VF_LANES. */
ALWAYS_INLINE void product(float *c, size_t c_stride, const float *a, size_t a_stride,
                           const void *b, size_t b_stride, size_t depth, size_t n_rows,
                           size_t n_cols, bool b_f16, bool accumulate)
{
    enum { WIDE = VF_BLOCK_VECTORS * VF_LANES };
    size_t n_blocks = (n_rows + VF_BLOCK_ROWS - 1) / VF_BLOCK_ROWS;
    for (size_t i = 0, row = 0; i < n_blocks; i++) {
        /* Evenly: 7 rows as 4 + 3, since a block of 1 costs nearly as much as one of 3. */
        size_t n = (n_rows - row + n_blocks - i - 1) / (n_blocks - i);
        size_t col = 0;
        for (; col + WIDE <= n_cols; col += WIDE)
            block_rows(c + row * c_stride + col, c_stride, a + row * a_stride, a_stride,
                       b_f16 ? (const void *)((const uint16_t *)b + col)
                             : (const void *)((const float *)b + col),
                       b_stride, depth, n, VF_BLOCK_VECTORS, b_f16, accumulate);
        for (; col < n_cols; col += VF_LANES)
            block_rows(c + row * c_stride + col, c_stride, a + row * a_stride, a_stride,
                       b_f16 ? (const void *)((const uint16_t *)b + col)
                             : (const void *)((const float *)b + col),
                       b_stride, depth, n, 1, b_f16, accumulate);
        row += n;
    }
}

/* Scratch of attend, carved from one piece; R = MODEL__ATTEND_ROWS, T = MODEL__TILE. */
struct attend_scratch {
    float *q;      /* [R][head_dim], scaled */
    float *scores; /* [R][T] */
    float *out;    /* [R][stride], not yet divided by `sum` */
    float *k;      /* [head_dim][T], unpacked tile */
    float *v;      /* [T][value_stride], unpacked tile */
    float *max;    /* [R], largest score so far */
    float *sum;    /* [R], of exp(score - max) */
};

/* stride: of the rows of `out`, and at least that of the values. */
static struct attend_scratch carve(void *memory, size_t head_dim, size_t stride)
{
    struct attend_scratch s;
    float *p = memory;
    s.scores = p, p += (size_t)MODEL__ATTEND_ROWS * MODEL__TILE;
    s.k = p, p += head_dim * MODEL__TILE;
    s.v = p, p += stride * MODEL__TILE;
    s.out = p, p += stride * MODEL__ATTEND_ROWS;
    s.q = p, p += stride * MODEL__ATTEND_ROWS;
    s.max = p, p += MODEL__ATTEND_ROWS;
    s.sum = p;
    return s;
}

/* Turns a row of scores into exp(score - max), of which the first n_seen count; the rest become 0.
 * The row's sum and output so far are rescaled when its maximum rises. */
static inline void soften(struct attend_scratch *s, size_t row, size_t n_seen, size_t stride)
{
    float *x = s->scores + row * MODEL__TILE;
    for (size_t j = n_seen; j < MODEL__TILE; j++)
        x[j] = -INFINITY;
    vf top = vf_load(x);
    for (size_t j = VF_LANES; j < MODEL__TILE; j += VF_LANES)
        top = vf_max(top, vf_load(x + j));
    float tile_max = vf_max_lane(top);
    if (tile_max > s->max[row]) {
        /* exp(-inf) is 0 at the first tile, where sum and out are 0 as well. */
        float down = expf(s->max[row] - tile_max);
        s->max[row] = tile_max;
        s->sum[row] *= down;
        float *out = s->out + row * stride;
        for (size_t j = 0; j < stride; j += VF_LANES)
            vf_store(out + j, vf_mul(vf_load(out + j), vf_set1(down)));
    }
    vf shift = vf_set1(s->max[row]), sum = vf_set1(0);
    for (size_t j = 0; j < MODEL__TILE; j += VF_LANES) {
        vf p = vf_exp(vf_sub(vf_load(x + j), shift));
        vf_store(x + j, p);
        sum = vf_add(sum, p);
    }
    s->sum[row] += vf_sum(sum);
}

/* A tile of keys as f32 [dim][MODEL__TILE]. */
static void unpack_keys(float *out, const uint8_t *tile, model_kv_type type, size_t dim)
{
    if (type == MODEL_KV_F16) {
        from_f16(out, (const uint16_t *)tile, dim * MODEL__TILE);
        return;
    }
    const int8_t *q = (const int8_t *)tile;
    const uint16_t *scales = (const uint16_t *)(tile + dim * MODEL__TILE);
    for (size_t g = 0; g < model__kv_groups(dim); g++, scales += MODEL__TILE) {
        size_t end = (g + 1) * MODEL__KV_GROUP < dim ? (g + 1) * MODEL__KV_GROUP : dim;
        for (size_t j = 0; j < MODEL__TILE; j += VF_LANES) {
            vf scale = vf_load_f16(scales + j);
            for (size_t d = g * MODEL__KV_GROUP; d < end; d++)
                vf_store(out + d * MODEL__TILE + j,
                         vf_mul(vf_load_i8(q + d * MODEL__TILE + j), scale));
        }
    }
}

/* n rows of values as f32 [n][model__value_stride(dim)]. */
static void unpack_values(float *out, const uint8_t *rows, model_kv_type type, size_t dim, size_t n)
{
    size_t stride = model__value_stride(dim), bytes = model__value_row_bytes(type, dim);
    if (type == MODEL_KV_F16) {
        from_f16(out, (const uint16_t *)rows, n * stride);
        return;
    }
    float scale[MODEL__KV_MAX_DIM / MODEL__KV_GROUP];
    for (size_t i = 0; i < n; i++, rows += bytes, out += stride) {
        from_f16(scale, (const uint16_t *)(rows + stride), model__kv_groups(dim));
        for (size_t d = 0; d < stride; d += VF_LANES)
            vf_store(out + d, vf_mul(vf_load_i8((const int8_t *)rows + d),
                                     vf_set1(scale[d / MODEL__KV_GROUP])));
    }
}

static void give(const struct model__attend_args *a, const struct attend_scratch *s, size_t n_rows,
                 size_t stride)
{
    for (size_t r = 0; r < n_rows; r++) {
        float *out = a->out + r / a->group * a->out_stride + r % a->group * a->head_dim;
        float factor = 1 / s->sum[r];
        for (size_t d = 0; d < a->head_dim; d++)
            out[d] = s->out[r * stride + d] * factor;
    }
}

static void attend(const struct model__attend_args *a)
{
    size_t dim = a->head_dim, stride = model__value_stride(dim);
    size_t n_rows = a->n_tok * a->group, n_keys = a->first_pos + a->n_tok;
    assert(n_rows <= MODEL__ATTEND_ROWS);
    struct attend_scratch s = carve(a->scratch, dim, stride);
    for (size_t r = 0; r < n_rows; r++) {
        const float *q = a->q + r / a->group * a->q_stride + r % a->group * dim;
        for (size_t d = 0; d < dim; d++)
            s.q[r * stride + d] = q[d] * a->scale;
        s.max[r] = -INFINITY;
        s.sum[r] = 0;
    }
    memset(s.out, 0, n_rows * stride * sizeof *s.out);
    /* Few rows read each cached half once or twice: convert on the fly. Many rows: unpack once. */
    bool unpack = n_rows > VF_BLOCK_ROWS || a->type != MODEL_KV_F16;
    size_t tile_bytes = model__key_tile_bytes(a->type, dim);
    size_t row_bytes = model__value_row_bytes(a->type, dim);
    for (size_t base = 0; base < n_keys; base += MODEL__TILE) {
        size_t in_tile = n_keys - base < MODEL__TILE ? n_keys - base : MODEL__TILE;
        /* Tokens before `base` see nothing of this tile. */
        size_t first = base > a->first_pos ? (base - a->first_pos) * a->group : 0;
        const uint8_t *k = a->k + base / MODEL__TILE * tile_bytes, *v = a->v + base * row_bytes;
        if (unpack) {
            unpack_keys(s.k, k, a->type, dim);
            unpack_values(s.v, v, a->type, dim, in_tile);
            product(s.scores + first * MODEL__TILE, MODEL__TILE, s.q + first * stride, stride, s.k,
                    MODEL__TILE, dim, n_rows - first, MODEL__TILE, false, false);
        } else {
            product(s.scores + first * MODEL__TILE, MODEL__TILE, s.q + first * stride, stride, k,
                    MODEL__TILE, dim, n_rows - first, MODEL__TILE, true, false);
        }
        for (size_t r = first; r < n_rows; r++) {
            size_t seen = a->first_pos + r / a->group + 1 - base;
            soften(&s, r, seen < in_tile ? seen : in_tile, stride);
        }
        if (unpack)
            product(s.out + first * stride, stride, s.scores + first * MODEL__TILE, MODEL__TILE,
                    s.v, stride, in_tile, n_rows - first, stride, false, true);
        else
            product(s.out + first * stride, stride, s.scores + first * MODEL__TILE, MODEL__TILE, v,
                    stride, in_tile, n_rows - first, stride, true, true);
    }
    give(a, &s, n_rows, stride);
}

const struct model__ops *MODEL__OPS_NAME(void)
{
    static const struct model__ops table = {
        .rmsnorm = rmsnorm,
        .layernorm = layernorm,
        .rope_pairs = rope_pairs,
        .rope_halves = rope_halves,
        .add_scaled = add_scaled,
        .silu_mul = silu_mul,
        .gelu_mul = gelu_mul,
        .to_f16 = to_f16,
        .from_f16 = from_f16,
        .attend = MODEL__OPS_ATTEND,
        .sum_exp = sum_exp,
        .all_finite = all_finite,
    };
    return &table;
}
