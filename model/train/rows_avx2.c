#define ROWS train__rows_avx2
#include "model/train/rows_impl.h"
