/* bench_preempt [MODEL [THREADS [N_TOKENS]]]: how soon background reading gives way. A second
 * thread cancels the reading of a prompt at all moments of it; printed are the times from the
 * request to the return, and how much longer a prompt takes that was cut ten times than one that
 * was not. Beside them, for how long the machine takes the processor away from two threads that
 * only look at the clock: what is later than that is ours. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "model/default.h"
#include "model/session.h"
#include "tests/bench/engine/ids.h"

enum { N_CUTS = 100 };

struct cut {
    cancel_flag cancel;
    uint64_t wait_ns, requested_ns;
};

static void *cancel_later(void *arg)
{
    struct cut *c = arg;
    const struct timespec wait = {.tv_sec = (time_t)(c->wait_ns / 1000000000u),
                                  .tv_nsec = (long)(c->wait_ns % 1000000000u)};
    nanosleep(&wait, NULL);
    c->requested_ns = clock_now_ns();
    cancel_request(&c->cancel);
    return NULL;
}

/* Feeds until wait_ns have passed; *late_ns from the request to the return, or 0 where it was
 * through before. */
static err_code feed_for(model_session *s, const model_token *ids, size_t n, uint64_t wait_ns,
                         uint64_t *late_ns, err *e)
{
    struct cut c = {.wait_ns = wait_ns};
    pthread_t thread;
    if (pthread_create(&thread, NULL, cancel_later, &c) != 0)
        return ERR_NOMEM;
    err_code rc = model_session_feed(s, ids, n, &c.cancel, NULL, e);
    uint64_t end_ns = clock_now_ns();
    pthread_join(thread, NULL);
    *late_ns = rc == ERR_CANCELLED && end_ns > c.requested_ns ? end_ns - c.requested_ns : 0;
    return rc;
}

enum { LOOK_NS = 1000000000, LONG_NS = 1000000 };

/* The longest time between two looks at the clock, and how many were longer than LONG_NS. */
struct gaps {
    uint64_t longest_ns;
    unsigned n_long;
};

static void *look_at_clock(void *arg)
{
    struct gaps *g = arg;
    uint64_t begin = clock_now_ns(), last = begin;
    while (last - begin < LOOK_NS) {
        uint64_t now = clock_now_ns(), gap = now - last;
        g->longest_ns = gap > g->longest_ns ? gap : g->longest_ns;
        g->n_long += gap > LONG_NS;
        last = now;
    }
    return NULL;
}

static void print_gaps(void)
{
    struct gaps here = {0}, there = {0};
    pthread_t thread;
    if (pthread_create(&thread, NULL, look_at_clock, &there) != 0)
        return;
    look_at_clock(&here);
    pthread_join(thread, NULL);
    printf("two threads that only look at the clock, 1 s: %u times away for more than 1 ms, the "
           "longest %.2f ms\n",
           here.n_long + there.n_long,
           (double)(here.longest_ns > there.longest_ns ? here.longest_ns : there.longest_ns) *
               1e-6);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static err_code measure(model_session *s, const model_token *ids, size_t n, err *e)
{
    uint64_t late_ns, whole_ns = 0;
    err_code rc = ERR_OK;
    for (int i = 0; i < 3 && rc == ERR_OK; i++) { /* the first warms up */
        model_session_truncate(s, 0);
        uint64_t begin = clock_now_ns();
        rc = model_session_feed(s, ids, n, NULL, NULL, e);
        whole_ns = clock_now_ns() - begin;
    }
    if (rc != ERR_OK)
        return rc;
    double late_ms[N_CUTS];
    size_t n_late = 0;
    for (uint64_t i = 0; i < N_CUTS; i++) {
        model_session_truncate(s, 0);
        rc = feed_for(s, ids, n, whole_ns / N_CUTS * i + 1000, &late_ns, e);
        if (rc != ERR_OK && rc != ERR_CANCELLED)
            return rc;
        if (late_ns)
            late_ms[n_late++] = (double)late_ns * 1e-6;
    }
    model_session_truncate(s, 0);
    uint64_t cut_ns = 0;
    int n_times = 0;
    for (rc = ERR_CANCELLED; rc == ERR_CANCELLED; n_times++) {
        uint64_t begin = clock_now_ns();
        rc = n_times < 10 ? feed_for(s, ids, n, whole_ns / 11, &late_ns, e)
                          : model_session_feed(s, ids, n, NULL, NULL, e);
        cut_ns += clock_now_ns() - begin;
    }
    if (rc != ERR_OK || n_late == 0)
        return rc;
    qsort(late_ms, n_late, sizeof *late_ms, ascending);
    printf("%zu tokens, %.1f ms uncut; cancelled %zu times: returns after (ms) median %.2f, "
           "90 %% %.2f, 99 %% %.2f, most %.2f\n",
           n, (double)whole_ns * 1e-6, n_late, late_ms[n_late / 2], late_ms[n_late * 9 / 10],
           late_ms[n_late * 99 / 100], late_ms[n_late - 1]);
    printf("cut %d times and taken up again: %.1f ms, %.2f times as long\n", n_times - 1,
           (double)cut_ns * 1e-6, (double)cut_ns / (double)whole_ns);
    print_gaps();
    return ERR_OK;
}

int main(int argc, char **argv)
{
    size_t n = argc > 3 ? strtoul(argv[3], NULL, 10) : 512;
    const struct model_session_options options = {
        .n_ctx = (uint32_t)n, .n_threads = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0};
    err e = {{0}};
    model_gguf *g = NULL;
    model_weights *w = NULL;
    model_session *s = NULL;
    err_code rc = argc > 1 ? model_gguf_open(&g, argv[1], &e) : model_default_open(&g, &e);
    if (rc == ERR_OK)
        rc = model_weights_load(&w, g, &e);
    if (rc == ERR_OK)
        rc = model_session_create(&s, w, &options, &e);
    model_token *ids = rc == ERR_OK ? bench_ids(n, model_weights_hparams(w)->n_vocab) : NULL;
    if (ids)
        rc = measure(s, ids, n, &e);
    if (rc != ERR_OK || !ids)
        fprintf(stderr, "bench_preempt: %s\n", e.text[0] ? e.text : err_name(rc));
    free(ids);
    model_session_destroy(s);
    model_weights_destroy(w);
    model_gguf_close(g);
    return rc == ERR_OK && ids ? 0 : 1;
}
