/* The matrix unit with nothing to load or store: what it can do at most. */
#include "tests/bench/peak_amx.h"

#include <immintrin.h>

#include "model/kernels/tiles.h"

double peak_amx(size_t n_rounds)
{
    _tile_loadconfig(&model__tiles);
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    _tile_zero(4);
    _tile_zero(5);
    _tile_zero(6);
    _tile_zero(7);
    for (size_t i = 0; i < n_rounds; i++) {
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_release();
    return (double)n_rounds * 4 * 2 * 16 * 16 * 32;
}
