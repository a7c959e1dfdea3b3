#define ROWS train__rows_plain
#include "model/train/rows_impl.h"
