/* AVX2 with byte dot products. */
#define ARTEL_AVX_VNNI
#include "model/kernels/avx2_impl.h"

const struct model__kernels model__kernels_avx_vnni = {
    .rows = rows_many_or_few, .quantise = quantise, .pack = pack, .beats_blas = true};
