#include <math.h>

#include "tests/unit/test.h"

#include "assist/replay/report.h"

/* Ten lines and a block: two languages, two tiers, and a third of the lines without anything. */
static void fill(struct assist_outcomes *o)
{
    for (int i = 0; i < 10; i++) {
        struct assist_outcome one = {
            .language = i < 6 ? "c" : "<script>&\"'",
            .tier = i % 3 == 0   ? NULL
                    : i % 3 == 1 ? "model"
                                 : "written before",
            .exact = i % 3 == 2 || i == 1,
            .first_token = i % 3 != 0,
            .parse_known = i % 3 != 0,
            .parses = i != 4,
            .confidence = i % 3 ? (float)i / 10 : 0,
            .similarity = 0.5,
            .ms = 10 - i,
            .kept_chars = (size_t)i,
        };
        assert_int_equal(assist_outcomes_add(o, &one), ERR_OK);
    }
    struct assist_outcome block = {
        .language = "c", .tier = "model", .block = true, .first_line = true, .ms = 1000};
    assert_int_equal(assist_outcomes_add(o, &block), ERR_OK);
}

static void assert_near(double got, double want)
{
    if (!(fabs(got - want) < 1e-9))
        fail_msg("got %f, want %f", got, want);
}

static void test_report__figures_are_of_what_is_asked_for(void **state)
{
    (void)state;
    struct assist_outcomes o = {0};
    struct assist_figures t;
    fill(&o);
    assert_int_equal(assist_tally(&t, &o, &(struct assist_filter){false, NULL, NULL}), ERR_OK);
    assert_int_equal(t.n, 10);
    assert_near(t.shown, 0.6); /* 1 2 4 5 7 8 */
    assert_near(t.exact, 0.4); /* 1 2 5 8 */
    assert_near(t.parses, 5.0 / 6);
    assert_near(t.kept_chars, 4.5);
    assert_near(t.ms_p50, 5);
    assert_near(t.ms_max, 10);
    assert_int_equal(assist_tally(&t, &o, &(struct assist_filter){false, "c", NULL}), ERR_OK);
    assert_int_equal(t.n, 6);
    assert_near(t.exact, 0.5);
    assert_int_equal(assist_tally(&t, &o, &(struct assist_filter){false, NULL, "written before"}),
                     ERR_OK);
    assert_int_equal(t.n, 3);
    assert_near(t.exact, 1);
    assert_int_equal(assist_tally(&t, &o, &(struct assist_filter){true, NULL, NULL}), ERR_OK);
    assert_int_equal(t.n, 1);
    assert_near(t.first_line, 1);
    assert_near(t.exact, 0);
    assert_true(isnan(t.parses));
    assert_int_equal(assist_tally(&t, &o, &(struct assist_filter){true, "zig", NULL}), ERR_OK);
    assert_int_equal(t.n, 0);
    assist_outcomes_release(&o);
}

static void test_report__the_curve_takes_the_most_confident_first(void **state)
{
    (void)state;
    struct assist_outcomes o = {0};
    struct assist_point p[ASSIST_MAX_POINTS];
    fill(&o);
    /* By confidence: 8 right, 7 wrong, 5 right, 4 wrong, 2 right, 1 right; of ten lines. */
    size_t n = assist_tally_curve(p, &o, &(struct assist_filter){false, NULL, NULL});
    assert_true(n >= 6 && n <= ASSIST_MAX_POINTS);
    assert_near(p[0].coverage, 0.1);
    assert_near(p[0].precision, 1);
    assert_near(p[n - 1].coverage, 0.6);
    assert_near(p[n - 1].precision, 4.0 / 6);
    for (size_t i = 1; i < n; i++) {
        assert_true(p[i].coverage >= p[i - 1].coverage);
        assert_true(p[i].confidence <= p[i - 1].confidence);
    }
    o.n = 1; /* nothing shown */
    assert_int_equal(assist_tally_curve(p, &o, &(struct assist_filter){false, NULL, NULL}), 0);
    assist_outcomes_release(&o);
}

static size_t count(str_view text, const char *what)
{
    size_t n = 0;
    for (;;) {
        size_t at = str_find(text, str_of(what));
        if (at == text.len)
            return n;
        n++;
        text = str_slice(text, at + 1, text.len);
    }
}

static void test_report__table_and_page_say_the_same(void **state)
{
    (void)state;
    struct assist_report r = {.subject = STR("a<b>&'\"\x01.git"),
                              .model = "model </style>",
                              .seed = 42,
                              .peak_bytes = 12345678,
                              .n_runs = 2};
    for (size_t i = 0; i < 2; i++) {
        r.runs[i].name = i ? "none" : "everything <i>";
        r.runs[i].about = "& so on";
        fill(&r.runs[i].outcomes);
    }
    buf text, page;
    buf_init(&text, 1 << 20);
    buf_init(&page, 1 << 20);
    assist_report_text(&text, &r);
    assist_report_page(&page, &r);
    assert_int_equal(buf_failed(&text) || buf_failed(&page), 0);
    str_view t = buf_view(&text), p = buf_view(&page);
    static const char *const figures[] = {"60.0%", "40.0%", "50.0%", "83.3%", "0.500", "4.5"};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        if (count(t, figures[i]) == 0 || count(p, figures[i]) == 0)
            fail_msg("%s is missing", figures[i]);
    }
    assert_true(count(t, "seed 42") == 1 && count(p, "Seed 42") == 1);
    assert_true(count(t, "12 MB") == 1 && count(p, "12 MB") == 1);
    /* Hostile names are text, and the page asks nobody for anything. */
    static const char *const never[] = {"<script",  "<b>",  "<i>",  "</style>.", "http://",
                                        "https://", "src=", "\x01", "nan",       "url("};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (count(p, never[i]) != 0)
            fail_msg("%s is in the page", never[i]);
    assert_true(count(p, "a&lt;b&gt;&amp;&#39;&quot;?.git") == 1);
    assert_true(count(p, "&lt;script&gt;&amp;&quot;&#39;") >= 2);
    assert_int_equal(count(p, "<style>"), 1);
    assert_int_equal(count(p, "</style>"), 1);
    assert_int_equal(count(p, "<svg "), 3);
    assert_int_equal(count(p, "<svg "), count(p, "</svg>"));
    assert_int_equal(count(p, "<table>"), count(p, "</table>"));
    buf_release(&text);
    buf_release(&page);
    assist_outcomes_release(&r.runs[0].outcomes);
    assist_outcomes_release(&r.runs[1].outcomes);
}

static void test_report__short_memory_loses_a_report_and_nothing_else(void **state)
{
    (void)state;
    struct assist_report r = {.subject = STR("x"), .model = "m", .n_runs = 1};
    r.runs[0].name = r.runs[0].about = "";
    fill(&r.runs[0].outcomes);
    FOR_EACH_FAILING_ALLOCATION({
        buf out;
        buf_init(&out, 1 << 20);
        assist_report_text(&out, &r);
        assist_report_page(&out, &r);
        buf_release(&out);
    })
    assist_outcomes_release(&r.runs[0].outcomes);
}

TEST_MAIN(cmocka_unit_test(test_report__figures_are_of_what_is_asked_for),
          cmocka_unit_test(test_report__the_curve_takes_the_most_confident_first),
          cmocka_unit_test(test_report__table_and_page_say_the_same),
          cmocka_unit_test(test_report__short_memory_loses_a_report_and_nothing_else))
