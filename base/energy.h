/* base/energy.h: the energy that the processor has used, where the kernel exposes its counters
 * (powercap, "intel-rapl"). Values; any thread. Source: the kernel's
 * Documentation/power/powercap/powercap.rst. */
#ifndef ARTEL_BASE_ENERGY_H
#define ARTEL_BASE_ENERGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ENERGY_PACKAGES = 8 };

struct energy {
    size_t n;                          /* processor packages with a counter, from 0 on */
    uint64_t used_uj[ENERGY_PACKAGES]; /* microjoules, from 0 again after range_uj */
    uint64_t range_uj[ENERGY_PACKAGES];
};

/* Reads the counters under `root` (NULL: the system's). false, with out->n 0, where there are none
 * or they may not be read. Opens files. */
bool energy_read(struct energy *out, const char *root);
/* Joules of all packages from one reading to a later one of the same packages, provided that no
 * counter went round twice. */
double energy_joules(const struct energy *from, const struct energy *to);

#endif
