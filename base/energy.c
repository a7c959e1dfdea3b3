#include "base/energy.h"

#include <inttypes.h>
#include <stdio.h>

/* One number in a file of its own. */
static bool read_number(uint64_t *out, const char *root, size_t package, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/intel-rapl:%zu/%s", root, package, name);
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    bool ok = fscanf(f, "%" SCNu64, out) == 1;
    fclose(f);
    return ok;
}

bool energy_read(struct energy *out, const char *root)
{
    *out = (struct energy){0};
    root = root ? root : "/sys/class/powercap";
    while (out->n < ENERGY_PACKAGES &&
           read_number(&out->used_uj[out->n], root, out->n, "energy_uj") &&
           read_number(&out->range_uj[out->n], root, out->n, "max_energy_range_uj"))
        out->n++;
    return out->n > 0;
}

double energy_joules(const struct energy *from, const struct energy *to)
{
    double joules = 0;
    for (size_t i = 0; i < from->n && i < to->n; i++) {
        uint64_t a = from->used_uj[i], b = to->used_uj[i];
        joules +=
            (b >= a ? (double)(b - a) : (double)b + (double)to->range_uj[i] - (double)a) * 1e-6;
    }
    return joules;
}
