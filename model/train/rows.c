#include "model/train/rows.h"

#include "model/isa.h"

const struct train__rows *train__rows_current(void)
{
#if defined(ARTEL_TRAIN_X86)
    switch (model_isa_current()) {
    case MODEL_ISA_AMX:
    case MODEL_ISA_AVX512_VNNI: return &train__rows_avx512;
    case MODEL_ISA_AVX2:
    case MODEL_ISA_AVX_VNNI: return &train__rows_avx2;
    default: break;
    }
#endif
    return &train__rows_plain;
}
