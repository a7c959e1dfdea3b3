/* model/kernels/tiles.h: how the matrix unit is set up, for every kernel that uses it: eight tiles
 * of 16 rows of 64 bytes. Load it with _tile_loadconfig before the first tile instruction of a
 * thread's work. Source: Intel's architecture manual, LDTILECFG. */
#ifndef ARTEL_MODEL_KERNELS_TILES_H
#define ARTEL_MODEL_KERNELS_TILES_H

#include <stdint.h>

struct model__tile_config {
    uint8_t palette;
    uint8_t start_row;
    uint8_t reserved[14];
    uint16_t row_bytes[16];
    uint8_t n_rows[16];
};

/* A constant: the compiler does not see that the instruction reads all of it, and leaves out what
 * is assigned to a variable. */
static const struct model__tile_config model__tiles = {
    .palette = 1,
    .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64},
    .n_rows = {16, 16, 16, 16, 16, 16, 16, 16},
};

#endif
