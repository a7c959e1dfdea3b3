#include "base/hash.h"

#include <string.h>

uint64_t hash_u64(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

/* Eight bytes at a time, each word mixed before it is folded in; the length closes the last word.
 */
uint64_t hash_bytes(const void *data, size_t n_bytes, uint64_t seed)
{
    const unsigned char *p = data;
    uint64_t h = hash_u64(seed ^ n_bytes);
    for (; n_bytes >= 8; n_bytes -= 8, p += 8) {
        uint64_t word = 0;
        for (int i = 7; i >= 0;
             i--) /* little endian on every machine; compilers make it one load */
            word = word << 8 | p[i];
        h = (h ^ word) * 0x9FB21C651E98DF25u;
        h ^= h >> 32;
    }
    uint64_t last = 0;
    for (size_t i = 0; i < n_bytes; i++)
        last |= (uint64_t)p[i] << (8 * i);
    return hash_u64(h ^ last);
}
