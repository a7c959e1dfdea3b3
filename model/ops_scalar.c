/* model/ops.h for the oracle: plain C, one float at a time. */
#define MODEL__OPS_NAME model__ops_scalar
#include "model/ops_impl.h"
