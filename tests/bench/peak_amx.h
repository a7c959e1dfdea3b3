/* tests/bench/peak_amx.h: products of tiles that stay in their registers. */
#ifndef ARTEL_TESTS_BENCH_PEAK_AMX_H
#define ARTEL_TESTS_BENCH_PEAK_AMX_H

#include <stddef.h>

/* Returns the operations that it did. Only where model_isa_current() is MODEL_ISA_AMX. */
double peak_amx(size_t n_rounds);

#endif
