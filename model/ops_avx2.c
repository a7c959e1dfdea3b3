/* model/ops.h for AVX2, FMA and F16C. */
#define MODEL__OPS_NAME model__ops_avx2
#include "model/ops_impl.h"
