/* model/info.h: facts about a loaded model, and how fast it runs here. Returns values, prints
 * nothing. */
#ifndef ARTEL_MODEL_INFO_H
#define ARTEL_MODEL_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"
#include "model/gguf.h"
#include "model/kv.h"
#include "model/weights.h"

enum { MODEL_INFO_TYPES = 32, MODEL_BENCH_POINTS = 16 };

/* Tensors of one storage type. */
struct model_info_type {
    uint32_t type; /* model_type */
    size_t n_tensors;
    uint64_t n_params;
    uint64_t n_bytes;
};

struct model_info {
    struct model_hparams hp;
    str_view name,
        license; /* general.name, general.license; empty where absent; borrowed from the file */
    uint64_t n_params, n_bytes; /* of all tensors */
    uint64_t n_file_bytes;
    uint64_t kv_bytes_per_token; /* of an f16 cache */
    /* What one generated token reads at least: every matrix once, of the embedding one row unless
     * it is the output too. */
    uint64_t step_bytes;
    size_t n_types; /* ordered by bytes, the largest first */
    struct model_info_type types[MODEL_INFO_TYPES];
    const char *isa; /* kernels in use; static text */
};

/* Bytes of keys and values that one token adds to a cache. */
uint64_t model_info_kv_bytes(const model_weights *w, model_kv_type type);
/* `w` was loaded from `g`. */
void model_info_read(struct model_info *out, const model_gguf *g, const model_weights *w);

/* One measurement. */
struct model_bench_point {
    bool decode;      /* else a prompt of n_tok tokens, evaluated at once */
    size_t n_tok;     /* prompt length, or length of the context that a token is generated after */
    double tok_per_s; /* median of the repetitions */
    double cpu_s_per_1000;  /* processor seconds of all threads per 1000 tokens */
    double joules_per_1000; /* of all processor packages, other work included; below 0: the system
                               does not expose its counters to us */
    /* The share of what the machine can do at most. Of decoding: bytes of weights and cache read
     * per second over `read_bytes_per_s`. Of prompts: multiplications over `peak_macs_per_s`; below
     * 0 without a matrix unit. */
    double limit_share;
};

struct model_bench {
    uint32_t n_threads;
    model_kv_type kv_type;
    /* All threads reading memory of the size of what a token reads, the best of several passes. */
    double read_bytes_per_s;
    /* All threads' matrix units multiplying and adding tiles that are loaded already; 0: none. */
    double peak_macs_per_s;
    size_t n_points; /* prompts by length, then decoding by context */
    struct model_bench_point points[MODEL_BENCH_POINTS];
};

struct model_bench_options {
    uint32_t n_threads; /* as for a session */
    model_kv_type kv_type;
    uint32_t budget_ms; /* about, in all */
};

/* Measures prompts of 1, 8, 32, 128, 512 and 2048 tokens and decoding after 16, 512, 2048 and 8192,
 * as far as the trained context goes. Blocks; polls `cancel` between repetitions. ERR_CANCELLED,
 * and the errors of a session. */
MUST_USE err_code model_bench_run(struct model_bench *out, const model_gguf *g,
                                  const model_weights *w, const struct model_bench_options *options,
                                  const cancel_flag *cancel, err *e);

#endif
