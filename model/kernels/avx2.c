/* AVX2 with FMA and F16C. */
#include "model/kernels/avx2_impl.h"

const struct model__kernels model__kernels_avx2 = {
    .rows = rows, .quantise = quantise, .pack = pack};
