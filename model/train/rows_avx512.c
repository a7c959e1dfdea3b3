#define ROWS train__rows_avx512
#include "model/train/rows_impl.h"
