/* model/train/optimizer.h: how parameters move against their gradient. Matrices of the layers by
 * Muon (Jordan 2024: momentum, made orthogonal by five Newton-Schulz steps, scaled to the size of
 * an Adam step as in Liu et al. 2025, arXiv:2502.16982), the embedding and the gains by AdamW
 * (Loshchilov and Hutter 2019). The same state, gradient and rate give the same bytes whatever the
 * number of threads. One thread at a time. */
#ifndef ARTEL_MODEL_TRAIN_OPTIMIZER_H
#define ARTEL_MODEL_TRAIN_OPTIMIZER_H

#include "model/train/net.h"

typedef struct train_optimizer train_optimizer;

/* For `net`, which must outlive it. Memory: 8 bytes per parameter. ERR_NOMEM. */
MUST_USE err_code train_optimizer_create(train_optimizer **out, train_net *net, err *e);
/* Accepts NULL. */
void train_optimizer_destroy(train_optimizer *o);

/* One step along the net's gradient, which is scaled down to a norm of 1 where it is longer.
 * Returns that norm before. Calls train_net_changed. A gradient that is not finite changes nothing:
 * the norm that is returned is not finite either. */
double train_optimizer_step(train_optimizer *o, float rate);

/* What must be kept beside the parameters to go on as if nothing had happened. */
struct train_optimizer_state {
    uint64_t *n_steps;
    float *first, *second; /* [n_params] */
};
struct train_optimizer_state train_optimizer_state(train_optimizer *o);

#endif
