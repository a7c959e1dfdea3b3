/* model/bandwidth.h: how fast all threads together read memory, which is what bounds writing token
 * by token. */
#ifndef ARTEL_MODEL_BANDWIDTH_H
#define ARTEL_MODEL_BANDWIDTH_H

#include <stddef.h>

#include "model/pool.h"

/* Reads n_bytes at p once, each thread its share, and returns bytes per second. Each thread follows
 * four streams and takes one word of every line, so that nothing but memory holds it up: that reads
 * up to a fifth faster than one stream whose every word is added. */
double model__bandwidth(model__pool *pool, const void *p, size_t n_bytes);

#endif
