/* tests/fuzz/fuzz.h: what each fuzz target defines, and how it says that a promise was broken. */
#ifndef ARTEL_TESTS_FUZZ_FUZZ_H
#define ARTEL_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Called with any bytes; returns 0. A fault is what a sanitizer reports or what PROMISE ends. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PROMISE(holds)                                                                             \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #holds);                    \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
