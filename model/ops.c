#include "model/ops.h"

#include "model/isa.h"

size_t model__attend_scratch(size_t head_dim)
{
    size_t stride = model__value_stride(head_dim);
    size_t n_floats = (size_t)MODEL__ATTEND_ROWS * MODEL__TILE + head_dim * MODEL__TILE +
                      stride * MODEL__TILE + 2 * stride * MODEL__ATTEND_ROWS +
                      2 * (size_t)MODEL__ATTEND_ROWS;
    return n_floats * sizeof(float);
}

size_t model__attend_tokens(size_t group)
{
    return group >= MODEL__ATTEND_ROWS ? 1 : MODEL__ATTEND_ROWS / group;
}

const struct model__ops *model__ops(void)
{
    switch (model_isa_current()) {
#ifdef __x86_64__
    case MODEL_ISA_AVX2:
    case MODEL_ISA_AVX_VNNI: return model__ops_avx2();
    case MODEL_ISA_AVX512_VNNI:
    case MODEL_ISA_AMX: return model__ops_avx512();
#endif
#ifdef __aarch64__
    case MODEL_ISA_NEON: return model__ops_neon();
#endif
    default: return model__ops_scalar();
    }
}
