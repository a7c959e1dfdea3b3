#ifndef ARTEL_TESTS_BENCH_PEAK_AMX_H
#define ARTEL_TESTS_BENCH_PEAK_AMX_H

enum { PEAK_AMX_ROUNDS = 2000 };
/* Operations of one round: 4 tile products of 16 x 16 x 32 multiplications and additions. */
#define PEAK_AMX_FLOP (4.0 * 16 * 16 * 32 * 2)

/* A part for model__pool_run. */
void peak_amx_part(void *arg, unsigned index, unsigned n_parts);

#endif
