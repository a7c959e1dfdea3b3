/* assist/replay/report.h: several runs over the same tasks, for people to compare. Values only. */
#ifndef ARTEL_ASSIST_REPLAY_REPORT_H
#define ARTEL_ASSIST_REPLAY_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "assist/replay/tally.h"
#include "base/buf.h"
#include "base/str.h"

struct assist_run {
    const char *name;
    const char *about; /* what the engine had */
    struct assist_outcomes outcomes;
};

enum { ASSIST_MAX_RUNS = 4 };

struct assist_report {
    str_view subject; /* what was replayed, for people */
    const char *model;
    uint64_t seed;
    size_t peak_bytes; /* most memory resident at once */
    struct assist_run runs[ASSIST_MAX_RUNS];
    size_t n_runs;
};

/* Appends the report as text: for each run a table of lines and one of blocks, where there were
 * any, by language and by tier. Failure is the buffer's. */
void assist_report_text(buf *out, const struct assist_report *r);
/* The same figures as one HTML page that needs nothing else: no scripts, no fonts, no network.
 * Names are escaped. */
void assist_report_page(buf *out, const struct assist_report *r);

#endif
