#include "model/train/merge.h"

#include <string.h>

#include "base/mem.h"
#include "model/train/convert.h"

enum { CONTEXT = 64 }; /* nothing is computed: as little memory as can be */

/* sum += the parameters of the file. */
static err_code add_file(float *sum, const train_net *base, const char *path, err *e)
{
    model_gguf *g = NULL;
    train_net *n = NULL;
    err_code rc = model_gguf_open(&g, path, e);
    if (rc == ERR_OK)
        rc = train_net_read_gguf(&n, g, CONTEXT, 1, e);
    if (rc == ERR_OK) {
        struct train_shape mine = *train_net_shape(base);
        struct train_shape its = *train_net_shape(n);
        mine.n_ctx = its.n_ctx = CONTEXT;
        if (memcmp(&mine, &its, sizeof mine) != 0)
            rc = err_set(e, ERR_UNSUPPORTED, "%s did not begin from this model: its sizes differ",
                         path);
    }
    for (size_t i = 0; rc == ERR_OK && i < train_net_n_params(n); i++)
        sum[i] += train_net_params(n)[i];
    train_net_destroy(n);
    model_gguf_close(g);
    return rc;
}

err_code train_merge(train_net *base, const char *const *paths, size_t n, float factor, err *e)
{
    const size_t n_params = train_net_n_params(base);
    float *sum = mem_zero(n_params, sizeof *sum);
    err_code rc = sum ? ERR_OK : err_set(e, ERR_NOMEM, "not enough memory to merge models");
    for (size_t i = 0; rc == ERR_OK && i < n; i++)
        rc = add_file(sum, base, paths[i], e);
    if (rc == ERR_OK) {
        float *p = train_net_params(base);
        for (size_t i = 0; i < n_params; i++)
            p[i] += factor * (sum[i] / (float)n - p[i]);
        train_net_changed(base);
    }
    mem_free(sum);
    return rc;
}
