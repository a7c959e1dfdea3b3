#include "model/train/product.h"

#include "model/isa.h"

const struct train__products *train__products_current(void)
{
#if defined(ARTEL_TRAIN_AMX)
    if (model_isa_current() == MODEL_ISA_AMX)
        return &train__products_amx;
#endif
    return &train__products_plain;
}

/* Tiles of 16 columns, each with its whole depth, in both forms of 16 * depth numbers; within a
 * tile the matrix unit's form goes on by 32 of depth after 512 numbers, the plain one is a row per
 * column. */
const void *train__operand_at(const struct train__products *p, const void *b, size_t depth,
                              size_t n, size_t k)
{
    size_t inside = p == &train__products_plain ? k : 16 * k;
    return (const unsigned char *)b + (n * depth + inside) * p->operand_bytes;
}
