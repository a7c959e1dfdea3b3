/* model/ops.h for AVX-512 F, BW, DQ, VL. */
#define MODEL__OPS_NAME model__ops_avx512
#include "model/ops_impl.h"
