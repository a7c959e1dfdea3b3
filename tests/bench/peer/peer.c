#include "tests/bench/peer/peer.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ggml-backend.h>
#include <ggml-cpu.h>
#include <llama.h>

/* Every function we call, by its declaration in the headers. */
#define FUNCTIONS(X)                                                                               \
    X(llama_backend_init)                                                                          \
    X(llama_log_set)                                                                               \
    X(llama_model_default_params)                                                                  \
    X(llama_context_default_params)                                                                \
    X(llama_model_load_from_file)                                                                  \
    X(llama_model_free)                                                                            \
    X(llama_adapter_lora_init)                                                                     \
    X(llama_set_adapters_lora)                                                                     \
    X(llama_init_from_model)                                                                       \
    X(llama_free)                                                                                  \
    X(llama_model_get_vocab)                                                                       \
    X(llama_tokenize)                                                                              \
    X(llama_vocab_n_tokens)                                                                        \
    X(llama_get_memory)                                                                            \
    X(llama_memory_clear)                                                                          \
    X(llama_memory_seq_rm)                                                                         \
    X(llama_memory_seq_add)                                                                        \
    X(llama_memory_can_shift)                                                                      \
    X(llama_batch_init)                                                                            \
    X(llama_batch_free)                                                                            \
    X(llama_decode)                                                                                \
    X(llama_get_logits_ith)                                                                        \
    X(llama_attach_threadpool)                                                                     \
    X(llama_model_quantize_default_params)                                                         \
    X(llama_model_quantize)

/* In libggml and libggml-base, which libllama brings along. */
#define GGML_FUNCTIONS(X)                                                                          \
    X(ggml_backend_load_all_from_path)                                                             \
    X(ggml_backend_reg_count)                                                                      \
    X(ggml_backend_reg_get)                                                                        \
    X(ggml_backend_reg_get_proc_address)                                                           \
    X(ggml_threadpool_params_default)                                                              \
    X(ggml_quantize_chunk)

#define POINTER(name) __typeof__(&(name)) name##_p;
static struct {
    FUNCTIONS(POINTER)
    GGML_FUNCTIONS(POINTER)
} api;

struct peer {
    struct llama_model *model;
    struct llama_context *context;
    struct llama_batch batch;
    size_t n_read, n_vocab, cap_batch;
    struct ggml_threadpool *threads;
    __typeof__(&ggml_threadpool_free) free_threads;
};

static void *find(const char *name)
{
    void *p = dlsym(RTLD_DEFAULT, name);
    if (!p)
        fprintf(stderr, "peer: the library has no %s\n", name);
    return p;
}

static void be_quiet(enum ggml_log_level level, const char *text, void *user)
{
    (void)user;
    if (level >= GGML_LOG_LEVEL_ERROR)
        fputs(text, stderr);
}

static bool open_library(const char *dir)
{
    static const char *const names[] = {"libggml-base.so", "libggml.v0.5.0.so",
                                        "libllama.v0.5.0.so"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        if (!dlopen(path, RTLD_NOW | RTLD_GLOBAL)) {
            fprintf(stderr, "peer: %s\n", dlerror());
            return false;
        }
    }
    bool ok = true;
#define FIND(name)                                                                                 \
    {                                                                                              \
        void *p = find(#name);                                                                     \
        memcpy(&api.name##_p, &p, sizeof p);                                                       \
        ok = ok && p;                                                                              \
    }
    FUNCTIONS(FIND)
    GGML_FUNCTIONS(FIND)
    return ok;
}

/* A function of the processor backend, which is chosen when it is loaded. */
static void *backend_function(const char *name)
{
    for (size_t i = 0; i < api.ggml_backend_reg_count_p(); i++) {
        void *p = api.ggml_backend_reg_get_proc_address_p(api.ggml_backend_reg_get_p(i), name);
        if (p)
            return p;
    }
    return NULL;
}

/* Threads that stay, as llama.cpp's own tools have them: without, each token would start new ones.
 */
static void attach_threads(peer *p, int n_threads)
{
    void *make = backend_function("ggml_threadpool_new");
    void *release = backend_function("ggml_threadpool_free");
    if (!make || !release)
        return;
    __typeof__(&ggml_threadpool_new) new_threads;
    memcpy(&new_threads, &make, sizeof make);
    memcpy(&p->free_threads, &release, sizeof release);
    struct ggml_threadpool_params params = api.ggml_threadpool_params_default_p(n_threads);
    p->threads = new_threads(&params);
    if (p->threads)
        api.llama_attach_threadpool_p(p->context, p->threads, p->threads);
}

peer *peer_open(const char *lib_dir, const char *model_path, int n_threads, uint32_t n_ctx,
                uint32_t n_ubatch)
{
    if (!open_library(lib_dir))
        return NULL;
    peer *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    api.llama_log_set_p(be_quiet, NULL);
    api.ggml_backend_load_all_from_path_p(lib_dir);
    api.llama_backend_init_p();
    struct llama_model_params mp = api.llama_model_default_params_p();
    mp.n_gpu_layers = 0;
    p->model = api.llama_model_load_from_file_p(model_path, mp);
    if (!p->model)
        goto fail;
    struct llama_context_params cp = api.llama_context_default_params_p();
    cp.n_ctx = n_ctx;
    cp.n_batch = n_ctx;
    cp.n_ubatch = n_ubatch;
    cp.n_threads = n_threads;
    cp.n_threads_batch = n_threads;
    cp.no_perf = true;
    p->context = api.llama_init_from_model_p(p->model, cp);
    if (!p->context)
        goto fail;
    attach_threads(p, n_threads);
    p->n_vocab = (size_t)api.llama_vocab_n_tokens_p(api.llama_model_get_vocab_p(p->model));
    p->cap_batch = n_ctx;
    p->batch = api.llama_batch_init_p((int32_t)n_ctx, 0, 1);
    return p;
fail:
    fprintf(stderr, "peer: cannot load %s\n", model_path);
    peer_close(p);
    return NULL;
}

bool peer_adapt(peer *p, const char *path)
{
    struct llama_adapter_lora *lora = api.llama_adapter_lora_init_p(p->model, path);
    float scale = 1;
    return lora && api.llama_set_adapters_lora_p(p->context, &lora, 1, &scale) == 0;
}

peer *peer_open_vocab(const char *lib_dir, const char *model_path)
{
    peer *p = open_library(lib_dir) ? calloc(1, sizeof *p) : NULL;
    if (!p)
        return NULL;
    api.llama_log_set_p(be_quiet, NULL);
    struct llama_model_params mp = api.llama_model_default_params_p();
    mp.vocab_only = true;
    p->model = api.llama_model_load_from_file_p(model_path, mp);
    if (p->model)
        return p;
    fprintf(stderr, "peer: cannot load %s\n", model_path);
    peer_close(p);
    return NULL;
}

int32_t peer_tokenize(const peer *p, const char *text, size_t n_bytes, int32_t *ids, size_t cap)
{
    int32_t n = api.llama_tokenize_p(api.llama_model_get_vocab_p(p->model), text, (int32_t)n_bytes,
                                     ids, (int32_t)cap, false, false);
    return n < 0 ? -1 : n;
}

bool peer_quantize_file(const char *lib_dir, const char *in, const char *out, uint32_t file_type)
{
    if (!open_library(lib_dir))
        return false;
    api.llama_log_set_p(be_quiet, NULL);
    api.ggml_backend_load_all_from_path_p(lib_dir);
    api.llama_backend_init_p();
    llama_model_quantize_params params = api.llama_model_quantize_default_params_p();
    params.nthread = 2;
    params.ftype = (enum llama_ftype)file_type;
    return api.llama_model_quantize_p(in, out, &params) == 0;
}

bool peer_quantize_rows(const char *lib_dir, uint32_t type, void *out, const float *x,
                        size_t n_rows, size_t n_in)
{
    if (!open_library(lib_dir))
        return false;
    return api.ggml_quantize_chunk_p((enum ggml_type)type, x, out, 0, (int64_t)n_rows,
                                     (int64_t)n_in, NULL) > 0;
}

void peer_close(peer *p)
{
    if (!p)
        return;
    if (p->batch.token)
        api.llama_batch_free_p(p->batch);
    if (p->context)
        api.llama_free_p(p->context);
    if (p->threads)
        p->free_threads(p->threads);
    if (p->model)
        api.llama_model_free_p(p->model);
    free(p);
}

size_t peer_n_vocab(const peer *p)
{
    return p->n_vocab;
}

void peer_clear(peer *p)
{
    api.llama_memory_clear_p(api.llama_get_memory_p(p->context), true);
    p->n_read = 0;
}

void peer_keep(peer *p, size_t n)
{
    api.llama_memory_seq_rm_p(api.llama_get_memory_p(p->context), 0, (llama_pos)n, -1);
    p->n_read = n;
}

bool peer_move(peer *p, size_t from, size_t to, size_t n)
{
    llama_memory_t memory = api.llama_get_memory_p(p->context);
    if (!api.llama_memory_can_shift_p(memory))
        return false;
    api.llama_memory_seq_rm_p(memory, 0, (llama_pos)to, (llama_pos)from);
    api.llama_memory_seq_add_p(memory, 0, (llama_pos)from, (llama_pos)(from + n),
                               (llama_pos)to - (llama_pos)from);
    return true;
}

bool peer_read(peer *p, const int32_t *ids, size_t n, bool all_logits)
{
    if (n > p->cap_batch)
        return false;
    p->batch.n_tokens = (int32_t)n;
    for (size_t i = 0; i < n; i++) {
        p->batch.token[i] = ids[i];
        p->batch.pos[i] = (llama_pos)(p->n_read + i);
        p->batch.n_seq_id[i] = 1;
        p->batch.seq_id[i][0] = 0;
        p->batch.logits[i] = all_logits || i + 1 == n;
    }
    p->n_read += n;
    return api.llama_decode_p(p->context, p->batch) == 0;
}

const float *peer_logits(const peer *p, int i)
{
    return api.llama_get_logits_ith_p(p->context, i);
}
