/* fit_instant PLACES.tsv: the weights of context/instant.c, from what bench_instant wrote.
 * Lines "P task group right traits..." give the places; their weights maximise the likelihood that
 * a place drawn in proportion to exp(traits . weights) has the right text (conditional logit,
 * McFadden 1974). Lines "C right signs..." give the choices; their weights are a logistic
 * regression of being right. Both by Adam (Kingma and Ba 2015, arXiv:1412.6980) on the whole
 * sample, with a small quadratic penalty. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context/context_internal.h"

enum { MAX_N = 32, ROUNDS = 400 };

_Static_assert((int)CTX__N_TRAITS <= (int)MAX_N && (int)CTX__N_SIGNS <= (int)MAX_N,
               "rows hold both");

struct row {
    unsigned task;
    bool right;
    float x[MAX_N];
};

struct rows {
    struct row *at;
    size_t n, cap;
};

static struct row *add(struct rows *r)
{
    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 4096;
        r->at = realloc(r->at, r->cap * sizeof *r->at);
        if (!r->at)
            exit(1);
    }
    return &r->at[r->n++];
}

static bool read_row(FILE *f, struct rows *places, struct rows *choices)
{
    char kind;
    unsigned task = 0, group;
    int right, n = CTX__N_SIGNS;
    if (fscanf(f, " %c", &kind) != 1)
        return false;
    if (kind == 'P') {
        n = CTX__N_TRAITS;
        if (fscanf(f, "%u %u", &task, &group) != 2)
            return false;
    }
    if (fscanf(f, "%d", &right) != 1)
        return false;
    struct row *row = add(kind == 'P' ? places : choices);
    *row = (struct row){.task = task, .right = right != 0};
    for (int k = 0; k < n; k++)
        if (fscanf(f, "%f", &row->x[k]) != 1)
            return false;
    return true;
}

static double dot(const double *w, const float *x, int n)
{
    double sum = 0;
    for (int k = 0; k < n; k++)
        sum += w[k] * (double)x[k];
    return sum;
}

struct adam {
    double w[MAX_N], m[MAX_N], v[MAX_N];
};

static void adam_step(struct adam *a, const double *gradient, int n, int round)
{
    for (int k = 0; k < n; k++) {
        double g = gradient[k] - 1e-4 * a->w[k];
        a->m[k] = 0.9 * a->m[k] + 0.1 * g;
        a->v[k] = 0.999 * a->v[k] + 0.001 * g * g;
        double m = a->m[k] / (1 - pow(0.9, round + 1)), v = a->v[k] / (1 - pow(0.999, round + 1));
        a->w[k] += 0.05 * m / (sqrt(v) + 1e-9);
    }
}

static double place_gradient(const struct rows *r, const double *w, double *gradient)
{
    double sum = 0;
    size_t n_tasks = 0;
    for (size_t begin = 0, end; begin < r->n; begin = end) {
        double all = 0, right = 0, all_x[MAX_N] = {0}, right_x[MAX_N] = {0};
        for (end = begin; end < r->n && r->at[end].task == r->at[begin].task; end++) {
            double e = exp(dot(w, r->at[end].x, CTX__N_TRAITS));
            all += e;
            right += r->at[end].right ? e : 0;
            for (int k = 0; k < CTX__N_TRAITS; k++) {
                all_x[k] += e * (double)r->at[end].x[k];
                right_x[k] += r->at[end].right ? e * (double)r->at[end].x[k] : 0;
            }
        }
        if (right == 0)
            continue;
        sum += log(right / all);
        n_tasks++;
        for (int k = 0; k < CTX__N_TRAITS; k++)
            gradient[k] += right_x[k] / right - all_x[k] / all;
    }
    for (int k = 0; k < CTX__N_TRAITS; k++)
        gradient[k] /= (double)n_tasks;
    return sum / (double)n_tasks;
}

static double choice_gradient(const struct rows *r, const double *w, double *gradient)
{
    double sum = 0;
    for (size_t i = 0; i < r->n; i++) {
        double p = 1 / (1 + exp(-dot(w, r->at[i].x, CTX__N_SIGNS)));
        sum += log(r->at[i].right ? p : 1 - p);
        for (int k = 0; k < CTX__N_SIGNS; k++)
            gradient[k] += (r->at[i].right - p) * (double)r->at[i].x[k] / (double)r->n;
    }
    return sum / (double)r->n;
}

static void fit(const char *name, const struct rows *r, int n,
                double (*gradient_of)(const struct rows *, const double *, double *))
{
    struct adam a = {0};
    double likelihood = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double gradient[MAX_N] = {0};
        likelihood = gradient_of(r, a.w, gradient);
        adam_step(&a, gradient, n, round);
    }
    printf("%s: mean log likelihood %.4f over %zu rows\n", name, likelihood, r->n);
    for (int k = 0; k < n; k++)
        printf("%s%.2ff", k ? ", " : "    ", a.w[k]);
    printf("\n");
}

int main(int argc, char **argv)
{
    struct rows places = {0}, choices = {0};
    FILE *f = argc > 1 ? fopen(argv[1], "r") : NULL;
    if (!f) {
        fprintf(stderr, "usage: fit_instant PLACES.tsv\n");
        return 2;
    }
    while (read_row(f, &places, &choices)) {
    }
    fclose(f);
    fit("traits", &places, CTX__N_TRAITS, place_gradient);
    fit("signs", &choices, CTX__N_SIGNS, choice_gradient);
    free(places.at);
    free(choices.at);
    return 0;
}
