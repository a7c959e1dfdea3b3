#if defined(__linux__)
#define _GNU_SOURCE /* syscall */
#endif
#include "model/isa.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif
#if defined(__linux__)
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

static const char *const names[MODEL_ISA_COUNT] = {
    [MODEL_ISA_SCALAR] = "scalar",     [MODEL_ISA_AVX2] = "avx2",
    [MODEL_ISA_AVX_VNNI] = "avx_vnni", [MODEL_ISA_AVX512_VNNI] = "avx512_vnni",
    [MODEL_ISA_AMX] = "amx",           [MODEL_ISA_NEON] = "neon",
};

#if defined(__x86_64__)
static bool bit(uint32_t word, unsigned n)
{
    return (word >> n) & 1u;
}

#if defined(__linux__) && defined(ARTEL_KERNELS_AMX)
/* Tile registers are handed out on request, once per process; the first tile instruction of a
 * process that did not ask ends it. Source: Linux, Documentation/arch/x86/xstate.rst. */
static bool ask_for_tiles(void)
{
    enum { ARCH_REQUEST_STATE = 0x1023, STATE_TILE_DATA = 18 };
    return syscall(SYS_arch_prctl, ARCH_REQUEST_STATE, STATE_TILE_DATA) == 0;
}
#else
static bool ask_for_tiles(void)
{
    return false;
}
#endif

static void detect(bool usable[MODEL_ISA_COUNT])
{
    uint32_t a;
    uint32_t b;
    uint32_t c;
    uint32_t d;
    if (!__get_cpuid_count(1, 0, &a, &b, &c, &d))
        return;
    bool fma = bit(c, 12);
    bool os_saves = bit(c, 27);
    bool avx = bit(c, 28);
    bool f16c = bit(c, 29);
    if (!os_saves || !avx || !fma || !f16c || !__get_cpuid_count(7, 0, &a, &b, &c, &d))
        return;
    /* What the operating system saves: bit 1, 2 SSE and AVX; 5 to 7 AVX-512; 17, 18 tiles. */
    uint64_t saved = (uint64_t)_xgetbv(0);
    bool ymm = (saved & 0x6u) == 0x6u;
    bool zmm = ymm && (saved & 0xe0u) == 0xe0u;
    bool tmm = (saved & 0x60000u) == 0x60000u;
    bool avx2 = ymm && bit(b, 5);
    bool avx512 = zmm && avx2 && bit(b, 16) && bit(b, 17) && bit(b, 30) && bit(b, 31);
    bool vnni512 = avx512 && bit(c, 11);
    bool amx = vnni512 && tmm && bit(d, 22) && bit(d, 24);
    bool more = __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0;
    bool vnni256 = avx2 && more && bit(a, 4);
    amx = amx && more && bit(a, 5); /* AVX-512 conversions to bf16 */
#if defined(ARTEL_KERNELS_AVX2)
    usable[MODEL_ISA_AVX2] = avx2;
#endif
#if defined(ARTEL_KERNELS_AVX_VNNI)
    usable[MODEL_ISA_AVX_VNNI] = vnni256;
#endif
#if defined(ARTEL_KERNELS_AVX512)
    usable[MODEL_ISA_AVX512_VNNI] = vnni512;
#endif
    usable[MODEL_ISA_AMX] = amx && ask_for_tiles();
    (void)vnni256; /* unused where a build lacks these kernels */
}
#elif defined(__aarch64__) && defined(__linux__)
static void detect(bool usable[MODEL_ISA_COUNT])
{
#if defined(ARTEL_KERNELS_NEON)
    enum { HWCAP_BIT_ASIMDDP = 1 << 20 };
    usable[MODEL_ISA_NEON] = (getauxval(AT_HWCAP) & HWCAP_BIT_ASIMDDP) != 0;
#else
    (void)usable;
#endif
}
#else
static void detect(bool usable[MODEL_ISA_COUNT])
{
    (void)usable;
}
#endif

/* Constant once computed; computing it twice at the same time gives the same answer. -1: not yet.
 */
static atomic_int current = -1;

bool model__isa_usable(model_isa isa)
{
    bool usable[MODEL_ISA_COUNT] = {[MODEL_ISA_SCALAR] = true};
    if (isa != MODEL_ISA_SCALAR)
        detect(usable);
    return usable[isa];
}

static model_isa choose(void)
{
    const char *want = getenv("ARTEL_ISA");
    for (int i = 0; want && i < MODEL_ISA_COUNT; i++)
        if (strcmp(want, names[i]) == 0 && model__isa_usable((model_isa)i))
            return (model_isa)i;
    static const model_isa best_first[] = {MODEL_ISA_AMX, MODEL_ISA_AVX512_VNNI, MODEL_ISA_AVX_VNNI,
                                           MODEL_ISA_AVX2, MODEL_ISA_NEON};
    for (size_t i = 0; i < sizeof best_first / sizeof *best_first; i++)
        if (model__isa_usable(best_first[i]))
            return best_first[i];
    return MODEL_ISA_SCALAR;
}

model_isa model_isa_current(void)
{
    int isa = atomic_load_explicit(&current, memory_order_relaxed);
    if (isa < 0) {
        isa = (int)choose();
        atomic_store_explicit(&current, isa, memory_order_relaxed);
    }
    return (model_isa)isa;
}

const char *model_isa_name(model_isa isa)
{
    return names[isa];
}

void model__isa_force(model_isa isa)
{
    assert(model__isa_usable(isa));
    atomic_store_explicit(&current, (int)isa, memory_order_relaxed);
}
