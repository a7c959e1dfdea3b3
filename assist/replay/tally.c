#include "assist/replay/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "assist/replay/score.h"
#include "base/mem.h"
#include "base/utf.h"
#include "context/lexicon.h"

err_code assist_outcomes_add(struct assist_outcomes *o, const struct assist_outcome *one)
{
    if (o->n == o->cap) {
        size_t cap = o->cap ? 2 * o->cap : 256;
        struct assist_outcome *grown = mem_resize(o->items, cap * sizeof *grown);
        if (!grown)
            return ERR_NOMEM;
        o->items = grown;
        o->cap = cap;
    }
    o->items[o->n++] = *one;
    return ERR_OK;
}

void assist_outcomes_release(struct assist_outcomes *o)
{
    mem_free(o->items);
    *o = (struct assist_outcomes){0};
}

/* ---- one task ---- */

/* Bytes of the first word or sign, with the blanks before it. */
static size_t first_token(str_view v)
{
    size_t n = v.len - str_trim_left(v).len;
    size_t word = n;
    while (n < v.len && ctx_lexicon_is_word_byte(v.ptr[n]))
        n++;
    return n == word && n < v.len ? n + 1 : n;
}

static str_view first_line(str_view v)
{
    return str_slice(v, 0, str_find_byte(v, '\n'));
}

void assist_outcome_score(struct assist_outcome *out, arena *mem, str_view got, str_view want)
{
    out->similarity = assist_score_similarity(mem, got, want);
    out->exact = out->first_line = out->first_token = false;
    out->kept_chars = 0;
    if (got.len == 0)
        return;
    size_t same = assist_score_common_prefix(got, str_trim_right(want));
    out->exact = assist_score_exact(got, want);
    out->first_line = assist_score_exact(first_line(got), first_line(want));
    out->first_token = first_token(got) == first_token(want) && same >= first_token(want);
    out->kept_chars = utf32_length(str_slice(want, 0, same));
}

/* ---- many ---- */

static bool same_name(const char *want, const char *name)
{
    return !want || (name && strcmp(want, name) == 0);
}

static bool counts(const struct assist_filter *f, const struct assist_outcome *o)
{
    return o->block == f->block && same_name(f->language, o->language) &&
           same_name(f->tier, o->tier);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void assist_sort(double *values, size_t n)
{
    if (n > 0)
        qsort(values, n, sizeof *values, by_value);
}

double assist_percentile(const double *sorted, size_t n, size_t p)
{
    return n ? sorted[(n - 1) * p / 100] : 0;
}

err_code assist_tally(struct assist_figures *out, const struct assist_outcomes *o,
                      const struct assist_filter *f)
{
    struct assist_figures t = {0};
    size_t shown = 0, exact = 0, line = 0, token = 0, known = 0, parses = 0, kept = 0;
    size_t names = 0, known_names = 0, repeats = 0, useful = 0;
    double *ms = mem_alloc((o->n ? o->n : 1) * sizeof *ms);
    if (!ms)
        return ERR_NOMEM;
    for (size_t i = 0; i < o->n; i++) {
        const struct assist_outcome *one = &o->items[i];
        if (!counts(f, one))
            continue;
        ms[t.n++] = one->ms;
        shown += one->tier != NULL;
        exact += one->exact;
        line += one->first_line;
        token += one->first_token;
        known += one->parse_known;
        parses += one->parse_known && one->parses;
        kept += one->kept_chars;
        names += one->n_names;
        known_names += one->n_known;
        repeats += one->repeats_below;
        useful += one->exact || one->first_token;
        t.similarity += one->similarity;
    }
    double n = t.n ? (double)t.n : (double)NAN;
    t.shown = (double)shown / n;
    t.exact = (double)exact / n;
    t.first_line = (double)line / n;
    t.first_token = (double)token / n;
    t.parses = known ? (double)parses / (double)known : (double)NAN;
    t.names = names ? (double)known_names / (double)names : (double)NAN;
    t.repeats = shown ? (double)repeats / (double)shown : (double)NAN;
    t.useful = shown ? (double)useful / (double)shown : (double)NAN;
    t.similarity /= n;
    t.kept_chars = (double)kept / n;
    assist_sort(ms, t.n);
    t.ms_p50 = assist_percentile(ms, t.n, 50);
    t.ms_p90 = assist_percentile(ms, t.n, 90);
    t.ms_p95 = assist_percentile(ms, t.n, 95);
    t.ms_p99 = assist_percentile(ms, t.n, 99);
    t.ms_max = assist_percentile(ms, t.n, 100);
    mem_free(ms);
    *out = t;
    return ERR_OK;
}

/* Puts the name in its place unless it is there. */
static size_t add_name(const char **names, size_t n, size_t cap, const char *name)
{
    size_t at = 0;
    while (at < n && strcmp(names[at], name) < 0)
        at++;
    if (n == cap || (at < n && strcmp(names[at], name) == 0))
        return n;
    memmove(names + at + 1, names + at, (n - at) * sizeof *names);
    names[at] = name;
    return n + 1;
}

size_t assist_tally_languages(const struct assist_outcomes *o, bool block, const char **out,
                              size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < o->n; i++)
        if (o->items[i].block == block)
            n = add_name(out, n, cap, o->items[i].language);
    return n;
}

size_t assist_tally_tiers(const struct assist_outcomes *o, bool block, const char **out, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < o->n; i++)
        if (o->items[i].block == block && o->items[i].tier)
            n = add_name(out, n, cap, o->items[i].tier);
    return n;
}

/* Most confident first; outcomes lie in one array, in the order of the tasks. */
static int by_confidence(const void *a, const void *b)
{
    const struct assist_outcome *x = *(const struct assist_outcome *const *)a;
    const struct assist_outcome *y = *(const struct assist_outcome *const *)b;
    if (x->confidence > y->confidence || x->confidence < y->confidence)
        return x->confidence > y->confidence ? -1 : 1;
    return (x > y) - (x < y);
}

size_t assist_tally_curve(struct assist_point out[ASSIST_MAX_POINTS],
                          const struct assist_outcomes *o, const struct assist_filter *f)
{
    size_t n = 0, n_shown = 0, n_points = 0, right = 0;
    const struct assist_outcome **shown = mem_alloc((o->n ? o->n : 1) * sizeof *shown);
    if (!shown)
        return 0;
    for (size_t i = 0; i < o->n; i++) {
        if (!counts(f, &o->items[i]))
            continue;
        n++;
        if (o->items[i].tier)
            shown[n_shown++] = &o->items[i];
    }
    if (n_shown > 0)
        qsort(shown, n_shown, sizeof *shown, by_confidence);
    for (size_t i = 0; i < n_shown && n_points < ASSIST_MAX_POINTS; i++) {
        right += shown[i]->exact;
        size_t next = ((n_points + 1) * n + ASSIST_MAX_POINTS - 1) / ASSIST_MAX_POINTS;
        if (i + 1 < next && i + 1 < n_shown)
            continue;
        double taken = (double)(i + 1);
        out[n_points++] = (struct assist_point){taken / (double)n, (double)right / taken,
                                                (double)shown[i]->confidence};
    }
    mem_free(shown);
    return n_points;
}
