#include "assist/complete/adapted.h"

#include "assist/adapt/store.h"
#include "assist/complete/project.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"

#define LOOK_EVERY_NS UINT64_C(2000000000)

/* The model's file, weights and session are exchanged together or not at all. What is known beside
 * the model stays: the tokens are the same. */
static err_code exchange(assist_engine *a, model_gguf *file, err *e)
{
    model_weights *weights = NULL;
    model_session *session = NULL;
    err_code rc = model_weights_load(&weights, file, e);
    if (rc == ERR_OK && model_weights_hparams(weights)->n_vocab != a->n_vocab)
        rc = err_set(e, ERR_FORMAT, "it has another vocabulary");
    if (rc == ERR_OK)
        rc = model_session_create(&session, weights, &a->session_options, e);
    if (rc != ERR_OK) {
        model_weights_destroy(weights);
        return rc;
    }
    model_session_destroy(a->session);
    model_weights_destroy(a->weights);
    a->session = session;
    a->weights = weights;
    a->n_draft = a->n_used = 0;
    model_tokens_clear(&a->asked);
    a->holds_asked = false;
    return ERR_OK;
}

static void leave(assist_engine *a)
{
    err e;
    if (!a->adapted.file)
        return;
    if (exchange(a, a->file, &e) != ERR_OK) {
        log_write(LOG_WARNING, "the built-in model could not be loaded again: %s", e.text);
        return;
    }
    model_gguf_close(a->adapted.file);
    a->adapted.file = NULL;
    a->adapted.id = 0;
    log_write(LOG_INFO, "using the built-in model again");
}

static void take(assist_engine *a, const struct adapt_record *r, uint64_t id)
{
    err e;
    model_gguf *file = NULL;
    err_code rc = model_gguf_open(&file, r->model.ptr, &e);
    if (rc == ERR_OK)
        rc = exchange(a, file, &e);
    a->adapted.id = id; /* one that cannot be loaded is not tried again */
    if (rc != ERR_OK) {
        model_gguf_close(file);
        log_write(LOG_WARNING,
                  "the model adapted to %.*s could not be loaded: %s; 'artel adapt' "
                  "makes it anew",
                  STR_ARG(r->root), e.text);
        return;
    }
    model_gguf_close(a->adapted.file);
    a->adapted.file = file;
    log_write(LOG_INFO, "using the model adapted to %.*s, version %llu", STR_ARG(r->root),
              (unsigned long long)r->version);
}

void adapted_follow(assist_engine *a, const struct assist_document *doc)
{
    if (!a->follows)
        return;
    str_view root = project_root(a, doc->repo);
    const uint64_t place = hash_str(root), now = clock_now_ns();
    if (place == a->adapted.place && now - a->adapted.looked_ns < LOOK_EVERY_NS)
        return;
    a->adapted.place = place;
    a->adapted.looked_ns = now;
    arena mem;
    arena_init(&mem, 64 << 10);
    struct adapt_record r;
    bool found = root.len > 0 && adapt_store_find(&r, &mem, root, NULL) == ERR_OK;
    if (found && a->adapted.base == 0)
        a->adapted.base = adapt_base(a->file);
    uint64_t id = found && r.base == a->adapted.base ? place ^ hash_u64(r.version + 1) : 0;
    if (id == 0)
        leave(a);
    else if (id != a->adapted.id)
        take(a, &r, id);
    arena_release(&mem);
}
