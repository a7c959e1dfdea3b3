/* model/isa.h: which instruction set the kernels use. Chosen once per process from what the
 * processor, the operating system and this build can do;
 * ARTEL_ISA=scalar|avx2|avx_vnni|avx512_vnni|amx|neon forces one. */
#ifndef ARTEL_MODEL_ISA_H
#define ARTEL_MODEL_ISA_H

#include <stdbool.h>

typedef enum {
    MODEL_ISA_SCALAR,
    MODEL_ISA_AVX2,        /* with FMA and F16C */
    MODEL_ISA_AVX_VNNI,    /* the same with byte dot products */
    MODEL_ISA_AVX512_VNNI, /* F, BW, VL, DQ, VNNI */
    MODEL_ISA_AMX,         /* the same with bf16 tiles */
    MODEL_ISA_NEON,        /* with dot products */
    MODEL_ISA_COUNT
} model_isa;

/* The best this processor and this build can do, or what ARTEL_ISA names if that is possible here.
 */
model_isa model_isa_current(void);
/* "avx512_vnni"; static text. */
const char *model_isa_name(model_isa isa);

/* Whether the kernels of `isa` are in this build and can run here. The first call for AMX asks the
 * kernel for the tile registers. */
bool model__isa_usable(model_isa isa);
/* For tests: run with the kernels of `isa`, which must be usable, from now on. No kernel may be
 * running. */
void model__isa_force(model_isa isa);

#endif
