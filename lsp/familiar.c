#include "lsp/familiar.h"

#include <pthread.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

struct lsp_familiar {
    pthread_t thread;
    pthread_mutex_t mu;
    struct ctx_versed versed; /* guarded by mu */
    cancel_flag stop;
    char root[];
};

static void *learn(void *user)
{
    lsp_familiar *f = user;
    struct ctx_versed versed = {.n = 0};
    err e = {{0}};
    err_code rc = ctx_versed_read(&versed, f->root, &f->stop, &e);
    if (rc != ERR_OK) {
        log_write(LOG_DEBUG, "the languages that you know could not be learned: %s",
                  e.text[0] ? e.text : err_name(rc));
        return NULL;
    }
    pthread_mutex_lock(&f->mu);
    f->versed = versed;
    pthread_mutex_unlock(&f->mu);
    return NULL;
}

lsp_familiar *lsp_familiar_start(const char *root)
{
    size_t n = strlen(root) + 1;
    lsp_familiar *f = mem_zero(1, sizeof *f + n);
    if (!f)
        return NULL;
    memcpy(f->root, root, n);
    if (pthread_mutex_init(&f->mu, NULL) != 0) {
        mem_free(f);
        return NULL;
    }
    if (pthread_create(&f->thread, NULL, learn, f) != 0) {
        pthread_mutex_destroy(&f->mu);
        mem_free(f);
        return NULL;
    }
    return f;
}

struct ctx_versed lsp_familiar_get(lsp_familiar *f)
{
    pthread_mutex_lock(&f->mu);
    struct ctx_versed versed = f->versed;
    pthread_mutex_unlock(&f->mu);
    return versed;
}

void lsp_familiar_stop(lsp_familiar *f)
{
    if (!f)
        return;
    cancel_request(&f->stop);
    pthread_join(f->thread, NULL);
    pthread_mutex_destroy(&f->mu);
    mem_free(f);
}
