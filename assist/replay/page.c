/* The report as a page: HTML with figures drawn as SVG, in the reader's light or dark colours. */
#include <math.h>

#include "assist/replay/report.h"
#include "base/mem.h"

enum {
    MAX_NAMES = 64,
    WIDTH = 720,
    LEFT = 150, /* room for names */
    RIGHT = 20,
    BOTTOM = 36,
    PLOT_HEIGHT = 260,
    BAR_HEIGHT = 9,
    BAR_GAP = 10,
};

static const char head[] =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<title>artel replay</title>\n<style>\n"
    ":root{--bg:#fff;--fg:#1c2430;--dim:#5c6675;--line:#d9dee6;--s0:#1d5fd0;--s1:#b45309;"
    "--s2:#0b7a6f;--s3:#8a3fc0}\n"
    "@media (prefers-color-scheme:dark){:root{--bg:#12161c;--fg:#e4e8ee;--dim:#9aa5b4;"
    "--line:#303844;--s0:#6ea8ff;--s1:#f0a050;--s2:#4fd0bf;--s3:#cf9af5}}\n"
    "body{background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif;max-width:60rem;"
    "margin:2rem auto;padding:0 1rem}\n"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem}h3{font-size:1rem}\n"
    "p.note{color:var(--dim);margin:.2rem 0 1rem}\n"
    ".wide{overflow-x:auto}\n"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.6rem 0}\n"
    "th,td{padding:.2rem .7rem;text-align:right;border-bottom:1px solid var(--line);"
    "white-space:nowrap}\n"
    "th:first-child,td:first-child{text-align:left}th{color:var(--dim);font-weight:600}\n"
    "tr.all td{font-weight:600}\n"
    "svg{display:block;width:100%;height:auto;max-width:720px}\n"
    "svg text{fill:var(--fg);font:12px system-ui,sans-serif}svg text.d{fill:var(--dim)}\n"
    ".g{stroke:var(--line);stroke-width:1}.a{stroke:var(--dim);stroke-width:1}\n"
    ".l{fill:none;stroke-width:2;stroke-linejoin:round}\n"
    ".s0{stroke:var(--s0)}.s1{stroke:var(--s1);stroke-dasharray:7 3}"
    ".s2{stroke:var(--s2);stroke-dasharray:2 3}.s3{stroke:var(--s3);stroke-dasharray:9 3 2 3}\n"
    ".b0{fill:var(--s0)}.b1{fill:var(--s1)}.b2{fill:var(--s2)}.b3{fill:var(--s3)}\n"
    "</style>\n</head>\n<body>\n";

static void escaped(buf *out, str_view v)
{
    for (size_t i = 0; i < v.len; i++) {
        switch (v.ptr[i]) {
        case '&': buf_append(out, STR("&amp;")); break;
        case '<': buf_append(out, STR("&lt;")); break;
        case '>': buf_append(out, STR("&gt;")); break;
        case '"': buf_append(out, STR("&quot;")); break;
        case '\'': buf_append(out, STR("&#39;")); break;
        default: buf_append_byte(out, (unsigned char)v.ptr[i] < ' ' ? '?' : v.ptr[i]);
        }
    }
}

static void escaped_z(buf *out, const char *z)
{
    escaped(out, str_of(z));
}

/* ---- tables ---- */

static void cell(buf *out, double share)
{
    if (isnan(share))
        buf_append(out, STR("<td>-</td>"));
    else
        buf_append_format(out, "<td>%.1f%%</td>", 100 * share);
}

static void row(buf *out, const struct assist_outcomes *o, const struct assist_filter *f,
                const char *name, bool all)
{
    struct assist_figures t = {0};
    err_code rc = assist_tally(&t, o, f);
    if (rc != ERR_OK)
        out->failed = rc; /* no page rather than half of one */
    if (t.n == 0)
        return;
    buf_append_format(out, "<tr%s><td>", all ? " class=\"all\"" : "");
    escaped_z(out, name);
    buf_append_format(out, "</td><td>%zu</td>", t.n);
    cell(out, t.shown);
    cell(out, t.exact);
    if (f->block)
        cell(out, t.first_line);
    cell(out, t.first_token);
    cell(out, t.parses);
    buf_append_format(out,
                      "<td>%.3f</td><td>%.1f</td><td>%.1f</td><td>%.1f</td><td>%.1f</td></tr>\n",
                      t.similarity, t.kept_chars, t.ms_p50, t.ms_p95, t.ms_max);
}

static void table_head(buf *out, const char *first, bool block)
{
    buf_append_format(out,
                      "<div class=\"wide\"><table>\n<tr><th>%s</th><th>tasks</th><th>shown</th>"
                      "<th>exact</th>%s<th>1st token</th><th>parses</th><th>similarity</th>"
                      "<th>kept</th><th>p50 ms</th><th>p95 ms</th><th>max ms</th></tr>\n",
                      first, block ? "<th>1st line</th>" : "");
}

static bool has_kind(const struct assist_report *r, bool block)
{
    for (size_t i = 0; i < r->n_runs; i++) {
        const char *name;
        if (assist_tally_languages(&r->runs[i].outcomes, block, &name, 1) > 0)
            return true;
    }
    return false;
}

static void summary(buf *out, const struct assist_report *r, bool block)
{
    table_head(out, block ? "blocks" : "lines", block);
    for (size_t i = 0; i < r->n_runs; i++)
        row(out, &r->runs[i].outcomes, &(struct assist_filter){block, NULL, NULL}, r->runs[i].name,
            false);
    buf_append(out, STR("</table></div>\n"));
}

static void details(buf *out, const struct assist_run *run, bool block)
{
    const char *names[MAX_NAMES];
    const struct assist_outcomes *o = &run->outcomes;
    size_t n = assist_tally_languages(o, block, names, MAX_NAMES);
    if (n == 0)
        return;
    table_head(out, block ? "blocks" : "lines", block);
    for (size_t i = 0; i < n; i++)
        row(out, o, &(struct assist_filter){block, names[i], NULL}, names[i], false);
    row(out, o, &(struct assist_filter){block, NULL, NULL}, "all", true);
    n = assist_tally_tiers(o, block, names, MAX_NAMES);
    if (n > 0)
        buf_append_format(out, "<tr><th colspan=\"%d\">of those shown, by tier</th></tr>\n",
                          block ? 12 : 11);
    for (size_t i = 0; i < n; i++)
        row(out, o, &(struct assist_filter){block, NULL, names[i]}, names[i], false);
    buf_append(out, STR("</table></div>\n"));
}

/* ---- plots ---- */

static void svg_begin(buf *out, int height, const char *title)
{
    buf_append_format(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n", WIDTH,
                      height, title);
}

static void legend(buf *out, const struct assist_report *r, int y)
{
    int x = LEFT;
    for (size_t i = 0; i < r->n_runs; i++) {
        buf_append_format(out,
                          "<line class=\"l s%zu\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
                          "<text x=\"%d\" y=\"%d\">",
                          i, x, y - 4, x + 26, y - 4, x + 32, y);
        escaped_z(out, r->runs[i].name);
        buf_append(out, STR("</text>\n"));
        x += 46 + 8 * (int)strlen(r->runs[i].name);
    }
}

/* Where a plot of shares over something draws a point; both in 0 to 1. */
static double plot_x(double share)
{
    return LEFT / 2.0 + share * (WIDTH - LEFT / 2.0 - RIGHT);
}

static double plot_y(double share)
{
    return 24 + (1 - share) * (PLOT_HEIGHT - 24 - BOTTOM);
}

static void grid_y(buf *out)
{
    for (int i = 0; i <= 4; i++) {
        double y = plot_y(i / 4.0);
        buf_append_format(out,
                          "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>"
                          "<text class=\"d\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%d%%</text>"
                          "\n",
                          i ? "g" : "a", plot_x(0), y, plot_x(1), y, plot_x(0) - 6, y + 4, 25 * i);
    }
}

static void label_x(buf *out, double at, const char *text)
{
    buf_append_format(out,
                      "<text class=\"d\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                      plot_x(at), PLOT_HEIGHT - 18, text);
}

static void title_x(buf *out, const char *text)
{
    buf_append_format(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                      plot_x(0.5), PLOT_HEIGHT - 4, text);
}

/* Milliseconds from a tenth to 10 s on a logarithmic scale. */
static double scale_ms(double ms)
{
    double at = (log10(ms > 0.1 ? ms : 0.1) + 1) / 5;
    return at > 1 ? 1 : at;
}

static void latency_line(buf *out, const struct assist_outcomes *o, size_t series)
{
    double *ms = mem_alloc((o->n ? o->n : 1) * sizeof *ms);
    if (!ms)
        return;
    size_t n = 0;
    for (size_t i = 0; i < o->n; i++)
        ms[n++] = o->items[i].ms;
    assist_sort(ms, n);
    buf_append_format(out, "<polyline class=\"l s%zu\" points=\"", series);
    /* More points than the plot has pixels say nothing. */
    for (size_t p = 0; p <= 200 && n > 0; p++) {
        double at = ms[(n - 1) * p / 200];
        buf_append_format(out, "%.1f,%.1f ", plot_x(scale_ms(at)), plot_y((double)p / 200));
    }
    buf_append(out, STR("\"/>\n"));
    mem_free(ms);
}

static void plot_latency(buf *out, const struct assist_report *r)
{
    static const char *const marks[] = {"0.1", "1", "10", "100", "1000", "10000"};
    buf_append(out, STR("<h2>Latency</h2>\n<p class=\"note\">Share of the requests answered within "
                        "so many milliseconds; the file has just been opened and nothing is "
                        "warm.</p>\n"));
    svg_begin(out, PLOT_HEIGHT, "share of requests answered within a time");
    grid_y(out);
    for (int i = 0; i < 6; i++) {
        buf_append_format(out,
                          "<line class=\"g\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
                          plot_x(i / 5.0), plot_y(0), plot_x(i / 5.0), plot_y(1));
        label_x(out, i / 5.0, marks[i]);
    }
    title_x(out, "milliseconds");
    for (size_t i = 0; i < r->n_runs; i++)
        latency_line(out, &r->runs[i].outcomes, i);
    legend(out, r, 14);
    buf_append(out, STR("</svg>\n"));
}

static void plot_precision(buf *out, const struct assist_report *r)
{
    static const char *const marks[] = {"0%", "25%", "50%", "75%", "100%"};
    buf_append(out, STR("<h2>Precision against coverage</h2>\n<p class=\"note\">Were only the most "
                        "confident suggestions shown, for this share of the lines: how many of "
                        "them are exactly right.</p>\n"));
    svg_begin(out, PLOT_HEIGHT, "precision against coverage");
    grid_y(out);
    for (int i = 0; i < 5; i++)
        label_x(out, i / 4.0, marks[i]);
    title_x(out, "share of the lines with a suggestion");
    for (size_t i = 0; i < r->n_runs; i++) {
        struct assist_point curve[ASSIST_MAX_POINTS];
        size_t n = assist_tally_curve(curve, &r->runs[i].outcomes,
                                      &(struct assist_filter){false, NULL, NULL});
        buf_append_format(out, "<polyline class=\"l s%zu\" points=\"", i);
        for (size_t k = 0; k < n; k++)
            buf_append_format(out, "%.1f,%.1f ", plot_x(curve[k].coverage),
                              plot_y(curve[k].precision));
        buf_append(out, STR("\"/>\n"));
    }
    legend(out, r, 14);
    buf_append(out, STR("</svg>\n"));
}

/* One bar for each run, of those with such tasks; returns how far down it got. */
static int bars(buf *out, const struct assist_report *r, const struct assist_filter *f,
                const char *name, int y)
{
    int begin = y;
    for (size_t i = 0; i < r->n_runs; i++) {
        struct assist_figures t;
        if (assist_tally(&t, &r->runs[i].outcomes, f) != ERR_OK || t.n == 0)
            continue;
        double width = t.exact * (WIDTH - LEFT - 100);
        buf_append_format(out,
                          "<rect class=\"b%zu\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>"
                          "<text class=\"d\" x=\"%.1f\" y=\"%d\" font-size=\"10\">%.1f%% of "
                          "%zu</text>\n",
                          i, LEFT, y, width > 1 ? width : 1, BAR_HEIGHT, LEFT + width + 5,
                          y + BAR_HEIGHT, 100 * t.exact, t.n);
        y += BAR_HEIGHT + 4;
    }
    if (y == begin)
        return y;
    buf_append_format(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", LEFT - 8,
                      (begin + y) / 2 + 2);
    escaped_z(out, name);
    buf_append(out, STR("</text>\n"));
    return y + BAR_GAP;
}

/* The names that occur in any of the runs, each once. */
static size_t all_names(const struct assist_report *r, bool tiers, const char **out)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_runs; i++) {
        const char *names[MAX_NAMES];
        const struct assist_outcomes *o = &r->runs[i].outcomes;
        size_t n_here = tiers ? assist_tally_tiers(o, false, names, MAX_NAMES)
                              : assist_tally_languages(o, false, names, MAX_NAMES);
        for (size_t k = 0; k < n_here; k++) {
            size_t at = 0;
            while (at < n && strcmp(out[at], names[k]) != 0)
                at++;
            if (at == n && n < MAX_NAMES)
                out[n++] = names[k];
        }
    }
    return n;
}

static void plot_exact(buf *out, const struct assist_report *r)
{
    const char *languages[MAX_NAMES], *tiers[MAX_NAMES];
    size_t n_languages = all_names(r, false, languages), n_tiers = all_names(r, true, tiers);
    size_t n_groups = n_languages + n_tiers + 1;
    int group = (int)r->n_runs * (BAR_HEIGHT + 4) + BAR_GAP, y = 30;
    buf_append(out, STR("<h2>Exactly right, by language and by tier</h2>\n<p class=\"note\">Of a "
                        "language: all lines. Of a tier: the lines that it offered something "
                        "for.</p>\n"));
    svg_begin(out, 60 + (int)n_groups * group, "exact matches by language and tier");
    legend(out, r, 14);
    y = bars(out, r, &(struct assist_filter){false, NULL, NULL}, "all", y);
    for (size_t i = 0; i < n_languages; i++)
        y = bars(out, r, &(struct assist_filter){false, languages[i], NULL}, languages[i], y);
    buf_append_format(out, "<line class=\"a\" x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", y, WIDTH,
                      y);
    y += BAR_GAP;
    for (size_t i = 0; i < n_tiers; i++)
        y = bars(out, r, &(struct assist_filter){false, NULL, tiers[i]}, tiers[i], y);
    buf_append(out, STR("</svg>\n"));
}

void assist_report_page(buf *out, const struct assist_report *r)
{
    buf_append(out, str_of(head));
    buf_append(out, STR("<h1>artel replay: "));
    escaped(out, r->subject);
    buf_append(out, STR("</h1>\n<p class=\"note\">"));
    escaped_z(out, r->model);
    buf_append_format(out, ". Seed %llu, peak memory %.0f MB.</p>\n", (unsigned long long)r->seed,
                      (double)r->peak_bytes / 1e6);
    if (has_kind(r, false))
        summary(out, r, false);
    if (has_kind(r, true))
        summary(out, r, true);
    if (has_kind(r, false)) {
        plot_exact(out, r);
        plot_precision(out, r);
    }
    plot_latency(out, r);
    buf_append(out, STR("<h2>Figures</h2>\n"));
    for (size_t i = 0; i < r->n_runs; i++) {
        buf_append(out, STR("<h3>"));
        escaped_z(out, r->runs[i].name);
        buf_append(out, STR("</h3>\n<p class=\"note\">"));
        escaped_z(out, r->runs[i].about);
        buf_append(out, STR("</p>\n"));
        details(out, &r->runs[i], false);
        details(out, &r->runs[i], true);
    }
    buf_append(out,
               STR("<p class=\"note\">Exact: all that was hidden came back, white space at the "
                   "end aside. Parses: of the suggestions, those that add no syntax error. "
                   "Similarity: 1 - edit distance / length. Kept: characters before the "
                   "first difference.</p>\n</body>\n</html>\n"));
}
