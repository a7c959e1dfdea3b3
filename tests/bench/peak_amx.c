/* The most that the matrix unit can do: products of tiles that are already loaded. Compiled with
 * its flags; called only where it exists. */
#include <immintrin.h>
#include <stdint.h>

#include "tests/bench/peak_amx.h"

struct tile_config {
    uint8_t palette;
    uint8_t start_row;
    uint8_t reserved[14];
    uint16_t row_bytes[16];
    uint8_t n_rows[16];
};

/* 16 rows of 64 bytes each. A constant: the compiler does not see that the instruction reads all of
 * it, and leaves out what is assigned to a variable. */
static const struct tile_config config = {
    .palette = 1,
    .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64},
    .n_rows = {16, 16, 16, 16, 16, 16, 16, 16},
};

void peak_amx_part(void *arg, unsigned index, unsigned n_parts)
{
    (void)arg;
    (void)index;
    (void)n_parts;
    _tile_loadconfig(&config);
    /* Every tile zero: the unit takes no shortcut for zeros, and sums stay finite. */
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    _tile_zero(4);
    _tile_zero(5);
    _tile_zero(6);
    _tile_zero(7);
    for (int i = 0; i < PEAK_AMX_ROUNDS; i++) {
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_release();
}
