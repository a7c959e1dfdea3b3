#include "model/blas.h"

#include <assert.h>
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"

/* cblas.h, as far as we need it; Debian's library has 32-bit sizes. */
enum { ROW_MAJOR = 101, AS_IT_IS = 111, TRANSPOSED = 112 };
typedef void sgemm_fn(int order, int trans_a, int trans_b, int m, int n, int k, float alpha,
                      const float *a, int lda, const float *b, int ldb, float beta, float *c,
                      int ldc);
typedef void set_threads_fn(int n);
typedef int get_threads_fn(void);
typedef char *get_core_fn(void);

/* Written once, under `once`. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static sgemm_fn *sgemm;
static get_threads_fn *get_threads;
static bool knows_processor;

/* C has no conversion from an object pointer to a function pointer; POSIX promises equal
 * representations. */
static bool find(void *library, const char *name, void *function)
{
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

/* The names that it gives to sets of kernels with 256 bits and more. On other architectures than
 * x86 all are current. */
static bool is_current(const char *core)
{
#if defined(__x86_64__)
    static const char *const current[] = {"Haswell", "Zen", "SkylakeX", "Cooperlake",
                                          "SapphireRapids"};
    for (size_t i = 0; i < sizeof current / sizeof *current; i++)
        if (strcasecmp(core, current[i]) == 0)
            return true;
    return false;
#else
    (void)core;
    return true;
#endif
}

static void load(void)
{
    void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        log_write(LOG_INFO, "OpenBLAS is not installed; long inputs are read more slowly");
        return;
    }
    sgemm_fn *multiply;
    set_threads_fn *set_threads;
    get_threads_fn *threads;
    get_core_fn *core;
    if (!find(library, "cblas_sgemm", &multiply) ||
        !find(library, "openblas_set_num_threads", &set_threads) ||
        !find(library, "openblas_get_num_threads", &threads) ||
        !find(library, "openblas_get_corename", &core)) {
        log_write(LOG_INFO, "this OpenBLAS lacks the functions that we use; it is left alone");
        dlclose(library);
        return;
    }
    set_threads(1);
    get_threads = threads;
    knows_processor = is_current(core());
    log_write(LOG_DEBUG, "OpenBLAS computes for %s", core());
    sgemm = multiply; /* kept until the process ends: the library does not like to be unloaded */
}

bool model__blas_available(void)
{
    pthread_once(&once, load);
    return sgemm != NULL;
}

bool model__blas_knows_processor(void)
{
    return knows_processor;
}

int model__blas_n_threads(void)
{
    return get_threads();
}

static int narrow(size_t n)
{
    assert(n <= INT_MAX);
    return (int)n;
}

void model__blas_multiply(float *c, size_t c_stride, bool add, const float *x, size_t x_stride,
                          size_t n_tok, const float *w, size_t w_stride, size_t n_rows, size_t n_in)
{
    sgemm(ROW_MAJOR, AS_IT_IS, TRANSPOSED, narrow(n_tok), narrow(n_rows), narrow(n_in), 1.0f, x,
          narrow(x_stride), w, narrow(w_stride), add ? 1.0f : 0.0f, c, narrow(c_stride));
}
