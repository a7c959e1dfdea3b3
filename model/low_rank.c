#include "model/low_rank.h"

#include "base/mem.h"
#include "base/size.h"
#include "model/linear.h"
#include "model/ops.h"

struct model__low_rank {
    model__linear *a;
    float *columns; /* of b, times the factor: [rank][n_out] */
    size_t rank, n_out;
};

static err_code misfit(const struct gguf_tensor *a, const struct gguf_tensor *b, size_t n_in,
                       size_t n_out, err *e)
{
    return err_set(e, ERR_FORMAT,
                   "adapter: %.*s is %llu x %llu, and its partner %llu x %llu; the matrix is %zu x "
                   "%zu",
                   STR_ARG(a->name), (unsigned long long)a->dims[0], (unsigned long long)a->dims[1],
                   (unsigned long long)b->dims[0], (unsigned long long)b->dims[1], n_in, n_out);
}

/* Files leave out a last dimension of 1. */
static struct gguf_tensor as_matrix(const struct gguf_tensor *t)
{
    struct gguf_tensor m = *t;
    if (m.n_dims == 1)
        m.n_dims = 2;
    return m;
}

static err_code copy_columns(struct model__low_rank *r, const struct gguf_tensor *b, float factor,
                             err *e)
{
    size_t n;
    model__linear *rows = NULL;
    err_code rc = model__linear_create(&rows, b, e);
    if (rc != ERR_OK)
        return rc;
    float *row = mem_zero(r->rank, sizeof *row);
    if (size_mul(&n, r->rank, r->n_out))
        r->columns = mem_zero(n, sizeof *r->columns);
    if (!row || !r->columns)
        rc = err_set(e, ERR_NOMEM, "adapter: out of memory for tensor %.*s", STR_ARG(b->name));
    for (size_t i = 0; rc == ERR_OK && i < r->n_out; i++) {
        model__linear_row(rows, i, row);
        for (size_t k = 0; k < r->rank; k++)
            r->columns[k * r->n_out + i] = factor * row[k];
    }
    mem_free(row);
    model__linear_destroy(rows);
    return rc;
}

err_code model__low_rank_create(struct model__low_rank **out, const struct gguf_tensor *a,
                                const struct gguf_tensor *b, float factor, size_t n_in,
                                size_t n_out, err *e)
{
    const struct gguf_tensor ma = as_matrix(a);
    const struct gguf_tensor mb = as_matrix(b);
    if (ma.n_dims != 2 || mb.n_dims != 2 || ma.dims[0] != n_in || mb.dims[1] != n_out ||
        ma.dims[1] != mb.dims[0])
        return misfit(a, b, n_in, n_out, e);
    struct model__low_rank *r = mem_zero(1, sizeof *r);
    if (!r)
        return err_set(e, ERR_NOMEM, "adapter: out of memory");
    r->rank = (size_t)ma.dims[1];
    r->n_out = n_out;
    err_code rc = model__linear_create(&r->a, &ma, e);
    if (rc == ERR_OK)
        rc = copy_columns(r, &mb, factor, e);
    if (rc != ERR_OK) {
        model__low_rank_destroy(r);
        return rc;
    }
    *out = r;
    return ERR_OK;
}

void model__low_rank_destroy(struct model__low_rank *r)
{
    if (!r)
        return;
    model__linear_destroy(r->a);
    mem_free(r->columns);
    mem_free(r);
}

size_t model__low_rank_rank(const struct model__low_rank *r)
{
    return r->rank;
}

/* What `a` gives lies behind the scratch of its product. */
static size_t product_scratch(const struct model__low_rank *r, size_t n_tok)
{
    return (model__linear_scratch(r->a, n_tok) + 63) / 64 * 64;
}

size_t model__low_rank_scratch(const struct model__low_rank *r, size_t n_tok)
{
    return product_scratch(r, n_tok) + n_tok * r->rank * sizeof(float);
}

struct adding {
    const struct model__low_rank *r;
    const float *inner; /* [n_tok][rank] */
    float *y;
    size_t y_stride, n_tok;
};

/* Some columns of all tokens. Parts end at multiples of 64, so that a number is computed in the
 * same way whatever part it is in. */
static void add_part(void *arg, unsigned index, unsigned n_parts)
{
    const struct adding *s = arg;
    const struct model__ops *ops = model__ops();
    const size_t n_out = s->r->n_out;
    const size_t begin = n_out * index / n_parts / 64 * 64;
    const size_t end = index + 1 == n_parts ? n_out : n_out * (index + 1) / n_parts / 64 * 64;
    for (size_t t = 0; t < s->n_tok; t++)
        for (size_t k = 0; k < s->r->rank; k++)
            ops->add_scaled(s->y + t * s->y_stride + begin, s->r->columns + k * n_out + begin,
                            s->inner[t * s->r->rank + k], end - begin);
}

void model__low_rank_add(const struct model__low_rank *r, model__pool *pool, float *y,
                         size_t y_stride, const float *x, size_t x_stride, size_t n_tok,
                         void *scratch)
{
    float *inner = (float *)(void *)((unsigned char *)scratch + product_scratch(r, n_tok));
    model__linear_apply(r->a, pool, inner, r->rank, x, x_stride, n_tok, scratch);
    model__pool_run(pool, add_part, &(struct adding){r, inner, y, y_stride, n_tok});
}
