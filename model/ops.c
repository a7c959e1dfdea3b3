#include "model/ops.h"

#include "model/isa.h"

size_t model__attend_scratch(size_t head_dim)
{
    size_t stride = (head_dim + 31) / 32 * 32;      /* two of the matrix unit's tiles */
    size_t n_tiles = 2 * (14 * (stride / 32) + 12); /* see ops_amx.c */
    size_t n_floats = (size_t)MODEL__ATTEND_ROWS * MODEL__TILE + head_dim * MODEL__TILE +
                      stride * MODEL__TILE + 2 * stride * MODEL__ATTEND_ROWS +
                      2 * (size_t)MODEL__ATTEND_ROWS;
    return n_floats * sizeof(float) + n_tiles * 1024;
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
    case MODEL_ISA_AVX512_VNNI: return model__ops_avx512();
    case MODEL_ISA_AMX: return model__ops_amx();
#endif
#ifdef __aarch64__
    case MODEL_ISA_NEON: return model__ops_neon();
#endif
    default: return model__ops_scalar();
    }
}
