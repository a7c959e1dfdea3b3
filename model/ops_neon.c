/* model/ops.h for AArch64 NEON. */
#define MODEL__OPS_NAME model__ops_neon
#include "model/ops_impl.h"
