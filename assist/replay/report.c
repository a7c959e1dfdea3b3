#include "assist/replay/report.h"

#include <math.h>

enum { MAX_NAMES = 64 };

static void percent(buf *out, double share)
{
    if (isnan(share))
        buf_append_format(out, " %8s", "-");
    else
        buf_append_format(out, " %7.1f%%", 100 * share);
}

static void row(buf *out, const struct assist_outcomes *o, const struct assist_filter *f,
                const char *name)
{
    struct assist_figures t;
    err_code rc = assist_tally(&t, o, f);
    if (rc != ERR_OK) {
        out->failed = rc; /* no report rather than half of one */
        return;
    }
    buf_append_format(out, "%-16s %6zu", name, t.n);
    percent(out, t.shown);
    percent(out, t.exact);
    if (f->block)
        percent(out, t.first_line);
    percent(out, t.first_token);
    percent(out, t.parses);
    percent(out, t.names);
    percent(out, t.repeats);
    percent(out, t.useful);
    buf_append_format(out, " %10.3f %6.1f %8.1f %8.1f\n", t.similarity, t.kept_chars, t.ms_p50,
                      t.ms_p95);
}

static void table(buf *out, const struct assist_outcomes *o, bool block)
{
    const char *names[MAX_NAMES];
    size_t n = assist_tally_languages(o, block, names, MAX_NAMES);
    if (n == 0)
        return;
    buf_append_format(out, "%-16s %6s %8s %8s", block ? "blocks" : "lines", "tasks", "shown",
                      "exact");
    if (block)
        buf_append_format(out, " %8s", "1st line");
    buf_append_format(out, " %8s %8s %8s %8s %8s %10s %6s %8s %8s\n", "1st tok.", "parses", "names",
                      "repeats", "useful", "similarity", "kept", "p50 ms", "p95 ms");
    for (size_t i = 0; i < n; i++)
        row(out, o, &(struct assist_filter){block, names[i], NULL}, names[i]);
    row(out, o, &(struct assist_filter){block, NULL, NULL}, "all");
    n = assist_tally_tiers(o, block, names, MAX_NAMES);
    for (size_t i = 0; i < n; i++) {
        buf_append(out, i == 0 ? STR("of those shown, by tier\n") : STR(""));
        row(out, o, &(struct assist_filter){block, NULL, names[i]}, names[i]);
    }
}

static void sentences(buf *out, const struct assist_outcomes *o)
{
    struct assist_point curve[ASSIST_MAX_POINTS];
    struct assist_figures t;
    struct assist_filter lines = {false, NULL, NULL};
    if (assist_tally(&t, o, &lines) != ERR_OK || t.n == 0)
        return;
    buf_append_format(out, "latency: p50 %.1f, p90 %.1f, p95 %.1f, p99 %.1f, max %.1f ms\n",
                      t.ms_p50, t.ms_p90, t.ms_p95, t.ms_p99, t.ms_max);
    size_t n = assist_tally_curve(curve, o, &lines);
    for (size_t i = 0; i < n; i++)
        if (i == 1 || i == 4 || i == 9 || i + 1 == n)
            buf_append_format(out, "%s%.0f %% of the lines: %.1f %% right",
                              i == 1 || (i == 0 && n == 1) ? "most confident " : "; ",
                              100 * curve[i].coverage, 100 * curve[i].precision);
    buf_append(out, n ? STR("\n") : STR(""));
}

void assist_report_text(buf *out, const struct assist_report *r)
{
    for (size_t i = 0; i < r->n_runs; i++) {
        const struct assist_run *run = &r->runs[i];
        if (r->n_runs > 1)
            buf_append_format(out, "%s== %s: %s\n", i ? "\n" : "", run->name, run->about);
        table(out, &run->outcomes, false);
        sentences(out, &run->outcomes);
        table(out, &run->outcomes, true);
    }
    buf_append_format(out, "peak memory %.0f MB, seed %llu, %s\n", (double)r->peak_bytes / 1e6,
                      (unsigned long long)r->seed, r->model);
}
