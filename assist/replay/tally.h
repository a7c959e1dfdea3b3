/* assist/replay/tally.h: what came of hidden code, and the figures that follow from it. Everything
 * shown to people (table, JSON, page) is computed here, so that it agrees. */
#ifndef ARTEL_ASSIST_REPLAY_TALLY_H
#define ARTEL_ASSIST_REPLAY_TALLY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* One task. */
struct assist_outcome {
    const char *language; /* id in the language table; static text */
    const char *tier;     /* where the suggestion came from; NULL: nothing was shown */
    bool block;           /* several lines were hidden */
    bool exact, first_line, first_token;
    /* It leaves no more syntax errors than there were before, or than what the person wrote does;
       known where there is a grammar. */
    bool parse_known, parses;
    bool repeats_below; /* the line would be that below, or its closers double those behind it */
    unsigned n_names, n_known; /* names that it uses; of them those that exist somewhere */
    float confidence;
    float own, own_first; /* what it was made of */
    size_t n_bytes;       /* of the suggestion */
    double similarity, ms;
    size_t kept_chars; /* before the first difference */
};

/* Zero-initialise. */
struct assist_outcomes {
    struct assist_outcome *items;
    size_t n, cap;
};
MUST_USE err_code assist_outcomes_add(struct assist_outcomes *o, const struct assist_outcome *one);
void assist_outcomes_release(struct assist_outcomes *o);

/* Compares and fills in all but language, tier, block, parse, confidence and time. `got` is empty
 * when nothing was shown. Scratch in `mem`. */
void assist_outcome_score(struct assist_outcome *out, arena *mem, str_view got, str_view want);

/* Which outcomes count. NULL: any. */
struct assist_filter {
    bool block;
    const char *language, *tier;
};

/* Shares are of n, unless said otherwise; parses is of those shown whose syntax is known. NAN where
 * there is nothing to divide by. */
struct assist_figures {
    size_t n;
    double shown, exact, first_line, first_token, parses;
    double names, repeats; /* share of all names used that exist; of those shown that repeat */
    double useful;         /* of those shown, exact or right for at least the first word */
    double similarity, kept_chars; /* means over n */
    double ms_p50, ms_p90, ms_p95, ms_p99, ms_max;
};
/* Cost: O(n log n). ERR_NOMEM. */
MUST_USE err_code assist_tally(struct assist_figures *out, const struct assist_outcomes *o,
                               const struct assist_filter *f);

/* The names of languages or tiers that occur among the outcomes with this `block`, in byte order.
 * Returns how many, at most `cap`. */
size_t assist_tally_languages(const struct assist_outcomes *o, bool block, const char **out,
                              size_t cap);
size_t assist_tally_tiers(const struct assist_outcomes *o, bool block, const char **out,
                          size_t cap);

/* Were only the most confident suggestions shown: for this share of the tasks, so many of them are
 * right, and the least confident of them has this confidence. */
struct assist_point {
    double coverage, precision, confidence;
};
/* Points at 1/20, 2/20, … of the tasks and where suggestions end, in that order; returns how many,
 * at most 20; 0 also when memory is short. Equal confidence: in the order of the tasks. */
enum { ASSIST_MAX_POINTS = 20 };
size_t assist_tally_curve(struct assist_point out[ASSIST_MAX_POINTS],
                          const struct assist_outcomes *o, const struct assist_filter *f);

/* For times of any kind: ascending order, and the value below which p hundredths lie (nearest rank
 * below; 0 of none). */
void assist_sort(double *values, size_t n);
double assist_percentile(const double *sorted, size_t n, size_t p);

#endif
